"""How names are taken apart and laid against each other: scripts, small words, order, what was written together."""

# ruff: noqa: RUF001 - letters of other scripts are the subject

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import compare_names
from egnatia.engines.people.features import WHOLE_SIMILAR
from egnatia.engines.people.likeness import likeness, part_likeness, prepare_name
from egnatia.engines.people.names import split_full_name
from egnatia.engines.people.parts import SMALL_WEIGHT, parts
from egnatia.errors import InputError


def alike(left: str, right: str) -> float:
    made = likeness(*(prepare_name(*split_full_name(name)) for name in (left, right)))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Arben Hoxha", ["arben", "hoxha"]),
        ("Hoxha Arben Hoxha", ["hoxha", "arben", "hoxha"]),
        ("Џемаил Реџепи", ["dzemail", "redzepi"]),
        ("Բարակ Օբամա", ["barak", "obama"]),
        ("ბარაკ ობამა", ["barak", "obama"]),
        ("バラク・オバマ", ["baraku", "obama"]),
        ("فرناندو بيريز", ["frnndw", "byryz"]),
        ("Ig0r Sech1n", ["igor", "sechin"]),
        ("Haji Shahbaz Khan", ["shahbaz", "khan"]),
        ("Dr. Arben HOXHA 1990", ["arben", "hoxha"]),
        ("Nguyễn Văn Đức", ["nguyen", "van", "duc"]),
        ("XXX FNU", []),
        ("", []),
    ],
)
def test_a_name_is_read_in_the_order_of_writing(written: str, read: list[str]) -> None:
    assert [part.text for part in parts(written)] == read


def test_small_words_weigh_little_and_keep_their_place() -> None:
    made = parts("Abdel Fattah el-Sisi")
    assert [(part.text, part.weight) for part in made] == [
        ("abdel", 1.0),
        ("fattah", 1.0),
        ("el", SMALL_WEIGHT),
        ("sisi", 1.0),
    ]


SAME = [
    ("Xhemail Rexhepi", "Џемаил Реџепи"),
    ("Gjergj Kastrioti", "Đorđe Kastrioti"),
    ("Osama bin Laden", "Usama ibn Laden"),
    ("Abdulrahman Krasniqi", "Abdul Rahman Krasniqi"),
    ("Barack Obama", "Բարակ Օբամա"),
    ("Barack Obama", "バラク・オバマ"),
    ("Fernando Pérez", "فرناندو بيريز"),
    ("J.C. Juncker", "Jean-Claude Juncker"),
    ("Ben Shehu", "Benjamin Shehu"),
    ("HOXHA, Arben", "Arben Hoxha"),
    ("HOXHA<<ARBEN<ILIR", "Arben Ilir Hoxha"),
    ("Arben Hoxha", "Arben Ilir Hoxha"),
    ("Igor Sechin", "Ig0r Sech1n"),
    ("Ahmad bin Hasan al-Ubaidi", "al-Ubaidi Ahmad bin Hasan"),
]
OTHER = [
    ("Abdul Kabir Abdul Jan", "Abdul Kabir Mohammad Jan"),
    ("Ahmad bin Hasan al-Ubaidi", "Hasan bin Ahmad al-Ubaidi"),
    ("Ayman Sabawi Ibrahim Hasan al-Dulaimi", "Ayman Sabawi Ibrahim Hasan al-Tikriti"),
    ("이재형", "이재명"),
    ("习近朋", "习近平"),
    ("Arben Hoxha", "Agron Hoxha"),
    ("Saif al-Rawi", "Saif Fulayyih Hassan Taha Omar al-Rawi"),
    ("Arben Hoxha", "Hodo Arapi"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_one_name_in_two_forms_is_similar(left: str, right: str) -> None:
    assert alike(left, right) >= WHOLE_SIMILAR


@pytest.mark.parametrize(("left", "right"), OTHER)
def test_two_names_that_share_much_are_not(left: str, right: str) -> None:
    assert alike(left, right) < WHOLE_SIMILAR


WORDS = st.sampled_from(
    [
        "Arben",
        "Hoxha",
        "bin",
        "al",
        "de",
        "Џемаил",
        "J",
        "JC",
        "Abdul",
        "Rahman",
        "Abdulrahman",
        "김정은",
        "Бен",
        "O'Neil",
        "X1n",
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(NAMES, NAMES)
def test_the_sides_may_be_exchanged_and_the_range_holds(left: str, right: str) -> None:
    assert 0.0 <= alike(left, right) <= 1.0
    assert alike(left, right) == alike(right, left)
    assert alike(left, left) == 1.0


@settings(deadline=None, derandomize=True, max_examples=100)
@given(NAMES, NAMES)
def test_what_is_remembered_changes_nothing(left: str, right: str) -> None:
    first = [part_likeness(a, b) for a in parts(left) for b in parts(right)]
    again = [part_likeness(b, a) for a in parts(left) for b in parts(right)]
    assert first == again


@pytest.mark.parametrize("text", ["a " * 30_000, "ա" * 60_000, "x" * 201])
def test_what_is_longer_than_any_name_is_refused_at_once(text: str) -> None:
    with pytest.raises(InputError, match="longer than 200 characters"):
        compare_names("Arben Hoxha", text)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_brings_it_down(left: str, right: str) -> None:
    made = [prepare_name(text) for text in (left, right)]
    found = likeness(*made)
    assert (found is None) == (not all(name.parts for name in made))
    assert found is None or 0.0 <= found <= 1.0
