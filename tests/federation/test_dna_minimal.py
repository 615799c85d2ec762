"""What crosses the line and what stays behind: art. 9's fields and nothing else, no question kept, numbers that tell nothing."""

import base64
import json
import re
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from tests.federation.alerting import speak
from tests.federation.dna_acts import (
    CASE,
    KIND,
    PERSONS_AT_ALB,
    WHY,
    as_kind,
    ask,
    candidates,
    grant,
    link,
    link_record,
    meet,
    number,
    somebody,
    store,
)
from tests.federation.search import found, said, spellings
from tests.federation.world import ALB, GBR, MKD, World

from egnatia.enquiries.dna.links import TRACE_FIELDS, link_of
from egnatia.enquiries.dna.numbers import behind, forget_numbers, fresh_number, given
from egnatia.enquiries.dna.profiles import forget_profile
from egnatia.exchange.inbox import forget_answers
from egnatia.exchange.limits import KEEP_ANSWERS
from egnatia.exchange.message import read_message
from egnatia.model.ids import system_randomness
from egnatia.model.states import SubjectKind
from egnatia.scenario.case import KNOWN_PERSON, KNOWN_REF
from egnatia.store.tables import answered_enquiry, dna_number, inbox

QUESTION = {"grant", "purpose", "offence", "number", "identified", "profile", "rules"}
"""Regulation (EU) 2024/982 art. 9(1), the three by which it is judged whether the question is allowed, and the rules."""
REPLY = {"result", "number", "matches", "reason", "searched", "rules"}
MATCH = {"number", "identified", "profile"}
SECRET = "Wiretap quotation: the gloves belong to the courier of the Tuesday load."


@pytest.fixture
def world(two: World) -> World:
    """Two nodes; a test that needs another one starts it."""
    return two


def exchanges(world: World) -> list[tuple[dict[str, object], dict[str, object]]]:
    calls = [each for each in world.calls if read_message(each.request)[0].kind == "dna_enquiry"]
    return [(dict(read_message(one.request)[0].body), dict(read_message(one.reply)[0].body)) for one in calls]


def test_messages_have_exactly_the_fields_of_the_article(world: World) -> None:
    meet(world)
    store(world, GBR, somebody("nobody there", "T-2", KIND.TRACE))
    ask(world)
    ask(world, ref="T-2")
    results = []
    for question, reply in exchanges(world):
        assert {*question} == QUESTION
        assert {*reply} == REPLY
        results.append(str(reply["result"]))
        assert reply["number"] == question["number"]
        matches = reply["matches"]
        assert isinstance(matches, list)
        for each in (question, *matches):
            assert {*each["profile"]} == {"identified", "loci"}
        for each in matches:
            assert {*each} == MATCH
    assert sorted(results) == ["hit", "no_hit"]


def test_nothing_that_crossed_names_anybody_a_case_or_an_officer(world: World) -> None:
    """Both sides know whose the profiles are, in which case and why it is asked; none of it is in any byte."""
    speak(world)
    person = somebody("the one", "GBR-G-002210")
    store(world, GBR, person)
    store(world, ALB, as_kind(person, "ALB-T-000417"), somebody("another", "ALB-T-000418", KIND.TRACE))
    link(world, GBR, "GBR-G-002210", case_ref="LON-2024-3310", person_ref="QX-86417", record_ref=KNOWN_REF)
    scene = dict(
        zip(
            TRACE_FIELDS,
            ("2025-04-02 at Quibbleton", "counterfeiting of blanks", "4711/25", "Laboratory Nine"),
            strict=True,
        )
    )
    link(world, ALB, "ALB-T-000417", scene=scene)
    sent = ask(world, ref="GBR-G-002210", population=SubjectKind.DNA_TRACE, justification=SECRET)
    assert len(candidates(world, GBR, sent.id)) == 1
    text = said(world.calls)
    assert "d21s11" in text, "the search sees what is there"
    secrets = [KNOWN_PERSON["first_names"], KNOWN_PERSON["family_names"], KNOWN_PERSON["birth_date"], KNOWN_REF]
    secrets += ["GBR-G-002210", "ALB-T-000417", "QX-86417", "LON-2024-3310", CASE, "Wiretap", "courier of the"]
    secrets += [*scene.values(), "invented 16", "lab-0001", "convicted"]
    needles = {each for secret in secrets for each in spellings(secret)}
    needles |= {officer.name.casefold() for officer in world.staff.values()}
    needles |= {officer.id.casefold() for officer in world.staff.values()}
    assert found(needles, text) == []


def test_a_question_is_nowhere_on_the_answering_node(world: World) -> None:
    """Whatever the answer was: neither loci, as they were written or in base64, nor the message itself, log included."""
    met = meet(world)
    stranger = somebody("nobody there", "T-2", KIND.TRACE)
    store(world, GBR, stranger)
    ask(world)
    ask(world, ref="T-2")
    kept = world.files(ALB)
    bodies = [question for question, _ in exchanges(world)]
    assert len(bodies) == 2
    for question in bodies:
        profile = question["profile"]
        assert isinstance(profile, dict)
        for form in (json.dumps(profile["loci"]), json.dumps(profile["loci"], separators=(",", ":"))):
            assert form.encode() not in kept
    for call in (each for each in world.calls if each.to == ALB):
        assert call.request not in kept
        payload = json.loads(call.request)["payload"].encode()
        assert payload not in kept
        assert payload[200:260] not in kept
    for name in met.trace.loci:
        for place in range(3):
            hidden = base64.b64encode(b" " * place + f'"{name}":["'.encode())[4:-4]
            assert hidden not in kept, f"{name} stands in base64"
        assert re.search(rb'"%s" ?: ?\[' % re.escape(name.encode()), kept) is None


