"""Figures against enumeration: everything that can happen is written out one by one, and counted.

None of the engine's formulas is used here. Kinship: whole pedigrees, every way in which genes are passed on, and the alleles
of the different genes drawn from one urn. Match probabilities: rising factorials. Mixtures: everybody's alleles, one by one.
Searches and joins: every pair, under rules that Hypothesis makes up.
"""

import itertools
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.columns import pack
from egnatia.engines.dna.frequencies import LocusFrequencies
from egnatia.engines.dna.join import join
from egnatia.engines.dna.kinship import COUSINS, HALF, PARENT, SIBLINGS, Model, Relation, locus_index
from egnatia.engines.dna.mixture import Chances, MixedLocus
from egnatia.engines.dna.probability import locus_probability
from egnatia.engines.dna.rules import Inclusion, MatchClass, MicroTable, RuleSet
from egnatia.engines.dna.search import search
from egnatia.engines.dna.types import Designation, Kind, Profile, Stringency

A, B, C = (Allele(each) for each in (100, 110, 120))
SHARES = {A: Fraction(1, 10), B: Fraction(3, 10), C: Fraction(6, 10)}
TABLE = LocusFrequencies({allele: float(share) for allele, share in SHARES.items()}, 10**9)
GENOTYPES = [*itertools.combinations_with_replacement(SHARES, 2)]

Parents = tuple[str, str] | None


@dataclass(frozen=True)
class Family:
    """People in an order in which parents come before their children, and the two of them who are compared."""

    name: str
    people: Mapping[str, Parents]
    pair: tuple[str, str]
    relation: Relation


def _founders(*names: str) -> dict[str, Parents]:
    return dict.fromkeys(names)


def _k(name: str, k0: str, k1: str, k2: str = "0", transmissions: int = 0) -> Relation:
    k = [float(Fraction(each)) for each in (k0, k1, k2)]
    return Relation(name, k[0], k[1], k[2], transmissions=transmissions)


FAMILIES = [
    Family("child", {**_founders("m", "f"), "c": ("m", "f")}, ("m", "c"), PARENT),
    Family("siblings", {**_founders("m", "f"), "c": ("m", "f"), "d": ("m", "f")}, ("c", "d"), SIBLINGS),
    Family("half", {**_founders("m", "f", "g"), "c": ("m", "f"), "d": ("m", "g")}, ("c", "d"), HALF),
    Family("grandparent", {**_founders("m", "f", "y"), "p": ("m", "f"), "c": ("p", "y")}, ("m", "c"), HALF),
    Family(
        "aunt",
        {**_founders("m", "f", "y"), "p": ("m", "f"), "u": ("m", "f"), "c": ("p", "y")},
        ("u", "c"),
        _k("aunt", "1/2", "1/2", transmissions=3),
    ),
    Family(
        "cousins",
        {**_founders("m", "f", "x", "y"), "p": ("m", "f"), "q": ("m", "f"), "c": ("p", "x"), "d": ("q", "y")},
        ("c", "d"),
        COUSINS,
    ),
    Family(
        "great-grandparent",
        {**_founders("m", "f", "x", "y"), "p": ("m", "f"), "q": ("p", "x"), "c": ("q", "y")},
        ("m", "c"),
        _k("great-grandparent", "3/4", "1/4", transmissions=3),
    ),
    Family(
        "half cousins",
        {**_founders("m", "f", "g", "x", "y"), "p": ("m", "f"), "q": ("m", "g"), "c": ("p", "x"), "d": ("q", "y")},
        ("c", "d"),
        _k("half cousins", "7/8", "1/8", transmissions=4),
    ),
    Family(
        "half siblings whose fathers are brothers",
        {**_founders("m", "s", "t"), "p": ("s", "t"), "q": ("s", "t"), "c": ("m", "p"), "d": ("m", "q")},
        ("c", "d"),
        _k("three quarters", "3/8", "1/2", "1/8"),
    ),
    Family(
        "double cousins",
        {
            **_founders("m", "f", "s", "t"), "p": ("m", "f"), "q": ("m", "f"), "v": ("s", "t"), "w": ("s", "t"),
            "c": ("p", "v"), "d": ("q", "w"),
        },
        ("c", "d"),
        _k("double cousins", "9/16", "6/16", "1/16"),
    ),
    Family(
        "second cousins",
        {
            **_founders("m", "f", "x", "y", "s", "t"), "p": ("m", "f"), "q": ("m", "f"), "v": ("p", "x"), "w": ("q", "y"),
            "c": ("v", "s"), "d": ("w", "t"),
        },
        ("c", "d"),
        _k("second cousins", "15/16", "1/16"),
    ),
    Family("strangers", _founders("m", "f"), ("m", "f"), _k("strangers", "1", "0")),
]  # fmt: skip

Pattern = tuple[int, int, int, int]


