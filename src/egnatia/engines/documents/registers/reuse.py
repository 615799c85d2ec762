"""One document used by several people, or in two places sooner than anybody travels.

A function over sightings and nothing more: who keeps them, of which documents and how long, is decided elsewhere, and
narrowly. Lawful travel leaves no trace (requirements BCC-07 and REV-02), so sightings are kept only of documents that are
already under suspicion, and then without number and name: both stand in a sighting as keyed hashes that say nothing
without the node's own secret and cannot be compared across nodes.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final, Protocol

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.registers.catalogue import RegisterCheck
from egnatia.engines.documents.registers.findings import RegisterField, RegisterFinding, find
from egnatia.engines.documents.registers.register import normal_issuer, normal_number
from egnatia.engines.documents.types import Compared, Result, Source

TOP_SPEED_KM_H: Final = 900.0
"""Kilometres an hour in a straight line: the cruising speed of an airliner (EUROCONTROL BADA, about 450 to 490 knots), no
time for changing, queueing or boarding. Nothing that a person can do is faster."""
SLACK_KM: Final = 50.0
"""Kilometres that two places may lie apart at the same minute: clocks of two posts differ, and a place is an area."""
MAX_SIGHTINGS: Final = 1_000
"""Sightings of one document that are compared; the latest are kept."""
_MARK: Final = 16
_EARTH_KM: Final = 6_371.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """One occasion on which a document was shown.

    Args:
        document: `document_mark` of the document.
        identity: `identity_mark` of whom it named on that occasion; None where that is not known.
        place: code of the crossing point.
        at: when, with its zone.
    """

    document: bytes
    identity: bytes | None
    place: str
    at: datetime


Place = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A document and whom it names, for a comparison with earlier occasions.

    Args:
        issuer: code of its issuer.
        number: its number.
        names: parts of the name it gives; empty where it was not read for certain.
        birth: the date of birth it gives.
    """

    issuer: str
    number: str
    names: tuple[str, ...]
    birth: date | str


class Memory(Protocol):
    """What an operator remembers of suspected documents; whose memory that is, and for how long, is not decided here."""

    def compare(self, bearer: Bearer) -> Check:
        """The check REGISTER_REUSE for a document shown here and now."""
        ...


@dataclass(frozen=True, slots=True)
class Recalled:
    """A comparison as it was recorded: sightings are erased, so a replay takes what they came to on that day."""

    check: Check

    def compare(self, bearer: Bearer) -> Check:
        """The recorded check, whatever is asked."""
        del bearer
        return self.check


def bearer_of(document: ZoneDocument, source: Source) -> Bearer:
    """What a zone says of its bearer. Names read from a picture are left out.

    No check digit covers a name, so one misread letter would make a second identity out of one person.
    """
    name = document.name
    parts = () if source is Source.IMAGE else (*name.primary, *name.secondary)
    return Bearer(document.issuer, document.number, parts, document.birth.exact() or str(document.birth))


def document_mark(key: bytes, issuer: str, number: str) -> bytes:
    """Sixteen bytes that stand for a document and say nothing without the key."""
    text = f"document\0{normal_issuer(issuer)}\0{normal_number(number)}"
    return hashlib.blake2b(text.encode(), key=key, digest_size=_MARK).digest()


def identity_mark(key: bytes, name: Iterable[str], birth: date | str) -> bytes:
    """Sixteen bytes that stand for the name and date of birth that a document gives."""
    parts = "\0".join(sorted(part.strip().upper() for part in name if part.strip()))
    return hashlib.blake2b(f"identity\0{parts}\0{birth}".encode(), key=key, digest_size=_MARK).digest()


def check_reuse(sightings: Iterable[Sighting], places: Mapping[str, Place]) -> Check:
    """Compare the sightings of one document with one another.

    Args:
        sightings: of one document, in any order; more than one document is compared one by one.
        places: where each crossing point lies; two whose place is not known are never called too far apart.
    """
    by_document: dict[bytes, list[Sighting]] = {}
    for each in sightings:
        by_document.setdefault(each.document, []).append(each)
    if not by_document:
        return Check(RegisterCheck.REGISTER_REUSE, Result.NOT_SUPPORTED)
    findings: list[Finding] = []
    for mark in sorted(by_document):
        seen = sorted(by_document[mark], key=lambda each: (each.at, each.place, each.identity or b""))[-MAX_SIGHTINGS:]
        findings += [*_identities(seen), *_places(seen, places)]
    result = Result.FAILED if findings else Result.SUCCESSFUL
    return Check(RegisterCheck.REGISTER_REUSE, result, tuple(findings))


def _identities(seen: list[Sighting]) -> list[Finding]:
    """How many identities one document gave, and between when; not which."""
    known = [each for each in seen if each.identity is not None]
    count = len({each.identity for each in known})
    if count <= 1:
        return []
    found = f"{count} identities between {known[0].at.isoformat()} and {known[-1].at.isoformat()}"
    return [find(RegisterFinding.REGISTER_SEVERAL_IDENTITIES, RegisterField.USE, "one identity", found)]


def _places(seen: list[Sighting], places: Mapping[str, Place]) -> list[Finding]:
    """Two sightings one after the other that lie farther apart than the time between them allows."""
    found: list[Finding] = []
    for first, second in pairwise(seen):
        apart = distance_km(places, first.place, second.place)
        hours = (second.at - first.at).total_seconds() / 3_600
        if apart - SLACK_KM > TOP_SPEED_KM_H * hours:
            found.append(_too_far(first, second, apart))
    return found


def _too_far(first: Sighting, second: Sighting, apart: float) -> Finding:
    minutes = round((second.at - first.at).total_seconds() / 60)
    compared = tuple(Compared(Source.REGISTER, each.place, each.at.isoformat()) for each in (first, second))
    found = f"{first.place} and {second.place}, {apart:.0f} km apart, within {minutes} minutes"
    expected = f"at most {TOP_SPEED_KM_H:.0f} km in an hour"
    return find(RegisterFinding.REGISTER_TWO_PLACES, RegisterField.USE, expected, found, compared)


def distance_km(places: Mapping[str, Place], first: str, second: str) -> float:
    """Kilometres in a straight line over the earth; 0 where one of the two places is not known."""
    if first not in places or second not in places:
        return 0.0
    (north_1, east_1), (north_2, east_2) = (
        (math.radians(north), math.radians(east)) for north, east in (places[first], places[second])
    )
    half = (
        math.sin((north_2 - north_1) / 2) ** 2
        + math.cos(north_1) * math.cos(north_2) * math.sin((east_2 - east_1) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
