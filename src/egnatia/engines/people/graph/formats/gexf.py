"""GEXF 1.3 (gexf.net), as Gephi reads and writes it: what it says beyond ends and label stands in named attributes."""

from collections.abc import Iterator
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
from egnatia.engines.people.graph.formats.xml_writing import HEAD, attribute, rooted, write_line
from egnatia.engines.people.graph.network import Network
from egnatia.errors import InputError
from egnatia.xml_events import Element, elements

_TITLES = {"node": NODE_FIELDS, "edge": TIE_FIELDS}


def read_gexf(stream: BinaryIO) -> Network:
    """Read a network; attributes it does not know, and how things were drawn, are passed over.

    Raises:
        InputError: it is no GEXF, has a node inside a node, a node without a kind, a tie without relation, source or day,
            or what `network` refuses.
    """
    made = Gathered()
    for item, fields in _items(rooted(elements(stream, frozenset()), "gexf")):
        if item.name == "node":
            ref = item.attributes.get("id", "")
            made.add(node_of(ref, item.attributes.get("label", ""), fields, f"node {ref[:40]!r}"))
        else:
            left, right = item.attributes.get("source", ""), item.attributes.get("target", "")
            made.add(tie_of(left, right, fields, f"edge from {left[:40]!r} to {right[:40]!r}"))
    return made.network()


def _items(events: Iterator[Element]) -> Iterator[tuple[Element, dict[str, str]]]:
    """Each node and edge as it began, with its attributes by title."""
    titles: dict[tuple[str, str], str] = {}
    described, item, fields = "", None, dict[str, str]()
    for event in events:
        given = event.attributes
        if event.name in _TITLES and event.begins:
            if item is not None:
                raise InputError("a node or an edge stands inside another", hint="Networks inside nodes are not read.")
            item, fields = event, {}
        elif event.name in _TITLES and item is not None:
            yield item, fields
            item = None
        elif event.name == "attributes" and event.begins:
            described = given.get("class", "")
        elif event.name == "attribute" and event.begins:
            titles[described, given.get("id", "")] = given.get("title", "")
        elif event.name == "attvalue" and event.begins and item is not None:
            title = titles.get((item.name, given.get("for", given.get("id", ""))))
            if title in _TITLES[item.name]:
                fields[title] = given.get("value", "")


def write_gexf(whole: Network, stream: BinaryIO) -> None:
    """Write a network."""
    write_line(stream, HEAD)
    write_line(stream, '<gexf xmlns="http://gexf.net/1.3" version="1.3">')
    write_line(stream, '<graph defaultedgetype="directed">')
    for kind, titles in _TITLES.items():
        described = "".join(f'<attribute id="{title}" title="{title}" type="string"/>' for title in titles)
        write_line(stream, f'<attributes class="{kind}">{described}</attributes>')
    write_line(stream, "<nodes>")
    for node in whole.nodes.values():
        head = f"<node id={attribute(node.ref)} label={attribute(node.label or node.ref)}>"
        write_line(stream, f"{head}{_values(node_fields(node))}</node>")
    write_line(stream, "</nodes>")
    write_line(stream, "<edges>")
    for number, tie in enumerate(whole.ties):
        head = f'<edge id="{number}" source={attribute(tie.left)} target={attribute(tie.right)}>'
        write_line(stream, f"{head}{_values(tie_fields(tie))}</edge>")
    write_line(stream, "</edges></graph></gexf>")


def _values(fields: dict[str, str]) -> str:
    values = "".join(f'<attvalue for="{title}" value={attribute(value)}/>' for title, value in fields.items())
    return f"<attvalues>{values}</attvalues>"
