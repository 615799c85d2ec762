"""More loci: asked for by one examiner, answered by another, compared again here; nothing leaves that could not leave before."""

from dataclasses import replace
from typing import Any

import pytest
from tests.federation.alerting import speak
from tests.federation.dna_acts import (
    KIND,
    as_kind,
    ask,
    candidates,
    kept,
    link_record,
    meet,
    only,
    somebody,
    states,
    store,
    with_loci,
)
from tests.federation.world import ALB, GBR, INSTALLER, MKD, World

from egnatia.agreements import import_register
from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.formats.reference_data import to_reference_data
from egnatia.engines.dna.types import Designation, Profile
from egnatia.enquiries.dna import upgrades
from egnatia.enquiries.dna.marks import marks
from egnatia.enquiries.dna.messages import DNA_MORE_LOCI, DNA_UPGRADE
from egnatia.enquiries.dna.opinions import OpinionDraft, give_opinion, standing
from egnatia.enquiries.dna.profiles import forget_profile, load_profile
from egnatia.enquiries.dna.retyping import retype
from egnatia.enquiries.dna.statements import read
from egnatia.enquiries.dna.upgrade_answers import answer_upgrade
from egnatia.enquiries.dna.upgrades import NO_CLASS, Upgrade, ask_upgrade
from egnatia.enquiries.dna.withdrawal import erase_everywhere
from egnatia.enquiries.holdings import mark_protected
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.model.dna import Disposition, UpgradeState
from egnatia.model.ids import CandidateId, OfficerId, PartnerCode, RecordRef
from egnatia.model.officers import Officer
from egnatia.model.states import CorrectionReason, RefusalReason, Role, SubjectKind
from egnatia.scenario.task_force import agreements
from egnatia.store.tables import candidate, person_record

WHY = "Seven loci agree; chance alone gives as many in the register's size."
OTHER = Officer(OfficerId("off-other-examiner"), "other examiner", frozenset({Role.EXAMINER}))
ALL = 16


def stepped(low: Allele, high: Allele) -> Designation:
    """The same two alleles, the higher one repeat longer."""
    return (low, Allele(high + 10))


@pytest.fixture
def short(world: World) -> CandidateId:
    """GBR's trace has sixteen loci; ALB typed its person at nine of them."""
    met = meet_short(world)
    [found] = candidates(world, GBR, ask(world, ref=met.ref).id)
    return found.id


def meet_short(world: World, person: Profile | None = None) -> Profile:
    speak(world)
    whole = somebody("the one", "P-1")
    trace = as_kind(whole, "T-1")
    store(world, GBR, trace)
    store(world, ALB, person or only(whole, 9))
    return trace


def wish(world: World, candidate_id: CandidateId, *loci: str, post: str = "examiner", why: str = WHY) -> str:
    desk, officer = world.nodes[GBR].desk, world.officer(GBR, post)
    upgrade_id = world.do(GBR, lambda tx: ask_upgrade(tx, desk, officer, candidate_id, (loci, why), world.clock()))
    world.deliver()
    return upgrade_id


def grant_it(world: World, upgrade_id: str, *, typed: bool = True, post: str = "examiner") -> UpgradeState:
    desk, officer = world.nodes[ALB].desk, world.officer(ALB, post)
    state = world.do(ALB, lambda tx: answer_upgrade(tx, desk, officer, upgrade_id, (typed, WHY), world.clock()))
    world.deliver()
    return state


def type_more(world: World, profile: Profile, code: PartnerCode = ALB) -> None:
    world.do(code, lambda tx: retype(tx, INSTALLER, [profile], world.clock()))


def listed(world: World, code: PartnerCode = GBR) -> Upgrade:
    [found] = world.look(code, upgrades.upgrades)
    return found


def row(world: World) -> Any:
    [found] = kept(world, GBR)
    return found


def opine(world: World, candidate_id: CandidateId, officer: Officer, found: Disposition) -> None:
    draft = OpinionDraft(found, "Nine loci are too few for a finding in this register.", "DNA expert")
    world.do(GBR, lambda tx: give_opinion(tx, officer, candidate_id, draft, world.clock()))


