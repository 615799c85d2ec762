"""How many questions come within an hour: all that a holder can see of blind ones, and something of those about DNA.

Neither the number that is asked about nor the officer nor the case is in a blind question, so no rule over contents can
be applied where it is evaluated. How many one partner asks under one grant can be counted, from the table and not from
a memory, so it survives a restart. Whoever wants to try out a list needs many evaluations at once; an officer at work
does not.

A question about DNA names no officer and no case either. Many at once are what batches and standing orders are for, so they
are counted only under grants that allow neither.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from egnatia.enquiries.blind.evaluating import MAX_DAY
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.fishing.alerts import Asker, raise_alert
from egnatia.enquiries.fishing.rules import Finding
from egnatia.exchange.inbox import Received
from egnatia.model.states import FishingRule
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import answered_enquiry, blind_answer

HOUR = timedelta(hours=1)
"""Over what time blind questions are counted: a day's work in one hour is no day's work. Our choice."""
LEAST = 8
"""Blind questions in an hour below which nobody is told, however small the quota: as for neighbouring numbers."""
NO_OFFICER = "-"
"""Stands for the officer in an alert: a blind question names none."""
_FIRST = Prepared(
    select(blind_answer.c.grant_id).where(
        blind_answer.c.asker == bindparam("asker"), blind_answer.c.enquiry_id == bindparam("enquiry_id")
    )
)
_IN_THE_HOUR = Prepared(
    select(func.count().label("count"))
    .add_columns(func.min(blind_answer.c.answered_at).label("first"))
    .where(blind_answer.c.grant_id == bindparam("grant_id"), blind_answer.c.answered_at > bindparam("since"))
)
_DNA_FIRST = Prepared(
    select(answered_enquiry.c.grant_id).where(
        answered_enquiry.c.asker == bindparam("asker"), answered_enquiry.c.enquiry_id == bindparam("enquiry_id")
    )
)
_DNA_IN_THE_HOUR = Prepared(
    select(func.count().label("count"))
    .add_columns(func.min(answered_enquiry.c.answered_at).label("first"))
    .where(answered_enquiry.c.grant_id == bindparam("grant_id"), answered_enquiry.c.answered_at > bindparam("since"))
)


def many_from(quota_day: int) -> int:
    """From how many such questions in an hour on a supervisor is told: half of what a day allows."""
    return max(LEAST, min(quota_day, MAX_DAY) // 2)


def note_blind(tx: Transaction, desk: Desk, received: Received, now: datetime) -> None:
    """Look at the hour after a blind question was answered, and raise an alert when it is too full; nothing is refused.

    Args:
        tx: the transaction of the answer.
        desk: this node's.
        received: the blind question.
        now: the moment.
    """
    _note(tx, desk, received, (_FIRST, _IN_THE_HOUR, FishingRule.MANY_BLIND_QUESTIONS), now)


def note_dna(tx: Transaction, desk: Desk, received: Received, now: datetime) -> None:
    """The same for a question about DNA, under a grant that allows neither batches nor standing orders."""
    _note(tx, desk, received, (_DNA_FIRST, _DNA_IN_THE_HOUR, FishingRule.MANY_DNA_QUESTIONS), now)


def _note(
    tx: Transaction, desk: Desk, received: Received, how: tuple[Prepared, Prepared, FishingRule], now: datetime
) -> None:
    first, in_the_hour, rule = how
    answered = tx.row(first, asker=received.sender, enquiry_id=received.conversation)
    grants = {grant.id: grant for grant in desk.register(tx).grants}
    if answered is None or answered.grant_id not in grants:  # refused before any grant was found
        return
    grant = grants[answered.grant_id]
    if grant.dna is not None and (grant.dna.batch_max or grant.dna.automatic):
        return
    found = tx.rows(in_the_hour, grant_id=grant.id, since=now - HOUR)[0]
    if found.count >= many_from(grant.quota_day):
        finding = Finding(rule, found.count, (), found.first, now)
        raise_alert(tx, Asker(received.sender, NO_OFFICER), finding, now)
