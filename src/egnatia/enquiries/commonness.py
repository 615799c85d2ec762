"""How common the names of a question are among this node's own persons: what an examiner has to know before an agreement.

Two persons who share a rare name are probably one; two who share the commonest one are hardly. A partner says that a name
agrees and never how many others bear it there, so our own register has to serve. Counted are tags that were made when the
records came (`engines.people.blind`), by how names sound and not by how they are spelled; no record is opened.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from egnatia.engines.people.names import tokens
from egnatia.engines.people.tagging import Feature, tag
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.pairing import pair_keys
from egnatia.exchange.directory import card_of
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_tag, person_record

FEW: Final = 10
"""Bearers below which no number is told: a count of one would say that a certain person is on record here."""
MOST_PARTS: Final = 8
"""Parts of names that are counted: four of each field, as many as a question tags (`engines.people.tagging.SLOTS`)."""
FIELDS: Final = {"family_names": Feature.FAMILY_SOUND, "first_names": Feature.FIRST_SOUND}


@dataclass(frozen=True, slots=True)
class Commonness:
    """How many of this node's own persons bear a part of a name.

    Attributes:
        field: `family_names` or `first_names`.
        part: the part, in plain letters.
        bearers: persons who have it, or one that sounds like it; None below `FEW`.
        persons: on the register in all.
    """

    field: str
    part: str
    bearers: int | None
    persons: int

    @property
    def one_in(self) -> int:
        """Of so many persons one bears it; 0 where they are fewer than `FEW`."""
        return 0 if self.bearers is None else round(self.persons / self.bearers)


def told(field: str, part: str, bearers: int, persons: int) -> Commonness:
    """A count as it may be told."""
    return Commonness(field, part, bearers if bearers >= FEW else None, persons)


def common_names(tx: Transaction, desk: Desk, partner: PartnerCode, query: Mapping[str, Any]) -> list[Commonness]:
    """The parts of a question's names, the commonest first; none where this node has no persons of its own.

    Args:
        tx: a transaction that reads.
        desk: this node's own side.
        partner: who was asked: tags are made under the key that is shared with it.
        query: what was asked, as it is kept at home.
    """
    persons = int(tx.execute(select(func.count()).select_from(person_record)).scalar_one())
    if not persons:
        return []
    key = pair_keys(tx, desk.keys, card_of(tx, partner))[0].key
    values = {tag(FIELDS[field], sound, key).value: (field, text) for field, text, sound in _parts(query)}
    counts = _counted(tx, partner, values)
    rows = [told(field, text, counts.get(value, 0), persons) for value, (field, text) in values.items()]
    return sorted(rows, key=lambda row: (-(row.bearers or 0), row.field, row.part))


def _parts(query: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for field in FIELDS:
        for each in tokens(str(query.get(field, "")))[: MOST_PARTS // len(FIELDS)]:
            yield field, each.text, each.sound


def _counted(tx: Transaction, partner: PartnerCode, values: Iterable[bytes]) -> dict[bytes, int]:
    mine = (blind_tag.c.partner == partner) & blind_tag.c.tag.in_(list(values))
    query = select(blind_tag.c.tag, func.count().label("bearers")).where(mine).group_by(blind_tag.c.tag)
    return {bytes(row.tag): row.bearers for row in tx.execute(query)}
