"""The case, step by step, on the real nodes: what an officer does through the console or the command line, done here.

Each function is one act at one node. The nodes themselves are served by their own processes; this process acts as the
officers do, and what it writes is delivered by the node it belongs to.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from egnatia.accounts import officers as accounts_of
from egnatia.casework.borders import document_query, holder_clues, inspect_document
from egnatia.cli.demo.telling import Teller
from egnatia.engines.documents import ZoneDocument
from egnatia.enquiries.ask import EnquiryDraft, SentEnquiry, send_enquiry
from egnatia.enquiries.candidates import CandidateRow, DecisionDraft, decide, view_candidate
from egnatia.enquiries.followups import listed, view_facts
from egnatia.enquiries.our_followups import send_follow_up
from egnatia.enquiries.outcomes import OutcomeDraft, record_outcome
from egnatia.enquiries.releases import approve, propose, view_available, view_proposed, view_received
from egnatia.enquiries.views import AskView, EnquiryView, enquiry_view
from egnatia.errors import ForbiddenError, UnreachableError
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, EnquiryId, FollowUpId, PartnerCode, ReleaseId
from egnatia.model.officers import Officer
from egnatia.model.states import AskState, Decision, FollowUpState, Offence, OutcomeKind, Purpose, SubjectKind
from egnatia.node import Node
from egnatia.scenario.case import CASE_REF, KNOWN_PERSON, PASSPORT, PERSON_REF, PLACE
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry

ANSWER_WITHIN_S = 30.0
ALB, GBR, XKX, MKD, MNE = (PartnerCode(code) for code in ("ALB", "GBR", "XKX", "MKD", "MNE"))
_WORDS = {
    AskState.HIT: "candidate found",
    AskState.NO_HIT: "no hit",
    AskState.REFUSED: "refused",
    AskState.NOT_ASKED: "not asked",
    AskState.WAITING: "has not answered",
    AskState.UNDELIVERABLE: "has not answered",
}
_BESIDE = frozenset(
    {
        EventKind.NODE_CREATED,
        EventKind.PARTNER_REGISTERED,
        EventKind.AGREEMENTS_IMPORTED,
        EventKind.ACCOUNT_CREATED,
        EventKind.REGISTER_IMPORTED,
        EventKind.PERSONS_IMPORTED,
        EventKind.DNA_PROFILES_IMPORTED,
        EventKind.DNA_PROFILE_LINKED,
        EventKind.MEMBERSHIP_SIGNED,
        EventKind.MEMBERSHIP_ADOPTED,
        EventKind.LOGIN_SUCCEEDED,  # somebody may already be looking at a console
        EventKind.LOGIN_FAILED,
        EventKind.LOGOUT,
    }
)
EXPECTED: dict[PartnerCode, dict[str, int]] = {
    ALB: {
        "document.inspected": 1,
        "enquiry.sent": 3,
        "reply.received": 3,
        "candidate.viewed": 1,
        "candidate.confirmed": 1,
        "follow_up.sent": 1,
        "release.received": 1,
        "core_data.viewed": 1,
        "outcome.recorded": 1,
    },
    XKX: {
        "enquiry.answered": 1,
        "follow_up.received": 1,
        "follow_up.viewed": 1,
        "core_data.viewed": 2,  # by each of the two people
        "release.proposed": 1,
        "release.approved": 1,
    },
    GBR: {"enquiry.answered": 2},
    MKD: {},
    MNE: {"enquiry.not_sent": 1},
}
"""The story as it is told below, entry by entry; the ledgers of all five nodes have to say exactly this."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody in the story: the open nodes, their officers by post, and who tells it."""

    nodes: dict[PartnerCode, Node]
    officers: dict[PartnerCode, dict[str, Officer]]
    tell: Teller

    def officer(self, code: PartnerCode, post: str) -> Officer:
        """The officer of a node who holds a post, such as `examiner`."""
        return self.officers[code][f"{code.lower()}-{post}"]


def gather(nodes: dict[PartnerCode, Node], tell: Teller) -> Cast:
    """Find the officers of every node."""
    found: dict[PartnerCode, dict[str, Officer]] = {}
    for code, node in nodes.items():
        with node.database.read() as tx:
            found[code] = {each.officer.name: each.officer for each in accounts_of(tx)}
    return Cast(nodes, found, tell)


def play(cast: Cast) -> None:
    """Run the whole case.

    Raises:
        UnreachableError: a partner did not answer in time.
    """
    document = check_passport(cast)
    enquiry = ask_about_document(cast, document)
    hit = confirm_candidate(cast, enquiry)
    follow_up_id = follow_up(cast, hit)
    answer_follow_up(cast, follow_up_id)
    read_core_data(cast, follow_up_id)
    record_arrest(cast, hit)
    ask_about_person(cast)
    refused_partner(cast)


