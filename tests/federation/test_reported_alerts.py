"""A stolen passport met at ALB is told to the members that may know: by officers, after its holder was asked, and as a number."""

import inspect as introspect
import json
from dataclasses import replace
from typing import Any

import pytest
from tests.federation.alerting import agree, alerts, changed, disagree, examined, go_round, speak, taken_back, told
from tests.federation.meeting import (
    AFRAID,
    ASKED,
    CALM,
    NUMBER,
    TRAVELLER,
    alerted_of,
    found,
    heard,
    listed,
    looked_up,
    met,
    ready,
    shown,
    told_of,
)
from tests.federation.world import ALB, GBR, MKD, MNE, XKX, World, document_draft

from egnatia.casework import borders
from egnatia.casework.borders import Encounter, Ending, Group
from egnatia.casework.intelligence import confirm_reported, may_be_alerted
from egnatia.engines.documents.presented import Presented
from egnatia.engines.documents.types import Result
from egnatia.engines.documents.whole.catalogue import WholeCheck
from egnatia.enquiries.claims import enter_claim
from egnatia.enquiries.forgery_alerts.held import KEEP_OVER, forget_over
from egnatia.enquiries.guard import Claim
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.exchange.paths import MESSAGES_PATH
from egnatia.model.borders import (
    AgeBand,
    CrossingMode,
    CrossingOutcome,
    Direction,
    SecondLineFinding,
    SecondLineReason,
    Sign,
    VerdictClass,
)
from egnatia.model.forgery import AlertWithdrawal
from egnatia.model.ids import PartnerCode
from egnatia.model.states import CopyState, RefusalReason, RegisterCategory
from egnatia.scenario.case import PASSPORT
from egnatia.store.database import Transaction
from egnatia.store.tables import forgery_alert

GENUINE = Presented(zone=PASSPORT)
PERSON = Group("RKS", "M", AgeBand.FROM_30)


@pytest.fixture
def force(world: World) -> World:
    """Everybody runs this release; by the demonstration's agreements every member may tell every other."""
    speak(world)
    return world


def note_of(world: World, code: PartnerCode, sources: Presented = GENUINE) -> list[str]:
    """What the check of reported documents says of a document examined at a node."""
    (check,) = [each for each in examined(world, code, sources).checks() if each.code is WholeCheck.WHOLE_REPORTED]
    return [each.found for each in check.findings]


def alerted_at(world: World, code: PartnerCode) -> list[str]:
    """The references of alerts that a look-up shows; the issuer's own register is another answer."""
    answers = looked_up(world, code).answers
    return [hit.ref for each in answers if each.name.startswith("alert of ") for hit in each.hits]


# The way of an alert.


def test_a_stolen_passport_met_at_alb_is_known_at_every_member_in_one_delivery(force: World) -> None:
    _, reference = alerted_of(force)
    for code in (GBR, MKD, XKX):
        (there,) = alerts(force, code)
        assert (there.reference, there.number, there.features, there.blanks) == (reference, 1, frozenset(), ())
        assert there.reported is not None
        assert (there.reported.issuer, there.reported.document_type, there.reported.number) == ("RKS", "P", NUMBER)
        assert there.reported.category is RegisterCategory.STOLEN
        assert note_of(force, code) == [f"{reference}: stolen"]
    assert alerts(force, MNE) == [], "it is in talks, and no member"
    assert {name for name, copy in told(force, reference).items() if copy.state is CopyState.DONE} == {
        "GBR",
        "MKD",
        "XKX",
    }


def test_the_flag_refers_to_a_person_and_changes_no_advice(force: World) -> None:
    before = examined(force, MKD, GENUINE)
    alerted_of(force)
    after = examined(force, MKD, GENUINE)
    assert after.advice is before.advice
    (check,) = [each for each in after.checks() if each.code is WholeCheck.WHOLE_REPORTED]
    assert check.result is Result.UNDETERMINED
    assert check.findings[0].innocent
    assert check.findings[0].settle
    assert after.hints == before.hints


