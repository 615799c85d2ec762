"""What must not change an answer: origin, order, repetition, what only one side has; and what must."""

import io
import itertools
import math
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import Claim, PersonQuery, PersonRecord, compare, compare_names, parse_date
from egnatia.engines.people.answer import Answer, answer
from egnatia.engines.people.formats import CORE_COLUMNS, PersonRow, read_persons
from egnatia.engines.people.frequencies import Counted, Rarity
from egnatia.engines.people.index import PersonIndex
from egnatia.engines.people.likeness import part_likeness, prepare_name
from egnatia.engines.people.match import TWINS_ALIKE, TWINS_LEAVE, prepare
from egnatia.engines.people.simulate.population import persons
from egnatia.engines.people.types import Band
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

REGISTER = tuple(each.record() for each in persons(160, 31))
COLUMNS = ("ref", "first_names", "family_names", "birth_date", "father_name", "mother_name")
ORIGINS = (
    {"nationality": "XK", "place_of_birth": "Prizren", "sex": "F"},
    {"nationality": "XKX", "place_of_birth": "Prizreni", "sex": "M"},
    {"nationality": "RKS", "place_of_birth": "Belgrade", "sex": "X"},
    {"nationality": "UNK", "place_of_birth": "Kabul", "sex": ""},
    {"nationality": "AL/XK/RS", "place_of_birth": "Hanoi", "sex": "F", "photo": "a.jpg"},
    {"nationality": "GB", "place_of_birth": "", "sex": "M", "address": "1 High Street"},
)


def filed(origins: list[dict[str, str]]) -> list[PersonRecord]:
    """The register as a file with core data beside each person, read back."""
    lines = [",".join((*COLUMNS, *CORE_COLUMNS))]
    for record, origin in zip(REGISTER, origins, strict=True):
        own = [record.ref, record.first_names, record.family_names, str(record.birth_date or ""), record.father_name,
               record.mother_name]  # fmt: skip
        lines.append(",".join([*own, *(origin.get(column, "") for column in CORE_COLUMNS)]))
    rows = list(read_persons(io.BytesIO("\n".join(lines).encode())))
    assert all(isinstance(row, PersonRow) for row in rows)
    return [row.record for row in rows if isinstance(row, PersonRow)]


def asked(record: PersonRecord) -> PersonQuery:
    return PersonQuery(record.first_names, record.family_names, record.birth_date, record.father_name)


def answered(records: list[PersonRecord], query: PersonQuery) -> Answer:
    index = PersonIndex(records)
    person = prepare(query)
    return answer(person, index.candidates(person), index.rarity)


@pytest.mark.parametrize("seed", range(3))
def test_whoever_is_from_wherever_the_answers_are_the_same(seed: int) -> None:
    """Nationality, place of birth, sex, photograph and address of core data are exchanged at random over the whole register."""
    rng = random.Random(seed)
    plain = filed([ORIGINS[0]] * len(REGISTER))
    mixed = filed([rng.choice(ORIGINS) for _ in REGISTER])
    assert plain == mixed
    for record in rng.sample(REGISTER, 6):
        assert answered(plain, asked(record)) == answered(mixed, asked(record))


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_the_file_says_nothing(seed: int) -> None:
    rng = random.Random(seed)
    shuffled = rng.sample(REGISTER, len(REGISTER))
    for record in rng.sample(REGISTER, 6):
        assert answered(list(REGISTER), asked(record)) == answered(shuffled, asked(record))


people = st.sampled_from(REGISTER)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    people,
    people,
    st.permutations(("BA1234567", "+38344123456", "plate:01-234-AB")),
    st.permutations(("Ilir Kola", "KOLA, Beni")),
)
def test_the_order_of_numbers_and_aliases_says_nothing(
    one: PersonRecord, other: PersonRecord, numbers: list[str], aliases: list[str]
) -> None:
    sides = []
    for some, names in ((numbers, aliases), (sorted(numbers), sorted(aliases))):
        left = replace(one, identifiers=tuple(some), aliases=tuple(names))
        right = replace(other, identifiers=tuple(reversed(some)))
        sides.append(compare(left, right))
    assert sides[0].score == sides[1].score
    assert [(part.claim, part.added) for part in sides[0].evidence] == [(p.claim, p.added) for p in sides[1].evidence]


@settings(deadline=None, derandomize=True, max_examples=50)
@given(people, people)
def test_a_number_given_twice_counts_once(one: PersonRecord, other: PersonRecord) -> None:
    numbers = ("BA1234567",)
    once = compare(replace(one, identifiers=numbers), replace(other, identifiers=numbers))
    twice = compare(replace(one, identifiers=numbers * 3), replace(other, identifiers=(*numbers, "ba 123-4567")))
    assert once.bits == twice.bits


@settings(deadline=None, derandomize=True, max_examples=50)
@given(people, people, st.sampled_from(["father_name", "mother_name", "birth_date"]))
def test_what_one_side_lacks_adds_and_takes_nothing(one: PersonRecord, other: PersonRecord, field: str) -> None:
    def without(record: PersonRecord) -> PersonRecord:
        kept = replace(record, identifiers=("QX99999",) if record is other else record.identifiers)
        if field == "birth_date":
            return replace(kept, birth_date=None)
        return replace(kept, father_name="") if field == "father_name" else replace(kept, mother_name="")

    bare = without(other)
    whole, cut = compare(one, bare), compare(without(one), bare)
    spoken = {part.field: part.added for part in whole.evidence if part.claim is not Claim.FATHER_IN_NAME}
    kept = {part.field: part.added for part in cut.evidence}
    assert spoken.get(field) is None
    assert all(
        spoken.get(name, added) == pytest.approx(added) for name, added in kept.items() if name not in {"custom", field}
    )


