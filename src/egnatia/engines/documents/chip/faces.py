"""The face in DG2: ISO/IEC 19794-5:2005 as Doc 9303 profiles it, and ISO/IEC 39794-5:2019.

The numbers that describe the face (sex, colour of eyes and hair, pose) are only checked to be ones that the standard
knows; none is kept, and none bears on any advice.
"""

import struct
from dataclasses import dataclass

from egnatia.engines.documents.chip.findings import ChipFinding, found, stretch
from egnatia.engines.documents.chip.images import Album, ChipImage, ImageType
from egnatia.engines.documents.chip.reading import missing, not_allowed, odd
from egnatia.engines.documents.chip.tlv import Flaw, Node, children, find, read_node
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.findings import Finding

MAX_FACES = 8
_FILE = FileId.DG2
_HEADER = struct.Struct(">4s4sIH")
_FACE = struct.Struct(">IHBBB3s2s3B3B")
_IMAGE = struct.Struct(">BBHHBBHH")
_POINT = 8
"""Bytes of one feature point."""
_TYPES = {0: ImageType.JPEG, 1: ImageType.JPEG_2000}
_ANGLE = 181
"""Poses and their uncertainties run from 0 (not said) to 181 in steps of two degrees (ISO/IEC 19794-5 section 5.5.9)."""
_ALLOWED: tuple[tuple[str, frozenset[int]], ...] = (
    ("sex", frozenset({0, 1, 2, 0xFF})),
    ("eye colour", frozenset({*range(9), 0xFF})),
    ("hair colour", frozenset({*range(9), 0xFF})),
)
_FACE_TYPES = frozenset({1, 2})
"""Full frontal and token (Doc 9303-9 section 3.4); basic (0) is met in early documents."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the records of one instance hold: pictures, what their headers say, and what is odd."""

    images: tuple[ChipImage, ...]
    headers: tuple[dict[str, int | str], ...]
    findings: tuple[Finding, ...]


def faces_19794(file: FileId, node: Node, album: Album) -> Records:
    """The faces of one record of ISO/IEC 19794-5."""
    value = node.value
    if len(value) < _HEADER.size:
        return Records((), (), (not_allowed(file, "a face record", f"{len(value)} bytes", node),))
    identifier, version, length, count = _HEADER.unpack_from(value)
    notes = _record(node, identifier, version, length)
    images: list[ChipImage] = []
    headers: list[dict[str, int | str]] = []
    place = _HEADER.size
    if not 1 <= count <= MAX_FACES:
        notes.append(not_allowed(file, "one face", f"{count} faces", node))
    for _ in range(min(count, MAX_FACES)):
        step = _one_face(node, place, images, headers, notes, album)
        if step == 0:
            break
        place += step
    if images and place != len(value):
        notes.append(not_allowed(file, "a record that its faces fill", f"{len(value) - place} bytes over", node))
    return Records(tuple(images), tuple(headers), tuple(notes))


def _record(node: Node, identifier: bytes, version: bytes, length: int) -> list[Finding]:
    notes: list[Finding] = []
    if identifier != b"FAC\0":
        notes.append(not_allowed(_FILE, "a face record (FAC)", identifier.hex(), node))
    if version != b"010\0":
        notes.append(not_allowed(_FILE, "version 010", version.hex(), node))
    if length != len(node.value):
        notes.append(not_allowed(_FILE, "the length of the record", f"{length} said, {len(node.value)} there", node))
    return notes


def _one_face(
    node: Node,
    start: int,
    images: list[ChipImage],
    headers: list[dict[str, int | str]],
    notes: list[Finding],
    album: Album,
) -> int:
    """Read the face that begins at a byte of the record; the bytes it takes, or 0 where it cannot be followed."""
    value = node.value
    if start + _FACE.size + _IMAGE.size > len(value):
        notes.append(not_allowed(_FILE, "a whole face", f"{len(value) - start} bytes", node))
        return 0
    length, points, sex, eyes, hair, _, _, *angles = _FACE.unpack_from(value, start)
    info = start + _FACE.size + points * _POINT
    picture = info + _IMAGE.size
    if picture > start + length or start + length > len(value):
        there = f"{length} bytes, {points} feature points, {len(value) - start} bytes left"
        notes.append(not_allowed(_FILE, "the length of the face", there, node))
        return 0
    notes += _described(node, (sex, eyes, hair), angles)
    face_type, data_type, width, height, *_ = _IMAGE.unpack_from(value, info)
    image = album.look_at(value[picture : start + length])
    images.append(image)
    headers.append({"face_type": face_type, "data_type": data_type, "width": width, "height": height})
    notes += _typed(node, face_type, data_type, image)
    if image.width and (width, height) not in {(image.width, image.height), (0, 0)}:
        notes.append(odd(_FILE, f"a picture of {width} by {height}", f"{image.width} by {image.height}"))
    notes += _visible(node, picture, image)
    return int(length)


def _described(node: Node, numbers: tuple[int, ...], angles: list[int]) -> list[Finding]:
    """Whether the describing numbers are ones of the standard's tables; which they are is nobody's business here."""
    wrong = [name for (name, allowed), number in zip(_ALLOWED, numbers, strict=True) if number not in allowed]
    if any(angle > _ANGLE for angle in angles):
        wrong.append("pose")
    return [not_allowed(_FILE, f"a code for {name} that the standard knows", "another", node) for name in wrong]


def _typed(node: Node, face_type: int, data_type: int, image: ChipImage) -> list[Finding]:
    notes: list[Finding] = []
    if face_type == 0:
        notes.append(odd(_FILE, "a full frontal or token face", "a basic one"))
    elif face_type not in _FACE_TYPES:
        notes.append(not_allowed(_FILE, "a full frontal or token face", f"type {face_type}", node))
    said = _TYPES.get(data_type)
    if said is None:
        notes.append(not_allowed(_FILE, "JPEG (0) or JPEG 2000 (1)", str(data_type), node))
    elif said is not image.type:
        notes.append(found(ChipFinding.CHIP_IMAGE_OTHER_TYPE, _FILE, said, image.type))
    return notes


def _visible(node: Node, start: int, image: ChipImage) -> list[Finding]:
    if image.width:
        return []
    place = stretch(_FILE, node.body + start, node.stop)
    return [found(ChipFinding.CHIP_IMAGE_UNREADABLE, _FILE, "a picture", f"{len(image.content)} bytes", places=place)]


_PATH = (0xA1, 0x65, 0xA1, 0x30, 0xA1, 0xA0, 0xA0, 0x80)
"""Data block, face (APPLICATION 5), representations, the first, image, base, in two dimensions, data (the standard's
ASN.1 module, with implicit tags)."""


def face_39794(node: Node, album: Album) -> Records:
    """The face of one record of ISO/IEC 39794-5: its tags are followed down to the picture."""
    place = node
    for step, tag in enumerate(_PATH):
        inner, flaw = children(place)
        if step == 0 and not any(one.tag == tag for one in inner):
            continue  # some writers leave out the outer wrapping
        next_one = find(inner, tag)
        if next_one is None or flaw is not None:
            reason = f"tag {tag:02X} at level {step}" if flaw is None else flaw.reason
            return Records((), (), (missing(_FILE, f"a face of ISO/IEC 39794-5: {reason}"),))
        place = next_one
    content = place.value
    inside = read_node(content)
    if not isinstance(inside, Flaw) and inside.tag == 0x04:  # noqa: PLR2004 - an octet string of its own
        content = inside.value
    image = album.look_at(content)
    notes = _visible(place, 0, image)
    return Records((image,), ({"width": image.width, "height": image.height},), tuple(notes))
