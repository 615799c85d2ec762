"""One candidate side by side: what we asked about, and what the partner's closed codes say of each part.

What the partner did not confirm comes first, then what agrees only in part, then what agrees: an examiner should meet
the doubt before the agreement (requirement E-04). A part that no code speaks of is shown as not confirmed, because a
missing code is not an agreement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.model.states import Evidence


class Standing(IntEnum):
    """How far the partner confirms one part, in the order in which parts are shown."""

    NOT_CONFIRMED = 0
    IN_PART = 1
    SAME = 2
    NOT_COMPARED = 3


_SPEAKS_OF: dict[Evidence, tuple[str, Standing]] = {
    Evidence.NUMBER_EXACT: ("number", Standing.SAME),
    Evidence.NUMBER_IN_BLANK_RANGE: ("number", Standing.IN_PART),
    Evidence.NUMBER_IN_UNUSED_RANGE: ("number", Standing.IN_PART),
    Evidence.FAMILY_NAME_SAME: ("family_names", Standing.SAME),
    Evidence.FAMILY_NAME_SIMILAR: ("family_names", Standing.IN_PART),
    Evidence.FIRST_NAME_SAME: ("first_names", Standing.SAME),
    Evidence.FIRST_NAME_SIMILAR: ("first_names", Standing.IN_PART),
    Evidence.BIRTH_DATE_SAME: ("birth_date", Standing.SAME),
    Evidence.BIRTH_DATE_PARTLY: ("birth_date", Standing.IN_PART),
    Evidence.IDENTIFIER_SAME: ("identifiers", Standing.SAME),
}
_IMPLIED_BY_NUMBER = ("issuer", "document_type")
"""A register is searched by issuer, type and number together, so a number found is of that issuer and type."""
_AT_HOME = ("father_name", "mother_name")
"""What no partner compares in step 1: it has no tag, so that no code speaks of it is neither doubt nor agreement."""
_QUALITY_WORDS = (
    (0.95, N_("agrees in everything compared")),
    (0.80, N_("agrees in most of what was compared")),
    (0.60, N_("agrees in part")),
    (0.00, N_("agrees in little")),
)
"""Words beside the number, never instead of it; the steps are this project's own and decide nothing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One part of the question and what the partner's codes say of it.

    Attributes:
        part: name of the field.
        asked: its value as we asked.
        evidence: the code that speaks of it; None where none does, or where the number's code covers it.
        standing: how far it is confirmed.
        one_of: whether several values were asked and the partner does not say of which it speaks.
    """

    part: str
    asked: str
    evidence: Evidence | None
    standing: Standing
    one_of: bool = False


def compare(query: Mapping[str, Any], evidence: Iterable[Evidence]) -> list[Comparison]:
    """Every part that was asked, the unconfirmed ones first."""
    said = {_SPEAKS_OF[code][0]: code for code in evidence if code in _SPEAKS_OF}
    rows = [
        replace(_row(part, _text(value), said), one_of=_is_several(value)) for part, value in query.items() if value
    ]
    return sorted(rows, key=lambda row: row.standing)


def _row(part: str, asked: str, said: Mapping[str, Evidence]) -> Comparison:
    if part in _IMPLIED_BY_NUMBER and "number" in said:
        return Comparison(part, asked, None, Standing.SAME)
    if part in _AT_HOME:
        return Comparison(part, asked, None, Standing.NOT_COMPARED)
    code = said.get(part)
    return Comparison(part, asked, code, Standing.NOT_CONFIRMED if code is None else _SPEAKS_OF[code][1])


def _is_several(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) > 1


def _text(value: Any) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, (list, tuple)) else str(value)


def reports(evidence: Iterable[Evidence]) -> list[Evidence]:
    """What the partner reports of its record besides the comparison, such as that it is reported stolen."""
    return [code for code in evidence if code not in _SPEAKS_OF]


def quality_words(quality: float, comparisons: Iterable[Comparison] = ()) -> str:
    """The English words for a quality between 0 and 1; not a probability that it is the same person or document.

    Quality counts what agrees: it is high also where something was asked that the partner did not confirm. Beside such a part
    nothing is said to agree in everything.
    """
    reached = [words for least, words in _QUALITY_WORDS if quality >= least]
    doubted = any(row.standing in {Standing.NOT_CONFIRMED, Standing.IN_PART} for row in comparisons)
    return _QUALITY_WORDS[1][1] if doubted and reached[0] == _QUALITY_WORDS[0][1] else reached[0]
