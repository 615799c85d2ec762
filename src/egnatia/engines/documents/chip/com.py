"""EF.COM: the versions and the list of data groups. Nothing signs it, so it is believed in nothing.

Source: ICAO Doc 9303-10 section 4.6.1. Documents of LDS version 1.8 may do without it.
"""

from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.reading import Outer, Read, at, missing, not_allowed, open_file, text
from egnatia.engines.documents.chip.template import tag_list
from egnatia.engines.documents.chip.tlv import Node, find
from egnatia.engines.documents.chip.types import DATA_GROUPS, TAGS, FileId
from egnatia.engines.documents.findings import Finding

_LDS_VERSION, _UNICODE_VERSION, _TAGS = 0x5F01, 0x5F36, 0x5C
LDS_VERSIONS = frozenset({"0107", "0108"})
"""Versions 1.7 and 1.8 (Doc 9303-10 section 4.6.1 and table 39); the specification knows no others for these files."""
UNICODE_VERSIONS = frozenset({"040000"})
"""Unicode 4.0.0, the only version that Doc 9303-10 names."""
_BY_TAG = {TAGS[group]: group for group in DATA_GROUPS}


def read_com(content: bytes) -> Read:
    """Versions and the data groups that the chip says it holds."""
    file = FileId.COM
    outer = open_file(file, content)
    notes = outer.findings
    values: dict[str, object] = {}
    if outer.node is None:
        return Read(file, values, tuple(notes))
    for name, tag, known in (
        ("lds_version", _LDS_VERSION, LDS_VERSIONS),
        ("unicode_version", _UNICODE_VERSION, UNICODE_VERSIONS),
    ):
        node = find(outer.inner, tag)
        if node is None:
            notes.append(missing(file, f"{name.replace('_', ' ')} ({tag:04X})"))
            continue
        values[name] = text(node.value[:20])
        notes += _version(file, node, known)
    values["groups"] = _groups(outer, notes)
    return Read(file, values, tuple(notes), outer.size)


def _version(file: FileId, node: Node, known: frozenset[str]) -> list[Finding]:
    written = text(node.value[:20])
    if written in known:
        return []
    expected = f"one of {', '.join(sorted(known))}"
    return [found(ChipFinding.CHIP_VERSION_UNKNOWN, file, expected, repr(written), places=at(file, node))]


def _groups(outer: Outer, notes: list[Finding]) -> tuple[FileId, ...]:
    """The data groups listed, each once."""
    node = find(outer.inner, _TAGS)
    if node is None or not node.value:
        notes.append(missing(FileId.COM, "the list of data groups (5C)"))
        return ()
    groups: list[FileId] = []
    for tag in tag_list(node.value[:64]):
        group = _BY_TAG.get(tag)
        if group is None:
            notes.append(not_allowed(FileId.COM, "tags of data groups", f"{tag:02X}", node))
        elif group in groups:
            notes.append(not_allowed(FileId.COM, f"{group} listed once", "twice", node))
        else:
            groups.append(group)
    notes.extend(
        missing(FileId.COM, f"{group} in the list of data groups")
        for group in (FileId.DG1, FileId.DG2)
        if group not in groups
    )
    return tuple(groups)
