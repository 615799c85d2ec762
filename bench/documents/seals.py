"""How fast seals are read and verified, and what happens to changed ones.

Prints milliseconds of CPU for reading a visa's seal and for all its checks, by the signer's curve; then changes seals of all
three kinds at random and prints how many raised (none may), how many were accepted although a signed byte had changed
(none may), and the longest time for one.

Run: `python -m bench.documents.seals [changes]`, by default 10,000. One process, one thread.
"""

import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.seals.catalogue import SealCheck
from egnatia.engines.documents.seals.checks import Expected, check_seal
from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.seals.signers import SealTrust
from egnatia.engines.documents.seals.writer import write_idb, write_vds_nc
from egnatia.engines.documents.synthetic.authorities import authority, seal_signer
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.keys import EcKey, ecdsa
from egnatia.engines.documents.synthetic.types import Kind
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.types import Result

TODAY = date(2026, 6, 1)
CHANGES, LOOPS = 10_000, 200
PROFILES = ("p256-sha256", "bp256-sha256", "p384-sha384", "bp384-sha384", "bp224-sha224")


@dataclass(frozen=True)
class Sample:
    """A sound seal with what is needed to check it."""

    content: bytes
    expected: Expected
    trust: SealTrust


def certificate(der: bytes) -> Certificate:
    """A certificate of ours."""
    found = read_certificate(der)
    if not isinstance(found, Certificate):
        raise SystemExit(found.detail)
    return found


def samples(profile: str) -> list[Sample]:
    """One seal of each kind by the same signer."""
    document = genuine(random.Random(417), TODAY, Options(Kind.VISA, seal=True, profile=profile))
    by = seal_signer(document.authority)
    key = by.key
    if not isinstance(key, EcKey):
        raise SystemExit("seals are signed on curves")
    width = (key.curve.order.bit_length() + 7) // 8

    def sign(message: bytes) -> bytes:
        return b"".join(part.to_bytes(width, "big") for part in ecdsa(key, by.scheme.hash, message))

    signer, root = certificate(by.certificate), certificate(authority(document.authority).csca.certificate)
    trust = SealTrust(datetime(2026, 6, 1, 12, tzinfo=UTC), (signer,), (root,))
    zone = read_lines(document.zone)
    reference = bytes.fromhex("00" * 5)
    idb = write_idb("UTO", reference, TODAY, [(0x84, bytes(4)), (0x82, b"\x59\xe9\x6b\x0f\x2d\x0a")], sign)
    message = {"uvci": "U1", "pid": {"n": "SPECIMEN"}, "ve": [{"vd": [{"seq": at} for at in range(3)]}]}
    other = write_vds_nc("UTO", "icao.vacc", message, by.certificate, sign)
    return [
        Sample(document.seal or b"", Expected(zone=zone), trust),
        Sample(idb.encode(), Expected(), trust),
        Sample(other.encode(), Expected(), trust),
    ]


def accepted(content: bytes, sample: Sample) -> bool:
    """Whether the signature is called sound."""
    checks = check_seal(content, sample.expected, sample.trust)[1]
    return any(each.code is SealCheck.SEAL_SIGNATURE and each.result is Result.SUCCESSFUL for each in checks)


def speed() -> None:
    """Reading alone, and everything, in milliseconds of CPU."""
    for profile in PROFILES:
        sample = samples(profile)[0]
        started = time.process_time()
        for _ in range(LOOPS):
            read_seal(sample.content)
        reading = time.process_time() - started
        started = time.process_time()
        for _ in range(LOOPS):
            check_seal(sample.content, sample.expected, sample.trust)
        whole = time.process_time() - started
        print(f"{profile:<14} reading {1_000 * reading / LOOPS:6.3f} ms, all checks {1_000 * whole / LOOPS:7.2f} ms")


def changed(rng: random.Random, data: bytes) -> bytes:
    """A seal with one to eight random changes."""
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        at = rng.randrange(len(made)) if made else 0
        kind = rng.randrange(4)
        if kind == 0 and made:
            made[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del made[at : at + rng.randint(1, 9)]
        elif kind == 2:
            made[at:at] = rng.randbytes(rng.randint(1, 9))
        else:
            made = made[: rng.randint(1, max(1, len(made)))]
    return bytes(made) or b"\xdc"


def hostile(count: int) -> None:
    """Random changes of all three kinds."""
    rng = random.Random(417)
    every = samples("p256-sha256")
    sound = [read_seal(sample.content).seal for sample in every]
    raised = wrong = 0
    longest = 0.0
    for number in range(count):
        sample, seal = every[number % 3], sound[number % 3]
        content = changed(rng, sample.content)
        started = time.process_time()
        try:
            if accepted(content, sample):
                now = read_seal(content).seal
                wrong += now is None or seal is None or now.signed != seal.signed
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError, AttributeError) as error:
            raised += 1
            print(f"raised {error!r} on {content.hex()}")
        longest = max(longest, time.process_time() - started)
    print(
        f"{count:,} changed seals: {raised} raised, {wrong} accepted with other signed bytes, longest {longest:.3f} s"
    )


def main() -> None:
    """Print all figures."""
    speed()
    hostile(int(sys.argv[1]) if len(sys.argv) > 1 else CHANGES)


if __name__ == "__main__":
    main()
