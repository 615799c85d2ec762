"""A node links its own persons: what officers said stands, what was undone leaves no trace, and nothing is merged."""

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation.dna_acts import opened
from tests.federation.world import GBR, REASON, Clock, World, copy_nodes, drop_databases

from egnatia.engines.people import PersonRecord, PersonRow, parse_date
from egnatia.engines.people.link import Verdict
from egnatia.engines.people.simulate import Recipe, lines
from egnatia.enquiries.holdings import import_persons, replace_person
from egnatia.enquiries.own_linking import OwnLinks, Wanted, link_own
from egnatia.enquiries.own_links import judge_own, undo_own
from egnatia.enquiries.retention import erase_person
from egnatia.errors import ConflictError, ErasedError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.ledger.leaf import parse_leaf
from egnatia.model.ids import RecordRef, SealedId
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry, person_judgement, person_record

A, B, C, TWIN = (RecordRef(ref) for ref in ("L-A", "L-B", "L-C", "L-TWIN"))


def person(ref: RecordRef, first: str, born: str = "1981-04-19", number: str = "") -> PersonRecord:
    numbers = (number,) if number else ()
    return PersonRecord(ref, first, "Zymberi", parse_date(born), "Fadil", numbers)


OWN = [
    person(A, "Arben", number="K7654321"),
    person(B, "Арбен", number="K7654321"),
    person(C, "Besnik", born="1975-11-30"),
    person(TWIN, "Arta"),
]


OTHERS = [line.filed.record() for line in lines(Recipe(45, 5, 0.3))]


def bring(world: World, records: list[PersonRecord]) -> World:
    node, officer = world.nodes[GBR], world.officer(GBR, "administrator")
    rows = [PersonRow(number, each, {}) for number, each in enumerate(records)]
    world.do(GBR, lambda tx: import_persons(tx, node.desk, officer, rows, world.clock()))
    return world


