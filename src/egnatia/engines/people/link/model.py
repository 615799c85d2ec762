"""The model of a register: what each grade of each field adds in bits, how rare a value is, and the odds before any of it.

A pair weighs `prior + sum of what its fields add`, each part shown, and its probability is `1 / (1 + 2 ** -bits)`. A grade adds
the base-2 logarithm of how much oftener it occurs for one person than for two. The same value adds more the rarer it is in
this register. The prior is the share of all pairs of the register that are one person, so it falls with the register's size.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people.link.em import SHARED, Rates, table_of
from egnatia.engines.people.link.fields import GRADES, NAMES, TEXTS, Field, Grade
from egnatia.engines.people.link.lists import Codes
from egnatia.engines.people.link.values import Values
from egnatia.engines.people.link.vectors import COMPARED, Compared
from egnatia.errors import InputError

MODEL_VERSION = "link/3"
"""What a judgement says it was shown by; a change of grades, rules or learning needs a new one."""
MOST_BITS = 20.0
"""What one field adds or takes at the most: documents are lent and numbers mistyped, as in `features`."""
HOLDERS = 3
"""Records with one document or personal number that are still one person's; from the next on it says less."""
_FUZZY = (Grade.SIMILAR, Grade.CLOSE, Grade.EQUIVALENT)

