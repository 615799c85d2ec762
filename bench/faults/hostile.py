"""A hostile partner with valid keys, or a stranger without: repeats, reorders, alters, truncates, and holds connections open.

It runs on one partner's machine beside that partner's own courier and captures what that courier is about to send. It
plays a recorded message to its recipient any number of times, at once and much later, and everything it may not do to it.
Each answer has to be the one that the fault explains; two different answers to one message are a violation.

Run by the suite: `python -m bench.faults.hostile KIND NODE_DIRECTORY CLOCK_FILE CAPTURED_FILE REPORT_FILE SEED`; it ends with its
standard input.
"""

import asyncio
import base64
import hashlib
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.faults.clock import WrongClock
from bench.faults.officer import PROBE_KIND
from sqlalchemy import select

from egnatia.errors import Error, UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import HttpsLine, Reply, Request
from egnatia.exchange.directory import cards
from egnatia.exchange.message import format_moment, read_message, write_message
from egnatia.exchange.outbox import QUEUED
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.exchange.strict_json import FORMS
from egnatia.exchange.tls import client_context
from egnatia.model.ids import PartnerCode
from egnatia.node import Node
from egnatia.store.tables import outbox

CAPTURED = 100
"""Messages captured each time from the outbox; some of them are answered only after they were captured."""
HELD = 40
"""Connections that a slow client holds to each partner; a courier needs 16."""
IDLE = 150
"""Connections that say nothing at all, not even a handshake."""
CUT_WITHIN_S = 25.0
"""A node cuts a slow request off after 20 seconds (exchange.protocol.REQUEST_TIMEOUT_S); five more for a busy machine."""
_FORMS = tuple(sorted(each.value for each in FORMS))
"""What may be said of bytes that are no message."""
_DOWN = (500, 502, 503, 507)
"""The node's disk may be at fault just now: it says so, and the sender keeps its message."""


@dataclass(slots=True)
class Captured:
    """One recorded message and the hash of the first answer to it."""

    to: str
    content: bytes
    answer: str = ""


@dataclass(slots=True)
class Hostile:
    """What a hostile client works with, and what it saw."""

    node: Node
    cards: dict[PartnerCode, PartnerCard]
    line: HttpsLine
    rng: random.Random
    captured: dict[str, Captured]
    over: threading.Event
    saw: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    async def send(self, to: PartnerCode, content: bytes, wrong_by: timedelta = timedelta()) -> Reply | None:
        """One request; None when the line is down."""
        headers = {SENT_AT_HEADER: format_moment(self.node.clock() + wrong_by)}
        try:
            return await self.line.ask(self.cards[to], Request(MESSAGES_PATH, content, headers))
        except UnreachableError:
            self.saw["line down"] += 1
            return None

    def expect(self, name: str, reply: Reply | None, statuses: tuple[int, ...], words: tuple[str, ...]) -> None:
        """Count an answer, or keep it as unexplained."""
        if reply is None:
            return
        reasons = words if reply.status != 200 else ("",)
        text = reply.body.decode("utf-8", "replace")
        skewed = reply.status == 409 and "CLOCK_SKEW" in text  # this machine's or the other's clock is wrong just now
        if reply.status in _DOWN or skewed:
            self.saw["not now"] += 1
        elif reply.status in statuses and any(each in text for each in reasons):
            self.saw[name] += 1
        else:
            self.unexplained.append(f"{name}: {reply.status} {text[:200]}")


def said(reply: Reply) -> str:
    """The refusal's reason in a signed answer; empty when it is none."""
    message, _ = read_message(reply.body)
    return str(message.body.get("reason", "")) if message.kind == "refusal" else ""


async def repeat(hostile: Hostile, key: str) -> None:
    """The same bytes up to five times at once: every answer is the same, now and for ever."""
    message = hostile.captured[key]
    to = PartnerCode(message.to)
    replies = await asyncio.gather(*(hostile.send(to, message.content) for _ in range(hostile.rng.randint(1, 5))))
    for reply in replies:
        hostile.expect("repeated", reply, (200,), ())
        if reply is not None and reply.status == 200:
            _same(hostile, key, reply)


