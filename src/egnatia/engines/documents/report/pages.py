"""An examination as pages for people: one view that HTML, PDF and the console fill their forms from.

A view holds only texts in the reader's language and pictures as PNG; what `expected` and `found` say stays as the
engine wrote it, because it quotes the document.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from egnatia.engines.documents.catalogue import CATALOGUE
from egnatia.engines.documents.checks import Branch, Check
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.report.speaker import Speaker
from egnatia.engines.documents.report.words import (
    ADVICE,
    CLASSES,
    RESULTS,
    SECTIONS,
    SEVERITIES,
    SOURCES,
    VERDICTS,
    WEIGHTS,
    check_title,
    field_name,
    finding_title,
)
from egnatia.engines.documents.types import Advice, Compared, Place, Result, Weight

_JOINERS = "\n\t\u200c\u200d"
"""Line ends, and the joiners that names in Persian and in Indian scripts need."""


def visible(text: str) -> str:
    """A text that shows what stands in it: signs that turn the direction of writing, hide or move others are replaced.

    A name may be printed, or coded in a chip or seal, with a sign after which everything is shown from right to left; the
    reader of a report would then see another value than the one compared.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in _JOINERS else "\ufffd" for sign in text)


_NOTED = 2
Crops = Callable[[Place], bytes | None]
"""The picture of a place as PNG, where there is one."""


def no_crops(place: Place) -> bytes | None:
    """No pictures at hand."""
    del place
    return None


@dataclass(frozen=True, slots=True)
class Value:
    """One of several values held against each other."""

    source: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Note:
    """One finding in words."""

    code: str
    title: str
    severity: str
    severity_words: str
    subject: str
    expected: str
    found: str
    innocent: str
    settle: str
    compared: tuple[Value, ...]
    places: tuple[str, ...]
    crops: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One check in words."""

    code: str
    title: str
    result: str
    result_words: str
    weight: str
    counts: bool
    basis: str
    version: int
    compared: tuple[Value, ...]
    notes: tuple[Note, ...]
    crops: tuple[bytes, ...]

    @property
    def wants_look(self) -> bool:
        """Whether it did not succeed, or noted something."""
        return bool(self.notes) or self.result not in {Result.SUCCESSFUL, Result.NOT_SUPPORTED}

    @property
    def serious(self) -> int:
        """0 where it failed, 1 where it did not end well, 2 where it only notes, 3 where it never counts."""
        if not self.counts:
            return 3
        return {"failed": 0, "aborted": 1, "undetermined": 1}.get(self.result, _NOTED)


@dataclass(frozen=True, slots=True)
class Part:
    """One branch of the tree in words."""

    section: str
    title: str
    result: str
    result_words: str
    rows: tuple[Row, ...]

    @property
    def done(self) -> tuple[Row, ...]:
        """Checks that were begun."""
        return tuple(row for row in self.rows if row.result != Result.NOT_SUPPORTED or row.notes)

    @property
    def not_done(self) -> tuple[Row, ...]:
        """Checks that were not."""
        return tuple(row for row in self.rows if row.result == Result.NOT_SUPPORTED and not row.notes)


@dataclass(frozen=True, slots=True)
class View:
    """A whole examination in one language."""

    tag: str
    advice: str
    advice_words: str
    result_words: str
    day: str
    typed_by: str
    document: str
    lines: tuple[str, ...]
    fields: tuple[tuple[str, str, str], ...]
    repair: tuple[str, ...]
    hints: tuple[tuple[str, tuple[str, ...]], ...]
    parts: tuple[Part, ...]
    given: tuple[tuple[str, str, str], ...]
    versions: tuple[tuple[str, str], ...]
    face: bytes | None = field(default=None)
    verdicts: tuple[str, ...] = ()
    """What officers say the document is, in the reader's language; a node adds it, the engine never does."""
    unsettled: str = ""
    """Beside the advice `consistent`: which checks of what was presented came to no good end, as a sentence."""

    def open_rows(self) -> tuple[Row, ...]:
        """Checks that want a look, those that failed first."""
        rows = [row for part in self.parts for row in part.rows if row.wants_look]
        return tuple(sorted(rows, key=lambda row: row.serious))


