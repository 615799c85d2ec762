"""An index in a folder: mapped and not read, so that a search over a million records can begin at once.

`people.json` says what lies where in `people.bin`, and has a checksum of it and, in its last line, of itself. An index is
derived: it is made again from the records and never repaired. It holds names in clear, as the records do that it is of;
whoever may not read these may not read it.
"""

import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

import numpy as np

from egnatia.engines.people.compacting import compacted
from egnatia.engines.people.index import PersonIndex
from egnatia.engines.people.level import NUMBER_MASK, Hashes, Level, Posting, fields_written
from egnatia.engines.people.surveying import Readable, Table, contradiction, survey
from egnatia.engines.people.vocabulary import Filed, Vocabulary, reading
from egnatia.errors import ConflictError, InputError

HEADER, DATA = "people.json", "people.bin"
_UNFINISHED = HEADER + ".part"
"""The header before it has its name."""
FORMAT = 2
MAX_HEADER = 1 << 16
"""Bytes; a header has some three thousand."""
_ALIGNED, _SUM = 8, 10
"""Bytes: where every section begins, and what the checksum of the header takes with its two ends of line."""
_TYPES = {"u1": np.uint8, "u4": np.uint32, "u8": np.uint64}
_SECTIONS = {
    "people": "u1",
    "ends": "u8",
    "names": "u4",
    "name_ends": "u4",
    "born": "u4",
    "parts.keys": "u4",
    "parts.starts": "u4",
    "parts.slots": "u4",
    "dates.keys": "u4",
    "dates.starts": "u4",
    "dates.slots": "u4",
    "numbers.keys": "u4",
    "numbers.slots": "u4",
    "refs.keys": "u4",
    "refs.slots": "u4",
    "words.texts": "u1",
    "words.ends": "u4",
    "words.keys": "u4",
    "words.owners": "u4",
    "words.sounds": "u4",
    "words.counts": "u4",
    "words.parents": "u4",
}
"""What lies in the file of data, in this order, and how wide its numbers are; little-endian."""
_MASKS = {"names": NUMBER_MASK}
"""Which bits of a table say where it leads."""
_BYTES = Path("the store")
"""What is named when bytes are refused."""
_AGAIN = "Make it again with `egnatia people index`."
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Header:
    """What a folder says of its index.

    Attributes:
        records: how many it holds.
        sizes: how many numbers each section has.
        checksum: CRC-32 of the whole file of data.
    """

    records: int
    sizes: dict[str, int]
    checksum: int


