"""DNA in the console: the queue, both profiles side by side, opinions that nobody sees too early, series, funnel, profiles."""

import re
from typing import Any

import pytest
from tests.console.dna_story import ALB, OPINION, PERSON, TRACE, DnaStory, examiners, tell_dna
from tests.console.pages_read import taken_apart

from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.ids import CandidateId
from egnatia.store.tables import contest
from egnatia.store.tables import follow_up as follow_ups

BASE = "/dna/candidates"


@pytest.fixture(scope="module")
def dna(force: Any) -> DnaStory:
    return tell_dna(force)


def words(page: Any) -> str:
    assert page.status_code in {200, 422}, page.text
    return taken_apart(page).words


def entries(force: Any, found: str) -> list[str]:
    with force.nodes[ALB].database.read() as tx:
        return [
            each.kind for each in reversed(read_entries(tx, EntryFilter(object_ref=f"candidate:{found}", limit=500)))
        ]


def test_the_queue_shows_what_can_be_decided_soonest_first(force: Any, dna: DnaStory) -> None:
    page = force.browser(ALB, "examiner").get("/dna")
    shown = re.findall(r'data-row href="/dna/candidates/([0-9a-f-]{36})"', page.text)
    assert shown[0] == dna.second
    assert shown.index(dna.near) < shown.index(dna.fresh)
    assert dna.disposed not in shown
    assert "yours is there" in words(page)
    assert "near match" in words(page)
    assert TRACE in page.text


@pytest.mark.parametrize(("show", "number"), [("open", 4), ("hits", 6), ("all", 12), ("late", 1), ("nonsense", 4)])
def test_the_filters_count(force: Any, dna: DnaStory, show: str, number: int) -> None:
    assert dna.fresh
    assert len(force.browser(ALB, "supervisor").get(f"/dna?show={show}&format=json").json()) == number


def test_the_second_opinion_is_offered_to_the_other_examiner_only(force: Any, dna: DnaStory) -> None:
    examiners(force)
    offered = {
        who: [each["id"] for each in force.browser(ALB, who).get("/dna?show=second&format=json").json()]
        for who in ("examiner", "examiner-2", "supervisor")
    }
    assert offered == {"examiner": [], "examiner-2": [dna.second], "supervisor": [dna.second]}


def test_a_candidate_shows_every_locus_with_a_mark_and_words(force: Any, dna: DnaStory) -> None:
    page = force.browser(ALB, "supervisor").get(f"{BASE}/{dna.near}")
    rows = re.findall(r'<th scope="row"><span class="mono">([^<]+)</span></th>', page.text)
    assert rows[0] == "D12S391"
    assert len(rows) == 12
    assert page.text.count('tag-done"><span class="mark mark-done" aria-hidden="true">✓</span>the same<') == 11
    assert 'mark-late" aria-hidden="true">▲</span>one allele differs<' in page.text
    assert re.findall(r'<u class="differs">([\d.]+)</u>', page.text) == ["22", "23"]


def test_the_warning_the_scale_and_every_population_stand_beside_it(force: Any, dna: DnaStory) -> None:
    page = force.browser(ALB, "supervisor").get(f"{BASE}/{dna.near}")
    said = words(page)
    assert "This is a lead and no identification" in said
    assert "have both typings looked at again" in said
    assert "Chance alone gives" in said
    assert page.text.count('<span lang="en">UK') + page.text.count('<span lang="en">NIST') >= 10
    assert "<svg" in page.text
    assert "in this search" in said
    assert "7,200,000 are assumed" in said


def test_looking_is_entered_each_time(force: Any, dna: DnaStory) -> None:
    before = entries(force, dna.fresh)
    force.browser(ALB, "supervisor").get(f"{BASE}/{dna.fresh}")
    assert entries(force, dna.fresh) == [*before, "candidate.viewed"]


def test_what_a_partner_corrected_is_flagged_on_both_pages_of_a_candidate(force: Any, dna: DnaStory) -> None:
    """The page on which two examiners decide once showed no flag of a correction; the plain one always did."""
    browser = force.browser(ALB, "examiner")
    for path in (f"{BASE}/{dna.withdrawn}", f"/candidates/{dna.withdrawn}"):
        assert 'mark-late" aria-hidden="true">▲</span>found to be wrong<' in browser.get(path).text, path
        assert "found to be wrong" not in browser.get(path.replace(dna.withdrawn, dna.fresh)).text


