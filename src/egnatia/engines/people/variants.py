"""What one part of a name becomes in other hands: rules that spelling and the common sound key do not tell.

Each rule takes two plain Latin spellings with their consonant classes (`sounds.skeleton`) and says how alike they are by it, or 0.
They are about orthography, never about persons: an English or Turkish clerk's letter for one sound, a last consonant that
hardens, vowels that Arabic does not write, a suffix that a third of all family names share, the short form of a given name.

Sources: the romanisation of Arabic varies by who writes it (ALA-LC table of 2012: sun letters, short vowels; French ch and ou,
Turkish c and k, Somali Abdi-); final devoicing in Albanian and Turkish (Mehmet for Mehmed; Newmark, Hubbard and Prifti 1982;
Lewis 2000); short forms in `languages`. Limits were set on one half of bench/people/balkan_pairs_fresh.csv and of the OFAC list.
"""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from egnatia.engines.people.languages import shorts
from egnatia.engines.people.sounds import skeleton, sound_key

OTHER_SEX = 0.68
"""A man's and a woman's name that are one but for the ending: brother and sister are called so, and it is less than similar."""
OTHER_NAME = 0.6
"""Two given names that are both known as one (`given`), the most: with one family name they are less than a similar whole name."""
HEARD = 0.85
"""A name as an English clerk hears it, with j for xh and gj, or as a Turkish one writes it, with c."""
HARDENED = 0.9
"""The last consonant voiced on one side: Mehmed and Mehmet, Redžeb and Rexhep."""
ROMANISED = 0.9
"""Two romanisations of one Arabic or Persian spelling: Qasim and Kassem, Hejeij and Hujayj."""
SERVANT = 0.95
"""`Servant of`, written together with what follows in any of its forms: Abdulrahman, Abdurrahman, Abdirahman."""
SHORT_FORM = 0.8
"""A given name and the short form by which everybody calls its bearer: as an initial, it fits several names."""
BEGINNING = 0.75
"""A name cut short, such as `Ben` for `Benjamin`: at least three letters."""
SHORTEST_BEGINNING = 3
LONGEST_WHOLE = 5
"""Letters up to which what ends in a vowel is a name of its own and none cut short: Rama is not Ramadani."""
SUFFIX = 0.82
"""A family name with `-ić`, `-ović` or `-ević` on one side: weak evidence and no slip of the pen."""
OTHER_SUFFIX = 0.7
"""Two family names made of one first name: Jovanov, Jovanović, Jovanovski. Less than similar; families have changed the one
for the other, but far more bear them who are not related."""
ENOUGH = 3
"""Consonants from which the same consonants are the same name, provided that vowels do not contradict."""
VOWELS_FROM = 0.5
"""Likeness of the vowels from which they do not: half of them, o and u, e and a, i and y taken for one."""
TWO_LETTERS = frozenset(["xh", "gj", "sh", "zh", "th", "dh", "nj", "ll", "rr", "lj", "dz", "dj"])
"""Letters of Albanian and Serbian that are written with two signs: as an initial they stand for one."""
LETTERS_FROM = 0.3
"""Likeness of the letters below which no rule but that of short forms makes one name of two that begin otherwise: Kassem and Qasim
have a third."""
HEARD_FROM = 0.4
"""Likeness of letters and sound from which one may be what a clerk made of the other: Gjergj and Jerj have half."""
_LETTERS = 3
_VOWELS = frozenset("aeiouy")
_FAMILY_ENDS = ("sk", "ov", "ev", "in", "j")
_ENGLISH_J = re.compile(r"(?:^|(?<=[aeiou]))j(?=[aeiou])|(?<=[lnr])j$")
_TURKISH_C = re.compile(r"c(?=[aeiou])")
_CLERKS = (("j", _ENGLISH_J), ("c", _TURKISH_C))
_WRITTEN = re.compile("xh|gj|dz|dj")
"""How the sound is written where it is told from a plain d: two consonants alone, Jeta and Dita share by chance."""
_SUFFIX = re.compile(r"(.{3,}?)(?:ov|ev)?ic")
_STEM = re.compile(r"(.{3,}?)(?:(?P<ovic>[oe]vic)|(?P<ovsk>[oe]v?sk[ia])|(?P<ov>[oe]va?)|(?P<ic>ic)|(?P<sk>sk[ia]))")
_HARD = {"d": "t", "b": "p", "g": "k", "z": "s", "v": "f"}
_SERVANT = re.compile(r"abd(?:[aeiouy]{1,2}(?:l(?=[^l])|([bdnrstz])(?=\1)|(sh)(?=sh))?)?(.{3,})")
_ROMAN = (
    (re.compile("sch|sh|ch"), "S"),
    (re.compile("kh|gh"), "k"),
    (re.compile("dj|dzh|dz|j"), "J"),
    (re.compile("dh"), "z"),
    (re.compile("th"), "s"),
    (re.compile("ph"), "f"),
    (re.compile("ck|[qcg]"), "k"),
    (re.compile("x"), "ks"),
    (re.compile("p"), "b"),
)
_ROMAN_FIRST = {letter: some[0] for some in ("aeiouy", "sctkgqxdjz", "pbf") for letter in some}
"""First letters that may stand for one in two romanisations, whatever follows them: names that begin otherwise are no two of one."""
_SHORTS = shorts()


