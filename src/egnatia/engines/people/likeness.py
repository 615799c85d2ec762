"""How alike two names are, 0 to 1: spelling and sound of each part, best alignment, what stays over.

Symmetric by construction: everything is sorted before it is paired. The order of the parts counts only where neighbouring
ones are written together on one side, and around `son of`. The constants were chosen on one half of the pairs of
bench/people/names.py and are reported on the other.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from egnatia.engines.people.given import are_two_names
from egnatia.engines.people.names import Token, joined
from egnatia.engines.people.parts import ARTICLES, FATHERS, SMALL_WEIGHT, Part, one_part, parts
from egnatia.engines.people.variants import (
    ENOUGH,
    OTHER_NAME,
    OTHER_SEX,
    TWO_LETTERS,
    by_rule,
    other_sex,
    short_form,
    vowels_agree,
    worth_rules,
)

SOUND_SAME = 0.95
"""Two spellings with one sound key and at least three consonants, or of one group of equivalents."""
LONG_SOUND = 3
SOUND_SHORT = 0.85
"""The same with a key of one or two consonants, which unrelated short names share too."""
SOUND_MORE = 0.4
"""What such a key adds to the likeness of the spellings at the most: enough for Yll and Il."""
INITIAL = 0.8
"""An initial against a name that begins with it."""
CONSONANTS_SAME = 0.92
"""A name in a script that leaves vowels out, or whose letters have no one Latin spelling, against a Latin one."""
SPARE_COST = 0.03
"""Taken off for each part that the other side lacks: a father's or second name is often left out."""
MORE_SPARE_COST = 0.04
"""Beside that, for each but the first: who lacks three parts of six is rather somebody else."""
WEAKEST_SHARE = 0.4
"""Weight of the worst pair against the average: one different part is what tells relatives apart."""
TOGETHER_FROM = 0.85
"""Likeness from which two neighbouring parts count as one part of the other side."""
TOGETHER_DIFFERS = 3
"""Letters by which they may differ at most; more cannot reach that likeness in names of usual length."""
TOGETHER = 0.98
INITIALS = 0.9
"""Two or three letters that begin as many neighbouring parts: `JC` for `Jean-Claude`."""
INITIALS_HAVE = (2, 3)
_AROUND_ARTICLE = 3
FOLDED_AGAIN = 6
"""Parts up to which more than one pair of neighbours is tried as one."""
FOLDED_PARTS = 12
"""Parts up to which any neighbours are tried as one. That takes time by the fourth power of their number: of a record with 20
other names of 60 parts each, as a hostile file may have it, one comparison took minutes. Names of people have eleven at the most."""
OTHER_ORDER_COST = 0.3
"""Two people exchanged around `son of`: Ahmad bin Hasan is not Hasan bin Ahmad."""
PAIRS_FROM = 0.5
"""Likeness below which two parts have nothing to do with each other; on the pairs of bench/people/names.py nothing depends on it."""
STRANGERS = 0.25
"""What two such parts count for: about the likeness of two names drawn at random."""
SMALL_PAIRS_FROM = 0.9
"""A small word is paired with a name only if they are nearly the same word."""
_CLASSES = str.maketrans("bpvfcgkqdtsz", "pppp" + "kkkk" + "tt" + "ss")
"""Consonants that scripts without one of them write for another: Arabic has no p, v or g."""
_KEPT = 1 << 16
"""Pairs of parts whose likeness is remembered: a search meets the same first names again and again."""


Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be compared; two of them are equal when all their parts are.

    Attributes:
        key: all that its parts are made of, as one text.
        written: how it was written.
        parts: its parts in the order of writing.
    """

    key: str
    written: str = field(compare=False)
    parts: tuple[Part, ...] = field(compare=False)

    @property
    def whole(self) -> Token | None:
        """All of it as one token; None below two parts."""
        return joined(self.written)


NO_NAME = Name("", "", ())


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the parts of two names were laid against each other.

    Attributes:
        alike: likeness of the names, 0 to 1.
        pairs: likeness of each pair of parts that have something to do with each other, and the two; 0 for a child and a
            father of one name.
        left: parts of the left name that are in no pair.
        right: the same of the right one.
        others: how many of these are other names on the other side: as many as both have.
        spare: weight of what is left of them on one side.
    """

    alike: float
    pairs: "Laid"
    left: "Parts"
    right: "Parts"
    others: int = 0
    spare: float = 0.0


