"""Keys are replaced while messages wait, answers are lost and partners are away; nothing is lost, nothing counts twice."""

import base64
import contextlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.federation.world import ALB, GBR, MNE, XKX, Tap, World, certificate_der, document_draft, person_draft

from egnatia.enquiries.pairing import FIELD, pair_keys
from egnatia.errors import ConflictError, InputError, UnreachableError
from egnatia.exchange.announcements import CARD, is_a_successor, revoke_keys, tell_stolen
from egnatia.exchange.card import PartnerCard, make_card, read_card
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.courier import Courier
from egnatia.exchange.dispatch import due_messages
from egnatia.exchange.envelope import open_envelope, resealed
from egnatia.exchange.greeting import greet_partners
from egnatia.exchange.key_history import KeyUse, keys_of, signing_keys
from egnatia.exchange.keys import NEXT, create_keys
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.message import read_message
from egnatia.exchange.outbox import QUEUED
from egnatia.exchange.protocols import learn_protocol, protocol_of
from egnatia.exchange.rotation import Rotation, preparing
from egnatia.exchange.witnessing import ask_for_cosignatures
from egnatia.ledger.audit import verify_own
from egnatia.ledger.bundle import BundleRequest, export_bundle
from egnatia.ledger.bundle_check import verify_bundle
from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, RefusalReason
from egnatia.node import Node
from egnatia.store.tables import outbox, partner_card

ALL = Rotation(signing=True, agreement=True, tls=True)


@dataclass(slots=True)
class Losing:
    """A line whose requests arrive and whose replies are lost."""

    inner: Line

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        await self.inner.ask(card, request)
        raise UnreachableError("the reply was lost")

    async def close(self) -> None:
        await self.inner.close()


@contextlib.contextmanager
def replies_lost(world: World, code: PartnerCode) -> Iterator[None]:
    tap = world.lines[code]
    tap.inner = Losing(tap.inner)
    yield
    tap.inner = tap.inner.inner


def greet(world: World) -> None:
    """Every node learns what every other speaks, as the serving process does every half minute."""
    for code, node in world.nodes.items():
        world.runner.run(greet_partners(node.database, node.commit, world.lines[code]))


def reline(world: World, code: PartnerCode) -> None:
    """Show the node's present certificate, as a real line does with its next connection."""
    world.lines[code] = Tap(code, MemoryLine(certificate_der(world.nodes[code].keys), world.apps), world.calls)
    world.couriers[code] = Courier(world.office(code))


def rotate(world: World, code: PartnerCode, wanted: Rotation = ALL) -> Any:
    node = world.nodes[code]
    rotated = node.rotate_keys(wanted, world.officer(code, "administrator").id)
    reline(world, code)
    return rotated


def settle_all(world: World) -> None:
    """Deliver with the clock going on, until the longest back-off is over."""
    for _ in range(6):
        world.deliver()
        world.clock.turn(minutes=6)
    world.deliver()


def states(world: World, code: PartnerCode, enquiry_id: Any) -> dict[str, AskState]:
    return {each.partner: each.state for each in world.view(code, enquiry_id).asks}


def waiting(world: World, code: PartnerCode) -> int:
    return world.look(code, lambda tx: len(tx.execute(select(outbox).where(outbox.c.state == QUEUED)).all()))


@pytest.fixture
def greeted(world: World) -> World:
    greet(world)
    return world


@pytest.mark.parametrize(
    "wanted", [Rotation(signing=True), Rotation(agreement=True), Rotation(tls=True), ALL], ids=["signing", "agreement", "tls", "all"]
)  # fmt: skip
def test_a_rotation_needs_no_act_at_any_partner_and_loses_nothing(greeted: World, wanted: Rotation) -> None:
    world = greeted
    before = world.card(GBR, ALB)
    asked = [world.ask(ALB, person_draft()).id, world.ask(ALB, document_draft()).id]  # queued under the old keys
    rotated = rotate(world, ALB, wanted)
    assert set(rotated.announced) == {GBR, XKX, MNE, "MKD"}
    assert rotated.by_hand == ()
    asked.append(world.ask(ALB, document_draft(case_ref="DUR-2025-0418")).id)
    settle_all(world)
    for enquiry_id in asked:
        assert set(states(world, ALB, enquiry_id).values()) <= {AskState.HIT, AskState.NO_HIT}
    after = world.card(GBR, ALB)
    assert after == read_card(world.nodes[ALB].card()) != before
    assert (after.signing_key != before.signing_key) is wanted.signing
    assert (after.agreement_key != before.agreement_key) is wanted.agreement
    assert (after.tls_sha256 != before.tls_sha256) is wanted.tls
    for code in world.nodes:
        assert waiting(world, code) == 0
    assert world.kinds(ALB).count("keys.rotated") == 1
    assert world.kinds(GBR).count("partner.registered") == 5