def worth_rules(left: str, right: str, spelled: float) -> bool:
    """Whether a rule may hold: most of all pairs differ in the first letter and in nearly all others, and are no short forms."""
    return spelled >= LETTERS_FROM or left[0] == right[0] or left in _SHORTS or right in _SHORTS


def by_rule(left: str, left_bones: str, right: str, right_bones: str, plain: float) -> float:
    """How alike two different spellings are by the best of the rules, or by letters and sound alone (`plain`).

    What two stems with a Slavic suffix say stands above all of that.
    """
    stems = same_stem(left, right)
    if stems is not None:
        return stems
    best = max(plain, _cut_short(left, right), _hardened(left, left_bones, right, right_bones))
    if left in _SHORTS or right in _SHORTS:
        best = max(best, short_form(left, right))
    if _ROMAN_FIRST.get(left[0], left[0]) == _ROMAN_FIRST.get(right[0], right[0]):
        best = max(best, _romanised(left, right))
    if plain >= HEARD_FROM:
        best = max(best, _heard(left, right), _heard(right, left))
    if left.endswith("ic") is not right.endswith("ic"):
        best = max(best, _with_suffix(left, right, right_bones), _with_suffix(right, left, left_bones))
    return best


def _cut_short(left: str, right: str) -> float:
    """Likeness of a name and its beginning: what a zone has no room for, or an Englishman's Ben."""
    short, long = (left, right) if len(left) < len(right) else (right, left)
    whole = len(short) <= LONGEST_WHOLE and short[-1] in "aeiou"
    return BEGINNING if len(short) >= SHORTEST_BEGINNING and long.startswith(short) and not whole else 0.0


def other_sounds(text: str) -> set[str]:
    """Keys of sound under which an index files a spelling beside its own, so that what the rules bring together meets."""
    found = {*_SHORTS.get(text, ())} | {skeleton(_hard(text))}
    found.update(skeleton(_hard(where.sub("xh", text))) for letter, where in _CLERKS if letter in text)
    suffixed = _SUFFIX.fullmatch(text)
    return found | {skeleton(suffixed[1])} if suffixed else found


def romanised_key(text: str) -> str:
    """The key of a spelling as Arabic has it; empty where it has too few consonants to say anything."""
    servant = _SERVANT.fullmatch(text) if text.startswith("abd") else None
    key = romanised(text if servant is None else servant[3])
    return f"abd {key}" if servant else key if len(key) >= ENOUGH else ""


def other_sex(left: str, right: str) -> bool:
    """Whether one is the other given name's woman: Arben and Arbena, Besim and Besime, Petar and Petra.

    Family names that mark sex are one name in two forms. -e makes no woman of a name in -n, which French writers of Arabic
    names end so (Hassane); and two letters exchanged are a slip.
    """
    man, woman = (left, right) if right[-1] in "ae" and left[-1] not in _VOWELS else (right, left)
    if woman[-1] not in "ae" or man[-1] in _VOWELS or man.endswith(_FAMILY_ENDS):
        return False
    if len(man) > len(woman) or man.endswith("ian"):
        return man.endswith(("ian", "ijan")) and woman.endswith(("ina", "iana"))
    if woman[-1] == "e":
        return woman[:-1] == man and man[-1] != "n" and len(_vowels(man, "i")) > 1
    return len(man) < len(woman) or man.endswith("ar")


