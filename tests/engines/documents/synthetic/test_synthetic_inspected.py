"""Synthetic chips in the hands of our own inspection: genuine ones pass in every profile, tampered ones on the right check."""

import random
from datetime import UTC, date, datetime
from functools import cache

import pytest

from egnatia.engines.documents import Advice, read_zone
from egnatia.engines.documents.chip.files import collect
from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.synthetic import chips, trust
from egnatia.engines.documents.synthetic.authorities import authority
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.pki import PROFILES
from egnatia.engines.documents.synthetic.tampering import applicable, tamper
from egnatia.engines.documents.synthetic.types import Fault, Kind, SyntheticDocument
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_crl, import_list
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Result, Source

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
OPTIONS = Options(Kind.PASSPORT, "ALB", profile="p256-sha256")
SEEN_AS: dict[Fault, set[str]] = {
    Fault.HASH: {"CHIP_DG1_HASH", "CHIP_DG2_HASH"},
    Fault.GROUP_MISSING: {"CHIP_COM_SOD", "CHIP_DG2_HASH", "CHIP_DG14_HASH", "CHIP_DG15_HASH"},
    Fault.SECURITY_OBJECT_MISSING: {"CHIP_SOD_FORMAT", "CHIP_FILES"},
    Fault.SIGNATURE: {"CHIP_SOD_SIGNATURE"},
    Fault.SIGNER_UNTRUSTED: {"CHIP_DS_SIGNATURE"},
    Fault.SIGNER_EXPIRED: {"CHIP_DS_VALIDITY"},
    Fault.SIGNER_REVOKED: {"CHIP_DS_REVOCATION"},
    Fault.SIGNER_FOREIGN: {"CHIP_ISSUER"},
}
"""The checks of which one must not pass, by the fault in the label."""


def make(options: Options = OPTIONS, seed: int = 3) -> SyntheticDocument:
    return genuine(random.Random(seed), TODAY, options)


def store_for(document: SyntheticDocument) -> TrustStore:
    """What `trust/` of a generated folder holds, imported as an operator would."""
    files = trust.files([document], TODAY)
    root = read_certificate(files["list-root.cer"])
    assert isinstance(root, Certificate)
    held = import_list(Holdings({}, (), (), ()), files["master-list.ml"], "TEST", NOW, (root,), day=TODAY).holdings
    for name, content in files.items():
        if name.endswith(".crl"):
            held = import_crl(held, content).holdings
    return TrustStore(held)


def small_store(document: SyntheticDocument) -> TrustStore:
    """A store that knows the document's own authority and nothing else."""
    listing = authority(trust.LIST_SIGNER)
    root = read_certificate(listing.csca.certificate)
    assert isinstance(root, Certificate)
    data = listing.master_list([authority(document.authority).csca.certificate])
    return TrustStore(import_list(Holdings({}, (), (), ()), data, "TEST", NOW, (root,), day=TODAY).holdings)


@cache
def usual_store() -> TrustStore:
    return store_for(make())


def inspected(document: SyntheticDocument, store: TrustStore) -> ChipInspection:
    assert document.chip is not None
    files = collect(chips.files(document.chip).items())
    return inspect_chip(files, store, TODAY, printed=read_zone("\n".join(document.zone)))


def not_passed(found: ChipInspection) -> set[str]:
    return {check.code.value for check in found.checks if check.result in {Result.FAILED, Result.UNDETERMINED}}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_genuine_chip_is_consistent_in_every_profile(profile: str) -> None:
    document = make(Options(Kind.PASSPORT, "RKS", profile=profile))
    found = inspected(document, small_store(document))
    assert found.advice is Advice.CONSISTENT, not_passed(found)
    assert found.passive.holds


def test_a_genuine_card_is_consistent_too() -> None:
    document = make(Options(Kind.CARD, "MKD", profile="p256-sha256"))
    found = inspected(document, store_for(document))
    assert found.advice is Advice.CONSISTENT, not_passed(found)


@pytest.mark.parametrize("operator", applicable(make()))
def test_a_tampered_chip_is_seen_where_its_label_says(operator: str) -> None:
    document = tamper(make(), operator, random.Random(1))
    if document.chip is None:
        return
    found = inspected(document, usual_store())
    plain = not_passed(inspected(make(), usual_store()))
    for fault in document.label.faults:
        if fault in SEEN_AS:
            assert found.advice is not Advice.CONSISTENT, fault
            assert SEEN_AS[fault] & (not_passed(found) - plain), (fault, not_passed(found))
    fields = {each.field for each in document.label.disagree if (each.first, each.second) == (Source.ZONE, Source.CHIP)}
    if fields - {"personal_number"}:  # BSI TR-03135-1: optional data alone is undetermined
        assert found.advice is not Advice.CONSISTENT
    if not fields and not set(document.label.faults) & set(SEEN_AS) and Fault.CHECK_DIGIT not in document.label.faults:
        assert found.advice is Advice.CONSISTENT, not_passed(found) - plain
