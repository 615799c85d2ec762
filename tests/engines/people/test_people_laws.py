"""Laws that hold for any two persons: sides, order, sums, monotony, hostile text."""

# ruff: noqa: RUF001 - look-alike letters are the subject

import itertools
import math
import random
import unicodedata
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import (
    Band,
    Claim,
    PartialDate,
    PersonQuery,
    PersonRecord,
    compare,
    compare_names,
    parse_date,
)
from egnatia.engines.people.dates import (
    DIFFERENT_BITS,
    KEYBOARD_BITS,
    MONTH_COST,
    NEAR_YEAR_BITS,
    PARTLY_BITS,
    SAME_COST,
    SPREAD_DAYS,
    SPREAD_MONTHS,
    SWAPPED_BITS,
    TYPED_BITS,
    YEAR_BITS,
)
from egnatia.engines.people.features import (
    FAMILY,
    FAMILY_BITS,
    FATHER,
    FIRST,
    INITIAL_BITS,
    OTHER_BESIDE,
    OTHER_PART,
    SOUND_COST,
    SPARE_COSTS,
    WHOLE,
    NameField,
    agreement,
    birth_date_claim,
    name_claim,
)
from egnatia.engines.people.features import SAME_COST as NAME_COST
from egnatia.engines.people.frequencies import TYPICAL
from egnatia.engines.people.likeness import likeness, prepare_name
from egnatia.engines.people.match import POSSIBLE, STRONG, WEAK, band, score_of
from egnatia.engines.people.names import tokens
from egnatia.engines.people.parts import parts
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

WORDS = ("Arben", "Hoxha", "Xhemail", "Džemail", "Gjergj", "Đorđe", "Abdul", "Rahman", "Abdulrahman", "de", "la", "O'Neil",
         "Şahin", "Ilir", "A", "Шеху", "Љубица", "van", "Krasniqi")  # fmt: skip
names = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
dates = st.sampled_from(["", "1990", "1990-01-01", "1990-03", "1990-03-07", "1990-07-03", "1991-03-07", "1989-12-31"])
numbers = st.lists(st.sampled_from(["BA1234567", "ba 123-4567", "12", "", "XK-999999"]), max_size=3).map(tuple)
aliases = st.lists(st.sampled_from(["HOXHA, Arben", "ILIR<<KOLA", "Xhemail Rexhepi", "XXX"]), max_size=2).map(tuple)


Parts: TypeAlias = tuple[str, str, str, str, tuple[str, ...], tuple[str, ...]]


def _record(parts: Parts, ref: str) -> PersonRecord:
    first, family, born, father, identifiers, others = parts
    return PersonRecord(RecordRef(ref), first, family, parse_date(born), father, (*identifiers, "REF-00001"), others)


people = st.tuples(names, names, dates, names, numbers, aliases)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(people, people)
def test_the_sides_of_a_comparison_may_be_exchanged(one: Parts, other: Parts) -> None:
    left, right = _record(one, "L"), _record(other, "R")
    forth, back = compare(left, right), compare(right, left)
    assert forth.score == back.score
    assert [(part.claim, part.added) for part in forth.evidence] == [(part.claim, part.added) for part in back.evidence]
    assert (forth.ref, back.ref) == ("R", "L")


@settings(deadline=None, derandomize=True, max_examples=50)
@given(people, people)
def test_the_parts_add_up_to_the_score(one: Parts, other: Parts) -> None:
    match = compare(_record(one, "L"), _record(other, "R"))
    assert match.evidence[0].claim is Claim.PRIOR
    assert match.bits == sum(part.added for part in match.evidence)
    assert match.score == pytest.approx(1 / (1 + 2**-match.bits))
    assert len({part.field for part in match.evidence}) == len(match.evidence), "no field counts twice"


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=5), st.integers())
def test_the_order_of_the_parts_of_a_name_says_nothing(words: list[str], seed: int) -> None:
    shuffled = random.Random(seed).sample(words, len(words))
    probe = prepare_name("Arben Hoxha Gjergj")
    assert sorted(prepare_name(*words).parts) == sorted(prepare_name(*shuffled).parts)
    one, other = (likeness(probe, prepare_name(*order)) for order in (sorted(words), sorted(shuffled)))
    assert one == other


