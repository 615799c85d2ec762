"""What tests of the engine reckon or write themselves, to lay beside what the engine does."""

import math
from collections.abc import Iterable, Iterator, Sequence

from egnatia.engines.dna.coincidence import Spread, together
from egnatia.engines.dna.frequencies import Population
from egnatia.engines.dna.loci import BY_NAME
from egnatia.engines.dna.rules import MatchClass


def candidate_chance(spreads: Sequence[Spread], classes: Sequence[MatchClass], most: int) -> float:
    """Chance that somebody unrelated is a candidate of any of these classes."""
    outcomes = together(spreads, classes, most)
    return math.fsum(chance for found, chance in outcomes.items() if any(each.fits(found) for each in classes))


def write_frequencies(populations: Iterable[Population]) -> Iterator[str]:
    """The lines of a table that `read_frequencies` reads."""
    yield "population,locus,allele,frequency,n_alleles\n"
    for each in populations:
        for locus in BY_NAME:
            if locus in each.loci:
                table = each.loci[locus]
                for allele, share in sorted(table.seen.items()):
                    repeats, bases = divmod(allele, 10)
                    text = f"{repeats}.{bases}" if bases else f"{repeats}"
                    yield f"{each.name},{locus},{text},{share:.8g},{table.counted}\n"
