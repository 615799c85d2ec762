"""The trust store: who may be believed on a day, why, and since when.

A store is built over `Holdings` and never changes them: importing gives new holdings, from which a new store is built.
It answers two questions: to which authority does a certificate lead on a day, and what is known of a certificate.
Reading and writing is `trust_file`, bringing something in is `imports`.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final

from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.chains import Chain, ChainState, FoundIssuerBy, Link, Standing
from egnatia.engines.documents.trust.defects import DISTRUSTED, DOUBTED, NOTHING_KNOWN, DocumentFacts, applying
from egnatia.engines.documents.trust.holdings import Holdings, ListVersion
from egnatia.engines.documents.trust.index import Found, StoreIndex
from egnatia.engines.documents.trust.master_lists import ListTrust
from egnatia.engines.documents.trust.revocations import Revocation, RevocationState, revocation
from egnatia.engines.documents.trust.signatures import Verified

_MAX_STEPS: Final = 12
"""Link certificates followed upwards; the longest real row is printed by `bench/documents/trust.py`."""
_BELIEVED: Final = frozenset({ListTrust.ROOT, ListTrust.ITSELF})
"""Lists whose certificates are anchors. `ITSELF` is among them because such a list comes in only where the operator
said so (`imports`)."""


class TrustStore:
    """Holdings with an index over them, and the version that names both."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings
        self.index = StoreIndex(holdings)
        self.version = holdings.digest()
        """Changes with anything that could change an answer; an inspection records it."""

    def certificates(self) -> tuple[Certificate, ...]:
        """Every certificate that was ever held."""
        return tuple(self.holdings.certificates.values())

    def certificate(self, fingerprint: str) -> Certificate | None:
        """One certificate by its fingerprint."""
        return self.holdings.certificates.get(fingerprint)

    def chain(
        self,
        certificate: Certificate,
        day: date,
        known_at: datetime | None = None,
        document: DocumentFacts = NOTHING_KNOWN,
    ) -> Chain:
        """The way from a certificate to its authority, and what it comes to on a day.

        Args:
            certificate: a document signer's, a list signer's, or one of the store.
            day: the day of the inspection.
            known_at: where given, only what was imported until then counts.
            document: what is known of the document, for the defects that are told by it.
        """
        found, tried = self._found(certificate)
        moment = datetime.combine(day, time(12), UTC)
        asked = Chain(
            certificate=certificate,
            state=self._no_issuer(certificate),
            links=(),
            tried=tried,
            certificate_valid=certificate.not_before.date() <= day <= certificate.not_after.date(),
            anchor_valid=False,
            revocation=revocation(certificate, self.holdings.crls, moment),
            anchor_revocation=Revocation(RevocationState.UNKNOWN),
            defects=applying(self.holdings.defects, certificate, day, document),
            remarks=(),
            store=self.version,
        )
        if not found:
            return asked
        anchor, found_by, done = max(found, key=lambda each: self._preference(each, day, known_at))
        links = (self._link(anchor, found_by, day, known_at), *self._upwards(anchor, day, known_at))
        known = replace(
            asked,
            links=links,
            anchor_valid=anchor.not_before.date() <= day <= anchor.not_after.date(),
            revocation=revocation(certificate, self.holdings.crls, moment, anchor.subject),
            anchor_revocation=revocation(anchor, self.holdings.crls, moment),
            remarks=done.remarks,
        )
        return replace(known, state=self._state(known, day, known_at))

    def _found(self, certificate: Certificate) -> tuple[tuple[Found, ...], int]:
        """Who issued a certificate; a root of the store is its own anchor."""
        if certificate.fingerprint in self.holdings.certificates and self.index.self_signed(certificate):
            return ((certificate, FoundIssuerBy.ITSELF, Verified(True)),), 1
        return self.index.issuers(certificate)

    def _no_issuer(self, certificate: Certificate) -> ChainState:
        named = any(by is not FoundIssuerBy.COUNTRY for _, by in self.index.candidates(certificate))
        return ChainState.NOT_SIGNED if named else ChainState.NO_ISSUER

    def _preference(self, found: Found, day: date, known_at: datetime | None) -> tuple[bool, bool, bool, datetime, str]:
        """Of several certificates with the key: listed before dropped, then believed, valid, newest; never by chance."""
        holders = self.index.listed_on(day, known_at).get(found[0].fingerprint, ())
        believed = any(each.trust in _BELIEVED for each in holders)
        valid = found[0].not_before.date() <= day <= found[0].not_after.date()
        return bool(holders), believed, valid, found[0].not_before, found[0].fingerprint

    def _link(self, certificate: Certificate, found_by: FoundIssuerBy, day: date, known_at: datetime | None) -> Link:
        holders = self.index.listed_on(day, known_at).get(certificate.fingerprint, ())
        return Link(
            certificate=certificate,
            found_by=found_by,
            standing=self.index.standing(certificate.fingerprint, day, known_at),
            sources=tuple(sorted({each.source for each in holders})),
            self_signed=self.index.self_signed(certificate),
        )

    def _upwards(self, anchor: Certificate, day: date, known_at: datetime | None) -> tuple[Link, ...]:
        """The link certificates from an anchor to a self-signed one, none of them twice."""
        links: list[Link] = []
        last, seen = anchor, {anchor.fingerprint}
        while not self.index.self_signed(last) and len(links) < _MAX_STEPS:
            found = [each for each in self.index.issuers(last)[0] if each[0].fingerprint not in seen]
            if not found:
                break
            best = max(found, key=lambda each: (self.index.self_signed(each[0]), self._preference(each, day, known_at)))
            last = best[0]
            seen.add(last.fingerprint)
            links.append(self._link(last, best[1], day, known_at))
        return tuple(links)

    def _state(self, known: Chain, day: date, known_at: datetime | None) -> ChainState:
        """The worst thing first: what proves nothing, then what cannot be relied on, then dates."""
        anchor, kinds = known.links[0], {each.kind for each in known.defects}
        if RevocationState.REVOKED in {known.revocation.state, known.anchor_revocation.state} or kinds & DISTRUSTED:
            return ChainState.REVOKED
        if anchor.standing is not Standing.LISTED:
            return ChainState.DROPPED
        if kinds & DOUBTED:
            return ChainState.DOUBTED
        if not (known.certificate_valid and known.anchor_valid):
            return ChainState.EXPIRED
        holders = self.index.listed_on(day, known_at)[anchor.certificate.fingerprint]
        return ChainState.TRUSTED if any(_is_believed(each) for each in holders) else ChainState.UNCONFIRMED


def _is_believed(version: ListVersion) -> bool:
    return version.trust in _BELIEVED
