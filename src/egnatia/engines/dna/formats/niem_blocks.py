"""NIEM by the million: a record but for its loci, and each locus, is parsed once and not again (`blocks` says how).

Records are cut out of the file as they stand and their loci out of them. What is left is the same from record to record,
but for identifications, which are taken out, and for what is not read of persons and of times, which is passed over.
"""

import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from egnatia.engines.dna.formats.blocks import (
    CHUNK,
    DECLARATION,
    LOOK,
    MAX_BLOCK,
    TEXT,
    Cut,
    read_block,
    read_cut,
    read_on,
)
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
from egnatia.engines.dna.normalise import Row, Written, written
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
_TEXT = re.compile(TEXT + rb"+")
_VALUE = re.compile(rb"(<(?:[\w.-]+:)?(?:DNALocusName|DNAAlleleCall1Text)>)([ -%'-;=?-~]{1,64})(?=</)")
"""What differs from locus to locus of one kit: its name and its alleles, in characters that the parser leaves as they are."""
_LOCUS = re.compile(rb"DNALocus|DNAAllele")
"""What only loci have: where it stands beside them, the parser judges."""
_PASSED = re.compile(
    rb"(<(?:[\w.-]+:)?(?:ProcessUTCDate|Date|DateTime|"
    + "|".join(sorted(NAMED)).encode()
    + rb")>)"
    + TEXT
    + rb"+(?=</)"
)
PASSED_WORDS = (b"Identification", b"Date", b"Person", b"Donor", b"Collection", b"ProcessingEntity", b"DescriptionText")
"""Of which one at least is in the name of everything that is passed over: looked for before the patterns, which take longer."""


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
    end = b"</" + prefix + b"DNARecord>"
    plain = _Plain(prefix)
    return _read(stream, beginning, plain, Cut(found[0], end, (b"<x>", b"</x>"), KEPT, plain.read, records))


def _read(stream: BinaryIO, beginning: bytes, plain: "_Plain", cut: Cut) -> Iterator[Reading]:
    """Read the records of a file, by their loci where all of them came before, and otherwise as `blocks` does.

    Raises:
        InputError: as the parser says.
    """
    rest, number = beginning[len(cut.prologue) :], 0
    while len(rest) <= MAX_BLOCK:
        whole, ended, rest = rest.rpartition(cut.end)
        for record in plain.records(whole) if ended else ():
            reading = plain.quick(record, number + 1)
            if reading is not None:
                number += 1
                yield reading
                continue
            found = read_block(cut, plain.block(record), number)
            if found is None:
                left = cut.end.join((plain.left(record), rest))
                yield from read_on(cut, elements(stream, cut.keep, cut.prologue + left), number)
                return
            yield from found
            number += len(found)
        data = stream.read(CHUNK)
        if not data:
            break
        rest += data
    yield from read_on(cut, elements(stream, cut.keep, cut.prologue + rest), number)


class _Record(NamedTuple):
    """A record as it was cut out of many.

    Attributes:
        lead: up to the end of its first locus; the whole of it where it has none.
        pieces: all that was cut, at the ends of loci.
        place: of the piece in which it begins.
        behind: what stands in that piece from its beginning on, cut at the ends of records.
        stop: place of the piece in which it ends; the same where it has no locus.
        rows: what its loci but the first were before; fewer than there are where one is new.
        tail: behind its last locus.
    """

    lead: bytes
    pieces: list[bytes]
    place: int
    behind: list[bytes]
    stop: int
    rows: list[Written]
    tail: bytes


