"""The key that two nodes share for name tags, and its fingerprint in the question: no answer under a wrong key.

Tags made under another key agree with nothing, so a node that searched them would answer `no_hit` and mean nothing by it.
From version 2 of messages a question therefore names its key, and one that the answering node does not share is refused
with PAIR_KEY_UNKNOWN. While questions made before a rotation are on their way, the key before is shared too: records have
tags under both (docs/adr/0013).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from egnatia.enquiries.desk import BLIND_LABEL
from egnatia.errors import RefusedError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.directory import card_of
from egnatia.exchange.key_history import KeyUse, keys_of
from egnatia.exchange.keys import NodeKeys, agreement_bytes, derive_pair_key
from egnatia.exchange.protocols import protocol_of
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason, SubjectKind
from egnatia.store.database import Transaction

FIELD = "pair_key"
"""Where a query names the key of its tags."""
NAMES_KEY = 2
"""The version of messages from which on it does; 0.1.0 refuses a field that it does not know."""
_BYTES = 8
"""Of a fingerprint: two keys of one pair are told apart, and 64 bits of a hash say nothing of the key."""
_MEMO = "pair keys of "


@dataclass(frozen=True, slots=True)
class PairKey:
    """A key for name tags, and what a query calls it."""

    fingerprint: str
    key: bytes = field(repr=False)


def pair_keys(tx: Transaction, keys: NodeKeys, card: PartnerCard) -> tuple[PairKey, ...]:
    """Every key that this node shares with a partner for name tags, the one for new questions first.

    More than one as long as a key before is kept on either side and was not stolen.

    Raises:
        RefusedError: MALFORMED when the partner's public key is not a sound point.
    """
    memo = f"{_MEMO}{card.code} {agreement_bytes(keys).hex()} {card.agreement_key.hex()}"
    if memo not in tx.memo:
        tx.memo[memo] = _derived(tx, keys, card)
    found: tuple[PairKey, ...] = tx.memo[memo]
    return found


def _derived(tx: Transaction, keys: NodeKeys, card: PartnerCard) -> tuple[PairKey, ...]:
    ours = [keys.agreement, *([keys.past_agreement] if keys.past_agreement else [])]
    past = [each for each in keys_of(tx, card.code) if each.use is KeyUse.AGREEMENT and each.retired_at is not None]
    latest = max(past, key=lambda each: each.retired_at or each.valid_from, default=None)
    theirs = [card.agreement_key, *([latest.value] if latest and latest.revoked_at is None else [])]
    return tuple(
        PairKey(
            derive_pair_key(mine, other, f"{BLIND_LABEL}/fingerprint", card.code)[:_BYTES].hex(),
            derive_pair_key(mine, other, BLIND_LABEL, card.code),
        )
        for other in theirs
        for mine in ours
    )


def named(
    tx: Transaction, partner: PartnerCode, subject: SubjectKind, query: dict[str, Any], key: PairKey
) -> dict[str, Any]:
    """A query with the name of its key, where the subject has tags and the partner's release knows the field."""
    if subject is not SubjectKind.PERSON or protocol_of(tx, partner) < NAMES_KEY:
        return query
    return {**query, FIELD: key.fingerprint}


def opened(
    tx: Transaction, keys: NodeKeys, asker: PartnerCode, subject: SubjectKind, query: Mapping[str, Any]
) -> dict[str, Any]:
    """A query without the name of its key, which is one that this node shares with the asker.

    Raises:
        RefusedError: PAIR_KEY_UNKNOWN. A query of version 1 names no key and is taken as it is.
    """
    plain = dict(query)
    if subject is not SubjectKind.PERSON or FIELD not in plain:
        return plain
    if plain.pop(FIELD) not in {each.fingerprint for each in pair_keys(tx, keys, card_of(tx, asker))}:
        raise RefusedError(
            RefusalReason.PAIR_KEY_UNKNOWN,
            f"the question was made under a key that this node does not share with {asker}",
            hint="One of the two has an old card of the other: exchange cards, then ask again.",
        )
    return plain
