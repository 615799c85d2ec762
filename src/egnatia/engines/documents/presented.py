"""What is laid before an examination, and what it is held against: the sources of one document, and what is known that day."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from egnatia.engines.documents.chip.types import ChipFiles
from egnatia.engines.documents.mrz.issuer_rules import IssuerRules
from egnatia.engines.documents.registers.lookup import Lookup
from egnatia.engines.documents.registers.reuse import Memory
from egnatia.engines.documents.series.blanks import BlankRange
from egnatia.engines.documents.series.reported import ReportedNumber
from egnatia.engines.documents.series.types import MAX_FEATURES, Template, TemplateFeature, feature
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Source, Weight
from egnatia.engines.documents.visual.types import VisualFields
from egnatia.errors import InputError

MAX_PICTURES = 8
"""Pictures of one document: front, back, three spectra, and the pages with a visa."""
MAX_SEALS = 4
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page as a file, with the name by which places in it are told."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Presented:
    """Everything that was read, photographed or typed of one document. What is empty was not presented.

    Attributes:
        zone: the machine-readable zone as typed, pasted or scanned.
        visual: the printed fields, as typed or as another reader read them.
        pictures: pictures of pages; the order does not matter.
        chip: the chip's files.
        evidence: what a reader recorded of the chip's authentication (JSON).
        sent: challenges and keys that this inspection's reader sent; None where nobody says.
        seals: contents of bar codes; those found in pictures are added.
        passport_number: of the passport in which a visa stands.
        typed_by: reference of the person who typed the zone and the fields; empty where a device read them.
        noted: features of the template that an examiner noted by hand (`series.types`); nothing of the holder fits in.
    """

    zone: str = ""
    visual: VisualFields | None = None
    pictures: tuple[Picture, ...] = ()
    chip: ChipFiles | None = None
    evidence: bytes = b""
    sent: frozenset[bytes] | None = None
    seals: tuple[bytes, ...] = ()
    passport_number: str = ""
    typed_by: str = ""
    noted: tuple[TemplateFeature, ...] = ()

    def sources(self) -> tuple[Source, ...]:
        """Which kinds of source there are."""
        there = {
            Source.ZONE: bool(self.zone.strip()),
            Source.VISUAL: self.visual is not None and not self.visual.empty(),
            Source.IMAGE: bool(self.pictures),
            Source.CHIP: self.chip is not None,
            Source.SEAL: bool(self.seals),
        }
        return tuple(source for source, present in there.items() if present)


@dataclass(frozen=True, slots=True)
class Basis:
    """What an examination is held against. Each piece has a version, which goes into the result.

    Attributes:
        day: of the inspection; expiry, centuries, certificates and lists are judged as of it.
        store: whose signatures are believed; None where there is no trust store.
        rules: what is known about issuers; None for the rules that come with this program.
        register: the register at hand; None where there is none.
        register_version: names the register's state, so that a replay can tell another one.
        memory: of suspected documents; None where nothing is remembered. A replay takes the comparison as recorded.
        series: templates of confirmed false documents and of forgery alerts.
        blanks: ranges of stolen blanks that forgery alerts name.
        reported: documents that members met as stolen, lost or revoked.
        signers: certificates of seal signers beside those of the store.
        profile: weights that the operator sets differently from the catalogue.
    """

    day: date
    store: TrustStore | None = None
    rules: IssuerRules | None = None
    register: Lookup | None = None
    register_version: str = ""
    memory: Memory | None = None
    series: tuple[Template, ...] = ()
    blanks: tuple[BlankRange, ...] = ()
    reported: tuple[ReportedNumber, ...] = ()
    signers: tuple[Certificate, ...] = ()
    profile: Mapping[StrEnum, Weight] = field(default_factory=dict)


def ordered(presented: Presented) -> Presented:
    """The same sources in one order, whatever order they came in, and every picture with a name of its own.

    Raises:
        InputError: nothing was presented, more than one document has, a feature that there is none of, or how a chip
            answered without the chip's files.
    """
    if not presented.sources():
        raise InputError("There is nothing to inspect.", hint="Give a zone, a picture, the chip's files or a seal.")
    if presented.chip is None and (presented.evidence or presented.sent):
        raise InputError(
            "There is evidence of how a chip answered, and no chip.",
            hint="Give the chip's files too: how it answered is believed only together with what its issuer signed.",
        )
    if len(presented.pictures) > MAX_PICTURES or len(presented.seals) > MAX_SEALS:
        raise InputError(
            f"One document has at most {MAX_PICTURES} pictures and {MAX_SEALS} seals.",
            hint="Inspect each document by itself.",
        )
    if len(presented.noted) > MAX_FEATURES:
        raise InputError(f"At most {MAX_FEATURES} features are noted of one document.")
    noted = tuple(sorted({feature(each.kind, each.value) for each in presented.noted}))
    pictures: list[Picture] = []
    for one in sorted(presented.pictures, key=lambda each: (_plain(each.name), hashlib.sha256(each.content).digest())):
        name = taken = _plain(one.name)
        number = 1
        while any(each.name == name for each in pictures):
            number += 1
            name = f"{taken}-{number}"
        pictures.append(Picture(name, one.content))
    return replace(presented, pictures=tuple(pictures), seals=tuple(sorted(set(presented.seals))), noted=noted)


def _plain(name: str) -> str:
    """The last part of a file's name, fit to be shown: nobody's folders and nothing unseen."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign if sign.isprintable() and sign != " " else "_" for sign in last)[-_MAX_NAME:] or "picture"
