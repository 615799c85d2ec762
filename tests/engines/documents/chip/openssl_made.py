"""Certificates, security objects and revocation lists made by the command line of OpenSSL, and by nothing of this project.

What OpenSSL writes is read here by code that it does not share: a mistake that our own writer and reader have in common
would show. The keys are made anew in every run and thrown away.
"""

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import pytest
from tests.engines.documents.chip.chips import com_file, document_file, face_file, personal_file, zone_file
from tests.engines.documents.trust.making import HASH_OIDS, integer, octets, oid, seq, wrapped

from egnatia.engines.documents.chip.types import ChipFiles, FileId

OPENSSL = which("openssl") or ""
needs_openssl = pytest.mark.skipif(not OPENSSL, reason="the command openssl is not here")
LDS = "2.23.136.1.1.1"
GROUPS = {1: zone_file(), 2: face_file(), 11: personal_file(), 12: document_file()}
_CONFIG = """
[ca]
default_ca = own
[own]
database = {folder}/index.txt
new_certs_dir = {folder}
serial = {folder}/serial
crlnumber = {folder}/crlnumber
policy = any
default_md = sha256
unique_subject = no
preserve = yes
[any]
countryName = optional
organizationName = optional
commonName = optional
serialNumber = optional
[req]
distinguished_name = none
prompt = no
[none]
CN = unused
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signer]
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
2.23.136.1.1.6.2 = ASN1:SEQUENCE:types
[plain]
keyUsage = critical, digitalSignature
[limited]
issuingDistributionPoint = critical, @parts
[parts]
fullname = URI:http://example.invalid/part.crl
[list]
authorityKeyIdentifier = keyid
[types]
version = INTEGER:0
types = SET:codes
[codes]
one = PRINTABLE:P
"""


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, both as files."""

    certificate: Path
    key: Path

    @property
    def der(self) -> bytes:
        return self.certificate.read_bytes()


class Openssl:
    """OpenSSL in a folder of its own: an authority's index, its serial numbers, and whatever is made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0
        (folder / "index.txt").write_text("")
        for name in ("serial", "crlnumber"):
            (folder / name).write_text("1000\n")
        (folder / "own.cnf").write_text(_CONFIG.format(folder=folder))

    def run(self, *arguments: str) -> None:
        done = subprocess.run([OPENSSL, *arguments], cwd=self.folder, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, (arguments, done.stderr.decode(errors="replace"))

    def path(self, ending: str) -> Path:
        self.made += 1
        return self.folder / f"{self.made}.{ending}"

    def key(self, algorithm: str, *options: str) -> Path:
        """A key: `RSA`, `RSA-PSS` or `EC`, with the options of `openssl genpkey`."""
        out = self.path("key")
        given = [word for option in options for word in ("-pkeyopt", option)]
        self.run("genpkey", "-algorithm", algorithm, *given, "-out", str(out))
        return out

    def dsa_key(self, bits: int, subgroup: int) -> Path:
        """A DSA key of a group that OpenSSL searched for (FIPS 186-4)."""
        return self.dsa_keys_of_one_group(bits, subgroup)[0]

    def dsa_keys_of_one_group(self, bits: int, subgroup: int) -> tuple[Path, Path]:
        """Two keys of one group, whose public halves are written in equally many bytes."""
        group = self.path("group")
        sizes = ("-pkeyopt", f"dsa_paramgen_bits:{bits}", "-pkeyopt", f"dsa_paramgen_q_bits:{subgroup}")
        self.run("genpkey", "-genparam", "-algorithm", "DSA", *sizes, "-out", str(group))
        of_length: dict[int, Path] = {}
        while True:  # a number takes a byte more in every second key, so this ends soon
            key, public = self.path("key"), self.path("pub")
            self.run("genpkey", "-paramfile", str(group), "-out", str(key))
            self.run("pkey", "-in", str(key), "-pubout", "-outform", "DER", "-out", str(public))
            other = of_length.setdefault(public.stat().st_size, key)
            if other != key:
                return other, key

    def number_next(self, serial: int) -> None:
        """Let the next certificate have this number, though one may have it already."""
        (self.folder / "serial").write_text(f"{serial:04X}\n")
        (self.folder / "index.txt").write_text("")

    def issue(
        self,
        subject: str,
        key: Path,
        by: Pair | None = None,
        *,
        profile: str = "",
        md: str = "sha256",
        dates: tuple[str, str] = ("20240101000000Z", "20390101000000Z"),
    ) -> Pair:
        """A certificate; self-signed where nobody else is given."""
        request, out, der = self.path("csr"), self.path("pem"), self.path("cer")
        self.run("req", "-new", "-config", "own.cnf", "-key", str(key), "-subj", subject, "-out", str(request))
        issuer = ["-selfsign", "-keyfile", str(key)] if by is None else ["-keyfile", str(by.key)]
        if by is not None:
            pem = self.path("pem")
            self.run("x509", "-inform", "DER", "-in", str(by.certificate), "-out", str(pem))
            issuer += ["-cert", str(pem)]
        wanted = profile or ("authority" if by is None else "signer")
        self.run(
            "ca", "-batch", "-config", "own.cnf", *issuer, "-in", str(request), "-out", str(out), "-notext",
            "-extensions", wanted, "-md", md, "-startdate", dates[0],
            "-enddate", dates[1],
        )  # fmt: skip
        self.run("x509", "-in", str(out), "-outform", "DER", "-out", str(der))
        return Pair(der, key)

    def security_object(self, signer: Pair, *options: str, digest: str = "sha256", kind: str = LDS) -> bytes:
        """EF.SOD over the usual groups, signed by `openssl cms`."""
        content, pem, out = self.path("lds"), self.path("pem"), self.path("sod")
        content.write_bytes(lds_object(digest))
        self.run("x509", "-inform", "DER", "-in", str(signer.certificate), "-out", str(pem))
        self.run(
            "cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-outform", "DER", "-econtent_type", kind,
            "-signer", str(pem), "-inkey", str(signer.key), "-in", str(content), "-out", str(out), *options,
        )  # fmt: skip
        return wrapped(out.read_bytes())

    def revocation_list(self, by: Pair, *revoked: Pair, extensions: str = "list") -> bytes:
        pem, out, der = self.path("pem"), self.path("pem"), self.path("crl")
        self.run("x509", "-inform", "DER", "-in", str(by.certificate), "-out", str(pem))
        for each in revoked:
            gone = self.path("pem")
            self.run("x509", "-inform", "DER", "-in", str(each.certificate), "-out", str(gone))
            self.run(
                "ca", "-config", "own.cnf", "-keyfile", str(by.key), "-cert", str(pem), "-revoke", str(gone),
                "-crl_reason", "keyCompromise",
            )  # fmt: skip
        self.run(
            "ca", "-config", "own.cnf", "-gencrl", "-keyfile", str(by.key), "-cert", str(pem), "-crlexts", extensions,
            "-crl_lastupdate", "20261101000000Z", "-crl_nextupdate", "20270201000000Z", "-out", str(out),
        )  # fmt: skip
        self.run("crl", "-in", str(out), "-outform", "DER", "-out", str(der))
        return der.read_bytes()


def lds_object(digest: str = "sha256") -> bytes:
    hashes = (seq(integer(number), octets(hashlib.new(digest, content).digest())) for number, content in GROUPS.items())
    return seq(integer(0), seq(oid(HASH_OIDS[digest]), b"\x05\x00"), seq(*hashes))


def chip(sod: bytes) -> ChipFiles:
    """The usual groups with this security object."""
    files = {FileId(f"DG{number}"): content for number, content in GROUPS.items()}
    return ChipFiles(files | {FileId.COM: com_file(tuple(GROUPS)), FileId.SOD: sod})
