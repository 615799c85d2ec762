"""A case as a picture: an SVG that stands alone, prints, and can be read without colour.

Each kind has its own shape and its name in the legend. The same case and seed give the same picture. Whoever is shielded is
not in it; the legend says how many were left out.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import TypeAlias
from xml.sax.saxutils import escape

import rustworkx as rx

from egnatia.engines.people.graph.network import Network, visible
from egnatia.engines.people.graph.types import Node, NodeKind
from egnatia.errors import InputError

MAX_DRAWN = 300
"""Nodes in a picture; with more the labels cover one another at the size of a sheet of paper."""
WIDTH, HEIGHT = 1200, 800
"""Of the picture, in its own units."""
_EDGE, _LEGEND, _LINE = 70, 190, 24
_MARGIN, _MARGIN_SHARE = 50, 0.2
"""Of a field within the picture: half a label, less where the field is small."""
_ONE_PLACE = 1e-9
_RADIUS = 9
_LABEL = 28
"""Characters of a label that are drawn; the whole stands in the node's title."""
SHAPES: Mapping[NodeKind, str] = {
    NodeKind.PERSON: '<circle r="9"/>',
    NodeKind.ORGANISATION: '<rect x="-9" y="-9" width="18" height="18"/>',
    NodeKind.PHONE: '<rect x="-5" y="-9" width="10" height="18" rx="3"/>',
    NodeKind.ACCOUNT: '<path d="M0 -10 L10 0 L0 10 L-10 0 Z"/>',
    NodeKind.VEHICLE: '<path d="M-10 7 L-6 -7 L6 -7 L10 7 Z"/>',
    NodeKind.DOCUMENT: '<path d="M-8 -10 H4 L8 -6 V10 H-8 Z"/>',
    NodeKind.PLACE: '<path d="M0 -10 L10 8 H-10 Z"/>',
}
"""What each kind is drawn as, around the point where it stands."""
_STYLE = """
:root { color-scheme: light dark }
svg { background: #fff; color: #1b1b1b; font: 13px/1.2 system-ui, sans-serif }
.tie { stroke: #767676; stroke-width: 1.5 }
.node > * { fill: #fff; stroke: currentColor; stroke-width: 2 }
.node > text { fill: currentColor; stroke: none }
@media (prefers-color-scheme: dark) {
  svg { background: #14171a; color: #f2f2f2 } .tie { stroke: #9aa0a6 } .node > * { fill: #14171a }
}
"""
Points = Mapping[str, tuple[float, float]]


def picture(case: Network, seed: int) -> str:
    """Draw a case.

    Args:
        case: what to draw; a case cut out with `network.around`.
        seed: of the layout.

    Raises:
        InputError: nothing is left to draw, or more than `MAX_DRAWN` nodes.
    """
    seen = visible(case)
    if not 1 <= len(seen.nodes) <= MAX_DRAWN:
        raise InputError(
            f"{len(seen.nodes):,} nodes would have to be drawn; a picture holds 1 to {MAX_DRAWN}",
            hint="Only persons recorded as involved are drawn. Cut out more or fewer steps around those of the case.",
        )
    points = placed(seen, seed)
    return "\n".join(_drawn(seen, points, len(case.nodes) - len(seen.nodes)))


def placed(seen: Network, seed: int) -> Points:
    """Where each node stands, in the picture's units; the same network and seed give the same places.

    What hangs together stands together, each such part in a field of its own: laid out as one, parts without a tie drift to
    the corners, and the springs leave no room for what is in them.
    """
    refs = list(seen.nodes)
    graph: rx.PyGraph[str, None] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(refs)
    places = {ref: place for place, ref in enumerate(refs)}
    graph.add_edges_from([(places[tie.left], places[tie.right], None) for tie in seen.ties])
    parts = sorted((sorted(part) for part in rx.connected_components(graph)), key=lambda part: (-len(part), part))
    points: dict[str, tuple[float, float]] = {}
    for part, field in _fields(parts, (_EDGE, _EDGE, WIDTH - _LEGEND - _EDGE, HEIGHT - _EDGE)):
        points |= _laid_out(graph.subgraph(part), field, seed)
    return points


