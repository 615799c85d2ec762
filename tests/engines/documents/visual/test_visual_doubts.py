"""The reader's own doubt: which differences it explains, and which stand however poor the picture was."""

# ruff: noqa: RUF002 - letters of two scripts that look alike are the subject

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import read_zone
from egnatia.engines.documents.checks import Check, advise
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.types import Advice, Bearing, Result
from egnatia.engines.documents.visual.catalogue import VisualCheck
from egnatia.engines.documents.visual.checks import compare
from egnatia.engines.documents.visual.doubts import LEGIBLE, SPREAD, clearness, legible, own_doubt
from egnatia.engines.documents.visual.findings import VisualFinding
from egnatia.engines.documents.visual.types import Letter, Printed, VisualFields
from egnatia.engines.documents.visual.verdicts import Agreement, weighed

TODAY = date(2026, 11, 22)
C = VisualCheck
ERIKSSON = read_zone("PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16")
"""The page of figure 1 of Doc 9303-3, with a later issue and expiry."""
SURE = Letter(0.999)
Odd = dict[int, Letter]


def reading(text: str, odd: Odd | None = None, confidence: float = 0.97) -> Printed:
    """A text read by a machine, sure of every character but these, by place."""
    letters = tuple((odd or {}).get(place, SURE) for place in range(len(text)))
    return Printed(text, confidence=confidence, letters=letters)


def differ(texts: tuple[str, ...], wanted: str) -> int:
    """A plain distance: the places that differ, and the lengths."""
    one = texts[0]
    return sum(a != b for a, b in zip(one, wanted, strict=False)) + abs(len(one) - len(wanted))


EXPLAINED = [
    ("1234", {}, "1234"),
    ("1284", {2: Letter(0.7, "3")}, "1234"),
    ("1284", {2: Letter(0.99, "63")}, "1234"),  # seen, though hardly
    ("1284", {2: Letter(0.4)}, "1234"),  # hardly anything was seen there
    ("8289", {0: Letter(0.8, "1"), 2: Letter(0.6, "3"), 3: Letter(0.9, "94")}, "1234"),
    ("12834", {2: Letter(0.3)}, "1234"),  # one too many, and hardly there
    ("22", {}, "222"),  # one of a pair is lost without a trace
    ("MLOS", {}, "MILOS"),  # so is an I
    ("435", {0: Letter(0.6, "H")}, "H435"),  # two characters taken for one
    ("MOLLER", {}, "MÜLLER"),
    ("UČUR", {}, "UĞUR"),
    ("192", {}, "J92"),
]
STANDS = [
    ("1284", {}, "1234"),
    ("1284", {2: Letter(0.9, "69")}, "1234"),
    ("1284", {1: Letter(0.3, "3")}, "1234"),  # another place is in doubt
    ("9999", {place: Letter(0.9, "1234") for place in range(4)}, "1234"),  # four doubts are none
    ("1294", {2: Letter(0.7, "8")}, "1234"),  # what was seen there is not it either
    ("124", {}, "1234"),  # no 3 was seen anywhere
    ("MLOS", {}, "MELOS"),
]


@pytest.mark.parametrize(("text", "odd", "wanted"), EXPLAINED)
def test_what_the_reader_saw_as_well_explains_a_difference(text: str, odd: Odd, wanted: str) -> None:
    assert own_doubt((reading(text, odd),), lambda texts: differ(texts, wanted), wanted)


@pytest.mark.parametrize(("text", "odd", "wanted"), STANDS)
def test_what_it_did_not_see_explains_nothing(text: str, odd: Odd, wanted: str) -> None:
    assert not own_doubt((reading(text, odd),), lambda texts: differ(texts, wanted), wanted)


def test_a_reading_without_letters_is_never_doubted_letter_by_letter() -> None:
    assert not own_doubt((Printed("1284", confidence=0.5),), lambda texts: differ(texts, "1234"))
    long = reading("A" * 61, {5: Letter(0.1, "B")})
    assert not own_doubt((long,), lambda texts: differ(texts, "A" * 5 + "B" + "A" * 55))


