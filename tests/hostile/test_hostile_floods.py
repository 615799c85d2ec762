"""A partner that sends without end what is refused, or what says nothing: it fills neither our ledger nor our disk."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update
from tests.federation import test_blind_flow as blind
from tests.federation import test_corrections as honest
from tests.federation import test_handling_flow as flow
from tests.federation.acts import Tale, check_whole, follow
from tests.federation.world import ALB, CODES, GBR, START, XKX, World, document_draft
from tests.hostile.test_hostile_suspended import held_item

from egnatia.agreements.handling import TokenUse, label_sha256
from egnatia.enquiries import followups
from egnatia.enquiries.blind.messages import BLIND_ENQUIRY, BlindEnquiryBody
from egnatia.enquiries.corrections.messages import CORRECTION
from egnatia.enquiries.membership.messages import MEMBERSHIP_NOTICE
from egnatia.enquiries.membership.taking import MAX_NOTICES
from egnatia.enquiries.messages import ENQUIRY, FOLLOW_UP, EnquiryBody, FollowUpBody, encode
from egnatia.enquiries.onward.deciding import MAX_WAITING
from egnatia.enquiries.onward.messages import CONSENT_REQUEST, ConsentRequestBody
from egnatia.enquiries.their_followups import MAX_OPEN
from egnatia.errors import BusyError
from egnatia.exchange.message import Message, write_message
from egnatia.ledger import Act
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.ledger.repeats import SINGLY, TOO_MANY, append_or_cap, append_or_count, close_hours
from egnatia.model.events import EventKind
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import AskState, BlindList, Offence, Purpose, SubjectKind
from egnatia.store.tables import (
    answered_enquiry,
    blind_answer,
    consent_request,
    correction_taken,
    inbox,
    ledger_entry,
    membership_notice,
    repeated_act,
)

FLOOD = SINGLY + 20
DIGEST = "ab" * 32
REFUSED = EventKind.MESSAGE_REFUSED


def conversation(number: int) -> str:
    return f"0fa3c5d2-1111-4222-8333-{number:012d}"


def count(world: World, code: PartnerCode, table: Any) -> int:
    return world.look(code, lambda tx: int(tx.execute(select(func.count()).select_from(table)).scalar_one()))


def contents(world: World, code: PartnerCode, kind: EventKind) -> list[dict[str, Any]]:
    found = world.look(code, lambda tx: read_entries(tx, EntryFilter(kind=kind, limit=500)))
    return [each.content or {} for each in found]


def enquiry(**changes: Any) -> dict[str, object]:
    values: dict[str, Any] = {
        "grant": "no-such-grant",
        "case_ref": "DUR-2025-0417",
        "subject": SubjectKind.PERSON,
        "purpose": Purpose.INVESTIGATION,
        "offence": Offence.SMUGGLING_OF_PERSONS,
        "officer": "off-0001",
        "justification_commitment": DIGEST,
        "deadline": START + timedelta(days=1),
        "query": {},
    }
    return encode(EnquiryBody(**(values | changes)))


def flood(
    world: World, kind: str, body: Mapping[str, object], times: int = FLOOD, to: PartnerCode = GBR
) -> Counter[str]:
    """What came back to so many questions of ALB's, each in a conversation of its own."""
    said = Counter[str]()
    for number in range(times):
        answer = world.send_body(ALB, to, kind, body, conversation(number))
        said[str(answer.body.get("reason"))] += 1
    return said


def test_refused_questions_are_entered_one_by_one_and_then_counted(world: World) -> None:
    assert flood(world, ENQUIRY, enquiry()) == {"GRANT_MISMATCH": FLOOD}
    assert len(contents(world, GBR, EventKind.ENQUIRY_ANSWERED)) == SINGLY
    assert count(world, GBR, answered_enquiry) == SINGLY
    world.clock.turn(hours=1)
    world.send_body(ALB, GBR, ENQUIRY, enquiry(), conversation(FLOOD))
    (entry,) = contents(world, GBR, REFUSED)
    assert (entry["reason"], entry["count"], entry["of"]) == ("GRANT_MISMATCH", FLOOD, "enquiry.answered")
    assert len(contents(world, GBR, EventKind.ENQUIRY_ANSWERED)) == SINGLY + 1
    check_whole(world, GBR)


def test_several_reasons_share_one_measure(world: World) -> None:
    for number in range(SINGLY):
        purpose = Purpose.INVESTIGATION if number % 2 else Purpose.BORDER_CHECK
        world.send_body(ALB, GBR, ENQUIRY, enquiry(purpose=purpose), conversation(number))
    before = len(contents(world, GBR, EventKind.ENQUIRY_ANSWERED))
    flood(world, ENQUIRY, enquiry(offence=Offence.HOMICIDE), 3)
    assert (before, len(contents(world, GBR, EventKind.ENQUIRY_ANSWERED))) == (SINGLY, SINGLY)


