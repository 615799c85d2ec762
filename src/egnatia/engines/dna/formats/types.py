"""What every reader gives: profiles as written, or a problem with its place. A problem never stops a file."""

from typing import NamedTuple

from egnatia.engines.dna.types import Kind


class RawProfile(NamedTuple):
    """One profile as a file has it.

    Attributes:
        ref: its name in the file.
        kind: what it is of, where the file says so.
        rows: pairs of a locus and its values, as written.
        where: of the file, for messages.
        tolerated: what breaks the format and was read all the same.
        required: loci and values that the file calls obligatory for a match.
        stripped: names of elements with data on a person, none of which was read.
    """

    ref: str
    kind: Kind | None
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    where: str
    tolerated: tuple[str, ...] = ()
    required: tuple[tuple[str, str], ...] = ()
    stripped: tuple[str, ...] = ()


class Problem(NamedTuple):
    """A part of a file that did not become a profile, and why."""

    where: str
    text: str


Reading = RawProfile | Problem