def prepare_name(*written: str) -> Name:
    """Make a name ready; several texts (first and family names) become one name without roles."""
    return _prepared(" ".join(part for part in written if part))


@lru_cache(maxsize=1 << 15)
def _prepared(text: str) -> Name:
    if not text:
        return NO_NAME
    return name_of(text, parts(text))


def name_of(written: str, made: Parts) -> Name:
    """The name of some parts, in the order of writing."""
    return Name(" ".join([f"{part.text}/{part.sound}/{part.foreign}" for part in made]), written, made)


def together(first: Name, second: Name) -> Name:
    """Two names as one without roles, without reading them again."""
    if not first.written or not second.written:
        return second if not first.written else first
    key = f"{first.key} {second.key}".strip()
    return Name(key, f"{first.written} {second.written}", first.parts + second.parts)


def part_likeness(left: Part, right: Part) -> float:
    """How alike two parts are: 1 same letters, 0.95 same sound, less by edits; an initial is 0.8 of its name."""
    if left.foreign and right.foreign:
        return OSA.normalized_similarity(left.foreign, right.foreign)
    if left.text == right.text:
        return 1.0
    if left.text > right.text:
        left, right = right, left
    found = _remembered(left.text, left.sound, left.bones, right.text, right.sound, right.bones)
    return max(found, _across_scripts(left.text, right.text)) if left.foreign or right.foreign else found


@lru_cache(maxsize=_KEPT)
def _remembered(left: str, left_sound: str, left_bones: str, right: str, right_sound: str, right_bones: str) -> float:
    """Likeness of two different Latin spellings; plain texts, because hashing parts costs more than comparing them."""
    if min(len(left), len(right)) == 1:
        return INITIAL if left[0] == right[0] else 0.0
    if left_bones[:1] == right_bones[:1] and (left in TWO_LETTERS or right in TWO_LETTERS):
        return INITIAL
    spelled = OSA.normalized_similarity(left, right)
    if are_two_names(left, right) and not (left_sound == right_sound and left_sound.startswith("=")):
        apart = OTHER_SEX if other_sex(left, right) else min(OTHER_NAME, spelled)
        return max(apart, short_form(left, right))
    if left_bones == right_bones or left_sound == right_sound:
        return _one_sound(left, left_sound, right, right_sound, spelled)
    plain = max(spelled, 0.5 * spelled + 0.5 * OSA.normalized_similarity(left_bones, right_bones))
    return by_rule(left, left_bones, right, right_bones, plain) if worth_rules(left, right, spelled) else plain


def _one_sound(left: str, left_sound: str, right: str, right_sound: str, spelled: float) -> float:
    """Likeness of two spellings with one sound, or one group of forms: less where the vowels are others, or the sex is."""
    if left_sound.startswith("=") and left_sound == right_sound:
        return SOUND_SAME
    if other_sex(left, right):
        return OTHER_SEX
    if max(len(left_sound), len(right_sound)) < ENOUGH:
        return max(spelled, min(SOUND_SHORT, spelled + SOUND_MORE))
    return SOUND_SAME if left_sound == right_sound and vowels_agree(left, right) else 0.5 * spelled + 0.5


def _across_scripts(left: str, right: str) -> float:
    ours, theirs = consonants(left), consonants(right)
    if ours == theirs:
        return CONSONANTS_SAME if len(ours) >= LONG_SOUND else SOUND_SHORT
    return CONSONANTS_SAME * OSA.normalized_similarity(ours, theirs)


def consonants(text: str) -> str:
    """The consonants in classes that every script on this route keeps apart, and whether a vowel comes first."""
    rest = re.sub(r"[aeiouywhj]", "", text[1:]).translate(_CLASSES)
    first = "a" if text[:1] in tuple("aeiouy") else text[:1].translate(_CLASSES)
    return re.sub(r"(.)\1+", r"\1", first + rest)


Laid = tuple[tuple[float, Part, Part], ...]
Pairs = list[tuple[float, int, int]]


