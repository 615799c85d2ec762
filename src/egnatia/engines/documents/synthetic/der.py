"""Writing ASN.1 by hand: DER where it is meant to be right, and anything else where it is meant to be wrong.

Readers are tested with what a well-behaved encoder refuses to write (a NULL where none belongs, a negative serial
number, indefinite lengths), so the generator puts its bytes together itself. Source: ITU-T X.690.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

INTEGER, BITS, OCTETS, NULL_TAG, OID, UTF8, PRINTABLE = 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13
IA5, UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x16, 0x17, 0x18, 0x30, 0x31
NULL = bytes((NULL_TAG, 0))
_SHORT = 0x80
_LAST_UTC_YEAR = 2050
"""From this year on a certificate writes its dates with four digits (RFC 5280 section 4.1.2.5)."""


def tlv(tag: int, content: bytes) -> bytes:
    """One value: a tag of one or two bytes, the length in its shortest form, the content."""
    size = len(content)
    if size < _SHORT:
        length = bytes((size,))
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8)
        length = bytes((_SHORT | len(digits),)) + digits
    return tag.to_bytes(2 if tag > 0xFF else 1) + length + content  # noqa: PLR2004 - a byte's largest value


def indefinite(tag: int, content: bytes) -> bytes:
    """One constructed value of indefinite length (BER, never DER)."""
    return bytes((tag, _SHORT)) + content + bytes(2)


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of values already encoded."""
    return tlv(SEQUENCE, b"".join(parts))


def set_of(parts: Iterable[bytes]) -> bytes:
    """A SET OF in the order that DER demands."""
    return tlv(SET, b"".join(sorted(parts)))


def context(number: int, content: bytes, *, constructed: bool = True) -> bytes:
    """A value under a context-specific tag."""
    return tlv(0x80 | number | (0x20 if constructed else 0), content)


def integer(number: int) -> bytes:
    """An INTEGER, negative ones too."""
    return tlv(INTEGER, number.to_bytes((number + (number < 0)).bit_length() // 8 + 1, signed=True))


def boolean(value: bool) -> bytes:  # noqa: FBT001 - it is what is encoded
    """A BOOLEAN."""
    return tlv(0x01, b"\xff" if value else b"\0")


def octets(content: bytes) -> bytes:
    """An OCTET STRING."""
    return tlv(OCTETS, content)


def bits(content: bytes, unused: int = 0) -> bytes:
    """A BIT STRING whose last byte has `unused` bits that do not count."""
    return tlv(BITS, bytes((unused,)) + content)


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    return tlv(OID, b"".join(_base128(arc) for arc in (first * 40 + second, *rest)))


def _base128(arc: int) -> bytes:
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(0x80 | arc & 0x7F)
    return bytes(reversed(groups))


def text(value: str, tag: int = UTF8) -> bytes:
    """A character string of the given type; UTF8String, PrintableString and IA5String are all written as UTF-8."""
    return tlv(tag, value.encode())


def moment(when: datetime) -> bytes:
    """A Time as certificates write it: UTCTime up to 2049, GeneralizedTime after."""
    if when.year < _LAST_UTC_YEAR:
        return tlv(UTC_TIME, f"{when.astimezone(UTC):%y%m%d%H%M%SZ}".encode())
    return generalized(when)


def generalized(when: datetime) -> bytes:
    """A GeneralizedTime to the second."""
    return tlv(GENERALIZED_TIME, f"{when.astimezone(UTC):%Y%m%d%H%M%SZ}".encode())
