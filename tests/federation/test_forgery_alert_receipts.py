"""What a partner may answer to an alert, and what the sender makes of it: nothing is taken for done that is not."""

from datetime import timedelta
from typing import Any

import pytest
from tests.federation.alerting import (
    agree,
    alerted,
    alerts,
    changed,
    confirmed,
    disagree,
    flagged,
    go_round,
    issued,
    speak,
    taken_back,
    told,
)
from tests.federation.test_forgery_alerts import GENUINE, NEXT
from tests.federation.world import ALB, MKD, XKX, World

from egnatia.casework.borders.basis import node_basis
from egnatia.engines.documents.versions import versions_of
from egnatia.enquiries.forgery_alerts import sending
from egnatia.enquiries.forgery_alerts.messages import FORGERY_ALERT, FORGERY_ALERT_RECEIPT
from egnatia.enquiries.tidy import tidy
from egnatia.errors import RefusedError
from egnatia.exchange.inbox import REFUSAL_KIND, Received
from egnatia.exchange.outbox import Sent
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import CopyState, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import forgery_alert, forgery_alert_copy, partner_card

GOOD = {"number": 1, "label_sha256": "0" * 64}


@pytest.fixture
def force(world: World) -> World:
    agree(world)
    speak(world)
    return world


def waiting(world: World, reference: str, partner: PartnerCode = MKD) -> Sent:
    """Our message about an alert that this partner has not answered."""
    mine = (forgery_alert_copy.c.reference == reference) & (forgery_alert_copy.c.partner == partner)
    row = world.look(ALB, lambda tx: tx.execute(forgery_alert_copy.select().where(mine)).one())
    return Sent(MessageId(row.message_id), FORGERY_ALERT, partner, reference, world.clock(), bytes(32), 1)


def answer(world: World, sent: Sent, kind: str, body: dict[str, Any]) -> None:
    received = Received(kind, MessageId("m"), sent.to, sent.conversation, world.clock(), body, bytes(32))
    world.do(ALB, lambda tx: sending.take_receipt(tx, sent, received, world.clock()))


def queued(world: World) -> str:
    reference = confirmed(world)
    issued(world, reference)
    return reference


def test_a_receipt_of_this_number_is_the_end_of_it(force: World) -> None:
    reference = queued(force)
    answer(force, waiting(force, reference), FORGERY_ALERT_RECEIPT, GOOD)
    assert told(force, reference)["MKD"].state is CopyState.DONE
    assert told(force, reference)["XKX"].state is CopyState.SENT, "one partner's receipt is nobody else's"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("receipt", GOOD),
        ("enquiry", GOOD),
        (FORGERY_ALERT_RECEIPT, {}),
        (FORGERY_ALERT_RECEIPT, GOOD | {"number": 0}),
        (FORGERY_ALERT_RECEIPT, GOOD | {"number": "1"}),
        (FORGERY_ALERT_RECEIPT, GOOD | {"label_sha256": "short"}),
        (FORGERY_ALERT_RECEIPT, GOOD | {"thanks": "from us"}),
    ],
)
def test_another_answer_is_not_taken_and_the_alert_stays_to_be_told(
    force: World, kind: str, body: dict[str, Any]
) -> None:
    reference = queued(force)
    before = force.kinds(ALB)
    with pytest.raises(RefusedError) as refused:
        answer(force, waiting(force, reference), kind, body)
    assert refused.value.reason is RefusalReason.MALFORMED
    assert told(force, reference)["MKD"].state is CopyState.SENT
    assert force.kinds(ALB) == before


def test_a_receipt_of_an_older_state_is_no_receipt(force: World) -> None:
    reference = queued(force)
    first = waiting(force, reference)
    changed(force, reference, "font_fault=text_font")
    second = waiting(force, reference)
    answer(force, first, FORGERY_ALERT_RECEIPT, GOOD)
    assert told(force, reference)["MKD"].state is CopyState.SENT, "that message was overtaken"
    with pytest.raises(RefusedError):
        answer(force, second, FORGERY_ALERT_RECEIPT, GOOD)
    answer(force, second, FORGERY_ALERT_RECEIPT, GOOD | {"number": 2})
    assert told(force, reference)["MKD"].state is CopyState.DONE


