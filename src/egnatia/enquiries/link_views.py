"""Pairs of own records that linkage put beside each other, for officers to look at: those most in need of a person's eyes first.

The list holds references and probabilities and no name. Opening a pair shows both records and is a consultation, entered in the ledger.
Only what linkage found or somebody judged can be opened: it is no way to read any two records without a reason.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.engines.people import Match, PersonRecord
from egnatia.engines.people.match import compare
from egnatia.enquiries.commonness import Commonness
from egnatia.enquiries.kept_links import kept_links
from egnatia.enquiries.own_links import (
    Line,
    Said,
    book_of,
    check_shield,
    lines_of_book,
    shielded_refs,
    standing_in,
    state_of,
)
from egnatia.enquiries.own_persons import names_of_both, own_record, rarity_here
from egnatia.errors import NotFoundError
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import RecordRef
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import person_judgement

if TYPE_CHECKING:
    from egnatia.engines.people.link.keeping import Kept

MOST_LISTED: Final = 1_000
"""Pairs nobody judged that are listed: 34 pages, the least certain. What is beyond them is said, and comes as these are judged."""
WHY: Final = "to judge a pair of linked records"
"""The reason of a look at a pair, as it is entered in the ledger."""
_RANK: Final = {"": 1, "unsure": 2, "positive": 3, "negative": 3}


@dataclass(frozen=True, slots=True)
class LinkRow:
    """Two own records in the list.

    Attributes:
        left: the first by reference, and `right` the other.
        probability: that they are one person's, by linkage; None where it did not put them beside each other.
        standing: the judgement that stands.
        contradicted: whether that judgement contradicts others, so that of them none that joins holds.
        shielded: whether one of the two is shielded; then only supervisors see the row.
    """

    left: str
    right: str
    probability: float | None
    standing: Said | None
    contradicted: bool
    shielded: bool

    @property
    def verdict(self) -> str:
        """What stands; empty where nothing does."""
        return "" if self.standing is None else self.standing.verdict


@dataclass(frozen=True, slots=True)
class LinkList:
    """The list.

    Attributes:
        rows: contradictions, what nobody judged with the least certain first, what is open, what was judged.
        records: on the register when it was linked; 0 where it never was.
        made_at: when that was.
        hidden: pairs of shielded persons that this officer does not see.
        beyond: pairs nobody judged that are not listed.
    """

    rows: tuple[LinkRow, ...]
    records: int
    made_at: datetime | None
    hidden: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A line of the book with its reason; that is None where it was erased."""

    line: Line
    reason: str | None


@dataclass(frozen=True, slots=True)
class PairView:
    """Two own records side by side.

    Attributes:
        left: the first record by reference, and `right` the other.
        match: what speaks for and against.
        names: how common the names of both are here.
        probability: by linkage; None where it did not put them beside each other.
        standing: the judgement that stands.
        heard: everything that was said of them, in order.
        state: a mark of all this, by which a judgement says what it was made of.
        may_undo: whether this officer may take back what stands.
    """

    left: PersonRecord
    right: PersonRecord
    match: Match
    names: tuple[Commonness, ...]
    probability: float | None
    standing: Said | None
    heard: tuple[Heard, ...]
    state: str
    may_undo: bool


def links_to_look_at(tx: Transaction, officer: Officer) -> LinkList:
    """Pairs from even odds on, and everything that was judged.

    Args:
        tx: a transaction that reads.
        officer: who looks; of shielded persons a supervisor alone sees pairs.

    Raises:
        ForbiddenError: not for this officer.
    """
    authorise(officer, Action.LINK_PERSONS)
    links, lines = kept_links(tx), lines_of_book(tx)
    said = {(each.left, each.right): each for each in standing_in(lines)}
    found, likely, total = _unjudged(links.kept, said) if links is not None else ([], {}, 0)
    wrong, shielded = _contradicted(lines), shielded_refs(tx)
    every = [
        LinkRow(*pair, likely.get(pair), said.get(pair), pair in wrong, not shielded.isdisjoint(pair))
        for pair in (*said, *found)
    ]
    shown = [row for row in every if not row.shielded or officer.may(Action.READ_RESTRICTED)]
    records, made_at = (links.kept.records, links.made_at) if links is not None else (0, None)
    hidden, beyond = len(every) - len(shown), total - len(found)
    return LinkList(tuple(sorted(shown, key=_need)), records, made_at, hidden, beyond)