async def truncate(hostile: Hostile, key: str) -> None:
    """Not all of its bytes."""
    message = hostile.captured[key]
    piece = message.content[: hostile.rng.randrange(len(message.content))]
    hostile.expect("truncated", await hostile.send(PartnerCode(message.to), piece), (400,), _FORMS)


async def alter(hostile: Hostile, key: str) -> None:
    """One byte of it is another. Where that touches neither payload nor signature it is the same message."""
    message = hostile.captured[key]
    content = bytearray(message.content)
    place = hostile.rng.randrange(len(content))
    content[place] = (content[place] + hostile.rng.randint(1, 255)) % 256
    reply = await hostile.send(PartnerCode(message.to), bytes(content))
    if reply is not None and reply.status == 200 and _signed(bytes(content)) == _signed(message.content):
        _same(hostile, key, reply)
    else:
        hostile.expect("altered", reply, (400, 403), (*_FORMS, "BAD_SIGNATURE", "UNKNOWN_SENDER"))


def _signed(content: bytes) -> object:
    """What the signature speaks for, and the signature."""
    envelope = json.loads(content)
    return envelope["payloadType"], envelope["payload"], [each["sig"] for each in envelope["signatures"]]


def _same(hostile: Hostile, key: str, reply: Reply) -> None:
    """An answer to a message that was answered before has to be the first one."""
    message, answer = hostile.captured[key], hashlib.sha256(reply.body).hexdigest()
    message.answer = message.answer or answer
    if answer != message.answer:
        hostile.unexplained.append(f"two different answers to message {key}")


async def forge(hostile: Hostile, key: str) -> None:
    """Another content under an identifier that was answered before, signed with the real key."""
    message = hostile.captured[key]
    if not message.answer:
        return
    original, _ = read_message(message.content)
    forged = write_message(replace(original, body={**original.body, "again": True}), hostile.node.keys.signing)
    reply = await hostile.send(PartnerCode(message.to), forged.content)
    hostile.expect("forged", reply, (200,), ())
    if reply is not None and reply.status == 200 and said(reply) != "ID_REUSED":
        hostile.unexplained.append(f"forged: answered {said(reply) or 'as if it were new'}")


async def misdirect(hostile: Hostile, key: str) -> None:
    """To a partner that it is not for."""
    message = hostile.captured[key]
    other = next(code for code in sorted(hostile.cards) if code != message.to)
    reply = await hostile.send(other, message.content)
    hostile.expect("misdirected", reply, (200,), ())
    if reply is not None and reply.status == 200 and said(reply) != "WRONG_RECIPIENT":
        hostile.unexplained.append(f"misdirected: answered {said(reply)}")


async def from_yesterday(hostile: Hostile, key: str) -> None:
    """With a sending time of yesterday or tomorrow."""
    message = hostile.captured[key]
    wrong_by = timedelta(days=hostile.rng.choice((-1, 1)))
    reply = await hostile.send(PartnerCode(message.to), message.content, wrong_by)
    hostile.expect("out of time", reply, (409,), ("CLOCK_SKEW",))


_TRICKS: tuple[Callable[[Hostile, str], Coroutine[Any, Any, None]], ...] = (
    repeat,
    repeat,
    repeat,
    truncate,
    alter,
    forge,
    misdirect,
    from_yesterday,
)


async def replay(hostile: Hostile) -> None:
    """Play tricks with captured messages, old and new in any order."""
    while not hostile.over.is_set():
        if not hostile.captured:
            await asyncio.sleep(0.2)
            capture(hostile)
            continue
        keys = hostile.rng.choices(sorted(hostile.captured), k=4)
        await asyncio.gather(*(hostile.rng.choice(_TRICKS)(hostile, key) for key in keys))
        await asyncio.sleep(0.02)


def capture(hostile: Hostile) -> None:
    """Take a copy of what is about to be sent."""
    # Not the probes: the order of a conversation is its sender's to keep, and this client has the sender's keys.
    wanted = (outbox.c.state == QUEUED) & (outbox.c.kind != PROBE_KIND)
    query = select(outbox.c.message_id, outbox.c.recipient, outbox.c.sealed_id).where(wanted)
    with hostile.node.database.read() as tx:
        for row in tx.execute(query.order_by(outbox.c.sequence).limit(CAPTURED)).all():
            content = tx.opened(row.sealed_id)
            if content is not None and row.message_id not in hostile.captured:
                hostile.captured[row.message_id] = Captured(row.recipient, content)


