"""What a trust store says of seal signers on one day: the authorities that count, their revocation lists, the signers."""

from collections.abc import Iterable
from datetime import datetime

from egnatia.engines.documents.seals.signers import SealTrust
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.defects import DISTRUSTED, NOTHING_KNOWN, applying
from egnatia.engines.documents.trust.master_lists import ListTrust
from egnatia.engines.documents.trust.store import TrustStore

_BELIEVED = frozenset({ListTrust.ROOT, ListTrust.ITSELF})
"""Lists whose certificates are anchors (`trust/store.py`)."""


def trust_of(
    store: TrustStore | None,
    moment: datetime,
    signers: Iterable[Certificate] = (),
    trusted: Iterable[str] = (),
) -> SealTrust:
    """What the checks of a seal need, as of the moment of the inspection.

    Args:
        store: the trust store; None where there is none, and then no signer leads to a country.
        moment: when the inspection takes place, with its zone.
        signers: certificates of seal signers beside those of the store.
        trusted: SHA-256 fingerprints of signers that the operator trusts without an authority.
    """
    if store is None:
        return SealTrust(moment, tuple(signers), trusted=frozenset(trusted))
    day = moment.date()
    anchors = {
        fingerprint
        for fingerprint, versions in store.index.listed_on(day).items()
        if any(version.trust in _BELIEVED for version in versions)
    }
    held = store.certificates()
    defects = store.holdings.defects
    authorities = tuple(
        each
        for each in held
        if each.fingerprint in anchors
        and not DISTRUSTED & {defect.kind for defect in applying(defects, each, day, NOTHING_KNOWN)}
    )
    others = tuple(each for each in held if each.extensions.is_authority is not True)
    return SealTrust(moment, (*signers, *others), authorities, tuple(store.holdings.crls), frozenset(trusted))
