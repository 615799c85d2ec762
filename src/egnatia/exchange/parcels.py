"""Several messages in one request, a parcel: each is judged, committed and answered by itself, as if it had come alone.

What a request costs besides its messages (HTTP, TLS, a task at either end) is so shared by up to sixteen. A parcel has no
signature, no number and no life of its own: it is not stored, and a repetition may hold other messages.

On its way there a parcel is one envelope a line; on its way back one line for each, in the same order: the status that HTTP
would have had, the seconds to wait before it is sent again (0 where nobody asked for patience), and the answer or problem.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence

from starlette.responses import Response

from egnatia.exchange.announcements import BY_THE_OLD_KEY
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply, Request, patience
from egnatia.exchange.dispatch import Due
from egnatia.exchange.limits import TRANSIENT
from egnatia.exchange.paths import MESSAGES_PATH, PARCELS_PATH
from egnatia.exchange.problems import read_problem
from egnatia.exchange.strict_json import MAX_BYTES, refuse
from egnatia.model.states import RefusalReason

PARCELS_SINCE = 2
"""The version of messages from which a partner takes parcels; release 0.1.0 has no such address."""
MAX_MESSAGES = 16
"""Messages in a parcel: a courier's first window, so that what is on its way to a new partner may go together."""
MAX_PARCEL_BYTES = 4 * MAX_BYTES
"""A parcel as it travels. Sixteen enquiries have 20 kB together; large messages go with fewer others."""
MAX_REPLY_BYTES = MAX_MESSAGES * (MAX_BYTES + 16)
PARCEL_TYPE = "text/plain"
_OK = 200
_REFUSALS = range(400, 500)
_LINE = re.compile(rb"([1-5][0-9]{2}) ([0-9]{1,6}) (.*)", re.DOTALL)


def grouped(due: Sequence[Due], version: int) -> list[list[Due]]:
    """What goes to a partner in one request each, in order.

    Alone go announcements of keys, whose signer the partner may know by nothing else, and what cannot be opened any more.

    Args:
        due: messages that are to be sent now.
        version: of messages, the newest that both nodes speak.
    """
    made: list[list[Due]] = []
    room = 0
    for each in due:
        size = MAX_PARCEL_BYTES if each.content is None or each.sent.kind in BY_THE_OLD_KEY else len(each.content) + 1
        if version < PARCELS_SINCE or size > room or len(made[-1]) == MAX_MESSAGES:
            made.append([])
            room = MAX_PARCEL_BYTES
        made[-1].append(each)
        room -= size
    return made


def opened(body: bytes) -> list[bytes]:
    """The envelopes of a parcel, unread.

    Raises:
        RefusedError: TOO_LARGE, there are more than `MAX_MESSAGES`.
    """
    contents = body.split(b"\n", MAX_MESSAGES)
    if len(contents) > MAX_MESSAGES:
        raise refuse(f"a parcel has at most {MAX_MESSAGES} messages", RefusalReason.TOO_LARGE)
    return contents


def answered(replies: Sequence[Response]) -> Response:
    """The reply to a parcel, from those that its messages would have had alone."""
    lines = (b"%d %s %s" % (each.status_code, _after(each), bytes(each.body)) for each in replies)
    return Response(b"\n".join(lines), media_type=PARCEL_TYPE)


def _after(reply: Response) -> bytes:
    return reply.headers.get("retry-after", "0").encode()


async def ask_together(
    line: Line, card: PartnerCard, contents: Sequence[bytes], headers: Mapping[str, str]
) -> list[Reply]:
    """Send messages in one request where there are several; returns a reply for each.

    A partner that does not take the parcel as such gets each message by itself, so that none is given up for what
    is wrong with the whole.

    Raises:
        UnreachableError: no whole reply came back; whether anything arrived is unknown.
    """
    if len(contents) > 1:
        request = Request(PARCELS_PATH, b"\n".join(contents), headers, MAX_REPLY_BYTES)
        reply = await line.ask(card, request)
        if reply.status == _OK:
            return list(_opened_replies(reply.body, len(contents)))
        if reply.status not in _REFUSALS or read_problem(reply.status, reply.body).reason in TRANSIENT:
            return [reply] * len(contents)
    alone = (line.ask(card, Request(MESSAGES_PATH, each, headers)) for each in contents)
    return await asyncio.gather(*alone) if len(contents) > 1 else [await next(alone)]


def _opened_replies(body: bytes, count: int) -> Iterator[Reply]:
    """One for each message. A line that is none is an answer that nobody believes: its message stays queued."""
    lines = body.split(b"\n")
    for place in range(count):
        found = _LINE.fullmatch(lines[place]) if len(lines) == count else None
        if found is None or len(found[3]) > MAX_BYTES:
            yield Reply(_OK, b"")
        else:
            yield Reply(int(found[1]), found[3], patience(found[2].decode()) or None)
