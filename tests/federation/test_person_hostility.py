"""Person enquiries against what people and files do: names that are none, floods, twins, references used twice, erasures."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from tests.federation.search import said
from tests.federation.test_corrections import speak
from tests.federation.test_person_enquiries import bring
from tests.federation.world import ALB, CODES, GBR, REASON, World, person_draft

from egnatia.engines.people import PersonRecord, parse_date, query_from_dict, tags, tags_from_wire
from egnatia.engines.people.tagging import Feature
from egnatia.enquiries import candidates
from egnatia.enquiries.compared import compare_released
from egnatia.enquiries.followups import OUT, get
from egnatia.enquiries.holdings import replace_person
from egnatia.enquiries.pairing import pair_keys
from egnatia.enquiries.releases import available
from egnatia.enquiries.retention import erase_person
from egnatia.enquiries.standing import ask_again, open_standing
from egnatia.errors import ConflictError, InputError
from egnatia.exchange.directory import card_of
from egnatia.exchange.message import read_message
from egnatia.model.ids import FollowUpId, RecordRef
from egnatia.model.states import AskState, Evidence
from egnatia.store.tables import answered_enquiry, blind_tag, enquiry, person_record

WANTED = {"first_names": "Qerimqq", "family_names": "Wqopplex", "birth_date": "1990-02-03"}
NAMES = {name: WANTED[name] for name in ("first_names", "family_names")}


def person(ref: str, born: str = "1990-02-03", **more: Any) -> PersonRecord:
    return PersonRecord(RecordRef(ref), "Qerimqq", "Wqopplex", parse_date(born), **more)


def found(world: World, query: dict[str, Any]) -> list[Any]:
    """The candidates of one question to the United Kingdom."""
    sent = world.ask(ALB, person_draft(query=query))
    world.deliver()
    view = world.view(ALB, sent.id)
    assert {each.state for each in view.asks} <= {AskState.HIT, AskState.NO_HIT}
    return list(view.candidates)


def erase(world: World, ref: str) -> None:
    officer = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: erase_person(tx, officer, RecordRef(ref), REASON, world.clock()))


@pytest.mark.parametrize(
    "query",
    [
        {"first_names": "Qerimqq"},
        {"family_names": "Wqopplex"},
        {"birth_date": "1990-02-03"},
        {"family_names": "Wqopplex", "birth_date": "1990"},
        {"family_names": "Wqopplex", "first_names": "UNKNOWN"},
        {"family_names": "Wqopplex", "first_names": "\u200b\u202e\u2066"},
        {"family_names": "Wqopplex", "first_names": "---"},
        {"family_names": "Wqopplex", "father_name": "Gezim"},
        {"family_names": "Wqopplex", "identifiers": ["BA1234567"]},
        {"family_names": "W" * 60_000, "first_names": "Qerimqq"},
        {"family_names": "Wqopplex", "first_names": "Qerimqq", "identifiers": ["B" * 60_000]},
        {"family_names": "Wqopplex", "first_names": "Qerimqq", "nationality": "ALB"},
        {"family_names": "Wqopplex", "first_names": "Qerimqq", "birth_date": "1369-02-03"},
    ],
)
def test_what_is_too_little_or_too_much_is_refused_with_a_hint_and_leaves_nothing(
    world: World, query: dict[str, Any]
) -> None:
    with pytest.raises(InputError) as caught:
        world.ask(ALB, person_draft(query=query))
    assert caught.value.hint()
    assert world.look(ALB, lambda tx: tx.execute(enquiry.select()).all()) == []
    world.deliver()
    assert world.calls == []


@pytest.mark.parametrize(
    "written",
    [
        {"first_names": "Qerim\u200bqq", "family_names": "\u202eWqopplex"},
        {"first_names": "QERIMQQ", "family_names": "wqopplex"},
        {"first_names": "Qеrimqq", "family_names": "Wqорplex"},  # noqa: RUF001 - Cyrillic letters among Latin ones
        {"first_names": "Qërimqq", "family_names": "Wqo\u0301pplex"},
        {"first_names": "Wqopplex", "family_names": "Qerimqq"},
    ],
)
def test_the_same_name_in_hostile_writing_is_the_same_name(world: World, written: dict[str, str]) -> None:
    bring(world, GBR, [person("P-001")])
    assert [each.ref for each in found(world, written)] == ["P-001"]


def test_names_alone_are_answered_as_a_band_with_a_reference_and_nothing_else(world: World) -> None:
    bring(world, GBR, [person("P-001", identifiers=("BA7654321",))])
    [row] = found(world, NAMES)
    assert (row.ref, row.evidence) == ("P-001", (Evidence.FAMILY_NAME_SAME, Evidence.FIRST_NAME_SAME))
    assert 0.5 <= row.quality < 1
    text = said(world.calls)
    for secret in ("qerimqq", "wqopplex", "1990-02-03", "ba7654321"):
        assert secret not in text


CYRILLIC_PLATE = "plate: \u041d\u0421 123 \u0410\u0411"
NUMBERS = [
    ("+383 44 123 456", "00383 (0) 44 123-456"),
    ("BA 7654321", "passport: ba7654321"),
    ("plate: NS 123 AB", CYRILLIC_PLATE),
    ("AL47 2121 1009 0000 0002 3569 8741", "iban: al47212110090000000235698741"),
]


@pytest.mark.parametrize(("held", "asked"), [*NUMBERS, *((asked, held) for held, asked in NUMBERS)])
def test_a_record_with_another_name_is_found_by_its_number_however_either_is_written(
    world: World, held: str, asked: str
) -> None:
    bring(world, GBR, [PersonRecord(RecordRef("N-001"), "Somebody", "Else", identifiers=(held,))])
    [row] = found(world, {**NAMES, "identifiers": [asked]})
    assert (row.ref, row.evidence) == ("N-001", (Evidence.IDENTIFIER_SAME,))
    kept = json.loads(world.look(ALB, lambda tx: tx.unseal(tx.execute(enquiry.select()).one().sealed_id)))
    assert kept["query"]["identifiers"] == [asked], "as it was typed, for people to read"
    digits = "".join(each for each in asked if each.isdigit())
    assert len(digits) < 6 or digits not in said(world.calls), "three digits stand in any tag"


@pytest.mark.parametrize("held", ["0000000000", "XXXXXXXX", "address: Rruga e Durresit 12", "phone: 12"])
def test_what_stands_where_a_number_is_unknown_makes_nobody_a_candidate(world: World, held: str) -> None:
    bring(world, GBR, [PersonRecord(RecordRef("N-001"), "Somebody", "Else", identifiers=(held,))])
    sent = person_draft(query={**NAMES, "identifiers": ["BA1234567"]})
    world.ask(ALB, sent)
    world.deliver()
    key = b"k" * 32
    record = PersonRecord(RecordRef("N-001"), "Somebody", "Else", identifiers=(held,))
    assert [each for each in tags(record, key) if each.feature is Feature.IDENTIFIER] == []


@pytest.mark.parametrize(
    "numbers", [[], ["BA1234567"], ["BA1234567", "+383 44 123 456", "00355 69 1234567", CYRILLIC_PLATE]]
)
def test_every_question_has_28_tags_and_one_length_whatever_numbers_are_in_it(world: World, numbers: list[str]) -> None:
    world.ask(ALB, person_draft(query=WANTED))
    world.deliver()
    plain = world.calls[-1].request
    world.ask(ALB, person_draft(query={**WANTED, "identifiers": numbers}))
    world.deliver()
    message, _ = read_message(world.calls[-1].request)
    assert (
        len(tags_from_wire({name: value for name, value in message.body["query"].items() if name != "pair_key"})) == 28
    )
    assert len(world.calls[-1].request) == len(plain)


def test_a_flood_of_five_thousand_namesakes_is_a_no_hit_for_another_and_ten_for_their_own(world: World) -> None:
    bring(world, GBR, [person("P-001")])
    query = {**NAMES, "birth_date": "1971-12-31"}
    family = {each.value for each in _family_tags(world, query)}

    def flood(tx: Any) -> None:
        sealed = tx.execute(person_record.select().where(person_record.c.ref == "P-001")).one().sealed_id
        refs = [f"F-{n:05}" for n in range(5_000)]  # nobody opens them: what is in them is never asked for
        records = [{"ref": ref, "sealed_id": sealed, "imported_at": world.clock()} for ref in refs]
        tx.execute(person_record.insert(), records)
        rows = [{"partner": ALB, "tag": tag, "ref": ref} for ref in refs for tag in family]
        tx.execute(blind_tag.insert(), rows)

    world.do(GBR, flood)
    assert [each.ref for each in found(world, query)] == ["P-001"]
    assert found(world, {"first_names": "Zzyxqor", "family_names": "Wqopplex", "birth_date": "1901-07-13"}) == []
    [*_, row] = world.look(GBR, lambda tx: tx.execute(answered_enquiry.select()).all())
    assert len(row.refs) < 100, "what was left out is written nowhere"


def _family_tags(world: World, query: dict[str, Any]) -> list[Any]:
    node = world.nodes[GBR]
    key = world.look(GBR, lambda tx: pair_keys(tx, node.keys, card_of(tx, ALB))[0].key)
    return [each for each in tags(query_from_dict(query), key) if each.feature is Feature.FAMILY_TOKEN]


def test_twins_come_both_and_cannot_be_told_apart(world: World) -> None:
    twins = [PersonRecord(RecordRef(f"T-{n}00"), first, "Wqopplex", parse_date("1990-02-03")) for n, first in
             enumerate(("Qerimqq", "Zefzzz"))]  # fmt: skip
    bring(world, GBR, twins)
    rows = found(world, WANTED)
    assert {each.ref: Evidence.FIRST_NAME_SAME in each.evidence for each in rows} == {"T-000": True, "T-100": False}
    bring(world, GBR, [person("P-002"), person("P-003")])
    rows = found(world, WANTED)
    best = [each for each in rows if each.quality == rows[0].quality]
    same = [each.id for each in best if each.ref in {"T-000", "P-002", "P-003"}]
    assert {world.look(ALB, partial(candidates.indistinguishable, candidate_id=each)) for each in same} == {3}


def test_a_contradicting_father_shows_once_core_data_are_here_and_first(world: World) -> None:
    bring(world, GBR, [person("P-001", father_name="Bujarzz", identifiers=("BA7654321",))])
    [row] = found(
        world, {**WANTED, "father_name": "Gezimqq", "identifiers": ["passport BA7654321".removeprefix("passport ")]}
    )
    world.confirm(ALB, row.id)
    follow_up = world.follow(ALB, row.id)
    world.deliver()
    release = world.propose(GBR, follow_up, ("family_names", "first_names", "father_name", "document_numbers"))
    world.approve(GBR, release)
    world.deliver()
    mine = world.look(ALB, lambda tx: get(tx, FollowUpId(follow_up), OUT))
    fields = {
        "family_names": "Wqopplex",
        "first_names": "Qerimqq",
        "father_name": "Bujarzz",
        "document_numbers": "BA7654321",
    }
    match = world.look(ALB, lambda tx: compare_released(tx, mine, fields))
    assert match is not None
    claims = {part.claim.value: part.added for part in match.evidence}
    assert claims["father_name_different"] < 0
    assert claims["identifier_same"] > 0
    assert match.band.value != "strong", "whatever else agrees, a contradiction is for people to settle"


def test_the_reference_of_an_erased_person_is_never_somebody_elses(world: World) -> None:
    """A partner holds it as a hit: its follow-up would be answered with the data of another person."""
    bring(world, GBR, [person("P-001")])
    [row] = found(world, WANTED)
    world.confirm(ALB, row.id)
    erase(world, "P-001")
    stranger = PersonRecord(RecordRef("P-001"), "Somebody", "Else", parse_date("1950-01-02"))
    for records in ([stranger], [person("P-777"), stranger]):
        with pytest.raises(ConflictError, match="erased") as caught:
            bring(world, GBR, records)
        assert "reference of its own" in caught.value.hint()
    assert found(world, WANTED) == [], "the whole file was refused, its good lines too"
    follow_up = world.follow(ALB, row.id)
    world.deliver()
    with pytest.raises(Exception, match="no person record"):
        world.look(GBR, lambda tx: available(tx, follow_up))
    bring(world, GBR, [PersonRecord(RecordRef("P-002"), "Somebody", "Else", parse_date("1950-01-02"))])


def test_a_reference_in_use_is_not_given_twice(world: World) -> None:
    bring(world, GBR, [person("P-001")])
    with pytest.raises(ConflictError, match="exists already"):
        bring(world, GBR, [person("P-001", born="1950-01-01")])


def test_a_reference_that_no_partner_was_told_may_be_given_again(world: World) -> None:
    """Who was erased by mistake is filed again under the reference of the register that it comes from."""
    bring(world, GBR, [person("P-001")])
    assert found(world, {"first_names": "Zzyxqor", "family_names": "Zzvvxx"}) == []
    erase(world, "P-001")
    bring(world, GBR, [person("P-001")])
    assert [each.ref for each in found(world, WANTED)] == ["P-001"]
    erase(world, "P-001")
    with pytest.raises(ConflictError, match="partners hold it"):
        bring(world, GBR, [person("P-001")])


def test_an_erased_person_is_answered_like_nobody(world: World) -> None:
    bring(world, GBR, [person("P-001", identifiers=("BA7654321",))])
    nobody = _answer(world, {**WANTED, "first_names": "Zzyxqor", "family_names": "Zzvvxx", "birth_date": "1901-07-13"})
    assert _answer(world, WANTED)["result"] == "hit"
    erase(world, "P-001")
    assert _answer(world, WANTED) == nobody
    assert _answer(world, {**WANTED, "identifiers": ["BA7654321"]}) == nobody


def _answer(world: World, query: dict[str, Any]) -> dict[str, Any]:
    world.ask(ALB, person_draft(query=query))
    world.deliver()
    return dict(read_message(world.calls[-1].reply)[0].body)


def test_a_corrected_person_is_found_by_what_is_right_and_not_by_what_was_wrong(world: World) -> None:
    bring(world, GBR, [person("P-001", identifiers=("BA7654321",))])
    content = {"record": {"ref": "P-001", "first_names": "Zefzzz", "family_names": "Hqqoda", "birth_date": "1988-01-02",
                          "identifiers": ["+383 44 123 456"]}, "core": {}}  # fmt: skip
    world.do(GBR, lambda tx: replace_person(tx, world.nodes[GBR].desk, RecordRef("P-001"), content, world.clock()))
    assert found(world, WANTED) == []
    assert found(world, {**WANTED, "identifiers": ["BA7654321"]}) == []
    right = {"first_names": "Zefzzz", "family_names": "Hqqoda"}
    assert [each.ref for each in found(world, right)] == ["P-001"]
    assert [each.ref for each in found(world, {**NAMES, "identifiers": ["0038344123456"]})] == ["P-001"]


@pytest.mark.parametrize("version", [1, 2])
def test_numbers_are_asked_of_partners_of_either_release(world: World, version: int) -> None:
    speak(world, CODES, version)
    bring(world, GBR, [PersonRecord(RecordRef("N-001"), "Somebody", "Else", identifiers=("BA7654321",))])
    assert [each.ref for each in found(world, {**NAMES, "identifiers": ["ba 765-4321"]})] == ["N-001"]


def test_a_standing_enquiry_asks_its_numbers_each_time(world: World) -> None:
    node, officer = world.nodes[ALB], world.officer(ALB)
    draft = person_draft(query={**NAMES, "identifiers": ["00383 44 123 456"]})
    last = world.clock() + timedelta(days=20)
    opened = world.do(ALB, lambda tx: open_standing(tx, node.desk, officer, draft, last, world.clock()))
    world.deliver()
    assert world.view(ALB, opened.sent.id).candidates == ()
    bring(world, GBR, [PersonRecord(RecordRef("N-001"), "Somebody", "Else", identifiers=("+383 44 123 456",))])
    world.clock.turn(days=1)
    world.do(ALB, lambda tx: ask_again(tx, node.desk, world.clock()))
    world.deliver()
    refs = world.look(ALB, lambda tx: [row.ref for row in candidates.inbox(tx, world.clock())])
    assert refs == ["N-001"]
