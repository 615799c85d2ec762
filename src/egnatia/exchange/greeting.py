"""Asking each partner for its status now and then, to learn which version of messages it speaks."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from egnatia.errors import RefusedError, UnreachableError
from egnatia.exchange import strict_json
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Request
from egnatia.exchange.directory import believed_cards
from egnatia.exchange.paths import STATUS_PATH
from egnatia.exchange.protocols import announced, learn_protocol
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Database, Transaction

GREET_EVERY_S = 30.0
"""An upgraded partner is noticed within half a minute; one request of 200 bytes to each costs nothing."""
GREET_AGAIN_S = 5.0
"""The same as long as one of them did not answer: nodes that start together find each other at once."""
_OK = 200

Commit = Callable[[Callable[[Transaction], object]], Any]


async def greet_partners(database: Database, commit: Commit, line: Line) -> bool:
    """Ask every partner once and remember the version that each one speaks; returns whether all of them answered.

    Args:
        database: for reading whom to ask.
        commit: runs a job in a write transaction.
        line: to the partners.
    """
    known = await asyncio.to_thread(_known, database)
    spoken = await asyncio.gather(*(_ask(line, card) for card in known.values()))
    for code, version in zip(known, spoken, strict=True):
        if version is not None:
            await asyncio.to_thread(commit, partial(learn_protocol, partner=code, version=version))
    return None not in spoken


def _known(database: Database) -> dict[PartnerCode, PartnerCard]:
    with database.read() as tx:
        return believed_cards(tx)


async def _ask(line: Line, card: PartnerCard) -> int | None:
    """What a partner's status says; nothing when it cannot be reached or says nothing that can be read."""
    try:
        reply = await line.ask(card, Request(STATUS_PATH))
        status = strict_json.parse(reply.body, "status")
    except (UnreachableError, RefusedError):
        return None
    if reply.status != _OK or status.get("code") != card.code:
        return None
    return announced(status)
