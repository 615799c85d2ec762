"""Every remark of this part as a finding: its severity, what it does to the advice, and what would settle it.

A remark is made where bytes are read (`remarks.RemarkCode`); whoever inspects a document turns it into a finding here.
Almost all are innocent and bear nothing: issued documents have them. Those that a change of unsigned bytes would cause
are discrepancies.
"""

from enum import StrEnum

from egnatia.engines.documents.findings import Finding, Rule
from egnatia.engines.documents.trust.remarks import Remark, RemarkCode
from egnatia.engines.documents.types import Bearing, Place, Severity


class TrustField(StrEnum):
    """What a finding of this part speaks of."""

    SIGNED_DATA = "signed_data"
    SIGNER = "signer"
    CERTIFICATE = "certificate"
    AUTHORITY = "authority"
    """The certificate of the country signing authority."""


_ISSUED_SO = "issued like this by some authorities"
_OLD = "an old document, made when this was usual"
_NOTHING = "Nothing needs to be done."
_SAME_ISSUER = "Compare with another document of the same issuer and year."
_READ_AGAIN = "Read the chip again and compare the bytes."
_info = Severity.INFO, Bearing.NONE
_odd = Severity.WARN, Bearing.DISCREPANCY

RULES: dict[RemarkCode, Rule] = {
    RemarkCode.TRUST_INDEFINITE_LENGTH: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_LONG_LENGTH: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_TRAILING_BYTES: Rule(*_info, "the chip's file is larger than its content", _NOTHING),
    RemarkCode.TRUST_WEAK_HASH: Rule(*_info, _OLD, _SAME_ISSUER),
    RemarkCode.TRUST_WEAK_KEY: Rule(Severity.WARN, Bearing.NONE, _OLD, _SAME_ISSUER),
    RemarkCode.TRUST_DIGEST_INFO_WITHOUT_NULL: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_EXTRA_NULL: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_NULL_MISSING: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_PLAIN_ECDSA: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_PSS_DEFAULTS: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_PSS_PARAMETERS_DIFFER: Rule(Severity.WARN, Bearing.NONE, _ISSUED_SO, _SAME_ISSUER),
    RemarkCode.TRUST_NAMED_CURVE: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_ODD_EXPONENT: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_CONTENT_TYPE_OTHER: Rule(*_info, f"{_ISSUED_SO}; {_OLD}", _SAME_ISSUER),
    RemarkCode.TRUST_NO_SIGNED_ATTRIBUTES: Rule(*_odd, _ISSUED_SO, _SAME_ISSUER),
    RemarkCode.TRUST_ATTRIBUTES_NOT_DER: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_DIGEST_NOT_ANNOUNCED: Rule(*_odd, "a fault in the issuer's software", _READ_AGAIN),
    RemarkCode.TRUST_DIGEST_DIFFERS: Rule(*_info, _ISSUED_SO, _SAME_ISSUER),
    RemarkCode.TRUST_VERSION_DIFFERS: Rule(*_odd, "a fault in the issuer's software", _READ_AGAIN),
    RemarkCode.TRUST_UNSIGNED_ATTRIBUTES: Rule(*_odd, "an issuer that adds a time stamp", _SAME_ISSUER),
    RemarkCode.TRUST_SEVERAL_SIGNERS: Rule(Severity.WARN, Bearing.NONE, "signed twice while keys change", _SAME_ISSUER),
    RemarkCode.TRUST_CERTIFICATE_UNREADABLE: Rule(*_odd, "a reading that broke off", _READ_AGAIN),
    RemarkCode.TRUST_SIGNER_NAME_NORMALISED: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_SIGNER_NAME_REORDERED: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_SIGNER_IDENTIFIER_WRONG: Rule(*_odd, "a known fault of some issuers", _SAME_ISSUER),
    RemarkCode.TRUST_ALGORITHMS_DISAGREE: Rule(*_odd, "a fault in the issuer's software", _READ_AGAIN),
    RemarkCode.TRUST_EXTENSION_MALFORMED: Rule(*_info, _ISSUED_SO, _SAME_ISSUER),
    RemarkCode.TRUST_EXTENSION_REPEATED: Rule(*_info, _ISSUED_SO, _SAME_ISSUER),
    RemarkCode.TRUST_CRITICAL_UNKNOWN: Rule(
        Severity.WARN, Bearing.NONE, "an extension newer than this list", _SAME_ISSUER
    ),
    RemarkCode.TRUST_COUNTRY_CASE: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_COUNTRY_MISSING: Rule(Severity.WARN, Bearing.NONE, "a fault in the certificate", _SAME_ISSUER),
    RemarkCode.TRUST_COUNTRY_FORM: Rule(*_info, _ISSUED_SO, _SAME_ISSUER),
    RemarkCode.TRUST_SERIAL_NOT_POSITIVE: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_SERIAL_LONG: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_DATE_FORM: Rule(*_info, _ISSUED_SO, _NOTHING),
    RemarkCode.TRUST_KEY_UNUSABLE: Rule(Severity.WARN, Bearing.NONE, "an algorithm newer than this list", _SAME_ISSUER),
}

