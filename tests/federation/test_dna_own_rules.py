"""An agreement's own rules: they travel in its register, are what their hash says, and both sides refuse any others."""

import re
from collections.abc import Callable

import pytest
from tests.federation.alerting import speak
from tests.federation.dna_acts import (
    CAUTIOUS,
    KIND,
    as_kind,
    ask,
    ask_only,
    body,
    candidates,
    entries_of,
    kept,
    meet,
    only,
    say,
    somebody,
    states,
    store,
)
from tests.federation.test_dna_replies import asked, match
from tests.federation.test_dna_replies import say as answer_so
from tests.federation.world import ALB, GBR, World

from egnatia.agreements import import_register, load_register
from egnatia.agreements.parse import parse_register
from egnatia.engines.dna.rule_file import content_hash, shipped, shipped_hash
from egnatia.enquiries.dna.agreed import rules_hash, rules_of
from egnatia.errors import InputError
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.scenario.task_force import agreements

QUESTION = "00000000-0000-7000-8000-000000000001"
OWN = """\
id = "gbr-alb-2025"
version = "1"
title = "As GBR and ALB agreed"
source = "An exchange of letters, invented"
loci = "ess-12"
kinds = [["trace", "person"], ["trace", "trace"], ["remains", "trace"], ["remains", "person"]]
[inclusion]
min_full = 6
[[classes]]
label = "full"
min_full = 9
min_compared = 9
"""
DIFFERS = ("refused", "PROFILE_RULES_DIFFER")


def register(content: str = OWN, sha256: str | None = None, name: str = "gbr-alb-2025") -> bytes:
    """The register with a rule set of its own, by which GBR and ALB compare persons."""
    lines = agreements().decode().splitlines()
    grants = ('"demo-gbr-alb-dna-person"', '"demo-alb-gbr-dna-person"')
    text = "\n".join(
        line.replace('rules = "cautious"', f'rules = "{name}"') if any(each in line for each in grants) else line
        for line in lines
    )
    said = sha256 or content_hash(content.encode())
    return f"{text}\n\n[[rules]]\nid = \"{name}\"\nsha256 = \"{said}\"\ncontent = '''{content}'''\n".encode()


def take(world: World, content: bytes, *codes: PartnerCode) -> None:
    for code in codes or (GBR, ALB):
        world.do(code, lambda tx: import_register(tx, content, "off-installer", world.clock()))


def grant_of(world: World, code: PartnerCode = GBR) -> Grant:
    found = world.look(code, load_register).grants
    return next(each for each in found if each.id == "demo-gbr-alb-dna-person")


def test_both_sides_compare_by_the_agreements_own_rules(two: World) -> None:
    """Nine loci of the twelve are wanted: eight are no hit by these rules, and would be one by the shipped ones."""
    take(two, register())
    speak(two)
    person = somebody("the one", "P-1")
    store(two, ALB, person)
    names = rules_of(grant_of(two)).loci
    mine = [name for name in person.loci if name in names]
    assert len(mine) >= 9
    for count, result in ((9, "hit"), (8, "no_hit")):
        few = {name: person.loci[name] for name in mine[:count]}
        trace = as_kind(person, f"T-{count}")
        store(two, GBR, type(trace)(trace.ref, trace.kind, few))
        sent = ask(two, ref=f"T-{count}")
        assert states(two, GBR, sent.id) == {"ALB": (result, None)}
    [row] = kept(two, GBR)
    assert row.rules.startswith("gbr-alb-2025/1/")


def test_the_register_carries_the_rules_and_their_hash(two: World) -> None:
    take(two, register())
    found = grant_of(two)
    assert found.dna is not None
    assert found.dna.own_rules == OWN
    assert rules_of(found).id == "gbr-alb-2025"
    assert rules_hash(found) == content_hash(OWN.encode())
    assert rules_hash(found) not in {shipped_hash(each) for each in shipped()}


def looser(text: str = OWN) -> str:
    return text.replace("min_full = 9\nmin_compared = 9", "min_full = 8\nmin_compared = 8")


@pytest.mark.parametrize("other", [register(looser()), agreements()], ids=["another version", "the shipped rules"])
def test_a_question_by_other_rules_is_refused_before_anything_is_compared(two: World, other: bytes) -> None:
    take(two, register(), ALB)
    if other != agreements():
        take(two, other, GBR)
    meet(two)
    sent = ask(two)
    assert states(two, GBR, sent.id) == {"ALB": DIFFERS}
    assert kept(two, GBR) == []
    [entry] = entries_of(two, ALB, EventKind.ENQUIRY_ANSWERED)
    assert entry.content is not None
    assert (entry.content["result"], entry.content["reason"]) == DIFFERS
    assert entry.content["returned"] == entry.content["shielded"] == []


