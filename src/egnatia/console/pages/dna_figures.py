"""The funnel of DNA candidates: pairs and clusters at each step, how examiners found, what chance had led one to expect.

Numbers only, so everybody may read it; the records behind them are in the queue, for those who may look at profiles.
"""

from typing import Any

from egnatia.console.dna_amounts import amount
from egnatia.console.pages.indicators import window_of, window_values
from egnatia.console.visit import Html, Reply, Visit
from egnatia.enquiries.dna.funnel import DnaFunnel, dna_funnel
from egnatia.model.dna import Disposition


def funnel_page(visit: Visit) -> Reply:
    """The funnel of the candidates that came in one window of days, drawn and as a table."""
    start, end = window_of(visit)
    with visit.node.database.read() as tx:
        found = dna_funnel(tx, start, end)
    values = {
        "found": found,
        "largest": max((len(each.pairs) for each in found.steps), default=0) or 1,
        "dispositions": [(each, found.dispositions[each]) for each in Disposition if each in found.dispositions],
        "expected": amount(visit.language, found.expected),
        **window_values(start, end),
    }
    return Html("dna_funnel.html", values, data=_twin(found))


def _twin(found: DnaFunnel) -> dict[str, Any]:
    steps = [
        {"stage": each.stage, "pairs": len(each.pairs), "clusters": each.clusters, "days": each.days}
        for each in found.steps
    ]
    return {
        "steps": steps,
        "dispositions": dict(found.dispositions),
        "undecided": found.undecided,
        "withdrawn": len(found.withdrawn),
        "persons": found.persons,
        "arrested": found.arrested,
        "expected": found.expected,
        "window_from": found.window_from,
        "window_to": found.window_to,
    }
