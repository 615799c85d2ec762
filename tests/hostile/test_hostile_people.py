"""People who have to be protected after the question: erased, shielded or claiming protection while things are on their way."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from tests.federation.world import ALB, BASIS, GBR, REASON, XKX, World, document_draft, person_draft

from egnatia.accounts import disable_officer, present_officer
from egnatia.casework.borders import inspect_document
from egnatia.enquiries import followups, holdings, outcomes, releases, retention
from egnatia.enquiries.answer import answer_enquiry
from egnatia.enquiries.guard import Claim, record_claim
from egnatia.enquiries.our_followups import send_follow_up
from egnatia.enquiries.outcomes import OutcomeDraft
from egnatia.errors import ForbiddenError, RefusedError
from egnatia.exchange.inbox import Received
from egnatia.exchange.message import read_message
from egnatia.model.ids import CandidateId, FollowUpId, MessageId, PartnerCode, RecordRef, ReleaseId
from egnatia.model.states import AskState, Offence, OutcomeKind, RefusalReason
from egnatia.scenario.case import CASE_REF, KNOWN_REF, PASSPORT, PERSON_REF
from egnatia.store.database import Transaction
from egnatia.store.tables import outbox, sealed_record

WHY = "The person is a protected witness in proceedings abroad."


def _person_followed_up(world: World) -> FollowUpId:
    """ALB asked GBR about a person, confirmed the candidate and asked for core data."""
    sent = world.ask(ALB, person_draft())
    world.deliver()
    found = world.view(ALB, sent.id).candidates[0].id
    world.confirm(ALB, found)
    made = _follow(world, found)
    world.deliver()
    return made


def _follow(world: World, found: CandidateId) -> FollowUpId:
    desk, who, request = world.nodes[ALB].desk, world.officer(ALB), (BASIS, Offence.SMUGGLING_OF_PERSONS)
    return world.do(ALB, lambda tx: send_follow_up(tx, desk, who, found, request, world.clock()))


def _erase(world: World) -> None:
    who = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: retention.erase_person(tx, who, RecordRef(KNOWN_REF), REASON, world.clock()))


def test_a_release_that_has_not_left_yet_is_erased_with_its_record(world: World) -> None:
    follow_up_id = _person_followed_up(world)
    world.approve(GBR, world.propose(GBR, follow_up_id))
    _erase(world)
    world.deliver()
    assert world.look(ALB, lambda tx: releases.of_follow_up(tx, follow_up_id)) == []
    left = world.look(GBR, lambda tx: tx.execute(select(outbox.c.state, outbox.c.sealed_id)).all())
    assert [tuple(row) for row in left] == [("undeliverable", None)]
    kinds = world.look(GBR, lambda tx: set(tx.execute(select(sealed_record.c.kind)).scalars()))
    assert not kinds & {"core_data", "message"}


def test_erasing_one_record_takes_back_nothing_of_another(world: World) -> None:
    follow_up_id = _person_followed_up(world)
    world.approve(GBR, world.propose(GBR, follow_up_id))
    other = world.look(GBR, _another_ref)
    who = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: retention.erase_person(tx, who, other, REASON, world.clock()))
    world.deliver()
    assert len(world.look(ALB, lambda tx: releases.of_follow_up(tx, follow_up_id))) == 1


def _another_ref(tx: Transaction) -> RecordRef:
    from egnatia.store.tables import person_record

    refs = tx.execute(select(person_record.c.ref).where(person_record.c.ref != KNOWN_REF)).scalars()
    return RecordRef(next(iter(refs)))


@pytest.mark.parametrize("late", [False, True], ids=["before the proposal", "before the approval"])
def test_core_data_of_a_claimant_are_not_released_to_the_state_he_fears(world: World, *, late: bool) -> None:
    follow_up_id = _person_followed_up(world)
    claim = Claim("Arben", "Krasniqi", None, (), (ALB,))
    release_id = world.propose(GBR, follow_up_id) if late else ReleaseId("")
    world.do(GBR, lambda tx: record_claim(tx, world.officer(GBR, "supervisor"), claim, world.clock()))
    with pytest.raises(RefusedError) as refusal:
        world.approve(GBR, release_id) if late else world.propose(GBR, follow_up_id)
    assert refusal.value.reason is RefusalReason.PROTECTION_CLAIM_GUARD
    world.deliver()
    assert world.look(ALB, lambda tx: releases.of_follow_up(tx, follow_up_id)) == []


def test_a_claim_against_another_state_stops_no_release(world: World) -> None:
    follow_up_id = _person_followed_up(world)
    claim = Claim("Arben", "Krasniqi", None, (), (XKX,))
    world.do(GBR, lambda tx: record_claim(tx, world.officer(GBR, "supervisor"), claim, world.clock()))
    world.approve(GBR, world.propose(GBR, follow_up_id))
    world.deliver()
    assert len(world.look(ALB, lambda tx: releases.of_follow_up(tx, follow_up_id))) == 1


def test_what_an_inspection_and_an_outcome_hold_is_erased_in_time(world: World) -> None:
    who, now = world.officer(ALB), world.clock()
    draft = OutcomeDraft(OutcomeKind.ARREST, CASE_REF, PERSON_REF, None, now, "Durrës", "Arrested with two others.")
    world.do(ALB, lambda tx: inspect_document(tx, who, CASE_REF, PASSPORT, now))
    world.do(ALB, lambda tx: outcomes.record_outcome(tx, who, draft, now))
    world.do(ALB, lambda tx: retention.erase_due(tx, now + timedelta(days=1_096)))
    left = world.look(ALB, lambda tx: set(tx.execute(select(sealed_record.c.kind)).scalars()))
    assert not left & {"inspection", "outcome"}


def _answered(world: World, query: dict[str, str]) -> tuple[list[str], bytes, int]:
    """The statements by which GBR answers ALB about a person, the answer without its ids, and its new entries."""
    sent = world.ask(ALB, person_draft(query=query))
    content = world.look(ALB, lambda tx: _queued(tx, sent.id))
    message, envelope = read_message(content)
    statements: list[str] = []
    node = world.nodes[GBR]
    before = len(world.kinds(GBR))

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    def job(tx: Transaction) -> bytes:
        event.listen(node.database.engine, "before_cursor_execute", note)
        received = Received(
            message.kind, MessageId(message.id), message.sender, message.conversation, message.created_at,
            message.body, envelope.sha256,
        )  # fmt: skip
        answer = answer_enquiry(tx, node.desk, received, world.clock())
        event.remove(node.database.engine, "before_cursor_execute", note)
        return repr(answer).encode()

    reply = world.do(GBR, job)
    return statements, reply, len(world.kinds(GBR)) - before


def _queued(tx: Transaction, conversation: str) -> bytes:
    sealed_id = tx.execute(select(outbox.c.sealed_id).where(outbox.c.conversation == conversation)).scalar_one()
    return tx.unseal(sealed_id)


def test_a_shielded_person_and_nobody_are_answered_by_the_same_statements(world: World) -> None:
    who = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: holdings.mark_protected(tx, who, RecordRef(KNOWN_REF), WHY, world.clock()))
    known = {"first_names": "Arben", "family_names": "Krasniqi", "birth_date": "1994-03-18"}
    nobody = {"first_names": "Wilhelmina", "family_names": "Oxenstierna", "birth_date": "1901-01-02"}
    _answered(
        world, {**nobody, "family_names": "Lagerkvist"}
    )  # the day's first answer counts the quota, whoever it is about
    first = _answered(world, known)
    second = _answered(world, nobody)
    third = _answered(world, known)  # asked again
    # How much of the tree an append reads depends on the ledger's length alone, so that part is left out.
    shaped = [[text for text in one[0] if "ledger_node" not in text] for one in (first, second, third)]
    assert shaped[0] == shaped[1] == shaped[2]
    assert first[1:] == second[1:] == third[1:]


def test_following_up_on_a_shielded_record_reads_like_following_up_on_nothing(world: World) -> None:
    who = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: holdings.mark_protected(tx, who, RecordRef(KNOWN_REF), WHY, world.clock()))
    sent = world.ask(ALB, person_draft())
    world.deliver()
    assert world.view(ALB, sent.id).asks[0].state is AskState.NO_HIT
    said: list[object] = []
    for ref in (KNOWN_REF, "GBR-P-999999"):
        body = {"follow_up": f"0fa3c5d2-1111-4222-8333-44445555{len(said):04d}", "ref": ref}
        body |= {"offence": "homicide", "officer": "off-1", "facts": BASIS}
        said.append(world.send_body(ALB, GBR, "follow_up", body, sent.id).body)
    assert said[0] == said[1]


def test_an_officer_whose_account_was_closed_since_the_login_decides_nothing(world: World) -> None:
    """A command may wait at its last question for hours; the account is looked at again in the act's transaction."""
    officer = world.officer(XKX, "approver-2")
    assert world.look(XKX, lambda tx: present_officer(tx, officer.id)) == officer
    admin = world.officer(XKX, "administrator")
    world.do(XKX, lambda tx: disable_officer(tx, officer.id, admin.id, world.clock()))
    with pytest.raises(ForbiddenError):
        world.look(XKX, lambda tx: present_officer(tx, officer.id))


def test_two_people_even_after_a_proposal_was_sent_back(world: World) -> None:
    sent = world.ask(ALB, document_draft())
    world.deliver()
    found = world.view(ALB, sent.id).candidates[0].id
    world.confirm(ALB, found)
    follow_up_id = world.follow(ALB, found)
    world.deliver()
    first = world.propose(XKX, follow_up_id)
    second = world.officer(XKX, "approver-2")
    world.do(XKX, lambda tx: releases.send_back(tx, second, first, REASON, world.clock()))
    again = world.propose(XKX, follow_up_id)
    with pytest.raises(ForbiddenError):
        world.approve(XKX, again, "approver-1")
    world.approve(XKX, again)
    row = world.look(XKX, lambda tx: followups.get(tx, follow_up_id, followups.IN))
    assert row.closed_at is not None
    assert row.partner == PartnerCode("ALB")
