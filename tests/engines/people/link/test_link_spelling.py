"""Texts as numbers: the keys of a text and of the same with one character out are those of writing every one of them down."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.link.lists import Lists, distinct, lists_of, once
from egnatia.engines.people.link.spelling import hashed, spellings

TEXTS = st.lists(st.text(max_size=12), max_size=8)
SMALL = st.lists(st.lists(st.integers(0, 9), max_size=6), min_size=1, max_size=12)


def plainly(lists: Lists) -> list[list[int]]:
    return [lists.flat[lists.starts[n] : lists.starts[n + 1]].tolist() for n in range(len(lists))]


def written(text: str, shortest: int, kept: int) -> list[str]:
    """A text and the same with each character out, one by one."""
    whole = [text] if text else []
    if len(text) - kept < shortest:
        return whole
    return whole + [text[:place] + text[place + 1 :] for place in range(kept, len(text))]


@given(TEXTS, st.integers(1, 5), st.integers(0, 2))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_keys_are_those_of_every_spelling_written_down(texts: list[str], shortest: int, kept: int) -> None:
    made = plainly(spellings(texts, shortest, kept))
    assert made == [hashed(written(text, shortest, kept)).tolist() for text in texts]


@given(TEXTS)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_text_has_one_key_wherever_it_stands(texts: list[str]) -> None:
    alone = [int(hashed([text])[0]) for text in texts]
    assert hashed(texts).tolist() == alone
    assert hashed(texts[::-1]).tolist() == alone[::-1]


def test_different_texts_have_different_keys() -> None:
    texts = [f"{first}{number:05}" for first in "nKpě" for number in range(20_000)]
    assert len(once(hashed(texts))) == len(texts)
    assert len({int(hashed([text])[0]) for text in ("ana", "naa", "aan", "an", "a", "aaa", "aaaa")}) == 7


def test_nothing_has_no_key() -> None:
    assert hashed([]).tolist() == []
    assert hashed([""]).tolist() == [0]
    assert plainly(spellings(["", "ab", ""], 2)) == [[], hashed(["ab", "b", "a"]).tolist(), []]


@pytest.mark.parametrize("letter", ["a", "ќ", "\U0001f600", "\udc80", "\x00"])
def test_any_character_is_a_number(letter: str) -> None:
    text = f"x{letter}yz"
    assert hashed([text]) != hashed(["xyz"])
    assert hashed(["xyz"])[0] in spellings([text], 4).flat


def test_a_text_of_sixty_thousand_characters_is_one_among_others() -> None:
    long = "Krasniqi" * 7_500
    made = spellings([long, "hoxha", long[:-1]], 4)
    assert made.sizes.tolist() == [60_001, 6, 60_000]
    assert made.flat[made.starts[2]] in made.flat[: made.starts[1]], "the last character out"
    assert made.flat[made.starts[1]] == hashed(["hoxha"])[0]


@given(st.lists(st.integers(-5, 5), max_size=40))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_once_is_each_in_order(numbers: list[int]) -> None:
    assert once(np.array(numbers, dtype=np.int64)).tolist() == sorted(set(numbers))


@given(SMALL)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_distinct_is_each_in_order_of_every_list(items: list[list[int]]) -> None:
    assert plainly(distinct(lists_of(items))) == [sorted(set(each)) for each in items]
