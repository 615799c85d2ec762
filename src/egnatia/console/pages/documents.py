"""Inspecting a travel document from its machine-readable zone: findings and advice, the decision is a person's (DOC-02)."""

from egnatia.casework.borders import document_query, holder_clues, inspect_document
from egnatia.console.catalogues import N_
from egnatia.console.visit import Html, Reply, Visit, in_words
from egnatia.engines.documents import Advice, Inspection, Severity, inspect
from egnatia.enquiries.desk import CASE_REF
from egnatia.errors import InputError

ADVICE: dict[Advice, tuple[str, str]] = {
    Advice.CONSISTENT: ("done", N_("Consistent: nothing in the zone contradicts itself")),
    Advice.DISCREPANCIES: ("note", N_("Discrepancies: something in the zone does not fit")),
    Advice.SUSPECTED_FALSE: ("late", N_("Suspected false: a second-line examination is advised")),
    Advice.CANNOT_TELL: ("none", N_("Cannot tell: this zone does not allow a conclusion")),
}
_ORDER = (Severity.SERIOUS, Severity.WARN, Severity.INFO)


def inspect_page(visit: Visit) -> Reply:
    """The box for a zone."""
    return _page("", visit.query.get("case"), {}, None)


def inspect_zone(visit: Visit) -> Reply:
    """Read a zone and show every field's verdict; with a case reference the inspection is recorded in that case."""
    zone, case_ref = visit.form.get("zone"), visit.form.get("case_ref")
    problems: dict[str, str] = {}
    if case_ref and not CASE_REF.fullmatch(case_ref):
        text = N_("Give a case reference: letters, a year and a number, such as DUR-2025-0417.")
        problems["case_ref"] = visit.language.say(text)
    found: Inspection | None = None
    try:
        found = _inspected(visit, zone, "" if problems else case_ref)
    except InputError as error:
        problems["zone"] = in_words(error)
    return _page(zone, case_ref, problems, found)


def _inspected(visit: Visit, zone: str, case_ref: str) -> Inspection:
    """The inspection; without a case it is only a calculation, and nothing is kept of it."""
    if not case_ref:
        return inspect(zone, visit.now.date())
    _, found = visit.node.commit(lambda tx: inspect_document(tx, visit.who, case_ref, zone, visit.now))
    return found


def _page(zone: str, case_ref: str, problems: dict[str, str], found: Inspection | None) -> Reply:
    findings = sorted(found.findings, key=lambda each: _ORDER.index(each.severity)) if found else []
    values = {
        "zone": zone,
        "case_ref": case_ref,
        "problems": problems,
        "found": found,
        "findings": findings,
        "advice": ADVICE[found.advice] if found else None,
        "query_values": document_query(found.document) if found else {},
        "holder": _holder(found) if found else {},
    }
    return Html("inspect.html", values, 422 if problems else 200, found)


def _holder(found: Inspection) -> dict[str, str]:
    """The holder for the next form's guard fields, with a date of birth only where the whole of it is known."""
    born = found.birth.exact()
    clues = {f"holder_{name}": value for name, value in holder_clues(found.document).items()}
    return clues | ({"holder_birth_date": born.isoformat()} if born else {})