def _patterns(family: Family, anew: Fraction) -> dict[Pattern, Fraction]:
    """Which of the pair's four genes are one gene, and how often; each that is passed on is a new one with chance `anew`."""
    children = [(name, parents) for name, parents in family.people.items() if parents]
    ways = [(0, (1 - anew) / 2), (1, (1 - anew) / 2), *([(2, anew)] if anew else [])]
    found: dict[Pattern, Fraction] = {}
    for passed in itertools.product(ways, repeat=2 * len(children)):
        fresh = itertools.count()
        genes = {name: (next(fresh), next(fresh)) for name, parents in family.people.items() if not parents}
        chance, choice = Fraction(1), iter(passed)
        for name, parents in children:
            drawn = []
            for parent in parents:
                which, share = next(choice)
                chance *= share
                drawn.append(genes[parent][which] if which < 2 else next(fresh))
            genes[name] = (drawn[0], drawn[1])
        four = [*genes[family.pair[0]], *genes[family.pair[1]]]
        names = {gene: at for at, gene in enumerate(dict.fromkeys(four))}
        pattern = names[four[0]], names[four[1]], names[four[2]], names[four[3]]
        found[pattern] = found.get(pattern, Fraction(0)) + chance
    assert sum(found.values()) == 1
    return found


@cache
def _drawn(count: int, theta: Fraction) -> list[tuple[tuple[Allele, ...], Fraction]]:
    """Alleles of so many different genes, from an urn into which each goes back with others of its kind."""
    made: list[tuple[tuple[Allele, ...], Fraction]] = [((), Fraction(1))]
    for _ in range(count):
        made = [
            ((*before, allele), chance * (before.count(allele) * theta + (1 - theta) * share) / (1 + (len(before) - 1) * theta))
            for before, chance in made
            for allele, share in SHARES.items()
        ]  # fmt: skip
    return made


def _joint(patterns: Mapping[Pattern, Fraction], theta: Fraction) -> dict[tuple[Designation, Designation], Fraction]:
    found: dict[tuple[Designation, Designation], Fraction] = {}
    for pattern, weight in patterns.items():
        for alleles, chance in _drawn(max(pattern) + 1, theta):
            one, two, three, four = (alleles[each] for each in pattern)
            key = tuple(sorted((one, two))), tuple(sorted((three, four)))
            found[key] = found.get(key, Fraction(0)) + weight * chance
    assert sum(found.values()) == 1
    return found


APART: dict[Pattern, Fraction] = {(0, 1, 2, 3): Fraction(1)}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda each: each.name)
def test_a_relation_has_the_chances_that_its_pedigree_gives(family: Family) -> None:
    shared = dict.fromkeys((0, 1, 2), Fraction(0))
    for (one, two, three, four), chance in _patterns(family, Fraction(0)).items():
        shared[len({one, two} & {three, four})] += chance
    assert [float(shared[each]) for each in (0, 1, 2)] == [family.relation.k0, family.relation.k1, family.relation.k2]


@pytest.mark.parametrize("theta", [Fraction(0), Fraction(1, 100), Fraction(1, 5)])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda each: each.name)
def test_every_index_is_what_its_pedigree_comes_to(family: Family, theta: Fraction) -> None:
    """For every two genotypes, both ways round, to 1e-12."""
    related, apart = _joint(_patterns(family, Fraction(0)), theta), _joint(APART, theta)
    for one, other in itertools.product(GENOTYPES, repeat=2):
        expected = float(related.get((one, other), Fraction(0)) / apart[one, other])
        index = locus_index(one, other, TABLE, family.relation, Model(float(theta), 0.0))
        assert index == pytest.approx(expected, rel=1e-12, abs=1e-15)
        turned = locus_index(other, one, TABLE, family.relation, Model(float(theta), 0.0))
        assert turned == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    "family", [each for each in FAMILIES if each.relation.transmissions], ids=lambda each: each.name
)
def test_mutations_on_every_transmission_are_genes_that_come_anew(family: Family) -> None:
    rate = Fraction(1, 50)
    anew = rate / (1 - sum(share**2 for share in SHARES.values()))
    related, apart = _joint(_patterns(family, anew), Fraction(0)), _joint(APART, Fraction(0))
    for one, other in itertools.product(GENOTYPES, repeat=2):
        expected = float(related[one, other] / apart[one, other])
        index = locus_index(one, other, TABLE, family.relation, Model(0.0, float(rate), everywhere=True))
        assert index == pytest.approx(expected, rel=1e-12)


def _rising(start: Fraction, steps: int) -> Fraction:
    return math.prod((start + each for each in range(steps)), start=Fraction(1))


