"""A few hundred spoiled files for every reader; `bench/documents/trust.py --mutations` gives 100,000."""

from datetime import date
from pathlib import Path

import pytest
from bench.documents.trust_mutations import Tally, _run, readers
from tests.engines.documents.trust.making import ec_signer, name, security_object, signed_data
from tests.engines.documents.trust.realm import KOSOVO, KS_KEY, NOW, document_signer, history, kosovo

from egnatia.engines.documents.trust.imports import import_certificate
from egnatia.engines.documents.trust.store import TrustStore

SIGNER_KEY = ec_signer(number=30)


@pytest.fixture(name="made")
def _made(tmp_path: Path) -> tuple[TrustStore, list[Path]]:
    """A store and a security object that leads into it."""
    holdings = import_certificate(history(), kosovo(), NOW, date(2026, 3, 1)).holdings
    signer = document_signer(KOSOVO, KS_KEY, subject=name("C=KS, CN=DS"))
    path = tmp_path / "EF_SOD.bin"
    path.write_bytes(signed_data(security_object({1: b"zone"}), "2.23.136.1.1.1", signer.raw, SIGNER_KEY))
    return TrustStore(holdings), [path]


def test_spoiled_files_are_refused_or_said(made: tuple[TrustStore, list[Path]]) -> None:
    store, paths = made
    for reader, (read, sounds) in readers(paths, store).items():
        tally: Tally = _run(reader, read, sounds, 300)
        assert sum(tally.words.values()) == 300, reader
        assert not [word for word in tally.words if word.startswith(("RAISED", "BELIEVED", "SILENT"))], (
            reader,
            tally.words,
        )
