"""Names: the examples of Doc 9303 parts 3 to 7, truncation, and transliteration by code point."""

# ruff: noqa: RUF001 - national letters are the subject

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import name_components, read_zone, transliterate
from egnatia.engines.documents.mrz.names import read_name, regular, write_name

WHOLE = [
    ("ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "ERIKSSON", "ANNA MARIA"),
    ("HENG<<DEBORAH<MING<LO<<<<<<<<<<<<<<<<<<", "HENG", "DEBORAH MING LO"),
    ("SMITH<JONES<<SUSIE<MARGARET<<<<<<<<<<<<", "SMITH JONES", "SUSIE MARGARET"),
    ("OCONNOR<<ENYA<SIOBHAN<<<<<<<<<<<<<<<<<<", "OCONNOR", "ENYA SIOBHAN"),
    ("VAN<DER<MUELLEN<<MARTIN<<<<<<<<<<<<<<<<", "VAN DER MUELLEN", "MARTIN"),
    ("AL<BASRI<<HUDA<MUHAMMAD<JAWAD<<<<<<<<<<", "AL BASRI", "HUDA MUHAMMAD JAWAD"),
    ("VILARCHAO<FERNANDEZ<<JOSE<RAMON<<<<<<<<", "VILARCHAO FERNANDEZ", "JOSE RAMON"),
    ("ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", ""),
    ("SATRIYA<SUDARPA<<<<<<<<<<<<<<<<<<<<<<<<", "SATRIYA SUDARPA", ""),
    ("AL<BASRI<<HUDA<MUHAMMAD<JAWAD<", "AL BASRI", "HUDA MUHAMMAD JAWAD"),  # part 5
]
CUT = [
    # part 4, and part 7 format A
    "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K",
    "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU",
    "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI",
    "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO",
    "BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTO",
    "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR",  # just fits, and must be treated as cut
    # part 5
    "NILAVADHANANANDA<<CHAYAPA<DE<K",
    "NILAVADHANANANDA<<ARNPOL<PE<CH",
    "BENNELONG<WOOLOOMOOLOO<W<W<<DI",
    "BENNELONG<WOOLOOM<WA<WARN<<D<P",
    "BENNE<WOOLO<WARRA<WARNA<<DIN<P",
    "PAPANDROPOULOUS<<JONATHON<ALEC",
    "VILARCHAO<FERNANDEZ<<JOSE<RAMO",
    # part 6
    "NILAVADHANANANDA<<CHAYAPA<DEJ<K",
    "NILAVADHANANANDA<<ARN<PET<CHARO",
    "BENNELONG<WOOLOOMOOLOO<W<W<<D<P",
    "BENNELONG<WOOLOOM<WAR<WARN<<D<P",
    "BENNEL<WOOLO<WARRA<WARNA<<DIN<P",
    "PAPANDROPOULOUS<<JONATHOON<ALEC",
    # part 7 format B
    "NILAVADHANANANDA<<ARNP<PE<CHARO",
    "BENNELONG<WOOLOOMOOLOO<WAR<W<<D",
    "BENNELONG<WOOLOOM<WAR<WA<<DINGO",
    "BENN<WOOL<WARR<WARN<<DINGO<POTO",
    "PAPANDROPOULOUS<<STEPHEN<TREVOR",
]
LOWER = {39: "L898902C36UTO7408122F3404159ZE184226B<<<<<16", 31: "D231458907UTO7408122F1204159<<<<<<<6"}
UPPER_TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
words = st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=14), min_size=1, max_size=5).map(tuple)


@pytest.mark.parametrize(("field", "primary", "secondary"), WHOLE)
def test_whole_name(field: str, primary: str, secondary: str) -> None:
    name = read_name(field)
    assert (" ".join(name.primary), " ".join(name.secondary), name.truncated) == (primary, secondary, False)
    assert regular(field)
    assert write_name(name.primary, name.secondary, len(field)) == field


@pytest.mark.parametrize("field", CUT)
def test_name_that_fills_its_field_is_treated_as_cut(field: str) -> None:
    zone = (
        UPPER_TD1 + field
        if len(field) == 30
        else f"{'PP' if len(field) == 39 else 'I<'}UTO{field}\n{LOWER[len(field)]}"
    )
    document = read_zone(zone)
    assert document.name.truncated
    assert document.name.secondary
    assert write_name(document.name.primary, document.name.secondary, len(field)) == field


