"""Who may have touched a trace is read where the trace is held against them: nobody is missed, forgotten or kept too long."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.enquiries.dna_rows import ADMIN, CHIEF, DAY, Cases, a_profile

from egnatia.engines.dna.types import Profile
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.dna import elimination
from egnatia.enquiries.dna.index import DnaIndex
from egnatia.enquiries.dna.profiles import KINDS, Intake, forget_profile, store_profiles
from egnatia.enquiries.dna.retyping import retype
from egnatia.enquiries.dna.traces import forget_matches
from egnatia.errors import ConflictError, RefusedError
from egnatia.exchange.keys import NodeKeys, create_keys
from egnatia.model.dna import EliminationState, ProfileCategory, ProfileKind
from egnatia.model.ids import OfficerId, PartnerCode, RecordRef
from egnatia.model.states import Decision, RefusalReason
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import candidate, dna_candidate, dna_elimination, fallen_hit

OFFICER = OfficerId("off-anna")
TRACE = a_profile("T-1")
GUARDED = [each for each in ProfileCategory if KINDS[each] & {ProfileKind.ELIMINATION, ProfileKind.VICTIM}]
OTHERS = [each for each in ProfileCategory if each not in GUARDED]


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    with database.write() as made:
        yield made


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> NodeKeys:
    return create_keys(tmp_path_factory.mktemp("keys"), PartnerCode("GBR"), ["localhost"], DAY)


@pytest.fixture
def desk(keys: NodeKeys) -> Desk:
    return Desk(PartnerCode("GBR"), keys)


def put(tx: Transaction, ref: str, category: ProfileCategory, changes: dict[str, str] | None = None) -> None:
    kind = min(KINDS[category], key=[*ProfileKind].index)
    intake = Intake(category, "kit", "lab-1", "basis", DAY + timedelta(days=900))
    store_profiles(tx, ADMIN, [a_profile(ref, kind, changes)], intake, DAY)


def held(tx: Transaction, index: DnaIndex, trace: Profile = TRACE) -> list[str]:
    return [each.ref for each in index.guard(tx).agreeing(trace)]


@pytest.mark.parametrize("category", GUARDED)
def test_each_of_these_holds_a_trace_back(tx: Transaction, category: ProfileCategory) -> None:
    put(tx, "X-1", category)
    assert held(tx, DnaIndex()) == ["X-1"]


@pytest.mark.parametrize("category", OTHERS)
def test_none_of_the_others_does(tx: Transaction, category: ProfileCategory) -> None:
    put(tx, "X-1", category)
    assert held(tx, DnaIndex()) == []


def test_the_five_that_may_have_touched_it() -> None:
    assert {each.value for each in GUARDED} == {"staff", "police", "manufacturer", "volunteer", "victim"}


def test_the_set_stays_while_nothing_changes_and_is_made_anew_after(tx: Transaction) -> None:
    index = DnaIndex()
    put(tx, "E-1", ProfileCategory.STAFF)
    first = index.guard(tx)
    assert index.guard(tx) is first
    put(tx, "E-2", ProfileCategory.POLICE)
    assert index.guard(tx) is not first
    assert held(tx, index) == ["E-1", "E-2"]
    forget_profile(tx, "E-1")
    assert held(tx, index) == ["E-2"]


def test_more_loci_of_the_staff_count_at_once(tx: Transaction) -> None:
    index = DnaIndex()
    put(tx, "E-1", ProfileCategory.STAFF, dict.fromkeys([*TRACE.loci][3:], ""))
    assert held(tx, index) == []
    retype(tx, ADMIN, [a_profile("E-1", ProfileKind.ELIMINATION)], DAY)
    assert held(tx, index) == ["E-1"]


def test_what_was_undone_never_counted(tx: Transaction) -> None:
    index = DnaIndex()
    put(tx, "E-1", ProfileCategory.STAFF)

    def twice() -> None:
        put(tx, "E-2", ProfileCategory.STAFF)
        assert held(tx, index) == ["E-1", "E-2"]
        put(tx, "E-2", ProfileCategory.STAFF)

    with pytest.raises(ConflictError), tx.savepoint():
        twice()
    assert held(tx, index) == ["E-1"]
    put(tx, "E-3", ProfileCategory.STAFF)
    assert held(tx, index) == ["E-1", "E-3"]


def test_several_threads_may_ask_at_once(database: Database) -> None:
    index = DnaIndex()
    with database.write() as tx:
        for number in range(12):
            put(tx, f"E-{number:02d}", ProfileCategory.STAFF, {"FGA": f"{20 + number} 24"})
    traces = [a_profile(f"T-{number}", changes={"vWA": f"{14 + number % 5} 17"}) for number in range(24)]

    def ask(trace: Profile) -> list[str]:
        with database.read() as tx:
            return held(tx, index, trace)

    with ThreadPoolExecutor(6) as pool:
        together = [*pool.map(ask, traces)]
    assert together == [ask(each) for each in traces]
    assert any(together)


def test_a_refusal_writes_first_and_says_nothing_of_whom(tx: Transaction, desk: Desk) -> None:
    put(tx, "E-1", ProfileCategory.STAFF)
    put(tx, "V-1", ProfileCategory.VICTIM)
    with pytest.raises(RefusedError) as caught:
        elimination.check(tx, desk, TRACE, OFFICER, DAY)
    assert caught.value.reason is RefusalReason.PROFILE_ELIMINATED
    assert "E-1" not in str(caught.value)
    assert [row.against for row in tx.execute(dna_elimination.select())] == ["E-1", "V-1"]


def test_nobody_to_hold_it_against_writes_nothing(tx: Transaction, desk: Desk) -> None:
    put(tx, "P-1", ProfileCategory.CONVICTED)
    elimination.check(tx, desk, TRACE, OFFICER, DAY)
    assert tx.execute(dna_elimination.select()).all() == []


def test_only_what_is_new_is_written(tx: Transaction, desk: Desk) -> None:
    put(tx, "E-1", ProfileCategory.STAFF)
    for _ in range(2):
        with pytest.raises(RefusedError):
            elimination.check(tx, desk, TRACE, OFFICER, DAY)
    put(tx, "E-2", ProfileCategory.STAFF)
    with pytest.raises(RefusedError):
        elimination.check(tx, desk, TRACE, OFFICER, DAY)
    assert sorted(row.against for row in tx.execute(dna_elimination.select())) == ["E-1", "E-2"]


def test_one_of_two_cleared_is_not_enough(tx: Transaction, desk: Desk) -> None:
    put(tx, "E-1", ProfileCategory.STAFF)
    put(tx, "E-2", ProfileCategory.STAFF)
    with pytest.raises(RefusedError):
        elimination.check(tx, desk, TRACE, OFFICER, DAY)
    why = "The two are twins, and neither was in the building that week."
    for row in elimination.eliminations(tx):
        with pytest.raises(RefusedError):
            elimination.check(tx, desk, TRACE, OFFICER, DAY)
        for officer in (CHIEF, replace(CHIEF, id=OfficerId("off-other"))):
            elimination.find(tx, officer, row.id, (EliminationState.CLEARED, why), DAY)
    elimination.check(tx, desk, TRACE, OFFICER, DAY)


def test_returned_traces_are_looked_at_one_by_one(tx: Transaction, desk: Desk) -> None:
    put(tx, "E-1", ProfileCategory.STAFF)
    put(tx, "T-1", ProfileCategory.CRIME_SCENE)
    other = dict.fromkeys(TRACE.loci, "10 11")
    put(tx, "T-2", ProfileCategory.CRIME_SCENE, other)
    assert elimination.held_back(tx, desk, ["T-1", "T-2"]) == {"T-1"}
    assert elimination.held_back(tx, desk, []) == frozenset()
    assert tx.execute(dna_elimination.select()).all() == []


# What goes when a partner erases a profile that we hold as a candidate.


def test_copies_of_one_number_go_and_no_others(tx: Transaction) -> None:
    cases = Cases(tx)
    cases.profile("T-1")
    gone = cases.candidate("T-1", "ALB", "DNA-0001")
    stays = [
        cases.candidate("T-1", "ALB", "DNA-0002"),
        cases.candidate("T-1", "MKD", "DNA-0001"),
        cases.candidate("T-1", "ALB", "DNA-0001", at=DAY + timedelta(days=2)),
    ]
    kept = {row.candidate_id: row.sealed_id for row in tx.execute(dna_candidate.select())}
    forget_matches(tx, (PartnerCode("ALB"), RecordRef("DNA-0001")), "c-1", DAY + timedelta(days=1))
    assert tx.opened(kept[gone]) is None
    assert all(tx.opened(kept[each]) is not None for each in stays)
    assert [row.candidate_id for row in tx.execute(fallen_hit.select())] == [gone]


@pytest.mark.parametrize("decision", [*Decision])
def test_what_people_decided_they_look_at_again_themselves(tx: Transaction, decision: Decision) -> None:
    cases = Cases(tx)
    cases.profile("T-1")
    found = cases.candidate("T-1", "ALB", "DNA-0001")
    tx.execute(candidate.update().where(candidate.c.id == found).values(decision=decision))
    forget_matches(tx, (PartnerCode("ALB"), RecordRef("DNA-0001")), "c-1", DAY + timedelta(days=1))
    assert tx.execute(fallen_hit.select()).all() == []


def test_twice_is_as_once(tx: Transaction) -> None:
    cases = Cases(tx)
    cases.profile("T-1")
    cases.candidate("T-1", "ALB", "DNA-0001")
    for number in (1, 2):
        forget_matches(tx, (PartnerCode("ALB"), RecordRef("DNA-0001")), f"c-{number}", DAY + timedelta(days=number))
    [row] = tx.execute(fallen_hit.select()).all()
    assert row.correction_id == "c-1"
