"""Asking blind: question page, check page, sending, and the page with the result and the way on (ENQ-09)."""

from typing import Any

from egnatia.console.blind_drafts import (
    BLIND_HINTS,
    BLIND_LABELS,
    CARRIED,
    CLUES,
    BlindAnswers,
    read_blind,
    to_blind,
)
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.visit import Form, Html, Redirect, Reply, Visit, in_words
from egnatia.enquiries.blind.asking import preview_blind, send_blind
from egnatia.enquiries.blind.views import BlindView, OpenedView, blind_views, epochs, evaluated_views, view_blind
from egnatia.errors import InputError, RefusedError
from egnatia.model.ids import EnquiryId
from egnatia.model.states import AskState, BlindList, Offence, Purpose, SubjectKind

OPEN_SUBJECTS = {
    BlindList.REGISTERED_DOCUMENTS: SubjectKind.TRAVEL_DOCUMENT,
    BlindList.PERSON_DOCUMENTS: SubjectKind.PERSON,
    BlindList.PHONES: SubjectKind.PERSON,
}
"""What an entry of a list is followed up with; there is no open enquiry about an account on this release."""


def blind_list(visit: Visit) -> Reply:
    """Our blind enquiries with their results, partners' as the counts they are, and the lists that can be asked."""
    with visit.node.database.read() as tx:
        data: dict[str, Any] = {
            "ours": blind_views(tx),
            "theirs": evaluated_views(tx),
            "filters": [each for each in epochs(tx) if each.held],
        }
    parts = {name: part_of(data[name], visit, name) for name in ("ours", "theirs")}
    return Html("blind.html", {**parts, "filters": data["filters"]}, data=data)


def question_page(visit: Visit) -> Reply:
    """The form for the list that was chosen; what came along is filled in."""
    form = visit.form if visit.method == "POST" else Form({"list": (visit.query.get("list"),)})
    return _question(visit, read_blind(form, visit.language.say), {})


def _question(visit: Visit, answers: BlindAnswers, problems: dict[str, str], status: int = 200) -> Reply:
    with visit.node.database.read() as tx:
        held = [each for each in epochs(tx) if each.held and each.list is answers.which]
    values = {
        "values": answers.values,
        "asked_partners": answers.partners,
        "which": answers.which,
        "lists": list(BlindList),
        "fields": answers.fields,
        "clues": CLUES,
        "labels": BLIND_LABELS,
        "hints": BLIND_HINTS,
        "purposes": list(Purpose),
        "offences": list(Offence),
        "held": held,
        "problems": problems,
    }
    return Html("blind_question.html", values, status)


def check_page(visit: Visit) -> Reply:
    """Everything once more before anything is sent: the answers, and per partner the grant or the reason against."""
    answers = read_blind(visit.form, visit.language.say)
    if answers.problems:
        return _question(visit, answers, dict(answers.problems), 422)
    draft = to_blind(answers)
    try:
        with visit.node.database.read() as tx:
            found = preview_blind(tx, visit.node.desk, visit.who, draft, visit.now)
    except (InputError, RefusedError) as error:
        return _question(visit, answers, {"form": in_words(error)}, error.http_status)
    given = (*answers.fields, *(name for name in (*CLUES, "override") if answers.values[name]))
    values = {
        "values": answers.values,
        "partners": answers.partners,
        "labels": BLIND_LABELS,
        "carried": CARRIED,
        "which": answers.which,
        "shown": [*given, "case_ref", "purpose", "offence", "justification"],
        "found": found,
        "draft": draft,
        "going": [each for each in found if each.grant is not None],
    }
    return Html("blind_check.html", values)


def send(visit: Visit) -> Reply:
    """Record one blind question for each partner and queue its message; then show them together."""
    answers = read_blind(visit.form, visit.language.say)
    if answers.problems:
        return _question(visit, answers, dict(answers.problems), 422)
    draft = to_blind(answers)
    try:
        asked = visit.node.commit(lambda tx: send_blind(tx, visit.node.desk, visit.who, draft, visit.now))
    except (InputError, RefusedError) as error:
        return _question(visit, answers, {"form": in_words(error)}, error.http_status)
    sent = [each for each in asked if each.refusal is None] or asked
    return Redirect(f"/blind/{sent[0].id}?done=sent")


def blind_page(visit: Visit) -> Reply:
    """One blind question with those asked together with it; looking is logged. An entry leads to an open enquiry."""
    enquiry_id = EnquiryId(visit.parts["id"])
    opened = visit.node.commit(lambda tx: view_blind(tx, visit.who, enquiry_id, visit.now))
    with visit.node.database.read() as tx:
        together = _together(blind_views(tx, opened.view.case_ref), opened.view)
        names = officer_names(tx)
    values = {
        "opened": opened,
        "view": opened.view,
        "together": together,
        "names": names,
        "labels": BLIND_LABELS,
        "waiting": any(each.state is AskState.WAITING for each in together),
        "asked": sum(each.state is not AskState.NOT_ASKED for each in together),
        "answered": sum(each.answered_at is not None for each in together),
        "follow": _open_question(opened, [each for each in together if each.state is AskState.HIT]),
    }
    return Html("blind_result.html", values, data={"asked": opened, "partners": together})


def _together(views: list[BlindView], view: BlindView) -> list[BlindView]:
    """Those that one press of the button asked: one question goes to each partner, so none is named twice.

    Two questions of one moment about different identifiers cannot be told apart here; then each stands alone.
    """
    found = [each for each in views if (each.list, each.asked_at) == (view.list, view.asked_at)]
    return found if len({each.partner for each in found}) == len(found) else [view]


def _open_question(opened: OpenedView, hits: list[BlindView]) -> list[tuple[str, str]]:
    """The fields of the open enquiry that follows an entry, for its question page; nothing where none can."""
    subject = OPEN_SUBJECTS.get(opened.view.list)
    if not hits or subject is None or opened.values is None:
        return []
    view, values = opened.view, dict(opened.values) if subject is SubjectKind.TRAVEL_DOCUMENT else {}
    values |= {"subject": subject, "case_ref": view.case_ref, "purpose": view.purpose, "offence": opened.offence}
    values |= {"justification": opened.justification or ""}
    return [*values.items(), *(("partners", each.partner) for each in hits)]
