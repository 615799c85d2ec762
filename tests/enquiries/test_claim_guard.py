"""Never ask a state about someone who claims protection from it: every spelling, every document, every way in (ENQ-06)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.world import ALB, GBR, MNE, XKX, World, document_draft, person_draft

from egnatia.enquiries.guard import Claim, record_claim
from egnatia.enquiries.guard import _recognises as recognises
from egnatia.errors import Error, ForbiddenError, InputError, RefusedError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason

ASSESSMENT = "Assessed with the protection team on file 12; the question does not reveal where the person is."
CLAIM = Claim("Arbën Gëzim", "Krasniqi", "1994-03-18", ("P0041763", "RK 98-765 43"), (ALB,))
SPELLINGS: list[dict[str, Any]] = [
    {"first_names": "Arbën Gëzim", "family_names": "Krasniqi"},
    {"first_names": "ARBEN", "family_names": "KRASNIQI"},
    {"first_names": "arben", "family_names": "krasniqi", "birth_date": "1994-03-18"},
    {"first_names": "Арбен", "family_names": "Красничи"},
    {"first_names": "Krasniqi", "family_names": "Arben"},
    {"first_names": "Arben", "family_names": "Krasnichi"},
    {"first_names": "Arben", "family_names": "Krasniqi-Hoxha"},
    {"first_names": "Arben", "family_names": "Krasniqi", "birth_date": "1991-01-01"},
    {"family_names": "Krasniqi", "birth_date": "1994-03-18"},
    {"first_names": "Arben", "birth_date": "1994-03-18"},
    {"first_names": "Arben", "birth_date": "1994-03"},
    {"family_names": "Krasniqi"},
    {"first_names": "UNKNOWN", "family_names": "Krasniqi"},
    {"identifiers": ["P0041763"]},
    {"identifiers": ["p 0041763"]},
    {"identifiers": ["X1", "RK9876543"]},
    {"identifiers": ["document:P0041763"]},
    {"identifiers": ["passport: p-004 1763"]},
    {"identifiers": ["national:RK9876543"]},
    {"identifiers": ["PO041763"]},
    {"number": "P0041763"},
    {"number": "P-004 1763"},
    {"number": "RK9876543", "first_names": "Jane", "family_names": "Doe"},
]
STRANGERS: list[dict[str, Any]] = [
    {},
    {"first_names": "Jane", "family_names": "Doe", "birth_date": "1994-03-18"},
    {"first_names": "Agim", "family_names": "Hoxha"},
    {"number": "P0041764"},
    {"identifiers": ["P0041764"]},
    {"first_names": "UNKNOWN", "family_names": "UNKNOWN"},
    {"number": ""},
    {"first_names": None, "family_names": None, "birth_date": None, "number": None, "identifiers": None},
]


@pytest.mark.parametrize("clues", SPELLINGS)
def test_the_claimant_is_recognised(clues: dict[str, Any]) -> None:
    assert recognises(CLAIM, clues)


@pytest.mark.parametrize("clues", STRANGERS)
def test_somebody_else_is_not(clues: dict[str, Any]) -> None:
    assert not recognises(CLAIM, clues)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=12))
def test_whatever_an_officer_typed_the_guard_gives_an_answer(first: str, family: str, number: str) -> None:
    assert recognises(CLAIM, {"first_names": first, "family_names": family, "number": number}) in (True, False)


def record(world: World, claim: Claim = CLAIM, code: PartnerCode = GBR) -> None:
    supervisor = world.officer(code, "supervisor")
    world.do(code, lambda tx: record_claim(tx, supervisor, claim, world.clock()))


def reasons(world: World, code: PartnerCode, draft: Any, post: str = "enquirer") -> list[RefusalReason | None]:
    return [each.refusal for each in world.ask(code, draft, post).asks]


def test_a_question_to_the_state_of_origin_is_stopped_and_to_others_not(world: World) -> None:
    record(world)
    query = {"issuer": "RKS", "number": "P0041763"}
    draft = document_draft(query=query, partners=(ALB, XKX), holder={})
    assert reasons(world, GBR, draft) == [RefusalReason.PROTECTION_CLAIM_GUARD, None]
    world.deliver()
    assert [call.to for call in world.calls] == [XKX]
    entry = next(each for each in world.entries(GBR) if each.kind == "enquiry.not_sent")
    assert (entry.partner, entry.content) == (ALB, {"reason": "PROTECTION_CLAIM_GUARD", "case_ref": draft.case_ref})


def test_every_spelling_is_stopped_on_the_whole_way(world: World) -> None:
    record(world)
    for query in SPELLINGS:
        if "number" in query or "UNKNOWN" in query.values() or query == {"family_names": "Krasniqi"}:
            continue  # no question about a person, or too little to ask about at all
        if "identifiers" in query:
            names = {"first_names": "Jane", "family_names": "Doe"}
            query = names | {"identifiers": [each for each in query["identifiers"] if each != "X1"]}  # noqa: PLW2901
        draft = person_draft(query=query, partners=(ALB,))
        assert reasons(world, GBR, draft) == [RefusalReason.PROTECTION_CLAIM_GUARD], query
    world.deliver()
    assert world.calls == []


def test_a_person_asked_by_a_document_is_stopped_as_well(world: World) -> None:
    record(world)
    query = {"first_names": "Jane", "family_names": "Doe", "identifiers": ["P0041763"]}
    draft = person_draft(query=query, partners=(ALB,))
    assert reasons(world, GBR, draft) == [RefusalReason.PROTECTION_CLAIM_GUARD]


def test_what_is_known_of_a_documents_holder_is_enough(world: World) -> None:
    record(world)
    holder = {"first_names": "ARBEN", "family_names": "KRASNIQI"}
    draft = document_draft(query={"issuer": "ALB", "number": "BA1234567"}, partners=(ALB,), holder=holder)
    assert reasons(world, GBR, draft) == [RefusalReason.PROTECTION_CLAIM_GUARD]
    alone = document_draft(
        query={"issuer": "ALB", "number": "BA1234567"}, partners=(ALB,), holder={"family_names": "KRASNIQI"}
    )
    assert reasons(world, GBR, alone) == [RefusalReason.PROTECTION_CLAIM_GUARD]


@pytest.mark.parametrize("origin", ["XKX", "RKS", "UNK"])
def test_a_state_may_be_named_by_any_code_of_its_documents(world: World, origin: str) -> None:
    """Kosovo's passports say RKS; a claim recorded so used to be no claim against XKX."""
    record(world, Claim("Arben", "Krasniqi", None, (), (PartnerCode(origin),)))
    assert reasons(world, GBR, document_draft(partners=(XKX,))) == [RefusalReason.PROTECTION_CLAIM_GUARD]


