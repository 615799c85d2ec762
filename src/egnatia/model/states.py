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
    """As release 0.1.0 granted it: it does not say whose profiles, so nothing is searched under it."""
    DNA_PERSON = "dna_person"
    """Reference profiles of persons that the answering partner knows."""
    DNA_TRACE = "dna_trace"
    """Open traces of the answering partner: profiles of nobody known (requirement FOR-02)."""
    FINGERPRINT = "fingerprint"
    FACE = "face"
    VEHICLE = "vehicle"
    BANK_ACCOUNT = "bank_account"
    COMPANY = "company"
    INTELLIGENCE = "intelligence"
    RETURN = "return"
    OPERATION = "operation"
    HUB = "hub"


DNA_SUBJECTS = (SubjectKind.DNA_PERSON, SubjectKind.DNA_TRACE)
"""The populations of profiles that may be searched; each question and each grant is on one of them."""


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


class ExitAction(StrEnum):
    """What becomes of one item after a partner has left (MEM-07): every item gets exactly one."""

    RETURN = "return"
    ERASE = "erase"
    KEEP_WITH_BASIS = "keep_with_basis"


class TransferBasis(StrEnum):
    """On what a disclosure across a border stands (MEM-08; Data Protection Act 2018 ss. 73 to 76)."""

    ADEQUACY = "adequacy"
    BINDING_SAFEGUARDS = "binding_safeguards"
    ASSESSED_SAFEGUARDS = "assessed_safeguards"
    SPECIAL_CIRCUMSTANCES = "special_circumstances"


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
    NOT_ADMITTED = "NOT_ADMITTED"
    MEMBERSHIP_EXPIRED = "MEMBERSHIP_EXPIRED"
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
    ISSUER_NO_MEMBER = "ISSUER_NO_MEMBER"
    SUBJECT_NOT_SUPPORTED = "SUBJECT_NOT_SUPPORTED"
    CONDITIONS_NOT_MET = "CONDITIONS_NOT_MET"
    DECLINED_BY_OFFICER = "DECLINED_BY_OFFICER"
    PROFILE_KIND_NOT_GRANTED = "PROFILE_KIND_NOT_GRANTED"
    PROFILE_TOO_SMALL = "PROFILE_TOO_SMALL"
    PROFILE_ELIMINATED = "PROFILE_ELIMINATED"
    PROFILE_KNOWN_HERE = "PROFILE_KNOWN_HERE"
    PROFILE_RULES_DIFFER = "PROFILE_RULES_DIFFER"
    HANDLING_UNKNOWN = "HANDLING_UNKNOWN"
    HANDLING_FORBIDS = "HANDLING_FORBIDS"
    HANDLING_NOT_EXPRESSIBLE = "HANDLING_NOT_EXPRESSIBLE"
    ONWARD_NOT_ALLOWED = "ONWARD_NOT_ALLOWED"
    # Found in a blind enquiry, at one end or the other.
    BLIND_NOT_OFFERED = "BLIND_NOT_OFFERED"
    BLIND_EPOCH_OVER = "BLIND_EPOCH_OVER"
    BLIND_ELEMENT_INVALID = "BLIND_ELEMENT_INVALID"
    BLIND_PROOF_WRONG = "BLIND_PROOF_WRONG"
    BLIND_FILTER_WRONG = "BLIND_FILTER_WRONG"
    BLIND_STATEMENT_DIFFERS = "BLIND_STATEMENT_DIFFERS"
    # Found in a trust file that a partner shares.
    TRUST_FILE_WRONG = "TRUST_FILE_WRONG"
    TRUST_OUTDATED = "TRUST_OUTDATED"
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
    ALGORITHM_REFUSED = "ALGORITHM_REFUSED"
    PAYLOAD_TYPE_WRONG = "PAYLOAD_TYPE_WRONG"
    SIGNATURE_COUNT = "SIGNATURE_COUNT"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    NUMBER_NOT_FINITE = "NUMBER_NOT_FINITE"
    TRAILING_BYTES = "TRAILING_BYTES"
    NESTED_TOO_DEEP = "NESTED_TOO_DEEP"
    NOT_UTF8 = "NOT_UTF8"
    LONE_SURROGATE = "LONE_SURROGATE"
    VERSION_UNSUPPORTED = "VERSION_UNSUPPORTED"
    PARTNER_TOO_OLD = "PARTNER_TOO_OLD"
    UNWITNESSED = "UNWITNESSED"
    LOG_PURPOSE = "LOG_PURPOSE"
    PAIR_KEY_UNKNOWN = "PAIR_KEY_UNKNOWN"
    KEY_RETIRED = "KEY_RETIRED"
    KEY_REVOKED = "KEY_REVOKED"
    CARD_NOT_CONTINUOUS = "CARD_NOT_CONTINUOUS"


class ReplyResult(StrEnum):
    """What step 1 answers (ENQ-02). A partner that did not answer has no reply: it is never a `no_hit`."""

    HIT = "hit"
    NO_HIT = "no_hit"
    REFUSED = "refused"


