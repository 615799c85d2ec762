"""What `egnatia node doctor` looks at: one plain function for each check, one line for each result."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from egnatia.errors import Error
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import HttpsLine, Request
from egnatia.exchange.directory import cards
from egnatia.exchange.keys import certificate_expiry
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.message import parse_moment
from egnatia.exchange.problems import read_problem
from egnatia.exchange.server import STATUS_PATH
from egnatia.exchange.strict_json import parse
from egnatia.ledger.audit import verify_own
from egnatia.node import Node

MIN_FREE_MB = 200
"""A day of a busy node writes under 100 MB (bench/exchange.py, bytes for each message); twice that is a warning."""
EXPIRY_WARNING = timedelta(days=30)
_OK = 200


@dataclass(frozen=True, slots=True)
class Check:
    """One result: `good`, `note` or `wrong`."""

    name: str
    state: str
    text: str
    hint: str = ""


def examine(node: Node) -> list[Check]:
    """Run every check; one that fails does not stop the others."""
    looks = (_disk, _agreements, _certificate, _ledger)
    return [*(_safely(look, node) for look in looks), *_partners(node)]


def _safely(look: Callable[[Node], Check], node: Node) -> Check:
    try:
        return look(node)
    except Error as error:
        return Check(look.__name__.strip("_"), "wrong", error.message, error.hint())


def _disk(node: Node) -> Check:
    free = shutil.disk_usage(node.directory).free // 1_000_000
    state = "good" if free >= MIN_FREE_MB else "wrong"
    return Check("disk", state, f"{free} MB free", "" if state == "good" else "Free disk space now.")


def _agreements(node: Node) -> Check:
    with node.database.read() as tx:
        register = node.desk.register(tx)
    return Check("agreements", "good", f"{len(register.agreements)} agreements, {len(register.grants)} grants")


def _certificate(node: Node) -> Check:
    expires = certificate_expiry(node.keys)
    if expires - node.clock() < EXPIRY_WARNING:
        return Check("certificate", "wrong", f"ends on {expires:%Y-%m-%d}", "Renew it and give partners the new card.")
    return Check("certificate", "good", f"valid until {expires:%Y-%m-%d}")


def _ledger(node: Node) -> Check:
    with node.database.read() as tx:
        report = verify_own(tx, node.trust(tx))
    if report.findings:
        first = report.findings[0]
        return Check("ledger", "wrong", f"{first.place}: {first.text}", "Keep the files as they are; call the auditor.")
    return Check("ledger", "good", f"{report.entries} entries, {report.cosignatures} cosignatures")


def _partners(node: Node) -> list[Check]:
    with node.database.read() as tx:
        known = list(cards(tx).values())
    if not known:
        return [Check("partners", "note", "none registered", "`egnatia partner add` registers a partner's card.")]
    return asyncio.run(_ask_all(node, known))


async def _ask_all(node: Node, known: list[PartnerCard]) -> list[Check]:
    line = HttpsLine(node.keys)
    try:
        return list(await asyncio.gather(*(_ask(node, line, card) for card in known)))
    finally:
        await line.close()


async def _ask(node: Node, line: HttpsLine, card: PartnerCard) -> Check:
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
    return Check(name, "good", f"answers; clocks {apart.total_seconds():.1f} s apart; ledger of {size} entries")
