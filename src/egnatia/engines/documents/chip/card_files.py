"""EF.CVCA and EF.ATR/INFO: small files beside the data groups, neither hashed nor signed by anything.

What they say concerns the reader (whose certificates the chip wants to see, how long its commands may be) and never the
holder; a chip whose files are not as they should be was made by other hands or read with a fault.

Source: BSI TR-03110-3 section A.3.2 (EF.CVCA), ICAO Doc 9303-10 section 3.11.1 (EF.ATR/INFO, table 29).
"""

from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.reading import Read, at, broken, missing, not_allowed, text
from egnatia.engines.documents.chip.tlv import Flaw, Node, children, find, read_node, read_nodes
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.findings import Finding

_REFERENCE = 0x42
_LENGTHS, _NUMBER = 0x7F66, 0x02
_MAX_REFERENCES = 2
_REFERENCE_SIZES = range(8, 17)
"""Two letters of a country, one to nine of a name, five of a sequence (TR-03110-3 section A.6.1)."""
_APDU_SIZES = range(2, 5)
"""Bytes of a length: two, three, or three behind the sign's zero."""


def read_cvca(content: bytes) -> Read:
    """EF.CVCA: `values["references"]` are the authorities whose terminals the chip accepts."""
    file = FileId.CVCA
    notes: list[Finding] = []
    references: list[str] = []
    used = content.rstrip(b"\0")
    if not used:
        return Read(file, {"references": ()}, (missing(file, "a reference to an authority (42)"),))
    place = 0
    while place < len(used) and len(references) < _MAX_REFERENCES:
        node = read_node(content, place)
        if isinstance(node, Flaw) or node.tag != _REFERENCE:
            notes.append(_other(file, node, content, place))
            break
        references.append(text(node.value[:32]))
        if len(node.value) not in _REFERENCE_SIZES:
            notes.append(not_allowed(file, "a reference of 8 to 16 characters", f"{len(node.value)}", node))
        place = node.end
    if not notes and place < len(used):
        notes.append(
            not_allowed(file, "at most two references and zeros after them", f"{len(used) - place} bytes more")
        )
    return Read(file, {"references": tuple(references)}, tuple(notes), len(content))


def _other(file: FileId, node: Node | Flaw, content: bytes, place: int) -> Finding:
    if isinstance(node, Flaw):
        return broken(file, node)
    there = f"{content[place]:02X}"
    return found(ChipFinding.CHIP_TAG_WRONG, file, f"tag {_REFERENCE:02X}", there, places=at(file, node))


def read_atr_info(content: bytes) -> Read:
    """EF.ATR/INFO: `values["lengths"]` are the longest command and response that the chip takes and gives."""
    file = FileId.ATR_INFO
    nodes, flaw = read_nodes(content)
    blank = flaw is not None and not content[flaw.at :].strip(b"\0")  # the file was saved to its allotted size
    notes = [] if flaw is None or blank else [broken(file, flaw)]
    holder = find(nodes, _LENGTHS)
    if holder is None:
        return Read(file, {}, (*notes, missing(file, "the lengths of commands and responses (7F66)")))
    inner, flaw = children(holder)
    if flaw is not None:
        notes.append(broken(file, flaw))
    numbers = [node for node in inner if node.tag == _NUMBER and len(node.value) in _APDU_SIZES]
    if len(numbers) != 2 or len(inner) != 2:  # noqa: PLR2004 - command and response
        notes.append(not_allowed(file, "two lengths of two or three bytes", f"{len(numbers)} of {len(inner)}", holder))
    lengths = tuple(int.from_bytes(node.value, "big") for node in numbers)
    return Read(file, {"lengths": lengths}, tuple(notes), len(content))
