"""The next document against known templates: a flag needs something that no genuine document has, and shows both sides."""

import math
import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.report.sources import basis, made, presented

from egnatia.engines.documents import Format, random_zone
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.mrz.reader import read_zone
from egnatia.engines.documents.presented import Basis, Presented, ordered
from egnatia.engines.documents.report.stored import keep, read_stored, replay
from egnatia.engines.documents.series.blanks import MIN_BLANKS, BlankRange, blank_range
from egnatia.engines.documents.series.cluster import series_of
from egnatia.engines.documents.series.extract import number_shape, zone_features
from egnatia.engines.documents.series.files import noted
from egnatia.engines.documents.series.match import FLAG_BITS, compare, flag
from egnatia.engines.documents.series.rarity import Rarity
from egnatia.engines.documents.series.sources import COUNTED, rarity_of
from egnatia.engines.documents.series.types import (
    GENUINE_SHOWS,
    MANY,
    MAX_FEATURES,
    VALUES,
    FeatureKind,
    Template,
    TemplateFeature,
)
from egnatia.engines.documents.types import Advice, Result, Source
from egnatia.engines.documents.whole.catalogue import WholeCheck
from egnatia.engines.documents.whole.findings import WholeFinding
from egnatia.engines.documents.whole.template import seen_features
from egnatia.errors import InputError

DAY = date(2025, 5, 15)
ZONE = random_zone(random.Random(43), Format.TD1, DAY, "ITA").text()
HEAD = ("issuer=ITA", "number_shape=RV@@#####")
FAULTS = ("falsity=counterfeit", "font_fault=zone_pitch", "wording_fault=misspelt_caption", "layout_fault=emblem_shape")


def template(reference: str, *texts: str) -> Template:
    return Template(reference, frozenset(noted(each) for each in texts))


def of(zone: str = ZONE, *texts: str) -> Presented:
    return Presented(zone=zone, noted=tuple(noted(each) for each in texts))


def checked(sources: Presented, held: Basis) -> dict[WholeCheck, list[object]]:
    result = examine(sources, held)
    return {
        check.code: [check.result, *(finding.code for finding in check.findings)]
        for check in result.checks()
        if isinstance(check.code, WholeCheck)
    }


KNOWN = template("ALB-F-0001", *HEAD, *FAULTS)


def test_what_an_examiner_notes_makes_the_next_document_of_a_template_known() -> None:
    result = examine(of(ZONE, *FAULTS), Basis(DAY, series=(KNOWN,)))
    (check,) = [each for each in result.checks() if each.code is WholeCheck.WHOLE_TEMPLATE]
    (finding,) = check.findings
    assert (check.result, finding.code) == (Result.UNDETERMINED, WholeFinding.WHOLE_TEMPLATE_KNOWN)
    assert finding.found.startswith("ALB-F-0001: ")
    assert "6 features shared, 2 of them shown by genuine documents too" in finding.found
    sides = {each.source for each in finding.compared}
    assert sides == {Source.REGISTER, Source.ZONE, Source.VISUAL}
    assert len(finding.compared) == 2 * 6


def test_a_difference_is_shown_with_a_dash_where_one_side_has_nothing() -> None:
    result = examine(of(ZONE, *FAULTS, "font_fault=text_font"), Basis(DAY, series=(KNOWN,)))
    (finding,) = [each for each in result.findings() if each.code is WholeFinding.WHOLE_TEMPLATE_KNOWN]
    fonts = [(each.source, each.value) for each in finding.compared if each.name == "font_fault"]
    assert (Source.REGISTER, "-") in fonts
    assert (Source.VISUAL, "text_font") in fonts


def test_a_genuine_document_of_the_type_is_never_flagged_however_rare_the_type_is() -> None:
    """A hundred templates of other issuers make this issuer and shape rare: the bits reach the threshold, the flag does not."""
    others = [template(f"F-{at:04d}", "issuer=GRC", "document_kind=passport", *FAULTS) for at in range(200)]
    plain = template("MINE", *HEAD)
    rarity = Rarity([KNOWN, *others])
    likeness = compare(plain, KNOWN, rarity)
    assert likeness.bits >= FLAG_BITS
    assert not likeness.flagged
    assert flag(plain, [KNOWN], rarity) == ()
    assert checked(of(), Basis(DAY, series=(KNOWN, *others)))[WholeCheck.WHOLE_TEMPLATE] == [Result.SUCCESSFUL]