def test_good_questions_are_answered_and_entered_in_the_middle_of_it(world: World) -> None:
    flood(world, ENQUIRY, enquiry())
    sent = world.ask(ALB, document_draft(partners=(GBR,)))
    world.deliver()
    assert world.view(ALB, sent.id).asks[0].state is AskState.NO_HIT
    assert len(contents(world, GBR, EventKind.ENQUIRY_ANSWERED)) == SINGLY + 1


def test_refused_blind_questions_too(world: World) -> None:
    blind.publish_all(world, XKX)
    body = BlindEnquiryBody(
        grant="no-such-grant",
        list=BlindList.REGISTERED_DOCUMENTS,
        purpose=Purpose.BORDER_CHECK,
        offence=Offence.FALSE_DOCUMENT,
        statement=DIGEST,
        commitment=DIGEST,
        element="e2" * 32,
    )
    flood(world, BLIND_ENQUIRY, encode(body), to=XKX)
    assert len(contents(world, XKX, EventKind.BLIND_EVALUATED)) == SINGLY
    assert count(world, XKX, blind_answer) == SINGLY


def follow_up(ref: str, number: int) -> dict[str, object]:
    facts = "Booklet from your stolen batch presented on exit; holder in second line."
    body = FollowUpBody(
        follow_up=conversation(900_000 + number),
        ref=ref,
        offence=Offence.FALSE_DOCUMENT,
        officer="off-0001",
        facts=facts,
    )
    return encode(body)


def test_follow_ups_of_nothing_are_entered_one_by_one_and_then_counted(world: World) -> None:
    for number in range(FLOOD):
        answer = world.send_body(ALB, XKX, FOLLOW_UP, follow_up("XKX-D-1", number), conversation(0))
        assert answer.body["reason"] == "UNKNOWN_CONVERSATION"
    assert len(contents(world, XKX, EventKind.FOLLOW_UP_RECEIVED)) == SINGLY


def test_one_hit_has_a_few_open_follow_ups_at_most(world: World) -> None:
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    tale.take()
    world.confirm(ALB, tale.candidate)
    follow(tale)
    world.deliver()
    (row,) = world.look(XKX, followups.listed)
    said = [
        world.send_body(ALB, XKX, FOLLOW_UP, follow_up(row.ref, number), tale.enquiry).body.get("reason")
        for number in range(MAX_OPEN + 2)
    ]
    assert said == [None] * (MAX_OPEN - 1) + ["QUOTA_EXCEEDED"] * 3
    assert len(world.look(XKX, followups.listed)) == MAX_OPEN


def test_notices_of_a_day_have_a_measure_and_the_next_day_they_come(world: World) -> None:
    body = {"about": "XKX", "standing": "suspended", "since": "2025-05-15T03:00:00Z"}
    said = flood(world, MEMBERSHIP_NOTICE, body, MAX_NOTICES + 10)
    assert said == {"None": MAX_NOTICES, "QUOTA_EXCEEDED": 10}
    assert count(world, GBR, membership_notice) == MAX_NOTICES
    kinds = Counter(world.kinds(GBR))
    assert (kinds["membership.notice"], kinds["message.refused"]) == (MAX_NOTICES, 1)
    other = world.send_body(XKX, GBR, MEMBERSHIP_NOTICE, body | {"about": "ALB"}, conversation(0))
    assert other.kind == "receipt", "the measure is each partner's own"
    world.clock.turn(days=1, seconds=1)
    assert flood(world, MEMBERSHIP_NOTICE, body, 1) == {"None": 1}


def test_ends_of_pauses_that_never_were_leave_nothing(world: World) -> None:
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    tale.take()
    world.confirm(ALB, tale.candidate)
    follow(tale)
    world.deliver()
    (row,) = world.look(ALB, followups.listed)
    before = count(world, ALB, ledger_entry)
    body = {"follow_up": row.id, "paused": False, "at": world.clock().isoformat(), "pause": conversation(1)}
    for _ in range(5):
        assert world.send_body(XKX, ALB, "clock", body, tale.enquiry).kind == "receipt"
    assert count(world, ALB, ledger_entry) == before


