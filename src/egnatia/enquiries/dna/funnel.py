"""From candidate to outcome: what became of the DNA candidates that came in one window of time.

Each step holds a part of the step before: candidate, validated by two examiners, core data requested, released, outcome.
Each is counted twice, as pairs of profiles and as clusters (`clusters`), because one person with five traces is five pairs.
A hit that was withdrawn is in none of the later steps and is listed apart. Beside the steps stand how the examiners found,
and how many coincidences the searches behind these candidates had led one to expect; searches that found nothing are not in
that sum, so it is the least.

The window is that of the candidates: an arrest counts for the month in which its candidate came. The indicators count each
record by its own time instead. `python -m bench.dna.recount` counts the same again from the ledger alone.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any

from sqlalchemy import Row, func, select

from egnatia.enquiries.dna.clusters import WITHDRAWN, joined
from egnatia.enquiries.followups import OUT
from egnatia.errors import InputError
from egnatia.model.dna import Disposition
from egnatia.model.ids import CandidateId
from egnatia.model.states import Decision, OutcomeKind
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_candidate, dna_link, follow_up, outcome, release


class Stage(StrEnum):
    """Steps of the funnel, in order."""

    CANDIDATE = "candidate"
    VALIDATED = "validated"
    REQUESTED = "requested"
    RELEASED = "released"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        pairs: the candidates that came so far.
        clusters: how many connected groups of profiles these are.
        days: median days from the step before; None where none came so far.
    """

    stage: Stage
    pairs: tuple[CandidateId, ...]
    clusters: int
    days: float | None


@dataclass(frozen=True, slots=True)
class DnaFunnel:
    """The funnel of one window.

    Attributes:
        dispositions: how often two examiners found what; `more_loci` where that was last.
        undecided: candidates that nobody disposed of yet and that did not fall before.
        withdrawn: hits that fell with a correction or were found to be the wrong person.
        persons: different persons behind released hits, by our pseudonyms.
        arrested: different persons with an arrest that hangs on a whole chain.
        expected: coincidences that the searches behind the candidates led one to expect, together.
    """

    steps: tuple[Step, ...]
    dispositions: Mapping[Disposition, int]
    undecided: int
    withdrawn: tuple[CandidateId, ...]
    persons: int
    arrested: int
    expected: float
    window_from: datetime
    window_to: datetime

    def step(self, stage: Stage) -> Step:
        """One step by its name."""
        return self.steps[[*Stage].index(stage)]


@dataclass(frozen=True, slots=True)
class _Pair:
    """One candidate on its way: when it reached each step, and by whom it is known."""

    row: Row[Any]
    times: tuple[datetime | None, ...]
    outcomes: tuple[Row[Any], ...]


def dna_funnel(tx: Transaction, window_from: datetime, window_to: datetime) -> DnaFunnel:
    """Count what became of the candidates received in [window_from, window_to).

    Raises:
        InputError: the window is empty or its ends carry no zone.
    """
    if window_from.tzinfo is None or window_to.tzinfo is None or window_from >= window_to:
        raise InputError("a funnel's window has two ends with their zones, the first before the second")
    pairs = _pairs(tx, window_from, window_to)
    return DnaFunnel(
        steps=tuple(_step(place, stage, pairs) for place, stage in enumerate(Stage)),
        dispositions=Counter(Disposition(each.row.disposition) for each in pairs if each.row.disposition),
        undecided=sum(each.row.decision is None and not each.row.withdrawn for each in pairs),
        withdrawn=tuple(CandidateId(each.row.id) for each in pairs if _was_hit(each.row) and each.row.withdrawn),
        persons=len({each.row.person_ref for each in _reached(pairs, Stage.RELEASED) if each.row.person_ref}),
        arrested=len(_arrested(pairs)),
        expected=_expected(pairs),
        window_from=window_from,
        window_to=window_to,
    )


