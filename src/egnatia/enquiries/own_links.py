"""Which of a node's own records are of one person: links with their odds, and what officers said of pairs.

Nothing is merged and no record is changed. Links are worked out from the records each time; what is kept are judgements alone, in
the order in which they were given, each with its author, its reason and the evidence as it was shown, sealed. A judgement is undone by
saying so, and what stood before it stands again. A negative one keeps two records apart in every later run. When a record is erased,
what was said of it is erased with it; when it is corrected, the evidence goes, which shows what the record said before.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, func, insert, or_, select, update

from egnatia import __version__
from egnatia.accounts import authorise
from egnatia.engines.people import Match
from egnatia.engines.people.match import compare
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.enquiries.own_persons import own_record, own_records, rarity_here
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import person_judgement

if TYPE_CHECKING:
    from egnatia.engines.people.link import Book, Linked, Verdict

MOST_LINKED: Final = 2_000_000
"""Records that are linked in one transaction: 3 GB and two minutes; `egnatia people link` links more from a file."""
LEAST, MOST = 0.5, 0.9999
"""Probabilities from which a link may be asked for: below one half it is rather two persons."""


@dataclass(frozen=True, slots=True)
class OwnLink:
    """Two own records, and the probability that they are one person's."""

    left: str
    right: str
    probability: float


@dataclass(frozen=True, slots=True)
class Said:
    """What stands of two own records: which judgement, by whom, and when."""

    number: int
    left: str
    right: str
    verdict: str
    officer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnLinks:
    """What linking the own persons gave.

    Attributes:
        records: how many were compared.
        links: pairs of at least the probability asked for, most probable first.
        groups: records of one person by links and judgements, each sorted.
        standing: judgements that hold.
        contradicted: pairs joined by somebody that join nothing, because with others they would join what somebody parted.
    """

    records: int
    links: tuple[OwnLink, ...]
    groups: tuple[tuple[str, ...], ...]
    standing: tuple[Said, ...]
    contradicted: tuple[tuple[str, str], ...]


def link_own(tx: Transaction, officer: Officer, why: str, now: datetime, least: float = 0.95) -> OwnLinks:
    """Link the node's own persons with each other.

    Args:
        tx: a write transaction: the act is entered in the ledger.
        officer: who links.
        why: the reason, at least 20 characters.
        now: the moment.
        least: the probability from which a pair is a link.

    Raises:
        ForbiddenError, InputError: as the names say; also where there are too many records.
    """
    from egnatia.engines.people.link import Clusters, bits_of, link, register_of

    authorise(officer, Action.LINK_PERSONS)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    if not LEAST <= least <= MOST:
        raise InputError(f"a link has a probability from {LEAST} to {MOST}", hint="Give --from 0.95, for instance.")
    records = list(own_records(tx))
    if len(records) > MOST_LINKED:
        raise InputError(f"more than {MOST_LINKED:,} records", hint="Link them from a file: egnatia people link.")
    made = link(register_of(records))
    rows = _rows(tx, {str(each.ref) for each in records})
    clusters = Clusters(made.weighed(), bits_of(least), _book(rows))
    found = OwnLinks(len(records), _links(made, least), clusters.groups, _standing(rows), clusters.contradicted)
    content: dict[str, JSON] = {
        "records": len(records),
        "from_in_ten_thousand": round(least * 10_000),
        "links": len(found.links),
        "groups": len(found.groups),
    }
    append(tx, Act(EventKind.PERSONS_LINKED, now, officer.id, "persons", justification=reason, content=content))
    return found


def _links(made: "Linked", least: float) -> tuple[OwnLink, ...]:
    from egnatia.engines.people.link.grouping import pair_of

    refs, likely = made.register.refs, made.probabilities
    return tuple(
        OwnLink(*pair_of(refs[made.left[place]], refs[made.right[place]]), float(likely[place]))
        for place in made.links(least).tolist()
    )


def judge_own(
    tx: Transaction, officer: Officer, pair: tuple[RecordRef, RecordRef], verdict: "Verdict", why: str, now: datetime
) -> tuple[int, Match]:
    """Say of two own records whether they are one person's; the evidence is kept as it is shown now.

    Args:
        tx: a write transaction: the act is entered in the ledger.
        officer: who says so.
        pair: the two records.
        verdict: what.
        why: the reason, at least 20 characters; sealed.
        now: the moment.

    Returns:
        The number of the judgement, by which it can be undone, and the evidence.

    Raises:
        ForbiddenError, InputError, NotFoundError: as the names say; also where both are one record.
    """
    authorise(officer, Action.LINK_PERSONS)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    if pair[0] == pair[1]:
        raise InputError("a judgement is about two records", hint="Give two references.")
    left, right = (own_record(tx, ref) for ref in sorted(pair))
    match = compare(left, right, rarity_here(tx, now))
    evidence = [asdict(part) | {"claim": part.claim.value} for part in match.evidence]
    values = {"left_ref": left.ref, "right_ref": right.ref, "verdict": verdict.value, "undoes": None}
    number = _write(tx, officer, now, values, {"reason": reason, "evidence": evidence})
    content: dict[str, JSON] = {"judgement": number, "verdict": verdict.value}
    append(tx, Act(EventKind.PERSONS_JUDGED, now, officer.id, "persons", justification=reason, content=content))
    return number, match


