"""A standing enquiry is asked again by itself, brings only what is new, and ends for each of its reasons (ENQ-11)."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update
from tests.federation.world import ALB, GBR, INSTALLER, XKX, World, document_draft, person_draft

from egnatia.accounts import disable_officer
from egnatia.agreements import import_register as import_agreements
from egnatia.cli.serving_duties import ask_again_once
from egnatia.engines.documents import RegisterRow
from egnatia.enquiries import standing
from egnatia.enquiries.ask import EnquiryDraft
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.fishing import fishing_alerts, patterns
from egnatia.enquiries.guard import Claim, record_claim
from egnatia.enquiries.holdings import import_register, mark_protected
from egnatia.enquiries.standing import LONGEST, REVIEW_EVERY, Standing
from egnatia.enquiries.tidy import tidy
from egnatia.enquiries.views import alerts
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.ledger.entries import EntryFilter, EntryView, read_entries
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode, RecordRef
from egnatia.model.officers import Officer
from egnatia.model.states import AskState, RefusalReason, RegisterCategory, StandingEnd, SubjectKind
from egnatia.scenario.case import KNOWN_REF
from egnatia.scenario.task_force import agreements
from egnatia.settings import EnquirySettings
from egnatia.store.tables import answered_enquiry, candidate, enquiry, sealed_record, standing_ask, standing_enquiry

REASON = "The booklet was handed in at Peja; nothing more has to be asked."
STILL = "The investigation goes on; the court extended it by a month."
NEW = "P0999417"
UNKNOWN = document_draft(
    query={"issuer": "RKS", "document_type": "P", "number": NEW}, partners=(XKX,), beyond=None, holder={}
)
"""About a document that its issuer has not registered yet."""


def opened(
    world: World,
    draft: EnquiryDraft = UNKNOWN,
    days: float = 60,
    officer: Officer | None = None,
    desk: Desk | None = None,
) -> str:
    """A standing enquiry of ALB whose first answers are in; its id."""
    made = world.do(
        ALB,
        lambda tx: standing.open_standing(
            tx,
            desk or world.nodes[ALB].desk,
            officer or world.officer(ALB),
            draft,
            world.clock() + timedelta(days=days),
            world.clock(),
        ),
    )
    world.deliver()
    assert made.id is not None
    return made.id


def later(world: World, days: float = 1) -> int:
    """What a serving node does once so many days have gone by, and the answers; how many were asked or ended."""
    world.clock.turn(days=days, minutes=1)
    done = ask_again_once(world.nodes[ALB])
    world.deliver()
    return done


def of(world: World, standing_id: str) -> Standing:
    supervisor = world.officer(ALB, "supervisor")
    found = world.look(ALB, lambda tx: standing.standings(tx, supervisor))
    return next(each for each in found if each.id == standing_id)


def found(world: World) -> list[tuple[str, str]]:
    """Partner and reference of every candidate at ALB, in order of coming."""
    query = select(candidate.c.partner, candidate.c.ref).order_by(candidate.c.received_at, candidate.c.ref)
    return [(row.partner, row.ref) for row in world.look(ALB, lambda tx: tx.execute(query).all())]


def count(world: World, code: PartnerCode, table: Any = enquiry) -> int:
    return int(world.look(code, lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one()))


def entries(world: World, kind: EventKind) -> list[EntryView]:
    """The entries of a kind at ALB, the oldest first."""
    return world.look(ALB, lambda tx: read_entries(tx, EntryFilter(kind=kind, limit=200)))[::-1]


def registered(world: World, number: str, reference: str) -> None:
    """The issuer registers a document as stolen."""
    row = RegisterRow(
        2, "RKS", "P", number, number, RegisterCategory.STOLEN, date(2025, 5, 1), reference, "reported by its holder"
    )
    node = world.nodes[XKX]
    world.do(XKX, lambda tx: import_register(tx, node.desk, INSTALLER, [row], world.clock()))


def withdraw(world: World, standing_id: str, post: str = "enquirer", why: str = REASON) -> None:
    world.do(ALB, lambda tx: standing.end_standing(tx, world.officer(ALB, post), standing_id, why, world.clock()))


def review(world: World, standing_id: str, post: str = "supervisor", why: str = STILL) -> datetime:
    officer = world.officer(ALB, post)
    return world.do(ALB, lambda tx: standing.review_standing(tx, officer, standing_id, why, world.clock()))


def test_what_is_registered_later_is_found_once(world: World) -> None:
    standing_id = opened(world)
    assert found(world) == []
    assert later(world) == 1
    assert found(world) == []
    registered(world, NEW, "XKX-T-000417")
    for _ in range(3):
        assert later(world) == 1
        assert found(world) == [(XKX, "XKX-T-000417")], "the same reference is no second candidate"
    registered(world, NEW, "XKX-T-000418")
    later(world)
    assert found(world) == [(XKX, "XKX-T-000417"), (XKX, "XKX-T-000418")]
    assert of(world, standing_id).times == 6
    owners = world.look(ALB, lambda tx: set(tx.execute(select(candidate.c.owner)).scalars()))
    assert owners == {world.officer(ALB).id}


def test_a_known_reference_stays_known_after_it_was_rejected_and_only_for_this_one(world: World) -> None:
    registered(world, NEW, "XKX-T-000417")
    opened(world)
    world.do(ALB, lambda tx: tx.execute(update(candidate).values(decision="rejected")))
    later(world)
    assert len(found(world)) == 1
    world.ask(ALB, UNKNOWN)
    world.deliver()
    assert len(found(world)) == 2, "a question of its own brings its own candidates"


def test_each_time_is_an_enquiry_with_entries_of_its_own(world: World) -> None:
    standing_id = opened(world)
    before = len(entries(world, EventKind.ENQUIRY_SENT))
    for _ in range(3):
        later(world)
    assert count(world, ALB) == count(world, ALB, standing_ask) == 4
    assert len(entries(world, EventKind.ENQUIRY_SENT)) == before + 3
    assert len(entries(world, EventKind.REPLY_RECEIVED)) == 4
    [began] = entries(world, EventKind.STANDING_OPENED)
    assert (began.actor, began.object_ref) == (world.officer(ALB).id, f"standing:{standing_id}")
    assert began.justification == UNKNOWN.justification
    again = entries(world, EventKind.STANDING_ASKED)
    assert [each.actor for each in again] == ["node"] * 3
    assert [each.content and each.content["time"] for each in again] == [2, 3, 4]
    asked = [each.content["enquiry"] for each in [began, *again] if each.content]
    assert asked == world.look(
        ALB, lambda tx: list(tx.execute(select(enquiry.c.id).order_by(enquiry.c.created_at)).scalars())
    )


def test_the_partner_sees_ordinary_questions_and_keeps_none(world: World) -> None:
    opened(world)
    for _ in range(2):
        later(world)
    kinds = [json.loads(call.request)["payloadType"] for call in world.calls]
    assert len(kinds) == 3
    assert len({len(call.request) for call in world.calls}) == 1, (
        "nothing says that it stands, or how often it was asked"
    )
    assert count(world, XKX, answered_enquiry) == 3
    assert NEW.encode() not in world.files(XKX)
    assert count(world, XKX, standing_enquiry) == 0


def test_it_is_not_asked_before_its_time(world: World) -> None:
    opened(world)
    assert later(world, 0.9) == 0
    assert later(world, 0.2) == 1
    assert later(world, 0.5) == 0
    slow = replace(world.nodes[ALB].desk, limits=EnquirySettings(standing_hours=168))
    standing_id = opened(world, desk=slow)
    assert of(world, standing_id).next_at == world.clock() + timedelta(days=7)


def test_after_an_outage_of_ours_it_is_asked_once_and_not_for_every_day(world: World) -> None:
    opened(world)
    assert later(world, 12) == 1
    assert later(world, 0.01) == 0


def test_a_partner_that_has_not_answered_is_not_asked_again(world: World) -> None:
    standing_id = opened(world)
    world.stop(XKX)
    for _ in range(4):
        later(world)
    assert count(world, ALB, standing_ask) == 2, "one question waits for the partner, and not four"
    assert of(world, standing_id).ended is None
    world.start(XKX)
    world.clock.turn(hours=1)
    world.deliver()
    later(world)
    assert count(world, ALB, standing_ask) == 3


def test_of_several_partners_the_others_go_on_being_asked(world: World) -> None:
    opened(world, document_draft(holder={}))
    world.stop(XKX)
    later(world)
    later(world)
    query = select(standing_ask.c.enquiry_id).order_by(standing_ask.c.enquiry_id)
    asked = [world.view(ALB, each).asks for each in world.look(ALB, lambda tx: tx.execute(query).scalars().all())]
    assert sorted(sorted(one.partner for one in each) for each in asked) == [[GBR], [GBR, XKX], [GBR, XKX]]


def test_it_ends_on_its_day(world: World) -> None:
    standing_id = opened(world, days=2.5)
    assert [later(world) for _ in range(4)] == [1, 1, 1, 0]
    ended = of(world, standing_id)
    assert (ended.ended, ended.times) == (StandingEnd.EXPIRED, 3)
    [entry] = entries(world, EventKind.STANDING_ENDED)
    assert (entry.actor, entry.content) == ("node", {"case_ref": UNKNOWN.case_ref, "reason": "expired"})
    later(world, 30)
    assert count(world, ALB) == 3


def test_its_end_erases_what_it_asks_and_the_enquiries_keep_their_own(world: World) -> None:
    standing_id = opened(world)
    later(world)
    sealed = select(func.count()).select_from(sealed_record)
    kind = sealed.where(sealed_record.c.kind == standing.SEALED_KIND)
    assert world.look(ALB, lambda tx: tx.execute(kind).scalar_one()) == 1
    withdraw(world, standing_id)
    assert world.look(ALB, lambda tx: tx.execute(kind).scalar_one()) == 0
    assert world.look(ALB, lambda tx: tx.execute(sealed.where(sealed_record.c.kind == "enquiry")).scalar_one()) == 2


def test_withdrawal_is_the_officers_or_a_supervisors(world: World) -> None:
    standing_id = opened(world)
    with pytest.raises(ForbiddenError):
        withdraw(world, standing_id, "examiner")
    with pytest.raises(InputError):
        withdraw(world, standing_id, why="over")
    withdraw(world, standing_id)
    with pytest.raises(ConflictError):
        withdraw(world, standing_id)
    assert later(world) == 0
    assert of(world, standing_id).ended is StandingEnd.WITHDRAWN
    other = opened(world)
    withdraw(world, other, "supervisor")
    assert [each.actor for each in entries(world, EventKind.STANDING_ENDED)] == [
        world.officer(ALB).id,
        world.officer(ALB, "supervisor").id,
    ]
    with pytest.raises(NotFoundError):
        withdraw(world, "no-such-thing")


def test_a_closed_case_ends_all_of_its_own_and_no_others(world: World) -> None:
    first, second = opened(world), opened(world, person_draft(holder={}))
    other = opened(world, replace(UNKNOWN, case_ref="TIA-2025-0001"))

    def close(post: str) -> int:
        officer = world.officer(ALB, post)
        return world.do(ALB, lambda tx: standing.end_case(tx, officer, UNKNOWN.case_ref, REASON, world.clock()))

    with pytest.raises(ForbiddenError):
        close("examiner")
    assert of(world, first).ended is None, "all or none"
    assert close("supervisor") == 2
    assert close("supervisor") == 0
    ended = [of(world, each).ended for each in (first, second, other)]
    assert ended == [StandingEnd.CASE_CLOSED, StandingEnd.CASE_CLOSED, None]


def register_without(world: World, subject: str, asker: str = "alb", answerer: str = "xkx") -> None:
    """From today ALB's register has no grant for this subject between the two."""
    wanted = f'"demo-{asker}-{answerer}-{subject}"'.encode()
    content = b"".join(line for line in agreements().splitlines(keepends=True) if wanted not in line)
    assert content != agreements()
    world.do(ALB, lambda tx: import_agreements(tx, content, INSTALLER.id, world.clock()))


