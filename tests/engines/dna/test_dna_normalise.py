"""From a laboratory's table to a profile, with a remark for whatever was changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import AlleleRemark
from egnatia.engines.dna.loci import BY_NAME
from egnatia.engines.dna.normalise import LocusRemark, Remark, profile_of
from egnatia.engines.dna.types import Kind, Profile, write_designation
from egnatia.errors import InputError

Raw = list[tuple[str, list[str]]]


def _loci(raw: Raw, kind: Kind = Kind.PERSON) -> dict[str, tuple[int, ...]]:
    return {name: tuple(seen) for name, seen in profile_of("P-1", kind, raw).profile.loci.items()}


def test_a_plain_profile_is_taken_as_it_stands() -> None:
    made = profile_of("P-1", Kind.PERSON, [("D3S1358", ["16", "15"]), ("THO1", ["9.3", "9.3"]), ("AMEL", ["X", "Y"])])
    assert made.remarks == ()
    assert made.profile.loci == {"TH01": (93, 93), "D3S1358": (150, 160)}
    assert made.profile.amelogenin == "XY"
    assert made.profile.full_loci == ("TH01", "D3S1358")


@pytest.mark.parametrize(
    ("values", "seen", "remarks"),
    [
        (["12"], (120, 120), [LocusRemark.HOMOZYGOTE]),
        (["12", "12", "12"], (120, 120), []),
        (["12", "13", "12"], (120, 130), []),
        (["12", ""], (120, 120), [LocusRemark.HOMOZYGOTE]),
        (["12", "NULL", "13", "-"], (120, 130), []),
        (["12", "OL"], (0, 120), [AlleleRemark.OFF_LADDER]),
        (["OL", "12"], (0, 120), [AlleleRemark.OFF_LADDER]),
        (["99", "12"], (0, 120), [AlleleRemark.STANDS_FOR_UNKNOWN]),
        (["12", "13", "14"], (0, 120), [LocusRemark.TRI_ALLELE]),
        (["14", "13", "12"], (0, 140), [LocusRemark.TRI_ALLELE]),
        (["OL", "13", "12"], (0, 130), [AlleleRemark.OFF_LADDER, LocusRemark.TRI_ALLELE]),
        (["*", "*"], None, [AlleleRemark.WILDCARD, AlleleRemark.WILDCARD]),
        (["na"], None, [AlleleRemark.NO_NUMBER, LocusRemark.HOMOZYGOTE]),
        ([], None, []),
        (["", " "], None, []),
    ],
)
def test_one_locus_of_a_single_source(
    values: list[str], seen: tuple[int, ...] | None, remarks: list[LocusRemark | AlleleRemark]
) -> None:
    made = profile_of("P-1", Kind.PERSON, [("FGA", values)])
    assert made.profile.loci.get("FGA") == seen
    assert [each.what for each in made.remarks] == remarks


def test_two_loci_with_three_alleles_make_a_trace_a_mixture() -> None:
    raw: Raw = [("FGA", ["20", "21", "22"]), ("TH01", ["6", "7", "9.3"]), ("vWA", ["17"]), ("D3S1358", ["15", "15"])]
    made = profile_of("T-1", Kind.TRACE, raw)
    assert made.profile.kind is Kind.MIXTURE
    assert made.profile.loci["FGA"] == (200, 210, 220)
    assert made.profile.loci["vWA"] == (170, 170)
    assert Remark("", LocusRemark.MIXTURE, "TH01, FGA") in made.remarks


def test_a_person_with_two_such_loci_stays_a_person_and_is_remarked_on() -> None:
    made = profile_of("P-1", Kind.PERSON, [("FGA", ["20", "21", "22"]), ("TH01", ["6", "7", "9.3"])])
    assert made.profile.kind is Kind.PERSON
    assert made.profile.loci == {"TH01": (0, 60), "FGA": (0, 200)}
    assert LocusRemark.MIXTURE in [each.what for each in made.remarks]


def test_one_locus_with_three_alleles_leaves_a_trace_a_trace() -> None:
    made = profile_of("T-1", Kind.TRACE, [("FGA", ["20", "21", "22"]), ("TH01", ["6", "7"])])
    assert made.profile.kind is Kind.TRACE
    assert made.profile.loci["FGA"] == (0, 200)


def test_a_locus_given_twice() -> None:
    assert _loci([("FGA", ["20", "21"]), ("fga", ["21", "20"])]) == {"FGA": (200, 210)}
    made = profile_of("P-1", Kind.PERSON, [("FGA", ["20", "21"]), ("FGA", ["20", "22"]), ("TH01", ["6"])])
    assert "FGA" not in made.profile.loci
    assert [each.what for each in made.remarks] == [LocusRemark.DISAGREES, LocusRemark.HOMOZYGOTE]
    thrice = profile_of("P-1", Kind.PERSON, [("FGA", ["20"]), ("FGA", ["22"]), ("FGA", ["20"])])
    assert "FGA" not in thrice.profile.loci


def test_unknown_loci_and_sex_markers_are_remarked_on_and_never_counted() -> None:
    made = profile_of("P-1", Kind.PERSON, [("DYS391", ["10"]), ("AMEL", ["X", "Z"]), ("FGA", ["20", "21"])])
    assert made.profile.loci == {"FGA": (200, 210)}
    assert made.profile.amelogenin == ""
    assert {each.what for each in made.remarks} == {LocusRemark.UNKNOWN_LOCUS, LocusRemark.NO_SEX_MARKER}
    assert profile_of("P-2", Kind.PERSON, [("AMEL", ["X"])]).profile.amelogenin == "X"


def test_a_part_of_a_repeat_that_cannot_be_is_kept_and_remarked_on() -> None:
    made = profile_of("P-1", Kind.PERSON, [("TH01", ["9.4", "6"]), ("Penta D", ["9.4", "10"])])
    assert made.profile.loci == {"TH01": (60, 94), "Penta D": (94, 100)}
    assert made.remarks == (Remark("TH01", LocusRemark.NOT_A_REPEAT, "9.4"),)


def test_more_alleles_than_a_locus_has() -> None:
    made = profile_of("T-1", Kind.MIXTURE, [("SE33", [str(each) for each in range(10, 40)]), ("FGA", ["20"])])
    assert "SE33" not in made.profile.loci
    assert LocusRemark.TOO_MANY in [each.what for each in made.remarks]


@pytest.mark.parametrize("ref", ["", "x" * 41, "a\nb", "a\x00"])
def test_a_reference_that_cannot_be_stored_is_refused(ref: str) -> None:
    with pytest.raises(InputError, match="reference"):
        profile_of(ref, Kind.PERSON, [])


@pytest.mark.parametrize(
    "loci",
    [{"FGA": (200,)}, {"FGA": (210, 200)}, {"fga": (200, 210)}, {"AMEL": (200, 210)}, {"FGA": tuple(range(20, 60))}],
)
def test_a_profile_refuses_what_could_not_be_compared(loci: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(InputError):
        Profile("P-1", Kind.PERSON, loci)  # type: ignore[arg-type]


VALUES = st.lists(st.text("0123456789.,*<>OLXYnaf- ", max_size=6), max_size=6)


@given(
    st.lists(st.tuples(st.sampled_from([*BY_NAME, "AMEL", "thO1", "DYS391"]), VALUES), max_size=12),
    st.sampled_from(Kind),
)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_whatever_is_written_gives_a_sound_profile(raw: Raw, kind: Kind) -> None:
    profile = profile_of("P-1", kind, raw).profile
    again = profile_of(
        "P-1", profile.kind, [(name, write_designation(seen).split(",")) for name, seen in profile.loci.items()]
    )
    assert again.profile.loci == profile.loci
    assert all(any(seen) for seen in profile.loci.values())
