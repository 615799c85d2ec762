"""What our text reader makes of printed names, numbers and dates, letter by letter: the constants of `visual/doubts.py`.

Lines are drawn in four fonts with blur and noise and read by our own reader, with the probability of every character.
Printed are: the share of lines misread and what the comparison makes of each; of the characters misread, how many have
the right one among what the reader saw beside them, or were read with less than a half; the same of characters read
right for another one drawn at random, as an alteration would be; and what of Cyrillic is taken for Latin. It needs the
extra `ocr` and the fonts of Debian's `fonts-dejavu` and `fonts-liberation`.

Run: python -m bench.documents.reading_noise [lines, 300 if left out] [scanner|phone|cyrillic]
"""

# ruff: noqa: RUF001 - letters of another script are the subject

import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from egnatia.engines.documents.image.ocr import text_reader
from egnatia.engines.documents.image.pictures import Picture
from egnatia.engines.documents.mrz.name_match import PrintedName, compare_names
from egnatia.engines.documents.mrz.printed_dates import compare_dates, read_printed_date
from egnatia.engines.documents.mrz.printed_values import compare_numbers
from egnatia.engines.documents.mrz.transliteration import name_components
from egnatia.engines.documents.mrz.types import HolderName
from egnatia.engines.documents.visual.doubts import LEGIBLE, SPREAD
from egnatia.engines.documents.visual.types import Letter, Printed

WORDS = [
    "HOXHA",
    "ÇELA",
    "PËRNASKA",
    "GJOKA",
    "KUÇI",
    "KRASNIQI",
    "BYTYÇI",
    "ĐUKANOVIĆ",
    "VUJOŠEVIĆ",
    "ŠĆEPANOVIĆ",
    "ŽIVKOVIĆ",
    "HADŽIĆ",
    "ČOP",
    "MÜLLER",
    "SCHÄFER",
    "JÖRG",
    "ÄNNE",
    "SÖREN",
    "YILMAZ",
    "ÇAĞLAR",
    "ŞAHIN",
    "ÖZTÜRK",
    "İBRAHIM",
    "GÜLŞEN",
    "IŞIK",
    "UĞUR",
    "O'CONNOR",
    "SMITH-JONES",
    "BROWN",
    "ANNA",
    "OLIVER",
    "ARDIT",
    "BLERTA",
    "FATMIRË",
    "GËZIM",
    "DRITA",
    "AGRON",
    "VJOSA",
    "ĐORĐE",
    "ŽELJKO",
    "MILOŠ",
    "ČEDOMIR",
]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSansNarrow-Italic.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf",
)
CONDITIONS = {"scanner": ((22, 28, 34), (0.3, 0.8), (3, 8)), "phone": ((14, 18, 22, 28), (0.3, 0.8, 1.2), (3, 10, 20))}
"""Heights of letters in pixels, radius of the blur, standard deviation of the noise in 255 steps of grey."""


def line(rng: random.Random) -> tuple[str, str]:
    """A name, a document number or a date."""
    kind = rng.choice(("name", "name", "number", "date"))
    if kind == "name":
        return kind, " ".join(rng.sample(WORDS, rng.choice((1, 2, 2))))
    if kind == "number":
        letters = "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=rng.choice((0, 1, 2))))
        return kind, letters + "".join(rng.choices("0123456789", k=7))
    day, month, year = rng.randrange(1, 29), rng.randrange(1, 13), rng.randrange(1940, 2030)
    return kind, rng.choice((f"{day:02}.{month:02}.{year}", f"{day:02} {MONTHS[month - 1]} {year}"))


