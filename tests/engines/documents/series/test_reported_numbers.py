"""A document against the numbers that members met: exactly that one, shown to a person, and never counted."""

import random
from dataclasses import replace
from datetime import date
from string import ascii_uppercase, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import Format, ZoneDocument, inspect, random_zone
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.registers.register import MAX_NUMBER
from egnatia.engines.documents.report.formats import from_json, to_json
from egnatia.engines.documents.report.stored import keep, read_stored, replay
from egnatia.engines.documents.report.xml import to_xml
from egnatia.engines.documents.series.reported import TYPES, ReportedNumber, reported_number
from egnatia.engines.documents.types import Bearing, Result, Weight
from egnatia.engines.documents.whole.catalogue import CHECKS, WholeCheck
from egnatia.errors import InputError
from egnatia.model.forgery import ALERTED
from egnatia.model.states import RegisterCategory

DAY = date(2025, 5, 15)
STOLEN = RegisterCategory.STOLEN
LETTERS = ascii_uppercase + digits


def read(zone: str) -> ZoneDocument:
    return inspect(zone, DAY).document


def zone_of(seed: int, kind: Format = Format.TD3, issuer: str = "ITA") -> str:
    return random_zone(random.Random(seed), kind, DAY, issuer).text()


def named(zone: str, **changes: str) -> ReportedNumber:
    document = read(zone)
    values = {"issuer": document.issuer, "document_type": document.code[:1], "number": document.number} | changes
    return reported_number(values["issuer"], values["document_type"], values["number"], STOLEN, "ALB-D-0001")


def examined(zone: str, *met: ReportedNumber) -> Examination:
    return examine(Presented(zone=zone), Basis(DAY, reported=met))


def of_reported(result: Examination) -> tuple[Result, int]:
    (check,) = [each for each in result.checks() if each.code is WholeCheck.WHOLE_REPORTED]
    return check.result, len(check.findings)


@pytest.mark.parametrize("kind", [Format.TD1, Format.TD2, Format.TD3])
@pytest.mark.parametrize("seed", range(8))
def test_the_document_itself_is_known_and_no_other_of_its_issuer(kind: Format, seed: int) -> None:
    zone, other = zone_of(seed, kind), zone_of(seed + 100, kind)
    assert of_reported(examined(zone, named(zone))) == (Result.UNDETERMINED, 1)
    assert of_reported(examined(other, named(zone))) == (Result.SUCCESSFUL, 0)
    assert of_reported(examined(zone)) == (Result.NOT_SUPPORTED, 0), "where nothing is known, nothing was compared"


def one_away(number: str) -> list[str]:
    """Every number with one character replaced, left out, added or exchanged with its neighbour."""
    found = {number[:at] + sign + number[at + 1 :] for at in range(len(number)) for sign in LETTERS}
    found |= {number[:at] + number[at + 1 :] for at in range(len(number))}
    found |= {number[:at] + "0" + number[at:] for at in range(len(number))}
    found |= {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(len(number) - 1)}
    return sorted(found - {number})


def test_a_near_number_is_another_document_in_every_direction() -> None:
    zone = zone_of(5)
    near = tuple(named(zone, number=each) for each in one_away(read(zone).number))
    assert len(near) > 300
    assert of_reported(examined(zone, *near)) == (Result.SUCCESSFUL, 0)


@pytest.mark.parametrize("changes", [{"issuer": "ALB"}, {"document_type": "I"}, {"document_type": "V"}])
def test_issuer_and_type_are_part_of_what_a_document_is(changes: dict[str, str]) -> None:
    zone = zone_of(6)
    assert of_reported(examined(zone, named(zone, **changes))) == (Result.SUCCESSFUL, 0)


def test_it_never_counts_whatever_stands_behind_it() -> None:
    zone = zone_of(7)
    before, after = examined(zone), examined(zone, *(replace(named(zone), category=each) for each in sorted(ALERTED)))
    assert after.advice is before.advice
    assert after.hints == before.hints == ()
    assert CHECKS[WholeCheck.WHOLE_REPORTED].weight is Weight.EVALUATORY
    assert {each.bearing for each in after.findings()} <= {Bearing.NONE}
    assert after.conclusion.result is before.conclusion.result


