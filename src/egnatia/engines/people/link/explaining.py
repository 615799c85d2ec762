"""What makes a pair weigh what it does: the prior, each field with its grade and both values, twins, and who else is as like.

They add up. Who else is as like is known when a register has been linked (`Linked.others`), and is left out where it is not given.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from egnatia.engines.people.link.em import Rates
from egnatia.engines.people.link.fields import Field, Grade
from egnatia.engines.people.link.judgements import Shown
from egnatia.engines.people.link.linkage import Linked
from egnatia.engines.people.link.lists import Ints
from egnatia.engines.people.link.model import Model, Scorer
from egnatia.engines.people.link.register import Register
from egnatia.engines.people.link.values import read
from egnatia.engines.people.link.vectors import COMPARED, Comparer
from egnatia.errors import InputError, NotFoundError

_AT_ONCE = 50_000
"""Pairs that are explained at a time."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Two records and what speaks for and against their being one person's."""

    left: str
    right: str
    parts: tuple[Shown, ...]

    @property
    def bits(self) -> float:
        """The sum of the parts."""
        return sum(part.added for part in self.parts)

    @property
    def probability(self) -> float:
        """`1 / (1 + 2 ** -bits)`."""
        return float(1 / (1 + np.exp2(-np.clip(self.bits, -1_000, 1_000))))


class Explainer:
    """Explains pairs of one register by one model. Invariant: what it compares are the records of that register."""

    def __init__(self, register: Register, model: Model) -> None:
        values = read(register)
        self._register = register
        self._comparer = Comparer(values)
        self._scorer = Scorer(model, values)

    def explain(self, left: str, right: str, others: float = 0.0) -> Explained:
        """Explain two records, by reference.

        Args:
            left: one of them.
            right: the other.
            others: what other records that are as like add or take, from `Linked.others`.

        Raises:
            NotFoundError: one of them is not in the register.
            InputError: they are one record.
        """
        if left == right:
            raise InputError("a record is not compared with itself")
        places = {ref: number for number, ref in enumerate(self._register.refs) if ref in {left, right}}
        for ref in (left, right):
            if ref not in places:
                raise NotFoundError(f"there is no record {ref}", hint="Check the reference against the file.")
        low, high = sorted(places.values())
        return next(self.pairs(np.array([low << 32 | high], dtype=np.int64), np.array([others])))

    def pairs(self, pairs: Ints, others: Rates | None = None) -> Iterator[Explained]:
        """Explain many pairs, given as `first << 32 | second`, in their order; `others` as for one, for each of the first of them."""
        more = np.zeros(len(pairs))
        more[: 0 if others is None else len(others)] = () if others is None else others
        for start in range(0, len(pairs), _AT_ONCE):
            compared = self._comparer.compare(pairs[start : start + _AT_ONCE])
            added = self._scorer.parts(compared)
            for place, (left, right) in enumerate(zip(compared.left.tolist(), compared.right.tolist(), strict=True)):
                column = zip(COMPARED, compared.grades[:, place].tolist(), added[:-1, place].tolist(), strict=True)
                whole = float(added[-1, place]), float(more[start + place])
                yield self._explained(left, right, column, whole)

    def _explained(
        self, left: int, right: int, fields: Iterable[tuple[Field, int, float]], whole: tuple[float, float]
    ) -> Explained:
        """One pair, by what each field adds and what twins and other records do."""
        twins, others = whole
        mine, theirs = self._register.written(left), self._register.written(right)
        parts = [Shown("prior", "prior", self._scorer.model.prior, "", "")]
        for field, grade, bits in fields:
            if grade != Grade.MISSING:
                parts.append(Shown(field, Grade(grade).name.lower(), bits, mine.get(field, ""), theirs.get(field, "")))
        parts.append(Shown(Field.TWINS, "possible", twins, "", ""))
        if others:
            parts.append(Shown(Field.OTHERS, "for" if others > 0 else "against", others, "", ""))
        return Explained(self._register.refs[left], self._register.refs[right], tuple(parts))


def explained(linked: Linked, left: str, right: str) -> Explained:
    """Explain two records of a linked register as it weighed them, by reference.

    Raises:
        NotFoundError: one of them is not in the register.
        InputError: they are one record.
    """
    return Explainer(linked.register, linked.model).explain(left, right, linked.others_of(left, right))
