"""Forgery alerts and series in the console: forms, two people, and a drawing that says the same as its table."""

import re
from typing import Any

import pytest
from tests.console.forgery_story import (
    GROUNDS,
    ISSUED,
    WORKSHOP,
    a_met_document,
    a_stolen_card,
    a_template,
    a_zone,
    an_alert,
    on_the_list,
)

from egnatia.console.pages.series import LINE, MOST_LINES, drawn
from egnatia.engines.documents import inspect
from egnatia.engines.documents.series.match import Contribution, Likeness
from egnatia.engines.documents.series.types import FeatureKind
from egnatia.enquiries.claims import enter_claim
from egnatia.enquiries.guard import Claim
from egnatia.model.ids import PartnerCode

FORM = {
    "verdict": "counterfeit",
    "inspection": "",
    "features": "\r\n".join(WORKSHOP),
    "blanks": "ita:ca5000000-ca5000999",
    "why": GROUNDS,
}


def recorded(force: Any) -> str:
    reply = force.browser("ALB", "examiner").post("/forgeries", data=FORM)
    assert reply.status_code == 303, reply.text
    found = re.match(r"/forgeries/(ALB-F-\d{4})\?done=template-confirmed", reply.headers["location"])
    assert found is not None
    return found[1]


def test_a_template_is_recorded_and_shown_and_has_left_nobody(force: Any) -> None:
    reference = recorded(force)
    page = force.browser("ALB", "examiner").get(f"/forgeries/{reference}").text
    assert "zone_digit_shape" in page
    assert "CA5000000" in page
    assert "told nobody" in page
    assert f'action="/forgeries/{reference}/issue"' in page
    assert "Who was told" not in page


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"verdict": ""}, "verdict", "Choose one"),
        ({"verdict": "impostor"}, "verdict", "Choose one"),
        ({"features": "font_fault=unknown"}, "features", "zone_pitch"),
        ({"features": "ERIKSSON"}, "features", "no kind of feature"),
        ({"features": "", "blanks": ""}, "features", "ranges of stolen blanks"),
        ({"features": "issuer=ITA issuer=ALB"}, "features", "one issuer"),
        ({"blanks": "ITA:CA5000000"}, "blanks", "range of blanks"),
        ({"blanks": "ITA:CA5000000-CA5000001"}, "blanks", "has 2"),
        ({"why": "short"}, "why", "20"),
        ({"inspection": "no-such-inspection"}, "inspection", "no inspection"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    force: Any, changed: dict[str, str], field: str, said: str
) -> None:
    browser = force.browser("ALB", "examiner")
    before = browser.get("/forgeries?format=json").json()
    reply = browser.post("/forgeries", data=FORM | changed)
    assert reply.status_code == 422
    assert said in reply.text
    assert f'id="{field}-problem"' in reply.text
    assert browser.get("/forgeries?format=json").json() == before


def test_who_recorded_it_alone_does_not_issue_it(force: Any) -> None:
    reference = recorded(force)
    reply = force.browser("ALB", "examiner").post(f"/forgeries/{reference}/issue", data={"review_on": ""})
    assert reply.status_code == 422
    assert "two people" in reply.text


@pytest.mark.parametrize("day", ["soon", "2025-05-15", "2030-01-01", "2025-13-01"])
def test_the_day_of_review_is_a_day_that_lies_ahead(force: Any, day: str) -> None:
    reference = recorded(force)
    reply = force.browser("ALB", "supervisor").post(f"/forgeries/{reference}/issue", data={"review_on": day})
    assert reply.status_code == 422
    assert 'id="review_on-problem"' in reply.text


def test_an_alert_is_issued_named_for_each_partner_and_taken_back(force: Any) -> None:
    reference = recorded(force)
    browser = force.browser("ALB", "supervisor")
    page = browser.land(f"/forgeries/{reference}/issue", {"review_on": "2025-11-01"}).text
    assert "flags documents" in page
    assert "PARTNER_TOO_OLD" in page, "Kosovo's release is not known here yet"
    assert "1 Nov 2025" in page
    again = browser.post(f"/forgeries/{reference}/issue", data={})
    assert again.status_code == 422
    assert browser.post(f"/forgeries/{reference}/withdraw", data={"reason": "", "why": GROUNDS}).status_code == 422
    assert browser.post(f"/forgeries/{reference}/withdraw", data={"reason": "genuine", "why": "x"}).status_code == 422
    page = browser.land(f"/forgeries/{reference}/withdraw", {"reason": "genuine", "why": GROUNDS}).text
    assert "withdrawn" in page
    assert "<form" not in page[page.index("<main") :]


