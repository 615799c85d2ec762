"""The data groups that hold text, keys and small things: EF.COM, DG1, 7, 11, 12, 13, 14, 15 and 16.

Each function gives a tree that a case may spoil before it is encoded. Texts are UTF-8. Source: Doc 9303-10 sections
4.6 and 4.7, Doc 9303-11 section 9.2.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from egnatia.engines.documents.synthetic.tlv import Node, node, parse

TAGS: dict[int, int] = dict(enumerate((0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70), start=1))  # fmt: skip
"""The tag of each data group by its number (Doc 9303-10 table 38)."""


def common(groups: Iterable[int], lds: str = "0107", unicode: str = "040000") -> Node:
    """EF.COM: the two versions and the tags of the data groups that are there."""
    return node(
        0x60,
        Node(0x5F01, lds.encode("ascii")),
        Node(0x5F36, unicode.encode("ascii")),
        Node(0x5C, bytes(TAGS[number] for number in groups)),
    )


def zone(lines: Sequence[str]) -> Node:
    """DG1: the machine-readable zone without line ends."""
    return node(0x61, Node(0x5F1F, "".join(lines).encode("ascii")))


def pictures(images: Sequence[bytes]) -> Node:
    """DG7: pictures of the signature."""
    return node(0x67, Node(0x02, bytes([len(images)])), *(Node(0x5F43, image) for image in images))


@dataclass(frozen=True, slots=True)
class PersonalDetails:
    """What DG11 says; None leaves a field out."""

    name: str | None = None
    other_names: tuple[str, ...] = ()
    personal_number: str | None = None
    born: str | None = None
    """YYYYMMDD; zeros for unknown parts."""
    birth_place: str | None = None
    address: str | None = None
    telephone: str | None = None
    profession: str | None = None
    title: str | None = None
    summary: str | None = None
    other_documents: str | None = None
    custody: str | None = None
    born_packed: bool = False
    """Write the date of birth in four bytes of two digits each, as some issuers do."""


def personal(details: PersonalDetails) -> Node:
    """DG11: additional details of the holder."""
    born = None if details.born is None else _date(details.born, packed=details.born_packed)
    return _listed(
        0x6B,
        (
            _text(0x5F0E, details.name),
            *_repeated(0xA0, 0x5F0F, details.other_names),
            _text(0x5F10, details.personal_number),
            None if born is None else Node(0x5F2B, born),
            _text(0x5F11, details.birth_place),
            _text(0x5F42, details.address),
            _text(0x5F12, details.telephone),
            _text(0x5F13, details.profession),
            _text(0x5F14, details.title),
            _text(0x5F15, details.summary),
            _text(0x5F17, details.other_documents),
            _text(0x5F18, details.custody),
        ),
    )


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """What DG12 says; None leaves a field out."""

    authority: str | None = None
    issued: str | None = None
    """YYYYMMDD."""
    other_persons: tuple[str, ...] = ()
    observations: str | None = None
    tax: str | None = None
    front: bytes | None = None
    rear: bytes | None = None
    personalised: str | None = None
    """YYYYMMDDHHMMSS."""
    system: str | None = None
    issued_packed: bool = False


def document(details: DocumentDetails) -> Node:
    """DG12: additional details of the document."""
    issued = None if details.issued is None else _date(details.issued, packed=details.issued_packed)
    return _listed(
        0x6C,
        (
            _text(0x5F19, details.authority),
            None if issued is None else Node(0x5F26, issued),
            *_repeated(0xA0, 0x5F1A, details.other_persons),
            _text(0x5F1B, details.observations),
            _text(0x5F1C, details.tax),
            None if details.front is None else Node(0x5F1D, details.front),
            None if details.rear is None else Node(0x5F1E, details.rear),
            _text(0x5F55, details.personalised),
            _text(0x5F56, details.system),
        ),
    )


def discretionary(content: bytes) -> Node:
    """DG13: whatever the issuer likes."""
    return Node(0x6D, content)


def security_infos(infos: Sequence[bytes], tag: int = 0x6E) -> Node:
    """DG14: a SET of security infos, each given as DER; the order is that of DER."""
    return node(tag, Node(0x31, tuple(parse(each) for each in sorted(infos))))


def public_key(spki: bytes) -> Node:
    """DG15: the public key of active authentication as a SubjectPublicKeyInfo."""
    return node(0x6F, parse(spki))


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to notify (DG16)."""

    recorded: str
    name: str
    telephone: str
    address: str


def contacts(people: Sequence[Contact]) -> Node:
    """DG16: persons to notify."""
    templates = (
        node(
            0xA1 + place,
            Node(0x5F50, each.recorded.encode()),
            Node(0x5F51, each.name.encode()),
            Node(0x5F52, each.telephone.encode()),
            Node(0x5F53, each.address.encode()),
        )
        for place, each in enumerate(people)
    )
    return node(0x70, Node(0x02, bytes([len(people)])), *templates)


def _listed(tag: int, fields: Iterable[Node | None]) -> Node:
    """A template that begins with the list of the tags in it; other names stand in the list by their own tag."""
    present = [each for each in fields if each is not None]
    tags = b"".join(
        (each.value[-1].tag if isinstance(each.value, tuple) else each.tag).to_bytes(2, "big") for each in present
    )
    return node(tag, Node(0x5C, tags), *present)


def _text(tag: int, text: str | None) -> Node | None:
    return None if text is None else Node(tag, text.encode("utf-8"))


def _repeated(holder: int, tag: int, texts: Sequence[str]) -> tuple[Node, ...]:
    if not texts:
        return ()
    return (node(holder, Node(0x02, bytes([len(texts)])), *(Node(tag, each.encode("utf-8")) for each in texts)),)


def _date(text: str, *, packed: bool) -> bytes:
    return bytes.fromhex(text) if packed else text.encode("ascii")
