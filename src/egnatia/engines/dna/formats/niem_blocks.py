"""NIEM by the million: a record but for its loci, and each locus, is parsed once and not again (`blocks` says how).

Records are cut out of the file as they stand and their loci out of them. What is left is the same from record to record,
but for identifications, which are taken out, and for what is not read of persons and of times, which is passed over.
"""

import io
import re
from collections.abc import Iterator
from operator import itemgetter
from typing import BinaryIO

from egnatia.engines.dna.formats.blocks import DECLARATION, LOOK, TEXT, Cut, read_cut
from egnatia.engines.dna.formats.niem import (
    KEPT,
    MARK,
    MAX_ALLELES,
    MAX_LOCI,
    NAMED,
    Frame,
    Piece,
    frame_of,
    piece_of,
    records,
    told,
)
from egnatia.engines.dna.formats.types import RawProfile, Reading
from egnatia.errors import InputError
from egnatia.xml_events import elements

MAX_KNOWN, MAX_PIECE = 1 << 14, 1 << 11
"""Loci that are kept in mind, and bytes of each: 32 MB at the very most, eight in a file of persons."""
MAX_FRAMES, MAX_FRAME = 1 << 8, 1 << 15
"""Records without their loci that are kept in mind, and bytes of each: 8 MB at the very most."""
MAX_ID = 64
"""Bytes of an identification that is taken out; of longer ones the parser judges."""
_SPACE = rb"[ \t\r\n]*"
_COMMENT = rb"(?:<!--(?:[^-<&]|-(?!-))*-->" + _SPACE + rb")*"
_PROLOGUE = re.compile(
    DECLARATION + _COMMENT + rb"<([\w.-]+:)?([A-Za-z][\w.-]*)(?:[ \t\r\n][^<>]*(?<!/))?>" + _SPACE
    + rb"(?=<([\w.-]+:)?DNARecord[ \t\r\n>])"
)  # fmt: skip
_ID = re.compile(rb"(<(?:[\w.-]+:)?IdentificationID>)(" + TEXT + rb"+)(?=</)")
_LOCUS = re.compile(rb"DNALocus|DNAAllele")
"""What only loci have: where it stands beside them, the parser judges."""
_PASSED = re.compile(
    rb"(<(?:[\w.-]+:)?(?:ProcessUTCDate|Date|DateTime|"
    + "|".join(sorted(NAMED)).encode()
    + rb")>)"
    + TEXT
    + rb"+(?=</)"
)


def read_niem(stream: BinaryIO) -> Iterator[Reading]:
    """Read records one by one, whatever they stand in.

    Raises:
        InputError: the file is no XML.
    """
    beginning = stream.read(LOOK)
    found = _PROLOGUE.match(beginning)
    if found is None:
        return read_cut(stream, beginning, Cut(b"", b"", (b"", b""), KEPT, lambda *_: None, records))
    prefix = found[3] or b""
    for _ in elements(io.BytesIO(found[0] + b"</" + (found[1] or b"") + found[2] + b">"), KEPT):
        pass
    plain, end = _Plain(prefix), b"</" + prefix + b"DNARecord>"
    return read_cut(stream, beginning, Cut(found[0], end, (b"<x>", b"</x>"), KEPT, plain.read, records))


class _Plain:
    """Reads records by their bytes, and keeps in mind what came before."""

    def __init__(self, prefix: bytes) -> None:
        self._locus, self._locus_end = b"<" + prefix + b"DNALocus>", b"</" + prefix + b"DNALocus>"
        self._end = b"</" + prefix + b"DNARecord>"
        self._frames: dict[tuple[bytes, ...], Frame] = {}
        self._pieces: tuple[dict[bytes, Piece], dict[bytes, Piece]] = ({}, {})

    def read(self, block: bytes, number: int) -> RawProfile | None:
        """A record; none where it is not plain."""
        *pieces, tail = block.split(self._locus_end)
        if not 0 < len(pieces) <= MAX_LOCI:
            return None
        head, _, first = pieces[0].partition(self._locus)
        pieces[0] = self._locus + first
        parts = _ID.split(head)
        ids = parts[2::3]
        del parts[2::3]
        frame = self._frames.get((*parts, tail)) or self._frame(parts, tail)
        if frame is None or max(map(len, ids), default=0) > MAX_ID or not all(map(bytes.strip, ids)):
            return None
        known = self._pieces[frame.mixed]
        found = [piece for each in pieces if (piece := known.get(each) or self._learned(each, mixed=frame.mixed))]
        return _joined(frame, found, ids, number) if len(found) == len(pieces) else None

    def _frame(self, parts: list[bytes], tail: bytes) -> Frame | None:
        """A record without its loci, through the parser unless it was there before but for dates and persons."""
        *bare, end = [_PASSED.sub(rb"\1", each) for each in (*parts, tail)]
        frame = self._frames.get((*bare, end))
        if frame is None:
            text = b"".join(each + b"@%d" % (place // 2) if place % 2 else each for place, each in enumerate(bare))
            if _LOCUS.search(text + end) or (text + end).count(b"IdentificationID") != len(bare) - 1:
                return None
            try:
                frame = frame_of(text + MARK + end + self._end)
            except InputError:
                return None
        if frame is not None and sum(map(len, bare)) + len(end) <= MAX_FRAME:
            if len(self._frames) >= MAX_FRAMES:
                self._frames.clear()
            self._frames[(*bare, end)] = frame
        return frame

    def _learned(self, data: bytes, *, mixed: bool) -> Piece | None:
        """A locus through the parser, unless it was there before but for who read it when."""
        known = self._pieces[mixed]
        bare = _PASSED.sub(rb"\1", _ID.sub(rb"\1", data))
        piece = known.get(bare)
        if piece is None:
            try:
                piece = piece_of(bare + self._locus_end, mixed=mixed)
            except InputError:
                return None
        if piece is not None and len(data) <= MAX_PIECE:
            if len(known) >= MAX_KNOWN:
                known.clear()
            known[bare] = known[data] = piece
        return piece


_MORE = itemgetter(1)


def _joined(frame: Frame, pieces: list[Piece], ids: list[bytes], number: int) -> RawProfile | None:
    """A record and its loci, as the parser would have read them together."""
    reading = frame.reading
    ref = ids[int(reading.ref[1:])].decode().strip()
    where = f"record {number} {ref[:MAX_ALLELES]}"
    rows = tuple([row for piece in pieces for row in piece[0]])
    if not any(map(_MORE, pieces)):
        return reading._replace(ref=ref, where=where, rows=rows)
    tolerated = (*(note for piece in pieces for note in piece.tolerated), *reading.tolerated)
    if len(tolerated) > MAX_LOCI:
        return None
    return reading._replace(
        ref=ref,
        where=where,
        rows=rows,
        required=tuple([each for piece in pieces for each in piece.required]),
        tolerated=tolerated,
        stripped=told(frame.stripped.union(*(piece.stripped for piece in pieces))),
    )
