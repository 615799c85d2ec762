"""The network of a case from files that an officer brings: drawn on the server, measured with its uncertainty, and forgotten.

A second question, how two of the case are joined, comes with what its page carried (`enquiries.network_carrying`).
"""

from collections import Counter
from datetime import date

from egnatia.console.catalogues import N_
from egnatia.console.network_drawing import Drawing, drawn, shape
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Reply, Visit, in_words
from egnatia.engines.people.graph.network import Network, visible
from egnatia.engines.people.graph.types import NodeKind
from egnatia.enquiries.desk import CASE_REF
from egnatia.enquiries.network_carrying import unpacked
from egnatia.enquiries.networks import CaseNetwork, Cut, cut_out, measured, note_read, read_files
from egnatia.errors import InputError, NotFoundError

FIELDS = ("around", "steps", "since", "until", "case_ref", "why")
PAIR = ("one", "other")
"""The two nodes of which is asked how they are joined."""
SHOWN_TIES, SHOWN_POSITIONS, SHOWN_MEMBERS = 500, 60, 12
"""Lines of the two long tables, and members of a group that are named; what is left out is counted."""
_CASE = N_("Give a case reference: letters, a year and a number, such as DUR-2025-0417.")
_NO_FILE = N_("Choose one file, or the two tables together.")
_NO_NODE = N_("Choose one of this case.")
_SAME = N_("Choose two who are not the same.")


def network_page(visit: Visit) -> Reply:
    """The form."""
    return _page(visit, {}, None)


def read(visit: Visit) -> Reply:
    """Read the files in memory, enter that in the ledger, and show the case."""
    problems = _problems(visit)
    if problems:
        return _page(visit, problems, None)
    case_ref, why = visit.form.get("case_ref"), visit.form.get("why")
    try:
        case = _case(visit)
        between, problems = _between(visit, case)
        found = measured(case, between)  # seconds: nobody's writing waits for it
        visit.node.commit(lambda tx: note_read(tx, visit.who, case_ref, why, found, visit.now))
    except (InputError, NotFoundError) as error:
        return _page(visit, {"form": in_words(error)}, None)
    return _page(visit, problems, found)


def _case(visit: Visit) -> Network:
    """The part that is looked at, from files or as the page carried it."""
    if visit.form.get("carried"):
        return unpacked(visit.form.get("carried"))
    files = {each.name: each.content for each in visit.form.files["network"]}
    return cut_out(read_files(files), _cut(visit))


def _between(visit: Visit, case: Network) -> tuple[tuple[str, str] | None, dict[str, str]]:
    """The two who are asked about, or what is wrong with the question: the case is shown all the same."""
    if not visit.form.get("carried"):
        return None, {}
    one, other = visit.form.get("one"), visit.form.get("other")
    seen = visible(case).nodes
    wrong = {name: _NO_NODE for name, ref in (("one", one), ("other", other)) if ref not in seen}
    if not wrong and one == other:
        wrong = {"other": _SAME}
    return (None if wrong else (one, other)), {name: visit.language.say(text) for name, text in wrong.items()}


def _problems(visit: Visit) -> dict[str, str]:
    wrong = {
        "network": None if visit.form.files.get("network") or visit.form.get("carried") else _NO_FILE,
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
    drawing: Drawing | None = None if found is None else drawn(found.case, found.ways or ())
    values = {
        "typed": {name: visit.form.get(name) for name in (*FIELDS, *PAIR)},
        "fields": FIELDS,
        "problems": problems,
        "found": found,
        "drawing": drawing,
        "shape": shape,
        "name_of": {} if found is None else _names(found.case),
        "most_ties": SHOWN_TIES,
        "most_positions": SHOWN_POSITIONS,
        "most_members": SHOWN_MEMBERS,
        "kinds": tuple(NodeKind),
    }
    return Html("network.html", values, 422 if problems else 200, data=_twin(found))


def _names(case: Network) -> dict[str, str]:
    """What each node is called, with its reference where another is called the same: namesakes are no one person."""
    called = {ref: node.label or ref for ref, node in case.nodes.items()}
    bearers = Counter(called.values()) + Counter(ref for ref, name in called.items() if name != ref)
    return {ref: name if bearers[name] == 1 else f"{name} ({ref})" for ref, name in called.items()}


def _twin(found: CaseNetwork | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "nodes": list(found.case.nodes.values()),
        "ties": found.case.ties,
        "measures": found.measures,
        "shared": found.shared,
        "ways": found.ways,
        "shielded": {standing.value: count for standing, count in found.shielded.items()},
    }
