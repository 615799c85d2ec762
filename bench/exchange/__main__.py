"""How fast a node exchanges, beside what the work must cost at least, in one run.

python -m bench.exchange [--short] [--enquiries N] [--backlog N] [--database URL]

Two whole nodes, each in a process of its own (twin.py): keys, agreements, the real enquiry flow with its permits and
quotas, SQLite with synchronous=FULL, both ledgers, both vaults. TLS and HTTP are left out on the line between them.

- floor: verify one signature and store one row, committed in groups, and nothing else. No node can be faster.
- into one node: signed enquiries answered durably, 64 on their way at a time, as a courier sends them: sixteen in a parcel.
- one in a request: the same as release 0.1.0 sends them.
- complete exchanges: an officer's act, decision, message, the partner's decision and answer, what comes of it; both
  ledgers, both commits; 64 on their way at a time.
- with checkpoints: the same while both nodes sign checkpoints and have each other cosign them four times a second.
- backlog: messages that gathered during an outage, from the first attempt to the last answer taken.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.exchange.twin import ALB, CHECKPOINTS, CPU, XKX, Stand, answerer, build, is_there, stand
from sqlalchemy import bindparam, func, select

from egnatia.enquiries.ask import EnquiryDraft, send_enquiry
from egnatia.errors import Error
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Reply, Request
from egnatia.exchange.courier import Courier, Office
from egnatia.exchange.directory import card_of
from egnatia.exchange.dispatch import Due
from egnatia.exchange.envelope import verify_envelope
from egnatia.exchange.inbox import Received
from egnatia.exchange.message import format_moment, read_message
from egnatia.exchange.outbox import Sent
from egnatia.exchange.parcels import MAX_MESSAGES, ask_together
from egnatia.exchange.paths import SENT_AT_HEADER
from egnatia.model.ids import MessageId, OfficerId, SealedId
from egnatia.model.officers import Officer
from egnatia.model.states import Offence, Purpose, Role, SubjectKind
from egnatia.node import Node, utc_now
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import inbox, outbox
from egnatia.store.writer import Writer

AT_ONCE = 64
"""Messages on their way at a time: four partners with a courier's first window of 16 each."""
ASKS_AT_ONCE = 200
GOALS = {"into one node": 1_500, "complete exchanges": 500, "backlog": 300}
"""A second, on two quiet cores (or the first two within 2.5 times the floor)."""
OFFICERS = [Officer(OfficerId(f"off-bench-{number}"), "bench", frozenset({Role.ENQUIRER})) for number in range(100)]
QUEUED = Prepared(
    select(outbox.c.message_id).where(outbox.c.recipient == XKX, outbox.c.conversation == bindparam("conversation"))
)
WHY = "Passport presented on exit; its number has to be checked with the issuer."


