"""Witnessing: each partner cosigns the others' checkpoints, after checking that nothing seen before was changed.

The witness's half is `witness_checkpoint`; the log's half is `consistency_request` before the line and
`record_cosignature` after it. Check and store happen in the caller's one write transaction, and the caller answers
after its commit, so two requests can never roll each other back (C2SP tlog-witness v1.0.0).
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.alarms import accuse, suspect
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_at, latest_checkpoint, parse_checkpoint
from egnatia.ledger.evidence import Finder, make_evidence
from egnatia.ledger.nodes import consistency_proof
from egnatia.ledger.notekeys import VerifyKey
from egnatia.ledger.notes import cosign, parse_note, parse_signatures, signatures_by, verify_cosignature, verify_note
from egnatia.ledger.proofs import verify_consistency
from egnatia.ledger.tree import EMPTY_ROOT
from egnatia.ledger.witness_text import SIZE_TYPE, WitnessAnswer, WitnessRequest, encode_request, parse_request
from egnatia.ledger.witnessed import WitnessedLog, remember_witnessed, witnessed
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_cosignature


@dataclass(frozen=True, slots=True)
class KnownLog:
    """The log of the partner at the other end of the line; its key's name is its origin."""

    partner: PartnerCode
    key: VerifyKey
    past: tuple[VerifyKey, ...] = ()
    """Keys it had before and that were not stolen: for what it signed in their time, never for something new."""


@dataclass(frozen=True, slots=True)
class Cosigner:
    """This node as a witness: the name and the key it cosigns with, and its code, for evidence that it finds."""

    name: str
    key: Ed25519PrivateKey
    code: PartnerCode


@dataclass(frozen=True, slots=True)
class Examined:
    """A request that is genuine: well formed, about this log, signed by it."""

    log: KnownLog
    request: WitnessRequest
    text: bytes
    checkpoint: Checkpoint


def witness_checkpoint(
    tx: Transaction, log: KnownLog | None, body: bytes, cosigner: Cosigner, now: datetime
) -> WitnessAnswer:
    """Cosign a partner's checkpoint, or say why not. Never raises for what the partner sent.

    Status 400: not a request, or the old size is above the new one. 404: a log that is not this partner's. 403: not
    signed by the partner. 409: the witness knows another size, which the body names. 422: the checkpoint does not
    continue what was cosigned before; then the alarm is raised. 200: the body is the cosignature.

    Args:
        tx: the transaction that has to be committed before the answer is sent, whatever the answer is.
        log: the log of whoever sent it, or nothing when that is no partner with a log.
        body: the request as it came in.
        cosigner: this node.
        now: time of the cosignature.
    """
    examined = examine(log, body)
    return examined if isinstance(examined, WitnessAnswer) else judge_checkpoint(tx, examined, cosigner, now)


def examine(log: KnownLog | None, body: bytes) -> WitnessAnswer | Examined:
    """Everything about a request that needs no database, so that the one writer need not wait for it."""
    try:
        request = parse_request(body)
        note = parse_note(request.note)
        checkpoint = parse_checkpoint(note.text)
    except InputError as error:
        return _said(400, error.message)
    if log is None or checkpoint.origin != log.key.name:
        return _said(404, "this witness does not know a log of that origin")
    try:
        verify_note(note, log.key)
    except TamperedError as error:
        return _said(403, error.message)
    if request.old_size > checkpoint.size:
        return _said(400, "the old size is above the checkpoint's")
    return Examined(log, request, note.text, checkpoint)


def _said(status: int, text: str) -> WitnessAnswer:
    return WitnessAnswer(status, f"{text}\n".encode())


def judge_checkpoint(tx: Transaction, examined: Examined, cosigner: Cosigner, now: datetime) -> WitnessAnswer:
    """Compare a genuine checkpoint with what was cosigned before, and cosign it when it continues that.

    Args:
        tx: a write transaction, so that nothing is cosigned between the comparison and the storing.
        examined: the request, as `examine` accepted it.
        cosigner: this node.
        now: time of the cosignature.
    """
    log, request, checkpoint = examined.log, examined.request, examined.checkpoint
    known = witnessed(tx, log.partner)
    size, root = (known.size, known.root) if known else (0, EMPTY_ROOT)
    fault = _contradiction(request, checkpoint, size, root)
    if fault and known:
        _accuse(tx, log, request, known, (fault, Finder(cosigner.code, now)))
    if request.old_size != size:
        return WitnessAnswer(409, f"{size}\n".encode(), SIZE_TYPE)
    if fault:
        return _said(422, fault)
    head = WitnessedLog(log.partner, checkpoint.origin, checkpoint.size, checkpoint.root, request.note, now)
    remember_witnessed(tx, head, first=known is None)
    return WitnessAnswer(200, cosign(examined.text, cosigner.name, cosigner.key, now).line.encode())


