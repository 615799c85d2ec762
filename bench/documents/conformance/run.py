"""Runs the cases against `inspect_chip` and compares: the right verdict on the right check."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.documents.conformance import (
    cases_algorithm,
    cases_biometric,
    cases_certificate,
    cases_keys,
    cases_sod,
    cases_text,
)
from bench.documents.conformance.case import DAY, Case, Verdict
from bench.documents.inspecting import Inspected, Known, inspected

from egnatia.engines.documents.types import Advice, Result

CASES: tuple[Case, ...] = tuple(
    sorted(
        (
            *cases_text.CASES,
            *cases_biometric.CASES,
            *cases_keys.CASES,
            *cases_sod.CASES,
            *cases_certificate.CASES,
            *cases_algorithm.CASES,
        ),
        key=lambda case: case.code,
    )
)
"""All 214, in the order of the test plan."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one case ended."""

    case: Case
    result: Result | None
    """Of the check that has to say it; None where it was not made at all."""
    whole: Result
    advice: Advice
    right: bool
    others: tuple[str, ...]
    """Checks that failed or could not decide, beside the one that is asked."""


def run(cases: tuple[Case, ...] = CASES) -> Iterator[Outcome]:
    """Inspect each chip."""
    for case in cases:
        chip = case.make()
        known = Known(chip.trusted, DAY, others=tuple(each.certificate for each in chip.signers))
        found = inspected(chip.files, known, printed=chip.printed, evidence=chip.evidence, sent=chip.sent)
        yield judge(case, found)


def judge(case: Case, found: Inspected) -> Outcome:
    """Whether the inspection says what the case wants.

    A case that has to succeed is right when its check is successful and nothing else speaks against the chip. One that
    has to fail is right when its check failed and the whole failed with it; an open one, where both failed or could not
    be decided.
    """
    check = found.checks.get(case.check)
    result = None if check is None else check.result
    others = tuple(
        code
        for code, each in found.checks.items()
        if code != case.check and each.result in {Result.FAILED, Result.UNDETERMINED, Result.ABORTED}
    )
    if case.verdict is Verdict.DELETED:
        right = True
    elif case.verdict is Verdict.SUCCESSFUL:
        right = (result, found.result, found.advice) == (Result.SUCCESSFUL, Result.SUCCESSFUL, Advice.CONSISTENT)
    else:
        answers = {Result.FAILED, Result.UNDETERMINED} if case.open else {Result.FAILED}
        right = result in answers and found.result in answers
    return Outcome(case, result, found.result, found.advice, right, others)
