"""What officers say, in JSON and XML: beside the examination and never in it, so that nothing of the machine's changes."""

import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.report.sources import basis, made, presented

from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.report.formats import from_json, officers_in, to_json
from egnatia.engines.documents.report.officers import GivenVerdict, OfficersVerdict
from egnatia.engines.documents.report.stored import is_stored
from egnatia.engines.documents.report.xml import NAMESPACE, to_xml
from egnatia.errors import InputError

FORGED = OfficersVerdict(
    "disputed",
    (
        GivenVerdict("forged", "2026-11-22T12:00:00+00:00", "off-1"),
        GivenVerdict("genuine", "2026-11-22T13:00:00+00:00", "off-2"),
    ),
)
WORDS = st.text(max_size=20)
EXAMINED = examine(presented(made()), basis())
VERDICTS = st.builds(
    OfficersVerdict, WORDS, st.lists(st.builds(GivenVerdict, WORDS, WORDS, WORDS), max_size=4).map(tuple), WORDS
)


@pytest.fixture(scope="module")
def found() -> Examination:
    return examine(presented(made("both-number")), basis())


@settings(deadline=None, derandomize=True, max_examples=50)
@given(VERDICTS)
def test_whatever_officers_say_goes_there_and_back_and_leaves_the_examination_alone(officers: OfficersVerdict) -> None:
    written = to_json(EXAMINED, officers=officers)
    assert officers_in(written) == officers
    assert from_json(written) == EXAMINED
    alone = json.loads(to_json(EXAMINED))
    assert {**alone, "officers": json.loads(written)["officers"]} == json.loads(written)


def test_where_nobody_has_spoken_the_bytes_are_what_they_were(found: Examination) -> None:
    assert to_json(found, officers=None) == to_json(found)
    assert b"officers" not in to_json(found)
    assert b"officers" not in to_xml(found)
    assert officers_in(to_json(found)) is None


@pytest.mark.parametrize("personal", [True, False])
def test_who_said_it_is_written_with_personal_data_only(found: Examination, *, personal: bool) -> None:
    for content in (
        to_json(found, personal=personal, officers=FORGED),
        to_xml(found, personal=personal, officers=FORGED),
    ):
        assert (b"off-1" in content) is personal
        assert b"forged" in content
        assert b"disputed" in content
    assert officers_in(to_json(found, personal=False, officers=FORGED)) == FORGED.without_persons()


def test_the_log_has_every_verdict_after_all_that_the_machine_says(found: Examination) -> None:
    root = ET.fromstring(to_xml(found, personal=True, officers=FORGED))  # noqa: S314 - our own
    last = root[-1]
    assert last.tag == f"{{{NAMESPACE}}}officers"
    assert last.attrib == {"agreement": "disputed"}, "officers who differ have no verdict in common"
    assert [(each.text, each.get("by"), each.get("at")) for each in last] == [
        ("forged", "off-1", "2026-11-22T12:00:00+00:00"),
        ("genuine", "off-2", "2026-11-22T13:00:00+00:00"),
    ]
    alone = ET.fromstring(to_xml(found, personal=True))  # noqa: S314 - our own
    root.remove(last)
    assert ET.canonicalize(ET.tostring(root), strip_text=True) == ET.canonicalize(ET.tostring(alone), strip_text=True)
    assert root.get("advice") == found.advice, "a verdict does not become the advice"


@settings(deadline=None, derandomize=True, max_examples=50)
@given(VERDICTS)
def test_no_word_becomes_markup(officers: OfficersVerdict) -> None:
    root = ET.fromstring(to_xml(EXAMINED, personal=True, officers=officers))  # noqa: S314 - our own
    (element,) = [each for each in root if each.tag.endswith("officers")]
    assert len(element) == len(officers.given)
    assert all(len(each) == 0 for each in element)


@pytest.mark.parametrize(
    "officers",
    [[], "forged", {}, {"agreement": "single"}, {"agreement": 1, "given": []}, {"agreement": "single", "given": [{}]},
     {"agreement": "single", "given": [], "advice": "consistent"},
     {"agreement": "single", "given": [{"verdict": "forged", "given_at": None}]}],
)  # fmt: skip
def test_a_wrong_form_is_refused_in_words(found: Examination, officers: object) -> None:
    content = json.dumps({**json.loads(to_json(found)), "officers": officers}).encode()
    for reader in (from_json, officers_in):
        with pytest.raises(InputError, match="officers"):
            reader(content)
    assert not is_stored(content)
