"""One whole examination: CPU milliseconds and bytes of each report, for an invented passport with every source.

Run: python -m bench.documents.examine [--runs N]
"""

import argparse
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

from egnatia.engines.documents.chip.files import collect
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.report.formats import to_json
from egnatia.engines.documents.report.html import Kind, to_html
from egnatia.engines.documents.report.pages import view_of
from egnatia.engines.documents.report.speaker import speaker
from egnatia.engines.documents.report.stored import keep, read_stored, replay
from egnatia.engines.documents.report.xml import to_xml
from egnatia.engines.documents.synthetic import chips, trust
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.types import Kind as DocumentKind
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_list
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.visual.formats import visual_from

TODAY = date(2026, 11, 22)


def sources() -> tuple[Presented, Basis]:
    """An invented passport with page and chip, and the store that knows its issuer."""
    document = genuine(random.Random(3), TODAY, Options(DocumentKind.PASSPORT, "ALB", profile="p256-sha256"))
    files = trust.files([document], TODAY)
    root = read_certificate(files["list-root.cer"])
    if not isinstance(root, Certificate) or document.chip is None:
        raise SystemExit("the generator made no passport with a chip")
    at = datetime.combine(TODAY, datetime.min.time(), UTC)
    held = import_list(Holdings({}, (), (), ()), files["master-list.ml"], "BENCH", at, (root,), day=TODAY).holdings
    chip = collect(chips.files(document.chip).items())
    presented = Presented(zone="\n".join(document.zone), visual=visual_from(document.visual), chip=chip)
    return presented, Basis(TODAY, store=TrustStore(held))


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """CPU milliseconds of one run, the mean of several after a first one that warms up."""
    work()
    begun = time.process_time()
    for _ in range(runs):
        work()
    return 1_000 * (time.process_time() - begun) / runs


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    whole, basis = sources()
    alone = Presented(zone=whole.zone)
    for name, presented in (("zone alone", alone), ("zone, page and chip", whole)):
        found = examine(presented, basis)
        view = view_of(found, speaker("mk"))
        print(f"{name}: {milliseconds(partial(examine, presented, basis), runs):.1f} ms, {found.advice}")
        for kind, content in (
            ("JSON", to_json(found)), ("XML", to_xml(found)), ("stored", keep(presented, basis, found)),
            ("officer view", to_html(view)), ("evidence", to_html(view, Kind.EVIDENCE)),
        ):  # fmt: skip
            print(f"  {kind}: {len(content):,} bytes")
        print(f"  replay the same: {replay(read_stored(keep(presented, basis, found)), basis).same}")


if __name__ == "__main__":
    main()
