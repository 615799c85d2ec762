"""Reports: JSON there and back, XML without personal data, replay to the last byte, and no text that becomes markup."""

import html
import json
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.report.sources import TODAY, basis, made, presented

from egnatia.engines.documents.catalogue import CATALOGUE, FINDINGS
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Basis, Picture, Presented
from egnatia.engines.documents.profile_file import read_profile
from egnatia.engines.documents.report.crops import crops_of, face_of
from egnatia.engines.documents.report.formats import from_json, to_json, without_personal
from egnatia.engines.documents.report.html import Kind, to_html
from egnatia.engines.documents.report.pages import view_of
from egnatia.engines.documents.report.speaker import speaker
from egnatia.engines.documents.report.stored import is_stored, keep, read_stored, replay
from egnatia.engines.documents.report.words import check_title
from egnatia.engines.documents.report.words_findings import FINDING_TITLES
from egnatia.engines.documents.report.xml import NAMESPACE, to_xml
from egnatia.engines.documents.types import Advice
from egnatia.engines.documents.visual.formats import visual_from
from egnatia.errors import InputError
from egnatia.languages import LANGUAGES

HOSTILE = '<script>alert(1)</script>"&\x00\ud800\u202e'


def whole(operator: str = "") -> Examination:
    return examine(presented(made(operator)), basis())


@pytest.mark.parametrize("operator", ["", "chip-self-keyed", "stolen-blank", "both-number"])
def test_json_goes_there_and_back_to_the_same_bytes(operator: str) -> None:
    found = whole(operator)
    written = to_json(found)
    assert from_json(written) == found
    assert to_json(from_json(written)) == written
    assert json.loads(written)["examination"]["conclusion"]["advice"] == found.advice


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"not json", b'{"format":"egnatia examination","version":2}', b'{"a":' * 5_000,
     b'{"examination":{"day":"2026-11-22"},"format":"egnatia examination","version":1}'],
)  # fmt: skip
def test_what_is_no_report_is_refused_in_words(content: bytes) -> None:
    for reader in (from_json, read_stored):
        with pytest.raises(InputError) as caught:
            reader(content)
        assert caught.value.hint()


@settings(deadline=None, derandomize=True, max_examples=40)
@given(at=st.integers(0, 100_000), byte=st.binary(min_size=1, max_size=1))
def test_a_changed_report_is_read_or_refused(at: int, byte: bytes) -> None:
    written = bytearray(to_json(examine(Presented(zone="\n".join(made().zone)), Basis(TODAY))))
    written[at % len(written)] = byte[0]
    read_in = None
    with suppress(InputError):
        read_in = from_json(bytes(written))
    assert read_in is None or isinstance(read_in, Examination)


def test_without_personal_data_nothing_of_the_holder_is_left() -> None:
    found = whole()
    text = (to_json(found, personal=False) + to_xml(found)).decode()
    document = made().issue
    for word in (
        document.number,
        *made().zone,
        *(each for names in made().visual.values() for each in names if len(each) > 4),
    ):
        assert word not in text, word
    assert without_personal(found).advice is found.advice
    assert from_json(to_json(found, personal=False)) == without_personal(found)
    assert document.number in to_xml(found, personal=True).decode()


def test_the_log_has_every_check_with_its_result_and_no_time() -> None:
    root = ET.fromstring(to_xml(whole()).decode())  # noqa: S314 - what we wrote ourselves
    space = f"{{{NAMESPACE}}}"
    checks = root.findall(f"./{space}section/{space}check")
    assert {each.get("code") for each in checks} == {code.value for code in CATALOGUE}
    assert {each.get("result") for each in checks} <= {
        "successful",
        "failed",
        "undetermined",
        "not_supported",
        "aborted",
    }
    assert root.get("day") == "2026-11-22"
    assert b"T" not in root.get("day", "").encode()
    assert to_xml(whole()) == to_xml(whole())


def test_a_replay_gives_the_same_bytes() -> None:
    pictures = (Picture("page.png", b"no picture"),)
    sources = replace(presented(made()), pictures=pictures, typed_by="officer 7")
    kept = keep(sources, basis(), examine(sources, basis()))
    assert is_stored(kept)
    stored = read_stored(kept)
    assert stored.presented == sources
    again = replay(stored, replace(basis(), day=TODAY.replace(year=2030)))
    assert again.same
    assert again.versions == again.checks == ()


def test_a_replay_on_another_basis_says_what_differs() -> None:
    stored = read_stored(keep(presented(made()), basis(), whole()))
    again = replay(stored, Basis(TODAY))
    assert not again.same
    assert {each.what for each in again.versions} == {"trust", "register"}
    assert {"advice", "CHIP_DS_SIGNATURE", "REGISTER_NUMBER"} <= {each.what for each in again.checks}