EVERY = [TemplateFeature(kind, value) for kind in VALUES for value in sorted(VALUES[kind])]
CHOSEN = st.frozensets(st.sampled_from(EVERY), min_size=1, max_size=12).map(
    lambda found: frozenset({(each.kind, each.value if each.kind in MANY else ""): each for each in found}.values())
)


@given(CHOSEN, CHOSEN)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_what_genuine_documents_show_flags_nothing_alone(
    one: frozenset[TemplateFeature], two: frozenset[TemplateFeature]
) -> None:
    genuine = frozenset(each for each in one if each.kind in GENUINE_SHOWS)
    if not genuine:
        return
    mine, known = Template("MINE", genuine), Template("KNOWN", two | genuine) if not _clash(two, genuine) else None
    if known is not None:
        assert flag(mine, [known], Rarity([known])) == ()


def _clash(one: frozenset[TemplateFeature], other: frozenset[TemplateFeature]) -> bool:
    single = [each.kind for each in one | other if each.kind not in MANY]
    return len(set(single)) != len(single)


@given(CHOSEN, CHOSEN)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_the_chance_is_the_product_of_what_is_shared(
    one: frozenset[TemplateFeature], two: frozenset[TemplateFeature]
) -> None:
    mine, known = Template("MINE", one), Template("KNOWN", two)
    rarity = Rarity([mine, known])
    likeness = compare(mine, known, rarity)
    assert set(likeness.telling) <= set(likeness.shared) <= set(likeness.contributions)
    expected = math.prod(rarity.frequency(each.kind, each.value) for each in likeness.shared)
    assert math.isclose(likeness.chance(rarity), expected)
    assert 0 < likeness.chance(rarity) <= 1


def test_the_flag_counts_neither_in_the_result_nor_in_the_advice() -> None:
    without, held = examine(of(ZONE, *FAULTS), Basis(DAY)), examine(of(ZONE, *FAULTS), Basis(DAY, series=(KNOWN,)))
    assert held.advice is without.advice is Advice.CONSISTENT
    assert held.conclusion.result is without.conclusion.result


def test_no_templates_known_is_not_the_same_as_no_likeness() -> None:
    assert checked(of(), Basis(DAY))[WholeCheck.WHOLE_TEMPLATE] == [Result.NOT_SUPPORTED]


@pytest.mark.parametrize(
    ("operator", "faults"),
    [
        ("", set()),
        ("chip-swap", {"chip_of_another"}),
        ("chip-zone", {"chip_of_another", "groups_changed"}),
        ("chip-face", {"groups_changed"}),
        ("chip-broken-signature", {"groups_changed"}),
        ("chip-unsigned", {"unsigned_groups"}),
        ("chip-keys-stripped", {"copied_chip"}),
        ("chip-expired-signer", set()),
        ("chip-revoked-signer", set()),
        ("chip-unknown-signer", set()),
        ("chip-self-keyed", set()),
    ],
)
def test_what_was_found_in_a_chip_says_how_it_was_made(operator: str, faults: set[str]) -> None:
    """A list that is old or lacks an issuer says nothing of a maker, so the last four are no features."""
    result = examine(presented(made(operator)), basis())
    seen = seen_features(None, result.checks())
    assert {each.value for each in seen if each.kind is FeatureKind.CHIP_FAULT} == faults
    assert {each.kind for each in seen} <= {FeatureKind.CHIP_FAULT}


def test_a_chip_of_the_same_making_is_shown_as_the_chips() -> None:
    document = made("chip-unsigned")
    shape = number_shape(document.issue.number)
    known = template(
        "ALB-F-0002",
        "issuer=ALB",
        "document_kind=passport",
        "chip_fault=unsigned_groups",
        f"number_shape={shape}",
        *FAULTS,
    )
    sources = replace(presented(document), noted=tuple(noted(each) for each in FAULTS))
    result = examine(sources, replace(basis(), series=(known,)))
    (finding,) = [each for each in result.findings() if each.code is WholeFinding.WHOLE_TEMPLATE_KNOWN]
    by_chip = [(each.name, each.value) for each in finding.compared if each.source is Source.CHIP]
    assert by_chip == [("chip_fault", "unsigned_groups")]


