"""After a change of keys: what was signed before still holds on both verifiers, as something of the past and no more."""

import hashlib
import io
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.verifier.tampering import NEEDS_WITNESSES, THIEF, WAYS, Lines, Sample, entries, write
from tests.verifier.test_verifier_evidence import FINDER, KEY, LOG, ORIGIN, leaves, note, path

from egnatia.errors import TamperedError
from egnatia.ledger.bundle import verify_bundle
from egnatia.ledger.bundle_format import seal_text
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text
from egnatia.ledger.evidence import REWRITTEN, SPLIT_VIEW, Evidence, make_evidence, verify_evidence, write_evidence
from egnatia.ledger.evidence_file import report_evidence
from egnatia.ledger.notekeys import KeyKind, VerifyKey, key_of, parse_verify_key
from egnatia.ledger.notes import parse_note, sign_note
from egnatia.ledger.report import Report, Trust
from egnatia.ledger.tree import leaf_hash, root_of
from egnatia.model.ids import PartnerCode

OLD = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
NEW = Ed25519PrivateKey.from_private_bytes(b"n" * 32)


def key(sample: Sample, private: Ed25519PrivateKey) -> VerifyKey:
    return key_of(sample.origin, KeyKind.NOTE, private)


def theirs(verifier: ModuleType, content: bytes, file: Path, keys: tuple[str, dict[str, str], list[str]]) -> str | None:
    file.write_bytes(content)
    try:
        verifier.verify_file(file, verifier.Keys(keys[0], keys[1], tuple(keys[2])), 0, unsealed=False)
    except verifier.Wrong as error:
        return str(error)
    return None


def ours(content: bytes, keys: tuple[str, dict[str, str], list[str]]) -> Report:
    witnesses = {PartnerCode(code): parse_verify_key(text) for code, text in keys[1].items()}
    trust = Trust(parse_verify_key(keys[0]), witnesses, tuple(parse_verify_key(text) for text in keys[2]))
    return verify_bundle(io.BytesIO(content), trust, sealed=True)


def sealed(sample: Sample, lines: Lines) -> bytes:
    """The lines with a seal by the log's own key over what they are now."""
    body = write(lines[:-1])
    count = len(entries(lines))
    text = seal_text(sample.origin, count, hashlib.sha256(body).digest())
    return write([*lines[:-1], {"end": count, "seal": sign_note(text, sample.origin, sample.node).decode()}])


def signed_by(sample: Sample, private: Ed25519PrivateKey, place: int) -> Lines:
    """The bundle with one of its checkpoints signed by another key, and no cosignatures there."""
    lines = list(sample.lines)
    text = parse_note(lines[place]["checkpoint"].encode()).text
    lines[place] = {"checkpoint": sign_note(text, sample.origin, private).decode(), "cosignatures": {}}
    return lines


def with_earlier_head(sample: Sample, private: Ed25519PrivateKey, size: int = 3) -> bytes:
    """A whole log with one more checkpoint at its beginning, by this key."""
    hashes = [leaf_hash(sample.lines[at]["entry"].encode()) for at in entries(sample.lines)[:size]]
    text = checkpoint_text(Checkpoint(sample.origin, size, root_of(hashes)))
    head = {"checkpoint": sign_note(text, sample.origin, private).decode(), "cosignatures": {}}
    return sealed(sample, [sample.lines[0], head, *sample.lines[1:]])


def test_a_bundle_of_before_holds_by_the_past_key_and_says_so(
    verifier: ModuleType, genuine: list[Sample], tmp_path: Path
) -> None:
    for sample in genuine[:2]:
        content, fresh = write(sample.lines), key(sample, NEW).text
        known = (fresh, sample.witnesses, [sample.key])
        assert theirs(verifier, content, tmp_path / "f", known) is None
        report = ours(content, known)
        assert report.holds, report.findings
        assert any("replaced since" in line for line in report.words())
        for wrong in ([], [key(sample, OLD).text]):
            assert "another log" in str(theirs(verifier, content, tmp_path / "f", (fresh, sample.witnesses, wrong)))
            assert not ours(content, (fresh, sample.witnesses, wrong)).holds


