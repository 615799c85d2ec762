"""The states of batches and of what was held back, in every order in which people may act, and against the rules' text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egnatia.enquiries.dna import batches, elimination
from egnatia.enquiries.dna.governed import batch_view
from egnatia.enquiries.dna.traces import forget_trace, void_clearings
from egnatia.errors import ConflictError, Error, ForbiddenError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.dna import BatchState, EliminationState
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import dna_batch, dna_batch_item, dna_elimination, dna_mark, sealed_record

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
WHY = "Looked at by the laboratory this morning, with the batch number."
BOTH = frozenset({Role.APPROVER, Role.SUPERVISOR, Role.EXAMINER})
PEOPLE = [Officer(OfficerId(f"off-{name}"), name, BOTH) for name in ("anna", "besa", "ceni")]
ANNA, BESA, CENI = PEOPLE
OPEN, CONTAMINATION, CLEARED = EliminationState.OPEN, EliminationState.CONTAMINATION, EliminationState.CLEARED
SOUND = settings(
    deadline=None,
    derandomize=True,
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def put_batch(tx: Transaction, batch_id: str, proposer: Officer) -> None:
    sealed = tx.seal(b'{"population": "dna_person", "justification": "why"}', kind="dna_batch", at=NOW)
    row: dict[str, Any] = {
        "id": batch_id,
        "case_ref": "DUR-2025-0417",
        "grant_id": "g",
        "partner": "ALB",
        "purpose": "investigation",
    }
    row |= {"offence": "homicide", "state": BatchState.PROPOSED, "proposed_by": proposer.id, "proposed_at": NOW}
    tx.execute(dna_batch.insert(), row | {"sealed_id": sealed.id})
    tx.execute(dna_batch_item.insert(), [{"batch_id": batch_id, "ref": f"T-{number}"} for number in (1, 2)])


def put_held(tx: Transaction, held_id: str, ref: str = "T-1", against: str = "E-1") -> None:
    row = {"id": held_id, "ref": ref, "against": against, "how": "cautious: full", "found_at": NOW, "state": OPEN}
    tx.execute(dna_elimination.insert(), row)


def refusal_of(act: Callable[[], object]) -> type[Error] | None:
    """The kind of error with which an act ends; None when it is done."""
    try:
        act()
    except Error as error:
        return type(error)
    return None


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    with database.write() as made:
        yield made


@dataclass
class BatchModel:
    """What a batch is by the text of ADR 0034: one proposes, two others approve, anybody may stop it."""

    proposer: Officer
    approvers: list[Officer] = field(default_factory=list)
    refused: bool = False

    @property
    def state(self) -> BatchState:
        if self.refused:
            return BatchState.REFUSED
        return (BatchState.PROPOSED, BatchState.HALF_APPROVED, BatchState.APPROVED)[len(self.approvers)]

    def approve(self, officer: Officer) -> type[Error] | None:
        if self.state not in (BatchState.PROPOSED, BatchState.HALF_APPROVED):
            return ConflictError
        if officer in (self.proposer, *self.approvers):
            return ForbiddenError
        self.approvers.append(officer)
        return None

    def refuse(self) -> type[Error] | None:
        if self.refused:
            return ConflictError
        self.refused = True
        return None


ACTS = st.lists(st.tuples(st.sampled_from(["approve", "approve", "refuse"]), st.sampled_from(PEOPLE)), max_size=7)


@SOUND
@given(proposer=st.sampled_from(PEOPLE), acts=ACTS)
def test_a_batch_is_what_its_people_did(tx: Transaction, proposer: Officer, acts: list[tuple[str, Officer]]) -> None:
    batch_id, model = tx.new_id(), BatchModel(proposer)
    put_batch(tx, batch_id, proposer)
    done = 0
    for number, (act, officer) in enumerate(acts):
        now = NOW + timedelta(minutes=number)
        expected = model.approve(officer) if act == "approve" else model.refuse()
        if act == "approve":
            raised = refusal_of(partial(batches.approve, tx, officer, batch_id, now))
        else:
            raised = refusal_of(partial(batches.refuse, tx, officer, batch_id, WHY, now))
        assert raised is expected
        done += raised is None
    [row] = [each for each in batches.batches(tx) if each.id == batch_id]
    assert row.state is model.state
    assert [row.first_by, row.second_by] == [*[each.id for each in model.approvers], None, None][:2]
    assert len(read_entries(tx, EntryFilter(object_ref=f"dna_batch:{batch_id}"))) == done


def test_only_three_people_make_an_approved_batch(tx: Transaction) -> None:
    for number, (proposer, first, second) in enumerate(product(PEOPLE, repeat=3)):
        put_batch(tx, f"b{number}", proposer)
        for officer in (first, second):
            if refusal_of(partial(batches.approve, tx, officer, f"b{number}", NOW)) is not None:
                break
        state = next(each.state for each in batches.batches(tx) if each.id == f"b{number}")
        assert (state is BatchState.APPROVED) is (len({proposer.id, first.id, second.id}) == len(PEOPLE))
    assert batches.has_waiting(tx)


def test_a_refused_batch_leaves_no_words_of_before(tx: Transaction) -> None:
    put_batch(tx, "b", ANNA)
    [before] = tx.execute(dna_batch.select()).all()
    batches.refuse(tx, BESA, "b", WHY, NOW)
    [after] = tx.execute(dna_batch.select()).all()
    assert after.sealed_id != before.sealed_id
    assert tx.opened(before.sealed_id) is None
    assert batch_view(tx, BESA, "b").words.why == "why"
    assert {*batches.refusals(tx, "b")} == {"T-1", "T-2"}


@dataclass
class HeldModel:
    """What was held back, by the text: contamination at once and always, cleared by two different people in a row."""

    state: EliminationState = OPEN
    proposer: Officer | None = None

    def find(self, officer: Officer, finding: EliminationState) -> type[Error] | None:
        if self.state is finding:
            return ConflictError
        if finding is CONTAMINATION:
            self.state, self.proposer = CONTAMINATION, None
        elif self.proposer is None:
            self.proposer = officer
        elif self.proposer is officer:
            return ForbiddenError
        else:
            self.state = CLEARED
        return None


FINDINGS = st.lists(st.tuples(st.sampled_from([CONTAMINATION, CLEARED, CLEARED]), st.sampled_from(PEOPLE)), max_size=8)


@SOUND
@given(FINDINGS)
def test_what_was_held_back_is_what_people_found(
    tx: Transaction, findings: list[tuple[EliminationState, Officer]]
) -> None:
    held_id, model, done = tx.new_id(), HeldModel(), 0
    put_held(tx, held_id, f"T-{held_id[:8]}")
    for number, (finding, officer) in enumerate(findings):
        expected = model.find(officer, finding)
        now = NOW + timedelta(minutes=number)
        raised = refusal_of(partial(elimination.find, tx, officer, held_id, (finding, WHY), now))
        assert raised is expected
        done += raised is None
    [row] = [each for each in elimination.eliminations(tx) if each.id == held_id]
    assert row.state is model.state
    assert row.proposed_by == (model.proposer.id if model.proposer else None)
    if row.state is CLEARED:
        assert row.decided_by != row.proposed_by
    assert len(read_entries(tx, EntryFilter(object_ref=f"dna_elimination:{held_id}"))) == done


def test_open_ones_come_first_and_can_be_chosen(tx: Transaction) -> None:
    for name in ("a", "b", "c"):
        put_held(tx, name, f"T-{name}")
    elimination.find(tx, ANNA, "a", (CONTAMINATION, WHY), NOW)
    assert [each.id for each in elimination.eliminations(tx)] == ["b", "c", "a"]
    assert [each.id for each in elimination.eliminations(tx, CONTAMINATION)] == ["a"]
    assert elimination.eliminations(tx, CLEARED) == []


def cleared(tx: Transaction, held_id: str) -> None:
    for officer in (ANNA, BESA):
        elimination.find(tx, officer, held_id, (CLEARED, WHY), NOW)


def words(tx: Transaction) -> int:
    return len(tx.execute(sealed_record.select().where(sealed_record.c.kind == elimination.SEALED_KIND)).all())


def test_a_profile_that_is_gone_takes_what_held_it_back_and_who_matched_it(tx: Transaction) -> None:
    put_held(tx, "a", "T-1")
    put_held(tx, "b", "T-2")
    elimination.find(tx, ANNA, "a", (CONTAMINATION, WHY), NOW)
    elimination.find(tx, ANNA, "b", (CONTAMINATION, WHY), NOW)
    for ref in ("T-1", "T-2"):
        tx.execute(dna_mark.insert(), {"ref": ref, "partner": "GBR", "at": NOW})
    forget_trace(tx, "T-1")
    assert [each.id for each in elimination.eliminations(tx)] == ["b"]
    assert [row.ref for row in tx.execute(dna_mark.select())] == ["T-2"]
    assert words(tx) == 1


def test_whoever_held_others_back_is_gone_and_they_stay_held(tx: Transaction) -> None:
    put_held(tx, "a", "T-1", "E-1")
    forget_trace(tx, "E-1")
    assert [each.state for each in elimination.eliminations(tx)] == [OPEN]


@pytest.mark.parametrize("typed", ["T-1", "E-1"])
def test_typing_either_anew_voids_clearings_and_nothing_else(tx: Transaction, typed: str) -> None:
    put_held(tx, "cleared", "T-1", "E-1")
    put_held(tx, "other", "T-2", "E-2")
    cleared(tx, "cleared")
    cleared(tx, "other")
    void_clearings(tx, typed)
    assert [each.id for each in elimination.eliminations(tx)] == ["other"]
    assert words(tx) == 1


def test_half_a_clearing_is_voided_too_and_contamination_stays(tx: Transaction) -> None:
    put_held(tx, "half", "T-1", "E-1")
    put_held(tx, "found", "T-1", "E-2")
    elimination.find(tx, ANNA, "half", (CLEARED, WHY), NOW)
    elimination.find(tx, ANNA, "found", (CONTAMINATION, WHY), NOW)
    void_clearings(tx, "T-1")
    found = {each.id: (each.state, each.proposed_by) for each in elimination.eliminations(tx)}
    assert found == {"half": (OPEN, None), "found": (CONTAMINATION, None)}
    assert elimination.find(tx, BESA, "half", (CLEARED, WHY), NOW) is OPEN


def test_reasons_are_the_two_peoples_own(tx: Transaction) -> None:
    put_held(tx, "a")
    elimination.find(tx, ANNA, "a", (CLEARED, WHY + " Anna."), NOW)
    elimination.find(tx, BESA, "a", (CLEARED, WHY + " Besa."), NOW)
    assert elimination.reasons_of(tx, "a") == {"proposed": WHY + " Anna.", "decided": WHY + " Besa."}
    assert words(tx) == 1
    elimination.find(tx, CENI, "a", (CONTAMINATION, WHY + " Ceni."), NOW)
    assert elimination.reasons_of(tx, "a")["decided"] == WHY + " Ceni."