def _need(row: LinkRow) -> tuple[int, float, str, str]:
    """How late a pair comes: contradictions first, then by how sure linkage is where nobody judged, what was judged last."""
    doubt = abs((0.0 if row.probability is None else row.probability) - 0.5)
    return 0 if row.contradicted else _RANK.get(row.verdict, 3), doubt, row.left, row.right


def _unjudged(
    kept: "Kept", said: Collection[tuple[str, str]]
) -> tuple[list[tuple[str, str]], dict[tuple[str, str], float], int]:
    """The least certain pairs nobody judged, the probability of these and of what was judged, and how many there are in all."""
    import numpy as np

    from egnatia.engines.people.link.model import probability

    bits = kept.bits
    chances = probability(bits)
    refs, open_, known = kept.refs, list[tuple[str, str]](), dict[tuple[str, str], float]()
    total = 0
    for place in np.argsort(bits, kind="stable").tolist():
        pair = refs[kept.left[place]], refs[kept.right[place]]
        if pair in said:
            known[pair] = float(chances[place])
        elif bits[place] >= 0:
            total += 1
            if total <= MOST_LISTED:
                open_.append(pair)
                known[pair] = float(chances[place])
    return open_, known, total


def _contradicted(lines: Iterable[Line]) -> frozenset[tuple[str, str]]:
    """Judgements that cannot all hold: those that join a chain, and what parts two records of it."""
    from egnatia.engines.people.link.clusters import parts_of
    from egnatia.engines.people.link.grouping import grouped

    book = book_of(lines)
    ties = book.ties(book.pairs())
    refs = sorted({ref for pair in (*ties.joined, *ties.parted) for ref in pair})
    joined = grouped(refs, {}, 0, ties).contradicted
    number = {ref: place for place, ref in enumerate(refs)}
    chains = [set(part) for part in parts_of((number[one], number[other]) for one, other in joined)]
    parted = {pair for pair in ties.parted if any({number[ref] for ref in pair} <= chain for chain in chains)}
    return frozenset(parted.union(joined))


def look_at_pair(tx: Transaction, officer: Officer, pair: tuple[RecordRef, RecordRef], now: datetime) -> PairView:
    """Show two records that linkage put beside each other, or of which somebody judged; the look is entered.

    Args:
        tx: a write transaction.
        officer: who looks.
        pair: the two.
        now: the moment.

    Raises:
        ForbiddenError: not for this officer, or one of the two is shielded.
        NotFoundError: one of them is not here, or no longer, or nothing links them.
    """
    authorise(officer, Action.LINK_PERSONS)
    left, right = sorted(pair)
    both = own_record(tx, left), own_record(tx, right)
    check_shield(tx, officer, (left, right))
    lines, chance = lines_of_book(tx, (left, right)), _chance(tx, (left, right))
    if not lines and chance is None:
        raise NotFoundError(
            "nothing links these two records", hint="Link anew with `egnatia person link` if they came since."
        )
    match = compare(*both, rarity_here(tx, now))
    (standing,) = standing_in(lines) or (None,)
    mine = standing is not None and (standing.officer == officer.id or officer.may(Action.OVERRULE_JUDGEMENT))
    heard = tuple(Heard(line, _reason(tx, line.number)) for line in lines)
    shown = PairView(*both, match, names_of_both(tx, both, now), chance, standing, heard, state_of(tx, pair), mine)
    content: dict[str, JSON] = {"by": ["linkage"], "found": 2}
    append(tx, Act(EventKind.PERSONS_SEARCHED, now, officer.id, "persons", justification=WHY, content=content))
    return shown


def _chance(tx: Transaction, pair: tuple[str, str]) -> float | None:
    """The probability of a pair by linkage."""
    from egnatia.engines.people.link.model import probability

    links = kept_links(tx)
    if links is None or not all(links.kept.has(ref) for ref in pair):
        return None
    kept = links.kept
    low, high = (kept.refs.index(ref) for ref in pair)
    places = ((kept.left == low) & (kept.right == high)).nonzero()[0]
    return float(probability(kept.bits[places])[0]) if len(places) else None


def _reason(tx: Transaction, number: int) -> str | None:
    query = select(person_judgement.c.sealed_id).where(person_judgement.c.number == number)
    written = tx.opened(tx.execute(query).scalar())
    return None if written is None else str(json.loads(written)["reason"])
