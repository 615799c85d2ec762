"""What officers said of a node's own records: one person's or two, in the order in which it was said, and taken back by saying so.

Nothing is merged and no record is changed. A judgement is kept with its author, its reason and the evidence as it was shown, sealed. A
judgement is undone by saying so, and what stood before it stands again. A negative one keeps two records apart in every later run
(`own_linking`). Everybody changes their own mind; what somebody else said is overruled or undone by a supervisor. When a record is
erased, what was said of it is erased with it; when it is corrected, the evidence goes, which shows what the record said before.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, insert, or_, select, update

from egnatia import __version__
from egnatia.accounts import authorise
from egnatia.engines.people import Match
from egnatia.engines.people.match import compare
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.enquiries.kept_links import forget_links
from egnatia.enquiries.own_persons import own_record, rarity_here
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import claim_shield, person_judgement, person_record, protection_mark

if TYPE_CHECKING:
    from egnatia.engines.people.link import Book, Verdict

MODEL = f"score {__version__}"
"""By which the evidence of a judgement is weighed."""


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
class Line:
    """A line of the book of judgements, about two records that are there.

    Attributes:
        number: by which it can be undone.
        left: the first record by reference, and `right` the other.
        verdict: what was said; None where a judgement is undone.
        undoes: the number of that judgement.
        officer: who said so, and `at` when.
        model: by which version the evidence was weighed.
    """

    number: int
    left: str
    right: str
    verdict: str | None
    undoes: int | None
    officer: str
    at: datetime
    model: str

    @property
    def pair(self) -> tuple[str, str]:
        """The two records."""
        return self.left, self.right


def lines_of_book(tx: Transaction, pair: tuple[str, str] | None = None) -> tuple[Line, ...]:
    """The lines about records that are there, in order; of one pair, in alphabetical order, where it is given."""
    columns = person_judgement.c
    query = select(person_judgement).where(columns.left_ref != "").order_by(columns.number)
    if pair is not None:
        query = query.where(columns.left_ref == pair[0], columns.right_ref == pair[1])
    return tuple(_line(row) for row in tx.execute(query))


def _line(row: Row[Any]) -> Line:
    said = (row.number, row.left_ref, row.right_ref, row.verdict, row.undoes)
    return Line(*said, row.officer_id, row.at, row.model)


def judge_own(
    tx: Transaction,
    officer: Officer,
    pair: tuple[RecordRef, RecordRef],
    verdict: "Verdict",
    why: str,
    now: datetime,
    seen: str | None = None,
) -> tuple[int, Match]:
    """Say of two own records whether they are one person's; the evidence is kept as it is shown now.

    Args:
        tx: a write transaction: the act is entered in the ledger.
        officer: who says so.
        pair: the two records.
        verdict: what.
        why: the reason, at least 20 characters; sealed.
        now: the moment.
        seen: what `state_of` said when the evidence was shown; None where it was not shown before.

    Returns:
        The number of the judgement, by which it can be undone, and the evidence.

    Raises:
        InputError: both are one record, or the reason is too short.
        NotFoundError: a record is not here, or no longer.
        ConflictError: a record or what was said of the pair changed since it was shown, or exactly this stands already.
        ForbiddenError: not for this officer: shielded records, and what somebody else said.
    """
    authorise(officer, Action.LINK_PERSONS)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    if pair[0] == pair[1]:
        raise InputError("a judgement is about two records", hint="Give two references.")
    left, right = sorted(pair)
    both = own_record(tx, left), own_record(tx, right)
    check_shield(tx, officer, (left, right))
    if seen is not None and seen != state_of(tx, (left, right)):
        raise ConflictError(
            "one of the two records, or what was said of them, changed since they were shown",
            hint="Nothing was entered. Look at both again, and judge then.",
        )
    _check_standing(tx, officer, (left, right), verdict)
    match = compare(*both, rarity_here(tx, now))
    evidence = [asdict(part) | {"claim": part.claim.value} for part in match.evidence]
    values = {"left_ref": left, "right_ref": right, "verdict": verdict.value, "undoes": None}
    number = _write(tx, officer, now, values, {"reason": reason, "evidence": evidence})
    content: dict[str, JSON] = {"judgement": number, "verdict": verdict.value}
    append(tx, Act(EventKind.PERSONS_JUDGED, now, officer.id, "persons", justification=reason, content=content))
    return number, match


def _check_standing(tx: Transaction, officer: Officer, pair: tuple[str, str], verdict: "Verdict") -> None:
    """Refuse to say again what stands, and to overrule a colleague without being a supervisor.

    Raises:
        ConflictError, ForbiddenError: as said.
    """
    for said in standing_in(lines_of_book(tx, pair)):
        if said.verdict == verdict.value:
            raise ConflictError(
                f"judgement {said.number} says so already", hint="Nothing was entered; that judgement stands."
            )
        if said.officer != officer.id and not officer.may(Action.OVERRULE_JUDGEMENT):
            raise ForbiddenError(
                f"judgement {said.number} of another officer says: {said.verdict}",
                hint="Nothing was entered. Talk to each other: its author changes it, or a supervisor overrules it.",
            )


def check_shield(tx: Transaction, officer: Officer, refs: Iterable[str]) -> None:
    """Refuse to show or judge a shielded person to whoever is no supervisor.

    Raises:
        ForbiddenError: one of them is shielded.
    """
    if not officer.may(Action.READ_RESTRICTED) and not shielded_refs(tx).isdisjoint(refs):
        raise ForbiddenError("one of the two persons is shielded", hint="A supervisor looks at shielded persons.")


def shielded_refs(tx: Transaction) -> frozenset[str]:
    """Own persons who are shielded: whom a supervisor marked, such as a victim or a child, and who claimed protection."""
    marked = select(protection_mark.c.ref).union(select(claim_shield.c.ref))
    return frozenset(tx.execute(marked).scalars())


def state_of(tx: Transaction, pair: tuple[str, str]) -> str:
    """A mark of what two records say, what was said of them and by which version they are compared: it changes with any of it."""
    said = [line.number for line in lines_of_book(tx, (min(pair), max(pair)))]
    query = select(person_record.c.sealed_id).where(person_record.c.ref.in_(pair)).order_by(person_record.c.ref)
    state = [MODEL, *tx.execute(query).scalars(), *map(str, said)]
    return sha256("\n".join(state).encode()).hexdigest()[:32]


def undo_own(tx: Transaction, officer: Officer, number: int, why: str, now: datetime) -> None:
    """Take a judgement back: what stood before it stands again.

    Raises:
        ForbiddenError: also where somebody else gave it and the officer is no supervisor, or a person is shielded.
        InputError: the reason is too short.
        NotFoundError: there is no such judgement.
        ConflictError: it was taken back already.
    """
    authorise(officer, Action.LINK_PERSONS)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    row = tx.execute(select(person_judgement).where(person_judgement.c.number == number)).one_or_none()
    if row is None or row.verdict is None:
        raise NotFoundError(f"there is no judgement {number}", hint="egnatia person link shows the numbers.")
    check_shield(tx, officer, (row.left_ref, row.right_ref))
    if tx.execute(select(person_judgement.c.number).where(person_judgement.c.undoes == number)).first():
        raise ConflictError(f"judgement {number} is undone already")
    if row.officer_id != officer.id and not officer.may(Action.OVERRULE_JUDGEMENT):
        raise ForbiddenError(
            f"judgement {number} is another officer's", hint="Its author takes it back, or a supervisor does."
        )
    values = {"left_ref": row.left_ref, "right_ref": row.right_ref, "verdict": None, "undoes": number}
    _write(tx, officer, now, values, {"reason": reason})
    content: dict[str, JSON] = {"judgement": number}
    append(tx, Act(EventKind.JUDGEMENT_UNDONE, now, officer.id, "persons", justification=reason, content=content))


def forget_judged(tx: Transaction, ref: RecordRef, *, erased: bool) -> None:
    """Erase what was said of a record that is erased; of one that is corrected, the evidence that shows what it said before.

    What linkage keeps of it goes in either case (`kept_links`).

    Args:
        tx: the transaction that erases or corrects it.
        ref: the record.
        erased: whether it is erased.
    """
    forget_links(tx, ref, erased=erased)
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
    row = {"number": number, "officer_id": officer.id, "at": now, "model": MODEL, "sealed_id": sealed.id}
    tx.execute(insert(person_judgement), row | values)
    return number


def book_of(lines: Iterable[Line]) -> "Book":
    """The lines as the engine reads them. Reasons stay sealed."""
    from egnatia.engines.people.link import Book, Judgement, Undone, Verdict

    book, places = Book(), dict[int, int]()
    for line in lines:
        places[line.number] = len(book.entries)
        by = (line.officer, "sealed", line.at)
        if line.undoes is not None:
            book.enter(Undone(places[line.undoes], *by))
        elif line.verdict is not None:
            book.enter(Judgement(line.left, line.right, Verdict(line.verdict), *by, line.model))
    return book


def standing_in(lines: Iterable[Line]) -> tuple[Said, ...]:
    """The last judgement of each pair that was not undone, in the order in which they were given."""
    every = tuple(lines)
    undone = {line.undoes for line in every}
    last = {line.pair: line for line in every if line.verdict is not None and line.number not in undone}
    found = sorted(last.values(), key=lambda line: line.number)
    return tuple(Said(each.number, *each.pair, each.verdict or "", each.officer, each.at) for each in found)
