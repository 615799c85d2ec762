"""What two people do with a partner's trust file: look at the difference, propose to take it, take it or refuse it.

A file that brings an authority, a list or a defect is taken on the partner's word, so one officer proposes and another
decides. A file of nothing but revocation lists needs one: each list is signed by an authority that is held, and takes
trust away only where that authority does.

The decision is written first and the folder after it. Where the process dies between, the update is accepted and not in
the store, which every list of updates and `egnatia node doctor` say; accepting it once more finishes it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from egnatia.accounts import authorise, require_other
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.trust.arriving import file_of_update, verified
from egnatia.enquiries.trust.keeper import TrustKeeper
from egnatia.enquiries.trust.members import check_member
from egnatia.enquiries.trust.updates import IN, OPEN, Update, change, drop_parts, get, updates
from egnatia.errors import ConflictError
from egnatia.exchange.key_history import signing_keys
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.model.states import TrustUpdateState
from egnatia.store.database import Database, Transaction

if TYPE_CHECKING:
    from egnatia.engines.documents.trust.difference import Difference
    from egnatia.engines.documents.trust.folder import Folder
    from egnatia.engines.documents.trust.taking import Taken

T = TypeVar("T")


class TrustNode(Protocol):
    """What deciding needs of a node."""

    @property
    def database(self) -> Database:
        """Where reading happens."""
        ...

    @property
    def desk(self) -> Desk:
        """The node's own side."""
        ...

    @property
    def trust_keeper(self) -> TrustKeeper:
        """The way to its store."""
        ...

    def clock(self) -> datetime:
        """The present moment."""
        ...

    def commit(self, job: Callable[[Transaction], T]) -> T:
        """Run a job in the queue of writes."""
        ...


@dataclass(frozen=True, slots=True)
class Weighed:
    """A file that came, read and held against the store as it is now.

    Attributes:
        update: which one.
        before: the store's folder as it was read.
        taken: what the store would hold.
        difference: what would change today.
        key: the Ed25519 key that signed the file, in hexadecimal.
        made_at: when its maker says he made it.
    """

    update: Update
    before: "Folder"
    taken: "Taken"
    difference: "Difference"
    key: str
    made_at: datetime

    @property
    def needs_two(self) -> bool:
        """Whether a second officer has to decide: everything but revocation lists that prove themselves."""
        return not self.difference.proves_itself


def note_look(tx: Transaction, officer: Officer, what: str, now: datetime) -> None:
    """Enter that an officer looks at something of the trust store.

    Raises:
        ForbiddenError: the officer may not look.
    """
    authorise(officer, Action.VIEW_TRUST)
    append(tx, Act(EventKind.TRUST_VIEWED, now, officer.id, what))


def inbox(tx: Transaction, officer: Officer, now: datetime) -> list[Update]:
    """Every trust file that came or was shared, what waits first; looking is logged.

    Raises:
        ForbiddenError: the officer may not look.
    """
    note_look(tx, officer, "trust_updates", now)
    return updates(tx)


def look(node: TrustNode, officer: Officer, update_id: str) -> Weighed:
    """What taking a file would change; looking is logged.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
        ConflictError: it was decided; nothing of it is kept.
        RefusedError, InputError, TamperedError, ConflictError: it cannot be taken, and the error says why.
    """
    node.commit(lambda tx: note_look(tx, officer, f"trust_update:{update_id}", node.clock()))
    return weigh(node, update_id)


def weigh(node: TrustNode, update_id: str) -> Weighed:
    """Read a file and hold it against the store: seconds of work outside every transaction.

    Raises:
        As `look`, but for the right.
    """
    from egnatia.engines.documents.trust.difference import difference
    from egnatia.engines.documents.trust.taking import take

    now = node.clock()
    with node.database.read() as tx:
        found = get(tx, update_id, IN)
        _insist_open(found)
        check_member(tx, node.desk, found.partner, now)
        file = file_of_update(tx, found)
        header = verified(tx, found, file)
        keys = frozenset(each.hex() for each in signing_keys(tx, found.partner))
    before = node.trust_keeper.folder()
    taken = take(before.holdings, file, header.key, now, keys)
    changed = difference(before.holdings, taken.holdings, now.date())
    return Weighed(found, before, taken, changed, header.key, header.made_at)