def test_only_numbers_are_kept_of_a_hit_and_nothing_of_a_no_hit(world: World) -> None:
    meet(world)
    store(world, GBR, somebody("nobody there", "T-2", KIND.TRACE))
    first, second = ask(world), ask(world, ref="T-2")
    rows = world.look(ALB, lambda tx: {row.enquiry_id: row for row in tx.execute(answered_enquiry.select())})
    [candidate] = candidates(world, GBR, first.id)
    assert json.loads(rows[first.id].refs) == {"returned": [candidate.ref], "shielded": []}
    assert json.loads(rows[second.id].refs) == {"returned": [], "shielded": []}
    answers = world.look(ALB, lambda tx: [(row.kind, bytes(row.answer)) for row in tx.execute(inbox.select())])
    assert [content for kind, content in answers if kind == "dna_enquiry"] == [b"", b""], "both are sealed, hit or not"


def test_numbers_of_one_profile_differ_by_partner_and_agreement(world: World) -> None:
    """ALB asks GBR and MKD about one trace; each knows it by a number of its own, the same each time."""
    world.start(MKD)
    speak(world)
    store(world, ALB, somebody("the one", "T-1", KIND.TRACE))
    for _ in range(2):
        ask(world, ALB, partners=(GBR, MKD))
    seen: dict[str, set[object]] = {}
    for call in world.calls:
        seen.setdefault(call.to, set()).add(read_message(call.request)[0].body["number"])
    assert {partner: len(numbers) for partner, numbers in seen.items()} == {"GBR": 1, "MKD": 1}
    assert len(seen["GBR"] | seen["MKD"]) == 2
    rows = world.look(ALB, lambda tx: given(tx, "T-1"))
    assert {each.partner for each in rows} == {GBR, MKD}
    assert len({each.agreement for each in rows}) == 2
    for each in rows:
        assert world.look(ALB, partial(behind, number=each.number)) == each


def test_two_partners_of_one_agreement_know_a_profile_by_two_numbers(world: World) -> None:
    store(world, ALB, somebody("the one", "T-1", KIND.TRACE))
    grants = ("demo-alb-mkd-dna-person", "demo-alb-mne-dna-person")
    assert len({grant(world, ALB, each).agreement for each in grants}) == 1
    assert len({number(world, ALB, each, "T-1") for each in grants}) == 2


def test_one_partner_sees_one_number_under_one_agreement_and_another_under_another(world: World) -> None:
    store(world, ALB, somebody("the one", "P-1"))
    same = {number(world, ALB, name, "P-1") for name in (PERSONS_AT_ALB, "demo-gbr-alb-dna-trace")}
    other = number(world, ALB, "demo-mkd-alb-dna-person", "P-1")
    assert len(same) == 1, "persons and traces are of one agreement here"
    assert other not in same
    assert grant(world, ALB, PERSONS_AT_ALB).agreement != grant(world, ALB, "demo-mkd-alb-dna-person").agreement


def test_a_profile_that_comes_again_has_new_numbers(world: World) -> None:
    person = somebody("the one", "P-1")
    store(world, ALB, person)
    before = number(world, ALB, PERSONS_AT_ALB, "P-1")
    world.do(ALB, lambda tx: forget_profile(tx, "P-1"))
    world.do(ALB, lambda tx: forget_numbers(tx, "P-1"))
    assert world.look(ALB, lambda tx: tx.execute(select(dna_number)).all()) == []
    store(world, ALB, person)
    assert number(world, ALB, PERSONS_AT_ALB, "P-1") != before
    assert world.look(ALB, lambda tx: behind(tx, before)) is None
    assert world.look(ALB, lambda tx: link_of(tx, "P-1")) is None


def test_numbers_are_drawn_and_have_room_for_nothing() -> None:
    randomness = system_randomness()
    drawn = [fresh_number(randomness) for _ in range(2_000)]
    assert len({*drawn}) == 2_000
    assert all(re.fullmatch(r"DNA-[0-9A-HJKMNP-TV-Z]{26}", each) for each in drawn)
    for place in range(4, 30):
        assert len({each[place] for each in drawn}) == 32, "every letter of the alphabet at every place"


def test_the_officers_words_stay_at_home(world: World) -> None:
    meet(world)
    ask(world)
    assert WHY.encode() not in world.files(ALB)
    assert WHY.encode() not in world.files(GBR), "and are sealed there"


def test_a_persons_record_and_its_profile_share_no_row(world: World) -> None:
    store(world, GBR, somebody("the one", "P-1"))
    link_record(world, GBR, "P-1", KNOWN_REF)
    kept = world.files(GBR)
    assert b"D21S11" not in kept
    assert KNOWN_PERSON["family_names"].encode() not in kept


def test_a_sealed_answer_goes_when_nobody_can_ask_for_it_again(world: World) -> None:
    meet(world)
    ask(world)
    query = select(inbox.c.sealed_id).where(inbox.c.kind == "dna_enquiry")
    [sealed_id] = world.look(ALB, lambda tx: list(tx.execute(query).scalars()))
    assert b"D21S11" not in (world.look(ALB, lambda tx: tx.opened(sealed_id)) or b"D21S11"), "its payload is base64"
    late = world.clock() + KEEP_ANSWERS + timedelta(seconds=1)
    assert world.do(ALB, lambda tx: forget_answers(tx, late)) >= 1
    assert world.look(ALB, lambda tx: list(tx.execute(query).scalars())) == []
    assert world.look(ALB, lambda tx: tx.opened(sealed_id)) is None
