"""A holder that passes an item on as something else than it is, and one that plays with the originator's tokens."""

import base64
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.federation import test_handling_flow as flow
from tests.federation.acts import Tale, deliver, follow
from tests.federation.world import ALB, GBR, MKD, MNE, XKX, World
from tests.hostile.test_hostile_suspended import held_item

from egnatia.agreements.handling import (
    Item,
    OnwardToken,
    TokenUse,
    content_sha256,
    from_text,
    label_sha256,
    plain,
)
from egnatia.enquiries.labels import Terms
from egnatia.enquiries.membership.exit_items import ONWARD_ITEM, erase_item
from egnatia.enquiries.onward import forwarding
from egnatia.enquiries.onward.evidence import check_bundle
from egnatia.enquiries.onward.held import held
from egnatia.enquiries.onward.messages import CONSENT, FORWARD, LABEL_CHANGE
from egnatia.errors import ConflictError, RefusedError
from egnatia.exchange.message import Message, read_message
from egnatia.exchange.outbox import QUEUED, withdraw
from egnatia.exchange.tokens import sign_token
from egnatia.model.handling import ActionLimit, Grading
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.tables import forwarded_item, outbox

CONVERSATION = "0fa3c5d2-1111-4222-8333-444455556666"
LABEL_OF_NOBODY = "0" * 64


@pytest.fixture
def graded(world: World) -> tuple[World, dict[str, Any]]:
    """ALB holds an item that XKX graded 3C, and a token to pass it on to GBR; the body that ALB would send."""
    flow.know(world)
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    deliver(tale)
    tale.take()
    world.confirm(ALB, tale.candidate)
    follow(tale)
    deliver(tale)
    flow.release_to_alb(tale, Terms(None, Grading("3x5x2", "3", "C")))
    flow.allowed(tale)
    return world, taken_from_the_outbox(world, tale)


def taken_from_the_outbox(world: World, tale: Tale) -> dict[str, Any]:
    world.calls.clear()
    flow.forward(tale)
    waiting = outbox.select().where(outbox.c.state == QUEUED, outbox.c.kind == FORWARD)
    row = world.look(ALB, lambda tx: tx.execute(waiting).one())
    content = world.look(ALB, lambda tx: tx.unseal(row.sealed_id))
    world.do(ALB, lambda tx: withdraw(tx, [bytes.fromhex(row.sha256)]))
    return dict(read_message(content)[0].body)


def forwarded(world: World, body: dict[str, Any], sender: Any = ALB, to: Any = GBR) -> Message:
    return world.send_body(sender, to, FORWARD, body, CONVERSATION)


def label(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"label": body["label"] | changes}


def test_what_the_originator_released_is_taken_once(graded: tuple[World, dict[str, Any]]) -> None:
    world, body = graded
    assert body["grading"] == {"scheme": "3x5x2", "source": "3", "information": "C"}
    assert forwarded(world, body).kind == "receipt"
    assert forwarded(world, body).body["reason"] == "ID_REUSED"
    assert len(world.look(GBR, lambda tx: tx.execute(forwarded_item.select()).all())) == 1