class StandingEnd(StrEnum):
    """Why an enquiry that was asked again by itself is asked no more."""

    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CASE_CLOSED = "case_closed"
    NOT_ALLOWED = "not_allowed"
    OFFICER_LEFT = "officer_left"
    ERASED = "erased"


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
    NUMBER_IN_UNUSED_RANGE = "number_in_unused_range"
    REPORTED_LOST = "reported_lost"
    REPORTED_STOLEN = "reported_stolen"
    REPORTED_STOLEN_BLANK = "reported_stolen_blank"
    REPORTED_REVOKED = "reported_revoked"
    REPORTED_INVALID = "reported_invalid"
    REPORTED_NEVER_ISSUED = "reported_never_issued"
    FAMILY_NAME_SAME = "family_name_same"
    FAMILY_NAME_SIMILAR = "family_name_similar"
    FIRST_NAME_SAME = "first_name_same"
    FIRST_NAME_SIMILAR = "first_name_similar"
    BIRTH_DATE_SAME = "birth_date_same"
    BIRTH_DATE_PARTLY = "birth_date_partly"
    IDENTIFIER_SAME = "identifier_same"
    DNA_FULL = "dna_full"
    DNA_WILDCARD = "dna_wildcard"
    DNA_MICRO_VARIANT = "dna_micro_variant"
    DNA_ONE_ALLELE_OFF = "dna_one_allele_off"


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


class CorrectionKind(StrEnum):
    """What a correction does to every copy (DIS-06; Directive (EU) 2016/680 art. 16)."""

    RECTIFY = "rectify"
    ERASE = "erase"
    RESTRICT = "restrict"
    LIFT = "lift"
    """Ends a restriction; a contested item's only on the word of the person, a court or an authority (RIG-04)."""


class CorrectionItem(StrEnum):
    """What a correction is about, seen from the node that makes it."""

    RECORD = "record"
    """A record of its own, whose data other nodes hold."""
    ANSWER = "answer"
    """What it was answered about a record of the other node, which its examiners found wrong (DIS-09)."""


class CorrectionReason(StrEnum):
    """Why data are corrected: a closed code is all that leaves the node."""

    INACCURATE = "inaccurate"
    UNLAWFUL = "unlawful"
    WITHDRAWN = "withdrawn"
    CONTESTED = "contested"
    COURT_ORDER = "court_order"
    MISIDENTIFICATION = "misidentification"
    RESOLVED = "resolved"


class CopyState(StrEnum):
    """How far a correction has come at one holder, as the node that made it sees it."""

    HELD = "held"
    """Not sent yet; the holder's node cannot read corrections, or the message is about to be queued."""
    SENT = "sent"
    RECEIVED = "received"
    """Its node acted at once; a person there still has to look at what rested on the data."""
    DONE = "done"
    REFUSED = "refused"
    """Its node did not take it; it is sent again."""


class TrustUpdateState(StrEnum):
    """How far a trust file has come that one partner shares with another; the last three are the sender's."""

    ARRIVING = "arriving"
    WAITING = "waiting"
    """It is here and its signature holds; nobody has decided."""
    PROPOSED = "proposed"
    """One officer would take it; another one has to decide."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"
    """The partner sent a newer one before anybody decided."""
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


class ClearedBy(StrEnum):
    """On whose word a contested item is trusted again: never an officer's alone (RIG-04)."""

    PERSON = "person"
    COURT = "court"
    AUTHORITY = "authority"


class LookFinding(StrEnum):
    """What an officer found who looked at what rested on corrected data."""

    STANDS = "stands"
    """The hit and what came of it stand without the corrected data."""
    FALLS = "falls"
    """They do not: the hit is counted no more."""


class RegisterCategory(StrEnum):
    """Why a travel document stands in the issuer's register: INTERPOL SLTD's categories, and numbers never issued."""

    LOST = "lost"
    STOLEN = "stolen"
    STOLEN_BLANK = "stolen_blank"
    REVOKED = "revoked"
    INVALID = "invalid"
    NEVER_ISSUED = "never_issued"
    """Numbers that stand on no document the issuer made; one, or a range."""


class BlindList(StrEnum):
    """Lists that can be asked blind; each is asked under the grant of its subject (`enquiries.blind.lists`)."""

    REGISTERED_DOCUMENTS = "registered_documents"
    PERSON_DOCUMENTS = "person_documents"
    BANK_ACCOUNTS = "bank_accounts"
    PHONES = "phones"


class Role(StrEnum):
    """What an officer may do; `model.officers` says which action needs which role."""

    ENQUIRER = "enquirer"
    EXAMINER = "examiner"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class FishingRule(StrEnum):
    """Patterns of questions that a supervisor is told of (ENQ-07); each has innocent explanations."""

    NEIGHBOURING_NUMBERS = "neighbouring_numbers"
    ONE_PERSON_MANY_TIMES = "one_person_many_times"
    ALPHABETICAL_SWEEP = "alphabetical_sweep"
    MANY_BLIND_QUESTIONS = "many_blind_questions"
    ONE_PROFILE_MANY_TIMES = "one_profile_many_times"
    PROFILES_OUTSIDE_CASE = "profiles_outside_case"
    MANY_DNA_QUESTIONS = "many_dna_questions"


class LogPurpose(StrEnum):
    """What the access log may be read for (Directive (EU) 2016/680 art. 25(2); DPA 2018 s.62(4)); nothing else."""

    LAWFULNESS_CHECK = "lawfulness_check"
    SELF_MONITORING = "self_monitoring"
    INTEGRITY_AND_SECURITY = "integrity_and_security"
    CRIMINAL_PROCEEDINGS = "criminal_proceedings"


class Operation(StrEnum):
    """The six processing operations that must be logged (Directive (EU) 2016/680 art. 25; DPA 2018 s.62)."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
