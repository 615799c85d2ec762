"""The fixed pitch of a zone: what a recogniser drops leaves a hole, wherever the line bends."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.image.columns import Grid, cells, fit, mixed
from egnatia.engines.documents.image.types import Glyph, Strip

LINE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"


def _strip(text: str, *, pitch: float = 3.6, bend: float = 0.0, jitter: float = 0.0, lost: tuple[int, ...] = ()) -> Strip:  # fmt: skip
    rng = random.Random(4)
    glyphs = []
    for column, character in enumerate(text):
        x = 2.0 + pitch * column + bend * column * column + rng.uniform(-jitter, jitter)
        if column not in lost:
            glyphs.append(Glyph(x, 0.99, ((character, 0.99),)))
    return Strip(tuple(glyphs), 4.0 + pitch * len(text) + bend * len(text) ** 2)


def _text(strip: Strip) -> str:
    grid = fit(strip)
    assert grid is not None
    return "".join(next(iter(cell), "?") for cell in cells(strip, grid))


@pytest.mark.parametrize("pitch", [2.0, 2.9, 3.6, 5.0])
@pytest.mark.parametrize("bend", [-0.008, 0.0, 0.01])
@pytest.mark.parametrize("jitter", [0.0, 0.4])
def test_every_glyph_finds_its_column(pitch: float, bend: float, jitter: float) -> None:
    assert _text(_strip(LINE, pitch=pitch, bend=bend, jitter=jitter)) == LINE


@pytest.mark.parametrize("lost", [(7,), (20, 21), (3, 12, 30), (27, 28, 29, 30, 31), (9, 10, 11, 33, 40)])
def test_a_dropped_character_leaves_a_hole_and_moves_nothing(lost: tuple[int, ...]) -> None:
    text = _text(_strip(LINE, jitter=0.3, lost=lost))
    assert text == "".join("?" if column in lost else character for column, character in enumerate(LINE))


def test_of_two_glyphs_in_one_column_the_stronger_stays() -> None:
    strip = _strip(LINE)
    weak = Glyph(strip.glyphs[5].x + 0.5, 0.6, (("X", 0.6),))
    glyphs = tuple(sorted((*strip.glyphs, weak), key=lambda glyph: glyph.x))
    assert _text(Strip(glyphs, strip.steps)) == LINE


def test_a_weak_glyph_fills_a_hole_and_takes_no_part_in_the_fit() -> None:
    strip = _strip(LINE, lost=(8,))
    weak = Glyph(2.0 + 3.6 * 8, 0.1, (("K", 0.1),))
    glyphs = tuple(sorted((*strip.glyphs, weak), key=lambda glyph: glyph.x))
    assert _text(Strip(glyphs, strip.steps))[8] == "K"


def test_counting_from_another_column_moves_no_place() -> None:
    grid = Grid(2.0, 3.5, 0.004, 44)
    other = grid.counted_from(-3, 47)
    assert other.x(3) == pytest.approx(grid.x(0))
    assert other.x(20) == pytest.approx(grid.x(17))
    assert other.column(grid.x(40)) == pytest.approx(43, abs=1e-6)


def test_column_and_place_are_inverse() -> None:
    grid = Grid(1.0, 3.2, 0.006, 44)
    assert all(grid.column(grid.x(column)) == pytest.approx(column, abs=1e-3) for column in range(44))


@pytest.mark.parametrize("places", [[], [1.0] * 20, [float(x) for x in range(7)], [0.0, 0.1] * 10, [0.0] * 19 + [500.0]])  # fmt: skip
def test_what_stands_at_no_pitch_is_no_line(places: list[float]) -> None:
    assert fit(Strip(tuple(Glyph(x, 0.9, (("A", 0.9),)) for x in places), 600.0)) is None


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 1), st.sampled_from("A0<")), max_size=60))
def test_no_arrangement_of_glyphs_raises(raw: list[tuple[float, float, str]]) -> None:
    glyphs = tuple(Glyph(x, strength, ((one, strength),)) for x, strength, one in sorted(raw))
    grid = fit(Strip(glyphs, 300.0))
    if grid is not None:
        assert grid.columns >= 1
        assert len(cells(Strip(glyphs, 300.0), grid)) == grid.columns


def test_readings_that_disagree_leave_no_certainty() -> None:
    first, second = [{"O": 0.98}, {"A": 1.0}, {}], [{"0": 0.9, "O": 0.1}, {"A": 0.5}, {"7": 0.4}]
    assert mixed([first, second]) == ({"O": 0.54, "0": 0.45}, {"A": 0.75}, {"7": 0.4})