def test_of_two_readings_either_may_be_doubted_and_typed_ones_never() -> None:
    typed, seen = Printed("ANNA"), reading("HOXNA", {3: Letter(0.8, "H")})

    def distance(texts: tuple[str, ...]) -> int:
        return (texts[0] != "HOXHA") + (texts[1] != "ANNA")

    assert own_doubt((seen, typed), distance)
    assert not own_doubt((reading("HOXNA"), Printed("ANNE")), distance)
    assert not own_doubt((Printed("HOXNA"), reading("ANNA", {0: Letter(0.2, "H")})), distance)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text("0123456789", min_size=4, max_size=12), st.data())
def test_a_digit_read_without_doubt_is_never_explained_away(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != text[place]]))
    changed = text[:place] + other + text[place + 1 :]
    shown = reading(changed)
    assert not own_doubt((shown,), lambda texts: differ(texts, text), text)
    doubted = reading(changed, {place: Letter(0.8, text[place])})
    assert own_doubt((doubted,), lambda texts: differ(texts, text), text)


@pytest.mark.parametrize(
    ("printed", "clear", "read"),
    [
        (reading("HOXHA"), 0.999, True),
        (reading("HOXHA", {0: Letter(0.3, "M")}), 0.859, True),
        (reading("HOXHA", {0: Letter(0.2, "M"), 1: Letter(0.3)}), 0.699, False),
        (reading("ASTROM", {0: Letter(0.5, "Å"), 4: Letter(0.4, "Ö")}), 0.999, True),  # marks take nothing away
        (reading("ASTROM", {0: Letter(0.3, "H"), 4: Letter(0.4, "C")}), 0.783, False),
        (reading("F", {0: Letter(0.6, "E")}), 0.6, True),  # a single letter has no mean to speak of
        (reading("F", {0: Letter(0.4, "E")}), 0.4, False),
        (Printed("ANY", confidence=0.2), 1.0, True),  # not read letter by letter
    ],
)
def test_a_line_is_legible_by_its_letters(printed: Printed, clear: float, read: bool) -> None:  # noqa: FBT001 - parametrised
    assert clearness(printed) == pytest.approx(clear, abs=0.002)
    assert legible(printed) is read
    assert read or clear < LEGIBLE or clear < SPREAD


@pytest.mark.parametrize("agreement", list(Agreement))
@pytest.mark.parametrize("letters", [True, False])
def test_agreement_needs_no_doubt_and_a_difference_is_weighed(agreement: Agreement, letters: bool) -> None:  # noqa: FBT001 - parametrised
    shown = reading("1284") if letters else Printed("1284")
    came = weighed(agreement, (shown,), lambda texts: differ(texts, "1234"))
    differs = agreement in {Agreement.NEAR, Agreement.DIFFER}
    assert (came.result is Result.FAILED) is differs
    assert (came.bearing is Bearing.DISCREPANCY) is differs
    assert (came.bearing is None) is (agreement is Agreement.AGREE)


def test_a_poor_line_is_doubted_as_a_whole_and_a_poor_mean_alone_is_not() -> None:
    poor = reading("1284", dict.fromkeys(range(2), Letter(0.3)), 0.6)
    assert weighed(Agreement.DIFFER, (poor,), lambda texts: 9 + len(texts)).result is Result.UNDETERMINED
    # Its mean would let a wrong character be expected; its letters say that it is not this one.
    elsewhere = reading("12841111", {5: Letter(0.5, "7")}, 0.86)
    assert weighed(Agreement.DIFFER, (elsewhere,), lambda texts: differ(texts, "12341111")).result is Result.FAILED


