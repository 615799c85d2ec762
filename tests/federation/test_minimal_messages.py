"""Step 1 carries no identity: a byte search of everything that was sent, and bodies that are not what they should be."""

import base64
import io
import json
import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.acts import Tale, confirm_new, follow
from tests.federation.search import dates, found, said, spellings
from tests.federation.world import ALB, FACTS, GBR, INSTALLER, REASON, XKX, World, document_draft, person_draft

from egnatia.engines.people import PersonRow, read_persons
from egnatia.enquiries import messages
from egnatia.enquiries.guard import Claim, record_claim
from egnatia.enquiries.holdings import import_persons
from egnatia.enquiries.subjects.travel_document import DocumentQuery
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.message import read_message
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason

JUSTIFICATION = "Wiretap quotation: the passenger was announced as the courier of the Tuesday load."
PERSON_REF = "QX-86417"
BORN = date(1987, 11, 23)
RECORD = (
    "ref,first_names,family_names,birth_date,father_name,place_of_birth,nationality,address,photo,aliases\n"
    "GBR-P-007,Gjergjëz,Hyqmeti,1987-11-23,Përparim,Gramozhlisht,XKX,12 Quibbleton Mews,photo-8831.jpg,Djerdji Chukmeti\n"
)
SECRET = (
    "Gjergjëz",
    "Hyqmeti",
    "Ѓерѓез",
    "Хуќмети",
    "Përparim",
    "Gramozhlisht",
    "Quibbleton",
    "photo-8831",
    "Djerdji",
    "Chukmeti",
    PERSON_REF,
    "Wiretap",
    "quotation",
    "announced",
    "courier of the",
    "KRASNIQI",
)


def enter_record(world: World) -> None:
    rows = [row for row in read_persons(io.BytesIO(RECORD.encode())) if isinstance(row, PersonRow)]
    world.do(GBR, lambda tx: import_persons(tx, world.nodes[GBR].desk, INSTALLER, rows, world.clock()))


def ask_everything(world: World) -> None:
    """A hit and a no-hit for both subjects, with everything we know sealed at home."""
    secret = {"justification": JUSTIFICATION, "person_ref": PERSON_REF}
    holder = {"first_names": "Gjergjëz", "family_names": "Hyqmeti", "birth_date": "1987-11-23"}
    spelled = [("Gjergjëz", "Hyqmeti"), ("GJERGJEZ", "HYQMETI"), ("Ѓерѓез", "Хуќмети"), ("Nobody", "Nowhere")]
    for first, family in spelled:
        query = {"first_names": first, "family_names": family, "birth_date": "1987-11-23", "father_name": "Përparim"}
        world.ask(ALB, person_draft(query=query, **secret))
    world.ask(ALB, document_draft(holder=holder, **secret))
    world.ask(ALB, document_draft(holder=holder, query={"issuer": "GBR", "number": "707174855"}, **secret))
    world.deliver()


def test_nothing_that_crossed_the_line_in_step_one_names_anybody(world: World) -> None:
    enter_record(world)
    ask_everything(world)
    text = said(world.calls)
    results = [dict(read_message(call.reply)[0].body)["result"] for call in world.calls]
    assert sorted(set(results)) == ["hit", "no_hit"]
    assert "gbr-p-007" in text, "the search sees what is there"
    needles = {each for word in SECRET for each in spellings(word)} | dates(BORN)
    assert found(needles, text) == []
    accounts = {officer.name.casefold() for officer in world.staff.values()}
    assert found(accounts, text) == [], "officers are named by opaque references only"


def test_the_search_itself_finds_what_is_hidden_in_base64() -> None:
    hidden = base64.b64encode(json.dumps({"x": base64.b64encode(b'{"n": "Hyqmeti"}').decode()}).encode()).decode()
    from tests.federation.search import layers

    assert "Hyqmeti" in list(layers({"payload": hidden}))


