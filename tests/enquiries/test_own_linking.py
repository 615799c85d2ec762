"""Linking while others go on writing: what is kept between runs, what changes meanwhile, who sees it, and what two officers may do."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update
from tests.enquiries.test_own_links import (
    OTHERS,
    OWN,
    TWIN,
    A,
    B,
    C,
    bring,
    entries,
    filed,
    here,
    judged,
    person,
    together,
    undone,
)
from tests.federation.world import GBR, REASON, World

from egnatia.accounts import disable_officer
from egnatia.engines.people.link import Verdict
from egnatia.enquiries.holdings import mark_protected, replace_person
from egnatia.enquiries.kept_links import KeptLinks, keep_links, kept_links
from egnatia.enquiries.link_views import MOST_LISTED, LinkList, PairView, links_to_look_at, look_at_pair
from egnatia.enquiries.own_linking import OwnLinks, Reckoned, Wanted, enter_links, link_own, read_own, reckon
from egnatia.enquiries.own_links import judge_own, state_of
from egnatia.enquiries.retention import erase_person
from egnatia.errors import ConflictError, ErasedError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.ledger.leaf import parse_leaf
from egnatia.model.events import EventKind
from egnatia.model.ids import RecordRef, SealedId
from egnatia.store.database import Transaction
from egnatia.store.tables import person_links, sealed_record

AGAIN = Wanted(REASON, anew_below=0)
"""Linking that adds to what is kept even on a register this small."""
NEW = person(RecordRef("L-NEW"), "Arben", number="K7654321")

__all__ = ["filed", "here"]


def added(world: World, who: str = "examiner", wanted: Wanted = AGAIN) -> OwnLinks:
    return link_own(world.nodes[GBR], world.officer(GBR, who), wanted)


def kept(world: World) -> KeptLinks:
    found = world.look(GBR, kept_links)
    assert found is not None
    return found


def sealed_ids(world: World) -> list[str]:
    return world.look(GBR, lambda tx: list(tx.execute(select(person_links.c.sealed_id)).scalars()))


def erased(world: World, ref: str) -> None:
    officer = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: erase_person(tx, officer, RecordRef(ref), REASON, world.clock()))


def corrected(world: World, ref: str, **said: str) -> None:
    """A correction, with its entry as the acts write it that correct."""
    content = {"record": {"ref": ref, "first_names": "Arbnor", "family_names": "Zymberi"} | said, "core": {}}
    now, desk = world.clock(), world.nodes[GBR].desk

    def act(tx: Transaction) -> None:
        replace_person(tx, desk, RecordRef(ref), content, now)
        append(tx, Act(EventKind.CORRECTION_MADE, now, "off-somebody", f"person:{ref}"))

    world.do(GBR, act)


def shielded(world: World, ref: str) -> None:
    officer = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: mark_protected(tx, officer, RecordRef(ref), REASON, world.clock()))


def reckoned(world: World, wanted: Wanted = AGAIN) -> Reckoned:
    """A run that has come as far as what it found, and has entered nothing."""
    now = world.clock()
    return reckon(world.look(GBR, lambda tx: read_own(tx, wanted, now)), wanted)


def entered(world: World, made: Reckoned, who: str = "examiner") -> OwnLinks:
    return world.do(GBR, lambda tx: enter_links(tx, world.officer(GBR, who), made, AGAIN, world.clock()))


def state(world: World, left: str = A, right: str = B) -> str:
    return world.look(GBR, lambda tx: state_of(tx, (left, right)))


def judged_as_seen(world: World, verdict: Verdict, seen: str, who: str = "examiner") -> int:
    officer = world.officer(GBR, who)
    return world.do(GBR, lambda tx: judge_own(tx, officer, (A, B), verdict, REASON, world.clock(), seen)[0])


def listed(world: World, who: str = "examiner") -> LinkList:
    return world.look(GBR, lambda tx: links_to_look_at(tx, world.officer(GBR, who)))


# What is kept between two runs.


def test_a_second_run_compares_nothing_and_finds_the_same(here: World) -> None:
    first = added(here)
    assert first.compared == first.records
    second = added(here)
    assert second.compared == 0
    assert replace(second, compared=first.compared) == first


def test_what_came_is_compared_and_nothing_else(here: World) -> None:
    first = added(here)
    here.clock.turn(seconds=60)
    bring(here, [NEW])
    second = added(here)
    assert (second.compared, second.records) == (1, first.records + 1)
    assert together(second, A, B, NEW.ref)
    assert {link.left for link in first.links} <= {link.left for link in second.links}


def test_who_is_imported_at_the_moment_of_a_run_is_not_missed(here: World) -> None:
    added(here)
    bring(here, [NEW])
    found = added(here)
    assert found.compared == 1
    assert together(found, A, B, NEW.ref)


def test_who_is_erased_and_imported_again_is_found_as_in_a_fresh_run(here: World) -> None:
    first = added(here)
    erased(here, B)
    assert not together(added(here), A, B)
    here.clock.turn(seconds=60)
    bring(here, [OWN[1]])
    second = added(here)
    assert second.compared == 1
    assert second.groups == first.groups
    assert [(link.left, link.right) for link in second.links] == [(link.left, link.right) for link in first.links]
    for mine, theirs in zip(second.links, first.links, strict=True):
        assert mine.probability == pytest.approx(theirs.probability, abs=1e-9)


def test_too_much_that_is_new_is_not_added_but_learned_from(here: World) -> None:
    added(here)
    here.clock.turn(seconds=60)
    bring(here, [NEW, person(RecordRef("L-NEW-2"), "Zana")])
    second = added(here)
    assert second.compared == second.records


@pytest.mark.parametrize("wanted", [Wanted(REASON, anew=True, anew_below=0), Wanted(REASON)])
def test_everything_is_compared_anew_where_it_is_asked_for_or_the_register_is_small(
    here: World, wanted: Wanted
) -> None:
    added(here)
    found = added(here, wanted=wanted)
    assert found.compared == found.records


def test_another_probability_needs_no_comparison(here: World) -> None:
    added(here)
    half = added(here, wanted=replace(AGAIN, least=0.5))
    assert half.compared == 0
    assert len(half.links) >= len(added(here).links)
    assert kept(here).least == 0.95


def test_what_is_kept_lies_sealed_and_names_nobody(here: World) -> None:
    added(here)
    (sealed_id,) = sealed_ids(here)
    row = here.look(GBR, lambda tx: tx.execute(select(sealed_record).where(sealed_record.c.id == sealed_id)).one())
    assert row.kind == "person_links"
    assert b"L-A" not in row.ciphertext
    content = here.look(GBR, lambda tx: tx.unseal(SealedId(sealed_id)))
    assert b"Zymberi" not in content


# Erased and corrected.


@pytest.mark.parametrize("ref", [A, B])
def test_who_is_erased_is_out_of_what_is_kept_in_the_same_transaction(here: World, ref: str) -> None:
    added(here)
    (old,) = sealed_ids(here)
    assert kept(here).kept.has(ref)
    erased(here, ref)
    assert not kept(here).kept.has(ref)
    assert ref not in kept(here).again
    (new,) = sealed_ids(here)
    assert new != old
    with pytest.raises(ErasedError):
        here.look(GBR, lambda tx: tx.unseal(SealedId(old)))
    assert added(here).compared == 0


def test_an_erasure_that_fails_leaves_what_is_kept(here: World) -> None:
    added(here)
    before = sealed_ids(here)

    def fail(tx: Transaction) -> None:
        erase_person(tx, here.officer(GBR, "supervisor"), A, REASON, here.clock())
        raise InputError("something else went wrong")

    with pytest.raises(InputError):
        here.do(GBR, fail)
    assert sealed_ids(here) == before
    assert kept(here).kept.has(A)


def test_who_is_in_no_pair_is_erased_without_writing_it_anew(here: World) -> None:
    added(here)
    alone = next(each.ref for each in OTHERS if not kept(here).kept.has(each.ref))
    before = sealed_ids(here)
    erased(here, alone)
    assert sealed_ids(here) == before


def test_who_is_corrected_is_compared_again(here: World) -> None:
    added(here)
    corrected(here, B)
    assert not kept(here).kept.has(B)
    assert kept(here).again == {B}
    second = added(here)
    assert second.compared == 1
    assert not together(second, A, B)
    assert kept(here).again == frozenset()
    corrected(here, B, birth_date="1981-04-19", father_name="Fadil", first_names="Arben")
    assert together(added(here), A, B)


@pytest.mark.parametrize("content", [b"[]\nnothing that anybody wrote", b"", b"{"])
def test_what_cannot_be_read_stops_no_erasure_and_is_made_anew(here: World, content: bytes) -> None:
    added(here)
    other = here.do(GBR, lambda tx: tx.seal(content, kind="person_links", at=here.clock()).id)
    here.do(GBR, lambda tx: tx.execute(update(person_links).values(sealed_id=other)))
    erased(here, A)
    assert sealed_ids(here) == []
    found = added(here)
    assert found.compared == found.records


# What changes while a run goes on.


def test_nothing_waits_while_records_are_compared(here: World) -> None:
    """Another officer's import goes through in the middle of the comparison, and is left to the next run."""
    done: list[str] = []

    def told(doing: str, _done: int, _total: int) -> None:
        if doing == "comparing" and not done:
            here.clock.turn(seconds=60)
            bring(here, [NEW])
            done.append(doing)

    first = link_own(here.nodes[GBR], here.officer(GBR, "examiner"), AGAIN, told)
    assert done
    assert not any(NEW.ref in group for group in first.groups)
    second = added(here)
    assert second.compared == 1
    assert together(second, A, B, NEW.ref)


