"""What an originator's token says: this item, in this content, with this label, by this holder, to that partner, until then.

A token is data here; the exchange signs and verifies it (`exchange.tokens`). It is bound to content and label by their
hashes, so whoever passes the item on can strip nothing and add nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from egnatia.agreements.handling.written import label_sha256
from egnatia.errors import RefusedError
from egnatia.model.handling import Grading, Label
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind

_CONTENT_DOMAIN = "egnatia/item/v1"


class TokenUse(StrEnum):
    """What a token allows."""

    ONWARD = "onward"
    """The holder passes the item on to one partner (MEM-09)."""
    EVIDENCE = "evidence"
    """The holder puts it before a court (DIS-05)."""


@dataclass(frozen=True, slots=True)
class OnwardToken:
    """An originator's consent.

    Attributes:
        issuer: the originator that signed it.
        item: the item's id.
        use: what it allows.
        holder: who may use it.
        to: who receives the item; the holder itself for evidence.
        purpose: for what.
        expires_at: from then on it is worth nothing.
        content_sha256: hash of the item's content.
        label_sha256: hash of its label.
    """

    issuer: PartnerCode
    item: str
    use: TokenUse
    holder: PartnerCode
    to: PartnerCode
    purpose: Purpose
    expires_at: datetime
    content_sha256: str
    label_sha256: str


@dataclass(frozen=True, slots=True)
class Item:
    """What a token is compared with: an item as its holder has it."""

    id: str
    fields: Mapping[str, str]
    as_of: date
    label: Label
    subject: SubjectKind
    offence: Offence
    grading: Grading | None


def content_sha256(item: Item) -> str:
    """SHA-256 over everything about an item but its label, in one form; the id makes equal contents of two items differ.

    The grading is in it, or a holder could make a rumour reliable; subject and offence are, because the receiver's own
    agreements are asked about them.
    """
    grading = item.grading and [item.grading.scheme, item.grading.source, item.grading.information]
    about = [item.as_of.isoformat(), item.subject, item.offence, grading]
    values = [_CONTENT_DOMAIN, item.id, *about, dict(sorted(item.fields.items()))]
    return hashlib.sha256(json.dumps(values, separators=(",", ":"), ensure_ascii=True).encode("ascii")).hexdigest()


def check_token(
    token: OnwardToken, item: Item, wanted: tuple[TokenUse, PartnerCode, PartnerCode, Purpose], now: datetime
) -> None:
    """Require that a verified token covers exactly this.

    Args:
        token: whose signature was verified.
        item: the item as it is, or as it arrived.
        wanted: the use, the holder, the recipient, the purpose.
        now: the moment.

    Raises:
        RefusedError: ONWARD_NOT_ALLOWED, naming the first thing that does not agree.
    """
    use, holder, to, purpose = wanted
    agreed = (
        ("originator", token.issuer in item.label.originators),
        ("item", token.item == item.id),
        ("use", token.use is use),
        ("holder", token.holder == holder),
        ("recipient", token.to == to),
        ("purpose", token.purpose is purpose),
        ("time", now < token.expires_at),
        ("content", token.content_sha256 == content_sha256(item)),
        ("label", token.label_sha256 == label_sha256(item.label)),
    )
    wrong = next((name for name, holds in agreed if not holds), None)
    if wrong is not None:
        raise RefusedError(
            RefusalReason.ONWARD_NOT_ALLOWED,
            f"the originator's token does not cover this {wrong}",
            hint="Ask the originator for a token for exactly this; one token serves one item, one recipient, one purpose.",
        )
