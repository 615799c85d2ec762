"""Two examiners find alike and neither has seen what the other found, or there is no hit."""

import itertools
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.enquiries.dna_rows import ANNA, BESA, CENI, CHIEF, DAY, WHY, Cases, seen_by

from egnatia.enquiries import candidates
from egnatia.enquiries.candidates import DecisionDraft
from egnatia.enquiries.dna.opinions import DECISIONS, OpinionDraft, give_opinion, settled, standing, standings
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.dna import Disposition
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Decision, Role
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_candidate, dna_opinion, fallen_hit

FOUND = [*Disposition]
FINAL = [each for each in Disposition if DECISIONS[each] is not None]


@pytest.fixture
def found(cases: Cases) -> CandidateId:
    return cases.candidate("T-1", "GBR", "DNA-0001")


def row_of(tx: Transaction, found: CandidateId) -> tuple[str | None, str | None]:
    """The flow's decision and the disposition."""
    query = select(candidate.c.decision, dna_candidate.c.disposition).join(dna_candidate)
    row = tx.execute(query.where(candidate.c.id == found)).one()
    return row.decision, row.disposition


def events(tx: Transaction, found: CandidateId) -> list[str]:
    return [each.kind for each in reversed(read_entries(tx, EntryFilter(object_ref=f"candidate:{found}")))]


def test_every_disposition_has_its_decision_and_only_one_of_them_is_a_hit() -> None:
    assert set(DECISIONS) == set(Disposition)
    assert [each for each, decision in DECISIONS.items() if decision is Decision.CONFIRMED] == [Disposition.CONFIRMED]
    assert [each for each, decision in DECISIONS.items() if decision is None] == [Disposition.MORE_LOCI]


def test_one_opinion_makes_no_hit(cases: Cases, found: CandidateId) -> None:
    stands = cases.opinion(ANNA, found)
    assert (stands.round, stands.given, stands.mine, stands.is_open) == (1, 1, True, True)
    assert row_of(cases.tx, found) == (None, None)
    with pytest.raises(ConflictError, match="no hit"):
        candidates.confirmed(cases.tx, found, DAY)


@pytest.mark.parametrize("disposition", FINAL)
def test_two_alike_dispose_of_it(cases: Cases, found: CandidateId, disposition: Disposition) -> None:
    cases.dispose(found, disposition)
    decision = DECISIONS[disposition]
    assert row_of(cases.tx, found) == (decision, disposition)
    last = "candidate.confirmed" if disposition is Disposition.CONFIRMED else "dna.disposed"
    assert events(cases.tx, found) == ["dna.opinion_given", last]
    assert not standing(cases.tx, found, CENI.id).is_open


def test_a_confirmed_candidate_is_a_hit_to_the_flow_with_both_reasons(cases: Cases, found: CandidateId) -> None:
    draft = OpinionDraft(Disposition.CONFIRMED, "  The second look came to the same.  ", "DNA examiner, level 3")
    cases.opinion(ANNA, found)
    give_opinion(cases.tx, BESA, found, draft, DAY + timedelta(hours=1))
    hit = candidates.confirmed(cases.tx, found, DAY)
    assert (hit.decided_by, hit.decided_at) == (BESA.id, DAY + timedelta(hours=1))
    row = cases.tx.execute(candidate.select().where(candidate.c.id == found)).one()
    assert row.qualification == "DNA examiner, level 3"
    assert cases.tx.unseal(row.sealed_id).decode() == f"{WHY}\n\nThe second look came to the same."


def test_the_same_examiner_twice_is_one_pair_of_eyes(cases: Cases, found: CandidateId) -> None:
    cases.opinion(ANNA, found)
    with pytest.raises(ConflictError, match="gave your opinion"):
        cases.opinion(ANNA, found)
    assert row_of(cases.tx, found) == (None, None)


def test_nobody_sees_the_first_opinion_before_the_second_was_given(cases: Cases, found: CandidateId) -> None:
    cases.opinion(ANNA, found, Disposition.ADVENTITIOUS)
    for officer in (BESA, CENI, CHIEF):
        assert seen_by(cases.tx, officer, found) == []
    assert seen_by(cases.tx, ANNA, found) == [(ANNA.id, "adventitious")]
    cases.opinion(BESA, found, Disposition.ADVENTITIOUS)
    both = [(ANNA.id, "adventitious"), (BESA.id, "adventitious")]
    assert [seen_by(cases.tx, each, found) for each in (ANNA, BESA, CENI, CHIEF)] == [both] * 4


