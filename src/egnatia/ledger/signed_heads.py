"""Checking signed checkpoints and their cosignatures against the keys a verifier goes by."""

from collections.abc import Mapping

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.checkpoints import Checkpoint, bytes_of, parse_checkpoint
from egnatia.ledger.notekeys import VerifyKey
from egnatia.ledger.notes import (
    NoteSignature,
    parse_note,
    parse_signatures,
    signatures_by,
    signer_among,
    verify_cosignature,
    verify_note,
)
from egnatia.ledger.report import Report, Trust, Witnessing
from egnatia.model.ids import PartnerCode


def check_head(note: bytes, trust: Trust, report: Report) -> Checkpoint | None:
    """Verify one checkpoint's signature; nothing, and a finding, when it does not hold."""
    try:
        parsed = parse_note(bytes_of(note))
        checkpoint = parse_checkpoint(parsed.text)
        verify_note(parsed, signer_among(parsed.signatures, trust.log_keys()))
    except (InputError, TamperedError) as error:
        report.find("checkpoint", "its signature", error.message)
        return None
    if checkpoint.origin != trust.log.name:
        report.find("checkpoint", f"size {checkpoint.size}", f"it is of another log, {checkpoint.origin}")
        return None
    return checkpoint


def check_cosignatures(note: bytes, size: int, lines: Mapping[PartnerCode, str], trust: Trust, report: Report) -> None:
    """Verify the cosignatures under one checkpoint that itself holds; a partner without a known key is a finding."""
    text = parse_note(note).text
    for witness, line in sorted(lines.items()):
        keys = trust.witness_keys(witness)
        if not keys:
            report.find("cosignature", f"{witness} at size {size}", "no key of this partner is known here")
            continue
        try:
            key = signer_among(parse_signatures(f"{line}\n"), keys)
            at = verify_cosignature(text, _line_by(line, key), key)
        except (InputError, TamperedError) as error:
            report.find("cosignature", f"{witness} at size {size}", error.message)
            continue
        report.witness(Witnessing(witness, size, at))


def _line_by(line: str, key: VerifyKey) -> NoteSignature:
    """The one signature of a stored line, if it claims to be by this key."""
    signatures = signatures_by(parse_signatures(f"{line}\n"), key)
    if len(signatures) != 1:
        raise TamperedError("it is not one line by the partner's key")
    return signatures[0]
