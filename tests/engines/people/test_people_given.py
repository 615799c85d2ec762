"""Given names that lie near each other and are two: a list, and what it does to the comparison of whole persons."""

import itertools

import pytest

from egnatia.engines.people import PersonQuery, PersonRecord, compare, compare_names, parse_date
from egnatia.engines.people.features import SIMILAR, WHOLE_SIMILAR
from egnatia.engines.people.given import _GROUPS, _LISTED, are_two_names
from egnatia.engines.people.languages import forms, shorts
from egnatia.engines.people.likeness import likeness, prepare_name
from egnatia.engines.people.parts import parts
from egnatia.model.ids import RecordRef

NEAR = [
    ("Zoran", "Goran"),
    ("Hasan", "Hysen"),
    ("Hamid", "Hamdi"),
    ("Marija", "Marijana"),
    ("Biljana", "Ljiljana"),
    ("Arben", "Artan"),
    ("Selim", "Selman"),
    ("Jusuf", "Josif"),
    ("Mahmut", "Muhamet"),
    ("\u0417\u043e\u0440\u0430\u043d", "\u0413\u043e\u0440\u0430\u043d"),
]


def alike(left: str, right: str) -> float:
    return likeness(prepare_name(left), prepare_name(right)) or 0.0


@pytest.mark.parametrize(("left", "right"), NEAR)
def test_two_names_that_everybody_knows_are_not_one_typed_wrong(left: str, right: str) -> None:
    assert alike(left, right) == alike(right, left) < SIMILAR
    assert alike(f"{left} Krasniqi", f"{right} Krasniqi") < WHOLE_SIMILAR


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Zoran", "Zorqn"),  # a slip that is no name
        ("Goran", "Gorna"),
        ("Hysen", "Husein"),
        ("Hasan", "Hassan"),
        ("Selim", "Salim"),
        ("Muhamet", "Mohammed"),
        ("Sulejman", "Sylejman"),
        ("Xhevdet", "Dževdet"),
        ("Ljiljana", "Љиљана"),
        ("Shefqet", "Šefćet"),
    ],
)
def test_a_slip_and_another_spelling_are_compared_as_before(left: str, right: str) -> None:
    assert alike(left, right) >= SIMILAR


def test_a_listed_name_is_written_as_it_is_read_and_stands_once() -> None:
    """What is not what the reading of a name makes of it would never be looked up."""
    names = [name for group in _LISTED.split() for name in group.split("/")]
    assert len(names) == len(set(names)) == len(_GROUPS)
    for name in names:
        assert [part.text for part in parts(name)] == [name]


def test_no_form_and_no_short_form_is_held_to_be_another_name() -> None:
    group, short = forms(), shorts()
    for left, right in itertools.combinations(_GROUPS, 2):
        together = group.get(left, left) == group.get(right, right)
        brief = right in short.get(left, ()) or left in short.get(right, ())
        if together or brief:
            assert alike(left, right) >= SIMILAR, (left, right)


def test_it_is_symmetric_and_says_nothing_of_one_and_the_same_or_of_the_unknown() -> None:
    for left, right in itertools.product(list(_GROUPS)[::7], repeat=2):
        assert are_two_names(left, right) == are_two_names(right, left)
    assert not any(are_two_names(name, name) for name in _GROUPS)
    assert not are_two_names("zoran", "zorqn")
    assert not are_two_names("nobody", "zoran")


def test_brothers_of_near_names_are_said_to_have_different_first_names() -> None:
    asked = PersonQuery("Zoran", "Ilić", parse_date("1980-01-02"), "Petar")
    brother = compare(asked, PersonRecord(RecordRef("B"), "Goran", "Ilić", parse_date("1980-01-02"), "Petar"))
    himself = compare(asked, PersonRecord(RecordRef("H"), "Zorqn", "Ilić", parse_date("1980-01-02"), "Petar"))
    assert "first_name_different" in {each.claim for each in brother.evidence}
    assert "first_name_different" not in {each.claim for each in himself.evidence}
    assert brother.score < himself.score
    assert compare_names("Zoran Ilić", "Goran Ilić").score < compare_names("Zoran Ilić", "Zorqn Ilić").score
