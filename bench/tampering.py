"""Tampered bundles, random ones of every way, before the standalone verifier: how many it lets through.

Run: `python bench/tampering.py [CASES]` from the repository; 1,000 cases of each way unless told otherwise. Beside it the
package's own verifier judges every tenth file. The last way, a node that rewrites its own log and drops its partners'
cosignatures, is judged as a reader does who asks for one witness.
"""

import io
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.verifier.conftest import load  # noqa: E402 - the repository's root has to be on the path first
from tests.verifier.tampering import NEEDS_WITNESSES, WAYS, Sample, samples, write  # noqa: E402

from egnatia.ledger.bundle import verify_bundle  # noqa: E402
from egnatia.ledger.notekeys import parse_verify_key  # noqa: E402
from egnatia.ledger.report import Trust  # noqa: E402
from egnatia.model.ids import PartnerCode  # noqa: E402

verifier = load()


def passes(sample: Sample, path: Path, witnesses: int) -> bool:
    """Whether the standalone verifier lets a file through."""
    try:
        verifier.verify_file(path, verifier.Keys(sample.key, sample.witnesses), witnesses, unsealed=False)
    except verifier.Wrong:
        return False
    return True


def holds(sample: Sample, content: bytes) -> bool:
    """Whether the package's verifier does."""
    keys = {PartnerCode(code): parse_verify_key(text) for code, text in sample.witnesses.items()}
    return verify_bundle(io.BytesIO(content), Trust(parse_verify_key(sample.key), keys), sealed=True).holds


def main() -> int:
    """Print a line for each way; exit status 1 when a tampered file passed."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    missed = total = beside = 0
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle"
        genuine = samples(Path(folder), 12)
        for sample in genuine:
            path.write_bytes(write(sample.lines))
            missed += not passes(sample, path, 2)
        for way in WAYS:
            rng, found, slipped = random.Random(f"bench {way.__name__}"), 0, 0
            while found < cases:
                sample = rng.choice(genuine)
                content = way(sample, rng)
                if content == write(sample.lines):
                    continue
                found += 1
                path.write_bytes(content)
                slipped += passes(sample, path, 1 if way is NEEDS_WITNESSES else 0)
                if found % 10 == 0 and way is not NEEDS_WITNESSES:
                    beside += holds(sample, content)
            total, missed = total + found, missed + slipped
            print(f"{way.__name__.replace('_', ' '):<30} {found:>6} tampered, {slipped} passed")
    seconds = time.perf_counter() - started
    print(
        f"{total} files in {len(WAYS)} ways: {missed} passed the standalone verifier, {beside} the package's (of a tenth)"
    )
    print(f"{seconds:.0f} s, random generator seeded by the way's name")
    return 1 if missed or beside else 0


if __name__ == "__main__":
    sys.exit(main())
