"""The subjects an enquiry can be about: a dict, one entry each."""

from egnatia.enquiries.subjects import dna, person, travel_document
from egnatia.enquiries.subjects.base import Found, Subject
from egnatia.errors import RefusedError
from egnatia.model.states import RefusalReason, SubjectKind

SUBJECTS: dict[SubjectKind, Subject] = {
    SubjectKind.PERSON: person.SUBJECT,
    SubjectKind.TRAVEL_DOCUMENT: travel_document.SUBJECT,
    SubjectKind.DNA_PERSON: dna.PERSON,
    SubjectKind.DNA_TRACE: dna.TRACE,
}

__all__ = ["SUBJECTS", "Found", "Subject", "subject_of"]


def subject_of(kind: SubjectKind) -> Subject:
    """The subject, or a refusal when this release cannot ask about it yet.

    Raises:
        RefusedError: SUBJECT_NOT_SUPPORTED.
    """
    if kind not in SUBJECTS:
        raise RefusedError(RefusalReason.SUBJECT_NOT_SUPPORTED, f"enquiries about {kind.value} are not supported yet")
    return SUBJECTS[kind]
