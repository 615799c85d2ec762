"""One partner's node, put together: the only place that wires the rooms to one another.

A `Node` is opened on a directory that `create_node` made. The command line opens one, does its work and closes it; a
serving node also starts the one writer thread (group commit) and what `egnatia.cli.serving` runs around it. Several
processes may have the same node open: the database serialises their writes.
"""

import contextlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from egnatia import __version__
from egnatia.ed25519 import quicken
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.fishing import Sentry
from egnatia.enquiries.handlers import answer, take_answer, take_undeliverable, tells_by_time
from egnatia.enquiries.holdings import tag_for_partner
from egnatia.enquiries.trust import TrustKeeper
from egnatia.enquiries.views import enquiry_view
from egnatia.errors import ConfigError, Error, InputError
from egnatia.exchange.announcements import announce
from egnatia.exchange.card import PartnerCard, make_card, read_card
from egnatia.exchange.client import HttpsLine, Line
from egnatia.exchange.courier import Courier, Office
from egnatia.exchange.directory import believed_cards, cards, register_card
from egnatia.exchange.dispatch import hasten
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.key_history import past_cosigning_keys
from egnatia.exchange.keys import NodeKeys, create_keys, load_keys
from egnatia.exchange.membership.former import former_cards
from egnatia.exchange.outbox import Sent
from egnatia.exchange.pacing import Pace
from egnatia.exchange.rotation import (
    Rotated,
    Rotation,
    install,
    is_noted,
    note_rotation,
    own_signing_keys,
    preparing,
    recover,
)
from egnatia.exchange.server import Site
from egnatia.exchange.witnessing import Watch
from egnatia.ledger import JSON, Act, append
from egnatia.ledger.checkpoints import sign_anew
from egnatia.ledger.finality import witness_policy
from egnatia.ledger.mark import MARK_FILE, write_mark
from egnatia.ledger.nodes import log_size
from egnatia.ledger.notekeys import KeyKind, VerifyKey, verify_key
from egnatia.ledger.report import Trust
from egnatia.model.events import EventKind
from egnatia.model.ids import EnquiryId, PartnerCode, system_randomness
from egnatia.model.states import AskState
from egnatia.settings import FILE_NAME, Settings, load_settings, render_settings, write_private
from egnatia.store.database import Database, Transaction
from egnatia.store.migrations import check_revision, upgrade
from egnatia.store.vault import Vault
from egnatia.store.writer import Writer

T = TypeVar("T")
DATABASE_FILE = "node.sqlite"
VAULT_FILE = "vault.sqlite"
CARD_FILE = "card.json"
_POLL_S = 0.05


def utc_now() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def ledger_origin(code: PartnerCode) -> str:
    """The name of a node's ledger in its checkpoints (C2SP: a schema-less name, unique for each log)."""
    return f"egnatia.example/{code.lower()}/ledger"


