"""Each reason once, in its order; the storyline of the demonstration; the catalogue's own checks."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import egnatia.scenario
from egnatia.agreements import Allow, Refusal, Request, parse_register, permit
from egnatia.agreements.force import status_on
from egnatia.model.agreements import Agreement, Bar, Declaration, Grant, Partner, Party, Register, StatusFact
from egnatia.model.ids import AgreementId, GrantId, PartnerCode
from egnatia.model.offences import Seriousness
from egnatia.model.states import LegalForce, Offence, PartnerStatus, Purpose, RefusalReason, Stance, SubjectKind

DEMO = parse_register((Path(egnatia.scenario.__path__[0]) / "agreements.toml").read_bytes())
BEFORE, DAY = date(2025, 5, 14), date(2025, 5, 15)
ONE, TWO = PartnerCode("AAA"), PartnerCode("BBB")


def outcome(register: Register, who: str, what: str, on: date = DAY) -> str:
    """`MNE GBR`, `person investigation` → the grant's id or the reason."""
    asker, answerer = who.split()
    subject, purpose = what.split()
    asked = Request(
        PartnerCode(asker), PartnerCode(answerer), SubjectKind(subject), Purpose(purpose), Offence.HOMICIDE, on
    )
    answer = permit(register, asked)
    return answer.grant.id if isinstance(answer, Allow) else answer.reason.value


@pytest.mark.parametrize(
    ("who", "what", "on", "expected"),
    [
        ("MNE GBR", "person investigation", DAY, "NO_AGREEMENT"),
        ("MNE ALB", "dna_person investigation", DAY, "demo-mne-alb-dna-person"),
        ("ALB MKD", "dna_person investigation", DAY, "demo-alb-mkd-dna-person"),
        ("XKX ALB", "dna_person investigation", DAY, "NO_AGREEMENT"),
        ("ALB XKX", "dna_person investigation", DAY, "NO_AGREEMENT"),
        ("GBR MKD", "dna_person investigation", DAY, "NO_AGREEMENT"),
        ("GBR ALB", "hub return", DAY, "PARTNER_DECLINED"),
        ("XKX ALB", "hub return", DAY, "PARTNER_DECLINED"),
        ("GBR MKD", "intelligence detection", BEFORE, "AGREEMENT_NOT_IN_FORCE"),
        ("GBR MKD", "intelligence detection", DAY, "demo-gbr-mkd-intelligence"),
        ("MKD GBR", "operation prevention", BEFORE, "AGREEMENT_NOT_IN_FORCE"),
        ("MKD GBR", "operation prevention", DAY, "demo-mkd-gbr-operation"),
        ("ALB XKX", "travel_document border_check", DAY, "demo-alb-xkx-travel_document"),
        ("ALB GBR", "travel_document border_check", DAY, "demo-alb-gbr-travel_document"),
        ("ALB GBR", "fingerprint investigation", DAY, "demo-alb-gbr-fingerprint"),
        ("GBR ALB", "return return", DAY, "demo-gbr-alb-return"),
        ("GBR ALB", "return investigation", DAY, "PURPOSE_NOT_GRANTED"),
        ("GBR ALB", "face investigation", DAY, "BASIS_NOT_BINDING"),
        ("MKD MNE", "dna_person investigation", DAY, "SUBJECT_NOT_GRANTED"),
        ("RWA GBR", "person investigation", DAY, "UNKNOWN_PARTNER"),
        ("ALB ALB", "dna_person investigation", DAY, "SAME_PARTNER"),
    ],
)
def test_storyline(who: str, what: str, on: date, expected: str) -> None:
    assert outcome(DEMO, who, what, on) == expected


def test_standing_of_the_five_on_the_day() -> None:
    standing = {code: status_on(partner, DAY) for code, partner in DEMO.partners.items()}
    assert standing == {
        "GBR": PartnerStatus.MEMBER,
        "ALB": PartnerStatus.MEMBER,
        "XKX": PartnerStatus.MEMBER,
        "MKD": PartnerStatus.MEMBER,
        "MNE": PartnerStatus.TALKS,
    }
    assert status_on(DEMO.partners[PartnerCode("MKD")], BEFORE) is PartnerStatus.CANDIDATE


def test_talks_alone_block_nothing_and_grant_nothing() -> None:
    allowed = {grant.subject for grant in DEMO.grants if "MNE" in {grant.asker, grant.answerer}}
    assert allowed == {SubjectKind.DNA_PERSON, SubjectKind.DNA_TRACE, SubjectKind.FINGERPRINT, SubjectKind.VEHICLE}
    assert all(grant.agreement == "pcc-see-2018" for grant in DEMO.grants if "MNE" in {grant.asker, grant.answerer})


def test_every_demo_grant_says_that_it_is_invented() -> None:
    assert DEMO.grants
    for grant in DEMO.grants:
        agreement = DEMO.agreements[grant.agreement]
        assert grant.id.startswith("demo-")
        assert agreement.invented
        assert "INVENTED" in agreement.source


