"""The five node processes: started together, watched, stopped together."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from egnatia.errors import ConfigError, UnreachableError
from egnatia.settings import load_settings

START_WITHIN_S = 60.0
"""Five interpreters start at once on perhaps two busy cores; one alone is up in two seconds."""
STOP_WITHIN_S = 8.0
PORTS = 10
"""Two for each of five nodes."""
_LAST_PORT = 65_000
LOG_FILE = "node.log"


def free_ports(first: int) -> int:
    """The first of ten ports in a row, from `first` in steps of ten, that nobody listens on.

    Raises:
        ConfigError: there are none.
    """
    for start in range(first, _LAST_PORT, PORTS):
        if all(_is_free(port) for port in range(start, start + PORTS)):
            return start
    raise ConfigError("there are no ten free ports in a row", hint="Name others with --first-port.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0 and _can_bind(probe, port)


def _can_bind(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


@contextmanager
def serving(directories: Iterable[Path]) -> Iterator[None]:
    """Run `egnatia node serve` for each directory while the block runs; stop all of them after it, whatever happened.

    Raises:
        UnreachableError: a node did not come up; its log says why.
    """
    started: list[tuple[Path, subprocess.Popen[bytes]]] = []
    try:
        started.extend((directory, _start(directory)) for directory in directories)
        _wait_until_up(started)
        yield
    finally:
        _stop([process for _, process in started])


def _start(directory: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "egnatia", "node", "serve", "--until-input-ends", "--node", str(directory)]
    with (directory / LOG_FILE).open("ab") as log:
        # A session of its own: Ctrl-C reaches this process first, which then stops the nodes in order. If this process
        # is killed instead, the pipe to the node's standard input closes and the node stops by itself.
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - our own command


def _wait_until_up(started: list[tuple[Path, "subprocess.Popen[bytes]"]]) -> None:
    until = time.monotonic() + START_WITHIN_S
    for directory, process in started:
        settings = load_settings(directory)
        for port in (settings.exchange.port, settings.console.port):
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > until:
                    raise UnreachableError(
                        f"the node in {directory} did not start", hint=f"{directory / LOG_FILE} says why."
                    )
                time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _stop(processes: list["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        process.terminate()
        if process.stdin is not None:
            process.stdin.close()
    until = time.monotonic() + STOP_WITHIN_S
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
