"""Which function takes which message: the flow's one door to the exchange."""

from collections.abc import Callable
from datetime import datetime

from egnatia.enquiries import our_followups, releases
from egnatia.enquiries.answer import answer_enquiry
from egnatia.enquiries.blind import taking as blind
from egnatia.enquiries.blind.evaluating import evaluate_enquiry
from egnatia.enquiries.blind.messages import BLIND_ENQUIRY
from egnatia.enquiries.corrections import sending as corrections
from egnatia.enquiries.corrections.messages import CORRECTION, CORRECTION_DONE
from egnatia.enquiries.corrections.taking import take_correction
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.dna.messages import DNA_ENQUIRY, DNA_MORE_LOCI, DNA_UPGRADE
from egnatia.enquiries.fishing import Sentry
from egnatia.enquiries.fishing.volume import note_blind, note_dna
from egnatia.enquiries.forgery_alerts import sending as forgery_alerts
from egnatia.enquiries.forgery_alerts.messages import FORGERY_ALERT
from egnatia.enquiries.forgery_alerts.taking import take_alert
from egnatia.enquiries.membership import telling
from egnatia.enquiries.membership.messages import MEMBERSHIP_LIST, MEMBERSHIP_NOTICE
from egnatia.enquiries.membership.taking import take_list, take_list_answer, take_notice
from egnatia.enquiries.messages import ENQUIRY, FOLLOW_UP, FOLLOW_UP_REFUSAL, RELEASE
from egnatia.enquiries.onward import asking as consents
from egnatia.enquiries.onward import forwarding, label_letters
from egnatia.enquiries.onward.deciding import take_request
from egnatia.enquiries.onward.messages import CONSENT, CONSENT_REFUSAL, CONSENT_REQUEST, FORWARD, LABEL_CHANGE
from egnatia.enquiries.onward.relabelling import take_label_change
from egnatia.enquiries.our_followups import take_follow_up_answer, take_refusal
from egnatia.enquiries.partner_cards import take_card, take_key_revocation
from egnatia.enquiries.pauses import CLOCK, take_clock
from egnatia.enquiries.releases import take_release, take_release_answer
from egnatia.enquiries.replies import close_ask, take_reply
from egnatia.enquiries.their_followups import take_follow_up
from egnatia.enquiries.trust import arriving, sharing
from egnatia.enquiries.trust.messages import TRUST_OFFER, TRUST_PART
from egnatia.errors import RefusedError
from egnatia.exchange.announcements import CARD, REVOCATION
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.message import Message
from egnatia.exchange.outbox import Sent
from egnatia.model.states import AskState, RefusalReason, SubjectKind
from egnatia.store.database import Transaction