def test_it_ends_when_its_grant_is_gone(world: World) -> None:
    standing_id = opened(world)
    register_without(world, "travel_document")
    later(world)
    assert of(world, standing_id).ended is StandingEnd.NOT_ALLOWED
    assert count(world, ALB) == 1, "nothing was asked"


def test_another_grant_for_the_same_is_another_basis(world: World) -> None:
    standing_id = opened(world)
    content = agreements().replace(b'"demo-alb-xkx-travel_document"', b'"renewed-alb-xkx-travel_document"')
    world.do(ALB, lambda tx: import_agreements(tx, content, INSTALLER.id, world.clock()))
    later(world)
    assert of(world, standing_id).ended is StandingEnd.NOT_ALLOWED


def test_it_ends_with_the_account_or_the_role_of_who_opened_it(world: World) -> None:
    first, second = opened(world), opened(world, officer=world.officer(ALB, "examiner"))
    world.do(ALB, lambda tx: disable_officer(tx, world.officer(ALB).id, INSTALLER.id, world.clock()))
    later(world)
    assert of(world, first).ended is StandingEnd.OFFICER_LEFT
    assert (of(world, second).ended, of(world, second).times) == (None, 2)


def test_a_quota_that_is_used_up_puts_it_off_and_does_not_end_it(world: World) -> None:
    standing_id = opened(world)
    desk = replace(world.nodes[ALB].desk, limits=EnquirySettings(officer_day=1))
    world.clock.turn(days=1, hours=1)
    world.ask(ALB, document_draft(partners=(XKX,)))
    world.do(ALB, lambda tx: standing.ask_again(tx, desk, world.clock()))
    assert of(world, standing_id).times == 1
    assert [each.content and each.content.get("reason") for each in entries(world, EventKind.STANDING_ASKED)] == [
        "QUOTA_EXCEEDED"
    ]
    later(world)
    assert (of(world, standing_id).times, of(world, standing_id).ended) == (2, None)


