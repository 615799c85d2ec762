"""Asking partners: question page, check page, sending, and the page that shows who answered and who did not."""

from dataclasses import replace

from egnatia.console.drafts import (
    CARRIED,
    HINTS,
    HOLDER_FIELDS,
    LABELS,
    SUBJECT_FIELDS,
    Answers,
    read_answers,
    to_draft,
)
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.person_answers import read_for_check
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.enquiries import ask, followups, views
from egnatia.enquiries.review_veils import hidden_from, veiled_enquiry
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.directory import cards
from egnatia.model.ids import EnquiryId
from egnatia.model.states import AskState, Offence, Purpose, SubjectKind

WATCH_S = 5
"""How often a page that the officer asked to watch looks again."""


def enquiry_list(visit: Visit) -> Reply:
    """Every enquiry, newest first, with each partner's answer or its absence."""
    with visit.node.database.read() as tx:
        hidden = hidden_from(tx, visit.who)
        rows = [veiled_enquiry(each, hidden) for each in views.enquiries(tx, visit.now)]
        names = officer_names(tx)
    return Html("enquiries.html", {"part": part_of(rows, visit), "names": names}, data=rows)


def question_page(visit: Visit) -> Reply:
    """The form; what came along from the search box, an inspection or the check page is filled in."""
    answers = read_answers(visit.form, visit.language.say)
    return _question(visit, answers, {})


def _question(visit: Visit, answers: Answers, problems: dict[str, str], status: int = 200) -> Reply:
    with visit.node.database.read() as tx:
        known = sorted(cards(tx))
    values = {
        "values": answers.values,
        "asked_partners": answers.partners,
        "subject": answers.subject,
        "subject_fields": SUBJECT_FIELDS,
        "holder_fields": HOLDER_FIELDS,
        "labels": LABELS,
        "hints": HINTS,
        "purposes": list(Purpose),
        "offences": list(Offence),
        "partners": known,
        "problems": problems,
    }
    return Html("question.html", values, status)


def check_page(visit: Visit) -> Reply:
    """Everything once more before anything is sent: the answers, and per partner the grant or the reason against."""
    answers = read_answers(visit.form, visit.language.say)
    if answers.problems:
        return _question(visit, answers, dict(answers.problems), 422)
    draft = to_draft(answers)
    try:
        with visit.node.database.read() as tx:
            alone = draft.subject is SubjectKind.TRAVEL_DOCUMENT and draft.beyond is None
            everybody = None if alone else tuple(sorted(cards(tx)))
            shown = replace(draft, partners=draft.partners or everybody)
            found = ask.preview(tx, visit.node.desk, visit.who, shown, visit.now)
    except (InputError, RefusedError) as error:
        return _question(visit, answers, {"form": in_words(error)}, error.http_status)
    values = {
        "values": answers.values,
        "partners": answers.partners,
        "labels": LABELS,
        "carried": CARRIED,
        "subject": answers.subject,
        "shown": _shown(answers),
        "found": found,
        "draft": draft,
        "going": [each for each in found if each.grant is not None],
        "alone": alone and not answers.partners,
        "numbers": read_for_check(answers.values) if draft.subject is SubjectKind.PERSON else (),
    }
    return Html("check.html", values)


def _shown(answers: Answers) -> list[str]:
    """The fields of the summary: those of the subject and those that every enquiry has."""
    own = [*SUBJECT_FIELDS[answers.subject], *(name for name in HOLDER_FIELDS if answers.values[name])]
    rest = ["case_ref", "person_ref", "purpose", "offence", "justification"]
    return [*own, *rest, *(name for name in ("beyond", "override") if answers.values[name])]


def send(visit: Visit) -> Reply:
    """Record the enquiry and queue its messages; then show its page."""
    answers = read_answers(visit.form, visit.language.say)
    if answers.problems:
        return _question(visit, answers, dict(answers.problems), 422)
    draft = to_draft(answers)
    try:
        sent = visit.node.commit(lambda tx: ask.send_enquiry(tx, visit.node.desk, visit.who, draft, visit.now))
    except (InputError, RefusedError) as error:
        return _question(visit, answers, {"form": in_words(error)}, error.http_status)
    return Redirect(f"/enquiries/{sent.id}?done=sent")


def enquiry_page(visit: Visit) -> Reply:
    """One enquiry: each partner answered, refused, or has not answered. Looking is logged with its case."""
    enquiry_id = EnquiryId(visit.parts["id"])
    with visit.node.database.read() as tx:
        found = views.enquiry_view(tx, enquiry_id, visit.now)
    watching = visit.query.get("watch") == "1" and any(each.state is AskState.WAITING for each in found.asks)
    if not watching:  # a page that looks again by itself shows only who answered: it is no new look at what was asked
        found = visit.node.commit(lambda tx: views.view_enquiry(tx, visit.who, enquiry_id, "", visit.now))
    with visit.node.database.read() as tx:
        found = veiled_enquiry(found, hidden_from(tx, visit.who))
        names = officer_names(tx)
        sent = [row for row in followups.listed(tx, followups.OUT) if row.enquiry_id == found.id]
    waiting = any(each.state is AskState.WAITING for each in found.asks)
    values = {
        "found": found,
        "names": names,
        "follow_ups": sent,
        "labels": LABELS,
        "waiting": waiting,
        "watching": watching,
        "answered": sum(each.answered_at is not None for each in found.asks),
        "asked": sum(each.state is not AskState.NOT_ASKED for each in found.asks),
    }
    return Html("enquiry.html", values, data=found, refresh_s=WATCH_S if watching else None)
