"""Allow exactly when one grant in force says so: judged by an oracle that shares no line with the decision.

The oracle enumerates what is allowed, as a set, straight from the register's facts; the decision is asked about every
combination. Days are the day before, the day of and the day after every date in the register.
"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.agreements.drawn_registers import OFFENCES, agreements, is_valid, registers, requests

import egnatia.scenario
from egnatia.agreements.decision import Allow, Refusal, Request, permit
from egnatia.agreements.parse import parse_register
from egnatia.model.agreements import Agreement, Register
from egnatia.model.ids import GrantId, PartnerCode
from egnatia.model.states import Offence, PartnerStatus, Purpose, RefusalReason, Stance, SubjectKind

DEMO = parse_register((Path(egnatia.scenario.__path__[0]) / "agreements.toml").read_bytes())
REASONS = list(RefusalReason)[: list(RefusalReason).index(RefusalReason.STEP_TWO_NOT_GRANTED) + 1]
Tuple = tuple[str, str, SubjectKind, Purpose, date, Offence, bool]


def every_date(register: Register) -> set[date]:
    named = {fact.since for partner in register.partners.values() for fact in partner.statuses}
    named |= {each.since for each in register.declarations}
    for agreement in register.agreements.values():
        named |= {day for day in (agreement.suspended_from, agreement.terminated_on) if day}
        named |= {party.in_force for party in agreement.parties if party.in_force}
    return {day + timedelta(days=shift) for day in named for shift in (-1, 0, 1)}


def in_good_standing(register: Register, day: date) -> set[str]:
    good: set[str] = set()
    for code, partner in register.partners.items():
        status = None
        for fact in partner.statuses:  # in order of time
            if not fact.since > day:
                status = fact.status
        if status not in {None, PartnerStatus.SUSPENDED, PartnerStatus.WITHDRAWN}:
            good.add(code)
    return good


def refused_subjects(register: Register, day: date) -> set[tuple[str, SubjectKind]]:
    word: dict[tuple[str, SubjectKind], Stance] = {}
    for each in sorted(register.declarations, key=lambda one: one.since):
        if not each.since > day:
            word[each.partner, each.subject] = each.stance
    return {key for key, stance in word.items() if stance == "declines"}


def bound_pairs(agreement: Agreement, day: date) -> set[tuple[str, str]]:
    if agreement.force not in {"treaty", "binding_agreement"}:
        return set()
    if any(end and not end > day for end in (agreement.suspended_from, agreement.terminated_on)):
        return set()
    inside = [party.partner for party in agreement.parties if party.in_force and not party.in_force > day]
    return set(product(inside, inside))


def allowed(register: Register, days: set[date], offences: list[Offence], steps: list[bool]) -> dict[Tuple, str]:
    """Everything that the facts allow, each with the grant that allows it."""
    return {
        (grant.asker, grant.answerer, grant.subject, purpose, day, offence, step): grant.id
        for day in days
        for good, refused in [(in_good_standing(register, day), refused_subjects(register, day))]
        for grant in register.grants
        if (grant.asker, grant.answerer) in bound_pairs(register.agreements[grant.agreement], day)
        if {grant.asker, grant.answerer} <= good and (grant.answerer, grant.subject) not in refused
        for purpose in grant.purposes
        for offence in offences
        if not OFFENCES[offence] < grant.offence_min
        for step in steps
        if grant.step_two or not step
    }


def judge(register: Register, days: set[date], offences: list[Offence], steps: list[bool]) -> int:
    """Ask about every combination, unknown partner included, and compare. Returns how many were allowed."""
    expected, found = allowed(register, days, offences, steps), 0
    codes = [*register.partners, PartnerCode("ZZZ")]
    for asker, answerer, subject, purpose in product(codes, codes, SubjectKind, Purpose):
        for day, offence, step in product(days, offences, steps):
            answer = permit(register, Request(asker, answerer, subject, purpose, offence, day, step))
            grant = expected.get((asker, answerer, subject, purpose, day, offence, step))
            if isinstance(answer, Allow):
                assert answer.grant.id == grant
                found += 1
            else:
                assert grant is None
                assert answer.reason in REASONS
                assert answer.detail
    assert found == len(expected)
    return found


def test_demo_register_on_every_edge_of_every_date() -> None:
    assert judge(DEMO, every_date(DEMO), list(OFFENCES), [False, True]) > 2_000


CHECKED = settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@CHECKED
@given(registers())
def test_drawn_registers_allow_exactly_what_one_grant_in_force_says(register: Register) -> None:
    judge(register, every_date(register), [Offence.ROBBERY], [True])


@CHECKED
@given(registers(), st.lists(requests(), min_size=20, max_size=60), st.integers(0, 7))
def test_removing_a_grant_never_allows_more(register: Register, asked: list[Request], number: int) -> None:
    assume(register.grants)
    gone = register.grants[number % len(register.grants)]
    less = replace(register, grants=tuple(grant for grant in register.grants if grant.id != gone.id))
    for request in asked:
        before, after = permit(register, request), permit(less, request)
        if isinstance(after, Allow):
            assert after == before
        if isinstance(before, Allow) and before.grant.id == gone.id:
            assert isinstance(after, Refusal)


@CHECKED
@given(registers(), st.lists(requests(), min_size=20, max_size=60), agreements(99))
def test_adding_an_agreement_without_grants_never_allows_more(
    register: Register, asked: list[Request], added: Agreement
) -> None:
    more = replace(register, agreements={**register.agreements, added.id: added})
    for request in asked:
        before, after = permit(register, request), permit(more, request)
        assert isinstance(before, Allow) == isinstance(after, Allow)


@CHECKED
@given(registers(), st.lists(requests(), min_size=20, max_size=60))
def test_a_second_grant_for_the_same_question_is_refused_by_the_checks(
    register: Register, asked: list[Request]
) -> None:
    for request in asked:
        answer = permit(register, request)
        if isinstance(answer, Allow):
            twin = replace(answer.grant, id=GrantId("twin"))
            assert not is_valid(replace(register, grants=(*register.grants, twin)))