def test_an_earlier_checkpoint_may_be_by_a_past_key(
    verifier: ModuleType, genuine: list[Sample], tmp_path: Path
) -> None:
    sample = next(each for each in genuine if each.is_whole)
    content = with_earlier_head(sample, OLD)
    known = (sample.key, sample.witnesses, [key(sample, OLD).text])
    assert theirs(verifier, content, tmp_path / "f", known) is None
    assert ours(content, known).holds
    unknown = (sample.key, sample.witnesses, [key(sample, NEW).text])
    assert theirs(verifier, content, tmp_path / "f", unknown) is not None
    assert not ours(content, unknown).holds


def test_the_newest_checkpoint_has_to_be_by_the_present_key(
    verifier: ModuleType, genuine: list[Sample], tmp_path: Path
) -> None:
    """Whoever kept a past key cannot go on with the log."""
    for sample in genuine[:4]:
        last = max(place for place, line in enumerate(sample.lines) if "checkpoint" in line)
        content = sealed(sample, signed_by(sample, OLD, last))
        known = (sample.key, sample.witnesses, [key(sample, OLD).text])
        assert "replaced" in str(theirs(verifier, content, tmp_path / "f", known))
        assert [each.code for each in ours(content, known).findings] == ["checkpoint"]


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
def test_past_keys_hide_no_tampering(verifier: ModuleType, genuine: list[Sample], tmp_path: Path, way: Any) -> None:
    rng, found = random.Random("past"), 0
    while found < 3:
        sample = rng.choice(genuine)
        content = way(sample, rng)
        if content == write(sample.lines):
            continue
        found += 1
        known = (key(sample, NEW).text, sample.witnesses, [sample.key, key(sample, OLD).text])
        assert theirs(verifier, content, tmp_path / "f", known) is not None or way is NEEDS_WITNESSES


def across(kind: str = SPLIT_VIEW) -> Evidence:
    """A log that showed one history under its earlier key and another under its present one."""
    if kind == SPLIT_VIEW:
        notes, proof = (note(leaves(5), OLD), note(leaves(5, "two"))), []
    else:
        longer = leaves(8, "two", shared=2)
        notes, proof = (note(leaves(5), OLD), note(longer)), path(longer, 5)[1:]
    made = make_evidence(LOG.key, notes, proof, FINDER, [key_of(ORIGIN, KeyKind.NOTE, OLD)])
    assert made is not None
    return made


@pytest.mark.parametrize("kind", [SPLIT_VIEW, REWRITTEN])
def test_a_fork_across_a_change_of_keys_is_evidence_on_both(verifier: ModuleType, tmp_path: Path, kind: str) -> None:
    made, past = across(kind), key_of(ORIGIN, KeyKind.NOTE, OLD)
    assert made.kind == kind
    assert made.past_keys == [past.text]
    assert verify_evidence(made, LOG.key, [past]) == LOG.key
    line = write_evidence(made)
    given = verifier.Keys(LOG.key.text, {}, (past.text,))
    assert verifier.verify_evidence(verifier.decode(line), given)
    assert verifier.verify_evidence(verifier.decode(line), verifier.Keys(None, {}))
    file = tmp_path / "evidence.json"
    file.write_bytes(line)
    assert report_evidence(file, LOG.key, [past]).accuses


def test_a_past_key_that_the_reader_does_not_know_proves_nothing(verifier: ModuleType) -> None:
    """Or anybody could accuse a log by a key of their own."""
    made = across()
    for known in ([], [key_of(ORIGIN, KeyKind.NOTE, NEW)]):
        with pytest.raises(TamperedError):
            verify_evidence(made, LOG.key, known)
        given = verifier.Keys(LOG.key.text, {}, tuple(each.text for each in known))
        with pytest.raises(verifier.Wrong):
            verifier.verify_evidence(verifier.decode(write_evidence(made)), given)
    thief = key_of(ORIGIN, KeyKind.NOTE, THIEF)
    notes = (note(leaves(5), THIEF), note(leaves(5, "two"), KEY))
    assert make_evidence(LOG.key, notes, [], FINDER) is None
    assert make_evidence(LOG.key, notes, [], FINDER, [thief]) is not None


def test_evidence_under_one_key_is_written_as_before() -> None:
    made = make_evidence(LOG.key, (note(leaves(5)), note(leaves(5, "two"))), [], FINDER)
    assert made is not None
    assert b"past_keys" not in write_evidence(made)
