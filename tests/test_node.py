"""Making, opening and joining nodes: every file that is not as it should be has its own clear error."""

import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.federation.world import ALB, GBR, XKX, Clock, World, document_draft, template, world

from egnatia.errors import ConfigError, ConflictError, Error, InputError, StorageError
from egnatia.exchange.keys import DIRECTORY
from egnatia.ledger.nodes import log_size
from egnatia.model.ids import PartnerCode
from egnatia.node import CARD_FILE, DATABASE_FILE, VAULT_FILE, Node, create_node, ledger_origin, upgrade_node, utc_now
from egnatia.settings import FILE_NAME, Settings
from egnatia.store.tables import blind_tag, ledger_entry

__all__ = ["template", "world"]
SETTINGS = Settings(code=ALB, name="Albania")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    made = tmp_path / "node"
    create_node(made, SETTINGS, Clock()).close()
    return made


def kinds(node: Node) -> list[str]:
    with node.database.read() as tx:
        return list(tx.execute(select(ledger_entry.c.kind)).scalars())


def test_a_new_node_has_everything_and_nothing_is_readable_by_others(directory: Path) -> None:
    node = Node.open(directory, Clock())
    assert kinds(node) == ["node.created"]
    assert (directory / CARD_FILE).read_bytes() == node.card()
    assert node.code == ALB
    assert node.settings == SETTINGS
    node.close()
    secrets = [path for path in (directory / DIRECTORY).rglob("*") if path.is_file()]
    assert secrets
    assert {oct(path.stat().st_mode & 0o777) for path in secrets} == {"0o600"}


def test_a_second_node_in_the_same_place_changes_nothing(directory: Path) -> None:
    before = (directory / FILE_NAME).read_bytes()
    with pytest.raises(ConflictError):
        create_node(directory, Settings(code=GBR, name="Britain"), Clock())
    assert (directory / FILE_NAME).read_bytes() == before
    Node.open(directory, Clock()).close()


@pytest.mark.parametrize("lost", [(DATABASE_FILE, CARD_FILE), (CARD_FILE,)])  # the card is made last
def test_a_node_whose_making_was_interrupted_is_finished(directory: Path, lost: tuple[str, ...]) -> None:
    for path in [each for name in lost for each in directory.glob(f"{name}*")]:
        path.unlink()
    upgrade_node(directory)
    node = Node.open(directory, Clock())
    assert kinds(node) == ["node.created"]
    assert (directory / CARD_FILE).read_bytes() == node.card()
    node.close()
    upgrade_node(directory)
    node = Node.open(directory, Clock())
    assert kinds(node) == ["node.created"], "once only"
    node.close()


def drop(name: str) -> Callable[[Path], None]:
    return lambda directory: (directory / name).unlink()


def write(name: str, content: bytes) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        (directory / name).write_bytes(content)

    return change


def widen(directory: Path) -> None:
    for path in (directory / DIRECTORY).iterdir():
        path.chmod(0o644)


def other_code(directory: Path) -> None:
    text = (directory / FILE_NAME).read_text().replace('"ALB"', '"GBR"')
    (directory / FILE_NAME).write_text(text)


def newer(directory: Path) -> None:
    with sqlite3.connect(directory / DATABASE_FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def some_url(url: str) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        text = (directory / FILE_NAME).read_text().replace('url = ""', f'url = "{url}"')
        (directory / FILE_NAME).write_text(text)

    return change


@pytest.mark.parametrize(
    ("damage", "error", "says"),
    [
        (drop(FILE_NAME), ConfigError, "there is no node"),
        (write(FILE_NAME, b"[node"), ConfigError, "not TOML"),
        (drop(DATABASE_FILE), ConfigError, "node.sqlite is missing"),
        (drop(VAULT_FILE), ConfigError, "vault"),
        (write(DATABASE_FILE, b"SQLite format 3\x00" + b"\xff" * 4_096), StorageError, "damaged"),
        (write(DATABASE_FILE, b"no database at all " * 99), StorageError, "damaged"),
        (write(VAULT_FILE, b"no database at all " * 99), ConfigError, "vault"),
        (newer, ConfigError, "revision 9999"),
        (widen, ConfigError, ""),
        (other_code, ConfigError, "the keys of ALB"),
        (some_url("nonsense"), ConfigError, "database.url"),
        (some_url("postgresql+psycopg://x@127.0.0.1:1/x"), StorageError, "cannot be reached"),
    ],
)
def test_whatever_is_wrong_with_a_node_is_said_when_it_is_opened(
    directory: Path, damage: Callable[[Path], None], error: type[Error], says: str
) -> None:
    damage(directory)
    with pytest.raises(error) as caught:
        Node.open(directory, Clock())
    assert says in caught.value.message
    assert caught.value.hint()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError):
        create_node(tmp_path / "file" / "node", SETTINGS, Clock())


def test_its_own_card_is_no_partner(directory: Path) -> None:
    node = Node.open(directory, Clock())
    with pytest.raises(InputError) as caught:
        node.add_partner(node.card(), "off-1")
    assert "itself" in caught.value.message
    assert kinds(node) == ["node.created"]
    node.close()


def test_a_new_partner_finds_our_persons_at_once(world: World, tmp_path: Path) -> None:
    newcomer = create_node(tmp_path / "SRB", Settings(code=PartnerCode("SRB"), name="Serbia"), world.clock)
    node = world.nodes[XKX]
    count = select(blind_tag.c.ref).where(blind_tag.c.partner == "SRB").distinct()
    assert world.look(XKX, lambda tx: tx.execute(count).all()) == []
    node.add_partner(newcomer.card(), world.officer(XKX, "administrator").id)
    assert len(world.look(XKX, lambda tx: tx.execute(count).all())) == 6
    entry = world.entries(XKX, 1)[0]
    assert (entry.kind, entry.actor) == ("partner.registered", world.officer(XKX, "administrator").id)
    newcomer.close()


def test_waiting_for_answers_ends_with_them_or_with_the_time(world: World) -> None:
    sent = world.ask(ALB, document_draft(partners=(XKX,)))
    assert not world.nodes[ALB].wait_for_answers(sent.id, 0.0)
    world.deliver()
    assert world.nodes[ALB].wait_for_answers(sent.id, 0.0)


def test_two_openings_of_one_node_write_one_ledger(directory: Path) -> None:
    first, second = Node.open(directory, Clock()), Node.open(directory, Clock())
    first.start_writer()
    for number in range(6):
        from egnatia.ledger import Act, append
        from egnatia.model.events import EventKind

        node = (first, second)[number % 2]
        node.commit(lambda tx: append(tx, Act(EventKind.LOGOUT, Clock().now, "off-1", "off-1")))
    with second.database.read() as tx:
        assert log_size(tx) == 7
    first.close()
    second.close()


def test_the_clock_is_utc_and_the_origin_has_no_scheme() -> None:
    assert utc_now().utcoffset() == timedelta(0)
    assert ledger_origin(ALB) == "egnatia.example/alb/ledger"
    assert os.environ.get("EGNATIA_NODE") is None


def test_a_node_that_lost_its_database_gets_no_new_ledger(directory: Path) -> None:
    """An upgrade used to make an empty one, which would have said that nothing had ever happened."""
    (directory / DATABASE_FILE).unlink()
    with pytest.raises(ConfigError, match="is missing") as caught:
        upgrade_node(directory)
    assert "node restore" in caught.value.hint()
    assert not (directory / DATABASE_FILE).exists()
