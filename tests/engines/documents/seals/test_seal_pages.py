"""The pages on seals, registers and series list what the code has, no more and no less."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from egnatia.engines.documents.registers.catalogue import RegisterCheck
from egnatia.engines.documents.registers.findings import RULES as REGISTER_RULES
from egnatia.engines.documents.registers.findings import RegisterFinding
from egnatia.engines.documents.registers.nearness import Nearness
from egnatia.engines.documents.seals.catalogue import SealCheck
from egnatia.engines.documents.seals.findings import RULES as SEAL_RULES
from egnatia.engines.documents.seals.findings import SealFinding
from egnatia.engines.documents.seals.profiles import VDS_PROFILES
from egnatia.engines.documents.series.match import FLAG_BITS
from egnatia.engines.documents.series.types import FeatureKind

REFERENCE = Path(__file__).resolve().parents[4] / "docs" / "reference"
SEALS, REGISTERS = ((REFERENCE / name).read_text(encoding="utf-8") for name in ("seals.md", "registers.md"))


def rows(text: str) -> dict[str, list[str]]:
    """The first cell of every row of a table that is a code, and the other cells."""
    found = re.findall(r"^\| `([A-Z_]+|[a-z_]+)` \| (.+) \|$", text, re.MULTILINE)
    return {code: rest.split(" | ") for code, rest in found}


@pytest.mark.parametrize(
    ("text", "codes", "prefix"),
    [
        (SEALS, [*SealCheck, *SealFinding], "SEAL_"),
        (REGISTERS, [*RegisterCheck, *RegisterFinding], "REGISTER_"),
    ],
)
def test_every_check_and_finding_has_its_row(text: str, codes: list[StrEnum], prefix: str) -> None:
    assert {code for code in rows(text) if code.startswith(prefix)} == set(codes)


@pytest.mark.parametrize(("text", "rules"), [(SEALS, SEAL_RULES), (REGISTERS, REGISTER_RULES)])
def test_the_page_says_severity_and_bearing_as_they_are(text: str, rules: dict[StrEnum, object]) -> None:
    found = rows(text)
    for code, rule in rules.items():
        assert found[code][:2] == [getattr(rule, "severity"), getattr(rule, "bearing")], code  # noqa: B009 - two kinds of rule


def test_profiles_kinds_and_thresholds_are_named() -> None:
    for profile in VDS_PROFILES.values():
        assert f"`{profile.name}`" in SEALS
    for kind in FeatureKind:
        assert f"`{kind}`" in REGISTERS
    for nearness in Nearness:
        assert f"| `{nearness}` |" in REGISTERS
    assert f"From {FLAG_BITS:.0f} bits on" in REGISTERS
