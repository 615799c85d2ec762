from dataclasses import replace
from datetime import date

import pytest
from tests.engines.documents.chip.chips import (
    CSCA,
    DS,
    LDS,
    LINES,
    Recipe,
    authority,
    com_file,
    digest,
    document_file,
    groups,
    make,
    personal_file,
    signer_certificate,
    zone_file,
)
from tests.engines.documents.chip.stores import DAY, defect, store
from tests.engines.documents.trust.making import (
    HASH_OIDS,
    NULL,
    Signer,
    authority_key,
    certificate,
    ec_signer,
    extension,
    integer,
    key_id,
    name,
    octets,
    oid,
    rsa_signer,
    security_object,
    seq,
    set_of,
    signed_data,
    subject_key,
    tlv,
    wrapped,
)

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import HASH_CHECKS, ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding
from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.chip.types import DATA_GROUPS, ChipFiles, FileId
from egnatia.engines.documents.trust.defects import DefectKind
from egnatia.engines.documents.trust.master_lists import ListTrust
from egnatia.engines.documents.types import Advice, Bearing, Result

STORE = store()
C = ChipCheck


def seen(inspection: ChipInspection, code: ChipCheck) -> Check:
    found = inspection.check(code)
    assert found is not None, code
    return found


def codes(check: Check) -> list[str]:
    return [str(finding.code) for finding in check.findings]


def test_a_chip_in_which_everything_agrees() -> None:
    inspection = inspect_chip(make(), STORE, DAY)
    assert inspection.advice is Advice.CONSISTENT
    assert [check.code for check in inspection.checks if check.result in {Result.FAILED, Result.ABORTED}] == []
    unsure = {check.code for check in inspection.checks if check.result is Result.UNDETERMINED}
    assert unsure == {
        C.CHIP_DS_REVOCATION, C.CHIP_ACTIVE_AUTHENTICATION, C.CHIP_CHIP_AUTHENTICATION, C.CHIP_PACE_CAM, C.CHIP_FACE,
    }  # fmt: skip
    assert inspection.passive.holds
    assert not inspection.original
    groups_of = {FileId.DG1, FileId.DG2, FileId.DG11, FileId.DG12, FileId.DG14, FileId.DG15}
    assert inspection.believed == groups_of | {FileId.CARD_SECURITY}
    assert len(inspection.faces) == 1
    assert inspection.zone is not None
    assert inspection.zone.lines == LINES


def test_the_same_input_gives_the_same_inspection() -> None:
    files = make()
    other = ChipFiles(dict(reversed(list(files.contents.items()))))
    assert inspect_chip(files, STORE, DAY).checks == inspect_chip(other, STORE, DAY).checks


def test_without_a_store_nothing_can_be_told() -> None:
    inspection = inspect_chip(make(), None, DAY)
    assert inspection.advice is Advice.CANNOT_TELL
    assert not inspection.passive.holds
    assert codes(seen(inspection, C.CHIP_DS_SIGNATURE)) == ["CHIP_NO_TRUST_STORE"]
    assert seen(inspection, C.CHIP_DG1_HASH).result is Result.SUCCESSFUL


@pytest.mark.parametrize("group", [1, 2, 11, 12, 14, 15])
def test_a_group_changed_after_signing_is_told_by_its_hash(group: int) -> None:
    file = DATA_GROUPS[group - 1]
    files = make()
    content = bytearray(files.contents[file])
    content[-1] ^= 1
    inspection = inspect_chip(ChipFiles({**files.contents, file: bytes(content)}), STORE, DAY)
    assert seen(inspection, HASH_CHECKS[file]).result is Result.FAILED
    assert inspection.advice is Advice.SUSPECTED_FALSE
    assert file not in inspection.believed


@pytest.mark.parametrize("known", [True, False])
def test_falsity_is_not_covered_by_an_unknown_signer(known: bool) -> None:  # noqa: FBT001
    files = make(Recipe(changed={FileId.DG1: zone_file((LINES[0].replace("ANNA", "EMMA"), LINES[1]))}))
    inspection = inspect_chip(files, STORE if known else None, DAY)
    assert inspection.advice is Advice.SUSPECTED_FALSE