def _pairs(tx: Transaction, window_from: datetime, window_to: datetime) -> list[_Pair]:
    wanted = (
        select(candidate, dna_candidate.c.disposition, dna_candidate.c.expected, dna_candidate.c.ref.label("ours"))
        .add_columns(dna_link.c.person_ref, WITHDRAWN.label("withdrawn"))
        .join(dna_candidate, dna_candidate.c.candidate_id == candidate.c.id)
        .outerjoin(dna_link, dna_link.c.ref == dna_candidate.c.ref)
        .where(candidate.c.received_at >= window_from, candidate.c.received_at < window_to)
        .order_by(candidate.c.received_at, candidate.c.id)
    )
    asked, released, came = _asked(tx), _released(tx), _outcomes(tx)
    made = []
    for row in tx.execute(wanted):
        stands = _was_hit(row) and not row.withdrawn
        found = came.get(row.id, ()) if stands else ()
        counted = [each.at for each in found if each.kind != OutcomeKind.NO_ACTION]
        later = (row.decided_at, asked.get(row.id), released.get(row.id), min(counted, default=None))
        made.append(_Pair(row, (row.received_at, *(later if stands else (None,) * len(later))), found))
    return made


def _was_hit(row: Row[Any]) -> bool:
    return bool(row.decision == Decision.CONFIRMED)


def _asked(tx: Transaction) -> dict[str, datetime]:
    """When core data were first asked for, by candidate."""
    query = select(follow_up.c.candidate_id, func.min(follow_up.c.at).label("at")).where(follow_up.c.direction == OUT)
    return {row.candidate_id: row.at for row in tx.execute(query.group_by(follow_up.c.candidate_id))}


def _released(tx: Transaction) -> dict[str, datetime]:
    """When core data first came, by candidate."""
    query = (
        select(follow_up.c.candidate_id, func.min(release.c.received_at).label("at"))
        .join(release, release.c.follow_up_id == follow_up.c.id)
        .where(follow_up.c.direction == OUT, release.c.received_at.is_not(None))
        .group_by(follow_up.c.candidate_id)
    )
    return {row.candidate_id: row.at for row in tx.execute(query)}


def _outcomes(tx: Transaction) -> dict[str, tuple[Row[Any], ...]]:
    """What hangs on a whole chain, by candidate."""
    found: dict[str, tuple[Row[Any], ...]] = {}
    kinds = outcome.c.kind != OutcomeKind.MISIDENTIFICATION.value
    for row in tx.execute(outcome.select().where(outcome.c.attributed.is_(True), kinds).order_by(outcome.c.at)):
        found[row.candidate_id] = (*found.get(row.candidate_id, ()), row)
    return found


def _reached(pairs: list[_Pair], stage: Stage) -> list[_Pair]:
    place = [*Stage].index(stage)
    return [each for each in pairs if all(each.times[: place + 1])]


def _step(place: int, stage: Stage, pairs: list[_Pair]) -> Step:
    here = _reached(pairs, stage)
    roots = joined(link for each in here for link in _links(each.row))
    days = [_days(each.times[place - 1], each.times[place]) for each in here] if place else []
    return Step(
        stage,
        tuple(CandidateId(each.row.id) for each in here),
        len({*roots.values()}),
        round(median(days), 1) if days else None,
    )


def _links(row: Row[Any]) -> list[tuple[str, str]]:
    """What a pair ties together; spaces are in no reference, so no two kinds of name can meet."""
    mine = f"ours {row.ours}"
    tied = [(mine, f"{row.partner} {row.ref}")]
    return [*tied, (mine, f"person {row.person_ref}")] if row.person_ref else tied


def _days(before: datetime | None, after: datetime | None) -> float:
    """Days between two steps, none where the later one was entered with an earlier time."""
    return 0.0 if before is None or after is None else max((after - before) / timedelta(days=1), 0.0)


def _arrested(pairs: list[_Pair]) -> set[str]:
    """Persons by our pseudonyms in the outcomes: several hits on one person are one arrest."""
    return {each.person_ref for pair in pairs for each in pair.outcomes if each.kind == OutcomeKind.ARREST}


def _expected(pairs: list[_Pair]) -> float:
    """Expected coincidences, once for each search: its candidates all carry the figure of the same search."""
    by_search = {(each.row.enquiry_id, each.row.partner): each.row.expected or 0.0 for each in pairs}
    return sum(by_search.values())
