"""Every page in all five languages: the right `lang`, nothing left in English, dates and countries as the CLDR has them."""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest
from tests.console.dna_governance_story import tell_governed
from tests.console.dna_story import tell_dna
from tests.console.forgery_story import ISSUED, a_met_document, a_stolen_card, an_alert
from tests.console.pages_read import Found, taken_apart

from egnatia.console.catalogues import LANGUAGES, read_catalogue
from egnatia.console.language import language

OTHERS = [tag for tag in LANGUAGES if tag != "en"]
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
ALBANIA = (
    "/",
    "/documents/inspect",
    "/documents/examine",
    "/documents/inspections",
    "/documents/trust",
    "/enquiries",
    "/enquiries/new",
    "/enquiries/standing",
    "/enquiries/{enquiry}",
    "/candidates?show=all",
    "/candidates/{candidate}",
    "/blind",
    "/blind/new",
    "/blind/new?list=bank_accounts",
    "/follow-ups",
    "/received/{follow_up}",
    "/received/{follow_up}/onward",
    "/consents",
    "/corrections",
    "/outcomes/new?candidate={candidate}",
    "/cases",
    "/cases/DUR-2025-0417",
    "/cases/DUR-2025-0600",
    "/alerts",
    "/alerts/patterns",
    "/forgeries",
    "/forgeries/{alert}",
    "/forgeries/{alert}/change",
    "/forgeries/{met}",
    "/forgeries/reported?inspection={stolen}",
    "/documents/inspections/{stolen}/verdict",
    "/series",
    "/dna",
    "/dna?show=all",
    "/dna/candidates/{dna_fresh}",
    "/dna/candidates/{dna_near}",
    "/dna/candidates/{dna_hit}",
    "/candidates/{dna_fresh}",
    "/dna/eliminations",
    "/dna/eliminations/{held}",
    "/dna/eliminations/{half}",
    "/dna/batches",
    "/dna/batches/{batch}",
    "/dna/batches/{asked_batch}",
    "/dna/standing?show=all",
    "/dna/standing/{order}",
    "/dna/standing/{begun}",
    "/dna/upgrades",
    "/dna/upgrades/{came}",
    "/dna/upgrades/{sent}",
    "/dna/profiles",
    "/dna/series",
    "/dna/series/{dna_hit}",
    "/dna/figures",
    "/indicators",
    "/indicators/hits",
    "/indicators/dna_hits",
    "/indicators/enquiries_asked",
    "/agreements",
    "/partners",
    "/partners/XKX",
    "/membership",
    "/ledger",
    "/sessions",
    "/help",
    "/login",
    "/no/such/page",
    "/candidates/no-such-candidate",
)
KOSOVO = ("/follow-ups/{follow_up}", "/follow-ups/{open}", "/follow-ups/{open}/release", "/follow-ups")
FORMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/search", {"q": "Hoxha, Arben 1994-06-27"}),
    ("/search", {"q": "RKS RK1234567"}),
    ("/search", {"q": "?!"}),
    ("/documents/inspect", {"zone": "nothing"}),
    (
        "/documents/inspect",
        {"zone": "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<11"},
    ),
    ("/enquiries/new", {"subject": "person"}),
    ("/enquiries/check", {"subject": "person"}),
    ("/enquiries/check", {"subject": "travel_document", "justification": "x" * 2_001}),
    ("/blind/check", {"list": "phones"}),
    ("/outcomes", {"note": "\x07"}),
    ("/forgeries", {"features": "font_fault=nothing"}),
    ("/forgeries/{alert}/change", {"features": "font_fault=nothing"}),
    ("/forgeries/reported", {"inspection": "{stolen}", "category": ""}),
    ("/dna/candidates/{dna_fresh}/opinion", {"reasons": "short"}),
    ("/dna/eliminations/{held}/finding", {"finding": "cleared", "why": "short"}),
    ("/dna/batches/{batch}/refuse", {"why": "short"}),
    ("/dna/standing/{order}/end", {"why": ""}),
    ("/ledger/verify", {}),
    ("/ledger/entries", {"reason": "curious"}),
    ("/ledger/entries", {"reason": "Monthly sample of consultations"}),
)


