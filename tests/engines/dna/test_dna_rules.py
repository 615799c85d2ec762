"""What is a candidate by each rule set, from both sides and with swapped alleles; and rule files that are refused."""

from collections.abc import Mapping

import pytest

from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.normalise import profile_of
from egnatia.engines.dna.rule_file import read_rules, shipped, shipped_rules
from egnatia.engines.dna.types import Agreement, Kind, Profile
from egnatia.errors import InputError, NotFoundError

BASE = {
    "vWA": "16 17", "TH01": "6 9.3", "D21S11": "29 31.2", "FGA": "21 24", "D8S1179": "13 14", "D3S1358": "15 16",
    "D18S51": "12 17", "D16S539": "11 12", "D2S1338": "17 25", "D19S433": "13 14", "D1S1656": "15 17.3",
    "D12S391": "18 22",
}  # fmt: skip


def _profile(kind: Kind = Kind.PERSON, loci: int = 12, **changes: str) -> Profile:
    rows = dict(list(BASE.items())[:loci]) | changes
    return profile_of("P-1", kind, [(name, text.split()) for name, text in rows.items() if text]).profile


def _label(rules: str, loci: int, changes: Mapping[str, str], other: Mapping[str, str] | None = None) -> str | None:
    """The label of the base profile, changed on one side, against itself; the same from the other side."""
    left, right = _profile(Kind.TRACE, loci, **(other or {})), _profile(Kind.PERSON, loci, **changes)
    chosen = shipped_rules(rules)
    one, two = chosen.compare(left, right), chosen.compare(right, left)
    assert [each.agreement for each in one[0].loci] == [each.agreement for each in two[0].loci]
    assert one[1] == two[1]
    return one[1].label if one[1] else None


PRUM = [
    (6, {}, "quality 1"),
    (5, {}, None),
    (12, {}, "quality 1"),
    (12, {"vWA": "17 16"}, "quality 1"),
    (7, {"vWA": "16 *"}, "quality 2"),
    (7, {"vWA": "* 17"}, "quality 2"),
    (7, {"vWA": "18 *"}, "quality 4"),
    (7, {"vWA": "18 19"}, None),
    (6, {"vWA": "16 *"}, None),
    (8, {"vWA": "16 *", "TH01": "6 *"}, "quality 2"),
    (7, {"vWA": "16 *", "TH01": "6 *"}, None),
    (7, {"TH01": "6 10"}, "quality 3"),
    (7, {"TH01": "6 9.2"}, "quality 3"),
    (7, {"TH01": "6 9.1"}, "quality 4"),
    (7, {"TH01": "6 9"}, "quality 4"),
    (6, {"TH01": "6 10"}, None),
    (7, {"TH01": "10 9.3"}, "quality 4"),
    (7, {"vWA": "16 18"}, "quality 4"),
    (7, {"vWA": "16 16"}, "quality 4"),
    (7, {"vWA": "17"}, "quality 4"),
    (6, {"vWA": "16 18"}, None),
    (12, {"vWA": "16 18", "FGA": "21 25"}, None),
    (12, {"vWA": "16 18", "TH01": "6 10"}, None),
    (12, {"TH01": "6 10", "D21S11": "29 31.3"}, None),
    (12, {"vWA": "18 19"}, None),
    (8, {"vWA": "16 18", "TH01": "6 *"}, "quality 4"),
    (8, {"TH01": "6 10", "vWA": "16 *"}, "quality 3"),
    (7, {"vWA": ""}, "quality 1"),
    (6, {"vWA": ""}, None),
    (7, {"vWA": "* *"}, "quality 1"),
    (7, {"vWA": "16 17 18"}, "quality 2"),
    (7, {"vWA": "0 17"}, "quality 2"),
    (7, {"vWA": "99 17"}, "quality 2"),
    (7, {"vWA": "16 OL"}, "quality 2"),
]


@pytest.mark.parametrize("rules", ["prum-ess7", "prum-ess12"])
@pytest.mark.parametrize(("loci", "changes", "label"), PRUM)
def test_prum(rules: str, loci: int, changes: dict[str, str], label: str | None) -> None:
    assert _label(rules, loci, changes) == label


@pytest.mark.parametrize(
    ("asked", "held", "label"),
    [
        ("12 *", "12 14", "quality 2"),
        ("12 *", "9 12", "quality 2"),
        ("12 *", "12 12", "quality 2"),
        ("12 *", "9 14", "quality 4"),
        ("12 *", "12 *", "quality 2"),
        ("12 *", "13 *", "quality 2"),
        ("12 14", "14 12", "quality 1"),
        ("12 12", "12 13", "quality 4"),
        ("12 12", "13 13", None),
    ],
)
def test_a_wildcard_is_searched_in_both_positions(asked: str, held: str, label: str | None) -> None:
    assert _label("prum-ess7", 7, {"D18S51": held}, {"D18S51": asked}) == label


