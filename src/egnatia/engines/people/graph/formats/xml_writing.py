"""Texts inside XML that is written line by line."""

from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

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
