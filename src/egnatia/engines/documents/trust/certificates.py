"""Certificates of country signing authorities, document signers and list signers, read as they really are.

Everything that is hashed or verified is a stretch of the bytes given. A key that cannot be used, an extension that
cannot be read or a country in small letters is a remark or a fault inside the certificate; only what is no certificate
at all is refused as a whole.

Source: RFC 5280 section 4.1, Doc 9303-12 section 7.1.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from egnatia.engines.documents.trust.algorithms import Algorithm, read_algorithm
from egnatia.engines.documents.trust.countries import state_of_certificate
from egnatia.engines.documents.trust.extensions import Extensions, read_extensions
from egnatia.engines.documents.trust.keys import PublicKey, read_key_element
from egnatia.engines.documents.trust.names import COUNTRY, Likeness, Name, read_name
from egnatia.engines.documents.trust.remarks import Fault, Remark, RemarkCode
from egnatia.engines.documents.trust.signatures import Verified, verify
from egnatia.engines.documents.trust.times import read_time
from egnatia.engines.documents.trust.tlv import CONTEXT, Element, Malformed, read

MAX_CERTIFICATE: Final = 50_000
"""Bytes: ten times the largest in the real lists."""
_MAX_SERIAL: Final = 20
"""Octets of a serial number (RFC 5280 section 4.1.2.2)."""
MAX_PARTS: Final = 4_000
"""Elements of a certificate: the largest of the real lists has 122."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate: its bytes, what they say, and what is odd about them."""

    raw: bytes
    tbs: bytes
    """The signed part, as it stands."""
    fingerprint: str
    """SHA-256 of `raw` in hexadecimal: the name of this certificate everywhere in the store."""
    version: int
    serial: int
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    key: PublicKey | Fault
    """A fault where the key is of a kind, size or curve that cannot be used."""
    algorithm: Algorithm
    """Of the signature, as the signed part says."""
    signature: bytes
    extensions: Extensions
    country: str | None
    """As written in the subject, else in the issuer."""
    state: str | None
    """Whose it is, by the three-letter code of Doc 9303 (`RKS` for KS, `D` for DE); None where unknown."""
    remarks: tuple[Remark, ...]

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are one name; that does not mean that it signed itself."""
        return self.subject.likeness(self.issuer) is not Likeness.NONE

    @property
    def key_id(self) -> bytes | None:
        """The identifier of its key: as the certificate says, else the usual hash."""
        if self.extensions.subject_key_id is not None:
            return self.extensions.subject_key_id
        return None if isinstance(self.key, Fault) else self.key.identifier()

    @property
    def may_issue(self) -> bool:
        """Whether it is an authority's: by its CA flag or its key usage; one that has neither has to be self-issued.

        One of the two is enough: Cameroon, Italy, Luxembourg and Turkey sign links with the flag at false, Ecuador and
        China authorities without the usage (every certificate of the real lists passes).
        """
        usage, flag = self.extensions.key_usage, self.extensions.is_authority
        if usage is None and flag is None:
            return self.self_issued
        return flag is True or (usage is not None and "key_cert_sign" in usage)

    def valid_on(self, moment: datetime) -> bool:
        """Whether a moment lies within its validity."""
        return self.not_before <= moment <= self.not_after


def read_certificate(der: bytes) -> Certificate | Fault:
    """Read a certificate; never raises on any bytes. Bytes after its end are a remark."""
    tree = read(der, MAX_CERTIFICATE, elements=MAX_PARTS)
    if isinstance(tree, Fault):
        return tree
    try:
        return _read(tree.top, tree.remarks)
    except Malformed as error:
        return error.fault


def verify_certificate(certificate: Certificate, key: PublicKey) -> Verified:
    """Whether a key signed a certificate; by the algorithm inside the signed part."""
    return verify(key, certificate.algorithm, certificate.signature, certificate.tbs)


def signed_itself(certificate: Certificate) -> bool:
    """Whether a certificate is signed by its own key: a root, and not merely one that bears its issuer's name."""
    return not isinstance(certificate.key, Fault) and verify_certificate(certificate, certificate.key).ok