@dataclass(slots=True)
class Node:
    """An open node. Invariant: its settings, keys and database belong to the same partner.

    Attributes:
        directory: where it lives.
        settings: as read.
        keys: its secrets.
        database: its records.
        desk: its side of every conversation.
        trust_keeper: the way to its trust store.
        clock: the time; a test gives its own.
    """

    directory: Path
    settings: Settings
    keys: NodeKeys
    database: Database
    desk: Desk
    trust_keeper: TrustKeeper
    clock: Callable[[], datetime] = utc_now
    _writer: Writer | None = None
    _courier: Courier | None = field(default=None)
    _fishing: Sentry = field(default_factory=lambda: Sentry.opened(system_randomness()))

    @classmethod
    def open(cls, directory: Path, clock: Callable[[], datetime] = utc_now) -> "Node":
        """Open the node in a directory.

        Raises:
            ConfigError: there is none, its keys are another partner's, or its database is of another release.
            StorageError: the database cannot be read.
        """
        node = _assemble(directory, clock)
        try:
            check_revision(node.database)
            recover(node.keys, node.has_noted)
            node.database.finish_erasures()
        except Error:
            node.close()
            raise
        return node

    @property
    def code(self) -> PartnerCode:
        """The partner's code."""
        return self.settings.code

    def commit(self, job: Callable[[Transaction], T]) -> T:
        """Run a job in a write transaction and return its result once it is durable."""
        result = self._writer.submit(job).result() if self._writer else self.database.run(job)
        if self._courier is not None:
            self._courier.wake()
        return result

    def start_writer(self) -> Writer:
        """Start the writer thread of a serving node; every write then shares its commits."""
        if self._writer is None:
            self._writer = Writer(self.database)
        return self._writer

    def close(self) -> None:
        """Finish what is queued and close the database."""
        if self._writer is not None:
            self._writer.close()
        self.database.close()

    def card(self, keys: NodeKeys | None = None) -> bytes:
        """This node's own card, for its partners; with other keys, the one it will have under them."""
        exchange = self.settings.exchange
        address = f"https://{exchange.public_host}:{exchange.port}"
        return make_card(keys or self.keys, self.settings.name, address, ledger_origin(self.code))

    def rotate_keys(self, wanted: Rotation, actor: str) -> Rotated:
        """Replace keys of this node, announce its new card to its partners and write it to `card.json`.

        A serving process of this node takes the new keys into use within seconds. Nothing that waits is lost.

        Raises:
            ConflictError: another process is rotating now.
            ConfigError: the key files cannot be written.
        """
        exchange = self.settings.exchange
        with preparing(self.keys, wanted, sorted({exchange.public_host, exchange.host}), self.clock()) as fresh:
            rotated = self.commit(partial(self._rotate, fresh=fresh, wanted=wanted, actor=actor))
            install(self.keys)
        self._sign_anew()
        (self.directory / CARD_FILE).write_bytes(self.card())
        return rotated

    def _rotate(self, tx: Transaction, fresh: NodeKeys, wanted: Rotation, actor: str) -> Rotated:
        now, card, known = self.clock(), self.card(fresh), believed_cards(tx)
        told, by_hand = ([], sorted(known)) if wanted.compromised else announce(tx, self.keys, card, known, now)
        facts: dict[str, JSON] = {"announced": list(told), "by_hand": list(by_hand)}
        note_rotation(tx, (self.card(), card), wanted, actor, facts, now)
        if wanted.agreement:
            desk = replace(self.desk, keys=fresh)
            for partner in cards(tx).values():
                tag_for_partner(tx, desk, partner)
        return Rotated(card, tuple(told), tuple(by_hand))

    def take_new_keys(self) -> bool:
        """Take keys into use that another process of this node rotated; returns whether there were any.

        Raises:
            ConfigError: a key file is not what it should be.
        """
        if not self.keys.refresh():
            return False
        self._sign_anew()
        return True

    def _sign_anew(self) -> None:
        """Have the newest checkpoint under the new key, in the database and beside it."""
        signed = self.commit(lambda tx: sign_anew(tx, self.keys.signing, self.clock()))
        if signed is not None:
            write_mark(self.directory / MARK_FILE, signed.note)

    def has_noted(self, fresh: NodeKeys) -> bool:
        """Whether the database says that this node's keys are these: an interrupted rotation had come that far."""
        with self.database.read() as tx:
            return is_noted(tx, read_card(self.card(fresh)))

    def add_partner(self, card: bytes, actor: str, *, replace: bool = False, revoke_old: bool = False) -> PartnerCard:
        """Register a partner's card and make our persons' tags for it, in one transaction.

        Raises:
            InputError: it is this node's own card.
            RefusedError, ConflictError: as `register_card`.
        """
        if read_card(card).code == self.code:
            raise InputError(f"this is the card of {self.code} itself", hint="Give it to partners; register theirs.")

        def job(tx: Transaction) -> PartnerCard:
            partner = register_card(tx, card, actor, self.clock(), replace=replace, revoke_old=revoke_old)
            hasten(tx, partner.code, self.clock())
            tag_for_partner(tx, self.desk, partner)
            return partner

        return self.commit(job)

    def trust(self, tx: Transaction) -> Trust:
        """The keys by which this node's ledger and its partners' cosignatures are verified."""
        own, *past = own_signing_keys(tx, self.keys)
        known = {**former_cards(tx), **cards(tx)}
        witnesses = {
            code: verify_key(card.ledger_origin, KeyKind.COSIGNATURE, card.signing_key) for code, card in known.items()
        }
        past_witnesses = {code: past_cosigning_keys(tx, card) for code, card in known.items()}
        return Trust(self._note_key(own), witnesses, tuple(self._note_key(each) for each in past), past_witnesses)

    def _note_key(self, public_key: bytes) -> VerifyKey:
        return verify_key(ledger_origin(self.code), KeyKind.NOTE, public_key)

    def pace(self) -> Pace:
        """At which moments a serving node answers what its time could tell something about."""
        step_s = self.settings.exchange.answer_step_ms / 1000
        return Pace(tells_by_time, step_s, time.monotonic, random.SystemRandom().random)

    def site(self, pace: Pace | None = None) -> Site:
        """What the exchange's server serves from; where partners measure it, with its pace."""
        quicken()
        return Site(
            keys=self.keys,
            origin=ledger_origin(self.code),
            database=self.database,
            writer=self.start_writer(),
            handle=self._answer,
            clock=self.clock,
            version=__version__,
            pace=pace,
        )

    def courier(self, line: Line | None = None) -> Courier:
        """What delivers this node's messages, by HTTPS or another line; a commit of this process wakes it."""
        quicken()
        office = Office(
            keys=self.keys,
            database=self.database,
            writer=self.start_writer(),
            line=line or HttpsLine(self.keys),
            on_answer=self._take_answer,
            on_undeliverable=self._take_undeliverable,
            clock=self.clock,
            randomness=random.SystemRandom(),
        )
        self._courier = Courier(office)
        return self._courier

    def watch(self, line: Line) -> Watch:
        """What witnesses and audits; the caller closes the line."""
        return Watch(
            keys=self.keys,
            origin=ledger_origin(self.code),
            database=self.database,
            writer=self.start_writer(),
            line=line,
            clock=self.clock,
            checkpoint_every=timedelta(seconds=self.settings.ledger.checkpoint_seconds),
            audit_every=timedelta(minutes=self.settings.ledger.audit_minutes),
            mark=self.directory / MARK_FILE,
            policy=self.desk.witnessing,
        )

    def _answer(self, tx: Transaction, received: Received) -> Answer:
        return answer(tx, self.desk, received, self.clock(), self._fishing)

    def _take_answer(self, tx: Transaction, sent: Sent, received: Received) -> None:
        take_answer(tx, self.desk, sent, received, self.clock())

    def _take_undeliverable(self, tx: Transaction, sent: Sent) -> None:
        take_undeliverable(tx, sent, self.clock())

    def wait_for_answers(self, enquiry_id: EnquiryId, seconds: float) -> bool:
        """Wait until every partner of an enquiry has answered, at most so many seconds. Returns whether they have.

        The serving process of this node delivers; this only looks.
        """
        until = time.monotonic() + seconds
        while True:
            with self.database.read() as tx:
                asks = enquiry_view(tx, enquiry_id, self.clock()).asks
            if all(each.state is not AskState.WAITING for each in asks):
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(_POLL_S)


