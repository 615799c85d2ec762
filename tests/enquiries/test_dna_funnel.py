"""From candidate to outcome: each step a part of the one before, clusters beside pairs, and the ledger counts the same."""

from datetime import UTC, datetime, timedelta

import pytest
from bench.dna.recount import counted, recount
from sqlalchemy import text
from tests.enquiries.dna_rows import DAY, Cases
from tests.enquiries.dna_year import ARRESTED, CHANCE, FALLEN, FIRST, HITS, LAST, OPEN, WRONG, a_year

from egnatia.enquiries.dna.funnel import DnaFunnel, Stage, dna_funnel
from egnatia.errors import InputError
from egnatia.indicators import definition, evaluate
from egnatia.model.dna import Disposition, ProfileKind
from egnatia.model.ids import CandidateId
from egnatia.store.database import Database

START, END = DAY - timedelta(days=1), DAY + timedelta(days=60)


def told(cases: Cases) -> DnaFunnel:
    found = dna_funnel(cases.tx, START, END)
    assert counted(cases.tx, START, END) == recount(cases.tx, START, END)
    return found


def pairs(found: DnaFunnel) -> list[int]:
    return [len(each.pairs) for each in found.steps]


def test_a_node_without_dna_has_an_empty_funnel(cases: Cases) -> None:
    found = told(cases)
    assert pairs(found) == [0] * 5
    assert [each.clusters for each in found.steps] == [0] * 5
    assert (found.undecided, found.withdrawn, found.persons, found.arrested, found.expected) == (0, (), 0, 0, 0)


def test_each_step_is_a_part_of_the_one_before(cases: Cases) -> None:
    made = [cases.candidate("T-1", "GBR", f"DNA-{number}") for number in range(5)]
    for each in made[1:]:
        cases.dispose(each, at=DAY + timedelta(days=2))
    asked = [cases.follow_up(each, DAY + timedelta(days=3)) for each in made[2:]]
    for request in asked[1:]:
        cases.release(request, DAY + timedelta(days=5))
    cases.outcome(made[4], "charge", "D-1", asked[2], DAY + timedelta(days=9))
    found = told(cases)
    assert pairs(found) == [5, 4, 3, 2, 1]
    assert [each.days for each in found.steps] == [None, 2.0, 1.0, 2.0, 4.0]
    for before, after in zip(found.steps, found.steps[1:], strict=False):
        assert set(after.pairs) < set(before.pairs)
    assert (found.undecided, found.arrested) == (1, 0)
    assert found.step(Stage.OUTCOME).pairs == (made[4],)


def test_five_traces_of_one_person_are_five_pairs_and_one_cluster(cases: Cases) -> None:
    cases.profiles([f"T-5{number}" for number in range(5)])
    for number in range(5):
        cases.hit(f"T-5{number}", "GBR", "DNA-0001")
    validated = told(cases).step(Stage.VALIDATED)
    assert (len(validated.pairs), validated.clusters) == (5, 1)


def test_two_profiles_of_one_person_of_ours_are_one_cluster(cases: Cases) -> None:
    for ref in ("P-1", "P-2"):
        cases.profile(ref, ProfileKind.PERSON, "D-77")
        cases.hit(ref, "GBR", f"DNA-{ref}", kind=ProfileKind.PERSON, identified=False)
    validated = told(cases).step(Stage.VALIDATED)
    assert (len(validated.pairs), validated.clusters) == (2, 1)


def test_the_same_number_at_two_partners_is_two_profiles(cases: Cases) -> None:
    cases.hit("T-1", "GBR", "DNA-0001")
    cases.hit("T-2", "MKD", "DNA-0001")
    assert told(cases).step(Stage.VALIDATED).clusters == 2


@pytest.mark.parametrize("way", ["fell", "wrong person"])
def test_a_withdrawn_hit_takes_its_steps_and_its_arrest_with_it(cases: Cases, way: str) -> None:
    found = cases.hit("T-1", "GBR", "DNA-0001")
    asked = cases.follow_up(found)
    cases.release(asked)
    cases.outcome(found, "arrest", "D-1", asked)
    assert (pairs(told(cases)), told(cases).arrested) == ([1] * 5, 1)
    if way == "fell":
        cases.fall(found)
    else:
        cases.outcome(found, "misidentification", "D-1", asked)
    after = told(cases)
    assert pairs(after) == [1, 0, 0, 0, 0]
    assert (after.withdrawn, after.arrested) == ((found,), 0)


