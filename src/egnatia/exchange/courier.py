"""The courier: takes what is due from the outbox to the partners and brings the answers home.

It asks the database what is due, so it also delivers what another process of the same node queued, and a restart
needs no recovery. Partners are served side by side and never wait for one another.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from egnatia.errors import Error, RefusedError, TamperedError, UnreachableError
from egnatia.exchange.announcements import BY_THE_OLD_KEY
from egnatia.exchange.answers import PutOffError, WaitingError, read_reply
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply
from egnatia.exchange.directory import believed_cards
from egnatia.exchange.dispatch import (
    Due,
    OnAnswer,
    OnUndeliverable,
    due_messages,
    forget_settled,
    give_up,
    has_expired,
    hasten,
    postpone,
    settle,
)
from egnatia.exchange.envelope import resealed
from egnatia.exchange.inbox import forget_answers
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.limits import retry_delay_s
from egnatia.exchange.lines import LineState, note_line
from egnatia.exchange.message import format_moment
from egnatia.exchange.parcels import ask_together, grouped
from egnatia.exchange.paths import SENT_AT_HEADER
from egnatia.exchange.protocols import protocol_of
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.store.database import Database, Transaction
from egnatia.store.writer import Writer

POLL_S = 0.1
"""How soon a message that another process queued is noticed; an idle poll costs under a millisecond."""
WINDOW = 16
"""Messages on their way to one partner at a time, to begin with."""
MAX_WINDOW = 64
"""Where it ends when the partner keeps up: a quarter of a commit of its writer, from each of four partners."""
WIDEN_EVERY = timedelta(seconds=1)
"""How often a window may double; a partner that asks for patience halves it at once."""
HOUSEKEEPING = timedelta(hours=1)
"""How often stored answers that nobody can ask for any more are deleted."""
_log = logging.getLogger("egnatia.exchange")

T = TypeVar("T")
_Plan = tuple[int, frozenset[MessageId]]
"""How many messages a partner may get now, and which are on their way to it."""
_Departure = tuple[PartnerCard, Sequence[Due]]
"""What goes to a partner in one request."""


@dataclass(frozen=True, slots=True)
class Office:
    """What the courier works with.

    Attributes:
        keys: this node's.
        database: for reading what is due.
        writer: for everything that changes something.
        line: to the partners.
        on_answer: takes each answer exactly once.
        on_undeliverable: is told of each message given up.
        clock: the time.
        randomness: for the jitter of the back-off.
    """

    keys: NodeKeys
    database: Database
    writer: Writer
    line: Line
    on_answer: OnAnswer
    on_undeliverable: OnUndeliverable
    clock: Callable[[], datetime]
    randomness: random.Random


@dataclass(slots=True)
class _Partner:
    """What the courier remembers of one partner until it restarts."""

    busy: set[MessageId] = field(default_factory=set)
    failures: int = 0
    retry_at: datetime | None = None
    card: PartnerCard | None = None
    window: int = WINDOW
    widened_at: datetime | None = None
    state: LineState | None = None

    def room(self, now: datetime) -> int:
        """How many more messages may go out; one at a time while the line is down."""
        if self.retry_at is not None and now < self.retry_at:
            return 0
        return (1 if self.failures else self.window) - len(self.busy)

    def keeps_up(self, now: datetime) -> None:
        """A message was answered: while every place in the window is taken, there may be more of them."""
        if self.widened_at is None:
            self.widened_at = now
        elif len(self.busy) >= self.window and now - self.widened_at >= WIDEN_EVERY:
            self.window, self.widened_at = min(2 * self.window, MAX_WINDOW), now

    def is_put_off(self, now: datetime, after: timedelta) -> datetime:
        """It asked for patience: until when nothing goes out. Messages refused together narrow the window once."""
        if self.retry_at is None or now >= self.retry_at:
            self.window, self.widened_at = max(1, self.window // 2), now
            self.retry_at = now + after
        return self.retry_at


class Courier:
    """Delivers this node's outbox. Invariant: no message is on its way twice from here at the same time."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._partners: dict[PartnerCode, _Partner] = {}
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tidied_at: datetime | None = None
        self._seen: dict[PartnerCode, PartnerCard] = {}
        self._looked_at: datetime | None = None

    def wake(self) -> None:
        """Look at the outbox now; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self) -> None:
        """Deliver until cancelled. A database that cannot be read now is read again at the next poll."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            while True:
                for card, parcel in await self._departures():
                    group.create_task(self._deliver(card, parcel))
                await self._pause()

    async def deliver_due(self) -> int:
        """One round by hand, for simulations: deliver what is due now, wait for all of it, return how many."""
        departures = await self._departures()
        await asyncio.gather(*(self._deliver(card, parcel) for card, parcel in departures))
        return sum(len(parcel) for _, parcel in departures)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(POLL_S):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _departures(self) -> list[_Departure]:
        now = self._office.clock()
        # Taken before the outbox is read: a message answered in between is still busy here and not sent once more.
        plans = {code: (partner.room(now), frozenset(partner.busy)) for code, partner in self._partners.items()}
        try:
            departures, expired = await asyncio.to_thread(self._look, plans, now)
            await self._tidy(now, expired=expired)
            await self._forgive(now)
            await self._trust_clock(now)
        except Error as error:
            _log.warning("the outbox cannot be read or written: %s", error.message)
            return []
        for card, parcel in departures:
            self._partner(card.code).busy.update(due.sent.message_id for due in parcel)
        return departures

    async def _forgive(self, now: datetime) -> None:
        """A partner with a new card is tried at once: what failed under the old one says nothing about it."""
        for code, card in self._seen.items():
            partner = self._partner(code)
            if partner.card not in (None, card):
                partner.failures, partner.retry_at = 0, None
                await self._write(partial(hasten, partner=code, now=now))
            partner.card = card

    async def _trust_clock(self, now: datetime) -> None:
        """A clock that went back had been ahead: no back-off that it counted may last until its time comes again.

        Also after a start, when nobody knows what the clock said before.
        """
        if self._looked_at is None or now < self._looked_at:
            for code in self._seen:
                self._partner(code).retry_at = None
                await self._write(partial(hasten, partner=code, now=now))
        self._looked_at = now

    def _partner(self, code: PartnerCode) -> _Partner:
        return self._partners.setdefault(code, _Partner())

    def _look(self, plans: Mapping[PartnerCode, _Plan], now: datetime) -> tuple[list[_Departure], bool]:
        found: list[_Departure] = []
        with self._office.database.read() as tx:
            self._seen = believed_cards(tx)
            for card in self._seen.values():
                room, busy = plans.get(card.code, (WINDOW, frozenset()))
                if room > 0:
                    due = due_messages(tx, card.code, now, room, busy)
                    found += [(card, parcel) for parcel in grouped(due, protocol_of(tx, card.code))]
            return found, has_expired(tx, now)

    async def _tidy(self, now: datetime, *, expired: bool) -> None:
        """Give up what grew too old; once in a while, forget answers that nobody can ask for any more."""
        if expired:
            await self._write(lambda tx: give_up(tx, self._office.on_undeliverable, now))
        if self._tidied_at is None or now - self._tidied_at >= HOUSEKEEPING:
            await self._write(lambda tx: (forget_answers(tx, now), forget_settled(tx, now)))
            self._tidied_at = now

    async def _write(self, job: Callable[[Transaction], T]) -> T:
        """Have a job done by the writer. What its code raises by mistake must not stop the courier."""
        future = self._office.writer.awaited(job)
        await asyncio.wait({future})
        fault = future.exception()
        if fault is not None and not isinstance(fault, Error):
            _log.error("a fault of this node while it wrote", exc_info=fault)
            raise WaitingError(f"this node failed to take the answer ({type(fault).__name__}); see its log")
        return future.result()

    async def _deliver(self, card: PartnerCard, parcel: Sequence[Due]) -> None:
        """Send messages in one request; what comes of each of them is its own."""
        replies: Sequence[Reply | Error]
        try:
            replies = await self._ask(card, parcel)
        except Error as error:
            replies = [error] * len(parcel)
        taking = [self._take(card, due, reply) for due, reply in zip(parcel, replies, strict=True)]
        if len(taking) == 1:
            await taking[0]
        else:
            await asyncio.gather(*taking)

    async def _ask(self, card: PartnerCard, parcel: Sequence[Due]) -> list[Reply]:
        headers = {SENT_AT_HEADER: format_moment(self._office.clock())}
        contents = [self._content(due) for due in parcel]
        return await ask_together(self._office.line, card, contents, headers)

    def _content(self, due: Due) -> bytes:
        if due.content is None:  # it waits and is seen to wait, like a message that its partner cannot take
            raise TamperedError(f"the stored message {due.sent.message_id} cannot be opened")
        if due.sent.kind in BY_THE_OLD_KEY:
            return due.content
        return resealed(due.content, self._office.keys.signing)  # it may have waited while the keys were rotated

    async def _take(self, card: PartnerCard, due: Due, reply: Reply | Error) -> None:
        """Take the answer to one message, or keep it."""
        partner = self._partner(card.code)
        try:
            if isinstance(reply, Error):
                await self._failed(due, partner, reply)
                return
            received = read_reply(self._office.keys.code, card, due.sent, reply)
            await self._write(lambda tx: settle(tx, due.sent, received, self._office.on_answer, self._office.clock()))
            await self._line_is_up(card, partner)
        except Error as error:
            await self._failed(due, partner, error)
        finally:
            partner.busy.discard(due.sent.message_id)
            self._wake.set()

    async def _line_is_up(self, card: PartnerCard, partner: _Partner) -> None:
        now = self._office.clock()
        partner.keeps_up(now)
        if partner.failures:
            partner.failures, partner.retry_at = 0, None
            await self._write(lambda tx: hasten(tx, card.code, now))
        await self._show(card.code, LineState.UP)

    async def _show(self, code: PartnerCode, state: LineState) -> None:
        """Write down how the line is when that changes, so that everybody sees an outage at once."""
        partner, now = self._partner(code), self._office.clock()
        if partner.state is not state:
            partner.state = state
            await self._write(lambda tx: note_line(tx, code, state, now))

    async def _failed(self, due: Due, partner: _Partner, error: Error) -> None:
        """Keep the message, and while the whole line is at fault keep the others from trying as well."""
        now, state = self._office.clock(), None
        if isinstance(error, UnreachableError | RefusedError):
            until, state = self._line_is_down(partner, now), LineState.DOWN
        elif isinstance(error, PutOffError):
            until, state = partner.is_put_off(now, timedelta(seconds=error.after_s)), LineState.SLOW
        else:
            until = now + self._delay(due.sent.attempts + 1)
        _log.warning("message %s to %s waits: %s", due.sent.message_id, due.sent.to, error.message)
        try:
            await self._write(lambda tx: postpone(tx, due.sent, error.message, until))
            if state is not None:
                await self._show(due.sent.to, state)
        except Error as second:
            _log.warning("this could not be written down: %s", second.message)

    def _line_is_down(self, partner: _Partner, now: datetime) -> datetime:
        """When to try the line again; messages that failed together count as one failure of it."""
        if partner.retry_at is None or now >= partner.retry_at:
            partner.failures += 1
            partner.retry_at = now + self._delay(partner.failures)
        return partner.retry_at

    def _delay(self, failures: int) -> timedelta:
        return timedelta(seconds=retry_delay_s(failures, self._office.randomness.random()))
