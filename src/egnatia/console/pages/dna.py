"""DNA candidates: the queue of what two examiners have to find, one candidate with both profiles, and the opinion form."""

import math
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.dna_drawings import scale
from egnatia.console.dna_sides import sides
from egnatia.console.drafts import member
from egnatia.console.language import Language
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import text_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import followups
from egnatia.enquiries.candidates import MIN_BASIS
from egnatia.enquiries.dna import dispositions
from egnatia.enquiries.dna.dispositions import DnaView, QueueRow, QueueState
from egnatia.enquiries.dna.opinions import (
    MAX_QUALIFICATION,
    MIN_QUALIFICATION,
    OpinionDraft,
    give_opinion,
)
from egnatia.model.dna import Disposition
from egnatia.model.ids import CandidateId
from egnatia.model.states import Decision

FILTERS: dict[str, str] = {
    "open": N_("Not decided"),
    "second": N_("Waits for a second opinion"),
    "late": N_("Late"),
    "hits": N_("Hits"),
    "all": N_("All"),
}
STATE_MARKS: dict[QueueState, str] = {
    QueueState.SECOND: "open",
    QueueState.FIRST: "open",
    QueueState.DIFFERED: "late",
    QueueState.MORE_LOCI: "wait",
    QueueState.DISPOSED: "done",
    QueueState.WITHDRAWN: "no",
}
"""The shape of each state; its words stand beside it."""
_DONE = (QueueState.DISPOSED, QueueState.WITHDRAWN)
_REASONS = N_("Write at least 20 characters: what you compared and what you found.")
_QUALIFICATION = N_("Name the qualification by which you judge.")


def queue_page(visit: Visit) -> Reply:
    """All DNA candidates by filter; what can be decided soonest is first."""
    chosen = visit.query.get("show") if visit.query.get("show") in FILTERS else "open"
    with visit.node.database.read() as tx:
        every = dispositions.queue(tx, visit.who, visit.now)
    rows = [row for row in every if _is_shown(row, chosen, visit)]
    counts = {name: sum(_is_shown(row, name, visit) for row in every) for name in FILTERS}
    values = {"part": part_of(rows, visit), "filters": FILTERS, "chosen": chosen, "counts": counts}
    return Html("dna_queue.html", values | {"marks": STATE_MARKS}, data=rows)


def _is_shown(row: QueueRow, chosen: str, visit: Visit) -> bool:
    is_open = row.state not in _DONE
    tests = {
        "open": is_open,
        "second": row.state is QueueState.SECOND and not row.mine,
        "late": is_open and row.due_at < visit.now,
        "hits": row.decision is Decision.CONFIRMED and row.state is QueueState.DISPOSED,
        "all": True,
    }
    return tests[chosen]


def candidate_page(visit: Visit) -> Reply:
    """One candidate with both profiles. Looking is logged with its case, and the page says so."""
    return _page(visit, {}, {})


