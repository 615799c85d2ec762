"""Keys under which records are put beside each other: the same evidence as the index of one person uses.

A rule is two pieces of evidence that two records share. Names are asked for by sound and by spelling with one letter taken
out, dates with day and month in either order. The two names of a rule may stand in either field.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from egnatia.engines.people.link.fields import Field
from egnatia.engines.people.link.grade_others import YEARS, loosely
from egnatia.engines.people.link.lists import Codes, Ints, Lists, crossed, distinct, joined, of_kind, once, taken, where
from egnatia.engines.people.link.spelling import hashed, spellings
from egnatia.engines.people.link.values import Flags, Values, possible

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
        one_of: the records of which a pair has to hold one; none if any two will do.
    """

    name: str
    keys: Lists
    weak: bool = False
    one_of: Flags | None = None


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


def sounds(values: Values) -> Lists:
    """Keys of each name by sound, of each part and of all written together; small words count only where nothing else is."""
    bones = [part.bones for part in values.parts]
    kept = _counting(values)
    several = np.flatnonzero(kept.sizes > 1)
    flat, starts = kept.flat.tolist(), kept.starts
    spans_of = zip(starts[several].tolist(), starts[several + 1].tolist(), strict=True)
    together = hashed(["".join([bones[number] for number in flat[a:b]]) for a, b in spans_of])
    whole = np.zeros(len(kept), dtype=np.uint64)
    whole[several] = together
    by_part = hashed([part.sound for part in values.parts]), hashed(bones)
    ways = [Lists(kept.starts, keys[kept.flat.astype(np.int64)]) for keys in by_part]
    return distinct(joined(*ways, where(whole > 0, whole.view(np.int64))))


def typed(values: Values) -> Lists:
    """Keys of each name by spelling: of each part, and of it with one letter taken out."""
    kept = _counting(values)
    found = spellings([part.text for part in values.parts], SHORTEST_DELETED)
    theirs = taken(found, kept.flat.astype(np.int64))
    ends = np.concatenate([[0], np.cumsum(theirs.sizes)])
    return distinct(Lists(ends[kept.starts], theirs.flat))


def _counting(values: Values) -> Lists:
    """The parts of each name that are no small words, or all of them where there is nothing else."""
    names = values.names
    whole = np.array([part.weight == 1.0 for part in values.parts], dtype=bool)[names.flat.astype(np.int64)]
    some = np.bincount(names.owners[whole], minlength=len(names)) > 0
    kept = whole | ~some[names.owners]
    starts = np.concatenate([[0], np.cumsum(np.bincount(names.owners[kept], minlength=len(names)))])
    return Lists(starts, names.flat[kept])


def evidence(values: Values) -> Evidence:
    """What each record is found by; an alias adds its names to those of its owner."""
    by_sound, by_spelling = of_kind(sounds(values), _SOUND), of_kind(typed(values), _SPELLING)
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
    lone = (values.name_of[Field.FIRST] > 0) ^ (values.name_of[Field.FAMILY] > 0)
    if lone.any():
        yield Rule("the only name", _borne_by(lone, some_name), weak=True, one_of=lone)
    yield Rule("date of birth and a name", crossed(found.date, some_name))
    yield Rule("most of a date of birth and the family name", crossed(found.most_of_date, found.family_sound))
    yield Rule("father, first name and year", crossed(crossed(found.father, found.first_sound), found.year))
    if len(values.texts[Field.NUMBERS]) > 1:
        yield Rule("number", _of_numbers(values, of_kind(written(values.texts[Field.NUMBERS]), _NUMBER)))
    for field, codes in values.text_of.items():
        if field is not Field.OCCUPATION and len(values.texts[field]) > 1:
            by_text = of_kind(where(codes > 0, codes), _TEXT)
            both = joined(some_name, found.date)
            yield Rule(f"{field} and a name or date", crossed(by_text, both))


def _borne_by(some: Flags, names: Lists) -> Lists:
    """Of each record's names those that one of some records bears."""
    kept = np.isin(names.flat, once(names.flat[some[names.owners]]))
    starts = np.concatenate([[0], np.cumsum(np.bincount(names.owners[kept], minlength=len(names)))])
    return Lists(starts, names.flat[kept])


def written(numbers: Sequence[str]) -> Lists:
    """Keys of each number with its kind in front: as it is, with one sign taken out, and with look-alikes read as digits."""
    loose = hashed(loosely(numbers))
    return joined(spellings(numbers, SHORTEST_DELETED, kept=1), where(loose > 0, loose.view(np.int64)))


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

    Dates contradict each other when both are whole, agree in less than two of year, month and day, and are not exchanged; or when the
    years lie far apart and differ in more than a digit.
    """
    left, right = pairs >> 32, pairs & 0xFFFFFFFF
    father = values.name_of[Field.FATHER]
    one, other = values.born[left], values.born[right]
    agree = (one == other).sum(axis=1, dtype=np.int8)
    exchanged = (one[:, 0] == other[:, 0]) & (one[:, 1] == other[:, 2]) & (one[:, 2] == other[:, 1])
    whole = possible(values.born)
    apart = np.abs(one[:, 0] - other[:, 0])
    far = (apart > YEARS) & (apart % 10 != 0)
    contradict = whole[left] & whole[right] & ((agree < 2) | far) & ~exchanged  # noqa: PLR2004 - two of three
    kept: Flags = ~contradict | ((father[left] == father[right]) & (father[left] > 0))
    return kept
