"""The signed files: what is written is read, and nothing else is; old partners get none of it; nothing is half done."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.federation.world import ALB, MKD, XKX, World
from tests.membership.members import Ceremony

from egnatia.agreements.admission import Member, MembershipList, SignOff
from egnatia.enquiries.membership.certificates import Certificate, read_certificate, write_certificate
from egnatia.enquiries.membership.signing import Change, remind
from egnatia.enquiries.membership.standing import suspend
from egnatia.enquiries.membership.taking import take_file
from egnatia.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.exchange.card import card_fingerprint, read_card
from egnatia.exchange.envelope import seal_envelope
from egnatia.exchange.membership import lists
from egnatia.exchange.membership.documents import (
    CANDIDACY_TYPE,
    INVITATION_TYPE,
    compare_fingerprint,
    read_candidacy,
    read_invitation,
    read_list,
    write_list,
)
from egnatia.exchange.membership.signed_list import read_document, write_document
from egnatia.model.ids import PartnerCode
from egnatia.model.states import ExitAction
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry, membership_invitation, membership_signature, outbox, partner_standing

NOW = datetime(2025, 5, 15, tzinfo=UTC)
BASE_POINT = bytes([0x58, *[0x66] * 31])
"""RFC 8032 section 5.1: the base point's encoding, a sound key that nobody here holds."""

names = st.text(st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), min_size=1, max_size=80)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(name=names, days=st.integers(15, 730), rule=st.sampled_from(SignOff), microseconds=st.integers(0, 999_999))
def test_a_list_is_read_as_it_was_written(name: str, days: int, rule: SignOff, microseconds: int) -> None:
    at = NOW.replace(microsecond=microseconds)
    member = Member(ALB, name, "ab" * 32, BASE_POINT, at)
    made = MembershipList(1, None, at, at + timedelta(days=days), at + timedelta(days=14), rule, (member,))
    assert read_list(write_list(made)) == made


@settings(deadline=None, derandomize=True, max_examples=50)
@given(content=st.binary(max_size=200))
def test_no_bytes_make_a_reader_fail_in_another_way(content: bytes) -> None:
    readers: list[Callable[[bytes], object]] = [read_invitation, read_candidacy, read_list, read_document]
    for read in readers:
        with pytest.raises((InputError, RefusedError)):
            read(content)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    change=st.dictionaries(
        st.sampled_from(["v", "version", "previous", "issued_at", "sign_off", "members", "extra"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=20), st.lists(st.integers(), max_size=3), st.booleans()),
        min_size=1,
    )
)
def test_a_list_with_any_other_value_in_a_field_is_refused(change: dict[str, object]) -> None:
    member = Member(ALB, "Police", "ab" * 32, BASE_POINT, NOW)
    made = MembershipList(
        1, None, NOW, NOW + timedelta(days=30), NOW + timedelta(days=14), SignOff.EVERY_MEMBER, (member,)
    )
    values = json.loads(write_list(made))
    changed = {**values, **change}
    if changed == values and all(type(changed[key]) is type(values[key]) for key in values):
        return
    with pytest.raises((InputError, RefusedError)):
        read_list(json.dumps(changed).encode())


@pytest.mark.parametrize("fields", [{"name": "a\u202eb"}, {"name": ""}, {"code": "AL"}, {"signing_key": "AAAA"}])
def test_a_member_that_could_mislead_is_refused(fields: dict[str, str]) -> None:
    member = Member(ALB, "Police", "ab" * 32, BASE_POINT, NOW)
    made = MembershipList(
        1, None, NOW, NOW + timedelta(days=30), NOW + timedelta(days=14), SignOff.EVERY_MEMBER, (member,)
    )
    values = json.loads(write_list(made))
    values["members"][0] |= fields
    with pytest.raises((InputError, RefusedError)):
        read_list(json.dumps(values).encode())


