"""Blind enquiries between real nodes: what crosses the line, what each side knows, what is refused and why."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update
from tests.federation.test_permits_and_quotas import small_quota, with_register
from tests.federation.world import ALB, GBR, MKD, WHY, XKX, World, document_draft

from egnatia.engines.blind import group
from egnatia.enquiries.ask import send_enquiry
from egnatia.enquiries.blind.asking import AskedBlind, BlindDraft, send_blind
from egnatia.enquiries.blind.fetching import Fetched, fetch, keep, prepare
from egnatia.enquiries.blind.forgetting import forget_blind
from egnatia.enquiries.blind.publishing import is_due, make_filter, plan, publish
from egnatia.enquiries.blind.statement import Statement
from egnatia.enquiries.blind.views import BlindView, blind_view, epochs, evaluated_views
from egnatia.enquiries.timeline import case_timeline, cases
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.exchange.message import read_message
from egnatia.exchange.protocols import learn_protocol
from egnatia.ledger.entries import EntryView
from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, BlindList, Offence, Purpose, RefusalReason
from egnatia.scenario.case import CASE_REF
from egnatia.store.tables import blind_epoch, blind_page

STOLEN = {"issuer": "RKS", "document_type": "P", "number": "P0041763"}
UNKNOWN = {"issuer": "RKS", "document_type": "P", "number": "P9941763"}


def draft(**changes: Any) -> BlindDraft:
    values: dict[str, Any] = {
        "case_ref": CASE_REF,
        "which": BlindList.REGISTERED_DOCUMENTS,
        "purpose": Purpose.BORDER_CHECK,
        "offence": Offence.FALSE_DOCUMENT,
        "justification": WHY,
        "values": STOLEN,
        "partners": (XKX,),
    }
    return BlindDraft(**(values | changes))


def publish_all(world: World, code: PartnerCode, *audiences: PartnerCode, days: int = 30) -> Statement:
    node, officer = world.nodes[code], world.officer(code, "administrator")
    with node.database.read() as tx:
        wanted = plan(tx, node.desk, officer, audiences, world.clock())
        made = [make_filter(tx, node.desk, *each) for each in wanted]
    return world.do(code, lambda tx: publish(tx, node.desk, officer, made, days, world.clock()))


def fetch_only(world: World, code: PartnerCode, holder: PartnerCode) -> Fetched:
    officer = world.officer(code, "administrator")
    world.do(code, lambda tx: learn_protocol(tx, holder, 2))
    errand = world.look(code, lambda tx: prepare(tx, code, officer, holder))
    return world.runner.run(fetch(world.lines[code], errand, world.clock()))


def fetch_all(world: World, code: PartnerCode, holder: PartnerCode) -> Fetched:
    fetched = fetch_only(world, code, holder)
    world.do(code, lambda tx: keep(tx, world.officer(code, "administrator"), fetched, world.clock()))
    return fetched


def offer(world: World) -> None:
    """XKX publishes for everybody; ALB fetches."""
    publish_all(world, XKX)
    fetch_all(world, ALB, XKX)
    world.calls.clear()


def ask(world: World, post: str = "enquirer", code: PartnerCode = ALB, **changes: Any) -> AskedBlind:
    node, officer = world.nodes[code], world.officer(code, post)
    return world.do(code, lambda tx: send_blind(tx, node.desk, officer, draft(**changes), world.clock()))[0]


def view(world: World, asked: AskedBlind, code: PartnerCode = ALB) -> BlindView:
    return world.look(code, lambda tx: blind_view(tx, asked.id))


def result(world: World, **changes: Any) -> tuple[AskState, RefusalReason | None]:
    asked = ask(world, **changes)
    world.deliver()
    found = view(world, asked)
    return found.state, found.refusal


def entry(world: World, code: PartnerCode, kind: str) -> EntryView:
    return next(each for each in world.entries(code) if each.kind == kind)


def test_a_stolen_document_is_found_and_another_is_not(world: World) -> None:
    offer(world)
    assert result(world) == (AskState.HIT, None)
    assert result(world, values=UNKNOWN) == (AskState.NO_HIT, None)
    assert result(world, values={**STOLEN, "number": "p 0041-763"}) == (AskState.HIT, None)
    assert result(world, values={**STOLEN, "document_type": "I"}) == (AskState.NO_HIT, None)
    assert result(world, values={**STOLEN, "number": "P0041700"}) == (AskState.HIT, None)
    assert result(world, values={**STOLEN, "number": "P0041800"}) == (AskState.NO_HIT, None)


def test_after_a_blind_hit_the_open_enquiry_begins(world: World) -> None:
    offer(world)
    assert result(world) == (AskState.HIT, None)
    enquiry = world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    assert world.view(ALB, enquiry.id).asks[0].state is AskState.HIT


def test_the_holder_never_has_what_was_asked(world: World) -> None:
    """Not the number, not the case, not the officer, not the reasons, not the blind: not in a byte of its directory."""
    offer(world)
    odd = {**UNKNOWN, "number": "QX7719354"}
    assert result(world, values=odd, justification="A most particular reason for asking.") == (AskState.NO_HIT, None)
    crossed = b"".join(call.request for call in world.calls)
    asked_by = world.officer(ALB).id
    for content in (world.files(XKX), crossed, bytes(read_message(world.calls[0].request)[1].payload)):
        for secret in (b"QX7719354", CASE_REF.encode(), asked_by.encode(), b"most particular"):
            assert secret not in content


def test_messages_have_one_size_and_elements_are_uniform(world: World) -> None:
    """Whatever is asked, the holder gets the same bytes but for fresh randomness (goal G8)."""
    offer(world)
    numbers = ["1", "P0041763", "A" * 20, "P0041763", "P0041763"] + [f"X{each:07d}" for each in range(7)]
    for number in numbers:
        result(world, values={**STOLEN, "number": number})
    assert {len(call.request) for call in world.calls} == {len(world.calls[0].request)}
    assert {len(call.reply) for call in world.calls} == {len(world.calls[0].reply)}
    bodies = [read_message(call.request)[0].body for call in world.calls]
    for name in ("grant", "list", "purpose", "offence", "statement"):
        assert len({body[name] for body in bodies}) == 1
    for name in ("element", "commitment"):
        assert len({body[name] for body in bodies}) == len(numbers)
        ones = sum(int(body[name], 16).bit_count() for body in bodies)
        # Elements have their top bit and their lowest bit clear; six standard deviations of a fair coin.
        fair = len(numbers) * (127 if name == "element" else 128)
        assert abs(ones - fair) < 6 * (len(numbers) * 64) ** 0.5


def test_any_identifier_explains_what_the_holder_saw(world: World) -> None:
    """For each identifier there is a blind that gives the very same element: the transcript says nothing of the query."""
    del world
    rng = random.Random(9497)
    h = {text: group.hash_to_group(text, b"test") for text in (b"one", b"two")}
    blind = group.fresh_scalar(rng)
    element = group.multiply(blind, h[b"one"])
    # Knowing the logarithm of H(two) to H(one) is needed to name it; here it is made by hand.
    ratio = group.fresh_scalar(rng)
    other = group.multiply(ratio, h[b"one"])
    explained = group.multiply_scalars(blind, group.invert(ratio))
    assert group.multiply(explained, other) == element


def test_question_and_answer_are_entered_once_at_each_end_under_one_commitment(world: World) -> None:
    offer(world)
    before = {code: world.kinds(code) for code in (ALB, XKX)}
    found = view(world, _delivered(world))
    assert world.kinds(ALB)[len(before[ALB]) :] == ["blind.asked", "blind.answered"]
    assert world.kinds(XKX)[len(before[XKX]) :] == ["blind.evaluated"]
    ours, theirs = entry(world, ALB, "blind.asked"), entry(world, XKX, "blind.evaluated")
    assert ours.object_ref == theirs.object_ref == f"blind:{found.commitment}"
    assert ours.message == theirs.message
    assert ours.justification == WHY
    assert ours.grant == theirs.grant == "demo-alb-xkx-travel_document"
    assert entry(world, ALB, "blind.answered").content is not None


def test_blind_questions_are_steps_of_their_case(world: World) -> None:
    offer(world)
    _delivered(world)
    ask(world, purpose=Purpose.RETURN)
    steps = world.look(ALB, lambda tx: case_timeline(tx, CASE_REF))
    assert [each.event.value for each in steps] == ["blind.asked", "blind.answered", "enquiry.not_sent"]
    assert world.look(ALB, cases) == [CASE_REF]


def test_a_blind_question_is_forgotten_at_both_ends_after_three_years(world: World) -> None:
    offer(world)
    asked = _delivered(world)
    world.clock.turn(days=1_094)
    assert [world.do(code, lambda tx: forget_blind(tx, world.clock())) for code in (ALB, XKX)] == [0, 0]
    assert view(world, asked).state is AskState.HIT
    world.clock.turn(days=1)
    assert [world.do(code, lambda tx: forget_blind(tx, world.clock())) for code in (ALB, XKX)] == [1, 1]
    with pytest.raises(NotFoundError):
        view(world, asked)
    assert world.look(XKX, evaluated_views) == []
    assert [world.kinds(code)[-1] for code in (ALB, XKX)] == ["record.erased"] * 2


def _delivered(world: World, **changes: Any) -> AskedBlind:
    asked = ask(world, **changes)
    world.deliver()
    return asked


def test_the_holder_sees_a_count_and_nothing_more(world: World) -> None:
    offer(world)
    asked = _delivered(world)
    (seen,) = world.look(XKX, evaluated_views)
    assert (seen.asker, seen.enquiry_id, seen.list) == (ALB, asked.id, BlindList.REGISTERED_DOCUMENTS)
    assert set(seen.__slots__) == {
        *("asker", "enquiry_id", "list", "purpose", "grant_id", "refusal", "answered_at", "commitment")
    }


# Who may ask at all.


def test_no_filter_no_question(world: World) -> None:
    with pytest.raises(RefusedError, match="BLIND_NOT_OFFERED"):
        ask(world, partners=None)
    world.do(ALB, lambda tx: learn_protocol(tx, XKX, 2))
    assert ask(world).refusal is RefusalReason.BLIND_NOT_OFFERED
    assert world.calls == []
    assert entry(world, ALB, "enquiry.not_sent").partner == XKX


def test_a_partner_of_the_release_before_is_not_asked(world: World) -> None:
    with pytest.raises(RefusedError, match="PARTNER_TOO_OLD"):
        world.look(ALB, lambda tx: prepare(tx, ALB, world.officer(ALB, "administrator"), XKX))
    offer(world)
    world.do(ALB, lambda tx: learn_protocol(tx, XKX, 1))
    assert ask(world).refusal is RefusalReason.PARTNER_TOO_OLD


def test_the_purpose_and_the_offence_are_permitted_as_in_an_open_question(world: World) -> None:
    offer(world)
    open_ = world.ask(ALB, document_draft(partners=(XKX,), purpose=Purpose.RETURN))
    asked = ask(world, purpose=Purpose.RETURN)
    assert asked.refusal is open_.asks[0].refusal is RefusalReason.PURPOSE_NOT_GRANTED


def test_the_holder_decides_for_itself(world: World) -> None:
    offer(world)
    ask(world)
    body = _last_body(world, ALB)
    for change, reason in (
        ({"purpose": "return"}, RefusalReason.PURPOSE_NOT_GRANTED),
        ({"grant": "another-grant"}, RefusalReason.GRANT_MISMATCH),
        ({"list": "bank_accounts"}, RefusalReason.NO_AGREEMENT),
    ):
        assert _raw(world, body | change)["reason"] == reason


def _last_body(world: World, code: PartnerCode) -> dict[str, Any]:
    world.deliver()
    return dict(read_message([each for each in world.calls if each.sender == code][-1].request)[0].body)


def _raw(world: World, body: dict[str, Any], conversation: str = "") -> dict[str, Any]:
    """XKX's answer to a body of ALB's own making."""
    rng = random.Random(json.dumps(body) + conversation)
    fresh = "-".join(rng.randbytes(each).hex() for each in (4, 2, 2, 2, 6))
    return dict(world.send_body(ALB, XKX, "blind_enquiry", body, conversation or fresh).body)


def test_only_administrators_publish_and_fetch_and_only_enquirers_ask(world: World) -> None:
    node = world.nodes[XKX]
    with pytest.raises(ForbiddenError):
        world.look(XKX, lambda tx: plan(tx, node.desk, world.officer(XKX), (), world.clock()))
    with pytest.raises(ForbiddenError):
        world.look(ALB, lambda tx: prepare(tx, ALB, world.officer(ALB), XKX))
    offer(world)
    with pytest.raises(ForbiddenError):
        ask(world, "auditor")


def test_nothing_is_published_for_a_partner_without_a_grant(world: World) -> None:
    statement = publish_all(world, XKX)
    assert {each.audience for each in statement.filters} <= {GBR, ALB, MKD}
    node, officer = world.nodes[XKX], world.officer(XKX, "administrator")
    with pytest.raises(RefusedError) as refused:
        world.look(XKX, lambda tx: plan(tx, node.desk, officer, (PartnerCode("MNE"),), world.clock()))
    assert refused.value.reason is not RefusalReason.BLIND_NOT_OFFERED


A_DRAFT_THAT_IS_NONE_RECORDS_NOTHING: list[dict[str, Any]] = [
    {"values": {}},
    {"values": {"iban": "GB82WEST12345698765432"}},
    {"values": {**STOLEN, "number": "ÇËÄ"}},
    {"values": {"number": "P0041763"}},
    {"justification": "short"},
    {"case_ref": "Krasniqi"},
    {"partners": (PartnerCode("ZZZ"),)},
    {"partners": ()},
    {"partners": (XKX, XKX)},
]


def test_a_draft_that_is_none_records_nothing(world: World) -> None:
    offer(world)
    before = world.kinds(ALB)
    for changes in A_DRAFT_THAT_IS_NONE_RECORDS_NOTHING:
        with pytest.raises(InputError):
            ask(world, **changes)
        assert world.kinds(ALB) == before


# Quotas.


def test_the_quota_counts_open_and_blind_questions_and_survives_a_restart(world: World) -> None:
    offer(world)
    with_register(world, XKX, small_quota("ALB", "XKX"))
    node, officer = world.nodes[ALB], world.officer(ALB)
    world.do(ALB, lambda tx: send_enquiry(tx, node.desk, officer, document_draft(partners=(XKX,)), world.clock()))
    world.deliver()
    assert [result(world) for _ in range(2)] == [(AskState.HIT, None)] * 2
    assert result(world) == (AskState.REFUSED, RefusalReason.QUOTA_EXCEEDED)
    world.restart(XKX)
    assert result(world) == (AskState.REFUSED, RefusalReason.QUOTA_EXCEEDED)
    world.clock.turn(days=1)
    assert result(world) == (AskState.HIT, None)


def test_the_asker_stops_at_the_same_quota(world: World) -> None:
    offer(world)
    with_register(world, ALB, small_quota("ALB", "XKX"))
    assert [result(world) for _ in range(3)] == [(AskState.HIT, None)] * 3
    sent = len(world.calls)
    assert result(world) == (AskState.NOT_ASKED, RefusalReason.QUOTA_EXCEEDED)
    assert len(world.calls) == sent


def test_a_malformed_element_is_no_free_try(world: World) -> None:
    offer(world)
    with_register(world, XKX, small_quota("ALB", "XKX"))
    result(world)
    body = _last_body(world, ALB)
    for conversation in ("a", "b"):
        assert _raw(world, body | {"element": "00" * 32}, conversation)["reason"] == "BLIND_ELEMENT_INVALID"
    assert _raw(world, body)["reason"] == "QUOTA_EXCEEDED"


# Epochs.


def test_a_new_epoch_ends_the_one_before_and_erases_its_keys(world: World) -> None:
    offer(world)
    assert result(world) == (AskState.HIT, None)
    world.clock.turn(hours=1)
    second = publish_all(world, XKX)
    assert second.epoch == 2
    assert result(world) == (AskState.REFUSED, RefusalReason.BLIND_EPOCH_OVER)
    rows = world.look(XKX, lambda tx: tx.execute(blind_epoch.select().where(blind_epoch.c.epoch == 1)).all())
    assert rows
    assert all(row.sealed_id is None and row.ended_at is not None for row in rows)
    fetch_all(world, ALB, XKX)
    assert result(world) == (AskState.HIT, None)
    assert {each.epoch for each in world.look(ALB, epochs)} == {2}


def test_an_epoch_ends_by_itself_at_both_ends(world: World) -> None:
    publish_all(world, XKX, days=2)
    fetch_all(world, ALB, XKX)
    result(world)
    body = _last_body(world, ALB)
    world.clock.turn(days=2)
    assert ask(world).refusal is RefusalReason.BLIND_EPOCH_OVER
    assert _raw(world, body)["reason"] == "BLIND_EPOCH_OVER"
    with pytest.raises(RefusedError, match="BLIND_EPOCH_OVER"):
        fetch_only(world, ALB, XKX)


@pytest.mark.parametrize(("days", "margin", "due"), [(0, 0, False), (25, 3, False), (28, 3, True), (31, 0, True)])
def test_a_new_epoch_is_due_on_schedule(world: World, days: int, margin: int, due: bool) -> None:  # noqa: FBT001
    from datetime import timedelta

    assert world.look(XKX, lambda tx: is_due(tx, world.clock(), timedelta()))
    publish_all(world, XKX)
    world.clock.turn(days=days)
    assert world.look(XKX, lambda tx: is_due(tx, world.clock(), timedelta(days=margin))) is due


def test_a_question_of_another_statement_is_over(world: World) -> None:
    offer(world)
    result(world)
    assert _raw(world, _last_body(world, ALB) | {"statement": "ab" * 32})["reason"] == "BLIND_EPOCH_OVER"


@pytest.mark.parametrize("days", [0, 93])
def test_an_epoch_has_a_sane_length(world: World, days: int) -> None:
    with pytest.raises(InputError, match="1 to 92 days"):
        publish_all(world, XKX, days=days)


def test_a_list_that_changed_while_its_filter_was_made_is_not_published(world: World) -> None:
    from egnatia.enquiries.holdings import withdraw_document
    from egnatia.model.ids import RecordRef
    from egnatia.scenario.case import STOLEN_BLANKS_REF

    node, officer = world.nodes[XKX], world.officer(XKX, "administrator")
    with node.database.read() as tx:
        made = [make_filter(tx, node.desk, ALB, BlindList.REGISTERED_DOCUMENTS)]
    world.do(
        XKX,
        lambda tx: withdraw_document(tx, officer, RecordRef(STOLEN_BLANKS_REF), "The batch was found.", world.clock()),
    )
    with pytest.raises(ConflictError):
        world.do(XKX, lambda tx: publish(tx, node.desk, officer, made, 30, world.clock()))


# Attacks on the line.


def spoil(world: World, change: Callable[[dict[str, Any]], dict[str, Any]]) -> tuple[AskState, RefusalReason | None]:
    """What ALB makes of XKX's answer, changed and signed by XKX itself."""
    from egnatia.enquiries.blind.taking import take_evaluation
    from egnatia.exchange.inbox import Received
    from egnatia.exchange.outbox import Sent
    from egnatia.model.ids import MessageId

    asked = ask(world)
    row = world.look(ALB, lambda tx: blind_view(tx, asked.id))
    body = queued_body(world, asked)
    answer = change(_raw(world, body, str(asked.id)))
    from egnatia.store.tables import blind_enquiry

    message_id = world.look(
        ALB, lambda tx: tx.execute(blind_enquiry.select().where(blind_enquiry.c.id == asked.id)).one().message_id
    )
    sent = Sent(MessageId(message_id), "blind_enquiry", XKX, str(asked.id), world.clock(), bytes(32), 1)
    received = Received("blind_evaluation", MessageId("x"), XKX, str(asked.id), world.clock(), answer, bytes(32))
    world.do(ALB, lambda tx: take_evaluation(tx, sent, received, world.clock()))
    assert row.state is AskState.WAITING
    found = view(world, asked)
    return found.state, found.refusal


