"""Published specimens are judged as they must be; chips' DG1 files too, where the shared data is at hand."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from egnatia.engines.documents import Advice, Format, Severity, Tolerated, Verdict, inspect, read_zone
from egnatia.errors import InputError

TODAY = date(2026, 11, 22)
ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "data" / "documents"
ZONES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "specimens.toml").read_text("utf-8"))["zone"]
PASSING_REMARKS = {"EXPIRED", "SPECIMEN"}


@pytest.mark.parametrize("zone", ZONES, ids=[zone["source"] for zone in ZONES])
def test_specimen_is_judged_as_it_must_be(zone: dict[str, Any]) -> None:
    result = inspect(zone["text"], TODAY)
    above_info = {str(f.code) for f in result.findings if f.severity is not Severity.INFO} - PASSING_REMARKS
    assert result.advice == zone["advice"]
    assert above_info == set(zone.get("codes", []))
    assert result.document.number == zone.get("number", result.document.number)
    assert result.document.tolerated == ()


def test_printed_example_with_lines_of_45_is_refused_and_both_lengths_are_named() -> None:
    printed = "PPUTOIVANOVA<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F2504155184226<<<<<<<<<18"
    with pytest.raises(InputError, match="2 lines of 45, 45 characters"):
        read_zone(printed)


def test_the_same_example_with_one_filler_less_in_each_line_is_consistent() -> None:
    corrected = "PPUTOIVANOVA<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F2504155184226<<<<<<<<18"
    result = inspect(corrected, TODAY)
    assert result.advice is Advice.CONSISTENT
    assert result.document.optional == ("184226",)


def test_visa_example_with_a_short_name_line_is_read_and_the_padding_is_named() -> None:
    document = read_zone("VCD<<DENT<<ARTHUR<PHILIP<<<<<<<<<<<\n1234567XY7GBR5203116M2105253<<<<<<<<")
    assert (document.format, document.issuer, document.code) == (Format.MRV_B, "D", "VC")
    assert document.tolerated == (Tolerated.NAME_LINE_LENGTH,)


def _dg1(path: Path) -> str:
    """The zone inside a DG1 file: tag 61, tag 5F1F, each with a one-byte length (Doc 9303-10)."""
    if not path.is_file():
        pytest.skip(f"the shared test data is not here: {path.parent.name}/{path.name}")
    content = path.read_bytes()
    assert (content[0], content[2:4]) == (0x61, b"\x5f\x1f")
    return content[5 : 5 + content[4]].decode("ascii")


@pytest.mark.parametrize(
    ("name", "issuer", "number"),
    [("bsi2008/Datagroup1.bin", "D", "C11T002JM"), ("specimen_nl2006/ef0101.bin", "NLD", "XX0001328")],
)
def test_zone_of_a_chip_is_consistent(name: str, issuer: str, number: str) -> None:
    result = inspect(_dg1(SHARED / name), TODAY)
    assert result.advice is Advice.CONSISTENT
    assert (result.document.issuer, result.document.number) == (issuer, number)
    assert Verdict.REFUTED not in {reading.verdict for reading in result.document.fields}
