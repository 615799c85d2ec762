"""Printed names against zones: pairs that are one name, pairs that are not, and every name with one letter altered.

The pairs stand in `tests/engines/documents/name_pairs.toml`, written down from the published rules before they were first
run. Each is asked twice: with the language of the name, and without. A page that a person typed is taken, so nothing may
be put down to reading. Four rates are printed:

- wrongly refuted: pairs that are one name, and whose check does not succeed;
- wrongly accepted: pairs that are not one name, and whose check bears on nothing;
- altered and accepted: of every sixth pair the zone's name with one letter replaced, left out, added or exchanged with the next, and the
  check bears on nothing. What the tables themselves allow instead is left out;
- cut and refuted: the same names written into 30, 31 and 39 places, each with enough given names to be cut.

Run: python -m bench.documents.name_pairs        (about two minutes; nothing is drawn at random)
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from egnatia.engines.documents import read_zone
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.name_match import PrintedName, printed_name
from egnatia.engines.documents.mrz.names import read_name, write_name
from egnatia.engines.documents.mrz.printed_names import identifier
from egnatia.engines.documents.types import Bearing
from egnatia.engines.documents.visual.names import check_names
from egnatia.engines.documents.visual.types import Printed, VisualFields

PAIRS = Path(__file__).resolve().parents[2] / "tests" / "engines" / "documents" / "name_pairs.toml"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WIDTHS = (30, 31, 39)
_MOST_FORMS = 4_096
_EVERY = 6
"""Of how many names one is altered in every way: 60 names have 40,000 alterations."""
_ZONE = read_zone("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10")
_MORE_NAMES = ("MAXIMILIANUS", "THEODOROS", "BARTHOLOMEUS")


@dataclass(frozen=True, slots=True)
class Pair:
    """One printed name and one name field of a zone, without its closing fillers."""

    printed: PrintedName
    zone: str
    language: str
    same: bool


def pairs() -> Iterator[Pair]:
    """Every pair of the file, each with the language of its group."""
    for group in tomllib.loads(PAIRS.read_text("utf-8"))["group"]:
        for key in ("same", "other"):
            for line in group[key].strip().splitlines():
                printed, zone = line.split(" = ")
                yield Pair(printed_name(printed, group["language"]), zone, group["language"], key == "same")


def without_language(pair: Pair) -> Pair:
    """The same pair, of a page whose language nobody knows."""
    return Pair(PrintedName(pair.printed.primary, pair.printed.secondary), pair.zone, "", pair.same)


def findings(printed: PrintedName, field: str) -> tuple[Finding, ...]:
    """What is said about a typed page with this name and a zone with that name field."""
    if printed.secondary:
        visual = VisualFields(primary=(Printed(printed.primary),), secondary=(Printed(printed.secondary),))
    else:
        visual = VisualFields(name=(Printed(printed.primary),))
    checks = check_names(replace(_ZONE, name=read_name(field)), replace(visual, language=printed.language))
    return checks[0].findings


def bears(printed: PrintedName, field: str) -> bool:
    """Whether the name contradicts the zone's."""
    return any(one.bearing is Bearing.DISCREPANCY for one in findings(printed, field))


def alterations(name: str) -> Iterator[tuple[str, str]]:
    """Every name with one letter altered, with the word for how."""
    for at, letter in enumerate(name):
        if letter == "<":
            continue
        yield from (("replaced", name[:at] + other + name[at + 1 :]) for other in LETTERS if other != letter)
        yield from (("added", name[:at] + other + name[at:]) for other in LETTERS)
        shorter = name[:at] + name[at + 1 :]
        if "<<<" not in shorter and not shorter.startswith("<") and not shorter.endswith("<"):
            yield "left out", shorter
        following = name[at + 1 : at + 2]
        if following not in {"", "<", letter}:
            yield "exchanged", name[:at] + following + letter + name[at + 2 :]


def allowed(printed: PrintedName) -> frozenset[str]:
    """Every name that the tables allow for a printed one, written out; empty where there are too many."""
    halves = [_forms(part, printed.language) for part in (printed.primary, printed.secondary)]
    if not all(halves):
        return frozenset()
    return frozenset("<<".join(part for part in (one, other) if part) for one, other in product(*halves))


def _forms(text: str, language: str) -> tuple[str, ...]:
    """The forms of one identifier, walked through piece by piece; a row for two letters is taken as well."""
    pieces = identifier(text, language).pieces
    ways: list[set[str]] = [set() for _ in range(len(pieces) + 2)]
    ways[0] = {""}
    if any(piece.skip_to for piece in pieces):
        return ()  # a title may be left out with any of its letters
    for place, piece in enumerate(pieces):
        for spelling in piece.spellings:
            ways[place + spelling.span] |= {way + form for way in ways[place] for form in spelling.forms}
        if piece.between is not None:
            ways[place + 1] |= {way + ("<" if piece.between == "gap" else "") for way in ways[place]}
        if len(ways[place + 1]) > _MOST_FORMS:
            return ()
    return tuple(ways[len(pieces)])


def altered_and_accepted(known: list[Pair]) -> tuple[Counter[str], Counter[str]]:
    """How many alterations of each kind were tried, and how many of them bear on nothing."""
    tried: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for pair in known:
        others = allowed(pair.printed)
        if not pair.same or not others:
            continue
        for kind, name in alterations(pair.zone):
            if len(name) < WIDTHS[-1] and name not in others:  # a full name field may be a cut one
                tried[kind] += 1
                accepted[kind] += not bears(pair.printed, f"{name}<")
    return tried, accepted


def cut_and_refuted(known: list[Pair]) -> tuple[int, list[tuple[Pair, str]]]:
    """How many names were cut, and those that are refuted for it."""
    count = 0
    refused: list[tuple[Pair, str]] = []
    for pair in known:
        first, found, second = pair.zone.partition("<<")
        if not (pair.same and found and pair.printed.secondary):
            continue
        given = (*second.split("<"), *_MORE_NAMES)
        longer = PrintedName(pair.printed.primary, " ".join((pair.printed.secondary, *_MORE_NAMES)), pair.language)
        for width in WIDTHS:
            field = write_name(tuple(first.split("<")), given, width)
            count += 1
            if bears(longer, field):
                refused.append((pair, field))
    return count, refused


def main() -> None:
    """Print the four rates and every pair that went wrong."""
    for words, known in (("with its language", list(pairs())), ("without", [without_language(one) for one in pairs()])):
        same, other = [one for one in known if one.same], [one for one in known if not one.same]
        refused = [one for one in same if findings(one.printed, f"{one.zone}<")]
        accepted = [one for one in other if not bears(one.printed, f"{one.zone}<")]
        tried, passed = altered_and_accepted(known[::_EVERY])
        count, cut = cut_and_refuted(known)
        print(f"{words}: wrongly refuted {len(refused)}/{len(same)}, wrongly accepted {len(accepted)}/{len(other)}")
        every = "  ".join(f"{kind} {passed[kind]}/{tried[kind]}" for kind in tried)
        print(f"    altered and accepted {sum(passed.values()) / sum(tried.values()):.3%}: {every}")
        print(f"    cut and refuted {len(cut)}/{count}")
        for one in refused + accepted:
            said = ", ".join(f"{each.code} {each.bearing}" for each in findings(one.printed, f"{one.zone}<"))
            print(f"    {one.printed.primary}, {one.printed.secondary} = {one.zone}: {said or 'nothing'}")
        for pair, field in cut[:10]:
            print(f"    cut: {pair.printed.primary}, {pair.printed.secondary} = {field}")


if __name__ == "__main__":
    main()
