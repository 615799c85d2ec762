"""Cut names, against a small oracle that knows only the rules of Doc 9303 parts 4 to 7 section 4.2.3.

The rules: the name is written whole where it fits; otherwise each kept component is the beginning of a real one, in
order; the primary identifier gives way only when nothing of the secondary would fit; the last position has a letter.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.mrz.names import read_name, regular, write_name

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WIDTHS = (30, 31, 39)
"""Name fields: TD1 30; TD2 and MRV-B 31; TD3 and MRV-A 39."""
parts = st.lists(st.text(LETTERS, min_size=2, max_size=16), min_size=1, max_size=6).map(tuple)


def _begins(cut: str, whole: tuple[str, ...]) -> bool:
    """Whether each component between fillers is the beginning of the real one in the same place."""
    pieces = cut.split("<")
    return len(pieces) <= len(whole) and all(
        piece and real.startswith(piece) for piece, real in zip(pieces, whole, strict=False)
    )


def _obeys(field: str, primary: tuple[str, ...], secondary: tuple[str, ...], width: int) -> bool:
    """Whether a field is one of the allowed ways to write this name."""
    family, given = "<".join(primary), "<".join(secondary)
    whole = f"{family}<<{given}" if given else family
    if len(whole) <= width:
        return field == whole.ljust(width, "<")
    if len(field) != width or field.endswith("<"):
        return False
    if not given:
        return "<<" not in field and _begins(field, primary)
    kept_family, separator, kept_given = field.partition("<<")
    intact = len(family) <= width - 3  # `<<` and one character still fit behind it
    return (
        bool(separator)
        and _begins(kept_given, secondary)
        and (kept_family == family if intact else _begins(kept_family, primary))
    )


@settings(deadline=None, derandomize=True, max_examples=50)
@given(parts, st.one_of(st.just(()), parts), st.sampled_from(WIDTHS))
def test_any_name_is_written_in_an_allowed_way(
    primary: tuple[str, ...], secondary: tuple[str, ...], width: int
) -> None:
    field = write_name(primary, secondary, width)
    assert _obeys(field, primary, secondary, width), field


def test_two_thousand_seeded_names_at_and_around_the_width() -> None:
    """Random text rarely lands on the border; here each name has the width and up to three letters more or fewer."""
    rng = random.Random(9303)
    for width in WIDTHS:
        for _ in range(700):
            room = width + rng.randrange(-3, 4) - 2
            family = rng.randrange(2, room - 1)
            primary, secondary = _words(rng, family), _words(rng, room - family)
            field = write_name(primary, secondary, width)
            assert _obeys(field, primary, secondary, width), (primary, secondary, field)


def _words(rng: random.Random, letters: int) -> tuple[str, ...]:
    """Components of two letters and more that take exactly this many places with the fillers between them."""
    words: list[str] = []
    while letters:
        take = letters if letters < 6 else rng.randrange(2, min(letters - 2, 14))
        words.append("".join(rng.choices(LETTERS, k=take)))
        letters -= take + (letters > take)
    return tuple(words)


@pytest.mark.parametrize(
    ("primary", "secondary", "width", "field"),
    [
        ("A" * 28, "B", 31, "A" * 28 + "<<B"),  # fits exactly
        ("A" * 28, "BC", 31, "A" * 28 + "<<B"),  # and is cut to the same field: both must be treated as cut
        ("A" * 29, "B", 31, "A" * 28 + "<<B"),  # the primary gives way by one
        ("A" * 39, "B", 39, "A" * 36 + "<<B"),
        ("A" * 30, "", 30, "A" * 30),
        ("A" * 31, "", 30, "A" * 30),
        ("A" * 29, "", 30, "A" * 29 + "<"),
        ("AB CD", "E" * 24, 30, "AB<CD<<" + "E" * 23),
        ("AB " + "C" * 25, "EF", 30, "AB<" + "C" * 24 + "<<E"),
        ("A" * 26 + " BC", "EF", 30, "A" * 25 + "<B<<E"),  # the filler would be last of the primary: one letter less
        ("AB", "C" * 25 + " DE", 30, "AB<<" + "C" * 24 + "<D"),  # the same in the secondary
    ],
)
def test_the_borders_of_the_field(primary: str, secondary: str, width: int, field: str) -> None:
    assert write_name(tuple(primary.split()), tuple(secondary.split()), width) == field


@pytest.mark.parametrize("width", WIDTHS)
def test_a_name_that_only_just_fits_is_read_as_cut_and_one_letter_less_is_not(width: int) -> None:
    exactly = write_name(("A" * (width - 3),), ("B",), width)
    shorter = write_name(("A" * (width - 4),), ("B",), width)
    assert read_name(exactly).truncated
    assert not read_name(shorter).truncated


@settings(deadline=None, derandomize=True, max_examples=50)
@given(parts, parts, st.sampled_from(WIDTHS))
def test_reading_gives_beginnings_of_what_was_written(
    primary: tuple[str, ...], secondary: tuple[str, ...], width: int
) -> None:
    field = write_name(primary, secondary, width)
    name = read_name(field)
    assert regular(field)
    assert name.primary
    assert name.secondary
    for kept, real in ((name.primary, primary), (name.secondary, secondary)):
        assert len(kept) <= len(real)
        assert all(whole.startswith(piece) for piece, whole in zip(kept, real, strict=False))


@pytest.mark.parametrize(
    ("field", "primary", "secondary"),
    [
        ("<<<<", (), ()),
        ("", (), ()),
        ("A<<<<", ("A",), ()),
        ("<<ANNA<<", ("ANNA",), ()),
        ("A<<B<<C<", ("A",), ("B", "C")),
        ("A<<<B<", ("A",), ("B",)),
        ("A<B<<<<C<", ("A", "B"), ("C",)),
    ],
)
def test_odd_fillers_are_read_without_losing_a_letter(
    field: str, primary: tuple[str, ...], secondary: tuple[str, ...]
) -> None:
    name = read_name(field)
    assert (name.primary, name.secondary) == (primary, secondary)
