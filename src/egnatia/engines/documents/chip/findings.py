"""Every finding about a chip: its severity, what it does to the advice, why it may be innocent, what would settle it."""

from enum import StrEnum

from egnatia.engines.documents.findings import Finding, Rule
from egnatia.engines.documents.types import Bearing, Compared, Place, Severity, Source


class ChipFinding(StrEnum):
    """The closed list of findings; `docs/reference/chip.md` explains each."""

    # finding the files
    CHIP_FILE_TWICE = "CHIP_FILE_TWICE"
    CHIP_FILE_NAME = "CHIP_FILE_NAME"
    CHIP_FILE_MISSING = "CHIP_FILE_MISSING"
    CHIP_FILE_TOO_LARGE = "CHIP_FILE_TOO_LARGE"
    # reading one file
    CHIP_FILE_EMPTY = "CHIP_FILE_EMPTY"
    CHIP_TAG_WRONG = "CHIP_TAG_WRONG"
    CHIP_LENGTH_WRONG = "CHIP_LENGTH_WRONG"
    CHIP_LENGTH_LONG = "CHIP_LENGTH_LONG"
    CHIP_TRAILING_BYTES = "CHIP_TRAILING_BYTES"
    CHIP_STRUCTURE_WRONG = "CHIP_STRUCTURE_WRONG"
    CHIP_ELEMENT_MISSING = "CHIP_ELEMENT_MISSING"
    CHIP_ELEMENT_UNKNOWN = "CHIP_ELEMENT_UNKNOWN"
    CHIP_VALUE_NOT_ALLOWED = "CHIP_VALUE_NOT_ALLOWED"
    CHIP_VALUE_ODD = "CHIP_VALUE_ODD"
    CHIP_VERSION_UNKNOWN = "CHIP_VERSION_UNKNOWN"
    CHIP_NOT_JUDGED = "CHIP_NOT_JUDGED"
    CHIP_IMAGE_UNREADABLE = "CHIP_IMAGE_UNREADABLE"
    CHIP_IMAGE_OTHER_TYPE = "CHIP_IMAGE_OTHER_TYPE"
    # the signed objects
    CHIP_SOD_MISSING = "CHIP_SOD_MISSING"
    CHIP_SIGNED_UNREADABLE = "CHIP_SIGNED_UNREADABLE"
    CHIP_CONTENT_TYPE_KNOWN = "CHIP_CONTENT_TYPE_KNOWN"
    CHIP_CONTENT_TYPE_WRONG = "CHIP_CONTENT_TYPE_WRONG"
    CHIP_ENCODING = "CHIP_ENCODING"
    CHIP_UNSIGNED_DIFFERS = "CHIP_UNSIGNED_DIFFERS"
    CHIP_UNSIGNED_EXTRA = "CHIP_UNSIGNED_EXTRA"
    CHIP_SIGNER_NAMED_OTHERWISE = "CHIP_SIGNER_NAMED_OTHERWISE"
    CHIP_SIGNER_WRONG = "CHIP_SIGNER_WRONG"
    CHIP_SIGNER_ABSENT = "CHIP_SIGNER_ABSENT"
    CHIP_DIGEST_REFUTED = "CHIP_DIGEST_REFUTED"
    CHIP_SIGNATURE_REFUTED = "CHIP_SIGNATURE_REFUTED"
    CHIP_SIGNATURE_NOT_JUDGED = "CHIP_SIGNATURE_NOT_JUDGED"
    CHIP_ALGORITHM_NOT_ALLOWED = "CHIP_ALGORITHM_NOT_ALLOWED"
    CHIP_WEAK = "CHIP_WEAK"
    CHIP_ALGORITHM_FORM = "CHIP_ALGORITHM_FORM"
    # the certificates
    CHIP_NO_TRUST_STORE = "CHIP_NO_TRUST_STORE"
    CHIP_AUTHORITY_UNKNOWN = "CHIP_AUTHORITY_UNKNOWN"
    CHIP_AUTHORITY_REFUTED = "CHIP_AUTHORITY_REFUTED"
    CHIP_AUTHORITY_FOUND_OTHERWISE = "CHIP_AUTHORITY_FOUND_OTHERWISE"
    CHIP_CERTIFICATE_EXPIRED = "CHIP_CERTIFICATE_EXPIRED"
    CHIP_CERTIFICATE_NOT_YET = "CHIP_CERTIFICATE_NOT_YET"
    CHIP_ISSUED_OUTSIDE = "CHIP_ISSUED_OUTSIDE"
    CHIP_REVOKED = "CHIP_REVOKED"
    CHIP_REVOCATION_UNKNOWN = "CHIP_REVOCATION_UNKNOWN"
    CHIP_NOT_TRUSTED = "CHIP_NOT_TRUSTED"
    CHIP_DEFECT_KNOWN = "CHIP_DEFECT_KNOWN"
    CHIP_CERTIFICATE_ODD = "CHIP_CERTIFICATE_ODD"
    CHIP_DOCUMENT_TYPE = "CHIP_DOCUMENT_TYPE"
    # the hashes
    CHIP_HASH_REFUTED = "CHIP_HASH_REFUTED"
    CHIP_HASH_NOT_LISTED = "CHIP_HASH_NOT_LISTED"
    CHIP_HASH_WITHOUT_FILE = "CHIP_HASH_WITHOUT_FILE"
    CHIP_HASH_NOT_JUDGED = "CHIP_HASH_NOT_JUDGED"
    CHIP_COM_MORE = "CHIP_COM_MORE"
    CHIP_COM_LESS = "CHIP_COM_LESS"
    CHIP_COM_FILE = "CHIP_COM_FILE"
    # issuer
    CHIP_ISSUER_OTHER = "CHIP_ISSUER_OTHER"
    CHIP_ISSUER_NOT_JUDGED = "CHIP_ISSUER_NOT_JUDGED"
    CHIP_COUNTRY_WRITTEN = "CHIP_COUNTRY_WRITTEN"
    # is the chip the original one
    CHIP_EVIDENCE_UNREADABLE = "CHIP_EVIDENCE_UNREADABLE"
    CHIP_EVIDENCE_MISSING = "CHIP_EVIDENCE_MISSING"
    CHIP_EVIDENCE_NOT_BOUND = "CHIP_EVIDENCE_NOT_BOUND"
    CHIP_EVIDENCE_FOREIGN = "CHIP_EVIDENCE_FOREIGN"
    CHIP_EVIDENCE_WITHOUT_KEY = "CHIP_EVIDENCE_WITHOUT_KEY"
    CHIP_KEY_NOT_SIGNED = "CHIP_KEY_NOT_SIGNED"
    CHIP_KEY_STRIPPED = "CHIP_KEY_STRIPPED"
    CHIP_ANSWER_REFUTED = "CHIP_ANSWER_REFUTED"
    CHIP_ANSWER_FORM = "CHIP_ANSWER_FORM"
    CHIP_ANSWER_NOT_JUDGED = "CHIP_ANSWER_NOT_JUDGED"
    CHIP_ACCESS_DIFFERS = "CHIP_ACCESS_DIFFERS"
    # the chip against the page, and against itself
    CHIP_ZONE_DIFFERS = "CHIP_ZONE_DIFFERS"
    CHIP_ZONE_OPTIONAL = "CHIP_ZONE_OPTIONAL"
    CHIP_NAME_DIFFERS = "CHIP_NAME_DIFFERS"
    CHIP_NAME_NOT_JUDGED = "CHIP_NAME_NOT_JUDGED"
    CHIP_BIRTH_DIFFERS = "CHIP_BIRTH_DIFFERS"
    CHIP_NUMBER_DIFFERS = "CHIP_NUMBER_DIFFERS"
    CHIP_DATES_ODD = "CHIP_DATES_ODD"
    CHIP_FACE_TO_COMPARE = "CHIP_FACE_TO_COMPARE"


