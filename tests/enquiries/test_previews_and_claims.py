"""Looking before asking: a preview leaves no trace, so it must not be a way to find out who claims protection.

An officer who suspects that somebody claimed asylum could put names and numbers into the form one after the other and read
the answer off the page, for nothing. Whoever sends the question finds out as well, and that is in the ledger.
"""

from collections.abc import Callable
from typing import Any

import pytest
from tests.federation.test_blind_flow import ask as ask_blind
from tests.federation.test_blind_flow import draft as blind_draft
from tests.federation.test_blind_flow import offer
from tests.federation.test_blind_shields import claim_at
from tests.federation.world import ALB, XKX, World, document_draft

from egnatia.enquiries.ask import preview
from egnatia.enquiries.blind.asking import BlindPreview, preview_blind
from egnatia.enquiries.guard import Claim
from egnatia.errors import ForbiddenError
from egnatia.model.officers import Action
from egnatia.model.states import RefusalReason

ASSESSMENT = "Assessed with the protection team on file 12; the question does not reveal where the person is."
CLAIMED = {"issuer": "RKS", "document_type": "P", "number": "RK7654321"}
FREE = {"issuer": "RKS", "document_type": "P", "number": "RK7654322"}
CLAIM = Claim("Arta", "Gashi", "1994-06-27", ("RK7654321",), (XKX,))


@pytest.fixture
def claimed(world: World) -> World:
    """ALB can ask XKX blind, and knows of somebody who claims protection from Kosovo."""
    offer(world)
    claim_at(world, ALB, CLAIM)
    return world


def look_blind(world: World, post: str, **changes: Any) -> list[BlindPreview]:
    node, officer = world.nodes[ALB], world.officer(ALB, post)
    return world.look(ALB, lambda tx: preview_blind(tx, node.desk, officer, blind_draft(**changes), world.clock()))


def look_openly(world: World, post: str, values: dict[str, str], holder: dict[str, str]) -> list[Any]:
    node, officer = world.nodes[ALB], world.officer(ALB, post)
    draft = document_draft(partners=(XKX,), query=values, holder=holder)
    return world.look(ALB, lambda tx: preview(tx, node.desk, officer, draft, world.clock()))


def told(previews: list[Any]) -> list[tuple[str, str | None, RefusalReason | None]]:
    return [(each.partner, each.grant.id if each.grant else None, each.refusal) for each in previews]


KNOWN: list[tuple[dict[str, str], dict[str, str]]] = [
    (CLAIMED, {}),
    ({**CLAIMED, "number": "rk 765-4321"}, {}),
    (FREE, {"first_names": "Arta", "family_names": "Gashi"}),
    (FREE, {"first_names": "ARTA", "family_names": "GASHI", "birth_date": "1994-06-27"}),
]


@pytest.mark.parametrize(("values", "holder"), KNOWN)
def test_an_enquirer_does_not_read_a_claim_off_a_blind_preview(
    claimed: World, values: dict[str, str], holder: dict[str, str]
) -> None:
    nobody = told(look_blind(claimed, "enquirer", values=FREE))
    assert nobody[0][2] is None
    assert told(look_blind(claimed, "enquirer", values=values, holder=holder)) == nobody


@pytest.mark.parametrize(("values", "holder"), KNOWN)
def test_nor_off_an_open_one(claimed: World, values: dict[str, str], holder: dict[str, str]) -> None:
    nobody = told(look_openly(claimed, "enquirer", FREE, {}))
    assert told(look_openly(claimed, "enquirer", values, holder)) == nobody


@pytest.mark.parametrize(("values", "holder"), KNOWN)
def test_who_may_override_the_guard_is_told_by_both(
    claimed: World, values: dict[str, str], holder: dict[str, str]
) -> None:
    assert claimed.officer(ALB, "supervisor").may(Action.OVERRIDE_CLAIM_GUARD)
    guarded = [("XKX", None, RefusalReason.PROTECTION_CLAIM_GUARD)]
    assert told(look_blind(claimed, "supervisor", values=values, holder=holder)) == guarded
    assert told(look_openly(claimed, "supervisor", values, holder)) == guarded


def test_with_an_assessment_the_supervisor_sees_what_would_be_asked(claimed: World) -> None:
    found = look_blind(claimed, "supervisor", values=CLAIMED, override=ASSESSMENT)
    assert [each.refusal for each in found] == [None]
    with pytest.raises(ForbiddenError):
        look_blind(claimed, "enquirer", values=CLAIMED, override=ASSESSMENT)


@pytest.mark.parametrize(("values", "holder"), KNOWN)
def test_what_is_sent_is_stopped_and_stands_in_the_ledger(
    claimed: World, values: dict[str, str], holder: dict[str, str]
) -> None:
    asked = ask_blind(claimed, values=values, holder=holder)
    assert asked.refusal is RefusalReason.PROTECTION_CLAIM_GUARD
    entry = claimed.entries(ALB)[0]
    assert entry.kind == "enquiry.not_sent"
    assert entry.content is not None
    assert entry.content["reason"] == "PROTECTION_CLAIM_GUARD"
    assert claimed.calls == []


@pytest.mark.parametrize("look", [look_blind, None])
def test_a_preview_writes_nothing_whoever_looks(claimed: World, look: Callable[..., Any] | None) -> None:
    before = claimed.kinds(ALB)
    for post in ("enquirer", "supervisor"):
        if look is None:
            look_openly(claimed, post, CLAIMED, {})
        else:
            look(claimed, post, values=CLAIMED)
    assert claimed.kinds(ALB) == before


@pytest.mark.parametrize("post", ["auditor", "administrator"])
def test_who_asks_nothing_looks_at_nothing(claimed: World, post: str) -> None:
    with pytest.raises(ForbiddenError):
        look_blind(claimed, post, values=CLAIMED)
    with pytest.raises(ForbiddenError):
        look_openly(claimed, post, CLAIMED, {})


def test_a_claim_against_another_state_is_seen_by_nobody(world: World) -> None:
    offer(world)
    claim_at(world, ALB, Claim("Arta", "Gashi", None, ("RK7654321",), (ALB,)))
    for post in ("enquirer", "supervisor"):
        assert [each.refusal for each in look_blind(world, post, values=CLAIMED)] == [None]


def test_the_reason_of_another_obstacle_comes_first_and_says_nothing_of_claims(claimed: World) -> None:
    """Who is suspended, too old or without a grant is refused for that, claimed or not."""
    from egnatia.enquiries.membership.standing import suspend

    node, officer = claimed.nodes[ALB], claimed.officer(ALB, "supervisor")
    why = "Its officers asked about relatives of a journalist."
    claimed.do(ALB, lambda tx: suspend(tx, node.desk, officer, XKX, why, claimed.clock()))
    for values in (CLAIMED, FREE):
        for post in ("enquirer", "supervisor"):
            found = look_blind(claimed, post, values=values)
            assert [each.refusal for each in found] == [RefusalReason.PARTNER_SUSPENDED]