def test_step_one_has_exactly_these_fields(world: World) -> None:
    enter_record(world)
    ask_everything(world)
    for call in world.calls:
        question, answer = read_message(call.request)[0], read_message(call.reply)[0]
        assert set(question.body) == {
            "grant",
            "case_ref",
            "subject",
            "purpose",
            "offence",
            "officer",
            "justification_commitment",
            "deadline",
            "query",
        }
        assert set(answer.body) == {"result", "refs", "reason"}
        for ref in answer.body["refs"]:
            assert set(ref) == {"ref", "quality", "evidence"}


def test_an_enquiry_about_a_person_has_the_same_length_whoever_is_asked_about(world: World) -> None:
    for query in (
        {"first_names": "Jo", "family_names": "Li"},
        {
            "first_names": "Maximiliana Theodora Eleonora",
            "family_names": "Krasniqi-Berisha Hoxha",
            "birth_date": "1999-09-09",
        },
    ):
        world.ask(ALB, person_draft(query=query))
    world.deliver()
    first, second = (len(call.request) for call in world.calls)
    assert first == second


# Bodies that are not what they should be.


def good(world: World, kind: str) -> tuple[PartnerCode, PartnerCode, str, dict[str, Any]]:
    """A body that the partner takes, from whom, to whom and in which conversation."""
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    if kind == "enquiry":
        world.deliver()
        return ALB, XKX, "0" * 8, dict(read_message(world.calls[-1].request)[0].body)
    world.deliver()
    confirm_new(tale)
    follow(tale)
    if kind == "follow_up":
        body = {"follow_up": str(tale.follow_up), "ref": "XKX-D-000417", "offence": "false_document"}
        return ALB, XKX, tale.enquiry, body | {"officer": "off-12", "facts": FACTS}
    world.deliver()
    if kind == "follow_up_refusal":
        return XKX, ALB, tale.enquiry, {"follow_up": str(tale.follow_up), "reason": "CONDITIONS_NOT_MET"}
    fields = {"category": "stolen_blank"}
    body = {"follow_up": str(tale.follow_up), "handling": "H1", "as_of": "2025-05-15"}
    return XKX, ALB, tale.enquiry, {**body, "fields": fields}


SPOILT: list[tuple[str, dict[str, Any]]] = [
    ("enquiry", {"name": "Arben"}),
    ("enquiry", {"justification": JUSTIFICATION}),
    ("enquiry", {"case_ref": None}),
    ("enquiry", {"case_ref": ""}),
    ("enquiry", {"case_ref": "Krasniqi"}),
    ("enquiry", {"case_ref": "DUR-2025-0417\n"}),
    ("enquiry", {"justification_commitment": None}),
    ("enquiry", {"justification_commitment": "0" * 63}),
    ("enquiry", {"purpose": "curiosity"}),
    ("enquiry", {"subject": "religion"}),
    ("enquiry", {"offence": 3}),
    ("enquiry", {"officer": "Arben Krasniqi"}),
    ("enquiry", {"officer": "off-1\n"}),
    ("enquiry", {"grant": "x" * 61}),
    ("enquiry", {"deadline": "tomorrow"}),
    ("enquiry", {"query": {"issuer": "RKS", "document_type": "P", "number": "P1", "holder": "Arben"}}),
    ("enquiry", {"query": {"issuer": "RKS", "document_type": "P"}}),
    ("enquiry", {"query": {"issuer": "RKS", "document_type": "P", "number": "P1\n"}}),
    ("enquiry", {"query": []}),
    ("follow_up", {"facts": ""}),
    ("follow_up", {"facts": " " * 40}),
    ("follow_up", {"facts": "too short"}),
    ("follow_up", {"facts": "x" * 2_001}),
    ("follow_up", {"follow_up": "-" * 36}),
    ("follow_up", {"ref": "Arben Krasniqi"}),
    ("follow_up", {"address": "12 Quibbleton Mews"}),
    ("follow_up_refusal", {"reason": "NO"}),
    ("follow_up_refusal", {"detail": "because"}),
    ("release", {"fields": {}}),
    ("release", {"fields": {"category": "x", "holder": "Arben"}}),
    ("release", {"fields": {"category": ""}}),
    ("release", {"fields": {"category": 7}}),
    ("release", {"handling": "much too long for it"}),
    ("release", {"as_of": "yesterday"}),
    ("release", {"photo": "x"}),
]


