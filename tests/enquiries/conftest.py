"""The task force of `tests.federation.world`, for the tests of this folder."""

from tests.enquiries.dna_rows import cases
from tests.federation.world import template, world

__all__ = ["cases", "template", "world"]