@settings(deadline=None, derandomize=True, max_examples=50)
@given(people)
def test_nobody_is_more_like_a_person_than_that_person(parts: Parts) -> None:
    record = _record(parts, "L")
    itself = compare(record, record).score
    stranger = PersonRecord(RecordRef("S"), "Zzqw", "Vbnmp", PartialDate(1931, 5, 9), identifiers=("QQ00000",))
    assert compare(record, stranger).score < itself


def _added(left: str, right: str, how: NameField = FAMILY) -> float:
    claim = name_claim(prepare_name(left), prepare_name(right), how)
    assert claim is not None
    return claim.added


@pytest.mark.parametrize(("low", "high"), list(itertools.pairwise(range(72, 101))))
@pytest.mark.parametrize("how", [FAMILY, FIRST, FATHER, WHOLE], ids=lambda how: how.field)
def test_more_likeness_never_counts_less(low: int, high: int, how: NameField) -> None:
    (left,), (right,) = parts("Krasniqi"), parts("Krasnigi")
    bits = [agreement(alike / 100, left, right, how, TYPICAL) for alike in (low, high)]
    assert 0 <= bits[0] <= bits[1] <= how.bits


@pytest.mark.parametrize("how", [FAMILY, FIRST, FATHER, WHOLE], ids=lambda how: how.field)
def test_names_fall_off_from_the_same_to_another(how: NameField) -> None:
    ladder = ["Krasniqi", "Krasnići", "Krasnisi", "Krasnsi", "Berisha"]
    added = [_added("Krasniqi", written, how) for written in ladder]
    assert added == sorted(added, reverse=True)
    assert len(set(added)) == len(added)
    assert added[0] > 0 > added[-1]


def test_a_rarer_letter_for_letter_name_adds_what_its_field_says() -> None:
    assert _added("Hoxha", "Hoxha") == FAMILY_BITS - NAME_COST
    assert _added("Rexhepi", "Redžepi") == FAMILY_BITS - SOUND_COST
    assert _added("Hoxha", "Berisha") == OTHER_PART
    assert _added("A", "Arben", FIRST) == INITIAL_BITS
    assert _added("Shehu Gashi", "Gashi") == pytest.approx(FAMILY_BITS - NAME_COST - SPARE_COSTS[0])
    assert _added("Shehu Gashi", "Hoxha Gashi") == pytest.approx(FAMILY_BITS - NAME_COST + OTHER_BESIDE * OTHER_PART)


EVEN_DAY, EVEN_MONTH = math.log2(SPREAD_DAYS) - SAME_COST, math.log2(SPREAD_MONTHS) - MONTH_COST
DATE_TABLE = {
    ("1990-03-07", "1990-03-07"): EVEN_DAY,
    ("1990-03-03", "1990-03-03"): EVEN_DAY,
    ("1990-03-07", "1990-07-03"): SWAPPED_BITS,
    ("1990-03-12", "1990-12-03"): SWAPPED_BITS,
    ("1990-03", "1990-03-07"): EVEN_MONTH,
    ("1990-03", "1990-03"): EVEN_MONTH,
    ("1990-03-07", "1990-03-17"): TYPED_BITS + KEYBOARD_BITS,
    ("1990-03-07", "1990-03-09"): TYPED_BITS,
    ("1990-03-07", "1990-03-08"): TYPED_BITS + KEYBOARD_BITS,
    ("1990-03-12", "1990-03-21"): TYPED_BITS,
    ("1990-03-10", "1990-03-01"): TYPED_BITS,
    ("1967-03-07", "1976-03-07"): TYPED_BITS,
    ("1990-03-07", "1980-03-07"): TYPED_BITS + KEYBOARD_BITS,
    ("1990-03-07", "1950-03-07"): TYPED_BITS,
    ("1990-03-07", "1990-11-07"): PARTLY_BITS,
    ("1990-03-07", "1990-03-28"): PARTLY_BITS,
    ("1990-03-07", "1978-03-07"): PARTLY_BITS,
    ("1990-03-07", "1991-04-07"): DIFFERENT_BITS,
    ("1990-03-07", "1991-03-08"): DIFFERENT_BITS,
    ("1990-03-07", "1961-10-21"): DIFFERENT_BITS,
    ("1990-03-07", "1991-07-03"): DIFFERENT_BITS,
    ("1990-03", "1990-04-07"): DIFFERENT_BITS,
    ("1990-01-01", "1990-09-09"): YEAR_BITS,
    ("1990", "1990-09-09"): YEAR_BITS,
    ("1990", "1990"): YEAR_BITS,
    ("1990-01-01", "1990-01-01"): YEAR_BITS,
    ("1990", "1991-09-09"): NEAR_YEAR_BITS,
    ("1990-01-01", "1992-09-09"): DIFFERENT_BITS,
}  # fmt: skip


