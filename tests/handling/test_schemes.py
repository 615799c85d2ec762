"""Every code of every scheme: what it means, what it refuses, and that no conversion of any of them widens anything."""

from itertools import product

import pytest
from tests.handling.drawn_labels import ALB, FIVE, GBR, KNOWN, MKD, TEXTS, every_marking

from egnatia.agreements.handling import (
    SCHEMES,
    Circumstances,
    Marking,
    at_least_as_strict,
    check_grading,
    convert,
    convert_source,
    export_label,
    meet_all,
    read_marking,
)
from egnatia.agreements.handling.schemes.misp import at_sync
from egnatia.agreements.handling.schemes.tlp import NEED_TO_KNOW
from egnatia.agreements.handling.schemes.uk5x5x5 import EEA
from egnatia.errors import RefusedError
from egnatia.model.handling import (
    ActionLimit,
    Audience,
    EvidenceUse,
    Grading,
    Label,
    Onward,
    Sanitisation,
    Scope,
)
from egnatia.model.states import Purpose, RefusalReason

CRIME = frozenset({Purpose.PREVENTION, Purpose.DETECTION, Purpose.INVESTIGATION})
OWNER = frozenset({ALB})
PARTIES = Audience(orgs=frozenset(FIVE))
HOME = Audience(orgs=frozenset({"ALB"}))
TEXT = frozenset(TEXTS[:1])
MEANINGS: list[tuple[str, str, Label]] = [
    ("3x5x2", "P", Label(OWNER, PARTIES)),
    (
        "3x5x2",
        "C A1 S2",
        Label(
            OWNER, PARTIES, action=ActionLimit.COVERT_DEVELOPMENT, sanitisation=Sanitisation.CONSULT, conditions=TEXT
        ),
    ),
    ("3x5x2", "C A2 S1", Label(OWNER, PARTIES, action=ActionLimit.COVERT_USE, conditions=TEXT)),
    ("3x5x2", "C A3 S1", Label(OWNER, PARTIES, conditions=TEXT)),
    ("5x5x5", "1", Label(OWNER, Audience(orgs=EEA | {"ALB"}))),
    ("5x5x5", "2", Label(OWNER, HOME, Onward.ASK_ORIGINATOR, conditions=TEXT)),
    ("5x5x5", "3", Label(OWNER, PARTIES, conditions=TEXT)),
    ("5x5x5", "4", Label(OWNER, HOME, Onward.NONE)),
    ("5x5x5", "5", Label(OWNER, PARTIES, Onward.ASK_ORIGINATOR, conditions=TEXT)),
    ("europol", "H0", Label(OWNER, PARTIES, purposes=CRIME)),
    ("europol", "H1", Label(OWNER, PARTIES, evidence_use=EvidenceUse.ASK, purposes=CRIME)),
    ("europol", "H2", Label(OWNER, PARTIES, Onward.ASK_ORIGINATOR, purposes=CRIME)),
    ("europol", "H3", Label(OWNER, PARTIES, purposes=CRIME, conditions=TEXT)),
    ("europol", "H1 H2", Label(OWNER, PARTIES, Onward.ASK_ORIGINATOR, EvidenceUse.ASK, purposes=CRIME)),
    ("tlp", "RED", Label(OWNER, Audience(persons=frozenset({"off-12", "off-13"})), Onward.NONE)),
    ("tlp", "AMBER+STRICT", Label(OWNER, Audience(orgs=frozenset({"GBR"})), conditions=frozenset({NEED_TO_KNOW}))),
    ("tlp", "AMBER", Label(OWNER, Audience(orgs=frozenset({"ALB", "GBR"})), conditions=frozenset({NEED_TO_KNOW}))),
    ("tlp", "GREEN", Label(OWNER, Audience(Scope.TASK_FORCE))),
    ("tlp", "CLEAR", Label(OWNER, Audience(Scope.PUBLIC), Onward.FREE)),
    ("pap", "RED", Label(OWNER, PARTIES, action=ActionLimit.COVERT_DEVELOPMENT)),
    ("pap", "AMBER", Label(OWNER, PARTIES, action=ActionLimit.COVERT_USE)),
    ("pap", "GREEN", Label(OWNER, PARTIES)),
    ("misp", "0", Label(OWNER, HOME, Onward.NONE)),
    ("misp", "1", Label(OWNER, Audience(Scope.TASK_FORCE))),
    ("misp", "2", Label(OWNER, Audience(Scope.CONNECTED))),
    ("misp", "3", Label(OWNER, Audience(Scope.COMMUNITIES))),
    ("misp", "4", Label(OWNER, Audience(orgs=frozenset({"GBR", "MKD"})))),
]
MARKINGS = {(each.scheme, " ".join(each.codes)): each for each in every_marking()}


def refusal(reason: RefusalReason, marking: Marking, circumstances: Circumstances = KNOWN) -> str:
    with pytest.raises(RefusedError) as caught:
        read_marking(marking, circumstances)
    assert caught.value.reason is reason
    assert caught.value.hint()
    return caught.value.detail


