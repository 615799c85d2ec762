"""How alike two names are, 0 to 1: spelling and sound of each token, best alignment, what stays over.

Symmetric and independent of the order of tokens by construction: everything is sorted before it is paired.
"""

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from egnatia.engines.people.names import Token, joined, tokens

SOUND_SAME = 0.95
"""Two spellings with one sound key and at least three consonants, or of one group of equivalents."""
LONG_SOUND = 3
SOUND_SHORT = 0.85
"""The same with a key of one or two consonants, which unrelated short names share too."""
SPARE_COST = 0.04
"""Taken off for each token that the other side lacks: a father's or second name is often left out."""
WEAKEST_SHARE = 0.5
"""Weight of the worst pair against the average: one different part is what tells relatives apart."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be compared: how it was written, its tokens, and all of it as one token."""

    written: str
    tokens: tuple[Token, ...]
    whole: Token | None


def prepare_name(*written: str) -> Name:
    """Make a name ready; several texts (first and family names) become one name without roles."""
    text = " ".join(part for part in written if part)
    return Name(text, tokens(text), joined(text))


def token_likeness(left: Token, right: Token) -> float:
    """How alike two tokens are: 1 same letters, 0.95 same sound, less by edits; an initial is 0.8 of its name."""
    if left.text == right.text:
        return 1.0
    if min(len(left.text), len(right.text)) == 1:
        return 0.8 if left.text[0] == right.text[0] else 0.0
    spelled = OSA.normalized_similarity(left.text, right.text)
    if left.sound == right.sound:
        strong = left.sound.startswith("=") or len(left.sound) >= LONG_SOUND
        return SOUND_SAME if strong else max(spelled, min(SOUND_SHORT, spelled + 0.3))
    if left.sound.startswith("=") or right.sound.startswith("="):
        return spelled
    sounded = OSA.normalized_similarity(left.sound, right.sound)
    return max(spelled, 0.5 * spelled + 0.5 * sounded)


def _pairs(left: tuple[Token, ...], right: tuple[Token, ...]) -> list[float]:
    """Likeness of the best pairs, each token used once, as many as the shorter side has."""
    scored = sorted(
        ((-token_likeness(a, b), min(a, b), max(a, b), i, j) for i, a in enumerate(left) for j, b in enumerate(right)),
        key=lambda entry: entry[:3],
    )
    used_left: set[int] = set()
    used_right: set[int] = set()
    found = []
    for negative, _, _, i, j in scored:
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            found.append(-negative)
    return found


def likeness(left: Name, right: Name) -> float | None:
    """How alike two names are, 0 to 1; None when one of them is no evidence."""
    if not left.tokens or not right.tokens:
        return None
    if left.tokens == right.tokens:
        return 1.0
    pairs = _pairs(left.tokens, right.tokens)
    average = sum(pairs) / len(pairs)
    spare = abs(len(left.tokens) - len(right.tokens))
    aligned = (1 - WEAKEST_SHARE) * average + WEAKEST_SHARE * min(pairs) - SPARE_COST * spare
    return max(0.0, aligned, _as_one_word(left, right))


def _as_one_word(left: Name, right: Name) -> float:
    """Likeness of the names written together, where one side is: `Jan Daniel` and `Jandaniel`."""
    if left.whole is None and right.whole is None:
        return 0.0
    ones = [name.whole or name.tokens[0] for name in (left, right)]
    return SOUND_SAME * OSA.normalized_similarity(ones[0].text, ones[1].text)
