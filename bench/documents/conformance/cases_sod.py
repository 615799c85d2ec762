"""Unit LDS_H, first part: EF.SOD itself, its message, its signer's information and its list of hashes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bench.documents.conformance.case import (
    Basis,
    Case,
    Chip,
    Verdict,
    extended,
    ground,
    sod_content,
    sod_file,
    sod_message,
)

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.chip_files import ChipPlan, with_group, with_sod
from egnatia.engines.documents.synthetic.cms import MessageLiberties
from egnatia.engines.documents.synthetic.data_groups import common
from egnatia.engines.documents.synthetic.keys import Hash, RsaKey, digest
from egnatia.engines.documents.synthetic.names import specimen
from egnatia.engines.documents.synthetic.resigned import (
    CONTENT,
    DIGESTS,
    SIGNATURE,
    SIGNER_DIGEST,
    SIGNER_VERSION,
    VERSION,
    Edit,
    md5_rsa,
    signed_again,
    usual,
)
from egnatia.engines.documents.synthetic.security_object import HashList
from egnatia.engines.documents.synthetic.tlv import Node, drop, parse, put, relength, retag, revalue

_OK, _NO = Verdict.SUCCESSFUL, Verdict.FAILED
_FORMAT, _UNSIGNED = "CHIP_SOD_FORMAT", "CHIP_SOD_UNSIGNED"
_DIGEST, _SIGNED, _LISTED = "CHIP_SOD_DIGEST", "CHIP_SOD_SIGNATURE", "CHIP_COM_SOD"
_MD5 = der.sequence(der.oid("1.2.840.113549.2.5"), der.NULL)
_OTHER = "1.2.3.4.5"
_HASHES = "30/30[1]"
_FIRST, _SECOND = f"{_HASHES}/30", f"{_HASHES}/30[1]"


def _message(**changed: Any) -> Chip:
    """The chip whose EF.SOD is signed with these liberties."""
    liberties = replace(MessageLiberties(), **changed)
    return extended().but(lambda plan: with_sod(plan, lambda sod: replace(sod, liberties=liberties))).chip()


def _attributes(edit: Edit) -> Chip:
    """The chip whose signed attributes were changed and signed again."""
    signer = extended().signer
    return sod_message(lambda message: signed_again(message, usual(signer.key, signer.scheme), edit))


def _without_attribute(oid: str) -> Edit:
    wanted = der.oid(oid)

    def edit(attributes: Node) -> Node:
        kept = tuple(each for each in attributes.value if isinstance(each, Node) and wanted not in each.encode())
        return Node(attributes.tag, kept)

    return edit


def _md5_signed() -> Chip:
    """The chip whose EF.SOD is signed with RSA over MD5."""
    key = extended().signer.key
    if not isinstance(key, RsaKey):
        raise TypeError("the default signer has an RSA key")
    return sod_message(lambda message: signed_again(message, md5_rsa(key)))


def _object(**changed: Any) -> Chip:
    """The chip whose security object says something else."""
    wanted = replace(HashList(), **changed)
    return extended().but(lambda plan: replace(plan, hashes=wanted)).chip()


def _version_1(lds: str, version: int = 1) -> Chip:
    return _object(version=version, versions=(lds, "040000"))


def _content_type(oid: str) -> Chip:
    return extended().but(lambda plan: with_sod(plan, lambda sod: replace(sod, content_type=oid))).chip()


def _flipped(tree: Node) -> Node:
    """A data group whose last byte is another."""
    raw = tree.encode()
    return parse(raw[:-1] + bytes([raw[-1] ^ 0xFF]))


def _no_certificate() -> Chip:
    """The chip without its signer's certificate, which the inspection system was given."""
    return replace(_message(certificates=()), signers=(extended().signer,))


def _lists(groups: tuple[int, ...], listed: dict[int, bytes | None]) -> Chip:
    """A PACE passport (DG1, DG2, DG14) with other hashes in EF.SOD than EF.COM lists."""
    start = ground((1, 2, 14))

    def to(plan: ChipPlan) -> ChipPlan:
        fingers = {} if 3 not in groups else {3: extended().plan.groups[3].encode()}
        swapped = {f"DG{number}": content for number, content in fingers.items()}
        return replace(plan, com=common((1, 2, 14)), hashes=HashList(groups=listed), swapped=swapped)

    return start.but(to).chip()


