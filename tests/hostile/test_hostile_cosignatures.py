"""Witnesses that lie, forget, were restored or have a clock of their own: a log is neither stopped nor lulled by one of them.

The line to one partner is a liar's (`Liar`); the others are the real nodes. Each round has to sign, to collect from whoever
answers honestly, and to take nothing that was not signed by the partner's own key for this very checkpoint.
"""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.test_witness_outage import act, state
from tests.federation.world import ALB, CODES, GBR, XKX, World

from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.paths import WITNESS_PATH
from egnatia.exchange.witnessing import ask_for_cosignatures
from egnatia.ledger.audit import verify_own
from egnatia.ledger.checkpoints import MAX_SIZE, latest_checkpoint
from egnatia.ledger.finality import Finality, WitnessPolicy
from egnatia.ledger.notes import cosign, parse_note, sign_note
from egnatia.ledger.witness import cosigned_size
from egnatia.node import ledger_origin
from egnatia.operations.health import UNWITNESSED_WARNING, problems
from egnatia.operations.signs import read_signs
from egnatia.store.tables import ledger_cosignature

OTHERS = [code for code in CODES if code not in (ALB, XKX)]
Say = Callable[[Request], Reply]


class Liar:
    """A line to everybody, on which XKX says what it likes about checkpoints."""

    def __init__(self, inner: Line, say: Say) -> None:
        self.inner, self.say, self.asked = inner, say, 0

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        if card.code != XKX or request.path != WITNESS_PATH:
            return await self.inner.ask(card, request)
        self.asked += 1
        return self.say(request)

    async def close(self) -> None:
        await self.inner.close()


def round_with(world: World, say: Say) -> tuple[int, Liar]:
    """One round of ALB's; returns how many new cosignatures came, and the line."""
    line = Liar(world.lines[ALB], say)
    return world.runner.run(ask_for_cosignatures(world.nodes[ALB].watch(line))), line


def reached(world: World, code: Any) -> int:
    return world.look(ALB, lambda tx: cosigned_size(tx, code))


def size(world: World) -> int:
    latest = world.look(ALB, latest_checkpoint)
    return latest.checkpoint.size if latest else 0


def is_unmoved(world: World, came: int) -> None:
    """The honest partners cosigned, the liar is recorded with nothing, and the ledger holds."""
    assert came == len(OTHERS)
    assert {reached(world, code) for code in OTHERS} == {size(world)}
    assert reached(world, XKX) == 0
    report = world.look(ALB, lambda tx: verify_own(tx, world.nodes[ALB].trust(tx)))
    assert report.holds, report.findings


# What a witness says it knows.


@pytest.mark.parametrize(
    "said",
    [
        b"0\n",
        b"1\n",
        b"2",
        str(MAX_SIZE).encode() + b"\n",
        b"99999999999999999999999\n",
        b"9" * 10_000 + b"\n",
        b"-1\n",
        b"01\n",
        b"",
        b"\n",
        b"five\n",
        b"\xff\xfe",
        "\u0661\n".encode(),
        b"1\n2\n3\n",
        b"\x00",
    ],
    ids=range(15),
)
def test_whatever_size_it_names_the_round_goes_on_without_it(world: World, said: bytes) -> None:
    act(world, ALB, 3)
    came, line = round_with(world, lambda _: Reply(409, said))
    is_unmoved(world, came)
    assert line.asked <= 2, "it is asked once more, and not for ever"


@pytest.mark.parametrize("status", [100, 204, 301, 400, 403, 404, 418, 422, 429, 500, 503, 999])
def test_whatever_status_it_gives_the_others_are_heard(world: World, status: int) -> None:
    act(world, ALB)
    came, line = round_with(world, lambda _: Reply(status, b"\x1b[2J no \n" * 100))
    is_unmoved(world, came)
    assert line.asked == 1


# What it signs.


def note_of(request: Request) -> bytes:
    return (request.body or b"").partition(b"\n\n")[2]


def signed(world: World, request: Request, **changes: Any) -> bytes:
    """XKX's cosignature of what it was asked, with something about it changed."""
    at = changes.get("at", world.clock())
    key: Ed25519PrivateKey = changes.get("key", world.nodes[XKX].keys.signing)
    text = changes.get("text", parse_note(note_of(request)).text)
    return cosign(text, changes.get("name", ledger_origin(XKX)), key, at).line.encode()


def other_text(request: Request) -> bytes:
    """The same checkpoint with another root."""
    lines = parse_note(note_of(request)).text.decode().split("\n")
    lines[2] = base64.b64encode(b"\7" * 32).decode()
    return "\n".join(lines).encode()


def longer_text(request: Request) -> bytes:
    lines = parse_note(note_of(request)).text.decode().split("\n")
    return "\n".join([lines[0], str(int(lines[1]) + 1), *lines[2:]]).encode()


LIES: dict[str, Callable[[World, Request], bytes]] = {
    "nothing": lambda _w, _r: b"",
    "no text": lambda _w, _r: b"\xff" * 200,
    "another key": lambda w, r: signed(w, r, key=Ed25519PrivateKey.from_private_bytes(b"\1" * 32)),
    "another partner's key": lambda w, r: signed(w, r, key=w.nodes[GBR].keys.signing),
    "another partner's name": lambda w, r: signed(w, r, name=ledger_origin(GBR)),
    "another root": lambda w, r: signed(w, r, text=other_text(r)),
    "another size": lambda w, r: signed(w, r, text=longer_text(r)),
    "a note's signature": lambda w, r: sign_note(
        parse_note(note_of(r)).text, ledger_origin(XKX), w.nodes[XKX].keys.signing
    ).partition(b"\n\n")[2],
    "the log's own signature": lambda _w, r: note_of(r).partition(b"\n\n")[2],
    "cut short": lambda w, r: signed(w, r)[:-3] + b"\n",
    "without its end": lambda w, r: signed(w, r)[:-1],
    "a hundred thousand lines": lambda w, r: signed(w, r, name=ledger_origin(GBR)) * 100_000,
    "tomorrow": lambda w, r: signed(w, r, at=w.clock() + timedelta(days=1)),
    "in a hundred years": lambda w, r: signed(w, r, at=w.clock() + timedelta(days=36_500)),
    "the last second there is": lambda w, r: signed(w, r, at=datetime.fromisoformat("9999-12-31T23:59:59+00:00")),
    "just too far ahead": lambda w, r: signed(w, r, at=w.clock() + MAX_SKEW + timedelta(seconds=1)),
}