def test_a_group_that_was_not_signed_is_told() -> None:
    extra = groups(dg13=tlv(0x6D, b"\x04\x01x"))
    files = make(Recipe(groups=extra, hashes=security_object(groups())))
    check = seen(inspect_chip(files, STORE, DAY), C.CHIP_DG13_HASH)
    assert (check.result, codes(check)) == (Result.FAILED, ["CHIP_HASH_NOT_LISTED"])


def test_a_signed_group_that_is_not_here_is_neither_right_nor_wrong() -> None:
    inspection = inspect_chip(make(Recipe(hidden=frozenset({FileId.DG11}))), STORE, DAY)
    check = seen(inspection, C.CHIP_DG11_HASH)
    assert (check.result, codes(check)) == (Result.NOT_SUPPORTED, ["CHIP_HASH_WITHOUT_FILE"])
    assert inspection.advice is Advice.CONSISTENT


@pytest.mark.parametrize(("rest", "code"), [(b"\0" * 40, "CHIP_TRAILING_BYTES"), (b"\xff" * 4, "CHIP_TRAILING_BYTES")])
def test_bytes_after_a_file_do_no_harm_and_are_told(rest: bytes, code: str) -> None:
    files = make(Recipe(changed={FileId.DG1: zone_file() + rest}))
    inspection = inspect_chip(files, STORE, DAY)
    check = seen(inspection, C.CHIP_DG1_HASH)
    assert (check.result, codes(check)) == (Result.SUCCESSFUL, [code])
    assert inspection.advice is Advice.CONSISTENT


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ((1, 2, 11, 12, 14), "CHIP_COM_LESS"),
        ((1, 2, 3, 11, 12, 14, 15), "CHIP_COM_MORE"),
        ((1, 2, 7, 14), "CHIP_COM_MORE"),
    ],
)
def test_com_against_sod(listed: tuple[int, ...], code: str) -> None:
    inspection = inspect_chip(make(Recipe(changed={FileId.COM: com_file(listed)})), STORE, DAY)
    check = seen(inspection, C.CHIP_COM_SOD)
    assert check.result is Result.FAILED
    assert code in codes(check)
    assert inspection.advice is Advice.DISCREPANCIES


def test_com_may_be_missing_and_sod_may_not() -> None:
    without_com = inspect_chip(make(Recipe(hidden=frozenset({FileId.COM}))), STORE, DAY)
    assert seen(without_com, C.CHIP_COM_SOD).result is Result.NOT_SUPPORTED
    assert without_com.advice is Advice.CONSISTENT
    without_sod = inspect_chip(make(Recipe(hidden=frozenset({FileId.SOD}))), STORE, DAY)
    assert seen(without_sod, C.CHIP_SOD_FORMAT).result is Result.FAILED
    assert seen(without_sod, C.CHIP_SOD_SIGNATURE).result is Result.ABORTED
    assert seen(without_sod, C.CHIP_DG1_HASH).result is Result.ABORTED if without_sod.check(C.CHIP_DG1_HASH) else True
    assert without_sod.advice is not Advice.CONSISTENT


def test_a_sod_alone_says_nothing_of_a_holder() -> None:
    only = ChipFiles({FileId.SOD: make().contents[FileId.SOD]})
    inspection = inspect_chip(only, STORE, DAY)
    assert inspection.advice is Advice.CANNOT_TELL
    assert seen(inspection, C.CHIP_SOD_SIGNATURE).result is Result.SUCCESSFUL


SIGNERS = {
    "RSA": (rsa_signer(7), rsa_signer(8)),
    "RSA SHA-1": (rsa_signer(7, "sha1"), rsa_signer(8, "sha1")),
    "PSS": (rsa_signer(7, "sha256", "pss"), rsa_signer(8, "sha512", "pss")),
    "RSA without NULL": (rsa_signer(7, "sha256", "nullless"), rsa_signer(8)),
    "brainpoolP224r1 SHA-1": (ec_signer("brainpoolP224r1", 1, "sha1"), ec_signer("brainpoolP224r1", 2, "sha1")),
    "brainpoolP512r1": (ec_signer("brainpoolP512r1", 1, "sha512"), ec_signer("brainpoolP384r1", 2, "sha384")),
    "P-521 named, extra NULL": (
        ec_signer("P-521", 1, "sha512", named=True, null=True), ec_signer("P-256", 2, named=True),
    ),
    "plain": (ec_signer("P-256", 1, scheme="plain"), ec_signer("P-256", 2)),
}  # fmt: skip


