"""Cases of TR-03105-5.1 built by OpenSSL and asn1crypto instead of our own writer: the same verdict on the same check.

Keys, certificates and signatures are those of the command `openssl`; security objects and defects are written and edited
by asn1crypto; EF.COM and DG1 are put together byte by byte here. Of this project nothing makes anything: a mistake that
our writer and our reader share would show. What is asked of each case is read from the table of `bench`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from asn1crypto import cms, core, parser
from asn1crypto.algos import DigestAlgorithm
from bench.documents.conformance.case import Case, Verdict
from bench.documents.conformance.run import CASES
from tests.engines.documents.chip.chips import face_file
from tests.engines.documents.chip.openssl_made import Openssl, Pair, needs_openssl
from tests.engines.documents.chip.stores import NOW, store

from egnatia.engines.documents import read_zone
from egnatia.engines.documents.chip.files import collect
from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.trust.imports import import_certificate
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice, Result

pytestmark = needs_openssl
DAY = date(2026, 11, 22)
PLAN = {case.code: case for case in CASES}
LDS = "2.23.136.1.1.1"
ZONE_LINES = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3404159ZE184226B<<<<<16")
"""The example of Doc 9303-4 with an expiry to come."""
PSS = ("-keyopt", "rsa_padding_mode:pss")
_PROFILES = """
[no-aki]
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = none
[usage-not-critical]
keyUsage = digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[usage-other]
keyUsage = critical, keyAgreement
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[no-usage]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def tlv(application: int, content: bytes) -> bytes:
    """A constructed element of the application class, as asn1crypto writes it."""
    encoded: bytes = parser.emit(1, 1, application, content)
    return encoded


def seq(*parts: bytes) -> bytes:
    encoded: bytes = parser.emit(0, 1, 16, b"".join(parts))
    return encoded


def digit(text: str) -> str:
    """The check digit of Doc 9303-3 section 4.9, worked out here once more."""
    values = [0 if sign == "<" else int(sign, 36) for sign in text]
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def zone(**changed: str) -> tuple[str, str]:
    """The example's zone with some of its parts changed; `digits` put a digit in the place of a right one."""
    part = {"name": "ERIKSSON<<ANNA<MARIA", "number": "L898902C3", "birth": "740812", "sex": "F", "expiry": "340415"}
    part |= {"optional": "ZE184226B", "nationality": "UTO"} | changed
    first = f"P<UTO{part['name']}".ljust(44, "<")
    optional = part["optional"].ljust(14, "<")
    number, birth, expiry = (
        part[one] + part.get(f"{one}_digit", digit(part[one])) for one in ("number", "birth", "expiry")
    )
    rest = optional + part.get("optional_digit", digit(optional))
    whole = part.get("composite_digit", digit(number + birth + expiry + rest))
    return first, f"{number}{part['nationality']}{birth}{part['sex']}{expiry}{rest}{whole}"


def dg1(lines: tuple[str, str]) -> bytes:
    text = "".join(lines).encode()
    return tlv(1, b"\x5f\x1f" + bytes([len(text)]) + text)


COM = bytes.fromhex("6014 5F0104 30313037 5F3606 303430303030 5C02 6175")
"""Doc 9303-10 section 4.6.1, with DG1 and DG2."""


def lds(hashes: dict[int, bytes], digest: str, version: int = 0) -> bytes:
    """The LDS security object; `digest` names the hash that it claims."""
    rows = [seq(core.Integer(number).dump(), core.OctetString(value).dump()) for number, value in hashes.items()]
    algorithm = seq(DigestAlgorithm({"algorithm": digest})["algorithm"].dump(), core.Null().dump())
    return seq(core.Integer(version).dump(), algorithm, seq(*rows))


@dataclass
class Bench:
    """OpenSSL with one authority and one signer, and the chip that they make."""

    tool: Openssl
    authority: Pair
    signer: Pair

    def sign(self, content: bytes, *options: str, by: Pair | None = None, kind: str = LDS) -> bytes:
        """The content signed by `openssl cms`, without the EF's own tag."""
        signer, tool = by or self.signer, self.tool
        given, pem, out = tool.path("lds"), tool.path("pem"), tool.path("sod")
        given.write_bytes(content)
        tool.run("x509", "-inform", "DER", "-in", str(signer.certificate), "-out", str(pem))
        tool.run(
            "cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-outform", "DER", "-econtent_type", kind,
            "-signer", str(pem), "-inkey", str(signer.key), "-in", str(given), "-out", str(out), *options,
        )  # fmt: skip
        return out.read_bytes()

    def elliptic(self, curve: str = "prime256v1", md: str = "sha256") -> Pair:
        key = self.tool.key("EC", f"ec_paramgen_curve:{curve}", "ec_param_enc:explicit")
        return self.tool.issue("/C=UT/O=Utopia/CN=DS EC", key, self.authority, md=md)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    tool = Openssl(tmp_path_factory.mktemp("openssl"))
    with (tool.folder / "own.cnf").open("a") as config:
        config.write(_PROFILES)
    authority = tool.issue("/C=UT/O=Utopia/CN=CSCA Utopia", tool.key("RSA", "rsa_keygen_bits:3072"))
    return Bench(
        tool, authority, tool.issue("/C=UT/O=Utopia/CN=DS", tool.key("RSA", "rsa_keygen_bits:2048"), authority)
    )


