"""Every format into every other: what a format can say comes back, and what it cannot is named before it is lost."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.formats.codis import LOCI_OF_32
from egnatia.engines.dna.formats.names import Format
from egnatia.engines.dna.formats.reading import Read, read_profiles
from egnatia.engines.dna.formats.writing import Loss, Sending, losses, write_profiles
from egnatia.engines.dna.loci import BY_NAME
from egnatia.engines.dna.types import Designation, Kind, Profile
from egnatia.errors import InputError

SENDING = Sending(datetime(2026, 11, 22, tzinfo=UTC), "ALDNA", "GBDNA", "examiner")
NO_KIND = (Format.GENEMAPPER, Format.GENEMAPPER_WIDE, Format.EUROFORMIX, Format.SMARTRANK)
REFS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=20
).filter(lambda each: each[0] not in "=+@" and each.isprintable())  # fmt: skip
ALLELES = st.integers(20, 989).map(Allele)


def _bytes(profiles: Sequence[Profile], target: Format) -> bytes:
    return b"".join(write_profiles(profiles, target, SENDING))


def _again(data: bytes, kind: Kind | None = None) -> list[Profile]:
    found = [*read_profiles(io.BytesIO(data), kind)]
    assert all(isinstance(each, Read) for each in found), found
    assert not any(each.tolerated for each in found if isinstance(each, Read))
    return [each.profile for each in found if isinstance(each, Read)]


@st.composite
def single_sources(draw: st.DrawFn) -> Profile:
    """A profile of one person, as normalising leaves it."""
    pair = st.tuples(ALLELES, st.one_of(ALLELES, ALLELES, st.just(WILDCARD))).map(lambda each: tuple(sorted(each)))
    loci: dict[str, Designation] = draw(st.dictionaries(st.sampled_from([*BY_NAME]), pair, min_size=1, max_size=12))
    ordered = {name: loci[name] for name in BY_NAME if name in loci}
    kind = draw(st.sampled_from([each for each in Kind if each is not Kind.MIXTURE]))
    return Profile(draw(REFS), kind, ordered, draw(st.sampled_from(["", "X", "XY"])))


@st.composite
def mixtures(draw: st.DrawFn) -> Profile:
    """A profile of several people: every allele once, the only one of a locus twice."""
    many = st.sets(st.one_of(ALLELES, st.just(WILDCARD)), min_size=1, max_size=8).filter(any)
    loci = draw(st.dictionaries(st.sampled_from([*BY_NAME]), many, min_size=1, max_size=12))
    seen = {name: tuple(sorted(each)) if len(each) > 1 else (*each, *each) for name, each in loci.items()}
    return Profile(draw(REFS), Kind.MIXTURE, {name: seen[name] for name in BY_NAME if name in seen}, "XY")


def _sayable(profile: Profile, target: Format) -> Profile:
    """What of a profile is left when everything is taken away that the target says it loses."""
    if target is Format.CODIS:
        kept = {name: each for name, each in profile.loci.items() if name in LOCI_OF_32 and WILDCARD not in each}
        return replace(profile, loci=kept)
    return profile


@pytest.mark.parametrize("target", [*Format])
@given(st.lists(single_sources(), min_size=1, max_size=3, unique_by=lambda each: each.ref))
@settings(deadline=None, derandomize=True, max_examples=15)
def test_single_sources_come_back(target: Format, profiles: list[Profile]) -> None:
    sayable = [_sayable(each, target) for each in profiles]
    if not all(each.loci for each in sayable):
        return
    if target in NO_KIND:
        sayable = [replace(each, kind=profiles[0].kind) for each in sayable]
    assert _again(_bytes(profiles, target), profiles[0].kind if target in NO_KIND else None) == sayable


@pytest.mark.parametrize("target", [each for each in Format if each is not Format.NIST])
@given(mixtures())
@settings(deadline=None, derandomize=True, max_examples=15)
def test_mixtures_come_back(target: Format, profile: Profile) -> None:
    sayable = _sayable(profile, target)
    if sayable.loci:
        assert _again(_bytes([profile], target), Kind.MIXTURE if target in NO_KIND else None) == [sayable]


@pytest.mark.parametrize("target", [*Format])
@given(single_sources())
@settings(deadline=None, derandomize=True, max_examples=15)
def test_what_is_lost_is_named_and_nothing_else(target: Format, profile: Profile) -> None:
    named = [*losses([profile], target)]
    told = [each.what for each in named if not each.what.startswith("that it is of kind")]
    assert bool(told) == (_sayable(profile, target) != profile)
    assert (target in NO_KIND) == (len(told) < len(named))
    assert {each.ref for each in named} <= {profile.ref}


@cache
def _everything() -> Profile:
    """A profile that no format can say whole."""
    loci = {"vWA": (160, 170), "FGA": (0, 240), "SE33": (180, 262), "TH01": (60, 93)}
    made = {name: tuple(map(Allele, each)) for name, each in loci.items()}
    return Profile("X-1", Kind.VICTIM, made, "X", {"TH01": (Allele(93),), "SE33": (Allele(180),)})


@pytest.mark.parametrize(
    ("target", "what"),
    [
        (Format.CODIS, ["loci that CMF 3.2 has no name for: SE33", "loci with a wildcard: FGA"]),
        (Format.NIEM, []),
        (Format.NIST, ["obligatory alleles at TH01, SE33"]),
        (Format.PLAIN, ["obligatory alleles at TH01, SE33"]),
        (Format.EUROFORMIX, ["that it is of kind victim", "obligatory alleles at TH01, SE33"]),
    ],
)
def test_the_losses_of_each_format(target: Format, what: list[str]) -> None:
    assert [*losses([_everything()], target)] == [Loss("X-1", each) for each in what]


@pytest.mark.parametrize("target", [Format.CODIS, Format.NIEM])
def test_obligatory_alleles_are_carried_through(target: Format) -> None:
    (again,) = _again(_bytes([_everything()], target))
    assert again.required == {name: each for name, each in _everything().required.items() if name in again.loci}
    assert again.required


def test_of_two_obligatory_alleles_codis_says_one_and_the_loss_is_named() -> None:
    profile = replace(_everything(), required={"TH01": (Allele(60), Allele(93))})
    assert Loss("X-1", "more than one obligatory allele at a locus") in [*losses([profile], Format.CODIS)]
    assert _again(_bytes([profile], Format.CODIS))[0].required == {"TH01": (60,)}
    assert _again(_bytes([profile], Format.NIEM))[0].required == {"TH01": (60, 93)}


@pytest.mark.parametrize("target", [*Format])
@pytest.mark.parametrize(
    ("profiles", "said"),
    [
        ([], "no profile"),
        ([Profile("A", Kind.TRACE, {"FGA": (Allele(200), Allele(210))})] * 2, "one reference"),
        ([Profile(" A", Kind.TRACE, {"FGA": (Allele(200), Allele(210))})], "white space"),
    ],
)
def test_what_no_format_can_tell_apart_is_refused(target: Format, profiles: list[Profile], said: str) -> None:
    with pytest.raises(InputError, match=said):
        _bytes(profiles, target)


@pytest.mark.parametrize("ref", ["=1+1", "+cmd", "@SUM(A1)"])
@pytest.mark.parametrize("target", [*NO_KIND, Format.PLAIN])
def test_no_table_has_a_formula_for_a_reference(target: Format, ref: str) -> None:
    with pytest.raises(InputError, match="formula"):
        _bytes([Profile(ref, Kind.TRACE, {"FGA": (Allele(200), Allele(210))})], target)


def test_real_genotypes_through_every_format() -> None:
    path = Path(__file__).parents[4] / "shared" / "data" / "dna" / "nist1036_genotypes.csv"
    if not path.exists():
        pytest.skip("the shared test data is not here")
    people = _again(path.read_bytes(), Kind.PERSON)[:150]
    for target in Format:
        found = _again(_bytes(people, target), Kind.PERSON)
        assert found == [_sayable(each, target) for each in people], target
