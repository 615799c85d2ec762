"""Whatever is typed into a draft, a decision or an outcome: it is taken, or refused with a reason and a hint."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.federation.world import ALB, GBR, XKX, World, document_draft

from egnatia.enquiries.ask import preview
from egnatia.enquiries.desk import check_case_ref, check_person_ref, check_text
from egnatia.enquiries.messages import CaseText
from egnatia.enquiries.subjects import SUBJECTS, subject_of
from egnatia.errors import Error, InputError, RefusedError
from egnatia.exchange.message import read_message, write_message
from egnatia.model.ids import PartnerCode
from egnatia.model.states import DNA_SUBJECTS, Offence, Purpose, SubjectKind

ANYTHING = st.none() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=6), max_size=3)
FIELDS = st.sampled_from(
    ["issuer", "document_type", "number", "first_names", "family_names", "birth_date", "identifiers", "holder"]
)
PLAIN = [kind for kind in SUBJECTS if kind not in DNA_SUBJECTS]
"""Profiles have a message of their own: tests/federation/test_dna_refusals.py."""
FUZZ = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@FUZZ
@given(kind=st.sampled_from(PLAIN), values=st.dictionaries(FIELDS, ANYTHING, max_size=5))
def test_a_subject_takes_its_values_or_says_what_is_wrong(kind: SubjectKind, values: dict[str, Any]) -> None:
    subject = subject_of(kind)
    try:
        checked = subject.check(values)
    except InputError as error:
        said = error.message
    else:
        said = "fine"
        assert subject.check(checked) == checked, "what was checked stays as it is"
    assert said


@FUZZ
@given(
    case_ref=st.text(max_size=12) | st.just("DUR-2025-0417"),
    justification=st.text(max_size=40),
    person_ref=st.none() | st.text(max_size=6) | st.just("D-417"),
    purpose=st.sampled_from(list(Purpose)),
    offence=st.sampled_from(list(Offence)),
    subject=st.sampled_from(list(SubjectKind)),
    query=st.dictionaries(FIELDS, ANYTHING, max_size=4),
    partners=st.none() | st.lists(st.sampled_from([GBR, XKX, ALB, PartnerCode("x")]), max_size=3).map(tuple),
    holder=st.dictionaries(FIELDS, ANYTHING, max_size=3),
)
def test_a_draft_is_taken_or_refused_with_a_hint(world: World, **values: Any) -> None:
    desk, officer = world.nodes[ALB].desk, world.officer(ALB)
    draft = document_draft(**values)
    try:
        found = world.look(ALB, lambda tx: preview(tx, desk, officer, draft, world.clock()))
    except Error as error:
        assert isinstance(error, InputError | RefusedError)  # noqa: PT017 - one of two
        assert error.hint()  # noqa: PT017 - and it helps
    else:
        assert found


@FUZZ
@given(st.text(max_size=30))
def test_a_case_reference_has_no_room_for_a_name(text: str) -> None:
    for check in (check_case_ref, check_person_ref):
        try:
            assert check(text) == text
        except InputError as error:
            said = error.hint()
        else:
            said = text
            assert all(part.isdigit() or (part.isascii() and part.isupper()) for part in text.split("-"))
        assert said
    assert CaseText is not None


@pytest.mark.parametrize("text", ["DUR-2025-0417\n", " DUR-2025-0417", "DUR-2025-٠٤١٧", "dur-2025-0417", "DUR-2025-"])
def test_what_only_looks_like_a_case_reference_is_none(text: str) -> None:
    with pytest.raises(InputError):
        check_case_ref(text)


@pytest.mark.parametrize(("length", "good"), [(19, False), (20, True), (2_000, True), (2_001, False)])
def test_a_text_has_its_bounds(length: int, good: bool) -> None:  # noqa: FBT001 - a table
    text = f"  {'x' * length}\n"
    if good:
        assert check_text("reason", text, 20) == "x" * length
        return
    with pytest.raises(InputError):
        check_text("reason", text, 20)


@pytest.mark.parametrize("conversation", ["a", "x" * 36, "0"])
def test_any_conversation_that_the_exchange_takes_can_be_answered(world: World, conversation: str) -> None:
    """An asker of another make need not choose UUIDs; the ledger takes what the exchange takes."""
    world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    body = dict(read_message(world.calls[-1].request)[0].body)
    answer = world.send_body(ALB, XKX, "enquiry", body, conversation)
    assert answer.kind == "reply"
    assert world.entries(XKX, 1)[0].object_ref == f"enquiry:{conversation}"
    assert callable(write_message)
