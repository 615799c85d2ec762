"""What a join is made of: marks, blocks, their index, signatures, who may be compared; and real people against themselves."""

import random
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.batches import Preparer
from egnatia.engines.dna.block_index import PIECE, index_block
from egnatia.engines.dna.blocks import Chance, Limits, assign, bits, gather, limits, longest, needs
from egnatia.engines.dna.columns import pack
from egnatia.engines.dna.eligible import Eligible, permitted_kinds
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.join import join
from egnatia.engines.dna.kernel import survivors, tables
from egnatia.engines.dna.loci import LOCI, SETS
from egnatia.engines.dna.marks import SAYS, marks_of
from egnatia.engines.dna.pairs import NO_CLASS, Judge, Pairs, classes_of
from egnatia.engines.dna.prospect import Prospect, prospect, refuse_too_many
from egnatia.engines.dna.rule_file import read_rules, shipped, shipped_rules
from egnatia.engines.dna.scan import part_of, scan
from egnatia.engines.dna.signatures import deviating, words_of
from egnatia.engines.dna.simulated_sets import Recipe, simulate
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

NIST = [each for each in shipped_populations() if each.name.startswith("NIST")]
SETS_OF_300 = simulate(Recipe(600, 120, wildcards=0.05, relatives=0.2), NIST, np.random.default_rng(1))


def _profile(ref: str, kind: Kind, **loci: tuple[int, ...]) -> Profile:
    return Profile(ref, kind, {name: tuple(Allele(each) for each in seen) for name, seen in loci.items()})


@pytest.mark.parametrize("name", [each for each in shipped() if each != "codis-low"])
def test_marks_say_of_two_designations_what_the_measure_says(name: str) -> None:
    """Equal marks deviate nowhere, two different ones always do; zero leaves it open."""
    rules = shipped_rules(name)
    seen = [(120, 130), (120, 120), (130, 130), (0, 120), (123, 130), (120, 130, 140), (0, 0)]
    left = pack([_profile(f"L{n}", Kind.TRACE, FGA=each) for n, each in enumerate(seen)])
    right = pack([_profile(f"R{n}", Kind.PERSON, FGA=each) for n, each in enumerate(reversed(seen))])
    (marks,) = marks_of(left, right, rules)
    measure = rules.measure()
    bad = {"high": (2, 3, 4), "moderate": (3, 4)}.get(name.removeprefix("codis-"), (3, 4))
    both = 0
    for one, mine in enumerate(left.books[marks.row]):
        for other, theirs in enumerate(right.books[marks.row]):
            ways = [way[one] for way in marks.left]
            if mine and theirs and ways[0] and marks.right[other]:
                found = Judge(left, right, rules).counts(np.array([one - 1]), np.array([other - 1]))
                compared = measure("FGA", mine, theirs)
                assert compared is not None
                deviates = any(int(found[0]) >> shift & 0x3F for shift in np.array([0, 6, 12, 18, 25])[[*bad]])
                assert (marks.right[other] not in ways) == deviates, (mine, theirs)
                both += 1
    assert both >= 6


def test_every_mark_but_zero_says_something() -> None:
    persons, traces = SETS_OF_300.persons, SETS_OF_300.traces
    for each in marks_of(traces, persons, shipped_rules("prum-ess12")):
        for marks in (each.right, *each.left):
            assert ((marks & SAYS > 0) == (marks > 0)).all()
            assert marks[0] == 0


def test_loci_that_rule_out_most_come_first_and_low_stringency_has_none() -> None:
    persons, traces = SETS_OF_300.persons, SETS_OF_300.traces
    passing = [each.passing for each in marks_of(traces, persons, shipped_rules("cautious"))]
    assert passing == sorted(passing)
    assert all(0 < each <= 1 for each in passing)
    assert marks_of(traces, persons, shipped_rules("codis-low")) == ()


def test_what_each_class_leaves_room_for() -> None:
    assert limits(shipped_rules("prum-ess7")) == (Limits(6, 0), Limits(6, 0), Limits(6, 1), Limits(6, 1))
    assert limits(shipped_rules("cautious"))[2:] == (Limits(9, 1), Limits(9, 1))
    assert limits(shipped_rules("codis-high")) == (Limits(8, 0),)
    assert limits(shipped_rules("codis-moderate")) == (Limits(0, 0),)