def refused(kind: type[Error], act: Any, reason: RefusalReason | None = None) -> None:
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.hint()
    assert reason is None or getattr(caught.value, "reason", None) is reason


def test_what_is_lacking_is_asked_for_and_what_comes_is_compared_again(world: World, short: CandidateId) -> None:
    assert (row(world).compared, row(world).full_loci) == (9, 9)
    before = row(world)
    upgrade_id = wish(world, short)
    asked = listed(world, ALB)
    assert (asked.id, asked.direction, asked.partner, asked.state) == (upgrade_id, "in", GBR, UpgradeState.WAITING)
    assert len(asked.loci) == ALL - 9
    type_more(world, somebody("the one", "P-1"))
    assert grant_it(world, upgrade_id) is UpgradeState.ANSWERED
    after = row(world)
    assert (after.compared, after.full_loci, after.label) == (ALL, ALL, "full")
    assert after.expected < before.expected
    assert after.log10_match_probability < before.log10_match_probability
    assert listed(world).state is UpgradeState.ANSWERED
    known = world.look(GBR, lambda tx: read(tx.unseal(after.sealed_id), "DNA-1"))
    assert len(known.theirs.loci) == ALL
    assert world.look(GBR, lambda tx: tx.opened(before.sealed_id)) is None


def test_each_side_enters_each_step(world: World, short: CandidateId) -> None:
    upgrade_id = wish(world, short)
    type_more(world, somebody("the one", "P-1"))
    grant_it(world, upgrade_id)
    ours = [each for each in world.kinds(GBR) if each.startswith(("dna.upgrade", "dna.more"))]
    theirs = [each for each in world.kinds(ALB) if each.startswith(("dna.upgrade", "dna.more"))]
    assert ours == ["dna.upgrade_asked", "dna.more_loci_received"]
    assert theirs == ["dna.upgrade_received", "dna.upgrade_answered"]


def test_the_request_says_a_number_and_loci_and_nothing_else(world: World, short: CandidateId) -> None:
    calls = len(world.calls)
    wish(world, short, "FGA")
    said = b"".join(each.request for each in world.calls[calls:])
    for secret in (b"T-1", WHY.encode(), b"examiner", b"DUR-2025"):
        assert secret not in said


def test_a_coincidence_ends_with_more_loci(world: World) -> None:
    """Nine loci agree by chance; the others do not, and two examiners find so in a new round."""
    whole = somebody("the one", "P-1")
    other = somebody("somebody else", "P-1")
    first = [*whole.loci][:9]
    coincidence = replace(other, loci={**other.loci, **{name: whole.loci[name] for name in first}})
    meet_short(
        world,
        only(coincidence, 9)
        if [*coincidence.loci][:9] == first
        else replace(coincidence, loci={name: coincidence.loci[name] for name in first}),
    )
    [found] = candidates(world, GBR, ask(world).id)
    examiner = world.officer(GBR, "examiner")
    opine(world, found.id, examiner, Disposition.MORE_LOCI)
    opine(world, found.id, OTHER, Disposition.MORE_LOCI)
    upgrade_id = wish(world, found.id)
    world.clock.turn(hours=5)
    type_more(world, coincidence)
    grant_it(world, upgrade_id)
    after = row(world)
    assert (after.label, after.compared) == (NO_CLASS, ALL)
    assert after.mismatched > 2
    assert after.disposition == Disposition.MORE_LOCI
    world.clock.turn(hours=1)
    assert world.look(GBR, lambda tx: standing(tx, found.id, examiner.id)).round == 2
    for officer in (examiner, OTHER):
        opine(world, found.id, officer, Disposition.EXCLUDED)
    assert row(world).disposition == Disposition.EXCLUDED


def test_nothing_can_be_typed(world: World, short: CandidateId) -> None:
    before = row(world)
    upgrade_id = wish(world, short)
    assert grant_it(world, upgrade_id, typed=False) is UpgradeState.DECLINED
    assert listed(world).state is UpgradeState.DECLINED
    assert row(world) == before
    wish(world, short)
    assert [each.state for each in world.look(GBR, upgrades.upgrades)] == [UpgradeState.WAITING, UpgradeState.DECLINED]


