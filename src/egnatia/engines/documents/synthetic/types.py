"""A synthetic document: what its issuer personalised, and what each of its sources says, which need not be the same.

A genuine document is made by `documents.genuine`; a tampering operator (`tampering.py`) changes one source or several
and says so in its label. The page's picture and the chip's files are drawn from the description only when asked for
(`pages.render`, `chips.files`), so that ten thousand documents cost no picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from egnatia.engines.documents.mrz.types import Format
from egnatia.engines.documents.types import FalseClass, Source

KEY_YEARS = 4
"""How long an authority's key signs; Doc 9303-12 section 4.2 recommends three to five years."""
SPECIMEN = "SPECIMEN"
"""Printed across every page and written into every certificate."""


class Kind(StrEnum):
    """What sort of document it is, and so which page is drawn."""

    PASSPORT = "passport"
    CARD = "card"
    """Identity card of the small size (TD1), with two sides."""
    SHEET = "sheet"
    """Identity document of the larger size (TD2)."""
    VISA = "visa"
    """Visa of the full size (MRV-A)."""
    SMALL_VISA = "small-visa"
    """Visa of the small size (MRV-B)."""

    @property
    def zone_format(self) -> Format:
        """The layout of its zone."""
        return _FORMATS[self]

    @property
    def is_visa(self) -> bool:
        """Whether it is a sticker in another document, without a chip of its own."""
        return self in {Kind.VISA, Kind.SMALL_VISA}


_FORMATS = {
    Kind.PASSPORT: Format.TD3,
    Kind.CARD: Format.TD1,
    Kind.SHEET: Format.TD2,
    Kind.VISA: Format.MRV_A,
    Kind.SMALL_VISA: Format.MRV_B,
}


@dataclass(frozen=True, slots=True)
class Holder:
    """An invented person.

    Args:
        language: ISO 639-1 code of the names' spelling.
        family: as printed, in the state's own script.
        given: the same.
        sex: M or F.
        birth: day of birth.
        birth_place: a town of the region.
        nationality: three letters.
        personal_number: national number that goes with birth and sex, empty where the state has none.
        face: seed of the portrait, which depicts nobody.
    """

    language: str
    family: str
    given: str
    sex: str
    birth: date
    birth_place: str
    nationality: str
    personal_number: str
    face: int


@dataclass(frozen=True, slots=True)
class Issue:
    """What the issuer decided: whose document it is, its number and its days."""

    kind: Kind
    issuer: str
    code: str
    """Document code of the zone, e.g. PP."""
    number: str
    holder: Holder
    issued: date
    expires: date
    authority: str
    passport_number: str = ""
    """Of the passport that a visa belongs to."""


@dataclass(frozen=True, slots=True)
class AuthorityRecipe:
    """Which invented authority signs (`pki.Authority.make`).

    An authority's key is in use for four years, so a document of another year may have been signed by another key of
    the same authority: `at` finds the one of a day.
    """

    seed: str
    profile: str
    state: str
    since: date = date(2024, 1, 1)

    def at(self, day: date) -> "AuthorityRecipe":
        """The recipe of the key that the same authority used on a day."""
        return replace(self, since=date(day.year - day.year % KEY_YEARS, 1, 1))


class ChipChange(StrEnum):
    """What was done to a chip's files after, or instead of, the issuer's own personalisation."""

    GROUP_ALTERED = "group_altered"
    """DG1 holds another zone than the one that was hashed and signed."""
    FACE_ALTERED = "face_altered"
    """DG2 holds another face than the one that was hashed and signed."""
    SELF_KEYED = "self_keyed"
    """Everything is hashed and signed anew, with a certificate that the forger made for himself."""
    KEYS_STRIPPED = "keys_stripped"
    """DG14 and DG15 are taken away and EF.COM no longer lists them, so that a copy need not know the chip's keys."""
    GROUPS_STRIPPED = "groups_stripped"
    """DG2 is taken away: the face cannot be compared."""
    SIGNER_EXPIRED = "signer_expired"
    """The document signer's certificate had run out when it signed."""
    SIGNER_REVOKED = "signer_revoked"
    """The signer is on his authority's revocation list."""
    SIGNER_UNKNOWN = "signer_unknown"
    """Signed by the authority of a state that nobody knows."""
    FOREIGN_SIGNER = "foreign_signer"
    """Signed by a genuine signer of another state."""
    SIGNATURE_BROKEN = "signature_broken"
    """One bit of EF.SOD's signature is turned over."""
    UNSIGNED = "unsigned"
    """EF.SOD is missing."""


