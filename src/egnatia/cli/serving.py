"""A serving node: one process, one event loop; the exchange, the console, the courier, the witness, the housekeeper."""

import asyncio
import contextlib
import ipaddress
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import uvicorn

from egnatia.cli.serving_duties import ask_again, compare_profiles, renew_filters, shield_again, tell_members
from egnatia.cli.workers import check_workers, mind_worker, shared_socket
from egnatia.console.app import console_app
from egnatia.enquiries.corrections.sending import has_waiting, send_waiting
from egnatia.enquiries.fishing.review import REVIEW_EVERY_S, Pattern, patterns, raise_patterns
from egnatia.enquiries.fishing.rules import WINDOW
from egnatia.enquiries.tidy import tidy
from egnatia.errors import ConfigError, Error, StorageError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import HttpsLine
from egnatia.exchange.directory import believed_cards
from egnatia.exchange.greeting import GREET_AGAIN_S, GREET_EVERY_S, greet_partners
from egnatia.exchange.protocol import server_config
from egnatia.exchange.server import exchange_app
from egnatia.exchange.tls import Gate
from egnatia.exchange.witnessing import run_witnessing
from egnatia.ledger.repeats import close_hours
from egnatia.node import Node, upgrade_node, utc_now
from egnatia.operations.endpoints import Endpoints
from egnatia.operations.logs import start_logging
from egnatia.operations.trust_signs import read_trust
from egnatia.settings import load_settings

LEAD_CHECK_S = 5.0
"""How soon the work of a process that was killed is taken over, where several serve one node."""
DIRECTORY_CHECK_S = 2.0
"""How soon a newly registered or removed partner is let in or kept out."""
CORRECTIONS_S = 5.0
"""How soon a correction that was made without the courier, or whose message grew too old, is on its way (again)."""
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