def test_loci_are_typed_before_they_are_sent(world: World, short: CandidateId) -> None:
    upgrade_id = wish(world, short)
    refused(ConflictError, lambda: grant_it(world, upgrade_id))
    assert listed(world, ALB).state is UpgradeState.WAITING
    refused(ForbiddenError, lambda: grant_it(world, upgrade_id, post="enquirer"))
    refused(NotFoundError, lambda: grant_it(world, "none"))


def test_who_is_shielded_by_now_goes_nowhere(world: World, short: CandidateId) -> None:
    upgrade_id = wish(world, short)
    type_more(world, somebody("the one", "P-1"))
    [known] = world.look(ALB, lambda tx: list(tx.execute(person_record.select().limit(1))))
    link_record(world, ALB, "P-1", known.ref)
    chief = world.officer(ALB, "supervisor")
    world.do(
        ALB, lambda tx: mark_protected(tx, chief, RecordRef(known.ref), "She testified against them.", world.clock())
    )
    refused(ConflictError, lambda: grant_it(world, upgrade_id))
    assert grant_it(world, upgrade_id, typed=False) is UpgradeState.DECLINED


def test_without_a_grant_of_today_nothing_more_leaves(world: World, short: CandidateId) -> None:
    upgrade_id = wish(world, short)
    type_more(world, somebody("the one", "P-1"))
    gone = b"\n".join(each for each in agreements().splitlines() if b'"demo-gbr-alb-dna-person"' not in each)
    for code in (GBR, ALB):
        world.do(code, lambda tx: import_register(tx, gone, "off-installer", world.clock()))
    refused(RefusedError, lambda: grant_it(world, upgrade_id), RefusalReason.SUBJECT_NOT_GRANTED)
    refused(ConflictError, lambda: wish(world, short))


def test_an_erased_profile_cannot_be_sent(world: World, short: CandidateId) -> None:
    upgrade_id = wish(world, short)
    world.do(ALB, lambda tx: forget_profile(tx, "P-1"))
    refused(Error, lambda: grant_it(world, upgrade_id))
    assert grant_it(world, upgrade_id, typed=False) is UpgradeState.DECLINED


def test_an_answer_that_has_not_left_does_not_leave_once_the_profile_is_erased(
    world: World, short: CandidateId
) -> None:
    upgrade_id = wish(world, short)
    type_more(world, somebody("the one", "P-1"))
    desk, officer, chief = world.nodes[ALB].desk, world.officer(ALB, "examiner"), world.officer(ALB, "supervisor")
    world.do(ALB, lambda tx: answer_upgrade(tx, desk, officer, upgrade_id, (True, WHY), world.clock()))
    words = (CorrectionReason.COURT_ORDER, "Acquitted; the judgment orders the profile to be erased.")
    world.do(ALB, lambda tx: erase_everywhere(tx, chief, "P-1", words, world.clock()))
    world.deliver()
    assert listed(world).state is UpgradeState.WAITING
    assert row(world).compared == 9


def test_one_request_at_a_time_about_what_is_not_found_yet(world: World, short: CandidateId) -> None:
    wish(world, short)
    refused(ConflictError, lambda: wish(world, short))
    refused(NotFoundError, lambda: wish(world, CandidateId("none")))


def test_what_was_found_needs_no_more_loci(world: World, short: CandidateId) -> None:
    for officer in (world.officer(GBR, "examiner"), OTHER):
        opine(world, short, officer, Disposition.ADVENTITIOUS)
    refused(ConflictError, lambda: wish(world, short))


@pytest.mark.parametrize("loci", [("AMEL",), ("D99S1",), ("vWA", "x" * 60)])
def test_only_loci_are_asked_for(world: World, short: CandidateId, loci: tuple[str, ...]) -> None:
    refused(InputError, lambda: wish(world, short, *loci))


