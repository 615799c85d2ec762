"""Real security objects, the BSI reference chip of 2008 and the Dutch specimen; skipped where they are not there."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

import pytest
from tests.engines.documents.trust.real import FOLDER, SECURITY_OBJECTS, needs_real_data, real

from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.files import read_files
from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.chip.types import ChipFiles, FileId
from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_list
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice, Result

pytestmark = needs_real_data
C = ChipCheck
DAY = date(2026, 11, 22)


@lru_cache
def store() -> TrustStore:
    holdings = Holdings()
    for source, path in (("DE", "DE_ML_2026-05-28-08-28-45.ml"), ("NL", "NL_ML_2026-07-22.ml")):
        now = datetime(2026, 11, 22, tzinfo=UTC)
        holdings = import_list(holdings, real(f"master_lists/{path}"), source, now, vouched=True).holdings
    return TrustStore(holdings)


def results(inspection: ChipInspection) -> dict[str, Result]:
    return {str(check.code): check.result for check in inspection.checks}


def codes(inspection: ChipInspection, code: ChipCheck) -> list[str]:
    check = inspection.check(code)
    assert check is not None
    return [str(finding.code) for finding in check.findings]


@pytest.mark.parametrize("country", SECURITY_OBJECTS)
def test_every_real_security_object_leads_to_its_country(country: str) -> None:
    content = real(f"sod/{country}_EF_SOD.bin")
    inspection = inspect_chip(ChipFiles({FileId.SOD: content}), store(), DAY)
    found = results(inspection)
    for code in (C.CHIP_SOD_FORMAT, C.CHIP_SOD_DIGEST, C.CHIP_SOD_SIGNATURE, C.CHIP_SOD_UNSIGNED, C.CHIP_DS_SIGNATURE):
        assert found[code] is Result.SUCCESSFUL, code
    assert inspection.passive.standing is not None
    assert inspection.passive.standing.chain is not None
    anchor = inspection.passive.standing.anchor
    assert anchor is not None
    signed = inspection.passive.signed
    assert signed is not None
    assert signed.certificate is not None
    assert anchor.state == signed.certificate.state


@pytest.mark.parametrize("country", SECURITY_OBJECTS)
def test_no_changed_byte_of_a_real_security_object_goes_unseen(country: str) -> None:
    content = real(f"sod/{country}_EF_SOD.bin")
    before = inspect_chip(ChipFiles({FileId.SOD: content}), store(), DAY)
    for at in range(0, len(content), 53):
        changed = bytearray(content)
        changed[at] ^= 1 << at % 8
        after = inspect_chip(ChipFiles({FileId.SOD: bytes(changed)}), store(), DAY)
        assert after.checks != before.checks, at


def test_the_reference_chip_of_2008() -> None:
    files = read_files(FOLDER / "bsi2008")
    inspection = inspect_chip(files, store(), DAY)
    found = results(inspection)
    assert found[C.CHIP_SOD_SIGNATURE] is Result.SUCCESSFUL  # brainpoolP224r1 with SHA-1
    assert "CHIP_WEAK" in codes(inspection, C.CHIP_SOD_STRENGTH)
    assert [found[each] for each in (C.CHIP_DG1_HASH, C.CHIP_DG2_HASH, C.CHIP_DG3_HASH, C.CHIP_DG14_HASH)] == [
        Result.SUCCESSFUL
    ] * 4
    assert codes(inspection, C.CHIP_DG4_HASH) == codes(inspection, C.CHIP_DG15_HASH) == ["CHIP_HASH_NOT_LISTED"]
    # Its authority bears the names of the real German ones, none of whose keys signed it.
    assert found[C.CHIP_DS_SIGNATURE] is not Result.SUCCESSFUL
    assert inspection.advice is not Advice.CONSISTENT
    assert not inspection.passive.holds
    assert [(image.type, image.width, image.height) for image in inspection.faces] == [("jpeg2000", 413, 531)]


def test_the_dutch_specimen_of_2006() -> None:
    files = read_files(FOLDER / "specimen_nl2006")
    inspection = inspect_chip(files, store(), DAY)
    found = results(inspection)
    for code in (
        C.CHIP_SOD_SIGNATURE,
        C.CHIP_COM_SOD,
        C.CHIP_DG1_HASH,
        C.CHIP_DG2_HASH,
        C.CHIP_DG15_HASH,
        C.CHIP_ISSUER,
    ):
        assert found[code] is Result.SUCCESSFUL, code
    assert found[C.CHIP_DS_SIGNATURE] is Result.UNDETERMINED  # its authority is in no list
    assert inspection.advice is Advice.CANNOT_TELL
    assert inspection.zone is not None
    assert inspection.zone.issuer.startswith("NLD")


@pytest.mark.parametrize("file", [FileId.DG1, FileId.DG2, FileId.DG15])
def test_a_changed_file_of_the_specimen_is_told(file: FileId) -> None:
    files = read_files(FOLDER / "specimen_nl2006")
    content = bytearray(files.contents[file])
    content[len(content) // 2] ^= 4
    changed = replace(files, contents={**files.contents, file: bytes(content)})
    inspection = inspect_chip(changed, store(), DAY)
    assert inspection.advice is Advice.SUSPECTED_FALSE
    assert results(inspection)[f"CHIP_{file.value}_HASH"] is Result.FAILED


def test_the_specimen_against_its_page() -> None:
    files = read_files(FOLDER / "specimen_nl2006")
    plain = inspect_chip(files, store(), DAY)
    assert plain.zone is not None
    lines = plain.zone.lines
    same = inspect_chip(files, store(), DAY, printed=read_lines(lines))
    assert results(same)[C.CHIP_ZONE_DG1] is Result.SUCCESSFUL
    other = inspect_chip(files, store(), DAY, printed=read_lines((lines[0][:6] + "X" + lines[0][7:], lines[1])))
    assert results(other)[C.CHIP_ZONE_DG1] is Result.FAILED
