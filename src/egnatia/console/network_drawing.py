"""Where everything of a network stands in its drawing; the template writes the shapes, the words and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from egnatia.engines.people.graph.network import Network
from egnatia.engines.people.graph.paths import MAX_PATHS, Path
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
class Line:
    """A pair that is tied, once however many ties it has.

    Attributes:
        one: where it begins.
        other: where it ends.
        way: 1 where it is a step of the shortest way that was asked for, more where of another, else 0.
        step: which step of that way.
    """

    one: Point
    other: Point
    way: int = 0
    step: int = 0

    @property
    def middle(self) -> tuple[float, float]:
        """Where the number of the step stands."""
        return round((self.one.x + self.other.x) / 2, 1), round((self.one.y + self.other.y) / 2, 1)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network as it is drawn.

    Attributes:
        wide: width of the drawing, in its own units.
        high: its height.
        lines: each pair that is tied; those of the shortest way last, so that nothing is drawn over them.
        points: every node.
        passed: references of all nodes on a way.
        kinds: those that occur, for the legend.
    """

    wide: int
    high: int
    lines: tuple[Line, ...]
    points: tuple[Point, ...]
    passed: frozenset[str]
    kinds: tuple[NodeKind, ...]


def shape(kind: NodeKind) -> Markup:
    """The outline of a kind around the point where it stands: our own text, nothing of a file."""
    return Markup(SHAPES[kind])  # noqa: S704 - a constant of the engine


def drawn(seen: Network, ways: Sequence[Path] = ()) -> Drawing:
    """Place everything, and mark the ways. What is shielded has to be taken out before."""
    places = placed(seen, SEED)
    points = {ref: Point(node, round(places[ref][0], 1), round(places[ref][1], 1)) for ref, node in seen.nodes.items()}
    pairs = sorted({_pair(tie.left, tie.right) for tie in seen.ties})
    marked = _marked(ways)
    lines = [Line(points[left], points[right], *marked.get((left, right), (0, 0))) for left, right in pairs]
    kinds = tuple(kind for kind in NodeKind if any(each.node.kind is kind for each in points.values()))
    passed = frozenset(ref for pair in marked for ref in pair)
    return Drawing(WIDTH, HEIGHT, tuple(sorted(lines, key=_under)), tuple(points.values()), passed, kinds)


def _pair(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left < right else (right, left)


def _under(line: Line) -> tuple[int, int]:
    """What is drawn first lies below: what is on no way, then the last way, the shortest one on top, step by step."""
    return -line.way if line.way else -MAX_PATHS - 1, line.step


def _marked(ways: Sequence[Path]) -> dict[tuple[str, str], tuple[int, int]]:
    """For each pair on a way, which way and which step; no two ways have a pair in common."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for number, way in enumerate(ways, 1):
        here = way.start
        for place, step in enumerate(way.steps, 1):
            found[_pair(here, step.ref)] = number, place
            here = step.ref
    return found