class _Plain:
    """Reads records by their bytes, and keeps in mind what came before."""

    def __init__(self, prefix: bytes) -> None:
        self._locus, self._locus_end = b"<" + prefix + b"DNALocus>", b"</" + prefix + b"DNALocus>"
        self._end = b"</" + prefix + b"DNARecord>"
        self._id = b""
        self._frame_before: Frame | None = None
        self._last: tuple[bytes, ...] = (b"",)
        self._tail = b""
        self._frames: dict[tuple[bytes, ...], Frame] = {}
        self._pieces: tuple[_Known, _Known] = (_Known(mixed=False), _Known(mixed=True))

    def read(self, block: bytes, number: int) -> RawProfile | None:
        """A record; none where it is not plain."""
        *pieces, tail = block.split(self._locus_end)
        if not 0 < len(pieces) <= MAX_LOCI:
            return None
        head, _, first = pieces[0].partition(self._locus)
        pieces[0] = self._locus + first
        parts, ids = self._identified(head)
        frame = self._frames.get((*parts, tail)) or self._frame(parts, tail)
        if frame is None or max(map(len, ids), default=0) > MAX_ID or not all(map(bytes.strip, ids)):
            return None
        self._remember(frame, parts, tail)
        known = self._pieces[frame.mixed]
        try:
            return _joined(frame, [*map(known.rows.__getitem__, pieces)], ids, number)
        except KeyError:  # one that is new, or of which there is more to say
            pass
        found = [piece for each in pieces if (piece := known.get(each) or self._learned(each, mixed=frame.mixed))]
        return _joined_with_more(frame, found, ids, number) if len(found) == len(pieces) else None

    def _remember(self, frame: Frame, parts: list[bytes], tail: bytes) -> None:
        """Keep what surrounds the identifications of a frame, for the next record is most likely written alike."""
        if not frame.mixed and len(tail) + sum(map(len, parts)) <= MAX_FRAME:
            joined = [text + tag for text, tag in zip(parts[::2], [*parts[1::2], b""], strict=True)]
            self._frame_before, self._last, self._tail = frame, tuple(joined), tail

    def records(self, whole: bytes) -> Iterator[_Record]:
        """Records that stand one behind the other, without the end of the last."""
        pieces = whole.split(self._locus_end)
        rows = [*map(self._pieces[False].rows.get, pieces)]
        rows[-1] = None  # though it may begin like a locus that is known, it has no end
        place, behind = 0, pieces[0].split(self._end)
        for stop in [at for at, row in enumerate(rows) if row is None and at]:
            ended = pieces[stop].split(self._end)
            if len(ended) == 1 and stop < len(pieces) - 1:
                continue  # a locus that is new
            if len(behind) > 1:
                yield from _without_loci(pieces, place, behind, len(behind) - 1)
            seen = [row for row in rows[place + 1 : stop] if row is not None]
            yield _Record(behind[-1], pieces, place, behind[-1:], stop, seen, ended[0])
            place, behind = stop, ended[1:]
        yield from _without_loci(pieces, place, behind, len(behind))

    def quick(self, record: _Record, number: int) -> RawProfile | None:
        """A record of which all that matters was there before, its frame in the record before it or in one of the last."""
        if len(record.rows) != record.stop - record.place - 1 or len(record.rows) >= MAX_LOCI:
            return None
        lead, ids, begin = record.lead, list[bytes](), 0
        for around in self._last[:-1]:
            if not lead.startswith(around, begin):
                return None
            begin += len(around)
            end = lead.find(b"<", begin)
            ids.append(lead[begin:end])
            if not 0 < end - begin <= MAX_ID or not _TEXT.fullmatch(ids[-1]) or not ids[-1].strip():
                return None
            begin = end
        if self._frame_before is None or not lead.startswith(self._last[-1], begin) or record.tail != self._tail:
            return None
        first = self._pieces[False].rows.get(lead[begin + len(self._last[-1]) :])
        return None if first is None else _joined(self._frame_before, (first, *record.rows), ids, number)

    def block(self, record: _Record) -> bytes:
        """A record as it stands, without its end."""
        if record.stop == record.place:
            return record.lead
        inner = record.pieces[record.place + 1 : record.stop]
        return self._locus_end.join((record.lead, *inner, record.tail))

    def left(self, record: _Record) -> bytes:
        """A record and all that stands behind it."""
        return self._locus_end.join((self._end.join(record.behind), *record.pieces[record.place + 1 :]))

    def _identified(self, head: bytes) -> tuple[list[bytes], list[bytes]]:
        """What stands around identifications with their opening tags by themselves, and the identifications.

        A program writes one tag for all of them: it is looked for by its bytes, and by the pattern where that does not do.
        """
        if self._id:
            first, *rest = head.split(self._id)
            parts, ids = [first], list[bytes]()
            for each in rest:
                value, closes, behind = each.partition(b"</")
                if not closes or not _TEXT.fullmatch(value):
                    break
                ids.append(value)
                parts += [self._id, b"</" + behind]
            else:
                return parts, ids
        found = _ID.split(head)
        self._id = self._id or (found[1] if len(found) > 1 else b"")
        ids = found[2::3]
        del found[2::3]
        return found, ids

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
        """A locus through the parser, unless it was there before but for who read it when, or but for what was seen."""
        known = self._pieces[mixed]
        bare = _bare(data)
        piece = known.get(bare)
        if piece is None:
            try:
                piece = known.filled(bare, self._locus_end) or piece_of(bare + self._locus_end, mixed=mixed)
            except InputError:
                return None
        if piece is not None and len(data) <= MAX_PIECE:
            known.keep(bare, data, piece)
        return piece


