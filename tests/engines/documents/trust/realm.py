"""A small invented world of authorities: old and new keys, a link, a renamed authority, list signers, revocations."""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from tests.engines.documents.trust.making import (
    BEGIN,
    END,
    Signer,
    authority_key,
    certificate,
    ec_signer,
    extension,
    integer,
    key_id,
    master_list,
    name,
    octets,
    oid,
    seq,
    set_of,
    signed_data,
    subject_key,
    tlv,
    utc_time,
)

from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_list

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MASTER_LIST = "2.23.136.1.1.2"
UTO = name("C=UT, O=Utopia, CN=Utopia CSCA")
UTO_NEW = name("C=UT, O=Utopia, CN=CSCA UTO")
KOSOVO = name("C=KS, O=GV, CN=CSCA-KOSOVO")
ALBANIA = name("C=al, O=gov, CN=CSCA Albania")
PUBLISHER = name("C=NL, CN=CSCA NL")
OLD, NEW, KS_KEY, AL_KEY = (ec_signer(number=each) for each in (1, 2, 11, 12))
ROOT_KEY, LIST_KEY = ec_signer("P-384", 20), ec_signer("P-384", 21)


@lru_cache
def uto_old() -> bytes:
    return certificate(UTO, OLD, serial=1)


@lru_cache
def uto_link() -> bytes:
    """The new key under the new name, signed by the old one."""
    return certificate(UTO_NEW, NEW, UTO, OLD, serial=2)


@lru_cache
def uto_new() -> bytes:
    return certificate(UTO_NEW, NEW, serial=3)


@lru_cache
def kosovo() -> bytes:
    return certificate(KOSOVO, KS_KEY, serial=4)


@lru_cache
def albania() -> bytes:
    return certificate(ALBANIA, AL_KEY, serial=5)


@lru_cache
def root() -> bytes:
    """The publisher's own root, in none of his lists."""
    return certificate(PUBLISHER, ROOT_KEY, serial=7)


@lru_cache
def list_signer(*, marked: bool = True) -> bytes:
    listed = [subject_key(key_id(LIST_KEY)), authority_key(key_id(ROOT_KEY))]
    listed += [extension("2.5.29.37", seq(oid("2.23.136.1.1.3")), critical=True)] if marked else []
    return certificate(name("C=NL, CN=Masterlist Signer"), LIST_KEY, PUBLISHER, ROOT_KEY, serial=8, extensions=listed)


@lru_cache
def signed_list(
    *certificates: bytes, day: str = "250101", signer: bytes | None = None, embedded: tuple[bytes, ...] = ()
) -> bytes:
    """A signed master list, signed at noon of a day."""
    content, cert = master_list(certificates), signer or list_signer()
    attributes = [
        seq(oid("1.2.840.113549.1.9.3"), set_of(oid(MASTER_LIST))),
        seq(oid("1.2.840.113549.1.9.4"), set_of(octets(hashlib.sha256(content).digest()))),
        seq(oid("1.2.840.113549.1.9.5"), set_of(tlv(0x17, f"{day}120000Z".encode()))),
    ]
    return signed_data(content, MASTER_LIST, cert, LIST_KEY, attributes=attributes, embedded=[cert, *embedded])


@lru_cache
def read(der: bytes) -> Certificate:
    found = read_certificate(der)
    assert isinstance(found, Certificate)
    return found


def document_signer(issuer: bytes, by: Signer, *, number: int = 30, serial: int = 50, **changed: object) -> Certificate:
    """A signer's certificate; `aki` left out or wrong, `subject`, `validity` as given."""
    own = ec_signer(number=number)
    aki = changed.get("aki", key_id(by))
    listed = [subject_key(key_id(own))] + ([authority_key(aki)] if isinstance(aki, bytes) else [])
    subject, validity = changed.get("subject", name("C=UT, CN=DS 1")), changed.get("validity", (BEGIN, END))
    assert isinstance(subject, bytes)
    assert isinstance(validity, tuple)
    return read(certificate(subject, own, issuer, by, serial=serial, extensions=listed, validity=validity))


def revocation_list(
    issuer: bytes,
    by: Signer,
    revoked: dict[int, int | None],
    *,
    day: datetime = NOW,
    until: datetime | None = END,
    number: int = 1,
) -> bytes:
    """A revocation list: reason by serial number, None for no reason."""
    entries = [
        seq(
            integer(serial),
            utc_time(day),
            b"" if reason is None else seq(extension("2.5.29.21", tlv(0x0A, bytes([reason])))),
        )
        for serial, reason in revoked.items()
    ]
    tbs = seq(
        integer(1),
        by.algorithm,
        issuer,
        utc_time(day),
        utc_time(until) if until is not None else b"",
        seq(*entries) if entries else b"",
        tlv(0xA0, seq(extension("2.5.29.20", integer(number)), authority_key(key_id(by)))),
    )
    return seq(tbs, by.algorithm, tlv(0x03, b"\0", by.sign(tbs)))


@lru_cache
def history() -> Holdings:
    """Three versions of the list NL: Kosovo's certificate comes and goes, the new Utopian key comes."""
    holdings = Holdings()
    roots = [read(root())]
    for day, listed in (
        ("240101", (uto_old(), albania())),
        ("250101", (uto_old(), uto_link(), uto_new(), albania(), kosovo())),
        ("260101", (uto_link(), uto_new(), albania())),
    ):
        holdings = import_list(holdings, signed_list(*listed, day=day), "NL", NOW, roots).holdings
    return holdings
