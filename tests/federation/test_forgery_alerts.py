"""A forgery alert goes from the partner that found a false document to every member that may know (DOC-07)."""

import json
import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.alerting import (
    FEATURES,
    agree,
    alerted,
    alerts,
    changed,
    confirmed,
    disagree,
    examined,
    features,
    flagged,
    go_round,
    issued,
    speak,
    taken_back,
    told,
)
from tests.federation.world import ALB, GBR, MKD, MNE, XKX, World

from egnatia.casework.intelligence import AlertTerms
from egnatia.engines.documents import Format, random_zone
from egnatia.engines.documents.presented import Presented
from egnatia.engines.documents.series.blanks import blank_range
from egnatia.engines.documents.series.files import noted
from egnatia.engines.documents.series.types import VALUES, TemplateFeature
from egnatia.engines.documents.types import Advice
from egnatia.enquiries.forgery_alerts.held import KEEP_OVER, content_of, flags_on, forget_over
from egnatia.enquiries.forgery_alerts.messages import ForgeryAlertBody, ReportedBody
from egnatia.errors import ConflictError, ForbiddenError, InputError, RefusedError
from egnatia.model.forgery import AlertWithdrawal
from egnatia.model.handling import Audience, EvidenceUse, Label, Onward
from egnatia.model.ids import PartnerCode
from egnatia.model.states import CopyState, RefusalReason

DAY = date(2025, 5, 15)
ZONE = "\n".join(random_zone(random.Random(43), Format.TD1, DAY, "ITA").lines)
SEEN = (
    "falsity=counterfeit",
    "font_fault=zone_digit_shape",
    "layout_fault=emblem_shifted",
    "wording_fault=misspelt_caption",
)
NEXT = Presented(zone=ZONE, noted=tuple(noted(each) for each in SEEN))
"""The next document of the template, as an examiner in another country notes it."""
GENUINE = Presented(zone=ZONE)


@pytest.fixture
def force(world: World) -> World:
    """Everybody runs this release, and ALB may tell MKD."""
    agree(world)
    speak(world)
    return world


def test_an_alert_at_alb_flags_the_next_document_of_the_template_at_mkd(force: World) -> None:
    assert flagged(force, MKD, NEXT) == []
    reference = alerted(force)
    (found,) = flagged(force, MKD, NEXT)
    assert found.found.startswith(f"{reference}: ")
    assert "shown by genuine documents too" in found.found
    assert found.innocent
    assert found.settle
    shown = {(each.name, each.value) for each in found.compared}
    assert {("font_fault", "zone_digit_shape"), ("issuer", "ITA")} <= shown
    assert {each.source.value for each in found.compared} >= {"register", "zone", "visual"}, "both sides are shown"


def test_a_flag_refers_to_a_person_and_changes_no_advice(force: World) -> None:
    before = examined(force, MKD, NEXT).advice
    alerted(force)
    assert examined(force, MKD, NEXT).advice is before


def test_a_genuine_document_of_the_same_type_is_not_flagged(force: World) -> None:
    alerted(force)
    result = examined(force, MKD, GENUINE)
    assert flagged(force, MKD, GENUINE) == []
    assert result.advice is Advice.CONSISTENT


def test_it_goes_out_with_the_act_and_is_there_after_one_delivery(force: World) -> None:
    reference = confirmed(force)
    assert alerts(force, MKD) == []
    assert issued(force, reference) == 2, "MKD by the new grant, XKX by the demonstration's"
    force.deliver()
    (there,) = alerts(force, MKD)
    assert (there.originator, there.reference, there.number) == (ALB, reference, 1)
    assert there.features == features(*FEATURES)
    assert told(force, reference)["MKD"].state is CopyState.DONE
    assert told(force, reference)["MKD"].received_at == force.clock()


def test_there_is_an_entry_at_both_ends_for_the_same_message(force: World) -> None:
    alerted(force)
    sent = [each for each in force.entries(ALB) if each.kind == "forgery_alert.sent" and each.partner == MKD]
    came = [each for each in force.entries(MKD) if each.kind == "forgery_alert.received"]
    assert len(sent) == len(came) == 1
    assert sent[0].message == came[0].message
    assert sent[0].grant == came[0].grant == "alerts-mkd-alb"
    assert [each for each in force.kinds(ALB) if each.startswith("forgery")] == [
        "forgery.confirmed",
        "forgery_alert.issued",
        "forgery_alert.sent",
        "forgery_alert.sent",
    ]


def test_a_partner_without_a_grant_gets_nothing_and_is_named_with_the_reason(force: World) -> None:
    reference = alerted(force)
    assert alerts(force, MNE) == alerts(force, GBR) == []
    copies = told(force, reference)
    assert copies["GBR"].refusal is RefusalReason.BASIS_NOT_BINDING
    assert copies["MNE"].refusal is not None
    assert {each.state for each in (copies["GBR"], copies["MNE"])} == {CopyState.HELD}
    assert not [call for call in force.calls if call.to in (GBR, MNE)]


