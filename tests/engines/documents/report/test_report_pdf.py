"""Reports as PDF: the same view, the same bytes, in letters of all five languages, and hostile text is only text."""

from dataclasses import replace

import pytest
from tests.engines.documents.report.sources import basis, made, presented

from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.report.html import Kind
from egnatia.engines.documents.report.pages import view_of
from egnatia.engines.documents.report.speaker import speaker
from egnatia.languages import LANGUAGES

pytest.importorskip("reportlab")
from egnatia.engines.documents.report.pdf import to_pdf

LETTERS = "ëçËÇčćđšžljnjdžЂЉЊЋЏђљњћџѓќѕјЃЌЅЈ"  # noqa: RUF001 - letters of both scripts, side by side on purpose


@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_a_pdf_is_made_in_every_language_and_always_the_same(tag: str) -> None:
    found = examine(presented(made("both-number")), basis())
    view = view_of(found, speaker(tag))
    written = to_pdf(view)
    assert written.startswith(b"%PDF-")
    assert written == to_pdf(view)


def test_the_evidence_bundle_is_longer_and_hostile_text_is_only_text() -> None:
    found = examine(replace(presented(made()), typed_by="<b>&amp;</font>\x00<img src='x'>"), basis())
    view = view_of(found, speaker("en"))
    assert len(to_pdf(view, Kind.EVIDENCE)) > len(to_pdf(view))


def test_the_font_has_every_letter_of_the_five_languages() -> None:
    from font_roboto import font_files
    from reportlab.pdfbase.ttfonts import TTFontFile

    for name in ("Roboto", "RobotoBold"):
        known = TTFontFile(font_files[name]).charToGlyph
        assert [letter for letter in LETTERS if ord(letter) not in known] == []
