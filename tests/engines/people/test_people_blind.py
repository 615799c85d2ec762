"""Blind enquiries: vectors that two releases share, padding that shows nothing, and when hits are a candidate."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PersonQuery, PersonRecord, parse_date
from egnatia.engines.people.blind import (
    SLOTS,
    TAG_LENGTH,
    Feature,
    hits,
    judge,
    padded,
    tag_rows,
    tags,
    tags_from_wire,
    tags_to_wire,
)
from egnatia.engines.people.tagging import RECORD_FACTOR, tag
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef
from egnatia.model.states import Evidence

KEY = bytes(range(32))
OTHER_KEY = bytes(32)


def record(
    first: str, family: str, born: str = "", identifiers: tuple[str, ...] = (), aliases: tuple[str, ...] = ()
) -> PersonRecord:
    return PersonRecord(RecordRef("XKX-P-7"), first, family, parse_date(born), "", identifiers, aliases)


def judged(query: PersonQuery, known: PersonRecord) -> tuple[Evidence, ...]:
    asked = padded(tags(query, KEY), random.Random(1))
    found = judge(asked, hits(asked, {value for value, _ in tag_rows(known, KEY)}))
    return found.evidence if found else ()


@pytest.mark.parametrize(
    ("feature", "text", "expected"),
    [
        (Feature.FAMILY_TOKEN, "hoxha", "4d01347d55f2b7f81de84a85718f65d0"),
        (Feature.FAMILY_SOUND, "HD", "bb3e8d4af35dd5b916db8c3666688896"),
        (Feature.FIRST_TOKEN, "xhemail", "e6ca69b3cd7b4bc43b3711aa05b82d06"),
        (Feature.FIRST_SOUND, "DML", "9110d5aa65daebfe3c7a3cffe5c5202c"),
        (Feature.FIRST_SOUND, "=gjergj", "bcd62391f74a35ce9bee2522b38c9844"),
        (Feature.BIRTH_DATE, "1990-03-07", "f024fc097e2ea45bacbd340940ce1cb6"),
        (Feature.BIRTH_YEAR_MONTH, "1990-3", "b34f8e76d8fdf641b714a15495da9f4d"),
        (Feature.IDENTIFIER, "BA1234567", "9d010741dad9157d960a4fc0ce98f1e9"),
    ],
)
def test_tag_vectors(feature: Feature, text: str, expected: str) -> None:
    assert tag(feature, text, KEY).value.hex() == expected


def test_the_features_of_a_person_are_these() -> None:
    made = tags(PersonQuery("Xhemail", "Hoxha", parse_date("1990-03-07"), identifiers=("ba-1234567",)), KEY)
    expected = [
        (Feature.FAMILY_TOKEN, "hoxha"),
        (Feature.FAMILY_SOUND, "HD"),
        (Feature.FIRST_TOKEN, "xhemail"),
        (Feature.FIRST_SOUND, "DML"),
        (Feature.BIRTH_DATE, "1990-03-07"),
        (Feature.BIRTH_YEAR_MONTH, "1990-3"),
        (Feature.BIRTH_YEAR_DAY, "1990-7"),
        (Feature.BIRTH_SWAPPED, "1990-3-7"),
        (Feature.IDENTIFIER, "BA1234567"),
    ]
    assert set(made) == {tag(feature, text, KEY) for feature, text in expected}


def test_both_ends_make_the_same_tags() -> None:
    assert set(tags(PersonQuery("Arben", "Hoxha"), KEY)) <= set(tags(record("ARBEN", "HOXHA"), KEY))


def test_another_key_shares_no_tag() -> None:
    query = PersonQuery("Arben", "Hoxha", parse_date("1990-03-07"))
    assert not hits(tags(query, KEY), {one.value for one in tags(query, OTHER_KEY)})


def test_a_record_is_filed_with_its_fields_both_ways_and_a_query_is_not() -> None:
    asked = tags(PersonQuery("Hoxha", "Arben"), KEY)
    assert set(asked) <= set(tags(record("Arben", "Hoxha"), KEY))
    assert not set(asked) & set(tags(PersonQuery("Arben", "Hoxha"), KEY))


def test_one_text_under_two_features_gives_two_tags() -> None:
    assert tag(Feature.BIRTH_YEAR_MONTH, "1990-3", KEY).value != tag(Feature.BIRTH_YEAR_DAY, "1990-3", KEY).value


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_short_key_is_refused(length: int) -> None:
    with pytest.raises(InputError, match="32 bytes"):
        tags(PersonQuery("Arben", "Hoxha"), bytes(length))


@pytest.mark.parametrize(
    "query",
    [
        PersonQuery("Arben", "Hoxha"),
        PersonQuery("Arben Agim Besnik Ilir Qemal", "Shehu-Gashi", parse_date("1990-03-07")),
        PersonQuery(identifiers=("BA1234567", "BA1234568", "BA1234569", "BA1234560", "BA1234561")),
        PersonQuery("", "Hoxha", parse_date("1990-03")),
    ],
)
def test_every_padded_query_has_the_same_shape(query: PersonQuery) -> None:
    made = padded(tags(query, KEY), random.Random(3))
    assert Counter(one.feature for one in made) == SLOTS
    assert {len(one.value) for one in made} == {TAG_LENGTH}
    assert set(tags(query, KEY)) <= set(made)


def test_the_order_of_a_padded_query_does_not_show_which_are_real() -> None:
    made = tags(PersonQuery("Arben", "Hoxha"), KEY)
    places = {padded(made, random.Random(seed)).index(made[0]) for seed in range(40)}
    assert len(places) > 15


def test_a_record_has_a_bound_too() -> None:
    many = tuple(f"First{chr(97 + n)} Family{chr(97 + n)}" for n in range(20))
    counts = Counter(one.feature for one in tags(record("Arben", "Hoxha", aliases=many), KEY))
    assert all(counts[feature] <= SLOTS[feature] * RECORD_FACTOR for feature in Feature)


def test_rows_carry_the_reference_and_nothing_twice() -> None:
    rows = tag_rows(record("Arben", "Hoxha", aliases=("Arben Hoxha",)), KEY)
    assert len({value for value, _ in rows}) == len(rows) == 8
    assert {ref for _, ref in rows} == {"XKX-P-7"}


@pytest.mark.parametrize(
    ("query", "known", "evidence"),
    [
        (
            PersonQuery("Arben", "Hoxha", parse_date("1990-03-07")),
            record("Arben", "Hoxha", "1990-03-07"),
            ("family_name_same", "first_name_same", "birth_date_same"),
        ),
        (
            PersonQuery("Џемаил", "Реџепи"),
            record("Xhemail", "Rexhepi", "1990-03-07"),
            ("family_name_similar", "first_name_similar"),
        ),
        (
            PersonQuery("Arben", "Hoxha", parse_date("1990-07-03")),
            record("Arben", "Gashi", "1990-03-07"),
            ("first_name_same", "birth_date_partly"),
        ),
        (
            PersonQuery("", "Hoxha", parse_date("1990-03-17")),
            record("Arben", "Hoxha", "1990-03-07"),
            ("family_name_same", "birth_date_partly"),
        ),
        (
            PersonQuery("Arben", "Hoxha"),
            record("Ilir", "Kola", aliases=("HOXHA, Arben",)),
            ("family_name_same", "first_name_same"),
        ),
        (
            PersonQuery(identifiers=("BA1234567",)),
            record("A", "Kola", identifiers=("ba 1234567",)),
            ("identifier_same",),
        ),
        (PersonQuery("Arben", "Hoxha"), record("Arben", "Gashi"), ()),
        (PersonQuery("Arben", "Hoxha"), record("Ilir", "Hoxha"), ()),
        (PersonQuery("Arben", "Hoxha", parse_date("1990-03-07")), record("Ilir", "Kola", "1990-03-07"), ()),
        (PersonQuery("", "Hoxha", parse_date("1990-03-07")), record("Ilir", "Kola", "1990-07-03"), ()),
        (PersonQuery("Abdul Rahman", "Gashi"), record("Abdulrahman", "Gashi"), ("family_name_same", "first_name_same")),
    ],
)
def test_two_parts_with_a_name_make_a_candidate(
    query: PersonQuery, known: PersonRecord, evidence: tuple[str, ...]
) -> None:
    assert judged(query, known) == evidence


def test_quality_is_in_thousandths_and_rises_with_agreement() -> None:
    asked = tags(PersonQuery("Arben", "Hoxha", parse_date("1990-03-07")), KEY)
    ladder = [record("Arben", "Hoxha"), record("Arben", "Hoxha", "1990-03-17"), record("Arben", "Hoxha", "1990-03-07")]
    found = [judge(asked, {one.value for one in tags(known, KEY)}) for known in ladder]
    qualities = [match.quality for match in found if match is not None]
    assert qualities == sorted(set(qualities))
    assert all(0.5 <= quality <= 1 and round(quality, 3) == quality for quality in qualities)


def test_a_placeholder_date_gives_month_and_year_only_and_a_year_nothing() -> None:
    made = {one.feature for one in tags(record("Arben", "Hoxha", "1990-01-01"), KEY)}
    assert Feature.BIRTH_YEAR_MONTH in made
    assert Feature.BIRTH_DATE not in made
    assert not any(f.startswith("birth") for f in {one.feature for one in tags(record("A B", "Hoxha", "1990"), KEY)})


def test_hits_that_were_not_asked_are_ignored() -> None:
    asked = tags(PersonQuery("Arben", "Hoxha"), KEY)
    assert judge(asked, [bytes(16)]) is None
    assert judge((), {one.value for one in asked}) is None


def test_tags_survive_the_wire() -> None:
    made = padded(tags(PersonQuery("Arben", "Hoxha"), KEY), random.Random(5))
    assert Counter(tags_from_wire(tags_to_wire(made))) == Counter(made)


def wire() -> dict[str, object]:
    return dict(tags_to_wire(padded(tags(PersonQuery("Arben", "Hoxha"), KEY), random.Random(5))))


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {**wire(), "nationality": []},
        {**wire(), "birth_date": []},
        {**wire(), "birth_date": "ab"},
        {**wire(), "birth_date": [7]},
        {**wire(), "birth_date": ["AB" * 16]},
        {**wire(), "birth_date": ["ab" * 15]},
        {**wire(), "birth_date": ["1990-03-07"]},
        {**wire(), "birth_date": ["ab" * 16, "ab" * 16]},
        {key: value for key, value in wire().items() if key != "identifier"},
    ],
)
def test_what_padding_did_not_make_is_refused(broken: object) -> None:
    with pytest.raises(InputError):
        tags_from_wire(broken)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_name_stands_in_any_tag(first: str, family: str) -> None:
    person = PersonRecord(RecordRef("1"), first, family, identifiers=("BA1234567",))
    body = str(
        tags_to_wire(padded(tags(PersonQuery(first, family, identifiers=("BA1234567",)), KEY), random.Random(2)))
    )
    assert "BA1234567" not in body
    assert all(len(one.value) == TAG_LENGTH for one in tags(person, KEY))
