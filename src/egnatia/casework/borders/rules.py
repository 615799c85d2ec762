"""How a border check may end, as plain rules that a person in front of the officer could be read aloud.

Nothing here takes a score or an advice: what a machine says of a document reaches an officer's eyes and no rule
(design rule 3). Nobody is refused at the first line, nobody leaving is refused at all, and whoever asks for protection
is referred whatever else was found (Refugee Convention article 33; requirements BCC-01, 05, 07, 10).
"""

from dataclasses import dataclass

from egnatia.errors import ConflictError
from egnatia.model.borders import FALSE_DOCUMENT, CrossingOutcome, Direction, Minor, SecondLineFinding

_UNGUARDED = frozenset({Minor.ALONE, Minor.ONE_ADULT})
"""A child whose custody has to be asked about before anybody lets it pass (BCC-10)."""
_STOPS = frozenset({CrossingOutcome.REFUSED_ENTRY, CrossingOutcome.ARREST_NATIONAL_LAW})
"""Endings against the person: they rest on what an officer found, or a machine's word could stand behind them."""
_REFERRALS = (CrossingOutcome.ASYLUM_REFERRAL, CrossingOutcome.SAFEGUARDING_REFERRAL)


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a further check decides how it may end.

    Attributes:
        direction: entry or exit.
        minor: whether the person is a child, and with whom.
        protection_asked: whether the person asked for protection, in whatever words.
        informed: whether the information sheet was given (BCC-04).
        screened: whether the signs of flight and exploitation were gone through (DOC-10).
    """

    direction: Direction
    minor: Minor
    protection_asked: bool
    informed: bool
    screened: bool


def first_line_outcomes(minor: Minor, *, protection_asked: bool) -> tuple[CrossingOutcome, ...]:
    """What an officer at the first line can choose."""
    if protection_asked:
        return _REFERRALS
    if minor in _UNGUARDED:
        return (CrossingOutcome.SECOND_LINE, *_REFERRALS)
    return (CrossingOutcome.PASS, CrossingOutcome.SECOND_LINE, *_REFERRALS)


def second_line_outcomes(standing: Standing) -> tuple[CrossingOutcome, ...]:
    """What an officer at the second line can choose, whatever was found."""
    if standing.protection_asked:
        return _REFERRALS
    if standing.minor in _UNGUARDED:
        return (CrossingOutcome.PASS, *_REFERRALS)
    stops: tuple[CrossingOutcome, ...] = (CrossingOutcome.ARREST_NATIONAL_LAW,)
    if standing.direction is Direction.ENTRY:
        stops = (CrossingOutcome.REFUSED_ENTRY, *stops)
    return (CrossingOutcome.PASS, *_REFERRALS, *stops)


def check_ending(standing: Standing, finding: SecondLineFinding, outcome: CrossingOutcome) -> None:
    """Require that a further check may end like this.

    Raises:
        ConflictError: it may not yet, or not so; it says why and what to do.
    """
    if not standing.informed:
        raise ConflictError(
            "this check cannot be closed: no information sheet was given",
            hint="Give the sheet in a language the person understands: `egnatia crossing inform`.",
        )
    if finding in FALSE_DOCUMENT and not standing.screened:
        raise ConflictError(
            "a false document opens the screening for flight and exploitation, which was not done",
            hint="Go through the signs with the person: `egnatia crossing screen`.",
        )
    possible = second_line_outcomes(standing)
    if outcome not in possible:
        raise ConflictError(
            f"this check cannot end as {outcome.value}: {_because(standing)}",
            hint=f"Choose one of: {', '.join(each.value for each in possible)}.",
        )
    if finding is SecondLineFinding.NO_FINDING and outcome in _STOPS:
        raise ConflictError(
            f"this check cannot end as {outcome.value}: nothing was found, and nobody is stopped for nothing",
            hint="Choose the finding that this rests on, or another ending.",
        )


def _because(standing: Standing) -> str:
    if standing.protection_asked:
        return "the person asked for protection"
    if standing.minor in _UNGUARDED:
        return "the person is a child without everybody who has custody"
    return "nobody is refused who leaves" if standing.direction is Direction.EXIT else "it is no end of a further check"
