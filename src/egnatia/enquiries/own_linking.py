"""Linking a node's own persons while others go on writing: read, compare, and then one short transaction that says what was found.

Reading and comparing hold no lock. What was read may have been erased or corrected meanwhile, so the last transaction looks: such a
record is in no pair that is kept or shown, and a corrected one is compared again by the next run. A run that breaks off leaves
nothing. What a run finds is kept (`kept_links`), and the next one compares what came since with the whole register and nothing
else, until that is too much or the release links in another way; then everything is compared anew.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from sqlalchemy import select

from egnatia.accounts import authorise, present_officer
from egnatia.engines.people import PersonRecord
from egnatia.engines.people.match import prepare
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.enquiries.kept_links import KeptLinks, keep_links, kept_links
from egnatia.enquiries.own_links import Line, Said, book_of, lines_of_book, shielded_refs, standing_in
from egnatia.enquiries.own_persons import own_index, own_records
from egnatia.errors import InputError
from egnatia.ledger import JSON, Act, append
from egnatia.ledger.nodes import log_size
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import person_record

if TYPE_CHECKING:
    from egnatia.engines.people.link.grouping import Pair
    from egnatia.engines.people.link.keeping import Kept

T = TypeVar("T")
Told = Callable[[str, int, int], None]
MOST_LINKED: Final = 2_000_000
"""Records that are linked at a time: 3 GB and two minutes; `egnatia people link` links more from a file."""
LEAST, MOST = 0.5, 0.9999
"""Probabilities from which a link may be asked for: below one half it is rather two persons."""
ANEW_BELOW: Final = 2_000
"""Records below which everything is compared anew: that takes a second, and every record teaches (bench/people/kept_links.py)."""
LARGEST_PART: Final = 60
"""Records of a connected part of which every pair is compared when one of them is new; of a larger one, the new with all."""

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class OwnLink:
    """Two own records, and the probability that they are one person's."""

    left: str
    right: str
    probability: float


@dataclass(frozen=True, slots=True)
class OwnLinks:
    """What linking the own persons gave.

    Attributes:
        records: on the register.
        links: pairs of at least the probability asked for, most probable first.
        groups: records of one person by links and judgements, each sorted.
        standing: judgements that hold.
        contradicted: pairs joined by somebody that join nothing, because with others they would join what somebody parted.
        compared: records that were compared with the others; all of them where everything was compared anew.
    """

    records: int
    links: tuple[OwnLink, ...]
    groups: tuple[tuple[str, ...], ...]
    standing: tuple[Said, ...]
    contradicted: tuple[tuple[str, str], ...]
    compared: int = 0


