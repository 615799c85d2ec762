"""A real Chromium on every page: WCAG 2.2 AA by axe-core in light and dark, reflow at 320 px, the keyboard alone."""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.console.dna_governance_story import tell_governed
from tests.console.dna_story import examiners, tell_dna
from tests.console.exchange_story import BLIND, correct, for_the_court, more
from tests.console.forgery_story import ISSUED, a_met_document, a_stolen_card, a_template, an_alert
from tests.console.people_story import LOOK, ask_person, on_file_twice, released
from tests.console.standing_story import a_standing_enquiry
from tests.console.trust_story import CERTIFICATE, a_recorded_inspection, a_trust_file

from egnatia.casework.borders import (
    Encounter,
    Group,
    give_verdict,
    inspect_document,
    refer,
    register_device,
    relax,
    screen,
)
from egnatia.console import console_app
from egnatia.console.routes import ROUTES
from egnatia.enquiries.candidates import DecisionDraft
from egnatia.enquiries.fishing import Finding, fishing_alerts
from egnatia.enquiries.fishing.alerts import Asker, raise_alert
from egnatia.enquiries.second_reviews import Drawing, draw_reviews, give_review
from egnatia.model.borders import (
    AgeBand,
    CrossingMode,
    Direction,
    Minor,
    RelaxationReason,
    SecondLineReason,
    Sign,
    VerdictClass,
)
from egnatia.model.ids import CandidateId, PartnerCode
from egnatia.model.states import Decision, FishingRule, Role

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 30_000
"""Longest wait for what a page has to show, however busy the machine is; no test waits for it that passes."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PASSWORD = "three unrelated words"
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<11"
QUESTION = {
    "subject": "travel_document",
    "issuer": "RKS",
    "document_type": "P",
    "number": "RK1234567",
    "case_ref": "DUR-2025-0999",
    "purpose": "border_check",
    "offence": "false_document",
    "justification": "Second-line check at the Port of Durres",
}
SUBMIT = """([target, fields]) => {
  const form = document.createElement("form");
  Object.assign(form, {method: "post", action: target});
  for (const [name, value] of Object.entries(fields)) {
    const box = document.createElement("textarea");
    Object.assign(box, {name, value});
    form.append(box);
  }
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core's source: from EGNATIA_AXE_CORE, or fetched once from the npm registry into a cache outside the project."""
    given = os.environ.get("EGNATIA_AXE_CORE")
    if given:
        return Path(given).read_text(encoding="utf-8")
    cache = Path(tempfile.gettempdir()) / "egnatia-axe-core"
    packed = next(iter(cache.glob("axe-core-*.tgz")), None) or fetch_axe(cache)
    with tarfile.open(packed) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


def fetch_axe(cache: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core is missing: set EGNATIA_AXE_CORE to axe.min.js, or install npm")
    cache.mkdir(exist_ok=True)
    done = subprocess.run([npm, "pack", "axe-core@4"], cwd=cache, capture_output=True, timeout=120, check=False)
    found = next(iter(cache.glob("axe-core-*.tgz")), None)
    if done.returncode or found is None:
        pytest.skip("axe-core is missing and npm could not fetch it: set EGNATIA_AXE_CORE to axe.min.js")
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Served:
    """One node's console on a port of this machine."""

    force: Any
    code: str
    base: str

    def context(self, chromium: Browser, role: str, **options: Any) -> BrowserContext:
        """A browser of an officer who is logged in."""
        made = chromium.new_context(base_url=self.base, locale="en-GB", **options)
        for name, value in self.force.browser(self.code, role).client.cookies.items():
            made.add_cookies([{"name": name, "value": value, "url": self.base}])
        return made


def serve(force: Any, code: str) -> Iterator[Served]:
    config = uvicorn.Config(console_app(force.nodes[code]), port=0, lifespan="off", log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(force, code, f"http://127.0.0.1:{port}")
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def albania(force: Any) -> Iterator[Served]:
    yield from serve(force, "ALB")


@pytest.fixture(scope="module")
def kosovo(force: Any) -> Iterator[Served]:
    yield from serve(force, "XKX")


@dataclass(frozen=True, slots=True)
class Visit:
    """A page to look at: where, as whom, and what is posted to get it."""

    node: str
    role: str
    path: str
    fields: Mapping[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.role}:{self.path}{'+' if self.fields else ''}"

    def open(self, page: Page, names: Mapping[str, str]) -> None:
        path = self.path.format(**names)
        if self.fields is None:
            page.goto(path)
            return
        page.goto("/help")
        with page.expect_navigation():
            page.evaluate(SUBMIT, [path, {name: value.format(**names) for name, value in self.fields.items()}])


FILES = {"/ledger/evidence/{partner}"}
"""What is kept and not looked at."""
VISITS = [
    Visit("ALB", "supervisor", "/"),
    Visit("ALB", "supervisor", "/search", {"q": ZONE}),
    Visit("ALB", "supervisor", "/search", {"q": "Hoxha, Arben 1994-06-27"}),
    Visit("ALB", "supervisor", "/help"),
    Visit("ALB", "supervisor", "/sessions"),
    Visit("ALB", "supervisor", "/documents/inspect"),
    Visit("ALB", "supervisor", "/documents/inspect", {"zone": ZONE, "case_ref": "DUR-2025-0998"}),
    Visit("ALB", "supervisor", "/documents/examine"),
    Visit("ALB", "supervisor", "/documents/examine", {"zone": ZONE, "number": "XX0000000"}),
    Visit("ALB", "supervisor", "/documents/inspections"),
    Visit("ALB", "supervisor", "/documents/inspections/{recorded}"),
    Visit("ALB", "supervisor", "/documents/inspections/{recorded}?view=evidence"),
    Visit("ALB", "supervisor", "/documents/inspections/{recorded}/replay", {"a": "b"}),
    Visit("ALB", "supervisor", "/documents/inspections/{judged}"),
    Visit("ALB", "supervisor", "/documents/rates"),
    Visit("ALB", "supervisor", "/crossings/lookup"),
    Visit("ALB", "supervisor", "/crossings/lookup", {"bcp": "DURRES-1", "direction": "exit", "zone": ZONE}),
    Visit("ALB", "supervisor", "/crossings/lookup", {"bcp": "lane three", "direction": "entry", "zone": ZONE}),
    Visit("ALB", "supervisor", "/crossings/criteria"),
    Visit("ALB", "supervisor", "/documents/trust"),
    Visit("ALB", "supervisor", "/documents/trust?country=UTO"),
    Visit("ALB", "supervisor", "/documents/trust/certificates/{certificate}"),
    Visit("ALB", "auditor", "/documents/trust?day=never"),
    Visit("XKX", "examiner", "/documents/trust"),
    Visit("XKX", "examiner", "/documents/trust/updates/{update}"),
    Visit("XKX", "examiner", "/documents/trust/updates/{update}/refuse", {"reason": "short"}),
    Visit("ALB", "supervisor", "/enquiries"),
    Visit("ALB", "supervisor", "/enquiries/new"),
    Visit("ALB", "supervisor", "/enquiries/new", {"subject": "person"}),
    Visit("ALB", "supervisor", "/enquiries/check", {"subject": "travel_document"}),
    Visit("ALB", "supervisor", "/enquiries/check", QUESTION),
    Visit("ALB", "supervisor", "/enquiries/{enquiry}"),
    Visit("ALB", "reviewer", "/candidates/reviews"),
    Visit("ALB", "reviewer", "/candidates/reviews/{drawn}"),
    Visit("ALB", "reviewer", "/candidates/reviews/{drawn}", {"basis": "no"}),
    Visit("ALB", "supervisor", "/candidates/reviews/figures"),
    Visit("ALB", "supervisor", "/candidates/reviews/figures", {"count": "many"}),
    Visit("ALB", "supervisor", "/enquiries/standing"),
    Visit("ALB", "supervisor", "/enquiries/standing/{standing}"),
    Visit("ALB", "supervisor", "/persons"),
    Visit("ALB", "supervisor", "/persons", {"family_names": "Hoxha", "why": "short"}),
    Visit("ALB", "supervisor", "/persons", LOOK),
    Visit("XKX", "supervisor", "/persons/links"),
    Visit("ALB", "supervisor", "/persons/links"),
    Visit("ALB", "supervisor", "/persons/links/ALB-L-000001/ALB-L-000002"),
    Visit("ALB", "supervisor", "/persons/links/ALB-L-000001/ALB-L-000002", {"decision": "positive", "why": "short"}),
    Visit("ALB", "supervisor", "/persons/links/ALB-L-000001/ALB-L-000002/undo", {"number": "1", "undo_why": "short"}),
    Visit("ALB", "examiner", "/candidates/{person}"),
    Visit("ALB", "examiner", "/received/{person_received}"),
    Visit("ALB", "supervisor", "/networks"),
    Visit("ALB", "supervisor", "/networks", {"case_ref": "no case"}),
    Visit("ALB", "supervisor", "/blind"),
    Visit("ALB", "supervisor", "/blind/new"),
    Visit("ALB", "supervisor", "/blind/new?list=bank_accounts"),
    Visit("ALB", "supervisor", "/blind/check", {"list": "phones"}),
    Visit("ALB", "supervisor", "/blind/check", BLIND),
    Visit("ALB", "enquirer", "/blind/{blind}"),
    Visit("XKX", "approver", "/blind"),
    Visit("ALB", "supervisor", "/candidates?show=all"),
    Visit("ALB", "examiner", "/candidates/{open}"),
    Visit("ALB", "examiner", "/candidates/{open}/decision", {"basis": "short"}),
    Visit("ALB", "supervisor", "/candidates/{candidate}"),
    Visit("ALB", "supervisor", "/candidates/{candidate}/follow-up"),
    Visit("ALB", "supervisor", "/follow-ups"),
    Visit("XKX", "approver", "/follow-ups/{waiting}"),
    Visit("XKX", "approver", "/follow-ups/{waiting}/proposal", {"reason": "short"}),
    Visit("XKX", "second", "/follow-ups/{proposed}"),
    Visit("XKX", "second", "/follow-ups/{proposed}/release"),
    Visit("XKX", "approver", "/follow-ups/{proposed}/release"),
    Visit("XKX", "approver", "/follow-ups/{waiting}/pause", {"clock_why": "short"}),
    Visit("ALB", "supervisor", "/received/{received}"),
    Visit("ALB", "supervisor", "/received/{received}/onward"),
    Visit("ALB", "supervisor", "/received/{received}/consent", {"use": "onward"}),
    Visit("GBR", "enquirer", "/passed-on/{received}"),
    Visit("GBR", "enquirer", "/consents"),
    Visit("XKX", "second", "/consents"),
    Visit("XKX", "second", "/consents/{consent}"),
    Visit("XKX", "second", "/consents/{asked}/proposal", {"reason": "short"}),
    Visit("XKX", "second", "/consents/{proposed_consent}"),
    Visit("ALB", "supervisor", "/corrections"),
    Visit("ALB", "examiner", "/corrections/XKX/{correction}"),
    Visit("ALB", "supervisor", "/outcomes/new?candidate={candidate}"),
    Visit("ALB", "supervisor", "/outcomes", {"kind": ""}),
    Visit("ALB", "supervisor", "/cases"),
    Visit("ALB", "supervisor", "/cases/DUR-2025-0417"),
    Visit("ALB", "examiner", "/crossings"),
    Visit("ALB", "examiner", "/crossings", {"act": "refer"}),
    Visit("ALB", "examiner", "/crossings/second-line"),
    Visit("ALB", "examiner", "/crossings/{check}"),
    Visit("ALB", "examiner", "/crossings/{check}/close", {"finding": "forged"}),
    Visit("ALB", "enquirer", "/crossings"),
    Visit("ALB", "examiner", "/crossings/{child}"),
    Visit("ALB", "examiner", "/documents/inspections/{judged}/verdict"),
    Visit("ALB", "examiner", "/documents/inspections/{judged}/verdict", {"kind": ""}),
    Visit("ALB", "enquirer", "/documents/inspections/{judged}/screening"),
    Visit("ALB", "enquirer", "/documents/inspections/{judged}/screening", {"sign": "afraid", "protection": "yes"}),
    Visit("ALB", "supervisor", "/alerts"),
    Visit("ALB", "supervisor", "/alerts/patterns"),
    Visit("ALB", "supervisor", "/alerts/patterns/{pattern}"),
    Visit("ALB", "examiner", "/forgeries"),
    Visit("ALB", "examiner", "/forgeries/new"),
    Visit("ALB", "examiner", "/forgeries", {"features": "font_fault=nothing", "why": "short"}),
    Visit("ALB", "supervisor", "/forgeries/{template}"),
    Visit("ALB", "supervisor", "/forgeries/{alert}"),
    Visit("ALB", "supervisor", "/forgeries/{alert}/withdraw", {"reason": "mistaken", "why": "short"}),
    Visit("ALB", "supervisor", "/forgeries/{alert}/change"),
    Visit("ALB", "supervisor", "/forgeries/{alert}/change", {"features": "font_fault=nothing", "why": "short"}),
    Visit("ALB", "examiner", "/forgeries/reported?inspection={stolen}"),
    Visit("ALB", "examiner", "/forgeries/reported?inspection={unheard}"),
    Visit("ALB", "examiner", "/forgeries/reported?inspection={judged}"),
    Visit("ALB", "examiner", "/forgeries/reported", {"inspection": "{stolen}", "category": "", "why": "short"}),
    Visit("ALB", "examiner", "/documents/inspections/{stolen}/verdict"),
    Visit("ALB", "supervisor", "/forgeries/{met}"),
    Visit("ALB", "enquirer", "/series"),
    Visit("ALB", "enquirer", "/series/{alert}"),
    Visit("ALB", "supervisor", "/dna?show=all"),
    Visit("ALB", "supervisor", "/dna/candidates/{dna_near}"),
    Visit("ALB", "examiner", "/dna/candidates/{dna_fresh}"),
    Visit("ALB", "examiner-2", "/dna/candidates/{dna_second}"),
    Visit("ALB", "examiner-2", "/dna/candidates/{dna_second}/opinion", {"reasons": "short"}),
    Visit("ALB", "examiner", "/dna/candidates/{dna_hit}"),
    Visit("ALB", "examiner", "/candidates/{dna_hit}"),
    Visit("ALB", "examiner", "/dna/eliminations"),
    Visit("ALB", "examiner", "/dna/eliminations/{held}"),
    Visit("ALB", "supervisor", "/dna/eliminations/{half}"),
    Visit("ALB", "supervisor", "/dna/eliminations/{half}/finding", {"finding": "open", "why": "short"}),
    Visit("ALB", "approver", "/dna/batches"),
    Visit("ALB", "approver", "/dna/batches/{batch}"),
    Visit("ALB", "approver", "/dna/batches/{asked_batch}/refuse", {"why": "short"}),
    Visit("ALB", "examiner", "/dna/batches/{asked_batch}"),
    Visit("ALB", "approver", "/dna/standing?show=all"),
    Visit("ALB", "approver", "/dna/standing/{order}"),
    Visit("ALB", "supervisor", "/dna/standing/{begun}/end", {"why": "short"}),
    Visit("ALB", "examiner", "/dna/upgrades"),
    Visit("ALB", "examiner", "/dna/upgrades/{came}"),
    Visit("ALB", "examiner", "/dna/upgrades/{came}/answer", {"answer": "", "why": "short"}),
    Visit("ALB", "examiner", "/dna/candidates/{growing}/upgrade"),
    Visit("ALB", "examiner", "/dna/candidates/{growing}/upgrade", {"more": "nothing", "why": "short"}),
    Visit("ALB", "examiner", "/dna/profiles"),
    Visit("ALB", "supervisor", "/dna/series"),
    Visit("ALB", "supervisor", "/dna/series/{dna_hit}"),
    Visit("ALB", "auditor", "/dna/figures"),
    Visit("ALB", "supervisor", "/indicators"),
    Visit("ALB", "supervisor", "/indicators/hits"),
    Visit("ALB", "supervisor", "/agreements"),
    Visit("ALB", "supervisor", "/partners"),
    Visit("ALB", "auditor", "/partners/MKD"),
    Visit("ALB", "supervisor", "/membership"),
    Visit("ALB", "supervisor", "/ledger"),
    Visit("ALB", "supervisor", "/ledger/verify", {"a": "b"}),
    Visit("ALB", "supervisor", "/ledger/entries", {"reason": "Looking how entries are shown"}),
    Visit("ALB", "supervisor", "/no/such/page"),
]


def a_pattern(force: Any) -> str:
    """An alert about our own enquirer's questions; returns its id."""
    node, now = force.nodes["ALB"], force.clock()
    finding = Finding(FishingRule.NEIGHBOURING_NUMBERS, 12, ("DUR-2025-0417",), now, now)
    asker = Asker(None, force.officers["ALB", "alb-enquirer"].id)
    node.commit(lambda tx: raise_alert(tx, asker, finding, now))
    alerts = node.commit(lambda tx: fishing_alerts(tx, force.officers["ALB", "alb-supervisor"], now))
    return str(alerts[0].id)


def a_further_check(force: Any) -> str:
    """A further check that is not closed; a device that was never tested stands at the same place."""
    node, now = force.nodes["ALB"], force.clock()
    officer, admin = (force.officers["ALB", f"alb-{post}"] for post in ("enquirer", "administrator"))
    met = Encounter("DURRES-1", Direction.ENTRY, CrossingMode.SEA, Group("ALB", "F", AgeBand.FROM_18))
    node.commit(lambda tx: register_device(tx, admin, ("DURRES-1", "Lane 3", "Reader"), 7, now))
    check_id = node.commit(lambda tx: refer(tx, officer, met, SecondLineReason.DOC_DISCREPANCY, now))
    return str(check_id)


def a_child_with_signs(force: Any) -> str:
    """A further check of a child alone that shows a sign, where checks are relaxed for traffic."""
    node, now = force.nodes["ALB"], force.clock()
    officer, supervisor = (force.officers["ALB", f"alb-{post}"] for post in ("enquirer", "supervisor"))
    group = Group("ALB", "F", AgeBand.UNDER_18)
    met = Encounter("DURRES-1", Direction.ENTRY, CrossingMode.SEA, group, Minor.ALONE)
    check_id = node.commit(lambda tx: refer(tx, officer, met, SecondLineReason.CHILD_ALONE, now))
    node.commit(lambda tx: screen(tx, officer, check_id, [Sign.CHILD_WITH_STRANGERS], now))
    where = ("DURRES-1", Direction.EXIT)
    node.commit(lambda tx: relax(tx, supervisor, where, RelaxationReason.TRAFFIC, timedelta(hours=2), now))
    return str(check_id)


def a_verdict(force: Any) -> str:
    """An inspection on which two officers differ, and whose holder nobody has asked yet."""
    node, now = force.nodes["ALB"], force.clock()
    examiner, supervisor = (force.officers["ALB", f"alb-{post}"] for post in ("examiner", "supervisor"))
    made = node.commit(lambda tx: inspect_document(tx, examiner, "DUR-2025-0996", ZONE, now))[0]
    why = "The laminate over the photograph was lifted and glued again."
    node.commit(lambda tx: give_verdict(tx, examiner, made, VerdictClass.FORGED, why, now))
    node.commit(lambda tx: give_verdict(tx, supervisor, made, VerdictClass.IMPOSTOR, why, now))
    return str(made)


def drawn_reviews(force: Any, reviewed: str) -> None:
    """Every decided candidate is drawn; one of them is decided otherwise by an examiner who reviews and does nothing else."""
    node, now = force.nodes["ALB"], force.clock()
    force.hire(PartnerCode("ALB"), "alb-reviewer", {Role.EXAMINER})
    supervisor, reviewer = (force.officers["ALB", f"alb-{post}"] for post in ("supervisor", "reviewer"))
    drawing = Drawing(9, now - timedelta(days=9), "3 14 15")
    node.commit(lambda tx: draw_reviews(tx, supervisor, drawing, now))
    found = DecisionDraft(Decision.REJECTED, "The type was read wrongly from the page itself.", "level 3")
    node.commit(lambda tx: give_review(tx, reviewer, CandidateId(reviewed), found, now))


@pytest.fixture(scope="module")
def names(force: Any, cases: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """References of records in every state that has a page of its own."""
    whole = cases(force, "DUR-2025-0417", "outcome")
    proposed = cases(force, "DUR-2025-0418", "proposal")
    waiting = cases(force, "DUR-2025-0419", "follow_up")
    undecided = cases(force, "DUR-2025-0420", "candidate")
    left = more(force, whole, tmp_path_factory.mktemp("gbr") / "GBR")
    dna = tell_dna(force)
    person = released(force, ask_person(force, tmp_path_factory.mktemp("gbr-persons") / "GBR"))
    on_file_twice(force)
    examiners(force)
    drawn_reviews(force, whole.candidate)
    return asdict(tell_governed(force, dna)) | {
        "person": person.candidate,
        "person_received": person.received,
        "blind": left.blind,
        "consent": left.consent,
        "proposed_consent": for_the_court(force, whole, proposed=True),
        "asked": for_the_court(force, whole, proposed=False),
        "correction": correct(force),
        "enquiry": whole.enquiry,
        "candidate": whole.candidate,
        "received": whole.follow_up,
        "proposed": proposed.follow_up,
        "waiting": waiting.follow_up,
        "drawn": waiting.candidate,
        "open": undecided.candidate,
        "pattern": a_pattern(force),
        "check": a_further_check(force),
        "child": a_child_with_signs(force),
        "judged": a_verdict(force),
        "recorded": a_recorded_inspection(force),
        "update": a_trust_file(force),
        "certificate": CERTIFICATE,
        "alert": an_alert(force, ISSUED),
        "template": a_template(force),
        "met": a_met_document(force),
        "unheard": a_stolen_card(force, 9, asked=False),
        "stolen": a_stolen_card(force),
        "standing": a_standing_enquiry(force),
        "dna_near": dna.near,
        "dna_fresh": dna.fresh,
        "dna_second": dna.second,
        "dna_hit": dna.disposed,
    }


def violations(page: Page, options: Mapping[str, Any]) -> list[str]:
    found = page.evaluate("options => axe.run(document, options)", dict(options))["violations"]
    return [f"{each['id']}: {json.dumps([node['html'][:120] for node in each['nodes'][:3]])}" for each in found]


def test_every_page_route_is_looked_at() -> None:
    seen = {visit.path.split("?")[0] for visit in VISITS} | {"/login"}
    for route in ROUTES:
        if "GET" in route.methods and route.path not in FILES:
            parts = route.path.split("/")
            assert any(
                len(parts) == len(path.split("/"))
                and all(
                    mine.startswith("{") or mine == theirs for mine, theirs in zip(parts, path.split("/"), strict=True)
                )
                for path in seen
            ), route.path


@dataclass(slots=True)
class Tabs:
    """One page per node and role, kept open: opening a browser context costs more than looking at a page."""

    chromium: Browser
    sites: Mapping[str, Served]
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def page(self, node: str, role: str) -> Page:
        if (node, role) not in self.pages:
            site = self.sites[node]
            # Without motion: a colour measured in the middle of a transition is neither the old nor the new one.
            page = site.context(self.chromium, role, reduced_motion="reduce").new_page()
            page.on("request", lambda request: self.look_at(request.url, site.base))
            page.on("console", lambda message: self.hear(message.text))
            self.pages[node, role] = page
        return self.pages[node, role]

    def look_at(self, url: str, base: str) -> None:
        if not url.startswith((base + "/", "data:")):
            self.foreign.append(url)

    def hear(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.refused.append(text)


@pytest.fixture(scope="module")
def britain(force: Any, names: dict[str, str]) -> Iterator[Served]:
    assert names, "it joins as part of the story"
    yield from serve(force, "GBR")


@pytest.fixture(scope="module")
def tabs(chromium: Browser, albania: Served, kosovo: Served, britain: Served) -> Tabs:
    return Tabs(chromium, {"ALB": albania, "XKX": kosovo, "GBR": britain})


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_page_has_no_violation_in_light_or_dark_and_fits_320_pixels(
    tabs: Tabs, axe: str, names: dict[str, str], visit: Visit
) -> None:
    page = tabs.page(visit.node, visit.role)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    visit.open(page, names)
    page.evaluate(axe)
    assert violations(page, {"runOnly": {"type": "tag", "values": RULES}}) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page, {"runOnly": {"type": "rule", "values": ["target-size"]}}) == []
    assert (tabs.foreign, tabs.refused) == ([], [])


def test_the_login_page_has_no_violation(chromium: Browser, albania: Served, axe: str) -> None:
    page = chromium.new_context(base_url=albania.base, reduced_motion="reduce").new_page()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/login")
        page.evaluate(axe)
        assert violations(page, {"runOnly": {"type": "tag", "values": RULES}}) == []


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, and see at every step that the focus shows."""
    for _ in range(80):
        page.keyboard.press("Tab")
        shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert shown != "none", page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def test_the_keyboard_alone_leads_from_login_to_a_recorded_decision(
    chromium: Browser, albania: Served, cases: Any
) -> None:
    cases(albania.force, "DUR-2025-0430", "candidate")
    context = chromium.new_context(base_url=albania.base, locale="en-GB")
    page = context.new_page()
    page.goto("/login")
    tab_to(page, "#name")
    page.keyboard.type("alb-examiner")
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("What do you have?")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    while "/dna/" in page.evaluate("document.activeElement.href"):  # two examiners decide on those, on another page
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()
    tab_to(page, "#decision-confirmed")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#decision-rejected")).to_be_checked()
    tab_to(page, "#basis")
    page.keyboard.type("The photograph shows somebody else")
    tab_to(page, "#qualification")
    page.keyboard.type("document examiner, level 2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your decision was recorded.")
    context.close()


def test_the_keyboard_alone_gives_an_opinion_on_a_dna_candidate(
    chromium: Browser, albania: Served, names: dict[str, str]
) -> None:
    examiners(albania.force)
    context = albania.context(chromium, "examiner-2")
    page = context.new_page()
    page.goto("/dna?show=second")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your opinion")).to_be_visible()
    assert page.url.endswith(names["dna_second"])
    tab_to(page, "#disposition-confirmed")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#disposition-confirmed")).to_be_checked()
    tab_to(page, "#reasons")
    page.keyboard.type("Every locus was typed twice and agrees")
    tab_to(page, "#qualification")
    page.keyboard.type("DNA examiner, level 2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Two examiners agree")
    context.close()


def test_the_keyboard_alone_clears_a_trace_as_the_second_examiner(
    chromium: Browser, albania: Served, names: dict[str, str]
) -> None:
    context = albania.context(chromium, "examiner-2")
    page = context.new_page()
    page.goto("/dna/eliminations")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your finding")).to_be_visible()
    assert page.url.endswith(names["half"])
    tab_to(page, "#finding-contamination")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#finding-cleared")).to_be_checked()
    tab_to(page, "#why")
    page.keyboard.type("Typed again: two alleles at three loci are not theirs")
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Two examiners cleared the trace")
    context.close()


def test_a_batch_is_approved_without_scripts(chromium: Browser, albania: Served, names: dict[str, str]) -> None:
    context = albania.context(chromium, "approver", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/dna/batches/{names['batch']}")
    page.get_by_role("button", name="Approve asking about 9 profiles").click()
    expect(page.get_by_role("status")).to_contain_text("Another person has to approve it too")
    expect(page.get_by_text("Approved by one of two")).to_be_visible()
    context.close()


def test_an_opinion_on_a_dna_candidate_needs_no_script(
    chromium: Browser, albania: Served, names: dict[str, str]
) -> None:
    context = albania.context(chromium, "examiner", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/dna/candidates/{names['dna_fresh']}")
    page.get_by_text("The statement in words, in English").click()
    expect(page.get_by_text("loci compared").first).to_be_visible()
    page.get_by_label("Agreement by chance").check()
    page.get_by_label("Reasons").fill("The electropherogram shows a stutter at two loci")
    page.get_by_label("Your qualification").fill("DNA examiner, level 2")
    page.get_by_role("button", name="Record the opinion").click()
    expect(page.get_by_role("status")).to_contain_text("without seeing it")
    context.close()


def test_shortcuts_reach_search_and_help_and_leave_typing_alone(chromium: Browser, albania: Served) -> None:
    context = albania.context(chromium, "enquirer")
    page = context.new_page()
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("a/j?k")
    expect(page.locator("#q")).to_have_value("a/j?k")
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.locator("h1")).to_have_text("Help")
    page.get_by_role("button", name="Turn keyboard shortcuts off").click()
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()
    context.close()


def test_the_first_tab_stop_skips_to_the_content(chromium: Browser, albania: Served) -> None:
    context = albania.context(chromium, "enquirer")
    page = context.new_page()
    page.goto("/agreements")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    context.close()


def test_everything_works_without_scripts(chromium: Browser, albania: Served, cases: Any) -> None:
    cases(albania.force, "DUR-2025-0431", "candidate")
    context = albania.context(chromium, "examiner", java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("a[data-row]:not([href^='/dna/'])").first.click()
    page.get_by_label("Inconclusive").check()
    page.get_by_label("Reasons").fill("The register entry has no photograph")
    page.get_by_label("Your qualification").fill("document examiner, level 2")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_role("status")).to_contain_text("Your decision was recorded.")
    context.close()


def test_the_waiting_page_looks_again_by_itself_only_when_asked_to(chromium: Browser, albania: Served) -> None:
    stopped = albania.force.apps.pop("XKX")
    enquirer = albania.force.browser("ALB", "enquirer")
    page_of = enquirer.land("/enquiries", QUESTION | {"partners": "XKX"}).url.path
    context = albania.context(chromium, "enquirer")
    page = context.new_page()
    page.goto(page_of)
    page.get_by_role("link", name="Look again every 5 seconds").click()
    expect(page.get_by_role("link", name="Stop looking by itself")).to_be_visible()
    albania.force.apps["XKX"] = stopped
    albania.force.clock.turn(minutes=2)
    albania.force.deliver()
    expect(page.get_by_text("Answered: candidate found").first).to_be_visible()
    context.close()


def test_a_decision_is_chosen_by_a_digit_and_never_sent_by_one(albania: Served, chromium: Browser, cases: Any) -> None:
    candidate = cases(
        albania.force, "DUR-2025-0433", "candidate"
    ).candidate  # its own: the others may be decided by now
    page = albania.context(chromium, "examiner").new_page()
    page.goto(f"/candidates/{candidate}")
    for key, chosen in (("2", "decision-rejected"), ("3", "decision-inconclusive"), ("1", "decision-confirmed")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == chosen
        assert page.locator(f"#{chosen}").is_checked()
    page.locator("#basis").focus()
    page.keyboard.press("2")
    assert page.locator("#basis").input_value() == "2", "in a text a digit is a digit"
    assert page.locator("#decision-confirmed").is_checked()
    assert page.url.endswith(candidate), "nothing was sent"


def test_a_network_is_read_and_drawn_without_scripts(
    albania: Served, chromium: Browser, tmp_path: Path, names: dict[str, str]
) -> None:
    assert names
    files = [tmp_path / "nodes.csv", tmp_path / "ties.csv"]
    files[0].write_text("ref,kind,standing\np1,person,involved\np2,person,involved\nv1,person,victim\nt1,phone,\n")
    files[1].write_text(
        "left,right,relation,source,since\np1,t1,uses,R-1,2025-03-01\np2,t1,uses,R-2,2025-03-01\nv1,t1,uses,R-3,2025-03-01\n"
    )
    page = albania.context(chromium, "supervisor", java_script_enabled=False).new_page()
    page.goto("/networks")
    page.set_input_files("#network", files)
    page.fill("#case_ref", "DUR-2025-0417")
    page.fill("#why", "Looking at who shares the telephone")
    page.click("main form.card button")
    assert page.locator("svg.network line").count() == 2
    assert page.locator("svg.network").is_visible()
    assert "R-3" not in page.content()