@pytest.mark.parametrize("rules", [None, "0" * 64, shipped_hash("prum-ess7")])
def test_an_answer_by_other_rules_is_not_used(two: World, rules: str | None) -> None:
    enquiry, sent = asked(two)
    answer_so(two, sent, match(), rules=rules)
    assert states(two, GBR, enquiry) == {"ALB": DIFFERS}
    assert kept(two, GBR) == []
    [entry] = entries_of(two, GBR, EventKind.REPLY_RECEIVED)
    assert entry.content is not None
    assert entry.content["reason"] == "PROFILE_RULES_DIFFER"


def test_a_register_that_changes_while_the_answer_is_on_its_way(two: World) -> None:
    meet(two)
    sent = ask_only(two)
    take(two, register(), GBR)
    two.deliver()
    assert states(two, GBR, sent.id) == {"ALB": DIFFERS}
    assert candidates(two, GBR, sent.id) == []


@pytest.mark.parametrize("rules", ["", "cautious", CAUTIOUS.upper(), CAUTIOUS[:-1], f"{CAUTIOUS}\n", 7, None])
def test_a_hash_has_its_form(two: World, rules: object) -> None:
    meet(two)
    answer = say(two, body(somebody("the one", "T-1", KIND.TRACE), rules=rules), QUESTION)
    assert answer.body["reason"] == "MALFORMED"


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda text: text.replace("title = ", "# a comment\ntitle   =   "), True),
        (lambda text: text.replace("As GBR and ALB agreed", "Otherwise called"), True),
        (lambda text: text.replace("min_compared = 9", "min_compared = 10"), False),
        (lambda text: text.replace('version = "1"', 'version = "2"'), False),
        (lambda text: text.replace('loci = "ess-12"', 'loci = "codis-20"'), False),
        (lambda text: text.replace('["trace", "trace"], ', ""), False),
    ],
)
def test_the_hash_is_of_what_the_rules_say(change: Callable[[str], str], *, same: bool) -> None:
    changed = change(OWN)
    assert changed != OWN
    assert (content_hash(changed.encode()) == content_hash(OWN.encode())) is same


def test_every_shipped_rule_set_has_a_hash_of_its_own() -> None:
    assert len({shipped_hash(each) for each in shipped()}) == len(shipped())
    assert all(re.fullmatch("[0-9a-f]{64}", shipped_hash(each)) for each in shipped())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (register(sha256="0" * 64), "has the hash"),
        (register(OWN.replace('id = "gbr-alb-2025"', 'id = "another"')), "calls itself another"),
        (register(OWN.replace("gbr-alb-2025", "cautious"), name="cautious"), "bears the name"),
        (register(OWN.replace("min_full = 9\nmin_compared = 9", "min_full = 5\nmin_compared = 5")), "5 loci"),
        (register() + register()[register().index(b"[[rules]]") :], "stands there twice"),
        (register().replace(b"sha256 = ", b"hash = "), "unknown field"),
        (register().replace(b'rules = "gbr-alb-2025"', b'rules = "gbr-alb-2026"'), "names the rules"),
    ],
    ids=["hash", "id", "shipped", "loose", "twice", "key", "unknown"],
)
def test_a_register_whose_rules_do_not_hold_is_not_imported(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_register(content)


@pytest.mark.parametrize(
    "broken", ["", "id = 7", "x" * 70_000, OWN.replace('loci = "ess-12"', 'loci = ["Krasniqi"]'), OWN + "\nunknown = 1"]
)
def test_rules_that_are_none_are_not_imported(broken: str) -> None:
    with pytest.raises(InputError):
        parse_register(register(broken, sha256="0" * 64))


@pytest.mark.parametrize("held", ["0", "-1", "1000000001", '"many"', "true"])
def test_how_many_are_held_is_a_number(held: str) -> None:
    changed = agreements().replace(b"batch_max = 1000", b"batch_max = 1000, held = " + held.encode(), 1)
    assert changed != agreements()
    with pytest.raises(InputError):
        parse_register(changed)


def test_too_few_loci_by_own_rules_do_not_leave(two: World) -> None:
    take(two, register())
    speak(two)
    whole = somebody("the one", "T-1", KIND.TRACE)
    store(two, GBR, only(whole, 2))
    assert states(two, GBR, ask(two).id) == {"ALB": ("not_asked", "PROFILE_TOO_SMALL")}