@pytest.fixture(scope="module")
def filed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A closed node with two records of one man, his brother, his sister, and people who have nothing to do with them: to be copied."""
    directory = tmp_path_factory.mktemp("filed") / "world"
    copy_nodes(template, directory)
    with asyncio.Runner() as runner:
        made = World(directory, Clock(), runner)
        made.start(GBR)
        bring(made, [*OWN, *OTHERS])
        made.close()
    yield directory
    drop_databases(directory)


@pytest.fixture
def here(filed: Path, tmp_path: Path) -> Iterator[World]:
    """That node, opened a minute later."""
    with opened(filed, tmp_path / "world", GBR) as made:
        made.clock.turn(minutes=1)
        yield made


@pytest.fixture
def few(template: Path, tmp_path: Path) -> Iterator[World]:
    """The same without the others: enough for what needs no links."""
    with opened(template, tmp_path / "world", GBR) as made:
        yield bring(made, OWN)


def linked(world: World, who: str = "examiner", least: float = 0.95, why: str = REASON) -> OwnLinks:
    return link_own(world.nodes[GBR], world.officer(GBR, who), Wanted(why, least))


def judged(
    world: World, verdict: Verdict, left: str = A, right: str = B, who: str = "examiner", why: str = REASON
) -> int:
    officer, pair = world.officer(GBR, who), (RecordRef(left), RecordRef(right))
    return world.do(GBR, lambda tx: judge_own(tx, officer, pair, verdict, why, world.clock())[0])


def undone(world: World, number: int, who: str = "supervisor", why: str = REASON) -> None:
    officer = world.officer(GBR, who)
    world.do(GBR, lambda tx: undo_own(tx, officer, number, why, world.clock()))


def together(found: OwnLinks, *refs: str) -> bool:
    return any(set(refs) <= set(group) for group in found.groups)


def entries(world: World) -> list[bytes]:
    query = select(ledger_entry.c.entry).order_by(ledger_entry.c.sequence)
    return world.look(GBR, lambda tx: list(tx.execute(query).scalars()))


def contents(world: World) -> dict[int, tuple[SealedId, dict[str, Any]]]:
    """What is kept of each line of the book, unsealed."""

    def read(tx: Transaction) -> dict[int, tuple[SealedId, dict[str, Any]]]:
        rows = tx.execute(select(person_judgement).where(person_judgement.c.sealed_id.is_not(None))).all()
        ids = {row.number: SealedId(row.sealed_id) for row in rows}
        return {number: (each, json.loads(tx.unseal(each))) for number, each in ids.items()}

    return world.look(GBR, read)


def records(world: World) -> list[tuple[str, str]]:
    query = select(person_record.c.ref, person_record.c.sealed_id).order_by(person_record.c.ref)
    return world.look(GBR, lambda tx: [(row.ref, row.sealed_id) for row in tx.execute(query)])


def test_links_are_found_and_no_record_is_changed(here: World) -> None:
    before = records(here)
    found = linked(here)
    assert found.records == len(before)
    assert together(found, A, B)
    assert not together(found, A, TWIN)
    assert found.standing == ()
    assert found.contradicted == ()
    (link,) = [each for each in found.links if {each.left, each.right} == {A, B}]
    assert (link.left, link.right) == (A, B)
    assert 0.95 <= link.probability <= 1
    assert records(here) == before, "links, never merges"
    assert linked(here) == found, "the same each time"


def test_one_entry_for_each_act_says_why_and_names_nobody(here: World) -> None:
    start = len(entries(here))
    linked(here)
    number = judged(here, Verdict.NEGATIVE)
    undone(here, number)
    made = entries(here)[start:]
    assert [parse_leaf(each).kind for each in made] == [
        "persons.linked",
        "persons.judged",
        "persons.judgement_undone",
    ]
    for entry in made:
        for text in (A, B, TWIN, "Arben", "Zymberi", "Fadil", "K7654321", "1981"):
            assert text.encode() not in entry


@pytest.mark.parametrize("who", ["enquirer", "administrator"])
def test_who_may_not_judge_may_not_link_or_undo_either(here: World, who: str) -> None:
    number = judged(here, Verdict.NEGATIVE)
    start = len(entries(here))
    for act in (
        lambda: linked(here, who),
        lambda: judged(here, Verdict.POSITIVE, who=who),
        lambda: undone(here, number, who),
    ):
        with pytest.raises(ForbiddenError):
            act()
    assert len(entries(here)) == start
    assert not together(linked(here), A, B)


def test_every_act_needs_a_reason(few: World) -> None:
    number = judged(few, Verdict.NEGATIVE)
    start = len(entries(few))
    for act in (
        lambda: linked(few, why="because"),
        lambda: judged(few, Verdict.POSITIVE, why=""),
        lambda: undone(few, number, why="oh"),
    ):
        with pytest.raises(InputError):
            act()
    assert len(entries(few)) == start


def test_a_negative_judgement_is_never_overridden(here: World) -> None:
    number = judged(here, Verdict.NEGATIVE)
    for least in (0.5, 0.95, 0.5):
        found = linked(here, least=least)
        assert not together(found, A, B)
        assert [(said.number, said.verdict, said.officer) for said in found.standing] == [
            (number, "negative", here.officer(GBR, "examiner").id)
        ]


def test_a_positive_judgement_joins_what_no_evidence_would(here: World) -> None:
    assert not together(linked(here), A, TWIN)
    judged(here, Verdict.POSITIVE, A, TWIN)
    assert together(linked(here), A, TWIN)


def test_an_unsure_one_leaves_a_link_to_people(here: World) -> None:
    judged(here, Verdict.UNSURE)
    judged(here, Verdict.UNSURE, A, C)
    judged(here, Verdict.UNSURE, B, C)
    assert not together(linked(here), A, B)


def test_undoing_gives_back_exactly_what_was(here: World) -> None:
    plain = linked(here)
    first = judged(here, Verdict.NEGATIVE)
    middle = linked(here)
    second = judged(here, Verdict.POSITIVE, B, A)
    assert together(linked(here), A, B), "the later one stands, in whichever order the two are named"
    undone(here, second)
    assert linked(here) == middle
    undone(here, first)
    assert linked(here) == plain
    with pytest.raises(ConflictError):
        undone(here, first)
    assert len(contents(here)) == 4, "the book keeps every line"


def test_contradicting_judgements_hold_nothing_and_are_told(here: World) -> None:
    judged(here, Verdict.POSITIVE, A, B)
    judged(here, Verdict.POSITIVE, B, TWIN)
    judged(here, Verdict.NEGATIVE, A, TWIN)
    found = linked(here)
    assert set(found.contradicted) == {(A, B), (B, TWIN)}
    assert not together(found, A, TWIN)


def test_the_evidence_is_kept_as_it_was_shown(few: World) -> None:
    officer = few.officer(GBR, "examiner")
    number, match = few.do(GBR, lambda tx: judge_own(tx, officer, (B, A), Verdict.POSITIVE, REASON, few.clock()))
    kept = contents(few)[number][1]
    assert kept["reason"] == REASON
    assert [(part["claim"], part["added"]) for part in kept["evidence"]] == [
        (part.claim.value, part.added) for part in match.evidence
    ]
    assert sum(part["added"] for part in kept["evidence"]) == pytest.approx(match.bits)
    row = few.look(GBR, lambda tx: tx.execute(select(person_judgement)).one())
    assert (row.left_ref, row.right_ref, row.officer_id) == (A, B, officer.id)
    assert row.model.startswith("score ")


@pytest.mark.parametrize(
    ("left", "right", "error"),
    [(A, A, InputError), (A, "NOBODY", NotFoundError), ("", A, NotFoundError), ("x" * 60_000, A, NotFoundError)],
)
def test_a_judgement_is_about_two_records_that_are_here(few: World, left: str, right: str, error: type[Error]) -> None:
    with pytest.raises(error):
        judged(few, Verdict.POSITIVE, left, right)
    assert contents(few) == {}


def test_what_was_never_said_cannot_be_undone(few: World) -> None:
    number = judged(few, Verdict.NEGATIVE)
    undone(few, number)
    for wrong in (0, -1, 99, number + 1):
        with pytest.raises(NotFoundError):
            undone(few, wrong)


@pytest.mark.parametrize("least", [0.0, 0.49, 1.0, float("nan"), float("inf")])
def test_a_link_is_more_likely_than_not(few: World, least: float) -> None:
    with pytest.raises(InputError):
        linked(few, least=least)


def test_with_a_record_goes_what_was_said_of_it(here: World) -> None:
    gone = [judged(here, Verdict.NEGATIVE), judged(here, Verdict.POSITIVE, B, A)]
    undone(here, gone[1])
    stays = judged(here, Verdict.NEGATIVE, B, TWIN)
    sealed = [each for number, (each, _) in contents(here).items() if number != stays]
    officer = here.officer(GBR, "supervisor")
    here.do(GBR, lambda tx: erase_person(tx, officer, A, REASON, here.clock()))
    assert list(contents(here)) == [stays]
    for each in sealed:
        with pytest.raises(ErasedError):
            here.look(GBR, partial(Transaction.unseal, sealed_id=each))
    assert [said.number for said in linked(here).standing] == [stays]
    assert judged(here, Verdict.UNSURE, B, C) == stays + 1
    with pytest.raises(NotFoundError):
        undone(here, gone[0])


def test_a_number_is_never_given_again(few: World) -> None:
    last = judged(few, Verdict.NEGATIVE)
    officer = few.officer(GBR, "supervisor")
    few.do(GBR, lambda tx: erase_person(tx, officer, A, REASON, few.clock()))
    assert judged(few, Verdict.NEGATIVE, B, C) == last + 1


def test_of_a_corrected_record_the_old_evidence_goes_and_the_judgement_stands(here: World) -> None:
    number = judged(here, Verdict.NEGATIVE)
    old = contents(here)[number][0]
    content = {"record": {"ref": A, "first_names": "Arbnor", "family_names": "Zymberi"}, "core": {}}
    node = here.nodes[GBR]
    here.do(GBR, lambda tx: replace_person(tx, node.desk, A, content, here.clock()))
    assert contents(here)[number][1] == {"reason": REASON}
    with pytest.raises(ErasedError):
        here.look(GBR, lambda tx: tx.unseal(old))
    assert [said.number for said in linked(here).standing] == [number]
    undone(here, number)
    assert linked(here).standing == ()


def test_a_reference_given_to_somebody_else_inherits_nothing(here: World) -> None:
    """What was said of a record goes with it: whoever is filed under its reference later starts without judgements."""
    judged(here, Verdict.NEGATIVE)
    officer = here.officer(GBR, "supervisor")
    here.do(GBR, lambda tx: erase_person(tx, officer, A, REASON, here.clock()))
    found = linked(bring(here, OWN[:1]))
    assert found.standing == ()
    assert together(found, A, B)
