"""The truth table of rules: every row in both directions, with swapped alleles, by comparison and by search.

The rows stand in `vectors/truth.json` with the text that each follows; what is expected was written down from those texts,
not taken from the engine. Each row is compared profile against profile, and searched among the other side of all rows in
packed columns, so that the fast way and the plain way are held to the same truth.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.columns import pack
from egnatia.engines.dna.loci import locus_name
from egnatia.engines.dna.normalise import profile_of
from egnatia.engines.dna.rule_file import shipped, shipped_rules
from egnatia.engines.dna.search import search
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

OTHERS = {
    "vWA": "16,17", "TH01": "6,9.3", "D21S11": "29,31.2", "FGA": "21,24", "D8S1179": "13,14", "D3S1358": "15,16",
    "D18S51": "12,17", "D16S539": "11,12", "D2S1338": "17,25", "D19S433": "13,14", "TPOX": "8,11", "CSF1PO": "10,11",
    "D13S317": "8,11", "D7S820": "8,10", "D5S818": "11,12",
}  # fmt: skip
"""Loci that agree in full beside those of a row, in the order in which they are taken: the European seven first."""


@dataclass(frozen=True)
class Row:
    """One row for one rule set."""

    number: int
    group: str
    rules: str
    asked: tuple[tuple[str, str], ...]
    held: tuple[tuple[str, str], ...]
    kind: Kind
    label: str | None
    found: str | None
    stringency: str | None

    def __str__(self) -> str:
        """Its name in a report of failures."""
        return f"{self.number} {self.rules} {dict(self.asked)} {dict(self.held)}"

    def profiles(self, *, swapped: tuple[bool, ...] = (False, False)) -> tuple[Profile, Profile]:
        """The trace and the person, with the alleles of the row's loci in this order or the other."""
        named = {locus_name(name) for name, _ in (*self.asked, *self.held)}
        beside = [(name, text) for name, text in OTHERS.items() if name not in named][: self.others]
        asked, held = (
            [(name, _values(text, turn=turn)) for name, text in (*side, *beside)]
            for side, turn in zip((self.asked, self.held), swapped, strict=True)
        )
        trace = profile_of(f"T-{self.number}", self.kind, asked).profile
        return trace, profile_of(f"P-{self.number}", Kind.PERSON, held).profile

    @property
    def others(self) -> int:
        """How many loci agree in full beside its own."""
        return _BESIDE[self.number]


_BESIDE: dict[int, int] = {}


def _values(text: str, *, turn: bool) -> list[str]:
    """The values of a locus; two of them turned round where asked for, three in order since the first counts."""
    values = text.split(",") if text else []
    return values[::-1] if turn and len(values) == 2 else values


def _rows() -> Iterator[Row]:
    table = json.loads((Path(__file__).parent / "vectors" / "truth.json").read_text(encoding="utf-8"))
    for group in table["groups"]:
        assert group["source"]
        for row, rules in product(group["rows"], group["rules"]):
            number = len(_BESIDE)
            _BESIDE[number] = row.get("others", group["others"])
            sides: list[Mapping[str, str]] = [row["asked"], row["held"]]
            kind = Kind(row.get("kind", "trace"))
            label = row["label"]
            yield Row(
                number,
                group["name"],
                rules,
                tuple(sides[0].items()),
                tuple(sides[1].items()),
                kind,
                label,
                row.get("found", label),
                row.get("stringency"),
            )


ROWS = [*_rows()]
GROUPS = sorted({(each.group, each.rules) for each in ROWS})


def _of(group: str, rules: str) -> list[Row]:
    return [each for each in ROWS if (each.group, each.rules) == (group, rules)]


def test_there_are_more_than_three_hundred_rows_and_every_rule_set_has_its_own() -> None:
    assert len({(each.asked, each.held, each.others, each.rules) for each in ROWS}) > 600
    counted = {name: sum(each.rules == name for each in ROWS) for name in shipped()}
    assert min(counted.values()) >= 30
    for name in shipped():
        labels = {each.label for each in shipped_rules(name).classes}
        assert {each.label for each in ROWS if each.rules == name} == {*labels, None}


