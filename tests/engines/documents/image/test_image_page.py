"""Printed fields beside their captions, lines of text as geometry, and letters without a check digit."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.image.boxes import (
    angle,
    direction,
    height,
    in_reading_order,
    joined,
    length,
    middle,
    offset,
    parallel,
    stacked,
    turned,
)
from egnatia.engines.documents.image.captions import captions_in, plain
from egnatia.engines.documents.image.letters import read_code, read_issuer, read_name
from egnatia.engines.documents.image.page import fields_of, plain_value, upright
from egnatia.engines.documents.image.types import Quad, Strategy, TextLine, ZoneReading, box_of, slice_of
from egnatia.engines.documents.mrz.types import Format
from egnatia.engines.documents.visual.types import VisualField


def _quad(left: float, top: float, wide: float, high: float = 20.0, turn: float = 0.0) -> Quad:
    """A line of text, turned in degrees around the picture's upper left corner."""
    corners = [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)]
    radians = math.radians(turn)
    sine, cosine = math.sin(radians), math.cos(radians)
    first, second, third, fourth = ((x * cosine - y * sine, x * sine + y * cosine) for x, y in corners)
    return first, second, third, fourth


def _line(text: str, left: float, top: float, *, turn: float = 0.0, sure: float = 0.98) -> TextLine:
    return TextLine(text, _quad(left, top, 11.0 * len(text), turn=turn), sure)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Surname / Nom", VisualField.PRIMARY),
        ("Mbiemri / Surname", VisualField.PRIMARY),
        ("SurnameINom", VisualField.PRIMARY),
        ("Prezime", VisualField.PRIMARY),
        ("Given names/Prénoms", VisualField.SECONDARY),
        ("Emri / Given names", VisualField.SECONDARY),
        ("Ime", VisualField.SECONDARY),
        ("Dateofbirth/Date de naissance", VisualField.BIRTH_DATE),
        ("Datëlindja / Date of birth", VisualField.BIRTH_DATE),
        ("Datum rođenja", VisualField.BIRTH_DATE),
        ("Date of expiry / Date d'expiration", VisualField.EXPIRY_DATE),
        ("Važi do / Date of expiry", VisualField.EXPIRY_DATE),
        ("Sex/Sexe", VisualField.SEX),
        ("Gjinia / Sex", VisualField.SEX),
        ("N° du passeport", VisualField.NUMBER),
        ("Nr. i dokumentit / Document No", VisualField.NUMBER),
        ("Passport No.", VisualField.NUMBER),
        ("Personal No / JMBG", VisualField.PERSONAL_NUMBER),
        ("Naticnality", VisualField.NATIONALITY),
        ("Authority / Autorité", VisualField.AUTHORITY),
        ("Type", VisualField.DOCUMENT_CODE),
    ],
)
def test_captions_announce_their_fields(text: str, field: VisualField) -> None:
    assert [one.field for one in captions_in(text)] == [field]


@pytest.mark.parametrize("text", ["HOXHA", "ERIKSSON", "18 FEB 1988", "SP1536537", "M", "PASSPORT", "VISA", "UNITED KINGDOM", "TIRANË", "", "<<<<", "12.05.1974", "NOMIKOS", "SEXTON", "TYPHOON", "IMERI"])  # fmt: skip
def test_values_are_no_captions(text: str) -> None:
    assert captions_in(text) == ()


def test_two_captions_taken_for_one_line_share_it() -> None:
    first, second = captions_in("Date of issue /Date de délivranceDate of expiry / Date d'expiration")
    assert (first.field, second.field) == (VisualField.ISSUE_DATE, VisualField.EXPIRY_DATE)
    assert first.start == 0
    assert 0.4 < first.end == second.start < 0.6
    assert second.end == 1


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    assert all(0 <= one.start < one.end <= 1 for one in captions_in(text))
    assert plain(text).isascii()


PAGE = (
    ("Surname / Nom", 300, 100),
    ("HOXHA", 300, 130),
    ("Given names / Prénoms", 300, 170),
    ("MIRJETË ANA", 300, 200),
    ("Date of birth / Date de naissance", 300, 240),
    ("19.09.1957", 300, 270),
    ("Sex / Sexe", 760, 240),
    ("F", 760, 270),
    ("Passport No.", 760, 100),
    ("SP6463343", 760, 130),
)


