"""The demonstration's membership list: proposed at one node, carried by hand, signed by every member's supervisor."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from egnatia.accounts import officers as accounts
from egnatia.enquiries.membership.messages import Offer
from egnatia.enquiries.membership.signing import Change, propose, sign
from egnatia.enquiries.membership.taking import join_list
from egnatia.exchange.membership import lists
from egnatia.exchange.membership.documents import read_list
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Officer
from egnatia.node import Node
from egnatia.store.database import Transaction


def found_list(directories: dict[PartnerCode, Path], first: PartnerCode) -> None:
    """Make the first list, at the node `first`, of everybody whom the agreement register calls a member."""
    with contextlib.ExitStack() as stack:
        nodes = {code: stack.enter_context(contextlib.closing(Node.open(each))) for code, each in directories.items()}
        _propose(nodes[first])
        payload, signatures = _signed(nodes[first])
        members = sorted(read_list(payload).codes - {first})
        for code in members:
            _offer(nodes[code], first, Offer(payload, signatures, None))
            signatures |= _signed(nodes[code])[1]
        for code in (first, *members):
            _offer(nodes[code], members[0] if code == first else first, Offer(payload, signatures, None))


def _propose(node: Node) -> None:
    card, now = node.card(), node.clock()

    def job(tx: Transaction) -> None:
        propose(tx, node.desk, _officer(tx, node, "administrator"), card, Change(), now)

    node.commit(job)


def _signed(node: Node) -> tuple[bytes, dict[PartnerCode, bytes]]:
    """Sign what waits at a node; returns the payload and the signatures there."""
    card, now = node.card(), node.clock()

    def job(tx: Transaction) -> tuple[bytes, dict[PartnerCode, bytes]]:
        waiting = lists.the_proposal(tx, now).signed
        sign(tx, node.desk, _officer(tx, node, "supervisor"), card, None, now)
        known = lists.known(tx, waiting.sha256)
        return waiting.payload, dict(known.signed.signatures) if known else {}

    return node.commit(job)


def _offer(node: Node, sender: PartnerCode, offer: Offer) -> None:
    node.commit(lambda tx: join_list(tx, node.desk, sender, offer, node.clock()))


def _officer(tx: Transaction, node: Node, post: str) -> Officer:
    name = f"{node.code.lower()}-{post}"
    found: Iterable[Officer] = (each.officer for each in accounts(tx))
    return next(each for each in found if each.name == name)
