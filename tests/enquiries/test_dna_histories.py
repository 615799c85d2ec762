"""Any history of acts on a few candidates: tables, ledger and a model in plain words come to the same figures."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from bench.dna.recount import Raw, Told, counted, recount, told_by, walked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.enquiries.dna_rows import ANNA, BESA, CENI, DAY, WHY, Cases

from egnatia.enquiries.dna.elimination import find
from egnatia.enquiries.dna.traces import forget_matches
from egnatia.errors import ConflictError
from egnatia.model.dna import Disposition, EliminationState
from egnatia.model.ids import CandidateId, FollowUpId, PartnerCode, RecordRef
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import dna_elimination

ACTS = (
    *("candidate", "anna", "besa", "ceni", "ask", "release", "arrest", "no_action", "wrong", "fall"),
    *("contaminated", "cleared", "erased"),
)
PROFILES, NUMBERS = 3, 3
OFFICERS = {"anna": ANNA, "besa": BESA, "ceni": CENI}


@dataclass(slots=True)
class Kept:
    """One candidate of the model."""

    ours: str
    number: str
    round: dict[str, str] = field(default_factory=dict)
    found: str | None = None
    asked: bool = False
    released: bool = False
    outcome: bool = False
    arrested: bool = False
    withdrawn: bool = False
    gone: bool = False
    """The partner erased its profile before anybody had decided."""
    contaminated: bool = False

    @property
    def fell(self) -> bool:
        return self.withdrawn or self.gone or self.contaminated

    @property
    def stands(self) -> bool:
        return self.found == "confirmed" and not self.fell


def steps(model: list[Kept]) -> list[int]:
    """How many came how far, by the model."""
    hits = [each for each in model if each.stands]
    asked = [each for each in hits if each.asked]
    released = [each for each in asked if each.released]
    return [len(model), len(hits), len(asked), len(released), sum(each.outcome for each in released)]


def clusters_of(model: list[Kept]) -> int:
    """Groups of the hits that stand, by putting together whatever shares an end until nothing changes."""
    groups: list[set[str]] = []
    for each in model:
        if each.stands:
            ends = {f"ours {each.ours}", f"theirs {each.number}"}
            touched = [group for group in groups if group & ends]
            groups = [group for group in groups if not group & ends] + [ends.union(*touched)]
    return len(groups)


def act(cases: Cases, model: list[Kept], ids: list[CandidateId], what: str, which: int) -> None:
    """Do one act in the tables and in the model; what the rules refuse is done in neither."""
    if what == "candidate":
        made = Kept(f"T-{which % PROFILES}", f"DNA-{which % NUMBERS}")
        ids.append(cases.candidate(made.ours, "GBR", made.number))
        model.append(made)
        return
    if not model:
        return
    at = which % len(model)
    mine, found = model[at], ids[at]
    if what in ("contaminated", "cleared"):
        touch(cases, model, mine.ours, what)
    elif what == "erased":
        erase(cases, model, mine.number)
    elif what in OFFICERS:
        finding = {0: Disposition.ADVENTITIOUS, 1: Disposition.MORE_LOCI}.get(which % 6, Disposition.CONFIRMED)
        opine(cases, mine, found, what, finding)
    elif what == "fall" and mine.found is not None and not mine.fell:
        cases.fall(found)
        mine.withdrawn = True
    elif mine.stands or (mine.found == "confirmed" and what == "wrong"):
        go_on(cases, mine, found, what)


def touch(cases: Cases, model: list[Kept], ours: str, what: str) -> None:
    """A trace is found to be contaminated, or two examiners clear it; its candidates fall, and stand again."""
    row = cases.tx.execute(dna_elimination.select().where(dna_elimination.c.ref == ours)).one_or_none()
    state = EliminationState.OPEN if row is None else EliminationState(row.state)
    if what == "contaminated" and state is not EliminationState.CONTAMINATION:
        held = {"ref": ours, "against": "E-1", "how": "x", "found_at": DAY, "state": EliminationState.OPEN}
        if row is None:
            cases.tx.execute(dna_elimination.insert(), {"id": f"held {ours}", **held})
        find(cases.tx, ANNA, f"held {ours}", (EliminationState.CONTAMINATION, WHY), DAY)
    elif what == "cleared" and state is EliminationState.CONTAMINATION:
        for officer in (ANNA, BESA):
            find(cases.tx, officer, f"held {ours}", (EliminationState.CLEARED, WHY), DAY)
    else:
        return
    for each in model:
        if each.ours == ours and not each.gone:
            each.contaminated = what == "contaminated"


def erase(cases: Cases, model: list[Kept], number: str) -> None:
    """The partner erases its profile: what nobody decided falls for good, and of hits an officer says (act `fall`)."""
    forget_matches(cases.tx, (PartnerCode("GBR"), RecordRef(number)), "a correction", DAY + timedelta(days=2))
    for each in model:
        if each.number == number and each.found is None:
            each.gone = True


def opine(cases: Cases, mine: Kept, found: CandidateId, who: str, finding: Disposition) -> None:
    refused = mine.found is not None or mine.fell or who in mine.round or len(mine.round) == 3
    if refused:
        with pytest.raises(ConflictError):
            cases.find(OFFICERS[who], found, finding, DAY)
        return
    cases.find(OFFICERS[who], found, finding, DAY)
    mine.round[who] = finding.value
    said = sorted(mine.round.values())
    if said.count("more_loci") == 2:
        mine.round = {}
    elif said.count("adventitious") == 2:
        mine.found = "adventitious"
    elif said.count("confirmed") == 2 and "adventitious" not in said:
        mine.found = "confirmed"


def go_on(cases: Cases, mine: Kept, found: CandidateId, what: str) -> None:
    asked = f"f-{found}"[:36]
    if what == "ask" and not mine.asked:
        cases.follow_up(found)
        mine.asked = True
    elif what == "release" and mine.asked and not mine.released:
        cases.release(FollowUpId(asked))
        mine.released = True
    elif what in ("arrest", "no_action") and mine.asked:
        cases.outcome(found, what, f"D-{mine.number}", asked)
        mine.outcome |= what == "arrest"
        mine.arrested |= what == "arrest"
    elif what == "wrong" and mine.asked and not mine.withdrawn:
        cases.outcome(found, "misidentification", "D-1", asked)
        mine.withdrawn = True


HISTORIES = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 60)), max_size=45)


@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORIES)
def test_tables_ledger_and_model_agree_after_any_history(database: Database, acts: list[tuple[str, int]]) -> None:
    def history() -> None:
        with database.write() as tx:
            told(tx, acts)
            raise UndoneError

    with pytest.raises(UndoneError):
        history()


class UndoneError(Exception):
    """Nothing of one history is left for the next."""


def told(tx: Transaction, acts: list[tuple[str, int]]) -> None:
    model: list[Kept] = []
    ids: list[CandidateId] = []
    window = (DAY - timedelta(days=1), DAY + timedelta(days=1))
    cases = Cases(tx)
    cases.profiles([f"T-{number}" for number in range(PROFILES)])
    for number, (what, which) in enumerate([("candidate", 0), ("candidate", 1), *acts]):
        act(cases, model, ids, what, which)
        if number % 9 == 0:
            assert counted(tx, *window) == recount(tx, *window)
    node = counted(tx, *window)
    assert node == recount(tx, *window)
    assert [*node["pairs"].values()] == steps(model)
    assert node["clusters"]["validated"] == clusters_of(model)
    assert node["arrested"] == len({each.number for each in model if each.arrested and each.stands})
    assert node["withdrawn"] == sum(each.found == "confirmed" and each.fell for each in model)


def raw(kind: str, ref: str = "", partner: str = "GBR", /, **content: Any) -> Raw:
    return Raw(kind, "2025-05-15T12:00:00.000000Z", ref, partner, content)


def test_the_recount_reads_candidates_of_dna_answers_only() -> None:
    told = told_by([raw("reply.received", "e1", refs=["N-1"], ours="T-1"), raw("reply.received", "e2", refs=["N-2"])])
    assert told.came.keys() == {("e1", "GBR", "N-1")}
    assert told.ours == {("e1", "GBR", "N-1"): "T-1"}


def test_the_recount_knows_no_hit_without_the_entry_of_the_second_opinion() -> None:
    opinion = raw("dna.opinion_given", "c1", round=1, disposition="confirmed", qualification="x")
    plain = raw("candidate.confirmed", "c1", ref="N-1", quality=1.0, qualification="x")
    assert told_by([opinion, plain]).found == {}
    second = raw("candidate.confirmed", "c1", enquiry="e1", ref="N-1", ours="T-1", disposition="confirmed")
    assert told_by([second]).found == {("e1", "GBR", "N-1"): "confirmed"}


def test_an_outcome_before_the_request_counts_for_nothing() -> None:
    came = raw("outcome.recorded", "o1", kind="arrest", person_ref="D-1", candidate="c1")
    asked = raw("follow_up.sent", "f1", candidate="c1")
    assert told_by([came, asked]).outcomes == []
    assert told_by([asked, came]).outcomes == [("c1", "arrest", "D-1")]


def test_what_falls_is_known_by_corrections_and_misidentifications() -> None:
    told = told_by(
        [
            raw("correction.acted_on", "k1", finding="falls", hits=["c1", "c2"]),
            raw("correction.acted_on", "k2", finding="stands", hits=["c3"]),
            raw("outcome.recorded", "o1", kind="misidentification", person_ref="D-1", candidate="c4"),
        ]
    )
    assert told.fallen == {"c1", "c2", "c4"}


def test_a_link_holds_until_it_is_changed_or_the_profile_erased() -> None:
    link, other = (raw("dna.profile_linked", "P-1", person_ref=person) for person in ("D-1", "D-2"))
    unlinked, erased = raw("dna.profile_linked", "P-1", person_ref=None), raw("dna.profile_erased", "P-1")
    assert told_by([link]).people == {"P-1": "D-1"}
    assert told_by([link, other]).people == {"P-1": "D-2"}
    assert told_by([link, unlinked]).people == told_by([link, erased]).people == {}


def test_entries_of_other_kinds_and_erased_content_are_passed_over() -> None:
    told = told_by([raw("login.succeeded", "x"), raw("reply.received", "e1"), raw("follow_up.sent", "f1")])
    assert told.came == {}
    assert told.asked == {"f1": ""}


@pytest.mark.parametrize(
    ("pairs", "people", "groups"),
    [
        ([], {}, 0),
        ([("T-1", "N-1")], {}, 1),
        ([("T-1", "N-1"), ("T-2", "N-2")], {}, 2),
        ([("T-1", "N-1"), ("T-2", "N-1"), ("T-2", "N-2")], {}, 1),
        ([("P-1", "N-1"), ("P-2", "N-2")], {"P-1": "D-1", "P-2": "D-1"}, 1),
        ([("P-1", "N-1"), ("P-2", "N-2")], {"P-1": "D-1", "P-2": "D-2"}, 2),
    ],
)
def test_walking_counts_groups(pairs: list[tuple[str, str]], people: dict[str, str], groups: int) -> None:
    keys = [(f"e{number}", "GBR", theirs) for number, (_, theirs) in enumerate(pairs)]
    told = Told(ours={key: ours for key, (ours, _) in zip(keys, pairs, strict=True)}, people=people)
    assert walked(keys, told) == groups
