"""The checks that registers offer, each with what it counts for and why.

BSI TR-03135-1 v2.5 leaves background systems out; the checks are this project's own, after INTERPOL's register of
stolen and lost travel documents: exact hits count, near ones are written down for the eye and never count.
"""

from enum import StrEnum
from typing import Final

from egnatia.engines.documents.checks import CheckRule, Section
from egnatia.engines.documents.types import Weight


class RegisterCheck(StrEnum):
    """The closed list."""

    REGISTER_NUMBER = "REGISTER_NUMBER"
    REGISTER_RANGE = "REGISTER_RANGE"
    REGISTER_NEAR = "REGISTER_NEAR"
    REGISTER_REUSE = "REGISTER_REUSE"


CHECKS: Final[dict[StrEnum, CheckRule]] = {
    RegisterCheck.REGISTER_NUMBER: CheckRule(
        Section.REGISTER,
        "Number not reported lost, stolen, revoked or invalid",
        Weight.OPTIONAL,
        "INTERPOL SLTD categories; DOC-05",
    ),
    RegisterCheck.REGISTER_RANGE: CheckRule(
        Section.REGISTER,
        "Number in no range of stolen blanks or of numbers never issued",
        Weight.OPTIONAL,
        "INTERPOL SLTD categories; DOC-05",
    ),
    RegisterCheck.REGISTER_NEAR: CheckRule(
        Section.REGISTER,
        "No registered number that this one could be a misreading of",
        Weight.EVALUATORY,
        "our own: a near number is no hit",
    ),
    RegisterCheck.REGISTER_REUSE: CheckRule(
        Section.REGISTER,
        "One suspected document with one identity, in one place at a time",
        Weight.OPTIONAL,
        "our own; only documents already under suspicion are remembered",
    ),
}
