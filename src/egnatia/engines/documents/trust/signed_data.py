"""Signed data as structures: what a security object, a master list or a defect list is wrapped in, and who signed it.

Source: RFC 5652 sections 3 to 5 and 11, Doc 9303-10 section 4.6.2, Doc 9303-12 section 8.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from egnatia.engines.documents.trust.algorithms import Algorithm
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.names import Name
from egnatia.engines.documents.trust.remarks import Fault, Remark

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
MAX_SIGNED: Final = 8_000_000
"""Bytes: eight times the largest master list."""
MAX_SIGNERS: Final = 16
"""Signers looked at; real files have one, some lists two."""
MAX_EMBEDDED: Final = 2_000
"""Certificates that may come with it."""


class ContentKind(StrEnum):
    """What is signed, by its object identifier."""

    SECURITY_OBJECT = "security_object"
    SECURITY_OBJECT_OLD = "security_object_old"
    """The identifier of the first security objects (Belgium, France until about 2009)."""
    DATA = "data"
    """No type at all: Chinese security objects are signed so."""
    MASTER_LIST = "master_list"
    DEVIATION_LIST = "deviation_list"
    DEFECT_LIST = "defect_list"
    CARD_SECURITY = "card_security"
    OTHER = "other"


CONTENT_KINDS: Final = {
    "2.23.136.1.1.1": ContentKind.SECURITY_OBJECT,
    "1.3.27.1.1.1": ContentKind.SECURITY_OBJECT_OLD,
    "1.2.840.113549.1.7.1": ContentKind.DATA,
    "2.23.136.1.1.2": ContentKind.MASTER_LIST,
    "2.23.136.1.1.7": ContentKind.DEVIATION_LIST,
    "0.4.0.127.0.7.3.1.5": ContentKind.DEFECT_LIST,
    "0.4.0.127.0.7.3.2.1": ContentKind.CARD_SECURITY,
}
"""ICAO's, the old one of Doc 9303 sixth edition, PKCS#7's, and BSI's (TR-03129 section 7, TR-03110-3 appendix A)."""


@dataclass(frozen=True, slots=True)
class SignerIdentifier:
    """Which certificate a signer names: by issuer and serial number, or by key identifier."""

    issuer: Name | None = None
    serial: int | None = None
    key_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """One signature in signed data."""

    version: int
    identifier: SignerIdentifier
    digest: Algorithm
    attributes: bytes | None
    """The signed attributes as they are hashed: their own bytes under the tag of a SET; None where there are none."""
    attributes_der: bytes | None
    """The same in DER, which is what a signer has to sign (RFC 5652 section 5.4); None where it is no different."""
    content_type: str | None
    """The attribute's; None where it is missing."""
    message_digest: bytes | None
    signing_time: datetime | None
    algorithm: Algorithm
    signature: bytes
    unsigned: bool
    """Whether it carries attributes that nobody signed."""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedData:
    """Everything that signed data holds; nothing of it is verified yet."""

    raw: bytes
    version: int
    digests: tuple[Algorithm, ...]
    content_type: str
    content: bytes | None
    """The octets that are signed; None where they are kept elsewhere."""
    certificates: tuple[Certificate, ...]
    """Those that came with it and could be read."""
    revocations: tuple[bytes, ...]
    signers: tuple[SignerInfo, ...]
    remarks: tuple[Remark, ...]

    @property
    def kind(self) -> ContentKind:
        """What is signed."""
        return CONTENT_KINDS.get(self.content_type, ContentKind.OTHER)


class FoundBy(StrEnum):
    """How the signer's certificate was found, from the surest on."""

    KEY_ID = "key_id"
    ISSUER_AND_SERIAL = "issuer_and_serial"
    NORMALISED_ISSUER = "normalised_issuer"
    REORDERED_ISSUER = "reordered_issuer"
    SOLE_CERTIFICATE = "sole_certificate"
    """The identifier fits none; there is one certificate in the data, and its key made the signature."""


@dataclass(frozen=True, slots=True)
class SignerVerdict:
    """Whether one signer's signature holds, by which certificate, and what is odd.

    `ok` says that the content has the digest that was signed and that the certificate's key signed it. Whether that
    certificate can be trusted is another question (`store.chain`).
    """

    ok: bool
    signer: SignerInfo | None
    certificate: Certificate | None
    found_by: FoundBy | None
    digest_ok: bool
    """The content is what the signed attributes say (always true where there are none and the signature holds)."""
    signature_ok: bool
    digest_name: str | None
    """The content's hash: `sha256`."""
    remarks: tuple[Remark, ...]
    fault: Fault | None = None
    """Why it could not be tried: an algorithm that is not known here, no certificate, an attribute that is missing."""