def changes_of(body: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every way in which a holder may want an item to look better than it is."""
    first = min(body["fields"])
    return [
        ("a better source", {"grading": body["grading"] | {"source": "1"}}),
        ("surer information", {"grading": body["grading"] | {"information": "A"}}),
        ("another scheme", {"grading": {"scheme": "admiralty", "source": "A", "information": "1"}}),
        ("no grading", {"grading": None}),
        ("another offence", {"offence": "homicide"}),
        ("a lesser offence", {"offence": "illegal_border_crossing"}),
        ("another subject", {"subject": "person"}),
        ("another purpose", {"purpose": "investigation"}),
        ("another day", {"as_of": "2025-05-16"}),
        ("another value", {"fields": body["fields"] | {first: "other"}}),
        ("a field less", {"fields": {name: value for name, value in body["fields"].items() if name != first}}),
        ("another item", {"item": CONVERSATION}),
        ("another originator", {"originator": "MKD"}),
        ("us as the originator", {"originator": "GBR"}),
        ("itself as the originator", {"originator": "ALB"}),
        ("free onward", label(body, onward="free")),
        ("the public", label(body, scope="public", orgs=None)),
        ("more organisations", label(body, orgs=sorted([*(body["label"]["orgs"] or []), "MNE"]))),
        ("evidence", label(body, evidence_use="free" if body["label"]["evidence_use"] == "ask" else "ask")),
        ("all purposes", label(body, purposes=[])),
        ("no erasure", label(body, erase_on="9999-12-31")),
        ("conditions", label(body, conditions=["do as you like"])),
        ("two originators", label(body, originators=["MKD", "XKX"])),
        ("no token", {"token": " "}),
        ("half a token", {"token": body["token"][:-10]}),
        ("a token with a byte more", {"token": body["token"] + " x"}),
    ]


def test_no_change_on_the_way_is_taken(graded: tuple[World, dict[str, Any]]) -> None:
    world, body = graded
    for name, change in changes_of(body):
        answer = forwarded(world, body | change)
        assert answer.kind == "refusal", name
    assert world.look(GBR, lambda tx: tx.execute(forwarded_item.select()).all()) == []
    assert forwarded(world, body).kind == "receipt"


def test_a_token_serves_one_holder_one_recipient_and_its_days(graded: tuple[World, dict[str, Any]]) -> None:
    world, body = graded
    for sender, to in [(ALB, MKD), (ALB, MNE), (ALB, XKX), (MKD, GBR), (XKX, GBR), (GBR, MKD)]:
        assert forwarded(world, body, sender, to).kind == "refusal", (sender, to)
    world.clock.turn(days=10, seconds=1)
    assert forwarded(world, body).body["reason"] == "ONWARD_NOT_ALLOWED"


def test_who_received_an_item_passes_it_on_to_nobody(graded: tuple[World, dict[str, Any]]) -> None:
    world, body = graded
    assert forwarded(world, body).kind == "receipt"
    for to in (MKD, MNE, XKX):
        assert forwarded(world, body, GBR, to).kind == "refusal"


def test_the_payload_of_a_token_cannot_be_sent_as_a_card_or_a_message(graded: tuple[World, dict[str, Any]]) -> None:
    world, body = graded
    for code in (GBR, XKX, MKD, MNE):
        reply = world.send_raw(ALB, code, body["token"].encode())
        assert reply.status == 400
    whole = json.loads(body["token"])
    whole["payloadType"] = "application/vnd.egnatia.message+json"
    assert world.send_raw(ALB, GBR, json.dumps(whole).encode()).status in (400, 403)
    assert json.loads(base64.b64decode(whole["payload"]))["v"] == 1


@pytest.mark.parametrize("sender", [GBR, MKD, MNE])
def test_nobody_but_the_originator_changes_a_label(world: World, sender: Any) -> None:
    tale = held_item(world)
    body = {"item": str(tale.follow_up), "old_sha256": label_sha256(flow.base()), "label": plain(flow.base())}
    body["label"] = body["label"] | {"onward": "free", "scope": "public", "orgs": None}  # type: ignore[operator]
    answer = world.send_body(sender, ALB, LABEL_CHANGE, body, str(tale.enquiry))
    assert answer.body["reason"] == "HANDLING_FORBIDS"
    assert from_text(flow.stored(tale).label) == flow.base()


@pytest.mark.parametrize("old", [LABEL_OF_NOBODY, "f" * 64])
def test_a_label_change_to_a_label_that_was_replaced_is_refused(world: World, old: str) -> None:
    tale = held_item(world)
    loose = plain(flow.base()) | {"evidence_use": "free"}
    body = {"item": str(tale.follow_up), "old_sha256": old, "label": loose}
    assert world.send_body(XKX, ALB, LABEL_CHANGE, body, str(tale.enquiry)).body["reason"] == "HANDLING_UNKNOWN"


@pytest.mark.parametrize(
    "change",
    [
        {"signer": GBR},
        {"to": MKD},
        {"holder": MKD},
        {"use": TokenUse.EVIDENCE},
        {"item": CONVERSATION},
        {"label_sha256": LABEL_OF_NOBODY},
        {"purpose": Purpose.INVESTIGATION},
        {"issuer": GBR},
        {"issuer": ALB},
    ],
)
def test_a_consent_to_something_else_is_not_kept(world: World, change: dict[str, Any]) -> None:
    tale = held_item(world)
    request = flow.ask(tale)
    world.deliver()
    token = flow.forged(tale, **change)
    answer = world.send_body(XKX, ALB, CONSENT, {"request": request, "token": token}, str(tale.enquiry))
    assert answer.body["reason"] == "ONWARD_NOT_ALLOWED"
    assert flow.request_at(tale, ALB, request).state == "waiting"


@pytest.mark.parametrize("sender", [GBR, MKD])
def test_a_consent_by_somebody_else_is_not_kept(world: World, sender: Any) -> None:
    tale = held_item(world)
    request = flow.ask(tale)
    world.deliver()
    body = {"request": request, "token": flow.forged(tale)}
    assert world.send_body(sender, ALB, CONSENT, body, str(tale.enquiry)).body["reason"] == "UNKNOWN_CONVERSATION"


@pytest.mark.parametrize("days", [-1, 0])
def test_a_token_that_is_over_opens_nothing(world: World, days: int) -> None:
    tale = held_item(world)
    request = flow.ask(tale)
    world.deliver()
    token = flow.forged(tale, expires_at=world.clock() + timedelta(days=days))
    world.send_body(XKX, ALB, CONSENT, {"request": request, "token": token}, str(tale.enquiry))
    flow.no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: flow.forward(tale))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_a_token_of_an_odd_year_is_an_answer_and_no_fault(world: World, moment: str) -> None:
    tale = held_item(world)
    request = flow.ask(tale)
    world.deliver()
    when = date.fromisoformat(moment[:10])
    at = world.clock().replace(year=when.year, month=when.month, day=when.day)
    if at.year > 9998:
        at = at.replace(hour=23, minute=59, second=59, microsecond=999_999)
    token = flow.forged(tale, expires_at=at)
    answer = world.send_body(XKX, ALB, CONSENT, {"request": request, "token": token}, str(tale.enquiry))
    assert answer.kind in ("receipt", "refusal")


# Somebody takes an item's identifier before the true one comes.


@pytest.fixture
def occupied(world: World) -> tuple[Tale, dict[str, Any]]:
    """MKD signed a token for something of its own under the identifier of XKX's item, and GBR took that first."""
    tale = held_item(world)
    label = replace(flow.base(), originators=frozenset({MKD}))
    about = (SubjectKind.TRAVEL_DOCUMENT, Offence.FALSE_DOCUMENT, None)
    item = Item(str(tale.follow_up), {"category": "lost"}, date(2025, 5, 15), label, *about)
    token = OnwardToken(
        issuer=MKD,
        item=item.id,
        use=TokenUse.ONWARD,
        holder=ALB,
        to=GBR,
        purpose=Purpose.BORDER_CHECK,
        expires_at=world.clock() + timedelta(days=5),
        content_sha256=content_sha256(item),
        label_sha256=label_sha256(label),
    )
    signed = sign_token(token, world.nodes[MKD].keys.signing)
    body: dict[str, Any] = {
        "item": item.id,
        "originator": "MKD",
        "subject": "travel_document",
        "purpose": "border_check",
    }
    body |= {"offence": "false_document", "as_of": "2025-05-15", "fields": {"category": "lost"}, "grading": None}
    whole = body | {"label": plain(label), "token": signed}
    assert forwarded(world, whole).kind == "receipt"
    return tale, whole


def passed_on(world: World) -> dict[str, str]:
    """The rows at GBR, by originator."""
    rows = world.look(GBR, lambda tx: tx.execute(forwarded_item.select()).all())
    return {row.originator: row.id for row in rows}


def test_an_occupied_identifier_does_not_keep_the_true_item_out(occupied: tuple[Tale, dict[str, Any]]) -> None:
    tale, whole = occupied
    world = tale.world
    flow.allowed(tale)
    flow.forward(tale)
    world.deliver()
    assert set(passed_on(world)) == {MKD, XKX}
    sent = world.look(ALB, lambda tx: tx.execute(forwarded_item.select()).one())
    assert (sent.refusal, sent.delivered_at is not None) == (None, True)
    assert forwarded(world, whole).body["reason"] == "ID_REUSED", "each originator's comes once"


def test_of_two_items_under_one_identifier_an_officer_names_the_row(occupied: tuple[Tale, dict[str, Any]]) -> None:
    tale, _ = occupied
    world, item = tale.world, str(tale.follow_up)
    officer = world.officer(GBR)

    def view(name: str) -> tuple[Item, Any]:
        return world.do(GBR, lambda tx: forwarding.view_forwarded(tx, officer, name, "casework", world.clock()))

    assert view(item)[1] == MKD, "as long as there is one only, its identifier is enough"
    flow.allowed(tale)
    flow.forward(tale)
    world.deliver()
    with pytest.raises(ConflictError) as caught:
        view(item)
    rows = passed_on(world)
    assert all(row in caught.value.hint() for row in rows.values())
    assert {view(row)[1]: view(row)[0].id for row in rows.values()} == {MKD: item, XKX: item}
    assert view(rows[XKX])[0].fields == flow.released(tale)
    entry = world.entries(GBR)[0]
    assert (entry.kind, entry.object_ref) == ("core_data.viewed", f"item:{item}")


def test_a_new_label_reaches_the_item_of_its_originator_only(occupied: tuple[Tale, dict[str, Any]]) -> None:
    tale, _ = occupied
    world = tale.world
    flow.allowed(tale)
    flow.forward(tale)
    world.deliver()
    before = labels(world)
    stricter = replace(flow.base(), action=ActionLimit.NONE)
    body = {"item": str(tale.follow_up), "old_sha256": label_sha256(flow.base()), "label": plain(stricter)}
    assert world.send_body(XKX, GBR, LABEL_CHANGE, body, CONVERSATION).kind != "refusal"
    after = labels(world)
    assert (after[MKD], after[XKX]) == (before[MKD], stricter)
    assert world.send_body(MNE, GBR, LABEL_CHANGE, body, CONVERSATION).kind == "refusal"


def test_a_bundle_is_stopped_by_the_label_of_either_item(occupied: tuple[Tale, dict[str, Any]]) -> None:
    tale, _ = occupied
    world = tale.world
    flow.allowed(tale)
    flow.forward(tale)
    world.deliver()
    with pytest.raises(RefusedError) as caught:
        world.look(GBR, lambda tx: check_bundle(tx, world.nodes[GBR].desk, None, world.clock()))
    assert caught.value.reason is RefusalReason.HANDLING_FORBIDS


def test_a_partner_that_leaves_takes_nobody_elses_item_with_it(occupied: tuple[Tale, dict[str, Any]]) -> None:
    tale, _ = occupied
    world = tale.world
    flow.allowed(tale)
    flow.forward(tale)
    world.deliver()
    rows = passed_on(world)
    world.do(GBR, lambda tx: erase_item(tx, MKD, ONWARD_ITEM, str(tale.follow_up)))

    def opened(originator: str) -> bytes | None:
        desk, row = world.nodes[GBR].desk, rows[originator]
        return world.look(GBR, lambda tx: tx.opened(held(tx, desk, row).sealed_id))

    assert opened(MKD) is None
    assert opened(XKX) is not None


def labels(world: World) -> dict[str, Any]:
    rows = world.look(GBR, lambda tx: tx.execute(forwarded_item.select()).all())
    return {row.originator: from_text(row.label) for row in rows}
