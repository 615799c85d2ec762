"""The asker's side, once an epoch: fetch the holder's statement and our filters, check both, compare with others.

What is fetched goes into force whole or not at all. A partner that shows two askers two statements of one epoch is found
by asking the other partners which one they hold; that some do not answer stops nothing, and is said.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.engines.blind import MAX_PAGE_BYTES, check_page, filter_root, page_sha256, read_page
from egnatia.enquiries.blind.comparing import check_follows, held_statement
from egnatia.enquiries.blind.messages import PROTOCOL
from egnatia.enquiries.blind.publishing import keep_pages, keep_statement
from egnatia.enquiries.blind.statement import FilterFacts, Statement, read_statement
from egnatia.errors import RefusedError, TamperedError, UnreachableError
from egnatia.exchange.blind_pages import PAGE_PATH, STATEMENT_PATH
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Request
from egnatia.exchange.directory import card_of, cards
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.problems import read_problem
from egnatia.exchange.protocols import require_protocol
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_filter, blind_page

_OK = 200
_REFUSALS = range(400, 500)


@dataclass(frozen=True, slots=True)
class Errand:
    """Whom to ask for its lists, who else may have fetched them, and the newest statement that we hold of it."""

    us: PartnerCode
    holder: PartnerCard
    others: tuple[PartnerCard, ...]
    known: Statement | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came, checked.

    Attributes:
        statement: of the holder.
        filters: ours, each with its pages.
        compared: partners that hold the same statement.
        silent: partners that did not answer, or hold none or an older one.
    """

    statement: Statement
    filters: tuple[tuple[FilterFacts, tuple[bytes, ...]], ...]
    compared: tuple[PartnerCode, ...]
    silent: tuple[PartnerCode, ...]


def prepare(tx: Transaction, us: PartnerCode, officer: Officer, holder: PartnerCode) -> Errand:
    """What the fetching needs to know.

    Raises:
        ForbiddenError: only an administrator fetches.
        RefusedError: no such partner is registered, or PARTNER_TOO_OLD.
    """
    authorise(officer, Action.MANAGE_BLIND)
    card = card_of(tx, holder)
    require_protocol(tx, holder, PROTOCOL, "a blind enquiry")
    others = tuple(each for each in cards(tx).values() if each.code != holder)
    return Errand(us, card, others, held_statement(tx, card))


async def fetch(line: Line, errand: Errand, now: datetime) -> Fetched:
    """Fetch and check everything; nothing is stored yet.

    Raises:
        UnreachableError: the holder does not answer.
        RefusedError: BLIND_NOT_OFFERED, BLIND_EPOCH_OVER, BAD_SIGNATURE, BLIND_STATEMENT_DIFFERS or
            BLIND_FILTER_WRONG, as each says.
    """
    content = await _get(line, errand.holder, f"{STATEMENT_PATH}/{errand.holder.code}")
    statement = read_statement(content, errand.holder)
    check_follows(errand.known, statement)
    if not statement.begins - MAX_SKEW <= now < statement.ends:
        detail = f"epoch {statement.epoch} of {errand.holder.code} is not in force"
        raise RefusedError(RefusalReason.BLIND_EPOCH_OVER, detail)
    mine = statement.filters_for(errand.us)
    if not mine:
        raise RefusedError(RefusalReason.BLIND_NOT_OFFERED, f"{errand.holder.code} publishes no list for {errand.us}")
    compared, silent = await _compare(line, errand, statement)
    filters = [(facts, await _pages(line, errand.holder, facts)) for facts in mine]
    return Fetched(statement, tuple(filters), compared, silent)


async def _compare(
    line: Line, errand: Errand, statement: Statement
) -> tuple[tuple[PartnerCode, ...], tuple[PartnerCode, ...]]:
    """Ask the other partners which statement they hold: a later one than ours would have been kept from us."""
    compared: list[PartnerCode] = []
    silent: list[PartnerCode] = []
    for card in errand.others:
        theirs = await _theirs(line, card, errand.holder)
        if theirs is not None and theirs.epoch >= statement.epoch:
            await _check_same(line, errand, theirs, statement)
            compared.append(card.code)
        else:
            silent.append(card.code)
    return tuple(compared), tuple(silent)


