"""GraphML (graphml.graphdrawing.org), as yEd, NetworkX, igraph and others read and write it."""

from typing import BinaryIO

from egnatia.engines.people.graph.formats.fields import (
    NODE_FIELDS,
    TIE_FIELDS,
    node_fields,
    node_of,
    tie_fields,
    tie_of,
)
from egnatia.engines.people.graph.formats.gathering import Gathered
from egnatia.engines.people.graph.formats.xml_writing import HEAD, attribute, content, rooted, write_line
from egnatia.engines.people.graph.network import Network
from egnatia.errors import InputError
from egnatia.xml_events import Element, elements

_NAMES = {"node": ("label", *NODE_FIELDS), "edge": TIE_FIELDS}


class _Reader:
    """Puts nodes and ties together from the elements as they come."""

    def __init__(self) -> None:
        self.made = Gathered()
        self._keys: dict[str, str] = {}
        self._item: Element | None = None
        self._fields: dict[str, str] = {}
        self._key = ""

    def take(self, event: Element) -> None:
        """One element begins or ends."""
        if event.name in _NAMES:
            self._begin(event) if event.begins else self._end()
        elif event.name == "key" and event.begins:
            self._keys[event.attributes.get("id", "")] = event.attributes.get("attr.name", "")
        elif event.name == "data" and event.begins:
            self._key = event.attributes.get("key", "")
        elif event.name == "data" and self._item is not None and self._key in self._keys:
            self._fields[self._keys[self._key]] = event.text
        elif event.name in ("hyperedge", "port"):
            raise InputError(f"the file has a {event.name}, which no tie of two can say", hint="Take it out.")

    def _begin(self, event: Element) -> None:
        if self._item is not None:
            raise InputError("a node or an edge stands inside another", hint="Networks inside nodes are not read.")
        self._item, self._fields = event, {}

    def _end(self) -> None:
        if self._item is None:
            return
        given, fields = self._item.attributes, self._fields
        if self._item.name == "node":
            ref = given.get("id", "")
            self.made.add(node_of(ref, fields.get("label", ""), fields, f"node {ref[:40]!r}"))
        else:
            left, right = given.get("source", ""), given.get("target", "")
            self.made.add(tie_of(left, right, fields, f"edge from {left[:40]!r} to {right[:40]!r}"))
        self._item = None


def read_graphml(stream: BinaryIO) -> Network:
    """Read a network; data it does not know is passed over.

    Raises:
        InputError: it is no GraphML, holds hyperedges or a network inside a node, a node has no kind, a tie no relation,
            source or day, or what `network` refuses.
    """
    reader = _Reader()
    for event in rooted(elements(stream, frozenset({"data"})), "graphml"):
        reader.take(event)
    return reader.made.network()


def write_graphml(whole: Network, stream: BinaryIO) -> None:
    """Write a network."""
    write_line(stream, HEAD)
    write_line(stream, '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">')
    for kind, names in _NAMES.items():
        for name in names:
            write_line(stream, f'<key id="{kind}.{name}" for="{kind}" attr.name="{name}" attr.type="string"/>')
    write_line(stream, '<graph edgedefault="directed">')
    for node in whole.nodes.values():
        label = {"label": node.label} if node.label else {}
        data = _data("node", {**label, **node_fields(node)})
        write_line(stream, f"<node id={attribute(node.ref)}>{data}</node>")
    for tie in whole.ties:
        head = f"<edge source={attribute(tie.left)} target={attribute(tie.right)}>"
        write_line(stream, f"{head}{_data('edge', tie_fields(tie))}</edge>")
    write_line(stream, "</graph></graphml>")


def _data(kind: str, fields: dict[str, str]) -> str:
    return "".join(f'<data key="{kind}.{name}">{content(value)}</data>' for name, value in fields.items())