def create_node(directory: Path, settings: Settings, clock: Callable[[], datetime] = utc_now) -> Node:
    """Make a node in a directory: settings file, keys, database, card, and the first ledger entry.

    Raises:
        ConflictError: there are keys already.
        ConfigError: the directory cannot be written, or the settings are wrong.
    """
    hosts = sorted({settings.exchange.public_host, settings.exchange.host})
    create_keys(directory, settings.code, hosts, clock())  # first: it refuses a directory that has a node
    try:
        directory.chmod(0o700)  # the database and whatever stands beside it is for the node's user only
        write_private(directory / FILE_NAME, render_settings(settings).encode())
    except OSError as error:
        raise ConfigError(f"{directory} cannot be written: {error}") from None
    node = _assemble(directory, clock, making=True)
    _complete(node)
    return node


def _complete(node: Node) -> None:
    """Whatever a new node still lacks; a node whose making was interrupted gets the rest."""
    upgrade(node.database)
    created = Act(EventKind.NODE_CREATED, node.clock(), "node", f"node:{node.code}")
    node.commit(lambda tx: append(tx, created) if log_size(tx) == 0 else None)
    card = node.directory / CARD_FILE
    if not card.exists():
        card.write_bytes(node.card())


def upgrade_node(directory: Path) -> None:
    """Bring the database of a node up to this release, and finish a node whose making was interrupted.

    Raises:
        ConfigError: there is no node, or its database is of a newer release.
    """
    node = _assemble(directory, utc_now, making=not _was_made(directory))
    try:
        _complete(node)
    finally:
        node.close()


def renew(directory: Path) -> Rotated:
    """Make a new TLS certificate and the card that names it, and announce it; who has to bring it by hand is returned.

    Raises:
        ConfigError: there is no node here.
    """
    with contextlib.closing(Node.open(directory)) as node:
        return node.rotate_keys(Rotation(tls=True), "node")


def _was_made(directory: Path) -> bool:
    """Whether a node was finished here once: its card is the last file that is made."""
    return (directory / CARD_FILE).exists()


def _assemble(directory: Path, clock: Callable[[], datetime], *, making: bool = False) -> Node:
    """Put a node together from its files.

    Raises:
        ConfigError: one of them is missing, or they do not belong together.
    """
    settings = load_settings(directory)
    keys = load_keys(directory)
    if keys.code != settings.code:
        raise ConfigError(f"{directory} has the settings of {settings.code} and the keys of {keys.code}")
    if not making and not (directory / VAULT_FILE).exists():
        raise ConfigError(
            f"the vault {directory / VAULT_FILE} is missing",
            hint="Restore it from where it was moved to. Without it every sealed record of this node is lost.",
        )
    if not making and not settings.database.url and not (directory / DATABASE_FILE).exists():
        raise ConfigError(
            f"the database {directory / DATABASE_FILE} is missing",
            hint="Put a backup in its place: `egnatia node restore FOLDER`. A new one would be a new, empty ledger.",
        )
    vault = Vault(directory / VAULT_FILE, keys.vault_key)
    url = settings.database.url or f"sqlite:///{directory / DATABASE_FILE}"
    desk = Desk(settings.code, keys, settings.enquiries, witness_policy(settings.ledger))
    keeper = TrustKeeper.of(directory, settings.documents.trust_store)
    return Node(directory, settings, keys, Database(url, vault, system_randomness()), desk, keeper, clock)
