"""Ways round the protection-claim guard: what could reveal a claim is never asked of the state it is made against."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.world import ALB, GBR, XKX, World, document_draft, person_draft

from egnatia.engines.people import PersonQuery, PersonRecord, judge, parse_date, tags
from egnatia.enquiries.ask import preview, send_enquiry
from egnatia.enquiries.guard import Claim, check_guard, record_claim
from egnatia.errors import ForbiddenError, InputError, RefusedError
from egnatia.model.ids import OfficerId, PartnerCode, RecordRef
from egnatia.model.officers import Officer
from egnatia.model.states import AskState, RefusalReason, Role
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry

KEY = bytes(32)
SUPERVISOR = Officer(OfficerId("off-supervisor"), "supervisor", frozenset({Role.SUPERVISOR}))
NAMES = ("Arben", "Arbën", "Арбен", "Besnik", "Krasniqi", "Krasnići", "Hoxha", "Gashi Berisha", "Ana Maria", "Петровић")
DATES = ("", "1994-06", "1994-06-27", "1994-06-28", "1994-04-05", "1994-05-04", "1981-06-27")
CLAIM = Claim("Arben", "Krasniqi", "1994-06-27", ("BA 123-456",), (ALB,))


def is_stopped(database: Database, claim: Claim, clues: Mapping[str, object], codes: tuple[str, ...] = ()) -> bool:
    from tests.conftest import NOW

    with database.write() as tx:
        record_claim(tx, SUPERVISOR, claim, NOW)
        try:
            check_guard(tx, PartnerCode("ALB"), codes, clues)
        except RefusedError as refusal:
            return refusal.reason is RefusalReason.PROTECTION_CLAIM_GUARD
        return False


@pytest.mark.parametrize(
    "clues",
    [
        {"first_names": "Arben", "family_names": "Hoxha", "birth_date": "1994-06-27"},  # by another family name
        {"first_names": "Besnik", "family_names": "Krasniqi", "birth_date": "1994-06-27"},
        {"first_names": "Arben", "family_names": "Krasniqi", "birth_date": "1981-01-05"},  # a wrong date of birth
        {"first_names": "Krasniqi", "family_names": "Arben"},
        {"first_names": "Арбен", "family_names": "Красниќи"},
        {"family_names": "Krasniqi", "birth_date": "1994-06-27"},
        {"first_names": "Arben", "birth_date": "1994-06-27"},
        {"family_names": "KRASNIQI"},
        {"family_names": "KRASNIQI ARBEN GEZIM"},  # a zone without a gap between the names
        {"first_names": "GEZIM ARBEN KRASNIQI", "birth_date": "no date"},
        {"number": "BA123456"},
        {"number": "ba/123.456"},
        {"number": "BA<123456<"},
        {"first_names": "Other", "family_names": "Person", "identifiers": ["Ba 12-34-56"]},
    ],
    ids=str,
)
def test_the_guard_knows_a_claimant_however_asked_about(database: Database, clues: Mapping[str, object]) -> None:
    assert is_stopped(database, CLAIM, clues)


@given(
    claim=st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(DATES)),
    asked=st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(DATES)),
)
@settings(deadline=None, derandomize=True, max_examples=300)
def test_whatever_the_partner_would_call_a_candidate_stops_the_question(
    claim: tuple[str, str, str], asked: tuple[str, str, str]
) -> None:
    """Were the claimant in that state's records, the question would find him there: that is what reveals."""
    from egnatia.enquiries.guard import _recognises

    query = PersonQuery(asked[0], asked[1], parse_date(asked[2]))
    record = PersonRecord(RecordRef("ALB-P-1"), claim[0], claim[1], parse_date(claim[2]))
    found = judge(tags(query, KEY), [one.value for one in tags(record, KEY)])
    clues = {"first_names": asked[0], "family_names": asked[1], "birth_date": asked[2]}
    if found is not None:
        assert _recognises(Claim(claim[0], claim[1], claim[2] or None, (), (ALB,)), clues), found


def test_somebody_else_is_not_stopped(database: Database) -> None:
    assert not is_stopped(database, CLAIM, {"first_names": "Gjergj", "family_names": "Shehu", "number": "XX1"})


