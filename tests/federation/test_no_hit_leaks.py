"""What a no-hit gives away: nothing by its bytes, its statements or the step at which it leaves, however many are left out."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from tests.federation.answering import statements
from tests.federation.test_person_enquiries import NOBODY, bring
from tests.federation.world import ALB, GBR, REASON, World, person_draft

from egnatia.engines.people import Feature, PersonRecord, parse_date, tags
from egnatia.enquiries.handlers import tells_by_time
from egnatia.enquiries.holdings import mark_protected
from egnatia.enquiries.pairing import pair_keys
from egnatia.exchange.directory import card_of
from egnatia.exchange.message import Message, read_message
from egnatia.exchange.pacing import Pace
from egnatia.exchange.server import exchange_app
from egnatia.model.ids import MessageId, RecordRef
from egnatia.model.states import AskState
from egnatia.store.tables import protection_mark

STEP_S = 0.1
LOOKED_FOR = {"first_names": "Qerimqq", "family_names": "Wqopplex", "birth_date": "1990-02-03"}


class Hours:
    """A clock that goes on while somebody works or sleeps, and at no other time."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, list[float]()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def protect(world: World, refs: list[str]) -> None:
    officer = world.officer(GBR, "supervisor")
    for ref in refs:
        world.do(GBR, partial(mark_protected, officer=officer, ref=RecordRef(ref), why=REASON, now=world.clock()))


def of_a_question(world: World, query: dict[str, str]) -> tuple[Any, int, list[str]]:
    """State and length of the answer, and what the answering node did for it."""
    sent = world.ask(ALB, person_draft(query=query))
    with statements(world, GBR) as seen:
        world.deliver()
    [ask] = world.view(ALB, sent.id).asks
    body = dict(read_message(world.calls[-1].reply)[0].body)
    return (ask.state, body), len(world.calls[-1].reply), seen


@pytest.mark.parametrize("many", [1, 8, 9, 17])
def test_any_number_of_shielded_records_is_answered_with_the_same_statements(world: World, many: int) -> None:
    """More than eight took one statement more, and so a little longer than nobody at all."""
    of_a_question(world, NOBODY)  # what a process reads once, it reads now
    nobody = of_a_question(world, NOBODY)
    assert nobody[0][0] is AskState.NO_HIT
    records = [
        PersonRecord(RecordRef(f"S-{n:03}"), "Qerimqq", "Wqopplex", parse_date("1990-02-03")) for n in range(many)
    ]
    bring(world, GBR, records)
    assert of_a_question(world, LOOKED_FOR)[0][0] is AskState.HIT
    protect(world, [each.ref for each in records])
    assert world.look(GBR, lambda tx: len(tx.execute(protection_mark.select()).all())) == many
    assert of_a_question(world, LOOKED_FOR) == nobody


def test_one_open_record_among_many_shielded_ones_is_the_whole_answer(world: World) -> None:
    records = [PersonRecord(RecordRef(f"S-{n:03}"), "Qerimqq", "Wqopplex", parse_date("1990-02-03")) for n in range(12)]
    bring(world, GBR, records)
    protect(world, [each.ref for each in records[:-1]])
    (state, body), _, _ = of_a_question(world, LOOKED_FOR)
    assert state is AskState.HIT
    assert [each["ref"] for each in body["refs"]] == ["S-011"]


@pytest.mark.parametrize("takes_s", [0.000_13, 0.0145, 0.099])  # nobody, 5,000 namesakes once, the most (people.md)
@pytest.mark.parametrize("query", [NOBODY, {**NOBODY, "family_names": "Krasniqi"}, LOOKED_FOR])
def test_answers_about_persons_leave_at_the_next_step_whatever_was_found(
    world: World, query: dict[str, str], takes_s: float
) -> None:
    hours = Hours()
    site = world.nodes[GBR].site(Pace(tells_by_time, STEP_S, hours, lambda: 0.0, hours.sleep))

    def timed(tx: Any, received: Any) -> Any:
        hours.now += takes_s
        return site.handle(tx, received)

    world.apps[GBR] = exchange_app(replace(site, handle=timed))
    began = hours.now
    assert of_a_question(world, query)[0][0] is AskState.NO_HIT
    assert hours.now - began == pytest.approx(STEP_S)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("enquiry", {"subject": "person"}, True),
        ("enquiry", {"subject": "travel_document"}, False),
        ("enquiry", {"subject": ["person"]}, False),
        ("enquiry", {}, False),
        ("release", {"subject": "person"}, False),
    ],
)
def test_only_questions_about_persons_are_held(
    world: World, kind: str, body: dict[str, Any], *, expected: bool
) -> None:
    identity = MessageId("0" * 8 + "-0000-4000-8000-" + "0" * 12)
    assert tells_by_time(Message(kind, identity, ALB, GBR, "c", world.clock(), None, body)) is expected


