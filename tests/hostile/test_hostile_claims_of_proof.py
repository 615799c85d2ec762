"""Figures and proofs that somebody bends: an outcome before its hit, a ledger that vouches for itself, an old copy put back."""

import io
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.federation.world import ALB, GBR, XKX, World, copy_nodes, document_draft, drop_databases

from egnatia.cli.demo.build import make_task_force
from egnatia.enquiries import outcomes
from egnatia.enquiries.outcomes import OutcomeDraft, record_outcome
from egnatia.errors import ConfigError
from egnatia.exchange.client import Reply, Request
from egnatia.exchange.paths import WITNESS_PATH
from egnatia.ledger.bundle import BundleRequest, export_bundle
from egnatia.ledger.bundle_check import verify_bundle
from egnatia.ledger.checkpoints import sign_checkpoint
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.report import Trust
from egnatia.ledger.witness import consistency_request, record_cosignature
from egnatia.ledger.witnessed import witnessed
from egnatia.model.ids import CandidateId
from egnatia.model.states import OutcomeKind
from egnatia.node import ledger_origin
from egnatia.scenario.case import CASE_REF, PERSON_REF
from egnatia.store.database import Database


def _followed_up(world: World) -> CandidateId:
    sent = world.ask(ALB, document_draft())
    world.deliver()
    found = world.view(ALB, sent.id).candidates[0].id
    world.confirm(ALB, found)
    world.follow(ALB, found)
    return found


@pytest.mark.parametrize(("hours", "attributed"), [(-24, False), (-1, False), (0, True), (5, True)])
def test_what_happened_before_the_hit_did_not_come_of_it(world: World, hours: int, *, attributed: bool) -> None:
    found, who, at = _followed_up(world), world.officer(ALB), world.clock() + timedelta(hours=hours)
    world.clock.turn(hours=6)
    draft = OutcomeDraft(OutcomeKind.ARREST, CASE_REF, PERSON_REF, found, at, "Durrës")
    world.do(ALB, lambda tx: record_outcome(tx, who, draft, world.clock()))
    assert [row.attributed for row in world.look(ALB, outcomes.of_case)] == [attributed]


def test_the_minute_that_a_form_gives_is_enough(world: World) -> None:
    world.clock.turn(seconds=42.5)
    found, who = _followed_up(world), world.officer(ALB)
    draft = OutcomeDraft(OutcomeKind.ARREST, CASE_REF, PERSON_REF, found, world.clock().replace(second=0), "Durrës")
    world.do(ALB, lambda tx: record_outcome(tx, who, draft, world.clock()))
    assert world.look(ALB, outcomes.of_case)[0].attributed


def _bundle(database: Database, path: Path, trust: Trust, key: Ed25519PrivateKey) -> None:
    from tests.conftest import NOW

    from egnatia.ledger import Act, append
    from egnatia.model.events import EventKind

    with database.write() as tx:
        append(tx, Act(EventKind.NODE_CREATED, NOW, "node", "node:ALB"))
        sign_checkpoint(tx, trust.log.name, key, NOW)
        content = io.BytesIO()
        export_bundle(tx, content, trust, BundleRequest(), NOW)
    path.write_bytes(content.getvalue())


def test_a_bundle_with_keys_of_its_own_says_so_before_anything_else(database: Database, tmp_path: Path) -> None:
    """Anybody can make a whole ledger in ALB's name; only the keys tell it from ALB's."""
    forger, path = Ed25519PrivateKey.generate(), tmp_path / "forged"
    trust = Trust(key_of(ledger_origin(ALB), KeyKind.NOTE, forger))
    _bundle(database, path, trust, forger)
    alone = verify_bundle(path)
    assert alone.holds
    assert "by the keys that it names itself" in alone.words()[0]
    with_key = verify_bundle(path, trust)
    assert "by the keys" not in with_key.words()[0]
    real = Trust(key_of(ledger_origin(ALB), KeyKind.NOTE, Ed25519PrivateKey.generate()))
    assert not verify_bundle(path, real).holds


def _cosign(world: World) -> Reply:
    """ALB signs a checkpoint and has GBR cosign it."""
    node = world.nodes[ALB]
    world.do(ALB, lambda tx: sign_checkpoint(tx, ledger_origin(ALB), node.keys.signing, world.clock()))
    body = world.look(ALB, lambda tx: consistency_request(tx, GBR))
    reply = world.runner.run(world.lines[ALB].ask(world.card(ALB, GBR), Request(WITNESS_PATH, body)))
    if reply.status == 200:
        key = key_of(ledger_origin(GBR), KeyKind.COSIGNATURE, world.nodes[GBR].keys.signing)
        size = world.look(ALB, witnessed_size)
        world.do(ALB, lambda tx: record_cosignature(tx, GBR, key, size, reply.body))
    return reply


def witnessed_size(tx: object) -> int:
    from egnatia.ledger.checkpoints import latest_checkpoint

    latest = latest_checkpoint(tx)  # type: ignore[arg-type]
    assert latest is not None
    return latest.checkpoint.size


def test_an_old_copy_of_the_database_put_back_is_noticed_at_the_next_checkpoint(world: World) -> None:
    assert _cosign(world).status == 200
    world.stop(ALB)
    home = world.directory / ALB
    copy_nodes(home, world.directory.parent / "copy")
    world.start(ALB)
    world.ask(ALB, document_draft(partners=(XKX,)))
    assert _cosign(world).status == 200
    world.stop(ALB)
    drop_databases(home)
    shutil.rmtree(home)
    shutil.copytree(world.directory.parent / "copy", home)
    world.start(ALB)
    for _ in range(3):
        world.ask(ALB, document_draft(partners=(GBR,)))  # another history from here on
    reply = _cosign(world)
    assert reply.status == 409, "the witness knows of more than ALB remembers"
    node = world.nodes[ALB]
    size = int(reply.body)
    again = world.look(ALB, lambda tx: consistency_request(tx, GBR, size))
    reply = world.runner.run(world.lines[ALB].ask(world.card(ALB, GBR), Request(WITNESS_PATH, again)))
    assert reply.status == 422
    known = world.look(GBR, lambda tx: witnessed(tx, ALB))
    assert known is not None
    assert known.alarm
    assert "witness.alarm" in world.kinds(GBR)
    assert node.code == ALB


def test_a_demonstration_is_not_made_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "made-by-egnatia-demo").write_text("")
    (tmp_path / "real" / "precious").write_text("keep me")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(ConfigError):
        make_task_force(tmp_path / "link", 8440)
    assert (tmp_path / "real" / "precious").read_text() == "keep me"
