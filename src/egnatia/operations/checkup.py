"""What `egnatia node doctor` looks at: one plain function for each check, one line for each result."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from egnatia.agreements.admission import Standing
from egnatia.enquiries.onward import label_letters
from egnatia.errors import Error
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import HttpsLine, Line, Request
from egnatia.exchange.directory import cards
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.membership.lists import how_it_stands
from egnatia.exchange.message import parse_moment
from egnatia.exchange.paths import STATUS_PATH
from egnatia.exchange.problems import read_problem
from egnatia.exchange.strict_json import parse
from egnatia.ledger.audit import verify_own
from egnatia.ledger.mark import MARK_FILE
from egnatia.node import DATABASE_FILE, Node
from egnatia.operations.health import problems
from egnatia.operations.signs import read_signs
from egnatia.operations.trust_signs import read_trust
from egnatia.store.copies import check_sqlite
from egnatia.store.tables import ledger_entry

_OK = 200


_HINTS = {
    "disk": "Free disk space now.",
    "certificate": "Renew it with `egnatia node renew-certificate`.",
    "database": "Restore it with `egnatia node restore`; keep the damaged file.",
    "witness": "Ask the partners' operators; `egnatia ledger verify` shows what was cosigned.",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One result: `good`, `note` or `wrong`."""

    name: str
    state: str
    text: str
    hint: str = ""


def examine(node: Node) -> list[Check]:
    """Run every check; one that fails does not stop the others."""
    return [
        *_signs(node),
        *(_safely(look, node) for look in (_database, _clock, _agreements, _membership, _ledger, _trust)),
        *_labels(node),
        *_partners(node),
    ]


def _safely(look: Callable[[Node], Check], node: Node) -> Check:
    try:
        return look(node)
    except Error as error:
        return Check(look.__name__.strip("_"), "wrong", error.message, error.hint())


def _signs(node: Node) -> list[Check]:
    """The same rules as the health endpoint's; one line when nothing is wrong."""
    signs = read_signs(node)
    found = [Check(each.name, "wrong", each.text, _HINTS.get(each.name, "")) for each in problems(signs)]
    free, ends = signs.free_bytes // 1_000_000, signs.certificate_ends
    return found or [Check("machine", "good", f"{free} MB free; certificate valid until {ends:%Y-%m-%d}")]


def _database(node: Node) -> Check:
    if node.settings.database.url:
        return Check("database", "note", "not this node's own file; check it with its own tools")
    check_sqlite(node.directory / DATABASE_FILE)
    return Check("database", "good", "the file's structure is whole")


def _clock(node: Node) -> Check:
    """Agreements and lists hold by date, so a clock that was set back brings what has ended to life again."""
    newest_first = select(ledger_entry.c.at).order_by(ledger_entry.c.sequence.desc()).limit(1)
    with node.database.read() as tx:
        newest = tx.execute(newest_first).scalar()
    now = node.clock()
    if newest is not None and newest - now > MAX_SKEW:
        text = f"it says {now:%Y-%m-%d %H:%M:%S}, but the newest entry of the ledger is of {newest:%Y-%m-%d %H:%M:%S}"
        return Check(
            "clock", "wrong", text, "It was set back, or ran ahead before: check the time synchronisation (NTP)."
        )
    return Check("clock", "good", "it does not stand before the newest entry of the ledger")


def _membership(node: Node) -> Check:
    """How long the list holds; a list that nobody renews ends what may be asked."""
    with node.database.read() as tx:
        standing, made = how_it_stands(tx, node.clock())
    if made is None:
        return Check("membership", "note", "no membership list; partners are known by their cards alone")
    good = standing is Standing.GOOD
    hint = "" if good else "Renew it: `egnatia partner renew` here, then `egnatia partner sign` at every member."
    text = f"list {made.version} of {len(made.members)} members holds until {made.valid_until:%Y-%m-%d}"
    return Check("membership", "good" if good else "wrong", text, hint)


def _agreements(node: Node) -> Check:
    with node.database.read() as tx:
        register = node.desk.register(tx)
    return Check("agreements", "good", f"{len(register.agreements)} agreements, {len(register.grants)} grants")