def acts_of_case(tx: Transaction) -> dict[str, int]:
    """How many entries of each kind a node's ledger holds beyond its set-up and logins."""
    kinds = Counter(tx.execute(select(ledger_entry.c.kind)).scalars())
    return {kind: number for kind, number in kinds.items() if EventKind(kind) not in _BESIDE}


def check_passport(cast: Cast) -> ZoneDocument:
    """The passport is read from its machine-readable zone."""
    node, officer = cast.nodes[ALB], cast.officer(ALB, "enquirer")
    _, result = node.commit(lambda tx: inspect_document(tx, officer, CASE_REF, PASSPORT, node.clock()))
    document = result.document
    cast.tell.step(
        ALB,
        f"{PLACE}: a passport is presented; {officer.name} reads its machine-readable zone",
        [
            *PASSPORT.splitlines(),
            f"{document.format}, issuer {document.issuer}, number {document.number}",
            f"advice: {result.advice.value}, {len(result.findings)} findings",
            "(the arithmetic is right: a careful forger makes it so)",
        ],
    )
    return document


def ask_about_document(cast: Cast, document: ZoneDocument) -> EnquiryView:
    """Two partners are asked whether the number is registered."""
    draft = EnquiryDraft(
        case_ref=CASE_REF,
        subject=SubjectKind.TRAVEL_DOCUMENT,
        purpose=Purpose.BORDER_CHECK,
        offence=Offence.FALSE_DOCUMENT,
        justification="Passport presented on exit at the Port of Durrës; number to be checked with issuer.",
        query=document_query(document),
        partners=(GBR, XKX),
        person_ref=PERSON_REF,
        holder=holder_clues(document),
        beyond="The batch was offered in both countries; the second may have taken a booklet.",
    )
    cast.tell.step(ALB, "asks GBR and XKX about the document: issuer, type and number leave the node, nothing else")
    return _asked(cast, ALB, draft)


def _asked(cast: Cast, code: PartnerCode, draft: EnquiryDraft) -> EnquiryView:
    node, officer = cast.nodes[code], cast.officer(code, "enquirer")
    sent: SentEnquiry = node.commit(lambda tx: send_enquiry(tx, node.desk, officer, draft, node.clock()))
    if not node.wait_for_answers(sent.id, ANSWER_WITHIN_S):
        raise UnreachableError("a partner of the demonstration did not answer", hint="The node.log files say why.")
    with node.database.read() as tx:
        view = enquiry_view(tx, EnquiryId(sent.id), node.clock())
    for each in view.asks:
        cast.tell.step(each.partner, _answer_line(each), _evidence(view, each.partner))
    return view


def _answer_line(each: AskView) -> str:
    if each.answered_at is None:
        return f"{_WORDS[each.state]} ({each.refusal})"
    taken = (each.answered_at - each.asked_at).total_seconds() * 1000
    reason = f" ({each.refusal})" if each.refusal else ""
    return f"answers: {_WORDS[each.state]}{reason}, under grant {each.grant_id}, in {taken:.0f} ms"


def _evidence(view: EnquiryView, partner: PartnerCode) -> list[str]:
    return [
        f"reference {each.ref}, quality {each.quality:.3f}: {', '.join(each.evidence)}"
        for each in view.candidates
        if each.partner == partner
    ]


def confirm_candidate(cast: Cast, view: EnquiryView) -> CandidateRow:
    """A qualified person looks at the candidate and confirms it: now it is a hit."""
    node, officer = cast.nodes[ALB], cast.officer(ALB, "examiner")
    found = view.candidates[0]
    node.commit(lambda tx: view_candidate(tx, officer, found.id, "", node.clock()))
    reasons = "Number inside the batch that the issuer registered as stolen blanks; issuer and type agree."
    draft = DecisionDraft(Decision.CONFIRMED, reasons, "document examiner, level 2")
    node.commit(lambda tx: decide(tx, officer, found.id, draft, node.clock()))
    cast.tell.step(
        ALB, f"{officer.name} compares and confirms: candidate {found.ref} of XKX is now a hit", [f"“{reasons}”"]
    )
    return found


def follow_up(cast: Cast, hit: CandidateRow) -> FollowUpId:
    """The facts and the offence are stated, core data are asked for."""
    node, officer = cast.nodes[ALB], cast.officer(ALB, "enquirer")
    facts = "Booklet from your stolen batch presented on exit to Italy; holder in second line; proceedings opened."
    request = (facts, Offence.FALSE_DOCUMENT)
    made = node.commit(lambda tx: send_follow_up(tx, node.desk, officer, CandidateId(hit.id), request, node.clock()))
    cast.tell.step(ALB, f"{officer.name} follows up with XKX: offence {Offence.FALSE_DOCUMENT.value}", [f"“{facts}”"])
    return made