def _pairs(left: Parts, right: Parts) -> Pairs:
    """Likeness and places of the best pairs, each part used once; small words only among themselves."""
    scored = []
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            alike = part_likeness(a, b)
            if alike >= PAIRS_FROM and (a.weight == b.weight or alike >= SMALL_PAIRS_FROM):
                scored.append((-alike, *((a.text, b.text) if a.text < b.text else (b.text, a.text)), i, j))
    if not scored:
        return []
    scored.sort()
    used_left, used_right = set(), set()
    found: Pairs = []
    for negative, _, _, i, j in scored:
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            found.append((-negative, i, j))
    return found


def likeness(left: Name, right: Name) -> float | None:
    """How alike two names are, 0 to 1; None when one of them is no evidence."""
    made = align(left, right)
    return None if made is None else made.alike


def align(left: Name, right: Name) -> Alignment | None:
    """Lay two names against each other; None when one of them is no evidence."""
    if not left.parts or not right.parts:
        return None
    if left.key == right.key:
        return Alignment(1.0, tuple((1.0, part, part) for part in left.parts), (), ())
    straight = _aligned(left.parts, right.parts)
    if len(left.parts) == len(right.parts) or max(len(left.parts), len(right.parts)) > FOLDED_PARTS:
        return straight
    together = _folded(left.parts, right.parts)
    return together if together is not None and together.alike > straight.alike else straight


def _aligned(left: Parts, right: Parts) -> Alignment:
    """Half the average pair, nearly half the worst, less what stays over and what stands in the wrong order."""
    if not left or not right:
        spare = _weigh(left + right)
        return Alignment(max(0.0, 1.0 - SPARE_COST * spare), (), left, right, 0, spare)
    pairs = _pairs(left, right)
    if not pairs:
        return _left_over((), left, right, 0.0)
    made = tuple((alike, left[i], right[j]) for alike, i, j in pairs)
    used_left, used_right = {i for _, i, _ in pairs}, {j for _, _, j in pairs}
    over_left = tuple(part for i, part in enumerate(left) if i not in used_left)
    over_right = tuple(part for j, part in enumerate(right) if j not in used_right)
    cost = _order_cost(left, right, pairs)
    laid = _left_over(made, over_left, over_right, cost)
    return replace(laid, pairs=_other_people(left, right, pairs)) if cost else laid


def _left_over(pairs: Laid, left: Parts, right: Parts, cost: float) -> Alignment:
    """The alignment that some pairs and what is in none of them make: names stand against names, small words against such."""
    others, spare, small = _over(left, right)
    total = others + SMALL_WEIGHT * small
    summed, worst = STRANGERS * total, STRANGERS if others else 1 - (1 - STRANGERS) * SMALL_WEIGHT if small else 1.0
    for alike, a, b in pairs:
        weight = min(a.weight, b.weight)
        total += weight
        summed += alike * weight
        worst = min(worst, 1 - (1 - alike) * weight)
    cost += SPARE_COST * spare + MORE_SPARE_COST * max(0.0, spare - 1)
    alike = (1 - WEAKEST_SHARE) * summed / total + WEAKEST_SHARE * worst - cost if total else 0.0
    return Alignment(max(0.0, alike), pairs, left, right, others, spare)


def _over(left: Parts, right: Parts) -> tuple[int, float, int]:
    """Of parts that are in no pair: how many names stand against names, the weight that has nothing against it, and small words against such."""
    if not left and not right:
        return 0, 0.0, 0
    names_left, names_right = _names(left), _names(right)
    small_left, small_right = len(left) - names_left, len(right) - names_right
    spare = float(abs(names_left - names_right)) + SMALL_WEIGHT * abs(small_left - small_right)
    return min(names_left, names_right), spare, min(small_left, small_right)


def _names(some: Parts) -> int:
    """How many of some parts are names and no small words."""
    return len([part for part in some if part.weight == 1])


def _weigh(some: Parts) -> float:
    return sum(part.weight for part in some)


def _order_cost(left: Parts, right: Parts, pairs: Pairs) -> float:
    """What the order costs where a name says whose child somebody is; a family name may come first or last."""
    if not [part for part in left + right if part.weight != 1 and part.text in FATHERS]:
        return 0.0
    order = [j for _, j in sorted((i, j) for _, i, j in pairs)]
    turned = any(order[start:] + order[:start] == sorted(order) for start in range(len(order)))
    return 0.0 if turned else OTHER_ORDER_COST


