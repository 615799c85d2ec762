"""C2SP tlog-witness v1.0.0, section add-checkpoint, sentence by sentence, at a real node's door.

Each test quotes the rule it holds the node to. ALB is the witness, GBR the log; requests are made by hand.
"""

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.federation.world import ALB, GBR, XKX, World, certificate_der

from egnatia.exchange.paths import C2SP_PATH, WITNESS_PATH
from egnatia.ledger import Act, append
from egnatia.ledger.alarms import alarms
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text
from egnatia.ledger.nodes import consistency_proof, log_size, stored_root
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.notes import NoteSignature, parse_note, parse_signatures, sign_note, verify_cosignature
from egnatia.ledger.tree import EMPTY_ROOT
from egnatia.ledger.witness_text import WitnessRequest, encode_request
from egnatia.ledger.witnessed import witnessed
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode

OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


@dataclass(frozen=True)
class Answer:
    status: int
    type: str
    body: bytes


class Door:
    """ALB's application as GBR's connection finds it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.log = world.nodes[GBR]
        self.origin = world.look(GBR, lambda tx: self.log.trust(tx).log.name)
        self.grow(3)

    def grow(self, count: int) -> None:
        for _ in range(count):
            act = Act(EventKind.LOGOUT, self.world.clock(), "off-1", "session")
            self.log.commit(partial(append, act=act))

    @property
    def size(self) -> int:
        return self.world.look(GBR, log_size)

    def note(self, size: int, **forged: Any) -> bytes:
        root = forged.get("root") or self.world.look(GBR, lambda tx: stored_root(tx, size))
        origin = forged.get("origin", self.origin)
        text = checkpoint_text(Checkpoint(origin, size, root)) + forged.get("extension", b"")
        return sign_note(text, origin, forged.get("key", self.log.keys.signing))

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return tuple(self.world.look(GBR, lambda tx: consistency_proof(tx, old, new)))

    def request(self, old: int, new: int, **forged: Any) -> bytes:
        proof = forged.pop("proof") if "proof" in forged else self.proof(old, new)
        return encode_request(WitnessRequest(old, tuple(proof), self.note(new, **forged)))

    def post(self, body: bytes, path: str = C2SP_PATH, method: str = "POST", sender: PartnerCode = GBR) -> Answer:
        return self.world.runner.run(self.apost(body, path, method, sender))

    async def apost(
        self, body: bytes, path: str = C2SP_PATH, method: str = "POST", sender: PartnerCode = GBR
    ) -> Answer:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "https",
            "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [],
            "extensions": {"tls": {"client_certificate": certificate_der(self.world.nodes[sender].keys)}},
        }  # fmt: skip
        await self.world.apps[ALB](scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(
            sent[0]["status"], headers.get("content-type", ""), b"".join(m.get("body", b"") for m in sent[1:])
        )

    def known(self) -> int:
        found = self.world.look(ALB, lambda tx: witnessed(tx, GBR))
        return found.size if found else 0


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


@pytest.fixture
def known(door: Door) -> Door:
    """ALB has cosigned GBR's log at its present size, and it has grown since."""
    assert door.post(door.request(0, door.size)).status == 200
    door.grow(4)
    return door


def test_the_request_must_be_a_post(door: Door) -> None:
    for path in (C2SP_PATH, WITNESS_PATH):
        for method in ("GET", "PUT", "DELETE"):
            assert door.post(door.request(0, door.size), path, method).status in (404, 405)
    assert door.known() == 0


def test_both_addresses_are_the_same_witness(door: Door) -> None:
    assert door.post(door.request(0, door.size), WITNESS_PATH).status == 200
    assert door.post(door.request(door.size, door.size), C2SP_PATH).status == 200


