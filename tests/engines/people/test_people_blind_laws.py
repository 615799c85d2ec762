"""What padding hides, what a judgement may depend on, and how strictly the wire is read."""

# ruff: noqa: RUF001 - a look-alike letter is meant

import itertools
import json
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import (
    PersonQuery,
    PersonRecord,
    parse_date,
    query_from_dict,
    query_to_dict,
    record_from_dict,
    record_to_dict,
)
from egnatia.engines.people.blind import (
    SLOTS,
    TAG_LENGTH,
    Feature,
    Tag,
    judge,
    padded,
    tags,
    tags_from_wire,
    tags_to_wire,
)
from egnatia.engines.people.types import MAX_LIST, MAX_NAME_LENGTH
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef
from egnatia.model.states import Evidence

KEY = bytes(range(32))
LITTLE = PersonQuery("Arben", "Hoxha")
MUCH = PersonQuery(
    "Arben Agim Besnik Ilir Qemal Luan", "Shehu Gashi Krasniqi Berisha Kola", parse_date("1990-03-07"),
    identifiers=("BA1234567", "BA1234568", "BA1234569", "BA1234560"),
)  # fmt: skip
features = st.sets(st.sampled_from(sorted(SLOTS)))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.sampled_from(["Arben", "Agim", "Luan", "Hoxha", "Kola"]), min_size=1, max_size=8), st.integers(0, 6))
def test_every_query_goes_out_in_one_shape(parts: list[str], numbers: int) -> None:
    query = PersonQuery(
        " ".join(parts), parts[0], parse_date("1990-03-07"), identifiers=tuple(f"BA12345{n}" for n in range(numbers))
    )
    made = padded(tags(query, KEY), random.Random(7))
    assert Counter(one.feature for one in made) == SLOTS
    assert len(json.dumps(tags_to_wire(made))) == len(
        json.dumps(tags_to_wire(padded(tags(LITTLE, KEY), random.Random(8))))
    )


def test_the_place_of_a_real_tag_among_its_feature_is_evenly_spread() -> None:
    """A real family name stands in each of the five places equally often: 1,500 draws, chi-squared with 4 degrees."""
    real = next(one for one in tags(LITTLE, KEY) if one.feature is Feature.FAMILY_TOKEN)
    counts = Counter(
        tags_to_wire(padded(tags(LITTLE, KEY), random.Random(seed)))["family_token"].index(real.value.hex())
        for seed in range(1_500)
    )
    expected = 1_500 / 5
    assert sum((counts[place] - expected) ** 2 / expected for place in range(5)) < 18.5  # p = .001


@pytest.mark.parametrize("query", [LITTLE, MUCH], ids=["little", "much"])
def test_bytes_of_real_and_random_tags_look_alike(query: PersonQuery) -> None:
    """The mean of all bytes of many padded queries is that of even chance, for a short query and for a full one."""
    total = count = 0
    for seed in range(60):
        key = random.Random(seed).randbytes(32)
        for one in padded(tags(query, key), random.Random(seed + 1)):
            total += sum(one.value)
            count += len(one.value)
    assert abs(total / count - 127.5) < 1.6  # five standard errors of 26,880 bytes are 2.3
    assert count == 60 * sum(SLOTS.values()) * TAG_LENGTH


def test_two_queries_about_one_person_share_only_the_real_tags() -> None:
    one, other = (set(padded(tags(LITTLE, KEY), random.Random(seed))) for seed in (1, 2))
    assert one & other == set(tags(LITTLE, KEY))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(features, st.sampled_from(sorted(SLOTS)))
def test_one_more_hit_never_makes_a_candidate_worse(hit: set[Feature], more: Feature) -> None:
    asked = [Tag(feature, feature.encode().ljust(TAG_LENGTH, b"\0")[:TAG_LENGTH]) for feature in SLOTS]
    values = {one.feature: one.value for one in asked}
    before = judge(asked, {values[one] for one in hit})
    after = judge(asked, {values[one] for one in hit | {more}})
    if before is not None:
        assert after is not None
        assert after.quality >= before.quality
        assert len(after.evidence) >= len(before.evidence)


