"""The node's trust store: by country, one certificate explained, and what partners would add. Every look is entered."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from egnatia.console.catalogues import N_
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.enquiries.trust import Held
from egnatia.enquiries.trust.deciding import Weighed, accept, inbox, look, note_look, refuse
from egnatia.enquiries.trust.keeper import require_store
from egnatia.enquiries.trust.updates import IN, OPEN, Update
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError, RefusedError, TamperedError
from egnatia.model.officers import Action
from egnatia.model.states import TrustUpdateState

if TYPE_CHECKING:
    from egnatia.engines.documents.trust.certificates import Certificate
    from egnatia.engines.documents.trust.store import TrustStore

_NO_DAY = N_("Give a day such as 2026-06-01.")
_NO_COUNTRY = "-"
"""Stands in the address for certificates of no known issuer."""
STATE_MARKS = {
    TrustUpdateState.WAITING: "open",
    TrustUpdateState.PROPOSED: "wait",
    TrustUpdateState.ACCEPTED: "done",
    TrustUpdateState.DELIVERED: "done",
    TrustUpdateState.REFUSED: "no",
    TrustUpdateState.UNDELIVERABLE: "late",
}


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One certificate as a list shows it, and its JSON twin."""

    fingerprint: str
    state: str
    subject: str
    valid_from: date
    valid_until: date
    root: bool
    lists: tuple[str, ...]
    expired: bool


@dataclass(frozen=True, slots=True)
class CountryRow:
    """One issuer with how many of its certificates are listed on the day."""

    state: str
    certificates: int
    valid: int


def trust_page(visit: Visit) -> Reply:
    """The store by country on a day, or the certificates of one country; and the files that partners sent."""
    shown = visit.node.commit(lambda tx: inbox(tx, visit.who, visit.now))
    held, problems = visit.node.trust_keeper.held(), _day_problem(visit)
    day, country = _day(visit), visit.query.get("country")
    rows = [] if held.store is None else listed(held.store, day)
    of_country = [each for each in rows if (each.state or _NO_COUNTRY) == country] if country else []
    values: dict[str, Any] = {
        "held": held,
        "day": day,
        "typed": {"day": visit.query.get("day") or day.isoformat()},
        "problems": problems,
        "country": country,
        "countries": countries(rows),
        "part": part_of(of_country, visit),
        "versions": _versions(held),
        "crls": _revocations(held, visit.now),
        "updates": shown,
        "marks": STATE_MARKS,
        "open_states": OPEN,
    }
    return Html("trust.html", values, 422 if problems else 200, data=of_country or countries(rows))


def listed(store: "TrustStore", day: date) -> list[CertificateRow]:
    """Every certificate that was listed on a day, by issuer."""
    holders = store.index.listed_on(day)
    rows = [_row(store, store.holdings.certificates[each], day, holders[each]) for each in holders]
    return sorted(rows, key=lambda each: (each.state, each.valid_from, each.fingerprint))


def _row(store: "TrustStore", certificate: "Certificate", day: date, holders: tuple[Any, ...]) -> CertificateRow:
    first, last = certificate.not_before.date(), certificate.not_after.date()
    return CertificateRow(
        fingerprint=certificate.fingerprint,
        state=certificate.state or "",
        subject=str(certificate.subject),
        valid_from=first,
        valid_until=last,
        root=store.index.self_signed(certificate),
        lists=tuple(sorted({each.source for each in holders})),
        expired=not first <= day <= last,
    )


def countries(rows: list[CertificateRow]) -> list[CountryRow]:
    """How many certificates each issuer has, and how many of them were valid on the day."""
    all_of = Counter(each.state for each in rows)
    valid = Counter(each.state for each in rows if not each.expired)
    return [CountryRow(state or _NO_COUNTRY, all_of[state], valid[state]) for state in sorted(all_of)]


def _versions(held: Held) -> list[Any]:
    if held.store is None:
        return []
    return sorted(held.store.holdings.versions, key=lambda each: (each.source, each.day), reverse=True)


def _revocations(held: Held, now: datetime) -> tuple[int, int]:
    """How many revocation lists are held, and how many of them should have been followed by another one."""
    lists = () if held.store is None else held.store.holdings.crls
    return len(lists), sum(each.next_update is not None and each.next_update < now for each in lists)


