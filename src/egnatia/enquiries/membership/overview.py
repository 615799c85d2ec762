"""Membership on one page: the list and how long it holds, members, candidates, proposals, exits, notices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from egnatia.agreements.admission import Member, MembershipList, Standing
from egnatia.agreements.admission.standing import standings
from egnatia.enquiries.membership.admission_state import Admission, admissions
from egnatia.enquiries.membership.exits import Obligation, obligations
from egnatia.exchange.directory import cards
from egnatia.exchange.key_history import KeyUse, keys_of
from egnatia.exchange.membership import lists
from egnatia.model.ids import PartnerCode
from egnatia.model.states import PartnerStatus
from egnatia.store.database import Transaction
from egnatia.store.tables import membership_notice

SHOWN_NOTICES = 20
"""Notices on the page; older ones stay in the ledger."""


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One partner: on the list or not, and what this node says of it."""

    code: PartnerCode
    name: str
    listed: bool
    standing: PartnerStatus | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposal that waits for signatures."""

    version: int
    members: tuple[PartnerCode, ...]
    signed: tuple[PartnerCode, ...]
    missing: tuple[PartnerCode, ...]
    sign_by: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """What a partner told us about another."""

    sender: PartnerCode
    about: PartnerCode
    standing: PartnerStatus
    since: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything about membership on this node.

    Attributes:
        standing: of the list in force.
        version: of the list in force, if there is one.
        valid_until: same.
        earlier_cards: members whose keys were replaced since the list was made; it names their earlier cards.
        partners: every partner that is on the list, registered, or has left.
        proposals: what waits for signatures.
        admissions: what this node opened.
        owed: open obligations of exits.
        notices: the latest first.
    """

    standing: Standing
    version: int | None
    valid_until: datetime | None
    partners: tuple[PartnerLine, ...]
    proposals: tuple[ProposalLine, ...]
    admissions: tuple[Admission, ...]
    owed: tuple[Obligation, ...]
    notices: tuple[Notice, ...]
    earlier_cards: tuple[PartnerCode, ...] = ()

    def lines(self) -> list[str]:
        """What a person at a terminal has to know besides the table of partners."""
        said = [_list_line(self)]
        for each in self.proposals:
            waits = ", ".join(each.missing)
            said.append(f"list {each.version} waits until {each.sign_by:%Y-%m-%d} for the signature of {waits}")
        for case in self.admissions:
            if case.closed_at is None:
                lacking = ", ".join(item.id for item in case.missing) or "nothing"
                said.append(f"{case.candidate} is a candidate; missing: {lacking}")
        if self.earlier_cards:
            named = ", ".join(self.earlier_cards)
            said.append(f"the list names the earlier card of {named}; that is in order, and the next one names the new")
        if self.owed:
            said.append(f"{len(self.owed)} items of exits are not settled: `egnatia partner exit`")
        return said


def _list_line(view: Overview) -> str:
    if view.valid_until is None:
        return "no membership list: partners are known by their cards alone"
    until = f"{view.valid_until:%Y-%m-%d}"
    return {
        Standing.GOOD: f"membership list {view.version} holds until {until}",
        Standing.ENDS_SOON: f"RENEW NOW: membership list {view.version} ends on {until}",
        Standing.EXPIRED: f"EXPIRED: membership list {view.version} ended on {until}; questions stop 30 days later",
        Standing.STOPPED: f"STOPPED: membership list {view.version} ended on {until}; nothing is asked or answered",
    }[view.standing]


def overview(tx: Transaction, now: datetime) -> Overview:
    """Look at everything; changes nothing."""
    standing, made = lists.how_it_stands(tx, now)
    return Overview(
        standing=standing,
        version=made.version if made else None,
        valid_until=made.valid_until if made else None,
        partners=tuple(_partners(tx, made)),
        proposals=tuple(_proposals(tx, now)),
        admissions=tuple(admissions(tx)),
        owed=tuple(each for each in obligations(tx) if each.done_at is None),
        notices=tuple(_notices(tx)),
        earlier_cards=tuple(_earlier_cards(tx, made)) if made else (),
    )


def _earlier_cards(tx: Transaction, made: MembershipList) -> list[PartnerCode]:
    """Whose key on the list is not the one that is used now, by this node's history of keys."""
    return [member.code for member in made.members if _was_replaced(tx, member)]


def _was_replaced(tx: Transaction, member: Member) -> bool:
    used = [each for each in keys_of(tx, member.code) if each.use is KeyUse.SIGNING]
    return any(each.value == member.signing_key and each.retired_at is not None for each in used)


def _partners(tx: Transaction, made: MembershipList | None) -> list[PartnerLine]:
    listed = {member.code: member for member in made.members} if made else {}
    names = {code: card.name for code, card in cards(tx).items()}
    here = standings(tx)
    return [
        PartnerLine(
            code,
            names.get(code) or (listed[code].name if code in listed else ""),
            code in listed,
            here.get(code),
            listed[code].since if code in listed else None,
        )
        for code in sorted({*listed, *names, *here})
    ]


def _proposals(tx: Transaction, now: datetime) -> list[ProposalLine]:
    return [
        ProposalLine(
            each.signed.made.version,
            tuple(sorted(each.signed.made.codes)),
            tuple(sorted(each.signed.signatures)),
            lists.missing_signatures(tx, each.signed),
            each.signed.made.sign_by,
        )
        for each in lists.proposals(tx, now)
    ]


def _notices(tx: Transaction) -> list[Notice]:
    table = membership_notice.c
    query = select(table.sender, table.about, table.standing, table.since).order_by(table.received_at.desc())
    rows = tx.execute(query.limit(SHOWN_NOTICES))
    return [
        Notice(PartnerCode(row.sender), PartnerCode(row.about), PartnerStatus(row.standing), row.since) for row in rows
    ]