def test_the_first_line_at_another_member_sees_it_and_chooses_by_itself(force: World) -> None:
    assert not looked_up(force, MKD).hit
    _, reference = alerted_of(force)
    seen = looked_up(force, MKD)
    assert [(each.name, [hit.ref for hit in each.hits]) for each in seen.answers if each.hits] == [
        ("alert of ALB", [reference])
    ]
    assert seen.suggested == (SecondLineReason.LOST_STOLEN,)
    other = looked_up(force, MKD, replace(TRAVELLER, number="P0041764"))
    assert not other.hit
    assert other.absent == seen.absent, "an alert is no list: its silence says nothing"


@pytest.mark.parametrize(
    "who",
    [
        replace(TRAVELLER, document_type="I"),
        replace(TRAVELLER, issuer="ALB"),
        replace(TRAVELLER, number="PO041763"),
        replace(TRAVELLER, number="P004176"),
        replace(TRAVELLER, number=""),
    ],
)
def test_another_document_is_no_hit_however_near_its_number(force: World, who: Any) -> None:
    alerted_of(force)
    assert not looked_up(force, GBR, who).hit


def test_there_is_an_entry_at_both_ends_and_no_number_in_any_ledger(force: World) -> None:
    _, reference = alerted_of(force)
    assert [each for each in force.kinds(ALB) if each.startswith("forgery")] == [
        "forgery.confirmed",
        "forgery_alert.issued",
        *["forgery_alert.sent"] * 3,
    ]
    (came,) = [each for each in force.entries(MKD) if each.kind == "forgery_alert.received"]
    assert came.object_ref == f"forgery_alert:{reference}"
    assert came.content is not None
    assert came.content["reported"] == "stolen"
    for code in (ALB, MKD):
        about = [each for each in force.entries(code) if each.kind.startswith("forgery")]
        assert not [each for each in about if NUMBER in json.dumps(each.content) + each.object_ref]


def test_nothing_of_the_holder_crosses_the_line(force: World) -> None:
    inspection_id, _ = alerted_of(force)
    heard(force, inspection_id, ASKED)
    go_round(force, minutes=1)
    sent = [call for call in force.calls if call.path == MESSAGES_PATH]
    assert sent
    secrets = ["KRASNIQI", "ARBEN", "940318", "1994-03-18", "1177284550", "DURRES", "DUR-2025", inspection_id]
    secrets += [force.officer(ALB, "examiner").id, "enquirer", "protection", "screen", "asylum"]
    for call in sent:
        body = _body(call.request)
        assert not [each for each in secrets if each.lower() in body.lower()]


def _body(request: bytes) -> str:
    import base64

    value = json.loads(request)
    return json.dumps(json.loads(base64.b64decode(value["payload"]))["body"])


def test_a_partner_without_a_grant_is_not_told(force: World) -> None:
    disagree(force)
    agree(force, pairs=(("MKD", "ALB"),))
    _, reference = alerted_of(force)
    assert [each.reference for each in alerts(force, MKD)] == [reference]
    assert alerts(force, GBR) == []
    assert told(force, reference)["GBR"].refusal is RefusalReason.BASIS_NOT_BINDING


def test_a_partner_of_the_earlier_release_gets_nothing_until_its_upgrade(force: World) -> None:
    speak(force, 1, MKD)
    _, reference = alerted_of(force)
    assert told(force, reference)["MKD"].refusal is RefusalReason.PARTNER_TOO_OLD
    speak(force, 2, MKD)
    go_round(force, minutes=2)
    assert note_of(force, MKD) == [f"{reference}: stolen"]


# By officers' finding, never by a hit or an advice alone.


def test_no_advice_and_no_number_can_be_given_to_the_act() -> None:
    parameters = set(introspect.signature(confirm_reported).parameters)
    assert parameters == {"tx", "desk", "officer", "draft", "now"}
    from egnatia.casework.intelligence import ReportedDraft

    assert set(ReportedDraft.__slots__) == {"inspection_id", "category", "why"}