def test_a_contested_profile_is_flagged_until_the_contest_ends(force: Any, dna: DnaStory) -> None:
    node, browser = force.nodes[ALB], force.browser(ALB, "examiner-2")
    row = browser.get(f"{BASE}/{dna.near}?format=json").json()["row"]
    made: dict[str, Any] = {"id": "contest-1", "partner": row["partner"], "ref": row["number"], "sealed_id": "s"}
    made |= {"flagged_by": "off-1", "flagged_at": force.clock()}
    node.commit(lambda tx: tx.execute(contest.insert(), made))
    assert "▲</span>contested<" in browser.get(f"{BASE}/{dna.near}").text
    assert "contested" not in words(browser.get(f"{BASE}/{dna.fresh}"))
    ended = contest.update().where(contest.c.id == "contest-1").values(cleared_at=force.clock())
    node.commit(lambda tx: tx.execute(ended))
    assert "contested" not in words(browser.get(f"{BASE}/{dna.near}"))


@pytest.mark.parametrize("page", [BASE, "/candidates"])
def test_a_released_follow_up_leads_from_both_pages_to_what_came(force: Any, page: str) -> None:
    from tests.enquiries.dna_rows import Cases

    found = _one_more(force, "GBR", 23 if page == BASE else 24)
    follow_up: str = force.nodes[ALB].commit(lambda tx: Cases(tx).follow_up(found, force.clock()))
    browser = force.browser(ALB, "supervisor")
    assert f"/received/{follow_up}" not in browser.get(f"{page}/{found}").text
    states = follow_ups.update().where(follow_ups.c.id == follow_up).values(state="released")
    force.nodes[ALB].commit(lambda tx: tx.execute(states))
    assert f'href="/received/{follow_up}"' in browser.get(f"{page}/{found}").text


def test_nobody_reads_the_first_opinion_before_the_second(force: Any, dna: DnaStory) -> None:
    reasons = OPINION["reasons"]
    for who in ("examiner-2", "supervisor"):
        page = force.browser(ALB, who).get(f"{BASE}/{dna.second}")
        assert reasons not in page.text
        assert "alb-examiner" not in page.text.replace("alb-examiner-2", "")
        twin = force.browser(ALB, who).get(f"{BASE}/{dna.second}?format=json").json()
        assert twin["opinions"]["visible"] == []
    mine = force.browser(ALB, "examiner").get(f"{BASE}/{dna.second}")
    assert reasons in mine.text
    assert "<button>Record the opinion" not in mine.text


def test_a_form_with_something_missing_keeps_what_was_typed(force: Any, dna: DnaStory) -> None:
    page = force.browser(ALB, "examiner-2").post(
        f"{BASE}/{dna.fresh}/opinion", {"reasons": "short", "disposition": "?"}
    )
    found = taken_apart(page)
    assert page.status_code == 422
    assert "Choose what you find." in found.words
    assert "Write at least 20 characters" in found.words
    assert "Name the qualification" in found.words
    assert ">short</textarea>" in page.text
    assert {"#disposition", "#reasons", "#qualification"} <= set(found.links)
    assert {"disposition", "reasons", "qualification"} <= set(found.ids)


def test_two_examiners_make_a_hit_with_which_the_flow_goes_on(force: Any) -> None:
    examiners(force)
    story = _one_more(force, "GBR", 21)
    first = force.browser(ALB, "examiner").land(f"{BASE}/{story}/opinion", OPINION)
    assert "Another examiner gives the second one without seeing it" in first.text
    again = force.browser(ALB, "examiner").post(f"{BASE}/{story}/opinion", OPINION)
    assert again.status_code == 409
    second = force.browser(ALB, "examiner-2").land(f"{BASE}/{story}/opinion", OPINION)
    assert "Two examiners agree" in second.text
    assert second.text.count(OPINION["reasons"]) == 2
    hit = force.browser(ALB, "enquirer").get(f"/candidates/{story}")
    assert "Ask for core data" in hit.text
    assert "Your decision" not in hit.text


def test_two_that_differ_are_told_so_and_no_more(force: Any) -> None:
    examiners(force)
    story = _one_more(force, "GBR", 22)
    force.browser(ALB, "examiner").land(f"{BASE}/{story}/opinion", OPINION)
    other = OPINION | {"disposition": "adventitious", "reasons": "Seven loci in a search this large say nothing."}
    page = force.browser(ALB, "examiner-2").land(f"{BASE}/{story}/opinion", other)
    assert "a third is needed" in page.text
    assert OPINION["reasons"] not in page.text
    assert "Your opinion</h2>" not in page.text
    assert "A third gives an opinion without seeing either." in words(page)


