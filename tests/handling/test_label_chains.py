"""Chains of markings with inputs that are odd and legal, and files that look like labels and are none.

What a clerk types is rarely as tidy as the scheme: codes in another order, a recipient named twice, a condition in another
script. Each is read as exactly what it says, or refused; and however often it is converted after that, it says the same.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations, product
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.handling.drawn_labels import ALB, FIVE, GBR, KNOWN, TEXTS, XKX, every_marking, labels

from egnatia.agreements.handling import (
    SCHEMES,
    Circumstances,
    Marking,
    at_least_as_strict,
    canonical_bytes,
    convert,
    export_label,
    from_text,
    label_sha256,
    meet_all,
    plain,
    read_marking,
    short_code,
    short_label,
)
from egnatia.agreements.handling.schemes import Need
from egnatia.agreements.handling.schemes.misp import at_sync
from egnatia.agreements.handling.written import MAX_CONDITIONS, MAX_NAMES, to_body
from egnatia.enquiries.messages import encode
from egnatia.enquiries.onward.messages import LabelChangeBody
from egnatia.errors import RefusedError
from egnatia.exchange import strict_json
from egnatia.model.handling import Audience, Label, Onward, Scope
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Purpose, RefusalReason

MARKINGS = list(every_marking())
INEXPRESSIBLE = RefusalReason.HANDLING_NOT_EXPRESSIBLE
T = TypeVar("T")
LAWS = settings(deadline=None, derandomize=True, max_examples=50)
ODD_WORDS = (
    "не раније од 1. јуна",
    "vetëm me oficer ndërlidhës",
    "فقط برای پرونده‌ی شماره ۴",
    "只供參考",
    "a" * 500,
    'quotes " and \\ and </script>',
    "tab-free; semicolons, commas",
    "\U0001f6d1 stop",
    "need to know",
    "NEED TO KNOW",
)


def refused(reason: RefusalReason, act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as caught:
        act()
    assert caught.value.reason is reason
    assert caught.value.hint()
    return caught.value.message


def tried(act: Callable[[], T], *expected: RefusalReason) -> T | None:
    """What the act gives; nothing where it is refused for an expected reason."""
    try:
        return act()
    except RefusedError as error:
        if error.reason not in expected:
            raise
        return None


def parts_of(marking: Marking) -> list[str]:
    return [name for name in ("conditions", "orgs", "persons") if getattr(marking, name)]


# Odd and legal.


@pytest.mark.parametrize("marking", MARKINGS, ids=lambda each: f"{each.scheme}-{'+'.join(each.codes)}")
def test_the_order_of_codes_and_of_what_stands_beside_them_says_nothing(marking: Marking) -> None:
    label = read_marking(marking, KNOWN)
    for codes in list(permutations(marking.codes))[:24]:
        turned = replace(marking, codes=codes, orgs=marking.orgs[::-1], persons=marking.persons[::-1])
        assert read_marking(turned, KNOWN) == label
        assert label_sha256(read_marking(turned, KNOWN)) == label_sha256(label)


@pytest.mark.parametrize("marking", MARKINGS, ids=lambda each: f"{each.scheme}-{'+'.join(each.codes)}")
def test_nothing_is_named_twice(marking: Marking) -> None:
    """A recipient named twice would pass for a recipient and its client; a code named twice for two codes."""
    refused(RefusalReason.HANDLING_UNKNOWN, lambda: read_marking(replace(marking, codes=marking.codes * 2), KNOWN))
    for name in parts_of(marking):
        twice = replace(marking, **{name: getattr(marking, name) + getattr(marking, name)[:1]})
        refused(RefusalReason.HANDLING_UNKNOWN, lambda twice=twice: read_marking(twice, KNOWN))  # type: ignore[misc]


def test_amber_for_one_organisation_named_twice_is_not_amber() -> None:
    strict = read_marking(Marking("tlp", ("AMBER+STRICT",), orgs=("GBR",)), KNOWN)
    assert strict.audience.orgs == frozenset({"GBR"})
    said = refused(
        RefusalReason.HANDLING_UNKNOWN, lambda: read_marking(Marking("tlp", ("AMBER",), orgs=("GBR", "GBR")), KNOWN)
    )
    assert "twice" in said


@pytest.mark.parametrize("words", ODD_WORDS)
def test_words_of_any_script_come_through_every_scheme_that_has_room_for_them(words: str) -> None:
    for marking in MARKINGS:
        if not marking.conditions:
            continue
        odd = replace(marking, conditions=(words, *TEXTS[1:]))
        label = read_marking(odd, KNOWN)
        assert words in label.conditions
        assert from_text(canonical_bytes(label)) == label
        assert canonical_bytes(label).isascii()
        assert read_marking(convert(odd, marking.scheme, KNOWN), KNOWN) == label


@pytest.mark.parametrize(
    "words",
    [
        "",
        " leading",
        "\tleading",
        "two\nlines",
        "bell\x07",
        "null\x00",
        "turned \u202e round",
        "isolated \u2066",
        "half \ud83d",
        "\udcff",
        "a" * 501,
    ],
)
def test_words_that_cannot_stand_in_a_message_are_refused_at_the_first_reading(words: str) -> None:
    """Half a character used to pass, and the message with it could then not be written at all."""
    label = Label(frozenset({ALB}), conditions=frozenset({words}))
    refused(RefusalReason.HANDLING_UNKNOWN, lambda: to_body(label))
    refused(RefusalReason.HANDLING_UNKNOWN, lambda: from_text(json.dumps(plain(label))))
    for marking in MARKINGS:
        if marking.conditions:
            odd = replace(marking, conditions=(words,))
            refused(RefusalReason.HANDLING_UNKNOWN, lambda odd=odd: read_marking(odd, KNOWN))  # type: ignore[misc]


@LAWS
@given(labels, st.frozensets(st.text(min_size=1, max_size=20), max_size=3))
def test_whatever_can_be_a_label_can_be_sent(label: Label, words: frozenset[str]) -> None:
    made = replace(label, conditions=label.conditions | words)
    if made.onward is Onward.FREE and made.audience != Audience(Scope.PUBLIC):
        return
    try:
        body = to_body(made)
    except RefusedError:
        return
    sent = strict_json.render(
        encode(LabelChangeBody(item="0" * 8 + "-0000" * 3 + "-" + "0" * 12, old_sha256="0" * 64, label=body))
    )
    assert strict_json.parse(sent, "body")["label"] == plain(made)


@pytest.mark.parametrize("name", ["orgs", "persons", "conditions"])
def test_more_than_anybody_can_keep_to_is_refused_and_not_cut(name: str) -> None:
    marking = {
        "orgs": Marking(
            "misp", ("4",), orgs=tuple(f"{chr(65 + n // 26)}{chr(65 + n % 26)}A" for n in range(MAX_NAMES + 1))
        ),
        "persons": Marking("tlp", ("RED",), persons=tuple(f"off-{n}" for n in range(MAX_NAMES + 1))),
        "conditions": Marking(
            "europol", ("H3",), conditions=tuple(f"condition {n}" for n in range(MAX_CONDITIONS + 1))
        ),
    }[name]
    refused(RefusalReason.HANDLING_UNKNOWN, lambda: read_marking(marking, KNOWN))
    fits = replace(marking, **{name: getattr(marking, name)[:-1]})
    assert len(from_text(canonical_bytes(read_marking(fits, KNOWN))).originators) == 1


@pytest.mark.parametrize("org", ["alb", "ALBA", "AL", "", "Å L", "ALB\n", "\u0410LB"])
def test_an_organisation_has_a_code_in_capitals(org: str) -> None:
    refused(RefusalReason.HANDLING_UNKNOWN, lambda: read_marking(Marking("misp", ("4",), orgs=(org, "GBR")), KNOWN))


@pytest.mark.parametrize("code", ["h1", "H1 ", " H1", "\u041d1", "H01", "H1.H2", "TLP:RED", "", "AMBER", "0"])
def test_a_code_that_looks_like_another_is_refused(code: str) -> None:
    refused(RefusalReason.HANDLING_UNKNOWN, lambda: read_marking(Marking("europol", (code,)), KNOWN))


@pytest.mark.parametrize("code", ["H1", "P", "H0.H1.H2", "H1.H2"])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_short_code_and_its_label_name_each_other(code: str, purpose: Purpose) -> None:
    for one, other in ((XKX, ALB), (ALB, GBR)):
        known = Circumstances(one, frozenset({one, other}))
        label = short_label(code, known, purpose)
        assert short_label(short_code(label, known, purpose), known, purpose) == label
        assert label.purposes == {purpose}


# Chains.


@LAWS
@given(st.sampled_from(MARKINGS), st.lists(st.sampled_from(sorted(SCHEMES)), min_size=1, max_size=12))
def test_however_often_it_is_converted_it_says_the_same(first: Marking, through: list[str]) -> None:
    label, marking = read_marking(first, KNOWN), first
    for name in through:
        before = marking
        marking = tried(lambda: convert(before, name, KNOWN), INEXPRESSIBLE) or before  # noqa: B023 - called at once
        assert read_marking(marking, KNOWN) == label
        assert from_text(canonical_bytes(read_marking(marking, KNOWN))) == label


@LAWS
@given(
    st.lists(st.tuples(st.sampled_from(MARKINGS), st.sampled_from(sorted(FIVE))), min_size=2, max_size=5),
    st.lists(st.sampled_from(sorted(SCHEMES)), min_size=1, max_size=6),
)
def test_what_was_merged_is_converted_to_nothing_wider_than_any_of_its_parts(
    parts: list[tuple[Marking, PartnerCode]], through: list[str]
) -> None:
    """Merged by whoever holds them, then converted; an item of several originators goes into no scheme at all."""
    read = [read_marking(marking, Circumstances(code, FIVE)) for marking, code in parts]
    whole = meet_all(read)
    for name in through:
        marking = tried(lambda: export_label(whole, name, FIVE), INEXPRESSIBLE)  # noqa: B023 - called at once
        if marking is None:
            continue
        assert len(whole.originators) == 1
        again = read_marking(marking, Circumstances(next(iter(whole.originators)), FIVE))
        assert all(at_least_as_strict(again, each) for each in read)


@pytest.mark.parametrize("names", list(permutations(["3x5x2", "5x5x5", "europol", "tlp", "pap", "misp"], 2)))
def test_a_pair_of_conversions_there_and_back_is_the_same_label(names: tuple[str, str]) -> None:
    for marking in MARKINGS:
        if marking.scheme != names[0]:
            continue
        try:
            there = convert(marking, names[1], KNOWN)
        except RefusedError:
            continue
        assert read_marking(convert(there, names[0], KNOWN), KNOWN) == read_marking(marking, KNOWN)


def test_a_marking_says_less_to_who_stands_in_a_narrower_agreement() -> None:
    """The parties are part of what is read: whoever is in an agreement of two reads P as for two."""
    pair = Circumstances(ALB, frozenset({ALB, GBR}))
    for marking in MARKINGS:
        wide, narrow = read_marking(marking, KNOWN), read_marking(marking, pair)
        assert at_least_as_strict(narrow, wide)
    label = read_marking(Marking("3x5x2", ("P",)), pair)
    refused(RefusalReason.HANDLING_NOT_EXPRESSIBLE, lambda: export_label(label, "3x5x2", FIVE))


@pytest.mark.parametrize("level", list("01234"))
def test_at_each_hand_over_misp_says_less_or_the_same(level: str) -> None:
    """Five communities in a row: an item that says `connected` goes one step, then stays."""
    label, seen = None, []
    at: str | None = level
    for _ in range(5):
        if at is None:
            break
        orgs = ("ALB", "GBR") if at == "4" else ()
        found = read_marking(Marking("misp", (at,), orgs=orgs), KNOWN)
        assert label is None or at_least_as_strict(found, label)
        label = found
        seen.append(at)
        at = at_sync(at)
    assert seen == {"0": ["0"], "1": ["1"], "2": ["2", "1"], "3": ["3"] * 5, "4": ["4"] * 5}[level]


def test_what_reaches_nobody_any_more_goes_into_no_scheme() -> None:
    one = read_marking(Marking("misp", ("4",), orgs=("ALB",)), KNOWN)
    two = read_marking(Marking("misp", ("4",), orgs=("GBR",)), KNOWN)
    nobody = meet_all([one, two])
    assert nobody.audience.orgs == frozenset()
    assert from_text(canonical_bytes(nobody)) == nobody, "none is not the same as anybody"
    for name in SCHEMES:
        refused(RefusalReason.HANDLING_NOT_EXPRESSIBLE, lambda name=name: export_label(nobody, name, FIVE))  # type: ignore[misc]


def test_a_purpose_that_no_part_allows_is_allowed_by_nothing_after_it() -> None:
    crime = read_marking(Marking("europol", ("H0",)), KNOWN)
    back = replace(Label(frozenset({ALB})), purposes=frozenset({Purpose.RETURN}))
    nothing = meet_all([crime, back])
    assert nothing.purposes == frozenset()
    assert from_text(canonical_bytes(nothing)) == nothing
    for name, marking in product(SCHEMES, MARKINGS[:8]):
        refused(RefusalReason.HANDLING_NOT_EXPRESSIBLE, lambda name=name: export_label(nothing, name, FIVE))  # type: ignore[misc]
        assert meet_all([nothing, read_marking(marking, KNOWN)]).purposes == frozenset()


def test_every_scheme_that_demands_something_beside_a_code_refuses_a_code_that_has_it_not() -> None:
    demanded, empty, one = 0, dict[str, Any](), dict[str, Any]()
    for marking in MARKINGS:
        scheme = SCHEMES[marking.scheme]
        for what, name in (("text", "conditions"), ("orgs", "orgs"), ("persons", "persons")):
            need = scheme.need(marking.codes, what)
            if need is Need.MUST:
                demanded += 1
                empty = {name: ()}
                bare = replace(marking, **empty)
                refused(RefusalReason.HANDLING_UNKNOWN, lambda bare=bare: read_marking(bare, KNOWN))  # type: ignore[misc]
            elif need is Need.NO:
                one = {name: ("GBR",)}
                more = replace(marking, **one)
                refused(RefusalReason.HANDLING_UNKNOWN, lambda more=more: read_marking(more, KNOWN))  # type: ignore[misc]
    assert demanded >= 20


# Files.


def written(**changes: Any) -> str:
    return json.dumps(plain(Label(frozenset({ALB}))) | changes)


@pytest.mark.parametrize("name", sorted(plain(Label(frozenset({ALB})))))
def test_a_field_that_stands_twice_makes_it_no_label(name: str) -> None:
    """The person who signed it off read the first one; a program that takes the last would obey another."""
    text = written()
    value = json.dumps(json.loads(text)[name])
    twice = text[:-1] + f', "{name}": {value}}}'
    assert json.loads(twice) == json.loads(text)
    assert "twice" in refused(RefusalReason.HANDLING_UNKNOWN, lambda: from_text(twice))
    assert "twice" in refused(RefusalReason.HANDLING_UNKNOWN, lambda: from_text(twice.encode()))


def test_the_looser_of_two_values_does_not_win() -> None:
    text = written(onward="none")[:-1] + ', "onward": "free", "scope": "public"}'
    refused(RefusalReason.HANDLING_UNKNOWN, lambda: from_text(text))


@pytest.mark.parametrize(
    "text",
    [
        written(originators=[]),
        written(originators=["ALB", "ALB"]),
        written(orgs=["GBR", "ALB"]),
        written(onward="free"),
        written(onward="FREE"),
        written(review_on="2025-02-29"),
        written(review_on="2025-06-01T00:00:00"),
        written(erase_on=20250601),
        written(persons="off-1"),
        written(conditions=[""]),
        written(purposes=["hunting"]),
        written() + " ",
        written() + "x",
        "[" * 3_000,
        '{"a":' * 3_000,
        "NaN",
        "1e999",
        "\ufeff" + written(),
        "",
    ],
)
def test_what_is_not_exactly_a_label_is_none(text: str) -> None:
    if text == written() + " ":  # space around it says nothing
        assert from_text(text) == Label(frozenset({ALB}))
    else:
        refused(RefusalReason.HANDLING_UNKNOWN, lambda: from_text(text))


@LAWS
@given(st.binary(max_size=60), st.integers(0, 400))
def test_no_bytes_make_it_anything_but_a_label_or_a_refusal(junk: bytes, place: int) -> None:
    whole = written().encode()
    for content in (junk, whole[:place] + junk + whole[place:]):
        label = tried(lambda: from_text(content), RefusalReason.HANDLING_UNKNOWN)  # noqa: B023 - called at once
        assert label is None or from_text(canonical_bytes(label)) == label
