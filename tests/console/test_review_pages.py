"""Second reviews in the console: nobody who knows the decision reviews it, nobody sees it before the second is given."""

import itertools
from typing import Any

import pytest
from tests.console.conftest import ALB, DECISION, Story, tell

from egnatia.enquiries.second_reviews import agreement
from egnatia.model.states import Role
from egnatia.store.tables import candidate, outcome

DRAW = {"count": "400", "since": "2025-05-01", "seed": "3 14 15"}
REVIEW = {
    "decision": "rejected",
    "basis": "The type of the document was read wrongly from the page.",
    "qualification": "document examiner, level 3",
}
CASES = itertools.count(417)
LIST, FIGURES = "/candidates/reviews", "/candidates/reviews/figures"


@pytest.fixture
def hit(force: Any) -> Story:
    """A case as far as a confirmed hit, and a second examiner who has seen nothing of it."""
    made = tell(force, f"DUR-2025-{next(CASES):04}", "follow_up")
    if (ALB, "alb-other") not in force.officers:
        force.hire(ALB, "alb-other", {Role.EXAMINER})
    return made


def figures_of(force: Any) -> tuple[int, int, int]:
    with force.nodes[ALB].database.read() as tx:
        found = agreement(tx)
    return found.reviewed, found.alike, found.waiting


@pytest.fixture
def drawn(force: Any, hit: Story) -> Story:
    answer = force.browser(ALB, "supervisor").post(FIGURES, DRAW)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{FIGURES}?done=review-drawn")
    return hit


def test_a_review_from_the_drawing_to_the_figures(force: Any, drawn: Story) -> None:
    address = f"{LIST}/{drawn.candidate}"
    other, supervisor = force.browser(ALB, "other"), force.browser(ALB, "supervisor")
    assert f'href="{address}"' in other.get(LIST).text
    page = other.get(address)
    assert page.status_code == 200
    assert DECISION["basis"] not in page.text
    assert "Confirmed" not in page.text.partition("<form")[0]

    waiting = supervisor.get(FIGURES).text
    assert "shown once the second is given" in waiting
    assert f'href="/candidates/{drawn.candidate}"' not in waiting, "one look too many and nobody is left to review it"

    short = other.post(address, REVIEW | {"basis": "no"})
    assert short.status_code == 422
    assert 'value="rejected" checked' in short.text, "what was chosen is not lost"
    done = other.post(address, REVIEW)
    assert (done.status_code, done.headers["location"]) == (303, f"{LIST}?done=review-differs")
    figures = supervisor.get(FIGURES).text
    assert "differs" in figures
    assert REVIEW["basis"] in figures
    assert f'href="/candidates/{drawn.candidate}"' in figures
    assert other.post(address, REVIEW).status_code == 409
    assert address not in other.get(LIST).text
    assert figures_of(force) == (1, 0, 0)


def test_who_decided_or_has_looked_is_not_asked(force: Any, drawn: Story) -> None:
    first, other = force.browser(ALB, "examiner"), force.browser(ALB, "other")
    address = f"{LIST}/{drawn.candidate}"
    assert address not in first.get(LIST).text
    assert first.get(address).status_code == 409
    assert other.get(f"/candidates/{drawn.candidate}?decision=1").status_code == 200
    assert address not in other.get(LIST).text
    before = figures_of(force)
    assert other.post(address, REVIEW).status_code == 409
    assert figures_of(force) == before


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"count": "0"}, "Give a number from 1 to 500."),
        ({"count": "501"}, "Give a number from 1 to 500."),
        ({"count": "9" * 5000}, "Give a number from 1 to 500."),
        ({"count": "٣"}, "Give a number from 1 to 500."),
        ({"since": "yesterday"}, "Give a day as YYYY-MM-DD."),
        ({"since": "2025-02-30"}, "Give a day as YYYY-MM-DD."),
        ({"seed": ""}, "Give words or a number that nobody knew before."),
    ],
)
@pytest.mark.usefixtures("hit")
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_drawn(
    force: Any, changed: dict[str, str], says: str
) -> None:
    before = figures_of(force)
    page = force.browser(ALB, "supervisor").post(FIGURES, DRAW | changed)
    assert page.status_code == 422
    assert says in page.text
    kept = next(name for name in DRAW if name not in changed)
    assert f'value="{DRAW[kept]}"' in page.text
    assert figures_of(force) == before


@pytest.mark.usefixtures("drawn")
def test_with_nothing_left_to_draw_it_says_so(force: Any) -> None:
    answer = force.browser(ALB, "supervisor").post(FIGURES, DRAW)
    assert answer.headers["location"] == f"{FIGURES}?done=review-none"
    assert "no decided candidate" in force.browser(ALB, "supervisor").get(answer.headers["location"]).text


@pytest.mark.parametrize(("post", "lists", "figures"), [("examiner", 200, 403), ("supervisor", 403, 200), ("enquirer", 403, 403),
                                                        ("auditor", 403, 403)])  # fmt: skip
def test_examiners_review_and_supervisors_draw(force: Any, post: str, lists: int, figures: int) -> None:
    browser = force.browser(ALB, post)
    assert browser.get(LIST).status_code == lists
    assert browser.get(FIGURES).status_code == figures
    assert (browser.post(FIGURES, DRAW).status_code == 303) is (figures == 200)