@dataclass(frozen=True, slots=True)
class ChipRecipe:
    """What a chip's files are made from (`chips.files`).

    Args:
        zone: in DG1, hashed and signed.
        face: seed of the face in DG2, hashed and signed.
        issue: for DG11 and DG12.
        authority: whose signer signs.
        changes: what was done on top.
        altered_zone: in DG1 after `GROUP_ALTERED`.
        altered_face: in DG2 after `FACE_ALTERED`.
    """

    zone: tuple[str, ...]
    face: int
    issue: Issue
    authority: AuthorityRecipe
    changes: tuple[ChipChange, ...] = ()
    altered_zone: tuple[str, ...] = ()
    altered_face: int = 0


class Fault(StrEnum):
    """What is wrong with one source by itself, without any other to compare it with."""

    CHECK_DIGIT = "check_digit"
    """A check digit of the zone does not go with its field."""
    NATIONAL_NUMBER = "national_number"
    """The national number says another day of birth or sex than its own document."""
    ISSUER_UNKNOWN = "issuer_unknown"
    CHIP_MISSING = "chip_missing"
    HASH = "hash"
    """A data group is not the one that was hashed."""
    GROUP_MISSING = "group_missing"
    """A data group that the security object lists is not there."""
    SECURITY_OBJECT_MISSING = "security_object_missing"
    SIGNATURE = "signature"
    """The security object's signature does not verify."""
    SIGNER_UNTRUSTED = "signer_untrusted"
    """The signer's certificate leads to no authority of the trust store."""
    SIGNER_EXPIRED = "signer_expired"
    SIGNER_REVOKED = "signer_revoked"
    SIGNER_FOREIGN = "signer_foreign"
    """The signer belongs to another state than the document's issuer."""
    SEAL_SIGNATURE = "seal_signature"
    SEAL_SIGNER = "seal_signer"
    """The seal's signer leads to no authority of the trust store."""
    GHOST = "ghost"
    """The small second portrait shows somebody else than the large one."""
    PRINT = "print"
    """The page is not printed as this issuer prints: another background, another font."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sources that no longer say the same about one field."""

    first: Source
    second: Source
    field: str


@dataclass(frozen=True, slots=True)
class Label:
    """What was done to a document, in closed lists: the truth that an inspection is measured against.

    Args:
        operator: name of the tampering operator; empty for a genuine document.
        kind: the class of false or misused document it makes; None for a genuine one.
        said: what was done, in a sentence.
        fields: the fields that were changed.
        faults: what is wrong with one source by itself.
        disagree: which sources no longer say the same (`compare.disagreements` finds them).
        register: the category of the register that would know, empty where none would.
    """

    operator: str = ""
    kind: FalseClass | None = None
    said: str = "untouched"
    fields: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    disagree: tuple[Disagreement, ...] = ()
    register: str = ""

    @property
    def catchable(self) -> bool:
        """Whether anything in the document itself can show it; a register or a person must otherwise."""
        return bool(self.faults or self.disagree)


GENUINE = Label()


@dataclass(frozen=True, slots=True)
class SyntheticDocument:
    """One document with all its sources.

    Args:
        issue: what the issuer personalised, whatever the sources say by now.
        told: what each source that is there says now, as if it had been personalised so.
        zone: the machine-readable zone as printed.
        visual: text of each field of the visual zone by its name (`visual.types.VisualField`), in every script printed.
        face: seed of the printed portrait.
        ghost: seed of the small second portrait.
        style: seed of the page's background; documents of one issuer and kind share it.
        authority: of its issuer, behind chip and seal.
        seal: the bytes of the digital seal on the page, None where it has none.
        chip: what its chip holds, None where it has none.
        label: what was done to it.
    """

    issue: Issue
    told: Mapping[Source, Issue]
    zone: tuple[str, ...]
    visual: Mapping[str, tuple[str, ...]]
    face: int
    ghost: int
    style: int
    authority: AuthorityRecipe
    seal: bytes | None = None
    chip: ChipRecipe | None = None
    label: Label = field(default=GENUINE)

    @property
    def kind(self) -> Kind:
        """What sort of document it is."""
        return self.issue.kind
