"""An invented authority with a signer of seals, and seals signed by it or by somebody who would like to be it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from egnatia.engines.documents import read_zone
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.seals.signers import SealTrust
from egnatia.engines.documents.seals.writer import SealHeader, text_feature, write_vds, zone_feature
from egnatia.engines.documents.synthetic.certificates import Credential, Liberties
from egnatia.engines.documents.synthetic.keys import EcKey, ecdsa
from egnatia.engines.documents.synthetic.pki import Authority, impostor
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.crl import RevocationList, read_crl

SINCE = date(2024, 1, 1)
ISSUED = date(2025, 3, 1)
TODAY = date(2025, 5, 15)
MOMENT = datetime(2025, 5, 15, 12, tzinfo=UTC)


@cache
def authority(state: str = "UTO", profile: str = "bp256-sha256", seed: str = "seals") -> Authority:
    return Authority.make(seed, profile, state=state, since=SINCE)


def certificate(credential: Credential) -> Certificate:
    found = read_certificate(credential.certificate)
    assert isinstance(found, Certificate)
    return found


def signer(**liberties: Any) -> Credential:
    made = Liberties(**liberties) if liberties else None
    return authority().seal_signer("SP", made)


def forger() -> Credential:
    """Somebody with the signer's name and serial number and a key of his own."""
    return impostor(signer(), "forger")


def signing(credential: Credential) -> Callable[[bytes], bytes]:
    key = credential.key
    assert isinstance(key, EcKey)
    width = (key.curve.order.bit_length() + 7) // 8

    def sign(message: bytes) -> bytes:
        r, s = ecdsa(key, credential.scheme.hash, message)
        return r.to_bytes(width, "big") + s.to_bytes(width, "big")

    return sign


def header(credential: Credential, **changes: Any) -> SealHeader:
    made = SealHeader("UTO", "UTSP", f"{credential.serial:X}", ISSUED, ISSUED, "5d01")
    return replace(made, **changes)


def revocation_list(serial: int, on: date) -> RevocationList:
    at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    found = read_crl(authority().revocation_list([(serial, at)], MOMENT))
    assert isinstance(found, RevocationList)
    return found


def trust(*more: Certificate, **changes: Any) -> SealTrust:
    made = SealTrust(MOMENT, (certificate(signer()), *more), (certificate(authority().csca),))
    return replace(made, **changes)


ZONE = ("VCUTODENT<<ARTHUR<PHILIP<<<<<<<<<<<<", "1234567XY7GBR5203116M2705251<<<<<<<<")


def visa_zone() -> ZoneDocument:
    return read_zone("\n".join(ZONE))


def visa(
    credential: Credential | None = None,
    zone: Sequence[str] = ZONE,
    passport: str = "47110815P",
    sign: Callable[[bytes], bytes] | None = None,
    **changes: Any,
) -> bytes:
    """A visa's seal, sound unless asked otherwise."""
    by = credential or signer()
    features = [zone_feature(zone), (3, b"\x02"), (4, b"\x5a\0\0"), text_feature(5, passport)]
    return write_vds(header(by, **changes), features, sign or signing(by))