@pytest.mark.parametrize(
    ("primary", "secondary", "width", "field"),
    [
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", 39, "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        ("NILAVADHANANANDA", "ARNPOL PETCH CHARONGUANG", 39, "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
        ("BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO", 39, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WA<<D"),
        ("ABCDEFGHIJ KLMNOPQRST UVW", "", 21, "ABCDEFGHIJ<KLMNOPQRST"),
        ("ABCDEFGHIJ KLMNOPQRST UVW", "", 22, "ABCDEFGHIJ<KLMNOPQRS<U"),
    ],
)
def test_long_name_is_cut_by_the_rules(primary: str, secondary: str, width: int, field: str) -> None:
    assert write_name(tuple(primary.split()), tuple(secondary.split()), width) == field


@settings(deadline=None, derandomize=True, max_examples=50)
@given(words, words, st.sampled_from([30, 31, 39]))
def test_written_name_has_the_width_and_a_cut_one_ends_with_a_letter(
    primary: tuple[str, ...], secondary: tuple[str, ...], width: int
) -> None:
    field = write_name(primary, secondary, width)
    whole = len("<".join(primary)) + 2 + len("<".join(secondary)) < width
    assert len(field) == width
    assert read_name(field).secondary
    if whole:
        assert (read_name(field).primary, read_name(field).secondary) == (primary, secondary)


@pytest.mark.parametrize("field", ["<<ERIKSSON<ANNA", "ERIKSSON<<ANNA<<MARIA<", "ERIKSSON<<<ANNA<"])
def test_fillers_in_other_places_are_noticed(field: str) -> None:
    assert not regular(field)


@pytest.mark.parametrize(
    ("printed", "language", "written"),
    [
        ("D’Artagnan", "", ("DARTAGNAN",)),
        ("Marie-Élise", "", ("MARIE", "ELISE")),
        ("Çela", "sq", ("CELA",)),
        ("Përnaska", "sq", ("PERNASKA",)),
        ("Đukanović", "sr", ("DUKANOVIC",)),
        ("Šćepanović Žarko Čolić", "sr", ("SCEPANOVIC", "ZARKO", "COLIC")),
        ("Ђорђевић", "sr", ("DORDEVIC",)),
        ("Живковић", "sr", ("ZIVKOVIC",)),
        ("Љиљана Његош", "sr", ("LJILJANA", "NJEGOS")),
        ("Ѓорѓиевска", "mk", ("GJORGJIEVSKA",)),
        ("Ќосев Христо Цветан", "mk", ("KJOSEV", "HRISTO", "CVETAN")),
        ("Џамбаска", "mk", ("DJAMBASKA",)),
        ("Жаклина Чаловска Ѕвезда", "mk", ("ZHAKLINA", "CHALOVSKA", "DZVEZDA")),
        ("Müller-Groß", "de", ("MUELLER", "GROSS")),
        ("Yılmaz Çağlar Şahin İbrahim", "tr", ("YILMAZ", "CAGLAR", "SAHIN", "IBRAHIM")),
        ("Гайовий Їжакевич Юрій", "uk", ("HAIOVYI", "YIZHAKEVYCH", "YURII")),
        ("Щедрин", "bg", ("SHTEDRIN",)),
        ("Щедрин Хрущёв", "ru", ("SHCHEDRIN", "KHRUSHCHEV")),
        ("Łukasz Ørsted Þór Æsa Ĳsbrand", "", ("LUKASZ", "OERSTED", "THOR", "AESA", "IJSBRAND")),
    ],
)
def test_transliteration(printed: str, language: str, written: tuple[str, ...]) -> None:
    assert name_components(printed, language) == written


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(max_size=40))
def test_transliteration_gives_letters_only(text: str) -> None:
    assert all("A" <= letter <= "Z" for letter in transliterate(text))


def test_decomposed_and_composed_letters_are_written_alike() -> None:
    assert transliterate("C\u0327e\u0308la") == transliterate("Çëla") == "CELA"
