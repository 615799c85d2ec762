"""An index over what a trust store holds: certificates by key, name and country, and lists by day.

It is derived and never the only copy; `store.TrustStore` answers questions with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from egnatia.engines.documents.trust.certificates import Certificate, signed_itself, verify_certificate
from egnatia.engines.documents.trust.chains import FoundIssuerBy, Standing
from egnatia.engines.documents.trust.holdings import DIRECT, Holdings, ListVersion
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.signatures import Verified

MAX_TRIED: Final = 64
"""Keys tried for one certificate: three times the largest number of one country."""
Found = tuple[Certificate, FoundIssuerBy, Verified]
"""An issuer's certificate, what led to it, and the signature that its key made."""


class StoreIndex:
    """Certificates by key identifier, name and country, and list versions by day."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings
        self._by_key: dict[bytes, list[Certificate]] = defaultdict(list)
        self._by_name: dict[object, list[Certificate]] = defaultdict(list)
        self._by_parts: dict[object, list[Certificate]] = defaultdict(list)
        self._by_state: dict[str, list[Certificate]] = defaultdict(list)
        for certificate in holdings.certificates.values():
            self._index(certificate)
        self._sources: dict[str, list[ListVersion]] = defaultdict(list)
        for each in sorted(holdings.versions, key=lambda one: (one.day, one.imported_at)):
            self._sources[each.source].append(each)
        self._self_signed: dict[str, bool] = {}
        self._issuers: dict[str, tuple[tuple[Found, ...], int]] = {}
        self._listed: dict[tuple[date, datetime | None], dict[str, tuple[ListVersion, ...]]] = {}

    def _index(self, certificate: Certificate) -> None:
        key_id = certificate.key_id
        if key_id is not None:
            self._by_key[key_id].append(certificate)
        self._by_name[certificate.subject.normal].append(certificate)
        self._by_parts[certificate.subject.unordered].append(certificate)
        if certificate.state is not None:
            self._by_state[certificate.state].append(certificate)

    def certificates(self) -> tuple[Certificate, ...]:
        """Every certificate that was ever held."""
        return tuple(self.holdings.certificates.values())

    def versions_on(self, day: date, known_at: datetime | None = None) -> tuple[ListVersion, ...]:
        """The version of each source that was the last on a day.

        Args:
            day: a version counts from its own date on.
            known_at: where given, only what was imported until then counts: what an inspector could know.
        """
        last = []
        for versions in self._sources.values():
            known = [
                each for each in versions if each.day <= day and (known_at is None or each.imported_at <= known_at)
            ]
            if known and known[0].source == DIRECT:
                last += known  # each was handed over by itself; a later one replaces none
            elif known:
                last.append(known[-1])
        return tuple(last)

    def listed_on(self, day: date, known_at: datetime | None = None) -> dict[str, tuple[ListVersion, ...]]:
        """The fingerprints listed on a day, each with the list versions that hold it."""
        found = self._listed.get((day, known_at))
        if found is None:
            holders: dict[str, list[ListVersion]] = defaultdict(list)
            for each in self.versions_on(day, known_at):
                for fingerprint in each.certificates:
                    holders[fingerprint].append(each)
            found = {fingerprint: tuple(versions) for fingerprint, versions in holders.items()}
            self._listed[day, known_at] = found
        return found

    def standing(self, fingerprint: str, day: date, known_at: datetime | None = None) -> Standing:
        """Where a certificate of the store stands on a day."""
        if fingerprint in self.listed_on(day, known_at):
            return Standing.LISTED
        earlier = any(
            fingerprint in each.certificates
            for each in self.holdings.versions
            if each.day <= day and (known_at is None or each.imported_at <= known_at)
        )
        return Standing.DROPPED if earlier else Standing.NOT_YET

    def appearances(self, fingerprint: str) -> tuple[ListVersion, ...]:
        """Every list version that holds a certificate, oldest first."""
        held = (each for each in self.holdings.versions if fingerprint in each.certificates)
        return tuple(sorted(held, key=lambda each: (each.day, each.source)))

    def of_state(self, state: str) -> tuple[Certificate, ...]:
        """Every certificate of one state (`RKS`, `D`)."""
        return tuple(self._by_state.get(state, ()))

    def self_signed(self, certificate: Certificate) -> bool:
        """Whether a certificate signed itself; verified once for each."""
        known = self._self_signed.get(certificate.fingerprint)
        if known is None:
            known = self._self_signed[certificate.fingerprint] = signed_itself(certificate)
        return known

    def candidates(self, certificate: Certificate) -> Iterator[tuple[Certificate, FoundIssuerBy]]:
        """Certificates that may be the issuer's, the likeliest first, each once."""
        key_id = certificate.extensions.authority_key_id
        rows: tuple[tuple[FoundIssuerBy, Iterable[Certificate]], ...] = (
            (FoundIssuerBy.KEY_ID, self._by_key.get(key_id, ()) if key_id else ()),
            (FoundIssuerBy.NAME, self._by_name.get(certificate.issuer.normal, ())),
            (FoundIssuerBy.NAME_REORDERED, self._by_parts.get(certificate.issuer.unordered, ())),
            (FoundIssuerBy.COUNTRY, self._by_state.get(certificate.state or "", ())),
        )
        seen: set[str] = set()
        for found_by, found in rows:
            for each in found:
                if each.fingerprint not in seen and each.fingerprint != certificate.fingerprint:
                    seen.add(each.fingerprint)
                    yield each, found_by

    def issuers(self, certificate: Certificate, at_most: int = MAX_TRIED) -> tuple[tuple[Found, ...], int]:
        """Every certificate whose key signed this one, and how many keys were tried.

        One key may stand in several certificates (a root and the link to it); all of them are found, and the key is
        tried once. As soon as a better reason led to an issuer, weaker ones are not followed. What was found for a
        certificate of the store is kept: links are asked for again and again.
        """
        known = self._issuers.get(certificate.fingerprint)
        if known is None:
            known = self._search(certificate, at_most)
            if certificate.fingerprint in self.holdings.certificates:
                self._issuers[certificate.fingerprint] = known
        return known

    def _search(self, certificate: Certificate, at_most: int) -> tuple[tuple[Found, ...], int]:
        found: list[Found] = []
        tried: dict[bytes, Verified] = {}
        for candidate, found_by in self.candidates(certificate):
            key = candidate.key
            if len(tried) >= at_most or (found and found_by is not found[0][1]):
                break
            if isinstance(key, Fault) or not candidate.may_issue:
                continue  # a signer that somebody brought into the store issues nothing
            done = tried.get(key.raw)
            if done is None:
                done = tried[key.raw] = verify_certificate(certificate, key)
            if done.ok:
                found.append((candidate, found_by, done))
        return tuple(found), len(tried)
