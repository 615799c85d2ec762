"""What officers and partners write that is no ordinary text: invisible, half, turned round, endless, in digits of other scripts.

Each is taken as what it is, or refused before anything is recorded; the same on a file and on a server. Run on both:
`EGNATIA_TEST_DATABASE=postgresql .ci/postgresql .venv/bin/pytest tests/enquiries/test_odd_words.py`.
"""

import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.acts import Tale, check_whole
from tests.federation.test_blind_flow import ask as ask_blind
from tests.federation.test_blind_flow import offer
from tests.federation.test_handling_flow import base, know, release_to_alb, stored
from tests.federation.test_handling_flow import propose as propose_under
from tests.federation.world import ALB, GBR, XKX, World, document_draft, person_draft

from egnatia.agreements.handling import from_text, label_sha256, plain
from egnatia.enquiries import candidates, views
from egnatia.enquiries.blind.views import blind_views
from egnatia.enquiries.candidates import DecisionDraft
from egnatia.enquiries.desk import check_text
from egnatia.enquiries.labels import Terms
from egnatia.enquiries.messages import BLANK, UNSEEN, FactsText
from egnatia.enquiries.onward.messages import LABEL_CHANGE
from egnatia.enquiries.timeline import case_timeline
from egnatia.errors import ConflictError, Error, InputError, NotFoundError, RefusedError
from egnatia.model.ids import CandidateId, EnquiryId
from egnatia.model.states import Decision, Offence, RefusalReason

INVISIBLE = {
    "zero width spaces": "\u200b" * 40,
    "joiners": "\u200c\u200d" * 20,
    "marks of direction": "\u200e\u200f\u061c" * 15,
    "soft hyphens": "\u00ad" * 25,
    "word joiners": "\u2060" * 30,
    "byte order marks": "\ufeff" * 30,
    "fillers": "\u3164\u115f\u1160\uffa0" * 10,
    "empty Braille": "\u2800" * 30,
    "variation selectors": "\ufe0f" * 30,
    "tags": "\U000e0041" * 30,
    "a word and nothing": "short" + "\u200b" * 40,
    "between blanks": " \u200b" * 30,
    "two letters far apart": "a" + " " * 40 + "b",
}
STEERING = ["\x00", "\x07", "\x1b[2J", "\x85", "\u2028", "\u202e", "\u2066", "\x7f"]
HALVES = ["\ud83d", "\udcff", "\ud800x"]
ODD_NUMBERS = [
    "\u0660\u0661\u0662\u0663",
    "\uff30\uff10\uff10\uff14",
    "P00\u200b41763",
    "\u202aP0041763\u202c",
    "P0041763\x00",
    "P0041763\udcff",
    "\u0420\uff10041763",
    "P" * 10_000,
    "",
    " ",
    "<<<<<<<<<",
    "-" * 200,
]


def refused(act: Callable[[], object], *kinds: type[Error]) -> str:
    with pytest.raises(kinds or (InputError,)) as caught:
        act()
    assert caught.value.hint()
    return caught.value.message


# What nobody sees is no reason.


@pytest.mark.parametrize("name", list(INVISIBLE))
def test_a_justification_of_invisible_characters_is_none(world: World, name: str) -> None:
    text = INVISIBLE[name]
    assert len(text) >= 20
    said = refused(lambda: world.ask(ALB, document_draft(justification=text)))
    assert "too few" in said
    assert world.look(ALB, lambda tx: views.enquiries(tx, world.clock())) == []


@pytest.mark.parametrize("name", ["zero width spaces", "tags", "a word and nothing"])
def test_nor_are_facts_an_override_or_a_basis(world: World, name: str) -> None:
    text = INVISIBLE[name]
    refused(lambda: world.ask(ALB, document_draft(override=text * 2), "supervisor"))
    refused(lambda: world.ask(ALB, document_draft(beyond=text)))
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    tale.take()
    draft = DecisionDraft(Decision.CONFIRMED, text, "document examiner, level 2")
    examiner = world.officer(ALB, "examiner")
    refused(lambda: world.do(ALB, lambda tx: candidates.decide(tx, examiner, tale.candidate, draft, world.clock())))
    assert "hit.confirmed" not in world.kinds(ALB)


