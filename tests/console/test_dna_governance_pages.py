"""What people decide on beside candidates: traces held back, batches, standing orders, more loci. Who may, and what it does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from tests.console.dna_governance_story import (
    BATCH_WHY,
    CONVERSATION,
    GIVEN,
    ORDER_WHY,
    REASON,
    Governed,
    Rows,
    tell_governed,
)
from tests.console.dna_story import ALB, SECOND_TRACE, DnaStory, examiners, tell_dna
from tests.console.pages_read import taken_apart

from egnatia.console.words import phrase
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.states import Purpose
from egnatia.store.tables import dna_batch, dna_batch_item, dna_elimination, dna_standing, dna_upgrade, outbox

HELD, BATCHES, ORDERS, UPGRADES = "/dna/eliminations", "/dna/batches", "/dna/standing", "/dna/upgrades"
LISTS = (HELD, BATCHES, ORDERS, UPGRADES)


@pytest.fixture(scope="module")
def dna(force: Any) -> DnaStory:
    return tell_dna(force)


@pytest.fixture(scope="module")
def governed(force: Any, dna: DnaStory) -> Governed:
    return tell_governed(force, dna)


@pytest.fixture
def rows(force: Any, governed: Governed) -> Any:
    """Makes rows of a test's own: `rows(lambda rows: rows.held("T-1", "E-1"))`."""
    assert governed.held
    made = Rows(None, force.clock(), force.officers[ALB, "alb-examiner"], count_of(force))

    def write(make: Any) -> Any:
        def run(tx: Any) -> Any:
            made.tx = tx
            return make(made)

        return force.nodes[ALB].commit(run)

    return write


def count_of(force: Any) -> int:
    """A number from which no row was made yet."""
    tables = (dna_elimination, dna_batch, dna_standing, dna_upgrade)
    with force.nodes[ALB].database.read() as tx:
        return max(int(row.id[:8]) for table in tables for row in tx.execute(table.select()) if row.id[:8].isdigit())


def words(page: Any) -> str:
    assert page.status_code in {200, 422}, page.text
    return taken_apart(page).words


def entries(force: Any, ref: str) -> list[str]:
    with force.nodes[ALB].database.read() as tx:
        return [each.kind for each in reversed(read_entries(tx, EntryFilter(object_ref=ref, limit=500)))]


# Traces held back


def test_the_list_says_what_each_agrees_with_and_leads_to_it(force: Any, governed: Governed) -> None:
    page = force.browser(ALB, "examiner").get(HELD)
    assert re.findall(rf'data-row href="{HELD}/([0-9a-f-]{{36}})"', page.text) == [governed.half, governed.held]
    said = words(page)
    assert "ALB-E-0001" in said
    assert "Convicted person" in said
    assert "one examiner would clear it" in said
    assert "alb-examiner" not in page.text.replace("<strong>alb-examiner</strong>", "")


@pytest.mark.parametrize(("show", "number"), [("open", 2), ("contamination", 0), ("cleared", 0), ("all", 2), ("x", 2)])
def test_held_traces_are_filtered(force: Any, governed: Governed, show: str, number: int) -> None:
    assert governed.held
    twin = force.browser(ALB, "supervisor").get(f"{HELD}?show={show}&format=json").json()
    assert len(twin) == number


def test_one_trace_shows_how_it_agrees_and_nobodys_loci(force: Any, governed: Governed) -> None:
    page = force.browser(ALB, "supervisor").get(f"{HELD}/{governed.half}")
    assert "somebody who may have contributed to it" in words(page)
    assert "1,600,000" in page.text or "10⁶" in page.text
    whole = force.browser(ALB, "supervisor").get(f"{HELD}/{governed.held}")
    assert '<span lang="en">prum-ess12: full match</span>' in whole.text
    for locus in ("vWA", "31.2", "D12S391"):
        assert locus not in page.text + whole.text


def test_contamination_is_one_examiners_word(force: Any, rows: Any) -> None:
    held = rows(lambda made: made.held("ALB-T-2025-1003", "ALB-E-0001"))
    page = force.browser(ALB, "examiner").land(f"{HELD}/{held}/finding", {"finding": "contamination", "why": REASON})
    assert "The trace stays here for good." in words(page)
    after = force.browser(ALB, "supervisor").get(f"{HELD}/{held}")
    assert "Contamination: it never leaves" in words(after)
    assert REASON in after.text
    assert 'value="contamination"' not in after.text
    assert 'value="cleared"' in after.text
    assert entries(force, f"dna_elimination:{held}") == ["dna.elimination_decided"]


