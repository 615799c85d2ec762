"""A partner that did not answer is shown as not having answered, everywhere, and never as a no-hit (ENQ-08)."""

import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from tests.federation.world import ALB, GBR, XKX, World, document_draft

from egnatia.cli import cli
from egnatia.exchange.inbox import Answer
from egnatia.exchange.server import exchange_app
from egnatia.model.ids import EnquiryId
from egnatia.model.states import AskState


def run(world: World, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--node", str(world.home(ALB))])


def asked_with_one_stopped(world: World) -> EnquiryId:
    world.stop(XKX)
    enquiry_id = world.ask(ALB, document_draft(partners=(GBR, XKX))).id
    world.deliver()
    return enquiry_id


def check_silent(world: World, enquiry_id: EnquiryId, state: AskState) -> None:
    view = world.view(ALB, enquiry_id)
    assert [each.state for each in view.asks] == [AskState.NO_HIT, state]
    assert view.unanswered == (XKX,)
    assert [each.answered_at is None for each in view.asks] == [False, True]
    text = run(world, "enquiry", "show", enquiry_id)
    line = next(each for each in text.stdout.splitlines() if each.startswith("XKX"))
    assert "has not answered" in line
    assert "no hit" not in line
    assert "not answered: XKX (this is not a no hit)" in text.stderr
    told = json.loads(run(world, "enquiry", "show", enquiry_id, "--json").stdout)
    assert {each["partner"]: each["state"] for each in told["asks"]} == {"GBR": "no_hit", "XKX": state.value}
    assert told["unanswered"] == ["XKX"]
    assert "asked" not in told, "what was asked is opened only by an officer, and entered"
    listed = run(world, "enquiry", "list").stdout
    assert re.search(r"XKX [^,]*has not answered", listed)
    assert re.search(r"XKX no.hit", listed) is None


def test_a_stopped_partner_is_shown_as_not_having_answered(world: World) -> None:
    enquiry_id = asked_with_one_stopped(world)
    check_silent(world, enquiry_id, AskState.WAITING)
    partners = run(world, "partner", "list").stdout
    assert next(each for each in partners.splitlines() if each.startswith("XKX")).split()[1:3] == ["1", "down"]
    asked = world.view(ALB, enquiry_id)
    assert (asked.unanswered, asked.unreachable) == ((XKX,), (XKX,))
    assert [each.unreachable_since for each in asked.asks] == [None, world.clock()]
    assert "XKX unreachable since 2025-05-15 03:00 UTC" in run(world, "enquiry", "show", enquiry_id).stderr
    world.clock.turn(hours=1)
    world.start(XKX)
    world.deliver()
    view = world.view(ALB, enquiry_id)
    assert [each.state for each in view.asks] == [AskState.NO_HIT, AskState.HIT]
    assert (view.unanswered, view.unreachable) == ((), ())
    assert run(world, "enquiry", "show", enquiry_id).stderr == ""


def test_one_given_up_after_seven_days_is_shown_in_the_same_way(world: World) -> None:
    enquiry_id = asked_with_one_stopped(world)
    world.clock.turn(days=7)
    world.deliver()
    check_silent(world, enquiry_id, AskState.WAITING)
    world.clock.turn(seconds=1)
    world.deliver()
    check_silent(world, enquiry_id, AskState.UNDELIVERABLE)
    world.start(XKX)
    world.deliver()
    check_silent(world, enquiry_id, AskState.UNDELIVERABLE)


def test_an_answer_that_is_not_of_one_mind_is_not_taken(world: World) -> None:
    """A no-hit with references, a hit without: the question stays open instead of being counted as answered."""
    bodies: tuple[dict[str, object], ...] = (
        {"result": "no_hit", "refs": [{"ref": "XKX-D-1", "quality": 1.0, "evidence": []}], "reason": None},
        {"result": "hit", "refs": [], "reason": None},
        {"result": "hit", "refs": [{"ref": "XKX-D-1", "quality": 1.0, "evidence": []}] * 2, "reason": None},
        {"result": "refused", "refs": [], "reason": None},
        {"result": "no_hit", "refs": [], "reason": "NO_AGREEMENT"},
    )
    for body in bodies:
        answering(world, Answer("reply", body))
        enquiry_id = world.ask(ALB, document_draft(partners=(XKX,))).id
        world.deliver()
        assert [each.state for each in world.view(ALB, enquiry_id).asks] == [AskState.WAITING], body
        assert world.kinds(ALB)[-1] == "enquiry.sent"
        world.clock.turn(minutes=10)


def answering(world: World, answer: Answer) -> None:
    """Let XKX answer everything in one way, as a node of another make might."""
    site = replace(world.nodes[XKX].site(), handle=lambda _tx, _received: answer)
    world.apps[XKX] = exchange_app(site)


@pytest.mark.parametrize("reason", ["QUOTA_EXCEEDED", "a reason of its own"])
def test_a_refusal_by_the_partners_exchange_is_an_answer(world: World, reason: str) -> None:
    answering(world, Answer("refusal", {"reason": reason, "detail": "no"}))
    enquiry_id = world.ask(ALB, document_draft(partners=(XKX,))).id
    world.deliver()
    ask = world.view(ALB, enquiry_id).asks[0]
    assert ask.state is AskState.REFUSED
    assert ask.refusal == ("QUOTA_EXCEEDED" if reason.isupper() else "MALFORMED")
