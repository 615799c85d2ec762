"""Pairs of a printed name and a zone's, written down from the published rules: near and far, with the language and without.

The pairs stand in `name_pairs.toml`; `bench/documents/name_pairs.py` prints the rates, and alters every name besides.
"""

# ruff: noqa: RUF001 - national letters are the subject

import time
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from egnatia.engines.documents import read_zone
from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.mrz.alphabets import CYRILLIC, GREEK, LATIN
from egnatia.engines.documents.mrz.name_match import NameGrade, PrintedName, compare_names, printed_name
from egnatia.engines.documents.mrz.names import read_name, write_name
from egnatia.engines.documents.mrz.transliteration import letter_forms, transliterate
from egnatia.engines.documents.types import Bearing, Result
from egnatia.engines.documents.visual.names import check_names
from egnatia.engines.documents.visual.types import Printed, VisualFields

GROUPS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("name_pairs.toml").read_text("utf-8"))["group"]
ZONE = read_zone("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10")
G = NameGrade


def _rows(key: str) -> list[tuple[str, str, str]]:
    rows = [(line, group["language"]) for group in GROUPS for line in group[key].strip().splitlines()]
    halves = [(line.split(" = "), language) for line, language in rows]
    return [(printed, zone, language) for (printed, zone), language in halves]


def _check(printed: str, field: str, language: str, confidence: float = 1.0) -> Check:
    """The check of a page that a person typed, or that a machine read with this confidence."""
    first, found, second = printed.partition(",")
    if found:
        visual = VisualFields(
            primary=(Printed(first, confidence=confidence),),
            secondary=(Printed(second.strip(), confidence=confidence),),
        )
    else:
        visual = VisualFields(name=(Printed(first, confidence=confidence),))
    return check_names(replace(ZONE, name=read_name(field)), replace(visual, language=language))[0]


def _grade(printed: str, field: str, language: str = "") -> NameGrade:
    return compare_names(printed_name(printed, language), read_name(field)).grade


def test_there_are_more_than_three_hundred_pairs_and_each_stands_once() -> None:
    same, other = _rows("same"), _rows("other")
    assert len(same) + len(other) >= 300
    assert len({(printed, zone) for printed, zone, _ in same + other}) == len(same) + len(other)
    assert all(group["source"] for group in GROUPS)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["language"])
def test_a_name_in_any_allowed_form_agrees_without_a_word(group: dict[str, Any]) -> None:
    for line in group["same"].strip().splitlines():
        printed, zone = line.split(" = ")
        for language in (group["language"], ""):
            check = _check(printed, f"{zone}<", language)
            assert (check.result, check.findings) == (Result.SUCCESSFUL, ()), (line, language)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["language"])
def test_a_name_one_letter_away_contradicts(group: dict[str, Any]) -> None:
    for line in group["other"].strip().splitlines():
        printed, zone = line.split(" = ")
        for language in (group["language"], ""):
            check = _check(printed, f"{zone}<", language)
            assert check.result is Result.FAILED, (line, language)
            assert [one.bearing for one in check.findings] == [Bearing.DISCREPANCY], (line, language)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["language"])
def test_every_pair_still_agrees_when_its_name_is_cut(group: dict[str, Any]) -> None:
    more = ("MAXIMILIANUS", "THEODOROS", "BARTHOLOMEUS")
    for number, line in enumerate(group["same"].strip().splitlines()):
        width = (30, 31, 39)[number % 3]
        printed, zone = line.split(" = ")
        primary, _, secondary = zone.partition("<<")
        if "," not in printed:
            continue
        field = write_name(tuple(primary.split("<")), (*secondary.split("<"), *more), width)
        check = _check(f"{printed} {' '.join(more)}", field, group["language"])
        assert check.result is Result.SUCCESSFUL, (line, field)
        wrong = field[:-1] + ("Q" if field[-1] != "Q" else "X")
        assert _check(f"{printed} {' '.join(more)}", wrong, group["language"]).result is Result.FAILED, (line, wrong)