_EXPECTED: dict[RemarkCode, str] = {
    RemarkCode.TRUST_INDEFINITE_LENGTH: "definite lengths (DER)",
    RemarkCode.TRUST_LONG_LENGTH: "shortest lengths (DER)",
    RemarkCode.TRUST_TRAILING_BYTES: "nothing after the end",
    RemarkCode.TRUST_WEAK_HASH: "SHA-224 or longer",
    RemarkCode.TRUST_WEAK_KEY: "RSA of 2048 bits or a curve of 224 and more",
    RemarkCode.TRUST_DIGEST_INFO_WITHOUT_NULL: "NULL parameters in the DigestInfo",
    RemarkCode.TRUST_EXTRA_NULL: "no parameters",
    RemarkCode.TRUST_NULL_MISSING: "NULL parameters",
    RemarkCode.TRUST_PLAIN_ECDSA: "r and s in ASN.1",
    RemarkCode.TRUST_PSS_DEFAULTS: "hash, mask and salt written out",
    RemarkCode.TRUST_PSS_PARAMETERS_DIFFER: "the parameters that the key is bound to",
    RemarkCode.TRUST_NAMED_CURVE: "explicit parameters",
    RemarkCode.TRUST_ODD_EXPONENT: "3, 17 or 65537",
    RemarkCode.TRUST_CONTENT_TYPE_OTHER: "the type that Doc 9303 gives this content",
    RemarkCode.TRUST_NO_SIGNED_ATTRIBUTES: "signed attributes",
    RemarkCode.TRUST_ATTRIBUTES_NOT_DER: "attributes written as they are signed",
    RemarkCode.TRUST_DIGEST_NOT_ANNOUNCED: "the list of hashes agrees with those used",
    RemarkCode.TRUST_DIGEST_DIFFERS: "one hash for content and signature",
    RemarkCode.TRUST_VERSION_DIFFERS: "the version that the content calls for",
    RemarkCode.TRUST_UNSIGNED_ATTRIBUTES: "nothing that is not signed",
    RemarkCode.TRUST_SEVERAL_SIGNERS: "one signer",
    RemarkCode.TRUST_CERTIFICATE_UNREADABLE: "certificates that can be read",
    RemarkCode.TRUST_SIGNER_NAME_NORMALISED: "the issuer's name as in the certificate",
    RemarkCode.TRUST_SIGNER_NAME_REORDERED: "the issuer's name as in the certificate",
    RemarkCode.TRUST_SIGNER_IDENTIFIER_WRONG: "an identifier that fits the certificate",
    RemarkCode.TRUST_ALGORITHMS_DISAGREE: "one algorithm inside and outside",
    RemarkCode.TRUST_EXTENSION_MALFORMED: "extensions in their form",
    RemarkCode.TRUST_EXTENSION_REPEATED: "each extension once",
    RemarkCode.TRUST_CRITICAL_UNKNOWN: "critical extensions that are known",
    RemarkCode.TRUST_COUNTRY_CASE: "capital letters",
    RemarkCode.TRUST_COUNTRY_MISSING: "a country",
    RemarkCode.TRUST_COUNTRY_FORM: "a two-letter code of Doc 9303-3",
    RemarkCode.TRUST_SERIAL_NOT_POSITIVE: "a positive serial number",
    RemarkCode.TRUST_SERIAL_LONG: "at most 20 octets",
    RemarkCode.TRUST_DATE_FORM: "whole seconds and Z",
    RemarkCode.TRUST_KEY_UNUSABLE: "a key that can be used",
}


def find(remark: Remark, field: TrustField, places: tuple[Place, ...] = ()) -> Finding:
    """A remark as a finding."""
    rule = RULES[remark.code]
    expected = _EXPECTED[remark.code]
    return Finding(
        remark.code, field, rule.severity, rule.bearing, expected, remark.detail or "not so", rule.innocent, rule.settle,
        places=places,
    )  # fmt: skip