def test_two_that_differ_stay_hidden_and_want_a_third(cases: Cases, found: CandidateId) -> None:
    cases.opinion(ANNA, found, Disposition.CONFIRMED)
    stands = cases.opinion(BESA, found, Disposition.NO_VALUE)
    assert (stands.round, stands.given, stands.differed, stands.mine) == (1, 2, 1, True)
    assert row_of(cases.tx, found) == (None, None)
    assert seen_by(cases.tx, ANNA, found) == [(ANNA.id, "confirmed")]
    assert seen_by(cases.tx, CENI, found) == [], "the third sees neither"
    assert seen_by(cases.tx, CHIEF, found) == []
    for officer in (ANNA, BESA):
        with pytest.raises(ConflictError, match="gave your opinion"):
            cases.opinion(officer, found, Disposition.CONFIRMED)
    cases.opinion(CENI, found, Disposition.CONFIRMED)
    assert row_of(cases.tx, found) == ("confirmed", "confirmed")
    assert [each for each, _ in seen_by(cases.tx, CENI, found)] == [ANNA.id, BESA.id, CENI.id]


TRIPLES = [*itertools.product(FOUND, repeat=3)]


def by_the_rule(*said: Disposition) -> Disposition | None:
    """The rule of ADR 0038 in other words: what stands twice, and of a hit only where nobody found that it is none."""
    twice = [each for each in Disposition if sum(one is each for one in said) > 1]
    against = {"excluded", "adventitious", "twin", "contamination"} & {each.value for each in said}
    return None if not twice or (twice[0] == "confirmed" and against) else twice[0]


def test_three_findings_come_to_what_two_share_unless_a_hit_is_denied() -> None:
    assert [settled(each) for each in TRIPLES] == [by_the_rule(*each) for each in TRIPLES]
    assert sum(settled(each) is Disposition.CONFIRMED for each in TRIPLES) == 1 + 3 * 3, (
        "three dissents that deny nothing"
    )
    assert all(settled(each) == settled(other) for each in TRIPLES for other in itertools.permutations(each))
    assert [settled(each) for each in ([], [Disposition.CONFIRMED])] == [None, None]


@pytest.mark.parametrize("third", FOUND)
@pytest.mark.parametrize(
    ("first", "second"), [("confirmed", "adventitious"), ("twin", "no_value"), ("more_loci", "excluded")]
)
def test_the_third_settles_it_or_it_stays_undecided(
    cases: Cases, found: CandidateId, first: str, second: str, third: Disposition
) -> None:
    cases.opinion(ANNA, found, Disposition(first))
    cases.opinion(BESA, found, Disposition(second))
    stands = cases.opinion(CENI, found, third)
    expected = by_the_rule(Disposition(first), Disposition(second), third)
    decision = DECISIONS[expected] if expected else None
    assert row_of(cases.tx, found) == (decision, expected)
    assert stands.is_unsettled == (expected is None)
    seen = seen_by(cases.tx, ANNA, found)
    assert len(seen) == (3 if decision else 1), "opinions open when the candidate is disposed of, and not before"


def unsettle(cases: Cases, found: CandidateId) -> None:
    for officer, disposition in (
        (ANNA, Disposition.CONFIRMED),
        (BESA, Disposition.TWIN),
        (CENI, Disposition.CONFIRMED),
    ):
        cases.opinion(officer, found, disposition)


DORA = Officer(OfficerId("off-dora"), "dora", frozenset({Role.EXAMINER}))


def test_three_who_settle_nothing_are_not_outvoted_by_asking_on(cases: Cases, found: CandidateId) -> None:
    unsettle(cases, found)
    for officer in (ANNA, BESA, CENI, DORA):
        with pytest.raises(ConflictError, match="settles nothing") as refused:
            cases.opinion(officer, found, Disposition.CONFIRMED)
        assert "upgrade ask" in refused.value.hint()
    assert row_of(cases.tx, found) == (None, None)
    with pytest.raises(ConflictError, match="no hit"):
        candidates.confirmed(cases.tx, found, DAY)


@pytest.mark.parametrize(("state", "opens"), [("answered", True), ("declined", True), ("waiting", False)])
def test_more_loci_or_that_none_will_come_open_a_new_round(
    cases: Cases, found: CandidateId, state: str, *, opens: bool
) -> None:
    unsettle(cases, found)
    cases.upgrade(found, state, DAY + timedelta(hours=1))
    stands = standing(cases.tx, found, ANNA.id)
    assert (stands.round, stands.given, stands.is_unsettled) == ((2, 0, False) if opens else (1, 3, True))
    if opens:
        for officer in (ANNA, DORA):
            cases.opinion(officer, found, Disposition.EXCLUDED, DAY + timedelta(hours=2))
        assert row_of(cases.tx, found) == ("rejected", "excluded")