def _extra_group() -> Chip:
    return _lists((1, 2, 3, 14), {3: b"\xff" * 32})


def _replaced_group() -> Chip:
    content = extended().plan.groups[3].encode()
    return _lists((1, 2, 3, 14), {2: None, 3: digest(Hash.SHA256, content)})


def _card_signature() -> Chip:
    """EF.CardSecurity whose signature is another."""
    start = ground((1, 2, 14), access=True)
    broken = MessageLiberties(broken=True)

    def to(plan: ChipPlan) -> ChipPlan:
        return plan if plan.sod is None else replace(plan, card=replace(plan.sod, liberties=broken))

    return start.but(to).chip()


def _corrupted_face() -> Chip:
    """DG2 with its last byte switched, and a wrong hash of it in EF.SOD, which is signed as it stands."""
    start = extended().but(lambda plan: with_group(plan, 2, _flipped))
    return start.but(lambda plan: replace(plan, hashes=HashList(groups={2: bytes(32)}))).chip()


_ROWS: tuple[tuple[str, str, Verdict, str, Callable[[], Chip]], ...] = (
    ("H_17", "EF.SOD begins with tag 78", _NO, _FORMAT, lambda: sod_file(lambda t: retag(t, "77", 0x78))),
    ("H_18", "EF.SOD is longer than its length says", _NO, _FORMAT, lambda: sod_file(lambda t: relength(t, "77", -1))),
    ("H_19", "EF.SOD is shorter than its length says", _NO, _FORMAT, lambda: sod_file(lambda t: relength(t, "77", 1))),
    ("H_20", "SignedData of version 9", _NO, _UNSIGNED, lambda: _message(version=9)),
    ("H_21", "SignedData without a version", _NO, _FORMAT, lambda: sod_message(lambda t: drop(t, VERSION))),
    ("H_22", "SignedData announces MD5", _NO, _UNSIGNED, lambda: sod_message(lambda t: put(t, DIGESTS, parse(der.set_of([_MD5]))))),
    ("H_23", "SignedData without its set of hash algorithms", _NO, _FORMAT, lambda: sod_message(lambda t: drop(t, DIGESTS))),
    ("H_24", "content of another type than the LDS security object", _NO, _FORMAT, lambda: _content_type(_OTHER)),
    ("H_25", "content without a type", _NO, _FORMAT, lambda: sod_message(lambda t: drop(t, f"{CONTENT}/06"))),
    ("H_26", "SignerInfo of version 9", _NO, _UNSIGNED, lambda: sod_message(lambda t: revalue(t, SIGNER_VERSION, b"\x09"))),
    ("H_27", "SignerInfo without a version", _NO, _FORMAT, lambda: sod_message(lambda t: drop(t, SIGNER_VERSION))),
    ("H_28", "SignerInfo names another issuer and serial number", _NO, _UNSIGNED, lambda: _message(issuer=specimen("UT", "ANOTHER"), serial=4711)),
    ("H_29", "SignerInfo names another subject key identifier", _NO, _UNSIGNED, lambda: _message(by_key_id=True, key_id=bytes(20))),
    ("H_30", "SignerInfo's hash algorithm is MD5", _NO, _DIGEST, lambda: sod_message(lambda t: put(t, SIGNER_DIGEST, parse(_MD5)))),
    ("H_31", "SignerInfo without a hash algorithm", _NO, _FORMAT, lambda: sod_message(lambda t: drop(t, SIGNER_DIGEST))),
    ("H_32", "signed hash of the content is another", _NO, _DIGEST, lambda: _message(message_digest=b"\x5a" * 32)),
    ("H_33", "no signed hash of the content", _NO, _DIGEST, lambda: _attributes(_without_attribute("1.2.840.113549.1.9.4"))),
    ("H_37", "signature of which one bit is another", _NO, _SIGNED, lambda: _message(broken=True)),
    ("H_38", "SignerInfo without a signature", _NO, _FORMAT, lambda: sod_message(lambda t: drop(t, SIGNATURE))),
    ("H_39", "security object of version 9", _NO, _FORMAT, lambda: _object(version=9)),
    ("H_40", "security object without a version", _NO, _FORMAT, lambda: _object(version=None)),
    ("H_41", "security object whose hashes claim to be MD5", _NO, _FORMAT, lambda: _object(hash_oid="1.2.840.113549.2.5")),
    ("H_42", "security object without a hash algorithm", _NO, _FORMAT, lambda: sod_content(lambda t: drop(t, "30/30"))),
    ("H_43", "wrong hash of DG2", _NO, "CHIP_DG2_HASH", lambda: _object(groups={2: bytes(32)})),
    ("H_44", "no hash of DG1", _NO, "CHIP_DG1_HASH", lambda: _object(groups={1: None})),
    ("H_86", "security object of version 1 with LDS version 1.8", _OK, _FORMAT, lambda: _version_1("0108")),
    ("H_87", "security object of version 0 with LDS version 1.8", _NO, _FORMAT, lambda: _version_1("0108", 0)),
    ("H_88", "security object of version 1 with LDS version 1.7", _NO, _FORMAT, lambda: _version_1("0107")),
    ("H_89", "security object of version 1 with LDS version 1.9, which is not yet written", _OK, _FORMAT, lambda: _version_1("0109")),
)  # fmt: skip
_WITH_TEXT: tuple[tuple[str, str, Verdict, str, Callable[[], Chip]], ...] = (
    ("H_15", "signer's certificate not in EF.SOD, but known", _OK, _SIGNED, _no_certificate),
    ("H_36", "signature with RSA over MD5", _NO, _SIGNED, _md5_signed),
    ("H_45", "hash of a DG10 that is neither listed nor there", _NO, _LISTED, lambda: _object(groups={10: b"\xff" * 32})),
    ("H_46", "number of DG1 is 255", _NO, _FORMAT, lambda: sod_content(lambda t: revalue(t, f"{_FIRST}/02", b"\x00\xff"))),
    ("H_47", "hash of DG2 without a number", _NO, _FORMAT, lambda: sod_content(lambda t: drop(t, f"{_SECOND}/02"))),
    ("H_69", "DG2 with its last byte switched and a wrong hash of it", _NO, "CHIP_DG2_HASH", _corrupted_face),
    ("H_84", "SignerInfo of version 3 that names issuer and serial number", _NO, _UNSIGNED, lambda: sod_message(lambda t: revalue(t, SIGNER_VERSION, b"\x03"))),
    ("H_85", "SignerInfo of version 1 that names a subject key identifier", _NO, _UNSIGNED, lambda: extended().but(lambda plan: with_sod(plan, lambda sod: replace(sod, liberties=MessageLiberties(by_key_id=True), after=lambda t: revalue(t, SIGNER_VERSION, b"\x01")))).chip()),
    ("H_90", "EF.SOD has a hash of DG3 that EF.COM does not list", _NO, _LISTED, _extra_group),
    ("H_91", "EF.SOD has no hash of DG2 that EF.COM lists", _NO, _LISTED, lambda: _object(groups={2: None})),
    ("H_92", "EF.SOD has a hash of DG3 in place of DG2", _NO, _LISTED, _replaced_group),
    ("H_93", "EF.CardSecurity with a wrong signature", _NO, "CHIP_CARD_SECURITY_SIGNATURE", _card_signature),
)  # fmt: skip
_DELETED = ("H_16", "H_34", "H_35")
CASES: tuple[Case, ...] = (
    *(Case(f"LDS_{code}", text, verdict, check, make, Basis.TITLE) for code, text, verdict, check, make in _ROWS),
    *(Case(f"LDS_{code}", text, verdict, check, make) for code, text, verdict, check, make in _WITH_TEXT),
    *(Case(f"LDS_{code}", "deleted in the test plan", Verdict.DELETED, "", extended().chip) for code in _DELETED),
)
