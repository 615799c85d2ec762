"""Trust stores made for tests: lists that somebody vouches for, lists that nobody does, revocations, defects."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from tests.engines.documents.chip.chips import CSCA, authority

from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.defects import Defect, DefectKind, Scope
from egnatia.engines.documents.trust.holdings import Holdings, ListVersion
from egnatia.engines.documents.trust.master_lists import ListTrust
from egnatia.engines.documents.trust.store import TrustStore

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(cert: bytes) -> Certificate:
    found = read_certificate(cert)
    assert isinstance(found, Certificate)
    return found


def store(
    *certificates: bytes,
    trust: ListTrust = ListTrust.ROOT,
    day: date = date(2026, 1, 1),
    defects: Sequence[Defect] = (),
    dropped: bool = False,
) -> TrustStore:
    """A store with one list; the default one holds Utopia's authority."""
    held = [read(each) for each in certificates or (authority(CSCA),)]
    listed = frozenset(each.fingerprint for each in held)
    versions = [ListVersion("TEST", day, "00", NOW, trust, "", "", "", listed)]
    if dropped:
        versions.append(ListVersion("TEST", date(2026, 6, 1), "01", NOW, trust, "", "", "", frozenset()))
    return TrustStore(Holdings({each.fingerprint: each for each in held}, tuple(versions), (), tuple(defects)))


def defect(kind: DefectKind, groups: tuple[int, ...] = (), scope: Scope | None = None) -> Defect:
    return Defect(kind, scope or Scope(state="UTO"), "a list made for tests", date(2026, 1, 1), groups=groups)