@pytest.mark.parametrize("turn", [0.0, 4.0, -11.0, 90.0, 180.0, 270.0])
def test_a_page_gives_its_fields_whichever_way_it_lies(turn: float) -> None:
    fields = fields_of([_line(text, left, top, turn=turn) for text, left, top in PAGE], "page.png")
    assert [one.text for one in fields.primary] == ["HOXHA"]
    assert [one.text for one in fields.secondary] == ["MIRJETË ANA"]
    assert fields.birth_date is not None
    assert fields.birth_date.text == "19.09.1957"
    assert fields.sex is not None
    assert fields.sex.text == "F"
    assert fields.number is not None
    assert fields.number.text == "SP6463343"
    assert fields.number.box is not None
    assert fields.number.confidence == 0.98
    assert fields.page == "page.png"


def test_a_value_beside_its_caption_counts_where_none_stands_below() -> None:
    fields = fields_of([_line("Sex", 100, 100), _line("M", 160, 100)])
    assert fields.sex is not None
    assert fields.sex.text == "M"


def test_half_a_name_is_no_name() -> None:
    """A given name alone would look like another name than the zone's."""
    lines = [_line(text, left, top) for text, left, top in PAGE if text != "HOXHA"]
    fields = fields_of(lines)
    assert fields.primary == fields.secondary == ()
    assert fields.number is not None


def test_what_the_reader_hardly_believes_is_left_out() -> None:
    lines = [_line("Surname", 0, 0), _line("XNBKOBNH", 0, 30, sure=0.7), _line("Sex", 0, 80), _line("F", 0, 110)]
    fields = fields_of(lines)
    assert fields.primary == ()
    assert fields.sex is not None


def test_a_value_that_was_not_read_leaves_its_place_to_no_other() -> None:
    """The name is in letters that the reader does not know; what stands below it is the nationality, not the name."""
    page = [_line("Surname", 0, 0), _line("KOC", 0, 25), _line("Given names", 0, 60), _line("HNKOJIA", 0, 85, sure=0.7)]
    fields = fields_of([*page, _line("MKD", 0, 120)])
    assert fields.primary == fields.secondary == ()


def test_a_date_without_digits_is_no_date() -> None:
    assert fields_of([_line("Date of birth", 0, 0), _line("SRB", 0, 30)]).birth_date is None


def test_one_value_belongs_to_one_caption() -> None:
    fields = fields_of([_line("Date of issue", 0, 0), _line("Date of expiry", 0, 30), _line("04.05.2027", 0, 60)])
    assert fields.issue_date is None
    assert fields.expiry_date is not None


def test_a_field_with_two_different_values_is_left_out() -> None:
    lines = [_line("Sex", 0, 0), _line("F", 0, 30), _line("Sex", 500, 0), _line("M", 500, 30)]
    assert fields_of(lines).sex is None
    same = [_line("Sex", 0, 0), _line("F", 0, 30), _line("Sex", 500, 0), _line("F", 500, 30)]
    assert fields_of(same).sex is not None


def test_a_value_far_from_every_caption_is_nobodys() -> None:
    assert fields_of([_line("Date of birth", 0, 0), _line("01.01.1990", 0, 400)]).empty()
    assert fields_of([_line("01.01.1990", 0, 0)]).empty()
    assert fields_of([]).empty()


def test_of_a_value_in_two_scripts_the_last_part_is_taken() -> None:
    assert plain_value("ПЕТРОВИЋ / PETROVIC") == "PETROVIC"
    assert plain_value("TIRANË") == "TIRANË"


@pytest.mark.parametrize("turn", [0.0, 90.0, 180.0, 270.0, 8.0])
def test_lines_of_the_page_are_turned_as_the_zone_lies(turn: float) -> None:
    zone = ZoneReading(Format.TD3, ("<" * 44,) * 2, (_quad(0, 500, 900, turn=turn),) * 2, (), (), (Strategy.FIRST_READING,), 0.0)  # fmt: skip
    true = _quad(100, 100, 30, 24, turn)
    for start in range(4):
        found: list[tuple[float, float]] = [*true[start:], *true[:start]]
        turned_back = upright((found[0], found[1], found[2], found[3]), zone)
        assert all(math.dist(one, other) < 1e-6 for one, other in zip(turned_back, true, strict=True))


# Geometry


