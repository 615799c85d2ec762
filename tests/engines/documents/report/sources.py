"""One invented document with every source, and the basis it is held against; made once for all tests of reports."""

import random
from datetime import UTC, date, datetime
from functools import cache

from egnatia.engines.documents.chip.files import collect
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.registers.lookup import RegisterIndex
from egnatia.engines.documents.registers.register import RegisterRow, read_register
from egnatia.engines.documents.synthetic import chips, trust
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.tampering import tamper
from egnatia.engines.documents.synthetic.types import Kind, SyntheticDocument
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_crl, import_list
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.visual.formats import visual_from

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@cache
def made(operator: str = "", seed: int = 3) -> SyntheticDocument:
    document = genuine(random.Random(seed), TODAY, Options(Kind.PASSPORT, "ALB", profile="p256-sha256"))
    return tamper(document, operator, random.Random(seed)) if operator else document


@cache
def store() -> TrustStore:
    files = trust.files([made()], TODAY)
    root = read_certificate(files["list-root.cer"])
    assert isinstance(root, Certificate)
    held = import_list(Holdings({}, (), (), ()), files["master-list.ml"], "TEST", NOW, (root,), day=TODAY).holdings
    for name, content in files.items():
        if name.endswith(".crl"):
            held = import_crl(held, content).holdings
    return TrustStore(held)


def presented(document: SyntheticDocument) -> Presented:
    return Presented(
        zone="\n".join(document.zone),
        visual=visual_from(document.visual),
        chip=None if document.chip is None else collect(chips.files(document.chip).items()),
        seals=() if document.seal is None else (document.seal,),
    )


def basis(*listed: SyntheticDocument) -> Basis:
    rows = [each for each in read_register(trust.register(listed, TODAY).splitlines()) if isinstance(each, RegisterRow)]
    return Basis(TODAY, store=store(), register=RegisterIndex(rows, ("ALB",)), register_version="test")
