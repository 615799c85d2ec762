"""What every step of the flow needs to know about its own node, and the checks on what officers type."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from egnatia.agreements import Allow, Refusal, Request, permit, register_to_act_by
from egnatia.enquiries.dna.index import DnaIndex
from egnatia.enquiries.messages import SEEN, UNSEEN
from egnatia.enquiries.tallies import Tallies
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.directory import cards
from egnatia.exchange.keys import NodeKeys
from egnatia.ledger.finality import WitnessPolicy, check_disclosure
from egnatia.model.agreements import Grant, Register
from egnatia.model.ids import GrantId, PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.settings import EnquirySettings
from egnatia.store.database import Transaction

CASE_REF = re.compile(r"[A-Z]{2,6}-[0-9]{4}-[0-9]{2,8}")
"""A case reference leaves the node, so its form leaves no room for a name: DUR-2025-0417."""
PERSON_REF = re.compile(r"[A-Z]{1,3}-[0-9]{1,8}")
"""A node's own pseudonym for a person in a case: D-417."""
_UNSEEN = re.compile(f"[{UNSEEN}\ud800-\udfff]")
"""Half a surrogate pair too: what a shell passes on of bytes that are no text. It cannot be sealed or sent."""
_SEEN = re.compile(SEEN)
BLIND_LABEL = "egnatia/blind-names/v1"
"""Domain of the key that two partners share for name tags."""
MIN_JUSTIFICATION = 20
"""Characters; requirement ENQ-01."""
MAX_TEXT = 2_000
"""Characters of any text an officer writes: enough for a page, too little for a file."""


KEEP = timedelta(days=1_095)
"""How long content is kept where no grant says otherwise: three years, as Regulation (EU) 2024/982 art. 40(3) for logs."""


@dataclass(frozen=True, slots=True)
class Desk:
    """This node's own side of every conversation.

    Attributes:
        code: the partner's code.
        keys: its secrets.
        limits: on what its own officers ask.
        witnessing: when a ledger that nobody witnesses stops disclosures.
        dna: its own DNA profiles, packed in memory.
        tallies: what was answered under its grants today, as far as this process counted it.
    """

    code: PartnerCode
    keys: NodeKeys
    limits: EnquirySettings = field(default_factory=EnquirySettings)
    witnessing: WitnessPolicy = field(default_factory=WitnessPolicy)
    dna: DnaIndex = field(default_factory=DnaIndex, compare=False, repr=False)
    tallies: Tallies = field(default_factory=Tallies, compare=False, repr=False)

    def register(self, tx: Transaction) -> Register:
        """The agreement register in force on this node."""
        return register_to_act_by(tx)

    def verdict(self, tx: Transaction, request: Request) -> Allow | Refusal:
        """`permit` by that register; equal requests of one transaction are judged once."""
        if request not in tx.memo:
            tx.memo[request] = permit(self.register(tx), request)
        known: Allow | Refusal = tx.memo[request]
        return known

    def keep_until(self, tx: Transaction, grant_id: GrantId, now: datetime) -> datetime:
        """Until when data received under a grant may be kept."""
        found = [each for each in self.register(tx).grants if each.id == grant_id]
        return now + (timedelta(days=found[0].retention_max_d) if found else KEEP)


def check_witnessed(tx: Transaction, desk: Desk, now: datetime) -> None:
    """Let personal values leave only while this node's ledger is witnessed as its settings want it.

    Asked wherever values leave: releases, items passed on, consents to that, new values of a correction. What takes
    data back is not asked.

    Raises:
        RefusedError: UNWITNESSED.
    """
    check_disclosure(tx, desk.witnessing, list(cards(tx)), now)


def start_of_day(now: datetime) -> datetime:
    """From when a day's quota counts: midnight in UTC, the same moment at both ends."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def check_quota(grant: Grant, used: int) -> None:
    """Stop when a grant's quota of the day is used up; asking and answering nodes both count.

    Raises:
        RefusedError: QUOTA_EXCEEDED.
    """
    if used >= grant.quota_day:
        raise RefusedError(
            RefusalReason.QUOTA_EXCEEDED, f"{used} of {grant.quota_day} enquiries a day were used under {grant.id}"
        )


def check_case_ref(case_ref: str) -> str:
    """Return the case reference, or say what one looks like.

    Raises:
        InputError: it is missing or of another form.
    """
    if not CASE_REF.fullmatch(case_ref):
        raise InputError(
            f"{case_ref[:40]!r} is not a case reference",
            hint="A case reference is letters, a year and a number, such as DUR-2025-0417; it carries no name.",
        )
    return case_ref


def check_person_ref(person_ref: str | None) -> str | None:
    """Return the pseudonym, or say what one looks like.

    Raises:
        InputError: it is of another form, for example a name.
    """
    if person_ref is not None and not PERSON_REF.fullmatch(person_ref):
        raise InputError(
            f"{person_ref[:40]!r} is not a person reference",
            hint="Use your own pseudonym for the person, such as D-417.",
        )
    return person_ref


def check_text(what: str, text: str, minimum: int, maximum: int = MAX_TEXT) -> str:
    """Return the text without outer space and with plain line ends, or say how long it must be.

    What nobody sees does not count towards the least length: twenty joiners of no width are no reason, and no more are
    twenty spaces between two letters.

    Raises:
        InputError: shorter than `minimum` or longer than `maximum` characters, or with some that steer a screen.
    """
    cleaned = text.replace("\r\n", "\n").strip()
    if _UNSEEN.search(cleaned):
        raise InputError(f"the {what} holds characters that cannot be seen", hint="Type it anew instead of pasting it.")
    seen = len(_SEEN.findall(cleaned))
    if seen < minimum or len(cleaned) > maximum:
        raise InputError(
            f"{what}: {seen} characters are too few"
            if seen < minimum
            else f"{what}: {len(cleaned)} characters are too many",
            hint=f"Write between {minimum} and {maximum} characters: a person will rely on it, an auditor will read it.",
        )
    return cleaned
