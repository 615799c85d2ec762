"""What the console calls each value of the closed lists: one short phrase, never a colour or a code alone.

`N_` marks a phrase for translation; a test fails when a value has no phrase. Phrases say what is so. None says why a
group of people would be so, because no figure of this system can show that (requirement E-19).
"""

from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.console.words_borders import BORDER_PHRASES
from egnatia.console.words_corrections import CORRECTION_PHRASES
from egnatia.console.words_dna import DNA_PHRASES
from egnatia.console.words_dna_pages import DNA_PAGE_PHRASES
from egnatia.console.words_documents import DOCUMENT_PHRASES
from egnatia.console.words_events import EVENT_PHRASES
from egnatia.console.words_forgery import FORGERY_PHRASES
from egnatia.console.words_handling import HANDLING_PHRASES
from egnatia.console.words_numbers import NUMBER_PHRASES
from egnatia.console.words_people import PEOPLE_PHRASES
from egnatia.console.words_standing import STANDING_PHRASES
from egnatia.console.words_trust import TRUST_PHRASES
from egnatia.indicators import Unit
from egnatia.model.states import (
    AskState,
    BlindList,
    Decision,
    Evidence,
    ExitAction,
    FishingRule,
    FollowUpState,
    LegalForce,
    LogPurpose,
    Offence,
    Operation,
    OutcomeKind,
    PartnerStatus,
    Purpose,
    RefusalReason,
    RegisterCategory,
    ReplyResult,
    Role,
    Stance,
    SubjectKind,
    TransferBasis,
)

