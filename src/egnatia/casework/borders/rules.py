"""How a border check may end, as plain rules that a person in front of the officer could be read aloud.

Nothing here takes a score or an advice: what a machine says of a document reaches an officer's eyes and no rule
(design rule 3). Neither a name nor a nationality can be given to any of them. Nobody is refused at the first line, nobody
leaving is refused at all, whoever asks for protection is referred whatever else was found, and who may need help is
offered it before anything is done against them (Refugee Convention article 33; requirements BCC-01, 05, 07, 10, DOC-10).
"""

from dataclasses import dataclass
from enum import StrEnum

from egnatia.errors import ConflictError
from egnatia.model.borders import (
    FALSE_DOCUMENT,
    GROUNDS,
    CrossingOutcome,
    CustodyCheck,
    Direction,
    HelpAnswer,
    Minor,
    RefusalGround,
    SecondLineFinding,
)

UNGUARDED = frozenset({Minor.ALONE, Minor.ONE_ADULT})
"""A child whose custody has to be asked about before anybody lets it pass (BCC-10)."""
_STOPS = frozenset({CrossingOutcome.REFUSED_ENTRY, CrossingOutcome.ARREST_NATIONAL_LAW})
"""Endings against the person: they rest on what an officer found, or a machine's word could stand behind them."""
_PROVES_NOTHING = frozenset({SecondLineFinding.NO_FINDING, SecondLineFinding.UNRESOLVED})
"""Findings on which no ending against the person can rest: a doubt that stays is for the person, not against them."""
_REFERRALS = (CrossingOutcome.ASYLUM_REFERRAL, CrossingOutcome.SAFEGUARDING_REFERRAL)


