"""Every check of a chip: what it asks, what it counts for, and the section that demands it."""

from enum import StrEnum

from egnatia.engines.documents.checks import CheckRule, Section
from egnatia.engines.documents.chip.types import DATA_GROUPS, FileId
from egnatia.engines.documents.types import Weight


class ChipCheck(StrEnum):
    """The closed list of checks; `docs/reference/chip.md` explains each."""

    CHIP_FILES = "CHIP_FILES"
    CHIP_COM_FORMAT = "CHIP_COM_FORMAT"
    CHIP_SOD_FORMAT = "CHIP_SOD_FORMAT"
    CHIP_DG1_FORMAT = "CHIP_DG1_FORMAT"
    CHIP_DG2_FORMAT = "CHIP_DG2_FORMAT"
    CHIP_DG3_FORMAT = "CHIP_DG3_FORMAT"
    CHIP_DG4_FORMAT = "CHIP_DG4_FORMAT"
    CHIP_DG5_FORMAT = "CHIP_DG5_FORMAT"
    CHIP_DG6_FORMAT = "CHIP_DG6_FORMAT"
    CHIP_DG7_FORMAT = "CHIP_DG7_FORMAT"
    CHIP_DG8_FORMAT = "CHIP_DG8_FORMAT"
    CHIP_DG9_FORMAT = "CHIP_DG9_FORMAT"
    CHIP_DG10_FORMAT = "CHIP_DG10_FORMAT"
    CHIP_DG11_FORMAT = "CHIP_DG11_FORMAT"
    CHIP_DG12_FORMAT = "CHIP_DG12_FORMAT"
    CHIP_DG13_FORMAT = "CHIP_DG13_FORMAT"
    CHIP_DG14_FORMAT = "CHIP_DG14_FORMAT"
    CHIP_DG15_FORMAT = "CHIP_DG15_FORMAT"
    CHIP_DG16_FORMAT = "CHIP_DG16_FORMAT"
    CHIP_CARD_ACCESS_FORMAT = "CHIP_CARD_ACCESS_FORMAT"
    CHIP_CARD_SECURITY_FORMAT = "CHIP_CARD_SECURITY_FORMAT"
    CHIP_CVCA_FORMAT = "CHIP_CVCA_FORMAT"
    CHIP_ATR_FORMAT = "CHIP_ATR_FORMAT"
    CHIP_SOD_DIGEST = "CHIP_SOD_DIGEST"
    CHIP_SOD_SIGNATURE = "CHIP_SOD_SIGNATURE"
    CHIP_SOD_UNSIGNED = "CHIP_SOD_UNSIGNED"
    CHIP_SOD_STRENGTH = "CHIP_SOD_STRENGTH"
    CHIP_DS_SIGNATURE = "CHIP_DS_SIGNATURE"
    CHIP_DS_VALIDITY = "CHIP_DS_VALIDITY"
    CHIP_CSCA_VALIDITY = "CHIP_CSCA_VALIDITY"
    CHIP_DS_REVOCATION = "CHIP_DS_REVOCATION"
    CHIP_DS_TRUST = "CHIP_DS_TRUST"
    CHIP_DS_PROFILE = "CHIP_DS_PROFILE"
    CHIP_DS_DOCUMENT_TYPE = "CHIP_DS_DOCUMENT_TYPE"
    CHIP_CARD_SECURITY_DIGEST = "CHIP_CARD_SECURITY_DIGEST"
    CHIP_CARD_SECURITY_SIGNATURE = "CHIP_CARD_SECURITY_SIGNATURE"
    CHIP_CARD_SECURITY_UNSIGNED = "CHIP_CARD_SECURITY_UNSIGNED"
    CHIP_CARD_SECURITY_DS = "CHIP_CARD_SECURITY_DS"
    CHIP_COM_SOD = "CHIP_COM_SOD"
    CHIP_DG1_HASH = "CHIP_DG1_HASH"
    CHIP_DG2_HASH = "CHIP_DG2_HASH"
    CHIP_DG3_HASH = "CHIP_DG3_HASH"
    CHIP_DG4_HASH = "CHIP_DG4_HASH"
    CHIP_DG5_HASH = "CHIP_DG5_HASH"
    CHIP_DG6_HASH = "CHIP_DG6_HASH"
    CHIP_DG7_HASH = "CHIP_DG7_HASH"
    CHIP_DG8_HASH = "CHIP_DG8_HASH"
    CHIP_DG9_HASH = "CHIP_DG9_HASH"
    CHIP_DG10_HASH = "CHIP_DG10_HASH"
    CHIP_DG11_HASH = "CHIP_DG11_HASH"
    CHIP_DG12_HASH = "CHIP_DG12_HASH"
    CHIP_DG13_HASH = "CHIP_DG13_HASH"
    CHIP_DG14_HASH = "CHIP_DG14_HASH"
    CHIP_DG15_HASH = "CHIP_DG15_HASH"
    CHIP_DG16_HASH = "CHIP_DG16_HASH"
    CHIP_ISSUER = "CHIP_ISSUER"
    CHIP_ACCESS_CONSISTENT = "CHIP_ACCESS_CONSISTENT"
    CHIP_ACTIVE_AUTHENTICATION = "CHIP_ACTIVE_AUTHENTICATION"
    CHIP_CHIP_AUTHENTICATION = "CHIP_CHIP_AUTHENTICATION"
    CHIP_PACE_CAM = "CHIP_PACE_CAM"
    CHIP_DG1_ZONE = "CHIP_DG1_ZONE"
    CHIP_DG11_NAME = "CHIP_DG11_NAME"
    CHIP_DG11_BIRTH = "CHIP_DG11_BIRTH"
    CHIP_DG11_NUMBER = "CHIP_DG11_NUMBER"
    CHIP_DG12_DATES = "CHIP_DG12_DATES"
    CHIP_ZONE_DG1 = "CHIP_ZONE_DG1"
    CHIP_FACE = "CHIP_FACE"


