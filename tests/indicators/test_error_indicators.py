"""Error rates as indicators: what the evaluator counts is what officers say, whoever counts; a share is of a part only."""

import random
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.casework.borders.document_rates import document_rates
from egnatia.casework.borders.verdicts import judged
from egnatia.engines.documents.types import Advice
from egnatia.errors import InputError
from egnatia.indicators import Figure, definition, definitions, evaluate, parse_definition, sources
from egnatia.indicators.definitions import check_part
from egnatia.indicators.evaluate import FEWEST
from egnatia.model.borders import MADE_FALSE, VerdictClass
from egnatia.model.ids import OfficerId
from egnatia.model.intervals import wilson
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import inspection, verdict

START, END = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
ALARMS = {Advice.DISCREPANCIES, Advice.SUSPECTED_FALSE}
SUPERVISOR = Officer(OfficerId("off-9"), "alb-supervisor", frozenset({Role.SUPERVISOR}))


def inspected(tx: Transaction, id_: str, advice: str, kind: str | None = "ALB P", at: datetime = START) -> None:
    row: dict[str, Any] = {"id": id_, "case_ref": "c", "officer_id": "off-1", "at": at, "advice": advice}
    tx.execute(inspection.insert(), row | {"sealed_id": "s", "document_type": kind})


def said(tx: Transaction, id_: str, *verdicts: tuple[str, str]) -> None:
    """Verdicts on an inspection in their order: who, and what."""
    for number, (who, kind) in enumerate(verdicts, 1):
        row: dict[str, Any] = {"id": f"{id_}-{number}", "inspection_id": id_, "number": number, "kind": kind}
        row |= {"given_by": who, "given_at": START, "sealed_id": "s", "erase_on": END}
        tx.execute(verdict.insert(), row)


def count(tx: Transaction, wanted: str) -> Figure:
    return evaluate(tx, definition(wanted), START, END)


def ids(figure: Figure) -> set[str]:
    return {each.id for each in figure.records}


def test_of_each_officer_the_latest_verdict_counts_and_who_differs_takes_it_out(database: Database) -> None:
    with database.write() as tx:
        for id_ in ("none", "one", "two", "differ", "changed", "back", "unknown"):
            inspected(tx, id_, "discrepancies", None if id_ == "unknown" else "ALB P")
        said(tx, "one", ("a", "genuine"))
        said(tx, "two", ("a", "genuine"), ("b", "genuine"))
        said(tx, "differ", ("a", "genuine"), ("b", "forged"))
        said(tx, "changed", ("a", "genuine"), ("a", "forged"))
        said(tx, "back", ("a", "genuine"), ("b", "forged"), ("b", "genuine"))
        said(tx, "unknown", ("a", "genuine"))
        genuine, false = count(tx, "documents_found_genuine"), count(tx, "documents_found_false")
        assert ids(genuine) == {"one", "two", "back", "unknown"}
        assert ids(false) == {"changed"}
        assert {each.key: each.value for each in genuine.groups} == {("ALB P",): 3, ("unknown",): 1}
        assert ids(count(tx, "false_alarms")) == ids(genuine)
        assert ids(count(tx, "misses")) == set()


@pytest.mark.parametrize("advice", list(Advice))
@pytest.mark.parametrize("kind", list(VerdictClass))
def test_what_is_an_alarm_and_what_a_miss(database: Database, advice: Advice, kind: VerdictClass) -> None:
    """`cannot_tell` is neither, and an impostor's document is genuine."""
    with database.write() as tx:
        inspected(tx, "i", advice)
        said(tx, "i", ("a", kind))
        genuine, false = kind is VerdictClass.GENUINE, kind in MADE_FALSE
        assert count(tx, "documents_found_genuine").value == genuine
        assert count(tx, "documents_found_false").value == false
        assert count(tx, "false_alarms").value == (genuine and advice in ALARMS)
        assert count(tx, "misses").value == (false and advice is Advice.CONSISTENT)


