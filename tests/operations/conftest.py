"""The task force of `tests.federation.world`, for the tests of this folder."""

from tests.federation.world import template, world

__all__ = ["template", "world"]
