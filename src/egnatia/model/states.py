"""The closed lists: every state, kind and reason that is stored, sent or shown.

A value outside its list is refused wherever it comes in. The lists are documented in `docs/reference/`, and a test
fails when one of them has a value that no page explains.
"""

from enum import StrEnum


class SubjectKind(StrEnum):
    """What an enquiry may be about (requirement MEM-03)."""

    PERSON = "person"
    TRAVEL_DOCUMENT = "travel_document"
    DNA = "dna"
    FINGERPRINT = "fingerprint"
    FACE = "face"
    VEHICLE = "vehicle"
    BANK_ACCOUNT = "bank_account"
    COMPANY = "company"
    INTELLIGENCE = "intelligence"
    RETURN = "return"
    OPERATION = "operation"
    HUB = "hub"


class Purpose(StrEnum):
    """Why something is asked. A grant lists the purposes it serves; an answer may be used for no other."""

    PREVENTION = "prevention"
    DETECTION = "detection"
    INVESTIGATION = "investigation"
    BORDER_CHECK = "border_check"
    RETURN = "return"
    SAFEGUARDING = "safeguarding"


class Offence(StrEnum):
    """Offence behind an enquiry. Its seriousness decides whether a grant's threshold is met (`model.offences`)."""

    FALSE_DOCUMENT = "false_document"
    IRREGULAR_CROSSING = "irregular_crossing"
    SMUGGLING_OF_PERSONS = "smuggling_of_persons"
    TRAFFICKING_IN_PERSONS = "trafficking_in_persons"
    MONEY_LAUNDERING = "money_laundering"
    ORGANISED_CRIME_GROUP = "organised_crime_group"
    THEFT = "theft"
    BURGLARY = "burglary"
    ROBBERY = "robbery"
    SEXUAL_OFFENCE = "sexual_offence"
    HOMICIDE = "homicide"
    MISSING_PERSON = "missing_person"


class PartnerStatus(StrEnum):
    """Standing of a partner in the task force (MEM-01)."""

    TALKS = "talks"
    CANDIDATE = "candidate"
    OBSERVER = "observer"
    MEMBER = "member"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class LegalForce(StrEnum):
    """What kind of instrument an agreement is (MEM-02). Only the first two can carry a grant."""

    TREATY = "treaty"
    BINDING_AGREEMENT = "binding_agreement"
    MOU = "mou"
    POLITICAL_DECLARATION = "political_declaration"
    TERMS_OF_REFERENCE = "terms_of_reference"


class Stance(StrEnum):
    """What a partner has declared about a subject (MEM-12)."""

    OFFERS = "offers"
    DECLINES = "declines"
    RESTRICTS = "restricts"


class RefusalReason(StrEnum):
    """Why something was not allowed: always exactly one, always from this list."""

    # Found by permit(), in the order in which it looks.
    UNKNOWN_PARTNER = "UNKNOWN_PARTNER"
    SAME_PARTNER = "SAME_PARTNER"
    PARTNER_WITHDRAWN = "PARTNER_WITHDRAWN"
    PARTNER_SUSPENDED = "PARTNER_SUSPENDED"
    PARTNER_DECLINED = "PARTNER_DECLINED"
    NO_AGREEMENT = "NO_AGREEMENT"
    BASIS_NOT_BINDING = "BASIS_NOT_BINDING"
    AGREEMENT_NOT_IN_FORCE = "AGREEMENT_NOT_IN_FORCE"
    AGREEMENT_SUSPENDED = "AGREEMENT_SUSPENDED"
    AGREEMENT_TERMINATED = "AGREEMENT_TERMINATED"
    SUBJECT_NOT_GRANTED = "SUBJECT_NOT_GRANTED"
    PURPOSE_NOT_GRANTED = "PURPOSE_NOT_GRANTED"
    OFFENCE_BELOW_THRESHOLD = "OFFENCE_BELOW_THRESHOLD"
    STEP_TWO_NOT_GRANTED = "STEP_TWO_NOT_GRANTED"
    # Found by the flow, on facts that permit() does not know.
    PROTECTION_CLAIM_GUARD = "PROTECTION_CLAIM_GUARD"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    GRANT_MISMATCH = "GRANT_MISMATCH"
    SUBJECT_NOT_SUPPORTED = "SUBJECT_NOT_SUPPORTED"
    CONDITIONS_NOT_MET = "CONDITIONS_NOT_MET"
    DECLINED_BY_OFFICER = "DECLINED_BY_OFFICER"
    # Found by the exchange, before anybody reads the content.
    MALFORMED = "MALFORMED"
    TOO_LARGE = "TOO_LARGE"
    TOO_OLD = "TOO_OLD"
    CLOCK_SKEW = "CLOCK_SKEW"
    UNKNOWN_SENDER = "UNKNOWN_SENDER"
    CERTIFICATE_MISMATCH = "CERTIFICATE_MISMATCH"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    WRONG_RECIPIENT = "WRONG_RECIPIENT"
    ID_REUSED = "ID_REUSED"
    UNKNOWN_CONVERSATION = "UNKNOWN_CONVERSATION"


