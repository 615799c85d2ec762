"""Figures computed by hand: units apart, chains whole, every record named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.databases import create_tables

from egnatia.errors import InputError, NotFoundError
from egnatia.indicators import Figure, Record, definition, definitions, evaluate, funnel
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import ask, candidate, enquiry, follow_up, outcome, release

START, END = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
DAY = datetime(2025, 5, 15, 12, tzinfo=UTC)


class Story:
    """Writes rows as the flow would, with short ids."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx

    def enquiry(
        self, id_: str, *asks: str, person: str | None = None, case: str = "case-1", at: datetime = DAY
    ) -> None:
        """`asks` are like `GBR:hit` or `MNE:not_asked:NO_AGREEMENT`."""
        self.tx.execute(
            enquiry.insert(),
            {
                "id": id_,
                "case_ref": case,
                "subject": "dna",
                "purpose": "investigation",
                "offence": "burglary",
                "officer_id": "off-1",
                "created_at": at,
                "deadline": at,
                "person_ref": person,
                "sealed_id": "s",
            },
        )
        for text in asks:
            partner, state, *refusal = text.split(":")
            row = {"enquiry_id": id_, "partner": partner, "state": state, "refusal": refusal[0] if refusal else None}
            self.tx.execute(ask.insert(), row | {"asked_at": at})

    def candidate(self, id_: str, enquiry_id: str, decision: str | None = None, **change: Any) -> None:
        row = {
            "id": id_,
            "enquiry_id": enquiry_id,
            "partner": "GBR",
            "ref": f"ref-{id_}",
            "quality": 0.9,
            "evidence": "[]",
            "received_at": DAY,
            "owner": "off-1",
            "due_at": DAY,
            "decision": decision,
            "decided_at": DAY if decision else None,
        }
        self.tx.execute(candidate.insert(), row | change)

    def follow_up(self, id_: str, candidate_id: str | None, state: str = "waiting", **change: Any) -> None:
        row = {
            "id": id_,
            "direction": "out" if candidate_id else "in",
            "partner": "GBR",
            "enquiry_id": "e",
            "candidate_id": candidate_id,
            "subject": "dna",
            "purpose": "investigation",
            "ref": "r",
            "offence": "burglary",
            "grant_id": "g",
            "at": DAY,
            "due_at": DAY,
            "state": state,
            "sealed_id": "s",
        }
        self.tx.execute(follow_up.insert(), row | change)

    def release(self, id_: str, follow_up_id: str, received_at: datetime | None = DAY) -> None:
        row = {"id": id_, "follow_up_id": follow_up_id, "fields": "[]", "handling": "H1", "sealed_id": "s"}
        self.tx.execute(release.insert(), row | {"received_at": received_at})

    def outcome(self, id_: str, kind: str, person: str, **change: Any) -> None:
        row = {
            "id": id_,
            "kind": kind,
            "case_ref": "case-1",
            "person_ref": person,
            "candidate_id": None,
            "follow_up_id": None,
            "attributed": False,
            "at": DAY,
            "place": "Dover",
            "recorded_by": "off-1",
            "recorded_at": DAY,
        }
        self.tx.execute(outcome.insert(), row | change)

    def chain(self, number: int, person: str | None) -> None:
        """A whole chain up to a release: enquiry e1, candidate c1, follow-up f1, release r1."""
        self.enquiry(f"e{number}", "GBR:hit", person=person, case=f"case-{number}")
        self.candidate(f"c{number}", f"e{number}", "confirmed")
        self.follow_up(f"f{number}", f"c{number}", "released")
        self.release(f"r{number}", f"f{number}")

    def attributed(self, id_: str, kind: str, person: str, number: int) -> None:
        self.outcome(id_, kind, person, candidate_id=f"c{number}", follow_up_id=f"f{number}", attributed=True)


def figure(tx: Transaction, id_: str, start: datetime = START, end: datetime = END) -> Figure:
    return evaluate(tx, definition(id_), start, end)


def names(records: tuple[Record, ...]) -> list[str]:
    return [record.id for record in records]


