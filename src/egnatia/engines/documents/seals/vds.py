"""A visible digital seal in bytes: header, features, signature (Doc 9303-13 section 2, BSI TR-03137-1 v2.5 chapter 3).

Two readings of the same bytes may be possible where an issuer departs from the standard: the length of a certificate's
reference in decimal instead of hexadecimal (BSI TR-03171 prescribes that for its signer DEZV), lengths of features in one
byte where DER is due, and the reference of nine characters under the later version's number (the first German arrival
attestations). Each way is tried, the standard's first; one that reaches the last byte with a signature wins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from egnatia.engines.documents.seals import c40
from egnatia.engines.documents.seals.features import read_features
from egnatia.engines.documents.seals.profiles import VDS_PROFILES
from egnatia.engines.documents.seals.tlv import Item, Items, Lengths, read_items
from egnatia.engines.documents.seals.types import Flaw, FlawKind, Profile, Seal, SealKind, SealReading
from egnatia.engines.documents.seals.values import read_day, shown_bytes

MAGIC: Final = 0xDC
SIGNATURE_TAG: Final = 0xFF
FIXED_REFERENCE: Final = 2
"""Version byte of ICAO's version 3: signer and reference in nine characters."""
VARIABLE_REFERENCE: Final = 3
"""Version byte of ICAO's version 4: the reference has its length before it."""
DECIMAL_SIGNER: Final = "DEZV"
_LEAST: Final = 20
"""Bytes of the shortest header and one feature."""
_SIGNER: Final = 4


@dataclass(frozen=True, slots=True)
class _Header:
    version: int
    issuer: str
    signer: str
    reference: str
    dates: tuple[bytes, bytes]
    code: str
    end: int


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way to read the bytes."""

    header: _Header
    items: Items
    lengths: Lengths
    departure: str

    def whole(self, data: bytes) -> bool:
        """Whether it reached the end, with a signature last and days in the header."""
        last = self.items.items[-1:]
        signed = bool(last) and last[0].tag == SIGNATURE_TAG
        return signed and not self.items.flaw and self.items.end == len(data) and all(map(read_day, self.header.dates))


def read_vds(data: bytes) -> SealReading:
    """Read a seal of bytes; what is wrong with it stands in the flaws, and nothing is raised."""
    if len(data) < _LEAST or data[0] != MAGIC:
        return _nothing(data, "a seal that begins with dc", shown_bytes(data[:4]))
    if data[1] not in {FIXED_REFERENCE, VARIABLE_REFERENCE}:
        return _nothing(data, "version byte 02 or 03", f"{data[1]:02x}", FlawKind.UNKNOWN)
    attempts = list(_attempts(data))
    if not attempts:
        return _nothing(data, "a header of Doc 9303-13 table 1", shown_bytes(data[:18]))
    best = next((attempt for attempt in attempts if attempt.whole(data)), attempts[0])
    return _reading(data, best)


def _nothing(data: bytes, expected: str, found: str, kind: FlawKind = FlawKind.DECODE) -> SealReading:
    return SealReading(None, (Flaw(kind, "header", expected, found, 0, min(len(data), 18)),), data)


def _attempts(data: bytes) -> Iterator[_Attempt]:
    """Every way in which the bytes may be read, the standard's own first."""
    fixed = data[1] == FIXED_REFERENCE
    usual, other = (Lengths.ONE_BYTE, Lengths.DER) if fixed else (Lengths.DER, Lengths.ONE_BYTE)
    for radix, departure in _radices(data, fixed=fixed):
        header = _header(data, radix)
        if header is None:
            continue
        for lengths in (usual, other):
            items = _with_signature(data, header.end, lengths)
            said = departure if lengths is usual else "; ".join(filter(None, (departure, f"lengths in {lengths}")))
            yield _Attempt(header, items, lengths, said)


def _radices(data: bytes, *, fixed: bool) -> tuple[tuple[int, str], ...]:
    if fixed:
        return ((0, ""),)
    signer = (c40.decode(data[4:8]) or "")[:_SIGNER]
    short = (0, "the reference in nine characters")
    if signer == DECIMAL_SIGNER:
        return ((10, ""), (16, "the reference's length in hexadecimal"), short)
    return ((16, ""), (10, "the reference's length in decimal"), short)


