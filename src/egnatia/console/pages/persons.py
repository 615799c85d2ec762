"""Looking among this node's own persons before anybody abroad is asked: with a reason, and one ledger entry for each look."""

from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import LABELS
from egnatia.console.sums import steps
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Reply, Visit, in_words
from egnatia.engines.people import Match, PersonQuery, parse_date
from egnatia.enquiries.own_persons import Look, look_among_own
from egnatia.errors import InputError

FIELDS = ("family_names", "first_names", "birth_date", "father_name", "mother_name", "numbers", "why")
SHOWN = 20
"""Records on the page, the likeliest first; how many there are beside them is said."""
_TOO_LITTLE = N_("Give two of family names, first names and date of birth, or a number.")


def persons_page(visit: Visit) -> Reply:
    """The form alone: nothing is looked for by opening it."""
    return _page(visit, {}, None)


def look(visit: Visit) -> Reply:
    """Look, enter it in the ledger, and show who resembles with what speaks against and for."""
    say = visit.language.say
    problems = {} if (text := reason_problem(visit.form.get("why"))) is None else {"why": say(text)}
    if not _enough(visit):
        problems["family_names"] = say(_TOO_LITTLE)
    if problems:
        return _page(visit, problems, None)
    try:
        query = _query(visit)
        found = visit.node.commit(
            lambda tx: look_among_own(tx, visit.who, query, visit.form.get("why"), visit.now, SHOWN)
        )
    except InputError as error:
        return _page(visit, {"form": in_words(error)}, None)
    return _page(visit, {}, found)


def _numbers(visit: Visit) -> tuple[str, ...]:
    return tuple(each.strip() for each in visit.form.get("numbers").split(";") if each.strip())


def _enough(visit: Visit) -> bool:
    given = [name for name in ("family_names", "first_names", "birth_date") if visit.form.get(name)]
    return len(given) > 1 or bool(_numbers(visit))


def _query(visit: Visit) -> PersonQuery:
    first, family, father, mother = (
        visit.form.get(name) for name in ("first_names", "family_names", "father_name", "mother_name")
    )
    return PersonQuery(first, family, parse_date(visit.form.get("birth_date")), father, _numbers(visit), mother)


def _page(visit: Visit, problems: dict[str, str], found: Look | None) -> Reply:
    values = {
        "typed": {name: visit.form.get(name) for name in FIELDS},
        "problems": problems,
        "found": found,
        "sums": [(match, steps(match.evidence)) for match in found.answer.matches] if found else [],
        "labels": LABELS,
    }
    return Html("persons.html", values, 422 if problems else 200, data=_twin(found))


def _twin(found: Look | None) -> dict[str, Any] | None:
    if found is None:
        return None
    answer = found.answer
    return {
        "matches": [_match(each) for each in answer.matches],
        "found": answer.found,
        "register": answer.size,
        "indistinguishable": answer.indistinguishable,
        "settled_by": answer.settled_by,
        "names": found.names,
    }


def _match(match: Match) -> dict[str, Any]:
    return {"ref": match.ref, "score": round(match.score, 6), "band": match.band, "evidence": match.evidence}