@pytest.mark.parametrize("turn", [0, 3, -12, 44, 89, -89])
@pytest.mark.parametrize("start", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_corners_in_any_order_become_a_line_read_rightwards(turn: float, start: int, mirrored: bool) -> None:  # noqa: FBT001
    true = _quad(50, 80, 400, 30, turn)
    corners = [*true[start:], *true[:start]]
    found = in_reading_order(corners[::-1] if mirrored else corners)
    assert angle(found) == pytest.approx(math.radians(turn), abs=1e-6) or abs(abs(turn) - 89) < 2
    assert length(found) == pytest.approx(400)
    assert height(found) == pytest.approx(30)
    along, down = found[1][0] - found[0][0], found[1][1] - found[0][1]
    over = (found[3][0] - found[0][0], found[3][1] - found[0][1])
    assert along * over[1] - down * over[0] > 0  # not mirrored


def test_upside_down_twice_is_upright() -> None:
    line = _quad(10, 10, 200, turn=7)
    assert turned(turned(line)) == line
    x, y = direction(line)
    u, v = direction(turned(line))
    assert math.dist((u, v), (-x, -y)) < 1e-9
    assert middle(turned(line)) == pytest.approx(middle(line))
    assert parallel(line, turned(line))


def test_offsets_are_along_and_across_the_line() -> None:
    for turn in (0.0, 30.0, 200.0):
        along, across = offset(_quad(0, 0, 100, 20, turn), _quad(200, 40, 100, 20, turn))
        assert math.dist((along, across), (200, 40)) < 1e-6


@pytest.mark.parametrize("turn", [0.0, 5.0, 88.0])
def test_pieces_of_one_line_are_joined_and_others_are_not(turn: float) -> None:
    pieces = [_quad(0, 0, 300, turn=turn), _quad(340, 3, 200, turn=turn), _quad(560, 2, 25, turn=turn)]
    apart = [_quad(0, 60, 500, turn=turn), _quad(1_500, 0, 90, turn=turn)]
    lines = joined([*pieces, *apart])
    assert len(lines) == 3
    assert length(lines[0]) == pytest.approx(585, rel=0.01)


def test_lines_of_a_zone_are_a_stack_from_top_to_bottom() -> None:
    zone = [_quad(0, top, 800, 30) for top in (700, 640, 760)]
    other = [_quad(300, 100, 250, 30), _quad(0, 300, 780, 30)]
    groups = stacked([*zone, *other])
    assert [one[0][1] for one in groups[0]] == [640, 700, 760]
    assert all(len(group) > 1 for group in groups)


def test_a_slice_of_a_line_is_a_line() -> None:
    line = _quad(0, 0, 440, 20)
    assert box_of(slice_of(line, 0.5, 1.0)) == (220, 0, 440, 20)
    assert box_of(slice_of(line, -0.1, 1.1)) == (-44, 0, 484, 20)


# Letters without a check digit


def _columns(text: str, share: float = 0.98) -> list[dict[str, float]]:
    spread = 1e-5
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
    return [{one: share if one == character else spread for one in letters} for character in text]


@pytest.mark.parametrize("text", ["ERIKSSON<<ANNA<MARIA<<<<<", "O<CONNOR<<<<<<<<<<<<<<<<<", "NAME<<CUT<TO<THE<LAST<LET", "<<<<<<<<<<<<<<<<<<<<<<<<<"])  # fmt: skip
def test_names_are_read_as_they_stand(text: str) -> None:
    assert read_name(_columns(text)).text == text


def test_a_letter_weakly_seen_in_the_padding_is_padding() -> None:
    columns = _columns("ERIKSSON<<ANNA<<<<<<<<<<<")
    columns[20] = {**columns[20], "K": 0.5, "<": 0.3}
    assert read_name(columns).text == "ERIKSSON<<ANNA<<<<<<<<<<<"
    columns[20] = {**columns[20], "K": 0.999, "<": 1e-5}
    assert read_name(columns).text == "ERIKSSON<<ANNA<<<<<<K<<<<"


def test_codes_of_the_lists_come_first_and_new_ones_are_read_too() -> None:
    columns = _columns("RKS")
    columns[1] = {**columns[1], "X": 0.6, "K": 0.35}
    assert read_issuer(columns).text == "RKS"
    assert read_issuer(_columns("QQQ")).text == "QQQ"
    assert read_issuer(_columns("D<<")).text == "D<<"


def test_the_formats_own_first_letter_comes_first() -> None:
    columns = _columns("F<")
    columns[0] = {**columns[0], "F": 0.7, "P": 0.25}
    assert read_code(columns, "P").text == "P<"
    assert read_code(_columns("F<"), "P").text == "F<"
