"""The text that a log sends to its witnesses and what comes back (C2SP tlog-witness v1.0.0, add-checkpoint)."""

import base64
from dataclasses import dataclass

from egnatia.errors import InputError
from egnatia.ledger.checkpoints import parse_size
from egnatia.ledger.notekeys import decode_base64
from egnatia.ledger.notes import MAX_NOTE_BYTES
from egnatia.ledger.proofs import MAX_PROOF_HASHES
from egnatia.ledger.tree import HASH_BYTES

MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4096
"""A note, 63 hashes of 45 characters each, and the first line."""
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """A checkpoint with the proof that it continues the one the witness knows.

    Attributes:
        old_size: size of the checkpoint that the witness cosigned last, 0 when none.
        proof: consistency proof from there.
        note: the signed checkpoint, its bytes as signed.
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """What the witness answers: an HTTP status, a content type and a body."""

    status: int
    body: bytes
    content_type: str = TEXT_TYPE


def encode_request(request: WitnessRequest) -> bytes:
    """The request as it is sent."""
    lines = [f"old {request.old_size}\n", *(base64.b64encode(value).decode() + "\n" for value in request.proof), "\n"]
    return "".join(lines).encode() + request.note


def parse_request(body: bytes) -> WitnessRequest:
    """Read a request strictly.

    Raises:
        InputError: it is not one, or larger than any honest one.
    """
    if len(body) > MAX_REQUEST_BYTES:
        raise InputError(f"a witness request has at most {MAX_REQUEST_BYTES} bytes")
    head, gap, note = body.partition(b"\n\n")
    if not gap:
        raise InputError("a witness request has an empty line before the checkpoint")
    try:
        first, *proof = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise InputError("the lines before a checkpoint are ASCII") from None
    if not first.startswith("old ") or len(proof) > MAX_PROOF_HASHES:
        raise InputError(f"a witness request starts with the old size and at most {MAX_PROOF_HASHES} hashes")
    return WitnessRequest(parse_size(first.removeprefix("old ")), tuple(_hash(line) for line in proof), note)


def _hash(line: str) -> bytes:
    value = decode_base64(line)
    if len(value) != HASH_BYTES:
        raise InputError("a proof line is the base64 of 32 bytes")
    return value


def parse_size_answer(body: bytes) -> int:
    """The size that a witness names when it answers 409.

    Raises:
        InputError: it is not one.
    """
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        raise InputError("a size answer is ASCII") from None
    if not text.endswith("\n"):
        raise InputError("a size answer ends with a newline")
    return parse_size(text.removesuffix("\n"))
