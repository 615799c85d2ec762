"""Numbers as tags: the form in which they are compared comes first, what an older release tagged is still there."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PersonQuery, PersonRecord, judge, padded, tag_rows, tags, tags_to_wire
from egnatia.engines.people.tagging import RECORD_FACTOR, SLOTS, Feature, tag
from egnatia.model.ids import RecordRef

KEY = b"k" * 32
PLACES = SLOTS[Feature.IDENTIFIER]


def of_query(*numbers: str) -> set[bytes]:
    made = tags(PersonQuery("Arben", "Krasniqi", identifiers=numbers), KEY)
    return {each.value for each in made if each.feature is Feature.IDENTIFIER}


def of_text(*texts: str) -> set[bytes]:
    return {tag(Feature.IDENTIFIER, each, KEY).value for each in texts}


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ("BA1234567", ("BA1234567",)),
        ("ba 123-4567", ("BA1234567",)),
        ("document: BA1234567", ("BA1234567",)),
        ("+383 44 123 456", ("38344123456",)),
        ("00383 44 123 456", ("38344123456", "0038344123456")),
        ("+383 (0) 44 123 456", ("38344123456", "383044123456")),
        ("plate: \u041d\u0421 123", ("NS123", "\u041d\u0421123")),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", ("123456", "\u0661\u0662\u0663\u0664\u0665\u0666")),
    ],
)
def test_a_number_has_a_tag_as_it_is_compared_and_one_as_it_was_written(written: str, texts: tuple[str, ...]) -> None:
    assert of_query(written) == of_text(*texts)


@pytest.mark.parametrize("written", ["0000000000", "AAAAAAA", "1234", "address: Rruga 12", "phone: 12345", "document:"])
def test_what_is_no_number_has_none(written: str) -> None:
    assert of_query(written) == set()


def test_the_compared_forms_of_all_have_their_places_before_any_written_one() -> None:
    numbers = [f"00383 44 123 45{n}" for n in range(PLACES)]
    assert of_query(*numbers) == of_text(*(f"3834412345{n}" for n in range(PLACES)))
    assert of_query(*numbers[:3]) == of_text(*(f"3834412345{n}" for n in range(3)), "00383441234" + "50")


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.sampled_from(["BA1234567", "00383 44 123 456", "+355 69 123 4567", "plate: \u041d\u0421 123", "x", ""]),
                max_size=4))  # fmt: skip
def test_a_padded_question_has_as_many_as_any_other(numbers: list[str]) -> None:
    made = padded(tags(PersonQuery("Arben", "Krasniqi", identifiers=tuple(numbers)), KEY), random.Random(3))
    assert {feature: len(values) for feature, values in tags_to_wire(made).items()} == {
        feature.value: places for feature, places in SLOTS.items()
    }


def test_a_record_with_twenty_numbers_keeps_to_its_bound() -> None:
    record = PersonRecord(
        RecordRef("R-1"), "Arben", "Krasniqi", identifiers=tuple(f"00383 44 100 {n:03}" for n in range(20))
    )
    made = [each for each in tags(record, KEY) if each.feature is Feature.IDENTIFIER]
    assert len(made) == RECORD_FACTOR * PLACES
    assert {each.value for each in made} == of_text(*(f"38344100{n:03}" for n in range(RECORD_FACTOR * PLACES)))


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("00383 44 123 456", "+383 (0) 44 123456"),
        ("passport: BA 1234567", "ba1234567"),
        ("plate: \u041d\u0421 123", "plate: ns-123"),
    ],
)
def test_two_ways_of_writing_meet(held: str, asked: str) -> None:
    for one, other in ((held, asked), (asked, held)):
        record = PersonRecord(RecordRef("R-1"), "Somebody", "Else", identifiers=(one,))
        wanted = padded(tags(PersonQuery("Arben", "Krasniqi", identifiers=(other,)), KEY), random.Random(1))
        found = judge(wanted, [value for value, _ in tag_rows(record, KEY)])
        assert found is not None
        assert [each.value for each in found.evidence] == ["identifier_same"]