def test_its_times_count_against_the_quota_of_the_day(world: World) -> None:
    opened(world)
    desk = replace(world.nodes[ALB].desk, limits=EnquirySettings(officer_day=1))
    world.clock.turn(days=1, hours=1)
    world.do(ALB, lambda tx: standing.ask_again(tx, desk, world.clock()))
    with pytest.raises(RefusedError, match=RefusalReason.QUOTA_EXCEEDED.value):
        opened(world, desk=desk)


def test_it_waits_for_an_overdue_review_and_goes_on_after_it(world: World) -> None:
    standing_id = opened(world, days=80)
    later(world, REVIEW_EVERY.days - 1)
    assert of(world, standing_id).times == 2
    assert [later(world) for _ in range(3)] == [0, 0, 0]
    assert of(world, standing_id).waits(world.clock())
    assert review(world, standing_id) == world.clock() + REVIEW_EVERY
    assert later(world) == 1
    assert of(world, standing_id).times == 3
    [entry] = entries(world, EventKind.STANDING_REVIEWED)
    assert (entry.actor, entry.justification) == (world.officer(ALB, "supervisor").id, STILL)


def test_one_that_nobody_reviews_still_ends_on_its_day(world: World) -> None:
    standing_id = opened(world, days=40)
    later(world, 35)
    assert of(world, standing_id).ended is None
    later(world, 6)
    assert of(world, standing_id).ended is StandingEnd.EXPIRED