PAGE: dict[str, str] = {
    "document_code": "PP", "issuer": "UTO", "number": "L898902C3", "birth_date": "12 AUG 1974", "sex": "F",
    "issue_date": "16 APR 2024", "expiry_date": "15 APR 2034", "personal_number": "ZE184226B",
}  # fmt: skip


def page(**given: Printed) -> VisualFields:
    """The page of figure 1 as a machine read it, with some fields read otherwise."""
    values: dict[str, Any] = {**{name: reading(text) for name, text in PAGE.items()}, **given}
    for name, text in (("primary", "ERIKSSON"), ("secondary", "ANNA MARIA")):
        values[name] = (given.get(name, reading(text)),)
    return VisualFields(**values)


def checks(visual: VisualFields, zone: ZoneDocument = ERIKSSON) -> dict[VisualCheck, Check]:
    """Every check by its code."""
    return {VisualCheck(check.code): check for check in compare(zone, visual, TODAY)}


def advice(visual: VisualFields, zone: ZoneDocument = ERIKSSON) -> Advice:
    """What the findings come to."""
    return advise(finding for check in compare(zone, visual, TODAY) for finding in check.findings)


MISREAD = [
    ("primary", "ERIKSSDN", 6, "O", C.VISUAL_NAME),
    ("primary", "ERIKSSXN", 6, "O", C.VISUAL_NAME),
    ("secondary", "ANNA NARIA", 5, "M", C.VISUAL_NAME),
    ("number", "L898902C8", 8, "3", C.VISUAL_NUMBER),
    ("birth_date", "12 AUG 1976", 10, "4", C.VISUAL_BIRTH_DATE),
    ("birth_date", "17 AUG 1974", 1, "2", C.VISUAL_BIRTH_DATE),
    ("birth_date", "12 AUG 1074", 8, "9", C.VISUAL_BIRTH_DATE),  # only the century
    ("expiry_date", "15 APR 8034", 7, "2", C.VISUAL_EXPIRY_DATE),
    ("expiry_date", "16 APR 2034", 1, "5", C.VISUAL_EXPIRY_DATE),
    ("issue_date", "16 APR 2034", 9, "2", C.VISUAL_DATE_ORDER),
    ("issue_date", "16 APR 2029", 10, "4", C.VISUAL_DATE_ORDER),
    ("sex", "M", 0, "F", C.VISUAL_SEX),
    ("issuer", "UTD", 2, "O", C.VISUAL_ISSUER),
    ("document_code", "PR", 1, "P", C.VISUAL_CODE),
    ("personal_number", "ZE184226E", 8, "B", C.VISUAL_PERSONAL_NUMBER),
]


@pytest.mark.parametrize(("field", "text", "place", "meant", "check"), MISREAD)
def test_a_misreading_is_a_doubt_and_a_clear_reading_a_discrepancy(
    field: str, text: str, place: int, meant: str, check: VisualCheck
) -> None:
    doubted = page(**{field: reading(text, {place: Letter(0.7, meant)})})
    assert advice(doubted) is Advice.CONSISTENT
    found = checks(doubted)[check]
    if found.findings and check is not C.VISUAL_ISSUER:  # O and D are one sign in a number
        assert found.result in {Result.UNDETERMINED, Result.SUCCESSFUL}
        assert all(finding.bearing is Bearing.NONE for finding in found.findings)
    clear = page(**{field: reading(text)})
    if field != "issuer" and text != "ERIKSSDN":
        assert advice(clear) is Advice.DISCREPANCIES
        assert checks(clear)[check].result is Result.FAILED
    typed = page(**{field: Printed(text)})
    assert advice(typed) is not Advice.CONSISTENT or field == "issuer"


@pytest.mark.parametrize(
    ("field", "text"), [("number", "K123456Z9"), ("birth_date", "01 MAR 1992"), ("primary", "HOXHA")]
)
def test_another_value_is_never_explained_by_some_doubtful_letters(field: str, text: str) -> None:
    odd = {place: Letter(0.92, "AB12") for place in range(0, len(text), 2)}
    assert advice(page(**{field: reading(text, odd)})) is Advice.DISCREPANCIES


