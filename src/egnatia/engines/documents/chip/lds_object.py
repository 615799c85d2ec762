"""The LDS security object: the hashes of the data groups, as EF.SOD signs them (ICAO Doc 9303-10 section 4.6.2).

Version 0 holds the hashes; version 1, of LDS 1.8, says in its signed part which version of the LDS the chip follows.
"""

import re
from dataclasses import dataclass

from egnatia.engines.documents.chip.com import LDS_VERSIONS, UNICODE_VERSIONS
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.reading import missing, not_allowed, text
from egnatia.engines.documents.chip.types import DATA_GROUPS, FileId
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.trust.algorithms import DIGEST_OIDS
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.tlv import Element, Malformed, read
from egnatia.engines.documents.types import Bearing

_FILE = FileId.SOD
_SEQUENCE, _INTEGER, _OCTETS, _PRINTABLE = 0x10, 0x02, 0x04, 0x13
_MAX_OBJECT = 20_000
"""Bytes: sixteen hashes of 64 bytes and the frame make 1,300."""
_SIZES = {"sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
_DIGESTS = {oid: name for name, oid in DIGEST_OIDS.items()}
_V1_FROM = "0108"
_LATER = re.compile(r"01\d\d")


@dataclass(frozen=True, slots=True)
class LdsObject:
    """What was signed: version, hash algorithm, the hash of each data group, and the versions where they are said."""

    version: int
    digest: str | None
    """sha1, sha224, sha256, sha384 or sha512; None for one that is not allowed or not known."""
    digest_oid: str
    hashes: dict[FileId, bytes]
    lds_version: str = ""
    unicode_version: str = ""


def read_lds_object(content: bytes) -> tuple[LdsObject | None, tuple[Finding, ...]]:
    """Read the signed content; never raises. None where there is nothing to compare with."""
    tree = read(content, _MAX_OBJECT)
    if isinstance(tree, Fault):
        return None, (found(ChipFinding.CHIP_STRUCTURE_WRONG, _FILE, "an LDS security object", tree.detail),)
    notes: list[Finding] = []
    try:
        members = list(tree.top.members(_SEQUENCE, "LDS security object"))
        return _read(members, notes), tuple(notes)
    except Malformed as error:
        notes.append(found(ChipFinding.CHIP_STRUCTURE_WRONG, _FILE, "an LDS security object", error.fault.detail))
        return None, tuple(notes)


def _read(members: list[Element], notes: list[Finding]) -> LdsObject | None:
    version = 0
    if members and members[0].tag == _INTEGER:
        version = members.pop(0).as_int("version", max_bytes=8)
    else:
        notes.append(missing(_FILE, "the version of the LDS security object"))
    if not members:
        notes.append(missing(_FILE, "the hash algorithm"))
        return None
    oid = "" if _is_hash_list(members[0]) else _algorithm(members.pop(0))
    digest = _DIGESTS.get(oid)
    if not oid:
        notes.append(missing(_FILE, "the hash algorithm"))
    elif digest not in _SIZES:
        notes.append(found(ChipFinding.CHIP_ALGORITHM_NOT_ALLOWED, _FILE, "SHA-1 to SHA-512", oid))
        digest = None
    if not members:
        notes.append(missing(_FILE, "the hashes of data groups"))
        return None
    hashes = _hashes(members.pop(0), digest, notes)
    lds, unicode = _versions(version, members, notes)
    return LdsObject(version, digest, oid, hashes, lds, unicode)


def _is_hash_list(element: Element) -> bool:
    """Whether this is the list of hashes already: the algorithm that belongs before it is missing."""
    return bool(element.children) and element.children[0].tag == _SEQUENCE


def _algorithm(element: Element) -> str:
    members = element.members(_SEQUENCE, "hash algorithm")
    if not members:
        return ""
    return members[0].as_oid("hash algorithm")


def _hashes(element: Element, digest: str | None, notes: list[Finding]) -> dict[FileId, bytes]:
    hashes: dict[FileId, bytes] = {}
    for member in element.members(_SEQUENCE, "hashes of data groups")[:64]:
        parts = member.members(_SEQUENCE, "hash of a data group")
        if len(parts) != 2 or parts[0].tag != _INTEGER:  # noqa: PLR2004 - number and hash
            notes.append(missing(_FILE, "the number of a data group before its hash"))
            continue
        number, value = parts[0].as_int("data group number", max_bytes=8), parts[1].as_octets("hash")
        if not 1 <= number <= len(DATA_GROUPS):
            notes.append(not_allowed(_FILE, "data groups 1 to 16", str(number)))
            continue
        group = DATA_GROUPS[number - 1]
        if group in hashes:
            notes.append(not_allowed(_FILE, f"one hash of {group}", "two"))
            continue
        if digest is not None and len(value) != _SIZES[digest]:
            notes.append(not_allowed(_FILE, f"a hash of {_SIZES[digest]} bytes for {group}", f"{len(value)} bytes"))
        hashes[group] = value
    notes.extend(missing(_FILE, f"the hash of {group}") for group in DATA_GROUPS[:2] if group not in hashes)
    return hashes


def _versions(version: int, rest: list[Element], notes: list[Finding]) -> tuple[str, str]:
    """The versions that only object version 1 says."""
    if version not in {0, 1}:
        notes.append(found(ChipFinding.CHIP_VERSION_UNKNOWN, _FILE, "LDS security object version 0 or 1", str(version)))
    if not rest:
        if version == 1:
            notes.append(missing(_FILE, "the LDS version in an object of version 1"))
        return "", ""
    parts = rest[0].members(_SEQUENCE, "LDS versions")
    written = [text(part.content[:20]) for part in parts]
    lds, unicode = (*written, "", "")[:2]
    if version == 0:
        notes.append(not_allowed(_FILE, "no LDS version in an object of version 0", lds))
    if lds not in LDS_VERSIONS:
        # A later update level of version 1 must be readable by readers of an earlier one (Doc 9303-10 section 4.6.1.1).
        bearing = Bearing.NONE if _LATER.fullmatch(lds) and lds > max(LDS_VERSIONS) else None
        expected = "LDS version 1.7 or 1.8"
        notes.append(found(ChipFinding.CHIP_VERSION_UNKNOWN, _FILE, expected, repr(lds), bearing=bearing))
    elif version == 1 and lds < _V1_FROM:
        notes.append(not_allowed(_FILE, "LDS version 1.8 in an object of version 1", repr(lds)))
    if unicode not in UNICODE_VERSIONS:
        notes.append(found(ChipFinding.CHIP_VERSION_UNKNOWN, _FILE, "Unicode version 4.0.0", repr(unicode)))
    return lds, unicode
