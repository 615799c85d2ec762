"""One profile as a message may carry it: its loci, and whether its person is identified. Nothing else.

Regulation (EU) 2024/982, article 9, closes the list of what a request and an answer may contain; of a profile these are
the reference data and whether it is identified. No reference stands here (a message has its own number), no kit, no date
and no kind: only what is compared. The reader takes exactly what the writer makes, so a field that is outside the list
cannot come in by accident:

    {"identified": true, "loci": {"vWA": ["16", "17"], "TH01": ["9.3", "9.3"], "AMEL": ["X", "Y"]}}
"""

from collections.abc import Mapping
from dataclasses import replace

from egnatia.engines.dna.alleles import MAX_TEXT, WILDCARD, read_allele, write_allele
from egnatia.engines.dna.loci import AMELOGENIN, BY_NAME
from egnatia.engines.dna.normalise import MIXED_LOCI, profile_of
from egnatia.engines.dna.types import PAIR, Kind, Profile
from egnatia.errors import InputError

IDENTIFIED, LOCI = "identified", "loci"
MAX_VALUES = 3
"""Of one locus: two, and the third of a person who has three. More are a mixture, which this exchange does not take
(Council Decision 2008/616/JHA, annex, chapter 1)."""
NO_REF = "reference-data"
"""What a profile is called whose message did not say; its number stands in the message around it."""
_SAID = {Kind.PERSON: True, Kind.TRACE: False, Kind.REMAINS: False}
"""Kinds that a message may carry. What is of victims, relatives, missing persons and staff is sent to nobody by this way."""
_SEXES = (["X"], ["Y"], ["X", "Y"])
_SHOWN = 40
"""Characters of a stranger's text that a message to a person repeats."""


def to_reference_data(profile: Profile) -> dict[str, object]:
    """What a message says of a profile, always in the same order: the catalogue's loci, amelogenin last.

    Raises:
        InputError: the profile is of a kind that no message carries, has no locus, or is of several people.
    """
    if profile.kind not in _SAID:
        raise InputError(f"a profile of kind {profile.kind} is put into no message", hint="Persons and traces are.")
    loci = {name: [write_allele(each) for each in profile.loci[name]] for name in BY_NAME if name in profile.loci}
    if profile.amelogenin:
        loci[AMELOGENIN] = [*profile.amelogenin]
    _check(loci)
    return {IDENTIFIED: _SAID[profile.kind], LOCI: loci}


def from_reference_data(data: object, ref: str = NO_REF) -> Profile:
    """The profile that a message says, a `person` when identified and a `trace` when not.

    Of three values at one locus the first stays and the others become a wildcard, as the annex of 2008/616/JHA asks.

    Args:
        data: what stood in the message, as JSON gives it.
        ref: under which it is compared here.

    Raises:
        InputError: a field is missing or not of the list, a locus is unknown, a value is not written as this engine writes
            it, or there are too few or too many of them.
    """
    if not isinstance(data, Mapping) or {*data} != {IDENTIFIED, LOCI}:
        raise InputError(f"reference data are `{IDENTIFIED}` and `{LOCI}` and nothing else")
    identified, given = data[IDENTIFIED], data[LOCI]
    if not isinstance(identified, bool) or not isinstance(given, Mapping) or len(given) > len(BY_NAME) + 1:
        raise InputError(f"`{IDENTIFIED}` is true or false, and `{LOCI}` an object of at most {len(BY_NAME) + 1} loci")
    _check(given)
    rows = {name: values for name, values in given.items() if name != AMELOGENIN}
    made = profile_of(ref, Kind.PERSON if identified else Kind.TRACE, rows.items())
    return replace(made.profile, amelogenin="".join(given.get(AMELOGENIN, "")))


def _check(loci: Mapping[object, object] | Mapping[str, list[str]]) -> None:
    """Refuse what is no profile of one person; the writer asks the same of its own work."""
    values = [_values(name, seen) for name, seen in loci.items() if name != AMELOGENIN]
    if AMELOGENIN in loci and loci[AMELOGENIN] not in _SEXES:
        raise InputError(f"{AMELOGENIN} is X, or Y, or X and Y")
    if not values or sum(len(each) == MAX_VALUES for each in values) >= MIXED_LOCI:
        raise InputError("reference data have a locus at least, and are of one person")


def _values(name: object, values: object) -> list[str]:
    """The values of one locus, when there are two or three and each is written as this engine writes it."""
    if not isinstance(name, str) or name not in BY_NAME:
        raise InputError(f"{str(name)[:_SHOWN]!r} is no locus of this engine")
    if not isinstance(values, list) or not PAIR <= len(values) <= MAX_VALUES:
        raise InputError(f"{name} has {PAIR} or {MAX_VALUES} values")
    if not all(isinstance(each, str) and _is_canonical(each) for each in values) or {*values} == {"*"}:
        raise InputError(
            f"{name} has a value that is no allele, or only wildcards", hint="Alleles are `9`, `9.3`, `*`."
        )
    if len(values) == MAX_VALUES != len({*values}):
        raise InputError(f"{name} has one of its {MAX_VALUES} values twice")
    return values


def _is_canonical(text: str) -> bool:
    if len(text) > MAX_TEXT:
        return False
    allele, _ = read_allele(text)
    return text == "*" or (allele != WILDCARD and write_allele(allele) == text)
