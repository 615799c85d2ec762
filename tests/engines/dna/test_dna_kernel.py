"""The fast search finds what the comparison of every pair finds, with gaps, wildcards, errors and mixtures."""

import contextlib
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.columns import Columns, load, pack, save, unpack
from egnatia.engines.dna.kernel import bound, fits, survivors, tables
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.rule_file import shipped, shipped_rules
from egnatia.engines.dna.search import search
from egnatia.engines.dna.types import Designation, Kind, Profile
from egnatia.errors import ConflictError, InputError

LOCI = SETS["dna-17"]


def _locus(rng: random.Random, kind: Kind) -> Designation:
    """Few alleles, so that chance gives many agreements; a wildcard, a micro-variant or a third allele at times."""
    size = rng.choice([2, 2, 3, 4]) if kind is Kind.MIXTURE else 2
    alleles = [Allele(rng.choice([120, 120, 120, 130, 123, 122])) for _ in range(size)]
    if rng.random() < 0.04:
        alleles[0] = WILDCARD
    return tuple(sorted(alleles if any(alleles) else [Allele(120), Allele(130)]))


def _profiles(rng: random.Random, count: int) -> list[Profile]:
    """Related to one another: each is made of an earlier one with a few loci typed anew or left out."""
    made: list[Profile] = []
    for number in range(count):
        kind = rng.choice([*Kind])
        loci = {name: _locus(rng, kind) for name in LOCI}
        if made and rng.random() < 0.7:
            earlier = rng.choice(made)
            loci = {name: seen for name, seen in earlier.loci.items() if len(seen) == 2 or kind is Kind.MIXTURE}
            for name in rng.sample(LOCI, rng.choice([0, 1, 1, 2])):
                loci[name] = _locus(rng, kind)
        for name in rng.sample(LOCI, rng.choice([0, 0, 1, 4, 6])):
            loci.pop(name, None)
        made.append(Profile(f"P-{number}", kind, loci))
    return made


def _by_hand(query: Profile, profiles: list[Profile], name: str) -> set[tuple[str, str]]:
    rules = shipped_rules(name)
    found = set()
    for each in profiles:
        if rules.permits(query.kind, each.kind) and rules.wants(each) is None:
            _, match_class = rules.compare(query, each)
            if match_class:
                found.add((each.ref, match_class.label))
    return found


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("seed", range(4))
def test_the_search_finds_what_comparing_every_pair_finds(name: str, seed: int) -> None:
    profiles = _profiles(random.Random(seed), 200)
    columns, rules = pack(profiles), shipped_rules(name)
    asked = hits = 0
    for query in profiles[::7]:
        if rules.wants(query) is None and any(rules.permits(query.kind, each) for each in Kind):
            found = {(each.ref, each.label) for each in search(query, columns, rules)}
            assert found == _by_hand(query, profiles, name)
            asked, hits = asked + 1, hits + len(found)
    assert asked > 2
    assert hits > 0


@pytest.mark.parametrize("name", shipped())
def test_counts_decide_as_evidence_does(name: str) -> None:
    profiles = _profiles(random.Random(417), 200)
    columns, rules = pack(profiles), shipped_rules(name)
    for query in profiles[:20]:
        (rows, counts), *others = survivors(columns, tables(query, columns, rules), 255)
        assert not others
        assert rows.tolist() == list(range(200))
        for match_class in rules.classes:
            alone = [match_class.fits(rules.compare(query, each)[0].tally) for each in profiles]
            assert fits(match_class, counts).tolist() == alone


def test_chunks_meet_without_a_seam() -> None:
    profiles = _profiles(random.Random(1), 150)
    columns, rules, query = pack(profiles), shipped_rules("prum-ess12"), profiles[0]
    ordered = tables(query, columns, rules)
    whole = [rows.tolist() for rows, _ in survivors(columns, ordered, bound(rules))]
    pieces = [rows.tolist() for rows, _ in survivors(columns, ordered, bound(rules), chunk=7)]
    assert len(pieces) == -(-150 // 7)
    assert [each for piece in pieces for each in piece] == whole[0]


def test_columns_give_back_what_went_in(tmp_path: Path) -> None:
    profiles = _profiles(random.Random(2), 70)
    save(pack(profiles), tmp_path / "columns")
    again = load(tmp_path / "columns")
    assert [*unpack(again)] == profiles
    assert again.codes.dtype == np.uint16
    with pytest.raises(ConflictError, match="not empty"):
        save(again, tmp_path / "columns")


def test_no_profile_at_all(tmp_path: Path) -> None:
    save(pack([]), tmp_path / "none")
    columns = load(tmp_path / "none")
    assert len(columns) == 0
    assert search(_full("Q"), columns, shipped_rules("prum-ess7")) == ()


def _full(ref: str, kind: Kind = Kind.TRACE) -> Profile:
    return Profile(ref, kind, {name: (Allele(120), Allele(130)) for name in LOCI})


def test_candidates_come_best_class_first_and_say_what_they_are() -> None:
    near = Profile("A", Kind.PERSON, {**_full("A").loci, "FGA": (Allele(120), Allele(150))})
    found = search(_full("Q"), pack([near, _full("C", Kind.PERSON), _full("B")]), shipped_rules("prum-ess12"))
    assert [(each.ref, each.label, each.near, each.kind) for each in found] == [
        ("B", "quality 1", False, Kind.TRACE),
        ("C", "quality 1", False, Kind.PERSON),
        ("A", "quality 4", True, Kind.PERSON),
    ]


@pytest.mark.parametrize("kind", [Kind.VICTIM, Kind.ELIMINATION, Kind.RELATIVE])
@pytest.mark.parametrize("name", shipped())
def test_victims_eliminations_and_relatives_are_never_found_nor_searched(name: str, kind: Kind) -> None:
    rules = shipped_rules(name)
    assert search(_full("Q"), pack([_full("V", kind)]), rules) == ()
    with pytest.raises(InputError, match="with none"):
        search(_full("V", kind), pack([_full("Q")]), rules)


def test_a_question_with_too_few_loci_is_refused_with_what_it_lacks() -> None:
    short = Profile("Q", Kind.TRACE, {name: (Allele(120), Allele(130)) for name in LOCI[:5]})
    with pytest.raises(InputError, match="5 loci in full, 6 needed"):
        search(short, pack([]), shipped_rules("prum-ess7"))


def _saved(directory: Path) -> Columns:
    columns = pack(_profiles(random.Random(3), 20))
    save(columns, directory)
    return columns


@pytest.mark.parametrize("name", ["columns.json", "codes.u2", "refs.txt", "ends.u8", "kinds.u1"])
def test_columns_that_are_cut_off_or_missing_are_refused(tmp_path: Path, name: str) -> None:
    _saved(tmp_path)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[:-8])
    with pytest.raises(InputError, match=r"no columns|cut off"):
        load(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match="holds no columns"):
        load(tmp_path)


@given(st.binary(min_size=1, max_size=40), st.integers(0, 400))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_spoiled_header_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    directory = tmp_path_factory.mktemp("columns")
    _saved(directory)
    path = directory / "columns.json"
    data = path.read_bytes()
    path.write_bytes(data[:at] + noise + data[at + len(noise) :])
    with contextlib.suppress(InputError):
        load(directory)
