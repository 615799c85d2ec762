"""Rules of national numbers: published examples, every weight felt, and two engines that read a number alike."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.mrz.issuer_rules import YearForm, shipped_rules
from egnatia.engines.documents.mrz.national_numbers import read_national_number
from egnatia.engines.people.national import NationalRule, read_national
from egnatia.model.national_numbers import (
    ALBANIAN_CHECK,
    ALBANIAN_DECADES,
    ALBANIAN_FIRST_YEAR,
    ALBANIAN_MONTHS,
    JMBG_CHECK,
    KOSOVO_CHECK,
    CheckRule,
    checked,
    day_of,
    month_without,
    year_of_decade,
    year_of_three,
)

SHIPPED = {rule.id: rule for rule in shipped_rules().numbers}
READERS = (
    ("ALB-NID", "ALB", NationalRule.ALBANIA, ALBANIAN_CHECK),
    ("JMBG", "SRB", NationalRule.JMBG, JMBG_CHECK),
    ("RKS-PERSONAL", "RKS", NationalRule.KOSOVO, KOSOVO_CHECK),
)


@pytest.mark.parametrize(
    ("rule", "number", "right"),
    [
        (ALBANIAN_CHECK, "J00101999W", True),
        (ALBANIAN_CHECK, "J00101999V", False),
        (JMBG_CHECK, "0101006500006", True),  # the example of Wikipedia and of python-stdnum's si.emso
        (JMBG_CHECK, "0101006500007", False),
        (KOSOVO_CHECK, "1234567892", True),
        (KOSOVO_CHECK, "1234567891", False),
        (KOSOVO_CHECK, "9123456789", None),
        (None, "1234567892", None),
    ],
)
def test_published_examples_have_the_right_check_character(
    rule: CheckRule | None,
    number: str,
    right: bool | None,  # noqa: FBT001 - a table of examples
) -> None:
    assert checked(rule, number) is right


@pytest.mark.parametrize(("identity", "issuer", "named", "rule"), READERS)
def test_the_file_of_rules_and_the_model_say_the_same(
    identity: str, issuer: str, named: NationalRule, rule: CheckRule
) -> None:
    shipped = SHIPPED[identity]
    assert issuer in shipped.issuers
    assert shipped.check == rule
    if named is NationalRule.ALBANIA:
        assert shipped.birth is not None
        assert (shipped.birth.decades, shipped.birth.first) == (ALBANIAN_DECADES, ALBANIAN_FIRST_YEAR)
        assert tuple(sign.mark for sign in shipped.month_offsets) == ALBANIAN_MONTHS
    if named is NationalRule.JMBG:
        assert shipped.birth is not None
        assert shipped.birth.year_form is YearForm.THREE


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(READERS), st.integers(0, 10**9))
def test_both_engines_read_a_number_alike(one: tuple[str, str, NationalRule, CheckRule], seed: int) -> None:
    """Whatever the digits: the same verdict on the check character and, where the day can be, the same day."""
    identity, issuer, named, rule = one
    rng = random.Random(seed)
    lead = rng.choice(ALBANIAN_DECADES) if named is NationalRule.ALBANIA else str(rng.randrange(10))
    day = date(1900, 1, 1).toordinal() + rng.randrange(45_000)
    born = date.fromordinal(day)
    body = {
        "ALB-NID": f"{lead}{born.year % 10}{born.month + rng.choice(ALBANIAN_MONTHS):02}{born.day:02}{rng.randrange(1000):03}",
        "JMBG": f"{born:%d%m}{born.year % 1000:03}{rng.randrange(100):02}{rng.randrange(1000):03}",
        "RKS-PERSONAL": f"{rng.randrange(10**9):09}",
    }[identity]
    number = body + rng.choice(sorted(set(rule.digits)))
    mine, theirs = read_national(number), read_national_number(number, issuer, shipped_rules())
    assert mine is not None
    assert mine.rule is named
    assert mine.right is checked(rule, number)
    if theirs is None:
        assert mine.born is None, "the documents engine takes a number without a day for another number"
        return
    assert theirs.rule.id == identity
    assert theirs.checked is mine.right
    assert (None if theirs.birth is None else theirs.birth.exact()) == mine.born


@pytest.mark.parametrize("rule", [ALBANIAN_CHECK, JMBG_CHECK, KOSOVO_CHECK], ids=["albania", "jmbg", "kosovo"])
def test_every_weight_counts(rule: CheckRule) -> None:
    """With one weight more in any place, some right number is wrong; remainders 0 and 1 may share a digit, so not each is."""
    for place in range(rule.at):
        heavier = replace(rule, weights=tuple(weight + (place == at) for at, weight in enumerate(rule.weights)))
        verdicts = set()
        for digit in "12345678":
            body = "1203985710026"[:place] + digit + "1203985710026"[place + 1 : rule.at]
            right = next(body + each for each in sorted(set(rule.digits)) if checked(rule, body + each))
            verdicts.add(checked(heavier, right))
        assert False in verdicts, place


def test_every_remainder_has_its_character_and_no_other() -> None:
    """JMBG and Kosovo: eleven less the remainder, and 0 where that has two digits."""
    for rule in (JMBG_CHECK, KOSOVO_CHECK):
        for rest in range(rule.modulus):
            assert rule.digits[rest] == str((rule.modulus - rest) % rule.modulus % 10)
    assert len(set(ALBANIAN_CHECK.digits)) == ALBANIAN_CHECK.modulus == 23


def test_a_second_attempt_is_made_where_the_first_gives_ten() -> None:
    rule = CheckRule(2, (1, 1), 11, "0123456789", again=(2, 1))
    assert checked(rule, "558") is False
    assert checked(rule, "554") is True  # 5 + 5 is 10; 2 * 5 + 5 is 15, and 4 is left of it
    assert checked(replace(rule, again=()), "123") is True
    assert checked(rule, "a23") is False, "a letter without a value has no remainder"


@pytest.mark.parametrize(("digits", "year"), [(0, 2000), (799, 2799), (800, 1800), (899, 1899), (990, 1990)])
def test_three_digits_tell_the_millennium(digits: int, year: int) -> None:
    assert year_of_three(digits) == year


@pytest.mark.parametrize(
    ("signs", "year"),
    [("00", 1800), ("99", 1899), ("A0", 1900), ("J0", 1990), ("K6", 2006), ("T9", 2099), ("U0", None), ("Jx", None)],
)
def test_a_letter_is_a_decade(signs: str, year: int | None) -> None:
    assert year_of_decade(signs) == year


@pytest.mark.parametrize(
    ("month", "left"), [(1, 1), (12, 12), (31, 1), (51, 1), (62, 12), (81, 1), (92, 12), (13, 0), (0, 0), (99, 0)]
)
def test_a_month_is_left_of_what_was_added_or_none(month: int, left: int) -> None:
    assert month_without(month) == left


@pytest.mark.parametrize(
    ("year", "month", "day", "there"),
    [(2000, 2, 29, True), (1900, 2, 29, False), (1990, 0, 1, False), (0, 1, 1, False), (1990, 12, 31, True)],
)
def test_only_days_of_the_calendar_are_days(year: int, month: int, day: int, *, there: bool) -> None:
    assert (day_of(year, month, day) is not None) is there
