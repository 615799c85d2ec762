"""Person enquiries between real nodes: a mother's name that stays at home, no-hits that are alike, disputes that arrive."""

import json
import random
from collections import defaultdict
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.federation.answering import statements
from tests.federation.search import said
from tests.federation.test_corrections import KNOWN, correct, go_round, settle, speak
from tests.federation.world import ALB, CODES, GBR, REASON, XKX, Call, World, person_draft

from egnatia.engines.people import (
    PersonRecord,
    PersonRow,
    judge,
    padded,
    parse_date,
    query_from_dict,
    tag_rows,
    tags,
    tags_from_wire,
    tags_to_wire,
)
from egnatia.engines.people.simulate import persons
from egnatia.enquiries.commonness import FEW, common_names
from egnatia.enquiries.corrections import acting, reading, taken
from egnatia.enquiries.holdings import import_persons, mark_protected
from egnatia.enquiries.subjects import person as subject
from egnatia.errors import Error, InputError
from egnatia.exchange.message import read_message
from egnatia.model.ids import EnquiryId, PartnerCode, RecordRef
from egnatia.model.states import AskState, CorrectionKind
from egnatia.store.tables import answered_enquiry, blind_tag, candidate, correction_taken, enquiry, person_record

QUERY = {"first_names": "Arben", "family_names": "Krasniqi", "birth_date": "1994-03-18"}
PARENTS = {"father_name": "Gezimqq", "mother_name": "Dritaqq"}
NOBODY = {"first_names": "Zzyxqor", "family_names": "Wqopplex", "birth_date": "1901-07-13"}
NO_HITS = {
    "nobody": NOBODY,
    "a long name": {"first_names": "Maria Luisa Ana Zzyxqor", "family_names": "Wqopplex Qzzz", "birth_date": "1901-07"},
    "names and no date": {"first_names": "Zzyxqor", "family_names": "Wqopplex"},
    "one common name": {**NOBODY, "family_names": "Krasniqi"},
    "one date": {**NOBODY, "birth_date": "1994-03-18"},
    "with both parents": {**NOBODY, **PARENTS},
}


def asked(world: World, query: dict[str, str]) -> tuple[EnquiryId, Call, list[str]]:
    sent = world.ask(ALB, person_draft(query=query))
    with statements(world, GBR) as seen:
        world.deliver()
    return sent.id, world.calls[-1], seen


def bring(world: World, code: PartnerCode, records: list[PersonRecord]) -> None:
    node, officer = world.nodes[code], world.officer(code, "administrator")
    rows = [PersonRow(number, each, {}) for number, each in enumerate(records)]
    world.do(code, lambda tx: import_persons(tx, node.desk, officer, rows, world.clock()))


def test_a_mothers_name_is_kept_and_leaves_in_no_byte(world: World) -> None:
    found, call, _ = asked(world, {**QUERY, **PARENTS})
    kept = world.look(ALB, lambda tx: tx.unseal(tx.execute(select(enquiry.c.sealed_id)).scalars().one()))
    assert json.loads(kept)["query"] == {**QUERY, **PARENTS}
    text = said([call])
    for name in PARENTS.values():
        assert name.casefold() not in text
    assert [each.state for each in world.view(ALB, found).asks] == [AskState.HIT]


def test_a_mothers_name_changes_no_tag() -> None:
    key = b"k" * 32
    assert tags(query_from_dict(QUERY), key) == tags(query_from_dict({**QUERY, **PARENTS}), key)


@pytest.mark.parametrize("version", [1, 2])
def test_a_partner_of_either_release_is_asked_in_its_own_form(world: World, version: int) -> None:
    speak(world, CODES, version)
    _, plain, _ = asked(world, QUERY)
    found, with_parents, _ = asked(world, {**QUERY, **PARENTS})
    fields = [set(read_message(each.request)[0].body["query"]) for each in (plain, with_parents)]
    assert fields[0] == fields[1]
    assert ("pair_key" in fields[0]) is (version == 2)
    assert len(plain.request) == len(with_parents.request)
    assert [each.state for each in world.view(ALB, found).asks] == [AskState.HIT]


def test_a_mothers_name_alone_is_no_question(world: World) -> None:
    with pytest.raises(InputError):
        world.ask(ALB, person_draft(query={"first_names": "Arben", "mother_name": "Drita"}))


