"""Suspended in one act, parted from for good: nothing passes any more, everything is owed, old signatures hold."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product

import pytest
from tests.federation.world import ALB, GBR, MKD, REASON, XKX, World, document_draft, person_draft

from egnatia.agreements import Allow, Request, load_register, permit
from egnatia.enquiries import followups
from egnatia.enquiries.candidates import inbox as candidates_of
from egnatia.enquiries.membership.exits import ERASED_REF, Obligation, Settlement, obligations, settle
from egnatia.enquiries.membership.standing import reinstate, suspend, withdraw
from egnatia.enquiries.releases import of_follow_up, values_of
from egnatia.errors import ConflictError, ErasedError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.exchange.directory import cards
from egnatia.exchange.membership.former import former_cards
from egnatia.exchange.message import read_message
from egnatia.exchange.protocols import NEWEST, learn_protocol
from egnatia.ledger.audit import verify_own
from egnatia.model.ids import FollowUpId, PartnerCode
from egnatia.model.states import (
    AskState,
    ExitAction,
    FollowUpState,
    Offence,
    Purpose,
    RefusalReason,
    SubjectKind,
)
from egnatia.store.database import Transaction
from egnatia.store.tables import membership_notice, outbox

WHY = "Questions without a case, found by the auditor on 14 May."


def act(world: World, what: Callable[..., object], code: PartnerCode = ALB, partner: PartnerCode = XKX) -> object:
    node, officer, now = world.nodes[code], world.officer(code, "supervisor"), world.clock()
    return world.do(code, lambda tx: what(tx, node.desk, officer, partner, WHY, now))


def verdicts(world: World, code: PartnerCode, pair: tuple[PartnerCode, PartnerCode]) -> set[RefusalReason | None]:
    """What this node says to every question of the pair."""
    register, today = world.look(code, load_register), world.clock().date()
    found = set()
    for subject, purpose, offence, step in product(SubjectKind, Purpose, Offence, (False, True)):
        verdict = permit(register, Request(*pair, subject, purpose, offence, today, step))
        found.add(None if isinstance(verdict, Allow) else verdict.reason)
    return found


def released(world: World) -> FollowUpId:
    """ALB has core data of XKX's about the stolen passport."""
    sent = world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    found = next(each for each in world.look(ALB, lambda tx: candidates_of(tx, world.clock())))
    assert sent.asks[0].partner == XKX
    world.confirm(ALB, found.id)
    asked = world.follow(ALB, found.id)
    world.deliver()
    world.approve(XKX, world.propose(XKX, asked))
    world.deliver()
    return asked


def test_from_the_commit_on_nothing_is_asked_or_answered(world: World) -> None:
    assert None in verdicts(world, ALB, (ALB, XKX))
    act(world, suspend)
    for pair in ((ALB, XKX), (XKX, ALB)):
        assert verdicts(world, ALB, pair) == {RefusalReason.PARTNER_SUSPENDED}
    assert None in verdicts(world, ALB, (ALB, GBR))
    sent = world.ask(ALB, document_draft(partners=(XKX,)))
    assert [each.refusal for each in sent.asks] == [RefusalReason.PARTNER_SUSPENDED]
    theirs = world.ask(
        GBR, document_draft(partners=(ALB,), query={"issuer": "ALB", "document_type": "P", "number": "A"})
    )
    world.deliver()
    assert [each.state for each in world.view(GBR, theirs.id).asks] != [AskState.REFUSED]


def test_a_suspended_partner_is_answered_with_the_reason(world: World) -> None:
    act(world, suspend, code=GBR, partner=ALB)
    sent = world.ask(ALB, person_draft())
    world.deliver()
    asks = world.view(ALB, sent.id).asks
    assert [(each.state, each.refusal) for each in asks] == [(AskState.REFUSED, RefusalReason.PARTNER_SUSPENDED)]


def test_what_is_pending_is_closed_and_visible(world: World) -> None:
    released(world)
    world.stop(XKX)
    pending = world.ask(ALB, document_draft(partners=(XKX,)))
    act(world, suspend)
    asks = world.view(ALB, pending.id).asks
    assert [(each.state, each.refusal) for each in asks] == [(AskState.UNDELIVERABLE, RefusalReason.PARTNER_SUSPENDED)]
    world.start(XKX)
    assert world.deliver() == 0
    assert not world.look(ALB, lambda tx: tx.execute(outbox.select().where(outbox.c.state == "queued")).all())


