"""Second reviews: the examiner's queue and form without the first decision, the supervisor's drawing and figures."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import LABELS
from egnatia.console.evidence import compare, quality_words, reports
from egnatia.console.judgements import read_judgement
from egnatia.console.pages.candidates import weighed
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import text_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import second_reviews
from egnatia.enquiries.candidates import CandidateView, DecisionDraft, indistinguishable
from egnatia.enquiries.corrections.reading import flags_of_candidate
from egnatia.enquiries.messages import MAX_REFS
from egnatia.enquiries.second_reviews import MAX_DRAWN, MAX_SEED, Drawing
from egnatia.model.ids import CandidateId
from egnatia.model.states import Decision

_FLAGS = frozenset({"erased", "rectified", "contested"})
"""What the partner said of its data since. That a hit fell is not among them: it would say that it was one."""
_BASIS = N_("Write at least 20 characters: what you compared and why you decide so.")
_COUNT = N_("Give a number from 1 to 500.")
_DAY = N_("Give a day as YYYY-MM-DD.")
_SEED = N_("Give words or a number that nobody knew before.")


def review_list(visit: Visit) -> Reply:
    """What this examiner may review, longest drawn first."""
    with visit.node.database.read() as tx:
        rows = second_reviews.waiting_reviews(tx, visit.who, visit.now)
    return Html("reviews.html", {"part": part_of(rows, visit)}, data=rows)


def review_page(visit: Visit) -> Reply:
    """One candidate as the first examiner saw it. Looking is logged."""
    return _page(visit, {}, {})


def _page(visit: Visit, typed: Mapping[str, str], problems: Mapping[str, str]) -> Reply:
    candidate_id = CandidateId(visit.parts["id"])

    def look(tx: Any) -> CandidateView:
        return second_reviews.view_review(tx, visit.who, candidate_id, visit.now)

    found = visit.node.commit(look)
    with visit.node.database.read() as tx:
        names = officer_names(tx)
        sums = weighed(tx, visit, found)
        flags = [each for each in flags_of_candidate(tx, candidate_id).names() if each in _FLAGS]
        alike = indistinguishable(tx, candidate_id)
    compared = compare(found.asked["query"] if found.asked else {}, found.row.evidence)
    values = sums | {
        "names": names,
        "found": found,
        "row": found.row,
        "comparisons": compared,
        "reports": reports(found.row.evidence),
        "quality_words": quality_words(found.row.quality, compared),
        "labels": LABELS,
        "flags": flags,
        "alike": alike,
        "most_told": MAX_REFS,
        "decisions": list(Decision),
        "typed": typed,
        "problems": problems,
    }
    return Html("review.html", values, 422 if problems else 200, data=found)


def give(visit: Visit) -> Reply:
    """Record the second decision; what is missing is said beside the form and nothing is lost."""
    form = read_judgement(visit, Decision, ("decision", "basis"), (N_("Choose a decision."), _BASIS))
    if form.problems or form.found is None:
        return _page(visit, form.typed, form.problems)
    draft = DecisionDraft(form.found, form.typed["basis"], form.typed["qualification"])
    candidate_id = CandidateId(visit.parts["id"])
    alike = visit.node.commit(lambda tx: second_reviews.give_review(tx, visit.who, candidate_id, draft, visit.now))
    return Redirect(f"/candidates/reviews?done={'review-alike' if alike else 'review-differs'}")


def figures_page(visit: Visit) -> Reply:
    """Every second review, those that differ first, how far two examiners agree, and the form that draws more."""
    return _figures(visit, {"count": "", "since": "", "seed": ""}, {})


def _figures(visit: Visit, typed: Mapping[str, str], problems: Mapping[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        rows = second_reviews.reviews(tx, visit.who)
        agreement = second_reviews.agreement(tx)
        names = officer_names(tx)
    values = {
        "part": part_of(rows, visit),
        "agreement": agreement,
        "decisions": list(Decision),
        "names": names,
        "typed": typed,
        "problems": problems,
    }
    return Html("review_figures.html", values, 422 if problems else 200, data=rows)


def draw(visit: Visit) -> Reply:
    """Draw decided candidates by a seed."""
    typed = {name: visit.form.get(name).strip() for name in ("count", "since", "seed")}
    count, since = _number(typed["count"]), _day(typed["since"])
    wrong = {
        "count": _COUNT if count is None else None,
        "since": _DAY if since is None else None,
        "seed": text_problem(typed["seed"], 1, _SEED, MAX_SEED),
    }
    problems = {name: visit.language.say(text) for name, text in wrong.items() if text is not None}
    if problems or count is None or since is None:
        return _figures(visit, typed, problems)
    drawing = Drawing(count, since, typed["seed"])
    drawn = visit.node.commit(lambda tx: second_reviews.draw_reviews(tx, visit.who, drawing, visit.now))
    return Redirect(f"/candidates/reviews/figures?done={'review-drawn' if drawn else 'review-none'}")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_DRAWN else None


def _day(text: str) -> datetime | None:
    try:
        return datetime.combine(datetime.strptime(text, "%Y-%m-%d").date(), time(), UTC)  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
