"""A report as PDF: the same view as the HTML page, in letters that every one of the five languages needs.

Needs the extra `pdf` (reportlab, BSD, and the font Roboto, Apache-2.0). The file has no date and no random identifier,
so the same view gives the same bytes.
"""

import io
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from egnatia.engines.documents.report.html import Kind
from egnatia.engines.documents.report.pages import Note, Part, Row, View
from egnatia.engines.documents.report.speaker import Speaker, speaker
from egnatia.errors import InputError

_MM = 72 / 25.4
_MARGIN = 16 * _MM
_WIDE = 170 * _MM
_CROP = 80 * _MM
_INK = {"consistent": "#1b6b3a", "suspected_false": "#a4161a"}
_OPEN = "#7a4d00"


def to_pdf(view: View, kind: Kind = Kind.OFFICER) -> bytes:
    """The report of one view, in its language, on A4.

    Raises:
        InputError: the extra `pdf` is not installed.
    """
    styles = _styles()
    from reportlab.platypus import SimpleDocTemplate

    written = io.BytesIO()
    speaks = speaker(view.tag)
    document = SimpleDocTemplate(
        written, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
        title=speaks.say("Inspection of a travel document"), author="Egnatia", lang=view.tag, invariant=1,
    )  # fmt: skip
    document.build(list(_flow(view, speaks, styles, full=kind is Kind.EVIDENCE)))
    return written.getvalue()


def _styles() -> dict[str, Any]:
    try:
        import font_roboto
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
    except ImportError:
        raise InputError(
            "PDF needs packages that are not installed here.",
            hint="Install them with `pip install 'egnatia[pdf]'`, or take --format html and print it.",
        ) from None
    for name, file in (("Roboto", "Roboto"), ("Roboto-Bold", "RobotoBold")):
        pdfmetrics.registerFont(TTFont(name, font_roboto.font_files[file]))
    plain = ParagraphStyle("plain", fontName="Roboto", fontSize=9, leading=12, spaceAfter=3, splitLongWords=1)
    bold = ParagraphStyle("bold", parent=plain, fontName="Roboto-Bold")
    return {
        "plain": plain,
        "bold": bold,
        "title": ParagraphStyle("title", parent=bold, fontSize=14, leading=18),
        "head": ParagraphStyle("head", parent=bold, fontSize=11, leading=14, spaceBefore=8),
        "small": ParagraphStyle("small", parent=plain, fontSize=7.5, leading=10),
        "inner": ParagraphStyle("inner", parent=plain, leftIndent=8 * _MM),
    }


def _said(text: str, style: Any, colour: str = "") -> Any:
    """A paragraph; whatever stands in it is text and never markup, and what no font has is shown as such."""
    from reportlab.platypus import Paragraph

    clean = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    body = escape(clean)
    return Paragraph(f'<font color="{colour}">{body}</font>' if colour else body, style)


def _flow(view: View, speaks: Speaker, styles: dict[str, Any], *, full: bool) -> Iterator[Any]:
    yield _said(speaks.say("Inspection of a travel document"), styles["title"])
    kind = speaks.say("Evidence" if full else "Officer's view")
    yield _said(f"{kind} · {speaks.say('Day of the inspection')}: {view.day}", styles["small"])
    if view.typed_by:
        yield _said(f"{speaks.say('Typed by')}: {view.typed_by}", styles["small"])
    yield _said(speaks.say("The machine's advice; a person decides"), styles["small"])
    yield _said(view.advice_words, styles["title"], _INK.get(view.advice, _OPEN))
    for line in (view.unsettled, *view.verdicts):
        if line:
            yield _said(line, styles["small"])
    if view.document:
        yield _said(f"{speaks.say('Type and issuer')}: {view.document}", styles["plain"])
    yield from (_said(line, styles["plain"]) for line in (*view.lines, *view.repair))
    yield _said(speaks.say("What was checked"), styles["head"])
    for part in view.parts:
        counts = f"{len(part.done)} {speaks.say('checks done')}, {len(part.not_done)} {speaks.say('not done')}"
        yield _said(f"{part.title}: {part.result_words} ({counts})", styles["plain"])
    yield from _hints(view, speaks, styles)
    yield from _open(view, speaks, styles)
    if full:
        yield from _everything(view, speaks, styles)
    yield _said(speaks.say("Made with"), styles["head"])
    yield _said("; ".join(f"{name} {value}" for name, value in view.versions), styles["small"])
    yield _said(speaks.say("Finding of the person who examined the document"), styles["head"])
    yield _said("_" * 60, styles["plain"])
    yield _said(speaks.say("Name, day and signature"), styles["small"])


def _hints(view: View, speaks: Speaker, styles: dict[str, Any]) -> Iterator[Any]:
    if not view.hints:
        return
    yield _said(speaks.say("What such findings often are"), styles["head"])
    yield _said(speaks.say("A suggestion where to look, never a verdict."), styles["small"])
    for name, because in view.hints:
        yield _said(f"{name} ({'; '.join(because)})", styles["inner"])


def _open(view: View, speaks: Speaker, styles: dict[str, Any]) -> Iterator[Any]:
    yield _said(speaks.say("What wants a look"), styles["head"])
    rows = view.open_rows()
    if not rows:
        yield _said(speaks.say("Nothing wants a look: every check that was done agrees."), styles["plain"])
    for row in rows:
        yield _said(f"{row.title}: {row.result_words} ({row.weight})", styles["bold"])
        for note in row.notes:
            yield from _note(note, speaks, styles)


def _note(note: Note, speaks: Speaker, styles: dict[str, Any]) -> Iterator[Any]:
    yield _said(f"{note.title} ({note.severity_words}; {note.subject}) {note.code}", styles["inner"])
    pairs = (
        ("Expected", note.expected),
        ("Found", note.found),
        ("May be innocent", note.innocent),
        ("What would settle it", note.settle),
    )
    for caption, text in pairs:
        if text:
            yield _said(f"{speaks.say(caption)}: {text}", styles["inner"])
    for value in note.compared:
        yield _said(f"{value.source}, {value.name}: {value.value}", styles["inner"])
    yield from _pictures(note.crops)


def _pictures(crops: Iterable[bytes]) -> Iterator[Any]:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image

    for crop in crops:
        width, height = ImageReader(io.BytesIO(crop)).getSize()
        scale = min(_CROP / width, _CROP / height, 1.0)
        yield Image(io.BytesIO(crop), width * scale, height * scale, hAlign="LEFT")


def _everything(view: View, speaks: Speaker, styles: dict[str, Any]) -> Iterator[Any]:
    if view.face is not None:
        yield _said(speaks.say("Face in the chip"), styles["head"])
        yield from _pictures((view.face,))
    yield _said(speaks.say("Every check"), styles["head"])
    for part in view.parts:
        yield from _part(part, styles)
    if view.given:
        yield _said(speaks.say("What was presented"), styles["head"])
        for source, name, digest in view.given:
            yield _said(f"{source} {name}: {digest}", styles["small"])


def _part(part: Part, styles: dict[str, Any]) -> Iterator[Any]:
    yield _said(f"{part.title}: {part.result_words}", styles["bold"])
    for row in part.rows:
        yield _said(_line(row), styles["small"])


def _line(row: Row) -> str:
    compared = "; ".join(f"{value.source}, {value.name}: {value.value}" for value in row.compared)
    return f"{row.title}: {row.result_words} ({row.weight}) {row.code} {row.version} {row.basis} {compared}".strip()
