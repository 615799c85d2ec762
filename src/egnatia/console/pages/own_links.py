"""Pairs of this node's own records that may be one person's: the list, both side by side, and what an officer says of them."""

from collections.abc import Mapping
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import LABELS, member
from egnatia.console.paging import Filters, filtered, whole_number
from egnatia.console.people import officer_names
from egnatia.console.sums import steps
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.engines.people import PersonRecord
from egnatia.engines.people.link.judgements import Verdict
from egnatia.enquiries.link_views import LinkRow, PairView, links_to_look_at, look_at_pair
from egnatia.enquiries.own_links import judge_own, undo_own
from egnatia.errors import ConflictError
from egnatia.model.ids import RecordRef

_FILTERS: Filters[LinkRow] = {
    "open": (N_("Not judged"), lambda row: row.contradicted or row.standing is None),
    "contradictions": (N_("Contradictions"), lambda row: row.contradicted),
    "unsure": (N_("Left open"), lambda row: row.verdict == Verdict.UNSURE),
    "judged": (N_("Judged"), lambda row: row.verdict in {Verdict.POSITIVE, Verdict.NEGATIVE}),
    "all": (N_("All"), lambda _: True),
}
_VERDICTS = {each.value: each for each in Verdict}
_CHOOSE = N_("Choose what the two records are.")


def links_page(visit: Visit) -> Reply:
    """The list: references and probabilities, no name."""
    with visit.node.database.read() as tx:
        listed, names = links_to_look_at(tx, visit.who), officer_names(tx)
    rows, values = filtered(listed.rows, _FILTERS, visit)
    return Html("links.html", values | {"listed": listed, "names": names, "verdicts": _VERDICTS}, data=rows)


def pair_page(visit: Visit) -> Reply:
    """Both records. Looking is entered in the ledger, and the page says so."""
    return _page(visit, {}, {})


def _pair(visit: Visit) -> tuple[RecordRef, RecordRef]:
    return RecordRef(visit.parts["left"]), RecordRef(visit.parts["right"])


def _address(visit: Visit) -> str:
    return "/persons/links/{}/{}".format(*sorted(_pair(visit)))


def _page(visit: Visit, typed: Mapping[str, str], problems: Mapping[str, str], status: int = 422) -> Reply:
    found = visit.node.commit(lambda tx: look_at_pair(tx, visit.who, _pair(visit), visit.now))
    with visit.node.database.read() as tx:
        names = officer_names(tx)
    may_judge = found.standing is None or found.may_undo
    values = {
        "found": found,
        "sides": list(zip(_LABELS, _fields(found.left), _fields(found.right), strict=True)),
        "sum": steps(found.match.evidence),
        "labels": LABELS,
        "all_verdicts": _VERDICTS,
        "names": names,
        "may_judge": may_judge,
        "verdicts": list(Verdict),  # what stands too: each digit always means the same
        "address": _address(visit),
        "typed": typed,
        "problems": problems,
    }
    return Html("link_pair.html", values, status if problems else 200, data=_twin(found))


_LABELS = (*(LABELS[each] for each in ("family_names", "first_names")), N_("Other names"), LABELS["birth_date"])
_LABELS += (LABELS["father_name"], LABELS["mother_name"], N_("Numbers"))


def _fields(record: PersonRecord) -> tuple[str, ...]:
    """What one record says, in the order of the labels."""
    names = (record.family_names, record.first_names, "; ".join(record.aliases), str(record.birth_date or ""))
    return (*names, record.father_name, record.mother_name, "; ".join(record.identifiers))


def _twin(found: PairView) -> dict[str, Any]:
    return {
        "left": found.left.ref,
        "right": found.right.ref,
        "probability": found.probability,
        "evidence": found.match.evidence,
        "standing": found.standing,
        "names": found.names,
    }


def judge(visit: Visit) -> Reply:
    """Enter a judgement; what is missing is said beside the form, and what changed meanwhile is shown as it is now."""
    typed = {name: visit.form.get(name) for name in ("decision", "why")}
    verdict = member(Verdict, typed["decision"])
    wrong = {"decision": _CHOOSE if verdict is None else None, "why": reason_problem(typed["why"])}
    problems = {name: visit.language.say(text) for name, text in wrong.items() if text is not None}
    if problems or verdict is None:
        return _page(visit, typed, problems)
    seen = visit.form.get("seen")
    try:
        visit.node.commit(lambda tx: judge_own(tx, visit.who, _pair(visit), verdict, typed["why"], visit.now, seen))
    except ConflictError as error:
        return _page(visit, typed, {"form": in_words(error)}, error.http_status)
    return Redirect("/persons/links?done=pair-judged")


def undo(visit: Visit) -> Reply:
    """Take back what stands."""
    typed = {"undo_why": visit.form.get("undo_why")}
    problem = reason_problem(typed["undo_why"])
    if problem is not None:
        return _page(visit, typed, {"undo_why": visit.language.say(problem)})
    number = whole_number(visit.form.get("number")) or 0
    try:
        visit.node.commit(lambda tx: undo_own(tx, visit.who, number, typed["undo_why"], visit.now))
    except ConflictError as error:
        return _page(visit, typed, {"form": in_words(error)}, error.http_status)
    return Redirect(f"{_address(visit)}?done=judgement-undone")
