"""The doctor on a node that is half there, and before partners that answer whatever they like."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.databases import about_sqlite
from tests.federation.world import ALB, XKX, World

from egnatia.cli.common import shown
from egnatia.errors import UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Reply, Request
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.message import format_moment
from egnatia.ledger.mark import MARK_FILE
from egnatia.node import DATABASE_FILE
from egnatia.operations.checkup import Check, _ask, examine

NAMES = {"database", "clock", "agreements", "membership", "ledger", "trust"}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096])


def garbage(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@about_sqlite
@pytest.mark.parametrize("harm", [cut, garbage, empty])
def test_every_check_is_made_whatever_the_database_lost(world: World, harm: Callable[[Path], None]) -> None:
    """Under the doctor's feet: the node was opened while it was whole, as a restore beside it would leave it."""
    node = world.nodes[ALB]
    node.database.engine.dispose()
    for each in node.directory.glob(f"{DATABASE_FILE}-*"):
        each.unlink()
    harm(node.directory / DATABASE_FILE)
    found = {each.name: each for each in examine(node)}
    assert set(found) >= NAMES | {"partners"}, "one that fails does not stop the others"
    assert found["partners"].state == "wrong"
    assert found["ledger"].state == "wrong"
    assert all(each.text for each in found.values())


@about_sqlite
def test_a_mark_that_is_no_note_is_named_and_the_rest_goes_on(world: World) -> None:
    node = world.nodes[ALB]
    (node.directory / MARK_FILE).write_bytes(b"put back by hand\n")
    found = {each.name: each for each in examine(node)}
    assert found["ledger"].state == "wrong"
    assert MARK_FILE in found["ledger"].text
    assert found["database"].state == "good"


@dataclass(slots=True)
class Told:
    """A line at whose end a partner says one thing, or is not there."""

    reply: Reply | None

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        if self.reply is None:
            raise UnreachableError(f"{card.code} at {card.address}: nobody listens there ({request.path})")
        return self.reply

    async def close(self) -> None:
        """Nothing is held open."""


def asked(world: World, reply: Reply | None) -> Check:
    node = world.nodes[ALB]
    return asyncio.run(_ask(node, Told(reply), world.card(ALB, XKX)))


def status(world: World, **changes: object) -> Reply:
    said: dict[str, object] = {"code": "XKX", "version": "0.2.0", "ledger_size": 7, "protocol": 2}
    said["time"] = format_moment(world.clock())
    return Reply(200, json.dumps(said | changes).encode())


def test_a_good_answer_is_told_with_its_figures(world: World) -> None:
    said = asked(world, status(world))
    assert (said.state, said.text) == ("good", "answers; clocks 0.0 s apart; ledger of 7 entries")


@pytest.mark.parametrize(
    "size", ["7 entries\n  → all: good", "\x1b[2J", None, True, 1.5, {"entries": 7}, ["7"], "\u202eseirtne 7", []]
)
def test_a_partner_s_word_on_its_ledger_is_a_number_or_nothing(world: World, size: object) -> None:
    said = asked(world, status(world, ledger_size=size))
    assert said.text.endswith("ledger of unreadably many entries")
    assert shown(said.text) == said.text
    assert "\n" not in said.text


@pytest.mark.parametrize(
    "time",
    ["", "now", None, 5, {}, "9999-12-31T23:59:59Z\n", "2025-05-15T03:00:00+00:00", "0000-01-01T00:00:00Z", "²025-05-15T03:00:00Z"],
)  # fmt: skip
def test_a_partner_s_time_that_is_none_is_said(world: World, time: object) -> None:
    said = asked(world, status(world, time=time))
    assert said.state == "wrong"
    assert "the partner's time is not a moment" in said.text


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_time_at_the_end_of_all_times_is_a_clock_that_is_off(world: World, time: str) -> None:
    said = asked(world, status(world, time=time))
    assert said.state == "wrong"
    assert "NTP" in said.hint


@pytest.mark.parametrize(("apart", "state"), [(MAX_SKEW, "good"), (MAX_SKEW + timedelta(microseconds=1), "wrong")])
@pytest.mark.parametrize("sign", [1, -1])
def test_both_ends_of_what_clocks_may_differ_by(world: World, apart: timedelta, state: str, sign: int) -> None:
    assert asked(world, status(world, time=format_moment(world.clock() + sign * apart))).state == state


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (200, b""),
        (200, b"[]"),
        (200, b"{"),
        (200, b"{}" * 40_000),
        (200, b'{"time":"x","time":"y"}'),
        (403, b"no"),
        (500, b"\xff"),
        (302, b'{"code":"REFUSED","reason":"UNKNOWN_SENDER","detail":"a\\nb\\u202e","hint":""}'),
    ],
)
def test_no_answer_ends_the_doctor(world: World, code: int, body: bytes) -> None:
    said = asked(world, Reply(code, body))
    assert said.state == "wrong"
    assert shown(said.text) == said.text
    assert "\n" not in said.text


def test_a_partner_that_is_not_there_is_one_line(world: World) -> None:
    said = asked(world, None)
    assert (said.name, said.state) == ("partner XKX", "wrong")
    assert "nobody listens there" in said.text