def test_no_action_is_no_outcome_and_two_arrests_of_one_person_are_one(cases: Cases) -> None:
    for number, kind in enumerate(("no_action", "arrest", "arrest")):
        found = cases.hit("T-1", "GBR", f"DNA-{number}")
        asked = cases.follow_up(found)
        cases.release(asked)
        cases.outcome(found, kind, "D-1", asked)
    found_all = told(cases)
    assert (pairs(found_all)[-1], found_all.arrested) == (2, 1)


def test_an_outcome_without_a_request_hangs_on_nothing(cases: Cases) -> None:
    found = cases.hit("T-1", "GBR", "DNA-0001")
    cases.outcome(found, "arrest", "D-1")
    assert (pairs(told(cases)), told(cases).arrested) == ([1, 1, 0, 0, 0], 0)


def test_the_window_is_that_of_the_candidates_and_half_open(cases: Cases) -> None:
    for number, at in enumerate((START - timedelta(seconds=1), START, END - timedelta(seconds=1), END)):
        cases.dispose(cases.candidate("T-1", "GBR", f"DNA-{number}", at=at), at=END + timedelta(days=9))
    assert pairs(told(cases))[:2] == [2, 2]


def test_what_examiners_found_and_what_was_expected_stand_beside(cases: Cases) -> None:
    for number, found in enumerate((Disposition.ADVENTITIOUS, Disposition.TWIN, Disposition.MORE_LOCI)):
        cases.dispose(cases.candidate("T-1", "GBR", f"DNA-{number}"), found)
    found_all = told(cases)
    assert dict(found_all.dispositions) == {
        Disposition.ADVENTITIOUS: 1, Disposition.TWIN: 1, Disposition.MORE_LOCI: 1,
    }  # fmt: skip
    assert found_all.undecided == 1
    assert found_all.expected > 0


@pytest.mark.parametrize(
    ("start", "end"),
    [(END, START), (START, START), (datetime(2025, 1, 1), datetime(2025, 2, 1, tzinfo=UTC))],  # noqa: DTZ001
)
def test_a_window_that_is_none_is_refused(cases: Cases, start: datetime, end: datetime) -> None:
    with pytest.raises(InputError):
        dna_funnel(cases.tx, start, end)


def test_a_ledger_that_lost_an_entry_does_not_count_the_same(cases: Cases) -> None:
    """The recount would be worth nothing if it could not differ."""
    found: CandidateId = cases.hit("T-1", "GBR", "DNA-0001")
    asked = cases.follow_up(found)
    cases.release(asked)
    cases.tx.execute(text("DELETE FROM ledger_entry WHERE kind = 'release.received'"))
    assert counted(cases.tx, START, END) != recount(cases.tx, START, END)


def test_a_seeded_year_of_a_thousand_hits_is_the_same_from_the_ledger(database: Database) -> None:
    with database.write() as tx:
        stand = a_year(tx)
        node, ledger = counted(tx, FIRST, LAST), recount(tx, FIRST, LAST)
        window = (FIRST, LAST + timedelta(days=1))
        ids = ("dna_candidates", "dna_hits", "dna_hit_clusters", "dna_follow_ups", "dna_releases", "dna_arrests")
        figures = [evaluate(tx, definition(each), *window).value for each in ids]
        funnel = dna_funnel(tx, FIRST, LAST)
    assert node == ledger
    assert node["pairs"]["candidate"] == HITS + FALLEN + WRONG + CHANCE + OPEN
    assert (node["pairs"]["validated"], node["arrested"], node["withdrawn"]) == (HITS, ARRESTED, FALLEN + WRONG)
    assert set(funnel.step(Stage.VALIDATED).pairs) == set(stand)
    assert node["clusters"]["validated"] < HITS / 2
    pairs_of = node["pairs"]
    asked = pairs_of["requested"] + FALLEN + WRONG
    assert figures == [
        pairs_of["candidate"],
        HITS,
        node["clusters"]["validated"],
        asked,
        pairs_of["released"],
        ARRESTED,
    ]