def test_the_question_itself_finds_the_same_person_before_in_flight_and_after(greeted: World) -> None:
    """The tags of a question made before the rotation agree with records after it, and new ones with new tags."""
    world = greeted
    first = world.ask(ALB, person_draft()).id
    world.deliver()
    flying = world.ask(ALB, person_draft(case_ref="DUR-2025-0418")).id
    rotate(world, GBR, Rotation(agreement=True))
    world.deliver(ALB)
    settle_all(world)
    late = world.ask(ALB, person_draft(case_ref="DUR-2025-0419")).id
    rotate(world, ALB, Rotation(agreement=True))
    settle_all(world)
    last = world.ask(ALB, person_draft(case_ref="DUR-2025-0420")).id
    settle_all(world)
    found = [states(world, ALB, each)[GBR] for each in (first, flying, late, last)]
    assert found == [AskState.HIT] * 4


def test_a_question_under_a_key_that_is_not_shared_is_refused_and_never_a_no_hit(greeted: World) -> None:
    world = greeted
    world.ask(ALB, person_draft())
    stranger = world.nodes[XKX].keys
    body = world.nodes[ALB]
    with body.database.read() as tx:
        theirs = pair_keys(tx, stranger, world.card(ALB, GBR))[0].fingerprint
        ours = pair_keys(tx, body.keys, world.card(ALB, GBR))[0].fingerprint
    assert theirs != ours
    world.deliver()
    call = next(each for each in world.calls if each.sender == ALB and each.to == GBR and b"payload" in each.request)
    message = read_message(call.request)[0]
    assert message.version == 2
    assert message.body["query"][FIELD] == ours
    query = {**message.body["query"], FIELD: theirs}
    answer = world.send_body(
        ALB, GBR, "enquiry", {**message.body, "query": query}, "6b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a12"
    )
    assert (answer.body["result"], answer.body["reason"]) == ("refused", RefusalReason.PAIR_KEY_UNKNOWN)


def test_an_answer_that_was_lost_comes_again_under_the_new_key(greeted: World) -> None:
    world = greeted
    enquiry_id = world.ask(ALB, document_draft(partners=(XKX,))).id
    with replies_lost(world, ALB):
        world.deliver(ALB)
    assert states(world, ALB, enquiry_id)[XKX] is AskState.WAITING
    rotate(world, XKX)
    settle_all(world)
    assert states(world, ALB, enquiry_id)[XKX] in (AskState.HIT, AskState.NO_HIT)
    assert world.kinds(XKX).count("enquiry.answered") == 1


def test_an_announcement_whose_answer_was_lost_is_answered_again_and_changes_nothing(greeted: World) -> None:
    world = greeted
    rotate(world, ALB)
    with replies_lost(world, ALB):
        world.deliver(ALB)
    assert waiting(world, ALB) == 4
    assert world.card(GBR, ALB) == read_card(world.nodes[ALB].card())
    settle_all(world)
    assert waiting(world, ALB) == 0
    assert world.kinds(GBR).count("partner.registered") == 5


def test_two_rotations_while_a_partner_is_away_reach_it_in_order(greeted: World) -> None:
    world = greeted
    world.stop(GBR)
    for _ in range(3):
        rotate(world, ALB)
        world.deliver(ALB)
        world.clock.turn(hours=7)
    enquiry_id = world.ask(ALB, person_draft()).id
    world.start(GBR)
    settle_all(world)
    assert states(world, ALB, enquiry_id)[GBR] is AskState.HIT
    history = world.look(GBR, lambda tx: signing_keys(tx, ALB))
    assert len(history) == 4
    assert history[0] == read_card(world.nodes[ALB].card()).signing_key


