"""Corrections at five real nodes: every holder changes and says so, in any order, late, twice, or after weeks (DIS-06)."""

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation.acts import Tale, check_whole
from tests.federation.world import ALB, CODES, GBR, INSTALLER, REASON, XKX, World, person_draft

from egnatia.agreements import import_register as import_agreements
from egnatia.cli.serving import _send_corrections
from egnatia.enquiries import followups, outcomes, releases
from egnatia.enquiries.corrections import acting, lists, making, reading, taken
from egnatia.enquiries.corrections.acting import Look
from egnatia.enquiries.corrections.copies import Affected
from egnatia.enquiries.corrections.holders import holders
from egnatia.enquiries.corrections.making import CorrectionDraft
from egnatia.enquiries.corrections.messages import CORRECTION, CorrectionBody
from egnatia.enquiries.corrections.sending import has_waiting, send_waiting
from egnatia.enquiries.membership.standing import suspend, withdraw
from egnatia.enquiries.messages import encode
from egnatia.enquiries.subjects import subject_of
from egnatia.enquiries.tidy import tidy
from egnatia.errors import ConflictError, ErasedError, ForbiddenError, InputError, NotFoundError
from egnatia.exchange.message import read_message
from egnatia.exchange.protocols import learn_protocol
from egnatia.indicators import definition, evaluate
from egnatia.model.ids import FollowUpId, PartnerCode, RecordRef
from egnatia.model.officers import Officer
from egnatia.model.states import (
    ClearedBy,
    CopyState,
    CorrectionItem,
    CorrectionKind,
    CorrectionReason,
    LookFinding,
    OutcomeKind,
    RefusalReason,
    SubjectKind,
)
from egnatia.scenario.case import CASE_REF, KNOWN_REF, PERSON_REF
from egnatia.scenario.task_force import agreements
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, correction_copy, correction_taken, release, sealed_record

WHY = "The person showed a birth certificate; our date of birth was wrong."
NOTE = "Compared the case file with the new values; told the officer in charge."
FIELDS = ("family_names", "first_names", "birth_date", "nationality")
KNOWN = RecordRef(KNOWN_REF)


@pytest.fixture(autouse=True)
def spoken(world: World) -> None:
    """Everybody runs this release."""
    speak(world, CODES, 2)


def speak(world: World, codes: Sequence[PartnerCode], version: int) -> None:
    def job(tx: Transaction) -> None:
        for each in codes:
            learn_protocol(tx, each, version)

    for code in world.nodes:
        world.do(code, job)


def hold(world: World) -> Tale:
    """ALB asks GBR about the person, confirms the hit and is released core data."""
    tale = Tale(world)
    tale.ask(person=True)
    world.deliver()
    tale.take()
    world.confirm(ALB, tale.candidate)
    tale.follow_up = world.follow(ALB, tale.candidate)
    world.deliver()
    tale.release = world.propose(GBR, tale.follow_up, FIELDS)
    return tale


def released(world: World) -> Tale:
    tale = hold(world)
    world.approve(GBR, tale.release)
    world.deliver()
    return tale


def correct(world: World, kind: CorrectionKind, **changes: Any) -> str:
    at = GBR
    values: dict[str, Any] = {
        "ref": KNOWN,
        "kind": kind,
        "reason": CorrectionReason.INACCURATE,
        "why": WHY,
        "values": {"birth_date": "1990-02-03"} if kind is CorrectionKind.RECTIFY else {},
    }
    draft, node, officer = CorrectionDraft(**(values | changes)), world.nodes[at], world.officer(at, "supervisor")
    made = world.do(at, lambda tx: making.make(tx, node.desk, officer, draft, world.clock()))
    if kind is CorrectionKind.RECTIFY:
        approve(world, made, at)
    return made


