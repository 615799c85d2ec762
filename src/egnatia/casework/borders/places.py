"""Where this country's crossing points lie, so that one suspected document in two places at once can be seen."""

from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.casework.borders.crossings import BCP
from egnatia.engines.documents.registers.reuse import Place
from egnatia.errors import InputError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import crossing_point

_POLE, _DATE_LINE = 90.0, 180.0


def place_crossing_point(tx: Transaction, officer: Officer, bcp: str, place: Place, now: datetime) -> None:
    """Say where a crossing point lies, or correct it.

    Args:
        tx: a write transaction.
        officer: who keeps the devices keeps the places as well.
        bcp: its code.
        place: latitude and longitude in degrees, north and east positive.
        now: the moment.

    Raises:
        ForbiddenError: the officer may not.
        InputError: no crossing point's code, or no place on earth.
    """
    authorise(officer, Action.MANAGE_DEVICES)
    if not BCP.fullmatch(bcp):
        raise InputError(f"{bcp[:20]!a} is no crossing point", hint="Give its code, such as DURRES-1.")
    latitude, longitude = place
    if not (abs(latitude) <= _POLE and abs(longitude) <= _DATE_LINE):
        raise InputError(
            f"{latitude}, {longitude} is no place on earth",
            hint="Give latitude and longitude in degrees, such as 41.31 and 19.45.",
        )
    tx.execute(crossing_point.delete().where(crossing_point.c.bcp == bcp))
    tx.execute(crossing_point.insert(), {"bcp": bcp, "latitude": latitude, "longitude": longitude})
    append(tx, Act(EventKind.CROSSING_POINT_PLACED, now, officer.id, f"bcp:{bcp}"))


def crossing_points(tx: Transaction) -> dict[str, Place]:
    """The crossing points whose place is known, by code."""
    rows = tx.execute(select(crossing_point).order_by(crossing_point.c.bcp))
    return {row.bcp: (row.latitude, row.longitude) for row in rows}
