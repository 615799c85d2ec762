"""What may be said of a template: closed kinds, closed values, and no room for anything of a holder.

A value is one of a list, a code of this engine, a country's code, a number's shape without its digits, or a hash of a
detail that is printed on every document of a kind. A portrait, a signature or a fingerprint is no such detail, and there
is no free text.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from egnatia.engines.documents.mrz.codes import lookup
from egnatia.engines.documents.mrz.findings import FindingCode
from egnatia.errors import InputError


class FeatureKind(StrEnum):
    """What a feature of a template speaks of."""

    ISSUER = "issuer"
    DOCUMENT_KIND = "document_kind"
    FALSITY = "falsity"
    SUBSTRATE = "substrate"
    PRINT = "print"
    PERSONALISATION = "personalisation"
    FONT_FAULT = "font_fault"
    LAYOUT_FAULT = "layout_fault"
    WORDING_FAULT = "wording_fault"
    SECURITY_FAULT = "security_fault"
    WRONG_CODE = "wrong_code"
    ZONE_FAULT = "zone_fault"
    CHIP_FAULT = "chip_fault"
    SEAL_FAULT = "seal_fault"
    NUMBER_SHAPE = "number_shape"
    DETAIL = "detail"
    """`name:hash` of a printed detail; see `details.py`."""


VALUES: Final[dict[FeatureKind, frozenset[str]]] = {
    FeatureKind.DOCUMENT_KIND: frozenset(
        {"passport", "identity_card", "residence_permit", "visa", "travel_document", "driving_licence", "stamp"}
    ),
    FeatureKind.FALSITY: frozenset(
        {"counterfeit", "altered_data", "altered_photo", "changed_page", "stolen_blank", "fantasy", "chip_changed"}
    ),
    FeatureKind.SUBSTRATE: frozenset(
        {"copy_paper", "security_paper", "washed_paper", "polycarbonate", "pvc", "pet", "laminated_paper"}
    ),
    FeatureKind.PRINT: frozenset({"offset", "inkjet", "toner", "thermal_transfer", "screen", "digital_press"}),
    FeatureKind.PERSONALISATION: frozenset(
        {"inkjet", "toner", "thermal_transfer", "laser_imitated", "laser_engraved", "stuck_photograph"}
    ),
    FeatureKind.FONT_FAULT: frozenset(
        {"zone_not_ocr_b", "zone_digit_shape", "zone_pitch", "zone_height", "text_font", "text_spacing", "mixed_fonts"}
    ),
    FeatureKind.LAYOUT_FAULT: frozenset(
        {
            "field_shifted",
            "field_missing",
            "field_extra",
            "caption_shifted",
            "emblem_shape",
            "emblem_shifted",
            "page_number",
        }
    ),
    FeatureKind.WORDING_FAULT: frozenset(
        {
            "misspelt_caption",
            "missing_language",
            "wrong_diacritic",
            "wrong_script",
            "wrong_authority",
            "wrong_date_form",
        }
    ),
    FeatureKind.SECURITY_FAULT: frozenset(
        {
            "no_watermark",
            "printed_watermark",
            "uv_dull_missing",
            "uv_print_missing",
            "uv_print_wrong",
            "ovd_missing",
            "ovd_imitated",
            "microprint_unreadable",
            "microprint_missing",
            "intaglio_missing",
            "perforation_printed",
            "thread_missing",
            "thread_printed",
            "guilloche_dotted",
            "ghost_image_missing",
        }
    ),
    FeatureKind.CHIP_FAULT: frozenset(
        {
            "no_chip",
            "dead_chip",
            "chip_of_another",
            "self_made_chain",
            "unsigned_groups",
            "groups_changed",
            "copied_chip",
        }
    ),
    FeatureKind.SEAL_FAULT: frozenset(
        {"no_seal", "unreadable_seal", "seal_of_another", "self_made_seal", "seal_without_signature"}
    ),
    FeatureKind.ZONE_FAULT: frozenset(FindingCode),
}
"""Every value that a kind with a list may have."""
MANY: Final = frozenset(
    {
        FeatureKind.FONT_FAULT,
        FeatureKind.LAYOUT_FAULT,
        FeatureKind.WORDING_FAULT,
        FeatureKind.SECURITY_FAULT,
        FeatureKind.WRONG_CODE,
        FeatureKind.ZONE_FAULT,
        FeatureKind.CHIP_FAULT,
        FeatureKind.SEAL_FAULT,
        FeatureKind.DETAIL,
    }
)
"""Kinds of which one document may show several values; of the others it has one."""


GENUINE_SHOWS: Final = frozenset(
    {
        FeatureKind.ISSUER,
        FeatureKind.DOCUMENT_KIND,
        FeatureKind.NUMBER_SHAPE,
        FeatureKind.DETAIL,
        FeatureKind.SUBSTRATE,
        FeatureKind.PRINT,
        FeatureKind.PERSONALISATION,
    }
)
"""Kinds whose values a genuine document of the same type shows as well: alone they never flag anything (`match.py`)."""


class Detail(StrEnum):
    """Printed details that are the same on every genuine document of a kind, and so on every copy of one template."""

    EMBLEM = "emblem"
    BACKGROUND = "background"
    OVD = "ovd"
    TITLE = "title"
    CAPTIONS = "captions"
    STAMP = "stamp"
    ZONE_GLYPHS = "zone_glyphs"
    """The shapes of single characters of the zone, cut out and put in the order of the alphabet: no zone can be read."""


MAX_FEATURES: Final = 40
_SHAPE: Final = re.compile(r"[A-Z]{0,2}[@#]{1,18}")
"""At most two letters as they stand, then @ for each letter and # for each digit."""
_CODE: Final = re.compile(r"[A-Z]{1,3}")
_DETAIL: Final = re.compile(rf"({'|'.join(Detail)}):[0-9a-f]{{16}}")
_REFERENCE: Final = re.compile(r"[A-Z0-9\-]{3,40}")


