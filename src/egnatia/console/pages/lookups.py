"""The first line's look-up in local lists, and the criteria that this country's own rule packs ask about."""

from egnatia.casework.borders.lookups import LookedUp, Traveller, look_up, traveller_of
from egnatia.casework.borders.packs import Pack, note_criteria, packs
from egnatia.console.catalogues import N_
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.enquiries.local_lists import local_lists
from egnatia.errors import ConflictError, InputError
from egnatia.model.borders import Criterion, Direction

_READ = ("issuer", "number", "family_names", "first_names", "birth_date")
_FIELDS = ("bcp", "direction", "zone", *_READ)
_CHOOSE_DIRECTION = N_("Direction: choose one.")


def lookup_page(visit: Visit) -> Reply:
    """The form, and every list at hand with its day."""
    return _page(visit, {name: visit.query.get(name) for name in ("bcp", "direction")}, {}, None)


def look(visit: Visit) -> Reply:
    """Look somebody up in the lists at hand; nothing leaves the node and nothing of the person is kept."""
    typed = {name: visit.form.get(name) for name in _FIELDS}
    if typed["direction"] not in set(Direction):
        return _page(visit, typed, {"direction": visit.language.say(_CHOOSE_DIRECTION)}, None)
    where = (typed["bcp"].upper(), Direction(typed["direction"]))
    try:
        who = _who(visit, typed)
        found = visit.node.commit(lambda tx: look_up(tx, visit.node.desk, visit.who, where, who, visit.now))
    except InputError as error:
        return _page(visit, typed, {"bcp": in_words(error)}, None)
    return _page(visit, typed, {}, found)


def _who(visit: Visit, typed: dict[str, str]) -> Traveller:
    """From the zone, or from what was typed where no zone can be read."""
    if typed["zone"]:
        return traveller_of(typed["zone"], visit.now.date())
    return Traveller(**{name: typed[name] for name in _READ})


def _page(visit: Visit, typed: dict[str, str], problems: dict[str, str], found: LookedUp | None) -> Reply:
    with visit.node.database.read() as tx:
        lists = local_lists(tx, visit.now)
    values = {
        "typed": {name: typed.get(name, "") for name in _FIELDS},
        "problems": problems,
        "found": found,
        "lists": lists,
        "directions": list(Direction),
    }
    return Html("lookup.html", values, 422 if problems else 200, found)


def criteria_page(visit: Visit) -> Reply:
    """What the packs that are on ask about; without one there is no such step."""
    return _criteria(visit, visit.query.get("bcp"), {})


def note(visit: Visit) -> Reply:
    """Note which criteria were met; only counts stay."""
    pack_id, bcp = visit.form.get("pack"), visit.form.get("bcp").upper()
    answers = {each: visit.form.get(f"{pack_id}-{each.value}") for each in Criterion}
    results = {each: answer == "yes" for each, answer in answers.items() if answer in {"yes", "no"}}
    try:
        visit.node.commit(lambda tx: note_criteria(tx, visit.who, bcp, pack_id, results, visit.now))
    except (InputError, ConflictError) as error:
        return _criteria(visit, bcp, {"bcp": in_words(error)})
    return Redirect(f"/crossings?done=noted&bcp={bcp}&direction={_direction(visit, pack_id)}")


def _direction(visit: Visit, pack_id: str) -> str:
    return next((each.direction.value for each in _enabled(visit) if each.id == pack_id), "")


def _enabled(visit: Visit) -> list[Pack]:
    with visit.node.database.read() as tx:
        return packs(tx, only_enabled=True)


def _criteria(visit: Visit, bcp: str, problems: dict[str, str]) -> Reply:
    values = {"packs": _enabled(visit), "bcp": bcp, "problems": problems, "tag": visit.language.tag}
    return Html("criteria.html", values, 422 if problems else 200)
