"""How alike two names are, 0 to 1: spelling and sound of each part, best alignment, what stays over.

Symmetric by construction: everything is sorted before it is paired. The order of the parts counts only where neighbouring
ones are written together on one side, and around `son of`. The constants were chosen on one half of the pairs of
bench/people/names.py and are reported on the other.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from egnatia.engines.people.names import Token, joined
from egnatia.engines.people.parts import FATHERS, Part, one_part, parts

SOUND_SAME = 0.95
"""Two spellings with one sound key and at least three consonants, or of one group of equivalents."""
LONG_SOUND = 3
SOUND_SHORT = 0.85
"""The same with a key of one or two consonants, which unrelated short names share too."""
INITIAL = 0.8
"""An initial against a name that begins with it."""
BEGINNING = 0.75
"""A name cut short, such as `Ben` for `Benjamin`: at least three letters."""
SHORTEST_BEGINNING = 3
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
OTHER_ORDER_COST = 0.3
"""Two people exchanged around `son of`: Ahmad bin Hasan is not Hasan bin Ahmad."""
SMALL_PAIRS_FROM = 0.9
"""A small word is paired with a name only if they are nearly the same word."""
_CLASSES = str.maketrans("bpvfcgkqdtsz", "pppp" + "kkkk" + "tt" + "ss")
"""Consonants that scripts without one of them write for another: Arabic has no p, v or g."""
_KEPT = 1 << 16
"""Pairs of parts whose likeness is remembered: a search meets the same first names again and again."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be compared: how it was written, its parts, and all of it as one token."""

    written: str
    parts: tuple[Part, ...]
    whole: Token | None


def prepare_name(*written: str) -> Name:
    """Make a name ready; several texts (first and family names) become one name without roles."""
    text = " ".join(part for part in written if part)
    return Name(text, parts(text), joined(text))


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
    spelled = OSA.normalized_similarity(left, right)
    if left_sound == right_sound:
        strong = left_sound.startswith("=") or len(left_sound) >= LONG_SOUND
        return SOUND_SAME if strong else max(spelled, min(SOUND_SHORT, spelled + 0.3))
    sounded = OSA.normalized_similarity(left_bones, right_bones)
    return max(spelled, 0.5 * spelled + 0.5 * sounded, _cut_short(left, right))


def _cut_short(left: str, right: str) -> float:
    short, long = sorted((left, right), key=len)
    return BEGINNING if len(short) >= SHORTEST_BEGINNING and long.startswith(short) else 0.0


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


Pairs = list[tuple[float, int, int]]
Parts = tuple[Part, ...]


def _pairs(left: Parts, right: Parts) -> Pairs:
    """Likeness and places of the best pairs, each part used once; small words only among themselves."""
    scored = sorted(
        (-part_likeness(a, b), *((a.text, b.text) if a.text < b.text else (b.text, a.text)), i, j)
        for i, a in enumerate(left)
        for j, b in enumerate(right)
    )
    free_left, free_right = set(range(len(left))), set(range(len(right)))
    found: Pairs = []
    for negative, _, _, i, j in scored:
        mixed = left[i].weight != right[j].weight and -negative < SMALL_PAIRS_FROM
        if i in free_left and j in free_right and not mixed:
            free_left.discard(i)
            free_right.discard(j)
            found.append((-negative, i, j))
    return found


def likeness(left: Name, right: Name) -> float | None:
    """How alike two names are, 0 to 1; None when one of them is no evidence."""
    if not left.parts or not right.parts:
        return None
    if left.parts == right.parts:
        return 1.0
    return max(0.0, _aligned(left.parts, right.parts), _folded(left.parts, right.parts))


def _aligned(left: Parts, right: Parts) -> float:
    """Half the average pair, nearly half the worst, less what stays over and what stands in the wrong order."""
    if not left or not right:
        return 1.0 - SPARE_COST * _weigh(left + right)
    pairs = _pairs(left, right)
    if not pairs:
        return 0.0
    weighed = [(alike, min(left[i].weight, right[j].weight)) for alike, i, j in pairs]
    average = sum(alike * weight for alike, weight in weighed) / sum(weight for _, weight in weighed)
    worst = min(1 - (1 - alike) * weight for alike, weight in weighed)
    spare = _weigh(left) + _weigh(right) - sum(left[i].weight + right[j].weight for _, i, j in pairs)
    cost = SPARE_COST * spare + MORE_SPARE_COST * max(0.0, spare - 1) + _order_cost(left, right, pairs)
    return (1 - WEAKEST_SHARE) * average + WEAKEST_SHARE * worst - cost


def _weigh(some: Parts) -> float:
    return sum(part.weight for part in some)


def _order_cost(left: Parts, right: Parts, pairs: Pairs) -> float:
    """What the order costs where a name says whose child somebody is; a family name may come first or last."""
    if FATHERS.isdisjoint(part.text for part in left + right):
        return 0.0
    order = [j for _, j in sorted((i, j) for _, i, j in pairs)]
    turned = any(order[start:] + order[:start] == sorted(order) for start in range(len(order)))
    return 0.0 if turned else OTHER_ORDER_COST


def _folded(left: Parts, right: Parts) -> float:
    """Likeness with neighbouring parts of the longer side as one of the shorter: written together, or as initials."""
    short, long = sorted((left, right), key=len)
    if len(short) == len(long):
        return 0.0
    best = 0.0
    for place, part in enumerate(short):
        for start in range(len(long) - 1):
            if part.text[0] == long[start].text[0]:
                best = max(best, _fold(short, place, long, start), _as_initials(short, place, long, start))
    return best


def _fold(short: Parts, place: int, long: Parts, start: int) -> float:
    """Likeness when two parts of the longer side from `start` are, written together, the one at `place`."""
    run, part = long[start : start + 2], short[place]
    if abs(len(run[0].text) + len(run[1].text) - len(part.text)) > TOGETHER_DIFFERS:
        return 0.0
    alike = part_likeness(one_part(run), part)
    if alike < TOGETHER_FROM:
        return 0.0
    rest = _aligned(short[:place] + short[place + 1 :], long[:start] + long[start + 2 :])
    share = 1 / len(short)
    average = share * alike + (1 - share) * rest
    return TOGETHER * ((1 - WEAKEST_SHARE) * average + WEAKEST_SHARE * min(alike, rest))


def _as_initials(short: Parts, place: int, long: Parts, start: int) -> float:
    """Likeness when the part at `place` is the first letters of as many parts of the longer side from `start`."""
    size = len(short[place].text)
    run = long[start : start + size]
    if size not in INITIALS_HAVE or "".join(part.text[0] for part in run) != short[place].text:
        return 0.0
    return INITIALS * _aligned(short[:place] + short[place + 1 :], long[:start] + long[start + size :])
