"""What a blind enquiry costs: building the index, the filter's size, bytes and CPU of one question at each side.

    python bench/blind.py                      # 20,000 real entries, a filter of 1,000,000 random outputs
    python bench/blind.py --entries 10000000   # the whole filter of ten million, 6 minutes and 1 GB of memory

The peer beside it is the floor that nobody can go under with this group: libsodium's bare scalar multiplication, called
through the same binding in the same run. CPU time is of this process (`time.process_time`), because the machine may be
shared. What the messages cost around it (signature, envelope, ledger, database) is in bench/exchange.py.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.engines.blind import (
    FALSE_POSITIVE_RATE,
    Evaluation,
    blind,
    build_pages,
    check_evaluation,
    check_page,
    evaluate,
    evaluate_directly,
    finalise,
    fresh_key,
    fresh_scalar,
    group,
    hashed_text,
    holds,
    normal_document,
    page_count,
    place_of,
    read_page,
)
from egnatia.engines.blind.types import IdentifierKind
from egnatia.enquiries.blind.messages import BlindEnquiryBody, BlindEvaluationBody
from egnatia.exchange import strict_json
from egnatia.exchange.message import Message, Question, write_message
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import BlindList, Offence, Purpose

BUDGET_BYTES, BUDGET_CPU_MS, BUDGET_FILTER_MB = 200, 5.0, 40.0


def timed(times: int, run: Callable[[int], Any]) -> float:
    """Microseconds of CPU for one run, over so many."""
    start = time.process_time()
    for number in range(times):
        run(number)
    return (time.process_time() - start) / times * 1e6


def text(number: int) -> bytes:
    """One of the documents of the index."""
    return hashed_text(IdentifierKind.DOCUMENT, normal_document("RKS", "P", f"P{number:07d}"))


def index(rng: random.Random, entries: int) -> None:
    """The holder's side of an epoch."""
    key = fresh_key(rng)
    element = blind(b"x", rng).element
    floor = timed(entries, lambda _: group.multiply(key.secret, element))
    full = timed(entries, lambda number: evaluate_directly(key, text(number)))
    print(f"bare scalar multiplication (floor)     {floor:8.1f} us CPU   {1e6 / floor:8.0f} /s")
    print(
        f"index entry, normalised and evaluated  {full:8.1f} us CPU   {1e6 / full:8.0f} /s   {full / floor:.2f} x floor"
    )
    print(f"index of 10,000,000 entries            {full * 10 / 60:8.1f} core-minutes (extrapolated)")


def compact(rng: random.Random, entries: int) -> tuple[list[bytes], list[bytes]]:
    """The filter over random outputs: what the function gives cannot be told from them."""
    kept = [rng.randbytes(16) for _ in range(2_000)]
    pages = page_count(entries)

    def outputs() -> Any:
        yield from kept
        for _ in range(entries - len(kept)):
            yield rng.randbytes(16)

    start = time.process_time()
    made = build_pages(outputs(), pages)
    built = time.process_time() - start
    size = sum(map(len, made))
    print(
        f"filter of {entries:,} entries: {size / 1e6:.2f} MB in {pages} pages, {8 * size / entries:.2f} bits an entry,"
    )
    print(f"    built in {built:.1f} s CPU ({built / entries * 1e6:.2f} us an entry)")
    print(f"    10,000,000 entries: {size / entries * 10:.2f} MB (budget {BUDGET_FILTER_MB:.0f} MB)")
    read = timed(min(pages, 50), lambda number: check_page(read_page(made[number], number, pages)))
    print(
        f"    a page read and checked when it comes in: {read / 1000:.1f} ms CPU, {read * page_count(10**7) / 1e6:.0f} s for 10,000,000"
    )
    return made, kept


