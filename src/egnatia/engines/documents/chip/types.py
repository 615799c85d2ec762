"""What the files of a chip are called, and how they come in (Doc 9303-10 section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from egnatia.engines.documents.findings import Finding

MAX_FILE = 2 * 1024 * 1024
"""Bytes of one file: a face or iris file has under 200 kB, and the short length of Doc 9303-10 ends at 64 kB."""
MAX_TOTAL = 8 * 1024 * 1024
"""Bytes of all files together."""


class FileId(StrEnum):
    """A file of the chip; findings speak of it by this name."""

    COM = "EF.COM"
    SOD = "EF.SOD"
    DG1 = "DG1"
    DG2 = "DG2"
    DG3 = "DG3"
    DG4 = "DG4"
    DG5 = "DG5"
    DG6 = "DG6"
    DG7 = "DG7"
    DG8 = "DG8"
    DG9 = "DG9"
    DG10 = "DG10"
    DG11 = "DG11"
    DG12 = "DG12"
    DG13 = "DG13"
    DG14 = "DG14"
    DG15 = "DG15"
    DG16 = "DG16"
    CARD_ACCESS = "EF.CardAccess"
    CARD_SECURITY = "EF.CardSecurity"
    CVCA = "EF.CVCA"
    ATR_INFO = "EF.ATR/INFO"


class Part(StrEnum):
    """What a finding speaks of where it is no single file."""

    CHIP = "chip"
    SIGNER = "document signer"
    AUTHORITY = "country signing authority"
    EVIDENCE = "recorded evidence"
    HOLDER = "holder"


DATA_GROUPS: tuple[FileId, ...] = tuple(FileId(f"DG{number}") for number in range(1, 17))
"""DG1 to DG16 in their order."""

TAGS: dict[FileId, int] = {
    FileId.COM: 0x60,
    FileId.SOD: 0x77,
    **dict(
        zip(
            DATA_GROUPS,
            (0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70),
            strict=True,
        )
    ),
    FileId.CARD_ACCESS: 0x31,
    FileId.CARD_SECURITY: 0x30,
    FileId.CVCA: 0x42,
}
"""Tag with which each file begins (Doc 9303-10 tables 37 and 38; part 11 section 9.2, TR-03110-3 section A.3.2 for the last);
EF.ATR/INFO begins with any."""


def number_of(group: FileId) -> int:
    """The number of a data group, 1 to 16."""
    return DATA_GROUPS.index(group) + 1


@dataclass(frozen=True, slots=True)
class ChipFiles:
    """The files of one chip as they were found, unchanged to the last byte."""

    contents: Mapping[FileId, bytes]
    names: Mapping[FileId, str] = field(default_factory=dict)
    """What each was called where it was found."""
    remarks: tuple[Finding, ...] = ()
    """What was odd about finding them."""
