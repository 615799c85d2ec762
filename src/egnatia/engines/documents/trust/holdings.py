"""What a trust store holds, before any index is built over it: certificates, list versions, revocation lists, defects.

A master list is kept as one version of one source on one day: which certificates it had, who signed it, when it was
imported and through whom it came. Versions are never changed and never dropped, so that every question can be asked as
of a day, and an old inspection can be repeated with what was known then.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.crl import RevocationList
from egnatia.engines.documents.trust.defects import Defect
from egnatia.engines.documents.trust.master_lists import ListTrust

DIRECT: Final = "direct"
"""The source of certificates that were handed over one by one, by diplomatic means."""


@dataclass(frozen=True, slots=True)
class ListVersion:
    """One version of one source's list: the fact that on a day it held exactly these certificates."""

    source: str
    """A short name given at import: `DE`, `NL`, `UN`, `IT`, or `direct`."""
    day: date
    digest: str
    """SHA-256 of the file, in hexadecimal."""
    imported_at: datetime
    trust: ListTrust
    signer: str
    """Subject of the signer's certificate, for people; empty for an unsigned list."""
    signer_fingerprint: str
    root_fingerprint: str
    """Of the last certificate of the signer's path; empty where there is none."""
    certificates: frozenset[str]
    """Fingerprints."""
    via: str = ""
    """Partner whose signed file brought it; empty where it was imported here."""

    @property
    def key(self) -> tuple[str, date, str]:
        """What makes it the same version wherever it came from."""
        return self.source, self.day, self.digest


@dataclass(frozen=True, slots=True)
class PartnerVersion:
    """The last signed file taken from a partner: nothing older is taken again."""

    partner: str
    version: int
    digest: str
    """Of its content."""
    key: str
    """The partner's Ed25519 key, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that a store holds."""

    certificates: dict[str, Certificate] = field(default_factory=dict)
    """By fingerprint."""
    versions: tuple[ListVersion, ...] = ()
    crls: tuple[RevocationList, ...] = ()
    defects: tuple[Defect, ...] = ()
    partners: tuple[PartnerVersion, ...] = ()

    def digest(self) -> str:
        """The version of the store: a hash that changes with anything that could change an answer."""
        parts = sorted(
            [f"list {each.source} {each.day} {each.digest} {each.trust} {each.via}" for each in self.versions]
            + [f"crl {each.digest}" for each in self.crls]
            + [f"defect {hashlib.sha256(repr(_stable(each)).encode()).hexdigest()}" for each in self.defects]
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _stable(defect: Defect) -> tuple[object, ...]:
    """A defect's fields in a form whose text is the same in every process (sets are sorted)."""
    scope = defect.scope
    numbers = None if scope.numbers is None else sorted(scope.numbers)
    named = None if scope.issuer is None else (scope.issuer.raw, scope.serial)
    return (
        str(defect.kind), named, scope.key_id, scope.digest, scope.authority_key_id, scope.state, scope.document_type,
        scope.issued_from, scope.issued_until, numbers, defect.source, defect.known_since, defect.detail, defect.groups,
        defect.replacement, defect.withdrawn_on, defect.via,
    )  # fmt: skip
