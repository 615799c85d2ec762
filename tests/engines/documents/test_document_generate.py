"""Genuine zones raise nothing, and what is written is what is read."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import (
    ISSUERS,
    Advice,
    Format,
    Severity,
    ZoneFields,
    inspect,
    random_zone,
    read_zone,
    write_zone,
)
from egnatia.engines.documents.mrz.digits import check_digit
from egnatia.errors import InputError

TODAY = date(2025, 5, 15)
ANNA = ZoneFields(
    "PP", "UTO", "L898902C3", "UTO", "740812", "F", "340415", ("ERIKSSON",), ("ANNA", "MARIA"), "ZE184226B"
)


def test_ten_thousand_genuine_zones_raise_nothing_above_info() -> None:
    rng = random.Random(9303)
    formats = tuple(Format)
    for number in range(10_000):
        zone = random_zone(rng, formats[number % 5], TODAY)
        result = inspect(zone.text(), TODAY)
        assert result.advice is Advice.CONSISTENT, zone.text()
        assert all(finding.severity is Severity.INFO for finding in result.findings), (zone.text(), result.findings)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(), st.sampled_from(tuple(Format)), st.sampled_from(ISSUERS))
def test_what_is_written_is_what_is_read(seed: int, kind: Format, issuer: str) -> None:
    zone = random_zone(random.Random(seed), kind, TODAY, issuer)
    document = read_zone(zone.text())
    written = zone.fields
    assert document.format is kind
    assert (document.code, document.issuer, document.number) == (written.code, issuer, written.number)
    assert document.nationality == written.nationality
    assert document.optional[0] == written.optional
    if not document.name.truncated:
        assert (document.name.primary, document.name.secondary) == (written.primary, written.secondary)
    assert write_zone(kind, written) == document.lines


def test_same_seed_gives_the_same_zones() -> None:
    one, other = (random_zone(random.Random(417), Format.TD1, TODAY) for _ in range(2))
    assert one == other


def test_the_specimen_of_part_4_is_written_as_printed() -> None:
    assert write_zone(Format.TD3, ANNA) == (
        "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F3404159ZE184226B<<<<<16",
    )


def test_long_number_goes_into_the_optional_data() -> None:
    fields = ZoneFields("I", "UTO", "D23145890734", "UTO", "340712", "M", "950712", ("STEVENSON",), ("PETER", "JOHN"))
    assert write_zone(Format.TD1, fields)[0] == "I<UTOD23145890<7349<<<<<<<<<<<"  # Doc 9303-11 appendix D
    assert write_zone(Format.TD2, fields)[1] == "D23145890<UTO3407127M95071227349<<<8"


@pytest.mark.parametrize(
    ("kind", "number", "optional", "complaint"),
    [
        (Format.TD3, "L898902C3X", "", "no room"),
        (Format.TD2, "L898902C3XXXXXXX", "", "optional data"),
        (Format.TD3, "L898902-3", "", "cannot hold"),
        (Format.TD3, "l898902c3", "", "cannot hold"),
        (Format.TD3, "L898902C3", "ÄRGER", "cannot hold"),
        (Format.TD3, "L898902C3", "123456789012345", "the field holds 14"),
    ],
)
def test_what_does_not_fit_is_refused(kind: Format, number: str, optional: str, complaint: str) -> None:
    fields = ZoneFields("P", "UTO", number, "UTO", "740812", "F", "340415", ("ERIKSSON",), (), optional)
    with pytest.raises(InputError, match=complaint):
        write_zone(kind, fields)


@pytest.mark.parametrize(
    ("text", "digit"),
    [("520727", "3"), ("AB2134<<<", "5"), ("HA672242<", "6"), ("D23145890734", "9"), ("<<<<<<", "0"), ("é", "")],
)
def test_check_digit_of_published_examples(text: str, digit: str) -> None:
    assert check_digit(text) == digit  # Doc 9303-3 appendix A, examples 1 and 2; Doc 9303-11
