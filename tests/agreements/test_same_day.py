"""Several dates on one day, agreements that overlap, midnight, time zones: one day has one answer, at every node.

Everything is built by hand from one register in which everything is allowed (`test_permit.whole`), and changed in the one
place that the test is about.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agreements.drawn_registers import registers
from tests.agreements.test_permit import ASKED, DAY, ONE, TWO, whole

from egnatia.agreements import Allow, Refusal, Request, declined, ending, matrix, permit
from egnatia.agreements.admission.lists import Standing, stops_on, validity
from egnatia.agreements.checks import check_register
from egnatia.agreements.force import lapse, stance_on, status_on
from egnatia.errors import InputError
from egnatia.model.agreements import Agreement, Bar, Declaration, Grant, Partner, Party, Register, StatusFact
from egnatia.model.ids import AgreementId, GrantId, PartnerCode
from egnatia.model.states import LegalForce, PartnerStatus, Purpose, RefusalReason, Stance, SubjectKind

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
LAWS = settings(deadline=None, derandomize=True, max_examples=30)


def answer(register: Register, on: date = DAY, request: Request = ASKED) -> str:
    found = permit(register, replace(request, on=on))
    return found.grant.id if isinstance(found, Allow) else found.reason.value


def around(register: Register, request: Request = ASKED) -> tuple[str, str, str]:
    return answer(register, BEFORE, request), answer(register, DAY, request), answer(register, AFTER, request)


def agreement(register: Register) -> Agreement:
    return next(iter(register.agreements.values()))


def dated(register: Register, **changes: object) -> Register:
    """The one agreement of a register with other dates."""
    made = replace(agreement(register), **changes)  # type: ignore[arg-type]
    return replace(register, agreements={made.id: made})


def in_force(*days: date | None) -> tuple[Party, ...]:
    return tuple(Party(code, None, None, day) for code, day in zip((ONE, TWO), days, strict=True))


def standing(register: Register, code: PartnerCode, *facts: tuple[PartnerStatus, date]) -> Register:
    made = Partner(code, (code,), tuple(StatusFact(status, day, "test") for status, day in facts))
    return replace(register, partners={**register.partners, code: made})


# One agreement, several dates.


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"parties": in_force(DAY, DAY)}, ("AGREEMENT_NOT_IN_FORCE", "g", "g")),
        ({"parties": in_force(BEFORE, DAY)}, ("AGREEMENT_NOT_IN_FORCE", "g", "g")),
        ({"parties": in_force(DAY, BEFORE)}, ("AGREEMENT_NOT_IN_FORCE", "g", "g")),
        ({"parties": in_force(DAY, None)}, ("AGREEMENT_NOT_IN_FORCE",) * 3),
        ({"terminated_on": DAY}, ("g", "AGREEMENT_TERMINATED", "AGREEMENT_TERMINATED")),
        ({"suspended_from": DAY}, ("g", "AGREEMENT_SUSPENDED", "AGREEMENT_SUSPENDED")),
        ({"suspended_from": DAY, "terminated_on": DAY}, ("g", "AGREEMENT_SUSPENDED", "AGREEMENT_SUSPENDED")),
        ({"suspended_from": AFTER, "terminated_on": DAY}, ("g", "AGREEMENT_TERMINATED", "AGREEMENT_SUSPENDED")),
        (
            {"parties": in_force(DAY, DAY), "terminated_on": DAY},
            ("AGREEMENT_NOT_IN_FORCE", "AGREEMENT_TERMINATED", "AGREEMENT_TERMINATED"),
        ),
        (
            {"parties": in_force(AFTER, DAY), "terminated_on": DAY},
            ("AGREEMENT_NOT_IN_FORCE", "AGREEMENT_NOT_IN_FORCE", "AGREEMENT_TERMINATED"),
        ),
        (
            {"parties": in_force(DAY, DAY), "suspended_from": AFTER},
            ("AGREEMENT_NOT_IN_FORCE", "g", "AGREEMENT_SUSPENDED"),
        ),
        ({"parties": in_force(date.min, date.max)}, ("AGREEMENT_NOT_IN_FORCE",) * 3),
        ({"terminated_on": date.min}, ("AGREEMENT_TERMINATED",) * 3),
        ({"terminated_on": date.max}, ("g",) * 3),
    ],
)
def test_what_begins_and_ends_on_one_day_does_not_hold_on_it(
    changes: dict[str, object], expected: tuple[str, str, str]
) -> None:
    assert around(dated(whole(), **changes)) == expected


@pytest.mark.parametrize("on", [date.min, date.max, date(1582, 10, 15), date(2024, 2, 29), date(2100, 2, 28)])
def test_days_at_the_ends_of_the_calendar_are_answered_and_no_fault(on: date) -> None:
    register = whole()
    assert answer(register, on) == ("g" if on >= date(2025, 1, 1) else "UNKNOWN_PARTNER")
    matrix(register, on)
    declined(register, on)
    ending(register, on)


# A partner's standing.


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([(PartnerStatus.MEMBER, BEFORE), (PartnerStatus.SUSPENDED, DAY)], ("g", "PARTNER_SUSPENDED")),
        ([(PartnerStatus.MEMBER, BEFORE), (PartnerStatus.WITHDRAWN, DAY)], ("g", "PARTNER_WITHDRAWN")),
        ([(PartnerStatus.SUSPENDED, BEFORE), (PartnerStatus.MEMBER, DAY)], ("PARTNER_SUSPENDED", "g")),
        ([(PartnerStatus.WITHDRAWN, BEFORE), (PartnerStatus.CANDIDATE, DAY)], ("PARTNER_WITHDRAWN", "g")),
        ([(PartnerStatus.MEMBER, DAY)], ("UNKNOWN_PARTNER", "g")),
        ([(PartnerStatus.SUSPENDED, DAY)], ("UNKNOWN_PARTNER", "PARTNER_SUSPENDED")),
    ],
)
@pytest.mark.parametrize("code", [ONE, TWO])
def test_a_standing_changes_with_its_day_for_who_asks_and_who_is_asked(
    code: PartnerCode, facts: list[tuple[PartnerStatus, date]], expected: tuple[str, str]
) -> None:
    assert around(standing(whole(), code, *facts))[:2] == expected


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_facts_are_written_down_decides_nothing(order: tuple[int, ...]) -> None:
    """A file may name them in any order; `max` over days is the same as reading them in the order of time."""
    facts = [(PartnerStatus.SUSPENDED, BEFORE), (PartnerStatus.MEMBER, DAY), (PartnerStatus.WITHDRAWN, AFTER)]
    register = standing(whole(), TWO, *[facts[place] for place in order])
    assert around(register) == ("PARTNER_SUSPENDED", "g", "PARTNER_WITHDRAWN")
    assert status_on(register.partners[TWO], BEFORE - timedelta(days=1)) is None


def test_suspended_and_withdrawn_on_one_day_is_no_register() -> None:
    twice = standing(whole(), TWO, (PartnerStatus.SUSPENDED, DAY), (PartnerStatus.WITHDRAWN, DAY))
    with pytest.raises(InputError):
        check_register(twice)


@pytest.mark.parametrize("one", list(PartnerStatus))
@pytest.mark.parametrize("two", list(PartnerStatus))
def test_of_two_bad_standings_the_one_named_does_not_depend_on_who_asks(one: PartnerStatus, two: PartnerStatus) -> None:
    """Two nodes with one register give one reason; which of the two partners it is about is in the words only."""
    register = standing(standing(whole(), ONE, (one, BEFORE)), TWO, (two, BEFORE))
    there = replace(ASKED, asker=TWO, answerer=ONE)
    here, back = permit(register, ASKED), permit(register, there)
    bad = {PartnerStatus.SUSPENDED, PartnerStatus.WITHDRAWN} & {one, two}
    assert isinstance(here, Refusal) == bool(bad)
    if isinstance(here, Refusal) and isinstance(back, Refusal):
        assert here.reason is back.reason
        worst = PartnerStatus.WITHDRAWN if PartnerStatus.WITHDRAWN in bad else PartnerStatus.SUSPENDED
        assert here.reason.value == f"PARTNER_{worst.value.upper()}"


def test_the_same_partner_is_refused_as_such_before_its_standing_is_looked_at() -> None:
    register = standing(whole(), ONE, (PartnerStatus.WITHDRAWN, BEFORE))
    assert answer(register, request=replace(ASKED, answerer=ONE)) == "SAME_PARTNER"


# This node's own bars.


@pytest.mark.parametrize("status", list(PartnerStatus))
@pytest.mark.parametrize(
    "reason",
    [
        RefusalReason.PARTNER_WITHDRAWN,
        RefusalReason.PARTNER_SUSPENDED,
        RefusalReason.NOT_ADMITTED,
        RefusalReason.MEMBERSHIP_EXPIRED,
    ],
)
def test_a_bar_and_a_standing_of_one_day_give_the_reason_that_comes_first(
    status: PartnerStatus, reason: RefusalReason
) -> None:
    register = replace(standing(whole(), TWO, (status, DAY)), bars=(Bar(TWO, reason, DAY, "test"),))
    found = answer(register)
    by_register = {PartnerStatus.SUSPENDED: "PARTNER_SUSPENDED", PartnerStatus.WITHDRAWN: "PARTNER_WITHDRAWN"}
    possible = [each for each in (by_register.get(status), reason.value) if each]
    order = [each.value for each in RefusalReason]
    assert found == min(possible, key=order.index)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_bars_decides_nothing(order: tuple[int, ...]) -> None:
    bars = [
        Bar(TWO, RefusalReason.MEMBERSHIP_EXPIRED, BEFORE, "list"),
        Bar(TWO, RefusalReason.NOT_ADMITTED, DAY, "candidate"),
        Bar(ONE, RefusalReason.PARTNER_SUSPENDED, AFTER, "suspended"),
    ]
    register = replace(whole(), bars=tuple(bars[place] for place in order))
    assert around(register) == ("MEMBERSHIP_EXPIRED", "NOT_ADMITTED", "PARTNER_SUSPENDED")


def test_a_bar_of_a_stranger_stops_nobody() -> None:
    bars = tuple(
        Bar(PartnerCode("ZZZ"), reason, date.min, "test")
        for reason in (RefusalReason.PARTNER_SUSPENDED, RefusalReason.MEMBERSHIP_EXPIRED)
    )
    assert answer(replace(whole(), bars=bars)) == "g"


# Two agreements.


def second(register: Register, number: int = 2, **changes: object) -> Agreement:
    return replace(agreement(register), id=AgreementId(f"x{number}"), **changes)  # type: ignore[arg-type]


def both(register: Register, other: Agreement, *grants: Grant) -> Register:
    return replace(register, agreements={**register.agreements, other.id: other}, grants=(*register.grants, *grants))


def of(register: Register, other: Agreement, **changes: object) -> Grant:
    made = replace(register.grants[0], id=GrantId("g2"), agreement=other.id)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_successor_takes_over_at_one_midnight_and_no_question_falls_between() -> None:
    register = dated(whole(), terminated_on=DAY)
    other = second(register, parties=in_force(DAY, DAY), terminated_on=None)
    register = both(register, other, of(register, other))
    check_register(register)
    assert around(register) == ("g", "g2", "g2")


@pytest.mark.parametrize("gap", [1, 2])
def test_a_gap_between_two_agreements_is_a_gap(gap: int) -> None:
    register = dated(whole(), terminated_on=DAY)
    begins = DAY + timedelta(days=gap)
    other = second(register, parties=in_force(begins, begins), terminated_on=None)
    register = both(register, other, of(register, other))
    for days in range(gap):
        assert answer(register, DAY + timedelta(days=days)) == "AGREEMENT_NOT_IN_FORCE"
    assert answer(register, begins) == "g2"


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_that_lapsed_the_reason_does_not_depend_on_their_order(order: int) -> None:
    register = dated(whole(), terminated_on=DAY)
    other = second(register, suspended_from=DAY, terminated_on=None)
    register = both(register, other, of(register, other))
    named = dict(list(register.agreements.items())[::order])
    register = replace(register, agreements=named, grants=register.grants[::order])
    assert answer(register) == "AGREEMENT_SUSPENDED"


@pytest.mark.parametrize("days", [1, 30])
def test_one_day_on_which_both_would_answer_is_refused_before_it_comes(days: int) -> None:
    register = dated(whole(), terminated_on=DAY)
    begins = DAY - timedelta(days=days)
    other = second(register, parties=in_force(begins, begins), terminated_on=None)
    with pytest.raises(InputError) as refused:
        check_register(both(register, other, of(register, other)))
    assert "both let" in refused.value.message


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"subject": SubjectKind.PERSON}, True),
        ({"purposes": frozenset({Purpose.RETURN})}, True),
        ({"asker": TWO, "answerer": ONE}, True),
        ({"purposes": frozenset({Purpose.RETURN, Purpose.INVESTIGATION})}, False),
        ({"step_two": False}, False),
        ({"quota_day": 999}, False),
    ],
)
def test_two_grants_at_once_differ_in_what_is_asked_or_are_refused(changes: dict[str, object], allowed: bool) -> None:  # noqa: FBT001
    register = whole()
    other = second(register)
    made = both(register, other, of(register, other, **changes))
    if allowed:
        check_register(made)
        assert answer(made) == "g"
    else:
        with pytest.raises(InputError):
            check_register(made)


def test_an_agreement_that_carries_nothing_for_this_pair_does_not_lend_it_its_grant() -> None:
    """Three parties, one of them not bound: its grants with the others say nothing, and no other agreement fills in."""
    register = whole()
    third = PartnerCode("CCC")
    parties = (*in_force(date(2025, 1, 1), date(2025, 1, 1)), Party(third, date(2025, 1, 1), None, None))
    wide = second(register, parties=parties, multilateral=True)
    register = standing(register, third, (PartnerStatus.MEMBER, date(2025, 1, 1)))
    register = both(register, wide, of(register, wide, asker=third, answerer=TWO))
    assert answer(register, request=replace(ASKED, asker=third)) == "AGREEMENT_NOT_IN_FORCE"
    assert answer(register, request=replace(ASKED, answerer=third)) == "AGREEMENT_NOT_IN_FORCE"
    assert answer(register) == "g"


@pytest.mark.parametrize("force", [each for each in LegalForce if each.value not in ("treaty", "binding_agreement")])
def test_words_beside_a_treaty_that_lapsed_do_not_carry_its_grants_on(force: LegalForce) -> None:
    register = dated(whole(), terminated_on=DAY)
    words = second(register, force=force, terminated_on=None)
    assert answer(both(register, words)) == "AGREEMENT_TERMINATED"


# Declarations.


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_latest_word_of_a_day_counts_in_whatever_order_they_stand(order: tuple[int, ...]) -> None:
    words = [
        Declaration(TWO, SubjectKind.DNA, Stance.DECLINES, BEFORE, "test"),
        Declaration(TWO, SubjectKind.DNA, Stance.OFFERS, DAY, "test"),
        Declaration(TWO, SubjectKind.DNA, Stance.DECLINES, AFTER, "test"),
    ]
    register = replace(whole(), declarations=tuple(words[place] for place in order))
    assert around(register) == ("PARTNER_DECLINED", "g", "PARTNER_DECLINED")
    assert [len(declined(register, day)) for day in (BEFORE, DAY, AFTER)] == [1, 0, 1]
    assert stance_on(register, TWO, SubjectKind.DNA, BEFORE - timedelta(days=1)) is None


def test_two_words_on_one_day_are_no_register() -> None:
    words = [Declaration(TWO, SubjectKind.DNA, stance, DAY, "test") for stance in (Stance.OFFERS, Stance.DECLINES)]
    with pytest.raises(InputError):
        check_register(replace(whole(), declarations=tuple(words)))


# What is shown is what is decided.


@LAWS
@given(registers(), st.dates(date(2024, 12, 30), date(2025, 1, 8)))
def test_the_matrix_of_any_day_is_what_permit_says_of_that_day(register: Register, on: date) -> None:
    shown = {
        (row.asker, row.answerer, row.subject, purpose): row for row in matrix(register, on) for purpose in row.purposes
    }
    for grant, purpose in product(register.grants, Purpose):
        asked = Request(grant.asker, grant.answerer, grant.subject, purpose, ASKED.offence, on)
        found = permit(register, asked)
        row = shown.get((grant.asker, grant.answerer, grant.subject, purpose))
        if isinstance(found, Allow):
            assert row is not None
            assert row.grant == found.grant.id
        elif row is not None:
            assert found.reason is RefusalReason.OFFENCE_BELOW_THRESHOLD


@LAWS
@given(registers(), st.dates(date(2024, 12, 30), date(2025, 1, 8)))
def test_what_ends_tomorrow_is_announced_today(register: Register, on: date) -> None:
    """Whatever was allowed yesterday and is not allowed today by an end, stood in yesterday's announcement of a day."""
    before, said = on - timedelta(days=1), {each.reference for each in ending(register, on - timedelta(days=1), 1)}
    for grant in register.grants:
        for purpose in grant.purposes:
            asked = Request(grant.asker, grant.answerer, grant.subject, purpose, ASKED.offence, before)
            then, now = permit(register, asked), permit(register, replace(asked, on=on))
            if (
                isinstance(then, Allow)
                and isinstance(now, Refusal)
                and now.reason is not RefusalReason.PARTNER_DECLINED
            ):
                assert said & {then.grant.agreement, grant.asker, grant.answerer}