@pytest.mark.parametrize("origin", [ALB, GBR, MKD, XKX])
def test_in_the_demonstration_an_alert_reaches_every_member_whoever_issues_it(
    world: World, origin: PartnerCode
) -> None:
    speak(world)
    reference = alerted(world, origin)
    for code in (ALB, GBR, MKD, XKX):
        assert [each.reference for each in alerts(world, code)] == [reference], code
        assert flagged(world, code, NEXT), code
    assert alerts(world, MNE) == [], "it is in talks, and no member"
    members = {"ALB", "GBR", "MKD", "XKX"} - {origin}
    copies = told(world, reference)
    assert {name for name, copy in copies.items() if copy.state is CopyState.DONE} == members


def test_who_gets_a_grant_later_is_told_within_a_day(world: World) -> None:
    speak(world)
    disagree(world)
    reference = alerted(world)
    assert alerts(world, MKD) == []
    agree(world)
    go_round(world, hours=1)
    assert alerts(world, MKD) == [], "agreements are looked at once a day"
    go_round(world, days=1)
    assert [each.reference for each in alerts(world, MKD)] == [reference]


def test_a_partner_that_was_away_for_weeks_gets_it_when_it_returns(force: World) -> None:
    force.stop(MKD)
    reference = alerted(force)
    for _ in range(2):
        go_round(force, days=8)
    assert told(force, reference)["MKD"].state is CopyState.SENT
    force.start(MKD)
    go_round(force, minutes=10)
    assert [each.number for each in alerts(force, MKD)] == [1]
    assert told(force, reference)["MKD"].state is CopyState.DONE


def test_a_partner_of_the_earlier_release_gets_nothing_and_its_line_stays_whole(force: World) -> None:
    speak(force, 1, MKD)
    reference = alerted(force)
    assert told(force, reference)["MKD"].refusal is RefusalReason.PARTNER_TOO_OLD
    assert not [call for call in force.calls if call.to == MKD]
    speak(force, 2, MKD)
    go_round(force, minutes=2)
    assert [each.reference for each in alerts(force, MKD)] == [reference]


def test_a_withdrawn_alert_flags_no_more_and_its_features_are_gone_there(force: World) -> None:
    reference = alerted(force)
    taken_back(force, reference)
    force.deliver()
    (there,) = alerts(force, MKD)
    assert (there.number, there.features, there.withdrawn) == (2, frozenset(), AlertWithdrawal.MISTAKEN)
    assert flagged(force, MKD, NEXT) == flagged(force, ALB, NEXT) == []
    with pytest.raises(ConflictError):
        taken_back(force, reference)


def test_a_withdrawal_reaches_whoever_was_told_although_the_grant_has_ended(force: World) -> None:
    reference = alerted(force)
    agree(force, pairs=(("ALB", "MKD"),))
    taken_back(force, reference)
    force.deliver()
    assert alerts(force, MKD)[0].withdrawn is AlertWithdrawal.MISTAKEN


def test_an_alert_that_was_withdrawn_before_it_left_is_never_told(force: World) -> None:
    force.stop(MKD)
    speak(force, 1, MKD)
    reference = alerted(force)
    taken_back(force, reference)
    force.start(MKD)
    speak(force, 2, MKD)
    go_round(force, days=2)
    assert alerts(force, MKD) == []
    assert told(force, reference)["MKD"].number == 0


def test_a_change_takes_the_place_of_what_was_said(force: World) -> None:
    reference = alerted(force)
    changed(force, reference, "issuer=ITA", "font_fault=zone_pitch")
    force.deliver()
    (there,) = alerts(force, MKD)
    assert (there.number, there.features) == (2, features("issuer=ITA", "font_fault=zone_pitch"))
    assert flagged(force, MKD, NEXT) == []


def test_from_its_day_of_review_on_it_flags_nothing_and_is_forgotten_a_month_later(force: World) -> None:
    review_on = (force.clock() + timedelta(days=3)).date()
    reference = confirmed(force)
    issued(force, reference, AlertTerms(review_on=review_on))
    force.deliver()
    assert flagged(force, MKD, NEXT)
    force.clock.turn(days=3)
    assert flagged(force, MKD, NEXT) == flagged(force, ALB, NEXT) == []
    assert force.do(MKD, lambda tx: forget_over(tx, force.clock())) == 0
    force.clock.turn(days=KEEP_OVER.days + 1)
    assert force.do(MKD, lambda tx: forget_over(tx, force.clock())) == 1
    assert alerts(force, MKD) == []
    assert force.kinds(MKD)[-1] == "record.erased"
    assert force.do(ALB, lambda tx: forget_over(tx, force.clock())) == 0, "our own stay as long as other records"


def test_stolen_blanks_are_alerted_by_range_and_the_number_is_flagged(force: World) -> None:
    number = examined(force, ALB, GENUINE).zone
    assert number is not None
    first, last = number.number[:-2] + "00", number.number[:-2] + "99"
    alerted(force, ALB, blanks=(blank_range("ITA", first, last),))
    (found,) = flagged(force, MKD, GENUINE)
    assert found.code.value == "WHOLE_BLANK_ALERTED"
    assert examined(force, MKD, GENUINE).advice is Advice.DISCREPANCIES


