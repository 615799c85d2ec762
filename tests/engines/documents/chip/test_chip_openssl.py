"""Chips whose certificates and signatures OpenSSL made: genuine ones are believed, and each fault stops at its own check."""

from dataclasses import replace

import pytest
from cryptography import x509
from tests.engines.documents.chip.openssl_made import GROUPS, Openssl, Pair, chip, lds_object, needs_openssl
from tests.engines.documents.chip.stores import DAY, NOW, read, store

from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding
from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.chip.types import ChipFiles, FileId
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate, import_crl
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice, Bearing, Result

pytestmark = needs_openssl
C, F = ChipCheck, ChipFinding
PSS = ("-keyopt", "rsa_padding_mode:pss")


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Openssl:
    return Openssl(tmp_path_factory.mktemp("openssl"))


@pytest.fixture(scope="module")
def authority(tool: Openssl) -> Pair:
    return tool.issue("/C=UT/O=Utopia/CN=CSCA Utopia", tool.key("RSA", "rsa_keygen_bits:2048"))


@pytest.fixture(scope="module")
def signer(tool: Openssl, authority: Pair) -> Pair:
    return tool.issue("/C=UT/O=Utopia/CN=DS", tool.key("RSA", "rsa_keygen_bits:2048"), authority)


def inspected(sod: bytes, *held: bytes, files: ChipFiles | None = None) -> ChipInspection:
    return inspect_chip(files or chip(sod), store(*held), DAY)


def result(inspection: ChipInspection, code: ChipCheck) -> Result:
    check = inspection.check(code)
    assert check is not None
    return check.result


def noted(inspection: ChipInspection) -> set[str]:
    return {str(finding.code) for check in inspection.checks for finding in check.findings}


def believed(inspection: ChipInspection) -> bool:
    return inspection.advice is Advice.CONSISTENT and inspection.believed >= {FileId.DG1, FileId.DG2, FileId.DG12}


SIGNED: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "SHA-1": (("-md", "sha1"), {"CHIP_WEAK"}),
    "SHA-224": (("-md", "sha224"), set()),
    "SHA-384": (("-md", "sha384"), set()),
    "SHA-512": (("-md", "sha512"), set()),
    "PSS": (PSS, set()),
    "PSS, default salt written by leaving it out": ((*PSS, "-keyopt", "rsa_pss_saltlen:20"), {"CHIP_ALGORITHM_FORM"}),
    "PSS without salt": ((*PSS, "-keyopt", "rsa_pss_saltlen:0"), set()),
    "PSS, longest salt": ((*PSS, "-keyopt", "rsa_pss_saltlen:-3"), set()),
    "PSS, another hash for the mask": ((*PSS, "-keyopt", "rsa_mgf1_md:sha1"), {"CHIP_ALGORITHM_FORM"}),
    "PSS with SHA-512": ((*PSS, "-md", "sha512"), set()),
    "signer named by key identifier": (("-keyid",), set()),
    "one attribute more": (("-cades",), set()),
    "indefinite lengths": (("-stream",), {"CHIP_ENCODING"}),
}


@pytest.mark.parametrize("form", SIGNED)
def test_every_way_of_signing_is_believed(tool: Openssl, authority: Pair, signer: Pair, form: str) -> None:
    options, notes = SIGNED[form]
    inspection = inspected(tool.security_object(signer, *options), authority.der)
    assert believed(inspection)
    assert notes <= noted(inspection)
    assert all(result(inspection, code) is Result.SUCCESSFUL for code in (C.CHIP_SOD_DIGEST, C.CHIP_SOD_SIGNATURE))


KEYS = {
    "P-224, named": ("EC", "ec_paramgen_curve:secp224r1", "ec_param_enc:named_curve"),
    "P-521, written out": ("EC", "ec_paramgen_curve:secp521r1", "ec_param_enc:explicit"),
    "brainpoolP224r1, written out": ("EC", "ec_paramgen_curve:brainpoolP224r1", "ec_param_enc:explicit"),
    "brainpoolP320r1, written out": ("EC", "ec_paramgen_curve:brainpoolP320r1", "ec_param_enc:explicit"),
    "brainpoolP512t1, named": ("EC", "ec_paramgen_curve:brainpoolP512t1", "ec_param_enc:named_curve"),
    "exponent 3": ("RSA", "rsa_keygen_bits:2048", "rsa_keygen_pubexp:3"),
    "exponent of 33 bits": ("RSA", "rsa_keygen_bits:2048", "rsa_keygen_pubexp:4294967297"),
}