@LAWS
@given(registers(), st.dates(date(2024, 12, 30), date(2025, 1, 8)))
def test_an_agreement_holds_for_both_directions_alike(register: Register, on: date) -> None:
    for each in register.agreements.values():
        for one, other in permutations([party.partner for party in each.parties], 2):
            assert lapse(each, (one, other), on) is lapse(each, (other, one), on)


# The end of a membership list.


def ended(hour: str) -> datetime:
    return datetime.fromisoformat(f"2025-06-15T{hour}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "first"),
    [
        ("00:00:00", date(2025, 7, 15)),
        ("00:00:00.000001", date(2025, 7, 16)),
        ("12:00:00", date(2025, 7, 16)),
        ("23:59:59.999999", date(2025, 7, 16)),
    ],
)
def test_all_days_of_grace_are_given_whole(hour: str, first: date) -> None:
    until = ended(hour)
    assert stops_on(until, 30) == first
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
    assert midnight - until >= timedelta(days=30)
    assert midnight - until < timedelta(days=31)


@pytest.mark.parametrize("hour", ["00:00:00", "03:00:00", "12:00:00", "23:59:59"])
@pytest.mark.parametrize("grace", [0, 1, 30])
def test_what_is_shown_of_a_list_changes_at_the_midnight_at_which_questions_stop(hour: str, grace: int) -> None:
    """The page said `EXPIRED, questions stop 30 days later` while they were refused already (for up to a day)."""
    until = ended(hour)
    bar = Bar(TWO, RefusalReason.MEMBERSHIP_EXPIRED, stops_on(until, grace), "test")
    register = replace(whole(), bars=(bar,))
    for minutes in range(-120, 3 * 1440, 17):
        now = until + timedelta(days=grace, minutes=minutes)
        refused = answer(register, now.date()) == "MEMBERSHIP_EXPIRED"
        assert refused == (validity(until, now, 30, grace) is Standing.STOPPED)


@pytest.mark.parametrize("hours", [-12, -3, 2, 5.75, 14])
def test_the_end_of_a_list_is_one_moment_in_every_zone(hours: float) -> None:
    until, zone = ended("23:30:00"), timezone(timedelta(hours=hours))
    assert stops_on(until.astimezone(zone), 30) == stops_on(until, 30)
    for days in (-40, -10, 0, 29, 30, 31):
        now = until + timedelta(days=days)
        assert validity(until.astimezone(zone), now.astimezone(zone), 30, 30) is validity(until, now, 30, 30)


def test_a_longer_grace_never_stops_sooner() -> None:
    for until in (ended("00:00"), ended("07:30")):
        stops = [stops_on(until, days) for days in range(40)]
        assert stops == sorted(set(stops))
