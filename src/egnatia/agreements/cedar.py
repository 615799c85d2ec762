"""The register as Cedar policies: the same agreements in a language that has an engine of its own.

Two uses. An engine by other people decides the same questions, as an oracle that shares no line with `permit`
(`bench/cedar.py`, `tests/agreements/test_cedar_oracle.py`). And a ministry can read, diff and check with Cedar's own
tools what its node allows. This node never decides by Cedar; `permit` does (ADR 0020).

Each grant is one `permit` with the grant's id, each state of affairs that stops a partner or a route is one `forbid`,
and what nothing permits is denied. A day is written as the number YYYYMMDD, which Cedar compares as a Long.
"""

import json
from collections.abc import Iterator
from datetime import date

from egnatia.agreements.decision import Request
from egnatia.agreements.force import BINDING
from egnatia.model.agreements import Agreement, Bar, Declaration, Grant, Partner, Register
from egnatia.model.ids import PartnerCode
from egnatia.model.offences import SERIOUSNESS
from egnatia.model.states import PartnerStatus, RefusalReason, Stance

SCHEMA = """\
entity Partner;
type Question = {subject: String, purpose: String, seriousness: Long, on: Long};
action ask, ask_core_data appliesTo {principal: Partner, resource: Partner, context: Question};
"""
"""What a question looks like; Cedar refuses policies that use anything else."""
_STOPPED = {PartnerStatus.SUSPENDED: "suspended", PartnerStatus.WITHDRAWN: "withdrawn"}
_BARRED = {
    RefusalReason.PARTNER_SUSPENDED: "suspended",
    RefusalReason.PARTNER_WITHDRAWN: "withdrawn",
    RefusalReason.NOT_ADMITTED: "not_admitted",
    RefusalReason.MEMBERSHIP_EXPIRED: "membership_expired",
}
"""What a node's own bars can say; another reason is a programming error and no policy is written for it."""


def day_number(day: date) -> int:
    """A day as the number YYYYMMDD: readable, and in the order of the days."""
    return day.year * 10_000 + day.month * 100 + day.day


def cedar_policies(register: Register) -> str:
    """Every grant and every obstacle of a register, in Cedar's policy language.

    Returns:
        Policies that are valid against `SCHEMA`. The annotation `@id` is the grant's id for a `permit`; for a `forbid`
        it says what stops the question: `same_partner`, `unknown`, `suspended`, `withdrawn`, `not_admitted`,
        `membership_expired` or `declined`. What the node's membership forbids stands there as well.
    """
    parts = ['@id("same_partner")\nforbid (principal, action, resource) when { principal == resource };']
    for partner in register.partners.values():
        parts += _standing(partner)
    parts += [_bar(each) for each in register.bars]
    parts += _declarations(register)
    parts += [
        _permission(register.agreements[grant.agreement], grant) for grant in register.grants if _binds(register, grant)
    ]
    return "\n\n".join(parts) + "\n"


def cedar_request(request: Request) -> dict[str, object]:
    """A question as an engine for Cedar takes it: principal, action, resource and context."""
    return {
        "principal": f"Partner::{_text(request.asker)}",
        "action": f"Action::{_text('ask_core_data' if request.step_two else 'ask')}",
        "resource": f"Partner::{_text(request.answerer)}",
        "context": {
            "subject": request.subject.value,
            "purpose": request.purpose.value,
            "seriousness": int(SERIOUSNESS.get(request.offence, 0)),
            "on": day_number(request.on),
        },
    }


def _binds(register: Register, grant: Grant) -> bool:
    return register.agreements[grant.agreement].force in BINDING


def _text(value: str) -> str:
    """A Cedar string: codes and ids hold nothing that would need more than JSON's escapes."""
    return json.dumps(value)


def _permission(agreement: Agreement, grant: Grant) -> str:
    """One grant, for as long as its agreement holds between the two."""
    actions = '[Action::"ask", Action::"ask_core_data"]' if grant.step_two else '[Action::"ask"]'
    conditions = [
        f"context.subject == {_text(grant.subject.value)}",
        f"[{', '.join(_text(each.value) for each in sorted(grant.purposes))}].contains(context.purpose)",
        f"context.seriousness >= {int(grant.offence_min)}",
        *_force(agreement, grant),
    ]
    head = (
        f"principal == Partner::{_text(grant.asker)}, action in {actions}, resource == Partner::{_text(grant.answerer)}"
    )
    return f"@id({_text(grant.id)})\npermit ({head})\nwhen {{\n  " + " &&\n  ".join(conditions) + "\n};"


def _force(agreement: Agreement, grant: Grant) -> Iterator[str]:
    """From when and until when the agreement holds; a party for which it never entered into force makes it `false`."""
    for code in (grant.asker, grant.answerer):
        begins = [each.in_force for each in agreement.parties if each.partner == code and each.in_force is not None]
        yield f"context.on >= {day_number(min(begins))}" if begins else "false"
    for end in (agreement.suspended_from, agreement.terminated_on):
        if end is not None:
            yield f"context.on < {day_number(end)}"


def _standing(partner: Partner) -> Iterator[str]:
    """What stops a partner: not known yet, suspended or withdrawn, each from a day to a day."""
    facts = sorted(partner.statuses, key=lambda each: each.since)
    me = _about(partner.code)
    if facts:
        yield _forbid("unknown", f"{me} && context.on < {day_number(facts[0].since)}")
    for number, fact in enumerate(facts):
        if fact.status in _STOPPED:
            later = facts[number + 1].since if number + 1 < len(facts) else None
            yield _forbid(_STOPPED[fact.status], f"{me} && {_between(fact.since, later)}")


def _declarations(register: Register) -> Iterator[str]:
    """Where a partner's latest word on a subject is that it declines it."""
    words = sorted(register.declarations, key=lambda each: each.since)
    for number, word in enumerate(words):
        if word.stance is Stance.DECLINES:
            later = next((each.since for each in words[number + 1 :] if _same_route(each, word)), None)
            about = f"resource == Partner::{_text(word.partner)} && context.subject == {_text(word.subject.value)}"
            yield _forbid("declined", f"{about} && {_between(word.since, later)}")


def _same_route(one: Declaration, other: Declaration) -> bool:
    return (one.partner, one.subject) == (other.partner, other.subject)


def _bar(bar: Bar) -> str:
    """What this node's membership forbids of a partner, from a day on."""
    return _forbid(_BARRED[bar.reason], f"{_about(bar.partner)} && {_between(bar.since, None)}")


def _about(code: PartnerCode) -> str:
    """Whether a partner asks or is asked."""
    return f"(principal == Partner::{_text(code)} || resource == Partner::{_text(code)})"


def _between(first: date, later: date | None) -> str:
    starts = f"context.on >= {day_number(first)}"
    return starts if later is None else f"{starts} && context.on < {day_number(later)}"


def _forbid(name: str, condition: str) -> str:
    return f'@id("{name}")\nforbid (principal, action, resource) when {{ {condition} }};'