def test_that_none_will_come_ends_no_round_that_can_still_be_settled(cases: Cases, found: CandidateId) -> None:
    cases.opinion(ANNA, found, Disposition.CONFIRMED)
    cases.opinion(BESA, found, Disposition.NO_VALUE)
    cases.upgrade(found, "declined", DAY + timedelta(hours=1))
    assert standing(cases.tx, found, CENI.id).given == 2
    cases.opinion(CENI, found, Disposition.CONFIRMED, DAY + timedelta(hours=2))
    assert row_of(cases.tx, found) == ("confirmed", "confirmed")


def test_more_loci_between_the_second_and_the_third_begin_anew(cases: Cases, found: CandidateId) -> None:
    cases.opinion(ANNA, found, Disposition.CONFIRMED)
    cases.opinion(BESA, found, Disposition.NO_VALUE)
    cases.upgrade(found, "answered", DAY + timedelta(hours=1))
    cases.opinion(CENI, found, Disposition.CONFIRMED, DAY + timedelta(hours=2))
    assert row_of(cases.tx, found) == (None, None), "what two looked at before is not what there is now"
    assert standing(cases.tx, found, ANNA.id).round == 2


def test_the_reasons_of_a_hit_are_those_of_the_two_who_found_it(cases: Cases, found: CandidateId) -> None:
    for officer, disposition, why in (
        (ANNA, Disposition.CONFIRMED, "Anna read the peaks twice."),
        (BESA, Disposition.NO_VALUE, "Besa saw no use in the case."),
        (CENI, Disposition.CONFIRMED, "Ceni laid them side by side."),
    ):
        give_opinion(cases.tx, officer, found, OpinionDraft(disposition, why, "DNA examiner"), DAY)
    row = cases.tx.execute(candidate.select().where(candidate.c.id == found)).one()
    assert cases.tx.unseal(row.sealed_id).decode() == "Anna read the peaks twice.\n\nCeni laid them side by side."
    assert events(cases.tx, found) == ["dna.opinion_given"] * 2 + ["candidate.confirmed"]


def test_two_who_want_more_loci_dispose_of_nothing(cases: Cases, found: CandidateId) -> None:
    cases.dispose(found, Disposition.MORE_LOCI)
    stands = standing(cases.tx, found, ANNA.id)
    assert row_of(cases.tx, found) == (None, "more_loci")
    assert (stands.round, stands.given, stands.is_open, stands.differed) == (2, 0, True, 0)
    assert events(cases.tx, found) == ["dna.opinion_given"] * 2
    cases.dispose(found, Disposition.EXCLUDED)
    assert row_of(cases.tx, found) == ("rejected", "excluded")


def test_more_loci_make_an_opinion_on_fewer_count_no_more(cases: Cases, found: CandidateId) -> None:
    cases.opinion(ANNA, found, Disposition.CONFIRMED)
    cases.upgrade(found, "answered", DAY + timedelta(hours=1))
    assert standing(cases.tx, found, BESA.id).round == 2
    cases.opinion(BESA, found, Disposition.CONFIRMED, DAY + timedelta(hours=2))
    assert row_of(cases.tx, found) == (None, None)
    cases.opinion(ANNA, found, Disposition.CONFIRMED, DAY + timedelta(hours=3))
    assert row_of(cases.tx, found) == ("confirmed", "confirmed")


@pytest.mark.parametrize("state", ["waiting", "declined"])
def test_a_request_without_new_loci_changes_no_round(cases: Cases, found: CandidateId, state: str) -> None:
    cases.opinion(ANNA, found)
    cases.upgrade(found, state, DAY + timedelta(hours=1))
    assert standing(cases.tx, found, BESA.id).given == 1


def test_a_disposed_candidate_is_final(cases: Cases, found: CandidateId) -> None:
    cases.dispose(found, Disposition.TWIN)
    for officer in (ANNA, BESA, CENI):
        with pytest.raises(ConflictError, match="already found twin") as refused:
            cases.opinion(officer, found)
        assert "misidentification" in refused.value.hint()


def test_a_candidate_that_fell_wants_no_opinion(cases: Cases, found: CandidateId) -> None:
    row = {"candidate_id": found, "correction_id": "c", "at": DAY}
    cases.tx.execute(fallen_hit.insert(), row)
    with pytest.raises(ConflictError, match="fell with a correction"):
        cases.opinion(ANNA, found)


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.EXAMINER])
def test_only_examiners_give_opinions(cases: Cases, found: CandidateId, role: Role) -> None:
    officer = Officer(OfficerId("off-x"), "x", frozenset({role}))
    with pytest.raises(ForbiddenError):
        cases.opinion(officer, found)
    assert events(cases.tx, found) == []


