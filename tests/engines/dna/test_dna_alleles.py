"""Alleles and loci as laboratories write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import (
    WILDCARD,
    Allele,
    AlleleRemark,
    are_micro_variants,
    is_empty,
    micro_variants,
    read_allele,
    write_allele,
)
from egnatia.engines.dna.loci import AMELOGENIN, BY_NAME, LOCI, SETS, locus_name

REPEATS = st.integers(2, 98)
ALLELES = st.builds(lambda repeats, bases: Allele(repeats * 10 + bases), REPEATS, st.integers(0, 9))


@pytest.mark.parametrize(
    ("text", "allele", "remark"),
    [
        ("12", 120, None),
        ("9.3", 93, None),
        ("43.2", 432, None),
        (" 9.3 ", 93, None),
        ("9,3", 93, AlleleRemark.OTHER_NOTATION),
        ("9.30", 93, AlleleRemark.OTHER_NOTATION),
        ("09", 90, AlleleRemark.OTHER_NOTATION),
        ("13.0", 130, AlleleRemark.OTHER_NOTATION),
        ("*", 0, AlleleRemark.WILDCARD),
        ("0", 0, AlleleRemark.STANDS_FOR_UNKNOWN),
        ("1", 0, AlleleRemark.STANDS_FOR_UNKNOWN),
        ("99", 0, AlleleRemark.STANDS_FOR_UNKNOWN),
        ("OL", 0, AlleleRemark.OFF_LADDER),
        ("?", 0, AlleleRemark.OFF_LADDER),
        ("<9", 0, AlleleRemark.BEYOND_LADDER),
        (">20.3", 0, AlleleRemark.BEYOND_LADDER),
        ("f", 0, AlleleRemark.NO_NUMBER),
        ("na", 0, AlleleRemark.NO_NUMBER),
        ("X", 0, AlleleRemark.NO_NUMBER),
        ("-9", 0, AlleleRemark.NO_NUMBER),
        ("9.3.1", 0, AlleleRemark.NO_NUMBER),
        ("1e1", 0, AlleleRemark.NO_NUMBER),
        ("100", 0, AlleleRemark.NO_NUMBER),
        ("1.3", 0, AlleleRemark.NO_NUMBER),
        ("0.2", 0, AlleleRemark.NO_NUMBER),
        ("١٢", 0, AlleleRemark.NO_NUMBER),
        ("12\x00", 0, AlleleRemark.NO_NUMBER),
        ("9" * 10_000, 0, AlleleRemark.NO_NUMBER),
    ],
)
def test_a_value_is_read_as_it_stands_or_becomes_a_wildcard(
    text: str, allele: int, remark: AlleleRemark | None
) -> None:
    assert read_allele(text) == (allele, remark)


@given(ALLELES)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_what_is_written_is_read_again_without_a_remark(allele: Allele) -> None:
    assert read_allele(write_allele(allele)) == (allele, None)


@given(st.text(max_size=12))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_no_text_is_ever_refused_or_read_out_of_range(text: str) -> None:
    allele, remark = read_allele(text)
    assert allele == WILDCARD or 20 <= allele < 990
    assert allele or remark is not None


@pytest.mark.parametrize("text", ["", "  ", "-", "NULL", "null", "None", "NaN"])
def test_cells_in_which_nothing_was_seen(text: str) -> None:
    assert is_empty(text)


@pytest.mark.parametrize("text", ["*", "0", "12", "OL", "na", "un"])
def test_cells_in_which_something_was_seen(text: str) -> None:
    assert not is_empty(text)


FOUR_BASES = {"x.1": {"x", "x.1", "x.2"}, "x.2": {"x.1", "x.2", "x.3"}, "x.3": {"x.2", "x.3", "x+1"}}
FIVE_BASES = FOUR_BASES | {"x.3": {"x.2", "x.3", "x.4"}, "x.4": {"x.3", "x.4", "x+1"}}
"""The two tables of the annex to Decision 2008/616/JHA."""


def _at(name: str, repeats: int) -> Allele:
    return Allele((repeats + 1) * 10) if name == "x+1" else Allele(repeats * 10 + int(name[2:] or 0))


@pytest.mark.parametrize("repeats", [5, 9, 32])
@pytest.mark.parametrize(("unit", "table"), [(4, FOUR_BASES), (5, FIVE_BASES)])
def test_the_tables_of_micro_variants(unit: int, table: dict[str, set[str]], repeats: int) -> None:
    for name, others in table.items():
        assert micro_variants(_at(name, repeats), unit) == {_at(each, repeats) for each in others}
    assert micro_variants(_at("x", repeats), unit) == {_at("x", repeats)}


@pytest.mark.parametrize(
    ("left", "right", "unit", "same"),
    [
        (93, 100, 4, True),
        (100, 93, 4, True),
        (92, 100, 4, False),
        (93, 100, 5, False),
        (94, 100, 5, True),
        (91, 90, 4, True),
        (91, 93, 4, False),
        (93, 93, 4, False),
        (90, 100, 4, False),
        (92, 93, 4, True),
        (94, 93, 4, False),
    ],
)
def test_micro_variants_are_one_step_apart_from_either_side(left: int, right: int, unit: int, *, same: bool) -> None:
    assert are_micro_variants(Allele(left), Allele(right), unit) is same


@given(ALLELES, ALLELES, st.sampled_from([4, 5]))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_micro_variants_know_no_direction_and_no_two_steps(left: Allele, right: Allele, unit: int) -> None:
    assert are_micro_variants(left, right, unit) is are_micro_variants(right, left, unit)
    if are_micro_variants(left, right, unit):
        bases = [allele // 10 * unit + allele % 10 for allele in (left, right)]
        assert abs(bases[0] - bases[1]) == 1


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("vWA", "vWA"),
        ("VWA", "vWA"),
        ("D3S1358", "D3S1358"),
        ("d3s1358", "D3S1358"),
        ("THO1", "TH01"),
        ("TP0X", "TPOX"),
        ("CSF1P0", "CSF1PO"),
        ("PENTAD", "Penta D"),
        ("Penta_D", "Penta D"),
        ("Penta E", "Penta E"),
        ("F13A01", "F13A1"),
        ("FESFPS", "FES"),
        ("FES/FPS", "FES"),
        ("ACTBP2", "SE33"),
        ("AMEL", AMELOGENIN),
        ("Amelogenin", AMELOGENIN),
        ("DYS391", None),
        ("", None),
        ("D3S13588", None),
    ],
)
def test_loci_by_every_spelling(written: str, name: str | None) -> None:
    assert locus_name(written) == name


def test_sets_name_known_loci_once_and_have_their_size() -> None:
    sizes = {"ess-7": 7, "ess-12": 12, "interpol-24": 23, "sgm": 6, "sgm-plus": 10, "dna-17": 16}
    for name, loci in SETS.items():
        assert len({*loci}) == len(loci)
        assert {*loci} <= {*BY_NAME}
        assert len(loci) == sizes.get(name, len(loci))
    assert (len(SETS["codis-13"]), len(SETS["codis-20"])) == (13, 20)
    assert AMELOGENIN not in BY_NAME
    assert len(BY_NAME) == len(LOCI)