def test_an_enquirer_looks_and_finds_no_form(force: Any) -> None:
    reference = recorded(force)
    browser = force.browser("ALB", "enquirer")
    page = browser.get(f"/forgeries/{reference}").text
    assert "<form" not in page[page.index("<main") :]
    assert "/forgeries/new" not in browser.get("/forgeries").text
    assert browser.get("/forgeries/ALB-F-9999").status_code == 404


ZONE = "I<ITACA12345671<<<<<<<<<<<<<<<\n8501014M3001017ITA<<<<<<<<<<<0\nROSSI<<MARIO<<<<<<<<<<<<<<<<<<"


def examined(force: Any, **more: str) -> str:
    answer = force.browser("ALB", "examiner").post("/documents/examine", data={"zone": ZONE} | more)
    assert answer.status_code == 200
    return str(answer.text)


def test_an_examined_document_is_held_against_alerted_numbers(force: Any) -> None:
    an_alert(force)
    assert "stolen blanks that an alert names" in examined(force)


def test_what_an_examiner_notes_is_held_against_what_was_recorded(force: Any) -> None:
    """Also where the node knows nothing but one large series."""
    for _ in range(3):
        a_template(force)
    assert "resembles a known false document" not in examined(force)
    page = examined(force, noted="\n".join(each for each in WORKSHOP if not each.startswith("issuer")))
    assert "resembles a known false document" in page
    assert "shown by genuine documents too" in page


def test_a_noted_feature_that_there_is_none_of_is_said_at_the_form(force: Any) -> None:
    answer = force.browser("ALB", "examiner").post("/documents/examine", data={"zone": ZONE, "noted": "name=ANNA"})
    assert answer.status_code == 422
    assert "no kind of feature" in answer.text


# Changing an alert.


def test_a_change_begins_with_what_the_alert_says_and_takes_its_place(force: Any) -> None:
    reference = an_alert(force, ISSUED)
    browser = force.browser("ALB", "examiner")
    assert f'href="/forgeries/{reference}/change"' in browser.get(f"/forgeries/{reference}").text
    page = browser.get(f"/forgeries/{reference}/change").text
    assert "font_fault=mixed_fonts" in page
    assert "ITA:CA1234000-CA1234999" in page
    assert GROUNDS not in page, "what was sealed is not shown again"
    form = {"features": "issuer=ITA\r\nfont_fault=zone_pitch", "blanks": "", "why": GROUNDS}
    shown = browser.land(f"/forgeries/{reference}/change", form).text
    assert "The change is on its way" in shown
    assert "zone_pitch" in shown
    assert "mixed_fonts" not in shown
    twin = browser.get(f"/forgeries/{reference}?format=json").json()
    assert (twin["number"], twin["features"], twin["blanks"]) == (2, ["font_fault=zone_pitch", "issuer=ITA"], [])


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"features": "font_fault=unknown"}, "features", "zone_pitch"),
        ({"features": "", "blanks": ""}, "features", "ranges of stolen blanks"),
        ({"features": "issuer=ITA issuer=ALB"}, "features", "one issuer"),
        ({"blanks": "ITA:CA5000000-CA5000001"}, "blanks", "has 2"),
        ({"why": "short"}, "why", "20"),
    ],
)
def test_what_is_wrong_in_a_change_is_said_at_its_field_and_what_was_typed_stays(
    force: Any, changed: dict[str, str], field: str, said: str
) -> None:
    reference = an_alert(force, ISSUED)
    browser = force.browser("ALB", "supervisor")
    typed = {"features": "issuer=ITA", "blanks": "", "why": GROUNDS} | changed
    reply = browser.post(f"/forgeries/{reference}/change", data=typed)
    assert (reply.status_code, said in reply.text, f'id="{field}-problem"' in reply.text) == (422, True, True)
    assert typed["features"] in reply.text
    assert browser.get(f"/forgeries/{reference}?format=json").json()["number"] == 1


