"""One source against another, where neither part could ask alone."""

from collections.abc import Iterable
from datetime import date

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.types import Bearing, Compared, Result, Source
from egnatia.engines.documents.visual.dates import issue_day
from egnatia.engines.documents.visual.types import VisualFields
from egnatia.engines.documents.whole.catalogue import WholeCheck
from egnatia.engines.documents.whole.findings import WholeField, WholeFinding, find


def unreadable(expected: str, found: str) -> Check:
    """The typed zone is no zone."""
    finding = find(WholeFinding.WHOLE_TYPED_UNREADABLE, WholeField.ZONE, expected, found)
    return Check(WholeCheck.WHOLE_ZONE_TYPED, Result.ABORTED, (finding,))


def check_typed(typed: ZoneDocument | None, read: ZoneDocument | None) -> tuple[Check, ...]:
    """The zone that a person typed against the one in the picture: a difference is a slip, and is shown."""
    if typed is None or read is None:
        return ()
    compared = (_lines(Source.ZONE, typed), _lines(Source.IMAGE, read))
    if typed.lines == read.lines:
        return (Check(WholeCheck.WHOLE_ZONE_TYPED, Result.SUCCESSFUL, (), compared),)
    finding = find(WholeFinding.WHOLE_TYPED_DIFFERS, WholeField.ZONE, compared[0].value, compared[1].value, compared)
    return (Check(WholeCheck.WHOLE_ZONE_TYPED, Result.UNDETERMINED, (finding,), compared),)


def check_alike(zones: Iterable[tuple[str, ZoneDocument, bool]]) -> tuple[Check, ...]:
    """The zones of several pictures, each with its picture's name and whether it was read without doubt."""
    found = list(zones)
    if len(found) < 2:  # noqa: PLR2004 - nothing to compare
        return ()
    compared = tuple(Compared(Source.IMAGE, name, "\n".join(zone.lines)) for name, zone, _ in found)
    if len({zone.lines for _, zone, _ in found}) == 1:
        return (Check(WholeCheck.WHOLE_ZONES_ALIKE, Result.SUCCESSFUL, (), compared),)
    sure = len({zone.lines for _, zone, is_sure in found if is_sure}) > 1
    finding = find(
        WholeFinding.WHOLE_ZONES_DIFFER,
        WholeField.ZONE,
        compared[0].value,
        next(one.value for one in compared if one.value != compared[0].value),
        compared,
        bearing=None if sure else Bearing.NONE,
    )
    return (Check(WholeCheck.WHOLE_ZONES_ALIKE, Result.FAILED if sure else Result.UNDETERMINED, (finding,), compared),)


def check_issue_date(visual: VisualFields | None, signed: date | None, day: date) -> tuple[Check, ...]:
    """The printed date of issue against the one in DG12."""
    printed = None if visual is None or visual.issue_date is None else issue_day(visual.issue_date, day)
    if printed is None or signed is None:
        return ()
    compared = (
        Compared(Source.CHIP, "DG12", signed.isoformat()),
        Compared(Source.VISUAL, "issue_date", printed.isoformat()),
    )
    if printed == signed:
        return (Check(WholeCheck.WHOLE_ISSUE_DATE, Result.SUCCESSFUL, (), compared),)
    values = (compared[0].value, compared[1].value)
    finding = find(WholeFinding.WHOLE_ISSUE_DATE_DIFFERS, WholeField.ISSUE_DATE, *values, compared)
    return (Check(WholeCheck.WHOLE_ISSUE_DATE, Result.FAILED, (finding,), compared),)


def _lines(source: Source, zone: ZoneDocument) -> Compared:
    return Compared(source, "zone", "\n".join(zone.lines))
