"""Which sources of a synthetic document no longer say the same: found by comparing what each says, field by field.

It compares descriptions, not pictures or files, so it cannot be wrong by a reader's fault; the tests hold it against
the readers.
"""

from collections.abc import Mapping
from itertools import combinations

from egnatia.engines.documents.synthetic.documents import fields_of
from egnatia.engines.documents.synthetic.types import ChipChange, Disagreement, Issue, Kind, SyntheticDocument
from egnatia.engines.documents.types import Source

FACE = "face"
_VISUAL_ONLY = ("birth_place", "issue_date")
"""Fields that no zone has; the chip has them in DG11 and DG12."""


def disagreements(document: SyntheticDocument) -> tuple[Disagreement, ...]:
    """Every pair of sources that contradict each other, with the field.

    A field that one of the two does not have is no contradiction.
    """
    told = said(document)
    return tuple(
        Disagreement(first, second, field)
        for first, second in combinations(told, 2)
        for field in told[first]
        if field in told[second] and told[first][field] != told[second][field]
    )


def said(document: SyntheticDocument) -> dict[Source, Mapping[str, str]]:
    """What each source says about each field that it has, names in the letters of the zone."""
    made: dict[Source, Mapping[str, str]] = {}
    for source, issue in document.told.items():
        fields = values_of(issue)
        left_out = _left_out(source, issue)
        made[source] = {name: value for name, value in fields.items() if name not in left_out} | _face(document, source)
    return made


def values_of(issue: Issue) -> dict[str, str]:
    """Every field of a personalisation in one form: dates in full, names in the letters of the zone."""
    holder, zone = issue.holder, fields_of(issue)
    values = {
        "document_code": issue.code,
        "issuer": issue.issuer,
        "number": issue.number,
        "primary": " ".join(zone.primary),
        "secondary": " ".join(zone.secondary),
        "nationality": holder.nationality,
        "birth_date": holder.birth.isoformat(),
        "birth_place": holder.birth_place,
        "sex": holder.sex,
        "issue_date": issue.issued.isoformat(),
        "expiry_date": issue.expires.isoformat(),
    }
    if issue.kind.is_visa:
        return values | {"passport_number": issue.passport_number}
    return values | ({"personal_number": holder.personal_number} if holder.personal_number else {})


def _left_out(source: Source, issue: Issue) -> frozenset[str]:
    """Fields that this source of this document does not have."""
    if source is Source.ZONE:
        optional = () if fields_of(issue).optional else ("personal_number", "passport_number")
        return frozenset((*_VISUAL_ONLY, *optional))
    if source is Source.SEAL:
        personal = () if fields_of(issue).optional and issue.kind is Kind.SHEET else ("personal_number",)
        return frozenset(("birth_place", *personal))
    return frozenset(("birth_place",)) if issue.kind.is_visa else frozenset()


def _face(document: SyntheticDocument, source: Source) -> dict[str, str]:
    chip = document.chip
    if source is Source.VISUAL:
        return {FACE: str(document.face)}
    if source is Source.CHIP and chip is not None and ChipChange.GROUPS_STRIPPED not in chip.changes:
        altered = ChipChange.FACE_ALTERED in chip.changes
        return {FACE: str(chip.altered_face if altered else chip.face)}
    return {}
