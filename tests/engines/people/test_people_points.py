"""Points come close to the full comparison, ties are cut by reference however references look, and searches leave no trace."""

import random
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PersonQuery, PersonRecord
from egnatia.engines.people.index import PersonIndex, search, search_all
from egnatia.engines.people.level import Level, pack
from egnatia.engines.people.match import compare_prepared, prepare
from egnatia.engines.people.sieve import _weighed, sift
from egnatia.engines.people.simulate import persons
from egnatia.engines.people.vocabulary import Vocabulary
from egnatia.model.ids import RecordRef

LAW = settings(deadline=None, derandomize=True, max_examples=40)
CROWD = [each.record() for each in persons(600, 31)]
references = st.lists(st.text(min_size=1, max_size=40), unique=True, min_size=1, max_size=12)


def record(ref: str, first: str, family: str) -> PersonRecord:
    return PersonRecord(RecordRef(ref), first, family)


def pointed(index: PersonIndex, query: PersonQuery) -> dict[str, float]:
    """The points of every record that gets any."""
    asked = index._asked(prepare(query))
    return {
        each.level.ref(int(slot)): float(points)
        for each in sift(index.levels(), asked)
        for slot, points in zip(each.slots, each.points, strict=True)
    }


@pytest.mark.parametrize(
    ("asked", "meant", "other"),
    [
        (("Kaltan", "Hodža"), ("Kaltan", "Hoxha"), ("Emine", "Kaltanaj")),
        (("Agron", "Gashi"), ("Agron", "Gashi"), ("Agron", "Agroni")),
        (("Branka", "Simović"), ("Branka", "Simović"), ("Sara", "Branković")),
    ],
)
def test_one_part_on_file_does_not_count_for_two_that_are_asked(
    asked: tuple[str, str], meant: tuple[str, str], other: tuple[str, str]
) -> None:
    halves = [record(f"H-{n}", half, "Kola") for n, half in enumerate(("Kal", "Tan", "Agr", "Ron", "Bra", "Nka"))]
    index = PersonIndex([*CROWD, *halves, record("MEANT", *meant), record("OTHER", *other)])
    found = pointed(index, PersonQuery(*asked))
    assert found["MEANT"] > found["OTHER"]


@pytest.mark.parametrize("asked", [("Arta", "Hoxha"), ("Hoxha", "Arta"), ("Arta", "Hoxhaj")])
def test_points_are_close_to_what_the_full_comparison_adds(asked: tuple[str, str]) -> None:
    query = PersonQuery(*asked)
    index = PersonIndex([*CROWD, record("X-3", "Arta", "Hoxha"), record("X-4", "Arta", "Hoxhaj")])
    filed = {each.ref: each for each in index.everybody()}
    best = sorted(pointed(index, query).items(), key=lambda each: -each[1])[:5]
    for ref, points in best:
        match = compare_prepared(prepare(query), filed[RecordRef(ref)], index.rarity)
        assert points == pytest.approx(match.bits - match.evidence[0].added, abs=3.0)


@pytest.mark.parametrize("asked", [("Abdulrahman", "Krasniqi"), ("Abdul Rahman", "Krasniqi")])
def test_a_name_written_as_two_or_as_one_has_most_points_either_way(asked: tuple[str, str]) -> None:
    both = [record("X-1", "Abdul Rahman", "Krasniqi"), record("X-2", "Abdulrahman", "Krasniqi")]
    found = pointed(PersonIndex([*CROWD, *both]), PersonQuery(*asked))
    assert set(sorted(found, key=lambda ref: -found[ref])[:2]) == {"X-1", "X-2"}


def test_a_slip_in_a_name_so_common_that_it_adds_nothing_is_still_that_name() -> None:
    common = [record(f"C-{n}", "Arta", family) for n, family in enumerate(["Hoxha", "Gashi", "Kola"] * 400)]
    index = PersonIndex([*common, record("Z-1", "Arta", "Zhubi"), record("Z-2", "Dritan", "Zhubi")])
    found = pointed(index, PersonQuery("Arte", "Zhubi"))
    assert found["Z-1"] > found["Z-2"], "Dritan is another name, Arte is none"


