"""The proxy does what each fault says, and passes everything unchanged and in order without one."""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from bench.faults.proxy import BOTH, FROM_NODE, TO_NODE, LineFault, Proxy, Route

from egnatia.model.ids import PartnerCode

ALB = PartnerCode("ALB")
HOST = "127.0.0.1"
PATIENCE_S = 30.0
"""Longest wait for bytes that have to come, however busy the machine is; no test waits for it that passes."""
SILENCE_S = 0.5
"""How long nothing comes before a line counts as silent."""


@dataclass(slots=True)
class Echo:
    """A server that sends back what it gets, one thread for each connection."""

    listener: socket.socket = field(default_factory=lambda: socket.create_server((HOST, 0)))
    got: bytearray = field(default_factory=bytearray)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> int:
        self._start(self._accept)
        return int(self.listener.getsockname()[1])

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self.threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._start(self._serve, self.listener.accept()[0])

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while piece := connection.recv(65_536):
                self.got += piece
                connection.sendall(piece)

    def heard(self, content: bytes) -> bool:
        """Whether exactly this came, waited for."""
        until = time.monotonic() + PATIENCE_S
        while len(self.got) < len(content) and time.monotonic() < until:
            time.sleep(0.005)
        return bytes(self.got) == content

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(5)


@dataclass(frozen=True, slots=True)
class Line:
    echo: Echo
    proxy: Proxy

    def connect(self) -> socket.socket:
        return socket.create_connection(self.proxy.routes[ALB].listen, timeout=PATIENCE_S)

    def fault(self, **values: object) -> None:
        self.proxy.set_fault(ALB, LineFault(**values))  # type: ignore[arg-type]


def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def line() -> Iterator[Line]:
    echo = Echo()
    proxy = Proxy({ALB: Route((HOST, free_port()), (HOST, echo.start()))}, seed=417)
    proxy.start()
    yield Line(echo, proxy)
    proxy.stop()
    echo.stop()


def exchange(connection: socket.socket, content: bytes, wait_s: float = PATIENCE_S) -> bytes:
    """Send everything, then read until as much came back, the line ended, or nothing came for a while."""
    connection.settimeout(wait_s)
    with contextlib.suppress(OSError):
        connection.sendall(content)
    return receive(connection, len(content))


def receive(connection: socket.socket, count: int) -> bytes:
    back = bytearray()
    with contextlib.suppress(OSError):
        while len(back) < count and (piece := connection.recv(65_536)):
            back += piece
    return bytes(back)


CONTENT = random.Random(417).randbytes(300_000)


def test_without_a_fault_everything_passes_unchanged(line: Line) -> None:
    with line.connect() as connection:
        assert exchange(connection, CONTENT) == CONTENT


@pytest.mark.parametrize("fault", [{"delay_s": 0.05}, {"delay_s": 0.05, "uneven": True}, {"rate": 3_000_000}])
def test_a_slow_line_keeps_the_order_of_its_bytes(line: Line, fault: dict[str, object]) -> None:
    line.fault(**fault)
    with line.connect() as connection:
        assert exchange(connection, CONTENT) == CONTENT


def test_the_order_is_kept_when_a_fault_ends_while_bytes_wait(line: Line) -> None:
    with line.connect() as connection:
        line.fault(delay_s=0.3)
        connection.sendall(CONTENT[:100])
        time.sleep(0.05)
        line.proxy.set_fault(ALB, None)
        connection.sendall(CONTENT[100:200])
        assert receive(connection, 200) == CONTENT[:200]


def test_a_delay_is_a_delay(line: Line) -> None:
    line.fault(delay_s=1.0, uneven=True)
    with line.connect() as connection:
        began = time.monotonic()
        connection.sendall(b"a")
        assert connection.recv(1) == b"a"
        assert time.monotonic() - began > 0.02


def test_a_cut_line_gives_a_prefix_and_ends(line: Line) -> None:
    line.fault(cut=1.0)
    with line.connect() as connection:
        connection.sendall(CONTENT[:5_000])
        assert connection.recv(10_000) == b""
    assert CONTENT.startswith(bytes(line.echo.got))
    assert len(line.echo.got) < 5_000
    assert line.proxy.routes[ALB].cuts == 1


def test_altered_bytes_are_as_many_but_others(line: Line) -> None:
    line.fault(alter=1.0)
    with line.connect() as connection:
        back = exchange(connection, CONTENT[:1_000])
    assert len(back) == 1_000
    assert 1 <= sum(a != b for a, b in zip(back, CONTENT[:1_000], strict=True)) <= 10
    assert line.proxy.routes[ALB].altered >= 2


@pytest.mark.parametrize("directions", [(TO_NODE,), (FROM_NODE,), BOTH])
def test_a_swallowing_line_stays_open_and_says_nothing(line: Line, directions: tuple[str, ...]) -> None:
    line.fault(swallow=directions)
    with line.connect() as connection:
        assert exchange(connection, b"hello", SILENCE_S) == b""
        if TO_NODE not in directions:
            assert line.echo.heard(b"hello")
        line.proxy.set_fault(ALB, None)
        assert exchange(connection, b"again", SILENCE_S) == b""  # a stream with a hole never goes on
    assert bytes(line.echo.got) == (b"" if TO_NODE in directions else b"hello")
    with line.connect() as connection:
        assert exchange(connection, b"new") == b"new"


def test_a_refused_line_cuts_what_is_open_and_lets_nobody_in_until_it_is_mended(line: Line) -> None:
    with line.connect() as connection:
        assert exchange(connection, b"hello") == b"hello"
        line.fault(refuse=True)
        assert connection.recv(1) == b""
        with line.connect() as second:
            assert exchange(second, b"hello") == b""
    line.proxy.set_fault(ALB, None)
    with line.connect() as connection:
        assert exchange(connection, b"hello") == b"hello"


def test_nobody_behind_the_proxy_is_a_closed_connection() -> None:
    proxy = Proxy({ALB: Route((HOST, free_port()), (HOST, free_port()))}, seed=417)
    proxy.start()
    with socket.create_connection(proxy.routes[ALB].listen, timeout=PATIENCE_S) as connection:
        assert exchange(connection, b"hello") == b""
    proxy.stop()
    assert proxy.routes[ALB].connections == 1
