"""The border check: one screen for the first line, one for a further check. Everything here is an officer's decision."""

from enum import StrEnum
from typing import Any, TypeVar

from egnatia.casework.borders import (
    SHEETS,
    Encounter,
    Ending,
    FurtherCheck,
    Group,
    ask_custody,
    checks,
    close,
    devices,
    hear_protection,
    how_many_checks,
    inform,
    let_pass,
    look_at,
    offer_help,
    own_referrals,
    prompts,
    refer,
    relaxations,
    screen,
    second_line_outcomes,
)
from egnatia.casework.borders.packs import packs
from egnatia.console.catalogues import N_
from egnatia.console.paging import Part, part_by
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.model.borders import (
    FALSE_DOCUMENT,
    AgeBand,
    CrossingMode,
    CrossingOutcome,
    CustodyCheck,
    Direction,
    HelpAnswer,
    Minor,
    RefusalGround,
    SecondLineFinding,
    SecondLineReason,
    Sign,
)
from egnatia.model.officers import Action
from egnatia.store.database import Transaction

Listed = TypeVar("Listed", bound=StrEnum)
_FIELDS = ("bcp", "direction", "mode", "minor", "nationality", "sex", "age", "reason", "inspection", "distress")
_KEPT = ("bcp", "direction", "mode")
"""What stays on the screen for the next person: where one works, and nothing of who was there."""
_ENDING = ("finding", "outcome", "appeal", "note", "nationality", "sex", "age")
_NOT_CHOSEN = frozenset({SecondLineReason.RANDOM_SAMPLE, SecondLineReason.PROTECTION_REQUEST})
"""The sample is drawn at the command line, before anybody has looked at the person; protection has a button of its own."""
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
    "custody": N_("What came of asking about custody"),
    "help": N_("What the person said"),
}


def first_line_page(visit: Visit) -> Reply:
    """The screen for the next person."""
    return _first_line(visit, {name: visit.query.get(name) for name in _FIELDS}, {})


def first_line(visit: Visit) -> Reply:
    """Let somebody pass, ask them to a further check, or hear that they ask for protection."""
    typed = {name: visit.form.get(name) for name in _FIELDS}
    problems: dict[str, str] = {}
    act = visit.form.get("act")
    reason: SecondLineReason | None
    if act == "protection":
        met, reason = _met_asking(visit, problems), SecondLineReason.PROTECTION_REQUEST
    else:
        met = _met(visit, problems)
        reason = None if act == "pass" else _chosen(visit, SecondLineReason, "reason", problems)
    if met is None or problems:
        return _first_line(visit, typed, problems)
    kept = "&".join(f"{name}={typed[name]}" for name in _KEPT)
    try:
        if reason is None:
            visit.node.commit(lambda tx: let_pass(tx, visit.who, met, visit.now))
            return Redirect(f"/crossings?done=passed&{kept}")
        inspection = (typed["inspection"] or None) if act != "protection" else None  # a slip there must not delay it
        check_id = visit.node.commit(lambda tx: refer(tx, visit.who, met, reason, visit.now, inspection_id=inspection))
    except (ConflictError, InputError) as error:
        return _first_line(visit, typed, {"bcp": in_words(error)})
    except NotFoundError as error:
        return _first_line(visit, typed, {"inspection": in_words(error)})
    may_go_on = visit.who.may(Action.CLOSE_SECOND_LINE)  # others hand over: the next person waits
    done = "heard" if act == "protection" else "referred"
    # An address that names a check does not say that protection was asked for: browsers remember addresses.
    return Redirect(f"/crossings/{check_id}?done=referred" if may_go_on else f"/crossings?done={done}&{kept}")


def hear(visit: Visit) -> Reply:
    """Note that somebody who was referred asks for protection: at any time, also by the first line, also afterwards."""
    check_id = visit.parts["id"]
    now_in = visit.node.commit(lambda tx: hear_protection(tx, visit.who, check_id, visit.now))
    goes_on = visit.who.may(Action.CLOSE_SECOND_LINE)
    return Redirect(f"/crossings/{now_in}?done=noted" if goes_on else "/crossings?done=heard")


def check_list(visit: Visit) -> Reply:
    """Further checks, open ones first; only the page that is shown is read."""

    def one_page(tx: Transaction) -> Part:
        return part_by(
            how_many_checks(tx), lambda start, most: checks(tx, visit.who, visit.now, part=(start, most)), visit
        )

    part = visit.node.commit(one_page)
    return Html("second_line.html", {"part": part}, data=list(part.rows))


def check_page(visit: Visit) -> Reply:
    """One further check: what is still to be done, and how it may end."""
    return _check_page(visit, {})


def note(visit: Visit) -> Reply:
    """Note the information sheet, the signs that were seen, what was said of custody, or how help was answered."""
    check_id, what = visit.parts["id"], visit.form.get("what")
    try:
        if what == "sheet":
            language = visit.form.get("language")
            visit.node.commit(lambda tx: inform(tx, visit.who, check_id, language, visit.now))
        elif what == "signs":
            signs = [Sign(each) for each in visit.form.many("sign") if each in set(Sign)]
            visit.node.commit(lambda tx: screen(tx, visit.who, check_id, signs, visit.now))
        elif what in {"custody", "help"}:
            return _note_answer(visit, check_id, what)
        else:
            raise NotFoundError("there is nothing of this name to note", hint="Use the buttons of the check's page.")
    except InputError as error:
        return _check_page(visit, {"language": in_words(error)})
    return Redirect(f"/crossings/{check_id}?done=noted")


