"""The witness rules of C2SP tlog-witness, status by status, between nodes in memory."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.alarms import clear_alarm
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text, latest_checkpoint
from egnatia.ledger.nodes import consistency_proof, stored_root
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.notes import parse_note, parse_signatures, sign_note, verify_cosignature
from egnatia.ledger.witness import (
    KnownLog,
    consistency_request,
    cosigned_size,
    record_cosignature,
    witness_checkpoint,
)
from egnatia.ledger.witness_text import (
    SIZE_TYPE,
    WitnessAnswer,
    WitnessRequest,
    encode_request,
    parse_request,
    parse_size_answer,
)
from egnatia.ledger.witnessed import all_witnessed, witnessed
from egnatia.model.events import EventKind
from egnatia.store.tables import ledger_entry

# C2SP tlog-witness v1.0.0, section add-checkpoint, example request
EXAMPLE = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


@pytest.fixture
def pair(node: Any) -> tuple[Any, Any]:
    gbr, alb = node("GBR"), node("ALB")
    gbr.write(6)
    gbr.get_witnessed(alb)
    return gbr, alb


def head(gbr: Any, size: int, root: bytes | None = None, key: Any = None, origin: str | None = None) -> bytes:
    """A signed checkpoint of GBR at some size, genuine unless told otherwise."""
    with gbr.database.read() as tx:
        checkpoint = Checkpoint(origin or gbr.origin, size, root or stored_root(tx, size))
    return sign_note(checkpoint_text(checkpoint), origin or gbr.origin, key or gbr.key)


def proof(gbr: Any, old: int, new: int) -> tuple[bytes, ...]:
    with gbr.database.read() as tx:
        return tuple(consistency_proof(tx, old, new))


def send(gbr: Any, alb: Any, body: bytes, log: KnownLog | None = None) -> WitnessAnswer:
    with alb.database.write() as tx:
        return witness_checkpoint(tx, log or gbr.log, body, alb.cosigner, gbr.act(0).at)


def request(gbr: Any, old: int, new: int, **forged: Any) -> bytes:
    return encode_request(WitnessRequest(old, proof(gbr, old, new), head(gbr, new, **forged)))


def test_a_grown_log_is_cosigned_and_remembered(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    gbr.write(5, first=6)
    answer = send(gbr, alb, request(gbr, 6, 11))
    assert answer.status == 200
    key = key_of(alb.origin, KeyKind.COSIGNATURE, alb.key)
    signature = parse_signatures(answer.body.decode())[0]
    assert verify_cosignature(parse_note(head(gbr, 11)).text, signature, key) == gbr.act(0).at
    with alb.database.read() as tx:
        known = alb.head(tx, gbr)
        assert [one.partner for one in all_witnessed(tx)] == ["GBR"]
    assert (known.size, known.note, known.alarm) == (11, head(gbr, 11), None)


def test_the_same_checkpoint_is_cosigned_again(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    assert send(gbr, alb, request(gbr, 6, 6)).status == 200


def test_404_for_another_log(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    assert send(gbr, alb, request(gbr, 6, 6, origin="xkx.example/ledger")).status == 404
    with alb.database.write() as tx:
        assert witness_checkpoint(tx, None, request(gbr, 6, 6), alb.cosigner, gbr.act(0).at).status == 404


def test_403_for_a_checkpoint_the_partner_did_not_sign(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    assert send(gbr, alb, request(gbr, 6, 6, key=alb.key)).status == 403
    good = request(gbr, 6, 6)
    assert send(gbr, alb, good.replace(b"\n6\n", b"\n7\n")).status == 403


def test_400_for_an_old_size_above_the_new(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    assert send(gbr, alb, encode_request(WitnessRequest(7, (), head(gbr, 6)))).status == 400
    assert send(gbr, alb, b"what?").status == 400


def test_409_names_the_size_that_the_witness_knows(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    gbr.write(5, first=6)
    for old in (0, 5, 7):
        answer = send(gbr, alb, request(gbr, old, 11))
        assert (answer.status, answer.body, answer.content_type) == (409, b"6\n", SIZE_TYPE)
        assert parse_size_answer(answer.body) == 6
    with alb.database.read() as tx:
        assert alb.head(tx, gbr).alarm is None


def test_422_and_an_alarm_for_a_proof_that_does_not_hold(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    gbr.write(5, first=6)
    wrong = encode_request(WitnessRequest(6, proof(gbr, 5, 11), head(gbr, 11)))
    for _ in range(3):
        assert send(gbr, alb, wrong).status == 422
    with alb.database.read() as tx:
        known = alb.head(tx, gbr)
        kinds = list(tx.execute(select(ledger_entry.c.kind)).scalars())
    assert known.size == 6
    assert "does not continue" in known.alarm
    assert kinds == [EventKind.WITNESS_ALARM.value]  # one entry, however often it is sent


def test_422_and_an_alarm_for_another_root_at_the_same_size(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    forged = encode_request(WitnessRequest(6, (), head(gbr, 6, root=bytes(32))))
    assert send(gbr, alb, forged).status == 422
    with alb.database.write() as tx:
        assert "different roots" in alb.head(tx, gbr).alarm
        clear_alarm(tx, gbr.code)
        assert alb.head(tx, gbr).alarm is None


def test_a_split_view_is_proof_whatever_old_size_is_claimed(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    forged = encode_request(WitnessRequest(0, (), head(gbr, 6, root=bytes(32))))
    assert send(gbr, alb, forged).status == 409
    with alb.database.read() as tx:
        assert "different roots" in alb.head(tx, gbr).alarm


def test_two_histories_of_one_log_never_get_two_cosignatures(node: Any) -> None:
    """The node keeps two logs and shows each partner another; the partners compare by cosigning both."""
    gbr, twin, alb, xkx = node("GBR"), node("GBR"), node("ALB"), node("XKX")
    gbr.write(6)
    twin.write(5)
    twin.write(1, first=99)
    gbr.get_witnessed(alb)
    twin.get_witnessed(xkx)
    assert send(twin, alb, request(twin, 6, 6)).status == 422
    assert send(gbr, xkx, request(gbr, 6, 6)).status == 422


def test_first_contact_needs_no_proof_and_takes_none(node: Any) -> None:
    gbr, alb = node("GBR"), node("ALB")
    gbr.write(6)
    assert send(gbr, alb, encode_request(WitnessRequest(0, (bytes(32),), head(gbr, 6)))).status == 422
    with alb.database.read() as tx:
        assert witnessed(tx, gbr.code) is None
    assert send(gbr, alb, request(gbr, 0, 6)).status == 200


def test_the_asking_side_knows_when_there_is_nothing_to_ask(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    with gbr.database.read() as tx:
        assert cosigned_size(tx, alb.code) == 6
        assert consistency_request(tx, alb.code) is None
        assert parse_request(consistency_request(tx, alb.code, 6) or b"").old_size == 6
        assert latest_checkpoint(tx) is not None


def test_the_asking_side_recovers_by_the_size_that_the_witness_names(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    with gbr.database.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM ledger_cosignature")  # as if the answer had been lost
    gbr.write(5, first=6)
    gbr.sign(700)
    with gbr.database.write() as tx:
        first = gbr.ask(alb, tx)
        assert first.status == 409
        assert gbr.ask(alb, tx, parse_size_answer(first.body)).status == 200


def test_a_log_restored_from_an_old_copy_learns_of_it(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    with gbr.database.read() as tx, pytest.raises(TamperedError, match="cosigned 9 entries"):
        consistency_request(tx, alb.code, 9)


def test_only_the_partners_own_cosignature_is_recorded(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    answer = send(gbr, alb, request(gbr, 6, 6))
    key = key_of(alb.origin, KeyKind.COSIGNATURE, alb.key)
    other = key_of(gbr.origin, KeyKind.COSIGNATURE, gbr.key)
    with gbr.database.write() as tx:
        assert record_cosignature(tx, alb.code, key, 6, answer.body) == gbr.act(0).at
        with pytest.raises(TamperedError):
            record_cosignature(tx, alb.code, other, 6, answer.body)
        with pytest.raises(InputError):
            record_cosignature(tx, alb.code, key, 5, answer.body)
        with pytest.raises(InputError):
            record_cosignature(tx, alb.code, key, 6, b"\xff\n")
    gbr.write(1, first=6)
    gbr.sign(700)
    with gbr.database.write() as tx, pytest.raises(TamperedError):
        record_cosignature(tx, alb.code, key, 7, answer.body)


def test_the_published_request_is_read_and_written_back() -> None:
    parsed = parse_request(EXAMPLE.encode())
    assert (parsed.old_size, len(parsed.proof)) == (20852014, 4)
    assert encode_request(parsed) == EXAMPLE.encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 1\n",
        b"new 1\n\nx",
        b"old 01\n\nx",
        b"old -1\n\nx",
        b"old 1\nAAAA\n\nx",
        b"old 1 \n\nx",
        "old \u0661\n\nx".encode(),
        b"old 1\n" + b"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n" * 64 + b"\nx",
        b"old 1\n\n" + b"x" * 40_000,
    ],
)
def test_a_request_out_of_form_is_refused(body: bytes) -> None:
    with pytest.raises(InputError):
        parse_request(body)


@pytest.mark.parametrize("body", [b"", b"6", b"06\n", b"six\n", b"\xff\n"])
def test_a_size_answer_out_of_form_is_refused(body: bytes) -> None:
    with pytest.raises(InputError):
        parse_size_answer(body)


@given(st.binary(max_size=300), st.integers(0, 400))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_bytes_crash_the_request_parser(junk: bytes, place: int) -> None:
    whole = EXAMPLE.encode()
    for body in (junk, whole[:place] + junk + whole[place:]):
        try:
            parsed = parse_request(body)
        except InputError:
            continue
        assert encode_request(parsed) == body


def test_alarms_and_times_survive_growth(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    with alb.database.write() as tx:
        known = alb.head(tx, gbr)
        assert known.at == gbr.act(0).at + timedelta(hours=11)
