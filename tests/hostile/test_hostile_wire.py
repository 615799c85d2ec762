"""A partner that lies, floods or answers out of turn: what it sends must cost little, change little and leave no trace."""

import time

import pytest
from tests.federation.world import ALB, FACTS, GBR, XKX, World, document_draft, person_draft

from egnatia.enquiries import followups, timeline
from egnatia.enquiries.messages import FOLLOW_UP, FOLLOW_UP_REFUSAL, RELEASE
from egnatia.errors import RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.courier import WINDOW
from egnatia.model.ids import EnquiryId, FollowUpId
from egnatia.model.states import FollowUpState, RefusalReason
from egnatia.scenario.case import CASE_REF
from egnatia.store.tables import answered_enquiry, inbox, outbox, sealed_record

SOON_S = 3.0
"""A tenth of a second is measured; the attack took eighteen."""
OTHER = EnquiryId("0fa3c5d2-1111-4222-8333-444455556666")


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":"' + b'\\"' * 32_000,
        b'{"a":"' + b"\\\\" * 32_000,
        b'{"a":' + b'"' * 60_000,
        b'{"a":"' + b"\\" * 60_001,
        b"{" + b",".join(b'"%x":1' % number for number in range(7_000)) + b',"0":1}',
    ],
    ids=["escaped quotes without an end", "backslashes", "quotes", "half an escape", "a key twice among thousands"],
)
def test_no_message_of_the_allowed_size_keeps_a_node_busy(content: bytes) -> None:
    assert len(content) <= strict_json.MAX_BYTES
    began = time.process_time()
    with pytest.raises(RefusedError):
        strict_json.parse(content, "message")
    assert time.process_time() - began < SOON_S


@pytest.mark.parametrize("text", [r'{"a":"\"[[[[[[[[[[[[[[[[[[[["}', r'{"a":"\\","b":["\\\"]]]]"]}'])
def test_brackets_in_a_text_are_no_nesting(text: str) -> None:
    assert set(strict_json.parse(text.encode(), "message")) <= {"a", "b"}


def test_nesting_behind_a_text_without_an_end_is_still_refused() -> None:
    with pytest.raises(RefusedError):
        strict_json.parse(b'{"a":' + b"[" * 40 + b'"', "message")


@pytest.mark.parametrize("text", ["Arben Krasniqi 1994-06-27", "A" * 30_000], ids=["a name", "a flood"])
def test_a_refusal_does_not_repeat_what_was_asked(world: World, text: str) -> None:
    body = {"subject": text, "grant": "x"}
    answer = world.send_body(ALB, GBR, "enquiry", body, OTHER)
    assert answer.body["reason"] == RefusalReason.MALFORMED
    assert text[:20] not in str(answer.body)
    stored = world.look(GBR, lambda tx: [bytes(row.answer) for row in tx.execute(inbox.select())])
    assert stored
    assert text.encode() not in world.files(GBR)


def _followed_up(world: World) -> FollowUpId:
    sent = world.ask(ALB, document_draft())
    world.deliver()
    found = world.view(ALB, sent.id).candidates[0].id
    world.confirm(ALB, found)
    return world.follow(ALB, found)


def _state(world: World, follow_up_id: FollowUpId) -> FollowUpState:
    return world.look(ALB, lambda tx: followups.get(tx, follow_up_id, followups.OUT)).state


RELEASED = {"fields": {"category": "stolen_blank"}, "handling": "H1", "as_of": "2025-05-15"}


@pytest.mark.parametrize(
    ("kind", "body"), [(RELEASE, RELEASED), (FOLLOW_UP_REFUSAL, {"reason": "DECLINED_BY_OFFICER"})]
)
def test_a_follow_up_is_answered_in_its_own_conversation_only(world: World, kind: str, body: dict[str, object]) -> None:
    follow_up_id = _followed_up(world)
    world.deliver()
    answer = world.send_body(XKX, ALB, kind, {"follow_up": follow_up_id, **body}, OTHER)
    assert answer.body["reason"] == RefusalReason.UNKNOWN_CONVERSATION
    assert _state(world, follow_up_id) is FollowUpState.WAITING


@pytest.mark.parametrize("kind", [RELEASE, FOLLOW_UP_REFUSAL])
def test_another_partner_cannot_answer_for_the_one_that_was_asked(world: World, kind: str) -> None:
    follow_up_id = _followed_up(world)
    row = world.look(ALB, lambda tx: followups.get(tx, follow_up_id, followups.OUT))
    body = RELEASED if kind == RELEASE else {"reason": "DECLINED_BY_OFFICER"}
    answer = world.send_body(GBR, ALB, kind, {"follow_up": follow_up_id, **body}, row.enquiry_id)
    assert answer.body["reason"] == RefusalReason.UNKNOWN_CONVERSATION
    assert _state(world, follow_up_id) is FollowUpState.WAITING


