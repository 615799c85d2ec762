"""A seal of ICAO's datastructure for barcode: RDB1, one letter, then base 32 (its draft was called ICB, and NDB1 stood there).

The letter says whether it is signed and whether it is packed: A neither, B signed, C packed, D both. Inside are the
issuer, of a signed one also algorithm, certificate reference and day, then the features (tag 61), the signer's
certificate where it is carried (7e) and the signature (7f). What is signed is header and features as they stand.
"""

import base64
import binascii
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Final

from egnatia.engines.documents.seals import c40
from egnatia.engines.documents.seals.features import read_features
from egnatia.engines.documents.seals.idb_messages import GERMAN_DOCUMENTS, IDB_MESSAGES
from egnatia.engines.documents.seals.tlv import Item, Lengths, read_items
from egnatia.engines.documents.seals.types import Feature, Flaw, FlawKind, Profile, Seal, SealKind, SealReading
from egnatia.engines.documents.seals.values import read_masked_day, shown_bytes

PREFIXES: Final = ("RDB1", "NDB1")
MESSAGES_TAG: Final = 0x61
CERTIFICATE_TAG: Final = 0x7E
SIGNATURE_TAG: Final = 0x7F
HASHES: Final = {1: "sha256", 2: "sha384", 3: "sha512"}
"""The byte of the header that names the algorithm, all of them ECDSA."""
MAX_UNPACKED: Final = 16_384
"""Bytes after unpacking: five times the most that a QR code holds."""
_FLAGS: Final = {"A": (False, False), "B": (True, False), "C": (False, True), "D": (True, True)}
_PLAIN_HEADER: Final = 2
_SIGNED_HEADER: Final = 12


@dataclass(frozen=True, slots=True)
class _Header:
    issuer: str
    hash_name: str
    reference: str
    signed_on: date | None
    flaws: tuple[Flaw, ...]


def read_idb(text: str) -> SealReading:
    """Read a seal of text; what is wrong with it stands in the flaws, and nothing is raised."""
    raw = text.encode("utf-8", "replace")
    flags = _FLAGS.get(text[4:5])
    if text[:4] not in PREFIXES or flags is None:
        return _nothing(raw, "RDB1 and a letter from A to D", text[:5])
    signed, packed = flags
    data = _unpacked(text[5:], packed=packed)
    size = _SIGNED_HEADER if signed else _PLAIN_HEADER
    if isinstance(data, str):
        return _nothing(raw, "base 32" + (" of packed bytes" if packed else ""), data)
    if len(data) <= size:
        return _nothing(data, f"a header of {size} bytes and features", f"{len(data)} bytes")
    old = text.startswith("NDB1")
    return _reading(data, size, signed=signed, old=old)


def _nothing(data: bytes, expected: str, found: str) -> SealReading:
    return SealReading(None, (Flaw(FlawKind.DECODE, "header", expected, found),), data)


def _unpacked(text: str, *, packed: bool) -> bytes | str:
    """The bytes behind the prefix, or what is wrong with them."""
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return "characters outside A to Z and 2 to 7, or a length that base 32 does not have"
    if not packed:
        return data
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data, MAX_UNPACKED)
    except zlib.error:
        return "bytes that cannot be unpacked"
    return found if unpacker.eof else f"a packing that is cut, or holds more than {MAX_UNPACKED} bytes"


def _reading(data: bytes, size: int, *, signed: bool, old: bool) -> SealReading:
    header = _header(data, signed=signed)
    outer = read_items(data, size, Lengths.DER)
    parts = {item.tag: item for item in outer.items}
    messages = parts.get(MESSAGES_TAG)
    flaws = [*header.flaws, *_structure(data, size, outer.items, outer.flaw, signed=signed)]
    if old:
        flaws.append(Flaw(FlawKind.TOLERATED, "header", "RDB1", "NDB1, as the draft had it"))
    features: tuple[Feature, ...] = ()
    if messages is not None:
        features, wrong = _features(data, messages)
        flaws += wrong
    signature, certificate = parts.get(SIGNATURE_TAG), parts.get(CERTIFICATE_TAG)
    profile = _profile(header.issuer, features)
    seal = Seal(
        SealKind.IDB,
        "1",
        header.issuer,
        "",
        header.reference,
        None,
        header.signed_on,
        profile,
        "" if profile is None else profile.code,
        features,
        data[: messages.end if messages is not None else size],
        signature.value if signature is not None else None,
        header.hash_name,
        certificate.value if certificate is not None else None,
    )
    return SealReading(seal, tuple(flaws), data)


def _header(data: bytes, *, signed: bool) -> _Header:
    flaws: list[Flaw] = []
    issuer = c40.decode(data[:2])
    if issuer is None:
        flaws.append(Flaw(FlawKind.MEANING, "issuer", "three letters", data[:2].hex(), 0, 2))
    if not signed:
        return _Header((issuer or "").strip(), "", "", None, tuple(flaws))
    hash_name = HASHES.get(data[2], "")
    if not hash_name:
        flaws.append(Flaw(FlawKind.UNKNOWN, "algorithm", "01, 02 or 03", f"{data[2]:02x}", 2, 3))
    text = read_masked_day(data[8:12])
    day = date.fromisoformat(text) if text is not None and "x" not in text else None
    if day is None:
        flaws.append(Flaw(FlawKind.MEANING, "signature date", "a day of the calendar", data[8:12].hex(), 8, 12))
    return _Header((issuer or "").strip(), hash_name, data[3:8].hex(), day, tuple(flaws))


def _features(data: bytes, messages: Item) -> tuple[tuple[Feature, ...], list[Flaw]]:
    begin = messages.end - len(messages.value)
    inside = read_items(data[: messages.end], begin, Lengths.DER)
    features, flaws = read_features(inside.items, IDB_MESSAGES)
    if inside.flaw:
        wrong = Flaw(FlawKind.STRUCTURE, "features", "tag, length and value", inside.flaw, inside.end, messages.end)
        return features, [*flaws, wrong]
    return features, list(flaws)


def _structure(data: bytes, size: int, items: tuple[Item, ...], flaw: str, *, signed: bool) -> list[Flaw]:
    flaws: list[Flaw] = []
    end = items[-1].end if items else size
    if flaw:
        flaws.append(Flaw(FlawKind.STRUCTURE, "payload", "tag, length and value", flaw, end, len(data)))
    expected = (MESSAGES_TAG, SIGNATURE_TAG) if signed else (MESSAGES_TAG,)
    tags = [item.tag for item in items if item.tag != CERTIFICATE_TAG]
    if tuple(tags) != expected:
        flaws.append(Flaw(FlawKind.STRUCTURE, "payload", _tags(expected), _tags(tags) or shown_bytes(data[size:])))
    return flaws


def _tags(tags: tuple[int, ...] | list[int]) -> str:
    return " ".join(f"{tag:02x}" for tag in tags)


def _profile(issuer: str, features: tuple[Feature, ...]) -> Profile | None:
    """The type of document: its one feature of parts, or what a German seal's number of the document says."""
    for feature in features:
        if feature.parts:
            return Profile(f"{feature.tag:02x}", feature.name, IDB_MESSAGES)
        if feature.name == "national_document" and issuer == "D" and feature.value.isdigit():
            name = GERMAN_DOCUMENTS.get(int(feature.value), "")
            return Profile(f"86{int(feature.value):02x}", name, IDB_MESSAGES) if name else None
    return None
