"""This node's profiles as columns in memory, so that a question is answered without opening a million sealed records.

Derived from the store and never written: not to a file, not to a log. Which profiles there are is looked up in
`dna_change` inside the transaction that searches, so what another process stored is found at the next use, and what was
erased is gone at the next use. Populations stand apart: what partners may search holds persons, or traces and remains,
and nothing else (requirement FOR-06).
"""

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from egnatia.model.dna import GUARDED_KINDS, ProfileKind
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.states import SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import dna_change, dna_link, dna_profile, person_record
from egnatia.store.vault import MANY

if TYPE_CHECKING:  # numpy is loaded by whoever searches, not by everybody who has a desk
    from egnatia.engines.dna.columns import Columns
    from egnatia.engines.dna.elimination import Eliminators
    from egnatia.engines.dna.rules import RuleSet
    from egnatia.engines.dna.search import Candidate
    from egnatia.engines.dna.types import Profile

GUARD = SubjectKind.DNA
"""The third population: whoever may have touched a trace, and victims. It is held against our own traces and never
searched for a partner; its name is that of the subject under which nothing is searched."""
POPULATIONS: dict[SubjectKind, frozenset[ProfileKind]] = {
    SubjectKind.DNA_PERSON: frozenset({ProfileKind.PERSON}),
    SubjectKind.DNA_TRACE: frozenset({ProfileKind.TRACE, ProfileKind.REMAINS}),
    GUARD: GUARDED_KINDS,
}
_OF = {kind: population for population, kinds in POPULATIONS.items() for kind in kinds}
_LOOSE = 4_096
"""Profiles that came since the columns were packed, before they are packed anew: some milliseconds of packing."""
_CHANGES = Prepared(select(dna_change).where(dna_change.c.seq >= bindparam("seq")).order_by(dna_change.c.seq))
_COUNTED = select(dna_profile.c.kind, func.count().label("profiles")).group_by(dna_profile.c.kind)
_HELD = (
    select(dna_profile.c.ref, dna_profile.c.kind, dna_profile.c.sealed_id, dna_link.c.record_ref)
    .add_columns(person_record.c.sealed_id.label("person_id"))
    .select_from(
        dna_profile.outerjoin(dna_link, dna_link.c.ref == dna_profile.c.ref).outerjoin(
            person_record, person_record.c.ref == dna_link.c.record_ref
        )
    )
)


@dataclass(frozen=True, slots=True)
class Of:
    """Whom a profile is of, as far as a search has to know.

    Attributes:
        record: this node's own record of the person, under which marks and shields stand.
        born: the latest day on which the person can have been born, where the record says.
    """

    record: RecordRef | None = None
    born: date | None = None


NOBODY = Of()


@dataclass(frozen=True, slots=True)
class Found:
    """A profile of ours that agrees with a question."""

    candidate: "Candidate"
    of: Of