@pytest.mark.parametrize(("filed", "asked"), [("Eva", "Ea"), ("Ali", "Ai"), ("Pal", "Pl"), ("Ana", "Anaa")])
def test_a_letter_left_out_of_a_short_name_is_found_as_by_looking_at_everybody(filed: str, asked: str) -> None:
    index = PersonIndex([*CROWD, record("SHORT", filed, "Zhubi")])
    query = PersonQuery(asked, "Zhubi")
    assert search(query, index, 3)[:1] == search_all(query, index, 3)[:1]
    assert search(query, index)[0].ref == "SHORT"


@LAW
@given(references, st.integers(0, 12), st.randoms(use_true_random=False))
def test_the_first_by_reference_are_the_first_as_text(refs: list[str], wanted: int, source: random.Random) -> None:
    level = pack([record(ref, "Arben", "Hoxha") for ref in source.sample(refs, len(refs))], Vocabulary())
    slots = np.arange(len(refs), dtype=np.int64)
    found = {level.ref(slot) for slot in level.least(slots, wanted)}
    assert found == set(sorted(refs)[:wanted]) if wanted < len(refs) else found == set(refs)


@pytest.mark.parametrize("length", [3, 39, 40])
def test_references_of_any_length_are_put_in_order(length: int) -> None:
    refs = [f"{n:0{length}d}" for n in range(50)]
    level: Level = pack([record(ref, "A", "B") for ref in reversed(refs)], Vocabulary())
    slots = np.arange(0, 50, 2, dtype=np.int64)
    assert [level.ref(slot) for slot in sorted(level.least(slots, 5), key=level.ref)] == refs[1:11:2]


def test_of_a_flood_the_first_by_reference_are_compared_on_every_level() -> None:
    refs = [f"N-{n:04d}" for n in range(900)]
    index = PersonIndex()
    for ref in random.Random(3).sample(refs, len(refs)):
        index.add(record(ref, "Agim", "Krasniqi"))
    assert len(index.levels()) > 1
    assert [match.ref for match in search(PersonQuery("Agim", "Krasniqi"), index, 7)] == refs[:7]


def test_weights_are_those_of_the_first_time_however_often_they_are_asked() -> None:
    index = PersonIndex(CROWD)
    asked = [index._asked(prepare(PersonQuery(each.first_names, each.family_names))) for each in CROWD[:6]]
    (level,) = index.levels()
    first = [_weighed(level, each)[1].sum() for each in asked]
    assert all(weight > 0 for weight in first)
    assert [_weighed(level, each)[1].sum() for each in asked] == first


def test_one_part_that_is_like_two_asked_ones_has_the_points_of_the_better_one() -> None:
    index = PersonIndex([*CROWD, record("ONE", "Zef", "Krasniqi")])
    once = pointed(index, PersonQuery("Krasniqi", "Dervishaj"))["ONE"]
    assert pointed(index, PersonQuery("Krasniqi", "Krasniqi"))["ONE"] < once + 6, "not twice the worth of one name"
    assert index._asked(prepare(PersonQuery("Krasniqi", "Krasniqi"))).parts[0].like.bits[-1] > 6


def test_a_search_leaves_nothing_behind_for_the_next_one() -> None:
    index, small = PersonIndex(CROWD), PersonIndex(CROWD[:9])
    queries = [PersonQuery(each.first_names, each.family_names, each.birth_date) for each in CROWD[:30]]
    before = [search(query, PersonIndex(CROWD)) for query in queries[:4]]
    for query in queries:
        search(query, index)
        search(query, small)
    assert [search(query, index) for query in queries[:4]] == before


def test_searches_in_several_threads_do_not_disturb_each_other() -> None:
    index = PersonIndex(CROWD)
    queries = [PersonQuery(each.first_names, each.family_names) for each in CROWD[:12]]
    expected = [search(query, index) for query in queries]
    wrong: list[int] = []

    def ask() -> None:
        wrong.extend(place for place, query in enumerate(queries) if search(query, index) != expected[place])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
