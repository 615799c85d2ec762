"""Whole examinations of synthetic documents: every tampering operator, what the label says and what the advice was.

Each document is genuine or tampered with by one operator; zone, printed fields, chip files, seal, trust store and
register are laid before `inspection.examine` as the generator wrote them, without pictures and so without reading noise
(`consistency.py` has the noise). Seen means any advice but `consistent`. What a label calls `catchable` may still have
to go unseen: the portraits and the print are for a person to compare, and a missing chip is only known to be missing
where the issuer is known to give one. A document that stands in the register must be seen whatever its label says.

Run: python -m bench.documents.tampered [documents of each kind, 4 if left out]
"""

import io
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from egnatia.engines.documents import RegisterRow, read_register
from egnatia.engines.documents.chip.files import collect
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.registers.lookup import RegisterIndex
from egnatia.engines.documents.synthetic import chips, trust
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.holders import STATES
from egnatia.engines.documents.synthetic.seal import can_be_sealed
from egnatia.engines.documents.synthetic.tampering import OPERATORS, applicable, tamper
from egnatia.engines.documents.synthetic.types import Fault, Kind, SyntheticDocument
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_crl, import_list
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Advice
from egnatia.engines.documents.visual.types import Printed, VisualFields

TODAY = date(2026, 11, 22)
PROFILE = "p256-sha256"
FOR_A_PERSON = {Fault.GHOST, Fault.PRINT, Fault.CHIP_MISSING}
"""Faults that no comparison of texts and files can show."""


def made(count: int) -> Iterator[tuple[SyntheticDocument, tuple[SyntheticDocument, ...]]]:
    """Genuine documents of every kind and state, each with every tampering that it has something for."""
    for kind in Kind:
        for state in STATES:
            for number in range(count):
                rng = random.Random(f"{kind}/{state}/{number}")
                document = genuine(rng, TODAY, Options(kind, state, seal=can_be_sealed(kind), profile=PROFILE))
                yield document, tuple(tamper(document, name, rng) for name in applicable(document))


def certificate(encoded: bytes) -> Certificate:
    """A certificate that is known to be readable."""
    found = read_certificate(encoded)
    if not isinstance(found, Certificate):
        raise TypeError(found)
    return found


def basis(documents: tuple[SyntheticDocument, ...]) -> Basis:
    """Store, seal signers and register as the generator writes them beside its documents."""
    files, now = trust.files(documents, TODAY), datetime(2026, 11, 22, tzinfo=UTC)
    root = certificate(files["list-root.cer"])
    held = import_list(Holdings({}, (), (), ()), files["master-list.ml"], "BENCH", now, (root,), day=TODAY).holdings
    for name, content in files.items():
        held = import_crl(held, content).holdings if name.endswith(".crl") else held
    rows = [row for row in read_register(io.StringIO(trust.register(documents, TODAY))) if isinstance(row, RegisterRow)]
    signers = tuple(certificate(content) for name, content in files.items() if name.startswith("seal-signer"))
    return Basis(TODAY, TrustStore(held), register=RegisterIndex(rows), signers=signers)


def presented(document: SyntheticDocument) -> Presented:
    """What an officer with a reader would lay before the machine."""
    visual: dict[str, Any] = {
        name: tuple(map(Printed, values)) if name in {"primary", "secondary"} else Printed(values[0])
        for name, values in document.visual.items()
        if name != "passport_number"
    }
    language = document.issue.holder.language.partition("-")[0]
    return Presented(
        zone="\n".join(document.zone),
        visual=VisualFields(**visual, language=language),
        chip=None if document.chip is None else collect(chips.files(document.chip).items()),
        seals=() if document.seal is None else (document.seal,),
        passport_number=document.issue.passport_number,
    )


def expected(document: SyntheticDocument) -> bool:
    """Whether the machine must see it by its texts, files and register alone."""
    label = document.label
    fields = {each.field for each in label.disagree} - {"face", "birth_place", "nationality"}
    return bool(set(label.faults) - FOR_A_PERSON or fields or label.register)


def main() -> None:
    """Examine everything and print what was seen, by operator."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    together = list(made(count))
    held = basis(tuple(each for document, tampered in together for each in (document, *tampered)))
    unregistered = Basis(TODAY, held.store, signers=held.signers)
    began = time.process_time()
    alarms: Counter[str] = Counter()
    for document, _ in together:
        alarms[examine(presented(document), unregistered).advice.value] += 1
    seen: Counter[tuple[str, bool, bool]] = Counter()
    for _, tampered in together:
        for each in tampered:
            known = held if each.label.register else unregistered
            found = examine(presented(each), known).advice is not Advice.CONSISTENT
            seen[each.label.operator, expected(each), found] += 1
    report(len(together), alarms, seen, time.process_time() - began)


def report(total: int, alarms: Counter[str], seen: Counter[tuple[str, bool, bool]], seconds: float) -> None:
    """Print the figures."""
    print(f"genuine documents: {total}; advice {dict(alarms)}")
    must = sum(number for (_, wanted, _), number in seen.items() if wanted)
    caught = sum(number for (_, wanted, found), number in seen.items() if wanted and found)
    print(f"tampered, to be seen by texts, files or register: {must}; seen {caught} ({caught / must:.2%})")
    rest = sum(number for (_, wanted, _), number in seen.items() if not wanted)
    also = sum(number for (_, wanted, found), number in seen.items() if not wanted and found)
    print(f"tampered, for a person's eyes only: {rest}; seen all the same {also}")
    for name in OPERATORS:
        missed = seen[name, True, False]
        if missed:
            print(f"  unseen: {name} {missed} of {missed + seen[name, True, True]}")
    print(f"{(total + must + rest) / seconds:.0f} examinations a second of processor time, making the files included")


if __name__ == "__main__":
    main()
