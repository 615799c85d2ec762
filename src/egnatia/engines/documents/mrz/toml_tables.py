"""A table of a TOML file, read key by key, with errors that say where in the file and what was wanted."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from egnatia.errors import InputError

MAX_RULES = 2_000
"""Entries of one list."""
MAX_SHAPE = 30
"""Characters of a number; a zone's longest field has 30."""
MAX_TEXT = 1_000
"""Characters of one text."""
T = TypeVar("T")


class Table:
    """One table of the file: takes keys out one by one, and what is left over at the end is unknown."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self.values, self.where = dict(values), where

    def refuse(self, key: str, wanted: str) -> InputError:
        """The refusal that names the rule and the key."""
        return InputError(f"In the rules, {self.where}: {key} has to be {wanted}.")

    def take(self, key: str, read: Callable[[Any], T | None], wanted: str, default: T | None = None) -> T:
        """Take a key out: its value as `read` makes it, the default where the key is missing, or a refusal."""
        if key not in self.values:
            if default is None:
                raise InputError(f"In the rules, {self.where}: {key} is missing; it is {wanted}.")
            return default
        value = read(self.values.pop(key))
        if value is None:
            raise self.refuse(key, wanted)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text."""
        return self.take(key, text_of, f"a text of at most {MAX_TEXT} characters", default)

    def place(self, key: str, default: int | None = None) -> int:
        """Take a place within a number."""
        return self.take(key, place_of, f"a place from 0 to {MAX_SHAPE - 1}", default)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Take a list of texts."""
        return self.take(key, texts_of, "a list of texts", default)

    def table(self, key: str) -> "Table | None":
        """Take a table inside this one, or None where there is none."""
        if key not in self.values:
            return None
        return Table(self.take(key, mapping_of, "a table"), f"{self.where}, {key}")

    def tables(self, key: str) -> "list[Table]":
        """Take a list of tables, empty where there is none."""
        none: tuple[dict[str, Any], ...] = ()
        rows = self.take(key, mappings_of, "a list of tables", none)
        return [Table(row, f"{self.where}, {key} {number}") for number, row in enumerate(rows, 1)]

    def end(self) -> None:
        """Refuse what nobody has taken."""
        if self.values:
            raise InputError(f"In the rules, {self.where}: there is no key {min(self.values)!r}.")


def text_of(value: Any) -> str | None:
    """A text that is not too long, else None."""
    return value if isinstance(value, str) and len(value) <= MAX_TEXT else None


def number_of(value: Any) -> int | None:
    """A whole number of at most four digits, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10_000 else None  # noqa: PLR2004 - years are the largest numbers here


def place_of(value: Any) -> int | None:
    """A place within a number, else None."""
    number = number_of(value)
    return number if number is not None and 0 <= number < MAX_SHAPE else None


def texts_of(value: Any) -> tuple[str, ...] | None:
    """A list of texts, else None."""
    fits = isinstance(value, list) and len(value) <= MAX_RULES and all(text_of(one) is not None for one in value)
    return tuple(value) if fits else None


def numbers_of(value: Any) -> tuple[int, ...] | None:
    """A list of whole numbers, else None."""
    fits = isinstance(value, list) and len(value) <= MAX_SHAPE and all(number_of(one) is not None for one in value)
    return tuple(value) if fits else None


def mapping_of(value: Any) -> dict[str, Any] | None:
    """A table, else None."""
    return value if isinstance(value, dict) else None


def mappings_of(value: Any) -> tuple[dict[str, Any], ...] | None:
    """A list of tables, else None."""
    fits = isinstance(value, list) and len(value) <= MAX_RULES and all(isinstance(one, dict) for one in value)
    return tuple(value) if fits else None


def day_of(value: Any) -> date | None:
    """A date without a time, else None."""
    return value if type(value) is date else None