def test_only_a_template_of_ours_that_stands_is_changed(force: Any) -> None:
    browser = force.browser("ALB", "supervisor")
    unissued, standing, met = a_template(force), an_alert(force), a_met_document(force, 21)
    form = {"features": "issuer=ITA", "blanks": "", "why": GROUNDS}
    for reference in (unissued, met):
        assert f"/forgeries/{reference}/change" not in browser.get(f"/forgeries/{reference}").text
        assert browser.get(f"/forgeries/{reference}/change").status_code == 409
        assert browser.post(f"/forgeries/{reference}/change", data=form).status_code == 409
    browser.land(f"/forgeries/{standing}/withdraw", {"reason": "genuine", "why": GROUNDS})
    assert browser.get(f"/forgeries/{standing}/change").status_code == 409
    assert browser.get("/forgeries/ALB-F-9999/change").status_code == 404
    assert browser.get("/forgeries/XKX-F-0001/change").status_code == 404


# A reported document that was met.


def test_a_stolen_card_is_recorded_from_its_verdict_and_told_by_a_second_officer(force: Any) -> None:
    inspection_id = a_stolen_card(force, 31)
    browser = force.browser("ALB", "examiner")
    link = f"/forgeries/reported?inspection={inspection_id}"
    assert link in browser.get(f"/documents/inspections/{inspection_id}/verdict").text
    page = browser.get(link).text
    assert "Ask the holder first" not in page
    assert '<option value="stolen"' in page
    assert '<option value="lost"' not in page, "only what the list and the officer agree on"
    reply = browser.post(
        "/forgeries/reported", data={"inspection": inspection_id, "category": "stolen", "why": GROUNDS}
    )
    assert reply.status_code == 303, reply.text
    found = re.match(r"/forgeries/(ALB-D-\d{4})\?done=document-recorded", reply.headers["location"])
    assert found is not None
    page = browser.get(f"/forgeries/{found[1]}").text
    assert "Reported document" in page
    assert "Alert about a document" in page
    assert "<h1>Forgery" not in page, "the document is genuine, and its holder may be a victim"
    assert "told nobody" in page
    assert browser.post(f"/forgeries/{found[1]}/issue", data={"review_on": ""}).status_code == 422
    landed = force.browser("ALB", "supervisor").land(f"/forgeries/{found[1]}/issue", {"review_on": ""}).text
    assert "flags documents" in landed
    twin = browser.get(f"/forgeries/{found[1]}?format=json").json()
    assert set(twin["reported"]) == {"issuer", "document_type", "number", "category", "alert"}


def test_before_the_holder_was_asked_the_page_leads_there_and_nothing_is_kept(force: Any) -> None:
    inspection_id = a_stolen_card(force, 32, asked=False)
    browser = force.browser("ALB", "examiner")
    page = browser.get(f"/forgeries/reported?inspection={inspection_id}").text
    assert f'href="/documents/inspections/{inspection_id}/screening"' in page
    reply = browser.post(
        "/forgeries/reported", data={"inspection": inspection_id, "category": "stolen", "why": GROUNDS}
    )
    assert (reply.status_code, "may be a victim" in reply.text) == (422, True)
    assert 'id="category-problem"' in reply.text
    browser.post(f"/documents/inspections/{inspection_id}/screening", data={"protection": "yes"})
    reply = browser.post(
        "/forgeries/reported", data={"inspection": inspection_id, "category": "stolen", "why": GROUNDS}
    )
    assert (reply.status_code, "asked for protection" in reply.text) == (422, True)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"category": "", "why": GROUNDS}, "category"),
        ({"category": "invalid", "why": GROUNDS}, "category"),
        ({"category": "lost", "why": GROUNDS}, "category"),
        ({"category": "stolen", "why": "short"}, "why"),
    ],
)
def test_what_is_wrong_with_it_is_said_at_its_field(force: Any, form: dict[str, str], field: str) -> None:
    inspection_id = a_stolen_card(force, 33)
    browser = force.browser("ALB", "examiner")
    before = browser.get("/forgeries?format=json").json()
    reply = browser.post("/forgeries/reported", data=form | {"inspection": inspection_id})
    assert (reply.status_code, f'id="{field}-problem"' in reply.text) == (422, True)
    assert browser.get("/forgeries?format=json").json() == before


