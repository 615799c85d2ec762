"""How a comparison of persons is printed: the probability, what it is made of step by step, and what cannot be told apart."""

import math
from typing import Any

import click

from egnatia.cli.common import echo_table, shown
from egnatia.engines.people.answer import Answer, Settling
from egnatia.engines.people.index import MOST_COMPARED
from egnatia.engines.people.types import Match

BITS_PER_SIGN = 1.0
"""Bits that one sign of the waterfall stands for."""
LONGEST_BAR = 24
SETTLES = {
    Settling.NUMBER: "a document or personal number",
    Settling.BIRTH_DATE: "the full date of birth",
    Settling.FATHER_NAME: "the father's name",
    Settling.MOTHER_NAME: "the mother's name",
    Settling.BIOMETRICS: "fingerprints or a photograph",
}
"""What would tell apart records that cannot be told apart, in words."""


def explain(match: Match, label: str = "") -> None:
    """Print the probability and what it is made of: every part with what stands after it."""
    click.echo(f"{shown(label or match.ref) or 'score'}: {chance(match.score)} ({match.band}), {match.bits:+.1f} bits")
    total = 0.0
    rows = []
    for part in match.evidence:
        total += part.added
        rows.append((part.claim, f"{part.added:+.1f}", f"{total:+.1f}", _bar(part.added), part.left, part.right))
    echo_table(("claim", "bits", "sum", "", "asked", "found"), rows)


def chance(probability: float) -> str:
    """A probability with three digits, and never as certain."""
    least = 0.001
    return "<0.001" if probability < least else ">0.999" if probability > 1 - least else f"{probability:.3f}"


def _bar(bits: float) -> str:
    """One sign for each bit, for or against."""
    return ("+" if bits > 0 else "-") * min(LONGEST_BAR, math.ceil(abs(bits) / BITS_PER_SIGN - 0.5))


def summarise(found: Answer) -> None:
    """Print how many records there are, and whether the first can be told apart from the rest."""
    if not found.matches:
        return
    click.echo(f"{found.found} found among {found.size:,}; {len(found.matches)} shown")
    if found.cannot_distinguish:
        words = ", or ".join(SETTLES[each] for each in found.settled_by)
        least = "at least " if found.indistinguishable >= MOST_COMPARED else ""
        click.echo(f"cannot distinguish {least}{found.indistinguishable} of them; this would settle it: {words}")


def plain(match: Match) -> dict[str, Any]:
    """A match as plain values."""
    evidence = [
        {
            "field": part.field,
            "claim": part.claim.value,
            "bits": round(part.added, 3),
            "left": part.left,
            "right": part.right,
        }
        for part in match.evidence
    ]
    return {"ref": match.ref, "score": round(match.score, 6), "band": match.band.value, "evidence": evidence}


def plain_answer(found: Answer) -> dict[str, Any]:
    """An answer as plain values."""
    return {
        "matches": [plain(match) for match in found.matches],
        "found": found.found,
        "register": found.size,
        "indistinguishable": found.indistinguishable,
        "cannot_distinguish": found.cannot_distinguish,
        "settled_by": [each.value for each in found.settled_by],
    }
