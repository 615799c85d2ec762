"""What is not asked and what is not answered: kinds, loci, grants, directions, hostile bodies, earlier releases."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation.alerting import speak
from tests.federation.dna_acts import (
    KIND,
    PERSONS_AT_ALB,
    as_kind,
    ask,
    ask_only,
    body,
    draft,
    entries_of,
    link_record,
    meet,
    only,
    say,
    somebody,
    states,
    store,
    with_loci,
)
from tests.federation.world import ALB, GBR, MKD, XKX, World, document_draft

from egnatia.agreements import import_register
from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.formats.reference_data import to_reference_data
from egnatia.engines.dna.rule_file import shipped_hash
from egnatia.enquiries.claims import enter_claim
from egnatia.enquiries.dna.asking import ask_dna, preview_dna
from egnatia.enquiries.guard import Claim
from egnatia.enquiries.membership.pending import close_pending
from egnatia.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.exchange.protocols import learn_protocol
from egnatia.model.dna import EliminationState, ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind
from egnatia.scenario.case import KNOWN_PERSON, KNOWN_REF
from egnatia.scenario.task_force import agreements
from egnatia.store.tables import answered_enquiry, dna_elimination, dna_number, enquiry, inbox, outbox, sealed_record

CONVERSATION = "0f0e0d0c-0b0a-0908-0706-050403020100"
NEVER_SENT = [KIND.MIXTURE, KIND.MISSING, KIND.RELATIVE, KIND.VICTIM, KIND.ELIMINATION]


@pytest.fixture
def world(two: World) -> World:
    """Two nodes; a test that needs another one starts it."""
    return two


def crossed(world: World, sender: PartnerCode = GBR) -> int:
    """Messages of a partner that crossed the line."""
    return sum(each.sender == sender for each in world.calls)


def register(*dropped: str) -> bytes:
    """The demonstration's register without the grants whose lines name one of these."""
    lines = agreements().decode().splitlines()
    return "\n".join(line for line in lines if not any(f'id = "{each}"' in line for each in dropped)).encode()


# At home.


@pytest.mark.parametrize("kind", [*NEVER_SENT, KIND.PERSON])
def test_what_the_grant_does_not_name_never_leaves(world: World, kind: ProfileKind) -> None:
    """Persons are not granted against persons here; the other kinds no grant could name."""
    speak(world)
    store(world, GBR, somebody("the one", "X-1", kind))
    sent = ask(world, ref="X-1")
    assert states(world, GBR, sent.id) == {"ALB": ("not_asked", "PROFILE_KIND_NOT_GRANTED")}
    assert crossed(world) == 0
    assert world.look(GBR, lambda tx: tx.execute(select(dna_number.c.number)).all()) == []
    [entry] = entries_of(world, GBR, EventKind.ENQUIRY_NOT_SENT)
    assert entry.partner == ALB


def test_persons_are_not_compared_with_persons_where_the_rules_would_and_the_grant_does_not(world: World) -> None:
    """Prüm's rules take persons against persons; the grants between ALB and MKD name traces and remains."""
    world.start(MKD)
    speak(world)
    person = somebody("the one", "P-1")
    store(world, MKD, person)
    store(world, ALB, person)
    sent = ask(world, MKD, "P-1")
    assert states(world, MKD, sent.id) == {"ALB": ("not_asked", "PROFILE_KIND_NOT_GRANTED")}
    answer = say(
        world, body(person, grant="demo-mkd-alb-dna-person", rules=shipped_hash("prum-ess12")), CONVERSATION, MKD
    )
    assert (answer.body["reason"], answer.body["matches"]) == ("PROFILE_KIND_NOT_GRANTED", [])


@pytest.mark.parametrize(("loci", "state"), [(5, "not_asked"), (6, "no_hit")])
def test_too_few_loci_are_not_sent(world: World, loci: int, state: str) -> None:
    speak(world)
    store(world, GBR, only(somebody("the one", "T-1", KIND.TRACE), loci))
    found = states(world, GBR, ask(world).id)["ALB"]
    assert found == (state, "PROFILE_TOO_SMALL" if state == "not_asked" else None)


def test_a_wildcard_is_no_locus_in_full(world: World) -> None:
    speak(world)
    trace = only(somebody("the one", "T-1", KIND.TRACE), 6)
    name = next(iter(trace.loci))
    store(world, GBR, with_loci(trace, **{name: (WILDCARD, trace.loci[name][1])}))
    assert states(world, GBR, ask(world).id)["ALB"] == ("not_asked", "PROFILE_TOO_SMALL")