# Who may, and on what grounds.


def test_two_people_stand_behind_every_alert(force: World) -> None:
    reference = confirmed(force)
    with pytest.raises(ForbiddenError, match="two people"):
        issued(force, reference, post="examiner")
    issued(force, reference)
    with pytest.raises(ConflictError):
        issued(force, reference)


@pytest.mark.parametrize("post", ["enquirer", "approver-1", "auditor", "administrator"])
def test_others_do_not_issue(force: World, post: str) -> None:
    reference = confirmed(force)
    with pytest.raises(ForbiddenError):
        issued(force, reference, post=post)


@pytest.mark.parametrize("days", [0, 367])
def test_the_day_of_review_lies_in_the_next_year(force: World, days: int) -> None:
    reference = confirmed(force)
    with pytest.raises(InputError):
        issued(force, reference, AlertTerms(review_on=(force.clock() + timedelta(days=days)).date()))


def test_every_copy_is_under_a_label_at_least_as_strict_as_its_grant(force: World) -> None:
    """The alert is for anybody of the task force; under H1 it is for the two and not for court."""
    reference = confirmed(force)
    loose = Label(frozenset({ALB}), Audience(), Onward.AUDIENCE_ONLY)
    issued(force, reference, AlertTerms(label=loose))
    force.deliver()
    label = alerts(force, MKD)[0].label
    assert label is not None
    assert label.evidence_use is EvidenceUse.ASK
    assert label.audience.orgs == frozenset({"ALB", "MKD"})


def test_a_label_that_is_not_ours_or_allows_nothing_stops_the_alert(force: World) -> None:
    reference = confirmed(force)
    for label in (Label(frozenset({GBR})), Label(frozenset({ALB}), purposes=frozenset())):
        with pytest.raises(RefusedError):
            issued(force, reference, AlertTerms(label=label))
    assert [each.number for each in alerts(force, ALB)] == [0]


def test_a_label_for_another_partner_leaves_this_one_out(force: World) -> None:
    reference = confirmed(force)
    only = Label(frozenset({ALB}), Audience(orgs=frozenset({"ALB", "XKX"})), Onward.ASK_ORIGINATOR)
    issued(force, reference, AlertTerms(label=only))
    force.deliver()
    assert told(force, reference)["MKD"].refusal is RefusalReason.HANDLING_FORBIDS
    assert alerts(force, MKD) == []
    assert len(alerts(force, XKX)) == 1


# What is in the bytes.

HOLDERS = ("ERIKSSON", "ANNA", "MARIA", "1974-08-12", "740812", "portrait", "holder", "name", "birth", "photo")


def test_nothing_of_a_person_is_in_the_bytes_that_cross_the_line(force: World) -> None:
    alerted(force)
    taken_back(force, "ALB-F-0001")
    force.deliver()
    zone = examined(force, ALB, GENUINE).zone
    assert zone is not None
    sent = [call.request for call in force.calls if b"forgery_alert" in _payload(call.request)]
    assert sent
    secrets = [
        *zone.lines,
        zone.number,
        force.officer(ALB, "examiner").name,
        force.officer(ALB, "examiner").id,
        *HOLDERS,
    ]
    for content in sent:
        text = _payload(content).decode()
        body = text[text.index('"body"') :]
        assert not [each for each in secrets if each.lower() in body.lower()]


def _payload(request: bytes) -> bytes:
    import base64

    if not request.startswith(b"{"):
        return b""
    value = json.loads(request)
    return base64.b64decode(value["payload"]) if "payload" in value else b""


def test_the_message_has_no_field_for_a_person() -> None:
    assert set(ForgeryAlertBody.__struct_fields__) == {
        "reference",
        "number",
        "grant",
        "changed_at",
        "review_on",
        "features",
        "blanks",
        "label",
        "withdrawn",
        "reported",
    }
    assert set(ReportedBody.__struct_fields__) == {"issuer", "document_type", "number", "category"}


EVERY = [TemplateFeature(kind, value) for kind in VALUES for value in sorted(VALUES[kind])]


@given(st.frozensets(st.sampled_from(EVERY), min_size=1, max_size=12))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_what_is_stored_of_features_is_read_back(chosen: frozenset[TemplateFeature]) -> None:
    from egnatia.engines.documents.series.files import features_of

    stored = content_of(chosen, ())["features"]
    assert stored is not None
    assert features_of(json.loads(stored)) == chosen


def test_flags_are_worked_out_from_the_table_each_time(force: World) -> None:
    reference = alerted(force)
    found = force.look(MKD, lambda tx: flags_on(tx, force.clock().date()))
    assert [each.reference for each in found.templates] == [reference]
    force.restart(MKD)
    assert force.look(MKD, lambda tx: flags_on(tx, force.clock().date())) == found
