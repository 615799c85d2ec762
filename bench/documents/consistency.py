"""The printed page against the zone: altered fields that are caught, and false alarms on genuine pages read with noise.

Genuine pages are invented: names in national letters of twelve languages, a zone with any admissible form of them, dates
in the styles of Doc 9303-3. A page is then read with noise, or one field of it is altered and the page is read with the
same noise. Caught means that the advice changes; shown means that a check says so without changing the advice.

Two kinds of reading. With `--read` every line is drawn as a picture and read by our own reader, which says of each
character how sure it is and what else it saw (`reading_noise.py`): this is what the engine does with a photo. Without it
the reader is one of which only one figure for a whole line is known, as of a page read elsewhere (`--page FILE` of
`egnatia document inspect`): its noise is drawn from what rapidocr 3.10 made of lines in four fonts. `scanner` are
letters of 22 to 34 pixels with little blur and noise: 93 of 1,120 lines were misread, all of them in marks, spaces or
capitals only, none in a letter or digit (so at most 0.3 % of lines, at 95 % confidence; 0.1 % is drawn here). `phone`
adds letters of 14 pixels, blur and heavy noise: 40 of 160 lines, of which 7 had wrong letters or digits.

Run: python -m bench.documents.consistency [pages, 4000 if left out]
     python -m bench.documents.consistency --read [phone or scanner] [pages] [seed]
"""

# ruff: noqa: RUF001 - national letters are the subject

import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from egnatia.engines.documents import Advice, Format, ZoneFields, read_zone, write_zone
from egnatia.engines.documents.checks import advise
from egnatia.engines.documents.mrz.printed_names import identifier
from egnatia.engines.documents.mrz.transliteration import transliterate
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.types import Bearing, Result
from egnatia.engines.documents.visual.checks import compare
from egnatia.engines.documents.visual.doubts import legible
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields

SEED = 9303
TODAY = date(2026, 11, 22)
NAMES = {
    "sq": ("Hoxha Çela Përnaska Gjoka Kuçi Krasniqi Bytyçi", "Ardit Blerta Fatmirë Gëzim Drita Agron Vjosa"),
    "sr": ("Đukanović Vujošević Šćepanović Jovanović Živković", "Đorđe Željka Miloš Čedomir Ljiljana"),
    "mk": ("Трајковски Џамбаска Ѓорѓиевска Ќосев", "Љупчо Жаклина Христо Цветан"),
    "de": ("Müller Groß Schäfer Von-der-Höhe", "Jörg Änne Günther Sören"),
    "tr": ("Yılmaz Çağlar Şahin Öztürk", "İbrahim Gülşen Işık Uğur"),
    "uk": ("Ткаченко Гайовий Щербак", "Мар'яна Юрій Євген"),
    "el": ("Παπαδόπουλος Νικολάου", "Γεώργιος Ελένη"),
    "es": ("Muñoz Núñez García-Íñigo", "José Begoña Ángel"),
    "sv": ("Åström Öberg Åkesson", "Björn Åsa Märta"),
    "en": ("O'Connor Smith-Jones Brown Featherstonehaugh-Cholmondeley", "Anna Oliver Maximilian"),
    "ar": ("Al-Basri Haddad Mansour", "Huda Muhammad Jawad"),
    "vi": ("Nguyễn Trần Phạm", "Minh Hương Quốc"),
}
LATIN = ("de", "en", "es", "sq", "sr", "sv", "tr")
"""Languages whose letters our reader knows: it has no Cyrillic and no Greek, and of Vietnamese it loses the marks."""
MORE = 2
"""Pictures that are taken again where the first leaves a doubt."""
STYLES = ("%d.%m.%Y", "%d %m %Y", "%d %b %Y", "%d %b %y", "%d %b/%b %Y", "%Y-%m-%d")
FIELDS = ("primary", "secondary", "number", "birth_date", "sex", "expiry_date", "personal_number")
LOOK_ALIKE = {"0": "O", "O": "0", "1": "I", "I": "1", "5": "S", "S": "5", "8": "B", "B": "8", "2": "Z", "Z": "2"}


