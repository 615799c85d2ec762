"""Who must not stand in a filter, what ends an epoch, and that neither can be told from outside."""

from datetime import date
from functools import partial

import pytest
from tests.federation.test_blind_flow import STOLEN, ask, fetch_all, offer, publish_all, result, view
from tests.federation.world import ALB, GBR, INSTALLER, MKD, XKX, World

from egnatia.engines.blind import IdentifierKind, evaluate_directly, fresh_key, hashed_text, place_of
from egnatia.engines.people import PersonRecord, PersonRow, parse_date
from egnatia.enquiries.blind.importing import import_list
from egnatia.enquiries.blind.lists import counted_out, entries, is_complete, text_of
from egnatia.enquiries.blind.publishing import PAD_TO, make_filter
from egnatia.enquiries.blind.shields import shield_for
from egnatia.enquiries.claims import enter_claim
from egnatia.enquiries.guard import Claim
from egnatia.enquiries.holdings import import_persons, mark_protected, withdraw_document
from egnatia.enquiries.retention import erase_person
from egnatia.errors import ConflictError, InputError
from egnatia.model.ids import PartnerCode, RecordRef
from egnatia.model.states import AskState, BlindList, Offence, Purpose, RefusalReason
from egnatia.scenario.case import STOLEN_BLANKS_REF
from egnatia.store.tables import registered_document

WHY = "A victim of trafficking who gives evidence in the trial."
PERSONS = {
    "which": BlindList.PERSON_DOCUMENTS,
    "purpose": Purpose.INVESTIGATION,
    "offence": Offence.SMUGGLING_OF_PERSONS,
    "partners": (GBR,),
}


NUMBER = "L1234567"
ARTA = PersonRow(
    1, PersonRecord(RecordRef("GBR-P-900001"), "Arta", "Gashi", parse_date("1994-06-27"), identifiers=(NUMBER,)), {}
)


def known_document(world: World) -> tuple[str, str]:
    """A person of GBR with a document: reference and number."""
    node = world.nodes[GBR]
    world.do(GBR, lambda tx: import_persons(tx, node.desk, INSTALLER, [ARTA], world.clock()))
    return ARTA.record.ref, NUMBER


def offer_persons(world: World) -> None:
    publish_all(world, GBR)
    fetch_all(world, ALB, GBR)
    world.calls.clear()


def asked(world: World, number: str) -> tuple[AskState, RefusalReason | None]:
    return result(world, values={"number": number}, **PERSONS)


def claim(number: str, *origins: PartnerCode) -> Claim:
    return Claim("Arta", "Gashi", None, (number,), origins or (ALB,))


def claim_at(world: World, code: PartnerCode, what: Claim) -> str:
    node, officer = world.nodes[code], world.officer(code, "supervisor")
    return world.do(code, lambda tx: enter_claim(tx, node.desk, officer, what, world.clock()))


def mark(world: World, ref: str) -> None:
    officer = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: mark_protected(tx, officer, RecordRef(ref), WHY, world.clock()))


def test_a_persons_document_is_found_blind(world: World) -> None:
    _, number = known_document(world)
    offer_persons(world)
    assert asked(world, number) == (AskState.HIT, None)
    assert asked(world, number[::-1] + "7") == (AskState.NO_HIT, None)


def test_a_protected_person_is_in_nobodys_filter(world: World) -> None:
    ref, number = known_document(world)
    mark(world, ref)
    offer_persons(world)
    assert asked(world, number) == (AskState.NO_HIT, None)


def test_a_mark_ends_the_epoch_at_once(world: World) -> None:
    """The filter that partners hold would still find the person, so nothing is evaluated for it any more."""
    ref, number = known_document(world)
    offer_persons(world)
    assert asked(world, number) == (AskState.HIT, None)
    mark(world, ref)
    assert asked(world, number) == (AskState.REFUSED, RefusalReason.BLIND_EPOCH_OVER)
    offer_persons(world)
    assert asked(world, number) == (AskState.NO_HIT, None)


def test_the_end_looks_the_same_for_everybody_and_like_any_other_end(world: World) -> None:
    """A claim against ALB ends MKD's and ALB's filter alike, for the reason that any new epoch would give."""
    offer(world)
    fetch_all(world, GBR, XKX)
    claim_at(world, XKX, claim("P1234567", ALB))
    assert result(world) == (AskState.REFUSED, RefusalReason.BLIND_EPOCH_OVER)
    theirs = ask(world, code=GBR)
    world.deliver()
    assert view(world, theirs, GBR).refusal is RefusalReason.BLIND_EPOCH_OVER


