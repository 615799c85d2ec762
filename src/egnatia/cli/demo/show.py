"""The demonstration from beginning to end: make, start, tell, verify, leave running."""

import signal
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import FrameType

import click

from egnatia.cli.demo.build import Made, make_task_force
from egnatia.cli.demo.dna import DNA_ACTS, play_dna
from egnatia.cli.demo.processes import free_ports, serving
from egnatia.cli.demo.story import ALB, ANSWER_WITHIN_S, EXPECTED, Cast, acts_of_case, gather, play
from egnatia.cli.demo.telling import Teller
from egnatia.errors import TamperedError, UnreachableError
from egnatia.indicators import Figure, funnel
from egnatia.ledger.bundle import BundleRequest, export_bundle
from egnatia.ledger.bundle_check import verify_bundle
from egnatia.ledger.nodes import log_size
from egnatia.ledger.witness import cosigned_size
from egnatia.model.ids import PartnerCode
from egnatia.node import Node
from egnatia.scenario.task_force import NODES
from egnatia.settings import load_settings, write_private

BUNDLES = "ledgers"
LOGINS_FILE = "logins.txt"


def run_demo(directory: Path, first_port: int, *, stay: bool) -> None:
    """Run the demonstration.

    Raises:
        ConfigError: the directory or the ports cannot be used.
        UnreachableError: a node did not start or did not answer.
        TamperedError: a ledger did not verify.
    """
    tell = Teller()
    began = time.monotonic()
    tell.title("Five partner nodes are made: keys, agreements, officers, invented records, each other's cards")
    made = make_task_force(directory, free_ports(first_port))
    tell.note(f"made in {time.monotonic() - began:.1f} s under {directory}")
    began = time.monotonic()
    with serving(made.directories.values()):
        tell.note(f"five processes are up after {time.monotonic() - began:.1f} s, talking HTTPS with mutual TLS")
        nodes = {code: Node.open(path) for code, path in made.directories.items()}
        _tell_all(nodes, directory, tell)
        for node in nodes.values():
            node.close()
        if stay:
            _say_where(made, directory, tell)
            _stay(tell)
    tell.note("all five nodes are stopped")


def _tell_all(nodes: dict[PartnerCode, Node], directory: Path, tell: Teller) -> None:
    cast = gather(nodes, tell)
    before = _counted(nodes[ALB])
    tell.title("One case, from a passport at a port to an outcome")
    play(cast)
    play_dna(cast)
    tell.title("The indicator ticks (Albania's funnel, each number linked to its records)")
    for line in _ticked(before, _counted(nodes[ALB])):
        tell.note(line)
    tell.title("An outsider verifies all five ledgers, from exported files, without any node")
    _verify(cast, directory / BUNDLES)


def _counted(node: Node) -> list[Figure]:
    now = node.clock()
    with node.database.read() as tx:
        return list(funnel(tx, now - timedelta(days=1), now + timedelta(days=1)).steps)


def _ticked(before: list[Figure], after: list[Figure]) -> list[str]:
    return [
        f"{new.label:44} {new.value:2} {new.unit.value:8} (before {old.value}; {len(new.records)} records behind it)"
        for old, new in zip(before, after, strict=True)
    ]


def _verify(cast: Cast, folder: Path) -> None:
    """Export every ledger, verify the files alone, and compare what they say with the story as it was told."""
    folder.mkdir(exist_ok=True)
    for code, node in cast.nodes.items():
        _wait_for_witnesses(node)
        path = folder / f"{code}.ledger"
        with node.database.read() as tx, path.open("wb") as stream:
            export_bundle(tx, stream, node.trust(tx), BundleRequest(), node.clock(), node.keys.signing)
            acts = acts_of_case(tx)
        report = verify_bundle(path)
        if not report.holds:
            raise TamperedError(f"the ledger of {code} does not verify: {report.findings[0].text}")
        expected = dict(Counter(EXPECTED[code]) + Counter(DNA_ACTS.get(code, {})))
        if acts != expected:
            raise TamperedError(f"the ledger of {code} tells another story: {acts} instead of {expected}")
        cast.tell.note(f"{code}  {report.entries:3} entries hold, witnessed by {', '.join(sorted(report.witnesses))}")
        told = ", ".join(f"{number} {kind}" for kind, number in sorted(acts.items())) or "no part in the case"
        cast.tell.note(f"     the case: {told}")
    cast.tell.note(f"Anyone can repeat it: egnatia ledger verify --bundle {folder / 'ALB.ledger'}")


def _wait_for_witnesses(node: Node) -> None:
    """Until a checkpoint over everything written so far has every partner's cosignature."""
    until = time.monotonic() + ANSWER_WITHIN_S
    while not _witnessed(node):
        if time.monotonic() > until:
            raise UnreachableError(f"the ledger of {node.code} was not witnessed", hint="Its node.log says why.")
        time.sleep(0.1)


def _witnessed(node: Node) -> bool:
    with node.database.read() as tx:
        size = log_size(tx)
        return all(cosigned_size(tx, each.code) == size for each in NODES if each.code != node.code)


def _say_where(made: Made, directory: Path, tell: Teller) -> None:
    tell.title("The consoles are running")
    lines = [f"{each.code}  {_address(made.directories[each.code])}  {each.name}" for each in NODES]
    for line in lines:
        tell.note(line)
    names = "enquirer, examiner, examiner-2, approver-1, approver-2, supervisor, auditor, administrator"
    how = f"Log in as alb-enquirer, gbr-examiner, … ({names}); the password of all of them is {made.password}"
    tell.note(how)
    write_private(directory / LOGINS_FILE, "\n".join([*lines, how, ""]).encode())
    tell.note("One candidate waits for a decision: log in to ALB as alb-examiner and open the inbox.")


def _address(directory: Path) -> str:
    return f"http://127.0.0.1:{load_settings(directory).console.port}/"


def _stay(tell: Teller) -> None:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    tell.note("Ctrl-C stops all of it.")
    while not stop.wait(1.0):
        pass
    click.echo()
