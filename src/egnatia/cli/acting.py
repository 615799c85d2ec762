"""What stands around every act of an officer on the command line: the node is opened, the password is checked, it is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from egnatia.cli.common import node_option, officer_options, open_node, sign_in
from egnatia.model.officers import Officer

if TYPE_CHECKING:
    from egnatia.node import Node
    from egnatia.store.database import Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Acting:
    """An officer who is signed in on a node that is open."""

    node: "Node"
    officer: Officer

    def commit(self, act: "Callable[[Transaction, Officer, datetime], T]") -> T:
        """Do something in one transaction, as this officer and now."""
        return self.node.commit(lambda tx: act(tx, self.officer, self.node.clock()))


def as_officer(command: Callable[..., T]) -> Callable[..., T]:
    """Add `--node`, `--as` and `--password-file`; the command gets an `acting` in their place.

    Raises:
        NotAuthenticatedError: wrong name or password, or the account is paused; the command is not run.
    """

    @node_option
    @officer_options
    @wraps(command)
    def run(*, node_directory: Path, officer_name: str, password_file: Path | None, **given: Any) -> T:
        with open_node(node_directory) as node:
            return command(acting=Acting(node, sign_in(node, officer_name, password_file)), **given)

    return run
