"""The holder's side: a new epoch with new keys, its filters, and the statement that names them.

Filters are made under a reading transaction, which may take minutes for millions of entries and holds up nobody;
`publish` then checks that nothing was taken out of the lists meanwhile and puts all of it into force at once. The keys of
the epoch before are erased in the same transaction: what was evaluated under them cannot be evaluated again by anybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Refusal, Request, permit
from egnatia.engines.blind import (
    KeyPair,
    build_pages,
    evaluate_directly,
    filter_root,
    fresh_key,
    page_count,
    page_sha256,
)
from egnatia.enquiries.blind.lists import LISTS, entries, is_complete
from egnatia.enquiries.blind.shields import ended_by, shield_for
from egnatia.enquiries.blind.statement import LONGEST_EPOCH, FilterFacts, Statement, write_statement
from egnatia.enquiries.desk import Desk
from egnatia.errors import ConflictError, InputError, RefusedError
from egnatia.exchange.directory import cards
from egnatia.ledger import Act, append
from egnatia.ledger.nodes import log_size
from egnatia.model.agreements import Register
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import BlindList, Offence, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_epoch, blind_page, blind_statement

PAD_TO = 1_024
"""Filters are filled up to a multiple of this, so that their size tells a list's size only roughly."""
USUAL_DAYS = 30
"""Of an epoch, where the administrator says nothing: ours; a month's filter is what a stolen key would open."""
_PREFIX = 16
"""Bytes of an output that the filter uses."""


@dataclass(frozen=True, slots=True)
class MadeFilter:
    """A filter that is made but not published: its facts, pages, key, and the ledger's size when the list was read."""

    facts: FilterFacts
    pages: tuple[bytes, ...]
    key: KeyPair
    since: int


def plan(
    tx: Transaction, desk: Desk, officer: Officer, audiences: Sequence[PartnerCode], now: datetime
) -> list[tuple[PartnerCode, BlindList]]:
    """Which list would be published for whom: every partner named (or all), every list that a grant allows it to ask.

    Raises:
        ForbiddenError: only an administrator publishes.
        RefusedError: nothing at all may be published, for the reason of the first partner.
    """
    authorise(officer, Action.MANAGE_BLIND)
    register = desk.register(tx)
    known = sorted(cards(tx))
    if unknown := set(audiences) - set(known):
        raise InputError(f"{min(unknown)} is not a registered partner of this node", hint="`egnatia partner list`.")
    pairs = [(partner, which) for partner in audiences or known for which in BlindList]
    refusals = [(pair, _refusal(desk, register, *pair, now)) for pair in pairs]
    allowed = [pair for pair, refusal in refusals if refusal is None and _has_entries(tx, pair[1])]
    if not allowed:
        first = next((refusal for _, refusal in refusals if refusal is not None), None)
        reason = first.reason if first else RefusalReason.BLIND_NOT_OFFERED
        raise RefusedError(reason, first.detail if first else "none of our lists has an entry")
    return allowed


def _refusal(desk: Desk, register: Register, partner: PartnerCode, which: BlindList, now: datetime) -> Refusal | None:
    """Why this partner may not ask about this list at all; nothing when some purpose is granted."""
    subject = LISTS[which].subject
    routes = register.routes.get((partner, desk.code), ())
    purposes = {purpose for grant in routes if grant.subject == subject for purpose in grant.purposes}
    verdict: Allow | Refusal = Refusal(RefusalReason.NO_AGREEMENT, f"no grant lets {partner} ask about {subject.value}")
    for purpose in sorted(purposes):
        # The gravest offence: whether a lesser one is enough is decided for each question.
        verdict = permit(register, Request(partner, desk.code, subject, purpose, Offence.HOMICIDE, now.date()))
        if isinstance(verdict, Allow):
            return None
    return verdict if isinstance(verdict, Refusal) else None


def _has_entries(tx: Transaction, which: BlindList) -> bool:
    return next(entries(tx, which), None) is not None


def may_publish(tx: Transaction, desk: Desk, pair: tuple[PartnerCode, BlindList], now: datetime) -> bool:
    """Whether this list may be published for this partner today, and has anything in it."""
    partner, which = pair
    known = partner in cards(tx)
    return known and _refusal(desk, desk.register(tx), partner, which, now) is None and _has_entries(tx, which)


