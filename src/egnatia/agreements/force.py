"""What holds on a given day: a partner's standing, an agreement's force between two parties, a declaration.

Every date is the first day on which the fact holds. A day is a calendar day in UTC, at every node and for every
partner, so that both ends judge a moment alike; the caller names the day, nothing here reads a clock.
"""

from collections.abc import Iterable
from datetime import date

from egnatia.model.agreements import Agreement, Declaration, Partner, Register
from egnatia.model.ids import PartnerCode
from egnatia.model.states import LegalForce, PartnerStatus, RefusalReason, Stance, SubjectKind

BINDING = frozenset({LegalForce.TREATY, LegalForce.BINDING_AGREEMENT})
"""The only instruments that can carry a grant (MEM-02)."""


def status_on(partner: Partner, on: date) -> PartnerStatus | None:
    """The partner's standing that day, or `None` before its first fact."""
    past = [fact for fact in partner.statuses if fact.since <= on]
    return max(past, key=lambda fact: fact.since).status if past else None


def binds(agreement: Agreement, partner: PartnerCode, on: date) -> bool:
    """Whether the partner is a party for which the agreement has entered into force by that day (MEM-04)."""
    return any(
        party.partner == partner and party.in_force is not None and party.in_force <= on for party in agreement.parties
    )


def is_between(agreement: Agreement, one: PartnerCode, other: PartnerCode) -> bool:
    """Whether both partners are parties, in force for them or not."""
    return {one, other} <= {party.partner for party in agreement.parties}


def lapse(agreement: Agreement, pair: tuple[PartnerCode, PartnerCode], on: date) -> RefusalReason | None:
    """Why the agreement does not hold between the two that day, or `None` when it does.

    An agreement suspended or terminated holds no longer on the very day of its suspension or termination.
    """
    if not all(binds(agreement, partner, on) for partner in pair):
        return RefusalReason.AGREEMENT_NOT_IN_FORCE
    if agreement.suspended_from is not None and agreement.suspended_from <= on:
        return RefusalReason.AGREEMENT_SUSPENDED
    if agreement.terminated_on is not None and agreement.terminated_on <= on:
        return RefusalReason.AGREEMENT_TERMINATED
    return None


def stance_on(register: Register, partner: PartnerCode, subject: SubjectKind, on: date) -> Declaration | None:
    """The partner's latest declaration on the subject up to that day."""
    past: Iterable[Declaration] = (
        each
        for each in register.declarations
        if each.partner == partner and each.subject is subject and each.since <= on
    )
    return max(past, key=lambda each: each.since, default=None)


def declines(register: Register, partner: PartnerCode, subject: SubjectKind, on: date) -> bool:
    """Whether the partner's standing word that day is that it declines the subject (MEM-12)."""
    word = stance_on(register, partner, subject, on)
    return word is not None and word.stance is Stance.DECLINES
