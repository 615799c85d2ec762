"""Where everything stands on a page, in millimetres from its upper left corner.

The sizes of documents and of the zone are those of Doc 9303 parts 4 to 7 (section 4.1: dimensions, and the drawings of
the machine-readable zone); the visual zone is our own arrangement of the fields that those parts demand.
"""

# ruff: noqa: RUF001 - captions in Cyrillic are the subject

from dataclasses import dataclass

from egnatia.engines.documents.synthetic.types import Kind

PITCH = 2.54
"""Width of one character of the zone: ten to the inch (Doc 9303-3 section 4.1.1)."""
Rectangle = tuple[float, float, float, float]
"""Left, top, width and height."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One printed field: a caption above a value, both from `left`; the value is made smaller where it is too wide."""

    field: str
    left: float
    top: float
    width: float


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a document.

    Args:
        width: of the page.
        height: of the page.
        slots: the printed fields.
        portrait: where the portrait stands; None for none.
        ghost: where the small second portrait stands.
        seal: where a digital seal stands, if the document has one and it is printed on this side.
        zone: left edge of the first character and the base line of each line of the zone; None for none.
    """

    width: float
    height: float
    slots: tuple[Slot, ...]
    portrait: Rectangle | None = None
    ghost: Rectangle | None = None
    seal: Rectangle | None = None
    zone: tuple[float, tuple[float, ...]] | None = None


def _slots(*rows: tuple[float, str]) -> tuple[Slot, ...]:
    """Rows of `field@left+width field@left+width` at a height."""
    return tuple(
        Slot(name, float(left), top, float(width))
        for top, text in rows
        for name, place in (each.split("@") for each in text.split())
        for left, width in (place.split("+"),)
    )


LAYOUTS: dict[Kind, tuple[Side, ...]] = {
    Kind.PASSPORT: (
        Side(
            125, 88,
            _slots(
                (11, "document_code@42+12 issuer@58+16 number@84+36"),
                (18.5, "primary@42+78"),
                (26, "secondary@42+78"),
                (33.5, "nationality@42+26 personal_number@84+36"),
                (41, "birth_date@42+30 sex@74+8 birth_place@84+36"),
                (48.5, "issue_date@42+30 authority@84+36"),
                (56, "expiry_date@42+30"),
            ),
            portrait=(5, 14, 33, 44), ghost=(106, 42, 13, 17), seal=(76, 48.5, 15, 15),
            zone=(6.6, (74.3, 81.6)),
        ),
    ),
    Kind.CARD: (
        Side(
            85.6, 54,
            _slots(
                (9.5, "primary@30+53"),
                (16, "secondary@30+53"),
                (22.5, "sex@30+8 nationality@42+16 birth_date@60+24"),
                (29, "personal_number@30+28 expiry_date@60+24"),
                (35.5, "document_code@30+10 number@42+24"),
                (42, "issuer@30+12"),
            ),
            portrait=(4, 11, 22, 29), ghost=(70, 36, 9, 12),
        ),
        Side(
            85.6, 54,
            _slots((7, "birth_place@5+36 issue_date@44+22"), (14, "authority@5+36")),
            seal=(67, 6, 15, 15), zone=(4.7, (37.5, 43.6, 49.7)),
        ),
    ),
    Kind.SHEET: (
        Side(
            105, 74,
            _slots(
                (9.5, "document_code@36+10 issuer@50+14 number@68+34"),
                (16, "primary@36+66"),
                (22.5, "secondary@36+66"),
                (29, "nationality@36+16 birth_date@54+24 sex@82+8"),
                (35.5, "birth_place@36+30 personal_number@68+34"),
                (42, "issue_date@36+24 expiry_date@62+24"),
                (47.2, "authority@5+28"),
            ),
            portrait=(5, 11, 27, 35), seal=(88, 41, 12, 12),
            zone=(6.8, (61.0, 68.3)),
        ),
    ),
    Kind.VISA: (
        Side(
            120, 80,
            _slots(
                (10, "document_code@42+10 issuer@56+14 number@76+38"),
                (17, "primary@42+72"),
                (24, "secondary@42+72"),
                (31, "nationality@42+16 birth_date@60+28 sex@92+8"),
                (38, "issue_date@42+28 expiry_date@72+28"),
                (45, "passport_number@42+28 authority@72+28"),
            ),
            portrait=(5, 13, 33, 42), seal=(102, 36, 15, 15),
            zone=(5.0, (66.3, 73.6)),
        ),
    ),
    Kind.SMALL_VISA: (
        Side(
            105, 74,
            _slots(
                (9.5, "document_code@36+10 issuer@50+14 number@68+34"),
                (16, "primary@36+66"),
                (22.5, "secondary@36+66"),
                (29, "nationality@36+16 birth_date@54+24 sex@82+8"),
                (35.5, "issue_date@36+24 expiry_date@62+24"),
                (42, "passport_number@36+24 authority@62+24"),
            ),
            portrait=(5, 11, 27, 35), seal=(88, 34, 13, 13),
            zone=(6.8, (61.0, 68.3)),
        ),
    ),
}  # fmt: skip
"""The sides of each kind; the last one carries the zone."""

CAPTIONS: dict[str, dict[str, str]] = {
    "en": {
        "document_code": "Type", "issuer": "Code", "number": "Document No", "primary": "Surname",
        "secondary": "Given names", "nationality": "Nationality", "birth_date": "Date of birth", "sex": "Sex",
        "birth_place": "Place of birth", "issue_date": "Date of issue", "expiry_date": "Date of expiry",
        "authority": "Authority", "personal_number": "Personal No", "passport_number": "Passport No",
    },
    "fr": {
        "document_code": "Type", "issuer": "Code", "number": "N° du document", "primary": "Nom",
        "secondary": "Prénoms", "nationality": "Nationalité", "birth_date": "Date de naissance", "sex": "Sexe",
        "birth_place": "Lieu de naissance", "issue_date": "Date de délivrance", "expiry_date": "Date d'expiration",
        "authority": "Autorité", "personal_number": "N° personnel", "passport_number": "N° du passeport",
    },
    "sq": {
        "document_code": "Lloji", "issuer": "Kodi", "number": "Nr. i dokumentit", "primary": "Mbiemri",
        "secondary": "Emri", "nationality": "Shtetësia", "birth_date": "Datëlindja", "sex": "Gjinia",
        "birth_place": "Vendlindja", "issue_date": "Data e lëshimit", "expiry_date": "Data e skadimit",
        "authority": "Autoriteti", "personal_number": "Nr. personal", "passport_number": "Nr. i pasaportës",
    },
    "mk": {
        "document_code": "Тип", "issuer": "Код", "number": "Број на исправа", "primary": "Презиме",
        "secondary": "Име", "nationality": "Државјанство", "birth_date": "Датум на раѓање", "sex": "Пол",
        "birth_place": "Место на раѓање", "issue_date": "Датум на издавање", "expiry_date": "Важи до",
        "authority": "Издадено од", "personal_number": "Матичен број", "passport_number": "Број на пасош",
    },
    "sr": {
        "document_code": "Тип", "issuer": "Код", "number": "Број исправе", "primary": "Презиме", "secondary": "Име",
        "nationality": "Држављанство", "birth_date": "Датум рођења", "sex": "Пол", "birth_place": "Место рођења",
        "issue_date": "Датум издавања", "expiry_date": "Важи до", "authority": "Орган", "personal_number": "ЈМБГ",
        "passport_number": "Број пасоша",
    },
    "sr-Latn": {
        "document_code": "Tip", "issuer": "Kod", "number": "Broj isprave", "primary": "Prezime", "secondary": "Ime",
        "nationality": "Državljanstvo", "birth_date": "Datum rođenja", "sex": "Pol", "birth_place": "Mjesto rođenja",
        "issue_date": "Datum izdavanja", "expiry_date": "Važi do", "authority": "Organ", "personal_number": "JMBG",
        "passport_number": "Broj pasoša",
    },
}  # fmt: skip
"""Captions by language; the second language of a page is English, and French where the first one is English."""


def caption(field: str, language: str) -> str:
    """The caption of a field in the page's two languages."""
    first = CAPTIONS["sr-Latn" if language == "bs" else language][field]
    second = CAPTIONS["fr" if language == "en" else "en"][field]
    return first if first == second else f"{first} / {second}"
