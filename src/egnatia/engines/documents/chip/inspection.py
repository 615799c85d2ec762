"""The whole inspection of a chip's files: read, verify, compare, conclude.

`inspect_chip` never raises on what the files hold; every fault of theirs is a finding in its check. The same files,
store, day and evidence always give the same inspection.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from egnatia.engines.documents.checks import Check, Conclusion, Profile, conclude
from egnatia.engines.documents.chip.access import check_access
from egnatia.engines.documents.chip.authentication import Passive, authenticate, check_card_security
from egnatia.engines.documents.chip.authenticity import PROTOCOLS, Footing, check_authenticity
from egnatia.engines.documents.chip.catalogue import CHECKS, FORMAT_CHECKS, ChipCheck
from egnatia.engines.documents.chip.comparison import check_details, check_face, check_own_zone, compare_zones
from egnatia.engines.documents.chip.evidence import Evidence
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.images import ChipImage
from egnatia.engines.documents.chip.known_defects import with_defects
from egnatia.engines.documents.chip.outcome import judged
from egnatia.engines.documents.chip.readers import SIGNED, read_file
from egnatia.engines.documents.chip.reading import Read
from egnatia.engines.documents.chip.settle import settled
from egnatia.engines.documents.chip.types import ChipFiles, FileId, Part
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice, Bearing, Result

_ORDER = {code: place for place, code in enumerate(CHECKS)}
VERSION = 1
"""Raised whenever the inspection decides anything differently."""


@dataclass(frozen=True, slots=True)
class ChipInspection:
    """What was read from a chip, what was checked, and what it comes to. The verdict is a person's."""

    day: date
    checks: tuple[Check, ...]
    conclusion: Conclusion
    files: Mapping[FileId, Read]
    """Every file that is no signed object, as it was read."""
    passive: Passive
    zone: ZoneDocument | None
    """The zone of DG1, for the combined checks."""
    believed: frozenset[FileId]
    """Files that a trusted country signed and that are unchanged."""
    store: str = ""
    """The version of the trust store that was asked; empty where there was none."""
    version: int = VERSION

    @property
    def advice(self) -> Advice:
        """What the findings come to."""
        return self.conclusion.advice

    @property
    def original(self) -> bool:
        """Whether the chip is shown to be the original one: at least one of the three protocols came out well."""
        return any(check.result is Result.SUCCESSFUL for check in self.checks if check.code in PROTOCOLS)

    @property
    def faces(self) -> tuple[ChipImage, ...]:
        """The pictures of DG2, as bytes, type and size."""
        read = self.files.get(FileId.DG2)
        return () if read is None else tuple(read.values.get("images", ()))

    def check(self, code: ChipCheck) -> Check | None:
        """One check by its code; None where it does not concern these files."""
        return next((check for check in self.checks if check.code == code), None)


def inspect_chip(
    files: ChipFiles,
    store: TrustStore | None,
    day: date,
    evidence: Evidence | None = None,
    *,
    sent: frozenset[bytes] | None = None,
    printed: ZoneDocument | None = None,
    profile: Profile | None = None,
) -> ChipInspection:
    """Inspect the files of a chip.

    Args:
        files: as `files.read_files` or `files.collect` gives them.
        store: whose certificates are believed; without one no signature can be led to a country.
        day: the day of the inspection; certificates, revocations and dates are judged as of it.
        evidence: what a reader recorded of active authentication, chip authentication or PACE.
        sent: the challenges and public keys that this inspection's reader sent; evidence of anything else proves nothing.
        printed: the printed zone, where it was read.
        profile: weights that differ from the catalogue's.
    """
    recorded = Evidence() if evidence is None else evidence
    read = {file: read_file(file, content) for file, content in files.contents.items() if file not in SIGNED}
    own = read.get(FileId.DG1)
    zone: ZoneDocument | None = None if own is None else own.values.get("zone")
    passive = authenticate(files, read, store, day)
    card = check_card_security(files, zone, store, day)
    footing = Footing(read, passive.believed | card.believed, passive.listed, card.infos, zone)
    found_out = (
        _files(files, recorded),
        *(judged(FORMAT_CHECKS[file], one.findings) for file, one in read.items()),
        *passive.checks,
        *card.checks,
        check_access(read, card.infos),
        *check_authenticity(footing, recorded, sent),
        *(() if own is None else (check_own_zone(zone, day),)),
        *check_details(read, zone, day),
        *(() if printed is None else (compare_zones(zone, printed),)),
        *(() if FileId.DG2 not in read else (check_face(read),)),
    )
    weighed = settled(with_defects(found_out, passive.defects))
    checks = tuple(sorted(weighed, key=lambda check: _ORDER[check.code]))
    conclusion = conclude(checks, CHECKS, {} if profile is None else profile)
    asked = "" if store is None else store.version
    return ChipInspection(day, checks, conclusion, read, passive, zone, footing.believed, asked)


def _files(files: ChipFiles, evidence: Evidence) -> Check:
    """What was odd about finding the files, and which that must be there are not."""
    # Without DG1 nothing was shown about any holder, whatever else is right; a missing EF.SOD is a finding of its own.
    absent = [
        found(ChipFinding.CHIP_FILE_MISSING, Part.CHIP, f"the file {file}", "none", bearing=bearing)
        for file, bearing in ((FileId.DG1, Bearing.UNKNOWN), (FileId.DG2, Bearing.NONE))
        if file not in files.contents
    ]
    lacking = {FileId.SOD, FileId.DG1} - files.contents.keys()
    findings = (*files.remarks, *absent, *evidence.findings)
    return judged(ChipCheck.CHIP_FILES, findings, result=Result.UNDETERMINED if lacking else None)
