"""The devices that read documents: registered, tested regularly, and marked where a test is overdue (DOC-06).

A device that was not tested, or failed, still reads; but whoever relies on what it read sees that it is overdue.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from egnatia.accounts import authorise
from egnatia.casework.borders.crossings import BCP
from egnatia.enquiries.desk import check_text
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.ledger.log import JSON
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import device, device_reading, device_test

MOST_DAYS = 366
"""The longest time between two tests: what is not tested once a year is not tested."""
MAX_NAME, MAX_WORDS = 60, 80


@dataclass(frozen=True, slots=True)
class Device:
    """One device as it stands.

    Attributes:
        id: its identifier; inspections name it.
        bcp: where it stands.
        name: what officers call it.
        model: maker and type.
        test_every_days: days between two tests.
        registered_at: since when it is here.
        tested_at: its last test; none before the first.
        passed: how that ended.
        overdue: whether a test is due, or the last one failed.
        retired_at: when it was taken away.
    """

    id: str
    bcp: str
    name: str
    model: str
    test_every_days: int
    registered_at: datetime
    tested_at: datetime | None
    passed: bool | None
    overdue: bool
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class SelfTest:
    """One test of a device.

    Attributes:
        passed: whether everything was read as it stands on the test document.
        reference: which test document or set.
        version: of the device's software.
        made_at: when it was made, where it is recorded later; none where that is now.
    """

    passed: bool
    reference: str
    version: str
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Which device read an inspected document, and whether its test was overdue then."""

    inspection_id: str
    device_id: str
    at: datetime
    overdue: bool


def register_device(
    tx: Transaction, officer: Officer, named: tuple[str, str, str], test_every_days: int, now: datetime
) -> str:
    """Register a device. Returns its id.

    Args:
        tx: a write transaction.
        officer: an administrator.
        named: crossing point, name and model.
        test_every_days: days between two tests, 1 to MOST_DAYS.
        now: the moment.

    Raises:
        ForbiddenError, InputError: as the names say.
    """
    authorise(officer, Action.MANAGE_DEVICES)
    bcp, name, model = named
    if not BCP.fullmatch(bcp):
        raise InputError(f"{bcp[:20]!a} is no crossing point", hint="Give its code, such as DURRES-1.")
    if not 1 <= test_every_days <= MOST_DAYS:
        raise InputError(f"a device is tested every 1 to {MOST_DAYS} days")
    row = {
        "id": tx.new_id(),
        "bcp": bcp,
        "name": check_text("name", name, 1, MAX_NAME),
        "model": check_text("model", model, 1, MAX_WORDS),
        "test_every_days": test_every_days,
        "registered_at": now,
    }
    tx.execute(device.insert(), row)
    append(tx, Act(EventKind.DEVICE_REGISTERED, now, officer.id, f"device:{row['id']}"))
    return str(row["id"])


def record_test(tx: Transaction, officer: Officer, device_id: str, test: SelfTest, now: datetime) -> None:
    """Record a test, whatever its result.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
        InputError: words that are none, or a test of a moment that has not come or when the device was not here yet.
        ConflictError: the device was retired.
    """
    authorise(officer, Action.TEST_DEVICE)
    registered_at = _in_use(tx, device_id)
    made_at = test.made_at or now
    if not registered_at <= made_at <= now:
        raise InputError(
            "a test is made after its device was registered and before it is recorded",
            hint="Check the date, and the clock of this machine.",
        )
    reference = check_text("test document", test.reference, 1, MAX_NAME)
    version = check_text("version", test.version, 1, MAX_NAME)
    row = {"id": tx.new_id(), "device_id": device_id, "at": made_at, "officer_id": officer.id, "passed": test.passed}
    tx.execute(device_test.insert(), row | {"reference": reference, "version": version})
    content: dict[str, JSON] = {"passed": test.passed, "reference": reference, "version": version}
    if test.made_at is not None:
        content["made_at"] = made_at.isoformat()
    append(tx, Act(EventKind.DEVICE_TESTED, now, officer.id, f"device:{device_id}", content=content))


def retire_device(tx: Transaction, officer: Officer, device_id: str, now: datetime) -> None:
    """Take a device out of use; its tests stay.

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as the names say.
    """
    authorise(officer, Action.MANAGE_DEVICES)
    _in_use(tx, device_id)
    tx.execute(device.update().where(device.c.id == device_id).values(retired_at=now))
    append(tx, Act(EventKind.DEVICE_RETIRED, now, officer.id, f"device:{device_id}"))


def devices(tx: Transaction, now: datetime) -> list[Device]:
    """Every device, overdue ones first; no person is in it, so everybody may look."""
    rows = tx.execute(select(device).order_by(device.c.bcp, device.c.name)).all()
    return sorted(
        (_device(tx, row, now) for row in rows), key=lambda each: (each.retired_at is not None, not each.overdue)
    )


def device_of(tx: Transaction, device_id: str, now: datetime) -> Device:
    """One device.

    Raises:
        NotFoundError: there is none.
    """
    row = tx.execute(select(device).where(device.c.id == device_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no device {device_id}", hint="`egnatia device list` shows all of them.")
    return _device(tx, row, now)


def note_reading(tx: Transaction, inspection_id: str, device_id: str, now: datetime) -> bool:
    """Write down which device read an inspected document. Returns whether its test was overdue at that moment.

    The mark stays with the result, whatever test comes later: what was read was read by an untested device.

    Raises:
        NotFoundError: there is no such device.
        ConflictError: it was retired.
    """
    _in_use(tx, device_id)
    overdue = device_of(tx, device_id, now).overdue
    row = {"inspection_id": inspection_id, "device_id": device_id, "at": now, "overdue": overdue}
    tx.execute(device_reading.insert(), row)
    return overdue


def reading_of(tx: Transaction, inspection_id: str) -> Reading | None:
    """Which device read the document of an inspection, as it stood then; none where that was not said."""
    row = tx.execute(select(device_reading).where(device_reading.c.inspection_id == inspection_id)).one_or_none()
    return None if row is None else Reading(row.inspection_id, row.device_id, row.at, row.overdue)


def _in_use(tx: Transaction, device_id: str) -> datetime:
    """Since when a device is here that is in use."""
    row = tx.execute(select(device.c.retired_at, device.c.registered_at).where(device.c.id == device_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no device {device_id}", hint="`egnatia device list` shows all of them.")
    if row.retired_at is not None:
        raise ConflictError(f"the device {device_id} was retired")
    since: datetime = row.registered_at
    return since


def _device(tx: Transaction, row: Row[Any], now: datetime) -> Device:
    query = select(device_test).where(device_test.c.device_id == row.id).order_by(device_test.c.at.desc()).limit(1)
    last = tx.execute(query).one_or_none()
    # A test of a moment that has not come was written while a clock was wrong: nobody knows when it was made.
    late = last is None or last.at > now or now - last.at > timedelta(days=row.test_every_days)
    return Device(
        id=row.id,
        bcp=row.bcp,
        name=row.name,
        model=row.model,
        test_every_days=row.test_every_days,
        registered_at=row.registered_at,
        tested_at=None if last is None else last.at,
        passed=None if last is None else last.passed,
        overdue=row.retired_at is None and (late or last is None or not last.passed),
        retired_at=row.retired_at,
    )