def _chance_of(counts: Mapping[Allele, int], theta: Fraction) -> Fraction:
    """Of one order of so many alleles of one subpopulation: the Dirichlet-multinomial, by rising factorials."""
    if not theta:
        return math.prod((SHARES[allele] ** count for allele, count in counts.items()), start=Fraction(1))
    urn = (1 - theta) / theta
    above = math.prod((_rising(urn * SHARES[allele], count) for allele, count in counts.items()), start=Fraction(1))
    return above / _rising(urn, sum(counts.values()))


@pytest.mark.parametrize("theta", [Fraction(0), Fraction(1, 100), Fraction(3, 100), Fraction(1, 2)])
@pytest.mark.parametrize("genotype", GENOTYPES)
def test_match_probability_is_the_second_person_given_the_first(genotype: Designation, theta: Fraction) -> None:
    """NRC II 4.10: all orders of two people's four alleles, over all orders of one's two."""
    orders = len({*itertools.permutations(genotype)})
    both = _chance_of(Counter([*genotype, *genotype]), theta) * orders * orders
    first = _chance_of(Counter(genotype), theta) * orders
    assert locus_probability(genotype, TABLE, float(theta)) == pytest.approx(float(both / first), rel=1e-12)


@pytest.mark.parametrize("theta", [Fraction(0), Fraction(1, 100), Fraction(3, 100)])
def test_match_probabilities_of_all_genotypes_sum_to_that_of_any_agreement(theta: Fraction) -> None:
    chances = {each: _chance_of(Counter(each), theta) * len({*itertools.permutations(each)}) for each in GENOTYPES}
    assert sum(chances.values()) == 1
    total = math.fsum(float(chances[each]) * locus_probability(each, TABLE, float(theta)) for each in GENOTYPES)
    alike = sum(
        _chance_of(Counter([*one, *other]), theta)
        for one in itertools.product(SHARES, repeat=2)
        for other in itertools.product(SHARES, repeat=2)
        if sorted(one) == sorted(other)
    )
    assert total == pytest.approx(float(alike), rel=1e-12)


@pytest.mark.parametrize("theta", [Fraction(0), Fraction(1, 100), Fraction(3, 100)])
@pytest.mark.parametrize("allele", [*SHARES])
def test_a_known_allele_beside_a_wildcard_is_the_mean_over_all_that_it_may_stand_for(
    allele: Allele, theta: Fraction
) -> None:
    """One allele was drawn and is this one; somebody else draws two, and has it."""
    given = _chance_of(Counter([allele]), theta)
    has = sum(
        _chance_of(Counter([allele, *two]), theta) for two in itertools.product(SHARES, repeat=2) if allele in two
    )
    found = locus_probability((WILDCARD, allele), TABLE, float(theta))
    assert found == pytest.approx(float(has / given), rel=1e-12)


def _seen_chance(trace: frozenset[Allele], alleles: tuple[Allele, ...], out: float, drop_in: float) -> float:
    """Of what a trace shows when these are the alleles in it; copies drop out each by itself, others drop in."""
    copies = Counter(alleles)
    chance = math.prod(1 - out**n if allele in trace else out**n for allele, n in copies.items())
    strange = [each for each in trace if each not in copies]
    return chance * (math.prod(drop_in * float(SHARES[each]) for each in strange) if strange else 1 - drop_in)


def _mixture_by_count(trace: frozenset[Allele], candidate: Designation, chances: Chances) -> float:
    def likelihood(known: tuple[Allele, ...], people: int) -> float:
        theta = Fraction(str(chances.theta))
        before = _chance_of(Counter(known), theta)
        total = 0.0
        for combination in itertools.combinations_with_replacement(SHARES, 2 * people):
            orders = math.factorial(2 * people) // math.prod(map(math.factorial, Counter(combination).values()))
            drawn = float(_chance_of(Counter([*known, *combination]), theta) / before) * orders
            total += drawn * _seen_chance(trace, (*known, *combination), chances.drop_out, chances.drop_in)
        return total

    return likelihood(candidate, chances.unknown) / likelihood((), chances.unknown + 1)


@pytest.mark.parametrize("unknown", [0, 1, 2, 3])
@pytest.mark.parametrize("model", [(0.1, 0.05, 0.01), (0.3, 0.001, 0.0), (0.02, 0.2, 0.03), (0.0, 0.05, 0.1)])
def test_mixtures_are_everybodys_alleles_written_out(unknown: int, model: tuple[float, float, float]) -> None:
    """Up to three unknown people beside the candidate, four in place of them; any trace, any candidate."""
    chances = Chances(*model, unknown)
    for size in (1, 2, 3):
        for trace in itertools.combinations(SHARES, size):
            locus = MixedLocus(trace, TABLE, chances)
            for candidate in GENOTYPES:
                expected = _mixture_by_count(frozenset(trace), candidate, chances)
                assert locus.ratio(candidate) == pytest.approx(expected, rel=1e-9, abs=1e-15)


