"""The exchange in the console: lines and keys, blind enquiries, labels and consents, clocks, finality, waiting tasks."""

from datetime import timedelta
from typing import Any

import pytest
from tests.console.exchange_story import BLIND, EVIDENCE, MKD, PASSED, PROPOSED, QUESTION, More, more
from tests.console.pages_read import taken_apart
from tests.console.test_every_page_in_every_language import is_in

from egnatia.console.catalogues import LANGUAGES
from egnatia.exchange.lines import LineState, note_line
from egnatia.ledger.evidence import write_evidence
from egnatia.model.states import Role


@pytest.fixture(scope="module")
def left(force: Any, story: Any, tmp_path_factory: pytest.TempPathFactory) -> More:
    return more(force, story, tmp_path_factory.mktemp("gbr") / "GBR")


def test_a_partners_line_standing_version_and_keys_are_on_one_line(force: Any, left: More) -> None:
    assert left.item
    node, clock = force.nodes["ALB"], force.clock
    node.commit(lambda tx: note_line(tx, MKD, LineState.DOWN, clock()))
    browser = force.browser("ALB", "auditor")
    words = taken_apart(browser.get("/partners")).words
    assert "cannot be reached" in words
    assert "changed" in words
    row = {each["code"]: each for each in browser.get("/partners?format=json").json()}["MKD"]
    assert (row["protocol"], row["believed"], row["line"]["state"]) == (2, True, "down")
    assert row["keys_changed"] == clock().isoformat()
    keys = browser.get("/partners/MKD?format=json").json()["keys"]
    assert sorted((each["use"], each["retired_at"] is None) for each in keys) == [
        ("agreement", True),
        ("signing", True),
        ("tls", False),
        ("tls", True),
    ]
    assert browser.get("/partners/XXX").status_code == 404
    assert browser.get("/partners/nobody").status_code == 404


def test_an_enquiry_says_who_cannot_be_reached_and_never_no_hit_for_it(force: Any, left: More) -> None:
    assert left.item
    stopped, enquirer = force.apps.pop("XKX"), force.browser("ALB", "enquirer")
    case = QUESTION | {"case_ref": "DUR-2025-0700", "partners": ["XKX", "GBR"]}
    path = enquirer.land("/enquiries", case).url.path
    force.deliver()
    words = taken_apart(enquirer.get(path)).words
    force.apps["XKX"] = stopped
    force.clock.turn(minutes=2)
    force.deliver()
    assert "1 of 2 partners have answered" in words
    assert "Kosovo : cannot be reached since" in words
    assert "That is not a no-hit" in words
    assert words.count("Answered: nothing found") == 1, "of the partner that answered, and of no other"


def test_an_entry_leads_to_an_open_enquiry_with_everything_filled_in(force: Any, left: More) -> None:
    browser = force.browser("ALB", "enquirer")
    page = browser.get(f"/blind/{left.blind}")
    found = taken_apart(page)
    assert "Entry: follow up openly" in found.words
    follow = [name for name in ("number", "issuer", "case_ref", "justification", "partners") if name in found.inputs]
    assert len(follow) == 5
    carried = {name: found.inputs[name] for name in ("subject", *follow, "document_type", "purpose", "offence")}
    opened = taken_apart(browser.post("/enquiries/new", carried))
    assert (opened.inputs["number"], opened.inputs["case_ref"]) == ("RK1234567", BLIND["case_ref"])
    assert browser.post("/enquiries/check", carried).status_code == 200


def test_no_entry_and_waiting_are_said_as_such(force: Any, left: More) -> None:
    assert left.item
    words = taken_apart(force.browser("ALB", "enquirer").get("/blind")).words
    assert "Entry: follow up openly" in words
    assert "No entry" in words
    theirs = taken_apart(force.browser("XKX", "approver").get("/blind")).words
    assert "Albania" in theirs
    assert "RK1234567" not in theirs


def test_the_check_page_shows_the_grant_and_sends_nothing(force: Any, left: More) -> None:
    assert left.item
    browser = force.browser("ALB", "enquirer")
    before = len(browser.get("/blind?format=json").json()["ours"])
    page = browser.post("/blind/check", BLIND)
    assert page.status_code == 200
    assert "demo-alb-xkx-travel_document" in page.text
    assert "Ask 1 partner blind" in page.text
    assert len(browser.get("/blind?format=json").json()["ours"]) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"case_ref": "x"}, "case_ref"),
        ({"purpose": "curiosity"}, "purpose"),
        ({"offence": ""}, "offence"),
        ({"justification": "short"}, "justification"),
        ({"list": "phones"}, "phone"),
        ({"list": "bank_accounts"}, "iban"),
    ],
)
def test_what_a_blind_question_lacks_is_said_beside_its_field(
    force: Any, left: More, change: dict[str, str], field: str
) -> None:
    assert left.item
    for path in ("/blind/check", "/blind"):
        page = force.browser("ALB", "enquirer").post(path, BLIND | change)
        assert page.status_code == 422
        assert f'id="{field}-problem"' in page.text


