"""Bundles: an outsider verifies them, hostile files included; erasing content leaves them valid."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from egnatia.errors import InputError
from egnatia.ledger.bundle import BundleRequest, export_bundle, verify_bundle
from egnatia.ledger.bundle_format import MAX_LINE_BYTES
from egnatia.ledger.report import Report
from egnatia.store.tables import ledger_entry

SIZE = 13


@pytest.fixture
def three(node: Any) -> tuple[Any, Any, Any]:
    """GBR's ledger of 13 entries, witnessed by ALB and XKX, and 3 entries more."""
    gbr, alb, xkx = node("GBR"), node("ALB"), node("XKX")
    gbr.write(SIZE)
    gbr.get_witnessed(alb, xkx)
    return gbr, alb, xkx


def export(three: tuple[Any, ...], **wanted: Any) -> bytes:
    gbr, *witnesses = three
    out = io.BytesIO()
    with gbr.database.read() as tx:
        export_bundle(tx, out, gbr.trust(*witnesses), BundleRequest(**wanted), gbr.act(0).at, gbr.key)
    return out.getvalue()


def check(content: bytes, known: Any = None) -> Report:
    return verify_bundle(io.BytesIO(content), known)


def test_the_whole_log_verifies_and_says_who_witnessed_it(three: tuple[Any, Any, Any]) -> None:
    report = check(export(three))
    assert report.holds, report.findings
    assert (report.entries, report.checkpoints, report.cosignatures, report.signed_size) == (SIZE, 1, 2, SIZE)
    words = " ".join(report.words())
    assert "Witnessed by ALB: the first 13 entries" in words
    assert "Witnessed by XKX" in words
    assert "compare them with the partners'" in words


def test_the_readers_own_keys_count_when_given(three: tuple[Any, Any, Any]) -> None:
    gbr, alb, xkx = three
    content = export(three)
    assert check(content, gbr.trust(alb, xkx)).holds
    assert not check(content, alb.trust(alb, xkx)).holds
    assert not check(content, gbr.trust(alb)).holds  # a cosignature by a key that the reader does not know


def test_one_case_comes_with_proofs(three: tuple[Any, Any, Any]) -> None:
    content = export(three, objects=("enq-2", "enq-5"))
    report = check(content)
    assert report.holds, report.findings
    assert (report.entries, report.cosignatures, report.signed_size) == (4, 2, SIZE)
    assert "enq-3" not in content.decode()
    assert "no others about them only the whole log shows" in " ".join(report.words())


def test_content_is_in_it_only_when_asked_for(three: tuple[Any, Any, Any]) -> None:
    assert b"reason" not in export(three)
    opened = export(three, open_content=True)
    assert opened.count(b"reason 4") == 1
    report = check(opened)
    assert (report.holds, report.opened, report.erased) == (True, 7, 0)
    assert not check(opened.replace(b"reason 4", b"reason 5")).holds


def test_erased_content_leaves_it_valid(three: tuple[Any, Any, Any]) -> None:
    gbr = three[0]
    with gbr.database.write() as tx:
        for sealed_id in list(tx.execute(select(ledger_entry.c.sealed_id)).scalars()):
            if sealed_id is not None:
                tx.erase(sealed_id)
    content = export(three, open_content=True)
    report = check(content)
    assert (report.holds, report.opened, report.erased) == (True, 0, 7)
    assert b"reason" not in content


def test_entries_after_the_checkpoint_are_left_out_and_counted(three: tuple[Any, Any, Any]) -> None:
    three[0].write(3, first=SIZE)
    report = check(export(three))
    assert report.holds
    assert report.entries == SIZE
    assert "It says that 3 later ones are not in it" in " ".join(report.words())


def test_each_partners_newest_checkpoint_is_in_it(three: tuple[Any, Any, Any]) -> None:
    gbr, alb, _ = three
    gbr.write(4, first=SIZE)
    gbr.get_witnessed(alb)
    report = check(export(three))
    assert report.holds, report.findings
    assert report.checkpoints == 2
    assert {code: one.size for code, one in report.witnesses.items()} == {"ALB": SIZE + 4, "XKX": SIZE}


