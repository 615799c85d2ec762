"""Pages as JSON: what is read, and what is refused with a sentence that names the field."""

import json
from typing import Any

import pytest

from egnatia.engines.documents.visual.formats import MAX_BYTES, MAX_TEXT, read_visual, visual_from
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields
from egnatia.errors import InputError


def test_texts_lists_and_objects_are_read() -> None:
    page = read_visual(
        json.dumps(
            {
                "primary": ["ЕРИКСОН", {"text": "ERIKSSON", "confidence": 0.5}],
                "number": {"text": "L898902C3", "box": [1, 2, 3, 4], "confidence": 1},
                "sex": "F",
                "authority": "  ",
                "language": "sr",
                "page": "front.jpg",
            }
        )
    )
    assert page.primary == (Printed("ЕРИКСОН"), Printed("ERIKSSON", None, 0.5))
    assert page.number == Printed("L898902C3", (1, 2, 3, 4), 1.0)
    assert (page.sex, page.authority, page.language, page.page) == (Printed("F"), None, "sr", "front.jpg")
    assert page.printed(VisualField.SEX) == (Printed("F"),)
    assert page.printed(VisualField.AUTHORITY) == ()
    assert page.printed(VisualField.PRIMARY) == page.primary


def test_texts_by_field_make_a_page() -> None:
    assert visual_from({"primary": ("A", "B"), "sex": ("F",)}, "sq") == VisualFields(
        primary=(Printed("A"), Printed("B")), sex=Printed("F"), language="sq"
    )


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('"text"', "JSON object"),
        ('{"colour": "red"}', "'colour'"),
        ('{"language": 1}', "'language'"),
        ('{"number": 5}', "'number'"),
        ('{"number": ["A", "B"]}', "'number'"),
        ('{"number": {"text": "A", "size": 1}}', "'number'"),
        ('{"number": {"box": [1, 2, 3, 4]}}', "'number'"),
        ('{"number": {"text": "A", "box": [1, 2, 3]}}', "box of 'number'"),
        ('{"number": {"text": "A", "box": [1, 2, 3, true]}}', "box of 'number'"),
        ('{"number": {"text": "A", "confidence": 2}}', "confidence of 'number'"),
        ('{"number": {"text": "A", "confidence": true}}', "confidence of 'number'"),
        ('{"number": {"text": "A", "confidence": NaN}}', "confidence of 'number'"),
        (json.dumps({"primary": ["A"] * 9}), "'primary'"),
        (json.dumps({"number": "A" * (MAX_TEXT + 1)}), "'number'"),
        (" " * (MAX_BYTES + 1), "bytes"),
        ("[" * 60_000, "not JSON"),
    ],
)
def test_what_is_no_page_is_refused_by_name(content: str, names: str) -> None:
    with pytest.raises(InputError, match=names):
        read_visual(content)


@pytest.mark.parametrize("value", [None, {"number": None}])
def test_nothing_is_no_page(value: Any) -> None:
    with pytest.raises(InputError):
        read_visual(json.dumps(value))
