"""How a name is written elsewhere: in Cyrillic, as Serbians and Englishmen hear it, without marks, with another ending."""

# ruff: noqa: RUF001
# Cyrillic letters are the subject of this module.

from egnatia.engines.people.scripts import plain

_DIGRAPHS = (("dž", "џ"), ("lj", "љ"), ("nj", "њ"))
_MACEDONIAN = (("gj", "ѓ"), ("kj", "ќ"), ("dz", "ѕ"), ("ć", "ќ"), ("đ", "ѓ"))
_LETTERS = str.maketrans("abvgdđežzijklmnoprstćufhcčšqwyxç", "абвгдђежзијклмнопрстћуфхцчшћвихч")
_SERBIAN = (
    ("xh", "dž"),
    ("gj", "đ"),
    ("sh", "š"),
    ("zh", "ž"),
    ("th", "t"),
    ("dh", "d"),
    ("ll", "l"),
    ("rr", "r"),
    ("q", "ć"),
    ("ç", "č"),
    ("y", "i"),
    ("ë", "e"),
    ("x", "dz"),
)
_ENGLISH = (("gj", "j"), ("xh", "j"), ("dž", "j"), ("q", "ch"), ("ç", "ch"), ("č", "ch"), ("ć", "ch"), ("š", "sh"))
_ENGLISH_MORE = (("ž", "zh"), ("đ", "dj"), ("ë", "e"), ("ll", "l"), ("rr", "r"))
TRANSLATED = {
    "Gjergj": "George",
    "Gjon": "John",
    "Pal": "Paul",
    "Pjetër": "Peter",
    "Nikolla": "Nicholas",
    "Nikola": "Nicholas",
    "Aleksandar": "Alexander",
    "Stefan": "Stephen",
    "Jovan": "John",
    "Đorđe": "George",
    "Petar": "Peter",
    "Mihail": "Michael",
    "Jelena": "Helen",
    "Katerina": "Catherine",
    "Marija": "Mary",
    "Luka": "Luke",
}
"""Given names that an Englishman translates."""


def _replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def titled(name: str) -> str:
    """Every word with a capital first."""
    return " ".join(word[:1].upper() + word[1:] for word in name.split(" "))


def serbian(name: str) -> str:
    """An Albanian name as a Serbian clerk writes it: Xhemail is Džemail."""
    return titled(_replaced(name.lower(), _SERBIAN))


def cyrillic(name: str, *, macedonian: bool = False) -> str:
    """A name in Serbian or Macedonian Cyrillic; Albanian spelling is read as a clerk hears it."""
    heard = _replaced(serbian(name).lower(), _DIGRAPHS)
    return titled(_replaced(heard, _MACEDONIAN if macedonian else ()).translate(_LETTERS))


def english(name: str) -> str:
    """A name as an English clerk writes what was said; given names that have an English form get it."""
    words = [TRANSLATED.get(word) or _replaced(word.lower(), _ENGLISH + _ENGLISH_MORE) for word in name.split(" ")]
    return titled(" ".join(words))


def without_marks(name: str) -> str:
    """Marks dropped, as in a machine-readable zone; Latin letters only."""
    return titled(plain(name.lower()))


def other_ending(family: str) -> str:
    """A family name with another of the endings that one family bears: Hoxha is Hoxhaj, Trajkovski Trajkovska."""
    for old, new in (
        ("ski", "ska"),
        ("ska", "ski"),
        ("aj", "a"),
        ("ov", "ova"),
        ("ova", "ov"),
        ("vić", "v"),
        ("i", "aj"),
    ):
        if family.endswith(old):
            return family[: -len(old)] + new
    return family + ("j" if family[-1:] in tuple("aeou") else "i")


def of_a_woman(family: str) -> str:
    """A Macedonian family name as a woman bears it."""
    if family.endswith("ski"):
        return family[:-1] + "a"
    return family + "a" if family.endswith(("ov", "ev")) else family
