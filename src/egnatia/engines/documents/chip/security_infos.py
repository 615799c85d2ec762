"""SecurityInfos: what a chip says it can do, in DG14, EF.CardAccess and EF.CardSecurity; and the key in DG15.

Each info is an identifier with one or two values (ICAO Doc 9303-11 section 9.2, BSI TR-03110-3 annex A.1). Infos of
protocols that have nothing to do with travel documents are kept by their identifier.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.chip.chip_keys import read_chip_key
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.reading import Read, missing, not_allowed, odd, open_file
from egnatia.engines.documents.chip.types import MAX_FILE, FileId
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.trust.keys import read_key
from egnatia.engines.documents.trust.remarks import Fault, FaultCode
from egnatia.engines.documents.trust.tlv import Element, Malformed, read

_BSI = "0.4.0.127.0.7.2.2"
ACTIVE = "2.23.136.1.1.5"
"""id-icao-mrtd-security-aaProtocolObject."""
MAX_INFOS = 64
"""Infos of one set; real chips have under twenty."""
_KEY_FAULTS = {
    FaultCode.UNSUPPORTED: ChipFinding.CHIP_NOT_JUDGED,
    FaultCode.BAD_KEY: ChipFinding.CHIP_VALUE_NOT_ALLOWED,
}
_SET, _SEQUENCE, _INTEGER, _OID = 0x11, 0x10, 0x02, 0x06


class InfoKind(StrEnum):
    """What an info speaks of."""

    ACTIVE = "active authentication"
    CHIP = "chip authentication"
    CHIP_KEY = "chip authentication key"
    PACE = "PACE"
    PACE_PARAMETERS = "PACE parameters"
    TERMINAL = "terminal authentication"
    OTHER = "other"


_VERSIONS: dict[InfoKind, frozenset[int]] = {
    InfoKind.ACTIVE: frozenset({1}),
    InfoKind.CHIP: frozenset({1, 2, 3}),
    InfoKind.PACE: frozenset({1, 2}),
    InfoKind.TERMINAL: frozenset({1, 2}),
}
"""Versions that Doc 9303-11 section 9.2 and TR-03110-3 annex A.1 know."""
_NEEDS_VERSION = frozenset({InfoKind.ACTIVE, InfoKind.CHIP, InfoKind.PACE})


_KINDS: dict[str, InfoKind] = {
    ACTIVE: InfoKind.ACTIVE,
    f"{_BSI}.1.1": InfoKind.CHIP_KEY,
    f"{_BSI}.1.2": InfoKind.CHIP_KEY,
    f"{_BSI}.2": InfoKind.TERMINAL,
    **{f"{_BSI}.3.{mode}.{cipher}": InfoKind.CHIP for mode in (1, 2) for cipher in (1, 2, 3, 4)},
    **{f"{_BSI}.4.{mode}.{cipher}": InfoKind.PACE for mode in (1, 2, 3, 4) for cipher in (1, 2, 3, 4)},
    **{f"{_BSI}.4.6.{cipher}": InfoKind.PACE for cipher in (2, 3, 4)},
    **{f"{_BSI}.4.{mode}": InfoKind.PACE_PARAMETERS for mode in (1, 2, 3, 4, 6)},
}
_CARD_ONLY = frozenset({f"{_BSI}.3.1", f"{_BSI}.3.2", f"{_BSI}.3.3"})


@dataclass(frozen=True, slots=True)
class SecurityInfo:
    """One info: its protocol and what it says about it."""

    kind: InfoKind
    protocol: str
    version: int | None = None
    number: int | None = None
    """The key identifier (chip authentication) or the number of the domain parameters (PACE)."""
    key: bytes = b""
    """The SubjectPublicKeyInfo of a chip authentication key."""
    algorithm: str = ""
    """The signature algorithm of active authentication."""
    domain: bytes = b""
    """The domain parameters that PACE brings of its own, as they stand."""


def kind_of(protocol: str) -> InfoKind | None:
    """What an identifier stands for; None for one inside a known protocol's branch that this branch does not have."""
    known = _KINDS.get(protocol)
    if known is not None:
        return known
    # Domain parameters of chip authentication and its third version are the identity card's own.
    if protocol in _CARD_ONLY or protocol.startswith(f"{_BSI}.3.3."):
        return InfoKind.OTHER
    inside = protocol.startswith((f"{_BSI}.1.", f"{_BSI}.3.", f"{_BSI}.4."))
    return None if inside else InfoKind.OTHER


def read_infos(file: FileId, content: bytes) -> tuple[tuple[SecurityInfo, ...], tuple[Finding, ...]]:
    """Read a SET OF SecurityInfo; never raises."""
    tree = read(content, MAX_FILE)
    if isinstance(tree, Fault):
        return (), (found(ChipFinding.CHIP_STRUCTURE_WRONG, file, "security infos", tree.detail),)
    notes: list[Finding] = []
    try:
        members = tree.top.members(_SET, "security infos")
    except Malformed as error:
        return (), (found(ChipFinding.CHIP_STRUCTURE_WRONG, file, "security infos", error.fault.detail),)
    infos: list[SecurityInfo] = []
    for member in members[:MAX_INFOS]:
        try:
            infos.append(_info(file, member, notes))
        except Malformed as error:
            notes.append(found(ChipFinding.CHIP_STRUCTURE_WRONG, file, "a security info", error.fault.detail))
    if len(members) > MAX_INFOS:
        notes.append(not_allowed(file, f"at most {MAX_INFOS} security infos", str(len(members))))
    return tuple(infos), tuple(notes)


