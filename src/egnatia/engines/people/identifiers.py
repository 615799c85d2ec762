"""Numbers and other things that people carry, each in the one form in which it is compared.

An identifier is written as a register has it, and may say what it is in front: `phone:`, `iban:`, `plate:`, `address:`,
`national:`, `document:`. Where it does not, its own check characters and its shape say so. What a shared one is worth depends on
its kind and on how many records share it: a number is one person's, a plate and an account are a household's, an address may be a
hostel's with three hundred.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from egnatia.engines.people.national import NationalNumber, read_national
from egnatia.engines.people.scripts import plain, unify_script, visible

SHORTEST = 5
"""Letters and digits of the shortest identifier that counts."""
LOOK_ALIKES = str.maketrans("OQDILBSZG", "000118526")
"""Letters that reading machines and clerks take for digits; both are read as the digit when two numbers are compared."""
_PHONE_SHAPE = re.compile(r"(?:\+|00)[0-9\s()./-]{7,24}")
_IBAN_SHAPE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_PHONE_DIGITS = range(7, 16)
"""Digits of a telephone number with its country: 15 at most (ITU-T E.164)."""
_IBAN_MODULUS = 97
_SIGNS = re.compile(r"[^A-Z0-9]+")
_ADDRESS_WORDS = frozenset(
    [
        "rr",
        "rruga",
        "ul",
        "ulica",
        "bul",
        "bulevardi",
        "bulevar",
        "blv",
        "nr",
        "br",
        "no",
        "pn",
        "kat",
        "hyrja",
        "bll",
        "apt",
        "st",
        "street",
        "road",
        "rd",
    ]
)
"""Words that addresses have in common: street, number, floor, in the languages of the route."""


class IdentifierKind(StrEnum):
    """What an identifier is, from what belongs to one person to what many share."""

    NATIONAL = "national"
    DOCUMENT = "document"
    PHONE = "phone"
    IBAN = "iban"
    PLATE = "plate"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier as it is compared.

    Attributes:
        kind: what it is.
        text: its normal form.
        loose: the same with letters and digits that look alike made one; equal for `address` and `phone`.
    """

    kind: IdentifierKind
    text: str
    loose: str


@lru_cache(maxsize=1 << 16)
def read_identifier(written: str) -> Identifier | None:
    """An identifier from how a register has it; None when it is too short to be one, or one sign throughout (`0000000000`)."""
    whole = plain_digits(visible(written))
    named, _, rest = whole.partition(":")
    kind = _NAMED.get(named.strip())
    text = whole if kind is None else rest
    if kind is None:
        kind = _guess(text)
    made = _FORMS[kind](text)
    if len(made) < SHORTEST or len(set(made)) == 1:
        return None
    exact = kind in {IdentifierKind.ADDRESS, IdentifierKind.PHONE}
    return Identifier(kind, made, made if exact else made.translate(LOOK_ALIKES))


def read_identifiers(written: Iterable[str]) -> tuple[Identifier, ...]:
    """All of them, each once, sorted."""
    if not written:
        return ()
    return tuple(sorted({made for each in written if (made := read_identifier(each)) is not None}))


def plain_digits(text: str) -> str:
    """A text with the digits of every script as 0 to 9."""
    return text if text.isascii() else "".join(str(int(each)) if each.isdecimal() else each for each in text)


def without_name(written: str) -> str | None:
    """What stands behind the name of its kind; the whole where it has none; None for an address, which is no number."""
    named, colon, rest = written.partition(":")
    kind = _NAMED.get(visible(named).strip()) if colon else None
    if kind is IdentifierKind.ADDRESS:
        return None
    return written if kind is None else rest


def national_of(identifier: Identifier) -> NationalNumber | None:
    """What a national number says; None for anything else."""
    return read_national(identifier.text) if identifier.kind is IdentifierKind.NATIONAL else None


def iban_is_right(text: str) -> bool:
    """Whether an account number has the shape and the two check digits that ISO 13616 asks for."""
    if not _IBAN_SHAPE.fullmatch(text):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(each, 36)) for each in turned)) % _IBAN_MODULUS == 1


def _guess(text: str) -> IdentifierKind:
    """The kind of an identifier that does not say: only what its check characters or its shape leave no doubt of."""
    if _PHONE_SHAPE.fullmatch(text.strip()):
        return IdentifierKind.PHONE
    number = _number(text)
    if iban_is_right(number):
        return IdentifierKind.IBAN
    national = read_national(number)
    return IdentifierKind.NATIONAL if national is not None and national.right else IdentifierKind.DOCUMENT


def _number(text: str) -> str:
    """Letters and digits, upper case, other scripts written in Latin."""
    if text.isascii():
        return _SIGNS.sub("", text.upper())
    return _SIGNS.sub("", plain("".join(map(unify_script, text.split()))).upper())


def _phone(text: str) -> str:
    """Digits with the country first: 00 and + are one, and `(0)` behind the country is not dialled."""
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    digits = digits.removeprefix("00")
    return digits if len(digits) in _PHONE_DIGITS else ""


def _address(text: str) -> str:
    """The words of an address, sorted, without what all addresses have: the same in any order and script."""
    words = (plain(unify_script(word)) for word in re.findall(r"\w+", text))
    return " ".join(sorted({word for word in words if word not in _ADDRESS_WORDS}))


_FORMS = {
    IdentifierKind.NATIONAL: _number,
    IdentifierKind.DOCUMENT: _number,
    IdentifierKind.PHONE: _phone,
    IdentifierKind.IBAN: _number,
    IdentifierKind.PLATE: _number,
    IdentifierKind.ADDRESS: _address,
}
_NAMED = {kind.value: kind for kind in IdentifierKind} | {
    "tel": IdentifierKind.PHONE,
    "passport": IdentifierKind.DOCUMENT,
}
