"""Evidence that a partner's log has two histories: one line that an outsider verifies without any node.

Only the accused can make it: both checkpoints carry the accused's signature, and a path of hashes that leads to a root
which it signed binds what that tree begins with. So nobody can accuse falsely, a lying witness neither. What cannot be
shown that way, such as silence or a proof that leads nowhere, is a suspicion and never evidence.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.checkpoints import Checkpoint, parse_checkpoint
from egnatia.ledger.leaf import written_time
from egnatia.ledger.notekeys import KeyKind, VerifyKey, decode_base64, parse_verify_key
from egnatia.ledger.notes import MAX_NOTE_BYTES, parse_note, signer_among, verify_note
from egnatia.ledger.proofs import MAX_PROOF_HASHES, climb
from egnatia.ledger.tree import HASH_BYTES
from egnatia.model.ids import PartnerCode

SPLIT_VIEW, REWRITTEN = "split_view", "rewritten"
EVIDENCE_VERSION = 1
MAX_EVIDENCE_BYTES = 2 * MAX_NOTE_BYTES + 5120
"""Two notes, 64 hashes of 47 characters each with quotes and comma, and the rest."""
MAX_PAST_KEYS = 2
"""Two checkpoints have two signers at most, and one of them may be the present key."""
Text = Annotated[str, msgspec.Meta(max_length=300)]
NoteText = Annotated[str, msgspec.Meta(max_length=MAX_NOTE_BYTES)]


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Two signed checkpoints of one log that cannot both be of one history.

    Attributes:
        evidence: version of this form.
        kind: `split_view`, two roots of one size; `rewritten`, a later tree that does not begin with the earlier one.
        origin: the accused log.
        log_key: its `vkey`.
        first: the checkpoint that was believed, as signed; for `rewritten` the smaller one.
        second: the one that contradicts it, as signed.
        proof: for `rewritten`, the path in base64 that leads to the second root and to another first root.
        found_at: when; stated by the finder.
        found_by: who found it; stated as well.
        past_keys: `vkey`s that the log had before, where one of the checkpoints is signed by them.
    """

    evidence: int
    kind: Text
    origin: Text
    log_key: Text
    first: NoteText
    second: NoteText
    proof: Annotated[list[Text], msgspec.Meta(max_length=MAX_PROOF_HASHES + 1)]
    found_at: Text
    found_by: Text
    past_keys: Annotated[list[Text], msgspec.Meta(max_length=MAX_PAST_KEYS)] = msgspec.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Finder:
    """Who found a contradiction, and when."""

    code: PartnerCode
    at: datetime


def write_evidence(evidence: Evidence) -> bytes:
    """The one line of the file."""
    return msgspec.json.encode(evidence) + b"\n"


def read_evidence(line: bytes) -> Evidence:
    """Read a line; nothing of it is verified yet.

    Raises:
        InputError: it is not evidence in its one form.
    """
    if len(line) > MAX_EVIDENCE_BYTES:
        raise InputError(f"evidence has at most {MAX_EVIDENCE_BYTES} bytes")
    try:
        found = msgspec.json.decode(line, type=Evidence)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not evidence: {error}") from None
    if write_evidence(found) != line:
        raise InputError("evidence that is not written in its one form")
    return found


def verify_evidence(evidence: Evidence, key: VerifyKey | None = None, past: Sequence[VerifyKey] = ()) -> VerifyKey:
    """Check that the two checkpoints are the accused's own and contradict each other; returns the accused's key.

    Args:
        evidence: what somebody handed over.
        key: the log's key as the reader knows it; without one the keys that the evidence names count.
        past: keys that the reader knows the log had before and that were replaced, not stolen: whoever has a stolen
            key can make both checkpoints.

    Raises:
        InputError: it is out of form.
        TamperedError: it proves nothing against this log.
    """
    named = [parse_verify_key(text) for text in (evidence.log_key, *evidence.past_keys)]
    sound = all(each.kind == KeyKind.NOTE and each.name == evidence.origin for each in named)
    if evidence.evidence != EVIDENCE_VERSION or not sound or len(set(named)) != len(named):
        raise InputError("evidence of a form that is not known here")
    if key is not None and not set(named) <= {key, *past}:
        raise TamperedError("the evidence is about another log than the one whose key was given")
    first, second = (_signed(note, named) for note in (evidence.first, evidence.second))
    _contradict(evidence, first, second)
    return named[0]


def _signed(note: str, keys: Sequence[VerifyKey]) -> Checkpoint:
    parsed = parse_note(note.encode("utf-8", "replace"))
    verify_note(parsed, signer_among(parsed.signatures, keys))
    checkpoint = parse_checkpoint(parsed.text)
    if checkpoint.origin != keys[0].name:
        raise TamperedError("a checkpoint in the evidence is of another log")
    return checkpoint


def _contradict(evidence: Evidence, first: Checkpoint, second: Checkpoint) -> None:
    if evidence.kind == SPLIT_VIEW:
        holds = first.size == second.size and first.root != second.root and not evidence.proof
    elif evidence.kind == REWRITTEN and 0 < first.size < second.size:
        path = [decode_base64(one) for one in evidence.proof]
        if any(len(one) != HASH_BYTES for one in path):
            raise InputError("a path consists of hashes of 32 bytes")
        begins, leads_to = climb(first.size, second.size, path)
        holds = leads_to == second.root and begins != first.root
    else:
        raise InputError("evidence of a kind that is not known here")
    if not holds:
        raise TamperedError("the two checkpoints of the evidence do not contradict each other")


def make_evidence(
    key: VerifyKey, notes: tuple[bytes, bytes], path: list[bytes], finder: Finder, past: Sequence[VerifyKey] = ()
) -> Evidence | None:
    """Put evidence together; nothing when it would not hold, so that no unproven accusation leaves this node.

    Args:
        key: of the accused log.
        notes: the checkpoint that was believed and the one that contradicts it, in any order of sizes.
        path: the path between them; empty when both have one size.
        finder: this node.
        past: keys that the log had before; named in the evidence where they signed.
    """
    try:
        first, second = sorted((note.decode() for note in notes), key=_size)
        hashes = [base64.b64encode(one).decode() for one in path]
        kind = REWRITTEN if _size(first) != _size(second) else SPLIT_VIEW
        made = Evidence(
            EVIDENCE_VERSION,
            kind,
            key.name,
            key.text,
            first,
            second,
            hashes,
            written_time(finder.at),
            finder.code,
            past_keys=_signers(notes, key, past),
        )
        verify_evidence(made, key, past)
    except (InputError, TamperedError, UnicodeDecodeError):
        return None
    return made


def _signers(notes: tuple[bytes, bytes], key: VerifyKey, past: Sequence[VerifyKey]) -> list[str]:
    """Past keys that signed one of the two, each once."""
    found = [signer_among(parse_note(note).signatures, (key, *past)) for note in notes]
    return list(dict.fromkeys(each.text for each in found if each != key))


def _size(note: str) -> int:
    return parse_checkpoint(parse_note(note.encode()).text).size


def told(evidence: Evidence) -> str:
    """What verified evidence shows, in one sentence."""
    first, second = _size(evidence.first), _size(evidence.second)
    if evidence.kind == SPLIT_VIEW:
        return f"two signed checkpoints at {first} entries have different roots"
    return f"the {second} entries that were signed do not begin with the {first} that were signed before"
