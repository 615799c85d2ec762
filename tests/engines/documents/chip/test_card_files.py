"""EF.CVCA and EF.ATR/INFO: what is sound says nothing, what is not is named."""

import pytest

from egnatia.engines.documents.chip.card_files import read_atr_info, read_cvca
from egnatia.engines.documents.chip.files import by_content, by_name
from egnatia.engines.documents.chip.findings import ChipFinding
from egnatia.engines.documents.chip.types import FileId

ONE = b"\x42\x0fUTSPECIMEN00001"
TWO = ONE + b"\x42\x0fUTSPECIMEN00002"


@pytest.mark.parametrize(
    ("content", "references"),
    [
        (ONE.ljust(36, b"\0"), ("UTSPECIMEN00001",)),
        (TWO.ljust(36, b"\0"), ("UTSPECIMEN00001", "UTSPECIMEN00002")),
        (ONE, ("UTSPECIMEN00001",)),
    ],
)
def test_references_are_read(content: bytes, references: tuple[str, ...]) -> None:
    read = read_cvca(content)
    assert read.values["references"] == references
    assert read.findings == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ChipFinding.CHIP_ELEMENT_MISSING),
        (bytes(36), ChipFinding.CHIP_ELEMENT_MISSING),
        (b"\0" + ONE[1:].ljust(35, b"\0"), ChipFinding.CHIP_TAG_WRONG),
        (ONE + b"\x43\x01\x41", ChipFinding.CHIP_TAG_WRONG),
        (ONE + b"\x42\x20\x41", ChipFinding.CHIP_LENGTH_WRONG),
        (b"\x42\x03UTS", ChipFinding.CHIP_VALUE_NOT_ALLOWED),
        (TWO + ONE, ChipFinding.CHIP_VALUE_NOT_ALLOWED),
    ],
)
def test_what_is_wrong_with_references_is_named(content: bytes, code: ChipFinding) -> None:
    assert [each.code for each in read_cvca(content).findings] == [code]


@pytest.mark.parametrize(
    ("content", "lengths"),
    [
        ("7F66080202078002020780", (1920, 1920)),
        ("7F660A02030100000203010000", (65536, 65536)),
        ("43010147054142434445 7F66080202078002020780", (1920, 1920)),
        ("7F66080202078002020780 0000000000", (1920, 1920)),
        ("7F66080202078002020780 00000000", (1920, 1920)),
    ],
)
def test_lengths_are_read(content: str, lengths: tuple[int, ...]) -> None:
    read = read_atr_info(bytes.fromhex(content))
    assert read.values["lengths"] == lengths
    assert read.findings == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", ChipFinding.CHIP_ELEMENT_MISSING),
        ("7F65080202078002020780", ChipFinding.CHIP_ELEMENT_MISSING),
        ("7F660402020780", ChipFinding.CHIP_VALUE_NOT_ALLOWED),
        ("7F6606020107020107", ChipFinding.CHIP_VALUE_NOT_ALLOWED),
        ("7F660C020207800202078002020780", ChipFinding.CHIP_VALUE_NOT_ALLOWED),
        ("7F66080202078002020780 4305", ChipFinding.CHIP_LENGTH_WRONG),
    ],
)
def test_what_is_wrong_with_lengths_is_named(content: str, code: ChipFinding) -> None:
    assert [each.code for each in read_atr_info(bytes.fromhex(content)).findings] == [code]


def test_both_are_found_by_name_only() -> None:
    assert by_name("EF.CVCA") is by_name("ef_cvca.bin") is FileId.CVCA
    assert by_name("EF.ATR/INFO") is None
    assert by_name("EF_ATR_INFO.bin") is by_name("EF.ATR") is FileId.ATR_INFO
    assert by_content(ONE) is None
    assert by_name("EF.COM") is FileId.COM
