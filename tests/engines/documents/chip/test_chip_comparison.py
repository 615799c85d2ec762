from datetime import date

import pytest
from tests.engines.documents.chip.chips import (
    LINES,
    document_file,
    element,
    face_file,
    listed,
    personal_file,
    zone_file,
)
from tests.engines.documents.chip.stores import DAY

from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.comparison import check_details, check_face, check_own_zone, compare_zones
from egnatia.engines.documents.chip.dg1 import read_dg1
from egnatia.engines.documents.chip.readers import read_file
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.types import Bearing, Result


def zone(lines: tuple[str, ...] = LINES) -> ZoneDocument:
    found = read_dg1(zone_file(lines)).values["zone"]
    assert isinstance(found, ZoneDocument)
    return found


def swapped(old: str, new: str) -> tuple[str, ...]:
    changed = tuple(line.replace(old, new, 1) for line in LINES)
    assert changed != LINES
    return changed


def test_the_same_zone_agrees() -> None:
    check = compare_zones(zone(), read_lines(LINES))
    assert (check.result, check.findings) == (Result.SUCCESSFUL, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ERIKSSON", "ERIKSEN<"),
        ("ANNA", "EMMA"),
        ("L898902C36", "L898902C35"),
        ("L898902C", "L898902D"),
        ("7408122", "7408112"),
        ("F3504", "M3504"),
        ("3504152", "3604152"),
        ("P<UTO", "P<D<<"),
        ("P<UTO", "PDUTO"),
    ],
)
def test_each_changed_field_of_the_page_is_told(old: str, new: str) -> None:
    check = compare_zones(zone(), read_lines(swapped(old, new)))
    assert check.result is Result.FAILED
    assert {finding.code for finding in check.findings} == {"CHIP_ZONE_DIFFERS"}
    assert all(len(finding.compared) == 2 for finding in check.findings)


def test_optional_data_alone_leave_it_undetermined() -> None:
    check = compare_zones(zone(), read_lines(swapped("ZE184226B", "ZE184226C")))
    assert check.result is Result.UNDETERMINED
    assert [finding.code for finding in check.findings] == ["CHIP_ZONE_OPTIONAL"]
    assert {finding.bearing for finding in check.findings} == {Bearing.NONE}
    both = compare_zones(
        zone(),
        read_lines(
            (*tuple(swapped("ZE184226B", "ZE184226C")[:1]), swapped("ZE184226B", "ZE184226C")[1].replace("F35", "M35"))
        ),
    )
    assert both.result is Result.FAILED


def test_the_composite_alone_is_told() -> None:
    check = compare_zones(zone(), read_lines((LINES[0], LINES[1][:-1] + "0")))
    assert check.result is Result.FAILED


@pytest.mark.parametrize("unknown", ["74<<<<8", "7408<<4", "<<<<<<0"])
def test_fillers_of_a_birth_date_never_count(unknown: str) -> None:
    check = compare_zones(zone(), read_lines(swapped("7408122", unknown)))
    differing = {str(finding.field) for finding in check.findings}
    assert "birth_date" not in differing
    other = compare_zones(zone(), read_lines(swapped("7408122", "75" + unknown[2:])))
    assert (unknown[:2] == "<<") or other.result is Result.FAILED


def test_another_format_is_another_document() -> None:
    card = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
    assert compare_zones(zone(), read_lines(card)).result is Result.FAILED
    assert compare_zones(None, read_lines(LINES)).result is Result.ABORTED


def test_the_zone_of_the_chip_by_its_own_rules() -> None:
    assert check_own_zone(zone(), DAY).result is Result.SUCCESSFUL
    assert check_own_zone(zone(swapped("L898902C36", "L898902C30")), DAY).result is Result.FAILED
    assert check_own_zone(None, DAY).result is Result.ABORTED


def details(content: bytes, file: FileId = FileId.DG11, day: date = DAY) -> dict[str, Result]:
    read = {file: read_file(file, content)}
    return {str(check.code): check.result for check in check_details(read, zone(), day)}


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("ERIKSSON<<ANNA<MARIA", Result.SUCCESSFUL),
        ("Eriksson, Anna Maria", Result.SUCCESSFUL),
        ("Эрикссон<<Анна<Мариа", Result.SUCCESSFUL),
        ("MUSTERMANN<<ERIKA", Result.FAILED),
        ("ERIKSSON<<EMMA<MARIA", Result.FAILED),
        ("エリクソン<<アンナ", Result.UNDETERMINED),
        ("", Result.UNDETERMINED),
    ],
)  # fmt: skip
def test_the_full_name_against_the_zone(name: str, result: Result) -> None:
    assert details(personal_file(name))[ChipCheck.CHIP_DG11_NAME] is result


def test_another_name_of_the_holder_may_be_the_zone_s() -> None:
    content = listed(
        0x6B, element(0x5F0E, b"SMITH<<ANNA"), element(0x5F0F, b"ERIKSSON<<ANNA<MARIA"), element(0x5F2B, b"19740812")
    )
    assert details(content)[ChipCheck.CHIP_DG11_NAME] is Result.SUCCESSFUL


@pytest.mark.parametrize(
    ("birth", "result"),
    [
        (b"19740812", Result.SUCCESSFUL),
        (bytes.fromhex("19740812"), Result.SUCCESSFUL),
        (b"18740812", Result.SUCCESSFUL),
        (b"19740000", Result.SUCCESSFUL),
        (b"19740813", Result.FAILED),
        (b"19750812", Result.FAILED),
        (b"740812", Result.NOT_SUPPORTED),
    ],
)
def test_the_full_birth_date_against_the_zone(birth: bytes, result: Result) -> None:
    assert details(personal_file(birth=birth))[ChipCheck.CHIP_DG11_BIRTH] is result


@pytest.mark.parametrize(
    ("number", "result"),
    [(b"ZE184226B", Result.SUCCESSFUL), (b"ze 184226-b", Result.SUCCESSFUL), (b"77", Result.FAILED)],
)
def test_the_personal_number_against_the_zone(number: bytes, result: Result) -> None:
    content = listed(0x6B, element(0x5F0E, b"ERIKSSON<<ANNA<MARIA"), element(0x5F10, number))
    assert details(content)[ChipCheck.CHIP_DG11_NUMBER] is result


@pytest.mark.parametrize(
    ("issued", "result"),
    [
        (b"20250415", Result.SUCCESSFUL),
        (b"20270101", Result.FAILED),
        (b"20360101", Result.FAILED),
        (b"19740811", Result.FAILED),
        (b"20251332", Result.NOT_SUPPORTED),
    ],
)
def test_the_date_of_issue_against_the_other_dates(issued: bytes, result: Result) -> None:
    assert details(document_file(issued), FileId.DG12)[ChipCheck.CHIP_DG12_DATES] is result


def test_the_face_is_for_an_officer() -> None:
    read = {FileId.DG2: read_file(FileId.DG2, face_file())}
    check = check_face(read)
    assert (check.result, [finding.bearing for finding in check.findings]) == (Result.UNDETERMINED, [Bearing.NONE])
    assert check_face({}).result is Result.NOT_SUPPORTED