def same_stem(left: str, right: str) -> float | None:
    """Likeness of what stands before a suffix that both share, or of two suffixes of one name; None where neither holds.

    A third of all family names ends so, and half of Petković is in Petrović without anybody's being related.
    """
    ours = _stem(left)
    theirs = _stem(right) if ours else None
    if not ours or not theirs:
        return None
    if ours[1] != theirs[1]:
        return OTHER_SUFFIX if ours[0] == theirs[0] else None
    spelled = OSA.normalized_similarity(ours[0], theirs[0])
    sounded = max(OSA.normalized_similarity(read(ours[0]), read(theirs[0])) for read in (skeleton, romanised))
    return 0.5 * spelled + 0.5 * sounded


@lru_cache(maxsize=1 << 16)
def _stem(text: str) -> tuple[str, str] | None:
    """What stands before a Slavic suffix, and which suffix it is whatever sex it marks; None where there is none."""
    found = _STEM.fullmatch(text)
    return found and (found[1], str(found.lastgroup))


def vowels_agree(left: str, right: str) -> bool:
    """Whether the vowels of two spellings can be those of one name; y is read as i and as u (Albanian Hysen, Ylber)."""
    return any(OSA.normalized_similarity(_vowels(left, y), _vowels(right, y)) >= VOWELS_FROM for y in "iu")


def vowels(text: str) -> str:
    """The vowels of a plain spelling in groups, y read as i: with its consonants they tell one short name from another."""
    return _vowels(text, "i")


@lru_cache(maxsize=1 << 16)
def _vowels(text: str, y: str) -> str:
    """One sign for each group of vowels: u with an o or u in it, a with an a or e, else i."""
    groups = re.findall("[aeiouy]+", text.replace("y", y))
    return "".join("u" if set(each) & {"o", "u"} else "a" if set(each) & {"a", "e"} else "i" for each in groups)


def _heard(text: str, other: str) -> float:
    """Likeness of a name as a clerk hears it, and the same in the orthographies that the sound key knows."""
    for letter, where in _CLERKS:
        if letter in text and (found := where.sub("xh", text)) != text:
            meant = skeleton(_hard(other))
            clear = len(meant) >= ENOUGH or (len(meant) > 1 and _WRITTEN.search(other))
            if clear and skeleton(_hard(found)) == meant:
                return HEARD
    return 0.0


def _hard(text: str) -> str:
    return text[:-1] + _HARD.get(text[-1], text[-1])


def _hardened(left: str, left_bones: str, right: str, right_bones: str) -> float:
    """Likeness of two spellings that differ in voice at the end."""
    if _HARD.get(left[-1]) == right[-1]:
        return HARDENED if _same(skeleton(left[:-1] + right[-1]), right_bones) else 0.0
    if _HARD.get(right[-1]) == left[-1]:
        return HARDENED if _same(skeleton(right[:-1] + left[-1]), left_bones) else 0.0
    return 0.0


def _same(one: str, other: str) -> bool:
    return one == other and len(one) >= ENOUGH


def _with_suffix(text: str, other_text: str, other: str) -> float:
    """Likeness of a family name and the same with a Slavic suffix, as registers of Yugoslavia wrote it: Ahmeti, Ahmetović."""
    found = _SUFFIX.fullmatch(text)
    if found and not other_text.endswith("ic") and len(other) > 1 and skeleton(found[1]) == other:
        return SUFFIX
    return 0.0


def short_form(left: str, right: str) -> float:
    """Likeness of a given name and its short form, or 0."""
    for short, name in ((left, right), (right, left)):
        names = _SHORTS.get(short)
        if names is not None and (name in names or sound_key(name) in names):
            return SHORT_FORM
    return 0.0


def _romanised(left: str, right: str) -> float:
    """Likeness of two romanisations: the same consonants as Arabic writes them, and vowels that can be one name's."""
    if min(len(left), len(right)) < _LETTERS:
        return 0.0
    worth = ROMANISED
    if left.startswith("abd") and right.startswith("abd"):
        ours, theirs = _SERVANT.fullmatch(left), _SERVANT.fullmatch(right)
        if ours and theirs:
            left, right, worth = ours[3], theirs[3], SERVANT
    mine = romanised(left)
    if mine != romanised(right) or not (left == right or vowels_agree(left, right)):
        return 0.0
    return worth if len(mine) >= ENOUGH or worth == SERVANT else 0.0


@lru_cache(maxsize=1 << 16)
def romanised(text: str) -> str:
    """The consonants of a plain spelling as Arabic and Persian have them, whoever romanised it."""
    for pattern, made in _ROMAN:
        text = pattern.sub(made, text)
    text = re.sub(r"(.)\1+", r"\1", text)
    first = "A" if text[:1] in _VOWELS else text[:1]
    return first + re.sub("[aeiouywh]", "", text[1:])
