"""A case that its page carries along, so that a second question needs no second choosing of files and the node keeps nothing.

What is carried is what the page shows anyway: whoever is shielded is not in it. Only how many of them hold a thing is, as nameless
persons who hold so many things and no others, because a hostel that seven hundred hold says less than a card that two do.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from egnatia.engines.people.graph.network import Network, network, visible
from egnatia.engines.people.graph.types import HOLDERS, Node, NodeKind, Standing, Tie
from egnatia.errors import InputError

MAX_CARRIED: Final = 500_000
"""Characters that a page carries: a case of 300 nodes and some 20,000 ties. A text field of a form with files may have 1 MiB."""
MAX_UNPACKED: Final = 16 * 1024 * 1024
"""Bytes that they may unpack to."""
_NO_CASE = "what the page carried is no case of this console"


def nameless(case: Network) -> Network:
    """What may be shown of a case, and for those who may not as many nameless persons as its counts need.

    Everything that is measured of it is what would be measured of the case.
    """
    seen = visible(case)
    shielded = sorted(node.standing for node in case.nodes.values() if node.kind is NodeKind.PERSON and node.shielded)
    mark = "~"
    while any(ref.startswith(mark) for ref in seen.nodes):
        mark += "~"
    persons = [
        Node(f"{mark}{number}", NodeKind.PERSON, standing=standing) for number, standing in enumerate(shielded, 1)
    ]
    ties = [
        Tie(person.ref, thing, "holds", "not shown", date.min)
        for thing, count in _unseen_holders(case, seen)
        for person in persons[:count]
    ]
    return network([*seen.nodes.values(), *persons], [*seen.ties, *ties])


def _unseen_holders(case: Network, seen: Network) -> Iterator[tuple[str, int]]:
    """Of each thing that may be shown, how many hold it who may not."""
    for ref, node in seen.nodes.items():
        if node.kind not in HOLDERS:
            yield ref, sum(case.nodes[other].shielded for other in case.neighbours[ref])


def packed(case: Network) -> str:
    """A case as one word of letters for a hidden field; empty where it would be too long."""
    made = nameless(case)
    plain = {
        "nodes": [[node.ref, node.kind, node.label, node.standing] for node in made.nodes.values()],
        "ties": [
            [tie.left, tie.right, tie.relation, tie.source, str(tie.since), str(tie.until or "")] for tie in made.ties
        ],
    }
    text = base64.b64encode(zlib.compress(json.dumps(plain, ensure_ascii=False).encode())).decode()
    return text if len(text) <= MAX_CARRIED else ""


def unpacked(text: str) -> Network:
    """The case of such a word: a stranger's file like any other.

    Raises:
        InputError: it is none, or too long.
    """
    try:
        plain: Any = json.loads(_inflated(base64.b64decode(text, validate=True)))
        nodes = [Node(ref, NodeKind(kind), label, Standing(standing)) for ref, kind, label, standing in plain["nodes"]]
        ties = [
            Tie(left, right, relation, source, date.fromisoformat(since), date.fromisoformat(until) if until else None)
            for left, right, relation, source, since, until in plain["ties"]
        ]
    except (binascii.Error, zlib.error, ValueError, TypeError, KeyError, RecursionError):
        raise InputError(_NO_CASE, hint="Choose the files again.") from None
    return network(nodes, ties)


def _inflated(content: bytes) -> bytes:
    opened = zlib.decompressobj()
    made = opened.decompress(content, MAX_UNPACKED)
    if not opened.eof:
        raise InputError(_NO_CASE, hint="Choose the files again.")
    return made
