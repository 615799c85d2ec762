"""A long table of what people type into the search box, and what it must be taken for."""

from datetime import date

import pytest

from egnatia.console.recognise import MAX_TYPED, Reading, recognise

TODAY = date(2025, 5, 15)
ZONES = {
    "TD3": "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "TD1": "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "TD2": "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
    "MRV-A": "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    "MRV-B": "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
}
"""Specimens of ICAO Doc 9303 parts 4 to 7."""


@pytest.mark.parametrize("form", ZONES)
@pytest.mark.parametrize(
    "change",
    [
        str,
        str.lower,
        lambda zone: zone.replace("\n", "\r\n"),
        lambda zone: zone.replace("\n", "\r"),
        lambda zone: f"\n\n  {zone}  \n",
        lambda zone: zone.replace("\n", "\n\n"),
        lambda zone: "\ufeff" + zone,
        lambda zone: zone.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}", 1),
        lambda zone: zone[:-1] + ("7" if zone[-1] != "7" else "8"),
    ],
)
def test_a_zone_of_every_format_is_read_however_it_was_pasted(form: str, change: object) -> None:
    assert callable(change)
    found = recognise(change(ZONES[form]), TODAY)
    assert found.reading is Reading.ZONE
    assert found.parts["zone"] == change(ZONES[form]).strip()


@pytest.mark.parametrize("form", ZONES)
def test_half_a_zone_is_no_zone_and_never_a_name(form: str) -> None:
    line = ZONES[form].splitlines()[0]
    assert recognise(line, TODAY).reading is Reading.NOTHING
    assert recognise(line[:-3] + "\n" + line[:-3], TODAY).reading is Reading.NOTHING


@pytest.mark.parametrize(
    ("text", "number", "issuer"),
    [
        ("RK1234567", "RK1234567", None),
        ("P0041763", "P0041763", None),
        ("rk1234567", "RK1234567", None),
        ("  RK1234567\n", "RK1234567", None),
        ("RKS RK1234567", "RK1234567", "RKS"),
        ("rks rk1234567", "RK1234567", "RKS"),
        ("GBR 925000001", "925000001", "GBR"),
        ("925000001", "925000001", None),
        ("000000", "000000", None),
        ("1234AB", "1234AB", None),
        ("A1B2C3D4", "A1B2C3D4", None),
        ("123456789012345", "123456789012345", None),
        ("2025", None, None),
        ("12345", None, None),
        ("1234567890123456", None, None),
        ("AB123", None, None),
        ("ABCDEF12", None, None),
        ("RK-1234567", None, None),
        ("RK 1234567", None, None),
        ("RKSX RK1234567", None, None),
        ("RKS  RK1234567", None, None),
        ("RK1234567; DROP TABLE", None, None),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", None, None),
        ("RK1234567\x00", None, None),
        ("\uff32\uff2b1234567", None, None),
    ],
)
def test_document_numbers(text: str, number: str | None, issuer: str | None) -> None:
    found = recognise(text, TODAY)
    assert (found.reading is Reading.DOCUMENT_NUMBER) == (number is not None)
    if number is not None:
        assert found.parts == {"number": number} | ({"issuer": issuer} if issuer else {})


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("DUR-2025-0417", Reading.CASE),
        ("dur-2025-0417", Reading.CASE),
        ("AB-2025-01", Reading.CASE),
        ("ABCDEF-2025-12345678", Reading.CASE),
        ("A-2025-0417", Reading.NOTHING),
        ("ABCDEFG-2025-0417", Reading.NOTHING),
        ("DUR-25-0417", Reading.NOTHING),
        ("DUR-2025-1", Reading.NOTHING),
        ("DUR-2025-123456789", Reading.NOTHING),
        ("DUR-2025-0417 DUR-2025-0418", Reading.NOTHING),
        ("XKX-D-000417", Reading.RECORD_REF),
        ("gbr-p-002210", Reading.RECORD_REF),
        ("GBR-P-0022", Reading.RECORD_REF),
        ("GBR-P-002", Reading.NOTHING),
        ("GBR-PP-002210", Reading.NOTHING),
        ("GB-P-002210", Reading.NOTHING),
        ("6f9619ff-8b86-4011-b42d-00c04fc964ff", Reading.ENQUIRY),
        ("6F9619FF-8B86-4011-B42D-00C04FC964FF", Reading.ENQUIRY),
        ("{6f9619ff-8b86-4011-b42d-00c04fc964ff}", Reading.ENQUIRY),
        ("urn:uuid:6f9619ff-8b86-4011-b42d-00c04fc964ff", Reading.ENQUIRY),
        ("6f9619ff-8b86-4011-b42d-00c04fc964f", Reading.NOTHING),
        ("6f9619ff-8b86-4011-b42d-00c04fc964fg", Reading.NOTHING),
    ],
)
def test_references(text: str, reading: Reading) -> None:
    assert recognise(text, TODAY).reading is reading


