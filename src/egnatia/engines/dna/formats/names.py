"""The formats by their names; apart from the writers, so that a command line can list them without loading any."""

from enum import StrEnum


class Format(StrEnum):
    """What profiles can be written as."""

    CODIS = "codis"
    NIEM = "niem"
    NIST = "nist"
    GENEMAPPER = "genemapper"
    GENEMAPPER_WIDE = "genemapper-wide"
    EUROFORMIX = "euroformix"
    SMARTRANK = "smartrank"
    PLAIN = "plain"