def approve(world: World, correction_id: str, at: PartnerCode = GBR, post: str = "approver-1") -> None:
    node, officer = world.nodes[at], world.officer(at, post)
    world.do(at, lambda tx: making.approve(tx, node.desk, officer, correction_id, world.clock()))


def go_round(world: World, code: PartnerCode = GBR) -> int:
    """What a serving node does every few seconds."""
    return world.do(code, lambda tx: send_waiting(tx, world.nodes[code].desk, world.clock()))


def settle(world: World) -> None:
    for _ in range(4):
        for code in world.nodes:
            go_round(world, code)
        world.deliver()


def read(world: World, tale: Tale, post: str = "enquirer", why: str = "") -> dict[str, str]:
    officer = world.officer(ALB, post)
    return world.do(ALB, lambda tx: releases.view_received(tx, officer, tale.follow_up, why, world.clock()))[1]


def look(world: World, correction_id: str, finding: LookFinding = LookFinding.STANDS, **who: Any) -> Affected:
    at, maker = who.get("at", ALB), who.get("maker", GBR)
    officer = world.officer(at, who.get("post", "examiner"))
    return world.do(
        at, lambda tx: acting.act_on(tx, officer, (maker, correction_id), Look(finding, NOTE), world.clock())
    )


def states(world: World, code: PartnerCode = GBR) -> list[tuple[str, CopyState]]:
    return [(each.partner, each.state) for each in world.look(code, lists.copies)]


def outstanding(world: World, code: PartnerCode = GBR) -> list[lists.Copy]:
    return world.look(code, lambda tx: lists.copies(tx, outstanding=True))


def test_every_holder_changes_looks_and_is_ticked_off(world: World) -> None:
    """The acceptance of DIS-06: corrected at one node, all holders changed and acknowledged, nothing outstanding."""
    tale = released(world)
    assert read(world, tale)["birth_date"] != "1990-02-03"
    made = correct(world, CorrectionKind.RECTIFY)
    assert states(world) == [(ALB, CopyState.SENT)]
    world.deliver()
    assert read(world, tale)["birth_date"] == "1990-02-03"
    assert states(world) == [(ALB, CopyState.RECEIVED)]
    assert [each.id for each in world.look(ALB, taken.waiting)] == [made]
    found = look(world, made)
    assert (found.hits, len(found.releases)) == ((tale.candidate,), 1)
    settle(world)
    assert outstanding(world) == []
    assert [each.finding for each in world.look(GBR, lists.copies)] == [LookFinding.STANDS]
    assert world.kinds(GBR)[-5:] == [
        "correction.proposed",
        "correction.sent",
        "correction.made",
        "correction.acknowledged",
        "correction.acknowledged",
    ]
    assert [each for each in world.kinds(ALB) if "correction" in each] == [
        "correction.received",
        "correction.acted_on",
        "correction.sent",
    ]
    for code in (ALB, GBR):
        check_whole(world, code)


def test_our_own_record_is_corrected_with_the_copies(world: World) -> None:
    released(world)
    correct(world, CorrectionKind.RECTIFY)
    core = world.look(GBR, lambda tx: subject_of(SubjectKind.PERSON).core_values(tx, KNOWN))
    assert core["birth_date"] == "1990-02-03"
    again = world.ask(ALB, person_draft(query={**person_draft().query, "birth_date": "1990-02-03"}))
    world.deliver()
    assert "birth_date_same" in world.view(ALB, again.id).candidates[0].evidence


def test_new_values_need_two_people_and_leave_for_nobody_before(world: World) -> None:
    tale = released(world)
    draft = CorrectionDraft(
        KNOWN, CorrectionKind.RECTIFY, CorrectionReason.INACCURATE, WHY, {"birth_date": "1990-02-03"}
    )
    node, supervisor = world.nodes[GBR], world.officer(GBR, "supervisor")
    made = world.do(GBR, lambda tx: making.make(tx, node.desk, supervisor, draft, world.clock()))
    assert go_round(world) == 0
    assert world.deliver() == 0
    with pytest.raises(ForbiddenError):
        approve(world, made, post="supervisor")
    with pytest.raises(ForbiddenError):
        approve(world, made, post="enquirer")
    assert "1990-02-03" not in read(world, tale).values()
    approve(world, made)
    with pytest.raises(ConflictError):
        approve(world, made)


