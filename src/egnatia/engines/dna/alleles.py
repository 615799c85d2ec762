"""Alleles: how often a short piece repeats, read from the many ways in which laboratories write it.

An allele is a number in tenths of repeats, so `9.3` (nine repeats and three bases) is 93. What is no such number becomes
the wildcard, as the agreements ask (Council Decision 2008/616/JHA, annex, chapter 1): it says that something was seen and
not what. A value is never guessed.
"""

import re
from enum import StrEnum
from typing import NewType

Allele = NewType("Allele", int)
"""Tenths of repeats; 0 is the wildcard."""
WILDCARD = Allele(0)
LEAST, MOST = 2, 98
"""Repeats that an allele may have. 0, 1 and 99 stand for `unknown` in the agreements; known alleles have 2 to 58."""
MAX_TEXT = 10
"""Characters of one value (CODIS CMF 3.2, ALLELEVALUE)."""
TENTHS = 10
_NUMBER = re.compile(r"0?(\d{1,2})(?:[.,](\d)0?)?")
_STANDS_FOR_UNKNOWN = frozenset({0, 1, 99})
_EMPTY = frozenset({"", "-", "NULL", "NONE", "NAN"})


class AlleleRemark(StrEnum):
    """What was noticed while a value was read."""

    WILDCARD = "wildcard"
    STANDS_FOR_UNKNOWN = "stands for unknown"
    OFF_LADDER = "off ladder"
    BEYOND_LADDER = "beyond the ladder"
    NO_NUMBER = "no number"
    OTHER_NOTATION = "other notation"


def is_empty(text: str) -> bool:
    """Whether a cell says that nothing was seen: empty, a dash, or what databases export for nothing."""
    return text.strip().upper() in _EMPTY


def read_allele(text: str) -> tuple[Allele, AlleleRemark | None]:
    """Read one value; never raises.

    `*` is the wildcard, `OL` and `?` are off the ladder, `<9` and `>20` beyond it, 0, 1 and 99 stand for unknown: all of
    them become the wildcard, each with its remark. `9,3`, `9.30` and `09` are read as what they mean, with a remark.
    """
    cleaned = text.strip().upper()[: MAX_TEXT + 1]
    found = _NUMBER.fullmatch(cleaned) if cleaned.isascii() else None
    if found is None:
        return WILDCARD, _reason(cleaned)
    repeats, bases = int(found[1]), int(found[2] or 0)
    if repeats in _STANDS_FOR_UNKNOWN and not bases:
        return WILDCARD, AlleleRemark.STANDS_FOR_UNKNOWN
    if not LEAST <= repeats <= MOST:
        return WILDCARD, AlleleRemark.NO_NUMBER
    allele = Allele(repeats * TENTHS + bases)
    return allele, None if cleaned == write_allele(allele) else AlleleRemark.OTHER_NOTATION


def _reason(cleaned: str) -> AlleleRemark:
    if cleaned == "*":
        return AlleleRemark.WILDCARD
    if cleaned in {"OL", "?", "OFF", "OFFLADDER", "OFF-LADDER"}:
        return AlleleRemark.OFF_LADDER
    if cleaned[:1] in {"<", ">"} and _NUMBER.fullmatch(cleaned[1:]):
        return AlleleRemark.BEYOND_LADDER
    return AlleleRemark.NO_NUMBER


def write_allele(allele: Allele) -> str:
    """An allele as laboratories write it: `9`, `9.3`, `*`."""
    if allele == WILDCARD:
        return "*"
    repeats, bases = divmod(allele, TENTHS)
    return f"{repeats}.{bases}" if bases else str(repeats)


def micro_variants(allele: Allele, unit: int) -> frozenset[Allele]:
    """The values that an allele with a part of a repeat is taken for, itself among them.

    With `unit` bases to a repeat, x.1 is taken for x, x.1 and x.2; x.2 for its neighbours; the last one before the next
    whole repeat for itself, the one before and x + 1. Source: Decision 2008/616/JHA, annex, chapter 1, the tables for four
    and for five bases. A whole number is taken for itself alone; the rule is read from the other side as well by
    `are_micro_variants`.
    """
    repeats, bases = divmod(allele, TENTHS)
    if not 1 <= bases < unit:
        return frozenset({allele})
    above = Allele((repeats + 1) * TENTHS) if bases == unit - 1 else Allele(allele + 1)
    return frozenset({Allele(allele - 1), allele, above})


def are_micro_variants(left: Allele, right: Allele, unit: int) -> bool:
    """Whether two different alleles are one step apart by the table, from either side: 9.3 and 10, never 9.2 and 10."""
    return left != right and (right in micro_variants(left, unit) or left in micro_variants(right, unit))
