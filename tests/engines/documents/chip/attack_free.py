"""The chip in which everything agrees, and the store that trusts it."""

from tests.engines.documents.chip.chips import make
from tests.engines.documents.chip.stores import store

ORIGINAL, STORE = make(), store()