def test_only_fields_that_were_released_are_sent(world: World) -> None:
    """The address was never released to ALB, so its new value is no business of ALB's."""
    released(world)
    correct(world, CorrectionKind.RECTIFY, values={"address": "4 New Street, Leeds", "birth_date": "1990-02-03"})
    world.deliver()
    body = read_message(world.calls[-1].request)[0].body
    assert body["values"] == {"birth_date": "1990-02-03"}
    assert b"New Street" not in b"".join(call.request for call in world.calls)


def test_where_new_values_may_not_go_the_wrong_ones_are_taken_out(world: World) -> None:
    """The grant for step 2 ended since: the partner learns what is wrong, not what is right."""
    tale = released(world)
    ended = agreements().replace(b"step_two = true", b"step_two = false")
    world.do(GBR, lambda tx: import_agreements(tx, ended, INSTALLER.id, world.clock()))
    correct(world, CorrectionKind.RECTIFY)
    world.deliver()
    assert "birth_date" not in read(world, tale)
    assert "family_names" in read(world, tale)
    assert b"1990-02-03" not in world.calls[-1].request


def test_erasing_destroys_the_copy_and_its_key(world: World) -> None:
    tale = released(world)
    query = select(release.c.sealed_id).where(release.c.follow_up_id == tale.follow_up)
    sealed_id = world.look(ALB, lambda tx: tx.execute(query).scalar_one())
    cipher = select(sealed_record.c.ciphertext).where(sealed_record.c.id == sealed_id)
    ciphertext = world.look(ALB, lambda tx: bytes(tx.execute(cipher).scalar_one()))
    assert ciphertext in world.files(ALB)
    correct(world, CorrectionKind.ERASE, reason=CorrectionReason.UNLAWFUL)
    world.deliver()
    with pytest.raises(ErasedError):
        read(world, tale)
    assert ciphertext not in world.files(ALB)
    assert sealed_id.encode() not in (world.directory / ALB / "vault.sqlite").read_bytes()
    assert world.kinds(ALB).count("correction.erased") == 1
    check_whole(world, ALB)


def test_restricted_data_are_read_by_a_supervisor_with_a_reason_only(world: World) -> None:
    tale = released(world)
    correct(world, CorrectionKind.RESTRICT, reason=CorrectionReason.CONTESTED)
    world.deliver()
    with pytest.raises(ForbiddenError):
        read(world, tale, "examiner", WHY)
    with pytest.raises(InputError):
        read(world, tale, "supervisor")
    assert read(world, tale, "supervisor", "The court asked for the file as it was.")["family_names"]
    flags = world.look(ALB, lambda tx: reading.flags_of_candidate(tx, tale.candidate))
    assert flags.names() == ("restricted", "contested", "look")


def test_our_own_restricted_record_is_released_to_nobody(world: World) -> None:
    tale = hold(world)
    correct(world, CorrectionKind.RESTRICT, reason=CorrectionReason.CONTESTED)
    with pytest.raises(Exception, match="restricted"):
        world.approve(GBR, tale.release)