def test_a_refusal_is_entered_shown_and_tried_again_a_day_later(force: World) -> None:
    reference = queued(force)
    sent = waiting(force, reference)
    answer(force, sent, REFUSAL_KIND, {"reason": "QUOTA_EXCEEDED", "detail": "we keep 400"})
    copy = told(force, reference)["MKD"]
    assert (copy.state, copy.refusal) == (CopyState.REFUSED, RefusalReason.QUOTA_EXCEEDED)
    assert force.kinds(ALB)[-1] == "refusal.received"
    answer(force, sent, FORGERY_ALERT_RECEIPT, GOOD)
    assert told(force, reference)["MKD"].state is CopyState.REFUSED, "one message has one answer"
    assert not force.look(ALB, lambda tx: sending.has_waiting(tx, force.clock()))
    later = force.clock() + sending.REFUSED_AGAIN
    assert force.look(ALB, lambda tx: sending.has_waiting(tx, later))
    force.clock.now = later
    assert force.do(ALB, lambda tx: sending.send_waiting(tx, force.nodes[ALB].desk, later)) == 1
    assert waiting(force, reference).message_id != sent.message_id


def test_a_reason_that_is_in_no_list_reads_as_malformed(force: World) -> None:
    reference = queued(force)
    answer(force, waiting(force, reference), REFUSAL_KIND, {"reason": "BECAUSE", "detail": "x"})
    assert told(force, reference)["MKD"].refusal is RefusalReason.MALFORMED


def test_a_message_that_grew_too_old_is_held_and_goes_again_as_it_is_then(force: World) -> None:
    force.stop(MKD)
    reference = queued(force)
    force.deliver()
    go_round(force, days=8)
    force.start(MKD)
    taken_back(force, reference)
    go_round(force, minutes=10)
    assert told(force, reference)["MKD"].number == 2
    assert [each.features for each in alerts(force, MKD)] in ([], [frozenset()]), (
        "nothing that was taken back came late"
    )
    assert flagged(force, MKD, NEXT) == []


def test_a_partner_that_left_is_named_so_and_told_nothing(force: World) -> None:
    reference = queued(force)

    def leave(tx: Transaction) -> None:
        tx.execute(partner_card.delete().where(partner_card.c.code == XKX))
        mine = (forgery_alert_copy.c.reference == reference) & (forgery_alert_copy.c.partner == XKX)
        tx.execute(forgery_alert_copy.update().where(mine).values(state=CopyState.HELD, next_at=force.clock()))

    force.do(ALB, leave)
    assert force.do(ALB, lambda tx: sending.send_waiting(tx, force.nodes[ALB].desk, force.clock())) == 0
    assert told(force, reference)["XKX"].refusal is RefusalReason.PARTNER_WITHDRAWN


def test_who_was_not_told_before_the_review_is_not_told_after_it(world: World) -> None:
    speak(world)
    disagree(world)
    reference = alerted(world)
    world.clock.turn(days=181)
    agree(world)
    go_round(world, days=1)
    assert alerts(world, MKD) == []
    assert told(world, reference)["MKD"].state is CopyState.DONE, "there is nothing left to tell"


def test_a_round_that_finds_nothing_to_do_writes_nothing(force: World) -> None:
    alerted(force)
    entries = force.kinds(ALB)
    calls = len(force.calls)
    go_round(force, minutes=5)
    assert (force.kinds(ALB), len(force.calls)) == (entries, calls)


def test_the_hourly_housekeeping_forgets_what_is_over(force: World) -> None:
    reference = alerted(force)
    taken_back(force, reference)
    force.deliver()
    force.clock.turn(days=31)
    tidy(force.nodes[MKD].commit, force.clock)
    assert alerts(force, MKD) == []
    left = force.look(ALB, lambda tx: tx.execute(forgery_alert.select()).all())
    assert len(left) == 1
    force.clock.turn(days=1_096)
    tidy(force.nodes[ALB].commit, force.clock)
    assert alerts(force, ALB) == []
    assert force.look(ALB, lambda tx: tx.execute(forgery_alert_copy.select()).all()) == []


def test_an_examination_names_the_state_of_the_alerts_it_was_made_with(force: World) -> None:
    """A replay says that the alerts are others, not that the document is."""

    def version() -> str:
        node = force.nodes[MKD]

        def job(tx: Transaction) -> str:
            held = node.trust_keeper.held()
            return versions_of(node_basis(tx, node.desk, held, force.clock().date()), pictures=False).series

        return force.look(MKD, job)

    nothing = version()
    reference = alerted(force)
    one = version()
    changed(force, reference, "font_fault=text_font", "issuer=ITA")
    force.deliver()
    two = version()
    taken_back(force, reference)
    force.deliver()
    assert len({nothing, one, two}) == 3
    assert version() == nothing == ""
    assert flagged(force, MKD, GENUINE) == []


def test_an_alert_flags_for_half_a_year_where_nobody_says_otherwise(force: World) -> None:
    alerted(force)
    assert flagged(force, MKD, NEXT)
    force.clock.now += timedelta(days=180)
    assert flagged(force, MKD, NEXT) == []
