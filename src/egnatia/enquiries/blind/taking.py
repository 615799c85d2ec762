"""Back at the asker: believe the evaluation only with its proof, finish the function, look into the filter.

A hit here is not a candidate yet: it says that the list has an entry for this identifier, and that the normal, open
enquiry is worth its cost. Whatever is wrong with an answer closes the question with its own reason; the message is
signed, so a wrong proof is evidence.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.engines.blind import Evaluation, check_evaluation, finalise, holds, page_sha256, place_of, read_page
from egnatia.enquiries.blind.evaluating import commitment_ref
from egnatia.enquiries.blind.lists import text_of
from egnatia.enquiries.blind.messages import BlindEvaluationBody
from egnatia.enquiries.messages import decode
from egnatia.errors import ErasedError, InputError, RefusedError, TamperedError
from egnatia.exchange.inbox import Received
from egnatia.exchange.outbox import Sent
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId, PartnerCode, SealedId
from egnatia.model.states import AskState, BlindList, Purpose, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_enquiry, blind_filter, blind_page


def take_evaluation(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """Take the answer to a blind question: entry, no entry, or refused; with exactly one ledger entry.

    Raises:
        RefusedError: MALFORMED, the body is none; the answer is not taken and the question stays open.
    """
    row = tx.execute(select(blind_enquiry).where(blind_enquiry.c.message_id == sent.message_id)).one()
    refusal = received.refusal()
    reason = refusal[0] if refusal else None
    state = AskState.REFUSED
    if reason is None:
        body = decode(BlindEvaluationBody, received.body)
        _check_form(body)
        reason = body.reason
        if reason is None:
            state, reason = _looked_up(tx, row, body)
    values = {"state": state, "refusal": reason, "answered_at": now}
    tx.execute(update(blind_enquiry).where(blind_enquiry.c.id == row.id).values(values))
    _enter(tx, row, received, (state, reason), now)


def take_undeliverable(tx: Transaction, sent: Sent) -> None:
    """A blind question grew too old; the partner has not answered."""
    mine = blind_enquiry.c.message_id == sent.message_id
    tx.execute(update(blind_enquiry).where(mine).values(state=AskState.UNDELIVERABLE))


def _check_form(body: BlindEvaluationBody) -> None:
    """An evaluation has both parts, a refusal neither."""
    given = (body.element is not None, body.proof is not None, body.reason is None)
    if len(set(given)) != 1:
        raise RefusedError(RefusalReason.MALFORMED, "an evaluation with a part missing or one too many")


def _looked_up(tx: Transaction, row: Row[Any], body: BlindEvaluationBody) -> tuple[AskState, RefusalReason | None]:
    try:
        found = _find(tx, row, Evaluation((bytes.fromhex(body.element or ""),), bytes.fromhex(body.proof or "")))
    except RefusedError as refusal:
        return AskState.REFUSED, refusal.reason
    return (AskState.HIT if found else AskState.NO_HIT), None


def _find(tx: Transaction, row: Row[Any], answer: Evaluation) -> bool:
    """Whether the identifier is in the filter.

    Raises:
        RefusedError: BLIND_EPOCH_OVER, BLIND_ELEMENT_INVALID, BLIND_PROOF_WRONG or BLIND_FILTER_WRONG.
    """
    held = _filter_of(tx, row)
    try:
        check_evaluation(bytes(held.public_key), [bytes(row.element)], answer)
    except InputError as error:
        raise RefusedError(RefusalReason.BLIND_ELEMENT_INVALID, error.message) from None
    except TamperedError as error:
        raise RefusedError(RefusalReason.BLIND_PROOF_WRONG, error.message) from None
    try:
        asked = json.loads(tx.unseal(SealedId(row.sealed_id)))
    except ErasedError:  # erased while the question was on its way: nothing is left to look up
        raise RefusedError(RefusalReason.BLIND_EPOCH_OVER, "what was asked was erased") from None
    text = text_of(BlindList(row.list), asked["values"])
    output = finalise(text, bytes.fromhex(asked["blind"]), answer.elements[0])
    place = place_of(output, held.pages)
    content = _page(tx, held, place.page)
    try:
        return holds(read_page(content, place.page, held.pages), place.value)
    except TamperedError as error:
        raise RefusedError(RefusalReason.BLIND_FILTER_WRONG, error.message) from None


def _filter_of(tx: Transaction, row: Row[Any]) -> Row[Any]:
    """The filter that the question was asked for; a newer one has another key."""
    wanted = (blind_filter.c.holder == row.partner) & (blind_filter.c.list == row.list)
    held = tx.execute(select(blind_filter).where(wanted, blind_filter.c.statement == row.statement)).one_or_none()
    if held is None:
        raise RefusedError(RefusalReason.BLIND_EPOCH_OVER, "the filter was replaced while the question was on its way")
    return held


def _page(tx: Transaction, held: Row[Any], number: int) -> bytes:
    wanted = (blind_page.c.root == held.root) & (blind_page.c.number == number)
    row = tx.execute(select(blind_page.c.content, blind_page.c.sha256).where(wanted)).one_or_none()
    if row is None or page_sha256(bytes(row.content)).hex() != row.sha256:
        raise RefusedError(RefusalReason.BLIND_FILTER_WRONG, f"page {number} is not the one that was fetched")
    return bytes(row.content)


def _enter(
    tx: Transaction,
    row: Row[Any],
    received: Received,
    result: tuple[AskState, RefusalReason | None],
    now: datetime,
) -> None:
    state, reason = result
    act = Act(
        EventKind.BLIND_ANSWERED,
        now,
        "node",
        commitment_ref(row.commitment),
        partner=PartnerCode(row.partner),
        grant=GrantId(row.grant_id),
        purpose=Purpose(row.purpose),
        message_sha256=received.sha256,
        content={"enquiry": row.id, "result": state, "reason": reason, "case_ref": row.case_ref},
    )
    append(tx, act)
