"""Standing enquiries in the console: an officer's own, all of them for a supervisor, the review and the end."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from tests.console.standing_story import DRAFT, a_standing_enquiry

from egnatia.enquiries.standing import open_standing, standings
from egnatia.store.tables import standing_enquiry

REASON = "The booklet was handed in at Peja; nothing more has to be asked."


@pytest.fixture
def standing(force: Any) -> str:
    """The address of one that an enquirer of ALB opened."""
    return f"/enquiries/standing/{a_standing_enquiry(force)}"


def test_the_list_is_an_officers_own_and_a_supervisors_whole(force: Any, standing: str) -> None:
    for post, seen in (("enquirer", True), ("supervisor", True), ("examiner", False)):
        page = force.browser("ALB", post).get("/enquiries/standing")
        assert (page.status_code, f'href="{standing}"' in page.text) == (200, seen), post
        assert force.browser("ALB", post).get(standing).status_code == (200 if seen else 404)
    assert 'href="/enquiries/standing"' in force.browser("ALB", "enquirer").get("/enquiries").text


def test_nothing_that_is_asked_is_on_the_pages(force: Any, standing: str) -> None:
    supervisor = force.browser("ALB", "supervisor")
    for address in ("/enquiries/standing", standing, f"{standing}?format=json", "/enquiries/standing?format=json"):
        text = supervisor.get(address).text
        assert "P0999417" not in text
        assert "DUR-2025-0417" in text


def test_the_officer_ends_it_with_a_reason(force: Any, standing: str) -> None:
    enquirer = force.browser("ALB", "enquirer")
    page = enquirer.get(standing).text
    assert "End the standing enquiry" in page
    assert "It is still needed" not in page, "the review is a supervisor's"
    short = enquirer.post(f"{standing}/end", {"end": "over"})
    assert (short.status_code, "at least 20 characters" in short.text, ">over</textarea>" in short.text) == (
        422,
        True,
        True,
    )
    done = enquirer.post(f"{standing}/end", {"end": REASON})
    assert (done.status_code, done.headers["location"]) == (303, "/enquiries/standing?done=standing-ended")
    page = enquirer.get(standing).text
    assert "withdrawn by an officer" in page
    assert "<textarea" not in page
    assert enquirer.post(f"{standing}/end", {"end": REASON}).status_code == 409


def test_a_supervisor_reviews_what_waits(force: Any, standing: str) -> None:
    node = force.nodes["ALB"]
    mine = standing_enquiry.c.id == standing.rpartition("/")[2]
    node.commit(lambda tx: tx.execute(update(standing_enquiry).where(mine).values(review_on=force.clock())))
    supervisor = force.browser("ALB", "supervisor")
    assert "waits for a supervisor" in supervisor.get("/enquiries/standing").text
    assert "waits for a supervisor" in supervisor.get(standing).text
    assert supervisor.post(f"{standing}/review", {"review": "yes"}).status_code == 422
    assert supervisor.post(f"{standing}/review", {"review": REASON}).status_code == 303
    assert "waits for a supervisor" not in supervisor.get(standing).text


def test_nobody_reviews_the_own_question(force: Any) -> None:
    node, chief, now = force.nodes["ALB"], force.officers["ALB", "alb-supervisor"], force.clock()
    made = node.commit(lambda tx: open_standing(tx, node.desk, chief, DRAFT, now + timedelta(days=9), now))
    supervisor = force.browser("ALB", "supervisor")
    assert "It is still needed" not in supervisor.get(f"/enquiries/standing/{made.id}").text
    answer = supervisor.post(f"/enquiries/standing/{made.id}/review", {"review": REASON})
    assert answer.status_code >= 400
    with node.database.read() as tx:
        assert {each.review_on for each in standings(tx, chief) if each.id == made.id} == {now + timedelta(days=9)}


def test_an_enquirer_may_not_review_and_an_auditor_sees_nothing(force: Any, standing: str) -> None:
    assert force.browser("ALB", "enquirer").post(f"{standing}/review", {"review": REASON}).status_code == 403
    assert force.browser("ALB", "auditor").get("/enquiries/standing").status_code == 403


def test_an_empty_list_says_so_and_has_a_twin(force: Any) -> None:
    supervisor = force.browser("MKD", "supervisor")
    assert "No enquiry stands" in supervisor.get("/enquiries/standing").text
    assert supervisor.get("/enquiries/standing?format=json").json() == []
    assert supervisor.get("/enquiries/standing/nothing").status_code == 404