def test_a_contested_record_is_trusted_again_on_no_officers_word(world: World) -> None:
    """RIG-04: the person, a court or an authority says so, with a reference."""
    tale = released(world)
    with pytest.raises(ConflictError):
        correct(world, CorrectionKind.LIFT, reason=CorrectionReason.RESOLVED)
    correct(world, CorrectionKind.RESTRICT, reason=CorrectionReason.CONTESTED)
    for word in ({}, {"cleared_by": ClearedBy.COURT}):
        with pytest.raises(InputError):
            correct(world, CorrectionKind.LIFT, reason=CorrectionReason.RESOLVED, **word)
    cleared = {"cleared_by": ClearedBy.COURT, "authority_ref": "Leeds CC 17/2025"}
    correct(world, CorrectionKind.LIFT, reason=CorrectionReason.RESOLVED, **cleared)
    world.deliver()
    assert read(world, tale)["family_names"]
    assert [each.kind for each in world.look(ALB, taken.waiting)] == [CorrectionKind.RESTRICT]
    assert b"Leeds CC" not in b"".join(call.request for call in world.calls)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((CorrectionKind.RECTIFY, CorrectionKind.RECTIFY), "1991-01-01"),
        ((CorrectionKind.RECTIFY, CorrectionKind.ERASE), None),
        ((CorrectionKind.RESTRICT, CorrectionKind.LIFT), "same"),
    ],
)
def test_two_corrections_in_any_order_come_to_the_same(
    world: World, order: tuple[int, int], kinds: tuple[CorrectionKind, CorrectionKind], expected: str | None
) -> None:
    tale = released(world)
    before = read(world, tale)["birth_date"]
    bodies = []
    for number, kind in enumerate(kinds, start=1):
        values = {"birth_date": f"199{number - 1}-01-01"} if kind is CorrectionKind.RECTIFY else {}
        world.clock.turn(minutes=1)
        bodies.append(plain(world, kind, number, values=values))
    for index in order:
        answer = world.send_body(GBR, ALB, CORRECTION, bodies[index], bodies[index]["correction"])
        assert answer.kind == "correction_receipt", answer.body
    if expected is None:
        with pytest.raises(ErasedError):
            read(world, tale)
    else:
        assert read(world, tale)["birth_date"] == (before if expected == "same" else expected)


def plain(world: World, kind: CorrectionKind, number: int, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "correction": f"00000000-0000-4000-8000-{number:012d}",
        "maker": GBR,
        "item": CorrectionItem.RECORD,
        "ref": KNOWN_REF,
        "subject": SubjectKind.PERSON,
        "kind": kind,
        "reason": CorrectionReason.INACCURATE,
        "number": number,
        "made_at": world.clock(),
    }
    return encode(CorrectionBody(**(values | changes)))


@pytest.mark.parametrize("kind", [CorrectionKind.RECTIFY, CorrectionKind.ERASE, CorrectionKind.RESTRICT])
def test_a_correction_that_overtakes_the_data_still_holds(world: World, kind: CorrectionKind) -> None:
    """The release is on its way, the correction made after it arrives first."""
    tale = hold(world)
    world.approve(GBR, tale.release)
    world.clock.turn(minutes=1)
    values = {"birth_date": "1990-02-03"} if kind is CorrectionKind.RECTIFY else {}
    body = plain(world, kind, 1, values=values)
    answer = world.send_body(GBR, ALB, CORRECTION, body, body["correction"])
    assert answer.body == {"copies": 1, "look": True}, "the candidate is here, the core data are not yet"
    world.deliver()
    if kind is CorrectionKind.ERASE:
        with pytest.raises(ErasedError):
            read(world, tale)
    elif kind is CorrectionKind.RESTRICT:
        with pytest.raises(ForbiddenError):
            read(world, tale)
    else:
        assert read(world, tale)["birth_date"] == "1990-02-03"
    assert len(world.look(ALB, taken.waiting)) == 1


def test_what_is_released_after_a_correction_is_not_touched_by_it(world: World) -> None:
    """A late correction must not spoil what was sent after it was made."""
    tale = hold(world)
    body = plain(world, CorrectionKind.ERASE, 1)
    world.clock.turn(minutes=1)
    world.approve(GBR, tale.release)
    world.deliver()
    answer = world.send_body(GBR, ALB, CORRECTION, body, body["correction"])
    assert answer.body["copies"] == 1, "the candidate"
    assert read(world, tale)["family_names"]


