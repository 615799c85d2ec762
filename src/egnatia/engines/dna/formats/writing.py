"""One door for every format that is written, with the list of what each cannot say.

A conversion that loses something says what before it is made; the caller decides whether that is refused. What a format
says, its reader reads again: tests hold every pair of formats to that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.formats import nist_itl, table_writing
from egnatia.engines.dna.formats.codis import LOCI_OF_32, MAX_ALLELES, MAX_ID, CodisHeader, write_codis
from egnatia.engines.dna.formats.names import Format
from egnatia.engines.dna.formats.niem import write_niem
from egnatia.engines.dna.types import Profile
from egnatia.errors import InputError


@dataclass(frozen=True, slots=True)
class Sending:
    """What a file says of its sender, where its format asks.

    Attributes:
        submitted: when.
        destination: laboratory that receives; CODIS and ANSI/NIST-ITL ask.
        source: laboratory that sends; as above.
        user: who submits; CODIS asks. A function, not a name.
        numbers: names of loci by the numbers of ANSI/NIST-ITL, where somebody has its table.
    """

    submitted: datetime
    destination: str = ""
    source: str = ""
    user: str = ""
    numbers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that the target has no place for."""

    ref: str
    what: str


def write_profiles(profiles: Sequence[Profile], target: Format, sending: Sending) -> Iterator[bytes]:
    """Write profiles; what the target cannot say is left out (`losses` names it).

    Raises:
        InputError: there is none, two have one reference, or one of them is refused by its writer.
    """
    if not profiles:
        raise InputError("there is no profile to write")
    if len({each.ref for each in profiles}) != len(profiles):
        raise InputError("two profiles have one reference", hint="Files tell profiles apart by it.")
    if any(each.ref != each.ref.strip() for each in profiles):
        raise InputError("a reference begins or ends with white space, which no reader keeps")
    if target is Format.NIST:
        yield from _nist(profiles, sending)
        return
    text = _codis(profiles, sending) if target is Format.CODIS else _LINES[target](profiles)
    yield from (each.encode() for each in text)


def _codis(profiles: Sequence[Profile], sending: Sending) -> Iterator[str]:
    return write_codis(profiles, CodisHeader(sending.destination, sending.source, sending.user, sending.submitted))


def _nist(profiles: Sequence[Profile], sending: Sending) -> Iterator[bytes]:
    header = nist_itl.NistHeader(sending.destination, sending.source, sending.submitted)
    return nist_itl.write_nist(profiles, header, sending.numbers)


_LINES: dict[Format, Callable[[Sequence[Profile]], Iterator[str]]] = {
    Format.NIEM: write_niem,
    Format.GENEMAPPER: table_writing.long_lines,
    Format.GENEMAPPER_WIDE: table_writing.wide_lines,
    Format.EUROFORMIX: table_writing.efm_lines,
    Format.SMARTRANK: table_writing.smartrank_lines,
    Format.PLAIN: table_writing.plain_lines,
}
_WITHOUT_KIND = frozenset({Format.GENEMAPPER, Format.GENEMAPPER_WIDE, Format.EUROFORMIX, Format.SMARTRANK})
_WITH_REQUIRED = frozenset({Format.CODIS, Format.NIEM})


def losses(profiles: Sequence[Profile], target: Format) -> Iterator[Loss]:
    """What of these profiles the target has no place for, profile by profile."""
    for each in profiles:
        if target is Format.CODIS:
            yield from (Loss(each.ref, what) for what in _lost_in_codis(each))
        elif target is Format.NIST:
            yield from (Loss(each.ref, what) for what in nist_itl.cannot_say(each))
        if target in _WITHOUT_KIND:
            yield Loss(each.ref, f"that it is of kind {each.kind}")
        if each.required and target not in _WITH_REQUIRED:
            yield Loss(each.ref, f"obligatory alleles at {', '.join(each.required)}")


def _lost_in_codis(profile: Profile) -> Iterator[str]:
    unnamed = [name for name in profile.loci if name not in LOCI_OF_32]
    if unnamed:
        yield f"loci that CMF 3.2 has no name for: {', '.join(unnamed)}"
    open_ = [name for name, seen in profile.loci.items() if WILDCARD in seen and name in LOCI_OF_32]
    if open_:
        yield f"loci with a wildcard: {', '.join(open_)}"
    crowded = [name for name, seen in profile.loci.items() if len({*seen}) > MAX_ALLELES]
    if crowded:
        yield f"more than {MAX_ALLELES} alleles at {', '.join(crowded)}"
    if any(len(each) > 1 for each in profile.required.values()):
        yield "more than one obligatory allele at a locus"
    if len(profile.ref) > MAX_ID:
        yield f"a reference of more than {MAX_ID} characters"
