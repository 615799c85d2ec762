"""What DG14, EF.CardAccess and EF.CardSecurity announce: security infos as DER, right or wrong as asked.

Source: Doc 9303-11 section 9.2; the identifiers are those of BSI TR-03110-3 appendix A.
"""

from egnatia.engines.documents.synthetic import der

_BSI = "0.4.0.127.0.7.2.2"
CHIP_KEY_ECDH = f"{_BSI}.1.2"
TERMINAL = f"{_BSI}.2"
CHIP_ECDH = f"{_BSI}.3.2"
"""Chip authentication over a curve; a cipher's arc from `CIPHERS` follows."""
PACE_ECDH_GM = f"{_BSI}.4.2"
PACE_ECDH_CAM = f"{_BSI}.4.6"
ACTIVE = "2.23.136.1.1.5"
CIPHERS = {"3des": 1, "aes128": 2, "aes192": 3, "aes256": 4}
PLAIN_ECDSA_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"
DOMAIN_P256, DOMAIN_BP256, DOMAIN_P384 = 12, 13, 15
"""Standardised domain parameters (Doc 9303-11 section 9.5.1)."""


def chip_info(
    protocol: str = CHIP_ECDH, cipher: str = "aes128", version: int | None = 1, key: int | None = None
) -> bytes:
    """ChipAuthenticationInfo."""
    return _info(f"{protocol}.{CIPHERS[cipher]}", _number(version), _number(key))


def chip_key_info(spki: bytes, protocol: str | None = CHIP_KEY_ECDH, key: int | None = None) -> bytes:
    """ChipAuthenticationPublicKeyInfo; without a protocol its identifier is left out."""
    return _info(protocol, spki, _number(key))


def pace_info(
    protocol: str = PACE_ECDH_GM, cipher: str = "aes128", version: int = 2, parameters: int | None = DOMAIN_BP256
) -> bytes:
    """PACEInfo."""
    return _info(f"{protocol}.{CIPHERS[cipher]}", _number(version), _number(parameters))


def pace_domain(algorithm: bytes, protocol: str = PACE_ECDH_GM, parameters: int | None = None) -> bytes:
    """PACEDomainParameterInfo with domain parameters of its own."""
    return _info(protocol, algorithm, _number(parameters))


def active_info(signature: str = PLAIN_ECDSA_SHA256, version: int = 1) -> bytes:
    """ActiveAuthenticationInfo: the signature algorithm of an EC key."""
    return _info(ACTIVE, _number(version), der.oid(signature))


def terminal_info(version: int = 1) -> bytes:
    """TerminalAuthenticationInfo."""
    return _info(TERMINAL, _number(version))


def _info(identifier: str | None, *parts: bytes) -> bytes:
    return der.sequence(*(() if identifier is None else (der.oid(identifier),)), *parts)


def _number(number: int | None) -> bytes:
    return b"" if number is None else der.integer(number)