@pytest.mark.parametrize(("scheme", "codes", "label"), MEANINGS)
def test_a_code_means_its_label(scheme: str, codes: str, label: Label) -> None:
    assert read_marking(MARKINGS[scheme, codes], KNOWN) == label


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ("tlp", "WHITE"), ("tlp", "EX:CHR"), ("tlp", "UNCLEAR"), ("tlp", "amber"), ("tlp", "AMBER-STRICT"), ("tlp", ""),
        ("pap", "WHITE"), ("pap", "red"), ("misp", "5"), ("misp", "6"), ("misp", "-1"), ("europol", "H4"),
        ("europol", "h1"), ("3x5x2", "R"), ("3x5x2", "p"), ("5x5x5", "0"), ("5x5x5", "6"), ("admiralty", "A1"),
    ],
)  # fmt: skip
def test_an_unknown_code_is_refused_and_never_read_as_another(scheme: str, code: str) -> None:
    assert "code" in refusal(RefusalReason.HANDLING_UNKNOWN, Marking(scheme, (code,), TEXTS[:1], ("GBR",), ("off-1",)))


@pytest.mark.parametrize("scheme", ["tlp2", "", "TLP", "3x5x3"])
def test_an_unknown_scheme_is_refused(scheme: str) -> None:
    refusal(RefusalReason.HANDLING_UNKNOWN, Marking(scheme, ("RED",)))


@pytest.mark.parametrize(
    ("scheme", "codes"),
    [
        ("3x5x2", ("C",)), ("3x5x2", ("C", "A1")), ("3x5x2", ("C", "S1")), ("3x5x2", ("P", "A1")), ("3x5x2", ("A1", "S1")),
        ("3x5x2", ("P", "C", "A1", "S1")), ("3x5x2", ("C", "A1", "A2", "S1")), ("5x5x5", ("1", "3")), ("tlp", ("RED", "GREEN")),
        ("misp", ("0", "1")), ("europol", ("H1", "H1")), ("europol", ()), ("tlp", ()),
    ],
)  # fmt: skip
def test_codes_that_do_not_stand_together_are_refused(scheme: str, codes: tuple[str, ...]) -> None:
    refusal(RefusalReason.HANDLING_UNKNOWN, Marking(scheme, codes, TEXTS[:1], ("GBR",), ("off-1",)))


@pytest.mark.parametrize("codes", MARKINGS)
def test_what_must_stand_beside_a_code_may_not_be_missing(codes: tuple[str, str]) -> None:
    marking = MARKINGS[codes]
    scheme = SCHEMES[marking.scheme]
    for what, name in (("text", "conditions"), ("orgs", "orgs"), ("persons", "persons")):
        need = scheme.need(marking.codes, what)
        beside = {each: getattr(marking, each) for each in ("conditions", "orgs", "persons")}
        beside[name] = () if beside[name] else ("GBR",)
        spoilt = Marking(marking.scheme, marking.codes, **beside)
        if need.name == "MUST" or (need.name == "NO" and not getattr(marking, name)):
            refusal(RefusalReason.HANDLING_UNKNOWN, spoilt)


@pytest.mark.parametrize("text", ["", " ", "a\nb", "x" * 501, "\u202ea", " led"])
def test_conditions_are_words_that_can_be_seen(text: str) -> None:
    refusal(RefusalReason.HANDLING_UNKNOWN, Marking("europol", ("H3",), (text,)))


def test_the_ambers_count_their_organisations() -> None:
    refusal(RefusalReason.HANDLING_UNKNOWN, Marking("tlp", ("AMBER",), orgs=("GBR",)))
    refusal(RefusalReason.HANDLING_UNKNOWN, Marking("tlp", ("AMBER+STRICT",), orgs=("GBR", "MKD")))


@pytest.mark.parametrize("codes", [("3x5x2", "P"), ("europol", "H1"), ("pap", "RED"), ("5x5x5", "3")])
def test_parties_that_nobody_named_are_not_guessed(codes: tuple[str, str]) -> None:
    refusal(RefusalReason.HANDLING_UNKNOWN, MARKINGS[codes], Circumstances(ALB))
    refusal(RefusalReason.HANDLING_UNKNOWN, MARKINGS[codes], Circumstances(ALB, frozenset({GBR, MKD})))


def test_5x5x5_one_and_two_do_not_reach_a_partner_outside_the_eea() -> None:
    for code in ("1", "2", "4"):
        label = read_marking(MARKINGS["5x5x5", code], Circumstances(GBR, FIVE))
        assert label.audience.orgs is not None
        assert not label.audience.orgs & {"ALB", "XKX", "MKD", "MNE"}
    assert len(EEA) == 30  # 27 of the Union, Iceland, Liechtenstein, Norway


