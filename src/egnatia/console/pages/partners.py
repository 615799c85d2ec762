"""The partners: whether each can be reached, what waits for it, how it stands, and whether its keys changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from egnatia.agreements.admission.standing import standings
from egnatia.console.catalogues import N_
from egnatia.console.visit import Html, Reply, Visit
from egnatia.errors import NotFoundError
from egnatia.exchange.directory import believed_cards, cards
from egnatia.exchange.dispatch import PartnerState, partner_states
from egnatia.exchange.key_history import KeyRecord, KeyUse, keys_of
from egnatia.exchange.lines import LineState
from egnatia.exchange.membership import lists
from egnatia.exchange.protocols import protocol_of
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.states import PartnerStatus
from egnatia.store.database import Transaction

RECENT = timedelta(days=7)
"""How long a change of keys stands out: nobody looks every day, and a week has no gap over a weekend or a feast."""
LINE_MARKS: dict[LineState | None, tuple[str, str]] = {
    None: ("none", N_("nothing sent yet")),
    LineState.UP: ("done", N_("answers")),
    LineState.SLOW: ("wait", N_("answers slowly")),
    LineState.DOWN: ("no", N_("cannot be reached")),
}
"""Mark and words of a line; the membership page says it in the same words."""
USES = {
    KeyUse.SIGNING: N_("signs messages, checkpoints and lists"),
    KeyUse.AGREEMENT: N_("for name tags"),
    KeyUse.TLS: N_("certificate of the line"),
}


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One partner at a glance.

    Attributes:
        code: which.
        name: on its card.
        address: on its card.
        line: how its line stands, and what waits for it.
        standing: how it stands in the task force, as this node says.
        listed: whether it is on the membership list in force.
        protocol: in which version of messages this node writes to it.
        believed: whether its keys are believed.
        keys_changed: when one of them was last replaced or revoked; None when never.
    """

    code: PartnerCode
    name: str
    address: str
    line: PartnerState
    standing: PartnerStatus | None
    listed: bool
    protocol: int
    believed: bool
    keys_changed: datetime | None


def partners_page(visit: Visit) -> Reply:
    """Every partner on one line: reachable since when, what waits, how it stands, whether its keys changed."""
    with visit.node.database.read() as tx:
        rows = _rows(tx, visit.now)
    return Html("partners.html", {"rows": rows, "marks": LINE_MARKS, "recent": visit.now - RECENT}, data=rows)


def partner_page(visit: Visit) -> Reply:
    """One partner with every key that it had: present, replaced, revoked.

    Raises:
        NotFoundError: no such partner is registered.
    """
    code = visit.parts["code"]
    with visit.node.database.read() as tx:
        row = next((each for each in _rows(tx, visit.now) if each.code == code), None)
        if row is None or not PARTNER_CODE.fullmatch(code):
            raise NotFoundError("this node has no such partner", hint="The list of partners shows all of them.")
        keys = keys_of(tx, row.code)
    values = {"row": row, "keys": keys, "marks": LINE_MARKS, "uses": USES, "recent": visit.now - RECENT}
    return Html("partner.html", values, data={"partner": row, "keys": keys})


def _rows(tx: Transaction, now: datetime) -> list[PartnerRow]:
    known, believed, here = cards(tx), believed_cards(tx), standings(tx)
    _, made = lists.how_it_stands(tx, now)
    members = {member.code for member in made.members} if made else set()
    return [
        PartnerRow(
            code=state.partner,
            name=known[state.partner].name if state.partner in known else "",
            address=known[state.partner].address if state.partner in known else "",
            line=state,
            standing=here.get(state.partner),
            listed=state.partner in members,
            protocol=protocol_of(tx, state.partner),
            believed=state.partner in believed,
            keys_changed=_changed(keys_of(tx, state.partner)),
        )
        for state in partner_states(tx)
    ]


def _changed(keys: list[KeyRecord]) -> datetime | None:
    """When a key was last replaced or revoked; the first card of a partner is no change."""
    moments = [at for key in keys for at in (key.retired_at, key.revoked_at) if at is not None]
    return max(moments, default=None)
