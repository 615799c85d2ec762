"""`egnatia document image` reads files and says what it could not read."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from egnatia.cli import cli
from egnatia.engines.documents.image.ocr import is_installed

needs_ocr = pytest.mark.skipif(not is_installed(), reason="needs `pip install 'egnatia[ocr]'`")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["document", "image", *arguments])


def _blank(folder: Path, name: str = "blank.png") -> str:
    Image.new("RGB", (300, 200), (230, 230, 230)).save(folder / name)
    return str(folder / name)


def test_a_picture_without_zone_exits_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    result = _run(_blank(tmp_path))
    assert result.exit_code == 1
    assert "IMAGE_ZONE_MISSING" in result.stdout or "IMAGE_READER_MISSING" in result.stdout
    assert "→" in result.stdout


def test_a_file_that_is_no_picture_exits_with_1_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.jpg").write_bytes(b"GIF89a")
    result = _run(str(tmp_path / "page.jpg"))
    assert result.exit_code == 1
    assert "page.jpg" in result.stdout
    assert "IMAGE_UNREADABLE" in result.stdout


def test_a_file_that_is_not_there_exits_with_2(tmp_path: Path) -> None:
    assert _run(str(tmp_path / "none.png")).exit_code == 2


def test_json_is_one_object_a_file_and_bytes_are_hexadecimal(tmp_path: Path) -> None:
    result = _run("--json", _blank(tmp_path), _blank(tmp_path, "other.png"))
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [Path(row["file"]).name for row in rows] == ["blank.png", "other.png"]
    assert all(row["zone"] is None and row["bar_codes"] == [] for row in rows)
    assert rows[0]["checks"][0]["code"] == "IMAGE_READABLE"
    assert rows[0]["size"] == [300, 200]


def test_what_was_read_is_printed_in_words(tmp_path: Path) -> None:
    result = _run(_blank(tmp_path), _blank(tmp_path, "other.png"))
    assert "Picture can be opened" in result.stdout
    assert "may be innocent" in result.stdout
    assert result.stdout.index("blank.png") < result.stdout.index("other.png")


@needs_ocr
def test_a_page_is_read_inspected_and_compared(tmp_path: Path) -> None:
    fonts = pytest.importorskip("egnatia.engines.documents.synthetic.fonts")
    import random
    from datetime import date

    from egnatia.engines.documents.synthetic.documents import Options, genuine
    from egnatia.engines.documents.synthetic.pages import zone_page
    from egnatia.errors import InputError

    try:
        found = fonts.find_fonts()
    except InputError:
        pytest.skip("needs Debian's fonts-ocr-b and fonts-dejavu-core")
    document = genuine(random.Random(1), date(2026, 11, 22), Options(state="ALB"))
    zone_page(document, found).image.save(tmp_path / "page.png")
    result = _run(str(tmp_path / "page.png"), "--page", "--json", "--today", "2026-11-22")
    assert result.exit_code == 0, result.output
    written = json.loads(result.stdout)
    assert written["zone"]["lines"] == list(document.zone)
    assert written["inspection"]["advice"] == "consistent"
    assert written["fields"]["number"]["text"] == document.issue.number
    assert {check["code"] for check in written["checks"]} >= {"IMAGE_ZONE_PROVEN", "VISUAL_NAME"}
