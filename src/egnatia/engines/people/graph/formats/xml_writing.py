"""Texts inside XML that is written line by line, and whether what is read is the kind of XML that its name says."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from egnatia.errors import InputError
from egnatia.xml_events import Element

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def write_line(stream: BinaryIO, text: str) -> None:
    """One line of a file."""
    stream.write(text.encode() + b"\n")


def attribute(value: str) -> str:
    """A value with its quotes, as it stands in a tag."""
    return quoteattr(value)


def content(value: str) -> str:
    """A text between two tags."""
    return escape(value)


def rooted(events: Iterator[Element], name: str) -> Iterator[Element]:
    """The same events, of a file whose outermost element has a name: another kind of XML is no network without nodes.

    Raises:
        InputError: it has another name, or there is none.
    """
    first = next(events, None)
    if first is None or first.name != name:
        raise InputError(
            f"the file is no network of this format: it has no outermost element {name}",
            hint="Name the file by what it is: .gexf, .graphml, or .json for FollowTheMoney.",
        )
    yield first
    yield from events
