"""In-memory partner nodes: real databases, real keys, real proofs; only the line between them is left out."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.databases import create_tables

from egnatia.ledger.audit import leaf_hashes
from egnatia.ledger.checkpoints import sign_checkpoint
from egnatia.ledger.log import Act, Entry, append
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.report import Trust
from egnatia.ledger.witness import Cosigner, KnownLog, consistency_request, record_cosignature, witness_checkpoint
from egnatia.ledger.witness_text import WitnessAnswer
from egnatia.ledger.witnessed import WitnessedLog, witnessed
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId, PartnerCode
from egnatia.model.states import Purpose
from egnatia.store.database import Database, Transaction
from egnatia.store.vault import Vault

START = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)


@dataclass
class MemoryNode:
    """One partner with its database in memory."""

    code: PartnerCode
    key: Ed25519PrivateKey
    database: Database

    @property
    def origin(self) -> str:
        return f"{self.code.lower()}.example/ledger"

    @property
    def log(self) -> KnownLog:
        return KnownLog(self.code, key_of(self.origin, KeyKind.NOTE, self.key))

    @property
    def cosigner(self) -> Cosigner:
        return Cosigner(self.origin, self.key, self.code)

    def trust(self, *witnesses: "MemoryNode") -> Trust:
        keys = {one.code: key_of(one.origin, KeyKind.COSIGNATURE, one.key) for one in witnesses}
        return Trust(self.log.key, keys)

    def act(self, number: int, *, sealed: bool = True) -> Act:
        return Act(
            event=EventKind.ENQUIRY_SENT if number % 3 else EventKind.CANDIDATE_VIEWED,
            at=START + timedelta(minutes=number),
            actor=f"off-{number % 4}",
            object_ref=f"enq-{number // 2}",
            partner=PartnerCode("XKX"),
            grant=GrantId("g-1"),
            purpose=Purpose.BORDER_CHECK,
            message_sha256=bytes([number % 256]) * 32,
            justification=f"reason {number}" if sealed else "",
        )

    def write(self, count: int, *, first: int = 0) -> list[Entry]:
        with self.database.write() as tx:
            return [append(tx, self.act(first + i, sealed=i % 2 == 0)) for i in range(count)]

    def sign(self, minute: int = 600) -> None:
        with self.database.write() as tx:
            sign_checkpoint(tx, self.origin, self.key, START + timedelta(minutes=minute))

    def ask(self, witness: "MemoryNode", tx: Transaction, old_size: int | None = None) -> WitnessAnswer | None:
        """Send the latest checkpoint over; what it answers comes back unread."""
        body = consistency_request(tx, witness.code, old_size)
        if body is None:
            return None
        with witness.database.write() as theirs:
            return witness_checkpoint(theirs, self.log, body, witness.cosigner, START + timedelta(hours=11))

    def get_witnessed(self, *witnesses: "MemoryNode") -> None:
        """Sign a checkpoint and have it cosigned."""
        self.sign()
        for witness in witnesses:
            with self.database.write() as tx:
                answer = self.ask(witness, tx)
                assert answer is not None
                assert answer.status == 200, answer
                key = key_of(witness.origin, KeyKind.COSIGNATURE, witness.key)
                size = tx.connection.exec_driver_sql("SELECT max(size) FROM ledger_checkpoint").scalar_one()
                record_cosignature(tx, witness.code, key, size, answer.body)

    def head(self, tx: Transaction, of: "MemoryNode") -> WitnessedLog:
        """What this node cosigned of another's log."""
        known = witnessed(tx, of.code)
        assert known is not None
        return known

    def leaves(self, tx: Transaction, size: int, page: int = 7) -> list[bytes]:
        """What this node hands to an audit, asked for page by page."""
        return [leaf for low in range(0, size, page) for leaf in leaf_hashes(tx, low, min(low + page, size))]


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Callable[[str], MemoryNode]]:
    made: list[MemoryNode] = []

    def make(code: str) -> MemoryNode:
        seed = random.Random(code)
        vault = Vault(tmp_path / f"{len(made)}.vault", bytes(32))
        database = Database("sqlite://", vault, random.Random(len(made)))
        create_tables(database.engine)
        made.append(MemoryNode(PartnerCode(code), Ed25519PrivateKey.from_private_bytes(seed.randbytes(32)), database))
        return made[-1]

    yield make
    for one in made:
        one.database.close()