def test_a_trace_is_cleared_by_two_and_not_by_one_twice(force: Any, rows: Any) -> None:
    examiners(force)
    held = rows(lambda made: made.held("ALB-T-2025-1004", "ALB-E-0001"))
    form = {"finding": "cleared", "why": REASON}
    first = force.browser(ALB, "examiner")
    assert "A second examiner has to find so too" in words(first.land(f"{HELD}/{held}/finding", form))
    again = first.get(f"{HELD}/{held}")
    assert "You would clear it." in words(again)
    assert 'value="cleared"' not in again.text
    assert 'value="contamination"' in again.text
    assert first.post(f"{HELD}/{held}/finding", form).status_code == 403
    other = force.browser(ALB, "examiner-2")
    assert REASON in other.get(f"{HELD}/{held}").text
    assert "Two examiners cleared the trace" in words(other.land(f"{HELD}/{held}/finding", form))
    assert "Cleared by two people" in words(other.get(f"{HELD}/{held}"))
    assert held not in force.browser(ALB, "examiner").get(HELD).text
    assert entries(force, f"dna_elimination:{held}") == ["dna.elimination_decided"] * 2


@pytest.mark.parametrize(
    ("form", "problems"),
    [
        ({}, {"finding", "why"}),
        ({"finding": "open", "why": REASON}, {"finding"}),
        ({"finding": "cleared", "why": "short"}, {"why"}),
        ({"finding": "cleared", "why": "x" * 2_001}, {"why"}),
        ({"finding": "cleared", "why": "\u202e" + REASON}, {"why"}),
        ({"finding": ["cleared", "contamination"], "why": ""}, {"why"}),
    ],
)
def test_a_finding_with_a_problem_is_kept_on_the_page_and_nowhere_else(
    force: Any, governed: Governed, form: dict[str, Any], problems: set[str]
) -> None:
    before = entries(force, f"dna_elimination:{governed.held}")
    page = force.browser(ALB, "examiner").post(f"{HELD}/{governed.held}/finding", form)
    assert page.status_code == 422
    found = taken_apart(page)
    assert {link for link in found.links if link.startswith("#") and link != "#main"} == {
        f"#{name}" for name in problems
    }
    assert {f"{name}-problem" for name in problems} <= set(found.ids)
    assert entries(force, f"dna_elimination:{governed.held}") == before


# Batches


def test_a_batch_shows_what_whoever_approves_has_to_know(force: Any, governed: Governed) -> None:
    said = words(force.browser(ALB, "approver").get(f"{BATCHES}/{governed.batch}"))
    for part in (
        "9 profiles",
        "United Kingdom",
        "DNA profiles of persons",
        phrase(Purpose.INVESTIGATION),
        BATCH_WHY,
        "Open trace: 9",
    ):
        assert part in said, part
    assert "demo-alb-gbr-dna-person" in force.browser(ALB, "approver").get(f"{BATCHES}/{governed.batch}").text
    assert "Yours is the first approval" in said


def test_a_batch_is_approved_by_two_others(force: Any, rows: Any) -> None:
    batch = rows(lambda made: made.batch(["ALB-T-2025-1005", "ALB-T-2025-1006"]))
    proposer, first, second = (force.browser(ALB, who) for who in ("examiner", "approver", "second"))
    assert "Approve asking" not in words(proposer.get(f"{BATCHES}/{batch}"))
    assert "You proposed it. Two others have to approve it." in words(proposer.get(f"{BATCHES}/{batch}"))
    assert "Another person has to approve it too." in words(first.land(f"{BATCHES}/{batch}/approve"))
    assert "Approve asking" not in words(first.get(f"{BATCHES}/{batch}"))
    assert first.post(f"{BATCHES}/{batch}/approve").status_code == 403
    assert "Yours is the second approval" in words(second.get(f"{BATCHES}/{batch}"))
    assert "Two have approved it" in words(second.land(f"{BATCHES}/{batch}/approve"))
    assert "Approved by both" in words(proposer.get(f"{BATCHES}/{batch}"))
    assert second.post(f"{BATCHES}/{batch}/approve").status_code == 409
    assert entries(force, f"dna_batch:{batch}") == ["dna.batch_approved"] * 2


