"""A label that was made stricter and still has to hold: overtaken on its way, never delivered, refused, or changed twice.

The originator tightens; nothing that happens on any line afterwards may leave somebody with the item under the old label
unseen (property of issue 3: over any sequence of share, merge, convert and relay nothing widens).
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation import test_handling_flow as flow
from tests.federation.acts import Tale, check_whole
from tests.federation.world import ALB, GBR, INSTALLER, MKD, XKX, World
from tests.hostile.test_hostile_onward import CONVERSATION, forwarded, taken_from_the_outbox
from tests.hostile.test_hostile_suspended import held_item, part

from egnatia.agreements.handling import from_text, label_sha256, plain
from egnatia.enquiries.membership.standing import withdraw
from egnatia.enquiries.onward import label_letters, label_words
from egnatia.enquiries.onward.messages import LABEL_CHANGE
from egnatia.enquiries.tidy import tidy
from egnatia.exchange.message import read_message
from egnatia.model.handling import ActionLimit, EvidenceUse, Label, Onward
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.operations import checkup
from egnatia.store.database import Transaction
from egnatia.store.tables import forwarded_item, label_word, ledger_entry, release

OTHER = "0fa3c5d2-9999-4222-8333-444455556666"


def stricter() -> Label:
    return replace(flow.base(), action=ActionLimit.NONE)


def strictest() -> Label:
    return replace(stricter(), onward=Onward.NONE, evidence_use=EvidenceUse.ASK)


def round_at(world: World, code: PartnerCode) -> int:
    """One round of a serving node's telling."""
    return world.do(code, lambda tx: label_letters.send_waiting(tx, world.nodes[code].desk, world.clock()))


def owed(world: World) -> list[tuple[str, PartnerCode]]:
    return world.look(XKX, label_letters.not_told)


def at_gbr(world: World) -> list[Label]:
    rows = world.look(GBR, lambda tx: tx.execute(forwarded_item.select().where(forwarded_item.c.direction == "in")))
    return [from_text(row.label) for row in rows]


def at_alb(tale: Tale) -> Label:
    return from_text(flow.stored(tale).label)


def words(world: World, code: PartnerCode = GBR) -> int:
    return len(world.look(code, lambda tx: tx.execute(select(label_word.c.item)).all()))


def change(tale: Tale, old: Label, new: Label, **more: object) -> dict[str, object]:
    return {"item": str(tale.follow_up), "old_sha256": label_sha256(old), "label": plain(new)} | more


# The new label is there before the item.


@pytest.fixture
def overtaken(world: World) -> tuple[Tale, dict[str, Any]]:
    """GBR hears of the stricter label while ALB's message with the item is still on its way, or kept back on purpose."""
    tale = held_item(world)
    flow.allowed(tale)
    body = taken_from_the_outbox(world, tale)
    assert flow.relabel(tale, stricter()) == [ALB, GBR]
    world.deliver()
    assert owed(world) == []
    return tale, body


def test_an_item_that_comes_after_its_new_label_does_not_come_under_the_old_one(
    overtaken: tuple[Tale, dict[str, Any]],
) -> None:
    tale, body = overtaken
    answer = forwarded(tale.world, body)
    assert (answer.kind, answer.body["reason"]) == ("refusal", "ONWARD_NOT_ALLOWED")
    assert at_gbr(tale.world) == []
    again = forwarded(tale.world, body)
    assert again.body["reason"] == "ONWARD_NOT_ALLOWED", "and not when it is tried again either"


def test_under_a_token_for_the_new_label_it_comes(overtaken: tuple[Tale, dict[str, Any]]) -> None:
    tale, _ = overtaken
    world = tale.world
    assert words(world) == 1
    flow.allowed(tale)
    flow.forward(tale)
    world.deliver()
    assert at_gbr(world) == [stricter()]
    assert words(world) == 0, "the item has its label itself now"
    assert flow.relabel(tale, strictest()) == [ALB, GBR]
    world.deliver()
    assert at_gbr(world) == [strictest()] == [at_alb(tale)]


def test_what_was_heard_before_survives_a_restart_and_is_one_entry(overtaken: tuple[Tale, dict[str, Any]]) -> None:
    tale, body = overtaken
    world = tale.world
    kinds = world.look(GBR, lambda tx: list(tx.execute(select(ledger_entry.c.kind)).scalars()))
    assert kinds.count("label.received") == 1
    world.restart(GBR)
    assert forwarded(world, body).body["reason"] == "ONWARD_NOT_ALLOWED"
    check_whole(world, GBR)


