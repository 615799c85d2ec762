"""What waits to leave with a profile, taken back: questions about it, answers that may hold it, more loci of it."""

from collections.abc import Collection

from sqlalchemy import select, update

from egnatia.enquiries.dna.messages import DNA_ENQUIRY, DNA_UPGRADE
from egnatia.enquiries.dna.numbers import given
from egnatia.enquiries.followups import IN
from egnatia.exchange.inbox import erase_answers_to
from egnatia.exchange.outbox import withdraw
from egnatia.model.states import AskState, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import ask, dna_search, dna_upgrade, outbox


def recall(tx: Transaction, ref: str, reason: RefusalReason | None = None) -> None:
    """Let nothing leave any more that was written with a profile: it is gone, or it is held back from now on.

    Every copy of an answer to a partner that has a number of it goes, also of answers about others: what is in one only
    its key could say. Such a partner has to ask anew.

    Args:
        tx: write transaction.
        ref: our profile.
        reason: why a question that waits is not asked; none where the profile is gone.
    """
    _take_back_questions(tx, ref, reason)
    numbers = given(tx, ref)
    _take_back_upgrades(tx, [each.number for each in numbers])
    for partner in sorted({each.partner for each in numbers}):
        erase_answers_to(tx, partner, (DNA_ENQUIRY, DNA_UPGRADE))


def _take_back_questions(tx: Transaction, ref: str, reason: RefusalReason | None) -> None:
    waiting = (ask.c.state == AskState.WAITING) & (dna_search.c.ref == ref)
    joined = outbox.join(ask, ask.c.message_id == outbox.c.message_id).join(
        dna_search, dna_search.c.enquiry_id == ask.c.enquiry_id
    )
    rows = tx.execute(select(outbox.c.sha256, outbox.c.message_id).select_from(joined).where(waiting)).all()
    withdraw(tx, [bytes.fromhex(row.sha256) for row in rows])
    mine = ask.c.message_id.in_([row.message_id for row in rows]) & (ask.c.state == AskState.WAITING)
    tx.execute(update(ask).where(mine).values(state=AskState.UNDELIVERABLE, refusal=reason))


def _take_back_upgrades(tx: Transaction, numbers: Collection[str]) -> None:
    mine = (dna_upgrade.c.direction == IN) & dna_upgrade.c.number.in_(sorted(numbers))
    query = select(outbox.c.sha256).join(dna_upgrade, dna_upgrade.c.message_id == outbox.c.message_id)
    withdraw(tx, [bytes.fromhex(each) for each in tx.execute(query.where(mine)).scalars()])
