"""How often a sound occurs on a register: counted over all its spellings, kept with the index, and used where spellings differ."""

import math
from pathlib import Path

import pytest

from egnatia.engines.people import PartialDate, PersonQuery, PersonRecord
from egnatia.engines.people.disk import from_bytes, load, save, to_bytes
from egnatia.engines.people.features import FIRST, agreement
from egnatia.engines.people.frequencies import PRIOR_RECORDS, TYPICAL, Counted, Frequencies, Rarity, sounding
from egnatia.engines.people.identifiers import IdentifierKind
from egnatia.engines.people.index import PersonIndex, search
from egnatia.engines.people.likeness import part_likeness
from egnatia.engines.people.parts import Part, parts
from egnatia.engines.people.simulate import persons
from egnatia.engines.people.vocabulary import Vocabulary
from egnatia.model.ids import RecordRef

CROWD = [each.record() for each in persons(700, 19)]


def one(name: str) -> Part:
    (part,) = parts(name)
    return part


def record(ref: str, first: str, family: str, father: str = "") -> PersonRecord:
    return PersonRecord(RecordRef(ref), first, family, None, father)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Gashi", "Гаши", True),
        ("Krasniqi", "Краснићи", True),
        ("Fitore", "Ftiore", True),
        ("Gjergj", "George", True),
        ("Kola", "Kolla", True),
        ("Kola", "Kelly", False),
        ("Gashi", "Gosha", False),
        ("Arben", "Arton", False),
    ],
)
def test_spellings_of_one_sound_are_counted_together(left: str, right: str, same: bool) -> None:  # noqa: FBT001
    assert (sounding(one(left)) == sounding(one(right))) is same


def brute(part: Part, *, parent: bool) -> int:
    """Records of the crowd by part of that sound, each part once a record."""
    count = 0
    for each in CROWD:
        names = (each.father_name, each.mother_name) if parent else (each.first_names, each.family_names)
        count += sum(sounding(other) == sounding(part) for other in {made for name in names for made in parts(name)})
    return count


@pytest.mark.parametrize("name", ["Gashi", "Hoxha", "Агим", "Marija", "Zzyzx"])
@pytest.mark.parametrize("parent", [False, True])
def test_an_index_counts_sounds_as_going_through_its_records_does(name: str, parent: bool, tmp_path: Path) -> None:  # noqa: FBT001
    index = PersonIndex(CROWD)
    wanted = brute(one(name), parent=parent)
    assert index.frequencies.sounding(one(name), parent=parent) == wanted
    save(index, tmp_path / "index")
    assert load(tmp_path / "index").frequencies.sounding(one(name), parent=parent) == wanted
    counted = Counted(CROWD).sounding(one(name), parent=parent)
    assert counted <= wanted <= counted * 1.05 + 1, "who has two such parts counts twice in an index"


def test_counts_follow_what_is_added_and_taken_out() -> None:
    index = PersonIndex(CROWD)
    before = index.frequencies.sounding(one("Gashi"), parent=False)
    index.add(record("N-1", "Zef", "Гаши"))
    index.add(record("N-2", "Zef", "Gashi", "Gashi"))
    assert index.frequencies.sounding(one("Gashi"), parent=False) == before + 2
    assert index.frequencies.sounding(one("Gashi"), parent=True) == brute(one("Gashi"), parent=True) + 1
    index.remove(RecordRef("N-1"))
    assert index.frequencies.sounding(one("Gashi"), parent=False) == before + 1
    again = from_bytes(to_bytes(index))
    assert again.frequencies.sounding(one("Gashi"), parent=False) == before + 1
    index.remove(RecordRef("N-2"))
    assert to_bytes(index) == to_bytes(PersonIndex(CROWD)), "of a sound that nobody has any more nothing is left"


def test_a_vocabulary_of_some_parts_keeps_their_sounds() -> None:
    vocabulary = Vocabulary()
    for name in ("Arben", "Hoxha", "Hodža", "Gashi"):
        vocabulary.count(vocabulary.number(one(name)), 3)
    some = vocabulary.only([3, 1, 2])
    assert some.sounds().tolist() == vocabulary.sounds()[[3, 1, 2]].tolist()
    assert some.counted_sound(one("Хоџа"), parent=False) == 6
    assert some.counted_sound(one("Arben"), parent=False) == 0
    assert Vocabulary().counted_sound(one("Arben"), parent=False) == 0