def test_a_key_of_small_order_is_no_members_key() -> None:
    weak = base64.b64encode(bytes([1, *[0] * 31])).decode()
    member = Member(ALB, "Police", "ab" * 32, BASE_POINT, NOW)
    made = MembershipList(
        1, None, NOW, NOW + timedelta(days=30), NOW + timedelta(days=14), SignOff.EVERY_MEMBER, (member,)
    )
    values = json.loads(write_list(made))
    values["members"][0]["signing_key"] = weak
    with pytest.raises(RefusedError):
        read_list(json.dumps(values).encode())


@settings(deadline=None, derandomize=True, max_examples=50)
@given(content=st.binary(min_size=1, max_size=50), other=st.binary(min_size=1, max_size=50))
def test_only_the_whole_fingerprint_of_this_very_card_is_taken(content: bytes, other: bytes) -> None:
    spoken = card_fingerprint(content)
    compare_fingerprint(content, spoken)
    compare_fingerprint(content, f"  {spoken.upper()}\n")
    for wrong in (spoken[:-1], spoken[5:], spoken + "0", *([card_fingerprint(other)] if other != content else [])):
        with pytest.raises(InputError):
            compare_fingerprint(content, wrong)


def test_one_kind_of_file_is_never_taken_for_another(ceremony: Ceremony) -> None:
    invitation = ceremony.invite()
    candidacy = ceremony.join(invitation, ceremony.spoken(ALB))
    for read, content in ((read_invitation, candidacy), (read_candidacy, invitation), (read_document, candidacy)):
        with pytest.raises((InputError, RefusedError)):
            read(content)
    payload = base64.b64decode(json.loads(candidacy)["payload"])
    key = ceremony.world.nodes[MKD].keys.signing
    with pytest.raises(InputError):
        read_invitation(seal_envelope(key, INVITATION_TYPE, payload))
    with pytest.raises(InputError):
        read_candidacy(seal_envelope(ceremony.world.nodes[XKX].keys.signing, CANDIDACY_TYPE, payload))


def test_an_invitation_that_another_signed_is_none(ceremony: Ceremony) -> None:
    payload = base64.b64decode(json.loads(ceremony.invite())["payload"])
    other = seal_envelope(ceremony.world.nodes[XKX].keys.signing, INVITATION_TYPE, payload)
    with pytest.raises(InputError, match="signature"):
        read_invitation(other)


def test_a_certificate_is_read_as_written_and_only_by_the_right_card(ceremony: Ceremony) -> None:
    item = "follow_up:0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11"
    said = Certificate(ALB, XKX, "core_data", item, ExitAction.ERASE, NOW)
    content = write_certificate(ceremony.world.nodes[ALB].keys, said)
    assert read_certificate(content, read_card(ceremony.card(ALB))) == said
    with pytest.raises(InputError):
        read_certificate(content, read_card(ceremony.card(XKX)))
    forged = write_certificate(ceremony.world.nodes[XKX].keys, said)
    for card in (ceremony.card(ALB), ceremony.card(XKX)):
        with pytest.raises(InputError):
            read_certificate(forged, read_card(card))


def test_a_partner_of_the_earlier_release_is_sent_nothing_new(ceremony: Ceremony) -> None:
    ceremony.renew()
    ceremony.sign(ALB)
    node, officer = ceremony.world.nodes[ALB], ceremony.world.officer(ALB, "supervisor")
    why = "Questions without a case, found by the auditor."
    ceremony.world.do(ALB, lambda tx: suspend(tx, node.desk, officer, XKX, why, ceremony.world.clock()))
    kinds = ceremony.world.look(ALB, lambda tx: list(tx.execute(select(outbox.c.kind)).scalars()))
    assert not [kind for kind in kinds if kind.startswith("membership")]


