"""Invented holders: what goes with what, and that a seed is all it takes."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import lookup
from egnatia.engines.documents.mrz.transliteration import name_components
from egnatia.engines.documents.synthetic.holders import STATES, invent, state_of
from egnatia.engines.documents.synthetic.national_numbers import albanian, goes_with, jmbg, kosovo, national_number
from egnatia.errors import InputError

TODAY = date(2026, 11, 22)
SEEDS = st.integers(0, 2**40)


@pytest.mark.parametrize(
    ("birth", "sex", "serial", "number"),
    [  # published by the package nidx as valid
        (date(1990, 1, 1), "M", 999, "J00101999W"),
        (date(1990, 1, 15), "F", 999, "J05115999K"),
    ],
)
def test_albanian_numbers_are_those_published(birth: date, sex: str, serial: int, number: str) -> None:
    assert albanian(birth, sex, serial) == number


def test_a_published_kosovo_number_has_our_check_digit() -> None:
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    for seed in range(200):
        number = kosovo(random.Random(seed))
        assert len(number) == 10
        assert number[0] != "9", "numbers that begin with 9 have no check digit"
        assert sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 11 == 0
    published = "1234567892"
    assert sum(int(digit) * weight for digit, weight in zip(published, weights, strict=True)) % 11 == 0


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dates(date(1930, 1, 1), TODAY), st.sampled_from("MF"), SEEDS)
def test_jmbg_holds_day_sex_and_a_check_digit(birth: date, sex: str, seed: int) -> None:
    number = jmbg(birth, sex, (71, 79), random.Random(seed))
    assert number[:7] == f"{birth:%d%m}{birth.year % 1000:03}"
    assert 71 <= int(number[7:9]) <= 79
    assert (int(number[9:12]) >= 500) == (sex == "F")
    weights = (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    assert sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 11 == 0


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(sorted(STATES)), st.dates(date(1930, 1, 1), TODAY), st.sampled_from("MF"), SEEDS)
def test_a_number_goes_with_its_own_person_and_no_other(state: str, birth: date, sex: str, seed: int) -> None:
    number = national_number(state, birth, sex, random.Random(seed))
    assert bool(number) == (state not in {"UTO", "GBR"})
    assert goes_with(state, number, birth, sex)
    if state not in {"UTO", "GBR", "RKS"}:
        assert not goes_with(state, number, birth, "M" if sex == "F" else "F")
        assert not goes_with(state, number, birth + timedelta(days=1), sex)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(sorted(STATES)), SEEDS)
def test_a_holder_is_complete_and_agrees_with_himself(state: str, seed: int) -> None:
    holder = invent(random.Random(seed), state, TODAY)
    assert holder == invent(random.Random(seed), state, TODAY)
    assert 16 <= (TODAY - holder.birth).days / 365.25 < 86
    assert holder.sex in "MF"
    assert holder.nationality == state
    assert goes_with(state, holder.personal_number, holder.birth, holder.sex)
    language = holder.language.partition("-")[0]
    assert name_components(holder.family, language)
    assert name_components(holder.given, language)
    assert holder.birth_place


def test_women_have_womens_names_where_the_language_has_them() -> None:
    rng = random.Random(1)
    holders = [invent(rng, "MKD", TODAY) for _ in range(200)]
    women = {holder.family for holder in holders if holder.sex == "F"}
    assert women
    assert all(family.endswith("а") for family in women)  # noqa: RUF001 - Cyrillic
    assert not women & {holder.family for holder in holders if holder.sex == "M"}


def test_every_state_is_one_that_the_reader_of_zones_knows() -> None:
    for code, state in STATES.items():
        assert code == state.code
        assert lookup(code) is not None
        assert state.title


def test_no_holder_is_invented_for_an_unknown_state() -> None:
    with pytest.raises(InputError) as caught:
        state_of("XXX")
    assert "ALB" in caught.value.hint()
    with pytest.raises(InputError):
        invent(random.Random(1), "alb", TODAY)
