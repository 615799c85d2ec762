"""A node's own secrets: what it signs with, agrees on shared keys with, seals its records with and is known by on TLS.

They are files of their own under DIR/keys, readable by the node's user only. They are replaced by a rotation
(`rotation.py`) and in no other way.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from egnatia.errors import ConfigError, ConflictError, RefusedError
from egnatia.exchange.certificates import certificate_pem, fingerprint, key_pem, new_authority, new_leaf
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.states import RefusalReason

DIRECTORY = "keys"
SECRET_BYTES = 32
_SIGNING, _AGREEMENT, _VAULT = "signing.key", "agreement.key", "vault.key"
_PAST_AGREEMENT = "agreement-past.key"
NEXT = "next"
"""Folder under the keys in which a rotation prepares its files; it is gone once they are in place."""
_CA, _CA_KEY, _LEAF, _LEAF_KEY = "tls-ca.pem", "tls-ca.key", "tls.pem", "tls.key"
_PAIR_DOMAIN = b"egnatia/pair/v1\x00"


@dataclass(frozen=True, slots=True)
class _Secrets:
    """What the files held when they were read."""

    signing: Ed25519PrivateKey = field(repr=False)
    agreement: X25519PrivateKey = field(repr=False)
    past_agreement: X25519PrivateKey | None = field(repr=False)
    vault_key: bytes = field(repr=False)
    code: PartnerCode


class NodeKeys:
    """Everything secret about one node; never printed, never sent.

    A serving process holds one of these for as long as it runs, so it can read its files again (`refresh`) when another
    process has rotated them. Invariant: what it returns was read at one moment, and belongs together.
    """

    def __init__(self, directory: Path) -> None:
        self.folder = directory / DIRECTORY
        self._stamp = _stamp(self.folder)
        self._secrets = _read_secrets(self.folder)
        self.generation = 0
        """Rises with each change that `refresh` found, so that whoever made something of the keys makes it anew."""

    @property
    def code(self) -> PartnerCode:
        """Whose keys these are, as its certificate says."""
        return self._secrets.code

    @property
    def signing(self) -> Ed25519PrivateKey:
        """Signs messages, answers, cards and checkpoints (Ed25519, RFC 8032)."""
        return self._secrets.signing

    @property
    def agreement(self) -> X25519PrivateKey:
        """Agrees on one key per partner (X25519, RFC 7748)."""
        return self._secrets.agreement

    @property
    def past_agreement(self) -> X25519PrivateKey | None:
        """The agreement key before, kept so that questions already on their way can be answered."""
        return self._secrets.past_agreement

    @property
    def vault_key(self) -> bytes:
        """32 bytes that wrap every record key."""
        return self._secrets.vault_key

    @property
    def tls_certificate(self) -> Path:
        """PEM file of the node's certificate."""
        return self.folder / _LEAF

    @property
    def tls_key(self) -> Path:
        """PEM file of its key."""
        return self.folder / _LEAF_KEY

    @property
    def tls_ca(self) -> Path:
        """PEM file of the node's own authority, which partners trust for this node."""
        return self.folder / _CA

    def refresh(self) -> bool:
        """Read the files again if they changed; returns whether they had.

        While a rotation is putting its files in place (`NEXT` is there) nothing is read.

        Raises:
            ConfigError: a file is missing, readable by others, unreadable or not what it should be.
        """
        stamp = _stamp(self.folder)
        if stamp == self._stamp or (self.folder / NEXT).exists():
            return False
        secrets = _read_secrets(self.folder)
        if _stamp(self.folder) != stamp:  # changed while it was read: the next look finds it whole
            return False
        self._secrets, self._stamp = secrets, stamp
        self.generation += 1
        return True


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells a file that was replaced from the one before it, at the cost of one look each."""
    found = []
    for name in (_SIGNING, _AGREEMENT, _PAST_AGREEMENT, _VAULT, _CA, _LEAF, _LEAF_KEY):
        try:
            state = (folder / name).stat()
        except OSError:
            continue
        found.append((name, state.st_ino, state.st_mtime_ns))
    return tuple(found)


def create_keys(directory: Path, code: PartnerCode, hosts: Sequence[str], now: datetime) -> NodeKeys:
    """Make a node's keys in `directory`/keys.

    Args:
        directory: the node's directory.
        code: the partner's code.
        hosts: names and addresses under which partners reach the node, for the certificate.
        now: start of the certificates' life.

    Raises:
        ConflictError: there are keys already; they are never overwritten.
        InputError: a host is neither a name nor an address.
    """
    tls = new_tls(code, hosts, now)
    folder = _new_folder(directory)
    files = new_signing() | new_agreement(None) | {_VAULT: os.urandom(SECRET_BYTES)} | tls
    for name, content in files.items():
        write_secret(folder / name, content)
    return load_keys(directory)


def _new_folder(directory: Path) -> Path:
    folder = directory / DIRECTORY
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise ConflictError(
            f"there are keys in {folder} already",
            hint="Keys are never overwritten: messages and records depend on them. Choose another directory.",
        ) from None
    except OSError as error:
        raise ConfigError(f"{folder} cannot be made: {error.strerror}") from None
    return folder


def write_secret(path: Path, content: bytes, flags: int = os.O_EXCL) -> None:
    """Write a file that is private from its first byte on.

    Raises:
        ConfigError: it is there already, or cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None


