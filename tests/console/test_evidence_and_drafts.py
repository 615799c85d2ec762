"""The evidence side by side, and the answers of the question page."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.console.drafts import CARRIED, LABELS, MISSING, SUBJECT_FIELDS, member, read_answers, to_draft
from egnatia.console.evidence import Standing, compare, quality_words, reports
from egnatia.console.language import language
from egnatia.console.sums import held_back
from egnatia.console.visit import Form
from egnatia.console.words_documents import CORE_LABELS
from egnatia.engines.people import Match, PersonRecord, parse_date, query_from_dict
from egnatia.engines.people import compare as engine
from egnatia.enquiries.subjects import SUBJECTS
from egnatia.model.ids import RecordRef
from egnatia.model.states import DNA_SUBJECTS, Evidence, Purpose, SubjectKind

PERSON = {"family_names": "Hoxha", "first_names": "Arben", "birth_date": "1994-06-27"}
DOCUMENT = {"issuer": "RKS", "document_type": "P", "number": "RK1234567"}


def test_what_the_partner_did_not_confirm_comes_first() -> None:
    said = (Evidence.FAMILY_NAME_SAME, Evidence.BIRTH_DATE_PARTLY)
    rows = compare(PERSON, said)
    assert [(row.part, row.standing) for row in rows] == [
        ("first_names", Standing.NOT_CONFIRMED),
        ("birth_date", Standing.IN_PART),
        ("family_names", Standing.SAME),
    ]
    assert rows[0].evidence is None


def test_a_number_found_is_of_the_issuer_and_type_that_were_asked() -> None:
    rows = compare(DOCUMENT, (Evidence.NUMBER_EXACT, Evidence.REPORTED_STOLEN))
    assert {row.standing for row in rows} == {Standing.SAME}
    ranged = compare(DOCUMENT, (Evidence.NUMBER_IN_BLANK_RANGE,))
    assert next(row for row in ranged if row.part == "number").standing is Standing.IN_PART


def test_without_codes_nothing_is_confirmed() -> None:
    assert {row.standing for row in compare(PERSON | DOCUMENT, ())} == {Standing.NOT_CONFIRMED}


@given(st.sets(st.sampled_from(list(Evidence))), st.sampled_from([PERSON, DOCUMENT]))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_every_part_asked_is_shown_once_and_doubt_before_agreement(said: set[Evidence], asked: dict[str, str]) -> None:
    rows = compare(asked, said)
    assert sorted(row.part for row in rows) == sorted(asked)
    assert all(before.standing <= after.standing for before, after in pairwise(rows))


@given(st.sets(st.sampled_from(list(Evidence))))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_reports_are_what_the_partner_says_besides_the_comparison(said: set[Evidence]) -> None:
    assert {code for code in said if code.value.startswith(("reported_", "dna_"))} == set(reports(said))


@pytest.mark.parametrize("quality", [0.0, 0.3, 0.6, 0.79, 0.8, 0.95, 1.0])
def test_quality_has_words_that_never_fall_as_it_rises(quality: float) -> None:
    order = [
        "agrees in little",
        "agrees in part",
        "agrees in most of what was compared",
        "agrees in everything compared",
    ]
    assert quality_words(quality) in order
    assert order.index(quality_words(quality)) >= order.index(quality_words(max(0.0, quality - 0.1)))


@given(st.sets(st.sampled_from(list(Evidence))), st.floats(0, 1))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_nothing_agrees_in_everything_beside_a_part_that_is_not_confirmed(said: set[Evidence], quality: float) -> None:
    rows = compare(PERSON | {"identifiers": ["BA1234567"]}, said)
    words = quality_words(quality, rows)
    if words == "agrees in everything compared":
        assert {row.standing for row in rows} == {Standing.SAME}
    else:
        assert words == quality_words(quality) or quality >= 0.95


def test_what_no_partner_compares_is_no_doubt() -> None:
    rows = compare(
        PERSON | {"father_name": "Gezim"},
        (Evidence.FAMILY_NAME_SAME, Evidence.FIRST_NAME_SAME, Evidence.BIRTH_DATE_SAME),
    )
    assert quality_words(1.0, rows) == "agrees in everything compared"
    assert quality_words(1.0, compare(PERSON, (Evidence.FAMILY_NAME_SAME, Evidence.FIRST_NAME_SAME))) == (
        "agrees in most of what was compared"
    )


@pytest.mark.parametrize(("asked", "one_of"), [(["BA1234567"], False), (["BA1234567", "+383 44 123 456"], True)])
def test_of_several_numbers_it_is_said_that_the_partner_means_one_of_them(asked: list[str], *, one_of: bool) -> None:
    [row] = compare({"identifiers": asked}, (Evidence.IDENTIFIER_SAME,))
    assert (row.asked, row.evidence, row.one_of) == (", ".join(asked), Evidence.IDENTIFIER_SAME, one_of)


@pytest.mark.parametrize(
    ("quality", "written"), [(1.0, "1.00"), (0.9999, "0.99"), (0.996, "0.99"), (0.985, "0.98"), (0.5, "0.50")]
)
def test_a_quality_below_one_is_never_written_as_one(quality: float, written: str) -> None:
    assert language("en").quality(quality) == written


def matched(asked: dict[str, str], *held: str) -> Match:
    first, family, born, father = (*held, "", "", "")[:4]
    return engine(
        query_from_dict(asked), PersonRecord(RecordRef("R-1"), first, family, parse_date(born), father, ("BA1234567",))
    )


@pytest.mark.parametrize(
    ("asked", "held", "why"),
    [
        (PERSON | {"father_name": "Gezim"}, ("Arben", "Hoxha", "1994-06-27", "Bujar"), ""),
        (
            PERSON | {"father_name": "Gezim", "identifiers": ["BA1234567"]},
            ("Arben", "Hoxha", "1994-06-27", "Bujar"),
            "contradiction",
        ),
        (PERSON | {"identifiers": ["BA1234567"]}, ("Arben", "Hoxha", "1994-06-27"), ""),
        (
            {"first_names": "Zzyxqor Qwefgh", "family_names": "Wqopplex Hjjkll"},
            ("Zzyxqor Qwefgh", "Wqopplex Hjjkll"),
            "names",
        ),
    ],
)
def test_why_a_sum_is_not_called_strong_is_said(asked: dict[str, Any], held: tuple[str, ...], why: str) -> None:
    match = matched(asked, *held)
    assert held_back(match) == why, match
    assert held_back(None) == ""


def form(**values: str) -> Form:
    return Form({name: (value,) for name, value in values.items()})


FULL = {
    "subject": "travel_document",
    "issuer": "RKS",
    "number": "RK1234567",
    "case_ref": "DUR-2025-0417",
    "purpose": "border_check",
    "offence": "theft",
    "justification": "Second-line check at the port",
    "holder_family_names": "Krasniqi",
}


def test_answers_become_a_draft_whose_holder_is_apart_from_the_question() -> None:
    answers = read_answers(form(**FULL), str)
    assert answers.problems == {}
    draft = to_draft(answers)
    assert draft.query == {"issuer": "RKS", "number": "RK1234567"}
    assert draft.holder == {"family_names": "Krasniqi"}
    assert draft.purpose is Purpose.BORDER_CHECK
    assert draft.partners is None
    assert draft.override is None


@pytest.mark.parametrize("name", ["subject", "issuer", "number", "case_ref", "purpose", "offence", "justification"])
def test_each_missing_answer_is_its_own_problem(name: str) -> None:
    answers = read_answers(form(**(FULL | {name: ""})), str)
    assert name in answers.problems
    assert answers.problems[name] == MISSING[name]


def test_every_carried_field_has_a_label_and_every_subject_its_fields() -> None:
    assert set(CARRIED) <= set(LABELS)
    assert set(MISSING) <= set(LABELS)
    # A profile of DNA is asked about from its own page and by its reference: nothing of it is typed into a form.
    assert set(SUBJECT_FIELDS) == set(SUBJECTS) - {*DNA_SUBJECTS}


def test_every_core_data_field_has_a_label() -> None:
    for subject in SUBJECTS.values():
        assert set(subject.core_fields) <= set(CORE_LABELS)


def test_only_members_of_a_closed_list_are_taken() -> None:
    assert member(SubjectKind, "person") is SubjectKind.PERSON
    assert member(SubjectKind, "persons") is None
    assert member(SubjectKind, "") is None