def test_every_no_hit_has_the_same_bytes_in_length_and_the_same_statements(world: World) -> None:
    """Nobody at all, somebody who shares a name, somebody who shares a birthday, and somebody who is shielded."""
    supervisor = world.officer(GBR, "supervisor")
    asked(world, NOBODY)  # what a process reads once, it reads now
    seen: dict[str, tuple[int, int, Any, list[str]]] = {}
    for name, query in NO_HITS.items():
        found, call, trace = asked(world, query)
        assert [each.state for each in world.view(ALB, found).asks] == [AskState.NO_HIT], name
        body = dict(read_message(call.reply)[0].body)
        seen[name] = (len(call.request), len(call.reply), body, trace)
    _, call, _ = asked(world, QUERY)
    for each in dict(read_message(call.reply)[0].body)["refs"]:
        ref = RecordRef(each["ref"])
        world.do(GBR, partial(mark_protected, officer=supervisor, ref=ref, why=REASON, now=world.clock()))
    _, call, trace = asked(world, QUERY)
    seen["shielded"] = (len(call.request), len(call.reply), dict(read_message(call.reply)[0].body), trace)
    first = seen["nobody"]
    for name, each in seen.items():
        assert each == first, name


def test_a_no_hit_keeps_nothing_of_who_was_asked_about(world: World) -> None:
    asked(world, {**NOBODY, "family_names": "Krasniqi"})
    [row] = world.look(GBR, lambda tx: tx.execute(answered_enquiry.select()).all())
    assert json.loads(row.refs) == {"returned": [], "shielded": []}
    assert "krasniqi" not in str(row._asdict()).casefold()


NAMES = st.sampled_from(["Arben", "Arbën", "Besnik", "Hoxha", "Hodža", "Krasniqi", "Ana Maria", ""])
BORN = st.sampled_from(["", "1990-03-07", "1990-07-03", "1990-03", "1990-05-07"])
NUMBERS = st.sampled_from([(), ("AB12345",), ("AB12345", "XK999999")])


@st.composite
def described(draw: st.DrawFn) -> dict[str, Any]:
    made = {"first_names": draw(NAMES), "family_names": draw(NAMES), "birth_date": draw(BORN)}
    return {**{name: text for name, text in made.items() if text}, "identifiers": list(draw(NUMBERS))}


def plainly(asked: dict[str, Any], records: list[PersonRecord], key: bytes) -> list[tuple[str, float, tuple[str, ...]]]:
    """What the answer has to be: every record's tags judged one by one, none left out beforehand."""
    wanted = tags_from_wire(asked)
    values = {one.value for one in wanted}
    hits: dict[str, set[bytes]] = defaultdict(set)
    for record in records:
        for value, ref in tag_rows(record, key):
            if value in values:
                hits[ref].add(value)
    judged = {ref: judge(wanted, found) for ref, found in hits.items()}
    return sorted((ref, each.quality, each.evidence) for ref, each in judged.items() if each is not None)


def test_the_database_leaves_out_nobody_who_is_a_candidate(world: World) -> None:
    """The statement that keeps namesakes away gives what judging every record by itself gives."""
    key = b"s" * 32

    @settings(deadline=None, derandomize=True, max_examples=40)
    @given(st.lists(described(), min_size=1, max_size=6), described(), st.integers(0, 9))
    def same(people: list[dict[str, Any]], wanted: dict[str, Any], seed: int) -> None:
        given_ = [each for each in people if each.get("first_names") or each.get("family_names")]
        born = [parse_date(each.get("birth_date", "")) for each in given_]
        records = [
            PersonRecord(RecordRef(f"T-{n:03}"), each.get("first_names", ""), each.get("family_names", ""), born[n], "",
                         tuple(each["identifiers"]))
            for n, each in enumerate(given_)
        ]  # fmt: skip
        fields = {**wanted, "family_names": wanted.get("family_names", "Hoxha"), "birth_date": "1990-03-07"}
        query = tags_to_wire(padded(tags(query_from_dict(fields), key), random.Random(seed)))

        def job(tx: Any) -> list[tuple[str, float, tuple[str, ...]]]:
            tx.execute(blind_tag.delete())
            for record in records:
                rows = [{"partner": ALB, "tag": value, "ref": KNOWN} for value, _ in tag_rows(record, key)]
                tx.execute(blind_tag.delete())
                tx.execute(blind_tag.insert(), rows)
                found = [(record.ref, each.quality, each.evidence) for each in subject.search(tx, ALB, query)]
                assert found == plainly(query, [record], key)
                assert subject.search(tx, XKX, query) == [], "another partner's tags are another partner's"
            return []

        world.do(GBR, job)

    same()


def test_a_flood_of_namesakes_brings_the_best_ten_and_no_stranger(world: World) -> None:
    flood = [PersonRecord(RecordRef(f"F-{n:04}"), f"Zq{n}", "Krasniqi") for n in range(60)]
    flood += [PersonRecord(RecordRef(f"F-1{n:03}"), "Arben", "Krasniqi", parse_date("1994-03-18")) for n in range(15)]
    bring(world, GBR, flood)
    _, call, _ = asked(world, QUERY)
    refs = dict(read_message(call.reply)[0].body)["refs"]
    assert len(refs) == 10
    assert {each["quality"] for each in refs} == {1.0}
    assert all(not each["ref"].startswith("F-0") for each in refs)