@dataclass(frozen=True, slots=True, order=True)
class TemplateFeature:
    """One feature; make it with `feature`, which checks it."""

    kind: FeatureKind
    value: str


@dataclass(frozen=True, slots=True)
class Template:
    """What a confirmed false document's template shows, under a reference that says nothing.

    Args:
        reference: 3 to 40 capital letters, digits and hyphens.
        features: at most `MAX_FEATURES`; one for each kind that has one value.

    Raises:
        InputError: the reference has room for words, or a kind of one value has two.
    """

    reference: str
    features: frozenset[TemplateFeature]

    def __post_init__(self) -> None:
        """Refuse what could carry more than a template."""
        if _REFERENCE.fullmatch(self.reference) is None:
            raise InputError("a template's reference is 3 to 40 capital letters, digits and hyphens")
        if not 0 < len(self.features) <= MAX_FEATURES:
            raise InputError(f"a template has 1 to {MAX_FEATURES} features; this has {len(self.features)}")
        single = [each.kind for each in self.features if each.kind not in MANY]
        if len(set(single)) != len(single):
            twice = sorted({kind for kind in single if single.count(kind) > 1})
            raise InputError(f"a document has one {', '.join(kind.replace('_', ' ') for kind in twice)}")

    def by_kind(self) -> dict[FeatureKind, tuple[str, ...]]:
        """The values of each kind that was noted, in order."""
        return _by_kind(self.features)


@lru_cache(maxsize=4_096)
def _by_kind(features: frozenset[TemplateFeature]) -> dict[FeatureKind, tuple[str, ...]]:
    """Remembered, because a group of documents is compared each with each; nobody changes what comes back."""
    found: dict[FeatureKind, list[str]] = {}
    for each in sorted(features):
        found.setdefault(each.kind, []).append(each.value)
    return {kind: tuple(values) for kind, values in found.items()}


def feature(kind: str, value: str) -> TemplateFeature:
    """A checked feature.

    Raises:
        InputError: no such kind, or a value that this kind cannot have; the hint lists what it can.
    """
    try:
        known = FeatureKind(kind)
    except ValueError:
        raise InputError(f"{kind[:40]!r} is no kind of feature", hint=f"There are: {', '.join(FeatureKind)}.") from None
    if not _allowed(known, value):
        raise InputError(f"{value[:40]!r} is no {known.replace('_', ' ')}", hint=_hint(known))
    return TemplateFeature(known, value)


def _allowed(kind: FeatureKind, value: str) -> bool:
    if kind in VALUES:
        return value in VALUES[kind]
    if kind is FeatureKind.NUMBER_SHAPE:
        return _SHAPE.fullmatch(value) is not None
    if kind is FeatureKind.DETAIL:
        return _DETAIL.fullmatch(value) is not None
    return _CODE.fullmatch(value) is not None and (kind is FeatureKind.WRONG_CODE or lookup(value) is not None)


def _hint(kind: FeatureKind) -> str:
    if kind in VALUES:
        return f"There are: {', '.join(sorted(VALUES[kind]))}."
    return {
        FeatureKind.NUMBER_SHAPE: "Write @ for a letter and # for a digit; the first two letters may stand as they are.",
        FeatureKind.DETAIL: f"Write one of {', '.join(Detail)}, a colon and 16 hexadecimal digits.",
    }.get(kind, "Give the code of one to three capital letters.")