def load_keys(directory: Path) -> NodeKeys:
    """Read a node's keys.

    Raises:
        ConfigError: a file is missing, readable by others, unreadable or not what it should be.
    """
    return NodeKeys(directory)


def _read_secrets(folder: Path) -> _Secrets:
    found = {name: _read_secret(folder / name) for name in (_SIGNING, _AGREEMENT, _VAULT)}
    past = folder / _PAST_AGREEMENT
    if past.exists():
        found[_PAST_AGREEMENT] = _read_secret(past)
    for name, content in found.items():
        if len(content) != SECRET_BYTES:
            raise ConfigError(f"{folder / name} has {len(content)} bytes instead of {SECRET_BYTES}")
    _read_secret(folder / _LEAF_KEY)
    _read_secret(folder / _CA)
    before = found.get(_PAST_AGREEMENT)
    return _Secrets(
        signing=Ed25519PrivateKey.from_private_bytes(found[_SIGNING]),
        agreement=X25519PrivateKey.from_private_bytes(found[_AGREEMENT]),
        past_agreement=None if before is None else X25519PrivateKey.from_private_bytes(before),
        vault_key=found[_VAULT],
        code=_code_in(folder / _LEAF),
    )


def _read_secret(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode & 0o777
        content = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            f"the key file {path} is missing", hint="Restore it from the node's key backup; it cannot be made again."
        ) from None
    except OSError as error:
        raise ConfigError(f"the key file {path} cannot be read: {error.strerror}") from None
    if mode & 0o077:
        raise ConfigError(
            f"the key file {path} has mode {mode:04o}: others than the node's user can read it",
            hint=f"Run `chmod 600 {path}`, and consider the key as known to whoever could read it.",
        )
    return content


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(_read_secret(path))
    except ValueError:
        raise ConfigError(f"{path} is not a PEM certificate") from None


def _code_in(path: Path) -> PartnerCode:
    units = _certificate(path).subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    code = str(units[0].value) if units else ""
    if not PARTNER_CODE.fullmatch(code):
        raise ConfigError(f"{path} does not name the partner it was made for")
    return PartnerCode(code)


def tls_fingerprint(keys: NodeKeys) -> str:
    """SHA-256 of this node's certificate, the value its card pins."""
    return fingerprint(_certificate(keys.tls_certificate).public_bytes(Encoding.DER))


def authority_pem(keys: NodeKeys) -> str:
    """This node's own certificate authority, as its card carries it."""
    return certificate_pem(_certificate(keys.tls_ca)).decode()


def certificate_expiry(keys: NodeKeys) -> datetime:
    """When this node's certificate ends, in UTC; `egnatia node doctor` warns in time."""
    return _certificate(keys.tls_certificate).not_valid_after_utc