def answer_follow_up(cast: Cast, follow_up_id: FollowUpId) -> None:
    """Two different people at the other end release core data; one alone cannot."""
    node = cast.nodes[XKX]
    first, second = cast.officer(XKX, "approver-1"), cast.officer(XKX, "approver-2")
    _until(lambda: _arrived(node, follow_up_id), "the follow-up did not arrive")
    with node.database.read() as tx:
        row = next(each for each in listed(tx) if each.id == follow_up_id)
    stated = node.commit(lambda tx: view_facts(tx, first, row, node.clock()))
    fields = tuple(node.commit(lambda tx: view_available(tx, first, follow_up_id, node.clock())))
    request = (fields, "Stolen blanks: the asking partner needs the batch and the report for its proceedings.")
    release_id = node.commit(lambda tx: propose(tx, node.desk, first, follow_up_id, request, node.clock()))
    cast.tell.step(
        XKX,
        f"{first.name} reads the facts ({len(stated)} characters) and proposes {len(fields)} of the whitelisted fields",
    )
    _try_alone(cast, node, first, release_id)
    node.commit(lambda tx: view_proposed(tx, second, release_id, node.clock()))
    node.commit(lambda tx: approve(tx, node.desk, second, ReleaseId(release_id), node.clock()))
    cast.tell.step(XKX, f"{second.name} approves: the core data leave the node")


def _try_alone(cast: Cast, node: Node, first: Officer, release_id: ReleaseId) -> None:
    try:
        node.commit(lambda tx: approve(tx, node.desk, first, release_id, node.clock()))
    except ForbiddenError as error:
        cast.tell.step(XKX, f"{first.name} tries to approve it as well and is stopped", [error.message])


def _arrived(node: Node, follow_up_id: FollowUpId) -> bool:
    with node.database.read() as tx:
        return any(each.id == follow_up_id for each in listed(tx, "in"))


def read_core_data(cast: Cast, follow_up_id: FollowUpId) -> None:
    """The released fields arrive; looking at them is logged."""
    node, officer = cast.nodes[ALB], cast.officer(ALB, "enquirer")
    _until(lambda: _released(node, follow_up_id), "the release did not arrive")
    release, values = node.commit(lambda tx: view_received(tx, officer, follow_up_id, f"case {CASE_REF}", node.clock()))
    lines = [f"{name}: {value}" for name, value in values.items()]
    cast.tell.step(ALB, f"receives the core data, handling {release.handling}", lines)


def _released(node: Node, follow_up_id: FollowUpId) -> bool:
    with node.database.read() as tx:
        return any(each.id == follow_up_id and each.state is FollowUpState.RELEASED for each in listed(tx, "out"))


def record_arrest(cast: Cast, hit: CandidateRow) -> None:
    """What came of it, with its chain."""
    node, officer = cast.nodes[ALB], cast.officer(ALB, "enquirer")
    draft = OutcomeDraft(OutcomeKind.ARREST, CASE_REF, PERSON_REF, hit.id, node.clock(), "Port of Durrës")
    node.commit(lambda tx: record_outcome(tx, officer, draft, node.clock()))
    cast.tell.step(
        ALB,
        f"records the outcome: arrest of {PERSON_REF}, decided by officers, with its chain enquiry → hit → follow-up",
    )


def ask_about_person(cast: Cast) -> None:
    """A person is asked about without a name crossing the border; the candidate is left for you to decide."""
    draft = EnquiryDraft(
        case_ref=CASE_REF,
        subject=SubjectKind.PERSON,
        purpose=Purpose.INVESTIGATION,
        offence=Offence.SMUGGLING_OF_PERSONS,
        justification="Person arrested with a booklet of the stolen batch; is he known in the United Kingdom?",
        query={"first_names": "Arben", "family_names": "Krasniqi", "birth_date": KNOWN_PERSON["birth_date"]},
        partners=(GBR,),
        person_ref=PERSON_REF,
    )
    cast.tell.step(ALB, "asks GBR about the person: keyed tags leave the node, no name and no date of birth")
    _asked(cast, ALB, draft)


def refused_partner(cast: Cast) -> None:
    """A partner without a grant is told so by its own node, before anything leaves it."""
    node, officer = cast.nodes[MNE], cast.officer(MNE, "enquirer")
    draft = EnquiryDraft(
        case_ref="BAR-2025-0031",
        subject=SubjectKind.PERSON,
        purpose=Purpose.INVESTIGATION,
        offence=Offence.SMUGGLING_OF_PERSONS,
        justification="Same person seen at the Port of Bar in the company of two facilitators.",
        query={"first_names": "Arben", "family_names": "Krasniqi"},
        partners=(GBR,),
    )
    sent: SentEnquiry = node.commit(lambda tx: send_enquiry(tx, node.desk, officer, draft, node.clock()))
    first = sent.asks[0]
    cast.tell.step(MNE, f"wants to ask GBR about a person: its own node refuses, {first.refusal}", [first.detail])


def _until(holds: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + ANSWER_WITHIN_S
    while not holds():
        if time.monotonic() > until:
            raise UnreachableError(otherwise, hint="The node.log files say why.")
        time.sleep(0.05)
