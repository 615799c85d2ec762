"""Cedar, an engine by other people, decides every question as `permit` does, for the same grant and the same obstacle."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import cedarpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.agreements.drawn_registers import BARRING, registers, requests

import egnatia.scenario
from egnatia.agreements import Allow, Refusal, Request, parse_register, permit
from egnatia.agreements.cedar import SCHEMA, cedar_policies, cedar_request, day_number
from egnatia.model.agreements import Bar, Register
from egnatia.model.ids import PartnerCode
from egnatia.model.states import LegalForce, Offence, PartnerStatus, Purpose, RefusalReason, SubjectKind

DEMO = parse_register((Path(egnatia.scenario.__path__[0]) / "agreements.toml").read_bytes())
OBSTACLES = {
    RefusalReason.SAME_PARTNER: "same_partner",
    RefusalReason.PARTNER_SUSPENDED: "suspended",
    RefusalReason.PARTNER_WITHDRAWN: "withdrawn",
    RefusalReason.NOT_ADMITTED: "not_admitted",
    RefusalReason.MEMBERSHIP_EXPIRED: "membership_expired",
    RefusalReason.PARTNER_DECLINED: "declined",
}
OF_THE_OTHERS = 11
"""Of the questions that a bar does not concern one in so many is asked again: it divides no number of choices, so that
every pair, subject, purpose and day comes up."""
NOBODY = cedarpy.Entities.from_json_str("[]")
Decisions = list[tuple[bool, set[str]]]


def decided(register: Register, asked: Sequence[Request]) -> Decisions:
    """Cedar's verdicts: whether allowed, and the ids of the policies that decided."""
    policies = cedar_policies(register)
    valid = cedarpy.validate_policies(policies, SCHEMA)
    assert valid.validation_passed, valid.errors
    results = cedarpy.is_authorized_batch(
        [cedar_request(each) for each in asked], cedarpy.PolicySet.from_str(policies), NOBODY
    )
    assert not any(each.diagnostics.errors for each in results)
    return [(each.allowed, set(each.diagnostics.id_annotations_by_reason.values())) for each in results]


def compare(register: Register, asked: Sequence[Request]) -> int:
    """Fail where the two disagree; returns how many were allowed."""
    return agreeing(register, asked, decided(register, asked))


def agreeing(register: Register, asked: Sequence[Request], decisions: Decisions) -> int:
    """The same with what Cedar decided before, perhaps by another register."""
    allowed = 0
    for request, (cedar_allows, named) in zip(asked, decisions, strict=True):
        ours = permit(register, request)
        if isinstance(ours, Allow):
            assert cedar_allows
            assert named == {ours.grant.id}
            allowed += 1
        else:
            assert not cedar_allows, f"{request} is refused for {ours.reason}"
            assert obstacle_named(register, request, ours, named), f"{request}: {ours.reason}, Cedar names {named}"
    return allowed


def obstacle_named(register: Register, request: Request, ours: Refusal, named: set[str]) -> bool:
    """Whether Cedar was stopped by what `permit` gives as its reason."""
    if ours.reason is RefusalReason.UNKNOWN_PARTNER:  # of a code that the register never names, Cedar knows nothing
        return "unknown" in named or not {request.asker, request.answerer} <= set(register.partners)
    return OBSTACLES[ours.reason] in named if ours.reason in OBSTACLES else not named


@lru_cache(maxsize=1)
def edges() -> list[Request]:
    """Every pair, subject, purpose and step of the demonstration, the day before and the day of its turning points."""
    days = [date(2025, 2, 28), date(2025, 3, 1), date(2025, 5, 14), date(2025, 5, 15)]
    return [
        Request(asker, answerer, subject, purpose, offence, day, step_two)
        for asker in DEMO.partners
        for answerer in DEMO.partners
        for subject in SubjectKind
        for purpose in Purpose
        for offence in (Offence.THEFT, Offence.HOMICIDE)
        for day in days
        for step_two in (False, True)
    ]