def _accuse(
    tx: Transaction, log: KnownLog, request: WitnessRequest, known: WitnessedLog, found: tuple[str, Finder]
) -> None:
    """Raise the alarm: with evidence where the log's own signatures and hashes give it, else as a suspicion."""
    fault, finder = found
    evidence = make_evidence(log.key, (known.note, request.note), _path(known, request), finder, log.past)
    if evidence is None:
        suspect(tx, log.partner, fault, (known.note, request.note), finder.at)
    else:
        accuse(tx, log.partner, evidence, finder.at)


def _path(known: WitnessedLog, request: WitnessRequest) -> list[bytes]:
    """The proof as the path of an evidence; two roots of one size need none."""
    return [] if parse_checkpoint(parse_note(request.note).text).size == known.size else list(request.proof)


def _contradiction(request: WitnessRequest, checkpoint: Checkpoint, size: int, root: bytes) -> str | None:
    """Why a signed checkpoint cannot belong to the log that was cosigned, if so.

    Two roots of one size are proof by themselves, whatever old size was claimed.
    """
    if checkpoint.size == size and checkpoint.root != root:
        return f"two signed checkpoints at {size} entries have different roots"
    if request.old_size != size:
        return None
    try:
        verify_consistency(size, checkpoint.size, (root, checkpoint.root), request.proof)
    except TamperedError as error:
        return f"the checkpoint at {checkpoint.size} entries does not continue the one at {size}: {error.message}"
    return None


def cosigned_size(tx: Transaction, witness: PartnerCode) -> int:
    """Size of the newest of our checkpoints that this partner cosigned, 0 when none."""
    column = ledger_cosignature.c
    # Not max(): SQLite would read every cosignature ever given, where this ends at the newest of this partner.
    query = select(column.size).where(column.witness == witness).order_by(column.size.desc()).limit(1)
    return tx.execute(query).scalar() or 0


def consistency_request(tx: Transaction, witness: PartnerCode, old_size: int | None = None) -> bytes | None:
    """What to send to a witness so that it cosigns our latest checkpoint; nothing when it already did.

    Args:
        tx: any transaction.
        witness: which partner.
        old_size: what the witness answered with 409; otherwise its newest cosignature counts.

    Raises:
        TamperedError: the witness knows more of our log than we have: it was cut, or restored from an old copy.
    """
    latest = latest_checkpoint(tx)
    old = cosigned_size(tx, witness) if old_size is None else old_size
    size = latest.checkpoint.size if latest else 0
    if old > size:
        raise TamperedError(
            f"{witness} cosigned {old} entries of this ledger, but its newest checkpoint here has {size}",
            hint="The database was cut or restored from an old copy; compare it with a partner's before going on.",
        )
    if latest is None or (old == size and old_size is None):
        return None
    return encode_request(WitnessRequest(old, tuple(consistency_proof(tx, old, size)), latest.note))


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature that holds: whose, under which checkpoint, its line, and the time it states."""

    witness: PartnerCode
    size: int
    line: str
    at: datetime


def read_cosignature(tx: Transaction, witness: PartnerCode, key: VerifyKey, size: int, body: bytes) -> Cosigned:
    """Verify what a witness answered with 200.

    Args:
        tx: any transaction.
        witness: which partner.
        key: the key it cosigns with.
        size: size of the checkpoint that was sent.
        body: its answer; lines by other keys are ignored.

    Raises:
        InputError: the answer is not signature lines, or no such checkpoint was signed.
        TamperedError: no line holds.
    """
    text = parse_note(checkpoint_at(tx, size).note).text
    found = signatures_by(parse_signatures(_utf8(body)), key)
    if not found:
        raise TamperedError(f"the answer of {witness} holds no cosignature by its key")
    at = verify_cosignature(text, found[0], key)
    return Cosigned(witness, size, found[0].line.removesuffix("\n"), at)


def store_cosignature(tx: Transaction, one: Cosigned) -> None:
    """Store a cosignature that was verified, in place of an earlier one under the same checkpoint."""
    where = (ledger_cosignature.c.size == one.size) & (ledger_cosignature.c.witness == one.witness)
    tx.execute(delete(ledger_cosignature).where(where))
    row = {"size": one.size, "witness": one.witness, "line": one.line, "at": one.at}
    tx.execute(ledger_cosignature.insert(), row)


def record_cosignature(tx: Transaction, witness: PartnerCode, key: VerifyKey, size: int, body: bytes) -> datetime:
    """Verify and store what a witness answered with 200, and return the time it states.

    Raises:
        InputError, TamperedError: as `read_cosignature`.
    """
    one = read_cosignature(tx, witness, key, size, body)
    store_cosignature(tx, one)
    return one.at


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("a witness answers in UTF-8") from None
