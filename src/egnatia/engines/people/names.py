"""Names as they are compared: tokens in any order, each with its plain letters and its sound key.

What is not evidence is dropped here, once, for every caller: placeholders such as XXX or FNU, titles, fillers of a
machine-readable zone. Scripts are handled in `scripts`, sounds in `sounds`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from egnatia.engines.people.scripts import plain, unify_script, visible
from egnatia.engines.people.sounds import sound_key

PLACEHOLDERS = frozenset(
    {"fnu", "lnu", "mnu", "unk", "unknown", "unnamed", "anonymous", "nn", "nnn"}
    | {"nepoznat", "nepoznata", "nepoznato", "panjohur", "panjohura"}
)
"""Written where no name is known: `first/last name unknown` in visa practice, and `unknown` on this route."""
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir"})
"""Forms of address that some registers keep inside the name."""
_JOINERS = re.compile(r"['\u2019\u02bc`\u00b4\u02bb\"\u201c\u201d.]")
_VOWEL_SIGNS = "".join(chr(sign) for sign in range(0x900, 0x1900) if unicodedata.category(chr(sign)) in {"Mn", "Mc"})
"""Signs inside the words of Indian and neighbouring scripts, which Python does not count among what words are made of."""
_BREAKS = re.compile(rf"[^\w{_VOWEL_SIGNS}]+|_+", re.UNICODE)


@dataclass(frozen=True, slots=True, order=True)
class Token:
    """One part of a name: its plain lower-case letters, and the key of how it sounds."""

    text: str
    sound: str


def words(name: str) -> list[str]:
    """The words of a name in one script, with their marks."""
    spaced = _BREAKS.sub(" ", _JOINERS.sub("", visible(name)))
    return [unify_script(word) for word in spaced.split()]


def token(word: str) -> Token:
    """The token of one lower-case word that still has its marks (they decide how it sounds)."""
    return Token(plain(word), sound_key(word))


def _is_evidence(text: str) -> bool:
    """Whether a plain word names anybody."""
    return bool(text) and text not in PLACEHOLDERS and text not in TITLES and not re.fullmatch(r"x{2,}|\d+", text)


@lru_cache(maxsize=1 << 15)
def tokens(name: str) -> tuple[Token, ...]:
    """The parts of a name that are evidence, sorted, each once. Empty for an empty or placeholder name."""
    return tuple(sorted({made for word in words(name) if _is_evidence((made := token(word)).text)}))


def joined(name: str) -> Token | None:
    """The whole name as one token, so that `Abdulrahman` meets `Abdul Rahman`; None below two parts."""
    kept = [word for word in words(name) if _is_evidence(plain(word))]
    return token("".join(kept)) if len(kept) > 1 else None


def split_full_name(full: str) -> tuple[str, str]:
    """First names and family names of a whole name.

    `FAMILY<<FIRST` and `FAMILY, First` say which is which; otherwise the last word is taken as the family name, which
    is a guess: comparisons of whole names therefore do not rely on it.
    """
    for separator in ("<<", ","):
        if separator in full:
            family, first = full.split(separator, 1)
            return first.replace("<", " ").strip(), family.replace("<", " ").strip()
    words = full.split()
    return (" ".join(words[:-1]), words[-1]) if words else ("", "")
