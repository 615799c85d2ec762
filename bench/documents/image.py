"""How many zones are read right from pictures of pages, what is wrong without being doubted, and how long it takes.

python bench/documents/image.py [--pages 300] [--seed fresh] [--part 1/6] [--save part1.json]
python bench/documents/image.py --pages 96 --peers 1 --peer-python /tmp/peers/bin/python
python bench/documents/image.py --sum part1.json part2.json ...

Pages are invented and drawn anew from the seed by `egnatia.engines.documents.synthetic`: passports, cards, sheets and
visas, half of them with the numbers of their states, half with random letters and digits (O beside 0, I beside 1, long
numbers), the zone in OCR-B upright, sharp or slanted, and in two fonts that are not OCR-B; twelve conditions, each page
turned by 0, 90, 180 or 270 degrees besides. Needs the extra `ocr` and the fonts of Debian's fonts-ocr-b,
fonts-dejavu-core and fonts-liberation.

- exact: every character of every line right.
- critical: number, dates and their check digits right.
- silent: wrong characters in fields with a check digit that are not named as doubts; of a zone read as another format, all
  of them that are not. The aim is none.
- unflagged: wrong characters in the other fields (names, codes, sex) that are not named as doubts.
- plain rapidocr: its own pipeline, the last two or three long lines taken as they are. It and, with `--peer-python`,
  PassportEye and fastmrz are given the same files in a process of their own (`peer_reader.py`).
"""

import argparse
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from PIL import Image

from egnatia.engines.documents.image.decode import is_protected
from egnatia.engines.documents.image.ocr import text_reader
from egnatia.engines.documents.image.pictures import open_picture
from egnatia.engines.documents.image.types import ZoneReading
from egnatia.engines.documents.image.zone import read_zone
from egnatia.engines.documents.mrz.generate import random_zone
from egnatia.engines.documents.mrz.layouts import LAYOUTS, format_of
from egnatia.engines.documents.mrz.types import Field
from egnatia.engines.documents.synthetic.conditions import TWELVE, capture
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.fonts import Fonts, find_fonts
from egnatia.engines.documents.synthetic.holders import STATES
from egnatia.engines.documents.synthetic.pages import zone_page
from egnatia.engines.documents.synthetic.types import Kind

TODAY = date(2026, 11, 22)
AIMS = "aims: exact >= 97 %, silent 0, unflagged 0, median <= 1.5 s on one pair of cores"
_FONTS = ("OCRB.otf", "OCRB.otf", "OCRBS.otf", "OCRBL.otf", "LiberationMono-Regular.ttf", "DejaVuSansMono.ttf")
_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")


