"""Closed lists of the border check: directions, reasons, findings, outcomes (requirements BCC, DOC-03).

Neither nationality nor origin is a reason, and there is no free text among the reasons (BCC-03).
"""

from enum import StrEnum

from egnatia.model.states import RegisterCategory


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
    PROTECTION_REQUEST = "protection_request"
    """No suspicion at all: the person asked for protection, and nobody has to invent a reason (BCC-05)."""


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


class VerdictClass(StrEnum):
    """What a person says a document is (DOC-02, DOC-03). A machine gives advice; a verdict has an officer's name."""

    GENUINE = "genuine"
    LOST_OR_STOLEN = "lost_or_stolen"
    """Genuine, and reported lost, stolen or revoked."""
    COUNTERFEIT = "counterfeit"
    FORGED = "forged"
    """A genuine document that was altered."""
    STOLEN_BLANK = "stolen_blank"
    IMPOSTOR = "impostor"
    """A genuine document in the hands of somebody else."""
    FRAUDULENTLY_OBTAINED = "fraudulently_obtained"
    FANTASY = "fantasy"
    """A document of no issuer."""


SCREENED_VERDICTS = frozenset(VerdictClass) - {VerdictClass.GENUINE}
"""Verdicts that open the screening of the holder (DOC-10), wherever they are given."""
FALSE_VERDICTS = SCREENED_VERDICTS - {VerdictClass.LOST_OR_STOLEN}
"""Verdicts that the document is not what it says; one that was lost or stolen is genuine."""
MADE_FALSE = frozenset({VerdictClass.COUNTERFEIT, VerdictClass.FORGED, VerdictClass.STOLEN_BLANK, VerdictClass.FANTASY})
"""Verdicts about how a document was made, so that its features can help to know the next one of the same hand."""
REPORTED_VERDICTS: dict[RegisterCategory, VerdictClass] = {
    RegisterCategory.LOST: VerdictClass.LOST_OR_STOLEN,
    RegisterCategory.STOLEN: VerdictClass.LOST_OR_STOLEN,
    RegisterCategory.REVOKED: VerdictClass.LOST_OR_STOLEN,
    RegisterCategory.STOLEN_BLANK: VerdictClass.STOLEN_BLANK,
}
"""What an officer has to say of a document before members are told that it was met, by what a register says of it."""


class CrossingOutcome(StrEnum):
    """How a check ends (BCC-01). Every one but `pass` is an officer's act with a record of its own."""

    PASS = "pass"  # noqa: S105 - a crossing, not a password
    SECOND_LINE = "second_line"
    REFUSED_ENTRY = "refused_entry"
    ASYLUM_REFERRAL = "asylum_referral"
    SAFEGUARDING_REFERRAL = "safeguarding_referral"
    ARREST_NATIONAL_LAW = "arrest_national_law"


class RefusalGround(StrEnum):
    """On what a refusal of entry rests: the boxes A to I of the standard form of Regulation (EU) 2016/399, Annex V Part B.

    A country that uses the Entry/Exit System has further boxes; the countries of the task force's land borders do not.
    """

    NO_VALID_DOCUMENT = "no_valid_document"
    FALSE_DOCUMENT = "false_document"
    NO_VALID_VISA = "no_valid_visa"
    FALSE_VISA = "false_visa"
    PURPOSE_NOT_SHOWN = "purpose_not_shown"
    STAYED_90_OF_180 = "stayed_90_of_180"
    NO_MEANS = "no_means"
    ALERT_TO_REFUSE = "alert_to_refuse"
    THREAT = "threat"
    """To public policy, internal security, public health or international relations."""


_OF_A_FALSE_DOCUMENT = frozenset({RefusalGround.FALSE_DOCUMENT, RefusalGround.FALSE_VISA})
GROUNDS: dict[SecondLineFinding, frozenset[RefusalGround]] = {
    SecondLineFinding.COUNTERFEIT: _OF_A_FALSE_DOCUMENT,
    SecondLineFinding.FORGED: _OF_A_FALSE_DOCUMENT,
    SecondLineFinding.STOLEN_BLANK: _OF_A_FALSE_DOCUMENT,
    SecondLineFinding.IMPOSTOR: _OF_A_FALSE_DOCUMENT,
    SecondLineFinding.FRAUDULENTLY_OBTAINED: _OF_A_FALSE_DOCUMENT,
    SecondLineFinding.FANTASY: _OF_A_FALSE_DOCUMENT,
    SecondLineFinding.LOST_OR_STOLEN: frozenset({RefusalGround.NO_VALID_DOCUMENT}),
    SecondLineFinding.ENTRY_CONDITION_NOT_MET: frozenset(
        {
            RefusalGround.NO_VALID_DOCUMENT,
            RefusalGround.NO_VALID_VISA,
            RefusalGround.PURPOSE_NOT_SHOWN,
            RefusalGround.STAYED_90_OF_180,
            RefusalGround.NO_MEANS,
            RefusalGround.THREAT,
        }
    ),
    SecondLineFinding.ALERT_CONFIRMED: frozenset({RefusalGround.ALERT_TO_REFUSE, RefusalGround.THREAT}),
}
"""Which grounds a finding can carry. What is not here carries none: nothing found and nothing resolved refuse nobody."""


class CustodyCheck(StrEnum):
    """What came of asking about a child who travels without everybody who has custody (BCC-10)."""

    CONFIRMED = "confirmed"
    """Who has custody was reached and agrees, or the adult showed that it has custody."""
    NOT_REACHED = "not_reached"
    CONTRADICTED = "contradicted"


class HelpAnswer(StrEnum):
    """What a grown person said when help was offered because of the signs that were seen (DOC-10)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class RelaxationReason(StrEnum):
    """Why checks are relaxed for some hours: unforeseeable events (Regulation (EU) 2016/399, article 9)."""

    TRAFFIC = "traffic"
    ACCIDENT = "accident"
    DISASTER = "disaster"
    EVACUATION = "evacuation"
    TECHNICAL_FAILURE = "technical_failure"


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


class ListKind(StrEnum):
    """What a local list is of (BCC-02). Each is looked at only for what it can decide there."""

    LOST_STOLEN = "lost_stolen"
    """Documents reported lost, stolen or not valid."""
    WANTED = "wanted"
    ENTRY_BAN = "entry_ban"
    """Persons who may not enter; nobody who leaves is held against it."""
    RETURN_RECORD = "return_record"
    """Persons returned before; nobody who leaves is held against it, and it sends nobody to a further check (BCC-07)."""


class Unasked(StrEnum):
    """Why a partner was not asked while local lists were looked up (BCC-02)."""

    MAY_BE_ASKED = "may_be_asked"
    """A grant allows it: an enquiry is an officer's step of its own, and none was made yet."""
    UNREACHABLE = "unreachable"
    """It issues the document and a grant allows it, and its node could not be reached when it was last tried."""
    NOT_ISSUER = "not_issuer"
    """It did not issue the document and cannot know its number."""
    NOT_GRANTED = "not_granted"
    """It issues the document, and no grant lets this node ask today."""


class Criterion(StrEnum):
    """What a national rule pack may have an officer ask for; nationality, origin and a past return are none (BCC-08)."""

    ADDRESS = "address"
    INVITATION = "invitation"
    RETURN = "return"
    """That the person can come back: a ticket, a way of travel."""
    MEANS = "means"
