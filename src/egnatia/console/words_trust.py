"""What the console calls what the trust store says: chains, standings, revocations, lists, and files on their way."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.console.words_remarks import PHRASES as REMARKS
from egnatia.engines.documents.trust.chains import ChainState, FoundIssuerBy, Standing
from egnatia.engines.documents.trust.master_lists import ListTrust
from egnatia.engines.documents.trust.revocations import RevocationState
from egnatia.model.states import TrustUpdateState

_CHAINS: dict[StrEnum, str] = {
    ChainState.TRUSTED: N_("Signed by an authority that was listed on that day"),
    ChainState.UNCONFIRMED: N_("Signed by an authority that only lists hold for which nobody vouches"),
    ChainState.DROPPED: N_("Signed by an authority that no list held on that day"),
    ChainState.EXPIRED: N_("It, or its authority's certificate, was not valid on that day"),
    ChainState.DOUBTED: N_("A known defect leaves its trust open"),
    ChainState.REVOKED: N_("It, or its authority's certificate, was taken back"),
    ChainState.NO_ISSUER: N_("No authority of its name or country is held"),
    ChainState.NOT_SIGNED: N_("None of the keys of the authority that it names signed it"),
    Standing.LISTED: N_("Listed on that day"),
    Standing.DROPPED: N_("Left out by a later list"),
    Standing.NOT_YET: N_("Listed only later"),
    FoundIssuerBy.ITSELF: N_("it is in the store"),
    FoundIssuerBy.KEY_ID: N_("found by its key identifier"),
    FoundIssuerBy.NAME: N_("found by its name"),
    FoundIssuerBy.NAME_REORDERED: N_("found by the parts of its name in another order"),
    FoundIssuerBy.COUNTRY: N_("found by trying the country's keys"),
    RevocationState.GOOD: N_("Not on the last revocation list"),
    RevocationState.REVOKED: N_("Revoked"),
    RevocationState.STALE: N_("The last revocation list held ran out"),
    RevocationState.UNKNOWN: N_("No revocation list of the issuer is held"),
}
_LISTS: dict[StrEnum, str] = {
    ListTrust.ROOT: N_("a root that the operator gave vouches for it"),
    ListTrust.ITSELF: N_("it vouches for itself, and the operator for it"),
    ListTrust.NO_ISSUER: N_("signed by somebody unknown"),
    ListTrust.UNSIGNED: N_("nobody signed it"),
    ListTrust.BROKEN: N_("its signature does not hold"),
}
_UPDATES: dict[StrEnum, str] = {
    TrustUpdateState.ARRIVING: N_("Arriving"),
    TrustUpdateState.WAITING: N_("Waiting for a decision"),
    TrustUpdateState.PROPOSED: N_("Proposed, a second officer decides"),
    TrustUpdateState.ACCEPTED: N_("Accepted"),
    TrustUpdateState.REFUSED: N_("Refused"),
    TrustUpdateState.OVERTAKEN: N_("Overtaken by a newer file"),
    TrustUpdateState.SENT: N_("On its way"),
    TrustUpdateState.DELIVERED: N_("Delivered"),
    TrustUpdateState.UNDELIVERABLE: N_("Could not be delivered"),
}
TRUST_PHRASES: tuple[Mapping[StrEnum, str], ...] = (_CHAINS, _LISTS, _UPDATES, REMARKS)
"""A defect is shown by its kind, which is the word of the list that names it."""