def test_a_supervisor_who_proposed_cannot_approve(force: Any, rows: Any) -> None:
    chief = force.officers[ALB, "alb-supervisor"]
    batch = rows(lambda made: made.batch(["ALB-T-2025-1007"], proposed_by=chief.id))
    supervisor = force.browser(ALB, "supervisor")
    assert "Approve asking" not in words(supervisor.get(f"{BATCHES}/{batch}"))
    assert "Refuse the batch" in words(supervisor.get(f"{BATCHES}/{batch}")), "to stop it takes one person"
    assert supervisor.post(f"{BATCHES}/{batch}/approve").status_code == 403


def test_an_account_that_was_made_afterwards_is_not_offered_the_approval(force: Any, rows: Any) -> None:
    before = force.clock() - timedelta(hours=1)
    batch = rows(lambda made: made.batch(["ALB-T-2025-1000"], proposed_at=before))
    order = rows(lambda made: made.order(opened_at=before))
    approver = force.browser(ALB, "approver")
    for path in (f"{BATCHES}/{batch}", f"{ORDERS}/{order}"):
        assert "Your account was made after this was proposed." in words(approver.get(path))
        assert f'action="{path}/approve"' not in approver.get(path).text
        assert approver.post(f"{path}/approve").status_code == 403
    approver.land(f"{BATCHES}/{batch}/refuse", {"why": REASON})
    approver.land(f"{ORDERS}/{order}/end", {"why": REASON})


def test_how_far_a_batch_is_and_what_was_not_asked(force: Any, governed: Governed) -> None:
    browser = force.browser(ALB, "examiner")
    page = browser.get(f"{BATCHES}/{governed.asked_batch}")
    said, twin = words(page), browser.get(f"{BATCHES}/{governed.asked_batch}?format=json").json()
    assert (twin["batch"]["asked"], twin["batch"]["refused"], len(twin["not_asked"])) == (1, 2, 2)
    assert "Left 6" in said
    assert "The trace may be of somebody who worked with it" in said
    assert "PROFILE_TOO_SMALL" in page.text
    assert page.text.count("<code>PROFILE_") == 2
    assert "Stop the batch" in words(force.browser(ALB, "approver").get(f"{BATCHES}/{governed.asked_batch}"))
    assert "Stop the batch" not in said


def test_a_batch_is_stopped_with_a_reason_that_is_shown(force: Any, rows: Any) -> None:
    batch = rows(lambda made: made.batch(["ALB-T-2025-1008"]))
    approver = force.browser(ALB, "approver")
    short = approver.post(f"{BATCHES}/{batch}/refuse", {"why": "no"})
    assert (short.status_code, ">no</textarea>" in short.text) == (422, True)
    assert entries(force, f"dna_batch:{batch}") == []
    page = approver.land(f"{BATCHES}/{batch}/refuse", {"why": REASON})
    assert "is never asked" in words(page)
    assert REASON in page.text
    assert "DECLINED_BY_OFFICER" in page.text
    assert "<textarea" not in page.text
    assert "Approve asking" not in words(page)
    assert approver.post(f"{BATCHES}/{batch}/refuse", {"why": REASON}).status_code == 409


def test_a_batch_whose_words_were_erased_still_opens(force: Any, rows: Any) -> None:
    batch = rows(lambda made: made.batch(["ALB-T-2025-1002"]))
    with force.nodes[ALB].database.read() as tx:
        sealed = tx.execute(dna_batch.select().where(dna_batch.c.id == batch)).one().sealed_id
    force.nodes[ALB].commit(lambda tx: tx.erase(sealed))
    page = force.browser(ALB, "approver").get(f"{BATCHES}/{batch}")
    assert "erased" in words(page)
    assert BATCH_WHY not in page.text
    approver = force.browser(ALB, "approver")
    approver.land(f"{BATCHES}/{batch}/refuse", {"why": REASON})


