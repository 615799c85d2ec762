"""What the console calls directions, reasons, signs, findings and outcomes of a border check."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.model.borders import (
    AgeBand,
    CrossingMode,
    CrossingOutcome,
    Direction,
    Minor,
    SecondLineFinding,
    SecondLineReason,
    Sign,
)

_MET: dict[StrEnum, str] = {
    Direction.ENTRY: N_("Entry"),
    Direction.EXIT: N_("Exit"),
    CrossingMode.LAND: N_("By road"),
    CrossingMode.SEA: N_("By sea"),
    CrossingMode.AIR: N_("By air"),
    CrossingMode.RAIL: N_("By rail"),
    Minor.ADULT: N_("An adult"),
    Minor.WITH_BOTH: N_("A child with everybody who has custody"),
    Minor.ONE_ADULT: N_("A child with one adult"),
    Minor.ALONE: N_("A child alone"),
    AgeBand.UNDER_18: N_("Under 18"),
    AgeBand.FROM_18: N_("18 to 29"),
    AgeBand.FROM_30: N_("30 to 44"),
    AgeBand.FROM_45: N_("45 to 59"),
    AgeBand.FROM_60: N_("60 and over"),
}
_REASONS: dict[StrEnum, str] = {
    SecondLineReason.DOC_DISCREPANCY: N_("The document contradicts itself"),
    SecondLineReason.LOST_STOLEN: N_("The document is registered as lost or stolen"),
    SecondLineReason.IDENTITY_DOUBT: N_("Doubt whether it is the holder's"),
    SecondLineReason.ENTRY_CONDITION: N_("A condition of entry has to be looked at"),
    SecondLineReason.ALERT: N_("An alert"),
    SecondLineReason.CHILD_ALONE: N_("A child without everybody who has custody"),
    SecondLineReason.DISTRESS_INDICATOR: N_("Signs of distress"),
    SecondLineReason.RANDOM_SAMPLE: N_("Random sample"),
}
_SIGNS: dict[StrEnum, str] = {
    Sign.PAPERS_HELD_BY_OTHERS: N_("Somebody else holds the papers"),
    Sign.DOES_NOT_KNOW_DESTINATION: N_("Does not know where the journey leads"),
    Sign.SPOKEN_FOR: N_("Somebody else answers the questions"),
    Sign.AFRAID: N_("Is afraid"),
    Sign.INJURED: N_("Is injured"),
    Sign.OWES_FOR_THE_JOURNEY: N_("Owes money for the journey"),
    Sign.CHILD_WITH_STRANGERS: N_("A child with people it does not know"),
}
_ENDINGS: dict[StrEnum, str] = {
    SecondLineFinding.NO_FINDING: N_("Nothing found"),
    SecondLineFinding.UNRESOLVED: N_("Not resolved"),
    SecondLineFinding.COUNTERFEIT: N_("Counterfeit document"),
    SecondLineFinding.FORGED: N_("Altered document"),
    SecondLineFinding.STOLEN_BLANK: N_("Stolen blank, filled in"),
    SecondLineFinding.IMPOSTOR: N_("Somebody else's document"),
    SecondLineFinding.FRAUDULENTLY_OBTAINED: N_("Document obtained by fraud"),
    SecondLineFinding.FANTASY: N_("Document of no issuer"),
    SecondLineFinding.LOST_OR_STOLEN: N_("Genuine, reported lost or stolen"),
    SecondLineFinding.ENTRY_CONDITION_NOT_MET: N_("A condition of entry is not met"),
    SecondLineFinding.ALERT_CONFIRMED: N_("The alert is about this person"),
    CrossingOutcome.PASS: N_("Passes"),
    CrossingOutcome.SECOND_LINE: N_("Further check"),
    CrossingOutcome.REFUSED_ENTRY: N_("Entry refused"),
    CrossingOutcome.ASYLUM_REFERRAL: N_("Referred to asylum"),
    CrossingOutcome.SAFEGUARDING_REFERRAL: N_("Referred to safeguarding"),
    CrossingOutcome.ARREST_NATIONAL_LAW: N_("Arrested under national law"),
}
BORDER_PHRASES: tuple[Mapping[StrEnum, str], ...] = (_MET, _REASONS, _SIGNS, _ENDINGS)
