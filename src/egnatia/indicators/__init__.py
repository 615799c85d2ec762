"""Figures, each with its definition, its unit and the records behind it.

A figure is worth something only when everybody counts the same thing: the definition is data (`definitions/*.toml`,
one file each, versioned), one evaluator reads all of them, and every figure carries the references of the records that
it counts. A hit, a person and an arrest are three units and stand side by side, never in one sum (IND-08).

Next: `definitions.py` (what a definition may say), `sources.py` (the rows it counts), `evaluate.py`, `wording.py` (the
linter that keeps causes and group labels out of labels). Limits: no releases, suppression or claims register yet.
"""

from egnatia.indicators.definitions import Definition, Unit, definition, definitions, parse_definition
from egnatia.indicators.evaluate import Figure, Funnel, Group, Record, evaluate, funnel
from egnatia.indicators.wording import Finding, lint

__all__ = [
    "Definition",
    "Figure",
    "Finding",
    "Funnel",
    "Group",
    "Record",
    "Unit",
    "definition",
    "definitions",
    "evaluate",
    "funnel",
    "lint",
    "parse_definition",
]
