"""Links of own persons at the console: the list, a pair side by side, judging it and taking that back."""

import re
from html import unescape
from typing import Any

import pytest
from tests.console.conftest import ALB, XKX, Force, first
from tests.console.people_story import LEFT, RIGHT, bring, on_file_twice, record

from egnatia.console.catalogues import LANGUAGES
from egnatia.engines.people.link import Verdict
from egnatia.engines.people.simulate import Recipe, lines
from egnatia.enquiries.holdings import mark_protected
from egnatia.enquiries.own_linking import Wanted, link_own
from egnatia.enquiries.own_links import judge_own
from egnatia.enquiries.retention import erase_person
from egnatia.ledger.leaf import parse_leaf
from egnatia.model.ids import RecordRef
from egnatia.store.tables import ledger_entry

WHY = "The two files are about one arrest and one photograph."
PAIR = f"/persons/links/{LEFT}/{RIGHT}"


def text_of(page: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@pytest.fixture(scope="module")
def linked(force: Force) -> Force:
    """A register in which one man is on file twice, once in Cyrillic, linked."""
    register(force)
    return force


def register(force: Force) -> None:
    """Albania's own persons with some who are on file twice, linked."""
    bring(force, ALB, *(line.filed.record() for line in lines(Recipe(60, 5, 0.3))))
    on_file_twice(force)


def link(force: Force) -> None:
    link_own(force.nodes[ALB], officer(force), Wanted(WHY))


def officer(force: Force, role: str = "examiner") -> Any:
    return force.officers[ALB, f"alb-{role}"]


def kinds(force: Force) -> list[str]:
    with force.nodes[ALB].database.read() as tx:
        rows = tx.execute(ledger_entry.select().order_by(ledger_entry.c.sequence))
        return [parse_leaf(row.entry).kind for row in rows]


def seen(page: Any) -> str:
    return first(page, r'name="seen" value="([0-9a-f]{32})"')


def test_the_list_shows_references_and_no_name(linked: Force) -> None:
    page = linked.browser(ALB, "examiner").get("/persons/links")
    assert page.status_code == 200
    assert f'href="{PAIR}"' in page.text
    for name in ("Hasanbegović", "Хасанбеговић", "Mirsad", "K5551212", "1979"):
        assert name not in page.text
    chances = [
        float(each) for each in re.findall(r'data-label="Probability" class="figure">(?:&gt; )?([0-9.]+)', page.text)
    ]
    assert chances == sorted(chances)
    assert len(chances) > 5
    assert "data-row" in page.text, "j and k go through it"


def test_the_list_is_reached_from_own_persons_by_who_may_link(linked: Force) -> None:
    for role, there in (("examiner", True), ("supervisor", True), ("enquirer", False)):
        page = linked.browser(ALB, role).get("/persons")
        assert ('href="/persons/links"' in page.text) is there


def test_a_pair_stands_side_by_side_with_what_speaks_against_first(linked: Force) -> None:
    start = len(kinds(linked))
    page = linked.browser(ALB, "examiner").get(PAIR)
    assert kinds(linked)[start:] == ["persons.searched"]
    words = text_of(page)
    assert words.index("Hasanbegović") < words.index("Хасанбеговић")
    against = words.index("These names often go together")
    assert words.index("Before anything was compared") < against < words.index("A number is the same")
    assert "fewer than 10 of" in words, "how common the names are"
    assert "Probability among all records of this node" in words
    assert 'class="draw"' in page.text
    other_way = linked.browser(ALB, "examiner").get(f"/persons/links/{RIGHT}/{LEFT}")
    assert text_of(other_way) == words, "in whichever order they are named"


def test_the_form_is_filled_in_by_digits_and_without_scripts(linked: Force) -> None:
    page = linked.browser(ALB, "examiner").get(PAIR)
    form = first(page, r"(?s)(<form[^>]*data-decide.*?</form>)")
    assert re.findall(r'type="radio"[^>]*name="decision" value="([a-z]+)"', form) == ["positive", "negative", "unsure"]
    assert f'action="{PAIR}"' in form
    assert "<button>" in form


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"decision": "positive", "why": "short"}, "Write at least 20 characters"),
        ({"why": WHY}, "Choose what the two records are"),
        ({"decision": "perhaps", "why": WHY}, "Choose what the two records are"),
        ({}, "Choose what the two records are"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(linked: Force, typed: dict[str, str], said: str) -> None:
    browser = linked.browser(ALB, "examiner")
    page = browser.post(PAIR, typed | {"seen": seen(browser.get(PAIR))})
    assert page.status_code == 422
    assert said in text_of(page)
    assert typed.get("why", "") in page.text
    assert "persons.judged" not in kinds(linked)


@pytest.fixture
def fresh(linked: Force) -> Any:
    """Two records of another man on every call, linked."""
    made = iter(range(100))

    def pair() -> tuple[str, str, str]:
        number = len(kinds(linked)) * 100 + next(made)
        left, right = f"ALB-M-{number:06}", f"ALB-M-{number + 50:06}"
        both = (
            record(ref, "Dritëror", f"Mali{number}", "1966-05-04", "Hysen", f"P{number}99") for ref in (left, right)
        )
        bring(linked, ALB, *both)
        link(linked)
        return left, right, f"/persons/links/{left}/{right}"

    return pair


def test_a_judgement_is_entered_shown_and_taken_back(linked: Force, fresh: Any) -> None:
    left, right, address = fresh()
    browser = linked.browser(ALB, "examiner")
    page = browser.post(address, {"decision": "negative", "why": WHY, "seen": seen(browser.get(address))})
    assert (page.status_code, page.headers["location"]) == (303, "/persons/links?done=pair-judged")
    assert kinds(linked)[-1] == "persons.judged"
    judged = text_of(browser.get("/persons/links?show=judged"))
    assert f"{left} · {right}" in judged
    assert "two persons alb-examiner" in judged
    assert left not in browser.get("/persons/links").text, "the list is of what nobody judged"
    page = browser.get(address)
    assert WHY in page.text
    assert "still holds" in text_of(page)
    digits = re.findall(r'name="decision" value="([a-z]+)"', page.text)
    assert digits == ["positive", "negative", "unsure"], "a digit means the same whatever stands"
    same = browser.post(address, {"decision": "negative", "why": WHY, "seen": seen(page)})
    assert same.status_code == 409
    assert "says so already" in text_of(same)
    number = first(page, r'name="number" value="([0-9]+)"')
    short = browser.post(f"{address}/undo", {"number": number, "undo_why": "oh"})
    assert short.status_code == 422
    page = browser.post(f"{address}/undo", {"number": number, "undo_why": WHY})
    assert page.headers["location"] == f"{address}?done=judgement-undone"
    assert f"Judgement {number} was taken back" in text_of(browser.get(address))
    again = browser.post(f"{address}/undo", {"number": number, "undo_why": WHY})
    assert again.status_code == 409
    assert f"judgement {number} is undone already" in text_of(again)


def test_what_somebody_said_meanwhile_is_shown_before_anything_is_entered(linked: Force, fresh: Any) -> None:
    left, right, address = fresh()
    browser = linked.browser(ALB, "examiner")
    mark, pair = seen(browser.get(address)), (RecordRef(left), RecordRef(right))
    node = linked.nodes[ALB]
    node.commit(lambda tx: judge_own(tx, officer(linked, "supervisor"), pair, Verdict.NEGATIVE, WHY, linked.clock()))
    before = kinds(linked).count("persons.judged")
    page = browser.post(address, {"decision": "positive", "why": WHY, "seen": mark})
    assert page.status_code == 409
    words = text_of(page)
    assert "changed since they were shown" in words
    assert re.search(r"two persons \W*still holds alb-supervisor", words)
    assert "Another officer judged these two" in words
    assert "data-decide" not in page.text, "an examiner does not overrule a supervisor"
    assert kinds(linked).count("persons.judged") == before
    forced = browser.post(address, {"decision": "positive", "why": WHY, "seen": seen_by(linked, address)})
    assert forced.status_code == 403
    undoing = browser.post(f"{address}/undo", {"number": "1", "undo_why": WHY})
    assert undoing.status_code in {403, 404, 409}
    assert kinds(linked).count("persons.judged") == before


def seen_by(force: Force, address: str) -> str:
    """What a supervisor's page carries, who may judge again."""
    return seen(force.browser(ALB, "supervisor").get(address))


def test_who_was_erased_meanwhile_is_not_judged(linked: Force, fresh: Any) -> None:
    left, _, address = fresh()
    browser = linked.browser(ALB, "examiner")
    mark = seen(browser.get(address))
    boss = officer(linked, "supervisor")
    linked.nodes[ALB].commit(lambda tx: erase_person(tx, boss, RecordRef(left), WHY, linked.clock()))
    page = browser.post(address, {"decision": "positive", "why": WHY, "seen": mark})
    assert page.status_code == 404
    assert "Mali" not in page.text
    assert left not in browser.get("/persons/links?show=all").text


def test_a_shielded_person_is_seen_by_a_supervisor_alone(linked: Force, fresh: Any) -> None:
    left, _, address = fresh()
    boss = officer(linked, "supervisor")
    linked.nodes[ALB].commit(lambda tx: mark_protected(tx, boss, RecordRef(left), WHY, linked.clock()))
    page = linked.browser(ALB, "examiner").get("/persons/links?show=all")
    assert left not in page.text
    assert re.search(r"[1-9][0-9]* pairs? (has|have) a shielded person", text_of(page))
    closed = linked.browser(ALB, "examiner").get(address)
    assert closed.status_code == 403
    assert "Mali" not in closed.text
    mine = linked.browser(ALB, "supervisor").get("/persons/links?show=all")
    assert left in mine.text
    assert "shielded" in text_of(mine)
    assert linked.browser(ALB, "supervisor").get(address).status_code == 200


@pytest.mark.parametrize(
    "address", [f"/persons/links/{LEFT}/{LEFT}", f"/persons/links/{LEFT}/NOBODY", "/persons/links/X/Y"]
)
def test_what_is_no_pair_is_not_there(linked: Force, address: str) -> None:
    assert linked.browser(ALB, "examiner").get(address).status_code == 404


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_language_has_every_word(linked: Force, tag: str) -> None:
    browser = linked.browser(ALB, "examiner")
    for address in ("/persons/links", PAIR):
        english, page = text_of(browser.get(address)), text_of(browser.get(f"{address}?lang={tag}"))
        if tag != "en":
            for phrase in (
                "Links of own persons",
                "Your judgement",
                "Not judged",
                "Two records",
                "Take the judgement back",
            ):
                assert (phrase in page) is False, phrase
        assert len(page) > len(english) / 2
    browser.get("/persons/links?lang=en")


def test_the_twin_says_what_the_pages_say(linked: Force) -> None:
    browser = linked.browser(ALB, "examiner")
    rows = browser.get("/persons/links?show=all&format=json").json()
    assert [LEFT, RIGHT] in [[row["left"], row["right"]] for row in rows]
    pair = browser.get(f"{PAIR}?format=json").json()
    assert (pair["left"], pair["right"]) == (LEFT, RIGHT)
    assert pair["probability"] > 0.95
    assert pair["evidence"]


def test_a_long_list_comes_in_pages_of_a_light_size(linked: Force) -> None:
    many = [record(f"ALB-Q-{n:06}", "Ilir", "Quni", "1990-01-01", "Agim") for n in range(12)]
    bring(linked, ALB, *many)
    link(linked)
    browser = linked.browser(ALB, "examiner")
    first = browser.get("/persons/links?show=all")
    assert 'rel="next"' in first.text
    for tag in ("en", "mk"):
        assert len(browser.get(f"/persons/links?show=all&lang={tag}").content) < 60_000
    browser.get("/persons/links?lang=en")
    second = browser.get("/persons/links?show=all&page=2")
    pairs = [set(re.findall(r'href="(/persons/links/[^"?]+)"', page.text)) for page in (first, second)]
    assert pairs[0].isdisjoint(pairs[1])
    assert len(pairs[0]) == 30


def test_before_anything_was_linked_the_page_says_how(force: Force) -> None:
    node = force.nodes[XKX]
    page = force.browser(XKX, "examiner").get("/persons/links")
    words = text_of(page)
    assert page.status_code == 200
    assert node.code == XKX
    assert "have not been linked yet" in words
    assert "egnatia person link" in words
    assert "None here." in words
