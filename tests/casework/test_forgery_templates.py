"""From officers' verdicts to a template: two people, a false document, and nothing of whom it named."""

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.alerting import FEATURES, GROUNDS, agree, features, issued, speak, told
from tests.federation.world import ALB, GBR, MKD, World

from egnatia.casework import borders
from egnatia.casework.borders.verdicts import give_verdict
from egnatia.casework.intelligence import AlertTerms, TemplateDraft, confirm, known_series
from egnatia.casework.intelligence.forgery_alerts import usual_label
from egnatia.casework.intelligence.series import one_series
from egnatia.engines.documents import Format, random_zone
from egnatia.engines.documents.mrz.inspection import inspect_document
from egnatia.engines.documents.mrz.reader import read_zone
from egnatia.engines.documents.series.blanks import blank_range
from egnatia.engines.documents.series.files import by_kind
from egnatia.engines.documents.series.types import Template
from egnatia.engines.documents.whole.template import seen_features
from egnatia.enquiries.forgery_alerts.held import alert_of, alerts
from egnatia.enquiries.forgery_alerts.sending import _draft
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.model.borders import VerdictClass
from egnatia.model.officers import Officer
from egnatia.scenario.case import CASE_REF, PASSPORT
from egnatia.store.database import Transaction

DAY = date(2025, 5, 15)


@pytest.fixture
def force(world: World) -> World:
    agree(world)
    speak(world)
    return world


def inspected(world: World) -> str:
    officer = world.officer(ALB, "enquirer")
    return world.do(ALB, lambda tx: borders.inspect_document(tx, officer, CASE_REF, PASSPORT, world.clock()))[0]


def judge(world: World, inspection_id: str, *said: tuple[str, VerdictClass]) -> None:
    def job(tx: Transaction, post: str, kind: VerdictClass) -> None:
        give_verdict(tx, world.officer(ALB, post), inspection_id, kind, GROUNDS, world.clock())

    for post, kind in said:
        world.do(ALB, partial(job, post=post, kind=kind))


def record(world: World, post: str = "examiner", **changes: Any) -> str:
    draft = replace(TemplateDraft(VerdictClass.COUNTERFEIT, features(*FEATURES), GROUNDS), **changes)
    node, officer = world.nodes[ALB], world.officer(ALB, post)
    return world.do(ALB, lambda tx: confirm(tx, node.desk, officer, draft, world.clock()))


BOTH = (("examiner", VerdictClass.COUNTERFEIT), ("supervisor", VerdictClass.COUNTERFEIT))


def test_two_officers_who_agree_on_an_inspection_are_the_two_people_behind_an_alert(force: World) -> None:
    inspection_id = inspected(force)
    judge(force, inspection_id, *BOTH)
    reference = record(force, inspection_id=inspection_id)
    assert issued(force, reference, post="examiner") == 2, "the one who recorded it may issue it"
    entry = next(each for each in force.entries(ALB) if each.kind == "forgery.confirmed")
    assert entry.justification == GROUNDS
    assert entry.content == {"verdict": "counterfeit", "features": 6, "blanks": 0}


@pytest.mark.parametrize(
    "said",
    [
        (),
        BOTH[:1],
        (BOTH[0], BOTH[0]),
        (BOTH[0], ("supervisor", VerdictClass.GENUINE)),
        (BOTH[0], ("supervisor", VerdictClass.FORGED)),
        (*BOTH, ("supervisor", VerdictClass.GENUINE)),
        (("examiner", VerdictClass.FORGED), ("supervisor", VerdictClass.FORGED)),
    ],
    ids=["nobody", "one", "one twice", "they differ", "two classes", "one changed", "another class"],
)
def test_without_two_officers_who_agree_the_inspection_carries_nothing(
    force: World, said: tuple[tuple[str, VerdictClass], ...]
) -> None:
    inspection_id = inspected(force)
    judge(force, inspection_id, *said)
    with pytest.raises(ConflictError):
        record(force, inspection_id=inspection_id)
    assert force.look(ALB, alerts) == []


def test_an_officer_who_came_round_counts_with_the_latest_verdict(force: World) -> None:
    inspection_id = inspected(force)
    judge(force, inspection_id, ("supervisor", VerdictClass.GENUINE), *BOTH)
    assert record(force, inspection_id=inspection_id)


@pytest.mark.parametrize(
    "kind",
    [VerdictClass.GENUINE, VerdictClass.IMPOSTOR, VerdictClass.FRAUDULENTLY_OBTAINED, VerdictClass.LOST_OR_STOLEN],
)
def test_a_genuine_document_in_whosever_hands_has_no_template(force: World, kind: VerdictClass) -> None:
    with pytest.raises(InputError, match="no template"):
        record(force, verdict=kind)


