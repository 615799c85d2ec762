"""What a comparison comes to: the check's result and the bearing of its finding, by agreement and by the reading's doubt.

The rule in one place, for every field alike. Two values that a reading error explains beyond doubt (a digit in a name,
O for 0, a lost mark) bear on nothing. Any other difference is a contradiction, unless the reader itself gave so little
for its reading that as many wrong characters were to be expected. What a person typed is never in doubt.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.mrz.name_match import FAR
from egnatia.engines.documents.types import Bearing, Result
from egnatia.engines.documents.visual.doubts import Texts, faint, legible, own_doubt
from egnatia.engines.documents.visual.types import Printed

SLIGHT_DOUBT = 0.25
"""Expected wrong characters from which one look-alike letter is put down to reading.

Measured by `bench/documents/consistency.py --read`: rapidocr's confidence is the mean over the characters of a line, so
(1 - confidence) x length estimates how many of them are wrong.
"""


FEW = 2
"""Wrong characters that a faint line has of itself; a value that was replaced differs in more."""


class Agreement(StrEnum):
    """How two values agree, whatever they are."""

    AGREE = "agree"
    READING = "reading"
    """They agree once misread characters are read as meant; nothing else could be meant."""
    NEAR = "near"
    """One look-alike letter apart: a misreading, or a small alteration."""
    DIFFER = "differ"
    OPEN = "open"
    """One of them is missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of the check, and the bearing of its finding; no finding where it is None."""

    result: Result
    bearing: Bearing | None


def doubt(*printed: Printed) -> float:
    """How many characters of a reading were to be expected wrong; of several, in the one that was read worst."""
    return max((1 - one.confidence) * len(one.text.strip()) for one in printed)


def outcome(agreement: Agreement, expected_wrong: float, wrong: int = 1) -> Outcome:
    """What a comparison comes to.

    Args:
        agreement: how the values agree.
        expected_wrong: as `doubt` gives it.
        wrong: characters that nothing explains; from `FAR` on the values are different whatever was expected.
    """
    if agreement is Agreement.AGREE:
        return Outcome(Result.SUCCESSFUL, None)
    if agreement is Agreement.READING:
        return Outcome(Result.SUCCESSFUL, Bearing.NONE)
    if agreement is Agreement.OPEN:
        return Outcome(Result.UNDETERMINED, Bearing.NONE)
    if agreement is Agreement.NEAR and expected_wrong >= SLIGHT_DOUBT:
        return Outcome(Result.UNDETERMINED, Bearing.NONE)
    if wrong < FAR and wrong <= int(expected_wrong):
        return Outcome(Result.UNDETERMINED, Bearing.NONE)
    return Outcome(Result.FAILED, Bearing.DISCREPANCY)


def weighed(
    agreement: Agreement,
    shown: Sequence[Printed],
    distance: Callable[[Texts], int],
    wanted: str = "",
    wrong: int = 1,
    blamed: Sequence[Printed] = (),
) -> Outcome:
    """What a comparison comes to, with all that the reader says about its reading.

    A reading with letters is doubted where its letters explain the difference (`doubts.own_doubt`), and nowhere else:
    its mean would doubt every character for the sake of one; only on a faint line are a few characters left to another
    picture. One without is doubted by its mean (`outcome`).

    Args:
        agreement: how the values agree.
        shown: the readings that the value was put together from.
        distance: how far other texts in their places are from the other source, 0 where they agree.
        wanted: characters of the other source.
        wrong: characters that nothing explains.
        blamed: those of the readings that the difference comes from; all of them where that is not known.
    """
    came = outcome(agreement, doubt(*shown), wrong)
    if came.bearing in {None, Bearing.NONE} and agreement not in {Agreement.NEAR, Agreement.DIFFER}:
        return came
    if not any(one.letters for one in shown):
        return came
    if not legible(*shown) or own_doubt(shown, distance, wanted):
        return Outcome(Result.UNDETERMINED, Bearing.NONE)
    if wrong <= FEW and any(map(faint, blamed or shown)):
        return Outcome(Result.UNDETERMINED, Bearing.NONE)
    return Outcome(Result.FAILED, Bearing.DISCREPANCY)
