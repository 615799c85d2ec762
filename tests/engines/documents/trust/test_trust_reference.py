"""The reference page says what the code does: every word of every closed list, with its severity and bearing."""

import re
from enum import Enum
from pathlib import Path

import pytest

from egnatia.engines.documents.trust.chains import ChainState
from egnatia.engines.documents.trust.defects import DISTRUSTED, DOUBTED, DefectKind
from egnatia.engines.documents.trust.findings import RULES
from egnatia.engines.documents.trust.master_lists import ListTrust
from egnatia.engines.documents.trust.remarks import RemarkCode
from egnatia.engines.documents.trust.revocations import RevocationState

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "reference" / "trust-store.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "kind", [ChainState, ListTrust, DefectKind, RevocationState, RemarkCode], ids=lambda kind: kind.__name__
)
def test_every_word_is_explained(kind: type[Enum]) -> None:
    assert [each.value for each in kind if f"`{each.value}`" not in PAGE] == []


def test_every_remark_stands_there_with_its_rule() -> None:
    rows = {row[0]: row[1:3] for row in re.findall(r"^\| `(TRUST_\w+)` \| (\w+) \| (\w+) \|", PAGE, re.MULTILINE)}
    assert rows == {code.value: (RULES[code].severity.value, RULES[code].bearing.value) for code in RemarkCode}


def test_kinds_that_change_a_chain_are_said_to() -> None:
    for kinds, state in ((DISTRUSTED, "revoked"), (DOUBTED, "doubted")):
        line = next(each for each in PAGE.splitlines() if f"a chain is `{state}`" in each)
        assert all(f"`{kind.value}`" in line for kind in kinds)
