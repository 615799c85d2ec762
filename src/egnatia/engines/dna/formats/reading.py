"""One door for every format: looks at the beginning of a file and reads it as what it is, profile by profile."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from egnatia.engines.dna.formats.codis import read_codis
from egnatia.engines.dna.formats.tables import read_table
from egnatia.engines.dna.formats.types import Problem, Reading
from egnatia.engines.dna.normalise import Remark, profile_of
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

_LOOK = 512


@dataclass(frozen=True, slots=True)
class Read:
    """A profile from a file, with all that was changed or tolerated."""

    profile: Profile
    where: str
    remarks: tuple[Remark, ...]
    tolerated: tuple[str, ...]


def read_profiles(stream: BinaryIO, kind: Kind | None) -> Iterator[Read | Problem]:
    """Read profiles of any format, without holding more than one.

    Args:
        stream: that can be wound back.
        kind: of profiles whose file does not say what they are of.

    Raises:
        InputError: the file is of no known format, or broken so that no further profile can be told.
    """
    readings = read_codis(stream) if _is_xml(stream) else read_table(stream)
    for reading in readings:
        yield _normalised(reading, kind)


def _is_xml(stream: BinaryIO) -> bool:
    beginning = stream.read(_LOOK)
    stream.seek(0)
    return beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _normalised(reading: Reading, kind: Kind | None) -> Read | Problem:
    if isinstance(reading, Problem):
        return reading
    of = reading.kind or kind
    if of is None:
        return Problem(reading.where, "the file does not say what the profile is of; name it")
    try:
        made = profile_of(reading.ref, of, reading.rows)
    except InputError as error:
        return Problem(reading.where, error.message)
    return Read(made.profile, reading.where, made.remarks, reading.tolerated)


def read_file(path: Path, kind: Kind | None) -> Iterator[Read | Problem]:
    """Read profiles from a file.

    Raises:
        InputError: it cannot be opened, or as `read_profiles` says.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    with stream:
        yield from read_profiles(stream, kind)
