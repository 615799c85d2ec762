"""The tree of checks: sections, checks with one of five results, and what they come to together.

A check is one question about one document (does the security object's signature verify?). Each part of the engine
keeps a closed list of its checks and a rule for each; `conclude` puts the checks of one inspection together in the
manner of BSI TR-03135-1 v2.5. What counts for the officer is the advice, which follows from the bearings of the
findings and not from the number of checks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.types import Advice, Bearing, Compared, Place, Result, Weight


class Section(StrEnum):
    """The branches of the tree (BSI TR-03135-1 v2.5 chapters on optical, electronic, combined and seal checks)."""

    OPTICAL = "optical"
    ELECTRONIC = "electronic"
    COMBINED = "combined"
    SEAL = "seal"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class CheckRule:
    """What every run of one check has in common.

    Args:
        section: the branch of the tree.
        title: what the check asks, in a few English words.
        weight: what it counts for where a profile says nothing else.
        source: the standard and section that demands it, or our own reason.
        version: raised whenever the check decides anything differently, so that an old inspection can be told apart.
    """

    section: Section
    title: str
    weight: Weight
    source: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Check:
    """One check as it ended, with its evidence."""

    code: StrEnum
    result: Result
    findings: tuple[Finding, ...] = ()
    compared: tuple[Compared, ...] = ()
    """What was held against each other, also where it agreed."""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """All checks of one section and what they come to."""

    section: Section
    result: Result
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The whole tree of one inspection."""

    branches: tuple[Branch, ...]
    result: Result
    advice: Advice


Catalogue = Mapping[StrEnum, CheckRule]
"""Every check that may occur, with its rule."""
Profile = Mapping[StrEnum, Weight]
"""Weights that an operator sets differently from the catalogue."""


def weight_of(code: StrEnum, catalogue: Catalogue, profile: Profile) -> Weight:
    """What a check counts for in this profile."""
    return profile.get(code, catalogue[code].weight)


def conclude(checks: Iterable[Check], catalogue: Catalogue, profile: Profile) -> Conclusion:
    """Put the checks of one inspection together, in the order of the sections and of the catalogue."""
    order = {code: place for place, code in enumerate(catalogue)}
    done = sorted(checks, key=lambda check: order[check.code])
    branches = tuple(
        Branch(section, total(members, catalogue, profile), members)
        for section in Section
        if (members := tuple(check for check in done if catalogue[check.code].section is section))
    )
    counted = [check for check in done if weight_of(check.code, catalogue, profile) is not Weight.EVALUATORY]
    advice = advise(finding for check in counted for finding in check.findings)
    return Conclusion(branches, total(done, catalogue, profile), _cautious(advice, counted))


def total(checks: Iterable[Check], catalogue: Catalogue, profile: Profile) -> Result:
    """What several checks come to: failed before undetermined before successful; evaluatory ones never count.

    A mandatory check that is not supported or was aborted leaves the whole undetermined; an optional one is passed
    over (BSI TR-03135-1 v2.5, aggregation of results).
    """
    results: set[Result] = set()
    for check in checks:
        weight = weight_of(check.code, catalogue, profile)
        if weight is Weight.EVALUATORY:
            continue
        ended = check.result in {Result.SUCCESSFUL, Result.FAILED, Result.UNDETERMINED}
        if ended:
            results.add(check.result)
        elif weight is Weight.MANDATORY:
            results.add(Result.UNDETERMINED)
    for result in (Result.FAILED, Result.UNDETERMINED, Result.SUCCESSFUL):
        if result in results:
            return result
    return Result.NOT_SUPPORTED


def advise(findings: Iterable[Finding]) -> Advice:
    """The advice that the findings' bearings call for.

    An unknown issuer or type of document comes first: without knowing the rules it was made by, nothing can be said
    about it either way (DOC-09).
    """
    bearings = {finding.bearing for finding in findings}
    if Bearing.UNKNOWN in bearings:
        return Advice.CANNOT_TELL
    if Bearing.FALSITY in bearings:
        return Advice.SUSPECTED_FALSE
    return Advice.DISCREPANCIES if Bearing.DISCREPANCY in bearings else Advice.CONSISTENT


def _cautious(advice: Advice, checks: Iterable[Check]) -> Advice:
    """Where no check came to an end there is nothing that could be consistent."""
    ended = any(check.result in {Result.SUCCESSFUL, Result.FAILED} for check in checks)
    return advice if ended or advice is not Advice.CONSISTENT else Advice.CANNOT_TELL