@pytest.mark.parametrize("name", ["zero width spaces", "joiners", "between blanks"])
def test_a_partner_s_facts_that_nobody_can_read_are_refused(world: World, name: str) -> None:
    """Its own node may be of another make; ours asks for twenty characters that a person can see (DIS-02)."""
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    tale.take()
    world.confirm(ALB, tale.candidate)
    (candidate,) = world.view(ALB, tale.enquiry).candidates
    facts = "x" + INVISIBLE[name].strip() + "y"
    body = {
        "follow_up": "0fa3c5d2-1111-4222-8333-444455556666",
        "ref": candidate.ref,
        "offence": Offence.FALSE_DOCUMENT.value,
        "officer": "off-0001",
        "facts": facts,
    }
    answer = world.send_body(ALB, XKX, "follow_up", body, tale.enquiry)
    assert (answer.kind, answer.body["reason"]) == ("refusal", "MALFORMED")
    good = world.send_body(
        ALB, XKX, "follow_up", body | {"facts": "Presented on exit; the holder waits."}, tale.enquiry
    )
    assert good.kind == "receipt"


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(st.sampled_from("ab \u200b\u2060\u00e9\u4e2d\u0301\ufe0f"), min_size=1, max_size=60))
def test_both_ends_count_alike(text: str) -> None:
    """What our officers may write, a partner takes: otherwise a follow-up would wait for days and come back refused."""
    (meta,) = [each for each in FactsText.__metadata__ if isinstance(each, msgspec.Meta)]  # type: ignore[attr-defined]
    taken = re.search(meta.pattern or "", text.strip()) is not None
    try:
        written = check_text("facts", text, 20)
    except InputError:
        assert not taken
    else:
        assert taken == (written == text.strip())
        seen = " ".join(re.sub(f"[{BLANK}]", "", written).split())
        assert len(seen) >= 18, "a gap at either end may lie between characters that are not seen"
        assert re.search(f"[{UNSEEN}]", written) is None


def test_text_with_joiners_where_they_belong_is_taken(world: World) -> None:
    persian = "\u062e\u0627\u0646\u0647\u200c\u062f\u0627\u0631 \u0627\u0633\u062a \u0648 \u0634\u0645\u0627\u0631\u0647\u200c\u06cc \u06af\u0630\u0631\u0646\u0627\u0645\u0647"
    flag = "Seen with a flag \U0001f1e6\U0001f1f1\ufe0f on the bag."
    officer = world.officer(ALB)
    for text in (persian, flag):
        sent = world.ask(ALB, document_draft(justification=text))
        found = world.do(
            ALB, partial(views.view_enquiry, officer=officer, enquiry_id=sent.id, justification="", now=world.clock())
        )
        assert found.asked is not None
        assert found.asked["justification"] == text


# What steers a screen, and halves.


@pytest.mark.parametrize("odd", [*STEERING, *HALVES], ids=ascii)
def test_no_text_of_an_officer_holds_what_steers_a_screen(world: World, odd: str) -> None:
    text = f"Passport presented on exit{odd}; its number has to be checked."
    refused(lambda: world.ask(ALB, document_draft(justification=text)))
    refused(lambda: world.ask(ALB, document_draft(beyond=text)))
    refused(lambda: check_text("anything", text, 1))
    assert world.kinds(ALB).count("enquiry.sent") == 0


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=range(len(ODD_NUMBERS)))
@pytest.mark.parametrize("way", ["open", "blind"])
def test_an_odd_number_is_asked_as_what_it_is_or_not_at_all(world: World, number: str, way: str) -> None:
    """Digits of other scripts, marks of direction from a spreadsheet, ten thousand letters: never a fault, never repaired."""
    values = {"issuer": "RKS", "document_type": "P", "number": number}
    if way == "blind":
        offer(world)
    try:
        if way == "open":
            sent = world.ask(ALB, document_draft(query=values, partners=(XKX,)))
            world.deliver()
            assert world.view(ALB, sent.id).asks[0].refusal is None
        else:
            ask_blind(world, values=values)
            world.deliver()
            assert all(each.refusal is None for each in world.look(ALB, blind_views))
    except InputError:
        assert world.kinds(ALB).count("enquiry.sent") + world.kinds(ALB).count("blind.asked") == 0
    for code in (ALB, XKX):
        check_whole(world, code)


