"""One reported document by its number: stolen, lost, stolen blank or revoked, met at a border and told to members.

A number says whose document it is to whoever issued it, so it goes alone: no name, no day of birth, no place and no picture
has a field here. It is no entry of a register; only the issuer writes those (`registers/`).
"""

import re
from dataclasses import dataclass
from typing import Final

from egnatia.engines.documents.mrz.codes import lookup
from egnatia.engines.documents.registers.register import MAX_NUMBER, normal_issuer
from egnatia.errors import InputError
from egnatia.model.forgery import ALERTED
from egnatia.model.states import RegisterCategory

TYPES: Final = frozenset("PACIV")
"""First letters of a document code (Doc 9303 parts 4 to 7)."""
_NUMBER: Final = re.compile(rf"[A-Z0-9]{{2,{MAX_NUMBER}}}")


@dataclass(frozen=True, slots=True, order=True)
class ReportedNumber:
    """One document; make it with `reported_number`, which checks it.

    Attributes:
        issuer: the code that the document carries.
        document_type: the first letter of its code.
        number: in normal form.
        category: as what it is reported.
        alert: the reference of the alert that names it.
    """

    issuer: str
    document_type: str
    number: str
    category: RegisterCategory
    alert: str = ""

    def is_of(self, issuer: str, document_type: str, number: str) -> bool:
        """Whether this is that document, all three in normal form; an empty type is any."""
        of_type = not document_type or document_type[:1] == self.document_type
        return of_type and (self.issuer, self.number) == (issuer, number)


def reported_number(
    issuer: str, document_type: str, number: str, category: RegisterCategory, alert: str = ""
) -> ReportedNumber:
    """A checked one.

    Raises:
        InputError: no issuer, no type, no number, or a category of which nobody is told.
    """
    if normal_issuer(issuer) != issuer or lookup(issuer) is None:
        raise InputError(f"{issuer[:10]!a} is no code of an issuer", hint="Give the code that the document carries.")
    if document_type not in TYPES:
        raise InputError(f"{document_type[:10]!a} is no type of document", hint="Give one letter: P, A, C, I or V.")
    if not _NUMBER.fullmatch(number):
        raise InputError(
            f"{number[:30]!a} is no document number", hint=f"Give 2 to {MAX_NUMBER} capital letters and digits."
        )
    if category not in ALERTED:
        raise InputError(
            f"nobody is told of a document that is {category.value.replace('_', ' ')}",
            hint=f"One of: {', '.join(sorted(ALERTED))}.",
        )
    return ReportedNumber(issuer, document_type, number, category, alert)
