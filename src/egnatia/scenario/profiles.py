"""Invented DNA profiles of the five nodes, from a seed: drawn allele by allele, so they are of nobody.

Planted among them are what an exchange is made for and what it has to be kept from: one person whose trace and whose
reference profile lie at two nodes; one unknown person's traces at three; two people who agree at the few loci of an old
profile, by chance; and a trace that somebody of the laboratory left.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.types import Designation, Profile
from egnatia.enquiries.dna.links import Link
from egnatia.enquiries.dna.profiles import Intake
from egnatia.model.dna import ProfileCategory, ProfileKind
from egnatia.model.ids import PartnerCode, RecordRef
from egnatia.scenario.case import CASE_REF, KNOWN_REF
from egnatia.scenario.task_force import SEED

FIGURES = "UK EA1 and EA2"
"""The population whose published counts the alleles are drawn by; it says nothing of anybody here."""
KEEP_YEARS = 6
LABORATORY = "invented-0000"
BASIS = "invented for the demonstration"
KIT = "invented 16 loci"

CASE_TRACE = "ALB-T-000417"
"""From a glove that lay beside the stolen booklets: of the person whom the British register knows."""
KNOWN_PROFILE = "GBR-G-002210"
SERIAL = {"ALB": "ALB-T-000501", "MKD": "MKD-T-000502", "GBR": "GBR-T-000503"}
"""Three traces of one unknown person, who is in no register."""
OLD_TRACE, BY_CHANCE = "MKD-T-000601", "ALB-G-000602"
"""A trace of 1999 with six loci, and a person who agrees at all of them and did not leave it."""
STAFF, CONTAMINATED = "ALB-E-000001", "ALB-T-000701"
"""A laboratory assistant, and a trace that the assistant left."""
OLD_LOCI = ("vWA", "TH01", "D21S11", "FGA", "D8S1179", "D18S51")
_COUNTS = {"GBR": 60, "ALB": 40, "XKX": 0, "MKD": 30, "MNE": 20}
"""Persons in each node's register. Kosovo is party to no agreement on DNA here, so its node keeps none."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Profiles that come in together, and whose they are."""

    category: ProfileCategory
    profiles: tuple[Profile, ...]
    links: tuple[tuple[str, Link], ...] = ()

    def intake(self, now: datetime) -> Intake:
        """What is said of all of them."""
        until = now + timedelta(days=365 * KEEP_YEARS)
        return Intake(self.category, KIT, LABORATORY, BASIS, until)


def drawn(rng: random.Random, ref: str, kind: ProfileKind) -> Profile:
    """A profile of nobody, at the sixteen loci that the figures have."""
    [figures] = [each for each in shipped_populations() if each.name == FIGURES]
    loci = {}
    for name, table in figures.loci.items():
        alleles, weights = zip(*sorted(table.seen.items()), strict=True)
        loci[name] = tuple(sorted(rng.choices(alleles, weights, k=2)))
    return Profile(ref, kind, loci, rng.choice(("X", "XY")))


def profiles_of(code: PartnerCode) -> tuple[Batch, ...]:
    """What one node holds."""
    persons = [
        drawn(_rng(f"{code}-{number}"), f"{code}-G-{number:06d}", ProfileKind.PERSON)
        for number in range(1, _COUNTS[code] + 1)
    ]
    if code == "GBR":
        persons.append(_as(_known(), KNOWN_PROFILE, ProfileKind.PERSON))
    if code == "ALB":
        persons.append(_by_chance())
    links = ((KNOWN_PROFILE, Link("LON-2024-3310", "G-2210", RecordRef(KNOWN_REF))),) if code == "GBR" else ()
    batches = [Batch(ProfileCategory.CONVICTED, tuple(persons), links), _traces(code)]
    if code == "ALB":
        batches.append(Batch(ProfileCategory.STAFF, (_staff(),)))
    return tuple(each for each in batches if each.profiles)


def _traces(code: PartnerCode) -> Batch:
    found: list[Profile] = []
    if code in SERIAL:
        found.append(_as(drawn(_rng("serial"), "serial", ProfileKind.TRACE), SERIAL[code], ProfileKind.TRACE))
    if code == "ALB":
        found += [_as(_known(), CASE_TRACE, ProfileKind.TRACE), _as(_staff(), CONTAMINATED, ProfileKind.TRACE)]
    if code == "MKD":
        found.append(_old_trace())
    return Batch(ProfileCategory.CRIME_SCENE, tuple(found), tuple((each.ref, _scene(code, each.ref)) for each in found))


def _scene(code: PartnerCode, ref: str) -> Link:
    case = CASE_REF if ref == CASE_TRACE else f"{code}-2025-{ref[-4:]}"
    facts = {"taken": "2025-04-02, lorry park", "offence": "smuggling of persons", "case_number": case}
    return Link(case, scene=facts | {"authority": f"Forensic laboratory, {code} (demonstration)"})


def _rng(what: str) -> random.Random:
    return random.Random(f"{SEED}-dna-{what}")  # noqa: S311 - the same invented profiles every time


def _as(profile: Profile, ref: str, kind: ProfileKind) -> Profile:
    return Profile(ref, kind, profile.loci, profile.amelogenin)


def _known() -> Profile:
    return drawn(_rng("known"), KNOWN_PROFILE, ProfileKind.PERSON)


def _staff() -> Profile:
    return drawn(_rng("staff"), STAFF, ProfileKind.ELIMINATION)


def _old_trace() -> Profile:
    whole = drawn(_rng("old"), OLD_TRACE, ProfileKind.TRACE)
    return Profile(OLD_TRACE, ProfileKind.TRACE, _only(whole, OLD_LOCI))


def _by_chance() -> Profile:
    other = drawn(_rng("chance"), BY_CHANCE, ProfileKind.PERSON)
    return Profile(BY_CHANCE, ProfileKind.PERSON, {**other.loci, **_old_trace().loci}, other.amelogenin)


def _only(profile: Profile, loci: Sequence[str]) -> dict[str, Designation]:
    return {name: profile.loci[name] for name in loci}