def _read(top: Element, remarks: tuple[Remark, ...]) -> Certificate:
    members = top.members(0x10, "certificate")
    if len(members) != 3:  # noqa: PLR2004 - signed part, algorithm, signature
        raise top.broken("certificate: three parts expected")
    tbs, outer, signature = members
    version, (serial, inner, issuer, validity, subject, spki, *rest) = _fields(tbs)
    algorithm = read_algorithm(inner, "algorithm of the certificate")
    extensions = read_extensions(next((each for each in rest if each.tag == CONTEXT[3]), None))
    names = read_name(issuer), read_name(subject)
    begin, end, odd_dates = _validity(validity)
    country = next((each for name in reversed(names) for each in name.values(COUNTRY)), None)
    number = serial.as_int("serial number", max_bytes=200)
    key = _key(spki)
    return Certificate(
        raw=top.raw,
        tbs=tbs.raw,
        fingerprint=hashlib.sha256(top.raw).hexdigest(),
        version=version,
        serial=number,
        issuer=names[0],
        subject=names[1],
        not_before=begin,
        not_after=end,
        key=key,
        algorithm=algorithm,
        signature=signature.as_bits("signature"),
        extensions=extensions,
        country=country,
        state=None if country is None else state_of_certificate(country),
        remarks=(
            *remarks,
            *_agreement(algorithm, read_algorithm(outer, "outer algorithm")),
            *_serial_remarks(number),
            *odd_dates,
            *_country_remarks(country),
            *_key_remarks(key),
            *extensions.remarks,
        ),
    )


def _fields(tbs: Element) -> tuple[int, tuple[Element, ...]]:
    """The version (1 where it is not written) and the six fields that every certificate has, with what follows them."""
    members = tbs.members(0x10, "signed part")
    version = 1
    if members and members[0].tag == CONTEXT[0] and len(members[0].children) == 1:
        version = members[0].children[0].as_int("version", max_bytes=4) + 1
        members = members[1:]
    if len(members) < 6:  # noqa: PLR2004 - serial, algorithm, issuer, validity, subject, key
        raise tbs.broken("signed part: six fields expected")
    return version, members


def _validity(element: Element) -> tuple[datetime, datetime, tuple[Remark, ...]]:
    members = element.members(0x10, "validity")
    if len(members) != 2:  # noqa: PLR2004 - from and to
        raise element.broken("validity: two times expected")
    (begin, good), (end, fine) = (read_time(each, "validity") for each in members)
    return begin, end, () if good and fine else (Remark(RemarkCode.TRUST_DATE_FORM, "validity"),)


def _key(element: Element) -> PublicKey | Fault:
    try:
        return read_key_element(element)
    except Malformed as error:
        return error.fault


def _key_remarks(key: PublicKey | Fault) -> tuple[Remark, ...]:
    return (Remark(RemarkCode.TRUST_KEY_UNUSABLE, key.detail),) if isinstance(key, Fault) else key.remarks


def _agreement(inner: Algorithm, outer: Algorithm) -> tuple[Remark, ...]:
    same = inner == outer
    return () if same else (Remark(RemarkCode.TRUST_ALGORITHMS_DISAGREE, f"{inner.oid} signed, {outer.oid} outside"),)


def _serial_remarks(serial: int) -> tuple[Remark, ...]:
    if serial <= 0:
        return (Remark(RemarkCode.TRUST_SERIAL_NOT_POSITIVE, str(serial)),)
    size = serial.bit_length() // 8 + 1
    return (Remark(RemarkCode.TRUST_SERIAL_LONG, f"{size} octets"),) if size > _MAX_SERIAL else ()


def _country_remarks(country: str | None) -> tuple[Remark, ...]:
    if country is None:
        return (Remark(RemarkCode.TRUST_COUNTRY_MISSING),)
    found = []
    if country != country.upper():
        found.append(Remark(RemarkCode.TRUST_COUNTRY_CASE, country))
    if len(country) != 2 or state_of_certificate(country) is None:  # noqa: PLR2004 - ISO 3166-1 alpha-2
        found.append(Remark(RemarkCode.TRUST_COUNTRY_FORM, country))
    return tuple(found)
