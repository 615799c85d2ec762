"""One spelling for each identifier, because one different character is a silent miss: nobody sees the question.

Both sides normalise before hashing: the holder when it builds its index, the asker when it asks. The rules are part of
the protocol (`VERSION` stands in every hashed text) and their vectors are published in `docs/reference/blind.md`.
Nothing is guessed: what is not clearly an identifier of its kind is refused, never repaired.
"""

import re
from string import ascii_lowercase

from egnatia.engines.blind.types import IdentifierKind
from egnatia.errors import InputError

VERSION = "1"
"""Of these rules; a change of rules is a new version, and never meets an old index."""
MAX_TYPED = 64
"""Characters of what a person types for one identifier, separators included."""
_CAPITALS = {ord(small): small.upper() for small in ascii_lowercase}
"""Only these: `upper()` makes SS of a sharp s and I of a dotless one, which are no letters of the zone."""
_SEPARATORS = re.compile(r"[\s<./\u2010-\u2015-]+")
_PHONE_SEPARATORS = re.compile(r"[\s./()\u2010-\u2015-]+")
_NUMBER = re.compile(r"[A-Z0-9]{1,20}")
_ISSUER = re.compile(r"[A-Z]{1,3}")
_TYPE = re.compile(r"[A-Z][A-Z<]?")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_TRUNK = re.compile(r"\(\s*0\s*\)")
_ZERO_STAYS = ("+39", "+378", "+379")
"""Italy, San Marino, the Vatican: the zero is dialled from abroad too (ITU-T E.164, national numbering plan of Italy), so
one in brackets is a habit from elsewhere, and whether it belongs there nobody can say."""
ISSUER_ALIASES = {"XKX": "RKS", "KOS": "RKS", "DEU": "D", "GER": "D"}
"""Codes of databases and habit, and what the documents carry (ICAO Doc 9303-3 section 5; Kosovo's code in use)."""
# ISO 13616 registry (SWIFT, IBAN Registry): length of an IBAN by country, for the route's countries and their banks'.
_BY_LENGTH = {
    15: "NO",
    16: "BE",
    18: "DK FI NL",
    19: "MK SI",
    20: "AT BA EE LT LU XK",
    21: "CH HR LI LV",
    22: "BG DE GB IE ME RS",
    23: "GI",
    24: "AD CZ ES MD RO SE SK",
    25: "PT",
    26: "IS TR",
    27: "FR GR IT MC SM",
    28: "AL CY HU PL",
    29: "UA",
    31: "MT",
}
IBAN_LENGTHS = {country: length for length, countries in _BY_LENGTH.items() for country in countries.split()}


def _typed(text: str, what: str) -> str:
    if len(text) > MAX_TYPED:
        raise InputError(f"the {what} has over {MAX_TYPED} characters")
    return text.translate(_CAPITALS).strip()


def normal_document(issuer: str, document_type: str, number: str) -> str:
    """A travel document as hashed: issuer in three places, first letter of the type, number, in the zone's alphabet.

    Issuer and type may both be empty where only the number is known, as in person records: `<<<<` stands for them.

    Raises:
        InputError: issuer, type or number is not one.
    """
    code = _typed(issuer, "issuer").rstrip("<")
    code = ISSUER_ALIASES.get(code, code)
    kind = _typed(document_type, "document type")
    if (code or kind) and not (_ISSUER.fullmatch(code) and _TYPE.fullmatch(kind)):
        raise InputError("a document is named by issuer and type together, such as RKS and P, or by neither")
    plain = _SEPARATORS.sub("", _typed(number, "document number"))
    if not _NUMBER.fullmatch(plain):
        raise InputError(
            "a document number has 1 to 20 letters and digits of the machine-readable zone",
            hint="Type it as printed in the zone: capital letters A to Z and digits, without accents.",
        )
    return f"{code:<<3}{kind[:1]:<<1}{plain}"


def normal_iban(text: str) -> str:
    """An IBAN without separators, with its check digits right (ISO 13616-1, ISO/IEC 7064 MOD 97-10).

    Raises:
        InputError: another form, a wrong length for its country, or wrong check digits.
    """
    plain = _SEPARATORS.sub("", _typed(text, "IBAN"))
    if not _IBAN.fullmatch(plain):
        raise InputError("an IBAN is two letters, two digits and 11 to 30 letters and digits")
    if IBAN_LENGTHS.get(plain[:2], len(plain)) != len(plain):
        raise InputError(f"an IBAN of {plain[:2]} has {IBAN_LENGTHS[plain[:2]]} characters")
    # 00, 01 and 99 pass the remainder as well as 97, 98 and 02 do; ISO 13616 computes only 02 to 98.
    if not 2 <= int(plain[2:4]) <= 98 or int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 != 1:  # noqa: PLR2004
        raise InputError("the check digits of this IBAN are wrong", hint="Compare it with the source, digit by digit.")
    return plain


def normal_phone(text: str) -> str:
    """A telephone number in international form, `+` and 7 to 15 digits (ITU-T E.164).

    A national number is refused: which country it belongs to would be a guess. `00` stands for `+`, and a trunk zero in
    brackets, as in `+44 (0)20`, is left out; where the zero belongs to the number, one in brackets is refused.

    Raises:
        InputError: it is not in international form.
    """
    typed = _typed(text, "telephone number")
    plain = _PHONE_SEPARATORS.sub("", _TRUNK.sub("", typed))
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if plain.startswith(_ZERO_STAYS) and _TRUNK.search(typed):
        raise InputError(
            "in this country the zero belongs to the number; it stands here in brackets",
            hint="Type it as it is dialled from abroad, such as +39 06 698 12345, with its zero and without brackets.",
        )
    if not _PHONE.fullmatch(plain):
        raise InputError(
            "a telephone number is asked in international form, such as +383 44 123 456",
            hint="Begin with + and the country's code; an extension is left out.",
        )
    return plain


def hashed_text(kind: IdentifierKind, normal: str) -> bytes:
    """What goes into the function: the rules' version and the kind keep identifiers of different kinds apart."""
    return f"egnatia/{VERSION}/{kind.value}:{normal}".encode("ascii")
