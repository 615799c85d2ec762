"""The tasks that wait for an officer besides candidates and follow-ups: how many of each, and where they are done.

Counting opens nothing, no facts and no contents of alerts; so it is no look and writes no entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from egnatia.console.catalogues import N_
from egnatia.enquiries import followups, views
from egnatia.enquiries.corrections import lists, taken
from egnatia.enquiries.dna.batches import batches
from egnatia.enquiries.dna.dispositions import undecided
from egnatia.enquiries.dna.elimination import eliminations
from egnatia.enquiries.dna.standing import standings
from egnatia.enquiries.dna.upgrades import upgrades
from egnatia.enquiries.fishing import open_alerts
from egnatia.enquiries.onward import consents
from egnatia.exchange.lines import unreachable
from egnatia.exchange.membership import lists as membership
from egnatia.ledger.alarms import alarms
from egnatia.model.dna import BatchState, EliminationState, UpgradeState
from egnatia.model.handling import ConsentState
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work that waits.

    Attributes:
        label: what waits, for translation.
        path: where it is done.
        mark: shape beside it.
        count: how many.
    """

    label: str
    path: str
    mark: str
    count: int


@dataclass(frozen=True, slots=True)
class _Look:
    tx: Transaction
    us: PartnerCode
    now: datetime


def _consents(look: _Look) -> int:
    open_ = (ConsentState.WAITING, ConsentState.PROPOSED)
    return sum(each.direction == consents.IN and each.state in open_ for each in consents.listed(look.tx))


def _late(look: _Look) -> int:
    return sum(each.is_late(look.now) for each in followups.listed(look.tx, followups.IN))


def _signatures(look: _Look) -> int:
    waiting = membership.proposals(look.tx, look.now)
    return sum(look.us in membership.missing_signatures(look.tx, each.signed) for each in waiting)


def _batches(look: _Look) -> int:
    undecided_ = (BatchState.PROPOSED, BatchState.HALF_APPROVED)
    return sum(each.state in undecided_ for each in batches(look.tx))


def _orders(look: _Look) -> int:
    return sum(not each.approved_by and not each.ended_at for each in standings(look.tx))


def _loci(look: _Look) -> int:
    waiting = UpgradeState.WAITING
    return sum(each.direction == followups.IN and each.state is waiting for each in upgrades(look.tx))


_KINDS: tuple[tuple[Action, str, str, str, Callable[[_Look], int]], ...] = (
    (Action.PROPOSE_RELEASE, "late", N_("Partners' follow-ups whose time is over"), "/follow-ups", _late),
    (Action.PROPOSE_RELEASE, "open", N_("Requests for consent that wait for our two people"), "/consents", _consents),
    (
        Action.ACT_ON_CORRECTION,
        "open",
        N_("Partners' corrections that somebody has to look at"),
        "/corrections",
        lambda look: len(taken.waiting(look.tx)),
    ),
    (
        Action.MAKE_CORRECTION,
        "wait",
        N_("Corrections that partners have not acted on"),
        "/corrections",
        lambda look: len(lists.copies(look.tx, outstanding=True)),
    ),
    (
        Action.GIVE_OPINION,
        "open",
        N_("DNA candidates on which two examiners have not agreed"),
        "/dna",
        lambda look: undecided(look.tx),
    ),
    (
        Action.DECIDE_ELIMINATION,
        "open",
        N_("Traces that were held back and that nobody has decided on"),
        "/dna/eliminations",
        lambda look: len(eliminations(look.tx, EliminationState.OPEN)),
    ),
    (Action.APPROVE_BATCH, "open", N_("Batches of DNA enquiries that wait for approval"), "/dna/batches", _batches),
    (Action.APPROVE_BATCH, "open", N_("Standing DNA orders that wait for approval"), "/dna/standing", _orders),
    (Action.ANSWER_UPGRADE, "open", N_("Partners' requests for more loci"), "/dna/upgrades", _loci),
    (
        Action.VIEW_ALERTS,
        "open",
        N_("Alerts about protected persons that nobody has read"),
        "/alerts",
        lambda look: views.unseen_alerts(look.tx),
    ),
    (
        Action.VIEW_ALERTS,
        "open",
        N_("Patterns of questions that nobody has closed"),
        "/alerts/patterns",
        lambda look: open_alerts(look.tx),
    ),
    (
        Action.SIGN_MEMBERSHIP,
        "wait",
        N_("Membership lists that wait for our signature"),
        "/membership",
        _signatures,
    ),
    (
        Action.VIEW_AGREEMENTS,
        "no",
        N_("Partners that cannot be reached"),
        "/partners",
        lambda look: len(unreachable(look.tx)),
    ),
    (
        Action.VERIFY_LEDGER,
        "no",
        N_("Partners' ledgers that are not believed"),
        "/ledger",
        lambda look: len({each.partner for each in alarms(look.tx)}),
    ),
)
"""Right, mark, words, place and count of each kind; what an officer may not do is not counted for him."""


def tasks(tx: Transaction, officer: Officer, us: PartnerCode, now: datetime) -> list[Task]:
    """What waits for this officer, without the kinds of which there are none.

    Args:
        tx: any transaction.
        officer: whose rights count.
        us: this node's partner.
        now: the moment.
    """
    look = _Look(tx, us, now)
    found = [Task(label, path, mark, count(look)) for right, mark, label, path, count in _KINDS if officer.may(right)]
    return [each for each in found if each.count]
