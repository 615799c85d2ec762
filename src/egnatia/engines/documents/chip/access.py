"""EF.CardAccess, which nothing signs, against DG14 and EF.CardSecurity, which something does.

A terminal that believes EF.CardAccess alone can be led to a weaker protocol; so everything in it must stand in a signed
file too. Source: ICAO Doc 9303-11 sections 4.2 and 9.2.
"""

from collections.abc import Mapping

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.outcome import judged
from egnatia.engines.documents.chip.reading import Read
from egnatia.engines.documents.chip.security_infos import InfoKind, SecurityInfo
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.types import Compared, Result, Source


def check_access(files: Mapping[FileId, Read], card_infos: tuple[SecurityInfo, ...]) -> Check:
    """Whether every info of EF.CardAccess stands in a signed file."""
    code = ChipCheck.CHIP_ACCESS_CONSISTENT
    access, dg14 = files.get(FileId.CARD_ACCESS), files.get(FileId.DG14)
    if access is None or (dg14 is None and not card_infos):
        return Check(code, Result.NOT_SUPPORTED)
    said = set(access.values.get("infos", ()))
    groups = [] if dg14 is None else [(FileId.DG14, set(dg14.values.get("infos", ())))]
    if card_infos:
        groups.append((FileId.CARD_SECURITY, set(card_infos)))
    # Early chips have PACE in EF.CardAccess and no word of it in DG14 (Doc 9303-11 asks for it since 2014): no infos on
    # PACE at all in a signed file are passed over, others are not.
    findings = [
        found(ChipFinding.CHIP_ACCESS_DIFFERS, FileId.CARD_ACCESS, f"what {file} says", _shown(said - signed))
        for file, signed in groups
        if said - signed and any(info.kind is InfoKind.PACE for info in signed)
    ]
    compared = tuple(Compared(Source.CHIP, file, _shown(signed)) for file, signed in groups)
    return judged(code, findings, compared=(Compared(Source.CHIP, FileId.CARD_ACCESS, _shown(said)), *compared))


def _shown(infos: set[SecurityInfo]) -> str:
    named = {f"{info.kind} {info.protocol.rsplit('.', 2)[-2]}.{info.protocol.rsplit('.', 1)[-1]}" for info in infos}
    return ", ".join(sorted(named)) or "nothing"
