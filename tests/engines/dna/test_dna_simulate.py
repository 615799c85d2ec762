"""Simulated people have the frequencies, the relatives and the errors that they were drawn with."""

from collections import Counter

import numpy as np
import pytest

from egnatia.engines.dna.columns import unpack
from egnatia.engines.dna.frequencies import LocusFrequencies, Population, shipped_populations
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.search import search
from egnatia.engines.dna.simulate import as_columns, children, draw, mistyped
from egnatia.engines.dna.types import Agreement, Kind
from egnatia.errors import InputError

UK = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
LOCI = SETS["dna-17"]


def test_alleles_come_as_often_as_they_were_counted() -> None:
    people = draw(UK, ("TH01",), 50_000, np.random.default_rng(417))
    counted = Counter(people.drawn["TH01"].ravel().tolist())
    for number, allele in enumerate(people.alleles["TH01"]):
        share = UK.loci["TH01"].seen[allele]
        assert abs(counted[number] - 100_000 * share) < 5 * (100_000 * share * (1 - share)) ** 0.5 + 1


def test_columns_hold_what_was_drawn() -> None:
    rng = np.random.default_rng(1)
    people = draw(UK, LOCI, 200, rng)
    profiles = [*unpack(as_columns(people, Kind.PERSON, "S-", 0.0, rng))]
    assert [each.ref for each in profiles[:3]] == ["S-0", "S-1", "S-2"]
    for number, profile in enumerate(profiles):
        for name in LOCI:
            drawn = sorted(people.alleles[name][each] for each in people.drawn[name][number])
            assert profile.loci[name] == tuple(drawn)


def test_gaps_come_as_often_as_asked() -> None:
    rng = np.random.default_rng(2)
    columns = as_columns(draw(UK, LOCI, 5_000, rng), Kind.TRACE, "S-", 0.1, rng)
    typed = np.count_nonzero(columns.codes) / (5_000 * len(LOCI))
    assert 0.89 < typed < 0.91


def test_children_share_an_allele_with_each_parent_at_every_locus() -> None:
    rng = np.random.default_rng(3)
    mothers, fathers = draw(UK, LOCI, 300, rng), draw(UK, LOCI, 300, rng)
    born = children(mothers, fathers, rng)
    for name in LOCI:
        for parent in (mothers, fathers):
            shared = (born.drawn[name][:, :, None] == parent.drawn[name][:, None, :]).any(axis=(1, 2))
            assert shared.all()


def test_siblings_agree_more_often_than_strangers() -> None:
    rng = np.random.default_rng(4)
    mothers, fathers = draw(UK, LOCI, 400, rng), draw(UK, LOCI, 400, rng)
    one, other = (as_columns(children(mothers, fathers, rng), Kind.PERSON, "S-", 0.0, rng) for _ in range(2))
    rules = shipped_rules("prum-ess12")

    def agreeing(shift: int) -> int:
        pairs = ((one.profile(number), other.profile((number + shift) % 400)) for number in range(400))
        return sum(rules.compare(left, right)[0].count(Agreement.FULL) for left, right in pairs)

    assert agreeing(0) > 4 * agreeing(1)


def test_a_person_is_found_again_with_a_typing_error() -> None:
    rng = np.random.default_rng(5)
    people = draw(UK, LOCI, 200, rng)
    columns = as_columns(people, Kind.PERSON, "P-", 0.0, rng)
    traces = as_columns(mistyped(people, 0.05, rng), Kind.TRACE, "T-", 0.0, rng)
    rules = shipped_rules("prum-ess12")
    labels: Counter[str] = Counter()
    for number in range(200):
        for found in search(traces.profile(number), columns, rules):
            assert found.ref == f"P-{number}"
            labels[found.label] += 1
    assert labels["quality 1"] > 60
    assert labels["quality 3"] + labels["quality 4"] > 40


def test_no_error_changes_nothing_and_a_single_allele_cannot_be_mistyped() -> None:
    rng = np.random.default_rng(6)
    people = draw(UK, LOCI, 50, rng)
    same = mistyped(people, 0.0, rng)
    assert all((same.drawn[name] == people.drawn[name]).all() for name in LOCI)
    only = Population("one allele", {"FGA": LocusFrequencies({next(iter(UK.loci["FGA"].seen)): 1.0}, 100)})
    alone = mistyped(draw(only, ("FGA",), 20, rng), 1.0, rng)
    assert not alone.drawn["FGA"].any()


def test_loci_without_figures_are_refused() -> None:
    with pytest.raises(InputError, match="no figures for TPOX"):
        draw(UK, ("FGA", "TPOX"), 1, np.random.default_rng(7))


def test_nobody_at_all() -> None:
    rng = np.random.default_rng(8)
    columns = as_columns(draw(UK, LOCI, 0, rng), Kind.PERSON, "P-", 0.0, rng)
    assert len(columns) == 0