class DnaIndex:
    """Every profile of this node, packed. Invariant: equals the store at the change that was looked at last.

    Several threads may search; a transaction that was undone, or that sees an older state, makes it build itself anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[SubjectKind, _Pool] = {}
        self._of: dict[str, Of] = {}
        self._last: tuple[int, str] | None = None
        self._guard: Eliminators | None = None
        self._sizes: dict[str, int] = {}
        self._sized: tuple[int, str] | None = None

    def search(self, tx: Transaction, population: SubjectKind, query: "Profile", rules: "RuleSet") -> list[Found]:
        """The profiles of a population that agree, best class first, then by reference.

        Raises:
            InputError: the question lacks what the rules want, or its kind may be compared with none.
        """
        with self._lock:
            self._catch_up(tx)
            found = self._pools[population].search(query, rules)
            return [Found(each, self._of.get(each.ref, NOBODY)) for each in found]

    def columns(self, tx: Transaction, population: SubjectKind) -> "Columns":
        """A whole population packed; the same object for as long as nothing in it changed."""
        with self._lock:
            self._catch_up(tx)
            return self._pools[population].whole()

    def size(self, tx: Transaction, population: SubjectKind) -> int:
        """How many profiles of a population there are; counted anew when one came or went."""
        with self._lock:
            self._catch_up(tx)
            if self._sized != self._last:
                rows = tx.execute(_COUNTED).all()
                self._sizes = {row.kind: row.profiles for row in rows}
                self._sized = self._last
            return sum(self._sizes.get(each, 0) for each in POPULATIONS[population])

    def guard(self, tx: Transaction) -> "Eliminators":
        """Whoever may have touched a trace, and victims, ready to be held against any."""
        from egnatia.engines.dna.elimination import Eliminators

        columns, known = self.columns(tx, GUARD), self._guard
        if known is None or known.columns is not columns:
            known = self._guard = Eliminators(columns)
        return known

    def _catch_up(self, tx: Transaction) -> None:
        last = self._last
        changes = [] if last is None else tx.rows(_CHANGES, seq=last[0])
        if last is None or not changes or (changes[0].seq, changes[0].stamp) != last:
            self._build(tx)
            return
        newer = changes[1:]
        if newer:
            self._take(tx, {each.ref: each.gone for each in newer})
            self._last = (newer[-1].seq, newer[-1].stamp)

    def _build(self, tx: Transaction) -> None:
        """Read everything, some hundreds at a time, without holding more than these."""
        from egnatia.engines.dna.kept import KeptPacker
        from egnatia.enquiries.dna.profiles import read_profile

        changes = tx.rows(_CHANGES, seq=0)
        packers = {population: KeptPacker(read_profile) for population in POPULATIONS}
        self._of = {}
        for ref, kind, content in self._opened(tx, sorted({each.ref for each in changes})):
            if kind in _OF:
                packers[_OF[kind]].add(ref, kind, content)
        self._pools = {population: _Pool(kept.packer().columns()) for population, kept in packers.items()}
        self._last = (changes[-1].seq, changes[-1].stamp) if changes else None

    def _take(self, tx: Transaction, gone: dict[str, bool]) -> None:
        for pool in self._pools.values():
            pool.drop(gone)
        for ref in gone:
            self._of.pop(ref, None)
        for profile in self._read(tx, [ref for ref, is_gone in gone.items() if not is_gone]):
            if profile.kind in _OF:
                self._pools[_OF[profile.kind]].put(profile)
        for pool in self._pools.values():
            pool.settle()

    def _read(self, tx: Transaction, refs: list[str]) -> "Iterator[Profile]":
        from egnatia.enquiries.dna.profiles import read_profile

        return (read_profile(*each) for each in self._opened(tx, refs))

    def _opened(self, tx: Transaction, refs: list[str]) -> Iterator[tuple[str, ProfileKind, bytes]]:
        """Profiles as they are kept: reference, kind and what was sealed."""
        for start in range(0, len(refs), MANY):
            rows = tx.execute(_HELD.where(dna_profile.c.ref.in_(refs[start : start + MANY]))).all()
            wanted = [SealedId(each) for row in rows for each in (row.sealed_id, row.person_id) if each]
            opened = tx.unseal_many(wanted)
            for row in rows:
                if row.sealed_id in opened:
                    if row.record_ref:
                        self._of[row.ref] = Of(RecordRef(row.record_ref), _born(opened.get(row.person_id)))
                    yield row.ref, ProfileKind(row.kind), opened[row.sealed_id]


def _born(content: bytes | None) -> date | None:
    """The latest day of birth that a person's record allows: a child is taken for a child as long as it may be one."""
    written = json.loads(content)["record"].get("birth_date") if content else None
    if not written:
        return None
    year, month, day = ([int(each) for each in str(written).split("-")] + [0, 0])[:3]
    if not month:
        return date(year, 12, 31)
    if day:
        return date(year, month, day)
    return date.fromordinal((date(year + month // 12, month % 12 + 1, 1)).toordinal() - 1)


class _Pool:
    """One population: packed profiles, those that came since, and the references that packed ones hold no more."""

    def __init__(self, packed: "Columns") -> None:
        self._packed = packed
        self._loose: dict[str, Profile] = {}
        self._loose_packed: Columns | None = None
        self._stale: set[str] = set()

    def drop(self, refs: Iterable[str]) -> None:
        """Forget what was known under these references."""
        for ref in refs:
            self._loose.pop(ref, None)
            self._stale.add(ref)
        self._loose_packed = None

    def put(self, profile: "Profile") -> None:
        """Take one in whose reference was dropped before."""
        self._loose[profile.ref] = profile

    def settle(self) -> None:
        """Pack anew when as much came or went that looking at it apart costs more."""
        if len(self._loose) + len(self._stale) > max(_LOOSE, len(self._packed) // 8):
            self.whole()

    def whole(self) -> "Columns":
        """All of it in one set of columns."""
        from egnatia.engines.dna.columns import pack

        if self._loose or self._stale:
            self._packed = pack(chain(self._kept(), self._loose.values()))
            self._loose, self._stale, self._loose_packed = {}, set(), None
        return self._packed

    def _kept(self) -> "Iterator[Profile]":
        from egnatia.engines.dna.columns import unpack

        return (each for each in unpack(self._packed) if each.ref not in self._stale)

    def search(self, query: "Profile", rules: "RuleSet") -> "list[Candidate]":
        """Every candidate, the packed ones and the others."""
        from egnatia.engines.dna.columns import pack
        from egnatia.engines.dna.search import search

        found: list[Any] = [each for each in search(query, self._packed, rules) if each.ref not in self._stale]
        if self._loose:
            self._loose_packed = self._loose_packed or pack(self._loose.values())
            found += search(query, self._loose_packed, rules)
        order = {each.label: number for number, each in enumerate(rules.classes)}
        return sorted(found, key=lambda each: (order[each.label], each.ref))
