"""Every seal that others published is read as they say and verifies under the certificate it names."""

from dataclasses import replace

import pytest
from tests.engines.documents.seals.vectors import (
    AUSTRALIAN,
    AUSTRALIAN_SIGNER,
    BSI,
    DETS32,
    IDB,
    TRUST,
    UTTS5B,
    VDS,
    VDS_NC,
)

from egnatia.engines.documents.checks import conclude, total
from egnatia.engines.documents.seals.catalogue import CHECKS, SealCheck
from egnatia.engines.documents.seals.checks import Expected, check_seal
from egnatia.engines.documents.seals.findings import RULES, SealFinding
from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.seals.signers import SealTrust
from egnatia.engines.documents.seals.types import Seal, SealKind
from egnatia.engines.documents.types import Advice, Result

_ROLAND = "ATD<<RESIDORCE<<ROLAND<<<<<<<<<<<<<<\n6525845096USA7008038M2201018<<<<<<06"
_SIGNED = {
    "residentPermit": UTTS5B,
    "supplementSheet": UTTS5B,
    "addressStickerPassport": UTTS5B,
    "emergenyTravelDoc": UTTS5B,
    "permanentResidencePermit": UTTS5B,
    "addressStickerId": DETS32,
    "visa_224bitSig": DETS32,
}
"""The seals whose signer's certificate was published with them; the last two are on brainpoolP224r1 with SHA-224."""


def seal_of(content: bytes | str) -> Seal:
    seal = read_seal(content).seal
    assert seal is not None
    return seal


def results(content: bytes | str, trust: SealTrust) -> dict[str, Result]:
    return {check.code: check.result for check in check_seal(content, Expected(), trust)[1]}


@pytest.mark.parametrize(
    ("name", "profile", "header", "features"),
    [
        (
            "residentPermit",
            "residence_permit",
            ("4", "UTO", "UTTS", "5B", "2020-01-01", "2023-07-26"),
            {"zone": _ROLAND, "passport_number": "UFO001979"},
        ),
        (
            "supplementSheet",
            "supplementary_sheet",
            ("4", "UTO", "UTTS", "5B", "2020-01-01", "2023-08-21"),
            {"zone": _ROLAND, "sheet_number": "PA0000005"},
        ),
        (
            "socialInsurance",
            "social_insurance_card",
            ("3", "UTO", "DETS", "00027", "2020-01-01", "2023-07-28"),
            {
                "social_insurance_number": "65170839J003",
                "surname": "Perschweiß",
                "first_name": "Oscar",
                "birth_name": "Jâcobénidicturius",
            },
        ),
        (
            "arrivalAttestation",
            "arrival_attestation",
            ("3", "D", "DETS", "00027", "2020-01-01", "2020-01-13"),
            {
                "zone": "MED<<MUSTERMANN<<ERIK<<<<<<<<<<<<<<<\nM0000000<4ALB0308212M1604128<<<<<<<2",
                "azr_number": "160113000085",
            },
        ),
        (
            "visa_224bitSig",
            "visa",
            ("4", "UTO", "DETS", "32", "2020-01-01", "2023-08-19"),
            {
                "zone": "VCD<<DENT<<ARTHUR<PHILIP<<<<<<<<<<<<\n1234567XY7GBR5203116M2005250",
                "duration_of_stay": "160 days",
                "passport_number": "47110815P",
            },
        ),
        (
            "addressStickerId",
            "address_sticker_identity_card",
            ("4", "UTO", "DETS", "32", "2023-07-26", "2023-07-26"),
            {"document_number": "T2000AK47", "municipality_code": "05314000", "address": "53175HEINEMANNSTR11"},
        ),
        (
            "addressStickerPassport",
            "residence_sticker_passport",
            ("4", "UTO", "UTTS", "5B", "2020-01-01", "2023-08-21"),
            {"document_number": "PA5500K11", "municipality_code": "03359010", "postal_code": "21614"},
        ),
        (
            "ankunftsnwPapier",
            "arrival_attestation",
            ("4", "D", "DEME", "00008", "2016-02-01", "2016-05-23"),
            {"azr_number": "123456789012"},
        ),
        (
            "ankunftsnwPapier2",
            "arrival_attestation",
            ("4", "D", "DEME", "00008", "2016-02-01", "2016-05-23"),
            {"azr_number": "123456789012"},
        ),
    ],
)
def test_a_published_seal_is_read(name: str, profile: str, header: tuple[str, ...], features: dict[str, str]) -> None:
    seal = seal_of(VDS[name])
    assert seal.kind is SealKind.VDS
    assert seal.profile is not None
    assert seal.profile.name == profile
    said = (seal.version, seal.issuer, seal.signer, seal.reference, str(seal.issued_on), str(seal.signed_on))
    assert said == header
    assert {each.name: each.value for each in seal.features if each.name in features} == features


