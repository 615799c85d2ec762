"""Templates of false documents: what this node holds, one of them, and the forms to confirm, issue, change and withdraw."""

from dataclasses import asdict
from datetime import date
from typing import Any

from egnatia.agreements.handling import plain
from egnatia.casework.intelligence import AlertTerms, TemplateDraft, change, confirm, issue, withdraw
from egnatia.console.catalogues import N_
from egnatia.console.paging import part_of
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.engines.documents.series.blanks import BlankRange, blank_range
from egnatia.engines.documents.series.files import noted
from egnatia.engines.documents.series.types import GENUINE_SHOWS, VALUES, FeatureKind, TemplateFeature
from egnatia.enquiries.forgery_alerts.held import Alert, alert_of, alerts, told
from egnatia.errors import ConflictError, ForbiddenError, InputError, RefusedError
from egnatia.model.borders import MADE_FALSE, VerdictClass
from egnatia.model.forgery import AlertWithdrawal

FIELDS = ("verdict", "inspection", "features", "blanks", "why")
_CHOOSE = N_("Choose one.")
_NO_DAY = N_("Give a day as 2025-11-01.")


def alert_list(visit: Visit) -> Reply:
    """Everything that this node holds, the newest first."""
    with visit.node.database.read() as tx:
        found = alerts(tx)
    today = visit.now.date()
    values = {"part": part_of(found, visit), "flagging": {each.reference: each.flags_on(today) for each in found}}
    return Html("forgeries.html", values, data=[_twin(each) for each in found])


def new_page(visit: Visit) -> Reply:
    """The form for a template that people found false."""
    return _new(visit, {"inspection": visit.query.get("inspection")}, {})


def confirm_template(visit: Visit) -> Reply:
    """Record the template. Nothing leaves the node."""
    typed = {name: visit.form.get(name) for name in FIELDS}
    problems: dict[str, str] = {}
    verdict = VerdictClass(typed["verdict"]) if typed["verdict"] in MADE_FALSE else None
    if verdict is None:
        problems["verdict"] = visit.language.say(_CHOOSE)
    content = _content(typed, problems)
    if verdict is None or problems:
        return _new(visit, typed, problems)
    draft = TemplateDraft(verdict, content[0], typed["why"], content[1], typed["inspection"] or None)
    try:
        reference = visit.node.commit(lambda tx: confirm(tx, visit.node.desk, visit.who, draft, visit.now))
    except ConflictError as error:
        return _new(visit, typed, {"inspection": in_words(error)})
    except InputError as error:
        return _new(visit, typed, {_at_fault(error): in_words(error)})
    return Redirect(f"/forgeries/{reference}?done=template-confirmed")


def change_page(visit: Visit) -> Reply:
    """The form to put an alert right, with what it says now."""
    alert = _ours(visit)
    features = "\n".join(f"{each.kind}={each.value}" for each in sorted(alert.features))
    blanks = "\n".join(f"{each.issuer}:{each.first}-{each.last}" for each in alert.blanks)
    return _changing(visit, {"features": features, "blanks": blanks}, {})


def change_alert(visit: Visit) -> Reply:
    """Give the alert other features or ranges, everywhere."""
    alert = _ours(visit)
    typed = {name: visit.form.get(name) for name in ("features", "blanks", "why")}
    problems: dict[str, str] = {}
    content = _content(typed, problems)
    if problems:
        return _changing(visit, typed, problems)
    draft = TemplateDraft(alert.verdict or VerdictClass.COUNTERFEIT, content[0], typed["why"], content[1])
    try:
        visit.node.commit(lambda tx: change(tx, visit.node.desk, visit.who, alert.reference, draft, visit.now))
    except InputError as error:
        return _changing(visit, typed, {_at_fault(error): in_words(error)})
    return Redirect(f"/forgeries/{alert.reference}?done=alert-changed")


def _ours(visit: Visit) -> Alert:
    """The alert of the address, if it is a template of ours that stands.

    Raises:
        NotFoundError: there is none.
        ConflictError: it was never issued, was withdrawn, or is about one document.
    """
    with visit.node.database.read() as tx:
        alert = alert_of(tx, visit.parts["reference"], visit.node.code)
    if not alert.number or alert.withdrawn is not None or alert.reported is not None:
        raise ConflictError(
            f"{alert.reference} is no template that stands", hint="Only a template that was issued can be changed."
        )
    return alert