def test_many_refusals_come_in_light_pages(force: Any, rows: Any) -> None:
    refs = [f"ALB-T-2025-3{at:03d}" for at in range(95)]
    batch = rows(lambda made: made.batch(refs))

    def refuse(tx: Any) -> None:
        this = dna_batch_item.c.batch_id == batch
        tx.execute(dna_batch_item.update().where(this).values(refusal="PROFILE_ELIMINATED"))

    force.nodes[ALB].commit(refuse)
    pages = [force.browser(ALB, "examiner").get(f"{BATCHES}/{batch}?page={at}&lang=sr") for at in (1, 2, 4)]
    assert all(len(each.content) < 60_000 for each in pages)
    assert [each.text.count("<code>PROFILE_") for each in pages] == [30, 30, 5]
    assert len(force.browser(ALB, "examiner").get(f"{BATCHES}/{batch}?format=json").json()["not_asked"]) == 95


# Standing orders


def test_an_order_begins_with_the_second_person_and_ends_with_one(force: Any, rows: Any) -> None:
    order = rows(lambda made: made.order())
    writer, approver = force.browser(ALB, "examiner"), force.browser(ALB, "approver")
    assert "You wrote it. Another person has to approve it." in words(writer.get(f"{ORDERS}/{order}"))
    page = approver.get(f"{ORDERS}/{order}")
    assert ORDER_WHY in page.text
    assert "DNA profiles of traces" in words(page)
    assert "The order begins." in words(approver.land(f"{ORDERS}/{order}/approve"))
    assert approver.post(f"{ORDERS}/{order}/approve").status_code == 409
    short = approver.post(f"{ORDERS}/{order}/end", {"why": ""})
    assert (short.status_code, "why-problem" in short.text) == (422, True)
    ended = approver.land(f"{ORDERS}/{order}/end", {"why": REASON})
    assert "It asks no more." in words(ended)
    assert REASON in ended.text
    assert "<textarea" not in ended.text
    assert approver.post(f"{ORDERS}/{order}/end", {"why": REASON}).status_code == 409
    assert entries(force, f"dna_standing:{order}") == ["dna.standing_approved", "dna.standing_ended"]


def test_who_wrote_an_order_cannot_approve_it(force: Any, rows: Any) -> None:
    chief = force.officers[ALB, "alb-supervisor"]
    order = rows(lambda made: made.order(opened_by=chief.id))
    supervisor = force.browser(ALB, "supervisor")
    assert "Approve the order" not in words(supervisor.get(f"{ORDERS}/{order}"))
    assert supervisor.post(f"{ORDERS}/{order}/approve").status_code == 403
    assert "End the order" in words(supervisor.get(f"{ORDERS}/{order}"))


def test_orders_are_listed_by_what_they_wait_for(force: Any, governed: Governed) -> None:
    browser = force.browser(ALB, "supervisor")
    waits, stands = (
        {each["id"] for each in browser.get(f"{ORDERS}?show={show}&format=json").json()} for show in ("open", "stands")
    )
    assert governed.order in waits - stands
    assert governed.begun in stands - waits
    page = browser.get(f"{ORDERS}/{governed.begun}")
    assert "alb-approver" in words(page)
    [waiting] = re.findall(r"Not looked at yet ([\d,]+)", words(page))
    assert int(waiting.replace(",", "")) > 0


# More loci


def test_partners_requests_come_first_and_ours_lead_to_the_candidate(
    force: Any, governed: Governed, dna: DnaStory
) -> None:
    page = force.browser(ALB, "examiner").get(UPGRADES)
    assert set(re.findall(rf'data-row href="{UPGRADES}/([0-9a-f-]{{36}})"', page.text)) == {
        governed.came,
        governed.bare,
    }
    assert f'href="/dna/candidates/{dna.near}"' in page.text
    assert f"{UPGRADES}/{governed.sent}" in page.text
    assert "waits for our answer" in words(page)
    twin = force.browser(ALB, "examiner").get(f"{UPGRADES}?format=json").json()
    assert {each["id"] for each in twin["asked_of_us"]} == {governed.came, governed.bare}
    assert governed.sent in {each["id"] for each in twin["asked_by_us"]}


def test_a_request_says_which_loci_we_have_and_no_alleles(force: Any, governed: Governed) -> None:
    page = force.browser(ALB, "examiner").get(f"{UPGRADES}/{governed.came}")
    said = words(page)
    assert f"Our profile {SECOND_TRACE}" in said
    assert "Typed here vWA, TH01" in said
    assert "Not typed here SE33" in said
    for allele in ("9.3", "16, 17", "16,17"):
        assert allele not in page.text
    assert "egnatia dna retype" in page.text