class Prompt(StrEnum):
    """What an officer at the second line still has to do or to think of."""

    REFER_NOW = "refer_now"
    """Protection was asked for: the check has stopped."""
    INFORM = "inform"
    SCREEN = "screen"
    ASK_CUSTODY = "ask_custody"
    OFFER_HELP = "offer_help"
    SAFEGUARD = "safeguard"
    """A safeguarding referral is what is left, or what fits best."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a further check decides how it may end.

    Attributes:
        direction: entry or exit.
        minor: whether the person is a child, and with whom.
        protection_asked: whether the person asked for protection, in whatever words.
        informed: whether the information sheet was given (BCC-04).
        screened: whether the signs of flight and exploitation were gone through (DOC-10).
        distressed: whether a sign was seen, or distress was why the check began.
        custody: what came of asking about custody, of a child (BCC-10).
        help: what a grown person said when help was offered.
    """

    direction: Direction
    minor: Minor
    protection_asked: bool
    informed: bool
    screened: bool
    distressed: bool = False
    custody: CustodyCheck | None = None
    help: HelpAnswer | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How an officer ends a further check.

    Attributes:
        finding: the officer's own.
        outcome: how it ends.
        grounds: of a refusal of entry: the boxes of the standard form; none otherwise.
        appeal_in: of a refusal: the language in which the person was told how and where to appeal.
    """

    finding: SecondLineFinding
    outcome: CrossingOutcome
    grounds: tuple[RefusalGround, ...] = ()
    appeal_in: str | None = None

    @property
    def is_lawful_travel(self) -> bool:
        """Whether nothing was found and the person went on: then only a count is kept."""
        return (self.finding, self.outcome) == (SecondLineFinding.NO_FINDING, CrossingOutcome.PASS)


def first_line_outcomes(
    minor: Minor, *, protection_asked: bool, distressed: bool = False
) -> tuple[CrossingOutcome, ...]:
    """What an officer at the first line can choose."""
    if protection_asked:
        return _REFERRALS
    if minor in UNGUARDED or distressed:
        return (CrossingOutcome.SECOND_LINE, *_REFERRALS)
    return (CrossingOutcome.PASS, CrossingOutcome.SECOND_LINE, *_REFERRALS)


def second_line_outcomes(standing: Standing) -> tuple[CrossingOutcome, ...]:
    """What an officer at the second line can choose, whatever was found."""
    if standing.protection_asked or _help_comes_first(standing):
        return _REFERRALS
    if standing.minor in UNGUARDED:
        return (CrossingOutcome.PASS, *_REFERRALS) if standing.custody is CustodyCheck.CONFIRMED else _REFERRALS
    stops: tuple[CrossingOutcome, ...] = (CrossingOutcome.ARREST_NATIONAL_LAW,)
    if standing.direction is Direction.ENTRY:
        stops = (CrossingOutcome.REFUSED_ENTRY, *stops)
    return (CrossingOutcome.PASS, *_REFERRALS, *stops)


def _help_comes_first(standing: Standing) -> bool:
    """Signs were seen: a grown person may decline the help that is offered, a child cannot."""
    return standing.distressed and (standing.minor is not Minor.ADULT or standing.help is not HelpAnswer.DECLINED)


def prompts(standing: Standing, *, false_document: bool = False) -> tuple[Prompt, ...]:
    """What is still to be done, in the order in which it matters.

    Args:
        standing: of the check.
        false_document: whether a false document is found or suspected: a reason to screen, and nothing else.
    """
    asks_custody = standing.minor in UNGUARDED and standing.custody is None
    is_child = standing.minor is not Minor.ADULT
    needs_offer = standing.distressed and not is_child and standing.help is None
    unsafe = standing.minor in UNGUARDED and standing.custody in {CustodyCheck.NOT_REACHED, CustodyCheck.CONTRADICTED}
    accepted = standing.help is HelpAnswer.ACCEPTED
    open_ones = {
        Prompt.REFER_NOW: standing.protection_asked,
        Prompt.INFORM: not standing.informed,
        Prompt.SCREEN: not standing.screened and (false_document or standing.distressed or is_child),
        Prompt.ASK_CUSTODY: asks_custody,
        Prompt.OFFER_HELP: needs_offer,
        Prompt.SAFEGUARD: accepted or unsafe or (standing.distressed and is_child),
    }
    return tuple(each for each, is_open in open_ones.items() if is_open)


def check_ending(standing: Standing, ending: Ending) -> None:
    """Require that a further check may end like this.

    Raises:
        ConflictError: it may not yet, or not so; it says why and what to do.
    """
    if not standing.informed:
        raise ConflictError(
            "this check cannot be closed: no information sheet was given",
            hint="Give the sheet in a language the person understands: `egnatia crossing inform`.",
        )
    if ending.finding in FALSE_DOCUMENT and not standing.screened:
        raise ConflictError(
            "a false document opens the screening for flight and exploitation, which was not done",
            hint="Go through the signs with the person: `egnatia crossing screen`.",
        )
    possible = second_line_outcomes(standing)
    if ending.outcome not in possible:
        raise ConflictError(
            f"this check cannot end as {ending.outcome.value}: {_because(standing)}",
            hint=f"Choose one of: {', '.join(each.value for each in possible)}.",
        )
    if ending.finding in _PROVES_NOTHING and ending.outcome in _STOPS:
        raise ConflictError(
            f"this check cannot end as {ending.outcome.value}: {_nothing(ending.finding)}",
            hint="Choose the finding that this rests on, or another ending.",
        )
    _check_refusal(ending)


def _check_refusal(ending: Ending) -> None:
    """A refusal has a ground from the form that the finding carries, and tells how to appeal (SBC article 14)."""
    if ending.outcome is not CrossingOutcome.REFUSED_ENTRY:
        if ending.grounds or ending.appeal_in:
            raise ConflictError("only a refusal of entry has grounds and tells how to appeal", hint="Leave them out.")
        return
    carried = GROUNDS[ending.finding]
    if not ending.grounds or not set(ending.grounds) <= carried:
        raise ConflictError(
            f"a refusal that rests on the finding {ending.finding.value} needs a ground that this finding carries",
            hint=f"Choose from: {', '.join(sorted(each.value for each in carried))}.",
        )
    if not ending.appeal_in:
        raise ConflictError(
            "nobody is refused without being told, in writing, how and where to appeal",
            hint="Hand over the form and the contact points, and say in which language.",
        )


def _nothing(finding: SecondLineFinding) -> str:
    if finding is SecondLineFinding.UNRESOLVED:
        return "what is not resolved is not found, and nobody is stopped for a doubt"
    return "nothing was found, and nobody is stopped for nothing"


def _because(standing: Standing) -> str:
    if standing.protection_asked:
        return "the person asked for protection"
    if _help_comes_first(standing):
        if standing.minor is not Minor.ADULT:
            return "signs were seen in a child, which goes to those who protect children"
        return "signs were seen, and help has to be offered first: `egnatia crossing offer`"
    if standing.minor in UNGUARDED:
        return "the person is a child without everybody who has custody, which was not confirmed"
    return "nobody is refused who leaves" if standing.direction is Direction.EXIT else "it is no end of a further check"
