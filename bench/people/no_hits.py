"""Whether the time of a no-hit tells how common a name is, and what hiding it costs.

python -m bench.people.no_hits [--namesakes N] [--questions N] [--drained N]

Two whole nodes in one process (keys, agreements, the real enquiry flow, SQLite, ledgers); TLS and HTTP are left out, which would
hide more. One question at a time, kinds in random order: about nobody, about somebody whose family name N others share, about
somebody who is shielded. Printed are medians and the Kolmogorov-Smirnov test against `nobody` (a p below .05 means that the times
tell them apart), first with answers as soon as they are there, then at the steps of a serving node. Then a backlog of questions
about persons is delivered by the courier, at once and at steps: questions answered a second.
"""

import argparse
import asyncio
import math
import random
import re
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from bench.exchange.twin import INSTALLER, NO_QUOTA, certificate_der

from egnatia.agreements import import_register
from egnatia.engines.people import PersonRecord, PersonRow, parse_date
from egnatia.engines.people.simulate import persons
from egnatia.enquiries.ask import EnquiryDraft, send_enquiry
from egnatia.enquiries.holdings import import_persons, mark_protected
from egnatia.exchange.card import read_card
from egnatia.exchange.client import Request
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.message import format_moment
from egnatia.exchange.pacing import Pace
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.exchange.protocols import NEWEST, learn_protocol
from egnatia.exchange.server import exchange_app
from egnatia.model.ids import OfficerId, PartnerCode, RecordRef, SealedId
from egnatia.model.officers import Officer
from egnatia.model.states import Offence, Purpose, Role, SubjectKind
from egnatia.node import Node, create_node, utc_now
from egnatia.scenario.task_force import agreements
from egnatia.settings import EnquirySettings, Settings
from egnatia.store.tables import outbox

ALB, GBR = PartnerCode("ALB"), PartnerCode("GBR")
ASKER = Officer(OfficerId("off-asker"), "bench", frozenset({Role.ENQUIRER}))
CHIEF = Officer(OfficerId("off-chief"), "bench", frozenset({Role.SUPERVISOR}))
WHY = "Measured: does the time of an answer tell anything?"
KINDS: dict[str, dict[str, str]] = {
    "nobody": {"first_names": "Zzyxqor", "family_names": "Wqopplex", "birth_date": "1901-07-13"},
    "a common name": {"first_names": "Zzyxqor", "family_names": "Hoxha", "birth_date": "1901-07-13"},
    "a shielded person": {"first_names": "Qerimqq", "family_names": "Vzuqqi", "birth_date": "1990-02-03"},
}
STRANGERS = 500


def build(directory: Path, namesakes: int) -> dict[PartnerCode, Node]:
    """Both nodes, and the register of the one that is asked."""
    made = {}
    for code in (ALB, GBR):
        limits = EnquirySettings(officer_day=NO_QUOTA, case_day=NO_QUOTA)
        made[code] = create_node(directory / code, Settings(code=code, name=code, enquiries=limits))
    register = re.sub(rb"quota_day = \d+", b"quota_day = %d" % NO_QUOTA, agreements())
    for code, node in made.items():
        other = made[GBR if code == ALB else ALB]
        node.add_partner(other.card(), INSTALLER.id)
        with node.database.write() as tx:
            import_register(tx, register, INSTALLER.id, node.clock())
            learn_protocol(tx, other.code, NEWEST)
    node, born = made[GBR], parse_date("1990-02-03")
    held = [each.record() for each in persons(STRANGERS, 5)]
    held += [PersonRecord(RecordRef(f"F-{n:06}"), f"Zq{n}", "Hoxha") for n in range(namesakes)]
    held.append(PersonRecord(RecordRef("S-000001"), "Qerimqq", "Vzuqqi", born))
    rows = [PersonRow(number, each, {}) for number, each in enumerate(held)]
    with node.database.write() as tx:
        import_persons(tx, node.desk, INSTALLER, rows, node.clock())
        mark_protected(tx, CHIEF, RecordRef("S-000001"), WHY, node.clock())
    return made


def ask(node: Node, query: Mapping[str, str], number: int) -> None:
    """One enquiry, queued."""
    draft = EnquiryDraft(
        f"DUR-2025-{number % 9_000:04}", SubjectKind.PERSON, Purpose.INVESTIGATION, Offence.SMUGGLING_OF_PERSONS, WHY,
        dict(query), (GBR,),
    )  # fmt: skip
    node.database.run(lambda tx: send_enquiry(tx, node.desk, ASKER, draft, node.clock()))


