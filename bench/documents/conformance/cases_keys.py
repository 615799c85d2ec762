"""Units LDS_F, G, I, J and K: the keys in DG14 and DG15, EF.CVCA, EF.CardSecurity and EF.ATR/INFO."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bench.documents.conformance.case import ACTIVE, Case, Chip, Verdict, extended, ground, group

from egnatia.engines.documents.synthetic import der, security_infos
from egnatia.engines.documents.synthetic.algorithms import (
    EC_PUBLIC_KEY,
    KeyForm,
    ParameterForm,
    curve_parameters,
    public_key_info,
)
from egnatia.engines.documents.synthetic.curves import CURVES, CurveName
from egnatia.engines.documents.synthetic.data_groups import security_infos as group_14
from egnatia.engines.documents.synthetic.resigned import Edit
from egnatia.engines.documents.synthetic.specimens import card_access
from egnatia.engines.documents.synthetic.tlv import relength, retag

_OK, _NO = Verdict.SUCCESSFUL, Verdict.FAILED
_DG14, _DG15 = "CHIP_DG14_FORMAT", "CHIP_DG15_FORMAT"
_CVCA, _ATR = "CHIP_CVCA_FORMAT", "CHIP_ATR_FORMAT"
_ACCESS, _CARD = "CHIP_ACCESS_CONSISTENT", "CHIP_CARD_SECURITY_FORMAT"
_NO_PROTOCOL = "0.4.0.127.0.7.2.2.1.3"
"""Next to the two identifiers of chip authentication keys, and never assigned."""
_CVCA_SIZE = 36
_REFERENCE = b"UTSPECIMEN00001"


def _spki() -> bytes:
    """The chip's own key."""
    return public_key_info(extended().specimen.chip_key, KeyForm(ParameterForm.NAMED))


def _keys(edit: Edit) -> Chip:
    return group(extended(), 14, edit)


def _infos(infos: Sequence[bytes]) -> Chip:
    return _keys(lambda _: group_14(infos))


def _active(edit: Edit) -> Chip:
    return group(ground(ACTIVE), 15, edit)


def _with_file(name: str, content: bytes) -> Chip:
    return extended().but(lambda plan: replace(plan, swapped={name: content})).chip()


def _cvca(reference: bytes) -> Chip:
    return _with_file("EF.CVCA", reference.ljust(_CVCA_SIZE, b"\0"))


def _atr(text: str) -> Chip:
    return _with_file("EF.ATR/INFO", bytes.fromhex(text))


def _domain(curve: CurveName) -> bytes:
    """PACE domain parameters of their own: a curve written out."""
    parameters = curve_parameters(CURVES[curve], ParameterForm.NAMED)
    return security_infos.pace_domain(der.sequence(der.oid(EC_PUBLIC_KEY), parameters), parameters=20)


def _access(to: Callable[[tuple[bytes, ...]], tuple[bytes, ...]], *, domain: CurveName | None = None) -> Chip:
    """A chip with EF.CardAccess, and EF.CardSecurity changed before it was signed."""
    start = ground((1, 2, 14), access=True)
    extra = () if domain is None else (_domain(domain),)
    infos = (*card_access(), *extra)
    spki = public_key_info(start.specimen.chip_key, KeyForm(ParameterForm.NAMED))
    key = security_infos.chip_key_info(spki)
    groups = {**start.plan.groups, 14: group_14([security_infos.chip_info(), key, *infos])}
    return start.but(lambda plan: replace(plan, groups=groups, access=infos, security=to((*infos, key)))).chip()


def _other_domain(infos: tuple[bytes, ...]) -> tuple[bytes, ...]:
    old = _domain(CurveName.BP256)
    return tuple(_domain(CurveName.P256) if each == old else each for each in infos)


def _without_protocol(infos: tuple[bytes, ...]) -> tuple[bytes, ...]:
    spki = public_key_info(ground((1, 2, 14), access=True).specimen.chip_key, KeyForm(ParameterForm.NAMED))
    return (*infos[:-1], security_infos.chip_key_info(spki, protocol=None))


_INFO = security_infos.chip_info
_KEY = security_infos.chip_key_info
_ROWS: tuple[tuple[str, str, Verdict, str, Callable[[], Chip]], ...] = (
    ("F_01", "DG14 begins with tag 6F", _NO, _DG14, lambda: _keys(lambda t: retag(t, "6E", 0x6F))),
    ("F_02", "DG14 is longer than its length says", _NO, _DG14, lambda: _keys(lambda t: relength(t, "6E", -1))),
    ("F_03", "DG14 is shorter than its length says", _NO, _DG14, lambda: _keys(lambda t: relength(t, "6E", 1))),
    ("F_04", "key of chip authentication under an unassigned identifier", _NO, _DG14, lambda: _infos([_INFO(), _KEY(_spki(), _NO_PROTOCOL)])),
    ("F_05", "key of chip authentication without an identifier", _NO, _DG14, lambda: _infos([_INFO(), _KEY(_spki(), None)])),
    ("F_06", "chip authentication of version 10", _NO, _DG14, lambda: _infos([_INFO(version=10), _KEY(_spki())])),
    ("F_07", "chip authentication without a version", _NO, _DG14, lambda: _infos([_INFO(version=None), _KEY(_spki())])),
    ("G_01", "first reference of EF.CVCA not under tag 42", _NO, _CVCA, lambda: _cvca(b"\0" + bytes([len(_REFERENCE)]) + _REFERENCE)),
    ("G_02", "EF.CVCA of zeros only", _NO, _CVCA, lambda: _cvca(b"")),
    ("I_01", "DG15 begins with tag 70", _NO, _DG15, lambda: _active(lambda t: retag(t, "6F", 0x70))),
    ("I_02", "DG15 is longer than its length says", _NO, _DG15, lambda: _active(lambda t: relength(t, "6F", -1))),
    ("I_03", "DG15 is shorter than its length says", _NO, _DG15, lambda: _active(lambda t: relength(t, "6F", 1))),
    ("J_01", "EF.CardSecurity says more than EF.CardAccess", _OK, _ACCESS, lambda: _access(lambda infos: (*infos, security_infos.terminal_info()))),
    ("J_02", "EF.CardSecurity leaves out what EF.CardAccess says", _NO, _ACCESS, lambda: _access(lambda infos: infos[1:])),
    ("J_03", "EF.CardSecurity names another curve for PACE than EF.CardAccess", _NO, _ACCESS, lambda: _access(_other_domain, domain=CurveName.BP256)),
    ("J_04", "key of the chip authentication mapping without an identifier", _NO, _CARD, lambda: _access(_without_protocol)),
    ("K_01", "EF.ATR/INFO with lengths of two bytes", _OK, _ATR, lambda: _atr("7F660802020780 02020780")),
    ("K_02", "EF.ATR/INFO with lengths of three bytes", _OK, _ATR, lambda: _atr("7F660A0203010000 0203010000")),
    ("K_03", "EF.ATR/INFO with one length only", _NO, _ATR, lambda: _atr("7F660402020780")),
    ("K_04", "EF.ATR/INFO with tag 7F65 in place of 7F66", _NO, _ATR, lambda: _atr("7F650802020780 02020780")),
)  # fmt: skip
CASES: tuple[Case, ...] = tuple(
    Case(f"LDS_{code}", text, verdict, check, make) for code, text, verdict, check, make in _ROWS
)
