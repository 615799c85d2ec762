"""The manifest of a backup: what it holds and how far the ledger went, signed by the node that made it."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from egnatia.errors import InputError, RefusedError, TamperedError
from egnatia.exchange import signatures, strict_json
from egnatia.exchange.envelope import open_envelope, seal_envelope, verify_envelope
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.message import format_moment, parse_moment
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.store.copies import sha256_of

BACKUP_TYPE = "application/vnd.egnatia.backup+json"
MANIFEST = "manifest.json"
_VERSION = 1
_MAX_BYTES = 64 * 1024
_FIELDS = frozenset({"v", "code", "made_at", "revision", "ledger_size", "ledger_root", "files"})
_REVISION = re.compile(r"[0-9a-z]{1,32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"[a-z][a-z.]{1,40}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself.

    Attributes:
        code: whose node.
        made_at: when.
        revision: of the database's schema.
        ledger_size: entries in the copy.
        ledger_root: root of the log at that size, in hexadecimal.
        files: SHA-256 of each file, by name.
    """

    code: PartnerCode
    made_at: datetime
    revision: str
    ledger_size: int
    ledger_root: str
    files: dict[str, str]


def write_manifest(manifest: Manifest, keys: NodeKeys) -> bytes:
    """The manifest as a signed envelope."""
    payload = {
        "v": _VERSION,
        "code": manifest.code,
        "made_at": format_moment(manifest.made_at),
        "revision": manifest.revision,
        "ledger_size": manifest.ledger_size,
        "ledger_root": manifest.ledger_root,
        "files": manifest.files,
    }
    return seal_envelope(keys.signing, BACKUP_TYPE, strict_json.render(payload))


def read_manifest(folder: Path, keys: NodeKeys) -> Manifest:
    """Read a backup's manifest and check it and every file that it names.

    Args:
        folder: the backup.
        keys: of the node that it is for, which made it.

    Raises:
        InputError: there is no backup here, or one of another node.
        TamperedError: the manifest or a file is not what this node wrote.
    """
    try:
        content = (folder / MANIFEST).read_bytes()[: _MAX_BYTES + 1]
    except OSError as error:
        raise InputError(f"{folder} holds no backup: {error.strerror}", hint="Name the folder of a backup.") from None
    manifest = _read(content, keys)
    if manifest.code != keys.code:
        raise InputError(f"this is a backup of {manifest.code}, not of {keys.code}")
    for name, expected in manifest.files.items():
        if sha256_of(folder / name) != expected:
            raise TamperedError(f"{folder / name} is not the file that was backed up", hint="Take another backup.")
    return manifest


def _read(content: bytes, keys: NodeKeys) -> Manifest:
    try:
        envelope = open_envelope(content, BACKUP_TYPE)
        verify_envelope(envelope, signatures.public_bytes(keys.signing), keys.code)
        values = strict_json.parse(envelope.payload, "manifest")
        strict_json.take_fields(values, _FIELDS, "manifest")
        return _manifest(values)
    except RefusedError as error:
        raise TamperedError(
            f"the backup's manifest is not believed: {error.message}",
            hint="It was changed, or made before this node's signing key was replaced: take a backup after each rotation.",
        ) from None


def _manifest(values: dict[str, object]) -> Manifest:
    size, files = values["ledger_size"], values["files"]
    if type(size) is not int or not isinstance(files, dict) or values["v"] != _VERSION:
        raise strict_json.refuse("the manifest does not have the form of this version")
    names = {name: strict_json.take_text(files, name, _HASH, "manifest") for name in files if _FILE.fullmatch(name)}
    if len(names) != len(files):
        raise strict_json.refuse("the manifest names a file outside the backup")
    return Manifest(
        code=PartnerCode(strict_json.take_text(values, "code", PARTNER_CODE, "manifest")),
        made_at=parse_moment(str(values["made_at"]), "made_at"),
        revision=strict_json.take_text(values, "revision", _REVISION, "manifest"),
        ledger_size=size,
        ledger_root=strict_json.take_text(values, "ledger_root", _HASH, "manifest"),
        files=names,
    )
