"""What a text reader makes of printed names, numbers and dates: the noise that `consistency.py` draws from.

Lines are drawn in four fonts with blur and noise and read by rapidocr's recogniser alone. Printed are the share of lines
misread, what the comparison makes of each, and the confidences of lines read right. It needs the extra `ocr` and the
fonts of Debian's `fonts-dejavu` and `fonts-liberation`.

Run: python -m bench.documents.reading_noise [lines, 300 if left out] [scanner|phone]
"""

import logging
import random
import sys
from collections import Counter
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidocr import RapidOCR

from egnatia.engines.documents.mrz.name_match import PrintedName, compare_names
from egnatia.engines.documents.mrz.printed_dates import compare_dates, read_printed_date
from egnatia.engines.documents.mrz.printed_values import compare_numbers
from egnatia.engines.documents.mrz.transliteration import name_components
from egnatia.engines.documents.mrz.types import HolderName

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


def main() -> None:
    """Draw, read, compare, print."""
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), 300)
    condition = next((word for word in sys.argv[1:] if word in CONDITIONS), "scanner")
    logging.disable(logging.CRITICAL)
    engine, rng = RapidOCR(), random.Random(23)
    grades: Counter[tuple[str, str]] = Counter()
    right: list[float] = []
    for _ in range(count):
        kind, text = line(rng)
        result: Any = engine(drawn(rng, text, condition), use_det=False, use_cls=False, use_rec=True)
        read, confidence = (result.txts or ("",))[0], float((result.scores or (0.0,))[0])
        if read == text:
            right.append(confidence)
        else:
            grades[kind, comes_to(kind, text, read)] += 1
            print(f"{kind} {text} read as {read} ({confidence:.3f}): {comes_to(kind, text, read)}")
    print(f"{condition}: {grades.total()} of {count} lines misread; {dict(grades)}")
    right.sort()
    print("confidence of lines read right:", [(share, round(right[int(len(right) * share)], 3)) for share in (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)])  # fmt: skip


if __name__ == "__main__":
    main()
