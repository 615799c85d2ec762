"""People who do not exist: registers drawn from names and rules, and questions about them with seventeen kinds of noise.

For measurements, for tests and for exercises. Nobody is depicted: what somebody is called, when they were born and whose
child they are is drawn, and references begin with `S-`. The same seed gives the same bytes.
"""

from egnatia.engines.people.simulate.files import (
    Line,
    Recipe,
    keeping,
    lines,
    questions,
    write,
    write_questions,
)
from egnatia.engines.people.simulate.noise import Asked, Noise, disturbed
from egnatia.engines.people.simulate.pools import People
from egnatia.engines.people.simulate.population import Simulated, persons

__all__ = [
    "Asked",
    "Line",
    "Noise",
    "People",
    "Recipe",
    "Simulated",
    "disturbed",
    "keeping",
    "lines",
    "persons",
    "questions",
    "write",
    "write_questions",
]
