"""The capability matrix: who may ask whom what, for which purposes, on one day (MEM-03, MEM-11).

It is computed by asking `permit` about every grant, so what it shows is what is decided and nothing else.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from egnatia.agreements.decision import Allow, Request, permit
from egnatia.agreements.force import declines
from egnatia.model.agreements import Agreement, Grant, Register
from egnatia.model.dna import DnaTerms
from egnatia.model.ids import AgreementId, GrantId, PartnerCode
from egnatia.model.offences import SERIOUSNESS, Seriousness
from egnatia.model.states import PartnerStatus, Purpose, SubjectKind

NOTICE_DAYS = 30
"""How far ahead an end is announced (MEM-11 asks for an alert before the day; the length is this project's own)."""
_GRAVEST = max(SERIOUSNESS, key=lambda offence: SERIOUSNESS[offence])
_ENDS = {PartnerStatus.SUSPENDED: "partner is suspended", PartnerStatus.WITHDRAWN: "partner withdraws"}


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One grant that holds that day, with the terms that come with it.

    Attributes:
        offence_min: the least serious offence for which it may be used.
        deadline_h: hours within which a follow-up is to be answered.
        quota_day: most enquiries a day.
        ends_on: first day on which its agreement is known not to hold any more.
        dna: what a grant on DNA says besides.
        invented: whether the agreement, or a date of it, is invented for the demonstration.
    """

    asker: PartnerCode
    answerer: PartnerCode
    subject: SubjectKind
    purposes: tuple[Purpose, ...]
    grant: GrantId
    agreement: AgreementId
    offence_min: Seriousness
    step_two: bool
    deadline_h: int
    quota_day: int
    ends_on: date | None
    dna: DnaTerms | None
    invented: bool


@dataclass(frozen=True, slots=True)
class Declined:
    """A subject that a partner declines; every route to it is closed."""

    partner: PartnerCode
    subject: SubjectKind
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that stops holding soon, and the grants that fall with it."""

    on: date
    what: str
    reference: str
    grants: tuple[GrantId, ...]


def matrix(register: Register, on: date) -> tuple[MatrixRow, ...]:
    """Every allowed combination of that day, one row per grant, ordered by asker, answerer and subject."""
    rows = [row for grant in register.grants if (row := _row(register, grant, on)) is not None]
    return tuple(sorted(rows, key=lambda row: (row.asker, row.answerer, row.subject, row.grant)))


def _row(register: Register, grant: Grant, on: date) -> MatrixRow | None:
    purposes = tuple(sorted(each for each in grant.purposes if _is_allowed(register, grant, each, on)))
    if not purposes:
        return None
    agreement = register.agreements[grant.agreement]
    return MatrixRow(
        asker=grant.asker,
        answerer=grant.answerer,
        subject=grant.subject,
        purposes=purposes,
        grant=grant.id,
        agreement=grant.agreement,
        offence_min=grant.offence_min,
        step_two=grant.step_two,
        deadline_h=grant.deadline_h,
        quota_day=grant.quota_day,
        ends_on=_end(agreement),
        dna=grant.dna,
        invented=agreement.invented,
    )


def _is_allowed(register: Register, grant: Grant, purpose: Purpose, on: date) -> bool:
    answer = permit(register, Request(grant.asker, grant.answerer, grant.subject, purpose, _GRAVEST, on))
    return isinstance(answer, Allow) and answer.grant.id == grant.id


def _end(agreement: Agreement) -> date | None:
    dates = [each for each in (agreement.suspended_from, agreement.terminated_on) if each is not None]
    return min(dates, default=None)


def declined(register: Register, on: date) -> tuple[Declined, ...]:
    """What each partner declines that day, by the latest declaration it made on the subject."""
    found = {
        (each.partner, each.subject): Declined(each.partner, each.subject, each.since, each.source)
        for each in sorted(register.declarations, key=lambda each: each.since)
        if each.since <= on and declines(register, each.partner, each.subject, on)
    }
    return tuple(found[key] for key in sorted(found))


def ending(register: Register, on: date, days: int = NOTICE_DAYS) -> tuple[Ending, ...]:
    """What stops holding after that day and within `days` days: agreements, and partners' standing."""
    window = (on, on + min(timedelta(days=days), date.max - on))
    found = [*_ending_agreements(register, window), *_ending_partners(register, window)]
    return tuple(sorted(found, key=lambda each: (each.on, each.reference)))


def _ending_agreements(register: Register, window: tuple[date, date]) -> list[Ending]:
    return [
        Ending(end, "agreement ends", each.id, tuple(g.id for g in register.grants if g.agreement == each.id))
        for each in register.agreements.values()
        if (end := _end(each)) is not None and window[0] < end <= window[1]
    ]


def _ending_partners(register: Register, window: tuple[date, date]) -> list[Ending]:
    return [
        Ending(fact.since, _ENDS[fact.status], partner.code, _grants_of(register, partner.code))
        for partner in register.partners.values()
        for fact in partner.statuses
        if fact.status in _ENDS and window[0] < fact.since <= window[1]
    ]


def _grants_of(register: Register, code: PartnerCode) -> tuple[GrantId, ...]:
    return tuple(grant.id for grant in register.grants if code in {grant.asker, grant.answerer})