@dataclass(frozen=True, slots=True)
class Timing:
    """When each of a run's messages began and ended, in seconds of the monotonic clock."""

    spans: Sequence[tuple[float, float]]

    @property
    def rate(self) -> float:
        """Messages a second."""
        return len(self.spans) / (max(end for _, end in self.spans) - min(start for start, _ in self.spans))

    def latency_ms(self, share: float) -> float:
        """The latency that this share of the messages stayed within."""
        ordered = sorted(end - start for start, end in self.spans)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3

    def worst_second(self) -> tuple[int, float]:
        """The fewest messages that ended in one whole second of the run, and the p99 of the slowest second, in ms."""
        first = min(start for start, _ in self.spans)
        seconds: dict[int, list[float]] = {}
        for start, end in self.spans:
            seconds.setdefault(int(end - first), []).append(end - start)
        whole = sorted(seconds)[:-1] or sorted(seconds)
        slowest = max(sorted(seconds[each])[int(len(seconds[each]) * 0.99)] for each in whole)
        return min(len(seconds[each]) for each in whole), slowest * 1e3

    def first_and_last_tenth(self) -> tuple[float, float]:
        """Messages a second while the first tenth of them ended, and while the last did: a long line against a short one."""
        moments = [min(start for start, _ in self.spans), *sorted(end for _, end in self.spans)]
        share = max(1, len(self.spans) // 10)
        return share / (moments[share] - moments[0]), share / (moments[-1] - moments[-1 - share])


def _number(number: int) -> str:
    """A document number; those of neighbouring questions are no neighbours, which would be a search for one."""
    return "P0041700" if number % 10 == 0 else f"P{number * 7_654_321 % 9_999_991:07}"


def ask(tx: Transaction, node: Node, number: int) -> MessageId:
    """An officer's enquiry about one document of the partner; one in ten is in its register."""
    draft = EnquiryDraft(
        case_ref=f"DUR-2025-{number % 10_000:04}",
        subject=SubjectKind.TRAVEL_DOCUMENT,
        purpose=Purpose.BORDER_CHECK,
        offence=Offence.FALSE_DOCUMENT,
        justification=WHY,
        query={"issuer": "RKS", "document_type": "P", "number": _number(number)},
        partners=(XKX,),
    )
    sent = send_enquiry(tx, node.desk, OFFICERS[number % len(OFFICERS)], draft, node.clock())
    return MessageId(tx.rows(QUEUED, conversation=sent.id)[0].message_id)


def queue(node: Node, numbers: range) -> list[MessageId]:
    """Have many enquiries asked while nobody delivers."""

    def some(tx: Transaction, part: range) -> list[MessageId]:
        return [ask(tx, node, number) for number in part]

    found: list[MessageId] = []
    for start in range(numbers.start, numbers.stop, ASKS_AT_ONCE):
        found += node.database.run(partial(some, part=range(start, min(start + ASKS_AT_ONCE, numbers.stop))))
    return found


def written(node: Node) -> list[bytes]:
    """The signed bytes of the queued messages, which are then taken back: they are delivered by hand."""
    with node.database.write() as tx:
        sealed = tx.execute(select(outbox.c.sealed_id).order_by(outbox.c.sequence)).scalars().all()
        contents = [tx.unseal(SealedId(each)) for each in sealed]
        tx.execute(outbox.delete())
    return contents


def floor(node: Node, contents: Sequence[bytes]) -> float:
    """Verify and store alone, committed in groups as large as the load's: messages a second."""
    keep, key = insert_into(inbox), node.keys.signing.public_key().public_bytes_raw()
    opened, now = [read_message(content) for content in contents], node.clock()
    start = time.perf_counter()
    for first in range(0, len(opened), AT_ONCE):
        with node.database.write() as tx:
            for message, envelope in opened[first : first + AT_ONCE]:
                verify_envelope(envelope, key, ALB)
                row = {"sender": "ZZZ", "message_id": message.id, "kind": "floor", "received_at": now}
                tx.put(keep, row | {"sha256": envelope.sha256.hex(), "answer": contents[0]})
    return len(opened) / (time.perf_counter() - start)


def partner(here: Stand) -> PartnerCard:
    """The answerer's card, as the asker registered it."""
    with here.node.database.read() as tx:
        return card_of(tx, XKX)


async def into_one_node(here: Stand, contents: Sequence[bytes], together: int = MAX_MESSAGES) -> Timing:
    """Deliver signed enquiries, so many in a request, `AT_ONCE` on their way, each until its answer is there."""
    card = partner(here)
    waiting, spans = list(reversed(contents)), list[tuple[float, float]]()

    async def connection() -> None:
        while waiting:
            start = time.perf_counter()
            headers = {SENT_AT_HEADER: format_moment(utc_now())}
            parcel = [waiting.pop() for _ in range(min(together, len(waiting)))]
            for reply in await ask_together(here.line, card, parcel, headers):
                if reply.status != 200:
                    raise SystemExit(reply.body.decode())
                spans.append((start, time.perf_counter()))

    await asyncio.gather(*(connection() for _ in range(AT_ONCE // together)))
    return Timing(spans)


@contextmanager
def delivering(here: Stand, writer: Writer, taken: Callable[[MessageId], None]) -> Iterator[Courier]:
    """Run the asker's courier with the node's own hands; `taken` is told of each answer in this loop."""
    node_takes = here.node._take_answer  # noqa: SLF001 - the courier's own hook
    answered: set[MessageId] = set()

    def take(tx: Transaction, sent: Sent, received: Received) -> None:
        node_takes(tx, sent, received)
        answered.add(sent.message_id)

    class Noting(Courier):
        """A courier with a stop-watch: a message counts once its answer is durable."""

        async def _take(self, card: PartnerCard, due: Due, reply: Reply | Error) -> None:
            await super()._take(card, due, reply)
            if due.sent.message_id in answered:
                taken(due.sent.message_id)

    given_up = here.node._take_undeliverable  # noqa: SLF001
    office = Office(
        here.node.keys,
        here.node.database,
        writer,
        here.line,
        take,
        given_up,
        here.node.clock,
        random.SystemRandom(),
    )
    courier = Noting(office)
    task = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        task.cancel()


async def complete_exchanges(here: Stand, numbers: range) -> Timing:
    """Ask, and ask again as soon as an answer was taken, so many at a time."""
    done: asyncio.Queue[MessageId] = asyncio.Queue()
    left, started, spans = iter(numbers), dict[MessageId, float](), list[tuple[float, float]]()
    writer = here.node.start_writer()

    async def act(courier: Courier) -> None:
        number = next(left, None)
        if number is not None:
            start = time.perf_counter()
            job = partial(ask, node=here.node, number=number)
            started[await writer.awaited(job)] = start
            courier.wake()

    acts: set[asyncio.Task[None]] = set()
    with delivering(here, writer, done.put_nowait) as courier:
        for _ in range(AT_ONCE):
            acts.add(asyncio.create_task(act(courier)))
        while len(spans) < len(numbers):
            message_id = await done.get()
            while message_id not in started:  # noqa: ASYNC110 - its answer overtook the news that it was asked
                await asyncio.sleep(0)
            spans.append((started.pop(message_id), time.perf_counter()))
            acts.add(task := asyncio.create_task(act(courier)))
            task.add_done_callback(acts.discard)
    return Timing(spans)


async def drained(here: Stand, count: int) -> Timing:
    """Empty a backlog."""
    done: asyncio.Queue[MessageId] = asyncio.Queue()
    start, spans = time.perf_counter(), list[tuple[float, float]]()
    with delivering(here, here.node.start_writer(), done.put_nowait):
        for _ in range(count):
            await done.get()
            spans.append((start, time.perf_counter()))
    return Timing(spans)


async def cpu_s(here: Stand) -> float:
    """CPU seconds that the answering node's process has used."""
    return float((await here.line.ask(partner(here), Request(CPU))).body)


async def while_checkpointing(here: Stand, work: Awaitable[Timing]) -> Timing:
    """The same while both nodes checkpoint and cosign."""
    await here.line.ask(partner(here), Request(CHECKPOINTS, b"on"))
    here.checkpoint(on=True)
    try:
        return await work
    finally:
        here.checkpoint(on=False)
        await here.line.ask(partner(here), Request(CHECKPOINTS, b""))


def show(name: str, timing: Timing, floor_rate: float, goal: int) -> None:
    """One line of the report."""
    fewest, slowest = timing.worst_second()
    shares = "  ".join(f"p{share * 100:g} {timing.latency_ms(share):6.1f}" for share in (0.5, 0.99, 0.999))
    met = "met" if timing.rate >= goal or floor_rate / timing.rate <= 2.5 else "missed"
    print(
        f"{name:36} {timing.rate:6.0f}/s  {shares} ms  worst second {fewest:5}, p99 {slowest:6.1f} ms"
        f"  floor / this {floor_rate / timing.rate:4.1f}  goal {goal}/s {met}"
    )


async def measure(here: Stand, count: int, backlog: int) -> None:
    """Print the report."""
    queue(here.node, range(3 * count))
    contents = written(here.node)
    start = time.process_time()
    floor_rate = floor(here.node, contents[:count])
    floor_us = (time.process_time() - start) / count * 1e6
    print(
        f"{'floor: verify, store, commit':36} {floor_rate:6.0f}/s in groups of {AT_ONCE}, one core; {floor_us:.0f} µs CPU"
    )
    name = "into one node"
    for part, (said, together) in enumerate((("", MAX_MESSAGES), (", one in a request", 1))):
        some, before = contents[part * count : (part + 1) * count], await cpu_s(here)
        show(name + said, await into_one_node(here, some, together), floor_rate, GOALS[name])
        used_us = (await cpu_s(here) - before) / count * 1e6
        print(f"{'  CPU of the answering node':36} {used_us:6.0f} µs each, {used_us / floor_us:.1f} x floor")
    timing = await while_checkpointing(here, into_one_node(here, contents[2 * count :]))
    show(f"{name}, with checkpoints", timing, floor_rate, GOALS[name])
    name = "complete exchanges"
    show(name, await complete_exchanges(here, range(count)), floor_rate, GOALS[name])
    timing = await while_checkpointing(here, complete_exchanges(here, range(count)))
    show(f"{name}, with checkpoints", timing, floor_rate, GOALS[name])
    await drain(here, backlog)


async def drain(here: Stand, backlog: int) -> None:
    """Print how a backlog goes."""
    start = time.perf_counter()
    queue(here.node, range(backlog))
    rate = backlog / (time.perf_counter() - start)
    print(f"{'asked during an outage':36} {rate:6.0f}/s, {ASKS_AT_ONCE} a commit")
    here_before, there_before = time.process_time(), await cpu_s(here)
    timing = await drained(here, backlog)
    here_s, there_s = time.process_time() - here_before, await cpu_s(here) - there_before
    met = "met" if timing.rate >= GOALS["backlog"] else "missed"
    print(
        f"{f'backlog of {backlog:,} drained':36} {timing.rate:6.0f}/s  worst second {timing.worst_second()[0]}"
        f"  goal {GOALS['backlog']}/s {met}"
    )
    first, last = timing.first_and_last_tenth()
    print(f"{'  its first tenth, its last tenth':36} {first:6.0f}/s, {last:.0f}/s")
    print(
        f"{'  CPU of the asking node, of the other':36} {here_s / backlog * 1e6:6.0f} µs each, {there_s / backlog * 1e6:.0f} µs"
    )
    with here.node.database.read() as tx:
        left = tx.execute(select(func.count()).select_from(outbox).where(outbox.c.state == "queued")).scalar_one()
    print(f"{'left in the outbox':36} {left:6}")


def main() -> None:
    """Measure in a temporary directory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="a tenth of everything, in a few seconds")
    parser.add_argument("--enquiries", type=int, default=5_000, help="of each kind of load")
    parser.add_argument("--backlog", type=int, default=10_000, help="messages that gathered; the goal names 100,000")
    parser.add_argument("--database", default="", help="URL of an empty PostgreSQL database for the answering node")
    chosen = parser.parse_args()
    share = 10 if chosen.short else 1
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(run(Path(name), chosen.database, (chosen.enquiries // share, chosen.backlog // share)))


async def run(directory: Path, url: str, sizes: tuple[int, int]) -> None:
    """Build both nodes, start them and measure."""
    build(directory, url)
    with answerer(directory):
        here = stand(directory, ALB)
        with closing(here.node):
            async with await here.serve():
                await is_there(directory / f"{XKX}.socket")
                await measure(here, *sizes)
            await here.line.close()


if __name__ == "__main__":
    main()
