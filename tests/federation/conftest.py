"""The task force of `tests.federation.world`, for the tests of this folder."""

from tests.federation.dna_acts import lasting, two
from tests.federation.world import template, world

__all__ = ["lasting", "template", "two", "world"]