@pytest.mark.parametrize(
    "changes",
    [
        {"why": "too short"},
        {"features": frozenset()},
        {"inspection_id": "no-such-inspection"},
        {"blanks": tuple(blank_range("ITA", f"CA{at:02d}000", f"CA{at:02d}999") for at in range(21))},
    ],
    ids=["no grounds", "no features", "no inspection", "too many ranges"],
)
def test_what_is_no_template_is_refused_and_leaves_nothing(force: World, changes: dict[str, Any]) -> None:
    before = force.kinds(ALB)
    with pytest.raises(InputError):
        record(force, **changes)
    assert force.kinds(ALB) == before


def test_references_are_numbered_and_none_is_used_twice(force: World) -> None:
    assert [record(force) for _ in range(3)] == ["ALB-F-0001", "ALB-F-0002", "ALB-F-0003"]


def test_ranges_of_blanks_alone_make_an_alert(force: World) -> None:
    reference = record(force, features=frozenset(), blanks=(blank_range("ITA", "CA1000", "CA1999"),))
    issued(force, reference)
    force.deliver()
    assert force.look(MKD, lambda tx: alert_of(tx, reference)).blanks[0].last == "CA1999"
    assert force.look(MKD, lambda tx: known_series(tx, force.officer(MKD), DAY)) == []


def test_nobody_knows_an_alert_of_another_name(force: World) -> None:
    with pytest.raises(NotFoundError):
        force.look(GBR, lambda tx: alert_of(tx, "ALB-F-0001"))


# Series.


def test_a_series_joins_what_was_confirmed_here_with_what_partners_told(force: World) -> None:
    agree(force, pairs=(("MKD", "ALB"), ("ALB", "MKD")))
    theirs = record(force)
    issued(force, theirs)
    force.deliver()
    node, officer = force.nodes[MKD], force.officer(MKD, "examiner")
    draft = TemplateDraft(VerdictClass.COUNTERFEIT, features(*FEATURES, "print=inkjet"), GROUNDS)
    ours = force.do(MKD, lambda tx: confirm(tx, node.desk, officer, draft, force.clock()))
    (found,) = force.look(MKD, lambda tx: known_series(tx, officer, DAY))
    assert found.series.members == (theirs, ours)
    assert found.originators == (ALB, MKD)
    assert features(*FEATURES) <= set(found.series.features)
    assert force.look(MKD, lambda tx: one_series(tx, officer, ours, DAY)) == found


def test_a_series_is_gone_with_the_alert_that_made_it(force: World) -> None:
    from tests.federation.alerting import taken_back

    officer = force.officer(ALB, "examiner")
    first, second = record(force), record(force)
    issued(force, second)
    assert len(force.look(ALB, lambda tx: known_series(tx, officer, DAY))) == 1
    taken_back(force, second)
    assert force.look(ALB, lambda tx: known_series(tx, officer, DAY)) == []
    with pytest.raises(NotFoundError):
        force.look(ALB, lambda tx: one_series(tx, officer, first, DAY))


@pytest.mark.parametrize("post", ["auditor", "administrator", "approver-1"])
def test_series_are_for_whoever_works_with_documents(force: World, post: str) -> None:
    officer: Officer = force.officer(ALB, post)
    with pytest.raises(ForbiddenError):
        force.look(ALB, lambda tx: known_series(tx, officer, DAY))


def test_who_is_told_is_noted_for_every_partner_there_is(force: World) -> None:
    reference = record(force)
    issued(force, reference, AlertTerms())
    assert set(told(force, reference)) == {"GBR", "XKX", "MKD", "MNE"}


# Nothing of a holder.


@given(st.integers(0, 10_000), st.sampled_from(list(Format)))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_message_about_any_document_holds_a_word_of_its_zone(seed: int, kind: Format) -> None:
    """Whatever the engine sees of a document, what goes out of it names neither holder nor number."""
    made = random_zone(random.Random(seed), kind, DAY)
    document = read_zone(made.text())
    inspected = inspect_document(document, DAY)
    seen = seen_features((document, inspected.findings), ())
    alert = replace(_an_alert(), features=Template("ALB-F-0001", seen).features if seen else frozenset(), number=1)
    sent = json.dumps(_draft(alert, MKD, None, usual_label(ALB, DAY)).body["features"])
    private = [
        *(word for word in (*document.name.primary, *document.name.secondary) if len(word) > 3),
        document.number,
        *(each for each in document.optional if len(each) > 3),
        *(line for line in document.lines),
    ]
    assert not [each for each in private if each and each in sent]
    assert set(json.loads(sent)) <= set(by_kind(seen))


def _an_alert() -> Any:
    from egnatia.enquiries.forgery_alerts.held import Alert

    now = datetime(2025, 5, 15, tzinfo=UTC)
    label = usual_label(ALB, date(2025, 11, 1))
    return Alert(
        ALB, "ALB-F-0001", 1, frozenset(), (), label, None, None, None, None, now, now, date(2025, 11, 1), None
    )