def test_a_message_by_a_retired_key_is_refused_as_such_and_waits(greeted: World) -> None:
    world = greeted
    enquiry_id = world.ask(ALB, document_draft(partners=(XKX,))).id
    old = world.look(ALB, lambda tx: due_messages(tx, XKX, world.clock(), 1)[0].content)
    assert old is not None
    rotate(world, ALB, Rotation(signing=True))
    world.do(
        ALB,
        lambda tx: tx.execute(
            update(outbox).where(outbox.c.kind != CARD).values(next_attempt_at=world.clock() + timedelta(hours=1))
        ),
    )
    world.deliver(ALB)
    refused = world.send_raw(ALB, XKX, old)
    assert json.loads(refused.body)["reason"] == RefusalReason.KEY_RETIRED
    fresh = resealed(old, world.nodes[ALB].keys.signing)
    assert open_envelope(fresh, "application/vnd.egnatia.message+json").payload == read_message(old)[1].payload
    world.clock.turn(hours=1)
    settle_all(world)
    assert states(world, ALB, enquiry_id)[XKX] in (AskState.HIT, AskState.NO_HIT)


def test_old_ledgers_and_cosignatures_verify_after_a_rotation_and_new_ones_are_cosigned(greeted: World) -> None:
    world = greeted

    def witness() -> None:
        for code in (ALB, XKX):
            watch = world.nodes[code].watch(world.lines[code])
            world.runner.run(ask_for_cosignatures(watch))

    def holds(code: PartnerCode) -> int:
        node = world.nodes[code]
        report = world.look(code, lambda tx: verify_own(tx, node.trust(tx)))
        assert report.findings == []
        return int(report.cosignatures)

    witness()

    def exported() -> bytes:
        node, file = world.nodes[ALB], io.BytesIO()
        world.look(
            ALB, lambda tx: export_bundle(tx, file, node.trust(tx), BundleRequest(), world.clock(), node.keys.signing)
        )
        return file.getvalue()

    witness()
    assert (holds(ALB), holds(XKX)) == (4, 4)
    world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    witness()  # a second checkpoint: only the newest is signed again after a rotation
    assert (holds(ALB), holds(XKX)) == (8, 8)
    old_bundle = exported()
    for code in (ALB, XKX):
        rotate(world, code)
        world.deliver()
    assert verify_bundle(io.BytesIO(exported())).words()[0].endswith("holds by the keys that it names itself.")
    witness()
    assert holds(ALB) == 12, "the old eight, and four under the new key"
    assert holds(XKX) == 12, "one of them by the partner's new key"
    trust = world.look(ALB, world.nodes[ALB].trust)
    for bundle in (old_bundle, exported()):
        assert verify_bundle(io.BytesIO(bundle), trust).findings == []


def test_what_a_thief_of_the_old_key_could_announce_is_not_taken(greeted: World, tmp_path: Path) -> None:
    """A card with another authority, ledger or code does not continue the registered one, whoever signed the message."""
    world = greeted
    card_of_alb = world.card(GBR, ALB)
    thief = world.nodes[XKX]
    card = make_card(thief.keys, "Albania", "https://127.0.0.1:9", "egnatia.example/alb/ledger")
    other_authority = make_card(
        create_keys(tmp_path / "thief", ALB, ["127.0.0.1"], world.clock()),
        "Albania",
        "https://127.0.0.1:9",
        card_of_alb.ledger_origin,
    )
    other_ledger = make_card(world.nodes[ALB].keys, "Albania", "https://127.0.0.1:9", "egnatia.example/other/ledger")
    for content in (card, thief.card(), other_authority, other_ledger):
        body = {"card": base64.b64encode(content).decode()}
        answer = world.send_body(ALB, GBR, CARD, body, "cards")
        assert (answer.kind, answer.body["reason"]) == ("refusal", RefusalReason.CARD_NOT_CONTINUOUS)
    spoilt: list[dict[str, object]] = [{}, {"card": 5}, {"card": "!"}, {"card": "e30="}]
    spoilt.append({"card": base64.b64encode(card).decode(), "more": 1})
    for each in spoilt:
        assert world.send_body(ALB, GBR, CARD, each, "cards").kind == "refusal"


