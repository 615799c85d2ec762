"""What a holder signs and what an asker believes: swapped filters, wrong signatures, two statements of one epoch."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update
from tests.federation.test_blind_flow import fetch_all, fetch_only, publish_all, result
from tests.federation.world import ALB, GBR, MKD, MNE, XKX, World

from egnatia.engines.blind import build_pages, fresh_key, page_count
from egnatia.enquiries.blind.comparing import StatementsDifferError, compare_statement, raise_alarm
from egnatia.enquiries.blind.statement import FilterFacts, Statement, read_statement, write_statement
from egnatia.errors import Error, InputError, RefusedError, UnreachableError
from egnatia.exchange import strict_json
from egnatia.exchange.blind_pages import PAGE_PATH, STATEMENT_PATH
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.envelope import MESSAGE_TYPE, open_envelope, seal_envelope
from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, BlindList, RefusalReason
from egnatia.store.tables import blind_epoch, blind_page, blind_statement


def facts(audience: str = "ALB", seed: int = 1, **changes: Any) -> FilterFacts:
    values: dict[str, Any] = {
        "audience": audience,
        "list": BlindList.REGISTERED_DOCUMENTS,
        "key": fresh_key(random.Random(seed)).public.hex(),
        "entries": 1_024,
        "complete": True,
        "pages": 1,
        "root": "ab" * 32,
    }
    return FilterFacts(**(values | changes))


def statement(world: World, signer: PartnerCode = XKX, epoch: int = 1, **changes: Any) -> Statement:
    now = world.clock()
    key: Ed25519PrivateKey = changes.pop("key", world.nodes[signer].keys.signing)
    times = changes.pop("times", (now, now + timedelta(days=30)))
    listed = changes.pop("listed") if "listed" in changes else [facts(**changes)]
    return write_statement(key, signer, epoch, times, listed)


def put_in_place(world: World, code: PartnerCode, new: Statement) -> None:
    """A dishonest holder shows something else than it published."""
    mine = blind_statement.c.holder == new.holder
    world.do(code, lambda tx: tx.execute(update(blind_statement).where(mine).values(content=new.content)))


class Liar:
    """A line behind which some addresses answer something else."""

    def __init__(self, inner: Line, lie: Callable[[PartnerCard, Request], bytes | int | None]) -> None:
        self.inner, self.lie = inner, lie

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        told = self.lie(card, request)
        if isinstance(told, int):
            return Reply(told, b"")
        return Reply(200, told) if told is not None else await self.inner.ask(card, request)

    async def close(self) -> None:
        await self.inner.close()


def told(
    path: str, content: bytes | int, by: PartnerCode = XKX
) -> Callable[[PartnerCard, Request], bytes | int | None]:
    """A lie: this partner answers this at every such address."""
    return lambda card, request: content if card.code == by and path in request.path else None


def with_liar(world: World, lie: Callable[[PartnerCard, Request], bytes | int | None]) -> RefusalReason:
    """Why ALB does not take what it is told."""
    world.lines[ALB].inner = Liar(world.lines[ALB].inner, lie)
    with pytest.raises(RefusedError) as refused:
        fetch_only(world, ALB, XKX)
    assert "blind.fetched" not in world.kinds(ALB)
    return refused.value.reason


# What goes well.


def test_everybody_gets_the_same_statement_and_only_its_own_pages(world: World) -> None:
    published = publish_all(world, XKX)
    ours, theirs = fetch_all(world, ALB, XKX), fetch_all(world, GBR, XKX)
    assert ours.statement == theirs.statement == published
    assert {f.audience for f, _ in ours.filters} == {ALB}
    assert theirs.compared == (ALB,)
    assert set(theirs.silent) == {MKD, MNE}
    for code in (XKX, ALB, GBR):
        entry = next(each for each in world.entries(code) if each.kind in ("blind.published", "blind.fetched"))
        assert entry.message == published.sha256
    foreign = world.look(XKX, lambda tx: tx.execute(select(blind_epoch).where(blind_epoch.c.audience == GBR)).first())
    assert foreign is not None
    reply = world.runner.run(world.lines[ALB].ask(world.card(ALB, XKX), Request(f"{PAGE_PATH}/{foreign.root}/0")))
    assert reply.status == 403


A_PAGE_THAT_DOES_NOT_EXIST_IS_NOT_THERE: list[str] = ["0", "-1", "x", "9" * 30, "1", "%00"]


def test_a_page_that_does_not_exist_is_not_there(world: World) -> None:
    publish_all(world, XKX)
    for path in A_PAGE_THAT_DOES_NOT_EXIST_IS_NOT_THERE:
        reply = world.runner.run(world.lines[ALB].ask(world.card(ALB, XKX), Request(f"{PAGE_PATH}/{'0' * 64}/{path}")))
        assert reply.status == 403
        assert json.loads(reply.body)["reason"] == "BLIND_NOT_OFFERED"


def test_fetching_again_changes_nothing(world: World) -> None:
    publish_all(world, XKX)
    assert fetch_all(world, ALB, XKX) == fetch_all(world, ALB, XKX)
    pages = world.look(ALB, lambda tx: tx.execute(select(blind_page.c.root)).all())
    assert len(pages) == 1
    assert result(world)[0] is AskState.HIT


def test_a_partner_for_whom_nothing_is_published_is_told_so(world: World) -> None:
    publish_all(world, XKX, GBR)
    with pytest.raises(RefusedError, match="BLIND_NOT_OFFERED"):
        fetch_only(world, ALB, XKX)
    with pytest.raises(RefusedError, match="BLIND_NOT_OFFERED"):
        fetch_only(world, ALB, MKD)


# What an asker does not take.


def test_a_swapped_filter_is_refused(world: World) -> None:
    """Pages of GBR's filter in the place of ALB's: sound pages, another root."""
    publish_all(world, XKX)
    other = build_pages([random.Random(1).randbytes(64) for _ in range(1_024)], page_count(1_024))[0]
    reason = with_liar(world, told(PAGE_PATH, other))
    assert reason is RefusalReason.BLIND_FILTER_WRONG


@pytest.mark.parametrize(
    "spoil",
    [lambda page: page[:-1], lambda page: page + b"\0", lambda page: page[:99] + bytes([page[99] ^ 1]) + page[100:]],
)
def test_a_damaged_page_is_refused(world: World, spoil: Callable[[bytes], bytes]) -> None:
    publish_all(world, XKX)
    page = world.look(XKX, lambda tx: tx.execute(select(blind_page.c.content)).scalars().first())
    assert page is not None
    reason = with_liar(world, told(PAGE_PATH, spoil(bytes(page))))
    assert reason is RefusalReason.BLIND_FILTER_WRONG


def test_a_statement_with_another_signature_is_refused(world: World) -> None:
    publish_all(world, XKX)
    forged = statement(world, key=world.nodes[GBR].keys.signing)
    reason = with_liar(world, told(STATEMENT_PATH, forged.content))
    assert reason is RefusalReason.BAD_SIGNATURE


def test_a_statement_in_another_name_is_refused(world: World) -> None:
    """Signed by XKX's key, but as MKD's statement."""
    forged = write_statement(
        world.nodes[XKX].keys.signing, MKD, 1, (world.clock(), world.clock() + timedelta(days=3)), [facts()]
    )
    reason = with_liar(world, told(STATEMENT_PATH, forged.content))
    assert reason is RefusalReason.BAD_SIGNATURE


def test_something_else_that_is_signed_is_no_statement(world: World) -> None:
    payload = strict_json.render({"v": 1})
    other = seal_envelope(world.nodes[XKX].keys.signing, MESSAGE_TYPE, payload)
    reason = with_liar(world, told(STATEMENT_PATH, other))
    assert reason is RefusalReason.PAYLOAD_TYPE_WRONG


@pytest.mark.parametrize(
    "times",
    [(timedelta(days=-31), timedelta(days=-1)), (timedelta(hours=1), timedelta(days=2)), (timedelta(-1), timedelta(0))],
)
def test_a_statement_that_is_not_in_force_is_refused(world: World, times: tuple[timedelta, timedelta]) -> None:
    now = world.clock()
    other = statement(world, times=(now + times[0], now + times[1]))
    reason = with_liar(world, told(STATEMENT_PATH, other.content))
    assert reason is RefusalReason.BLIND_EPOCH_OVER


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_node_without_such_pages_offers_nothing(world: World, status: int) -> None:
    assert with_liar(world, told(STATEMENT_PATH, status)) is RefusalReason.BLIND_NOT_OFFERED


def test_a_partner_that_cannot_answer_is_unreachable(world: World) -> None:
    world.lines[ALB].inner = Liar(world.lines[ALB].inner, told(STATEMENT_PATH, 503))
    with pytest.raises(UnreachableError):
        fetch_only(world, ALB, XKX)


# Equivocation.


def test_another_statement_of_the_same_epoch_is_a_contradiction(world: World) -> None:
    publish_all(world, XKX)
    fetch_all(world, ALB, XKX)
    put_in_place(world, XKX, statement(world, root="cd" * 32))
    with pytest.raises(StatementsDifferError) as found:
        fetch_only(world, ALB, XKX)
    assert found.value.reason is RefusalReason.BLIND_STATEMENT_DIFFERS


def test_two_partners_that_were_shown_two_statements_find_out(world: World) -> None:
    """GBR fetched one; ALB is shown another of the same epoch and asks GBR before it believes it."""
    publish_all(world, XKX)
    fetch_all(world, GBR, XKX)
    lie = statement(world)
    put_in_place(world, XKX, lie)
    with pytest.raises(StatementsDifferError) as found:
        fetch_only(world, ALB, XKX)
    assert found.value.found == lie
    world.do(ALB, lambda tx: raise_alarm(tx, found.value, world.clock()))
    alarm = next(each for each in world.entries(ALB) if each.kind == "blind.alarm")
    assert (alarm.partner, alarm.message) == (XKX, lie.sha256)
    assert alarm.content is not None
    assert "statement" in alarm.content


def test_an_old_statement_shown_as_the_newest_is_a_contradiction(world: World) -> None:
    """GBR has epoch 2; ALB is still shown epoch 1."""
    first = publish_all(world, XKX)
    world.clock.turn(hours=1)
    publish_all(world, XKX)
    fetch_all(world, GBR, XKX)
    world.lines[ALB].inner = Liar(
        world.lines[ALB].inner,
        told(STATEMENT_PATH, first.content, XKX),
    )
    with pytest.raises(StatementsDifferError):
        fetch_only(world, ALB, XKX)


def test_a_publication_in_the_very_moment_is_no_contradiction(world: World) -> None:
    first = publish_all(world, XKX)
    world.clock.turn(hours=1)
    publish_all(world, XKX)
    fetch_all(world, GBR, XKX)
    shown: list[bytes] = [first.content]

    def once(card: PartnerCard, request: Request) -> bytes | None:
        assert request.path.startswith((STATEMENT_PATH, PAGE_PATH))
        return shown.pop() if shown and card.code == XKX else None

    assert with_liar(world, once) is RefusalReason.BLIND_EPOCH_OVER


def test_a_partner_cannot_frame_a_holder(world: World) -> None:
    """GBR shows a statement that XKX never signed: it is no word of XKX's, and ALB goes on."""
    publish_all(world, XKX)
    forged = statement(world, key=world.nodes[GBR].keys.signing)
    world.lines[ALB].inner = Liar(
        world.lines[ALB].inner,
        told(STATEMENT_PATH, forged.content, GBR),
    )
    assert GBR in fetch_only(world, ALB, XKX).silent


