"""Every code of Doc 9303-3 section 5 as issuer and as nationality, and what names and nationality may never do."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from egnatia.engines.documents import (
    CODES,
    ISSUERS,
    Advice,
    Code,
    CodeKind,
    Format,
    Inspection,
    ZoneFields,
    inspect,
    lookup,
    random_zone,
    write_zone,
)

TODAY = date(2026, 11, 22)
USUAL: dict[str, Any] = {
    "code": "PP", "number": "123456789", "birth": "740812", "sex": "F", "expiry": "340415", "primary": ("BROWN",),
    "secondary": ("ANNA",),
}  # fmt: skip
AS_ISSUER = {
    CodeKind.COUNTRY: Advice.CONSISTENT,
    CodeKind.EXTENSION: Advice.CONSISTENT,
    CodeKind.UNION: Advice.CONSISTENT,
    CodeKind.UNITED_NATIONS: Advice.CONSISTENT,
    CodeKind.ORGANISATION: Advice.CONSISTENT,
    CodeKind.NO_NATIONALITY: Advice.DISCREPANCIES,
    CodeKind.DEPRECATED: Advice.DISCREPANCIES,
    CodeKind.SPECIMEN: Advice.CONSISTENT,
    CodeKind.NOT_FOR_DOCUMENTS: Advice.DISCREPANCIES,
}
PART_A = {"D", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS"}
ORGANISATIONS = {
    "EUE", "UNO", "UNA", "UNK", "XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XPO", "XES", "XMP", "XOM", "XDC",
}  # fmt: skip
WITHOUT_NATIONALITY = {"XXA", "XXB", "XXC", "XXX"}


def _look(issuer: str, nationality: str, **given: Any) -> Inspection:
    fields = ZoneFields(issuer=issuer, nationality=nationality, **{**USUAL, **given})
    return inspect("\n".join(write_zone(Format.TD3, fields)), TODAY)


def _codes(result: Inspection) -> set[str]:
    return {str(finding.code) for finding in result.findings}


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_each_code_as_issuer(code: Code) -> None:
    result = _look(code.code, "GBR")
    assert result.document.issuer == code.code
    assert result.advice is AS_ISSUER[code.kind]
    assert "ISSUER_UNKNOWN" not in _codes(result)


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_each_code_as_nationality(code: Code) -> None:
    """Whoever is stateless, a refugee or a citizen of a former state has a consistent document like everybody else."""
    result = _look("GBR", code.code)
    assert result.document.nationality == code.code
    assert result.advice is Advice.CONSISTENT
    expected = {"NATIONALITY_DEPRECATED"} if code.kind is CodeKind.DEPRECATED else set()
    assert _codes(result) == expected


def test_a_deprecated_issuer_of_an_expired_document_is_no_surprise() -> None:
    former = [code.code for code in CODES.values() if code.kind is CodeKind.DEPRECATED]
    assert len(former) == 12
    for code in former:
        result = _look(code, "GBR", expiry="200101")
        assert (result.advice, _codes(result)) == (Advice.CONSISTENT, {"ISSUER_DEPRECATED", "EXPIRED"})


def test_the_additions_of_section_5_are_there_and_of_the_right_part() -> None:
    by_kind: dict[CodeKind, set[str]] = {}
    for code in CODES.values():
        by_kind.setdefault(code.kind, set()).add(code.code)
    assert by_kind[CodeKind.EXTENSION] == PART_A
    bodies = by_kind[CodeKind.UNION] | by_kind[CodeKind.UNITED_NATIONS] | by_kind[CodeKind.ORGANISATION]
    assert bodies == ORGANISATIONS
    assert by_kind[CodeKind.NO_NATIONALITY] == WITHOUT_NATIONALITY
    assert by_kind[CodeKind.SPECIMEN] == {"UTO"}


def test_two_letter_twins_are_not_shared_between_countries() -> None:
    """ISO 3166-1 gives each country its own pair; a typing error in the table would most likely show here."""
    countries = [code for code in CODES.values() if code.kind is CodeKind.COUNTRY]
    assert len({code.alpha_2 for code in countries}) == len(countries)
    assert all(len(code.code) == 3 and len(code.alpha_2) == 2 for code in countries)


def test_every_country_has_a_name_in_the_locale_data() -> None:
    from babel import Locale

    territories = Locale("en").territories
    unnamed = [code.code for code in CODES.values() if not code.name and code.alpha_2 not in territories]
    formerly = {code for code in unnamed if CODES[code].kind is CodeKind.DEPRECATED}
    assert set(unnamed) == formerly


@pytest.mark.parametrize("written", ["ZZZ", "XKX", "KOS", "GER", "AAA", "XXD", "EU", "UT0", "B", "999", "X<X"])
def test_unknown_issuers_cannot_be_judged_whatever_else_is_wrong(written: str) -> None:
    for given in ({}, {"birth": "741312"}, {"sex": "Q"}, {"expiry": "200101"}, {"number": ""}):
        result = _look(written, "GBR", **given)
        assert (lookup(written), result.advice) == (None, Advice.CANNOT_TELL)


@pytest.mark.parametrize(("written", "meant"), [("XKX", "RKS"), ("KOS", "RKS"), ("GER", "D"), ("UT0", "UTO")])
def test_a_well_known_mistake_is_hinted_at_and_not_applied(written: str, meant: str) -> None:
    for result, code in ((_look(written, "GBR"), "ISSUER_UNKNOWN"), (_look("GBR", written), "NATIONALITY_UNKNOWN")):
        (finding,) = [one for one in result.findings if one.code == code]
        assert finding.expected.endswith(f"; {meant} may be meant")
    assert _look(written, "GBR").document.issuer == written


def _rewritten(fields: ZoneFields, kind: Format, changes: Iterable[tuple[str, Any]]) -> Inspection:
    return inspect("\n".join(write_zone(kind, replace(fields, **dict(changes)))), TODAY)


def test_swapping_issuer_nationality_and_names_leaves_the_advice_of_500_zones_unchanged() -> None:
    """Requirement DOC-09: where somebody comes from, and what somebody is called, never changes the advice."""
    rng = random.Random(417)
    supported = [code for code in ISSUERS if code != "UTO"]
    nations = sorted(code.code for code in CODES.values())
    spoiled: tuple[dict[str, Any], ...] = ({}, {"birth": "741312"}, {"sex": "Q"}, {"number": "<1234567"}, {"code": "X"})
    for number in range(500):
        kind = tuple(Format)[number % 5]
        fields = replace(random_zone(rng, kind, TODAY).fields, **spoiled[number % 7 % 5])
        expected = _rewritten(fields, kind, ()).advice
        other = random_zone(rng, kind, TODAY, rng.choice(supported)).fields
        changes = {"issuer": other.issuer, "nationality": rng.choice(nations), "primary": other.primary}
        for name, value in (*changes.items(), ("secondary", other.secondary)):
            assert _rewritten(fields, kind, [(name, value)]).advice is expected, (fields, name, value)
        assert _rewritten(fields, kind, changes.items()).advice is expected


def test_the_spoiled_zones_of_that_test_do_differ_in_their_advice() -> None:
    advices = {_look("GBR", "GBR", **given).advice for given in ({}, {"birth": "741312"}, {"sex": "Q"}, {"code": "X"})}
    assert advices == set(Advice)
