"""Hits as what they are: series of profiles that belong together, in a list and as a network with a table beside it."""

from typing import Any

from egnatia.console.dna_drawings import network
from egnatia.console.paging import part_of
from egnatia.console.visit import Html, Reply, Visit
from egnatia.enquiries.dna.clusters import Cluster, cluster_of, clusters, matches


def series_list(visit: Visit) -> Reply:
    """Every series, those with the most profiles first; worked out from the hits that stand now."""
    with visit.node.database.read() as tx:
        found = clusters(matches(tx))
    pairs = sum(len(each.matches) for each in found)
    values = {"part": part_of(found, visit), "pairs": pairs, "clusters": len(found)}
    return Html("dna_series_list.html", values, data=[_twin(each) for each in found])


def series_page(visit: Visit) -> Reply:
    """One series: its network, and the same hits as a table."""
    with visit.node.database.read() as tx:
        found = cluster_of(tx, visit.parts["id"])
    return Html("dna_series.html", {"found": found, "drawing": network(found)}, data=_twin(found))


def _twin(found: Cluster) -> dict[str, Any]:
    return {
        "reference": found.reference,
        "members": found.members,
        "matches": found.matches,
        "people": found.people,
        "traces": found.traces,
        "cases": found.cases,
        "partners": found.partners,
    }