def _content(
    typed: dict[str, str], problems: dict[str, str]
) -> tuple[frozenset[TemplateFeature], tuple[BlankRange, ...]]:
    """Features and ranges as typed; what is wrong is said at its field."""
    features: frozenset[TemplateFeature] = frozenset()
    blanks: tuple[BlankRange, ...] = ()
    try:
        features = frozenset(_features(typed["features"]))
    except InputError as error:
        problems["features"] = in_words(error)
    try:
        blanks = tuple(_blanks(typed["blanks"]))
    except InputError as error:
        problems["blanks"] = in_words(error)
    return features, blanks


def alert_page(visit: Visit) -> Reply:
    """One of them: features, how it may be handled, how far it has come."""
    return _one(visit, {})


def issue_template(visit: Visit) -> Reply:
    """Tell every member that may know."""
    text = visit.form.get("review_on")
    try:
        review_on = date.fromisoformat(text) if text else None
    except ValueError:
        return _one(visit, {"review_on": visit.language.say(_NO_DAY)})
    reference, terms = visit.parts["reference"], AlertTerms(review_on=review_on)
    try:
        visit.node.commit(lambda tx: issue(tx, visit.node.desk, visit.who, reference, terms, visit.now))
    except (InputError, ConflictError, ForbiddenError, RefusedError) as error:
        return _one(visit, {"review_on": in_words(error)})
    return Redirect(f"/forgeries/{reference}?done=alert-issued")


def withdraw_alert(visit: Visit) -> Reply:
    """Take an alert back, everywhere."""
    reason, why = visit.form.get("reason"), visit.form.get("why")
    if reason not in set(AlertWithdrawal):
        return _one(visit, {"reason": visit.language.say(_CHOOSE)})
    reference, taken_back = visit.parts["reference"], (AlertWithdrawal(reason), why)
    try:
        visit.node.commit(lambda tx: withdraw(tx, visit.node.desk, visit.who, reference, taken_back, visit.now))
    except (InputError, ConflictError) as error:
        return _one(visit, {"why": in_words(error)})
    return Redirect(f"/forgeries/{reference}?done=alert-withdrawn")


def _features(text: str) -> list[TemplateFeature]:
    return [noted(line) for line in text.split() if line]


def _blanks(text: str) -> list[BlankRange]:
    found = []
    for line in text.upper().split():
        issuer, _, numbers = line.partition(":")
        first, _, last = numbers.partition("-")
        found.append(blank_range(issuer, first, last))
    return found


def _at_fault(error: InputError) -> str:
    return {"grounds": "why", "there i": "inspection"}.get(error.message[:7], "features")


def _new(visit: Visit, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    del visit
    values: dict[str, Any] = {
        "typed": {name: typed.get(name, "") for name in FIELDS},
        "problems": problems,
        "verdicts": sorted(MADE_FALSE),
        "kinds": _kinds(),
    }
    return Html("forgery_new.html", values, 422 if problems else 200)


def _changing(visit: Visit, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    values: dict[str, Any] = {
        "reference": visit.parts["reference"],
        "typed": {name: typed.get(name, "") for name in ("features", "blanks", "why")},
        "problems": problems,
        "kinds": _kinds(),
    }
    return Html("forgery_change.html", values, 422 if problems else 200)


def _kinds() -> list[tuple[FeatureKind, list[str], bool]]:
    """Every kind of feature with its values, and whether genuine documents show it too."""
    return [(kind, sorted(VALUES.get(kind, ())), kind in GENUINE_SHOWS) for kind in FeatureKind]


def _one(visit: Visit, problems: dict[str, str]) -> Reply:
    reference = visit.parts["reference"]
    with visit.node.database.read() as tx:
        alert, copies = alert_of(tx, reference), told(tx, reference)
    values: dict[str, Any] = {
        "alert": alert,
        "flagging": alert.flags_on(visit.now.date()),
        "copies": copies,
        "ours": alert.originator == visit.node.code,
        "problems": problems,
        "typed": {name: visit.form.get(name) for name in ("review_on", "reason", "why")},
        "reasons": list(AlertWithdrawal),
    }
    return Html("forgery.html", values, 422 if problems else 200, data=_twin(alert) | {"told": copies})


def _twin(alert: Alert) -> dict[str, Any]:
    return {
        "reference": alert.reference,
        "originator": alert.originator,
        "number": alert.number,
        "features": [f"{each.kind}={each.value}" for each in sorted(alert.features)],
        "blanks": [f"{each.issuer}:{each.first}-{each.last}" for each in alert.blanks],
        "reported": None if alert.reported is None else asdict(alert.reported),
        "label": None if alert.label is None else plain(alert.label),
        "changed_at": alert.changed_at,
        "review_on": alert.review_on,
        "withdrawn": alert.withdrawn,
    }
