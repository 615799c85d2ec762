"""What the console calls the numbers of a question about a person, and what is wrong with one."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.engines.people.identifiers import IdentifierKind
from egnatia.enquiries.numbers import Remark

_NUMBERS: dict[StrEnum, str] = {
    IdentifierKind.NATIONAL: N_("national number"),
    IdentifierKind.DOCUMENT: N_("number of a document"),
    IdentifierKind.PHONE: N_("telephone"),
    IdentifierKind.IBAN: N_("account (IBAN)"),
    IdentifierKind.PLATE: N_("number plate"),
    IdentifierKind.ADDRESS: N_("address"),
}
_REMARKS: dict[StrEnum, str] = {
    Remark.CHECK_WRONG: N_("its check digit is wrong: is a digit mistyped?"),
    Remark.IBAN_WRONG: N_("its check digits are wrong: is a letter or digit mistyped?"),
    Remark.NO_RULE: N_("it has the form of no national number known here"),
    Remark.NO_COUNTRY: N_("its country is missing: write it with + in front"),
    Remark.DATE_DIFFERS: N_("the date of birth inside it is another than the one you gave"),
}
NUMBER_PHRASES: tuple[Mapping[StrEnum, str], ...] = (_NUMBERS, _REMARKS)
