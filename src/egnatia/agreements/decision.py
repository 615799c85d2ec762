"""`permit`: the one place that says whether a question may be asked, and under which grant.

Default deny. The checks run in the order in which `RefusalReason` lists them and the first one that fails is the
reason, so two nodes with the same register give the same reason for the same question. The asking node and the
answering node both run it (contract of the exchange): neither relies on the other's answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from egnatia.agreements.force import BINDING, declines, lapse, status_on
from egnatia.model.agreements import Agreement, Grant, Register
from egnatia.model.ids import AgreementId, PartnerCode
from egnatia.model.offences import SERIOUSNESS
from egnatia.model.states import Offence, PartnerStatus, Purpose, RefusalReason, SubjectKind

_LAPSES = (
    RefusalReason.AGREEMENT_NOT_IN_FORCE,
    RefusalReason.AGREEMENT_SUSPENDED,
    RefusalReason.AGREEMENT_TERMINATED,
)


@dataclass(frozen=True, slots=True)
class Request:
    """A question that somebody wants to ask.

    Attributes:
        on: the day on which it is asked; what is in force is judged for that day only.
        step_two: whether core data are asked for, after a hit.
    """

    asker: PartnerCode
    answerer: PartnerCode
    subject: SubjectKind
    purpose: Purpose
    offence: Offence
    on: date
    step_two: bool = False


@dataclass(frozen=True, slots=True)
class Allow:
    """Allowed, by exactly this grant."""

    grant: Grant


@dataclass(frozen=True, slots=True)
class Refusal:
    """Not allowed, for exactly this reason; `detail` says the same in a sentence with the names and dates in it."""

    reason: RefusalReason
    detail: str


def permit(register: Register, request: Request) -> Allow | Refusal:
    """Decide whether the register lets the question be asked.

    Returns:
        An allow that names its grant, or a refusal with one of the sixteen reasons from `UNKNOWN_PARTNER` to
        `STEP_TWO_NOT_GRANTED`.
    """
    refusal = _partners(register, request) or _declaration(register, request)
    if refusal is not None:
        return refusal
    route = register.routes.get((request.asker, request.answerer), [])
    directed = [grant for grant in route if grant.subject is request.subject]
    basis = _basis(register, request, directed)
    if isinstance(basis, Refusal):
        return basis
    return _granted([grant for grant in directed if grant.agreement in basis], request)


def _partners(register: Register, request: Request) -> Refusal | None:
    """The first questions: are these two partners, two, and in good standing, by the register and on this node?"""
    pair = (request.asker, request.answerer)
    standing = {code: _standing(register, code, request.on) for code in pair}
    for code in pair:
        if standing[code] is None:
            return Refusal(
                RefusalReason.UNKNOWN_PARTNER, f"the register knows no partner {code} on {request.on.isoformat()}"
            )
    if request.asker == request.answerer:
        return Refusal(RefusalReason.SAME_PARTNER, f"{request.asker} does not ask itself under an agreement")
    for status, reason in (
        (PartnerStatus.WITHDRAWN, RefusalReason.PARTNER_WITHDRAWN),
        (PartnerStatus.SUSPENDED, RefusalReason.PARTNER_SUSPENDED),
    ):
        for code in pair:
            if standing[code] is status:
                return Refusal(reason, f"{code} is {status.value} on {request.on.isoformat()}")
        refusal = _barred(register, pair, request.on, reason)
        if refusal is not None:
            return refusal
    return _barred(register, pair, request.on, RefusalReason.NOT_ADMITTED) or _barred(
        register, pair, request.on, RefusalReason.MEMBERSHIP_EXPIRED
    )


def _barred(register: Register, pair: tuple[PartnerCode, ...], on: date, reason: RefusalReason) -> Refusal | None:
    """What this node's own membership forbids, looked up last and only to forbid."""
    for bar in register.bars:
        if bar.reason is reason and bar.partner in pair and bar.since <= on:
            return Refusal(reason, bar.detail)
    return None


def _standing(register: Register, code: PartnerCode, on: date) -> PartnerStatus | None:
    partner = register.partners.get(code)
    return None if partner is None else status_on(partner, on)


def _declaration(register: Register, request: Request) -> Refusal | None:
    if declines(register, request.answerer, request.subject, request.on):
        return Refusal(
            RefusalReason.PARTNER_DECLINED, f"{request.answerer} has declared that it declines {request.subject.value}"
        )
    return None


def _basis(register: Register, request: Request, directed: list[Grant]) -> frozenset[AgreementId] | Refusal:
    """The agreements that carry the subject between the two and hold that day, or why there is none."""
    shared = register.shared.get((request.asker, request.answerer), [])
    named = {grant.agreement for grant in directed}
    about = [
        each
        for each in shared
        if each.force in BINDING
        and (each.id in named if named else request.subject in register.carried.get(each.id, ()))
    ]
    if not about:
        return _no_basis(shared, request)
    pair = (request.asker, request.answerer)
    lapses = {each.id: lapse(each, pair, request.on) for each in about}
    holding = frozenset(id_ for id_, reason in lapses.items() if reason is None)
    return holding or _lapsed(about, lapses)


def _no_basis(shared: Iterable[Agreement], request: Request) -> Refusal:
    """Say whether there is no instrument for this at all, or only one that binds nobody."""
    pair = (request.asker, request.answerer)
    for each in shared:
        if each.force not in BINDING and lapse(each, pair, request.on) is None:
            return Refusal(
                RefusalReason.BASIS_NOT_BINDING,
                f"what there is between {request.asker} and {request.answerer} for {request.subject.value} is "
                f"{each.title!r}, a {each.force.value}; it can carry no grant",
            )
    return Refusal(
        RefusalReason.NO_AGREEMENT,
        f"no agreement between {request.asker} and {request.answerer} covers {request.subject.value}",
    )


def _lapsed(about: Iterable[Agreement], lapses: dict[AgreementId, RefusalReason | None]) -> Refusal:
    """Of several agreements that do not hold, name the one whose reason comes first in the list."""
    order = [(reason, each) for reason in _LAPSES for each in about if lapses[each.id] is reason]
    reason, agreement = order[0]
    return Refusal(reason, f"{agreement.title!r} ({agreement.id}) does not hold between the two on that day")


def _granted(grants: list[Grant], request: Request) -> Allow | Refusal:
    """The last four questions, on grants for this direction and subject whose agreement holds."""
    who = f"{request.asker} to {request.answerer}, {request.subject.value}"
    if not grants:
        return Refusal(RefusalReason.SUBJECT_NOT_GRANTED, f"no grant lets this be asked ({who})")
    grants = [grant for grant in grants if request.purpose in grant.purposes]
    if not grants:
        return Refusal(RefusalReason.PURPOSE_NOT_GRANTED, f"not for the purpose {request.purpose.value} ({who})")
    grants = [grant for grant in grants if SERIOUSNESS.get(request.offence, 0) >= grant.offence_min]
    if not grants:
        return Refusal(
            RefusalReason.OFFENCE_BELOW_THRESHOLD, f"{request.offence.value} is below the grant's threshold ({who})"
        )
    grants = [grant for grant in grants if grant.step_two or not request.step_two]
    if not grants:
        return Refusal(RefusalReason.STEP_TWO_NOT_GRANTED, f"core data may not be asked for ({who})")
    return Allow(min(grants, key=lambda grant: grant.id))
