"""The trust store against real lists: signatures, keys, links, security objects, and how long each takes.

Run: python -m bench.documents.trust                  (the folder ../shared/data/documents beside the repository)
     python -m bench.documents.trust FOLDER ...       (any folders with *.ml, *.cer and *.bin, searched below)
     python -m bench.documents.trust --mutations 100000 [FOLDER ...]    (and spoiled files; about three minutes)

Times are CPU time of this process. Beside our count of usable certificates stands that of the package `cryptography`,
loading the same certificates and their keys in the same run.
"""

import statistics
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.documents.trust_mutations import run_all
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.cms import read_signed_data, verify_signer
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_list
from egnatia.engines.documents.trust.kinds import FileKind, kind_of
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.signed_data import ContentKind, SignedData
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.trust.trust_file import read_trust_file, write_trust_file
from egnatia.errors import ConflictError

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "data" / "documents"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
_REPEATS = 20
"""Times that each security object is verified; the middle one counts."""
Done = TypeVar("Done")


def timed(act: Callable[[], Done]) -> tuple[Done, float]:
    """What an act gives, and its CPU seconds."""
    began = time.process_time()
    done = act()
    return done, time.process_time() - began


def _files(folders: Sequence[Path]) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def import_all(paths: Sequence[Path]) -> Holdings:
    """Import every list, oldest first where the names say so, with every certificate file as a root."""
    roots = [found for path in paths if path.suffix == ".cer" for found in [read_certificate(path.read_bytes())]]
    good = [each for each in roots if not isinstance(each, Fault)]
    holdings = Holdings()
    for path in paths:
        data = path.read_bytes()
        if path.suffix != ".ml" or kind_of(data) is not FileKind.MASTER_LIST:
            continue
        try:
            done = import_list(holdings, data, path.name[:2], NOW, good, vouched=True)
        except ConflictError:
            continue
        holdings = done.holdings
        print(f"  {path.name:<40} {done.what}; {holdings.versions[-1].trust}")
    return holdings


def _peer(certificates: Sequence[Certificate]) -> tuple[int, float]:
    """How many certificates `cryptography` loads with a key that it can use."""
    began, usable = time.process_time(), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of serial numbers that are not positive
        for each in certificates:
            try:
                x509.load_der_x509_certificate(each.raw).public_key()
            except (ValueError, UnsupportedAlgorithm):
                continue
            usable += 1
    return usable, time.process_time() - began


def report_lists(paths: Sequence[Path]) -> TrustStore:
    """Print what the lists come to."""
    holdings, seconds = timed(lambda: import_all(paths))
    entries = sum(len(each.certificates) for each in holdings.versions)
    print(f"lists imported: {len(holdings.versions)}, {entries} entries, {len(holdings.certificates)} certificates")
    print(f"  import {seconds:.2f} s")
    data = write_trust_file(holdings, "bench", 1, NOW, None)
    store, seconds = timed(lambda: TrustStore(read_trust_file(data, None).holdings))
    each = 1000 * seconds / max(1, len(holdings.certificates))
    print(f"  the store's file of {len(data):,} bytes is loaded in {seconds:.2f} s: {each:.2f} s per 1000 certificates")
    every = store.certificates()
    usable = sum(not isinstance(one.key, Fault) for one in every)
    theirs, peer_seconds = _peer(every)
    print(
        f"keys usable: {usable} of {len(every)}; cryptography: {theirs} of {len(every)} in {1000 * peer_seconds:.1f} ms"
    )
    return store


def report_links(store: TrustStore) -> None:
    """Print how many certificates that did not sign themselves lead to one that did."""
    others = [each for each in store.certificates() if not store.index.self_signed(each)]
    chains, seconds = timed(lambda: [store.chain(each, DAY) for each in others])
    roots = sum(each.root is not None for each in chains)
    share = 100 * roots / max(1, len(others))
    print(f"links resolved to a root: {roots} of {len(others)} ({share:.1f} %) in {seconds:.2f} s")
    print(f"  issuer found by {dict(Counter(str(each.links[0].found_by) for each in chains if each.links))}")
    longest = max((len(each.links) for each in chains), default=0)
    tried = max((each.tried for each in chains), default=0)
    print(f"  longest row of links {longest}, most keys tried {tried}")
    for chain in chains:
        if chain.root is None:
            print(f"  not resolved: {chain.certificate.subject} <- {(chain.links or (chain,))[-1].certificate.issuer}")
    days = sorted({each.day for each in store.holdings.versions})
    print(
        "listed as of "
        + ", ".join(f"{day}: {len(store.index.listed_on(day))}" for day in days[:: max(1, len(days) // 5)])
    )


def _passive(data: bytes, store: TrustStore) -> tuple[bool, str]:
    signed = read_signed_data(data)
    if not isinstance(signed, SignedData):
        return False, signed.detail
    verdict = verify_signer(signed)
    if verdict.certificate is None:
        return False, "no certificate"
    return verdict.ok, store.chain(verdict.certificate, DAY).state


def report_objects(paths: Sequence[Path], store: TrustStore) -> None:
    """Print how every security object fares and how long it takes."""
    middle, states = [], Counter[str]()
    for path in paths:
        data = path.read_bytes()
        signed = read_signed_data(data)
        if path.suffix != ".bin" or isinstance(signed, Fault) or signed.kind not in _OBJECTS:
            continue
        runs = [timed(partial(_passive, data, store)) for _ in range(_REPEATS)]
        ok, state = runs[0][0]
        seconds = statistics.median(each[1] for each in runs)
        middle.append(seconds)
        states[f"{'holds' if ok else 'BROKEN'}, {state}"] += 1
        print(f"  {path.name:<40} signature {'holds' if ok else 'BROKEN'}, chain {state}, {1000 * seconds:.2f} ms")
    if middle:
        each = statistics.median(middle)
        print(f"security objects: {dict(states)}; median {1000 * each:.2f} ms, {1 / each:.0f} a second")


_OBJECTS = {ContentKind.SECURITY_OBJECT, ContentKind.SECURITY_OBJECT_OLD, ContentKind.DATA, ContentKind.CARD_SECURITY}


def main(arguments: Sequence[str]) -> None:
    """Print everything."""
    given, mutations = list(arguments), 0
    if given[:1] == ["--mutations"]:
        mutations, given = int(given[1]), given[2:]
    paths = _files([Path(each) for each in given] or [DEFAULT])
    if not paths:
        sys.exit(f"no lists in {DEFAULT}: name a folder that has some")
    store = report_lists(paths)
    report_links(store)
    report_objects(paths, store)
    if mutations:
        run_all(mutations, paths, store)


if __name__ == "__main__":
    main(sys.argv[1:])