def test_loci_are_understood_as_kits_write_them(world: World, short: CandidateId) -> None:
    wish(world, short, "vwa", "THO1", "VWA")
    assert listed(world).loci == ("vWA", "TH01")


def test_an_enquirer_asks_for_nothing_and_a_reason_is_needed(world: World, short: CandidateId) -> None:
    refused(ForbiddenError, lambda: wish(world, short, post="enquirer"))
    refused(InputError, lambda: wish(world, short, why="more"))


def test_where_both_have_the_same_loci_they_are_named_by_a_person(world: World) -> None:
    meet(world)
    [found] = candidates(world, GBR, ask(world).id)
    refused(ConflictError, lambda: wish(world, found.id))
    wish(world, found.id, "SE33")
    assert listed(world).loci == ("SE33",)


# What a partner may say, whatever it is.


def say(world: World, kind: str, body: dict[str, object], conversation: str, sender: PartnerCode = GBR) -> str:
    to = GBR if sender == ALB else ALB
    answer = world.send_body(sender, to, kind, body, conversation)
    return str(answer.body.get("reason", answer.kind))


UPGRADE = "00000000-0000-4000-8000-000000000001"


def request(world: World, **changes: object) -> tuple[dict[str, object], str]:
    [line] = world.look(GBR, lambda tx: list(tx.execute(candidate.select())))
    body: dict[str, object] = {"upgrade": UPGRADE, "number": line.ref, "loci": ["FGA"]}
    return body | changes, line.enquiry_id


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"loci": []}, "MALFORMED"),
        ({"loci": ["FGA", "FGA"]}, "MALFORMED"),
        ({"loci": ["D99"]}, "MALFORMED"),
        ({"loci": ["FGA"] * 25}, "MALFORMED"),
        ({"upgrade": "one"}, "MALFORMED"),
        ({"case_ref": "DUR-2025-0417"}, "MALFORMED"),
        ({"number": "DNA-00000000000000000000000000"}, "UNKNOWN_CONVERSATION"),
    ],
)
@pytest.mark.usefixtures("short")
def test_a_request_is_of_its_form_and_about_what_was_given(
    world: World, changes: dict[str, object], reason: str
) -> None:
    body, conversation = request(world, **changes)
    assert say(world, DNA_UPGRADE, body, conversation) == reason
    assert world.look(ALB, upgrades.upgrades) == []


@pytest.mark.usefixtures("short")
def test_a_request_of_another_partner_or_conversation_is_refused(world: World) -> None:
    body, conversation = request(world)
    assert say(world, DNA_UPGRADE, body, conversation, MKD) == "UNKNOWN_CONVERSATION"
    assert say(world, DNA_UPGRADE, body, UPGRADE) == "UNKNOWN_CONVERSATION"


@pytest.mark.usefixtures("short")
def test_one_waits_and_ids_are_not_used_twice(world: World) -> None:
    body, conversation = request(world)
    assert say(world, DNA_UPGRADE, body, conversation) == "receipt"
    assert say(world, DNA_UPGRADE, body, conversation) == "ID_REUSED"
    again = body | {"upgrade": UPGRADE[:-1] + "2"}
    assert say(world, DNA_UPGRADE, again, conversation) == "QUOTA_EXCEEDED"
    assert len(world.look(ALB, upgrades.upgrades)) == 1


def test_an_answer_is_to_what_we_asked_and_comes_once(world: World, short: CandidateId) -> None:
    upgrade_id = wish(world, short)
    body, conversation = request(world)
    profile = to_reference_data(somebody("the one", "P-1"))
    good: dict[str, object] = {"upgrade": upgrade_id, "number": body["number"], "profile": profile}
    trace = to_reference_data(somebody("the one", "T-1", KIND.TRACE))
    for changes, reason in (
        ({"upgrade": UPGRADE}, "UNKNOWN_CONVERSATION"),
        ({"number": "DNA-00000000000000000000000000"}, "UNKNOWN_CONVERSATION"),
        ({"profile": trace}, "MALFORMED"),
        ({"profile": {"identified": True, "loci": {}}}, "MALFORMED"),
        ({"profile": profile | {"name": "Arben"}}, "MALFORMED"),
    ):
        assert say(world, DNA_MORE_LOCI, good | changes, conversation, ALB) == reason
    assert row(world).compared == 9
    assert say(world, DNA_MORE_LOCI, good, UPGRADE, ALB) == "UNKNOWN_CONVERSATION"
    assert say(world, DNA_MORE_LOCI, good, conversation, ALB) == "receipt"
    assert say(world, DNA_MORE_LOCI, good, conversation, ALB) == "ID_REUSED"
    assert row(world).compared == ALL