def test_what_a_profile_needs_follows_from_its_loci() -> None:
    rules = shipped_rules("prum-ess7")
    loci = SETS["codis-13"]
    traces = [
        Profile(f"T{n}", Kind.TRACE, {name: (Allele(120), Allele(130)) for name in loci[:n]}) for n in (5, 6, 7, 13)
    ]
    person = Profile("P", Kind.PERSON, {name: (Allele(120), Allele(130)) for name in loci})
    left, right = pack(traces), pack([person])
    found = needs(left.codes, marks_of(left, right, rules), rules)
    assert found.room.tolist() == [-1, 0, 1, 1]
    assert found.spare.tolist() == [-1, 0, 1, 7]
    assert found.usable.sum(axis=1).tolist() == [5, 6, 7, 13]


@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(2, 6))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_blocks_of_a_profile_share_no_locus_and_have_only_what_it_has(seed: int, parts: int, most: int) -> None:
    persons, traces = SETS_OF_300.persons, SETS_OF_300.traces
    marks = marks_of(traces, persons, shipped_rules("prum-ess12"))
    usable = np.random.default_rng(seed).random((50, len(marks))) < 0.7
    grids, hopeless = assign(usable, parts, most, marks)
    assert len(grids) == parts
    assert (sum(grid.astype(int) for grid in grids) <= usable).all()
    assert max(int(grid.sum(axis=1).max()) for grid in grids) <= most
    assert hopeless[~usable.any(axis=1)].all()
    chance = Chance(persons.codes, marks)
    for grid in grids:
        gathered = gather(grid[~hopeless], chance)
        places = np.concatenate([*gathered.values(), np.zeros(0, dtype=np.int64)])
        assert sorted(places.tolist()) == list(range(int((~hopeless).sum()))), "everybody has one block of each part"
        for block, owners in gathered.items():
            assert block > 0
            assert grid[~hopeless][owners][:, [*bits(block)]].all()


def test_chance_of_a_block_is_about_what_agrees() -> None:
    """Gaps of old kits come together, so the share is not the product of the loci's own shares."""
    made = simulate(Recipe(4_000, 400, known=0.0, relatives=0.0), NIST, np.random.default_rng(2))
    marks = marks_of(made.traces, made.persons, shipped_rules("prum-ess12"))
    chance = Chance(made.persons.codes, marks)
    right = [each.right.take(made.persons.codes[each.row]) for each in marks]
    left = [each.left[0].take(made.traces.codes[each.row]) for each in marks]
    for loci in ((0, 1), (0, 12), (14, 15), (2, 10, 16)):
        usable = np.logical_and.reduce([left[place] != 0 for place in loci])
        agree = np.ones((int(usable.sum()), len(made.persons)), dtype=bool)
        for place in loci:
            mine = left[place][usable][:, None]
            agree &= (right[place] == mine) | (right[place] == 0)
        share = float(agree.mean())
        assert share / 2 < chance.of(sum(1 << place for place in loci)) < share * 2


def test_blocks_grow_with_the_set_and_stop() -> None:
    marks = marks_of(SETS_OF_300.traces, SETS_OF_300.persons, shipped_rules("prum-ess12"))
    sizes = [longest(10**power, marks, shipped_rules("prum-ess12")) for power in range(9)]
    assert sizes == sorted(sizes)
    assert sizes[0] == 2
    assert sizes[-1] == 6


@pytest.mark.parametrize("ways", [1, 3])
@pytest.mark.parametrize("spare", [0, 1, 9])
def test_an_index_meets_whoever_agrees_or_says_nothing_within_what_may_lack(ways: int, spare: int) -> None:
    rng = np.random.default_rng(4)
    values = rng.integers(1, 1 << 32, (3, 4), dtype=np.uint32)
    values[:, 0] = 0
    mine = [[values[locus, rng.integers(1, 4, 40)] for _ in range(ways)] for locus in range(3)]
    theirs = [values[locus, rng.integers(0, 4, 300)] for locus in range(3)]
    owners = np.arange(100, 140)
    index = index_block((0, 1, 2), mine, np.full(40, spare), owners)
    found = {pair for rows, who in index.look(theirs) for pair in zip(rows.tolist(), who.tolist(), strict=True)}
    expected = set()
    for row in range(300):
        for place in range(40):
            silent = [not each[row] for each in theirs]
            agrees = [silent[locus] or theirs[locus][row] in {way[place] for way in mine[locus]} for locus in range(3)]
            if all(agrees) and sum(silent) <= spare:
                expected.add((row, 100 + place))
    assert found == expected
    assert found