def test_corrections_of_what_was_never_here_are_counted(world: World) -> None:
    honest.speak(world, CODES, 2)
    values: dict[str, Any] = {"maker": "ALB", "item": "record", "ref": "ALB-P-1", "subject": "person", "kind": "erase"}
    values |= {"reason": "inaccurate", "number": 1, "made_at": "2025-05-15T03:00:00Z"}
    for number in range(FLOOD):
        answer = world.send_body(ALB, GBR, CORRECTION, values | {"correction": conversation(number)}, conversation(0))
        assert answer.kind != "refusal"
    assert len(contents(world, GBR, EventKind.CORRECTION_RECEIVED)) == SINGLY
    assert count(world, GBR, correction_taken) == 0


def test_requests_for_consent_wait_in_a_number_that_people_can_read(world: World) -> None:
    tale = held_item(world)
    request = ConsentRequestBody(
        request=conversation(1),
        item=str(tale.follow_up),
        use=TokenUse.ONWARD,
        to=GBR,
        purpose=Purpose.BORDER_CHECK,
        officer="off-0001",
        label_sha256=label_sha256(flow.base()),
        justification=flow.WHY,
    )
    assert world.send_body(ALB, XKX, CONSENT_REQUEST, encode(request), tale.enquiry).kind == "receipt"

    def fill(tx: Any, to: int) -> None:
        row = dict(tx.execute(consent_request.select()).mappings().first())
        rows = [row | {"id": conversation(50_000 + number)} for number in range(to)]
        tx.execute(consent_request.insert(), rows)

    world.do(XKX, partial(fill, to=MAX_WAITING - 1))
    again = encode(request) | {"request": conversation(2)}
    answer = world.send_body(ALB, XKX, CONSENT_REQUEST, again, tale.enquiry)
    assert answer.body["reason"] == "QUOTA_EXCEEDED"
    assert count(world, XKX, consent_request) == MAX_WAITING


# Past the second measure.


def nearly(world: World, code: PartnerCode) -> None:
    """So many of ALB's were refused in this hour."""
    world.do(code, lambda tx: tx.execute(update(repeated_act).values(times=TOO_MANY - 1)))


@pytest.mark.parametrize(("kind", "body"), [(ENQUIRY, {}), (FOLLOW_UP, {"x": 1})])
def test_past_ten_thousand_an_hour_a_partner_is_put_off(world: World, kind: str, body: dict[str, object]) -> None:
    whole = body or enquiry()
    world.send_body(ALB, GBR, kind, whole, conversation(0))
    nearly(world, GBR)
    world.send_body(ALB, GBR, kind, whole, conversation(1))
    kept = count(world, GBR, inbox)
    message = Message(kind, MessageId(conversation(2)), ALB, GBR, conversation(2), world.clock(), None, whole)
    content = write_message(message, world.nodes[ALB].keys.signing).content
    world.clock.turn(minutes=2)
    reply = world.send_raw(ALB, GBR, content)
    assert reply.status == 503
    assert reply.retry_after_s == 300, "the courier looks again every five minutes at the latest"
    assert count(world, GBR, inbox) == kept
    world.clock.turn(hours=1)
    assert world.send_raw(ALB, GBR, content).status == 200, "the same message is taken in the next hour"


def act(world: World, event: EventKind, number: int = 0) -> Act:
    return Act(event, world.clock(), "node", f"enquiry:{number}", partner=ALB)


def test_how_long_a_partner_is_put_off(world: World) -> None:
    def job(tx: Any) -> None:
        append_or_cap(tx, act(world, EventKind.ENQUIRY_ANSWERED), "UNKNOWN_PARTNER")
        append_or_count(tx, act(world, REFUSED), "MALFORMED")

    world.do(GBR, job)
    world.do(GBR, lambda tx: tx.execute(update(repeated_act).values(times=TOO_MANY)))
    world.clock.turn(minutes=20)
    for again in (
        lambda tx: append_or_cap(tx, act(world, EventKind.ENQUIRY_ANSWERED), "SAME_PARTNER"),
        lambda tx: append_or_count(tx, act(world, REFUSED), "MALFORMED"),
    ):
        with pytest.raises(BusyError) as caught:
            world.do(GBR, again)
        assert caught.value.retry_after_s == 40 * 60 + 1
    world.do(GBR, lambda tx: append_or_cap(tx, act(world, EventKind.FOLLOW_UP_RECEIVED), "SAME_PARTNER"))


def test_what_was_all_entered_is_not_counted_again(world: World) -> None:
    def job(tx: Any) -> int:
        for number in range(SINGLY):
            append_or_cap(tx, act(world, EventKind.ENQUIRY_ANSWERED, number), "UNKNOWN_PARTNER")
        return close_hours(tx, world.clock() + timedelta(hours=1))

    assert world.do(GBR, job) == 0