def test_a_hit_alone_is_not_enough(force: World) -> None:
    listed(force)
    inspection_id = shown(force)
    heard(force, inspection_id)
    assert looked_up(force, ALB).hit
    with pytest.raises(ConflictError, match="no officer found"):
        met(force, inspection_id)
    assert alerts(force, ALB) == []


def test_an_officers_word_without_a_hit_is_not_enough(force: World) -> None:
    inspection_id = shown(force)
    found(force, inspection_id)
    heard(force, inspection_id)
    with pytest.raises(ConflictError, match="no register"):
        met(force, inspection_id)


@pytest.mark.parametrize(
    "row",
    [
        "RKS,P,PO041763,,stolen,2025-01-02,KS-0001",
        "RKS,I,P0041763,,stolen,2025-01-02,KS-0001",
        "ALB,P,P0041763,,stolen,2025-01-02,KS-0001",
        "RKS,P,P0041763,,lost,2025-01-02,KS-0001",
        "RKS,P,P0041763,,invalid,2025-01-02,KS-0001",
    ],
    ids=["near", "another type", "another issuer", "lost", "invalid"],
)
def test_what_is_registered_otherwise_is_no_hit_for_this(force: World, row: str) -> None:
    listed(force, row)
    inspection_id = shown(force)
    found(force, inspection_id)
    heard(force, inspection_id)
    with pytest.raises(ConflictError, match="no register"):
        met(force, inspection_id)


def test_a_list_that_is_overdue_accuses_nobody(force: World) -> None:
    listed(force, days_old=3)
    inspection_id = shown(force)
    found(force, inspection_id)
    heard(force, inspection_id)
    with pytest.raises(ConflictError, match="no list in date"):
        met(force, inspection_id)


@pytest.mark.parametrize("kind", sorted(set(VerdictClass) - {VerdictClass.LOST_OR_STOLEN}))
def test_another_verdict_is_another_finding(force: World, kind: VerdictClass) -> None:
    listed(force)
    inspection_id = shown(force)
    found(force, inspection_id, kind)
    heard(force, inspection_id)
    with pytest.raises(ConflictError, match="no officer found"):
        met(force, inspection_id)


def test_officers_who_differ_find_nothing(force: World) -> None:
    inspection_id = ready(force)
    found(force, inspection_id, VerdictClass.GENUINE, "supervisor")
    with pytest.raises(ConflictError, match="or officers differ"):
        met(force, inspection_id)


def test_a_verdict_that_falls_before_the_day_of_telling_stops_it(force: World) -> None:
    inspection_id = ready(force)
    reference = met(force, inspection_id)
    found(force, inspection_id, VerdictClass.GENUINE)
    with pytest.raises(ConflictError, match="no officer found"):
        told_of(force, reference)
    assert told(force, reference) == {}


@pytest.mark.parametrize("category", [RegisterCategory.LOST, RegisterCategory.REVOKED, RegisterCategory.STOLEN_BLANK])
def test_each_category_is_told_as_what_it_is(force: World, category: RegisterCategory) -> None:
    listed(force, f"RKS,P,{NUMBER},,{category.value},2025-01-02,KS-0001")
    inspection_id = shown(force)
    blank = category is RegisterCategory.STOLEN_BLANK
    found(force, inspection_id, VerdictClass.STOLEN_BLANK if blank else VerdictClass.LOST_OR_STOLEN)
    heard(force, inspection_id)
    told_of(force, met(force, inspection_id, category))
    force.deliver()
    assert [each.reported.category for each in alerts(force, XKX) if each.reported] == [category]


@pytest.mark.parametrize("category", [RegisterCategory.INVALID, RegisterCategory.NEVER_ISSUED])
def test_of_other_categories_nobody_is_told(force: World, category: RegisterCategory) -> None:
    listed(force, f"RKS,P,{NUMBER},,{category.value},2025-01-02,KS-0001")
    inspection_id = shown(force)
    found(force, inspection_id)
    heard(force, inspection_id)
    with pytest.raises(InputError, match="nobody is told"):
        met(force, inspection_id, category)