def test_an_index_of_nobody_meets_nobody_and_a_large_answer_comes_in_pieces() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    marks = [np.full(3_000, 1 << 20 | SAYS, dtype=np.uint32)]
    assert all(not len(rows) for rows, _ in index_block((0,), [[marks[0][:0]]], nobody, nobody).look(marks))
    many = index_block((0,), [[marks[0][:1_000]]], np.zeros(1_000, dtype=np.int64), np.arange(1_000))
    pieces = [len(rows) for rows, _ in many.look(marks)]
    assert sum(pieces) == 3_000_000
    assert max(pieces) <= PIECE + 1_000
    assert len(pieces) == 3


def test_signatures_count_deviations_and_never_too_many() -> None:
    rng = np.random.default_rng(5)
    one, other = (
        [
            np.where(rng.random(500) < 0.8, rng.integers(0, 3, 500) << 8 | SAYS | rng.integers(0, 3, 500), 0)
            for _ in range(11)
        ]
        for _ in range(2)
    )
    mine, theirs = (words_of([each.astype(np.uint32) for each in side]) for side in (one, other))
    assert len(mine) == 2
    counted = np.sum([deviating([mine[word]], theirs[word]).astype(int) for word in range(2)], axis=0)
    exact = sum(((a != 0) & (b != 0) & (a & 0xFF != b & 0xFF)).astype(int) for a, b in zip(one, other, strict=True))
    true = sum(((a != 0) & (b != 0) & (a != b)).astype(int) for a, b in zip(one, other, strict=True))
    assert counted.tolist() == exact.tolist()
    assert (counted <= true).all()
    ways = deviating([mine[0], theirs[0]], theirs[0])
    assert not ways.any(), "who agrees in one way deviates in none"


@pytest.mark.parametrize("name", shipped())
def test_who_may_be_compared_is_what_the_rules_say_of_each(name: str) -> None:
    rng = random.Random(6)
    rules = shipped_rules(name)
    profiles = []
    for number in range(200):
        loci = rng.sample([each.name for each in LOCI[:16]], rng.randint(0, 16))
        seen = {each: rng.choice([(120, 130), (0, 120), (120, 120), (120, 130, 140)]) for each in loci}
        profiles.append(_profile(f"P{number}", rng.choice([*Kind]), **seen))
    columns = pack(profiles)
    others = np.array([[*Kind].index(Kind.TRACE)], dtype=np.uint8)
    found = Eligible(columns, rules, others).among(columns.codes, columns.kinds)
    alone = [rules.wants(each) is None and rules.permits(each.kind, Kind.TRACE) for each in profiles]
    assert found.tolist() == alone
    assert any(alone)
    assert not all(alone)
    square = permitted_kinds(rules)
    assert (square == square.T).all()


@pytest.mark.parametrize("name", shipped())
def test_the_judge_counts_as_the_kernel_does(name: str) -> None:
    rules, persons, traces = shipped_rules(name), SETS_OF_300.persons, SETS_OF_300.traces
    judge = Judge(traces, persons, rules)
    for number in (0, 7, 50):
        (rows, counts), *_ = survivors(persons, tables(traces.profile(number), persons, rules), 255)
        assert judge.counts(np.full(len(rows), number), rows).tolist() == counts.tolist()
        labels = [
            rules.classify(rules.compare(traces.profile(number), persons.profile(row))[0].tally) for row in range(60)
        ]
        found = [None if each == NO_CLASS else rules.classes[each] for each in classes_of(counts, rules)[:60].tolist()]
        assert found == labels


def test_a_scan_and_a_join_agree_and_a_span_is_a_part() -> None:
    rules, persons, traces = shipped_rules("prum-ess12"), SETS_OF_300.persons, SETS_OF_300.traces
    numbers = np.flatnonzero(Eligible(traces, rules, persons.kinds).among(traces.codes, traces.kinds))[:30]
    scanned = {pair for each in scan(traces, persons, rules, numbers, range(600)) for pair in _numbers(each)}
    joined = {pair for each in join(traces, persons, rules) for pair in _numbers(each) if pair[0] <= numbers[-1]}
    assert scanned == joined
    some = {pair for each in scan(traces, persons, rules, numbers, range(3, 600, 5)) for pair in _numbers(each)}
    assert some == {pair for pair in joined if pair[1] % 5 == 3}
    assert len(part_of(persons, range(3, 600, 5))) == 120


