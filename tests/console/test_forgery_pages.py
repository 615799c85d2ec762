"""Forgery alerts and series in the console: forms, two people, and a drawing that says the same as its table."""

import re
from typing import Any

import pytest
from tests.console.forgery_story import GROUNDS, ISSUED, WORKSHOP, a_template, an_alert

from egnatia.console.pages.series import LINE, MOST_LINES, drawn
from egnatia.engines.documents.series.match import Contribution, Likeness
from egnatia.engines.documents.series.types import FeatureKind

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
