"""What people decided about pairs of records: kept for ever, in the order in which it was said, and undone by saying so.

A judgement says who, when, why, by which version of the model and what was shown. The last one about a pair that was not undone
stands. Undoing leaves the judgement in the book and brings back what stood before it. Nothing here changes a record.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from egnatia.engines.people.link.grouping import Pair, Ties, pair_of
from egnatia.errors import ConflictError, InputError, NotFoundError

MAX_REASON = 2_000
"""Characters of a reason."""
MAX_AUTHOR = 200
"""Characters of an author's name, as of any name."""
MAX_SHOWN = 64
"""Parts of the evidence that a judgement keeps."""


MAX_ENTRY = 100_000
"""Characters of one line of a file of judgements; 64 parts with two values of 200 characters each have 40,000."""


class Verdict(StrEnum):
    """What a person said about two records."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of the evidence as it was shown: which field, what was found, how many bits it added, the two values."""

    field: str
    found: str
    added: float
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one person said about two records.

    Raises:
        InputError: the two are one record, the reason or the author is missing, or one of them is too long.
    """

    left: str
    right: str
    verdict: Verdict
    author: str
    reason: str
    at: datetime
    model: str = ""
    evidence: tuple[Shown, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what nobody could answer for."""
        if self.left == self.right or not self.left or not self.right:
            raise InputError("a judgement is about two records")
        _check_said(self.author, self.reason)
        if len(self.evidence) > MAX_SHOWN:
            raise InputError(f"a judgement has at most {MAX_SHOWN} parts of evidence")

    @property
    def pair(self) -> Pair:
        """The two records in alphabetical order."""
        return pair_of(self.left, self.right)


@dataclass(frozen=True, slots=True)
class Undone:
    """That a judgement no longer holds: its number in the book, who said so, when and why.

    Raises:
        InputError: the reason or the author is missing or too long.
    """

    number: int
    author: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what nobody could answer for."""
        _check_said(self.author, self.reason)


def _check_said(author: str, reason: str) -> None:
    if not author.strip() or not reason.strip():
        raise InputError("a judgement has an author and a reason", hint="Say who judged, and why.")
    if len(reason) > MAX_REASON or len(author) > MAX_AUTHOR:
        raise InputError(f"a reason has at most {MAX_REASON} characters, an author {MAX_AUTHOR}")


Entry = Judgement | Undone


class Book:
    """All judgements in order. Invariant: what stands for a pair is its last judgement that was not undone."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: list[Entry] = []
        self._about: dict[Pair, list[int]] = {}
        self._by_record: dict[str, set[Pair]] = {}
        self._undone: set[int] = set()
        for entry in entries:
            self.enter(entry)

    def enter(self, entry: Entry) -> Pair:
        """Write one down, and return the pair that it is about.

        Raises:
            NotFoundError: what is undone was never said.
            ConflictError: it was undone already.
        """
        if isinstance(entry, Undone):
            return self._undo(entry)
        self._about.setdefault(entry.pair, []).append(len(self.entries))
        for record in entry.pair:
            self._by_record.setdefault(record, set()).add(entry.pair)
        self.entries.append(entry)
        return entry.pair

    def _undo(self, entry: Undone) -> Pair:
        said = self.entries[entry.number] if 0 <= entry.number < len(self.entries) else None
        if not isinstance(said, Judgement):
            raise NotFoundError(f"there is no judgement {entry.number}", hint="The first one has the number 0.")
        if entry.number in self._undone:
            raise ConflictError(f"judgement {entry.number} is undone already")
        self._undone.add(entry.number)
        self.entries.append(entry)
        return said.pair

    def standing(self, pair: Pair) -> Judgement | None:
        """What stands for a pair."""
        for number in reversed(self._about.get(pair, ())):
            said = self.entries[number]
            if number not in self._undone and isinstance(said, Judgement):
                return said
        return None

    def about(self, record: str) -> frozenset[Pair]:
        """Pairs of a record about which anything was ever said."""
        return frozenset(self._by_record.get(record, ()))

    def pairs(self) -> Iterator[Pair]:
        """Every pair about which anything was ever said."""
        return iter(self._about)

    def ties(self, pairs: Iterable[Pair]) -> Ties:
        """What stands for some pairs."""
        said = {pair: judgement.verdict for pair in pairs if (judgement := self.standing(pair)) is not None}
        return Ties(*(frozenset(pair for pair, verdict in said.items() if verdict is each) for each in Verdict))


def to_line(entry: Entry) -> str:
    """An entry as one line of JSON, which `from_line` reads again.

    Raises:
        InputError: it would be longer than a line may be, or holds half a character, which no file can.
    """
    plain = asdict(entry)
    plain["at"] = entry.at.isoformat()
    line = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    if len(line) > MAX_ENTRY:
        raise InputError(f"the judgement is longer than {MAX_ENTRY:,} characters", hint="Look at the two references.")
    try:
        line.encode()
    except UnicodeEncodeError:
        raise InputError("a text holds half a character", hint="Type the text again; it was cut or copied.") from None
    return line


def from_line(line: str) -> Entry:
    """An entry from a line.

    Raises:
        InputError: it is none.
    """
    try:
        if len(line) > MAX_ENTRY:
            raise InputError(f"a judgement is longer than {MAX_ENTRY} characters")
        plain = json.loads(line)
        at = datetime.fromisoformat(plain.pop("at"))
        if at.tzinfo is None:
            raise InputError("the time of a judgement has no time zone")
        if "number" in plain:
            return Undone(int(plain["number"]), str(plain["author"]), str(plain["reason"]), at)
        shown = tuple(Shown(**part) for part in plain.pop("evidence", ()))
        return Judgement(**{**plain, "verdict": Verdict(plain["verdict"])}, at=at, evidence=shown)
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as broken:
        raise InputError("a line of the file is no judgement", hint="Each line is one judgement as JSON.") from broken


def read_book(lines: Iterable[str]) -> Book:
    """A book from the lines of a file; empty ones are skipped.

    Raises:
        InputError: a line is no judgement, or undoes what was never said; its number is named.
    """
    book = Book()
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                book.enter(from_line(line))
            except (InputError, NotFoundError, ConflictError) as wrong:
                raise InputError(f"line {number}: {wrong.message}", hint=wrong.hint()) from wrong
    return book
