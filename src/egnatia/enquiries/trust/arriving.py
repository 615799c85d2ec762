"""A partner's trust file as it comes in: announced, collected part by part, verified as a whole, and then only kept.

The hash and the signature are verified with the last part, so that nobody is shown a file that its partner did not make:
such a file is refused, thrown away, and the refusal entered.
The certificates in it are read when an officer looks, outside the writer. Nothing here touches the store.
"""

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select, update

from egnatia.engines.documents.trust.trust_file import Header, claimed_key, read_header
from egnatia.enquiries.desk import Desk, start_of_day
from egnatia.enquiries.messages import RECEIPT, ReceiptBody, decode, encode
from egnatia.enquiries.trust.members import check_member
from egnatia.enquiries.trust.messages import PART_BYTES, TrustOfferBody, TrustPartBody
from egnatia.enquiries.trust.updates import IN, OPEN, Update, change, drop_parts, file_of, get, insert, put_part
from egnatia.errors import InputError, NotFoundError, RefusedError, TamperedError
from egnatia.exchange.inbox import NODE_ACTOR, REFUSAL_KIND, Answer, Received
from egnatia.exchange.key_history import signing_keys_at
from egnatia.exchange.limits import KEEP_ANSWERS
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason, TrustUpdateState
from egnatia.store.database import Transaction
from egnatia.store.tables import trust_update

OFFERS_A_DAY: Final = 24
"""Files that a partner may announce in a day: an operator who imports lists and shares after each needs a few. Each is
thrown away when the next comes, so this bounds what is written, not what is kept."""
_EVER: Final = datetime.min.replace(tzinfo=UTC)
_STANDING = (*OPEN, TrustUpdateState.ACCEPTED)


def take_offer(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Make room for a file that a partner announces; what of it came before, or waits undecided, is overtaken.

    Raises:
        RefusedError: MALFORMED; the partner is no member in good standing; TRUST_OUTDATED where this version or a newer
            one is here; QUOTA_EXCEEDED after `OFFERS_A_DAY`.
    """
    body = decode(TrustOfferBody, received.body)
    if received.conversation != body.update:
        raise RefusedError(RefusalReason.MALFORMED, "a trust file is a conversation of its own")
    check_member(tx, desk, received.sender, now)
    _insist_new(tx, received.sender, body)
    _insist_few(tx, received.sender, now)
    _overtake(tx, received.sender)
    row = {"id": body.update, "direction": IN, "partner": received.sender, "version": body.version}
    row |= {"sha256": body.sha256, "size": body.size, "parts": body.parts, "arrived": 0}
    insert(tx, row | {"state": TrustUpdateState.ARRIVING, "at": now, "by": NODE_ACTOR})
    return Answer(RECEIPT, encode(ReceiptBody()))


def _insist_new(tx: Transaction, sender: PartnerCode, body: TrustOfferBody) -> None:
    table = trust_update.c
    if tx.execute(trust_update.select().where(table.id == body.update, table.direction == IN)).first() is not None:
        raise RefusedError(RefusalReason.MALFORMED, "an update of this id came before")
    theirs = (table.direction == IN) & (table.partner == sender) & table.state.in_(_STANDING)
    newest = tx.execute(trust_update.select().where(theirs).order_by(table.version.desc()).limit(1)).one_or_none()
    if newest is None or newest.version < body.version:
        return
    if newest.version > body.version:
        detail = f"version {newest.version} of your store is here; this is the older {body.version}"
    elif newest.sha256 == body.sha256:
        detail = f"version {newest.version} of your store is here already"
    else:
        detail = f"another file of version {newest.version} of your store is here"
    raise RefusedError(RefusalReason.TRUST_OUTDATED, detail)


def _insist_few(tx: Transaction, sender: PartnerCode, now: datetime) -> None:
    table = trust_update.c
    today = (table.direction == IN) & (table.partner == sender) & (table.at >= start_of_day(now))
    if tx.execute(select(func.count()).select_from(trust_update).where(today)).scalar_one() >= OFFERS_A_DAY:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"{OFFERS_A_DAY} trust files came from you today")


def _overtake(tx: Transaction, sender: PartnerCode) -> None:
    table = trust_update.c
    theirs = (table.direction == IN) & (table.partner == sender)
    undecided = theirs & table.state.in_([TrustUpdateState.ARRIVING, *OPEN])
    drop_parts(tx, list(tx.execute(select(table.id).where(undecided)).scalars()))
    tx.execute(update(trust_update).where(undecided).values(state=TrustUpdateState.OVERTAKEN))


def take_part(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Keep a part; with the last one the file is verified, and waits for people.

    Raises:
        RefusedError: MALFORMED, UNKNOWN_CONVERSATION for a part of nothing or in no order, or that of `check_member`.
            TRUST_FILE_WRONG, for a file that is not the announced one or not signed by the partner, is the answer.
    """
    body = decode(TrustPartBody, received.body)
    found = _expected(tx, received, body)
    check_member(tx, desk, received.sender, now)
    put_part(tx, found.id, body.number, _content(body, last=body.number == found.parts - 1))
    change(tx, found.id, IN, arrived=body.number + 1)
    if body.number + 1 < found.parts:
        return Answer(RECEIPT, encode(ReceiptBody()))
    return _completed(tx, found, received, now)


def _completed(tx: Transaction, found: Update, received: Received, now: datetime) -> Answer:
    """The file is here: verified it waits for people, and otherwise nothing of it is kept."""
    try:
        header = verified(tx, found, file_of_update(tx, found))
    except RefusedError as error:
        drop_parts(tx, [found.id])
        change(tx, found.id, IN, state=TrustUpdateState.REFUSED, refusal=error.reason, decided_at=now)
        detail = error.message.removeprefix(f"{error.reason.value}: ")
        return Answer(REFUSAL_KIND, {"reason": error.reason.value, "detail": detail})
    change(tx, found.id, IN, state=TrustUpdateState.WAITING)
    act = Act(
        EventKind.TRUST_RECEIVED,
        now,
        NODE_ACTOR,
        f"trust_update:{found.id}",
        partner=received.sender,
        message_sha256=received.sha256,
        content={"version": header.version, "sha256": found.sha256, "key": header.key},
    )
    append(tx, act)
    return Answer(RECEIPT, encode(ReceiptBody()))


def _expected(tx: Transaction, received: Received, body: TrustPartBody) -> Update:
    """The update that this part continues."""
    unknown = RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "no file of this id is expected from you")
    try:
        found = get(tx, body.update, IN)
    except NotFoundError:
        raise unknown from None
    same = found.partner == received.sender and received.conversation == body.update
    if not same or found.state is not TrustUpdateState.ARRIVING:
        raise unknown
    if body.number != found.arrived or body.number >= found.parts:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, f"part {found.arrived} is expected")
    return found