def _one_more(force: Any, partner: str, at: int) -> CandidateId:
    from tests.console.dna_story import number
    from tests.enquiries.dna_rows import Cases

    count = 100 + at
    made: CandidateId = force.nodes[ALB].commit(
        lambda tx: Cases(tx, count).candidate(TRACE, partner, number(at), at=force.clock())
    )
    return made


def test_the_plain_page_of_a_dna_candidate_offers_no_decision(force: Any, dna: DnaStory) -> None:
    page = force.browser(ALB, "examiner").get(f"/candidates/{dna.fresh}")
    assert "Record the decision" not in page.text
    assert f'href="{BASE}/{dna.fresh}"' in page.text
    assert "Two examiners decide on DNA candidates" in page.text
    assert f'href="{BASE}/{dna.fresh}"' not in force.browser(ALB, "enquirer").get(f"/candidates/{dna.fresh}").text
    form = {"decision": "confirmed", "basis": OPINION["reasons"], "qualification": "DNA examiner"}
    assert force.browser(ALB, "examiner").post(f"/candidates/{dna.fresh}/decision", form).status_code == 409


def test_a_dna_candidate_leads_whoever_may_not_look_at_profiles_to_the_plain_page(force: Any, dna: DnaStory) -> None:
    """On the first page and in the inbox the link of enquirers and approvers once led to a refusal."""
    for who in ("enquirer", "approver", "examiner", "supervisor"):
        browser = force.browser(ALB, who)
        for path in ("/", "/candidates"):
            page = browser.get(path)
            [link] = re.findall(rf'data-row href="([^"]*/candidates/{dna.near})"', page.text)
            assert browser.get(link).status_code == 200, (who, path)
            assert link.startswith("/dna/") == (who in {"examiner", "supervisor"})


def test_a_series_is_one_cluster_drawn_and_written(force: Any, dna: DnaStory) -> None:
    browser = force.browser(ALB, "supervisor")
    listed = browser.get("/dna/series?format=json").json()
    assert len(listed[0]["matches"]) >= 6
    page = browser.get(f"/dna/series/{dna.disposed}")
    twin = browser.get(f"/dna/series/{dna.disposed}?format=json").json()
    lines, rows = page.text.count('<line class="thread'), page.text.count("/dna/candidates/")
    assert lines == rows == len(twin["matches"])
    assert page.text.count('class="thread near"') == 1
    assert page.text.count('<path class="thread"') == 1, "two profiles of one person"
    assert {each["ref"] for each in twin["members"]} >= {TRACE, PERSON}


def test_a_withdrawn_hit_is_in_no_series(force: Any, dna: DnaStory) -> None:
    assert force.browser(ALB, "supervisor").get(f"/dna/series/{dna.withdrawn}").status_code == 404
    assert force.browser(ALB, "supervisor").get("/dna/series/none").status_code == 404


def test_the_funnel_is_the_same_drawn_written_and_as_json(force: Any, dna: DnaStory) -> None:
    assert dna.fresh
    browser = force.browser(ALB, "auditor")
    page, twin = browser.get("/dna/figures"), browser.get("/dna/figures?format=json").json()
    assert [each["stage"] for each in twin["steps"]] == ["candidate", "validated", "requested", "released", "outcome"]
    for each in twin["steps"]:
        assert f"{each['pairs']} pairs · {each['clusters']} series" in words(page)
    assert "Contamination" not in page.text
    assert browser.get("/dna/figures?from=2020-01-01&to=2020-01-02&format=json").json()["steps"][0]["pairs"] == 0
    assert browser.get("/dna/figures?from=never&to=2020-01-02").status_code == 422
    assert "/dna/figures?from=" in browser.get("/indicators").text


def test_the_profile_list_has_references_and_no_loci(force: Any, dna: DnaStory) -> None:
    assert dna.fresh
    browser = force.browser(ALB, "examiner")
    page = browser.get("/dna/profiles")
    assert {TRACE, PERSON} <= set(re.findall(r"ALB-[TP]-[\d-]+", page.text))
    assert "United Kingdom" in words(page)
    for locus in ("vWA", "D12S391", "31.2"):
        assert locus not in page.text
    people = browser.get("/dna/profiles?kind=person&format=json").json()
    assert [each["profile"]["ref"] for each in people] == ["ALB-P-1001", "ALB-P-1002"]
    assert len(browser.get("/dna/profiles?kind=nothing&format=json").json()) == 4


