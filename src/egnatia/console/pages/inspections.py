"""Recorded inspections again: the list, the report as pages and files, and the replay. Every look is entered first."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from egnatia.casework.borders import Agreement, judged
from egnatia.casework.borders.basis import node_basis
from egnatia.casework.borders.looks import inspections, look_at_inspection, replay_inspection, take_out_report
from egnatia.casework.borders.reported import officers_verdict
from egnatia.console.catalogues import LANGUAGES, N_
from egnatia.console.language import Language, language
from egnatia.console.pages.examinations import MARKS, RESULT_MARKS
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.visit import Download, Html, Reply, Visit, in_words
from egnatia.console.words import phrase
from egnatia.engines.documents.report.crops import crops_of, face_of
from egnatia.engines.documents.report.formats import to_json
from egnatia.engines.documents.report.html import Kind, data_uri, to_html
from egnatia.engines.documents.report.officers import GivenVerdict, OfficersVerdict
from egnatia.engines.documents.report.pages import View, view_of, visible
from egnatia.engines.documents.report.speaker import speaker
from egnatia.engines.documents.report.stored import StoredInspection, is_stored, read_stored
from egnatia.engines.documents.report.words import ADVICE
from egnatia.engines.documents.report.xml import to_xml
from egnatia.engines.documents.types import Advice
from egnatia.errors import InputError
from egnatia.ledger import JSON
from egnatia.model.borders import VerdictClass

if TYPE_CHECKING:
    from egnatia.engines.documents.report.stored import Replay

KINDS = ("html", "pdf", "xml", "json")
_MEDIA = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xml": "application/xml",
    "json": "application/json",
}


def inspection_list(visit: Visit) -> Reply:
    """The newest recorded inspections; nothing that was read from a document is on the page."""
    found = visit.node.commit(lambda tx: inspections(tx, visit.who, visit.now))
    with visit.node.database.read() as tx:
        names = {str(ref): name for ref, name in officer_names(tx).items()}
    values: dict[str, Any] = {
        "part": part_of(found, visit),
        "names": names,
        "marks": {each.value: MARKS[each] for each in MARKS},
    }
    values["advice"] = {each.value: visit.language.say(ADVICE[each]) for each in Advice}
    return Html("inspections.html", values, data=found)


def inspection_page(visit: Visit) -> Reply:
    """One inspection as it was recorded, in the officer's language: one page, or the full evidence."""
    content = visit.node.commit(lambda tx: look_at_inspection(tx, visit.who, visit.parts["id"], visit.now))
    return _page(visit, content, None, {})


def replay_page(visit: Visit) -> Reply:
    """Repeat the inspection on what this node knows now: the same to the last byte, or what differs."""
    inspection_id = visit.parts["id"]
    with visit.node.database.read() as tx:
        from egnatia.casework.borders import stored_inspection

        content = stored_inspection(tx, inspection_id)
    try:
        stored = read_stored(content)
        with visit.node.database.read() as tx:  # pictures take seconds: nobody's writing waits for them
            basis = node_basis(tx, visit.node.desk, visit.node.trust_keeper.held(), stored.day)
            found = replay_inspection(visit.node.commit, visit.who, (inspection_id, stored), basis, visit.now)
    except InputError as error:
        return _page(visit, content, None, {"replay": in_words(error)})
    return _page(visit, content, found, {})


def report_file(visit: Visit) -> Reply:
    """The report as a file: HTML, PDF, XML or JSON; as one page or as full evidence; in any language of the console."""
    kind, view = visit.form.get("kind"), visit.form.get("view")
    tag, personal = visit.form.get("in"), visit.form.get("personal") != "no"
    if kind not in KINDS or view not in set(Kind) or tag not in LANGUAGES:
        raise InputError("there is no such report", hint="Use the form on the inspection's page.")
    form: dict[str, JSON] = {"kind": kind, "view": view, "language": tag, "personal": personal}
    inspection_id = visit.parts["id"]
    content = visit.node.commit(lambda tx: take_out_report(tx, visit.who, inspection_id, form, visit.now))
    with visit.node.database.read() as tx:
        stands = judged(tx, inspection_id)
    officers = officers_verdict(stands)
    said = verdict_lines(officers, language(tag))
    written = _written(read_stored(content), kind, Kind(view), (tag, said, officers), personal=personal)
    return Download(f"inspection-{inspection_id[:8]}-{view}-{tag}.{kind}", written, _MEDIA[kind])


def verdict_lines(officers: OfficersVerdict | None, speaks: Language) -> tuple[str, ...]:
    """What officers say of the document, for a report: how their verdicts stand, then each of them.

    Raises:
        InputError: a word, or a moment, that there is none of: the verdicts come from a file that somebody else wrote.
    """
    if officers is None:
        return ()
    try:
        heading = f"{speaks.say(N_('Verdict'))}: {speaks.say(phrase(Agreement(officers.agreement)))}"
        return heading, *(_verdict_line(each, speaks) for each in officers.given)
    except (ValueError, OverflowError):
        raise InputError("the verdicts in this report are none that a node writes") from None


def _verdict_line(given: GivenVerdict, speaks: Language) -> str:
    parts = (speaks.say(phrase(VerdictClass(given.verdict))), visible(given.given_by))
    return " · ".join((*(each for each in parts if each), speaks.moment(datetime.fromisoformat(given.given_at))))


_Told = tuple[str, tuple[str, ...], OfficersVerdict | None]
"""The language, and what officers say: as lines of a page in it, and as a form has it."""


def _written(stored: StoredInspection, kind: str, view: Kind, told: _Told, *, personal: bool) -> bytes:
    """The report's bytes.

    Raises:
        InputError: a PDF, and the extra `pdf` is not installed.
    """
    tag, verdicts, officers = told
    if kind == "json":
        return to_json(stored.result, personal=personal, officers=officers) + b"\n"
    if kind == "xml":
        return to_xml(stored.result, personal=personal, officers=officers)
    said = replace(_view(stored, tag), verdicts=verdicts)
    if kind == "html":
        return to_html(said, view)
    from egnatia.engines.documents.report.pdf import to_pdf

    return to_pdf(said, view)


def _view(stored: StoredInspection, tag: str) -> View:
    return view_of(stored.result, speaker(tag), crops_of(stored.presented), face_of(stored.presented))


def _page(visit: Visit, content: bytes, replayed: "Replay | None", problems: dict[str, str]) -> Reply:
    stored = read_stored(content) if is_stored(content) else None
    view = None if stored is None else _view(stored, visit.language.tag)
    values: dict[str, Any] = {
        "id": visit.parts["id"],
        "stored": stored,
        "view": view,
        "full": visit.query.get("view") == Kind.EVIDENCE.value,
        "mark": "none" if view is None else MARKS[Advice(view.advice)],
        "marks": RESULT_MARKS,
        "png": data_uri,
        "replayed": replayed,
        "problems": problems,
        "languages": LANGUAGES,
        "kinds": KINDS,
        "held": visit.node.trust_keeper.held(),
    }
    return Html("inspection.html", values, 422 if problems else 200)
