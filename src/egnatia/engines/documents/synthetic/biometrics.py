"""Biometric data groups written from nothing: DG2 (face), DG3 (fingers) and DG4 (irises), with a knob on every field.

Each record is first a small description with sound values; a test case changes one of them (`dataclasses.replace`) or
spoils the finished tree (`tlv`). Lengths are counted from what is written, unless a description says otherwise.

Source: Doc 9303-10 sections 4.7.2 to 4.7.4; the record formats are ISO/IEC 19794-5, 19794-4 and 19794-6 of 2005.
"""

from dataclasses import dataclass, field

from egnatia.engines.documents.synthetic.tlv import Node, node

FACE_FORMAT = b"\x00\x08"
FINGER_FORMAT = b"\x00\x07"
IRIS_FORMAT = b"\x00\x09"
"""Format types of the biometric header (Doc 9303-10 section 4.7.3.2.3 prints the finger's)."""
_OWNER = b"\x01\x01"
"""Format owner ISO/IEC JTC 1/SC 37."""


@dataclass(frozen=True, slots=True)
class Header:
    """A biometric header template; what is None is left out."""

    type: bytes | None = None
    subtype: bytes | None = None
    format_type: bytes | None = FACE_FORMAT
    format_owner: bytes | None = _OWNER
    version: bytes | None = None
    created: bytes | None = None
    validity: bytes | None = None
    creator: bytes | None = None


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """A face record of one image (ISO/IEC 19794-5:2005 section 5), every number as it is written."""

    image: bytes
    width: int
    height: int
    jpeg2000: bool = False
    identifier: bytes = b"FAC\x00"
    version: bytes = b"010\x00"
    images: int = 1
    points: tuple[bytes, ...] = ()
    """Feature points of 8 bytes each."""
    gender: int = 0
    eyes: int = 0
    hair: int = 0
    features: int = 0
    expression: int = 0
    pose: tuple[int, int, int] = (0, 0, 0)
    """Yaw, pitch and roll as they are written: 0 unspecified, else half of the angle's degrees plus one."""
    uncertainty: tuple[int, int, int] = (0, 0, 0)
    image_type: int = 1
    """0 basic, 1 full frontal, 2 token."""
    data_type: int | None = None
    """0 JPEG, 1 JPEG 2000; None for what `jpeg2000` says."""
    colour_space: int = 1
    source: int = 2
    device: int = 0
    quality: int = 0
    record_length_off: int = 0
    """Added to the length of the whole record."""
    block_length_off: int = 0
    """Added to the length of the facial record data."""

    def encode(self) -> bytes:
        """The record as bytes."""
        points = b"".join(self.points)
        block = 20 + len(points) + 12 + len(self.image)
        record = (
            (block + self.block_length_off).to_bytes(4, "big")
            + len(self.points).to_bytes(2, "big")
            + bytes((self.gender, self.eyes, self.hair))
            + self.features.to_bytes(3, "big")
            + self.expression.to_bytes(2, "big")
            + bytes((*self.pose, *self.uncertainty))
            + points
            + self._image_block()
            + self.image
        )
        length = 14 + len(record) + self.record_length_off
        return self.identifier + self.version + length.to_bytes(4, "big") + self.images.to_bytes(2, "big") + record

    def _image_block(self) -> bytes:
        data_type = int(self.jpeg2000) if self.data_type is None else self.data_type
        return (
            bytes((self.image_type, data_type))
            + self.width.to_bytes(2, "big")
            + self.height.to_bytes(2, "big")
            + bytes((self.colour_space, self.source))
            + self.device.to_bytes(2, "big")
            + self.quality.to_bytes(2, "big")
        )


def feature_point(code: int, x: int, y: int) -> bytes:
    """A two-dimensional feature point: MPEG-4 code as one byte (12.1, the left pupil, is 0xC1) and its place."""
    return bytes((1, code)) + x.to_bytes(2, "big") + y.to_bytes(2, "big") + bytes(2)


