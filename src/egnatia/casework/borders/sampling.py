"""The random sample for further checks: drawn by a recorded seed, so that nobody's choice hides behind chance (BCC-03).

The seed of a day is drawn before the first person of the day and kept; the n-th person is sampled exactly when the hash
of seed and n says so. Afterwards anybody can work out which numbers had to be sampled and see that these were.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from egnatia.errors import InputError
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import border_lot, border_sample

MOST = 10_000
"""The thinnest sample: one person in so many; thinner ones would be empty on most days."""
_SEED_BYTES = 32
_TODAY = Prepared(
    select(border_sample.c.seed, border_sample.c.one_in, border_sample.c.drawn).where(
        border_sample.c.bcp == bindparam("bcp"), border_sample.c.day == bindparam("day")
    )
)
_BEGIN = insert_into(border_sample)
_DRAW = Prepared(
    border_sample.update()
    .where(border_sample.c.bcp == bindparam("at_bcp"), border_sample.c.day == bindparam("on_day"))
    .values(drawn=border_sample.c.drawn + 1)
)


@dataclass(frozen=True, slots=True)
class Draw:
    """One person's lot: the number of the day, and whether it was drawn."""

    number: int
    sampled: bool


def is_sampled(seed: str, number: int, one_in: int) -> bool:
    """Whether the `number`-th person of the day is sampled: SHA-256 of seed and number, modulo `one_in`, is zero."""
    digest = hashlib.sha256(f"{seed}:{number}".encode()).digest()
    return int.from_bytes(digest, "big") % one_in == 0


def draw(tx: Transaction, bcp: str, day: date, one_in: int) -> Draw:
    """Draw for the next person of the day. What the day began with holds until its end, whatever is asked later.

    Raises:
        InputError: the sample is thicker than everybody or thinner than one in MOST.
    """
    if not 1 <= one_in <= MOST:
        raise InputError(f"a sample is one person in 1 to {MOST}")
    row = tx.row(_TODAY, bcp=bcp, day=day)
    if row is None:
        seed, drawn = tx.randomness.randbytes(_SEED_BYTES).hex(), 0
        tx.put(_BEGIN, {"bcp": bcp, "day": day, "seed": seed, "one_in": one_in, "drawn": 0})
    else:
        seed, one_in, drawn = row.seed, row.one_in, row.drawn
    tx.put(_DRAW, {"at_bcp": bcp, "on_day": day})
    return Draw(drawn + 1, is_sampled(seed, drawn + 1, one_in))


def was_drawn(tx: Transaction, bcp: str, day: date, number: int) -> bool:
    """Whether this number was drawn at the crossing point on the day, and its lot was the sample."""
    row = tx.row(_TODAY, bcp=bcp, day=day)
    return row is not None and 1 <= number <= row.drawn and is_sampled(row.seed, number, row.one_in)


def was_used(tx: Transaction, bcp: str, day: date, number: int) -> bool:
    """Whether somebody was referred for this lot already; whom is not written down."""
    used = (border_lot.c.bcp == bcp) & (border_lot.c.day == day) & (border_lot.c.number == number)
    return tx.execute(select(border_lot.c.number).where(used)).first() is not None


def use_lot(tx: Transaction, bcp: str, day: date, number: int) -> None:
    """Write down that a lot was used, so that it is used once."""
    tx.execute(border_lot.insert(), {"bcp": bcp, "day": day, "number": number})
