"""What stands beside every DNA candidate: the statement of both profiles, reckoned here, and how it is kept.

The asking side states: whatever the partner's node thought of the match, these figures are this node's own. How many
profiles a partner holds no message says (Regulation (EU) 2024/982 art. 9 has no field for it), so this node assumes a
number by its settings, and its own are counted.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from egnatia.engines.dna.formats.reference_data import from_reference_data, to_reference_data
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.statement import HitStatement, Sizes, statement
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.desk import Desk
from egnatia.model.dna import ProfileKind
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_profile

_OPEN = (ProfileKind.TRACE, ProfileKind.MIXTURE, ProfileKind.REMAINS)
"""Kinds of which nobody knows whose they are."""
DIGEST = 12
"""Hexadecimal digits of the digest that a candidate keeps: 48 bits tell the versions of one rule set apart."""


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """What is sealed with a candidate.

    Attributes:
        theirs: the partner's profile, under its number.
        statement: the plain form of the statement, as `HitStatement.as_dict` made it on the day.
    """

    theirs: Profile
    statement: dict[str, Any]


def state(tx: Transaction, desk: Desk, ours: Profile, theirs: Profile, rules: RuleSet) -> HitStatement:
    """State a candidate: our profile that was asked about, and the one of a partner that agrees with it.

    Raises:
        InputError: by these rules the two are no candidates, both are mixtures, or no three populations have figures.
    """
    return statement(ours, theirs, rules, _sizes(tx, desk, ours, theirs))


def _sizes(tx: Transaction, desk: Desk, ours: Profile, theirs: Profile) -> Sizes:
    """The partner's population that was searched, and both sides' together; of two traces, one side's against the other's."""
    persons, traces = (_held(tx, each) for each in ((ProfileKind.PERSON,), _OPEN))
    assumed_persons, assumed_traces = desk.limits.dna_persons, desk.limits.dna_traces
    searched = assumed_traces if theirs.kind in _OPEN else assumed_persons
    if ours.kind in _OPEN and theirs.kind in _OPEN:
        return Sizes(searched, traces, assumed_traces)
    if ours.kind not in _OPEN and theirs.kind not in _OPEN:
        return Sizes(searched, persons, assumed_persons)
    return Sizes(searched, persons + assumed_persons, traces + assumed_traces)


def _held(tx: Transaction, kinds: tuple[ProfileKind, ...]) -> int:
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


def written(theirs: Profile, found: HitStatement) -> bytes:
    """What is sealed with a candidate, as bytes."""
    return json.dumps({"profile": to_reference_data(theirs), "statement": found.as_dict()}).encode()


def read(content: bytes, number: str) -> KeptStatement:
    """What was sealed, again: the profile under the partner's number."""
    kept = json.loads(content)
    return KeptStatement(from_reference_data(kept["profile"], number), kept["statement"])