_Part: TypeAlias = list[int]
_Field: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom."""


def _fields(parts: list[_Part], field: _Field) -> Iterator[tuple[_Part, _Field]]:
    """Divide a field among parts by how many nodes they have, always across its longer side."""
    if len(parts) == 1:
        yield parts[0], field
        return
    sizes = list(accumulate(len(part) for part in parts))
    half = 1 + next(place for place, size in enumerate(sizes) if 2 * size >= sizes[-1])
    half = min(half, len(parts) - 1)
    share = sizes[half - 1] / sizes[-1]
    left, top, right, bottom = field
    if right - left >= bottom - top:
        middle = left + share * (right - left)
        one, other = (left, top, middle, bottom), (middle, top, right, bottom)
    else:
        middle = top + share * (bottom - top)
        one, other = (left, top, right, middle), (left, middle, right, bottom)
    yield from _fields(parts[:half], one)
    yield from _fields(parts[half:], other)


def _laid_out(part: "rx.PyGraph[str, None]", field: _Field, seed: int) -> dict[str, tuple[float, float]]:
    """One part inside its field, with a margin so that its labels do not run into the next one's."""
    found = rx.spring_layout(part, seed=seed, num_iter=200)
    along = [
        _stretched([found[place][axis] for place in part.node_indices()], field[axis], field[axis + 2])
        for axis in (0, 1)
    ]
    return dict(zip(part.nodes(), zip(*along, strict=True), strict=True))


def _stretched(values: list[float], start: float, end: float) -> list[float]:
    """Values brought between start and end; those that are all one, in the middle."""
    least, most = min(values), max(values)
    margin = min(_MARGIN, _MARGIN_SHARE * (end - start))
    if most - least < _ONE_PLACE:
        return [(start + end) / 2] * len(values)
    scale = (end - start - 2 * margin) / (most - least)
    return [start + margin + (value - least) * scale for value in values]


def _drawn(seen: Network, points: Points, left_out: int) -> Iterator[str]:
    title = f"Network of {len(seen.nodes)} nodes and {len(seen.ties)} ties"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">'
    yield f'<title id="title">{title}</title><style>{_STYLE}</style>'
    for left, right in sorted({(tie.left, tie.right) for tie in seen.ties}):
        (x1, y1), (x2, y2) = points[left], points[right]
        yield f'<line class="tie" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
    for ref, node in seen.nodes.items():
        yield _node(node, *points[ref])
    yield from _legend(seen, left_out)
    yield "</svg>"


def _node(node: Node, x: float, y: float) -> str:
    name = node.label or node.ref
    short = name if len(name) <= _LABEL else name[: _LABEL - 1] + "\u2026"
    title = escape(f"{node.kind.value} {node.ref} {node.label}".strip())
    text = f'<text y="{_RADIUS + 15}" text-anchor="middle">{escape(short)}</text>'
    return f'<g class="node" transform="translate({x:.1f} {y:.1f})"><title>{title}</title>{SHAPES[node.kind]}{text}</g>'


def _legend(seen: Network, left_out: int) -> Iterator[str]:
    kinds = [kind for kind in NodeKind if any(node.kind is kind for node in seen.nodes.values())]
    x = WIDTH - _LEGEND + _EDGE / 2
    for line, kind in enumerate(kinds):
        text = f'<text x="18" y="4">{kind.value}</text>'
        yield f'<g class="node" transform="translate({x} {_EDGE + line * _LINE})">{SHAPES[kind]}{text}</g>'
    if left_out:
        y = _EDGE + len(kinds) * _LINE
        yield f'<g class="node" transform="translate({x} {y})"><text x="-10" y="4">{left_out} left out (shielded)</text></g>'