@pytest.mark.parametrize("origin", ["XKX", "RKS"])
def test_a_claim_against_kosovo_holds_under_either_code(world: World, origin: str) -> None:
    claim = Claim("", "", None, ("P0041763",), (PartnerCode(origin),))
    world.do(ALB, lambda tx: record_claim(tx, world.officer(ALB, "supervisor"), claim, world.clock()))
    sent = world.ask(ALB, document_draft(query={"issuer": "XKX", "document_type": "p", "number": "P 0041-763"}))
    world.deliver()
    states = {each.partner: (each.state, each.refusal) for each in world.view(ALB, sent.id).asks}
    assert states[XKX] == (AskState.NOT_ASKED, RefusalReason.PROTECTION_CLAIM_GUARD)
    assert states[GBR][0] is not AskState.NOT_ASKED
    assert XKX not in {call.to for call in world.calls if call.sender == ALB}


def test_asking_everybody_skips_the_state_the_claim_is_made_against(world: World) -> None:
    claim = Claim("Arben", "Krasniqi", None, (), (GBR,))
    world.do(ALB, lambda tx: record_claim(tx, world.officer(ALB, "supervisor"), claim, world.clock()))
    sent = world.ask(ALB, person_draft(partners=None))
    world.deliver()
    assert {each.partner: each.state for each in world.view(ALB, sent.id).asks}[GBR] is AskState.NOT_ASKED
    assert GBR not in {call.to for call in world.calls if call.sender == ALB}


def test_only_a_supervisor_overrides_and_in_a_whole_sentence(world: World) -> None:
    claim = Claim("Arben", "Krasniqi", None, (), (GBR,))
    world.do(ALB, lambda tx: record_claim(tx, world.officer(ALB, "supervisor"), claim, world.clock()))
    desk = world.nodes[ALB].desk
    long = "The person has consented in writing and the risk was assessed by counsel."
    for post, text, error in (("enquirer", long, ForbiddenError), ("supervisor", " " * 90, InputError)):
        officer, draft = world.officer(ALB, post), person_draft(override=text)
        with pytest.raises(error):
            world.do(ALB, lambda tx, o=officer, d=draft: send_enquiry(tx, desk, o, d, world.clock()))  # type: ignore[misc]
    assert not world.calls


def test_nobody_finds_out_in_passing_who_claims_protection(world: World) -> None:
    """A preview is not recorded, so it is no oracle; whoever asks in earnest is told and is on record."""
    claim = Claim("Arben", "Krasniqi", None, (), (GBR,))
    world.do(ALB, lambda tx: record_claim(tx, world.officer(ALB, "supervisor"), claim, world.clock()))
    desk, told = world.nodes[ALB].desk, {}
    for post in ("enquirer", "examiner", "supervisor"):
        officer = world.officer(ALB, post)
        found = world.look(ALB, lambda tx, o=officer: preview(tx, desk, o, person_draft(), world.clock()))  # type: ignore[misc]
        told[post] = found[0].refusal
    guard = RefusalReason.PROTECTION_CLAIM_GUARD
    assert told == {"enquirer": None, "examiner": None, "supervisor": guard}
    before = len(world.kinds(ALB))
    assert world.ask(ALB, person_draft()).asks[0].refusal is guard
    assert world.kinds(ALB)[before:] == ["enquiry.not_sent"]


def test_a_claim_leaves_no_trace_but_its_own_entry(world: World) -> None:
    """Neither the files in the clear nor anything sent, refused or shown to partners holds a word of it."""
    claim = Claim("Zymberuna", "Qerimagaj", "1987-03-09", ("ZQ7654321",), (GBR,))
    world.do(ALB, lambda tx: record_claim(tx, world.officer(ALB, "supervisor"), claim, world.clock()))
    query = {"first_names": "Zymberuna", "family_names": "Qerimagaj"}
    world.ask(ALB, person_draft(query=query, partners=None))
    world.deliver()
    world.nodes[ALB].database.engine.dispose()
    files = world.files(ALB)
    for word in (b"Zymberuna", b"Qerimagaj", b"ZQ7654321", b"1987-03-09"):
        assert word not in files
        assert not any(word in call.request + call.reply for call in world.calls)
    entries = world.look(ALB, lambda tx: [bytes(row.entry) for row in tx.execute(ledger_entry.select())])
    assert all(b"PROTECTION_CLAIM_GUARD" not in entry for entry in entries)