class _Seen(HTMLParser):
    """Collects every element and address of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def read(page: bytes) -> _Seen:
    seen = _Seen()
    seen.feed(page.decode())
    return seen


@pytest.mark.parametrize("kind", list(Kind))
def test_hostile_text_is_never_markup(kind: Kind) -> None:
    fields = visual_from({"number": (HOSTILE,), "primary": (HOSTILE,), "issue_date": (HOSTILE,)})
    sources = replace(presented(made()), visual=fields, typed_by=HOSTILE, pictures=(Picture(HOSTILE, b"x"),))
    found = examine(sources, basis())
    page = to_html(view_of(found, speaker("en")), kind)
    seen = read(page)
    assert not seen.tags & {"script", "iframe", "object", "link", "form"}
    assert all(each.startswith("data:image/png;base64,") for each in seen.addresses)
    assert seen.handlers == []
    assert b"<script>alert" not in to_xml(found, personal=True)
    ET.fromstring(to_xml(found, personal=True).decode())  # noqa: S314 - what we wrote ourselves


def test_the_officers_view_is_short_and_the_evidence_has_every_check() -> None:
    found = whole()
    officer, evidence = (to_html(view_of(found, speaker("en")), kind).decode() for kind in Kind)
    assert len(officer) < 20_000
    assert all(code.value in evidence for code in CATALOGUE)
    assert found.versions.trust in evidence
    assert "a person decides" in officer


def test_crops_and_the_face_of_the_chip_are_shown() -> None:
    import io

    from PIL import Image

    from egnatia.engines.documents.types import Place, Source

    written = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(written, "PNG")
    sources = replace(presented(made()), pictures=(Picture("page.png", written.getvalue()),))
    cut = crops_of(sources)
    inside = cut(Place(Source.IMAGE, "page.png line 1", box=(10, 10, 60, 40)))
    assert inside is not None
    assert inside.startswith(b"\x89PNG")
    assert cut(Place(Source.IMAGE, "other.png line 1", box=(10, 10, 60, 40))) is None
    assert cut(Place(Source.IMAGE, "page.png", box=(900, 900, 950, 950))) is None
    face = face_of(sources)
    assert face is not None
    page = to_html(view_of(examine(sources, basis()), speaker("en"), cut, face), Kind.EVIDENCE)
    assert b"data:image/png;base64," in page


@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_every_language_makes_both_pages(tag: str) -> None:
    found = whole()
    for kind in Kind:
        page = to_html(view_of(found, speaker(tag)), kind).decode()
        assert f'<html lang="{tag}">' in page
    with pytest.raises(InputError):
        speaker("xx")


def test_every_finding_and_every_check_has_a_title() -> None:
    assert set(FINDING_TITLES) == set(FINDINGS)
    assert (
        check_title(next(code for code in CATALOGUE if code == "CHIP_DG3_HASH"), speaker("en"))
        == "DG3 is as it was signed"
    )


def test_a_profile_is_read_strictly_and_nationality_never_counts() -> None:
    read_in = read_profile(b'[weights]\nCHIP_SOD_SIGNATURE = "optional"\n')
    assert {code.value: weight.value for code, weight in read_in.items()} == {"CHIP_SOD_SIGNATURE": "optional"}
    for content in (
        b"", b"x", b'[weights]\nNO_SUCH = "optional"', b'[weights]\nCHIP_FILES = "much"',
        b'[weights]\nZONE_NATIONALITY = "mandatory"', b'[weights]\nVISUAL_NATIONALITY = "optional"', b"\xff", b"a" * 70_000,
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            read_profile(content)
        assert caught.value.hint()


def test_what_failed_and_counts_stands_first() -> None:
    rows = view_of(whole("visual-number"), speaker("en")).open_rows()
    assert rows[0].result == "failed"
    assert rows[0].counts
    assert [row.serious for row in rows] == sorted(row.serious for row in rows)


UNREADABLE = {
    "picture": (replace(presented(made()), pictures=(Picture("page.jpg", b"no picture"),)), "IMAGE_READABLE"),
    "seal": (replace(presented(made()), seals=(b"\xdc\x03 no seal",)), "SEAL_DECODE"),
}


@pytest.mark.parametrize("source", UNREADABLE)
@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_a_consistent_advice_names_what_was_presented_and_could_not_be_checked(source: str, tag: str) -> None:
    """A scratched seal or a spoiled photograph proves nothing, and nobody should take the advice as if it had been read."""
    sources, code = UNREADABLE[source]
    found = examine(sources, basis())
    assert found.advice is Advice.CONSISTENT
    speaks = speaker(tag)
    titles = [check_title(check.code, speaks) for check in found.checks() if check.code.value == code]
    view = view_of(found, speaks)
    assert titles[0] in view.unsettled
    assert view.unsettled.count(";") == 2, (
        "the chip's two ways of proving that it is no copy; what rests on it not again"
    )
    assert (tag == "en") is view.unsettled.startswith("Not settled by what was presented:")
    assert html.escape(view.unsettled, quote=False) in to_html(view, Kind.OFFICER).decode()


def test_a_chip_that_proved_nothing_of_itself_may_be_a_copy_and_that_is_said() -> None:
    said = view_of(whole(), speaker("en")).unsettled
    assert "(active authentication)" in said
    assert "(chip authentication)" in said
    assert said.count(";") == 1


def test_a_zone_alone_and_any_other_advice_leave_the_sentence_out() -> None:
    assert view_of(examine(Presented(zone="\n".join(made().zone)), basis()), speaker("en")).unsettled == ""
    assert view_of(whole("visual-number"), speaker("en")).unsettled == ""
