"""Joining by ceremony: nothing without the telephone, nothing without the checklist, nothing without every member."""

from functools import partial
from itertools import product

import pytest
from tests.federation.world import ALB, MKD, XKX
from tests.membership.members import BY_HAND, Ceremony

from egnatia.agreements import Allow, Request, load_register, permit
from egnatia.agreements.admission import load_checklist
from egnatia.enquiries.membership.admission_state import open_admission
from egnatia.enquiries.membership.overview import overview
from egnatia.enquiries.membership.report import CONFORMANCE
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.exchange.directory import cards
from egnatia.exchange.membership import lists
from egnatia.exchange.membership.documents import read_invitation
from egnatia.exchange.membership.signed_list import SignedList, read_document, verify_complete, write_document
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import admission_item


def held(ceremony: Ceremony, code: PartnerCode) -> SignedList:
    found = ceremony.world.look(code, lists.in_force)
    assert found is not None
    return found


def test_from_an_empty_directory_to_a_member_at_every_node(ceremony: Ceremony) -> None:
    ceremony.admitted()
    known = {code: held(ceremony, code) for code in (ALB, XKX, MKD)}
    assert len({each.sha256 for each in known.values()}) == 1
    for code, each in known.items():
        assert each.made.version == 2
        assert sorted(each.signatures) == [ALB, MKD, XKX]
        assert {"membership.signed", "membership.adopted"} <= set(ceremony.world.kinds(code))
        assert set(ceremony.world.look(code, cards)) == {ALB, XKX, MKD} - {code}
    assert "admission.opened" in ceremony.world.kinds(ALB)


def test_a_list_is_verified_by_anybody_without_a_node(ceremony: Ceremony) -> None:
    ceremony.admitted()
    known = held(ceremony, MKD)
    earlier = [each.signed for each in ceremony.world.look(ALB, lists.all_lists) if each.signed.made.version == 1]
    read = read_document(write_document(known))
    verify_complete(read, earlier[0])
    for one in (b'"sig":"', b'"payload":"'):
        before, _, after = write_document(known).partition(one)
        changed = before + one + (b"B" if after[:1] != b"B" else b"C") + after[1:]
        with pytest.raises(Error):
            verify_complete(read_document(changed), earlier[0])


def take_out(tx: Transaction, item: str) -> dict[str, object]:
    mine = admission_item.c.item == item
    values = tx.execute(admission_item.select().where(mine)).one()._asdict()
    tx.execute(admission_item.delete().where(mine))
    return values


def put_back(tx: Transaction, values: dict[str, object]) -> None:
    tx.execute(admission_item.insert(), values)


def test_without_any_one_item_admission_fails_and_names_it(ceremony: Ceremony) -> None:
    ceremony.found()
    ceremony.candidacy()
    items = [each.id for each in load_checklist().items]
    assert len(items) == 8
    for item in items:
        values = ceremony.world.do(ALB, partial(take_out, item=item))
        with pytest.raises(RefusedError, match=item) as refused:
            ceremony.admit()
        assert refused.value.reason is RefusalReason.CONDITIONS_NOT_MET
        assert ceremony.world.look(ALB, lambda tx: lists.proposals(tx, ceremony.world.clock())) == []
        ceremony.world.do(ALB, partial(put_back, values=values))
    ceremony.admit()


def test_a_failed_conformance_report_is_no_evidence(ceremony: Ceremony) -> None:
    ceremony.found()
    ceremony.consider(ceremony.join(ceremony.invite(), ceremony.spoken(ALB)), ceremony.spoken(MKD))
    with pytest.raises(RefusedError, match="clock, durability"):
        ceremony.report("clock", "durability")
    with pytest.raises(InputError):
        ceremony.evidence({CONFORMANCE: "we tested it ourselves"})
    missing = ceremony.world.look(ALB, lambda tx: open_admission(tx, MKD)).missing
    assert CONFORMANCE in {each.id for each in missing}


@pytest.mark.parametrize("typed", ["", "0" * 64, "short", "{63}"])
def test_without_the_telephone_nothing_is_stored(ceremony: Ceremony, typed: str) -> None:
    heard = ceremony.spoken(ALB)[:-1] if typed == "{63}" else typed
    with pytest.raises(InputError, match="fingerprint"):
        ceremony.join(ceremony.invite(), heard)
    assert ceremony.world.look(MKD, cards) == {}
    candidacy = ceremony.join(ceremony.invite(), ceremony.spoken(ALB).upper().replace(" ", ""))
    with pytest.raises(InputError, match="fingerprint"):
        ceremony.consider(candidacy, ceremony.spoken(MKD)[:-1] if typed == "{63}" else typed)
    assert MKD not in ceremony.world.look(ALB, cards)