def test_repetitions_change_nothing_and_write_nothing(world: World) -> None:
    released(world)
    correct(world, CorrectionKind.RECTIFY)
    world.deliver()
    before = world.kinds(ALB)
    last = world.calls[-1]
    assert world.send_raw(GBR, ALB, last.request).body == last.reply
    body = dict(read_message(last.request)[0].body)
    answer = world.send_body(GBR, ALB, CORRECTION, body, body["correction"])
    assert answer.body == {"copies": 2, "look": True}
    assert world.kinds(ALB) == before
    answer = world.send_body(GBR, ALB, CORRECTION, body | {"number": 7}, body["correction"])
    assert answer.body["reason"] == "ID_REUSED"


def test_a_partner_that_was_away_for_weeks_gets_it_on_its_return(world: World) -> None:
    """Messages die after seven days; the correction is queued again for as long as it takes."""
    tale = released(world)
    world.stop(ALB)
    made = correct(world, CorrectionKind.ERASE, reason=CorrectionReason.WITHDRAWN)
    for _ in range(3):
        world.deliver()
        world.clock.turn(days=7, seconds=1)
        world.deliver()
        assert [(each.partner, each.state) for each in outstanding(world)] == [(ALB, CopyState.HELD)]
        assert go_round(world) == 1
    assert outstanding(world)[0].tries == 4
    world.start(ALB)
    world.clock.turn(minutes=6)
    world.deliver()
    with pytest.raises(ErasedError):
        read(world, tale)
    look(world, made)
    settle(world)
    assert outstanding(world) == []


def test_our_word_that_we_looked_also_survives_an_outage(world: World) -> None:
    released(world)
    made = correct(world, CorrectionKind.RESTRICT, reason=CorrectionReason.CONTESTED)
    world.deliver()
    world.stop(GBR)
    look(world, made)
    go_round(world, ALB)
    world.deliver()
    world.clock.turn(days=8)
    world.deliver()
    world.start(GBR)
    speak(world, (ALB,), 2)
    settle(world)
    assert outstanding(world) == []


def test_a_partner_of_the_earlier_release_is_held_back_and_stays_in_sight(world: World) -> None:
    tale = released(world)
    speak(world, (ALB,), 1)
    correct(world, CorrectionKind.ERASE, reason=CorrectionReason.WITHDRAWN)
    assert world.deliver() == 0
    seen = outstanding(world)
    assert [(each.partner, each.state, each.refusal) for each in seen] == [
        (ALB, CopyState.HELD, RefusalReason.PARTNER_TOO_OLD)
    ]
    speak(world, (ALB,), 2)
    assert go_round(world) == 0, "looked at again after a minute"
    world.clock.turn(minutes=2)
    assert go_round(world) == 1
    world.deliver()
    with pytest.raises(ErasedError):
        read(world, tale)


def test_suspending_a_partner_holds_no_correction_back(world: World) -> None:
    tale, desk = released(world), world.nodes[GBR].desk
    who = world.officer(GBR, "administrator")
    world.do(GBR, lambda tx: suspend(tx, desk, who, ALB, WHY, world.clock()))
    made = correct(world, CorrectionKind.ERASE, reason=CorrectionReason.WITHDRAWN)
    settle(world)
    with pytest.raises(ErasedError):
        read(world, tale)
    look(world, made)
    settle(world)
    assert outstanding(world) == []


