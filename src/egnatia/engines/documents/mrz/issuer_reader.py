"""Reading a file of rules about issuers (TOML), with errors that name the rule and the key."""

import tomllib
from collections.abc import Callable
from typing import Any, TypeVar

from egnatia.engines.documents.mrz.codes import lookup
from egnatia.engines.documents.mrz.findings import FindingCode
from egnatia.engines.documents.mrz.issuer_rules import (
    BirthRule,
    Confidence,
    Deviation,
    IssuerRules,
    NationalNumber,
    NumberPattern,
    SexRule,
    Sign,
    YearForm,
)
from egnatia.engines.documents.mrz.toml_tables import (
    MAX_RULES,
    MAX_SHAPE,
    Table,
    day_of,
    number_of,
    numbers_of,
)
from egnatia.engines.documents.mrz.types import Field, Format, Sex
from egnatia.errors import InputError
from egnatia.model.national_numbers import CheckRule

MAX_BYTES = 1_000_000
EXPLAINABLE = frozenset(
    {
        FindingCode.CHECK_DIGIT_REFUTED,
        FindingCode.CHECK_DIGIT_MISSING,
        FindingCode.COMPOSITE_REFUTED,
        FindingCode.CHARACTER_NOT_ALLOWED,
        FindingCode.NUMBER_STARTS_WITH_FILLER,
        FindingCode.DATE_UNREADABLE,
        FindingCode.DOCUMENT_CODE_FORMAT,
        FindingCode.ISSUER_DEPRECATED,
        FindingCode.ISSUER_OTHER_CODE,
        FindingCode.NAME_MISSING,
        FindingCode.NAME_STRUCTURE,
        FindingCode.NATIONAL_NUMBER_BIRTH,
        FindingCode.NATIONAL_NUMBER_CHECK,
        FindingCode.NATIONAL_NUMBER_SEX,
        FindingCode.NUMBER_PATTERN,
        FindingCode.SECOND_LETTER_NOT_ALLOWED,
        FindingCode.SECOND_LETTER_NOT_HARMONISED,
        FindingCode.SECOND_LETTER_REQUIRED,
        FindingCode.SEX_NOT_ALLOWED,
        FindingCode.SEX_PRINTED_X,
    }
)
"""Findings that a known defect may explain. Several wrong check digits, an impossible date with the right one, and an
unknown issuer or kind of document are no defects of a series and stay what they are."""
_KINDS = ("national_number", "number_pattern", "deviation")
T = TypeVar("T")


