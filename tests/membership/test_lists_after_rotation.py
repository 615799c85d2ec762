"""New keys by continuity change nothing about who is a member: the list in force goes on, and the next names the new card."""

from typing import Any

import pytest
from tests.federation.test_key_rotation import rotate, settle_all
from tests.federation.test_witness_outage import act, witness
from tests.federation.world import ALB, MKD, XKX, document_draft
from tests.membership.members import Ceremony
from tests.membership.test_suspension_and_exit import verdicts

from egnatia.agreements.admission import load_bars
from egnatia.enquiries.membership.overview import Overview, overview
from egnatia.errors import InputError, TamperedError
from egnatia.exchange.card import read_card
from egnatia.exchange.directory import cards
from egnatia.exchange.key_history import signing_keys_at
from egnatia.exchange.membership.lists import in_force
from egnatia.exchange.membership.signed_list import check_keys, verify_complete
from egnatia.exchange.rotation import Rotation
from egnatia.ledger.audit import verify_own
from egnatia.ledger.finality import WitnessPolicy, finality
from egnatia.model.ids import PartnerCode

ALL = Rotation(signing=True, agreement=True, tls=True)


@pytest.fixture
def members(ceremony: Ceremony) -> Ceremony:
    """All three are members by list 2, and ALB has replaced all of its keys since."""
    ceremony.admitted()
    for at in (ALB, XKX, MKD):
        ceremony.speak_new(at, *({ALB, XKX, MKD} - {at}))
    rotate(ceremony.world, ALB, ALL)
    settle_all(ceremony.world)
    return ceremony


def held(ceremony: Ceremony, at: PartnerCode) -> Any:
    found = ceremony.world.look(at, in_force)
    assert found is not None
    return found


def seen(ceremony: Ceremony, at: PartnerCode) -> Overview:
    return ceremony.world.look(at, lambda tx: overview(tx, ceremony.world.clock()))


def test_the_member_stays_in_good_standing_everywhere(members: Ceremony) -> None:
    world = members.world
    for code in (XKX, MKD):
        assert held(members, code).made.version == 2
        assert ALB in held(members, code).made.codes
        assert [each for each in world.look(code, load_bars) if each.since <= world.clock().date()] == []
        assert world.card(code, ALB).signing_key == read_card(world.nodes[ALB].card()).signing_key
    assert None in verdicts(world, XKX, (ALB, XKX))


def test_enquiries_go_on_and_new_cosignatures_count(members: Ceremony) -> None:
    world = members.world
    asked = world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    assert [each.refusal for each in world.view(ALB, asked.id).asks] == [None]
    act(world, XKX, 2)
    witness(world, XKX)
    known = world.look(XKX, lambda tx: finality(tx, WitnessPolicy(2), list(cards(tx)), world.clock()))
    assert (known.needed, known.final) == (2, known.size)
    report = world.look(XKX, lambda tx: verify_own(tx, world.nodes[XKX].trust(tx)))
    assert report.findings == []
    assert report.witnesses[ALB].size == known.size


def test_people_are_told_that_the_list_names_earlier_keys(members: Ceremony) -> None:
    for code in (XKX, ALB):
        assert any("earlier card of ALB" in line for line in seen(members, code).lines()), seen(members, code).lines()
    assert not any("earlier card of XKX" in line for line in seen(members, XKX).lines())


def test_the_next_list_names_the_new_card_and_is_signed_by_the_new_key(members: Ceremony) -> None:
    world = members.world
    before = held(members, XKX)
    members.renew(XKX)
    for code in (XKX, ALB, MKD):
        members.sign(code)
        world.deliver()
    for code in (ALB, XKX, MKD):
        made = held(members, code)
        assert made.made.version == 3
        verify_complete(made, before, {ALB: [world.card(XKX, ALB).signing_key]})
    assert not any("earlier card" in line for line in seen(members, MKD).lines())


def test_who_missed_the_list_still_gets_it_after_the_rotation(ceremony: Ceremony) -> None:
    """A list that names keys of its time is taken by a node that knows the newer ones."""
    world = ceremony.world
    ceremony.found()
    ceremony.renew(XKX)
    ceremony.sign(XKX)
    world.deliver()
    world.stop(XKX)
    ceremony.sign(ALB)
    rotate(world, ALB, ALL)
    world.start(XKX)
    settle_all(world)
    assert held(ceremony, XKX).made.version == held(ceremony, ALB).made.version == 2
    world.stop(MKD)


def test_a_list_of_before_may_name_old_keys_and_one_that_is_made_later_may_not(members: Ceremony) -> None:
    world = members.world
    listed = held(members, XKX)
    at = listed.made.issued_at
    known = world.look(XKX, lambda tx: signing_keys_at(tx, ALB, at))
    check_keys(listed.made, {ALB: known})
    assert len(known) == 2
    later = world.look(XKX, lambda tx: signing_keys_at(tx, ALB, world.clock()))
    assert later == (world.card(XKX, ALB).signing_key,)
    with pytest.raises(TamperedError):
        check_keys(listed.made, {ALB: later})


def test_a_stolen_key_counts_for_nothing_whenever_the_list_says_it_was_made(ceremony: Ceremony) -> None:
    world = ceremony.world
    ceremony.found()
    listed = held(ceremony, XKX)
    rotated = rotate(world, ALB, Rotation(signing=True, agreement=True, tls=True, compromised=True))
    world.nodes[XKX].add_partner(rotated.card, "off-1", replace=True, revoke_old=True)
    known = world.look(XKX, lambda tx: signing_keys_at(tx, ALB, listed.made.issued_at))
    assert known == (world.card(XKX, ALB).signing_key,)
    assert held(ceremony, XKX).made.version == 1, "the list in force goes on; it is the next that needs the new card"


def test_a_proposal_that_a_member_signed_before_its_rotation_can_still_be_completed(ceremony: Ceremony) -> None:
    world = ceremony.world
    ceremony.found()
    ceremony.renew(ALB)
    ceremony.sign(ALB)
    world.deliver()
    rotate(world, ALB, ALL)
    settle_all(world)
    assert ceremony.sign(XKX).in_force
    settle_all(world)
    assert held(ceremony, ALB).made.version == held(ceremony, XKX).made.version == 2


def test_a_proposal_with_an_old_card_that_its_member_did_not_sign_is_not_signed(ceremony: Ceremony) -> None:
    world = ceremony.world
    ceremony.found()
    ceremony.renew(XKX)
    ceremony.speak_new(XKX, ALB)
    rotate(world, ALB, ALL)
    settle_all(world)
    with pytest.raises((InputError, TamperedError)):
        ceremony.sign(XKX)