def test_a_follow_up_and_a_proposal_under_way_are_closed_at_the_answering_end(world: World) -> None:
    world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    found = world.look(ALB, lambda tx: candidates_of(tx, world.clock()))[0]
    world.confirm(ALB, found.id)
    asked = world.follow(ALB, found.id)
    world.deliver()
    proposed = world.propose(XKX, asked)
    act(world, suspend, code=XKX, partner=ALB)
    row = world.look(XKX, lambda tx: followups.get(tx, asked, followups.IN))
    assert (row.state, row.refusal) == (FollowUpState.REFUSED, RefusalReason.PARTNER_SUSPENDED)
    assert world.look(XKX, lambda tx: of_follow_up(tx, asked)) == []
    with pytest.raises(Error):
        world.approve(XKX, proposed)


def test_reinstating_opens_the_way_again_and_reopens_nothing(world: World) -> None:
    act(world, suspend)
    with pytest.raises(ConflictError):
        act(world, suspend)
    act(world, reinstate)
    assert None in verdicts(world, ALB, (ALB, XKX))
    with pytest.raises(ConflictError):
        act(world, reinstate)
    assert [kind for kind in world.kinds(ALB) if kind.startswith("partner.")][-2:] == [
        "partner.suspended",
        "partner.reinstated",
    ]


def test_a_suspension_is_of_its_day_and_not_of_the_days_before(world: World) -> None:
    before = world.clock().date()
    world.clock.turn(days=1)
    act(world, suspend)
    register = world.look(ALB, load_register)
    asked = (SubjectKind.TRAVEL_DOCUMENT, Purpose.BORDER_CHECK, Offence.FALSE_DOCUMENT)
    assert isinstance(permit(register, Request(ALB, XKX, *asked, before)), Allow)


def test_the_others_are_told_and_decide_for_themselves(world: World) -> None:
    for code in (GBR, XKX):
        world.do(ALB, partial(learn_protocol, partner=code, version=NEWEST))
    act(world, suspend)
    world.deliver()
    rows = world.look(GBR, lambda tx: tx.execute(membership_notice.select()).all())
    assert [(row.sender, row.about, row.standing) for row in rows] == [(ALB, XKX, "suspended")]
    assert "membership.notice" in world.kinds(GBR)
    assert None in verdicts(world, GBR, (GBR, XKX))
    assert world.look(MKD, lambda tx: tx.execute(membership_notice.select()).all()) == []


def test_an_exit_lists_every_item_of_both_directions_the_same_at_both_ends(world: World) -> None:
    asked = released(world)
    act(world, withdraw)
    act(world, withdraw, code=XKX, partner=ALB)
    ours = world.look(ALB, lambda tx: obligations(tx, XKX))
    theirs = world.look(XKX, lambda tx: obligations(tx, ALB))
    named = {(each.kind, each.item) for each in ours}
    assert {("core_data", f"follow_up:{asked}"), ("facts", f"follow_up:{asked}")} <= named
    assert named == {(each.kind, each.item) for each in theirs}
    other = {"received": "supplied", "supplied": "received"}
    assert {(other[each.direction], each.kind, each.item) for each in ours} == {
        (each.direction, each.kind, each.item) for each in theirs
    }
    assert all(each.action is None and each.due > world.clock() for each in ours)


def owed(world: World, code: PartnerCode, direction: str, kind: str) -> Obligation:
    found = [each for each in world.look(code, obligations) if (each.direction, each.kind) == (direction, kind)]
    return found[0]


def settled(world: World, code: PartnerCode, item: Obligation, what: Settlement) -> bytes:
    node, officer, now = world.nodes[code], world.officer(code, "supervisor"), world.clock()
    return world.do(code, lambda tx: settle(tx, node.desk, officer, item.id, what, now))


def test_erasing_is_real_certified_and_settles_the_other_end(world: World) -> None:
    asked = released(world)
    act(world, withdraw)
    act(world, withdraw, code=XKX, partner=ALB)
    mine = owed(world, ALB, "received", "core_data")
    certificate = settled(world, ALB, mine, Settlement(ExitAction.ERASE))
    row = world.look(ALB, lambda tx: of_follow_up(tx, asked))[0]
    with pytest.raises(ErasedError):
        world.look(ALB, lambda tx: values_of(tx, row))
    supplied = owed(world, XKX, "supplied", "core_data")
    with pytest.raises(InputError, match="certify"):
        settled(world, XKX, supplied, Settlement(ExitAction.ERASE))
    with pytest.raises(InputError):
        settled(world, XKX, supplied, Settlement(ExitAction.RETURN, "sent back under 04-77/2", certificate))
    with pytest.raises(InputError):
        settled(world, XKX, owed(world, XKX, "supplied", "reference"), Settlement(ExitAction.ERASE, "", certificate))
    settled(world, XKX, supplied, Settlement(ExitAction.ERASE, "", certificate))
    assert world.kinds(ALB)[-1] == "record.erased"
    assert world.kinds(XKX)[-1] == "obligation.settled"
    with pytest.raises(ConflictError):
        settled(world, ALB, mine, Settlement(ExitAction.ERASE))


