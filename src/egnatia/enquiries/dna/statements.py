"""What stands beside every DNA candidate: the statement of both profiles, reckoned here, and how it is kept.

The asking side states: whatever the partner's node thought of the match, these figures are this node's own. How many
profiles the partner searched, its answer says; whose figure it is stands beside the statement (`sizes`), and this node's own
profiles are counted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from egnatia.engines.dna.formats.reference_data import from_reference_data, to_reference_data
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.statement import HitStatement, Sizes, statement
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.dna.sizes import SizeSource, size_of
from egnatia.model.dna import OPEN_KINDS, ProfileKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import DNA_SUBJECTS
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_profile

DIGEST = 12
"""Hexadecimal digits of the digest that a candidate keeps: 48 bits tell the versions of one rule set apart."""


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """What is sealed with a candidate.

    Attributes:
        theirs: the partner's profile, under its number.
        statement: the plain form of the statement, as `HitStatement.as_dict` made it on the day.
        sources: who said how large the partner's populations are, `searched` and `other`; empty in those of before.
    """

    theirs: Profile
    statement: dict[str, Any]
    sources: Mapping[str, SizeSource] = field(default_factory=dict)


def state(
    tx: Transaction, desk: Desk, partner: PartnerCode, pair: tuple[Profile, Profile], rules: RuleSet
) -> tuple[HitStatement, dict[str, SizeSource]]:
    """State a candidate: our profile that was asked about, and the one of a partner that agrees with it.

    Returns:
        The statement, and who said how large the partner's populations are.

    Raises:
        InputError: by these rules the two are no candidates, both are mixtures, or no three populations have figures.
    """
    sizes, sources = _sizes(tx, desk, partner, *pair)
    return statement(*pair, rules, sizes), sources


def _sizes(
    tx: Transaction, desk: Desk, partner: PartnerCode, ours: Profile, theirs: Profile
) -> tuple[Sizes, dict[str, SizeSource]]:
    """The partner's population that was searched, and both sides' together; of two traces, one side's against the other's."""
    persons, traces = (_held(tx, each) for each in (frozenset({ProfileKind.PERSON}), OPEN_KINDS))
    their_persons, their_traces = (size_of(tx, desk, partner, each) for each in DNA_SUBJECTS)
    met_trace, asked_trace = theirs.kind in OPEN_KINDS, ours.kind in OPEN_KINDS
    searched, other = (their_traces, their_persons) if met_trace else (their_persons, their_traces)
    if met_trace is not asked_trace:
        both = persons + their_persons.profiles, traces + their_traces.profiles
        return Sizes(searched.profiles, *both), {"searched": searched.source, "other": other.source}
    mine = traces if met_trace else persons
    return Sizes(searched.profiles, mine, searched.profiles), {"searched": searched.source}


def _held(tx: Transaction, kinds: frozenset[ProfileKind]) -> int:
    found: int = tx.execute(select(func.count()).where(dna_profile.c.kind.in_(kinds))).scalar_one()
    return found


def columns(found: HitStatement, rules: RuleSet) -> dict[str, Any]:
    """What a row of `dna_candidate` has of a statement: the evidence as numbers, and the figures that lists show."""
    return {
        "label": found.label[:40],
        "near": found.near,
        "compared": found.compared,
        "full_loci": found.full,
        "wildcards": found.wildcards,
        "micro_variants": found.micro_variants,
        "mismatched": found.mismatched,
        "rules": f"{rules.id}/{rules.version}/{digest(rules)}"[:90],
        "log10_match_probability": max(each.log10_rmp for each in found.figures),
        "expected": found.most_expected,
        "expected_agreement": found.most_expected_of_agreement,
    }


def digest(rules: RuleSet) -> str:
    """What tells two readings of a rule set apart that bear the same name and version."""
    said = (
        *(rules.id, rules.version, rules.loci, rules.classes, rules.inclusion, rules.micro_variants),
        *(sorted(rules.five_bases), sorted(sorted(pair) for pair in rules.kinds), rules.max_expected),
    )
    return sha256(repr(said).encode()).hexdigest()[:DIGEST]


def written(theirs: Profile, found: HitStatement, sources: Mapping[str, SizeSource]) -> bytes:
    """What is sealed with a candidate, as bytes."""
    said = {"profile": to_reference_data(theirs), "statement": found.as_dict(), "sources": dict(sources)}
    return json.dumps(said).encode()


def read(content: bytes, number: str) -> KeptStatement:
    """What was sealed, again: the profile under the partner's number."""
    kept = json.loads(content)
    sources = {name: SizeSource(each) for name, each in kept.get("sources", {}).items()}
    return KeptStatement(from_reference_data(kept["profile"], number), kept["statement"], sources)
