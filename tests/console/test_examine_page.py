"""The page that takes every source of a document: files in memory, one tree, recorded with a case and not without."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from tests.console.conftest import SAME_ORIGIN
from tests.engines.documents.report.sources import made

from egnatia.casework.borders import stored_inspection
from egnatia.console.incoming import MAX_UPLOAD_BYTES
from egnatia.engines.documents.report.stored import read_stored
from egnatia.engines.documents.synthetic import chips
from egnatia.model.ids import PartnerCode
from egnatia.store.tables import inspection

Files = list[tuple[str, tuple[str, bytes, str]]]


def send(browser: Any, data: Mapping[str, str], files: Files) -> httpx.Response:
    boundary = "--------document"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in data.items()
    ]
    parts += [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        f"Content-Type: {kind}\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, (file, content, kind) in files
    ]
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    headers = {**SAME_ORIGIN, "content-type": f"multipart/form-data; boundary={boundary}"}
    answer: httpx.Response = browser.raw_post("/documents/examine", body, headers)
    return answer


def archive() -> bytes:
    document = made()
    assert document.chip is not None
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name, content in chips.files(document.chip).items():
            packed.writestr(name, content)
    return written.getvalue()


def test_every_source_is_examined_and_recorded_with_a_case(force: Any) -> None:
    browser = force.browser("ALB", "supervisor")
    zone = "\n".join(made().zone)
    data = {"zone": zone, "number": "XX0000000", "case_ref": "DUR-2025-0777"}
    page = send(browser, data, [("chip", ("chip.zip", archive(), "application/zip")), ("pictures", ("a.jpg", b"no", "image/jpeg"))])  # fmt: skip
    assert page.status_code == 200, page.text
    assert "VISUAL_NUMBER_DIFFERS" in page.text
    assert "IMAGE_UNREADABLE" in page.text
    assert "data:image/png;base64," in page.text, "the face in the chip"
    assert "Recorded in case DUR-2025-0777." in page.text
    with force.nodes[PartnerCode("ALB")].database.read() as tx:
        row = tx.execute(inspection.select().where(inspection.c.case_ref == "DUR-2025-0777")).one()
        stored = read_stored(stored_inspection(tx, row.id))
    assert stored.presented.pictures[0].content == b"no"
    assert stored.result.typed_by.startswith("officer:")


def test_without_a_case_nothing_is_kept_and_without_a_source_nothing_is_done(force: Any) -> None:
    browser = force.browser("ALB", "supervisor")
    page = browser.post("/documents/examine", {"zone": "\n".join(made().zone)})
    assert page.status_code == 200
    assert "Not recorded" in page.text
    assert browser.post("/documents/examine", {}).status_code == 422
    assert send(browser, {}, [("chip", ("chip.zip", b"no archive", "application/zip"))]).status_code == 422
    assert send(browser, {"zone": "x", "case_ref": "nonsense"}, []).status_code == 422


@pytest.mark.parametrize("tag", ["sq", "sr", "sr-Latn", "mk"])
def test_the_tree_is_said_in_the_officers_language(force: Any, tag: str) -> None:
    browser = force.browser("ALB", "supervisor")
    page = browser.post(f"/documents/examine?lang={tag}", {"zone": "\n".join(made().zone)})
    assert "Check digits of the zone" not in page.text
    assert page.status_code == 200


def test_what_is_too_large_or_no_form_is_refused(force: Any) -> None:
    browser = force.browser("ALB", "supervisor")
    large = send(browser, {}, [("pictures", ("a.jpg", b"\0" * (MAX_UPLOAD_BYTES + 1), "image/jpeg"))])
    assert large.status_code == 422
    headers = {**SAME_ORIGIN, "content-type": "multipart/form-data"}
    assert browser.raw_post("/documents/examine", b"x", headers).status_code == 422
    assert force.browser("ALB", "auditor").get("/documents/examine").status_code == 403