def test_an_admitted_partner_without_grants_may_ask_nothing() -> None:
    without = replace(DEMO, grants=tuple(g for g in DEMO.grants if "MKD" not in {g.asker, g.answerer}))
    for subject in SubjectKind:
        for purpose in Purpose:
            for other in ("GBR", "ALB", "XKX", "MNE"):
                assert outcome(without, f"MKD {other}", f"{subject} {purpose}").isupper()


# One register in which everything is allowed; each row spoils one thing, and the rows stand in the order of the list.
def whole() -> Register:
    member = (StatusFact(PartnerStatus.MEMBER, date(2025, 1, 1), "test"),)
    parties = tuple(Party(code, None, None, date(2025, 1, 1)) for code in (ONE, TWO))
    agreement = Agreement(
        AgreementId("x"), "X", LegalForce.TREATY, False, parties, None, None, invented=True, source="test"
    )
    grant = Grant(
        id=GrantId("g"),
        agreement=agreement.id,
        asker=ONE,
        answerer=TWO,
        subject=SubjectKind.DNA,
        purposes=frozenset({Purpose.INVESTIGATION}),
        offence_min=Seriousness.SERIOUS,
        step_two=True,
        deadline_h=48,
        quota_day=1,
        retention_max_d=1,
        handling_default="H1",
    )
    partners = {code: Partner(code, (code,), member) for code in (ONE, TWO)}
    return Register(partners, {agreement.id: agreement}, (grant,), ())


ASKED = Request(ONE, TWO, SubjectKind.DNA, Purpose.INVESTIGATION, Offence.BURGLARY, DAY, step_two=True)


def with_status(register: Register, code: PartnerCode, status: PartnerStatus) -> Register:
    partner = register.partners[code]
    fact = StatusFact(status, DAY, "test")
    return replace(register, partners={**register.partners, code: replace(partner, statuses=(*partner.statuses, fact))})


def with_agreement(register: Register, **change: object) -> Register:
    made = {"force": LegalForce.TREATY, "suspended_from": None, "terminated_on": None, "parties": None} | change
    old = register.agreements[AgreementId("x")]
    force, parties = made["force"], made["parties"]
    assert isinstance(force, LegalForce)
    suspended, ended = made["suspended_from"], made["terminated_on"]
    new = replace(
        old,
        force=force,
        parties=parties if isinstance(parties, tuple) else old.parties,
        suspended_from=suspended if isinstance(suspended, date) else None,
        terminated_on=ended if isinstance(ended, date) else None,
    )
    return replace(register, agreements={new.id: new})


def late(register: Register) -> Register:
    parties = (Party(ONE, None, None, date(2025, 1, 1)), Party(TWO, None, None, date(2025, 5, 16)))
    return with_agreement(register, parties=parties)


def with_grant(register: Register, **change: object) -> Register:
    grant = register.grants[0]
    step_two, subject, purposes = change.get("step_two", True), change.get("subject"), change.get("purposes")
    asker, answerer = (TWO, ONE) if change.get("turned") else (grant.asker, grant.answerer)
    changed = replace(
        grant,
        asker=asker,
        answerer=answerer,
        step_two=bool(step_two),
        subject=subject if isinstance(subject, SubjectKind) else grant.subject,
        purposes=purposes if isinstance(purposes, frozenset) else grant.purposes,
        offence_min=Seriousness.GRAVE if change.get("grave") else grant.offence_min,
    )
    return replace(register, grants=(changed,))


def declining(register: Register) -> Register:
    word = Declaration(TWO, SubjectKind.DNA, Stance.DECLINES, DAY, "test")
    return replace(register, declarations=(word,))


def barred(register: Register, reason: RefusalReason, partner: PartnerCode = TWO, since: date = DAY) -> Register:
    return replace(register, bars=(Bar(partner, reason, since, f"{partner} is barred here"),))


SPOILED: list[tuple[RefusalReason, Register, Request]] = [
    (RefusalReason.UNKNOWN_PARTNER, whole(), replace(ASKED, answerer=PartnerCode("ZZZ"))),
    (RefusalReason.SAME_PARTNER, whole(), replace(ASKED, answerer=ONE)),
    (RefusalReason.PARTNER_WITHDRAWN, with_status(whole(), ONE, PartnerStatus.WITHDRAWN), ASKED),
    (RefusalReason.PARTNER_SUSPENDED, with_status(whole(), TWO, PartnerStatus.SUSPENDED), ASKED),
    (RefusalReason.NOT_ADMITTED, barred(whole(), RefusalReason.NOT_ADMITTED), ASKED),
    (RefusalReason.MEMBERSHIP_EXPIRED, barred(whole(), RefusalReason.MEMBERSHIP_EXPIRED), ASKED),
    (RefusalReason.PARTNER_DECLINED, declining(whole()), ASKED),
    (RefusalReason.NO_AGREEMENT, replace(whole(), agreements={}), ASKED),
    (RefusalReason.BASIS_NOT_BINDING, with_agreement(whole(), force=LegalForce.POLITICAL_DECLARATION), ASKED),
    (RefusalReason.AGREEMENT_NOT_IN_FORCE, late(whole()), ASKED),
    (RefusalReason.AGREEMENT_SUSPENDED, with_agreement(whole(), suspended_from=DAY), ASKED),
    (RefusalReason.AGREEMENT_TERMINATED, with_agreement(whole(), terminated_on=DAY), ASKED),
    (RefusalReason.SUBJECT_NOT_GRANTED, with_grant(whole(), turned=True), ASKED),
    (RefusalReason.PURPOSE_NOT_GRANTED, with_grant(whole(), purposes=frozenset({Purpose.RETURN})), ASKED),
    (RefusalReason.OFFENCE_BELOW_THRESHOLD, with_grant(whole(), grave=True), ASKED),
    (RefusalReason.STEP_TWO_NOT_GRANTED, with_grant(whole(), step_two=False), ASKED),
]