def test_an_examiner_sends_the_profile_and_a_supervisor_cannot(force: Any, governed: Governed) -> None:
    chief = force.browser(ALB, "supervisor")
    assert "An examiner answers it." in words(chief.get(f"{UPGRADES}/{governed.came}"))
    form = {"answer": "send", "why": REASON}
    assert chief.post(f"{UPGRADES}/{governed.came}/answer", form).status_code == 403
    page = force.browser(ALB, "examiner").land(f"{UPGRADES}/{governed.came}/answer", form)
    assert "The profile is on its way to the partner." in words(page)
    with force.nodes[ALB].database.read() as tx:
        sent = tx.execute(outbox.select().where(outbox.c.conversation == CONVERSATION)).all()
    assert [each.recipient for each in sent] == ["MKD"]
    after = force.browser(ALB, "examiner").get(f"{UPGRADES}/{governed.came}")
    assert "our profile was sent" in words(after)
    assert "<textarea" not in after.text
    assert force.browser(ALB, "examiner").post(f"{UPGRADES}/{governed.came}/answer", form).status_code == 409


def test_a_profile_that_is_gone_can_only_be_declined(force: Any, governed: Governed) -> None:
    page = force.browser(ALB, "examiner").get(f"{UPGRADES}/{governed.bare}")
    assert "Our profile ○ erased" in words(page)
    assert 'value="send"' not in page.text
    assert 'value="decline"' in page.text


def test_a_request_is_declined_and_the_partner_told(force: Any, rows: Any) -> None:
    number = "DNA-GIVEN0000000000000000002"
    asked = rows(lambda made: made.upgrade("in", ("SE33",), partner="MKD", number=number))
    short = force.browser(ALB, "examiner").post(f"{UPGRADES}/{asked}/answer", {"answer": "", "why": ""})
    assert short.status_code == 422
    assert {"#answer", "#why"} <= set(taken_apart(short).links)
    page = force.browser(ALB, "examiner").land(f"{UPGRADES}/{asked}/answer", {"answer": "decline", "why": REASON})
    assert "nothing more can be typed" in words(page)
    assert "declined" in words(force.browser(ALB, "examiner").get(f"{UPGRADES}/{asked}"))
    assert REASON not in page.text, "the reason is sealed"
    assert GIVEN not in force.browser(ALB, "examiner").get(f"{UPGRADES}/{asked}").text


def test_loci_are_asked_for_from_the_candidate_and_only_ours_are_chosen_beforehand(
    force: Any, governed: Governed
) -> None:
    browser, base = force.browser(ALB, "examiner"), f"/dna/candidates/{governed.growing}"
    assert f'href="{base}/upgrade"' in browser.get(base).text
    form = browser.get(f"{base}/upgrade")
    assert set(re.findall(r'value="([A-Z0-9]+)" checked', form.text)) == {"SE33", "D22S1045"}
    for allele in ("27.2", "9.3"):
        assert allele not in form.text
    page = browser.land(f"{base}/upgrade", {"loci": ["SE33"], "more": "d10s1248, Penta_D", "why": REASON})
    assert "The request was sent." in words(page)
    assert "More loci are waited for" in words(page)
    with force.nodes[ALB].database.read() as tx:
        [row] = tx.execute(dna_upgrade.select().where(dna_upgrade.c.candidate_id == governed.growing)).all()
    assert set(re.findall(r"\w+", row.loci)) >= {"SE33", "D10S1248"}
    assert f'href="{base}/upgrade"' not in page.text, "one request waits at a time"
    assert "More loci were asked for" in words(browser.get("/dna?show=all"))
    assert browser.post(f"{base}/upgrade", {"loci": ["SE33"], "why": REASON}).status_code == 409


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"why": REASON}, "Choose at least one locus."),
        ({"more": "SE33 <b>X</b>", "why": REASON}, "There is no locus &lt;b&gt;X&lt;/b&gt;."),
        ({"more": "AMEL", "why": REASON}, "There is no locus AMEL."),
        ({"loci": ["nothing"], "why": REASON}, "There is no locus nothing."),
        ({"loci": ["SE33"], "why": "short"}, "Write at least 20 characters"),
        ({"more": "SE33," * 400, "why": "x" * 2_001}, "This text is too long."),
    ],
)
def test_loci_that_cannot_be_asked_for_are_said_at_the_field(
    force: Any, governed: Governed, dna: DnaStory, form: dict[str, Any], problem: str
) -> None:
    assert governed.held
    page = force.browser(ALB, "examiner").post(f"/dna/candidates/{dna.fresh}/upgrade", form)
    assert page.status_code == 422
    assert problem in page.text
    assert "<b>X</b>" not in page.text


