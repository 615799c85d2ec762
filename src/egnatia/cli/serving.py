"""A serving node: one process, one event loop; the exchange, the console, the courier, the witness, the housekeeper."""

import asyncio
import contextlib
import ipaddress
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from egnatia.console.app import console_app
from egnatia.enquiries.retention import erase_due
from egnatia.errors import ConfigError, Error
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import HttpsLine
from egnatia.exchange.directory import cards
from egnatia.exchange.protocol import server_config
from egnatia.exchange.server import exchange_app
from egnatia.exchange.tls import Gate
from egnatia.exchange.witnessing import run_witnessing
from egnatia.node import Node, upgrade_node

DIRECTORY_CHECK_S = 2.0
"""How soon a newly registered or removed partner is let in or kept out."""
HOUSEKEEPING_S = 3600.0
"""How often records whose time has come are erased."""
STOP_WITHIN_S = 1
"""What a request may still take when the node is stopped."""
_log = logging.getLogger("egnatia.node")


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the node stops all of its parts together."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `_stopping`."""
        yield


def serve_node(directory: Path, *, until_input_ends: bool = False) -> None:
    """Serve a node until SIGINT or SIGTERM, then stop cleanly.

    With `until_input_ends` also until standard input ends, so that no node outlives whoever started it.

    Raises:
        ConfigError: the settings do not allow it, or a port is taken.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("httpx", "alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    upgrade_node(directory)
    node = Node.open(directory)
    check_console(node)
    try:
        asyncio.run(_serve(node, until_input_ends=until_input_ends))
    finally:
        node.close()


def check_console(node: Node) -> None:
    """Plain HTTP is for this machine only.

    Raises:
        ConfigError: the console would listen elsewhere without TLS.
    """
    console = node.settings.console
    if not console.tls_certificate and not _is_this_machine(console.host):
        raise ConfigError(
            f"the console would listen on {console.host} without TLS",
            hint="Set console.tls_certificate and console.tls_key, or keep console.host on 127.0.0.1.",
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name; only this one means this machine everywhere
        return host == "localhost"


async def _serve(node: Node, *, until_input_ends: bool) -> None:
    with node.database.read() as tx:
        gate = Gate(node.keys, cards(tx).values())
    servers = _servers(node, gate)
    stop = _stopping(until_input_ends=until_input_ends)
    serving = [asyncio.create_task(_serve_one(server, stop)) for server in servers]
    working: list[asyncio.Task[None]] = [
        asyncio.create_task(work)
        for work in (node.courier().run(), _witness(node), _watch(node, gate), _keep_house(node))
    ]
    for task in working:  # none of them ends by itself: a node that only half works stops, and says why
        task.add_done_callback(lambda _: stop.set())
    _log.info("node %s: exchange and console on ports %s", node.code, [each.config.port for each in servers])
    await stop.wait()
    for server in servers:
        server.should_exit = True
    for task in working:
        task.cancel()
    started = await asyncio.gather(*serving)
    ended = await asyncio.gather(*working, return_exceptions=True)
    _log.info("node %s: stopped", node.code)
    _check_start(servers, started)
    for fault in ended:
        if isinstance(fault, BaseException) and not isinstance(fault, asyncio.CancelledError):
            raise fault


def _servers(node: Node, gate: Gate) -> list[uvicorn.Server]:
    exchange = node.settings.exchange
    configs = [server_config(exchange_app(node.site()), gate, exchange.host, exchange.port), _console_config(node)]
    for config in configs:
        config.timeout_graceful_shutdown = STOP_WITHIN_S
    return [_Server(config) for config in configs]


def _stopping(*, until_input_ends: bool) -> asyncio.Event:
    """An event that signals set, and the end of standard input where that is wanted."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if until_input_ends:
        threading.Thread(target=_stop_with_input, args=(loop, stop), daemon=True).start()
    return stop


def _check_start(servers: list[uvicorn.Server], started: list[bool]) -> None:
    for server, could in zip(servers, started, strict=True):
        if not could:
            raise ConfigError(
                f"port {server.config.port} cannot be used", hint="Is this node running already? Else change node.toml."
            )


def _stop_with_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(stop.set)


async def _serve_one(server: uvicorn.Server, stop: asyncio.Event) -> bool:
    """Run one server; when it ends or cannot start, the whole node stops. Returns whether it could start."""
    try:
        await server.serve()
    except SystemExit:  # uvicorn's way of saying that the port is taken
        return False
    else:
        return True
    finally:
        stop.set()


def _console_config(node: Node) -> uvicorn.Config:
    console = node.settings.console
    return uvicorn.Config(
        console_app(node),
        host=console.host,
        port=console.port,
        ws="none",
        lifespan="off",
        ssl_certfile=console.tls_certificate or None,
        ssl_keyfile=console.tls_key or None,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
    )


async def _witness(node: Node) -> None:
    line = HttpsLine(node.keys)
    try:
        await run_witnessing(node.watch(line))
    finally:
        await line.close()


async def _watch(node: Node, gate: Gate) -> None:
    """Let new partners in and keep removed ones out, also when another process changed the directory."""
    while True:
        await asyncio.sleep(DIRECTORY_CHECK_S)
        try:
            gate.update(await asyncio.to_thread(_known, node))
        except Error as error:
            _log.warning("the directory of partners cannot be read: %s", error.message)


def _known(node: Node) -> list[PartnerCard]:
    with node.database.read() as tx:
        return list(cards(tx).values())


async def _keep_house(node: Node) -> None:
    while True:
        await asyncio.sleep(HOUSEKEEPING_S)
        try:
            await asyncio.to_thread(node.commit, lambda tx: erase_due(tx, node.clock()))
        except Error as error:
            _log.warning("housekeeping waits: %s", error.message)
