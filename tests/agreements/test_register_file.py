"""The register's file: every wrong file is refused with the place in the message; every right one is read whole."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import egnatia.scenario
from egnatia.agreements.parse import MAX_BYTES, parse_register
from egnatia.errors import InputError
from egnatia.model.dna import DnaTerms, ProfileKind
from egnatia.model.offences import Seriousness
from egnatia.model.states import LegalForce, Purpose, SubjectKind

DEMO = (Path(egnatia.scenario.__path__[0]) / "agreements.toml").read_text(encoding="utf-8")

SMALL = """
[[partner]]
code = "AAA"
travel_document_codes = ["AAA"]
[[partner.status]]
status = "member"
since = 2025-01-01
source = "test"

[[partner]]
code = "BBB"
travel_document_codes = ["BBB"]
[[partner.status]]
status = "talks"
since = 2025-01-01
source = "test"

[[agreement]]
id = "one"
title = "One"
force = "treaty"
multilateral = false
invented = true
source = "test"
grants = [
  { id = "g", asker = "AAA", answerer = "BBB", subject = "dna", purposes = ["investigation"], offence_min = "grave", step_two = true, deadline_h = 48, quota_day = 9, retention_max_d = 30, handling_default = "H1" },
]
[[agreement.party]]
partner = "AAA"
signed = 2024-01-01
in_force = 2025-01-01
[[agreement.party]]
partner = "BBB"
in_force = 2025-02-01