def test_what_was_noted_by_hand_stands_where_the_zone_says_another() -> None:
    """A zone that names one issuer in a booklet that looks like another's: the examiner's eyes decide what is compared."""
    zone = read_zone(ZONE)
    seen = seen_features((zone, ()), (), (noted("issuer=GRC"), noted("font_fault=zone_pitch")))
    assert {each.value for each in seen if each.kind is FeatureKind.ISSUER} == {"GRC"}
    assert noted("number_shape=RV@@#####") in seen


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("P<ALB", {"issuer=ALB", "document_kind=passport"}),
        ("V<ALB", {"issuer=ALB", "document_kind=visa"}),
        ("P<QQZ", {"wrong_code=QQZ", "document_kind=passport"}),
        ("P<D<<", {"issuer=D", "document_kind=passport"}),
    ],
)
def test_issuer_and_kind_are_read_from_the_zone_and_nothing_of_the_holder(zone: str, expected: set[str]) -> None:
    lines = [f"{zone}KRASNIQI<<ARBEN".ljust(44, "<"), "BA12345674ALB7408122M3001017<<<<<<<<<<<<<<04"]
    seen = zone_features(read_zone("\n".join(lines)), ())
    said = {f"{each.kind}={each.value}" for each in seen}
    assert said == expected | {"number_shape=BA#######"}
    assert not any(word in each for each in said for word in ("KRASNIQI", "ARBEN", "7408", "1234567"))


def test_a_document_without_a_zone_is_compared_by_what_was_noted() -> None:
    sources = Presented(seals=(b"no seal at all",), noted=tuple(noted(each) for each in (*HEAD, *FAULTS)))
    found = checked(sources, Basis(DAY, series=(KNOWN,)))
    assert found[WholeCheck.WHOLE_TEMPLATE] == [Result.UNDETERMINED, WholeFinding.WHOLE_TEMPLATE_KNOWN]


def test_what_was_noted_is_kept_with_the_inspection_and_replays_to_the_same_bytes() -> None:
    sources, held = of(ZONE, *FAULTS), Basis(DAY, series=(KNOWN,))
    stored = read_stored(keep(sources, held, examine(sources, held)))
    assert ordered(stored.presented).noted == ordered(sources).noted
    assert replay(stored, held).same
    other = replay(stored, Basis(DAY, series=(KNOWN, template("ALB-F-0009", "font_fault=text_font"))))
    assert [each.what for each in other.versions] == ["series"], "another alert is another basis"


def test_the_order_in_which_features_were_noted_does_not_matter() -> None:
    held = Basis(DAY, series=(KNOWN,))
    assert examine(of(ZONE, *FAULTS), held) == examine(of(ZONE, *reversed(FAULTS)), held)


@pytest.mark.parametrize(
    "wrong",
    [
        (TemplateFeature(FeatureKind.ISSUER, "ERIKSSON"),),
        (TemplateFeature(FeatureKind.NUMBER_SHAPE, "CA1234567"),),
        tuple(TemplateFeature(FeatureKind.ZONE_FAULT, str(at)) for at in range(MAX_FEATURES + 1)),
    ],
)
def test_a_stored_inspection_can_hold_no_other_features(wrong: tuple[TemplateFeature, ...]) -> None:
    with pytest.raises(InputError):
        examine(Presented(zone=ZONE, noted=wrong), Basis(DAY))


# Stolen blanks.


def number() -> str:
    zone = examine(of(), Basis(DAY)).zone
    assert zone is not None
    return zone.number


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [("RVYE23000", "RVYE23999", True), ("RVYE23455", "RVYE23464", True), ("RVYE23456", "RVYE23999", False)],
)
def test_a_number_in_an_alerted_range_is_a_discrepancy(first: str, last: str, held: bool) -> None:  # noqa: FBT001
    assert number() == "RVYE23455"
    found = examine(of(), Basis(DAY, blanks=(blank_range("ITA", first, last, "ALB-F-0003"),)))
    codes = [each.code for each in found.findings()]
    assert (WholeFinding.WHOLE_BLANK_ALERTED in codes) is held
    assert found.advice is (Advice.DISCREPANCIES if held else Advice.CONSISTENT)