def test_a_claimant_is_not_in_the_filter_of_the_state_it_fears_and_in_others(world: World) -> None:
    claim_at(world, XKX, claim(STOLEN["number"], ALB))
    offer(world)
    fetch_all(world, GBR, XKX)
    assert result(world) == (AskState.NO_HIT, None)
    assert result(world, values={**STOLEN, "number": "P0041764"}) == (AskState.HIT, None)
    theirs = ask(world, code=GBR)
    world.deliver()
    assert view(world, theirs, GBR).state is AskState.HIT


def test_a_claimants_records_are_left_out_by_reference_too(world: World) -> None:
    """What the person is recognised by is the name; the document number is not in the claim."""
    _, number = known_document(world)
    claim_at(world, GBR, Claim("Arta", "Gashi", "1994-06-27", (), (ALB,)))
    offer_persons(world)
    assert asked(world, number) == (AskState.NO_HIT, None)


def test_a_claim_names_the_state_by_any_of_its_codes(world: World) -> None:
    claim_at(world, GBR, claim("L7654321", PartnerCode("RKS")))
    shield = world.look(GBR, lambda tx: shield_for(tx, XKX, ("RKS",)))
    assert shield.numbers == {"L7654321"}
    assert world.look(GBR, lambda tx: shield_for(tx, ALB, ("ALB",))).numbers == frozenset()


def register_range(world: World, first: str, last: str) -> None:
    row: dict[str, object] = {"ref": "XKX-D-9", "issuer": "RKS", "document_type": "P", "category": "stolen_blank"}
    row |= {"number_from": first, "number_to": last, "number_length": len(first), "reported_on": date(2025, 5, 1)}
    world.do(XKX, lambda tx: tx.execute(registered_document.insert(), row | {"imported_at": world.clock()}))


def test_the_size_of_a_filter_does_not_tell_who_was_left_out(world: World) -> None:
    node = world.nodes[XKX]
    which = BlindList.REGISTERED_DOCUMENTS
    # One entry more than fill up the first step: without a random one in the place of the claimant it would show.
    rest = PAD_TO - len(world.look(XKX, lambda tx: list(entries(tx, which))))
    register_range(world, "R0000000", f"R{rest:07d}")
    before = world.look(XKX, lambda tx: make_filter(tx, node.desk, ALB, which)).facts
    claim_at(world, XKX, claim(STOLEN["number"], ALB))
    feared = world.look(XKX, lambda tx: make_filter(tx, node.desk, ALB, which)).facts
    other = world.look(XKX, lambda tx: make_filter(tx, node.desk, MKD, which)).facts
    assert before.entries == feared.entries == other.entries
    assert before.entries == 2 * PAD_TO
    assert (before.pages, before.complete) == (feared.pages, feared.complete) == (other.pages, other.complete)


def test_what_is_found_or_withdrawn_ends_the_epoch(world: World) -> None:
    offer(world)
    officer = world.officer(XKX, "administrator")
    ref = RecordRef(STOLEN_BLANKS_REF)
    world.do(XKX, lambda tx: withdraw_document(tx, officer, ref, "The batch was found whole.", world.clock()))
    assert result(world) == (AskState.REFUSED, RefusalReason.BLIND_EPOCH_OVER)
    offer(world)
    assert result(world) == (AskState.NO_HIT, None)


def test_an_erased_person_ends_the_epoch(world: World) -> None:
    ref, number = known_document(world)
    offer_persons(world)
    officer = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: erase_person(tx, officer, RecordRef(ref), "Erased by order of the court.", world.clock()))
    assert asked(world, number) == (AskState.REFUSED, RefusalReason.BLIND_EPOCH_OVER)


def test_housekeeping_of_the_ledger_ends_nothing(world: World) -> None:
    from egnatia.enquiries.retention import enter_erasure

    offer(world)
    world.do(XKX, lambda tx: enter_erasure(tx, "ledger", ["1", "2"], world.clock()))
    assert world.kinds(XKX)[-1] == "record.erased"
    assert result(world) == (AskState.HIT, None)


# The asker's own guard.


def test_the_guard_stops_a_blind_question_as_it_stops_an_open_one(world: World) -> None:
    offer(world)
    claim_at(world, ALB, claim(STOLEN["number"], XKX))
    stopped = ask(world)
    assert stopped.refusal is RefusalReason.PROTECTION_CLAIM_GUARD
    assert world.calls == []
    assert view(world, stopped).state is AskState.NOT_ASKED
    by_name = ask(world, values={**STOLEN, "number": "X1"}, holder={"first_names": "Arta", "family_names": "Gashi"})
    assert by_name.refusal is RefusalReason.PROTECTION_CLAIM_GUARD
    text = "The officer weighed the risk for the person and found none, because the matter is public."
    assert ask(world, "supervisor", override=text).refusal is None


