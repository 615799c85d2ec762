import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.chip.chips import make, named_files, zone_file

from egnatia.engines.documents.chip.files import MAX_ENTRIES, by_content, by_name, collect, read_files
from egnatia.engines.documents.chip.findings import ChipFinding
from egnatia.engines.documents.chip.types import DATA_GROUPS, MAX_FILE, TAGS, FileId, number_of
from egnatia.errors import InputError

CHIP = make()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("EF_COM.bin", FileId.COM),
        ("EF.COM", FileId.COM),
        ("COM.bin", FileId.COM),
        ("ef011E.bin", FileId.COM),
        ("EF.SOD", FileId.SOD),
        ("EF_SOD.bin", FileId.SOD),
        ("DE_EF_SOD.bin", FileId.SOD),
        ("sod.der", FileId.SOD),
        ("011D", FileId.SOD),
        ("ef011D.bin", FileId.SOD),
        ("DG1.bin", FileId.DG1),
        ("dg01.bin", FileId.DG1),
        ("Datagroup1.bin", FileId.DG1),
        ("Datagroup14.bin", FileId.DG14),
        ("EF.DG16", FileId.DG16),
        ("EF_DG02.dat", FileId.DG2),
        ("ef0101.bin", FileId.DG1),
        ("ef010F.bin", FileId.DG15),
        ("0110.bin", FileId.DG16),
        ("010B", FileId.DG11),
        ("chip/passport/DG2.BIN", FileId.DG2),
        ("..\\..\\DG3.bin", FileId.DG3),
        ("EF_CardAccess.bin", FileId.CARD_ACCESS),
        ("cardsecurity.bin", FileId.CARD_SECURITY),
        ("ef011C.bin", FileId.CARD_ACCESS),
        ("DG17.bin", None),
        ("DG0.bin", None),
        ("photo.jpg", None),
        ("readme.txt", None),
        ("telecom.log", None),
        ("", None),
    ],
)
def test_names_that_readers_give(name: str, file: FileId | None) -> None:
    assert by_name(name) is file


def test_content_tells_where_names_do_not() -> None:
    for file, content in CHIP.contents.items():
        assert by_content(content) is file
    assert by_content(b"plain text that begins with a letter of a tag: a") is None
    assert by_content(b"") is None
    assert by_content(b"\xff\xd8\xff\xe0" + bytes(30)) is None


def test_data_groups_have_their_numbers_and_tags() -> None:
    assert [number_of(group) for group in DATA_GROUPS] == list(range(1, 17))
    assert len(set(TAGS.values())) == len(TAGS) >= 20


def test_a_folder_is_read(tmp_path: Path) -> None:
    inner = tmp_path / "reader" / "chip"
    inner.mkdir(parents=True)
    for name, content in named_files(CHIP).items():
        (inner / name).write_bytes(content)
    (tmp_path / "log.txt").write_text("read at noon", encoding="utf-8")
    found = read_files(tmp_path)
    assert found.contents == CHIP.contents
    assert found.names[FileId.DG1] == "reader/chip/DG1.bin"
    assert found.remarks == ()


def test_an_archive_gives_what_the_folder_gives(tmp_path: Path) -> None:
    path = tmp_path / "chip.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("chip")
        for name, content in named_files(CHIP).items():
            archive.writestr(f"../../chip/{name}", content)
    assert read_files(path).contents == CHIP.contents
    assert not (tmp_path.parent.parent / "chip").exists()


def test_files_without_names_are_told_by_their_content() -> None:
    given = [(f"{number}.x", content) for number, content in enumerate(CHIP.contents.values())]
    assert collect(given).contents == CHIP.contents


def test_two_different_files_of_one_kind_are_noticed() -> None:
    other = zone_file(("P<UTOOTHER<<NAME".ljust(44, "<"), "L898902C36UTO7408122F3504152ZE184226B<<<<<16"))
    found = collect([("DG1.bin", zone_file()), ("ef0101.bin", other), ("dg01.bin", zone_file())])
    assert found.contents[FileId.DG1] == zone_file()
    assert [each.code for each in found.remarks] == [ChipFinding.CHIP_FILE_TWICE]


def test_a_name_that_contradicts_the_content_is_noticed() -> None:
    found = collect([("DG2.bin", zone_file())])
    assert FileId.DG2 in found.contents
    assert [each.code for each in found.remarks] == [ChipFinding.CHIP_FILE_NAME]


def test_a_file_larger_than_any_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "DG1.bin").write_bytes(zone_file())
    (tmp_path / "DG2.bin").write_bytes(b"\x75\x83\x20\x00\x00" + bytes(MAX_FILE))
    (tmp_path / "film.bin").write_bytes(bytes(MAX_FILE + 1))
    found = read_files(tmp_path)
    assert set(found.contents) == {FileId.DG1}
    assert [each.code for each in found.remarks] == [ChipFinding.CHIP_FILE_TOO_LARGE]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "DG1.bin").write_bytes(zone_file())
    (inside / "DG1.bin").symlink_to(outside / "DG1.bin")
    (inside / "more").symlink_to(outside)
    with pytest.raises(InputError, match="no file of a chip"):
        read_files(inside)


def test_an_archive_that_swells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.bin", bytes(40 * 1024 * 1024 // 20 + MAX_FILE))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="unpacks to more than"):
        read_files(path)


def test_only_so_many_members_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MAX_ENTRIES + 1):
            archive.writestr(f"n{number}.txt", b"x")
        archive.writestr("DG1.bin", zone_file())
    with pytest.raises(InputError, match="no file of a chip"):
        read_files(path)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 and nothing more", b"no archive at all", b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_archive_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "chip.zip"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_files(path)
    assert "EF_SOD.bin" in refused.value.hint()


def test_an_encrypted_archive_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "locked.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("DG1.bin", zone_file())
    locked = bytearray(path.read_bytes())
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(locked))
    with pytest.raises(InputError, match="not a zip archive that can be read"):
        read_files(path)


def test_nothing_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file of a chip"):
        read_files(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_files(tmp_path / "nowhere")


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=60)), max_size=6))
def test_any_entries_are_sorted_or_refused(entries: list[tuple[str, bytes]]) -> None:
    try:
        found = collect(entries)
    except InputError:
        return
    assert set(found.contents.values()) <= {content for _, content in entries}
