"""Examining a document from every source an officer has: zone, pictures, chip and printed fields, as one tree of checks."""

from dataclasses import replace

from egnatia.casework.borders import devices, memory_at, note_shown, record_examination
from egnatia.casework.borders.basis import node_basis
from egnatia.casework.borders.crossings import BCP
from egnatia.console.catalogues import N_
from egnatia.console.visit import Html, Reply, Upload, Visit, in_words
from egnatia.engines.documents.chip.files import read_archive
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Picture, Presented
from egnatia.engines.documents.report.crops import crops_of, face_of
from egnatia.engines.documents.report.html import data_uri
from egnatia.engines.documents.report.pages import View, view_of
from egnatia.engines.documents.report.speaker import speaker
from egnatia.engines.documents.report.stored import keep
from egnatia.engines.documents.series.files import noted
from egnatia.engines.documents.types import Advice
from egnatia.engines.documents.visual.formats import visual_from
from egnatia.engines.documents.visual.types import VisualFields
from egnatia.enquiries.desk import CASE_REF
from egnatia.errors import InputError
from egnatia.store.database import Transaction

FIELDS = ("number", "primary", "secondary", "birth_date", "sex", "issue_date", "expiry_date", "personal_number")
"""Printed fields that may be typed, by their names in `visual.types.VisualField`."""
MARKS = {
    Advice.CONSISTENT: "done",
    Advice.DISCREPANCIES: "note",
    Advice.SUSPECTED_FALSE: "late",
    Advice.CANNOT_TELL: "none",
}
RESULT_MARKS = {
    "successful": "done",
    "failed": "no",
    "undetermined": "note",
    "not_supported": "none",
    "aborted": "late",
}


def examine_page(visit: Visit) -> Reply:
    """The form for the sources."""
    return _page(visit, {"case_ref": visit.query.get("case")}, {}, None)


def examine_sources(visit: Visit) -> Reply:
    """Examine what was sent; with a case reference it is recorded in that case, sealed and replayable."""
    case_ref = visit.form.get("case_ref")
    typed = {name: visit.form.get(name) for name in ("zone", "noted", "case_ref", "bcp", *FIELDS)}
    if case_ref and not CASE_REF.fullmatch(case_ref):
        text = N_("Give a case reference: letters, a year and a number, such as DUR-2025-0417.")
        return _page(visit, typed, {"case_ref": visit.language.say(text)}, None)
    try:
        view, recorded_as = _examined(visit, case_ref)
    except InputError as error:
        return _page(visit, typed, {"zone": in_words(error)}, None)
    return _page(visit, typed, {}, view, recorded_as)


def _examined(visit: Visit, case_ref: str) -> tuple[View, str]:
    presented = _presented(visit)
    keys, bcp = visit.node.desk.keys, visit.form.get("bcp").upper()
    if bcp and not BCP.fullmatch(bcp):
        raise InputError(f"{bcp[:20]!a} is no crossing point", hint="Give its code, such as DURRES-1.")
    with visit.node.database.read() as tx:  # pictures take seconds: nobody's writing waits for them
        basis = node_basis(tx, visit.node.desk, visit.node.trust_keeper.held(), visit.now.date())
        basis = replace(basis, memory=memory_at(tx, keys, bcp, visit.now))
        result = examine(presented, basis)
    recorded_as = ""
    if case_ref:
        kept = keep(presented, basis, result)
        recorded_as = visit.node.commit(lambda tx: _recorded(tx, visit, case_ref, result, kept))
    return view_of(result, speaker(visit.language.tag), crops_of(presented), face_of(presented)), recorded_as


def _recorded(tx: Transaction, visit: Visit, case_ref: str, result: Examination, kept: bytes) -> str:
    device_id = visit.form.get("device") or None
    recorded_as = record_examination(tx, visit.who, case_ref, result, kept, visit.now, device_id)
    note_shown(tx, visit.node.desk.keys, result, visit.form.get("bcp").upper(), visit.now, recorded_as)
    return recorded_as


def _presented(visit: Visit) -> Presented:
    files = visit.form.files
    archive = next(iter(files.get("chip", ())), None)
    return Presented(
        zone=visit.form.get("zone"),
        visual=_visual(visit),
        pictures=tuple(Picture(each.name, each.content) for each in files.get("pictures", ())),
        chip=None if archive is None else read_archive(archive.content),
        evidence=_first(files.get("evidence", ())),
        typed_by=f"officer:{visit.who.id}" if visit.form.get("zone") else "",
        noted=tuple(noted(each) for each in visit.form.get("noted").split()),
    )


def _visual(visit: Visit) -> VisualFields | None:
    typed = {name: (text,) for name in FIELDS if (text := visit.form.get(name))}
    return visual_from(typed) if typed else None


def _first(files: tuple[Upload, ...]) -> bytes:
    return files[0].content if files else b""


def _page(
    visit: Visit, typed: dict[str, str], problems: dict[str, str], view: View | None, recorded_as: str = ""
) -> Reply:
    with visit.node.database.read() as tx:
        readers = [each for each in devices(tx, visit.now) if each.retired_at is None]
    values = {
        "typed": {name: typed.get(name, "") for name in ("zone", "noted", "case_ref", "bcp", *FIELDS)},
        "problems": problems,
        "view": view,
        "mark": "none" if view is None else MARKS[Advice(view.advice)],
        "marks": RESULT_MARKS,
        "png": data_uri,
        "held": visit.node.trust_keeper.held(),
        "recorded_as": recorded_as,
        "devices": readers,
        "chosen_device": visit.form.get("device"),
        "suspected": view is not None and view.advice == Advice.SUSPECTED_FALSE,
    }
    return Html("examine.html", values, 422 if problems else 200)
