"""From the recogniser's steps to text with its letters, and from there to the printed values of a page."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.image.lattice import SEEN, Vocabulary, text_of
from egnatia.engines.documents.image.page import fields_of
from egnatia.engines.documents.image.types import Quad, TextLine
from egnatia.engines.documents.visual.types import Letter

SIGNS = Vocabulary.of(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789Ü/."))
"""Sign 0 is no character, the last one a space, as in the models."""
Seen = dict[str, float]


def steps_of(*seen: Seen) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Steps with these probabilities; "" is no character, and takes what is left over."""
    rows = np.zeros((len(seen), len(SIGNS.signs)))
    for row, shares in zip(rows, seen, strict=True):
        for sign, share in shares.items():
            row[SIGNS.signs.index(sign)] = share
        row[0] = max(0.0, 1.0 - sum(shares.values()))
    return rows


NONE: Seen = {}


def test_a_line_is_read_with_what_else_was_seen() -> None:
    text = text_of(steps_of({"H": 0.9, "M": 0.06}, NONE, {"O": 0.7, "0": 0.25, "D": 0.02}), SIGNS)
    assert text.text == "HO"
    assert [letter.others for letter in text.letters] == ["M", "0D"]
    assert [round(letter.share, 3) for letter in text.letters] == [0.9, 0.7]
    assert text.confidence == pytest.approx(0.8)


def test_one_character_over_several_steps_is_one_letter_with_all_that_was_seen() -> None:
    text = text_of(steps_of({"8": 0.6, "3": 0.2}, {"8": 0.8, "B": 0.1}, NONE, {"8": 0.99}), SIGNS)
    assert text.text == "88"
    first, second = text.letters
    assert first.share == pytest.approx(0.6)
    assert first.others == "3B"  # of all its steps, the likeliest first
    assert second.others == ""


def test_what_was_hardly_seen_is_not_there() -> None:
    text = text_of(steps_of({"7": 0.98, "1": SEEN * 0.9, "T": SEEN * 1.1}), SIGNS)
    assert text.letters[0].others == "T"


def test_spaces_around_a_line_are_cut_off_with_their_letters() -> None:
    text = text_of(steps_of({" ": 0.9}, {"A": 0.8}, {" ": 0.95}, {"B": 0.7}, {" ": 0.9}), SIGNS)
    assert text.text == "A B"
    assert [round(letter.share, 2) for letter in text.letters] == [0.8, 0.95, 0.7]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_line_without_characters_is_empty(count: int) -> None:
    text = text_of(steps_of(*[NONE] * count), SIGNS)
    assert (text.text, text.letters, text.confidence) == ("", (), 0.0)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("ABC 12Ü"), st.floats(0.51, 1.0)), max_size=20))
def test_there_is_one_letter_for_every_character(seen: list[tuple[str, float]]) -> None:
    steps = [one for sign, share in seen for one in ({sign: share}, NONE)]
    text = text_of(steps_of(*steps), SIGNS)
    assert len(text.letters) == len(text.text)
    assert text.text == "".join(sign for sign, _ in seen).strip()
    assert all(0.5 < letter.share <= 1.0 for letter in text.letters)
    assert 0.0 <= text.confidence <= 1.0


def quad(top: float, wide: float) -> Quad:
    """A line of text at the left of a page."""
    return (0.0, top), (wide, top), (wide, top + 20), (0.0, top + 20)


def line(text: str, top: float, odd: dict[int, Letter] | None = None, mean: float | None = None) -> TextLine:
    """A line as read, sure of all but these characters."""
    letters = tuple((odd or {}).get(place, Letter(0.99)) for place in range(len(text)))
    sure = sum(letter.share for letter in letters) / len(letters) if mean is None else mean
    return TextLine(text, quad(top, 11.0 * len(text)), sure, letters)


def test_a_value_keeps_the_letters_of_its_own_part() -> None:
    odd = {0: Letter(0.3, "X"), 12: Letter(0.6, "B")}
    fields = fields_of([line("Date of birth", 0), line("12 AUG/AOUT 84", 30, odd)])
    assert fields.birth_date is not None
    text = fields.birth_date.text
    assert text == "AOUT 84"
    assert len(fields.birth_date.letters) == len(text)
    assert fields.birth_date.letters[text.index("8")] == Letter(0.6, "B")
    assert all(letter.share > 0.9 for place, letter in enumerate(fields.birth_date.letters) if text[place] != "8")


@pytest.mark.parametrize(
    ("odd", "kept"),
    [
        ({}, True),
        ({2: Letter(0.4, "8")}, True),  # one poor character does not throw a whole number away
        ({place: Letter(0.4, "8") for place in range(4)}, False),
    ],
)
def test_a_value_is_kept_as_long_as_its_line_is_legible(odd: dict[int, Letter], kept: bool) -> None:  # noqa: FBT001 - parametrised
    fields = fields_of([line("Document No", 0), line("K1234567", 30, odd)])
    assert (fields.number is not None) is kept


def test_a_single_clear_letter_is_kept_and_one_of_many_possible_is_not() -> None:
    clear = fields_of([line("Sex", 0), line("F", 30, {0: Letter(0.7, "E")})])
    assert clear.sex is not None
    assert clear.sex.letters == (Letter(0.7, "E"),)
    assert fields_of([line("Sex", 0), line("F", 30, {0: Letter(0.4, "EP")})]).sex is None


def test_a_lost_mark_makes_no_line_illegible() -> None:
    odd = {0: Letter(0.5, "Ü"), 3: Letter(0.4, "Ü")}
    fields = fields_of([line("Surname", 0), line("UNLUER", 30, odd), line("Given names", 80), line("JORG", 110)])
    assert [one.text for one in fields.primary] == ["UNLUER"]