class LinkingNode(Protocol):
    """What linking needs of a node."""

    @property
    def database(self) -> Database:
        """Where reading happens."""
        ...

    def clock(self) -> datetime:
        """The present moment."""
        ...

    def commit(self, job: Callable[[Transaction], T]) -> T:
        """Run a job in the queue of writes."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """How linking was asked for.

    Attributes:
        why: the reason, at least 20 characters.
        least: the probability from which a pair is a link.
        anew: whether everything is compared, whatever is kept.
        anew_below: records below which it is anyway.
    """

    why: str
    least: float = 0.95
    anew: bool = False
    anew_below: int = ANEW_BELOW


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of the register before anything was compared.

    Attributes:
        at: when.
        entries: of the ledger then.
        contents: the sealed content of each record then, by reference.
        records: all records, where everything is compared anew.
        kept: what is kept with what came since compared, where it is not.
        came: how many records were compared, or have to be.
        lines: what officers said.
    """

    at: datetime
    entries: int
    contents: dict[str, str]
    records: tuple[PersonRecord, ...]
    kept: "Kept | None"
    came: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What came out, before it is entered: what to keep, as bytes too, and what to show."""

    reading: Reading
    kept: "Kept"
    written: bytes
    found: OwnLinks


def link_own(node: LinkingNode, officer: Officer, wanted: Wanted, told: Told = lambda *_: None) -> OwnLinks:
    """Link the node's own persons with each other. Nothing is held while they are compared.

    Args:
        node: where they are.
        officer: who links.
        wanted: how.
        told: told how far it is.

    Raises:
        ForbiddenError, InputError: as the names say; also where there are too many records.
    """
    check_wanted(officer, wanted)
    with node.database.read() as tx:
        reading = read_own(tx, wanted, node.clock())
    reckoned = reckon(reading, wanted, told)
    return node.commit(lambda tx: enter_links(tx, present_officer(tx, officer.id), reckoned, wanted, node.clock()))


def check_wanted(officer: Officer, wanted: Wanted) -> None:
    """Refuse what nobody may ask for before anything is read.

    Raises:
        ForbiddenError, InputError: as the names say.
    """
    authorise(officer, Action.LINK_PERSONS)
    check_text("reason", wanted.why, MIN_JUSTIFICATION)
    if not LEAST <= wanted.least <= MOST:
        raise InputError(f"a link has a probability from {LEAST} to {MOST}", hint="Give --from 0.95, for instance.")


def read_own(tx: Transaction, wanted: Wanted, now: datetime) -> Reading:
    """Read what has to be compared; where something is kept, compare what is new with it.

    Args:
        tx: a transaction that reads.
        wanted: how linking was asked for.
        now: the moment; what is imported from then on is left to the next run.

    Raises:
        InputError: there are too many records.
    """
    contents = contents_now(tx)
    if len(contents) > MOST_LINKED:
        raise InputError(f"more than {MOST_LINKED:,} records", hint="Link them from a file: egnatia people link.")
    lines = lines_of_book(tx)
    before = None if wanted.anew or len(contents) < wanted.anew_below else kept_links(tx)
    if before is not None:
        came = _came(tx, before)
        if not before.kept.drifted(len(came)):
            kept = replace(_with(tx, before.kept, came), records=len(contents), added=before.kept.added + len(came))
            return Reading(now, log_size(tx), contents, (), kept, len(came), lines)
    return Reading(now, log_size(tx), contents, tuple(own_records(tx)), None, len(contents), lines)


def contents_now(tx: Transaction) -> dict[str, str]:
    """The sealed content of each of the node's own persons, by reference."""
    return {row.ref: row.sealed_id for row in tx.execute(select(person_record.c.ref, person_record.c.sealed_id))}


def _came(tx: Transaction, before: KeptLinks) -> tuple[PersonRecord, ...]:
    """Records that the last run did not compare, or that say something else since."""
    since = select(person_record.c.ref).where(person_record.c.imported_at >= before.made_at)
    refs = {*tx.execute(since).scalars(), *before.again}
    return tuple(own_records(tx, sorted(refs)))


def _with(tx: Transaction, kept: "Kept", came: Collection[PersonRecord]) -> "Kept":
    """Kept links with some records more: each beside the records that resemble it, and beside whom these are linked with."""
    from egnatia.engines.people.link.grouping import pair_of
    from egnatia.engines.people.link.keeping import compared_with, pruned

    if not came:
        return kept
    fresh = {str(record.ref) for record in came}
    index, kept = own_index(tx), kept.without(fresh)
    pairs = {
        pair_of(record.ref, other.ref)
        for record in came
        for other in index.candidates(prepare(record))
        if other.ref != record.ref
    }
    kept = compared_with(kept, _of(tx, pairs), pairs)
    wanting = _incomplete(kept, fresh)
    return pruned(compared_with(kept, _of(tx, wanting), wanting))


def _of(tx: Transaction, pairs: "Collection[Pair]") -> list[PersonRecord]:
    return list(own_records(tx, sorted({ref for pair in pairs for ref in pair})))


def _incomplete(kept: "Kept", fresh: set[str]) -> "set[Pair]":
    """Pairs within the connected parts of new records that nobody compared: what speaks against a group has to be known too."""
    wanting: set[Pair] = set()
    for part in kept.parts(fresh):
        every = combinations(part, 2)
        wanting.update(each for each in every if len(part) <= LARGEST_PART or not fresh.isdisjoint(each))
    return wanting - kept.pairs()


def reckon(reading: Reading, wanted: Wanted, told: Told = lambda *_: None) -> Reckoned:
    """Compare, weigh and group: the long part, which needs no transaction."""
    from egnatia.engines.people.link.keeping import link_and_keep
    from egnatia.engines.people.link.register import register_of

    kept = reading.kept
    if kept is None:
        kept = link_and_keep(register_of(reading.records), told=told)[1]
    return Reckoned(reading, kept, kept.to_bytes(), found_in(kept, reading, reading.lines, wanted.least))