def test_a_loosened_label_that_was_heard_before_is_no_way_in_either(world: World) -> None:
    """The token is for one label; which of the two is stricter is no question for the receiver."""
    tale = held_item(world)
    flow.allowed(tale)
    body = taken_from_the_outbox(world, tale)
    loose = replace(flow.base(), evidence_use=EvidenceUse.FREE)
    flow.relabel(tale, loose)
    world.deliver()
    assert forwarded(world, body).body["reason"] == "ONWARD_NOT_ALLOWED"


def test_a_label_changed_and_changed_back_is_the_old_label(overtaken: tuple[Tale, dict[str, Any]]) -> None:
    tale, body = overtaken
    flow.relabel(tale, flow.base())
    tale.world.deliver()
    assert forwarded(tale.world, body).kind == "receipt"
    assert at_gbr(tale.world) == [flow.base()]


def test_words_about_what_is_not_here_come_in_order_too(overtaken: tuple[Tale, dict[str, Any]]) -> None:
    """A message that was kept back from an earlier change does not undo the later one."""
    tale, _ = overtaken
    old = change(tale, flow.base(), replace(flow.base(), evidence_use=EvidenceUse.FREE))
    assert tale.world.send_body(XKX, GBR, LABEL_CHANGE, old, CONVERSATION).body["reason"] == "HANDLING_UNKNOWN"
    word = tale.world.look(GBR, lambda tx: tx.execute(label_word.select()).one())
    assert from_text(word.label) == stricter()


def test_a_repeated_word_is_acknowledged_again(overtaken: tuple[Tale, dict[str, Any]]) -> None:
    tale, _ = overtaken
    answer = tale.world.send_body(XKX, GBR, LABEL_CHANGE, change(tale, flow.base(), stricter()), OTHER)
    assert answer.body == {"label_sha256": label_sha256(stricter())}
    assert words(tale.world) == 1


@pytest.mark.parametrize("sender", [ALB, MKD])
def test_nobody_closes_the_way_of_somebody_elses_item(world: World, sender: PartnerCode) -> None:
    """A word that another partner sends about the same identifier is a word about an item of its own."""
    tale = held_item(world)
    flow.allowed(tale)
    body = taken_from_the_outbox(world, tale)
    own = replace(stricter(), originators=frozenset({sender}))
    assert world.send_body(sender, GBR, LABEL_CHANGE, change(tale, flow.base(), own), OTHER).kind == "receipt"
    assert forwarded(world, body).kind == "receipt"
    assert at_gbr(world) == [flow.base()]


def test_a_word_in_somebody_elses_name_is_refused(world: World) -> None:
    tale = held_item(world)
    answer = world.send_body(MKD, GBR, LABEL_CHANGE, change(tale, flow.base(), stricter()), OTHER)
    assert answer.body["reason"] == "HANDLING_FORBIDS"
    assert words(world) == 0


def test_a_partner_that_sends_words_without_end_is_stopped(world: World) -> None:
    def fill(tx: Transaction) -> None:
        row = {"originator": XKX, "label": "{}", "received_at": world.clock()}
        rows = [row | {"item": f"0fa3c5d2-1111-4222-8333-{number:012d}"} for number in range(label_words.MAX_WORDS)]
        tx.execute(label_word.insert(), rows)

    tale = held_item(world)
    world.do(GBR, fill)
    refused = world.send_body(XKX, GBR, LABEL_CHANGE, change(tale, flow.base(), stricter()), OTHER)
    assert refused.body["reason"] == "QUOTA_EXCEEDED"
    other = replace(stricter(), originators=frozenset({MKD}))
    assert world.send_body(MKD, GBR, LABEL_CHANGE, change(tale, flow.base(), other), OTHER).kind == "receipt"


def test_words_are_forgotten_when_no_token_can_be_good_any_more(overtaken: tuple[Tale, dict[str, Any]]) -> None:
    world = overtaken[0].world
    node = world.nodes[GBR]
    world.clock.turn(days=label_words.KEEP_WORDS.days - 1)
    tidy(node.commit, world.clock)
    assert words(world) == 1
    world.clock.turn(days=2)
    tidy(node.commit, world.clock)
    assert words(world) == 0