def test_a_partner_that_left_stays_on_the_list_until_its_card_is_back(world: World) -> None:
    tale, desk = released(world), world.nodes[GBR].desk
    who, card = world.officer(GBR, "administrator"), world.nodes[ALB].card()
    world.do(GBR, lambda tx: withdraw(tx, desk, who, ALB, WHY, world.clock()))
    correct(world, CorrectionKind.ERASE, reason=CorrectionReason.WITHDRAWN)
    settle(world)
    assert [(each.state, each.refusal) for each in outstanding(world)] == [
        (CopyState.HELD, RefusalReason.PARTNER_WITHDRAWN)
    ]
    assert read(world, tale)
    world.nodes[GBR].add_partner(card, "off-installer")
    speak(world, (ALB,), 2)
    world.clock.turn(minutes=2)
    assert world.look(GBR, lambda tx: has_waiting(tx, world.clock()))
    settle(world)
    assert not world.look(GBR, lambda tx: has_waiting(tx, world.clock()))
    with pytest.raises(ErasedError):
        read(world, tale)


def test_a_refused_correction_is_sent_again_the_next_day(world: World) -> None:
    released(world)
    made = correct(world, CorrectionKind.ERASE, reason=CorrectionReason.WITHDRAWN)
    world.do(ALB, lambda tx: tx.execute(candidate.update().values(ref="GBR-P-000000")))
    body = plain(world, CorrectionKind.ERASE, 1, maker=XKX)
    answer = world.send_body(GBR, ALB, CORRECTION, body, body["correction"])
    assert answer.body["reason"] == "UNKNOWN_CONVERSATION"
    mine = correction_copy.c.correction_id == made
    values = {"state": CopyState.REFUSED, "next_at": world.clock.now.replace(year=2026)}
    world.do(GBR, lambda tx: tx.execute(correction_copy.update().where(mine).values(values)))
    assert go_round(world) == 0
    world.clock.turn(days=366)
    assert go_round(world) == 1


def test_the_originator_lists_every_holder(world: World) -> None:
    """L21: who was told the reference, who was given what."""
    tale = released(world)
    found = world.look(GBR, lambda tx: holders(tx, KNOWN, SubjectKind.PERSON))
    assert [(each.partner, each.replies, each.fields) for each in found] == [
        (ALB, (tale.enquiry,), tuple(sorted(FIELDS)))
    ]
    assert found[0].releases == (tale.release,)
    assert world.look(GBR, lambda tx: holders(tx, RecordRef("GBR-P-0000"), SubjectKind.PERSON)) == []


def test_a_record_that_is_gone_is_still_erased_elsewhere(world: World) -> None:
    from egnatia.enquiries.retention import erase_person

    tale = released(world)
    officer = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: erase_person(tx, officer, KNOWN, REASON, world.clock()))
    with pytest.raises(NotFoundError):
        correct(world, CorrectionKind.RECTIFY)
    correct(world, CorrectionKind.ERASE, reason=CorrectionReason.UNLAWFUL)
    world.deliver()
    with pytest.raises(ErasedError):
        read(world, tale)


def figure(world: World, name: str) -> int:
    since = datetime.fromisoformat("2025-01-01T00:00:00+00:00")
    wanted = definition(name)
    return world.look(ALB, lambda tx: evaluate(tx, wanted, since, since.replace(year=2030))).value


def test_a_hit_that_falls_is_counted_no_more_and_followed_up_no_more(world: World) -> None:
    released(world)
    assert (figure(world, "hits"), figure(world, "persons")) == (1, 1)
    made = correct(world, CorrectionKind.ERASE, reason=CorrectionReason.INACCURATE)
    world.deliver()
    assert figure(world, "hits") == 1, "a machine takes back nothing that an examiner decided"
    with pytest.raises(ForbiddenError):
        look(world, made, LookFinding.FALLS, post="supervisor")
    look(world, made, LookFinding.FALLS)
    assert (figure(world, "hits"), figure(world, "persons")) == (0, 0)
    with pytest.raises(ConflictError):
        look(world, made)


