"""Numbers in a question about a person: what each is read as, and what is wrong with it, before anything is sent.

A number with a slip finds nobody, and a no-hit does not say why. So its check characters are reckoned here. What breaks a
rule may still be asked: a forged document carries such a number, and a register may hold it. What could find nobody is refused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from egnatia.engines.people import PartialDate
from egnatia.engines.people.blind import SLOTS, Feature
from egnatia.engines.people.identifiers import (
    SHORTEST,
    Identifier,
    IdentifierKind,
    iban_is_right,
    plain_digits,
    read_identifier,
    without_name,
)
from egnatia.engines.people.national import read_national
from egnatia.errors import InputError

MAX_NUMBERS: Final = SLOTS[Feature.IDENTIFIER]
"""Numbers in one question: as many as it has places for, so that none is left out unseen."""
_IBAN_COUNTRY = 2
_LONGEST_NATIONAL_PHONE = 10
"""Digits of a telephone number of the region without its country; with it they have eleven or more, or begin with + or 00."""


class Remark(StrEnum):
    """What an officer should look at again before a number is sent."""

    CHECK_WRONG = "number_check_wrong"
    IBAN_WRONG = "number_iban_wrong"
    NO_RULE = "number_no_rule"
    NO_COUNTRY = "number_no_country"
    DATE_DIFFERS = "number_date_differs"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a question.

    Attributes:
        written: as it was typed.
        kind: what it is read as.
        text: the form in which it is compared.
        remarks: what does not fit, none where nothing is known against it.
    """

    written: str
    kind: IdentifierKind
    text: str
    remarks: tuple[Remark, ...]


def read_numbers(written: Sequence[str], born: PartialDate | None = None) -> tuple[Number, ...]:
    """What each number is and what is wrong with it, in the order given.

    Args:
        written: as typed; a word in front says what one is, such as `phone:`.
        born: the date of birth beside them, which a national number may contradict.

    Raises:
        InputError: one that could find nobody, or more than `MAX_NUMBERS`.
    """
    if len(written) > MAX_NUMBERS:
        raise InputError(
            f"a question has room for {MAX_NUMBERS} numbers, not {len(written)}",
            hint="Ask with those that are surest, and about the others in a second enquiry.",
        )
    return tuple(Number(each, made.kind, made.text, _remarks(each, made, born)) for each, made in _read(written))


def _read(written: Iterable[str]) -> list[tuple[str, Identifier]]:
    found: list[tuple[str, Identifier]] = []
    for each in written:
        made = read_identifier(each)
        if made is None:
            raise InputError(
                f"{each[:40]!a} is no number that a person could be found by",
                hint=f"Give at least {SHORTEST} letters and digits that are not all the same; a telephone has 7 to 15 digits.",
            )
        if made.kind is IdentifierKind.ADDRESS:
            raise InputError(
                "partners are not asked about an address: it has no code that could be compared",
                hint="Leave it out; compare it once core data are here.",
            )
        found.append((each, made))
    return found


def _remarks(written: str, made: Identifier, born: PartialDate | None) -> tuple[Remark, ...]:
    """What does not fit. A number that says of itself what it is, is held to it; any other only to what it looks like."""
    if made.kind is IdentifierKind.PHONE:
        return () if _has_country(written) else (Remark.NO_COUNTRY,)
    if made.kind is IdentifierKind.IBAN or (made.kind is IdentifierKind.DOCUMENT and _is_like_an_iban(made.text)):
        return () if iban_is_right(made.text) else (Remark.IBAN_WRONG,)
    if made.kind in {IdentifierKind.NATIONAL, IdentifierKind.DOCUMENT}:
        return _of_a_national(written, made, born)
    return ()


def _of_a_national(written: str, made: Identifier, born: PartialDate | None) -> tuple[Remark, ...]:
    said = made.kind is IdentifierKind.NATIONAL
    named = made.kind is IdentifierKind.DOCUMENT and without_name(written) != written
    number = read_national(made.text)
    if number is None:
        return (Remark.NO_RULE,) if said else ()
    if number.right is False:
        return () if named else (Remark.CHECK_WRONG,)
    if not said or number.born is None or born is None:
        return ()
    known = (born.year, born.month or number.born.month, born.day or number.born.day)
    return () if known == (number.born.year, number.born.month, number.born.day) else (Remark.DATE_DIFFERS,)


def _is_like_an_iban(text: str) -> bool:
    """Longer than any travel document's number and with the beginning of an account's."""
    return len(text) > _LONGEST_DOCUMENT and text[:_IBAN_COUNTRY].isalpha() and text[_IBAN_COUNTRY:4].isdigit()


_LONGEST_DOCUMENT = 14
"""Signs; the shortest account numbers have fifteen, in Norway (ISO 13616 registry)."""


def _has_country(written: str) -> bool:
    text = plain_digits(without_name(written) or "").strip()
    digits = sum(map(str.isdigit, text))
    return text.startswith(("+", "00")) or digits > _LONGEST_NATIONAL_PHONE
