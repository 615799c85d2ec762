"""What the search box makes of a text."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from egnatia.console.recognise import Reading, recognise

TODAY = date(2025, 5, 15)
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
"""Specimens of ICAO Doc 9303 parts 4 and 5, appendix."""


@pytest.mark.parametrize("zone", [TD3, TD1, TD3.lower(), "  " + TD3.replace("\n", "\r\n") + "\n"])
def test_a_zone_is_a_zone_before_anything_else(zone: str) -> None:
    assert recognise(zone, TODAY).reading is Reading.ZONE


@pytest.mark.parametrize(
    ("text", "reading", "parts"),
    [
        ("BA1234567", Reading.DOCUMENT_NUMBER, {"number": "BA1234567"}),
        ("ba1234567", Reading.DOCUMENT_NUMBER, {"number": "BA1234567"}),
        ("RKS P00123456", Reading.DOCUMENT_NUMBER, {"number": "P00123456", "issuer": "RKS"}),
        ("123456789", Reading.DOCUMENT_NUMBER, {"number": "123456789"}),
        ("DUR-2025-0417", Reading.CASE, {"case_ref": "DUR-2025-0417"}),
        ("dur-2025-0417", Reading.CASE, {"case_ref": "DUR-2025-0417"}),
        ("XKX-D-000417", Reading.RECORD_REF, {"ref": "XKX-D-000417"}),
        (
            "0B5E4C1A-9d3e-4f6a-8b1c-2d3e4f5a6b7c",
            Reading.ENQUIRY,
            {"id": "0b5e4c1a-9d3e-4f6a-8b1c-2d3e4f5a6b7c"},
        ),
    ],
)
def test_numbers_and_references(text: str, reading: Reading, parts: dict[str, str]) -> None:
    found = recognise(text, TODAY)
    assert (found.reading, found.parts) == (reading, parts)


@pytest.mark.parametrize(
    "text",
    [
        "Hoxha, Arben 1994-06-27",
        "1994-06-27 Hoxha, Arben",
        "Arben Hoxha 27.06.1994",
        "HOXHA Arben 27/06/1994",
        "Arben HOXHA, 27.6.1994",
    ],
)
def test_a_name_with_a_date_of_birth_in_any_order(text: str) -> None:
    found = recognise(text, TODAY)
    assert found.reading is Reading.PERSON
    assert {name: value.capitalize() for name, value in found.parts.items()} == {
        "family_names": "Hoxha",
        "first_names": "Arben",
        "birth_date": "1994-06-27",
    }


@pytest.mark.parametrize(
    ("text", "family", "first"),
    [
        ("Ђорђевић, Љубица 1990-01-02", "Ђорђевић", "Љубица"),
        ("Van der Berg, Jan 1990-01-02", "Van der Berg", "Jan"),
        ("Ana-Marija Petrović 1990-01-02", "Petrović", "Ana-Marija"),
        ("O'Neill, Seán 1990-01-02", "O'Neill", "Seán"),
        ("Suharto 1990-01-02", "Suharto", ""),
    ],
)
def test_names_of_every_script_are_split_and_kept(text: str, family: str, first: str) -> None:
    parts = recognise(text, TODAY).parts
    assert (parts["family_names"], parts["first_names"]) == (family, first)


@pytest.mark.parametrize("text", ["Arben Hoxha 31.02.1994", "Arben Hoxha 2025-05-15", "Arben Hoxha 2031-01-01"])
def test_a_day_that_is_no_day_of_birth_is_not_taken_for_one(text: str) -> None:
    assert recognise(text, TODAY).reading is Reading.NOTHING


@pytest.mark.parametrize("text", ["", "   ", "?!", "12", "<<<<", "P<UTO", "AB12", "A" * 40])
def test_what_is_nothing_is_said_to_be_nothing_or_a_name(text: str) -> None:
    assert recognise(text, TODAY).reading in {Reading.NOTHING, Reading.NAME_ONLY}


def test_a_name_alone_is_only_a_name() -> None:
    assert recognise("Arben Hoxha", TODAY).reading is Reading.NAME_ONLY


@given(st.text(max_size=200))
@example("9999-99-99 x")
@example("0000-01-01 x")
@example("\u0662\u0660\u0662\u0665-\u0660\u0665-\u0660\u0661 x")
@settings(deadline=None, derandomize=True, max_examples=150)
def test_any_text_gets_a_reading(text: str) -> None:
    found = recognise(text, TODAY)
    assert all(isinstance(value, str) for value in found.parts.values())


@given(st.from_regex(r"[A-Z]{2}[0-9]{7}", fullmatch=True), st.sampled_from(["", " ", "\n"]))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_space_around_a_number_changes_nothing(number: str, space: str) -> None:
    assert recognise(space + number + space, TODAY) == recognise(number, TODAY)