def test_an_import_that_began_before_and_ended_after_the_reading_is_not_missed(here: World) -> None:
    made = reckoned(here)
    here.clock.turn(seconds=-60)
    bring(here, [NEW])
    here.clock.turn(seconds=120)
    entered(here, made)
    assert kept(here).again == {NEW.ref}
    assert together(added(here), A, B, NEW.ref)


def test_who_is_erased_meanwhile_is_in_nothing_of_it(here: World) -> None:
    made = reckoned(here)
    assert together(made.found, A, B)
    erased(here, B)
    found = entered(here, made)
    assert found.records == made.found.records - 1
    assert not any(B in (link.left, link.right) for link in found.links)
    assert not any(B in group for group in found.groups)
    assert not kept(here).kept.has(B)
    assert not any(B in (row.left, row.right) for row in listed(here).rows)


def test_who_is_corrected_meanwhile_is_compared_by_the_next_run(here: World) -> None:
    made = reckoned(here)
    corrected(here, B)
    found = entered(here, made)
    assert not any(B in group for group in found.groups)
    assert kept(here).again == {B}
    assert added(here).compared == 1


def test_what_is_said_meanwhile_counts(here: World) -> None:
    made = reckoned(here)
    number = judged(here, Verdict.NEGATIVE)
    found = entered(here, made)
    assert not together(found, A, B)
    assert [said.number for said in found.standing] == [number]