FORMAT_CHECKS: dict[FileId, ChipCheck] = {
    FileId.COM: ChipCheck.CHIP_COM_FORMAT,
    FileId.SOD: ChipCheck.CHIP_SOD_FORMAT,
    **{group: ChipCheck(f"CHIP_{group.value}_FORMAT") for group in DATA_GROUPS},
    FileId.CARD_ACCESS: ChipCheck.CHIP_CARD_ACCESS_FORMAT,
    FileId.CARD_SECURITY: ChipCheck.CHIP_CARD_SECURITY_FORMAT,
    FileId.CVCA: ChipCheck.CHIP_CVCA_FORMAT,
    FileId.ATR_INFO: ChipCheck.CHIP_ATR_FORMAT,
}
"""The check of each file's own form."""
HASH_CHECKS: dict[FileId, ChipCheck] = {group: ChipCheck(f"CHIP_{group.value}_HASH") for group in DATA_GROUPS}
"""The check of each data group against the hash that was signed."""

_LDS = "ICAO Doc 9303-10"
_PART_12 = "ICAO Doc 9303-12 section 7"
_BSI = "BSI TR-03135-1 v2.5 section"
_E, _C = Section.ELECTRONIC, Section.COMBINED
_M, _O = Weight.MANDATORY, Weight.OPTIONAL
_K = ChipCheck


def _rules() -> dict[StrEnum, CheckRule]:
    """In the order in which a person reads the tree."""
    rules: dict[StrEnum, CheckRule] = {
        _K.CHIP_FILES: CheckRule(_E, "The chip's files are there", _M, f"{_LDS} section 3")
    }
    for file, code in FORMAT_CHECKS.items():
        weight = _M if file is FileId.SOD else _O
        rules[code] = CheckRule(_E, f"{file} is well formed", weight, f"{_LDS} section 4")
    rules |= _SIGNED | {
        code: CheckRule(_E, f"{group} is as it was signed", _M if group is FileId.DG1 else _O, f"{_BSI} 5.6.4.4.2")
        for group, code in HASH_CHECKS.items()
    }
    return rules | _REST