def test_a_partner_of_release_0_1_0_is_not_asked(world: World) -> None:
    store(world, GBR, somebody("the one", "T-1", KIND.TRACE))
    world.do(GBR, lambda tx: learn_protocol(tx, ALB, 1))
    assert states(world, GBR, ask(world).id)["ALB"] == ("not_asked", "PARTNER_TOO_OLD")
    assert crossed(world) == 0
    world.do(GBR, lambda tx: learn_protocol(tx, ALB, 2))
    assert states(world, GBR, ask(world).id)["ALB"] == ("no_hit", None)


def test_kosovo_is_party_to_no_agreement_on_dna(world: World) -> None:
    world.start(XKX)
    speak(world)
    store(world, GBR, somebody("the one", "T-1", KIND.TRACE))
    assert states(world, GBR, ask(world, partners=(XKX,)).id)["XKX"][0] == "not_asked"
    store(world, XKX, somebody("the one", "T-1", KIND.TRACE))
    with pytest.raises(RefusedError) as refused:
        ask_only(world, XKX, partners=None)
    assert refused.value.reason is RefusalReason.NO_AGREEMENT


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"purpose": Purpose.BORDER_CHECK}, "PURPOSE_NOT_GRANTED"),
        ({"offence": Offence.THEFT}, "OFFENCE_BELOW_THRESHOLD"),
    ],
)
def test_purpose_and_offence_are_judged_as_for_every_enquiry(world: World, change: Any, reason: str) -> None:
    meet(world)
    assert states(world, GBR, ask(world, **change).id)["ALB"] == ("not_asked", reason)


def test_a_preview_says_the_same_and_leaves_nothing(world: World) -> None:
    meet(world)
    desk, officer = world.nodes[GBR].desk, world.officer(GBR, "examiner")
    [seen] = world.look(GBR, lambda tx: preview_dna(tx, desk, officer, draft(), world.clock()))
    assert (seen.partner, seen.grant and seen.grant.id, seen.refusal) == (ALB, PERSONS_AT_ALB, None)
    store(world, GBR, only(somebody("few", "T-2", KIND.TRACE), 4))
    [seen] = world.look(GBR, lambda tx: preview_dna(tx, desk, officer, draft("T-2"), world.clock()))
    assert (seen.grant, seen.refusal) == (None, RefusalReason.PROFILE_TOO_SMALL)
    assert world.look(GBR, lambda tx: tx.execute(enquiry.select()).all()) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"ref": "T-404"}, NotFoundError),
        ({"population": SubjectKind.DNA}, InputError),
        ({"population": SubjectKind.PERSON}, InputError),
        ({"case_ref": "the Krasniqi case"}, InputError),
        ({"justification": "too short"}, InputError),
        ({"partners": ()}, InputError),
        ({"partners": (ALB, ALB)}, InputError),
        (
            {"override": "An assessment of some length, which an examiner may not give, of all the risks."},
            ForbiddenError,
        ),
    ],
)
def test_a_draft_that_is_wrong_records_nothing(world: World, change: Any, problem: type[Exception]) -> None:
    meet(world)
    with pytest.raises(problem):
        ask_only(world, **change)
    assert world.look(GBR, lambda tx: tx.execute(enquiry.select()).all()) == []


def test_a_state_is_not_asked_about_who_claims_protection_from_it(world: World) -> None:
    speak(world)
    person = somebody("the one", "P-1")
    store(world, GBR, person)
    link_record(world, GBR, "P-1", KNOWN_REF)
    claim = Claim(KNOWN_PERSON["first_names"], KNOWN_PERSON["family_names"], KNOWN_PERSON["birth_date"], (), (ALB,))
    supervisor, desk = world.officer(GBR, "supervisor"), world.nodes[GBR].desk
    world.do(GBR, lambda tx: enter_claim(tx, desk, supervisor, claim, world.clock()))
    sent = ask(world, ref="P-1", population=SubjectKind.DNA_TRACE)
    assert states(world, GBR, sent.id)["ALB"] == ("not_asked", "PROTECTION_CLAIM_GUARD")
    assert crossed(world) == 0
    overriding = draft(
        "P-1",
        population=SubjectKind.DNA_TRACE,
        override="The trace is of another country's case and tells its police nothing of the claim.",
    )
    sent = world.do(GBR, lambda tx: ask_dna(tx, desk, supervisor, overriding, world.clock()))
    world.deliver()
    assert states(world, GBR, sent.id)["ALB"] == ("no_hit", None)


