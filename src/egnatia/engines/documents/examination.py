"""The result of examining one document: the tree of checks, the advice, and everything needed to explain and repeat it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egnatia.engines.documents.checks import Check, Conclusion
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.types import Change, FieldReading, Format
from egnatia.engines.documents.types import Advice, FalseClass, Source, Weight


@dataclass(frozen=True, slots=True)
class Hint:
    """What a pattern of findings often is: a suggestion where to look, for a person, and never a verdict."""

    name: FalseClass
    because: tuple[StrEnum, ...]
    """Codes of the findings that make the pattern."""


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that was presented: what kind, under which name, and its SHA-256."""

    source: Source
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class ReadZone:
    """The zone that the rest was held against: where it was read, and what stands in it."""

    source: Source
    format: Format
    lines: tuple[str, ...]
    code: str
    issuer: str
    number: str
    fields: tuple[FieldReading, ...]
    repair: tuple[Change, ...] = ()
    """The only replacement of confusable characters that makes every check digit right; it is never applied."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What the examination was made with; a replay with anything else says so first."""

    program: str
    catalogue: str
    rules: str
    trust: str = ""
    register: str = ""
    series: str = ""
    profile: str = ""
    signers: str = ""
    reader: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A check that counts for something else than the catalogue says."""

    code: StrEnum
    weight: Weight


@dataclass(frozen=True, slots=True)
class Examination:
    """One document examined on one day. The advice is the machine's; the verdict is a person's and is not in here."""

    day: date
    given: tuple[Given, ...]
    typed_by: str
    zone: ReadZone | None
    conclusion: Conclusion
    weighed: tuple[Weighed, ...]
    hints: tuple[Hint, ...]
    versions: Versions

    @property
    def advice(self) -> Advice:
        """What the findings come to."""
        return self.conclusion.advice

    def checks(self) -> Iterator[Check]:
        """Every check of the tree, in its order."""
        for branch in self.conclusion.branches:
            yield from branch.checks

    def findings(self) -> Iterator[Finding]:
        """Every finding of every check."""
        for check in self.checks():
            yield from check.findings
