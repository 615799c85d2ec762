"""The trust file: what a store holds, as one signed file on disk and between partners.

Three parts: a line that says who made it, which version, when, and the hash of what follows; a line with the Ed25519
signature over that first line; and the content. The signature is over the bytes as they stand, so no two programs need
to agree on how JSON is written. A store's own file may be unsigned (the signature line is empty): then the hash guards
against damage, and the rights on the file against change.

Between partners a file carries only what its maker imported himself: no hearsay (`taking.take`).
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.ed25519 import is_signed
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.crl import read_crl
from egnatia.engines.documents.trust.defects import Defect, DefectKind, Scope
from egnatia.engines.documents.trust.holdings import Holdings, ListVersion, PartnerVersion
from egnatia.engines.documents.trust.master_lists import ListTrust
from egnatia.engines.documents.trust.names import read_name
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.tlv import Malformed, read_inner
from egnatia.errors import InputError, TamperedError

FORMAT: Final = "egnatia-trust-1"
MAX_FILE: Final = 200_000_000
"""Bytes: a hundred times a store of four lists with their history."""
_DOMAIN: Final = b"egnatia trust file 1\n"
"""Put before what is signed, so that the key's signature can be used for nothing else."""
_MAX_HEADER: Final = 2_000


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line."""

    format: str
    maker: str
    version: int
    made_at: datetime
    content_hash: str
    key: str
    """The maker's Ed25519 key in hexadecimal; empty where the file is not signed."""


class _Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    day: date
    digest: str
    imported_at: datetime
    trust: ListTrust
    signer: str
    signer_fingerprint: str
    root_fingerprint: str
    certificates: list[int]
    via: str


class _Defect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: DefectKind
    source: str
    known_since: date
    detail: str
    groups: list[int]
    replacement: bytes | None
    withdrawn_on: date | None
    via: str
    issuer: bytes | None
    serial: str | None
    key_id: bytes | None
    digest_name: str | None
    digest: bytes | None
    authority_key_id: bytes | None
    state: str | None
    document_type: str | None
    issued_from: date | None
    issued_until: date | None
    numbers: list[str] | None


class _Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    partner: str
    version: int
    digest: str
    key: str


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    certificates: list[bytes]
    versions: list[_Version]
    crls: list[bytes]
    defects: list[_Defect]
    partners: list[_Partner]


@dataclass(frozen=True, slots=True)
class TrustFile:
    """A file as read: its hash and, where it is signed, its signature hold."""

    header: Header
    holdings: Holdings


def write_trust_file(
    holdings: Holdings, maker: str, version: int, made_at: datetime, key: Ed25519PrivateKey | None
) -> bytes:
    """The file of some holdings.

    Args:
        holdings: everything that goes into it (`taking.shareable` for a partner).
        maker: who makes it.
        version: higher than that of every file made before.
        made_at: when.
        key: signs it; None only for a store's own file.
    """
    content = msgspec.json.encode(_content(holdings))
    public = "" if key is None else key.public_key().public_bytes_raw().hex()
    header = Header(FORMAT, maker, version, made_at, hashlib.sha256(content).hexdigest(), public)
    line = msgspec.json.encode(header)
    signature = b"" if key is None else key.sign(_DOMAIN + line).hex().encode()
    return line + b"\n" + signature + b"\n" + content


def read_trust_file(data: bytes, key: str | None) -> TrustFile:
    """Read a file and verify it.

    Args:
        data: any bytes.
        key: the Ed25519 key in hexadecimal that has to have signed it; None for a store's own unsigned file.

    Raises:
        InputError: it is no trust file.
        TamperedError: its hash or signature does not hold, or another key signed it.
    """
    header, content = _opened(data, key)
    return TrustFile(header, _holdings(_decoded(content, _Content)))


def read_header(data: bytes, key: str) -> Header:
    """The first line of a file whose hash and signature hold; the content is not read.

    For whoever takes a file before a person looks at it: reading hundreds of certificates takes a sixth of a second, this
    a few milliseconds.

    Raises:
        InputError, TamperedError: as `read_trust_file`.
    """
    return _opened(data, key)[0]


def claimed_key(data: bytes) -> str:
    """The key that a file says signed it: a claim, to choose among the keys that its maker is known to have had.

    Raises:
        InputError: it is no trust file.
    """
    return _parted(data)[0].key


def _opened(data: bytes, key: str | None) -> tuple[Header, bytes]:
    header, line, signature, content = _parted(data)
    _insist(header, line, signature, content, key)
    return header, content


