"""An authority that a signer names: when it refutes the signer, and whose revocation lists speak of it."""

import hashlib
from datetime import date

import pytest
from tests.engines.documents.chip.chips import CSCA, DS, Recipe, authority, make, signer_certificate
from tests.engines.documents.chip.stores import DAY, NOW, read, store
from tests.engines.documents.trust.making import (
    Signer,
    authority_key,
    certificate,
    ec_signer,
    extension,
    key_id,
    name,
    rsa_signer,
    subject_key,
    tlv,
)
from tests.engines.documents.trust.realm import revocation_list

from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding
from egnatia.engines.documents.chip.inspection import inspect_chip
from egnatia.engines.documents.trust.chains import ChainState
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate, import_crl
from egnatia.engines.documents.trust.keys import PublicKey, read_key
from egnatia.engines.documents.trust.revocations import RevocationState
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice

UTOPIA = name("C=UT, O=Utopia, CN=CSCA Utopia")
UNKNOWN_CA, OTHER_CA = ec_signer("brainpoolP256r1", 170), ec_signer("brainpoolP256r1", 171)
USAGE = extension("2.5.29.15", tlv(0x03, b"\x01\x06"), critical=True)
SIGNS = extension("2.5.29.15", tlv(0x03, b"\x07\x80"), critical=True)
COUNTED = b"\x00" * 19 + b"\x01"
"""The identifier of an authority's first key, where it counts them."""


def counting(by: Signer, subject: bytes = UTOPIA, identifier: bytes = COUNTED) -> bytes:
    return certificate(subject, by, extensions=[subject_key(identifier), USAGE])


def signed_by_nobody_held(identifier: bytes, country: str = "C=UT, ") -> bytes:
    """A signer whose authority is not in the store; it names a key identifier."""
    listed = (subject_key(key_id(DS)), authority_key(identifier), SIGNS)
    return certificate(
        name(f"{country}CN=DS"), DS, name(f"{country}CN=CSCA next"), UNKNOWN_CA, serial=7, extensions=listed
    )


def ended(cert: bytes, *held: bytes) -> tuple[str, Advice]:
    inspection = inspect_chip(make(Recipe(certificate=cert, card_certificate=cert)), store(*held), DAY)
    check = inspection.check(ChipCheck.CHIP_DS_SIGNATURE)
    assert check is not None
    return check.findings[0].code, inspection.advice


REFUTED = ChipFinding.CHIP_AUTHORITY_REFUTED, Advice.SUSPECTED_FALSE
OPEN = ChipFinding.CHIP_AUTHORITY_UNKNOWN, Advice.CANNOT_TELL


def test_a_hash_of_the_country_s_own_key_names_that_key_and_no_other() -> None:
    assert ended(signed_by_nobody_held(key_id(CSCA)), authority()) == REFUTED


def test_a_counted_identifier_refutes_nothing() -> None:
    assert ended(signed_by_nobody_held(COUNTED), counting(CSCA)) == OPEN


def test_an_identifier_kept_for_the_next_key_refutes_nothing() -> None:
    kept = key_id(CSCA)
    later = counting(OTHER_CA, identifier=kept)
    assert ended(signed_by_nobody_held(kept), later) == OPEN
    assert ended(signed_by_nobody_held(kept), later, authority()) == REFUTED


def test_an_identifier_of_another_country_refutes_nothing() -> None:
    foreign = certificate(name("C=FR, CN=CSCA"), OTHER_CA)
    assert ended(signed_by_nobody_held(key_id(OTHER_CA)), authority(), foreign) == OPEN
    assert ended(signed_by_nobody_held(key_id(OTHER_CA), country=""), authority(), foreign)[0] == REFUTED[0]


def test_the_right_one_of_several_keys_with_one_identifier_is_found() -> None:
    first, second = counting(OTHER_CA), counting(CSCA, name("C=UT, CN=CSCA two"))
    listed = (subject_key(key_id(DS)), authority_key(COUNTED), SIGNS)
    cert = signer_certificate(extensions=listed)
    held = store(first, second)
    chain = held.chain(read(cert), DAY)
    assert (chain.state, chain.tried) == (ChainState.TRUSTED, 2)
    assert chain.anchor is not None
    assert chain.anchor.raw == second


@pytest.mark.parametrize("signer", [CSCA, rsa_signer(4)])
def test_the_ways_of_hashing_a_key(signer: Signer) -> None:
    key = read_key(signer.spki)
    assert isinstance(key, PublicKey)
    sha1 = hashlib.sha1(key.bits_raw, usedforsecurity=False).digest()
    number = int.from_bytes(sha1, "big") & ((1 << 60) - 1)
    short = (4 << 60 | number).to_bytes(8, "big")
    sha256 = hashlib.sha256(key.bits_raw).digest()
    ways = (sha1, short, sha256, sha256[:20], hashlib.sha1(key.raw, usedforsecurity=False).digest())
    assert all(key.hashes_to(way) for way in ways)
    assert not any(key.hashes_to(other) for other in (b"", COUNTED, sha1[:8], sha256[:19], short[::-1]))


def renamed(serial: int) -> bytes:
    """A signer that writes its issuer in a way in which the authority does not call itself."""
    listed = (subject_key(key_id(DS)), authority_key(key_id(CSCA)), SIGNS)
    return certificate(name("C=UT, CN=DS"), DS, name("C=UT, CN=CSCA of old"), CSCA, serial=serial, extensions=listed)


def test_the_lists_of_the_authority_that_signed_speak_of_signers_that_name_it_otherwise() -> None:
    holdings = import_certificate(Holdings(), authority(), NOW, date(2025, 1, 1)).holdings
    held = TrustStore(import_crl(holdings, revocation_list(UTOPIA, CSCA, {7: 1}, day=NOW)).holdings)
    gone, fine = held.chain(read(renamed(7)), DAY), held.chain(read(renamed(8)), DAY)
    assert (gone.state, gone.revocation.state) == (ChainState.REVOKED, RevocationState.REVOKED)
    assert (fine.state, fine.revocation.state) == (ChainState.TRUSTED, RevocationState.GOOD)
    unheld = TrustStore(holdings).chain(read(renamed(7)), DAY)
    assert (unheld.state, unheld.revocation.state) == (ChainState.TRUSTED, RevocationState.UNKNOWN)


def test_the_lists_of_another_authority_say_nothing_of_them() -> None:
    other = name("C=FR, CN=CSCA")
    holdings = import_certificate(Holdings(), authority(), NOW, date(2025, 1, 1)).holdings
    holdings = import_certificate(holdings, certificate(other, OTHER_CA), NOW, date(2025, 1, 2)).holdings
    held = TrustStore(import_crl(holdings, revocation_list(other, OTHER_CA, {7: 1}, day=NOW)).holdings)
    assert held.chain(read(renamed(7)), DAY).revocation.state is RevocationState.UNKNOWN