def test_a_serving_node_holds_answers_as_its_settings_say(world: World) -> None:
    pace = world.nodes[GBR].pace()
    assert pace.step_s == world.nodes[GBR].settings.exchange.answer_step_ms / 1000 == STEP_S
    assert pace.applies is tells_by_time
    assert pace.clock() <= pace.clock()
    assert 0 <= pace.chance() <= 1
    assert len({pace.chance() for _ in range(8)}) == 8


def lying(world: World, said_to_be: dict[Feature, list[Feature]], record: PersonRecord) -> dict[str, Any]:
    """The answer to a question whose tags are called what they are not: which true ones stand under which feature."""
    sent = world.ask(ALB, person_draft(query=NOBODY))
    world.deliver()
    body = dict(read_message(world.calls[-1].request)[0].body)
    assert world.view(ALB, sent.id).candidates == ()
    node = world.nodes[ALB]
    key = world.look(ALB, lambda tx: pair_keys(tx, node.keys, card_of(tx, GBR))[0].key)
    true = {feature: [each.value.hex() for each in tags(record, key) if each.feature is feature] for feature in Feature}
    query = dict(body["query"])
    for feature, taken in said_to_be.items():
        stolen = [each for source in taken for each in true[source]]
        query[feature.value] = (stolen + list(query[feature.value]))[: len(query[feature.value])]
    conversation = world.nodes[ALB].database.randomness.randbytes(16).hex()
    dashed = "-".join(
        (conversation[:8], conversation[8:12], conversation[12:16], conversation[16:20], conversation[20:])
    )
    return dict(world.send_body(ALB, GBR, "enquiry", body | {"query": query}, dashed).body)


FAMILY = [Feature.FAMILY_TOKEN, Feature.FAMILY_SOUND]


@pytest.mark.parametrize(
    "said_to_be",
    [
        {Feature.IDENTIFIER: [Feature.FAMILY_TOKEN]},
        {Feature.IDENTIFIER: [Feature.BIRTH_DATE]},
        {Feature.FAMILY_TOKEN: [Feature.FAMILY_TOKEN], Feature.BIRTH_DATE: [Feature.FAMILY_SOUND]},
        {Feature.FAMILY_TOKEN: [Feature.FAMILY_TOKEN], Feature.FIRST_TOKEN: [Feature.FAMILY_SOUND]},
        {Feature.BIRTH_DATE: [Feature.BIRTH_DATE], Feature.FIRST_TOKEN: [Feature.BIRTH_YEAR_MONTH]},
        {Feature.FAMILY_TOKEN: FAMILY, Feature.IDENTIFIER: FAMILY, Feature.BIRTH_DATE: FAMILY},
    ],
)
def test_a_partner_that_calls_one_thing_two_is_told_of_nobody(
    world: World, said_to_be: dict[Feature, list[Feature]]
) -> None:
    """One name, called a name and a number, would list its bearers to somebody who knows nothing else (ENQ-10)."""
    held = [PersonRecord(RecordRef(f"L-{n:03}"), f"Zq{n}", "Vzuqqirr", parse_date("1990-02-03")) for n in range(3)]
    bring(world, GBR, held)
    known = PersonRecord(RecordRef("A-001"), "", "Vzuqqirr", parse_date("1990-02-03"))
    assert lying(world, said_to_be, known) == {"result": "no_hit", "refs": [], "reason": None}


def test_the_same_tags_under_their_own_names_are_answered(world: World) -> None:
    bring(world, GBR, [PersonRecord(RecordRef("L-001"), "Zqq", "Vzuqqirr", parse_date("1990-02-03"))])
    known = PersonRecord(RecordRef("A-001"), "", "Vzuqqirr", parse_date("1990-02-03"))
    honest = {Feature.FAMILY_TOKEN: [Feature.FAMILY_TOKEN], Feature.BIRTH_DATE: [Feature.BIRTH_DATE]}
    answer = lying(world, honest, known)
    assert [each["ref"] for each in answer["refs"]] == ["L-001"]
    assert answer["refs"][0]["evidence"] == ["family_name_same", "birth_date_same"]


def test_what_is_true_of_a_lie_counts_and_no_more(world: World) -> None:
    """Names that agree are a candidate by themselves; a date that is called a number beside them adds nothing."""
    bring(world, GBR, [PersonRecord(RecordRef("L-001"), "Qerimqq", "Vzuqqirr", parse_date("1990-02-03"))])
    known = PersonRecord(RecordRef("A-001"), "Qerimqq", "Vzuqqirr", parse_date("1990-02-03"))
    names = {Feature.FAMILY_TOKEN: [Feature.FAMILY_TOKEN], Feature.FIRST_TOKEN: [Feature.FIRST_TOKEN]}
    answer = lying(world, names | {Feature.IDENTIFIER: [Feature.BIRTH_DATE]}, known)
    assert [each["evidence"] for each in answer["refs"]] == [["family_name_same", "first_name_same"]]
