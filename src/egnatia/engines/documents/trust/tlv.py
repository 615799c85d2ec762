"""Tag, length, value: the structure of ASN.1 bytes, read whole, within limits, without any schema.

Every element knows where it stands in the bytes it came from, so that what is hashed, compared or kept is always a
stretch of the original and never a re-encoding. BER where DER is due (indefinite or over-long lengths) is read and
noted, because issued security objects contain it.

Readers of a particular structure call the `as_...` methods; these raise `Malformed`, which never leaves this part:
each public `read_...` function turns it into a `Fault`.

Source: ITU-T X.690 sections 8.1 to 8.3, 8.19, 10 and 11.
"""

from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode

INTEGER: Final = 0x02
OCTETS: Final = 0x04
OID: Final = 0x06
SEQUENCE: Final = 0x10
SET: Final = 0x11
CONTEXT: Final = tuple(range(0x80, 0x8A))
"""The context tags [0] to [9], without the bit for constructed."""
MAX_DEPTH: Final = 24
"""Levels of nesting: twice what a certificate within signed data within a list reaches."""
MAX_ELEMENTS: Final = 100_000
"""Elements of one file, where the caller allows no other number: a certificate has about 120."""
_MAX_LENGTH_OCTETS: Final = 4
_MAX_OID: Final = 64
"""Bytes of an object identifier: three times the longest in use."""
_LONG_TAG = 0x1F
_MORE = 0x80
Value = TypeVar("Value")


class Malformed(Exception):  # noqa: N818 - a condition of the data, caught where the structure's name is known
    """The bytes are not the structure that was expected here."""

    def __init__(self, detail: str, offset: int | None = None, code: FaultCode = FaultCode.UNEXPECTED) -> None:
        super().__init__(detail)
        self.fault = Fault(code, detail, offset)


class Element(NamedTuple):
    """One element; a NamedTuple because a thousand certificates hold 120,000 of them."""

    source: bytes
    tag: int
    """The first tag octet without the bit for constructed: class and number, 0x10 for a SEQUENCE, 0x80 for [0]."""
    constructed: bool
    start: int
    body: int
    end: int
    """One past the content."""
    stop: int
    """One past the element: past its end-of-contents octets too, where it has them."""
    children: tuple["Element", ...]

    @property
    def raw(self) -> bytes:
        """The element as it stands, header included."""
        return self.source[self.start : self.stop]

    @property
    def content(self) -> bytes:
        """The content octets as they stand."""
        return self.source[self.body : self.end]

    def broken(self, detail: str) -> Malformed:
        """What to raise when this element is not what it should be."""
        return Malformed(detail, self.start)

    def members(self, tag: int, what: str) -> tuple["Element", ...]:
        """The children, where this is a constructed element of this tag."""
        if self.tag != tag or not self.constructed:
            raise self.broken(f"{what}: tag {tag:#04x} expected, {self.tag:#04x} found")
        return self.children

    def primitive(self, tag: int, what: str) -> bytes:
        """The content, where this is a primitive element of this tag."""
        if self.tag != tag or self.constructed:
            raise self.broken(f"{what}: tag {tag:#04x} expected, {self.tag:#04x} found")
        return self.content

    def as_int(self, what: str, *, max_bytes: int = 2_100) -> int:
        """The value of an INTEGER of at most so many bytes."""
        content = self.primitive(0x02, what)
        if not 1 <= len(content) <= max_bytes:
            raise self.broken(f"{what}: an integer of {len(content)} bytes")
        return int.from_bytes(content, "big", signed=True)

    def as_oid(self, what: str) -> str:
        """The value of an OBJECT IDENTIFIER, in dots."""
        content = self.primitive(0x06, what)
        if not 1 <= len(content) <= _MAX_OID or content[-1] & _MORE:
            raise self.broken(f"{what}: not an object identifier")
        return dotted(content)

    def as_octets(self, what: str, tag: int = 0x04) -> bytes:
        """The value of an OCTET STRING, its pieces joined where BER cut it."""
        if not self.constructed:
            return self.primitive(tag, what)
        return b"".join(piece.as_octets(what) for piece in self.members(tag, what))

    def as_bits(self, what: str, tag: int = 0x03) -> bytes:
        """The octets of a BIT STRING without unused bits (a signature, a key)."""
        content = self.primitive(tag, what)
        if not content or content[0] != 0:
            raise self.broken(f"{what}: a bit string of whole octets expected")
        return content[1:]


def distinguished(element: Element) -> bytes:
    """An element in DER: shortest definite lengths, strings in one piece, the members of every set in order.

    What is hashed is always a stretch of the original first; this is for the one structure that a signer has to encode
    anew before he signs it, and may have written down otherwise (RFC 5652 section 5.4).
    """
    if element.tag == OCTETS and element.constructed:
        return encoded(OCTETS, element.as_octets("string"))
    if not element.constructed:
        return encoded(element.tag, element.content)
    return encoded(element.tag | 0x20, members_in_order(element))


def members_in_order(element: Element) -> bytes:
    """The children of a constructed element in DER, one after the other; those of a set in ascending order."""
    members = [distinguished(each) for each in element.children]
    return b"".join(sorted(members) if element.tag == SET else members)


