"""Long lists come in pages that stay light, and every row is on exactly one of them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.console.language import language
from egnatia.console.paging import PAGE_ROWS, Filters, filtered, part_of
from egnatia.console.visit import Form, Visit
from egnatia.store.tables import ask, candidate, enquiry

MANY = 95


def visit(node: Any, **query: str) -> Visit:
    fields = Form({name: (value,) for name, value in query.items()})
    return Visit(node, language("en"), node.clock(), "GET", "/", fields, Form({}), {}, None, None, False, True)


class Still:
    """As much of a node as a list in memory needs."""

    code = "ALB"

    def clock(self) -> Any:
        return timedelta()


@given(st.integers(0, 200), st.sampled_from(["", "1", "2", "7", "0", "-1", "x", "²", "99999999999"]))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_a_part_is_a_run_of_rows_and_says_which(total: int, page: str) -> None:
    part = part_of(range(total), visit(Still(), page=page))
    assert len(part.rows) <= PAGE_ROWS
    assert list(part.rows) == list(range(total))[max(part.first - 1, 0) : part.last]
    assert (part.before is None) == (part.first <= 1)
    assert (part.after is None) == (part.last == total)
    assert part.total == total


BY_SIZE: Filters[int] = {
    "small": ("Small", lambda number: number < 10),
    "even": ("Even", lambda number: number % 2 == 0),
    "all": ("All", lambda _: True),
}


@given(
    st.lists(st.integers(0, 99), max_size=80), st.sampled_from(["", "small", "even", "all", "ALL", "none", "__len__"])
)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_filter_shows_its_lines_in_their_order_and_counts_all_filters(every: list[int], show: str) -> None:
    rows, values = filtered(every, BY_SIZE, visit(Still(), show=show))
    chosen = show if show in BY_SIZE else "small"
    assert values["chosen"] == chosen
    assert rows == [number for number in every if BY_SIZE[chosen][1](number)]
    assert values["part"].rows == rows[:PAGE_ROWS]
    assert values["filters"] == {"small": "Small", "even": "Even", "all": "All"}
    assert values["counts"]["all"] == len(every)
    assert values["counts"][chosen] == values["part"].total == len(rows)


def test_the_next_page_of_a_filter_keeps_the_filter() -> None:
    values = filtered(range(99), BY_SIZE, visit(Still(), show="all", page="2"))[1]
    assert values["part"].after == "?show=all&page=3"
    assert values["part"].rows[0] == PAGE_ROWS


@pytest.fixture(scope="module")
def crowded(force: Any, story: Any) -> Any:
    """The story's node with many enquiries of five partners and many candidates."""
    node, now = force.nodes["ALB"], force.clock()

    def fill(tx: Any) -> None:
        sealed = tx.execute(enquiry.select().where(enquiry.c.id == story.enquiry)).one()._asdict()
        row = tx.execute(candidate.select().where(candidate.c.id == story.candidate)).one()._asdict()
        for number in range(MANY):
            named = {"id": f"enquiry-{number}", "case_ref": f"DUR-2025-{2000 + number}", "created_at": now}
            tx.execute(enquiry.insert(), sealed | named)
            for partner in ("GBR", "MKD", "MNE", "XKX"):
                asked = {"enquiry_id": named["id"], "partner": partner, "state": "waiting", "asked_at": now}
                tx.execute(ask.insert(), asked)
            fresh = {"id": f"candidate-{number}", "enquiry_id": named["id"], "decision": None, "sealed_id": None}
            tx.execute(candidate.insert(), row | fresh)

    node.database.run(fill)
    return force


@pytest.mark.parametrize("tag", ["en", "sq", "sr"])
@pytest.mark.parametrize("path", ["/enquiries", "/candidates?show=all", "/cases", "/indicators/enquiries_asked", "/"])
def test_long_lists_stay_under_60_kb(crowded: Any, path: str, tag: str) -> None:
    page = crowded.browser("ALB", "supervisor").get(f"{path}{'&' if '?' in path else '?'}lang={tag}")
    assert page.status_code == 200
    assert len(page.content) <= 60_000


@pytest.mark.parametrize(
    ("path", "pattern"), [("/candidates", r"/candidates/candidate-\d+"), ("/enquiries", r"/enquiries/enquiry-\d+")]
)
def test_going_through_the_pages_shows_every_row_once(crowded: Any, path: str, pattern: str) -> None:
    browser = crowded.browser("ALB", "supervisor")
    seen: list[str] = []
    address: str | None = path
    while address is not None:
        page = browser.get(address)
        seen += re.findall(rf'data-row href="({pattern})"', page.text)
        following = re.search(r'href="(\?[^"]+)" rel="next"', page.text)
        address = f"{path}{following[1].replace('&amp;', '&')}" if following else None
    assert len(seen) == len(set(seen)) == MANY


def test_the_twin_has_the_whole_list(crowded: Any) -> None:
    assert len(crowded.browser("ALB", "supervisor").get("/candidates?format=json").json()) == MANY