def taken_back(node: Node) -> list[bytes]:
    """The signed bytes of what waits, which is then delivered by hand."""
    with node.database.write() as tx:
        sealed = tx.execute(outbox.select().order_by(outbox.c.sequence)).all()
        contents = [tx.unseal(SealedId(each.sealed_id)) for each in sealed]
        tx.execute(outbox.delete())
    return contents


def line_to(nodes: Mapping[PartnerCode, Node], pace: Pace | None) -> MemoryLine:
    """The line from the asking node to the answering one."""
    return MemoryLine(certificate_der(nodes[ALB].keys), {GBR: exchange_app(nodes[GBR].site(pace))})


async def timed(nodes: Mapping[PartnerCode, Node], pace: Pace | None, questions: int) -> dict[str, list[float]]:
    """Milliseconds of each answer, by kind."""
    rng, line, card = random.Random(417), line_to(nodes, pace), read_card(nodes[GBR].card())
    order = [name for name in KINDS for _ in range(questions)]
    rng.shuffle(order)
    for number, name in enumerate(order):
        ask(nodes[ALB], KINDS[name], number)
    found: dict[str, list[float]] = {name: [] for name in KINDS}
    for name, content in zip(order, taken_back(nodes[ALB]), strict=True):
        request = Request(MESSAGES_PATH, content, {SENT_AT_HEADER: format_moment(utc_now())})
        start = time.perf_counter()
        reply = await line.ask(card, request)
        found[name].append((time.perf_counter() - start) * 1e3)
        if reply.status != 200:
            raise SystemExit(reply.body.decode())
    return found


def kolmogorov_smirnov(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """The largest distance of two distributions, and the chance of one as large from the same source (asymptotic)."""
    steps = sorted([(each, 1 / len(one)) for each in one] + [(each, -1 / len(other)) for each in other])
    total, largest = 0.0, 0.0
    for _, step in steps:
        total += step
        largest = max(largest, abs(total))
    root = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    at = (root + 0.12 + 0.11 / root) * largest
    chance = 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * at * at) for k in range(1, 101))
    return largest, 1.0 if at < 0.2 else min(1.0, max(0.0, chance))


def show(name: str, found: Mapping[str, Sequence[float]]) -> None:
    """Three lines of the report."""
    print(name)
    for kind, times in found.items():
        share = sorted(times)
        said = f"  {kind:18} median {statistics.median(times):8.2f} ms  p5 {share[len(share) // 20]:8.2f}"
        said += f"  p95 {share[-1 - len(share) // 20]:8.2f}"
        if kind != "nobody":
            said += "  distance from nobody {:.3f}  p {:.3g}".format(*kolmogorov_smirnov(found["nobody"], times))
        print(said, flush=True)


async def drained(nodes: Mapping[PartnerCode, Node], pace: Pace | None, count: int) -> float:
    """Questions answered a second, from the first attempt to the last answer taken."""
    node, people = nodes[ALB], [each.record() for each in persons(count, 9)]
    for number, each in enumerate(people):
        ask(node, {"first_names": each.first_names or "Agim", "family_names": each.family_names or "Gashi"}, number)
    courier = node.courier(line_to(nodes, pace))
    start, running = time.perf_counter(), asyncio.create_task(courier.run())
    waits = outbox.select().where(outbox.c.state == "queued").limit(1)
    while True:
        await asyncio.sleep(0.05)
        with node.database.read() as tx:
            if tx.execute(waits).first() is None:
                break
    rate = count / (time.perf_counter() - start)
    running.cancel()
    return rate


async def measure(nodes: Mapping[PartnerCode, Node], questions: int, count: int) -> None:
    """Print the report."""
    await timed(nodes, None, 5)  # what a process reads once, it reads now
    paced = nodes[GBR].pace()
    show("answered as soon as it can be", await timed(nodes, None, questions))
    show(f"answered at steps of {paced.step_s * 1e3:.0f} ms", await timed(nodes, paced, questions))
    for name, pace in (("at once", None), ("at steps", paced)):
        print(f"{count} questions about persons drained, {name}: {await drained(nodes, pace, count):.0f}/s")


def main() -> None:
    """Measure in a temporary directory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--namesakes", type=int, default=5_000)
    parser.add_argument("--questions", type=int, default=200, help="of each kind")
    parser.add_argument("--drained", type=int, default=2_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        nodes = build(Path(name), chosen.namesakes)
        with closing(nodes[ALB]), closing(nodes[GBR]):
            asyncio.run(measure(nodes, chosen.questions, chosen.drained))


if __name__ == "__main__":
    main()
