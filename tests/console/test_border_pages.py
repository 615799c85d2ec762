"""The border check in the console: one screen, and no page from which anything but an officer decides."""

import re
from typing import Any

import pytest

MET = {"bcp": "durres-1", "direction": "entry", "mode": "sea", "minor": "adult"}
COUNTED = {"nationality": "alb", "sex": "F", "age": "18_29"}
REFERRED = MET | COUNTED | {"act": "refer", "reason": "doc_discrepancy"}
NOTE = "The laminate was lifted and laid down again."


def opened(force: Any) -> tuple[Any, str]:
    """A second-line officer's browser, and the path of a further check that was just begun."""
    browser = force.browser("ALB", "examiner")
    reply = browser.post("/crossings", data=REFERRED)
    assert reply.status_code == 303
    return browser, reply.headers["location"].split("?")[0]


def options(page: str, name: str) -> list[str]:
    found = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    assert found is not None
    return re.findall(r'<option value="(\w+)"', found[0])


def test_who_passes_is_counted_and_the_screen_keeps_only_the_place(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    reply = browser.post("/crossings", data=MET | COUNTED | {"act": "pass"})
    assert (reply.status_code, reply.headers["location"]) == (
        303,
        "/crossings?done=passed&bcp=durres-1&direction=entry&mode=sea",
    )
    page = browser.get(reply.headers["location"]).text
    assert "ready for the next person" in page
    assert 'value="durres-1"' in page
    assert 'value="alb"' not in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"direction": ""}, "Direction: choose one"),
        ({"sex": "woman"}, "Sex, as printed: choose one"),
        ({"nationality": "Albania"}, "one to three letters"),
        ({"bcp": "lane three"}, "is no crossing point"),
        ({"minor": "alone"}, "custody"),
        ({"protection": "yes"}, "asked for protection"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_counted(force: Any, changed: dict[str, str], said: str) -> None:
    browser = force.browser("ALB", "enquirer")
    reply = browser.post("/crossings", data=MET | COUNTED | {"act": "pass"} | changed)
    assert reply.status_code == 422
    assert said in reply.text


def test_a_reason_is_from_the_list(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    page = browser.get("/crossings").text
    assert "lost_stolen" in options(page, "reason")
    assert "random_sample" not in options(page, "reason"), "that is drawn, not chosen"
    assert browser.post("/crossings", data=REFERRED | {"reason": "nationality"}).status_code == 422


def test_who_does_not_close_checks_goes_on_to_the_next_person(force: Any) -> None:
    reply = force.browser("ALB", "enquirer").post("/crossings", data=REFERRED)
    assert reply.headers["location"].startswith("/crossings?done=referred")


def test_a_further_check_is_led_to_its_end(force: Any) -> None:
    browser, path = opened(force)
    ending = COUNTED | {"finding": "forged", "outcome": "pass", "note": NOTE}
    early = browser.post(f"{path}/close", data=ending)
    assert early.status_code == 422
    assert "information sheet" in early.text
    assert browser.post(f"{path}/note", data={"what": "sheet", "language": "klingon"}).status_code == 422
    assert browser.post(f"{path}/note", data={"what": "sheet", "language": "sq"}).status_code == 303
    assert "screening" in browser.post(f"{path}/close", data=ending).text
    browser.post(f"{path}/note", data={"what": "signs", "sign": ["afraid", "no-such-sign"]})
    assert "1 seen" in browser.get(path).text
    assert browser.post(f"{path}/close", data=ending | {"note": "short"}).status_code == 422
    assert "help has to be offered first" in browser.post(f"{path}/close", data=ending).text
    assert browser.post(f"{path}/note", data={"what": "help", "help": "maybe"}).status_code == 422
    assert browser.post(f"{path}/note", data={"what": "help", "help": "declined"}).status_code == 303
    assert browser.post(f"{path}/close", data=ending).status_code == 303
    closed = browser.get(path).text
    assert "Altered document" in closed
    assert re.findall(r'<form method="post" action="/crossings/[0-9a-f-]+/(\w+)"', closed) == ["protection"]
    assert browser.get("/crossings/second-line?format=json").json()[0]["finding"] in {None, "forged"}


def test_after_a_request_for_protection_no_refusal_can_be_chosen(force: Any) -> None:
    browser, path = opened(force)
    assert "refused_entry" in options(browser.get(path).text, "outcome")
    assert browser.post(f"{path}/protection").status_code == 303
    assert options(browser.get(path).text, "outcome") == ["asylum_referral", "safeguarding_referral"]
    browser.post(f"{path}/note", data={"what": "sheet", "language": "ar"})
    forced = COUNTED | {"finding": "no_finding", "outcome": "refused_entry", "note": NOTE}
    reply = browser.post(f"{path}/close", data=forced)
    assert reply.status_code == 422
    assert "asked for protection" in reply.text


def test_nobody_who_leaves_can_be_refused(force: Any) -> None:
    browser = force.browser("ALB", "examiner")
    path = browser.post("/crossings", data=REFERRED | {"direction": "exit"}).headers["location"].split("?")[0]
    assert "refused_entry" not in options(browser.get(path).text, "outcome")


def test_an_unknown_check_is_not_found(force: Any) -> None:
    assert force.browser("ALB", "examiner").get("/crossings/no-such-check").status_code == 404


def test_the_first_line_hears_a_request_for_protection_with_an_empty_form(force: Any) -> None:
    """Nothing about the person is asked before they are heard; only the place stands on the screen."""
    browser = force.browser("ALB", "enquirer")
    place = {"bcp": "durres-1", "direction": "entry", "mode": "sea"}
    reply = browser.post("/crossings", data=place | {"act": "protection", "inspection": "mistyped"})
    assert (reply.status_code, "done=heard" in reply.headers["location"]) == (303, True)
    assert browser.post("/crossings", data={"act": "protection"}).status_code == 422, "where it is has to be known"
    second = force.browser("ALB", "examiner")
    rows = second.get("/crossings/second-line?format=json").json()
    asked = [each for each in rows if each["reason"] == "protection_request"]
    assert asked
    page = second.get(f"/crossings/{asked[0]['id']}").text
    assert "The check has stopped" in page
    assert options(page, "outcome") == ["asylum_referral", "safeguarding_referral"]


def test_the_first_line_hears_it_also_after_it_referred_the_person(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    browser.post("/crossings", data=REFERRED)
    page = browser.get("/crossings").text
    forms = re.findall(r'action="(/crossings/[0-9a-f-]+/protection)"', page)
    assert forms
    reply = browser.post(forms[0])
    assert (reply.status_code, reply.headers["location"]) == (303, "/crossings?done=heard")
    second = force.browser("ALB", "examiner").get(forms[0].removesuffix("/protection")).text
    assert "refused_entry" not in options(second, "outcome")
    assert browser.get(forms[0].removesuffix("/protection")).status_code == 403, "it hears, and sees nothing else"


def test_it_is_heard_after_a_refusal_as_well(force: Any) -> None:
    browser, path = opened(force)
    browser.post(f"{path}/note", data={"what": "sheet", "language": "sq"})
    refusal = COUNTED | {"finding": "entry_condition_not_met", "outcome": "refused_entry", "note": NOTE}
    assert "needs a ground" in browser.post(f"{path}/close", data=refusal).text
    no_appeal = browser.post(f"{path}/close", data=refusal | {"ground": "no_means"})
    assert (no_appeal.status_code, "how and where to appeal" in no_appeal.text) == (422, True)
    doubt = refusal | {"finding": "unresolved", "ground": "no_means", "appeal": "sq"}
    assert "nobody is stopped for a doubt" in browser.post(f"{path}/close", data=doubt).text
    assert browser.post(f"{path}/close", data=refusal | {"ground": "no_means", "appeal": "sq"}).status_code == 303
    closed = browser.get(path).text
    assert "G: not enough means" in closed
    again = browser.post(f"{path}/protection").headers["location"]
    assert not again.startswith(path)
    assert "refused_entry" not in options(browser.get(again.split("?")[0]).text, "outcome")


def test_a_child_alone_cannot_pass_before_custody_was_asked_about(force: Any) -> None:
    browser = force.browser("ALB", "examiner")
    child = REFERRED | {"minor": "alone", "reason": "child_alone"}
    path = browser.post("/crossings", data=child).headers["location"].split("?")[0]
    page = browser.get(path).text
    assert "Ask who has custody" in page
    assert "pass" not in options(page, "outcome")
    browser.post(f"{path}/note", data={"what": "custody", "custody": "confirmed"})
    assert "pass" in options(browser.get(path).text, "outcome")
    browser.post(f"{path}/note", data={"what": "signs", "sign": "afraid"})
    page = browser.get(path).text
    assert options(page, "outcome") == ["asylum_referral", "safeguarding_referral"]
    assert "Refer the person to safeguarding" in page


def test_signs_of_distress_stop_a_simple_pass(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    reply = browser.post("/crossings", data=MET | COUNTED | {"act": "pass", "distress": "yes"})
    assert (reply.status_code, "signs of distress" in reply.text) == (422, True)


def test_what_was_found_to_be_lawful_travel_leaves_no_page(force: Any) -> None:
    browser, path = opened(force)
    browser.post(f"{path}/note", data={"what": "sheet", "language": "sq"})
    ending = COUNTED | {"finding": "no_finding", "outcome": "pass", "note": NOTE}
    assert browser.post(f"{path}/close", data=ending).status_code == 303
    assert browser.get(path).status_code == 404


def test_a_long_list_of_further_checks_stays_light(force: Any) -> None:
    browser = force.browser("ALB", "examiner")
    for _ in range(35):
        browser.post("/crossings", data=REFERRED)
    for tag in ("en", "mk"):
        page = browser.get(f"/crossings/second-line?lang={tag}")
        assert len(page.content) <= 60_000
        assert page.text.count("data-label") / 6 <= 31
    browser.get("/crossings/second-line?lang=en")
    last = browser.get("/crossings/second-line?page=999")
    assert 'rel="prev"' in last.text
    assert 'rel="next"' not in last.text


def test_swapping_the_nationality_changes_no_word_of_the_pages(force: Any) -> None:
    browser = force.browser("ALB", "examiner")
    pages = []
    for nationality in ("alb", "afg", "d"):
        path = browser.post("/crossings", data=REFERRED | {"nationality": nationality}).headers["location"]
        path = path.split("?")[0]
        browser.post(f"{path}/note", data={"what": "sheet", "language": "sq"})
        browser.post(f"{path}/note", data={"what": "signs", "sign": "afraid"})
        page = browser.get(path).text.replace(path, "")
        pages.append(re.sub(r"<time.*?</time>", "", page))
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize("what", ["", "sign", "everything"])
def test_only_what_has_a_button_is_noted(force: Any, what: str) -> None:
    """A form that lost its field must not count as a screening that saw nothing."""
    browser, path = opened(force)
    assert browser.post(f"{path}/note", data={"what": what}).status_code == 404
    assert "not gone through yet" in browser.get(path).text


def test_nobody_passes_unless_that_button_was_pressed(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    assert browser.post("/crossings", data=MET | COUNTED).status_code == 422
