"""Core data of another partner for a court: never against its label (DIS-05), and with all that proves where it is from."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.agreements.handling import TokenUse, check_evidence, check_token, check_use, plain
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.onward.consents import granted
from egnatia.enquiries.onward.held import Held, held, open_item
from egnatia.errors import RefusedError
from egnatia.exchange.tokens import read_token
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.handling import EvidenceUse
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import forwarded_item, release

VERSION = 1
_PREFIXES = ("follow_up:", "item:")


@dataclass(frozen=True, slots=True)
class _Consented:
    """The originators whose valid consent we hold, and the signed texts."""

    by: frozenset[PartnerCode]
    tokens: tuple[str, ...]


def export_evidence(
    tx: Transaction, desk: Desk, officer: Officer, wanted: tuple[str, str], now: datetime
) -> dict[str, Any]:
    """An item of another partner as a file for proceedings.

    Args:
        tx: write transaction.
        desk: our side.
        officer: who exports.
        wanted: the item's id, and why (at least 20 characters).
        now: the moment.

    Returns:
        Plain values: the core data, the label, the grading, whose it is, and the originator's signed consent.

    Raises:
        ForbiddenError, NotFoundError, InputError, ErasedError: as the names say.
        RefusedError: HANDLING_FORBIDS, its label asks for the originator's consent and none is on record.
    """
    authorise(officer, Action.EXPORT_EVIDENCE)
    why = check_text("reason", wanted[1], MIN_JUSTIFICATION)
    item = held(tx, desk, wanted[0])
    check_use(item.label, item.purpose, now.date())
    consented = _consented(tx, desk, officer, (item, why), now)
    check_evidence(item.label, consented.by)
    whole = open_item(tx, officer, item, why)
    facts = {"originator": item.originator, "fields": list(whole.fields), "label_sha256": item.label_sha256}
    act = Act(EventKind.EVIDENCE_EXPORTED, now, officer.id, f"item:{item.id}", partner=item.originator)
    append(tx, _with(act, item, why, facts))
    return {
        "egnatia_evidence": VERSION,
        "item": item.id,
        "originator": item.originator,
        "received_from": item.came_from,
        "holder": desk.code,
        "exported_at": now.isoformat(),
        "as_of": whole.as_of.isoformat(),
        "fields": dict(whole.fields),
        "label": plain(whole.label),
        "label_sha256": item.label_sha256,
        "grading": None if item.grading is None else list(_grades(item)),
        "consent": list(consented.tokens),
    }


def _with(act: Act, item: Held, why: str, facts: dict[str, Any]) -> Act:
    return replace(act, grant=item.grant_id, purpose=item.purpose, justification=why, content=facts)


def _grades(item: Held) -> tuple[str, ...]:
    grading = item.grading
    return () if grading is None else (grading.scheme, grading.source, grading.information)


def _consented(tx: Transaction, desk: Desk, officer: Officer, asked: tuple[Held, str], now: datetime) -> _Consented:
    """Consents that cover this item today; one that does not hold any more counts for nothing."""
    item, why = asked
    if item.label.evidence_use is EvidenceUse.FREE:
        return _Consented(frozenset(), ())
    by: set[PartnerCode] = set()
    texts: list[str] = []
    whole = None
    for each in granted(tx, item.id, TokenUse.EVIDENCE, desk.code, now):
        text = tx.opened(each.token_sealed_id)
        if text is None:
            continue
        whole = whole or open_item(tx, officer, item, why)
        try:
            token = read_token(tx, text.decode())
            check_token(token, whole, (TokenUse.EVIDENCE, desk.code, desk.code, item.purpose), now)
        except RefusedError:
            continue
        by.add(token.issuer)
        texts.append(text.decode())
    return _Consented(frozenset(by), tuple(texts))


def check_bundle(tx: Transaction, desk: Desk, objects: tuple[str, ...] | None, now: datetime) -> None:
    """Stop a bundle of the ledger for proceedings, with its content opened, about an item that its label keeps from them.

    Opened entries about a partner's core data hold their field names, facts and reasons, not the data. A bundle for
    another lawful purpose is not asked: the supervisory authority gets what it asks for (L4).

    Args:
        tx: any transaction.
        desk: our side.
        objects: what the bundle is about; None for the whole ledger.
        now: the moment.

    Raises:
        RefusedError: HANDLING_FORBIDS, for the first such item.
    """
    wanted = None if objects is None else {ref.partition(":")[2] for ref in objects if ref.startswith(_PREFIXES)}
    for item_id, name in _all_held(tx):
        if wanted is None or item_id in wanted:
            item = held(tx, desk, name)
            check_evidence(item.label, _usable(tx, desk, item, now))


def _usable(tx: Transaction, desk: Desk, item: Held, now: datetime) -> list[PartnerCode]:
    """The originators whose consent is on record, still good, and for the label of today."""
    return [
        each.partner
        for each in granted(tx, item.id, TokenUse.EVIDENCE, desk.code, now)
        if each.label_sha256 == item.label_sha256
    ]


def _all_held(tx: Transaction) -> list[tuple[str, str]]:
    """All items of other partners that are here: the id of each, and the name by which only it is found."""
    released = select(release.c.follow_up_id).where(release.c.received_at.is_not(None))
    passed_on = select(forwarded_item.c.item, forwarded_item.c.id).where(forwarded_item.c.direction == "in")
    found = {(item_id, item_id) for item_id in tx.execute(released).scalars()}
    return sorted(found | {(row.item, row.id) for row in tx.execute(passed_on)})