def serve_node(
    directory: Path,
    *,
    until_input_ends: bool = False,
    workers: int = 1,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Serve a node until SIGINT or SIGTERM, then stop cleanly.

    More than one worker share the exchange's port and a PostgreSQL database (`workers.py`); this process is the first.

    With `until_input_ends` also until standard input ends, so that no node outlives whoever started it. No command
    and no setting gives another `clock`: only the fault suite (bench/faults) does, to serve a node whose clock is wrong.

    Raises:
        ConfigError: the settings do not allow it, or a port is taken.
    """
    start_logging(load_settings(directory).operations.log)
    upgrade_node(directory)
    node = Node.open(directory, clock)
    check_console(node)
    try:
        check_workers(node, workers)
        asyncio.run(_serve(node, workers, until_input_ends=until_input_ends))
    finally:
        node.close()


def serve_exchange(directory: Path) -> None:
    """Serve only the exchange, beside the process that serves the rest, until that one ends."""
    start_logging(load_settings(directory).operations.log)
    with contextlib.closing(Node.open(directory)) as node:
        asyncio.run(_help(node))


async def _help(node: Node) -> None:
    gate = _gate(node)
    stop = _stopping(until_input_ends=True)
    [server] = _servers([_exchange_config(node, gate, Endpoints(node))])
    watching = asyncio.create_task(_watch(node, gate))
    watching.add_done_callback(lambda _: stop.set())
    serving = asyncio.create_task(_serve_one(server, stop, shared=True))
    await stop.wait()
    server.should_exit = True
    watching.cancel()
    _check_start([server], [await serving])


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


def _gate(node: Node) -> Gate:
    with node.database.read() as tx:
        return Gate(node.keys, believed_cards(tx).values())


async def _serve(node: Node, workers: int, *, until_input_ends: bool) -> None:
    gate, endpoints = _gate(node), Endpoints(node)
    exchange = _exchange_config(node, gate, endpoints)
    servers = _servers([exchange, _console_config(node), *endpoints.configs()])
    stop = _stopping(until_input_ends=until_input_ends)
    serving = [
        asyncio.create_task(_serve_one(server, stop, shared=workers > 1 and server.config is exchange))
        for server in servers
    ]
    working: list[asyncio.Task[None]] = [
        asyncio.create_task(work)
        for work in (_watch(node, gate), _lead(node), *(mind_worker(node.directory) for _ in range(1, workers)))
    ]
    for task in working:  # none of them ends by itself: a node that only half works stops, and says why
        task.add_done_callback(lambda _: stop.set())
    _log.info("node %s: exchange and console on ports %s", node.code, [each.config.port for each in servers])
    _log.info("node %s: %s", node.code, " ".join(read_trust(node).lines()))
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


async def _lead(node: Node) -> None:
    """Deliver, witness, keep house: what one process of a node does, and no second one at the same time.

    Who loses the lead with its connection stops all of it, and begins anew when it has the lead again.
    """
    while True:
        try:
            if await asyncio.to_thread(node.database.take_lead):
                await _lead_on(node)
        except StorageError as error:
            _log.warning("this process does not lead: %s", error.message)
        await asyncio.sleep(LEAD_CHECK_S)


async def _lead_on(node: Node) -> None:
    works = (
        _courier(node),
        _witness(node),
        _keep_house(node),
        _correct(node),
        tell_members(node),
        renew_filters(node),
        compare_profiles(node),
        ask_again(node),
        _review(node),
        _greet(node),
        _hold(node),
    )
    tasks: list[asyncio.Task[None]] = [asyncio.create_task(work) for work in works]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _courier(node: Node) -> None:
    await node.courier().run()


async def _hold(node: Node) -> None:
    """Notice when the database let go of this process, so that it does not go on beside its successor."""
    while True:
        await asyncio.sleep(LEAD_CHECK_S)
        await asyncio.to_thread(node.database.take_lead)


def _exchange_config(node: Node, gate: Gate, endpoints: Endpoints) -> uvicorn.Config:
    exchange = node.settings.exchange
    return server_config(endpoints.counted(exchange_app(node.site(node.pace()))), gate, exchange.host, exchange.port)


def _servers(configs: Sequence[uvicorn.Config]) -> list[uvicorn.Server]:
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


async def _serve_one(server: uvicorn.Server, stop: asyncio.Event, *, shared: bool = False) -> bool:
    """Run one server; when it ends or cannot start, the whole node stops. Returns whether it could start.

    Args:
        server: what to run.
        stop: set when it ends.
        shared: whether other processes of this node listen on the same port.
    """
    try:
        await server.serve([shared_socket(server.config.host, server.config.port)] if shared else None)
    except (SystemExit, OSError):  # uvicorn's way of saying that the port is taken
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


async def _greet(node: Node) -> None:
    """Learn which version of messages each partner speaks, and enter what was refused again and again."""
    line, answered = HttpsLine(node.keys), False
    try:
        while True:
            try:
                answered = await greet_partners(node.database, node.commit, line)
                await asyncio.to_thread(node.commit, lambda tx: close_hours(tx, node.clock()))
            except Error as error:
                _log.warning("partners cannot be greeted: %s", error.message)
            await asyncio.sleep(GREET_EVERY_S if answered else GREET_AGAIN_S)
    finally:
        await line.close()


async def _watch(node: Node, gate: Gate) -> None:
    """Let new partners in and keep removed ones out, and take rotated keys into use: whatever another process changed."""
    while True:
        await asyncio.sleep(DIRECTORY_CHECK_S)
        try:
            if await asyncio.to_thread(node.take_new_keys):
                _log.info("node %s: new keys are in use", node.code)
            gate.update(await asyncio.to_thread(_known, node))
        except Error as error:
            _log.warning("the directory of partners cannot be read: %s", error.message)


def _known(node: Node) -> list[PartnerCard]:
    with node.database.read() as tx:
        return list(believed_cards(tx).values())


async def _keep_house(node: Node) -> None:
    await shield_again(node)
    while True:
        await asyncio.sleep(HOUSEKEEPING_S)
        try:
            done = await asyncio.to_thread(tidy, node.commit, node.clock)
            _log.info("housekeeping: %s erased, %s newly late, %s to review", done.erased, done.late, done.to_review)
        except Error as error:
            _log.warning("housekeeping waits: %s", error.message)


def _patterns(node: Node, since: datetime, now: datetime) -> list[Pattern]:
    with node.database.read() as tx:
        return patterns(tx, since, now)


async def _review(node: Node) -> None:
    """Look for patterns in what this node's own officers asked."""
    reviewed_at = node.clock() - WINDOW
    while True:
        now = node.clock()
        try:
            found = await asyncio.to_thread(_patterns, node, reviewed_at, now)
            if found:
                await asyncio.to_thread(node.commit, partial(raise_patterns, found=found, now=now))
            reviewed_at = now
        except Error as error:
            _log.warning("the review of our questions waits: %s", error.message)
        await asyncio.sleep(REVIEW_EVERY_S)


async def _correct(node: Node) -> None:
    """Queue corrections that are held and due; a look that finds none reads two indexes and writes nothing."""
    while True:
        await asyncio.sleep(CORRECTIONS_S)
        try:
            await asyncio.to_thread(_send_corrections, node)
        except Error as error:
            _log.warning("corrections wait: %s", error.message)


def _send_corrections(node: Node) -> None:
    with node.database.read() as tx:
        due = has_waiting(tx, node.clock())
    if due:
        node.commit(lambda tx: send_waiting(tx, node.desk, node.clock()))
