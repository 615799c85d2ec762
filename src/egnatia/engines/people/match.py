"""Comparing two persons: the claims of `features`, added up in bits and turned into a probability.

`score = 1 / (1 + 2 ** -bits)`. The prior, which the size of the register makes, is part of the evidence, so the parts add up to
the score exactly. Names are compared twice, field by field and as a whole without roles (for exchanged fields, aliases,
middle names), and the better of the two counts; the whole pays for having been allowed to choose. What relatives share says
nothing where the first names differ: that is what tells a twin, a brother or a cousin apart.

The score takes the record by itself. Among others that are as like, `answer` says what is left of it.
"""

import math

from egnatia.engines.people.features import (
    FIRST,
    MOTHER,
    WHOLE,
    birth_date_claim,
    identifier_claims,
    judged,
    name_claim,
)
from egnatia.engines.people.frequencies import TYPICAL, Rarity
from egnatia.engines.people.identifiers import IdentifierKind, read_identifiers
from egnatia.engines.people.likeness import prepare_name, together
from egnatia.engines.people.names import split_full_name
from egnatia.engines.people.naming import Prepared, compared, custom, father
from egnatia.engines.people.problems import born_inside
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

STRONG, POSSIBLE, WEAK = 0.999, 0.05, 0.0001
"""Lower limits of the bands, from the error that is borne: of 1,000 records shown as strong at most one is somebody else; of 20
possible ones at least one is the person; and of 10,000 weak ones."""
SHOWN_FROM = 3.0
"""Bits of evidence, the prior left out, from which a record is shown: it is eight times as likely as before anybody looked.
In a register of ten million a name that is shared by many is less than `WEAK`, and still all that can be found."""
CONTRADICTION = -2.0
"""Bits from which a claim is a contradiction. A record with one is never strong, whatever the rest adds up to."""
TWIN = -6.0
"""Bits, beside what relatives share, where the date of birth is shared too: one birth in seventy is of twins (twin birth
rates of 1 to 1.5 in a hundred deliveries, Monden, Pison and Smits 2021), which is more than a shared date is worth."""
TWINS_ALIKE = 0.8
"""Likeness of first names below which twins are named so as often as one name is written so: Blerim and Blerina."""
TWINS_LEAVE = 4.3
"""Bits that are left where such names, the family's and the date agree, whatever else a family shares: twenty to one. One name in
thirty is written so wrong (the noise of bench/people/calibration.py); one birth in seventy is of twins, and of these one pair in ten is
taken to be named so. That last share is an assumption, on the side of caution."""
_PERSONAL = frozenset({IdentifierKind.NATIONAL, IdentifierKind.DOCUMENT})
_TOLD_BY_RELATIVES = frozenset({"father_name", "mother_name", "address"})
_DATES_SHARED = frozenset({Claim.BIRTH_DATE_SAME, Claim.BIRTH_DATE_SWAPPED, Claim.BIRTH_DATE_TYPED})
_NO_COMPARISON = frozenset({"prior", "custom", "others"})
_NAMES = frozenset({"family_names", "first_names", "name"})

Subject = PersonQuery | PersonRecord


def prepare(subject: Subject) -> Prepared:
    """Take a person's names and numbers apart."""
    aliases = subject.aliases if isinstance(subject, PersonRecord) else ()
    first, family = prepare_name(subject.first_names), prepare_name(subject.family_names)
    whole = together(first, family)
    return Prepared(
        subject.ref if isinstance(subject, PersonRecord) else RecordRef(""),
        family,
        first,
        prepare_name(subject.father_name),
        prepare_name(subject.mother_name),
        (whole, *(prepare_name(*split_full_name(alias)) for alias in aliases)),
        subject.birth_date,
        subject.identifiers,
        read_identifiers(subject.identifiers) if subject.identifiers else (),
        born_inside(subject) if subject.identifiers and subject.birth_date is None else None,
    )


def band(score: float) -> Band | None:
    """The band of a probability; None below `WEAK`, where a record is not shown at all."""
    if score >= STRONG:
        return Band.STRONG
    if score >= POSSIBLE:
        return Band.POSSIBLE
    return Band.WEAK if score >= WEAK else None


def band_of(score: float, evidence: tuple[Contribution, ...]) -> Band | None:
    """The band of a record: never strong by its names alone, and never against a contradiction."""
    found = band(score)
    if found is not Band.STRONG:
        return found
    beside = any(part.added > 0 and part.field not in _NAMES for part in evidence)
    return Band.STRONG if beside and not _contradicted(evidence) else Band.POSSIBLE


def speaks(match: Match) -> bool:
    """Whether so much speaks for a record that it is shown: enough, or anything at all where nothing speaks against it.

    In a register where every second person is called so, the whole name is worth less than `SHOWN_FROM`.
    """
    evidence = math.fsum([part.added for part in match.evidence if part.field not in {"prior", "others"}])
    return evidence >= SHOWN_FROM or (evidence > 0 and not _contradicted(match.evidence))


