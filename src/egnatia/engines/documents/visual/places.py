"""Where to look: the stretch of the zone and the box on the page that a comparison speaks of."""

from egnatia.engines.documents.mrz.types import Field, ZoneDocument
from egnatia.engines.documents.types import Place, Source
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields


def zone_place(zone: ZoneDocument, field: Field) -> tuple[Place, ...]:
    """The stretch of one field in the zone's line, counted from 0 within that line."""
    reading = zone.reading(field)
    if reading is None:
        return ()
    start = reading.column - 1
    return (Place(Source.ZONE, f"line {reading.line}", start, start + len(reading.text)),)


def page_place(printed: Printed, field: VisualField, visual: VisualFields) -> tuple[Place, ...]:
    """The box on the page, where the value was read from a picture."""
    if printed.box is None:
        return ()
    return (Place(Source.VISUAL, f"{visual.page} {field}".strip(), box=printed.box),)
