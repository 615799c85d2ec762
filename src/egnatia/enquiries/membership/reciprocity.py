"""Who asked whom how often, and what came of it: figures for each pair that this node is part of (MEM-11)."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, ReplyResult
from egnatia.store.database import Transaction
from egnatia.store.tables import answered_enquiry, ask

_SHIELDED = "shielded"
"""Counted as answered: that somebody is protected must not show in a figure either."""


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction between two partners.

    Attributes:
        asked: questions that left the asker, or reached the answerer.
        answered: with a hit or nothing found.
        refused: by the answerer.
        open: without an answer so far, or given up.
        not_asked: refused by the asker's own node; known to it alone.
    """

    asked: int
    answered: int
    refused: int
    open: int
    not_asked: int = 0


@dataclass(frozen=True, slots=True)
class Reciprocity:
    """Both directions with one partner, as this node counts them."""

    partner: PartnerCode
    ours: Direction
    theirs: Direction


def reciprocity(tx: Transaction) -> list[Reciprocity]:
    """Every partner that asked or was asked, by code."""
    ours, theirs = _ours(tx), _theirs(tx)
    partners = sorted({partner for partner, _ in (*ours, *theirs)})
    return [Reciprocity(each, _asked(ours, each), _answered(theirs, each)) for each in partners]


_Counts = Counter[tuple[PartnerCode, str]]


def _ours(tx: Transaction) -> _Counts:
    query = select(ask.c.partner, ask.c.state, func.count().label("n")).group_by(ask.c.partner, ask.c.state)
    return Counter({(PartnerCode(row.partner), row.state): row.n for row in tx.execute(query)})


def _theirs(tx: Transaction) -> _Counts:
    table = answered_enquiry.c
    query = select(table.asker, table.result, func.count().label("n")).group_by(table.asker, table.result)
    return Counter({(PartnerCode(row.asker), row.result): row.n for row in tx.execute(query)})


def _asked(counts: _Counts, partner: PartnerCode) -> Direction:
    def of(*states: AskState) -> int:
        return sum(counts[partner, state.value] for state in states)

    answered, refused = of(AskState.HIT, AskState.NO_HIT), of(AskState.REFUSED)
    waits = of(AskState.WAITING, AskState.UNDELIVERABLE)
    return Direction(answered + refused + waits, answered, refused, waits, of(AskState.NOT_ASKED))


def _answered(counts: _Counts, partner: PartnerCode) -> Direction:
    answered = sum(counts[partner, each] for each in (ReplyResult.HIT.value, ReplyResult.NO_HIT.value, _SHIELDED))
    refused = counts[partner, ReplyResult.REFUSED.value]
    return Direction(answered + refused, answered, refused, 0)
