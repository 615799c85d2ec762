"""Runs all cases, prints what is not right and the score, and writes the table of the documentation where asked."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from bench.documents.conformance.case import Verdict
from bench.documents.conformance.run import Outcome, run
from bench.documents.conformance.table import page

GOAL = 205
PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "conformance.md"


def main() -> int:
    """Exit status 1 where fewer cases are right than the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="rewrite docs/reference/conformance.md")
    parser.add_argument("--all", action="store_true", help="print the cases that are right as well")
    asked = parser.parse_args()
    outcomes = tuple(run())
    for each in outcomes:
        if asked.all or not each.right:
            print(_line(each))
    units = Counter(each.case.code[4] for each in outcomes)
    right = Counter(each.case.code[4] for each in outcomes if each.right)
    print("  ".join(f"{unit} {right[unit]}/{units[unit]}" for unit in units))
    deleted = sum(each.case.verdict is Verdict.DELETED for each in outcomes)
    score = sum(each.right for each in outcomes)
    print(f"{score} of {len(outcomes)} cases right (goal {GOAL}; {deleted} of them are deleted in the test plan)")
    if asked.write:
        PAGE.write_text(page(outcomes), encoding="utf-8")
    return 0 if score >= GOAL else 1


def _line(each: Outcome) -> str:
    case = each.case
    mark = "right" if each.right else "WRONG"
    wanted = f"{case.check} {case.verdict}"
    return f"{mark} {case.code:9} {wanted:40} got {each.result or 'no check':14} whole {each.whole:13} {each.advice:15} {', '.join(each.others)}"


if __name__ == "__main__":
    sys.exit(main())
