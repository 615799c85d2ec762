"""Seeded: of a hundred traces, a third with something of the staff or a victim, none of those leaves in any byte (goal G8)."""

import json
from dataclasses import replace
from functools import partial
from random import Random

import pytest
from tests.federation.alerting import speak
from tests.federation.dna_acts import CASE, KIND, WHY, as_kind, ask, somebody, states, store
from tests.federation.world import ALB, GBR, World

from egnatia.cli.serving_duties import compare_once
from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.formats.reference_data import to_reference_data
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.dna import batches, elimination
from egnatia.enquiries.dna.terms import Terms
from egnatia.exchange.message import read_message
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind

TRACES = 99
TERMS = Terms(CASE, ALB, SubjectKind.DNA_PERSON, Purpose.INVESTIGATION, Offence.SMUGGLING_OF_PERSONS, WHY)


def touched(rng: Random, number: int, of: Profile) -> Profile:
    """A trace of one of the staff or a victim: whole, misread at one locus, short, or faint."""
    loci = dict(of.loci)
    sort = number % 4
    if sort == 1:
        name = rng.choice([*loci])
        loci[name] = (loci[name][0], Allele(loci[name][1] + 10))
    elif sort == 2:
        loci = {name: loci[name] for name in rng.sample([*loci], 9)}
    elif sort == 3:
        for name in rng.sample([*loci], 6):
            kept = rng.choice(loci[name])
            loci[name] = (kept, kept)
    return Profile(f"T-{number}", KIND.TRACE, loci)


@pytest.fixture
def contaminated(world: World) -> dict[str, Profile]:
    """GBR's traces T-0 to T-98; every third is of its own people or of a victim."""
    speak(world)
    rng = Random("no-leak")
    staff = [somebody(f"staff {number}", f"E-{number}", KIND.ELIMINATION) for number in range(20)]
    victims = [somebody(f"victim {number}", f"V-{number}", KIND.VICTIM) for number in range(5)]
    store(world, GBR, *staff, *victims)
    traces, bad = [], {}
    for number in range(TRACES):
        if number % 3:
            traces.append(somebody(f"stranger {number}", f"T-{number}", KIND.TRACE))
        else:
            made = touched(rng, number // 3, rng.choice([*staff, *victims]))
            traces.append(replace(made, ref=f"T-{number}"))
            bad[f"T-{number}"] = traces[-1]
    store(world, GBR, *traces)
    return bad


def batch_of(world: World, refs: tuple[str, ...]) -> str:
    """Propose, approve twice, and let the serving node ask."""
    desk, clock = world.nodes[GBR].desk, world.clock
    examiner = world.officer(GBR, "examiner")
    batch_id = world.do(GBR, lambda tx: batches.propose(tx, desk, examiner, TERMS, refs, clock()))
    for post in ("approver-1", "approver-2"):
        officer = world.officer(GBR, post)
        world.do(GBR, partial(batches.approve, officer=officer, batch_id=batch_id, now=clock()))
    compare_once(world.nodes[GBR])
    world.deliver()
    return batch_id


def profiles_sent(world: World) -> list[str]:
    """Every profile in every request that crossed the line, one by one or in parcels."""
    messages = [read_message(line)[0] for call in world.calls for line in call.request.split(b"\n")]
    return [json.dumps(each.body["profile"], sort_keys=True) for each in messages if "profile" in each.body]


def test_none_of_a_batch_leaves_that_touched_somebody(world: World, contaminated: dict[str, Profile]) -> None:
    batch_id = batch_of(world, tuple(f"T-{number}" for number in range(TRACES)))
    refused = world.look(GBR, lambda tx: batches.refusals(tx, batch_id))
    assert {*refused} == {*contaminated}
    assert {*refused.values()} == {RefusalReason.PROFILE_ELIMINATED}
    sent = profiles_sent(world)
    assert len(sent) == len({*sent}) == TRACES - len(contaminated)
    for profile in contaminated.values():
        assert json.dumps(to_reference_data(profile), sort_keys=True) not in sent
    held = world.look(GBR, elimination.eliminations)
    assert {each.ref for each in held} == {*contaminated}


def test_none_is_returned_to_a_partner_that_holds_the_same_person(
    world: World, contaminated: dict[str, Profile]
) -> None:
    """ALB asks with the very profile of each; it reads a no-hit, also where nobody at GBR has looked yet."""
    for number, (ref, profile) in enumerate([*contaminated.items()][:8]):
        mine = as_kind(profile, f"P-{number}", KIND.PERSON)
        store(world, ALB, mine)
        sent = ask(world, ALB, mine.ref, population=SubjectKind.DNA_TRACE, partners=(GBR,))
        assert states(world, ALB, sent.id) == {"GBR": ("no_hit", None)}, ref
    innocent = somebody("stranger 1", "P-99")
    store(world, ALB, innocent)
    sent = ask(world, ALB, "P-99", population=SubjectKind.DNA_TRACE, partners=(GBR,))
    assert states(world, ALB, sent.id) == {"GBR": ("hit", None)}


def test_a_restart_holds_back_as_before(world: World, contaminated: dict[str, Profile]) -> None:
    world.restart(GBR)
    ref = next(iter(contaminated))
    sent = ask(world, GBR, ref)
    assert states(world, GBR, sent.id) == {"ALB": ("not_asked", "PROFILE_ELIMINATED")}


def test_what_another_process_stored_counts_at_once(world: World) -> None:
    """A command stores while the node serves: the serving node's memory is not what decides."""
    speak(world)
    met = somebody("the one", "P-1")
    store(world, GBR, as_kind(met, "T-1"))
    store(world, ALB, met)
    assert states(world, GBR, ask(world).id) == {"ALB": ("hit", None)}
    other = type(world.nodes[GBR]).open(world.directory / GBR, world.clock)
    kept, world.nodes[GBR] = world.nodes[GBR], other
    store(world, GBR, as_kind(met, "E-1", KIND.ELIMINATION))
    world.nodes[GBR] = kept
    other.close()
    assert states(world, GBR, ask(world).id) == {"ALB": ("not_asked", "PROFILE_ELIMINATED")}
