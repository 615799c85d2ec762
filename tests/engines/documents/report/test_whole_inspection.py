"""The whole examination: every source, each against each other, and nothing that was not done ever counts as right."""

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.report.sources import TODAY, basis, made, presented

from egnatia.engines.documents import Advice
from egnatia.engines.documents.catalogue import CATALOGUE, FINDINGS, catalogue_digest
from egnatia.engines.documents.chip.types import ChipFiles
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.mrz.types import Format
from egnatia.engines.documents.mrz.writer import ZoneFields, write_zone
from egnatia.engines.documents.presented import MAX_SEALS, Basis, Picture, Presented, ordered
from egnatia.engines.documents.report.formats import to_json
from egnatia.engines.documents.types import Bearing, FalseClass, Result, Source, Weight
from egnatia.engines.documents.visual.formats import visual_from
from egnatia.errors import InputError

PART_OF = {
    Source.ZONE: "ZONE_", Source.VISUAL: "VISUAL_", Source.IMAGE: "IMAGE_", Source.CHIP: "CHIP_", Source.SEAL: "SEAL_",
}  # fmt: skip


def without(whole: Presented, *sources: Source) -> Presented:
    return replace(
        whole,
        zone="" if Source.ZONE in sources else whole.zone,
        visual=None if Source.VISUAL in sources else whole.visual,
        chip=None if Source.CHIP in sources else whole.chip,
        seals=() if Source.SEAL in sources else whole.seals,
    )


def results(found: Examination) -> dict[str, Result]:
    return {check.code.value: check.result for check in found.checks()}


def test_a_genuine_document_with_every_source_is_consistent() -> None:
    found = examine(presented(made()), basis())
    assert found.advice is Advice.CONSISTENT
    assert found.hints == ()
    assert results(found)["CHIP_DG1_HASH"] is Result.SUCCESSFUL
    assert results(found)["CHIP_ZONE_DG1"] is Result.SUCCESSFUL
    assert results(found)["VISUAL_NAME"] is Result.SUCCESSFUL
    assert results(found)["REGISTER_NUMBER"] is Result.SUCCESSFUL


def test_every_check_of_the_catalogue_is_in_the_tree_and_codes_are_unique() -> None:
    found = examine(Presented(zone="\n".join(made().zone)), Basis(TODAY))
    assert set(results(found)) == {code.value for code in CATALOGUE}
    for codes in (CATALOGUE, FINDINGS):
        assert len({code.value for code in codes}) == len(codes)
    assert catalogue_digest() == catalogue_digest()


@pytest.mark.parametrize("missing", [Source.ZONE, Source.VISUAL, Source.CHIP, Source.SEAL])
def test_an_absent_source_makes_no_check_successful(missing: Source) -> None:
    whole = presented(made())
    less = results(examine(without(whole, missing), basis()))
    assert not [
        code for code, result in less.items() if code.startswith(PART_OF[missing]) and result is Result.SUCCESSFUL
    ]
    more = results(examine(whole, basis()))
    gained = [
        code for code, result in less.items() if result is Result.SUCCESSFUL and more[code] is Result.NOT_SUPPORTED
    ]
    assert gained == []


def test_nothing_presented_is_refused_and_a_limit_is_said() -> None:
    with pytest.raises(InputError, match="nothing to inspect"):
        examine(Presented(zone="  "), Basis(TODAY))
    with pytest.raises(InputError, match="at most"):
        ordered(Presented(seals=tuple(bytes([each]) for each in range(MAX_SEALS + 1))))
    with pytest.raises(InputError):
        examine(Presented(zone="hello"), Basis(TODAY))


def test_a_typed_zone_that_is_none_is_a_finding_beside_other_sources() -> None:
    found = examine(replace(presented(made()), zone="hello"), basis())
    assert results(found)["WHOLE_ZONE_TYPED"] is Result.ABORTED
    assert "WHOLE_TYPED_UNREADABLE" in {finding.code.value for finding in found.findings()}
    assert found.zone is not None
    assert found.zone.source is Source.CHIP


def test_the_order_of_pictures_and_seals_does_not_matter() -> None:
    pictures = (Picture("b.jpg", b"not a picture"), Picture("a.jpg", b"nor this"), Picture("a.jpg", b"nor that"))
    whole = replace(presented(made()), pictures=pictures)
    first = to_json(examine(whole, basis()))
    assert to_json(examine(replace(whole, pictures=pictures[::-1]), basis())) == first
    assert [each.name for each in ordered(whole).pictures] == ["a.jpg", "a.jpg-2", "b.jpg"]
    assert b'"IMAGE_UNREADABLE"' in first


@pytest.mark.parametrize(
    ("operator", "code"),
    [("chip-zone", "CHIP_DG1_HASH"), ("chip-broken-signature", "CHIP_SOD_SIGNATURE")],
)
def test_a_tampered_chip_fails_on_its_check_and_suggests_a_class(operator: str, code: str) -> None:
    found = examine(presented(made(operator)), basis())
    assert results(found)[code] is Result.FAILED
    assert found.advice is Advice.SUSPECTED_FALSE
    assert {hint.name for hint in found.hints} & {FalseClass.FORGED, FalseClass.COUNTERFEIT}


