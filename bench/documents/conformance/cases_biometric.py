"""Units LDS_C, LDS_D and LDS_E: the face in DG2, the fingers in DG3, the irises in DG4."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bench.documents.conformance.case import Basis, Case, Chip, Verdict, extended, group, plain

from egnatia.engines.documents.synthetic.biometrics import FaceRecord, Header, feature_point
from egnatia.engines.documents.synthetic.faces import Coding
from egnatia.engines.documents.synthetic.resigned import Edit
from egnatia.engines.documents.synthetic.specimens import face_record, finger_group, iris_group, with_face
from egnatia.engines.documents.synthetic.tlv import Node, drop, find, relength, retag, revalue

_OK, _NO = Verdict.SUCCESSFUL, Verdict.FAILED
_DG2, _DG3, _DG4 = "CHIP_DG2_FORMAT", "CHIP_DG3_FORMAT", "CHIP_DG4_FORMAT"
_HEAD = "7F61/7F60/A1"
_POINTS = (feature_point(0xC1, 90, 140), feature_point(0xC2, 150, 140))
_UNKNOWN = 200
"""A number outside every list of ISO/IEC 19794-5: colours end at 9, angles at 181."""


def _face(edit: Edit) -> Chip:
    return group(plain(), 2, edit)


def _record(**changed: Any) -> Chip:
    """The plain chip with other numbers in its face record."""
    record: FaceRecord = replace(face_record(1, Coding.JPEG2000), **changed)
    return _face(lambda _: with_face(record))


def _header(**changed: Any) -> Chip:
    """The plain chip with another biometric header; None leaves an element out."""
    header: Header = replace(Header(type=b"\x02"), **changed)
    return _face(lambda _: with_face(face_record(1, Coding.JPEG2000), header))


def _jpeg() -> Chip:
    return _face(lambda _: with_face(face_record(1, Coding.JPEG)))


_FACES: tuple[tuple[str, str, Verdict, Callable[[], Chip]], ...] = (
    ("C_01", "face in JPEG 2000, full frontal", _OK, _record),
    ("C_02", "face in JPEG, full frontal", _OK, _jpeg),
    ("C_03", "face with two feature points", _OK, lambda: _record(points=_POINTS)),
    ("C_04", "DG2 begins with tag 76", _NO, lambda: _face(lambda t: retag(t, "75", 0x76))),
    ("C_05", "DG2 is longer than its length says", _NO, lambda: _face(lambda t: relength(t, "75", -1))),
    ("C_06", "DG2 is shorter than its length says", _NO, lambda: _face(lambda t: relength(t, "75", 1))),
    ("C_07", "no number of instances", _NO, lambda: _face(lambda t: drop(t, "75/7F61/02"))),
    ("C_08", "format owner 01FF", _NO, lambda: _header(format_owner=b"\x01\xff")),
    ("C_09", "no format owner", _NO, lambda: _header(format_owner=None)),
    ("C_10", "format type 0009", _NO, lambda: _header(format_type=b"\x00\x09")),
    ("C_11", "no format type", _NO, lambda: _header(format_type=None)),
    ("C_12", "biometric type in three bytes, as older chips write it", _OK, lambda: _header(type=b"\x00\x00\x02")),
    ("C_13", "biometric type of a finger", _NO, lambda: _header(type=b"\x08")),
    ("C_14", "face record that begins with another identifier", _NO, lambda: _record(identifier=b"FAD\x00")),
    ("C_15", "face record of version 020", _NO, lambda: _record(version=b"020\x00")),
    ("C_16", "length of the face that leaves out its feature points", _NO, lambda: _record(points=_POINTS, block_length_off=-16)),
    ("C_17", "sex of an unknown number", _NO, lambda: _record(gender=_UNKNOWN)),
    ("C_18", "colour of eyes of an unknown number", _NO, lambda: _record(eyes=_UNKNOWN)),
    ("C_19", "colour of hair of an unknown number", _NO, lambda: _record(hair=_UNKNOWN)),
    ("C_20", "yaw past the end of its scale", _NO, lambda: _record(pose=(_UNKNOWN, 0, 0))),
    ("C_21", "pitch past the end of its scale", _NO, lambda: _record(pose=(0, _UNKNOWN, 0))),
    ("C_22", "roll past the end of its scale", _NO, lambda: _record(pose=(0, 0, _UNKNOWN))),
    ("C_23", "uncertainty of yaw past the end of its scale", _NO, lambda: _record(uncertainty=(_UNKNOWN, 0, 0))),
    ("C_24", "uncertainty of pitch past the end of its scale", _NO, lambda: _record(uncertainty=(0, _UNKNOWN, 0))),
    ("C_25", "uncertainty of roll past the end of its scale", _NO, lambda: _record(uncertainty=(0, 0, _UNKNOWN))),
    ("C_26", "face image of an unknown type", _NO, lambda: _record(image_type=0x7F)),
    ("C_27", "image data of an unknown type", _NO, lambda: _record(data_type=0x7F)),
    ("C_28", "no face record", _NO, lambda: _face(lambda t: drop(t, "75/7F61/7F60/5F2E"))),
)  # fmt: skip


def _finger(edit: Edit) -> Chip:
    return group(extended(), 3, edit)


def _iris(edit: Edit) -> Chip:
    return group(extended(), 4, edit)


def _identifier(tree: Node, path: str, identifier: bytes) -> Node:
    """The first bytes of a record replaced."""
    value = find(tree, path).content()
    return revalue(tree, path, identifier + value[len(identifier) :])


_Row = tuple[str, str, Verdict, Callable[[Node], Node]]
_FINGERS: tuple[_Row, ...] = (
    ("D_01", "two fingers in JPEG 2000", _OK, lambda _: finger_group(1, 4)),
    ("D_02", "two fingers in WSQ", _OK, lambda t: t),
    ("D_03", "three fingers in WSQ", _OK, lambda _: finger_group(1, fingers=(2, 7, 1))),
    ("D_04", "DG3 begins with tag 64", _NO, lambda t: retag(t, "63", 0x64)),
    ("D_05", "DG3 is longer than its length says", _NO, lambda t: relength(t, "63", -1)),
    ("D_06", "DG3 is shorter than its length says", _NO, lambda t: relength(t, "63", 1)),
    ("D_07", "no number of instances", _NO, lambda t: drop(t, "63/7F61/02")),
    ("D_08", "first finger: format owner 01FF", _NO, lambda t: revalue(t, f"63/{_HEAD}/87", b"\x01\xff")),
    ("D_09", "first finger: no format owner", _NO, lambda t: drop(t, f"63/{_HEAD}/87")),
    ("D_10", "first finger: format type 0009", _NO, lambda t: revalue(t, f"63/{_HEAD}/88", b"\x00\x09")),
    ("D_11", "first finger: no format type", _NO, lambda t: drop(t, f"63/{_HEAD}/88")),
    ("D_12", "first finger: biometric subtype FE", _NO, lambda t: revalue(t, f"63/{_HEAD}/82", b"\xfe")),
    ("D_13", "first finger: no biometric subtype", _NO, lambda t: drop(t, f"63/{_HEAD}/82")),
    ("D_14", "first finger: record that begins with PIR", _NO, lambda t: _identifier(t, "63/7F61/7F60/5F2E", b"PIR\x00")),
    ("D_15", "second finger: no record", _NO, lambda t: drop(t, "63/7F61/7F60[1]/5F2E")),
    ("D_16", "two fingers without compression", _OK, lambda _: finger_group(1, 0)),
)  # fmt: skip
_IRISES: tuple[_Row, ...] = (
    ("E_01", "two irises in JPEG 2000", _OK, lambda _: iris_group(1, 14)),
    ("E_02", "two irises without compression", _OK, lambda t: t),
    ("E_03", "DG4 begins with tag 77", _NO, lambda t: retag(t, "76", 0x77)),
    ("E_04", "DG4 is longer than its length says", _NO, lambda t: relength(t, "76", -1)),
    ("E_05", "DG4 is shorter than its length says", _NO, lambda t: relength(t, "76", 1)),
    ("E_06", "no number of instances", _NO, lambda t: drop(t, "76/7F61/02")),
    ("E_07", "first iris: format owner 01FF", _NO, lambda t: revalue(t, f"76/{_HEAD}/87", b"\x01\xff")),
    ("E_08", "first iris: no format owner", _NO, lambda t: drop(t, f"76/{_HEAD}/87")),
    ("E_09", "first iris: format type 000F", _NO, lambda t: revalue(t, f"76/{_HEAD}/88", b"\x00\x0f")),
    ("E_10", "first iris: no format type", _NO, lambda t: drop(t, f"76/{_HEAD}/88")),
    ("E_11", "first iris: biometric subtype FE", _NO, lambda t: revalue(t, f"76/{_HEAD}/82", b"\xfe")),
    ("E_12", "first iris: no biometric subtype", _NO, lambda t: drop(t, f"76/{_HEAD}/82")),
    ("E_13", "first iris: record that begins with another identifier", _NO, lambda t: _identifier(t, "76/7F61/7F60/5F2E", b"JIR\x00")),
    ("E_14", "second iris: no record", _NO, lambda t: drop(t, "76/7F61/7F60[1]/5F2E")),
)  # fmt: skip


def _made(change: Callable[[Edit], Chip], edit: Edit) -> Callable[[], Chip]:
    return lambda: change(edit)


CASES: tuple[Case, ...] = (
    *(Case(f"LDS_{code}", text, verdict, _DG2, make, Basis.TITLE) for code, text, verdict, make in _FACES),
    *(Case(f"LDS_{code}", text, verdict, _DG3, _made(_finger, edit)) for code, text, verdict, edit in _FINGERS),
    *(Case(f"LDS_{code}", text, verdict, _DG4, _made(_iris, edit)) for code, text, verdict, edit in _IRISES),
)