def test_more_loci_are_not_offered_where_they_would_be_refused(force: Any, governed: Governed, dna: DnaStory) -> None:
    assert governed.held
    browser = force.browser(ALB, "examiner")
    for settled in (dna.disposed, dna.withdrawn):
        assert f"/dna/candidates/{settled}/upgrade" not in browser.get(f"/dna/candidates/{settled}").text
    assert f"{dna.near}/upgrade" not in browser.get(f"/dna/candidates/{dna.near}").text, "one waits already"
    chief = force.browser(ALB, "supervisor").get(f"/dna/candidates/{dna.fresh}")
    assert f"{dna.fresh}/upgrade" not in chief.text, "an examiner asks"


# What all of them share


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_says_so(force: Any, path: str) -> None:
    page = force.browser("XKX", "supervisor").get(path)
    assert "None here" in words(page)
    assert "<table" not in page.text
    assert force.browser("XKX", "supervisor").get(f"{path}?format=json").json() in (
        [],
        {"asked_of_us": [], "asked_by_us": []},
    )


@pytest.mark.parametrize("path", LISTS)
def test_the_way_between_the_pages_shows_only_what_may_be_opened(force: Any, governed: Governed, path: str) -> None:
    assert governed.held
    for who in ("examiner", "approver", "supervisor"):
        browser = force.browser(ALB, who)
        page = browser.get(path)
        if page.status_code == 403:
            assert who == "approver"
            continue
        nav = page.text.split('<nav aria-label="DNA">')[1].split("</nav>")[0]
        assert f'<a href="{path}" aria-current="page">' in nav
        for link in re.findall(r'href="([^"]+)"', nav):
            assert browser.get(link).status_code == 200, (who, link)


def test_an_approver_finds_dna_in_the_menu(force: Any, governed: Governed) -> None:
    page = force.browser(ALB, "approver").get(f"{ORDERS}/{governed.order}")
    assert '<a href="/dna/batches" aria-current="page">DNA</a>' in page.text
    examiner = force.browser(ALB, "examiner").get(f"{ORDERS}/{governed.order}").text
    assert '<a href="/dna" aria-current="page">DNA</a>' in examiner
    assert examiner.count(">DNA</a>") == 1
    assert ">DNA</a>" not in force.browser(ALB, "auditor").get("/").text


def test_what_waits_stands_on_the_first_page_of_those_who_may(force: Any, governed: Governed) -> None:
    assert governed.held
    said = {who: words(force.browser(ALB, who).get("/")) for who in ("examiner", "approver", "enquirer", "auditor")}
    assert "Traces that were held back" in said["examiner"]
    assert "Partners' requests for more loci" in said["examiner"]
    assert "Batches of DNA enquiries that wait for approval" in said["approver"]
    assert "Standing DNA orders that wait for approval" in said["approver"]
    assert "Batches of DNA" not in said["examiner"]
    for who in ("enquirer", "auditor"):
        for kind in ("Traces that were held", "requests for more loci", "Batches of DNA", "Standing DNA"):
            assert kind not in said[who], who


@pytest.mark.parametrize("who", ["examiner", "approver"])
def test_every_id_stands_once_and_every_field_has_a_label(force: Any, governed: Governed, who: str) -> None:
    for path in governed.paths().values():
        page = force.browser(ALB, who).get(path)
        if page.status_code == 200:
            found = taken_apart(page)
            assert len(found.ids) == len(set(found.ids)), path
            assert set(found.inputs) <= found.labelled, path


@pytest.mark.parametrize("path", ["/dna/eliminations/{}/finding", "/dna/batches/{}/refuse", "/dna/standing/{}/end"])
def test_a_form_of_another_site_changes_nothing(force: Any, governed: Governed, path: str) -> None:
    ref = {"elim": governed.held, "batc": governed.batch, "stan": governed.order}[path[5:9]]
    data = {"finding": "contamination", "why": REASON}
    page = force.browser(ALB, "supervisor").post(path.format(ref), data, sec_fetch_site="cross-site")
    assert page.status_code == 403
    assert "Contamination: it never leaves" not in force.browser(ALB, "supervisor").get(f"{HELD}/{governed.held}").text
