"""CODIS CMF by the million: a locus that was parsed once is not parsed again.

A file of persons says the same few thousand genotypes over and over. Specimens are cut out of it as they stand, their loci
looked up by their very bytes, and only what is new goes through the parser. Whatever is not as plain as programs write it
(comments, sections, a namespace's prefix, another encoding, a repeated locus) is left to `codis.specimens`, from that place
on or for that specimen: what is read is the same either way, and a test holds the two against each other.
"""

import io
import re
from collections.abc import Iterator
from operator import itemgetter
from typing import BinaryIO

from egnatia.engines.dna.formats.codis import CATEGORIES, KEPT, MAX_ID, ROOT, locus_of, specimens
from egnatia.engines.dna.formats.types import RawProfile, Reading
from egnatia.xml_events import elements
from egnatia.errors import InputError

Row = tuple[str, tuple[str, ...]]
LOOK = 1 << 16
"""Bytes in which the header has to end; honest ones have five hundred."""
CHUNK = 1 << 18
MAX_BLOCK = 1 << 20
"""Bytes in which a specimen has to end; one of 32 loci with eight alleles each has thirty thousand."""
MAX_KNOWN, MAX_PIECE = 1 << 14, 1 << 11
"""Loci that are kept in mind, and bytes of each: 32 MB at the very most, two in a file of persons."""
_END, _LOCUS_END = b"</SPECIMEN>", b"</LOCUS>"
_TEXT = rb"[\t\n\r -%'-;=?-~]"
"""What may stand in a text that is not parsed: plain characters but `<`, `>` and `&`, and nothing that XML forbids."""
_PROLOGUE = re.compile(
    rb"(?:\xef\xbb\xbf)?[ \t\r\n]*"
    rb"(?:<\?xml[ \t\r\n]+version=[\"']1\.0[\"'](?:[ \t\r\n]+encoding=[\"'](?i:utf-8|us-ascii)[\"'])?"
    rb"(?:[ \t\r\n]+standalone=[\"'](?:yes|no)[\"'])?[ \t\r\n]*\?>[ \t\r\n]*)?"
    rb"<CODISImportFile(?:[ \t\r\n][^<>]*)?>[ \t\r\n]*(?:<[A-Z]+>[^<&]*</[A-Z]+>[ \t\r\n]*)*(?=<SPECIMEN[ \t\r\n>])"
)
_HEAD = re.compile(
    rb"[ \t\r\n]*<SPECIMEN(?: SOURCEID=\"(?:Yes|No|N/A)\")?(?: CASEID=\"[\w -]*\")?(?: PARTIAL=\"(?:true|false)\")?[ \t\r\n]*>"
    rb"[ \t\r\n]*<SPECIMENID>(T+)</SPECIMENID>[ \t\r\n]*<SPECIMENCATEGORY>(T+)</SPECIMENCATEGORY>[ \t\r\n]*"
    rb"(?:<SPECIMENCOMMENT>T*</SPECIMENCOMMENT>[ \t\r\n]*)?".replace(b"T+", _TEXT + b"+").replace(b"T*", _TEXT + b"*")
)
_NOT_READ = re.compile(
    b"<READINGBY>" + _TEXT + rb"*</READINGBY>[ \t\r\n]*<READINGDATETIME>" + _TEXT + b"*</READINGDATETIME>"
)
_KINDS = {name.encode(): kind for name, kind in CATEGORIES.items()}


def read_codis(stream: BinaryIO) -> Iterator[Reading]:
    """Read specimens one by one.

    Raises:
        InputError: the file is no XML, or its outermost element is not that of CMF.
    """
    rest = stream.read(LOOK)
    found = _PROLOGUE.match(rest)
    prologue = found[0] if found else b""
    rest, number, known = rest[len(prologue) :], 0, dict[bytes, Row]()
    if prologue:
        _hold(elements(io.BytesIO(prologue + f"</{ROOT}>".encode()), KEPT))
    while prologue and len(rest) <= MAX_BLOCK:
        *blocks, rest = rest.split(_END)
        for place, block in enumerate(blocks):
            reading = _plain(block, number + 1, known)
            if reading is not None:
                yield reading
            elif b"<!" in block or b"<?" in block:  # what looks like an end may stand in a comment
                left = _END.join((*blocks[place:], rest))
                yield from specimens(elements(stream, KEPT, prologue + left), number)
                return
            else:
                yield from _alone(block, number)
            number += 1
        data = stream.read(CHUNK)
        if not data:
            break
        rest += data
    yield from specimens(elements(stream, KEPT, prologue + rest), number)


def _hold(events: Iterator[object]) -> None:
    """Let the parser say whether what was cut out stands by itself."""
    for _ in events:
        pass


def _alone(block: bytes, number: int) -> Iterator[Reading]:
    """A specimen that is not plain, through the parser."""
    text = f"<{ROOT}>".encode() + block + _END + f"</{ROOT}>".encode()
    return specimens(elements(io.BytesIO(text), KEPT), number)


def _plain(block: bytes, number: int, known: dict[bytes, Row]) -> RawProfile | None:
    """A specimen by the bytes of its loci; none where it is not as plain as that."""
    *pieces, tail = block.split(_LOCUS_END)
    head = _HEAD.match(pieces[0]) if pieces else None
    if head is None or tail.strip(b" \t\r\n") or len(head[1]) > MAX_ID:
        return None
    pieces[0] = pieces[0][head.end() :]
    rows = [row for piece in pieces if (row := known.get(piece) or _learned(piece, known))]
    kind = _KINDS.get(head[2])
    if kind is None or len({*map(_NAME, rows)}) != len(pieces):
        return None
    ref = head[1].decode().strip()
    return RawProfile(ref, kind, tuple(rows), f"specimen {number} {ref}") if ref else None


_NAME = itemgetter(0)


def _learned(piece: bytes, known: dict[bytes, Row]) -> Row | None:
    """One locus as it stands, without who read it when, or else through the parser."""
    short = _NOT_READ.sub(b"", piece)
    row = known.get(short) or _parsed(short, known)
    if row is not None:
        _keep(piece, row, known)
    return row


def _keep(piece: bytes, row: Row, known: dict[bytes, Row]) -> None:
    if len(piece) <= MAX_PIECE:
        if len(known) >= MAX_KNOWN:
            known.clear()
        known[piece] = row


def _parsed(piece: bytes, known: dict[bytes, Row]) -> Row | None:
    """One locus through the parser; kept in mind unless there is something to be said about it."""
    text = b"<x>" + piece + _LOCUS_END + b"</x>"
    try:
        row = locus_of(elements(io.BytesIO(text), KEPT))
    except InputError:
        return None
    if row is not None:
        _keep(piece, row, known)
    return row