@pytest.mark.parametrize("kind", KEYS)
def test_every_kind_of_key_is_believed(tool: Openssl, authority: Pair, kind: str) -> None:
    own = tool.issue("/C=UT/O=Utopia/CN=DS of this kind", tool.key(*KEYS[kind]), authority)
    assert believed(inspected(tool.security_object(own, "-md", "sha384"), authority.der))


def test_a_key_bound_to_pss_signs_by_pss_alone(tool: Openssl, authority: Pair) -> None:
    own = tool.issue("/C=UT/O=Utopia/CN=DS PSS", tool.key("RSA-PSS", "rsa_keygen_bits:2048"), authority)
    assert believed(inspected(tool.security_object(own, *PSS), authority.der))


GROUPS_OF_DSA = {"1024/160": (1_024, 160), "2048/224": (2_048, 224), "2048/256": (2_048, 256)}


@pytest.fixture(scope="module")
def dsa_signers(tool: Openssl, authority: Pair) -> dict[str, Pair]:
    """Signers with DSA keys whose groups OpenSSL searched for itself (TR-03105-5.1, LDS_H_08)."""
    return {
        name: tool.issue(f"/C=UT/O=Utopia/CN=DS {name[:4]}", tool.dsa_key(*sizes), authority)
        for name, sizes in GROUPS_OF_DSA.items()
    }


@pytest.mark.parametrize("md", ["sha1", "sha224", "sha256"])
@pytest.mark.parametrize("group", GROUPS_OF_DSA)
def test_signatures_by_dsa_of_another_tool_are_believed(
    tool: Openssl, authority: Pair, dsa_signers: dict[str, Pair], group: str, md: str
) -> None:
    inspection = inspected(tool.security_object(dsa_signers[group], "-md", md), authority.der)
    assert believed(inspection), noted(inspection)
    assert result(inspection, C.CHIP_SOD_SIGNATURE) is Result.SUCCESSFUL
    assert (F.CHIP_WEAK in noted(inspection)) is (md == "sha1" or group == "1024/160")


SHORT = ("RSA", "rsa_keygen_bits:1024")
LONG = ("RSA", "rsa_keygen_bits:2048")


@pytest.mark.parametrize(("authoritys", "signers"), [(SHORT, LONG), (LONG, SHORT), (SHORT, SHORT), (LONG, LONG)])
def test_a_short_key_is_noted_at_the_signer_and_at_its_authority_and_never_judged(
    tool: Openssl, authoritys: tuple[str, ...], signers: tuple[str, ...]
) -> None:
    own = tool.issue("/C=UT/O=Utopia/CN=CSCA short", tool.key(*authoritys))
    signer = tool.issue("/C=UT/O=Utopia/CN=DS short", tool.key(*signers), own)
    inspection = inspected(tool.security_object(signer), own.der)
    assert believed(inspection)
    notes = [each for check in inspection.checks for each in check.findings if each.code is F.CHIP_WEAK]
    assert len(notes) == (authoritys is SHORT) + (signers is SHORT)
    assert all("1024 bits" in each.found and each.bearing is Bearing.NONE for each in notes)


def test_a_whole_chain_of_dsa_is_believed_and_each_of_its_bits_counts(tool: Openssl) -> None:
    own = tool.issue("/C=UT/O=Utopia/CN=CSCA DSA", tool.dsa_key(2_048, 256))
    signer = tool.issue("/C=UT/O=Utopia/CN=DS DSA", tool.dsa_key(2_048, 256), own)
    sod = tool.security_object(signer)
    assert believed(inspected(sod, own.der))
    for fault in ("content", "signature", "certificate", "DG2"):
        inspection = inspected(sod, own.der, files=spoiled(chip(sod), sod, signer, fault))
        check, advice = FAULTS[fault]
        assert (result(inspection, check), inspection.advice) == (Result.FAILED, advice), fault


def test_a_dsa_signature_of_another_key_of_the_same_group_is_none(tool: Openssl, authority: Pair) -> None:
    """Whoever has the group can make keys in it; the certificate says which one counts."""
    key, other = tool.dsa_keys_of_one_group(2_048, 256)
    forged = tool.issue("/C=UT/O=Utopia/CN=DS", other, authority)
    tool.number_next(x509.load_der_x509_certificate(forged.der).serial_number)  # so that the signature finds its signer
    own = tool.issue("/C=UT/O=Utopia/CN=DS", key, authority)
    sod = tool.security_object(forged)
    assert believed(inspected(sod, authority.der))
    assert len(own.der) == len(forged.der)
    inspection = inspected(sod.replace(forged.der, own.der), authority.der)
    assert inspection.believed == frozenset()
    assert result(inspection, C.CHIP_SOD_SIGNATURE) is Result.FAILED