@pytest.mark.parametrize("kind", [KIND.ELIMINATION, KIND.VICTIM])
def test_a_trace_of_somebody_who_touched_it_does_not_leave(world: World, kind: ProfileKind) -> None:
    met = meet(world)
    store(world, GBR, as_kind(met.person, "E-1", kind))
    sent = ask(world)
    assert states(world, GBR, sent.id)["ALB"] == ("not_asked", "PROFILE_ELIMINATED")
    assert crossed(world) == 0
    [row] = world.look(GBR, lambda tx: tx.execute(dna_elimination.select()).all())
    assert (row.ref, row.against, row.state) == ("T-1", "E-1", EliminationState.OPEN)
    assert len(entries_of(world, GBR, EventKind.DNA_ELIMINATED)) == 1
    assert len(entries_of(world, GBR, EventKind.ENQUIRY_NOT_SENT)) == 1


def test_a_trace_of_a_person_whom_this_node_knows_does_not_leave(world: World) -> None:
    """The search at home comes first; a person of another node alone is what the question is for."""
    met = meet(world)
    store(world, GBR, as_kind(met.person, "P-7", KIND.PERSON))
    sent = ask(world)
    assert states(world, GBR, sent.id)["ALB"] == ("not_asked", "PROFILE_KNOWN_HERE")
    assert crossed(world) == 0
    [entry] = entries_of(world, GBR, EventKind.ENQUIRY_NOT_SENT)
    assert "PROFILE_KNOWN_HERE" in str(entry)


def test_a_near_match_at_home_holds_no_trace_back(world: World) -> None:
    met = meet(world)
    name, seen = next((name, seen) for name, seen in met.person.loci.items() if seen[0] != seen[1])
    near = with_loci(as_kind(met.person, "P-7", KIND.PERSON), **{name: (seen[0], seen[0])})
    store(world, GBR, near)
    sent = ask(world)
    world.deliver()
    assert states(world, GBR, sent.id)["ALB"] == ("hit", None)


def test_an_officers_day_bounds_questions_and_an_approved_batch_does_not_count(world: World) -> None:
    meet(world)
    desk, officer = world.nodes[GBR].desk, world.officer(GBR, "examiner")
    few = replace(desk, limits=replace(desk.limits, officer_day=1))
    world.do(GBR, lambda tx: ask_dna(tx, few, officer, draft(), world.clock()))
    with pytest.raises(RefusedError, match="questions a day"):
        world.do(GBR, lambda tx: ask_dna(tx, few, officer, draft(), world.clock()))
    world.do(GBR, lambda tx: ask_dna(tx, few, officer, draft(batch_id="batch-1"), world.clock()))


# Directions (requirement FOR-02).


def test_a_grant_in_one_direction_lets_nobody_ask_in_the_other(world: World) -> None:
    speak(world)
    one_way = register("demo-alb-gbr-dna-person", "demo-alb-gbr-dna-trace")
    for code in world.nodes:
        world.do(code, lambda tx: import_register(tx, one_way, "off-installer", world.clock()))
    person, other = somebody("the one", "P-1"), somebody("another", "P-1")
    store(world, GBR, other, as_kind(person, "T-1"))
    store(world, ALB, person, as_kind(other, "T-1"))
    assert states(world, GBR, ask(world, GBR).id)["ALB"] == ("hit", None)
    before = crossed(world, ALB)
    assert states(world, ALB, ask(world, ALB, partners=(GBR,)).id)["GBR"] == ("not_asked", "SUBJECT_NOT_GRANTED")
    assert crossed(world, ALB) == before
    # The other end decides by its own register, whatever is sent.
    for grant_id in (PERSONS_AT_ALB, "demo-alb-gbr-dna-person"):
        said = body(as_kind(person, "T-1"), grant=grant_id)
        answer = world.send_body(ALB, GBR, "dna_enquiry", said, CONVERSATION[:-2] + grant_id[5:7].encode().hex()[:2])
        assert answer.body["result"] == "refused"
        assert answer.body["matches"] == []


def test_persons_and_traces_are_granted_apart(world: World) -> None:
    speak(world)
    only_traces = register("demo-gbr-alb-dna-person")
    for code in world.nodes:
        world.do(code, lambda tx: import_register(tx, only_traces, "off-installer", world.clock()))
    person = somebody("the one", "P-1")
    store(world, GBR, as_kind(person, "T-1"))
    store(world, ALB, person, as_kind(person, "T-9"))
    assert states(world, GBR, ask(world).id)["ALB"][0] == "not_asked"
    assert states(world, GBR, ask(world, population=SubjectKind.DNA_TRACE).id)["ALB"] == ("hit", None)