def test_two_runs_at_once_leave_what_the_later_entered(here: World) -> None:
    first = reckoned(here)
    here.clock.turn(seconds=60)
    bring(here, [NEW])
    second = reckoned(here)
    entered(here, second)
    assert kept(here).kept.has(NEW.ref)
    entered(here, first)
    assert not kept(here).kept.has(NEW.ref)
    assert together(added(here), A, B, NEW.ref), "who came after the first run's reading is compared again"


class BrokenOffError(Exception):
    """Somebody pressed the key that ends a run."""


def test_a_run_that_breaks_off_leaves_nothing(here: World) -> None:
    def stop(doing: str, _done: int, _total: int) -> None:
        if doing == "comparing":
            raise BrokenOffError

    start = len(entries(here))
    with pytest.raises(BrokenOffError):
        link_own(here.nodes[GBR], here.officer(GBR, "examiner"), AGAIN, stop)
    assert len(entries(here)) == start
    assert sealed_ids(here) == []
    added(here)
    before = sealed_ids(here)
    with pytest.raises(BrokenOffError):
        link_own(here.nodes[GBR], here.officer(GBR, "examiner"), replace(AGAIN, anew=True), stop)
    assert sealed_ids(here) == before


def test_whose_account_is_closed_meanwhile_enters_nothing(here: World) -> None:
    officer = here.officer(GBR, "examiner")

    def close(doing: str, done: int, _total: int) -> None:
        if doing == "learning" and not done:
            here.do(GBR, lambda tx: disable_officer(tx, officer.id, "administrator", here.clock()))

    with pytest.raises(ForbiddenError):
        link_own(here.nodes[GBR], officer, AGAIN, close)
    assert sealed_ids(here) == []
    assert "persons.linked" not in [parse_leaf(each).kind for each in entries(here)]