@pytest.mark.parametrize("name_of", SIGNERS)
def test_algorithms_of_real_issuers(name_of: str) -> None:
    signer, country = SIGNERS[name_of]
    files = make(Recipe(signer=signer, certificate=signer_certificate(signer, country)))
    inspection = inspect_chip(files, store(authority(country), authority(CSCA)), DAY)
    assert inspection.passive.holds
    assert inspection.advice is Advice.CONSISTENT
    strength = seen(inspection, C.CHIP_SOD_STRENGTH)
    assert strength.result is Result.SUCCESSFUL
    assert ("CHIP_WEAK" in codes(strength)) is ("SHA-1" in name_of)
    assert {finding.bearing for finding in strength.findings} <= {Bearing.NONE}


@pytest.mark.parametrize("kind", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_every_hash_of_data_groups(kind: str) -> None:
    assert inspect_chip(make(Recipe(digest=kind)), STORE, DAY).passive.holds


def sod(
    content: bytes | None = None,
    kind: str = LDS,
    cert: bytes = b"",
    *,
    by: Signer = DS,
    identifier: bytes | None = None,
    changes: dict[str, bytes] | None = None,
    embedded: list[bytes] | None = None,
    attributes: list[bytes] | None = None,
) -> dict[FileId, bytes]:
    made = signed_data(
        content or security_object(groups()),
        kind,
        cert or signer_certificate(),
        by,
        identifier=identifier,
        changes=changes,
        embedded=embedded,
        attributes=attributes,
    )
    return {FileId.SOD: wrapped(made)}


def test_quirks_are_noted_and_pass() -> None:
    for kind, code in (
        ("1.3.27.1.1.1", "CHIP_CONTENT_TYPE_KNOWN"),
        ("1.2.840.113549.1.7.1", "CHIP_CONTENT_TYPE_KNOWN"),
    ):
        inspection = inspect_chip(make(Recipe(changed=sod(kind=kind))), STORE, DAY)
        assert code in codes(seen(inspection, C.CHIP_SOD_FORMAT))
        assert inspection.passive.holds
        assert inspection.advice is Advice.CONSISTENT


BROKEN: dict[str, tuple[dict[FileId, bytes], ChipCheck, Result]] = {
    "another content type": (sod(kind="1.2.3.4"), C.CHIP_SOD_FORMAT, Result.FAILED),
    "version of the signed data": (sod(changes={"version": integer(5)}), C.CHIP_SOD_UNSIGNED, Result.FAILED),
    "version of the signer": (sod(changes={"signer_version": integer(3)}), C.CHIP_SOD_UNSIGNED, Result.FAILED),
    "another digest announced": (
        sod(changes={"digests": set_of(seq(oid(HASH_OIDS["sha1"])))}), C.CHIP_SOD_UNSIGNED, Result.FAILED,
    ),
    "MD5 announced": (
        sod(changes={"digests": set_of(seq(oid("1.2.840.113549.2.5"), NULL))}), C.CHIP_SOD_UNSIGNED, Result.FAILED,
    ),
    "the signer names another certificate": (
        sod(identifier=seq(name("C=UT, CN=Somebody"), integer(99))), C.CHIP_SOD_UNSIGNED, Result.FAILED,
    ),
    "no certificate": (sod(embedded=[]), C.CHIP_SOD_SIGNATURE, Result.UNDETERMINED),
    "two certificates, none of them named": (
        sod(
            identifier=tlv(0x80, bytes(20)),
            embedded=[signer_certificate(serial=8), signer_certificate(ec_signer("P-256", 5), serial=9)],
        ),
        C.CHIP_SOD_SIGNATURE,
        Result.FAILED,
    ),
    "signed by another key": (sod(by=ec_signer("brainpoolP256r1", 77)), C.CHIP_SOD_SIGNATURE, Result.FAILED),
    "RSA with MD5": (
        sod(by=replace(rsa_signer(7), algorithm=seq(oid("1.2.840.113549.1.1.4"), NULL))),
        C.CHIP_SOD_SIGNATURE,
        Result.FAILED,
    ),
    "an algorithm that is not known here": (
        sod(by=replace(DS, algorithm=seq(oid("1.2.3.4")))), C.CHIP_SOD_SIGNATURE, Result.UNDETERMINED,
    ),
    "a second signer": (
        sod(changes={"second": tlv(0x30, integer(1))}), C.CHIP_SOD_FORMAT, Result.FAILED,
    ),
    "no signed attributes": (sod(attributes=[]), C.CHIP_SOD_FORMAT, Result.FAILED),
    "no message digest": (
        sod(attributes=[seq(oid("1.2.840.113549.1.9.3"), set_of(oid(LDS)))]), C.CHIP_SOD_DIGEST, Result.FAILED,
    ),
    "another message digest": (
        sod(
            attributes=[
                seq(oid("1.2.840.113549.1.9.3"), set_of(oid(LDS))),
                seq(oid("1.2.840.113549.1.9.4"), set_of(octets(digest(b"other")))),
            ]
        ),
        C.CHIP_SOD_DIGEST,
        Result.FAILED,
    ),
    "unsigned attributes": (
        sod(changes={"unsigned": tlv(0xA1, seq(oid("1.2.3"), set_of(NULL)))}), C.CHIP_SOD_UNSIGNED, Result.SUCCESSFUL,
    ),
    "another outer tag": ({FileId.SOD: b"\x78" + sod()[FileId.SOD][1:]}, C.CHIP_SOD_FORMAT, Result.FAILED),
    "cut short": ({FileId.SOD: sod()[FileId.SOD][:-3]}, C.CHIP_SOD_FORMAT, Result.FAILED),
    "empty": ({FileId.SOD: b""}, C.CHIP_SOD_FORMAT, Result.FAILED),
    "no signed data": ({FileId.SOD: wrapped(seq(oid("1.2.3")))}, C.CHIP_SOD_FORMAT, Result.FAILED),
}  # fmt: skip


@pytest.mark.parametrize("name_of", BROKEN)
def test_broken_security_objects_fail_in_the_right_check(name_of: str) -> None:
    changed, code, result = BROKEN[name_of]
    inspection = inspect_chip(make(Recipe(changed=changed)), STORE, DAY)
    assert seen(inspection, code).result is result
    notable = [finding for check in inspection.checks for finding in check.findings if "EVIDENCE" not in finding.code]
    assert notable
    assert inspection.advice is not Advice.CONSISTENT or result is Result.SUCCESSFUL


def test_a_signer_in_the_store_serves_an_object_without_one() -> None:
    files = make(Recipe(changed=sod(embedded=[])))
    inspection = inspect_chip(files, store(authority(CSCA), signer_certificate()), DAY)
    assert seen(inspection, C.CHIP_SOD_SIGNATURE).result is Result.SUCCESSFUL
    assert inspection.passive.holds


def lds(*parts: bytes) -> dict[FileId, bytes]:
    return sod(seq(*parts))


SHA = seq(oid(HASH_OIDS["sha256"]))
HASHES = seq(*(seq(integer(number), octets(digest(content))) for number, content in sorted(groups().items())))
OBJECTS: dict[str, tuple[dict[FileId, bytes], str]] = {
    "version 2": (lds(integer(2), SHA, HASHES), "CHIP_VERSION_UNKNOWN"),
    "no version": (lds(SHA, HASHES), "CHIP_ELEMENT_MISSING"),
    "MD5": (lds(integer(0), seq(oid("1.2.840.113549.2.5")), HASHES), "CHIP_ALGORITHM_NOT_ALLOWED"),
    "no algorithm": (lds(integer(0), HASHES), "CHIP_ELEMENT_MISSING"),
    "no hashes": (lds(integer(0), SHA), "CHIP_ELEMENT_MISSING"),
    "group 17": (lds(integer(0), SHA, seq(seq(integer(17), octets(bytes(32))))), "CHIP_VALUE_NOT_ALLOWED"),
    "a group twice": (
        lds(integer(0), SHA, seq(*(seq(integer(1), octets(bytes(32))),) * 2)), "CHIP_VALUE_NOT_ALLOWED",
    ),
    "no number": (lds(integer(0), SHA, seq(seq(octets(bytes(32))))), "CHIP_ELEMENT_MISSING"),
    "a short hash": (lds(integer(0), SHA, seq(seq(integer(1), octets(bytes(20))))), "CHIP_VALUE_NOT_ALLOWED"),
    "version 1 without its versions": (lds(integer(1), SHA, HASHES), "CHIP_ELEMENT_MISSING"),
    "version 0 with versions": (
        lds(integer(0), SHA, HASHES, seq(tlv(0x13, b"0108"), tlv(0x13, b"040000"))), "CHIP_VALUE_NOT_ALLOWED",
    ),
    "LDS 1.7 in version 1": (
        lds(integer(1), SHA, HASHES, seq(tlv(0x13, b"0107"), tlv(0x13, b"040000"))), "CHIP_VALUE_NOT_ALLOWED",
    ),
    "LDS 3.6": (lds(integer(1), SHA, HASHES, seq(tlv(0x13, b"0306"), tlv(0x13, b"040000"))), "CHIP_VERSION_UNKNOWN"),
    "no sequence": (sod(set_of(NULL)), "CHIP_STRUCTURE_WRONG"),
}  # fmt: skip


@pytest.mark.parametrize("name_of", OBJECTS)
def test_wrong_lds_security_objects_fail(name_of: str) -> None:
    changed, code = OBJECTS[name_of]
    check = seen(inspect_chip(make(Recipe(changed=changed)), STORE, DAY), C.CHIP_SOD_FORMAT)
    assert check.result is Result.FAILED
    assert code in codes(check)


def test_a_later_level_of_version_1_is_noted_and_passes() -> None:
    changed = lds(integer(1), SHA, HASHES, seq(tlv(0x13, b"0109"), tlv(0x13, b"040000")))
    check = seen(inspect_chip(make(Recipe(changed=changed)), STORE, DAY), C.CHIP_SOD_FORMAT)
    assert (check.result, codes(check)) == (Result.SUCCESSFUL, ["CHIP_VERSION_UNKNOWN"])


def test_version_1_of_the_object_passes() -> None:
    changed = lds(integer(1), SHA, HASHES, seq(tlv(0x13, b"0108"), tlv(0x13, b"040000")))
    inspection = inspect_chip(make(Recipe(changed=changed)), STORE, DAY)
    assert seen(inspection, C.CHIP_SOD_FORMAT).findings == ()
    assert inspection.passive.hashes is not None
    assert inspection.passive.hashes.lds_version == "0108"


def test_an_unknown_country_and_a_refuted_one() -> None:
    stranger = ec_signer("brainpoolP256r1", 91)
    unknown = inspect_chip(make(), store(authority(stranger, "FR")), DAY)
    assert codes(seen(unknown, C.CHIP_DS_SIGNATURE)) == ["CHIP_AUTHORITY_UNKNOWN"]
    assert unknown.advice is Advice.CANNOT_TELL
    forged = make(Recipe(certificate=forged_certificate(stranger)))
    refuted = inspect_chip(forged, STORE, DAY)
    assert codes(seen(refuted, C.CHIP_DS_SIGNATURE)) == ["CHIP_AUTHORITY_REFUTED"]
    assert refuted.advice is Advice.SUSPECTED_FALSE


def forged_certificate(by: Signer) -> bytes:
    """A certificate that names Utopia's key and is signed by another."""
    usage = extension("2.5.29.15", tlv(0x03, b"\x07\x80"), critical=True)
    listed = (subject_key(key_id(DS)), authority_key(key_id(CSCA)), usage)
    return certificate(
        name("C=UT, O=Utopia, CN=DS Utopia"), DS, name("C=UT, O=Utopia, CN=CSCA Utopia"), by, extensions=listed
    )


def test_standing_of_the_authority() -> None:
    dropped = inspect_chip(make(), store(dropped=True), DAY)
    assert codes(seen(dropped, C.CHIP_DS_TRUST)) == ["CHIP_NOT_TRUSTED"]
    assert dropped.advice is Advice.CANNOT_TELL
    assert not dropped.passive.holds
    unconfirmed = inspect_chip(make(), store(trust=ListTrust.UNSIGNED), DAY)
    assert not unconfirmed.passive.holds
    assert unconfirmed.advice is Advice.CANNOT_TELL
    early = inspect_chip(make(), STORE, date(2025, 6, 1))
    assert not early.passive.holds


def test_dates_of_the_certificates() -> None:
    late = inspect_chip(make(), STORE, date(2036, 1, 1))
    assert seen(late, C.CHIP_DS_VALIDITY).result is Result.FAILED
    assert seen(late, C.CHIP_CSCA_VALIDITY).result is Result.FAILED
    # The document itself ran out in 2035, so that its signer may have too.
    assert {finding.bearing for finding in seen(late, C.CHIP_DS_VALIDITY).findings} == {Bearing.NONE}
    early = inspect_chip(make(), STORE, date(2019, 1, 1))
    assert "CHIP_CERTIFICATE_NOT_YET" in codes(seen(early, C.CHIP_DS_VALIDITY))


@pytest.mark.parametrize(
    ("issued", "bearing"), [(b"20360101", Bearing.DISCREPANCY), (b"20190101", Bearing.NONE), (b"20250415", None)]
)
def test_the_date_of_issue_against_the_signer(issued: bytes, bearing: Bearing | None) -> None:
    inspection = inspect_chip(make(Recipe(groups=groups(dg12=document_file(issued)))), STORE, DAY)
    found = [f for f in seen(inspection, C.CHIP_DS_VALIDITY).findings if f.code is ChipFinding.CHIP_ISSUED_OUTSIDE]
    assert [finding.bearing for finding in found] == ([] if bearing is None else [bearing])


PROFILES = {
    "no authority key": (subject_key(key_id(DS)), extension("2.5.29.15", tlv(0x03, b"\x07\x80"), critical=True)),
    "no key usage": (subject_key(key_id(DS)), authority_key(key_id(CSCA))),
    "another key usage": (
        subject_key(key_id(DS)), authority_key(key_id(CSCA)), extension("2.5.29.15", tlv(0x03, b"\x06\xc0")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name_of", PROFILES)
def test_breaches_of_the_profile_fail_and_leave_the_advice(name_of: str) -> None:
    files = make(Recipe(certificate=signer_certificate(extensions=PROFILES[name_of])))
    inspection = inspect_chip(files, STORE, DAY)
    assert seen(inspection, C.CHIP_DS_PROFILE).result is Result.FAILED
    assert inspection.passive.holds
    assert inspection.advice is Advice.CONSISTENT


def test_the_types_that_a_signer_may_sign() -> None:
    visas = extension("2.23.136.1.1.6.2", seq(integer(0), set_of(tlv(0x13, b"V"), tlv(0x13, b"ID"))))
    usage = extension("2.5.29.15", tlv(0x03, b"\x07\x80"), critical=True)
    listed = (subject_key(key_id(DS)), authority_key(key_id(CSCA)), usage, visas)
    inspection = inspect_chip(make(Recipe(certificate=signer_certificate(extensions=listed))), STORE, DAY)
    check = seen(inspection, C.CHIP_DS_DOCUMENT_TYPE)
    assert (check.result, codes(check)) == (Result.FAILED, ["CHIP_DOCUMENT_TYPE"])


def test_a_changed_outer_algorithm_is_told() -> None:
    cert = signer_certificate()
    changed = cert.replace(
        DS.algorithm + tlv(0x03, b"")[:1], ec_signer("P-256", 1, "sha512").algorithm + tlv(0x03, b"")[:1]
    )
    assert changed != cert
    inspection = inspect_chip(make(Recipe(certificate=changed)), STORE, DAY)
    assert seen(inspection, C.CHIP_DS_PROFILE).result is Result.FAILED
    assert inspection.advice is Advice.DISCREPANCIES


ISSUERS = [
    ("UTO", "UT", Result.SUCCESSFUL),
    ("RKS", "KS", Result.SUCCESSFUL),
    ("RKS", "XK", Result.SUCCESSFUL),
    ("D<<", "DE", Result.SUCCESSFUL),
    ("D<<", "de", Result.SUCCESSFUL),
    ("ALB", "al", Result.SUCCESSFUL),
    ("GBR", "gb", Result.SUCCESSFUL),
    ("GBD", "GB", Result.SUCCESSFUL),
    ("GBO", "GB", Result.SUCCESSFUL),
    ("UNO", "UN", Result.SUCCESSFUL),
    ("EUE", "EU", Result.SUCCESSFUL),
    ("MKD", "MK", Result.SUCCESSFUL),
    ("ALB", "IT", Result.FAILED),
    ("RKS", "RS", Result.FAILED),
    ("SRB", "KS", Result.FAILED),
    ("D<<", "AT", Result.FAILED),
    ("QQQ", "UT", Result.UNDETERMINED),
    ("UTO", "QQ", Result.UNDETERMINED),
]


@pytest.mark.parametrize(("issuer", "country", "result"), ISSUERS)
def test_issuer_and_country_through_the_table(issuer: str, country: str, result: Result) -> None:
    lines = (LINES[0].replace("P<UTO", f"P<{issuer}"), LINES[1])
    cert = signer_certificate(country=country)
    files = make(Recipe(groups=groups(dg1=zone_file(lines)), certificate=cert))
    inspection = inspect_chip(files, store(authority(CSCA, country)), DAY)
    check = seen(inspection, C.CHIP_ISSUER)
    assert check.result is result
    assert inspection.passive.holds is (result is Result.SUCCESSFUL)
    assert ("CHIP_COUNTRY_WRITTEN" in codes(check)) is country.islower()


DEFECTS = [
    (DefectKind.SECURITY_OBJECT_WRONG, (), sod(by=ec_signer("brainpoolP256r1", 77)), C.CHIP_SOD_SIGNATURE),
    (DefectKind.CONTENTS_DISAGREE, (), {FileId.COM: com_file((1, 2))}, C.CHIP_COM_SOD),
    (DefectKind.GROUP_HASH_WRONG, (11,), {FileId.DG11: personal_file("OTHER<<NAME")}, C.CHIP_DG11_HASH),
    (DefectKind.GROUP_MALFORMED, (11,), {FileId.DG11: b"\x6b\x00"}, C.CHIP_DG11_FORMAT),
]


@pytest.mark.parametrize(("kind", "groups_of", "changed", "code"), DEFECTS)
def test_a_known_defect_makes_failed_undetermined(
    kind: DefectKind, groups_of: tuple[int, ...], changed: dict[FileId, bytes], code: ChipCheck
) -> None:
    files = make(Recipe(changed=changed))
    assert seen(inspect_chip(files, STORE, DAY), code).result is Result.FAILED
    excused = inspect_chip(files, store(defects=[defect(kind, groups_of)]), DAY)
    check = seen(excused, code)
    assert check.result is Result.UNDETERMINED
    assert "CHIP_DEFECT_KNOWN" in codes(check)
    unverified = code in {C.CHIP_SOD_SIGNATURE, C.CHIP_DG11_HASH}
    assert excused.advice is not Advice.SUSPECTED_FALSE or code is C.CHIP_DG11_FORMAT
    assert (excused.advice is Advice.CANNOT_TELL) is unverified
    if code is C.CHIP_SOD_SIGNATURE:
        assert not excused.passive.holds


@pytest.mark.parametrize(
    ("kind", "code", "result"),
    [
        (DefectKind.CERTIFICATE_REVOKED, C.CHIP_DS_REVOCATION, Result.FAILED),
        (DefectKind.CERTIFICATE_ON_HOLD, C.CHIP_DS_REVOCATION, Result.UNDETERMINED),
        (DefectKind.CERTIFICATE_FOR_TESTS, C.CHIP_DS_TRUST, Result.FAILED),
        (DefectKind.WEAK_KEY, C.CHIP_DS_TRUST, Result.UNDETERMINED),
        (DefectKind.ACTIVE_KEY_COMPROMISED, C.CHIP_ACTIVE_AUTHENTICATION, Result.FAILED),
        (DefectKind.CHIP_KEY_COMPROMISED, C.CHIP_CHIP_AUTHENTICATION, Result.FAILED),
        (DefectKind.VALIDITY_WRONG, C.CHIP_DS_VALIDITY, Result.NOT_SUPPORTED),
    ],
)
def test_what_defects_say_of_signers_and_keys(kind: DefectKind, code: ChipCheck, result: Result) -> None:
    inspection = inspect_chip(make(), store(defects=[defect(kind)]), DAY)
    assert seen(inspection, code).result is result
    doubted = kind in {DefectKind.CERTIFICATE_ON_HOLD, DefectKind.WEAK_KEY}
    assert (inspection.advice is Advice.CANNOT_TELL) is doubted


def test_card_access_must_stand_in_a_signed_file() -> None:
    files = make()
    changed = {FileId.CARD_ACCESS: files.contents[FileId.CARD_ACCESS].replace(b"\x02\x01\x0d", b"\x02\x01\x0c", 1)}
    check = seen(inspect_chip(make(Recipe(changed=changed)), STORE, DAY), C.CHIP_ACCESS_CONSISTENT)
    assert (check.result, set(codes(check))) == (Result.FAILED, {"CHIP_ACCESS_DIFFERS"})
