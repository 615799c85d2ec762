"""A digital seal for a page: the visible digital seal of Doc 9303-13 with the zone in it, and its picture.

Written apart from the reader in `seals/`, so that each tests the other. It is signed by the seal signer of the
document's invented authority, whose certificate's serial number the header names. There are profiles for visas and for
sheets (the emergency travel document of Doc 9303-8); cards and passports have none in Doc 9303.
"""

import math
from collections.abc import Sequence
from datetime import date

from PIL import Image, ImageOps

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.authorities import seal_signer
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.keys import EcKey, ecdsa
from egnatia.engines.documents.synthetic.types import AuthorityRecipe, Issue, Kind
from egnatia.errors import InputError

IDENTIFIER = "SP"
"""The signer's two letters, which stand behind its country's in the header and in its certificate's common name."""
_ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PROFILES = {Kind.VISA: (b"\x5d\x01", 1), Kind.SMALL_VISA: (b"\x5d\x01", 2), Kind.SHEET: (b"\x5e\x03", 2)}
"""Feature reference with type category, and the tag of the zone (Doc 9303-7 section 9.1, Doc 9303-8 section 6.1)."""
_KEPT_OF_VISA = 28
"""Characters of a visa's second line that the seal keeps (Doc 9303-7 section 9.1.3)."""
_STAY, _PASSPORT = 4, 5
_QUIET = 2
"""Modules of white around the matrix; the standard asks for one."""


def can_be_sealed(kind: Kind) -> bool:
    """Whether Doc 9303 has a seal for this kind of document."""
    return kind in _PROFILES


def seal_of(zone: Sequence[str], issue: Issue, recipe: AuthorityRecipe) -> bytes:
    """The bytes of a signed seal that says what the zone says.

    Raises:
        InputError: Doc 9303 has no seal for this kind of document.
    """
    if not can_be_sealed(issue.kind):
        raise InputError(
            f"There is no digital seal for the kind {issue.kind}.", hint=f"Seals go with {', '.join(_PROFILES)}."
        )
    return sealed(zone, issue, seal_signer(recipe))


def sealed(zone: Sequence[str], issue: Issue, signer: Credential) -> bytes:
    """The same with a given signer, who may be anybody.

    Raises:
        InputError: the signer's key is no elliptic curve key.
    """
    if not isinstance(signer.key, EcKey):
        raise InputError("Seals are signed on elliptic curves only.")
    signed = _header(issue, signer) + _features(zone, issue)
    r, s = ecdsa(signer.key, signer.scheme.hash, signed)
    width = (signer.key.curve.order.bit_length() + 7) // 8
    return signed + der.tlv(0xFF, r.to_bytes(width) + s.to_bytes(width))


def _header(issue: Issue, signer: Credential) -> bytes:
    """Magic byte, version 4, issuer, signer and certificate, both days, profile (Doc 9303-13 section 2.2)."""
    reference = f"{signer.serial:X}"
    country = signer.name.country().upper()
    named = c40(f"{issue.issuer:<3}") + c40(f"{country}{IDENTIFIER}{len(reference):02X}") + c40(reference)
    return b"\xdc\x03" + named + _day(issue.issued) * 2 + _PROFILES[issue.kind][0]


def _features(zone: Sequence[str], issue: Issue) -> bytes:
    kept = "".join(zone) if not issue.kind.is_visa else zone[0] + zone[1][:_KEPT_OF_VISA]
    body = der.tlv(_PROFILES[issue.kind][1], c40(kept))
    if issue.kind.is_visa:
        body += der.tlv(_STAY, b"\x5a\0\0") + der.tlv(_PASSPORT, c40(issue.passport_number))
    return body


def _day(day: date) -> bytes:
    """Three bytes of the number MMDDYYYY."""
    return int(f"{day:%m%d%Y}").to_bytes(3)


def c40(text: str) -> bytes:
    """C40 text (ISO/IEC 16022): two bytes for three characters, fillers as spaces."""
    values = [_ALPHABET.index(character) + 3 for character in text.replace("<", " ")]
    made = b""
    for start in range(0, len(values), 3):
        part = values[start : start + 3]
        if len(part) == 1:  # one character left over is written in plain (Doc 9303-13 section 2.6.3)
            made += bytes((0xFE, ord(text[start].replace("<", " ")) + 1))
        else:
            first, second, third = (*part, 0)[:3]
            made += (1600 * first + 40 * second + third + 1).to_bytes(2)
    return made


def matrix(seal: bytes, width: int) -> Image.Image:
    """A DataMatrix of these bytes, as wide as fits in `width` pixels with modules of whole pixels."""
    import zxingcpp

    drawn = zxingcpp.create_barcode(seal, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    modules = Image.fromarray(drawn.to_image(scale=1, add_quiet_zones=False)).convert("L")
    framed = ImageOps.expand(modules, _QUIET, 255)
    scale = max(1, math.floor(width / framed.width))
    return framed.resize((framed.width * scale, framed.height * scale), Image.Resampling.NEAREST)
