"""Second reviews in the console: nobody who knows the decision reviews it, nobody sees it before the second is given."""

import itertools
from typing import Any

import pytest
from tests.console.conftest import ALB, DECISION, Story, tell

from egnatia.enquiries.second_reviews import agreement
from egnatia.model.states import Role

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
    assert other.get(f"/candidates/{drawn.candidate}").status_code == 200
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