_COPY = "a reading that broke off or a file saved with a fault"
_ISSUER_FAULT = "a fault of the issuer's production, which defect lists name"
_READ_AGAIN = "Read the chip again."
_ASK_ISSUER = "Ask the issuer whether its chips are like this."
_LISTS = "Bring the trust store up to date and inspect again."
_SECOND_LINE = "Compare the chip's data with the printed page and the holder; ask the issuer by number."

_NOTE = (Severity.INFO, Bearing.NONE)
_LOOK = (Severity.WARN, Bearing.NONE)
_ODD = (Severity.WARN, Bearing.DISCREPANCY)
_GRAVE = (Severity.SERIOUS, Bearing.DISCREPANCY)
_FALSE = (Severity.SERIOUS, Bearing.FALSITY)
_UNKNOWN = (Severity.WARN, Bearing.UNKNOWN)
_F = ChipFinding

_GRADED: dict[ChipFinding, tuple[tuple[Severity, Bearing], str, str]] = {
    _F.CHIP_FILE_TWICE: (_ODD, "the same chip was read twice into one folder", _READ_AGAIN),
    _F.CHIP_FILE_NAME: (_LOOK, "a file named by hand", _READ_AGAIN),
    _F.CHIP_FILE_MISSING: (_LOOK, "a reader that saves only some files", _READ_AGAIN),
    _F.CHIP_FILE_TOO_LARGE: (_LOOK, "a file that is not of the chip", _READ_AGAIN),
    _F.CHIP_FILE_EMPTY: (_ODD, _COPY, _READ_AGAIN),
    _F.CHIP_TAG_WRONG: (_ODD, f"{_COPY}; {_ISSUER_FAULT}", _READ_AGAIN),
    _F.CHIP_LENGTH_WRONG: (_ODD, _COPY, _READ_AGAIN),
    _F.CHIP_LENGTH_LONG: (_NOTE, "an issuer whose software writes lengths so", _ASK_ISSUER),
    _F.CHIP_TRAILING_BYTES: (_NOTE, "a reader that saved the file to its full allotted size", _READ_AGAIN),
    _F.CHIP_STRUCTURE_WRONG: (_ODD, f"{_COPY}; {_ISSUER_FAULT}", _ASK_ISSUER),
    _F.CHIP_ELEMENT_MISSING: (_ODD, _ISSUER_FAULT, _ASK_ISSUER),
    _F.CHIP_ELEMENT_UNKNOWN: (_NOTE, "an addition of the issuer or of a later standard", _ASK_ISSUER),
    _F.CHIP_VALUE_NOT_ALLOWED: (_ODD, _ISSUER_FAULT, _ASK_ISSUER),
    _F.CHIP_VALUE_ODD: (_NOTE, "a habit of the issuer", _ASK_ISSUER),
    _F.CHIP_VERSION_UNKNOWN: (_ODD, "a version of the standard newer than this program", _ASK_ISSUER),
    _F.CHIP_NOT_JUDGED: (_NOTE, "a coding that this program does not take apart", "Look at it with other software."),
    _F.CHIP_IMAGE_UNREADABLE: (_ODD, f"{_COPY}; a rare variety of the coding", _SECOND_LINE),
    _F.CHIP_IMAGE_OTHER_TYPE: (_ODD, _ISSUER_FAULT, "Look at the picture; it is shown all the same."),
    _F.CHIP_SOD_MISSING: (_GRAVE, "a reader that did not save it", _READ_AGAIN),
    _F.CHIP_SIGNED_UNREADABLE: (_GRAVE, f"{_COPY}; {_ISSUER_FAULT}", _READ_AGAIN),
    _F.CHIP_CONTENT_TYPE_KNOWN: (_NOTE, "some issuers mark it with another identifier", _ASK_ISSUER),
    _F.CHIP_CONTENT_TYPE_WRONG: (_ODD, _ISSUER_FAULT, _ASK_ISSUER),
    _F.CHIP_ENCODING: (_NOTE, "an issuer that writes BER where DER is asked for", _ASK_ISSUER),
    _F.CHIP_UNSIGNED_DIFFERS: (_ODD, f"{_COPY}; {_ISSUER_FAULT}", _READ_AGAIN),
    _F.CHIP_UNSIGNED_EXTRA: (_LOOK, "an addition of the issuer", _ASK_ISSUER),
    _F.CHIP_SIGNER_NAMED_OTHERWISE: (_NOTE, "names written in another string type or order", _ASK_ISSUER),
    _F.CHIP_SIGNER_WRONG: (_ODD, "a known fault of some issuers, which defect lists name", _ASK_ISSUER),
    _F.CHIP_SIGNER_ABSENT: (_UNKNOWN, "an issuer that does not store the certificate in the chip", _LISTS),
    _F.CHIP_DIGEST_REFUTED: (_FALSE, f"{_COPY}; {_ISSUER_FAULT}", _SECOND_LINE),
    _F.CHIP_SIGNATURE_REFUTED: (_FALSE, f"{_COPY}; {_ISSUER_FAULT}", _SECOND_LINE),
    _F.CHIP_SIGNATURE_NOT_JUDGED: (_UNKNOWN, "an algorithm that this program does not know", "Use other software."),
    _F.CHIP_ALGORITHM_NOT_ALLOWED: (_ODD, "a very old document", _ASK_ISSUER),
    _F.CHIP_WEAK: (_NOTE, "older documents were signed so by rule", "None needed: it is noted, not judged."),
    _F.CHIP_ALGORITHM_FORM: (_NOTE, "a habit of the issuer's software that changes nothing signed", _ASK_ISSUER),
    _F.CHIP_NO_TRUST_STORE: (_UNKNOWN, "no list of countries' certificates was given", _LISTS),
    _F.CHIP_AUTHORITY_UNKNOWN: (_UNKNOWN, "a certificate newer or older than the lists here", _LISTS),
    _F.CHIP_AUTHORITY_REFUTED: (_FALSE, _ISSUER_FAULT, _SECOND_LINE),
    _F.CHIP_AUTHORITY_FOUND_OTHERWISE: (_NOTE, "an issuer that leaves out or miswrites key identifiers", _ASK_ISSUER),
    _F.CHIP_CERTIFICATE_EXPIRED: (_ODD, "a document valid for longer than its certificate", _ASK_ISSUER),
    _F.CHIP_CERTIFICATE_NOT_YET: (_ODD, "the clock of this inspection", "Check the date of the inspection."),
    _F.CHIP_ISSUED_OUTSIDE: (_ODD, "a date of issue that means something else", _ASK_ISSUER),
    _F.CHIP_REVOKED: (_GRAVE, "revoked for another reason than misuse", _ASK_ISSUER),
    _F.CHIP_REVOCATION_UNKNOWN: (_NOTE, "no revocation list of this country is in the store", _LISTS),
    _F.CHIP_NOT_TRUSTED: (_GRAVE, "a list that was wrong or is out of date", _LISTS),
    _F.CHIP_DEFECT_KNOWN: (_LOOK, "a genuine document with a known fault", "Read what the defect list says."),
    _F.CHIP_CERTIFICATE_ODD: (_NOTE, "certificates of real issuers break the profile now and then", _ASK_ISSUER),
    _F.CHIP_DOCUMENT_TYPE: (_ODD, "an issuer that forgot to list the type", _ASK_ISSUER),
    _F.CHIP_HASH_REFUTED: (_FALSE, f"{_COPY}; {_ISSUER_FAULT}", _SECOND_LINE),
    _F.CHIP_HASH_NOT_LISTED: (_ODD, "a file added after signing that the issuer does not protect", _ASK_ISSUER),
    _F.CHIP_HASH_WITHOUT_FILE: (_LOOK, "a reader that has no right to the file, or did not save it", _READ_AGAIN),
    _F.CHIP_HASH_NOT_JUDGED: (_ODD, "an algorithm that this program does not know", "Use other software."),
    _F.CHIP_COM_MORE: (_ODD, _ISSUER_FAULT, _ASK_ISSUER),
    _F.CHIP_COM_LESS: (_ODD, _ISSUER_FAULT, _ASK_ISSUER),
    _F.CHIP_COM_FILE: (_LOOK, "a reader that saves only some files", _READ_AGAIN),
    _F.CHIP_ISSUER_OTHER: (_FALSE, "a code that the table of countries here does not join", _SECOND_LINE),
    _F.CHIP_ISSUER_NOT_JUDGED: (_LOOK, "an issuer that is not in the table of countries", _ASK_ISSUER),
    _F.CHIP_COUNTRY_WRITTEN: (_NOTE, "an issuer that writes its code in small letters or in another form", _ASK_ISSUER),
    _F.CHIP_EVIDENCE_UNREADABLE: (_LOOK, "a file of another program", "Record the exchange again."),
    _F.CHIP_EVIDENCE_MISSING: (_NOTE, "the reader did not ask for it or did not record it", _READ_AGAIN),
    _F.CHIP_EVIDENCE_NOT_BOUND: (_LOOK, "the reader's own log was not given", "Give what the reader sent."),
    _F.CHIP_EVIDENCE_FOREIGN: (_GRAVE, "the record of another inspection was given by mistake", _READ_AGAIN),
    _F.CHIP_EVIDENCE_WITHOUT_KEY: (_GRAVE, "a reader that did not save the file with the key", _READ_AGAIN),
    _F.CHIP_KEY_NOT_SIGNED: (_LOOK, "whatever keeps the signed object itself from being trusted", _SECOND_LINE),
    _F.CHIP_KEY_STRIPPED: (_ODD, "a reader that did not save the file", _READ_AGAIN),
    _F.CHIP_ANSWER_REFUTED: (_FALSE, "a fault in reading or recording", _READ_AGAIN),
    _F.CHIP_ANSWER_FORM: (_NOTE, "a habit of the issuer's chips", _ASK_ISSUER),
    _F.CHIP_ANSWER_NOT_JUDGED: (_LOOK, "an algorithm that this program does not know", "Use other software."),
    _F.CHIP_ACCESS_DIFFERS: (_ODD, _ISSUER_FAULT, _READ_AGAIN),
    _F.CHIP_ZONE_DIFFERS: (_GRAVE, "the printed zone was misread", "Read the printed zone again, letter by letter."),
    _F.CHIP_ZONE_OPTIONAL: (_LOOK, "optional data that the issuer writes differently", _ASK_ISSUER),
    _F.CHIP_NAME_DIFFERS: (_ODD, "a name written in another alphabet or cut in the zone", _SECOND_LINE),
    _F.CHIP_NAME_NOT_JUDGED: (_NOTE, "a script that the tables here do not cover", _SECOND_LINE),
    _F.CHIP_BIRTH_DIFFERS: (_GRAVE, "a date written in another form", _SECOND_LINE),
    _F.CHIP_NUMBER_DIFFERS: (_ODD, _ISSUER_FAULT, _SECOND_LINE),
    _F.CHIP_DATES_ODD: (_ODD, "a date written in another form", _ASK_ISSUER),
    _F.CHIP_FACE_TO_COMPARE: (
        _NOTE,
        "it is for an officer's eyes",
        "Compare the chip's face, the page and the holder.",
    ),
}

CHIP_RULES: dict[ChipFinding, Rule] = {
    code: Rule(severity, bearing, innocent, settle) for code, ((severity, bearing), innocent, settle) in _GRADED.items()
}


def found(
    code: ChipFinding,
    field: StrEnum,
    expected: str,
    there: str,
    *,
    bearing: Bearing | None = None,
    compared: tuple[Compared, ...] = (),
    places: tuple[Place, ...] = (),
) -> Finding:
    """Make a finding from its rule; the bearing may be overruled where a check knows more."""
    rule = CHIP_RULES[code]
    final = rule.bearing if bearing is None else bearing
    return Finding(code, field, rule.severity, final, expected, there, rule.innocent, rule.settle, compared, places)


def stretch(name: str, start: int, end: int) -> tuple[Place, ...]:
    """A stretch of bytes of one file of the chip."""
    return (Place(Source.CHIP, name, start, end),)
