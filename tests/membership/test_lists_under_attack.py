"""Lists between nodes when somebody is late, restarts, or tries something."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.federation.world import ALB, GBR, MKD, MNE, XKX, World
from tests.membership.members import Ceremony

from egnatia.agreements import Allow, Request, load_register, permit
from egnatia.agreements.admission import Standing
from egnatia.enquiries.membership.messages import MEMBERSHIP_LIST, ListBody
from egnatia.enquiries.membership.overview import overview
from egnatia.enquiries.membership.signing import Change
from egnatia.enquiries.messages import encode
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.exchange.membership import lists
from egnatia.exchange.membership.documents import write_list
from egnatia.exchange.membership.signed_list import SignedList, sign_list
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.tables import membership_list

FIVE = (GBR, ALB, XKX, MKD, MNE)


def offered(payload: bytes, signatures: dict[PartnerCode, bytes]) -> dict[str, object]:
    held: dict[str, str] = {code: base64.b64encode(each).decode() for code, each in signatures.items()}
    return encode(ListBody(payload=base64.b64encode(payload).decode(), signatures=held))


def version(ceremony: Ceremony, code: PartnerCode) -> int | None:
    found = ceremony.world.look(code, lists.in_force)
    return found.made.version if found else None


def refused(ceremony: Ceremony, payload: bytes, signatures: dict[PartnerCode, bytes]) -> str:
    body = offered(payload, signatures)
    answer = ceremony.world.send_body(XKX, ALB, MEMBERSHIP_LIST, body, hashlib.sha256(payload).hexdigest()[:36])
    assert answer.kind == "refusal", answer.body
    return str(answer.body["reason"])


def next_list(ceremony: Ceremony) -> SignedList:
    found = ceremony.world.look(XKX, lists.in_force)
    assert found is not None
    now = ceremony.world.clock() + timedelta(seconds=1)
    made = replace(
        found.made,
        version=2,
        previous=found.sha256,
        issued_at=now,
        valid_until=now + timedelta(days=300),
        sign_by=now + timedelta(days=14),
    )
    return SignedList(write_list(made), made, {})


@pytest.mark.parametrize("last", [ALB, MKD])
def test_the_members_found_a_list_whoever_signs_last(world: World, last: PartnerCode) -> None:
    """Montenegro is in talks by the register, so it is on no list; what it may ask is another matter."""
    ceremony, members = Ceremony(world), (GBR, ALB, XKX, MKD)
    for code in FIVE:
        ceremony.speak_new(code, *(each for each in FIVE if each != code))
    ceremony.renew(GBR)
    ceremony.sign(GBR)
    world.deliver()
    for code in {ALB, XKX, MKD} - {last}:
        assert not ceremony.sign(code).in_force
    world.deliver()
    assert {version(ceremony, code) for code in FIVE} == {None}
    assert ceremony.sign(last).in_force
    world.deliver()
    assert {version(ceremony, code) for code in members} == {1}
    assert version(ceremony, MNE) is None


def test_a_node_that_was_away_for_a_day_gets_the_list_when_it_is_back(ceremony: Ceremony) -> None:
    ceremony.found()
    ceremony.renew()
    ceremony.sign(ALB)
    ceremony.world.stop(XKX)
    ceremony.world.clock.turn(days=1)
    ceremony.world.deliver()
    ceremony.world.start(XKX)
    ceremony.world.clock.turn(minutes=10)
    ceremony.world.deliver()
    ceremony.sign(XKX)
    ceremony.world.restart(ALB, XKX)
    ceremony.world.clock.turn(minutes=10)
    ceremony.world.deliver()
    assert (version(ceremony, ALB), version(ceremony, XKX)) == (2, 2)


def test_a_signature_made_for_somebody_else_is_not_counted(ceremony: Ceremony) -> None:
    ceremony.found()
    made, xkx = next_list(ceremony), ceremony.world.nodes[XKX].keys.signing
    forged = {XKX: sign_list(xkx, made.payload), ALB: sign_list(xkx, made.payload)}
    body = offered(made.payload, forged)
    answer = ceremony.world.send_body(XKX, ALB, MEMBERSHIP_LIST, body, made.sha256[:36])
    assert sorted(answer.body["signatures"]) == [XKX]
    assert version(ceremony, ALB) == 1


def test_a_list_that_names_another_key_for_a_member_is_refused(ceremony: Ceremony) -> None:
    ceremony.found()
    made, xkx = next_list(ceremony), ceremony.world.nodes[XKX].keys
    mine = ceremony.world.nodes[MKD].keys.signing.public_key().public_bytes_raw()
    members = tuple(replace(each, signing_key=mine) if each.code == ALB else each for each in made.made.members)
    payload = write_list(replace(made.made, members=members))
    both = {XKX: sign_list(xkx.signing, payload), ALB: sign_list(ceremony.world.nodes[MKD].keys.signing, payload)}
    assert refused(ceremony, payload, both) == "BAD_SIGNATURE"
    assert version(ceremony, ALB) == 1


def test_a_list_from_nowhere_is_refused_and_one_that_members_signed_is_noted(ceremony: Ceremony) -> None:
    ceremony.found()
    made = next_list(ceremony)
    other = write_list(replace(made.made, previous="b" * 64))
    keys = {code: ceremony.world.nodes[code].keys.signing for code in (ALB, XKX)}
    assert refused(ceremony, other, {XKX: sign_list(keys[XKX], other)}) == "CONDITIONS_NOT_MET"
    assert "membership.conflict" not in ceremony.world.kinds(ALB)
    both = {code: sign_list(key, other) for code, key in keys.items()}
    body, conversation = offered(other, both), "another-conversation"
    ceremony.world.send_body(XKX, ALB, MEMBERSHIP_LIST, body, conversation)
    assert version(ceremony, ALB) == 1


@pytest.mark.parametrize("payload", [b"{}", b"not json", b'{"v":1,"v":1}', b"[" * 40, b"\xff\xfe"])
def test_bytes_that_are_no_list_are_refused(ceremony: Ceremony, payload: bytes) -> None:
    ceremony.found()
    assert refused(ceremony, payload, {}).isupper()
    assert ceremony.world.look(ALB, lambda tx: lists.proposals(tx, ceremony.world.clock())) == []


def test_a_flood_of_proposals_is_stopped(ceremony: Ceremony) -> None:
    ceremony.found()
    made, reasons = next_list(ceremony).made, []
    for number in range(lists.MAX_PROPOSALS + 3):
        payload = write_list(replace(made, valid_until=made.valid_until + timedelta(days=number)))
        signature = {XKX: sign_list(ceremony.world.nodes[XKX].keys.signing, payload)}
        answer = ceremony.world.send_body(XKX, ALB, MEMBERSHIP_LIST, offered(payload, signature), f"flood-{number}")
        reasons.append(answer.body.get("reason"))
    assert reasons == [None] * lists.MAX_EACH + ["QUOTA_EXCEEDED"] * (lists.MAX_PROPOSALS + 1)


def test_a_node_never_signs_two_lists_on_one_predecessor(ceremony: Ceremony) -> None:
    ceremony.found()
    ceremony.renew()
    ceremony.sign(ALB)
    with pytest.raises(ConflictError):
        ceremony.sign(ALB)
    with pytest.raises(ConflictError):
        ceremony.renew()
    ceremony.world.clock.turn(days=15)
    with pytest.raises(NotFoundError):
        ceremony.sign(ALB)
    ceremony.renew()
    ceremony.sign(ALB)


def test_a_proposal_without_the_registered_card_is_not_signed(ceremony: Ceremony) -> None:
    ceremony.found()
    made = next_list(ceremony)
    members = tuple(replace(each, card_sha256="0" * 64) if each.code == XKX else each for each in made.made.members)
    payload = write_list(replace(made.made, members=members))
    signature = sign_list(ceremony.world.nodes[XKX].keys.signing, payload)
    ceremony.world.send_body(XKX, ALB, MEMBERSHIP_LIST, offered(payload, {XKX: signature}), "other-card")
    with pytest.raises(InputError, match="another card"):
        ceremony.sign(ALB)


def verdict(ceremony: Ceremony) -> object:
    asked = Request(
        ALB,
        XKX,
        SubjectKind.TRAVEL_DOCUMENT,
        Purpose.BORDER_CHECK,
        Offence.FALSE_DOCUMENT,
        ceremony.world.clock().date(),
    )
    return ceremony.world.look(ALB, lambda tx: permit(load_register(tx), asked))


def test_an_expired_list_is_loud_then_stops_questions_and_a_new_one_opens_them(ceremony: Ceremony) -> None:
    ceremony.found()
    ceremony.renew(change=Change(valid=timedelta(days=60)))
    ceremony.sign(ALB)
    ceremony.world.deliver()
    ceremony.sign(XKX)
    ceremony.world.deliver()
    seen = []
    for days in (0, 35, 30, 30):
        ceremony.world.clock.turn(days=days)
        view = ceremony.world.look(ALB, lambda tx: overview(tx, ceremony.world.clock()))
        seen.append((view.standing, isinstance(verdict(ceremony), Allow), view.lines()[0].split(":")[0].split(" ")[0]))
    assert seen == [
        (Standing.GOOD, True, "membership"),
        (Standing.ENDS_SOON, True, "RENEW"),
        (Standing.EXPIRED, True, "EXPIRED"),
        (Standing.STOPPED, False, "STOPPED"),
    ]
    assert getattr(verdict(ceremony), "reason", None) is RefusalReason.MEMBERSHIP_EXPIRED
    ceremony.renew()
    ceremony.sign(ALB)
    ceremony.world.deliver()
    ceremony.sign(XKX)
    ceremony.world.deliver()
    assert isinstance(verdict(ceremony), Allow)


def test_a_node_that_never_had_a_list_goes_on_as_before(ceremony: Ceremony) -> None:
    assert isinstance(verdict(ceremony), Allow)
    assert ceremony.world.look(ALB, lambda tx: tx.execute(membership_list.select()).all()) == []


def test_a_member_that_left_is_dropped_by_the_others_in_one_version(ceremony: Ceremony) -> None:
    ceremony.admitted()
    ceremony.renew(change=Change(drop=MKD))
    ceremony.sign(ALB)
    ceremony.world.deliver()
    assert ceremony.sign(XKX).in_force
    ceremony.world.deliver()
    found = ceremony.world.look(ALB, lists.in_force)
    assert found is not None
    assert found.made.codes == {ALB, XKX}
    asked = Request(
        ALB, MKD, SubjectKind.DNA_PERSON, Purpose.INVESTIGATION, Offence.HOMICIDE, ceremony.world.clock().date()
    )
    verdict_now = ceremony.world.look(ALB, lambda tx: permit(load_register(tx), asked))
    assert getattr(verdict_now, "reason", None) is RefusalReason.PARTNER_WITHDRAWN