@pytest.mark.parametrize("name", sorted(_SIGNED))
def test_a_published_seal_verifies_under_its_certificate_and_no_other(name: str) -> None:
    found = results(VDS[name], TRUST)
    assert found[SealCheck.SEAL_SIGNATURE] is Result.SUCCESSFUL
    assert found[SealCheck.SEAL_SIGNER_FOUND] is Result.SUCCESSFUL
    assert found[SealCheck.SEAL_SIGNER_TRUST] is Result.SUCCESSFUL
    other = DETS32 if _SIGNED[name] is UTTS5B else UTTS5B
    without = results(VDS[name], replace(TRUST, signers=(other,)))
    assert without[SealCheck.SEAL_SIGNATURE] is Result.UNDETERMINED


@pytest.mark.parametrize(
    ("name", "profile", "shown"),
    [
        ("annex_c_arrival_attestation", "arrival_attestation", "160113000085"),
        ("annex_d_social_insurance_card", "social_insurance_card", "65170839J003"),
        ("annex_e_residence_permit", "residence_permit", "UFO001979"),
        ("annex_f_visa", "visa", "47110815P"),
        ("annex_g_address_sticker", "address_sticker_identity_card", "53123MUSTERMANNSTRASSE21"),
        ("annex_h_residence_sticker", "residence_sticker_passport", ""),
    ],
)
def test_the_six_pictures_of_the_guideline(name: str, profile: str, shown: str) -> None:
    seal = seal_of(BSI[name])
    assert seal.profile is not None
    assert seal.profile.name == profile
    assert (seal.issuer, seal.signer, seal.issued_on is not None) == ("D", "DETS", True)
    assert not shown or shown in [each.value for each in seal.features]
    found = results(BSI[name], TRUST)
    assert found[SealCheck.SEAL_STRUCTURE] is Result.SUCCESSFUL
    assert found[SealCheck.SEAL_SEMANTICS] is Result.SUCCESSFUL
    # The test signer's certificate 32 was published with vdstools, 27 was not.
    by_32 = seal.reference == "32"
    assert found[SealCheck.SEAL_SIGNATURE] is (Result.SUCCESSFUL if by_32 else Result.UNDETERMINED)


@pytest.mark.parametrize("name", sorted(IDB))
def test_a_published_seal_of_the_barcode_datastructure_verifies(name: str) -> None:
    seal = seal_of(IDB[name])
    assert (seal.kind, seal.issuer, seal.reference) == (SealKind.IDB, "D", "a57a790577")
    found = results(IDB[name], TRUST)
    assert found[SealCheck.SEAL_SIGNATURE] is Result.SUCCESSFUL
    assert found[SealCheck.SEAL_SIGNER_FOUND] is Result.SUCCESSFUL


def test_features_inside_a_feature_are_read() -> None:
    seal = seal_of(IDB["Visa"])
    assert [each.name for each in seal.features] == ["visa"]
    number = seal.feature("passport_number")
    assert number is not None
    assert number.value == "C000000736"


def test_the_australian_proof_verifies_to_its_authority_and_the_tampered_one_does_not() -> None:
    sound = results(VDS_NC["valid"], AUSTRALIAN)
    assert set(sound.values()) == {Result.SUCCESSFUL, Result.NOT_SUPPORTED}
    changed = results(VDS_NC["tampered"], AUSTRALIAN)
    assert changed[SealCheck.SEAL_SIGNATURE] is Result.FAILED
    assert changed[SealCheck.SEAL_SIGNER_SIGNATURE] is Result.SUCCESSFUL
    assert (
        conclude(check_seal(VDS_NC["tampered"], Expected(), AUSTRALIAN)[1], CHECKS, {}).advice is Advice.SUSPECTED_FALSE
    )


def test_a_carried_certificate_proves_nothing_without_its_authority() -> None:
    alone = replace(AUSTRALIAN, authorities=())
    found = results(VDS_NC["valid"], alone)
    assert found[SealCheck.SEAL_SIGNATURE] is Result.SUCCESSFUL
    assert found[SealCheck.SEAL_SIGNER_TRUST] is Result.UNDETERMINED
    conclusion = conclude(check_seal(VDS_NC["valid"], Expected(), alone)[1], CHECKS, {})
    assert (conclusion.result, conclusion.advice) == (Result.UNDETERMINED, Advice.CANNOT_TELL)
    named = replace(alone, trusted=frozenset({AUSTRALIAN_SIGNER.fingerprint}))
    checks = check_seal(VDS_NC["valid"], Expected(), named)[1]
    assert total(checks, CHECKS, {}) is Result.SUCCESSFUL


def test_json_that_is_no_seal_is_none() -> None:
    assert read_seal('{"isThisAVDS": false}').seal is None


def test_every_check_and_finding_has_its_rule() -> None:
    assert set(CHECKS) == set(SealCheck)
    assert set(RULES) == set(SealFinding)