def _bare(data: bytes) -> bytes:
    """A locus without what is passed over: who read it, and when."""
    return _PASSED.sub(rb"\1", _ID.sub(rb"\1", data)) if any(map(data.__contains__, PASSED_WORDS)) else data


def _without_loci(pieces: list[bytes], place: int, behind: list[bytes], count: int) -> Iterator[_Record]:
    """So many records without any locus, which stand in one piece."""
    for number in range(count):
        yield _Record(behind[number], pieces, place, behind[number:], place, [], b"")


class _Known(dict[bytes, Piece]):
    """Loci that are kept in mind, in records of one sort."""

    def __init__(self, *, mixed: bool) -> None:
        super().__init__()
        self.rows: dict[bytes, Written] = {}
        self._mixed = mixed
        self._forms: dict[tuple[bytes, ...], Row | None] = {}

    def keep(self, bare: bytes, data: bytes, piece: Piece) -> None:
        """Keep a locus in mind as it stands, and without what was passed over."""
        if len(self) >= MAX_KNOWN:
            self.clear()
            self.rows.clear()
        self[bare] = self[data] = piece
        if not piece.more and len(piece.rows) == 1:
            self.rows[bare] = self.rows[data] = piece.rows[0]

    def filled(self, bare: bytes, end: bytes) -> Piece | None:
        """A locus that is written like one before, but for its name and its alleles; none where there is more to it.

        Raises:
            InputError: it is no XML by itself.
        """
        parts = _VALUE.split(bare)
        values = [each.decode().strip() for each in parts[2::3]]
        del parts[2::3]
        form = tuple(parts)
        if not all(values) or not 0 < len(values) <= MAX_ALLELES:
            return None
        if form not in self._forms:
            if len(self._forms) >= MAX_FRAMES:
                self._forms.clear()
            self._forms[form] = self._form(form, end)
        found = self._forms[form]
        if found is None:
            return None
        name, *seen = [values[int(each[1:])] if _HOLE.fullmatch(each) else each for each in (found[0], *found[1])]
        return Piece((written(name, tuple(seen)),), False, (), (), frozenset())

    def _form(self, parts: tuple[bytes, ...], end: bytes) -> Row | None:
        """What a locus comes to whose name and alleles are holes; none where anything but these comes of it."""
        text = b"".join(each + b"@%d" % (place // 2) if place % 2 else each for place, each in enumerate(parts))
        if text.count(b"@") != len(parts) // 2 or len(text) > MAX_PIECE:
            return None
        piece = piece_of(text + end, mixed=self._mixed)
        if piece is None or piece.more or len(piece.rows) != 1:
            return None
        name, seen = piece.rows[0]
        return (name, seen) if all(_HOLE.fullmatch(each) or "@" not in each for each in (name, *seen)) else None


_HOLE = re.compile(r"@(\d+)")


def _joined(frame: Frame, rows: Sequence[Written], ids: list[bytes], number: int) -> RawProfile:
    """A record and loci of which there is nothing more to say, as the parser would have read them together."""
    _, kind, _, _, tolerated, required, stripped = frame.reading
    ref = ids[int(frame.reading.ref[1:])].decode().strip()
    return RawProfile(ref, kind, tuple(rows), f"record {number} {ref[:MAX_ALLELES]}", tolerated, required, stripped)


def _joined_with_more(frame: Frame, pieces: list[Piece], ids: list[bytes], number: int) -> RawProfile | None:
    """A record and its loci; none where there is too much to say."""
    reading = _joined(frame, [row for piece in pieces for row in piece.rows], ids, number)
    if not any(piece.more for piece in pieces):
        return reading
    tolerated = (*(note for piece in pieces for note in piece.tolerated), *reading.tolerated)
    if len(tolerated) > MAX_LOCI:
        return None
    return reading._replace(
        required=tuple([each for piece in pieces for each in piece.required]),
        tolerated=tolerated,
        stripped=told(frame.stripped.union(*(piece.stripped for piece in pieces))),
    )
