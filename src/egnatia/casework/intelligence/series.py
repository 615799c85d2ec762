"""Series at a node: which confirmed documents and partners' alerts come from one source, worked out from the table each time.

A series is a suggestion for an analyst. It has no row of its own, so nothing can be left over of one whose alerts were
withdrawn.
"""

from dataclasses import dataclass
from datetime import date, datetime

from egnatia.accounts import authorise
from egnatia.engines.documents.series.cluster import Series, series_of
from egnatia.engines.documents.series.match import Likeness, compare
from egnatia.engines.documents.series.rarity import Rarity
from egnatia.engines.documents.series.sources import rarity_of
from egnatia.engines.documents.series.types import Template
from egnatia.enquiries.forgery_alerts.held import Alert, alerts
from egnatia.errors import NotFoundError
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction


@dataclass(frozen=True, slots=True)
class KnownSeries:
    """One group, with whose its members are and how each compares with what they have in common.

    Attributes:
        series: its members, the bits between them and their common features.
        originators: the partners whose documents are in it.
        first: when the first of them was confirmed or came.
        last: when the last of them was.
        likenesses: each member against the first, the most alike first.
    """

    series: Series
    originators: tuple[PartnerCode, ...]
    first: datetime
    last: datetime
    likenesses: tuple[Likeness, ...]


def known_series(tx: Transaction, officer: Officer, on: date) -> list[KnownSeries]:
    """Every series among what this node holds that day, the largest first.

    Raises:
        ForbiddenError: the officer may not see alerts.
    """
    authorise(officer, Action.VIEW_FORGERY_ALERTS)
    held = {each.reference: each for each in alerts(tx) if each.features and each.withdrawn is None}
    usable = [each.template() for each in held.values() if each.label is None or each.flags_on(on)]
    rarity = rarity_of(tuple(usable))
    templates = {each.reference: each for each in usable}
    found = [_known(each, held, templates, rarity) for each in series_of(usable, rarity)]
    return sorted(found, key=lambda each: (-len(each.series.members), each.series.reference))


def one_series(tx: Transaction, officer: Officer, reference: str, on: date) -> KnownSeries:
    """The series of which this reference is a member.

    Raises:
        ForbiddenError: the officer may not see alerts.
        NotFoundError: it is a member of none.
    """
    for each in known_series(tx, officer, on):
        if reference in each.series.members:
            return each
    raise NotFoundError(f"{reference[:40]!a} is in no series", hint="`egnatia series list` shows all of them.")


def _known(series: Series, held: dict[str, Alert], templates: dict[str, Template], rarity: Rarity) -> KnownSeries:
    members = [held[each] for each in series.members]
    first = templates[series.reference]
    likenesses = [compare(first, templates[each], rarity) for each in series.members[1:]]
    return KnownSeries(
        series,
        tuple(sorted({each.originator for each in members})),
        min(each.confirmed_at for each in members),
        max(each.confirmed_at for each in members),
        tuple(sorted(likenesses, key=lambda each: (-each.bits, each.other))),
    )