@pytest.mark.parametrize("kind", ["enquiry", "follow_up", "follow_up_refusal", "release"])
def test_a_body_that_is_not_what_it_should_be_is_refused(world: World, kind: str) -> None:
    sender, to, conversation, body = good(world, kind)
    before = world.kinds(to)
    for change in (change for each, change in SPOILT if each == kind):
        spoilt = {name: value for name, value in (body | change).items() if value is not None}
        answer = world.send_body(sender, to, kind, spoilt, conversation)
        assert (answer.kind, answer.body.get("reason")) == ("refusal", "MALFORMED"), change
    assert world.kinds(to) == [*before, "message.refused"], "what cannot be read is no act; one trace says that it came"
    assert world.send_body(sender, to, kind, body, conversation).kind in ("reply", "receipt"), "unspoilt it is taken"


def test_a_kind_that_does_not_exist_is_refused(world: World) -> None:
    assert world.send_body(ALB, XKX, "gossip", {}, "c-1").body["reason"] == "MALFORMED"
    assert world.send_body(ALB, XKX, "refusal", {}, "c-1").body["reason"] == "MALFORMED"


def test_a_value_that_the_partner_would_refuse_is_never_queued() -> None:
    """It stops the approval, instead of being lost after it."""
    long = "; ".join(["x" * 190] * 20)
    body = messages.ReleaseBody(follow_up="0" * 36, fields={"alias": long}, handling="H1", as_of=date(2025, 5, 15))
    with pytest.raises(InputError) as caught:
        messages.encode(body)
    assert "2,000" in caught.value.hint()


BODIES: tuple[type[messages.Body], ...] = (
    messages.EnquiryBody,
    messages.ReplyBody,
    messages.FollowUpBody,
    messages.RefusalBody,
    messages.ReleaseBody,
    messages.ReceiptBody,
    DocumentQuery,
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.data())
def test_decoding_any_json_takes_it_or_refuses_it(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(BODIES))
    names = st.sampled_from([*kind.__struct_fields__, "extra"])
    body = data.draw(st.dictionaries(names, JSON_VALUES, max_size=9))
    try:
        made = messages.decode(kind, body)
    except RefusedError as error:
        reason = error.reason
    else:
        assert messages.decode(kind, messages.encode(made)) == made
        return
    assert reason is RefusalReason.MALFORMED


@pytest.mark.parametrize("quality", [math.nan, math.inf, -0.1, 1.1, "1", True])
def test_a_quality_is_a_number_from_zero_to_one(quality: object) -> None:
    ref = {"ref": "XKX-D-1", "quality": quality, "evidence": ["number_exact"]}
    with pytest.raises(RefusedError):
        messages.decode(messages.ReplyBody, {"result": "hit", "refs": [ref]})


def test_a_claim_and_an_assessment_are_in_nothing_that_is_sent(world: World) -> None:
    """The whole flow with a claim on file, against another state: no byte of it crosses the line (ENQ-06, E-07)."""
    claim = Claim("Gjergjëz", "Hyqmeti", "1987-11-23", ("QZ7654321",), (ALB,))
    supervisor = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: record_claim(tx, supervisor, claim, world.clock()))
    assessment = "Assessed under file 12: the applicant consented in writing, the embassy knows the passport number."
    query = {"first_names": "Gjergjëz", "family_names": "Hyqmeti", "birth_date": "1987-11-23"}
    sent = world.ask(GBR, person_draft(query=query, partners=(ALB,), override=assessment), "supervisor")
    assert [each.refusal for each in sent.asks] == [None]
    blocked = world.ask(GBR, person_draft(query=query, partners=(ALB,)))
    assert [each.refusal for each in blocked.asks] == [RefusalReason.PROTECTION_CLAIM_GUARD]
    world.deliver()
    text = said(world.calls)
    needles = {
        each for word in (*SECRET, "QZ7654321", "Assessed", "consented", "claim", "guard") for each in spellings(word)
    }
    assert found(needles | dates(BORN), text) == []
    assert len(world.calls) == 1
    assert REASON not in text