def test_a_review_is_a_supervisors_and_not_of_the_own_question(world: World) -> None:
    standing_id = opened(world, officer=world.officer(ALB, "supervisor"))
    for post in ("enquirer", "examiner", "supervisor"):
        with pytest.raises(ForbiddenError):
            review(world, standing_id, post)
    other = opened(world)
    with pytest.raises(InputError):
        review(world, other, why="ok")
    withdraw(world, other)
    with pytest.raises(ConflictError):
        review(world, other)


def test_no_review_outlasts_the_day_of_the_end(world: World) -> None:
    standing_id = opened(world, days=40)
    world.clock.turn(days=20)
    assert review(world, standing_id) == of(world, standing_id).until


def test_a_supervisor_sees_all_and_an_officer_the_own(world: World) -> None:
    mine, theirs = opened(world), opened(world, officer=world.officer(ALB, "examiner"))

    def seen(post: str) -> set[str]:
        return {each.id for each in world.look(ALB, lambda tx: standing.standings(tx, world.officer(ALB, post)))}

    assert (seen("enquirer"), seen("examiner"), seen("supervisor")) == ({mine}, {theirs}, {mine, theirs})
    with pytest.raises(ForbiddenError):
        seen("auditor")
    withdraw(world, theirs, "examiner")
    order = [each.id for each in world.look(ALB, lambda tx: standing.standings(tx, world.officer(ALB, "supervisor")))]
    assert order == [mine, theirs], "what stands comes first"


@pytest.mark.parametrize("days", [-1, 0, 90.1, 400])
def test_it_stands_for_three_months_at_most(world: World, days: float) -> None:
    with pytest.raises(InputError, match="90 days"):
        opened(world, days=days)
    assert count(world, ALB) == 0


def test_the_longest_is_allowed(world: World) -> None:
    assert of(world, opened(world, days=90)).until == world.clock() + LONGEST


def test_an_assessment_covers_one_question_only(world: World) -> None:
    with pytest.raises(InputError, match="one question"):
        opened(world, replace(UNKNOWN, override=REASON + STILL), officer=world.officer(ALB, "supervisor"))
    with pytest.raises(InputError, match="does not stand"):
        opened(world, replace(UNKNOWN, subject=SubjectKind.DNA))


