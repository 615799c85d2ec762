"""The node's way to its trust store: read once, read again when the file changed, and never taken for none when spoilt."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.engines.documents.trust.realm import NOW, history, kosovo, uto_new

from egnatia.engines.documents.trust.folder import FILE
from egnatia.engines.documents.trust.imports import import_certificate
from egnatia.enquiries.trust.keeper import TrustKeeper, require_store
from egnatia.errors import ConfigError, ConflictError, InputError
from egnatia.settings import parse_settings


def filled(directory: Path, setting: str = "") -> TrustKeeper:
    keeper = TrustKeeper.of(directory, setting)
    keeper.put(keeper.folder(), history(), NOW)
    return keeper


@pytest.mark.parametrize(
    ("setting", "folder"), [("", "node/trust"), ("../shared", "shared"), ("lists/eu", "node/lists/eu")]
)
def test_the_setting_begins_in_the_nodes_directory(tmp_path: Path, setting: str, folder: str) -> None:
    node = tmp_path / "node"
    node.mkdir()
    filled(node, setting)
    assert (tmp_path / folder / FILE).is_file()


def test_an_absolute_setting_is_taken_as_it_is(tmp_path: Path) -> None:
    assert TrustKeeper.of(Path("/somewhere"), str(tmp_path / "store")).path == tmp_path / "store"


def test_no_store_is_none_and_says_what_makes_one(tmp_path: Path) -> None:
    held = TrustKeeper.of(tmp_path, "").held()
    assert held.missing
    assert (held.store, held.version, held.problem) == (None, 0, "")
    with pytest.raises(InputError, match="no trust store") as said:
        require_store(held)
    assert "egnatia trust import" in said.value.hint()


def test_a_store_is_read_once_as_long_as_its_file_stays(tmp_path: Path) -> None:
    keeper = filled(tmp_path)
    first = keeper.held()
    assert first.store is not None
    assert keeper.held() is first
    assert require_store(first) is first.store


def test_what_another_process_imports_is_seen_without_a_restart(tmp_path: Path) -> None:
    keeper, other = filled(tmp_path), TrustKeeper.of(tmp_path, "")
    before = keeper.held()
    changed = import_certificate(history(), kosovo(), NOW, NOW.date()).holdings
    other.put(other.folder(), changed, NOW)
    after = keeper.held()
    assert before.store is not None
    assert after.store is not None
    assert (before.version, after.version) == (1, 2)
    assert after.store.version != before.store.version


def test_a_file_of_the_same_size_and_time_is_told_by_its_inode(tmp_path: Path) -> None:
    """A copy that keeps times (`cp -p`, rsync) must not leave the old store in force."""
    keeper = filled(tmp_path)
    first, file = keeper.held(), keeper.path / FILE
    stat = file.stat()
    copy = file.with_name("copy")
    copy.write_bytes(file.read_bytes())
    os.utime(copy, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    copy.replace(file)
    assert keeper.held() is not first


@pytest.mark.parametrize("content", [b"", b"half", b"\0" * 5_000, b'{"format":"egnatia-trust-1"}\n\n{}'])
def test_a_spoilt_file_is_a_problem_and_not_an_empty_store(tmp_path: Path, content: bytes) -> None:
    keeper = filled(tmp_path)
    (keeper.path / FILE).write_bytes(content)
    held = keeper.held()
    assert held.store is None
    assert held.problem
    assert not held.missing
    with pytest.raises(InputError) as said:
        require_store(held)
    assert said.value.message == held.problem


def test_a_flipped_bit_is_seen_and_a_restored_file_is_good_again(tmp_path: Path) -> None:
    keeper = filled(tmp_path)
    file = keeper.path / FILE
    good = file.read_bytes()
    file.write_bytes(good[:-9] + bytes([good[-9] ^ 4]) + good[-8:])
    assert keeper.held().problem
    file.write_bytes(good)
    assert keeper.held().store is not None


def test_a_removed_store_is_gone_at_once(tmp_path: Path) -> None:
    keeper = filled(tmp_path)
    assert keeper.held().store is not None
    (keeper.path / FILE).unlink()
    assert keeper.held().missing


def test_somebody_elses_change_is_not_overwritten(tmp_path: Path) -> None:
    keeper = filled(tmp_path)
    mine = keeper.folder()
    keeper.put(keeper.folder(), import_certificate(history(), uto_new(), NOW, NOW.date()).holdings, NOW)
    with pytest.raises(ConflictError):
        keeper.put(mine, history(), NOW)


def test_many_threads_read_the_file_once_for_each_change(tmp_path: Path) -> None:
    keeper = filled(tmp_path)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(keeper.held())) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len({id(each) for each in found}) == 1


@pytest.mark.parametrize(
    ("document", "environment", "folder"),
    [
        ({}, {}, "trust"),
        ({"documents": {"trust_store": "lists"}}, {}, "lists"),
        ({"documents": {"trust_store": "lists"}}, {"EGNATIA__DOCUMENTS__TRUST_STORE": "/srv/trust"}, "/srv/trust"),
    ],
)
def test_the_setting_is_read_from_the_file_and_the_environment(
    tmp_path: Path, document: dict[str, Any], environment: dict[str, str], folder: str
) -> None:
    settings = parse_settings({"node": {"code": "ALB"}, **document}, environment)
    assert TrustKeeper.of(tmp_path, settings.documents.trust_store).path == tmp_path / folder


@pytest.mark.parametrize("wrong", [{"trust": "x"}, {"trust_store": 1}, {"trust_store": ["a"]}])
def test_a_setting_that_is_none_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="documents"):
        parse_settings({"node": {"code": "ALB"}, "documents": wrong}, {})