def encoded(tag: int, content: bytes) -> bytes:
    """A tag octet and content with the shortest definite length between them."""
    size = len(content)
    if size < _MORE:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, _MORE | len(octets)]) + octets + content


class Tree(NamedTuple):
    """What was read: the outermost element and what is odd about the encoding."""

    top: Element
    remarks: tuple[Remark, ...]


@lru_cache(maxsize=512)
def dotted(content: bytes) -> str:
    """An object identifier's octets in dots; each arc ends where the high bit is clear."""
    arcs: list[int] = []
    value = 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & _MORE:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


class _Reader:
    """One reading: counts elements and notes what is odd."""

    def __init__(self, source: bytes, depth: int, elements: int) -> None:
        self.source = source
        self.depth = depth
        self.left = elements
        self.indefinite = 0
        self.long = 0

    def element(self, at: int, limit: int, depth: int) -> Element:
        """The element that starts at a byte and ends before the limit."""
        source = self.source
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise Malformed("more elements or levels than are allowed", at, FaultCode.TOO_LARGE)
        if at + 2 > limit:
            raise Malformed("ends inside a header", at, FaultCode.NOT_ASN1)
        first = source[at]
        if first & _LONG_TAG == _LONG_TAG:
            raise Malformed("a tag number above 30", at, FaultCode.NOT_ASN1)
        tag, constructed = first & 0xDF, bool(first & 0x20)
        length = source[at + 1]
        body = at + 2
        if length == _MORE:
            return self._open(at, limit, depth)
        if length > _MORE:
            length, body = self._long_length(body, length - _MORE, limit)
        end = body + length
        if end > limit:
            raise Malformed("longer than what holds it", at, FaultCode.NOT_ASN1)
        children = self._children(body, end, depth) if constructed and depth < self.depth else ()
        return Element(source, tag, constructed, at, body, end, end, children)

    def _long_length(self, at: int, octets: int, limit: int) -> tuple[int, int]:
        if octets > _MAX_LENGTH_OCTETS or at + octets > limit:
            raise Malformed("a length that cannot be", at, FaultCode.NOT_ASN1)
        length = int.from_bytes(self.source[at : at + octets], "big")
        if length < _MORE or length >> 8 * (octets - 1) == 0:
            self.long += 1
        return length, at + octets

    def _children(self, at: int, end: int, depth: int) -> tuple[Element, ...]:
        found = []
        while at < end:
            child = self.element(at, end, depth + 1)
            found.append(child)
            at = child.stop
        return tuple(found)

    def _open(self, start: int, limit: int, depth: int) -> Element:
        """An element of indefinite length: its children up to the end-of-contents octets, whatever the depth asked."""
        self.indefinite += 1
        first = self.source[start]
        if not first & 0x20:
            raise Malformed("indefinite length on a primitive element", start, FaultCode.NOT_ASN1)
        found, at = [], start + 2
        while self.source[at : min(at + 2, limit)] != b"\0\0":
            child = self.element(at, limit, depth + 1)
            found.append(child)
            at = child.stop
        return Element(self.source, first & 0xDF, True, start, start + 2, at, at + 2, tuple(found))

    def remarks(self) -> tuple[Remark, ...]:
        """What is odd about the encoding."""
        counted = (
            (RemarkCode.TRUST_INDEFINITE_LENGTH, self.indefinite),
            (RemarkCode.TRUST_LONG_LENGTH, self.long),
        )
        return tuple(Remark(code, f"{count} elements") for code, count in counted if count)


def read(data: bytes, limit: int, *, depth: int = MAX_DEPTH, elements: int = MAX_ELEMENTS) -> Tree | Fault:
    """Read one element that fills the data; bytes after it are a remark.

    Args:
        data: any bytes.
        limit: bytes that are accepted at most.
        depth: levels below the outermost that are taken apart; deeper ones stay content.
        elements: how many are read at most.
    """
    if len(data) > limit:
        return Fault(FaultCode.TOO_LARGE, f"{len(data):,} bytes where at most {limit:,} are read")
    reader = _Reader(data, depth, elements)
    try:
        top = reader.element(0, len(data), 0)
    except Malformed as error:
        return error.fault
    remarks = reader.remarks()
    if top.stop < len(data):
        remarks += (Remark(RemarkCode.TRUST_TRAILING_BYTES, f"{len(data) - top.stop} after byte {top.stop}"),)
    return Tree(top, remarks)


def settled(value: Value | Fault) -> Value:
    """The value, where there is one.

    Raises:
        Malformed: there is only a fault.
    """
    if isinstance(value, Fault):
        raise Malformed(value.detail, value.offset, value.code)
    return value


def read_inner(data: bytes, what: str, limit: int = 1_000_000, elements: int = MAX_ELEMENTS) -> Element:
    """Read the one element that an OCTET STRING or an extension holds.

    Raises:
        Malformed: it is none, or something follows it.
    """
    tree = settled(read(data, limit, elements=elements))
    if tree.top.stop < len(data):
        raise Malformed(f"{what}: bytes after its end", tree.top.stop)
    return tree.top
