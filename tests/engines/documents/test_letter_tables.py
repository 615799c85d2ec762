"""National letters by code point, language by language, as Doc 9303-3 section 6 writes them."""

# ruff: noqa: RUF001 - national letters are the subject

import unicodedata

import pytest

from egnatia.engines.documents import ISSUERS, name_components, transliterate
from egnatia.engines.documents.mrz.transliteration import LANGUAGES

SERBIAN = dict(zip(
    "АБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ",
    ["A", "B", "V", "G", "D", "D", "E", "Z", "Z", "I", "J", "K", "L", "LJ", "M", "N", "NJ", "O", "P", "R", "S", "T", "C", "U", "F", "H", "C", "C", "DZ", "S"],
    strict=True,
))  # fmt: skip
MACEDONIAN = dict(zip(
    "АБВГДЃЕЖЗЅИЈКЛЉМНЊОПРСТЌУФХЦЧЏШ",
    ["A", "B", "V", "G", "D", "GJ", "E", "ZH", "Z", "DZ", "I", "J", "K", "L", "LJ", "M", "N", "NJ", "O", "P", "R", "S", "T", "KJ", "U", "F", "H", "C", "CH", "DJ", "SH"],
    strict=True,
))  # fmt: skip
RUSSIAN = dict(zip(
    "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
    ["A", "B", "V", "G", "D", "E", "E", "ZH", "Z", "I", "I", "K", "L", "M", "N", "O", "P", "R", "S", "T", "U", "F",
     "KH", "TS", "CH", "SH", "SHCH", "IE", "Y", "", "E", "IU", "IA"],
    strict=True,
))  # fmt: skip
UKRAINIAN = {"Г": "H", "Ґ": "G", "И": "Y", "І": "I", "Є": "IE", "Ї": "I", "Й": "I", "Ю": "IU", "Я": "IA", "Щ": "SHCH"}
LATIN = {
    "sq": {"Ç": "C", "Ë": "E"},
    "me": {"Č": "C", "Ć": "C", "Đ": "D", "Š": "S", "Ž": "Z", "Ś": "S", "Ź": "Z"},
    "de": {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "ẞ": "SS"},
    "tr": {"Ç": "C", "Ğ": "G", "ı": "I", "İ": "I", "Ş": "S", "Â": "A", "Î": "I", "Û": "U"},
    "pl": {"Ą": "A", "Ć": "C", "Ę": "E", "Ł": "L", "Ń": "N", "Ó": "O", "Ś": "S", "Ź": "Z", "Ż": "Z"},
    "ro": {"Ă": "A", "Â": "A", "Î": "I", "Ș": "S", "Ş": "S", "Ț": "T", "Ţ": "T"},
    "hu": {"Á": "A", "É": "E", "Í": "I", "Ó": "O", "Ő": "O", "Ú": "U", "Ű": "U"},
    "cs": {"Ď": "D", "Ě": "E", "Ň": "N", "Ř": "R", "Ť": "T", "Ů": "U", "Ý": "Y"},
    "nordic": {"Å": "AA", "Æ": "AE", "Ø": "OE", "Þ": "TH", "Ð": "D"},
    "rest": {"Ħ": "H", "Ĳ": "IJ", "Ŀ": "L", "Ŋ": "N", "Œ": "OE", "Ŧ": "T", "Ñ": "N", "Ÿ": "Y", "Ģ": "G", "Ķ": "K"},
}
VIETNAMESE = "ẮẰẲẴẶẤẦẨẪẬĂÂ"


@pytest.mark.parametrize(("letter", "written"), SERBIAN.items())
def test_serbian(letter: str, written: str) -> None:
    assert transliterate(letter, "sr") == written
    assert transliterate(letter.lower(), "sr") == written


@pytest.mark.parametrize(("letter", "written"), MACEDONIAN.items())
def test_macedonian(letter: str, written: str) -> None:
    assert transliterate(letter, "mk") == written
    assert transliterate(letter.lower(), "mk") == written


@pytest.mark.parametrize(("letter", "written"), RUSSIAN.items())
def test_the_general_table_of_cyrillic(letter: str, written: str) -> None:
    assert transliterate(letter) == transliterate(letter, "ru") == written


@pytest.mark.parametrize(("letter", "written"), UKRAINIAN.items())
def test_ukrainian_inside_a_word(letter: str, written: str) -> None:
    assert transliterate(f"А{letter}", "uk") == f"A{written}"