def save(index: PersonIndex, directory: Path) -> None:
    """Write an index into a new folder, as one level without what was taken out.

    The header comes last and at once, when the data are on the disk: what broke off has none, is opened by nobody, and the same
    folder can be given again.

    Raises:
        ConflictError: there is something in the folder already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if {each.name for each in directory.iterdir()} - {DATA, _UNFINISHED}:
        raise ConflictError(f"{directory} is not empty", hint="Name a new folder; an index is never overwritten.")
    with (directory / DATA).open("wb") as stream:
        header = _write_data(index, stream)
        stream.flush()
        os.fsync(stream.fileno())
    (directory / _UNFINISHED).write_bytes(header)
    (directory / _UNFINISHED).replace(directory / HEADER)


def to_bytes(index: PersonIndex) -> bytes:
    """An index as bytes: what a folder of it holds, the header first."""
    stream = io.BytesIO()
    header = _write_data(index, stream)
    return header + stream.getvalue()


def from_bytes(written: bytes) -> PersonIndex:
    """The index that was written as bytes; they are used in place.

    Raises:
        InputError: it is of another release, cut off, or was changed.
    """
    end = written.find(b"\n", written.find(b"\n") + 1) + 1
    header = _header(_BYTES, written[:end])
    stream = io.BytesIO(written)
    stream.seek(end)
    _check(_BYTES, stream, len(written) - end, header)
    return _index(_cut(np.frombuffer(written, dtype=np.uint8)[end:], header), header)


def _write_data(index: PersonIndex, stream: BinaryIO) -> bytes:
    """Write the sections; returns the header."""
    vocabulary, level = compacted(index.vocabulary, index.levels())
    arrays = _arrays(vocabulary, level)
    checksum = 0
    for name, kind in _SECTIONS.items():
        values = np.ascontiguousarray(arrays[name], dtype=np.dtype(_TYPES[kind]).newbyteorder("<"))
        checksum = _write(stream, values, checksum)
    body = {
        "format": FORMAT,
        "fields": fields_written(),
        "reading": reading(),
        "records": len(level),
        "sizes": {name: len(arrays[name]) for name in _SECTIONS},
        "checksum": checksum,
    }
    text = json.dumps(body, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + _SUM) % _ALIGNED)  # so that numbers behind it stand where processors like them
    return text + f"\n{crc32(text):08x}\n".encode()


def _arrays(vocabulary: Vocabulary, level: Level) -> dict[str, Array]:
    words = vocabulary.filed()
    counts, parents = vocabulary.counts()
    made: dict[str, Array] = {
        "people": level.people,
        "ends": level.ends,
        "names": level.names,
        "name_ends": level.name_ends,
        "born": level.born,
    }
    for name, each in (("parts", level.parts), ("dates", level.dates)):
        made |= {f"{name}.keys": each.keys, f"{name}.starts": each.starts, f"{name}.slots": each.slots}
    for name, found in (("numbers", level.numbers), ("refs", level.refs)):
        made |= {f"{name}.keys": found.keys, f"{name}.slots": found.slots}
    made |= {
        "words.texts": words.texts,
        "words.ends": words.ends,
        "words.keys": words.keys,
        "words.owners": words.owners,
        "words.sounds": words.sounds,
    }
    return made | {"words.counts": counts, "words.parents": parents}


def _write(stream: BinaryIO, values: Array, checksum: int) -> int:
    written = values.data.cast("B") if len(values) else memoryview(b"")
    gap = bytes(-len(written) % _ALIGNED)
    stream.write(written)
    stream.write(gap)
    return crc32(gap, crc32(written, checksum))


def load(directory: Path) -> PersonIndex:
    """An index from a folder. Its file is read through once for the checksum, and otherwise mapped.

    Raises:
        InputError: it is missing, of another release, cut off, or was changed after it was written.
    """
    header = _read_header(directory)
    path = directory / DATA
    try:
        with path.open("rb", buffering=0) as stream:
            _check(directory, stream, os.fstat(stream.fileno()).st_size, header)
            data = _mapped(stream) if _length(header) else np.zeros(0, dtype=np.uint8)
    except OSError as error:
        raise _unreadable(directory, DATA, error) from None
    return _index(_cut(data, header), header)


def _mapped(stream: BinaryIO) -> Array:
    """The very file that was checked, mapped: another may have its name by now."""
    return np.asarray(np.memmap(stream, dtype=np.uint8, mode="r"))


def _check(where: Path, stream: Readable, length: int, header: Header) -> None:
    """Read the data through once: whole, unchanged, and with tables that lead nowhere but into each other.

    The checksum tells an accident. Who means harm makes one that is right, so what the tables say is looked at too.
    """
    if length != _length(header):
        raise _broken(
            where, f"{DATA} is {length:,} bytes long and not {_length(header):,}: cut off, or of another index"
        )
    tables = [Table(name, kind, header.sizes[name], _MASKS.get(name)) for name, kind in _SECTIONS.items()]
    checksum, seen = survey(stream, tables, _ALIGNED)
    if checksum != header.checksum:
        raise _broken(where, f"{DATA} was changed after it was written")
    wrong = contradiction(seen, header.records)
    if wrong is not None:
        raise _broken(where, f"its tables contradict each other: {wrong}")


def _length(header: Header) -> int:
    return sum(_room(name, size) for name, size in header.sizes.items())


def _room(name: str, size: int) -> int:
    width = int(_SECTIONS[name][1]) * size
    return width + -width % _ALIGNED


def _cut(data: Array, header: Header) -> dict[str, Array]:
    found: dict[str, Array] = {}
    start = 0
    for name, kind in _SECTIONS.items():
        size = header.sizes[name]
        found[name] = data[start : start + int(kind[1]) * size].view(np.dtype(_TYPES[kind]).newbyteorder("<"))
        start += _room(name, size)
    return found


def _index(found: dict[str, Array], header: Header) -> PersonIndex:
    words = Filed(*(found[f"words.{name}"] for name in ("texts", "ends", "keys", "owners", "sounds")))
    parts, dates = (
        Posting(*(found[f"{of}.{name}"] for name in ("keys", "starts", "slots"))) for of in ("parts", "dates")
    )
    numbers, refs = (Hashes(*(found[f"{of}.{name}"] for name in ("keys", "slots"))) for of in ("numbers", "refs"))
    people, ends, names, name_ends = (found[name] for name in ("people", "ends", "names", "name_ends"))
    level = Level(
        people, ends, names, name_ends, parts, dates, numbers, refs, found["born"], np.ones(header.records, dtype=bool)
    )
    return PersonIndex.of(Vocabulary(words, found["words.counts"], found["words.parents"]), level)


def _read_header(directory: Path) -> Header:
    try:
        with (directory / HEADER).open("rb") as stream:
            return _header(directory, stream.read(MAX_HEADER))
    except OSError as error:
        raise _unreadable(directory, HEADER, error) from None


def _unreadable(directory: Path, name: str, error: OSError) -> InputError:
    missing = isinstance(error, FileNotFoundError | NotADirectoryError)
    return _broken(directory, f"{name} is missing" if missing else f"{name} cannot be read ({type(error).__name__})")


def _header(where: Path, written: bytes) -> Header:
    try:
        text, sum_, rest = written.decode("ascii").split("\n")
        if rest or sum_ != f"{crc32(text.encode()):08x}":
            raise _broken(where, f"{HEADER} was changed after it was written")
        body = json.loads(text)
        sizes = {str(name): int(size) for name, size in body["sizes"].items()}
        header = Header(int(body["records"]), sizes, int(body["checksum"]))
        same = body["format"] == FORMAT and body["fields"] == fields_written() and body["reading"] == reading()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise _broken(where, f"{HEADER} is no description of an index") from None
    if not same:
        raise _broken(where, "it is of a release that reads names in another way")
    _check_sizes(where, header)
    return header


def _check_sizes(directory: Path, header: Header) -> None:
    if list(header.sizes) != list(_SECTIONS) or min(header.sizes.values()) < 0:
        raise _broken(directory, f"{HEADER} names other tables than an index has")
    if header.sizes["born"] != header.records:
        raise _broken(directory, f"{HEADER} counts {header.records:,} records and {header.sizes['born']:,} dates")


def _broken(directory: Path, why: str) -> InputError:
    return InputError(f"{directory} holds no index that can be used: {why}", hint=_AGAIN)