def lookups(rng: random.Random, made: list[bytes], kept: list[bytes], strangers: int) -> float:
    """Finding, not finding, and the rate of false positives."""
    pages = len(made)

    def look(output: bytes) -> bool:
        place = place_of(output, pages)
        return holds(read_page(made[place.page], place.page, pages), place.value)

    if not all(map(look, kept)):
        sys.exit("an entry was not found")
    cost = timed(len(kept), lambda number: look(kept[number]))
    false = sum(look(rng.randbytes(16)) for _ in range(strangers))
    print(f"    look-up with the page's checksum {cost:.0f} us CPU")
    print(
        f"    false positives: {false} of {strangers:,} strangers; {FALSE_POSITIVE_RATE:.2e} a question at usual filling"
    )
    return cost


def question(rng: random.Random, times: int, look_us: float) -> None:
    """One blind question, step by step at each side, with its proof."""
    key = fresh_key(rng)
    asked = [blind(text(number), rng) for number in range(times)]
    answers: list[Evaluation] = []
    cost = {
        "asker: normalise and blind": timed(times, lambda number: blind(text(number), rng)),
        "holder: check, evaluate and prove": timed(
            times, lambda number: answers.append(evaluate(key, [asked[number].element], fresh_scalar(rng)))
        ),
        "asker: check the proof": timed(
            times, lambda number: check_evaluation(key.public, [asked[number].element], answers[number])
        ),
        "asker: finalise": timed(
            times, lambda number: finalise(text(number), asked[number].blind, answers[number].elements[0])
        ),
        "asker: look up": look_us,
    }
    for what, each in cost.items():
        print(f"{what:36} {each:8.1f} us CPU")
    for side in ("asker", "holder"):
        total = sum(each for what, each in cost.items() if what.startswith(side)) / 1000
        print(f"one question, {side:6} {total:.3f} ms CPU (budget {BUDGET_CPU_MS:.0f} ms)")


def wire(rng: random.Random) -> None:
    """Bytes of one question: what the protocol adds, and the signed messages around it."""
    signer = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
    body = BlindEnquiryBody(
        grant="demo-alb-xkx-travel_document",
        list=BlindList.REGISTERED_DOCUMENTS,
        purpose=Purpose.BORDER_CHECK,
        offence=Offence.FALSE_DOCUMENT,
        statement="ab" * 32,
        commitment="cd" * 32,
        element="ef" * 32,
    )
    reply = BlindEvaluationBody(element="ef" * 32, proof="01" * 64)
    sizes = []
    for kind, content in (("blind_enquiry", body), ("blind_evaluation", reply)):
        header = (MessageId("0" * 8 + "-0000-4000-8000-" + "0" * 12), PartnerCode("ALB"), PartnerCode("XKX"))
        asked = None if kind == "blind_enquiry" else Question(header[0], bytes(32))
        values = msgspec.to_builtins(content)
        message = Message(kind, *header, str(header[0]), datetime(2025, 5, 15, tzinfo=UTC), asked, values)
        sizes.append((len(write_message(message, signer).content), len(strict_json.render(values))))
    protocol = 32 + 32 + 32 + 64
    print(f"protocol: element 32, commitment 32, evaluated 32, proof 64 = {protocol} bytes (budget {BUDGET_BYTES})")
    print(
        f"as signed messages: question {sizes[0][0]}, answer {sizes[1][0]} bytes; their bodies {sizes[0][1]} and {sizes[1][1]}"
    )


def main() -> None:
    """Print every figure with the command that made it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=int, default=20_000, help="entries that are really evaluated")
    parser.add_argument("--entries", type=int, default=1_000_000, help="entries of the filter, random outputs")
    parser.add_argument("--strangers", type=int, default=200_000, help="look-ups of what is not in it")
    given = parser.parse_args()
    print("command:", Path(sys.executable).name, *sys.argv)
    rng = random.Random(9497)
    index(rng, given.real)
    made, kept = compact(rng, given.entries)
    question(rng, min(given.real, 2_000), lookups(rng, made, kept, given.strangers))
    wire(rng)


if __name__ == "__main__":
    main()
