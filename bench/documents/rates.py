"""False alarms and misses by type of synthetic document: kind and issuer, each with its 95 % interval (Wilson 1927).

The documents are those of `tampered.py`. Genuine ones are laid before the machine twice: as printed, and with the noise
of a reading (one misread character in the names or optional data of one zone in three, where no check digit sees it). A
miss is a tampered document that texts, files or the register can show and that was called consistent; what only a person
can see (portrait, print) is left out. Documents of an issuer that nobody knows are counted apart: `cannot_tell` is right.

Run: python -m bench.documents.rates [documents of each kind and issuer, 6 if left out]
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bench.documents.tampered import TODAY, basis, expected, made, presented

from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.synthetic.types import Kind, SyntheticDocument
from egnatia.engines.documents.types import Advice
from egnatia.model.intervals import wilson

STRANGE = "XXY"
"""A code that no issuer has."""


@dataclass(slots=True)
class Tally:
    """What became of the documents of one type."""

    genuine: int = 0
    alarms: int = 0
    noisy: int = 0
    noisy_alarms: int = 0
    false: int = 0
    missed: int = 0
    undecided: int = 0


def noisy(given: Presented, rng: random.Random) -> Presented:
    """The same document with one letter of the first name misread in one zone of three; no check digit covers it."""
    if rng.random() > 1 / 3 or given.visual is None:
        return given
    lines = given.zone.splitlines()
    at = -1 if len(lines) == 3 else 0
    letters = [place for place, sign in enumerate(lines[at]) if sign.isalpha() and place > 4]
    place = rng.choice(letters)
    other = {"O": "Q", "I": "L", "M": "N", "E": "F", "B": "R", "U": "V"}.get(lines[at][place], "")
    if not other:
        return given
    lines[at] = lines[at][:place] + other + lines[at][place + 1 :]
    return Presented("\n".join(lines), given.visual, chip=given.chip, seals=given.seals, passport_number=given.passport_number)  # fmt: skip


def said(document: Presented, against: Basis) -> Advice:
    """The advice."""
    return examine(document, against).advice


def main() -> None:
    """Examine everything and print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    together = list(made(count))
    held = basis(tuple(each for document, tampered in together for each in (document, *tampered)))
    plain = Basis(TODAY, held.store, signers=held.signers)
    rng = random.Random("rates")
    found: dict[tuple[Kind, str], Tally] = defaultdict(Tally)
    for document, tampered in together:
        of = found[document.issue.kind, document.issue.issuer]
        _genuine(of, document, plain, rng)
        for each in tampered:
            if expected(each):
                advice = said(presented(each), held if each.label.register else plain)
                of.false += 1
                of.missed += advice is Advice.CONSISTENT
                of.undecided += advice is Advice.CANNOT_TELL
    print(f"{sys.argv[0].rsplit('/', 1)[-1]}: {count} documents of each kind and issuer")
    report(found)
    strange([document for document, _ in together if document.issue.kind is Kind.PASSPORT], plain)


def _genuine(of: Tally, document: SyntheticDocument, against: Basis, rng: random.Random) -> None:
    given = presented(document)
    advice = said(given, against)
    of.genuine += 1
    of.alarms += advice in {Advice.DISCREPANCIES, Advice.SUSPECTED_FALSE}
    of.undecided += advice is Advice.CANNOT_TELL
    spoiled = noisy(given, rng)
    if spoiled is not given:
        of.noisy += 1
        of.noisy_alarms += said(spoiled, against) in {Advice.DISCREPANCIES, Advice.SUSPECTED_FALSE}


def _share(number: int, of: int) -> str:
    if not of:
        return "-"
    low, high = wilson(number, of)
    return f"{number} of {of}: {number / of:.1%} ({low:.1%} to {high:.1%})"


def report(found: dict[tuple[Kind, str], Tally]) -> None:
    """The table, first by kind, then by kind and issuer."""
    print("| type | false alarms | with a misread name | misses | cannot tell |")
    print("| --- | --- | --- | --- | --- |")
    for kind in Kind:
        _row(kind.value, [tally for (each, _), tally in sorted(found.items()) if each is kind])
    for (kind, state), tally in sorted(found.items()):
        _row(f"{state} {kind.value}", [tally])
    _row("every type", list(found.values()))


def _row(name: str, of: Iterable[Tally]) -> None:
    one = Tally()
    for each in of:
        for field in Tally.__slots__:
            setattr(one, field, getattr(one, field) + getattr(each, field))
    cells = (
        _share(one.alarms, one.genuine),
        _share(one.noisy_alarms, one.noisy),
        _share(one.missed, one.false),
        _share(one.undecided, one.genuine + one.false),
    )
    print(f"| {name} | {' | '.join(cells)} |")


def strange(documents: list[SyntheticDocument], against: Basis) -> None:
    """The same passports of an issuer that nobody knows: the right advice is `cannot_tell`."""
    advice = []
    for each in documents:
        lines = list(each.zone)
        lines[0] = lines[0][:2] + STRANGE + lines[0][5:]
        advice.append(said(Presented(zone="\n".join(lines)), against))
    print(f"issuer unknown: cannot_tell {_share(sum(one is Advice.CANNOT_TELL for one in advice), len(advice))}")


if __name__ == "__main__":
    main()