@pytest.fixture(scope="module")
def open_case(force: Any, story: Any, cases: Callable[..., Any]) -> dict[str, str]:
    """References for the addresses: one finished case, one with an open proposal, one not decided."""
    assert story
    proposed = cases(force, "DUR-2025-0500", "proposal")
    cases(force, "DUR-2025-0600", "candidate")
    dna = tell_dna(force)
    governed = tell_governed(force, dna)
    return asdict(governed) | {
        "dna_fresh": dna.fresh,
        "dna_near": dna.near,
        "dna_hit": dna.disposed,
        "alert": an_alert(force, ISSUED),
        "met": a_met_document(force),
        "stolen": a_stolen_card(force),
        "enquiry": story.enquiry,
        "candidate": story.candidate,
        "follow_up": story.follow_up,
        "open": proposed.follow_up,
    }


@cache
def pieces(tag: str) -> tuple[str, ...]:
    """English messages, cut at their placeholders, that have another text in the language."""
    kept: dict[str, None] = {}
    for message in read_catalogue(tag):
        if message.id and message.string:
            source = message.id if isinstance(message.id, str) else message.id[0]
            form = message.string if isinstance(message.string, str) else message.string[0]
            cut = [piece.strip() for piece in re.split(r"%\(\w+\)s", source)]
            kept |= dict.fromkeys(piece for piece in cut if len(piece) >= 12 and " " in piece and piece not in form)
    return tuple(kept)


def english_left(found: Found, tag: str) -> list[str]:
    """Messages that still stand in English where they have a translation."""
    shown = f" {found.words} {found.title} {' '.join(found.attributes)} "
    return [piece for piece in pieces(tag) if f" {piece}" in shown]


def is_in(tag: str, page: Any) -> None:
    found = taken_apart(page)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert found.language == tag
    assert found.title.endswith("· Egnatia")
    if tag in OTHERS:
        assert english_left(found, tag) == []
    if tag == "sr-Latn":
        own = found.words.replace(LANGUAGES["sr"], "").replace(LANGUAGES["mk"], "")
        assert not CYRILLIC.search(own), CYRILLIC.findall(own)
    if tag in {"sr", "mk"}:
        assert CYRILLIC.search(found.title)
    assert "%(" not in found.words
    assert "{{" not in found.words
    assert "None" not in found.words.replace("None.", "").replace("None here", "").replace("None recorded", "").replace(
        "None yet", ""
    )


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("path", ALBANIA)
def test_every_page_speaks_one_language(force: Any, open_case: dict[str, str], path: str, tag: str) -> None:
    browser = force.visitor("ALB") if path == "/login" else force.browser("ALB", "supervisor")
    browser.client.cookies.set("lang", tag, domain="127.0.0.1", path="/")
    is_in(tag, browser.get(path.format(**open_case)))


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("path", KOSOVO)
def test_the_answering_side_speaks_one_language(force: Any, open_case: dict[str, str], path: str, tag: str) -> None:
    browser = force.browser("XKX", "second")
    browser.client.cookies.set("lang", tag, domain="127.0.0.1", path="/")
    is_in(tag, browser.get(path.format(**open_case)))


@pytest.mark.parametrize("tag", OTHERS)
@pytest.mark.parametrize(("path", "data"), FORMS)
def test_what_a_form_answers_is_in_the_same_language(
    force: Any, open_case: dict[str, str], path: str, data: dict[str, Any], tag: str
) -> None:
    assert open_case
    browser = force.browser("ALB", "supervisor")
    browser.client.cookies.set("lang", tag, domain="127.0.0.1", path="/")
    typed = {name: each.format(**open_case) if isinstance(each, str) else each for name, each in data.items()}
    page = browser.post(path.format(**open_case), typed)
    if path != "/documents/inspect" or page.status_code == 200:
        is_in(tag, page)
    else:
        assert taken_apart(page).language == tag


