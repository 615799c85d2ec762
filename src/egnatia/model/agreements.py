"""Partners, agreements, grants and declarations as facts with dates and sources.

A grant is the machine-readable permission derived from an agreement: exactly one asker, one answerer and one subject.
Every fact carries its source; a demo grant's source says that it is invented.
"""

from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

from egnatia.model.dna import DnaTerms
from egnatia.model.ids import AgreementId, GrantId, PartnerCode
from egnatia.model.offences import Seriousness
from egnatia.model.states import LegalForce, PartnerStatus, Purpose, RefusalReason, Stance, SubjectKind


@dataclass(frozen=True, slots=True)
class StatusFact:
    """From this day on the partner has this standing, until the next fact (MEM-01)."""

    status: PartnerStatus
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A state of the task force, or one that talks with it."""

    code: PartnerCode
    travel_document_codes: tuple[str, ...]
    """Codes under which its travel documents are issued (Doc 9303-3): Kosovo's MRZ code in use is RKS."""
    statuses: tuple[StatusFact, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """One party of an agreement; the agreement binds it from `in_force` and not before (MEM-04)."""

    partner: PartnerCode
    signed: date | None
    ratified: date | None
    in_force: date | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A legal instrument (MEM-02)."""

    id: AgreementId
    title: str
    force: LegalForce
    multilateral: bool
    parties: tuple[Party, ...]
    suspended_from: date | None
    terminated_on: date | None
    invented: bool
    source: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What one partner may ask another about one subject (MEM-03)."""

    id: GrantId
    agreement: AgreementId
    asker: PartnerCode
    answerer: PartnerCode
    subject: SubjectKind
    purposes: frozenset[Purpose]
    offence_min: Seriousness
    step_two: bool
    """Whether core data may be asked for after a hit."""
    deadline_h: int
    """Hours within which a follow-up is to be answered; 48 in Regulation (EU) 2024/982 art. 47."""
    quota_day: int
    retention_max_d: int
    handling_default: str
    dna: DnaTerms | None = None
    """Of a grant on `dna_person` or `dna_trace`, and of no other."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A partner's standing word about a subject (MEM-12); `declines` blocks every route to it."""

    partner: PartnerCode
    subject: SubjectKind
    stance: Stance
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Bar:
    """This node's own word that nothing passes to or from a partner from a day on. It forbids; nothing here allows."""

    partner: PartnerCode
    reason: RefusalReason
    since: date
    detail: str


@dataclass(frozen=True, slots=True)
class Register:
    """Everything a node knows about who may ask whom what.

    The last three fields are derived from the others, so that a decision looks at one pair's facts only, however many
    partners there are.

    Attributes:
        bars: what this node's membership forbids besides; it is no part of the file.
        routes: the grants for each asker and answerer.
        shared: the agreements to which both of two partners are parties, in both orders of the pair.
        carried: the subjects that an agreement's grants carry, between whichever parties.
    """

    partners: dict[PartnerCode, Partner]
    agreements: dict[AgreementId, Agreement]
    grants: tuple[Grant, ...]
    declarations: tuple[Declaration, ...]
    bars: tuple[Bar, ...] = ()
    routes: dict[tuple[PartnerCode, PartnerCode], list[Grant]] = field(init=False, repr=False, compare=False)
    shared: dict[tuple[PartnerCode, PartnerCode], list[Agreement]] = field(init=False, repr=False, compare=False)
    carried: dict[AgreementId, set[SubjectKind]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive the indexes."""
        routes: dict[tuple[PartnerCode, PartnerCode], list[Grant]] = {}
        shared: dict[tuple[PartnerCode, PartnerCode], list[Agreement]] = {}
        carried: dict[AgreementId, set[SubjectKind]] = {}
        for grant in self.grants:
            routes.setdefault((grant.asker, grant.answerer), []).append(grant)
            carried.setdefault(grant.agreement, set()).add(grant.subject)
        for agreement in self.agreements.values():
            for pair in permutations([party.partner for party in agreement.parties], 2):
                shared.setdefault(pair, []).append(agreement)
        object.__setattr__(self, "routes", routes)
        object.__setattr__(self, "shared", shared)
        object.__setattr__(self, "carried", carried)
