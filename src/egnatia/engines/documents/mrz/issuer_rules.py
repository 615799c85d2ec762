"""Rules about issuers as data: national numbers, number patterns and known deviations, each with source and confidence.

No standard has them and no program should: an issuer changes its numbers and knows its own defects. The shipped file
`issuer_rules.toml` is a beginning; a partner keeps a file for its own issuer, which adds, replaces and withdraws rules by
id. `issuer_reader.py` reads such a file, `national_numbers.py` and `issuer_checks.py` apply it.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from egnatia.engines.documents.mrz.findings import FindingCode
from egnatia.engines.documents.mrz.types import Field, Format, Sex
from egnatia.model.national_numbers import CheckRule


class Confidence(StrEnum):
    """How far a rule is to be trusted."""

    CONFIRMED = "confirmed"
    """The issuer or its law says so, or independent sources and specimens agree: a contradiction bears on the advice."""
    REPORTED = "reported"
    """One public source says so: a contradiction informs, and bears on nothing."""


class YearForm(StrEnum):
    """How a year of birth stands in a number."""

    TWO = "two"
    """Two digits; the century comes from the month or a leading digit, or stays open."""
    THREE = "three"
    """The last three digits."""
    FOUR = "four"
    DECADE = "decade"
    """A sign for the decade and a digit."""


@dataclass(frozen=True, slots=True)
class BirthRule:
    """Where day, month and year of birth stand in a number, counted from 0."""

    year_at: int
    year_form: YearForm
    month_at: int
    day_at: int
    decades: str = ""
    """Signs of the decades, from `first` on."""
    first: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """What a leading digit, or an amount added to the month, says about century and sex."""

    mark: int
    century: int | None = None
    sex: Sex | None = None


@dataclass(frozen=True, slots=True)
class SexRule:
    """Where the sex shows: a serial number from which women are counted, or an odd or even digit."""

    at: int
    length: int
    female_from: int | None = None
    odd: Sex | None = None


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """How an issuer builds the number that it gives to a person."""

    id: str
    issuers: tuple[str, ...]
    title: str
    shape: str
    """A character for each place: 9 for a digit, A for a letter, * for either."""
    confidence: Confidence
    source: str
    birth: BirthRule | None = None
    month_offsets: tuple[Sign, ...] = ()
    leading: tuple[Sign, ...] = ()
    sex: SexRule | None = None
    check: CheckRule | None = None


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """The shapes that an issuer's document numbers have."""

    id: str
    issuers: tuple[str, ...]
    document_codes: tuple[str, ...]
    """First letters or whole codes that it holds for; empty for all."""
    shapes: tuple[str, ...]
    """As in `NationalNumber`; any other character stands for itself."""
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """A known defect of an issuer's documents, which explains findings (Doc 9303-3 section 7)."""

    id: str
    issuers: tuple[str, ...]
    explains: tuple[FindingCode, ...]
    description: str
    source: str
    fields: tuple[Field, ...] = ()
    """Only findings about these; empty for all."""
    formats: tuple[Format, ...] = ()
    document_codes: tuple[str, ...] = ()
    number_prefixes: tuple[str, ...] = ()
    expires_from: date | None = None
    expires_to: date | None = None
    """Only documents that run out in this time; both days included."""


@dataclass(frozen=True, slots=True)
class IssuerRules:
    """All rules of one file, or of several put together."""

    version: str
    maintainer: str
    numbers: tuple[NationalNumber, ...] = ()
    patterns: tuple[NumberPattern, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    withdrawn: tuple[str, ...] = ()
    with_numbers: frozenset[str] = field(init=False, compare=False)
    """Issuers of which some rule about national numbers is known; made from `numbers`."""

    def __post_init__(self) -> None:
        """Collect the issuers once: every zone that is inspected asks for them."""
        object.__setattr__(self, "with_numbers", frozenset(code for rule in self.numbers for code in rule.issuers))

    def versions(self) -> str:
        """What a report names: who maintains the rules, and of which day they are."""
        return f"{self.maintainer} {self.version}"


SHIPPED = Path(__file__).with_name("issuer_rules.toml")


@cache
def shipped_rules() -> IssuerRules:
    """The rules that come with this program."""
    from egnatia.engines.documents.mrz.issuer_reader import read_rules

    return read_rules(SHIPPED.read_bytes())


def together(base: IssuerRules, *later: IssuerRules) -> IssuerRules:
    """Rules of several files: a later one replaces rules of the same id and takes away those that it withdraws."""
    for other in later:
        gone = frozenset(other.withdrawn)
        base = IssuerRules(
            f"{base.version}; {other.version}",
            f"{base.maintainer}; {other.maintainer}",
            tuple(
                (
                    {one.id: one for one in base.numbers if one.id not in gone} | {one.id: one for one in other.numbers}
                ).values()
            ),
            tuple(
                (
                    {one.id: one for one in base.patterns if one.id not in gone}
                    | {one.id: one for one in other.patterns}
                ).values()
            ),
            tuple(
                (
                    {one.id: one for one in base.deviations if one.id not in gone}
                    | {one.id: one for one in other.deviations}
                ).values()
            ),
            base.withdrawn + other.withdrawn,
        )
    return base
