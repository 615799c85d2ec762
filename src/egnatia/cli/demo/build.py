"""Making the five nodes: keys, agreements, officers, records, and each other's cards."""

import io
import random
import secrets
import shutil
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from egnatia.accounts import Hashing, create_officer
from egnatia.agreements import import_register as import_agreements
from egnatia.cli.demo.dna import store_invented
from egnatia.cli.demo.membership import found_list
from egnatia.engines.documents import RegisterRow, read_register
from egnatia.engines.people import PersonRow, read_persons
from egnatia.enquiries.holdings import import_persons, import_register
from egnatia.errors import ConfigError
from egnatia.exchange.protocols import NEWEST, learn_protocol
from egnatia.model.ids import OfficerId, PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.node import CARD_FILE, Node, create_node
from egnatia.scenario.records import persons_csv, register_csv
from egnatia.scenario.task_force import NODES, SEED, DemoNode, agreements, officers
from egnatia.settings import ConsoleSettings, ExchangeSettings, LedgerSettings, Settings
from egnatia.store.database import Transaction

MARKER = "made-by-egnatia-demo"
REGISTER_FILE = "lost-and-stolen.csv"
PERSONS_FILE = "persons.csv"
_PROCESSES = 2
_QUICK = Hashing(passes=1, memory_kib=8_192, lanes=1)
"""For 40 accounts at once; each is hashed again at full cost when its officer first logs in."""
_INSTALLER = Officer(OfficerId("off-installer"), "demonstration set-up", frozenset({Role.ADMINISTRATOR}))


@dataclass(frozen=True, slots=True)
class Made:
    """The demonstration as made: where each node is, and the one password of all its accounts."""

    directories: dict[PartnerCode, Path]
    password: str


def make_task_force(directory: Path, first_port: int) -> Made:
    """Make the five nodes in `directory`, replacing a demonstration that was made there before.

    Raises:
        ConfigError: the directory holds something else.
    """
    _clear(directory)
    directories = {each.code: directory / each.code for each in NODES}
    password = secrets.token_urlsafe(12)
    with ProcessPoolExecutor(_PROCESSES) as pool:
        first = [pool.submit(_create, each, directories[each.code], first_port + 2 * n) for n, each in enumerate(NODES)]
        cards = {future.result()[0]: future.result()[1] for future in first}
        second = [
            pool.submit(_furnish, each, directories[each.code], _others(cards, each.code), password) for each in NODES
        ]
        for done in second:
            done.result()
    found_list(directories, NODES[0].code)
    return Made(directories, password)


def _clear(directory: Path) -> None:
    if directory.is_symlink():
        raise ConfigError(f"{directory} is a link to another place", hint="Name that place itself with --directory.")
    if directory.exists():
        if any(directory.iterdir()) and not (directory / MARKER).exists():
            raise ConfigError(
                f"{directory} holds something that is no demonstration", hint="Name another place with --directory."
            )
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
    (directory / MARKER).write_text("Everything in here is invented and is replaced by the next `egnatia demo up`.\n")


def _others(cards: dict[PartnerCode, bytes], own: PartnerCode) -> list[bytes]:
    return [card for code, card in cards.items() if code != own]


def _create(each: DemoNode, directory: Path, port: int) -> tuple[PartnerCode, bytes]:
    settings = Settings(
        code=each.code,
        name=each.name,
        exchange=ExchangeSettings(port=port),
        console=ConsoleSettings(port=port + 1),
        ledger=LedgerSettings(checkpoint_seconds=1),
    )
    create_node(directory, settings).close()
    return each.code, (directory / CARD_FILE).read_bytes()


def _furnish(each: DemoNode, directory: Path, cards: Iterable[bytes], password: str) -> None:
    node = Node.open(directory)
    now = node.clock()
    node.commit(lambda tx: import_agreements(tx, agreements(), _INSTALLER.id, now))
    for card in cards:
        partner = node.add_partner(card, _INSTALLER.id)
        # They are of this release; nodes notice that within a minute, and the story does not wait for it.
        node.commit(partial(learn_protocol, partner=partner.code, version=NEWEST))
    node.commit(lambda tx: _accounts(tx, node, password))
    rng = random.Random(f"{SEED}-{each.code}")  # noqa: S311 - the same invented records every time
    (directory / PERSONS_FILE).write_text(persons_csv(each.code, each.persons, rng), encoding="utf-8")
    (directory / REGISTER_FILE).write_text(register_csv(each.code, each.documents, rng), encoding="utf-8")
    node.commit(lambda tx: import_persons(tx, node.desk, _INSTALLER, _persons(directory), now))
    node.commit(lambda tx: import_register(tx, node.desk, _INSTALLER, _documents(directory), now))
    store_invented(node, _INSTALLER.id)
    node.close()


def _accounts(tx: Transaction, node: Node, password: str) -> None:
    for each in officers(node.code):
        create_officer(tx, each.name, each.roles, password, _INSTALLER.id, node.clock(), _QUICK)


def _persons(directory: Path) -> list[PersonRow]:
    content = io.BytesIO((directory / PERSONS_FILE).read_bytes())
    return [row for row in read_persons(content) if isinstance(row, PersonRow)]


def _documents(directory: Path) -> list[RegisterRow]:
    lines = (directory / REGISTER_FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    return [row for row in read_register(lines) if isinstance(row, RegisterRow)]
