"""National rule packs: criteria that one country's officers ask about at its own border, as data and never as code (BCC-08).

A pack is a TOML file that the partner keeps: which of the closed criteria are asked, in which direction, in which words.
It holds no outcome, no score and nobody's nationality, and there is no key for any of them. What an officer notes is
whether each was met, and what stays is a count: no answer, no person. How a check may end is decided elsewhere
(`rules`), which takes nothing from here: whoever leaves is refused nothing because of a criterion. A pack that is switched
off is not asked.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Annotated, Any, Final

import msgspec
from sqlalchemy import select, update

from egnatia.accounts import authorise
from egnatia.casework.borders.crossings import BCP
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.ledger import JSON, Act, append
from egnatia.model.borders import Criterion, Direction
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import border_pack, criteria_count

MAX_BYTES: Final = 32 * 1024
"""Largest pack read: four criteria in a dozen languages are 4 kB."""
SHIPPED: Final = {"alb-exit": "alb_exit.toml"}
"""Packs that come with the program, by identifier; none is on before its partner switches it on."""

_Line = Annotated[str, msgspec.Meta(min_length=3, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+\Z")]


class _Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Every table of a pack: an unknown key is an error, so no pack can ask for more than this program means."""


class _CriterionTable(_Strict, frozen=True):
    kind: Criterion
    ask: Annotated[dict[Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}\Z")], _Line], msgspec.Meta(max_length=20)]


class _PackTable(_Strict, frozen=True):
    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{3,40}\Z")]
    version: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
    partner: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
    direction: Direction
    title: _Line
    source: Annotated[str, msgspec.Meta(min_length=3, max_length=500)]
    criterion: Annotated[list[_CriterionTable], msgspec.Meta(min_length=1, max_length=4)]


@dataclass(frozen=True, slots=True)
class Pack:
    """One national rule pack.

    Attributes:
        id: its identifier.
        version: the day of this version.
        partner: who maintains it.
        direction: in which direction it is asked.
        title: what it is called.
        source: the rule of law behind it.
        asks: the words of each criterion by language; English is always there.
        enabled: whether it is asked now.
    """

    id: str
    version: str
    partner: PartnerCode
    direction: Direction
    title: str
    source: str
    asks: Mapping[Criterion, Mapping[str, str]]
    enabled: bool = False

    def ask(self, criterion: Criterion, language: str) -> str:
        """The words of one criterion in a language, or in English."""
        words = self.asks[criterion]
        return words.get(language.split("-", maxsplit=1)[0], words["en"])


@dataclass(frozen=True, slots=True)
class CriterionCount:
    """How often one criterion of a pack was met and not met."""

    criterion: Criterion
    met: int
    not_met: int


def parse_pack(content: bytes) -> Pack:
    """Read a pack.

    Raises:
        InputError: it is too large, no TOML, has a key too many or too few, or a criterion stands twice.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"a pack is larger than {MAX_BYTES:,} bytes", hint="Is this the right file?")
    try:
        table = msgspec.convert(tomllib.loads(content.decode("utf-8")), _PackTable)
        date.fromisoformat(table.version)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError, RecursionError) as error:
        raise InputError(
            f"this is no rule pack: {str(error)[:200]}",
            hint="A pack has id, version, partner, direction, title, source and criteria; docs/reference/borders.md.",
        ) from None
    asks = {each.kind: each.ask for each in table.criterion}
    if len(asks) != len(table.criterion) or any("en" not in words for words in asks.values()):
        raise InputError("a criterion stands twice, or has no English words", hint="Each criterion is asked once.")
    partner = PartnerCode(table.partner)
    return Pack(table.id, table.version, partner, table.direction, table.title, table.source, asks)


def shipped_pack(pack_id: str) -> bytes:
    """A pack that comes with the program, as its file.

    Raises:
        NotFoundError: there is none of that name.
    """
    if pack_id not in SHIPPED:
        raise NotFoundError(f"no pack {pack_id[:40]!a} comes with the program", hint=f"One of: {', '.join(SHIPPED)}.")
    return (files("egnatia.casework.borders") / SHIPPED[pack_id]).read_bytes()


def import_pack(tx: Transaction, us: PartnerCode, officer: Officer, content: bytes, now: datetime) -> Pack:
    """Take a pack in, in the place of its older version; whether it is on stays as it was.

    Raises:
        ForbiddenError: only a supervisor keeps packs, and only those of this node's own partner.
        InputError: it is no pack.
        ConflictError: the version here is newer, or the same with another content.
    """
    authorise(officer, Action.MANAGE_PACKS)
    pack = parse_pack(content)
    if pack.partner != us:
        raise ForbiddenError(
            f"{pack.id} is a pack of {pack.partner}, and this is {us}'s node",
            hint="Each country keeps its own packs; no other country's rule is asked about at this border.",
        )
    row = tx.execute(select(border_pack).where(border_pack.c.id == pack.id)).one_or_none()
    text = content.decode("utf-8")
    if row is not None and (row.version > pack.version or (row.version == pack.version and row.content != text)):
        raise ConflictError(
            f"version {row.version} of {pack.id} is here, and this is {pack.version}",
            hint="Give a changed pack the day of the change as its version.",
        )
    tx.execute(border_pack.delete().where(border_pack.c.id == pack.id))
    enabled = row is not None and bool(row.enabled)
    values = {"id": pack.id, "version": pack.version, "content": text, "imported_at": now, "enabled": enabled}
    tx.execute(border_pack.insert(), values)
    append(tx, _changed(officer, pack.id, {"imported": pack.version}, now))
    return _stored(text, enabled=enabled)


def switch_pack(tx: Transaction, officer: Officer, pack_id: str, now: datetime, *, on: bool) -> None:
    """Switch a pack on or off. Off removes the step: nobody is asked.

    Raises:
        ForbiddenError: only a supervisor does.
        NotFoundError: there is no such pack here.
    """
    authorise(officer, Action.MANAGE_PACKS)
    if tx.execute(update(border_pack).where(border_pack.c.id == pack_id).values(enabled=on)).rowcount == 0:
        raise _no_pack(pack_id)
    append(tx, _changed(officer, pack_id, {"enabled": on}, now))


def _no_pack(pack_id: str) -> NotFoundError:
    return NotFoundError(f"there is no pack {pack_id[:40]!a} here", hint="`egnatia crossing pack list` shows them.")


def packs(tx: Transaction, *, only_enabled: bool = False) -> list[Pack]:
    """The packs on this node, by identifier."""
    query = select(border_pack).order_by(border_pack.c.id)
    found = [_stored(row.content, enabled=bool(row.enabled)) for row in tx.execute(query)]
    return [each for each in found if each.enabled or not only_enabled]


def note_criteria(
    tx: Transaction,
    officer: Officer,
    bcp: str,
    pack_id: str,
    results: Mapping[Criterion, bool],
    now: datetime,
) -> None:
    """Note what came of asking: a result for each criterion that was asked about, of nobody in particular.

    Args:
        tx: a write transaction.
        officer: at the first line.
        bcp: the crossing point.
        pack_id: which pack.
        results: whether each was met; what was not asked is left out.
        now: the moment.

    Raises:
        ForbiddenError: the officer does not check crossings.
        InputError: no crossing point, no result, or a criterion that the pack does not ask about.
        ConflictError: the pack is off or not here: there is no such step.
    """
    authorise(officer, Action.CHECK_CROSSING)
    if not BCP.fullmatch(bcp):
        raise InputError(f"{bcp[:20]!a} is no crossing point", hint="Give its code, such as DURRES-1.")
    pack = next((each for each in packs(tx, only_enabled=True) if each.id == pack_id), None)
    if pack is None:
        raise ConflictError(
            f"the pack {pack_id[:40]!a} is not on: nobody is asked about its criteria",
            hint="A supervisor switches packs on: `egnatia crossing pack enable`.",
        )
    foreign = [each.value for each in results if each not in pack.asks]
    if foreign or not results:
        raise InputError(
            f"{pack.id} does not ask about {foreign[0]}" if foreign else "no criterion has a result",
            hint=f"It asks about: {', '.join(each.value for each in pack.asks)}.",
        )
    for criterion, met in results.items():
        _count(tx, (bcp, now.date()), pack, criterion, met=met)
    content: dict[str, JSON] = {
        "pack": pack.id,
        "version": pack.version,
        "criteria": {key.value: met for key, met in results.items()},
    }
    append(tx, Act(EventKind.CRITERIA_CHECKED, now, officer.id, f"bcp:{bcp}", content=content))


def _count(tx: Transaction, at: tuple[str, date], pack: Pack, criterion: Criterion, *, met: bool) -> None:
    key = {"bcp": at[0], "day": at[1], "pack": pack.id, "version": pack.version, "criterion": criterion, "met": met}
    mine = [criteria_count.c[name] == value for name, value in key.items()]
    if tx.execute(update(criteria_count).where(*mine).values(number=criteria_count.c.number + 1)).rowcount == 0:
        tx.execute(criteria_count.insert(), {**key, "number": 1})


def criteria_figures(
    tx: Transaction, officer: Officer, pack_id: str, period: tuple[date, date], now: datetime
) -> list[CriterionCount]:
    """How often each criterion of a pack was met in some days, all versions together. Looking is logged.

    Raises:
        ForbiddenError: only a supervisor sees figures.
        InputError: the last day is before the first.
        NotFoundError: there is no such pack here: no figures of it are not the same as none that were met.
    """
    authorise(officer, Action.VIEW_BORDER_FIGURES)
    if period[1] < period[0]:
        raise InputError("the period is empty", hint="Give the first day before the last.")
    if all(each.id != pack_id for each in packs(tx)):
        raise _no_pack(pack_id)
    table = criteria_count.c
    days = (table.pack == pack_id) & (table.day >= period[0]) & (table.day <= period[1])
    totals: dict[tuple[Criterion, bool], int] = {}
    for row in tx.execute(select(criteria_count).where(days)):
        key = (Criterion(row.criterion), bool(row.met))
        totals[key] = totals.get(key, 0) + row.number
    why = f"criteria of {pack_id[:40]}"
    append(tx, Act(EventKind.BORDER_FIGURES_VIEWED, now, officer.id, "border_figures", justification=why))
    asked = [each for each in Criterion if (each, True) in totals or (each, False) in totals]
    return [CriterionCount(each, totals.get((each, True), 0), totals.get((each, False), 0)) for each in asked]


def _stored(text: str, *, enabled: bool) -> Pack:
    pack = parse_pack(text.encode())
    values: dict[str, Any] = {name: getattr(pack, name) for name in pack.__slots__}
    return Pack(**(values | {"enabled": enabled}))


def _changed(officer: Officer, pack_id: str, content: dict[str, Any], now: datetime) -> Act:
    return Act(EventKind.PACK_CHANGED, now, officer.id, f"pack:{pack_id}", content=content)