def _insist_open(found: Update) -> None:
    if found.state not in OPEN and not found.unfinished:
        raise ConflictError(
            f"trust update {found.id} is {found.state.value}", hint="`egnatia trust inbox` shows what waits."
        )


def accept(node: TrustNode, officer: Officer, update_id: str) -> Weighed:
    """Propose to take a file, or take it where another officer proposed it or only revocation lists are in it.

    Returns:
        What was decided about; `update.state` is the new one: proposed or accepted.

    Raises:
        ForbiddenError: the officer may not, or made the proposal himself.
        ConflictError: it was decided, or the store was changed meanwhile: look and accept again.
        RefusedError, InputError, TamperedError, NotFoundError: it cannot be taken.
    """
    authorise(officer, Action.DECIDE_TRUST)
    weighed = weigh(node, update_id)
    if weighed.update.unfinished:
        return _stored(node, weighed)
    state = node.commit(lambda tx: _accept(tx, officer, weighed, node.clock()))
    decided = replace(weighed, update=replace(weighed.update, state=state))
    return _stored(node, decided) if state is TrustUpdateState.ACCEPTED else decided


def _accept(tx: Transaction, officer: Officer, weighed: Weighed, now: datetime) -> TrustUpdateState:
    """The act and its one entry; the state is looked at again, for somebody else may have been quicker."""
    found = get(tx, weighed.update.id, IN)
    if found.state not in OPEN:
        _insist_open(found)
    if found.state is TrustUpdateState.WAITING and weighed.needs_two:
        change(tx, found.id, IN, state=TrustUpdateState.PROPOSED, proposed_by=officer.id, proposed_at=now)
        append(tx, _act(EventKind.TRUST_PROPOSED, weighed, officer, now))
        return TrustUpdateState.PROPOSED
    if weighed.needs_two:
        require_other(officer, found.proposed_by)
    change(tx, found.id, IN, state=TrustUpdateState.ACCEPTED, decided_by=officer.id, decided_at=now)
    act = _act(EventKind.TRUST_ACCEPTED, weighed, officer, now)
    append(tx, replace(act, content={**(act.content or {}), "proposed_by": found.proposed_by}))
    return TrustUpdateState.ACCEPTED


def _act(event: EventKind, weighed: Weighed, officer: Officer, now: datetime) -> Act:
    changed, found = weighed.difference, weighed.update
    facts: dict[str, JSON] = {
        "version": found.version,
        "sha256": found.sha256,
        "new": len(changed.new),
        "gone": len(changed.gone),
        "crls": len(changed.crls),
        "defects": len(changed.defects),
        "store_before": weighed.before.holdings.digest(),
        "store_after": weighed.taken.holdings.digest(),
    }
    return Act(event, now, officer.id, f"trust_update:{found.id}", partner=found.partner, content=facts)


def _stored(node: TrustNode, weighed: Weighed) -> Weighed:
    """Put what was accepted into the folder, and forget the file that brought it."""
    node.trust_keeper.put(weighed.before, weighed.taken.holdings, node.clock())
    node.commit(lambda tx: _note_stored(tx, weighed.update.id, node.clock()))
    return weighed


def _note_stored(tx: Transaction, update_id: str, now: datetime) -> None:
    change(tx, update_id, IN, stored_at=now)
    drop_parts(tx, [update_id])


def refuse(tx: Transaction, officer: Officer, update_id: str, reason: str, now: datetime) -> None:
    """Refuse a file: nothing of it is kept. One officer is enough, for nothing becomes trusted by it.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ConflictError: it was decided.
    """
    authorise(officer, Action.DECIDE_TRUST)
    why = check_text("reason", reason, MIN_JUSTIFICATION)
    found = get(tx, update_id, IN)
    if found.state not in OPEN:
        raise ConflictError(f"trust update {found.id} is {found.state.value}")
    change(tx, found.id, IN, state=TrustUpdateState.REFUSED, decided_by=officer.id, decided_at=now)
    drop_parts(tx, [found.id])
    content: dict[str, JSON] = {"version": found.version, "sha256": found.sha256}
    act = Act(EventKind.TRUST_REFUSED, now, officer.id, f"trust_update:{found.id}", partner=found.partner)
    append(tx, replace(act, justification=why, content=content))
