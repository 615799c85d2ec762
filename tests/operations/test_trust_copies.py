"""The trust store in backups: a restored node knows whose signatures to believe, and never forgets a revocation."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.databases import about_sqlite
from tests.engines.documents.report.sources import TODAY, made, presented
from tests.engines.documents.report.sources import store as synthetic_store
from tests.engines.documents.trust.realm import albania, read, root, signed_list, uto_link, uto_old
from tests.federation.world import ALB, World

from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Basis
from egnatia.engines.documents.trust.folder import FILE
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_list
from egnatia.engines.documents.types import Result
from egnatia.enquiries.trust import TrustKeeper
from egnatia.errors import InputError, StorageError, TamperedError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.events import EventKind
from egnatia.operations.backup import expected_loss, make_backup, restore
from egnatia.operations.manifest import MANIFEST, read_manifest
from egnatia.operations.trust_copies import TRUST_FILE, StoreFate, copy_store, put_store_back, store_fate

pytestmark = about_sqlite
WHY = "The disk broke at noon; partners and the auditor were told by telephone."
IMPORTED = datetime(2025, 5, 14, tzinfo=UTC)


def silent(done: int, pages: int) -> None:
    assert 0 <= done <= pages


def put(keeper: TrustKeeper, holdings: Holdings) -> None:
    keeper.put(keeper.folder(), holdings, IMPORTED)


def listed(*certificates: bytes, day: str = "250101") -> Holdings:
    return import_list(Holdings(), signed_list(*certificates, day=day), "NL", IMPORTED, [read(root())]).holdings


def signer_of_chip(keeper: TrustKeeper) -> Result:
    """What an inspection at the node says about the chain of an Albanian chip."""
    examined = examine(presented(made()), Basis(TODAY, store=keeper.held().store))
    (check,) = [each for each in examined.checks() if each.code == ChipCheck.CHIP_DS_TRUST]
    return check.result


def test_a_node_restored_on_a_new_disk_still_verifies_chips(world: World, tmp_path: Path) -> None:
    node = world.nodes[ALB]
    put(node.trust_keeper, synthetic_store().holdings)
    assert signer_of_chip(node.trust_keeper) is Result.SUCCESSFUL
    make_backup(node, tmp_path / "copy", silent)
    world.stop(ALB)
    shutil.rmtree(node.trust_keeper.path)
    assert signer_of_chip(TrustKeeper.of(node.directory, "")) is not Result.SUCCESSFUL
    loss = restore(node.directory, tmp_path / "copy", accepted="", now=world.clock())
    assert loss.trust is StoreFate.PUT_BACK
    world.start(ALB)
    restored = world.nodes[ALB].trust_keeper
    assert signer_of_chip(restored) is Result.SUCCESSFUL
    assert restored.held().version == 1
    put(restored, restored.folder().holdings)  # and it goes on counting
    assert restored.held().version == 2


@pytest.mark.parametrize("setting", ["", "elsewhere", "elsewhere/whole.egn"])
def test_the_store_goes_back_to_where_the_settings_have_it(world: World, tmp_path: Path, setting: str) -> None:
    node = world.nodes[ALB]
    keeper = TrustKeeper.of(node.directory, setting)
    put(keeper, listed(albania()))
    if setting.endswith(".egn"):  # a file named directly
        (keeper.path / FILE).replace(node.directory / "moved")
        keeper.path.rmdir()
        (node.directory / "moved").replace(keeper.path)
    (tmp_path / "copy").mkdir()
    assert copy_store(keeper, tmp_path / "copy") == TRUST_FILE
    before = keeper.file.read_bytes()
    keeper.file.write_bytes(b"a broken disk")
    assert store_fate(keeper, tmp_path / "copy", held=True) is StoreFate.PUT_BACK
    put_store_back(keeper, tmp_path / "copy", world.clock())
    assert keeper.file.read_bytes() == before
    (beside,) = keeper.file.parent.glob("*.replaced-*")
    assert beside.read_bytes() == b"a broken disk"
    assert keeper.held().store is not None


def test_a_store_that_is_newer_than_the_copy_stays(world: World, tmp_path: Path) -> None:
    """What was imported since may be a revocation."""
    node = world.nodes[ALB]
    put(node.trust_keeper, listed(albania()))
    make_backup(node, tmp_path / "copy", silent)
    put(node.trust_keeper, listed(albania(), uto_old()))
    newer = node.trust_keeper.file.read_bytes()
    world.stop(ALB)
    assert expected_loss(node.directory, tmp_path / "copy").trust is StoreFate.STAYS
    restore(node.directory, tmp_path / "copy", accepted="", now=world.clock())
    assert node.trust_keeper.file.read_bytes() == newer
    world.start(ALB)
    (entry,) = world.look(ALB, lambda tx: read_entries(tx, EntryFilter(kind=EventKind.NODE_RESTORED)))
    assert entry.content is not None
    assert entry.content["trust"] == "stays"


@pytest.mark.parametrize(
    ("present", "copied", "fate"), [(0, 1, "put_back"), (1, 2, "put_back"), (2, 2, "stays"), (3, 2, "stays")]
)
def test_the_newer_version_wins(tmp_path: Path, present: int, copied: int, fate: str) -> None:
    (tmp_path / "backup").mkdir()
    source, keeper = (TrustKeeper.of(tmp_path, name) for name in ("source", "present"))
    for one, times in ((source, copied), (keeper, present)):
        for number in range(times):
            put(one, listed(albania(), uto_old(), uto_link(), day=f"25010{number + 1}"))
    copy_store(source, tmp_path / "backup")
    assert store_fate(keeper, tmp_path / "backup", held=True) == fate
    assert store_fate(keeper, tmp_path / "backup", held=False) is StoreFate.NONE


def test_a_node_without_a_store_has_none_in_its_backup_and_keeps_what_it_gets_later(
    world: World, tmp_path: Path
) -> None:
    node = world.nodes[ALB]
    manifest = make_backup(node, tmp_path / "copy", silent)
    assert TRUST_FILE not in manifest.files
    put(node.trust_keeper, listed(albania()))
    world.stop(ALB)
    assert restore(node.directory, tmp_path / "copy", accepted="", now=world.clock()).trust is StoreFate.NONE
    assert TrustKeeper.of(node.directory, "").held().version == 1


def test_a_damaged_store_is_never_backed_up_as_a_good_one(world: World, tmp_path: Path) -> None:
    node = world.nodes[ALB]
    put(node.trust_keeper, listed(albania()))
    node.trust_keeper.file.write_bytes(node.trust_keeper.file.read_bytes()[:-9])
    assert node.trust_keeper.held().problem
    manifest = make_backup(node, tmp_path / "copy", silent)
    assert TRUST_FILE not in manifest.files
    assert not (tmp_path / "copy" / TRUST_FILE).exists()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [flip, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_changed_copy_of_the_store_changes_nothing(world: World, tmp_path: Path, harm: object) -> None:
    """Whoever can write into a backup could otherwise add an authority of his own."""
    node = world.nodes[ALB]
    put(node.trust_keeper, listed(albania()))
    make_backup(node, tmp_path / "copy", silent)
    assert callable(harm)
    harm(tmp_path / "copy" / TRUST_FILE)
    world.stop(ALB)
    shutil.rmtree(node.trust_keeper.path)
    database = (node.directory / "node.sqlite").read_bytes()
    with pytest.raises((TamperedError, InputError, StorageError)):
        restore(node.directory, tmp_path / "copy", accepted=WHY, now=world.clock())
    assert not node.trust_keeper.path.exists()
    assert (node.directory / "node.sqlite").read_bytes() == database


def test_a_store_that_the_manifest_does_not_name_is_not_believed(world: World, tmp_path: Path) -> None:
    node = world.nodes[ALB]
    make_backup(node, tmp_path / "copy", silent)
    stranger = TrustKeeper(tmp_path / "stranger")
    put(stranger, listed(uto_old()))
    shutil.copy(stranger.file, tmp_path / "copy" / TRUST_FILE)
    world.stop(ALB)
    assert restore(node.directory, tmp_path / "copy", accepted="", now=world.clock()).trust is StoreFate.NONE
    assert TrustKeeper.of(node.directory, "").held().missing


def test_a_backup_of_a_release_before_is_restored_without_a_store(world: World, tmp_path: Path) -> None:
    """Its manifest names three files, and is read as ever."""
    node = world.nodes[ALB]
    manifest = make_backup(node, tmp_path / "copy", silent)
    assert set(manifest.files) == {"node.sqlite", "node.toml", "card.json"}
    assert json.loads((tmp_path / "copy" / MANIFEST).read_bytes())
    assert read_manifest(tmp_path / "copy", node.keys) == manifest
