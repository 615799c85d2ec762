"""What every check digit of a zone says: the arithmetic alone, without any opinion about it."""

from typing import NamedTuple

from egnatia.engines.documents.mrz.digits import DIGITS, FILLER, check_digit
from egnatia.engines.documents.mrz.layouts import Layout
from egnatia.engines.documents.mrz.types import Field, Verdict

_VERIFIED, _REFUTED, _UNDETERMINED = Verdict.VERIFIED, Verdict.REFUTED, Verdict.UNDETERMINED


class Judgement(NamedTuple):
    """One check digit: which field it protects, what is printed and what the characters call for."""

    field: Field
    verdict: Verdict
    printed: str
    computed: str


class LongNumber(NamedTuple):
    """A document number of more than nine characters (Doc 9303-5 note j, Doc 9303-6 note j)."""

    rest: str
    """What stands in the optional data and continues the number."""
    check: str
    tail: str
    """What is left of the optional data after the check digit."""


def long_number(zone: str, layout: Layout) -> LongNumber | None:
    """Split the optional data when a filler in the check place announces a long number; None when it does not."""
    if not layout.long_numbers or zone[layout.number_check] != FILLER:
        return None
    optional = zone[layout.optional]
    end = optional.find(FILLER)
    head = optional if end < 0 else optional[:end]
    if len(head) < 2:  # noqa: PLR2004 - at least one character of the number and its check digit
        return None
    return LongNumber(head[:-1], head[-1], optional[len(head) :])


def judge(zone: str, layout: Layout) -> tuple[Judgement, ...]:
    """Judge number, birth date, expiry date, optional data and composite, in this order."""
    return (
        _number(zone, layout),
        _single(Field.BIRTH_DATE, zone[layout.birth], zone[layout.birth_check]),
        _single(Field.EXPIRY_DATE, zone[layout.expiry], zone[layout.expiry_check]),
        _optional(zone, layout),
        _composite(zone, layout),
    )


def _single(field: Field, text: str, printed: str) -> Judgement:
    computed = check_digit(text)
    if computed == printed and printed:
        return Judgement(field, _VERIFIED, printed, computed)
    if not computed or printed not in DIGITS:
        return Judgement(field, _UNDETERMINED, printed, computed)
    return Judgement(field, _REFUTED, printed, computed)


def _number(zone: str, layout: Layout) -> Judgement:
    number = zone[layout.number]
    long = long_number(zone, layout)
    if long is not None:
        return _single(Field.NUMBER, number + long.rest, long.check)
    return _single(Field.NUMBER, number, zone[layout.number_check])


def _optional(zone: str, layout: Layout) -> Judgement:
    """TD3 only; an empty field may carry a filler instead of the zero (Doc 9303-4 section 4.2.2.2, position 43)."""
    if layout.optional_check < 0:
        return Judgement(Field.OPTIONAL, Verdict.NOT_PRINTED, "", "")
    text, printed = zone[layout.optional], zone[layout.optional_check]
    if printed == FILLER and not text.strip(FILLER):
        return Judgement(Field.OPTIONAL, Verdict.NOT_PRINTED, "", "0")
    return _single(Field.OPTIONAL, text, printed)


def _composite(zone: str, layout: Layout) -> Judgement:
    if layout.composite_check < 0:
        return Judgement(Field.COMPOSITE, Verdict.NOT_PRINTED, "", "")
    covered = "".join([zone[part] for part in layout.composite_over])
    return _single(Field.COMPOSITE, covered, zone[layout.composite_check])