def read_rules(content: bytes) -> IssuerRules:
    """Read a file of rules.

    Raises:
        InputError: not such a file; the message names the rule and the key.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"A file of rules has at most {MAX_BYTES} bytes.")
    try:
        whole = Table(tomllib.loads(content.decode("utf-8")), "the file")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"The rules are not TOML: {error}.", hint="`issuer_rules.toml` is an example.") from error
    version, maintainer = whole.text("version"), whole.text("maintainer")
    withdrawn = whole.texts("withdraw", ())
    numbers, patterns, deviations = (whole.tables(kind) for kind in _KINDS)
    whole.end()
    rules = IssuerRules(
        version,
        maintainer,
        tuple(_national_number(one) for one in numbers),
        tuple(_pattern(one) for one in patterns),
        tuple(_deviation(one) for one in deviations),
        withdrawn,
    )
    ids = [one.id for one in rules.numbers] + [one.id for one in rules.patterns] + [one.id for one in rules.deviations]
    twice = {one for one in ids if ids.count(one) > 1} if len(ids) <= MAX_RULES else set(ids)
    if twice:
        raise InputError(f"In the rules, two have the id {min(twice)!r}, or there are more than {MAX_RULES}.")
    return rules


def _head(row: Table) -> tuple[str, tuple[str, ...]]:
    identity = row.text("id")
    row.where = f"{row.where} ({identity})"
    issuers = row.texts("issuers")
    unknown = [code for code in issuers if lookup(code) is None]
    if unknown or not issuers:
        raise row.refuse("issuers", f"a list of codes that `egnatia document codes` lists, not {unknown or 'empty'}")
    return identity, issuers


def _choice(row: Table, key: str, kind: Callable[[str], T], names: str, default: T | None = None) -> T:
    def read(value: Any) -> T | None:
        try:
            return kind(value)
        except ValueError:
            return None

    return row.take(key, read, f"one of {names}", default)


def _confidence(row: Table) -> Confidence:
    return _choice(row, "confidence", Confidence, ", ".join(Confidence))


def _sex(row: Table, key: str) -> Sex | None:
    return _choice(row, key, Sex, "M, F") if key in row.values else None


def _national_number(row: Table) -> NationalNumber:
    identity, issuers = _head(row)
    shape = row.text("shape")
    if not 0 < len(shape) <= MAX_SHAPE or shape.strip("9A*"):
        raise row.refuse("shape", f"up to {MAX_SHAPE} of the characters 9, A and *")
    rule = NationalNumber(
        identity,
        issuers,
        row.text("title"),
        shape,
        _confidence(row),
        row.text("source"),
        _birth(row.table("birth")),
        tuple(_sign(one, "add") for one in row.tables("month_offsets")),
        tuple(_sign(one, "digit") for one in row.tables("leading")),
        _sex_rule(row.table("sex")),
        _check(row.table("check")),
    )
    row.end()
    if _reach(rule) > len(shape):
        raise row.refuse("shape", "as long as the places that the rule names")
    if rule.birth is not None and any(shape[at : at + 2] != "99" for at in (rule.birth.month_at, rule.birth.day_at)):
        raise row.refuse("birth", "a month and a day in places of two digits each")
    return rule


def _reach(rule: NationalNumber) -> int:
    """One past the last place that the rule looks at."""
    reach = [0]
    if rule.birth is not None:
        lengths = {YearForm.THREE: 3, YearForm.FOUR: 4}
        reach += [
            rule.birth.year_at + lengths.get(rule.birth.year_form, 2),
            rule.birth.month_at + 2,
            rule.birth.day_at + 2,
        ]
    if rule.sex is not None:
        reach.append(rule.sex.at + rule.sex.length)
    if rule.check is not None:
        reach += [rule.check.at + 1, len(rule.check.weights), len(rule.check.again)]
    return max(reach)


def _birth(row: Table | None) -> BirthRule | None:
    if row is None:
        return None
    year, month, day = (row.table(key) for key in ("year", "month", "day"))
    row.end()
    if year is None or month is None or day is None:
        raise row.refuse("birth", "a table with year, month and day")
    form = _choice(year, "form", YearForm, ", ".join(YearForm))
    rule = BirthRule(
        year.place("at"),
        form,
        month.place("at"),
        day.place("at"),
        year.text("decades", ""),
        year.take("first", number_of, "a year", 0),
    )
    for table in (year, month, day):
        table.end()
    return rule


def _sign(row: Table, key: str) -> Sign:
    mark = row.take(key, number_of if key == "add" else _digit, "a number")
    century = row.take("century", number_of, "a year", -1)
    sign = Sign(mark, None if century < 0 else century, _sex(row, "sex"))
    row.end()
    return sign


def _digit(value: Any) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 1 else None


def _sex_rule(row: Table | None) -> SexRule | None:
    if row is None:
        return None
    female_from = row.take("female_from", number_of, "a number", -1)
    rule = SexRule(row.place("at"), row.place("length", 1), None if female_from < 0 else female_from, _sex(row, "odd"))
    row.end()
    if (rule.female_from is None) == (rule.odd is None):
        raise row.refuse("sex", "a table with either female_from or odd")
    return rule


def _check(row: Table | None) -> CheckRule | None:
    if row is None:
        return None
    rule = CheckRule(
        row.place("at"),
        row.take("weights", numbers_of, "a list of numbers"),
        row.take("modulus", number_of, "a number"),
        row.text("digits"),
        row.take("again", numbers_of, "a list of numbers", ()),
        row.text("values", ""),
        row.text("exempt", ""),
    )
    row.end()
    if rule.modulus < 2 or len(rule.digits) != rule.modulus:  # noqa: PLR2004 - smaller ones check nothing
        raise row.refuse("digits", "as many characters as the modulus")
    return rule


def _pattern(row: Table) -> NumberPattern:
    identity, issuers = _head(row)
    shapes = row.texts("shapes")
    if not shapes or any(not 0 < len(shape) <= MAX_SHAPE for shape in shapes):
        raise row.refuse("shapes", f"a list of shapes of up to {MAX_SHAPE} characters")
    rule = NumberPattern(
        identity, issuers, row.texts("document_codes", ()), shapes, _confidence(row), row.text("source")
    )
    row.end()
    return rule


def _deviation(row: Table) -> Deviation:
    identity, issuers = _head(row)
    explains = tuple(_member(row, "explains", FindingCode, one) for one in row.texts("explains"))
    refused = [code for code in explains if code not in EXPLAINABLE]
    if refused or not explains:
        raise row.refuse("explains", f"findings that a defect can explain: {', '.join(sorted(EXPLAINABLE))}")
    rule = Deviation(
        identity,
        issuers,
        explains,
        row.text("description"),
        row.text("source"),
        tuple(_member(row, "fields", Field, one) for one in row.texts("fields", ())),
        tuple(_member(row, "formats", Format, one) for one in row.texts("formats", ())),
        row.texts("document_codes", ()),
        row.texts("number_prefixes", ()),
        *(row.take(key, day_of, "a date") if key in row.values else None for key in ("expires_from", "expires_to")),
    )
    row.end()
    return rule


def _member(row: Table, key: str, kind: Callable[[str], T], value: str) -> T:
    try:
        return kind(value)
    except ValueError as error:
        raise row.refuse(key, f"a list of known names; {value!r} is none") from error
