"""How often values occur in one register, and what their agreement is therefore worth in bits.

A rare name says much where it agrees and a common one little: the agreement of a value is worth `log2(m / p)`, where p is its
share of *this* register (Fellegi and Sunter, 1969; the term frequencies of Splink). Only counts are read. Nothing here
knows what language a name is of, so two names that are equally common count alike, whoever bears them (requirement E-01).
"""

import math
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from egnatia.engines.people.identifiers import IdentifierKind, read_identifiers
from egnatia.engines.people.parts import Part, parts
from egnatia.engines.people.types import PartialDate, PersonRecord
from egnatia.engines.people.variants import ENOUGH, vowels

if TYPE_CHECKING:
    from egnatia.engines.people.features import Judged

TYPICAL_SIZE = 100_000
"""Records of the register that is assumed where none is named: the size of the one that bench/people/register.py measures."""
KNOWN_SHARE = 0.5
"""Share of the persons looked for who are on the register, where nothing better is known: neither belief is favoured."""
SEEN_DAYS = 55 * 365.25
"""Days of birth that occur: adults' and children's dates spread over some 55 years."""
DATE_WEIGHT = 4.0
"""How many records the even spread of dates counts for against the register's own count of one date."""
PRIOR_RECORDS = 1_000.0
"""Records with the usual spread of names that are counted beside a register's own: a file of ten says little of its names."""
LEAST_SIZE = 10_000
"""Records that a register is taken to have at least for the prior: who is looked for comes from a population, not a file."""
_KEPT, _PAIRS_KEPT = 1 << 17, 1 << 15
LEAST_BITS = 0.5
"""Of an agreement. A name that every other record has still agrees more often between two records of one person."""


class Frequencies(Protocol):
    """Counts of one register. Values that it does not count are 0; then the value is taken for a rare one."""

    @property
    def size(self) -> int:
        """Records on it."""

    def part(self, part: Part) -> int:
        """Records that have a part among their names."""

    def parent(self, part: Part) -> int:
        """Records that have a part in the father's or mother's name."""

    def sounding(self, part: Part, *, parent: bool) -> int:
        """Records that have a part of this sound (`sounding`) among their names, or in a parent's; where sounds are not counted, as `part`."""
        return self.parent(part) if parent else self.part(part)

    def born(self, born: PartialDate) -> int:
        """Records with exactly this date of birth, as far as it is known."""

    def identifier(self, kind: IdentifierKind, text: str) -> int:
        """Records that carry a number, a telephone, a plate, an address."""


class Counted:
    """The counts of some records, kept in memory."""

    def __init__(self, records: Iterable[PersonRecord]) -> None:
        self._size = 0
        self._parts: Counter[str] = Counter()
        self._parents: Counter[str] = Counter()
        self._sounds: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._born: Counter[PartialDate] = Counter()
        self._identifiers: Counter[tuple[IdentifierKind, str]] = Counter()
        for record in records:
            self._add(record)

    def _add(self, record: PersonRecord) -> None:
        self._size += 1
        names = (record.first_names, record.family_names, *record.aliases)
        own = {part for name in names for part in parts(name)}
        parents = {part for name in (record.father_name, record.mother_name) for part in parts(name)}
        self._parts.update(set(map(spelling, own)))
        self._parents.update(set(map(spelling, parents)))
        for sounds, some in zip(self._sounds, (own, parents), strict=True):
            sounds.update(set(map(sounding, some)))
        if record.birth_date is not None:
            self._born[record.birth_date] += 1
        self._identifiers.update({(each.kind, each.text) for each in read_identifiers(record.identifiers)})

    @property
    def size(self) -> int:
        """Records counted."""
        return self._size

    def part(self, part: Part) -> int:
        """Records that have a part among their names."""
        return self._parts[spelling(part)]

    def parent(self, part: Part) -> int:
        """Records that have a part in the father's or mother's name."""
        return self._parents[spelling(part)]

    def sounding(self, part: Part, *, parent: bool) -> int:
        """Records that have a part of this sound among their names, or in a parent's."""
        return self._sounds[parent][sounding(part)]

    def born(self, born: PartialDate) -> int:
        """Records with exactly this date of birth."""
        return self._born[born]

    def identifier(self, kind: IdentifierKind, text: str) -> int:
        """Records that carry an identifier."""
        return self._identifiers[kind, text]


def spelling(part: Part) -> str:
    """What a part is counted under: its letters as written in its script."""
    return part.foreign or part.text