@pytest.mark.parametrize("nationality", ["ALB", "RKS", "SYR", "AFG", "VNM", "GBR", "XXA"])
@pytest.mark.parametrize("name", ["HOXHA<<ARBEN", "NGUYEN<<THI<MAI", "AL<HASAN<<OMAR", "SMITH<<ANNA"])
def test_who_carries_it_makes_no_difference(nationality: str, name: str) -> None:
    first, second = zone_of(11).splitlines()
    carried = f"{first[:5]}{name.ljust(39, '<')}\n{second[:10]}{nationality}{second[13:]}"
    one, other = examined(zone_of(11), named(zone_of(11))), examined(carried, named(zone_of(11)))
    assert of_reported(one) == of_reported(other) == (Result.UNDETERMINED, 1)
    assert one.advice is other.advice


def test_both_values_are_shown_and_what_settles_it() -> None:
    zone = zone_of(8)
    (finding,) = [each for each in examined(zone, named(zone)).findings() if each.code == "WHOLE_REPORTED_MET"]
    assert {each.value for each in finding.compared} == {read(zone).number}
    assert finding.found == "ALB-D-0001: stolen"
    assert "robbed" in finding.innocent
    assert "ask the issuer" in finding.settle


def test_reports_carry_it_and_a_replay_on_other_alerts_says_so() -> None:
    zone = zone_of(9)
    presented, known = Presented(zone=zone), Basis(DAY, reported=(named(zone),))
    result = examine(presented, known)
    assert from_json(to_json(result)) == result
    assert b"WHOLE_REPORTED_MET" in to_xml(result)
    stored = read_stored(keep(presented, known, result))
    assert replay(stored, known).same
    withdrawn = replay(stored, Basis(DAY))
    assert not withdrawn.same
    assert [each.what for each in withdrawn.versions] == ["series"]
    assert [(each.what, each.now) for each in withdrawn.checks] == [("WHOLE_REPORTED", "not_supported")]


@pytest.mark.parametrize(
    "values",
    [
        ("QQZ", "P", "AB12345", STOLEN),
        ("DEU", "P", "AB12345", STOLEN),
        ("ita", "P", "AB12345", STOLEN),
        ("ITA", "", "AB12345", STOLEN),
        ("ITA", "PD", "AB12345", STOLEN),
        ("ITA", "Q", "AB12345", STOLEN),
        ("ITA", "P", "", STOLEN),
        ("ITA", "P", "A", STOLEN),
        ("ITA", "P", "AB 12345", STOLEN),
        ("ITA", "P", "AB12345<", STOLEN),
        ("ITA", "P", "\uff11\uff12\uff13", STOLEN),
        ("ITA", "P", "A" * (MAX_NUMBER + 1), STOLEN),
        ("ITA", "P", "AB12345", RegisterCategory.INVALID),
        ("ITA", "P", "AB12345", RegisterCategory.NEVER_ISSUED),
    ],
)
def test_what_is_no_reported_document_is_said(values: tuple[str, str, str, RegisterCategory]) -> None:
    with pytest.raises(InputError) as caught:
        reported_number(*values)
    assert caught.value.hint() != InputError.default_hint, "it says what to give instead"


@given(
    st.sampled_from(sorted(TYPES)),
    st.text(LETTERS, min_size=2, max_size=MAX_NUMBER),
    st.sampled_from(sorted(ALERTED)),
    st.text(LETTERS, min_size=2, max_size=MAX_NUMBER),
)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_number_is_itself_and_nothing_else(letter: str, number: str, category: RegisterCategory, other: str) -> None:
    made = reported_number("ITA", letter, number, category)
    assert made.is_of("ITA", letter, number)
    assert made.is_of("ITA", "", number)
    assert made.is_of("ITA", other, number) is (other[0] == letter)
    assert made.is_of("ITA", letter, other) is (other == number)


def test_a_zone_that_is_written_again_is_the_same_document() -> None:
    zone = zone_of(12)
    assert of_reported(examined(zone.lower().replace("<", "\u2039"), named(zone))) == (Result.UNDETERMINED, 1)
