"""The network of a case from files that an officer brings: drawn on the server, measured with its uncertainty, and forgotten."""

from datetime import date

from egnatia.console.catalogues import N_
from egnatia.console.network_drawing import Drawing, drawn, shape
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Reply, Visit, in_words
from egnatia.enquiries.desk import CASE_REF
from egnatia.enquiries.networks import CaseNetwork, Cut, cut_out, measured, note_read, read_files
from egnatia.errors import InputError, NotFoundError

FIELDS = ("around", "steps", "since", "until", "case_ref", "why")
SHOWN_TIES, SHOWN_POSITIONS = 500, 60
"""Lines of the two long tables; what is left out is counted, and a smaller part of the case shows it."""
_CASE = N_("Give a case reference: letters, a year and a number, such as DUR-2025-0417.")
_NO_FILE = N_("Choose one file, or the two tables together.")


def network_page(visit: Visit) -> Reply:
    """The form."""
    return _page(visit, {}, None)


def read(visit: Visit) -> Reply:
    """Read the files in memory, enter that in the ledger, and show the case."""
    problems = _problems(visit)
    if problems:
        return _page(visit, problems, None)
    files = {each.name: each.content for each in visit.form.files["network"]}
    case_ref, why = visit.form.get("case_ref"), visit.form.get("why")
    try:
        found = measured(cut_out(read_files(files), _cut(visit)))  # seconds: nobody's writing waits for it
        visit.node.commit(lambda tx: note_read(tx, visit.who, case_ref, why, found, visit.now))
    except (InputError, NotFoundError) as error:
        return _page(visit, {"form": in_words(error)}, None)
    return _page(visit, {}, found)


def _problems(visit: Visit) -> dict[str, str]:
    wrong = {
        "network": None if visit.form.files.get("network") else _NO_FILE,
        "case_ref": None if CASE_REF.fullmatch(visit.form.get("case_ref")) else _CASE,
        "why": reason_problem(visit.form.get("why")),
    }
    return {name: visit.language.say(text) for name, text in wrong.items() if text is not None}


def _cut(visit: Visit) -> Cut:
    steps = visit.form.get("steps") or "2"
    if not (steps.isascii() and steps.isdigit() and len(steps) == 1):
        raise InputError(f"{steps[:20]!a} is no number of steps", hint="Give a whole number from 0 to 6.")
    refs = tuple(dict.fromkeys(each.strip() for each in visit.form.get("around").splitlines() if each.strip()))
    return Cut(refs, int(steps), _day(visit.form.get("since")), _day(visit.form.get("until")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"{text[:20]!a} is no day", hint="Write year, month and day: 2025-05-14.") from None


def _page(visit: Visit, problems: dict[str, str], found: CaseNetwork | None) -> Reply:
    drawing: Drawing | None = None if found is None else drawn(found.case)
    values = {
        "typed": {name: visit.form.get(name) for name in FIELDS},
        "problems": problems,
        "found": found,
        "drawing": drawing,
        "shape": shape,
        "name_of": {} if found is None else {ref: node.label or ref for ref, node in found.case.nodes.items()},
        "most_ties": SHOWN_TIES,
        "most_positions": SHOWN_POSITIONS,
    }
    return Html("network.html", values, 422 if problems else 200, data=_twin(found))


def _twin(found: CaseNetwork | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "nodes": list(found.case.nodes.values()),
        "ties": found.case.ties,
        "measures": found.measures,
        "shared": found.shared,
        "shielded": {standing.value: count for standing, count in found.shielded.items()},
    }