def test_a_statement_is_compared_by_hand(world: World) -> None:
    published = publish_all(world, XKX)
    auditor = world.officer(ALB, "auditor")
    assert not world.look(ALB, lambda tx: compare_statement(tx, auditor, published.content))
    fetch_all(world, ALB, XKX)
    assert world.look(ALB, lambda tx: compare_statement(tx, auditor, published.content))
    other = statement(world)
    with pytest.raises(StatementsDifferError):
        world.look(ALB, lambda tx: compare_statement(tx, auditor, other.content))
    with pytest.raises(Error):
        world.look(ALB, lambda tx: compare_statement(tx, auditor, b"{}"))


# The form of a statement.


def changed(world: World, **changes: Any) -> bytes:
    """A statement of XKX's with other values, signed."""
    payload = json.loads(open_envelope(statement(world).content, _type()).payload)
    inner = {name[7:]: changes.pop(name) for name in list(changes) if name.startswith("filter_")}
    payload["filters"][0] |= inner
    return seal_envelope(world.nodes[XKX].keys.signing, _type(), strict_json.render(payload | changes))


def _type() -> str:
    from egnatia.enquiries.blind.statement import STATEMENT_TYPE

    return STATEMENT_TYPE


A_STATEMENT_OUT_OF_FORM_IS_REFUSED: list[dict[str, Any]] = [
    {"v": 2},
    {"holder": "xkx"},
    {"epoch": 0},
    {"epoch": 2**40},
    {"ends": "2030-01-01T00:00:00Z"},
    {"begins": "never"},
    {"filters": []},
    {"extra": 1},
    {"filter_pages": 0},
    {"filter_pages": 2},
    {"filter_pages": 10**6},
    {"filter_entries": -1},
    {"filter_entries": 10**9},
    {"filter_key": "00" * 32},
    {"filter_key": "ff" * 32},
    {"filter_root": "AB" * 32},
    {"filter_list": "names"},
    {"filter_audience": "Albania"},
    {"filter_extra": 1},
]


def test_a_statement_out_of_form_is_refused(world: World) -> None:
    card = world.card(ALB, XKX)
    read_statement(changed(world), card)
    for changes in A_STATEMENT_OUT_OF_FORM_IS_REFUSED:
        with pytest.raises(RefusedError):
            read_statement(changed(world, **changes), card)


def test_each_list_once_and_each_under_its_own_key(world: World) -> None:
    for listed in (
        [facts(), facts(seed=2)],
        [facts(), facts("GBR")],
        [facts("ABC", seed) for seed in range(2)],
        [],
        [facts("".join(chr(65 + seed // 26**at % 26) for at in range(3)), seed) for seed in range(129)],
    ):
        with pytest.raises(InputError):
            statement(world, listed=listed)
