"""Seals written: for specimens, tests and issuers, with a key that stays where it is.

Whoever signs hands in a function; this module never holds a private key. What is written here `read_seal` reads back
unchanged (tests/engines/documents/seals/test_seal_writer.py).
"""

import base64
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from egnatia.engines.documents.seals import c40, idb, vds
from egnatia.engines.documents.seals.canonical import canonical
from egnatia.engines.documents.seals.tlv import Lengths, write_item
from egnatia.engines.documents.seals.values import write_day, write_masked_day
from egnatia.errors import InputError

Sign = Callable[[bytes], bytes]
"""Signs these bytes with ECDSA and gives r and s one behind the other, each as long as the curve's order."""
_KEPT_OF_VISA: Final = 28
_SIGNER: Final = 4
_WIDTHS: Final = {44: 1, 36: 2}
"""Tag of a visa's zone by the width of its lines (Doc 9303-7 section 9.1.3)."""


@dataclass(frozen=True, slots=True)
class SealHeader:
    """The header of a seal of bytes.

    Args:
        issuer: three-letter code; shorter ones are filled up.
        signer: four characters: the signer's country and name.
        reference: serial number of the signer's certificate in hexadecimal.
        issued_on: day of issue.
        signed_on: day of signature.
        profile: four hexadecimal digits, such as 5d01 for a visa; `profiles.VDS_PROFILES` has those known.
        version: 4, or 3 with a reference of at most five characters.
    """

    issuer: str
    signer: str
    reference: str
    issued_on: date
    signed_on: date
    profile: str
    version: int = 4


def write_vds(header: SealHeader, features: Sequence[tuple[int, bytes]], sign: Sign) -> bytes:
    """A signed seal of bytes (Doc 9303-13 section 2).

    Raises:
        InputError: a part of the header has characters or a length that it cannot have.
    """
    lengths = Lengths.ONE_BYTE if header.version == 3 else Lengths.DER  # noqa: PLR2004 - ICAO's version
    body = _vds_header(header) + b"".join(write_item(tag, value, lengths) for tag, value in features)
    return body + write_item(vds.SIGNATURE_TAG, sign(body))


def _vds_header(header: SealHeader) -> bytes:
    if len(header.signer) != _SIGNER or header.version not in {3, 4}:
        raise InputError("A seal's signer has four characters, and its version is 3 or 4.")
    if header.version == 3:  # noqa: PLR2004 - ICAO's version
        named = _text(f"{header.signer}{header.reference:0>5}", "signer and reference")
        if len(named) != 6:  # noqa: PLR2004 - nine characters
            raise InputError("In version 3 a certificate's reference has at most five characters.")
    else:
        named = _text(f"{header.signer}{len(header.reference):02X}", "signer") + _text(header.reference, "reference")
    first = bytes((vds.MAGIC, header.version - 1)) + _text(f"{header.issuer:<3}", "issuer")
    return first + named + write_day(header.issued_on) + write_day(header.signed_on) + bytes.fromhex(header.profile)


def _text(text: str, what: str) -> bytes:
    data = c40.encode(text)
    if not data:
        raise InputError(f"The {what} of a seal has capital letters, digits and spaces only: {text[:20]!r} has not.")
    return data


def zone_feature(lines: Sequence[str]) -> tuple[int, bytes]:
    """A zone as a seal of bytes keeps it: whole under tag 2, a visa's cut behind its last check digit.

    Raises:
        InputError: it is no zone of two lines.
    """
    if len(lines) != 2 or any(len(line) not in _WIDTHS for line in lines):  # noqa: PLR2004 - two lines
        raise InputError("A seal of bytes keeps a zone of two lines.")
    visa = lines[0].startswith("V")
    kept = lines[0] + (lines[1][:_KEPT_OF_VISA] if visa else lines[1])
    return (_WIDTHS[len(lines[0])] if visa else 2), _text(kept, "zone")


def text_feature(tag: int, text: str) -> tuple[int, bytes]:
    """A feature of C40 text.

    Raises:
        InputError: the text has characters that C40 does not have here.
    """
    return tag, _text(text, "text")


def write_idb(
    issuer: str,
    reference: bytes,
    signed_on: date,
    messages: Sequence[tuple[int, bytes]],
    sign: Sign,
    *,
    hash_name: str = "sha256",
    packed: bool = False,
) -> str:
    """A signed seal of ICAO's datastructure for barcode.

    Raises:
        InputError: the reference is not five bytes, or the hash is none of those the header can name.
    """
    numbers = {name: number for number, name in idb.HASHES.items()}
    if len(reference) != 5 or hash_name not in numbers:  # noqa: PLR2004 - the end of a SHA-1
        raise InputError("A certificate's reference has five bytes, and the hash is sha256, sha384 or sha512.")
    inside = b"".join(write_item(tag, value) for tag, value in messages)
    header = _text(f"{issuer:<3}", "issuer") + bytes((numbers[hash_name],)) + reference + write_masked_day(signed_on)
    signed = header + write_item(idb.MESSAGES_TAG, inside)
    data = signed + write_item(idb.SIGNATURE_TAG, sign(signed))
    content = zlib.compress(data, 9) if packed else data
    return f"{idb.PREFIXES[0]}{'D' if packed else 'B'}{base64.b32encode(content).decode().rstrip('=')}"


def write_vds_nc(
    issuer: str, kind: str, message: Mapping[str, Any], certificate: bytes, sign: Sign, algorithm: str = "ES256"
) -> str:
    """A signed seal of JSON, the signer's certificate inside.

    Raises:
        InputError: the message has no canonical form.
    """
    data = {"hdr": {"t": kind, "v": 1, "is": issuer}, "msg": dict(message)}
    signed = canonical(data)
    if signed is None:
        raise InputError("This message has no canonical JSON.", hint="Numbers must be finite, and nesting shallow.")
    carried = base64.urlsafe_b64encode(certificate).decode()
    value = base64.urlsafe_b64encode(sign(signed)).decode()
    return json.dumps({"data": data, "sig": {"alg": algorithm, "cer": carried, "sigvl": value}}, ensure_ascii=False)
