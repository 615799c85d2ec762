"""Chip authentication: a key agreed with the chip's key of DG14, proven by one response under it.

Source: ICAO Doc 9303-11 section 6.2, BSI TR-03110-3 section B.2. Both sides know the agreed secret, so a record proves
the chip only to him who trusts the reader that made it; `evidence.py` says more.
"""

from collections.abc import Iterator

from egnatia.engines.documents.chip.active import Answer
from egnatia.engines.documents.chip.chip_keys import base_point, multiply, read_chip_key
from egnatia.engines.documents.chip.evidence import ChipEvidence
from egnatia.engines.documents.chip.secure_messaging import Suite, derive, response_holds
from egnatia.engines.documents.chip.security_infos import InfoKind, SecurityInfo
from egnatia.engines.documents.trust.curves import read_point
from egnatia.engines.documents.trust.keys import EcKey
from egnatia.engines.documents.trust.remarks import Fault

_ECDH = "0.4.0.127.0.7.2.2.3.2"
MAX_TRIED = 6
"""Pairs of a key and a suite that are tried; real chips have one or two."""


def verify_chip(infos: tuple[SecurityInfo, ...], evidence: ChipEvidence) -> Answer:
    """Whether the recorded response was made under a key agreed with a key of the chip; never raises."""
    tried = False
    for number, (key, suite) in enumerate(_choices(infos, evidence.key_id)):
        if number == MAX_TRIED:
            break
        tried = True
        answer = _agreed(key, suite, evidence)
        if answer.holds is not False or answer.note:
            return answer
    if not tried:
        return Answer(None, "no key of chip authentication on a curve that is known here")
    return Answer(False, "the response was not made under the agreed key")


def _choices(infos: tuple[SecurityInfo, ...], key_id: int | None) -> Iterator[tuple[EcKey, Suite]]:
    """Every key with every suite that its info names; a key without an info goes with the oldest suite (France)."""
    offers = [info for info in infos if info.kind is InfoKind.CHIP and info.protocol.startswith(f"{_ECDH}.")]
    for info in infos:
        if info.kind is not InfoKind.CHIP_KEY or (key_id is not None and info.number not in {None, key_id}):
            continue
        key = read_chip_key(info.key)
        if isinstance(key, Fault):
            continue
        fitting = [offer for offer in offers if offer.number in {None, info.number} or info.number is None]
        for offer in fitting:
            yield key, Suite(int(offer.protocol.rsplit(".", 1)[1]))
        if not offers:
            yield key, Suite.TRIPLE_DES


def _agreed(key: EcKey, suite: Suite, evidence: ChipEvidence) -> Answer:
    curve = key.curve
    public = read_point(curve, evidence.terminal_public_key)
    private = int.from_bytes(evidence.terminal_private_key, "big")
    if isinstance(public, Fault) or not 1 <= private < curve.n:
        return Answer(False)
    if multiply(curve, private, base_point(curve)) != public:
        return Answer(False, "the terminal's keys are no pair")
    shared = multiply(curve, private, key.point)
    if shared is None:
        return Answer(False)
    keys = derive(shared[0].to_bytes(curve.size, "big"), suite)
    holds = response_holds(keys, evidence.response, evidence.counter)
    return Answer(False, "no protected response") if holds is None else Answer(holds)
