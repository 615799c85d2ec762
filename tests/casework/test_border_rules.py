"""How a border check may end: rules over every state that a check can be in."""

import inspect
from collections.abc import Callable
from dataclasses import fields, replace
from itertools import product
from types import ModuleType

import pytest

from egnatia.casework import borders
from egnatia.casework.borders import (
    Ending,
    Prompt,
    Standing,
    check_ending,
    fading,
    first_line_outcomes,
    further_checks,
    particulars,
    prompts,
    rules,
    second_line,
    second_line_outcomes,
    verdicts,
)
from egnatia.casework.borders.particulars import Particulars
from egnatia.engines.documents import Advice
from egnatia.errors import ConflictError
from egnatia.model.borders import (
    FALSE_DOCUMENT,
    GROUNDS,
    CrossingOutcome,
    CustodyCheck,
    Direction,
    HelpAnswer,
    Minor,
    RefusalGround,
    SecondLineFinding,
    SecondLineReason,
)

REFERRALS = {CrossingOutcome.ASYLUM_REFERRAL, CrossingOutcome.SAFEGUARDING_REFERRAL}
STOPS = {CrossingOutcome.REFUSED_ENTRY, CrossingOutcome.ARREST_NATIONAL_LAW}
STANDINGS = [
    Standing(direction, minor, protection, informed, screened, distressed, custody, said)
    for direction, minor, protection, informed, screened, distressed, custody, said in product(
        Direction, Minor, *[(False, True)] * 4, (None, *CustodyCheck), (None, *HelpAnswer)
    )
]
APPEAL = "sq"


def ends(finding: SecondLineFinding, outcome: CrossingOutcome) -> Ending:
    """The ending as an officer has to give it: a refusal with the first ground that the finding carries, if any."""
    if outcome is not CrossingOutcome.REFUSED_ENTRY:
        return Ending(finding, outcome)
    return Ending(finding, outcome, tuple(sorted(GROUNDS.get(finding, ())))[:1], APPEAL)


def may(standing: Standing, ending: Ending) -> bool:
    try:
        check_ending(standing, ending)
    except ConflictError:
        return False
    return True


def may_end(standing: Standing, finding: SecondLineFinding, outcome: CrossingOutcome) -> bool:
    return may(standing, ends(finding, outcome))


@pytest.mark.parametrize(("minor", "protection", "distressed"), list(product(Minor, (False, True), (False, True))))
def test_nobody_is_refused_at_the_first_line(minor: Minor, protection: object, distressed: object) -> None:
    possible = first_line_outcomes(minor, protection_asked=bool(protection), distressed=bool(distressed))
    assert not STOPS & set(possible)
    assert (CrossingOutcome.PASS in possible) == (
        not protection and not distressed and minor in {Minor.ADULT, Minor.WITH_BOTH}
    )


def test_who_asks_for_protection_is_referred_whatever_was_found() -> None:
    for standing, finding, outcome in product(STANDINGS, SecondLineFinding, CrossingOutcome):
        if standing.protection_asked and may_end(standing, finding, outcome):
            assert outcome in REFERRALS, (standing, finding)
    for minor in Minor:
        assert set(first_line_outcomes(minor, protection_asked=True)) == REFERRALS


def test_nobody_who_leaves_is_refused() -> None:
    for standing, finding in product(STANDINGS, SecondLineFinding):
        if standing.direction is Direction.EXIT:
            assert not may_end(standing, finding, CrossingOutcome.REFUSED_ENTRY)


def test_a_child_without_its_guardians_neither_passes_unasked_nor_is_stopped() -> None:
    for minor in (Minor.ALONE, Minor.ONE_ADULT):
        assert CrossingOutcome.PASS not in first_line_outcomes(minor, protection_asked=False)
        for standing in STANDINGS:
            if standing.minor is minor:
                assert not STOPS & set(second_line_outcomes(standing))


def test_no_further_check_closes_without_the_information_sheet() -> None:
    for standing, finding, outcome in product(STANDINGS, SecondLineFinding, CrossingOutcome):
        if may_end(standing, finding, outcome):
            assert standing.informed


