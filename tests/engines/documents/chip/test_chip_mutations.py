"""Changed chips: never an exception, never accepted where signed content changed, never unseen where anything did."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.chip.attack_free import ORIGINAL, STORE

from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.chip.types import DATA_GROUPS, ChipFiles, FileId
from egnatia.engines.documents.types import Advice

DAY = date(2026, 11, 22)
BEFORE = inspect_chip(ORIGINAL, STORE, DAY)
UNSIGNED = {FileId.COM, FileId.CARD_ACCESS}


def changed(data: st.DataObject, file: FileId) -> bytes:
    content = bytearray(ORIGINAL.contents[file])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        kind = data.draw(st.sampled_from(["flip", "set", "cut", "insert", "drop"]))
        if kind == "flip" and content:
            content[at] ^= 1 << data.draw(st.integers(0, 7))
        elif kind == "set" and content:
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del content[at:]
        elif kind == "insert":
            content[at:at] = data.draw(st.binary(min_size=1, max_size=6))
        else:
            del content[at : at + 3]
    return bytes(content)


def with_file(file: FileId, content: bytes) -> ChipInspection:
    return inspect_chip(ChipFiles({**ORIGINAL.contents, file: content}), STORE, DAY)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.data(), st.sampled_from([file for file in DATA_GROUPS if file in ORIGINAL.contents]))
def test_a_changed_data_group_is_never_believed(data: st.DataObject, file: FileId) -> None:
    content = changed(data, file)
    inspection = with_file(file, content)
    if content.rstrip(b"\0\xff") != ORIGINAL.contents[file].rstrip(b"\0\xff"):
        assert file not in inspection.believed
        assert inspection.advice is not Advice.CONSISTENT


@pytest.mark.parametrize("file", [FileId.SOD, FileId.CARD_SECURITY])
def test_no_single_bit_of_a_signed_file_goes_unseen(file: FileId) -> None:
    """Every seventeenth bit; `bench/documents/chip.py` changes more."""
    small = {each: ORIGINAL.contents[each] for each in (FileId.DG1, FileId.SOD, FileId.CARD_SECURITY)}
    before = inspect_chip(ChipFiles(small), STORE, DAY)
    for bit in range(0, 8 * len(small[file]), 17):
        content = bytearray(small[file])
        content[bit // 8] ^= 1 << bit % 8
        after = inspect_chip(ChipFiles({**small, file: bytes(content)}), STORE, DAY)
        assert after.checks != before.checks, bit


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.data())
def test_a_changed_security_object_is_never_unseen(data: st.DataObject) -> None:
    content = changed(data, FileId.SOD)
    inspection = with_file(FileId.SOD, content)
    if content != ORIGINAL.contents[FileId.SOD]:
        assert inspection.checks != BEFORE.checks
    assert inspection.passive.holds or inspection.advice is not Advice.CONSISTENT
    if inspection.passive.holds:  # then what was signed is what was signed before
        assert inspection.passive.hashes == BEFORE.passive.hashes


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.data())
def test_a_changed_card_security_never_gives_another_key(data: st.DataObject) -> None:
    inspection = with_file(FileId.CARD_SECURITY, changed(data, FileId.CARD_SECURITY))
    assert FileId.CARD_SECURITY not in inspection.believed or inspection.passive.holds
    assert not inspection.original


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.data(), st.sampled_from(sorted(UNSIGNED)))
def test_unsigned_files_change_nothing_that_is_believed(data: st.DataObject, file: FileId) -> None:
    inspection = with_file(file, changed(data, file))
    assert inspection.believed == BEFORE.believed


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dictionaries(st.sampled_from(list(FileId)), st.binary(max_size=80), min_size=1))
def test_any_bytes_as_files_are_inspected(contents: dict[FileId, bytes]) -> None:
    inspection = inspect_chip(ChipFiles(contents), STORE, DAY)
    assert inspection.advice is not Advice.CONSISTENT
    assert inspection.believed == frozenset()


@settings(deadline=None, derandomize=True, max_examples=20)
@given(st.lists(st.sampled_from(sorted(ORIGINAL.contents)), unique=True))
def test_any_part_of_a_chip_is_inspected(hidden: list[FileId]) -> None:
    left = {file: content for file, content in ORIGINAL.contents.items() if file not in hidden}
    inspection = inspect_chip(ChipFiles(left), STORE, DAY)
    assert not ({FileId.SOD, FileId.DG1} & set(hidden)) or inspection.advice is not Advice.CONSISTENT
