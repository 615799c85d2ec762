"""Names of a hundred parts: compared in bounded work, counted in comparisons of parts and not in seconds."""

import random
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PersonQuery, PersonRecord, kept_record, record_from_dict
from egnatia.engines.people import likeness as module
from egnatia.engines.people.formats import read_persons
from egnatia.engines.people.likeness import FOLDED_PARTS, align, name_of
from egnatia.engines.people.match import compare
from egnatia.engines.people.parts import Part, parts
from egnatia.engines.people.types import MAX_ALL_WORDS, MAX_WORDS
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef


def words(many: int, chance: random.Random) -> str:
    return " ".join("ab"[chance.randrange(2)] + chance.choice("abcde") for _ in range(many))


def comparisons(left: str, right: str) -> int:
    """How many pairs of parts are compared when two names are laid against each other."""
    before = module._remembered.cache_info()
    align(name_of(left, parts(left)), name_of(right, parts(right)))
    after = module._remembered.cache_info()
    return after.hits + after.misses - before.hits - before.misses


@pytest.mark.parametrize("many", [FOLDED_PARTS + 1, 30, 66])
def test_work_for_long_names_grows_by_the_product_of_their_parts(many: int) -> None:
    """One part less on the other side: every two neighbours were tried as one, and each time all of the rest was compared."""
    chance = random.Random(many)
    assert comparisons(words(many, chance), words(many - 1, chance)) <= 2 * many * many


def test_work_for_names_as_people_have_them_is_bounded_too() -> None:
    chance = random.Random(3)
    assert comparisons(words(FOLDED_PARTS, chance), words(FOLDED_PARTS - 1, chance)) <= FOLDED_PARTS**4


def test_the_longest_names_that_a_record_may_have_weigh_the_same_both_ways() -> None:
    chance = random.Random(8)
    left, right = (
        PersonRecord(
            RecordRef(ref), words(many, chance), words(20, chance), aliases=(words(24, chance), words(19, chance))
        )
        for ref, many in (("a", 24), ("b", 13))
    )
    there, back = compare(left, right), compare(right, left)
    assert there.bits == pytest.approx(back.bits, abs=1e-9)
    assert sum(part.added for part in there.evidence) == pytest.approx(there.bits, abs=1e-9)


ROYAL = "Pablo Diego Jos\u00e9 Francisco de Paula Juan Nepomuceno Mar\u00eda de los Remedios Cipriano de la Sant\u00edsima Trinidad"


@pytest.mark.parametrize("field", ["first_names", "family_names", "father_name", "mother_name", "aliases"])
@pytest.mark.parametrize(
    "name",
    ["ab " * (MAX_WORDS + 1), "a-" * 30, "\u0630\u0643 " * 25, "\ufdfa" * 9, "\ufdfa" * 200, "\u0434\u0430_" * 40],
)
def test_more_words_than_any_name_has_are_refused_in_every_field(field: str, name: str) -> None:
    """The last but one is one sign that stands for four words."""
    known: dict[str, Any] = {"first_names": "Arben", "family_names": "Hoxha"}
    with pytest.raises(InputError, match=f"more than {MAX_WORDS} words"):
        PersonRecord(RecordRef("a"), **known | {field: (name,) if field == "aliases" else name})
    if field != "aliases":
        with pytest.raises(InputError, match="words"):
            PersonQuery(**known | {field: name})


@pytest.mark.parametrize("name", [ROYAL, "ab " * MAX_WORDS, "A" * 200, "\u91d1" * 200, "\u0639\u0628\u062f " * 24])
def test_every_name_that_somebody_bears_is_taken(name: str) -> None:
    assert PersonRecord(RecordRef("a"), name, "Ruiz y Picasso", aliases=(name,)).first_names == name


def test_all_names_of_one_person_have_no_more_words_than_twenty_people() -> None:
    chance = random.Random(5)
    many = MAX_ALL_WORDS // 20
    assert (
        len(PersonRecord(RecordRef("a"), "", "", aliases=tuple(words(many, chance) for _ in range(20))).aliases) == 20
    )
    with pytest.raises(InputError, match=f"more than {MAX_ALL_WORDS} words"):
        PersonRecord(RecordRef("a"), "Arben", "", aliases=tuple(words(many, chance) for _ in range(20)))


@pytest.mark.parametrize("field", ["first_names", "family_names", "father_name", "mother_name"])
@pytest.mark.parametrize("name", ["Arben " * 30, "a-" * 100, "\ufdfa" * 200])
def test_a_record_of_an_earlier_release_is_read_with_the_beginning_of_its_name(field: str, name: str) -> None:
    fields = {"ref": "A", "first_names": "Arben", "family_names": "Hoxha", field: name}
    with pytest.raises(InputError):
        record_from_dict(fields)
    read = kept_record(fields)
    assert name.startswith(getattr(read, field)), "and nothing else in its place"
    others = {"first_names", "family_names"} - {field}
    assert {each: getattr(read, each) for each in others} == {each: fields[each] for each in others}


def test_other_names_too_many_go_from_the_end_and_a_date_of_another_calendar_is_unknown() -> None:
    aliases = [f"Arben Hoxha {number} " + "Ali " * 9 for number in range(20)]
    fields = {"ref": "A", "family_names": "Hoxha", "aliases": aliases, "birth_date": "1369-05-05"}
    read = kept_record(fields)
    assert read.aliases == tuple(aliases[: len(read.aliases)])
    assert 0 < len(read.aliases) < len(aliases)
    assert read.birth_date is None


@pytest.mark.parametrize(
    "fields", [{}, {"ref": "A"}, {"ref": "A", "family_names": 7}, {"ref": "A", "nationality": "ALB"}]
)
def test_what_was_a_record_in_no_release_is_none(fields: dict[str, object]) -> None:
    with pytest.raises(InputError):
        kept_record(fields)


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=20))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_what_can_be_read_is_read_as_it_is_and_whatever_is_short_enough_can(family: str, aliases: list[str]) -> None:
    fields = {"ref": "A", "first_names": "Arben", "family_names": family, "aliases": aliases}
    read = kept_record(fields)
    try:
        assert read == record_from_dict(fields)
    except InputError:
        assert family.startswith(read.family_names)


def test_a_line_with_too_many_words_is_named_and_left_out() -> None:
    content = "ref,first_names\nA," + "ab " * 30 + "\nB,Arben\n"
    rows = list(read_persons(BytesIO(content.encode())))
    assert [getattr(row, "problem", "") for row in rows] == [f"a name has more than {MAX_WORDS} words", ""]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Nur al-Din Mahmud ibn Zangi ibn Aq Sunqur", "Noureddine Mahmud ibn Zangi ibn Aq Sunqur"),
        ("Maria da Gloria Joana Carlota Leopoldina", "Mariada Gloria Joana Carlota Leopoldina"),
    ],
)
def test_long_names_of_people_are_still_tried_with_neighbours_as_one(left: str, right: str) -> None:
    made = align(name_of(left, parts(left)), name_of(right, parts(right)))
    assert made is not None
    assert max(len(parts(left)), len(parts(right))) <= FOLDED_PARTS
    assert made.alike > 0.85
    assert all(isinstance(part, Part) for _, part, _ in made.pairs)
