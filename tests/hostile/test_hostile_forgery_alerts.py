"""Forgery alerts by whoever may not send them, with words, persons and numbers in them that have no place there."""

from datetime import date
from typing import Any

import pytest
from tests.federation.alerting import agree, alerted, alerts, confirmed, issued, speak, taken_back, told
from tests.federation.world import ALB, MKD, MNE, XKX, World

from egnatia.agreements.handling import plain
from egnatia.casework.intelligence.forgery_alerts import usual_label
from egnatia.enquiries.forgery_alerts import taking
from egnatia.enquiries.forgery_alerts.messages import FORGERY_ALERT, MAX_NUMBER
from egnatia.exchange.message import Message
from egnatia.model.ids import PartnerCode
from egnatia.model.states import CopyState, RefusalReason
from egnatia.store.tables import forgery_alert, registered_document

MOMENT = "2025-05-15T03:00:00Z"
REFERENCE = "ALB-F-0001"


@pytest.fixture
def force(world: World) -> World:
    """Everybody runs this release, and ALB may tell MKD."""
    agree(world)
    speak(world)
    return world


def label(originator: str = "ALB", **changes: Any) -> dict[str, Any]:
    return plain(usual_label(PartnerCode(originator), date(2025, 11, 1))) | changes


def body(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "reference": REFERENCE,
        "number": 1,
        "grant": "alerts-mkd-alb",
        "changed_at": MOMENT,
        "review_on": "2025-11-01",
        "features": {"issuer": ["ITA"], "font_fault": ["zone_pitch"]},
        "blanks": [],
        "label": label(),
        "withdrawn": None,
    }
    return values | changes


def send(world: World, values: dict[str, Any], sender: PartnerCode = ALB) -> Message:
    return world.send_body(sender, MKD, FORGERY_ALERT, values, REFERENCE)


def reason(answer: Message) -> object:
    return answer.body.get("reason") if answer.kind == "refusal" else None


def test_the_body_that_everything_below_spoils_is_a_good_one(force: World) -> None:
    assert reason(send(force, body())) is None
    assert [each.reference for each in alerts(force, MKD)] == [REFERENCE]


REPORTED = {"issuer": "ITA", "document_type": "I", "number": "CA1234567", "category": "stolen"}


def test_a_reported_document_alone_is_a_good_body_and_another_under_its_number_is_not(force: World) -> None:
    assert reason(send(force, body(features={}, reported=REPORTED))) is None
    assert reason(send(force, body(features={}, reported=REPORTED))) is None, "a repetition changes nothing"
    for other in ({"number": "CA1234568"}, {"category": "lost"}, {"issuer": "ALB"}, {"document_type": "P"}):
        assert reason(send(force, body(features={}, reported=REPORTED | other))) == "ID_REUSED", other
    assert reason(send(force, body())) == "ID_REUSED", "nor does it become a template"
    (held,) = alerts(force, MKD)
    assert held.reported is not None
    assert (held.reported.number, held.features) == ("CA1234567", frozenset())


def test_a_partners_word_about_a_number_never_becomes_an_entry_of_a_register(force: World) -> None:
    assert reason(send(force, body(features={}, reported=REPORTED | {"issuer": "MKD", "document_type": "P"}))) is None
    rows = force.look(MKD, lambda tx: tx.execute(registered_document.select()).all())
    assert "CA1234567" not in {row.number_from for row in rows}


