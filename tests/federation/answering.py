"""What a node does to its database while it answers: two questions that must not be told apart do the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from tests.federation.world import World

from egnatia.model.ids import PartnerCode

_OTHERS = ("BEGIN", "ROLLBACK", "SELECT partner_card", "INSERT INTO ledger_node", "SELECT ledger_node")
"""What the answering node's own courier reads meanwhile, and what the ledger's size decides."""


@contextmanager
def statements(world: World, code: PartnerCode) -> Iterator[list[str]]:
    """Every statement of a node, in order, but those of its courier and of its ledger's growth."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        if not statement.startswith(_OTHERS) and "outbox" not in statement:
            seen.append(statement)

    engine = world.nodes[code].database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