def test_what_may_not_be_asked_does_not_stand(world: World) -> None:
    register_without(world, "travel_document")
    made = world.do(
        ALB,
        lambda tx: standing.open_standing(
            tx, world.nodes[ALB].desk, world.officer(ALB), UNKNOWN, world.clock() + timedelta(days=9), world.clock()
        ),
    )
    assert made.id is None
    assert world.view(ALB, made.sent.id).asks[0].state is AskState.NOT_ASKED
    assert count(world, ALB, standing_enquiry) == 0


def test_a_claim_that_is_made_meanwhile_stops_the_next_time(world: World) -> None:
    """The guard is asked anew each time: somebody may claim protection from the very state that is asked (ENQ-06)."""
    standing_id = opened(world)
    claim = Claim("Arbën", "Krasniqi", "1994-03-18", (NEW,), (XKX,))
    chief = world.officer(ALB, "supervisor")
    world.do(ALB, lambda tx: record_claim(tx, chief, claim, world.clock()))
    calls = len(world.calls)
    later(world)
    assert len(world.calls) == calls, "nothing left the node"
    assert of(world, standing_id).ended is StandingEnd.NOT_ALLOWED
    refused = entries(world, EventKind.ENQUIRY_NOT_SENT)[-1]
    assert refused.content is not None
    assert refused.content["reason"] == "PROTECTION_CLAIM_GUARD"


def test_a_protected_person_is_no_hit_each_time_and_the_owner_is_told_each_time(world: World) -> None:
    """Asking every day brings nothing more than asking once: the shield holds, and the bytes have the same length."""
    chief = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: mark_protected(tx, chief, RecordRef(KNOWN_REF), REASON, world.clock()))
    opened(world, person_draft(holder={}))
    for _ in range(4):
        later(world)
    assert found(world) == []
    results = set(world.look(GBR, lambda tx: tx.execute(select(answered_enquiry.c.result)).scalars()))
    assert results == {"shielded"}
    assert len({len(call.reply) for call in world.calls}) == 1
    assert len(world.do(GBR, lambda tx: alerts(tx, chief, world.clock()))) == 5


def seen_as_a_pattern(world: World, code: PartnerCode) -> list[Any]:
    """Alerts of a node, after a review of the last day."""
    now = world.clock()
    supervisor = world.officer(code, "supervisor")
    raised = world.do(code, lambda tx: fishing_alerts(tx, supervisor, now))
    return [*raised, *world.look(code, partial(patterns, since=now - timedelta(days=1), now=now))]


@pytest.mark.parametrize("draft", [UNKNOWN, person_draft(holder={}, partners=(GBR, XKX))], ids=["document", "person"])
def test_asking_the_same_again_is_no_search(world: World, draft: EnquiryDraft) -> None:
    """The shortest interval that settings allow, for a week, at both ends."""
    desk = replace(world.nodes[ALB].desk, limits=EnquirySettings(standing_hours=6))
    opened(world, draft, desk=desk)
    for _ in range(28):
        world.clock.turn(hours=6, minutes=1)
        assert world.do(ALB, lambda tx: standing.ask_again(tx, desk, world.clock())) == 1
        world.deliver()
        assert seen_as_a_pattern(world, ALB) == seen_as_a_pattern(world, XKX) == seen_as_a_pattern(world, GBR) == []


def test_many_that_together_are_a_search_are_seen_at_both_ends(world: World) -> None:
    for number in range(9):
        query = {"issuer": "RKS", "document_type": "P", "number": f"P10417{number:02}"}
        opened(world, replace(UNKNOWN, query=query))
    assert seen_as_a_pattern(world, ALB)
    assert seen_as_a_pattern(world, XKX)


def test_what_housekeeping_erases_is_asked_no_more(world: World) -> None:
    """Its content has a day of its own, one after the end, for a node that was not there to end it."""
    standing_id = opened(world, days=5)
    world.do(
        ALB,
        lambda tx: tx.execute(
            update(standing_enquiry).values(until=world.clock() + LONGEST, review_on=world.clock() + LONGEST)
        ),
    )
    world.clock.turn(days=7)
    tidy(world.nodes[ALB].commit, world.clock)
    later(world)
    assert of(world, standing_id).ended is StandingEnd.ERASED
    assert count(world, ALB) == 1


def test_a_restart_changes_nothing(world: World) -> None:
    standing_id = opened(world)
    world.restart(ALB)
    later(world)
    assert of(world, standing_id).times == 2
    world.restart(ALB)
    assert later(world, 0.01) == 0
