"""A node's own secrets: what it signs with, agrees on shared keys with, seals its records with and is known by on TLS.

They are files of their own under DIR/keys, readable by the node's user only, made once and never overwritten.
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
_CA, _CA_KEY, _LEAF, _LEAF_KEY = "tls-ca.pem", "tls-ca.key", "tls.pem", "tls.key"
_PAIR_DOMAIN = b"egnatia/pair/v1\x00"


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """Everything secret about one node; never printed, never sent.

    Attributes:
        code: whose keys these are, as its certificate says.
        signing: signs messages, answers, cards and checkpoints (Ed25519, RFC 8032).
        agreement: agrees on one key per partner (X25519, RFC 7748).
        vault_key: 32 bytes that wrap every record key.
        tls_certificate: PEM file of the node's certificate.
        tls_key: PEM file of its key.
        tls_ca: PEM file of the node's own authority, which partners trust for this node.
    """

    code: PartnerCode
    signing: Ed25519PrivateKey = field(repr=False)
    agreement: X25519PrivateKey = field(repr=False)
    vault_key: bytes = field(repr=False)
    tls_certificate: Path
    tls_key: Path
    tls_ca: Path


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
    authority = new_authority(code, now)
    leaf_key, leaf = new_leaf(code, hosts, authority, now)
    folder = _new_folder(directory)
    files = {
        _SIGNING: Ed25519PrivateKey.generate().private_bytes_raw(),
        _AGREEMENT: X25519PrivateKey.generate().private_bytes_raw(),
        _VAULT: os.urandom(SECRET_BYTES),
        _CA_KEY: key_pem(authority[0]),
        _CA: certificate_pem(authority[1]),
        _LEAF_KEY: key_pem(leaf_key),
        _LEAF: certificate_pem(leaf),
    }
    for name, content in files.items():
        _write_secret(folder / name, content)
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


def _write_secret(path: Path, content: bytes, flags: int = os.O_EXCL) -> None:
    """Write a file that is private from its first byte on."""
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
    folder = directory / DIRECTORY
    secrets = {name: _read_secret(folder / name) for name in (_SIGNING, _AGREEMENT, _VAULT)}
    for name, content in secrets.items():
        if len(content) != SECRET_BYTES:
            raise ConfigError(f"{folder / name} has {len(content)} bytes instead of {SECRET_BYTES}")
    _read_secret(folder / _LEAF_KEY)
    _read_secret(folder / _CA)
    return NodeKeys(
        code=_code_in(folder / _LEAF),
        signing=Ed25519PrivateKey.from_private_bytes(secrets[_SIGNING]),
        agreement=X25519PrivateKey.from_private_bytes(secrets[_AGREEMENT]),
        vault_key=secrets[_VAULT],
        tls_certificate=folder / _LEAF,
        tls_key=folder / _LEAF_KEY,
        tls_ca=folder / _CA,
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
    folder = directory / DIRECTORY
    try:
        ca_key = load_pem_private_key(_read_secret(folder / _CA_KEY), None)
    except ValueError:
        raise ConfigError(f"{folder / _CA_KEY} is not a PEM private key") from None
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise ConfigError(f"{folder / _CA_KEY} is not an elliptic-curve key")
    leaf_key, leaf = new_leaf(keys.code, hosts, (ca_key, _certificate(keys.tls_ca)), now)
    for path, content in ((keys.tls_key, key_pem(leaf_key)), (keys.tls_certificate, certificate_pem(leaf))):
        fresh = path.with_suffix(".new")
        _write_secret(fresh, content, os.O_TRUNC)
        fresh.replace(path)
    return load_keys(directory)


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
    ours = agreement_bytes(keys)
    try:
        shared = keys.agreement.exchange(X25519PublicKey.from_public_bytes(card.agreement_key))
    except ValueError:
        raise RefusedError(
            RefusalReason.MALFORMED, f"the agreement key on {card.code}'s card gives no shared secret"
        ) from None
    first, second = sorted((ours, card.agreement_key))
    context = _PAIR_DOMAIN + first + second + label.encode()
    return HKDF(algorithm=hashes.SHA256(), length=SECRET_BYTES, salt=None, info=context).derive(shared)
