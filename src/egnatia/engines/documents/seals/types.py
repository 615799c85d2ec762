"""What a seal is once it was read: its kind, its header, its features, what was signed, and what was wrong with it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egnatia.engines.documents.seals.values import Coding


class SealKind(StrEnum):
    """The three families of signed bar codes that a travel document may carry."""

    VDS = "vds"
    """Visible digital seal in bytes (Doc 9303-13, BSI TR-03137): visas, residence permits, emergency documents."""
    VDS_NC = "vds_nc"
    """Visible digital seal for non-constrained environments: JSON with the signer's certificate inside (ICAO TR VDS-NC)."""
    IDB = "idb"
    """ICAO's datastructure for barcode, text that begins with RDB1, before that NDB1; its draft was called ICB."""


class FlawKind(StrEnum):
    """What is wrong with a seal before anybody looks at its signature."""

    DECODE = "decode"
    """The code's content is no seal at all, or cannot be unpacked."""
    STRUCTURE = "structure"
    """Header, features or signature do not stand where the standard puts them."""
    TOLERATED = "tolerated"
    """It departs from the standard in a way known of issuers, and could be read all the same."""
    MEANING = "meaning"
    """A feature is missing, has a wrong length or says nothing that its coding allows."""
    UNKNOWN = "unknown"
    """A feature, a type of document or a version that this list does not know; that alone makes no seal invalid."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong: what was expected, what stands there, and from which byte."""

    kind: FlawKind
    where: str
    expected: str
    found: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class FeatureRule:
    """What a profile says of one feature; lengths in bytes."""

    tag: int
    name: str
    coding: Coding
    least: int
    most: int
    required: bool = True
    parts: "tuple[FeatureRule, ...]" = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What a type of document puts into its seal."""

    code: str
    """Hexadecimal of the two bytes that name it, or the type that a VDS-NC states."""
    name: str
    features: tuple[FeatureRule, ...]
    one_of: tuple[str, ...] = ()
    """Of these features one must be there: a visa has the zone of the larger or of the smaller format."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature as it stands in the seal, with the bytes it was read from."""

    tag: int
    name: str
    """Its name in the profile, "" where the profile does not know it."""
    value: str
    raw: bytes
    start: int
    end: int
    parts: "tuple[Feature, ...]" = ()


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that could be read so far that its signature can be looked at."""

    kind: SealKind
    version: str
    issuer: str
    """Three-letter code of the document's issuer, without fillers."""
    signer: str
    """Two letters of the signer's country and two of its name (VDS); "" for the other kinds."""
    reference: str
    """Which certificate of that signer: its serial number in hexadecimal (VDS), the end of its SHA-1 (IDB)."""
    issued_on: date | None
    signed_on: date | None
    profile: Profile | None
    profile_code: str
    features: tuple[Feature, ...]
    signed: bytes
    """The very bytes that were signed; never written anew."""
    signature: bytes | None
    """r and s one behind the other; None for a seal without a signature."""
    algorithm: str
    """Hash that the seal names, as sha256; "" where the signer's curve decides (Doc 9303-13 section 2.4)."""
    certificate: bytes | None
    """The signer's certificate, where the seal carries it."""

    def feature(self, *names: str) -> Feature | None:
        """The first feature of one of these names, also inside another feature."""
        return _find(self.features, names)


def _find(features: tuple[Feature, ...], names: tuple[str, ...]) -> Feature | None:
    for feature in features:
        if feature.name in names:
            return feature
        inside = _find(feature.parts, names)
        if inside is not None:
            return inside
    return None


@dataclass(frozen=True, slots=True)
class SealReading:
    """What came of reading a code: a seal or none, and every flaw."""

    seal: Seal | None
    flaws: tuple[Flaw, ...]
    data: bytes
    """What was read, byte for byte: places in flaws and features count in it."""

    def has(self, *kinds: FlawKind) -> bool:
        """Whether a flaw of one of these kinds was found."""
        return any(flaw.kind in kinds for flaw in self.flaws)
