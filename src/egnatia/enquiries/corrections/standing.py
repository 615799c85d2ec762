"""What a copy is after all the corrections that are known of it: a pure function, the same for every order of arrival.

Numbers are given by whoever makes the corrections, one series for each item. A correction concerns the copies that were
sent before it was made; both moments are by the maker's clock, so no other clock matters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from egnatia.model.states import CorrectionKind, CorrectionReason

Changes = Mapping[str, str | None]
"""New values by field; None takes the field out."""


@dataclass(frozen=True, slots=True)
class Known:
    """One correction of an item, as far as its effect on a copy goes.

    Attributes:
        number: its place in the item's series, from 1.
        made_at: when, by its maker's clock.
        kind: what it does.
        reason: why.
        changes: of a rectification.
    """

    number: int
    made_at: datetime
    kind: CorrectionKind
    reason: CorrectionReason
    changes: Changes


@dataclass(frozen=True, slots=True)
class Standing:
    """What a copy is now.

    Attributes:
        erased: its content is gone for good.
        restricted: kept, and read by a supervisor with a reason only.
        contested: restricted because its accuracy is contested.
        changes: what has to be laid over the values as they were sent.
    """

    erased: bool
    restricted: bool
    contested: bool
    changes: Changes


def standing(known: Iterable[Known], sent_at: datetime) -> Standing:
    """Fold the corrections of one item into what a copy sent at `sent_at` is now.

    An erasure is final, whatever its number. Of restrictions and lifts the highest number holds. Rectifications are laid
    over one another in the order of their numbers, field by field.
    """
    concerned = sorted((each for each in known if each.made_at >= sent_at), key=_place)
    bounds = [each for each in concerned if each.kind in (CorrectionKind.RESTRICT, CorrectionKind.LIFT)]
    last = bounds[-1] if bounds else None
    restricted = last is not None and last.kind is CorrectionKind.RESTRICT
    changes: dict[str, str | None] = {}
    for each in concerned:
        changes |= each.changes
    return Standing(
        erased=any(each.kind is CorrectionKind.ERASE for each in concerned),
        restricted=restricted,
        contested=restricted and last is not None and last.reason is CorrectionReason.CONTESTED,
        changes=changes,
    )


def _place(known: Known) -> tuple[int, datetime, str]:
    """Numbers decide; two corrections of one number (a maker restored from a backup) still have one order."""
    return known.number, known.made_at, known.kind


def corrected(values: Mapping[str, str], fields: Iterable[str], changes: Changes) -> dict[str, str]:
    """The values of a copy with changes laid over them; a field that was never released is not added."""
    laid = {**values, **{name: value for name, value in changes.items() if name in set(fields)}}
    return {name: value for name, value in laid.items() if value is not None}