def test_the_candidates_page_leads_there(force: Any) -> None:
    assert f'href="{LIST}"' in force.browser(ALB, "examiner").get("/candidates").text
    assert f'href="{FIGURES}"' in force.browser(ALB, "supervisor").get("/candidates").text
    assert "reviews" not in force.browser(ALB, "enquirer").get("/candidates").text


def test_a_seed_cannot_break_out_of_its_field(force: Any) -> None:
    page = force.browser(ALB, "supervisor").post(FIGURES, DRAW | {"count": "x", "seed": '"><script>alert(1)</script>'})
    assert "<script>alert(1)" not in page.text


def test_no_list_shows_the_decision_to_who_may_review_it(force: Any, drawn: Story) -> None:
    """Looking at a list is not logged line by line: what a list shows, nobody could say later that somebody saw it."""
    other, first, enquirer = (force.browser(ALB, each) for each in ("other", "examiner", "enquirer"))
    case = first.get(f"/candidates/{drawn.candidate}").text.partition('href="/cases/')[2].partition('"')[0]
    enquiry = first.get(f"/candidates/{drawn.candidate}").text.partition('href="/enquiries/')[2].partition('"')[0]
    lists = ("/candidates?show=all", f"/cases/{case}", f"/enquiries/{enquiry}")
    for path in lists:
        hidden, known = _line(other.get(path).text, drawn.candidate), _line(enquirer.get(path).text, drawn.candidate)
        assert "a second review waits" in hidden, path
        assert "Confirmed" not in hidden, path
        assert "Confirmed" in known, "who cannot review it works on"
    assert drawn.candidate not in other.get("/candidates?show=hits").text
    assert drawn.candidate not in other.get("/candidates?show=open").text
    assert "confirmed" not in other.get(f"/cases/{case}").text.casefold().partition("<h2")[0]
    told = other.get("/candidates?show=all", accept="application/json")
    [row] = [each for each in told.json() if each["id"] == drawn.candidate]
    assert (row["decision"], row["decided_by"], row["in_review"]) == (None, None, True)
    for path in lists[1:]:
        text = other.get(path, accept="application/json").text
        assert "confirmed" not in text, path
        assert drawn.candidate in text, path


def _line(page: str, candidate: str) -> str:
    """What a list says of a candidate: from its link to the end of the line that it stands in."""
    return page.partition(f"/candidates/{candidate}")[2].partition("</tr>")[0].partition("</li>")[0]


def test_the_candidates_own_address_leads_to_the_review_and_tells_nothing(force: Any, drawn: Story) -> None:
    other = force.browser(ALB, "other")
    answer = other.get(f"/candidates/{drawn.candidate}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/{drawn.candidate}")
    assert f"{LIST}/{drawn.candidate}" in other.get(LIST).text, "being led there is no look"
    refused = other.post(f"/candidates/{drawn.candidate}/decision", DECISION)
    assert refused.status_code == 409
    assert "confirmed" not in refused.text.casefold(), "nor does trying to decide it once more"
    page = other.get(f"{LIST}/{drawn.candidate}").text
    assert f'href="/candidates/{drawn.candidate}?decision=1"' in page
    assert other.get(f"/candidates/{drawn.candidate}?decision=1").status_code == 200
    assert other.get(f"{LIST}/{drawn.candidate}").status_code == 409
    for path in ("/candidates?show=all",):
        assert "Confirmed" in _line(other.get(path).text, drawn.candidate), "who knows it sees it again"


def test_once_reviewed_everybody_sees_it_again(force: Any, drawn: Story) -> None:
    other = force.browser(ALB, "other")
    assert other.post(f"{LIST}/{drawn.candidate}", REVIEW).status_code == 303
    assert "Confirmed" in _line(other.get("/candidates?show=all").text, drawn.candidate)
    assert other.get(f"/candidates/{drawn.candidate}").status_code == 200


def test_the_review_shows_what_the_first_examiner_was_told_besides(force: Any, drawn: Story) -> None:
    """That records cannot be told apart, and what the partner said of its data; never that the hit fell."""
    with force.nodes[ALB].database.write() as tx:
        row = tx.execute(candidate.select().where(candidate.c.id == drawn.candidate)).one()._asdict()
        tx.execute(candidate.insert(), row | {"id": "0" * 35 + "7", "ref": "XKX-R-0000001", "decision": None,
                                              "decided_by": None, "decided_at": None, "sealed_id": None})  # fmt: skip
    page = force.browser(ALB, "other").get(f"{LIST}/{drawn.candidate}").text
    assert "2 records of this partner agree in exactly the same" in page
    with force.nodes[ALB].database.write() as tx:
        wrong: dict[str, Any] = {
            "id": "0" * 35 + "8",
            "kind": "misidentification",
            "case_ref": "DUR-2025-0999",
            "person_ref": "D-9",
        }
        wrong |= {"candidate_id": drawn.candidate, "attributed": False, "at": row["received_at"], "place": "Durres"}
        tx.execute(outcome.insert(), wrong | {"recorded_by": "off-1", "recorded_at": row["received_at"]})
    known = force.browser(ALB, "enquirer").get(f"/candidates/{drawn.candidate}").text
    assert "found to be wrong" in known
    page = force.browser(ALB, "other").get(f"{LIST}/{drawn.candidate}").text
    assert "found to be wrong" not in page