def test_step_two_waits_until_somebody_has_looked(world: World) -> None:
    tale = Tale(world)
    tale.ask(person=True)
    world.deliver()
    tale.take()
    world.confirm(ALB, tale.candidate)
    made = correct(world, CorrectionKind.RESTRICT, reason=CorrectionReason.CONTESTED)
    world.deliver()
    with pytest.raises(ConflictError, match="nobody here has looked"):
        world.follow(ALB, tale.candidate)
    look(world, made)
    world.follow(ALB, tale.candidate)


def misidentify(world: World, tale: Tale) -> None:
    who = world.officer(ALB, "examiner")
    draft = outcomes.OutcomeDraft(
        OutcomeKind.MISIDENTIFICATION, CASE_REF, PERSON_REF, tale.candidate, world.clock(), "Port of Durrës"
    )
    world.do(ALB, lambda tx: outcomes.record_outcome(tx, who, draft, world.clock()))


def facts(world: World, follow_up_id: FollowUpId, officer: Officer, why: str = "") -> str:
    def job(tx: Transaction) -> str:
        row = followups.get(tx, follow_up_id, followups.IN)
        return followups.view_facts(tx, officer, row, world.clock(), why)

    return world.do(GBR, job)


def test_a_misidentification_restricts_both_ends_and_takes_back_the_figures(world: World) -> None:
    """DIS-09: the wrong person's data are read by nobody in passing, at either node, and count nowhere."""
    tale = released(world)
    assert figure(world, "hits") == 1
    misidentify(world, tale)
    assert figure(world, "hits") == 0
    with pytest.raises(ForbiddenError):
        read(world, tale)
    settle(world)
    with pytest.raises(ForbiddenError):
        facts(world, tale.follow_up, world.officer(GBR, "approver-1"))
    assert facts(world, tale.follow_up, world.officer(GBR, "supervisor"), "The person asked what was held about him.")
    waiting = world.look(GBR, taken.waiting)
    assert [(each.item.kind, each.reason) for each in waiting] == [
        (CorrectionItem.ANSWER, CorrectionReason.MISIDENTIFICATION)
    ]
    assert [each.partner for each in outstanding(world, ALB)] == [GBR]
    look(world, waiting[0].id, LookFinding.FALLS, at=GBR, maker=ALB, post="supervisor")
    settle(world)
    assert outstanding(world, ALB) == []
    with pytest.raises(ConflictError, match="found to be wrong"):
        world.follow(ALB, tale.candidate)


def test_a_serving_node_sends_what_an_act_left_behind(world: World) -> None:
    """Recording an outcome has no keys at hand: the node's round, every few seconds, queues the message."""
    misidentify(world, released(world))
    assert world.deliver() == 0
    _send_corrections(world.nodes[ALB])
    assert world.deliver() == 1
    before = world.kinds(ALB)
    _send_corrections(world.nodes[ALB])
    assert world.kinds(ALB) == before


def test_corrections_are_forgotten_with_the_last_copy(world: World) -> None:
    released(world)
    made = correct(world, CorrectionKind.RESTRICT, reason=CorrectionReason.CONTESTED)
    world.deliver()
    world.clock.turn(days=1_096)
    tidy(world.nodes[ALB].commit, world.clock)
    assert len(world.look(ALB, taken.waiting)) == 1, "not while somebody has to look"
    look(world, made)
    tidy(world.nodes[ALB].commit, world.clock)
    assert world.look(ALB, lambda tx: tx.execute(select(correction_taken)).all()) == []
    check_whole(world, ALB)


