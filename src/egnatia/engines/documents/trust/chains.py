"""Chains: from a certificate to the country signing certificate that it comes from, and how that one was found.

Names alone pick wrong keys: hundreds of authorities share one name with the key before and the key after. So every
candidate is tried, in this order: by key identifier, by normalised name, by the name's parts in another order, by
country; what found the right one is recorded. A list's certificate is an anchor whether or not it signed itself, since
a list vouches for each (Doc 9303-12 section 9); the steps beyond it, link certificates, are followed for people.

Source: Doc 9303-12 sections 7 and 9, RFC 5280 section 6; counts in `bench/documents/trust.py`.
"""

from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.defects import Defect
from egnatia.engines.documents.trust.remarks import Remark
from egnatia.engines.documents.trust.revocations import Revocation


class FoundIssuerBy(StrEnum):
    """What led to the issuer's certificate, from the surest on."""

    ITSELF = "itself"
    """The certificate is in the store itself."""
    KEY_ID = "key_id"
    NAME = "name"
    NAME_REORDERED = "name_reordered"
    COUNTRY = "country"
    """Neither key identifier nor name fits; one of the country's keys signed it all the same."""


class Standing(StrEnum):
    """Where a certificate of the store stands on a day."""

    LISTED = "listed"
    """In the version of at least one list that was the last on that day."""
    DROPPED = "dropped"
    """It was in a list, and later versions left it out."""
    NOT_YET = "not_yet"
    """It first appears in a later version."""


class ChainState(StrEnum):
    """What a chain comes to."""

    TRUSTED = "trusted"
    """Signed by a certificate that a believed list held on the day; neither revoked nor known as compromised."""
    UNCONFIRMED = "unconfirmed"
    """Signed by such a certificate, but only lists that nobody vouches for hold it."""
    DROPPED = "dropped"
    """The issuer's certificate was listed before or is listed only later."""
    EXPIRED = "expired"
    """The certificate or its issuer's was not valid on the day."""
    DOUBTED = "doubted"
    """A revocation under way, a weak key: undetermined."""
    REVOKED = "revoked"
    NO_ISSUER = "no_issuer"
    """No key of the store signed it, and none of that name or country is held."""
    NOT_SIGNED = "not_signed"
    """The authority it names is held, and none of its keys signed it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One step up."""

    certificate: Certificate
    found_by: FoundIssuerBy
    standing: Standing
    sources: tuple[str, ...]
    """The lists that hold it on the day."""
    self_signed: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """A certificate, the steps up from it, and what they come to on a day."""

    certificate: Certificate
    state: ChainState
    links: tuple[Link, ...]
    """From the issuer on; the first is the anchor."""
    tried: int
    """Keys tried for the first step."""
    certificate_valid: bool
    """Whether the day lies in the certificate's own validity."""
    anchor_valid: bool
    revocation: Revocation
    anchor_revocation: Revocation
    defects: tuple[Defect, ...]
    """Known on the day and about this signer."""
    remarks: tuple[Remark, ...]
    """Of the signature that the anchor's key made."""
    store: str
    """The version of the store that was asked."""

    @property
    def anchor(self) -> Certificate | None:
        """The country signing certificate whose key signed the certificate."""
        return self.links[0].certificate if self.links else None

    @property
    def root(self) -> Certificate | None:
        """The self-signed certificate at the upper end, where the steps reach one."""
        return self.links[-1].certificate if self.links and self.links[-1].self_signed else None
