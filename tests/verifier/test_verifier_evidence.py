"""Evidence of a fork: made for every real fork, accepted by both verifiers, and impossible against an honest log."""

import base64
import contextlib
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ledger.conftest import START
from tests.ledger.test_witness_machine import consistency

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text
from egnatia.ledger.evidence import (
    REWRITTEN,
    SPLIT_VIEW,
    Evidence,
    Finder,
    make_evidence,
    read_evidence,
    told,
    verify_evidence,
    write_evidence,
)
from egnatia.ledger.evidence_file import is_evidence, report_evidence
from egnatia.ledger.heads import Question, judge
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.notes import sign_note
from egnatia.ledger.tree import leaf_hash, root_of
from egnatia.ledger.witness import KnownLog
from egnatia.model.ids import PartnerCode

ORIGIN = "xkx.example/ledger"
KEY = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
LOG = KnownLog(PartnerCode("XKX"), key_of(ORIGIN, KeyKind.NOTE, KEY))
FINDER = Finder(PartnerCode("ALB"), START)
QUICK = settings(
    deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def leaves(count: int, name: str = "one", shared: int = 0) -> list[bytes]:
    """A history, of which the first entries may be those of the other one."""
    return [leaf_hash(f"{'one' if number < shared else name} {number}".encode()) for number in range(count)]


def note(history: list[bytes], key: Ed25519PrivateKey = KEY, origin: str = ORIGIN) -> bytes:
    return sign_note(checkpoint_text(Checkpoint(origin, len(history), root_of(history))), origin, key)


def path(history: list[bytes], old: int) -> list[bytes]:
    """What a log shows between `old` and its end: its root at `old`, then the proof."""
    return [root_of(history[:old]), *consistency(history, old, len(history))]


def question(first: list[bytes], second: list[bytes]) -> Question:
    return Question(LOG, (note(first), note(second)), (len(first), len(second)), (root_of(first), root_of(second)))


def outside(verifier: ModuleType, line: bytes, key: str | None = LOG.key.text) -> bool:
    """The standalone verifier's verdict."""
    try:
        verifier.verify_evidence(verifier.decode(line), verifier.Keys(key, {}))
    except verifier.Wrong:
        return False
    return True


def inside(line: bytes) -> bool:
    """The package's verdict."""
    try:
        verify_evidence(read_evidence(line), LOG.key)
    except (InputError, TamperedError):
        return False
    return True


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 39))
@QUICK
def test_every_fork_is_proven_by_the_forked_logs_own_path(
    verifier: ModuleType, old: int, more: int, shared: int
) -> None:
    shared %= old
    ours, theirs = leaves(old), leaves(old + more, "two", shared)
    if more:
        evidence = judge(question(ours, theirs), path(theirs, old), FINDER)
    else:
        evidence = make_evidence(LOG.key, (note(ours), note(theirs)), [], FINDER)
    assert evidence is not None
    assert evidence.kind == (REWRITTEN if more else SPLIT_VIEW)
    assert str(old) in told(evidence)
    line = write_evidence(evidence)
    assert inside(line)
    assert outside(verifier, line)
    assert outside(verifier, line, None)


@given(st.integers(1, 40), st.integers(1, 40), st.randoms(use_true_random=False))
@QUICK
def test_no_path_whatever_accuses_an_honest_log(verifier: ModuleType, old: int, more: int, rng: random.Random) -> None:
    """Both heads are of one history. Paths are right, damaged, of another tree, or made up: none is evidence."""
    history = leaves(old + more)
    asked = question(history[:old], history)
    right = path(history, old)
    assert judge(asked, right, FINDER) is None
    wrong = [[*right], right[1:], [*right, right[0]], path(leaves(old + more, "two"), old), right[::-1]]
    wrong[0][rng.randrange(len(right))] = rng.randbytes(32)
    for each in wrong:
        with contextlib.suppress(TamperedError):  # a suspicion: it joins nothing, and nobody else need believe that
            assert judge(asked, each, FINDER) is None
        assert make_evidence(LOG.key, asked.notes, each, FINDER) is None
        made = Evidence(1, REWRITTEN, ORIGIN, LOG.key.text, asked.notes[0].decode(), asked.notes[1].decode(),
                        [base64.b64encode(one).decode() for one in each], "now", "ALB")  # fmt: skip
        assert not inside(write_evidence(made))
        assert not outside(verifier, write_evidence(made))


def genuine() -> list[dict[str, Any]]:
    """One piece of evidence of each kind."""
    ours = leaves(6)
    split = make_evidence(LOG.key, (note(ours), note(leaves(6, "two"))), [], FINDER)
    forked = leaves(11, "two", 3)
    rewritten = judge(question(ours, forked), path(forked, 6), FINDER)
    assert split is not None
    assert rewritten is not None
    return [json.loads(write_evidence(one)) for one in (split, rewritten)]


def line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def test_every_change_of_evidence_is_noticed_by_both(verifier: ModuleType) -> None:
    split, rewritten = genuine()
    thief = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
    changes: list[dict[str, Any]] = [
        {"evidence": 2}, {"kind": "silence"}, {"origin": "alb.example/ledger"},
        {"log_key": key_of(ORIGIN, KeyKind.NOTE, thief).text}, {"log_key": "x"},
        {"second": note(leaves(6, "three"), thief).decode()}, {"second": split["first"]},
        {"second": note(leaves(6, "two"), KEY, "alb.example/ledger").decode()},
        {"first": "x"}, {"proof": ["AAAA"]}, {"proof": [base64.b64encode(bytes(32)).decode()] * 3},
        {"proof": [base64.b64encode(bytes(32)).decode()] * 70}, {"proof": [1]}, {"found_at": 3}, {"more": 1},
    ]  # fmt: skip
    for whole in (split, rewritten):
        assert inside(line(whole))
        assert outside(verifier, line(whole))
        for change in (*changes, {"kind": rewritten["kind"] if whole is split else split["kind"]}):
            spoilt = line(whole | change)
            assert (inside(spoilt), outside(verifier, spoilt)) == (False, False), change
        for name in whole:
            short = line({key: value for key, value in whole.items() if key != name})
            assert (inside(short), outside(verifier, short)) == (False, False), name
        assert not inside(line(whole)[:-1])
        assert not inside(line(whole).replace(b":", b": ", 1))
        assert not outside(verifier, line(whole).replace(b":", b": ", 1))


@pytest.mark.parametrize("which", [0, 1])
def test_the_report_of_an_evidence_file(tmp_path: Path, which: int) -> None:
    file = tmp_path / "against"
    file.write_bytes(line(genuine()[which]))
    assert is_evidence(file)
    words = " ".join(report_evidence(file, LOG.key).words())
    assert "The evidence against the ledger of xkx.example/ledger holds" in words
    alone = report_evidence(file, None)
    assert alone.own_keys
    assert LOG.key.text in " ".join(alone.words())
    file.write_bytes(line(genuine()[which] | {"first": "x"}))
    assert [one.code for one in report_evidence(file, LOG.key).findings] == ["evidence"]
    assert not is_evidence(tmp_path / "none")


def test_two_keys_of_one_partner_give_a_doubt_and_no_evidence() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    assert make_evidence(LOG.key, (note(leaves(5), other), note(leaves(5, "two"))), [], FINDER) is None