class ReplyResult(StrEnum):
    """What step 1 answers (ENQ-02). A partner that did not answer has no reply: it is never a `no_hit`."""

    HIT = "hit"
    NO_HIT = "no_hit"
    REFUSED = "refused"


class AskState(StrEnum):
    """Where one enquiry to one partner stands, as the asker sees it."""

    WAITING = "waiting"
    """Not yet delivered, or delivered and not answered: the partner has not answered."""
    HIT = "hit"
    NO_HIT = "no_hit"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"
    """Our own node refused to ask; the reason is beside it and nothing left the node."""
    UNDELIVERABLE = "undeliverable"
    """Given up after the message grew too old; the partner has not answered."""


class Evidence(StrEnum):
    """Why a candidate was returned: closed codes, so that a reply can carry no identity even by mistake."""

    NUMBER_EXACT = "number_exact"
    NUMBER_IN_BLANK_RANGE = "number_in_blank_range"
    REPORTED_LOST = "reported_lost"
    REPORTED_STOLEN = "reported_stolen"
    REPORTED_STOLEN_BLANK = "reported_stolen_blank"
    REPORTED_REVOKED = "reported_revoked"
    REPORTED_INVALID = "reported_invalid"
    FAMILY_NAME_SAME = "family_name_same"
    FAMILY_NAME_SIMILAR = "family_name_similar"
    FIRST_NAME_SAME = "first_name_same"
    FIRST_NAME_SIMILAR = "first_name_similar"
    BIRTH_DATE_SAME = "birth_date_same"
    BIRTH_DATE_PARTLY = "birth_date_partly"
    IDENTIFIER_SAME = "identifier_same"


class Decision(StrEnum):
    """A qualified person's decision on a candidate (DIS-01). Only `confirmed` makes it a hit."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    INCONCLUSIVE = "inconclusive"


class FollowUpState(StrEnum):
    """Where a follow-up stands."""

    WAITING = "waiting"
    """Received or sent; nobody at the answering partner has proposed anything yet."""
    PROPOSED = "proposed"
    """One officer proposed a release; a second has to decide."""
    RELEASED = "released"
    REFUSED = "refused"


class OutcomeKind(StrEnum):
    """What came of a hit (DIS-07)."""

    ARREST = "arrest"
    CHARGE = "charge"
    CONVICTION = "conviction"
    RECALL = "recall"
    SEIZURE = "seizure"
    RETURN = "return"
    EXTRADITION_REQUEST = "extradition_request"
    SAFEGUARDING_REFERRAL = "safeguarding_referral"
    INTELLIGENCE_ONLY = "intelligence_only"
    NO_ACTION = "no_action"
    MISIDENTIFICATION = "misidentification"


class RegisterCategory(StrEnum):
    """Why a travel document stands in the lost-and-stolen register (INTERPOL SLTD's categories)."""

    LOST = "lost"
    STOLEN = "stolen"
    STOLEN_BLANK = "stolen_blank"
    REVOKED = "revoked"
    INVALID = "invalid"


class Role(StrEnum):
    """What an officer may do; `model.officers` says which action needs which role."""

    ENQUIRER = "enquirer"
    EXAMINER = "examiner"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Operation(StrEnum):
    """The six processing operations that must be logged (Directive (EU) 2016/680 art. 25; DPA 2018 s.62)."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