@pytest.mark.parametrize(
    ("locus", "asked", "held", "label"),
    [
        ("Penta D", "9.3 12", "9.4 12", "quality 3"),
        ("Penta D", "9.4 12", "10 12", "quality 3"),
        ("Penta D", "9.3 12", "10 12", "quality 4"),
        ("Penta E", "9.4 12", "10 12", "quality 3"),
        ("CD4", "9.4 12", "10 12", "quality 3"),
        ("D2S1338", "9.3 12", "10 12", "quality 3"),
    ],
)
def test_loci_of_five_bases_have_their_own_table(locus: str, asked: str, held: str, label: str) -> None:
    assert _label("prum-ess7", 7, {locus: held}, {locus: asked}) == label


def test_two_micro_variants_of_one_homozygote_are_two_deviations() -> None:
    assert _label("prum-ess7", 7, {"TH01": "10 10"}, {"TH01": "9.3 9.3"}) is None


def test_loci_of_2009_count_only_where_the_rules_say_so() -> None:
    off = {"D1S1656": "11 12"}
    assert _label("prum-ess7", 11, off) == "quality 1"
    assert _label("prum-ess12", 11, off) is None


@pytest.mark.parametrize(
    ("loci", "changes", "label"),
    [
        (6, {}, "full"),
        (9, {"vWA": "16 18"}, None),
        (10, {"vWA": "16 18"}, "near by one allele"),
        (9, {"TH01": "6 10"}, None),
        (10, {"TH01": "6 10"}, "near by micro-variant"),
        (11, {"vWA": "16 18", "FGA": "21 *"}, None),
        (9, {"vWA": "16 *"}, "full with wildcard"),
        (8, {"vWA": "16 *"}, None),
    ],
)
def test_the_cautious_default_wants_ten_loci_for_a_near_match(
    loci: int, changes: dict[str, str], label: str | None
) -> None:
    assert _label("cautious", loci, changes) == label


SWGDAM = [
    ("D8S1179", "13", "13 14", "moderate"),
    ("D21S11", "28 31.2", "28 31.2", "high"),
    ("TH01", "8", "7 8", "moderate"),
    ("FGA", "10 12", "12", "moderate"),
    ("FGA", "21 22", "22 23", "low"),
    ("FGA", "21 22", "23 24", "none"),
    ("FGA", "21 22 23", "21 23", "moderate"),
    ("FGA", "21 *", "21 22", "moderate"),
]


@pytest.mark.parametrize(("locus", "asked", "held", "reached"), SWGDAM)
def test_stringency_at_one_locus(locus: str, asked: str, held: str, reached: str) -> None:
    left = profile_of("A", Kind.MIXTURE, [(locus, asked.split())]).profile
    right = profile_of("B", Kind.PERSON, [(locus, held.split())]).profile
    for one, other in ((left, right), (right, left)):
        evidence, _ = shipped_rules("codis-low").compare(one, other)
        assert [each.agreement for each in evidence.loci] == [reached]


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ({}, {"codis-high", "codis-moderate", "codis-low"}),
        ({"vWA": "16"}, {"codis-moderate", "codis-low"}),
        ({"vWA": "16 18"}, {"codis-low"}),
        ({"vWA": "18 19"}, set()),
    ],
)
def test_stringency_of_whole_profiles(changes: dict[str, str], labels: set[str]) -> None:
    found = {name for name in ("codis-high", "codis-moderate", "codis-low") if _label(name, 12, changes)}
    assert found == labels
    assert not any(_label(name, 7, {}) for name in labels)


def test_what_a_profile_needs_before_it_is_compared() -> None:
    rules = shipped_rules("prum-ess7")
    assert rules.wants(_profile(Kind.PERSON, 6)) is None
    assert rules.wants(_profile(Kind.PERSON, 7, vWA="16 *", TH01="")) == "5 loci in full, 6 needed"
    five_core = dict.fromkeys(("vWA", "TH01"), "") | {"D16S539": "11 12"}
    assert rules.wants(_profile(Kind.PERSON, 8, **five_core)) == "5 of 7 core loci in full, 6 needed"
    assert rules.wants(_profile(Kind.TRACE, 8, **five_core)) is None


@pytest.mark.parametrize("name", shipped())
def test_nobody_compares_victims_eliminations_or_relatives(name: str) -> None:
    rules = shipped_rules(name)
    for kind in (Kind.VICTIM, Kind.ELIMINATION, Kind.RELATIVE):
        assert not any(rules.permits(kind, other) or rules.permits(other, kind) for other in Kind)
    assert rules.permits(Kind.TRACE, Kind.PERSON)
    assert rules.permits(Kind.PERSON, Kind.TRACE)


