"""Each data group against the hash that was signed for it, and EF.COM against EF.SOD.

Source: BSI TR-03135-1 v2.5 sections 5.6.4.4.1 and 5.6.4.4.2, ICAO Doc 9303-11 section 5.1. The hash is taken over the
bytes as they are; a file that only becomes right when bytes after its own end are left out is right with a note.
"""

from collections.abc import Iterator, Mapping

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import HASH_CHECKS, ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.lds_object import LdsObject
from egnatia.engines.documents.chip.outcome import judged
from egnatia.engines.documents.chip.tlv import Flaw, read_node
from egnatia.engines.documents.chip.types import DATA_GROUPS, ChipFiles, FileId
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.trust.algorithms import digest_of
from egnatia.engines.documents.types import Bearing, Compared, Result, Source

_SHOWN = 16
"""Hexadecimal digits of a hash that are shown: enough to tell two apart."""
_GUARDED = frozenset({FileId.DG3, FileId.DG4})
"""Groups that only a terminal with its own certificate may read (Doc 9303-11 section 7): their absence says nothing."""


def check_hashes(files: ChipFiles, signed: LdsObject | None) -> tuple[Check, ...]:
    """One check for every data group that is there or was signed."""
    if signed is None:
        return tuple(Check(HASH_CHECKS[group], Result.ABORTED) for group in DATA_GROUPS if group in files.contents)
    return tuple(
        _one(group, files.contents.get(group), signed, faceless=group is FileId.DG2 and FileId.DG1 in files.contents)
        for group in DATA_GROUPS
        if group in files.contents or group in signed.hashes
    )


def _one(group: FileId, content: bytes | None, signed: LdsObject, *, faceless: bool) -> Check:
    """One group against its hash.

    Args:
        group: which one.
        content: its bytes; None where it is not here.
        signed: the hashes.
        faceless: DG1 was read, so that a face that is not here was not read or was put out of the way.
    """
    code, expected = HASH_CHECKS[group], signed.hashes.get(group)
    if content is None:
        note = "a hash without the file"
        bearing = Bearing.DISCREPANCY if faceless else Bearing.NONE
        absent = found(ChipFinding.CHIP_HASH_WITHOUT_FILE, group, f"{group}, as EF.SOD lists it", note, bearing=bearing)
        # TR-03135-1 calls this state `not present`: a group nobody read is neither right nor wrong. Without the face,
        # though, the printed one may be anybody's, and every reader that reads DG1 may read it.
        return judged(code, [absent], result=Result.UNDETERMINED if faceless else Result.NOT_SUPPORTED)
    if expected is None:
        return judged(code, [found(ChipFinding.CHIP_HASH_NOT_LISTED, group, f"a hash of {group} in EF.SOD", "none")])
    if signed.digest is None:
        wrong = found(ChipFinding.CHIP_HASH_NOT_JUDGED, group, "a hash algorithm that is known", signed.digest_oid)
        return judged(code, [wrong], result=Result.UNDETERMINED)
    return _compared(code, group, content, (signed.digest, expected))


def _compared(code: ChipCheck, group: FileId, content: bytes, signed: tuple[str, bytes]) -> Check:
    digest, expected = signed
    there = digest_of(digest, content)
    both = (
        Compared(Source.CHIP, FileId.SOD, expected.hex()[:_SHOWN]),
        Compared(Source.CHIP, group, there.hex()[:_SHOWN]),
    )
    if there == expected:
        return judged(code, (), compared=both)
    node = read_node(content)
    if not isinstance(node, Flaw) and node.end < len(content) and digest_of(digest, node.whole) == expected:
        note = f"{len(content) - node.end} more at the end"
        return judged(code, [found(ChipFinding.CHIP_TRAILING_BYTES, group, f"{node.end} bytes", note)], compared=both)
    wrong = found(
        ChipFinding.CHIP_HASH_REFUTED, group, f"{both[0].value}… ({digest})", f"{both[1].value}…", compared=both
    )
    return judged(code, [wrong], compared=both)


def intact(checks: Mapping[ChipCheck, Check], group: FileId) -> bool:
    """Whether a data group is as it was signed."""
    check = checks.get(HASH_CHECKS[group])
    return check is not None and check.result is Result.SUCCESSFUL


def check_com(files: ChipFiles, listed: tuple[FileId, ...] | None, signed: LdsObject | None) -> Check:
    """EF.COM against EF.SOD: nothing signs the former, so that a group left out of it must be noticed here."""
    code = ChipCheck.CHIP_COM_SOD
    if FileId.COM not in files.contents:
        return Check(code, Result.NOT_SUPPORTED)
    if signed is None or listed is None:
        return Check(code, Result.ABORTED)
    both = (
        Compared(Source.CHIP, FileId.COM, _names(listed)),
        Compared(Source.CHIP, FileId.SOD, _names(tuple(signed.hashes))),
    )
    return judged(code, _differences(files, listed, signed, both), compared=both)


def _differences(
    files: ChipFiles, listed: tuple[FileId, ...], signed: LdsObject, both: tuple[Compared, ...]
) -> Iterator[Finding]:
    more = [group for group in listed if group not in signed.hashes]
    less = [group for group in signed.hashes if group not in listed]
    if more:
        expected, there = "only groups that EF.SOD signs", _names(tuple(more))
        yield found(ChipFinding.CHIP_COM_MORE, FileId.COM, expected, there, compared=both)
    if less:
        expected, there = "every group that EF.SOD signs", f"{_names(tuple(less))} left out"
        yield found(ChipFinding.CHIP_COM_LESS, FileId.COM, expected, there, compared=both)
    absent = [group for group in listed if group not in files.contents and group not in _GUARDED]
    if absent:
        yield found(
            ChipFinding.CHIP_COM_FILE, FileId.COM, "every group that it lists", f"{_names(tuple(absent))} not here"
        )


def _names(groups: tuple[FileId, ...]) -> str:
    return ", ".join(sorted(groups, key=DATA_GROUPS.index)) or "none"