def _parted(data: bytes) -> tuple[Header, bytes, bytes, bytes]:
    if len(data) > MAX_FILE:
        raise InputError(f"a trust file is at most {MAX_FILE:,} bytes long")
    line, first, rest = data.partition(b"\n")
    signature, second, content = rest.partition(b"\n")
    if not first or not second or len(line) > _MAX_HEADER:
        raise InputError("this is no trust file", hint="`egnatia document trust export` makes one.")
    header = _decoded(line, Header)
    if header.format != FORMAT:
        raise InputError(f"a trust file of format {header.format!r}, which this release does not know")
    return header, line, signature, content


def _decoded(data: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise InputError(f"the trust file cannot be read: {error}") from None


def _insist(header: Header, line: bytes, signature: bytes, content: bytes, key: str | None) -> None:
    """The content's hash, and the signature of the key that is expected.

    Raises:
        TamperedError: one of them does not hold.
    """
    if hashlib.sha256(content).hexdigest() != header.content_hash:
        raise TamperedError("the trust file's content is not what its first line says")
    if key is None:
        return
    if header.key != key:
        raise TamperedError("the trust file is signed by another key, or by none", hint="Ask its maker for the key.")
    try:
        public_key, signed = bytes.fromhex(key), bytes.fromhex(signature.decode("ascii"))
    except ValueError:
        public_key = signed = b""
    if not is_signed(public_key, signed, _DOMAIN + line):
        raise TamperedError("the trust file's signature does not hold")


def _content(holdings: Holdings) -> _Content:
    order = {fingerprint: number for number, fingerprint in enumerate(sorted(holdings.certificates))}
    return _Content(
        certificates=[holdings.certificates[each].raw for each in order],
        versions=[
            _Version(
                each.source, each.day, each.digest, each.imported_at, each.trust, each.signer, each.signer_fingerprint,
                each.root_fingerprint, sorted(order[one] for one in each.certificates), each.via,
            )
            for each in holdings.versions
        ],
        crls=[each.raw for each in holdings.crls],
        defects=[_written(each) for each in holdings.defects],
        partners=[_Partner(each.partner, each.version, each.digest, each.key) for each in holdings.partners],
    )  # fmt: skip


def _written(defect: Defect) -> _Defect:
    scope = defect.scope
    return _Defect(
        defect.kind, defect.source, defect.known_since, defect.detail, list(defect.groups), defect.replacement,
        defect.withdrawn_on, defect.via, None if scope.issuer is None else scope.issuer.raw,
        None if scope.serial is None else str(scope.serial), scope.key_id, scope.digest_name, scope.digest,
        scope.authority_key_id, scope.state, scope.document_type, scope.issued_from, scope.issued_until,
        None if scope.numbers is None else sorted(scope.numbers),
    )  # fmt: skip


def _holdings(content: _Content) -> Holdings:
    certificates = [_certificate(each) for each in content.certificates]
    names = [each.fingerprint for each in certificates]
    crls = [read_crl(each) for each in content.crls]
    return Holdings(
        certificates=dict(zip(names, certificates, strict=True)),
        versions=tuple(_version(each, names) for each in content.versions),
        crls=tuple(each for each in crls if not isinstance(each, Fault)),
        defects=tuple(_defect(each) for each in content.defects),
        partners=tuple(PartnerVersion(each.partner, each.version, each.digest, each.key) for each in content.partners),
    )


def _certificate(raw: bytes) -> Certificate:
    found = read_certificate(raw)
    if isinstance(found, Fault):
        raise InputError(f"the trust file holds something that is no certificate: {found.detail}")
    return found


def _version(each: _Version, names: list[str]) -> ListVersion:
    if any(not 0 <= number < len(names) for number in each.certificates):
        raise InputError("the trust file names a certificate that it does not hold")
    return ListVersion(
        each.source, each.day, each.digest, each.imported_at, each.trust, each.signer, each.signer_fingerprint,
        each.root_fingerprint, frozenset(names[number] for number in each.certificates), each.via,
    )  # fmt: skip


def _defect(each: _Defect) -> Defect:
    try:
        issuer = None if each.issuer is None else read_name(read_inner(each.issuer, "issuer"))
        serial = None if each.serial is None else int(each.serial)
    except (Malformed, ValueError):
        raise InputError("the trust file holds a defect whose signer cannot be read") from None
    scope = Scope(
        issuer, serial, each.key_id, each.digest_name, each.digest, each.authority_key_id, each.state,
        each.document_type, each.issued_from, each.issued_until,
        None if each.numbers is None else frozenset(each.numbers),
    )  # fmt: skip
    return Defect(
        each.kind, scope, each.source, each.known_since, each.detail, tuple(each.groups), each.replacement,
        each.withdrawn_on, each.via,
    )  # fmt: skip
