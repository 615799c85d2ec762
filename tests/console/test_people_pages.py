"""Persons at the console: our own register, a candidate with its sum, core data beside what was asked, a network of a case."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from tests.console.conftest import ALB, Force
from tests.console.exchange_story import GBR
from tests.console.people_story import LOOK, PERSON, WHY, Known, ask_person, asked, released

from egnatia.console.catalogues import LANGUAGES
from egnatia.console.language import language
from egnatia.console.words_people import PEOPLE_PHRASES
from egnatia.engines.people import Band, Claim
from egnatia.engines.people.answer import Settling
from egnatia.engines.people.graph.types import NodeKind, Standing
from egnatia.engines.people.link import Verdict
from egnatia.enquiries.network_carrying import unpacked
from egnatia.ledger.leaf import parse_leaf
from egnatia.store.tables import enquiry, ledger_entry

pytestmark = pytest.mark.usefixtures("known")
BOUNDARY = "a-boundary-of-this-test"
NODES = (
    "ref,kind,label,standing\n"
    "p1,person,Genti,involved\np2,person,Besa,involved\np3,person,Unsaid,\n"
    "v1,person,Hurtperson,victim\nc1,person,Smallchild,child\nf1,person,Thesister,family\n"
    "t1,phone,+355 69 000 001,\nt2,phone,+355 69 000 002,\n"
)
TIES = (
    "left,right,relation,source,since,until\n"
    "p1,t1,uses,REPORT-12,2025-03-01,\np2,t1,uses,REPORT-13,2025-03-04,2025-04-01\n"
    "v1,t1,uses,REPORT-14,2025-03-04,\nc1,t2,uses,REPORT-15,2025-03-04,\nf1,p1,sister,REPORT-16,2020-01-01,\n"
)


@pytest.fixture(scope="module")
def known(force: Force, tmp_path_factory: pytest.TempPathFactory) -> Known:
    return ask_person(force, tmp_path_factory.mktemp("gbr") / "GBR")


@pytest.fixture(scope="module")
def answered(force: Force, known: Known) -> Known:
    return released(force, known)


def text_of(page: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def look(force: Force, role: str = "enquirer", **changes: str) -> Any:
    return force.browser(ALB, role).post("/persons", LOOK | changes)


def entries(force: Force) -> list[Any]:
    with force.nodes[ALB].database.read() as tx:
        rows = tx.execute(ledger_entry.select().order_by(ledger_entry.c.sequence))
        return [parse_leaf(row.entry) for row in rows]


def test_looking_shows_who_resembles_the_likeliest_first(force: Force) -> None:
    page = look(force)
    assert page.status_code == 200
    refs = re.findall(r'<strong class="mono">(ALB-P-\d+)</strong>', page.text)
    assert refs[0] == "ALB-P-000001"
    assert set(refs[:3]) == {"ALB-P-000001", "ALB-P-000002", "ALB-P-000003"}
    assert re.search(r"\d+ persons of this node resemble this description", page.text)
    words = text_of(page)
    assert words.index("Before anything was compared") < words.index("The family name is the same")
    assert "about one person in" in words, "Krasniqi is common here"
    assert "fewer than 10 of" in words, "Arben is not, and no number is told of him"
    assert "too small to call it rare" in words


def test_what_speaks_against_stands_before_what_agrees(force: Force) -> None:
    words = text_of(look(force, father_name="Bujar"))
    assert words.index("The father's name is another") < words.index("The family name is the same")


def test_each_look_is_one_entry_without_a_name_and_a_refused_one_is_none(force: Force) -> None:
    before = len(entries(force))
    assert look(force, mother_name="Drita").status_code == 200
    [entry] = entries(force)[before:]
    assert entry.kind == "persons.searched"
    for name in ("Krasniqi", "Arben", "Drita", "1994"):
        assert name not in str(entry)
    for changes in ({"why": "short"}, {"first_names": "", "birth_date": ""}, {"birth_date": "1994-13-45"}):
        refused = look(force, **changes)
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
    force.browser(ALB, "enquirer").get("/persons")
    assert len(entries(force)) == before + 1


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_date": "1369-01-01"},
        {"family_names": "x" * 60_000},
        {"first_names": "XXX", "family_names": "FNU", "birth_date": ""},
        {"numbers": ";".join(f"AB12345{n}" for n in range(40))},
        {"why": "\u200b" * 40},
    ],
)
def test_hostile_and_empty_descriptions_are_said_and_change_nothing(force: Force, changes: dict[str, str]) -> None:
    before = len(entries(force))
    assert look(force, **changes).status_code in {400, 422}
    assert len(entries(force)) == before


def test_somebody_unknown_is_said_to_be_unknown(force: Force) -> None:
    page = look(force, family_names="Wqopplex", first_names="Zzyxqor", birth_date="1901-07-13")
    assert "Nobody on this node&#39;s register resembles this description" in page.text


def test_namesakes_that_cannot_be_told_apart_are_counted_with_what_would_settle_it(force: Force) -> None:
    words = text_of(look(force, birth_date=""))
    assert re.search(r"\d records cannot be told apart", words)
    assert "the full date of birth" in words


def test_markup_in_a_name_is_text(force: Force) -> None:
    page = look(force, family_names="<script>alert(1)</script>Krasniqi")
    assert "<script>alert" not in page.text


def test_the_twin_of_a_look_holds_codes_and_the_same_numbers(force: Force) -> None:
    data = look(force, format="json").json()
    assert data["matches"][0]["ref"] == "ALB-P-000001"
    assert data["matches"][0]["band"] == "strong"
    assert {each["claim"] for each in data["matches"][0]["evidence"]} >= {"prior", "family_name_same"}
    assert data["indistinguishable"] == 1
    assert {each["bearers"] is None for each in data["names"]} == {True, False}


@pytest.mark.parametrize("role", ["approver", "auditor", "administrator"])
def test_who_may_not_ask_may_not_look(force: Force, role: str) -> None:
    assert look(force, role).status_code == 403


def test_a_candidate_shows_the_sum_and_how_common_the_names_are(force: Force, known: Known) -> None:
    words = text_of(force.browser(ALB, "examiner").get(f"/candidates/{known.candidate}"))
    for sentence in (
        "What the agreement adds up to",
        "How common the names are",
        "about one person in",
        "contradictions show once core data are here",
        "not asked: compared with core data only",
    ):
        assert sentence in words
    assert words.index("The date of birth is the same") < words.index("not asked: compared with core data only")


def test_parents_names_stay_at_home(force: Force, known: Known) -> None:
    """The question has the same bytes in length with and without them, and holds neither."""
    with force.nodes[ALB].database.read() as tx:
        row = tx.execute(enquiry.select().where(enquiry.c.id == known.enquiry)).one()
        kept = tx.unseal(row.sealed_id).decode()
    assert "Drita" in kept
    assert "mother_name" in kept
    page = force.browser(GBR, "supervisor").get("/enquiries")
    assert "Drita" not in page.text


def test_the_form_asks_for_both_parents_and_the_check_page_shows_them(force: Force) -> None:
    browser = force.browser(ALB, "enquirer")
    form = browser.post("/enquiries/new", {"subject": "person"})
    for name in ("father_name", "mother_name"):
        assert f'name="{name}"' in form.text
    checked = browser.post("/enquiries/check", PERSON)
    assert checked.status_code == 200
    assert "Drita" in checked.text
    assert 'name="mother_name" value="Drita"' in checked.text, "it travels to the button that sends"


def test_core_data_stand_beside_what_was_asked_contradictions_first(force: Force, answered: Known) -> None:
    words = text_of(force.browser(ALB, "examiner").get(f"/received/{answered.received}"))
    beside = words[words.index("What was asked beside what was released") :]
    against = beside.index("The father's name is another")
    assert against < beside.index("The date of birth is the same")
    assert "Gëzim Bujar" in beside, "both values, side by side"
    assert "possible: of 20" in beside, "never strong against a contradiction"


def test_the_twin_of_core_data_has_the_comparison(force: Force, answered: Known) -> None:
    data = force.browser(ALB, "examiner").get(f"/received/{answered.received}?format=json").json()
    claims = {each["claim"]: each for each in data["compared"]["evidence"]}
    assert claims["father_name_different"]["left"] == "Gëzim"
    assert claims["father_name_different"]["added"] < -2


def test_a_document_has_no_such_comparison(force: Force, cases: Any) -> None:
    told = cases(force, "DUR-2025-0440", "outcome")
    page = force.browser(ALB, "examiner").get(f"/received/{told.follow_up}")
    assert page.status_code == 200
    assert "What was asked beside what was released" not in page.text
    candidate = force.browser(ALB, "examiner").get(f"/candidates/{told.candidate}")
    assert "What the agreement adds up to" not in candidate.text


def test_a_second_reviewer_sees_the_same_sum_and_no_decision(force: Force) -> None:
    fresh = asked(force, case_ref="DUR-2025-0433")
    force.hire(ALB, "alb-elsewhere", set(force.officers[ALB, "alb-examiner"].roles))
    decision = {"decision": "rejected", "basis": "The father's name is another one.", "qualification": "level 2"}
    force.browser(ALB, "examiner").land(f"/candidates/{fresh.candidate}/decision", decision)
    drawn = {"count": "9", "since": "2025-05-01", "seed": "lottery"}
    force.browser(ALB, "supervisor").land("/candidates/reviews/figures", drawn)
    words = text_of(force.browser(ALB, "elsewhere").get(f"/candidates/reviews/{fresh.candidate}"))
    assert "What the agreement adds up to" in words
    assert "How common the names are" in words
    assert "The father's name is another one." not in words


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_claim_band_and_kind_has_words_in_every_language(tag: str) -> None:
    said = {value for table in PEOPLE_PHRASES for value in table}
    assert said == {*Claim, *Band, *Settling, *NodeKind, *Standing, *Verdict}
    for table in PEOPLE_PHRASES:
        for text in table.values():
            translated = language(tag).say(text)
            assert translated
            assert tag == "en" or translated != text or text == "person", (tag, text)


@pytest.mark.parametrize("tag", [each for each in LANGUAGES if each != "en"])
def test_the_pages_speak_the_officers_language(force: Force, answered: Known, tag: str) -> None:
    say = language(tag).say
    browser = force.browser(ALB, "examiner")
    for path, sentence in (
        (f"/received/{answered.received}", "The father's name is another"),
        (f"/candidates/{answered.candidate}", "What the agreement adds up to"),
        ("/persons", "Look among own persons"),
        ("/networks", "Show the network"),
    ):
        page = unescape(browser.get(f"{path}?lang={tag}").text)
        assert say(sentence) in page
        assert sentence not in page


# A network of a case.


def parts(fields: dict[str, str], files: dict[str, str | bytes]) -> Iterator[bytes]:
    for name, value in fields.items():
        yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, content in files.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="network"; filename="{name}"\r\n\r\n'
        yield head.encode() + (content.encode() if isinstance(content, str) else content) + b"\r\n"
    yield f"--{BOUNDARY}--\r\n".encode()


def show(force: Force, files: dict[str, str | bytes] | None = None, role: str = "supervisor", **changes: str) -> Any:
    fields = {"case_ref": "DUR-2025-0417", "why": WHY} | changes
    body = b"".join(parts(fields, {"nodes.csv": NODES, "ties.csv": TIES} if files is None else files))
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "sec-fetch-site": "same-origin"}
    return force.browser(ALB, role).raw_post("/networks", body, headers)


def test_a_network_is_drawn_and_every_tie_has_its_source_and_day(force: Force) -> None:
    page = show(force)
    assert page.status_code == 200, page.text
    assert page.text.count('class="thread"') == 2
    words = text_of(page)
    for sentence in ("REPORT-12", "1 Mar 2025", "REPORT-13", "If a tenth of the reports were missing", "telephone"):
        assert sentence in words
    assert "3 nodes, 2 ties" in words


def test_victims_children_and_family_are_in_no_drawing_table_or_twin(force: Force) -> None:
    page = show(force)
    for name in ("Hurtperson", "Smallchild", "Thesister", "Unsaid", "REPORT-14", "REPORT-15", "REPORT-16", "000 002"):
        assert name not in page.text
    words = text_of(page)
    assert "Not shown, not counted and never ranked:" in words
    for said in ("victim 1", "child 1", "family 1", "no standing stated 1"):
        assert said in words
    twin = show(force, format="json").text
    assert "Hurtperson" not in twin
    assert '"victim": 1' in twin


def test_a_network_is_one_entry_of_counts_and_nothing_is_kept(force: Force) -> None:
    before = len(entries(force))
    show(force)
    [entry] = entries(force)[before:]
    assert entry.kind == "network.read"
    assert entry.operation == "combination"
    for name in ("Genti", "Hurtperson", "REPORT"):
        assert name not in str(entry)
    read = force.browser(ALB, "auditor").post("/ledger/entries", {"reason": WHY, "format": "json"}).json()
    [last] = [each for each in read if each["kind"] == "network.read"][:1]
    assert last["object_ref"] == "case:DUR-2025-0417"
    assert last["content"] == {"nodes": {"person": 2, "phone": 1}, "ties": 2, "shielded": 4}


@pytest.mark.parametrize(
    ("files", "changes"),
    [
        ({}, {}),
        ({"nodes.csv": NODES}, {}),
        ({"nodes.csv": NODES, "ties.csv": TIES, "more.csv": TIES}, {}),
        ({"case.xlsx": b"PK\x03\x04"}, {}),
        ({"case.gexf": b"<!DOCTYPE a [<!ENTITY b 'c'>]><gexf>&b;</gexf>"}, {}),
        ({"case.graphml": b"\xff\xfe\x00"}, {}),
        ({"case.json": b"[" * 5000}, {}),
        ({"nodes.csv": "ref,kind\np1,person\n", "ties.csv": "left,right,relation,source,since\n"}, {}),
        ({"nodes.csv": NODES, "ties.csv": TIES.replace("REPORT-12", "")}, {}),
        (None, {"case_ref": "no case"}),
        (None, {"why": "short"}),
        (None, {"steps": "7"}),
        (None, {"steps": "-1"}),
        (None, {"steps": "many"}),
        (None, {"around": "nobody"}),
        (None, {"around": "\n".join(f"p{n}" for n in range(21))}),
        (None, {"around": "v1", "steps": "0"}),
        (None, {"since": "2025-02-31"}),
        (None, {"since": "2025-05-01", "until": "2025-01-01"}),
    ],
)
def test_what_is_no_network_is_said_and_nothing_is_entered(
    force: Force, files: dict[str, str | bytes] | None, changes: dict[str, str]
) -> None:
    before = len(entries(force))
    page = show(force, files, **changes)
    assert page.status_code == 422, page.text
    assert 'role="alert"' in page.text
    assert len(entries(force)) == before


def test_a_part_of_a_network_is_cut_out_around_a_node_and_a_time(force: Force) -> None:
    assert "1 node, 0 ties" in text_of(show(force, around="p1", steps="0"))
    assert "Besa" in show(force, around="p1", steps="2").text
    assert "REPORT-12" not in show(force, since="2025-03-02").text


def test_markup_in_a_network_is_text(force: Force) -> None:
    nodes = NODES.replace("Genti", "<script>alert(1)</script>")
    page = show(force, {"nodes.csv": nodes, "ties.csv": TIES})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


@pytest.mark.parametrize("role", ["enquirer", "approver", "auditor", "administrator"])
def test_who_is_neither_examiner_nor_supervisor_reads_no_network(force: Force, role: str) -> None:
    assert show(force, role=role).status_code == 403


# How two of a case are connected.


def pair_of(page: Any, one: str, other: str, **changes: str) -> dict[str, str]:
    """The second form of a page, filled in as a browser without scripts sends it."""
    form = re.search(r'<form[^>]*id="pair".*?</form>', page.text, re.DOTALL)
    assert form is not None
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0])
    return {name: unescape(value) for name, value in hidden} | {"one": one, "other": other} | changes


def ask(force: Force, one: str, other: str, role: str = "supervisor", **changes: str) -> Any:
    fields = pair_of(show(force), one, other, **changes)
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "sec-fetch-site": "same-origin"}
    return force.browser(ALB, role).raw_post("/networks", b"".join(parts(fields, {})), headers)


def test_how_two_are_connected_is_said_step_by_step_with_relation_source_and_day(force: Force) -> None:
    page = ask(force, "p1", "p2")
    assert page.status_code == 200, page.text
    words = text_of(page)
    told = words[words.index("How Genti and Besa are connected") :]
    for sentence in (
        "The shortest way : 2 steps",
        "From Genti to +355 69 000 001. Known from 1 source:",
        "Genti uses +355 69 000 001, since 1 Mar 2025. Source: REPORT-12",
        "From +355 69 000 001 to Besa.",
        "Besa uses +355 69 000 001, from 4 Mar 2025 to 1 Apr 2025. Source: REPORT-13",
        "It passes a thing that 3 hold.",
        "may know nothing of either end",
    ):
        assert sentence.replace(" :", ":") in told.replace(" :", ":"), sentence
    assert page.text.count('class="thread way"') == 2
    assert page.text.count('class="step-number"') == 2
    assert page.text.count('class="passed"') == 3


def test_a_second_question_says_the_same_of_the_rest_and_carries_nobody_shielded(force: Force) -> None:
    first, second = show(force), ask(force, "p1", "p2")
    for name in ("Hurtperson", "Smallchild", "Thesister", "Unsaid", "REPORT-14", "REPORT-15", "REPORT-16", "000 002"):
        assert name not in second.text
        assert name not in str(unpacked(pair_of(first, "", "")["carried"]))
    for sentence in ("victim 1", "child 1", "family 1", "no standing stated 1", "3 nodes, 2 ties"):
        assert sentence in text_of(second)
    tables = [page.text[page.text.index("<table") : page.text.rindex("</table>")] for page in (first, second)]
    assert tables[0] == tables[1]
    third = pair_of(second, "p2", "t1")
    assert third["carried"] == pair_of(first, "", "")["carried"]
    assert (third["case_ref"], third["why"]) == ("DUR-2025-0417", WHY)


def test_each_question_is_one_entry_with_its_number_of_ways(force: Force) -> None:
    show(force)
    before = len(entries(force))
    fields = pair_of(show(force), "p1", "p2")
    assert len(entries(force)) == before + 1
    assert force.browser(ALB, "supervisor").post("/networks", fields).status_code == 200
    [entry] = entries(force)[before + 1 :]
    assert entry.kind == "network.read"
    for name in ("Genti", "Besa", "REPORT"):
        assert name not in str(entry)


def test_two_whom_nothing_joins_are_said_to_be_joined_by_nothing_that_may_be_shown(force: Force) -> None:
    """Both know the victim, and nobody else: the victim is not read."""
    ties = TIES.splitlines()[0] + "\np1,v1,met,R-1,2025-03-01,\np2,v1,met,R-2,2025-03-01,\n"
    page = show(force, {"nodes.csv": NODES, "ties.csv": ties})
    asked = force.browser(ALB, "supervisor").post("/networks", pair_of(page, "p1", "p2"))
    assert asked.status_code == 200
    assert "Nothing that may be shown joins them" in text_of(asked)
    assert "R-1" not in asked.text


@pytest.mark.parametrize(
    ("one", "other", "problem"),
    [
        ("", "p2", "Choose one of this case."),
        ("p1", "", "Choose one of this case."),
        ("p1", "p1", "Choose two who are not the same."),
        ("p1", "v1", "Choose one of this case."),
        ("p1", "~1", "Choose one of this case."),
        ("p1", "x" * 60_000, "Choose one of this case."),
        ("\x00", "\u202e", "Choose one of this case."),
    ],
)
def test_a_pair_that_is_none_is_said_beside_the_choice_and_the_case_stays(
    force: Force, one: str, other: str, problem: str
) -> None:
    page = ask(force, one, other)
    assert page.status_code == 422
    assert problem in text_of(page)
    assert 'aria-invalid="true"' in page.text
    assert "3 nodes, 2 ties" in text_of(page)
    assert "are connected" not in re.sub(r"<form.*?</form>", "", page.text, flags=re.DOTALL)


@pytest.mark.parametrize("carried", ["x", "AAAA", "\u0430", "=" * 600, "eJyrrgUAAXUA+Q=="])
def test_a_carried_case_that_somebody_made_up_is_refused_and_nothing_is_entered(force: Force, carried: str) -> None:
    fields = pair_of(show(force), "p1", "p2", carried=carried)
    before = len(entries(force))
    page = force.browser(ALB, "supervisor").post("/networks", fields)
    assert page.status_code == 422
    assert "no case of this console" in text_of(page)
    assert len(entries(force)) == before


@pytest.mark.parametrize("changes", [{"why": "short"}, {"case_ref": "no case"}])
def test_a_question_needs_its_case_and_its_reason_like_any_look(force: Force, changes: dict[str, str]) -> None:
    before = len(entries(force)) + 1
    assert ask(force, "p1", "p2", **changes).status_code == 422
    assert len(entries(force)) == before, "the first look alone"


@pytest.mark.parametrize("role", ["enquirer", "auditor"])
def test_who_reads_no_network_asks_no_way(force: Force, role: str) -> None:
    assert ask(force, "p1", "p2", role).status_code == 403


def test_groups_and_who_cuts_are_said_with_what_the_trials_came_to(force: Force) -> None:
    nodes = "ref,kind,label,standing\n" + "".join(f"p{n},person,Name{n},involved\n" for n in range(8))
    pairs = [(one, other) for group in ((0, 1, 2, 3), (4, 5, 6, 7)) for one in group for other in group if one < other]
    ties = TIES.splitlines()[0] + "\n" + "".join(f"p{a},p{b},met,R-{a}{b},2025-03-01,\n" for a, b in [*pairs, (3, 4)])
    words = text_of(show(force, {"nodes.csv": nodes, "ties.csv": ties}))
    told = words[words.index("Who hangs together") :]
    assert "Name0, Name1, Name2, Name3" in told
    assert "Name4, Name5, Name6, Name7" in told
    assert re.search(r"two of them were still in one group in \d+ of 100 trials", told)
    assert re.search(r"others lose each other in \d+ of 20 trials", words)
    assert re.search(r"\d+ of 100 \d+ to \d+", words)


def test_two_who_are_called_the_same_are_told_apart_by_their_references(force: Force) -> None:
    nodes = NODES.replace("Besa", "Genti").replace("+355 69 000 001", "p1")
    page = show(force, {"nodes.csv": nodes, "ties.csv": TIES})
    words = text_of(force.browser(ALB, "supervisor").post("/networks", pair_of(page, "p1", "p2")))
    assert "How Genti (p1) and Genti (p2) are connected" in words
    assert "From Genti (p1) to p1 (t1)." in words, "a label that is somebody's reference is told apart as well"
    assert "p2 (p2)" not in words


def test_the_twin_has_the_ways_and_the_communities(force: Force) -> None:
    data = force.browser(ALB, "supervisor").post("/networks", pair_of(show(force), "p1", "p2", format="json")).json()
    assert [[step["ref"] for step in way["steps"]] for way in data["ways"]] == [["t1", "p2"]]
    assert data["ways"][0]["steps"][0]["ties"][0]["source"] == "REPORT-12"
    assert data["measures"]["communities"][0]["members"] == ["p1", "p2", "t1"]
    assert show(force, format="json").json()["ways"] is None


@pytest.mark.parametrize("tag", [each for each in LANGUAGES if each != "en"])
def test_a_way_is_told_in_the_officers_language(force: Force, tag: str) -> None:
    say = language(tag).say
    fields = pair_of(show(force), "p1", "p2")
    page = unescape(force.browser(ALB, "supervisor").post(f"/networks?lang={tag}", fields).text)
    for sentence in ("The shortest way", "Who hangs together", "Show how they are connected"):
        assert say(sentence) in page
        assert sentence not in page


def test_a_file_that_is_too_large_is_refused_before_it_is_read(force: Force) -> None:
    page = show(force, {"case.json": b" " * (4 * 1024 * 1024 + 1)})
    assert page.status_code == 422
    assert "larger than 4,194,304 bytes" in page.text
