"""Both ends decide by their own register, whatever the other says; and no more in a day than the grant allows."""

from dataclasses import replace
from typing import Any

import pytest
from tests.federation.acts import Tale, deliver
from tests.federation.world import ALB, GBR, INSTALLER, MNE, XKX, World, document_draft, person_draft

from egnatia.agreements import import_register
from egnatia.enquiries.ask import EnquiryDraft
from egnatia.errors import ForbiddenError, InputError, RefusedError
from egnatia.exchange.message import read_message
from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.scenario.task_force import agreements

QUOTA = 3


def with_register(world: World, code: PartnerCode, content: bytes) -> None:
    world.do(code, lambda tx: import_register(tx, content, INSTALLER.id, world.clock()))


def grant(asker: str, answerer: str, subject: str, *changes: tuple[bytes, bytes]) -> bytes:
    """The demonstration register with one grant changed."""
    lines = agreements().splitlines(keepends=True)
    wanted = f'id = "demo-{asker.lower()}-{answerer.lower()}-{subject}"'.encode()
    for number, line in enumerate(lines):
        if wanted in line:
            for old, new in changes:
                assert old in line, line
                lines[number] = lines[number].replace(old, new)
    return b"".join(lines)


def small_quota(asker: str, answerer: str) -> bytes:
    content = grant(asker, answerer, "travel_document")
    for line in content.splitlines():
        if f'"demo-{asker.lower()}-{answerer.lower()}-travel_document"'.encode() in line:
            quota = line.split(b"quota_day = ")[1].split(b",")[0]
            return content.replace(line, line.replace(b"quota_day = " + quota, f"quota_day = {QUOTA}".encode()))
    raise AssertionError("no such grant")


def state(world: World, draft: EnquiryDraft, code: PartnerCode = ALB) -> tuple[AskState, RefusalReason | None]:
    enquiry_id = world.ask(code, draft).id
    world.deliver()
    ask = world.view(code, enquiry_id).asks[0]
    return ask.state, ask.refusal


def test_the_asking_node_stops_at_its_quota_and_begins_anew_at_midnight(world: World) -> None:
    with_register(world, ALB, small_quota("ALB", "XKX"))
    draft = document_draft(partners=(XKX,))
    assert [state(world, draft) for _ in range(QUOTA)] == [(AskState.HIT, None)] * QUOTA
    assert state(world, draft) == (AskState.NOT_ASKED, RefusalReason.QUOTA_EXCEEDED)
    assert len(world.calls) == QUOTA
    world.clock.now = world.clock.now.replace(hour=23, minute=59, second=59)
    assert state(world, draft) == (AskState.NOT_ASKED, RefusalReason.QUOTA_EXCEEDED)
    world.clock.turn(seconds=1)
    assert state(world, draft) == (AskState.HIT, None)


def test_the_answering_node_counts_for_itself(world: World) -> None:
    with_register(world, XKX, small_quota("ALB", "XKX"))
    draft = document_draft(partners=(XKX,))
    assert [state(world, draft) for _ in range(QUOTA)] == [(AskState.HIT, None)] * QUOTA
    assert state(world, draft) == (AskState.REFUSED, RefusalReason.QUOTA_EXCEEDED)
    assert world.kinds(XKX).count("enquiry.answered") == QUOTA + 1
    assert state(world, replace(draft, partners=(GBR,))) == (AskState.NO_HIT, None)
    world.clock.turn(days=1)
    assert state(world, draft) == (AskState.HIT, None)


def test_a_partner_with_a_register_of_its_own_making_is_refused_by_ours(world: World) -> None:
    """MNE gives itself a grant to ask GBR about persons; GBR's register knows nothing of it."""
    forged = agreements().replace(b'"demo-alb-gbr-person", asker = "ALB"', b'"demo-mne-gbr-person", asker = "MNE"')
    forged = forged.replace(b'id = "jmtf-gbr-alb"', b'id = "jmtf-gbr-mne"').replace(b"jmtf-gbr-mne", b"jmtf-gbr-alb")
    forged = forged.replace(b'status = "talks"', b'status = "member"')
    forged = _as_party(forged)
    with_register(world, MNE, forged)
    got = state(world, person_draft(partners=(GBR,)), MNE)
    assert got == (AskState.REFUSED, RefusalReason.NO_AGREEMENT)
    entry = next(each for each in world.entries(GBR) if each.kind == "enquiry.answered")
    assert (entry.partner, entry.grant) == (MNE, None)
    assert entry.content is not None
    assert entry.content["reason"] == "NO_AGREEMENT"


def _as_party(register: bytes) -> bytes:
    """Put MNE in the place of ALB in the agreement with GBR."""
    start = register.index(b'id = "jmtf-gbr-alb"')
    end = register.index(b'id = "jmtf-gbr-xkx"')
    part = register[start:end].replace(b'"ALB"', b'"MNE"')
    return register[:start] + part + register[end:]