def test_two_people_stand_behind_it(force: World) -> None:
    inspection_id = ready(force)
    reference = met(force, inspection_id)
    with pytest.raises(ForbiddenError, match="two people"):
        told_of(force, reference, "examiner")
    found(force, inspection_id, post="supervisor")
    assert told_of(force, reference, "examiner") == 3, "two officers agree on the document"


@pytest.mark.parametrize("post", ["enquirer", "approver-1", "auditor", "administrator"])
def test_others_may_not(force: World, post: str) -> None:
    inspection_id = ready(force)
    with pytest.raises(ForbiddenError):
        met(force, inspection_id, post=post)


def test_an_inspection_that_there_is_none_of(force: World) -> None:
    with pytest.raises(NotFoundError):
        met(force, "0" * 36)


def test_one_document_is_alerted_once(force: World) -> None:
    inspection_id, reference = alerted_of(force)
    with pytest.raises(ConflictError, match="stands already"):
        met(force, inspection_id)
    taken_back(force, reference)
    assert met(force, inspection_id) == "ALB-D-0002", "no reference is used twice"


def test_it_is_withdrawn_and_never_changed(force: World) -> None:
    _, reference = alerted_of(force)
    with pytest.raises(ConflictError, match="about one document"):
        changed(force, reference, "issuer=ITA", "font_fault=zone_pitch")


# The issuer's answer and the second line's finding.


def test_the_issuers_answer_is_a_hit_once_an_officer_has_confirmed_it(force: World) -> None:
    inspection_id = shown(force)
    found(force, inspection_id, VerdictClass.STOLEN_BLANK)
    heard(force, inspection_id)
    sent = force.ask(ALB, document_draft(partners=None, beyond=None))
    force.deliver()
    with pytest.raises(ConflictError, match="no confirmed answer"):
        met(force, inspection_id, RegisterCategory.STOLEN_BLANK)
    [candidate] = force.view(ALB, sent.id).candidates
    force.confirm(ALB, candidate.id)
    reference = met(force, inspection_id, RegisterCategory.STOLEN_BLANK)
    told_of(force, reference)
    force.deliver()
    assert note_of(force, MKD) == [f"{reference}: stolen blank"]


def test_an_answer_about_another_number_of_the_case_is_no_hit(force: World) -> None:
    inspection_id = shown(force)
    found(force, inspection_id, VerdictClass.STOLEN_BLANK)
    heard(force, inspection_id)
    query = {"issuer": "RKS", "document_type": "P", "number": "P0041764"}
    sent = force.ask(ALB, document_draft(partners=None, beyond=None, query=query))
    force.deliver()
    [candidate] = force.view(ALB, sent.id).candidates
    force.confirm(ALB, candidate.id)
    with pytest.raises(ConflictError, match="no register"):
        met(force, inspection_id, RegisterCategory.STOLEN_BLANK)


def further_check(world: World, inspection_id: str, *, asked: bool = False) -> str:
    officer, reason = world.officer(ALB, "enquirer"), SecondLineReason.LOST_STOLEN
    who = Encounter("DURRES-1", Direction.ENTRY, CrossingMode.SEA, PERSON, protection_asked=asked)

    def job(tx: Transaction) -> str:
        return borders.refer(tx, officer, who, reason, world.clock(), inspection_id=inspection_id)

    return world.do(ALB, job)


def closed_as(world: World, check_id: str, finding: SecondLineFinding) -> None:
    officer, first = world.officer(ALB, "examiner"), world.officer(ALB, "enquirer")
    ending = Ending(finding, CrossingOutcome.SAFEGUARDING_REFERRAL)
    world.do(ALB, lambda tx: borders.inform(tx, first, check_id, "sq", world.clock()))
    world.do(ALB, lambda tx: borders.screen(tx, first, check_id, frozenset({Sign.AFRAID}), world.clock()))
    note = "The booklet is on the list of the day."
    world.do(ALB, lambda tx: borders.close(tx, officer, check_id, ending, note, PERSON, world.clock()))


