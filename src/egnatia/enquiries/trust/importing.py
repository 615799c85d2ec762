"""What an officer imports into the node's own trust store: lists, certificates, revocation lists, defects.

One officer is enough. What comes from a partner needs two, because the partner's word is taken for it; what is imported here
proves itself by a root that somebody fetched, or somebody vouches for it and stands in the ledger with that.

The store is written inside the transaction, as its last step: what could not be written is in no entry. Where the process
dies between the two, the store has a change more than the ledger has entries, which `egnatia trust status` says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from egnatia.accounts import authorise
from egnatia.enquiries.trust.deciding import TrustNode
from egnatia.errors import InputError
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry

if TYPE_CHECKING:
    from egnatia.engines.documents.trust.folder import Folder
    from egnatia.engines.documents.trust.holdings import Holdings

MOST_FILES = 200
"""Files of one act: a national office's whole set of lists has some dozens, and the entry names each by its hash."""
_ENTERED = (EventKind.TRUST_ACCEPTED, EventKind.TRUST_IMPORTED)


@dataclass(frozen=True, slots=True)
class Brought:
    """One thing that was brought in.

    Attributes:
        sha256: of its bytes, in hexadecimal.
        what: in words, as the engine's import says them.
        added: certificates that the store did not have.
    """

    sha256: str
    what: str
    added: int


def check_files(officer: Officer, files: Iterable[bytes]) -> None:
    """Refuse before anything is read into the store.

    Raises:
        ForbiddenError: the officer may not decide about the store.
        InputError: a partner's trust file is among them; two people take that.
    """
    from egnatia.engines.documents.trust.kinds import FileKind, kind_of

    authorise(officer, Action.DECIDE_TRUST)
    if any(kind_of(each) is FileKind.TRUST_FILE for each in files):
        raise InputError(
            "a partner's trust file is not imported by one officer",
            hint="The partner shares it, and two take it: `egnatia trust inbox`.",
        )


def keep_imported(
    node: TrustNode,
    officer: Officer,
    before: "Folder",
    holdings: "Holdings",
    brought: Sequence[Brought],
    *,
    vouched: bool,
) -> "Folder":
    """Put what an officer imported into the node's store, with its one entry in the ledger.

    Args:
        node: whose store it is.
        officer: who imports.
        before: the store as it was read before anything was brought in.
        holdings: what it shall hold.
        brought: what came in, at least one and at most `MOST_FILES`.
        vouched: whether the officer takes it on himself to believe lists for which no root vouches.

    Raises:
        ForbiddenError: the officer may not decide about the store.
        ConflictError: somebody else changed the store meanwhile.
        InputError: nothing or too much was brought in, or the folder cannot be written.
    """
    authorise(officer, Action.DECIDE_TRUST)
    if not 1 <= len(brought) <= MOST_FILES:
        raise InputError(f"one act imports 1 to {MOST_FILES} files", hint="Import the rest by a second command.")
    now = node.clock()
    facts: dict[str, JSON] = {
        "files": [{"sha256": each.sha256, "what": each.what, "new": each.added} for each in brought],
        "vouched": vouched,
        "store_before": before.holdings.digest(),
        "store_after": holdings.digest(),
    }
    act = Act(EventKind.TRUST_IMPORTED, now, officer.id, "trust_store", content=facts)

    def job(tx: Transaction) -> "Folder":
        append(tx, act)
        return node.trust_keeper.put(before, holdings, now)

    return node.commit(job)


def unentered(tx: Transaction, version: int) -> int:
    """How many changes of a store are in no entry of the ledger.

    A store's version counts its changes. What was imported past the node (`egnatia document trust import`), or by a release
    that entered no imports, has none; so has an import after which the process died.

    Args:
        tx: to read in.
        version: the store's.
    """
    entries = select(func.count()).select_from(ledger_entry).where(ledger_entry.c.kind.in_(_ENTERED))
    return max(0, version - int(tx.execute(entries).scalar_one()))