def undo_own(tx: Transaction, officer: Officer, number: int, why: str, now: datetime) -> None:
    """Take a judgement back: what stood before it stands again.

    Raises:
        ForbiddenError, InputError: as the names say.
        NotFoundError: there is no such judgement.
        ConflictError: it was taken back already.
    """
    authorise(officer, Action.LINK_PERSONS)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    row = tx.execute(select(person_judgement).where(person_judgement.c.number == number)).one_or_none()
    if row is None or row.verdict is None:
        raise NotFoundError(f"there is no judgement {number}", hint="egnatia person link shows the numbers.")
    if tx.execute(select(person_judgement.c.number).where(person_judgement.c.undoes == number)).first():
        raise ConflictError(f"judgement {number} is undone already")
    values = {"left_ref": row.left_ref, "right_ref": row.right_ref, "verdict": None, "undoes": number}
    _write(tx, officer, now, values, {"reason": reason})
    content: dict[str, JSON] = {"judgement": number}
    append(tx, Act(EventKind.JUDGEMENT_UNDONE, now, officer.id, "persons", justification=reason, content=content))


def forget_judged(tx: Transaction, ref: RecordRef, *, erased: bool) -> None:
    """Erase what was said of a record that is erased; of one that is corrected, the evidence that shows what it said before.

    Args:
        tx: the transaction that erases or corrects it.
        ref: the record.
        erased: whether it is erased.
    """
    about = or_(person_judgement.c.left_ref == ref, person_judgement.c.right_ref == ref)
    for row in tx.execute(select(person_judgement).where(about)).all():
        mine = update(person_judgement).where(person_judgement.c.number == row.number)
        if erased:
            tx.execute(mine.values(left_ref="", right_ref="", verdict=None, undoes=None, sealed_id=None))
        else:
            kept = json.dumps({"reason": json.loads(tx.unseal(SealedId(row.sealed_id)))["reason"]}).encode()
            tx.execute(mine.values(sealed_id=tx.seal(kept, kind="person_judgement", at=row.at).id))
        tx.erase(SealedId(row.sealed_id))


def _write(tx: Transaction, officer: Officer, now: datetime, values: dict[str, Any], content: dict[str, Any]) -> int:
    """Write one line into the book, and return its number."""
    number = (tx.execute(select(func.max(person_judgement.c.number))).scalar() or 0) + 1
    sealed = tx.seal(json.dumps(content).encode(), kind="person_judgement", at=now)
    row = {
        "number": number,
        "officer_id": officer.id,
        "at": now,
        "model": f"score {__version__}",
        "sealed_id": sealed.id,
    }
    tx.execute(insert(person_judgement), row | values)
    return number


def _rows(tx: Transaction, there: set[str]) -> list[Row[Any]]:
    """The lines of the book about records that are there, in order."""
    rows = tx.execute(select(person_judgement).order_by(person_judgement.c.number)).all()
    return [row for row in rows if {row.left_ref, row.right_ref} <= there]


def _book(rows: list[Row[Any]]) -> "Book":
    """The lines as the engine reads them. Reasons stay sealed."""
    from egnatia.engines.people.link import Book, Judgement, Undone, Verdict

    book, places = Book(), dict[int, int]()
    for row in rows:
        places[row.number] = len(book.entries)
        by = (row.officer_id, "sealed", row.at)
        if row.verdict is None:
            book.enter(Undone(places[row.undoes], *by))
        else:
            book.enter(Judgement(row.left_ref, row.right_ref, Verdict(row.verdict), *by, row.model))
    return book


def _standing(rows: list[Row[Any]]) -> tuple[Said, ...]:
    """The last judgement of each pair that was not undone."""
    undone = {row.undoes for row in rows}
    last = {(row.left_ref, row.right_ref): row for row in rows if row.verdict is not None and row.number not in undone}
    found = sorted(last.values(), key=lambda row: int(row.number))
    return tuple(Said(row.number, row.left_ref, row.right_ref, row.verdict, row.officer_id, row.at) for row in found)