def test_stolen_keys_stop_at_once_and_work_goes_on_after_two_people_compared_the_new_card(greeted: World) -> None:
    world = greeted
    queued = world.ask(ALB, document_draft(partners=(XKX,))).id
    node = world.nodes[ALB]
    wanted = replace(ALL, compromised=True)
    told = world.runner.run(tell_stolen(node.database, node.keys, world.lines[ALB], wanted.uses, world.clock()))
    assert (set(told.told), told.not_reached) == ({GBR, XKX, MNE, "MKD"}, ())
    assert world.kinds(XKX)[-1] == "keys.revoked"
    world.deliver(ALB)
    assert states(world, ALB, queued)[XKX] is AskState.WAITING
    rotated = rotate(world, ALB, wanted)
    assert (rotated.announced, set(rotated.by_hand)) == ((), {GBR, XKX, MNE, "MKD"})
    settle_all(world)
    assert states(world, ALB, queued)[XKX] is AskState.WAITING
    for code in (XKX, GBR):
        world.nodes[code].add_partner(rotated.card, "off-1", replace=True, revoke_old=True)
    settle_all(world)
    assert states(world, ALB, queued)[XKX] in (AskState.HIT, AskState.NO_HIT)
    stolen = {each.use for each in world.look(XKX, lambda tx: keys_of(tx, ALB)) if each.revoked_at is not None}
    assert stolen == set(KeyUse)


def test_a_stolen_key_never_comes_back(greeted: World) -> None:
    world = greeted
    old = world.nodes[ALB].card()
    rotated = rotate(world, ALB, replace(ALL, compromised=True))
    world.nodes[GBR].add_partner(rotated.card, "off-1", replace=True, revoke_old=True)
    with pytest.raises(ConflictError, match="revoked before"):
        world.nodes[GBR].add_partner(old, "off-1", replace=True)


def test_a_revoked_partner_is_out_at_once_and_nothing_is_sent_to_it(greeted: World) -> None:
    world = greeted
    why = "its laptop was stolen at the airport"
    for _ in range(2):
        world.do(GBR, lambda tx: revoke_keys(tx, ALB, "off-1", why, world.clock()))
    assert world.kinds(GBR).count("keys.revoked") == 1
    enquiry_id = world.ask(ALB, person_draft()).id
    calls = len(world.calls)
    world.deliver()
    refusals = [each for each in world.calls[calls:] if each.sender == ALB]
    assert refusals
    assert states(world, ALB, enquiry_id)[GBR] is AskState.WAITING
    assert not [each for each in world.calls[calls:] if each.sender == GBR and each.to == ALB]
    world.do(GBR, lambda tx: tx.execute(update(partner_card).values(revoked_at=None)))
    settle_all(world)
    assert states(world, ALB, enquiry_id)[GBR] is AskState.HIT


def test_a_partner_of_the_release_before_is_named_for_bringing_the_card_by_hand(greeted: World) -> None:
    world = greeted
    world.do(ALB, lambda tx: learn_protocol(tx, GBR, 1))
    rotated = rotate(world, ALB)
    assert rotated.by_hand == (GBR,)
    assert GBR not in rotated.announced
    queued = world.look(ALB, lambda tx: tx.execute(select(outbox.c.recipient)).scalars().all())
    assert GBR not in queued


@pytest.mark.parametrize("committed", [True, False], ids=["after the commit", "before the commit"])
def test_a_rotation_that_was_killed_is_finished_or_forgotten(greeted: World, committed: bool) -> None:  # noqa: FBT001
    world = greeted
    node = world.nodes[ALB]
    old = read_card(node.card())

    class KilledError(Exception):
        pass

    with contextlib.suppress(KilledError), preparing(node.keys, ALL, ["127.0.0.1"], world.clock()) as fresh:
        fresh_card = read_card(node.card(fresh))
        if committed:
            node.commit(partial(node._rotate, fresh=fresh, wanted=ALL, actor="off-1"))
        raise KilledError
    assert (node.keys.folder / NEXT).exists()
    world.restart(ALB)
    keys = world.nodes[ALB].keys
    assert not (keys.folder / NEXT).exists()
    assert read_card(world.nodes[ALB].card()).signing_key == (fresh_card if committed else old).signing_key
    enquiry_id = world.ask(ALB, person_draft()).id
    settle_all(world)
    assert states(world, ALB, enquiry_id)[GBR] is AskState.HIT


