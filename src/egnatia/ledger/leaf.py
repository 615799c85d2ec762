"""The bytes of one entry: which fields a leaf has, how they are written, and how strictly they are read back.

The fields are declared in the order of their names, so that what `msgspec` writes is JSON with sorted keys and no
spaces: one entry has exactly one form, and a reader can check that it has that form.
"""

import re
from datetime import UTC, datetime

import msgspec

from egnatia.errors import InputError

ENTRY_VERSION = 1
MAX_ENTRY_BYTES = 4096
"""No entry comes near it: nine references of at most 80 characters each (measured: about 300 bytes)."""
REFERENCE = re.compile(r"[A-Za-z0-9._:/@#+-]{1,80}")
"""What may stand in a leaf: a reference without spaces, so that no name and no sentence gets in by mistake."""


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry as everybody may read it: references, closed codes and hashes, no personal data.

    Attributes:
        actor: opaque reference of who acted.
        at: when, as `written_time` writes it.
        commitment: hex of the salted commitment to justification and content.
        grant: the grant under which it was allowed.
        kind: an `EventKind`.
        message: hex of the SHA-256 of the signed message.
        object: opaque reference of what it was done to.
        operation: the logged processing operation, one of six, or none.
        partner: the other side.
        purpose: why, from the closed list.
        v: version of this form.
    """

    actor: str
    at: str
    commitment: str | None
    grant: str | None
    kind: str
    message: str | None
    object: str
    operation: str | None
    partner: str | None
    purpose: str | None
    v: int


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Leaf)


def encode_leaf(leaf: Leaf) -> bytes:
    """Canonical bytes of an entry."""
    return _ENCODER.encode(leaf)


def parse_leaf(body: bytes) -> Leaf:
    """Read an entry's bytes.

    Raises:
        InputError: it is not an entry of version 1 in its canonical form.
    """
    if len(body) > MAX_ENTRY_BYTES:
        raise InputError(f"a ledger entry has at most {MAX_ENTRY_BYTES} bytes")
    try:
        leaf = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not a ledger entry: {error}") from None
    if leaf.v != ENTRY_VERSION:
        raise InputError(f"a ledger entry of version {leaf.v} is not known here")
    if _ENCODER.encode(leaf) != body:
        raise InputError("a ledger entry that is not in its canonical form")
    return leaf


def written_time(at: datetime) -> str:
    """A moment in UTC with microseconds, as entries write it: `2026-11-22T05:44:02.000000Z`."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_time(text: str) -> datetime:
    """A moment as `written_time` wrote it.

    Raises:
        InputError: it is not one.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InputError("not a time as ledger entries write it") from None
    if at.tzinfo is None or written_time(at) != text:
        raise InputError("not a time as ledger entries write it")
    return at