def test_every_conversion_is_exact_or_refused() -> None:
    """All markings times all schemes: what comes out means, to whoever reads it, the label that went in."""
    exact, refused = 0, 0
    for marking, name in product(every_marking(), SCHEMES):
        label = read_marking(marking, KNOWN)
        try:
            written = convert(marking, name, KNOWN)
        except RefusedError as error:
            refused += error.reason is RefusalReason.HANDLING_NOT_EXPRESSIBLE and bool(error.detail)
            continue
        assert read_marking(written, KNOWN) == label
        assert written.scheme == name
        exact += 1
    assert (exact, refused) == (54, 233)


def test_every_scheme_can_say_what_it_said() -> None:
    for marking in every_marking():
        written = convert(marking, marking.scheme, KNOWN)
        assert read_marking(written, KNOWN) == read_marking(marking, KNOWN)
        if marking.scheme == "europol":  # H0 goes without saying
            assert set(written.codes) | {"H0"} == set(marking.codes) | {"H0"}
        elif marking != MARKINGS["pap", "CLEAR"]:
            assert written == marking
        else:
            assert written.codes == ("GREEN",), "of two words for one label the stricter"


def test_every_combination_of_codes_of_all_schemes_widens_none_of_them() -> None:
    """One marking of each of the six schemes that speak of handling, in every combination (bench/handling.py also
    exports each of them)."""
    known: dict[str, list[Label]] = {}
    for each in every_marking():
        known.setdefault(each.scheme, []).append(read_marking(each, KNOWN))
    checked = 0
    for chosen in product(*known.values()):
        whole = meet_all(chosen)
        assert all(at_least_as_strict(whole, each) for each in chosen)
        checked += 1
    assert checked == 7 * 5 * 15 * 5 * 4 * 5


@pytest.mark.parametrize(
    ("label", "scheme", "said"),
    [
        (Label(OWNER, Audience(Scope.TASK_FORCE), evidence_use=EvidenceUse.ASK), "tlp", "evidence_use"),
        (Label(OWNER, PARTIES, action=ActionLimit.NONE), "pap", "action"),
        (Label(OWNER, PARTIES, purposes=frozenset({Purpose.RETURN})), "3x5x2", "purposes"),
        (Label(OWNER, PARTIES, conditions=TEXT), "misp", "conditions"),
        (Label(OWNER, PARTIES), "admiralty", "says nothing about handling"),
        (Label(frozenset({ALB, GBR}), PARTIES), "3x5x2", "originators"),
    ],
)
def test_a_scheme_that_cannot_say_a_label_says_what_it_lacks(label: Label, scheme: str, said: str) -> None:
    with pytest.raises(RefusedError) as caught:
        export_label(label, scheme, FIVE)
    assert caught.value.reason is RefusalReason.HANDLING_NOT_EXPRESSIBLE
    assert said in caught.value.detail


def test_nothing_is_rounded_to_the_strict_side_either() -> None:
    with pytest.raises(RefusedError):
        convert(MARKINGS["3x5x2", "P"], "europol", KNOWN)  # H0 would forbid purposes that P allows


@pytest.mark.parametrize(("grade", "expected"), [("A", "1"), ("B", "1"), ("D", "3"), ("E", "2")])
def test_source_grades_of_5x5x5_in_3x5x2(grade: str, expected: str) -> None:
    assert convert_source(Grading("5x5x5", grade, "1"), "3x5x2") == expected


@pytest.mark.parametrize(
    ("grading", "to"),
    [
        (Grading("5x5x5", "C", "1"), "3x5x2"),
        (Grading("3x5x2", "1", "A"), "5x5x5"),
        (Grading("3x5x2", "2", "A"), "5x5x5"),
        (Grading("admiralty", "A", "1"), "3x5x2"),
        (Grading("europol", "A", "1"), "3x5x2"),
    ],
)
def test_no_other_grade_is_converted(grading: Grading, to: str) -> None:
    with pytest.raises(RefusedError) as caught:
        convert_source(grading, to)
    assert caught.value.reason is RefusalReason.HANDLING_NOT_EXPRESSIBLE


def test_a_grading_has_codes_of_its_own_scheme() -> None:
    assert check_grading(Grading("admiralty", "F", "6")) == Grading("admiralty", "F", "6")
    for scheme, source, information in (
        ("tlp", "A", "1"),
        ("3x5x2", "4", "A"),
        ("europol", "D", "1"),
        ("5x5x5", "A", "6"),
    ):
        with pytest.raises(RefusedError):
            check_grading(Grading(scheme, source, information))


def test_misp_levels_decay_at_a_hand_over_and_never_widen() -> None:
    for level in ("0", "1", "2", "3", "4"):
        after = at_sync(level)
        if after is not None:
            before, then = (
                read_marking(Marking("misp", (each,), orgs=("GBR",) if each == "4" else ()), KNOWN)
                for each in (level, after)
            )
            assert at_least_as_strict(then, before)
    assert [at_sync(level) for level in "01234"] == [None, None, "1", "3", "4"]