def found_in(kept: "Kept", reading: Reading, lines: tuple[Line, ...], least: float) -> OwnLinks:
    """Links and groups of what is kept and of what officers said."""
    from egnatia.engines.people.link import Clusters, bits_of
    from egnatia.engines.people.link.model import probability

    bits = kept.bits
    likely = probability(bits)
    links = (
        OwnLink(kept.refs[one], kept.refs[other], chance)
        for one, other, chance in zip(kept.left.tolist(), kept.right.tolist(), likely.tolist(), strict=True)
        if chance >= least
    )
    book, said = book_of(lines), {ref for line in lines for ref in line.pair}
    clusters = Clusters(kept.weighed(bits, said), bits_of(least), book)
    ordered = tuple(sorted(links, key=lambda link: (-link.probability, link.left, link.right)))
    return OwnLinks(kept.records, ordered, clusters.groups, standing_in(lines), clusters.contradicted, reading.came)


def enter_links(tx: Transaction, officer: Officer, reckoned: Reckoned, wanted: Wanted, now: datetime) -> OwnLinks:
    """Enter what was found in the ledger, and keep it; records that are gone since, or say something else, are in nothing of it.

    Args:
        tx: a write transaction.
        officer: who links, as they are now.
        reckoned: what came out.
        wanted: how it was asked for.
        now: the moment.

    Raises:
        ForbiddenError: the officer may no longer.
    """
    check_wanted(officer, wanted)
    reckoned, again = _as_it_is_now(tx, reckoned, wanted)
    links = KeptLinks(reckoned.kept, again, wanted.least, reckoned.reading.at)
    keep_links(tx, links, reckoned.written)
    found = reckoned.found
    content: dict[str, JSON] = {
        "records": found.records,
        "from_in_ten_thousand": round(wanted.least * 10_000),
        "links": len(found.links),
        "groups": len(found.groups),
    }
    reason = check_text("reason", wanted.why, MIN_JUSTIFICATION)
    append(tx, Act(EventKind.PERSONS_LINKED, now, officer.id, "persons", justification=reason, content=content))
    return found if officer.may(Action.READ_RESTRICTED) else _shown(found, shielded_refs(tx))


def _as_it_is_now(tx: Transaction, reckoned: Reckoned, wanted: Wanted) -> tuple[Reckoned, frozenset[str]]:
    """What came out less what no longer stands, and what the next run has to compare again.

    Every change of a record or of what was said is an entry of the ledger: without a new one nothing has to be looked through.
    """
    reading = reckoned.reading
    if log_size(tx) == reading.entries:
        return reckoned, frozenset()
    now = contents_now(tx)
    gone = {ref for ref, content in reading.contents.items() if now.get(ref) != content}
    late = _late(tx, now.keys() - reading.contents.keys(), reading.at)
    lines = lines_of_book(tx)
    if gone or lines != reading.lines:
        kept = replace(reckoned.kept.without(gone), records=len(now.keys() & reading.contents.keys()))
        reckoned = Reckoned(reading, kept, kept.to_bytes(), found_in(kept, reading, lines, wanted.least))
    return reckoned, frozenset(gone & now.keys()) | late


def _late(tx: Transaction, refs: set[str], at: datetime) -> frozenset[str]:
    """Of records that came while the run went on those whose import says that it began before."""
    every, found = sorted(refs), set[str]()
    for start in range(0, len(every), _AT_ONCE):
        some = person_record.c.ref.in_(every[start : start + _AT_ONCE])
        found.update(tx.execute(select(person_record.c.ref).where(some, person_record.c.imported_at < at)).scalars())
    return frozenset(found)


def _shown(found: OwnLinks, shielded: Collection[str]) -> OwnLinks:
    """Without whoever is shielded: a supervisor reads of them."""

    def shown(refs: Iterable[str]) -> bool:
        return not any(ref in shielded for ref in refs)

    return replace(
        found,
        links=tuple(each for each in found.links if shown((each.left, each.right))),
        groups=tuple(group for group in found.groups if shown(group)),
        standing=tuple(each for each in found.standing if shown((each.left, each.right))),
        contradicted=tuple(pair for pair in found.contradicted if shown(pair)),
    )