_SUBJECTS: dict[StrEnum, str] = {
    SubjectKind.PERSON: N_("Person"),
    SubjectKind.TRAVEL_DOCUMENT: N_("Travel document"),
    SubjectKind.DNA: N_("DNA profile"),
    SubjectKind.FINGERPRINT: N_("Fingerprint"),
    SubjectKind.FACE: N_("Facial image"),
    SubjectKind.VEHICLE: N_("Vehicle"),
    SubjectKind.BANK_ACCOUNT: N_("Bank account"),
    SubjectKind.COMPANY: N_("Company"),
    SubjectKind.INTELLIGENCE: N_("Intelligence"),
    SubjectKind.RETURN: N_("Return"),
    SubjectKind.OPERATION: N_("Operation"),
    SubjectKind.HUB: N_("Return hub"),
    BlindList.REGISTERED_DOCUMENTS: N_("Lost and stolen documents"),
    BlindList.PERSON_DOCUMENTS: N_("Documents of known persons"),
    BlindList.BANK_ACCOUNTS: N_("Bank accounts"),
    BlindList.PHONES: N_("Telephone numbers"),
}
_PURPOSES: dict[StrEnum, str] = {
    Purpose.PREVENTION: N_("Prevention of crime"),
    Purpose.DETECTION: N_("Detection of crime"),
    Purpose.INVESTIGATION: N_("Criminal investigation"),
    Purpose.BORDER_CHECK: N_("Border check"),
    Purpose.RETURN: N_("Return procedure"),
    Purpose.SAFEGUARDING: N_("Safeguarding of a person"),
}
_OFFENCES: dict[StrEnum, str] = {
    Offence.FALSE_DOCUMENT: N_("False document"),
    Offence.IRREGULAR_CROSSING: N_("Irregular border crossing"),
    Offence.SMUGGLING_OF_PERSONS: N_("Smuggling of persons"),
    Offence.TRAFFICKING_IN_PERSONS: N_("Trafficking in persons"),
    Offence.MONEY_LAUNDERING: N_("Money laundering"),
    Offence.ORGANISED_CRIME_GROUP: N_("Organised crime group"),
    Offence.THEFT: N_("Theft"),
    Offence.BURGLARY: N_("Burglary"),
    Offence.ROBBERY: N_("Robbery"),
    Offence.SEXUAL_OFFENCE: N_("Sexual offence"),
    Offence.HOMICIDE: N_("Homicide"),
    Offence.MISSING_PERSON: N_("Missing person"),
}
_STANDING: dict[StrEnum, str] = {
    PartnerStatus.TALKS: N_("in talks"),
    PartnerStatus.CANDIDATE: N_("candidate"),
    PartnerStatus.OBSERVER: N_("observer"),
    PartnerStatus.MEMBER: N_("member"),
    PartnerStatus.SUSPENDED: N_("suspended"),
    PartnerStatus.WITHDRAWN: N_("withdrawn"),
    LegalForce.TREATY: N_("treaty"),
    LegalForce.BINDING_AGREEMENT: N_("binding agreement"),
    LegalForce.MOU: N_("memorandum of understanding"),
    LegalForce.POLITICAL_DECLARATION: N_("political declaration"),
    LegalForce.TERMS_OF_REFERENCE: N_("terms of reference"),
    Stance.OFFERS: N_("offers"),
    Stance.DECLINES: N_("declines"),
    Stance.RESTRICTS: N_("restricts"),
    ExitAction.RETURN: N_("return it"),
    ExitAction.ERASE: N_("erase it"),
    ExitAction.KEEP_WITH_BASIS: N_("keep it, with a basis"),
    TransferBasis.ADEQUACY: N_("adequacy decision"),
    TransferBasis.BINDING_SAFEGUARDS: N_("safeguards in a binding instrument"),
    TransferBasis.ASSESSED_SAFEGUARDS: N_("safeguards as assessed"),
    TransferBasis.SPECIAL_CIRCUMSTANCES: N_("special circumstances"),
}
_REFUSALS: dict[StrEnum, str] = {
    RefusalReason.UNKNOWN_PARTNER: N_("This partner is not in the register of agreements."),
    RefusalReason.SAME_PARTNER: N_("A partner does not ask itself."),
    RefusalReason.PARTNER_WITHDRAWN: N_("This partner has withdrawn from the task force."),
    RefusalReason.PARTNER_SUSPENDED: N_("This partner is suspended."),
    RefusalReason.NOT_ADMITTED: N_("The admission of this partner is not complete."),
    RefusalReason.MEMBERSHIP_EXPIRED: N_("The membership list has expired and was not renewed."),
    RefusalReason.PARTNER_DECLINED: N_("This partner has declared that it declines this subject."),
    RefusalReason.ISSUER_NO_MEMBER: N_("No partner issues this document: there is nobody to ask."),
    RefusalReason.NO_AGREEMENT: N_("There is no agreement between the two partners."),
    RefusalReason.BASIS_NOT_BINDING: N_("The only instrument between the two partners is not binding."),
    RefusalReason.AGREEMENT_NOT_IN_FORCE: N_("The agreement is not in force for both partners on this day."),
    RefusalReason.AGREEMENT_SUSPENDED: N_("The agreement is suspended."),
    RefusalReason.AGREEMENT_TERMINATED: N_("The agreement has ended."),
    RefusalReason.SUBJECT_NOT_GRANTED: N_("The agreement does not cover this subject."),
    RefusalReason.PURPOSE_NOT_GRANTED: N_("The agreement does not cover this purpose."),
    RefusalReason.OFFENCE_BELOW_THRESHOLD: N_("The offence is below the agreement's threshold."),
    RefusalReason.STEP_TWO_NOT_GRANTED: N_("The agreement allows no release of core data."),
    RefusalReason.PROTECTION_CLAIM_GUARD: N_("Asking this partner could reveal a claim for protection."),
    RefusalReason.QUOTA_EXCEEDED: N_("The daily number of enquiries is used up."),
    RefusalReason.GRANT_MISMATCH: N_("The enquiry names a grant that does not allow it."),
    RefusalReason.SUBJECT_NOT_SUPPORTED: N_("The partner's node cannot answer this subject yet."),
    RefusalReason.CONDITIONS_NOT_MET: N_("The conditions for a release are not met."),
    RefusalReason.DECLINED_BY_OFFICER: N_("An officer of the answering partner declined."),
    RefusalReason.HANDLING_UNKNOWN: N_("Nobody can say what this handling code means."),
    RefusalReason.HANDLING_FORBIDS: N_("The item's handling label does not allow this."),
    RefusalReason.HANDLING_NOT_EXPRESSIBLE: N_("That scheme cannot say this handling label."),
    RefusalReason.ONWARD_NOT_ALLOWED: N_("The originator has not allowed this to be passed on."),
    RefusalReason.BLIND_NOT_OFFERED: N_("No list is offered for blind enquiries here."),
    RefusalReason.BLIND_EPOCH_OVER: N_("The filter's epoch is over; fetch the new one."),
    RefusalReason.BLIND_ELEMENT_INVALID: N_("The blinded question or its answer is not a valid element."),
    RefusalReason.BLIND_PROOF_WRONG: N_("The answer does not prove that the published key made it."),
    RefusalReason.BLIND_FILTER_WRONG: N_("The filter is not the one that its holder signed."),
    RefusalReason.BLIND_STATEMENT_DIFFERS: N_("The holder showed different statements to two partners."),
    RefusalReason.TRUST_FILE_WRONG: N_("The trust file is not one that the partner made and signed."),
    RefusalReason.TRUST_OUTDATED: N_("A trust file of this version or a newer one came before."),
    RefusalReason.MALFORMED: N_("The message does not have the agreed form."),
    RefusalReason.TOO_LARGE: N_("The message is too large."),
    RefusalReason.TOO_OLD: N_("The message is too old."),
    RefusalReason.CLOCK_SKEW: N_("The clocks of the two nodes differ too much."),
    RefusalReason.UNKNOWN_SENDER: N_("The answering node does not know the sender."),
    RefusalReason.CERTIFICATE_MISMATCH: N_("The sender's certificate is not the registered one."),
    RefusalReason.BAD_SIGNATURE: N_("The signature does not hold."),
    RefusalReason.WRONG_RECIPIENT: N_("The message was meant for another partner."),
    RefusalReason.ID_REUSED: N_("The message's number was used before with another content."),
    RefusalReason.UNKNOWN_CONVERSATION: N_("The message belongs to no known enquiry."),
    RefusalReason.ALGORITHM_REFUSED: N_("The message names an algorithm or a key of its own."),
    RefusalReason.PAYLOAD_TYPE_WRONG: N_("What was sent is signed as something else than a message."),
    RefusalReason.SIGNATURE_COUNT: N_("The message does not have exactly one signature."),
    RefusalReason.DUPLICATE_KEY: N_("The message has the same field twice."),
    RefusalReason.NUMBER_NOT_FINITE: N_("The message holds a number that is not finite or not exact."),
    RefusalReason.TRAILING_BYTES: N_("The message goes on after its end."),
    RefusalReason.NESTED_TOO_DEEP: N_("The message is nested too deeply."),
    RefusalReason.NOT_UTF8: N_("The message is not plain UTF-8 text."),
    RefusalReason.LONE_SURROGATE: N_("The message holds half a character."),
    RefusalReason.VERSION_UNSUPPORTED: N_("The partner's node does not speak this version of messages."),
    RefusalReason.UNWITNESSED: N_("No partner has witnessed this node's ledger for too long; disclosures wait."),
    RefusalReason.LOG_PURPOSE: N_("The access log is not read for that purpose."),
    RefusalReason.PARTNER_TOO_OLD: N_("The partner's node runs a release that cannot do this yet."),
    RefusalReason.PAIR_KEY_UNKNOWN: N_("The question was made under a key that the partner does not share."),
    RefusalReason.KEY_RETIRED: N_("The signature is by a key that the sender has replaced."),
    RefusalReason.KEY_REVOKED: N_("The sender's keys are no longer believed."),
    RefusalReason.CARD_NOT_CONTINUOUS: N_("The new card does not continue the registered one."),
}
_ANSWERS: dict[StrEnum, str] = {
    ReplyResult.HIT: N_("Answered: candidate found"),
    ReplyResult.NO_HIT: N_("Answered: nothing found"),
    ReplyResult.REFUSED: N_("Answered: refused"),
}
_ASKS: dict[StrEnum, str] = {
    AskState.WAITING: N_("Has not answered"),
    AskState.HIT: N_("Answered: candidate found"),
    AskState.NO_HIT: N_("Answered: nothing found"),
    AskState.REFUSED: N_("Answered: refused"),
    AskState.NOT_ASKED: N_("Not asked"),
    AskState.UNDELIVERABLE: N_("Could not be delivered, has not answered"),
}
_DECISIONS: dict[StrEnum, str] = {
    FollowUpState.WAITING: N_("Waiting for a proposal"),
    FollowUpState.PROPOSED: N_("Proposed, a second officer decides"),
    FollowUpState.RELEASED: N_("Released"),
    FollowUpState.REFUSED: N_("Refused"),
    Decision.CONFIRMED: N_("Confirmed: this is a hit"),
    Decision.REJECTED: N_("Rejected: not the same"),
    Decision.INCONCLUSIVE: N_("Inconclusive"),
}
_EVIDENCE: dict[StrEnum, str] = {
    Evidence.NUMBER_EXACT: N_("The document number is the same"),
    Evidence.NUMBER_IN_BLANK_RANGE: N_("The number lies in a range of stolen blanks"),
    Evidence.NUMBER_IN_UNUSED_RANGE: N_("The number lies in a range that was never issued"),
    Evidence.REPORTED_LOST: N_("Reported lost"),
    Evidence.REPORTED_STOLEN: N_("Reported stolen"),
    Evidence.REPORTED_STOLEN_BLANK: N_("Reported stolen as a blank"),
    Evidence.REPORTED_REVOKED: N_("Reported revoked"),
    Evidence.REPORTED_INVALID: N_("Reported invalid"),
    Evidence.REPORTED_NEVER_ISSUED: N_("Reported as never issued"),
    Evidence.FAMILY_NAME_SAME: N_("The family name is the same"),
    Evidence.FAMILY_NAME_SIMILAR: N_("The family name is similar"),
    Evidence.FIRST_NAME_SAME: N_("The first name is the same"),
    Evidence.FIRST_NAME_SIMILAR: N_("The first name is similar"),
    Evidence.BIRTH_DATE_SAME: N_("The date of birth is the same"),
    Evidence.BIRTH_DATE_PARTLY: N_("The date of birth agrees in part"),
    Evidence.IDENTIFIER_SAME: N_("A number is the same"),
    RegisterCategory.LOST: N_("Lost"),
    RegisterCategory.STOLEN: N_("Stolen"),
    RegisterCategory.STOLEN_BLANK: N_("Stolen blank"),
    RegisterCategory.REVOKED: N_("Revoked"),
    RegisterCategory.INVALID: N_("Invalid"),
    RegisterCategory.NEVER_ISSUED: N_("Never issued"),
}
_OUTCOMES: dict[StrEnum, str] = {
    OutcomeKind.ARREST: N_("Arrest"),
    OutcomeKind.CHARGE: N_("Charge"),
    OutcomeKind.CONVICTION: N_("Conviction"),
    OutcomeKind.RECALL: N_("Recall to custody"),
    OutcomeKind.SEIZURE: N_("Seizure"),
    OutcomeKind.RETURN: N_("Return"),
    OutcomeKind.EXTRADITION_REQUEST: N_("Extradition request"),
    OutcomeKind.SAFEGUARDING_REFERRAL: N_("Referral for safeguarding"),
    OutcomeKind.INTELLIGENCE_ONLY: N_("Intelligence only"),
    OutcomeKind.NO_ACTION: N_("No action"),
    OutcomeKind.MISIDENTIFICATION: N_("Misidentification"),
}
_PEOPLE: dict[StrEnum, str] = {
    Role.ENQUIRER: N_("enquirer"),
    Role.EXAMINER: N_("examiner"),
    Role.APPROVER: N_("approver"),
    Role.SUPERVISOR: N_("supervisor"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMINISTRATOR: N_("administrator"),
    LogPurpose.LAWFULNESS_CHECK: N_("Check whether processing was lawful"),
    LogPurpose.SELF_MONITORING: N_("Supervision of this node's own work"),
    LogPurpose.INTEGRITY_AND_SECURITY: N_("Keep data whole and secure"),
    LogPurpose.CRIMINAL_PROCEEDINGS: N_("Evidence in criminal proceedings"),
    Operation.COLLECTION: N_("collection"),
    Operation.ALTERATION: N_("alteration"),
    Operation.CONSULTATION: N_("consultation"),
    Operation.DISCLOSURE: N_("disclosure"),
    Operation.COMBINATION: N_("combination"),
    Operation.ERASURE: N_("erasure"),
}

_PATTERNS: dict[StrEnum, str] = {
    FishingRule.NEIGHBOURING_NUMBERS: N_("Many neighbouring numbers"),
    FishingRule.ONE_PERSON_MANY_TIMES: N_("One person in many variants"),
    FishingRule.ALPHABETICAL_SWEEP: N_("Names in alphabetical order"),
    FishingRule.MANY_BLIND_QUESTIONS: N_("Many blind questions within an hour"),
    FishingRule.ONE_PROFILE_MANY_TIMES: N_("One DNA profile in many variants"),
    FishingRule.PROFILES_OUTSIDE_CASE: N_("DNA profiles asked about under a case they are not of"),
    FishingRule.MANY_DNA_QUESTIONS: N_("Many DNA questions within an hour"),
}
_UNITS: dict[StrEnum, str] = {
    Unit.EVENT: N_("events"),
    Unit.HIT: N_("hits"),
    Unit.PERSON: N_("persons"),
    Unit.CASE: N_("cases"),
    Unit.CLUSTER: N_("clusters"),
    Unit.AMOUNT: N_("amount"),
}
# A value's text may stand in two lists (`return` is a subject, a purpose and an outcome), so the class is in the key.
_TABLES = (
    _PATTERNS,
    _UNITS,
    EVENT_PHRASES,
    _SUBJECTS,
    _PURPOSES,
    _OFFENCES,
    _STANDING,
    _REFUSALS,
    _ANSWERS,
    _ASKS,
    _DECISIONS,
    _EVIDENCE,
    _OUTCOMES,
    _PEOPLE,
)
_PHRASES: dict[tuple[type[StrEnum], str], str] = {
    (type(value), value.value): phrase
    for table in (
        *_TABLES,
        *DOCUMENT_PHRASES,
        *CORRECTION_PHRASES,
        *HANDLING_PHRASES,
        *TRUST_PHRASES,
        *BORDER_PHRASES,
        *FORGERY_PHRASES,
        *DNA_PHRASES,
        *DNA_PAGE_PHRASES,
        *STANDING_PHRASES,
        *PEOPLE_PHRASES,
        *NUMBER_PHRASES,
    )
    for value, phrase in table.items()
}


def phrase(value: StrEnum) -> str:
    """The English phrase of a value of a closed list; a value without one is shown as it is."""
    return _PHRASES.get((type(value), value.value), value.value)