def test_a_partner_that_refuses_twice_does_not_block_its_conversation(world: World) -> None:
    """The officer's no overtakes the answer to our message, which is a refusal as well: the first one counts."""
    follow_up_id = _followed_up(world)
    row = world.look(ALB, lambda tx: followups.get(tx, follow_up_id, followups.OUT))
    world.send_body(
        XKX, ALB, FOLLOW_UP_REFUSAL, {"follow_up": follow_up_id, "reason": "CONDITIONS_NOT_MET"}, row.enquiry_id
    )
    # The partner forgot what it had returned, so it refuses the message itself too.
    world.do(
        XKX, lambda tx: tx.execute(answered_enquiry.update().values(refs='{"returned":[],"shielded":[]}')).rowcount
    )
    world.deliver()
    states = world.look(ALB, lambda tx: [(row.kind, row.state) for row in tx.execute(outbox.select())])
    assert states == [("enquiry", "answered"), ("enquiry", "answered"), ("follow_up", "answered")]
    closed = world.look(ALB, lambda tx: followups.get(tx, follow_up_id, followups.OUT))
    assert (closed.state, closed.refusal) == (FollowUpState.REFUSED, RefusalReason.CONDITIONS_NOT_MET)


def test_a_partner_cannot_write_steps_into_our_case(world: World) -> None:
    """It knows our enquiry's and follow-up's ids, and may choose the ids of its own messages."""
    follow_up_id = _followed_up(world)
    world.deliver()
    before = world.look(ALB, lambda tx: timeline.case_timeline(tx, CASE_REF))
    row = world.look(ALB, lambda tx: followups.get(tx, follow_up_id, followups.OUT))
    forged = {
        "follow_up": follow_up_id,
        "ref": "AAA-1",
        "offence": "false_document",
        "officer": "off-1",
        "facts": FACTS,
    }
    world.send_body(XKX, ALB, FOLLOW_UP, forged, row.enquiry_id)
    query = {"issuer": "ALB", "document_type": "P", "number": "X1"}
    body = {
        "grant": "x", "case_ref": "XXX-2025-01", "subject": "travel_document", "purpose": "border_check",
        "offence": "false_document", "officer": "off-1", "justification_commitment": "0" * 64,
        "deadline": "2025-06-01T00:00:00Z", "query": query,
    }  # fmt: skip
    world.send_body(XKX, ALB, "enquiry", body, row.enquiry_id)
    assert world.look(ALB, lambda tx: timeline.case_timeline(tx, CASE_REF)) == before


def test_a_follow_up_under_an_id_of_ours_changes_nothing_of_ours(world: World) -> None:
    follow_up_id = _followed_up(world)
    world.deliver()
    asked = world.ask(XKX, person_draft(partners=(ALB,), query={"first_names": "A", "family_names": "Bcd"}))
    world.deliver()
    forged = {
        "follow_up": follow_up_id,
        "ref": "AAA-1",
        "offence": "false_document",
        "officer": "off-1",
        "facts": FACTS,
    }
    answer = world.send_body(XKX, ALB, FOLLOW_UP, forged, asked.id)
    assert answer.body["reason"] == RefusalReason.UNKNOWN_CONVERSATION
    assert _state(world, follow_up_id) is FollowUpState.WAITING


def test_messages_that_cannot_be_opened_wait_like_others_and_hold_up_none(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """More of them than go out at a time, as after the loss of keys: each is tried now and then, and the rest goes."""
    for _ in range(WINDOW + 4):
        world.ask(ALB, document_draft(partners=(XKX,)))
    world.do(
        ALB,
        lambda tx: (
            tx.execute(
                sealed_record.update().where(sealed_record.c.kind == "message").values(ciphertext=bytes(40))
            ).rowcount
        ),
    )
    last = world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    assert world.view(ALB, last.id).asks[0].answered_at is not None
    spoiled = world.look(ALB, lambda tx: tx.execute(outbox.select().where(outbox.c.state == "queued")).all())
    assert len(spoiled) == WINDOW + 4
    assert all("cannot be opened" in row.last_error for row in spoiled)
    said = len(caplog.records)
    world.deliver()
    assert len(caplog.records) == said, "the log repeats itself at every poll"