@pytest.mark.parametrize(
    ("printed", "allowed", "refused"),
    [
        ("Παύλος", ("PAVLOS", "PAFLOS"), ("PABLOS", "POVLOS")),
        ("Εύα", ("EVA", "EFA", "EYA"), ("EUA", "EA")),
        ("Ούζος", ("OUZOS",), ("UZOS",)),
        ("Ηύα", ("IVA", "IFA"), ("INA",)),
        ("Μάιος", ("MAIOS",), ("MEOS",)),
        ("Ραΰλ", ("RAYL",), ("RAVL", "RAFL")),  # the diaeresis parts the two letters
        ("Ρά\u03cbκου", ("RAYKOU",), ("RAVKOU",)),
    ],
)
def test_greek_letters_that_sound_together_carry_their_accent_on_the_second(
    printed: str, allowed: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    for form in allowed:
        assert _grade(printed, f"{form}<") in {G.EXACT, G.ADMISSIBLE}, form
    for form in refused:
        assert _check(printed, f"{form}<", "el").result is Result.FAILED, form
    apart = printed.replace("ύ", "υ\u0301").replace("ΰ", "υ\u0308\u0301")
    assert _grade(apart, f"{allowed[0]}<") in {G.EXACT, G.ADMISSIBLE}


def test_an_accent_changes_no_greek_letter_that_is_written() -> None:
    assert transliterate("Παύλος") == transliterate("ΠΑΥΛΟΣ") == "PAVLOS"
    assert transliterate("Ούζος") == transliterate("ΟΥΖΟΣ") == "OUZOS"


@pytest.mark.parametrize("field", ["IIA", "IA", "IYA"])
def test_bulgarian_iya_has_three_forms_and_the_standards_comes_first(field: str) -> None:
    assert _grade("Мария", f"MAR{field}<", "bg") in {G.EXACT, G.ADMISSIBLE}
    assert transliterate("Мария", "bg") == transliterate("Мария") == "MARIIA"
    assert _grade("Мария", "MARY<", "bg") is G.CONTRADICTION


@pytest.mark.parametrize(
    ("printed", "field"),
    [("Елена", "YELENA"), ("Алексей", "ALEXEY"), ("Юрий", "YURY"), ("Белый", "BELY"), ("Соловьёв", "SOLOVYEV")],
)
def test_forms_of_russian_passports_before_2010(printed: str, field: str) -> None:
    assert _grade(printed, f"{field}<", "ru") is G.ADMISSIBLE
    assert _grade(printed, f"{field}<") is G.ADMISSIBLE
    assert _grade(printed, f"{field}<", "mk") is not G.EXACT


# Letters without a row in the standard that a name must not lose: base letters by their Unicode names.
HOOKED = dict(zip("ƁƇƉƊƐƑƓƘƝƆƤƬƳǤƗɄ", "BCDDEFGKNOPTYGIU", strict=True))
STEPPE = dict(zip("ӘҖҚҢӨҰҮҲҶ", "AJKNOUUHJ", strict=True))


@pytest.mark.parametrize(("letter", "base"), [*HOOKED.items(), *STEPPE.items()])
def test_letters_that_the_standard_has_no_row_for_are_not_lost(letter: str, base: str) -> None:
    assert letter_forms(letter)[0] == base
    for written in (letter, letter.lower()):
        assert _grade(f"A{written}A", f"A{base}A<") is G.EXACT
        assert _grade(f"A{written}A", "AA<") is G.CONTRADICTION, "a letter may not be left out"


def test_no_row_of_any_table_is_empty_but_for_signs_without_a_sound() -> None:
    silent = {letter for table in (LATIN, CYRILLIC, GREEK) for letter, forms in table.items() if "" in forms}
    assert silent == {"Ь"}


@pytest.mark.parametrize("letter", "ČĆŚŹŽŞÉÇŐÚŃ")
def test_a_marked_letter_is_no_excuse_for_another_letter(letter: str) -> None:
    """What a person typed is not misread: Č may stand as C and as nothing else, whatever letters look alike."""
    base = letter_forms(letter)[0]
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        check = _check(f"{letter}ABEJ, ANA", f"{other}ABEJ<<ANA<", "")
        allowed = other == base
        assert check.result is (Result.SUCCESSFUL if allowed else Result.FAILED), other
        assert bool(check.findings) is not allowed, other


def test_a_machine_that_doubts_its_reading_may_take_one_look_alike_for_another() -> None:
    assert _check("ČABEJ, ANA", "GABEJ<<ANA<", "", confidence=0.9).result is Result.UNDETERMINED
    assert _check("ČABEJ, ANA", "GABEJ<<ANA<", "", confidence=0.99).result is Result.FAILED
    assert _check("ČABEJ, ANA", "CABEJ<<ANA<", "", confidence=0.9).findings == ()


@pytest.mark.parametrize("printed", ["Anna Maria Eriksson", "Eriksson Anna Maria", "ERIKSSON  ANNA-MARIA"])
def test_of_an_undivided_name_nobody_knows_which_identifier_comes_first(printed: str) -> None:
    assert _grade(printed, "ERIKSSON<<ANNA<MARIA<") is G.ADMISSIBLE
    for other in ("ERIKSSON<<MARIA<ANNA<", "ERIKSSON<<ANNA<MARIE<", "ERIKSSON<<ANNA<", "ANNA<<ERIKSSON<MARIA<"):
        assert _grade(printed, other) is G.CONTRADICTION, other


def test_the_identifiers_of_a_divided_name_are_not_exchanged() -> None:
    assert (
        compare_names(PrintedName("Anna Maria", "Eriksson"), read_name("ERIKSSON<<ANNA<MARIA<")).grade
        is G.CONTRADICTION
    )
    assert _grade("Anna Maria, Eriksson", "ERIKSSON<<ANNA<MARIA<") is G.CONTRADICTION


def test_an_undivided_name_given_names_first_may_be_cut_as_well() -> None:
    field = write_name(("ERIKSSON",), ("ANNA", "MARIA", "MAXIMILIANE", "THEODORA"), 30)
    assert field == "ERIKSSON<<ANNA<MARIA<MAXIMILIA"
    assert _grade("Anna Maria Maximiliane Theodora Eriksson", field) is G.TRUNCATED
    assert _grade("Anna Mario Maximiliane Theodora Eriksson", field) is G.CONTRADICTION


def test_the_time_of_an_undivided_name_is_bounded() -> None:
    """Twelve words have eleven beginnings; of more words none is tried, and nothing takes long."""
    before = time.process_time()
    for words in (12, 13, 200):
        text = " ".join(["Ünüjü"] * words)
        assert _grade(text, "UENUEJUE<<UXXNUXXJUXX<") is G.CONTRADICTION
    assert time.process_time() - before < 2.0
