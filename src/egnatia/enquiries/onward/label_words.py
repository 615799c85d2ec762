"""New labels of items that are not here yet: an originator's word can overtake the item, which a third passes on.

Two lines end at the receiver, the originator's and the holder's, and nothing keeps them in step. Without a memory an item
that comes after its new label would stand under the old one for good, and a holder could see to it that it does.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from egnatia.agreements.handling import OnwardToken, canonical_bytes, from_text, label_sha256
from egnatia.errors import RefusedError
from egnatia.model.handling import Label
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import label_word

MAX_WORDS = 1_000
"""Words kept of one originator about what we do not hold: more items than wait on any line. Our choice."""
KEEP_WORDS = timedelta(days=100)
"""How long a word is kept: a token is good for 90 days (`deciding.MAX_DAYS`), a message for seven."""


def keep_word(tx: Transaction, originator: PartnerCode, change: tuple[str, str, Label], now: datetime) -> None:
    """Remember the label that a partner gave to an item of its own which is not here.

    Args:
        tx: write transaction.
        originator: who says so.
        change: the item's id, the hash of the label before, and the new one.
        now: the moment.

    Raises:
        RefusedError: HANDLING_FORBIDS for somebody else's item, HANDLING_UNKNOWN where the word before was another one,
            or QUOTA_EXCEEDED.
    """
    item, old_sha256, label = change
    if label.originators != {originator}:
        raise RefusedError(RefusalReason.HANDLING_FORBIDS, "only the originator of an item changes its label")
    known = word_about(tx, originator, item)
    if known is not None and label_sha256(known) not in (old_sha256, label_sha256(label)):
        raise RefusedError(RefusalReason.HANDLING_UNKNOWN, "the item has another label here than the one to be changed")
    values = {"label": canonical_bytes(label).decode(), "received_at": now}
    mine = (label_word.c.originator == originator) & (label_word.c.item == item)
    if known is not None:
        tx.execute(update(label_word).where(mine).values(values))
        return
    theirs = select(func.count()).select_from(label_word).where(label_word.c.originator == originator)
    if int(tx.execute(theirs).scalar_one()) >= MAX_WORDS:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"we keep {MAX_WORDS} labels of items that are not here")
    tx.execute(label_word.insert(), values | {"originator": originator, "item": item})


def word_about(tx: Transaction, originator: PartnerCode, item: str) -> Label | None:
    """The label that an originator told us of an item which was not here."""
    mine = (label_word.c.originator == originator) & (label_word.c.item == item)
    text = tx.execute(select(label_word.c.label).where(mine)).scalar()
    return None if text is None else from_text(text)


def check_word(tx: Transaction, token: OnwardToken) -> None:
    """Require that a token is for the label that the item has now, as far as its originator told us.

    Raises:
        RefusedError: ONWARD_NOT_ALLOWED.
    """
    known = word_about(tx, token.issuer, token.item)
    if known is not None and label_sha256(known) != token.label_sha256:
        raise RefusedError(
            RefusalReason.ONWARD_NOT_ALLOWED,
            "its originator has given the item another label since this token",
            hint="Ask the originator for a token for the item as it is now.",
        )


def forget_word(tx: Transaction, originator: PartnerCode, item: str) -> None:
    """The item is here and has its label itself."""
    mine = (label_word.c.originator == originator) & (label_word.c.item == item)
    tx.execute(label_word.delete().where(mine))


def forget_words(tx: Transaction, now: datetime) -> int:
    """Forget the words about items that cannot come any more; returns how many."""
    return tx.execute(label_word.delete().where(label_word.c.received_at < now - KEEP_WORDS)).rowcount