def test_an_override_is_a_supervisors_with_an_assessment_and_is_recorded(world: World) -> None:
    record(world)
    query = {"first_names": "Arben", "family_names": "Krasniqi"}
    for post, text, error in (("enquirer", ASSESSMENT, ForbiddenError), ("supervisor", "too short", InputError)):
        with pytest.raises(error):
            world.ask(GBR, person_draft(query=query, partners=(ALB,), override=text), post)
    assert "enquiry.sent" not in world.kinds(GBR)
    with pytest.raises(InputError):
        world.ask(GBR, person_draft(query=query, partners=(ALB,), override="x" * 49), "supervisor")
    draft = person_draft(query=query, partners=(ALB,), override="x" * 50)
    assert reasons(world, GBR, draft, "supervisor") == [None]
    entry = next(each for each in world.entries(GBR) if each.kind == "enquiry.sent")
    assert entry.content is not None
    assert entry.content["override"] == "x" * 50


def test_a_claim_recorded_after_the_hit_stops_the_follow_up(world: World) -> None:
    sent = world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    candidate = world.view(ALB, sent.id).candidates[0].id
    world.confirm(ALB, candidate)
    record(world, Claim("Arben", "Krasniqi", None, (), (XKX,)), ALB)
    with pytest.raises(RefusedError) as caught:
        world.follow(ALB, candidate)
    assert caught.value.reason is RefusalReason.PROTECTION_CLAIM_GUARD
    overridden = world.ask(ALB, document_draft(partners=(XKX,), override=ASSESSMENT), "supervisor")
    world.deliver()
    candidate = world.view(ALB, overridden.id).candidates[0].id
    world.confirm(ALB, candidate)
    assert world.follow(ALB, candidate)


@pytest.mark.parametrize(
    ("claim", "good"),
    [
        (Claim("Arben", "Krasniqi", None, (), (ALB,)), True),
        (Claim("", "Krasniqi", None, (), (ALB,)), True),
        (Claim("", "", None, ("P0041763",), (ALB,)), True),
        (Claim("Arben", "Krasniqi", None, (), ()), False),
        (Claim("Arben", "Krasniqi", None, (), (PartnerCode("Albania"),)), False),
        (Claim("", "", None, (), (ALB,)), False),
        (Claim("Arben", "Krasniqi", "31.02.1990", (), (ALB,)), False),
    ],
)
def test_a_claim_needs_a_state_and_something_to_recognise_by(world: World, claim: Claim, good: bool) -> None:  # noqa: FBT001 - a table
    if good:
        record(world, claim)
        assert world.kinds(GBR)[-1] == "protection_claim.recorded"
        return
    with pytest.raises(InputError):
        record(world, claim)
    assert "protection_claim.recorded" not in world.kinds(GBR)


def test_only_a_supervisor_records_claims(world: World) -> None:
    with pytest.raises(ForbiddenError):
        world.do(MNE, lambda tx: record_claim(tx, world.officer(MNE), CLAIM, world.clock()))
    assert issubclass(ForbiddenError, Error)
