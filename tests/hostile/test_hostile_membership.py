"""A partner with good keys tries to take the membership list over, to block it, or to split it."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.federation.world import ALB, CODES, GBR, MKD, MNE, XKX, World
from tests.membership.members import Ceremony

from egnatia.agreements.admission.lists import Member, MembershipList, SignOff
from egnatia.enquiries.membership.messages import MEMBERSHIP_LIST, MEMBERSHIP_NOTICE, ListBody
from egnatia.enquiries.membership.signing import put_in_force_if_complete
from egnatia.enquiries.membership.standing import suspend
from egnatia.enquiries.membership.taking import take_file
from egnatia.enquiries.messages import encode
from egnatia.exchange.membership import lists
from egnatia.exchange.membership.documents import write_list
from egnatia.exchange.membership.signed_list import SignedList, sign_list, write_document
from egnatia.exchange.message import Message
from egnatia.model.ids import PartnerCode

WHY = "Its officers asked about relatives of a journalist."
GHOST = PartnerCode("ZZZ")
GHOST_KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
MEMBERS = (GBR, ALB, XKX, MKD)


def key_of(world: World, code: PartnerCode) -> Ed25519PrivateKey:
    return GHOST_KEY if code == GHOST else world.nodes[code].keys.signing


def member(world: World, code: PartnerCode, since: datetime) -> Member:
    key = key_of(world, code).public_key().public_bytes_raw()
    return Member(code, f"Police of {code}", "ab" * 32, key, since)


def a_list(world: World, codes: Sequence[PartnerCode], **changes: Any) -> MembershipList:
    now = world.clock()
    made = MembershipList(
        version=1,
        previous=None,
        issued_at=now,
        valid_until=now + timedelta(days=300),
        sign_by=now + timedelta(days=14),
        sign_off=SignOff.EVERY_MEMBER,
        members=tuple(member(world, code, now) for code in sorted(codes)),
    )
    return replace(made, **changes)


def following(world: World, at: PartnerCode, **changes: Any) -> MembershipList:
    held = world.look(at, lists.in_force)
    assert held is not None
    now = world.clock() + timedelta(seconds=1)
    terms: dict[str, Any] = {"version": held.made.version + 1, "previous": held.sha256, "issued_at": now}
    terms |= {"valid_until": now + timedelta(days=300), "sign_by": now + timedelta(days=14)}
    return replace(held.made, **(terms | changes))


def signed(world: World, made: MembershipList, *codes: PartnerCode) -> dict[str, object]:
    payload = write_list(made)
    signatures = {str(code): base64.b64encode(sign_list(key_of(world, code), payload)).decode() for code in codes}
    return encode(ListBody(payload=base64.b64encode(payload).decode(), signatures=signatures))


def send(world: World, by: PartnerCode, to: PartnerCode, body: Mapping[str, object]) -> Message:
    return world.send_body(by, to, MEMBERSHIP_LIST, body, "membership")


def version(world: World, code: PartnerCode) -> int | None:
    found = world.look(code, lists.in_force)
    return found.made.version if found else None


def waiting(world: World, code: PartnerCode) -> int:
    return len(world.look(code, lambda tx: lists.proposals(tx, world.clock())))


def found(world: World) -> Ceremony:
    """The first list of the four members, in force everywhere."""
    ceremony = Ceremony(world)
    for code in CODES:
        ceremony.speak_new(code, *(each for each in CODES if each != code))
    ceremony.renew(GBR)
    for code in MEMBERS:
        ceremony.sign(code)
        world.deliver()
    assert {version(world, code) for code in MEMBERS} == {1}
    return ceremony


# A node that never had a list believes none that it is not on.


@pytest.mark.parametrize("number", [1, 2, 57, 100_000])
@pytest.mark.parametrize("rule", list(SignOff))
@pytest.mark.parametrize("codes", [(MNE,), (MNE, GHOST), (MNE, XKX)])
def test_nobody_puts_a_list_in_force_at_a_node_that_is_not_on_it(
    world: World, number: int, rule: SignOff, codes: tuple[PartnerCode, ...]
) -> None:
    made = a_list(world, codes, version=number, previous=None if number == 1 else "cd" * 32, sign_off=rule)
    answer = send(world, MNE, GBR, signed(world, made, *codes))
    assert answer.kind == "refusal"
    assert (version(world, GBR), waiting(world, GBR)) == (None, 0)


@pytest.mark.parametrize("rule", list(SignOff))
def test_a_list_that_names_a_node_waits_for_that_node(world: World, rule: SignOff) -> None:
    made = a_list(world, (MNE, GBR), sign_off=rule)
    send(world, MNE, GBR, signed(world, made, MNE))
    assert version(world, GBR) is None
    forged: dict[str, Any] = {**signed(world, made, MNE)}
    theirs = dict(forged["signatures"])
    forged["signatures"] = theirs | {"GBR": theirs["MNE"]}
    send(world, MNE, GBR, forged)
    assert version(world, GBR) is None


def test_the_members_still_found_their_list_after_somebody_elses(world: World) -> None:
    for code in MEMBERS:
        made = a_list(world, (MNE, GHOST), version=9, previous="ee" * 32)
        send(world, MNE, code, signed(world, made, MNE, GHOST))
    found(world)


# Proposals that block the next list.


@pytest.mark.parametrize("signers", [(), (GHOST,), (MNE,)])
def test_a_proposal_that_no_member_signed_is_not_kept(world: World, signers: tuple[PartnerCode, ...]) -> None:
    found(world)
    made = following(world, GBR)
    joined = tuple(sorted((*made.members, member(world, MNE, made.issued_at)), key=lambda each: each.code))
    made = replace(made, members=joined)
    body = signed(world, made, *(each for each in signers if each in made.codes))
    for by in (MNE, XKX):
        assert send(world, by, GBR, body).kind == "refusal"
    assert waiting(world, GBR) == 0


@pytest.mark.parametrize("days", [15, 60, 299])
def test_a_proposal_that_would_wait_longer_than_the_rule_is_not_kept(world: World, days: int) -> None:
    found(world)
    made = following(world, GBR, sign_by=world.clock() + timedelta(days=days))
    assert send(world, XKX, GBR, signed(world, made, XKX)).kind == "refusal"
    assert waiting(world, GBR) == 0


@pytest.mark.parametrize("ahead", [timedelta(minutes=6), timedelta(days=1), timedelta(days=2_000)])
def test_a_proposal_of_tomorrow_is_not_kept(world: World, ahead: timedelta) -> None:
    found(world)
    now = world.clock() + ahead
    made = following(world, GBR, issued_at=now, sign_by=now + timedelta(days=14), valid_until=now + timedelta(days=300))
    assert send(world, XKX, GBR, signed(world, made, XKX)).kind == "refusal"
    assert waiting(world, GBR) == 0


def test_one_member_cannot_fill_the_place_of_all_proposals(world: World) -> None:
    found(world)
    for number in range(lists.MAX_PROPOSALS):
        made = following(world, GBR, valid_until=world.clock() + timedelta(days=200 + number))
        send(world, XKX, GBR, signed(world, made, XKX))
    assert 0 < waiting(world, GBR) <= lists.MAX_EACH
    assert send(world, MKD, GBR, signed(world, following(world, GBR), MKD)).kind == MEMBERSHIP_LIST


def test_a_suspended_partner_proposes_nothing(world: World) -> None:
    found(world)
    made = following(world, GBR)
    node, officer = world.nodes[GBR], world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: suspend(tx, node.desk, officer, XKX, WHY, world.clock()))
    assert send(world, XKX, GBR, signed(world, made, XKX)).body["reason"] == "PARTNER_SUSPENDED"
    assert waiting(world, GBR) == 0


# Two complete lists on one predecessor.


def test_a_signature_withheld_until_a_proposal_died_does_not_bring_it_back(world: World) -> None:
    """XKX keeps its signature on the first proposal until the others signed a second one."""
    found(world)
    first = following(world, GBR)
    honest = (GBR, ALB, MKD)
    for code in honest:
        send(world, XKX, code, signed(world, first, *honest))
    world.clock.turn(days=14, minutes=1)
    second = following(world, GBR)
    for code in honest:
        send(world, XKX, code, signed(world, second, *honest))
    send(world, XKX, ALB, signed(world, first, *honest, XKX))
    send(world, XKX, GBR, signed(world, second, *honest, XKX))
    held = [world.look(code, lists.in_force) for code in (GBR, ALB)]
    assert [each.sha256 for each in held if each and each.made.version == 2] in (
        [sha256_of(second)],
        [sha256_of(second)] * 2,
    )


def sha256_of(made: MembershipList) -> str:
    return hashlib.sha256(write_list(made)).hexdigest()


HONEST = (GBR, ALB, MKD)


def two_dead(world: World, gap: timedelta = timedelta(minutes=1)) -> tuple[MembershipList, MembershipList]:
    """XKX keeps its signature from two proposals in turn, until nobody waits for either any more."""
    found(world)
    made = []
    for _ in range(2):
        made.append(following(world, GBR))
        for code in HONEST:
            assert send(world, XKX, code, signed(world, made[-1], *HONEST)).kind == MEMBERSHIP_LIST
        world.clock.turn(days=14)
        world.clock.now += gap
    return made[0], made[1]


def in_force(world: World, code: PartnerCode) -> str:
    known = world.look(code, lists.in_force)
    assert known is not None
    return known.sha256


def test_of_two_dead_proposals_only_the_one_that_died_last_is_completed(world: World) -> None:
    first, second = two_dead(world)
    send(world, XKX, ALB, signed(world, first, *HONEST, XKX))
    send(world, XKX, GBR, signed(world, second, *HONEST, XKX))
    assert {version(world, code) for code in (GBR, ALB)} == {1, 2}
    send(world, XKX, ALB, signed(world, second, *HONEST, XKX))
    send(world, XKX, MKD, signed(world, first, *HONEST, XKX))
    assert (in_force(world, ALB), in_force(world, GBR)) == (sha256_of(second),) * 2
    assert version(world, MKD) == 1
    assert "membership.conflict" not in world.kinds(MKD)


def test_an_answer_does_not_complete_what_a_message_cannot(world: World) -> None:
    """XKX puts the missing signature into the answer to a message of the honest member."""
    first, _ = two_dead(world)
    payload = write_list(first)
    known = world.look(ALB, lambda tx: lists.known(tx, sha256_of(first)))
    assert known is not None
    signature = sign_list(key_of(world, XKX), payload)
    world.do(ALB, lambda tx: lists.add_signatures(tx, known.signed.sha256, {XKX: signature}, world.clock()))
    complete = world.look(ALB, lambda tx: lists.known(tx, sha256_of(first)))
    assert complete is not None
    for us in (ALB, None):
        assert not world.do(ALB, partial(put_in_force_if_complete, known=complete, now=world.clock(), us=us))
    assert version(world, ALB) == 1


def test_a_person_takes_the_list_that_the_others_have(world: World) -> None:
    """The first was complete elsewhere before it died; a node that missed it and signed the second is helped by hand."""
    first, _ = two_dead(world)
    content = write_document(read_signed(world, first, *HONEST, XKX))
    node, officer = world.nodes[ALB], world.officer(ALB, "administrator")
    known = world.do(ALB, lambda tx: take_file(tx, node.desk, officer, content, world.clock()))
    assert (known.state, in_force(world, ALB)) == ("in_force", sha256_of(first))
    adopted = [each for each in world.entries(ALB) if each.kind == "membership.adopted"]
    assert adopted[0].actor == officer.id


def read_signed(world: World, made: MembershipList, *codes: PartnerCode) -> SignedList:
    payload = write_list(made)
    return SignedList(payload, made, {code: sign_list(key_of(world, code), payload) for code in codes})


def test_one_member_alone_keeps_no_list_out_of_a_node_that_was_away(world: World) -> None:
    found(world)
    made = following(world, GBR)
    world.clock.turn(days=13)
    decoy = following(world, GBR)
    send(world, XKX, ALB, signed(world, decoy, XKX))
    world.clock.turn(days=15)
    assert send(world, GBR, ALB, signed(world, made, *HONEST, XKX)).kind == MEMBERSHIP_LIST
    assert in_force(world, ALB) == sha256_of(made)


def test_proposals_that_die_at_once_do_not_fill_the_disk(world: World) -> None:
    found(world)
    kept = 0
    for number in range(6):
        soon = world.clock() + timedelta(seconds=30)
        made = following(world, GBR, sign_by=soon, valid_until=soon + timedelta(days=number + 1))
        kept += send(world, XKX, GBR, signed(world, made, XKX)).kind == MEMBERSHIP_LIST
        world.clock.turn(minutes=1)
    assert kept == lists.MAX_EACH
    world.clock.turn(days=14)
    assert send(world, XKX, GBR, signed(world, following(world, GBR), XKX)).kind == MEMBERSHIP_LIST


@pytest.mark.parametrize("leaving", [1, 2])
def test_a_list_in_force_is_replaced_by_its_successor_only(world: World, leaving: int) -> None:
    """Everything that skips a version, names another predecessor or leaves out two, however well it is signed."""
    found(world)
    made = following(world, GBR)
    fewer = replace(made, members=made.members[leaving:])
    for bad in (
        replace(made, version=3),
        replace(made, previous="0" * 64),
        replace(made, version=1, previous=None),
        *([fewer] if leaving > 1 else []),
    ):
        codes = sorted(bad.codes)
        assert send(world, XKX, GBR, signed(world, bad, *codes)).kind == "refusal"
    assert version(world, GBR) == 1


@pytest.mark.parametrize(
    "since",
    ["2025-05-15T03:00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "", "yesterday", 7, None],
)
def test_a_notice_of_an_impossible_moment_is_malformed(world: World, since: object) -> None:
    body = {"about": "XKX", "standing": "suspended", "since": since}
    answer = world.send_body(MNE, GBR, MEMBERSHIP_NOTICE, body, "notice")
    assert (answer.kind, answer.body.get("reason")) == ("refusal", "MALFORMED")


@pytest.mark.parametrize("about", [MNE, GBR, XKX])
def test_a_notice_changes_nothing_here(world: World, about: PartnerCode) -> None:
    from egnatia.agreements.admission.standing import standings

    body = {"about": about, "standing": "withdrawn", "since": "2025-05-15T03:00:00Z"}
    assert world.send_body(MNE, GBR, MEMBERSHIP_NOTICE, body, "notice").kind == "receipt"
    assert world.look(GBR, standings) == {}