def _content(body: TrustPartBody, *, last: bool) -> bytes:
    """Every part but the last is full, so that a file has one form and no part is empty."""
    try:
        content = base64.b64decode(body.content, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content or len(content) > PART_BYTES or (len(content) < PART_BYTES and not last):
        raise RefusedError(RefusalReason.MALFORMED, "a part has not its form")
    return content


def file_of_update(tx: Transaction, found: Update) -> bytes:
    """The whole file, with the announced hash.

    Raises:
        RefusedError: TRUST_FILE_WRONG.
    """
    try:
        file = file_of(tx, found)
    except InputError as error:
        raise RefusedError(RefusalReason.TRUST_FILE_WRONG, error.message) from None
    if hashlib.sha256(file).hexdigest() != found.sha256:
        raise RefusedError(RefusalReason.TRUST_FILE_WRONG, "the file is not the one that was announced")
    return file


def verified(tx: Transaction, found: Update, file: bytes) -> Header:
    """The file's first line, if a key of the partner's signed it that is believed today: its present one, or one replaced.

    A replaced key is enough, for the offer that names the file's hash was signed with the present one; a file that was
    queued before the keys changed is good. A key that was declared stolen is never believed, whenever it signed.

    Raises:
        RefusedError: TRUST_FILE_WRONG.
    """
    believed = {each.hex() for each in signing_keys_at(tx, found.partner, _EVER)}
    try:
        key = claimed_key(file)
        if key not in believed:
            detail = f"no key that is believed to be {found.partner}'s signed the file"
            raise RefusedError(RefusalReason.TRUST_FILE_WRONG, detail)
        header = read_header(file, key)
    except (InputError, TamperedError) as error:
        raise RefusedError(RefusalReason.TRUST_FILE_WRONG, error.message) from None
    if (header.maker, header.version) != (found.partner, found.version):
        detail = f"the file says version {header.version} of {header.maker!r:.10}, and the offer said otherwise"
        raise RefusedError(RefusalReason.TRUST_FILE_WRONG, detail)
    return header


def forget_stalled(tx: Transaction, now: datetime) -> int:
    """Forget files whose rest cannot come any more, because its messages are too old; returns how many."""
    table = trust_update.c
    stalled = (table.direction == IN) & (table.state == TrustUpdateState.ARRIVING) & (table.at < now - KEEP_ANSWERS)
    found = list(tx.execute(select(table.id).where(stalled)).scalars())
    drop_parts(tx, found)
    return tx.execute(trust_update.delete().where(stalled)).rowcount
