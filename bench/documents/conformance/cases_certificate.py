"""Unit LDS_H, second part: the document signer's certificate, every time signed anew by its country."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bench.documents.conformance.case import Basis, Case, Chip, Verdict, authority, extended

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.certificates import AUTHORITY_KEY_ID, USAGE, Credential, Liberties, extension
from egnatia.engines.documents.synthetic.chip_files import with_sod
from egnatia.engines.documents.synthetic.keys import Hash, Padding, RsaKey, Scheme
from egnatia.engines.documents.synthetic.names import Name, specimen
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.resigned import Edit, md5_rsa, reissued, signed_again
from egnatia.engines.documents.synthetic.tlv import Node, drop, parse, put, revalue

_NO = Verdict.FAILED
_PROFILE, _ISSUED, _SIGNED = "CHIP_DS_PROFILE", "CHIP_DS_SIGNATURE", "CHIP_SOD_SIGNATURE"
_UNREADABLE = "CHIP_SOD_FORMAT"
"""A certificate that cannot be read at all is a fault in the form of the file that holds it."""
_BEGAN = datetime(2024, 2, 1, tzinfo=UTC)
# Paths in TBSCertificate, whose root tag is 30.
_VERSION, _SERIAL, _ALGORITHM, _ISSUER = "30/A0", "30/02", "30/30", "30/30[1]"
_VALIDITY, _KEY = "30/30[2]", "30/30[4]"
_MD5_KEY = "1.2.840.113549.1.1.4"


def _with(signer: Credential) -> Chip:
    """The chip signed with this certificate."""
    return extended().but(lambda plan: with_sod(plan, lambda sod: replace(sod, signer=signer))).chip()


def _edited(edit: Edit) -> Chip:
    """The chip whose signer's certificate was changed and signed again by its country."""
    return _with(reissued(extended().signer, authority().csca, edit))


def _taken(**changed: Any) -> Chip:
    """The chip whose signer's certificate takes these liberties."""
    liberties = replace(Liberties(private_until=datetime(2024, 5, 1, tzinfo=UTC)), **changed)
    return _with(authority().document_signer(liberties=liberties, not_before=_BEGAN))


def _outer(edit: Edit) -> Chip:
    """The chip whose signer's certificate was changed outside its signed part (root tag 30)."""
    signer = extended().signer
    return _with(replace(signer, certificate=edit(parse(signer.certificate)).encode()))


def _long_dates(tbs: Node) -> Node:
    """UTCTime with four digits of the year."""
    for step, when in ((f"{_VALIDITY}/17", b"20240201000000Z"), (f"{_VALIDITY}/17[1]", b"20340601000000Z")):
        tbs = revalue(tbs, step, when)
    return tbs


def _key_algorithm(tbs: Node) -> Node:
    """The key's algorithm is RSA with MD5."""
    return put(tbs, f"{_KEY}/30", parse(der.sequence(der.oid(_MD5_KEY), der.NULL)))


def _issuer_only() -> bytes:
    """An authority key identifier that names issuer and serial number and has no key identifier."""
    csca = authority().csca
    name = der.context(1, der.context(4, csca.name.encode()))
    serial = der.context(2, der.integer(csca.serial)[2:], constructed=False)
    return extension(AUTHORITY_KEY_ID, der.sequence(name + serial))


def _usage(flags: bytes) -> bytes:
    return extension(USAGE, der.bits(flags, 5), critical=True)


def _unruly_name() -> Chip:
    """Issuer and country name in full: `Utopia` where two letters belong."""
    unruly = Name((("country", "Utopia"), ("common", "CSCA UTO SPECIMEN")))
    return _taken(issuer_name=unruly)


