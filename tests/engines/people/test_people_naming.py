"""Fields against fields and wholes against wholes; fathers inside names; customs; what the claims say."""

# ruff: noqa: RUF001 - names in other scripts are the subject

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import Claim, Match, PersonQuery, PersonRecord, compare, parse_date
from egnatia.engines.people.features import FAMILY_BITS, FIRST_BITS, PART_BITS, SAME_COST
from egnatia.engines.people.match import prepare
from egnatia.engines.people.naming import IN_NAME_COST, TOGETHER_BITS, TOGETHER_FATHER, WHOLE_COST
from egnatia.model.ids import RecordRef


def record(first: str, family: str, born: str = "", **more: Any) -> PersonRecord:
    return PersonRecord(RecordRef("R"), first, family, parse_date(born), **more)


def added(match: Match) -> dict[Claim, float]:
    return {part.claim: part.added for part in match.evidence}


def test_names_in_their_fields_are_judged_there() -> None:
    found = added(compare(record("Arben", "Hoxha"), record("Arben", "Hoxha")))
    assert found[Claim.FAMILY_NAME_SAME] == FAMILY_BITS - SAME_COST
    assert found[Claim.FIRST_NAME_SAME] == FIRST_BITS - SAME_COST
    assert found[Claim.NAMES_GO_TOGETHER] == TOGETHER_BITS
    assert Claim.NAME_SAME not in found


def test_exchanged_fields_are_judged_as_a_whole_and_pay_for_it() -> None:
    found = added(compare(record("Arben", "Hoxha"), record("Hoxha", "Arben")))
    assert found[Claim.NAME_SIMILAR if Claim.NAME_SIMILAR in found else Claim.NAME_SAME] == pytest.approx(
        2 * (PART_BITS - SAME_COST) - WHOLE_COST
    )
    assert found[Claim.NAMES_GO_TOGETHER] == TOGETHER_BITS
    assert Claim.FAMILY_NAME_DIFFERENT not in found


@pytest.mark.parametrize("count", [1, 3, 7])
def test_each_alias_to_choose_from_costs(count: int) -> None:
    names = ["GASHI, Besnik", *(f"OTHER{place}, Some" for place in range(count - 1))]
    known = record("Ilir", "Kola", aliases=tuple(names))
    found = added(compare(PersonQuery("Besnik", "Gashi"), known))
    whole = next(bits for claim, bits in found.items() if claim in {Claim.NAME_SAME, Claim.NAME_SIMILAR})
    assert whole == pytest.approx(2 * (PART_BITS - SAME_COST) - WHOLE_COST - math.log2(count + 1))


def test_all_names_in_one_field_are_found() -> None:
    for other in (record("Arben Hoxha", ""), record("", "Hoxha Arben"), record("", "HOXHA ARBEN")):
        assert (
            compare(record("Arben", "Hoxha"), other).bits
            > compare(record("Arben", "Hoxha"), record("Arben", "Gashi")).bits
        )


@pytest.mark.parametrize(
    ("left", "right"), [("Shehu", "Shehu Gashi"), ("Shehu Gashi", "Gashi"), ("Shehu-Gashi", "Gashi Hoxha")]
)
def test_a_family_name_that_changed_with_a_marriage_is_half_a_name(left: str, right: str) -> None:
    wife = compare(
        record("Teuta", left, "1984-09-17", father_name="Zef"), record("Teuta", right, "1984-09-17", father_name="Zef")
    )
    assert wife.score > 0.9
    assert not any(part.claim is Claim.FAMILY_NAME_DIFFERENT for part in wife.evidence)


def test_a_wholly_new_family_name_leaves_a_possible_record() -> None:
    wife = compare(
        record("Teuta", "Shehu", "1984-09-17", father_name="Zef"),
        record("Teuta", "Gashi", "1984-09-17", father_name="Zef"),
    )
    assert Claim.FAMILY_NAME_DIFFERENT in added(wife)
    assert 0.05 < wife.score < 0.99


@pytest.mark.parametrize(
    ("first", "family"),
    [
        ("Arben Agim", "Hoxha"),
        ("Agim Arben", "Hoxha"),
        ("Arben", "Agim Hoxha"),
        ("Arben (Agim)", "Hoxha"),
        ("Arben Ag'im", "Hoxha"),
    ],
)
def test_a_fathers_name_inside_the_other_sides_name_is_found(first: str, family: str) -> None:
    asked = PersonQuery("Arben", "Hoxha", father_name="Agim")
    found = compare(asked, record(first, family))
    without = compare(PersonQuery("Arben", "Hoxha"), record(first, family))
    assert Claim.FATHER_IN_NAME in added(found)
    assert found.bits > without.bits + 2
    back = compare(record(first, family), asked)
    assert [(part.claim, part.added) for part in back.evidence] == [(part.claim, part.added) for part in found.evidence]
    (there,) = (part for part in found.evidence if part.claim is Claim.FATHER_IN_NAME)
    (here,) = (part for part in back.evidence if part.claim is Claim.FATHER_IN_NAME)
    assert (there.left, there.right) == (here.right, here.left) == ("Agim", "agim")


