"""Two whole nodes for the load bench, each in a process of its own, joined by sockets of the file system.

As in the field each node has its own interpreter, so two cores are two cores. TLS and HTTP are left out on the line
between them: the application behind them is the real one (`exchange.memory`).
"""

import asyncio
import itertools
import multiprocessing
import random
import re
import struct
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from egnatia.agreements import import_register as import_agreements
from egnatia.engines.documents import RegisterRow, read_register
from egnatia.enquiries.holdings import import_register
from egnatia.exchange.card import PartnerCard, read_card
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.protocols import NEWEST, learn_protocol
from egnatia.exchange.server import exchange_app
from egnatia.exchange.witnessing import run_witnessing
from egnatia.model.ids import OfficerId, PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.node import Node, create_node
from egnatia.scenario.records import register_csv
from egnatia.scenario.task_force import agreements
from egnatia.settings import DatabaseSettings, EnquirySettings, Settings

ALB, XKX = PartnerCode("ALB"), PartnerCode("XKX")
NO_QUOTA = 1_000_000
"""A quota that no load here uses up; it is counted all the same."""
CHECKPOINT_EVERY = timedelta(seconds=0.25)
"""Eight times as often as a node does by default (settings.LedgerSettings), so that a stall would be seen."""
INSTALLER = Officer(OfficerId("off-bench"), "bench", frozenset({Role.ADMINISTRATOR}))
CHECKPOINTS = "bench:checkpoints"
"""A request to the bench itself: start or stop checkpointing there."""
CPU = "bench:cpu"
"""Another: the CPU seconds that the process has used, which a busy machine distorts less than the clock."""
_HEAD = struct.Struct(">IQ")
STARTED_WITHIN_S = 60


class _Frame(msgspec.Struct, array_like=True):
    """A request or a reply between the two processes."""

    text: str
    status: int
    body: bytes
    headers: dict[str, str]
    has_body: bool


def _packed(number: int, frame: _Frame) -> bytes:
    content = msgspec.msgpack.encode(frame)
    return _HEAD.pack(len(content), number) + content


async def _frames(reader: asyncio.StreamReader) -> "tuple[int, _Frame]":
    length, number = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    return number, msgspec.msgpack.decode(await reader.readexactly(length), type=_Frame)


class SocketLine:
    """The line to the node in the other process: one connection, answers in any order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[_Frame]] = {}
        self._gate = asyncio.Lock()
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        """Send one request and wait for its reply."""
        del card
        async with self._gate:
            if self._writer is None:
                reader, self._writer = await asyncio.open_unix_connection(str(self._path))
                self._reading = asyncio.create_task(self._read(reader))
        number, future = next(self._numbers), asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        frame = _Frame(request.path, 0, request.body or b"", dict(request.headers), request.body is not None)
        self._writer.write(_packed(number, frame))
        answer = await future
        return Reply(answer.status, answer.body, float(answer.text) if answer.text else None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            number, frame = await _frames(reader)
            self._waiting.pop(number).set_result(frame)

    async def close(self) -> None:
        """Close the connection."""
        if self._reading is not None:
            self._reading.cancel()


@dataclass(slots=True)
class Stand:
    """One node of the bench in this process: what it serves, and its line to the other."""

    node: Node
    card: PartnerCard
    line: Line
    app: MemoryLine
    path: Path
    checkpointing: asyncio.Task[None] | None = None

    async def serve(self) -> asyncio.Server:
        """Take requests from the other process."""
        return await asyncio.start_unix_server(self._connection, str(self.path))

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks: set[asyncio.Task[None]] = set()
        try:
            while True:
                number, frame = await _frames(reader)
                tasks.add(task := asyncio.create_task(self._answer(number, frame, writer)))
                task.add_done_callback(tasks.discard)
        except (asyncio.IncompleteReadError, asyncio.CancelledError):  # the other process, or this loop, ends
            writer.close()

    async def _answer(self, number: int, frame: _Frame, writer: asyncio.StreamWriter) -> None:
        if frame.text == CHECKPOINTS:
            self.checkpoint(on=bool(frame.body))
            reply = Reply(200, b"")
        elif frame.text == CPU:
            reply = Reply(200, str(time.process_time()).encode())
        else:
            request = Request(frame.text, frame.body if frame.has_body else None, frame.headers)
            reply = await self.app.ask(self.card, request)
        after = "" if reply.retry_after_s is None else str(reply.retry_after_s)
        writer.write(_packed(number, _Frame(after, reply.status, reply.body, {}, has_body=True)))

    def checkpoint(self, *, on: bool) -> None:
        """Checkpoint and have the other cosign, more often than a node does; or stop."""
        if self.checkpointing is not None:
            self.checkpointing.cancel()
        watch = replace(self.node.watch(self.line), checkpoint_every=CHECKPOINT_EVERY)
        self.checkpointing = asyncio.create_task(run_witnessing(watch)) if on else None


def certificate_der(keys: NodeKeys) -> bytes:
    """A node's certificate, as its connections show it."""
    return x509.load_pem_x509_certificate(keys.tls_certificate.read_bytes()).public_bytes(Encoding.DER)


def stand(directory: Path, code: PartnerCode) -> Stand:
    """Open one of the two nodes."""
    other = XKX if code == ALB else ALB
    node = Node.open(directory / code)
    shown = directory / f"{other}.der"
    app = MemoryLine(shown.read_bytes(), {code: exchange_app(node.site())})
    line = SocketLine(directory / f"{other}.socket")
    return Stand(node, read_card(node.card()), line, app, directory / f"{code}.socket")


def build(directory: Path, url: str) -> None:
    """Make both nodes: agreements whose quotas do not stop a load, and a register to be asked about."""
    made = {}
    for code in (ALB, XKX):
        settings = Settings(
            code=code,
            name=code,
            database=DatabaseSettings(url if code == XKX else ""),
            enquiries=EnquirySettings(officer_day=NO_QUOTA, case_day=NO_QUOTA),
        )
        made[code] = create_node(directory / code, settings)
        (directory / f"{code}.der").write_bytes(certificate_der(made[code].keys))
    register = re.sub(rb"quota_day = \d+", b"quota_day = %d" % NO_QUOTA, agreements())
    rows = read_register(register_csv(XKX, 200, random.Random(417)).splitlines(keepends=True))
    documents = [row for row in rows if isinstance(row, RegisterRow)]
    for code, node in made.items():
        node.add_partner(made[XKX if code == ALB else ALB].card(), INSTALLER.id)
        with closing(node), node.database.write() as tx:
            import_agreements(tx, register, INSTALLER.id, node.clock())
            learn_protocol(tx, XKX if code == ALB else ALB, NEWEST)  # as greeting a partner does
            if code == XKX:
                import_register(tx, node.desk, INSTALLER, documents, node.clock())


def _serve_apart(directory: Path) -> None:
    """The other process: serve until it is ended."""

    async def run() -> None:
        served = stand(directory, XKX)
        with closing(served.node):
            async with await served.serve():
                await asyncio.Event().wait()

    asyncio.run(run())


@contextmanager
def answerer(directory: Path) -> Iterator[None]:
    """Run the answering node in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=_serve_apart, args=(directory,), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


async def is_there(path: Path) -> None:
    """Wait until a process listens."""
    async with asyncio.timeout(STARTED_WITHIN_S):
        while not path.exists():  # noqa: ASYNC110, ASYNC240 - another process makes it
            await asyncio.sleep(0.05)