def _note_answer(visit: Visit, check_id: str, what: str) -> Reply:
    problems: dict[str, str] = {}
    if what == "custody" and (came := _chosen(visit, CustodyCheck, what, problems)) is not None:
        visit.node.commit(lambda tx: ask_custody(tx, visit.who, check_id, came, visit.now))
    if what == "help" and (said := _chosen(visit, HelpAnswer, what, problems)) is not None:
        visit.node.commit(lambda tx: offer_help(tx, visit.who, check_id, said, visit.now))
    return _check_page(visit, problems) if problems else Redirect(f"/crossings/{check_id}?done=noted")


def close_check(visit: Visit) -> Reply:
    """Close a further check with the officer's own finding."""
    problems: dict[str, str] = {}
    finding = _chosen(visit, SecondLineFinding, "finding", problems)
    outcome = _chosen(visit, CrossingOutcome, "outcome", problems)
    group = _group(visit, problems)
    said = visit.form.get("note")
    if finding is None or outcome is None or group is None:
        return _check_page(visit, problems)
    grounds = tuple(each for each in RefusalGround if each.value in visit.form.many("ground"))
    ending = Ending(finding, outcome, grounds, visit.form.get("appeal") or None)
    check_id = visit.parts["id"]
    try:
        visit.node.commit(lambda tx: close(tx, visit.who, check_id, ending, said, group, visit.now))
    except InputError as error:
        return _check_page(visit, {"note": in_words(error)})
    except ConflictError as error:
        return _check_page(visit, {"outcome": in_words(error)})
    return Redirect("/crossings/second-line?done=closed")


def _first_line(visit: Visit, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        overdue = [each for each in devices(tx, visit.now) if each.overdue]
        relaxed = relaxations(tx, visit.now, only_now=True)
        asked = packs(tx, only_enabled=True)
        referred = own_referrals(tx, visit.who, visit.now)
    values: dict[str, Any] = {
        "typed": typed,
        "problems": problems,
        "overdue": overdue,
        "packs": asked,
        "relaxed": relaxed,
        "referred": referred,
        "directions": list(Direction),
        "modes": list(CrossingMode),
        "minors": list(Minor),
        "ages": list(AgeBand),
        "reasons": [each for each in SecondLineReason if each not in _NOT_CHOSEN],
    }
    return Html("crossing.html", values, 422 if problems else 200)


def _check_page(visit: Visit, problems: dict[str, str]) -> Reply:
    check = visit.node.commit(lambda tx: look_at(tx, visit.who, visit.parts["id"], visit.now))
    values: dict[str, Any] = {
        "check": check,
        "typed": {name: visit.form.get(name) for name in _ENDING},
        "ticked": visit.form.many("ground"),
        "problems": problems,
        "prompts": prompts(check.standing, false_document=_doubts_document(check)),
        "sheets": sorted(SHEETS),
        "signs": list(Sign),
        "findings": list(SecondLineFinding),
        "outcomes": second_line_outcomes(check.standing),
        "refusable": CrossingOutcome.REFUSED_ENTRY in second_line_outcomes(check.standing),
        "grounds": list(RefusalGround),
        "custodies": list(CustodyCheck),
        "answers": list(HelpAnswer),
        "is_child": check.standing.minor is not Minor.ADULT,
        "ages": list(AgeBand),
    }
    return Html("further_check.html", values, 422 if problems else 200, data=check)


def _doubts_document(check: FurtherCheck) -> bool:
    """Whether the check is about the document: then its holder is asked about flight and exploitation early."""
    return check.reason in {SecondLineReason.DOC_DISCREPANCY, SecondLineReason.IDENTITY_DOUBT} or (
        check.finding in FALSE_DOCUMENT
    )


def _met(visit: Visit, problems: dict[str, str]) -> Encounter | None:
    direction = _chosen(visit, Direction, "direction", problems)
    mode = _chosen(visit, CrossingMode, "mode", problems)
    minor = _chosen(visit, Minor, "minor", problems)
    group = _group(visit, problems)
    if direction is None or mode is None or minor is None or group is None:
        return None
    distressed = visit.form.get("distress") == "yes"
    asked = visit.form.get("protection") == "yes"
    return Encounter(visit.form.get("bcp").upper(), direction, mode, group, minor, asked, distressed)


def _met_asking(visit: Visit, problems: dict[str, str]) -> Encounter | None:
    """Who asks for protection: only the place has to stand on the screen, and it does since the last person."""
    direction = _chosen(visit, Direction, "direction", problems)
    mode = _chosen(visit, CrossingMode, "mode", problems)
    minor = visit.form.get("minor")
    if direction is None or mode is None:
        return None
    kind = Minor(minor) if minor in set(Minor) else Minor.ADULT
    distressed = visit.form.get("distress") == "yes"
    return Encounter(visit.form.get("bcp").upper(), direction, mode, None, kind, True, distressed)


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
