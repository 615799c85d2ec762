"""A thumb upon the zone: what is hidden is never read silently, and what is left is read in its right columns."""

from collections.abc import Sequence

import pytest
from PIL import Image

from egnatia.engines.documents.image.decode import decode, is_protected
from egnatia.engines.documents.image.grammar import likelihoods, slots
from egnatia.engines.documents.image.ocr import Rendition
from egnatia.engines.documents.image.pictures import Picture
from egnatia.engines.documents.image.types import Cell, Glyph, Quad, Strip, TextLine, ZoneReading, slice_of
from egnatia.engines.documents.image.zone import read_zone
from egnatia.engines.documents.mrz.layouts import LAYOUTS
from egnatia.engines.documents.mrz.types import Field, Format

ZONES: dict[Format, tuple[str, ...]] = {
    Format.TD3: ("PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3404159ZE184226B<<<<<16"),
    Format.TD2: ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F3404159<<<<<<<2"),
    Format.TD1: ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F3404159UTO<<<<<<<<<<<2", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
    Format.MRV_B: ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"),
}
PITCH, LEFT, TOP, STEP = 20.0, 100.0, 300.0, 60.0


class Thumb:
    """A reader that sees a zone with some columns hidden, lines cut where the first and last visible character stand."""

    def __init__(self, lines: Sequence[str], hidden: range) -> None:
        self.lines, self.hidden = lines, hidden

    def find(self, picture: Picture, longest_side: int) -> tuple[Quad, ...]:
        """The visible stretch of every line."""
        del picture, longest_side
        seen = [column for column in range(len(self.lines[0])) if column not in self.hidden]
        return tuple(self._quad(number, seen[0], seen[-1] + 1) for number in range(len(self.lines)))

    def _quad(self, number: int, start: float, end: float) -> Quad:
        left, right = LEFT + start * PITCH, LEFT + end * PITCH
        top, bottom = TOP + number * STEP, TOP + number * STEP + 30
        return (left, top), (right, top), (right, bottom), (left, bottom)

    def read_zone_lines(self, picture: Picture, quads: Sequence[Quad], how: Rendition) -> tuple[Strip, ...]:
        """What stands in these stretches, seen clearly; nothing where they are turned round."""
        del picture, how
        return tuple(self._strip(quad) for quad in quads)

    def _strip(self, quad: Quad) -> Strip:
        (left, top), (right, _), _, _ = quad
        if right < left:
            return Strip((), 1.0)
        line = self.lines[round((top - TOP) / STEP)]
        glyphs = [
            Glyph((LEFT + (column + 0.5) * PITCH - left) / 4, 0.99, ((sign, 0.99),))
            for column, sign in enumerate(line)
            if column not in self.hidden and left <= LEFT + (column + 0.5) * PITCH <= right
        ]
        return Strip(tuple(glyphs), (right - left) / 4)

    def read_text(self, picture: Picture, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        """Nothing."""
        del picture, quads
        return ()


def seen(kind: Format, hidden: range) -> ZoneReading | None:
    """The zone of this format with these columns hidden."""
    return read_zone(Picture(Image.new("RGB", (1_100, 600)), None, "PNG"), Thumb(ZONES[kind], hidden))


def wrong(kind: Format, zone: ZoneReading) -> set[tuple[int, int]]:
    """Places that are not as printed."""
    return {
        (line, column)
        for line, (read, true) in enumerate(zip(zone.lines, ZONES[kind], strict=True), 1)
        for column, (one, other) in enumerate(zip(read, true, strict=True), 1)
        if one != other
    }


@pytest.mark.parametrize("kind", list(ZONES))
def test_with_nothing_hidden_nothing_is_in_doubt(kind: Format) -> None:
    zone = seen(kind, range(0))
    assert zone is not None
    assert zone.format is kind
    assert not wrong(kind, zone)
    visa = {Field.OPTIONAL} if kind is Format.MRV_B else set()  # nothing protects it
    assert {doubt.field for doubt in zone.doubts} <= visa


@pytest.mark.parametrize("kind", list(ZONES))
@pytest.mark.parametrize("count", [1, 3, 5, 6])
@pytest.mark.parametrize("side", ["left", "right", "middle"])
def test_whatever_a_thumb_hides_is_never_wrong_in_silence(kind: Format, count: int, side: str) -> None:
    width = len(ZONES[kind][0])
    start = {"left": 0, "right": width - count, "middle": width // 2}[side]
    zone = seen(kind, range(start, start + count))
    if zone is None or zone.format is not kind:
        assert zone is None or zone.doubts  # another format is never read as if nothing were in doubt
        return
    doubts = {(doubt.line, doubt.column) for doubt in zone.doubts}
    assert wrong(kind, zone) <= doubts


@pytest.mark.parametrize("kind", list(ZONES))
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_columns_hidden_at_the_end_leave_the_rest_readable(kind: Format, count: int) -> None:
    width = len(ZONES[kind][0])
    zone = seen(kind, range(width - count, width))
    assert zone is not None
    assert zone.format is kind
    visible = {place for place in wrong(kind, zone) if place[1] <= width - count}
    assert not visible
    hidden = {
        (line, column) for line in range(1, len(zone.lines) + 1) for column in range(width - count + 1, width + 1)
    }
    digits = {place for place in hidden if zone.lines[place[0] - 1][place[1] - 1].isdigit()}
    assert digits <= {(doubt.line, doubt.column) for doubt in zone.doubts}


def test_with_an_end_hidden_every_name_is_in_doubt() -> None:
    """Nothing tells which column a letter stands in where no check digit does."""
    zone = seen(Format.TD3, range(38, 44))
    assert zone is not None
    names = [doubt for doubt in zone.doubts if not is_protected(zone.format, doubt.field)]
    assert len(names) == 44 + 3 + 1  # the whole first line, nationality and sex


def certain(lines: Sequence[str]) -> list[Cell]:
    """Every character seen clearly."""
    return [{sign: 0.99} for line in lines for sign in line]


@pytest.mark.parametrize("kind", list(ZONES))
def test_a_digit_that_nobody_saw_is_told_and_stays_in_doubt(kind: Format) -> None:
    layout = LAYOUTS[kind]
    zone = "".join(ZONES[kind])
    for index in (layout.birth_check, layout.expiry_check):
        cells = certain(ZONES[kind])
        cells[index] = {}
        decoded = decode(kind, cells)
        assert decoded.zone[index] == zone[index]  # the arithmetic leaves no other
        assert layout.position(index) in {(doubt.line, doubt.column) for doubt in decoded.doubts}


def test_several_digits_that_do_not_hold_put_everything_in_doubt() -> None:
    """A line shifted by a column breaks all of them at once, and then no single one says where."""
    cells = certain(ZONES[Format.TD3])
    layout = LAYOUTS[Format.TD3]
    for index in (layout.birth_check, layout.expiry_check):
        taken = next(iter(cells[index]))
        cells[index] = {str((int(taken) + 1) % 10): 0.999}
    decoded = decode(Format.TD3, cells)
    protected = [doubt for doubt in decoded.doubts if is_protected(Format.TD3, doubt.field)]
    covered = [slot for slot in slots(Format.TD3) if is_protected(Format.TD3, slot.field)]
    assert len(protected) == len(covered)
    single = certain(ZONES[Format.TD3])
    single[layout.birth_check] = {"7": 0.999}
    assert 0 < sum(doubt.field is Field.BIRTH_DATE for doubt in decode(Format.TD3, single).doubts) <= 7
    assert not [doubt for doubt in decode(Format.TD3, single).doubts if doubt.field is Field.EXPIRY_DATE]


def test_a_hidden_column_leans_to_a_filler_and_proves_nothing() -> None:
    everything = frozenset("ABC0123456789<")
    shares = likelihoods({}, everything)
    assert max(shares, key=lambda sign: shares[sign]) == "<"
    assert 0.3 < shares["<"] < 0.5
    assert len({share for sign, share in shares.items() if sign != "<"}) == 1
    digits = likelihoods({}, frozenset("0123456789"))
    assert len(set(digits.values())) == 1


def test_a_line_with_more_beside_it_is_no_shorter_format() -> None:
    """Forty-four columns are no thirty-six with something after them, even though their first fields are the same."""
    zone = seen(Format.TD3, range(39, 44))
    assert zone is not None
    assert zone.format is Format.TD3
    assert zone.lines[1].startswith("L898902C36UTO7408122F3404159")
    quad = zone.quads[0]
    assert slice_of(quad, 0.0, 1.0)[0] == pytest.approx(quad[0])
