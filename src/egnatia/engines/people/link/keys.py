"""Keys under which records are put beside each other: the same evidence as the index of one person uses.

A rule is two pieces of evidence that two records share. Names are asked for by sound and by spelling with one letter taken
out, dates with day and month in either order. The two names of a rule may stand in either field.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from egnatia.engines.people.identifiers import LOOK_ALIKES
from egnatia.engines.people.link.fields import Field
from egnatia.engines.people.link.lists import Codes, Ints, Lists, crossed, joined, lists_of, of_kind, taken, where
from egnatia.engines.people.link.values import Flags, Values, possible
from egnatia.engines.people.parts import Part

SHORTEST_DELETED = 4
"""Letters from which a spelling, a number or a code also counts with one taken out, as in the index."""
_SOUND, _SPELLING, _DATE, _YEAR, _DAY, _LOW, _NUMBER, _TEXT = range(1, 9)
"""Kinds of keys, which never meet each other."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to put records beside each other.

    Attributes:
        name: what the records have in common, in words.
        keys: the keys of each record.
        weak: whether that is too little where the dates of birth contradict each other.
    """

    name: str
    keys: Lists
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each record is found by, as lists of keys."""

    first_sound: Lists
    first_typed: Lists
    family_sound: Lists
    family_typed: Lists
    father: Lists
    date: Lists
    year: Lists
    day: Lists
    most_of_date: Lists


def _hashed(text: str) -> int:
    return crc32(text.encode())


def sounds(name: tuple[Part, ...]) -> list[int]:
    """Keys of a name by sound, of each part and of all written together; small words count only where nothing else is."""
    kept = [part for part in name if part.weight == 1.0] or list(name)
    bones = "".join(part.bones for part in kept)
    return sorted({_hashed(text) for part in kept for text in (part.sound, part.bones)} | {_hashed(bones)} - {0})


def spellings(text: str) -> Iterator[str]:
    """A text, and the same with one character taken out."""
    yield text
    if len(text) >= SHORTEST_DELETED:
        for place in range(len(text)):
            yield text[:place] + text[place + 1 :]


def typed(name: tuple[Part, ...]) -> list[int]:
    """Keys of a name by spelling."""
    kept = [part for part in name if part.weight == 1.0] or list(name)
    return sorted({_hashed(spelling) for part in kept for spelling in spellings(part.text)})


def evidence(values: Values) -> Evidence:
    """What each record is found by; an alias adds its names to those of its owner."""
    by_sound = of_kind(lists_of(map(sounds, values.names)), _SOUND)
    by_spelling = of_kind(lists_of(map(typed, values.names)), _SPELLING)
    first, family, father = (values.name_of[field] for field in (Field.FIRST, Field.FAMILY, Field.FATHER))
    year, month, day = (values.born[:, place] for place in range(3))
    whole = possible(values.born)
    low, high = np.minimum(month, day), np.maximum(month, day)
    return Evidence(
        _with_aliases(by_sound, first, values.alias_owners, values.alias_first),
        _with_aliases(by_spelling, first, values.alias_owners, values.alias_first),
        _with_aliases(by_sound, family, values.alias_owners, values.alias_family),
        _with_aliases(by_spelling, family, values.alias_owners, values.alias_family),
        taken(by_sound, father),
        of_kind(where(whole, year * 10_000 + low * 100 + high), _DATE),
        of_kind(where(year > 0, year), _YEAR),
        of_kind(where(whole, low * 100 + high), _DAY),
        joined(
            of_kind(where(whole, year * 100 + low), _LOW),
            of_kind(where(whole & (low != high), year * 100 + high), _LOW),
            of_kind(where(whole, low * 100 + high), _DAY),
        ),
    )


def _with_aliases(keys: Lists, own: Codes, owners: Codes, others: Codes) -> Lists:
    """Keys of each record's name and of its other names."""
    mine = taken(keys, own)
    if not len(owners):
        return mine
    theirs = taken(keys, others)
    starts = np.zeros(len(own) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owners, weights=theirs.sizes, minlength=len(own)), out=starts[1:])
    return joined(mine, Lists(starts, theirs.flat))


def rules(values: Values, found: Evidence) -> Iterator[Rule]:
    """The rules, one at a time, because each needs memory for itself.

    A shared number is enough alone, whole or but for one character; a text (an address, a postcode) with a name or a date. What
    somebody works as brings nobody together.
    """
    some_name = joined(found.first_sound, found.family_sound, found.first_typed, found.family_typed)
    yield Rule("names by sound", crossed(found.first_sound, found.family_sound), weak=True)
    yield Rule(
        "names, one typed wrong",
        joined(crossed(found.first_typed, found.family_sound), crossed(found.first_sound, found.family_typed)),
        weak=True,
    )
    yield Rule("date of birth and a name", crossed(found.date, some_name))
    yield Rule("most of a date of birth and the family name", crossed(found.most_of_date, found.family_sound))
    yield Rule("father, first name and year", crossed(crossed(found.father, found.first_sound), found.year))
    if len(values.texts[Field.NUMBERS]) > 1:
        by_number = lists_of(sorted(set(map(_hashed, _written(text)))) for text in values.texts[Field.NUMBERS])
        yield Rule("number", _of_numbers(values, of_kind(by_number, _NUMBER)))
    for field, codes in values.text_of.items():
        if field is not Field.OCCUPATION and len(values.texts[field]) > 1:
            by_text = of_kind(where(codes > 0, codes), _TEXT)
            both = joined(some_name, found.date)
            yield Rule(f"{field} and a name or date", crossed(by_text, both))


def _written(number: str) -> Iterator[str]:
    """A number with its kind in front, as it is written, with one sign taken out, and with look-alikes read as digits."""
    yield from (number[:1] + spelling for spelling in spellings(number[1:]))
    yield number[:1] + number[1:].translate(LOOK_ALIKES)


def _of_numbers(values: Values, keys: Lists) -> Lists:
    """Keys of each record's numbers."""
    theirs = taken(keys, values.numbers.flat.astype(np.int64))
    ends = np.concatenate([[0], np.cumsum(theirs.sizes)])
    return Lists(ends[values.numbers.starts], theirs.flat)


def refinements(found: Evidence) -> tuple[Lists, ...]:
    """What a block that is too large is cut by: year, day and month, father."""
    return found.year, found.day, found.father


def worth(values: Values, pairs: Ints) -> Flags:
    """Which pairs with names in common are worth comparing: not those whose dates contradict each other and fathers do not agree.

    Dates contradict each other when both are whole, agree in less than two of year, month and day, and are not exchanged.
    """
    left, right = pairs >> 32, pairs & 0xFFFFFFFF
    father = values.name_of[Field.FATHER]
    one, other = values.born[left], values.born[right]
    agree = (one == other).sum(axis=1, dtype=np.int8)
    exchanged = (one[:, 0] == other[:, 0]) & (one[:, 1] == other[:, 2]) & (one[:, 2] == other[:, 1])
    whole = possible(values.born)
    contradict = whole[left] & whole[right] & (agree < 2) & ~exchanged  # noqa: PLR2004 - two of three
    kept: Flags = ~contradict | ((father[left] == father[right]) & (father[left] > 0))
    return kept