@dataclass
class Chip:
    """Files and what the inspection is given beside them; EF.SOD is made of the groups where it is not given."""

    lines: tuple[str, str] = ZONE_LINES
    com: bytes = COM
    first: bytes = b""
    sod: bytes = b""
    body: bytes = b""
    trusted: tuple[bytes, ...] = ()
    printed: str = ""
    signers: tuple[bytes, ...] = ()

    def inspected(self, bench: Bench) -> ChipInspection:
        groups = {1: self.first or dg1(self.lines), 2: face_file()}
        body = self.body or bench.sign(lds(hashes_of(groups), "sha256"), *PSS)
        files = {"EF_COM": self.com, "EF_SOD": self.sod or tlv(23, body), "DG1": groups[1], "DG2": groups[2]}
        printed = read_zone(self.printed) if self.printed else None
        return inspect_chip(collect(files.items()), self.known(bench), DAY, None, printed=printed)

    def known(self, bench: Bench) -> TrustStore:
        held = store(*(self.trusted or (bench.authority.der,)))
        for each in self.signers:
            held = TrustStore(import_certificate(held.holdings, each, NOW, NOW.date()).holdings)
        return held


def hashes_of(groups: dict[int, bytes], digest: str = "sha256") -> dict[int, bytes]:
    return {number: hashlib.new(digest, content).digest() for number, content in groups.items()}


def usual() -> dict[int, bytes]:
    return hashes_of({1: dg1(ZONE_LINES), 2: face_file()})


Make = Callable[[Bench], Chip]


def of(body: Callable[[Bench], bytes]) -> Make:
    return lambda bench: Chip(body=body(bench))


def signed(*options: str, digest: str = "sha256") -> Make:
    groups = {1: dg1(ZONE_LINES), 2: face_file()}
    return of(lambda bench: bench.sign(lds(hashes_of(groups, digest), digest), *options))


def by_curve(curve: str, md: str) -> Make:
    return of(lambda bench: bench.sign(lds(usual(), "sha256"), "-md", md, by=bench.elliptic(curve)))


def listing(hashes: Callable[[], dict[int, bytes]], digest: str = "sha256", version: int = 0) -> Make:
    return of(lambda bench: bench.sign(lds(hashes(), digest, version), *PSS))


def edited(change: Callable[[Any, Any], None]) -> Make:
    """What nobody signs, changed by asn1crypto: the signed data, and the signer's part of it."""

    def body(bench: Bench) -> bytes:
        info = cms.ContentInfo.load(bench.sign(lds(usual(), "sha256"), *PSS))
        data = info["content"]
        change(data, data["signer_infos"][0])
        encoded: bytes = info.dump(force=True)
        return encoded

    return of(body)


def ended(change: Callable[[bytes], bytes]) -> Make:
    return lambda bench: Chip(sod=change(tlv(23, bench.sign(lds(usual(), "sha256"), *PSS))))


def profiled(profile: str) -> Make:
    def body(bench: Bench) -> bytes:
        own = bench.tool.issue("/C=UT/O=Utopia/CN=DS odd", bench.signer.key, bench.authority, profile=profile)
        return bench.sign(lds(usual(), "sha256"), *PSS, by=own)

    return of(body)