PARTS = (*COMPARED, Field.TWINS)
"""What the bits of a pair are made of, beside the prior."""
_SHARED_ROWS = [row for row, field in enumerate(COMPARED) if field in SHARED]
RatesOf = Mapping[Field, Mapping[Grade, float]]


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned from a register.

    Attributes:
        records: in the register, or in both.
        share: of all pairs of records that can be linked, how many are one person's: the prior.
        same: how often two records of one person have each grade, by field (`m`).
        chance: the same for two persons (`u`).
        usual: for each field of names and grade short of `SAME`, the usual frequency of the commoner name of two that have
            that grade by chance.
        twins: share of all pairs that are twins.
        version: of this method.
    """

    records: int
    share: float
    same: RatesOf
    chance: RatesOf
    usual: RatesOf
    twins: float = 0.0
    version: str = MODEL_VERSION

    @property
    def prior(self) -> float:
        """Bits before anything was compared."""
        return float(np.log2(self.share / (1 - self.share)))


class Frequencies:
    """How often values occur in a register. Invariant: 0 for what no record has, and for nothing known."""

    def __init__(self, values: Values) -> None:
        self.names = {field: _shares(values.name_of[field], len(values.names)) for field in NAMES}
        self.texts = {field: _shares(values.text_of[field], len(values.texts[field])) for field in TEXTS}
        held = np.bincount(values.numbers.flat.astype(np.int64), minlength=len(values.texts[Field.NUMBERS]))
        self.numbers = np.maximum(held - HOLDERS, 0) / max(1, len(values))


def _shares(codes: Codes, size: int) -> Rates:
    """Share of the records that have a value which have each."""
    counts = np.bincount(codes, minlength=size).astype(np.float64)
    counts[0] = 0
    shares: Rates = counts / max(1.0, counts.sum())
    return shares


class Scorer:
    """Weighs compared pairs of one register by a model. Invariant: frequencies are of these values."""

    def __init__(self, model: Model, values: Values, frequencies: Frequencies | None = None) -> None:
        self.model = model
        self._values = values
        self._often = Frequencies(values) if frequencies is None else frequencies
        same = table_of({field: dict(model.same[field]) for field in COMPARED})
        self._chance = table_of({field: dict(model.chance[field]) for field in COMPARED})
        self._bits = np.clip(np.log2(same / self._chance), -MOST_BITS, MOST_BITS)
        self._bits[:, Grade.MISSING] = 0.0

    def parts(self, compared: Compared) -> Rates:
        """What each field of each pair adds: a row for each field of `PARTS`."""
        made = np.zeros((len(PARTS), compared.grades.shape[1]))
        for row in range(len(COMPARED)):
            made[row] = self._bits[row, compared.grades[row]]
        for field in NAMES:
            self._rarer_names(made, field, compared)
        for field in TEXTS:
            self._rarer_texts(made, field, compared)
        self._shared_numbers(made, compared)
        made = np.clip(made, -MOST_BITS, MOST_BITS)
        made[-1] = self._twins(made)
        return made

    def _twins(self, made: Rates) -> Rates:
        """What is taken off because twins would agree as much in family, father, date and address."""
        bits = made[_SHARED_ROWS].sum(axis=0) + made[COMPARED.index(Field.BIRTH_DATE)]
        taken_off: Rates = -np.log2(1 + self.model.twins * np.exp2(bits))
        return taken_off

    def bits(self, compared: Compared) -> Rates:
        """What each pair weighs, the prior included."""
        total: Rates = self.parts(compared).sum(axis=0) + self.model.prior
        return total

    def _rarer_names(self, made: Rates, field: Field, compared: Compared) -> None:
        """More for a rare name, less for a common one: its own frequency stands for chance agreement.

        Names that are not quite the same never add more than the commoner of the two would if they were.
        """
        row = COMPARED.index(field)
        codes, grades = self._values.name_of[field], compared.grades[row]
        left, right = codes[compared.left], codes[compared.right]
        often = self._often.names[field]
        equal = np.flatnonzero((grades == Grade.SAME) & (left == right))
        made[row, equal] += np.log2(self._chance[row, Grade.SAME] / often[left[equal]])
        inside = np.flatnonzero((grades == Grade.SAME) & ((left == 0) != (right == 0)) & (field is Field.FATHER))
        made[row, inside] += np.log2(self._chance[row, Grade.SAME] / often[np.maximum(left, right)[inside]])
        self._rarer_exchanged(made, field, compared)
        commoner = np.maximum(often[left], often[right])
        for grade in _FUZZY:
            some = np.flatnonzero((grades == grade) & (commoner > 0))
            usual = self.model.usual[field].get(grade, 0.0)
            if usual:
                more = _SHARE * np.clip(np.log2(usual / commoner[some]), -_FUZZY_BITS, _FUZZY_BITS)
                most = self._bits[row, Grade.SAME] + np.log2(self._chance[row, Grade.SAME] / commoner[some])
                made[row, some] = np.minimum(made[row, some] + more, np.maximum(most, self._bits[row, Grade.DIFFERENT]))

    def _rarer_exchanged(self, made: Rates, field: Field, compared: Compared) -> None:
        """The same for names that stand in the other field on the other side: the field in which they are commoner counts."""
        if field not in {Field.FIRST, Field.FAMILY}:
            return
        row = COMPARED.index(field)
        first, family = self._values.name_of[Field.FIRST], self._values.name_of[Field.FAMILY]
        mine, theirs = (first, family) if field is Field.FIRST else (family, first)
        equal = np.flatnonzero(
            (compared.of(Field.ORDER) == Grade.EXCHANGED) & (mine[compared.left] == theirs[compared.right])
            & (mine[compared.left] > 0)
        )  # fmt: skip
        name = mine[compared.left[equal]]
        commoner = np.maximum(self._often.names[Field.FIRST][name], self._often.names[Field.FAMILY][name])
        made[row, equal] += np.log2(self._chance[row, Grade.SAME] / commoner)

    def _rarer_texts(self, made: Rates, field: Field, compared: Compared) -> None:
        row = COMPARED.index(field)
        codes = self._values.text_of[field][compared.left]
        equal = np.flatnonzero(compared.grades[row] == Grade.SAME)
        made[row, equal] += np.log2(self._chance[row, Grade.SAME] / self._often.texts[field][codes[equal]])

    def _shared_numbers(self, made: Rates, compared: Compared) -> None:
        """A number that more records have than one person has papers says as little as it is common; the rarest counts."""
        row = COMPARED.index(Field.NUMBERS)
        for place in np.flatnonzero(compared.grades[row] == Grade.SAME).tolist() if self._often.numbers.any() else ():
            mine, theirs = self._numbers_of(int(compared.left[place])), self._numbers_of(int(compared.right[place]))
            often = min(float(self._often.numbers[item]) for item in mine & theirs)
            chance = float(self._chance[row, Grade.SAME])
            made[row, place] += np.log2(chance / max(chance, often))

    def _numbers_of(self, record: int) -> set[int]:
        starts = self._values.numbers.starts
        return set(self._values.numbers.flat[starts[record] : starts[record + 1]].astype(np.int64).tolist())


_SHARE = 0.5
"""Of the difference in rarity that counts where names are not the same: who is close to a common name need not bear it."""
_FUZZY_BITS = 6.0


def probability(bits: Rates) -> Rates:
    """The probability of so many bits."""
    return np.asarray(1 / (1 + np.exp2(-np.clip(bits, -1000, 1000))))


def to_json(model: Model) -> str:
    """A model as text, for a file beside the judgements that were made by it."""
    tables = {
        name: {field.value: {grade.name: rate for grade, rate in grades.items()} for field, grades in table.items()}
        for name, table in (("same", model.same), ("chance", model.chance), ("usual", model.usual))
    }
    plain = {"version": model.version, "records": model.records, "share": model.share, "twins": model.twins, **tables}
    return json.dumps(plain, indent=1, sort_keys=True)


def from_json(text: str) -> Model:
    """A model from text.

    Raises:
        InputError: it is none, or one of another version.
    """
    try:
        plain: Any = json.loads(text)
        if plain["version"] != MODEL_VERSION:
            raise InputError(f"the model is of version {plain['version']}, not {MODEL_VERSION}")
        same, chance, usual = (_table(plain[name]) for name in ("same", "chance", "usual"))
        made = Model(int(plain["records"]), float(plain["share"]), same, chance, usual, float(plain["twins"]))
        _check(made)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, RecursionError) as broken:
        raise InputError(
            "the file holds no model of linkage", hint="Give one that `people link` has written."
        ) from broken
    return made


def _table(plain: Any) -> RatesOf:
    return {Field(f): {Grade[g]: float(rate) for g, rate in grades.items()} for f, grades in plain.items()}


def _check(made: Model) -> None:
    """Refuse numbers that no register teaches: with one that is no share every link would be gone, and nothing would say why.

    Raises:
        ValueError: one of them is not from 0 to 1, or is missing.
    """
    rates = [
        rate for table in (made.same, made.chance, made.usual) for grades in table.values() for rate in grades.values()
    ]
    whole = all(table[field].keys() >= set(GRADES[field]) for table in (made.same, made.chance) for field in COMPARED)
    shares = 0 < made.share < 1 and 0 <= made.twins < 1 and all(0 <= rate <= 1 for rate in rates)
    if not (whole and shares and made.records >= 0 and made.usual.keys() >= set(NAMES)):
        raise ValueError("a share is missing, or is none")
