"""Files of templates: read back as written, and with no room for anything else."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.series.blanks import blank_range
from egnatia.engines.documents.series.files import MAX_FILE, by_kind, features_of, noted, read_series, write_series
from egnatia.engines.documents.series.types import MANY, VALUES, Template, TemplateFeature
from egnatia.errors import InputError

EVERY = [TemplateFeature(kind, value) for kind in VALUES for value in sorted(VALUES[kind])]
TEMPLATES = st.frozensets(st.sampled_from(EVERY), min_size=1, max_size=10).map(
    lambda found: Template(
        "ALB-F-0001",
        frozenset({(each.kind, each.value if each.kind in MANY else ""): each for each in found}.values()),
    )
)
GOOD: dict[str, Any] = {
    "templates": [
        {"reference": "ALB-F-0001", "features": {"issuer": ["ITA"], "font_fault": ["zone_pitch", "text_font"]}}
    ],
    "blanks": [{"issuer": "ITA", "first": "CA1000", "last": "CA1999"}],
}


@given(TEMPLATES)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_file_is_read_back_as_it_was_written(template: Template) -> None:
    blanks = (blank_range("ITA", "CA1000", "CA1999"),)
    content = write_series([template], blanks)
    found = read_series(content)
    assert (found.templates, found.blanks) == ((template,), blanks)
    assert write_series(found.templates, found.blanks) == content
    assert features_of(by_kind(template.features)) == template.features


def test_a_good_file_and_one_without_blanks() -> None:
    assert len(read_series(json.dumps(GOOD).encode()).templates[0].features) == 3
    assert read_series(b'{"templates": []}').blanks == ()


SPOILT: dict[str, Any] = {
    "no JSON": b"templates:",
    "no object": b"[]",
    "not UTF-8": b"\xff\xfe",
    "nested without end": b"[" * 100_000,
    "no templates": {"blanks": []},
    "an unknown key": GOOD | {"holder": "ERIKSSON"},
    "templates as an object": GOOD | {"templates": {}},
    "a template with a name": GOOD | {"templates": [GOOD["templates"][0] | {"name": "ERIKSSON"}]},
    "a reference with words": GOOD | {"templates": [GOOD["templates"][0] | {"reference": "arben krasniqi"}]},
    "a number for a reference": GOOD | {"templates": [GOOD["templates"][0] | {"reference": 7}]},
    "two of one reference": GOOD | {"templates": GOOD["templates"] * 2},
    "features as a list": GOOD | {"templates": [{"reference": "ALB-F-0001", "features": ["font_fault"]}]},
    "a value for values": GOOD | {"templates": [{"reference": "ALB-F-0001", "features": {"issuer": "ITA"}}]},
    "no features": GOOD | {"templates": [{"reference": "ALB-F-0001", "features": {}}]},
    "a feature twice": GOOD
    | {"templates": [{"reference": "ALB-F-0001", "features": {"font_fault": ["zone_pitch", "zone_pitch"]}}]},
    "two issuers": GOOD | {"templates": [{"reference": "ALB-F-0001", "features": {"issuer": ["ITA", "ALB"]}}]},
    "forty-one values": GOOD | {"templates": [{"reference": "ALB-F-0001", "features": {"zone_fault": ["X"] * 41}}]},
    "a single blank": GOOD | {"blanks": [{"issuer": "ITA", "first": "CA1000", "last": "CA1000"}]},
    "a blank with a holder": GOOD | {"blanks": [{"issuer": "ITA", "first": "CA1000", "last": "CA1999", "to": "X"}]},
    "too large": b" " * (MAX_FILE + 1),
    "too many templates": {"templates": [None] * 2_001},
}


@pytest.mark.parametrize("spoilt", list(SPOILT.values()), ids=list(SPOILT))
def test_a_spoilt_file_is_refused_whole(spoilt: Any) -> None:
    content = spoilt if isinstance(spoilt, bytes) else json.dumps(spoilt).encode()
    with pytest.raises(InputError):
        read_series(content)


@pytest.mark.parametrize(
    "text", ["", "=", "font_fault", "font_fault=", "font_fault=zone pitch", "name=ANNA", "issuer=ita"]
)
def test_a_typed_feature_is_of_the_list(text: str) -> None:
    with pytest.raises(InputError) as refused:
        noted(text)
    assert refused.value.hint()


def test_a_typed_feature_may_have_spaces_around_it() -> None:
    assert noted(" font_fault = zone_pitch ") == noted("font_fault=zone_pitch")
