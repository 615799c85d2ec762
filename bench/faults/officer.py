"""The process of a node's officers: queues enquiries and writes down what was acknowledged to them.

It opens the node's directory beside the serving process, as `egnatia enquiry` does, and stops with whoever started it.
Run by the suite: `python -m bench.faults.officer NODE_DIRECTORY CLOCK_FILE HISTORY LIMITS_FILE`.
"""

import json
import os
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bench.faults.clock import WrongClock, ahead
from bench.faults.history import Batch, Log, case_ref, next_number
from bench.faults.places import DOCUMENTS, ISSUERS, document, others
from sqlalchemy import func, select

from egnatia.accounts import officers
from egnatia.enquiries.ask import EnquiryDraft, send_enquiry
from egnatia.errors import Error
from egnatia.exchange.outbox import QUEUED, Draft, queue_message
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import Offence, Purpose, SubjectKind
from egnatia.node import Node
from egnatia.store.database import Transaction
from egnatia.store.tables import outbox

BATCH = 25
"""Enquiries to a transaction: the writer's lock is held for some tens of milliseconds."""
PROBES = 4
"""Messages of one conversation queued with every eighth batch: the order of a conversation is checked on them."""
PROBE_EVERY = 8
PROBE_KIND = "fault_probe"
"""A kind that no node knows: it is refused as malformed, which is an answer."""
HIT_EVERY = 3
"""Every third enquiry names a registered document."""
_WHY = "Number presented at the border; its issuer has to say whether it is registered."
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an officer may queue; the suite changes the file while the officer works.

    Attributes:
        enquiries: stop at this number of enquiries.
        queue: wait while more messages than this wait at the node.
    """

    enquiries: int
    queue: int


def read_limits(path: Path) -> Limits:
    """The limits in force."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return Limits(values["enquiries"], values["queue"])


def question(code: PartnerCode, number: int) -> tuple[dict[str, str], PartnerCode | None, str]:
    """What enquiry `number` asks, which partner has the document, and under which reference; None for nobody."""
    owner = others(code)[number % 2]
    if number % HIT_EVERY:
        return {"issuer": ISSUERS[owner], "document_type": "P", "number": f"{owner[0]}N{number:06d}"[:9]}, None, ""
    registered, reference = document(owner, number // HIT_EVERY % DOCUMENTS)
    return {"issuer": ISSUERS[owner], "document_type": "P", "number": registered}, owner, reference


def draft(code: PartnerCode, number: int) -> EnquiryDraft:
    """The enquiry with this number, to both partners."""
    return EnquiryDraft(
        case_ref=case_ref(number),
        subject=SubjectKind.TRAVEL_DOCUMENT,
        purpose=tuple(Purpose)[number // BATCH % len(Purpose)],
        offence=Offence.FALSE_DOCUMENT,
        justification=_WHY,
        query=question(code, number)[0],
        partners=others(code),
        beyond=_WHY,
    )


def record(tx: Transaction, node: Node, officer: Officer, batch: Batch, now: datetime) -> Batch:
    """Record a batch in one transaction; returns it with its identifiers."""
    numbers = range(batch.first, batch.first + batch.count)
    sent = [send_enquiry(tx, node.desk, officer, draft(node.code, number), now) for number in numbers]
    probes: list[str] = []
    conversation = ""
    if batch.first // batch.count % PROBE_EVERY == 0:
        conversation = tx.new_id()
        to = others(node.code)[batch.first // batch.count // PROBE_EVERY % 2]
        for place in range(PROBES):
            message = Draft(PROBE_KIND, to, conversation, {"place": place})
            probes.append(queue_message(tx, node.keys, message, now).message_id)
    return Batch(batch.first, batch.count, tuple(each.id for each in sent), tuple(probes), conversation)


def waiting(node: Node) -> int:
    """How many messages wait at the node; those that a clock a day ahead created wait for their own day, not for the line."""
    query = select(func.count()).where(outbox.c.state == QUEUED, outbox.c.created_at < ahead())
    with node.database.read() as tx:
        return int(tx.execute(query).scalar_one())


def work(node: Node, history: Path, limits_file: Path, stop: threading.Event) -> None:
    """Queue batches until told to stop."""
    with node.database.read() as tx:
        staff = [each.officer for each in officers(tx)]
    log, number = Log(history), next_number(history)
    while not stop.is_set():
        try:
            limits = read_limits(limits_file)
            idle = number >= limits.enquiries or waiting(node) > limits.queue
        except Error:
            idle = True
        if idle:
            stop.wait(_PAUSE_S)
            continue
        begun = Batch(number, BATCH)
        log.begin(begun.first, begun.count)
        number += BATCH
        try:
            officer = staff[begun.first // BATCH % len(staff)]
            job = partial(record, node=node, officer=officer, batch=begun, now=node.clock())
            log.acknowledged(node.commit(job))
        except Error as error:
            log.failed(begun.first, f"{error.code}: {error.message}")
            stop.wait(_PAUSE_S * 4)
    log.close()


def main(arguments: list[str]) -> int:
    """Work until standard input ends."""
    directory, clock, history, limits = (Path(each) for each in arguments)
    stop = threading.Event()
    threading.Thread(target=_watch, args=(stop,), daemon=True).start()
    node = None
    while node is None and not stop.is_set():
        try:
            node = Node.open(directory, WrongClock(clock))
        except Error as error:  # its disk may be full, or its database held: an officer tries again
            print(f"officer: {error.message}", file=sys.stderr)
            stop.wait(0.5)
    if node is not None:
        work(node, history, limits, stop)
        node.close()
    return 0


def _watch(stop: threading.Event) -> None:
    os.read(0, 1)  # not through sys.stdin: its lock would be held when the interpreter ends
    stop.set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
