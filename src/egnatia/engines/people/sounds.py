"""One key for one sound across Albanian, Serbian, Macedonian and English spelling.

Xhemail, Džemail and Џемаил are one name; so are Gjergj and Đerđ, Shehu and Šehu, Qemal and Ćemal. The key keeps the
consonants in classes that all these spellings share, and drops vowels (except that a name begins with one), glides and
with them the endings that mark sex (-ski, -ska) or definiteness (Hoxha, Hoxhaj). Letters whose marks are usually lost
fall into the class of the bare letter (đ with d, č with c), so the key is coarse: it finds, spelling then judges.

A small table of equivalents covers names that travel in translation (Gjergj, Đorđe, George).
"""

import re

from egnatia.engines.people.scripts import plain

_SPELLINGS = (
    ("dzh", "D"),
    ("sch", "S"),
    ("tch", "C"),
    ("xh", "D"),
    ("dž", "D"),
    ("dz", "D"),
    ("dj", "D"),
    ("gj", "D"),
    ("dh", "D"),
    ("đ", "D"),
    ("th", "T"),
    ("sh", "S"),
    ("zh", "Z"),
    ("ch", "C"),
    ("kj", "C"),
    ("ts", "C"),
    ("tz", "C"),
    ("ck", "K"),
    ("kh", "H"),
    ("gh", "G"),
    ("ph", "F"),
    ("ç", "C"),
    ("č", "C"),
    ("ć", "C"),
    ("š", "S"),
    ("ž", "Z"),
    ("q", "C"),
    ("w", "V"),
)
"""Spelling to class, longest first; what is not here stands for itself. Lj, nj, ll and rr lose their second letter."""
_READ = re.compile("|".join(spelling for spelling, _ in _SPELLINGS))
_CLASS = dict(_SPELLINGS)
_GROUPS = (
    "gjergj derd djerdj george georgi georgios jorgo dorde djordje djuradj",
    "gjon john jovan ivan joan jani",
    "pal paul pavle pavel pavao",
    "nikolla nikola nicholas nicolas nick niko",
    "pjeter peter petar petros",
    "mehmet mehmed muhamed muhamet mohammed muhammad mohamed mohammad",
    "aleksander aleksandar alexander aleksandër",
    "mihal mihail michael mihajlo mihailo",
    "shtjefen stefan stephen steven stevan",
    "luke luka llukan lukan",
    "anton antony anthony antonio ndou",
    "elena helena jelena elene helen",
    "katerina katarina catherine katherine katrine",
    "maria mary marija marie mrika",
    "jozef josip joseph josif zef",
    "kristofor christopher hristofor",
)
_EQUIVALENT = {plain(name): f"={group.split()[0]}" for group in _GROUPS for name in group.split()}
"""Plain name to the key of its group. Curated by hand and kept small: each line is one name in translation."""


def skeleton(word: str) -> str:
    """The consonant classes of one lower-case Latin word with its marks; other scripts come back as they are.

    A leading vowel is `A`, a leading y or j before a vowel is `Y`; vowels, glides and repetitions after that are gone.
    """
    coded = plain(_READ.sub(lambda found: _CLASS[found.group()], word))
    coded = re.sub(r"^x", "D", coded).replace("x", "KS")
    first = coded[:1]
    if first in "yj" and coded[1:2] in tuple("aeiou"):
        first = "Y"
    elif first in tuple("aeiouyj"):
        first = "A"
    rest = re.sub(r"[aeiouyj]", "", coded[1:])
    return re.sub(r"(.)\1+", r"\1", (first + rest).upper())


def sound_key(word: str) -> str:
    """The key under which a word is found by sound: its group of equivalents if it has one, else its skeleton."""
    return _EQUIVALENT.get(plain(word)) or skeleton(word)
