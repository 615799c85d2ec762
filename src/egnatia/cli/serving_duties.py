"""What a serving node does by itself so that nobody has to remember it: lists, alerts and labels told, filters renewed.

Each duty is one loop: a look that finds nothing to do reads an index and writes nothing, a failure is logged and tried
again at the next look.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from egnatia.enquiries import standing as standing_enquiries
from egnatia.enquiries.blind.renewing import renew
from egnatia.enquiries.claims import shield_claimants
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.dna import batches, screening, standing
from egnatia.enquiries.forgery_alerts import sending as forgery_alerts
from egnatia.enquiries.membership.telling import has_waiting, send_waiting
from egnatia.enquiries.onward import label_letters
from egnatia.errors import Error
from egnatia.node import Node
from egnatia.store.database import Transaction

TELL_S = 5.0
"""How soon a list or a notice whose message grew too old, or that somebody could not read yet, is on its way again."""
RENEW_S = 60.0
"""How often it is looked whether a filter has to be made again: whatever ended one did so within a minute."""
ASK_AGAIN_S = 60.0
"""How soon after its time a standing enquiry is asked again: its times are hours apart."""
COMPARE_S = 60.0
"""How soon an approved batch is begun, a new profile compared, and a quota of the day found free again."""
_log = logging.getLogger("egnatia.node")


async def tell_members(node: Node) -> None:
    """Send membership lists, notices, forgery alerts and new labels again until each member has acknowledged them."""
    while True:
        await asyncio.sleep(TELL_S)
        try:
            await asyncio.to_thread(tell_once, node)
        except Error as error:
            _log.warning("lists, notices, alerts and labels wait: %s", error.message)


def tell_once(node: Node) -> int:
    """One look; returns how many messages were queued."""
    with node.database.read() as tx:
        due = has_waiting(tx, node.clock())
        alerts_due = forgery_alerts.has_waiting(tx, node.clock())
        labels_due = label_letters.has_waiting(tx, node.clock())
    queued = node.commit(lambda tx: send_waiting(tx, node.desk, node.clock())) if due else 0
    if alerts_due:
        queued += node.commit(lambda tx: forgery_alerts.send_waiting(tx, node.desk, node.clock()))
    if labels_due:
        queued += node.commit(lambda tx: label_letters.send_waiting(tx, node.desk, node.clock()))
    return queued


async def renew_filters(node: Node) -> None:
    """Publish again what can be asked blind, before its epoch ends and after something ended it."""
    while True:
        await asyncio.sleep(RENEW_S)
        try:
            await asyncio.to_thread(renew_once, node)
        except Error as error:
            _log.warning("the filters of blind enquiries wait: %s", error.message)


def renew_once(node: Node) -> bool:
    """One look; returns whether a new epoch began."""
    made = renew(node.database, node.commit, node.desk, node.clock)
    if made is not None:
        _log.info("blind enquiries: epoch %s until %s, %s filters", made.epoch, made.ends.date(), len(made.filters))
    return made is not None


async def compare_profiles(node: Node) -> None:
    """Hold traces against who came in, ask what was approved in batches, and about what came in under standing orders."""
    while True:
        await asyncio.sleep(COMPARE_S)
        try:
            await asyncio.to_thread(compare_once, node)
        except Error as error:
            _log.warning("comparisons of DNA wait: %s", error.message)


def compare_once(node: Node) -> int:
    """Go on until nothing is left that may be asked today; returns how many profiles were looked at."""
    looked_at = screen_once(node)
    for is_due, job in ((batches.has_waiting, batches.ask_approved), (standing.has_new, standing.compare_new)):
        looked_at += _go_on(node, is_due, job)
    return looked_at


def screen_once(node: Node) -> int:
    """Hold every stored trace against who came in since; returns how many traces were looked at."""
    return _go_on(node, screening.has_unscreened, screening.screen)


def _go_on(node: Node, is_due: Callable[[Transaction], bool], job: Callable[[Transaction, Desk, datetime], int]) -> int:
    """Do the next part of a job until nothing is left of it; each part is a transaction."""
    total = 0
    while True:
        with node.database.read() as tx:
            due = is_due(tx)
        done = node.commit(lambda tx: job(tx, node.desk, node.clock())) if due else 0
        total += done
        if not done:
            return total


async def ask_again(node: Node) -> None:
    """Ask standing enquiries again, and end those whose day has come."""
    while True:
        await asyncio.sleep(ASK_AGAIN_S)
        try:
            await asyncio.to_thread(ask_again_once, node)
        except Error as error:
            _log.warning("standing enquiries wait: %s", error.message)


def ask_again_once(node: Node) -> int:
    """Go on until none is due; returns how many were asked, put off or ended."""
    return _go_on(node, lambda tx: standing_enquiries.has_due(tx, node.clock()), standing_enquiries.ask_again)


async def shield_again(node: Node) -> None:
    """Find once more whom open claims shield: an earlier release did not shield documents."""
    try:
        await asyncio.to_thread(node.commit, lambda tx: shield_claimants(tx, node.desk))
    except Error as error:
        _log.warning("the shields of claimants wait: %s", error.message)