SPOILT: dict[str, dict[str, Any]] = {
    "a field that there is none of": {"holder": "ERIKSSON"},
    "a name for a feature": {"features": {"font_fault": ["ERIKSSON<<ANNA"]}},
    "a kind that there is none of": {"features": {"holder_name": ["anna"]}},
    "a value of another kind": {"features": {"issuer": ["zone_pitch"]}},
    "a whole document number as a shape": {"features": {"number_shape": ["CA1234567"]}},
    "a portrait's hash": {"features": {"detail": ["portrait:0123456789abcdef"]}},
    "a date of birth for a feature": {"features": {"zone_fault": ["740812"]}},
    "two values of a kind with one": {"features": {"issuer": ["ITA", "ALB"], "font_fault": ["zone_pitch"]}},
    "the same value twice": {"features": {"font_fault": ["zone_pitch", "zone_pitch"]}},
    "nothing at all": {"features": {}},
    "more features than a template has": {"features": {"zone_fault": [f"F{at}" for at in range(41)]}},
    "another partner's reference": {"reference": "XKX-F-0001"},
    "a reference with words": {"reference": "ALB-ARBEN-KRASNIQI-1974-08-12-XXXXXXXXXXXXX"},
    "a single number": {"blanks": [{"issuer": "ITA", "first": "CA1234567", "last": "CA1234567"}]},
    "nine numbers": {"blanks": [{"issuer": "ITA", "first": "CA1234560", "last": "CA1234568"}]},
    "a range that runs backwards": {"blanks": [{"issuer": "ITA", "first": "CA1234999", "last": "CA1234000"}]},
    "a whole country's numbers": {"blanks": [{"issuer": "ITA", "first": "CA0000000", "last": "CA9999999"}]},
    "an issuer that there is none of": {"blanks": [{"issuer": "QQZ", "first": "CA1000", "last": "CA1999"}]},
    "a range with a name in it": {"blanks": [{"issuer": "ITA", "first": "A1000", "last": "A1999", "holder": "X"}]},
    "a review in the past": {"review_on": "2025-05-14"},
    "a review today": {"review_on": "2025-05-15"},
    "a review in ten years": {"review_on": "2035-05-15"},
    "a moment to come": {"changed_at": "2025-05-16T03:00:00Z"},
    "a moment without a zone": {"changed_at": "2025-05-15T03:00:00"},
    "number nought": {"number": 0},
    "a number past every number": {"number": MAX_NUMBER + 1},
    "a number as text": {"number": "1"},
    "an unknown reason of withdrawal": {"withdrawn": "because"},
    "a withdrawal that still says something": {"withdrawn": "mistaken"},
    "a reported document and features": {"reported": REPORTED},
    "a reported document and blanks": {
        "features": {},
        "blanks": [{"issuer": "ITA", "first": "CA1000", "last": "CA1999"}],
        "reported": REPORTED,
    },
    "a reported document with a name": {"features": {}, "reported": REPORTED | {"holder": "ERIKSSON"}},
    "a reported document with a day": {"features": {}, "reported": REPORTED | {"met_on": "2025-05-15"}},
    "a reported document without a number": {"features": {}, "reported": REPORTED | {"number": ""}},
    "a number in small letters": {"features": {}, "reported": REPORTED | {"number": "ca1234567"}},
    "a name for a number": {"features": {}, "reported": REPORTED | {"number": "ERIKSSON<<ANNA"}},
    "a number of thirty signs": {"features": {}, "reported": REPORTED | {"number": "A" * 30}},
    "a document of no issuer": {"features": {}, "reported": REPORTED | {"issuer": "QQZ"}},
    "an issuer in another form": {"features": {}, "reported": REPORTED | {"issuer": "DEU"}},
    "a document of no type": {"features": {}, "reported": REPORTED | {"document_type": "Q"}},
    "a type of two letters": {"features": {}, "reported": REPORTED | {"document_type": "PD"}},
    "an invalid document": {"features": {}, "reported": REPORTED | {"category": "invalid"}},
    "a number never issued": {"features": {}, "reported": REPORTED | {"category": "never_issued"}},
    "a category that there is none of": {"features": {}, "reported": REPORTED | {"category": "suspicious"}},
    "reported documents as a list": {"features": {}, "reported": [REPORTED]},
    "a withdrawal of a document that still names it": {
        "features": {},
        "reported": REPORTED,
        "withdrawn": "not_needed",
    },
    "features as a list": {"features": [["issuer", "ITA"]]},
}


@pytest.mark.parametrize("spoilt", list(SPOILT.values()), ids=list(SPOILT))
def test_a_hostile_body_is_refused_as_malformed_and_leaves_nothing(force: World, spoilt: dict[str, Any]) -> None:
    assert reason(send(force, body(**spoilt))) == "MALFORMED"
    assert alerts(force, MKD) == []


@pytest.mark.parametrize("field", sorted(set(body()) - {"withdrawn"}))
def test_a_body_without_one_of_its_fields_is_refused(force: World, field: str) -> None:
    assert reason(send(force, {name: value for name, value in body().items() if name != field})) == "MALFORMED"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"label": label("XKX")}, "HANDLING_UNKNOWN"),
        ({"label": label(originators=["ALB", "XKX"])}, "HANDLING_UNKNOWN"),
        ({"label": label(orgs=["ALB", "XKX"])}, "HANDLING_FORBIDS"),
        ({"label": label(purposes=["return"])}, "HANDLING_FORBIDS"),
        ({"label": label(erase_on="2025-05-15")}, "HANDLING_FORBIDS"),
        ({"grant": "alerts-alb-mkd"}, "GRANT_MISMATCH"),
        ({"grant": None}, "GRANT_MISMATCH"),
    ],
)
def test_label_and_grant_are_judged_by_the_receiver(force: World, changes: dict[str, Any], refusal: str) -> None:
    assert reason(send(force, body(**changes))) == refusal
    assert alerts(force, MKD) == []