def _with_signature(data: bytes, start: int, lengths: Lengths) -> Items:
    """The features up to the signature; the signature's own length is DER's in both versions (section 2.4)."""
    found = read_items(data, start, lengths, stop_at=SIGNATURE_TAG)
    last = found.items[-1:]
    if lengths is Lengths.DER or not last or last[0].tag != SIGNATURE_TAG:
        return found
    signature = read_items(data, last[0].start, Lengths.DER, stop_at=SIGNATURE_TAG)
    return Items((*found.items[:-1], *signature.items), signature.end, signature.flaw)


def _header(data: bytes, radix: int) -> _Header | None:
    issuer = c40.decode(data[2:4])
    signer = c40.decode(data[4:8] if radix else data[4:10])
    if issuer is None or signer is None or len(signer) < _SIGNER + (2 if radix else 1):
        return None
    reference, at = _reference(data, signer, radix) if radix else (signer[_SIGNER:], 10)
    if reference is None or at + 8 > len(data):
        return None
    code = data[at + 6 : at + 8].hex()
    dates = (data[at : at + 3], data[at + 3 : at + 6])
    return _Header(data[1], issuer.strip(), signer[:_SIGNER], reference, dates, code, at + 8)


def _reference(data: bytes, signer: str, radix: int) -> tuple[str | None, int]:
    """The certificate's reference behind its length of two characters, and where it ends."""
    digits = signer[_SIGNER : _SIGNER + 2]
    try:
        count = int(digits, radix)
    except ValueError:
        return None, 0
    end = 8 + 2 * ((count + 2) // 3)
    text = c40.decode(data[8:end]) if count and end <= len(data) else None
    return (text if text is not None and len(text) == count else None), end


def _reading(data: bytes, attempt: _Attempt) -> SealReading:
    header, items = attempt.header, attempt.items.items
    profile = VDS_PROFILES.get(header.code)
    signature = items[-1] if items and items[-1].tag == SIGNATURE_TAG else None
    body = items[:-1] if signature is not None else items
    features, wrong = read_features(body, profile.features if profile is not None else None)
    flaws = [*_structure(data, attempt, signature), *_days(header), *wrong, *_one_of(profile, body)]
    if profile is None:
        flaws.append(Flaw(FlawKind.UNKNOWN, "type", "a type of document that is known here", header.code))
    signed = data[: signature.start] if signature is not None else data[: attempt.items.end]
    seal = Seal(
        SealKind.VDS,
        str(header.version + 1),
        header.issuer,
        header.signer,
        header.reference,
        read_day(header.dates[0]),
        read_day(header.dates[1]),
        profile,
        header.code,
        features,
        signed,
        signature.value if signature is not None else None,
        "",
        None,
    )
    return SealReading(seal, tuple(flaws), data)


def _structure(data: bytes, attempt: _Attempt, signature: Item | None) -> list[Flaw]:
    flaws: list[Flaw] = []
    end = attempt.items.end
    if attempt.items.flaw:
        flaws.append(Flaw(FlawKind.STRUCTURE, "features", "tag, length and value", attempt.items.flaw, end, len(data)))
    elif end < len(data):
        rest = data[end:]
        kind = FlawKind.TOLERATED if not any(rest) else FlawKind.STRUCTURE
        flaws.append(Flaw(kind, "end", "nothing behind the signature", shown_bytes(rest), end, len(data)))
    if signature is None:
        flaws.append(Flaw(FlawKind.STRUCTURE, "signature", "the tag ff and a signature", "none", end, len(data)))
    if attempt.departure:
        flaws.append(Flaw(FlawKind.TOLERATED, "lengths", "lengths as the version prescribes", attempt.departure))
    return flaws


def _days(header: _Header) -> list[Flaw]:
    names = ("issue date", "signature date")
    return [
        Flaw(FlawKind.MEANING, name, "a day of the calendar", data.hex())
        for name, data in zip(names, header.dates, strict=True)
        if read_day(data) is None
    ]


def _one_of(profile: Profile | None, items: tuple[Item, ...]) -> list[Flaw]:
    if profile is None or not profile.one_of:
        return []
    tags = {rule.tag for rule in profile.features if rule.name in profile.one_of}
    there = sum(item.tag in tags for item in items)
    if there == 1:
        return []
    return [Flaw(FlawKind.MEANING, profile.one_of[0], "exactly one of its forms", f"{there} of them")]
