"""Invented persons and registers as CSV, from a seed: the same files every time.

Given and family names are common ones of the region and of Britain, combined at random; whoever bears such a
combination is not meant.
"""

import csv
import io
import random
from collections.abc import Iterator
from datetime import date, timedelta

from egnatia.model.ids import PartnerCode
from egnatia.scenario.case import CIRCUMSTANCES, KNOWN_PERSON, STOLEN_BLANKS, STOLEN_BLANKS_REF

_ALBANIAN = (
    [
        "Agim",
        "Arta",
        "Besnik",
        "Blerim",
        "Dritan",
        "Elira",
        "Ermal",
        "Fatmir",
        "Flutura",
        "Genti",
        "Ilir",
        "Jeta",
        "Kujtim",
        "Liridona",
        "Mimoza",
        "Naim",
        "Rinor",
        "Shpresa",
        "Teuta",
        "Valon",
        "Vjosa",
        "Xhevat",
        "Zana",
    ],
    [
        "Berisha",
        "Bytyqi",
        "Çela",
        "Dervishi",
        "Gashi",
        "Gjoka",
        "Hoxha",
        "Hyseni",
        "Kelmendi",
        "Krasniqi",
        "Leka",
        "Morina",
        "Murati",
        "Osmani",
        "Prifti",
        "Rama",
        "Shehu",
        "Thaçi",
        "Ymeri",
        "Zeqiri",
    ],
)
_MACEDONIAN = (
    [
        "Aleksandar",
        "Biljana",
        "Dragan",
        "Elena",
        "Filip",
        "Gordana",
        "Igor",
        "Jovana",
        "Katerina",
        "Marija",
        "Nikola",
        "Petar",
        "Stojan",
        "Vesna",
        "Zoran",
    ],
    [
        "Angelovski",
        "Dimitrov",
        "Georgieva",
        "Ivanov",
        "Jovanovska",
        "Kostov",
        "Markovski",
        "Nikolovska",
        "Petrov",
        "Stojanovski",
        "Trajkov",
    ],
)
_MONTENEGRIN = (
    ["Božidar", "Dragana", "Đorđe", "Ivana", "Jelena", "Luka", "Milica", "Nemanja", "Petar", "Slavica", "Željko"],
    [
        "Bulatović",
        "Đukanović",
        "Ivanović",
        "Knežević",
        "Lakić",
        "Marković",
        "Popović",
        "Radović",
        "Vujović",
        "Vukčević",
    ],
)
_BRITISH = (
    [
        "Adam",
        "Alice",
        "Amina",
        "Daniel",
        "Emily",
        "George",
        "Hannah",
        "Imran",
        "James",
        "Laura",
        "Oliver",
        "Priya",
        "Samuel",
        "Sophie",
        "Thomas",
    ],
    [
        "Ahmed",
        "Baker",
        "Clarke",
        "Davies",
        "Evans",
        "Hughes",
        "Khan",
        "Lewis",
        "Morgan",
        "Patel",
        "Roberts",
        "Singh",
        "Taylor",
        "Walker",
        "Wright",
    ],
)
_POOLS = {
    "GBR": (_BRITISH, _ALBANIAN),
    "ALB": (_ALBANIAN,),
    "XKX": (_ALBANIAN,),
    "MKD": (_MACEDONIAN, _ALBANIAN),
    "MNE": (_MONTENEGRIN, _ALBANIAN),
}
_PERSON_COLUMNS = tuple(KNOWN_PERSON)
_DOCUMENT_COLUMNS = (
    "issuer",
    "document_type",
    "number",
    "number_to",
    "category",
    "reported_on",
    "reference",
    "circumstances",
)
_ISSUER = {"GBR": "GBR", "ALB": "ALB", "XKX": "RKS", "MKD": "MKD", "MNE": "MNE"}
_FIRST_BIRTH = date(1955, 1, 1)
_BIRTH_DAYS = 19_000
_FIRST_REPORT = date(2023, 1, 1)
_REPORT_DAYS = 860


def persons_csv(code: PartnerCode, count: int, rng: random.Random) -> str:
    """Persons of one node. The British register also holds the person of the case."""
    rows: Iterator[dict[str, str]] = (_person(code, number, rng) for number in range(1, count + 1))
    extra = [KNOWN_PERSON] if code == "GBR" else []
    return _csv(_PERSON_COLUMNS, [*rows, *extra])


def _person(code: PartnerCode, number: int, rng: random.Random) -> dict[str, str]:
    firsts, families = rng.choice(_POOLS[code])
    born = _FIRST_BIRTH + timedelta(days=rng.randrange(_BIRTH_DAYS))
    return {
        "ref": f"{code}-P-{number:06d}",
        "first_names": rng.choice(firsts),
        "family_names": rng.choice(families),
        "birth_date": born.isoformat(),
        "father_name": rng.choice(firsts),
        "sex": rng.choice("FM"),
    }


def register_csv(code: PartnerCode, count: int, rng: random.Random) -> str:
    """Lost-and-stolen documents of one issuer. Kosovo's also holds the stolen blanks of the case."""
    rows = [_document(code, number, rng) for number in range(1, count + 1)]
    if code == "XKX":
        rows.append(_blanks())
    return _csv(_DOCUMENT_COLUMNS, rows)


def _document(code: PartnerCode, number: int, rng: random.Random) -> dict[str, str]:
    printed = f"{rng.choice('CEHK')}{rng.randrange(1_000_000, 9_999_999)}"
    return {
        "issuer": _ISSUER[code],
        "document_type": rng.choice("PPPI"),
        "number": printed,
        "category": rng.choices(("lost", "stolen", "revoked", "invalid"), (60, 30, 6, 4))[0],
        "reported_on": (_FIRST_REPORT + timedelta(days=rng.randrange(_REPORT_DAYS))).isoformat(),
        "reference": f"{code}-D-1{number:05d}",
    }


def _blanks() -> dict[str, str]:
    return {
        "issuer": "RKS",
        "document_type": "P",
        "number": STOLEN_BLANKS[0],
        "number_to": STOLEN_BLANKS[1],
        "category": "stolen_blank",
        "reported_on": "2025-02-11",
        "reference": STOLEN_BLANKS_REF,
        "circumstances": CIRCUMSTANCES,
    }


def _csv(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