def test_two_fields_in_doubt_do_not_add_up_to_falsity() -> None:
    both = page(
        number=reading("L898902C8", {8: Letter(0.7, "3")}), birth_date=reading("12 AUG 1976", {10: Letter(0.6, "4")})
    )
    assert checks(both)[C.VISUAL_AGREEMENT].result is Result.SUCCESSFUL
    assert advice(both) is Advice.CONSISTENT
    clear = page(number=reading("L898902C8"), birth_date=reading("12 AUG 1976"))
    assert checks(clear)[C.VISUAL_AGREEMENT].result is Result.FAILED


NATIONAL = read_zone("PPMNEMARKOVIC<<ANA<<<<<<<<<<<<<<<<<<<<<<<<<<\nAB1234567XMNE9001012F3001011<<<<<<<<<<<<<<XX")


def jmbg(first: str) -> str:
    """A number with its check digit (weights 7 to 2 over both halves, modulo 11)."""
    total = sum(int(digit) * (7 - place % 6) for place, digit in enumerate(first))
    return first + str((11 - total % 11) % 11 % 10)


def test_a_personal_number_that_contradicts_the_holder_is_doubted_like_any_other() -> None:
    """The number of Montenegro has day, month and year of birth in front (shipped rule)."""
    right, wrong = jmbg("010199021500"), jmbg("070199021500")
    said = {text: checks(VisualFields(personal_number=reading(text)), NATIONAL) for text in (right, wrong)}
    assert not any(one.bearing is not Bearing.NONE for one in said[right][C.VISUAL_NATIONAL_NUMBER].findings)
    bearing = {one.bearing for one in said[wrong][C.VISUAL_NATIONAL_NUMBER].findings}
    odd = VisualFields(personal_number=reading(wrong, {1: Letter(0.7, "1"), 12: Letter(0.7, right[12])}))
    doubted = checks(odd, NATIONAL)[C.VISUAL_NATIONAL_NUMBER]
    assert all(one.bearing is Bearing.NONE for one in doubted.findings)
    assert bearing == {Bearing.DISCREPANCY}
    poor = VisualFields(personal_number=reading(wrong, dict.fromkeys(range(8), Letter(0.3)), 0.5))
    assert all(one.bearing is Bearing.NONE for one in checks(poor, NATIONAL)[C.VISUAL_NATIONAL_NUMBER].findings)
    nothing = VisualFields(personal_number=reading("X", {0: Letter(0.6, "7")}))
    assert checks(nothing, NATIONAL)[C.VISUAL_NATIONAL_NUMBER].result is Result.NOT_SUPPORTED


def zone_of(primary: str, secondary: str) -> ZoneDocument:
    """A passport of this name; its check digits do not matter here."""
    name = f"{primary}<<{secondary}".ljust(39, "<")
    return read_zone(f"PPMKD{name}\nL898902C36MKD7408122F3404159<<<<<<<<<<<<<<<0")


CYRILLIC = [("AHA", "MAPTA", "ANA", "MARTA"), ("KOCEB", "AHA", "KOSEV", "ANA"), ("AHA", "UAM6ACKA", "ANA", "DZAMBASKA")]


@pytest.mark.parametrize(("primary", "secondary", "first", "second"), CYRILLIC)
def test_cyrillic_that_a_machine_took_for_latin_is_no_other_name(
    primary: str, secondary: str, first: str, second: str
) -> None:
    """АНА is read as AHA without any doubt; such names must not be met with an alarm that others never get."""
    zone = zone_of(first, second)
    shown = VisualFields(primary=(reading(primary),), secondary=(reading(secondary),))
    check = checks(shown, zone)[C.VISUAL_NAME]
    assert check.result is Result.SUCCESSFUL
    assert {finding.code for finding in check.findings} <= {VisualFinding.VISUAL_READING}
    assert advice(shown, zone) is Advice.CONSISTENT
    typed = VisualFields(primary=(Printed(primary),), secondary=(Printed(secondary),))
    assert advice(typed, zone) is Advice.DISCREPANCIES  # a person who typed it saw Latin letters
    other = VisualFields(primary=(reading(primary),), secondary=(reading("MAPKO"),))
    assert advice(other, zone_of(first, "STEFAN")) is Advice.DISCREPANCIES