def _numbers(found: Pairs) -> list[tuple[int, int]]:
    return [*zip(found.left.tolist(), found.right.tolist(), strict=True)]


def test_a_batch_never_loses_anybody() -> None:
    """Who is in no index is compared with everybody, or can be in no class at all."""
    rules, persons, traces = shipped_rules("cautious"), SETS_OF_300.persons, SETS_OF_300.traces
    preparer = Preparer(traces, persons, rules)
    batch = preparer.batch(np.arange(len(traces)))
    indexed = {int(each) for index in batch.indexes for each in index.owners}
    room = needs(traces.codes, preparer.marks, rules).room
    assert indexed | {*batch.scanned.tolist()} == {*np.flatnonzero(room >= 0).tolist()}
    times = Counter(int(each) for index in batch.indexes for each in {*index.owners.tolist()})
    assert all(times[place] == room[place] + 1 for place in indexed), "one block more than may deviate"


def test_a_prospect_says_how_many_and_by_which_way() -> None:
    persons, traces = SETS_OF_300.persons, SETS_OF_300.traces
    few = part_of(traces, range(30))
    low = prospect(few, persons, shipped_rules("codis-low"), most=1)
    exact = sum(map(len, join(few, persons, shipped_rules("codis-low"))))
    assert low.scanned == 1.0
    assert low.candidates is not None
    assert exact / 3 < low.candidates < exact * 3
    high = prospect(persons, traces, shipped_rules("prum-ess12"))
    assert high.pairs == 120 * 600
    assert high.scanned == 0.0
    itself = prospect(traces, traces, shipped_rules("prum-ess12"))
    assert itself == Prospect(120 * 119 // 2, None, 0.0), "no sample, since all pairs together are not too many"
    assert prospect(few, few, shipped_rules("codis-low"), most=1).pairs == 435
    with pytest.raises(InputError, match="cautious does not compare person with person"):
        prospect(persons, persons, shipped_rules("cautious"))
    assert prospect(pack([]), persons, shipped_rules("cautious")) == Prospect(0, 0.0, 0.0)


def test_absurdly_many_are_refused_before_the_work() -> None:
    refuse_too_many(Prospect(10**12, None, 0.0), 1)
    refuse_too_many(Prospect(10**12, 99.0, 0.0), 100)
    with pytest.raises(
        InputError, match=r"about 5e\+08 candidates .* among 1e\+12 pairs, .* at most 1,000,000"
    ) as caught:
        refuse_too_many(Prospect(10**12, 5e8, 0.0), 1_000_000)
    assert "--most" in caught.value.hint()


@pytest.mark.parametrize("classes", [0, 1])
def test_pairs_of_all_loci_by_hand_for_two_loci(classes: int) -> None:
    """Two loci, three alleles: every genotype against every genotype."""
    allowed = f"max_mismatched = {classes}\nnear = {str(bool(classes)).lower()}"
    text = f"""
        id = "two"
        version = "1"
        title = "two loci"
        source = "test"
        loci = ["FGA", "TH01"]
        kinds = [["trace", "person"]]
        [[classes]]
        label = "any"
        min_full = 1
        min_compared = 1
        {allowed}
        """
    rules = read_rules(text.encode())
    genotypes = [*combinations((0, 120, 130, 140), 2), (120, 120), (130, 130)]
    made = [{"FGA": one, "TH01": other} for one in genotypes for other in genotypes]
    left = [_profile(f"T{n}", Kind.TRACE, **each) for n, each in enumerate(made)]
    right = [_profile(f"P{n}", Kind.PERSON, **each) for n, each in enumerate(made)]
    found = {pair for each in join(pack(left), pack(right), rules) for pair in _numbers(each)}
    assert found == {
        (one, other)
        for one, mine in enumerate(left)
        for other, theirs in enumerate(right)
        if rules.compare(mine, theirs)[1]
    }
