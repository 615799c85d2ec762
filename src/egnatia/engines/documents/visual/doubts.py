"""Whether a disagreement is the reader's own doubt: what it saw beside each character makes the values agree.

A reader that tells its characters apart (`types.Letter`) says more than one figure for a whole line: which characters
it is not sure of, and what else each may be. An alteration is printed as clearly as the rest of the page, so the other
value is hardly ever among what was seen; a misread character nearly always has the right one beside it. So a value that
differs is changed, one character at a time, into what the reader saw as well, always towards the other source. Where that
ends in agreement the difference proves nothing: a person looks, or the page is read again. Where it does not, the
difference stands.

Measured by `bench/documents/reading_noise.py` on lines as poor as a bad photo's: 19 of 21 misread characters are
explained this way, and 1 of 100 characters altered at random.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence

from egnatia.engines.documents.visual.types import Letter, Printed

SPREAD = 0.5
"""A character read with less than this may be any other, or none (`reading_noise`: half of the misread ones)."""
LEGIBLE = 0.85
"""Mean of a line's letters from which it was read at all: below it whole lines are nonsense (`reading_noise`)."""
_FAINT = 0.93
"""Mean of a line's letters, marks left aside, below which one or two wrong characters prove nothing (`consistency --read`,
seed 101): such a line has characters that the reader dropped or took for others without a doubt. It took half of the false
alarms of bad photographs, and of 565 altered fields of scans not one."""
_MOST = 3
"""Characters that may be doubted in one value: a line in which more are wrong is hardly ever above `LEGIBLE`."""
_NARROW = "I1"
"""What the reader drops without a trace beside other strokes: 14 of 20 characters lost were an I, 3 one of a pair."""
_MERGED = 0.9
"""A character read with less may stand for two, of which the reader saw the other in the same place."""
_CONFUSED = {"O": "ÜĞ", "Ö": "Ü", "Č": "Ğ", "Ć": "Ğ", "1": "J", "|": "J"}
"""What the reader takes for another without a doubt: of 115 misread lines 35 had Č for Ğ, and 5 O for Ü or Ğ; of some
5,000 numbers 3 had a 1 for the J in front."""
_STROKED = {"Đ": "D", "Ð": "D", "Ħ": "H", "Ł": "L", "Ø": "O", "Ŧ": "T"}
"""Letters with a stroke, which is a mark like any other and no part of its own in Unicode: Đ and D are one base."""
_SHORT = 3
_LONGEST = 60
"""Characters of a value that is searched: the longest name that a page prints on one line."""
Texts = tuple[str, ...]


def own_doubt(shown: Sequence[Printed], distance: Callable[[Texts], int], wanted: str = "") -> bool:
    """Whether what the reader saw beside its characters makes the values agree.

    Args:
        shown: the readings, of which one or more may be doubted; those without letters are not.
        distance: how far texts in the places of these readings are from the other source, 0 where they agree.
        wanted: characters of the other source, tried where the reader saw nothing clearly.
    """
    if not any(one.letters for one in shown) or sum(len(one.text) for one in shown) > _LONGEST:
        return False
    state = [list(zip(one.text, one.letters or (Letter(1.0),) * len(one.text), strict=True)) for one in shown]
    left = distance(_texts(state))
    for _ in range(_MOST):
        if not left:
            break
        near = min(_changes(state, wanted), key=lambda one: distance(_texts(one)), default=state)
        nearer = distance(_texts(near))
        if nearer >= left:
            return False
        state, left = near, nearer
    return not left


_State = list[list[tuple[str, Letter]]]
_DONE = Letter(1.0)
"""A character that was changed once stays."""


def _texts(state: _State) -> Texts:
    return tuple("".join(character for character, _ in one) for one in state)


def _changes(state: _State, wanted: str) -> Iterator[_State]:
    """Every change of one character into something that was seen there as well."""
    for number, one in enumerate(state):
        if all(letter is _DONE for _, letter in one):
            continue
        for place, (character, letter) in enumerate(one):
            for other in _instead(character, letter, wanted):
                yield _with(state, number, [*one[:place], *((sign, _DONE) for sign in other), *one[place + 1 :]])
        for place in range(len(one) + 1):
            for lost in _lost(one, place):
                yield _with(state, number, [*one[:place], (lost, _DONE), *one[place:]])


def _with(state: _State, number: int, changed: list[tuple[str, Letter]]) -> _State:
    return [*state[:number], changed, *state[number + 1 :]]


def _instead(character: str, letter: Letter, wanted: str) -> Iterator[str]:
    """What may stand in the place of a character; the empty text where it may be none at all."""
    others = dict.fromkeys(letter.others + _CONFUSED.get(character, ""))
    if letter.share < SPREAD:
        others |= dict.fromkeys(wanted)
        yield ""
    yield from (other for other in others if other != character)


def _lost(one: list[tuple[str, Letter]], place: int) -> Iterator[str]:
    """What the reader may have dropped here: a narrow character, one of two alike, or one seen with its neighbour."""
    beside = one[max(0, place - 1) : place + 1]
    seen = "".join(letter.others for _, letter in beside if letter.share < _MERGED)
    yield from dict.fromkeys(_NARROW + "".join(sign for sign, _ in beside[: place > 0] if sign.isalnum()) + seen)


def legible(*printed: Printed) -> bool:
    """Whether lines that were read letter by letter were read at all; others are judged by `verdicts`."""
    return all(clearness(one) >= LEGIBLE or _short_and_clear(one) for one in printed)


def clearness(printed: Printed) -> float:
    """Mean of a line's letters, 1 for a reading without letters; a mark that may be another or none takes nothing away."""
    shares = [_share(sign, letter) for sign, letter in zip(printed.text, printed.letters, strict=False)]
    return sum(shares) / len(shares) if shares else 1.0


def faint(printed: Printed) -> bool:
    """Whether a line was read so poorly that a wrong character or two say nothing, however sure the reader was of them."""
    return clearness(printed) < _FAINT


def _share(sign: str, letter: Letter) -> float:
    base = _base(sign)
    return 1.0 if any(_base(other) == base for other in letter.others) else letter.share


def _base(sign: str) -> str:
    letter = unicodedata.normalize("NFD", sign)[:1].upper()
    return _STROKED.get(letter, letter)


def _short_and_clear(printed: Printed) -> bool:
    """One to three characters have no mean to speak of: each must be likelier than all others together."""
    return len(printed.text) <= _SHORT and all(letter.share >= SPREAD for letter in printed.letters)
