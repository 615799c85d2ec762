"""One case's bundle with opened content: each field of each line changed by itself, and who notices."""

import base64
import io
import json
from typing import Any

import pytest

from egnatia.ledger.bundle import BundleRequest, export_bundle, verify_bundle
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.report import Report, Trust

LEAF_FIELDS = (
    "actor",
    "at",
    "commitment",
    "grant",
    "kind",
    "message",
    "object",
    "operation",
    "partner",
    "purpose",
    "v",
)


@pytest.fixture
def case(node: Any) -> tuple[list[Any], Trust]:
    """The lines of a bundle about one enquiry with its content opened, and the keys that a reader has."""
    gbr, alb = node("GBR"), node("ALB")
    gbr.write(9)
    gbr.get_witnessed(alb)
    out = io.BytesIO()
    with gbr.database.read() as tx:
        export_bundle(tx, out, gbr.trust(alb), BundleRequest(("enq-2",), open_content=True), gbr.act(0).at, gbr.key)
    return [json.loads(line) for line in out.getvalue().splitlines()], gbr.trust(alb)


def check(lines: list[Any], known: Trust) -> Report:
    content = b"".join(
        json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        for line in lines
    )
    return verify_bundle(io.BytesIO(content), known)


def entry_places(lines: list[Any]) -> list[int]:
    return [at for at, line in enumerate(lines) if "entry" in line]


def test_the_case_holds_and_its_content_is_there(case: tuple[list[Any], Trust]) -> None:
    lines, known = case
    report = check(lines, known)
    assert report.holds, report.findings
    assert (report.entries, report.opened, report.erased) == (2, 1, 0)
    opened = [json.loads(line["opened"]["content"]) for line in lines if line.get("opened")]
    assert [one["justification"] for one in opened] == ["reason 4"]
    assert [line["sequence"] for line in lines if "entry" in line] == [4, 5]


@pytest.mark.parametrize("field", LEAF_FIELDS)
def test_each_field_of_an_entry_is_proven(case: tuple[list[Any], Trust], field: str) -> None:
    lines, known = case
    place = entry_places(lines)[0]
    leaf = json.loads(lines[place]["entry"])
    assert set(leaf) == set(LEAF_FIELDS)
    leaf[field] = {"v": 2, "commitment": "00" * 32, "object": "enq-3"}.get(field, "changed")
    lines[place]["entry"] = json.dumps(leaf, separators=(",", ":"))
    assert not check(lines, known).holds


def test_a_proof_with_any_hash_changed_dropped_or_added_does_not_hold(case: tuple[list[Any], Trust]) -> None:
    lines, known = case
    for place in entry_places(lines):
        proof = lines[place]["proof"]
        for at in range(len(proof)):
            raw = bytearray(base64.b64decode(proof[at]))
            raw[at % 32] ^= 1
            changed = base64.b64encode(raw).decode()
            for other in ([*proof[:at], changed, *proof[at + 1 :]], proof[:at] + proof[at + 1 :], [*proof, proof[at]]):
                spoilt = [dict(line) for line in lines]
                spoilt[place]["proof"] = other
                report = check(spoilt, known)
                assert {finding.code for finding in report.findings} == {"proof"}


@pytest.mark.parametrize("change", ["content", "salt", "salt shorter", "salt no hex", "of another entry"])
def test_opened_content_is_bound_to_its_commitment(case: tuple[list[Any], Trust], change: str) -> None:
    lines, known = case
    places = entry_places(lines)
    opened = lines[places[0]]["opened"]
    if change == "content":
        opened["content"] = opened["content"].replace("reason 4", "reason 5")
    elif change == "of another entry":
        lines[places[1]]["opened"] = opened
    else:
        opened["salt"] = {"salt": "00" * (len(opened["salt"]) // 2), "salt shorter": opened["salt"][:-2]}.get(
            change, "zz"
        )
    report = check(lines, known)
    assert {finding.code for finding in report.findings} == {"content"}


def test_an_entry_of_another_object_cannot_be_slipped_in(case: tuple[list[Any], Trust]) -> None:
    lines, known = case
    lines[0]["objects"] = ["enq-7"]
    report = check(lines, known)
    assert not report.holds
    assert "does not belong here" in report.findings[0].text


@pytest.mark.parametrize("field", ["checkpoint", "cosignatures"])
def test_a_changed_checkpoint_or_cosignature_is_noticed(case: tuple[list[Any], Trust], field: str) -> None:
    lines, known = case
    head = lines[1]
    if field == "checkpoint":
        head["checkpoint"] = head["checkpoint"].replace("\n9\n", "\n8\n")
    else:
        line = head["cosignatures"]["ALB"]
        head["cosignatures"]["ALB"] = line[:-8] + ("A" * 8 if line[-8:] != "A" * 8 else "B" * 8)
    assert not check(lines, known).holds


def test_a_stolen_cosignature_of_another_witness_counts_for_nothing(case: tuple[list[Any], Trust], node: Any) -> None:
    lines, known = case
    xkx = node("XKX")
    lines[1]["cosignatures"]["XKX"] = lines[1]["cosignatures"]["ALB"]
    keys = {**known.witnesses, xkx.code: key_of(xkx.origin, KeyKind.COSIGNATURE, xkx.key)}
    report = check(lines, Trust(known.log, keys))
    assert not report.holds
    assert set(report.witnesses) == {"ALB"}


@pytest.mark.parametrize("change", [{"left_out": 5}, {"made_at": "2020-01-01T00:00:00.000000Z"}, {"witness_keys": {}}])
def test_what_no_proof_covers_is_covered_by_the_seal(case: tuple[list[Any], Trust], change: dict[str, Any]) -> None:
    lines, known = case
    lines[0] |= change
    report = check(lines, known)
    assert [one.code for one in report.findings] == ["seal"]


def test_an_entry_taken_out_of_a_case_breaks_the_seal(case: tuple[list[Any], Trust]) -> None:
    lines, known = case
    place = entry_places(lines)[1]
    without = [*lines[:place], *lines[place + 1 : -1], lines[-1] | {"end": lines[-1]["end"] - 1}]
    assert [one.code for one in check(without, known).findings] == ["seal"]


def test_without_its_seal_a_bundle_is_of_the_old_version_and_says_so(case: tuple[list[Any], Trust]) -> None:
    lines, known = case
    lines[0]["bundle"], lines[-1] = 1, {"end": lines[-1]["end"]}
    content = b"".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for line in lines)
    accepted = verify_bundle(io.BytesIO(content), known)
    assert accepted.holds
    assert any("not sealed" in note for note in accepted.notes)
    assert not verify_bundle(io.BytesIO(content), known, sealed=True).holds
    lines[-1]["seal"] = "x"
    assert not check(lines, known).holds


@pytest.mark.parametrize("end", [0, 1, 3, -1, 10**9])
def test_the_last_line_counts(case: tuple[list[Any], Trust], end: int) -> None:
    lines, known = case
    lines[-1]["end"] = end
    assert not check(lines, known).holds