@pytest.mark.parametrize(("group", "rules"), GROUPS)
def test_rows_by_comparison_in_both_directions_and_with_swapped_alleles(group: str, rules: str) -> None:
    chosen, wrong = shipped_rules(rules), []
    for row in _of(group, rules):
        (name, *_) = (*(locus_name(each) for each, _ in row.asked), "")
        for swapped in product((False, True), repeat=2):
            trace, person = row.profiles(swapped=swapped)
            for pair in ((trace, person), (person, trace)):
                evidence, found = chosen.compare(*pair)
                reached = [each.agreement for each in evidence.loci if each.locus == name]
                right = (found.label if found else None) == row.label
                if not right or (row.stringency and reached != [row.stringency]):
                    wrong.append((str(row), swapped, pair[0].ref, found and found.label, reached))
    assert wrong == []


def _searched(rows: list[Row], *, for_persons: bool) -> dict[tuple[str, str], str]:
    """What searching every row's one side among every row's other side finds: labels by the two references."""
    rules = shipped_rules(rows[0].rules)
    sides = [each.profiles(swapped=(True, False)) for each in rows]
    columns = pack(pair[0 if for_persons else 1] for pair in sides)
    found: dict[tuple[str, str], str] = {}
    for query in (pair[1 if for_persons else 0] for pair in sides):
        if rules.wants(query) is None:
            found |= {(query.ref, each.ref): each.label for each in search(query, columns, rules)}
        else:
            with pytest.raises(InputError, match="cannot be searched"):
                search(query, columns, rules)
    return found


@pytest.mark.parametrize(("group", "rules"), GROUPS)
def test_rows_by_search_in_packed_columns_in_both_directions(group: str, rules: str) -> None:
    rows = _of(group, rules)
    there, back = _searched(rows, for_persons=False), _searched(rows, for_persons=True)
    wrong = []
    for row in rows:
        trace, person = f"T-{row.number}", f"P-{row.number}"
        reached = there.get((trace, person)), back.get((person, trace))
        if reached != (row.found, row.found):
            wrong.append((str(row), reached))
    assert wrong == []


@pytest.mark.parametrize("rules", shipped())
def test_the_search_finds_among_all_rows_what_comparing_them_finds(rules: str) -> None:
    """Every trace of the table against every person of it: some hundred thousand comparisons that nobody wrote down."""
    chosen = shipped_rules(rules)
    rows = [each.profiles() for each in ROWS if each.rules == rules and each.kind is Kind.TRACE][::3]
    persons = [person for _, person in rows if chosen.wants(person) is None]
    columns = pack(person for _, person in rows)
    for trace, _ in rows[::4]:
        if chosen.wants(trace) is None:
            expected = {(each.ref, label.label) for each in persons if (label := chosen.compare(trace, each)[1])}
            assert {(each.ref, each.label) for each in search(trace, columns, chosen)} == expected


OBLIGATORY = [
    ("16,17,18", (160,), "16,17", "moderate"),
    ("16,17,18", (180,), "16,17", None),
    ("16,17,18", (160, 180), "16,17", None),
    ("16,17,18", (160, 180), "16,18", "moderate"),
    ("16,17,18", (160,), "16,16", "moderate"),
    ("16,17", (170,), "16,17", "moderate"),
    ("16,17,18", (), "16,17", "moderate"),
]
"""A locus of a mixture, its obligatory alleles, a person's, and what has to come of it (CODIS CMF 3.2, ALLELEREQUIRED)."""


@pytest.mark.parametrize(("mixed", "required", "held", "label"), OBLIGATORY)
def test_an_obligatory_allele_has_to_be_there(
    mixed: str, required: tuple[int, ...], held: str, label: str | None
) -> None:
    rules, others = shipped_rules("codis-moderate"), [(name, text.split(",")) for name, text in OTHERS.items()][1:9]
    trace = profile_of("T", Kind.MIXTURE, [("vWA", mixed.split(",")), *others]).profile
    person = profile_of("P", Kind.PERSON, [("vWA", held.split(",")), *others]).profile
    wanting = replace(trace, required={"vWA": tuple(Allele(each) for each in required)} if required else {})
    for pair in ((wanting, person), (person, wanting)):
        evidence, found = rules.compare(*pair)
        assert (found.label if found else None) == label
        assert evidence.compared == 9
    assert [each.ref for each in search(wanting, pack([person]), rules)] == (["P"] if label else [])
    assert [each.ref for each in search(trace, pack([person]), rules)] == ["P"]


def test_agreements_by_pairs_of_alleles_know_no_obligatory_ones() -> None:
    trace, person = ROWS[0].profiles()
    wanting = replace(trace, required={"vWA": (Allele(160),)})
    for name in ("prum-ess7", "cautious"):
        rules = shipped_rules(name)
        assert rules.compare(wanting, person) == rules.compare(trace, person)