def test_a_false_document_opens_the_screening() -> None:
    for standing, finding, outcome in product(STANDINGS, SecondLineFinding, CrossingOutcome):
        if finding in FALSE_DOCUMENT and may_end(standing, finding, outcome):
            assert standing.screened


def test_nobody_is_stopped_where_an_officer_found_nothing() -> None:
    """What else could a refusal rest on but a machine's word?"""
    for standing, outcome in product(STANDINGS, STOPS):
        assert not may_end(standing, SecondLineFinding.NO_FINDING, outcome)
        assert not may_end(standing, SecondLineFinding.UNRESOLVED, outcome), "a doubt that stays is for the person"
    assert may_end(
        Standing(Direction.ENTRY, Minor.ADULT, protection_asked=False, informed=True, screened=False),
        SecondLineFinding.ENTRY_CONDITION_NOT_MET,
        CrossingOutcome.REFUSED_ENTRY,
    )


def test_every_informed_and_screened_check_can_end_somehow() -> None:
    for standing in STANDINGS:
        assert second_line_outcomes(standing)
        assert CrossingOutcome.SECOND_LINE not in second_line_outcomes(standing)


def test_a_refusal_has_a_ground_that_its_finding_carries_and_tells_how_to_appeal() -> None:
    plain = Standing(Direction.ENTRY, Minor.ADULT, protection_asked=False, informed=True, screened=True)
    refused = CrossingOutcome.REFUSED_ENTRY
    for finding, ground in product(SecondLineFinding, RefusalGround):
        carried = ground in GROUNDS.get(finding, ())
        assert may(plain, Ending(finding, refused, (ground,), APPEAL)) == carried, (finding, ground)
        assert not may(plain, Ending(finding, refused, (ground,)))
        assert not may(plain, Ending(finding, refused, (ground,), ""))
    for finding in SecondLineFinding:
        assert not may(plain, Ending(finding, refused, (), APPEAL)), "no ground, no refusal"
        everything = Ending(finding, refused, tuple(RefusalGround), APPEAL)
        assert not may(plain, everything), "one wrong box spoils the form"
    with_two = (RefusalGround.NO_MEANS, RefusalGround.PURPOSE_NOT_SHOWN)
    assert may(plain, Ending(SecondLineFinding.ENTRY_CONDITION_NOT_MET, refused, with_two, APPEAL))


@pytest.mark.parametrize("outcome", sorted(set(CrossingOutcome) - {CrossingOutcome.REFUSED_ENTRY}))
def test_only_a_refusal_has_grounds(outcome: CrossingOutcome) -> None:
    plain = Standing(Direction.ENTRY, Minor.ADULT, protection_asked=False, informed=True, screened=True)
    finding = SecondLineFinding.ALERT_CONFIRMED
    assert not may(plain, Ending(finding, outcome, (RefusalGround.THREAT,)))
    assert not may(plain, Ending(finding, outcome, (), APPEAL))


def test_every_finding_that_says_something_carries_a_ground_and_the_others_none() -> None:
    nothing = {SecondLineFinding.NO_FINDING, SecondLineFinding.UNRESOLVED}
    assert set(GROUNDS) == set(SecondLineFinding) - nothing
    assert all(GROUNDS.values())
    assert set().union(*GROUNDS.values()) == set(RefusalGround), "a ground that no finding carries could never be used"
    assert len(RefusalGround) == 9, "the boxes A to I of Annex V, Part B"


def test_a_child_whose_custody_is_not_confirmed_is_never_let_pass() -> None:
    for standing, finding in product(STANDINGS, SecondLineFinding):
        alone = standing.minor in {Minor.ALONE, Minor.ONE_ADULT}
        if alone and may_end(standing, finding, CrossingOutcome.PASS):
            assert standing.custody is CustodyCheck.CONFIRMED


def test_signs_put_help_before_everything_else() -> None:
    """A grown person may decline what is offered; a child with signs goes to those who protect children."""
    for standing, finding, outcome in product(STANDINGS, SecondLineFinding, CrossingOutcome):
        if standing.distressed and may_end(standing, finding, outcome) and outcome not in REFERRALS:
            assert standing.minor is Minor.ADULT
            assert standing.help is HelpAnswer.DECLINED