def test_a_father_inside_a_name_is_worth_less_than_one_in_his_field() -> None:
    asked = PersonQuery("Arben", "Hoxha", father_name="Agim")
    inside, field = (
        added(compare(asked, other))
        for other in (record("Arben Agim", "Hoxha"), record("Arben", "Hoxha", father_name="Agim"))
    )
    assert field[Claim.FATHER_NAME_SAME] - inside[Claim.FATHER_IN_NAME] == pytest.approx(IN_NAME_COST)


@pytest.mark.parametrize("first", ["Arben Zymer", "Arben", "Arben A."])
def test_another_second_name_is_no_father_and_no_contradiction(first: str) -> None:
    claims = added(compare(PersonQuery("Arben", "Hoxha", father_name="Agim"), record(first, "Hoxha")))
    assert not {claim for claim in claims if claim.startswith("father")}


def test_the_name_that_agrees_already_is_not_taken_for_the_father_too() -> None:
    claims = added(compare(PersonQuery("Agim", "Hoxha", father_name="Agim"), record("Agim", "Hoxha")))
    assert Claim.FATHER_IN_NAME not in claims


@pytest.mark.parametrize(
    ("father", "expected"), [("Agim", TOGETHER_BITS + TOGETHER_FATHER), ("Zymer", TOGETHER_BITS), ("", TOGETHER_BITS)]
)
def test_customs_take_back_what_goes_together(father: str, expected: float) -> None:
    found = added(
        compare(PersonQuery("Arben", "Hoxha", father_name=father), record("Arben", "Hoxha", father_name="Agim"))
    )
    assert found[Claim.NAMES_GO_TOGETHER] == expected


def test_customs_take_nothing_where_no_two_names_agree() -> None:
    assert Claim.NAMES_GO_TOGETHER not in added(compare(record("Arben", "Hoxha"), record("Zoran", "Hoxha")))
    assert Claim.NAMES_GO_TOGETHER not in added(compare(record("Arben", "Hoxha"), record("Zoran", "Petrović")))


@pytest.mark.parametrize(
    ("mother", "claim"),
    [
        ("Lule", Claim.MOTHER_NAME_SAME),
        ("Лулe", Claim.MOTHER_NAME_SAME),
        ("Lulja", Claim.MOTHER_NAME_SIMILAR),
        ("Zarife", Claim.MOTHER_NAME_DIFFERENT),
    ],
)
def test_a_mothers_name_is_a_field_of_its_own(mother: str, claim: Claim) -> None:
    left, right = record("Arben", "Hoxha", mother_name="Lule"), record("Arben", "Hoxha", mother_name=mother)
    assert claim in added(compare(left, right))
    assert not {each for each in added(compare(left, right)) if each.startswith("father")}
    assert "mother_name" not in {part.field for part in compare(left, record("Arben", "Hoxha")).evidence}


def test_what_agrees_in_part_says_so() -> None:
    found = added(compare(record("Ana", "Marković Jovanović Ilić"), record("Ana", "Petrović Todorović Ilić")))
    assert Claim.FAMILY_NAME_PARTLY in found or Claim.FAMILY_NAME_DIFFERENT in found
    partly = added(compare(record("Ana", "Shehu Gashi"), record("Ana", "Hoxha Gashi")))
    assert partly[Claim.FAMILY_NAME_PARTLY] > 0


FIRSTS = ("Arben", "Arben Agim", "Arbena", "Агим", "A", "Gjergj", "George", "")
FAMILIES = ("Hoxha", "Hoxhaj", "Hodžić", "Shehu Gashi", "Gashi", "Agim", "")
people = st.tuples(
    st.sampled_from(FIRSTS), st.sampled_from(FAMILIES), st.sampled_from(["", "Agim", "Zymer"]), st.sampled_from(["", "Lule"]),
    st.sampled_from(["", "1990-03-07", "1990-07-03", "1990", "1990-03-01"]),
    st.sampled_from([(), ("J00101999W",), ("+38344123456", "address: Rruga Bio 81"), ("BO12345",), ("B012345",)]),
    st.sampled_from([(), ("GASHI, Besnik",), ("Agim Hoxha", "Arben<<Hoxha")]),
)  # fmt: skip


@settings(deadline=None, derandomize=True, max_examples=50)
@given(people, people)
def test_every_comparison_adds_up_and_is_the_same_from_both_sides(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    left, right = (
        PersonRecord(RecordRef(ref), first, family, parse_date(born), father, (*numbers, "REF-00001"), aliases, mother)
        for ref, (first, family, father, mother, born, numbers, aliases) in (("L", one), ("R", other))
    )
    forth, back = compare(left, right), compare(right, left)
    assert [(part.field, part.claim, part.added) for part in forth.evidence] == [
        (part.field, part.claim, part.added) for part in back.evidence
    ]
    assert [(part.left, part.right) for part in forth.evidence] == [(part.right, part.left) for part in back.evidence]
    assert math.isclose(math.fsum(part.added for part in forth.evidence), forth.bits, abs_tol=1e-9)
    assert len({part.field for part in forth.evidence}) == len(forth.evidence)
    assert prepare(left) == prepare(
        PersonRecord(
            RecordRef("L"),
            left.first_names,
            left.family_names,
            left.birth_date,
            left.father_name,
            left.identifiers,
            left.aliases,
            left.mother_name,
        )
    )
