"""Checks of the node itself: each raises an `Error` with what is wrong, or says what it saw."""

import os
import shutil
import stat
import time
from datetime import UTC, datetime

from sqlalchemy import text

from egnatia.accounts import officers as accounts
from egnatia.errors import ConfigError, ConflictError
from egnatia.exchange import signatures
from egnatia.exchange.card import read_card
from egnatia.exchange.keys import certificate_expiry
from egnatia.ledger.audit import verify_own
from egnatia.model.states import Role
from egnatia.node import CARD_FILE, Node
from egnatia.operations.health import MIN_FREE_BYTES

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right shows a time before this release was made."""
_SAMPLE_S = 0.2
_MAX_DRIFT_S = 0.1
"""A clock that gains or loses half in a fifth of a second is being moved; NTP slews at 0.5 ms a second at most."""
_APPROVERS = 2
"""Core data leave by two people."""
_NEEDED = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.EXAMINER, Role.AUDITOR)


def clock(node: Node) -> str:
    """The clock shows a possible time, inside the certificate's life, and runs."""
    now, expires = node.clock(), certificate_expiry(node.keys)
    if not RELEASED <= now < expires:
        raise ConfigError(
            f"the clock says {now:%Y-%m-%d %H:%M}Z; the release is of {RELEASED:%Y-%m-%d}, "
            f"the certificate ends on {expires:%Y-%m-%d}"
        )
    drift = _drift(node)
    if drift > _MAX_DRIFT_S:
        raise ConfigError(f"the clock moved {drift:.2f} s against itself in {_SAMPLE_S} s")
    return f"{now:%Y-%m-%dT%H:%M:%SZ}, running"


def _drift(node: Node) -> float:
    """Seconds by which the clock and the machine's own count of time surely disagree.

    Each look at the clock stands between two looks at the count, so that a busy machine makes no clock wrong.
    """
    before, first, after = time.monotonic(), node.clock(), time.monotonic()
    time.sleep(_SAMPLE_S)
    later, second, last = time.monotonic(), node.clock(), time.monotonic()
    elapsed = (second - first).total_seconds()
    return max(later - after - elapsed, elapsed - (last - before), 0.0)


def keys(node: Node) -> str:
    """Key files are the node user's alone, and the signing key signs by the strict rule."""
    folder = node.directory / "keys"
    for path in sorted(folder.iterdir()):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(f"{path.name} can be read by others")
    content = b"egnatia conformance"
    public = signatures.public_bytes(node.keys.signing)
    if not signatures.is_signed(public, node.keys.signing.sign(content), content):
        raise ConfigError("the signing key does not make signatures that partners accept")
    return f"{len(list(folder.iterdir()))} files, private; key {signatures.key_id(public)}"


def card(node: Node) -> str:
    """The card file is this node's present card."""
    content = (node.directory / CARD_FILE).read_bytes()
    if content != node.card():
        raise ConfigError(f"{CARD_FILE} is not this node's present card", hint="Write it anew: `egnatia partner card`.")
    return f"{read_card(content).code} at {read_card(content).address}"


def agreements(node: Node) -> str:
    """There is a register, and it names this node's own partner."""
    with node.database.read() as tx:
        register = node.desk.register(tx)
    if node.code not in register.partners:
        raise ConfigError(f"the agreement register does not name {node.code}")
    return f"{len(register.agreements)} agreements, {len(register.grants)} grants"


def roles(node: Node) -> str:
    """There are people for every step: without two approvers nothing can be released."""
    with node.database.read() as tx:
        active = [each.officer for each in accounts(tx) if each.disabled_at is None]
    missing = [role.value for role in _NEEDED if not any(role in officer.roles for officer in active)]
    if missing or sum(Role.APPROVER in officer.roles for officer in active) < _APPROVERS:
        raise ConfigError(f"no account with the role {', '.join(missing) or 'approver, held by two people'}")
    return f"{len(active)} accounts, every role held"


def durability(node: Node) -> str:
    """What is committed is on the disk, there is room, and a file written here is read back."""
    with node.database.connection() as connection:
        if connection.dialect.name == "sqlite":
            found = connection.execute(text("PRAGMA synchronous")).scalar_one()
            kept = f"synchronous = {found}"
            safe = found >= 2  # noqa: PLR2004 - FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
        else:
            found = [connection.execute(text(f"SHOW {name}")).scalar_one() for name in ("fsync", "synchronous_commit")]
            kept, safe = f"fsync, synchronous_commit = {', '.join(found)}", found[0] == "on" and found[1] != "off"
    if not safe:
        raise ConfigError(f"a commit may be lost when the power fails: {kept}")
    free = shutil.disk_usage(node.directory).free
    if free < MIN_FREE_BYTES:
        raise ConfigError(f"{free // 1_000_000} MB free")
    _write_and_read(node)
    return f"{kept}; {free // 1_000_000} MB free"


def _write_and_read(node: Node) -> None:
    path, content = node.directory / f".conformance-{os.getpid()}", os.urandom(4096)
    try:
        with path.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if path.read_bytes() != content:
            raise ConflictError("a file that was written is not read back as it was")
    except OSError as error:
        raise ConfigError(f"{node.directory} cannot be written: {error.strerror}") from None
    finally:
        path.unlink(missing_ok=True)


def ledger(node: Node) -> str:
    """The node's own ledger verifies."""
    with node.database.read() as tx:
        report = verify_own(tx, node.trust(tx))
    if report.findings:
        raise ConflictError(f"{report.findings[0].place}: {report.findings[0].text}")
    return f"{report.entries} entries verified"
