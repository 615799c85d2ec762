"""Writing the log: one act, one entry, in the transaction of the act.

The entry's bytes are written once and never made again from the columns: they are what the leaf hash, the
checkpoint and every partner's cosignature bind. They hold references and a salted commitment; justification and
content are sealed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from egnatia.errors import InputError
from egnatia.ledger.leaf import ENTRY_VERSION, REFERENCE, Leaf, encode_leaf, written_time
from egnatia.ledger.nodes import UNREAD, frontier, log_end
from egnatia.ledger.tree import Frontier, Subtree, leaf_hash
from egnatia.model.events import OPERATIONS, EventKind
from egnatia.model.ids import PARTNER_CODE, GrantId, PartnerCode, SealedId
from egnatia.model.states import Purpose
from egnatia.store.database import Sealed, Transaction
from egnatia.store.prepared import insert_into
from egnatia.store.tables import ledger_entry, ledger_node

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
"""Whatever can be written as JSON."""
SEALED_KIND = "ledger"
"""Kind of a sealed record that holds an entry's justification and content."""
CONTENT_KEPT = timedelta(days=1_095)
"""How long justification and content are kept: three years, after Regulation (EU) 2024/982 art. 40(3) and 45(3)."""
_SEALED_FORM = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
_SHA256_BYTES = 32
_TIP = "ledger tip"
_ENTER, _ADD_NODE = insert_into(ledger_entry), insert_into(ledger_node)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done and has to be accounted for.

    Attributes:
        event: what kind of act.
        at: when, with its zone.
        actor: opaque reference of the officer, or of the partner or machine part that acted.
        object_ref: opaque reference of what it was done to.
        partner: the other side, where there is one.
        grant: the grant under which it was allowed.
        purpose: why, from the closed list.
        message_sha256: hash of the signed message that was sent or received, 32 bytes.
        justification: in the officer's words; sealed.
        content: what the entry is about; sealed.
    """

    event: EventKind
    at: datetime
    actor: str
    object_ref: str
    partner: PartnerCode | None = None
    grant: GrantId | None = None
    purpose: Purpose | None = None
    message_sha256: bytes | None = None
    justification: str = ""
    content: Mapping[str, JSON] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as written: its place, its bytes, its leaf hash and where its content is sealed."""

    sequence: int
    body: bytes
    leaf_hash: bytes
    sealed_id: SealedId | None


def append(tx: Transaction, act: Act) -> Entry:
    """Write one entry in the caller's transaction.

    Raises:
        InputError: a reference is not one, or the time has no zone.
    """
    return append_all(tx, [act])[0]


def append_all(tx: Transaction, acts: Sequence[Act]) -> list[Entry]:
    """Write many entries at once, in order."""
    if not acts:
        return []
    tip = _tip(tx, len(acts))
    entries: list[Entry] = []
    nodes: list[tuple[Subtree, bytes]] = []
    for act in acts:
        entry = _written(tx, act, tip.size)
        nodes.extend(tip.add(entry.leaf_hash))
        entries.append(entry)
    for act, entry in zip(acts, entries, strict=True):
        tx.put(_ENTER, _row(act, entry))
    for (level, position), value in nodes:
        tx.put(_ADD_NODE, {"level": level, "position": position, "hash": value})
    tx.memo[_TIP] = (tip.size, tip.stack())
    return entries


def _tip(tx: Transaction, adding: int) -> Frontier:
    """Where the tree grows. It is read once per transaction: nobody else can write while this one does.

    What is remembered was read from the tables or hashed here from what was; the primary keys of both tables refuse a
    second entry or node in the same place, so a wrong memory could not overwrite anything.
    """
    size, known = tx.memo.get(_TIP) or _stored_tip(tx)
    return frontier(tx, size, known, adding)


def _stored_tip(tx: Transaction) -> tuple[int, tuple[bytes, ...]]:
    """The log's size, and of its frontier the one hash that is read with it: that of a last leaf without a neighbour."""
    size, last = log_end(tx)
    unread = (UNREAD,) * size.bit_count()
    return size, (*unread[1:], last) if size & 1 and last is not None else unread


def _written(tx: Transaction, act: Act, sequence: int) -> Entry:
    _check(act)
    sealed = _seal(tx, act)
    body = encode(act, sealed.commitment if sealed else None)
    return Entry(sequence, body, leaf_hash(body), sealed.id if sealed else None)


def _check(act: Act) -> None:
    """Refuse what must not stand in a leaf."""
    for name, value in (("actor", act.actor), ("object", act.object_ref), ("grant", act.grant)):
        if value is not None and not REFERENCE.fullmatch(value):
            raise InputError(f"the ledger's {name} must be a reference without spaces, at most 80 characters")
    if act.partner is not None and not PARTNER_CODE.fullmatch(act.partner):
        raise InputError("the ledger's partner must be a code of three capital letters")
    if act.at.tzinfo is None:
        raise InputError("the time of a ledger entry must carry its zone")
    if act.message_sha256 is not None and len(act.message_sha256) != _SHA256_BYTES:
        raise InputError("a message hash in the ledger must have 32 bytes")


def _seal(tx: Transaction, act: Act) -> Sealed | None:
    """Seal justification and content together; an act without either needs no sealed record."""
    if not act.justification and act.content is None:
        return None
    inside = {"justification": act.justification, "content": act.content}
    return tx.seal(
        _SEALED_FORM.encode(inside).encode("ascii"), kind=SEALED_KIND, at=act.at, erase_on=act.at + CONTENT_KEPT
    )


def encode(act: Act, commitment: bytes | None) -> bytes:
    """Canonical bytes of an act's entry."""
    operation = OPERATIONS[act.event]
    leaf = Leaf(
        actor=act.actor,
        at=written_time(act.at),
        commitment=commitment.hex() if commitment else None,
        grant=act.grant,
        kind=act.event.value,
        message=act.message_sha256.hex() if act.message_sha256 else None,
        object=act.object_ref,
        operation=operation.value if operation else None,
        partner=act.partner,
        purpose=act.purpose.value if act.purpose else None,
        v=ENTRY_VERSION,
    )
    return encode_leaf(leaf)


def _row(act: Act, entry: Entry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "entry": entry.body,
        "leaf_hash": entry.leaf_hash,
        "kind": act.event.value,
        "at": act.at,
        "object_ref": act.object_ref,
        "sealed_id": entry.sealed_id,
    }
