"""The newest checkpoint in a file: several processes of one node may write it at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from egnatia.errors import StorageError
from egnatia.ledger.mark import MARK_FILE, write_mark


def test_writers_at_the_same_moment_neither_fail_nor_mix(tmp_path: Path) -> None:
    path = tmp_path / MARK_FILE
    notes = [f"checkpoint {number}\n".encode() * 40 for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda note: write_mark(path, note), notes))
    assert path.read_bytes() in notes
    assert [each.name for each in tmp_path.iterdir()] == [MARK_FILE]


def test_a_file_that_cannot_be_replaced_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / MARK_FILE
    (path / "in the way").mkdir(parents=True)
    with pytest.raises(StorageError, match=r"ledger\.head cannot be written"):
        write_mark(path, b"note")
    assert [each.name for each in tmp_path.iterdir()] == [MARK_FILE]


def test_a_directory_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written: No such file or directory"):
        write_mark(tmp_path / "gone" / MARK_FILE, b"note")
