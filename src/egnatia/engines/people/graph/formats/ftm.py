"""FollowTheMoney: one entity per line as JSON, as Aleph, OpenSanctions and yente read it.

A person is a `Person`, a phone a `UserAccount`, a place an `Address`; a tie is an `UnknownLink` with its day and its source.
A document has no entity of its own there: each tie to one is an `Identification` of its holder, and documents of one number
are one document again when they are read. Facts: the model's schema files, followthemoney/schema/*.yaml.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from egnatia.engines.people.graph.formats.fields import node_of, tie_of
from egnatia.engines.people.graph.formats.gathering import Gathered
from egnatia.engines.people.graph.network import Network
from egnatia.engines.people.graph.types import HOLDERS, Node, NodeKind, Tie
from egnatia.errors import InputError

MAX_LINE = 64 * 1024
"""Bytes of one entity; ours have under two thousand, a sanctioned person with all names a few tens of thousands."""
_SCHEMATA = {
    NodeKind.PERSON: "Person",
    NodeKind.ORGANISATION: "Organization",
    NodeKind.PHONE: "UserAccount",
    NodeKind.ACCOUNT: "BankAccount",
    NodeKind.VEHICLE: "Vehicle",
    NodeKind.PLACE: "Address",
}
_NUMBERS = {
    NodeKind.PHONE: ("number", "username"),
    NodeKind.ACCOUNT: ("accountNumber",),
    NodeKind.VEHICLE: ("registrationNumber",),
    NodeKind.PLACE: ("full",),
}
"""Where else a kind says its label, so that a program that looks there finds it."""
_LINK, _PAPER = "UnknownLink", "Identification"
_KINDS = {schema: kind for kind, schema in _SCHEMATA.items()} | {
    "Company": NodeKind.ORGANISATION,
    "LegalEntity": NodeKind.ORGANISATION,
}
_STANDING = "standing: "
"""A person's standing, in the note of the entity: the model has no property for it."""
Entity = Mapping[str, object]


def write_ftm(whole: Network, stream: BinaryIO) -> None:
    """Write a network.

    Raises:
        InputError: a document that nobody holds, or a tie to one that does not begin at its holder.
    """
    for node in whole.nodes.values():
        if node.kind is not NodeKind.DOCUMENT:
            _write(stream, node.ref, _SCHEMATA[node.kind], _node_properties(node))
        elif not whole.neighbours[node.ref]:
            raise InputError(f"FollowTheMoney has no document that nobody holds: {node.ref}", hint="Write .graphml.")
    for tie in whole.ties:
        _write_tie(whole, tie, stream)


def _node_properties(node: Node) -> dict[str, str]:
    label = node.label or node.ref
    said = {"name": label} | dict.fromkeys(_NUMBERS.get(node.kind, ()), label)
    return said | ({"notes": _STANDING + node.standing.value} if node.kind is NodeKind.PERSON else {})


def _write_tie(whole: Network, tie: Tie, stream: BinaryIO) -> None:
    dated = {"startDate": tie.since.isoformat()} | ({"endDate": tie.until.isoformat()} if tie.until else {})
    said = {**dated, "publisher": tie.source}
    left, right = whole.nodes[tie.left], whole.nodes[tie.right]
    ref = hashlib.sha256(repr(tie).encode()).hexdigest()[:40]
    if NodeKind.DOCUMENT not in (left.kind, right.kind):
        _write(stream, ref, _LINK, {"subject": tie.left, "object": tie.right, "role": tie.relation, **said})
        return
    if left.kind not in HOLDERS:
        raise InputError(
            f"FollowTheMoney says who holds a document, and nothing else of one: {tie.left} to {tie.right}",
            hint="Let the tie begin at its holder, or write .graphml.",
        )
    number = {"number": right.label or right.ref, "recordId": right.ref}
    _write(stream, ref, _PAPER, {"holder": left.ref, **number, "type": tie.relation, **said})


def _write(stream: BinaryIO, ref: str, schema: str, properties: Mapping[str, str]) -> None:
    entity = {"id": ref, "schema": schema, "properties": {name: [value] for name, value in properties.items()}}
    stream.write(json.dumps(entity, ensure_ascii=False).encode() + b"\n")


def read_ftm(stream: BinaryIO) -> Network:
    """Read a network; entities of a schema that is neither a node nor a tie here are passed over.

    A person without a standing, as any other program writes one, is shielded.

    Raises:
        InputError: a line is no entity or too long, a tie has no day or source, or what `network` refuses.
    """
    made, papers = Gathered(), dict[str, Node]()
    for where, entity in _entities(stream):
        schema, said = str(entity.get("schema", "")), _Said(entity)
        if schema in _KINDS:
            made.add(_node(where, said, _KINDS[schema]))
        elif schema == _LINK:
            made.add(tie_of(said["subject"], said["object"], _tie_fields(said, "role"), where))
        elif schema == _PAPER:
            made.add(_paper(where, said, papers))
    for paper in papers.values():
        made.add(paper)
    return made.network()


class _Said:
    """The first value of each property of an entity; what is no text counts as nothing."""

    def __init__(self, entity: Entity) -> None:
        properties = entity.get("properties")
        self._properties = properties if isinstance(properties, dict) else {}
        self.ref = str(entity.get("id", ""))

    def __getitem__(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every text of a property."""
        values = self._properties.get(name)
        return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _node(where: str, said: _Said, kind: NodeKind) -> Node:
    standing = next((note.removeprefix(_STANDING) for note in said.all("notes") if note.startswith(_STANDING)), "")
    label = said["name"] or next(filter(None, (said[name] for name in _NUMBERS.get(kind, ()))), "")
    return node_of(said.ref, label, {"kind": kind.value, "standing": standing}, where)


def _tie_fields(said: _Said, relation: str) -> dict[str, str]:
    since = said["startDate"] or said["date"]
    source = said["publisher"] or said["sourceUrl"]
    return {"relation": said[relation], "source": source, "since": since, "until": said["endDate"]}


def _paper(where: str, said: _Said, papers: dict[str, Node]) -> Tie:
    ref = said["recordId"] or said["number"]
    made = node_of(ref, said["number"], {"kind": NodeKind.DOCUMENT.value}, where)
    if papers.setdefault(ref, made) != made:
        raise InputError(f"{where}: document {ref[:40]!r} stands with two numbers")
    return tie_of(said["holder"], ref, _tie_fields(said, "type"), where)


def _entities(stream: BinaryIO) -> Iterator[tuple[str, Entity]]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        where = f"line {number}"
        if len(line) > MAX_LINE:
            raise InputError(f"{where}: an entity is longer than {MAX_LINE:,} bytes")
        try:
            entity = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError(f"{where}: it is no JSON", hint="FollowTheMoney has one entity per line.") from None
        if not isinstance(entity, dict):
            raise InputError(f"{where}: it is no entity", hint="FollowTheMoney has one entity per line.")
        yield where, entity