class Spelled(Frequencies):
    """A register that counts no sounds."""

    @property
    def size(self) -> int:
        return 5_000

    def part(self, part: Part) -> int:
        return 400 if part.text == "gashi" else 0

    def parent(self, part: Part) -> int:
        return 90 if part.text == "gashi" else 0

    def born(self, born: PartialDate) -> int:
        return 0 * born.year

    def identifier(self, kind: IdentifierKind, text: str) -> int:
        return 0 * len(f"{kind}{text}")


def test_where_no_sounds_are_counted_a_spelling_stands_for_them() -> None:
    rarity, typical = Rarity(Spelled()), TYPICAL
    for parent in (False, True):
        assert rarity.sounding(one("Gashi"), 9.0, parent=parent) == rarity.part(one("Gashi"), 9.0, parent=parent)
    assert rarity.sounding(one("Gashi"), 9.0) < rarity.sounding(one("Gashi"), 9.0, parent=True)
    assert typical.sounding(one("Gashi"), 9.0) == typical.part(one("Gashi"), 9.0) == 9.0


def bits(left: str, right: str, rarity: Rarity) -> float:
    return agreement(part_likeness(one(left), one(right)), one(left), one(right), FIRST, rarity)


def test_a_rare_spelling_of_a_common_name_is_no_rare_agreement() -> None:
    common = [record(f"C-{n}", "Fitore", "Kola") for n in range(300)]
    rarity = PersonIndex([*CROWD, *common, record("RARE", "Ftiore", "Tepmiri")]).rarity
    asked = "Fitoore"
    assert bits(asked, "Ftiore", rarity) == pytest.approx(bits(asked, "Fitore", rarity), abs=0.5)
    assert bits(asked, "Ftiore", rarity) == bits("Ftiore", asked, rarity), "whichever side is asked"
    assert bits("Ftiore", "Ftiore", rarity) > bits(asked, "Ftiore", rarity) + 4, "letter by letter it is rare"
    assert bits("Ftiore", "Fitore", rarity) < bits("Fitore", "Fitore", rarity)


def test_bearers_of_a_mistyped_name_come_before_a_stranger_with_a_slip_on_file() -> None:
    common = [record(f"C-{n:03d}", "Fitore", f"{family}") for n, family in enumerate(["Mehmeti"] * 12 + ["Kola"] * 500)]
    odd = [record(f"A-{n:03d}", first, "Tepmiri") for n, first in enumerate(["Ftiore", "Fitroe", "Fiitore"] * 8)]
    index = PersonIndex([*CROWD, *common, *odd])
    found = [match.ref for match in search(PersonQuery("Fitoore", "Meheti"), index, 12)]
    assert found == [f"C-{n:03d}" for n in range(12)]


def test_two_scripts_of_one_name_are_as_like_a_slip_in_it() -> None:
    latin = [record(f"L-{n:03d}", "Jehona", "Gashi") for n in range(60)]
    cyrillic = [record(f"A-{n:03d}", "Јехона", "Гаши") for n in range(6)]
    rarity = PersonIndex([*CROWD, *latin, *cyrillic]).rarity
    assert rarity.part(one("Гаши"), 9.0) > rarity.part(one("Gashi"), 9.0) + 2
    assert bits("Gshi", "Гаши", rarity) <= bits("Gshi", "Gashi", rarity)


def test_no_sound_is_commoner_than_the_register_is_large() -> None:
    twice = [record(f"T-{n}", "Gashi", "Gashaj Гаши") for n in range(500)]
    index = PersonIndex(twice)
    assert index.frequencies.sounding(one("Gashi"), parent=False) > len(index)
    everybody = -math.log2((500 + PRIOR_RECORDS * 2**-9) / (500 + PRIOR_RECORDS))
    assert index.rarity.sounding(one("Gashi"), 9.0) == pytest.approx(everybody)
