"""The asking side: this node reviews its own officers' questions, from the sealed enquiries it holds.

Open and blind questions are read together: what a holder cannot see of a blind one, this node can. Opening them is
self-monitoring (DPA 2018 s.62(4)(b), Directive (EU) 2016/680 art. 25(2)): what was asked is compared in
memory and only a pattern leaves a trace. Nothing is remembered between two reviews, so a restart changes nothing.
"""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from egnatia.enquiries.fishing.alerts import Asker, raise_alert
from egnatia.enquiries.fishing.probes import asked_probe, blind_probe
from egnatia.enquiries.fishing.profile_review import profile_patterns
from egnatia.enquiries.fishing.rules import MAX_REVIEWED, WINDOW, Finding, Probe, findings
from egnatia.model.states import DNA_SUBJECTS, BlindList, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_enquiry, enquiry

REVIEW_EVERY_S = 60.0
"""How often a serving node reviews: a sweep is shown while it goes on, and a review opens a day's questions of whoever
asked since."""


Pattern = tuple[Asker, Finding]


def patterns(tx: Transaction, since: datetime, now: datetime) -> list[Pattern]:
    """Look at the last day of every officer who asked something since then.

    Args:
        tx: any transaction; opening a day's questions takes too long for the one that everybody writes in.
        since: the moment of the last review; earlier than a day before `now` counts as a day before.
        now: this moment.
    """
    since = max(since, now - WINDOW)
    openly = select(enquiry.c.officer_id).where(enquiry.c.created_at >= since)
    blindly = select(blind_enquiry.c.officer_id).where(blind_enquiry.c.asked_at >= since)
    key = tx.randomness.randbytes(32)
    found: list[Pattern] = []
    for officer_id in sorted(tx.execute(openly.union(blindly)).scalars()):
        asked = [*_probes(tx, officer_id, key, now), *_blind_probes(tx, officer_id, key, now)]
        seen = [*findings(sorted(asked, key=lambda one: one.at)), *profile_patterns(tx, officer_id, key, now)]
        found += [(Asker(None, officer_id), each) for each in seen]
    return found


def raise_patterns(tx: Transaction, found: Iterable[Pattern], now: datetime) -> int:
    """Raise an alert for each pattern that has none of today yet. Returns how many were raised."""
    return sum(raise_alert(tx, asker, finding, now) for asker, finding in found)


def _probes(tx: Transaction, officer_id: str, key: bytes, now: datetime) -> list[Probe]:
    table = enquiry.c
    mine = (table.officer_id == officer_id) & (table.created_at > now - WINDOW)
    mine &= table.subject.not_in(DNA_SUBJECTS)
    query = select(table.subject, table.case_ref, table.created_at, table.sealed_id).where(mine)
    rows = tx.execute(query.order_by(table.created_at.desc()).limit(MAX_REVIEWED)).all()
    found = []
    for row in reversed(rows):
        content = tx.opened(row.sealed_id)
        if content is not None:
            asked = json.loads(content)["query"]
            found.append(asked_probe(key, SubjectKind(row.subject), asked, row.created_at, row.case_ref))
    return found


def _blind_probes(tx: Transaction, officer_id: str, key: bytes, now: datetime) -> list[Probe]:
    table = blind_enquiry.c
    mine = (table.officer_id == officer_id) & (table.asked_at > now - WINDOW) & table.sealed_id.is_not(None)
    query = select(table.list, table.case_ref, table.asked_at, table.sealed_id).where(mine)
    found = []
    for row in tx.execute(query.order_by(table.asked_at.desc()).limit(MAX_REVIEWED)).all():
        content = tx.opened(row.sealed_id)
        if content is not None:
            values = json.loads(content)["values"]
            found.append(blind_probe(key, BlindList(row.list), values, row.asked_at, row.case_ref))
    return found
