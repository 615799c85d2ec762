"""Seals, certificates and revocation lists that others published, and what is needed to check them."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

from egnatia.engines.documents.seals.signers import SealTrust
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.crl import RevocationList, read_crl

_DATA = json.loads((Path(__file__).parent / "seal_vectors.json").read_text(encoding="utf-8"))
VDS: dict[str, bytes] = {name: bytes.fromhex(data) for name, data in _DATA["vds"].items()}
BSI: dict[str, bytes] = {name: bytes.fromhex(data) for name, data in _DATA["bsi"].items()}
IDB: dict[str, str] = _DATA["idb"]
VDS_NC: dict[str, str] = {name: _DATA["vds_nc"][name] for name in ("valid", "tampered")}
MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def certificate(encoded: str) -> Certificate:
    found = read_certificate(base64.b64decode(encoded))
    assert isinstance(found, Certificate)
    return found


UTTS5B, DETS32 = (certificate(_DATA["certificates"][name]) for name in ("UTTS5B", "DETS32"))
AUSTRALIA = certificate(_DATA["vds_nc"]["authority"])
AUSTRALIAN_SIGNER = certificate(_DATA["vds_nc"]["signer"])


def _crl() -> RevocationList:
    found = read_crl(base64.b64decode(_DATA["vds_nc"]["crl"]))
    assert isinstance(found, RevocationList)
    return found


CRL = _crl()
TRUST = SealTrust(MOMENT, (UTTS5B, DETS32), trusted=frozenset({UTTS5B.fingerprint, DETS32.fingerprint}))
AUSTRALIAN = SealTrust(datetime(2021, 10, 1, tzinfo=UTC), (), (AUSTRALIA,), (CRL,))