def _contradicted(evidence: tuple[Contribution, ...]) -> bool:
    return any(part.added <= CONTRADICTION and part.field not in _NO_COMPARISON for part in evidence)


def _relatives(evidence: list[Contribution], left: Prepared, right: Prepared) -> Contribution | None:
    """What two persons of one family share, taken back where their first names differ.

    Twins without a personal number in common are left with no more than twins of like names are: a telephone is the family's.
    """
    claims = [part.claim for part in evidence]
    if Claim.FIRST_NAME_DIFFERENT not in claims or Claim.FAMILY_NAME_DIFFERENT in claims:
        return None
    shared = sum(part.added for part in evidence if part.field in _TOLD_BY_RELATIVES and part.added > 0)
    twins = 0.0 if _DATES_SHARED.isdisjoint(claims) else TWIN
    if not shared and not twins:
        return None
    taken = twins - shared
    if twins and not _share_personal(left, right):
        taken = min(taken, TWINS_LEAVE - math.fsum(part.added for part in evidence))
    return Contribution("relatives", Claim.RELATIVE_POSSIBLE, taken, "", "")


def _share_personal(left: Prepared, right: Prepared) -> bool:
    """Whether they have a number of a person in common: of the national register, or of a document."""
    ours = {each.loose for each in left.numbers if each.kind in _PERSONAL}
    return not ours.isdisjoint(each.loose for each in right.numbers)


def _twins(evidence: list[Contribution], left: Prepared, right: Prepared, rarity: Rarity) -> Contribution | None:
    """What is more than `TWINS_LEAVE` where two first names are alike as twins' are; a personal number tells such twins apart."""
    claims = [part.claim for part in evidence]
    if (
        Claim.FIRST_NAME_SIMILAR not in claims
        or _DATES_SHARED.isdisjoint(claims)
        or Claim.FAMILY_NAME_DIFFERENT in claims
    ):
        return None
    first = judged(left.first, right.first, FIRST, rarity)
    total = math.fsum(part.added for part in evidence)
    if first is None or first.made.alike >= TWINS_ALIKE or total <= TWINS_LEAVE:
        return None
    if _share_personal(left, right):
        return None
    return Contribution("relatives", Claim.RELATIVE_POSSIBLE, TWINS_LEAVE - total, "", "")


def evidence_of(left: Prepared, right: Prepared, rarity: Rarity = TYPICAL) -> list[Contribution]:
    """Everything that two persons' fields say, the prior first."""
    named = compared(left, right, rarity)
    made = [Contribution("prior", Claim.PRIOR, rarity.prior, "", ""), *named.claims]
    parent = father(left, right, named, rarity) if left.father.parts or right.father.parts else None
    for claim in (
        parent,
        custom(named, parent),
        name_claim(left.mother, right.mother, MOTHER, rarity),
        birth_date_claim(*_dates(left, right), rarity),
    ):
        made += [] if claim is None else [claim]
    made += identifier_claims(left.numbers, right.numbers, rarity)
    relatives = _relatives(made, left, right) or _twins(made, left, right, rarity)
    return made if relatives is None else [*made, relatives]


def _dates(left: Prepared, right: Prepared) -> tuple[PartialDate | None, PartialDate | None]:
    """The dates of birth; one that only a number tells stands in for a missing one, unless it is the other's number too."""
    if left.birth_date is None and right.birth_date is None:
        return None, None
    if left.born_inside is None and right.born_inside is None:
        return left.birth_date, right.birth_date
    if {each.loose for each in left.numbers} & {each.loose for each in right.numbers}:
        return left.birth_date, right.birth_date
    return left.birth_date or left.born_inside, right.birth_date or right.born_inside


def compare_prepared(left: Prepared, right: Prepared, rarity: Rarity = TYPICAL) -> Match:
    """Compare two prepared persons; the match carries the reference of the right one."""
    return matched(right.ref, tuple(evidence_of(left, right, rarity)))


def matched(ref: RecordRef, evidence: tuple[Contribution, ...]) -> Match:
    """The match that some evidence makes."""
    score = score_of(sum(claim.added for claim in evidence))
    return Match(ref, score, band_of(score, evidence) or Band.WEAK, evidence)


def score_of(bits: float) -> float:
    """The probability of so many bits."""
    return 1 / (1 + math.exp2(-bits))


def compare(left: Subject, right: Subject, rarity: Rarity = TYPICAL) -> Match:
    """Compare two persons.

    The result is symmetric except for the sides of the quoted values and the reference, which is the right person's.
    """
    return compare_prepared(prepare(left), prepare(right), rarity)


def compare_names(left: str, right: str, rarity: Rarity = TYPICAL) -> Match:
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
    claim = name_claim(sides[0], sides[1], WHOLE, rarity)
    prior = Contribution("prior", Claim.PRIOR, rarity.prior, "", "")
    return matched(RecordRef(""), (prior,) if claim is None else (prior, claim))
