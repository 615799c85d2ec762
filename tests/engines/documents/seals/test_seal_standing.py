"""What a trust store says of seals: authorities as of a day, believed ones only, and none whose key is distrusted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.engines.documents.seals.making import MOMENT, TODAY, authority, certificate, revocation_list, signer, visa

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.seals.catalogue import SealCheck
from egnatia.engines.documents.seals.checks import Expected, check_seal
from egnatia.engines.documents.seals.standing import trust_of
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Result

IMPORTED = datetime(2025, 1, 10, tzinfo=UTC)


def holdings(day: date = date(2025, 1, 10)) -> Holdings:
    return import_certificate(Holdings(), authority().csca.certificate, IMPORTED, day).holdings


def checked(store: TrustStore | None, moment: datetime = MOMENT) -> dict[str, Result]:
    known = trust_of(store, moment, [certificate(signer())])
    found: tuple[Check, ...] = check_seal(visa(), Expected(), known)[1]
    return {check.code: check.result for check in found}


def test_an_authority_of_the_store_counts_from_the_day_it_was_listed() -> None:
    store = TrustStore(holdings())
    assert checked(store)[SealCheck.SEAL_SIGNER_TRUST] is Result.SUCCESSFUL
    before = TrustStore(holdings(TODAY + timedelta(days=30)))
    assert checked(before)[SealCheck.SEAL_SIGNER_TRUST] is Result.UNDETERMINED


def test_without_a_store_nobody_is_trusted() -> None:
    found = checked(None)
    assert found[SealCheck.SEAL_SIGNATURE] is Result.SUCCESSFUL
    assert found[SealCheck.SEAL_SIGNER_TRUST] is Result.UNDETERMINED
    named = trust_of(None, MOMENT, [certificate(signer())], [certificate(signer()).fingerprint])
    results = {check.code: check.result for check in check_seal(visa(), Expected(), named)[1]}
    assert results[SealCheck.SEAL_SIGNER_TRUST] is Result.SUCCESSFUL


def test_the_stores_revocation_lists_are_asked() -> None:
    revoked = revocation_list(signer().serial, date(2025, 4, 1))
    store = TrustStore(replace(holdings(), crls=(revoked,)))
    assert checked(store)[SealCheck.SEAL_SIGNER_REVOCATION] is Result.FAILED


def test_a_signer_of_the_store_needs_no_second_file() -> None:
    both = holdings()
    seal_signer = certificate(signer())
    wider = replace(both, certificates={**both.certificates, seal_signer.fingerprint: seal_signer})
    known = trust_of(TrustStore(wider), MOMENT)
    assert seal_signer in known.signers
    assert certificate(authority().csca) not in known.signers
    found = {check.code: check.result for check in check_seal(visa(), Expected(), known)[1]}
    assert found[SealCheck.SEAL_SIGNATURE] is Result.SUCCESSFUL
