"""Registers, their truth and questions about them as CSV, one line at a time: ten million need no more memory than ten.

The register has the columns that `egnatia people search` reads. The truth says which records are of one person and what is
different between them; the questions say whom each means. The same seed gives the same bytes.
"""

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from egnatia.engines.people.simulate.noise import Asked, Draw, Noise, disturbed
from egnatia.engines.people.simulate.population import Simulated, persons
from egnatia.errors import InputError

COLUMNS = ("ref", "first_names", "family_names", "birth_date", "father_name", "identifiers")
TRUTH_COLUMNS = ("ref", "person", "household", "noise")
QUESTION_COLUMNS = ("noise", "ref", "first_names", "family_names", "birth_date", "father_name")
MOST = 100_000_000
"""Persons of one register; references have eight digits."""
_TRIES = 3
"""Kinds of noise that are tried on a person before it is filed once only."""
_SPARE = 40
"""People kept for each question of a kind: the rarest kind, a Latin question about a Cyrillic record, fits one in eight."""
_KINDS = tuple(noise for noise in Noise if noise is not Noise.EXACT)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A register to be made.

    Attributes:
        persons: how many different people.
        seed: the same number draws the same people.
        twice: share of people with a second record that differs by one kind of noise.

    Raises:
        InputError: more people than references, fewer than one, or a share that is none.
    """

    persons: int
    seed: int
    twice: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be made."""
        if not 1 <= self.persons <= MOST:
            raise InputError(f"a register of {self.persons:,} people cannot be made", hint=f"Ask for 1 to {MOST:,}.")
        if not 0 <= self.twice <= 1:
            raise InputError(f"{self.twice} is no share", hint="Give a number from 0 to 1.")


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a register, and in what it differs from the person's first one."""

    filed: Simulated
    noise: Noise


def lines(recipe: Recipe) -> Iterator[Line]:
    """The records of a register; a second record follows its first."""
    draw = random.Random(f"egnatia/people/twice/{recipe.seed}").random  # noqa: S311 - the same again is wanted
    for each in persons(recipe.persons, recipe.seed):
        yield Line(each, Noise.EXACT)
        if draw() < recipe.twice:
            second = _second(each, draw)
            if second is not None:
                yield second


def _second(filed: Simulated, draw: Draw) -> Line | None:
    for _ in range(_TRIES):
        noise = _KINDS[int(draw() * len(_KINDS))]
        asked = disturbed(filed, noise, draw)
        if asked is not None:
            ref = f"{filed.ref}-2"
            changed = replace(
                filed, ref=ref, first=asked.first, family=asked.family, born=asked.born, father=asked.father
            )
            return Line(replace(changed, identifiers=filed.identifiers[:1] if draw() < 0.2 else ()), noise)  # noqa: PLR2004
    return None


def write(made: Iterable[Line], register: TextIO, truth: TextIO | None = None) -> int:
    """Write records, and what is true of them, as CSV. Returns how many records were written."""
    rows = csv.writer(register, lineterminator="\n")
    rows.writerow(COLUMNS)
    truths = csv.writer(truth, lineterminator="\n") if truth is not None else None
    if truths is not None:
        truths.writerow(TRUTH_COLUMNS)
    count = 0
    for line in made:
        filed = line.filed
        rows.writerow((filed.ref, filed.first, filed.family, filed.born, filed.father, "|".join(filed.identifiers)))
        if truths is not None:
            truths.writerow((filed.ref, filed.person, filed.household, line.noise))
        count += 1
    return count


def keeping(made: Iterable[Line], recipe: Recipe, each: int, kept: list[Simulated]) -> Iterator[Line]:
    """The same records; some people spread over the whole register are kept, to be asked about so often by each kind."""
    draw = random.Random(f"egnatia/people/kept/{recipe.seed}").random  # noqa: S311 - the same again is wanted
    wanted = _SPARE * each / recipe.persons
    for line in made:
        if line.noise is Noise.EXACT and draw() < wanted:
            kept.append(line.filed)
        yield line


def questions(people: Sequence[Simulated], each: int, seed: int) -> list[Asked]:
    """As many questions of every kind of noise about some people; fewer of a kind that fits too few of them."""
    draw = random.Random(f"egnatia/people/questions/{seed}").random  # noqa: S311 - the same again is wanted
    made: list[Asked] = []
    for noise in Noise:
        order = sorted((draw(), place) for place in range(len(people)))
        found = (disturbed(people[place], noise, draw) for _, place in order)
        made += [asked for _, asked in zip(range(each), (one for one in found if one is not None), strict=False)]
    return made


def write_questions(asked: Iterable[Asked], stream: TextIO) -> int:
    """Write questions as CSV. Returns how many."""
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(QUESTION_COLUMNS)
    count = 0
    for one in asked:
        rows.writerow((one.noise, one.ref, one.first, one.family, one.born, one.father))
        count += 1
    return count