@pytest.mark.parametrize("spelled", ["Hoxha", "Hodža", "HOXHA"])
def test_names_are_counted_by_how_they_sound_and_few_are_not_told(world: World, spelled: str) -> None:
    node = world.nodes[ALB]
    strangers = [each.record() for each in persons(30, 9)]
    many = [PersonRecord(RecordRef(f"N-{n:03}"), f"Qz{n}x", "Hodža") for n in range(FEW + 4)]
    bring(world, ALB, [*strangers, *many, PersonRecord(RecordRef("N-900"), "Qwerzu", "Wqopplex")])

    def count(family: str) -> dict[str, tuple[int | None, int]]:
        query = {"family_names": family, "first_names": "Qwerzu"}
        rows = world.look(ALB, lambda tx: common_names(tx, node.desk, GBR, query))
        return {each.part: (each.bearers, each.one_in) for each in rows}

    found = count(spelled)
    [(bearers, one_in)] = [value for part, value in found.items() if part != "qwerzu"]
    assert bearers is not None
    assert FEW + 4 <= bearers <= FEW + 4 + len(strangers)
    assert one_in >= 1
    assert found["qwerzu"] == (None, 0), "one bearer is told as little as none"
    assert count("Nobodyhasit")["nobodyhasit"] == (None, 0)


def test_a_node_without_persons_counts_none(world: World) -> None:
    node = world.nodes[XKX]
    world.do(XKX, lambda tx: tx.execute(person_record.delete()))
    assert world.look(XKX, lambda tx: common_names(tx, node.desk, ALB, QUERY)) == []


def linked(world: World, code: PartnerCode) -> Any:
    """A partner asks GBR about the person and confirms that it is one: it holds the link from now on."""
    sent = world.ask(code, person_draft(query=QUERY, partners=(GBR,)))
    world.deliver()
    [found] = [each for each in world.view(code, sent.id).candidates if each.ref == KNOWN]
    world.confirm(code, found.id)
    return found.id


def test_a_dispute_at_the_source_reaches_every_partner_that_received_the_link(world: World) -> None:
    """Who was answered with the reference number alone is told as well: the link is what the dispute is about."""
    speak(world, CODES, 2)
    askers = [ALB, *(code for code in CODES if code not in {ALB, GBR} and _may_ask(world, code))]
    links = {code: linked(world, code) for code in askers}
    correct(world, CorrectionKind.RESTRICT)
    settle(world)
    for code, candidate_id in links.items():
        flags = world.look(code, partial(reading.flags_of_candidate, candidate_id=candidate_id)).names()
        assert "restricted" in flags, code
        assert len(world.look(code, taken.waiting)) == 1, "its people are told to look"
    for code in set(CODES) - {GBR, *askers}:
        assert world.look(code, taken.waiting) == [], "who never received it hears nothing of the person"


def _may_ask(world: World, code: PartnerCode) -> bool:
    try:
        sent = world.ask(code, person_draft(query=NOBODY, partners=(GBR,)))
    except Error:
        return False
    return any(each.grant is not None for each in sent.asks)


def test_a_dispute_raised_by_a_holder_of_the_link_reaches_its_source(world: World) -> None:
    speak(world, CODES, 2)
    mine = linked(world, ALB)
    who = world.officer(ALB)
    world.do(ALB, lambda tx: acting.contest_data(tx, who, mine, "The person says it was his cousin.", world.clock()))
    settle(world)
    assert "contested" in world.look(ALB, lambda tx: reading.flags_of_candidate(tx, mine)).names()
    [heard] = world.look(GBR, lambda tx: tx.execute(correction_taken.select()).all())
    assert (heard.ref, heard.kind, heard.reason) == (KNOWN, "restrict", "contested")


def test_a_partner_that_received_the_link_while_away_is_told_on_its_return(world: World) -> None:
    speak(world, CODES, 2)
    mine = linked(world, ALB)
    world.stop(ALB)
    correct(world, CorrectionKind.RESTRICT)
    go_round(world)
    world.deliver(GBR)
    world.start(ALB)
    world.clock.turn(minutes=6)
    world.deliver()
    settle(world)
    assert "restricted" in world.look(ALB, lambda tx: reading.flags_of_candidate(tx, mine)).names()
    rows = world.look(ALB, lambda tx: list(tx.execute(select(candidate.c.ref)).scalars()))
    assert KNOWN in rows, "flagged, not taken away"