def _weak_chain() -> Chip:
    """RSA over MD5 in the country's certificate, the signer's and EF.SOD."""
    state = authority()
    keys = (state.csca.key, extended().signer.key)
    if not (isinstance(keys[0], RsaKey) and isinstance(keys[1], RsaKey)):
        raise TypeError("the default chain has RSA keys")
    csca = reissued(state.csca, state.csca, signing=md5_rsa(keys[0]))
    signer = reissued(extended().signer, csca, signing=md5_rsa(keys[0]))
    own = md5_rsa(keys[1])
    made = extended().but(
        lambda plan: with_sod(plan, lambda sod: replace(sod, signer=signer, after=lambda t: signed_again(t, own)))
    )
    weak = replace(made, authority=Authority(state.state, state.profile, state.seed, csca, state.since))
    return weak.chip()


_OTHER_SCHEME = Scheme(Padding.PKCS1, Hash.SHA256)
_MOVED: tuple[tuple[str, str, Verdict, str, Callable[[], Chip]], ...] = (
    ("H_48", "certificate of version 1", _NO, _PROFILE, lambda: _taken(version=0)),
    ("H_49", "certificate without a version", _NO, _PROFILE, lambda: _edited(lambda t: drop(t, _VERSION))),
    ("H_53", "issuer whose country is a word", _NO, _PROFILE, _unruly_name),
    ("H_67", "country's signature with one bit turned over", _NO, _ISSUED, lambda: _taken(broken=True)),
    ("H_68", "certificate without a signature", _NO, _UNREADABLE, lambda: _outer(lambda t: drop(t, "30/03"))),
)  # fmt: skip
_ROWS: tuple[tuple[str, str, Verdict, str, Callable[[], Chip]], ...] = (
    ("H_50", "certificate without a serial number", _NO, _UNREADABLE, lambda: _edited(lambda t: drop(t, _SERIAL))),
    ("H_51", "algorithm inside the signed part unlike the one outside", _NO, _PROFILE, lambda: _taken(inner_scheme=_OTHER_SCHEME)),
    ("H_52", "no algorithm inside the signed part", _NO, _UNREADABLE, lambda: _edited(lambda t: drop(t, _ALGORITHM))),
    ("H_54", "issuer unlike the subject of the country's certificate", _NO, _PROFILE, lambda: _taken(issuer_name=specimen("UT", "CSCA ELSEWHERE"))),
    ("H_55", "certificate without an issuer", _NO, _UNREADABLE, lambda: _edited(lambda t: drop(t, _ISSUER))),
    ("H_56", "validity in UTCTime with four digits of the year", _NO, _UNREADABLE, lambda: _edited(_long_dates)),
    ("H_57", "certificate without a validity", _NO, _UNREADABLE, lambda: _edited(lambda t: drop(t, _VALIDITY))),
    ("H_58", "public key under an algorithm that is not allowed", _NO, _PROFILE, lambda: _edited(_key_algorithm)),
    ("H_59", "certificate without a public key", _NO, _PROFILE, lambda: _edited(lambda t: drop(t, _KEY))),
    ("H_60", "authority key identifier without a key identifier", _NO, _PROFILE, lambda: _taken(omit=frozenset({AUTHORITY_KEY_ID}), extra=(_issuer_only(),))),
    ("H_61", "no authority key identifier", _NO, _PROFILE, lambda: _taken(omit=frozenset({AUTHORITY_KEY_ID}))),
    ("H_62", "key usage that is not critical", _NO, _PROFILE, lambda: _taken(uncritical=frozenset({USAGE}))),
    ("H_63", "key usage without digital signature", _NO, _PROFILE, lambda: _taken(omit=frozenset({USAGE}), extra=(_usage(b"\x20"),))),
    ("H_64", "no key usage", _NO, _PROFILE, lambda: _taken(omit=frozenset({USAGE}))),
    ("H_65", "RSA over MD5 in the whole chain", _NO, _SIGNED, _weak_chain),
    ("H_66", "certificate without a signature algorithm", _NO, _UNREADABLE, lambda: _outer(lambda t: drop(t, "30/30[1]"))),
)  # fmt: skip
CASES: tuple[Case, ...] = (
    *(Case(f"LDS_{code}", text, verdict, check, make, Basis.TITLE) for code, text, verdict, check, make in _MOVED),
    *(Case(f"LDS_{code}", text, verdict, check, make) for code, text, verdict, check, make in _ROWS),
)
