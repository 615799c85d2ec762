"""DNA at the five nodes: what comes in, one question, and what came back. Shared by the tests of DNA between partners."""

import asyncio
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation.alerting import speak
from tests.federation.world import ALB, GBR, INSTALLER, Clock, World, copy_nodes, drop_databases

from egnatia.agreements import load_register
from egnatia.engines.dna.formats.reference_data import to_reference_data
from egnatia.engines.dna.rule_file import shipped_hash
from egnatia.engines.dna.types import Designation, Profile
from egnatia.enquiries.ask import SentEnquiry
from egnatia.enquiries.candidates import CandidateRow, of_enquiry
from egnatia.enquiries.dna.asking import DnaDraft, ask_dna
from egnatia.enquiries.dna.links import Link, link_profile
from egnatia.enquiries.dna.messages import DNA_ENQUIRY
from egnatia.enquiries.dna.numbers import number_for
from egnatia.enquiries.dna.opinions import Effect, OpinionDraft, give_opinion
from egnatia.enquiries.dna.profiles import Intake, store_profiles
from egnatia.ledger.entries import EntryView
from egnatia.model.agreements import Grant
from egnatia.model.dna import Disposition, ProfileCategory, ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, EnquiryId, GrantId, OfficerId, PartnerCode, RecordRef
from egnatia.model.officers import Officer
from egnatia.model.states import Offence, Purpose, Role, SubjectKind
from egnatia.scenario.profiles import drawn
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_candidate

KIND, CATEGORY = ProfileKind, ProfileCategory
CASE = "DUR-2025-0417"
WHY = "Glove beside the booklets of the stolen batch; who wore it is not known."
PERSONS_AT_ALB = "demo-gbr-alb-dna-person"
CAUTIOUS = shipped_hash("cautious")
"""The hash of the rules of the grants between GBR and ALB."""
CATEGORIES = {
    KIND.PERSON: CATEGORY.CONVICTED,
    KIND.TRACE: CATEGORY.CRIME_SCENE,
    KIND.MIXTURE: CATEGORY.CRIME_SCENE,
    KIND.REMAINS: CATEGORY.UNIDENTIFIED_REMAINS,
    KIND.MISSING: CATEGORY.MISSING_PERSON,
    KIND.RELATIVE: CATEGORY.RELATIVE,
    KIND.VICTIM: CATEGORY.VICTIM,
    KIND.ELIMINATION: CATEGORY.STAFF,
}


@contextmanager
def opened(template: Path, directory: Path, *codes: PartnerCode) -> Iterator[World]:
    """The task force with only some of its nodes started: what two do needs no five."""
    copy_nodes(template, directory)
    with asyncio.Runner() as runner:
        made = World(directory, Clock(), runner)
        for code in codes:
            made.start(code)
        yield made
        made.close()
    drop_databases(directory)


@pytest.fixture
def two(template: Path, tmp_path: Path) -> Iterator[World]:
    """GBR and ALB; a test that needs another one starts it."""
    with opened(template, tmp_path / "world", GBR, ALB) as made:
        yield made


