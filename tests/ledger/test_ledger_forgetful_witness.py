"""Witnesses that were restored from a backup, and two that disagree: what one forgot the other still knows.

A witness remembers the newest checkpoint that it cosigned, and a backup takes that memory back. It can then be shown another
history from there on. That is caught by whoever compares heads with another witness, and by nobody else.
"""

from typing import Any

import pytest

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.checkpoints import MAX_SIZE, Checkpoint, checkpoint_text, latest_checkpoint
from egnatia.ledger.evidence import Evidence, Finder
from egnatia.ledger.heads import Question, compare, judge, read_path, show_path
from egnatia.ledger.nodes import consistency_proof, stored_root
from egnatia.ledger.notes import sign_note
from egnatia.ledger.tree import EMPTY_ROOT
from egnatia.ledger.witness import consistency_request, cosigned_size, read_cosignature, witness_checkpoint
from egnatia.ledger.witness_text import WitnessRequest, encode_request
from egnatia.model.ids import PartnerCode
from egnatia.store.tables import witnessed_head, witnessed_log

ALB = PartnerCode("ALB")


@pytest.fixture
def logs(node: Any) -> tuple[Any, Any, Any]:
    """GBR's log, and its witnesses ALB and XKX."""
    gbr, alb, xkx = node("GBR"), node("ALB"), node("XKX")
    gbr.write(6)
    gbr.get_witnessed(alb, xkx)
    return gbr, alb, xkx


def forget(witness: Any, to: int | None, gbr: Any) -> None:
    """As after a restore from a backup: the witness knows GBR's log as it was at that size, or not at all."""
    with witness.database.write() as tx:
        tx.execute(witnessed_head.delete())
        tx.execute(witnessed_log.delete())
    if to is not None:
        send(gbr, witness, head(gbr, to), 0)


def head(of: Any, at: int, root: bytes | None = None) -> bytes:
    with of.database.read() as tx:
        made = Checkpoint(of.origin, at, root or stored_root(tx, at))
    return sign_note(checkpoint_text(made), of.origin, of.key)


def send(of: Any, to: Any, note: bytes, old: int, proof: tuple[bytes, ...] = ()) -> int:
    with to.database.write() as tx:
        body = encode_request(WitnessRequest(old, proof, note))
        return witness_checkpoint(tx, of.log, body, to.cosigner, of.act(0).at).status


@pytest.mark.parametrize("back", [None, 1, 3, 5])
def test_a_witness_restored_from_a_backup_is_led_on_from_where_it_is(
    logs: tuple[Any, Any, Any], back: int | None
) -> None:
    gbr, alb, _ = logs
    forget(alb, back, gbr)
    gbr.write(5, first=6)
    gbr.sign(700)
    with gbr.database.write() as tx:
        first = gbr.ask(alb, tx)
        assert (first.status, first.body) == (409, f"{back or 0}\n".encode())
        assert gbr.ask(alb, tx, int(first.body)).status == 200
    with alb.database.read() as tx:
        assert alb.head(tx, gbr).size == 11
        assert alb.head(tx, gbr).alarm is None


def test_what_a_restored_witness_forgot_the_other_one_still_knows(logs: tuple[Any, Any, Any], node: Any) -> None:
    """GBR uses the moment to show the forgetful one another history; comparing heads finds both."""
    gbr, alb, xkx = logs
    forget(alb, None, gbr)
    twin = node("GBR")
    twin.write(6, first=90)
    assert send(twin, alb, head(twin, 6), 0) == 200, "it cannot know better alone"
    assert send(twin, xkx, head(twin, 6), 6) == 422
    for one, other in ((alb, xkx), (xkx, alb)):
        with other.database.read() as tx:
            shown = other.head(tx, gbr).note
        with one.database.read() as tx:
            found = compare(tx, gbr.log, shown, Finder(one.code, gbr.act(0).at))
        assert isinstance(found, Evidence)


def test_a_witness_that_still_knows_a_part_is_shown_no_other_beginning(logs: tuple[Any, Any, Any], node: Any) -> None:
    gbr, alb, _ = logs
    forget(alb, 2, gbr)
    twin = node("GBR")
    twin.write(6, first=90)
    with twin.database.read() as tx:
        proof = tuple(consistency_proof(tx, 2, 6))
    assert send(twin, alb, head(twin, 6), 2, proof) == 422
    with alb.database.read() as tx:
        assert (alb.head(tx, gbr).size, "does not continue" in (alb.head(tx, gbr).alarm or "")) == (2, True)


