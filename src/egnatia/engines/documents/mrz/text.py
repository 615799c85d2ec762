"""From whatever was typed, pasted or scanned to the lines of one zone, or to a sentence that says why not."""

# ruff: noqa: RUF001 - the fillers of other alphabets are meant

import re
from itertools import pairwise

from egnatia.engines.documents.mrz.digits import DIGITS, FILLER
from egnatia.engines.documents.mrz.judge import judge
from egnatia.engines.documents.mrz.layouts import LAYOUTS, format_of
from egnatia.engines.documents.mrz.national_layouts import find_national
from egnatia.engines.documents.mrz.types import Format, Tolerated, Verdict
from egnatia.errors import InputError

MAX_LENGTH = 10_000
"""Characters (or bytes) looked at; a zone has at most 90, so this leaves room for a page around it."""
_FILLERS = dict.fromkeys(map(ord, "‹«＜〈⟨"), "<")
_LOWER = {ord("a") + offset: chr(ord("A") + offset) for offset in range(26)}
_LEGAL = re.compile(r"[A-Z0-9<]+")
_NOT_LEGAL = re.compile(r"[^A-Z0-9<]")
_EXACT = re.compile(
    r"(?:[A-Z0-9<]{44}\n[A-Z0-9<]{44}|[A-Z0-9<]{30}(?:\n[A-Z0-9<]{30}){2}|[A-Z0-9<]{36}\n[A-Z0-9<]{36})\n?"
)
_DIGIT = re.compile(r"[0-9]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\u200b-\u200f\u2060\ufeff]")
_JOINED = {90: (3, 30), 88: (2, 44), 72: (2, 36)}
_WIDTHS = {30: 3, 36: 2, 44: 2}
_SHAPES = "three lines of 30 characters (TD1), two of 36 (TD2, MRV-B) or two of 44 (TD3, MRV-A)"
_MIN_LINE = 20
_MAX_ILLEGAL = 6
_SURPLUS = "<" * 8
"""What two lines of 36 lack to be 44 wide."""


def zone_lines(text: str | bytes) -> tuple[tuple[str, ...], tuple[Tolerated, ...]]:
    """Find the lines of the zone in a text.

    Returns:
        The lines, all of one format's width, and what had to be overlooked to find them.

    Raises:
        InputError: too long, or no group of lines has the size of any format; the message says what was found.
    """
    if len(text) > MAX_LENGTH:
        unit = "bytes" if isinstance(text, bytes) else "characters"
        message = f"The text has {len(text)} {unit} or more; at most {MAX_LENGTH} are read."
        raise InputError(message, hint=f"Give only the machine-readable zone: {_SHAPES}.")
    if isinstance(text, str) and _EXACT.fullmatch(text) and _has_dates(exact := tuple(text.split())):
        shorter = _unpadded(exact)
        return (exact, ()) if shorter is None else (shorter, (Tolerated.NAME_LINE_LENGTH,))
    tolerated: list[Tolerated] = []
    lines = _clean(_decode(text, tolerated), tolerated)
    found = _window(lines, tolerated) or _padded(lines, tolerated) or _joined(lines, tolerated)
    if found is None:
        found = find_national(lines)
        if found is None:
            raise _refusal(lines)
        if len(found) < len(lines):
            tolerated.append(Tolerated.SURROUNDING_TEXT)
    shorter = _unpadded(found)
    if shorter is not None:
        found = shorter
        tolerated.append(Tolerated.NAME_LINE_LENGTH)
    return found, tuple(dict.fromkeys(tolerated))


def _unpadded(run: tuple[str, ...]) -> tuple[str, ...] | None:
    """Two lines of 36 to which somebody added fillers up to 44; None for anything else.

    Fillers count as zero, so no check digit protects a zone's length. A passport's lower line ends with a digit; lines
    that end with fillers and are right in every check digit once these are gone were made longer.
    """
    if len(run) != 2 or not run[1].endswith(_SURPLUS) or not run[0].endswith(_SURPLUS) or run[0].startswith("V"):  # noqa: PLR2004 - lines
        return None
    shorter = tuple(line[: -len(_SURPLUS)] for line in run)
    if format_of(shorter) is not Format.TD2:
        return None
    verdicts = {one.verdict for one in judge("".join(shorter), LAYOUTS[Format.TD2])}
    return shorter if verdicts <= {Verdict.VERIFIED, Verdict.NOT_PRINTED} else None