BARS = [
    RefusalReason.PARTNER_WITHDRAWN,
    RefusalReason.PARTNER_SUSPENDED,
    RefusalReason.NOT_ADMITTED,
    RefusalReason.MEMBERSHIP_EXPIRED,
]


@pytest.mark.parametrize("reason", BARS)
@pytest.mark.parametrize("partner", [ONE, TWO])
def test_a_bar_forbids_from_its_day_on_either_side_and_nobody_else(reason: RefusalReason, partner: PartnerCode) -> None:
    answer = permit(barred(whole(), reason, partner), ASKED)
    assert isinstance(answer, Refusal)
    assert answer.reason is reason
    assert isinstance(permit(barred(whole(), reason, partner, DAY + timedelta(days=1)), ASKED), Allow)
    assert isinstance(permit(barred(whole(), reason, PartnerCode("ZZZ")), ASKED), Allow)


@pytest.mark.parametrize("reason", BARS)
def test_a_bar_never_makes_an_allow_of_a_refusal(reason: RefusalReason) -> None:
    for _, register, request in SPOILED:
        for partner in (ONE, TWO):
            assert isinstance(permit(barred(register, reason, partner), request), Refusal)


def test_the_rows_are_every_reason_that_permit_finds_in_order() -> None:
    assert [reason for reason, _, _ in SPOILED] == list(RefusalReason)[: len(SPOILED)]
    assert isinstance(permit(whole(), ASKED), Allow)


@pytest.mark.parametrize(("reason", "register", "request_"), SPOILED, ids=[row[0].value for row in SPOILED])
def test_each_reason_is_reached(reason: RefusalReason, register: Register, request_: Request) -> None:
    answer = permit(register, request_)
    assert isinstance(answer, Refusal)
    assert answer.reason is reason
    assert ONE in answer.detail or TWO in answer.detail or "ZZZ" in answer.detail or "two" in answer.detail


@pytest.mark.parametrize("force", [LegalForce.MOU, LegalForce.POLITICAL_DECLARATION, LegalForce.TERMS_OF_REFERENCE])
def test_a_grant_on_a_non_binding_instrument_allows_nothing_even_when_built_by_hand(force: LegalForce) -> None:
    answer = permit(with_agreement(whole(), force=force), ASKED)
    assert isinstance(answer, Refusal)
    assert answer.reason is RefusalReason.BASIS_NOT_BINDING


@pytest.mark.parametrize(
    ("register", "first", "last"),
    [
        (with_status(whole(), ONE, PartnerStatus.SUSPENDED), date(2025, 1, 1), BEFORE),
        (with_agreement(whole(), suspended_from=DAY), date(2025, 1, 1), BEFORE),
        (with_agreement(whole(), terminated_on=DAY), date(2025, 1, 1), BEFORE),
        (declining(whole()), date(2025, 1, 1), BEFORE),
        (late(whole()), date(2025, 5, 16), date(2026, 5, 16)),
    ],
)
def test_dates_are_first_days(register: Register, first: date, last: date) -> None:
    def allows(on: date) -> bool:
        return isinstance(permit(register, replace(ASKED, on=on)), Allow)

    assert allows(first)
    assert not allows(date.fromordinal(first.toordinal() - 1))
    assert allows(last)
    if last == BEFORE:
        assert not allows(DAY)


def test_a_later_word_replaces_a_declaration() -> None:
    words = [
        Declaration(TWO, SubjectKind.DNA, Stance.OFFERS, date(2025, 5, 16), "test"),
        *declining(whole()).declarations,
    ]
    register = replace(whole(), declarations=tuple(words))
    assert isinstance(permit(register, ASKED), Refusal)
    assert isinstance(permit(register, replace(ASKED, on=date(2025, 5, 16))), Allow)


def test_the_asker_may_decline_for_itself_and_still_ask() -> None:
    word = Declaration(ONE, SubjectKind.DNA, Stance.DECLINES, date(2025, 1, 1), "test")
    assert isinstance(permit(replace(whole(), declarations=(word,)), ASKED), Allow)