def test_nonsense_made_of_another_script_is_left_to_the_eye() -> None:
    zone = zone_of("TRAJKOVSKI", "IVO")
    shown = VisualFields(
        primary=(reading("OPEBCKA", dict.fromkeys(range(6), Letter(0.88)), 0.9),), secondary=(reading("IVO"),)
    )
    assert checks(shown, zone)[C.VISUAL_NAME].result is Result.UNDETERMINED
    sure = VisualFields(primary=(reading("DRUGIPERSON"),), secondary=(reading("IVO"),))
    assert checks(sure, zone)[C.VISUAL_NAME].result is Result.FAILED


DULL = Letter(0.88)
"""A letter of a line that is legible, and below what a line in Latin letters has."""


@pytest.mark.parametrize(
    ("primary", "secondary", "dull", "result"),
    [
        ("SMITH", "IVO", "secondary", Result.FAILED),  # the altered one was read clearly, the other one was not
        ("TRAJKOVSKI", "PETAR", "primary", Result.FAILED),
        ("SMITH", "IVO", "primary", Result.UNDETERMINED),  # the one that differs may be nonsense made of Cyrillic
        ("TRAJKOVSKI", "PETAR", "secondary", Result.UNDETERMINED),
        ("SMITH", "PETAR", "secondary", Result.UNDETERMINED),  # both differ
        ("SMITH", "PETAR", "primary", Result.UNDETERMINED),
        ("SMITH", "PETAR", "", Result.FAILED),
        ("TRAJKOVSKI", "IVO", "primary", Result.SUCCESSFUL),
    ],
)
def test_only_the_identifier_that_differs_may_be_nonsense(
    primary: str, secondary: str, dull: str, result: Result
) -> None:
    given: dict[str, Any] = {
        name: (reading(text, dict.fromkeys(range(len(text)), DULL) if name == dull else None),)
        for name, text in (("primary", primary), ("secondary", secondary))
    }
    assert checks(VisualFields(**given), zone_of("TRAJKOVSKI", "IVO"))[C.VISUAL_NAME].result is result


@pytest.mark.parametrize(("primary", "secondary"), [("ERIKSSON", ""), ("", "ANNA MARIA"), ("ERIKSSXN", "")])
def test_half_a_name_is_weighed_by_the_half_that_there_is(primary: str, secondary: str) -> None:
    values: dict[str, Any] = {
        name: (reading(text),) for name, text in (("primary", primary), ("secondary", secondary)) if text
    }
    assert checks(VisualFields(**values))[C.VISUAL_NAME].result is Result.FAILED
    whole = VisualFields(name=(reading("ERIKSSXN, ANNA MARIA", {6: Letter(0.5, "O")}),))
    assert checks(whole)[C.VISUAL_NAME].result in {Result.UNDETERMINED, Result.SUCCESSFUL}
    assert advice(whole) is Advice.CONSISTENT


def test_random_doubts_never_turn_agreement_into_an_alarm() -> None:
    """However little the reader believes of what it read right, nothing is said against the document."""
    rng = random.Random(9303)
    for _ in range(60):
        given = {
            name: reading(text, {place: Letter(rng.random(), "X8") for place in range(len(text)) if rng.random() < 0.3})
            for name, text in PAGE.items()
        }
        assert advice(page(**given)) is Advice.CONSISTENT