def test_the_second_lines_finding_and_screening_are_enough(force: World) -> None:
    listed(force)
    inspection_id = shown(force)
    check_id = further_check(force, inspection_id)
    with pytest.raises(ConflictError, match="no officer found"):
        met(force, inspection_id)
    closed_as(force, check_id, SecondLineFinding.LOST_OR_STOLEN)
    reference = met(force, inspection_id)
    with pytest.raises(ForbiddenError, match="two people"):
        told_of(force, reference, "examiner")
    told_of(force, reference)


def test_what_may_be_recorded_is_what_a_hit_and_a_finding_agree_on(force: World) -> None:
    desk = force.nodes[ALB].desk

    def offered(inspection_id: str) -> tuple[RegisterCategory, ...]:
        return force.look(ALB, lambda tx: may_be_alerted(tx, desk, inspection_id, force.clock()))

    inspection_id = shown(force)
    assert offered(inspection_id) == ()
    listed(force)
    assert offered(inspection_id) == ()
    found(force, inspection_id)
    assert offered(inspection_id) == (RegisterCategory.STOLEN,)
    listed(force, f"RKS,P,{NUMBER},,revoked,2025-01-02,KS-0002", name="Interior")
    assert offered(inspection_id) == (RegisterCategory.REVOKED, RegisterCategory.STOLEN)
    found(force, inspection_id, VerdictClass.STOLEN_BLANK)
    assert offered(inspection_id) == ()


# Its holder may be a victim.


def test_nobody_is_told_before_the_holder_was_asked(force: World) -> None:
    listed(force)
    inspection_id = shown(force)
    found(force, inspection_id)
    with pytest.raises(ConflictError, match="may be a victim"):
        met(force, inspection_id)
    heard(force, inspection_id, AFRAID)
    assert met(force, inspection_id) == "ALB-D-0001", "signs are a reason to help, and none to keep silent"


@pytest.mark.parametrize("order", [(ASKED,), (CALM, ASKED), (ASKED, CALM)])
def test_of_who_asks_for_protection_nobody_is_told(force: World, order: tuple[Any, ...]) -> None:
    listed(force)
    inspection_id = shown(force)
    found(force, inspection_id)
    for each in order:
        heard(force, inspection_id, each)
    with pytest.raises(ConflictError, match="asked for protection"):
        met(force, inspection_id)


def test_a_request_between_recording_and_telling_ends_it(force: World) -> None:
    inspection_id = ready(force)
    reference = met(force, inspection_id)
    heard(force, inspection_id, ASKED)
    with pytest.raises(ConflictError):
        told_of(force, reference)
    go_round(force, minutes=2)
    assert alerts(force, XKX) == []
    (ours,) = alerts(force, ALB)
    assert (ours.withdrawn, ours.reported) == (AlertWithdrawal.NOT_NEEDED, None)


def ask_at_screening(world: World, inspection_id: str) -> None:
    heard(world, inspection_id, ASKED)


def ask_at_the_second_line(world: World, inspection_id: str) -> None:
    check_id = further_check(world, inspection_id)
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.hear_protection(tx, officer, check_id, world.clock()))


def ask_after_the_check(world: World, inspection_id: str) -> None:
    check_id = further_check(world, inspection_id)
    closed_as(world, check_id, SecondLineFinding.LOST_OR_STOLEN)
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.hear_protection(tx, officer, check_id, world.clock()))


def ask_at_the_first_line(world: World, inspection_id: str) -> None:
    further_check(world, inspection_id, asked=True)


@pytest.mark.parametrize("ask", [ask_at_screening, ask_at_the_first_line, ask_at_the_second_line, ask_after_the_check])
def test_a_later_request_takes_the_alert_back_by_itself_and_without_a_word(force: World, ask: Any) -> None:
    inspection_id, reference = alerted_of(force)
    ask(force, inspection_id)
    go_round(force, minutes=1)
    for code in (GBR, MKD, XKX):
        (there,) = alerts(force, code)
        assert (there.number, there.reported, there.withdrawn) == (2, None, AlertWithdrawal.NOT_NEEDED)
        assert not alerted_at(force, code)
    (entry,) = [each for each in force.entries(ALB) if each.kind == "forgery_alert.withdrawn"]
    assert entry.content == {"number": 2, "withdrawn": "not_needed"}
    assert told(force, reference)["XKX"].state is CopyState.DONE


