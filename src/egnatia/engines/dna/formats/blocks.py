"""XML by the million: a file is cut into its records as they stand, and only what is new goes through the parser.

A file of persons says the same few thousand genotypes over and over. Whatever is not as plain as programs write it
(comments, sections, another encoding, a record that holds more than expected) is left to the parser, from that place on or
for that record: what is read is the same either way, and tests hold the two against each other.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from egnatia.engines.dna.formats.types import Reading
from egnatia.errors import InputError
from egnatia.xml_events import Element, elements

LOOK = 1 << 16
"""Bytes in which the header has to end; honest ones have five hundred."""
CHUNK = 1 << 18
MAX_BLOCK = 1 << 20
"""Bytes in which a record has to end; one of 32 loci with eight alleles each has thirty thousand."""
TEXT = rb"[\t\n\r -%'-;=?-~]"
"""What may stand in a text that is not parsed: plain characters but `<`, `>` and `&`, and nothing that XML forbids."""
DECLARATION = (
    rb"(?:\xef\xbb\xbf)?[ \t\r\n]*"
    rb"(?:<\?xml[ \t\r\n]+version=[\"']1\.0[\"'](?:[ \t\r\n]+encoding=[\"'](?i:utf-8|us-ascii)[\"'])?"
    rb"(?:[ \t\r\n]+standalone=[\"'](?:yes|no)[\"'])?[ \t\r\n]*\?>[ \t\r\n]*)?"
)
"""The beginning of a file in an encoding in which bytes can be cut."""


class Cut(NamedTuple):
    """How a file is cut.

    Attributes:
        prologue: what stands in front of the first record; empty where the file cannot be cut.
        end: of a record.
        around: what a record alone is put between for the parser.
        keep: elements whose text the parser keeps.
        plain: reads a record by its bytes, without its end; none where it is not as plain as that.
        parsed: reads records that the parser went through, behind so many.
    """

    prologue: bytes
    end: bytes
    around: tuple[bytes, bytes]
    keep: frozenset[str]
    plain: Callable[[bytes, int], Reading | None]
    parsed: Callable[[Iterator[Element], int], Iterator[Reading]]


def read_cut(stream: BinaryIO, beginning: bytes, cut: Cut) -> Iterator[Reading]:
    """Read the records of a file one by one.

    Args:
        stream: behind its beginning.
        beginning: what was read of it.
        cut: how it is cut.

    Raises:
        InputError: as the parser says.
    """
    rest, number = beginning[len(cut.prologue) :], 0
    while cut.prologue and len(rest) <= MAX_BLOCK:
        *blocks, rest = rest.split(cut.end)
        for place, block in enumerate(blocks):
            found = read_block(cut, block, number)
            if found is None:
                left = cut.end.join((*blocks[place:], rest))
                yield from read_on(cut, elements(stream, cut.keep, cut.prologue + left), number)
                return
            yield from found
            number += len(found)
        data = stream.read(CHUNK)
        if not data:
            break
        rest += data
    yield from read_on(cut, elements(stream, cut.keep, cut.prologue + rest), number)


def read_block(cut: Cut, block: bytes, number: int) -> Sequence[Reading] | None:
    """A record behind so many, through the parser where it is not plain.

    None where it does not stand by itself, as when its end was that of another: what looks like an end may also stand in a
    comment.
    """
    reading = cut.plain(block, number + 1)
    if reading is not None:
        return (reading,)
    if b"<!" in block or b"<?" in block:
        return None
    whole = io.BytesIO(cut.around[0] + block + cut.end + cut.around[1])
    try:
        return [*cut.parsed(elements(whole, cut.keep), number)]
    except InputError:
        return None


def read_on(cut: Cut, events: Iterator[Element], number: int) -> Iterator[Reading]:
    """What the parser makes of records behind so many.

    Raises:
        InputError: as the parser says, whose lines are not those of the file where records were cut off before.
    """
    try:
        yield from cut.parsed(events, number)
    except InputError as error:
        if not number:
            raise
        raise InputError(f"{error.message}, counted from the end of record {number}", hint=error.hint()) from None
