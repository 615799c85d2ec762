"""The numbers by which partners know our profiles: drawn at random, another for each agreement and each partner.

Two numbers of one profile have nothing in common, so two partners that lay theirs side by side, or one partner under two
agreements, cannot tell that they are of one profile; only this node's table can. Our own references never leave.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from egnatia.model.agreements import Grant
from egnatia.model.ids import AgreementId, PartnerCode, Randomness
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import dna_change, dna_number, dna_profile

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is taken for a digit, because people read these numbers to one another."""
_BITS = 5
_LETTERS = 26
"""130 bits: nobody guesses a number that was given to somebody else."""
PREFIX = "DNA-"
STAMP_BYTES = 8
_KEEP, _CHANGE = insert_into(dna_number), insert_into(dna_change)
_OF = Prepared(
    select(dna_number.c.number).where(
        dna_number.c.agreement == bindparam("agreement"),
        dna_number.c.partner == bindparam("partner"),
        dna_number.c.ref == bindparam("ref"),
    )
)
_BEHIND = Prepared(
    select(dna_number.c.ref, dna_number.c.partner, dna_number.c.agreement).where(
        dna_number.c.number == bindparam("number")
    )
)
_GIVEN = Prepared(select(dna_number).where(dna_number.c.ref == bindparam("ref")).order_by(dna_number.c.number))
_NEWEST = Prepared(select(dna_change.c.seq).order_by(dna_change.c.seq.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Given:
    """One number of a profile of ours: to whom, under which agreement."""

    number: str
    ref: str
    partner: PartnerCode
    agreement: AgreementId


def fresh_number(randomness: Randomness) -> str:
    """A number that says nothing."""
    drawn = int.from_bytes(randomness.randbytes(17))
    return PREFIX + "".join(_ALPHABET[drawn >> _BITS * place & 31] for place in range(_LETTERS))


def number_for(tx: Transaction, grant: Grant, partner: PartnerCode, ref: str, now: datetime) -> str:
    """The number by which a partner knows this profile under a grant's agreement; drawn the first time."""
    known = tx.row(_OF, agreement=grant.agreement, partner=partner, ref=ref)
    if known is not None:
        return str(known.number)
    number = fresh_number(tx.randomness)
    row = {"number": number, "agreement": grant.agreement, "partner": partner, "ref": ref, "given_at": now}
    tx.put(_KEEP, row)
    return number


def behind(tx: Transaction, number: str) -> Given | None:
    """Which profile of ours a number stands for, and who knows it by that; None for a number that we never gave."""
    row = tx.row(_BEHIND, number=number)
    return row and Given(number, row.ref, PartnerCode(row.partner), AgreementId(row.agreement))


def given(tx: Transaction, ref: str) -> tuple[Given, ...]:
    """Every number of one profile."""
    return tuple(Given(row.number, ref, row.partner, row.agreement) for row in tx.rows(_GIVEN, ref=ref))


def forget_numbers(tx: Transaction, ref: str) -> None:
    """Delete a profile's numbers: what partners still hold of it cannot be traced back any more, not even here."""
    tx.execute(dna_number.delete().where(dna_number.c.ref == ref))


def note_changes(tx: Transaction, refs: Iterable[str], *, gone: bool = False) -> None:
    """Say that profiles came, changed or went, so that every index of this node hears of it at its next use."""
    newest = tx.row(_NEWEST)
    seq = newest.seq if newest else 0
    for number, ref in enumerate(refs, start=seq + 1):
        stamp = tx.randomness.randbytes(STAMP_BYTES).hex()
        tx.put(_CHANGE, {"seq": number, "ref": ref, "gone": gone, "stamp": stamp})


def kind_of(tx: Transaction, ref: str) -> str | None:
    """The kind of a profile that is here; None where there is none."""
    return tx.execute(select(dna_profile.c.kind).where(dna_profile.c.ref == ref)).scalar_one_or_none()
