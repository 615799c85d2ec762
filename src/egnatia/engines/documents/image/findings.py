"""Every finding that a picture can give. They speak of the reading, not of the document: none bears on the advice."""

from enum import StrEnum

from egnatia.engines.documents.findings import Finding, Rule
from egnatia.engines.documents.types import Bearing, Place, Severity


class ImagePart(StrEnum):
    """What of a picture a finding speaks of, where it is no field of the zone."""

    PICTURE = "picture"
    ZONE = "zone"


class ImageFinding(StrEnum):
    """The closed list of findings; `docs/reference/images.md` explains each."""

    IMAGE_UNREADABLE = "IMAGE_UNREADABLE"
    IMAGE_READER_MISSING = "IMAGE_READER_MISSING"
    IMAGE_ZONE_MISSING = "IMAGE_ZONE_MISSING"
    IMAGE_CHARACTER_UNPROVEN = "IMAGE_CHARACTER_UNPROVEN"
    IMAGE_CHARACTER_DOUBTFUL = "IMAGE_CHARACTER_DOUBTFUL"
    IMAGE_CHARACTER_CORRECTED = "IMAGE_CHARACTER_CORRECTED"
    IMAGE_RESOLUTION_LOW = "IMAGE_RESOLUTION_LOW"


_POOR = "glare, blur, a worn or dirty print, a picture taken from too far away"
_AGAIN = "Take another picture, or read the characters named by eye and type the zone."

RULES: dict[ImageFinding, Rule] = {
    ImageFinding.IMAGE_UNREADABLE: Rule(
        Severity.WARN, Bearing.NONE, "a file damaged on its way, or of another kind", "Take the picture again, as JPEG."
    ),
    ImageFinding.IMAGE_READER_MISSING: Rule(
        Severity.INFO,
        Bearing.NONE,
        "the text reader is an extra and is not installed here",
        "Install it with `pip install 'egnatia[ocr]'`, or type the zone by hand: the checks are the same.",
    ),
    ImageFinding.IMAGE_ZONE_MISSING: Rule(
        Severity.WARN,
        Bearing.NONE,
        f"a page that has no zone; {_POOR}",
        "Take another picture, or type the zone by hand.",
    ),
    ImageFinding.IMAGE_CHARACTER_UNPROVEN: Rule(Severity.WARN, Bearing.NONE, _POOR, _AGAIN),
    ImageFinding.IMAGE_CHARACTER_DOUBTFUL: Rule(Severity.INFO, Bearing.NONE, _POOR, _AGAIN),
    ImageFinding.IMAGE_CHARACTER_CORRECTED: Rule(
        Severity.INFO,
        Bearing.NONE,
        "characters that look alike in print, such as O and 0",
        "Nothing to do; the zone shows the character taken.",
    ),
    ImageFinding.IMAGE_RESOLUTION_LOW: Rule(
        Severity.INFO,
        Bearing.NONE,
        "a photo from further away, or a smaller camera",
        "Take the picture from nearer by.",
    ),
}


def find(code: ImageFinding, field: StrEnum, expected: str, found: str, places: tuple[Place, ...] = ()) -> Finding:
    """Make a finding from its rule."""
    rule = RULES[code]
    return Finding(code, field, rule.severity, rule.bearing, expected, found, rule.innocent, rule.settle, (), places)