@pytest.mark.parametrize("text", ["6F9619FF-8B86-4011-B42D-00C04FC964FF", "{6f9619ff8b864011b42d00c04fc964ff}"])
def test_the_number_of_an_enquiry_is_brought_to_its_one_form(text: str) -> None:
    assert recognise(text, TODAY).parts == {"id": "6f9619ff-8b86-4011-b42d-00c04fc964ff"}


@pytest.mark.parametrize(
    ("text", "family", "first", "born"),
    [
        ("Hoxha, Arben 1994-06-27", "Hoxha", "Arben", "1994-06-27"),
        ("1994-06-27 Hoxha, Arben", "Hoxha", "Arben", "1994-06-27"),
        ("Arben Hoxha 27.06.1994", "Hoxha", "Arben", "1994-06-27"),
        ("27/6/1994 Arben Hoxha", "Hoxha", "Arben", "1994-06-27"),
        ("HOXHA Arben Agim 27.6.1994", "HOXHA", "Arben Agim", "1994-06-27"),
        ("Arben 27.6.1994 HOXHA", "HOXHA", "Arben", "1994-06-27"),
        ("VAN DER BERG Jan 1990-01-02", "VAN DER BERG", "Jan", "1990-01-02"),
        ("ARBEN HOXHA 1990-01-02", "HOXHA", "ARBEN", "1990-01-02"),
        ("Hoxha, 1990-01-02", "Hoxha", "", "1990-01-02"),
        ("Hoxha 1990-1-2", "Hoxha", "", "1990-01-02"),
        ("O'Neill, Seán, 02/01/1990", "O'Neill", "Seán", "1990-01-02"),
        ("Ђорђевић Љубица 1990-01-02", "Љубица", "Ђорђевић", "1990-01-02"),
        ("ЂОРЂЕВИЋ Љубица 1990-01-02", "ЂОРЂЕВИЋ", "Љубица", "1990-01-02"),
        ("Ümit-Şükrü Çelik 29.02.1992", "Çelik", "Ümit-Şükrü", "1992-02-29"),
        ("\N{ARABIC LETTER AIN}\N{ARABIC LETTER LAM}\N{ARABIC LETTER YEH} 1990-01-02", "\u0639\u0644\u064a", "", None),
    ],
)
def test_names_with_a_date_in_every_order(text: str, family: str, first: str, born: str | None) -> None:
    found = recognise(text, TODAY)
    assert found.reading is Reading.PERSON
    assert found.parts == {"family_names": family, "first_names": first, "birth_date": born or "1990-01-02"}


@pytest.mark.parametrize(
    "text",
    [
        "1994-06-27",
        "Arben Hoxha 1994-13-01",
        "Arben Hoxha 29.02.1993",
        "Arben Hoxha 0000-01-01",
        "Arben Hoxha 2025-05-15",
        "Arben Hoxha 2025-05-16",
        "<script> 1994-06-27 </script>",
        "Arben_Hoxha 1994-06-27",
        "4711 1994-06-27",
        "Arben Hoxha 1994-06-27 1994-06-28",
        "\u202eneb\u202c 1994-06-27",
        "\x1b[31mArben 1994-06-27",
        "=cmd() 1994-06-27",
    ],
)
def test_what_is_no_name_with_a_date_of_birth_is_not_taken_for_one(text: str) -> None:
    assert recognise(text, TODAY).reading is Reading.NOTHING


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "\x00", "\u200b", "\u202e", "\ufeff", "💥", "=1+1", "%s%n", "{{7*7}}", "../..", "\ud800", "--"],
)
def test_hostile_texts_are_nothing(text: str) -> None:
    found = recognise(text, TODAY)
    assert (found.reading, found.parts) == (Reading.NOTHING, {})


def test_only_the_first_characters_are_looked_at_so_that_a_flood_costs_nothing() -> None:
    assert len(recognise("<" * 1_000_000, TODAY).text) == MAX_TYPED
    flood = recognise("Hoxha " * 100_000, TODAY)
    assert flood.reading is Reading.NAME_ONLY
    assert len(flood.text) <= MAX_TYPED


def test_the_day_before_today_can_be_a_day_of_birth_and_today_cannot() -> None:
    assert recognise("Arben Hoxha 2025-05-14", TODAY).reading is Reading.PERSON
    assert recognise("Arben Hoxha 2025-05-15", date(2025, 5, 16)).reading is Reading.PERSON
