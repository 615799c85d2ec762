"""Check digits as proof: exact against an exhaustive search, and never silent about what was misread."""

import math
import random
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.image.decode import PROVEN, decode, is_protected
from egnatia.engines.documents.image.grammar import ALL, FLOOR, LETTERS, best, checks, likelihoods, slots
from egnatia.engines.documents.image.proof import VIOLATION, prove
from egnatia.engines.documents.image.types import Cell
from egnatia.engines.documents.mrz.blind import blind_substitutions
from egnatia.engines.documents.mrz.digits import ALPHABET, DIGITS, VALUES
from egnatia.engines.documents.mrz.generate import random_zone
from egnatia.engines.documents.mrz.judge import judge
from egnatia.engines.documents.mrz.layouts import LAYOUTS
from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.mrz.types import Field, Format, Verdict

TODAY = date(2026, 11, 22)
SURE = 0.999


def _zone(seed: int, kind: Format) -> str:
    return "".join(random_zone(random.Random(seed), kind, TODAY).lines)


def _seen(zone: str) -> list[Cell]:
    """A reading without any doubt."""
    return [{character: SURE} for character in zone]


def _protected(kind: Format) -> list[int]:
    """Columns that a check digit of their own protects, and those digits."""
    layout = LAYOUTS[kind]
    places = [layout.birth, layout.expiry, layout.number]
    found = {index for place in places for index in range(place.start, place.stop)}
    return sorted(found | set(checks(layout).values()))


def _field(kind: Format, index: int) -> Field:
    return slots(kind)[index].field


def _doubted(kind: Format, cells: list[Cell]) -> tuple[str, set[int]]:
    decoded = decode(kind, cells)
    width = LAYOUTS[kind].width
    return decoded.zone, {(doubt.line - 1) * width + doubt.column - 1 for doubt in decoded.doubts}


@pytest.mark.parametrize("kind", list(Format))
@pytest.mark.parametrize("seed", range(8))
def test_a_zone_read_surely_is_the_zone(kind: Format, seed: int) -> None:
    zone = _zone(seed, kind)
    read, doubted = _doubted(kind, _seen(zone))
    assert read == zone
    assert not {index for index in doubted if zone[index] not in "0O1I2Z5S8B"}


@pytest.mark.parametrize("kind", list(Format))
def test_one_lost_character_of_a_date_is_proven_by_its_digit(kind: Format) -> None:
    layout = LAYOUTS[kind]
    for seed in range(2):
        zone = _zone(seed, kind)
        if not zone[layout.birth].isdigit():
            continue
        for index in range(layout.expiry.start, layout.expiry_check + 1):
            cells = _seen(zone)
            cells[index] = {}
            read, _ = _doubted(kind, cells)
            assert read == zone, index


def test_two_lost_characters_of_one_field_are_not_proven() -> None:
    zone = _zone(3, Format.MRV_A)
    layout = LAYOUTS[Format.MRV_A]
    cells = _seen(zone)
    lost = {layout.expiry.start + 1, layout.expiry.start + 4}
    for index in lost:
        cells[index] = {}
    _, doubted = _doubted(Format.MRV_A, cells)
    assert lost <= doubted


# An exhaustive search over a few columns, written apart from the one that is tested.


def _score(kind: Format, cells: list[Cell], zone: str, narrow: dict[int, frozenset[str]]) -> float:
    """The logarithm of one assignment with its prices, from the arithmetic of `judge` alone."""
    total = 0.0
    for index in narrow:
        total += math.log(likelihoods(cells[index], narrow[index])[zone[index]])
    judged = {one.field: one.verdict for one in judge(zone, LAYOUTS[kind])}
    composite = judged.pop(Field.COMPOSITE)
    broken = sum(verdict is Verdict.REFUTED for verdict in judged.values())
    total += VIOLATION * broken
    if composite is Verdict.NOT_PRINTED:
        return total
    if not broken:
        return total + (VIOLATION if composite is Verdict.REFUTED else 0.0)
    return total + (-0.1 if composite is Verdict.REFUTED else -2.3)


