"""Operators that make or use a document as a whole: counterfeits, fantasies, stolen blanks, and genuine ones misused."""

import random
from dataclasses import replace

from egnatia.engines.documents.synthetic.documents import visual_of, zone_of
from egnatia.engines.documents.synthetic.substitutions import other_issue, repersonalised
from egnatia.engines.documents.synthetic.types import ChipChange, ChipRecipe, Fault, SyntheticDocument
from egnatia.engines.documents.types import Source

FANTASY_ISSUERS: tuple[str, ...] = ("ZZA", "NAT", "XPL", "BHO")
"""Letters that no list of codes has; the last are those of British Honduras as camouflage passports print them."""
LAST_BLANK = 499
"""Number of blanks in the invented stolen batch."""
BLANK_PREFIX = "SB"
"""Numbers of the invented batch of stolen blanks begin with these letters."""


def counterfeit(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """Made from nothing by somebody who can calculate check digits: all agrees, another background, no chip, no seal."""
    issue = other_issue(document, rng)
    return _without_electronics(repersonalised(document, issue), rng, Fault.PRINT)


def counterfeit_careless(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """The same by somebody who cannot: two check digits are wrong."""
    made = counterfeit(document, rng)
    lines = list(made.zone)
    for place in rng.sample(_digit_places(made), 2):
        line, column = place
        wrong = (int(lines[line][column]) + rng.randrange(1, 10)) % 10
        lines[line] = f"{lines[line][:column]}{wrong}{lines[line][column + 1 :]}"
    return _faulty(replace(made, zone=tuple(lines)), *made.label.faults, Fault.CHECK_DIGIT)


def _digit_places(document: SyntheticDocument) -> list[tuple[int, int]]:
    """Line and column, both from 0, of the check digits of number, birth and expiry."""
    if len(document.zone) == 3:  # noqa: PLR2004 - TD1
        return [(0, 14), (1, 6), (1, 14)]
    return [(1, 9), (1, 19), (1, 27)]


def counterfeit_with_chip(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """A counterfeit with a chip that the forger keyed and signed himself."""
    made = counterfeit(document, rng)
    issue = made.told[Source.ZONE]
    chip = ChipRecipe(made.zone, issue.holder.face, issue, made.authority, (ChipChange.SELF_KEYED,))
    made = replace(made, chip=chip, told={**made.told, Source.CHIP: issue})
    return _faulty(made, Fault.PRINT, Fault.SIGNER_UNTRUSTED)


def fantasy(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """A document of an issuer that is in no list of codes."""
    code = rng.choice(FANTASY_ISSUERS)
    issue = document.issue
    named = replace(issue, issuer=code, holder=replace(issue.holder, nationality=code, personal_number=""))
    visual = {**visual_of(replace(named, issuer=issue.issuer)), "issuer": (code,)}
    made = replace(repersonalised(document, replace(named, issuer=issue.issuer)), zone=zone_of(named), visual=visual)
    made = replace(made, told={Source.ZONE: named, Source.VISUAL: named}, issue=named)
    return _without_electronics(made, rng, Fault.ISSUER_UNKNOWN)


def stolen_blank(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """A genuine blank that somebody else filled in: printed as by the issuer, its number in the stolen batch, no chip."""
    issue = replace(other_issue(document, rng), number=f"{BLANK_PREFIX}{rng.randrange(1, LAST_BLANK + 1):07}")
    made = replace(repersonalised(document, issue), issue=issue)
    told = {Source.ZONE: issue, Source.VISUAL: issue}
    faults = (Fault.CHIP_MISSING,) if document.chip is not None else ()
    return _faulty(replace(made, told=told, chip=None, seal=None), *faults)


def stolen_blank_with_chip(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """The same with a chip that the thief keyed and signed himself."""
    made = stolen_blank(document, rng)
    chip = ChipRecipe(made.zone, made.issue.holder.face, made.issue, made.authority, (ChipChange.SELF_KEYED,))
    made = replace(made, chip=chip, told={**made.told, Source.CHIP: made.issue})
    return _faulty(made, Fault.SIGNER_UNTRUSTED)


def untouched(document: SyntheticDocument, rng: random.Random) -> SyntheticDocument:
    """Nothing was done to the document itself."""
    del rng
    return document


def _without_electronics(document: SyntheticDocument, rng: random.Random, *faults: Fault) -> SyntheticDocument:
    """Another background, no chip, no seal; only a document that had a chip lacks one now."""
    told = {source: document.told[source] for source in (Source.ZONE, Source.VISUAL)}
    missing = (Fault.CHIP_MISSING,) if document.chip is not None else ()
    style = document.style + rng.randrange(1, 1 << 20)
    return _faulty(replace(document, told=told, style=style, chip=None, seal=None), *faults, *missing)


def _faulty(document: SyntheticDocument, *faults: Fault) -> SyntheticDocument:
    return replace(document, label=replace(document.label, faults=faults))