def test_every_locus_of_an_evidence_is_named_with_both_sides() -> None:
    evidence, _ = shipped_rules("prum-ess7").compare(_profile(loci=7), _profile(loci=7, vWA="16 18"))
    assert evidence.compared == 7
    assert evidence.count(Agreement.FULL) == 6
    (off,) = [each for each in evidence.loci if each.agreement is Agreement.ONE_OFF]
    assert (off.locus, off.left, off.right, off.mismatched) == ("vWA", (160, 170), (160, 180), 1)


WHOLE = """
id = "ours"
version = "1"
title = "A title"
source = "An agreement"
loci = "ess-12"
kinds = [["trace", "person"]]
[[classes]]
label = "full"
min_full = 6
min_compared = 6
"""


def test_a_rule_file_is_read() -> None:
    rules = read_rules(WHOLE.encode())
    assert rules.loci == SETS["ess-12"]
    assert rules.permits(Kind.PERSON, Kind.TRACE)
    assert not rules.permits(Kind.TRACE, Kind.TRACE)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "ours"', 'id = "Ours!"', "cannot be read"),
        ('id = "ours"', "", "missing required field `id`"),
        ('title = "A title"', "title = 3", "cannot be read"),
        ('loci = "ess-12"', 'loci = "ess-13"', "is no set of loci"),
        ('loci = "ess-12"', 'loci = ["FGA", "FGB"]', "'FGB' is no locus"),
        ('loci = "ess-12"', 'loci = ["FGA", "FGA"]', "named twice"),
        ('["trace", "person"]', '["trace", "nobody"]', "cannot be read"),
        ('kinds = [["trace", "person"]]', "kinds = []", "cannot be read"),
        ("min_full = 6", "min_full = 7", "at most min_compared"),
        ("min_full = 6", "min_full = 0", "min_full is 1 or more"),
        ("min_compared = 6", "min_compared = 13", "only 12 loci count"),
        ("min_compared = 6", "min_compared = 6\nmax_mismatched = 1", "near = true"),
        ("min_compared = 6", "min_compared = -6", "cannot be read"),
        ("min_compared = 6", "min_compared = 6\nminimum = 3", "unknown field `minimum`"),
        ("[[classes]]", '[[classes]]\nlabel = "x"\nmin_full = 1\nmin_compared = 1\nstringency = "high"\n[[classes]]', "or none does"),
        ("[[classes]]", '[[classes]]\nlabel = "full"\nmin_full = 9\nmin_compared = 9\n[[classes]]', "one label"),
        ("[[classes]]", '[inclusion]\ncore = "ess-7"\nmin_core = 8\n[[classes]]', "min_core is more"),
        ("[[classes]]", "max_expected = 0.0\n[[classes]]", "cannot be read"),
        ("[[classes]]", "[[classes", "cannot be read"),
    ],
)  # fmt: skip
def test_a_rule_file_that_means_nothing_is_refused(old: str, new: str, said: str) -> None:
    assert old in WHOLE
    with pytest.raises(InputError, match=said):
        read_rules(WHOLE.replace(old, new, 1).encode())


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = " + b"[" * 5_000, b"#" * 70_000, b"", b"\x00"])
def test_a_hostile_rule_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_rules(data)


def test_shipped_rules_by_name() -> None:
    assert {"prum-ess7", "prum-ess12", "codis-high", "codis-moderate", "codis-low", "cautious"} <= {*shipped()}
    for name in shipped():
        assert shipped_rules(name).id == name
    with pytest.raises(NotFoundError, match="no rule set"):
        shipped_rules("../../settings")


TRI_ALLELES = [
    ("16 17 18", "16 17", (None, "moderate", "low")),
    ("16 17 18", "16 18", (None, "moderate", "low")),
    ("16 17 18", "16 17 18", (None, "moderate", "low")),
    ("16 17 18", "16 19", (None, "moderate", "low")),
    ("16 17 18", "16", (None, "moderate", "low")),
    ("16 17 18", "17 18", (None, None, None)),
    ("17 16 18", "17 18", (None, "moderate", "low")),
]
"""What a person's locus with three alleles comes to beside eleven that agree: the first of them and a wildcard, under the
rules by stringency too. By the words of SWGDAM (2009), and by the source of GENis, the third row would be high and the sixth
moderate; docs/reference/dna.md says why these are not."""


@pytest.mark.parametrize(("person", "trace", "labels"), TRI_ALLELES)
def test_three_alleles_of_a_person_by_stringency(person: str, trace: str, labels: tuple[str | None, ...]) -> None:
    found = [
        _label(rules, 12, {"vWA": person}, {"vWA": trace}) for rules in ("codis-high", "codis-moderate", "codis-low")
    ]
    assert found == [*labels]
