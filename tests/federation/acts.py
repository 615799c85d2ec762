"""The acts of the flow, one function each: what an officer or a node does, and what is true at both ends right after."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from tests.federation.world import (
    ALB,
    FACTS,
    GBR,
    INSTALLER,
    MNE,
    PASSWORD,
    REASON,
    XKX,
    World,
    document_draft,
    person_draft,
)

from egnatia.accounts import LoginRefusal, check_login
from egnatia.agreements import import_register as import_agreements
from egnatia.casework.borders import document_query, holder_clues, inspect_document
from egnatia.engines.documents import RegisterRow, read_register
from egnatia.engines.people import PersonRow, read_persons
from egnatia.enquiries import (
    candidates,
    followups,
    holdings,
    outcomes,
    releases,
    retention,
    their_followups,
    timeline,
    views,
)
from egnatia.enquiries.ask import preview
from egnatia.enquiries.guard import Claim, record_claim
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.ledger.audit import verify_own
from egnatia.model.ids import CandidateId, EnquiryId, FollowUpId, PartnerCode, RecordRef, ReleaseId
from egnatia.model.states import (
    AskState,
    Decision,
    FollowUpState,
    OutcomeKind,
    RefusalReason,
)
from egnatia.scenario.case import CASE_REF, KNOWN_REF, PASSPORT, PERSON_REF, STOLEN_BLANKS_REF
from egnatia.scenario.task_force import agreements
from egnatia.store.database import Transaction

NO_STEP_TWO = agreements().replace(b"step_two = true", b"step_two = false")


@dataclass(slots=True)
class Tale:
    """What the acts hand on to one another."""

    world: World
    enquiry: EnquiryId = field(default=EnquiryId(""))
    candidate: CandidateId = field(default=CandidateId(""))
    follow_up: FollowUpId = field(default=FollowUpId(""))
    release: ReleaseId = field(default=ReleaseId(""))
    received: tuple[releases.Release | None, dict[str, str]] = (None, {})

    def ask(self, code: PartnerCode = ALB, *, person: bool = False, **changes: object) -> None:
        draft = person_draft(**changes) if person else document_draft(**changes)
        self.enquiry = self.world.ask(code, draft).id

    def take(self, code: PartnerCode = ALB) -> None:
        self.candidate = self.world.view(code, self.enquiry).candidates[0].id


def refused(kind: type[Error], act: Callable[[], object]) -> None:
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.hint()


def inspect(tale: Tale) -> None:
    world, officer = tale.world, tale.world.officer(ALB)
    _, found = world.do(ALB, lambda tx: inspect_document(tx, officer, CASE_REF, PASSPORT, world.clock()))
    assert document_query(found.document) == document_draft().query
    assert holder_clues(found.document) == document_draft().holder


def look_first(tale: Tale) -> None:
    world, officer = tale.world, tale.world.officer(ALB)
    desk = world.nodes[ALB].desk
    drafts = document_draft(partners=(GBR, XKX, MNE))
    found = world.look(ALB, lambda tx: preview(tx, desk, officer, drafts, world.clock()))
    assert [each.refusal for each in found] == [None, None, RefusalReason.NO_AGREEMENT]


def ask_three(tale: Tale) -> None:
    tale.ask(partners=(GBR, XKX, MNE))
    view = tale.world.view(ALB, tale.enquiry)
    assert [each.state for each in view.asks] == [AskState.WAITING, AskState.NOT_ASKED, AskState.WAITING]
    assert view.unanswered == (GBR, XKX)


def answers_come(tale: Tale) -> None:
    assert tale.world.deliver() == 2
    view = tale.world.view(ALB, tale.enquiry)
    assert [each.state for each in view.asks] == [AskState.NO_HIT, AskState.NOT_ASKED, AskState.HIT]
    assert [each.ref for each in view.candidates] == [STOLEN_BLANKS_REF]
    assert view.unanswered == ()
    tale.take()


def nothing_more_comes(tale: Tale) -> None:
    assert tale.world.deliver() == 0


def only_look(tale: Tale) -> None:
    world = tale.world
    world.look(ALB, lambda tx: candidates.inbox(tx, world.clock()))
    world.look(ALB, lambda tx: views.enquiries(tx, world.clock(), CASE_REF))
    assert CASE_REF in world.look(ALB, timeline.cases)


def view(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(ALB, "examiner")
    seen = world.do(ALB, lambda tx: candidates.view_candidate(tx, who, tale.candidate, "", world.clock()))
    assert seen.asked is not None
    assert seen.asked["query"]["number"] == "P0041763"


def follow_too_early(tale: Tale) -> None:
    refused(ConflictError, lambda: tale.world.follow(ALB, tale.candidate))


def open_enquiry(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(ALB)
    seen = world.do(ALB, lambda tx: views.view_enquiry(tx, who, tale.enquiry, "", world.clock()))
    assert seen.asked == {
        "query": document_draft().query,
        "holder": document_draft().holder,
        "justification": document_draft().justification,
        "override": None,
        "beyond": document_draft().beyond,
    }
    auditor = world.officer(ALB, "auditor")
    refused(
        ForbiddenError,
        lambda: world.do(ALB, lambda tx: views.view_enquiry(tx, auditor, tale.enquiry, "", world.clock())),
    )


def read_facts(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(XKX, "approver-1")

    def job(tx: Transaction) -> str:
        row = followups.get(tx, tale.follow_up, followups.IN)
        return followups.view_facts(tx, who, row, world.clock())

    assert world.do(XKX, job) == FACTS


def confirm_as_enquirer(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(ALB)
    draft = candidates.DecisionDraft(Decision.CONFIRMED, FACTS, "examiner")
    refused(
        ForbiddenError,
        lambda: world.do(ALB, lambda tx: candidates.decide(tx, who, tale.candidate, draft, world.clock())),
    )


def confirm(tale: Tale) -> None:
    tale.world.confirm(ALB, tale.candidate)


def confirm_again(tale: Tale) -> None:
    refused(ConflictError, lambda: tale.world.confirm(ALB, tale.candidate))


def reject(tale: Tale) -> None:
    tale.take()
    tale.world.confirm(ALB, tale.candidate, Decision.REJECTED)


def leave_open(tale: Tale) -> None:
    tale.take()
    tale.world.confirm(ALB, tale.candidate, Decision.INCONCLUSIVE)
    refused(ConflictError, lambda: tale.world.follow(ALB, tale.candidate))


def follow(tale: Tale) -> None:
    tale.follow_up = tale.world.follow(ALB, tale.candidate)


def follow_twice(tale: Tale) -> None:
    refused(ConflictError, lambda: tale.world.follow(ALB, tale.candidate))


def deliver(tale: Tale) -> None:
    assert tale.world.deliver() == 1


def propose_nonsense(tale: Tale) -> None:
    refused(InputError, lambda: tale.world.propose(XKX, tale.follow_up, ("address",)))
    refused(NotFoundError, lambda: tale.world.propose(XKX, FollowUpId("none")))


def look_what_could_leave(tale: Tale) -> None:
    world, who, auditor = tale.world, tale.world.officer(XKX, "approver-1"), tale.world.officer(XKX, "auditor")
    held = world.do(XKX, lambda tx: releases.view_available(tx, who, tale.follow_up, world.clock()))
    assert held["category"] == "stolen_blank"
    refused(
        ForbiddenError,
        lambda: world.do(XKX, lambda tx: releases.view_available(tx, auditor, tale.follow_up, world.clock())),
    )


def look_what_would_leave(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(XKX, "approver-2")
    values = world.do(XKX, lambda tx: releases.view_proposed(tx, who, tale.release, world.clock()))
    assert values["category"] == "stolen_blank"


def propose(tale: Tale) -> None:
    tale.release = tale.world.propose(XKX, tale.follow_up)


def propose_twice(tale: Tale) -> None:
    refused(ConflictError, lambda: tale.world.propose(XKX, tale.follow_up))


def approve_alone(tale: Tale) -> None:
    refused(ForbiddenError, lambda: tale.world.approve(XKX, tale.release, "approver-1"))
    refused(ForbiddenError, lambda: tale.world.approve(XKX, tale.release, "enquirer"))


def send_back(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(XKX, "approver-2")
    world.do(XKX, lambda tx: releases.send_back(tx, who, tale.release, REASON, world.clock()))


def approve_sent_back(tale: Tale) -> None:
    refused(NotFoundError, lambda: tale.world.approve(XKX, tale.release))


def approve(tale: Tale) -> None:
    tale.world.approve(XKX, tale.release)


def approve_twice(tale: Tale) -> None:
    refused(ConflictError, lambda: tale.world.approve(XKX, tale.release))


def read_release(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(ALB)
    tale.received = world.do(
        ALB, lambda tx: releases.view_received(tx, who, tale.follow_up, "needed for the file", world.clock())
    )


def what_was_released(tale: Tale) -> None:
    world, (made, values) = tale.world, tale.received
    assert made is not None
    assert (made.handling, values["number_from"], values["number_to"]) == ("H1", "P0041700", "P0041799")
    assert state_of(world, ALB, tale.follow_up) is FollowUpState.RELEASED
    assert state_of(world, XKX, tale.follow_up) is FollowUpState.RELEASED


def state_of(world: World, code: PartnerCode, follow_up_id: FollowUpId) -> FollowUpState:
    rows = world.look(code, followups.listed)
    return next(row.state for row in rows if row.id == follow_up_id)


def record_arrest(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(ALB)
    draft = outcomes.OutcomeDraft(
        OutcomeKind.ARREST, CASE_REF, PERSON_REF, tale.candidate, world.clock(), "Port of Durrës"
    )
    world.do(ALB, lambda tx: outcomes.record_outcome(tx, who, draft, world.clock()))


def whose_arrest(tale: Tale) -> None:
    assert [row.attributed for row in tale.world.look(ALB, outcomes.of_case)] == [True]


def ask_about_person(tale: Tale) -> None:
    tale.ask(person=True)


def person_answer(tale: Tale) -> None:
    deliver(tale)
    found = tale.world.view(ALB, tale.enquiry)
    assert [(each.partner, each.ref) for each in found.candidates] == [(GBR, KNOWN_REF)]


def ask_again(tale: Tale) -> None:
    tale.ask(partners=(XKX,))


def confirm_new(tale: Tale) -> None:
    tale.take()
    tale.world.confirm(ALB, tale.candidate)


def refuse_badly(tale: Tale) -> None:
    refused(InputError, lambda: refuse_with(tale, RefusalReason.NO_AGREEMENT))


def refuse_with(tale: Tale, reason: RefusalReason) -> None:
    world, who = tale.world, tale.world.officer(XKX, "approver-1")
    desk = world.nodes[XKX].desk
    world.do(XKX, lambda tx: their_followups.refuse(tx, desk, who, tale.follow_up, reason, world.clock()))


def refuse(tale: Tale) -> None:
    refuse_with(tale, RefusalReason.CONDITIONS_NOT_MET)


def refusal_arrives(tale: Tale) -> None:
    deliver(tale)
    assert state_of(tale.world, ALB, tale.follow_up) is FollowUpState.REFUSED


def end_step_two(tale: Tale) -> None:
    tale.world.do(XKX, lambda tx: import_agreements(tx, NO_STEP_TWO, INSTALLER.id, tale.world.clock()))


def refused_by_their_node(tale: Tale) -> None:
    deliver(tale)
    rows = tale.world.look(ALB, lambda tx: followups.listed(tx, "out"))
    row = next(each for each in rows if each.id == tale.follow_up)
    assert row.refusal is RefusalReason.STEP_TWO_NOT_GRANTED
    assert tale.follow_up not in [each.id for each in tale.world.look(XKX, followups.listed)]


def protect(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: holdings.mark_protected(tx, who, RecordRef(KNOWN_REF), REASON, world.clock()))


def shielded(tale: Tale) -> None:
    deliver(tale)
    assert [each.state for each in tale.world.view(ALB, tale.enquiry).asks] == [AskState.NO_HIT]


def read_alerts(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(GBR, "supervisor")
    found = world.do(GBR, lambda tx: views.alerts(tx, who, world.clock()))
    assert [(each.asker, each.refs) for each in found] == [(ALB, (KNOWN_REF,))]


def claim(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(GBR, "supervisor")
    made = Claim("Agim", "Hoxha", "1990-01-02", (), (ALB,))
    world.do(GBR, lambda tx: record_claim(tx, who, made, world.clock()))


def ask_against_claim(tale: Tale) -> None:
    query = {"first_names": "Agim", "family_names": "Hoxha"}
    tale.ask(GBR, person=True, query=query, partners=(ALB,))
    found = tale.world.view(GBR, tale.enquiry).asks
    assert [each.refusal for each in found] == [RefusalReason.PROTECTION_CLAIM_GUARD]


def erase(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: retention.erase_person(tx, who, RecordRef(KNOWN_REF), REASON, world.clock()))


def nothing_due(tale: Tale) -> None:
    assert tale.world.do(GBR, lambda tx: retention.erase_due(tx, tale.world.clock())) == 0


def import_people(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(GBR, "administrator")
    found = read_persons(io.BytesIO(b"ref,first_names,family_names\nGBR-P-9,Jane,Doe\n"))
    rows = [row for row in found if isinstance(row, PersonRow)]
    desk = world.nodes[GBR].desk
    assert world.do(GBR, lambda tx: holdings.import_persons(tx, desk, who, rows, world.clock())) == 1


def import_documents(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(GBR, "administrator")
    lines = [
        "issuer,document_type,number,category,reported_on,reference\n",
        "GBR,P,925000001,lost,2025-01-01,GBR-D-9\n",
    ]
    rows = [row for row in read_register(lines) if isinstance(row, RegisterRow)]
    desk = world.nodes[GBR].desk
    assert world.do(GBR, lambda tx: holdings.import_register(tx, desk, who, rows, world.clock())) == 1


def ask_nobody(tale: Tale) -> None:
    refused(RefusedError, lambda: tale.ask(MNE, person=True, partners=None))


def log_in(tale: Tale) -> None:
    assert not isinstance(try_password(tale, PASSWORD), LoginRefusal)


def log_in_wrongly(tale: Tale) -> None:
    assert isinstance(try_password(tale, "another password"), LoginRefusal)


def try_password(tale: Tale, password: str) -> object:
    return tale.world.do(GBR, lambda tx: check_login(tx, "gbr-auditor", password, tale.world.clock()))


def ask_silent(tale: Tale) -> None:
    tale.world.stop(XKX)
    tale.ask(partners=(XKX,))


def give_up(tale: Tale) -> None:
    tale.world.deliver(ALB)
    tale.world.clock.turn(days=7, seconds=1)
    tale.world.deliver(ALB)
    view = tale.world.view(ALB, tale.enquiry)
    assert [each.state for each in view.asks] == [AskState.UNDELIVERABLE]
    assert view.unanswered == (XKX,)
    tale.world.start(XKX)


def check_whole(world: World, code: PartnerCode) -> None:
    """The node's ledger verifies, entry by entry."""
    node = world.nodes[code]
    report = world.look(code, lambda tx: verify_own(tx, node.trust(tx)))
    assert report.holds, report.findings
