"""Series: false documents that seem to come from one source, and a drawing of what two of them share."""

from dataclasses import dataclass
from typing import Any

from egnatia.casework.intelligence import known_series
from egnatia.casework.intelligence.series import KnownSeries, one_series
from egnatia.console.paging import part_of
from egnatia.console.visit import Html, Reply, Visit
from egnatia.engines.documents.series.match import Contribution, Likeness
from egnatia.engines.documents.series.types import FeatureKind

LINE = 26
"""Height of one feature in the drawing."""
MIDDLE, _WIDE = 620.0, 180.0
"""Where no bits are, and the longest bar to the right; the drawing is 860 wide."""
MOST_LINES = 30
"""Features drawn; the table beside the drawing has all of them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One feature in the drawing: its words and where its bar begins and how long it is, in the drawing's own units."""

    kind: FeatureKind
    value: str
    bits: float
    y: int
    x: float
    width: float


def series_list(visit: Visit) -> Reply:
    """Every series, the largest first; worked out from what this node holds now."""
    with visit.node.database.read() as tx:
        found = known_series(tx, visit.who, visit.now.date())
    return Html("series_list.html", {"part": part_of(found, visit)}, data=[_twin(each) for each in found])


def series_page(visit: Visit) -> Reply:
    """One series, and its first document compared with another of it: the one that the address names, or the most alike."""
    with visit.node.database.read() as tx:
        found = one_series(tx, visit.who, visit.parts["reference"], visit.now.date())
    wanted = visit.query.get("with")
    shown = next((each for each in found.likenesses if each.other == wanted), found.likenesses[0])
    bars = drawn(shown)
    values: dict[str, Any] = {
        "found": found,
        "shown": shown,
        "bars": bars,
        "high": LINE * len(bars) + 30,
        "middle": MIDDLE,
    }
    return Html("series.html", values, data=_twin(found))


def drawn(likeness: Likeness) -> list[Bar]:
    """The bars of a comparison: what speaks for one source to the right, what against it to the left."""
    lines = likeness.contributions[:MOST_LINES]
    longest = max([1.0, *(abs(each.bits) for each in lines)])
    return [_bar(each, at, longest) for at, each in enumerate(lines)]


def _bar(each: Contribution, at: int, longest: float) -> Bar:
    width = round(abs(each.bits) / longest * _WIDE, 1)
    x = MIDDLE if each.bits >= 0 else round(MIDDLE - width, 1)
    return Bar(each.kind, each.value or each.other, each.bits, LINE * at + 22, x, max(width, 1.0))


def _twin(found: KnownSeries) -> dict[str, Any]:
    return {
        "reference": found.series.reference,
        "members": found.series.members,
        "bits": round(found.series.bits, 2),
        "features": [f"{each.kind}={each.value}" for each in found.series.features],
        "originators": found.originators,
        "first": found.first,
        "last": found.last,
    }