def _answer_dna(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """The engine and its arrays are loaded by the first question about DNA and not by every command."""
    from egnatia.enquiries.dna.answering import answer_dna_enquiry

    return answer_dna_enquiry(tx, desk, received, now)


def _take_dna_reply(tx: Transaction, desk: Desk, sent: Sent, received: Received, now: datetime) -> None:
    from egnatia.enquiries.dna.replies import take_dna_reply

    take_dna_reply(tx, desk, sent, received, now)


def _take_dna_upgrade(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    from egnatia.enquiries.dna.upgrade_answers import take_upgrade

    return take_upgrade(tx, desk, received, now)


def _take_dna_more_loci(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    from egnatia.enquiries.dna.upgrades import take_more_loci

    return take_more_loci(tx, desk, received, now)


def _take_dna_upgrade_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    from egnatia.enquiries.dna.upgrades import take_upgrade_answer

    take_upgrade_answer(tx, sent, received, now)


def _take_dna_undeliverable(tx: Transaction, sent: Sent, _now: datetime) -> None:
    from egnatia.enquiries.dna.upgrades import take_undeliverable as give_up

    give_up(tx, sent)


_QUESTIONS: dict[str, Callable[[Transaction, Desk, Received, datetime], Answer]] = {
    ENQUIRY: answer_enquiry,
    BLIND_ENQUIRY: evaluate_enquiry,
    FOLLOW_UP: take_follow_up,
    FOLLOW_UP_REFUSAL: lambda tx, _, received, now: take_refusal(tx, received, now),
    RELEASE: take_release,
    MEMBERSHIP_LIST: take_list,
    MEMBERSHIP_NOTICE: lambda tx, _, received, now: take_notice(tx, received, now),
    CLOCK: lambda tx, _, received, now: take_clock(tx, received, now),
    CARD: take_card,
    REVOCATION: lambda tx, _, received, now: take_key_revocation(tx, received, now),
    CORRECTION: lambda tx, _, received, now: take_correction(tx, received, now),
    CONSENT_REQUEST: take_request,
    CONSENT: consents.take_consent,
    CONSENT_REFUSAL: lambda tx, _, received, now: consents.take_consent_refusal(tx, received, now),
    FORWARD: forwarding.take_forward,
    LABEL_CHANGE: take_label_change,
    CORRECTION_DONE: lambda tx, _, received, now: corrections.take_done(tx, received, now),
    FORGERY_ALERT: take_alert,
    TRUST_OFFER: arriving.take_offer,
    TRUST_PART: arriving.take_part,
    DNA_ENQUIRY: _answer_dna,
    DNA_UPGRADE: _take_dna_upgrade,
    DNA_MORE_LOCI: _take_dna_more_loci,
}


def _take_list_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """The signatures first: an answer that cannot be read is not taken, and the list stays to be acknowledged."""
    take_list_answer(tx, sent, received, now)
    telling.take_answer(tx, sent, received, now)


_ANSWERS: dict[str, Callable[[Transaction, Sent, Received, datetime], None]] = {
    ENQUIRY: take_reply,
    BLIND_ENQUIRY: blind.take_evaluation,
    FOLLOW_UP: take_follow_up_answer,
    RELEASE: take_release_answer,
    MEMBERSHIP_LIST: _take_list_answer,
    MEMBERSHIP_NOTICE: telling.take_answer,
    CORRECTION: corrections.take_receipt,
    CONSENT_REQUEST: consents.take_request_answer,
    FORWARD: forwarding.take_forward_answer,
    LABEL_CHANGE: label_letters.take_answer,
    CORRECTION_DONE: corrections.take_done_answer,
    FORGERY_ALERT: forgery_alerts.take_receipt,
    TRUST_OFFER: sharing.take_share_answer,
    TRUST_PART: sharing.take_share_answer,
    DNA_UPGRADE: _take_dna_upgrade_answer,
}


_ANSWERS_AT_DESK: dict[str, Callable[[Transaction, Desk, Sent, Received, datetime], None]] = {
    DNA_ENQUIRY: _take_dna_reply,
}
"""Answers that are judged by what this node holds itself."""
_TOLD_AGAIN: dict[str, Callable[[Transaction, Sent, datetime], None]] = {
    MEMBERSHIP_LIST: telling.take_undeliverable,
    MEMBERSHIP_NOTICE: telling.take_undeliverable,
    CORRECTION: corrections.take_undeliverable,
    CORRECTION_DONE: corrections.take_undeliverable,
    LABEL_CHANGE: label_letters.take_undeliverable,
    FORGERY_ALERT: forgery_alerts.take_undeliverable,
    DNA_UPGRADE: _take_dna_undeliverable,
    DNA_MORE_LOCI: _take_dna_undeliverable,
}
"""What outlives its message: it is held again and told with the next round."""


def tells_by_time(message: Message) -> bool:
    """Whether the time of an answer could say what this node holds: of persons, among whom there are namesakes to leave out.

    A document's number is looked up in as many steps whether it is there or not.
    """
    return message.kind == ENQUIRY and message.body.get("subject") == SubjectKind.PERSON


def answer(tx: Transaction, desk: Desk, received: Received, now: datetime, fishing: Sentry) -> Answer:
    """Answer a partner's message, and watch for patterns in what is asked.

    Raises:
        RefusedError: MALFORMED for a kind that does not exist, or what the kind's own function raises.
    """
    take = _QUESTIONS.get(received.kind)
    if take is None:
        raise RefusedError(RefusalReason.MALFORMED, f"there is no message of the kind {received.kind!r}")
    made = take(tx, desk, received, now)
    if received.kind == ENQUIRY:
        fishing.note(tx, received, now)
    elif received.kind == BLIND_ENQUIRY:
        note_blind(tx, desk, received, now)
    elif received.kind == DNA_ENQUIRY:
        fishing.note_profile(tx, received, now)
        note_dna(tx, desk, received, now)
    return made


def take_answer(tx: Transaction, desk: Desk, sent: Sent, received: Received, now: datetime) -> None:
    """Take a partner's answer to a message of ours; receipts need no act."""
    take, take_at_desk = _ANSWERS.get(sent.kind), _ANSWERS_AT_DESK.get(sent.kind)
    if take is not None:
        take(tx, sent, received, now)
    elif take_at_desk is not None:
        take_at_desk(tx, desk, sent, received, now)


def take_undeliverable(tx: Transaction, sent: Sent, now: datetime) -> None:
    """A message of ours grew too old: the partner has not answered, and that is what is shown."""
    if sent.kind in (ENQUIRY, DNA_ENQUIRY):
        close_ask(tx, sent, AskState.UNDELIVERABLE, None, now)
    elif sent.kind == FOLLOW_UP:
        our_followups.take_undeliverable(tx, sent, now)
    elif sent.kind == BLIND_ENQUIRY:
        blind.take_undeliverable(tx, sent)
    elif sent.kind == RELEASE:
        releases.take_undeliverable(tx, sent)
    elif sent.kind == CONSENT_REQUEST:
        consents.take_undeliverable(tx, sent, now)
    elif sent.kind == FORWARD:
        forwarding.take_undeliverable(tx, sent)
    elif sent.kind in (TRUST_OFFER, TRUST_PART):
        sharing.take_undeliverable(tx, sent)
    elif sent.kind in _TOLD_AGAIN:
        _TOLD_AGAIN[sent.kind](tx, sent, now)
