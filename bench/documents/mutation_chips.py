"""Whole chips with one file spoiled: what the inspection still believes, and what it passes over in silence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from bench.documents.inspecting import Known, store

from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.chip.tlv import Flaw, read_node
from egnatia.engines.documents.chip.types import DATA_GROUPS, ChipFiles, FileId
from egnatia.engines.documents.synthetic.chip_files import write
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.specimens import EVERYTHING, Wanted, specimen_chip
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice

DAY = date(2025, 5, 15)
SPOILED: tuple[str, ...] = (
    "EF.COM",
    "EF.SOD",
    "DG1",
    "DG2",
    "DG11",
    "DG14",
    "DG15",
    "EF.CardAccess",
    "EF.CardSecurity",
)
"""Files that are spoiled, one at a time."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A sound chip and who knows its state."""

    files: dict[str, bytes]
    store: TrustStore


@cache
def stage() -> Stage:
    """A chip whose signer uses ECDSA, which is the quickest to verify."""
    state = Authority.make("mutated chips", "p256-sha256", since=date(2024, 1, 1))
    signer = state.document_signer(not_before=datetime(2024, 2, 1, tzinfo=UTC))
    chip = specimen_chip(signer, Wanted(groups=EVERYTHING, access=True, active="p256"))
    return Stage(write(chip.plan), store(Known((state.csca,), DAY)))


def inspect_with(name: str, content: bytes) -> ChipInspection:
    """The sound chip with one file put in the place of its own."""
    files = {**stage().files, name: content}
    return inspect_chip(ChipFiles({FileId(each): data for each, data in files.items()}), stage().store, DAY)


@cache
def _sound_findings() -> frozenset[tuple[str, str, str]]:
    return _findings(inspect_with("DG1", stage().files["DG1"]))


def _findings(done: ChipInspection) -> frozenset[tuple[str, str, str]]:
    return frozenset((check.code, finding.code, finding.found) for check in done.checks for finding in check.findings)


def reader(name: str) -> Callable[[bytes], object]:
    """Inspects the chip with this file spoiled."""
    return lambda data: inspect_with(name, data)


def accepted(name: str) -> Callable[[bytes, bytes], bool]:
    """Whether the inspection believes that the state signed what the spoiled file now says.

    For a data group: it counts as unchanged, though its bytes up to its own end are others. For a signed file: its
    content is believed and differs. For any file that is changed within its own length and no longer says the same:
    nothing at all is said of it, although the advice is `consistent`.
    """
    file = FileId(name)

    def judge(sound: bytes, spoiled: bytes) -> bool:
        done = inspect_with(name, spoiled)
        if file in DATA_GROUPS and file in done.believed:
            return _own(spoiled) != sound
        if file is FileId.SOD and done.passive.holds and done.passive.signed is not None:
            return done.passive.signed.content != _content()
        silent = done.advice is Advice.CONSISTENT and _findings(done) == _sound_findings()
        return silent and _own(spoiled) != sound and _says(done, file) != _says(inspect_with(name, sound), file)

    return judge


def _says(done: ChipInspection, file: FileId) -> object:
    """What an unsigned file says, whatever the order; every signed file says something else once it is changed."""
    read = done.files.get(file)
    if read is None:
        return done
    return {name: frozenset(value) if isinstance(value, tuple) else value for name, value in read.values.items()}


def _own(data: bytes) -> bytes:
    """The bytes that belong to the file by its own length."""
    node = read_node(data)
    return data if isinstance(node, Flaw) else node.whole


@cache
def _content() -> bytes | None:
    signed = inspect_with("DG1", stage().files["DG1"]).passive.signed
    return None if signed is None else signed.content