def make_filter(tx: Transaction, desk: Desk, audience: PartnerCode, which: BlindList) -> MadeFilter:
    """Make one partner's filter of one list under a fresh key: 64 µs an entry (bench/blind.py).

    Args:
        tx: a reading transaction.
        desk: this node's.
        audience: whose filter it is; who must not stand in it is left out, and random entries take their place.
        which: the list.
    """
    since = log_size(tx)
    key = fresh_key(tx.randomness)
    outputs = b"".join(_outputs(tx, desk, key, audience, which))
    outputs += tx.randomness.randbytes(_PREFIX * (-(len(outputs) // _PREFIX) % PAD_TO))
    count = len(outputs) // _PREFIX
    pages = build_pages((outputs[at : at + _PREFIX] for at in range(0, len(outputs), _PREFIX)), page_count(count))
    facts = FilterFacts(
        audience=audience,
        list=which,
        key=key.public.hex(),
        entries=count,
        complete=is_complete(tx, which),
        pages=len(pages),
        root=filter_root([page_sha256(page) for page in pages]).hex(),
    )
    return MadeFilter(facts, tuple(pages), key, since)


def _outputs(tx: Transaction, desk: Desk, key: KeyPair, audience: PartnerCode, which: BlindList) -> Iterator[bytes]:
    partner = desk.register(tx).partners.get(audience)
    shield = shield_for(tx, audience, partner.travel_document_codes if partner else ())
    for listed in entries(tx, which):
        if shield.covers(listed):
            yield tx.randomness.randbytes(_PREFIX)
        else:
            yield evaluate_directly(key, listed.text)[:_PREFIX]


def publish(
    tx: Transaction, desk: Desk, officer: Officer, made: Sequence[MadeFilter], days: int, now: datetime
) -> Statement:
    """Begin a new epoch with these filters and end the one before, with exactly one ledger entry.

    Args:
        tx: a writing transaction.
        desk: this node's.
        officer: an administrator.
        made: every filter of the new epoch; what is not among them is not offered any more.
        days: how long the epoch lasts, 1 to 92.
        now: its beginning.

    Raises:
        ForbiddenError: another role.
        InputError: no filters, too many, or an impossible length.
        ConflictError: something was taken out of a list while its filter was made.
    """
    authorise(officer, Action.MANAGE_BLIND)
    return begin_epoch(tx, desk, officer.id, (made, days), now)


def begin_epoch(
    tx: Transaction, desk: Desk, actor: str, wanted: tuple[Sequence[MadeFilter], int], now: datetime
) -> Statement:
    """As `publish`, for an officer who was authorised, or for the node, which repeats what an officer published.

    Raises:
        InputError, ConflictError: as `publish`.
    """
    made, days = wanted
    if not 1 <= days <= LONGEST_EPOCH.days:
        raise InputError(f"an epoch lasts 1 to {LONGEST_EPOCH.days} days")
    if any(ended_by(tx, each.since) for each in made):
        raise ConflictError(
            "a list changed while its filter was made", hint="Publish once more; nothing was published."
        )
    begins, ends = now.replace(microsecond=0), now.replace(microsecond=0) + timedelta(days=days)
    epoch = _last_epoch(tx, desk.code) + 1
    facts = [each.facts for each in made]
    statement = write_statement(desk.keys.signing, desk.code, epoch, (begins, ends), facts)
    _end_running(tx, now)
    for each in made:
        _store(tx, statement, each, now)
    keep_statement(tx, statement, now)
    _enter(tx, actor, statement, now)
    return statement


def _last_epoch(tx: Transaction, code: PartnerCode) -> int:
    query = select(func.max(blind_statement.c.epoch)).where(blind_statement.c.holder == code)
    return tx.execute(query).scalar() or 0


def end_filters(tx: Transaction, audience: PartnerCode, now: datetime) -> int:
    """End every filter made for a partner at once: key erased, pages gone. Returns how many; the caller's entry says why."""
    mine = (blind_epoch.c.audience == audience) & blind_epoch.c.ended_at.is_(None)
    count = len(tx.execute(select(blind_epoch.c.id).where(mine)).all())
    _end(tx, mine, now)
    return count


def _end_running(tx: Transaction, now: datetime) -> None:
    _end(tx, blind_epoch.c.ended_at.is_(None), now)


def _end(tx: Transaction, running: ColumnElement[bool], now: datetime) -> None:
    for row in tx.execute(select(blind_epoch.c.root, blind_epoch.c.sealed_id).where(running)).all():
        tx.erase(SealedId(row.sealed_id))
        tx.execute(blind_page.delete().where(blind_page.c.root == row.root))
    tx.execute(update(blind_epoch).where(running).values(ended_at=now, sealed_id=None))


def _store(tx: Transaction, statement: Statement, made: MadeFilter, now: datetime) -> None:
    secret = made.key.secret + made.key.public
    sealed = tx.seal(secret, kind="blind_key", at=now, erase_on=statement.ends)
    row: dict[str, object] = {"id": tx.new_id(), "statement": statement.sha256, "epoch": statement.epoch}
    row |= {"audience": made.facts.audience, "list": made.facts.list, "root": made.facts.root, "since": made.since}
    row |= {"begins_at": statement.begins, "ends_at": statement.ends, "sealed_id": sealed.id}
    tx.execute(blind_epoch.insert(), row)
    keep_pages(tx, made.facts.root, made.pages)


def keep_pages(tx: Transaction, root: str, pages: Sequence[bytes]) -> None:
    """Store a filter's pages; those of the same root that are there already are replaced by themselves."""
    tx.execute(blind_page.delete().where(blind_page.c.root == root))
    rows = [
        {"root": root, "number": number, "sha256": page_sha256(page).hex(), "content": page}
        for number, page in enumerate(pages)
    ]
    tx.execute(blind_page.insert(), rows)


def keep_statement(tx: Transaction, statement: Statement, now: datetime) -> None:
    """Store a statement, ours or a partner's, once."""
    known = select(blind_statement.c.sha256).where(blind_statement.c.sha256 == statement.sha256)
    if tx.execute(known).first() is None:
        row: dict[str, object] = {"sha256": statement.sha256, "holder": statement.holder, "epoch": statement.epoch}
        row |= {"begins_at": statement.begins, "ends_at": statement.ends, "content": statement.content}
        tx.execute(blind_statement.insert(), row | {"kept_at": now})


def _enter(tx: Transaction, actor: str, statement: Statement, now: datetime) -> None:
    facts = [f"{each.audience}/{each.list.value}" for each in statement.filters]
    act = Act(
        EventKind.BLIND_PUBLISHED,
        now,
        actor,
        f"blind_epoch:{statement.epoch}",
        message_sha256=bytes.fromhex(statement.sha256),
        content={"filters": facts, "ends": statement.ends.isoformat()},
    )
    append(tx, act)


def is_due(tx: Transaction, now: datetime, margin: timedelta) -> bool:
    """Whether a new epoch is needed: none runs, one ends within the margin, or something was taken out of a list."""
    running = tx.execute(select(blind_epoch).where(blind_epoch.c.ended_at.is_(None))).all()
    return not running or any(row.ends_at <= now + margin or ended_by(tx, row.since) for row in running)