def test_more_that_speaks_for_a_person_never_opens_an_ending_against_them() -> None:
    """Monotonic: protection asked, a sign seen or childhood only ever take stops away."""
    for standing in STANDINGS:
        before = STOPS & set(second_line_outcomes(standing))
        for more in ({"protection_asked": True}, {"distressed": True, "help": None}, {"minor": Minor.ALONE}):
            assert STOPS & set(second_line_outcomes(replace(standing, **more))) <= before


def test_who_is_asked_next_is_prompted() -> None:
    plain = Standing(Direction.ENTRY, Minor.ADULT, protection_asked=False, informed=False, screened=False)
    assert prompts(plain) == (Prompt.INFORM,)
    assert prompts(plain, false_document=True) == (Prompt.INFORM, Prompt.SCREEN)
    assert prompts(replace(plain, protection_asked=True))[0] is Prompt.REFER_NOW
    informed = replace(plain, informed=True, screened=True)
    assert prompts(informed, false_document=True) == ()
    assert prompts(replace(informed, distressed=True)) == (Prompt.OFFER_HELP,)
    assert prompts(replace(informed, distressed=True, help=HelpAnswer.ACCEPTED)) == (Prompt.SAFEGUARD,)
    assert prompts(replace(informed, distressed=True, help=HelpAnswer.DECLINED)) == ()
    alone = replace(informed, minor=Minor.ALONE)
    assert prompts(alone) == (Prompt.ASK_CUSTODY,)
    assert prompts(replace(alone, custody=CustodyCheck.CONTRADICTED)) == (Prompt.SAFEGUARD,)
    assert prompts(replace(alone, custody=CustodyCheck.CONFIRMED)) == ()
    assert Prompt.SAFEGUARD in prompts(replace(alone, custody=CustodyCheck.CONFIRMED, distressed=True))
    assert Prompt.SCREEN in prompts(replace(alone, screened=False)), "a child alone is asked as well"


def test_where_only_referrals_are_left_something_is_prompted() -> None:
    """Nobody stands before a shortened list without being told why it is short."""
    for standing in STANDINGS:
        if set(second_line_outcomes(standing)) == REFERRALS:
            assert set(prompts(standing)) & {
                Prompt.REFER_NOW,
                Prompt.ASK_CUSTODY,
                Prompt.OFFER_HELP,
                Prompt.SAFEGUARD,
            }, standing


def test_neither_nationality_nor_origin_is_a_reason() -> None:
    words = {word for reason in SecondLineReason for word in reason.value.split("_")}
    assert not words & {"nationality", "origin", "ethnicity", "religion", "language", "name", "returned", "other"}


@pytest.mark.parametrize(
    "function",
    [
        borders.let_pass,
        borders.refer,
        borders.close,
        borders.give_verdict,
        check_ending,
        first_line_outcomes,
        second_line_outcomes,
        prompts,
    ],
)
def test_no_advice_and_no_score_reaches_a_decision(function: Callable[..., object]) -> None:
    """By construction: the functions that decide have no parameter through which a machine could speak."""
    parameters = inspect.signature(function).parameters
    assert not {"advice", "score", "examination", "findings", "quality"} & set(parameters)


@pytest.mark.parametrize("of", [Standing, Ending, Particulars])
def test_no_name_and_no_nationality_reaches_a_rule(of: type) -> None:
    """By construction: what decides how a check may end has no field in which either could stand."""
    names = {each.name for each in fields(of)}
    assert not names & {"nationality", "name", "names", "group", "sex", "age_band", "origin", "birthplace", "issuer"}


@pytest.mark.parametrize("module", [rules, second_line, verdicts, further_checks, particulars, fading])
def test_the_rules_do_not_even_know_the_engine(module: ModuleType) -> None:
    source = inspect.getsource(module)
    assert "engines" not in source
    assert not [each for each in Advice if f'"{each.value}"' in source]
