"""Synthetic documents made per second of processor time: descriptions, chips, pages and captures, each by itself.

Run: python -m bench.documents.generating
"""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from egnatia.engines.documents.synthetic import chips
from egnatia.engines.documents.synthetic.authorities import authority, document_signer
from egnatia.engines.documents.synthetic.conditions import TWELVE, Condition, capture
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.fonts import find_fonts
from egnatia.engines.documents.synthetic.pages import Page, zone_page
from egnatia.engines.documents.synthetic.tampering import OPERATORS, tamper
from egnatia.engines.documents.synthetic.types import ChipRecipe, Kind, SyntheticDocument

TODAY = date(2026, 11, 22)
OPTIONS = Options(Kind.PASSPORT, "ALB")


def made(number: int) -> SyntheticDocument:
    """One passport."""
    return genuine(random.Random(number), TODAY, OPTIONS)


def seconds(act: Callable[[int], object], times: int) -> float:
    """Processor time of one act, the mean of many."""
    began = time.process_time()
    for number in range(times):
        act(number)
    return (time.process_time() - began) / times


def main() -> None:
    """Print every figure."""
    documents, names = [made(number) for number in range(60)], tuple(OPERATORS)
    usable = [name for name in names if "seal" not in name]
    print(f"descriptions: {1 / seconds(made, 300):.0f} a second")
    print(
        f"tampered: {1 / seconds(lambda n: tamper(documents[n % 60], usable[n % 50], random.Random(n)), 300):.0f} a second"
    )
    for each in documents:  # every signer of these months is made before the chips are timed
        document_signer(each.authority, each.issue.issued)
    print(f"chips: {1 / seconds(lambda n: chips.files(chip_of(documents[n])), 60):.0f} a second")
    fonts = find_fonts()
    print(f"pages at 300 dots to the inch: {1 / seconds(lambda n: zone_page(documents[n], fonts), 20):.1f} a second")
    page = zone_page(documents[0], fonts)
    for condition in TWELVE:
        print(f"  {condition:<15} {seconds(partial(taken, page, condition), 4) * 1000:.0f} ms")
    for profile in ("p256-sha256", "bp384-sha384", "bp320-sha256", "rsa4096-sha256", "rsa4096-pss-sha256"):
        cost = seconds(partial(authority_made, profile), 4)
        print(f"authority {profile}: {cost * 1000:.0f} ms with one document signer")


def taken(page: Page, condition: Condition, number: int) -> Page:
    """One capture."""
    return capture(page, condition, random.Random(number))


def chip_of(document: SyntheticDocument) -> ChipRecipe:
    """The chip that every passport here has."""
    if document.chip is None:
        raise TypeError(document)
    return document.chip


def authority_made(profile: str, number: int) -> object:
    """A new authority with one document signer."""
    recipe = replace(made(number).authority, profile=profile, seed=f"bench {number}")
    authority.cache_clear()
    return document_signer(recipe, TODAY)


if __name__ == "__main__":
    main()