def _other_people(left: Parts, right: Parts, pairs: Pairs) -> Laid:
    """The pairs, where a child on one side and a father on the other are two people, however they are called.

    Where one side has more generations than the other, a `son of` was left out, and nobody knows which.
    """
    told = [sum(part.text in FATHERS for part in some) for some in (left, right)]
    if told[0] != told[1]:
        return tuple((alike, left[i], right[j]) for alike, i, j in pairs)
    return tuple((0.0 if _generations_differ(left, i, right, j) else alike, left[i], right[j]) for alike, i, j in pairs)


def _generations_differ(left: Parts, i: int, right: Parts, j: int) -> bool:
    mine, theirs = _generation(left, i), _generation(right, j)
    return mine is not None and theirs is not None and mine != theirs


def _generation(some: Parts, place: int) -> int | None:
    """Whose name it is beside a `son of`: 0 the child's, 1 the father's, 2 the grandfather's; None anywhere else."""
    beside = any(0 <= near < len(some) and some[near].text in FATHERS for near in (place - 1, place + 1))
    return sum(part.text in FATHERS for part in some[:place]) if beside and some[place].weight == 1 else None


def _folded(left: Parts, right: Parts) -> Alignment | None:
    """The best alignment with neighbouring parts of the longer side as one of the shorter: together, or as initials."""
    turned = len(left) > len(right)
    short, long = (right, left) if turned else (left, right)
    best: Alignment | None = None
    for place, part in enumerate(short):
        for start in range(len(long) - 1):
            if part.text[0] == long[start].text[0]:
                for made in (*_folds(short, place, long, start), _as_initials(short, place, long, start)):
                    if made is not None and (best is None or made.alike > best.alike):
                        best = made
    return _turned(best) if turned and best is not None else best


def _folds(short: Parts, place: int, long: Parts, start: int) -> tuple[Alignment | None, ...]:
    """The alignments with two parts, or two around an article, as one: Abd al Baki, Nur al Din."""
    two = _fold(short, place, long, start, 2)
    if len(long) - start > _AROUND_ARTICLE - 1 and long[start + 1].text in ARTICLES:
        return two, _fold(short, place, long, start, _AROUND_ARTICLE)
    return (two,)


def _turned(made: Alignment) -> Alignment:
    pairs = tuple((alike, b, a) for alike, a, b in made.pairs)
    return Alignment(made.alike, pairs, made.right, made.left, made.others, made.spare)


def _fold(short: Parts, place: int, long: Parts, start: int, size: int) -> Alignment | None:
    """The alignment when so many parts of the longer side from `start` are, written together, the one at `place`."""
    run, part = long[start : start + size], short[place]
    if abs(sum(len(each.text) for each in run) - len(part.text)) > TOGETHER_DIFFERS:
        return None
    whole = one_part(run)
    alike = part_likeness(whole, part)
    if alike < TOGETHER_FROM and size == _AROUND_ARTICLE:
        whole = one_part((run[0], run[2]))
        alike = part_likeness(whole, part)
    if alike < TOGETHER_FROM:
        return None
    rest = _again(short[:place] + short[place + 1 :], long[:start] + long[start + size :])
    share = 1 / len(short)
    average = share * alike + (1 - share) * rest.alike
    together = TOGETHER * ((1 - WEAKEST_SHARE) * average + WEAKEST_SHARE * min(alike, rest.alike))
    return replace(rest, alike=together, pairs=((alike, part, whole), *rest.pairs))


def _again(left: Parts, right: Parts) -> Alignment:
    """The alignment of what is left, which may have parts written together too; long lists are not tried again and again."""
    straight = _aligned(left, right)
    if len(left) == len(right) or not left or max(len(left), len(right)) > FOLDED_AGAIN:
        return straight
    more = _folded(left, right)
    return more if more is not None and more.alike > straight.alike else straight


def _as_initials(short: Parts, place: int, long: Parts, start: int) -> Alignment | None:
    """The alignment when the part at `place` is the first letters of as many parts of the longer side from `start`."""
    size = len(short[place].text)
    run = long[start : start + size]
    if size not in INITIALS_HAVE or "".join(part.text[0] for part in run) != short[place].text:
        return None
    rest = _aligned(short[:place] + short[place + 1 :], long[:start] + long[start + size :])
    pair = (INITIAL, short[place], one_part(run))
    return replace(rest, alike=INITIALS * rest.alike, pairs=(pair, *rest.pairs))
