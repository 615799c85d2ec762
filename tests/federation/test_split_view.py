"""A node that keeps two ledgers and shows each partner another: caught by both in one round, with evidence for others."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.types import ASGIApp
from tests.federation.world import ALB, CODES, GBR, XKX, Tap, World, certificate_der, copy_nodes, drop_databases

from egnatia.exchange.client import Request
from egnatia.exchange.gossip import HEADS_PATH, PATH_PATH, compare_heads
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.server import exchange_app
from egnatia.exchange.witnessing import ask_for_cosignatures
from egnatia.ledger import Act, append
from egnatia.ledger.alarms import PROVEN, SUSPECTED, Alarm, alarms
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text
from egnatia.ledger.evidence import REWRITTEN, SPLIT_VIEW, read_evidence, verify_evidence
from egnatia.ledger.notes import sign_note
from egnatia.ledger.witnessed import witnessed
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.node import Node

VERIFIER = Path(__file__).parents[2] / "verifier" / "egnatia_verify.py"


@dataclass
class Forked:
    """The world with GBR's node running twice on the same keys: ALB's line leads to the twin, everybody else's not."""

    world: World
    twin: Node
    apps: dict[PartnerCode, ASGIApp] = field(default_factory=dict)

    def act(self, node: Node, count: int = 1, actor: str = "off-1") -> None:
        for _ in range(count):
            act = Act(EventKind.LOGOUT, self.world.clock(), actor, "session")
            node.commit(partial(append, act=act))

    def witness(self) -> int:
        """Both faces have their checkpoints cosigned: the real one by everybody but ALB, the twin by ALB."""
        given = 0
        for node, codes in ((self.world.nodes[GBR], [c for c in CODES if c != ALB]), (self.twin, [ALB])):
            apps = {code: self.world.apps[code] for code in codes}
            line = Tap(GBR, MemoryLine(certificate_der(node.keys), apps), [])
            given += self.world.runner.run(ask_for_cosignatures(node.watch(line)))
        return given

    def line(self, code: PartnerCode) -> Tap:
        """The line of a partner; ALB's leads to the twin."""
        apps = {**self.world.apps, GBR: self.apps[GBR]} if code == ALB else self.world.apps
        return Tap(code, MemoryLine(certificate_der(self.world.nodes[code].keys), apps), self.world.calls)

    def round(self, *codes: PartnerCode) -> dict[PartnerCode, int]:
        """What each node does once in every checkpoint interval, beside witnessing."""
        watches = {code: self.world.nodes[code].watch(self.line(code)) for code in codes}
        return {code: self.world.runner.run(compare_heads(watch)) for code, watch in watches.items()}

    def standing(self, code: PartnerCode) -> list[Alarm]:
        return self.world.look(code, alarms)


@pytest.fixture
def forked(world: World, tmp_path: Path) -> Iterator[Forked]:
    world.stop(GBR)
    copy_nodes(world.directory / GBR, tmp_path / "twin")
    world.start(GBR)
    twin = Node.open(tmp_path / "twin", world.clock)
    made = Forked(world, twin, {GBR: exchange_app(twin.site())})
    yield made
    twin.close()
    drop_databases(tmp_path / "twin")


def verify_outside(evidence: bytes, key: str, directory: Path) -> str:
    """What somebody without any node says about it: the standalone verifier in a process of its own."""
    path = directory / "evidence.json"
    path.write_bytes(evidence)
    command = [sys.executable, "-I", str(VERIFIER), str(path), "--key", key]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def key_of_gbr(world: World) -> str:
    return world.look(GBR, lambda tx: world.nodes[GBR].trust(tx).log.text)


def test_two_roots_of_one_size_are_caught_by_both_partners_in_one_round(forked: Forked, tmp_path: Path) -> None:
    forked.act(forked.world.nodes[GBR], actor="off-1")
    forked.act(forked.twin, actor="off-2")
    assert forked.witness() == 4  # nobody has seen both faces yet
    forked.round(ALB)  # ALB shows, XKX answers: both compare
    for code in (ALB, XKX):
        (alarm,) = forked.standing(code)
        assert (alarm.partner, alarm.grade) == (GBR, PROVEN)
        evidence = read_evidence(alarm.evidence or b"")
        assert evidence.kind == SPLIT_VIEW
        assert "signed two different logs" in verify_outside(alarm.evidence or b"", key_of_gbr(forked.world), tmp_path)
    assert forked.world.kinds(ALB).count(EventKind.WITNESS_ALARM) == 1


@pytest.mark.parametrize(("ours", "theirs"), [(1, 4), (4, 1), (2, 9)])
def test_two_histories_of_different_sizes_are_caught_by_both(
    forked: Forked, tmp_path: Path, ours: int, theirs: int
) -> None:
    forked.act(forked.world.nodes[GBR], ours, "off-1")
    forked.act(forked.twin, theirs, "off-2")
    forked.witness()
    forked.round(*CODES)  # one interval: every node compares once
    forked.round(*CODES)
    for code in (ALB, XKX):
        proven = [one for one in forked.standing(code) if one.grade == PROVEN]
        assert [one.partner for one in proven] == [GBR]
        evidence = read_evidence(proven[0].evidence or b"")
        assert evidence.kind == REWRITTEN
        verify_evidence(evidence, forked.world.look(GBR, lambda tx: forked.world.nodes[GBR].trust(tx).log))
        assert "do not begin with" in verify_outside(proven[0].evidence or b"", key_of_gbr(forked.world), tmp_path)


def test_both_are_alarmed_after_the_first_round_already(forked: Forked) -> None:
    forked.act(forked.world.nodes[GBR], 3, "off-1")
    forked.act(forked.twin, 8, "off-2")
    forked.witness()
    forked.round(ALB, XKX)
    assert all(forked.standing(code) for code in (ALB, XKX))