def test_references_go_and_what_is_kept_says_on_what_basis(world: World) -> None:
    released(world)
    act(world, withdraw)
    settled(world, ALB, owed(world, ALB, "received", "reference"), Settlement(ExitAction.ERASE))
    assert {each.ref for each in world.look(ALB, lambda tx: candidates_of(tx, world.clock()))} == {ERASED_REF}
    kept = owed(world, ALB, "received", "core_data")
    with pytest.raises(InputError):
        settled(world, ALB, kept, Settlement(ExitAction.KEEP_WITH_BASIS))
    settled(world, ALB, kept, Settlement(ExitAction.KEEP_WITH_BASIS, "Evidence in criminal proceedings 14/2025."))
    with pytest.raises(NotFoundError):
        settled(world, ALB, replace(kept, id="nothing"), Settlement(ExitAction.ERASE))


def test_old_signatures_verify_for_ever_and_new_ones_fail(world: World) -> None:
    released(world)
    act(world, withdraw)
    assert XKX not in world.look(ALB, cards)
    assert XKX in world.look(ALB, former_cards)
    node = world.nodes[ALB]
    assert world.look(ALB, lambda tx: verify_own(tx, node.trust(tx)).findings) == []
    assert XKX in world.look(ALB, lambda tx: node.trust(tx).witnesses)
    sent = world.ask(
        XKX, document_draft(partners=(ALB,), query={"issuer": "ALB", "document_type": "P", "number": "A1"})
    )
    world.deliver(XKX)
    assert [each.state for each in world.view(XKX, sent.id).asks] != [AskState.NO_HIT]
    reply = world.send_raw(XKX, ALB, b"{}")
    assert reply.status >= 400
    with pytest.raises(ConflictError):
        act(world, withdraw)


@pytest.mark.parametrize("post", ["enquirer", "examiner", "approver-1", "auditor"])
def test_only_supervisors_and_administrators_suspend(world: World, post: str) -> None:
    node, officer, now = world.nodes[ALB], world.officer(ALB, post), world.clock()
    for what in (suspend, reinstate, withdraw):
        leave = partial(what, desk=node.desk, officer=officer, partner=XKX, why=REASON, now=now)
        with pytest.raises(ForbiddenError):
            world.do(ALB, leave)


@pytest.mark.parametrize(("partner", "error"), [(ALB, InputError), (PartnerCode("ITA"), NotFoundError)])
def test_nobody_suspends_itself_or_a_stranger(world: World, partner: PartnerCode, error: type[Error]) -> None:
    for what in (suspend, reinstate, withdraw):
        with pytest.raises(error):
            act(world, what, partner=partner)


def test_it_holds_from_the_very_act_on_also_for_what_shares_its_commit(world: World) -> None:
    """Many acts share one commit; what was read of the register before must not outlive the act that changes it."""
    node, officer, now = world.nodes[ALB], world.officer(ALB, "supervisor"), world.clock()
    asked = Request(ALB, XKX, SubjectKind.TRAVEL_DOCUMENT, Purpose.BORDER_CHECK, Offence.FALSE_DOCUMENT, now.date())

    def job(tx: Transaction) -> list[bool]:
        seen = [isinstance(permit(load_register(tx), asked), Allow)]
        suspend(tx, node.desk, officer, XKX, WHY, now)
        seen.append(isinstance(permit(load_register(tx), asked), Allow))
        reinstate(tx, node.desk, officer, XKX, WHY, now)
        return [*seen, isinstance(permit(load_register(tx), asked), Allow)]

    assert world.do(ALB, job) == [True, False, True]


def test_a_question_repeated_after_the_suspension_is_not_given_the_answer_of_before(world: World) -> None:
    sent = world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    assert [each.state for each in world.view(ALB, sent.id).asks] == [AskState.HIT]
    first = next(each for each in world.calls if (each.sender, each.to) == (ALB, XKX) and each.request)
    assert world.send_raw(ALB, XKX, first.request).body == first.reply
    act(world, suspend, code=XKX, partner=ALB)
    again = world.send_raw(ALB, XKX, first.request)
    assert again.body != first.reply
    assert read_message(again.body)[0].kind == "refusal"
