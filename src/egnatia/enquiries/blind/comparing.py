"""Whether a holder tells everybody the same: two signed statements of one epoch are the proof that it does not."""

import base64
from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.enquiries.blind.statement import Statement, claimed_holder, read_statement
from egnatia.errors import RefusedError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.directory import card_of
from egnatia.exchange.key_history import KeyUse, keys_of, signing_keys
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_statement


class StatementsDifferError(RefusedError):
    """A holder showed two askers different things; `found` is the statement that contradicts the one held."""

    def __init__(self, held: Statement, found: Statement) -> None:
        super().__init__(
            RefusalReason.BLIND_STATEMENT_DIFFERS,
            f"{held.holder}: epoch {held.epoch} is {held.sha256[:16]}… here, epoch {found.epoch} {found.sha256[:16]}… there",
            hint="Both are signed by the holder. The ledger keeps the other one; `egnatia blind epoch --export` ours.",
        )
        self.found = found


def held_statement(tx: Transaction, card: PartnerCard, epoch: int | None = None) -> Statement | None:
    """The statement of a holder that this node has: of one epoch, or the newest.

    It was believed when it was stored, so a key that the holder has replaced since counts as well: who changes its key
    keeps what it signed.
    """
    columns = blind_statement.c
    query = select(columns.content).where(columns.holder == card.code).order_by(columns.epoch.desc()).limit(1)
    if epoch is not None:
        query = query.where(columns.epoch == epoch)
    content = tx.execute(query).scalar()
    return None if content is None else read_statement(bytes(content), card, signing_keys(tx, card.code))


def check_follows(known: Statement | None, new: Statement) -> None:
    """Require that a holder's statement is the one we have, or of a later epoch.

    Raises:
        StatementsDifferError: it is another one of the same epoch, or goes back.
    """
    if known is not None and new.sha256 != known.sha256 and new.epoch <= known.epoch:
        raise StatementsDifferError(known, new)


def compare_statement(tx: Transaction, officer: Officer, content: bytes) -> bool:
    """Compare a statement that another partner holds with ours of the same epoch.

    Returns:
        True when they are the same, False when we hold none of that epoch.

    Raises:
        ForbiddenError: the officer may not.
        StatementsDifferError: the holder signed two.
        RefusedError: it is no statement, or its holder did not sign it.
    """
    authorise(officer, Action.VERIFY_LEDGER)
    card = card_of(tx, claimed_holder(content))
    past = [key.value for key in keys_of(tx, card.code) if key.use is KeyUse.SIGNING and key.revoked_at is None]
    theirs = read_statement(content, card, past)
    ours = held_statement(tx, card, theirs.epoch)
    if ours is not None and ours.sha256 != theirs.sha256:
        raise StatementsDifferError(ours, theirs)
    return ours is not None


def raise_alarm(tx: Transaction, problem: StatementsDifferError, now: datetime) -> None:
    """Enter that a holder showed different statements, with the one that contradicts ours as evidence."""
    found = problem.found
    evidence = {"finding": problem.detail, "statement": base64.b64encode(found.content).decode()}
    act = Act(
        EventKind.BLIND_ALARM,
        now,
        "node",
        f"blind_epoch:{found.epoch}",
        partner=PartnerCode(found.holder),
        message_sha256=bytes.fromhex(found.sha256),
        content=evidence,
    )
    append(tx, act)
