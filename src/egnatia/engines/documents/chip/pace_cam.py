"""PACE with chip authentication mapping, followed step by step through its record.

The chip's static key (EF.CardSecurity) has to explain the key that the chip used for mapping: what it sent encrypted,
multiplied with the static key, must give the mapping key. Source: ICAO Doc 9303-11 sections 4.4.3.3 and 4.4.3.5.2.
As with chip authentication a record proves the chip only to him who trusts the reader that made it.
"""

import hashlib

from egnatia.engines.documents.chip.active import Answer
from egnatia.engines.documents.chip.chip_keys import add, base_point, multiply, read_chip_key, standard_curve
from egnatia.engines.documents.chip.evidence import PaceEvidence
from egnatia.engines.documents.chip.secure_messaging import Suite, decrypt_chip_data, decrypt_nonce, derive
from egnatia.engines.documents.chip.security_infos import InfoKind, SecurityInfo
from egnatia.engines.documents.mrz.types import Field, ZoneDocument
from egnatia.engines.documents.trust.curve_table import Curve
from egnatia.engines.documents.trust.curves import Point, read_point
from egnatia.engines.documents.trust.keys import EcKey
from egnatia.engines.documents.trust.remarks import Fault

CAM = "0.4.0.127.0.7.2.2.4.6"
"""id-PACE-ECDH-CAM; the arc after it names the suite."""
_SUITES = {f"{CAM}.{suite.value}": suite for suite in Suite if suite is not Suite.TRIPLE_DES}
MAX_KEYS = 6


def verify_pace_cam(infos: tuple[SecurityInfo, ...], evidence: PaceEvidence) -> Answer:
    """Whether a key of EF.CardSecurity explains the recorded exchange; never raises.

    Args:
        infos: of EF.CardSecurity.
        evidence: what was recorded.
    """
    suite, curve = _SUITES.get(evidence.protocol), standard_curve(evidence.parameters)
    if suite is None or curve is None:
        return Answer(None, "a mapping or a curve that is not known here")
    offered = any(
        info.kind is InfoKind.PACE and info.protocol == evidence.protocol and info.number == evidence.parameters
        for info in infos
    )
    if not offered:
        return Answer(False, "the chip's signed file does not offer this mapping")
    keys = [
        key for info in infos if info.kind is InfoKind.CHIP_KEY and isinstance(key := read_chip_key(info.key), EcKey)
    ]
    fitting = [key for key in keys if key.curve == curve][:MAX_KEYS]
    if not fitting:
        return Answer(None, "no key of the chip on this curve")
    mapped = _mapped(curve, evidence)
    return Answer(False, mapped) if isinstance(mapped, str) else _explained(curve, suite, mapped, fitting, evidence)


def _explained(curve: Curve, suite: Suite, mapped: Point, keys: list[EcKey], evidence: PaceEvidence) -> Answer:
    """Whether what the chip sent encrypted, multiplied with one of its keys, gives its mapping key."""
    chip_key = read_point(curve, evidence.chip_public_key)
    shared = (
        None
        if isinstance(chip_key, Fault)
        else multiply(curve, int.from_bytes(evidence.terminal_private_key, "big"), chip_key)
    )
    if shared is None:
        return Answer(False, "the chip's key is not on the curve")
    session = derive(shared[0].to_bytes(curve.size, "big"), suite)
    data = decrypt_chip_data(session, evidence.encrypted_chip_data)
    if not data:
        return Answer(False, "the chip's data does not decrypt")
    explained = any(multiply(curve, int.from_bytes(data, "big"), key.point) == mapped for key in keys)
    return Answer(explained, "" if explained else "no key of the chip explains the mapping")


def opened_by_zone(zone: ZoneDocument, evidence: PaceEvidence) -> bool:
    """Whether the data of this zone opens the nonce that the chip sent: the exchange was one for this document.

    Without it, a signed file and an exchange of another genuine chip of the same country could stand in for this one.
    """
    suite = _SUITES.get(evidence.protocol)
    if suite is None or not evidence.encrypted_nonce:
        return False
    readings = [zone.reading(field) for field in (Field.NUMBER, Field.BIRTH_DATE, Field.EXPIRY_DATE)]
    number = max(zone.number, zone.number.ljust(9, "<"), key=len)
    texts = (number, *("" if reading is None else reading.text for reading in readings[1:]))
    checks = ("" if reading is None else reading.printed for reading in readings)
    access = "".join(text + check for text, check in zip(texts, checks, strict=True))
    password = hashlib.sha1(access.encode("latin-1", "replace"), usedforsecurity=False).digest()
    return decrypt_nonce(password, suite, evidence.encrypted_nonce) == evidence.nonce


def _mapped(curve: Curve, evidence: PaceEvidence) -> Point | str:
    """The chip's mapping key, once the terminal's part of the exchange agrees with itself; else what does not."""
    private = int.from_bytes(evidence.terminal_mapping_private_key, "big")
    own = read_point(curve, evidence.terminal_mapping_public_key)
    chip = read_point(curve, evidence.chip_mapping_public_key)
    if isinstance(own, Fault) or isinstance(chip, Fault) or own == chip:
        return "a mapping key is not on the curve, or both are the same"
    if multiply(curve, private, base_point(curve)) != own:
        return "the terminal's mapping keys are no pair"
    shared = multiply(curve, private, chip)
    generator = add(curve, multiply(curve, int.from_bytes(evidence.nonce, "big"), base_point(curve)), shared)
    session = read_point(curve, evidence.terminal_public_key)
    if generator is None or isinstance(session, Fault):
        return "the terminal's key is not on the curve"
    if multiply(curve, int.from_bytes(evidence.terminal_private_key, "big"), generator) != session:
        return "the terminal's keys are no pair over the mapped generator"
    if evidence.chip_public_key == evidence.terminal_public_key:
        return "both sides have the same key"
    return chip
