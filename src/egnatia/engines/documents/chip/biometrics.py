"""DG2 face, DG3 fingers, DG4 irises: the common wrapping, and what lies in it.

The wrapping (ISO/IEC 7816-11, Doc 9303-10 section 4.7.2) says who made the record and of what kind it is; the record
itself is ISO/IEC 19794 (tag 5F2E) or ISO/IEC 39794 (tag 7F2E). Faces are read to the picture; of fingers and irises,
which need a right of their own to be read at all, only the headers are looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from egnatia.engines.documents.chip.faces import Records, face_39794, faces_19794
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.images import Album, ChipImage
from egnatia.engines.documents.chip.prints import fingers_19794, irises_19794
from egnatia.engines.documents.chip.reading import Outer, Read, at, broken, missing, not_allowed, odd, open_file
from egnatia.engines.documents.chip.tlv import Node, children, find
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.findings import Finding

_GROUP, _TEMPLATE, _HEADER, _COUNT = 0x7F61, 0x7F60, 0xA1, 0x02
_RECORD, _RECORD_39794 = 0x5F2E, 0x7F2E
_TYPE, _SUBTYPE, _OWNER, _FORMAT = 0x81, 0x82, 0x87, 0x88
_OWNER_SC37 = 0x0101
"""ISO/IEC JTC 1 SC 37, the only owner of formats that Doc 9303-10 allows."""
MAX_INSTANCES = 20
"""Templates of one group: ten fingers, twice."""
MAX_HEADER = 64
"""Elements of a header that are looked at: the standard has nine."""
_ENCRYPTED = frozenset({0x7D, 0x7F2D})


@dataclass(frozen=True, slots=True)
class Trait:
    """One kind of biometric: its type, its formats (19794 and 39794), its allowed subtypes."""

    name: str
    type: int
    formats: tuple[int, int]
    subtypes: frozenset[int]
    subtype_needed: bool


# Subtypes are ISO/IEC 7816-11 bits: 00 none, then right (01) or left (10) with the finger above it.
_FINGERS = frozenset({0x00, *(side | finger << 2 for side in (0, 1, 2) for finger in range(1, 6))})
TRAITS: dict[FileId, Trait] = {
    FileId.DG2: Trait("face", 0x02, (0x0008, 0x002A), frozenset({0}), subtype_needed=False),
    FileId.DG3: Trait("finger", 0x08, (0x0007, 0x0028), _FINGERS, subtype_needed=True),
    FileId.DG4: Trait("iris", 0x10, (0x0009, 0x002C), frozenset({0, 1, 2}), subtype_needed=True),
}
_READERS = {FileId.DG2: faces_19794, FileId.DG3: fingers_19794, FileId.DG4: irises_19794}


def read_biometrics(file: FileId, content: bytes, *, decode: bool = True) -> Read:
    """Read DG2, DG3 or DG4: `values["images"]` are its pictures, `values["records"]` what the headers say."""
    outer = open_file(file, content)
    notes = outer.findings
    if outer.node is None:
        return Read(file, {}, tuple(notes))
    album = Album(decode=decode)
    images: list[ChipImage] = []
    records: list[dict[str, int | str]] = []
    for template in _templates(file, outer, notes):
        read = _instance(file, template, album)
        notes += read.findings
        images += read.images
        records += read.headers
    return Read(file, {"images": tuple(images), "records": tuple(records)}, tuple(notes), outer.size)


def _templates(file: FileId, outer: Outer, notes: list[Finding]) -> Iterator[Node]:
    """The templates of the group; the number that stands before them must be theirs."""
    group = find(outer.inner, _GROUP)
    if group is None:
        notes.append(missing(file, "a group of templates (7F61)"))
        return
    inner, flaw = children(group)
    if flaw is not None:
        notes.append(broken(file, flaw))
    templates = [node for node in inner if node.tag == _TEMPLATE]
    count = find(inner, _COUNT)
    if count is None:
        notes.append(missing(file, "the number of instances (02)"))
    elif int.from_bytes(count.value[:4], "big") != len(templates):
        there = f"{int.from_bytes(count.value[:4], 'big')} counted, {len(templates)} there"
        notes.append(not_allowed(file, "as many instances as are counted", there, count))
    if file is FileId.DG2 and not templates:
        notes.append(missing(file, "a template (7F60)"))
    yield from templates[:MAX_INSTANCES]


def _instance(file: FileId, template: Node, album: Album) -> Records:
    inner, flaw = children(template)
    notes = [] if flaw is None else [broken(file, flaw)]
    header = find(inner, _HEADER)
    if header is None:
        notes.append(missing(file, "a biometric header (A1)"))
    else:
        notes += _header(file, header, TRAITS[file])
    if any(node.tag in _ENCRYPTED for node in inner):
        notes.append(found(ChipFinding.CHIP_NOT_JUDGED, file, "a record in the clear", "an encrypted one"))
        return Records((), (), tuple(notes))
    old, new = find(inner, _RECORD), find(inner, _RECORD_39794)
    if old is not None:
        read = _READERS[file](file, old, album)
    elif new is not None and file is FileId.DG2:
        read = face_39794(new, album)
    elif new is not None:
        other = found(ChipFinding.CHIP_NOT_JUDGED, file, "a record of ISO/IEC 19794", "one of ISO/IEC 39794")
        read = Records((), (), (other,))
    else:
        read = Records((), (), (missing(file, f"a {TRAITS[file].name} record (5F2E or 7F2E)"),))
    return Records(read.images, read.headers, (*notes, *read.findings))


def _header(file: FileId, header: Node, trait: Trait) -> Iterator[Finding]:
    """Type, subtype, owner and format of one instance (Doc 9303-10 table 44)."""
    inner, flaw = children(header)
    if flaw is not None:
        yield broken(file, flaw)
    for name, tag, allowed in (
        ("format owner (87)", _OWNER, {_OWNER_SC37}),
        ("format type (88)", _FORMAT, set(trait.formats)),
    ):
        node = find(inner, tag)
        if node is None:
            yield missing(file, name)
        elif int.from_bytes(node.value[:4], "big") not in allowed or len(node.value) != 2:  # noqa: PLR2004 - a 16-bit number
            yield not_allowed(file, f"{name} of a {trait.name}", node.value[:8].hex(), node)
    yield from _kinds(file, inner, trait)
    for node in inner[:MAX_HEADER]:
        if node.tag not in {_TYPE, _SUBTYPE, _OWNER, _FORMAT, 0x80, 0x83, 0x84, 0x85, 0x86}:
            yield found(
                ChipFinding.CHIP_ELEMENT_UNKNOWN, file, "a header's tag", f"{node.tag:02X}", places=at(file, node)
            )


def _kinds(file: FileId, inner: tuple[Node, ...], trait: Trait) -> Iterator[Finding]:
    """Type and subtype; a face has none of the latter."""
    kind = find(inner, _TYPE)
    if kind is not None and int.from_bytes(kind.value[:4], "big") != trait.type:
        yield not_allowed(file, f"biometric type {trait.type:02X}", kind.value[:8].hex(), kind)
    subtype = find(inner, _SUBTYPE)
    if subtype is None and trait.subtype_needed:
        yield missing(file, "a biometric subtype (82)")
    elif subtype is not None and int.from_bytes(subtype.value[:4], "big") not in trait.subtypes:
        there = subtype.value[:8].hex()
        if trait.subtype_needed:
            yield not_allowed(file, f"a subtype of a {trait.name}", there, subtype)
        else:
            yield odd(file, "no subtype for a face", there)