def flipped(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


def without(number: int) -> dict[int, bytes]:
    return {one: value for one, value in usual().items() if one != number}


def elliptic_authority(bench: Bench) -> Chip:
    key = bench.tool.key("EC", "ec_paramgen_curve:brainpoolP384r1", "ec_param_enc:explicit")
    authority = bench.tool.issue("/C=UT/O=Utopia/CN=CSCA Utopia", key, md="sha384")
    own = bench.tool.issue("/C=UT/O=Utopia/CN=DS", bench.signer.key, authority, md="sha384")
    return Chip(body=bench.sign(lds(usual(), "sha256"), by=own), trusted=(authority.der,))


def other_issuer(bench: Bench) -> Chip:
    """The country's key under another name issued the signer's certificate."""
    other = bench.tool.issue("/C=UT/O=Utopia/CN=Another name", bench.authority.key)
    own = bench.tool.issue("/C=UT/O=Utopia/CN=DS", bench.signer.key, other)
    return Chip(body=bench.sign(lds(usual(), "sha256"), *PSS, by=own))


def absent_signer(bench: Bench) -> Chip:
    return Chip(body=bench.sign(lds(usual(), "sha256"), *PSS, "-nocerts"), signers=(bench.signer.der,))


def weak_certificates(bench: Bench) -> Chip:
    authority = bench.tool.issue(
        "/C=UT/O=Utopia/CN=CSCA 224", bench.tool.key("RSA", "rsa_keygen_bits:3072"), md="sha224"
    )
    own = bench.tool.issue("/C=UT/O=Utopia/CN=DS 224", bench.signer.key, authority, md="sha224")
    return Chip(body=bench.sign(lds(usual(), "sha256"), *PSS, by=own), trusted=(authority.der,))


def _country_signature(data: Any, _signer: Any) -> None:
    certificate = data["certificates"][0].chosen
    certificate["signature_value"] = core.OctetBitString(flipped(certificate.signature))


def _set(name: str, value: Callable[[], Any], *, signer: bool = True) -> Callable[[Any, Any], None]:
    def change(data: Any, info: Any) -> None:
        (info if signer else data)[name] = value()

    return change


def _another_serial(_data: Any, signer: Any) -> None:
    signer["sid"].chosen["serial_number"] = 4711


def dg1_of(**changed: str) -> Make:
    return lambda bench: Chip(lines=zone(**changed), body=_signed_dg1(bench, dg1(zone(**changed))))


def _signed_dg1(bench: Bench, first: bytes) -> bytes:
    return bench.sign(lds(hashes_of({1: first, 2: face_file()}), "sha256"), *PSS)


def raw_dg1(change: Callable[[bytes], bytes]) -> Make:
    first = change(dg1(ZONE_LINES))
    return lambda bench: Chip(first=first, body=_signed_dg1(bench, first))


def com(text: str) -> Make:
    return lambda _bench: Chip(com=bytes.fromhex(text))


def printed(**changed: str) -> Make:
    return lambda _bench: Chip(printed="\n".join(zone(**changed)))


MADE: dict[str, Make] = {
    # EF.COM, byte by byte
    "LDS_A_01": com("6114 5F0104 30313037 5F3606 303430303030 5C02 6175"),
    "LDS_A_02": com("6013 5F0104 30313037 5F3606 303430303030 5C02 6175"),
    "LDS_A_03": com("6015 5F0104 30313037 5F3606 303430303030 5C02 6175"),
    "LDS_A_04": com("6014 5F0104 30333030 5F3606 303430303030 5C02 6175"),
    "LDS_A_05": com("600D 5F3606 303430303030 5C02 6175"),
    "LDS_A_07": com("600B 5F0104 30313037 5C02 6175"),
    "LDS_A_08": com("6013 5F0104 30313037 5F3606 303430303030 5C01 75"),
    "LDS_A_09": com("6010 5F0104 30313037 5F3606 303430303030"),
    # the zone in DG1
    "LDS_B_05": raw_dg1(lambda data: b"\x62" + data[1:]),
    "LDS_B_06": raw_dg1(lambda data: data[:1] + bytes([data[1] - 1]) + data[2:]),
    "LDS_B_07": raw_dg1(lambda data: data[:1] + bytes([data[1] + 1]) + data[2:]),
    "LDS_B_11": printed(name="OTHER<<ANNA<MARIA"),
    "LDS_B_12": printed(number="L898902C4"),
    "LDS_B_13": dg1_of(number_digit="5"),
    "LDS_B_14": dg1_of(nationality="U7O"),
    "LDS_B_16": dg1_of(birth="741335"),
    "LDS_B_17": dg1_of(birth_digit="1"),
    "LDS_B_18": dg1_of(sex="Q"),
    "LDS_B_21": dg1_of(expiry_digit="1"),
    "LDS_B_22": dg1_of(optional_digit="2"),
    "LDS_B_23": dg1_of(composite_digit="1"),
    "LDS_B_25": dg1_of(birth="7408<<"),
    "LDS_B_28": dg1_of(birth="<<<<<<"),
    # signed by OpenSSL in every way that it knows
    "LDS_H_02": signed("-md", "sha1", *PSS),
    "LDS_H_03": signed(*PSS),
    "LDS_H_09": by_curve("prime256v1", "sha1"),
    "LDS_H_15": absent_signer,
    "LDS_H_70": by_curve("secp224r1", "sha224"),
    "LDS_H_71": by_curve("prime256v1", "sha256"),
    "LDS_H_72": by_curve("brainpoolP384r1", "sha384"),
    "LDS_H_73": by_curve("brainpoolP512r1", "sha512"),
    "LDS_H_74": signed("-md", "sha256", *PSS, digest="sha224"),
    "LDS_H_76": elliptic_authority,
    "LDS_H_77": weak_certificates,
    "LDS_H_78": signed(*PSS),
    "LDS_H_79": signed("-md", "sha1"),
    "LDS_H_80": signed("-md", "sha224"),
    "LDS_H_81": signed("-md", "sha256"),
    "LDS_H_82": signed("-md", "sha384"),
    "LDS_H_83": signed("-md", "sha512"),
    "LDS_H_94": signed("-md", "sha224", *PSS),
    "LDS_H_95": signed("-md", "sha384", *PSS),
    "LDS_H_96": signed("-md", "sha512", *PSS),
    # EF.SOD as a file
    "LDS_H_17": ended(lambda data: b"\x78" + data[1:]),
    "LDS_H_18": ended(lambda data: data[:3] + bytes([data[3] - 1]) + data[4:]),
    "LDS_H_19": ended(lambda data: data[:-1]),
    "LDS_H_24": of(lambda bench: bench.sign(lds(usual(), "sha256"), *PSS, kind="1.2.840.113549.1.9.16.1.4")),
    # what nobody signs, edited
    "LDS_H_20": edited(_set("version", lambda: cms.CMSVersion(9), signer=False)),
    "LDS_H_22": edited(
        _set("digest_algorithms", lambda: cms.DigestAlgorithms([DigestAlgorithm({"algorithm": "md5"})]), signer=False)
    ),
    "LDS_H_26": edited(_set("version", lambda: cms.CMSVersion(9))),
    "LDS_H_28": edited(_another_serial),
    "LDS_H_30": edited(_set("digest_algorithm", lambda: DigestAlgorithm({"algorithm": "md5"}))),
    "LDS_H_37": edited(lambda _data, signer: signer.__setitem__("signature", flipped(signer["signature"].native))),
    "LDS_H_67": edited(_country_signature),
    # the LDS security object, signed with its defect
    "LDS_H_39": listing(usual, version=9),
    "LDS_H_41": listing(usual, "md5"),
    "LDS_H_43": listing(lambda: usual() | {2: flipped(usual()[2])}),
    "LDS_H_44": listing(lambda: without(1)),
    "LDS_H_45": listing(lambda: usual() | {10: bytes(32)}),
    "LDS_H_46": listing(lambda: without(1) | {255: usual()[1]}),
    "LDS_H_90": listing(lambda: usual() | {3: bytes(32)}),
    "LDS_H_91": listing(lambda: without(2)),
    "LDS_H_92": listing(lambda: without(2) | {3: usual()[2]}),
    # the signer's certificate
    "LDS_H_54": other_issuer,
    "LDS_H_61": profiled("no-aki"),
    "LDS_H_62": profiled("usage-not-critical"),
    "LDS_H_63": profiled("usage-other"),
    "LDS_H_64": profiled("no-usage"),
}
"""By the case's name: how these tools make it."""


def said(inspection: ChipInspection, case: Case) -> Result | None:
    found = [check for check in inspection.checks if check.code == case.check]
    return found[0].result if found else None


def test_the_untouched_chip_is_believed(bench: Bench) -> None:
    """Otherwise a case that has to fail would prove nothing."""
    inspection = Chip(printed="\n".join(ZONE_LINES)).inspected(bench)
    assert inspection.advice is Advice.CONSISTENT
    assert zone() == ZONE_LINES


@pytest.mark.parametrize("code", sorted(MADE))
def test_the_verdict_does_not_depend_on_who_made_the_case(bench: Bench, code: str) -> None:
    case = PLAN[code]
    inspection = MADE[code](bench).inspected(bench)
    if case.verdict is Verdict.SUCCESSFUL:
        assert (said(inspection, case), inspection.advice) == (Result.SUCCESSFUL, Advice.CONSISTENT), case.text
    else:
        assert said(inspection, case) in ({Result.FAILED, Result.UNDETERMINED} if case.open else {Result.FAILED}), (
            case.text
        )
        assert inspection.conclusion.result in {Result.FAILED, Result.UNDETERMINED}, case.text


def test_enough_cases_come_from_elsewhere() -> None:
    assert len(MADE) >= 60
    assert {case.verdict for code, case in PLAN.items() if code in MADE} == {Verdict.SUCCESSFUL, Verdict.FAILED}
