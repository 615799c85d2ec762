"""An enquiry on its way through the question page and the check page: read from the form, checked, carried along.

Nothing is stored before the officer presses the button that names the action: the answers travel in the form itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from egnatia.console.catalogues import N_
from egnatia.console.person_answers import TOO_LITTLE, numbers_of, person_problems
from egnatia.console.texts import TOO_SHORT, text_problem
from egnatia.console.visit import Form
from egnatia.enquiries.ask import EnquiryDraft
from egnatia.enquiries.desk import CASE_REF, MIN_JUSTIFICATION, PERSON_REF
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Offence, Purpose, SubjectKind

SUBJECT_FIELDS: dict[SubjectKind, tuple[str, ...]] = {
    SubjectKind.TRAVEL_DOCUMENT: ("issuer", "document_type", "number"),
    SubjectKind.PERSON: ("family_names", "first_names", "birth_date", "father_name", "mother_name", "identifiers"),
}
"""The question's own fields per subject, in the order in which they are asked."""
HOLDER_FIELDS = ("holder_family_names", "holder_first_names", "holder_birth_date")
"""What we know of a document's holder; it is never sent, only the protection-claim guard reads it."""
CARRIED = (
    *("subject", "case_ref", "person_ref", "purpose", "offence", "justification", "override", "beyond"),
    *HOLDER_FIELDS,
    *dict.fromkeys(name for fields in SUBJECT_FIELDS.values() for name in fields),
)
"""Every single-valued field, so that a page can hand all of them to the next one."""

LABELS: dict[str, str] = {
    "subject": N_("What the enquiry is about"),
    "profile": N_("Our profile"),
    "issuer": N_("Issuing state"),
    "document_type": N_("Type of document"),
    "number": N_("Document number"),
    "family_names": N_("Family names"),
    "first_names": N_("First names"),
    "birth_date": N_("Date of birth"),
    "father_name": N_("Father's name, where it is used"),
    "mother_name": N_("Mother's name, where it is known"),
    "identifiers": N_("Numbers"),
    "holder_family_names": N_("Holder's family names"),
    "holder_first_names": N_("Holder's first names"),
    "holder_birth_date": N_("Holder's date of birth"),
    "case_ref": N_("Case reference"),
    "person_ref": N_("Your own reference for the person"),
    "purpose": N_("Purpose"),
    "offence": N_("Offence"),
    "justification": N_("Why you ask"),
    "partners": N_("Partners to ask"),
    "override": N_("A supervisor's written assessment"),
    "beyond": N_("Why others than the issuer are asked"),
}
HINTS: dict[str, str] = {
    "issuer": N_("Code in the machine-readable zone, such as RKS."),
    "document_type": N_("P, I or V."),
    "birth_date": N_("Year, month and day, such as 1990-03-07; at least year and month."),
    "father_name": N_("It stays here: it is compared with core data that a partner releases, not with its register."),
    "mother_name": N_("It stays here, as the father's name does."),
    "identifiers": N_(
        "At most four, one to a line: passport, national number, account (IBAN), telephone with + and its country;"
        " a number plate as plate: AA 001 BB. They leave as keyed codes, as names do."
    ),
}
MISSING: dict[str, str] = {
    "subject": N_("Choose what the enquiry is about."),
    "issuer": N_("Give the issuing state's code, such as ALB."),
    "number": N_("Give the document number."),
    "family_names": TOO_LITTLE,
    "case_ref": N_("Give a case reference: letters, a year and a number, such as DUR-2025-0417."),
    "person_ref": N_("Use your own pseudonym for the person, such as D-417, never a name."),
    "purpose": N_("Choose the purpose."),
    "offence": N_("Choose the offence behind the enquiry."),
    "justification": TOO_SHORT,
}
"""What to do about a field, in the words of its problem."""

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the form holds, and what is wrong with it by field name."""

    values: Mapping[str, str]
    partners: tuple[str, ...]
    problems: Mapping[str, str]

    @property
    def subject(self) -> SubjectKind:
        """The subject chosen; a travel document until one is."""
        return member(SubjectKind, self.values["subject"]) or SubjectKind.TRAVEL_DOCUMENT


def member(kind: type[E], text: str) -> E | None:
    """The value of a closed list, or None when the text is not in it."""
    return kind(text) if text in {each.value for each in kind} else None


def read_answers(form: Form, say: Callable[[str], str]) -> Answers:
    """Read the form and find what is missing; `say` puts a problem into the officer's language."""
    values = {name: form.get(name) for name in CARRIED}
    wrong = [name for name, holds in _checks(values).items() if not holds]
    problems = {name: MISSING[name] for name in wrong}
    beyond = MIN_JUSTIFICATION if values["beyond"] else 0
    for name, minimum in (("justification", MIN_JUSTIFICATION), ("override", 0), ("beyond", beyond)):
        text = text_problem(values[name], minimum, MISSING["justification"])
        if text is not None:
            problems[name] = text
    said = {name: say(text) for name, text in problems.items()}
    if member(SubjectKind, values["subject"]) is SubjectKind.PERSON:
        said = person_problems(values, say) | said
    return Answers(values, form.many("partners"), said)


def _checks(values: Mapping[str, str]) -> dict[str, bool]:
    subject = member(SubjectKind, values["subject"])
    checks = {"subject": subject in SUBJECT_FIELDS}
    if subject is SubjectKind.TRAVEL_DOCUMENT:
        checks |= {"issuer": bool(values["issuer"]), "number": bool(values["number"])}
    return checks | {
        "case_ref": CASE_REF.fullmatch(values["case_ref"]) is not None,
        "person_ref": not values["person_ref"] or PERSON_REF.fullmatch(values["person_ref"]) is not None,
        "purpose": member(Purpose, values["purpose"]) is not None,
        "offence": member(Offence, values["offence"]) is not None,
    }


def to_draft(answers: Answers) -> EnquiryDraft:
    """The draft that `enquiries.ask` takes; the answers must have no problems."""
    values, subject = answers.values, answers.subject
    return EnquiryDraft(
        case_ref=values["case_ref"],
        subject=subject,
        purpose=Purpose(values["purpose"]),
        offence=Offence(values["offence"]),
        justification=values["justification"],
        query=_query(subject, values),
        partners=tuple(PartnerCode(code) for code in answers.partners) or None,
        person_ref=values["person_ref"] or None,
        holder={name.removeprefix("holder_"): values[name] for name in HOLDER_FIELDS if values[name]},
        override=values["override"] or None,
        beyond=(values["beyond"] or None) if subject is SubjectKind.TRAVEL_DOCUMENT else None,
    )


def _query(subject: SubjectKind, values: Mapping[str, str]) -> dict[str, str | list[str]]:
    """What is asked: the fields of the subject, its numbers as a list."""
    query: dict[str, str | list[str]] = {name: values[name] for name in SUBJECT_FIELDS[subject] if values[name]}
    return query | {"identifiers": list(numbers_of(values))} if "identifiers" in query else query
