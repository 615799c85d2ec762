"""Whose certificate it is: countries as certificates write them, and the state a document's code means.

A document's zone carries the three-letter codes of Doc 9303-3, a certificate the two-letter ones, and both are written
in several ways: `al`, `gb`, `ro` and `si` in small letters, Kosovo as KS where ISO has the user-assigned XK, Germany as
D. Both are led to one state through one assignment table before they are compared (BSI TR-03135-1: issuing state of
data group 1 against the document signer certificate).

Source: Doc 9303-3 section 5, Doc 9303-12 section 7.1 (countryName), ISO 3166-1; the lists of 2024 to 2026.
"""

from enum import StrEnum
from typing import Final

from egnatia.engines.documents.mrz.codes import CODES, KNOWN_MISTAKES, CodeKind

_ONE_STATE: Final = {
    "BMU": "GBR",
    "DEU": "D",
    "GBD": "GBR",
    "GBN": "GBR",
    "GBO": "GBR",
    "GBP": "GBR",
    "GBS": "GBR",
    "UNA": "UNO",
}
"""Three-letter codes whose documents are signed by the state or organisation of another code. Bermuda is among them
because the keys of its authority and of the United Kingdom's sign each other in the lists of 2024 to 2026."""
_CERTIFICATE_ONLY: Final = {"KS": "RKS", "XK": "RKS", "UT": "UTO"}
"""Two-letter codes of certificates that ISO 3166-1 does not assign: Kosovo (Doc 9303-3 has KS, databases XK), and Utopia
of specimens. The organisations of part D (XPO, XOM and so on) have no two-letter code: theirs stay unknown."""
_BY_ALPHA_2: Final = {
    code.alpha_2: code.code
    for kind in (CodeKind.DEPRECATED, CodeKind.COUNTRY, CodeKind.UNITED_NATIONS, CodeKind.UNION, CodeKind.EXTENSION)
    for code in CODES.values()
    if code.kind is kind and code.alpha_2
}


class Issuing(StrEnum):
    """Whether a document's issuer and the state of a certificate belong together."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"
    """One of the two codes is in no table."""


def state_of_document(code: str) -> str | None:
    """The state that a document's issuer code means, as its three-letter code; None for one that is in no table."""
    plain = code.rstrip("<").upper()
    plain = KNOWN_MISTAKES.get(plain, plain)
    plain = _ONE_STATE.get(plain, plain)
    return plain if plain in CODES else None


def state_of_certificate(written: str) -> str | None:
    """The state that a certificate's country means, whatever its case and number of letters."""
    plain = written.strip().upper()
    found = _CERTIFICATE_ONLY.get(plain) or _BY_ALPHA_2.get(plain)
    return state_of_document(plain if found is None else found)


def issuing(document: str, certificate: str) -> Issuing:
    """Whether a document's issuer code (zone, data group 1) and a certificate's country name one issuer.

    Args:
        document: the three-letter code, fillers or not.
        certificate: the country attribute of the document signer or its authority, as written.
    """
    issuer, signer = state_of_document(document), state_of_certificate(certificate)
    if issuer is None or signer is None:
        return Issuing.UNKNOWN
    return Issuing.SAME if issuer == signer else Issuing.OTHER
