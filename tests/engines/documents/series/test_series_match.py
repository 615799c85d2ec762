"""A template is compared feature by feature: rare faults speak, gaps stay silent, and nothing of a holder fits in."""

import math
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import Format, inspect, random_zone
from egnatia.engines.documents.series.details import SAME_BITS, bits_apart, detail_feature, detail_hash
from egnatia.engines.documents.series.extract import number_shape, template_of, zone_features
from egnatia.engines.documents.series.match import FLAG_BITS, compare, flag
from egnatia.engines.documents.series.rarity import LEAST, Rarity
from egnatia.engines.documents.series.types import (
    MANY,
    VALUES,
    Detail,
    FeatureKind,
    Template,
    TemplateFeature,
    feature,
)
from egnatia.errors import InputError

TODAY = date(2025, 5, 15)
EVERY = [TemplateFeature(kind, value) for kind in VALUES for value in sorted(VALUES[kind])]
FEATURES = st.frozensets(st.sampled_from(EVERY), min_size=1, max_size=12).map(
    lambda chosen: frozenset(
        {(each.kind, "" if each.kind not in MANY else each.value): each for each in chosen}.values()
    )
)


def template(reference: str, *values: tuple[str, str]) -> Template:
    return Template(reference, frozenset(feature(kind, value) for kind, value in values))


TIRANA = (
    ("issuer", "ITA"),
    ("document_kind", "identity_card"),
    ("falsity", "counterfeit"),
    ("print", "inkjet"),
    ("font_fault", "zone_digit_shape"),
    ("wording_fault", "misspelt_caption"),
    ("security_fault", "ovd_imitated"),
)


def test_the_next_document_of_the_template_is_flagged_and_each_bit_is_named() -> None:
    known, following = (
        template("ALB-F-0001", *TIRANA),
        template("MKD-F-0009", *TIRANA[:-1], ("number_shape", "CA#####@@")),
    )
    (found,) = flag(following, [known, following], Rarity([known]))
    assert found.other == "ALB-F-0001"
    assert math.isclose(found.bits, math.fsum(each.bits for each in found.contributions))
    assert {each.kind for each in found.contributions} == {FeatureKind(kind) for kind, _ in TIRANA[:-1]}
    assert found.contributions[0].bits == max(each.bits for each in found.contributions)


def test_two_documents_with_common_faults_alone_are_not_flagged() -> None:
    common = (("document_kind", "passport"), ("falsity", "counterfeit"), ("print", "inkjet"))
    one, other = template("ALB-F-0001", *common), template("ALB-F-0002", *common)
    assert flag(one, [other], Rarity([one, other])) == ()


def test_a_rare_fault_says_more_than_a_common_one() -> None:
    many = [template(f"F-{at:04d}", ("security_fault", "no_watermark")) for at in range(60)]
    rarity = Rarity(many)
    one = template("AAA", ("security_fault", "no_watermark"), ("wording_fault", "wrong_script"))
    bits = {
        each.kind: each.bits
        for each in compare(one, template("BBB", *[(f.kind, f.value) for f in one.features]), rarity).contributions
    }
    assert bits[FeatureKind.WORDING_FAULT] > bits[FeatureKind.SECURITY_FAULT] >= 0


def test_another_technique_speaks_against_and_an_unnoted_one_says_nothing() -> None:
    rarity = Rarity()
    base = template("AAA", *TIRANA)
    other = template("BBB", *(each for each in TIRANA if each[0] != "print"), ("print", "offset"))
    silent = template("CCC", *(each for each in TIRANA if each[0] != "print"))
    against = compare(base, other, rarity)
    assert compare(base, base, rarity).bits > compare(base, silent, rarity).bits > against.bits
    assert next(each for each in against.contributions if each.kind is FeatureKind.PRINT).bits < 0
    assert all(each.kind is not FeatureKind.PRINT for each in compare(base, silent, rarity).contributions)


@given(FEATURES, FEATURES)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_likeness_is_symmetric_and_finite(mine: frozenset[TemplateFeature], theirs: frozenset[TemplateFeature]) -> None:
    rarity = Rarity([Template("XXX", mine)])
    there = compare(Template("AAA", mine), Template("BBB", theirs), rarity)
    back = compare(Template("BBB", theirs), Template("AAA", mine), rarity)
    assert math.isclose(there.bits, back.bits, abs_tol=1e-9)
    assert abs(there.bits) <= 40 * math.log2(1 / LEAST)


@given(FEATURES)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_nothing_is_more_like_a_template_than_itself(features: frozenset[TemplateFeature]) -> None:
    rarity = Rarity()
    whole = Template("AAA", features)
    assert compare(whole, Template("BBB", features), rarity).bits >= 0
    for left_out in features:
        if len(features) > 1:
            part = Template("CCC", features - {left_out})
            assert compare(whole, part, rarity).bits <= compare(whole, Template("BBB", features), rarity).bits + 1e-9


