"""Hits counted as what they are: connected groups of profiles, with the pairs beside them.

Five traces of one person, each asked about at three partners that hold the person, are fifteen hits and one person. So
hits are joined into clusters by union-find: two profiles are of one cluster when a chain of confirmed hits, or our own
knowledge that two of our profiles are of one person, leads from one to the other (requirement FOR-04). What fell or was
found to be the wrong person joins nothing.

Limits: a partner's numbers differ by agreement on purpose, so one profile asked under two agreements stands here as two.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import exists, or_, select

from egnatia.errors import NotFoundError
from egnatia.model.dna import ProfileKind
from egnatia.model.ids import CandidateId, PartnerCode
from egnatia.model.states import Decision, OutcomeKind
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_candidate, dna_link, dna_search, enquiry, fallen_hit, outcome

Item = TypeVar("Item", bound=Hashable)
_WRONG = outcome.alias("wrong_dna")
WITHDRAWN = or_(
    exists().where(_WRONG.c.candidate_id == candidate.c.id, _WRONG.c.kind == OutcomeKind.MISIDENTIFICATION.value),
    exists().where(fallen_hit.c.candidate_id == candidate.c.id),
)
"""A hit that fell with a correction, or that an outcome found to be the wrong person (DIS-09)."""


@dataclass(frozen=True, slots=True)
class Match:
    """One confirmed hit as a line between two profiles.

    Attributes:
        ref: our profile.
        kind: what ours is of.
        person_ref: our pseudonym of the person it is of, where one is linked.
        number: the partner's profile, by its number towards us.
        identified: whether the partner knows whose that one is.
        at: when the second examiner agreed.
    """

    candidate_id: CandidateId
    case_ref: str
    ref: str
    kind: ProfileKind
    person_ref: str | None
    partner: PartnerCode
    number: str
    identified: bool
    near: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """One profile of a cluster: ours where no partner is named; `person_ref` only of ours."""

    partner: PartnerCode | None
    ref: str
    identified: bool
    person_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Profiles that hits, and our own knowledge, tie together.

    Attributes:
        reference: the candidate that was confirmed first: a cluster keeps its name when it grows.
        members: ours first, then the partners', each once.
        matches: the hits, the oldest first.
    """

    reference: CandidateId
    members: tuple[Member, ...]
    matches: tuple[Match, ...]

    @property
    def traces(self) -> int:
        """Profiles of which nobody knows whose they are."""
        return sum(not each.identified for each in self.members)

    @property
    def people(self) -> tuple[str, ...]:
        """Our pseudonyms of the people in it; more than one is an alias, a twin or a coincidence, and wants a look."""
        return tuple(sorted({each.person_ref for each in self.members if each.person_ref}))

    @property
    def cases(self) -> tuple[str, ...]:
        """Our cases that it joins."""
        return tuple(sorted({each.case_ref for each in self.matches}))

    @property
    def partners(self) -> tuple[PartnerCode, ...]:
        """Partners that hold a part of it."""
        return tuple(sorted({each.partner for each in self.matches}))


def joined(links: Iterable[tuple[Item, Item]]) -> dict[Item, Item]:
    """Each item by the one that stands for all that it is connected to, which is the first that was named of them.

    Union by rank of appearance with path halving: near enough to linear for any number of hits.
    """
    order: dict[Item, int] = {}
    above: dict[Item, Item] = {}

    def root(item: Item) -> Item:
        while above[item] != item:
            above[item] = above[above[item]]
            item = above[item]
        return item

    for link in links:
        for item in link:
            order.setdefault(item, len(order))
            above.setdefault(item, item)
        first, second = sorted(map(root, link), key=order.__getitem__)
        above[second] = first
    return {item: root(item) for item in order}


def matches(tx: Transaction) -> list[Match]:
    """Every confirmed DNA hit that stands, the oldest first."""
    held = (
        select(candidate, dna_candidate.c.identified, dna_candidate.c.near, dna_candidate.c.ref.label("ours"))
        .add_columns(dna_search.c.kind, dna_link.c.person_ref.label("linked"), enquiry.c.case_ref)
        .join(dna_candidate, dna_candidate.c.candidate_id == candidate.c.id)
        .join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
        .join(dna_search, dna_search.c.enquiry_id == enquiry.c.id)
        .outerjoin(dna_link, dna_link.c.ref == dna_candidate.c.ref)
        .where(candidate.c.decision == Decision.CONFIRMED.value, ~WITHDRAWN)
        .order_by(candidate.c.decided_at, candidate.c.id)
    )
    return [
        Match(
            candidate_id=CandidateId(row.id),
            case_ref=row.case_ref,
            ref=row.ours,
            kind=ProfileKind(row.kind),
            person_ref=row.linked,
            partner=PartnerCode(row.partner),
            number=row.ref,
            identified=row.identified,
            near=row.near,
            at=row.decided_at,
        )
        for row in tx.execute(held)
    ]


def clusters(found: Iterable[Match]) -> list[Cluster]:
    """Hits as clusters, those with the most profiles first."""
    every = list(found)
    roots = joined(_links(every))
    groups: dict[Member, list[Match]] = defaultdict(list)
    for each in every:
        groups[roots[ours_of(each)]].append(each)
    made = [_cluster(group) for group in groups.values()]
    return sorted(made, key=lambda each: (-len(each.members), each.matches[0].at, each.reference))


def cluster_of(tx: Transaction, reference: str) -> Cluster:
    """One cluster, by the candidate that names it or by any other of its hits.

    Raises:
        NotFoundError: no hit that stands is called so.
    """
    for each in clusters(matches(tx)):
        if any(match.candidate_id == reference for match in each.matches):
            return each
    raise NotFoundError(
        f"no series of hits has {reference}", hint="Withdrawn hits are in none; the list has all others."
    )


def ours_of(match: Match) -> Member:
    """Our end of a hit."""
    return Member(None, match.ref, match.kind is ProfileKind.PERSON, match.person_ref)


def theirs_of(match: Match) -> Member:
    """The partner's end of a hit."""
    return Member(match.partner, match.number, match.identified)


def _links(every: list[Match]) -> Iterable[tuple[Member, Member]]:
    known: dict[str, Member] = {}
    for each in every:
        mine = ours_of(each)
        yield mine, theirs_of(each)
        if each.person_ref:
            yield known.setdefault(each.person_ref, mine), mine


def _cluster(group: list[Match]) -> Cluster:
    oldest = min(group, key=lambda each: (each.at, each.candidate_id))
    mine = dict.fromkeys(ours_of(each) for each in group)
    theirs = dict.fromkeys(theirs_of(each) for each in group)
    ordered = [*sorted(mine, key=lambda each: each.ref), *sorted(theirs, key=lambda each: (each.partner, each.ref))]
    return Cluster(
        oldest.candidate_id, tuple(ordered), tuple(sorted(group, key=lambda each: (each.at, each.candidate_id)))
    )
