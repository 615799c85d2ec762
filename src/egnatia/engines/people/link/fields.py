"""What linkage compares, and the grades in which two values of a field agree.

The list of fields is closed. Nationality, place of birth, sex and everything else that could stand for origin are not in it,
so nothing here can be given them (requirement E-01). Where somebody lives is a field: a shared address is evidence of a
shared household, and how rare the address is decides how much.
"""

from enum import IntEnum, StrEnum


class Field(StrEnum):
    """One field of a record.

    Three are no fields of a file: `ORDER` says whether first and family names stand exchanged, `TWINS` what is taken off because two
    persons of one family and one date of birth agree as much, `OTHERS` what other records that are as like add or take.
    """

    FIRST = "first_names"
    FAMILY = "family_names"
    FATHER = "father_name"
    MOTHER = "mother_name"
    BIRTH_DATE = "birth_date"
    NUMBERS = "identifiers"
    ADDRESS = "address"
    RESIDENCE = "residence"
    POSTCODE = "postcode"
    OCCUPATION = "occupation"
    ORDER = "name_order"
    TWINS = "twins"
    OTHERS = "others_alike"


NAMES = (Field.FIRST, Field.FAMILY, Field.FATHER, Field.MOTHER)
TEXTS = (Field.ADDRESS, Field.RESIDENCE, Field.POSTCODE, Field.OCCUPATION)
READ = (*NAMES, Field.BIRTH_DATE, Field.NUMBERS, *TEXTS)
"""Fields that a register can have, in the order in which they are shown."""


class Grade(IntEnum):
    """How far two values agree; `MISSING` where one side has none, which says nothing.

    Names: `SAME` letters in any order of the parts; `EQUIVALENT` in sound or translation; `CLOSE` but for one letter or for
    parts that one side lacks; `SIMILAR`. Dates: `EXCHANGED` day and month; `CLOSE` but for one part of three by one digit;
    `PARTLY`: two parts of three, or year and month without a day; `SAME_YEAR` where one side knows the year only. Numbers:
    `CLOSE` but for one character. Texts: by share of edits.
    """

    MISSING = 0
    DIFFERENT = 1
    SIMILAR = 2
    CLOSE = 3
    EQUIVALENT = 4
    SAME = 5
    EXCHANGED = 6
    PARTLY = 7
    SAME_YEAR = 8


_NAME = (Grade.DIFFERENT, Grade.SIMILAR, Grade.CLOSE, Grade.EQUIVALENT, Grade.SAME)
_TEXT = (Grade.DIFFERENT, Grade.SIMILAR, Grade.CLOSE, Grade.SAME)
GRADES: dict[Field, tuple[Grade, ...]] = {
    Field.FIRST: _NAME,
    Field.FAMILY: _NAME,
    Field.FATHER: _NAME,
    Field.MOTHER: _NAME,
    Field.BIRTH_DATE: (
        Grade.DIFFERENT,
        Grade.SAME_YEAR,
        Grade.PARTLY,
        Grade.CLOSE,
        Grade.EXCHANGED,
        Grade.SAME,
    ),
    Field.NUMBERS: (Grade.DIFFERENT, Grade.CLOSE, Grade.SAME),
    Field.ADDRESS: _TEXT,
    Field.RESIDENCE: _TEXT,
    Field.POSTCODE: _TEXT,
    Field.OCCUPATION: _TEXT,
    Field.ORDER: (Grade.SAME, Grade.EXCHANGED),
}
"""The grades that each field can have, worst first; beside these every field but the order can be missing."""