def test_an_unknown_signer_does_not_hide_what_is_known_of_the_document() -> None:
    whole = presented(made())
    other = {"number": ("XX9999999",), "birth_date": ("01 01 1950",)}
    fields = visual_from({**made().visual, **other})
    found = examine(replace(whole, visual=fields), Basis(TODAY))
    assert found.advice is Advice.SUSPECTED_FALSE
    bearings = {finding.bearing for finding in found.findings() if finding.code.value.startswith("CHIP_")}
    assert Bearing.UNKNOWN not in bearings
    assert examine(whole, Basis(TODAY)).advice is Advice.CANNOT_TELL


def test_an_unknown_issuer_cannot_be_told_whatever_else_is_found() -> None:
    zone = "\n".join(made().zone).replace("ALB", "QQQ", 1)
    assert examine(replace(presented(made()), zone=zone), basis()).advice is Advice.CANNOT_TELL


def test_only_the_operators_profile_makes_an_absent_check_owed() -> None:
    zone = Presented(zone="\n".join(made().zone))
    plain = examine(zone, Basis(TODAY))
    assert plain.conclusion.result is Result.SUCCESSFUL
    code = next(code for code in CATALOGUE if code == "CHIP_SOD_SIGNATURE")
    strict = examine(zone, Basis(TODAY, profile={code: Weight.MANDATORY}))
    assert strict.conclusion.result is Result.UNDETERMINED
    assert [(each.code, each.weight) for each in strict.weighed] == [(code, Weight.MANDATORY)]


NAMES = [
    (("KRASNIQI",), ("ARBEN",)),
    (("PETROVIC",), ("MARKO",)),
    (("SMITH",), ("JANE",)),
    (("NGUYEN",), ("VAN", "AN")),
]


def fields_of(name: tuple[tuple[str, ...], tuple[str, ...]], nationality: str, place: str, *, wrong: bool) -> Presented:
    issuer = "ALB"
    zone = write_zone(
        Format.TD3,
        ZoneFields(
            code="P", issuer=issuer, number="BA1234567", nationality=nationality, birth="800101", sex="F",
            expiry="300101", primary=name[0], secondary=name[1], filler_check=True,
        ),
    )  # fmt: skip
    number = "BA7654321" if wrong else "BA1234567"
    printed = {"primary": name[0], "secondary": (" ".join(name[1]),), "number": (number,), "birth_place": (place,)}
    return Presented(zone="\n".join(zone), visual=visual_from({**printed, "nationality": (nationality,)}))


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    first=st.sampled_from(NAMES),
    second=st.sampled_from(NAMES),
    nationality=st.sampled_from(["ALB", "RKS", "SYR", "GBR", "MKD", "XXA", "AFG"]),
    place=st.sampled_from(["TIRANË", "Kabul", "Љубљана", ""]),
    wrong=st.booleans(),
)
def test_name_nationality_and_birthplace_change_no_advice(
    first: tuple[tuple[str, ...], tuple[str, ...]],
    second: tuple[tuple[str, ...], tuple[str, ...]],
    nationality: str,
    place: str,
    wrong: bool,  # noqa: FBT001 - Hypothesis draws it
) -> None:
    one = examine(fields_of(first, "ALB", "DURRËS", wrong=wrong), Basis(TODAY))
    other = examine(fields_of(second, nationality, place, wrong=wrong), Basis(TODAY))
    assert (one.advice, one.conclusion.result, one.hints) == (other.advice, other.conclusion.result, other.hints)
    assert (one.advice is Advice.CONSISTENT) is not wrong


def test_a_chip_without_a_page_is_held_against_itself() -> None:
    found = examine(without(presented(made()), Source.ZONE), basis())
    assert found.zone is not None
    assert found.zone.source is Source.CHIP
    compared = {one.source for check in found.checks() if check.code == "VISUAL_NAME" for one in check.compared}
    assert Source.ZONE not in compared
    assert results(found)["ZONE_CHECK_DIGITS"] is Result.NOT_SUPPORTED


def test_whatever_a_file_holds_is_a_finding() -> None:
    rng = random.Random(1)
    chip = presented(made()).chip
    assert chip is not None
    for _ in range(5):
        broken = {file: rng.randbytes(rng.randrange(1, 200)) for file in chip.contents}
        whole = Presented(
            zone="\n".join(made().zone), chip=ChipFiles(broken), evidence=rng.randbytes(50),
            seals=(rng.randbytes(40),), pictures=(Picture("../../x y\n.jpg", rng.randbytes(100)),),
        )  # fmt: skip
        found = examine(whole, Basis(date(2026, 1, 1)))
        assert found.advice is not Advice.CONSISTENT
        assert found.given[1].name in {"x_y_.jpg", "zone"}


@pytest.mark.parametrize("extra", [{"evidence": b"{}"}, {"sent": frozenset({b"8 octets"})}])
def test_how_a_chip_answered_is_nothing_without_the_chip(extra: dict[str, Any]) -> None:
    whole = without(presented(made()), Source.CHIP)
    with pytest.raises(InputError) as caught:
        examine(replace(whole, **extra), basis())
    assert "no chip" in caught.value.message
    assert "chip's files" in caught.value.hint()
    assert examine(whole, basis()).advice is Advice.CONSISTENT
