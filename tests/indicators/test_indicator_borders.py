"""Figures against counting by hand: windows at the microsecond, groups, what tells records apart, the linter's words."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from egnatia.errors import InputError
from egnatia.indicators import Definition, Figure, definition, definitions, evaluate, funnel, lint, parse_definition
from egnatia.indicators.definitions import Unit
from egnatia.indicators.sources import SOURCES
from egnatia.model.states import AskState, Decision, RefusalReason
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import ask, candidate, enquiry

START, END = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
PARTNERS = ("GBR", "XKX", "MKD")


def add_enquiry(tx: Transaction, id_: str, person: str | None, case: str) -> None:
    row: dict[str, Any] = {
        "id": id_,
        "case_ref": case,
        "subject": "dna",
        "purpose": "investigation",
        "offence": "burglary",
    }
    row |= {"officer_id": "off-1", "created_at": START, "deadline": START, "person_ref": person, "sealed_id": "s"}
    tx.execute(enquiry.insert(), row)


def add_ask(tx: Transaction, id_: str, partner: str, state: str, at: datetime, refusal: str | None = None) -> None:
    row: dict[str, Any] = {"enquiry_id": id_, "partner": partner, "state": state, "refusal": refusal, "asked_at": at}
    tx.execute(ask.insert(), row)


def add_candidate(tx: Transaction, id_: str, enquiry_id: str, **change: Any) -> None:
    row: dict[str, Any] = {
        "id": id_,
        "enquiry_id": enquiry_id,
        "partner": "GBR",
        "ref": f"ref-{id_}",
        "quality": 0.9,
        "evidence": "[]",
    }
    row |= {"received_at": START, "owner": "off-1", "due_at": START, "decision": None, "decided_at": None}
    tx.execute(candidate.insert(), row | change)


def count(tx: Transaction, wanted: str, start: datetime = START, end: datetime = END) -> Figure:
    return evaluate(tx, definition(wanted), start, end)


@pytest.mark.parametrize(
    ("at", "counts"),
    [(START - TICK, 0), (START, 1), (START + TICK, 1), (END - TICK, 1), (END, 0), (END + TICK, 0)],
)
def test_a_record_counts_from_the_first_moment_to_before_the_last(
    database: Database, at: datetime, counts: int
) -> None:
    with database.write() as tx:
        add_enquiry(tx, "e", None, "case-1")
        add_candidate(tx, "c", "e", received_at=at)
        add_ask(tx, "e", "GBR", "hit", at)
        assert count(tx, "candidates").value == count(tx, "enquiries_asked").value == counts


def test_windows_that_touch_share_no_record_and_lose_none(database: Database) -> None:
    rng = random.Random(5)
    cuts = sorted({START, END, *(START + timedelta(microseconds=rng.randrange(10**6)) for _ in range(20))})
    with database.write() as tx:
        add_enquiry(tx, "e", None, "case-1")
        for number, cut in enumerate(cuts[:-1]):
            add_candidate(tx, f"c{number}", "e", received_at=cut)
        parts = [count(tx, "candidates", low, high) for low, high in pairwise(cuts)]
        whole = count(tx, "candidates")
    assert [part.value for part in parts] == [1] * (len(cuts) - 1)
    assert [record for part in parts for record in part.records] == list(whole.records)


@pytest.mark.parametrize("hours", [-11, -5, 0, 1, 2, 14])
def test_a_window_in_another_zone_is_the_same_window(database: Database, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    with database.write() as tx:
        add_enquiry(tx, "e", None, "case-1")
        for number, at in enumerate((START - TICK, START, END - TICK, END)):
            add_candidate(tx, f"c{number}", "e", received_at=at)
        assert (
            count(tx, "candidates", START.astimezone(zone), END.astimezone(zone)).records
            == count(tx, "candidates").records
        )


@pytest.mark.parametrize(("start", "end"), [(START, START), (END, START), (START, START - TICK)])
def test_an_empty_window_is_refused_for_one_figure_and_for_the_funnel(
    database: Database, start: datetime, end: datetime
) -> None:
    with database.read() as tx:
        for ask_for in (lambda: count(tx, "hits", start, end), lambda: funnel(tx, start, end)):
            with pytest.raises(InputError, match="is empty") as refusal:
                ask_for()
            assert "half-open" in refusal.value.hint()


@pytest.mark.parametrize("naive", ["start", "end", "both"])
def test_a_window_without_a_zone_is_refused(database: Database, naive: str) -> None:
    start = START.replace(tzinfo=None) if naive != "end" else START
    end = END.replace(tzinfo=None) if naive != "start" else END
    with database.read() as tx, pytest.raises(InputError, match="zone"):
        count(tx, "hits", start, end)


def test_refusals_and_their_groups_are_what_counting_finds(database: Database) -> None:
    """Two hundred asks drawn at random, counted once by the evaluator and once in plain Python."""
    rng = random.Random(417)
    refused: dict[tuple[str, str], list[str]] = {}
    asked = 0
    with database.write() as tx:
        for number in range(70):
            add_enquiry(tx, f"e{number:02d}", None, f"case-{number % 9}")
            for partner in PARTNERS:
                state = rng.choice(list(AskState))
                reason = (
                    rng.choice(list(RefusalReason)[:4]).value
                    if state in {AskState.REFUSED, AskState.NOT_ASKED}
                    else None
                )
                at = START + rng.random() * 1.2 * (END - START)
                add_ask(tx, f"e{number:02d}", partner, state, at, reason)
                inside = at < END
                asked += inside and state is not AskState.NOT_ASKED
                if inside and reason is not None:
                    refused.setdefault((reason, partner), []).append(f"e{number:02d}/{partner}")
        found, all_asked = count(tx, "refusals"), count(tx, "enquiries_asked")
    wanted = definition("refusals")
    assert all_asked.value == asked
    assert found.value == sum(len(names) for names in refused.values()) == len(found.records)
    assert wanted.group_by == ("refusal", "partner")
    assert {group.key: sorted(record.id for record in group.records) for group in found.groups} == {
        key: sorted(names) for key, names in refused.items()
    }
    assert [group.key for group in found.groups] == sorted(refused)
    assert sum(group.value for group in found.groups) == found.value


def test_groups_of_persons_may_overlap_and_the_figure_says_how_many_persons_there_are(database: Database) -> None:
    """One person known to two partners is one person in each group and one in all."""
    people = replace(definition("candidates"), unit=Unit.PERSON, dedupe=("person_ref",), group_by=("partner",))
    with database.write() as tx:
        for number, person in enumerate(["p-1", "p-1", "p-1", None, "p-2"]):
            add_enquiry(tx, f"e{number}", person, "case-1")
            add_candidate(tx, f"c{number}", f"e{number}", partner=PARTNERS[number % 2])
        found = evaluate(tx, people, START, END)
    assert found.value == 2
    assert {group.key: group.value for group in found.groups} == {("GBR",): 2, ("XKX",): 1}
    assert [record.id for record in found.not_counted] == ["c3"]
    assert sorted(record.id for record in found.records) == ["c0", "c1", "c2", "c4"]


@pytest.mark.parametrize("decision", [None, *Decision])
def test_only_what_is_included_counts(database: Database, decision: Decision | None) -> None:
    with database.write() as tx:
        add_enquiry(tx, "e", "p-1", "case-1")
        add_candidate(tx, "c", "e", decision=decision, decided_at=START if decision else None)
        assert count(tx, "hits").value == (decision is Decision.CONFIRMED)
        assert count(tx, "candidates").value == 1


@pytest.mark.parametrize("each", definitions(), ids=lambda each: each.id)
def test_each_shipped_definition_evaluates_on_an_empty_node_and_names_its_window(
    database: Database, each: Definition
) -> None:
    with database.read() as tx:
        found = evaluate(tx, each, START, END)
    assert (found.value, found.records, found.not_counted, found.groups) == (0, (), (), ())
    assert (found.id, found.version, found.unit, found.label) == (each.id, each.version, each.unit, each.label)
    assert (found.window_from, found.window_to) == (START, END)


@pytest.mark.parametrize("each", definitions(), ids=lambda each: each.id)
def test_each_shipped_definition_speaks_only_of_columns_that_its_source_has(each: Definition) -> None:
    columns = set(SOURCES[each.source].rows.c.keys())
    assert {each.moment, *each.include, *each.present, *each.dedupe, *each.group_by} <= columns
    assert "id" in columns


CAUSAL = ["because of", "due to", "thanks to", "owing to", "led to", "leading to", "results in", "resulted from", "effects of", "impact of",
          "consequence of", "prevented", "deters", "deterrence", "driven by", "attributable to", "success of", "achieved"]  # fmt: skip
BLAME = ["criminals", "gangs", "smugglers", "traffickers", "offenders", "mafia", "thieves", "forgers", "terrorists"]
PEOPLES = ["Albanian", "Kosovan", "Macedonian", "Serbian", "British", "Syrian", "Afghan", "Roma", "migrant", "foreign"]


@pytest.mark.parametrize("words", CAUSAL)
def test_each_causal_wording_is_found_in_any_case_and_refused_in_a_definition(words: str) -> None:
    for text in (f"Arrests {words} the operation", f"ARRESTS {words.upper()} THE OPERATION"):
        assert [finding.rule.value for finding in lint(text)] == ["causal"], text
    with pytest.raises(InputError, match="causal"):
        parse_definition(_file(f"Arrests {words} the work"))


@pytest.mark.parametrize("people", PEOPLES)
@pytest.mark.parametrize("blame", BLAME)
def test_a_people_beside_a_crime_is_found(people: str, blame: str) -> None:
    for text in (f"{people} {blame}", f"{people}-{blame}", f"{people} organised {blame} met".lower()):
        assert [finding.rule.value for finding in lint(text)] == ["group_label"], text
    assert lint(f"{people} node") == lint(f"Persons; {blame}") == ()


def _file(label: str) -> bytes:
    return (
        f'id = "made_up"\nversion = 1\nunit = "event"\nlabel = "{label}"\nexplanation = "Candidates received."\n'
        'source = "candidate"\nmoment = "received_at"\ndedupe = ["id"]\n'
    ).encode()
