"""The fault proxy: stands between the nodes at the level of TCP, in a thread of the suite's own process.

Every card names the proxy's address, so each connection of one node to another passes here: ciphertext that can be
delayed, thinned, cut in the middle, or swallowed, but neither read nor repeated. What repeats is `hostile.py`.
"""

import asyncio
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from egnatia.model.ids import PartnerCode

TO_NODE, FROM_NODE = "to", "from"
"""Requests travel to the node that a route leads to, answers from it."""
BOTH = (TO_NODE, FROM_NODE)
_TICK_S = 1e-6
"""Between two pieces of one direction: asyncio does not keep the order of what is due at the same time."""


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line.

    Attributes:
        delay_s: every piece is late by up to this; pieces of one connection keep their order.
        uneven: whether each connection has its own delay, so that connections overtake one another.
        cut: the chance that a piece is cut in the middle and its connection with it.
        alter: the chance that one byte of a piece arrives as another.
        directions: in which pieces are cut or altered.
        swallow: directions in which everything disappears while the connection stays open.
        rate: most bytes a second of one connection and direction; 0 is any.
        refuse: whether nobody gets through at all.
    """

    delay_s: float = 0.0
    uneven: bool = False
    cut: float = 0.0
    alter: float = 0.0
    directions: tuple[str, ...] = BOTH
    swallow: tuple[str, ...] = ()
    rate: int = 0
    refuse: bool = False


@dataclass(slots=True)
class Route:
    """One address of the proxy and the node behind it."""

    listen: tuple[str, int]
    target: tuple[str, int]
    fault: LineFault | None = None
    connections: int = 0
    cuts: int = 0
    swallowed: int = 0
    altered: int = 0
    open: set["Pipe"] = field(default_factory=set)


class Pipe:
    """One connection through the proxy. Invariant: bytes leave in the order in which they came, or not at all."""

    def __init__(self, route: Route, rng: random.Random) -> None:
        self.route = route
        self.rng = rng
        self.ends: dict[str, asyncio.Transport] = {}
        self.waiting: list[bytes] = []
        self.due = dict.fromkeys(BOTH, 0.0)
        self.dead = False
        self.slowness = rng.random()

    def attach(self, direction: str, transport: asyncio.Transport) -> None:
        """The end to which bytes of a direction are written is there."""
        if self.dead:
            transport.abort()
            return
        self.ends[direction] = transport
        if direction == TO_NODE:
            pieces, self.waiting = self.waiting, []
            for piece in pieces:
                self.feed(TO_NODE, piece)

    def feed(self, direction: str, piece: bytes) -> None:
        """Bytes came; pass them on as the line allows."""
        fault = self.route.fault
        if self.dead:
            return
        if direction not in self.ends:
            self.waiting.append(piece)
        elif fault is None and self.due[direction] == 0.0:
            self.ends[direction].write(piece)
        else:
            self._spoilt(direction, piece, fault or LineFault())

    def _spoilt(self, direction: str, piece: bytes, fault: LineFault) -> None:
        if direction in fault.swallow:  # a stream with a hole in it is of no use to anybody: nothing of it passes again
            self.dead = True
            self.route.swallowed += 1
            return
        spoilt = direction in fault.directions
        if spoilt and self.rng.random() < fault.cut:
            self.route.cuts += 1
            self.ends[direction].write(piece[: self.rng.randrange(len(piece))])
            self.close()
            return
        if spoilt and self.rng.random() < fault.alter:
            self.route.altered += 1
            place = self.rng.randrange(len(piece))
            piece = piece[:place] + bytes([piece[place] ^ self.rng.randint(1, 255)]) + piece[place + 1 :]
        self._later(direction, piece, fault)

    def _later(self, direction: str, piece: bytes, fault: LineFault) -> None:
        loop = asyncio.get_running_loop()
        late = fault.delay_s * (self.slowness if fault.uneven else self.rng.random())
        late += len(piece) / fault.rate if fault.rate else 0.0
        self.due[direction] = max(loop.time() + late, self.due[direction] + _TICK_S)
        loop.call_at(self.due[direction], self._write, direction, piece)

    def _write(self, direction: str, piece: bytes) -> None:
        if not self.dead and direction in self.ends:
            self.ends[direction].write(piece)

    def close(self) -> None:
        """Close both ends; bytes that wait for their time are lost, as on a line that is cut."""
        self.dead = True
        self.route.open.discard(self)
        for each in self.ends.values():
            each.close()


class _End(asyncio.Protocol):
    """One end of a pipe. `answers` is the direction in which bytes are written to this end."""

    def __init__(self, pipe: Pipe, answers: str) -> None:
        self.pipe = pipe
        self.answers = answers
        self.brings = TO_NODE if answers == FROM_NODE else FROM_NODE

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self.pipe.attach(self.answers, transport)

    def data_received(self, data: bytes) -> None:
        self.pipe.feed(self.brings, data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if not (self.pipe.dead and self.pipe in self.pipe.route.open):  # a swallowed pipe stays half-open
            self.pipe.close()


class Proxy:
    """All routes, served by one thread."""

    def __init__(self, routes: Mapping[PartnerCode, Route], seed: int) -> None:
        self.routes = dict(routes)
        self._rng = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._dials: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._serve, name="fault-proxy", daemon=True)

    def start(self) -> None:
        """Listen on every address."""
        self._thread.start()
        self._ready.wait()

    def set_fault(self, code: PartnerCode, fault: LineFault | None) -> None:
        """Spoil the line to a node from now on, or mend it; connections that were swallowed stay dead."""
        route = self.routes[code]
        route.fault = fault
        if fault is not None and fault.refuse:
            self._loop.call_soon_threadsafe(self._cut_all, route)

    def stop(self) -> None:
        """Close everything."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _cut_all(self, route: Route) -> None:
        for pipe in list(route.open):
            pipe.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._run())
        self._loop.close()

    async def _run(self) -> None:
        servers = []
        for route in self.routes.values():
            host, port = route.listen
            servers.append(await self._loop.create_server(partial(self._accept, route), host, port))
        self._ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        for route in self.routes.values():
            self._cut_all(route)
        for dial in self._dials:
            dial.cancel()
        await asyncio.gather(*self._dials, return_exceptions=True)
        await asyncio.sleep(0)

    def _accept(self, route: Route) -> _End:
        pipe = Pipe(route, self._rng)
        route.connections += 1
        route.open.add(pipe)
        dial = self._loop.create_task(self._dial(pipe))
        self._dials.add(dial)
        dial.add_done_callback(self._dials.discard)
        return _End(pipe, FROM_NODE)

    async def _dial(self, pipe: Pipe) -> None:
        route = pipe.route
        if route.fault is not None and route.fault.refuse:
            pipe.close()
            return
        try:
            await self._loop.create_connection(lambda: _End(pipe, TO_NODE), *route.target)
        except OSError:
            pipe.close()