def view_of(examination: Examination, speaks: Speaker, crops: Crops = no_crops, face: bytes | None = None) -> View:
    """The examination in one language.

    Args:
        examination: what is shown.
        speaks: the reader's language.
        crops: finds the picture of a place.
        face: the picture in DG2 as PNG, where there is one.
    """
    zone = examination.zone
    parts = tuple(_part(branch, examination, speaks, crops) for branch in examination.conclusion.branches)
    return View(
        tag=speaks.tag,
        advice=examination.advice,
        advice_words=speaks.say(ADVICE[examination.advice]),
        result_words=speaks.say(RESULTS[examination.conclusion.result]),
        day=speaks.day(examination.day),
        typed_by=visible(examination.typed_by),
        document="" if zone is None else visible(f"{zone.format} {zone.code} {zone.issuer} {zone.number}".strip()),
        lines=() if zone is None else tuple(map(visible, zone.lines)),
        fields=_fields(examination, speaks),
        repair=_repair(examination, speaks),
        hints=tuple(
            (speaks.say(CLASSES[one.name]), tuple(finding_title(each, speaks) for each in one.because))
            for one in examination.hints
        ),
        parts=parts,
        given=tuple(
            (speaks.say(SOURCES[one.source]), visible(one.name), visible(one.digest)) for one in examination.given
        ),
        versions=tuple((name, visible(value)) for name in _NAMES if (value := getattr(examination.versions, name))),
        face=face,
        unsettled=_unsettled(examination, parts, speaks),
    )


def _unsettled(examination: Examination, parts: tuple[Part, ...], speaks: Speaker) -> str:
    """What nobody should overlook who reads `consistent`; of checks that rest on one another the first alone is named."""
    if examination.advice is not Advice.CONSISTENT:
        return ""
    titles = [row.title for part in parts for row in part.rows if row.serious < _NOTED and row.notes]
    return speaks.say("Not settled by what was presented: %(checks)s.", checks="; ".join(titles)) if titles else ""


_NAMES = ("program", "catalogue", "rules", "trust", "register", "series", "profile", "signers", "reader")


def _fields(examination: Examination, speaks: Speaker) -> tuple[tuple[str, str, str], ...]:
    readings = () if examination.zone is None else examination.zone.fields
    return tuple(
        (field_name(one.field, speaks), visible(one.text), speaks.say(VERDICTS[one.verdict])) for one in readings
    )


def _repair(examination: Examination, speaks: Speaker) -> tuple[str, ...]:
    changes = () if examination.zone is None else examination.zone.repair
    message = "line %(line)s, place %(column)s: %(found)s read, %(proposed)s proposed"
    return tuple(
        speaks.say(message, line=one.line, column=one.column, found=one.found, proposed=one.proposed) for one in changes
    )


def _part(branch: Branch, examination: Examination, speaks: Speaker, crops: Crops) -> Part:
    weights = {one.code: one.weight for one in examination.weighed}
    rows = tuple(
        _row(check, weights.get(check.code, CATALOGUE[check.code].weight), speaks, crops) for check in branch.checks
    )
    title, result = speaks.say(SECTIONS[branch.section]), speaks.say(RESULTS[branch.result])
    return Part(branch.section, title, branch.result, result, rows)


def _row(check: Check, weight: Weight, speaks: Speaker, crops: Crops) -> Row:
    rule = CATALOGUE[check.code]
    return Row(
        check.code.value,
        check_title(check.code, speaks),
        check.result,
        speaks.say(RESULTS[check.result]),
        speaks.say(WEIGHTS[weight]),
        weight is not Weight.EVALUATORY,
        rule.source,
        rule.version,
        _values(check.compared, speaks),
        tuple(_note(finding, speaks, crops) for finding in check.findings),
        _cut(check.places, crops),
    )


def _note(finding: Finding, speaks: Speaker, crops: Crops) -> Note:
    return Note(
        finding.code.value,
        finding_title(finding.code, speaks),
        finding.severity,
        speaks.say(SEVERITIES[finding.severity]),
        field_name(finding.field.value, speaks),
        visible(finding.expected),
        visible(finding.found),
        visible(speaks.say(finding.innocent)),
        visible(speaks.say(finding.settle)),
        _values(finding.compared, speaks),
        tuple(_where(place, speaks) for place in finding.places),
        _cut(finding.places, crops),
    )


def _values(compared: Iterable[Compared], speaks: Speaker) -> tuple[Value, ...]:
    return tuple(
        Value(speaks.say(SOURCES[one.source]), visible(field_name(one.name, speaks)), visible(one.value))
        for one in compared
    )


def _where(place: Place, speaks: Speaker) -> str:
    words = visible(f"{speaks.say(SOURCES[place.source])} {place.name}".strip())
    if place.start is None or place.end is None:
        return words
    return f"{words}, {speaks.say('bytes or characters %(start)s to %(end)s', start=place.start, end=place.end)}"


def _cut(places: Iterable[Place], crops: Crops) -> tuple[bytes, ...]:
    found = (crops(place) for place in places if place.box is not None)
    return tuple(one for one in found if one is not None)
