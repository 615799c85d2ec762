"""Two officers decide the same thing at the same moment: one of them did, the other is told, and the ledger has one entry.

The node's writer joins what waits into one commit, so two acts at once share a transaction with a savepoint each; these tests
would see one act's row with another's entry.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from tests.federation.acts import Tale
from tests.federation.world import ALB, CODES, FACTS, GBR, REASON, XKX, Clock, World, copy_nodes, drop_databases

from egnatia.enquiries import candidates
from egnatia.enquiries.claims import enter_claim
from egnatia.enquiries.guard import Claim, close_claim, open_claims
from egnatia.enquiries.releases import send_back
from egnatia.enquiries.their_followups import refuse
from egnatia.errors import ConflictError, Error, NotFoundError
from egnatia.ledger.audit import verify_own
from egnatia.model.ids import FollowUpId, PartnerCode
from egnatia.model.states import Decision, RefusalReason

TURNS = range(3)


@pytest.fixture(scope="module")
def shared(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One task force for all tests here: each asks anew."""
    directory = tmp_path_factory.mktemp("at-once") / "world"
    copy_nodes(template, directory)
    with asyncio.Runner() as runner:
        made = World(directory, Clock(), runner)
        for code in CODES:
            made.start(code)
        yield made
        made.close()
    drop_databases(directory)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do things in threads that start together; what each came to: its result, or the error."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait()
        try:
            return act()
        except Error as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def errors(found: list[object]) -> list[type[Error]]:
    return [type(each) for each in found if isinstance(each, Error)]


def told_something(found: list[object]) -> bool:
    return all(each.hint() for each in found if isinstance(each, Error))


def found_by(world: World) -> Tale:
    """ALB asked XKX and a candidate came."""
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    tale.take()
    return tale


def waiting_at_xkx(world: World) -> FollowUpId:
    """A follow-up that XKX's officers have to decide."""
    tale = found_by(world)
    world.confirm(ALB, tale.candidate)
    follow_up = world.follow(ALB, tale.candidate)
    world.deliver()
    return follow_up


def since(world: World, code: PartnerCode, number: int) -> list[str]:
    return world.kinds(code)[number:]


def decide(world: World, tale: Tale, decision: Decision) -> None:
    examiner, draft = world.officer(ALB, "examiner"), candidates.DecisionDraft(decision, FACTS, "level 2")
    world.do(ALB, lambda tx: candidates.decide(tx, examiner, tale.candidate, draft, world.clock()))


def one_did(found: list[object], *kinds: type[Error]) -> int:
    """Which one it was; every other one has an error of these kinds, with what to do."""
    done = [number for number, each in enumerate(found) if not isinstance(each, Error)]
    assert len(done) == 1, found
    assert set(errors(found)) <= set(kinds), found
    assert told_something(found)
    return done[0]


@pytest.mark.parametrize("turn", TURNS)
def test_a_candidate_is_confirmed_or_rejected(shared: World, turn: int) -> None:
    del turn
    tale, before = found_by(shared), len(shared.kinds(ALB))
    ways = (Decision.CONFIRMED, Decision.REJECTED, Decision.INCONCLUSIVE)
    found = at_once(*[partial(decide, shared, tale, way) for way in ways])
    chosen = ways[one_did(found, ConflictError)]
    assert len(since(shared, ALB, before)) == 1
    [candidate] = shared.view(ALB, tale.enquiry).candidates
    assert candidate.decision is chosen


@pytest.mark.parametrize("turn", TURNS)
def test_a_hit_is_followed_up_once(shared: World, turn: int) -> None:
    del turn
    tale = found_by(shared)
    shared.confirm(ALB, tale.candidate)
    before = len(shared.kinds(ALB))
    found = at_once(*[lambda: shared.follow(ALB, tale.candidate)] * 4)
    one_did(found, ConflictError)
    assert since(shared, ALB, before) == ["follow_up.sent"]


