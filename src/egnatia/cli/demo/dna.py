"""The case goes on: DNA from the glove beside the booklets, a coincidence, and a trace that must not leave."""

from datetime import datetime
from functools import partial

from egnatia.cli.demo.story import ALB, ANSWER_WITHIN_S, GBR, MKD, Cast
from egnatia.enquiries.dna.asking import DnaDraft, ask_dna
from egnatia.enquiries.dna.links import link_profile
from egnatia.enquiries.dna.opinions import OpinionDraft, give_opinion
from egnatia.enquiries.dna.profiles import store_profiles
from egnatia.enquiries.dna.replies import Line, lines_of
from egnatia.errors import UnreachableError
from egnatia.model.dna import Disposition
from egnatia.model.ids import CandidateId, EnquiryId, OfficerId, PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import Offence, Purpose, Role, SubjectKind
from egnatia.node import Node
from egnatia.scenario.case import CASE_REF
from egnatia.scenario.profiles import CASE_TRACE, CONTAMINATED, OLD_TRACE, Batch, profiles_of
from egnatia.store.database import Transaction

DNA_ACTS: dict[PartnerCode, dict[str, int]] = {
    ALB: {
        "enquiry.sent": 1,
        "reply.received": 1,
        "dna.opinion_given": 1,
        "candidate.confirmed": 1,
        "dna.eliminated": 1,
        "enquiry.not_sent": 1,
        "enquiry.answered": 1,
    },
    GBR: {"enquiry.answered": 1},
    MKD: {"enquiry.sent": 1, "reply.received": 1},
}
"""What this chapter adds to the ledgers, entry by entry."""
_SET_UP = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


def store_invented(node: Node, installer: OfficerId) -> None:
    """Give a node its invented profiles, and say whose they are."""
    officer = Officer(installer, "demonstration set-up", _SET_UP)
    now = node.clock()
    for batch in profiles_of(node.code):
        node.commit(partial(_store, batch=batch, officer=officer, now=now))


def _store(tx: Transaction, batch: Batch, officer: Officer, now: datetime) -> None:
    store_profiles(tx, officer, batch.profiles, batch.intake(now), now)
    for ref, link in batch.links:
        link_profile(tx, officer, ref, link, now)


def play_dna(cast: Cast) -> None:
    """Run the chapter.

    Raises:
        UnreachableError: a partner did not answer in time.
    """
    find_known_person(cast)
    meet_by_chance(cast)
    hold_contamination(cast)


def find_known_person(cast: Cast) -> None:
    """The trace of the case is of somebody whom the British register knows; two examiners find so."""
    cast.tell.step(
        ALB,
        f"asks GBR about {CASE_TRACE}, from a glove beside the booklets: loci and a random number leave the node",
    )
    [found] = _asked(cast, ALB, GBR, CASE_TRACE)
    cast.tell.step(GBR, f"answers: {found.number}", _said(found))
    draft = OpinionDraft(
        Disposition.CONFIRMED, "All loci agree, and the electropherogram of the trace is clean.", "DNA examiner"
    )
    node = cast.nodes[ALB]
    for post in ("examiner", "examiner-2"):
        officer = cast.officer(ALB, post)
        node.commit(partial(_opine, officer=officer, of=(found.id, draft), now=node.clock()))
    cast.tell.step(ALB, "two examiners, neither of whom saw the other's opinion, find alike: it is a hit")


def _opine(tx: Transaction, officer: Officer, of: tuple[CandidateId, OpinionDraft], now: datetime) -> None:
    give_opinion(tx, officer, *of, now)


def meet_by_chance(cast: Cast) -> None:
    """Six loci agree with somebody who left no trace; what chance gives stands beside the candidate."""
    cast.tell.step(MKD, f"asks ALB about {OLD_TRACE}, an old trace with six loci")
    [found] = _asked(cast, MKD, ALB, OLD_TRACE)
    lines = [*_said(found), "(it is a coincidence: left for you to find so, or to ask for more loci)"]
    cast.tell.step(ALB, f"answers: {found.number}", lines)


def hold_contamination(cast: Cast) -> None:
    """A trace that a laboratory assistant left is held at home."""
    asked = _ask(cast, ALB, GBR, CONTAMINATED)
    cast.tell.step(ALB, f"wants to ask GBR about {CONTAMINATED}: its own node holds it, {asked[1]}")


def _asked(cast: Cast, code: PartnerCode, partner: PartnerCode, ref: str) -> list[Line]:
    node = cast.nodes[code]
    enquiry_id, _ = _ask(cast, code, partner, ref)
    if not node.wait_for_answers(enquiry_id, ANSWER_WITHIN_S):
        raise UnreachableError("a partner of the demonstration did not answer", hint="The node.log files say why.")
    with node.database.read() as tx:
        return lines_of(tx, enquiry_id)


def _ask(cast: Cast, code: PartnerCode, partner: PartnerCode, ref: str) -> tuple[EnquiryId, str]:
    node, officer = cast.nodes[code], cast.officer(code, "examiner")
    draft = DnaDraft(
        ref,
        SubjectKind.DNA_PERSON,
        CASE_REF if code == ALB else "SKP-2025-0101",
        Purpose.INVESTIGATION,
        Offence.SMUGGLING_OF_PERSONS,
        "Trace of the scene of the case; who left it is not known to us.",
        (partner,),
    )
    sent = node.commit(lambda tx: ask_dna(tx, node.desk, officer, draft, node.clock()))
    return sent.id, sent.asks[0].refusal or ""


def _said(found: Line) -> list[str]:
    return [
        f"{found.label}, {found.compared} loci compared",
        f"by chance alone such a search gives {found.expected:.2g} candidates",
    ]