SPOILT: list[Callable[[bytes], bytes]] = [
    lambda body: body[1:],
    lambda body: body.replace(b"old ", b"old  ", 1),
    lambda body: body.replace(b"old ", b"Old ", 1),
    lambda body: body.replace(b"old 0", b"old 00", 1),
    lambda body: body.replace(b"old 0", b"old +0", 1),
    lambda body: body.replace(b"old 0", b"old 0x0", 1),
    lambda body: body.replace(b"old 0", b"old", 1),
    lambda body: body.replace(b"old 0\n", b"old 0\r\n", 1),
    lambda body: body.replace(b"old 0\n\n", b"old 0\n", 1),
    lambda body: body.replace(b"old 0\n\n", b"old 0\nnot base64\n\n", 1),
    lambda body: body.replace(b"old 0\n\n", b"old 0\nAAAA\n\n", 1),
    lambda body: body.replace(b"old 0\n\n", b"old 0\n" + base64.b64encode(bytes(31)) + b"\n\n", 1),
    lambda body: body.replace(b"old 0\n\n", b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n", 1),
    lambda body: body[:-1],
    lambda body: body + b"x",
    lambda _: b"",
    lambda body: b"\xff" + body,
    lambda body: body.replace(b"\n\n\xe2\x80\x94", b"\n\xe2\x80\x94"),
]


def test_a_body_that_is_not_that_sequence_of_lines_is_a_bad_request(door: Door) -> None:
    """An old size line, zero or more proof lines (at most 63), an empty line, a checkpoint; each ends in a newline."""
    for number, spoil in enumerate(SPOILT):
        assert door.post(spoil(door.request(0, door.size))).status == 400, number
    assert door.known() == 0


def test_sixty_three_proof_lines_are_read(known: Door) -> None:
    """The client MUST NOT send more than 63; that many are judged as a proof, not as a bad request."""
    answer = known.post(known.request(known.known(), known.size, proof=[bytes(32)] * 63))
    assert answer.status == 422


def test_the_checkpoint_may_carry_several_signatures_and_unknown_ones_are_ignored(door: Door) -> None:
    stranger = key_of("stranger.example", KeyKind.NOTE, OTHER)
    lines = [NoteSignature("stranger.example", stranger.key_id, bytes(64)).line for _ in range(15)]
    note = door.note(door.size) + "".join(lines).encode()
    assert door.post(encode_request(WitnessRequest(0, (), note))).status == 200


def test_an_unknown_origin_is_not_found(known: Door) -> None:
    body = known.request(known.known(), known.size, origin="xkx.example/ledger")
    assert known.post(body).status == 404
    assert known.post(known.request(known.known(), known.size), sender=XKX).status == 404  # not XKX's own log


def test_a_checkpoint_without_a_good_signature_of_the_log_is_forbidden(known: Door) -> None:
    """403 if no signature of a trusted key is there, or one that claims to be of a trusted key does not verify."""
    own = key_of(known.origin, KeyKind.NOTE, known.log.keys.signing)
    note = known.note(known.size)
    bodies = {
        "another key": known.note(known.size, key=OTHER),
        "no key of the log": note.replace(b"\xe2\x80\x94 " + known.origin.encode(), b"\xe2\x80\x94 nobody"),
        "one of two broken": note + NoteSignature(known.origin, own.key_id, bytes(64)).line.encode(),
        "changed": note.replace(b"\n%d\n" % known.size, b"\n%d\n" % (known.size + 1)),
    }
    proof = known.proof(known.known(), known.size)
    for way, body in bodies.items():
        assert known.post(encode_request(WitnessRequest(known.known(), proof, body))).status == 403, way
    assert known.world.look(ALB, alarms) == []


def test_an_old_size_above_the_checkpoint_is_a_bad_request(known: Door) -> None:
    body = encode_request(WitnessRequest(known.size + 1, (), known.note(known.size)))
    assert known.post(body).status == 400


def test_another_old_size_than_the_one_cosigned_last_is_a_conflict_that_names_it(known: Door) -> None:
    """409; the body is that size in decimal and a newline; the type is text/x.tlog.size, and nothing after it."""
    for old in (0, 1, known.known() - 1, known.known() + 1):
        answer = known.post(known.request(old, known.size))
        assert answer == Answer(409, "text/x.tlog.size", b"%d\n" % known.known())


def test_a_first_request_with_an_old_size_is_told_zero(door: Door) -> None:
    """Zero if it never cosigned a checkpoint for that origin."""
    assert door.post(door.request(1, door.size)) == Answer(409, "text/x.tlog.size", b"0\n")


def test_an_empty_log_has_the_root_of_nothing(door: Door) -> None:
    """A checkpoint of size zero MUST have the root of the empty tree; otherwise 422."""
    wrong = encode_request(WitnessRequest(0, (), door.note(0, root=bytes(32))))
    assert door.post(wrong).status == 422
    right = encode_request(WitnessRequest(0, (), door.note(0, root=EMPTY_ROOT)))
    assert door.post(right).status == 200
    assert door.post(door.request(0, door.size)).status == 200


def test_from_zero_the_proof_must_be_empty(door: Door) -> None:
    assert door.post(door.request(0, door.size, proof=[bytes(32)])).status == 422
    assert door.post(door.request(0, door.size)).status == 200


def test_a_proof_that_does_not_verify_is_unprocessable_and_nothing_is_cosigned(known: Door) -> None:
    old, new = known.known(), known.size
    good = known.proof(old, new)
    for proof in ((), good[:-1], (*good, good[-1]), (bytes(32), *good[1:]), good[::-1]):
        answer = known.post(known.request(old, new, proof=proof))
        assert (answer.status, b"\xe2\x80\x94" in answer.body) == (422, False), proof
    assert known.known() == old


def test_another_root_at_the_same_size_is_unprocessable(known: Door) -> None:
    answer = known.post(known.request(known.known(), known.known(), root=bytes(32)))
    assert answer.status == 422
    (alarm,) = known.world.look(ALB, alarms)
    assert alarm.grade == "proven"


def test_the_same_checkpoint_again_is_cosigned_again(known: Door) -> None:
    assert known.post(known.request(known.known(), known.known())).status == 200


def test_success_is_cosignature_lines_with_a_time_over_the_whole_checkpoint(known: Door) -> None:
    """One or more lines that start with an em dash and end with a newline; the timestamp MUST NOT be omitted."""
    answer = known.post(known.request(known.known(), known.size))
    assert (answer.status, answer.type) == (200, "text/plain; charset=utf-8")
    assert answer.body.startswith("\u2014 ".encode())
    assert answer.body.endswith(b"\n")
    alb = known.world.nodes[ALB]
    key = key_of(known.world.card(GBR, ALB).ledger_origin, KeyKind.COSIGNATURE, alb.keys.signing)
    (signature,) = parse_signatures(answer.body.decode())
    assert signature.key_id == key.key_id
    at = verify_cosignature(parse_note(known.note(known.size)).text, signature, key)
    assert at == known.world.clock()
    assert at.timestamp() > 0


def test_it_is_persisted_before_it_is_answered(known: Door) -> None:
    """The witness's process dies right after its answer; what it cosigned, it still knows."""
    size = known.size
    assert known.post(known.request(known.known(), size)).status == 200
    known.world.restart(ALB)
    assert known.known() == size


def test_checking_and_storing_are_one_step(known: Door) -> None:
    """The race of the specification: many requests at once, none ever rolls another back."""
    old = known.known()
    sizes = range(old + 1, known.size + 1)
    bodies = [known.request(old, size) for size in sizes] * 3

    async def all_at_once() -> list[Answer]:
        return list(await asyncio.gather(*(known.apost(body) for body in bodies)))

    answers = known.world.runner.run(all_at_once())
    cosigned = {size for size, answer in zip([*sizes] * 3, answers, strict=True) if answer.status == 200}
    assert {answer.status for answer in answers} <= {200, 409}
    assert len(cosigned) == 1
    assert known.known() == cosigned.pop()


def test_threads_do_not_roll_back_either(known: Door) -> None:
    from egnatia.ledger.witness import Cosigner, KnownLog, witness_checkpoint

    old, alb = known.known(), known.world.nodes[ALB]
    log = KnownLog(GBR, key_of(known.origin, KeyKind.NOTE, known.log.keys.signing))
    cosigner = Cosigner("alb", alb.keys.signing, ALB)
    bodies = [known.request(old, size) for size in range(old + 1, known.size + 1)]
    now = known.world.clock()
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(alb.database.run, lambda tx, b=body: witness_checkpoint(tx, log, b, cosigner, now).status)
            for body in bodies
        ]
        statuses = sorted(job.result() for job in jobs)
    assert statuses == [200] + [409] * (len(bodies) - 1)


def test_extension_lines_are_a_bad_request_here(door: Door) -> None:
    """The format allows them and recommends against; this witness vouches for nothing that it cannot check."""
    note = door.note(door.size, extension=b"more\n")
    assert door.post(encode_request(WitnessRequest(0, (), note))).status == 400


def test_an_oversized_request_is_refused_before_it_is_read(door: Door) -> None:
    assert door.post(b"old 0\n\n" + b"x" * 100_000).status == 413
    assert door.known() == 0
