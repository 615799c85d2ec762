"""Whom a document is asked of, as plain rules over the agreement register: one issuer, nobody, or a reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.agreements import parse_register
from egnatia.engines.documents import normal_issuer
from egnatia.enquiries.desk import MIN_JUSTIFICATION
from egnatia.enquiries.issuers import OUTSIDE, check_beyond, check_named, issuer_alone, issuer_of
from egnatia.errors import InputError, RefusedError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason, SubjectKind
from egnatia.scenario.task_force import agreements

REGISTER = parse_register(agreements())
GBR, ALB, XKX, MKD, MNE = (PartnerCode(each) for each in ("GBR", "ALB", "XKX", "MKD", "MNE"))
EVERYBODY = {GBR, ALB, XKX, MKD, MNE}
REASON = "The batch was offered in both countries last month."
LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ<", min_size=0, max_size=4)


@pytest.mark.parametrize(
    ("code", "issuer"),
    [
        ("GBR", GBR), ("GBD", GBR), ("GBS", GBR), ("ALB", ALB), ("alb", ALB), ("ALB<", ALB), ("RKS", XKX), ("XKX", XKX),
        ("UNK", XKX), ("KS", None), ("MKD", MKD), ("MNE", MNE), ("D<<", None), ("DEU", None), ("UTO", None), ("", None),
        ("<<<", None), ("GB", None), ("ALBA", None),
    ],
)  # fmt: skip
def test_every_code_has_one_issuer_or_none(code: str, issuer: PartnerCode | None) -> None:
    assert issuer_of(REGISTER, code) == issuer


@settings(deadline=None, derandomize=True, max_examples=50)
@given(LETTERS)
def test_the_issuer_does_not_depend_on_how_a_code_is_written(code: str) -> None:
    found = issuer_of(REGISTER, code)
    for written in (code.lower(), f" {code} ", f"{code}<<", normal_issuer(code)):
        assert issuer_of(REGISTER, written) == found
    held = [
        partner.code
        for partner in REGISTER.partners.values()
        if normal_issuer(code) in map(normal_issuer, partner.travel_document_codes)
    ]
    assert held == ([] if found is None else [found])


@pytest.mark.parametrize(("code", "issuer"), [("RKS", XKX), ("GBD", GBR), ("MNE", MNE)])
def test_the_issuer_alone_is_the_answer(code: str, issuer: PartnerCode) -> None:
    assert issuer_alone(REGISTER, ALB, code, EVERYBODY - {ALB}) == issuer


@pytest.mark.parametrize(
    ("us", "code", "known", "reason"),
    [
        (ALB, "FRA", EVERYBODY, RefusalReason.ISSUER_NO_MEMBER),
        (ALB, "FRA", set(), RefusalReason.ISSUER_NO_MEMBER),
        (ALB, "ALB", EVERYBODY, RefusalReason.SAME_PARTNER),
        (XKX, "UNK", EVERYBODY, RefusalReason.SAME_PARTNER),
        (ALB, "RKS", EVERYBODY - {XKX}, RefusalReason.UNKNOWN_PARTNER),
        (ALB, "RKS", set(), RefusalReason.UNKNOWN_PARTNER),
    ],
)
def test_where_the_issuer_cannot_be_asked_nobody_else_is(
    us: PartnerCode, code: str, known: set[PartnerCode], reason: RefusalReason
) -> None:
    with pytest.raises(RefusedError) as caught:
        issuer_alone(REGISTER, us, code, known)
    assert caught.value.reason is reason
    assert caught.value.hint()
    assert (OUTSIDE in caught.value.message) is (reason is RefusalReason.ISSUER_NO_MEMBER)


@pytest.mark.parametrize(
    ("code", "partners", "needed"),
    [
        ("RKS", (XKX,), False),
        ("RKS", (GBR,), True),
        ("RKS", (XKX, GBR), True),
        ("FRA", (GBR,), True),
        ("GBO", (GBR,), False),
        ("RKS", (), False),
    ],
)
def test_a_reason_is_needed_exactly_where_others_are_named(
    code: str, partners: tuple[PartnerCode, ...], *, needed: bool
) -> None:
    check_named(REGISTER, code, partners, REASON)
    if not needed:
        check_named(REGISTER, code, partners, None)
        return
    with pytest.raises(InputError) as caught:
        check_named(REGISTER, code, partners, None)
    assert "GBR" in caught.value.message
    assert "--beyond-issuer" in caught.value.hint()
    assert "no partner issues" in caught.value.message or code != "FRA"


@pytest.mark.parametrize("kind", [each for each in SubjectKind if each is not SubjectKind.TRAVEL_DOCUMENT])
def test_nothing_but_a_document_has_an_issuer(kind: SubjectKind) -> None:
    assert check_beyond(kind, None) is None
    with pytest.raises(InputError, match="no issuer"):
        check_beyond(kind, REASON)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("x" * MIN_JUSTIFICATION, True),
        ("x" * (MIN_JUSTIFICATION - 1), False),
        (" " * 40, False),
        (REASON + "\u202e", False),
        ("x" * 5_000, False),
        (f"  {REASON}  ", True),
    ],
)
def test_a_reason_is_a_sentence(text: str, *, good: bool) -> None:
    if good:
        assert check_beyond(SubjectKind.TRAVEL_DOCUMENT, text) == text.strip()
        return
    with pytest.raises(InputError):
        check_beyond(SubjectKind.TRAVEL_DOCUMENT, text)
