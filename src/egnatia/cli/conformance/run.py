"""Running every check and signing what came out, whatever it is: a node that fails says so itself."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from egnatia import __version__
from egnatia.cli.conformance import own
from egnatia.cli.conformance.flow import FLOW_CHECKS
from egnatia.cli.conformance.partner import Pair, scratch_pair
from egnatia.enquiries.membership.report import CHECKS, CheckResult, write_report
from egnatia.errors import Error
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.officers import Officer
from egnatia.node import Node

OWN_CHECKS: dict[str, Callable[[Node], str]] = {
    "clock": own.clock,
    "keys": own.keys,
    "card": own.card,
    "agreements": own.agreements,
    "accounts": own.roles,
    "durability": own.durability,
    "ledger": own.ledger,
}
_LONGEST = 400


def run_conformance(node: Node) -> list[CheckResult]:
    """Run every check of `CHECKS`, in their order; one that fails does not stop the others."""
    results = {name: _checked(name, check, node) for name, check in OWN_CHECKS.items()}
    with tempfile.TemporaryDirectory(prefix=".conformance-", dir=node.directory) as folder:
        results |= _flow_results(node, Path(folder))
    return [results[name] for name in CHECKS]


def _flow_results(node: Node, folder: Path) -> dict[str, CheckResult]:
    with contextlib.ExitStack() as stack:
        try:
            pair = stack.enter_context(scratch_pair(folder, node.code, node.clock()))
        except Error as error:
            return {name: _failed(name, error) for name in FLOW_CHECKS}
        return {name: _checked_pair(name, check, pair) for name, check in FLOW_CHECKS.items()}


def _checked(name: str, check: Callable[[Node], str], node: Node) -> CheckResult:
    try:
        return CheckResult(name, passed=True, seen=check(node))
    except Error as error:
        return _failed(name, error)
    except OSError as error:
        return CheckResult(name, passed=False, seen=str(error.strerror))


def _checked_pair(name: str, check: Callable[[Pair], str], pair: Pair) -> CheckResult:
    try:
        return CheckResult(name, passed=True, seen=check(pair))
    except Error as error:
        return _failed(name, error)


def _failed(name: str, error: Error) -> CheckResult:
    return CheckResult(name, passed=False, seen=error.message[:_LONGEST] or error.code)


def report(node: Node, officer: Officer) -> tuple[list[CheckResult], bytes]:
    """Run the test, enter it in the node's ledger and sign the report."""
    results = run_conformance(node)
    content = write_report(node.keys, __version__, results, node.clock())
    failed = [check.name for check in results if not check.passed]
    act = Act(EventKind.CONFORMANCE_RUN, node.clock(), officer.id, f"node:{node.code}", content={"failed": failed})
    node.commit(lambda tx: append(tx, act))
    return results, content