@pytest.mark.parametrize("path", ["/dna", "/dna/profiles", "/dna/series", "/dna/figures"])
def test_nobody_is_named_on_a_list_of_dna(force: Any, dna: DnaStory, path: str) -> None:
    assert dna.fresh
    page = force.browser(ALB, "supervisor").get(path)
    assert "alb-examiner" not in page.text
    assert len(page.content) < 60_000


def test_what_waits_for_examiners_stands_on_the_first_page_of_those_who_may(force: Any, dna: DnaStory) -> None:
    assert dna.fresh
    for who, offered in (("examiner", True), ("examiner-2", True), ("enquirer", False), ("auditor", False)):
        said = words(force.browser(ALB, who).get("/"))
        assert ("DNA candidates on which two examiners have not agreed" in said) == offered, who


def test_an_enquiry_about_a_profile_and_its_case_open_and_name_nothing_of_the_loci(force: Any, dna: DnaStory) -> None:
    browser = force.browser(ALB, "supervisor")
    enquiry = browser.get(f"{BASE}/{dna.fresh}?format=json").json()["row"]["enquiry_id"]
    for path in (f"/enquiries/{enquiry}", "/cases/DUR-2025-0417"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "31.2" not in page.text
        assert OPINION["reasons"] not in page.text


def test_every_id_of_a_page_stands_once_and_every_field_has_a_label(force: Any, dna: DnaStory) -> None:
    pages = (f"{BASE}/{dna.second}", f"{BASE}/{dna.near}", f"/dna/series/{dna.disposed}", "/dna/figures")
    for path in pages:
        found = taken_apart(force.browser(ALB, "examiner-2").get(path))
        assert len(found.ids) == len(set(found.ids)), path
        assert set(found.inputs) <= found.labelled, path


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"disposition": "confirmed"},
        OPINION | {"reasons": "x" * 2_001},
        OPINION | {"reasons": "\x07" + OPINION["reasons"]},
        OPINION | {"qualification": "x" * 81},
        OPINION | {"disposition": "hit"},
    ],
)
def test_no_form_with_a_problem_records_anything(force: Any, dna: DnaStory, form: dict[str, str]) -> None:
    examiners(force)
    before = [each for each in entries(force, dna.fresh) if each != "candidate.viewed"]
    page = force.browser(ALB, "examiner-2").post(f"{BASE}/{dna.fresh}/opinion", form)
    assert page.status_code == 422
    assert [each for each in entries(force, dna.fresh) if each != "candidate.viewed"] == before


def test_an_opinion_from_elsewhere_is_refused(force: Any, dna: DnaStory) -> None:
    before = entries(force, dna.fresh)
    page = force.browser(ALB, "examiner").post(f"{BASE}/{dna.fresh}/opinion", OPINION, sec_fetch_site="cross-site")
    assert page.status_code == 403
    assert entries(force, dna.fresh) == before


def test_a_long_queue_comes_in_light_pages(force: Any) -> None:
    from tests.console.dna_story import number
    from tests.enquiries.dna_rows import Cases

    def many(tx: Any) -> None:
        cases = Cases(tx, 500)
        for at in range(40, 80):
            cases.candidate(TRACE, "XKX", number(at), at=force.clock())

    force.nodes[ALB].commit(many)
    browser = force.browser(ALB, "examiner")
    pages = [browser.get(path) for path in ("/dna", "/dna?page=2", "/dna?show=all&lang=mk")]
    assert all(len(each.content) < 60_000 for each in pages)
    assert pages[0].text.count("data-row") == 30
    assert "?page=2" in pages[0].text
    assert len(browser.get("/dna?format=json").json()) >= 40


def test_an_erased_profile_leaves_a_page_that_says_so(force: Any) -> None:
    from egnatia.enquiries.dna.profiles import forget_profile

    story = _one_more(force, "GBR", 95)
    with force.nodes[ALB].database.read() as tx:
        from egnatia.store.tables import dna_candidate

        kept = tx.execute(dna_candidate.select().where(dna_candidate.c.candidate_id == story)).one().sealed_id

    def erase(tx: Any) -> None:
        tx.erase(kept)
        forget_profile(tx, TRACE)

    force.nodes[ALB].commit(erase)
    page = force.browser(ALB, "examiner").get(f"{BASE}/{story}")
    assert "Our profile was erased." in page.text
    assert "The partner&#39;s profile and the figures were erased." in page.text
    assert "31.2" not in page.text