# The new label does not arrive.


def lose_for_a_week(world: World, *codes: PartnerCode) -> None:
    """Partners are away until the messages to them have grown too old."""
    for code in codes:
        world.stop(code)
    world.deliver(XKX)
    world.clock.turn(days=7, seconds=1)
    world.deliver(XKX)
    for code in codes:
        world.start(code)


def test_a_holder_that_was_away_for_eight_days_gets_the_stricter_label_when_it_is_back(world: World) -> None:
    tale = held_item(world)
    world.stop(ALB)
    flow.relabel(tale, stricter())
    lose_for_a_week(world)
    world.clock.turn(days=1)
    world.start(ALB)
    assert at_alb(tale) == flow.base()
    assert owed(world) == [(str(tale.follow_up), ALB)], "and until then it is seen that it has not heard"
    assert round_at(world, XKX) == 1
    world.deliver()
    assert at_alb(tale) == stricter()
    assert owed(world) == []
    assert round_at(world, XKX) == 0


def test_two_changes_of_which_the_first_was_lost_end_in_the_second(world: World) -> None:
    """The holder has neither the label that the second change replaces; it is told from the one that it has."""
    tale = held_item(world)
    world.stop(ALB)
    flow.relabel(tale, stricter())
    world.clock.turn(days=4)
    flow.relabel(tale, strictest())
    world.clock.turn(days=3, seconds=1)
    world.deliver(XKX)
    world.start(ALB)
    world.deliver()
    assert at_alb(tale) == flow.base(), "the first message is gone, and the second does not fit"
    for _ in range(3):
        round_at(world, XKX)
        world.deliver()
    assert at_alb(tale) == strictest()
    assert owed(world) == []


@pytest.mark.parametrize("labels", [[stricter, strictest], [stricter, strictest, flow.base, stricter]])
def test_any_number_of_changes_while_a_holder_is_away_ends_in_the_last(world: World, labels: Sequence[Any]) -> None:
    tale = held_item(world)
    world.stop(ALB)
    for each in labels:
        flow.relabel(tale, each())
    world.clock.turn(days=8)
    world.deliver(XKX)
    world.start(ALB)
    for _ in range(len(labels) + 1):
        round_at(world, XKX)
        world.deliver()
    assert at_alb(tale) == labels[-1]()
    assert owed(world) == []


def test_an_answer_that_was_lost_is_no_reason_to_ask_without_end(world: World) -> None:
    """The holder took the label and its receipt never came back; the originator finds that out by itself."""
    tale = held_item(world)
    flow.relabel(tale, stricter())
    body = change(tale, flow.base(), stricter())
    assert world.send_body(XKX, ALB, LABEL_CHANGE, body, str(tale.enquiry)).kind == "receipt"
    lose_for_a_week(world, ALB)
    assert round_at(world, XKX) == 1
    world.deliver()
    assert owed(world) == []


def test_a_refusal_is_tried_again_a_day_later_and_not_before(world: World) -> None:
    tale = held_item(world)
    strange = replace(flow.base(), erase_on=date(2025, 7, 1))
    odd = change(tale, flow.base(), strange)
    assert world.send_body(XKX, ALB, LABEL_CHANGE, odd, str(tale.enquiry)).kind == "receipt"
    flow.relabel(tale, stricter())
    world.deliver()
    assert owed(world) == [(str(tale.follow_up), ALB)]
    assert at_alb(tale) == strange
    assert round_at(world, XKX) == 0
    world.clock.turn(hours=23)
    assert round_at(world, XKX) == 0
    back = change(tale, strange, flow.base())
    assert world.send_body(XKX, ALB, LABEL_CHANGE, back, str(tale.enquiry)).kind == "receipt"
    world.clock.turn(hours=1)
    assert round_at(world, XKX) == 1
    world.deliver()
    assert (at_alb(tale), owed(world)) == (stricter(), [])


def test_a_receipt_for_another_label_is_none(world: World) -> None:
    """A holder that repeats another hash has not said that it keeps the label."""
    tale = held_item(world)
    flow.relabel(tale, stricter())

    def lie(tx: Transaction) -> None:
        letters = label_letters.letters(tx)
        assert [(each.item, each.partner) for each in letters] == [(str(tale.follow_up), ALB)]
        label_letters.note_answer(tx, letters[0].message_id or "", label_sha256(flow.base()), None, world.clock())

    world.do(XKX, lie)
    assert owed(world) == [(str(tale.follow_up), ALB)]