async def trickle(hostile: Hostile) -> None:
    """Requests that never end, a byte at a time, on many connections: each is cut off in time."""
    every = [card for card in hostile.cards.values() for _ in range(HELD)]
    await asyncio.gather(*(_trickle_one(hostile, card) for card in every))


async def _trickle_one(hostile: Hostile, card: PartnerCard) -> None:
    host, port = card.address.removeprefix("https://").rsplit(":", 1)
    try:
        reader, writer = await asyncio.open_connection(host, int(port), ssl=client_context(hostile.node.keys, card))
    except OSError:
        hostile.saw["line down"] += 1
        return
    began = time.monotonic()
    writer.write(b"POST /exchange/messages HTTP/1.1\r\nhost: node\r\ncontent-length: 1000\r\nx: ")
    while not hostile.over.is_set():
        try:
            writer.write(b"a")
            await asyncio.wait_for(reader.read(1), 1.0)
        except TimeoutError:
            continue
        except OSError:
            pass
        break
    lasted = time.monotonic() - began
    hostile.saw["held" if hostile.over.is_set() else "cut off"] += 1
    if lasted > CUT_WITHIN_S:
        hostile.unexplained.append(f"a slow request was served for {lasted:.0f} s")
    writer.close()


async def hold(hostile: Hostile) -> None:
    """Connections without a word."""
    writers = []
    for card in hostile.cards.values():
        host, port = card.address.removeprefix("https://").rsplit(":", 1)
        for _ in range(IDLE):
            try:
                writers.append((await asyncio.open_connection(host, int(port)))[1])
            except OSError:
                hostile.saw["line down"] += 1
    hostile.saw["held"] += len(writers)
    await asyncio.to_thread(hostile.over.wait)
    for writer in writers:
        writer.close()


KINDS = {"replay": replay, "trickle": trickle, "hold": hold}


async def act(kind: str, node: Node, captured: Path, seed: int, over: threading.Event) -> Hostile:
    """Do one kind of harm until it is over."""
    with node.database.read() as tx:
        known = cards(tx)
    hostile = Hostile(node, known, HttpsLine(node.keys), random.Random(seed), _load(captured), over)
    try:
        capture(hostile)
        await KINDS[kind](hostile)
    finally:
        await hostile.line.close()
    _keep(captured, hostile.captured)
    return hostile


def _load(path: Path) -> dict[str, Captured]:
    """What was captured before: half of it, so that the file stays small and still grows old."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="ascii"))
    return {key: Captured(to, base64.b64decode(content), answer) for key, (to, content, answer) in rows.items()}


def _keep(path: Path, captured: dict[str, Captured]) -> None:
    newest = list(captured.items())[-5 * CAPTURED :]
    rows = {key: (each.to, base64.b64encode(each.content).decode(), each.answer) for key, each in newest}
    new = path.with_suffix(".new")
    new.write_text(json.dumps(rows), encoding="ascii")
    new.replace(path)


def main(arguments: list[str]) -> int:
    """Open the node, do harm, report."""
    kind, directory, clock, captured, report, seed = arguments
    over = threading.Event()
    threading.Thread(target=_watch, args=(over,), daemon=True).start()
    try:
        node = Node.open(Path(directory), WrongClock(Path(clock)))
        hostile = asyncio.run(act(kind, node, Path(captured), int(seed), over))
    except Error as error:  # this machine itself is under a fault
        Path(report).write_text(json.dumps({"saw": {"could not act": 1}, "unexplained": []}), encoding="ascii")
        print(f"hostile: {error.message}", file=sys.stderr)
        return 0
    node.close()
    result = {"saw": hostile.saw, "unexplained": hostile.unexplained}
    Path(report).write_text(json.dumps(result), encoding="ascii")
    return 0


def _watch(over: threading.Event) -> None:
    os.read(0, 1)
    over.set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
