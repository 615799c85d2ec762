"""How many profiles a coincidence is reckoned among: the partner says, else the agreement, else a setting that is named."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.alerting import speak
from tests.federation.dna_acts import KIND, as_kind, ask, candidates, kept, link_record, meet, somebody, states, store
from tests.federation.test_dna_replies import asked, match, say
from tests.federation.world import ALB, GBR, REASON, World

from egnatia.agreements import import_register
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.enquiries.dna import statements
from egnatia.enquiries.dna.sizes import SizeSource, note_size, size_of, told
from egnatia.enquiries.holdings import mark_protected
from egnatia.errors import RefusedError
from egnatia.exchange.message import read_message
from egnatia.model.ids import RecordRef
from egnatia.model.states import RefusalReason, SubjectKind
from egnatia.scenario.task_force import agreements
from egnatia.settings import EnquirySettings
from egnatia.store.tables import person_record

PERSONS, TRACES = SubjectKind.DNA_PERSON, SubjectKind.DNA_TRACE
GRANT = b'"demo-gbr-alb-dna-person"'


def read(world: World) -> statements.KeptStatement:
    [row] = kept(world, GBR)
    return world.look(GBR, lambda tx: statements.read(tx.unseal(row.sealed_id), "DNA-1"))


def figure(world: World) -> tuple[int, str]:
    """Among how many, and who said so."""
    found = read(world)
    return found.statement["sizes"]["searched"], found.sources["searched"].value


def agreed(world: World, held: int) -> None:
    """Both registers say how many persons ALB holds for GBR."""
    lines = agreements().splitlines()
    text = b"\n".join(
        each.replace(b"batch_max = 1000", b"batch_max = 1000, held = %d" % held) if GRANT in each else each
        for each in lines
    )
    assert text != agreements()
    for code in (ALB, GBR):
        world.do(code, lambda tx: import_register(tx, text, "off-installer", world.clock()))


def limited(world: World, **limits: int) -> None:
    node = world.nodes[GBR]
    node.desk = replace(node.desk, limits=replace(EnquirySettings(), **limits))


def remember(world: World, profiles: int) -> None:
    """ALB said so last of its persons."""
    world.do(GBR, lambda tx: note_size(tx, ALB, PERSONS, profiles, world.clock()))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(0, 10**9))
def test_a_size_is_told_in_two_digits_and_never_too_small(profiles: int) -> None:
    found = told(profiles)
    assert found >= profiles
    assert found - profiles < max(profiles / 10, 1)
    assert len(str(found).rstrip("0")) <= 2 or found < 100
    assert told(found) == found


@pytest.mark.parametrize(
    ("profiles", "expected"), [(0, 0), (1, 1), (99, 99), (101, 110), (999, 1000), (7_200_001, 7_300_000)]
)
def test_sizes_as_they_are_told(profiles: int, expected: int) -> None:
    assert told(profiles) == expected


def test_the_partner_that_was_asked_says_how_many_it_searched(two: World) -> None:
    meet(two, [somebody(str(number), f"P-{number}") for number in range(2, 13)])
    ask(two)
    assert figure(two) == (12, "partner")
    assert read(two).sources["other"] is SizeSource.ASSUMED, "of its traces nobody has said anything"
    body = dict(read_message(two.calls[-1].reply)[0].body)
    assert body["searched"] == 12


def test_hit_no_hit_and_shielded_say_the_same_number(two: World) -> None:
    """The number is of the population and not of the answer, so it tells nobody who was shielded."""
    meet(two, [somebody(str(number), f"P-{number}") for number in range(2, 13)])
    store(two, GBR, somebody("nobody here", "T-2", KIND.TRACE))
    said = []
    for ref in ("T-1", "T-2"):
        ask(two, ref=ref)
        said.append(dict(read_message(two.calls[-1].reply)[0].body))
    assert [each["result"] for each in said] == ["hit", "no_hit"]
    assert {each["searched"] for each in said} == {12}
    record = two.look(ALB, lambda tx: tx.execute(person_record.select()).first())
    assert record is not None
    link_record(two, ALB, "P-1", record.ref)
    supervisor = two.officer(ALB, "supervisor")
    two.do(ALB, lambda tx: mark_protected(tx, supervisor, RecordRef(record.ref), REASON, two.clock()))
    ask(two)
    hidden = dict(read_message(two.calls[-1].reply)[0].body)
    assert (hidden["result"], hidden["searched"]) == ("no_hit", 12)


def test_one_more_or_one_fewer_profile_is_seen_by_nobody(two: World) -> None:
    meet(two, [somebody(str(number), f"P-{number}") for number in range(2, 108)])
    ask(two)
    assert figure(two) == (110, "partner")
    store(two, ALB, somebody("one more", "P-999"))
    ask(two)
    assert {statements.read(_opened(two, row), "N").statement["sizes"]["searched"] for row in kept(two, GBR)} == {110}


def _opened(world: World, row: Any) -> bytes:
    return world.look(GBR, lambda tx: tx.unseal(row.sealed_id))


def test_a_partner_that_says_nothing_counts_with_the_agreements_figure(two: World) -> None:
    _, sent = asked(two)
    agreed(two, 4_321)
    say(two, sent, match(), searched=None)
    assert figure(two) == (4_321, "agreement")


def test_without_any_figure_the_setting_is_taken_and_says_so(two: World) -> None:
    limited(two, dna_persons=77_000)
    _, sent = asked(two)
    say(two, sent, match(), searched=None)
    assert figure(two) == (77_000, "assumed")


def test_what_a_partner_said_goes_before_the_agreement_and_the_last_word_counts(two: World) -> None:
    agreed(two, 4_321)
    desk = two.nodes[GBR].desk
    for number, expected in ((900, 900), (1_200, 1_200)):
        remember(two, number)
        found = two.look(GBR, lambda tx: size_of(tx, desk, ALB, PERSONS))
        assert (found.profiles, found.source) == (expected, SizeSource.PARTNER)
    assert two.look(GBR, lambda tx: size_of(tx, desk, ALB, TRACES)).source is SizeSource.ASSUMED


def test_a_no_hit_says_it_too_and_it_is_remembered(two: World) -> None:
    _, sent = asked(two)
    say(two, sent, searched=5_500)
    found = two.look(GBR, lambda tx: size_of(tx, two.nodes[GBR].desk, ALB, PERSONS))
    assert (found.profiles, found.source) == (5_500, SizeSource.PARTNER)


def test_a_refusal_says_no_number(two: World) -> None:
    _, sent = asked(two)
    say(two, sent, result="refused", reason="QUOTA_EXCEEDED", searched=9, rules=None)
    assert two.look(GBR, lambda tx: size_of(tx, two.nodes[GBR].desk, ALB, PERSONS)).source is SizeSource.ASSUMED


@pytest.mark.parametrize("searched", [0, -1, 10**9 + 1, "many", 1.5, True])
def test_a_number_that_is_none_is_no_answer(two: World, searched: object) -> None:
    enquiry, sent = asked(two)
    with pytest.raises(RefusedError) as caught:
        say(two, sent, match(), searched=searched)
    assert caught.value.reason is RefusalReason.MALFORMED
    assert states(two, GBR, enquiry) == {"ALB": ("waiting", None)}
    assert kept(two, GBR) == []


def test_a_partner_holds_no_fewer_than_it_returned(two: World) -> None:
    """It returned three different persons and says that it searched one."""
    meet(two, [replace(somebody("the one"), ref=f"P-{number}") for number in (2, 3)])
    ask(two)
    two.do(GBR, lambda tx: note_size(tx, ALB, PERSONS, 1, two.clock()))
    assert two.look(GBR, lambda tx: size_of(tx, two.nodes[GBR].desk, ALB, PERSONS)).profiles == 3


def test_what_chance_gives_is_reckoned_with_that_number(two: World) -> None:
    """Ten times as many profiles are ten times as many coincidences."""
    meet(two)
    ask(two)
    pair, rules = (somebody("the one", "T-1", KIND.TRACE), somebody("the one", "P-1")), shipped_rules("cautious")
    desk, expected = two.nodes[GBR].desk, []
    for profiles in (1_000, 10_000):
        remember(two, profiles)
        found, _ = two.look(GBR, lambda tx: statements.state(tx, desk, ALB, pair, rules))
        expected.append(found.most_expected)
    assert math.isclose(expected[1] / expected[0], 10, rel_tol=1e-9)


def test_two_traces_are_reckoned_between_the_two_sides(two: World) -> None:
    speak(two)
    store(two, ALB, somebody("the one", "T-9", KIND.TRACE), somebody("other", "T-8", KIND.TRACE))
    store(two, GBR, as_kind(somebody("the one"), "T-1"), somebody("third", "T-2", KIND.TRACE))
    [found] = candidates(two, GBR, ask(two, population=TRACES).id)
    assert found.ref
    sizes = read(two).statement["sizes"]
    assert (sizes["searched"], sizes["persons"], sizes["traces"]) == (2, 2, 2)
    assert read(two).sources == {"searched": SizeSource.PARTNER}


def test_a_statement_of_before_reads_without_its_sources(two: World) -> None:
    meet(two)
    ask(two)
    [row] = kept(two, GBR)
    content = json.loads(_opened(two, row))
    del content["sources"]
    assert statements.read(json.dumps(content).encode(), "N").sources == {}
