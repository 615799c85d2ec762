"""Every address of a node, asked by strangers, by partners that are barred or gone, and with nonsense."""

from typing import Any

import pytest
from tests.federation import test_blind_flow as blind
from tests.federation.world import ALB, GBR, XKX, World
from tests.hostile.test_hostile_suspended import part

from egnatia.enquiries.membership.standing import withdraw
from egnatia.exchange.client import Request
from egnatia.exchange.memory import MemoryLine

READS = (
    "/exchange/status",
    "/exchange/ledger/leaves?start=0&end=1",
    "/exchange/ledger/path?old=1&new=2",
    "/exchange/blind/statement/XKX",
    "/exchange/blind/page/" + "ab" * 32 + "/0",
)
WRITES = (
    "/exchange/messages",
    "/exchange/witness/checkpoint",
    "/exchange/witness/add-checkpoint",
    "/exchange/witness/heads",
)
BODIES = (b"", b"{}", b"\x00" * 100, b"old 0\n\nx\n", b'{"heads":[],"evidence":[]}', b"[" * 5_000)


def ask(world: World, line: Any, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    headers = {"egnatia-sent-at": world.clock().strftime("%Y-%m-%dT%H:%M:%SZ")}
    reply = world.runner.run(line.ask(world.card(ALB, XKX), Request(path, body, headers, limit=2**22)))
    return reply.status, reply.body


@pytest.mark.parametrize("shown", [b"", b"no certificate", b"\x30\x82\x01\x00" + bytes(256)])
def test_who_shows_no_registered_certificate_learns_nothing(world: World, shown: bytes) -> None:
    blind.publish_all(world, XKX)
    line, before = MemoryLine(shown, world.apps), world.kinds(XKX)
    for path in READS:
        status, body = ask(world, line, path)
        assert status == 403, path
        assert b"UNKNOWN_SENDER" in body
    for path in WRITES:
        for content in BODIES:
            status, _ = ask(world, line, path, content)
            assert 400 <= status < 500, (path, content)
    assert world.kinds(XKX) == before


def test_who_left_is_a_stranger(world: World) -> None:
    blind.publish_all(world, XKX)
    part(world, XKX, ALB, withdraw)
    before = world.kinds(XKX)
    for path in READS:
        assert ask(world, world.lines[ALB], path)[0] == 403
    for path in WRITES:
        for content in BODIES:
            assert 400 <= ask(world, world.lines[ALB], path, content)[0] < 500
    assert world.kinds(XKX) == before


@pytest.mark.parametrize(
    "number", ["-1", "1", "9" * 9, "9" * 30, "0x0", "\u0660", "0 ", "", "1e3", "../0", "%2e%2e", "0%00"]
)
def test_a_page_number_of_any_form_is_an_answer(world: World, number: str) -> None:
    statement = blind.publish_all(world, XKX)
    root = next(each.root for each in statement.filters if each.audience == ALB)
    status, body = ask(world, world.lines[ALB], f"/exchange/blind/page/{root}/{number}")
    assert 400 <= status < 500
    assert not body.startswith(b"EGNBLIND")


def test_a_page_of_somebody_else_is_not_told_from_none(world: World) -> None:
    statement = blind.publish_all(world, XKX)
    others = [each.root for each in statement.filters if each.audience != ALB]
    assert others
    said = {ask(world, world.lines[ALB], f"/exchange/blind/page/{root}/0") for root in [*others, "ab" * 32, "x", "%00"]}
    assert len(said) == 1
    assert {status for status, _ in said} == {403}


@pytest.mark.parametrize("holder", ["GBR", "ZZZ", "alb", "XKX%00", "X" * 4_000, "'", "..%2f", "ٱٱٱ"])
def test_a_statement_that_is_not_here_is_one_answer(world: World, holder: str) -> None:
    blind.publish_all(world, XKX)
    status, body = ask(world, world.lines[ALB], f"/exchange/blind/statement/{holder}")
    assert status in (403, 404)
    assert holder[:20].encode() not in body


@pytest.mark.parametrize("pair", ["start=0&end=65537", "start=2&end=1", "start=-1&end=1", "start=0&end=99999999999999999999", "start=0", "", "start=a&end=b", "start=\u0660&end=1", "start=0&end=9223372036854775808", "start=0&end=999999999999999999"])  # fmt: skip
def test_leaves_outside_the_ledger_are_refused(world: World, pair: str) -> None:
    assert 400 <= ask(world, world.lines[ALB], f"/exchange/ledger/leaves?{pair}")[0] < 500


@pytest.mark.parametrize("pair", ["old=0&new=1", "old=1&new=1", "old=2&new=1", "old=1&new=999999999999999999", "old=-1&new=2", "new=2", ""])  # fmt: skip
def test_a_path_between_sizes_that_were_not_is_refused(world: World, pair: str) -> None:
    assert 400 <= ask(world, world.lines[GBR], f"/exchange/ledger/path?{pair}")[0] < 500


@pytest.mark.parametrize("method_path", ["/", "/exchange", "/console", "/metrics", "/health", "/../node.toml", "/exchange/messages/x", "/exchange/blind/page"])  # fmt: skip
def test_nothing_else_is_served_to_partners(world: World, method_path: str) -> None:
    assert ask(world, world.lines[ALB], method_path)[0] == 404