def test_every_set_of_hits_is_judged_by_the_two_part_rule() -> None:
    """All 512 sets: a candidate has a number, or two of family name, first name and birth date with half a score."""
    asked = [Tag(feature, bytes([at]) * TAG_LENGTH) for at, feature in enumerate(SLOTS)]
    parts = {"family": 0, "first": 0, "birth": 0}
    for size in range(len(asked) + 1):
        for chosen in itertools.combinations(asked, size):
            found = judge(asked, [one.value for one in chosen])
            kinds = {one.feature.split("_")[0] for one in chosen}
            enough = "identifier" in kinds or len(kinds & parts.keys()) >= 2
            assert found is None or enough
            if found is not None:
                assert 0.5 <= found.quality <= 1
                assert len(found.evidence) == len(kinds)
            if "identifier" in kinds:
                assert found is not None
                assert Evidence.IDENTIFIER_SAME in found.evidence


def _wire() -> dict[str, Any]:
    return dict(tags_to_wire(padded(tags(LITTLE, KEY), random.Random(5))))


scraps = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just("ab" * 16)),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(sorted(SLOTS)), scraps)
def test_any_other_value_of_a_feature_is_refused_or_is_one(feature: str, value: Any) -> None:
    body = {**_wire(), feature: value}
    try:
        made = tags_from_wire(body)
    except InputError:
        return
    assert tags_to_wire(made) == body


@pytest.mark.parametrize("feature", SLOTS)
def test_each_feature_has_exactly_its_number_of_tags(feature: Feature) -> None:
    for change in (lambda values: values[:-1], lambda values: [*values, "ab" * 16], lambda _: []):
        body = _wire()
        body[feature] = change(body[feature])
        with pytest.raises(InputError, match=feature):
            tags_from_wire(body)


@pytest.mark.parametrize(
    "value",
    ["AB" * 16, "ab" * 15, "ab" * 17, "zz" * 16, " " + "a" * 31, "ab" * 16 + "\n", "", None, 5, ["ab" * 16], "аb" * 16],
)
def test_a_tag_has_one_spelling(value: object) -> None:
    body = _wire()
    body["birth_date"] = [value]
    with pytest.raises(InputError, match="birth_date"):
        tags_from_wire(body)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(scraps)
def test_no_scrap_of_json_is_a_person_by_accident(value: Any) -> None:
    for read in (query_from_dict, record_from_dict):
        if not isinstance(value, dict):
            continue
        with pytest.raises(InputError):
            read(value)


@pytest.mark.parametrize("field", ["nationality", "sex", "place_of_birth", "ethnicity", "Ref", "photo", ""])
def test_a_field_that_the_engine_must_not_know_is_refused_by_name(field: str) -> None:
    whole = record_to_dict(PersonRecord(RecordRef("R"), "Arben", "Hoxha"))
    with pytest.raises(InputError, match=repr(field)):
        record_from_dict({**whole, field: "x"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_names", None), ("first_names", ["Arben"]), ("first_names", 7), ("family_names", True),
        ("birth_date", 1990), ("birth_date", "1990-13"), ("birth_date", "soon"), ("father_name", {}),
        ("identifiers", "BA1234567"), ("identifiers", [7]), ("identifiers", None), ("identifiers", {"BA1234567": 1}),
        ("first_names", "x" * (MAX_NAME_LENGTH + 1)), ("identifiers", ["BA1234567"] * (MAX_LIST + 1)),
        ("identifiers", ["x" * (MAX_NAME_LENGTH + 1)]),
    ],
)  # fmt: skip
def test_a_field_of_the_wrong_kind_is_refused(field: str, value: object) -> None:
    with pytest.raises(InputError):
        query_from_dict({"first_names": "Arben", "family_names": "Hoxha", field: value})


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.lists(st.sampled_from(["Arben", "Xhemail", "Љубица"]), min_size=1, max_size=3).map(" ".join),
    st.sampled_from(["", "1990", "1990-03", "1990-03-07"]),
    st.lists(st.sampled_from(["BA1234567", "x", ""]), max_size=3).map(tuple),
)
def test_persons_survive_json(first: str, born: str, numbers: tuple[str, ...]) -> None:
    query = PersonQuery(first, "Hoxha", parse_date(born), "Agim", numbers)
    assert query_from_dict(json.loads(json.dumps(query_to_dict(query)))) == query
    record = PersonRecord(RecordRef("R-1"), first, "Hoxha", parse_date(born), "", numbers, ("HOXHA, Arben",))
    assert record_from_dict(json.loads(json.dumps(record_to_dict(record)))) == record