# At the other end.


def test_the_answering_node_counts_loci_and_kinds_itself(world: World) -> None:
    met = meet(world)
    few = say(world, body(only(met.trace, 5)), CONVERSATION)
    assert (few.body["result"], few.body["reason"], few.body["matches"]) == ("refused", "PROFILE_TOO_SMALL", [])
    person = say(world, body(met.person), CONVERSATION[:-1] + "1")
    assert (person.body["result"], person.body["reason"]) == ("refused", "PROFILE_KIND_NOT_GRANTED")
    assert len(entries_of(world, ALB, EventKind.ENQUIRY_ANSWERED)) == 2


@pytest.mark.parametrize(
    ("grant_id", "reason"),
    [
        ("no-such-grant", "GRANT_MISMATCH"),
        ("demo-alb-gbr-dna-person", "SUBJECT_NOT_GRANTED"),
        ("demo-alb-mkd-fingerprint", "GRANT_MISMATCH"),
        ("demo-mkd-alb-dna-person", "GRANT_MISMATCH"),
    ],
)
def test_the_grant_has_to_be_the_one_of_this_pair(world: World, grant_id: str, reason: str) -> None:
    met = meet(world)
    answer = say(world, body(met.trace, grant=grant_id), CONVERSATION)
    assert answer.body["result"] == "refused"
    assert answer.body["reason"] in {reason, "GRANT_MISMATCH"}
    assert answer.body["matches"] == []


def test_the_days_quota_is_counted_at_the_answering_end(world: World) -> None:
    met = meet(world)
    tight = (
        agreements()
        .decode()
        .replace(
            f'{{ id = "{PERSONS_AT_ALB}", asker = "GBR", answerer = "ALB", subject = "dna_person", '
            'purposes = ["investigation"], offence_min = "serious", step_two = true, deadline_h = 48, quota_day = 200',
            f'{{ id = "{PERSONS_AT_ALB}", asker = "GBR", answerer = "ALB", subject = "dna_person", '
            'purposes = ["investigation"], offence_min = "serious", step_two = true, deadline_h = 48, quota_day = 2',
        )
    )
    assert tight != agreements().decode()
    world.do(ALB, lambda tx: import_register(tx, tight.encode(), "off-installer", world.clock()))
    said = [say(world, body(met.trace), f"{CONVERSATION[:-1]}{number}").body for number in range(4)]
    assert [each["result"] for each in said] == ["hit", "hit", "refused", "refused"]
    assert said[2]["reason"] == "QUOTA_EXCEEDED"
    assert states(world, GBR, ask(world).id)["ALB"] == ("refused", "QUOTA_EXCEEDED")


def test_one_conversation_is_one_question(world: World) -> None:
    met = meet(world)
    say(world, body(met.trace), CONVERSATION)
    again = say(world, body(met.trace), CONVERSATION)
    assert (again.kind, again.body["reason"]) == ("refusal", "ID_REUSED")


@pytest.mark.parametrize("subject", ["dna_person", "dna_trace"])
def test_a_plain_enquiry_about_dna_is_refused_at_both_ends(world: World, subject: str) -> None:
    meet(world)
    with pytest.raises(RefusedError) as refused:
        world.ask(GBR, document_draft(subject=SubjectKind(subject), query={"loci": {}}, partners=(ALB,), beyond=None))
    assert refused.value.reason is RefusalReason.SUBJECT_NOT_SUPPORTED
    plain = {
        "grant": f"demo-gbr-alb-{subject.replace('_', '-')}",
        "case_ref": "DUR-2025-0417",
        "subject": subject,
        "purpose": "investigation",
        "offence": "smuggling_of_persons",
        "officer": "off-1",
        "justification_commitment": "0" * 64,
        "deadline": "2025-05-20T00:00:00Z",
        "query": to_reference_data(somebody("the one", "T-1", KIND.TRACE)),
    }
    answer = world.send_body(GBR, ALB, "enquiry", plain, CONVERSATION)
    assert (answer.body["result"], answer.body["reason"]) == ("refused", "SUBJECT_NOT_SUPPORTED")