@pytest.mark.parametrize(("number", "printed"), [("A12345611", "A12345618"), ("B22222222", "B22222229")])
def test_a_lost_character_is_not_made_up_to_cut_another_off(number: str, printed: str) -> None:
    """Where the zone has no room for more, a number made longer by one would agree without its last character."""
    zone = read_zone(f"PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n{number}<UTO7408122F3404159<<<<<<<<<<<<<<<0")
    assert checks(VisualFields(number=reading(printed)), zone)[C.VISUAL_NUMBER].result is Result.FAILED
    assert checks(VisualFields(number=reading(number)), zone)[C.VISUAL_NUMBER].result is Result.SUCCESSFUL
    longer = checks(VisualFields(number=reading(number + "77")), zone)[C.VISUAL_NUMBER]
    assert longer.result is Result.SUCCESSFUL  # as printed, and cut in the zone


@pytest.mark.parametrize(
    "text", ["15 APR 2044", "15 APR 2039", "15.04.2084", "15 04 2033", "25 APR 2034", "15 MAY 2034"]
)
def test_a_clearly_altered_date_is_not_explained_by_a_longer_year(text: str) -> None:
    """The zone has the last two digits of the year: 2083 with a digit lost, 20833, would end as 2033 does."""
    assert checks(page(expiry_date=reading(text)))[C.VISUAL_EXPIRY_DATE].result is Result.FAILED
    zone = read_zone("PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3310304<<<<<<<<<<<<<<<0")
    for altered in ("30 10 2083", "30 10 2053", "30 10 2093", "30.10.2003"):
        shown = VisualFields(expiry_date=reading(altered))
        assert checks(shown, zone)[C.VISUAL_EXPIRY_DATE].result is Result.FAILED
    doubted = VisualFields(expiry_date=reading("30 10 2083", {8: Letter(0.9, "3")}))
    assert checks(doubted, zone)[C.VISUAL_EXPIRY_DATE].result is Result.UNDETERMINED


@pytest.mark.parametrize(
    ("share", "wrong", "result"),
    [
        (0.96, 1, Result.FAILED),  # a clear line: one character is enough
        (0.931, 1, Result.FAILED),
        (0.92, 1, Result.UNDETERMINED),  # a faint one: it may have been dropped or taken for another
        (0.86, 2, Result.UNDETERMINED),
        (0.92, 3, Result.FAILED),  # nobody reads three wrong and the rest right
        (0.86, 4, Result.FAILED),
        (0.84, 4, Result.UNDETERMINED),  # not legible at all
    ],
)
def test_on_a_faint_line_a_few_wrong_characters_say_nothing(share: float, wrong: int, result: Result) -> None:
    line = reading("1111111111", dict.fromkeys(range(10), Letter(share)))
    assert weighed(Agreement.DIFFER, (line,), lambda _texts: wrong, wrong=wrong).result is result
    typed = Printed("1111111111")
    assert weighed(Agreement.DIFFER, (typed,), lambda _texts: wrong, wrong=wrong).result is Result.FAILED


def test_only_the_reading_that_is_blamed_has_to_be_clear() -> None:
    clear, faint = reading("SMITH"), reading("IVO", dict.fromkeys(range(3), Letter(0.9)))
    for blamed, result in ((clear, Result.FAILED), (faint, Result.UNDETERMINED)):
        came = weighed(Agreement.DIFFER, (clear, faint), lambda _texts: 1, blamed=(blamed,))
        assert came.result is result


