"""The border check: one screen for the first line, one for a further check. Everything here is an officer's decision."""

from enum import StrEnum
from typing import Any, TypeVar

from egnatia.casework.borders import (
    SHEETS,
    Encounter,
    FurtherCheck,
    Group,
    checks,
    close,
    devices,
    hear_protection,
    inform,
    let_pass,
    refer,
    screen,
    second_line_outcomes,
)
from egnatia.console.catalogues import N_
from egnatia.console.paging import part_of
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.model.borders import (
    AgeBand,
    CrossingMode,
    CrossingOutcome,
    Direction,
    Minor,
    SecondLineFinding,
    SecondLineReason,
    Sign,
)
from egnatia.model.officers import Action

Listed = TypeVar("Listed", bound=StrEnum)
_FIELDS = ("bcp", "direction", "mode", "minor", "nationality", "sex", "age", "reason", "inspection", "protection")
_KEPT = ("bcp", "direction", "mode")
"""What stays on the screen for the next person: where one works, and nothing of who was there."""
_ENDING = ("finding", "outcome", "note", "nationality", "sex", "age")
_CHOOSE = N_("%(what)s: choose one.")
_WHAT = {
    "direction": N_("Direction"),
    "mode": N_("Way of travel"),
    "minor": N_("Adult or child"),
    "sex": N_("Sex, as printed"),
    "age": N_("Age"),
    "reason": N_("Reason"),
    "finding": N_("Your own finding"),
    "outcome": N_("How it ends"),
}


def first_line_page(visit: Visit) -> Reply:
    """The screen for the next person."""
    return _first_line(visit, {name: visit.query.get(name) for name in _FIELDS}, {})


def first_line(visit: Visit) -> Reply:
    """Let somebody pass, or ask them to a further check."""
    typed = {name: visit.form.get(name) for name in _FIELDS}
    problems: dict[str, str] = {}
    met = _met(visit, problems)
    passing = visit.form.get("act") == "pass"
    reason = None if passing else _chosen(visit, SecondLineReason, "reason", problems)
    if met is None or problems:
        return _first_line(visit, typed, problems)
    kept = "&".join(f"{name}={typed[name]}" for name in _KEPT)
    try:
        if reason is None:
            visit.node.commit(lambda tx: let_pass(tx, visit.who, met, visit.now))
            return Redirect(f"/crossings?done=passed&{kept}")
        inspection = typed["inspection"] or None
        check_id = visit.node.commit(lambda tx: refer(tx, visit.who, met, reason, visit.now, inspection_id=inspection))
    except (ConflictError, InputError) as error:
        return _first_line(visit, typed, {"bcp": in_words(error)})
    except NotFoundError as error:
        return _first_line(visit, typed, {"inspection": in_words(error)})
    may_go_on = visit.who.may(Action.CLOSE_SECOND_LINE)  # others hand over: the next person waits
    return Redirect(f"/crossings/{check_id}?done=referred" if may_go_on else f"/crossings?done=referred&{kept}")


def check_list(visit: Visit) -> Reply:
    """Further checks, open ones first."""
    found = visit.node.commit(lambda tx: checks(tx, visit.who, visit.now))
    return Html("second_line.html", {"part": part_of(found, visit)}, data=found)


def check_page(visit: Visit) -> Reply:
    """One further check: what is still to be done, and how it may end."""
    return _check_page(visit, {})


def note(visit: Visit) -> Reply:
    """Note the information sheet, that protection was asked for, or the signs that were seen."""
    check_id, what = visit.parts["id"], visit.form.get("what")
    try:
        if what == "sheet":
            language = visit.form.get("language")
            visit.node.commit(lambda tx: inform(tx, visit.who, check_id, language, visit.now))
        elif what == "protection":
            visit.node.commit(lambda tx: hear_protection(tx, visit.who, check_id, visit.now))
        elif what == "signs":
            signs = [Sign(each) for each in visit.form.many("sign") if each in set(Sign)]
            visit.node.commit(lambda tx: screen(tx, visit.who, check_id, signs, visit.now))
        else:
            raise NotFoundError("there is nothing of this name to note", hint="Use the buttons of the check's page.")
    except InputError as error:
        return _check_page(visit, {"language": in_words(error)})
    return Redirect(f"/crossings/{check_id}?done=noted")


