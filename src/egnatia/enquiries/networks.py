"""The network of a case, read from files that somebody brings: who had it measured, for which case, and why.

A node's own records say of nobody how they stand to a case, and without that nobody may be measured
(`engines.people.graph.types.Standing`). So a network is what an analyst made; it is read, shown and forgotten, and one ledger
entry says that it was.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import PurePath
from typing import Final

from egnatia.accounts import authorise
from egnatia.engines.people.graph.formats import FORMATS
from egnatia.engines.people.graph.formats.tables import NODES, TIES, read_tables
from egnatia.engines.people.graph.measures import Measures, measure
from egnatia.engines.people.graph.network import Network, around, visible, within
from egnatia.engines.people.graph.paths import Path, Paths
from egnatia.engines.people.graph.picture import MAX_DRAWN
from egnatia.engines.people.graph.shared import SharedLink, shared_links
from egnatia.engines.people.graph.types import NodeKind, Standing
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_case_ref, check_text
from egnatia.enquiries.network_carrying import packed
from egnatia.errors import InputError
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction

MAX_BYTES: Final = 4 * 1024 * 1024
"""Of the files of one network: some 40,000 ties. Larger ones are read by `egnatia people graph`, where nobody waits for a page."""
MAX_STEPS: Final = 6
MAX_AROUND: Final = 20
"""Nodes that a case is cut out around."""
MOST_SHARED: Final = 100
"""Links by shared things that are listed, the rarest first."""
MOST_WAYS: Final = 3
"""Ways between two that are shown: each passes nobody of the ones before, and few cases have more that say anything."""
SEED: Final = 1
"""Of the drawing and of the trials with ties missing, so that the same files give the same page."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a network is looked at.

    Attributes:
        refs: around which nodes; all of the network where there are none.
        steps: how far around them, in ties.
        since: only ties that were so on or after this day.
        until: only ties that were so on or before this day.
    """

    refs: tuple[str, ...] = ()
    steps: int = 2
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CaseNetwork:
    """A case as it may be shown.

    Attributes:
        case: what is left once everybody who is shielded is taken out.
        measures: who stands where, with the range that missing reports would give.
        shared: who shares a thing, the rarest first.
        shielded: how many persons were taken out, by how they stand to the case.
        carried: the case as its page carries it to the next question about it; empty where it is too large for that.
        ways: how the two who were asked for are joined, the shortest way first; None where nobody was.
    """

    case: Network
    measures: Measures
    shared: tuple[SharedLink, ...]
    shielded: Mapping[Standing, int]
    carried: str
    ways: tuple[Path, ...] | None = None


def read_files(files: Mapping[str, bytes]) -> Network:
    """A network from one file of a known format, or from its two tables.

    Args:
        files: contents by name.

    Raises:
        InputError: neither of the two, too large, or not what the names say.
    """
    if sum(map(len, files.values())) > MAX_BYTES:
        raise InputError(
            f"the files are larger than {MAX_BYTES:,} bytes together",
            hint="Cut out the case first: `egnatia people graph convert` with --case.",
        )
    if set(files) == {NODES, TIES}:
        return read_tables(BytesIO(files[NODES]), BytesIO(files[TIES]))
    [name] = files if len(files) == 1 else [""]
    known = FORMATS.get(PurePath(name).suffix.lower())
    if known is None:
        raise InputError(
            "a network is one file, or two tables", hint=f"Give {', '.join(FORMATS)}, or both {NODES} and {TIES}."
        )
    return known.read(BytesIO(files[name]))


def cut_out(whole: Network, cut: Cut) -> Network:
    """The part that is looked at.

    Raises:
        NotFoundError: a reference is no node.
        InputError: more nodes to look around, or more steps, than the limits; or days in the wrong order.
    """
    if len(cut.refs) > MAX_AROUND or not 0 <= cut.steps <= MAX_STEPS:
        raise InputError(f"a case is cut out around at most {MAX_AROUND} nodes, 0 to {MAX_STEPS} steps far")
    if cut.since is not None or cut.until is not None:
        whole = within(whole, cut.since or date.min, cut.until or date.max)
    return around(whole, cut.refs, cut.steps) if cut.refs else whole


def measured(case: Network, between: tuple[str, str] | None = None) -> CaseNetwork:
    """Measure what may be shown.

    Args:
        case: the part that is looked at.
        between: two nodes, to be told how they are joined.

    Raises:
        InputError: nobody may be shown, or more than a picture holds; or one of the two is shielded, or both are one.
        NotFoundError: one of the two is not in the case.
    """
    seen = visible(case)
    if not 1 <= len(seen.nodes) <= MAX_DRAWN:
        raise InputError(
            f"{len(seen.nodes):,} nodes of this case may be shown; a page shows 1 to {MAX_DRAWN}",
            hint="Only persons recorded as involved are shown. Name the nodes to look around, or fewer or more steps.",
        )
    persons = (node for node in case.nodes.values() if node.kind is NodeKind.PERSON and node.shielded)
    shielded = Counter(node.standing for node in persons)
    ways = None if between is None else tuple(Paths(case).between(*between, MOST_WAYS))
    shared = tuple(shared_links(case, MOST_SHARED))
    return CaseNetwork(seen, measure(case, SEED), shared, shielded, packed(case), ways)


def note_read(tx: Transaction, officer: Officer, case_ref: str, why: str, found: CaseNetwork, now: datetime) -> None:
    """Enter in the ledger that a network was read.

    Raises:
        ForbiddenError: the officer may not.
        InputError: no case, or no reason.
    """
    authorise(officer, Action.READ_NETWORK)
    check_case_ref(case_ref)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    kinds: dict[str, JSON] = {**Counter(node.kind.value for node in found.case.nodes.values())}
    content: dict[str, JSON] = {
        "nodes": kinds,
        "ties": len(found.case.ties),
        "shielded": sum(found.shielded.values()),
    }
    if found.ways is not None:
        content["ways"] = len(found.ways)
    append(tx, Act(EventKind.NETWORK_READ, now, officer.id, f"case:{case_ref}", justification=reason, content=content))
