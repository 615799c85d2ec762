"""DSA keys and signatures, which three cases of the test plan want and no issuer is known to use.

The group is that of RFC 5114 section 2.3 (2,048 bits with a subgroup of 256), so that nothing has to be searched for.
"""

import hashlib

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.keys import Hash, digest
from egnatia.engines.documents.synthetic.resigned import Signing

DSA = "1.2.840.10040.4.1"
_SIGNATURES = {
    Hash.SHA1: "1.2.840.10040.4.3",
    Hash.SHA224: "2.16.840.1.101.3.4.3.1",
    Hash.SHA256: "2.16.840.1.101.3.4.3.2",
}
_P = int(
    "87a8e61db4b6663cffbbd19c651959998ceef608660dd0f25d2ceed4435e3b00e00df8f1d61957d4faf7df4561b2aa3016c3"
    "d91134096faa3bf4296d830e9a7c209e0c6497517abd5a8a9d306bcf67ed91f9e6725b4758c022e0b1ef4275bf7b6c5bfc11"
    "d45f9088b941f54eb1e59bb8bc39a0bf12307f5c4fdb70c581b23f76b63acae1caa6b7902d52526735488a0ef13c6d9a51bf"
    "a4ab3ad8347796524d8ef6a167b5a41825d967e144e5140564251ccacb83e6b486f6b3ca3f7971506026c0b857f689962856"
    "ded4010abd0be621c3a3960a54e710c375f26375d7014103a4b54330c198af126116d2276e11715f693877fad7ef09cadb09"
    "4ae91e1a1597",
    16,
)
_G = int(
    "3fb32c9b73134d0b2e77506660edbd484ca7b18f21ef205407f4793a1a0ba12510dbc15077be463fff4fed4aac0bb555be3a"
    "6c1b0c6b47b1bc3773bf7e8c6f62901228f8c28cbb18a55ae31341000a650196f931c77a57f2ddf463e5e9ec144b777de62a"
    "aab8a8628ac376d282d6ed3864e67982428ebc831d14348f6f2f9193b5045af2767164e1dfc967c1fb3f2e55a4bd1bffe83b"
    "9c80d052b985d182ea0adb2a3b7313d3fe14c8484b1e052588b9b7d2bbd2df016199ecd06e1557cd0915b3353bbb64e0ec37"
    "7fd028370df92b52c7891428cdc67eb6184b523d1db246c32f63078490f00ef8d647d148d47954515e2327cfef98c582664b"
    "4c0f6cc41659",
    16,
)
_Q = 0x8CF83642A709A097B447997640129DA299B1A47D1EB3750BA308B0FE64F5FBD3


def _private(seed: str) -> int:
    return int.from_bytes(hashlib.sha512(f"egnatia dsa {seed}".encode()).digest()) % (_Q - 1) + 1


def dsa_key_info(seed: str) -> bytes:
    """SubjectPublicKeyInfo of the key that a seed stands for (RFC 3279 section 2.3.2)."""
    parameters = der.sequence(der.integer(_P), der.integer(_Q), der.integer(_G))
    public = der.integer(pow(_G, _private(seed), _P))
    return der.sequence(der.sequence(der.oid(DSA), parameters), der.bits(public))


def dsa_signing(seed: str, algorithm: Hash) -> Signing:
    """Signatures by that key (FIPS 186-4 section 4.6), with a nonce hashed from key and message."""

    def signed(message: bytes) -> bytes:
        private = _private(seed)
        hashed = digest(algorithm, message)
        nonce = int.from_bytes(hashlib.sha512(private.to_bytes(32) + hashed).digest()) % (_Q - 1) + 1
        r = pow(_G, nonce, _P) % _Q
        s = pow(nonce, -1, _Q) * (int.from_bytes(hashed[:32]) + private * r) % _Q
        return der.sequence(der.integer(r), der.integer(s))

    return Signing(der.sequence(der.oid(_SIGNATURES[algorithm])), signed)