@pytest.mark.parametrize(("letter", "written"), [("Є", "YE"), ("Ї", "YI"), ("Й", "Y"), ("Ю", "YU"), ("Я", "YA")])
def test_ukrainian_at_the_beginning_of_a_word(letter: str, written: str) -> None:
    assert transliterate(f"{letter}а", "uk") == f"{written}A"
    assert name_components(f"Ано-{letter}на", "uk")[1] == f"{written}NA"
    assert transliterate(f"{letter}а") != f"{written}A", "only Ukrainian makes this exception"


@pytest.mark.parametrize(
    ("language", "letter", "written"),
    [(language, letter, written) for language, table in LATIN.items() for letter, written in table.items()],
)
def test_latin_letters(language: str, letter: str, written: str) -> None:
    assert transliterate(letter, language) == written
    assert transliterate(letter.lower(), language) == written


@pytest.mark.parametrize("letter", "".join("".join(table) for table in LATIN.values()) + "".join(SERBIAN) + VIETNAMESE)
def test_a_letter_and_its_marks_apart_are_written_like_the_letter(letter: str) -> None:
    apart = unicodedata.normalize("NFD", letter)
    for language in ("", *LANGUAGES):
        assert transliterate(apart, language) == transliterate(letter, language)


@pytest.mark.parametrize(
    ("letter", "written"),
    [("\u01c4", "DZ"), ("\u01c5", "DZ"), ("\u01c6", "DZ"), ("\u01c7", "LJ"), ("\u01c8", "LJ"), ("\u01c9", "LJ"),
     ("\u01ca", "NJ"), ("\u01cb", "NJ"), ("\u01cc", "NJ")],
)  # fmt: skip
def test_the_digraphs_that_unicode_has_as_one_letter_are_not_lost(letter: str, written: str) -> None:
    """Serbian, Montenegrin and Croatian texts converted from Cyrillic may hold these; dropping them maims a name."""
    assert transliterate(f"{letter}A", "sr") == f"{written}A"


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [("Ђорђе", "Đorđe"), ("Љиљана", "Ljiljana"), ("Његош", "Njegoš"), ("Ћирић", "Ćirić"), ("Чолић", "Čolić"),
     ("Жељко", "Željko"), ("Хаџић", "Hadžić"), ("Шћепановић", "Šćepanović"), ("Цветковић", "Cvetković")],
)  # fmt: skip
def test_serbian_in_both_scripts_gives_the_same_zone(cyrillic: str, latin: str) -> None:
    assert transliterate(cyrillic, "sr") == transliterate(latin, "sr")


@pytest.mark.parametrize(
    ("printed", "components"),
    [
        ("O'Connor", ("OCONNOR",)),
        ("O’Connor", ("OCONNOR",)),
        ("O`Connor", ("OCONNOR",)),
        ("d´Aosta", ("DAOSTA",)),
        ("Smith-Jones", ("SMITH", "JONES")),
        ("Smith‐Jones", ("SMITH", "JONES")),
        ("Smith – Jones", ("SMITH", "JONES")),
        ("Smith, Jones", ("SMITH", "JONES")),
        ("J. R. R.", ("J", "R", "R")),
        ("St.John", ("STJOHN",)),
        ("  two   spaces ", ("TWO", "SPACES")),
        ("tab\tand\u00a0space", ("TAB", "AND", "SPACE")),
        ("- ' -", ()),
        ("", ()),
        ("محمد", ("MXHMD",)),
        ("عبّاس فضّة", ("EBBAS", "FXDZXDZXAH")),  # footnote 3 of table 6.C
        ("Anna 2nd", ("ANNA", "ND")),
    ],
)
def test_punctuation(printed: str, components: tuple[str, ...]) -> None:
    assert name_components(printed) == components


def test_an_unknown_language_follows_the_general_table() -> None:
    for letter in "ЖХЦЧШЩГ":
        assert transliterate(letter, "xx") == transliterate(letter)


def test_every_issuer_with_invented_names_spells_them_in_letters_of_the_zone() -> None:
    assert {"ALB", "RKS", "MKD", "MNE", "GBR"} <= set(ISSUERS)
    for language in ("", *LANGUAGES):
        for code in range(0x00C0, 0x0530):
            assert transliterate(chr(code), language).strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
