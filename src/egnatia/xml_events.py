"""XML as a stream of events, for files that strangers send.

No document type, so no entity: neither an expansion bomb nor a file or an address that is read from outside. Depth,
length of a text and number of attributes are bounded, and memory does not grow with the file. Only the text that a reader
asks for is kept: what stands elsewhere, a donor's date of birth or a picture, is passed over as it comes.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from egnatia.errors import InputError

MAX_DEPTH = 32
"""Elements inside one another; NIEM's DNA records have twelve."""
MAX_TEXT = 4096
"""Characters of one element's text; a comment of CODIS has 255."""
MAX_ATTRIBUTES = 32
MAX_NAMES = 4096
"""Different names of elements and attributes; the parser remembers each to the end. All of NIEM's biometrics have 3,000."""
MAX_TAG = 1 << 16
"""Bytes of one tag, one comment or one instruction: what the parser has to hold until it ends."""
CHUNK = 1 << 16


class Element(NamedTuple):
    """The beginning or the end of an element.

    Attributes:
        name: without its prefix.
        begins: whether it begins; at its end `text` is what stood in it, white space around it left out.
        depth: 1 for the outermost.
        attributes: at its beginning.
        text: at its end, of an element that holds no other and is one of those asked for.
    """

    name: str
    begins: bool
    depth: int
    attributes: Mapping[str, str]
    text: str = ""


_NONE: Mapping[str, str] = {}


class _Collector:
    """Gathers what expat reports until it is asked for."""

    def __init__(self, keep: frozenset[str]) -> None:
        self.keep = keep
        self.ready: deque[Element] = deque()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.pieces: list[str] = []
        self.size = 0
        self.keeping = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if len(self.open) >= MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            raise InputError(f"more than {MAX_DEPTH} elements inside one another, or {MAX_ATTRIBUTES} attributes")
        self._remember(name, attributes)
        local = name.rpartition(":")[2]
        self.open.append(local)
        self.pieces.clear()
        self.size, self.keeping = 0, local in self.keep
        self.ready.append(Element(local, True, len(self.open), attributes))

    def _remember(self, name: str, attributes: Mapping[str, str]) -> None:
        if name not in self.names or not attributes.keys() <= self.names:
            self.names.update((name, *attributes))
            if len(self.names) > MAX_NAMES:
                raise InputError(f"more than {MAX_NAMES} different names of elements and attributes")

    def text(self, data: str) -> None:
        """A piece of the text of the element that is open."""
        if not self.keeping:
            return
        self.pieces.append(data)
        self.size += len(data)
        if self.size > MAX_TEXT:
            raise InputError(f"{self.open[-1]} holds more than {MAX_TEXT} characters")

    def end(self, _name: str) -> None:
        """The element that is open ends."""
        text = "".join(self.pieces).strip() if self.keeping else ""
        self.ready.append(Element(self.open.pop(), False, len(self.open) + 1, _NONE, text))
        self.keeping = False


def _no_document_type(*_: object) -> None:
    raise InputError("the file declares a document type, which is not read", hint="Take the DOCTYPE line out.")


def elements(stream: BinaryIO, keep: frozenset[str], before: bytes = b"") -> Iterator[Element]:
    """The elements of an XML file in their order.

    Args:
        stream: to its end.
        keep: names of the elements whose text is wanted.
        before: what was read of the file already and belongs in front.

    Raises:
        InputError: it is no XML, declares a document type, or is deeper or longer in one place than any honest file.
    """
    collector, parser = _Collector(keep), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.text
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.EntityDeclHandler = _no_document_type
    given, data = 0, before or stream.read(CHUNK)
    while True:
        given += len(data)
        try:
            parser.Parse(data, not data)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise InputError(f"the file is no XML that can be read: {error}") from None
        if given - parser.CurrentByteIndex > MAX_TAG + CHUNK:
            raise InputError(f"one tag or comment of the file is longer than {MAX_TAG} bytes")
        while collector.ready:
            yield collector.ready.popleft()
        if not data:
            return
        data = stream.read(CHUNK)


def root_name(stream: BinaryIO) -> str:
    """The name of the outermost element, without its prefix; winds the stream back.

    Raises:
        InputError: as `elements` says, or the file ends before any element begins.
    """
    first = next(elements(stream, frozenset()), None)
    stream.seek(0)
    if first is None:
        raise InputError("the file has no element")
    return first.name