def test_a_range_is_of_one_issuer_only() -> None:
    found = checked(of(), Basis(DAY, blanks=(blank_range("ALB", "RVYE23000", "RVYE23999"),)))
    assert found[WholeCheck.WHOLE_BLANKS] == [Result.SUCCESSFUL]


@pytest.mark.parametrize(
    ("issuer", "first", "last"),
    [
        ("ITA", "CA1000", "CA1008"),
        ("ITA", "CA1000", "CA1000"),
        ("ITA", "CA1009", "CA1000"),
        ("ITA", "CA1000", "CA10009"),
        ("ITA", "CA1000", "CB1999"),
        ("ITA", "CA0000000", "CA0999999"),
        ("ITA", "ca1000", "ca1999"),
        ("ITA", "CAXYZA", "CAXYZB"),
        ("ITA", "CA 1000", "CA 1999"),
        ("QQZ", "CA1000", "CA1999"),
        ("XKX", "CA1000", "CA1999"),
        ("", "CA1000", "CA1999"),
        ("ITA", "", ""),
        ("ITA", "CA1" + "0" * 18, "CA1" + "9" * 18),
    ],
)
def test_what_is_no_range_of_blanks_is_refused(issuer: str, first: str, last: str) -> None:
    with pytest.raises(InputError):
        blank_range(issuer, first, last)


def test_the_smallest_range_has_ten_numbers() -> None:
    assert blank_range("ITA", "CA1000", "CA1009") == BlankRange("ITA", "CA1000", "CA1009")
    assert MIN_BLANKS == 10


# Frequencies are those of sources.


def test_a_large_series_does_not_make_its_own_features_common() -> None:
    """Thirty documents of one workshop and nothing else: the thirty-first is flagged all the same."""
    series = tuple(template(f"ALB-F-{at:04d}", *HEAD, *FAULTS) for at in range(1, 31))
    following = template("NEXT", *HEAD, *FAULTS)
    assert len(flag(following, series, rarity_of(series))) == 30
    assert flag(following, series, Rarity(series)) == (), "counted one by one they would hide each other"
    (found,) = series_of(series)
    assert len(found.members) == 30


def test_sources_are_counted_the_same_in_whatever_order_they_stand() -> None:
    many = tuple(
        template(f"F-{at:04d}", f"font_fault={sorted(VALUES[FeatureKind.FONT_FAULT])[at % 7]}") for at in range(20)
    )
    one, other = rarity_of(many), rarity_of(tuple(reversed(many)))
    assert all(
        one.frequency(FeatureKind.FONT_FAULT, value) == other.frequency(FeatureKind.FONT_FAULT, value)
        for value in VALUES[FeatureKind.FONT_FAULT]
    )


def test_documents_that_differ_are_counted_one_by_one() -> None:
    unlike = tuple(
        template(f"F-{at:04d}", f"zone_fault={code}")
        for at, code in enumerate(sorted(VALUES[FeatureKind.ZONE_FAULT])[:8])
    )
    counted, sources = Rarity(unlike), rarity_of(unlike)
    for each in unlike:
        (shown,) = each.features
        assert counted.frequency(shown.kind, shown.value) == sources.frequency(shown.kind, shown.value)


def test_of_very_many_templates_a_part_is_counted_in_whatever_order_they_stand() -> None:
    """A frequency of a half stays one, and nobody waits for two thousand to be compared with one another."""
    both = sorted(VALUES[FeatureKind.SUBSTRATE])[:2]
    many = tuple(
        template(f"F-{at:05d}", f"substrate={both[at // 3 % 2]}", f"zone_fault={code}")
        for at, code in enumerate((sorted(VALUES[FeatureKind.ZONE_FAULT]) * 100)[: 3 * COUNTED])
    )
    one, other = rarity_of(many), rarity_of(tuple(reversed(many)))
    assert one.frequency(FeatureKind.SUBSTRATE, both[0]) == other.frequency(FeatureKind.SUBSTRATE, both[0])
    assert 0.3 < one.frequency(FeatureKind.SUBSTRATE, both[0]) < 0.7
