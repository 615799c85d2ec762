"""Unit LDS_H, third part: every algorithm that a chain may use, alone and mixed; all of them are to be accepted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from bench.documents.conformance.case import SINCE, Case, Chip, Verdict, extended
from bench.documents.conformance.dsa import dsa_key_info, dsa_signing

from egnatia.engines.documents.synthetic.certificates import Credential, Liberties, Role, Subject, issue
from egnatia.engines.documents.synthetic.chip_files import SignedPlan, write
from egnatia.engines.documents.synthetic.cms import MessageLiberties
from egnatia.engines.documents.synthetic.keys import EcKey, Hash, Key, Padding, Scheme, make_key
from egnatia.engines.documents.synthetic.names import specimen
from egnatia.engines.documents.synthetic.resigned import Signing, plain_ecdsa, reissued, signed_again
from egnatia.engines.documents.synthetic.security_object import HashList
from egnatia.engines.documents.synthetic.tlv import Node, parse, put

_SIGNED = "CHIP_SOD_SIGNATURE"
_BEGAN = datetime(SINCE.year, SINCE.month, SINCE.day, tzinfo=UTC)
_YEARS = timedelta(days=365 * 12)
_P1, _PS, _EC = Padding.PKCS1, Padding.PSS, Padding.ECDSA


@dataclass(frozen=True, slots=True)
class Chain:
    """Keys and schemes of one chain.

    Args:
        csca: kind of the country's key.
        signer: kind of the signer's key.
        issued: how the country signs its own certificate and the signer's.
        signed: how EF.SOD is signed.
        hash: of the data groups.
        plain: ECDSA without ASN.1 (the BSI's identifiers) all along.
        named: SignerInfo names the key's algorithm only (rsaEncryption).
        digest: hash of the content where it is not the signature's.
    """

    csca: str
    signer: str
    issued: Scheme
    signed: Scheme
    hash: Hash
    plain: bool = False
    named: bool = False
    digest: Hash | None = None


def _same(
    csca: str, signer: str, padding: Padding, algorithm: Hash, *, plain: bool = False, named: bool = False
) -> Chain:
    scheme = Scheme(padding, algorithm)
    return Chain(csca, signer, scheme, scheme, algorithm, plain, named)


def _rsa(padding: Padding, algorithm: Hash, *, named: bool = False) -> Chain:
    return _same("rsa3072", "rsa2048", padding, algorithm, named=named)


def _mixed(issued: Scheme, signed: Scheme, algorithm: Hash, csca: str = "rsa3072") -> Chain:
    return Chain(csca, "rsa2048", issued, signed, algorithm)


@cache
def _credentials(chain: Chain) -> tuple[Credential, Credential]:
    """The country's certificate and the signer's."""
    country, signer = make_key(chain.csca, "algorithms"), make_key(chain.signer, "algorithms", 1)
    csca = issue(None, _subject(Role.AUTHORITY, "CSCA UTO SPECIMEN", country, chain.issued))
    one = issue(csca, _subject(Role.DOCUMENT_SIGNER, "DS UTO SPECIMEN", signer, chain.signed), Liberties())
    if chain.plain and isinstance(country, EcKey):
        signing = plain_ecdsa(country, chain.issued.hash)
        csca = reissued(csca, csca, signing=signing)
        one = reissued(one, csca, signing=signing)
    return csca, one


def _subject(role: Role, name: str, key: Key, scheme: Scheme) -> Subject:
    return Subject(role, specimen("UT", name), key, scheme, _BEGAN, _BEGAN + _YEARS)


def _chip(chain: Chain) -> Chip:
    csca, signer = _credentials(chain)
    liberties = MessageLiberties(scheme=chain.signed, plain_algorithm=chain.named, digest_algorithm=chain.digest)
    after = None
    if chain.plain and isinstance(signer.key, EcKey):
        after = _again(plain_ecdsa(signer.key, chain.signed.hash))
    plan = replace(extended().plan, sod=SignedPlan(signer, liberties, after=after), hashes=HashList(hash=chain.hash))
    return replace(extended().chip(), files=write(plan), trusted=(csca,))


def _again(signing: Signing) -> Callable[[Node], Node]:
    return lambda message: signed_again(message, signing)


def _dsa(algorithm: Hash) -> Chip:
    """A chain of DSA keys: RSA stands in while the certificates are built, then key and signatures are replaced."""
    csca, signer = _credentials(_rsa(_P1, Hash.SHA256))
    country, own = dsa_signing("country", algorithm), dsa_signing("signer", algorithm)
    csca = reissued(csca, csca, lambda tbs: put(tbs, "30/30[4]", parse(dsa_key_info("country"))), country)
    signer = reissued(signer, csca, lambda tbs: put(tbs, "30/30[4]", parse(dsa_key_info("signer"))), country)
    liberties = MessageLiberties(digest_algorithm=algorithm)
    sod = SignedPlan(signer, liberties, after=_again(own))
    plan = replace(extended().plan, sod=sod, hashes=HashList(hash=algorithm))
    return replace(extended().chip(), files=write(plan), trusted=(csca,))


_CHAINS: tuple[tuple[str, str, Chain], ...] = (
    ("H_01", "RSA PKCS #1 with SHA-1", _rsa(_P1, Hash.SHA1)),
    ("H_02", "RSA-PSS with SHA-1", _rsa(_PS, Hash.SHA1)),
    ("H_03", "RSA-PSS with SHA-256", _rsa(_PS, Hash.SHA256)),
    ("H_04", "RSA PKCS #1 with SHA-224", _rsa(_P1, Hash.SHA224)),
    ("H_05", "RSA PKCS #1 with SHA-256", _rsa(_P1, Hash.SHA256)),
    ("H_06", "RSA PKCS #1 with SHA-384", _rsa(_P1, Hash.SHA384)),
    ("H_07", "RSA PKCS #1 with SHA-512", _rsa(_P1, Hash.SHA512)),
    ("H_09", "ECDSA with SHA-1", _same("p256", "p224", _EC, Hash.SHA1)),
    ("H_10", "ECDSA with SHA-1 under the BSI's identifier", _same("bp256", "p224", _EC, Hash.SHA1, plain=True)),
    ("H_11", "ECDSA with SHA-224 under the BSI's identifier", _same("bp256", "bp224", _EC, Hash.SHA224, plain=True)),
    ("H_12", "ECDSA with SHA-256 under the BSI's identifier", _same("bp256", "bp256", _EC, Hash.SHA256, plain=True)),
    ("H_13", "ECDSA with SHA-384 under the BSI's identifier", _same("bp384", "bp384", _EC, Hash.SHA384, plain=True)),
    ("H_14", "ECDSA with SHA-512 under the BSI's identifier", _same("bp512", "bp512", _EC, Hash.SHA512, plain=True)),
    ("H_70", "ECDSA with SHA-224 under ANSI's identifier", _same("p256", "p224", _EC, Hash.SHA224)),
    ("H_71", "ECDSA with SHA-256 under ANSI's identifier", _same("bp256", "bp256", _EC, Hash.SHA256)),
    ("H_72", "ECDSA with SHA-384 under ANSI's identifier", _same("bp384", "bp384", _EC, Hash.SHA384)),
    ("H_73", "ECDSA with SHA-512 under ANSI's identifier", _same("bp512", "bp512", _EC, Hash.SHA512)),
    ("H_74", "data groups hashed with SHA-224, signed with SHA-256", _mixed(Scheme(_PS, Hash.SHA256), Scheme(_PS, Hash.SHA256), Hash.SHA224)),
    ("H_75", "data groups and content hashed with SHA-224, signed with SHA-256", replace(_mixed(Scheme(_PS, Hash.SHA256), Scheme(_PS, Hash.SHA256), Hash.SHA224), digest=Hash.SHA224)),
    ("H_76", "EF.SOD signed with RSA PKCS #1, certificates with ECDSA", replace(_mixed(Scheme(_EC, Hash.SHA224), Scheme(_P1, Hash.SHA256), Hash.SHA224, "bp256"), digest=Hash.SHA224)),
    ("H_77", "EF.SOD signed with SHA-256, certificates with SHA-224", _mixed(Scheme(_PS, Hash.SHA224), Scheme(_PS, Hash.SHA256), Hash.SHA256)),
    ("H_78", "EF.SOD signed with RSA-PSS, certificates with RSA PKCS #1", _mixed(Scheme(_P1, Hash.SHA256), Scheme(_PS, Hash.SHA256), Hash.SHA256)),
    ("H_79", "RSA PKCS #1 with SHA-1, named as plain RSA", _rsa(_P1, Hash.SHA1, named=True)),
    ("H_80", "RSA PKCS #1 with SHA-224, named as plain RSA", _rsa(_P1, Hash.SHA224, named=True)),
    ("H_81", "RSA PKCS #1 with SHA-256, named as plain RSA", _rsa(_P1, Hash.SHA256, named=True)),
    ("H_82", "RSA PKCS #1 with SHA-384, named as plain RSA", _rsa(_P1, Hash.SHA384, named=True)),
    ("H_83", "RSA PKCS #1 with SHA-512, named as plain RSA", _rsa(_P1, Hash.SHA512, named=True)),
    ("H_94", "RSA-PSS with SHA-224", _rsa(_PS, Hash.SHA224)),
    ("H_95", "RSA-PSS with SHA-384", _rsa(_PS, Hash.SHA384)),
    ("H_96", "RSA-PSS with SHA-512", _rsa(_PS, Hash.SHA512)),
)  # fmt: skip
_DSA = (("H_08", Hash.SHA1), ("H_97", Hash.SHA224), ("H_98", Hash.SHA256))


def _made(chain: Chain) -> Callable[[], Chip]:
    return lambda: _chip(chain)


def _made_dsa(algorithm: Hash) -> Callable[[], Chip]:
    return lambda: _dsa(algorithm)


CASES: tuple[Case, ...] = (
    *(Case(f"LDS_{code}", text, Verdict.SUCCESSFUL, _SIGNED, _made(chain)) for code, text, chain in _CHAINS),
    *(
        Case(f"LDS_{code}", f"DSA with {algorithm.upper()}", Verdict.SUCCESSFUL, _SIGNED, _made_dsa(algorithm))
        for code, algorithm in _DSA
    ),
)