def _info(file: FileId, element: Element, notes: list[Finding]) -> SecurityInfo:
    members = element.members(_SEQUENCE, "security info")
    if not members:
        raise element.broken("security info: empty")
    protocol = members[0].as_oid("protocol")
    kind = kind_of(protocol)
    if kind is None:
        notes.append(not_allowed(file, "an identifier that its protocol has", protocol))
        kind = InfoKind.OTHER
    if kind is InfoKind.CHIP_KEY:
        return _chip_key(file, protocol, members, notes)
    if kind is InfoKind.ACTIVE:
        return _active(file, protocol, members, notes)
    version, number = _numbers(members[1:])
    allowed = _VERSIONS.get(kind)
    if kind in _NEEDS_VERSION and version is None:
        notes.append(missing(file, f"the version of {kind}"))
    elif allowed is not None and version is not None and version not in allowed:
        expected = f"version {', '.join(map(str, sorted(allowed)))} of {kind}"
        notes.append(not_allowed(file, expected, str(version)))
    domain = members[1].raw if kind is InfoKind.PACE_PARAMETERS and len(members) > 1 else b""
    return SecurityInfo(kind, protocol, version, number, domain=domain)


def _numbers(members: tuple[Element, ...]) -> tuple[int | None, int | None]:
    """The version and the number after it, where these are integers."""
    numbers = [member.as_int("number", max_bytes=64) for member in members if member.tag == _INTEGER]
    return (numbers[0] if numbers else None), (numbers[1] if len(numbers) > 1 else None)


def _chip_key(file: FileId, protocol: str, members: tuple[Element, ...], notes: list[Finding]) -> SecurityInfo:
    if len(members) < 2:  # noqa: PLR2004 - the identifier and the key
        raise members[0].broken("chip authentication key: no key")
    key = read_chip_key(members[1].raw)
    # Keys of the older Diffie-Hellman kind are not known to the reader of keys; they are kept and noted.
    if isinstance(key, Fault):
        notes.append(found(ChipFinding.CHIP_NOT_JUDGED, file, "a key on a known curve", key.detail))
    number = _numbers(members[2:])[0]
    return SecurityInfo(InfoKind.CHIP_KEY, protocol, None, number, members[1].raw)


def _active(file: FileId, protocol: str, members: tuple[Element, ...], notes: list[Finding]) -> SecurityInfo:
    version = _numbers(members[1:])[0]
    if version is None:
        notes.append(missing(file, "the version of active authentication"))
    elif version not in _VERSIONS[InfoKind.ACTIVE]:
        notes.append(not_allowed(file, "version 1 of active authentication", str(version)))
    algorithm = next((member.as_oid("algorithm") for member in members[1:] if member.tag == _OID), "")
    return SecurityInfo(InfoKind.ACTIVE, protocol, version, None, b"", algorithm)


def read_dg14(content: bytes) -> Read:
    """DG14: `values["infos"]` are its security infos."""
    file = FileId.DG14
    outer = open_file(file, content)
    notes = outer.findings
    if outer.node is None:
        return Read(file, {}, tuple(notes))
    infos, odd_ones = read_infos(file, outer.node.value)
    return Read(file, {"infos": infos}, (*notes, *odd_ones, *_complete(file, infos)), outer.size)


def read_card_access(content: bytes) -> Read:
    """EF.CardAccess: what may be said before any access; nothing signs it."""
    file = FileId.CARD_ACCESS
    outer = open_file(file, content)
    if outer.node is None:
        return Read(file, {}, tuple(outer.findings))
    infos, odd_ones = read_infos(file, content[: outer.size])
    return Read(file, {"infos": infos}, (*outer.findings, *odd_ones), outer.size)


def _complete(file: FileId, infos: tuple[SecurityInfo, ...]) -> Iterator[Finding]:
    """Chip authentication needs its key; a key without the info is met (France) and gives the oldest algorithm."""
    kinds = {info.kind for info in infos}
    if InfoKind.CHIP in kinds and InfoKind.CHIP_KEY not in kinds:
        yield missing(file, "the key of chip authentication")
    if InfoKind.CHIP_KEY in kinds and InfoKind.CHIP not in kinds:
        yield odd(file, "an info on chip authentication beside its key", "none")


def read_dg15(content: bytes) -> Read:
    """DG15: `values["key"]` is the SubjectPublicKeyInfo of active authentication."""
    file = FileId.DG15
    outer = open_file(file, content)
    notes = outer.findings
    if outer.node is None:
        return Read(file, {}, tuple(notes))
    key = read_key(outer.node.value)
    values: dict[str, object] = {"key": outer.node.value}
    if isinstance(key, Fault):
        code = _KEY_FAULTS.get(key.code, ChipFinding.CHIP_STRUCTURE_WRONG)
        notes.append(found(code, file, "a public key", key.detail))
    else:
        values["kind"] = key.kind
    return Read(file, values, tuple(notes), outer.size)
