"""Distinguished names: kept as written, and normalised so that two spellings of one name can be seen to be one.

Issuers change the string type, the case, the spaces or the order of a name's parts between a certificate and what it
signs (Ukrainian security objects, the renamed Macedonian authority). Comparison therefore has three steps: the same
bytes, the same normalised name, the same parts in another order. Which one held is always recorded.

Source: RFC 5280 section 7.1, RFC 4518 (preparation of strings), X.520 for the attributes' identifiers.
"""

import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from egnatia.engines.documents.trust.tlv import Element, read_inner

_LETTERS: Final = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.97": "organizationIdentifier",
    "1.2.840.113549.1.9.1": "E",
    "0.9.2342.19200300.100.1.25": "DC",
}
COUNTRY: Final = "2.5.4.6"
COMMON_NAME: Final = "2.5.4.3"
_CODECS: Final = {0x0C: "utf-8", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}
"""How the string types are written; every other one is read as Latin-1, which holds ASCII and what TeletexString got."""
MAX_PARTS: Final = 1_000
"""Elements of one name: the longest real ones have under 60."""
Part = tuple[str, str]
"""An attribute's identifier and its text."""


class Likeness(IntEnum):
    """How alike two names are; a greater value is a closer likeness."""

    NONE = 0
    REORDERED = 1
    NORMALISED = 2
    SAME = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name: its bytes, its parts as written, and its parts as they are compared."""

    raw: bytes
    parts: tuple[tuple[Part, ...], ...]
    normal: tuple[tuple[Part, ...], ...]
    unordered: tuple[Part, ...]

    def __str__(self) -> str:
        """For people: `C=DE, O=bund, CN=csca-germany`, in the order as written."""
        return ", ".join("+".join(f"{_LETTERS.get(oid, oid)}={text}" for oid, text in part) for part in self.parts)

    def values(self, oid: str) -> tuple[str, ...]:
        """The texts of one attribute, as written."""
        return tuple(text for part in self.parts for each, text in part if each == oid)

    def likeness(self, other: "Name") -> Likeness:
        """How alike this name is to another one."""
        if self.raw == other.raw:
            return Likeness.SAME
        if self.normal == other.normal:
            return Likeness.NORMALISED
        return Likeness.REORDERED if self.unordered == other.unordered else Likeness.NONE


def read_name(element: Element) -> Name:
    """A name from its element.

    Raises:
        Malformed: it is no sequence of sets of attributes.
    """
    return _read_name(element.raw)


@lru_cache(maxsize=4096)
def _read_name(raw: bytes) -> Name:
    """Names repeat: a list of 588 certificates has 300 of them."""
    top = read_inner(raw, "name", 20_000, MAX_PARTS)
    parts = tuple(
        tuple(_part(each) for each in part.members(0x11, "part of a name")) for part in top.members(0x10, "name")
    )
    normal = tuple(tuple(sorted((oid, _normal(text)) for oid, text in part)) for part in parts)
    return Name(raw, parts, normal, tuple(sorted(each for part in normal for each in part)))


def _part(element: Element) -> Part:
    members = element.members(0x10, "attribute of a name")
    if len(members) != 2 or members[1].constructed:  # noqa: PLR2004 - type and value
        raise element.broken("attribute of a name: type and value expected")
    codec = _CODECS.get(members[1].tag, "latin-1")
    return members[0].as_oid("attribute of a name"), members[1].content.decode(codec, "replace")


def _normal(text: str) -> str:
    """One form for all spellings: compatibility form, small letters, no controls, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(
        " " if unicodedata.category(each) == "Zs" else each for each in folded if each.isprintable() or each == " "
    )
    return " ".join(kept.split())
