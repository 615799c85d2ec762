"""Looking a number up: exact before near, ranges by their digits, and the same answers as reading every row."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import RegisterRow, matches
from egnatia.engines.documents.mrz.digits import check_digit
from egnatia.engines.documents.registers.lookup import MAX_NEAR, RegisterIndex, lowest_start, near_entries
from egnatia.engines.documents.registers.nearness import Nearness, near_numbers
from egnatia.model.states import RegisterCategory

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBERS = st.text(_LETTERS, min_size=1, max_size=10)


def row(number: str, number_to: str = "", *, issuer: str = "ALB", reference: str = "", kind: str = "P") -> RegisterRow:
    category = RegisterCategory.STOLEN_BLANK if number_to else RegisterCategory.STOLEN
    day = date(2025, 1, 1)
    return RegisterRow(2, issuer, kind, number, number_to or number, category, day, reference or f"R-{number}", "")


def test_an_exact_number_is_found_and_is_not_near() -> None:
    index = RegisterIndex([row("BA1234567")])
    (found,) = index.exact("ALB", "ba 1234567")
    assert (found.number, found.near, found.is_range) == ("BA1234567", None, False)
    assert near_entries(index, "ALB", "BA1234567") == ()


@pytest.mark.parametrize(
    ("read", "kind"),
    [
        ("BA123456O", Nearness.LOOK_ALIKE),
        ("8A123456O", Nearness.LOOK_ALIKE),
        ("BA2134560", Nearness.SWAPPED),
        ("BA1234569", Nearness.ONE_CHARACTER),
        ("BA12345", Nearness.ONE_MORE_OR_LESS),
        ("BA12334560", Nearness.ONE_MORE_OR_LESS),
    ],
)
def test_a_near_number_is_named_by_how_it_differs(read: str, kind: Nearness) -> None:
    index = RegisterIndex([row("BA1234560"), row("BA123456")])
    assert index.exact("ALB", read) == ()
    assert near_entries(index, "ALB", read)[0].near is kind


def test_two_other_characters_are_not_near() -> None:
    index = RegisterIndex([row("BA1234567")])
    assert near_entries(index, "ALB", "BA1239967") == ()


def test_other_issuers_are_other_documents() -> None:
    index = RegisterIndex([row("BA1234567", issuer="RKS")])
    assert index.exact("ALB", "BA1234567") == ()
    assert near_entries(index, "ALB", "BA1234568") == ()
    assert index.exact("XKX", "BA1234567") != ()


def test_an_issuer_without_rows_is_covered_only_where_somebody_says_so() -> None:
    assert not RegisterIndex([]).covers("ALB")
    assert RegisterIndex([], ["DEU"]).covers("D")


@pytest.mark.parametrize(("number", "inside"), [("A0998", False), ("A0999", True), ("A1000", True), ("A1001", False)])
def test_a_range_ends_at_both_ends(number: str, *, inside: bool) -> None:
    index = RegisterIndex([row("A0999", "A1000")])
    assert bool(index.exact("ALB", number)) is inside


def test_a_range_holds_digits_only() -> None:
    index = RegisterIndex([row("A000", "A999")])
    assert index.exact("ALB", "A0B5") == ()
    assert index.exact("ALB", "A025") != ()


@pytest.mark.parametrize(
    ("number", "inside"), [("A025", True), ("A0B5", False), ("A99", False), ("B025", False), ("A0255", False)]
)
def test_a_row_holds_the_numbers_of_its_range_only(number: str, *, inside: bool) -> None:
    assert matches(row("A000", "A999"), "ALB", number) is inside


def test_a_long_range_behind_many_short_ones_is_still_found() -> None:
    ranges = [row(f"{at:07d}", f"{at + 1:07d}") for at in range(100, 3_000, 2)]
    index = RegisterIndex([row("0000001", "0100000", reference="LONG"), *ranges])
    assert [each.reference for each in index.exact("ALB", "0099999")] == ["LONG"]
    assert "LONG" in [each.reference for each in index.exact("ALB", "0002001")]


@pytest.mark.parametrize(
    ("number", "lowest"),
    [("AB", "AB"), ("A5", "A0"), ("A0123456", "A0023457"), ("1000000", "0900001"), ("A0000000", "A0000000")],
)
def test_the_lowest_start_of_a_range(number: str, lowest: str) -> None:
    assert lowest_start(number) == lowest


@given(NUMBERS)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_near_numbers_never_hold_the_number_and_are_symmetric(number: str) -> None:
    near = near_numbers(number)
    assert number not in near
    for other in list(near)[::97]:
        assert number in near_numbers(other)


@given(NUMBERS)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_with_a_verified_digit_only_what_the_digit_cannot_see_is_left(number: str) -> None:
    near = near_numbers(number, check_digit(number))
    assert set(near) <= set(near_numbers(number))
    assert {check_digit(each) for each in near} <= {check_digit(number)}


@given(
    st.lists(st.integers(0, 400), max_size=30),
    st.lists(st.tuples(st.integers(0, 380), st.integers(1, 60)), max_size=6),
    st.integers(0, 450),
)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_the_index_finds_what_reading_every_row_finds(
    singles: list[int], ranges: list[tuple[int, int]], asked: int
) -> None:
    rows = [row(f"Q{number:05d}", reference=f"S{at}") for at, number in enumerate(singles)]
    rows += [
        row(f"Q{first:05d}", f"Q{first + size:05d}", reference=f"T{at}") for at, (first, size) in enumerate(ranges)
    ]
    number = f"Q{asked:05d}"
    found = [each.reference for each in RegisterIndex(rows).exact("ALB", number)]
    assert found == sorted(each.reference for each in rows if matches(each, "ALB", number))


def test_at_most_five_near_entries_the_likeliest_first() -> None:
    index = RegisterIndex([row(f"BA123456{digit}") for digit in "0123456789"] + [row("8A1234566")])
    found = near_entries(index, "ALB", "BA123456Z")
    assert len(found) == MAX_NEAR
    assert found[0].near is Nearness.LOOK_ALIKE
    assert near_entries(index, "ALB", "BA123456Z") == near_entries(
        RegisterIndex([row("8A1234566"), *(row(f"BA123456{digit}") for digit in "9876543210")]), "ALB", "BA123456Z"
    )