def _trust(node: Node) -> Check:
    """Whose signatures on documents are believed; without a store documents are examined, and chips prove nothing."""
    found = read_trust(node)
    text = " ".join(found.lines())
    if found.problem:
        return Check("trust", "wrong", text, "Restore the file from a backup; keep the damaged one.")
    if not found.readable:
        hint = "Import lists: `egnatia trust import --root ROOT.cer LIST.ml --as NAME`."
        return Check("trust", "note", text, hint)
    without = [partner for partner, count in sorted(found.authorities.items()) if not count]
    if found.unfinished:
        return Check("trust", "wrong", text, "`egnatia trust accept` finishes what was accepted.")
    if without or found.crls_expired or found.waiting:
        hints = [f"No authority is held for the documents of {', '.join(without)}."] if without else []
        hints += ["Fetch the issuers' present revocation lists."] if found.crls_expired else []
        hints += ["`egnatia trust inbox --open` lists what waits."] if found.waiting else []
        return Check("trust", "note", text, " ".join(hints))
    return Check("trust", "good", text)


def _ledger(node: Node) -> Check:
    with node.database.read() as tx:
        report = verify_own(tx, node.trust(tx), mark=node.directory / MARK_FILE)
    if report.findings:
        first = report.findings[0]
        return Check("ledger", "wrong", f"{first.place}: {first.text}", "Keep the files as they are; call the auditor.")
    return Check("ledger", "good", f"{report.entries} entries, {report.cosignatures} cosignatures")


def _labels(node: Node) -> list[Check]:
    """Holders that have not said that they keep an item of ours under its new label; nothing where each has."""
    try:
        with node.database.read() as tx:
            waiting = label_letters.letters(tx)
    except Error as error:
        return [Check("labels", "wrong", error.message, error.hint())]
    if not waiting:
        return []
    who = ", ".join(sorted({each.partner for each in waiting}))
    text = f"{len(waiting)} new labels are not acknowledged, by {who}"
    return [Check("labels", "note", text, "They are told again by themselves; ask the partner's operator after a day.")]


def _partners(node: Node) -> list[Check]:
    try:
        with node.database.read() as tx:
            known = list(cards(tx).values())
    except Error as error:
        return [Check("partners", "wrong", error.message, error.hint())]
    if not known:
        return [Check("partners", "note", "none registered", "`egnatia partner add` registers a partner's card.")]
    return asyncio.run(_ask_all(node, known))


async def _ask_all(node: Node, known: list[PartnerCard]) -> list[Check]:
    line = HttpsLine(node.keys)
    try:
        return list(await asyncio.gather(*(_ask(node, line, card) for card in known)))
    finally:
        await line.close()


async def _ask(node: Node, line: Line, card: PartnerCard) -> Check:
    name = f"partner {card.code}"
    try:
        reply = await line.ask(card, Request(STATUS_PATH))
        if reply.status != _OK:
            told = read_problem(reply.status, reply.body)
            hint = "The partner's operator has to register this node's present card: `egnatia partner card` prints it."
            return Check(name, "wrong", f"it refuses this node: {told.reason or told.status}, {told.detail}", hint)
        status = parse(reply.body, "status")
        theirs = parse_moment(str(status.get("time")), "the partner's time")
    except Error as error:
        return Check(name, "wrong", error.message, error.hint())
    return _clocks(name, theirs, node.clock(), status.get("ledger_size"))


def _clocks(name: str, theirs: datetime, ours: datetime, size: object) -> Check:
    apart = abs(theirs - ours)
    if apart > MAX_SKEW:
        text = f"its clock says {theirs:%Y-%m-%d %H:%M:%S}, ours {ours:%Y-%m-%d %H:%M:%S}"
        return Check(name, "wrong", text, "Check the time synchronisation (NTP) of both machines.")
    entries = size if type(size) is int else "unreadably many"  # a partner's word, which may be any JSON
    return Check(name, "good", f"answers; clocks {apart.total_seconds():.1f} s apart; ledger of {entries} entries")
