"""The processes of one partner: its node, its officer, and whoever else works there."""

import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.faults.clock import set_clock
from bench.faults.ground import within
from bench.faults.places import Places

from egnatia.model.ids import PartnerCode

UP_WITHIN_S = 120.0
"""A node starts in about two seconds on a quiet machine; the machine of a night is not quiet."""
Process = subprocess.Popen[bytes]


@dataclass(slots=True)
class Partner:
    """One partner's machine: directory, clock, network, processes."""

    places: Places
    code: PartnerCode
    limits: Path
    node: Process | None = None
    officer: Process | None = None
    guests: list[Process] = field(default_factory=list)
    starts: int = 0

    def start_node(self, *, wait: bool = True) -> None:
        """Start the node; with `wait`, return once it listens. One that dies again is started again."""
        until = time.monotonic() + UP_WITHIN_S
        while True:
            if self.node is None or self.node.poll() is not None:
                self.node = self.start("-m", "bench.faults.served", *self.files())
                self.starts += 1
            if not wait or self._listens():
                return
            if time.monotonic() > until:
                raise SystemExit(f"{self.code} did not start; {self.places.log(self.code)} says why")
            time.sleep(0.1)

    def start_officer(self) -> None:
        """Start the officer."""
        history = str(self.places.history(self.code))
        self.officer = self.start("-m", "bench.faults.officer", *self.files(), history, str(self.limits))

    def start(self, *arguments: str) -> Process:
        """Start a Python process on this partner's machine; it ends when its standard input does."""
        with self.places.log(self.code).open("ab") as log:
            command = [*within(self.places, self.code), sys.executable, *arguments]
            return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)

    def files(self) -> tuple[str, str]:
        """Its node's directory and its clock, as every process here takes them."""
        return str(self.places.node(self.code)), str(self.places.clock(self.code))

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1.0)
            return probe.connect_ex((self.places.host(self.code), self.places.port(self.code))) == 0

    def set_clock(self, seconds: int) -> None:
        """Set the clock of everything that runs here; it takes effect at once."""
        set_clock(self.places.clock(self.code), seconds)

    def kill_node(self) -> None:
        """SIGKILL."""
        kill(self.node)
        self.node = None

    def kill_officer(self) -> None:
        """SIGKILL for the officer's process."""
        kill(self.officer)
        self.officer = None

    def freeze(self) -> None:
        """Nothing on this machine moves from now on."""
        for each in (self.node, self.officer, *self.guests):
            if each is not None and each.poll() is None:
                each.send_signal(signal.SIGSTOP)

    def kill_all(self) -> None:
        """Nothing runs on this machine any more."""
        self.kill_node()
        self.kill_officer()
        for each in self.guests:
            kill(each)
        self.guests.clear()

    def revive(self) -> list[str]:
        """Start again what ended although nobody ended it; says what that was."""
        ended = []
        if self.node is not None and self.node.poll() is not None:
            ended.append(f"the node of {self.code} ended by itself with status {self.node.returncode}")
            self.start_node()
        if self.officer is not None and self.officer.poll() is not None:
            ended.append(f"the officers' process of {self.code} ended by itself with status {self.officer.returncode}")
            self.start_officer()
        return ended

    def pause(self, *, paused: bool) -> None:
        """Stop the node where it stands, or let it go on."""
        if self.node is not None and self.node.poll() is None:
            self.node.send_signal(signal.SIGSTOP if paused else signal.SIGCONT)

    def stop(self) -> list[Process]:
        """Ask the officer to finish its batch and the node its requests; returns whom to wait for."""
        asked = [process for process in (self.officer, self.node) if process is not None]
        for process in asked:
            if process.stdin is not None:
                process.stdin.close()
        self.officer = self.node = None
        return asked


def kill(process: Process | None) -> None:
    """End it with SIGKILL, and wait until it is gone."""
    if process is not None:
        process.kill()
        if process.stdin is not None:
            process.stdin.close()
        process.wait()


def wait(process: Process, seconds: float = 30.0) -> None:
    """Wait for an end; force it when it does not come."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        kill(process)