@pytest.mark.parametrize("tag", LANGUAGES)
def test_moments_are_written_as_the_language_does_and_marked_up_to_the_second(
    force: Any, open_case: dict[str, str], tag: str
) -> None:
    page = force.browser("ALB", "enquirer").get(f"/candidates/{open_case['candidate']}?lang={tag}")
    marked = re.findall(r'<time datetime="([^"]+)">([^<]+)</time>', page.text)
    assert len(marked) >= 4
    for iso, text in marked:
        at = datetime.fromisoformat(iso)
        assert at.tzinfo is not None, iso
        assert text == language(tag).moment(at)
        assert text.endswith(" UTC")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_countries_have_the_cldr_names_and_their_codes_are_not_shown(
    force: Any, open_case: dict[str, str], tag: str
) -> None:
    browser = force.browser("ALB", "supervisor")
    for path in ("/enquiries", "/candidates?show=all", "/follow-ups", f"/enquiries/{open_case['enquiry']}"):
        words = taken_apart(browser.get(f"{path}{'&' if '?' in path else '?'}lang={tag}")).words
        assert language(tag).country("XKX") in words, path
        assert not re.search(r"\b(?:XKX|MKD|ALB)\b(?!-)", words), path
    matrix = taken_apart(browser.get(f"/agreements?lang={tag}")).words
    for code in ("ALB", "GBR", "MKD", "MNE", "XKX"):
        assert language(tag).country(code) in matrix


@pytest.mark.parametrize("tag", LANGUAGES)
def test_qualities_use_the_languages_decimal_sign(force: Any, open_case: dict[str, str], tag: str) -> None:
    words = taken_apart(force.browser("ALB", "examiner").get(f"/candidates/{open_case['candidate']}?lang={tag}")).words
    assert ("1.00" if tag == "en" else "1,00") in words
    assert ("1,00" if tag == "en" else "1.00") not in words


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_day_of_the_matrix_is_written_as_the_language_does(force: Any, tag: str) -> None:
    page = force.browser("ALB", "auditor").get(f"/agreements?on=2025-12-01&lang={tag}")
    assert language(tag).day(date(2025, 12, 1)) in page.text.replace("&#39;", "'")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_what_stays_english_says_that_it_is(force: Any, tag: str) -> None:
    """An error's own message is written once, in English; a screen reader is told so."""
    page = force.browser("ALB", "enquirer").get(f"/candidates/none?lang={tag}")
    assert ('<strong lang="en">' in page.text) == (tag != "en")
    wrong = force.visitor("ALB")
    wrong.client.cookies.set("lang", tag, domain="127.0.0.1", path="/")
    refused = wrong.post("/login", {"name": "nobody", "password": "x"})
    assert ('<span lang="en">' in refused.text) == (tag != "en")


def test_the_switch_keeps_what_the_page_shows(force: Any) -> None:
    browser = force.browser("ALB", "examiner")
    links = taken_apart(browser.get("/candidates?show=all&page=1&done=decided&lang=sq")).links
    assert "?show=all&page=1&lang=mk" in links
    assert "?show=all&page=1&format=json" in links
    hostile = browser.get("/candidates?show=%22%3E%3Cb%3E&x=%26lang%3Dmk").text
    assert "?show=%22%3E%3Cb%3E&amp;x=%26lang%3Dmk&amp;lang=sq" in hostile


@pytest.mark.parametrize(("path", "data"), FORMS)
def test_no_link_of_a_page_that_came_by_a_form_leads_nowhere(force: Any, path: str, data: dict[str, Any]) -> None:
    """Such a page has no address of its own: its switch of language used to lead to a page that does not exist."""
    browser = force.browser("ALB", "supervisor")
    page = browser.post(path, data)
    links = [link for link in taken_apart(page).links if not link.startswith("#")]
    assert links
    for link in dict.fromkeys(links):
        target = f"{path}{link}" if link.startswith("?") else link
        assert browser.get(target).status_code == 200, link


def test_the_twin_that_a_page_offers_is_a_twin(force: Any, open_case: dict[str, str]) -> None:
    browser = force.browser("ALB", "supervisor")
    for path in ALBANIA:
        page = browser.get(path.format(**open_case))
        for link in taken_apart(page).links:
            if "format=json" in link:
                twin = browser.get(path.format(**open_case).partition("?")[0] + link)
                assert twin.headers["content-type"] == "application/json", path
                assert twin.json() is not None