def renew_certificate(directory: Path, hosts: Sequence[str], now: datetime) -> NodeKeys:
    """Issue a new TLS certificate from the node's own authority; partners then need the node's new card.

    Raises:
        ConfigError: the authority's files cannot be read.
        InputError: a host is neither a name nor an address.
    """
    keys = load_keys(directory)
    for name, content in renewed_leaf(keys, hosts, now).items():
        fresh = (keys.folder / name).with_suffix(".new")
        write_secret(fresh, content, os.O_TRUNC)
        fresh.replace(keys.folder / name)
    return load_keys(directory)


def renewed_leaf(keys: NodeKeys, hosts: Sequence[str], now: datetime) -> dict[str, bytes]:
    """A new certificate with its key, by the node's own authority: the files by name.

    Raises:
        ConfigError: the authority's files cannot be read.
        InputError: a host is neither a name nor an address.
    """
    path = keys.folder / _CA_KEY
    try:
        ca_key = load_pem_private_key(_read_secret(path), None)
    except ValueError:
        raise ConfigError(f"{path} is not a PEM private key") from None
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise ConfigError(f"{path} is not an elliptic-curve key")
    leaf_key, leaf = new_leaf(keys.code, hosts, (ca_key, _certificate(keys.tls_ca)), now)
    return {_LEAF_KEY: key_pem(leaf_key), _LEAF: certificate_pem(leaf)}


def new_tls(code: PartnerCode, hosts: Sequence[str], now: datetime) -> dict[str, bytes]:
    """A new authority and its one certificate, each with its key: the files by name.

    Raises:
        InputError: a host is neither a name nor an address.
    """
    authority = new_authority(code, now)
    leaf_key, leaf = new_leaf(code, hosts, authority, now)
    files = {_CA_KEY: key_pem(authority[0]), _CA: certificate_pem(authority[1])}
    return files | {_LEAF_KEY: key_pem(leaf_key), _LEAF: certificate_pem(leaf)}


def new_signing() -> dict[str, bytes]:
    """A new signing key: the file by name."""
    return {_SIGNING: Ed25519PrivateKey.generate().private_bytes_raw()}


def new_agreement(before: X25519PrivateKey | None) -> dict[str, bytes]:
    """A new agreement key, and the one before as the past one: the files by name. None forgets the one before."""
    past = {} if before is None else {_PAST_AGREEMENT: before.private_bytes_raw()}
    return {_AGREEMENT: X25519PrivateKey.generate().private_bytes_raw()} | past


def agreement_bytes(keys: NodeKeys) -> bytes:
    """The 32-byte public half of the agreement key."""
    return keys.agreement.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Agreeing(Protocol):
    """Whoever announces an agreement key: a `PartnerCard`."""

    @property
    def code(self) -> PartnerCode:
        """The partner's code."""
        ...

    @property
    def agreement_key(self) -> bytes:
        """32-byte X25519 public key."""
        ...


def pair_key(keys: NodeKeys, card: Agreeing, label: str) -> bytes:
    """The key that two partners share for one use, the same at both ends and known to nobody else.

    X25519 (RFC 7748), then HKDF-SHA256 (RFC 5869) over the label and both public keys in byte order.

    Args:
        keys: this node's.
        card: the partner's.
        label: what the key is for; another label gives an unrelated key.

    Raises:
        RefusedError: MALFORMED when the partner's public key is not a sound point.
    """
    return derive_pair_key(keys.agreement, card.agreement_key, label, card.code)


def derive_pair_key(ours: X25519PrivateKey, theirs: bytes, label: str, partner: PartnerCode) -> bytes:
    """As `pair_key`, for any key of ours and any of theirs.

    Raises:
        RefusedError: MALFORMED when the partner's public key is not a sound point.
    """
    public = ours.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    try:
        shared = ours.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError:
        detail = f"the agreement key on {partner}'s card gives no shared secret"
        raise RefusedError(RefusalReason.MALFORMED, detail) from None
    first, second = sorted((public, theirs))
    context = _PAIR_DOMAIN + first + second + label.encode()
    return HKDF(algorithm=hashes.SHA256(), length=SECRET_BYTES, salt=None, info=context).derive(shared)