@lru_cache(maxsize=1)
def demonstration() -> Decisions:
    """What Cedar says to each of the edges; several tests hold something beside it, and Cedar takes seconds."""
    return decided(DEMO, edges())


def test_the_demonstration_is_decided_alike() -> None:
    asked = edges()
    assert agreeing(DEMO, asked, demonstration()) > 500
    assert len(asked) > 25_000


@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(registers(), st.lists(requests(), min_size=30, max_size=80))
def test_drawn_registers_are_decided_alike(register: Register, asked: list[Request]) -> None:
    compare(register, asked)


@pytest.mark.parametrize("status", [PartnerStatus.SUSPENDED, PartnerStatus.WITHDRAWN])
def test_a_disagreement_would_be_seen(status: PartnerStatus) -> None:
    """A register that lost one fact allows what the other stops: the comparison is not blind."""
    code = next(iter(DEMO.partners))
    partner = DEMO.partners[code]
    stopped = replace(
        partner, statuses=(*partner.statuses, replace(partner.statuses[-1], status=status, since=date(2025, 5, 1)))
    )
    other = replace(DEMO, partners={**DEMO.partners, code: stopped})
    asked = [each for each in edges() if isinstance(permit(DEMO, each), Allow)]
    verdicts = [allows for allows, _ in decided(other, asked)]
    assert not all(verdicts)
    assert any(verdicts)
    compare(other, asked)


@pytest.mark.parametrize("reason", BARRING)
def test_what_membership_forbids_is_forbidden_alike(reason: RefusalReason) -> None:
    """From its day on a bar stops every question to and from the partner, and no other."""
    first, barred = date(2025, 5, 15), PartnerCode("XKX")
    some = [
        number
        for number, each in enumerate(edges())
        if barred in (each.asker, each.answerer) or number % OF_THE_OTHERS == 0
    ]
    asked, before = [edges()[number] for number in some], [demonstration()[number] for number in some]
    others = [each for each in asked if barred not in (each.asker, each.answerer)]
    assert {(each.asker, each.answerer) for each in others} == {
        (asker, answerer) for asker in DEMO.partners for answerer in DEMO.partners if barred not in (asker, answerer)
    }
    assert {(each.subject, each.purpose, each.offence, each.on, each.step_two) for each in others} >= {
        (each.subject, each.purpose, each.offence, each.on, each.step_two) for each in edges()
    }
    stopped = replace(DEMO, bars=(Bar(barred, reason, first, "drawn"),))
    decisions = decided(stopped, asked)
    assert 0 < agreeing(stopped, asked, decisions) < agreeing(DEMO, asked, before)
    concerned = [
        (each, allows)
        for each, (allows, _) in zip(asked, decisions, strict=True)
        if barred in (each.asker, each.answerer)
    ]
    assert any(isinstance(permit(stopped, each), Allow) for each, _ in concerned if each.on < first)
    assert not any(allows for each, allows in concerned if each.on >= first)


def test_a_bar_that_is_not_rendered_would_be_seen() -> None:
    """The comparison is not blind to bars: Cedar without them allows what this node refuses."""
    bar = Bar(PartnerCode("XKX"), RefusalReason.NOT_ADMITTED, date(2025, 1, 1), "drawn")
    with pytest.raises(AssertionError):
        agreeing(replace(DEMO, bars=(bar,)), edges(), demonstration())


def test_a_grant_on_words_that_bind_nobody_is_not_rendered() -> None:
    grant = DEMO.grants[0]
    loose = replace(DEMO.agreements[grant.agreement], force=LegalForce.MOU)
    text = cedar_policies(replace(DEMO, agreements={**DEMO.agreements, loose.id: loose}))
    assert f'"{grant.id}"' in cedar_policies(DEMO)
    assert f'"{grant.id}"' not in text


def test_days_keep_their_order_as_numbers() -> None:
    assert day_number(date(2025, 5, 15)) == 20250515
    assert day_number(date(2024, 12, 31)) < day_number(date(2025, 1, 1))