def test_witnesses_of_different_sizes_ask_the_log_and_believe_its_path_only(logs: tuple[Any, Any, Any]) -> None:
    gbr, alb, xkx = logs
    gbr.write(5, first=6)
    gbr.get_witnessed(alb)
    with alb.database.read() as tx:
        shown = alb.head(tx, gbr).note
    finder = Finder(xkx.code, gbr.act(0).at)
    with xkx.database.read() as tx:
        question = compare(tx, gbr.log, shown, finder)
    assert isinstance(question, Question)
    assert question.sizes == (6, 11)
    with gbr.database.read() as tx:
        honest = read_path(show_path(tx, 6, 11))
        others = [read_path(show_path(tx, old, new)) for old, new in ((5, 11), (6, 10), (1, 2))]
    assert judge(question, honest, finder) is None
    for path in [*others, honest[::-1], honest[:-1], honest + honest[:1], [bytes(32)] * len(honest), []]:
        with pytest.raises(TamperedError):
            judge(question, path, finder)


@pytest.mark.parametrize("size_", [0, 1, 6, 7, 10**6, MAX_SIZE])
def test_a_head_of_any_size_that_somebody_else_signed_is_nothing(logs: tuple[Any, Any, Any], size_: int) -> None:
    gbr, alb, xkx = logs
    forged = sign_note(checkpoint_text(Checkpoint(gbr.origin, size_, b"\3" * 32)), gbr.origin, xkx.key)
    with alb.database.read() as tx, pytest.raises(TamperedError):
        compare(tx, gbr.log, forged, Finder(alb.code, gbr.act(0).at))


@pytest.mark.parametrize("size_", [7, 2**32, MAX_SIZE])
def test_a_head_of_any_size_that_the_log_signed_is_a_question_and_costs_nothing(
    logs: tuple[Any, Any, Any], size_: int
) -> None:
    gbr, alb, _ = logs
    boast = head(gbr, size_, b"\3" * 32)
    with alb.database.read() as tx:
        found = compare(tx, gbr.log, boast, Finder(alb.code, gbr.act(0).at))
    assert isinstance(found, Question)
    with pytest.raises(TamperedError):
        judge(found, [bytes(32)] * 63, Finder(alb.code, gbr.act(0).at))


def test_of_a_log_that_nobody_witnessed_nothing_is_compared(node: Any) -> None:
    gbr, alb = node("GBR"), node("ALB")
    gbr.write(3)
    with alb.database.read() as tx:
        assert compare(tx, gbr.log, head(gbr, 3), Finder(alb.code, gbr.act(0).at)) is None
        assert compare(tx, gbr.log, head(gbr, 2), Finder(alb.code, gbr.act(0).at)) is None


def test_an_empty_log_is_witnessed_by_nobody_and_has_no_path(node: Any) -> None:
    empty, alb = node("GBR"), node("ALB")
    with empty.database.read() as tx:
        assert latest_checkpoint(tx) is None
        assert cosigned_size(tx, ALB) == 0
        assert consistency_request(tx, ALB) is None
        assert consistency_request(tx, ALB, 0) is None
        for old, new in ((0, 0), (0, 1), (1, 1), (1, 2), (0, MAX_SIZE)):
            with pytest.raises(InputError):
                show_path(tx, old, new)
        with pytest.raises(InputError):
            read_cosignature(tx, ALB, alb.log.key, 0, b"x\n")
        with pytest.raises(TamperedError, match="cosigned 1 entries"):
            consistency_request(tx, ALB, 1)


def test_a_log_that_grows_from_nothing_is_led_on_from_zero(node: Any) -> None:
    gbr, alb = node("GBR"), node("ALB")
    assert send(gbr, alb, head_of_nothing(gbr), 0) == 200
    gbr.write(1)
    gbr.sign()
    with gbr.database.write() as tx:
        answer = gbr.ask(alb, tx)
    assert answer.status == 200
    with alb.database.read() as tx:
        assert (alb.head(tx, gbr).size, alb.head(tx, gbr).alarm) == (1, None)


def test_a_signed_root_of_nothing_that_is_not_the_root_of_nothing_is_cosigned_by_nobody(node: Any) -> None:
    gbr, alb = node("GBR"), node("ALB")
    note = sign_note(checkpoint_text(Checkpoint(gbr.origin, 0, bytes(32))), gbr.origin, gbr.key)
    assert send(gbr, alb, note, 0) == 422


def head_of_nothing(of: Any) -> bytes:
    return sign_note(checkpoint_text(Checkpoint(of.origin, 0, EMPTY_ROOT)), of.origin, of.key)