def test_a_request_at_another_document_ends_nothing_here(force: World) -> None:
    _, reference = alerted_of(force)
    heard(force, shown(force), ASKED)
    go_round(force, minutes=1)
    assert note_of(force, MKD) == [f"{reference}: stolen"]


@pytest.mark.parametrize(
    "claim",
    [
        Claim("", "", None, (NUMBER,), (XKX,)),
        Claim("Arben", "Krasniqi", "1994-03-18", (), (XKX,)),
        Claim("Arbën", "Krasniqi", None, (), (PartnerCode("RKS"),)),
    ],
    ids=["number", "name and date", "name alone, by another code"],
)
def test_a_protection_claim_that_could_be_the_holders_stops_it(force: World, claim: Claim) -> None:
    inspection_id = ready(force)
    node, officer = force.nodes[ALB], force.officer(ALB, "supervisor")
    force.do(ALB, lambda tx: enter_claim(tx, node.desk, officer, claim, force.clock()))
    with pytest.raises(RefusedError) as caught:
        met(force, inspection_id)
    assert caught.value.reason is RefusalReason.PROTECTION_CLAIM_GUARD
    assert alerts(force, ALB) == []


def test_a_claim_recorded_while_a_partner_was_away_keeps_it_untold(force: World) -> None:
    speak(force, 1, XKX)
    inspection_id = ready(force)
    reference = met(force, inspection_id)
    told_of(force, reference)
    force.deliver()
    node, officer = force.nodes[ALB], force.officer(ALB, "supervisor")
    claim = Claim("", "", None, (NUMBER,), (XKX,))
    force.do(ALB, lambda tx: enter_claim(tx, node.desk, officer, claim, force.clock()))
    speak(force, 2, XKX)
    go_round(force, days=2)
    assert alerts(force, XKX) == []
    assert told(force, reference)["XKX"].refusal is RefusalReason.PROTECTION_CLAIM_GUARD
    assert note_of(force, MKD) == [f"{reference}: stolen"], "the claim is against one state, and others may know"


# How it ends.


def test_withdrawn_the_number_is_gone_at_every_end(force: World) -> None:
    _, reference = alerted_of(force)
    taken_back(force, reference, AlertWithdrawal.NOT_NEEDED)
    force.deliver()
    for code in (ALB, GBR, MKD, XKX):
        rows = force.look(code, lambda tx: tx.execute(forgery_alert.select()).all())
        assert [row.reported for row in rows] == [None]
        assert not alerted_at(force, code)


def test_from_its_day_of_review_on_it_flags_nothing(force: World) -> None:
    alerted_of(force)
    force.clock.turn(days=180)
    assert not looked_up(force, MKD).hit
    force.clock.turn(days=KEEP_OVER.days + 1)
    assert force.do(MKD, lambda tx: forget_over(tx, force.clock())) == 1


def test_our_own_stays_as_long_as_other_records_without_its_number(force: World) -> None:
    _, reference = alerted_of(force)
    taken_back(force, reference)
    force.clock.turn(days=KEEP_OVER.days + 1)
    assert force.do(ALB, lambda tx: forget_over(tx, force.clock())) == 0
    assert alerts(force, ALB)[0].inspection_id is not None


def test_nothing_is_left_of_an_act_that_was_refused(force: World) -> None:
    inspection_id = shown(force)
    before = len(force.entries(ALB))
    for refused in (RegisterCategory.STOLEN, RegisterCategory.INVALID):
        with pytest.raises(Error):
            met(force, inspection_id, refused)
    assert len(force.entries(ALB)) == before
    assert alerts(force, ALB) == []