@dataclass(frozen=True, slots=True)
class Case:
    """One page to read."""

    condition: str
    font: str
    lines: tuple[str, ...]
    image: Image.Image


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one page."""

    condition: str
    font: str
    found: bool
    exact: bool
    critical: bool
    silent: int
    unflagged: int
    flagged: int
    doubts: int
    seconds: float
    processor: float


def cases(seed: str, numbers: range) -> Iterator[Case]:
    """The pages of these numbers; the same seed and number give the same page."""
    found = [path for name in _FONTS for folder in _FOLDERS for path in folder.rglob(name)]
    if not found:
        sys.exit("No font was found; on Debian: apt install fonts-ocr-b fonts-dejavu-core fonts-liberation")
    for number in numbers:
        rng = random.Random(f"{seed} {number}")
        kind = rng.choice(list(Kind))
        document = genuine(rng, TODAY, Options(kind=kind, state=rng.choice(sorted(STATES))))
        if rng.random() < 0.5:
            document = replace(document, zone=random_zone(rng, kind.zone_format, TODAY).lines)
        font = rng.choice(found)
        page = zone_page(document, Fonts(font, find_fonts().text))
        condition = TWELVE[number % len(TWELVE)]
        image = capture(page, condition, rng).image.rotate(rng.choice((0, 90, 180, 270)), expand=True)
        yield Case(condition.value, font.stem, document.zone, image)


def judged(case: Case) -> Outcome:
    """Read one page and hold it against the truth."""
    reader = text_reader()
    if reader is None:
        sys.exit("The text reader is not installed: pip install 'egnatia[ocr]'")
    content = _png(case.image)
    start, processor = time.perf_counter(), time.process_time()
    zone = read_zone(open_picture(content), reader)
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    kind = format_of(case.lines)
    if zone is None or zone.format is not kind:
        lost = 0 if zone is None else _sure_places(zone)  # of another format only what is in doubt is not silent
        named = 0 if zone is None else len(zone.doubts)
        return Outcome(case.condition, case.font, zone is not None, False, False, lost, 0, 0, named, seconds, processor)
    doubts = {(doubt.line, doubt.column) for doubt in zone.doubts}
    wrong = [
        (line, column)
        for line, (read, true) in enumerate(zip(zone.lines, case.lines, strict=True), 1)
        for column, (one, other) in enumerate(zip(read, true, strict=True), 1)
        if one != other
    ]
    fields = {place: _field_at(case.lines, place) for place in wrong}
    protected = [place for place in wrong if is_protected(kind, fields[place])]
    critical = {Field.NUMBER, Field.BIRTH_DATE, Field.EXPIRY_DATE}
    return Outcome(
        case.condition,
        case.font,
        True,
        not wrong,
        not critical & set(fields.values()),
        sum(place not in doubts for place in protected),
        sum(place not in doubts for place in wrong if place not in protected),
        sum(place in doubts for place in wrong),
        len(doubts),
        seconds,
        processor,
    )


def _sure_places(zone: ZoneReading) -> int:
    """Characters of protected fields that a reading names no doubt about."""
    doubted = {(doubt.line, doubt.column) for doubt in zone.doubts}
    places = [(line, column) for line, text in enumerate(zone.lines, 1) for column in range(1, len(text) + 1)]
    return sum(place not in doubted and is_protected(zone.format, _field_at(zone.lines, place)) for place in places)


def _field_at(lines: tuple[str, ...], place: tuple[int, int]) -> Field:
    kind = format_of(lines)
    assert kind is not None  # noqa: S101 - the truth is a zone
    layout = LAYOUTS[kind]
    index = (place[0] - 1) * layout.width + place[1] - 1
    digits = {layout.number_check: Field.NUMBER, layout.birth_check: Field.BIRTH_DATE, layout.expiry_check: Field.EXPIRY_DATE, layout.optional_check: Field.OPTIONAL}  # fmt: skip
    if index in digits:
        return digits[index]
    return next(field for field, part in layout.places().items() if part.start <= index < part.stop)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


@dataclass(slots=True)
class Peers:
    """The other readers, in a process of their own, and what each has made of the same pages."""

    process: "subprocess.Popen[str]"
    names: tuple[str, ...]
    seconds: dict[str, list[float]]
    exact: Counter[tuple[str, str]]
    tried: Counter[tuple[str, str]]
    errors: dict[str, str]

    @classmethod
    def start(cls, python: str, names: tuple[str, ...]) -> "Peers":
        """Start them with the Python of the environment that has them."""
        script = Path(__file__).with_name("peer_reader.py")
        process = subprocess.Popen(
            [python, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        return cls(process, names, {name: [] for name in names}, Counter(), Counter(), {})

    def read(self, case: Case) -> None:
        """Give all of them one page."""
        assert self.process.stdin  # noqa: S101 - pipes were asked for
        assert self.process.stdout  # noqa: S101
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(_png(case.image))
            file.flush()
            for name in self.names:
                print(json.dumps({"reader": name, "file": file.name}), file=self.process.stdin, flush=True)
                answer = json.loads(self.process.stdout.readline())
                self.tried[name, case.condition] += 1
                self.exact[name, case.condition] += tuple(answer["lines"]) == case.lines
                self.seconds[name].append(answer["seconds"])
                if answer["error"]:
                    self.errors[name] = answer["error"]

    def report(self, ours: list[Outcome]) -> None:
        """A row for each reader, ours first, on the pages that all were given."""
        conditions = list(dict.fromkeys(one.condition for one in ours))
        print(f"{'':<16}{'exact':>10}{'s median':>10}   by condition: {', '.join(conditions)}")
        cells = " ".join(str(sum(o.exact for o in ours if o.condition == name)) for name in conditions)
        seconds = statistics.median(one.seconds for one in ours)
        print(f"{'egnatia':<16}{sum(o.exact for o in ours):>5} of {len(ours):<3}{seconds:>8.2f}   {cells}")
        for name in self.names:
            cells = " ".join(str(self.exact[name, one]) for one in conditions)
            right = sum(self.exact[name, one] for one in conditions)
            print(f"{name:<16}{right:>5} of {len(ours):<3}{statistics.median(self.seconds[name]):>8.2f}   {cells}")
            if name in self.errors:
                print(f"  {name} could not run on some: {self.errors[name]}")
        for name in conditions:
            print(f"  {name}: {self.tried[self.names[0], name]} pages each")


def summary(outcomes: list[Outcome]) -> None:
    """The figures of all pages, and of each condition."""
    total = len(outcomes)
    print(f"{'':<16}{'pages':>6}{'exact %':>9}{'critical %':>12}{'silent':>8}{'unflagged':>11}{'s median':>10}")
    groups = {name: [one for one in outcomes if one.condition == name] for name in dict.fromkeys(o.condition for o in outcomes)}  # fmt: skip
    for name, members in {**groups, "all": outcomes}.items():
        exact, critical = (100 * sum(values) / len(members) for values in ([o.exact for o in members], [o.critical for o in members]))  # fmt: skip
        silent, unflagged = sum(o.silent for o in members), sum(o.unflagged for o in members)
        seconds = statistics.median(o.seconds for o in members)
        print(f"{name:<16}{len(members):>6}{exact:>9.1f}{critical:>12.1f}{silent:>8}{unflagged:>11}{seconds:>10.2f}")
    for font in sorted({one.font for one in outcomes}):
        members = [one for one in outcomes if one.font == font]
        print(f"  {font}: {sum(o.exact for o in members)} of {len(members)} exact")
    clean = sum(not one.doubts for one in outcomes)
    processor = statistics.median(one.processor for one in outcomes)
    print(f"no zone found {sum(not o.found for o in outcomes)}; pages without a doubt {clean} of {total}")
    print(
        f"wrong characters that are doubted {sum(o.flagged for o in outcomes)}; processor time, median {processor:.2f} s"
    )
    print(AIMS)


def main() -> None:
    """Read the pages asked for, or sum up parts."""
    parser = argparse.ArgumentParser(description="Reading rate of zones in pictures.")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--seed", default="fresh")
    parser.add_argument("--part", default="1/1", help="which of how many equal parts, as 2/6")
    parser.add_argument("--peers", type=int, default=0, help="every so-manieth page is given to the other readers too")
    parser.add_argument("--peer-python", default="", help="the Python that has PassportEye and fastmrz")
    parser.add_argument("--save", type=Path)
    parser.add_argument("--sum", type=Path, nargs="*")
    options = parser.parse_args()
    if options.sum:
        summary([Outcome(**row) for path in options.sum for row in json.loads(path.read_text("utf-8"))])
        return
    part, parts = (int(number) for number in options.part.split("/"))
    numbers = range((part - 1) * options.pages // parts, part * options.pages // parts)
    every = ("plain rapidocr", "PassportEye", "fastmrz") if options.peer_python else ("plain rapidocr",)
    others = Peers.start(options.peer_python or sys.executable, every) if options.peers else None
    outcomes: list[Outcome] = []
    compared: list[Outcome] = []
    for number, case in zip(numbers, cases(options.seed, numbers), strict=True):
        outcome = judged(case)
        outcomes.append(outcome)
        if not outcome.exact:
            print(f"page {number}: {case.condition}, {case.font}: {outcome}", file=sys.stderr)
        if others is not None and number % options.peers == 0:
            others.read(case)
            compared.append(outcome)
    if options.save:
        options.save.write_text(json.dumps([asdict(outcome) for outcome in outcomes]), "utf-8")
    summary(outcomes)
    if others is not None:
        others.report(compared)


if __name__ == "__main__":
    main()
