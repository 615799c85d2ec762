"""The admission checklist as data, and what of it a candidate has not shown yet (MEM-05)."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Annotated

import msgspec

from egnatia.agreements.admission.lists import SignOff
from egnatia.errors import ConfigError

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
_Days = Annotated[int, msgspec.Meta(ge=1, le=730)]


class ChecklistItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a candidate has to show.

    Attributes:
        id: its name in commands and records.
        title: what it is.
        source: where the requirement was read.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,40}\Z")]
    title: _Text
    source: _Text


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, msgspec.Meta(ge=1)]
    sign_off: SignOff
    valid_days: _Days
    warn_days: _Days
    grace_days: _Days
    sign_within_days: _Days
    exit_days: _Days
    item: Annotated[list[ChecklistItem], msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class Checklist:
    """What has to be shown, and the terms of a list.

    Attributes:
        version: of the file.
        items: everything a candidate has to show, in order.
        sign_off: who has to sign the list that follows one made under these terms.
        valid_days: how long a list is good for.
        warn_days: how long before its end it is announced.
        grace_days: how long after its end exchange goes on.
        sign_within_days: how long a proposal may wait for signatures.
        exit_days: how long after an exit every item has to be settled.
    """

    version: int
    items: tuple[ChecklistItem, ...]
    sign_off: SignOff
    valid_days: int
    warn_days: int
    grace_days: int
    sign_within_days: int
    exit_days: int


def parse_checklist(content: bytes) -> Checklist:
    """Read a checklist file strictly.

    Raises:
        ConfigError: not TOML, an unknown key, a value out of range, or an item that stands there twice.
    """
    try:
        file = msgspec.convert(tomllib.loads(content.decode("utf-8")), _File)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"the admission checklist is wrong: {error}") from None
    names = [item.id for item in file.item]
    if len(set(names)) != len(names):
        raise ConfigError("the admission checklist names an item twice", hint="Give each item an id of its own.")
    days = (file.valid_days, file.warn_days, file.grace_days, file.sign_within_days, file.exit_days)
    return Checklist(file.version, tuple(file.item), file.sign_off, *days)


@lru_cache(maxsize=1)
def load_checklist() -> Checklist:
    """The checklist that this node judges by."""
    return parse_checklist((files("egnatia.agreements.admission") / "checklist.toml").read_bytes())


def missing(checklist: Checklist, shown: Collection[str]) -> tuple[ChecklistItem, ...]:
    """What has not been shown, in the checklist's order; nothing means that the members can be asked to sign."""
    return tuple(item for item in checklist.items if item.id not in shown)