@pytest.mark.parametrize("kind", [Format.TD3, Format.MRV_B, Format.TD1, Format.TD2, Format.MRV_A])
@pytest.mark.parametrize("seed", range(8))
def test_the_search_agrees_with_an_exhaustive_one(kind: Format, seed: int) -> None:
    rng = random.Random(seed)
    zone = _zone(seed, kind)
    layout = LAYOUTS[kind]
    columns = [*range(layout.birth.start, layout.birth_check + 1), *range(layout.expiry.start, layout.expiry_check + 1)]
    open_columns = sorted(rng.sample(columns, 6))
    cells = _seen(zone)
    for index in open_columns:
        share = rng.uniform(0.2, 0.95)
        other = rng.choice([one for one in sorted(DIGITS) if one != zone[index]])
        cells[index] = {zone[index]: share, other: 1 - share}
    narrow = {index: slots(kind)[index].allowed for index in open_columns}
    base = _score(kind, cells, zone, narrow)
    proof = prove(kind, cells, PROVEN)
    scores: dict[str, float] = {}
    for choice in product(*(sorted(cells[index]) for index in open_columns)):
        tried = list(zone)
        for index, character in zip(open_columns, choice, strict=True):
            tried[index] = character
        scores["".join(tried)] = _score(kind, cells, "".join(tried), narrow)
    top = max(scores.values())
    taken = "".join(proof.characters.get(index, zone[index]) for index in range(len(zone)))
    assert scores[taken] == pytest.approx(top)
    assert base <= top + 1e-9
    for index in open_columns:
        rival = max(score for other, score in scores.items() if other[index] != taken[index])
        assert proof.margins[index] <= top - rival + 1e-6
        if top - rival < 5:  # beyond it characters that were not seen at all come closer than the second one seen
            assert proof.margins[index] == pytest.approx(top - rival, abs=1e-6)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.data())
def test_a_misread_whose_truth_was_seen_at_all_is_never_silent(data: st.DataObject) -> None:
    """Three misread columns, in each the truth with a quarter of the probability: 3 ln 3 is within the margin."""
    kind = data.draw(st.sampled_from(list(Format)))
    zone = _zone(data.draw(st.integers(0, 10_000)), kind)
    cells = _seen(zone)
    for index in data.draw(st.lists(st.sampled_from(_protected(kind)), max_size=3, unique=True)):
        other = data.draw(st.sampled_from([one for one in ALPHABET if one != zone[index]]))
        cells[index] = {other: 0.74, zone[index]: 0.25}
    read, doubted = _doubted(kind, cells)
    wrong = {index for index, (one, true) in enumerate(zip(read, zone, strict=True)) if one != true}
    assert {index for index in wrong if is_protected(kind, _field(kind, index))} <= doubted


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.data())
def test_a_misread_that_nobody_saw_coming_is_refuted_or_doubted(data: st.DataObject) -> None:
    """One character read wrongly with full certainty: the field is in doubt, unless an O for a zero explains it all."""
    kind = data.draw(st.sampled_from(list(Format)))
    zone = _zone(data.draw(st.integers(0, 10_000)), kind)
    index = data.draw(st.sampled_from(_protected(kind)))
    allowed = slots(kind)[index].allowed
    wrong = [one for one in sorted(allowed) if (VALUES[one] - VALUES[zone[index]]) % 10]
    cells = _seen(zone)
    cells[index] = {data.draw(st.sampled_from(wrong)): 1.0}
    decoded = decode(kind, cells)
    doubted = {doubt.field for doubt in decoded.doubts}
    explained = {one.seen + one.taken for one in decoded.corrections} & {"0O", "O0"}
    assert decoded.zone == zone or explained or _field(kind, index) in doubted


def test_a_wrong_digit_printed_clearly_is_read_as_it_stands() -> None:
    for kind in Format:
        zone = _zone(11, kind)
        index = LAYOUTS[kind].expiry.start + 1
        printed = zone[:index] + str((int(zone[index]) + 3) % 10) + zone[index + 1 :]
        read, doubted = _doubted(kind, _seen(printed))
        assert read == printed
        assert set(range(LAYOUTS[kind].expiry.start, LAYOUTS[kind].expiry_check + 1)) <= doubted