def _decode(text: str | bytes, tolerated: list[Tolerated]) -> str:
    if isinstance(text, str):
        return text
    if text[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        tolerated.append(Tolerated.ENCODING)
        return text.decode("utf-16", "replace")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        tolerated.append(Tolerated.ENCODING)
        return text.decode("latin-1")


def _clean(text: str, tolerated: list[Tolerated]) -> list[str]:
    """Split into lines and bring each to capitals, plain fillers and no white space; empty lines go."""
    if text.startswith("\ufeff"):
        tolerated.append(Tolerated.BYTE_ORDER_MARK)
        text = text[1:]
    plain = _CONTROL.sub("", text)
    steps = (
        (plain, Tolerated.CONTROL_CHARACTERS),
        (plain := plain.replace("\r\n", "\n").replace("\r", "\n"), Tolerated.LINE_ENDINGS),
        (plain := plain.translate(_FILLERS), Tolerated.OTHER_FILLERS),
        (plain := plain.translate(_LOWER), Tolerated.LOWER_CASE),
    )
    before = text
    for after, step in steps:
        if after != before:
            tolerated.append(step)
        before = after
    lines = ["".join(line.split()) for line in plain.splitlines()]
    if any(line != raw for line, raw in zip(lines, plain.splitlines(), strict=True)):
        tolerated.append(Tolerated.SPACES)
    return [line for line in lines if line]


def _window(lines: list[str], tolerated: list[Tolerated]) -> tuple[str, ...] | None:
    """The first run of lines of one format's size: first where all characters are legal, then where nearly all are."""
    for most_illegal in (0, _MAX_ILLEGAL):
        for start, line in enumerate(lines):
            run = tuple(lines[start : start + _WIDTHS.get(len(line), 0)])
            if format_of(run) is not None and _looks_like_a_zone(run, most_illegal):
                if len(run) < len(lines):
                    tolerated.append(Tolerated.SURROUNDING_TEXT)
                return run
    return None


def _has_dates(run: tuple[str, ...]) -> bool:
    """Prose, or lines in the wrong order, are told from a zone by its dates: they stand in the second line."""
    return len(_DIGIT.findall(run[1])) >= 4  # noqa: PLR2004 - a date has six, some of which may be unknown


def _looks_like_a_zone(run: tuple[str, ...], most_illegal: int) -> bool:
    return _has_dates(run) and all(len(_NOT_LEGAL.findall(line)) <= most_illegal for line in run)


def _dates_in_place(run: tuple[str, ...]) -> bool:
    """Whether the dates stand where they should: lines of other lengths, cut anew, would not put them there."""
    kind = format_of(run)
    if kind is None:
        return False
    zone, layout = "".join(run), LAYOUTS[kind]
    birth, expiry = zone[layout.birth], zone[layout.expiry]
    return all(character in DIGITS for character in expiry) and all(
        character in DIGITS or character == FILLER for character in birth
    )


def _padded(lines: list[str], tolerated: list[Tolerated]) -> tuple[str, ...] | None:
    """Two lines of which the upper ends in fillers and only their count is wrong, as after hand copying."""
    for upper, lower in pairwise(lines):
        width = len(lower)
        fits = width in {36, 44} and upper.endswith("<") and _LEGAL.fullmatch(upper + lower) is not None
        body = upper.rstrip("<")
        if fits and len(body) < width and len(upper) >= _MIN_LINE and _looks_like_a_zone((upper, lower), 0):
            tolerated.append(Tolerated.NAME_LINE_LENGTH)
            if len(lines) > 2:  # noqa: PLR2004 - the two lines themselves
                tolerated.append(Tolerated.SURROUNDING_TEXT)
            return body.ljust(width, "<"), lower
    return None


def _joined(lines: list[str], tolerated: list[Tolerated]) -> tuple[str, ...] | None:
    """One long string: a single line, or all lines together, of a zone's whole length."""
    for whole in (*lines, "".join(lines)):
        count, width = _JOINED.get(len(whole), (0, 0))
        run = tuple(whole[line * width : (line + 1) * width] for line in range(count))
        if count and _looks_like_a_zone(run, 0) and _dates_in_place(run):
            tolerated.append(Tolerated.ONE_LINE)
            if whole in lines and len(lines) > 1:
                tolerated.append(Tolerated.SURROUNDING_TEXT)
            return run
    return None


def _refusal(lines: list[str]) -> InputError:
    """Say what was found and what was expected."""
    likely = [line for line in lines if len(line) >= _MIN_LINE and "<" in line] or lines
    sizes = ", ".join(str(len(line)) for line in likely[:4])
    more = " and more" if len(likely) > 4 else ""  # noqa: PLR2004 - four sizes are shown
    found = "no text" if not lines else f"{len(likely)} line{'s'[: len(likely) != 1]} of {sizes}{more} characters"
    return InputError(
        f"This is not a machine-readable zone: found {found}, expected {_SHAPES}.",
        hint="Copy every line of the zone with all its fillers (<); spaces, small letters and text around it do no harm.",
    )
