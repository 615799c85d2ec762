"""One reader for all files that are lists of tagged values: DG11, DG12, DG16 and the list inside EF.COM's kin.

Such a file names the tags it holds in its first element (5C) and then holds them; names come singly, and further names
in a template A0 of their own (Doc 9303-10 sections 4.7.11, 4.7.12 and 4.7.16).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.reading import Read, broken, missing, not_allowed, open_file, text
from egnatia.engines.documents.chip.tlv import Node, children, find
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.findings import Finding

_TAG_LIST = 0x5C
_GROUP = 0xA0
_COUNT = 0x02
_HIGH_TAG = 0x1F
MAX_VALUES = 64
"""Values of one kind: other names, addresses of parts, people to notify."""
MAX_GROUPS = 8
"""Templates A0 of one file: Doc 9303-10 foresees one."""


class Kind(Enum):
    """What a value is, which decides how it is shown and what is checked about it."""

    TEXT = auto()
    DATE = auto()
    """YYYYMMDD, in characters or in packed digits (BCD), both of which real chips hold."""
    TIME = auto()
    """YYYYMMDDhhmmss, likewise."""
    PICTURE = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag of a table: how its value is called and what it is."""

    name: str
    kind: Kind = Kind.TEXT
    limit: int = 4_000
    """Bytes: the longest that Doc 9303-10 foresees is 99, real chips go beyond."""


Table = Mapping[int, Entry]


def read_template(file: FileId, content: bytes, table: Table, *, extra: tuple[int, ...] = ()) -> Read:
    """Read a file by its table.

    Args:
        file: which file it is.
        content: its bytes.
        table: what each tag means.
        extra: tags that are listed and are not values, such as the template A0 itself.

    Returns:
        Every value by its name, as a tuple of texts (bytes for pictures).
    """
    outer = open_file(file, content)
    notes = outer.findings
    if outer.node is None:
        return Read(file, {}, tuple(notes))
    values: dict[str, list[str | bytes]] = {}
    there: set[int] = set()
    for node in _flat(file, outer.inner, notes):
        there.add(node.tag)
        entry = table.get(node.tag)
        if entry is not None:
            _take(file, node, entry, values, notes)
        elif node.tag not in {_TAG_LIST, _COUNT, _GROUP, *extra}:
            note = f"tag {node.tag:04X}"
            notes.append(found(ChipFinding.CHIP_ELEMENT_UNKNOWN, file, "a tag of the standard's table", note))
    notes += _listed(file, outer.inner, there - {_TAG_LIST, _COUNT, _GROUP})
    return Read(file, {name: tuple(all_of) for name, all_of in values.items()}, tuple(notes), outer.size)


def _flat(file: FileId, nodes: tuple[Node, ...], notes: list[Finding]) -> list[Node]:
    """The nodes, and those inside each group A0, in their order."""
    flat: list[Node] = []
    groups = 0
    for node in nodes:
        flat.append(node)
        if node.tag == _GROUP:
            groups += 1
            if groups > MAX_GROUPS:
                notes.append(not_allowed(file, f"at most {MAX_GROUPS} templates of names", "more", node))
                break
            inner, flaw = children(node)
            flat += inner
            if flaw is not None:
                notes.append(broken(file, flaw))
    return flat


def _take(file: FileId, node: Node, entry: Entry, values: dict[str, list[str | bytes]], notes: list[Finding]) -> None:
    kept = values.setdefault(entry.name, [])
    if len(kept) >= MAX_VALUES:
        return
    if entry.kind is Kind.PICTURE:
        kept.append(node.value)
        return
    if len(node.value) > entry.limit:
        notes.append(
            not_allowed(file, f"{entry.name} of at most {entry.limit} bytes", f"{len(node.value)} bytes", node)
        )
        return
    written = digits(node.value) if entry.kind in {Kind.DATE, Kind.TIME} else text(node.value)
    wanted = {Kind.DATE: 8, Kind.TIME: 14}.get(entry.kind)
    if wanted is not None and (len(written) != wanted or not written.isdigit()):
        notes.append(not_allowed(file, f"{entry.name} in {wanted} digits", f"{len(written)} characters", node))
    kept.append(written)


def digits(value: bytes) -> str:
    """A date or time, whether in characters or in packed digits."""
    packed = value.hex()
    # Bytes that are digits in characters would be a year from 3030 on in packed digits.
    if len(value) in {4, 7} and packed.isdigit() and not value.isdigit():
        return packed
    return text(value).replace("<", "0") if value.replace(b"<", b"0").isdigit() else text(value)


def tag_list(value: bytes) -> tuple[int, ...]:
    """The tags in a tag list, one or two bytes each."""
    tags: list[int] = []
    place = 0
    while place < len(value):
        two = value[place] & _HIGH_TAG == _HIGH_TAG and place + 1 < len(value)
        tags.append(int.from_bytes(value[place : place + 1 + two], "big"))
        place += 1 + two
    return tuple(tags)


def _listed(file: FileId, inner: tuple[Node, ...], there: set[int]) -> list[Finding]:
    """The list of tags against the tags themselves."""
    listing = find(inner, _TAG_LIST)
    if listing is None:
        return [missing(file, "a list of tags (5C)")]
    named = set(tag_list(listing.value)) - {_TAG_LIST, _GROUP, _COUNT}
    notes: list[Finding] = []
    if named - there:
        absent = ", ".join(f"{tag:04X}" for tag in sorted(named - there)[:8])
        notes.append(found(ChipFinding.CHIP_ELEMENT_MISSING, file, f"the listed tags {absent}", "none"))
    if there - named:
        more = ", ".join(f"{tag:04X}" for tag in sorted(there - named)[:8])
        notes.append(found(ChipFinding.CHIP_VALUE_ODD, file, "a list of every tag that is there", f"{more} not listed"))
    return notes