def test_a_partner_that_left_is_not_written_to_for_ever(world: World) -> None:
    tale = held_item(world)
    world.stop(ALB)
    flow.relabel(tale, stricter())
    lose_for_a_week(world)
    part(world, XKX, ALB, withdraw)
    assert round_at(world, XKX) == 0
    assert owed(world) == []


def test_who_never_took_the_item_is_not_told(world: World) -> None:
    """Its node refused the release: there is nothing that could stand under a wrong label."""
    tale = held_item(world)
    world.stop(ALB)
    flow.relabel(tale, stricter())
    lose_for_a_week(world)

    def never(tx: Transaction) -> None:
        tx.execute(release.update().values(refusal=RefusalReason.TOO_OLD, delivered_at=None))

    world.do(XKX, never)
    assert round_at(world, XKX) == 0
    assert owed(world) == []


def test_each_holder_is_told_for_itself(world: World) -> None:
    tale = held_item(world)
    flow.allowed(tale)
    flow.forward(tale)
    world.deliver()
    world.stop(GBR)
    flow.relabel(tale, strictest())
    lose_for_a_week(world)
    assert at_alb(tale) == strictest()
    assert owed(world) == [(str(tale.follow_up), GBR)]
    world.start(GBR)
    assert round_at(world, XKX) == 1
    world.deliver()
    assert at_gbr(world) == [strictest()]
    assert owed(world) == []


def test_letters_survive_a_restart_and_send_the_label_of_that_day(world: World) -> None:
    tale = held_item(world)
    world.stop(ALB)
    flow.relabel(tale, stricter())
    lose_for_a_week(world)
    world.restart(XKX)
    world.calls.clear()
    world.start(ALB)
    round_at(world, XKX)
    world.deliver()
    sent = [read_message(call.request)[0] for call in world.calls if call.to == ALB and call.sender == XKX]
    bodies = [message.body for message in sent if message.kind == LABEL_CHANGE]
    assert [body["label"] for body in bodies] == [plain(stricter())]
    assert json.dumps(bodies).count("KRASNIQI") == 0
    check_whole(world, XKX)
    check_whole(world, ALB)


def test_no_more_earlier_labels_are_kept_than_a_person_would_make(world: World) -> None:
    tale = held_item(world)
    world.stop(ALB)
    for number in range(label_letters.MAX_EARLIER + 5):
        flow.relabel(tale, replace(flow.base(), review_on=date(2025, 6, 1) + timedelta(days=number)))
    (letter,) = world.look(XKX, label_letters.letters)
    assert len(letter.earlier) == label_letters.MAX_EARLIER
    assert letter.earlier[-1] == label_sha256(flow.base()), "the one that it was released under is never dropped"
    assert INSTALLER.id not in json.dumps(letter.earlier)


# An earlier token beside a good one.


@pytest.mark.parametrize("days", [(10, 10), (90, 1), (1, 90)])
def test_a_token_for_the_label_of_before_does_not_stand_in_the_way_of_the_one_for_today(
    world: World, days: tuple[int, int]
) -> None:
    tale = held_item(world)
    for each, new in zip(days, (stricter(), None), strict=True):
        request = flow.ask(tale)
        world.deliver()
        flow.consent(tale, request, each)
        world.deliver()
        if new is not None:
            flow.relabel(tale, new)
            world.deliver()
            flow.no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: flow.forward(tale))
    flow.forward(tale)
    world.deliver()
    assert at_gbr(world) == [stricter()]


def test_the_doctor_counts_who_has_not_said_that_it_keeps_the_label(world: World) -> None:
    tale = held_item(world)
    assert [each for each in checkup._labels(world.nodes[XKX]) if each.name == "labels"] == []
    world.stop(ALB)
    flow.relabel(tale, stricter())
    (found,) = checkup._labels(world.nodes[XKX])
    assert (found.state, "1 new labels" in found.text, "ALB" in found.text) == ("note", True, True)
    world.start(ALB)
    world.deliver()
    assert checkup._labels(world.nodes[XKX]) == []
