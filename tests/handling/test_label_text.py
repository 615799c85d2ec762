"""A label as bytes: one form, one hash, and nothing taken that is not exactly a label."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.handling.drawn_labels import ALB, FIVE, GBR, labels

from egnatia.agreements.handling import (
    WHOLE_LABEL,
    Circles,
    Circumstances,
    canonical_bytes,
    check_pass_on,
    check_regrade,
    check_sanitise,
    check_use,
    from_plain,
    from_text,
    label_sha256,
    plain,
    reaches,
    short_code,
    short_label,
    to_body,
)
from egnatia.errors import RefusedError
from egnatia.model.handling import Audience, EvidenceUse, Label, Onward, Sanitisation, Scope
from egnatia.model.states import Purpose, RefusalReason

PAIR = Circumstances(ALB, frozenset({ALB, GBR}))
COURT = short_label("H1", PAIR, Purpose.INVESTIGATION)
TEXT = (
    b'{"action":"overt","conditions":[],"erase_on":null,"evidence_use":"ask","onward":"audience_only",'
    b'"orgs":["ALB","GBR"],"originators":["ALB"],"persons":null,"purposes":["investigation"],"review_on":null,'
    b'"sanitisation":"delegated","scope":"task_force"}'
)
GOLDEN = "39ca4639426d17eeaca77baf80c9ccb92ae609f21d3c2b8ae26dd257f8e95c52"
CIRCLES = Circles(FIVE, frozenset({"ITA"}), frozenset({"FRA"}))


def test_a_label_has_one_form_and_one_hash() -> None:
    """Written out: a change of either would make the receipts and tokens of two releases disagree."""
    assert canonical_bytes(COURT) == TEXT
    assert label_sha256(COURT) == GOLDEN


@settings(deadline=None, derandomize=True, max_examples=50)
@given(labels)
def test_a_label_comes_back_as_it_was_written(label: Label) -> None:
    assert from_text(canonical_bytes(label)) == label
    assert from_plain(plain(label)) == label
    assert from_plain(json.loads(json.dumps(plain(label)))) == label
    assert label_sha256(from_text(canonical_bytes(label))) == label_sha256(label)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(labels, labels)
def test_two_labels_have_one_hash_only_when_they_are_the_same(one: Label, two: Label) -> None:
    assert (label_sha256(one) == label_sha256(two)) == (one == two)


@pytest.mark.parametrize("name", sorted(plain(COURT)))
def test_no_field_of_a_label_has_a_default(name: str) -> None:
    values = plain(COURT)
    del values[name]
    with pytest.raises(RefusedError) as caught:
        from_plain(values)
    assert caught.value.reason is RefusalReason.HANDLING_UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        {"extra": None}, {"scope": "everybody"}, {"scope": None}, {"originators": []}, {"originators": ["alb"]},
        {"originators": ["ALB", "ALB"]}, {"orgs": ["GBR", "ALB"]}, {"orgs": "ALB"}, {"purposes": ["war"]},
        {"purposes": ["investigation", "investigation"]}, {"erase_on": "soon"}, {"erase_on": "2025-02-30"}, {"erase_on": 1},
        {"conditions": [""]}, {"conditions": ["a\u0000"]}, {"conditions": ["b", "a"]}, {"conditions": ["x"] * 33},
        {"conditions": [f"{number:02}" for number in range(33)]}, {"onward": "free"}, {"persons": ["Arben Krasniqi"]},
        {"orgs": [f"A{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(65)]},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_exactly_a_label_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        from_plain(plain(COURT) | change)
    assert caught.value.reason is RefusalReason.HANDLING_UNKNOWN
    assert "Arben" not in caught.value.message, "a refusal repeats no value"


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda each: st.lists(each) | st.dictionaries(st.text(max_size=5), each),
    )
)
def test_nothing_else_in_json_is_a_label(value: Any) -> None:
    with pytest.raises(RefusedError):
        from_plain(value)


def test_too_many_conditions_cannot_be_merged_unseen() -> None:
    with pytest.raises(RefusedError):
        to_body(replace(COURT, conditions=frozenset(f"condition {number}" for number in range(33))))


@pytest.mark.parametrize("code", ["H0", "H1", "H2", "H1.H2", "P"])
def test_a_short_code_is_a_label_for_the_purpose_that_was_asked(code: str) -> None:
    for purpose in Purpose:
        label = short_label(code, PAIR, purpose)
        assert label.purposes == {purpose}
        assert label.audience.orgs == frozenset({"ALB", "GBR"})
        said = short_code(label, PAIR, purpose)
        assert short_label(said, PAIR, purpose) == label
    assert (label.evidence_use is EvidenceUse.ASK) == ("H1" in code)
    assert (label.onward is Onward.ASK_ORIGINATOR) == ("H2" in code)


@pytest.mark.parametrize("code", ["H3", "C", "A1", "X", "", "h1", "H1,H2", "H1.", "H1.P", "LABEL", "RED", "1", "H1.H1"])
def test_a_short_code_that_says_nothing_is_refused(code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        short_label(code, PAIR, Purpose.DETECTION)
    assert caught.value.reason is RefusalReason.HANDLING_UNKNOWN


def test_a_label_that_no_short_code_says_is_a_whole_one() -> None:
    for change in ({"erase_on": date(2026, 1, 1)}, {"onward": Onward.NONE}, {"sanitisation": Sanitisation.CONSULT}):
        assert short_code(replace(COURT, **change), PAIR, Purpose.INVESTIGATION) == WHOLE_LABEL


@pytest.mark.parametrize(
    ("scope", "inside"),
    [
        (Scope.PUBLIC, "GBR ITA FRA USA"),
        (Scope.COMMUNITIES, "GBR ITA FRA"),
        (Scope.CONNECTED, "GBR ITA"),
        (Scope.TASK_FORCE, "GBR"),
    ],
)
def test_circles_lie_inside_one_another(scope: Scope, inside: str) -> None:
    found = [org for org in ("GBR", "ITA", "FRA", "USA") if reaches(Audience(scope), org, CIRCLES)]
    assert found == inside.split()
    assert not any(reaches(Audience(scope, frozenset()), org, CIRCLES) for org in found)


@pytest.mark.parametrize(
    ("onward", "to", "token", "allowed"),
    [
        (Onward.NONE, "GBR", True, False), (Onward.ASK_ORIGINATOR, "GBR", False, False),
        (Onward.ASK_ORIGINATOR, "GBR", True, True), (Onward.ASK_ORIGINATOR, "XKX", True, True),
        (Onward.AUDIENCE_ONLY, "GBR", False, True), (Onward.AUDIENCE_ONLY, "XKX", False, False),
        (Onward.AUDIENCE_ONLY, "XKX", True, True), (Onward.NONE, "GBR", False, False),
    ],
)  # fmt: skip
def test_to_whom_a_holder_may_pass_on(onward: Onward, to: str, token: bool, allowed: bool) -> None:  # noqa: FBT001
    label = replace(COURT, onward=onward)
    if allowed:
        check_pass_on(label, to, CIRCLES, token=token)
        return
    with pytest.raises(RefusedError) as caught:
        check_pass_on(label, to, CIRCLES, token=token)
    assert caught.value.reason is RefusalReason.ONWARD_NOT_ALLOWED


def test_who_may_loosen_tighten_and_sanitise() -> None:
    strict, loose = replace(COURT, onward=Onward.NONE), replace(COURT, evidence_use=EvidenceUse.FREE)
    check_regrade(COURT, strict, GBR)
    check_regrade(COURT, loose, ALB)
    both = replace(COURT, originators=frozenset({ALB, GBR}))
    for old, new, who in (
        (COURT, loose, GBR),
        (both, replace(both, evidence_use=EvidenceUse.FREE), ALB),
        (both, COURT, ALB),
    ):
        with pytest.raises(RefusedError) as caught:
            check_regrade(old, new, who)
        assert caught.value.reason is RefusalReason.HANDLING_FORBIDS
    consult = replace(COURT, sanitisation=Sanitisation.CONSULT)
    check_sanitise(consult, ALB, consulted=False)
    check_sanitise(consult, GBR, consulted=True)
    check_sanitise(COURT, GBR, consulted=False)
    with pytest.raises(RefusedError):
        check_sanitise(consult, GBR, consulted=False)


def test_a_use_has_its_purpose_and_its_day() -> None:
    label = replace(COURT, erase_on=date(2026, 1, 2))
    check_use(label, Purpose.INVESTIGATION, date(2026, 1, 1))
    for purpose, day in ((Purpose.RETURN, date(2026, 1, 1)), (Purpose.INVESTIGATION, date(2026, 1, 2))):
        with pytest.raises(RefusedError) as caught:
            check_use(label, purpose, day)
        assert caught.value.reason is RefusalReason.HANDLING_FORBIDS
