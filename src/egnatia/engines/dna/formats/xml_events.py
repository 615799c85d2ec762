"""XML as a stream of events, for files that strangers send.

No document type, so no entity: neither an expansion bomb nor a file or an address that is read from outside. Depth,
length of a text and number of attributes are bounded, and memory does not grow with the file.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from egnatia.errors import InputError

MAX_DEPTH = 32
"""Elements inside one another; NIEM's DNA records have twelve."""
MAX_TEXT = 4096
"""Characters of one element's text; a comment of CODIS has 255."""
MAX_ATTRIBUTES = 32
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Element:
    """The beginning or the end of an element.

    Attributes:
        name: without its prefix.
        begins: whether it begins; at its end `text` is what stood in it, white space around it left out.
        depth: 1 for the outermost.
    """

    name: str
    begins: bool
    depth: int
    attributes: Mapping[str, str]
    text: str = ""


class _Collector:
    """Gathers what expat reports until it is asked for."""

    def __init__(self) -> None:
        self.ready: deque[Element] = deque()
        self.open: list[tuple[str, list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if len(self.open) >= MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            raise InputError(f"more than {MAX_DEPTH} elements inside one another, or {MAX_ATTRIBUTES} attributes")
        local = name.rpartition(":")[2]
        self.open.append((local, []))
        self.ready.append(Element(local, begins=True, depth=len(self.open), attributes=attributes))

    def text(self, data: str) -> None:
        """A piece of the text of the element that is open."""
        if self.open:
            pieces = self.open[-1][1]
            pieces.append(data)
            if sum(map(len, pieces)) > MAX_TEXT:
                raise InputError(f"{self.open[-1][0]} holds more than {MAX_TEXT} characters")

    def end(self, _name: str) -> None:
        """The element that is open ends."""
        depth = len(self.open)
        local, pieces = self.open.pop()
        self.ready.append(Element(local, begins=False, depth=depth, attributes={}, text="".join(pieces).strip()))


def _no_document_type(*_: object) -> None:
    raise InputError("the file declares a document type, which is not read", hint="Take the DOCTYPE line out.")


def elements(stream: BinaryIO) -> Iterator[Element]:
    """The elements of an XML file in their order.

    Raises:
        InputError: it is no XML, declares a document type, or is deeper or longer in one place than any honest file.
    """
    collector, parser = _Collector(), expat.ParserCreate()
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.text
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.EntityDeclHandler = _no_document_type
    ended = False
    while not ended:
        data = stream.read(CHUNK)
        ended = not data
        try:
            parser.Parse(data, ended)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise InputError(f"the file is no XML that can be read: {error}") from None
        while collector.ready:
            yield collector.ready.popleft()