def test_an_authority_on_an_elliptic_curve_and_signers_of_rsa(tool: Openssl, signer: Pair) -> None:
    key = tool.key("EC", "ec_paramgen_curve:brainpoolP384r1", "ec_param_enc:explicit")
    elliptic = tool.issue("/C=UT/O=Utopia/CN=CSCA Utopia", key, md="sha384")
    own = tool.issue("/C=UT/O=Utopia/CN=DS", signer.key, elliptic, md="sha512")
    assert believed(inspected(tool.security_object(own), elliptic.der))


def test_other_contents_are_noted_or_refused_by_their_mark(tool: Openssl, authority: Pair, signer: Pair) -> None:
    for kind in ("1.2.840.113549.1.7.1", "1.3.27.1.1.1"):
        known = inspected(tool.security_object(signer, kind=kind), authority.der)
        assert believed(known)
        assert F.CHIP_CONTENT_TYPE_KNOWN in noted(known)
    for kind in ("1.2.528.1.1006.1.20.1", "2.23.136.1.1.2"):
        other = inspected(tool.security_object(signer, kind=kind), authority.der)
        assert (result(other, C.CHIP_SOD_FORMAT), other.advice) == (Result.FAILED, Advice.DISCREPANCIES)


def test_without_signed_attributes_it_is_said(tool: Openssl, authority: Pair, signer: Pair) -> None:
    bare = inspected(tool.security_object(signer, "-noattr"), authority.der)
    assert (result(bare, C.CHIP_SOD_SIGNATURE), result(bare, C.CHIP_SOD_FORMAT)) == (Result.SUCCESSFUL, Result.FAILED)


def test_without_a_certificate_the_store_may_have_it(tool: Openssl, authority: Pair, signer: Pair) -> None:
    sod = tool.security_object(signer, "-nocerts")
    nobody = inspected(sod, authority.der)
    assert (result(nobody, C.CHIP_SOD_SIGNATURE), nobody.advice) == (Result.UNDETERMINED, Advice.CANNOT_TELL)
    assert believed(inspected(sod, authority.der, signer.der))


def test_the_authority_beside_the_signer_is_noted(tool: Openssl, authority: Pair, signer: Pair) -> None:
    pem = tool.path("pem")
    tool.run("x509", "-inform", "DER", "-in", str(authority.certificate), "-out", str(pem))
    both = inspected(tool.security_object(signer, "-certfile", str(pem)), authority.der)
    assert believed(both)
    assert result(both, C.CHIP_SOD_UNSIGNED) is Result.SUCCESSFUL
    assert F.CHIP_UNSIGNED_EXTRA in noted(both)


def test_md5_is_refused(tool: Openssl, authority: Pair, signer: Pair) -> None:
    old = inspected(tool.security_object(signer, "-md", "md5"), authority.der)
    assert (result(old, C.CHIP_SOD_SIGNATURE), old.believed) == (Result.FAILED, frozenset())
    assert F.CHIP_ALGORITHM_NOT_ALLOWED in noted(old)


FAULTS: dict[str, tuple[ChipCheck, Advice]] = {
    "content": (C.CHIP_SOD_DIGEST, Advice.SUSPECTED_FALSE),
    "signature": (C.CHIP_SOD_SIGNATURE, Advice.SUSPECTED_FALSE),
    "certificate": (C.CHIP_DS_SIGNATURE, Advice.SUSPECTED_FALSE),
    "DG2": (C.CHIP_DG2_HASH, Advice.SUSPECTED_FALSE),
    "DG1": (C.CHIP_DG1_HASH, Advice.SUSPECTED_FALSE),
    "DG13": (C.CHIP_DG13_HASH, Advice.DISCREPANCIES),
}


def spoiled(files: ChipFiles, sod: bytes, signer: Pair, fault: str) -> ChipFiles:
    contents = dict(files.contents)
    if fault == "DG13":
        contents[FileId.DG13] = b"\x6d\x03new"
    elif fault.startswith("DG"):
        contents[FileId(fault)] = GROUPS[int(fault[2:])][:-1] + b"\x7f"
    else:
        stretch = {"content": lds_object(), "certificate": signer.der}.get(fault, sod[-8:])
        at = sod.index(stretch) + len(stretch) - 4
        contents[FileId.SOD] = sod[:at] + bytes([sod[at] ^ 1]) + sod[at + 1 :]
    return replace(files, contents=contents)