def test_the_name_of_the_grant_has_to_be_ours(world: World) -> None:
    renamed = agreements().replace(b'"demo-alb-xkx-travel_document"', b'"alb-xkx-documents"')
    with_register(world, ALB, renamed)
    got = state(world, document_draft(partners=(XKX,)))
    assert got == (AskState.REFUSED, RefusalReason.GRANT_MISMATCH)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"purpose": "return"}, "PURPOSE_NOT_GRANTED"),
        ({"subject": "person", "query": {}}, "NO_AGREEMENT"),
        ({"subject": "dna_person"}, "NO_AGREEMENT"),
    ],
)
def test_what_our_register_does_not_grant_is_refused_whatever_grant_is_named(
    world: World, change: dict[str, object], reason: str
) -> None:
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    deliver(tale)
    body = dict(read_message(world.calls[-1].request)[0].body) | change
    answer = world.send_body(ALB, XKX, "enquiry", body, "another-one")
    assert (answer.body["result"], answer.body["reason"]) == ("refused", reason)
    assert answer.body["refs"] == []


def test_a_subject_that_is_granted_and_not_built_yet_is_refused_as_such(world: World) -> None:
    tale = Tale(world)
    tale.ask(person=True)
    deliver(tale)
    body = dict(read_message(world.calls[-1].request)[0].body)
    body |= {"subject": "dna_person", "grant": "demo-alb-gbr-dna-person", "query": {}}
    answer = world.send_body(ALB, GBR, "enquiry", body, "another-one")
    assert answer.body["reason"] == "SUBJECT_NOT_SUPPORTED"
    with pytest.raises(RefusedError):
        world.ask(ALB, document_draft(subject=SubjectKind.DNA_PERSON, query={}))


def test_an_offence_below_the_threshold_is_not_asked(world: World) -> None:
    got = state(world, person_draft(offence=Offence.THEFT))
    assert got == (AskState.NOT_ASKED, RefusalReason.OFFENCE_BELOW_THRESHOLD)
    assert world.calls == []


def test_an_agreement_that_ended_stops_what_waits_at_the_other_end(world: World) -> None:
    """The question was asked under an agreement in force; when it arrives the answerer's register has ended it."""
    world.stop(XKX)
    enquiry_id = world.ask(ALB, document_draft(partners=(XKX,))).id
    world.deliver()
    world.clock.turn(days=1)
    world.start(XKX)
    ended = agreements().replace(b'id = "jmtf-xkx-alb"\n', b'id = "jmtf-xkx-alb"\nterminated_on = 2025-05-16\n')
    with_register(world, XKX, ended)
    world.deliver()
    ask = world.view(ALB, enquiry_id).asks[0]
    assert (ask.state, ask.refusal) == (AskState.REFUSED, RefusalReason.AGREEMENT_TERMINATED)


@pytest.mark.parametrize("code", [ALB])
def test_a_draft_that_is_not_right_is_refused_and_leaves_nothing(world: World, code: PartnerCode) -> None:
    before = world.kinds(code)
    drafts: list[tuple[dict[str, Any], type[InputError | ForbiddenError]]] = [
        ({"case_ref": "krasniqi"}, InputError),
        ({"case_ref": ""}, InputError),
        ({"justification": "because"}, InputError),
        ({"justification": " " * 40}, InputError),
        ({"person_ref": "Arben"}, InputError),
        ({"query": {}}, InputError),
        ({"query": {"issuer": "RKS", "number": "P1", "holder": "Arben"}}, InputError),
        ({"query": {"issuer": "Kosovo", "number": "P1"}}, InputError),
        ({"partners": ()}, InputError),
        ({"partners": (XKX, XKX)}, InputError),
        ({"partners": (PartnerCode("FRA"),)}, InputError),
        ({"partners": (ALB,)}, InputError),
        ({"override": "x" * 60}, ForbiddenError),
        ({"subject": SubjectKind.PERSON, "query": {"family_names": "Krasniqi"}}, InputError),
    ]
    for changes, error in drafts:
        with pytest.raises(error) as caught:
            world.ask(code, document_draft(**changes))
        assert caught.value.hint()
    assert world.kinds(code) == before
    assert world.deliver() == 0


def test_without_names_every_partner_is_asked_that_a_grant_allows(world: World) -> None:
    sent = world.ask(ALB, document_draft(partners=None))
    assert [each.partner for each in sent.asks] == [GBR, XKX]
    assert all(each.grant is not None for each in sent.asks)
    assert world.ask(ALB, document_draft(partners=None, purpose=Purpose.DETECTION)).id != sent.id
    with pytest.raises(RefusedError):
        world.ask(MNE, document_draft(partners=None))
