"""Figures in words: no number is written as only programs write it, and each says what it was made of."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.words import (
    LOOK_AGAIN,
    MORE_LOCI,
    advice_in_words,
    agreement_in_words,
    asks_for_more_loci,
    chance_in_words,
    number_in_words,
    rarity_in_words,
    ratio_in_words,
    reached_in_words,
    search_in_words,
)

PROGRAMS = re.compile(r"[0-9]e[+-]?[0-9]|\binf\b|\bnan\b")
"""A number as only programs write it."""
UNITS = {"": 1.0, " thousand": 1e3, " million": 1e6, " thousand million": 1e9, " million million": 1e12}
SAID = re.compile(r"([0-9][0-9,.]*)(| thousand million| million million| thousand| million)")


def read_back(said: str) -> float:
    """The number that a reader takes from the words."""
    if said.startswith("10 to the power of "):
        return float(10 ** int(said.removeprefix("10 to the power of ")))
    found = SAID.fullmatch(said)
    assert found, said
    return float(found[1].replace(",", "")) * UNITS[found[2]]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1"), (9.6, "10"), (999, "999"), (999.4, "999"), (999.6, "1 thousand"), (1_000, "1 thousand"),
        (12_345, "12.3 thousand"), (999_499, "999 thousand"), (999_600, "1 million"), (1.5e6, "1.5 million"),
        (7.25e9, "7.25 thousand million"), (4.29e14, "429 million million"), (9.996e14, "10 to the power of 15"),
        (1e15, "10 to the power of 15"), (9.9e15, "10 to the power of 15"), (4.3e17, "10 to the power of 17"),
    ],
)  # fmt: skip
def test_numbers_are_said_as_people_say_them(number: float, said: str) -> None:
    assert number_in_words(math.log10(number)) == said


@settings(deadline=None, derandomize=True, max_examples=300)
@given(log10=st.floats(0, 300))
def test_what_is_said_is_the_number_to_three_figures_or_its_power_of_ten_and_never_more(log10: float) -> None:
    said = number_in_words(log10)
    assert not PROGRAMS.search(said)
    back = math.log10(read_back(said))
    if said.startswith("10 to"):
        assert log10 - 1.001 < back <= log10 + 0.001, "a power of ten is the one below"
    else:
        assert abs(back - log10) < 0.003 if log10 >= 2 else abs(read_back(said) - 10**log10) <= 0.51


@settings(deadline=None, derandomize=True, max_examples=200)
@given(logs=st.lists(st.floats(0, 60), min_size=2, max_size=8))
def test_a_larger_number_is_never_said_to_be_smaller(logs: list[float]) -> None:
    backs = [read_back(number_in_words(each)) for each in sorted(logs)]
    assert backs == sorted(backs)


TINY = [
    0.0,
    5e-324,
    1e-300,
    2.3e-18,
    1e-7,
    0.00012,
    0.0099,
    0.02,
    0.49,
    0.5,
    0.51,
    0.999,
    1.0,
    4.4,
    99.9,
    1e6,
    3.2e14,
    1e15,
    1e22,
]


@pytest.mark.parametrize("expected", TINY)
def test_no_sentence_holds_a_number_that_only_programs_write(expected: float) -> None:
    sentences = (
        search_in_words(expected, 1_036, "UK EA1"),
        agreement_in_words(expected, 5_000_000, 700_000, "UK EA1"),
        reached_in_words(expected, 1_036),
    )
    for sentence in sentences:
        assert not PROGRAMS.search(sentence), sentence
        assert sentence.endswith(".")
        assert " of more " not in sentence
    if expected:
        assert all("UK EA1" in sentence for sentence in sentences[:2])
        assert "1,036" in sentences[0]
    assert "1,036" in sentences[2]


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (0.5, "about 0.5 such"), (0.74, "about 0.74 such"), (0.996, "about 1 such"), (3.14159, "about 3.1 such"),
        (12_345, "about 12,000 such"), (1_250_000.0, "about 1,200,000 such"), (9.9e14, "about 990,000,000,000,000 such"),
    ],
)  # fmt: skip
def test_many_candidates_are_counted_in_digits(expected: float, said: str) -> None:
    assert said in search_in_words(expected, 10, "X")


@pytest.mark.parametrize("expected", [0.011, 0.049, 0.3])
def test_small_counts_between_the_databases_are_decimals(expected: float) -> None:
    assert f"about {expected} candidates" in agreement_in_words(expected, 10, 20, "X")


def test_the_smaller_the_chance_the_more_searches_it_takes() -> None:
    counts = [
        read_back(search_in_words(each, 1, "X").split("about ")[1].split(" searches")[0])
        for each in (0.4, 0.01, 1e-5, 1e-14, 1e-40)
    ]
    assert counts == sorted(counts)
    assert counts[1] == pytest.approx(100)


def test_nothing_known_is_said_to_be_unknown_and_never_nothing() -> None:
    assert "nobody can say" in chance_in_words(())
    assert "nobody can say" in agreement_in_words(None, 0, 0, "X")
    assert "no such candidate" in search_in_words(0.0, 10, "X")


@pytest.mark.parametrize("log10", [-0.29, 0.0, 0.29])
def test_a_figure_of_about_one_says_nothing(log10: float) -> None:
    assert "neither" in ratio_in_words(log10, "X")
    assert "hardly anybody" in rarity_in_words(-abs(log10), "X", 3)


@pytest.mark.parametrize("log10", [0.31, 3.0, 14.9, 23.4, 300.0, 5_000.0])
def test_a_ratio_speaks_for_one_side_by_its_sign_alone(log10: float) -> None:
    one, other = ratio_in_words(log10, "X"), ratio_in_words(-log10, "X")
    weight = number_in_words(log10)
    assert f"about {weight} times likelier if it is of one person than" in one
    assert f"about {weight} times likelier if it is of people who are unrelated than" in other
    assert f"one in {weight} " in rarity_in_words(-log10, "X", 3)


@pytest.mark.parametrize(
    ("sexes", "told"),
    [(("X,Y", "X,X"), True), (("X,X", "X,X"), False), (("", "X,X"), False), (("X,Y", ""), False), (("", ""), False)],
)
def test_a_difference_of_amelogenin_is_told_only_where_both_say_something(sexes: tuple[str, str], told: bool) -> None:  # noqa: FBT001
    said = advice_in_words(0.0, shipped_rules("cautious"), near=False, sexes=sexes)
    assert any("Amelogenin" in each for each in said) is told
    assert len(said) == told


def test_what_to_do_first_stands_first() -> None:
    rules = shipped_rules("cautious")
    assert rules.max_expected is not None
    over, under = rules.max_expected * 1.01, rules.max_expected
    assert advice_in_words(over, rules, near=True) == (MORE_LOCI, LOOK_AGAIN)
    assert advice_in_words(under, rules, near=True) == (LOOK_AGAIN,)
    assert advice_in_words(under, rules, near=False) == ()
    assert asks_for_more_loci((), rules), "where nobody can say what chance gives, more loci come first"