def test_what_the_rooms_refuse_is_said_on_the_form(force: Any, left: More) -> None:
    assert left.item
    page = force.browser("ALB", "enquirer").post("/blind/check", BLIND | {"list": "bank_accounts", "iban": "XX00"})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "XX00" in page.text
    refused = force.browser("ALB", "enquirer").post("/blind/check", BLIND | {"partners": "MKD"})
    assert "Will not be asked" in refused.text
    assert 'action="/blind"' in refused.text
    assert "there is nothing to send" in refused.text


def test_looking_at_a_blind_question_is_entered_once(force: Any, left: More) -> None:
    supervisor = force.browser("ALB", "supervisor")

    def looks() -> int:
        form = {"reason": "How often somebody looked at it", "object_ref": f"blind_enquiry:{left.blind}"}
        entries: list[dict[str, Any]] = supervisor.post("/ledger/entries", form | {"format": "json"}).json()
        return sum(each["kind"] == "enquiry.viewed" for each in entries)

    before = looks()
    force.browser("ALB", "enquirer").get(f"/blind/{left.blind}")
    assert looks() == before + 1


@pytest.mark.parametrize(
    ("code", "role", "path"),
    [
        ("ALB", "supervisor", "/received/{item}"),
        ("ALB", "enquirer", "/received/{item}/onward"),
        ("XKX", "approver", "/follow-ups/{item}"),
        ("XKX", "approver", "/consents/{consent}"),
        ("GBR", "enquirer", "/passed-on/{item}"),
    ],
)
def test_core_data_never_stand_without_their_label(force: Any, left: More, code: str, role: str, path: str) -> None:
    page = force.browser(code, role).get(path.format(item=left.item, consent=left.consent))
    assert page.status_code == 200
    words = taken_apart(page).words
    assert "What may be done with it" in words
    assert "with the originator's consent only" in words
    assert ("<code>H1</code> under this grant" in page.text) == (code != "GBR"), "the grant is between two others"
    assert "Kosovo" in words


def test_the_way_of_a_consent(force: Any, left: More) -> None:
    words = taken_apart(force.browser("ALB", "enquirer").get(f"/received/{left.item}/onward")).words
    assert "Consented" in words
    assert "delivered" in words
    assert "to us, by Albania" in taken_apart(force.browser("GBR", "approver").get("/consents")).words
    again = force.browser("XKX", "approver").post(f"/consents/{left.consent}/proposal", PROPOSED)
    assert again.status_code == 409
    assert "Stolen" not in taken_apart(force.browser("ALB", "enquirer").get(f"/received/{left.item}/onward")).words


def test_who_proposed_a_consent_does_not_grant_it(force: Any, left: More, cases: Any) -> None:
    assert left.item
    story = cases(force, "DUR-2025-0777")
    path = f"/received/{story.follow_up}"
    enquirer = force.browser("ALB", "enquirer")
    enquirer.land(f"{path}/consent", {"use": "evidence", "why": "The court in Durres asked for the file."})
    force.deliver()
    approver = force.browser("XKX", "approver")
    open_ = [each for each in approver.get("/consents?format=json").json()["asked_of_us"] if each["state"] == "waiting"]
    request = f"/consents/{open_[0]['id']}"
    assert "asked for the file" in approver.get(request).text
    short = approver.post(f"{request}/proposal", {"days": "91", "reason": "no"})
    assert short.status_code == 422
    assert "1 to 90" in short.text
    page = approver.land(f"{request}/proposal", PROPOSED)
    assert "Another officer has to decide on it" in page.text
    assert approver.post(f"{request}/grant").status_code == 403
    assert approver.post(f"{request}/refusal", {"refusal": "UNKNOWN"}).status_code == 422
    done = approver.land(f"{request}/refusal", {"refusal": "DECLINED_BY_OFFICER"})
    assert "The consent was refused" in done.text
    force.deliver()
    assert "Refused" in taken_apart(enquirer.get(f"{path}/onward")).words


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("consent", {}, "use"),
        ("consent", {"use": "onward", "why": PASSED["reason"]}, "to"),
        ("consent", {"use": "evidence", "why": "short"}, "why"),
        ("forward", {"reason": PASSED["reason"]}, "recipient"),
        ("forward", {"recipient": "GBR"}, "reason"),
    ],
)
def test_what_a_form_about_an_item_lacks_is_said(
    force: Any, left: More, path: str, data: dict[str, str], field: str
) -> None:
    page = force.browser("ALB", "supervisor").post(f"/received/{left.item}/{path}", data)
    assert page.status_code == 422
    assert f'id="{field}-problem"' in page.text