LOCI = ("vWA", "TH01", "FGA", "D18S51", "Penta D", "SE33", "D21S11", "D3S1358")
CLASSES = st.builds(
    MatchClass,
    st.just("c"),
    st.booleans(),
    st.integers(0, 5),
    st.integers(1, 6),
    st.integers(0, 3),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 3),
)
BY_STRINGENCY = st.builds(
    MatchClass,
    st.just("c"),
    st.booleans(),
    st.integers(0, 4),
    st.integers(1, 6),
    stringency=st.sampled_from([Stringency.HIGH, Stringency.MODERATE, Stringency.LOW]),
    max_below=st.integers(0, 3),
)
KINDS = frozenset(
    {frozenset({Kind.TRACE, Kind.PERSON}), frozenset({Kind.TRACE}), frozenset({Kind.MIXTURE, Kind.PERSON})}
)


@st.composite
def _rules(draw: st.DrawFn) -> RuleSet:
    classes = draw(st.lists(CLASSES, min_size=1, max_size=3) | st.lists(BY_STRINGENCY, min_size=1, max_size=2))
    named = tuple(
        MatchClass(**{each: getattr(one, each) for each in MatchClass.__slots__} | {"label": f"c{at}"})
        for at, one in enumerate(classes)
    )
    least, core = draw(st.integers(0, 4)), draw(st.integers(0, 2))
    table = draw(st.sampled_from([*MicroTable]))
    wanted = Inclusion(least, LOCI[:3], core)
    return RuleSet("any", "1", "any", "made up", LOCI[:7], named, wanted, table, frozenset({"Penta D"}), KINDS)


def _people(seed: int) -> list[Profile]:
    """Profiles of a few alleles, copied from one another with gaps, wildcards, errors and third alleles."""
    rng = random.Random(seed)
    some = [Allele(each) for each in (90, 93, 100, 101, 110, 112, 113, 120)]
    made: list[Profile] = []
    for number in range(36):
        kind = rng.choice([Kind.TRACE, Kind.PERSON, Kind.MIXTURE, Kind.VICTIM])
        loci: dict[str, Designation] = dict(rng.choice(made).loci) if made and rng.random() < 0.8 else {}
        for name in LOCI if not loci else rng.sample(LOCI, rng.choice([0, 1, 1, 2, 3])):
            many = rng.choice([2, 3, 4]) if kind is Kind.MIXTURE else 2
            seen = [rng.choice(some) for _ in range(many)]
            if rng.random() < 0.15:
                seen[0] = WILDCARD
            loci[name] = tuple(sorted(seen))
        for name in rng.sample(LOCI, rng.choice([0, 0, 1, 2, 5])):
            loci.pop(name, None)
        if kind is not Kind.MIXTURE:
            loci = {name: seen for name, seen in loci.items() if len(seen) == 2}
        made.append(Profile(f"P-{number:02d}", kind, loci))
    return made


def _pair_by_pair(left: list[Profile], right: list[Profile], rules: RuleSet) -> Iterator[tuple[str, str, str]]:
    for one, other in itertools.product(left, right):
        if rules.permits(one.kind, other.kind) and rules.wants(one) is None and rules.wants(other) is None:
            _, found = rules.compare(one, other)
            if found:
                yield one.ref, other.ref, found.label


@given(_rules(), st.integers(0, 10**6))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_searches_and_joins_find_what_every_pair_comes_to_under_any_rules(rules: RuleSet, seed: int) -> None:
    people = _people(seed)
    left, right = people[:14], people[14:]
    expected = {*_pair_by_pair(left, right, rules)}
    one, other = pack(left), pack(right)
    labels = [each.label for each in rules.classes]
    joined = [
        (one.ref(int(at)), other.ref(int(met)), labels[int(which)])
        for part in join(one, other, rules)
        for at, met, which in zip(part.left, part.right, part.classes, strict=True)
    ]
    assert len(joined) == len({*joined})
    assert {*joined} == expected
    for query in left:
        if rules.wants(query) is None and any(rules.permits(query.kind, each) for each in Kind):
            found = {(query.ref, each.ref, each.label) for each in search(query, other, rules)}
            assert found == {each for each in expected if each[0] == query.ref}


def test_such_rules_and_people_give_candidates_of_every_kind_of_rule() -> None:
    """Otherwise the last test would hold of nothing."""
    plain = MatchClass("same", False, 3, 4, 3, 1, 1, 2)
    low = MatchClass("low", True, 0, 4, stringency=Stringency.MODERATE, max_below=1)
    for match_class in (plain, low):
        rules = RuleSet("any", "1", "any", "made up", LOCI[:7], (match_class,), kinds=KINDS)
        everybody = [_people(seed) for seed in range(9)]
        found = [len([*_pair_by_pair(people[:14], people[14:], rules)]) for people in everybody]
        assert sum(each > 0 for each in found) > 5
