"""Opening a blind question to the holder's auditor, and checking such an opening against what was received.

The commitment binds everything in the opening; the element binds the identifier a second time, on its own: to name
another identifier for the same element one would have to find a discrete logarithm. So the asker cannot lie about what
it asked, and the holder cannot say that something else was asked.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Row, select

from egnatia.accounts import authorise
from egnatia.engines.blind import blind_with
from egnatia.enquiries.blind.evaluating import commitment_ref
from egnatia.enquiries.blind.lists import normal_values, text_of
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.guard import check_guard
from egnatia.enquiries.messages import Body, Digest, IdText
from egnatia.errors import ConflictError, InputError, NotFoundError, TamperedError
from egnatia.exchange import strict_json
from egnatia.ledger import Act, append
from egnatia.ledger.leaf import parse_leaf
from egnatia.model.events import EventKind
from egnatia.model.ids import EnquiryId, PartnerCode, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import BlindList, Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_answer, blind_enquiry, ledger_entry
from egnatia.store.vault import commit_to

OPENING_VERSION = 1
_Text = Annotated[str, msgspec.Meta(max_length=4_000)]


class _Opened(Body, frozen=True):
    """What was committed to (`asking._opened`), field by field."""

    asker: _Text
    holder: _Text
    list: BlindList
    statement: Digest
    values: dict[_Text, _Text]
    blind: Digest
    element: Digest
    case_ref: _Text
    officer: _Text
    justification: _Text


class _File(Body, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=OPENING_VERSION, le=OPENING_VERSION)]
    enquiry: IdText
    salt: Digest
    content: Annotated[str, msgspec.Meta(max_length=16_000)]


@dataclass(frozen=True, slots=True)
class AuditedOpening:
    """An opening that holds: exactly this was asked, and nothing else.

    Attributes:
        enquiry_id: the conversation.
        asker: who asked.
        which: the list.
        values: the identifier.
        case_ref: the asker's case.
        officer: the asker's officer, by reference.
        justification: in that officer's words.
        asked_at: when we answered.
        sequence: of our ledger's entry about it.
    """

    enquiry_id: EnquiryId
    asker: PartnerCode
    which: BlindList
    values: dict[str, str]
    case_ref: str
    officer: str
    justification: str
    asked_at: datetime
    sequence: int


def open_blind(tx: Transaction, desk: Desk, officer: Officer, enquiry_id: EnquiryId, why: str, now: datetime) -> bytes:
    """Make the opening of one of our blind questions, for an auditor at the partner.

    It tells that partner what was asked, so the protection-claim guard is asked once more, also about claims that came
    after the question.

    Raises:
        ForbiddenError: only an auditor or a supervisor opens.
        InputError: no reason.
        NotFoundError: there is no such question.
        ConflictError: it was never sent.
        RefusedError: PROTECTION_CLAIM_GUARD.
        ErasedError: its content was erased; it can never be opened.
    """
    authorise(officer, Action.READ_LEDGER)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    row = tx.execute(select(blind_enquiry).where(blind_enquiry.c.id == enquiry_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no blind enquiry {enquiry_id}", hint="`egnatia blind list` shows all of them.")
    if row.sealed_id is None:
        raise ConflictError(f"the blind enquiry {enquiry_id} was never sent; there is nothing to open")
    content = tx.unseal(SealedId(row.sealed_id))
    _check_guard(tx, desk, row, content)
    act = Act(
        EventKind.BLIND_OPENED,
        now,
        officer.id,
        commitment_ref(row.commitment),
        partner=PartnerCode(row.partner),
        purpose=Purpose(row.purpose),
        justification=reason,
    )
    append(tx, act)
    opening = {"v": OPENING_VERSION, "enquiry": enquiry_id, "salt": tx.salt_of(SealedId(row.sealed_id)).hex()}
    return strict_json.render(opening | {"content": content.decode("ascii")})


def _check_guard(tx: Transaction, desk: Desk, row: Row[tuple[object, ...]], content: bytes) -> None:
    clues = json.loads(tx.opened(row.clues_id) or b"{}")
    partner = desk.register(tx).partners.get(PartnerCode(row.partner))
    codes = partner.travel_document_codes if partner else ()
    check_guard(tx, PartnerCode(row.partner), codes, {**clues, **json.loads(content)["values"]})


def audit_opening(
    tx: Transaction, desk: Desk, officer: Officer, opening: bytes, why: str, now: datetime
) -> AuditedOpening:
    """Check a partner's opening against what it sent us: commitment, element, and the ledger's own entry.

    Raises:
        ForbiddenError: only an auditor or a supervisor checks.
        InputError: no reason, or the file is no opening.
        NotFoundError: no such question was answered here.
        TamperedError: it is not what was asked.
    """
    authorise(officer, Action.READ_LEDGER)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    file, opened = _read(opening)
    mine = (blind_answer.c.enquiry_id == file.enquiry) & (blind_answer.c.asker == opened.asker)
    row = tx.execute(select(blind_answer).where(mine)).one_or_none()
    if row is None:
        raise NotFoundError(f"no blind enquiry {file.enquiry} of {opened.asker[:3]!a} was answered here")
    _check(desk, row, file, opened)
    sequence = _entered(tx, row.commitment, PartnerCode(row.asker))
    act = Act(
        EventKind.BLIND_AUDITED,
        now,
        officer.id,
        commitment_ref(row.commitment),
        partner=PartnerCode(row.asker),
        purpose=Purpose(row.purpose),
        justification=reason,
    )
    append(tx, act)
    return AuditedOpening(
        EnquiryId(row.enquiry_id),
        PartnerCode(row.asker),
        opened.list,
        dict(opened.values),
        opened.case_ref,
        opened.officer,
        opened.justification,
        row.answered_at,
        sequence,
    )


def _read(opening: bytes) -> tuple[_File, _Opened]:
    values = strict_json.parse(opening, "opening")
    try:
        file = msgspec.convert(values, _File)
        inside = strict_json.parse(file.content.encode(), "opening's content")
        return file, msgspec.convert(inside, _Opened)
    except msgspec.ValidationError as error:
        raise InputError(f"this is no opening of a blind enquiry: {error}") from None


def _check(desk: Desk, row: Row[tuple[object, ...]], file: _File, opened: _Opened) -> None:
    """Raises: TamperedError, naming the first thing that is not as it was asked."""
    commitment = commit_to(file.content.encode(), bytes.fromhex(file.salt)).hex()
    if not hmac.compare_digest(commitment, row.commitment):
        raise _lie("its commitment is another one")
    if (opened.holder, opened.list, opened.statement) != (desk.code, row.list, row.statement):
        raise _lie("it is about another partner, list or epoch")
    try:
        named = normal_values(opened.list, opened.values)
        element = blind_with(text_of(opened.list, opened.values), bytes.fromhex(opened.blind)).element
    except (InputError, KeyError):
        raise _lie("its identifier or its blind is none") from None
    if named != opened.values:
        raise _lie("it has words beside its identifier, which the element says nothing of")
    if not element == bytes.fromhex(opened.element) == bytes(row.element):
        raise _lie("its identifier and its blind do not give the element that was sent")


def _lie(why: str) -> TamperedError:
    return TamperedError(
        f"the opening is not what was asked: {why}",
        hint="Keep the file. The asker's ledger has the same commitment; its supervisory authority can compare.",
    )


def _entered(tx: Transaction, commitment: str, asker: PartnerCode) -> int:
    """Where our ledger has this partner's question; another may have sent the same commitment.

    Raises:
        TamperedError: it does not have it.
    """
    columns = ledger_entry.c
    wanted = (columns.object_ref == commitment_ref(commitment)) & (columns.kind == EventKind.BLIND_EVALUATED.value)
    for row in tx.execute(select(columns.sequence, columns.entry).where(wanted).order_by(columns.sequence)):
        if parse_leaf(bytes(row.entry)).partner == asker:
            return int(row.sequence)
    raise TamperedError("our ledger has no entry about this blind enquiry")
