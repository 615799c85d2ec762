"""The rows that indicators count: one flat view per kind of record, joined along the chain that led to it.

A definition may name only the columns given here. Names of people are in none of them: `person_ref` is this node's own
pseudonym, so that two hits on one person can be seen to be one person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Subquery, exists, func, or_, select

from egnatia.engines.documents.types import Advice
from egnatia.model.borders import VerdictClass
from egnatia.model.dna import Disposition
from egnatia.model.states import AskState, Decision, FollowUpState, OutcomeKind, Purpose, RefusalReason, SubjectKind
from egnatia.store.tables import (
    ask,
    candidate,
    dna_candidate,
    dna_link,
    enquiry,
    fallen_hit,
    follow_up,
    inspection,
    outcome,
    release,
    verdict,
)


@dataclass(frozen=True, slots=True)
class Source:
    """A view that definitions count.

    Attributes:
        rows: the view; its column `id` is the record's reference.
        values: columns with a closed list of values, so that a misspelt value is found when a definition is read.
    """

    rows: Subquery
    values: Mapping[str, type[StrEnum]] = field(default_factory=dict)


_WHY = (enquiry.c.case_ref, enquiry.c.subject, enquiry.c.purpose, enquiry.c.person_ref)
_WHY_VALUES: dict[str, type[StrEnum]] = {"subject": SubjectKind, "purpose": Purpose}
_WRONG = outcome.alias("wrong")
_MISIDENTIFIED = or_(
    exists().where(_WRONG.c.candidate_id == candidate.c.id, _WRONG.c.kind == OutcomeKind.MISIDENTIFICATION.value),
    exists().where(fallen_hit.c.candidate_id == candidate.c.id),
)
"""A hit that an outcome found to be the wrong person, or that fell with a correction, is a hit no longer (DIS-09)."""


def _asks() -> Subquery:
    joined = ask.join(enquiry, ask.c.enquiry_id == enquiry.c.id)
    name = (ask.c.enquiry_id + "/" + ask.c.partner).label("id")
    mine = (ask.c.partner, ask.c.state, ask.c.refusal, ask.c.asked_at, ask.c.answered_at)
    return select(name, *mine, *_WHY).select_from(joined).subquery()


def _candidates() -> Subquery:
    joined = candidate.join(enquiry, candidate.c.enquiry_id == enquiry.c.id)
    mine = (candidate.c.id, candidate.c.partner, candidate.c.ref, candidate.c.decision)
    times = (candidate.c.received_at, candidate.c.decided_at)
    return select(*mine, *times, _MISIDENTIFIED.label("misidentified"), *_WHY).select_from(joined).subquery()


def _dna_candidates() -> Subquery:
    """Candidates of DNA with what ties them together: our profile, its person where linked, and the partner's number."""
    joined = (
        candidate.join(dna_candidate, dna_candidate.c.candidate_id == candidate.c.id)
        .join(enquiry, candidate.c.enquiry_id == enquiry.c.id)
        .outerjoin(dna_link, dna_link.c.ref == dna_candidate.c.ref)
    )
    mine = (
        candidate.c.id,
        candidate.c.partner,
        candidate.c.decision,
        dna_candidate.c.disposition,
        dna_candidate.c.near,
    )
    times = (candidate.c.received_at, candidate.c.decided_at, _MISIDENTIFIED.label("misidentified"))
    theirs = (candidate.c.partner + ":" + candidate.c.ref).label("theirs")
    tied = (dna_candidate.c.ref.label("ours"), dna_link.c.person_ref.label("person"), theirs)
    why = (enquiry.c.case_ref, enquiry.c.subject, enquiry.c.purpose)
    return select(*mine, *times, *tied, *why).select_from(joined).subquery()


def _follow_ups() -> Subquery:
    mine = (follow_up.c.id, follow_up.c.direction, follow_up.c.partner, follow_up.c.subject, follow_up.c.state)
    return select(*mine, follow_up.c.refusal, follow_up.c.at, follow_up.c.closed_at, follow_up.c.late_at).subquery()


def _releases() -> Subquery:
    joined = (
        release.join(follow_up, release.c.follow_up_id == follow_up.c.id)
        .outerjoin(candidate, follow_up.c.candidate_id == candidate.c.id)
        .outerjoin(enquiry, candidate.c.enquiry_id == enquiry.c.id)
    )
    mine = (release.c.id, release.c.approved_at, release.c.received_at, release.c.follow_up_id)
    chain = (follow_up.c.direction, follow_up.c.partner, candidate.c.decision, _MISIDENTIFIED.label("misidentified"))
    return select(*mine, *chain, *_WHY).select_from(joined).subquery()


def _outcomes() -> Subquery:
    joined = (
        outcome.outerjoin(candidate, outcome.c.candidate_id == candidate.c.id)
        .outerjoin(follow_up, (outcome.c.follow_up_id == follow_up.c.id) & (follow_up.c.candidate_id == candidate.c.id))
        .outerjoin(enquiry, candidate.c.enquiry_id == enquiry.c.id)
    )
    mine = (outcome.c.id, outcome.c.kind, outcome.c.case_ref, outcome.c.person_ref, outcome.c.attributed, outcome.c.at)
    chain = (candidate.c.decision, _MISIDENTIFIED.label("misidentified"), follow_up.c.id.label("follow_up_id"))
    return select(*mine, *chain, enquiry.c.subject).select_from(joined).subquery()


def _inspections() -> Subquery:
    """Inspections with what officers say the document is: of each officer the latest verdict, where none differs."""
    newest = select(verdict.c.inspection_id, func.max(verdict.c.number).label("number")).group_by(
        verdict.c.inspection_id, verdict.c.given_by
    )
    last = newest.subquery("last")
    standing = verdict.join(
        last, (last.c.inspection_id == verdict.c.inspection_id) & (last.c.number == verdict.c.number)
    )
    one, other = func.min(verdict.c.kind), func.max(verdict.c.kind)
    agreed = (
        select(verdict.c.inspection_id, one.label("kind"))
        .select_from(standing)
        .group_by(verdict.c.inspection_id)
        .having(one == other)
        .subquery("agreed")
    )
    joined = inspection.outerjoin(agreed, agreed.c.inspection_id == inspection.c.id)
    kind_of_document = func.coalesce(inspection.c.document_type, "unknown").label("document_type")
    mine = (inspection.c.id, inspection.c.at, inspection.c.case_ref, inspection.c.advice, kind_of_document)
    return select(*mine, agreed.c.kind.label("verdict")).select_from(joined).subquery()


SOURCES: dict[str, Source] = {
    "ask": Source(_asks(), {"state": AskState, "refusal": RefusalReason, **_WHY_VALUES}),
    "candidate": Source(_candidates(), {"decision": Decision, **_WHY_VALUES}),
    "dna_candidate": Source(
        _dna_candidates(),
        {"decision": Decision, "disposition": Disposition, "subject": SubjectKind, "purpose": Purpose},
    ),
    "follow_up": Source(_follow_ups(), {"state": FollowUpState, "refusal": RefusalReason, "subject": SubjectKind}),
    "release": Source(_releases(), {"decision": Decision, **_WHY_VALUES}),
    "outcome": Source(_outcomes(), {"kind": OutcomeKind, "decision": Decision, "subject": SubjectKind}),
    "inspection": Source(_inspections(), {"advice": Advice, "verdict": VerdictClass}),
}
"""Every view by the name that a definition and a record's reference use."""
