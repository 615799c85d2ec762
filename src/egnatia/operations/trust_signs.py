"""How the node's trust store stands: one look for `node serve`, `node doctor` and `trust status`, so that they agree."""

from dataclasses import dataclass
from datetime import date, datetime

from egnatia.enquiries.trust import Held
from egnatia.enquiries.trust.importing import unentered
from egnatia.enquiries.trust.updates import updates
from egnatia.errors import NotFoundError
from egnatia.node import Node
from egnatia.store.database import Transaction


@dataclass(frozen=True, slots=True)
class TrustSigns:
    """One look at a trust store on a day.

    Attributes:
        folder: where it is, or would be.
        problem: what is wrong with it; empty where it is read, and where there is none.
        readable: whether there is one and it is read.
        version: the store's own count of changes.
        certificates: listed on the day.
        lists: the last version of each source, by its name, with its day.
        crls: revocation lists of authorities held, the last of each.
        crls_expired: of these, those that another one should have followed.
        authorities: certificates listed on the day for each partner's own documents, by the partner's code.
        waiting: files of partners that nobody has decided about.
        unfinished: files that were accepted and are not in the store.
        unentered: changes of the store that are in no entry of the ledger.
    """

    folder: str
    problem: str
    readable: bool
    version: int
    certificates: int
    lists: dict[str, date]
    crls: int
    crls_expired: int
    authorities: dict[str, int]
    waiting: int
    unfinished: int
    unentered: int = 0

    def lines(self) -> list[str]:
        """What there is to say, in sentences."""
        if not self.readable:
            why = f"cannot be read: {self.problem}" if self.problem else "does not exist"
            return [f"The trust store {self.folder} {why}. Nothing can be said about who signed a chip."]
        said = [f"{self.certificates} certificates are listed, in version {self.version} of {self.folder}."]
        if self.lists:
            oldest = min(self.lists, key=lambda each: (self.lists[each], each))
            said.append(f"{len(self.lists)} sources of lists; the oldest is {oldest} of {self.lists[oldest]}.")
        said.append(f"{self.crls} revocation lists, {self.crls_expired} of them run out.")
        said += [f"{partner}: {count} certificates." for partner, count in sorted(self.authorities.items())]
        if self.waiting:
            said.append(f"{self.waiting} trust files of partners wait for a decision.")
        if self.unfinished:
            said.append(f"{self.unfinished} trust files were accepted and are not stored; accept them once more.")
        if self.unentered:
            said.append(f"{self.unentered} changes of the store are in no entry of the ledger.")
        return said


def read_trust(node: Node) -> TrustSigns:
    """Look at the store as it is now."""
    now, held = node.clock(), node.trust_keeper.held()
    with node.database.read() as tx:
        known = updates(tx, "in")
        codes = _codes(tx, node)
        past = unentered(tx, held.version)
    day = now.date()
    crls = _last_lists(held)
    return TrustSigns(
        folder=str(node.trust_keeper.path),
        problem=held.problem,
        readable=held.store is not None,
        version=held.version,
        certificates=0 if held.store is None else len(held.store.index.listed_on(day)),
        lists=_sources(held, day),
        crls=len(crls),
        crls_expired=sum(each is not None and each < now for each in crls),
        authorities={partner: _count(held, states, day) for partner, states in codes.items()},
        waiting=sum(each.state in {"waiting", "proposed"} for each in known),
        unfinished=sum(each.unfinished for each in known),
        unentered=past,
    )


def _codes(tx: Transaction, node: Node) -> dict[str, tuple[str, ...]]:
    """The codes under which each partner issues documents, by the register of agreements."""
    try:
        partners = node.desk.register(tx).partners.values()
    except NotFoundError:
        return {}
    return {each.code: tuple(each.travel_document_codes) for each in partners}


def _count(held: Held, states: tuple[str, ...], day: date) -> int:
    if held.store is None:
        return 0
    certificates = held.store.holdings.certificates
    return sum(certificates[each].state in states for each in held.store.index.listed_on(day))


def _sources(held: Held, day: date) -> dict[str, date]:
    """The last version of each source. What was handed over by itself is no list and does not grow old."""
    found = () if held.store is None else held.store.index.versions_on(day)
    return {each.source: each.day for each in found if each.source != "direct"}


def _last_lists(held: Held) -> list[datetime | None]:
    """When the last revocation list of each issuer should be followed by another one."""
    if held.store is None:
        return []
    last = {}
    for each in sorted(held.store.holdings.crls, key=lambda one: one.this_update):
        last[each.issuer.normal] = each.next_update
    return list(last.values())