@dataclass(frozen=True, slots=True)
class Noise:
    """How often a line is misread, and how sure the reader is of it.

    Args:
        marks: share of lines with marks of which one mark is lost.
        spaces: share of lines with a space that lose it.
        signs: share of lines in which a letter is read as the digit that looks like it, or the other way.
        wrong: share of lines with one to three characters read as any other.
        sure: confidences of lines read right, as measured: pairs of share of lines and confidence up to there.
        unsure: those of lines with wrong characters.
    """

    name: str
    marks: float
    spaces: float
    signs: float
    wrong: float
    sure: tuple[tuple[float, float], ...]
    unsure: tuple[float, ...]


_SCANNER = ((0, 0.85), (0.01, 0.926), (0.02, 0.942), (0.05, 0.962), (0.1, 0.976), (0.2, 0.992), (0.5, 1), (1, 1))
_PHONE = ((0, 0.81), (0.01, 0.9), (0.03, 0.936), (0.1, 0.95), (0.5, 0.998), (1, 1))
NOISES = (
    Noise("none", 0, 0, 0, 0, ((0, 1), (1, 1)), (1.0,)),
    Noise("scanner", 0.25, 0.002, 0.002, 0.001, _SCANNER, (0.72, 0.87, 0.92, 0.97)),
    Noise("phone", 0.5, 0.01, 0.02, 0.044, _PHONE, (0.72, 0.75, 0.87, 0.88, 0.92, 0.95, 0.99)),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One genuine document: its zone, what is printed, and the language of the names."""

    zone: ZoneDocument
    texts: dict[str, str]
    language: str


def genuine(rng: random.Random, languages: Sequence[str] = tuple(sorted(NAMES))) -> Page:
    """An invented document in which everything agrees."""
    language = rng.choice(languages)
    families, givens = (words.split() for words in NAMES[language])
    primary = " ".join(rng.sample(families, rng.choice((1, 1, 1, 2)))).upper()
    secondary = " ".join(rng.sample(givens, rng.choice((1, 1, 2)))).upper()
    birth = TODAY - timedelta(days=rng.randrange(6_000, 32_000))
    expiry = TODAY + timedelta(days=rng.randrange(3_600))
    number = rng.choice("ABCDEFGHJK") + "".join(rng.choices("0123456789", k=8))
    personal = "".join(rng.choices("0123456789", k=10))
    sex = rng.choice("FM")
    kind = rng.choice((Format.TD3, Format.TD1, Format.TD2))
    fields = ZoneFields("PP" if kind is Format.TD3 else "ID", "UTO", number, "UTO", f"{birth:%y%m%d}", sex, f"{expiry:%y%m%d}", _written(rng, primary, language), _written(rng, secondary, language), personal if kind is not Format.TD2 else "")  # fmt: skip
    style = rng.choice(STYLES)
    texts = {
        "primary": primary,
        "secondary": secondary,
        "number": number,
        "birth_date": birth.strftime(style).upper(),
        "sex": sex,
        "expiry_date": expiry.strftime(style).upper(),
        "issue_date": (TODAY - timedelta(days=rng.randrange(300))).strftime(style).upper(),
    }
    if kind is not Format.TD2:
        texts["personal_number"] = personal
    return Page(read_zone("\n".join(write_zone(kind, fields))), texts, rng.choice((language, "")))


def _written(rng: random.Random, name: str, language: str) -> tuple[str, ...]:
    """Any admissible form of a name: now and then another than the recommended one."""
    pieces = identifier(name, language).pieces
    letters = []
    for piece in pieces:
        if piece.between is not None:
            letters.append("<" if piece.between == "gap" else "")
        else:
            forms = piece.spellings[0].forms
            letters.append(rng.choice(forms) if rng.random() < 0.3 else forms[0])
    return tuple(part for part in "".join(letters).split("<") if part)


def read(rng: random.Random, page: Page, noise: Noise) -> VisualFields:
    """The page as a machine would read it."""
    return fields_of(page, {name: _misread(rng, text, noise) for name, text in page.texts.items()})


def fields_of(page: Page, made: dict[str, Printed]) -> VisualFields:
    """The page that these readings make; what was not legible is left out, as by `image/page.py`."""
    made = {name: value for name, value in made.items() if value.text and legible(value)}
    if len({"primary", "secondary"} & set(made)) == 1:  # half a name would look like another name
        made = {name: value for name, value in made.items() if name not in {"primary", "secondary"}}
    several: dict[str, Any] = {
        name: (value,) if name in {"primary", "secondary"} else value for name, value in made.items()
    }
    return VisualFields(**several, language=page.language)


def _misread(rng: random.Random, text: str, noise: Noise) -> Printed:
    confidence = _drawn_from(rng, noise.sure)
    if rng.random() < noise.marks:
        text = _without_a_mark(rng, text)
    if rng.random() < noise.spaces:
        text = text.replace(" ", "", 1)
    places = [place for place, letter in enumerate(text) if letter in LOOK_ALIKE]
    if places and rng.random() < noise.signs:
        place = rng.choice(places)
        text = text[:place] + LOOK_ALIKE[text[place]] + text[place + 1 :]
    if rng.random() < noise.wrong and len(text) > 1:
        confidence = rng.choice(noise.unsure)
        for _ in range(min(3, max(1, round((1 - confidence) * len(text))))):
            text = _replaced(rng, text)
    return Printed(text, confidence=min(1.0, confidence))


def _drawn_from(rng: random.Random, points: tuple[tuple[float, float], ...]) -> float:
    """A value by its measured distribution, straight lines between the points."""
    share = rng.random()
    for (low, before), (high, after) in pairwise(points):
        if share <= high:
            return before + (after - before) * (share - low) / (high - low)
    return points[-1][1]


def _without_a_mark(rng: random.Random, text: str) -> str:
    places = [place for place, letter in enumerate(text) if len(unicodedata.normalize("NFD", letter)) > 1]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + unicodedata.normalize("NFD", text[place])[0] + text[place + 1 :]


def _base(text: str) -> str:
    """Without marks and in Latin letters: a change of anything else is no alteration that a zone could show."""
    return transliterate("".join(letter for letter in text if letter.isalpha())) + "".join(filter(str.isdigit, text))


def _replaced(rng: random.Random, text: str, *, digits_only: bool = False) -> str:
    """Another character of the same kind in one place."""
    places = [place for place, letter in enumerate(text) if letter.isdigit() or (letter.isalnum() and not digits_only)]
    place = rng.choice(places)
    kind = "0123456789" if text[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return text[:place] + rng.choice(kind.replace(text[place], "")) + text[place + 1 :]


def altered(rng: random.Random, page: Page, field: str, languages: Sequence[str] = tuple(sorted(NAMES))) -> Page:
    """The same page with one field altered as a forger would: one letter or digit, or the whole value of another page."""
    text = page.texts[field]
    changes: list[Callable[[], str]] = [
        lambda: _replaced(rng, text, digits_only="date" in field),
        lambda: genuine(rng, languages).texts.get(field, text),
    ]
    new = text
    while _base(new) == _base(text):
        new = {"M": "F", "F": "M"}[text] if field == "sex" else rng.choice(changes)()
    return Page(page.zone, {**page.texts, field: new}, page.language)


def verdict(page: Page, visual: VisualFields) -> tuple[bool, bool]:
    """Whether the advice is other than consistent, and whether any check says that something differs."""
    checks = compare(page.zone, visual, TODAY)
    advice = advise(finding for check in checks for finding in check.findings)
    told = any(check.findings and check.result is not Result.SUCCESSFUL for check in checks)
    unread = any(not visual.printed(VisualField(name)) for name in page.texts)
    return advice is not Advice.CONSISTENT, told or unread


def told_of(page: Page, visual: VisualFields) -> list[str]:
    """What bears on the advice, with the readings that it comes from."""
    findings = [finding for check in compare(page.zone, visual, TODAY) for finding in check.findings]
    return [
        f"{finding.code}: {finding.expected!r}, read {finding.found!r} ({visual.printed(VisualField(finding.field))})"
        for finding in findings
        if finding.bearing is not Bearing.NONE
    ]


@dataclass(slots=True)
class Tally:
    """What was counted in one noise."""

    pages: int = 0
    alarms: int = 0
    noted: int = 0
    caught: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)

    def genuine(self, came: tuple[bool, bool]) -> None:
        """Count a genuine page."""
        self.pages += 1
        self.alarms += came[0]
        self.noted += came[1]

    def altered(self, name: str, came: tuple[bool, bool]) -> None:
        """Count a page with this field altered."""
        self.tried[name] += 1
        self.caught[name] += came[0]
        self.told[name] += any(came)

    def report(self, name: str) -> None:
        """Print the figures."""
        total, found, shown = self.tried.total(), self.caught.total(), self.told.total()
        print(f"{name:<8} false alarms {self.alarms}/{self.pages} = {self.alarms / self.pages:.2%} (told to look: {self.noted / self.pages:.2%});"
              f" caught {found}/{total} = {found / total:.2%} (caught or told: {shown / total:.2%})")  # fmt: skip
        print("         " + ", ".join(f"{one} {self.caught[one] / self.tried[one]:.1%}" for one in FIELDS), flush=True)


def alterable(page: Page, name: str) -> bool:
    """Whether the zone has this field, and all of it."""
    return name in page.texts and not (name in {"primary", "secondary"} and page.zone.name.truncated)


def by_mean(pages: int) -> None:
    """Every noise of a reader that gives one figure for a line."""
    for noise in NOISES:
        rng, tally = random.Random(SEED), Tally()
        for page in (genuine(rng) for _ in range(pages)):
            tally.genuine(verdict(page, read(rng, page, noise)))
        for number in range(pages):
            page, name = genuine(rng), FIELDS[number % len(FIELDS)]
            if alterable(page, name):
                changed = altered(rng, page, name)
                tally.altered(name, verdict(changed, read(rng, changed, noise)))
        tally.report(noise.name)


def by_letters(condition: str, pages: int, seed: int) -> None:
    """Pages drawn line by line and read by our own reader; the altered one has the other lines of the genuine one.

    The second figures are those of whoever does what a doubt asks for: where the first picture raises nothing but a
    doubt, or not all of the page was read, another one is taken and read afresh, and once more.
    """
    from bench.documents import reading_noise

    def read_all(page: Page) -> dict[str, Printed]:
        return {one: reading_noise.read(rng, text, condition) for one, text in page.texts.items()}

    def again(page: Page, came: tuple[bool, bool]) -> tuple[bool, bool]:
        for _ in range(MORE):
            came = verdict(page, fields_of(page, read_all(page))) if came == (False, True) else came
        return came

    rng, once, more = random.Random(seed), Tally(), Tally()
    for number in range(pages):
        page, name = genuine(rng, LATIN), FIELDS[number % len(FIELDS)]
        made = read_all(page)
        came = verdict(page, fields_of(page, made))
        once.genuine(came)
        more.genuine(again(page, came))
        if came[0]:
            print("false alarm:", *told_of(page, fields_of(page, made)), sep="\n  ", flush=True)
        if alterable(page, name):
            changed = altered(rng, page, name, LATIN)
            made[name] = reading_noise.read(rng, changed.texts[name], condition)
            came = verdict(changed, fields_of(changed, made))
            once.altered(name, came)
            more.altered(name, again(changed, came))
            if not came[0]:
                print(
                    f"not at first: {name} {page.texts[name]} altered to {changed.texts[name]}, read {made[name].text!r}"
                )
    once.report(condition)
    more.report("repeated")


def main() -> None:
    """Print false alarms and catches for each noise."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    pages, seed = (numbers[0] if numbers else 4_000), (numbers[1] if len(numbers) > 1 else SEED)
    print(f"{pages} genuine pages and {pages} with one altered field, seed {seed}")
    if "--read" in sys.argv:
        for condition in [word for word in ("scanner", "phone") if word in sys.argv] or ["scanner", "phone"]:
            by_letters(condition, pages, seed)
    else:
        by_mean(pages)


if __name__ == "__main__":
    main()