def test_a_member_that_was_away_too_long_is_reminded_or_takes_the_file(ceremony: Ceremony) -> None:
    ceremony.renew()
    ceremony.sign(ALB)
    ceremony.speak_new(ALB, XKX)
    node, officer = ceremony.world.nodes[ALB], ceremony.world.officer(ALB, "administrator")
    assert ceremony.world.do(ALB, lambda tx: remind(tx, node.desk, officer, ceremony.world.clock())) == 1
    ceremony.world.deliver()
    ceremony.sign(XKX)
    complete = ceremony.world.look(XKX, lists.in_force)
    assert complete is not None
    assert ceremony.world.look(ALB, lists.in_force) is None
    content, now = write_document(complete), ceremony.world.clock()
    known = ceremony.world.do(ALB, lambda tx: take_file(tx, node.desk, officer, content, now))
    assert known.state == "in_force"
    assert ceremony.world.do(ALB, lambda tx: take_file(tx, node.desk, officer, content, now)).state == "in_force"
    assert ceremony.world.kinds(ALB).count("membership.adopted") == 1


def test_reminding_and_taking_need_the_right_officer_and_something_to_take(ceremony: Ceremony) -> None:
    node, now = ceremony.world.nodes[ALB], ceremony.world.clock()
    for post, error in (("enquirer", ForbiddenError), ("administrator", NotFoundError)):
        officer = ceremony.world.officer(ALB, post)
        with pytest.raises(error):
            ceremony.world.do(ALB, partial(remind, desk=node.desk, officer=officer, now=now))
    officer = ceremony.world.officer(ALB, "administrator")
    with pytest.raises(InputError):
        ceremony.world.do(ALB, lambda tx: take_file(tx, node.desk, officer, b"{}", now))


def test_an_incomplete_file_admits_nobody(ceremony: Ceremony) -> None:
    ceremony.found()
    ceremony.renew()
    ceremony.sign(ALB)
    waiting = ceremony.world.look(ALB, lambda tx: lists.the_proposal(tx, ceremony.world.clock())).signed
    node, officer = ceremony.world.nodes[XKX], ceremony.world.officer(XKX, "administrator")
    content, now = write_document(waiting), ceremony.world.clock()
    known = ceremony.world.do(XKX, lambda tx: take_file(tx, node.desk, officer, content, now))
    assert known.state == "proposed"
    assert ceremony.sign(XKX).in_force


class FailingWorld:
    """The same world, whose acts fail at their very end."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)

    def do(self, code: PartnerCode, job: Callable[[Transaction], object]) -> object:
        def and_fail(tx: Transaction) -> object:
            job(tx)
            raise NotFoundError("the power went")

        return self._world.do(code, and_fail)


@pytest.mark.parametrize("step", ["join", "consider", "sign"])
def test_what_fails_half_way_leaves_nothing(ceremony: Ceremony, step: str) -> None:
    """Each act is one transaction: when its last word fails, none of it was said."""
    ceremony.found()
    invitation = ceremony.invite()
    ceremony.renew(change=Change(valid=timedelta(days=100)))
    candidacy = ceremony.join(invitation, ceremony.spoken(ALB)) if step == "consider" else b""
    at, given_ = {
        "join": (MKD, (invitation, ceremony.spoken(ALB))),
        "consider": (ALB, (candidacy, ceremony.spoken(MKD))),
        "sign": (ALB, (ALB,)),
    }[step]
    before = state(ceremony.world, at)
    broken: Any = FailingWorld(ceremony.world)
    with pytest.raises(NotFoundError, match="power"):
        getattr(Ceremony(broken), step)(*given_)
    assert state(ceremony.world, at) == before
    getattr(ceremony, step)(*given_)
    assert state(ceremony.world, at) != before


def state(world: World, code: PartnerCode) -> list[list[tuple[object, ...]]]:
    tables = (membership_invitation, membership_signature, partner_standing, ledger_entry, outbox)
    return world.look(code, lambda tx: [[tuple(row) for row in tx.execute(table.select())] for table in tables])