def test_a_hit_alone_and_a_verdict_alone_offer_nothing(force: Any) -> None:
    browser = force.browser("ALB", "examiner")
    inspection_id = a_stolen_card(force, 34)
    on_the_list(force, a_zone(99))
    assert "/forgeries/reported" not in browser.get(f"/documents/inspections/{inspection_id}/verdict").text
    page = browser.get(f"/forgeries/reported?inspection={inspection_id}").text
    assert "There is nothing to record" in page
    assert 'name="category"' not in page
    reply = browser.post(
        "/forgeries/reported", data={"inspection": inspection_id, "category": "stolen", "why": GROUNDS}
    )
    assert (reply.status_code, "no list in date" in reply.text) == (422, True)


@pytest.mark.parametrize("asks", ["protection", "claim"])
def test_what_stops_it_on_the_day_of_telling_is_said_at_the_form(force: Any, asks: str) -> None:
    inspection_id = a_stolen_card(force, 36 if asks == "claim" else 37)
    browser = force.browser("ALB", "examiner")
    form = {"inspection": inspection_id, "category": "stolen", "why": GROUNDS}
    reference = browser.post("/forgeries/reported", data=form).headers["location"].split("/")[2].split("?")[0]
    node, now = force.nodes["ALB"], force.clock()
    if asks == "claim":
        read = inspect(a_zone(36), now.date()).document
        claim = Claim("", "", None, (read.number,), (PartnerCode("XKX"),))
        node.commit(lambda tx: enter_claim(tx, node.desk, force.officers["ALB", "alb-supervisor"], claim, now))
    else:
        browser.post(f"/documents/inspections/{inspection_id}/screening", data={"protection": "yes"})
    reply = force.browser("ALB", "supervisor").post(f"/forgeries/{reference}/issue", data={"review_on": ""})
    assert reply.status_code == 422
    assert 'id="review_on-problem"' in reply.text or "withdrawn" in reply.text
    twin = browser.get(f"/forgeries/{reference}?format=json").json()
    assert twin["told"] == []
    assert (twin["reported"] is None) is (asks == "protection")


@pytest.mark.parametrize("inspection_id", ["", "none", "0" * 36, "<script>"])
def test_an_inspection_that_there_is_none_of_has_no_form(force: Any, inspection_id: str) -> None:
    browser = force.browser("ALB", "examiner")
    assert browser.get(f"/forgeries/reported?inspection={inspection_id}").status_code == 404
    form = {"inspection": inspection_id, "category": "stolen", "why": GROUNDS}
    assert browser.post("/forgeries/reported", data=form).status_code == 404


# Series.


def test_templates_of_one_workshop_are_a_series_and_drawn(force: Any) -> None:
    first, second = a_template(force), an_alert(force, ISSUED)
    browser = force.browser("ALB", "enquirer")
    rows = browser.get("/series?format=json").json()
    assert {first, second} <= set(rows[0]["members"])
    reference = rows[0]["reference"]
    page = browser.get(f"/series/{reference}?with={second}").text
    svg = page[page.index("<svg") : page.index("</svg>")]
    table = page[page.index("</svg>") :]
    assert svg.count("<rect") == table.count('<td data-label="Bits"')
    assert f"{reference} and {second}" in page
    assert "a person decides" in page


def test_a_series_that_is_none_is_not_found(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    assert browser.get("/series/ALB-F-9999").status_code == 404
    assert force.browser("XKX", "enquirer").get("/series").text.count("<table") == 0


def likeness(*bits: float) -> Likeness:
    found = tuple(Contribution(FeatureKind.FONT_FAULT, f"v{at}", "", each) for at, each in enumerate(bits))
    return Likeness("A", "B", sum(bits), found)


def test_bars_go_right_for_and_left_against_and_none_leaves_the_drawing() -> None:
    bars = drawn(likeness(8.0, 2.0, 0.0, -4.0))
    assert [each.y for each in bars] == [22 + LINE * at for at in range(4)]
    assert bars[0].width == 4 * bars[1].width
    assert bars[2].width == 1.0
    assert bars[3].x + bars[3].width == bars[0].x
    assert all(each.x > 200 and each.x + each.width <= 860 for each in bars)


def test_a_template_with_many_features_is_drawn_in_part() -> None:
    assert len(drawn(likeness(*[1.0] * 40))) == MOST_LINES