def test_evidence_reaches_partners_that_saw_one_history_only(forked: Forked) -> None:
    forked.act(forked.world.nodes[GBR])
    forked.act(forked.twin, actor="off-2")
    forked.witness()
    forked.round(ALB)
    forked.round(*CODES)
    for code in CODES:
        if code != GBR:
            assert [one.grade for one in forked.standing(code)] == [PROVEN]
    assert forked.standing(GBR) == []


def test_an_honest_node_is_never_accused(world: World) -> None:
    """Everybody witnesses everybody, at different paces, for some rounds; partners lag behind one another."""
    for number in range(6):
        for code in CODES[: 1 + number % 5]:
            world.do(code, lambda tx: append(tx, Act(EventKind.LOGOUT, world.clock(), "off-1", "session")))
        for code in CODES[number % 3 :]:
            apps = {k: v for k, v in world.apps.items() if (number + len(k)) % 2 or k != CODES[number % 5]}
            line = Tap(code, MemoryLine(certificate_der(world.nodes[code].keys), apps), world.calls)
            world.runner.run(ask_for_cosignatures(world.nodes[code].watch(line)))
        for code in CODES:
            world.runner.run(compare_heads(world.nodes[code].watch(world.lines[code])))
    assert any(call.path.startswith(PATH_PATH) for call in world.calls)
    for code in CODES:
        assert world.look(code, alarms) == []
        assert EventKind.WITNESS_ALARM not in world.kinds(code)


def shown(world: World, code: PartnerCode, to: PartnerCode, body: dict[str, object]) -> int:
    request = Request(HEADS_PATH, json.dumps(body).encode())
    return world.runner.run(world.lines[code].ask(world.card(code, to), request)).status


def test_a_lying_witness_cannot_accuse(world: World) -> None:
    """XKX shows ALB heads of GBR that it signed itself, replayed ones, and evidence that proves nothing."""
    for code in CODES:
        world.runner.run(ask_for_cosignatures(world.nodes[code].watch(world.lines[code])))
    known = world.look(ALB, lambda tx: witnessed(tx, GBR))
    assert known is not None
    text = checkpoint_text(Checkpoint(known.origin, known.size, bytes(32)))
    own = sign_note(text, known.origin, world.nodes[XKX].keys.signing)
    any_key = sign_note(text, known.origin, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    spoilt = known.note.replace(b"\n%d\n" % known.size, b"\n%d\n" % (known.size + 1))
    made = json.loads(
        '{"evidence":1,"kind":"split_view","origin":"","log_key":"","first":"","second":"","proof":[],'
        '"found_at":"","found_by":"XKX"}'
    )
    made |= {"origin": known.origin, "log_key": key_of_gbr(world), "first": known.note.decode()}
    lines = [json.dumps(made | {"second": one.decode()}, separators=(",", ":"), ensure_ascii=False) + "\n"
             for one in (own, any_key, spoilt, known.note)]  # fmt: skip
    heads = [one.decode() for one in (own, any_key, spoilt, known.note, b"no note")]
    assert shown(world, XKX, ALB, {"heads": heads, "evidence": lines}) == 200
    for head in heads:
        assert shown(world, XKX, ALB, {"heads": [head], "evidence": []}) == 200
    assert world.look(ALB, alarms) == []


OUT_OF_FORM = [
    b"",
    b"[]",
    b'{"heads":[]}',
    b'{"heads":[],"evidence":[],"more":1}',
    b'{"heads":[1],"evidence":[]}',
    json.dumps({"heads": [""] * 33, "evidence": []}).encode(),
    b"[" * 100_000,
]


def test_heads_out_of_form_are_refused(world: World) -> None:
    for body in OUT_OF_FORM:
        reply = world.runner.run(world.lines[XKX].ask(world.card(XKX, ALB), Request(HEADS_PATH, body)))
        assert reply.status == 422, body[:60]


@pytest.mark.parametrize(
    "query", ["old=0&new=3", "old=3&new=3", "old=3&new=2", "old=1&new=999999", "old=1", "old=a&new=2"]
)
def test_a_path_is_shown_between_sizes_that_were_reached_only(world: World, query: str) -> None:
    reply = world.runner.run(world.lines[XKX].ask(world.card(XKX, ALB), Request(f"{PATH_PATH}?{query}")))
    assert reply.status == 422


def test_a_suspect_that_talks_nonsense_is_suspected_and_one_that_is_down_is_not(forked: Forked) -> None:
    forked.act(forked.world.nodes[GBR], 2, "off-1")
    forked.act(forked.twin, 5, "off-2")
    forked.witness()
    down = {k: v for k, v in forked.world.apps.items() if k != GBR}
    line = Tap(ALB, MemoryLine(certificate_der(forked.world.nodes[ALB].keys), down), [])
    assert forked.world.runner.run(compare_heads(forked.world.nodes[ALB].watch(line))) == 0
    assert forked.standing(ALB) == []
    forked.round(XKX)  # the real one cannot lead to the twin's root: that proves nothing to others
    assert [one.grade for one in forked.standing(XKX)] == [SUSPECTED]
    assert forked.world.kinds(XKX).count(EventKind.WITNESS_ALARM) == 1


def test_however_much_a_forked_node_signs_two_entries_come_of_it(forked: Forked) -> None:
    for number in range(4):
        forked.act(forked.world.nodes[GBR], 1, "off-1")
        forked.act(forked.twin, 2, f"off-{2 + number}")
        forked.witness()
        forked.round(*CODES)
    for code in (ALB, XKX):
        assert forked.world.kinds(code).count(EventKind.WITNESS_ALARM) <= 2
