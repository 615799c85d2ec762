"""ANSI/NIST-ITL records of type 18 (DNA), in the traditional encoding: tagged fields between separators.

Source: ANSI/NIST-ITL 1-2011 update 2013, section 8.18 and annex B. A transaction is a record of type 1 and others by their
numbers; fields are divided by GS, records by FS, subfields by RS and items by US. Of a record of type 18 what is read is the
profile's number (18.015, third item), whether it is of a person or a stain (first item), the autosomal loci (18.016) and
the comment (18.022). Whoever gave the sample (18.006) and their family (18.007 to 18.009) are passed over by number.

The standard numbers loci by a table of its own, which is published apart from it and which no public repository holds. A
number that is not known is not guessed: loci are written by name, and a number is read only by a table that is given.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from egnatia.engines.dna.alleles import WILDCARD, write_allele
from egnatia.engines.dna.formats.types import Problem, RawProfile, Reading
from egnatia.engines.dna.loci import AMELOGENIN, locus_name
from egnatia.engines.dna.normalise import Written, written
from egnatia.engines.dna.types import PAIR, Designation, Kind, Profile
from egnatia.errors import InputError

FS, GS, RS, US = b"\x1c", b"\x1d", b"\x1e", b"\x1f"
VERSION = "0501"
"""Of the standard: 2011 with its update of 2013."""
MAX_RECORD = 1 << 20
"""Bytes of one record. A profile of 24 loci has two thousand; pictures of electropherograms are not exchanged."""
MAX_SUBFIELDS = 128
MAX_SHORT, MAX_KNOWN = 64, 1 << 14
"""Bytes of a subfield that is kept in mind, and how many; a population shows some thousand."""
MAX_DESIGNATION = 99
"""Of a record inside its transaction (the information designation character): 0 to 99, and 0 is of type 1 here."""
MAX_LAB = 10
DONOR = {6: "18.006 SDI", 7: "18.007 COPR", 8: "18.008 VRS", 9: "18.009 PED"}
"""Fields with data on who gave the sample and on their family."""
PROFILE, STR, COMMENT, KIND = 15, 16, 22, 200
"""Fields that are read: the last is the first of those left to users, and says the kind, which the standard cannot."""
AUTOSOMAL = "0"
_PERSON, _STAIN = "0", "1"
_TAG = re.compile(rb"0*(\d{1,3})\.0*(\d{1,3})")
_KINDS = {each.value: each for each in Kind}


@dataclass(frozen=True, slots=True)
class NistHeader:
    """Who sends transactions to whom, and when.

    Raises:
        InputError: an agency has no name, or one of more than ten printable characters.
    """

    destination: str
    source: str
    submitted: datetime

    def __post_init__(self) -> None:
        """Refuse what would break the record."""
        for text in (self.destination, self.source):
            if not 1 <= len(text) <= MAX_LAB or not text.isprintable():
                raise InputError(f"{text[:MAX_LAB]!r} is not 1 to {MAX_LAB} printable characters")


def read_nist(stream: BinaryIO, numbers: Mapping[int, str] | None = None) -> Iterator[Reading]:
    """Read records of type 18 one by one, of any number of transactions behind one another; other types are passed over.

    Args:
        stream: to its end.
        numbers: names of loci by the standard's numbers, where somebody has its table.

    Raises:
        InputError: what is read is no such file, or a record is longer than any honest one.
    """
    rows, tags = _Rows(numbers or {}), _Tags()
    for number, record in enumerate(_records(stream), start=1):
        fields = _fields(record, tags)
        kind = record.partition(b".")[0].lstrip(b"0")
        if not fields or not kind.isdigit():
            raise InputError(f"record {number} has no tagged field", hint="Is this a file by ANSI/NIST-ITL?")
        if kind == b"18":
            yield _reading(fields, f"record {number}", rows)


def _records(stream: BinaryIO) -> Iterator[bytes]:
    """What stands between two record separators; white space behind the last is no record."""
    rest = b""
    while block := stream.read(1 << 16):
        *whole, rest = (rest + block).split(FS)
        yield from (_bounded(each) for each in whole)
        _bounded(rest)
    if rest.strip(b"\r\n\0 \x1a"):
        raise InputError("the last record does not end: the file is cut off")


def _bounded(record: bytes) -> bytes:
    if len(record) > MAX_RECORD:
        raise InputError(f"a record is longer than {MAX_RECORD} bytes", hint="Are there pictures in it?")
    return record.lstrip(b"\r\n")


class _Tags(dict[bytes, int]):
    """Numbers of fields by their tags as written; 0 where a tag is none."""

    def __missing__(self, written: bytes) -> int:
        """Work it out, and keep it in mind: a record of type 18 has some twenty."""
        tag = _TAG.fullmatch(written)
        number = int(tag[2]) + 1 if tag else 0
        if len(self) < MAX_KNOWN and len(written) <= MAX_SHORT:
            self[written] = number
        return number


def _fields(record: bytes, tags: _Tags) -> dict[int, bytes]:
    """The fields of a record by their numbers; of two with one number the first."""
    found: dict[int, bytes] = {}
    for field in record.split(GS):
        written, colon, text = field.partition(b":")
        number = tags[written] if colon else 0
        if not number:
            return {}
        found.setdefault(number - 1, text)
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise InputError("a field is no UTF-8", hint="Say which encoding it has; UTF-8 is read.") from None


def _items(data: bytes) -> list[str]:
    return [each.strip() for each in _text(data).split("\x1f")]


class _Rows:
    """Loci as subfields say them, each worked out once however many profiles have it."""

    def __init__(self, numbers: Mapping[int, str]) -> None:
        self._numbers = numbers
        self._known: dict[bytes, Written] = {}

    def of(self, subfields: list[bytes], tolerated: list[str]) -> tuple[Written, ...]:
        """The loci and their values, without those that are not read, which `tolerated` then says."""
        rows = [*map(self._known.get, subfields)]
        if None not in rows:
            return tuple(row for row in rows if row is not None)
        found = (self._learned(each, tolerated) for each in subfields)
        return tuple(row for row in found if row is not None)

    def _learned(self, subfield: bytes, tolerated: list[str]) -> Written | None:
        known = self._known.get(subfield)
        if known is not None:
            return known
        row = row_of(_items(subfield), self._numbers, tolerated)
        if row is None:
            return None
        made = written(*row)
        if len(subfield) <= MAX_SHORT and len(self._known) < MAX_KNOWN:
            self._known[subfield] = made
        return made


def _reading(fields: Mapping[int, bytes], where: str, loci: _Rows) -> Reading:
    profile = [*_items(fields.get(PROFILE, b"")), "", "", ""]
    ref = profile[2]
    if not ref:
        return Problem(where, "18.015 names no profile")
    where = f"{where} {ref[:40]}"
    said = _text(fields.get(KIND, b""))
    kind = _KINDS.get(said) if said else (Kind.TRACE if profile[0] == _STAIN else None)
    if said and kind is None:
        return Problem(where, f"{said[:40]!r} in 18.200 is no kind; kinds are {', '.join(_KINDS)}")
    subfields = fields[STR].split(RS) if STR in fields else []
    if len(subfields) > MAX_SUBFIELDS:
        return Problem(where, f"18.016 has more than {MAX_SUBFIELDS} loci")
    tolerated: list[str] = []
    rows = loci.of(subfields, tolerated)
    donors = sorted(DONOR.keys() & fields.keys())
    stripped = tuple(DONOR[each] for each in donors if fields[each].strip(b" \x1f\x1e")) if donors else ()
    return RawProfile(ref, kind, rows, where, tuple(tolerated), (), stripped)


def row_of(items: list[str], numbers: Mapping[int, str], tolerated: list[str]) -> tuple[str, tuple[str, ...]] | None:
    """One locus: kind of STR, locus, allele found, locus analysed, call precise, and up to three alleles."""
    technique, locus, found, _, precise, *alleles = [*items, *[""] * 8][:8]
    if technique not in {AUTOSOMAL, ""}:
        return None
    name = numbers.get(int(locus), "") if locus.isdecimal() and len(locus) <= 3 else locus  # noqa: PLR2004 - up to 999
    if not name:
        tolerated.append(f"locus number {locus[:3]} is not known here, and was left out")
        return None
    values = tuple(each for each in alleles if each)
    if found == "0" and not values:
        return None
    if precise == "0" and len(values) == 1:
        values = (*values, "*")
    return name, values


def write_nist(
    profiles: Iterable[Profile], header: NistHeader, numbers: Mapping[int, str] | None = None
) -> Iterator[bytes]:
    """Write transactions of up to 99 profiles each, as many as it takes.

    Raises:
        InputError: a profile cannot be said (`cannot_say`), or names a locus that the given table has no number for.
    """
    by_name = {locus_name(name): number for number, name in (numbers or {}).items()}
    waiting, count = iter(profiles), 0
    while batch := [*islice(waiting, MAX_DESIGNATION)]:
        count += 1
        yield _first(header, len(batch), count)
        for designation, profile in enumerate(batch, start=1):
            lost = cannot_say(profile)
            if lost:
                raise InputError(f"{profile.ref} cannot be written: {lost[0]}")
            yield _record(profile, header.source, designation, by_name)
    if not count:
        raise InputError("a transaction needs one profile at least")


def cannot_say(profile: Profile) -> tuple[str, ...]:
    """What of a profile a record of type 18 has no place for."""
    crowded = [name for name, seen in profile.loci.items() if len(seen) > PAIR]
    return (
        *(("more than two alleles at " + ", ".join(crowded),) if crowded else ()),
        *(("no locus at all",) if not profile.loci else ()),
        *(("a reference with a character that divides fields",) if not profile.ref.isprintable() else ()),
    )


def _first(header: NistHeader, records: int, count: int) -> bytes:
    """The record of type 1: what the transaction holds, of whom and for whom."""
    listed = [f"1\x1f{records}", *(f"18\x1f{number:02d}" for number in range(1, records + 1))]
    return _framed(
        1,
        {
            2: VERSION,
            3: "\x1e".join(listed),
            4: "DNA",
            5: header.submitted.strftime("%Y%m%d"),
            7: header.destination,
            8: header.source,
            9: f"{header.source}-{header.submitted:%Y%m%d%H%M%S}-{count}",
            11: "00.00",
            12: "00.00",
            15: "3\x1fUTF-8",
        },
    )


def _record(profile: Profile, source: str, designation: int, by_name: Mapping[str | None, int]) -> bytes:
    person = profile.kind not in {Kind.TRACE, Kind.MIXTURE, Kind.REMAINS}
    loci = [(AMELOGENIN, [*profile.amelogenin], True)] if profile.amelogenin else []
    loci += [(name, _values(seen), WILDCARD not in seen) for name, seen in profile.loci.items()]
    return _framed(
        18,
        {
            2: f"{designation:02d}",
            3: "4\x1fU\x1f255",  # a laboratory of unknown unit, type and accreditation: a profile does not say more
            4: source,
            5: "1",
            PROFILE: f"{_PERSON if person else _STAIN}\x1f\x1f{profile.ref}",
            STR: "\x1e".join(_subfield(*each, by_name) for each in loci),
            KIND: profile.kind.value,
        },
    )


def _values(seen: Designation) -> list[str]:
    return [write_allele(each) for each in sorted({*seen}) if each != WILDCARD]


def _subfield(name: str, values: list[str], precise: bool, by_name: Mapping[str | None, int]) -> str:  # noqa: FBT001
    if by_name and name not in by_name:
        raise InputError(f"the table of numbers has none for {name}")
    locus = str(by_name[name]) if by_name else name
    return "\x1f".join((AUTOSOMAL, locus, "1", "1", "1" if precise else "0", *values))


def _framed(record: int, fields: Mapping[int, str]) -> bytes:
    """A record with its length in front, which counts itself."""
    body = b"".join(GS + f"{record}.{number:03d}:{text}".encode() for number, text in fields.items()) + FS
    tag = f"{record}.001:"
    length = len(tag) + len(body)
    while length != len(tag) + len(str(length)) + len(body):
        length = len(tag) + len(str(length)) + len(body)
    return f"{tag}{length}".encode() + body