# Who is shielded.


def test_of_shielded_persons_supervisors_alone_are_told(here: World) -> None:
    judged(here, Verdict.NEGATIVE, A, TWIN, who="supervisor")
    shielded(here, A)
    examiner, supervisor = added(here), added(here, "supervisor")
    assert together(supervisor, A, B)
    assert any(A in (link.left, link.right) for link in supervisor.links)
    assert [said.left for said in supervisor.standing] == [A]
    for found in (examiner.links, examiner.groups, examiner.standing, examiner.contradicted):
        assert A not in str(found)
    mine, theirs = listed(here), listed(here, "supervisor")
    assert not any(A in (row.left, row.right) for row in mine.rows)
    assert mine.hidden == sum(row.shielded for row in theirs.rows) >= 2
    assert theirs.hidden == 0


@pytest.mark.parametrize(
    "act",
    [
        lambda here: judged(here, Verdict.POSITIVE),
        lambda here: here.do(GBR, lambda tx: look_at_pair(tx, here.officer(GBR, "examiner"), (A, B), here.clock())),
    ],
)
def test_an_examiner_neither_sees_nor_judges_who_is_shielded(here: World, act: Callable[[World], Any]) -> None:
    added(here)
    shielded(here, A)
    start = len(entries(here))
    with pytest.raises(ForbiddenError):
        act(here)
    assert len(entries(here)) == start
    assert judged(here, Verdict.POSITIVE, who="supervisor") == 1


def test_an_examiner_does_not_undo_what_was_said_of_who_is_shielded_since(here: World) -> None:
    number = judged(here, Verdict.NEGATIVE)
    shielded(here, B)
    with pytest.raises(ForbiddenError):
        undone(here, number, who="examiner")
    undone(here, number, who="supervisor")


# Two officers and one pair.


def test_a_judgement_is_made_of_what_was_seen(here: World) -> None:
    assert judged_as_seen(here, Verdict.POSITIVE, state(here)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda here: corrected(here, A),
        lambda here: corrected(here, B),
        lambda here: judged(here, Verdict.NEGATIVE, who="supervisor"),
        lambda here: undone(here, judged(here, Verdict.UNSURE)),
    ],
    ids=["one corrected", "the other corrected", "judged by somebody", "judged and undone"],
)
def test_what_changed_since_it_was_seen_has_to_be_looked_at_again(
    here: World, change: Callable[[World], object]
) -> None:
    before = state(here)
    change(here)
    assert state(here) != before
    start = len(entries(here))
    with pytest.raises(ConflictError) as refused:
        judged_as_seen(here, Verdict.POSITIVE, before)
    assert "Look at both again" in refused.value.hint()
    assert len(entries(here)) == start
    assert judged_as_seen(here, Verdict.POSITIVE, state(here), who="supervisor") > 0


def test_what_was_shown_by_another_release_has_to_be_looked_at_again(here: World) -> None:
    with pytest.raises(ConflictError):
        judged_as_seen(here, Verdict.POSITIVE, "0" * 32)


def test_what_happens_to_others_changes_no_pair(here: World) -> None:
    before = state(here)
    erased(here, C)
    corrected(here, TWIN)
    judged(here, Verdict.NEGATIVE, B, TWIN)
    assert state(here) == before
    assert state(here, B, A) == before


@pytest.mark.parametrize("ref", [A, B])
def test_who_was_erased_cannot_be_judged(here: World, ref: str) -> None:
    seen = state(here)
    erased(here, ref)
    with pytest.raises(NotFoundError):
        judged_as_seen(here, Verdict.POSITIVE, seen)


