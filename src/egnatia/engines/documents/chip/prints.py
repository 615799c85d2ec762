"""The headers of fingers (ISO/IEC 19794-4:2005) and irises (ISO/IEC 19794-6:2005) in DG3 and DG4.

Nothing of a print is compared or kept here; a header that is not the standard's tells of a file made by other hands.
"""

import struct

from egnatia.engines.documents.chip.faces import Records
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.images import Album, ChipImage, ImageType
from egnatia.engines.documents.chip.reading import not_allowed
from egnatia.engines.documents.chip.tlv import Node
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.findings import Finding

_FINGER_HEADER = struct.Struct(">4s4s6sHHBBHHHHBBH")
_FINGER = struct.Struct(">IBBBBBHHB")
_IRIS_HEADER = struct.Struct(">4s4sIHBH")
MAX_VIEWS = 20
_COMPRESSIONS = {2: ImageType.WSQ, 3: ImageType.JPEG, 4: ImageType.JPEG_2000, 5: ImageType.PNG}
_RAW = frozenset({0, 1})


def fingers_19794(file: FileId, node: Node, album: Album) -> Records:
    """The header and the views of one finger record."""
    value = node.value
    if len(value) < _FINGER_HEADER.size:
        return Records((), (), (not_allowed(file, "a finger record", f"{len(value)} bytes", node),))
    identifier, version, length, _, _, count, *_, compression, _ = _FINGER_HEADER.unpack_from(value)
    notes = _opening(file, node, (identifier, version), b"FIR\0")
    if int.from_bytes(length, "big") != len(value):
        notes.append(not_allowed(file, "the length of the record", str(int.from_bytes(length, "big")), node))
    kind = _COMPRESSIONS.get(compression)
    if kind is None and compression not in _RAW:
        notes.append(not_allowed(file, "a compression of the standard", str(compression), node))
    images: list[ChipImage] = []
    place = _FINGER_HEADER.size
    for _ in range(min(count, MAX_VIEWS)):
        if place + _FINGER.size > len(value):
            notes.append(not_allowed(file, f"{count} views", f"{len(images)}", node))
            break
        size, *_, width, height, _ = _FINGER.unpack_from(value, place)
        if size < _FINGER.size or place + size > len(value):
            notes.append(not_allowed(file, "the length of a view", str(size), node))
            break
        picture = value[place + _FINGER.size : place + size]
        seen = album.look_at(picture)
        if kind is not None and seen.type is not kind:
            notes.append(found(ChipFinding.CHIP_IMAGE_OTHER_TYPE, file, kind, seen.type))
        images.append(seen if seen.width else ChipImage(seen.type, width, height, picture))
        place += size
    return Records(tuple(images), (), tuple(notes))


def irises_19794(file: FileId, node: Node, album: Album) -> Records:  # noqa: ARG001 - one form for all readers
    """The header of one iris record; its pictures are not taken apart."""
    value = node.value
    if len(value) < _IRIS_HEADER.size:
        return Records((), (), (not_allowed(file, "an iris record", f"{len(value)} bytes", node),))
    identifier, version, length, *_ = _IRIS_HEADER.unpack_from(value)
    notes = _opening(file, node, (identifier, version), b"IIR\0")
    if length != len(value):
        notes.append(not_allowed(file, "the length of the record", str(length), node))
    return Records((ChipImage(ImageType.OTHER, 0, 0, value),), (), tuple(notes))


def _opening(file: FileId, node: Node, there: tuple[bytes, bytes], wanted: bytes) -> list[Finding]:
    identifier, version = there
    notes: list[Finding] = []
    if identifier != wanted:
        notes.append(not_allowed(file, f"a record {wanted[:3].decode()}", identifier.hex(), node))
    if version != b"010\0":
        notes.append(not_allowed(file, "version 010", version.hex(), node))
    return notes