# What is in a list.


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("P0041700", "P0041799", 100),
        ("A1", "A1", 1),
        ("0098", "0101", 4),
        ("P0000000", "P0099999", 100_000),
        ("P0000000", "P0100000", None),
        ("P00A", "P00B", None),
        ("P1", "P10", None),
        ("P20", "P10", None),
    ],
)
def test_ranges_are_counted_out_or_left_out(first: str, last: str, count: int | None) -> None:
    numbers = counted_out(first, last)
    assert (None if numbers is None else len(numbers)) == count
    if numbers:
        assert (numbers[0], numbers[-1]) == (first, last)
        assert {len(each) for each in numbers} == {len(first)}


def test_a_list_with_a_range_that_is_too_long_says_that_it_is_not_complete(world: World) -> None:
    which = BlindList.REGISTERED_DOCUMENTS
    assert world.look(XKX, lambda tx: is_complete(tx, which))
    register_range(world, "P1000000", "P1999999")
    assert not world.look(XKX, lambda tx: is_complete(tx, which))
    statement = publish_all(world, XKX)
    assert not any(each.complete for each in statement.filters if each.list is which)


def test_imported_lists_are_sealed_replaced_and_normal(world: World) -> None:
    officer = world.officer(XKX, "administrator")
    rows = [("XKX-F-1", "XK05 1212 0123 4567 8906"), ("XKX-F-2", "gb82-west-1234-5698-7654-32")]
    which = BlindList.BANK_ACCOUNTS
    assert world.do(XKX, lambda tx: import_list(tx, officer, which, rows, world.clock())) == 2
    texts = {each.text for each in world.look(XKX, lambda tx: list(entries(tx, which)))}
    assert texts == {
        hashed_text(IdentifierKind.IBAN, each) for each in ("XK051212012345678906", "GB82WEST12345698765432")
    }
    assert b"121201234567890" not in world.files(XKX)
    assert world.do(XKX, lambda tx: import_list(tx, officer, which, rows[:1], world.clock())) == 1
    assert len(world.look(XKX, lambda tx: list(entries(tx, which)))) == 1
    assert world.kinds(XKX)[-2:] == ["blind.list_imported"] * 2


AN_IMPORT_IS_WHOLE_OR_ABSENT: list[tuple[BlindList, list[tuple[str, str]], type[Exception]]] = [
    (BlindList.BANK_ACCOUNTS, [("XKX-F-1", "XK06 1212 0123 4567 8906")], InputError),
    (BlindList.PHONES, [("XKX-T-1", "044 123 456")], InputError),
    (BlindList.PHONES, [("a name", "+383 44 123 456")], InputError),
    (BlindList.PHONES, [("XKX-T-1", "+383 44 123 456")] * 2, ConflictError),
    (BlindList.REGISTERED_DOCUMENTS, [], InputError),
]


def test_an_import_is_whole_or_absent(world: World) -> None:
    officer = world.officer(XKX, "administrator")
    before = world.kinds(XKX)
    for which, rows, problem in AN_IMPORT_IS_WHOLE_OR_ABSENT:
        with pytest.raises(problem):
            world.do(XKX, partial(import_list, officer=officer, which=which, rows=rows, now=world.clock()))
        assert world.kinds(XKX) == before
        assert world.look(XKX, lambda tx: list(entries(tx, BlindList.PHONES))) == []


def test_a_telephone_number_is_asked_under_the_grant_for_persons(world: World) -> None:
    officer = world.officer(GBR, "administrator")
    rows = [("GBR-T-1", "+44 (0)20 7946 0000")]
    world.do(GBR, lambda tx: import_list(tx, officer, BlindList.PHONES, rows, world.clock()))
    offer_persons(world)
    question = PERSONS | {"which": BlindList.PHONES}
    assert result(world, values={"phone": "0044 20 7946-0000"}, **question) == (AskState.HIT, None)
    assert result(world, values={"phone": "+442079460001"}, **question) == (AskState.NO_HIT, None)


def test_lists_are_under_keys_of_their_own(world: World) -> None:
    """A question permitted for one list can never be looked up in another."""
    statement = publish_all(world, GBR)
    assert len({each.key for each in statement.filters}) == len(statement.filters) > 1
    text = text_of(BlindList.PERSON_DOCUMENTS, {"number": "L1234567"})
    import random

    rng = random.Random(1)
    places = {place_of(evaluate_directly(fresh_key(rng), text), 1).value for _ in range(2)}
    assert len(places) == 2