async def _check_same(line: Line, errand: Errand, theirs: Statement, ours: Statement) -> None:
    """The same, unless the holder published anew while we looked: then it shows us the new one as well by now."""
    if theirs.epoch > ours.epoch:
        again = await _get(line, errand.holder, f"{STATEMENT_PATH}/{errand.holder.code}")
        check_follows(theirs, read_statement(again, errand.holder))
        detail = f"{errand.holder.code} published anew meanwhile"
        raise RefusedError(RefusalReason.BLIND_EPOCH_OVER, detail, hint="Fetch once more.")
    check_follows(theirs, ours)


async def _theirs(line: Line, card: PartnerCard, holder: PartnerCard) -> Statement | None:
    """The statement that another partner holds; one that the holder did not sign says nothing about the holder."""
    try:
        return read_statement(await _get(line, card, f"{STATEMENT_PATH}/{holder.code}"), holder)
    except (UnreachableError, RefusedError):
        return None


async def _pages(line: Line, holder: PartnerCard, facts: FilterFacts) -> tuple[bytes, ...]:
    pages: list[bytes] = []
    entries = 0
    for number in range(facts.pages):
        content, found = await _page(line, holder, facts, number)
        pages.append(content)
        entries += found
    if filter_root([page_sha256(page) for page in pages]).hex() != facts.root or entries > facts.entries:
        raise _wrong(f"the pages of {facts.list.value} are not those that {holder.code} signed")
    return tuple(pages)


async def _page(line: Line, holder: PartnerCard, facts: FilterFacts, number: int) -> tuple[bytes, int]:
    """One page, checked, and how many entries it has."""
    content = await _get(line, holder, f"{PAGE_PATH}/{facts.root}/{number}", MAX_PAGE_BYTES)
    try:
        page = read_page(content, number, facts.pages)
        check_page(page)
    except TamperedError as error:
        raise _wrong(error.message) from None
    return content, page.entries


def _wrong(detail: str) -> RefusedError:
    return RefusedError(
        RefusalReason.BLIND_FILTER_WRONG, detail, hint="Nothing was stored. Fetch once more; the old filter stays."
    )


async def _get(line: Line, card: PartnerCard, path: str, limit: int = 64 * 1024) -> bytes:
    reply = await line.ask(card, Request(path, limit=limit))
    if reply.status == _OK:
        return reply.body
    said = read_problem(reply.status, reply.body)
    if reply.status in _REFUSALS:
        raise RefusedError(said.reason or RefusalReason.BLIND_NOT_OFFERED, f"{card.code} says: {said.detail}")
    raise UnreachableError(f"{card.code} answered HTTP {reply.status}: {said.detail}")


def keep(tx: Transaction, officer: Officer, fetched: Fetched, now: datetime) -> None:
    """Put what was fetched into force in place of the epoch before, with exactly one ledger entry."""
    authorise(officer, Action.MANAGE_BLIND)
    holder = fetched.statement.holder
    forget_filters(tx, holder)
    keep_statement(tx, fetched.statement, now)
    for facts, pages in fetched.filters:
        row_values = {name: getattr(facts, name) for name in ("list", "root", "pages", "entries", "complete")}
        row_values |= {"holder": holder, "statement": fetched.statement.sha256, "ends_at": fetched.statement.ends}
        row_values |= {"public_key": bytes.fromhex(facts.key), "fetched_at": now}
        tx.execute(blind_filter.insert(), row_values)
        keep_pages(tx, facts.root, pages)
    _enter(tx, officer, fetched, now)


def forget_filters(tx: Transaction, holder: PartnerCode) -> int:
    """Delete the filters that we hold of a partner, with their pages; its statements stay. Returns how many."""
    mine = blind_filter.c.holder == holder
    roots = list(tx.execute(select(blind_filter.c.root).where(mine)).scalars())
    for root in roots:
        tx.execute(blind_page.delete().where(blind_page.c.root == root))
    tx.execute(blind_filter.delete().where(mine))
    return len(roots)


def _enter(tx: Transaction, officer: Officer, fetched: Fetched, now: datetime) -> None:
    act = Act(
        EventKind.BLIND_FETCHED,
        now,
        officer.id,
        f"blind_epoch:{fetched.statement.epoch}",
        partner=fetched.statement.holder,
        message_sha256=bytes.fromhex(fetched.statement.sha256),
        content={"lists": [facts.list for facts, _ in fetched.filters], "compared_with": list(fetched.compared)},
    )
    append(tx, act)
