"""DNA candidates as the flow leaves them, written straight into a database: for tests of what people do with them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from egnatia.engines.dna.normalise import profile_of
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.statement import HitStatement, Sizes, statement
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.dna import opinions, statements
from egnatia.enquiries.dna.links import Link, link_profile
from egnatia.enquiries.dna.opinions import Effect, OpinionDraft, Standing, give_opinion
from egnatia.enquiries.dna.profiles import Intake, store_profiles
from egnatia.ledger import Act, append
from egnatia.model.dna import Disposition, ProfileCategory, ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, FollowUpId, OfficerId, PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import Purpose, Role
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import (
    ask,
    candidate,
    dna_candidate,
    dna_search,
    dna_upgrade,
    enquiry,
    fallen_hit,
    follow_up,
    outcome,
    release,
)

DAY = datetime(2025, 5, 15, 12, tzinfo=UTC)
RULES = "prum-ess12"
CASE = "DUR-2025-0417"
BASE = {
    "vWA": "16 17", "TH01": "6 9.3", "D21S11": "29 31.2", "FGA": "21 24", "D8S1179": "13 14", "D3S1358": "15 16",
    "D18S51": "12 17", "D16S539": "11 12", "D2S1338": "17 25", "D19S433": "13 14", "D1S1656": "15 17.3",
    "D12S391": "18 22",
}  # fmt: skip
WHY = "Both typings were laid side by side, locus by locus."
ANNA, BESA, CENI = (
    Officer(OfficerId(f"off-{name}"), name, frozenset({Role.EXAMINER})) for name in ("anna", "besa", "ceni")
)
CHIEF = Officer(OfficerId("off-chief"), "chief", frozenset({Role.SUPERVISOR}))
ADMIN = Officer(OfficerId("off-admin"), "admin", frozenset({Role.ADMINISTRATOR}))
ASKED: dict[str, Any] = {
    "holder": {},
    "justification": "Glove beside the booklets; who wore it?",
    "override": None,
    "beyond": None,
}
_OF = {ProfileKind.PERSON: ProfileCategory.CONVICTED, ProfileKind.TRACE: ProfileCategory.CRIME_SCENE}


def a_profile(ref: str, kind: ProfileKind = ProfileKind.TRACE, changes: Mapping[str, str] | None = None) -> Profile:
    """Twelve loci, with changes; an empty text takes one away."""
    rows = BASE | dict(changes or {})
    return profile_of(ref, kind, [(name, text.split()) for name, text in rows.items() if text]).profile


@cache
def stated(kind: ProfileKind, theirs: ProfileKind, deviation: str) -> HitStatement:
    """The statement of two profiles that agree but for the deviation at D12S391."""
    changes = {"D12S391": deviation} if deviation else {}
    pair = a_profile("ASKED", kind), a_profile("FOUND", theirs, changes)
    return statement(*pair, shipped_rules(RULES), Sizes(7_200_000, 7_200_000, 100_000))


@dataclass(slots=True)
class Cases:
    """Writes rows as the flow would."""

    tx: Transaction
    count: int = 0

    def profile(self, ref: str, kind: ProfileKind = ProfileKind.TRACE, person: str | None = None) -> str:
        """A profile of ours, tied to a person where one is named."""
        self.profiles([ref], kind)
        if person is not None:
            link_profile(self.tx, CHIEF, ref, Link(CASE, person), DAY)
        return ref

    def profiles(self, refs: list[str], kind: ProfileKind = ProfileKind.TRACE) -> None:
        """Many profiles of ours, alike in everything but their references."""
        intake = Intake(_OF[kind], "ESSplex", "ISO 17025", "law 1", DAY + timedelta(days=900))
        store_profiles(self.tx, ADMIN, [replace(a_profile("X-1", kind), ref=ref) for ref in refs], intake, DAY)

    def candidate(
        self,
        ours: str,
        partner: str,
        number: str,
        *,
        kind: ProfileKind = ProfileKind.TRACE,
        identified: bool = True,
        at: datetime = DAY,
        case: str = CASE,
        person: str | None = None,
        deviation: str = "",
    ) -> CandidateId:
        """A question about a profile of ours and the one candidate that came back."""
        self.count += 1
        enquiry_id, found_id = (
            f"{self.count:08d}-0000-4000-8000-00000000000e",
            f"{self.count:08d}-0000-4000-8000-0000000000ca",
        )
        subject = "dna_person" if identified else "dna_trace"
        sealed = self.tx.seal(
            json.dumps(ASKED | {"query": {"profile": ours, "kind": kind}}).encode(), kind="enquiry", at=at
        )
        row: dict[str, Any] = {"id": enquiry_id, "case_ref": case, "subject": subject, "purpose": "investigation"}
        row |= {"offence": "burglary", "officer_id": ANNA.id, "person_ref": person, "sealed_id": sealed.id}
        self.tx.execute(enquiry.insert(), row | {"created_at": at, "deadline": at + timedelta(days=3)})
        asked = {
            "enquiry_id": enquiry_id,
            "partner": partner,
            "state": "hit",
            "grant_id": "g",
            "message_id": enquiry_id,
        }
        self.tx.execute(ask.insert(), asked | {"asked_at": at, "answered_at": at})
        self.tx.execute(dna_search.insert(), {"enquiry_id": enquiry_id, "ref": ours, "kind": kind})
        row = {"id": found_id, "enquiry_id": enquiry_id, "partner": partner, "ref": number, "quality": 1.0}
        row |= {"evidence": '["dna_full"]', "owner": ANNA.id, "received_at": at, "due_at": at + timedelta(hours=24)}
        self.tx.execute(candidate.insert(), row)
        theirs = ProfileKind.PERSON if identified else ProfileKind.TRACE
        found = stated(kind, theirs, deviation)
        changes = {"D12S391": deviation} if deviation else {}
        content = statements.written(a_profile(number, theirs, changes), found, {})
        kept = self.tx.seal(content, kind="dna_candidate", at=at)
        row = {"candidate_id": found_id, "ref": ours, "identified": identified, "sealed_id": kept.id}
        self.tx.execute(dna_candidate.insert(), row | statements.columns(found, shipped_rules(RULES)))
        self._enter(
            EventKind.REPLY_RECEIVED,
            f"enquiry:{enquiry_id}",
            at,
            partner,
            {"result": "hit", "refs": [number], "ours": ours},
        )
        return CandidateId(found_id)

    def opinion(
        self,
        officer: Officer,
        found: CandidateId,
        disposition: Disposition = Disposition.CONFIRMED,
        at: datetime = DAY,
    ) -> Standing:
        """One examiner's opinion."""
        self.find(officer, found, disposition, at)
        return opinions.standing(self.tx, found, officer.id)

    def find(self, officer: Officer, found: CandidateId, disposition: Disposition, at: datetime) -> Effect:
        """The same, told what it did."""
        return give_opinion(self.tx, officer, found, OpinionDraft(disposition, WHY, "DNA examiner, level 2"), at)

    def dispose(
        self, found: CandidateId, disposition: Disposition = Disposition.CONFIRMED, at: datetime = DAY
    ) -> CandidateId:
        """Two examiners find alike."""
        self.find(ANNA, found, disposition, at)
        self.find(BESA, found, disposition, at)
        return found

    def hit(self, ours: str, partner: str, number: str, **more: Any) -> CandidateId:
        """A candidate that two examiners confirmed."""
        return self.dispose(self.candidate(ours, partner, number, **more))

    def upgrade(self, found: CandidateId, state: str = "waiting", at: datetime = DAY) -> None:
        """A request for more loci."""
        self.count += 1
        row: dict[str, Any] = {
            "id": f"u{self.count}",
            "direction": "out",
            "partner": "GBR",
            "enquiry_id": "e",
            "candidate_id": found,
        }
        row |= {"number": "N", "loci": "[]", "state": state, "asked_at": at}
        self.tx.execute(dna_upgrade.insert(), row | {"answered_at": at if state != "waiting" else None})

    def follow_up(self, found: CandidateId, at: datetime = DAY) -> FollowUpId:
        """A request for core data, entered as the flow enters it."""
        row = self.tx.execute(candidate.select().where(candidate.c.id == found)).one()
        made, subject = FollowUpId(f"f-{found}"[:36]), "dna_person"
        values: dict[str, Any] = {"id": made, "direction": "out", "partner": row.partner, "enquiry_id": row.enquiry_id}
        values |= {"candidate_id": found, "subject": subject, "purpose": "investigation", "ref": row.ref}
        values |= {"offence": "burglary", "grant_id": "g", "state": "waiting", "sealed_id": "s"}
        self.tx.execute(follow_up.insert(), values | {"at": at, "due_at": at + timedelta(hours=48)})
        content = {"case_ref": CASE, "ref": row.ref, "offence": "burglary", "candidate": found}
        self._enter(EventKind.FOLLOW_UP_SENT, f"follow_up:{made}", at, row.partner, content)
        return made

    def release(self, follow_up_id: FollowUpId, at: datetime = DAY) -> None:
        """Core data that came."""
        row: dict[str, Any] = {
            "id": f"r{follow_up_id}"[:36],
            "follow_up_id": follow_up_id,
            "fields": "[]",
            "handling": "H1",
        }
        self.tx.execute(release.insert(), row | {"received_at": at, "sealed_id": "s"})
        self._enter(EventKind.RELEASE_RECEIVED, f"follow_up:{follow_up_id}", at, "GBR", {"fields": []})

    def outcome(
        self, found: CandidateId, kind: str, person: str, follow_up_id: str | None = None, at: datetime = DAY
    ) -> None:
        """What came of a hit; attributed where core data had been asked for."""
        self.count += 1
        row: dict[str, Any] = {
            "id": f"o{self.count:08d}",
            "kind": kind,
            "case_ref": CASE,
            "person_ref": person,
            "candidate_id": found,
        }
        row |= {"follow_up_id": follow_up_id, "place": "Dover", "recorded_by": ANNA.id}
        values = row | {"attributed": follow_up_id is not None, "at": at, "recorded_at": at}
        self.tx.execute(outcome.insert(), values)
        content = {"kind": kind, "person_ref": person, "candidate": found}
        self._enter(EventKind.OUTCOME_RECORDED, f"outcome:{row['id']}", at, "GBR", content)

    def fall(self, found: CandidateId, at: datetime = DAY) -> None:
        """A correction after which the hit does not stand."""
        self.count += 1
        row = {"candidate_id": found, "correction_id": f"k{self.count}", "at": at}
        self.tx.execute(fallen_hit.insert(), row)
        content = {"finding": "falls", "hits": [found], "outcomes": []}
        self._enter(EventKind.CORRECTION_ACTED_ON, f"correction:k{self.count}", at, "GBR", content)

    def _enter(self, event: EventKind, ref: str, at: datetime, partner: str, content: dict[str, Any]) -> None:
        act = Act(event, at, "node", ref, PartnerCode(partner), purpose=Purpose.INVESTIGATION, content=content)
        append(self.tx, act)


def seen_by(tx: Transaction, officer: Officer, found: CandidateId) -> list[tuple[str, str]]:
    """Whose opinions an officer sees, and what they found."""
    return [(each.officer_id, each.disposition.value) for each in opinions.standing(tx, found, officer.id).visible]


@pytest.fixture
def cases(database: Database) -> Iterator[Cases]:
    """Rows to be written, with six traces of ours, T-0 to T-5, to write them about."""
    with database.write() as tx:
        made = Cases(tx)
        made.profiles([f"T-{number}" for number in range(6)])
        yield made
