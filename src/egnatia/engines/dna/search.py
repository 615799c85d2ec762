"""Search: one profile against columns, under the rules of one agreement."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.kernel import bound, fits, survivors, tables
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import Evidence, Kind, Profile
from egnatia.errors import InputError


@dataclass(frozen=True, slots=True)
class Candidate:
    """A profile that may be of the same person, with everything that was compared.

    It is not a hit: a qualified person confirms or rejects it.
    """

    number: int
    ref: str
    kind: Kind
    label: str
    near: bool
    evidence: Evidence


def search(query: Profile, columns: Columns, rules: RuleSet) -> tuple[Candidate, ...]:
    """Every candidate for a profile, best class first, then by reference.

    Profiles of kinds that the rules do not permit against this one are never looked at, nor are those that lack what the
    rules want of a profile.

    Raises:
        InputError: the question itself lacks what the rules want, or its kind may not be compared with any.
    """
    lacking = rules.wants(query)
    if lacking:
        raise InputError(f"the profile {query.ref} cannot be searched by {rules.id}: {lacking}", hint=_MORE_LOCI)
    kinds = [each for each in Kind if rules.permits(query.kind, each)]
    if not kinds:
        raise InputError(
            f"{rules.id} compares profiles of kind {query.kind} with none", hint="Check the profile's kind."
        )
    labels = {each.label: number for number, each in enumerate(rules.classes)}
    found = _candidates(query, columns, rules, kinds)
    return tuple(sorted(found, key=lambda each: (labels[each.label], each.ref)))


_MORE_LOCI = "More loci have to be typed; docs/reference/dna.md says what each rule set needs."


def _candidates(query: Profile, columns: Columns, rules: RuleSet, kinds: list[Kind]) -> Iterator[Candidate]:
    permitted = columns.of_kinds(kinds)
    for rows, counts in survivors(columns, tables(query, columns, rules), bound(rules)):
        fitting = np.zeros(len(rows), dtype=bool)
        for each in rules.classes:
            fitting |= fits(each, counts)
        for number in rows[fitting & permitted[rows]].tolist():
            profile = columns.profile(number)
            evidence, match_class = rules.compare(query, profile)
            if match_class is not None and rules.wants(profile) is None:
                yield Candidate(number, profile.ref, profile.kind, match_class.label, match_class.near, evidence)
