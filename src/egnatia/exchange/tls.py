"""The channel between nodes: TLS 1.3, both ends with certificates, trusting the registered partners and nobody else.

The channel alone is not the identity: every message is signed as well, and the certificate must be the one on the
signer's card. Stealing one of the two keys is not enough.
"""

import ssl
from collections.abc import Iterable

from egnatia.errors import ConfigError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.certificates import fingerprint
from egnatia.exchange.keys import NodeKeys


def client_context(keys: NodeKeys, card: PartnerCard) -> ssl.SSLContext:
    """For connections to one partner: only its own authority is trusted, and only the certificate on its card.

    Raises:
        ConfigError: this node's certificate or the partner's authority cannot be used.
    """
    context = _context(ssl.PROTOCOL_TLS_CLIENT, keys, [card.tls_ca_pem])
    context.sslobject_class = _pinned(card)
    return context


def _pinned(card: PartnerCard) -> type[ssl.SSLObject]:
    """A TLS connection that ends right after the handshake, before any byte is sent, unless the certificate fits."""

    class PinnedConnection(ssl.SSLObject):
        """One connection to one partner."""

        def do_handshake(self) -> None:
            """Shake hands, then compare the certificate with the card."""
            super().do_handshake()
            shown = fingerprint(self.getpeercert(binary_form=True) or b"")
            if shown != card.tls_sha256:
                raise ssl.SSLCertVerificationError(f"{card.code} shows certificate {shown[:16]}…, not its card's")

    return PinnedConnection


class Gate:
    """The server's side. Invariant: a handshake that begins now knows the partners and our keys of the last `update`.

    OpenSSL cannot take an authority out of a context again, so each update makes a new context and every handshake is
    moved to the present one by the server-name callback, which OpenSSL calls with or without a server name.
    """

    def __init__(self, keys: NodeKeys, cards: Iterable[PartnerCard]) -> None:
        self._keys = keys
        self._authorities: list[str] = []
        self._generation = keys.generation
        self._present = _server_context(keys, [])
        self.update(cards)
        self.context = _server_context(keys, [])
        """For the server's socket; it trusts nobody itself."""
        self.context.sni_callback = self._enter

    def update(self, cards: Iterable[PartnerCard]) -> bool:
        """Trust exactly these partners from now on; returns whether that is a change."""
        authorities, generation = sorted(card.tls_ca_pem for card in cards), self._keys.generation
        if (authorities, generation) == (self._authorities, self._generation):
            return False
        self._present = _server_context(self._keys, authorities)
        self._authorities, self._generation = authorities, generation
        return True

    def _enter(self, connection: ssl.SSLSocket | ssl.SSLObject, _name: str | None, _from: ssl.SSLContext) -> None:
        connection.context = self._present


def _server_context(keys: NodeKeys, authorities: list[str]) -> ssl.SSLContext:
    context = _context(ssl.PROTOCOL_TLS_SERVER, keys, authorities)
    context.verify_mode = ssl.CERT_REQUIRED
    context.num_tickets = 0  # a resumed session would carry an old trust decision past an update
    return context


def _context(protocol: int, keys: NodeKeys, authorities: list[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        context.load_cert_chain(keys.tls_certificate, keys.tls_key)
        if authorities:
            context.load_verify_locations(cadata="".join(authorities))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"TLS cannot be set up with {keys.tls_certificate}: {error}") from None
    return context