@pytest.mark.parametrize(("pair", "added"), DATE_TABLE.items(), ids=["/".join(pair) for pair in DATE_TABLE])
def test_the_table_of_dates(pair: tuple[str, str], added: float) -> None:
    for left, right in (pair, pair[::-1]):
        claim = birth_date_claim(parse_date(left), parse_date(right))
        assert claim is not None
        assert claim.added == pytest.approx(added, abs=1e-12)
        assert (claim.left, claim.right) == (left, right)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (STRONG, Band.STRONG),
        (math.nextafter(STRONG, 0), Band.POSSIBLE),
        (POSSIBLE, Band.POSSIBLE),
        (math.nextafter(POSSIBLE, 0), Band.WEAK),
        (WEAK, Band.WEAK),
        (math.nextafter(WEAK, 0), None),
        (0.0, None),
        (1.0, Band.STRONG),
    ],
)
def test_the_bands_begin_at_their_limits(score: float, expected: Band | None) -> None:
    assert band(score) is expected


def test_a_name_alone_is_never_strong_and_the_prior_alone_is_nothing() -> None:
    alone = compare(PersonQuery("Arben", "Hoxha"), PersonRecord(RecordRef("R"), "Arben", "Hoxha"))
    assert POSSIBLE <= alone.score < STRONG
    assert band(score_of(TYPICAL.prior)) is None


HOSTILE = [
    "\u202eneb\u202crA", "A\u0301" * 60, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "\u0000Arben", "ﷺ" * 5, "٠١٢", "أحمد", "王小明",
    "A" * 200, "ſtraße", "İİİ", "ΑΒΓ", "a\u200db", "'" * 50, "<" * 100, "..", "\t\n\r", "１２３", "𝒜𝓇𝒷𝑒𝓃", "Ⅷ", "ﬀ",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_compared_or_refused_and_nothing_else(text: str) -> None:
    for other in ("Arben Hoxha", text, text[::-1]):
        try:
            match = compare_names(text, other)
        except InputError:
            assert not tokens(text) or not tokens(other)
            continue
        assert 0 <= match.score <= 1


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(max_size=40))
def test_the_unicode_form_of_a_name_does_not_matter(text: str) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert tokens(composed) == tokens(apart)


@pytest.mark.parametrize(
    "written", ["A\u200brben", "Ar\u00adben", "\ufeffArben", "Arben\u200e", "Ａｒｂｅｎ", "𝐀𝐫𝐛𝐞𝐧", "ARBEN", "arben."]
)
def test_invisible_and_stylised_letters_hide_nobody(written: str) -> None:
    assert tokens(written) == tokens("Arben")


@pytest.mark.parametrize(
    "nobody",
    ["XXX", "xxxx", "FNU", "lnu", "MNU", "Unknown", "UNK", "unnamed", "Anonymous", "NN", "nnn", "Nepoznat", "nepoznata",
     "непознат", "НЕПОЗНАТА", "panjohur", "Panjohura", "Mr", "Mrs.", "Dr.", "prof", "123", "--", "<<<<"],
)  # fmt: skip
def test_a_placeholder_makes_no_two_strangers_alike(nobody: str) -> None:
    left = PersonRecord(RecordRef("L"), nobody, "Hoxha", identifiers=("AAAAA1",))
    right = PersonRecord(RecordRef("R"), nobody, "Hoxha", identifiers=("BBBBB2",))
    claims = {part.claim for part in compare(left, right).evidence}
    assert Claim.FIRST_NAME_SAME not in claims
    assert likeness(prepare_name(nobody), prepare_name(nobody)) is None
    with pytest.raises(InputError):
        PersonQuery(nobody, nobody, parse_date("1990"))


@pytest.mark.parametrize(
    "padded", ["Mr Arben Hoxha", "Dr. Arben HOXHA", "Arben FNU Hoxha", "HOXHA<<ARBEN<<<<<", "arben  XX hoxha"]
)
def test_a_placeholder_beside_a_name_takes_nothing_from_it(padded: str) -> None:
    assert tokens(padded) == tokens("Arben Hoxha")
