"""Closed lists of the border check: directions, reasons, findings, outcomes (requirements BCC, DOC-03).

Neither nationality nor origin is a reason, and there is no free text among the reasons (BCC-03).
"""

from enum import StrEnum


class Direction(StrEnum):
    """Which way somebody crosses."""

    ENTRY = "entry"
    EXIT = "exit"


class CrossingMode(StrEnum):
    """By what somebody crosses."""

    LAND = "land"
    SEA = "sea"
    AIR = "air"
    RAIL = "rail"


class SecondLineReason(StrEnum):
    """Why somebody is asked to a further check (BCC-03)."""

    DOC_DISCREPANCY = "doc_discrepancy"
    LOST_STOLEN = "lost_stolen"
    IDENTITY_DOUBT = "identity_doubt"
    ENTRY_CONDITION = "entry_condition"
    ALERT = "alert"
    CHILD_ALONE = "child_alone"
    DISTRESS_INDICATOR = "distress_indicator"
    RANDOM_SAMPLE = "random_sample"


class SecondLineFinding(StrEnum):
    """What the officer found, in the officer's judgement: the classes of DOC-03, and what is no fault of a document."""

    NO_FINDING = "no_finding"
    UNRESOLVED = "unresolved"
    COUNTERFEIT = "counterfeit"
    FORGED = "forged"
    STOLEN_BLANK = "stolen_blank"
    IMPOSTOR = "impostor"
    FRAUDULENTLY_OBTAINED = "fraudulently_obtained"
    FANTASY = "fantasy"
    LOST_OR_STOLEN = "lost_or_stolen"
    """A genuine document that was reported lost or stolen."""
    ENTRY_CONDITION_NOT_MET = "entry_condition_not_met"
    ALERT_CONFIRMED = "alert_confirmed"


FALSE_DOCUMENT = frozenset(
    {
        SecondLineFinding.COUNTERFEIT,
        SecondLineFinding.FORGED,
        SecondLineFinding.STOLEN_BLANK,
        SecondLineFinding.IMPOSTOR,
        SecondLineFinding.FRAUDULENTLY_OBTAINED,
        SecondLineFinding.FANTASY,
        SecondLineFinding.LOST_OR_STOLEN,
    }
)
"""Findings that open the screening of the holder (DOC-10): people who flee or are trafficked often have no other papers."""


class CrossingOutcome(StrEnum):
    """How a check ends (BCC-01). Every one but `pass` is an officer's act with a record of its own."""

    PASS = "pass"  # noqa: S105 - a crossing, not a password
    SECOND_LINE = "second_line"
    REFUSED_ENTRY = "refused_entry"
    ASYLUM_REFERRAL = "asylum_referral"
    SAFEGUARDING_REFERRAL = "safeguarding_referral"
    ARREST_NATIONAL_LAW = "arrest_national_law"


class Minor(StrEnum):
    """Whether the person is a child, and with whom (BCC-10)."""

    ADULT = "adult"
    WITH_BOTH = "with_both"
    """A child with everybody who has custody."""
    ONE_ADULT = "one_adult"
    ALONE = "alone"


class AgeBand(StrEnum):
    """Ages in bands, for counting only (BCC-06)."""

    UNDER_18 = "under_18"
    FROM_18 = "18_29"
    FROM_30 = "30_44"
    FROM_45 = "45_59"
    FROM_60 = "60_plus"


class Sign(StrEnum):
    """What may show that somebody needs protection or is exploited.

    Chosen from the general indicators of UNODC's "Human trafficking indicators" (UN.GIFT) that an officer can see or
    hear in a short talk. A sign is a reason to offer help, never one against the person.
    """

    PAPERS_HELD_BY_OTHERS = "papers_held_by_others"
    DOES_NOT_KNOW_DESTINATION = "does_not_know_destination"
    SPOKEN_FOR = "spoken_for"
    AFRAID = "afraid"
    INJURED = "injured"
    OWES_FOR_THE_JOURNEY = "owes_for_the_journey"
    CHILD_WITH_STRANGERS = "child_with_strangers"