def drawn(rng: random.Random, text: str, condition: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """The line as a picture."""
    sizes, blurs, noises = CONDITIONS[condition]
    font = ImageFont.truetype(rng.choice(FONTS), rng.choice(sizes))
    picture = Image.new("L", (int(font.getlength(text)) + 20, int(font.size) + 16), rng.randrange(170, 240))
    ImageDraw.Draw(picture).text((10, 6), text, fill=rng.randrange(20, 110), font=font)
    grey = np.asarray(picture.filter(ImageFilter.GaussianBlur(rng.choice(blurs))), dtype=float)
    grey = grey + np.random.default_rng(rng.randrange(1 << 30)).normal(0, rng.choice(noises), grey.shape)
    return np.stack([np.clip(grey, 0, 255).astype(np.uint8)] * 3, -1)


def comes_to(kind: str, text: str, read: str) -> str:
    """What the comparison makes of a misread line."""
    if kind == "name":
        return str(compare_names(PrintedName(read), HolderName(name_components(text), (), truncated=False)).grade)
    if kind == "number":
        return str(compare_numbers(read, text).grade)
    date = read_printed_date(text)
    return "" if date is None else str(compare_dates(read, date.readings[0]))


def read(rng: random.Random, text: str, condition: str) -> Printed:
    """A text as our reader reads it from a picture of it."""
    reader = text_reader()
    if reader is None:
        sys.exit("The text reader is not installed: pip install 'egnatia[ocr]'")
    picture = Picture(Image.fromarray(drawn(rng, text, condition)), None, "PNG")
    wide, high = picture.size
    (line,) = reader.read_text(picture, [((0, 0), (wide, 0), (wide, high), (0, high))])
    return Printed(line.text, None, line.confidence, line.letters)


def _base(sign: str) -> str:
    """A letter without its mark, and look-alikes as one: what the comparison overlooks anyway."""
    plain = {"Đ": "D", "ı": "I"}.get(sign, unicodedata.normalize("NFD", sign)[:1].upper())
    return {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}.get(plain, plain)


def misread(text: str, printed: Printed) -> Iterator[tuple[str, str, Letter]]:
    """Every character of a reading as it should be, as it was read, and its letter; lost and added ones are left out."""
    wanted = [_base(sign) for sign in text if sign.isalnum()]
    places = [place for place, sign in enumerate(printed.text) if sign.isalnum()]
    found = [_base(printed.text[place]) for place in places]
    for kind, a, b, c, d in SequenceMatcher(None, found, wanted, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and b - a == d - c):
            for one, other in zip(range(a, b), range(c, d), strict=True):
                yield wanted[other], found[one], printed.letters[places[one]]


def explained(wanted: str, letter: Letter) -> bool:
    """Whether the reader's own doubt makes another character of this one."""
    return letter.share < SPREAD or wanted in {_base(other) for other in letter.others}


def letters_of(rng: random.Random, readings: list[tuple[str, Printed]]) -> str:
    """How much the letters say: of misread characters, and of characters altered at random."""
    wrong, right = Counter[bool](), Counter[bool]()
    for text, printed in readings:
        if printed.confidence < LEGIBLE:
            continue
        for wanted, found, letter in misread(text, printed):
            if wanted != found:
                wrong[explained(wanted, letter)] += 1
                continue
            pool = "0123456789" if found.isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            other = _base(rng.choice([sign for sign in pool if _base(sign) != found]))
            right[explained(other, letter)] += 1
    return (
        f"characters misread in legible lines: {wrong.total()}, explained by the reader's own doubt {wrong[True]}; "
        f"altered at random: explained {right[True]} of {right.total()} = {right[True] / max(1, right.total()):.2%}"
    )


def cyrillic(rng: random.Random, count: int) -> None:
    """What is made of names that the reader has no letters for."""
    names = [
        "ТРАЈКОВСКИ",
        "ЏАМБАСКА",
        "ЃОРЃИЕВСКА",
        "ЌОСЕВ",
        "ЉУПЧО",
        "ЖАКЛИНА",
        "ХРИСТО",
        "ПЕТРОВИЋ",
        "ЈОВАНОВИЋ",
        "МАРТА",
        "АНА",
        "СОТИР",
        "ИВО",
    ]
    for _ in range(count):
        text = rng.choice(names)
        printed = read(rng, text, rng.choice(list(CONDITIONS)))
        print(f"{text} read as {printed.text!r} ({printed.confidence:.3f})")


def main() -> None:
    """Draw, read, compare, print."""
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), 300)
    rng = random.Random(23)
    if "cyrillic" in sys.argv:
        cyrillic(rng, count)
        return
    condition = next((word for word in sys.argv[1:] if word in CONDITIONS), "scanner")
    grades: Counter[tuple[str, str]] = Counter()
    right: list[float] = []
    readings: list[tuple[str, Printed]] = []
    for _ in range(count):
        kind, text = line(rng)
        printed = read(rng, text, condition)
        readings.append((text, printed))
        if printed.text == text:
            right.append(printed.confidence)
        else:
            grade = comes_to(kind, text, printed.text)
            grades[kind, grade] += 1
            print(f"{kind} {text} read as {printed.text} ({printed.confidence:.3f}): {grade}")
    print(f"{condition}: {grades.total()} of {count} lines misread; {dict(grades)}")
    print(letters_of(rng, readings))
    right.sort()
    print("confidence of lines read right:", [(share, round(right[int(len(right) * share)], 3)) for share in (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)])  # fmt: skip


if __name__ == "__main__":
    main()