@pytest.mark.parametrize(
    "names",
    [
        {"first_names": "A" * 5_000, "family_names": "B"},
        {"first_names": "\u0410\u0440\u0431\u0435\u043d", "family_names": "\u200f\u05db\u05d4\u05df\u200f"},
        {"first_names": "\x00", "family_names": "Krasniqi"},
        {"first_names": "\udcff\udcfe", "family_names": "Krasniqi"},
        {"first_names": "\u202eneb", "family_names": "\u202dRA"},
        {"first_names": "\u0661\u0662", "family_names": "\u0663\u0664"},
        {"first_names": "'; DROP TABLE ask; --", "family_names": "O'Neill"},
        {"first_names": "\u0301" * 300, "family_names": "Krasniqi"},
        {"first_names": "\U0001f600", "family_names": "\u4e2d"},
        {"first_names": "Arben", "family_names": "Krasniqi", "birth_date": "\u0661\u0669\u0669\u0660-01-02"},
    ],
    ids=range(10),
)
def test_odd_names_are_asked_or_refused_and_nothing_breaks_on_the_way(world: World, names: dict[str, str]) -> None:
    try:
        sent = world.ask(ALB, person_draft(query=names))
    except (InputError, RefusedError):
        assert "enquiry.sent" not in world.kinds(ALB)
    else:
        world.deliver()
        assert world.view(ALB, sent.id).asks[0].answered_at is not None
        leaving = b"".join(call.request for call in world.calls)
        for value in names.values():
            assert value.encode("utf-8", "surrogatepass") not in leaving
    for code in (ALB, GBR):
        check_whole(world, code)


@pytest.mark.parametrize(
    "odd", ["DUR-2025-0417\x00", "\udcff", "DUR\u202e-2025-0417", "%", "' OR 1=1 --", "x" * 100_000]
)
def test_looking_for_what_cannot_be_there_finds_nothing_or_says_so(world: World, odd: str) -> None:
    """Command lines and addresses hand on whatever was typed; a database must neither find everything nor fall over."""
    world.ask(ALB, document_draft(partners=(XKX,)))
    looks: list[Callable[[Any], Any]] = [
        lambda tx: views.enquiries(tx, world.clock(), odd),
        lambda tx: blind_views(tx, odd),
        lambda tx: case_timeline(tx, odd),
        lambda tx: views.enquiry_view(tx, EnquiryId(odd), world.clock()),
        lambda tx: candidates.confirmed(tx, CandidateId(odd), world.clock()),
    ]
    for look in looks:
        with contextlib.suppress(InputError, NotFoundError):
            assert not world.look(ALB, look)


# Labels.


@pytest.mark.parametrize("words", [*HALVES, "bell\x07", "turned \u202e round"], ids=ascii)
def test_a_label_with_words_that_cannot_be_sent_is_not_proposed(world: World, words: str) -> None:
    """It was taken, and the second person's approval then ended in a fault of the program."""
    know(world)
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    tale.take()
    world.confirm(ALB, tale.candidate)
    tale.follow_up = world.follow(ALB, tale.candidate)
    world.deliver()
    terms = Terms(replace(base(), conditions=frozenset({words})))
    assert RefusalReason.HANDLING_UNKNOWN.value in refused(lambda: propose_under(tale, terms), RefusedError)
    propose_under(tale)
    with pytest.raises(ConflictError):
        propose_under(tale)


def test_a_label_change_with_such_words_from_a_partner_is_refused_by_its_form(world: World) -> None:
    know(world)
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    tale.take()
    world.confirm(ALB, tale.candidate)
    tale.follow_up = world.follow(ALB, tale.candidate)
    world.deliver()
    release_to_alb(tale)
    for words in ("bell\x07", "turned \u202e round", " leading", "x" * 501):
        label = plain(base()) | {"conditions": [words]}
        body = {"item": str(tale.follow_up), "old_sha256": label_sha256(base()), "label": label}
        answer = world.send_body(XKX, ALB, LABEL_CHANGE, body, tale.enquiry)
        assert answer.body["reason"] == "MALFORMED"
        assert words not in json.dumps(answer.body)
    assert from_text(stored(tale).label) == base()
