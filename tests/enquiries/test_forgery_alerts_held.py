"""What an alert that is held does on a day: it flags, or it does not, for one reason at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.casework.intelligence.forgery_alerts import usual_label
from egnatia.engines.documents.series.blanks import blank_range
from egnatia.engines.documents.series.files import noted
from egnatia.enquiries.forgery_alerts.held import PURPOSE, Alert, content_of
from egnatia.enquiries.forgery_alerts.messages import ForgeryAlertBody, ForgeryAlertReceiptBody
from egnatia.enquiries.messages import decode
from egnatia.errors import RefusedError
from egnatia.model.forgery import AlertWithdrawal
from egnatia.model.handling import Audience, EvidenceUse, Onward, Scope
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Purpose, RefusalReason

ALB = PartnerCode("ALB")
DAY = date(2025, 5, 15)
REVIEW = date(2025, 11, 1)


def alert(**changes: Any) -> Alert:
    moment = datetime(2025, 5, 15, tzinfo=UTC)
    features = frozenset({noted("font_fault=zone_pitch")})
    made = Alert(
        originator=ALB,
        reference="ALB-F-0001",
        number=1,
        features=features,
        blanks=(),
        label=usual_label(ALB, REVIEW),
        verdict=None,
        inspection_id=None,
        officer_id=None,
        grant_id="g",
        confirmed_at=moment,
        changed_at=moment,
        review_on=REVIEW,
        withdrawn=None,
    )
    return replace(made, **changes)


def test_an_alert_that_stands_flags() -> None:
    assert alert().flags_on(DAY)
    assert alert().template().features == alert().features


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"withdrawn": AlertWithdrawal.GENUINE}, "it was taken back"),
        ({"review_on": DAY}, "its day of review has come"),
        ({"review_on": DAY - timedelta(days=1)}, "its day of review is over"),
        ({"label": replace(usual_label(ALB, REVIEW), erase_on=DAY)}, "its label has it erased"),
        ({"label": replace(usual_label(ALB, REVIEW), purposes=frozenset({Purpose.RETURN}))}, "not for this purpose"),
    ],
)
def test_each_of_these_alone_keeps_it_from_flagging(changes: dict[str, Any], why: str) -> None:
    assert not alert(**changes).flags_on(DAY), why


def test_what_was_confirmed_here_and_told_nobody_flags_here() -> None:
    assert alert(number=0, label=None, review_on=None, grant_id=None).flags_on(date(2100, 1, 1))


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.dates(date(2025, 1, 1), date(2026, 12, 31)))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_it_flags_before_its_review_and_on_no_day_from_then_on(review_on: date, day: date) -> None:
    assert alert(review_on=review_on).flags_on(day) == (day < review_on)


def test_the_usual_label_is_for_the_task_force_and_goes_no_further() -> None:
    label = usual_label(ALB, REVIEW)
    assert label.originators == frozenset({ALB})
    assert label.audience == Audience(Scope.TASK_FORCE)
    assert (label.onward, label.evidence_use) == (Onward.ASK_ORIGINATOR, EvidenceUse.ASK)
    assert PURPOSE in label.purposes
    assert label.review_on == REVIEW


def test_one_content_has_one_form_whatever_the_order() -> None:
    features = [noted("font_fault=zone_pitch"), noted("font_fault=text_font"), noted("issuer=ITA")]
    ranges = [blank_range("ITA", "CA2000", "CA2999"), blank_range("ITA", "CA1000", "CA1999")]
    assert content_of(features, ranges) == content_of(features[::-1], ranges[::-1])


# The form of the messages.

BODY: dict[str, Any] = {
    "reference": "ALB-F-0001",
    "number": 1,
    "grant": "g",
    "changed_at": "2025-05-15T03:00:00Z",
    "review_on": "2025-11-01",
    "features": {"font_fault": ["zone_pitch"]},
    "blanks": [],
    "label": {
        "originators": ["ALB"],
        "scope": "task_force",
        "orgs": None,
        "persons": None,
        "onward": "ask_originator",
        "evidence_use": "ask",
        "action": "overt",
        "sanitisation": "delegated",
        "purposes": ["detection"],
        "review_on": None,
        "erase_on": None,
        "conditions": [],
    },
}


def test_a_body_without_a_withdrawal_is_an_alert() -> None:
    assert decode(ForgeryAlertBody, BODY).withdrawn is None


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": "alb-f-0001"},
        {"reference": "ALB-F-0001\n"},
        {"number": True},
        {"number": 1.5},
        {"features": {"font_fault": []}},
        {"features": {"Font Fault": ["zone_pitch"]}},
        {"features": {"font_fault": ["zone pitch"]}},
        {"features": {"font_fault": ["zone_pitch\n"]}},
        {"features": {"font_fault": ["x" * 61]}},
        {"features": {f"kind_{chr(97 + at)}": ["v"] for at in range(21)}},
        {"blanks": [{"issuer": "ITA", "first": "CA1000", "last": "CA1999"}] * 21},
        {"blanks": [{"issuer": "Italy", "first": "CA1000", "last": "CA1999"}]},
        {"blanks": [{"issuer": "ITA", "first": "CA 1000", "last": "CA 1999"}]},
        {"note": "seen in the hands of a man of forty"},
        {"label": BODY["label"] | {"note": "x"}},
        {"review_on": "1 November"},
    ],
)
def test_nothing_else_is_read_as_one(changes: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        decode(ForgeryAlertBody, BODY | changes)
    assert refused.value.reason is RefusalReason.MALFORMED
    assert "forty" not in refused.value.message, "a refusal is stored and repeats no value"


@pytest.mark.parametrize("changes", [{"number": 0}, {"label_sha256": "0" * 63}, {"label_sha256": "G" * 64}, {"x": 1}])
def test_a_receipt_says_a_number_and_a_hash(changes: dict[str, Any]) -> None:
    good = {"number": 1, "label_sha256": "0" * 64}
    assert decode(ForgeryAlertReceiptBody, good).number == 1
    with pytest.raises(RefusedError):
        decode(ForgeryAlertReceiptBody, good | changes)