def test_three_hundred_inspections_counted_twice(database: Database) -> None:
    """By the evaluator, by the verdicts one at a time, and by the table of error rates."""
    rng = random.Random(24)
    with database.write() as tx:
        for number in range(300):
            at = START + timedelta(hours=rng.randrange(24 * 40))
            inspected(tx, f"i{number}", rng.choice(list(Advice)), rng.choice(["ALB P", "MKD I", None]), at)
            who = [
                (rng.choice("abc"), rng.choice(["genuine", "genuine", "forged", "impostor"]))
                for _ in range(rng.randrange(4))
            ]
            said(tx, f"i{number}", *who)
        rows = {row.id: row for row in tx.execute(inspection.select()).all() if START <= row.at < END}
        kinds = {id_: judged(tx, id_).kind for id_ in rows}
        genuine = {id_ for id_, kind in kinds.items() if kind is VerdictClass.GENUINE}
        alarms = {id_ for id_ in genuine if rows[id_].advice in ALARMS}
        false = {id_ for id_, kind in kinds.items() if kind in MADE_FALSE}
        figure = count(tx, "false_alarms")
        assert figure.whole is not None
        assert (ids(figure), ids(figure.whole)) == (alarms, genuine)
        assert ids(count(tx, "misses")) == {id_ for id_ in false if rows[id_].advice == "consistent"}
        table = document_rates(tx, SUPERVISOR, (date(2025, 5, 1), date(2025, 5, 31)), END)
    shares = {each.key: (each.number, each.of, (each.low, each.high)) for each in figure.shares()}
    shown = {(each.document_type,) if each.document_type else (): each.false_alarms for each in table}
    assert len(shares) == 4
    assert shares == {key: (each.number, each.of, each.interval) for key, each in shown.items() if not each.hidden}


def figure_of(part: dict[str, int], whole: dict[str, int]) -> Figure:
    def made(wanted: str, groups: dict[str, int], of: Figure | None) -> Figure:
        from egnatia.indicators import Group, Unit

        rows = tuple(Group((key,), number, ()) for key, number in groups.items() if number)
        return Figure(wanted, 1, Unit.EVENT, wanted, sum(groups.values()), (), (), rows, START, END, of)

    return made("part", part, made("whole", whole, None))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 40), max_size=5), st.data())
def test_a_share_is_of_enough_and_lies_in_its_interval(whole: dict[str, int], data: st.DataObject) -> None:
    part = {key: data.draw(st.integers(0, number)) for key, number in whole.items()}
    shares = {each.key: each for each in figure_of(part, whole).shares()}
    wanted: dict[tuple[str, ...], tuple[int, int]] = {
        (key,): (part[key], number) for key, number in whole.items() if number
    }
    wanted[()] = (sum(part.values()), sum(whole.values()))
    assert {key: (each.number, each.of) for key, each in shares.items()} == {
        key: each for key, each in wanted.items() if each[1] >= FEWEST
    }, "a group in which nothing was counted has its share of 0 all the same"
    for each in shares.values():
        assert each.low <= each.number / each.of <= each.high + 1e-12
        assert (each.low, each.high) == wilson(each.number, each.of)


def test_a_figure_that_is_a_part_of_nothing_has_no_share(database: Database) -> None:
    with database.read() as tx:
        assert count(tx, "hits").whole is None
        assert count(tx, "hits").shares() == ()


def test_every_part_that_is_shipped_is_one() -> None:
    by_id = {each.id: each for each in definitions()}
    parts = [each for each in by_id.values() if each.part_of]
    assert {each.id: each.part_of for each in parts} == {
        "false_alarms": "documents_found_genuine",
        "misses": "documents_found_false",
    }
    for each in parts:
        check_part(each, by_id[each.part_of])


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"source": "outcome"}, "source"),
    ({"moment": "case_ref"}, "moment"),
    ({"group_by": ()}, "group_by"),
    ({"dedupe": ("case_ref",)}, "dedupe"),
    ({"present": ("verdict",)}, "present"),
    ({"include": {"advice": ("consistent",)}}, "verdict"),
    ({"include": {"advice": ("consistent",), "verdict": ("genuine", "forged")}}, "verdict"),
]


@pytest.mark.parametrize(("change", "named"), CHANGES)
def test_what_counts_more_than_its_whole_is_no_part(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=f"no part of documents_found_genuine: .*{named}"):
        check_part(replace(definition("false_alarms"), **change), definition("documents_found_genuine"))


def test_a_part_of_a_part_is_none() -> None:
    """Its share would be one of a share, and read as one of everything."""
    with pytest.raises(InputError, match="part_of"):
        check_part(definition("false_alarms"), replace(definition("documents_found_genuine"), part_of="misses"))


def test_the_file_says_of_what_it_is_a_part() -> None:
    path = Path(sources.__file__).parent / "definitions" / "misses.toml"
    assert tomllib.loads(path.read_text())["part_of"] == parse_definition(path.read_bytes()).part_of
    assert definition("hits").part_of == ""