[[declaration]]
partner = "BBB"
subject = "hub"
stance = "declines"
since = 2025-01-01
source = "test"
"""
GRANT = SMALL[SMALL.index("  { id") : SMALL.index(" },\n]") + 3]
AGREEMENT = SMALL[SMALL.index("[[agreement]]") : SMALL.index("[[declaration]]")]
DECLARATION = SMALL[SMALL.index("[[declaration]]") :]
PARTNER = SMALL[: SMALL.index('[[partner]]\ncode = "BBB"')]


def dna(terms: str) -> tuple[str, str]:
    """What to replace by what, so that the one grant is on traces with these terms."""
    return 'subject = "dna"', f'subject = "dna_trace", dna = {{ {terms} }}'


def test_the_terms_of_a_dna_grant_are_read() -> None:
    text = SMALL.replace(*dna("rules = 'prum-ess7', asked_with = ['trace', 'person', 'trace'], batch_max = 7"))
    (grant,) = parse_register(text.encode()).grants
    assert grant.dna == DnaTerms("prum-ess7", (ProfileKind.PERSON, ProfileKind.TRACE), 7, automatic=False)


def test_a_small_register_is_read_whole() -> None:
    register = parse_register(SMALL.encode())
    (grant,) = register.grants
    agreement = register.agreements[grant.agreement]
    assert (grant.id, grant.asker, grant.answerer, grant.subject) == ("g", "AAA", "BBB", SubjectKind.DNA)
    assert (grant.purposes, grant.offence_min, grant.step_two) == (
        frozenset({Purpose.INVESTIGATION}),
        Seriousness.GRAVE,
        True,
    )
    assert (grant.deadline_h, grant.quota_day, grant.retention_max_d, grant.handling_default) == (48, 9, 30, "H1")
    assert (agreement.force, agreement.multilateral, agreement.invented) == (LegalForce.TREATY, False, True)
    assert [party.in_force for party in agreement.parties] == [date(2025, 1, 1), date(2025, 2, 1)]
    assert register.declarations[0].partner == "BBB"


def test_demo_register_has_the_travel_document_codes_of_doc_9303() -> None:
    codes = {code: set(each.travel_document_codes) for code, each in parse_register(DEMO.encode()).partners.items()}
    assert codes == {
        "GBR": {"GBR", "GBD", "GBN", "GBO", "GBP", "GBS"},
        "ALB": {"ALB"},
        "XKX": {"RKS", "XKX", "UNK"},
        "MKD": {"MKD"},
        "MNE": {"MNE"},
    }


def test_demo_register_takes_no_unknown_date_for_real() -> None:
    for agreement in parse_register(DEMO.encode()).agreements.values():
        assert agreement.invented or agreement.id == "communique-gbr-alb-2022"


WRONG: list[tuple[str, str, str, str]] = [
    ("unknown key in a grant", "step_two = true", "step_too = true", "step_too"),
    ("unknown key at the top", "[[declaration]]", "[[declarations]]", "declarations"),
    ("unknown key in a party", "signed = 2024-01-01", "signd = 2024-01-01", "signd"),
    ("missing key", "quota_day = 9, ", "", "quota_day"),
    ("unknown subject", 'subject = "dna"', 'subject = "DNA"', "grants[0].subject"),
    ("unknown purpose", '["investigation"]', '["curiosity"]', "purposes"),
    ("no purpose", '["investigation"]', "[]", "purposes"),
    ("unknown force", 'force = "treaty"', 'force = "handshake"', "handshake"),
    ("unknown status", '"talks"', '"friends"', "$.partner[1].status[0].status"),
    ("unknown stance", '"declines"', '"dislikes"', "declaration"),
    ("unknown seriousness", '"grave"', '"worst"', "offence_min"),
    ("text for a date", "since = 2025-01-01", 'since = "soon"', "since"),
    ("time for a date", "signed = 2024-01-01", "signed = 2024-01-01T00:00:00Z", "signed"),
    ("number for a text", 'title = "One"', "title = 1", "title"),
    ("negative quota", "quota_day = 9", "quota_day = -1", "quota_day"),
    ("no deadline", "deadline_h = 48", "deadline_h = 0", "deadline_h"),
    ("partner code", 'code = "BBB"', 'code = "Bbb"', "code"),
    ("id with a space", 'id = "g"', 'id = "g g"', "grants[0].id"),
    ("party unknown", 'partner = "BBB"\nin_force', 'partner = "CCC"\nin_force', "agreement one names CCC"),
    ("declaring partner unknown", 'partner = "BBB"\nsubject', 'partner = "CCC"\nsubject', "names CCC"),
    ("asker unknown", 'asker = "AAA"', 'asker = "CCC"', "grant g names CCC"),
    ("asks itself", 'asker = "AAA"', 'asker = "BBB"', "ask itself"),
    ("party twice", 'partner = "BBB"\nin_force', 'partner = "AAA"\nin_force', "stands there 2 times"),
    ("multilateral of two", "multilateral = false", "multilateral = true", "2 parties"),
    ("dates out of order", "signed = 2024-01-01", "signed = 2026-01-01", "party AAA"),
    ("mou", 'force = "treaty"', 'force = "mou"', "a mou"),
    ("declaration", 'force = "treaty"', 'force = "political_declaration"', "a political_declaration"),
    ("terms of reference", 'force = "treaty"', 'force = "terms_of_reference"', "a terms_of_reference"),
    ("dna without terms", 'subject = "dna"', 'subject = "dna_trace"', "grant g"),
    (
        "terms without dna",
        "quota_day = 9",
        'dna = { rules = "cautious", asked_with = ["trace"] }, quota_day = 9',
        "grant g",
    ),
    ("no such rules", *dna("rules = 'lax', asked_with = ['trace']"), "names the rules 'lax'"),
    ("a kind that never leaves", *dna("rules = 'cautious', asked_with = ['trace', 'victim']"), "kind victim"),
    ("no such kind", *dna("rules = 'cautious', asked_with = ['people']"), "grants[0].dna.asked_with"),
    ("nothing to ask with", *dna("rules = 'cautious', asked_with = []"), "grants[0].dna.asked_with"),
    ("rules from a path", *dna("rules = '../cautious', asked_with = ['trace']"), "grants[0].dna.rules"),
    ("grant id twice", GRANT, GRANT + "\n" + GRANT.replace('"dna"', '"face"'), "grant g"),
    ("overlap", GRANT, GRANT + "\n" + GRANT.replace('"g"', '"h"'), "grants g and h"),
    ("agreement twice", AGREEMENT, AGREEMENT + AGREEMENT, "agreement one"),
    ("partner twice", PARTNER, PARTNER + PARTNER, "partner AAA"),
    ("declaration twice", DECLARATION, DECLARATION + DECLARATION, "BBB on hub since 2025-01-01"),
    ("document code of another", '["BBB"]', '["BBB", "AAA"]', "partner BBB issues documents under AAA"),
    ("not TOML", "[[declaration]]", "[[declaration", "not TOML"),
    ("no partner", SMALL, "", "partner"),
]


@pytest.mark.parametrize(("old", "new", "named"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_file_is_refused_and_its_place_is_named(old: str, new: str, named: str) -> None:
    assert old in SMALL
    with pytest.raises(InputError) as caught:
        parse_register(SMALL.replace(old, new, 1).encode())
    assert named in caught.value.message
    assert caught.value.hint()


def test_a_grant_between_partners_that_are_not_both_parties_is_refused() -> None:
    third = PARTNER.replace("AAA", "CCC")
    with pytest.raises(InputError, match="grant g is for CCC and BBB, which are not both parties of one"):
        parse_register((third + SMALL.replace('asker = "AAA"', 'asker = "CCC"')).encode())


def test_the_same_status_day_twice_is_refused() -> None:
    doubled = SMALL.replace(
        '[[partner]]\ncode = "BBB"',
        '[[partner.status]]\nstatus = "suspended"\nsince = 2025-01-01\nsource = "x"\n[[partner]]\ncode = "BBB"',
    )
    with pytest.raises(InputError, match="status of AAA since 2025-01-01"):
        parse_register(doubled.encode())


def successor(start: str) -> str:
    """A second agreement with the same grant, in force for both from `start`; the first ends on 1 May."""
    old = AGREEMENT.replace('source = "test"', 'source = "test"\nterminated_on = 2025-05-01')
    new = (
        AGREEMENT.replace('"one"', '"two"')
        .replace('"g"', '"h"')
        .replace("in_force = 2025-02-01", f"in_force = {start}")
    )
    return SMALL.replace(AGREEMENT, old + new)


def test_a_successor_may_take_over_on_the_day_the_old_agreement_ends() -> None:
    assert len(parse_register(successor("2025-05-01").encode()).grants) == 2
    with pytest.raises(InputError, match="grants g and h both let AAA ask BBB about dna for investigation"):
        parse_register(successor("2025-04-30").encode())


def test_statuses_are_kept_in_order_of_time() -> None:
    later = SMALL.replace(
        '[[partner]]\ncode = "BBB"',
        '[[partner.status]]\nstatus = "talks"\nsince = 2024-01-01\nsource = "x"\n[[partner]]\ncode = "BBB"',
    )
    register = parse_register(later.encode())
    first = next(iter(register.partners.values()))
    assert [fact.since.year for fact in first.statuses] == [2024, 2025]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"#" * (MAX_BYTES + 1), "at most"),
        (b"\xff\xfe", "UTF-8"),
        (b"a = " + b"[" * 100_000, "nests too deeply"),
        (b"\x00", "not TOML"),
    ],
    ids=["too large", "not text", "nested", "zero byte"],
)
def test_what_is_no_register_at_all(content: bytes, named: str) -> None:
    with pytest.raises(InputError, match=named):
        parse_register(content)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.integers(0, len(SMALL) - 1), st.integers(1, 40), st.sampled_from(["", "x", '"', "=", "[", "\n", "2025-01-01"])
)
def test_a_damaged_file_is_read_or_refused_but_never_anything_else(start: int, length: int, put: str) -> None:
    damaged = SMALL[:start] + put + SMALL[start + length :]
    try:
        register = parse_register(damaged.encode())
    except InputError:
        return
    assert all(grant.agreement in register.agreements for grant in register.grants)
