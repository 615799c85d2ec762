"""Comparing what two witnesses hold of a third partner's log: so a log that shows them two histories is caught.

Signatures decide what counts: a head that the accused did not sign is ignored, whoever shows it. Same size and another
root is proof at once; another size is a question to the accused, which has to show a path between both.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.alarms import PROVEN, alarms
from egnatia.ledger.checkpoints import parse_checkpoint
from egnatia.ledger.evidence import MAX_EVIDENCE_BYTES, Evidence, Finder, make_evidence
from egnatia.ledger.nodes import consistency_proof, log_size, stored_root
from egnatia.ledger.notekeys import decode_base64
from egnatia.ledger.notes import MAX_NOTE_BYTES, parse_note, verify_note
from egnatia.ledger.proofs import MAX_PROOF_HASHES, climb
from egnatia.ledger.tree import HASH_BYTES
from egnatia.ledger.witness import KnownLog
from egnatia.ledger.witnessed import all_witnessed, head_at, witnessed
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction

MAX_SHOWN = 32
"""Heads, and lines of evidence, in one message: more partners than the task force will have."""
MAX_HEADS_BYTES = 262_144
"""Of one message: 32 checkpoints have about 10 kB; the rest is room for evidence."""
MAX_PATH_BYTES = (MAX_PROOF_HASHES + 1) * 45
"""An answer of `show_path`: 64 lines of base64."""
_NoteText = Annotated[str, msgspec.Meta(max_length=MAX_NOTE_BYTES)]
_EvidenceText = Annotated[str, msgspec.Meta(max_length=MAX_EVIDENCE_BYTES)]


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one witness shows another: the newest checkpoint it holds of each log, and evidence it has."""

    heads: Annotated[list[_NoteText], msgspec.Meta(max_length=MAX_SHOWN)]
    evidence: Annotated[list[_EvidenceText], msgspec.Meta(max_length=MAX_SHOWN)]


@dataclass(frozen=True, slots=True)
class Question:
    """Two checkpoints of one log, both signed by it, that it has to join: the smaller one first."""

    log: KnownLog
    notes: tuple[bytes, bytes]
    sizes: tuple[int, int]
    roots: tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two checkpoints that do not fit without proving it to others, for example under two keys of one partner."""

    notes: tuple[bytes, bytes]
    reason: str


def show_heads(tx: Transaction, to: PartnerCode) -> bytes:
    """What this node shows a partner: the newest heads of all others, and the evidence against any."""
    heads = [one.note.decode() for one in all_witnessed(tx) if one.partner != to]
    proven = [one.evidence.decode() for one in alarms(tx) if one.grade == PROVEN and one.evidence]
    return msgspec.json.encode(Shown(heads[:MAX_SHOWN], _fitting(proven[:MAX_SHOWN])))


def _fitting(lines: list[str]) -> list[str]:
    """As many lines as one message holds beside its heads."""
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(line) < MAX_HEADS_BYTES // 4:
            kept.append(line)
    return kept


def read_heads(body: bytes) -> Shown:
    """Read what a partner shows; nothing of it is verified yet.

    Raises:
        InputError: it is not that.
    """
    if len(body) > MAX_HEADS_BYTES:
        raise InputError(f"heads come in at most {MAX_HEADS_BYTES} bytes")
    try:
        return msgspec.json.decode(body, type=Shown)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not the heads of a witness: {error}") from None


def compare(tx: Transaction, log: KnownLog, note: bytes, finder: Finder) -> Evidence | Question | Doubt | None:
    """Compare a head that somebody shows with what this node holds of the same log.

    Args:
        tx: any transaction; nothing is written.
        log: the log it is about, by the key that this node knows.
        note: the head.
        finder: this node.

    Returns:
        Evidence or a doubt when both cannot be true, a question when only the log can tell, nothing when they agree or
        when this node holds nothing of that log.

    Raises:
        InputError: it is no checkpoint of that log.
        TamperedError: that log did not sign it.
    """
    parsed = parse_note(note)
    verify_note(parsed, log.key)
    shown = parse_checkpoint(parsed.text)
    known = witnessed(tx, log.partner)
    if shown.origin != log.key.name:
        raise InputError("a head of another log")
    if known is None or shown.size == 0:
        return None
    kept = (known.root, known.note) if shown.size == known.size else head_at(tx, log.partner, shown.size)
    if kept is not None:
        return None if kept[0] == shown.root else _contradiction(log, (kept[1], note), finder)
    ours, theirs = (known.size, known.root, known.note), (shown.size, shown.root, note)
    (size, root, first), (new_size, new_root, second) = sorted((ours, theirs), key=lambda one: one[0])
    return Question(log, (first, second), (size, new_size), (root, new_root))


def _contradiction(log: KnownLog, notes: tuple[bytes, bytes], finder: Finder) -> Evidence | Doubt:
    reason = "it signed two different logs of one size, one of them under a key that is not believed"
    return make_evidence(log.key, notes, [], finder, log.past) or Doubt(notes, reason)


def show_path(tx: Transaction, old: int, new: int) -> bytes:
    """This node's answer to a question: its root at the smaller size, then the consistency proof, a line each.

    Raises:
        InputError: these are no two sizes that the log has reached.
    """
    if not 0 < old < new <= log_size(tx):
        raise InputError(f"the ledger has {log_size(tx)} entries and no proof between {old} and {new}")
    hashes = [stored_root(tx, old), *consistency_proof(tx, old, new)]
    return b"".join(base64.b64encode(one) + b"\n" for one in hashes)


def read_path(body: bytes) -> list[bytes]:
    """The hashes of such an answer.

    Raises:
        InputError: it is not one.
    """
    if len(body) > MAX_PATH_BYTES or not body.endswith(b"\n"):
        raise InputError("a path is at most 64 lines")
    hashes = [decode_base64(line) for line in body[:-1].decode("ascii", "replace").split("\n")]
    if any(len(one) != HASH_BYTES for one in hashes):
        raise InputError("a path consists of hashes of 32 bytes")
    return hashes


def judge(question: Question, hashes: Sequence[bytes], finder: Finder) -> Evidence | None:
    """What the accused's answer shows: nothing when it joins both heads, evidence when it shows another beginning.

    Raises:
        TamperedError: it joins nothing, which is a suspicion and no proof.
    """
    old, new = question.sizes
    path = list(hashes if old & (old - 1) == 0 else hashes[1:])
    first, second = climb(old, new, path)
    if second != question.roots[1]:
        raise TamperedError(f"it does not show a path to the {new} entries that it signed")
    if first == question.roots[0]:
        return None
    evidence = make_evidence(question.log.key, question.notes, path, finder, question.log.past)
    if evidence is None:
        raise TamperedError(f"its path does not begin with the {old} entries that it signed")
    return evidence
