"""The rules of lists and checklists as pure values: who must sign, what may follow, when what stops."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.agreements.admission import (
    Member,
    MembershipList,
    SignOff,
    Standing,
    load_checklist,
    missing,
    still_to_sign,
    validity,
)
from egnatia.agreements.admission.checklist import parse_checklist
from egnatia.agreements.admission.lists import check_follows, check_list
from egnatia.errors import ConfigError, InputError
from egnatia.model.ids import PartnerCode

NOW = datetime(2025, 5, 15, tzinfo=UTC)
CODES = [PartnerCode(each) for each in ("ALB", "GBR", "MKD", "MNE", "XKX")]


def listed(
    *codes: PartnerCode, version: int = 1, previous: str | None = None, rule: SignOff = SignOff.EVERY_MEMBER
) -> MembershipList:
    members = tuple(
        Member(code, f"Police of {code}", "0" * 64, bytes([CODES.index(code) + 1]) * 32, NOW) for code in codes
    )
    return MembershipList(version, previous, NOW, NOW + timedelta(days=365), NOW + timedelta(days=14), rule, members)


subsets = st.sets(st.sampled_from(CODES), min_size=1).map(sorted)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(before=subsets, after=subsets, signers=st.sets(st.sampled_from(CODES)))
def test_under_every_member_nobody_who_is_on_the_list_can_be_passed_over(
    before: list[PartnerCode], after: list[PartnerCode], signers: set[PartnerCode]
) -> None:
    waits = still_to_sign(listed(*before), listed(*after, version=2, previous="a" * 64), signers)
    assert set(waits) == set(after) - signers


@settings(deadline=None, derandomize=True, max_examples=50)
@given(before=subsets, after=subsets, signers=st.sets(st.sampled_from(CODES)), more=st.sampled_from(CODES))
def test_under_two_thirds_more_signatures_never_make_it_less_complete(
    before: list[PartnerCode], after: list[PartnerCode], signers: set[PartnerCode], more: PartnerCode
) -> None:
    held, made = listed(*before, rule=SignOff.TWO_THIRDS), listed(*after, version=2, previous="a" * 64)
    fewer, greater = still_to_sign(held, made, signers), still_to_sign(held, made, signers | {more})
    assert set(greater) <= set(fewer)
    if not fewer:
        staying = set(before) & set(after)
        assert 3 * len(staying & signers) >= 2 * len(before) or staying <= signers
        assert set(after) - set(before) <= signers


def test_strangers_signatures_do_not_count() -> None:
    assert still_to_sign(None, listed(CODES[0]), set(CODES[1:])) == (CODES[0],)


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        (CODES[:3], CODES[:3], 0),
        (CODES[:3], CODES[:4], 0),
        (CODES[:3], CODES[:2], 1),
        (CODES[:3], CODES[:1], 2),
        (CODES[:4], [CODES[0], CODES[4]], 3),
    ],
)
def test_at_most_one_member_leaves_at_a_time(before: list[PartnerCode], after: list[PartnerCode], left: int) -> None:
    held, made = listed(*before), listed(*after, version=2, previous="a" * 64)
    if left <= 1:
        check_follows(("a" * 64, held), made)
    else:
        with pytest.raises(InputError):
            check_follows(("a" * 64, held), made)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 3},
        {"version": 1},
        {"previous": "b" * 64},
        {"previous": None},
        {"valid_until": NOW + timedelta(days=800)},
        {"valid_until": NOW},
        {"sign_by": NOW},
        {"sign_by": NOW + timedelta(days=400)},
        {"members": ()},
        {"members": tuple(reversed(listed(*CODES[:3]).members))},
        {"members": (listed(CODES[0]).members[0],) * 2},
        {"members": (listed(CODES[0]).members[0], replace(listed(CODES[0]).members[0], code=CODES[1]))},
        {
            "members": (
                replace(listed(CODES[0]).members[0], since=NOW - timedelta(days=9)),
                *listed(*CODES[1:3]).members,
            )
        },
    ],
)
def test_what_does_not_follow_is_refused(change: dict[str, Any]) -> None:
    held = listed(*CODES[:3])
    good = listed(*CODES[:3], version=2, previous="a" * 64)
    check_follows(("a" * 64, held), good)
    with pytest.raises(InputError):
        check_follows(("a" * 64, held), replace(good, **change))


def test_the_first_list_has_none_before_it() -> None:
    check_list(listed(*CODES))
    check_follows(None, listed(*CODES))
    with pytest.raises(InputError):
        check_follows(None, listed(*CODES, version=2, previous="a" * 64))


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        (-31, Standing.GOOD),
        (-30, Standing.ENDS_SOON),
        (-1, Standing.ENDS_SOON),
        (0, Standing.EXPIRED),
        (29, Standing.EXPIRED),
        (30, Standing.STOPPED),
        (900, Standing.STOPPED),
    ],
)
def test_a_list_is_announced_before_it_ends_and_stops_after_its_grace(days: int, standing: Standing) -> None:
    assert validity(NOW, NOW + timedelta(days=days), 30, 30) is standing
    assert validity(None, NOW + timedelta(days=days), 30, 30) is Standing.NONE


TERMS = (
    b'version=1\nsign_off="every_member"\nvalid_days=1\nwarn_days=1\ngrace_days=1\nsign_within_days=1\nexit_days=1\n'
)
ITEM = b'[[item]]\nid="a"\ntitle="t"\nsource="s"\n'


def test_a_checklist_is_data() -> None:
    read = parse_checklist(TERMS.replace(b"every_member", b"two_thirds") + ITEM)
    assert (read.sign_off, [each.id for each in read.items]) == (SignOff.TWO_THIRDS, ["a"])


@settings(deadline=None, derandomize=True, max_examples=50)
@given(shown=st.sets(st.sampled_from([each.id for each in load_checklist().items])))
def test_missing_is_exactly_what_was_not_shown(shown: set[str]) -> None:
    lacking = {each.id for each in missing(load_checklist(), shown)}
    assert lacking | shown == {each.id for each in load_checklist().items}
    assert not lacking & shown


@pytest.mark.parametrize(
    "wrong",
    [
        b"version = 1",
        b"\xff",
        b"not toml at all",
        b'version = 1\nsign_off = "whoever"\n',
        TERMS + b"item=[]",
        TERMS + ITEM + ITEM,
        TERMS.replace(b"exit_days=1", b"exit_days=0") + ITEM,
        TERMS + b"unknown=1\n" + ITEM,
    ],
)
def test_a_checklist_that_is_wrong_is_no_checklist(wrong: bytes) -> None:
    with pytest.raises(ConfigError):
        parse_checklist(wrong)
