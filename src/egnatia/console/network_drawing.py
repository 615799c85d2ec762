"""Where everything of a network stands in its drawing; the template writes the shapes, the words and nothing else."""

from dataclasses import dataclass

from markupsafe import Markup

from egnatia.engines.people.graph.network import Network
from egnatia.engines.people.graph.picture import HEIGHT, SHAPES, WIDTH, placed
from egnatia.engines.people.graph.types import Node, NodeKind
from egnatia.enquiries.networks import SEED

LABEL = 22
"""Characters of a label that are drawn; the tables have the whole."""


@dataclass(frozen=True, slots=True)
class Point:
    """A node and where it stands."""

    node: Node
    x: float
    y: float

    @property
    def shape(self) -> Markup:
        """What its kind is drawn as."""
        return shape(self.node.kind)

    @property
    def short(self) -> str:
        """What stands beneath it."""
        name = self.node.label or self.node.ref
        return name if len(name) <= LABEL else name[: LABEL - 1] + "\u2026"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network as it is drawn.

    Attributes:
        wide: width of the drawing, in its own units.
        high: its height.
        lines: the two ends of each pair that is tied, once however many ties they have.
        points: every node.
        kinds: those that occur, for the legend.
    """

    wide: int
    high: int
    lines: tuple[tuple[Point, Point], ...]
    points: tuple[Point, ...]
    kinds: tuple[NodeKind, ...]


def shape(kind: NodeKind) -> Markup:
    """The outline of a kind around the point where it stands: our own text, nothing of a file."""
    return Markup(SHAPES[kind])  # noqa: S704 - a constant of the engine


def drawn(seen: Network) -> Drawing:
    """Place everything. What is shielded has to be taken out before."""
    places = placed(seen, SEED)
    points = {ref: Point(node, round(places[ref][0], 1), round(places[ref][1], 1)) for ref, node in seen.nodes.items()}
    pairs = sorted({(min(tie.left, tie.right), max(tie.left, tie.right)) for tie in seen.ties})
    lines = tuple((points[left], points[right]) for left, right in pairs)
    kinds = tuple(kind for kind in NodeKind if any(each.node.kind is kind for each in points.values()))
    return Drawing(WIDTH, HEIGHT, lines, tuple(points.values()), kinds)
