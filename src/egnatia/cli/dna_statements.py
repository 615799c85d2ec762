"""What stands beside every candidate that `egnatia dna` shows: its statement, in columns, in sentences and as JSON."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from egnatia.cli.common import echo_table, shown

if TYPE_CHECKING:
    from egnatia.engines.dna.frequencies import Population
    from egnatia.engines.dna.rules import RuleSet
    from egnatia.engines.dna.search import Candidate
    from egnatia.engines.dna.statement import HitStatement
    from egnatia.engines.dna.types import Profile

_Command = TypeVar("_Command", bound=Callable[..., Any])
_NONE = "-"
_COUNT = click.IntRange(0, 10**12)


def sizes_options(command: _Command) -> _Command:
    """Options that say how large the databases of an agreement are."""
    persons = click.option(
        "--persons",
        type=_COUNT,
        default=0,
        help="Persons that the agreement covers, to tell what chance gives in all of it.",
    )
    traces = click.option("--traces", type=_COUNT, default=0, help="Traces that it covers.")
    return persons(traces(command))


def stated(
    pair: "tuple[Profile, Profile]",
    rules: "RuleSet",
    searched: int,
    populations: "tuple[Population, ...]",
    given: dict[str, Any],
) -> "HitStatement":
    """The statement of a candidate; where fewer than three populations are named, the shipped ones are asked as well."""
    from egnatia.engines.dna.frequencies import shipped_populations
    from egnatia.engines.dna.hit_figures import LEAST_POPULATIONS
    from egnatia.engines.dna.statement import Sizes, statement

    if len(populations) < LEAST_POPULATIONS:
        populations = (*populations, *shipped_populations())
    sizes = Sizes(searched, given["persons"], given["traces"])
    return statement(*pair, rules, sizes, populations, given["theta"])


def show_candidates(found: "list[tuple[Candidate, HitStatement]]") -> None:
    """Candidates, each with its figures by the most cautious population."""
    from egnatia.engines.dna.words import evidence_in_words, number_in_words

    echo_table(
        (
            "reference",
            "kind",
            "class",
            "what was compared",
            "one in",
            "times likelier",
            "by chance here",
            "in the agreement",
        ),
        (
            (
                each.ref,
                each.kind.value,
                each.label,
                evidence_in_words(each.evidence),
                number_in_words(-hit.figures[0].log10_rmp),
                number_in_words(hit.least_log10_lr),
                f"{hit.most_expected:.2g}",
                _NONE if hit.most_expected_of_agreement is None else f"{hit.most_expected_of_agreement:.2g}",
            )
            for each, hit in found
        ),
    )


def show_statement(hit: "HitStatement") -> None:
    """A statement as a prosecutor reads it."""
    for sentence in (*hit.sentences, *hit.advice, hit.warning):
        click.echo(shown(sentence))