@pytest.mark.parametrize(
    ("number", "printed", "result"),
    [
        ("H92415574", "92415574", Result.UNDETERMINED),  # the leading letter was dropped without a trace
        ("H72222257", "H722227", Result.UNDETERMINED),
        ("J41247944", "|41247944", Result.UNDETERMINED),
        ("H92415574", "2415574", Result.UNDETERMINED),
        ("H92415574", "415574", Result.FAILED),  # three are no slip
        ("H92415574", "92415575", Result.FAILED),  # and nothing else may differ
        ("H92415574", "H92415578", Result.FAILED),
        ("H92415574", "HH92415574", Result.FAILED),
        ("H92415574", "924155H4", Result.FAILED),  # nor stand in another order
    ],
)
def test_what_a_number_lacks_is_a_doubt_and_what_it_has_instead_is_not(
    number: str, printed: str, result: Result
) -> None:
    zone = read_zone(f"PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n{number}<UTO7408122F3404159<<<<<<<<<<<<<<<0")
    assert checks(VisualFields(number=reading(printed)), zone)[C.VISUAL_NUMBER].result is result
    typed = checks(VisualFields(number=Printed(printed)), zone)[C.VISUAL_NUMBER].result
    assert typed is Result.FAILED, "who typed it saw what there is"


STYLES = ("%d.%m.%Y", "%d %m %Y", "%Y-%m-%d", "%d %b %Y", "%d %b %y", "%d%m%Y")


def dated(expiry: date) -> ZoneDocument:
    return read_zone(
        f"PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F{expiry:%y%m%d}9<<<<<<<<<<<<<<<0"
    )


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dates(date(2020, 1, 1), date(2039, 12, 31)), st.sampled_from(STYLES), st.data())
def test_no_single_digit_of_a_clear_date_is_altered_unseen(expiry: date, style: str, data: st.DataObject) -> None:
    """Not by a character that may have been lost either: 02 and 0964 would else come from 022 and 01964."""
    text = expiry.strftime(style).upper()
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from("0123456789".replace(text[place], "")))
    altered = text[:place] + digit + text[place + 1 :]
    shown = VisualFields(expiry_date=reading(altered))
    assert advice(shown, dated(expiry)) is not Advice.CONSISTENT, altered
    assert advice(VisualFields(expiry_date=reading(text)), dated(expiry)) is Advice.CONSISTENT
    read = VisualFields(expiry_date=reading(altered, {place: Letter(0.7, text[place])}))
    assert advice(read, dated(expiry)) is Advice.CONSISTENT, "the reader saw the other digit as well"


@pytest.mark.parametrize(
    ("printed", "expiry", "explained"),
    [
        ("02 SEP 34", date(2034, 9, 22), False),  # 022
        ("2 SEP 34", date(2034, 9, 22), True),  # one of two alike was dropped
        ("1.02.2034", date(2034, 2, 11), True),
        ("01.02.2034", date(2034, 2, 11), False),
        ("01 02 0034", date(2034, 2, 1), False),
        ("2034-01-00", date(2034, 1, 10), False),  # 010, and 0I0
        ("12IAN2034", date(2034, 1, 11), False),
        ("1IAN2034", date(2034, 1, 11), True),  # an I that begins a month is no digit
        ("101.02.2034", date(2034, 2, 1), False),  # one too many that was read without a doubt
    ],
)
def test_what_is_put_back_makes_no_day_of_three_digits(printed: str, expiry: date, *, explained: bool) -> None:
    came = checks(VisualFields(expiry_date=reading(printed)), dated(expiry))[C.VISUAL_EXPIRY_DATE]
    assert came.result is (Result.UNDETERMINED if explained else Result.FAILED)


@pytest.mark.parametrize(
    ("sign", "other", "clear"),
    [
        ("Đ", "D", 1.0),
        ("D", "Đ", 1.0),
        ("Ł", "L", 1.0),
        ("O", "Ø", 1.0),
        ("Ü", "U", 1.0),
        ("Đ", "O", 0.95),
        ("L", "I", 0.95),
    ],
)
def test_a_stroke_is_a_mark_and_takes_nothing_from_a_line(sign: str, other: str, clear: float) -> None:
    assert clearness(reading(f"{sign}ORDEVICOV", {0: Letter(0.5, other)})) == pytest.approx(clear, abs=0.003)