def test_the_same_is_not_said_twice(here: World) -> None:
    number = judged(here, Verdict.NEGATIVE)
    for who in ("examiner", "supervisor"):
        with pytest.raises(ConflictError, match=f"judgement {number}"):
            judged(here, Verdict.NEGATIVE, B, A, who=who)
    undone(here, number)
    assert judged(here, Verdict.NEGATIVE) > number


def test_a_colleague_is_overruled_by_a_supervisor_alone(here: World) -> None:
    first = judged(here, Verdict.NEGATIVE, who="supervisor")
    for act in (lambda: judged(here, Verdict.POSITIVE), lambda: undone(here, first, who="examiner")):
        with pytest.raises(ForbiddenError) as refused:
            act()
        assert "supervisor" in refused.value.hint()
    second = judged(here, Verdict.POSITIVE, C, TWIN)
    assert judged(here, Verdict.UNSURE, C, TWIN) > second, "everybody changes their own mind"
    assert judged(here, Verdict.NEGATIVE, C, TWIN, who="supervisor")


def test_what_is_undone_by_another_is_undone_once(here: World) -> None:
    number = judged(here, Verdict.NEGATIVE)
    undone(here, number, who="examiner")
    with pytest.raises(ConflictError):
        undone(here, number)


# What is listed, and what is opened.


def opened_by(world: World, who: str, left: str = A, right: str = B) -> PairView:
    officer, pair = world.officer(GBR, who), (RecordRef(left), RecordRef(right))
    return world.do(GBR, lambda tx: look_at_pair(tx, officer, pair, world.clock()))


def test_what_nobody_judged_comes_first_the_least_certain_before_the_surer(here: World) -> None:
    added(here)
    rows = listed(here).rows
    chances = [row.probability for row in rows if row.probability is not None]
    assert len(chances) == len(rows) > 5
    assert chances == sorted(chances)
    judged(here, Verdict.UNSURE, rows[0].left, rows[0].right)
    judged(here, Verdict.POSITIVE, rows[1].left, rows[1].right)
    after = listed(here).rows
    assert [row.verdict for row in after[-2:]] == ["unsure", "positive"]
    assert {(row.left, row.right) for row in after} == {(row.left, row.right) for row in rows}


def test_judgements_that_contradict_each_other_come_before_all(here: World) -> None:
    added(here)
    judged(here, Verdict.POSITIVE, A, B)
    judged(here, Verdict.POSITIVE, B, TWIN)
    judged(here, Verdict.NEGATIVE, A, TWIN)
    judged(here, Verdict.NEGATIVE, A, C)
    rows = listed(here).rows
    assert {(row.left, row.right) for row in rows[:3]} == {(A, B), (B, TWIN), (A, TWIN)}
    assert [row.contradicted for row in rows[:4]] == [True, True, True, False]
    assert {(row.left, row.right) for row in rows if row.verdict and not row.contradicted} == {(A, C)}


def test_before_anything_was_linked_there_is_nothing_and_it_is_said(here: World) -> None:
    found = listed(here)
    assert (found.rows, found.made_at, found.records) == ((), None, 0)
    judged(here, Verdict.NEGATIVE)
    (row,) = listed(here).rows
    assert (row.left, row.right, row.probability, row.verdict) == (A, B, None, "negative")


def test_opening_a_pair_is_one_entry_without_a_name(here: World) -> None:
    added(here)
    start = len(entries(here))
    officer = here.officer(GBR, "examiner")
    shown = here.do(GBR, lambda tx: look_at_pair(tx, officer, (B, A), here.clock()))
    (entry,) = entries(here)[start:]
    assert parse_leaf(entry).kind == "persons.searched"
    for text in (A, B, "Arben", "Zymberi", "1981"):
        assert text.encode() not in entry
    assert (shown.left.ref, shown.right.ref) == (A, B)
    assert shown.probability is not None
    assert shown.probability > 0.95
    assert sum(part.added for part in shown.match.evidence) == pytest.approx(shown.match.bits)
    assert {row.part for row in shown.names} >= {"arben", "zymberi"}
    assert shown.state == state(here)


