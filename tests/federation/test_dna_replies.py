"""A partner's answer is not believed: what does not hold by our own comparison is dropped, and what is no answer is not taken."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation.alerting import speak
from tests.federation.dna_acts import (
    CAUTIOUS,
    KIND,
    PERSONS_AT_ALB,
    as_kind,
    ask_only,
    candidates,
    entries_of,
    kept,
    meet,
    number,
    only,
    somebody,
    states,
    store,
    with_loci,
)
from tests.federation.world import ALB, GBR, World

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.formats.reference_data import to_reference_data
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.dna.profiles import forget_profile
from egnatia.enquiries.handlers import take_answer
from egnatia.errors import RefusedError
from egnatia.exchange.inbox import Received
from egnatia.exchange.outbox import Sent
from egnatia.model.events import EventKind
from egnatia.model.ids import EnquiryId, MessageId
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import ask, sealed_record

NUMBER = "DNA-THEIRS0000000000000001"
PERSON = somebody("the one", "P-1")


@pytest.fixture
def world(two: World) -> World:
    """Two nodes; a test that needs another one starts it."""
    return two


def match(of: Profile = PERSON, /, **changes: object) -> dict[str, object]:
    made = {"number": NUMBER, "identified": of.kind is KIND.PERSON, "profile": to_reference_data(of)}
    return made | changes


def asked(world: World, trace: Profile | None = None, **changes: Any) -> tuple[EnquiryId, Sent]:
    """GBR asked ALB; nothing was delivered, so that the answer can be any."""
    speak(world)
    store(world, GBR, trace or as_kind(PERSON, "T-1"))
    sent = ask_only(world, **changes)
    row = world.look(GBR, lambda tx: tx.execute(select(ask).where(ask.c.enquiry_id == sent.id)).one())
    return sent.id, Sent(MessageId(row.message_id), "dna_enquiry", ALB, sent.id, world.clock(), bytes(32), 1)


def say(world: World, sent: Sent, *matches: object, **changes: object) -> None:
    """ALB answers so."""
    body: Mapping[str, object] = {
        "result": "hit" if matches else "no_hit",
        "number": number(world, GBR, PERSONS_AT_ALB, "T-1"),
        "matches": list(matches),
        "reason": None,
        "searched": 1_000,
        "rules": CAUTIOUS,
    } | changes
    desk = world.nodes[GBR].desk
    received = Received("dna_reply", MessageId("m-1"), ALB, sent.conversation, world.clock(), body, bytes(32))

    def job(tx: Transaction) -> None:
        take_answer(tx, desk, sent, received, world.clock())

    world.do(GBR, job)


def dropped(world: World) -> list[list[str]]:
    found = entries_of(world, GBR, EventKind.DNA_MATCH_DROPPED)
    return [[*(each.content or {})["refs"]] for each in found]


def off(profile: Profile, *names: str) -> Profile:
    """With one allele of each of these loci two repeats off."""
    for name in names:
        one, other = profile.loci[name]
        profile = with_loci(profile, **{name: tuple(sorted((one, Allele(other + 20))))})
    return profile


def test_a_match_that_holds_is_a_candidate(world: World) -> None:
    enquiry_id, sent = asked(world)
    say(world, sent, match())
    assert states(world, GBR, enquiry_id) == {"ALB": ("hit", None)}
    [found] = candidates(world, GBR, enquiry_id)
    assert found.ref == NUMBER
    assert dropped(world) == []


FALSE: dict[str, dict[str, object]] = {
    "another person": match(somebody("another", "P-2")),
    "two alleles off": match(off(PERSON, "FGA", "SE33")),
    "too few loci": match(only(PERSON, 5)),
    "too few in common": match(replace(PERSON, loci={**only(PERSON, 5).loci, "TPOX": PERSON.loci["TH01"]})),
    "a trace where persons were asked": match(as_kind(PERSON, "T-9")),
    "said to be identified, with a trace's profile": match(as_kind(PERSON, "T-9"), identified=True),
    "said to be open, with a person's profile": match(identified=False),
}


@pytest.mark.parametrize("what", FALSE, ids=lambda what: what.replace(" ", "_"))
def test_a_match_that_does_not_hold_is_dropped_and_entered(world: World, what: str) -> None:
    enquiry_id, sent = asked(world)
    say(world, sent, FALSE[what])
    assert states(world, GBR, enquiry_id) == {"ALB": ("no_hit", None)}, "a hit of which nothing holds found nothing"
    assert candidates(world, GBR, enquiry_id) == []
    assert kept(world, GBR) == []
    assert dropped(world) == [[NUMBER]]
    [came] = entries_of(world, GBR, EventKind.REPLY_RECEIVED)
    assert (came.content or {})["refs"] == []


def test_what_holds_is_kept_and_only_the_rest_dropped(world: World) -> None:
    enquiry_id, sent = asked(world)
    false = match(somebody("another", "P-2"), number="DNA-FALSE")
    near = match(off(PERSON, "FGA"), number="DNA-NEAR")
    say(world, sent, false, match(), near)
    assert {each.ref for each in candidates(world, GBR, enquiry_id)} == {NUMBER, "DNA-NEAR"}
    assert {each.near for each in kept(world, GBR)} == {False, True}
    assert dropped(world) == [["DNA-FALSE"]]
    assert states(world, GBR, enquiry_id) == {"ALB": ("hit", None)}


def test_nothing_of_a_dropped_match_is_kept(world: World) -> None:
    _, sent = asked(world)
    other = somebody("another", "P-2")
    before = world.look(GBR, lambda tx: {row.id for row in tx.execute(select(sealed_record.c.id))})
    say(world, sent, match(other))
    after = world.look(GBR, lambda tx: {row.id for row in tx.execute(select(sealed_record.c.id))})
    opened = world.look(GBR, lambda tx: tx.unseal_many(sorted(after - before)))
    assert not any(json.dumps(to_reference_data(other)["loci"])[1:60].encode() in each for each in opened.values())
    assert not any(b"D21S11" in each for each in opened.values())


def test_of_a_profile_that_was_erased_meanwhile_nothing_is_kept(world: World) -> None:
    _, sent = asked(world)
    mine = number(world, GBR, PERSONS_AT_ALB, "T-1")
    world.do(GBR, lambda tx: forget_profile(tx, "T-1"))
    say(world, sent, match(), number=mine)
    assert kept(world, GBR) == []
    assert dropped(world) == [[NUMBER]]


WRONG: dict[str, Callable[[], tuple[tuple[object, ...], dict[str, object]]]] = {
    "a hit of nothing": lambda: ((), {"result": "hit"}),
    "a no-hit with a match": lambda: ((match(),), {"result": "no_hit"}),
    "a refusal with a match": lambda: ((match(),), {"result": "refused", "reason": "QUOTA_EXCEEDED"}),
    "a refusal without a reason": lambda: ((), {"result": "refused"}),
    "a no-hit with a reason": lambda: ((), {"result": "no_hit", "reason": "QUOTA_EXCEEDED"}),
    "one number twice": lambda: ((match(), match()), {}),
    "eleven matches": lambda: (tuple(match(number=f"DNA-{n:03d}") for n in range(11)), {}),
    "another question's number": lambda: ((), {"number": "DNA-SOMETHING"}),
    "no number": lambda: ((), {"number": ""}),
    "a name beside a match": lambda: ((match(name="Arben"),), {}),
    "a name in a profile": lambda: ((match(profile={**to_reference_data(PERSON), "name": "Arben"}),), {}),
    "a profile of words": lambda: ((match(profile={"identified": True, "loci": {"vWA": ["Arben", "K"]}}),), {}),
    "a profile without loci": lambda: ((match(profile={"identified": True, "loci": {}}),), {}),
    "no profile": lambda: ((match(profile=None),), {}),
    "a number with a name": lambda: ((match(number="Arben Krasniqi"),), {}),
    "another result": lambda: ((), {"result": "perhaps"}),
    "core data": lambda: ((match(),), {"family_names": "Krasniqi"}),
}


@pytest.mark.parametrize("what", WRONG, ids=lambda what: what.replace(" ", "_"))
def test_an_answer_that_is_none_is_not_taken(world: World, what: str) -> None:
    enquiry_id, sent = asked(world)
    matches, changes = WRONG[what]()
    with pytest.raises(RefusedError) as refused:
        say(world, sent, *matches, **changes)
    assert refused.value.reason is RefusalReason.MALFORMED
    assert states(world, GBR, enquiry_id) == {"ALB": ("waiting", None)}
    assert candidates(world, GBR, enquiry_id) == []
    assert entries_of(world, GBR, EventKind.REPLY_RECEIVED) == []


def test_a_refusal_is_an_answer(world: World) -> None:
    enquiry_id, sent = asked(world)
    say(world, sent, result="refused", reason="QUOTA_EXCEEDED")
    assert states(world, GBR, enquiry_id) == {"ALB": ("refused", "QUOTA_EXCEEDED")}


def test_a_partner_that_answers_with_an_altered_profile_gains_nothing(world: World) -> None:
    """End to end: ALB's own node answers, and its profile was exchanged on the way by whoever holds ALB's keys."""
    meet(world)
    sent = ask_only(world)
    world.deliver()
    [found] = candidates(world, GBR, sent.id)
    row = world.look(GBR, lambda tx: tx.execute(select(ask).where(ask.c.enquiry_id == sent.id)).one())
    again = Sent(MessageId(row.message_id), "dna_enquiry", ALB, sent.id, world.clock(), bytes(32), 1)
    say(world, again, match(somebody("another", "P-9"), number="DNA-ALTERED"))
    assert [each.ref for each in candidates(world, GBR, sent.id)] == [found.ref]
    assert dropped(world) == [["DNA-ALTERED"]]
