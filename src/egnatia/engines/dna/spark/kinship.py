"""The search for relatives of missing persons and unidentified remains on Spark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from egnatia.engines.dna.columns import Columns, load
from egnatia.engines.dna.frequencies import Population
from egnatia.engines.dna.kinship import FAMILY_KINDS, Model, Relation
from egnatia.engines.dna.kinship_search import Relative, relatives
from egnatia.engines.dna.spark.spans import cut, each_span, spans
from egnatia.engines.dna.types import Profile
from egnatia.errors import InputError

SCHEMA = "asked string, number long, ref string, relation string, population string, log10 double, loci long"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which relatives are looked for: how related, in which populations, from which logarithm of the index on."""

    relations: Sequence[Relation]
    populations: Sequence[Population]
    least: float
    model: Model


def relatives_on_spark(session: Any, queries: Sequence[Profile], directory: Path, sought: Sought, parts: int) -> Any:
    """Profiles that may be of relatives of each question, as a data frame; families' kinds alone, as everywhere.

    Raises:
        ConfigError: Spark is not installed.
        InputError: a question is of a kind whose relatives nobody looks for, or the directory holds no columns.
    """
    for each in queries:
        if each.kind not in FAMILY_KINDS:
            raise InputError(f"{each.ref} is of kind {each.kind}; its relatives are not looked for")

    def task(span: range) -> Iterator[dict[str, list[Any]]]:
        part = cut(load(directory), span)
        for query in queries:
            found = _relatives(query, part, sought)
            if not found:
                continue  # of empty lists Arrow would guess the types
            yield {
                "asked": [query.ref] * len(found),
                "number": [span.start + each.number for each in found],
                "ref": [each.ref for each in found],
                "relation": [each.found.relation for each in found],
                "population": [each.found.population for each in found],
                "log10": [each.found.log10 for each in found],
                "loci": [each.found.loci for each in found],
            }

    return each_span(session, spans(len(load(directory)), parts), SCHEMA, task)


def _relatives(query: Profile, columns: Columns, sought: Sought) -> tuple[Relative, ...]:
    how = (sought.relations, sought.populations, FAMILY_KINDS)
    return relatives(query, columns, *how, least=sought.least, model=sought.model)