def test_a_pair_says_what_was_said_of_it(here: World) -> None:
    first = judged(here, Verdict.NEGATIVE)
    undone(here, first)
    second = judged(here, Verdict.POSITIVE, who="supervisor")
    shown = {who: opened_by(here, who) for who in ("examiner", "supervisor")}
    heard = shown["examiner"].heard
    assert [(each.line.verdict, each.line.undoes, each.reason) for each in heard] == [
        ("negative", None, REASON),
        (None, first, REASON),
        ("positive", None, REASON),
    ]
    assert shown["examiner"].standing is not None
    assert shown["examiner"].standing.number == second
    assert (shown["examiner"].may_undo, shown["supervisor"].may_undo) == (False, True)


@pytest.mark.parametrize(("left", "right"), [(A, OTHERS[0].ref), (A, "NOBODY"), ("NOBODY", A)])
def test_what_nothing_links_cannot_be_opened(here: World, left: str, right: str) -> None:
    """The page is no way to read any two records without a reason."""
    added(here)
    start = len(entries(here))
    officer, pair = here.officer(GBR, "examiner"), (RecordRef(left), RecordRef(right))
    with pytest.raises(NotFoundError):
        here.do(GBR, lambda tx: look_at_pair(tx, officer, pair, here.clock()))
    assert len(entries(here)) == start


@pytest.mark.parametrize("who", ["enquirer", "administrator", "auditor"])
def test_who_may_not_link_neither_lists_nor_opens(here: World, who: str) -> None:
    added(here)
    for act in (
        lambda: listed(here, who),
        lambda: here.do(GBR, lambda tx: look_at_pair(tx, here.officer(GBR, who), (A, B), here.clock())),
        lambda: added(here, who),
    ):
        with pytest.raises(ForbiddenError):
            act()


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Wanted("short"), InputError),
        (Wanted(REASON, least=0.2), InputError),
        (Wanted(REASON, least=float("nan")), InputError),
    ],
)
def test_what_is_refused_is_refused_before_anything_is_read(here: World, wanted: Wanted, error: type[Error]) -> None:
    def told(*_: object) -> None:
        raise BrokenOffError

    with pytest.raises(error):
        link_own(here.nodes[GBR], here.officer(GBR, "examiner"), wanted, told)


def test_a_list_has_an_end_and_says_what_is_beyond_it(here: World) -> None:
    added(here)
    many, links = MOST_LISTED + 7, kept(here)
    ends = np.arange(2 * many, dtype=np.int32)
    refs = tuple(f"Q-{number:05}" for number in ends.tolist())
    gain = np.linspace(30.0, 40.0, many)
    wide = replace(links.kept, refs=refs, left=ends[::2], right=ends[1::2], gain=gain, contrary=np.zeros(many))
    here.do(GBR, lambda tx: keep_links(tx, replace(links, kept=wide), wide.to_bytes()))
    found = listed(here)
    assert (len(found.rows), found.beyond) == (MOST_LISTED, 7)
    assert found.rows[0].left == "Q-00000", "the least certain are listed"
    assert refs[-1] not in {row.right for row in found.rows}


def test_a_list_of_many_pairs_is_in_the_order_of_doubt(here: World) -> None:
    added(here)
    chances = [row.probability for row in listed(here, "supervisor").rows]
    assert None not in chances
    assert chances == sorted(chances, key=lambda chance: abs((chance or 0.0) - 0.5))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_what_is_judged_before_anything_is_linked_counts_in_the_first_run(here: World, verdict: Verdict) -> None:
    """Also of records that nothing puts beside each other, which are in no kept pair."""
    far = str(OTHERS[0].ref)
    number = judged(here, verdict, C, far)
    found = added(here)
    assert together(found, C, far) is (verdict is Verdict.POSITIVE)
    assert [said.number for said in found.standing] == [number]
    opened = opened_by(here, "examiner", C, far)
    assert opened.standing is not None
    assert (opened.standing.verdict, opened.state) == (verdict.value, state(here, C, far))
