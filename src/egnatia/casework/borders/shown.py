"""The border's side of sightings: comparing a document with what is remembered, and noting one that is under suspicion.

Whoever travels lawfully is in nobody's memory: only a recorded examination with an advice other than `consistent`, or of
a number that is registered here, leaves a sighting, and an officer who finds the document genuine takes it away again.
The rules stand in `enquiries.sightings`; this module says when they are asked.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from egnatia.casework.borders.inspections import stored_inspection
from egnatia.casework.borders.places import crossing_points
from egnatia.casework.borders.verdicts import Agreement, give_verdict, judged
from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.registers.catalogue import RegisterCheck
from egnatia.engines.documents.registers.reuse import bearer_of
from egnatia.engines.documents.types import Result
from egnatia.enquiries.sightings import MAX_PLACE, Remembered, Shown, forget_document, note_sighting, suspicion_of
from egnatia.errors import ErasedError, InputError
from egnatia.exchange.keys import NodeKeys
from egnatia.model.borders import VerdictClass
from egnatia.model.officers import Officer
from egnatia.store.database import Transaction

if TYPE_CHECKING:
    from egnatia.engines.documents.examination import Examination

_REGISTERED = frozenset({RegisterCheck.REGISTER_NUMBER, RegisterCheck.REGISTER_RANGE})


def memory_at(tx: Transaction, keys: NodeKeys, bcp: str, now: datetime) -> Remembered:
    """What an examination at a crossing point compares a document with; asking it writes nothing.

    Args:
        tx: any transaction, open as long as the examination runs.
        keys: the node's secrets.
        bcp: the crossing point; empty where nobody said where, and then places are not compared.
        now: the moment the document is shown.
    """
    return Remembered(tx, keys, bcp, crossing_points(tx), now)


def note_shown(
    tx: Transaction,
    keys: NodeKeys,
    result: "Examination",
    bcp: str,
    now: datetime,
    inspection_id: str | None = None,
) -> bool:
    """Note where a suspected document was shown; returns whether anything was written.

    For a recorded examination and in its transaction: the entry in the ledger is that one's. Without a crossing point or
    a number nothing is written, and neither is anything of a document that nothing speaks against.

    Raises:
        InputError: the crossing point's code is too long.
    """
    if not bcp or result.zone is None or not result.zone.number:
        return False
    if len(bcp) > MAX_PLACE:
        raise InputError(f"a crossing point's code has 1 to {MAX_PLACE} characters")
    bearer = bearer_of(read_lines(result.zone.lines), result.zone.source)
    registered = any(each.code in _REGISTERED and each.result is Result.FAILED for each in result.checks())
    shown = Shown(bearer.issuer, bearer.number, bearer.names, bearer.birth, bcp)
    suspicion = suspicion_of(result.advice, registered=registered)
    check = note_sighting(tx, keys, shown, suspicion, crossing_points(tx), now, inspection_id)
    return suspicion is not None or check.result is not Result.NOT_SUPPORTED


def say_verdict(
    tx: Transaction, keys: NodeKeys, officer: Officer, inspection_id: str, kind: VerdictClass, why: str, now: datetime
) -> str:
    """Give a verdict, and where the document is genuine by it, forget where it was shown. Returns the verdict's id.

    Raises:
        ForbiddenError, InputError, NotFoundError: as `give_verdict`.
    """
    verdict_id = give_verdict(tx, officer, inspection_id, kind, why, now)
    clear_shown(tx, keys, inspection_id, now)
    return verdict_id


def clear_shown(tx: Transaction, keys: NodeKeys, inspection_id: str, now: datetime) -> int:
    """Take away the sightings of an inspected document that is genuine by the verdicts on it. Returns how many there were.

    Called after every verdict; while officers differ, or say anything else, the sightings stay until their day. Nothing
    is left to take where the inspection's content was erased.

    Raises:
        NotFoundError: there is no such inspection.
    """
    from egnatia.engines.documents.report.stored import is_stored, read_stored

    verdicts = judged(tx, inspection_id)
    if verdicts.agreement not in {Agreement.SINGLE, Agreement.CONFIRMED} or verdicts.kind is not VerdictClass.GENUINE:
        return 0
    try:
        content = stored_inspection(tx, inspection_id)
    except ErasedError:
        return 0
    if not is_stored(content):  # a zone alone, as release 0.1.0 recorded it; it never left a sighting
        return 0
    zone = read_stored(content).result.zone
    return 0 if zone is None else forget_document(tx, keys, zone.issuer, zone.number, now)