def test_nothing_to_export_is_an_error(node: Any) -> None:
    gbr = node("GBR")
    gbr.write(2)
    with pytest.raises(InputError, match="no checkpoint"):
        export((gbr, gbr, gbr))
    gbr.sign()
    with pytest.raises(InputError, match="no entry about"):
        export((gbr, gbr, gbr), objects=("enq-77",))
    gbr.write(2, first=50)
    with pytest.raises(InputError, match="covers"):
        export((gbr, gbr, gbr), objects=("enq-25",))


def test_a_bundle_without_witnesses_says_so(node: Any) -> None:
    gbr = node("GBR")
    gbr.write(5)
    gbr.sign()
    report = check(export((gbr,)))
    assert report.holds
    assert "No partner has witnessed it" in " ".join(report.words())


def lines_of(content: bytes) -> list[Any]:
    return [json.loads(line) for line in content.splitlines()]


def back(lines: list[Any]) -> bytes:
    return b"".join(
        json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        for line in lines
    )


def test_every_line_changed_dropped_doubled_or_swapped_shows(three: tuple[Any, Any, Any]) -> None:
    for scope in (None, ("enq-2", "enq-5")):
        lines = lines_of(export(three, objects=scope))
        assert check(back(lines)).holds
        for place in range(len(lines)):
            assert not check(back(lines[:place] + lines[place + 1 :])).holds
            assert not check(back([*lines[:place], lines[place], *lines[place:]])).holds
        for place in range(len(lines) - 1):
            swapped = list(lines)
            swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
            assert not check(back(swapped)).holds


@pytest.mark.parametrize(
    "change",
    [
        {"entry": "{}"},
        {"sequence": 3},
        {"proof": []},
        {"proof": ["AAAA"]},
        {"proof": None},
        {"opened": {"content": "x", "salt": "zz"}},
        {"erased": "yes"},
        {"more": 1},
        {"entry": "\ud800"},
    ],
)
def test_a_changed_entry_of_a_case_shows(three: tuple[Any, Any, Any], change: dict[str, Any]) -> None:
    lines = lines_of(export(three, objects=("enq-2", "enq-5")))
    lines[3] |= change
    assert not check(back(lines)).holds


@pytest.mark.parametrize(
    "change", [{"origin": "x"}, {"bundle": 1}, {"bundle": 3}, {"log_key": "x"}, {"witness_keys": {"ALB": "x"}}]
)
def test_a_changed_header_shows(three: tuple[Any, Any, Any], change: dict[str, Any]) -> None:
    lines = lines_of(export(three))
    lines[0] |= change
    assert not check(back(lines)).holds


def test_any_byte_changed_is_a_finding_or_changes_nothing_proven(three: tuple[Any, Any, Any]) -> None:
    gbr, alb, xkx = three
    content = export(three)
    known = gbr.trust(alb, xkx)
    start = content.index(b"\n") + 1  # the header holds only what is compared with the keys given, and notes
    for place in range(start, len(content), 17):
        changed = bytearray(content)
        changed[place] ^= 0x04
        report = check(bytes(changed), known)
        assert not report.holds, content[place - 10 : place + 10]


@given(st.binary(max_size=300), st.integers(0, 3000), st.integers(0, 200))
@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_crash_it(three: tuple[Any, Any, Any], junk: bytes, place: int, cut: int) -> None:
    content = export(three, objects=("enq-2",))
    assert not check(junk).holds
    spoilt = content[:place] + junk + content[place + cut :]
    assert spoilt == content or not check(spoilt).holds or len(junk) == cut


def test_a_line_without_end_is_not_read_into_memory() -> None:
    report = check(b'{"bundle":' + b"1" * (MAX_LINE_BYTES + 5))
    assert "larger than any honest one" in report.findings[0].text
    assert not check(b'{"bundle":' + b"[" * 100_000 + b"\n").holds
    assert not check(b"").holds


def test_it_is_read_from_a_file(three: tuple[Any, Any, Any], tmp_path: Path) -> None:
    path = tmp_path / "gbr.jsonl"
    path.write_bytes(export(three))
    assert verify_bundle(path).holds
    with pytest.raises(InputError, match="cannot be read"):
        verify_bundle(tmp_path / "none.jsonl")
