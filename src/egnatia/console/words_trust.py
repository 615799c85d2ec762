"""What the console calls what the trust store says: chains, standings, revocations, lists, and files on their way."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.console.words_remarks import PHRASES as REMARKS
from egnatia.engines.documents.trust.chains import ChainState, FoundIssuerBy, Standing
from egnatia.engines.documents.trust.defects import DefectKind
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
_DEFECTS: dict[StrEnum, str] = {
    DefectKind.CERTIFICATE_REVOKED: N_("The signer's certificate was revoked"),
    DefectKind.CERTIFICATE_ON_HOLD: N_("The signer's certificate is being looked into"),
    DefectKind.CERTIFICATE_FOR_TESTS: N_("The signer's certificate was made for tests"),
    DefectKind.CERTIFICATE_REPLACED: N_("The signer's certificate was replaced by one that can be read"),
    DefectKind.CERTIFICATE_ENCODING: N_("The signer's certificate is encoded wrongly"),
    DefectKind.CERTIFICATE_SIGNATURE: N_("The signature on the signer's certificate is wrong"),
    DefectKind.AUTHORITY_ENCODING: N_("The authority's certificate is encoded wrongly"),
    DefectKind.VALIDITY_WRONG: N_("A certificate's validity is wrong"),
    DefectKind.CHIP_KEY_COMPROMISED: N_("Keys of chip authentication are known to others"),
    DefectKind.ACTIVE_KEY_COMPROMISED: N_("Keys of active authentication are known to others"),
    DefectKind.PROTOCOL_FAILS: N_("A protocol of the chip fails on good documents"),
    DefectKind.WEAK_KEY: N_("Keys that can be calculated from public data"),
    DefectKind.GROUP_MALFORMED: N_("A data group is encoded wrongly"),
    DefectKind.GROUP_HASH_WRONG: N_("The hash of a data group is wrong"),
    DefectKind.SECURITY_OBJECT_WRONG: N_("The signed security object is encoded wrongly"),
    DefectKind.CONTENTS_DISAGREE: N_("The chip's two lists of contents disagree"),
    DefectKind.SIGNER_IDENTIFIER_WRONG: N_("The signer is named wrongly"),
    DefectKind.COUNTRY_WRONG: N_("The signer's certificate names another country, or none"),
    DefectKind.CARD_SECURITY_MALFORMED: N_("The card's security file is encoded wrongly"),
    DefectKind.CHIP_SECURITY_MALFORMED: N_("The chip's security file is encoded wrongly"),
    DefectKind.ZONE_WRONG: N_("The machine-readable zone is made wrongly"),
    DefectKind.ZONE_CHECK_DIGIT: N_("A check digit of the zone is calculated wrongly"),
    DefectKind.CHIP_UNUSABLE: N_("The chip cannot be used"),
    DefectKind.POWER_DOWN: N_("The chip loses power while it is read"),
    DefectKind.OTHER: N_("Another defect, in the words of who reports it"),
}
TRUST_PHRASES: tuple[Mapping[StrEnum, str], ...] = (_CHAINS, _LISTS, _UPDATES, _DEFECTS, REMARKS)
