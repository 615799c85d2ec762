"""Captions of printed fields, and which field each announces: English, French, Albanian and the Slavic ones in Latin.

A caption is compared without accents, spaces and capitals; small slips of reading are overlooked in long ones. The
recogniser's alphabet has no Cyrillic, so Cyrillic captions are known only in their Latin twin on the same line.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from egnatia.engines.documents.visual.types import VisualField

_CAPTIONS: dict[VisualField, str] = {
    VisualField.DOCUMENT_CODE: "type, tip, lloji",
    VisualField.ISSUER: "code, kod, kodi, code of issuing state, code du pays, country code",
    VisualField.NUMBER: (
        "document no, document number, passport no, passport number, card no, card number, visa no, no du document, "
        "no du passeport, numero, nr i dokumentit, nr i pasaportes, nr i leternjoftimit, broj isprave, broj pasosa, "
        "broj licne karte, broj dokumenta, broj na isprava, broj na pasos"
    ),
    VisualField.PRIMARY: "surname, surnames, family name, nom, mbiemri, prezime",
    VisualField.SECONDARY: "given names, given name, forenames, first names, prenoms, prenom, emri, ime, imena",
    VisualField.NAME: "name, names, full name, nom et prenoms, emri dhe mbiemri, prezime i ime, ime i prezime",
    VisualField.NATIONALITY: "nationality, nationalite, shtetesia, kombesia, drzavljanstvo, drzavjanstvo",
    VisualField.BIRTH_DATE: (
        "date of birth, birth date, date de naissance, datelindja, data e lindjes, datum rodenja, datum rodjenja, "
        "datum na raganje"
    ),
    VisualField.BIRTH_PLACE: (
        "place of birth, lieu de naissance, vendlindja, vendi i lindjes, mjesto rodenja, mesto rodenja, mesto na raganje"
    ),
    VisualField.SEX: "sex, sexe, gjinia, pol, spol",
    VisualField.ISSUE_DATE: (
        "date of issue, issue date, date de delivrance, data e leshimit, datum izdavanja, datum na izdavanje"
    ),
    VisualField.EXPIRY_DATE: (
        "date of expiry, expiry date, date of expiration, valid until, date d expiration, date d'expiration, "
        "data e skadimit, e vlefshme deri, vazi do, rok vazenja, vrijedi do"
    ),
    VisualField.AUTHORITY: "authority, issuing authority, autorite, autoriteti, organ, izdato od, izdadeno od",
    VisualField.PERSONAL_NUMBER: (
        "personal no, personal number, no personnel, nr personal, numri personal, jmbg, embg, maticen broj, maticni broj"
    ),
}
_SIMILAR = 90.0
"""Likeness (rapidfuzz, 0 to 100) from which a caption is the one meant: one slip in ten letters."""
_LONG = 6
"""Letters from which a caption may stand inside a longer line, or be read with a slip."""
_PLAIN = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "0": "o", "1": "l", "|": "l"})


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption in a line of text: its field, and which part of the line it takes, from 0 to 1."""

    field: VisualField
    start: float
    end: float


def plain(text: str) -> str:
    """A text without accents, capitals, spaces and signs, for comparison alone."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return "".join(sign for sign in parts.translate(_PLAIN) if sign.isascii() and sign.isalpha())


_KNOWN = {plain(caption): field for field, captions in _CAPTIONS.items() for caption in captions.split(",")}
_INSIDE = sorted((known for known in _KNOWN if len(known) >= _LONG), key=lambda known: (-len(known), known))


def captions_in(text: str) -> tuple[Caption, ...]:
    """The captions of a line, none where it is a value.

    `Surname / Nom` is one caption in two languages; `Date of issue / Date of expiry` are two that were taken for one
    line, each with its own part of it.
    """
    word = plain(text)
    found: list[tuple[int, int, VisualField]] = []
    free = word
    for known in _INSIDE:
        at = free.find(known)
        if at >= 0:
            found.append((at, at + len(known), _KNOWN[known]))
            free = free.replace(known, "." * len(known), 1)
    if not found:
        field = _field_of(text)
        return () if field is None else (Caption(field, 0.0, 1.0),)
    return tuple(_merged(sorted(found), len(word)))


def _merged(found: list[tuple[int, int, VisualField]], length: int) -> Iterator[Caption]:
    """Neighbours of one field are one caption; each reaches to the next, the last to the end of the line."""
    starts: list[tuple[int, VisualField]] = []
    for at, _, field in found:
        if not starts or starts[-1][1] is not field:
            starts.append((at if starts else 0, field))
    ends = [*(at for at, _ in starts[1:]), length]
    for (at, field), end in zip(starts, ends, strict=True):
        yield Caption(field, at / length, end / length)


def _field_of(text: str) -> VisualField | None:
    """A short caption, or one with a slip, standing alone or beside a stroke."""
    for part in (text, *text.replace("|", "/").split("/")):
        word = plain(part)
        if word in _KNOWN:
            return _KNOWN[word]
        likeness, known = max((fuzz.ratio(word, known), known) for known in _INSIDE)
        if len(word) >= _LONG and likeness >= _SIMILAR and abs(len(word) - len(known)) < 2:  # noqa: PLR2004 - a slip, not another word
            return _KNOWN[known]
    return None
