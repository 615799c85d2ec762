"""One territory under all of its codes, and no other drawn into it."""

import itertools

import pytest

from egnatia.model.territories import KOSOVO, same_territory, territory

CODES = ("XK", "XKX", "RKS", "UNK")


@pytest.mark.parametrize(("one", "other"), list(itertools.product(CODES, CODES)))
def test_kosovo_is_one_territory_under_all_of_its_codes(one: str, other: str) -> None:
    assert territory(one) == territory(other) == KOSOVO
    assert same_territory(one, other)
    assert same_territory(one.lower(), f" {other} ")


@pytest.mark.parametrize("other", ["RS", "SRB", "AL", "ALB", "MKD", "MNE", "UN", "UNO", "KSV", "XXK", "X", ""])
def test_no_other_code_is_drawn_in(other: str) -> None:
    assert territory(other) == other
    assert not any(same_territory(code, other) for code in CODES)


@pytest.mark.parametrize("code", ["", "  "])
def test_no_code_is_no_territory_not_even_its_own(code: str) -> None:
    assert not same_territory(code, code)
