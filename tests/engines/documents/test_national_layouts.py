"""Layouts outside Doc 9303: told from spoiled zones, and never judged.

The Swiss licence is the specimen of the issuing office as the tests of cheminfo/mrz (MIT) have it, the Dutch line that of
the tests of vcmrtd (GPL-3, the characters only).
"""

import pytest
from click.testing import CliRunner
from tests.engines.documents.report.sources import TODAY, basis, made, presented

from egnatia.cli import cli
from egnatia.engines.documents import Advice, Format, inspect, read_zone
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.mrz.blind import blind_substitutions
from egnatia.engines.documents.mrz.national_layouts import find_national, national_layout
from egnatia.engines.documents.mrz.repair import possible_repairs
from egnatia.engines.documents.mrz.types import Tolerated
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.report.html import Kind, to_html
from egnatia.engines.documents.report.pages import view_of
from egnatia.engines.documents.report.speaker import speaker
from egnatia.engines.documents.report.stored import keep, read_stored, replay
from egnatia.engines.documents.types import Result
from egnatia.errors import InputError

FRENCH = ("IDFRASPECIMEN<<<<<<<<<<<<<<<<<<<<<<<", "0000000000000SPECIMEN<<<<<8001010F0<")
SWISS = ("AAA001D<<", "FACHE305142128097<<800126<<<<<", "MARCHAND<<FABIENNE<<<<<<<<<<<<")
DUTCH = ("D1NLD11234567890ABCDEFGHIJKLM5",)
KNOWN = [(FRENCH, "ID", "FRA", "French"), (SWISS, "FA", "CHE", "Swiss"), (DUTCH, "D1", "NLD", "licence")]
"""Lines, document code, issuer, and a word of the finding."""


@pytest.mark.parametrize(("lines", "code", "issuer", "word"), KNOWN)
def test_a_known_layout_cannot_be_told_and_is_named(lines: tuple[str, ...], code: str, issuer: str, word: str) -> None:
    found = inspect("\n".join(lines), TODAY)
    assert found.advice is Advice.CANNOT_TELL
    assert [(one.code, word in one.found) for one in found.findings] == [("LAYOUT_NATIONAL", True)]
    document = found.document
    assert (document.lines, document.code, document.issuer, document.number) == (lines, code, issuer, "")
    assert document.national_layout
    for reading in document.fields:
        line = lines[reading.line - 1]
        assert line[reading.column - 1 : reading.column - 1 + len(reading.text)] == reading.text
    assert possible_repairs(document) == ()
    assert list(blind_substitutions(document)) == []


@pytest.mark.parametrize(("lines", "code", "issuer", "word"), KNOWN)
def test_a_known_layout_goes_through_the_whole_examination(
    lines: tuple[str, ...], code: str, issuer: str, word: str
) -> None:
    whole = Presented(zone="\n".join(lines))
    found = examine(whole, basis())
    assert found.advice is Advice.CANNOT_TELL
    assert {check.result for check in found.checks() if check.code != "ZONE_LAYOUT"} == {Result.NOT_SUPPORTED}
    assert found.zone is not None
    assert (found.zone.code, found.zone.issuer) == (code, issuer)
    page = to_html(view_of(found, speaker("sq")), Kind.EVIDENCE).decode()
    assert word in page
    assert replay(read_stored(keep(whole, basis(), found)), basis()).same


@pytest.mark.parametrize("lines", [SWISS, DUTCH])
def test_beside_other_sources_it_raises_nothing(lines: tuple[str, ...]) -> None:
    given = presented(made())
    mixed = Presented(zone="\n".join(lines), visual=given.visual, chip=given.chip)
    assert examine(mixed, Basis(TODAY)).advice is not Advice.CONSISTENT


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("\n".join(SWISS).lower(), Tolerated.LOWER_CASE),
        ("some text\n" + "\n".join(SWISS) + "\nmore text", Tolerated.SURROUNDING_TEXT),
        ("\r\n".join(SWISS), Tolerated.LINE_ENDINGS),
        (" ".join(DUTCH[0]), Tolerated.SPACES),
    ],
)
def test_it_is_found_however_it_was_typed(text: str, noted: Tolerated) -> None:
    document = read_zone(text)
    assert document.national_layout
    assert document.format is Format.TD1
    assert noted in document.tolerated


@pytest.mark.parametrize(
    "lines",
    [
        ("D1NLD11234567890ABCDEFGHIJKLM6",),  # the check digit is another
        ("D1NLD11234567890ABCDEFGHIJKL5",),
        ("D1N1D11234567890ABCDEFGHIJKLM5",),
        ("E1NLD11234567890ABCDEFGHIJKLM5",),
        (SWISS[0], SWISS[1].replace("CHE", "FRA"), SWISS[2]),
        (SWISS[0] + "<", SWISS[1], SWISS[2]),
        (SWISS[0], SWISS[1], SWISS[2].replace("<<", "AB")),
        SWISS[:2],
        (FRENCH[0],),
        (),
    ],
)
def test_what_only_resembles_one_is_none(lines: tuple[str, ...]) -> None:
    assert national_layout(lines) is None
    assert find_national(list(lines)) is None
    with pytest.raises(InputError):
        read_zone("\n".join(lines))


def test_a_card_of_doc_9303_is_not_taken_for_one() -> None:
    """A Swiss document code in a zone of a known size is judged as what it is."""
    zone = "FACHED231458907<<<<<<<<<<<<<<<\n7408122F3204159CHE<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    assert not read_zone(zone).national_layout
    passport = "\n".join(made().zone)
    assert not read_zone(f"{passport}\n{DUTCH[0]}").national_layout


def test_the_command_says_what_it_is() -> None:
    result = CliRunner().invoke(cli, ["document", "mrz", *SWISS, "--today", TODAY.isoformat()])
    assert result.exit_code == 1
    assert "Swiss driving licence" in result.output