def sounding(part: Part) -> str:
    """What a part is counted under together with every spelling of its sound: its key, with its vowels where consonants are few.

    Гаши and Gashi, Fitore and a mistyped Ftiore are each one name that way, however seldom one of the two is written.
    """
    if part.sound.startswith("=") or len(part.sound) >= ENOUGH:
        return part.sound
    return f"{part.sound} {vowels(part.text)}"


def _bits(count: int, size: int, otherwise: float) -> float:
    """Bits of what so many of some records have, `PRIOR_RECORDS` with the usual spread counted beside them."""
    share = (count + PRIOR_RECORDS * 2**-otherwise) / (size + PRIOR_RECORDS)
    return max(LEAST_BITS, -math.log2(share))


class Rarity:
    """What the agreement of a value is worth in one register, in bits, and the prior that its size makes.

    Attributes:
        size: records on the register.
        population: the same, `LEAST_SIZE` at least: how many persons a record may be of.
        prior: base-2 odds that one record is the person before anything is compared.
    """

    def __init__(self, frequencies: Frequencies | None = None, known_share: float = KNOWN_SHARE) -> None:
        self._frequencies = frequencies
        self.size = TYPICAL_SIZE if frequencies is None else frequencies.size
        self.population = max(LEAST_SIZE, self.size)
        self.prior = math.log2(known_share / (1 - known_share) / self.population)
        self._parts: dict[tuple[str, float, bool], float] = {}
        self._sounds: dict[tuple[str, str, float, bool], float] = {}
        self._judged: dict[tuple[str, str, str], Judged] = {}

    def known(self, key: tuple[str, str, str]) -> "Judged | None":
        """What is remembered of two names of one field."""
        return self._judged.get(key)

    def remember(self, key: tuple[str, str, str], found: "Judged") -> "Judged":
        """Remember what two names of one field say in this register."""
        if len(self._judged) >= _PAIRS_KEPT:
            self._judged.clear()
        self._judged[key] = found
        return found

    def part(self, part: Part, otherwise: float, *, parent: bool = False) -> float:
        """Bits of a part of a name that agrees.

        Args:
            part: as one of the two sides has it.
            otherwise: bits of the usual name of its field: what counts where no register was counted, and `PRIOR_RECORDS`
                of which every register is taken to hold beside its own.
            parent: whether it stands in a parent's name.
        """
        if self._frequencies is None:
            return otherwise * part.weight
        key = (part.foreign or part.text, otherwise, parent)
        known = self._parts.get(key)
        if known is None:
            count = self._frequencies.parent(part) if parent else self._frequencies.part(part)
            if len(self._parts) >= _KEPT:
                self._parts.clear()
            known = self._parts[key] = _bits(count, self._frequencies.size, otherwise) * part.weight
        return known

    def sounding(self, part: Part, otherwise: float, *, parent: bool = False) -> float:
        """Bits of a part that agrees in sound or nearly, and not letter by letter: how rare all spellings of its sound are together.

        Arguments are those of `part`. No more than `part` gives where that counts the same spelling among them.
        """
        if self._frequencies is None:
            return otherwise * part.weight
        key = (part.text, part.sound, otherwise, parent)
        known = self._sounds.get(key)
        if known is None:
            size = self._frequencies.size
            count = min(size, self._frequencies.sounding(part, parent=parent))
            if len(self._sounds) >= _KEPT:
                self._sounds.clear()
            known = self._sounds[key] = _bits(count, size, otherwise) * part.weight
        return known

    def born(self, born: PartialDate, spread: float) -> float:
        """Bits of a date that agrees; `spread` is how many values like it occur, one as often as the other."""
        if self._frequencies is None:
            return math.log2(spread)
        share = (self._frequencies.born(born) + DATE_WEIGHT) / (self._frequencies.size + DATE_WEIGHT * spread)
        return -math.log2(share)

    def identifier(self, kind: IdentifierKind, text: str, otherwise: float) -> float:
        """Bits of an identifier that agrees: at most what its kind is worth, less where many records share it."""
        if self._frequencies is None:
            return otherwise
        others = self._frequencies.identifier(kind, text) - 1
        return otherwise if others < 1 else min(otherwise, max(LEAST_BITS, math.log2(self.population / others)))


TYPICAL = Rarity()
"""No register named: 100,000 records, and every name as rare as the usual one of its field."""