def test_while_one_process_rotates_another_neither_rotates_nor_recovers(greeted: World) -> None:
    world = greeted
    node = world.nodes[ALB]
    with preparing(node.keys, ALL, ["127.0.0.1"], world.clock()):
        with pytest.raises(ConflictError, match="another process"):
            node.rotate_keys(ALL, "off-1")
        Node.open(node.directory, world.clock).close()
        assert (node.keys.folder / NEXT).exists()


def test_an_open_node_takes_keys_that_another_process_rotated(greeted: World) -> None:
    world = greeted
    serving = Node.open(world.nodes[ALB].directory, world.clock)
    try:
        assert not serving.take_new_keys()
        world.nodes[ALB].rotate_keys(ALL, "off-1")
        assert read_card(serving.card()) != read_card(world.nodes[ALB].card())
        assert serving.take_new_keys()
        assert read_card(serving.card()) == read_card(world.nodes[ALB].card())
        assert not serving.take_new_keys()
    finally:
        serving.close()


def test_an_empty_rotation_is_refused() -> None:
    with pytest.raises(InputError, match="nothing to rotate"):
        Rotation(compromised=True)


def test_nodes_learn_what_their_partners_speak_and_forget_it_when_one_goes_back(world: World) -> None:
    assert world.look(ALB, lambda tx: protocol_of(tx, GBR)) == 1
    greet(world)
    assert world.look(ALB, lambda tx: protocol_of(tx, GBR)) == 2
    world.do(ALB, lambda tx: learn_protocol(tx, GBR, 1))
    assert world.look(ALB, lambda tx: protocol_of(tx, GBR)) == 1
    world.do(ALB, lambda tx: learn_protocol(tx, GBR, 7))
    assert world.look(ALB, lambda tx: protocol_of(tx, GBR)) == 2, "no newer than we speak ourselves"
    rotate(world, GBR)
    assert world.look(ALB, lambda tx: protocol_of(tx, GBR)) == 2, "a new card does not forget it"


def seconds_until(world: World, done: Callable[[], bool], limit: int = 600) -> int:
    """How long by the nodes' clock until something is so, with their couriers at work."""
    for second in range(limit):
        world.deliver()
        if done():
            return second
        world.clock.turn(seconds=1)
    raise AssertionError("it never came")


def test_by_the_clock_a_rotation_counts_within_a_minute_whatever_waits(greeted: World) -> None:
    world = greeted
    asked = [world.ask(ALB, document_draft(case_ref=f"DUR-2025-{number}")).id for number in range(100, 130)]
    rotate(world, ALB)
    rotate(world, XKX)
    took = seconds_until(
        world, lambda: all(AskState.WAITING not in states(world, ALB, each).values() for each in asked)
    )
    assert took <= 60
    assert world.kinds(XKX).count("enquiry.answered") == 30


def test_a_line_that_failed_for_hours_is_tried_at_once_when_the_partner_comes_with_a_new_card(greeted: World) -> None:
    world = greeted
    enquiry_id = world.ask(ALB, document_draft(partners=(XKX,))).id
    apps = world.apps.pop(XKX)
    for _ in range(20):
        world.deliver(ALB)
        world.clock.turn(minutes=5)
    world.deliver(ALB)
    world.apps[XKX] = apps
    rotate(world, XKX)
    took = seconds_until(world, lambda: states(world, ALB, enquiry_id)[XKX] is not AskState.WAITING)
    assert took <= 2, "the back-off had grown to five minutes"


def test_a_certificate_that_a_partner_had_before_brings_no_announcement(greeted: World) -> None:
    """Its key may have been stolen since: with the present signing key it would make two."""
    world = greeted
    old = certificate_der(world.nodes[ALB].keys)
    rotate(world, ALB, Rotation(tls=True))
    world.deliver(ALB)
    registered = world.card(GBR, ALB)
    with world.nodes[GBR].database.read() as tx:
        assert not is_a_successor(tx, registered, old)
        assert not is_a_successor(tx, registered, b"no certificate")
        assert not is_a_successor(tx, registered, certificate_der(world.nodes[XKX].keys)), "of another authority"
    rotate(world, ALB, Rotation(tls=True))
    with world.nodes[GBR].database.read() as tx:
        assert is_a_successor(tx, registered, certificate_der(world.nodes[ALB].keys))
