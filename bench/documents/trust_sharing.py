"""Trust files between partners on the real lists: bytes, messages, and seconds at both ends.

Run: python -m bench.documents.trust_sharing                  (the folder ../shared/data/documents beside the repository)
     python -m bench.documents.trust_sharing FOLDER ...       (any folders with *.ml, searched below)

Times are CPU time of this process, the middle of five. Beside the whole file stands what the difference by digests of the
newest list would have been, which is the protocol that ADR 0029 left.
"""

import statistics
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.engines.documents.trust.difference import difference
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_list
from egnatia.engines.documents.trust.taking import shareable, take
from egnatia.engines.documents.trust.trust_file import read_header, write_trust_file
from egnatia.enquiries.trust.messages import MAX_FILE_BYTES, PART_BYTES
from egnatia.enquiries.trust.updates import packed, unpacked

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "data" / "documents"
NOW, DAY = datetime(2026, 11, 22, 12, tzinfo=UTC), date(2026, 11, 22)
_DIGEST = 32
_REPEATS = 5
T = TypeVar("T")


def main(folders: Sequence[str]) -> None:
    """Print the figures of sharing all lists of some folders."""
    paths = sorted(path for each in folders or [str(DEFAULT)] for path in Path(each).rglob("*.ml"))
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    holdings, last = Holdings(), Holdings()
    for path in paths:
        last, holdings = holdings, import_list(holdings, path.read_bytes(), path.name[:2], NOW, vouched=True).holdings
    made, file = _timed(lambda: write_trust_file(shareable(holdings), "ALB", 1, NOW, key))
    packing, content = _timed(lambda: packed(file))
    print(f"{len(paths)} lists, {len(holdings.certificates)} certificates")
    print(
        f"file {len(file):,} bytes of {MAX_FILE_BYTES:,} allowed; packed {len(content):,}; messages {_parts(content) + 1}"
    )
    print(f"of a sender's time: sign {made:.3f} s, pack {packing:.3f} s")
    check, _ = _timed(lambda: read_header(unpacked(content, len(file)), public))
    print(f"in the receiver's writer, once: unpack and verify {check:.3f} s")
    reading, taken = _timed(lambda: take(Holdings(), file, public, NOW))
    looking, changed = _timed(lambda: difference(Holdings(), taken.holdings, DAY))
    print(f"for an officer's look: read and take {reading:.3f} s, difference {looking:.3f} s ({len(changed.new)} new)")
    _print_difference(last, holdings)


def _print_difference(last: Holdings, holdings: Holdings) -> None:
    """What would have travelled to a partner that held everything but the newest list."""
    new = [each.raw for name, each in holdings.certificates.items() if name not in last.certificates]
    content = zlib.compress(b"".join(new), 9)
    digests = len(holdings.certificates) * _DIGEST
    print(f"difference by digests: {len(new)} certificates, {len(content):,} bytes packed and {digests:,} of digests,")
    print(f"  messages {_parts(content) + 2}, in three steps instead of one")


def _parts(content: bytes) -> int:
    return -(-len(content) // PART_BYTES)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    times = []
    for _ in range(_REPEATS):
        began = time.process_time()
        done = work()
        times.append(time.process_time() - began)
    return statistics.median(times), done


if __name__ == "__main__":
    main(sys.argv[1:])