def test_a_frequency_is_the_same_however_often_a_document_is_counted() -> None:
    one = template("AAA", ("print", "inkjet"))
    assert Rarity([one, one]).frequency(FeatureKind.PRINT, "inkjet") == Rarity([one]).frequency(
        FeatureKind.PRINT, "inkjet"
    )
    assert Rarity([one]).frequency(FeatureKind.PRINT, "inkjet") > Rarity().frequency(FeatureKind.PRINT, "inkjet")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("holder", "GASHI"),
        ("print", "by Arta Gashi"),
        ("number_shape", "BA1234567"),
        ("number_shape", "GASHI##"),
        ("issuer", "GASHI"),
        ("issuer", "ZZZ"),
        ("wrong_code", "gashi"),
        ("detail", "portrait:0123456789abcdef"),
        ("detail", "signature:0123456789abcdef"),
        ("detail", "emblem:GASHI"),
        ("zone_fault", "GASHI"),
        ("print", ""),
    ],
)
def test_no_feature_has_room_for_a_holder(kind: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        feature(kind, value)
    assert caught.value.hint()


@pytest.mark.parametrize("reference", ["Arta Gashi", "ab", "A" * 41, "X_Y"])
def test_a_reference_has_no_room_either(reference: str) -> None:
    with pytest.raises(InputError):
        Template(reference, frozenset([feature("print", "inkjet")]))


def test_a_document_has_one_substrate_and_at_least_one_feature() -> None:
    with pytest.raises(InputError, match="one substrate"):
        template("AAA", ("substrate", "pvc"), ("substrate", "pet"))
    with pytest.raises(InputError):
        Template("AAA", frozenset())
    with pytest.raises(InputError):
        Template("AAA", frozenset(feature("detail", f"emblem:{at:016x}") for at in range(41)))


@pytest.mark.parametrize(
    ("number", "shape"),
    [
        ("BA1234567", "BA#######"),
        ("12AB34", "##@@##"),
        ("ABCDE1", "AB@@@#"),
        ("A", "@"),
        ("7", "#"),
        ("", ""),
        ("CA-12 3", "CA###"),
    ],
)
def test_a_number_loses_its_digits(number: str, shape: str) -> None:
    assert number_shape(number) == shape
    if shape:
        assert feature("number_shape", shape).value == shape


def test_a_zone_gives_its_faults_and_nothing_of_its_holder() -> None:
    zone = random_zone(random.Random(7), Format.TD3, TODAY, "ALB")
    broken = zone.text()[:-1] + str((int(zone.text()[-1]) + 1) % 10)
    result = inspect(broken, TODAY)
    found = zone_features(result.document, result.findings)
    assert TemplateFeature(FeatureKind.ZONE_FAULT, "COMPOSITE_REFUTED") in found
    text = repr(found)
    for part in (*result.document.name.primary, *result.document.name.secondary, result.document.number):
        assert part not in text
    both = template_of("ALB-F-0001", found, [feature("number_shape", "ZZ#######")])
    assert both.by_kind()[FeatureKind.NUMBER_SHAPE] == ("ZZ#######",)


def test_a_detail_keeps_its_hash_in_other_light_and_size() -> None:
    rng = random.Random(3)
    base = [[rng.random() for _ in range(12)] for _ in range(10)]
    large = [[base[y // 7][x // 7] for x in range(84)] for y in range(70)]
    small = [[0.5 * base[y // 4][x // 4] + 0.2 + rng.gauss(0, 0.03) for x in range(48)] for y in range(40)]
    other = [[rng.random() for _ in range(48)] for _ in range(40)]
    same = bits_apart(detail_feature(Detail.EMBLEM, large).value, detail_feature(Detail.EMBLEM, small).value)
    assert same is not None
    assert same <= SAME_BITS
    apart = bits_apart(f"emblem:{detail_hash(large)}", f"emblem:{detail_hash(other)}")
    assert apart is not None
    assert apart > SAME_BITS
    assert bits_apart("emblem:0000000000000000", "stamp:0000000000000000") is None


@pytest.mark.parametrize("grey", [[], [[1.0] * 8] * 8, [[1.0] * 9] * 7, [[1.0] * 9] * 7 + [[1.0] * 8]])
def test_a_picture_that_is_too_small_is_no_detail(grey: list[list[float]]) -> None:
    with pytest.raises(InputError):
        detail_hash(grey)


def test_a_near_hash_adds_and_a_far_one_takes() -> None:
    one = template("AAA", ("detail", "emblem:00000000000000ff"), ("issuer", "ITA"))
    near = template("BBB", ("detail", "emblem:00000000000000fe"), ("issuer", "ITA"))
    far = template("CCC", ("detail", "emblem:ffffffff00000000"), ("issuer", "ITA"))
    rarity = Rarity()
    assert compare(one, near, rarity).bits > compare(one, template("DDD", ("issuer", "ITA")), rarity).bits
    assert compare(one, far, rarity).bits < compare(one, template("DDD", ("issuer", "ITA")), rarity).bits
    assert FLAG_BITS > 0