@pytest.mark.parametrize("sender", [XKX, MNE])
def test_a_partner_without_a_grant_is_refused_whatever_it_says(force: World, sender: PartnerCode) -> None:
    values = body(reference=f"{sender}-F-0001", label=label(sender))
    assert reason(send(force, values, sender)) in {"NO_AGREEMENT", "SUBJECT_NOT_GRANTED", "UNKNOWN_PARTNER"}
    assert alerts(force, MKD) == []


def test_a_third_partner_can_neither_change_nor_withdraw_an_alert(force: World) -> None:
    alerted(force)
    held = alerts(force, MKD)
    for changes in ({"number": 2}, {"number": 9, "withdrawn": "genuine", "features": {}}):
        assert reason(send(force, body(label=label("XKX"), **changes), XKX)) == "MALFORMED"
    assert alerts(force, MKD) == held


def test_repetitions_are_answered_and_change_nothing(force: World) -> None:
    assert reason(send(force, body())) is None
    entries = force.kinds(MKD)
    held = alerts(force, MKD)
    for _ in range(3):
        assert reason(send(force, body())) is None
    assert (alerts(force, MKD), force.kinds(MKD)) == (held, entries)


def test_an_older_state_after_a_newer_one_changes_nothing(force: World) -> None:
    send(force, body(number=3, features={"font_fault": ["text_font"]}))
    held = alerts(force, MKD)
    assert reason(send(force, body(number=2))) is None
    assert alerts(force, MKD) == held


def test_one_number_says_one_thing(force: World) -> None:
    send(force, body())
    assert reason(send(force, body(features={"font_fault": ["text_font"]}))) == "ID_REUSED"
    assert reason(send(force, body(blanks=[{"issuer": "ITA", "first": "CA1000", "last": "CA1999"}]))) == "ID_REUSED"


def test_after_its_withdrawal_an_alert_cannot_be_brought_back_by_its_own_old_state(force: World) -> None:
    send(force, body())
    send(force, body(number=2, withdrawn="genuine", features={}, grant=None))
    assert reason(send(force, body())) is None
    assert [each.withdrawn for each in alerts(force, MKD)] == ["genuine"]


def test_a_withdrawal_that_came_first_is_kept_and_its_alert_flags_nothing_when_it_comes(force: World) -> None:
    assert reason(send(force, body(number=2, withdrawn="genuine", features={}, grant=None))) is None
    assert reason(send(force, body())) is None
    (there,) = alerts(force, MKD)
    assert (there.number, there.withdrawn, there.features) == (2, "genuine", frozenset())


def test_a_withdrawal_of_a_partner_without_a_grant_is_answered_and_stores_nothing(force: World) -> None:
    values = body(reference="XKX-F-0001", label=label("XKX"), withdrawn="genuine", features={}, grant=None)
    for _ in range(3):
        assert reason(send(force, values, XKX)) is None
    assert alerts(force, MKD) == []
    assert force.kinds(MKD).count("forgery_alert.received") == 3, "each leaves its entry, up to a hundred an hour"


def test_a_partner_cannot_fill_the_table(force: World) -> None:
    row = {"originator": "ALB", "number": 1, "features": "{}", "blanks": "[]", "confirmed_at": force.clock()}
    rows = [row | {"reference": f"ALB-F-{at:05d}", "changed_at": force.clock()} for at in range(taking.MAX_KEPT)]
    force.do(MKD, lambda tx: tx.execute(forgery_alert.insert(), rows))
    assert reason(send(force, body(reference="ALB-F-99999"))) == "QUOTA_EXCEEDED"
    assert reason(send(force, body(reference="ALB-F-00001", number=2))) is None, "what is here can still be changed"


def test_a_partner_whose_register_differs_refuses_and_the_alert_stays_to_be_told(force: World) -> None:
    reference = confirmed(force)
    agree(force, MKD, pairs=(("ALB", "MKD"),))
    issued(force, reference)
    force.deliver()
    copy = told(force, reference)["MKD"]
    assert (copy.state, copy.refusal) == (CopyState.REFUSED, RefusalReason.SUBJECT_NOT_GRANTED)
    assert "refusal.received" in force.kinds(ALB)
    taken_back(force, reference)
    force.deliver()
    assert told(force, reference)["MKD"].state is CopyState.DONE, "taking back needs nobody's leave"
    assert alerts(force, MKD) == [], "and what MKD could not have been given is not kept there either"