def close_check(visit: Visit) -> Reply:
    """Close a further check with the officer's own finding."""
    problems: dict[str, str] = {}
    finding = _chosen(visit, SecondLineFinding, "finding", problems)
    outcome = _chosen(visit, CrossingOutcome, "outcome", problems)
    group = _group(visit, problems)
    said = visit.form.get("note")
    if finding is None or outcome is None or group is None:
        return _check_page(visit, problems)
    check_id = visit.parts["id"]
    try:
        visit.node.commit(lambda tx: close(tx, visit.who, check_id, (finding, outcome), said, group, visit.now))
    except InputError as error:
        return _check_page(visit, {"note": in_words(error)})
    except ConflictError as error:
        return _check_page(visit, {"outcome": in_words(error)})
    return Redirect("/crossings/second-line?done=closed")


def _first_line(visit: Visit, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        overdue = [each for each in devices(tx, visit.now) if each.overdue]
    values: dict[str, Any] = {
        "typed": typed,
        "problems": problems,
        "overdue": overdue,
        "directions": list(Direction),
        "modes": list(CrossingMode),
        "minors": list(Minor),
        "ages": list(AgeBand),
        # The sample is drawn at the command line, before anybody has looked at the person.
        "reasons": [each for each in SecondLineReason if each is not SecondLineReason.RANDOM_SAMPLE],
    }
    return Html("crossing.html", values, 422 if problems else 200)


def _check_page(visit: Visit, problems: dict[str, str]) -> Reply:
    check = _of(visit)
    values: dict[str, Any] = {
        "check": check,
        "typed": {name: visit.form.get(name) for name in _ENDING},
        "problems": problems,
        "sheets": sorted(SHEETS),
        "signs": list(Sign),
        "findings": list(SecondLineFinding),
        "outcomes": second_line_outcomes(check.standing),
        "ages": list(AgeBand),
    }
    return Html("further_check.html", values, 422 if problems else 200, data=check)


def _of(visit: Visit) -> FurtherCheck:
    """The check of this page; the look is logged."""
    found = visit.node.commit(lambda tx: checks(tx, visit.who, visit.now))
    check = next((each for each in found if each.id == visit.parts["id"]), None)
    if check is None:
        raise NotFoundError(f"there is no further check {visit.parts['id']}", hint="The list shows all of them.")
    return check


def _met(visit: Visit, problems: dict[str, str]) -> Encounter | None:
    direction = _chosen(visit, Direction, "direction", problems)
    mode = _chosen(visit, CrossingMode, "mode", problems)
    minor = _chosen(visit, Minor, "minor", problems)
    group = _group(visit, problems)
    if direction is None or mode is None or minor is None or group is None:
        return None
    asked = visit.form.get("protection") == "yes"
    return Encounter(visit.form.get("bcp").upper(), direction, mode, group, minor, asked)


def _group(visit: Visit, problems: dict[str, str]) -> Group | None:
    age = _chosen(visit, AgeBand, "age", problems)
    sex = visit.form.get("sex")
    if sex not in {"F", "M", "X"}:
        problems["sex"] = _unchosen(visit, "sex")
    nationality = visit.form.get("nationality").upper()
    if not (nationality.isascii() and nationality.isalpha() and len(nationality) <= 3):  # noqa: PLR2004 - as printed
        problems["nationality"] = visit.language.say(N_("Give the code as it is printed: one to three letters."))
    return None if age is None or problems else Group(nationality, sex, age)


def _chosen(visit: Visit, kind: type[Listed], name: str, problems: dict[str, str]) -> Listed | None:
    value = visit.form.get(name)
    if value in {each.value for each in kind}:
        return kind(value)
    problems[name] = _unchosen(visit, name)
    return None


def _unchosen(visit: Visit, name: str) -> str:
    say = visit.language.say
    return say(_CHOOSE) % {"what": say(_WHAT[name])}