@dataclass(frozen=True, slots=True)
class FingerRecord:
    """A finger record of one image (ISO/IEC 19794-4:2005 section 7)."""

    image: bytes
    width: int
    height: int
    compression: int = 2
    """0 raw, 1 raw bit-packed, 2 WSQ, 3 JPEG, 4 JPEG 2000, 5 PNG."""
    position: int = 2
    """2 is the right index finger, 7 the left one, 1 the right thumb."""
    identifier: bytes = b"FIR\x00"
    version: bytes = b"010\x00"
    resolution: int = 500
    depth: int = 8
    impression: int = 0
    quality: int = 0xFE

    def encode(self) -> bytes:
        """The record as bytes."""
        view = (
            (14 + len(self.image)).to_bytes(4, "big")
            + bytes((self.position, 1, 1, self.quality, self.impression))
            + self.width.to_bytes(2, "big")
            + self.height.to_bytes(2, "big")
            + b"\x00"
            + self.image
        )
        size = self.resolution.to_bytes(2, "big")
        head = (32 + len(view)).to_bytes(6, "big") + bytes((0, 0, 0, 31, 1, 1)) + size * 4
        return self.identifier + self.version + head + bytes((self.depth, self.compression, 0, 0)) + view


@dataclass(frozen=True, slots=True)
class IrisRecord:
    """An iris record of one image (ISO/IEC 19794-6:2005 section 6)."""

    image: bytes
    width: int
    height: int
    format: int = 2
    """2 grey raw, 4 colour raw, 6 grey JPEG, 14 grey JPEG 2000."""
    eye: int = 1
    """1 right, 2 left."""
    identifier: bytes = b"IIR\x00"
    version: bytes = b"010\x00"

    def encode(self) -> bytes:
        """The record as bytes."""
        view = (
            bytes((self.eye, 0, 1))
            + bytes((0, 1, 0xFE))
            + b"\xff\xff\xff\xff"
            + len(self.image).to_bytes(4, "big")
            + self.image
        )
        head = (
            (45 + len(view)).to_bytes(4, "big")
            + bytes((0, 0, 1, 0, 45, 0, 0x05, 0, 0))
            + self.format.to_bytes(2, "big")
            + self.width.to_bytes(2, "big")
            + self.height.to_bytes(2, "big")
            + bytes((8, 0))
            + bytes(16)
        )
        return self.identifier + self.version + head + view


@dataclass(frozen=True, slots=True)
class Template:
    """One biometric information template: a header and a record; without a record its tag is left out too."""

    header: Header
    record: bytes | None
    record_tag: int = 0x5F2E


@dataclass(frozen=True, slots=True)
class Templates:
    """A group of templates as it stands in DG2, DG3 and DG4."""

    tag: int
    templates: tuple[Template, ...]
    count: int | None = None
    """Number of instances as written; None for the true one."""
    extra: tuple[Node, ...] = field(default=())
    """Further elements after the templates, such as a random number where there are none."""

    def tree(self) -> Node:
        """The file as a tree."""
        count = len(self.templates) if self.count is None else self.count
        group = (Node(0x02, bytes([count])), *map(_template, self.templates), *self.extra)
        return node(self.tag, Node(0x7F61, group))


def _template(template: Template) -> Node:
    header = template.header
    parts = (
        (0x80, header.version),
        (0x81, header.type),
        (0x82, header.subtype),
        (0x83, header.created),
        (0x85, header.validity),
        (0x86, header.creator),
        (0x87, header.format_owner),
        (0x88, header.format_type),
    )
    written = Node(0xA1, tuple(Node(tag, value) for tag, value in parts if value is not None))
    if template.record is None:
        return node(0x7F60, written)
    return node(0x7F60, written, Node(template.record_tag, template.record))


def wsq(width: int, height: int, seed: int) -> bytes:
    """A file with the markers of a WSQ picture and pseudo-random coefficients: it has the form, not a finger.

    Nothing here writes true WSQ; a reader that decodes it finds noise or gives up. Source of the markers:
    NIST IAFIS-IC-0110 version 3.1, annex A.
    """
    frame = bytes((0, 0xFF)) + height.to_bytes(2, "big") + width.to_bytes(2, "big") + bytes(11)
    blocks = bytes((seed * 37 + place * place * 7) % 0xFE for place in range(600))
    return (
        b"\xff\xa0\xff\xa2"
        + (len(frame) + 2).to_bytes(2, "big")
        + frame
        + b"\xff\xa3\x00\x03\x00"
        + blocks
        + b"\xff\xa1"
    )