def test_an_answer_after_our_trace_is_gone_changes_nothing(world: World, short: CandidateId) -> None:
    upgrade_id = wish(world, short)
    before = row(world)
    type_more(world, somebody("the one", "P-1"))
    world.do(GBR, lambda tx: forget_profile(tx, "T-1"))
    grant_it(world, upgrade_id)
    assert row(world) == before
    assert listed(world).state is UpgradeState.ANSWERED


def test_a_request_that_never_arrived_can_be_made_again(world: World, short: CandidateId) -> None:
    desk, examiner = world.nodes[GBR].desk, world.officer(GBR, "examiner")
    world.stop(ALB)
    world.do(GBR, lambda tx: ask_upgrade(tx, desk, examiner, short, (("FGA",), WHY), world.clock()))
    world.clock.turn(days=8)
    world.deliver(GBR)
    assert listed(world).state is UpgradeState.DECLINED


# Typing more, and marks.


def test_typing_again_adds_and_never_contradicts(world: World) -> None:
    speak(world)
    whole = somebody("the one", "P-1")
    store(world, ALB, only(whole, 9))
    low, high = whole.loci["vWA"]
    wrong = with_loci(whole, vWA=stepped(low, high))
    refused(ConflictError, lambda: type_more(world, wrong))
    refused(ConflictError, lambda: type_more(world, only(whole, 8)))
    refused(ConflictError, lambda: type_more(world, only(whole, 9)))
    refused(InputError, lambda: type_more(world, as_kind(whole, "P-1")))
    refused(NotFoundError, lambda: type_more(world, replace(whole, ref="P-2")))
    type_more(world, whole)
    assert world.look(ALB, lambda tx: load_profile(tx, "P-1")).loci == whole.loci
    enquirer = world.officer(ALB, "examiner")
    refused(ForbiddenError, lambda: world.do(ALB, lambda tx: retype(tx, enquirer, [whole], world.clock())))


def test_a_wildcard_may_become_what_it_was(world: World) -> None:
    speak(world)
    whole = somebody("the one", "P-1")
    low, high = whole.loci["vWA"]
    store(world, ALB, with_loci(whole, vWA=(WILDCARD, high)))
    refused(ConflictError, lambda: type_more(world, with_loci(whole, vWA=stepped(low, high))))
    type_more(world, whole)
    assert world.look(ALB, lambda tx: load_profile(tx, "P-1")).loci["vWA"] == (low, high)


def test_a_trace_that_a_partner_matched_is_marked_once(world: World) -> None:
    met = meet(world)
    store(world, ALB, as_kind(met.person, "T-7"))
    store(world, GBR, replace(met.person, ref="P-9"))
    assert world.look(ALB, marks) == []
    for _ in range(2):
        sent = ask(world, ref="P-9", population=SubjectKind.DNA_TRACE)
        assert states(world, GBR, sent.id) == {"ALB": ("hit", None)}
    [found] = world.look(ALB, marks)
    assert (found.ref, found.partner) == ("T-7", GBR)
    assert world.kinds(ALB).count("dna.marked") == 1
    assert world.look(ALB, lambda tx: marks(tx, "T-8")) == []
    world.do(ALB, lambda tx: forget_profile(tx, "T-7"))
    assert world.look(ALB, marks) == []


def test_persons_are_not_marked(world: World) -> None:
    meet(world)
    ask(world)
    assert world.look(ALB, marks) == []
