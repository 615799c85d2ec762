"""Partners, agreements, grants and declarations as facts with dates and sources.

A grant is the machine-readable permission derived from an agreement: exactly one asker, one answerer and one subject.
Every fact carries its source; a demo grant's source says that it is invented.
"""

from dataclasses import dataclass
from datetime import date

from egnatia.model.ids import AgreementId, GrantId, PartnerCode
from egnatia.model.offences import Seriousness
from egnatia.model.states import LegalForce, PartnerStatus, Purpose, Stance, SubjectKind


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


@dataclass(frozen=True, slots=True)
class Declaration:
    """A partner's standing word about a subject (MEM-12); `declines` blocks every route to it."""

    partner: PartnerCode
    subject: SubjectKind
    stance: Stance
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Register:
    """Everything a node knows about who may ask whom what."""

    partners: dict[PartnerCode, Partner]
    agreements: dict[AgreementId, Agreement]
    grants: tuple[Grant, ...]
    declarations: tuple[Declaration, ...]