def certificate_page(visit: Visit) -> Reply:
    """One certificate: its chain on a day, the links above and below, its validity, and where it came from."""
    from egnatia.engines.documents.trust.explain import explain

    fingerprint = visit.parts["fingerprint"]
    visit.node.commit(lambda tx: note_look(tx, visit.who, f"certificate:{fingerprint[:40]}", visit.now))
    store = require_store(visit.node.trust_keeper.held())
    certificate = store.certificate(fingerprint)
    if certificate is None:
        raise NotFoundError("the store holds no such certificate", hint="The list by country shows all of them.")
    day, problems = _day(visit), _day_problem(visit)
    known = explain(store, certificate, day)
    values = {
        "known": known,
        "certificate": certificate,
        "key": getattr(certificate.key, "kind", "?"),
        "day": day,
        "typed": {"day": visit.query.get("day") or day.isoformat()},
        "problems": problems,
        "valid": known.chain.certificate_valid,
        "via": {each.via for each in known.appearances if each.via},
    }
    return Html("certificate.html", values, 422 if problems else 200)


def update_page(visit: Visit) -> Reply:
    """What a partner's file would change, and the two decisions."""
    return _update_page(visit, {}, "")


def accept_update(visit: Visit) -> Reply:
    """Propose to take the file, or take it as the second officer."""
    update_id = visit.parts["id"]
    try:
        done = accept(visit.node, visit.who, update_id)
    except (ConflictError, ForbiddenError, InputError, RefusedError, TamperedError) as error:
        return _update_page(visit, {"accept": in_words(error)}, "")
    told = "trust-accepted" if done.update.state is TrustUpdateState.ACCEPTED else "trust-proposed"
    return Redirect(f"/documents/trust?done={told}")


def refuse_update(visit: Visit) -> Reply:
    """Refuse the file with a reason; nothing of it is kept."""
    reason, update_id = visit.form.get("reason"), visit.parts["id"]
    text = reason_problem(reason)
    if text is not None:
        return _update_page(visit, {"reason": visit.language.say(text)}, reason)
    visit.node.commit(lambda tx: refuse(tx, visit.who, update_id, reason, visit.now))
    return Redirect("/documents/trust?done=trust-refused")


def _update_page(visit: Visit, problems: dict[str, str], reason: str) -> Reply:
    found, weighed, trouble = _weighed(visit)
    with visit.node.database.read() as tx:
        names = {str(ref): name for ref, name in officer_names(tx).items()}
    values = {
        "found": found,
        "weighed": weighed,
        "trouble": trouble,
        "names": names,
        "own": found.proposed_by == visit.who.id,
        "may_decide": visit.who.may(Action.DECIDE_TRUST) and (found.state in OPEN or found.unfinished),
        "problems": problems,
        "typed": {"reason": reason},
        "marks": STATE_MARKS,
    }
    return Html("trust_update.html", values, 422 if problems else 200, data=found)


def _weighed(visit: Visit) -> tuple[Update, Weighed | None, str]:
    """The update, what it would change, or why that cannot be said: it was decided, or it cannot be taken any more."""
    update_id = visit.parts["id"]
    shown = visit.node.commit(lambda tx: inbox(tx, visit.who, visit.now))
    found = next((each for each in shown if (each.id, each.direction) == (update_id, IN)), None)
    if found is None:
        raise NotFoundError(f"there is no trust update {update_id}", hint="The page of the trust store lists them.")
    if found.state not in OPEN and not found.unfinished:
        return found, None, ""
    try:
        return found, look(visit.node, visit.who, update_id), ""
    except (ConflictError, InputError, RefusedError, TamperedError) as error:
        return found, None, in_words(error)


def _day(visit: Visit) -> date:
    """The day that is asked about; today where none or none that exists is given."""
    try:
        return date.fromisoformat(visit.query.get("day")) if visit.query.get("day") else visit.now.date()
    except ValueError:
        return visit.now.date()


def _day_problem(visit: Visit) -> dict[str, str]:
    asked = visit.query.get("day")
    try:
        date.fromisoformat(asked or "2026-01-01")
    except ValueError:
        return {"day": visit.language.say(_NO_DAY)}
    return {}
