"""One way for conformance cases, attacks and mutations to have a synthetic chip inspected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.evidence import read_evidence
from egnatia.engines.documents.chip.inspection import inspect_chip
from egnatia.engines.documents.chip.types import ChipFiles, FileId
from egnatia.engines.documents.mrz.reader import read_zone
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.pki import DEFAULT_PROFILE, PROFILES, Authority
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.crl import RevocationList, read_crl
from egnatia.engines.documents.trust.holdings import DIRECT, Holdings, ListVersion
from egnatia.engines.documents.trust.master_lists import ListTrust
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice, Result


@dataclass(frozen=True, slots=True)
class Inspected:
    """What an inspection came to."""

    checks: Mapping[str, Check]
    result: Result
    advice: Advice
    original: bool
    """Whether the chip was shown to be the original one."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the inspection knows beside the chip.

    Args:
        trusted: country certificates; each comes with a revocation list of its own.
        day: of the inspection.
        revoked: serial numbers on every country's list.
        others: further certificates in the store: links, document signers.
    """

    trusted: tuple[Credential, ...]
    day: date
    revoked: tuple[int, ...] = ()
    others: tuple[bytes, ...] = ()


def inspected(
    files: Mapping[str, bytes],
    known: Known,
    *,
    printed: Iterable[str] = (),
    evidence: bytes = b"",
    sent: frozenset[bytes] = frozenset(),
) -> Inspected:
    """Inspect a chip's files by name."""
    chip = ChipFiles({FileId(name): content for name, content in files.items()})
    recorded = read_evidence(evidence) if evidence else None
    lines = "\n".join(printed)
    zone = read_zone(lines) if lines else None
    done = inspect_chip(chip, store(known), known.day, recorded, sent=sent, printed=zone)
    checks = {str(check.code): check for check in done.checks}
    return Inspected(checks, done.conclusion.result, done.advice, done.original)


def store(known: Known) -> TrustStore:
    """A trust store that lists the country certificates, with a revocation list of each."""
    listed = [_certificate(each.certificate) for each in known.trusted]
    others = [_certificate(each) for each in known.others]
    everything = {each.fingerprint: each for each in (*listed, *others)}
    since = known.day - timedelta(days=30)
    moment = datetime(since.year, since.month, since.day, tzinfo=UTC)
    version = ListVersion(DIRECT, since, "0" * 64, moment, ListTrust.ROOT, "SPECIMEN", "", "", frozenset(everything))
    crls = tuple(_crl(each, known.revoked, moment) for each in known.trusted)
    return TrustStore(Holdings(everything, (version,), crls))


def _certificate(der: bytes) -> Certificate:
    read = read_certificate(der)
    if isinstance(read, Fault):
        raise TypeError(f"a certificate of the stage cannot be read: {read.detail}")
    return read


@cache
def _crl(issuer: Credential, revoked: tuple[int, ...], moment: datetime) -> RevocationList:
    authority = Authority("UTO", PROFILES[DEFAULT_PROFILE], "", issuer, moment)
    read = read_crl(authority.revocation_list([(serial, moment) for serial in revoked], moment))
    if isinstance(read, Fault):
        raise TypeError(f"a revocation list of the stage cannot be read: {read.detail}")
    return read
