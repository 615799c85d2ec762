"""Tolerant reading: what is overlooked is named, and what is no zone is refused with the reason."""

# ruff: noqa: RUF001 - the fillers of other alphabets are meant

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import Format, Tolerated, inspect_document, read_zone
from egnatia.engines.documents.mrz.digits import ALPHABET
from egnatia.engines.documents.mrz.text import MAX_LENGTH
from egnatia.errors import InputError

UPPER = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
LOWER = "L898902C36UTO7408122F3404159ZE184226B<<<<<16"
ZONE = f"{UPPER}\n{LOWER}"
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"


@pytest.mark.parametrize(
    ("text", "tolerated"),
    [
        (ZONE, ()),
        (ZONE + "\n", ()),
        (ZONE.replace("\n", "\r\n"), (Tolerated.LINE_ENDINGS,)),
        (ZONE.replace("\n", "\r"), (Tolerated.LINE_ENDINGS,)),
        (ZONE.lower(), (Tolerated.LOWER_CASE,)),
        (f"  {UPPER} \n\n\t{LOWER}  \n", (Tolerated.SPACES,)),
        (" ".join(UPPER) + "\n" + " ".join(LOWER), (Tolerated.SPACES,)),
        (ZONE.replace("<", "‹"), (Tolerated.OTHER_FILLERS,)),
        (ZONE.replace("<", "«"), (Tolerated.OTHER_FILLERS,)),
        ("\ufeff" + ZONE, (Tolerated.BYTE_ORDER_MARK,)),
        (ZONE.replace("\n", "\x00\n"), (Tolerated.CONTROL_CHARACTERS,)),
        (UPPER + LOWER, (Tolerated.ONE_LINE,)),
        (f"{UPPER} {LOWER}", (Tolerated.SPACES, Tolerated.ONE_LINE)),
        (f"Passport\nof the holder:\n{ZONE}\nseen at the port", (Tolerated.SPACES, Tolerated.SURROUNDING_TEXT)),
        (f"scan\n{UPPER + LOWER}\nend", (Tolerated.ONE_LINE, Tolerated.SURROUNDING_TEXT)),
        (f"{UPPER[:-3]}\n{LOWER}", (Tolerated.NAME_LINE_LENGTH,)),
        (f"{UPPER}<<\n{LOWER}", (Tolerated.NAME_LINE_LENGTH,)),
        (ZONE.encode(), ()),
        (ZONE.encode("utf-16"), (Tolerated.ENCODING,)),
        (b"\xef\xbb\xbf" + ZONE.encode(), (Tolerated.BYTE_ORDER_MARK,)),
        (ZONE.replace("<", "«").encode("latin-1"), (Tolerated.ENCODING, Tolerated.OTHER_FILLERS)),
    ],
)
def test_what_is_overlooked_is_named(text: str | bytes, tolerated: tuple[Tolerated, ...]) -> None:
    document = read_zone(text)
    assert document.lines == (UPPER, LOWER)
    assert set(document.tolerated) - {Tolerated.LOWER_CASE} == set(tolerated) - {Tolerated.LOWER_CASE}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no text"),
        ("\n\n \x00", "no text"),
        ("hello", "1 line of 5 characters"),
        (UPPER, "1 line of 44 characters"),
        (f"{UPPER}\n{LOWER[:-1]}", "2 lines of 44, 43 characters"),
        (f"{LOWER}\n{UPPER}", "2 lines of 44, 44 characters"),
        ("\n".join([UPPER] * 6), "6 lines of 44, 44, 44, 44 and more"),
        (CARD.rsplit("\n", 1)[0], "2 lines of 30, 30 characters"),
        ("x" * (MAX_LENGTH + 1), f"at most {MAX_LENGTH}"),
        (b"\xff\xfe\x00", "no text|1 line"),
        (b"\x00" * 500, "no text"),
        ("\U0001f6c2" * 88, "1 line of 88"),
    ],
)
def test_what_is_no_zone_is_refused_with_what_was_found(text: str | bytes, found: str) -> None:
    with pytest.raises(InputError, match=found) as refusal:
        read_zone(text)
    assert refusal.value.hint()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (CARD, Format.TD1),
        (CARD.replace("\n", ""), Format.TD1),
        (ZONE, Format.TD3),
        (ZONE.replace("PP", "V<", 1), Format.MRV_A),
        ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6", Format.TD2),
        ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX7408122F9612109<<<<<<<<", Format.MRV_B),
    ],
)
def test_format_follows_from_size_and_first_letter(text: str, kind: Format) -> None:
    assert read_zone(text).format is kind


def test_a_few_illegal_characters_are_read_so_that_they_can_be_reported() -> None:
    document = read_zone(ZONE.replace("ERIKSSON", "ERIKS?ON"))
    assert document.name.primary == ("ERIKS?ON",)


anything = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=200),
    st.text(ALPHABET + "\n é«", min_size=70, max_size=100),
    st.lists(st.text(ALPHABET, min_size=30, max_size=30), min_size=3, max_size=3).map("\n".join),
    st.lists(st.text(ALPHABET + "é²", min_size=36, max_size=36), min_size=2, max_size=2).map("\n".join),
    st.lists(st.text("0123456789<P²", min_size=44, max_size=44), min_size=2, max_size=2).map("\n".join),
)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(anything, st.dates())
def test_any_input_is_read_or_refused(text: str | bytes, today: object) -> None:
    from datetime import date

    assert isinstance(today, date)
    try:
        document = read_zone(text)
    except InputError:
        return
    inspect_document(document, today)
