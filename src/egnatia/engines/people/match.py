"""Comparing two persons: the claims of `features`, added up in bits and turned into a score from 0 to 1.

`score = 1 / (1 + 2 ** -bits)`. The prior is part of the evidence, so the parts add up to the score exactly. Names are
compared twice, field by field and as a whole without roles (for swapped fields, aliases, middle names), and the better
of the two counts; the whole pays `WHOLE_COST` for having been allowed to choose.
"""

import math
from dataclasses import dataclass

from egnatia.engines.people.features import birth_date_claim, identifier_claim, name_claim
from egnatia.engines.people.likeness import Name, prepare_name
from egnatia.engines.people.names import split_full_name
from egnatia.engines.people.types import (
    Band,
    Claim,
    Contribution,
    Match,
    PartialDate,
    PersonQuery,
    PersonRecord,
    check_length,
)
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

PRIOR = -12.0
"""Bits before anything was compared, as if one of 4,096 comparable records were the person: a convention that puts name
and date of birth far above `STRONG` and a name alone below it. A later release derives it from the register's size."""
WHOLE_COST = 2.0
STRONG, POSSIBLE, WEAK = 0.98, 0.5, 0.05
"""Lower limits of the bands. Strong cannot be reached by first and family name alone (16 bits less 12 is .94): the same
name is borne by 43 % of a register's persons (synthetic, design measurement)."""

Subject = PersonQuery | PersonRecord


@dataclass(frozen=True, slots=True)
class Prepared:
    """A person with names taken apart once, so that a search does not do it per comparison."""

    ref: RecordRef
    family: Name
    first: Name
    father: Name
    wholes: tuple[Name, ...]
    birth_date: PartialDate | None
    identifiers: tuple[str, ...]


def prepare(subject: Subject) -> Prepared:
    """Take a person's names apart."""
    aliases = subject.aliases if isinstance(subject, PersonRecord) else ()
    whole = prepare_name(subject.first_names, subject.family_names)
    return Prepared(
        subject.ref if isinstance(subject, PersonRecord) else RecordRef(""),
        prepare_name(subject.family_names),
        prepare_name(subject.first_names),
        prepare_name(subject.father_name),
        (whole, *(prepare_name(*split_full_name(alias)) for alias in aliases)),
        subject.birth_date,
        subject.identifiers,
    )


def band(score: float) -> Band | None:
    """The band of a score; None below `WEAK`, where a record is not shown at all."""
    if score >= STRONG:
        return Band.STRONG
    if score >= POSSIBLE:
        return Band.POSSIBLE
    return Band.WEAK if score >= WEAK else None


def _name_claims(left: Prepared, right: Prepared) -> list[Contribution]:
    """The better of both ways to compare names."""
    fields = [
        claim
        for claim in (
            name_claim("family_names", left.family, right.family),
            name_claim("first_names", left.first, right.first),
        )
        if claim is not None
    ]
    wholes = [
        Contribution(made.field, made.claim, made.added - WHOLE_COST, made.left, made.right)
        for a in left.wholes
        for b in right.wholes
        if min(len(a.parts), len(b.parts)) > 1 and (made := name_claim("name", a, b)) is not None
    ]
    best = max(wholes, key=lambda claim: (claim.added, sorted((claim.left, claim.right))), default=None)
    if best is None or (fields and sum(claim.added for claim in fields) >= best.added):
        return fields
    return [best]


def compare_prepared(left: Prepared, right: Prepared) -> Match:
    """Compare two prepared persons; the match carries the reference of the right one."""
    claims = [
        Contribution("prior", Claim.PRIOR, PRIOR, "", ""),
        *_name_claims(left, right),
        name_claim("father_name", left.father, right.father),
        birth_date_claim(left.birth_date, right.birth_date),
        identifier_claim(left.identifiers, right.identifiers),
    ]
    evidence = tuple(claim for claim in claims if claim is not None)
    score = score_of(sum(claim.added for claim in evidence))
    return Match(right.ref, score, band(score) or Band.WEAK, evidence)


def score_of(bits: float) -> float:
    """The score of so many bits."""
    return 1 / (1 + math.exp2(-bits))


def compare(left: Subject, right: Subject) -> Match:
    """Compare two persons.

    The result is symmetric except for the sides of the quoted values and the reference, which is the right person's.
    """
    return compare_prepared(prepare(left), prepare(right))


def compare_names(left: str, right: str) -> Match:
    """Compare two whole names without anything else, as `egnatia people match` does.

    Raises:
        InputError: one of them is empty, a placeholder or longer than any name.
    """
    for name in (left, right):
        check_length(name)
    sides = [prepare_name(*split_full_name(name)) for name in (left, right)]
    for name, side in zip((left, right), sides, strict=True):
        if not side.parts:
            raise InputError(f"{name!r} is no name", hint="Give a name; placeholders such as UNKNOWN are no evidence.")
    claim = name_claim("name", sides[0], sides[1])
    found = [Contribution("prior", Claim.PRIOR, PRIOR, "", "")] + ([claim] if claim is not None else [])
    score = score_of(sum(part.added for part in found))
    return Match(RecordRef(""), score, band(score) or Band.WEAK, tuple(found))
