"""Seals of invented documents, written apart from this reader: genuine ones pass, altered pages and foreign seals do not."""

import random
from datetime import UTC, date, datetime

import pytest

from egnatia.engines.documents.checks import Check, conclude
from egnatia.engines.documents.mrz.digits import check_digit
from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.seals.catalogue import CHECKS, SealCheck
from egnatia.engines.documents.seals.checks import Expected, check_seal
from egnatia.engines.documents.seals.signers import SealTrust
from egnatia.engines.documents.seals.types import SealKind
from egnatia.engines.documents.synthetic.authorities import authority, seal_signer
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.types import Kind, SyntheticDocument
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.types import Advice, Result

TODAY = date(2026, 6, 1)
MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
SEALED = [Kind.VISA, Kind.SMALL_VISA, Kind.SHEET]
PROFILES = ["bp256-sha256", "p256-sha256", "bp224-sha224", "p384-sha512-named", "rsa4096-sha256"]


def certificate(der: bytes) -> Certificate:
    found = read_certificate(der)
    assert isinstance(found, Certificate)
    return found


def trust(*documents: SyntheticDocument) -> SealTrust:
    signers = tuple(certificate(seal_signer(each.authority).certificate) for each in documents)
    authorities = tuple(certificate(authority(each.authority).csca.certificate) for each in documents)
    return SealTrust(MOMENT, signers, authorities)


def made(seed: int, kind: Kind = Kind.VISA, profile: str = "bp256-sha256", state: str = "UTO") -> SyntheticDocument:
    return genuine(random.Random(seed), TODAY, Options(kind, state, seal=True, profile=profile))


def checked(document: SyntheticDocument, zone: tuple[str, ...], seal: bytes | None = None) -> tuple[Check, ...]:
    number = document.issue.passport_number or None
    expected = Expected(True, SealKind.VDS, read_lines(zone), number)
    return check_seal(seal or document.seal, expected, trust(document))[1]


def bad(checks: tuple[Check, ...]) -> set[str]:
    return {check.code for check in checks if check.result not in {Result.SUCCESSFUL, Result.NOT_SUPPORTED}}


@pytest.mark.parametrize("kind", SEALED)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_genuine_seal_passes(kind: Kind, profile: str) -> None:
    for seed in range(3):
        document = made(seed, kind, profile)
        checks = checked(document, document.zone)
        assert bad(checks) == set(), (seed, [finding for check in checks for finding in check.findings])
        assert conclude(checks, CHECKS, {}).advice is Advice.CONSISTENT


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("first", "digit"), [(0, 9), (13, 19), (21, 27)])
def test_a_changed_field_with_its_right_check_digit_is_caught(seed: int, first: int, digit: int) -> None:
    document = made(seed, SEALED[seed % 3])
    second = document.zone[1]
    if second[digit] == "<":
        return  # a long number, whose check digit stands elsewhere
    place = digit - 1
    other = str((int(second[place]) + 1) % 10) if second[place].isdigit() else "7"
    field = second[first:place] + other
    changed = second[:first] + field + check_digit(field) + second[digit + 1 :]
    checks = checked(document, (document.zone[0], changed))
    assert SealCheck.SEAL_MRZ in bad(checks)
    assert conclude(checks, CHECKS, {}).advice is Advice.SUSPECTED_FALSE


def test_the_seal_of_another_document_is_caught() -> None:
    for seed in range(6):
        one, other = made(seed), made(seed + 100)
        checks = checked(one, one.zone, other.seal)
        assert {SealCheck.SEAL_MRZ, SealCheck.SEAL_PASSPORT_NUMBER} <= bad(checks)
        assert conclude(checks, CHECKS, {}).advice is Advice.SUSPECTED_FALSE


def test_the_same_document_by_another_authority_is_not_believed() -> None:
    genuine_one = made(1)
    forged = genuine(
        random.Random(1), TODAY, Options(Kind.VISA, seal=True, profile="bp256-sha256", authority_seed="forger")
    )
    assert forged.zone == genuine_one.zone
    checks = checked(genuine_one, genuine_one.zone, forged.seal)
    assert SealCheck.SEAL_SIGNATURE in bad(checks)
    assert conclude(checks, CHECKS, {}).advice is not Advice.CONSISTENT
