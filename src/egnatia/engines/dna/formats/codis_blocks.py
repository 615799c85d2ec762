"""CODIS CMF by the million: a locus that was parsed once is not parsed again (`blocks` says how).

Specimens are cut out of the file as they stand, their loci looked up by their very bytes.
"""

import io
import re
from collections.abc import Iterator
from operator import itemgetter
from typing import BinaryIO

from egnatia.engines.dna.formats.blocks import DECLARATION, LOOK, TEXT, Cut, read_cut
from egnatia.engines.dna.formats.codis import CATEGORIES, KEPT, MAX_ID, ROOT, locus_of, specimens
from egnatia.engines.dna.formats.types import RawProfile, Reading
from egnatia.engines.dna.normalise import Written, written
from egnatia.errors import InputError
from egnatia.xml_events import elements

MAX_KNOWN, MAX_PIECE = 1 << 14, 1 << 11
"""Loci that are kept in mind, and bytes of each: 32 MB at the very most, two in a file of persons."""
_END, _LOCUS_END = b"</SPECIMEN>", b"</LOCUS>"
_PROLOGUE = re.compile(
    DECLARATION
    + rb"<CODISImportFile(?:[ \t\r\n][^<>]*)?>[ \t\r\n]*(?:<[A-Z]+>[^<&]*</[A-Z]+>[ \t\r\n]*)*(?=<SPECIMEN[ \t\r\n>])"
)
_HEAD = re.compile(
    rb"[ \t\r\n]*<SPECIMEN(?: SOURCEID=\"(?:Yes|No|N/A)\")?(?: CASEID=\"[\w -]*\")?(?: PARTIAL=\"(?:true|false)\")?[ \t\r\n]*>"
    rb"[ \t\r\n]*<SPECIMENID>(T+)</SPECIMENID>[ \t\r\n]*<SPECIMENCATEGORY>(T+)</SPECIMENCATEGORY>[ \t\r\n]*"
    rb"(?:<SPECIMENCOMMENT>T*</SPECIMENCOMMENT>[ \t\r\n]*)?".replace(b"T+", TEXT + b"+").replace(b"T*", TEXT + b"*")
)
_NOT_READ = re.compile(
    b"<READINGBY>" + TEXT + rb"*</READINGBY>[ \t\r\n]*<READINGDATETIME>" + TEXT + b"*</READINGDATETIME>"
)
_KINDS = {name.encode(): kind for name, kind in CATEGORIES.items()}


def read_codis(stream: BinaryIO) -> Iterator[Reading]:
    """Read specimens one by one.

    Raises:
        InputError: the file is no XML, or its outermost element is not that of CMF.
    """
    beginning = stream.read(LOOK)
    found = _PROLOGUE.match(beginning)
    prologue, known = found[0] if found else b"", dict[bytes, Written]()
    if prologue:
        _hold(elements(io.BytesIO(prologue + _AROUND[1]), KEPT))
    cut = Cut(prologue, _END, _AROUND, KEPT, lambda block, number: _plain(block, number, known), specimens)
    return read_cut(stream, beginning, cut)


_AROUND = (f"<{ROOT}>".encode(), f"</{ROOT}>".encode())


def _hold(events: Iterator[object]) -> None:
    """Let the parser say whether what was cut out stands by itself."""
    for _ in events:
        pass


def _plain(block: bytes, number: int, known: dict[bytes, Written]) -> RawProfile | None:
    """A specimen by the bytes of its loci; none where it is not as plain as that."""
    *pieces, tail = block.split(_LOCUS_END)
    head = _HEAD.match(pieces[0]) if pieces else None
    if head is None or tail.strip(b" \t\r\n") or len(head[1]) > MAX_ID:
        return None
    pieces[0] = pieces[0][head.end() :]
    rows = tuple([row for piece in pieces if (row := known.get(piece) or _learned(piece, known))])
    kind = _KINDS.get(head[2])
    if kind is None or len({*map(_NAME, rows)}) != len(pieces):
        return None
    ref = head[1].decode().strip()
    return RawProfile(ref, kind, rows, f"specimen {number} {ref}") if ref else None


_NAME = itemgetter(0)


def _learned(piece: bytes, known: dict[bytes, Written]) -> Written | None:
    """One locus as it stands, without who read it when, or else through the parser."""
    short = _NOT_READ.sub(b"", piece)
    row = known.get(short) or _parsed(short, known)
    if row is not None:
        _keep(piece, row, known)
    return row


def _keep(piece: bytes, row: Written, known: dict[bytes, Written]) -> None:
    if len(piece) <= MAX_PIECE:
        if len(known) >= MAX_KNOWN:
            known.clear()
        known[piece] = row


def _parsed(piece: bytes, known: dict[bytes, Written]) -> Written | None:
    """One locus through the parser; kept in mind unless there is something to be said about it."""
    text = b"<x>" + piece + _LOCUS_END + b"</x>"
    try:
        found = locus_of(elements(io.BytesIO(text), KEPT))
    except InputError:
        return None
    if found is None:
        return None
    row = written(*found)
    _keep(piece, row, known)
    return row
