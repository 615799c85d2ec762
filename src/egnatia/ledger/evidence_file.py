"""Verifying a file of evidence offline, with the same kind of report as a bundle."""

from collections.abc import Sequence
from pathlib import Path

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.evidence import MAX_EVIDENCE_BYTES, read_evidence, told, verify_evidence
from egnatia.ledger.notekeys import VerifyKey
from egnatia.ledger.report import Report

_START = b'{"evidence"'


def is_evidence(path: Path) -> bool:
    """Whether a file says that it is evidence; a file that cannot be read is left to whoever reads it next."""
    try:
        with path.open("rb") as file:
            return file.read(len(_START)) == _START
    except OSError:
        return False


def report_evidence(path: Path, key: VerifyKey | None, past: Sequence[VerifyKey] = ()) -> Report:
    """What a file of evidence shows. Raises nothing for what the file holds.

    Args:
        path: of the file.
        key: the accused log's key as the reader knows it; without one the key in the file counts.
        past: keys that it had before, as the reader knows them.
    """
    report = Report()
    try:
        with path.open("rb") as file:
            evidence = read_evidence(file.read(MAX_EVIDENCE_BYTES + 1))
        verify_evidence(evidence, key, past)
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}") from None
    except (InputError, TamperedError) as error:
        report.find("evidence", "the file", error.message)
        return report
    report.origin, report.own_keys, report.accuses = evidence.origin, key is None, told(evidence)
    report.notes.append(f"Found by {evidence.found_by} at {evidence.found_at}, as the file states.")
    if key is None:
        report.notes.append(f"The key is the one the file names; compare it with the partner's: {evidence.log_key}")
    return report
