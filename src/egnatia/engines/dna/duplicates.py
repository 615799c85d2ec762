"""Persons of one set who may be one person under two references, or twins: groups of references that lead to each other.

A group is a lead for a qualified examiner and nothing else. Two references for one person come from a second sample, from
a clerk's error, or from another name; identical twins have one profile; people who are related or not may agree by chance
at few loci. Nothing follows from a group by itself, against nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.join import Show, join, show_nothing
from egnatia.engines.dna.pairs import Pairs
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import Kind
from egnatia.errors import InputError

LEAD = (
    "A lead for a qualified examiner: it may be one person under two references, or twins, or chance. No act follows "
    "from it."
)


@dataclass(frozen=True, slots=True)
class Group:
    """Profiles that lead to each other.

    Attributes:
        members: their numbers, ascending.
        pairs: which of them agree, lower number first, and the class by its place in the rules. Members need not agree with
            every other one: a chain is shown as what it is.
    """

    members: tuple[int, ...]
    pairs: tuple[tuple[int, int, int], ...]


def duplicates(columns: Columns, rules: RuleSet, *, show: Show = show_nothing) -> tuple[Group, ...]:
    """Groups among the persons of a set, the largest first.

    Raises:
        InputError: the rules do not permit persons to be compared with persons.
    """
    if not rules.permits(Kind.PERSON, Kind.PERSON):
        raise InputError(
            f"{rules.id} does not compare persons with persons",
            hint="Where both laws allow it the agreement names such rules; of those shipped prum-ess7 and prum-ess12 do.",
        )
    return groups_of(_of_persons(columns, join(columns, columns, rules, show=show)))


def _of_persons(columns: Columns, found: Iterable[Pairs]) -> Iterator[Pairs]:
    person = [*Kind].index(Kind.PERSON)
    for each in found:
        kept = (columns.kinds[each.left] == person) & (columns.kinds[each.right] == person)
        yield Pairs(each.left[kept], each.right[kept], each.classes[kept])


def groups_of(found: Iterable[Pairs]) -> tuple[Group, ...]:
    """The groups that pairs of one set make, the largest first, then by the lowest member."""
    leader: dict[int, int] = {}
    pairs: list[tuple[int, int, int]] = []
    for each in found:
        for left, right, label in zip(each.left.tolist(), each.right.tolist(), each.classes.tolist(), strict=True):
            pairs.append((left, right, label))
            one, other = sorted((_lead(leader, left), _lead(leader, right)))
            leader[other] = one
    members: dict[int, list[int]] = {}
    for each_one in sorted(leader):
        members.setdefault(_lead(leader, each_one), []).append(each_one)
    within: dict[int, list[tuple[int, int, int]]] = {}
    for pair in sorted(pairs):
        within.setdefault(_lead(leader, pair[0]), []).append(pair)
    made = [Group(tuple(some), tuple(within[lead])) for lead, some in members.items()]
    return tuple(sorted(made, key=lambda group: (-len(group.members), group.members)))


def _lead(leader: dict[int, int], number: int) -> int:
    """The lowest number that leads to this one; shortens the way for the next who asks."""
    way = []
    while leader.setdefault(number, number) != number:
        way.append(number)
        number = leader[number]
    for each in way:
        leader[each] = number
    return number