@pytest.mark.parametrize(
    "draft",
    [
        OpinionDraft(Disposition.CONFIRMED, "too short", "DNA examiner"),
        OpinionDraft(Disposition.CONFIRMED, WHY, "x"),
        OpinionDraft(Disposition.CONFIRMED, WHY, "x" * 81),
        OpinionDraft(Disposition.CONFIRMED, "\x07" + WHY, "DNA examiner"),
    ],
)
def test_reasons_and_qualification_are_needed(cases: Cases, found: CandidateId, draft: OpinionDraft) -> None:
    with pytest.raises(InputError):
        give_opinion(cases.tx, ANNA, found, draft, DAY)
    assert cases.tx.execute(dna_opinion.select()).all() == []


def test_an_unknown_candidate_and_one_of_another_subject_are_not_found(cases: Cases, found: CandidateId) -> None:
    assert found
    for wrong in (CandidateId("none"), CandidateId("00000001-0000-4000-8000-00000000000e")):
        with pytest.raises(NotFoundError, match="no DNA candidate"):
            cases.opinion(ANNA, wrong)


@pytest.mark.parametrize("decision", Decision)
def test_the_plain_decision_is_refused_on_a_dna_candidate(cases: Cases, found: CandidateId, decision: Decision) -> None:
    with pytest.raises(ConflictError, match="two examiners") as refused:
        candidates.decide(cases.tx, ANNA, found, DecisionDraft(decision, WHY, "DNA examiner"), DAY)
    assert "egnatia dna opinion" in refused.value.hint()
    assert row_of(cases.tx, found) == (None, None)


def test_the_ledger_has_the_finding_sealed_and_what_counting_needs(cases: Cases, found: CandidateId) -> None:
    cases.dispose(found)
    last, first = read_entries(cases.tx, EntryFilter(object_ref=f"candidate:{found}"))
    assert (first.kind, last.kind) == (EventKind.DNA_OPINION_GIVEN, EventKind.CANDIDATE_CONFIRMED)
    assert (first.actor, last.actor, last.partner) == (ANNA.id, BESA.id, "GBR")
    assert first.content == {"round": 1, "disposition": "confirmed", "qualification": "DNA examiner, level 2"}
    assert last.content is not None
    assert {name: last.content[name] for name in ("ref", "ours", "decision")} == {
        "ref": "DNA-0001", "ours": "T-1", "decision": "confirmed",
    }  # fmt: skip
    assert WHY not in json.dumps([each.kind for each in (first, last)])


def test_all_standings_at_once_are_those_of_each(cases: Cases) -> None:
    made = [cases.candidate("T-1", "GBR", f"DNA-{number}") for number in range(5)]
    cases.opinion(ANNA, made[1])
    cases.dispose(made[2], Disposition.DUPLICATE)
    cases.opinion(ANNA, made[3], Disposition.TWIN)
    cases.opinion(BESA, made[3], Disposition.CONFIRMED)
    cases.opinion(CENI, made[4])
    cases.upgrade(made[4], "answered", DAY + timedelta(hours=1))
    for officer in (ANNA, BESA, CENI):
        every = standings(cases.tx, officer.id)
        assert set(every) == set(made)
        for each in made:
            one = standing(cases.tx, each, officer.id)
            assert (every[each].round, every[each].given, every[each].mine, every[each].disposition) == (
                *(one.round, one.given, one.mine, one.disposition),
            )
            assert every[each].visible == ()


ACTS = st.lists(st.tuples(st.sampled_from((ANNA, BESA, CENI)), st.sampled_from(FOUND)), max_size=7)


@settings(
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ACTS)
def test_whatever_is_tried_a_hit_has_two_examiners_of_one_round_who_found_alike(
    cases: Cases, acts: list[tuple[Officer, Disposition]]
) -> None:
    found = cases.candidate("T-1", "GBR", f"DNA-{cases.count}")
    for minute, (officer, disposition) in enumerate(acts):
        try:
            cases.opinion(officer, found, disposition, DAY + timedelta(minutes=minute))
        except ConflictError:
            continue
    given_ = cases.tx.execute(dna_opinion.select().where(dna_opinion.c.candidate_id == found)).all()
    rounds = [[each for each in given_ if each.round == number] for number in sorted({each.round for each in given_})]
    assert all(len({each.officer_id for each in here}) == len(here) <= 3 for here in rounds)
    final = [by_the_rule(*(Disposition(each.disposition) for each in here)) for here in rounds]
    decision, last = row_of(cases.tx, found)
    assert decision == (DECISIONS[final[-1]] if final and final[-1] else None)
    assert last == (final[-1] or ("more_loci" if len(final) > 1 else None) if final else None)
    assert all(each is Disposition.MORE_LOCI for each in final[:-1]), "nothing is said after the end"
