"""What is wrong in a form is said beside its field, keeps what was typed as text, and records nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import func, select
from tests.console.pages_read import taken_apart

from egnatia.console.texts import NOT_SEEN, TOO_LONG, text_problem
from egnatia.store.tables import ask, candidate, enquiry, follow_up, ledger_entry, outbox, outcome, release

MARK = '<b id="x">&"\''
LONG = "long words " * 190
SENTENCE = "Twenty characters and a few more"
TABLES = (ask, candidate, enquiry, follow_up, ledger_entry, outbox, outcome, release)
HIDDEN = ["\x07", "\x1b[2J", "\u202e", "\u2066", "\x85", "\u2028"]

ENQUIRY: dict[str, Any] = {
    "subject": "travel_document",
    "issuer": "RKS",
    "document_type": "P",
    "number": "RK1234567",
    "case_ref": "DUR-2025-0800",
    "person_ref": "D-800",
    "purpose": "border_check",
    "offence": "false_document",
    "justification": "Second-line check at the Port of Durres",
    "beyond": "The batch was offered in both countries last month",
}
OUTCOME = {
    "kind": "arrest",
    "case_ref": "DUR-2025-0600",
    "person_ref": "D-417",
    "at": "2025-05-15T03:00",
    "place": "Port of Durrës",
    "note": "",
}


@pytest.fixture(scope="module")
def places(force: Any, cases: Callable[..., Any]) -> dict[str, str]:
    """A candidate to decide, a hit to follow, a request to answer and a proposal to judge."""
    undecided = cases(force, "DUR-2025-0600", "candidate")
    cases(force, "DUR-2025-0601", "follow_up")
    cases(force, "DUR-2025-0602", "follow_up")
    approver = force.browser("XKX", "approver")
    asked, proposed = (row["id"] for row in approver.get("/follow-ups?format=json").json()["asked_of_us"])
    approver.land(f"/follow-ups/{proposed}/proposal", {"fields": ["issuer"], "reason": SENTENCE})
    hit = cases(force, "DUR-2025-0603", "candidate")
    decision = {"decision": "confirmed", "basis": SENTENCE, "qualification": "level 2"}
    force.browser("ALB", "examiner").land(f"/candidates/{hit.candidate}/decision", decision)
    return {
        "decision": f"/candidates/{undecided.candidate}/decision",
        "follow": f"/candidates/{hit.candidate}/follow-up",
        "proposal": f"/follow-ups/{asked}/proposal",
        "refusal": f"/follow-ups/{asked}/refusal",
        "return": f"/follow-ups/{proposed}/return",
    }


def rows(force: Any, code: str) -> list[int]:
    """How many rows each table of a node has; what was looked at is entered, so looks are taken off."""
    with force.nodes[code].database.read() as tx:
        found = [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES]
        looks = tx.execute(
            select(func.count()).select_from(ledger_entry).where(ledger_entry.c.kind.like("%.viewed"))
        ).scalar_one()
    found[TABLES.index(ledger_entry)] -= looks
    return found


def refused(force: Any, who: tuple[str, str], path: str, data: dict[str, Any], names: set[str]) -> Any:
    """Post a form that is not right; exactly the fields named are marked, and nothing is recorded."""
    browser = force.browser(*who)
    before = rows(force, who[0])
    page = browser.post(path, data)
    assert page.status_code == 422, page.text
    assert rows(force, who[0]) == before
    assert set(re.findall(r'id="(\w+)-problem"', page.text)) == names
    assert set(re.findall(r'<li><a href="#(\w+)">', page.text)) == names
    found = taken_apart(page)
    for name in names:
        assert name in found.ids, f"the summary's link to {name} leads nowhere"
    return page


ENQUIRY_FAULTS = [
    ({"issuer": ""}, {"issuer"}),
    ({"number": ""}, {"number"}),
    ({"case_ref": ""}, {"case_ref"}),
    ({"case_ref": "Arben Hoxha"}, {"case_ref"}),
    ({"case_ref": "DUR-2025-0800\nX"}, {"case_ref"}),
    ({"person_ref": "Arben"}, {"person_ref"}),
    ({"person_ref": "D-417 Arben"}, {"person_ref"}),
    ({"purpose": ""}, {"purpose"}),
    ({"purpose": "BORDER_CHECK"}, {"purpose"}),
    ({"offence": ""}, {"offence"}),
    ({"offence": "nothing"}, {"offence"}),
    ({"justification": ""}, {"justification"}),
    ({"justification": "nineteen characters"}, {"justification"}),
    ({"justification": " " * 40}, {"justification"}),
    ({"justification": LONG}, {"justification"}),
    ({"override": LONG}, {"override"}),
    *(({"justification": SENTENCE + sign + "."}, {"justification"}) for sign in HIDDEN),
    ({"subject": "person", "family_names": "Hoxha"}, {"family_names"}),
    ({"subject": "person", "birth_date": "1994-06-27"}, {"family_names"}),
    ({"issuer": "", "number": "", "case_ref": "", "purpose": ""}, {"issuer", "number", "case_ref", "purpose"}),
]


@pytest.mark.parametrize("path", ["/enquiries/check", "/enquiries"])
@pytest.mark.parametrize(("change", "names"), ENQUIRY_FAULTS)
def test_an_enquiry(force: Any, path: str, change: dict[str, str], names: set[str]) -> None:
    page = refused(force, ("ALB", "supervisor"), path, ENQUIRY | {"holder_family_names": MARK} | change, names)
    if "subject" not in change:
        assert str(escape(MARK)) in page.text
    assert MARK not in page.text


OUTCOME_FAULTS = [
    ({"kind": ""}, {"kind"}),
    ({"kind": "Arrest"}, {"kind"}),
    ({"case_ref": "DUR"}, {"case_ref"}),
    ({"person_ref": ""}, {"person_ref"}),
    ({"person_ref": "Arben Hoxha"}, {"person_ref"}),
    ({"at": ""}, {"at"}),
    ({"at": "yesterday"}, {"at"}),
    ({"at": "2025-05-16T00:00"}, {"at"}),
    ({"at": "9999-12-31T23:59-14:00"}, {"at"}),
    ({"at": "0001-01-01T00:00+14:00"}, {"at"}),
    ({"at": "2025-02-30T00:00"}, {"at"}),
    ({"place": ""}, {"place"}),
    ({"place": "x"}, {"place"}),
    ({"place": "x" * 121}, {"place"}),
    ({"place": "Port\x1b[31m"}, {"place"}),
    ({"note": LONG}, {"note"}),
    ({"note": "seen\u202eneddih"}, {"note"}),
    (dict.fromkeys(OUTCOME, ""), {"kind", "case_ref", "person_ref", "at", "place"}),
]


@pytest.mark.parametrize(("change", "names"), OUTCOME_FAULTS)
def test_an_outcome(force: Any, change: dict[str, str], names: set[str]) -> None:
    page = refused(force, ("ALB", "enquirer"), "/outcomes", OUTCOME | {"note": MARK} | change, names)
    assert MARK not in page.text
    if "note" not in change:
        assert "&lt;b id=" in page.text


def test_a_moment_with_a_zone_is_kept_as_the_moment_it_is(force: Any) -> None:
    """05:00 in Tirana is 03:00 in UTC; it used to be taken for 05:00 UTC."""
    data = OUTCOME | {"kind": "no_action", "case_ref": "DUR-2025-0611", "at": "2025-05-15T05:00+02:00"}
    page = force.browser("ALB", "enquirer").land("/outcomes", data)
    assert "15 May 2025, 03:00 UTC" in page.text


DECISION = {"decision": "confirmed", "basis": SENTENCE, "qualification": "document examiner"}
DECISION_FAULTS = [
    ({"decision": ""}, {"decision"}),
    ({"decision": "Confirmed"}, {"decision"}),
    ({"basis": ""}, {"basis"}),
    ({"basis": "x" * 19}, {"basis"}),
    ({"basis": LONG}, {"basis"}),
    ({"basis": SENTENCE + "\u2067."}, {"basis"}),
    ({"qualification": ""}, {"qualification"}),
    ({"qualification": "x"}, {"qualification"}),
    ({"qualification": "x" * 81}, {"qualification"}),
    ({"qualification": "level\x7f2"}, {"qualification"}),
    ({"decision": "", "basis": "", "qualification": ""}, {"decision", "basis", "qualification"}),
]


@pytest.mark.parametrize(("change", "names"), DECISION_FAULTS)
def test_a_decision(force: Any, places: dict[str, str], change: dict[str, str], names: set[str]) -> None:
    refused(force, ("ALB", "examiner"), places["decision"], DECISION | change, names)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"facts": ""}, {"facts"}),
        ({"facts": "x" * 19}, {"facts"}),
        ({"facts": LONG}, {"facts"}),
        ({"facts": SENTENCE + "\x9b31m"}, {"facts"}),
        ({"offence": ""}, {"offence"}),
        ({"offence": "crime"}, {"offence"}),
        ({"facts": "", "offence": ""}, {"facts", "offence"}),
    ],
)
def test_a_follow_up(force: Any, places: dict[str, str], change: dict[str, str], names: set[str]) -> None:
    data = {"facts": SENTENCE, "offence": "theft"} | change
    refused(force, ("ALB", "enquirer"), places["follow"], data, names)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"fields": []}, {"fields"}),
        ({"reason": ""}, {"reason"}),
        ({"reason": "x" * 19}, {"reason"}),
        ({"reason": LONG}, {"reason"}),
        ({"reason": SENTENCE + "\u202d."}, {"reason"}),
        ({"fields": [], "reason": ""}, {"fields", "reason"}),
    ],
)
def test_a_proposal(force: Any, places: dict[str, str], change: dict[str, Any], names: set[str]) -> None:
    data = {"fields": ["issuer"], "reason": SENTENCE} | change
    page = refused(force, ("XKX", "approver"), places["proposal"], data, names)
    ticked = re.findall(r'value="(\w+)" checked', page.text)
    assert ticked == data["fields"], "what was ticked stays ticked, and nothing else"


@pytest.mark.parametrize("reason", ["", "TOO_OLD", "declined_by_officer", "x" * 100])
def test_a_refusal(force: Any, places: dict[str, str], reason: str) -> None:
    refused(force, ("XKX", "approver"), places["refusal"], {"refusal": reason}, {"refusal"})


@pytest.mark.parametrize("reason", ["", "x" * 19, LONG, SENTENCE + "\x1b."])
def test_sending_back(force: Any, places: dict[str, str], reason: str) -> None:
    page = refused(force, ("XKX", "second"), places["return"], {"reason": reason}, {"reason"})
    assert reason.strip()[:19] in page.text


@pytest.mark.parametrize("reason", ["", "x" * 19, LONG, SENTENCE + "\u2069."])
def test_reading_the_ledger(force: Any, reason: str) -> None:
    refused(force, ("ALB", "auditor"), "/ledger/entries", {"reason": reason}, {"reason"})


def test_a_partner_that_nobody_knows_is_named_on_the_form_and_nothing_typed_is_lost(force: Any) -> None:
    before = rows(force, "ALB")
    for path in ("/enquiries/check", "/enquiries"):
        page = force.browser("ALB", "enquirer").post(path, ENQUIRY | {"partners": ["FRA", "XKX"]})
        assert page.status_code == 422
        assert "FRA is not a registered partner" in page.text
        assert 'value="DUR-2025-0800"' in page.text
        assert re.search(r'value="XKX" checked', page.text)
    assert rows(force, "ALB") == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x" * 20, None),
        ("x" * 2_000, None),
        ("x" * 19, "short"),
        ("", "short"),
        ("x" * 2_001, TOO_LONG),
        ("x" * 30 + "\x00", NOT_SEEN),
        ("x\u202e", NOT_SEEN),
        ("line\nfeed and\ttab are seen", None),
        ("Ђорђе, Çelik, 日本, 💥 and more", None),
    ],
)
def test_the_problem_of_a_text(text: str, problem: str | None) -> None:
    assert text_problem(text, 20, "short") == problem
