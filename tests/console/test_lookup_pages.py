"""The first line's look-up and the national criteria in the console: nothing leaves, nothing is kept, nobody is refused."""

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from egnatia.casework.borders.packs import import_pack, shipped_pack, switch_pack
from egnatia.engines.people import PersonRow, read_persons
from egnatia.enquiries.local_lists import ListFacts, import_list
from egnatia.model.borders import ListKind
from egnatia.model.ids import OfficerId, PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.scenario.case import PASSPORT
from egnatia.store.tables import criteria_count, outbox

ALB = PartnerCode("ALB")
KEEPER = Officer(OfficerId("off-keeper"), "keeper", frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}))
WANTED = b"ref,first_names,family_names,birth_date\nW-0001,Besnik,Hoxha,1988-02-11\n"
BESNIK = {"bcp": "durres-1", "direction": "entry", "first_names": "Besnik", "family_names": "Hoxha", "birth_date": "1988-02-11"}  # fmt: skip


@pytest.fixture(scope="module")
def listed(force: Any) -> Any:
    node = force.nodes[ALB]
    rows = [row for row in read_persons(io.BytesIO(WANTED)) if isinstance(row, PersonRow)]
    today = force.clock.now.date()
    for kind, days in ((ListKind.WANTED, 0), (ListKind.RETURN_RECORD, 9)):
        facts = ListFacts(kind, f"{kind.value} of the police", today - timedelta(days=days), 2)
        node.commit(lambda tx, f=facts: import_list(tx, node.desk.keys, KEEPER, f, rows, force.clock.now))
    return force


def count(force: Any, table: Any) -> int:
    with force.nodes[ALB].database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_hit_says_which_list_and_suggests_and_nothing_leaves(listed: Any) -> None:
    before = count(listed, outbox)
    page = listed.browser("ALB", "enquirer").post("/crossings/lookup", data=BESNIK)
    assert page.status_code == 200
    for said in ("A list has an entry that agrees", "W-0001", "Wanted persons", "An alert", "overdue"):
        assert said in page.text
    assert 'name="reason" value="alert"' in page.text
    assert "Partners that were not asked" in page.text
    assert "cannot know its number" in page.text
    assert "Hoxha" not in page.text, "the next person's form is empty"
    assert count(listed, outbox) == before


def test_a_past_return_is_not_opened_for_whoever_leaves(listed: Any) -> None:
    page = listed.browser("ALB", "enquirer").post("/crossings/lookup", data=BESNIK | {"direction": "exit"})
    assert page.text.count("not opened for somebody who leaves") >= 2
    assert page.text.count("W-0001") == 1, "of the wanted list alone"


def test_a_zone_is_read_and_an_absent_list_is_no_nothing_found(listed: Any) -> None:
    data = {"bcp": "DURRES-1", "direction": "entry", "zone": PASSPORT}
    page = listed.browser("ALB", "enquirer").post("/crossings/lookup", data=data)
    assert page.status_code == 200
    assert "not looked up: no such list here" in page.text
    assert "A grant allows it" in page.text, "Kosovo issued the passport"
    assert "KRASNIQI" not in page.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"direction": ""}, "Direction: choose one"),
        ({"direction": "up"}, "Direction: choose one"),
        ({"bcp": "lane three"}, "is no crossing point"),
        ({"zone": "no zone at all"}, "zone"),
        ({"birth_date": "yesterday"}, "date"),
    ],
)
def test_what_cannot_be_looked_up_is_said(listed: Any, changed: dict[str, str], said: str) -> None:
    page = listed.browser("ALB", "enquirer").post("/crossings/lookup", data=BESNIK | changed)
    assert page.status_code == 422
    assert said in page.text


def test_the_lists_stand_on_the_page_with_their_day(listed: Any) -> None:
    page = listed.browser("ALB", "enquirer").get("/crossings/lookup?bcp=DURRES-1").text
    assert "wanted of the police" in page
    assert "overdue" in page
    assert 'value="DURRES-1"' in page
    assert "/crossings/lookup" in listed.browser("ALB", "enquirer").get("/crossings").text


def test_an_auditor_looks_nobody_up(listed: Any) -> None:
    assert listed.browser("ALB", "auditor").get("/crossings/lookup").status_code == 403
    assert listed.browser("ALB", "auditor").post("/crossings/lookup", data=BESNIK).status_code == 403


def test_switching_the_pack_off_removes_the_step(force: Any) -> None:
    browser, node, now = force.browser("ALB", "enquirer"), force.nodes[ALB], force.clock.now
    assert "/crossings/criteria" not in browser.get("/crossings").text
    assert "No national pack is on" in browser.get("/crossings/criteria").text
    node.commit(lambda tx: import_pack(tx, ALB, KEEPER, shipped_pack("alb-exit"), now))
    node.commit(lambda tx: switch_pack(tx, KEEPER, "alb-exit", now, on=True))
    assert "/crossings/criteria" in browser.get("/crossings").text
    page = browser.get("/crossings/criteria?bcp=DURRES-1").text
    assert "An invitation of the host" in page
    assert "Ftesë nga mikpritësi" in browser.get("/crossings/criteria?lang=sq").text
    answers = {"pack": "alb-exit", "bcp": "durres-1", "alb-exit-address": "yes", "alb-exit-means": "no"}
    reply = browser.post("/crossings/criteria", data=answers)
    assert (reply.status_code, reply.headers["location"]) == (303, "/crossings?done=noted&bcp=DURRES-1&direction=exit")
    assert count(force, criteria_count) == 2
    assert browser.post("/crossings/criteria", data={"pack": "alb-exit", "bcp": "DURRES-1"}).status_code == 422
    assert browser.post("/crossings/criteria", data=answers | {"bcp": "lane 3"}).status_code == 422
    node.commit(lambda tx: switch_pack(tx, KEEPER, "alb-exit", now, on=False))
    assert browser.post("/crossings/criteria", data=answers).status_code == 422
    assert "/crossings/criteria" not in browser.get("/crossings").text
    assert count(force, criteria_count) == 2


@pytest.mark.parametrize("tag", ["sq", "sr", "sr-Latn", "mk"])
def test_the_page_speaks_the_officers_language(listed: Any, tag: str) -> None:
    page = listed.browser("ALB", "enquirer").get(f"/crossings/lookup?lang={tag}").text
    assert "Look up in local lists" not in page
    assert "Lists at hand" not in page