_SIGNED: dict[StrEnum, CheckRule] = {
    _K.CHIP_SOD_DIGEST: CheckRule(_E, "EF.SOD: the signed hash is that of its content", _M, f"{_BSI} 5.6.4.2.2"),
    _K.CHIP_SOD_SIGNATURE: CheckRule(_E, "EF.SOD: the signature holds", _M, f"{_BSI} 5.6.4.2.2"),
    _K.CHIP_SOD_UNSIGNED: CheckRule(_E, "EF.SOD: what is not signed agrees with what is", _O, "RFC 5652 section 5"),
    _K.CHIP_SOD_STRENGTH: CheckRule(
        _E, "EF.SOD: algorithms of sufficient strength", _O, "ICAO Doc 9303-12 section 4.4"
    ),
    _K.CHIP_DS_SIGNATURE: CheckRule(_E, "The signer's certificate was issued by its country", _M, f"{_BSI} 5.6.4.3.3"),
    _K.CHIP_DS_VALIDITY: CheckRule(_E, "The signer's certificate is in force", _M, f"{_BSI} 5.6.4.3.4"),
    _K.CHIP_CSCA_VALIDITY: CheckRule(_E, "The country's certificate is in force", _M, f"{_BSI} 5.6.4.3.4"),
    _K.CHIP_DS_REVOCATION: CheckRule(_E, "The signer's certificate is not revoked", _O, f"{_BSI} 5.6.4.3.5"),
    _K.CHIP_DS_TRUST: CheckRule(_E, "No list speaks against the signer", _O, f"{_BSI} 5.6.4.3.6"),
    _K.CHIP_DS_PROFILE: CheckRule(_E, "The signer's certificate keeps its profile", _O, _PART_12),
    _K.CHIP_DS_DOCUMENT_TYPE: CheckRule(_E, "The signer may sign this type of document", _O, f"{_PART_12}.1.1"),
    _K.CHIP_CARD_SECURITY_DIGEST: CheckRule(
        _E, "EF.CardSecurity: the signed hash is that of its content", _O, f"{_BSI} 5.6.4.2.2"
    ),
    _K.CHIP_CARD_SECURITY_SIGNATURE: CheckRule(_E, "EF.CardSecurity: the signature holds", _O, f"{_BSI} 5.6.4.2.2"),
    _K.CHIP_CARD_SECURITY_UNSIGNED: CheckRule(
        _E, "EF.CardSecurity: what is not signed agrees with what is", _O, "RFC 5652 section 5"
    ),
    _K.CHIP_CARD_SECURITY_DS: CheckRule(
        _E, "EF.CardSecurity: its signer was issued by its country and stands", _O, f"{_BSI} 5.6.4.3"
    ),
    _K.CHIP_COM_SOD: CheckRule(_E, "EF.COM lists what EF.SOD signs", _O, f"{_BSI} 5.6.4.4.1"),
}

_REST: dict[StrEnum, CheckRule] = {
    _K.CHIP_ISSUER: CheckRule(_E, "The signer's country is the document's issuer", _M, f"{_BSI} 5.6.4.5"),
    _K.CHIP_ACCESS_CONSISTENT: CheckRule(
        _E, "EF.CardAccess says what the signed files say", _O, "ICAO Doc 9303-11 section 9.2"
    ),
    _K.CHIP_ACTIVE_AUTHENTICATION: CheckRule(
        _E, "The chip is the original one (active authentication)", _O, f"{_BSI} 5.6.4.1.1"
    ),
    _K.CHIP_CHIP_AUTHENTICATION: CheckRule(
        _E, "The chip is the original one (chip authentication)", _O, f"{_BSI} 5.6.4.1.2"
    ),
    _K.CHIP_PACE_CAM: CheckRule(
        _E, "The chip is the original one (PACE with chip authentication mapping)", _O, f"{_BSI} 5.6.4.1.3"
    ),
    _K.CHIP_DG1_ZONE: CheckRule(_E, "The zone in DG1 agrees with itself and with the rules", _O, "ICAO Doc 9303-3"),
    _K.CHIP_DG11_NAME: CheckRule(_C, "DG11: the full name is the one in DG1", _O, f"{_LDS} section 4.7.11"),
    _K.CHIP_DG11_BIRTH: CheckRule(_C, "DG11: the full date of birth is the one in DG1", _O, f"{_LDS} section 4.7.11"),
    _K.CHIP_DG11_NUMBER: CheckRule(
        _C, "DG11: the personal number is the one in DG1", Weight.EVALUATORY, f"{_LDS} section 4.7.11"
    ),
    _K.CHIP_DG12_DATES: CheckRule(_C, "DG12: the date of issue fits the other dates", _O, f"{_LDS} section 4.7.12"),
    _K.CHIP_ZONE_DG1: CheckRule(_C, "The printed zone is the one in DG1", _O, f"{_BSI} 5.7.2"),
    _K.CHIP_FACE: CheckRule(
        _C, "The face in DG2 is the printed one and the holder's", Weight.EVALUATORY, f"{_BSI} 5.7.6"
    ),
}

CHECKS: dict[StrEnum, CheckRule] = _rules()
