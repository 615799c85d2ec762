"""Registers and questions that Hypothesis draws: few partners, few days, so that they meet."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from egnatia.agreements.checks import check_register
from egnatia.agreements.decision import Request
from egnatia.errors import InputError
from egnatia.model.agreements import Agreement, Bar, Declaration, Grant, Partner, Party, Register, StatusFact
from egnatia.model.ids import AgreementId, GrantId, PartnerCode
from egnatia.model.offences import Seriousness
from egnatia.model.states import LegalForce, Offence, PartnerStatus, Purpose, RefusalReason, Stance, SubjectKind

OFFENCES = {
    Offence.THEFT: Seriousness.ORDINARY,
    Offence.ROBBERY: Seriousness.SERIOUS,
    Offence.HOMICIDE: Seriousness.GRAVE,
}
CODES = [PartnerCode(code) for code in ("AAA", "BBB", "CCC")]
BARRING = (
    RefusalReason.PARTNER_WITHDRAWN,
    RefusalReason.PARTNER_SUSPENDED,
    RefusalReason.NOT_ADMITTED,
    RefusalReason.MEMBERSHIP_EXPIRED,
)
DAYS = st.dates(date(2025, 1, 1), date(2025, 1, 6))
FEW_SUBJECTS = st.sampled_from([SubjectKind.DNA, SubjectKind.PERSON])


@st.composite
def partners(draw: st.DrawFn, code: PartnerCode) -> Partner:
    days = sorted(draw(st.sets(DAYS, min_size=1, max_size=3)))
    weights = [PartnerStatus.MEMBER] * 4 + list(PartnerStatus)
    return Partner(code, (code,), tuple(StatusFact(draw(st.sampled_from(weights)), day, "drawn") for day in days))


@st.composite
def agreements(draw: st.DrawFn, number: int) -> Agreement:
    codes = draw(st.sampled_from([CODES, CODES[:2], CODES[1:], CODES[::2]]))
    forces = [LegalForce.TREATY, LegalForce.BINDING_AGREEMENT, *LegalForce]
    return Agreement(
        id=AgreementId(f"a{number}"),
        title="drawn",
        force=draw(st.sampled_from(forces)),
        multilateral=len(codes) > 2,
        parties=tuple(Party(code, None, None, draw(DAYS | st.none())) for code in codes),
        suspended_from=draw(st.none() | DAYS),
        terminated_on=draw(st.none() | DAYS),
        invented=True,
        source="drawn",
    )


@st.composite
def grants(draw: st.DrawFn, number: int, agreement: Agreement) -> Grant:
    pair = draw(st.permutations([party.partner for party in agreement.parties]))[:2]
    return Grant(
        id=GrantId(f"g{number}"),
        agreement=agreement.id,
        asker=pair[0],
        answerer=pair[1],
        subject=draw(FEW_SUBJECTS),
        purposes=frozenset(draw(st.sets(st.sampled_from(Purpose), min_size=1))),
        offence_min=draw(st.sampled_from(Seriousness)),
        step_two=draw(st.booleans()),
        deadline_h=48,
        quota_day=1,
        retention_max_d=1,
        handling_default="H1",
    )


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """A register that passes its checks: grants that would make it ambiguous or unlawful are left out."""
    members = {code: draw(partners(code)) for code in CODES}
    texts = [draw(agreements(number)) for number in range(draw(st.integers(1, 4)))]
    register = Register(members, {each.id: each for each in texts}, (), ())
    for number in range(draw(st.integers(1, 8))):
        more = replace(register, grants=(*register.grants, draw(grants(number, draw(st.sampled_from(texts))))))
        register = more if is_valid(more) else register
    spoken = {(each.partner, each.subject, each.since): each for each in draw(st.lists(declarations(), max_size=3))}
    bars = tuple(draw(st.lists(barred(), max_size=2)))
    return replace(register, declarations=tuple(spoken.values()), bars=bars)


def declarations() -> st.SearchStrategy[Declaration]:
    return st.builds(Declaration, st.sampled_from(CODES), FEW_SUBJECTS, st.sampled_from(Stance), DAYS, st.just("drawn"))


def barred() -> st.SearchStrategy[Bar]:
    return st.builds(Bar, st.sampled_from(CODES), st.sampled_from(BARRING), DAYS, st.just("drawn"))


def is_valid(register: Register) -> bool:
    try:
        check_register(register)
    except InputError:
        return False
    return True


def requests() -> st.SearchStrategy[Request]:
    codes = st.sampled_from([*CODES, PartnerCode("ZZZ")])
    offences = st.sampled_from(list(OFFENCES))
    return st.builds(Request, codes, codes, FEW_SUBJECTS, st.sampled_from(Purpose), offences, DAYS, st.booleans())