def _page(visit: Visit, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    candidate_id = CandidateId(visit.parts["id"])

    def look(tx: Any) -> DnaView:
        return dispositions.view_dna_candidate(tx, visit.who, candidate_id, "", visit.now)

    found = visit.node.commit(look)
    with visit.node.database.read() as tx:
        names = officer_names(tx)
        sent = [row for row in followups.listed(tx, followups.OUT) if row.candidate_id == candidate_id]
    statement = found.kept.statement if found.kept else None
    lines = sides(statement, found.ours, found.kept.theirs if found.kept else None)
    values = {
        "found": found,
        "row": found.row,
        "lines": lines,
        "statement": statement,
        "scale": _scale(found.row),
        "chance": chance(visit.language, found.row.expected),
        "figures": _figures(visit.language, statement),
        "marks": STATE_MARKS,
        "names": names,
        "follow_ups": sent,
        "dispositions": list(Disposition),
        "typed": typed,
        "problems": problems,
    }
    twin = {"row": found.row, "loci": lines, "statement": statement, "opinions": found.standing}
    return Html("dna_candidate.html", values, 422 if problems else 200, data=twin)


def _scale(row: QueueRow) -> Any:
    return None if row.expected is None else scale(row.expected, row.expected_agreement)


def chance(speaks: Language, expected: float | None) -> str:
    """How many such candidates chance alone gives in the search, as one sentence in the officer's language."""
    say = speaks.say
    if expected is None:
        return say(N_("Nobody can say how often chance alone would give this."))
    if expected >= _LIKELY:
        return say(
            N_("Chance alone gives about %(number)s such candidates in a search like this one."),
            number=amount(speaks, expected),
        )
    if expected > 0:
        rare = amount(speaks, 1 / expected)
        return say(N_("Chance alone gives one such candidate in about %(number)s searches like this one."), number=rare)
    return say(N_("By these rules chance alone gives no such candidate."))


_LIKELY = 0.5
"""From here on a number of candidates is said, below it a number of searches; as the engine's words."""
_SMALL, _PLAIN = 0.01, 1e6
"""Between these numbers are written out, past them as powers of ten."""
_TIMES = "\N{MULTIPLICATION SIGN}"
_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def amount(speaks: Language, value: float) -> str:
    """A positive number with two digits that mean something: `0.031`, `420`, or past a million a power of ten."""
    if value <= 0:
        return speaks.number(0)
    power = math.floor(math.log10(value))
    rounded = round(value, 1 - power)
    if _SMALL <= value < _PLAIN:
        return speaks.number(int(rounded) if power >= 1 else rounded)
    lead = speaks.number(round(value / 10**power, 1))
    return f"{lead} {_TIMES} 10{str(power).translate(_DIGITS)}"


def _figures(speaks: Language, statement: dict[str, Any] | None) -> list[dict[str, str | None]]:
    """The figures of every population as the page writes them, the most cautious first."""
    return [
        {
            "population": each["population"],
            "rarity": _power(speaks, -each["log10_rmp"]),
            "ratio": _power(speaks, each["log10_lr"]),
            "search": amount(speaks, each["of_search"]),
            "agreement": None if each["of_agreement"] is None else amount(speaks, each["of_agreement"]),
        }
        for each in (statement or {}).get("figures", ())
    ]


def _power(speaks: Language, log10: float) -> str:
    """A number by its logarithm, which may be too large for a number."""
    return amount(speaks, 10**log10) if abs(log10) < MOST_DIGITS else f"10{str(round(log10)).translate(_DIGITS)}"


MOST_DIGITS = 300
"""Powers of ten that a floating-point number holds."""


def give(visit: Visit) -> Reply:
    """Record an opinion; what is missing is said beside the form and nothing is lost."""
    typed = {name: visit.form.get(name) for name in ("disposition", "reasons", "qualification")}
    disposition = member(Disposition, typed["disposition"])
    problems = {name: visit.language.say(text) for name, text in _problems(typed, disposition).items()}
    if problems or disposition is None:
        return _page(visit, typed, problems)
    draft = OpinionDraft(disposition, typed["reasons"], typed["qualification"])
    candidate_id = CandidateId(visit.parts["id"])
    effect = visit.node.commit(lambda tx: give_opinion(tx, visit.who, candidate_id, draft, visit.now))
    return Redirect(f"/dna/candidates/{candidate_id}?done=opinion-{effect}")


def _problems(typed: dict[str, str], disposition: Disposition | None) -> dict[str, str]:
    problems: dict[str, str] = {}
    if disposition is None:
        problems["disposition"] = N_("Choose what you find.")
    texts = {
        "reasons": text_problem(typed["reasons"], MIN_BASIS, _REASONS),
        "qualification": text_problem(typed["qualification"], MIN_QUALIFICATION, _QUALIFICATION, MAX_QUALIFICATION),
    }
    return problems | {name: text for name, text in texts.items() if text is not None}
