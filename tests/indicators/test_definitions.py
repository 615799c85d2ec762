"""Definitions are data that is checked; labels say what was counted and blame nobody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.errors import InputError
from egnatia.indicators import Definition, Unit, definitions, lint, parse_definition
from egnatia.indicators.evaluate import FUNNEL
from egnatia.indicators.sources import SOURCES

GOOD = """
id = "examined"
version = 1
unit = "event"
label = "Candidates examined"
explanation = "Candidates that somebody decided on."
source = "candidate"
moment = "decided_at"
present = ["decided_at"]
dedupe = ["id"]
group_by = ["partner"]

[include]
decision = ["confirmed", "rejected"]
misidentified = [false]
"""


def test_a_definition_is_read_whole() -> None:
    made = parse_definition(GOOD.encode())
    assert made == Definition(
        id="examined",
        version=1,
        unit=Unit.EVENT,
        label="Candidates examined",
        explanation="Candidates that somebody decided on.",
        source="candidate",
        moment="decided_at",
        include={"decision": ("confirmed", "rejected"), "misidentified": (False,)},
        present=("decided_at",),
        dedupe=("id",),
        group_by=("partner",),
    )


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('moment = "decided_at"', 'moment = "decided"', "no column 'decided'"),
        ('moment = "decided_at"', 'moment = "ref"', "not a time"),
        ('source = "candidate"', 'source = "officer"', "no source 'officer'"),
        ('["confirmed", "rejected"]', '["confirmd"]', "never 'confirmd'"),
        ('["confirmed", "rejected"]', "[]", "include"),
        ('unit = "event"', 'unit = "victory"', "victory"),
        ("version = 1", "version = 0", "version"),
        ("version = 1", 'version = "1"', "version"),
        ('dedupe = ["id"]', "dedupe = []", "dedupe"),
        ('dedupe = ["id"]', 'dedupe = ["name"]', "no column 'name'"),
        ('group_by = ["partner"]', 'grouped_by = ["partner"]', "grouped_by"),
        ('id = "examined"', 'id = "Examined Candidates"', "id"),
        ('label = "Candidates examined"', 'label = "Arrests due to the task force"', "'due to' is causal"),
        ("Candidates that somebody decided on.", "Albanian criminals found.", "group_label"),
        ("[include]", "[include", "not TOML"),
    ],
)
def test_a_wrong_definition_is_refused(old: str, new: str, named: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError, match=named):
        parse_definition(GOOD.replace(old, new).encode())


@pytest.mark.parametrize("content", [b"\xff", b"a = " + b"[" * 50_000])
def test_what_is_no_definition_at_all(content: bytes) -> None:
    with pytest.raises(InputError, match="not TOML"):
        parse_definition(content)


def test_the_funnel_and_the_refusals_are_shipped() -> None:
    shipped = {each.id: each for each in definitions()}
    errors = {"documents_found_genuine", "false_alarms", "documents_found_false", "misses"}
    dna = {f"dna_{each}" for each in ("candidates", "hits", "hit_clusters", "follow_ups", "releases", "arrests")}
    assert set(FUNNEL) | {"refusals", "follow_up_refusals", "late_follow_ups"} | errors | dna == set(shipped)
    assert {id_: shipped[id_].unit.value for id_ in ("hits", "persons", "arrests")} == {
        "hits": "hit",
        "persons": "person",
        "arrests": "person",
    }


def test_no_source_shows_who_somebody_is() -> None:
    for source in SOURCES.values():
        assert not {"name", "names", "place", "note", "sealed_id", "officer_id"} & set(source.rows.c.keys())


@pytest.mark.parametrize("each", definitions(), ids=lambda each: each.id)
def test_shipped_wording_is_clean_and_says_something(each: Definition) -> None:
    assert lint(each.label) == lint(each.explanation) == ()
    assert len(each.explanation) > len(each.label)


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("Crossings prevented", "causal", "prevented"),
        ("Fall in arrivals due to joint work", "causal", "due to"),
        ("Returns thanks to the agreement", "causal", "thanks to"),
        ("Effect of operation Adriatic", "causal", "Effect of"),
        ("Seizures that led to arrests", "causal", "led to"),
        ("Deterrence", "causal", "Deterrence"),
        ("Albanian criminals off the streets", "group_label", "Albanian criminals"),
        ("Foreign national offenders", "group_label", "Foreign national offenders"),
        ("Kosovan organised gang", "group_label", "Kosovan organised gang"),
        ("Illegal migrants found", "group_label", "Illegal migrants"),
        ("A flood of arrivals", "group_label", "flood of arrivals"),
    ],
)
def test_wording_that_claims_or_blames_is_found(text: str, rule: str, words: str) -> None:
    assert [(finding.rule.value, finding.words) for finding in lint(text)] == [(rule, words)]
    assert lint(text)[0].advice


@pytest.mark.parametrize(
    "text",
    [
        "Small-boat arrivals by recorded nationality",
        "Hits with Albania",
        "Enquiries to the Albanian node",
        "Persons arrested after a hit",
        "Refusals by reason and partner",
        "Prevention as a purpose of an enquiry",
    ],
)
def test_plain_wording_passes(text: str) -> None:
    assert lint(text) == ()


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(max_size=80))
def test_the_linter_reads_anything(text: str) -> None:
    for finding in lint(text):
        assert finding.words in text