def test_contested_here_is_flagged_and_the_source_is_told(world: World) -> None:
    tale = released(world)
    who = world.officer(ALB)
    flag = world.do(
        ALB,
        lambda tx: acting.contest_data(
            tx, who, tale.candidate, "The person says the address is not his.", world.clock()
        ),
    )

    settle(world)
    assert "contested" in world.look(ALB, lambda tx: reading.flags_of_candidate(tx, tale.candidate)).names()
    assert read(world, tale), "flagged, not hidden: the source decides"
    assert [each.reason for each in world.look(GBR, taken.waiting)] == [CorrectionReason.CONTESTED]
    with pytest.raises(ConflictError):
        world.do(ALB, lambda tx: acting.contest_data(tx, who, tale.candidate, WHY, world.clock()))
    supervisor = world.officer(ALB, "supervisor")
    with pytest.raises(ForbiddenError):
        clear(world, who, flag, (ClearedBy.COURT, "Tirana 12/25"))
    for word in ((None, "Tirana 12/25"), (ClearedBy.COURT, "")):
        with pytest.raises(InputError):
            clear(world, supervisor, flag, word)
    clear(world, supervisor, flag, (ClearedBy.COURT, "Tirana 12/25"))
    assert "contested" not in world.look(ALB, lambda tx: reading.flags_of_candidate(tx, tale.candidate)).names()
    settle(world)
    kinds = select(correction_taken.c.kind).order_by(correction_taken.c.number)
    assert world.look(GBR, lambda tx: list(tx.execute(kinds).scalars())) == ["restrict", "lift"]


def clear(world: World, officer: Officer, flag: str, word: tuple[ClearedBy | None, str]) -> None:
    world.do(ALB, lambda tx: acting.clear_contest(tx, officer, flag, word, world.clock()))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"made_at": datetime.fromisoformat("2026-01-01T00:00:00+00:00")}, "MALFORMED"),
        ({"values": {"birth_date": "1990-01-01"}}, "MALFORMED"),
        ({"kind": CorrectionKind.RECTIFY, "values": {"secret": "x"}}, "MALFORMED"),
        ({"maker": XKX}, "UNKNOWN_CONVERSATION"),
        ({"item": CorrectionItem.ANSWER}, "MALFORMED"),
        (
            {
                "item": CorrectionItem.ANSWER,
                "kind": CorrectionKind.RESTRICT,
                "enquiry": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
            },
            "UNKNOWN_CONVERSATION",
        ),
    ],
)
def test_hostile_corrections_are_refused_and_change_nothing(world: World, changes: dict[str, Any], reason: str) -> None:
    tale = released(world)
    before = read(world, tale)
    body = plain(world, changes.pop("kind", CorrectionKind.ERASE), 1, **changes)
    answer = world.send_body(GBR, ALB, CORRECTION, body, body["correction"])
    assert answer.body["reason"] == reason
    assert read(world, tale) == before
    assert world.look(ALB, taken.waiting) == []


def test_another_partners_data_cannot_be_corrected(world: World) -> None:
    """XKX names GBR's reference as its own record: it concerns copies from XKX only, and there are none."""
    tale = released(world)
    body = plain(world, CorrectionKind.ERASE, 1, maker=XKX)
    answer = world.send_body(XKX, ALB, CORRECTION, body, body["correction"])
    assert answer.body == {"copies": 0, "look": False}
    assert read(world, tale)
    stored = world.look(ALB, lambda tx: tx.execute(select(correction_taken)).all())
    assert stored == [], "what we never had fills no table"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_of_many_corrections_comes_to_the_same(world: World, seed: int) -> None:
    tale = released(world)
    kinds = [CorrectionKind.RECTIFY, CorrectionKind.RESTRICT, CorrectionKind.RECTIFY, CorrectionKind.LIFT]
    bodies = []
    for number, kind in enumerate(kinds, start=1):
        world.clock.turn(seconds=1)
        given = {"values": {"birth_date": f"1990-01-0{number}"}, "removed": ["nationality"]}
        bodies.append(plain(world, kind, number, **(given if kind is CorrectionKind.RECTIFY else {})))
    again = bodies * 3
    random.Random(seed).shuffle(again)
    for body in again:
        world.send_body(GBR, ALB, CORRECTION, body, body["correction"])
    values = read(world, tale)
    assert values["birth_date"] == "1990-01-03"
    assert "nationality" not in values
    assert world.kinds(ALB).count("correction.received") == len(kinds)
