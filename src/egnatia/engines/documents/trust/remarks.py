"""What reading and verifying can say beside a value: faults (nothing could be read) and remarks (read, but odd).

Nothing in this part raises on the bytes of a document. A reader returns what it read, with its remarks, or one
`Fault`. A remark never decides by itself; `findings.py` says what each does to the advice.
"""

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """Why nothing could be read."""

    TOO_LARGE = "too_large"
    """More bytes, elements or nesting than the limit of this kind of file."""
    NOT_ASN1 = "not_asn1"
    """The bytes are no tag-length-value structure, or it ends too early."""
    UNEXPECTED = "unexpected"
    """Well formed, but not the structure that belongs here."""
    UNSUPPORTED = "unsupported"
    """Understood, but of a kind that is not known here: an algorithm, a curve, a version."""
    BAD_KEY = "bad_key"
    """A public key that cannot be one: a point off its curve, an even modulus, sizes out of range."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Nothing could be read: why, in words, and at which byte where that is known."""

    code: FaultCode
    detail: str
    offset: int | None = None


class RemarkCode(StrEnum):
    """The closed list of what may be odd; `docs/reference/trust-store.md` explains each."""

    # how it is encoded
    TRUST_INDEFINITE_LENGTH = "TRUST_INDEFINITE_LENGTH"
    TRUST_LONG_LENGTH = "TRUST_LONG_LENGTH"
    TRUST_TRAILING_BYTES = "TRUST_TRAILING_BYTES"
    # algorithms and signatures
    TRUST_WEAK_HASH = "TRUST_WEAK_HASH"
    TRUST_WEAK_KEY = "TRUST_WEAK_KEY"
    TRUST_DIGEST_INFO_WITHOUT_NULL = "TRUST_DIGEST_INFO_WITHOUT_NULL"
    TRUST_EXTRA_NULL = "TRUST_EXTRA_NULL"
    TRUST_NULL_MISSING = "TRUST_NULL_MISSING"
    TRUST_PLAIN_ECDSA = "TRUST_PLAIN_ECDSA"
    TRUST_PSS_DEFAULTS = "TRUST_PSS_DEFAULTS"
    TRUST_PSS_PARAMETERS_DIFFER = "TRUST_PSS_PARAMETERS_DIFFER"
    TRUST_NAMED_CURVE = "TRUST_NAMED_CURVE"
    TRUST_ODD_EXPONENT = "TRUST_ODD_EXPONENT"
    # signed data
    TRUST_CONTENT_TYPE_OTHER = "TRUST_CONTENT_TYPE_OTHER"
    TRUST_NO_SIGNED_ATTRIBUTES = "TRUST_NO_SIGNED_ATTRIBUTES"
    TRUST_ATTRIBUTES_NOT_DER = "TRUST_ATTRIBUTES_NOT_DER"
    TRUST_DIGEST_NOT_ANNOUNCED = "TRUST_DIGEST_NOT_ANNOUNCED"
    TRUST_DIGEST_DIFFERS = "TRUST_DIGEST_DIFFERS"
    TRUST_VERSION_DIFFERS = "TRUST_VERSION_DIFFERS"
    TRUST_UNSIGNED_ATTRIBUTES = "TRUST_UNSIGNED_ATTRIBUTES"
    TRUST_SEVERAL_SIGNERS = "TRUST_SEVERAL_SIGNERS"
    TRUST_CERTIFICATE_UNREADABLE = "TRUST_CERTIFICATE_UNREADABLE"
    TRUST_SIGNER_NAME_NORMALISED = "TRUST_SIGNER_NAME_NORMALISED"
    TRUST_SIGNER_NAME_REORDERED = "TRUST_SIGNER_NAME_REORDERED"
    TRUST_SIGNER_IDENTIFIER_WRONG = "TRUST_SIGNER_IDENTIFIER_WRONG"
    # certificates
    TRUST_ALGORITHMS_DISAGREE = "TRUST_ALGORITHMS_DISAGREE"
    TRUST_EXTENSION_MALFORMED = "TRUST_EXTENSION_MALFORMED"
    TRUST_EXTENSION_REPEATED = "TRUST_EXTENSION_REPEATED"
    TRUST_CRITICAL_UNKNOWN = "TRUST_CRITICAL_UNKNOWN"
    TRUST_COUNTRY_CASE = "TRUST_COUNTRY_CASE"
    TRUST_COUNTRY_MISSING = "TRUST_COUNTRY_MISSING"
    TRUST_COUNTRY_FORM = "TRUST_COUNTRY_FORM"
    TRUST_SERIAL_NOT_POSITIVE = "TRUST_SERIAL_NOT_POSITIVE"
    TRUST_SERIAL_LONG = "TRUST_SERIAL_LONG"
    TRUST_DATE_FORM = "TRUST_DATE_FORM"
    TRUST_KEY_UNUSABLE = "TRUST_KEY_UNUSABLE"


@dataclass(frozen=True, slots=True)
class Remark:
    """One oddity of something that could be read all the same."""

    code: RemarkCode
    detail: str = ""


def said(remarks: tuple[Remark, ...], code: RemarkCode) -> bool:
    """Whether a remark of this code is among them."""
    return any(remark.code is code for remark in remarks)
