"""The checks of a picture, each with its rule."""

from enum import StrEnum

from egnatia.engines.documents.checks import CheckRule, Section
from egnatia.engines.documents.types import Weight


class ImageCheck(StrEnum):
    """The closed list of checks; one question each."""

    IMAGE_READABLE = "IMAGE_READABLE"
    IMAGE_ZONE_FOUND = "IMAGE_ZONE_FOUND"
    IMAGE_ZONE_PROVEN = "IMAGE_ZONE_PROVEN"
    IMAGE_ZONE_SURE = "IMAGE_ZONE_SURE"
    IMAGE_RESOLUTION = "IMAGE_RESOLUTION"


def _rule(title: str, source: str, weight: Weight = Weight.OPTIONAL) -> CheckRule:
    return CheckRule(Section.OPTICAL, title, weight, source)


CHECKS: dict[StrEnum, CheckRule] = {
    ImageCheck.IMAGE_READABLE: _rule("Picture can be opened", "our own: hostile files end here"),
    ImageCheck.IMAGE_ZONE_FOUND: _rule("Zone found in the picture", "BSI TR-03135-1 v2.5, machine-readable zone"),
    ImageCheck.IMAGE_ZONE_PROVEN: _rule(
        "Characters proven by check digits", "Doc 9303-3 section 4.9; no other reading satisfies the check digits"
    ),
    ImageCheck.IMAGE_ZONE_SURE: _rule("Characters without check digit", "our own: names and codes read without doubt"),
    ImageCheck.IMAGE_RESOLUTION: _rule(
        "Resolution of the zone", "BSI TR-03135-2: at least 385 pixels an inch", Weight.EVALUATORY
    ),
}
"""Every check of this part with its rule."""