def test_another_member_needs_its_own_telephone_call(ceremony: Ceremony) -> None:
    ceremony.found()
    ceremony.candidacy()
    ceremony.admit()
    ceremony.sign(ALB)
    ceremony.world.deliver()
    for typed in (None, ceremony.spoken(ALB)):
        with pytest.raises(InputError, match="fingerprint"):
            ceremony.sign(XKX, typed)
    assert MKD not in ceremony.world.look(XKX, cards)
    assert held(ceremony, XKX).made.version == 1


def test_an_invitation_is_for_one_candidate_once_and_not_for_ever(ceremony: Ceremony) -> None:
    invitation = ceremony.invite()
    candidacy = ceremony.join(invitation, ceremony.spoken(ALB))
    with pytest.raises(ConflictError):
        ceremony.join(invitation, ceremony.spoken(ALB))
    ceremony.consider(candidacy, ceremony.spoken(MKD))
    with pytest.raises(ConflictError):
        ceremony.consider(candidacy, ceremony.spoken(MKD))
    with pytest.raises(InputError, match="is for MKD"):
        ceremony.join(invitation, ceremony.spoken(ALB), at=XKX)
    assert read_invitation(invitation).candidate == MKD


def test_an_expired_invitation_is_worth_nothing(ceremony: Ceremony) -> None:
    invitation = ceremony.invite()
    ceremony.world.clock.turn(days=14)
    with pytest.raises(InputError, match="holds until"):
        ceremony.join(invitation, ceremony.spoken(ALB))


def test_a_candidacy_to_nobodys_invitation_is_refused(ceremony: Ceremony) -> None:
    candidacy = ceremony.join(ceremony.invite(), ceremony.spoken(ALB))
    with pytest.raises(InputError, match="does not answer an invitation"):
        ceremony.consider(candidacy, ceremony.spoken(MKD), at=XKX)


def test_a_candidate_is_barred_until_every_member_has_signed(ceremony: Ceremony) -> None:
    ceremony.found()
    ceremony.candidacy()
    ceremony.admit()
    ceremony.sign(ALB)
    ceremony.world.deliver()
    ceremony.sign(MKD)
    ceremony.world.deliver()
    asked = Request(
        ALB, MKD, SubjectKind.DNA_PERSON, Purpose.INVESTIGATION, Offence.HOMICIDE, ceremony.world.clock().date()
    )
    verdict = ceremony.world.look(ALB, lambda tx: permit(load_register(tx), asked))
    assert getattr(verdict, "reason", None) is RefusalReason.NOT_ADMITTED
    ceremony.sign(XKX, ceremony.spoken(MKD))
    ceremony.world.deliver()
    assert isinstance(ceremony.world.look(ALB, lambda tx: permit(load_register(tx), asked)), Allow)
    assert {each.made.version for each in (held(ceremony, code) for code in (ALB, XKX, MKD))} == {2}


def test_an_admitted_member_may_ask_nothing_until_a_grant_exists(ceremony: Ceremony) -> None:
    """MEM-06, over every partner, subject, purpose, offence and step."""
    ceremony.admitted()
    register = ceremony.world.look(ALB, load_register)
    without = [grant for grant in register.grants if MKD not in (grant.asker, grant.answerer)]
    bare = type(register)(register.partners, register.agreements, tuple(without), register.declarations, register.bars)
    today, asked = ceremony.world.clock().date(), 0
    for other, subject, purpose, offence in product(sorted(register.partners), SubjectKind, Purpose, Offence):
        for pair, step_two in product(((MKD, other), (other, MKD)), (False, True)):
            verdict = permit(bare, Request(*pair, subject, purpose, offence, today, step_two))
            assert not isinstance(verdict, Allow), (pair, subject, purpose)
            asked += 1
    assert asked == len(register.partners) * len(SubjectKind) * len(Purpose) * len(Offence) * 4


def test_who_may_do_what(ceremony: Ceremony) -> None:
    ceremony.world.staff["alb-administrator"] = ceremony.world.officer(ALB, "enquirer")
    with pytest.raises(ForbiddenError):
        ceremony.invite()
    ceremony.world.staff["alb-supervisor"] = ceremony.world.officer(ALB, "auditor")
    with pytest.raises(ForbiddenError):
        ceremony.sign(ALB)


def test_evidence_needs_an_open_admission_and_a_known_item(ceremony: Ceremony) -> None:
    with pytest.raises(NotFoundError):
        ceremony.evidence()
    ceremony.consider(ceremony.join(ceremony.invite(), ceremony.spoken(ALB)), ceremony.spoken(MKD))
    with pytest.raises(InputError, match="no item"):
        ceremony.evidence({"charm": "very charming"})
    with pytest.raises(InputError):
        ceremony.evidence({"dpia": "x" * 201})
    ceremony.evidence({"dpia": BY_HAND["dpia"]})
    view = ceremony.world.look(ALB, lambda tx: overview(tx, ceremony.world.clock()))
    assert "dpia" not in {item.id for item in view.admissions[0].missing}
