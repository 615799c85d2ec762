"""The real line: mutual TLS on loopback, with the wrong certificates, a slow-loris, and a process killed by signal 9."""

import asyncio
import json
import random
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp
from tests.exchange.conftest import ALB, GBR, XKX, Clock, Sim, make_sim

from egnatia.errors import ConfigError, UnreachableError
from egnatia.exchange.card import PartnerCard, make_card, read_card
from egnatia.exchange.client import HttpsLine, Reply, Request
from egnatia.exchange.directory import cards, register_card
from egnatia.exchange.keys import NodeKeys, create_keys, renew_certificate
from egnatia.exchange.paths import STATUS_PATH
from egnatia.exchange.protocol import server_config
from egnatia.exchange.tls import Gate
from egnatia.model.ids import PartnerCode


@contextmanager
def served(sim: Sim, listener: socket.socket) -> Iterator[Gate]:
    """The node's application behind TLS, in a thread of its own; it knows who is registered now."""
    with sim.database.read() as tx:
        gate = Gate(sim.keys, cards(tx).values())
    server = uvicorn.Server(server_config(sim.apps[sim.code], gate, "127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield gate
    server.should_exit = True
    thread.join()


def ask(keys: NodeKeys, card: PartnerCard, request: Request | None = None) -> Reply:
    async def scene() -> Reply:
        line = HttpsLine(keys)
        try:
            return await line.ask(card, request or Request(STATUS_PATH))
        finally:
            await line.close()

    return asyncio.run(scene())


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def pair(tmp_path: Path, listener: socket.socket) -> Iterator[tuple[Sim, Sim]]:
    """A sender and a receiver whose card names the listener's port."""
    clock = Clock(datetime.now(UTC))
    apps: dict[PartnerCode, ASGIApp] = {}
    sender, receiver = (make_sim(tmp_path / code, code, clock, apps) for code in (ALB, XKX))
    port = listener.getsockname()[1]
    receiver.card = make_card(receiver.keys, "Kosovo", f"https://127.0.0.1:{port}", "egnatia/XKX")
    sender.knows(receiver)
    receiver.knows(sender)
    yield sender, receiver
    sender.stop()
    receiver.stop()


def test_a_registered_partner_is_let_in_and_recognised(pair: tuple[Sim, Sim], listener: socket.socket) -> None:
    sender, receiver = pair
    with served(receiver, listener):
        assert json.loads(ask(sender.keys, receiver.partner_card()).body)["code"] == "XKX"
        assert ask(sender.keys, receiver.partner_card(), Request("/exchange/messages", b" " * 200_000)).status == 413


def test_strangers_are_kept_out_until_they_are_registered(pair: tuple[Sim, Sim], listener: socket.socket) -> None:
    sender, receiver = pair
    stranger = create_keys(sender.directory / "GBR", GBR, ["127.0.0.1"], sender.clock())
    card = make_card(stranger, "United Kingdom", "https://127.0.0.1:1", "egnatia/GBR")
    with served(receiver, listener) as gate:
        with pytest.raises(UnreachableError, match="registered this node"):
            ask(stranger, receiver.partner_card())
        receiver.database.run(lambda tx: register_card(tx, card, "off-1", receiver.clock()))
        assert gate.update([sender.partner_card(), read_card(card)])
        assert ask(stranger, receiver.partner_card()).status == 200
        assert gate.update([sender.partner_card()])
        with pytest.raises(UnreachableError):
            ask(stranger, receiver.partner_card())
        assert ask(sender.keys, receiver.partner_card()).status == 200


def test_an_expired_certificate_is_kept_out(pair: tuple[Sim, Sim], listener: socket.socket) -> None:
    sender, receiver = pair
    keys = create_keys(sender.directory / "old", ALB, ["127.0.0.1"], sender.clock() - timedelta(days=800))
    card = make_card(keys, "Albania", "https://127.0.0.1:1", "egnatia/ALB")
    receiver.database.run(lambda tx: register_card(tx, card, "off-1", receiver.clock(), replace=True))
    with served(receiver, listener), pytest.raises(UnreachableError, match="cut the connection"):
        ask(keys, receiver.partner_card())


def test_a_fresh_certificate_that_is_not_on_the_card_is_refused(pair: tuple[Sim, Sim], listener: socket.socket) -> None:
    sender, receiver = pair
    renewed = renew_certificate(sender.directory, ["127.0.0.1"], sender.clock())
    with served(receiver, listener):
        reply = ask(renewed, receiver.partner_card())
    assert (reply.status, json.loads(reply.body)["reason"]) == (403, "UNKNOWN_SENDER")


def test_the_client_believes_only_the_certificate_on_the_card(pair: tuple[Sim, Sim], listener: socket.socket) -> None:
    sender, receiver = pair
    card = receiver.partner_card()
    with served(receiver, listener):
        with pytest.raises(UnreachableError, match="not its card's"):
            ask(sender.keys, replace(card, tls_sha256="0" * 64))
        with pytest.raises(UnreachableError, match="certificate is not accepted"):
            ask(sender.keys, replace(card, tls_ca_pem=sender.partner_card().tls_ca_pem))
        with pytest.raises(UnreachableError, match="longer than 10 bytes"):
            ask(sender.keys, card, Request(STATUS_PATH, limit=10))


def test_the_server_speaks_tls_1_3_only(pair: tuple[Sim, Sim], listener: socket.socket) -> None:
    sender, receiver = pair
    context = ssl.create_default_context(cadata=receiver.partner_card().tls_ca_pem)
    context.load_cert_chain(sender.keys.tls_certificate, sender.keys.tls_key)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        served(receiver, listener),
        socket.create_connection(listener.getsockname()) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_headers_without_end_are_cut_off(pair: tuple[Sim, Sim], listener: socket.socket) -> None:
    sender, receiver = pair
    request = Request(STATUS_PATH, headers={"x-filler": "x" * 20_000})
    with served(receiver, listener), pytest.raises(UnreachableError):
        ask(sender.keys, receiver.partner_card(), request)


def test_nobody_listening_and_a_broken_key_file_are_named(pair: tuple[Sim, Sim], listener: socket.socket) -> None:
    sender, receiver = pair
    listener.close()
    with pytest.raises(UnreachableError, match="nobody listens"):
        ask(sender.keys, receiver.partner_card())
    sender.keys.tls_key.write_bytes(b"nonsense")
    with pytest.raises(ConfigError, match="TLS cannot be set up"):
        ask(sender.keys, receiver.partner_card())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens, at most 20 s."""
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return


def test_a_process_killed_by_signal_9_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    clock, port, apps = Clock(datetime.now(UTC)), free_port(), dict[PartnerCode, ASGIApp]()
    sender, receiver = (make_sim(tmp_path / code, code, clock, apps) for code in (ALB, XKX))
    receiver.card = make_card(receiver.keys, "Kosovo", f"https://127.0.0.1:{port}", "egnatia/XKX")
    sender.knows(receiver)
    receiver.knows(sender)
    sender.wrap = lambda _line: HttpsLine(sender.keys)
    sender.stop()
    receiver.stop()
    sender.start()
    queued = [sender.queue(XKX, f"c-{number % 10}").message_id for number in range(40)]
    command = [sys.executable, str(Path(__file__).with_name("serving_node.py")), str(receiver.directory), str(port)]
    rng = random.Random(417)

    async def scene() -> None:
        deadline, kills = time.monotonic() + 60, 0
        while len(sender.counts("answered")) < len(queued) and time.monotonic() < deadline:
            process = await asyncio.to_thread(subprocess.Popen, command)
            await asyncio.to_thread(wait_for, port)
            kill_after = len(sender.counts("answered")) + rng.randrange(12, 24)
            while time.monotonic() < deadline:
                clock.now = datetime.now(UTC) + timedelta(seconds=3 * kills)  # past the first back-off
                await sender.courier.deliver_due()
                if len(sender.counts("answered")) >= min(kill_after, len(queued)):
                    break
                await asyncio.sleep(0.02)
            delivering = asyncio.create_task(sender.courier.deliver_due())
            await asyncio.sleep(0.004)
            process.send_signal(signal.SIGKILL)
            kills += 1
            await asyncio.to_thread(process.wait)
            await delivering
        await sender.line.close()

    asyncio.run(scene())
    receiver.start()
    assert sender.counts("answered") == dict.fromkeys(queued, 1)
    assert receiver.counts("handled") == dict.fromkeys(queued, 1)
    sender.stop()
    receiver.stop()