@pytest.mark.parametrize("lie", list(LIES))
def test_nothing_but_its_own_word_for_this_checkpoint_at_this_time_is_taken(world: World, lie: str) -> None:
    act(world, ALB, 2)
    came, _ = round_with(world, lambda request: Reply(200, LIES[lie](world, request)))
    is_unmoved(world, came)


@pytest.mark.parametrize("apart", [timedelta(0), MAX_SKEW, -MAX_SKEW, -timedelta(days=30)])
def test_a_clock_a_little_ahead_or_behind_is_believed(world: World, apart: timedelta) -> None:
    act(world, ALB)
    came, _ = round_with(world, lambda request: Reply(200, signed(world, request, at=world.clock() + apart)))
    assert came == len(OTHERS) + 1
    assert reached(world, XKX) == size(world)


def test_an_honest_word_beside_lies_counts_once(world: World) -> None:
    act(world, ALB)

    def say(request: Request) -> Reply:
        lies = [LIES["another partner's name"](world, request), LIES["another partner's key"](world, request)]
        return Reply(200, signed(world, request) + b"".join(lies))

    assert round_with(world, say)[0] in (len(OTHERS), len(OTHERS) + 1)
    rows = world.look(ALB, lambda tx: tx.execute(ledger_cosignature.select()).all())
    assert len([row for row in rows if row.witness == XKX]) <= 1
    assert all(row.size == size(world) for row in rows)


def test_yesterday_s_word_is_no_word_for_today(world: World) -> None:
    """A witness that is tired of checking sends what it sent before."""
    kept: list[bytes] = []
    act(world, ALB)

    def say(request: Request) -> Reply:
        kept.append(signed(world, request))
        return Reply(200, kept[0])

    assert round_with(world, say)[0] == len(OTHERS) + 1
    before = size(world)
    world.clock.turn(hours=1)
    act(world, ALB, 5)
    assert round_with(world, say)[0] == len(OTHERS)
    assert (reached(world, XKX), size(world) > before) == (before, True)


# The health page.


def test_one_cosignature_of_the_future_does_not_hide_that_nobody_cosigns_any_more(world: World) -> None:
    """It was stored with the time it states, and the page said for a hundred years that all was well."""
    act(world, ALB)
    round_with(world, lambda request: Reply(200, LIES["in a hundred years"](world, request)))
    world.clock.turn(seconds=UNWITNESSED_WARNING.total_seconds() + 60)
    act(world, ALB)
    for code in OTHERS:
        world.stop(code)
    round_with(world, lambda _: Reply(503, b""))
    signs = read_signs(world.nodes[ALB])
    assert [each.name for each in problems(replace(signs, free_bytes=10**12)) if each.name == "witness"] == ["witness"]


def test_nor_does_one_that_a_release_before_has_stored(world: World) -> None:
    act(world, ALB)
    round_with(world, lambda request: Reply(200, signed(world, request)))
    future = world.clock() + timedelta(days=3_650)
    world.do(
        ALB,
        lambda tx: tx.execute(ledger_cosignature.update().where(ledger_cosignature.c.witness == XKX).values(at=future)),
    )
    signs = read_signs(world.nodes[ALB])
    assert signs.ledger is not None
    later = replace(signs, at=signs.at + UNWITNESSED_WARNING + timedelta(minutes=1), free_bytes=10**12)
    assert signs.ledger.cosigned_at[XKX] == future
    ledger = replace(signs.ledger, checkpoint_at=later.at)
    told = [each.text for each in problems(replace(later, ledger=ledger)) if each.name == "witness"]
    assert len(told) == 1
    assert str(future.year) not in told[0]


# Finality.


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.integers(0, 50), min_size=0, max_size=6), st.integers(0, 40), st.integers(1, 8))
def test_an_entry_is_final_when_enough_have_it_whatever_the_others_claim(
    sizes: list[int], own: int, needed: int
) -> None:
    """By counting: a partner that cosigned more than there is (before a restore) counts as one, and not as several."""
    enough = min(needed, len(sizes))
    final = max((n for n in range(own + 1) if sum(each >= n for each in sizes) >= enough), default=0) if enough else 0
    expected = min(sorted(sizes, reverse=True)[enough - 1], own) if enough else 0
    assert final == expected


def test_one_witness_that_cosigned_beyond_the_end_makes_nothing_final_alone(world: World) -> None:
    act(world, ALB, 4)
    round_with(world, lambda _: Reply(503, b""))
    policy = WitnessPolicy(needed=4)
    found: Finality = state(world, ALB, policy)
    assert (found.final, found.needed) == (0, 4), "three have cosigned, and four are asked for"
    rows = {"size": 10**12, "witness": XKX, "line": "x", "at": world.clock()}
    world.do(ALB, lambda tx: tx.execute(ledger_cosignature.insert(), rows))
    found = state(world, ALB, policy)
    assert found.final == size(world) <= found.size
    assert state(world, ALB, WitnessPolicy(needed=1)).final <= found.size
