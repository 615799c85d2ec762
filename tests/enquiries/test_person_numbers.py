"""Numbers in a question about a person: what each is read as, what is wrong with it, and what is not asked at all."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import parse_date
from egnatia.engines.people.identifiers import IdentifierKind as Kind
from egnatia.enquiries.numbers import MAX_NUMBERS, Number, Remark, read_numbers
from egnatia.enquiries.subjects import person
from egnatia.errors import InputError

NAMES = {"first_names": "Arben", "family_names": "Krasniqi"}


def one(written: str, born: str = "") -> Number:
    [found] = read_numbers([written], parse_date(born))
    return found


def jmbg(digits: str) -> str:
    """Twelve digits and the check digit that the law of 1976 asks for, by its own words."""
    total = sum(int(each) * weight for each, weight in zip(digits, (7, 6, 5, 4, 3, 2) * 2, strict=True))
    rest = 11 - total % 11
    return digits + str(rest if rest < 10 else 0)


RIGHT = jmbg("180399471000")
WRONG = RIGHT[:-1] + str((int(RIGHT[-1]) + 1) % 10)


@pytest.mark.parametrize(
    ("written", "kind", "text", "remarks"),
    [
        ("BA1234567", Kind.DOCUMENT, "BA1234567", ()),
        ("ba 123-45.67", Kind.DOCUMENT, "BA1234567", ()),
        ("passport: BA1234567", Kind.DOCUMENT, "BA1234567", ()),
        (RIGHT, Kind.NATIONAL, RIGHT, ()),
        (f"national: {RIGHT}", Kind.NATIONAL, RIGHT, ()),
        (WRONG, Kind.DOCUMENT, WRONG, (Remark.CHECK_WRONG,)),
        (f"national:{WRONG}", Kind.NATIONAL, WRONG, (Remark.CHECK_WRONG,)),
        (f"document:{WRONG}", Kind.DOCUMENT, WRONG, ()),
        ("national:ABC12345", Kind.NATIONAL, "ABC12345", (Remark.NO_RULE,)),
        ("+383 44 123 456", Kind.PHONE, "38344123456", ()),
        ("00383 (0) 44/123-456", Kind.PHONE, "38344123456", ()),
        ("phone: +355 69 000 0001", Kind.PHONE, "355690000001", ()),
        ("phone: 38344123456", Kind.PHONE, "38344123456", ()),
        ("phone: 044 123 456", Kind.PHONE, "044123456", (Remark.NO_COUNTRY,)),
        ("tel:069 000 0001", Kind.PHONE, "0690000001", (Remark.NO_COUNTRY,)),
        ("AL47 2121 1009 0000 0002 3569 8741", Kind.IBAN, "AL47212110090000000235698741", ()),
        ("AL47 2121 1009 0000 0002 3569 8742", Kind.DOCUMENT, "AL47212110090000000235698742", (Remark.IBAN_WRONG,)),
        ("iban:AL48 2121 1009 0000 0002 3569 8741", Kind.IBAN, "AL48212110090000000235698741", (Remark.IBAN_WRONG,)),
        ("plate: AA 001 BB", Kind.PLATE, "AA001BB", ()),
        ("plate: \u041d\u0421 123 \u0410\u0411", Kind.PLATE, "NS123AB", ()),
        ("\u200eBA1234567\u202e", Kind.DOCUMENT, "BA1234567", ()),
        ("٠٠٣٨٣٤٤١٢٣٤٥٦", Kind.PHONE, "38344123456", ()),
    ],
)
def test_a_number_is_read_as_what_it_is(written: str, kind: Kind, text: str, remarks: tuple[Remark, ...]) -> None:
    found = one(written)
    assert (found.written, found.kind, found.text, found.remarks) == (written, kind, text, remarks)


@pytest.mark.parametrize(
    ("born", "remarks"),
    [("1994-03-18", ()), ("1994-03", ()), ("1994", ()), ("", ()), ("1994-03-19", (Remark.DATE_DIFFERS,)),
     ("1994-04", (Remark.DATE_DIFFERS,)), ("1993", (Remark.DATE_DIFFERS,))],
)  # fmt: skip
def test_a_day_inside_a_national_number_is_held_against_the_date_beside_it(
    born: str, remarks: tuple[Remark, ...]
) -> None:
    assert one(RIGHT, born).remarks == remarks


@pytest.mark.parametrize("written", ["", " ", "1234", "A-1", "0000000000", "XXXXXXX", "phone: 12345", "phone: abcdefgh",
                                     "document:", "plate: ---", "\u200e\u200e\u200e\u200e\u200e"])  # fmt: skip
def test_what_could_find_nobody_is_refused_with_what_to_do(written: str) -> None:
    with pytest.raises(InputError) as caught:
        read_numbers([written])
    assert "letters and digits" in caught.value.hint()


def test_an_address_is_no_number() -> None:
    with pytest.raises(InputError, match="address") as caught:
        read_numbers(["address: Rruga e Durresit 12"])
    assert "core data" in caught.value.hint()


def test_more_than_a_question_has_places_for_are_refused_and_none_left_out_unseen() -> None:
    numbers = [f"BA123456{n}" for n in range(MAX_NUMBERS + 1)]
    assert len(read_numbers(numbers[:-1])) == MAX_NUMBERS
    with pytest.raises(InputError, match="room for 4 numbers"):
        read_numbers(numbers)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.text(max_size=30), max_size=6))
def test_any_text_is_read_or_refused_in_words(written: list[str]) -> None:
    found: list[str] = []
    refused: InputError | None = None
    try:
        found = [each.written for each in read_numbers(written)]
    except InputError as error:
        refused = error
    assert found == written if refused is None else refused.hint()


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(0, 12), st.integers(1, 9))
def test_every_single_wrong_digit_of_a_national_number_is_remarked_or_is_no_check_of_that_law(
    place: int, by: int
) -> None:
    """Modulo 11 finds every single slip, but where a remainder of 1 is written as 0."""
    slipped = RIGHT[:place] + str((int(RIGHT[place]) + by) % 10) + RIGHT[place + 1 :]
    right_after_all = jmbg(slipped[:-1]) == slipped
    assert (one(f"national:{slipped}").remarks == ()) is right_after_all


@pytest.mark.parametrize(
    "values",
    [
        {"identifiers": ["BA1234567"]},
        {"identifiers": [RIGHT], "family_names": "Krasniqi"},
        {"identifiers": [RIGHT], "family_names": "UNKNOWN", "first_names": "Arben"},
        {"identifiers": [RIGHT], "birth_date": "1994-03-18"},
        {"identifiers": [RIGHT], "birth_date": "1994", "first_names": "Arben"},
        {"first_names": "Arben"},
        {"family_names": "Krasniqi"},
        {"birth_date": "1994-03-18"},
        {"father_name": "Gezim", "mother_name": "Drita", "first_names": "Arben"},
        {},
    ],
)
def test_one_of_names_and_date_is_no_question_even_beside_a_number(values: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="too little") as caught:
        person.check(values)
    assert "Give two of" in caught.value.hint()


@pytest.mark.parametrize("parts", [("first_names", "family_names"), ("first_names", "birth_date"),
                                   ("family_names", "birth_date")])  # fmt: skip
def test_any_two_of_them_are_a_question_with_and_without_a_number(parts: tuple[str, ...]) -> None:
    values = {name: (NAMES | {"birth_date": "1994-03-18"})[name] for name in parts}
    assert person.check(values) == values
    assert person.check(values | {"identifiers": ["BA1234567"]})["identifiers"] == ["BA1234567"]


@pytest.mark.parametrize("numbers", [["1234"], ["BA1234567"] * 5, ["address: Rruga 1"], "BA1234567", [7], [None]])
def test_a_question_with_a_number_that_is_none_is_refused(numbers: Any) -> None:
    with pytest.raises(InputError):
        person.check(NAMES | {"identifiers": numbers})
