"""Batches, standing orders and requests for more loci as people see them who decide on them: with the words that are sealed.

Lists of them open nothing (`batches`, `standings`, `upgrades`). One of them opens why it is to be and why it was stopped,
and never a locus' alleles.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select

from egnatia.accounts import authorise
from egnatia.enquiries.dna.batches import Batch, batches, refusals
from egnatia.enquiries.dna.numbers import behind
from egnatia.enquiries.dna.profiles import load_profile
from egnatia.enquiries.dna.standing import Standing, standings
from egnatia.enquiries.dna.upgrades import Upgrade, upgrades
from egnatia.enquiries.followups import IN
from egnatia.errors import ErasedError, NotFoundError
from egnatia.model.dna import ProfileKind
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_batch, dna_batch_item, dna_profile, dna_search, dna_standing


@dataclass(frozen=True, slots=True)
class Words:
    """What is sealed of a batch or an order; empty once it was erased.

    Attributes:
        population: whose profiles are searched there.
        why: the justification.
        stopped: why it was refused or ended, where it was.
    """

    population: SubjectKind | None
    why: str
    stopped: str


@dataclass(frozen=True, slots=True)
class BatchView:
    """One batch for whoever decides on it.

    Attributes:
        kinds: how many of its profiles are of which kind; profiles that were erased are not in it.
        not_asked: the profiles that were not asked about, by reference, with the reason of each.
    """

    batch: Batch
    words: Words
    kinds: Mapping[ProfileKind, int]
    not_asked: Mapping[str, RefusalReason]

    @property
    def left(self) -> int:
        """Profiles that nobody has asked about yet."""
        return self.batch.profiles - self.batch.asked - self.batch.refused


@dataclass(frozen=True, slots=True)
class OrderView:
    """One standing order for whoever decides on it; `asked` counts the questions that came of it."""

    order: Standing
    words: Words
    asked: int


@dataclass(frozen=True, slots=True)
class UpgradeView:
    """One request for more loci for whoever answers it.

    Attributes:
        ours: our profile behind the number that a partner names; None for a request of ours, and once it was erased.
        typed: loci that were asked for and that our profile has now.
    """

    upgrade: Upgrade
    ours: str | None
    typed: tuple[str, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """Loci that were asked for and that our profile does not have."""
        return tuple(name for name in self.upgrade.loci if name not in self.typed)


def batch_view(tx: Transaction, officer: Officer, batch_id: str) -> BatchView:
    """One batch.

    Raises:
        ForbiddenError: the officer may not see batches.
        NotFoundError: there is none of that name.
    """
    authorise(officer, Action.VIEW_BATCHES)
    not_asked = refusals(tx, batch_id)
    found = next(each for each in batches(tx) if each.id == batch_id)
    joined = dna_batch_item.join(dna_profile, dna_profile.c.ref == dna_batch_item.c.ref)
    query = select(dna_profile.c.kind, func.count().label("number")).select_from(joined)
    query = query.where(dna_batch_item.c.batch_id == batch_id).group_by(dna_profile.c.kind)
    counted = {ProfileKind(row.kind): row.number for row in tx.execute(query)}
    kinds = {kind: counted[kind] for kind in ProfileKind if kind in counted}
    return BatchView(found, _words(tx, dna_batch, batch_id), kinds, not_asked)


def order_view(tx: Transaction, officer: Officer, standing_id: str) -> OrderView:
    """One standing order.

    Raises:
        ForbiddenError: the officer may not see them.
        NotFoundError: there is none of that name.
    """
    authorise(officer, Action.VIEW_BATCHES)
    found = next((each for each in standings(tx) if each.id == standing_id), None)
    if found is None:
        raise NotFoundError(f"there is no standing order {standing_id}", hint="The list shows all of them.")
    query = select(func.count()).where(dna_search.c.standing_id == standing_id)
    return OrderView(found, _words(tx, dna_standing, standing_id), tx.execute(query).scalar_one())


def _words(tx: Transaction, table: Table, row_id: str) -> Words:
    sealed_id = tx.execute(select(table.c.sealed_id).where(table.c.id == row_id)).scalar_one()
    said: dict[str, Any] = json.loads(tx.opened(sealed_id) or b"{}")
    population = SubjectKind(said["population"]) if "population" in said else None
    return Words(population, said.get("justification", ""), said.get("refused", said.get("ended", "")))


def upgrade_view(tx: Transaction, officer: Officer, upgrade_id: str) -> UpgradeView:
    """One request for more loci. Of our profile it says which loci it has, and opens none for the officer.

    Raises:
        ForbiddenError: the officer may not look at profiles.
        NotFoundError: there is none of that name.
    """
    authorise(officer, Action.VIEW_PROFILE)
    found = next((each for each in upgrades(tx) if each.id == upgrade_id), None)
    if found is None:
        raise NotFoundError(f"there is no request {upgrade_id} for more loci", hint="The list shows all of them.")
    known = behind(tx, found.number) if found.direction == IN else None
    if known is None:
        return UpgradeView(found, None, ())
    try:
        loci = load_profile(tx, known.ref).loci
    except (NotFoundError, ErasedError):
        return UpgradeView(found, None, ())
    return UpgradeView(found, known.ref, tuple(name for name in found.loci if name in loci))
