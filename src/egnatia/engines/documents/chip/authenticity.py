"""Whether the chip is the original one: recorded evidence, believed only where everything it stands on is.

An answer proves that the chip holds a private key. That the key is this document's is what the signed files say, so the
answer counts only when the file with the key is signed by a trusted country and unchanged; and only when it answers
this inspection, which the caller shows by naming what his reader sent. Everything else (a key that signs itself, a file
left out, an answer to an older question) leaves the check undetermined or failed, never successful.

Source: ICAO Doc 9303-11 section 6, BSI TR-03135-1 v2.5 section 5.6.4.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.active import Answer, verify_active, weak_active_key
from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.chip_authentication import verify_chip
from egnatia.engines.documents.chip.evidence import Evidence
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.outcome import judged
from egnatia.engines.documents.chip.pace_cam import opened_by_zone, verify_pace_cam
from egnatia.engines.documents.chip.reading import Read
from egnatia.engines.documents.chip.security_infos import InfoKind, SecurityInfo
from egnatia.engines.documents.chip.types import FileId, Part
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.types import Bearing, Result

PROTOCOLS = (ChipCheck.CHIP_ACTIVE_AUTHENTICATION, ChipCheck.CHIP_CHIP_AUTHENTICATION, ChipCheck.CHIP_PACE_CAM)
"""The three checks of which one successful one means that the chip is the original."""


@dataclass(frozen=True, slots=True)
class Footing:
    """What the answers stand on.

    Args:
        files: the files that were read.
        believed: those among them that a trusted country signed and that are unchanged.
        listed: data groups that EF.SOD signs, there or not.
        card_infos: of EF.CardSecurity, where it was read.
        zone: of DG1.
    """

    files: Mapping[FileId, Read]
    believed: frozenset[FileId]
    listed: frozenset[FileId]
    card_infos: tuple[SecurityInfo, ...] = ()
    zone: ZoneDocument | None = None


def check_authenticity(footing: Footing, evidence: Evidence, sent: frozenset[bytes] | None) -> tuple[Check, ...]:
    """The three checks of the chip itself.

    Args:
        footing: the files and what is believed of them.
        evidence: what was recorded; empty where nothing was.
        sent: what the reader of this inspection sent: its challenges and its public keys. None where nobody can say.
    """
    return (_active(footing, evidence, sent), _chip(footing, evidence, sent), _pace(footing, evidence, sent))


def _infos(footing: Footing) -> tuple[SecurityInfo, ...]:
    read = footing.files.get(FileId.DG14)
    return () if read is None else tuple(read.values.get("infos", ()))


def _active(footing: Footing, evidence: Evidence, sent: frozenset[bytes] | None) -> Check:
    code = ChipCheck.CHIP_ACTIVE_AUTHENTICATION
    read = footing.files.get(FileId.DG15)
    key = b"" if read is None else read.values.get("key", b"")
    recorded = evidence.active
    if not key:
        return _without_key(code, FileId.DG15, footing, recorded=recorded is not None)
    if recorded is None:
        return _unrecorded(code)
    infos = _infos(footing) if FileId.DG14 in footing.believed else ()
    answer = verify_active(key, recorded.challenge, recorded.response, infos)
    bound = _bound(recorded.challenge, sent)
    short = weak_active_key(key)
    weak = [found(ChipFinding.CHIP_WEAK, FileId.DG15, "a key of sufficient length", short)] if short else []
    return _concluded(code, answer, bound, _signed(footing, FileId.DG15), weak)


def _chip(footing: Footing, evidence: Evidence, sent: frozenset[bytes] | None) -> Check:
    code = ChipCheck.CHIP_CHIP_AUTHENTICATION
    infos = _infos(footing)
    recorded = evidence.chip
    if not any(info.kind is InfoKind.CHIP_KEY for info in infos):
        return _without_key(code, FileId.DG14, footing, recorded=recorded is not None)
    if recorded is None:
        return _unrecorded(code)
    answer = verify_chip(infos, recorded)
    bound = _bound(recorded.terminal_public_key, sent)
    return _concluded(code, answer, bound, _signed(footing, FileId.DG14))


def _pace(footing: Footing, evidence: Evidence, sent: frozenset[bytes] | None) -> Check:
    code = ChipCheck.CHIP_PACE_CAM
    recorded = evidence.pace
    if not any(info.kind is InfoKind.CHIP_KEY for info in footing.card_infos):
        return _without_key(code, FileId.CARD_SECURITY, footing, recorded=recorded is not None)
    if recorded is None:
        return _unrecorded(code)
    answer = verify_pace_cam(footing.card_infos, recorded)
    bound = _bound(recorded.terminal_public_key, sent)
    signed = _signed(footing, FileId.CARD_SECURITY)
    if not signed and not (_shares_key(footing) or _opens(footing, evidence)):
        expected = "a tie between EF.CardSecurity and this document's own data"
        signed = [found(ChipFinding.CHIP_KEY_NOT_SIGNED, FileId.CARD_SECURITY, expected, "none")]
    return _concluded(code, answer, bound, signed)


def _shares_key(footing: Footing) -> bool:
    """Whether DG14, signed with DG1, holds a key that EF.CardSecurity holds too: then both are of one chip."""
    if FileId.DG14 not in footing.believed:
        return False
    keys = [{info.key for info in infos if info.key} for infos in (_infos(footing), footing.card_infos)]
    return bool(keys[0] & keys[1])


def _opens(footing: Footing, evidence: Evidence) -> bool:
    """Whether the exchange was opened with the data of the signed zone."""
    zone, recorded = footing.zone, evidence.pace
    return (
        FileId.DG1 in footing.believed and zone is not None and recorded is not None and opened_by_zone(zone, recorded)
    )


def _without_key(code: ChipCheck, file: FileId, footing: Footing, *, recorded: bool) -> Check:
    """No key: not offered, or hidden; a chip that answers with a key it does not show is not what it seems."""
    findings: list[Finding] = []
    if file in footing.listed and file not in footing.files:
        expected = f"{file}, which EF.SOD signs"
        # Where DG1 is not here either, nobody read the chip's files at all.
        bearing = None if FileId.DG1 in footing.files else Bearing.NONE
        findings.append(found(ChipFinding.CHIP_KEY_STRIPPED, file, expected, "the file is not here", bearing=bearing))
    if recorded:
        expected = f"the key in {file}"
        findings.append(found(ChipFinding.CHIP_EVIDENCE_WITHOUT_KEY, file, expected, "an answer without its key"))
    result = Result.FAILED if recorded else Result.UNDETERMINED if findings else Result.NOT_SUPPORTED
    return judged(code, findings, result=result)


def _unrecorded(code: ChipCheck) -> Check:
    note = found(ChipFinding.CHIP_EVIDENCE_MISSING, Part.EVIDENCE, "the recorded exchange", "none")
    return judged(code, [note], result=Result.UNDETERMINED)


def _bound(question: bytes, sent: frozenset[bytes] | None) -> list[Finding]:
    """Whether the answer is to a question of this inspection."""
    if sent is None:
        return [
            found(ChipFinding.CHIP_EVIDENCE_NOT_BOUND, Part.EVIDENCE, "what this inspection's reader sent", "not given")
        ]
    if question not in sent:
        expected = "an answer to what this inspection's reader sent"
        return [found(ChipFinding.CHIP_EVIDENCE_FOREIGN, Part.EVIDENCE, expected, "an answer to something else")]
    return []


def _signed(footing: Footing, file: FileId) -> list[Finding]:
    """Whether the file with the key is believed, and the document's own data with it."""
    lacking = [name for name in (file, FileId.DG1) if name not in footing.believed]
    expected = "signed by a trusted country and unchanged"
    return [found(ChipFinding.CHIP_KEY_NOT_SIGNED, name, f"{name}: {expected}", "not shown") for name in lacking[:1]]


def _concluded(
    code: ChipCheck, answer: Answer, bound: list[Finding], signed: list[Finding], notes: list[Finding] | None = None
) -> Check:
    """One protocol, once its answer was verified: believed only where nothing is missing."""
    findings, more = [*signed, *bound], notes or []
    if answer.holds is None:
        unknown = found(
            ChipFinding.CHIP_ANSWER_NOT_JUDGED, Part.EVIDENCE, "an exchange that can be followed", answer.note
        )
        return judged(code, [unknown, *findings], result=Result.UNDETERMINED)
    if not answer.holds:
        there = answer.note or "another"
        wrong = found(ChipFinding.CHIP_ANSWER_REFUTED, Part.EVIDENCE, "an answer by the chip's key", there)
        return judged(code, [wrong, *findings])
    if any(finding.code is ChipFinding.CHIP_EVIDENCE_FOREIGN for finding in findings):
        return judged(code, findings)
    if findings:
        return judged(code, findings, result=Result.UNDETERMINED)
    if answer.note:
        more = [*more, found(ChipFinding.CHIP_ANSWER_FORM, Part.EVIDENCE, "the usual form", answer.note)]
    return judged(code, more)