@pytest.mark.parametrize("fault", FAULTS)
def test_one_bit_is_found_by_the_check_that_it_concerns(
    tool: Openssl, authority: Pair, signer: Pair, fault: str
) -> None:
    sod = tool.security_object(signer)
    inspection = inspected(sod, authority.der, files=spoiled(chip(sod), sod, signer, fault))
    check, advice = FAULTS[fault]
    assert (result(inspection, check), inspection.advice) == (Result.FAILED, advice)
    others = {
        each.code for each in inspection.checks if each.result is Result.FAILED and each.code.startswith("CHIP_SOD_D")
    }
    assert others <= {check}


NAMES = {
    "small letters": ("/C=ut/O=Utopia/CN=CSCA Utopia", "/C=ut/CN=DS", True),
    "three letters": ("/C=UT/O=Utopia/CN=CSCA Utopia", "/C=UT/CN=DS/serialNumber=7", True),
    "another country": ("/C=FR/O=France/CN=CSCA", "/C=FR/CN=DS", False),
    "no country": ("/O=Utopia/CN=CSCA", "/CN=DS", False),
}


@pytest.mark.parametrize("names", NAMES)
def test_the_names_of_authority_and_signer(tool: Openssl, authority: Pair, signer: Pair, names: str) -> None:
    issuer, subject, same = NAMES[names]
    own = tool.issue(issuer, authority.key)
    sod = tool.security_object(tool.issue(subject, signer.key, own))
    inspection = inspected(sod, own.der)
    assert bool(inspection.believed) is same
    assert result(inspection, C.CHIP_ISSUER) is (
        Result.SUCCESSFUL if same else Result.FAILED if "FR" in issuer else Result.UNDETERMINED
    )


def test_a_new_key_under_a_new_name_is_reached_by_its_link(tool: Openssl, authority: Pair, signer: Pair) -> None:
    new = tool.key("RSA", "rsa_keygen_bits:2048")
    link = tool.issue("/C=UT/O=Republic/CN=CSCA UTO", new, authority, profile="authority")
    own = tool.issue("/C=UT/O=Republic/CN=DS 2", signer.key, Pair(link.certificate, new))
    sod = tool.security_object(own)
    assert believed(inspected(sod, authority.der, link.der))
    assert inspected(sod, authority.der).advice is Advice.CANNOT_TELL


ALWAYS = ("20240101000000Z", "20390101000000Z")
DATES = {
    "signer gone": (ALWAYS, ("20240101000000Z", "20260601000000Z"), C.CHIP_DS_VALIDITY),
    "signer to come": (ALWAYS, ("20300101000000Z", "20390101000000Z"), C.CHIP_DS_VALIDITY),
    "authority gone": (("20240101000000Z", "20260601000000Z"), ALWAYS, C.CHIP_CSCA_VALIDITY),
}


@pytest.mark.parametrize("dates", DATES)
def test_what_ran_out_fails_its_own_check(tool: Openssl, authority: Pair, signer: Pair, dates: str) -> None:
    authoritys, signers, check = DATES[dates]
    own = tool.issue("/C=UT/O=Utopia/CN=CSCA Utopia", authority.key, dates=authoritys)
    sod = tool.security_object(tool.issue("/C=UT/O=Utopia/CN=DS", signer.key, own, dates=signers))
    inspection = inspected(sod, own.der)
    assert result(inspection, check) is Result.FAILED
    assert (result(inspection, C.CHIP_DS_SIGNATURE), inspection.believed) == (Result.SUCCESSFUL, frozenset())


def holding(*certificates: Pair) -> Holdings:
    holdings = Holdings()
    for each in certificates:
        holdings = import_certificate(holdings, each.der, NOW, DAY.replace(year=2025)).holdings
    return holdings


def test_revocation_lists_of_openssl(tool: Openssl, authority: Pair, signer: Pair) -> None:
    gone = tool.issue("/C=UT/O=Utopia/CN=DS gone", signer.key, authority)
    crl, part = (tool.revocation_list(authority, gone), tool.revocation_list(authority, extensions="limited"))
    whole, limited = (TrustStore(import_crl(holding(authority), each).holdings) for each in (crl, part))
    for held, pair, wanted in (
        (whole, gone, Result.FAILED),
        (whole, signer, Result.SUCCESSFUL),
        (limited, gone, Result.FAILED),
        (limited, signer, Result.UNDETERMINED),
    ):
        inspection = inspect_chip(chip(tool.security_object(pair)), held, DAY)
        assert result(inspection, C.CHIP_DS_REVOCATION) is wanted
    assert read(gone.der).serial in import_crl(holding(authority), crl).holdings.crls[0].entries
