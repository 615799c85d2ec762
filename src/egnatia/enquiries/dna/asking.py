"""A profile of ours, asked about: one enquiry, one message for each partner that a grant allows.

It is the flow's own enquiry with a message of its own: who may be asked, the protection-claim guard, quotas, rows and
entries are those of `enquiries.ask`. What is particular to DNA comes besides: traces are held against everybody who may
have touched them before anybody hears of them, the grant has to allow this kind of profile, and the rules have to take
one as small.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from egnatia.accounts import authorise
from egnatia.engines.dna.formats.reference_data import to_reference_data
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.ask import (
    Asking,
    EnquiryDraft,
    PartnerPreview,
    SentEnquiry,
    ask_under,
    judge_all,
    record_enquiry,
    record_not_asked,
    seal_reasons,
)
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_case_ref, check_text
from egnatia.enquiries.dna import elimination
from egnatia.enquiries.dna.agreed import rules_hash, rules_of
from egnatia.enquiries.dna.index import POPULATIONS
from egnatia.enquiries.dna.links import link_of
from egnatia.enquiries.dna.messages import DNA_ENQUIRY, DnaEnquiryBody
from egnatia.enquiries.dna.numbers import number_for
from egnatia.enquiries.dna.profiles import load_profile
from egnatia.enquiries.guard import override_guard
from egnatia.enquiries.messages import encode
from egnatia.enquiries.quotas import check_day
from egnatia.enquiries.subjects.person import core_values
from egnatia.errors import ErasedError, InputError, NotFoundError, RefusedError
from egnatia.exchange.protocols import require_protocol
from egnatia.model.agreements import Grant
from egnatia.model.dna import OPEN_KINDS, ProfileKind
from egnatia.model.ids import EnquiryId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import DNA_SUBJECTS, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.prepared import insert_into
from egnatia.store.tables import dna_search

SPOKEN_SINCE = 2
"""Version of messages that has DNA."""
_SEARCH = insert_into(dna_search)


@dataclass(frozen=True, slots=True)
class DnaDraft:
    """What is to be asked.

    Attributes:
        ref: our profile.
        population: whose profiles are searched: `dna_person` or `dna_trace`.
        case_ref: the individual case it belongs to.
        purpose, offence: why.
        justification: at least 20 characters; stays here.
        partners: whom to ask; None asks everybody that a grant allows.
        override: a supervisor's written assessment, to ask in spite of the protection-claim guard.
        batch_id, standing_id: of an approved batch or a standing order that this is part of; such a question counts under
            the grant, and not against its officer's or its case's day.
    """

    ref: str
    population: SubjectKind
    case_ref: str
    purpose: Purpose
    offence: Offence
    justification: str
    partners: tuple[PartnerCode, ...] | None = None
    override: str | None = None
    batch_id: str | None = None
    standing_id: str | None = None


def preview_dna(tx: Transaction, desk: Desk, officer: Officer, draft: DnaDraft, now: datetime) -> list[PartnerPreview]:
    """Check a draft without recording or sending anything; a trace is not held against anybody for that.

    Raises:
        InputError, ForbiddenError, RefusedError, NotFoundError: as `ask_dna`.
    """
    asking, profile = _start(tx, desk, officer, draft, now)
    judged = judge_all(tx, asking, guarded=officer.may(Action.OVERRIDE_CLAIM_GUARD))
    return _not_known_here(tx, desk, profile, [_fitting(tx, each, profile) for each in judged])


def ask_dna(tx: Transaction, desk: Desk, officer: Officer, draft: DnaDraft, now: datetime) -> SentEnquiry:
    """Record an enquiry about a profile and queue one message for each partner that may be asked.

    Raises:
        InputError: something in the draft is missing or malformed.
        ForbiddenError: the officer may not ask.
        NotFoundError: there is no such profile.
        RefusedError: nobody may be asked at all, or the day's quota is used up; nothing is recorded then.
    """
    asking, profile = _start(tx, desk, officer, draft, now)
    asks = [_fitting(tx, each, profile) for each in judge_all(tx, asking, guarded=True)]
    asked = sum(each.grant is not None for each in asks)
    if not draft.batch_id and not draft.standing_id:
        check_day(tx, desk.limits, (officer.id, draft.case_ref), asked, now)
    if asked and profile.kind in OPEN_KINDS:
        asks = _not_known_here(tx, desk, profile, _held_back(tx, asking, profile, asks))
    enquiry_id = EnquiryId(tx.new_id())
    record_enquiry(tx, asking, enquiry_id, seal_reasons(tx, asking))
    search = {"enquiry_id": enquiry_id, "ref": profile.ref, "kind": profile.kind}
    tx.put(_SEARCH, search | {"batch_id": draft.batch_id, "standing_id": draft.standing_id})
    for each in asks:
        if each.grant is None:
            record_not_asked(tx, asking, enquiry_id, each)
        else:
            _ask(tx, asking, enquiry_id, each.grant, profile)
    return SentEnquiry(enquiry_id, tuple(asks))


def _start(tx: Transaction, desk: Desk, officer: Officer, draft: DnaDraft, now: datetime) -> tuple[Asking, Profile]:
    authorise(officer, Action.ASK_DNA)
    check_case_ref(draft.case_ref)
    check_text("justification", draft.justification, MIN_JUSTIFICATION)
    if draft.population not in DNA_SUBJECTS:
        raise InputError(f"{draft.population.value} is no population of profiles", hint="Ask dna_person or dna_trace.")
    if draft.override is not None:
        override_guard(officer, draft.override)
    profile = load_profile(tx, draft.ref)
    link = link_of(tx, draft.ref)
    plain = EnquiryDraft(
        draft.case_ref,
        draft.population,
        draft.purpose,
        draft.offence,
        draft.justification,
        {},
        draft.partners,
        link.person_ref if link else None,
        _holder(tx, link.record_ref if link else None),
        draft.override,
    )
    return Asking(desk, officer, plain, {"profile": draft.ref, "kind": profile.kind.value}, now), profile


def _holder(tx: Transaction, record: Any) -> dict[str, str]:
    """What we know of the person, for the guard and for nobody else; it is sealed with the enquiry and never sent."""
    try:
        known = core_values(tx, record) if record else {}
    except (NotFoundError, ErasedError):
        return {}
    return {name: known[name] for name in ("first_names", "family_names", "birth_date") if name in known}


def _fitting(tx: Transaction, each: PartnerPreview, profile: Profile) -> PartnerPreview:
    """The same, unless this profile may not go to that partner."""
    if each.grant is None:
        return each
    try:
        _check_fits(tx, each.grant, profile)
    except RefusedError as refusal:
        return PartnerPreview(each.partner, None, refusal.reason, refusal.message)
    return each


def _check_fits(tx: Transaction, grant: Grant, profile: Profile) -> None:
    rules = rules_of(grant)
    kinds = grant.dna.asked_with if grant.dna else ()
    met = any(rules.permits(profile.kind, each) for each in POPULATIONS[grant.subject])
    if profile.kind not in kinds or not met:
        raise RefusedError(
            RefusalReason.PROFILE_KIND_NOT_GRANTED,
            f"{grant.id} lets {', '.join(kinds)} be sent, and {profile.ref} is of kind {profile.kind.value}",
        )
    lacking = rules.wants(profile)
    if lacking is not None:
        raise RefusedError(RefusalReason.PROFILE_TOO_SMALL, f"{profile.ref} by {rules.id}: {lacking}")
    require_protocol(tx, grant.answerer, SPOKEN_SINCE, "a question about DNA")


def _not_known_here(tx: Transaction, desk: Desk, profile: Profile, asks: list[PartnerPreview]) -> list[PartnerPreview]:
    """The same, unless a trace is of somebody whom this node knows: the search at home comes first (2008/615/JHA).

    Near matches do not count: more loci may end them, and a partner may have the person.
    """
    return [each if profile.kind is not ProfileKind.TRACE else _known(tx, desk, profile, each) for each in asks]


def _known(tx: Transaction, desk: Desk, profile: Profile, each: PartnerPreview) -> PartnerPreview:
    if each.grant is None:
        return each
    found = desk.dna.search(tx, SubjectKind.DNA_PERSON, profile, rules_of(each.grant))
    known = [one.candidate.ref for one in found if not one.candidate.near]
    if not known:
        return each
    said = f"{profile.ref} agrees with {', '.join(known)} of this node's own persons"
    return replace(each, grant=None, refusal=RefusalReason.PROFILE_KNOWN_HERE, detail=said)


def _held_back(tx: Transaction, asking: Asking, profile: Profile, asks: list[PartnerPreview]) -> list[PartnerPreview]:
    """The same, unless somebody may have touched the trace: then nobody is asked, and the enquiry says why."""
    try:
        _check_elimination(tx, asking, profile)
    except RefusedError as refusal:
        held = replace(asks[0], grant=None, refusal=refusal.reason, detail=refusal.message)
        return [each if each.grant is None else replace(held, partner=each.partner) for each in asks]
    return asks


def _check_elimination(tx: Transaction, asking: Asking, profile: Profile) -> None:
    """Hold a trace against everybody who may have touched it."""
    elimination.check(tx, asking.desk, profile, asking.officer.id, asking.now)


def _ask(tx: Transaction, asking: Asking, enquiry_id: EnquiryId, grant: Grant, profile: Profile) -> None:
    body = DnaEnquiryBody(
        grant=grant.id,
        purpose=asking.draft.purpose,
        offence=asking.draft.offence,
        number=number_for(tx, grant, grant.answerer, profile.ref, asking.now),
        identified=profile.kind is ProfileKind.PERSON,
        profile=to_reference_data(profile),
        rules=rules_hash(grant),
    )
    ask_under(tx, asking, enquiry_id, grant, (DNA_ENQUIRY, encode(body)))