@pytest.fixture(scope="module")
def lasting(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The same for all tests of a module that leave nothing behind, which is what they assert."""
    with opened(template, tmp_path_factory.mktemp("lasting") / "world", GBR, ALB) as made:
        yield made


def somebody(seed: str, ref: str = "P-1", kind: ProfileKind = KIND.PERSON) -> Profile:
    """The same invented person for the same seed, under any reference and as any kind."""
    return drawn(random.Random(seed), ref, kind)


def as_kind(profile: Profile, ref: str, kind: ProfileKind = KIND.TRACE) -> Profile:
    return replace(profile, ref=ref, kind=kind)


def with_loci(profile: Profile, **changed: Designation) -> Profile:
    """The same with other designations at some loci."""
    return replace(profile, loci={**profile.loci, **changed})


def only(profile: Profile, count: int) -> Profile:
    """The first loci of a profile."""
    return replace(profile, loci=dict([*profile.loci.items()][:count]))


def store(world: World, code: PartnerCode, *profiles: Profile, category: ProfileCategory | None = None) -> None:
    """Take profiles in, each kind with the category that goes with it."""
    for kind in dict.fromkeys(each.kind for each in profiles):
        mine = [each for each in profiles if each.kind == kind]
        intake = intake_of(world, category or CATEGORIES[kind])
        world.do(code, partial(_store, mine, intake, world.clock()))


def _store(profiles: Sequence[Profile], intake: Intake, now: datetime, tx: Transaction) -> int:
    return store_profiles(tx, INSTALLER, profiles, intake, now)


def intake_of(world: World, category: ProfileCategory) -> Intake:
    return Intake(category, "invented 16", "lab-0001", "invented", world.clock() + timedelta(days=900))


def link(world: World, code: PartnerCode, ref: str, **said: Any) -> None:
    """A supervisor says whose a profile is."""
    made = Link(said.pop("case_ref", CASE), **said)
    world.do(code, lambda tx: link_profile(tx, world.officer(code, "supervisor"), ref, made, world.clock()))


def draft(ref: str = "T-1", **changes: Any) -> DnaDraft:
    values: dict[str, Any] = {
        "population": SubjectKind.DNA_PERSON,
        "case_ref": CASE,
        "purpose": Purpose.INVESTIGATION,
        "offence": Offence.SMUGGLING_OF_PERSONS,
        "justification": WHY,
        "partners": (ALB,),
    }
    return DnaDraft(ref, **(values | changes))


def ask(world: World, code: PartnerCode = GBR, ref: str = "T-1", **changes: Any) -> SentEnquiry:
    """Ask, and deliver until nothing is due."""
    sent = ask_only(world, code, ref, **changes)
    world.deliver()
    return sent


def ask_only(
    world: World, code: PartnerCode = GBR, ref: str = "T-1", post: str = "examiner", **changes: Any
) -> SentEnquiry:
    desk, officer = world.nodes[code].desk, world.officer(code, post)
    return world.do(code, lambda tx: ask_dna(tx, desk, officer, draft(ref, **changes), world.clock()))


def candidates(world: World, code: PartnerCode, enquiry_id: EnquiryId) -> list[CandidateRow]:
    return world.look(code, lambda tx: of_enquiry(tx, enquiry_id, world.clock()))


def kept(world: World, code: PartnerCode) -> list[Any]:
    """The rows of DNA candidates."""
    return world.look(code, lambda tx: list(tx.execute(select(dna_candidate))))


def states(world: World, code: PartnerCode, enquiry_id: EnquiryId) -> dict[str, Any]:
    """What stands beside each partner: where the question is, and the reason if it was not asked or refused."""
    asks = world.view(code, enquiry_id).asks
    return {each.partner: (each.state.value, each.refusal and each.refusal.value) for each in asks}


def grant(world: World, code: PartnerCode, grant_id: str) -> Grant:
    register = world.look(code, load_register)
    return next(each for each in register.grants if each.id == grant_id)


def number(world: World, code: PartnerCode, grant_id: str, ref: str) -> str:
    """The number by which the other side of a grant knows a profile."""
    made = grant(world, code, grant_id)
    partner = made.answerer if made.asker == code else made.asker
    return world.do(code, lambda tx: number_for(tx, made, partner, ref, world.clock()))


def body(profile: Profile, **changes: object) -> dict[str, object]:
    """A question as it crosses the line, of GBR to ALB."""
    made: dict[str, object] = {
        "grant": GrantId(PERSONS_AT_ALB),
        "purpose": "investigation",
        "offence": "smuggling_of_persons",
        "number": "DNA-0123456789ABCDEF",
        "identified": profile.kind is KIND.PERSON,
        "profile": to_reference_data(profile),
        "rules": CAUTIOUS,
    }
    return made | changes


def say(world: World, said: Mapping[str, object], conversation: str, sender: PartnerCode = GBR) -> Any:
    """Send a question of any form to ALB; what its node answers."""
    return world.send_body(sender, ALB, DNA_ENQUIRY, said, conversation)


@dataclass(frozen=True, slots=True)
class Met:
    """One person's trace at GBR, whose reference profile ALB has."""

    trace: Profile
    person: Profile


def meet(world: World, others: Iterable[Profile] = ()) -> Met:
    """The trace T-1 at GBR and the person P-1 at ALB are of one person; both nodes speak of DNA."""
    speak(world)
    person = somebody("the one", "P-1")
    trace = as_kind(person, "T-1")
    store(world, GBR, trace)
    store(world, ALB, person, *others)
    return Met(trace, person)


def link_record(world: World, code: PartnerCode, ref: str, record: str) -> None:
    link(world, code, ref, record_ref=RecordRef(record))


SECOND = Officer(OfficerId("off-second-pair"), "second pair of eyes", frozenset({Role.EXAMINER}))
"""The second pair of eyes that a finding about DNA needs."""


def confirm(world: World, code: PartnerCode, candidate_id: CandidateId) -> None:
    """Two examiners find alike that a candidate is of the same source."""
    made = OpinionDraft(Disposition.CONFIRMED, "All loci agree and the electropherograms are clean.", "DNA examiner")
    for officer in (world.officer(code, "examiner"), SECOND):
        world.do(code, partial(_opine, officer, candidate_id, made, world.clock()))


def _opine(officer: Officer, candidate_id: CandidateId, made: OpinionDraft, now: datetime, tx: Transaction) -> Effect:
    return give_opinion(tx, officer, candidate_id, made, now)


def entries_of(world: World, code: PartnerCode, kind: EventKind) -> list[EntryView]:
    return [each for each in world.entries(code) if each.kind == kind]