@settings(deadline=None, derandomize=True, max_examples=50)
@given(people, people)
def test_the_parts_add_up_to_a_billionth_in_a_counted_register_and_from_both_sides(
    one: PersonRecord, other: PersonRecord
) -> None:
    rarity = Rarity(Counted(REGISTER))
    forth, back = compare(one, other, rarity), compare(other, one, rarity)
    assert math.isclose(math.fsum(part.added for part in forth.evidence), forth.bits, abs_tol=1e-9)
    assert forth.score == pytest.approx(1 / (1 + 2**-forth.bits), abs=1e-9)
    assert (forth.score, forth.band) == (back.score, back.band)
    assert [(part.left, part.right) for part in forth.evidence] == [(part.right, part.left) for part in back.evidence]


# Twins, fathers, namesakes.

TWIN = PersonRecord(
    RecordRef("A"), "Blerim", "Krasniqi", parse_date("1990-03-07"), "Agim", ("address: Rruga B 12",), (), "Shpresa"
)


@pytest.mark.parametrize("first", ["Blerina", "Blerta", "Besim", "Arben", "Blerime", "Bardhyl"])
def test_twins_in_everything_but_the_first_name_are_never_strong(first: str) -> None:
    other = replace(TWIN, ref=RecordRef("B"), first_names=first)
    found = compare(TWIN, other)
    assert found.band is not Band.STRONG
    assert compare(TWIN, replace(TWIN, ref=RecordRef("B"))).band is Band.STRONG
    assert found.bits < compare(TWIN, replace(TWIN, ref=RecordRef("B"))).bits - 15


@pytest.mark.parametrize(
    ("first", "other"), [("Blerim", "Blerina"), ("Dafina", "Dafine"), ("Ilir", "Ilmir"), ("Arbnor", "Arnora")]
)
def test_what_is_left_of_twins_named_alike_is_a_question_unless_a_number_is_personal(first: str, other: str) -> None:
    one, two = replace(TWIN, first_names=first), replace(TWIN, ref=RecordRef("B"), first_names=other)
    found = compare(one, two)
    near = part_likeness(prepare_name(first).parts[0], prepare_name(other).parts[0])
    taken = [part for part in found.evidence if part.claim is Claim.RELATIVE_POSSIBLE]
    assert bool(taken) is (near < TWINS_ALIKE)
    if taken:
        assert found.bits <= TWINS_LEAVE + 1e-9
        shared = ("address: Rruga B 12", "+38344123456")
        assert compare(replace(one, identifiers=shared), replace(two, identifiers=shared)).bits <= TWINS_LEAVE + 1e-9
        number = ("J00101999W",)
        assert compare(replace(one, identifiers=number), replace(two, identifiers=number)).bits > TWINS_LEAVE + 10


@pytest.mark.parametrize("father", ["Besnik", "Zoran", "Muhamet", "Ibrahim"])
def test_a_contradicting_father_takes_and_keeps_out_of_strong(father: str) -> None:
    other = replace(TWIN, ref=RecordRef("B"), father_name=father, identifiers=("QX99999",))
    found = compare(replace(TWIN, identifiers=("QX88888",)), other)
    (claim,) = [part for part in found.evidence if part.field == "father_name"]
    assert claim.claim is Claim.FATHER_NAME_DIFFERENT
    assert claim.added <= -2
    assert found.band is not Band.STRONG


@pytest.mark.parametrize("father", ["Agim", "Агим", "AGIM", "A.", "Agimi"])
def test_a_father_in_any_spelling_contradicts_nobody(father: str) -> None:
    found = compare(TWIN, replace(TWIN, ref=RecordRef("B"), father_name=father))
    assert all(part.added > 0 for part in found.evidence if part.field == "father_name")


@pytest.mark.parametrize("count", [2, 5, 40])
def test_a_flood_of_namesakes_leaves_each_less_than_his_share(count: int) -> None:
    flood = [PersonRecord(RecordRef(f"F{n:03d}"), "Agim", "Krasniqi") for n in range(count)]
    found = answered([*REGISTER, *flood], PersonQuery("Agim", "Krasniqi"))
    assert found.cannot_distinguish
    assert found.indistinguishable >= count
    assert all(match.score <= 1 / count + 0.05 for match in found.matches)


def test_the_same_reference_with_other_content_is_compared_anew() -> None:
    """What was remembered of a reference must not answer for who bears it now."""
    first = answered([TWIN], asked(TWIN)).matches
    other = replace(TWIN, first_names="Zoran", family_names="Petrović", birth_date=parse_date("1961-11-30"))
    assert first
    assert not [match for match in answered([other], asked(TWIN)).matches if match.band is Band.STRONG]


# Long and strange texts.

LONGEST = ("abd al " * 29, "petrovic " * 22, "xh" * 100, "aca " * 50, "sh. " * 50, "ic" * 100, "j" * 199 + "a")


@pytest.mark.parametrize(("left", "right"), list(itertools.combinations([text[:200] for text in LONGEST], 2)))
def test_the_longest_names_are_compared_alike_from_both_sides(left: str, right: str) -> None:
    forth, back = compare_names(left, right), compare_names(right, left)
    assert forth.score == back.score
    assert 0 <= forth.score <= 1


@pytest.mark.parametrize("size", [201, 60_000])
def test_what_is_longer_than_a_name_is_refused(size: int) -> None:
    with pytest.raises(InputError):
        compare_names("Xh" * size, "Arben Hoxha")