@pytest.mark.parametrize("turn", TURNS)
def test_a_release_is_proposed_once(shared: World, turn: int) -> None:
    del turn
    follow_up, before = waiting_at_xkx(shared), len(shared.kinds(XKX))
    found = at_once(*[lambda: shared.propose(XKX, follow_up)] * 3)
    one_did(found, ConflictError)
    assert since(shared, XKX, before) == ["release.proposed"]


@pytest.mark.parametrize("turn", range(4))
def test_a_release_is_approved_or_sent_back_and_never_both(shared: World, turn: int) -> None:
    """What was sent back has not left; what left was not sent back."""
    release = shared.propose(XKX, waiting_at_xkx(shared))
    node, officer, calls = shared.nodes[XKX], shared.officer(XKX, "approver-2"), len(shared.calls)
    before = len(shared.kinds(XKX))
    acts: list[Callable[[], object]] = [
        lambda: shared.approve(XKX, release),
        lambda: shared.do(XKX, lambda tx: send_back(tx, officer, release, REASON, node.clock())),
    ]
    found = at_once(*(acts if turn % 2 else acts[::-1]))
    first = one_did(found, ConflictError, NotFoundError)
    approved = (first == 0) == bool(turn % 2)
    shared.deliver()
    left = [each for each in shared.calls[calls:] if each.sender == XKX]
    assert bool(left) == approved
    assert len([each for each in since(shared, XKX, before) if each.startswith("release.")]) == 1


@pytest.mark.parametrize("turn", TURNS)
def test_a_follow_up_is_refused_or_a_release_proposed(shared: World, turn: int) -> None:
    del turn
    follow_up = waiting_at_xkx(shared)
    node, officer = shared.nodes[XKX], shared.officer(XKX, "approver-1")
    before = len(shared.kinds(XKX))
    reason = RefusalReason.DECLINED_BY_OFFICER
    found = at_once(
        lambda: shared.propose(XKX, follow_up),
        lambda: shared.do(XKX, lambda tx: refuse(tx, node.desk, officer, follow_up, reason, node.clock())),
    )
    if errors(found):
        one_did(found, ConflictError, NotFoundError)
        assert len(since(shared, XKX, before)) == 1
    else:  # a refusal after a proposal takes the proposal back; then both have their entries
        assert len(since(shared, XKX, before)) >= 2


@pytest.mark.parametrize("turn", TURNS)
def test_a_claim_is_closed_once_and_its_content_erased_once(shared: World, turn: int) -> None:
    claim = Claim("Arta", f"Gashi{turn}", None, (f"RK765432{turn}",), (XKX,))
    node, officer = shared.nodes[GBR], shared.officer(GBR, "supervisor")
    claim_id = shared.do(GBR, lambda tx: enter_claim(tx, node.desk, officer, claim, node.clock()))
    before = len(shared.kinds(GBR))

    def close() -> None:
        shared.do(GBR, lambda tx: close_claim(tx, officer, claim_id, REASON, node.clock()))

    one_did(at_once(close, close, close), NotFoundError)
    assert since(shared, GBR, before) == ["record.erased"]
    assert claim_id not in [each for each, _ in shared.look(GBR, lambda tx: open_claims(tx, officer))]


def test_many_questions_at_once_are_all_asked_and_all_entered(shared: World) -> None:
    before, tales = len(shared.kinds(ALB)), [Tale(shared) for _ in range(6)]
    found = at_once(*[partial(tale.ask, partners=(XKX,)) for tale in tales])
    assert errors(found) == []
    assert since(shared, ALB, before) == ["enquiry.sent"] * 6
    assert len({tale.enquiry for tale in tales}) == 6
    shared.deliver()
    assert all(shared.view(ALB, tale.enquiry).candidates for tale in tales)


@pytest.mark.parametrize("code", [ALB, XKX, GBR])
def test_the_ledger_holds_after_all_of_it(shared: World, code: PartnerCode) -> None:
    node = shared.nodes[code]
    report = shared.look(code, lambda tx: verify_own(tx, node.trust(tx)))
    assert report.holds, report.words()