TRACE = to_reference_data(somebody("the one", "T-1", KIND.TRACE))
LOCI: dict[str, Any] = dict(TRACE["loci"].items() if isinstance(TRACE["loci"], dict) else ())
HOSTILE: dict[str, dict[str, object]] = {
    "a name": {"name": "Arben Krasniqi"},
    "a case": {"case_ref": "DUR-2025-0417"},
    "an officer": {"officer": "off-1"},
    "no number": {"number": ""},
    "a number with a name": {"number": "Arben"},
    "a long number": {"number": "X" * 41},
    "another purpose": {"purpose": "curiosity"},
    "another offence": {"offence": "insult"},
    "a grant with a line feed": {"grant": f"{PERSONS_AT_ALB}\n"},
    "identified as a text": {"identified": "no"},
    "identified by one field only": {"identified": True},
    "no profile": {"profile": None},
    "an empty profile": {"profile": {}},
    "a profile with a name": {"profile": {**TRACE, "name": "Arben"}},
    "a profile of several people": {"profile": {"identified": False, "loci": {key: ["9", "10", "11"] for key in LOCI}}},
    "no loci": {"profile": {"identified": False, "loci": {}}},
    "a locus that is a name": {"profile": {"identified": False, "loci": {**LOCI, "Krasniqi": ["9", "10"]}}},
    "an allele that is a text": {"profile": {"identified": False, "loci": {**LOCI, "vWA": ["Arben", "10"]}}},
    "an allele that is a number": {"profile": {"identified": False, "loci": {**LOCI, "vWA": [9, 10]}}},
    "an allele written otherwise": {"profile": {"identified": False, "loci": {**LOCI, "vWA": ["09", "10"]}}},
    "one allele": {"profile": {"identified": False, "loci": {**LOCI, "vWA": ["9"]}}},
    "a thousand alleles": {"profile": {"identified": False, "loci": {**LOCI, "vWA": ["9"] * 1_000}}},
    "a thousand loci": {"profile": {"identified": False, "loci": {f"L{n}": ["9", "9"] for n in range(1_000)}}},
    "loci as a list": {"profile": {"identified": False, "loci": ["vWA"]}},
    "nested": {"profile": {"identified": False, "loci": {"vWA": [["9"], ["9"]]}}},
    "a huge allele": {"profile": {"identified": False, "loci": {**LOCI, "vWA": ["9" * 10_000, "9"]}}},
    "nothing but wildcards": {"profile": {"identified": False, "loci": {**LOCI, "vWA": ["*", "*"]}}},
}


@pytest.mark.parametrize("what", HOSTILE, ids=lambda what: what.replace(" ", "_"))
def test_a_body_that_is_no_question_is_refused_and_nothing_of_it_stays(lasting: World, what: str) -> None:
    world = lasting
    speak(world)
    sealed = world.look(ALB, lambda tx: {row.id for row in tx.execute(select(sealed_record.c.id))})
    answer = say(world, body(somebody("the one", "T-1", KIND.TRACE)) | HOSTILE[what], CONVERSATION)
    assert (answer.kind, answer.body["reason"]) == ("refusal", "MALFORMED")
    assert "Arben" not in str(answer.body) or what == "an allele that is a text"
    assert world.look(ALB, lambda tx: tx.execute(answered_enquiry.select()).all()) == []
    assert entries_of(world, ALB, EventKind.ENQUIRY_ANSWERED) == []
    assert world.look(ALB, lambda tx: tx.execute(select(outbox.c.message_id)).all()) == []
    kept = world.look(ALB, lambda tx: [bytes(row.answer) for row in tx.execute(select(inbox.c.answer))])
    assert all(b"Krasniqi" not in each for each in kept)
    after = world.look(ALB, lambda tx: {row.id for row in tx.execute(select(sealed_record.c.id))})
    assert len(after - sealed) <= 1, "at most the entry of the refused message is sealed"


@pytest.mark.parametrize("left_out", ["grant", "purpose", "offence", "number", "identified", "profile", "rules"])
def test_a_question_lacks_no_field(lasting: World, left_out: str) -> None:
    world = lasting
    speak(world)
    said = body(somebody("the one", "T-1", KIND.TRACE))
    del said[left_out]
    answer = say(world, said, CONVERSATION)
    assert (answer.kind, answer.body["reason"]) == ("refusal", "MALFORMED")


def test_a_suspended_partner_is_not_asked_and_what_waits_is_taken_back(world: World) -> None:
    meet(world)
    ask_only(world)
    closed = world.do(GBR, lambda tx: close_pending(tx, ALB, RefusalReason.PARTNER_SUSPENDED, world.clock()))
    assert (closed.asks, closed.messages) == (1, 1)
    world.deliver()
    assert crossed(world) == 0
