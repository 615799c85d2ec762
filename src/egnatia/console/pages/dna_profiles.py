"""This node's own DNA profiles: why each is kept, until when, who matched it; never its loci, and no name."""

from egnatia.console.drafts import member
from egnatia.console.paging import part_by
from egnatia.console.visit import Html, Reply, Visit
from egnatia.enquiries.dna.overview import held, held_by_kind
from egnatia.model.dna import ProfileKind


def profile_list(visit: Visit) -> Reply:
    """Profiles by reference, of one kind or of all; the twin has the lines that the page shows."""
    chosen = member(ProfileKind, visit.query.get("kind"))
    with visit.node.database.read() as tx:
        counts = held_by_kind(tx, visit.who)
        total = counts.get(chosen, 0) if chosen else sum(counts.values())
        part = part_by(total, lambda skip, most: held(tx, visit.who, chosen, skip, most), visit)
    values = {"part": part, "counts": counts, "chosen": chosen, "all": sum(counts.values())}
    return Html("dna_profiles.html", values, data=part.rows)