def test_twin_profiles_of_one_person_are_two_hits_and_one_person(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        story.chain(1, "person-a")
        story.chain(2, "person-a")
        story.attributed("o1", "arrest", "person-a", 1)
        hits, persons, arrests = (figure(tx, id_) for id_ in ("hits", "persons", "arrests"))
    assert (hits.value, hits.unit, names(hits.records)) == (2, "hit", ["c1", "c2"])
    assert (persons.value, persons.unit, names(persons.records)) == (1, "person", ["r1", "r2"])
    assert (arrests.value, arrests.unit, names(arrests.records)) == (1, "person", ["o1"])


def test_a_pair_asked_again_in_the_same_case_is_one_hit(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        for number in (1, 2):
            story.enquiry(f"e{number}", "GBR:hit", person="person-a")
            story.candidate(f"c{number}", f"e{number}", "confirmed", ref="GBR-S-417")
        story.enquiry("e3", "GBR:hit", person="person-b")
        story.candidate("c3", "e3", "confirmed", ref="GBR-S-417")
        hits = figure(tx, "hits")
    assert (hits.value, names(hits.records)) == (2, ["c1", "c2", "c3"])


def test_only_a_confirmed_candidate_is_a_hit(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        story.enquiry("e", "GBR:hit")
        for number, decision in enumerate([None, "confirmed", "rejected", "inconclusive"]):
            story.candidate(f"c{number}", "e", decision)
        assert figure(tx, "candidates").value == 4
        assert names(figure(tx, "hits").records) == ["c1"]


def test_an_arrest_without_a_whole_chain_is_not_counted(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        story.chain(1, "person-a")
        story.enquiry("e9", "GBR:hit", person="person-z")
        story.candidate("c9", "e9", "rejected")
        story.outcome("none", "arrest", "person-b")
        story.outcome("claimed", "arrest", "person-c", attributed=True)
        story.outcome("no-follow-up", "arrest", "person-d", attributed=True, candidate_id="c1")
        story.outcome("rejected", "arrest", "person-e", attributed=True, candidate_id="c9", follow_up_id="f1")
        story.outcome("unattributed", "arrest", "person-f", candidate_id="c1", follow_up_id="f1")
        story.follow_up("f9", "c9", "released")
        story.attributed("never-a-hit", "arrest", "person-g", 9)
        story.outcome("crossed", "arrest", "person-h", attributed=True, candidate_id="c1", follow_up_id="f9")
        assert figure(tx, "arrests").value == 0
        story.attributed("whole", "arrest", "person-a", 1)
        assert names(figure(tx, "arrests").records) == ["whole"]


def test_taken_off_streets_are_arrests_and_recalls_each_person_once(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        for number, person in enumerate(["a", "b", "c", "a"], start=1):
            story.chain(number, person)
        story.attributed("o1", "arrest", "a", 1)
        story.attributed("o2", "recall", "b", 2)
        story.attributed("o3", "charge", "c", 3)
        story.attributed("o4", "recall", "a", 4)
        arrests, off = figure(tx, "arrests"), figure(tx, "taken_off_streets")
    assert (arrests.value, off.value) == (1, 2)
    assert sorted(names(off.records)) == ["o1", "o2", "o4"]


def test_a_misidentification_takes_back_hit_person_and_arrest(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        story.chain(1, "person-a")
        story.attributed("o1", "arrest", "person-a", 1)
        before = [figure(tx, id_).value for id_ in ("hits", "persons", "arrests")]
        story.outcome("wrong", "misidentification", "person-a", candidate_id="c1")
        after = [figure(tx, id_).value for id_ in ("hits", "persons", "arrests")]
    assert (before, after) == ([1, 1, 1], [0, 0, 0])


def test_a_hit_on_nobody_known_is_listed_apart(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        story.chain(1, None)
        story.chain(2, "person-a")
        persons = figure(tx, "persons")
        assert figure(tx, "hits").value == 2
    assert (persons.value, names(persons.records), names(persons.not_counted)) == (1, ["r2"], ["r1"])


def test_the_window_is_half_open(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        story.enquiry("e", "GBR:hit")
        for id_, at in (("first", START), ("last", END - timedelta(microseconds=1)), ("after", END)):
            story.candidate(id_, "e", "confirmed", decided_at=at)
        assert names(figure(tx, "hits").records) == ["first", "last"]
        assert names(figure(tx, "hits", END, END + timedelta(days=1)).records) == ["after"]


def test_what_was_not_asked_was_not_asked(database: Database) -> None:
    with database.write() as tx:
        Story(tx).enquiry(
            "e", "GBR:hit", "ALB:no_hit", "XKX:waiting", "MKD:undeliverable", "MNE:not_asked:NO_AGREEMENT"
        )
        asked = figure(tx, "enquiries_asked")
    assert (asked.value, names(asked.records)) == (4, ["e/ALB", "e/GBR", "e/MKD", "e/XKX"])


def test_refusals_by_reason_and_partner(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        story.enquiry("e1", "GBR:refused:QUOTA_EXCEEDED", "MNE:not_asked:NO_AGREEMENT", "ALB:hit")
        story.enquiry("e2", "MNE:not_asked:NO_AGREEMENT", "XKX:not_asked:NO_AGREEMENT")
        refusals = figure(tx, "refusals")
    assert refusals.value == 4
    assert [(group.key, group.value, names(group.records)) for group in refusals.groups] == [
        (("NO_AGREEMENT", "MNE"), 2, ["e1/MNE", "e2/MNE"]),
        (("NO_AGREEMENT", "XKX"), 1, ["e2/XKX"]),
        (("QUOTA_EXCEEDED", "GBR"), 1, ["e1/GBR"]),
    ]


def test_follow_ups_of_others_are_not_ours(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        story.chain(1, "person-a")
        story.follow_up("theirs", None, "released")
        story.release("given", "theirs", None)
        story.follow_up("refused", "c1", "refused", refusal="DECLINED_BY_OFFICER", closed_at=DAY)
        story.follow_up("theirs-refused", None, "refused", refusal="DECLINED_BY_OFFICER", closed_at=DAY)
        assert names(figure(tx, "follow_ups").records) == ["f1", "refused"]
        assert names(figure(tx, "releases").records) == ["r1"]
        assert names(figure(tx, "follow_up_refusals").records) == ["refused"]


def test_the_funnel_shows_three_units_side_by_side(database: Database) -> None:
    with database.write() as tx:
        story = Story(tx)
        for number, person in enumerate(["a", "a", "b"], start=1):
            story.chain(number, person)
        story.attributed("o1", "arrest", "b", 3)
        story.enquiry("e4", "MNE:not_asked:NO_AGREEMENT")
        shown = funnel(tx, START, END)
    assert [(step.id, step.unit.value, step.value) for step in shown.steps] == [
        ("enquiries_asked", "event", 3),
        ("candidates", "event", 3),
        ("hits", "hit", 3),
        ("follow_ups", "event", 3),
        ("releases", "event", 3),
        ("persons", "person", 2),
        ("arrests", "person", 1),
        ("taken_off_streets", "person", 1),
    ]
    assert (shown.refusals.value, shown.follow_up_refusals.value) == (1, 0)


def test_an_empty_node_has_zero_of_everything(database: Database) -> None:
    with database.read() as tx:
        for each in definitions():
            shown = evaluate(tx, each, START, END)
            assert (shown.value, shown.records, shown.not_counted, shown.groups) == (0, (), (), ())


@pytest.mark.parametrize(
    ("start", "end", "named"),
    [(END, START, "empty"), (START, START, "empty"), (START.replace(tzinfo=None), END, "zone")],
)
def test_a_wrong_window_is_refused(database: Database, start: datetime, end: datetime, named: str) -> None:
    with database.read() as tx, pytest.raises(InputError, match=named):
        figure(tx, "hits", start, end)


def test_an_unknown_indicator_names_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match="'hit'") as caught:
        definition("hit")
    assert "taken_off_streets" in caught.value.hint()


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.lists(st.integers(0, 59), max_size=12), st.integers(1, 59))
def test_two_halves_of_a_window_count_as_the_whole(minutes: list[int], cut: int) -> None:
    """Events add up over adjoining windows; the rule is the evaluator's, so rows are drawn and counted in memory."""
    hour = datetime(2025, 5, 15, tzinfo=UTC)
    middle, end = hour + timedelta(minutes=cut), hour + timedelta(hours=1)
    moments = [hour + timedelta(minutes=minute) for minute in minutes]
    with Scratch(moments) as tx:
        whole, left, right = (
            figure(tx, "candidates", *window) for window in ((hour, end), (hour, middle), (middle, end))
        )
    assert whole.value == len(moments)
    assert left.value == sum(moment < middle for moment in moments)
    assert left.value + right.value == whole.value
    assert sorted(names(left.records) + names(right.records)) == sorted(names(whole.records))


class Scratch:
    """A database of candidates in memory, one per drawn moment."""

    def __init__(self, moments: list[datetime]) -> None:
        self.moments = moments

    def __enter__(self) -> Transaction:
        import random
        import tempfile
        from pathlib import Path

        from egnatia.store.vault import Vault

        self.folder = tempfile.TemporaryDirectory()
        vault = Vault(Path(self.folder.name) / "vault.sqlite", bytes(32))
        self.database = Database("sqlite://", vault, random.Random(1))
        create_tables(self.database.engine)
        self.connection = self.database.engine.connect()
        tx = Transaction(self.connection, vault, random.Random(1))
        story = Story(tx)
        story.enquiry("e", "GBR:hit")
        for number, moment in enumerate(self.moments):
            story.candidate(f"c{number}", "e", received_at=moment)
        return tx

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.database.close()
        self.folder.cleanup()


def test_a_definition_counts_what_it_says_and_a_changed_one_something_else(database: Database) -> None:
    hits = definition("hits")
    with database.write() as tx:
        story = Story(tx)
        story.enquiry("e", "GBR:hit")
        story.candidate("c1", "e", "confirmed")
        story.candidate("c2", "e", "rejected")
        rejected = replace(hits, include={**hits.include, "decision": ("rejected",)}, version=2)
        assert names(evaluate(tx, rejected, START, END).records) == ["c2"]
        assert evaluate(tx, rejected, START, END).version == 2
