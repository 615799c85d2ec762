"""Real genotypes and tables: NIST's 1,036 people pair by pair, the pair that agrees by chance, every public table."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from egnatia.engines.dna.columns import pack
from egnatia.engines.dna.frequencies import read_frequency_file, shipped_populations
from egnatia.engines.dna.kernel import survivors, tables
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.normalise import profile_of
from egnatia.engines.dna.probability import match_probability
from egnatia.engines.dna.rule_file import read_rules, shipped_rules
from egnatia.engines.dna.types import Agreement, Kind, Profile
from egnatia.errors import InputError

SHARED = Path(__file__).parents[4] / "shared" / "data" / "dna"


@pytest.fixture(scope="module")
def people() -> list[Profile]:
    return [*_people()]


def _people() -> Iterator[Profile]:
    path = SHARED / "nist1036_genotypes.csv"
    if not path.exists():
        pytest.skip(f"the shared test data is not here: {path.name}")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = dict.fromkeys(key[:-2] for key in row if key[-2:] in {"_1", "_2"})
            raw = [(name, [row[f"{name}_1"], row[f"{name}_2"]]) for name in names]
            yield profile_of(row["sample"], Kind.PERSON, raw).profile


def test_every_genotype_is_read(people: list[Profile]) -> None:
    assert len(people) == 1036
    assert Counter(len(each.full_loci) for each in people) == {29: 1034, 28: 2}


PAIRS = {
    "ess-7": {0: 363_640, 1: 146_058, 2: 24_209, 3: 2_102, 4: 119, 5: 2},
    "ess-12": {0: 265_170, 1: 193_124, 2: 63_467, 3: 12_514, 4: 1_698, 5: 148, 6: 8, 8: 1},
    "codis-13": {0: 199_698, 1: 206_410, 2: 96_416, 3: 27_515, 4: 5_336, 5: 677, 6: 72, 7: 6},
    "dna-17": {0: 226_082, 1: 201_738, 2: 82_892, 3: 21_077, 4: 3_813, 5: 479, 6: 47, 7: 1, 10: 1},
}
"""Pairs of the 1,036 by loci that agree in full; the last row was counted with DNAtools as well."""


@pytest.mark.parametrize("loci", PAIRS)
def test_all_pairs_by_loci_that_agree_in_full(people: list[Profile], loci: str) -> None:
    text = f"""
        id = "all"
        version = "1"
        title = "every pair"
        source = "test"
        loci = "{loci}"
        kinds = [["person", "person"]]
        [[classes]]
        label = "any"
        near = true
        min_full = 1
        min_compared = 1
        max_mismatched = 60
        """
    columns, rules = pack(people), read_rules(text.encode())
    found = np.zeros(30, dtype=np.int64)
    for number, each in enumerate(people):
        for rows, counts in survivors(columns, tables(each, columns, rules), 255):
            found += np.bincount(counts[rows > number] >> 6 & 0x3F, minlength=30)
    assert {full: int(count) for full, count in enumerate(found) if count} == PAIRS[loci]


AGREEING = {*SETS["sgm-plus"], "D1S1656", "D10S1248", "D22S1045"} - {"vWA", "D8S1179", "D16S539"}


def test_two_unrelated_people_who_agree_at_ten_loci(people: list[Profile]) -> None:
    """A trace with just these loci would be a full match with the wrong person: a hit is a lead and no more."""
    one, other = (next(each for each in people if each.ref == ref) for ref in ("MT94892", "GT37812"))
    dna_17 = {*SETS["dna-17"]}
    rules = shipped_rules("prum-ess12")
    evidence, found = rules.compare(one, other)
    assert found is None
    same = {each.locus for each in evidence.loci if each.agreement is Agreement.FULL} & dna_17
    assert same == AGREEING
    trace = Profile("T", Kind.TRACE, {name: seen for name, seen in one.loci.items() if name in same})
    _, hit = rules.compare(trace, other)
    assert hit is not None
    assert hit.label == "quality 1"
    caucasian = next(each for each in shipped_populations() if each.name == "NIST Caucasian")
    assert 10 ** -match_probability(trace, caucasian, 0.01).log10 == pytest.approx(2.5e12, rel=0.05)


def test_public_tables_are_read(people: list[Profile]) -> None:
    assert people
    norway = read_frequency_file(SHARED / "norstr_frequencies.csv")
    assert {each.name for each in norway} >= {"europe", "westAsia", "africa"}
    strider = read_frequency_file(SHARED / "strider_frequencies_2025-08-06.csv")
    assert len({each.name for each in strider}) == len(strider) > 3
    with pytest.raises(InputError, match="lacks the columns"):
        read_frequency_file(SHARED / "nist1036_genotypes.csv")


@pytest.mark.parametrize(("file", "prefix"), [("nist1036_frequencies.csv", "NIST"), ("uk_dna17_frequencies.csv", "UK")])
def test_shipped_figures_are_those_of_their_source(file: str, prefix: str) -> None:
    if not (SHARED / file).exists():
        pytest.skip(f"the shared test data is not here: {file}")
    ours = [each for each in shipped_populations() if each.name.startswith(prefix)]
    theirs = read_frequency_file(SHARED / file)
    assert len(ours) == len(theirs)
    for table in theirs:
        same = [each for each in ours if _close(each.loci, table.loci)]
        assert len(same) == 1


def _close(one: object, other: object) -> bool:
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    return one.keys() == other.keys() and all(
        one[name].seen.keys() == other[name].seen.keys()
        and all(abs(one[name].seen[allele] - share) < 1e-7 for allele, share in other[name].seen.items())
        for name in one
    )
