"""One door for every format: looks at the beginning of a file and reads it as what it is, profile by profile."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

from egnatia.engines.dna.formats.codis_blocks import read_codis
from egnatia.engines.dna.formats.niem import RECORD as NIEM_RECORD
from egnatia.engines.dna.formats.niem import ROOT as NIEM_ROOT
from egnatia.engines.dna.formats.niem_blocks import read_niem
from egnatia.engines.dna.formats.nist_itl import read_nist
from egnatia.engines.dna.formats.nist_xml import ROOT as NIST_ROOT
from egnatia.engines.dna.formats.nist_xml import read_nist_xml
from egnatia.engines.dna.formats.tables import read_table
from egnatia.engines.dna.formats.types import Problem, Reading
from egnatia.engines.dna.normalise import Remark, profile_of
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError
from egnatia.xml_events import root_name

_LOOK = 512


class Read(NamedTuple):
    """A profile from a file, with all that was changed or tolerated."""

    profile: Profile
    where: str
    remarks: tuple[Remark, ...]
    tolerated: tuple[str, ...]
    stripped: tuple[str, ...] = ()


def read_profiles(
    stream: BinaryIO, kind: Kind | None, numbers: Mapping[int, str] | None = None
) -> Iterator[Read | Problem]:
    """Read profiles of any format, without holding more than one.

    Whether a reference came before is the caller's to ask, who holds the profiles (`refuse_repeated`).

    Args:
        stream: that can be wound back.
        kind: of profiles whose file does not say what they are of.
        numbers: names of loci by the numbers of ANSI/NIST-ITL, where somebody has its table.

    Raises:
        InputError: the file is of no known format, or broken so that no further profile can be told.
    """
    for reading in readings(stream, numbers):
        yield normalised(reading, kind)


def readings(stream: BinaryIO, numbers: Mapping[int, str] | None) -> Iterator[Reading]:
    """What the reader of this format says, by how the file begins.

    Raises:
        InputError: as `read_profiles` says.
    """
    beginning = stream.read(_LOOK)
    stream.seek(0)
    for mark, what in _NOT_READ.items():
        if beginning.startswith(mark):
            raise InputError(f"the file is {what}", hint="Unpack it or save it as plain UTF-8 text first.")
    if _NIST.match(beginning):
        return read_nist(stream, numbers)
    if not beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return read_table(stream)
    root = root_name(stream)
    if root == NIST_ROOT:
        return read_nist_xml(stream, numbers)
    if root in {NIEM_ROOT, NIEM_RECORD}:
        return read_niem(stream)
    return read_codis(stream)


_NIST = re.compile(rb"\s*0*1\.0*1:")
_NOT_READ = {
    b"\x1f\x8b": "packed by gzip",
    b"PK\x03\x04": "a ZIP archive or a workbook",
    b"BZh": "packed by bzip2",
    b"\xfd7zXZ": "packed by xz",
    b"\xff\xfe": "in UTF-16 or UTF-32",
    b"\xfe\xff": "in UTF-16",
    b"<\0": "in UTF-16",
    b"\0": "in UTF-16 or no text at all",
    b"%PDF": "a PDF",
}
"""How files begin that are not read, and what they are. Packed ones are not opened: that is how bombs are sent."""


def normalised(reading: Reading, kind: Kind | None) -> Read | Problem:
    """What a reading comes to; one of a file that does not say what it is of is of this kind."""
    if isinstance(reading, Problem):
        return reading
    of = reading.kind or kind
    if of is None:
        return Problem(reading.where, "the file does not say what the profile is of; name it")
    try:
        made = profile_of(reading.ref, of, reading.rows, reading.required)
    except InputError as error:
        return Problem(reading.where, error.message)
    return Read(made.profile, reading.where, made.remarks, reading.tolerated, reading.stripped)


def refuse_repeated(refs: Callable[[], Iterable[str]]) -> None:
    """Refuse references of which one stands twice: nobody could say later which of the two was meant.

    Args:
        refs: gives all of them, and gives them again; eight bytes are held for each.

    Raises:
        InputError: naming the first that comes back.
    """
    import numpy as np

    marks = np.fromiter(map(hash, refs()), dtype=np.int64)
    order = np.argsort(marks, kind="stable")
    same = np.flatnonzero(marks[order][1:] == marks[order][:-1])
    doubtful, seen = {*order[same].tolist(), *order[same + 1].tolist()}, set[str]()
    for ref in (each for number, each in enumerate(refs()) if number in doubtful) if doubtful else ():
        if ref in seen:
            raise InputError(
                f"{ref!r} stands twice", hint="Sort a table by sample, and give every profile a reference of its own."
            )
        seen.add(ref)


def read_file(path: Path, kind: Kind | None, numbers: Mapping[int, str] | None = None) -> Iterator[Read | Problem]:
    """Read profiles from a file.

    Raises:
        InputError: it cannot be opened, or as `read_profiles` says.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    with stream:
        yield from read_profiles(stream, kind, numbers)
