"""The register in the database: every version that was ever imported, byte for byte, with its ledger entry."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select

from egnatia.agreements.admission.standing import load_bars
from egnatia.agreements.parse import parse_register
from egnatia.errors import ConflictError, NotFoundError, TamperedError
from egnatia.ledger import Act, append
from egnatia.model.agreements import Register
from egnatia.model.events import EventKind
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import agreement_register

_LATEST = Prepared(
    select(agreement_register.c.sha256, agreement_register.c.content)
    .order_by(agreement_register.c.version.desc())
    .limit(1)
)
_IN_FORCE, _TO_ACT_BY = "register in force", "register to act by"
_BY_DATE = frozenset({RefusalReason.MEMBERSHIP_EXPIRED})
"""Bars that begin on a day that was agreed, not with an act."""
_parsed = lru_cache(maxsize=4)(parse_register)
"""A register takes 9 ms to parse and decides about every message; its bytes are compared with their hash each time."""


@dataclass(frozen=True, slots=True)
class RegisterVersion:
    """One imported version: its number from 1, when it came, and the SHA-256 of its file."""

    version: int
    imported_at: datetime
    sha256: str


def import_register(tx: Transaction, content: bytes, actor: str, now: datetime) -> RegisterVersion:
    """Check a register file and make it the one that decides from now on.

    Args:
        tx: the transaction that also writes the ledger entry.
        content: the TOML file.
        actor: opaque id of the officer who imports it.
        now: when.

    Raises:
        InputError: the file is not a register; the version in use stays.
        ConflictError: it is the version in use already.
    """
    parse_register(content)
    sha256 = hashlib.sha256(content).hexdigest()
    history = versions(tx)
    if history and history[-1].sha256 == sha256:
        raise ConflictError(f"this register is in use already, as version {history[-1].version}")
    made = RegisterVersion(len(history) + 1, now, sha256)
    tx.execute(
        agreement_register.insert(),
        {"version": made.version, "imported_at": now, "sha256": sha256, "content": content},
    )
    append(tx, Act(EventKind.AGREEMENTS_IMPORTED, now, actor, f"agreements/{made.version}", content={"sha256": sha256}))
    return made


def versions(tx: Transaction) -> list[RegisterVersion]:
    """Every version, oldest first."""
    table = agreement_register.c
    rows = tx.execute(select(table.version, table.imported_at, table.sha256).order_by(table.version))
    return [RegisterVersion(row.version, row.imported_at, row.sha256) for row in rows]


def load_register(tx: Transaction) -> Register:
    """The register in use: the latest version.

    Raises:
        NotFoundError: none was imported yet; nothing may be asked.
        TamperedError: the stored file is not the one that was imported.
    """
    known: Register | None = tx.memo.get(_IN_FORCE)
    if known is None:
        known = tx.memo[_IN_FORCE] = _stored(tx)
    return known


def register_to_act_by(tx: Transaction) -> Register:
    """The register in use, as whatever is done now is judged by it; `load_register` is for looking at other days.

    What an act of this node forbids holds from its commit on, whatever day the machine's clock says afterwards: a clock
    that was set back past the day of a suspension must not lift it.

    Raises:
        NotFoundError, TamperedError: as `load_register`.
    """
    held = load_register(tx)
    if all(each.reason in _BY_DATE for each in held.bars):
        return held
    known: Register | None = tx.memo.get(_TO_ACT_BY)
    if known is None:
        bars = [each if each.reason in _BY_DATE else replace(each, since=date.min) for each in held.bars]
        known = tx.memo[_TO_ACT_BY] = replace(held, bars=tuple(bars))
    return known


def _stored(tx: Transaction) -> Register:
    row = tx.row(_LATEST)
    if row is None:
        raise NotFoundError(
            "this node has no agreement register, so nothing may be asked or answered",
            hint="Import one with `egnatia agreement import FILE`.",
        )
    if hashlib.sha256(row.content).hexdigest() != row.sha256:
        raise TamperedError("the stored agreement register was changed after it was imported")
    register, bars = _parsed(row.content), load_bars(tx)
    return replace(register, bars=bars) if bars else register
