"""The exchange's four addresses, asked by partners and by strangers, with everything that may be wrong in a request."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.types import Message, Scope
from tests.exchange.conftest import ALB, GBR, XKX, Clock, Sim, certificate_der, make_sim

from egnatia.exchange.client import Reply, Request
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.message import format_moment, parse_moment
from egnatia.exchange.paths import LEAVES_PATH, MESSAGES_PATH, SENT_AT_HEADER, STATUS_PATH, WITNESS_PATH
from egnatia.exchange.server import MAX_LEAVES
from egnatia.exchange.strict_json import MAX_BYTES
from egnatia.ledger import Act, append
from egnatia.ledger.audit import leaf_hashes
from egnatia.ledger.checkpoints import sign_checkpoint
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.notes import parse_note, parse_signatures, verify_cosignature
from egnatia.ledger.witness import consistency_request
from egnatia.ledger.witness_text import MAX_REQUEST_BYTES
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode

Sims = Mapping[PartnerCode, Sim]


def ask(sims: Sims, path: str, body: bytes | None = None, **headers: str) -> Reply:
    """ALB asks XKX."""
    request = Request(path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    return asyncio.run(sims[ALB].line.ask(sims[XKX].partner_card(), request))


def problem(reply: Reply) -> dict[str, str]:
    values: dict[str, str] = json.loads(reply.body)
    assert set(values) == {"code", "reason", "detail", "hint"}
    assert values["detail"]
    return values


def grow(sim: Sim, clock: Clock, count: int) -> None:
    with sim.database.write() as tx:
        for number in range(count):
            append(tx, Act(EventKind.LEDGER_READ, clock(), "off-1", f"log:{number}"))


@pytest.mark.parametrize(
    "path", ["/", "/exchange", "/exchange/messages/", "/exchange/card", "/exchange/ledger", "/favicon.ico", "/../etc"]
)
def test_there_is_nothing_at_other_addresses(sims: Sims, path: str) -> None:
    reply = ask(sims, path)
    assert reply.status in {404, 307}
    if reply.status == 404:
        assert problem(reply)["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("path", "body"), [(MESSAGES_PATH, None), (WITNESS_PATH, None), (STATUS_PATH, b"{}"), (LEAVES_PATH, b"")]
)
def test_another_method_is_refused(sims: Sims, path: str, body: bytes | None) -> None:
    assert ask(sims, path, body).status == 405


@pytest.mark.parametrize(
    "header",
    ["", "now", "2025-05-15", "2025-05-15T03:00:00", "2025-02-30T00:00:00Z", "1747278000", "2025-05-15T03:00:00Z "],
)
def test_a_message_without_the_senders_time_is_refused_before_it_is_read(sims: Sims, header: str) -> None:
    reply = ask(sims, MESSAGES_PATH, b"{}", **{SENT_AT_HEADER: header})
    assert (reply.status, problem(reply)["reason"]) == (400, "MALFORMED")
    assert SENT_AT_HEADER in problem(reply)["detail"]


@pytest.mark.parametrize(
    "shift", [timedelta(minutes=5, microseconds=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-365)]
)
def test_a_clock_that_is_off_is_refused_with_both_times(sims: Sims, clock: Clock, shift: timedelta) -> None:
    theirs = clock() + shift
    reply = ask(sims, MESSAGES_PATH, b"{}", **{SENT_AT_HEADER: format_moment(theirs)})
    assert (reply.status, problem(reply)["reason"]) == (409, "CLOCK_SKEW")
    assert format_moment(theirs) in problem(reply)["detail"]
    assert format_moment(clock()) in problem(reply)["detail"]
    assert "NTP" in problem(reply)["hint"]


@pytest.mark.parametrize(("path", "limit"), [(MESSAGES_PATH, MAX_BYTES), (WITNESS_PATH, MAX_REQUEST_BYTES)])
def test_a_body_over_the_limit_is_refused(sims: Sims, clock: Clock, path: str, limit: int) -> None:
    headers = {SENT_AT_HEADER: format_moment(clock())}
    over, within = ask(sims, path, b"x" * (limit + 1), **headers), ask(sims, path, b"x" * limit, **headers)
    assert (over.status, problem(over)["reason"]) == (413, "TOO_LARGE")
    assert within.status == 400


@dataclass(slots=True)
class Chunks:
    """A client that sends its body in pieces, for ever or until it hangs up."""

    pieces: int
    asked: int = 0
    status: int = 0

    async def receive(self) -> Message:
        self.asked += 1
        if self.asked > self.pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]


def pour(sims: Sims, clock: Clock, client: Chunks) -> None:
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https", "path": MESSAGES_PATH,
        "raw_path": MESSAGES_PATH.encode(), "query_string": b"", "root_path": "",
        "headers": [(SENT_AT_HEADER.encode(), format_moment(clock()).encode())],
        "extensions": {"tls": {"client_certificate": certificate_der(sims[ALB].keys)}},
    }  # fmt: skip

    async def serve() -> None:
        await sims[XKX].apps[XKX](scope, client.receive, client.send)

    asyncio.run(serve())


def test_a_body_without_end_is_given_up_at_the_limit(sims: Sims, clock: Clock) -> None:
    client = Chunks(10**9)
    pour(sims, clock, client)
    assert client.status == 413
    assert client.asked <= MAX_BYTES // 1000 + 2, "nothing past the limit was taken"


def test_a_client_that_hangs_up_is_no_fault_of_the_node(sims: Sims, clock: Clock) -> None:
    client = Chunks(3)
    pour(sims, clock, client)
    assert client.status == 400


def stranger_line(sims: Sims, tmp_path: Path, clock: Clock) -> MemoryLine:
    other = make_sim(tmp_path / GBR, GBR, clock, {})
    other.stop()
    return MemoryLine(certificate_der(other.keys), sims[XKX].apps)


@pytest.mark.parametrize("path", [STATUS_PATH, f"{LEAVES_PATH}?start=0&end=1"])
def test_a_stranger_learns_nothing(sims: Sims, tmp_path: Path, clock: Clock, path: str) -> None:
    for line in (stranger_line(sims, tmp_path, clock), MemoryLine(b"", sims[XKX].apps)):
        reply = asyncio.run(line.ask(sims[XKX].partner_card(), Request(path)))
        assert (reply.status, problem(reply)["reason"]) == (403, "UNKNOWN_SENDER")
        assert "ALB" not in reply.body.decode()


def test_a_stranger_gets_no_cosignature(sims: Sims, tmp_path: Path, clock: Clock) -> None:
    line = stranger_line(sims, tmp_path, clock)
    reply = asyncio.run(line.ask(sims[XKX].partner_card(), Request(WITNESS_PATH, b"old 0\n\nx")))
    assert (reply.status, problem(reply)["reason"]) == (403, "UNKNOWN_SENDER")


def test_the_status_follows_the_clock_and_the_ledger(sims: Sims, clock: Clock) -> None:
    first = json.loads(ask(sims, STATUS_PATH).body)
    grow(sims[XKX], clock, 5)
    clock.turn(minutes=3)
    second = json.loads(ask(sims, STATUS_PATH).body)
    assert set(first) == {"code", "version", "protocol", "ledger_size", "time"}
    assert second["ledger_size"] - first["ledger_size"] == 5
    assert parse_moment(second["time"], "time") - parse_moment(first["time"], "time") == timedelta(minutes=3)


def test_leaves_come_page_by_page_and_are_those_of_the_log(sims: Sims, clock: Clock) -> None:
    grow(sims[XKX], clock, 40)
    with sims[XKX].database.read() as tx:
        size = json.loads(ask(sims, STATUS_PATH).body)["ledger_size"]
        whole = b"".join(leaf_hashes(tx, 0, size))
    pages = [ask(sims, f"{LEAVES_PATH}?start={low}&end={min(low + 7, size)}").body for low in range(0, size, 7)]
    assert b"".join(pages) == whole
    assert ask(sims, f"{LEAVES_PATH}?start={size}&end={size}").body == b""
    assert ask(sims, f"{LEAVES_PATH}?end={size}&start=0").body == whole


@pytest.mark.parametrize(
    "query",
    ["start=0", "end=1", "start=&end=1", "start=+0&end=1", "start=0x0&end=1", "start=0&end=1.0", "start=0&end=%D9%A1",
     "start=0&end=9999999999999999999", f"start=0&end={MAX_LEAVES + 1}", "start=1&end=0", "start=0&end=1&start=x"],
)  # fmt: skip
def test_a_page_that_cannot_be_is_refused_in_words(sims: Sims, query: str) -> None:
    reply = ask(sims, f"{LEAVES_PATH}?{query}")
    assert reply.status == 422
    assert problem(reply)["code"]


def test_a_witness_answers_over_the_line_with_its_cosignature(sims: Sims, clock: Clock) -> None:
    asker, witness = sims[ALB], sims[XKX]
    grow(asker, clock, 3)
    with asker.database.write() as tx:
        note = sign_checkpoint(tx, "egnatia/ALB", asker.keys.signing, clock())
        body = consistency_request(tx, XKX)
    assert note is not None
    reply = ask(sims, WITNESS_PATH, body)
    assert reply.status == 200
    (signature,) = parse_signatures(reply.body.decode())
    key = key_of("egnatia/XKX", KeyKind.COSIGNATURE, witness.keys.signing)
    assert verify_cosignature(parse_note(note.note).text, signature, key) == clock()
    again = ask(sims, WITNESS_PATH, body)
    assert (again.status, again.body) == (409, f"{note.checkpoint.size}\n".encode())


@pytest.mark.parametrize("body", [b"", b"old 0\n", b"\xff" * 100, b"old 0\n\nno note", b'{"old": 0}'])
def test_a_witness_refuses_what_is_no_request(sims: Sims, body: bytes) -> None:
    assert ask(sims, WITNESS_PATH, body).status == 400


def test_a_partner_cannot_have_another_partners_log_cosigned_as_its_own(sims: Sims, clock: Clock) -> None:
    grow(sims[ALB], clock, 2)
    with sims[ALB].database.write() as tx:
        sign_checkpoint(tx, "egnatia/GBR", sims[ALB].keys.signing, clock())
        body = consistency_request(tx, XKX)
    assert ask(sims, WITNESS_PATH, body).status == 404