def test_an_item_goes_to_nobody_for_whom_there_is_no_consent(force: Any, left: More) -> None:
    supervisor = force.browser("ALB", "supervisor")
    refused = supervisor.post(f"/received/{left.item}/forward", PASSED | {"recipient": "MNE"})
    assert refused.status_code == 403
    assert "has given no token" in refused.text
    assert supervisor.get("/received/no-such-item/onward").status_code == 404
    assert supervisor.get("/passed-on/no-such-item").status_code == 404


def test_a_clock_stands_still_with_a_file_number_only(force: Any, left: More, cases: Any) -> None:
    assert left.item
    story = cases(force, "DUR-2025-0888", "follow_up")
    path, approver = f"/follow-ups/{story.follow_up}", force.browser("XKX", "approver")
    short = approver.post(f"{path}/pause", {"clock_why": "short", "authority": ""})
    assert short.status_code == 422
    assert 'id="clock_why-problem"' in short.text
    assert 'id="authority-problem"' in short.text
    why = {"clock_why": "The court in Prizren has to allow it.", "authority": "PZ-77/2025"}
    assert "clock stands still" in taken_apart(approver.land(f"{path}/pause", why)).words
    assert approver.post(f"{path}/pause", why).status_code == 409
    force.clock.turn(hours=1)
    page = force.browser("XKX", "approver").land(f"{path}/resume", why)
    assert "clock runs" in taken_apart(page).words
    assert "Clock stood still" in taken_apart(page).words


def test_the_ledger_says_what_is_final_and_whose_ledger_is_not_believed(force: Any, left: More) -> None:
    assert left.item
    browser = force.browser("ALB", "auditor")
    words = taken_apart(browser.get("/ledger")).words
    assert "witnessed by 2 of 3 partners each" in words
    assert "Unwitnessed since" in words
    assert "proven" in words
    assert "suspected" in words
    assert "shown by Kosovo" in words
    file = browser.get("/ledger/evidence/MKD")
    assert file.content == write_evidence(EVIDENCE)
    assert file.headers["content-disposition"] == 'attachment; filename="evidence-MKD.json"'
    assert "no-store" in file.headers["cache-control"]
    assert browser.get("/ledger/evidence/XKX").status_code == 404, "a suspicion has none"


def test_the_first_page_counts_what_waits_for_each_role(force: Any, left: More, cases: Any) -> None:
    assert left.item
    story = cases(force, "DUR-2025-0999", "follow_up")
    assert story
    node = force.nodes["XKX"]
    node.commit(lambda tx: note_line(tx, MKD, LineState.DOWN, force.clock()))
    force.clock.now += timedelta(days=4)
    approver = taken_apart(force.browser("XKX", "approver").get("/"))
    assert "Partners' follow-ups whose time is over" in approver.words
    assert "/follow-ups" in approver.links
    for role in Role:
        words = taken_apart(force.browser("XKX", role.value).get("/")).words
        assert "Partners that cannot be reached" in words
        assert ("whose time is over" in words) == (role in (Role.APPROVER, Role.SUPERVISOR))


SPOKEN = (
    ("ALB", "supervisor", "/"),
    ("ALB", "enquirer", "/blind"),
    ("ALB", "enquirer", "/blind/{blind}"),
    ("XKX", "approver", "/blind"),
    ("ALB", "supervisor", "/received/{item}/onward"),
    ("XKX", "second", "/consents"),
    ("XKX", "second", "/consents/{consent}"),
    ("GBR", "enquirer", "/passed-on/{item}"),
    ("ALB", "auditor", "/partners/MKD"),
    ("ALB", "auditor", "/ledger"),
)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize(("code", "role", "path"), SPOKEN)
def test_the_exchanges_pages_speak_one_language(
    force: Any, left: More, code: str, role: str, path: str, tag: str
) -> None:
    browser = force.browser(code, role)
    browser.client.cookies.set("lang", tag, domain="127.0.0.1", path="/")
    page = browser.get(path.format(blind=left.blind, item=left.item, consent=left.consent))
    assert page.status_code == 200
    is_in(tag, page)
    assert len(page.content) <= 60_000


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
def test_the_exchanges_forms_answer_in_the_same_language(force: Any, left: More, tag: str) -> None:
    browser = force.browser("ALB", "supervisor")
    browser.client.cookies.set("lang", tag, domain="127.0.0.1", path="/")
    for path, data in (
        ("/blind/check", BLIND),
        ("/blind/check", {"list": "phones", "justification": "short"}),
        (f"/received/{left.item}/consent", {"use": "onward"}),
        (f"/received/{left.item}/forward", {}),
    ):
        is_in(tag, browser.post(path, data))
