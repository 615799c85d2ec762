"""What the console calls what is odd about a certificate and accepted all the same."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.engines.documents.trust.remarks import RemarkCode

_ENCODING: dict[StrEnum, str] = {
    RemarkCode.TRUST_INDEFINITE_LENGTH: N_("Lengths are left open"),
    RemarkCode.TRUST_LONG_LENGTH: N_("Lengths are written longer than needed"),
    RemarkCode.TRUST_TRAILING_BYTES: N_("Bytes follow after the end"),
}
_ALGORITHMS: dict[StrEnum, str] = {
    RemarkCode.TRUST_WEAK_HASH: N_("Signed with a weak hash (SHA-1)"),
    RemarkCode.TRUST_WEAK_KEY: N_("The key is short"),
    RemarkCode.TRUST_DIGEST_INFO_WITHOUT_NULL: N_("The signed hash lacks an empty field (NULL)"),
    RemarkCode.TRUST_EXTRA_NULL: N_("An algorithm's name has an empty field too many (NULL)"),
    RemarkCode.TRUST_NULL_MISSING: N_("An algorithm's name lacks an empty field (NULL)"),
    RemarkCode.TRUST_PLAIN_ECDSA: N_("The signature is written without its usual wrapping"),
    RemarkCode.TRUST_PSS_DEFAULTS: N_("Parts of the signature's parameters are left to their defaults"),
    RemarkCode.TRUST_PSS_PARAMETERS_DIFFER: N_("Signed with other parameters than the key is bound to"),
    RemarkCode.TRUST_NAMED_CURVE: N_("The curve is given by name instead of by its parameters"),
    RemarkCode.TRUST_ODD_EXPONENT: N_("The key has an unusual exponent"),
}
_SIGNED: dict[StrEnum, str] = {
    RemarkCode.TRUST_CONTENT_TYPE_OTHER: N_("Another type of content is named"),
    RemarkCode.TRUST_NO_SIGNED_ATTRIBUTES: N_("Signed over the content itself, without attributes"),
    RemarkCode.TRUST_ATTRIBUTES_NOT_DER: N_("The signed attributes stand in another order than they were signed in"),
    RemarkCode.TRUST_DIGEST_NOT_ANNOUNCED: N_("The hash that is used is not in the list of hashes"),
    RemarkCode.TRUST_DIGEST_DIFFERS: N_("One hash for the content, another for the signature"),
    RemarkCode.TRUST_VERSION_DIFFERS: N_("The version does not fit the content"),
    RemarkCode.TRUST_UNSIGNED_ATTRIBUTES: N_("There are attributes that nobody signed"),
    RemarkCode.TRUST_SEVERAL_SIGNERS: N_("There is more than one signer"),
    RemarkCode.TRUST_CERTIFICATE_UNREADABLE: N_("An embedded certificate cannot be read"),
    RemarkCode.TRUST_SIGNER_NAME_NORMALISED: N_("The signer's issuer is written in other letters"),
    RemarkCode.TRUST_SIGNER_NAME_REORDERED: N_("The parts of the signer's issuer stand in another order"),
    RemarkCode.TRUST_SIGNER_IDENTIFIER_WRONG: N_(
        "The signer named is none of the certificates, and the only one signed"
    ),
}
_CERTIFICATES: dict[StrEnum, str] = {
    RemarkCode.TRUST_ALGORITHMS_DISAGREE: N_("Another algorithm is named outside than inside the signed part"),
    RemarkCode.TRUST_EXTENSION_MALFORMED: N_("An extension cannot be read"),
    RemarkCode.TRUST_EXTENSION_REPEATED: N_("An extension stands twice"),
    RemarkCode.TRUST_CRITICAL_UNKNOWN: N_("A critical extension is not known here"),
    RemarkCode.TRUST_COUNTRY_CASE: N_("The country is written in small letters"),
    RemarkCode.TRUST_COUNTRY_MISSING: N_("No country is named"),
    RemarkCode.TRUST_COUNTRY_FORM: N_("The country is no two-letter code of the standard"),
    RemarkCode.TRUST_SERIAL_NOT_POSITIVE: N_("The serial number is zero or negative"),
    RemarkCode.TRUST_SERIAL_LONG: N_("The serial number is longer than 20 bytes"),
    RemarkCode.TRUST_DATE_FORM: N_("A date is written in an unusual form"),
    RemarkCode.TRUST_KEY_UNUSABLE: N_("The key is of a kind that is not known here"),
}

PHRASES: Mapping[StrEnum, str] = {**_ENCODING, **_ALGORITHMS, **_SIGNED, **_CERTIFICATES}
"""The words for every remark, in English."""
