"""Who a message is from: the certificate of the connection and the signature, both of the registered card."""

from typing import TYPE_CHECKING

from egnatia.errors import RefusedError
from egnatia.exchange.announcements import BY_THE_OLD_KEY, CARD, is_a_successor
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.envelope import Envelope, verify_envelope
from egnatia.exchange.key_history import signing_keys
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction

if TYPE_CHECKING:
    from egnatia.exchange.inbox import Arrival


class Acquaintances:
    """The keys by which partners' messages held before: a signature is checked with them before the writer is asked.

    A hint, and never more: inside the transaction the key that held has to be the registered one, or the signature is
    checked again with that. So a slow check keeps nobody else from being written, and a changed card counts at once.
    """

    def __init__(self) -> None:
        self._keys: dict[PartnerCode, bytes] = {}

    def verified_by(self, sender: PartnerCode, envelope: Envelope) -> bytes:
        """The known key of the claimed sender under which the signature holds; empty when there is none."""
        key = self._keys.get(sender)
        if key is None:
            return b""
        try:
            verify_envelope(envelope, key, sender)
        except RefusedError:
            return b""
        return key

    def meet(self, card: PartnerCard) -> None:
        """A message of this partner held under its card."""
        self._keys[card.code] = card.signing_key


def check_sender(tx: Transaction, arrival: "Arrival", card: PartnerCard, *, repeated: bool) -> None:
    """Require that a message comes from the partner of this card.

    Args:
        tx: any transaction.
        arrival: the message as it came in.
        card: the registered card of whom it claims to be from.
        repeated: whether this very payload was handled before, so that only its stored answer can be had.

    Raises:
        RefusedError: CERTIFICATE_MISMATCH, BAD_SIGNATURE or KEY_RETIRED.
    """
    _check_certificate(tx, arrival, card)
    if arrival.verified_by == card.signing_key:
        return
    try:
        verify_envelope(arrival.envelope, card.signing_key, card.code)
    except RefusedError:
        if not _is_by_a_past_key(tx, arrival.envelope, card):
            raise
        if repeated and arrival.message.kind in BY_THE_OLD_KEY:
            return  # an announcement whose answer was lost: it cannot be signed by any other key
        raise RefusedError(
            RefusalReason.KEY_RETIRED,
            f"the signature is by a key of {card.code} that was replaced (the envelope names {arrival.envelope.key_id})",
            hint="The message waits and is signed with the present key by itself.",
        ) from None


def _check_certificate(tx: Transaction, arrival: "Arrival", card: PartnerCard) -> None:
    if arrival.tls_sha256 == card.tls_sha256:
        return
    if arrival.message.kind == CARD and is_a_successor(tx, card, arrival.certificate):
        return
    raise RefusedError(
        RefusalReason.CERTIFICATE_MISMATCH,
        f"the connection's certificate {arrival.tls_sha256[:16]}… is not the one on {card.code}'s card",
        hint="If the partner has a new certificate, register its new card with `egnatia partner add --replace`.",
    )


def _is_by_a_past_key(tx: Transaction, envelope: Envelope, card: PartnerCard) -> bool:
    for key in signing_keys(tx, card.code):
        try:
            verify_envelope(envelope, key, card.code)
        except RefusedError:
            continue
        return True
    return False