def test_what_no_check_digit_can_see_is_a_known_limit() -> None:
    """A twin of equal value that is read with full certainty stays: `blind_substitutions` lists exactly these."""
    zone = _zone(5, Format.TD3)
    blind = [one for one in blind_substitutions(read_lines((zone[:44], zone[44:]))) if len(one.unseen) == 1]
    change = next(one for one in blind if one.found in LETTERS and one.field is Field.NUMBER and one.line == 2)
    index = 44 + change.column - 1
    read, doubted = _doubted(Format.TD3, _seen(zone[:index] + change.unseen + zone[index + 1 :]))
    assert read[index] == change.unseen
    assert index not in doubted or change.unseen in "0O1I2Z5S8B"


@pytest.mark.parametrize("kind", [Format.TD1, Format.TD2])
def test_long_numbers_are_found_wherever_their_digit_stands(kind: Format) -> None:
    found = 0
    for seed in range(60):
        generated = random_zone(random.Random(seed), kind, TODAY)
        if len(generated.fields.number) <= 9:
            continue
        found += 1
        zone = "".join(generated.lines)
        read, _ = _doubted(kind, _seen(zone))
        assert read == zone
    assert found > 5


def test_an_o_read_as_a_zero_comes_back_where_the_digit_demands_it() -> None:
    zone, layout = _zone(1, Format.TD3), LAYOUTS[Format.TD3]
    from egnatia.engines.documents.mrz.writer import ZoneFields, write_zone

    fields = ZoneFields("P", "UTO", "AO4711", "UTO", "800101", "F", "300101", ("DOE",), ("ANN",))
    zone = "".join(write_zone(Format.TD3, fields))
    seen = _seen(zone)
    seen[layout.number.start + 1] = {"0": 0.999, "O": 0.001}
    decoded = decode(Format.TD3, seen)
    assert decoded.zone == zone
    assert [(one.seen, one.taken) for one in decoded.corrections] == [("0", "O")]


def test_two_o_read_as_zeros_that_cancel_are_both_in_doubt() -> None:
    """Weights 7 and 3 add up to 10, so O and O or 0 and 0 satisfy the same digit: only the eye can tell."""
    from egnatia.engines.documents.mrz.writer import ZoneFields, write_zone

    fields = ZoneFields("P", "UTO", "OO4711", "UTO", "800101", "F", "300101", ("DOE",), ("ANN",))
    zone = "".join(write_zone(Format.TD3, fields))
    cells = _seen(zone)
    for index in (44, 45):
        cells[index] = {"0": 0.999, "O": 0.001}
    _, doubted = _doubted(Format.TD3, cells)
    assert {44, 45} <= doubted


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dictionaries(st.sampled_from(ALPHABET), st.floats(0, 1), max_size=6), st.sampled_from([DIGITS, LETTERS, ALL]))
def test_likelihoods_leave_every_lawful_character_a_chance(cell: dict[str, float], allowed: frozenset[str]) -> None:
    total = sum(cell.values()) or 1.0
    shares = likelihoods({one: share / max(1.0, total) for one, share in cell.items()}, allowed)
    assert set(shares) == allowed
    assert all(share >= FLOOR for share in shares.values())
    assert sum(shares.values()) <= 1.001 + len(allowed) * FLOOR


def test_nothing_seen_is_no_preference() -> None:
    shares = likelihoods({}, DIGITS)
    assert len({round(share, 9) for share in shares.values()}) == 1
    assert best({"7": 0.5, "3": 0.5}) == "3"


@pytest.mark.parametrize(("seen", "letter"), [("0", "O"), ("1", "I"), ("2", "Z"), ("5", "S"), ("8", "B"), ("6", "G"), ("4", "A"), ("7", "T")])  # fmt: skip
def test_a_digit_where_only_letters_stand_is_its_look_alike(seen: str, letter: str) -> None:
    assert best(likelihoods({seen: 0.99}, LETTERS)) == letter


@pytest.mark.parametrize(("seen", "digit"), [("O", "0"), ("D", "0"), ("I", "1"), ("L", "1"), ("Z", "2"), ("S", "5"), ("B", "8"), ("G", "6")])  # fmt: skip
def test_a_letter_where_only_digits_stand_is_its_look_alike(seen: str, digit: str) -> None:
    assert best(likelihoods({seen: 0.99}, DIGITS)) == digit
