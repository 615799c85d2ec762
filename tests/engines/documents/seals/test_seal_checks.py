"""Each check of a seal finds what it is there for, and nothing else falls; who makes his own key is never believed."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.engines.documents.seals.making import (
    ISSUED,
    MOMENT,
    ZONE,
    authority,
    certificate,
    forger,
    header,
    revocation_list,
    signer,
    signing,
    trust,
    visa,
    visa_zone,
)

from egnatia.engines.documents import read_zone
from egnatia.engines.documents.checks import Check, conclude
from egnatia.engines.documents.mrz.digits import check_digit
from egnatia.engines.documents.seals.catalogue import CHECKS, SealCheck
from egnatia.engines.documents.seals.checks import Expected, check_seal
from egnatia.engines.documents.seals.findings import SealFinding
from egnatia.engines.documents.seals.signers import SealTrust
from egnatia.engines.documents.seals.types import SealKind
from egnatia.engines.documents.seals.writer import text_feature, write_idb, write_vds, write_vds_nc, zone_feature
from egnatia.engines.documents.synthetic.keys import EcKey
from egnatia.engines.documents.types import Advice, Bearing, Result

KNOWN = Expected(seal=True, kind=SealKind.VDS, zone=visa_zone(), passport_number="47110815P")
BAD = {Result.FAILED, Result.UNDETERMINED, Result.ABORTED}


def checked(
    content: bytes | str | None, expected: Expected = KNOWN, known: SealTrust | None = None
) -> tuple[Check, ...]:
    return check_seal(content, expected, known or trust())[1]


def bad(checks: tuple[Check, ...]) -> dict[str, Result]:
    return {check.code: check.result for check in checks if check.result in BAD}


def codes(checks: tuple[Check, ...]) -> list[str]:
    return [finding.code for check in checks for finding in check.findings]


def advice(checks: tuple[Check, ...]) -> Advice:
    return conclude(checks, CHECKS, {}).advice


def test_a_sound_seal_passes_every_check() -> None:
    checks = checked(visa())
    assert [check.code for check in checks] == list(SealCheck)
    assert bad(checks) == {}
    assert codes(checks) == []
    assert conclude(checks, CHECKS, {}).result is Result.SUCCESSFUL


def test_a_missing_seal_counts_only_where_one_belongs() -> None:
    assert bad(checked(None)) == {SealCheck.SEAL_PRESENCE: Result.FAILED}
    assert bad(checked(None, Expected())) == {}


def test_another_kind_of_seal() -> None:
    checks = checked(visa(), replace(KNOWN, kind=SealKind.IDB))
    assert bad(checks) == {SealCheck.SEAL_TECHNOLOGY: Result.FAILED}


@pytest.mark.parametrize(
    ("content", "result"),
    [
        (b"no seal at all, no seal", Result.FAILED),
        (b"\xdc\x09" + bytes(40), Result.NOT_SUPPORTED),
        ("RDB1Z22", Result.FAILED),
    ],
)
def test_what_is_no_seal_aborts_the_rest(content: bytes | str, result: Result) -> None:
    checks = {check.code: check for check in checked(content)}
    assert checks[SealCheck.SEAL_DECODE].result is result
    assert checks[SealCheck.SEAL_SIGNATURE].result is Result.ABORTED
    assert [finding.code for finding in checks[SealCheck.SEAL_DECODE].findings] == [SealFinding.SEAL_UNREADABLE]


def test_every_single_character_of_the_printed_zone_is_compared() -> None:
    kept = {(0, column) for column in range(36)} | {(1, column) for column in range(28)}
    seal = visa()
    for line in range(2):
        for column in range(36):
            other = "X" if ZONE[line][column] != "X" else "Y"
            lines = list(ZONE)
            lines[line] = lines[line][:column] + other + lines[line][column + 1 :]
            if not lines[0].startswith("V"):
                continue  # no visa's zone any more: the sizes of a card
            printed = read_zone("\n".join(lines))
            found = {c.code: c.result for c in checked(seal, replace(KNOWN, zone=printed))}[SealCheck.SEAL_MRZ]
            assert found is (Result.FAILED if (line, column) in kept else Result.SUCCESSFUL), (line, column)


def altered_birth() -> list[str]:
    birth = "530311"
    second = ZONE[1][:13] + birth + check_digit(birth) + ZONE[1][20:]
    return [ZONE[0], second]


def test_a_page_with_another_date_and_a_right_digit_is_falsity() -> None:
    checks = checked(visa(), replace(KNOWN, zone=read_zone("\n".join(altered_birth()))))
    assert bad(checks) == {SealCheck.SEAL_MRZ: Result.FAILED}
    assert advice(checks) is Advice.SUSPECTED_FALSE
    (finding,) = [finding for check in checks for finding in check.findings]
    assert finding.found == "different in birth date"
    assert {each.source for each in finding.compared} == {"seal", "zone"}


def test_another_name_may_be_a_misreading() -> None:
    lines = [ZONE[0].replace("ARTHUR", "ARTUHR"), ZONE[1]]
    checks = checked(visa(), replace(KNOWN, zone=read_zone("\n".join(lines))))
    assert advice(checks) is Advice.DISCREPANCIES


def test_an_unverified_seal_never_makes_the_page_false() -> None:
    alone = replace(trust(), signers=(), authorities=())
    checks = checked(visa(), replace(KNOWN, zone=read_zone("\n".join(altered_birth()))), alone)
    assert advice(checks) is Advice.DISCREPANCIES
    assert SealFinding.SEAL_SIGNER_UNKNOWN in codes(checks)


def test_a_zone_of_another_size_is_another_document() -> None:
    other = read_zone("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10")
    assert SealCheck.SEAL_MRZ in bad(checked(visa(), replace(KNOWN, zone=other)))


@pytest.mark.parametrize(
    ("number", "fits"),
    [("47110815P", True), ("4711 0815-P", True), ("47110815Q", False), ("", False), ("47110815PX", True)],
)
def test_the_passport_beside_the_visa(number: str, *, fits: bool) -> None:
    checks = checked(visa(), replace(KNOWN, passport_number=number))
    assert bad(checks) == ({} if fits else {SealCheck.SEAL_PASSPORT_NUMBER: Result.FAILED})


def test_the_issuer_on_page_and_seal() -> None:
    lines = ["VCGBR" + ZONE[0][5:], ZONE[1]]
    checks = checked(visa(zone=lines), replace(KNOWN, zone=read_zone("\n".join(lines))))
    assert bad(checks) == {SealCheck.SEAL_COUNTRY: Result.FAILED}


def test_a_seal_that_was_made_after_the_document_ran_out() -> None:
    late = date(2027, 6, 1)
    known = trust(moment=datetime(2027, 7, 1, tzinfo=UTC))
    assert SealCheck.SEAL_DATES in bad(checked(visa(issued_on=late, signed_on=late), KNOWN, known))


def test_a_seal_from_tomorrow_is_implausible_and_one_for_testing_is_named() -> None:
    ahead = checked(visa(signed_on=date(2025, 5, 20)))
    assert bad(ahead) == {SealCheck.SEAL_SEMANTICS: Result.FAILED}
    assert codes(ahead) == [SealFinding.SEAL_DATE_IMPLAUSIBLE]
    assert SealFinding.SEAL_FOR_TESTING in codes(checked(visa(reference="00")))


def test_a_wrong_digit_inside_the_seal() -> None:
    lines = [ZONE[0], ZONE[1][:9] + "8" + ZONE[1][10:]]
    checks = checked(visa(zone=lines), replace(KNOWN, zone=None))
    assert bad(checks) == {SealCheck.SEAL_MRZ_DIGITS: Result.FAILED}


def test_required_features_and_lengths() -> None:
    by = signer()
    short = write_vds(header(by), [zone_feature(ZONE), (4, b"\x5a")], signing(by))
    semantics = {check.code: check for check in checked(short)}[SealCheck.SEAL_SEMANTICS]
    assert semantics.result is Result.FAILED
    said = " ".join(finding.expected for finding in semantics.findings)
    assert "duration_of_stay: 3 bytes" in said
    assert "passport_number: the feature of tag 05" in said
    both = write_vds(
        header(by), [zone_feature(ZONE), (1, bytes(48)), (4, b"\x5a\0\0"), text_feature(5, "47110815P")], signing(by)
    )
    assert SealCheck.SEAL_SEMANTICS in bad(checked(both))


def test_an_unknown_feature_alone_makes_no_seal_invalid() -> None:
    by = signer()
    features = [zone_feature(ZONE), (4, b"\x5a\0\0"), text_feature(5, "47110815P"), (0x40, b"new")]
    checks = checked(write_vds(header(by), features, signing(by)))
    assert bad(checks) == {}
    assert codes(checks) == [SealFinding.SEAL_CONTENT_UNKNOWN]


@pytest.mark.parametrize("at", [2, 5, 20, 40, 90])
def test_a_changed_byte_fails_the_signature_or_the_reading(at: int) -> None:
    seal = bytearray(visa())
    seal[at] ^= 1
    assert advice(checked(bytes(seal))) is not Advice.CONSISTENT


def test_a_signature_by_another_key_under_the_signers_name_is_falsity() -> None:
    checks = checked(visa(sign=signing(forger())))
    assert bad(checks) == {SealCheck.SEAL_SIGNATURE: Result.FAILED}
    assert advice(checks) is Advice.SUSPECTED_FALSE


def test_a_forgers_certificate_beside_the_genuine_one_is_not_believed() -> None:
    checks = checked(visa(sign=signing(forger()), reference=f"{forger().serial:X}"), known=trust(certificate(forger())))
    assert bad(checks)[SealCheck.SEAL_SIGNER_SIGNATURE] is Result.FAILED
    assert bad(checks)[SealCheck.SEAL_SIGNER_TRUST] is Result.UNDETERMINED
    assert advice(checks) is Advice.DISCREPANCIES


def test_an_unknown_signer_is_no_verdict() -> None:
    checks = checked(visa(), known=replace(trust(), signers=()))
    assert bad(checks)[SealCheck.SEAL_SIGNATURE] is Result.UNDETERMINED
    assert advice(checks) is Advice.CANNOT_TELL


def test_an_unknown_authority_is_no_verdict_either() -> None:
    checks = checked(visa(), known=replace(trust(), authorities=()))
    assert SealCheck.SEAL_SIGNATURE not in bad(checks)
    assert bad(checks)[SealCheck.SEAL_SIGNER_SIGNATURE] is Result.UNDETERMINED
    assert advice(checks) is Advice.CANNOT_TELL


def test_a_wrong_reference_is_found_by_the_name() -> None:
    checks = checked(visa(reference="ABC"))
    assert bad(checks) == {SealCheck.SEAL_SIGNER_FOUND: Result.FAILED}
    assert codes(checks) == [SealFinding.SEAL_SIGNER_REFERENCE_WRONG]


def test_a_revoked_signer() -> None:
    serial = signer().serial
    before, after = revocation_list(serial, date(2025, 4, 1)), revocation_list(serial, date(2025, 6, 1))
    assert bad(checked(visa(), known=trust(revocations=(before,)))) == {SealCheck.SEAL_SIGNER_REVOCATION: Result.FAILED}
    assert bad(checked(visa(), known=trust(revocations=(after,)))) == {}
    assert bad(checked(visa(), known=trust(revocations=(revocation_list(7, date(2025, 4, 1)),)))) == {}


def test_a_list_that_ran_out_is_noted_and_one_of_another_authority_ignored() -> None:
    late = trust(revocations=(revocation_list(7, date(2025, 4, 1)),), moment=datetime(2025, 12, 1, tzinfo=UTC))
    checks = checked(visa(), known=late)
    assert bad(checks) == {}
    assert codes(checks) == [SealFinding.SEAL_REVOCATION_LIST_OLD]
    other = certificate(authority(seed="other").csca)
    revoked = revocation_list(signer().serial, date(2025, 4, 1))
    alone = checked(visa(), known=trust(authorities=(other,), revocations=(revoked,)))
    assert SealFinding.SEAL_SIGNER_REVOKED not in codes(alone)


@pytest.mark.parametrize(("moment", "signed"), [(datetime(2035, 1, 1, tzinfo=UTC), ISSUED), (MOMENT, date(2023, 5, 1))])
def test_certificates_have_their_time(moment: datetime, signed: date) -> None:
    checks = checked(visa(signed_on=signed, issued_on=signed), replace(KNOWN, zone=None), trust(moment=moment))
    assert bad(checks)[SealCheck.SEAL_SIGNER_VALIDITY] is Result.FAILED


def test_a_signer_for_other_documents() -> None:
    by = signer(document_types=("ID",))
    known = replace(trust(), signers=(certificate(by),))
    listed = certificate(by).extensions.document_types
    checks = {check.code: check.result for check in checked(visa(by), known=known)}
    assert checks[SealCheck.SEAL_SIGNER_DOCUMENT_TYPE] is (Result.FAILED if listed else Result.NOT_SUPPORTED)


def test_a_signer_of_another_state() -> None:
    checks = checked(visa(issuer="GBR"), replace(KNOWN, zone=None))
    assert bad(checks) == {SealCheck.SEAL_SIGNER_COUNTRY: Result.FAILED}


def test_kosovos_codes_are_one_state() -> None:
    kosovo = authority("RKS")
    by = kosovo.seal_signer("SP")
    known = SealTrust(MOMENT, (certificate(by),), (certificate(kosovo.csca),))
    country = certificate(by).country
    assert country == "KS"
    checks = checked(visa(by, issuer="RKS", signer=f"{country}SP"), replace(KNOWN, zone=None), known)
    assert bad(checks) == {}


@pytest.mark.parametrize(
    "profile", ["bp224-sha224", "p256-sha256", "bp256-sha256", "bp320-sha256", "bp384-sha384", "bp512-sha512"]
)
def test_the_hash_follows_the_curve(profile: str) -> None:
    home = authority(profile=profile)
    by = home.seal_signer("SP")
    known = SealTrust(MOMENT, (certificate(by),), (certificate(home.csca),))
    checks = checked(visa(by), known=known)
    assert bad(checks) == {}
    assert isinstance(by.key, EcKey)
    bits = by.key.curve.order.bit_length()
    called_for = "sha224" if bits <= 224 else "sha256" if bits <= 256 else "sha384" if bits <= 384 else "sha512"
    assert codes(checks) == ([] if by.scheme.hash == called_for else [SealFinding.SEAL_HASH_OTHER])


def test_a_seal_without_signature() -> None:
    seal = visa()
    checks = checked(seal[: seal.rindex(b"\xff\x40")])
    assert SealFinding.SEAL_WITHOUT_SIGNATURE in codes(checks)
    assert advice(checks) is Advice.DISCREPANCIES


def test_the_other_kinds_are_checked_alike() -> None:
    by = signer()
    reference = bytes.fromhex(hashlib.sha1(by.certificate, usedforsecurity=False).hexdigest())[-5:]
    expiry = (0x84, bytes(1) + int("05252027").to_bytes(3, "big"))
    for packed in (False, True):
        idb = write_idb("UTO", reference, ISSUED, [expiry], signing(by), packed=packed)
        assert bad(checked(idb, replace(KNOWN, kind=SealKind.IDB, passport_number=None))) == {}
    other = write_idb("UTO", reference, ISSUED, [(0x84, bytes(1) + int("05262027").to_bytes(3, "big"))], signing(by))
    assert bad(checked(other, replace(KNOWN, kind=None))) == {SealCheck.SEAL_DATES: Result.FAILED}
    message = {"uvci": "U1", "pid": {"n": "DENT"}, "ve": []}
    sound = write_vds_nc("UTO", "icao.vacc", message, by.certificate, signing(by))
    assert bad(checked(sound, Expected(kind=SealKind.VDS_NC))) == {}
    own = forger()
    made = checked(write_vds_nc("UTO", "icao.vacc", message, own.certificate, signing(own)), Expected())
    assert bad(made)[SealCheck.SEAL_SIGNER_SIGNATURE] is Result.FAILED
    assert advice(made) is Advice.DISCREPANCIES


def test_nothing_of_the_holder_moves_the_advice() -> None:
    lines = [ZONE[0].replace("DENT<<ARTHUR", "GASHI<<ARTAA"), ZONE[1].replace("GBR", "SYR")]
    checks = checked(visa(zone=lines), replace(KNOWN, zone=read_zone("\n".join(lines))))
    assert (bad(checks), codes(checks)) == ({}, [])
    assert Bearing.NONE in Bearing