def merged(change: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    return body | change


def replaced(by: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    del body
    return by


def queued_body(world: World, asked: AskedBlind) -> dict[str, Any]:
    from egnatia.model.ids import SealedId
    from egnatia.store.tables import outbox

    def look(tx: Any) -> bytes:
        row = tx.execute(outbox.select().where(outbox.c.conversation == asked.id)).one()
        content: bytes = tx.unseal(SealedId(row.sealed_id))
        return content

    return dict(read_message(world.look(ALB, look))[0].body)


def _flipped(text: str, at: int = 0) -> str:
    raw = bytearray.fromhex(text)
    raw[at] ^= 2
    return raw.hex()


def test_an_honest_answer_taken_by_hand_is_a_hit(world: World) -> None:
    offer(world)
    assert spoil(world, lambda body: body) == (AskState.HIT, None)


OTHER_ELEMENT = group.hash_to_group(b"another", b"test").hex()

A_WRONG_ANSWER_IS_REFUSED_FOR_ITS_OWN_REASON: list[tuple[dict[str, Any], RefusalReason]] = [
    ({"element": OTHER_ELEMENT}, RefusalReason.BLIND_PROOF_WRONG),
    ({"element": "00" * 32}, RefusalReason.BLIND_ELEMENT_INVALID),
    ({"element": "ff" * 32}, RefusalReason.BLIND_ELEMENT_INVALID),
    ({"element": "01" + "00" * 31}, RefusalReason.BLIND_ELEMENT_INVALID),
    ({"proof": "00" * 64}, RefusalReason.BLIND_PROOF_WRONG),
    ({"proof": "ff" * 64}, RefusalReason.BLIND_ELEMENT_INVALID),
]


def test_a_wrong_answer_is_refused_for_its_own_reason(world: World) -> None:
    offer(world)
    for change, reason in A_WRONG_ANSWER_IS_REFUSED_FOR_ITS_OWN_REASON:
        assert spoil(world, partial(merged, change)) == (AskState.REFUSED, reason)
        told = entry(world, ALB, "blind.answered").content
        assert told is not None
        assert told["reason"] == reason


@pytest.mark.parametrize("at", [0, 40])
def test_a_changed_proof_is_refused(world: World, at: int) -> None:
    offer(world)
    wrong = spoil(world, lambda body: body | {"proof": _flipped(body["proof"], at)})
    assert wrong == (AskState.REFUSED, RefusalReason.BLIND_PROOF_WRONG)


def test_an_evaluation_of_another_question_is_refused(world: World) -> None:
    """Replayed or reordered: the proof is over the element of this very question."""
    offer(world)
    first = ask(world)
    replayed = _raw(world, queued_body(world, first), "first")
    assert spoil(world, lambda _: replayed) == (AskState.REFUSED, RefusalReason.BLIND_PROOF_WRONG)


def test_an_evaluation_under_another_key_is_refused(world: World) -> None:
    """GBR's key evaluates ALB's question: right element, sound proof, wrong key."""
    from egnatia.engines.blind import evaluate, fresh_key

    offer(world)

    def forged(body: dict[str, Any]) -> dict[str, Any]:
        rng = random.Random(1)
        answer = evaluate(fresh_key(rng), [bytes.fromhex(body["element"])], group.fresh_scalar(rng))
        return {"element": answer.elements[0].hex(), "proof": answer.proof.hex(), "reason": None}

    assert spoil(world, forged) == (AskState.REFUSED, RefusalReason.BLIND_PROOF_WRONG)


HALF_AN_ANSWER_IS_MALFORMED_AND_LEAVES_THE_QUESTION_OPEN: list[dict[str, Any]] = [
    {},
    {"element": OTHER_ELEMENT},
    {"proof": "00" * 64, "reason": "TOO_OLD"},
    {"x": 1},
]


def test_half_an_answer_is_malformed_and_leaves_the_question_open(world: World) -> None:
    offer(world)
    for body in HALF_AN_ANSWER_IS_MALFORMED_AND_LEAVES_THE_QUESTION_OPEN:
        with pytest.raises(RefusedError, match="MALFORMED"):
            spoil(world, partial(replaced, body))


AN_ELEMENT_THAT_IS_NONE_IS_REFUSED_BY_THE_HOLDER: list[str] = [
    "00" * 32,  # the identity
    "ff" * 32,  # no field element
    "01" + "00" * 31,  # negative
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # p, not canonical
    "0000000000000000000000000000000000000000000000000000000000000080",  # a sign bit on zero
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",  # RFC 9496 A.3: not a square
]


def test_an_element_that_is_none_is_refused_by_the_holder(world: World) -> None:
    offer(world)
    result(world)
    for element in AN_ELEMENT_THAT_IS_NONE_IS_REFUSED_BY_THE_HOLDER:
        assert _raw(world, _last_body(world, ALB) | {"element": element})["reason"] == "BLIND_ELEMENT_INVALID"


def test_a_question_is_answered_once(world: World) -> None:
    offer(world)
    asked = _delivered(world)
    again = world.send_body(ALB, XKX, "blind_enquiry", _last_body(world, ALB), str(asked.id))
    assert (again.kind, again.body["reason"]) == ("refusal", "ID_REUSED")


A_BODY_OUT_OF_FORM_IS_MALFORMED: list[dict[str, Any]] = [
    {"element": "AB" * 32},
    {"element": "00"},
    {"commitment": ""},
    {"list": "names"},
    {"query": "x"},
    {"grant": "a b"},
]


def test_a_body_out_of_form_is_malformed(world: World) -> None:
    offer(world)
    result(world)
    for change in A_BODY_OUT_OF_FORM_IS_MALFORMED:
        assert _raw(world, _last_body(world, ALB) | change)["reason"] == "MALFORMED"


def test_a_page_changed_after_fetching_is_noticed(world: World) -> None:
    offer(world)
    mine = blind_page.c.number == 0
    world.do(ALB, lambda tx: tx.execute(update(blind_page).where(mine).values(content=b"EGNBLIND" + bytes(9000))))
    assert result(world) == (AskState.REFUSED, RefusalReason.BLIND_FILTER_WRONG)


def test_a_filter_replaced_on_the_way_is_not_looked_into(world: World) -> None:
    offer(world)
    asked = ask(world)
    world.do(ALB, lambda tx: tx.execute(_filters_renamed()))
    world.deliver()
    assert view(world, asked).refusal is RefusalReason.BLIND_EPOCH_OVER


def _filters_renamed() -> Any:
    from egnatia.store.tables import blind_filter

    return update(blind_filter).values(statement="cd" * 32)


def test_a_partner_that_is_down_leaves_the_question_waiting(world: World) -> None:
    offer(world)
    world.stop(XKX)
    asked = ask(world)
    world.deliver()
    assert view(world, asked).state is AskState.WAITING
    world.start(XKX)
    world.clock.turn(minutes=10)
    world.deliver()
    assert view(world, asked).state is AskState.HIT


def test_a_question_given_up_is_undeliverable(world: World) -> None:
    offer(world)
    world.stop(XKX)
    asked = ask(world)
    world.clock.turn(days=8)
    world.deliver()
    assert view(world, asked).state is AskState.UNDELIVERABLE


def test_two_partners_get_unrelated_elements(world: World) -> None:
    publish_all(world, XKX)
    publish_all(world, GBR)
    fetch_all(world, ALB, XKX)
    fetch_all(world, ALB, GBR)
    node, officer = world.nodes[ALB], world.officer(ALB)
    both = replace(draft(), partners=None)
    asked = world.do(ALB, lambda tx: send_blind(tx, node.desk, officer, both, world.clock()))
    assert {each.partner for each in asked} == {GBR, XKX}
    world.deliver()
    states = {each.partner: view(world, each).state for each in asked}
    assert states == {GBR: AskState.NO_HIT, XKX: AskState.HIT}
    bodies = [read_message(each.request)[0].body for each in world.calls if each.path.endswith("messages")]
    assert len({body["element"] for body in bodies}) == len({body["commitment"] for body in bodies}) == 2
