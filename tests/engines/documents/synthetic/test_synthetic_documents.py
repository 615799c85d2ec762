"""Genuine synthetic documents: every source says the same, as our readers of each source find."""

import random
from datetime import date, timedelta

import pytest
from asn1crypto import cms as asn1
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import Advice, Severity, ZoneDocument, inspect, read_zone
from egnatia.engines.documents.chip.dg1 import read_dg1
from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.synthetic import chips, trust
from egnatia.engines.documents.synthetic.authorities import authority, document_signer, expired_signer, seal_signer
from egnatia.engines.documents.synthetic.compare import disagreements, said
from egnatia.engines.documents.synthetic.documents import Options, fields_of, genuine, printed_date
from egnatia.engines.documents.synthetic.holders import STATES
from egnatia.engines.documents.synthetic.keys import make_key
from egnatia.engines.documents.synthetic.pki import DEFAULT_PROFILE
from egnatia.engines.documents.synthetic.seal import c40, can_be_sealed, seal_of
from egnatia.engines.documents.synthetic.types import GENUINE, AuthorityRecipe, Kind, SyntheticDocument
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate, verify_certificate
from egnatia.engines.documents.trust.cms import read_signed_data
from egnatia.engines.documents.trust.keys import PublicKey
from egnatia.engines.documents.trust.signed_data import SignedData
from egnatia.engines.documents.trust.signers import verify_signer
from egnatia.engines.documents.types import Source
from egnatia.errors import InputError

TODAY = date(2026, 11, 22)
SEEDS = st.integers(0, 2**40)
STATE_CODES = st.sampled_from(sorted(STATES))
KINDS = st.sampled_from(list(Kind))


def make(
    seed: int, kind: Kind = Kind.PASSPORT, state: str = "UTO", *, seal: bool = False, profile: str = DEFAULT_PROFILE
) -> SyntheticDocument:
    return genuine(random.Random(seed), TODAY, Options(kind, state, seal=seal, profile=profile))


def certificate(encoded: bytes) -> Certificate:
    found = read_certificate(encoded)
    assert isinstance(found, Certificate), found
    return found


@settings(deadline=None, derandomize=True, max_examples=50)
@given(SEEDS, KINDS, STATE_CODES)
def test_a_genuine_zone_is_consistent_and_says_what_was_issued(seed: int, kind: Kind, state: str) -> None:
    document = make(seed, kind, state)
    result = inspect("\n".join(document.zone), TODAY)
    assert result.advice is Advice.CONSISTENT, result.findings
    above = [finding for finding in result.findings if finding.severity is not Severity.INFO]
    assert {finding.code.value for finding in above} <= {"SPECIMEN"}
    issue, zone = document.issue, result.document
    assert zone.format is kind.zone_format
    assert (zone.issuer, zone.number, zone.code) == (state, issue.number, issue.code)
    assert (result.birth.exact(), result.expiry.exact()) == (issue.holder.birth, issue.expires)
    assert zone.sex.value == issue.holder.sex


@settings(deadline=None, derandomize=True, max_examples=50)
@given(SEEDS, KINDS, STATE_CODES)
def test_days_are_in_order_and_it_is_valid_today(seed: int, kind: Kind, state: str) -> None:
    issue = make(seed, kind, state).issue
    assert issue.holder.birth < issue.issued < TODAY <= issue.expires
    assert issue.expires - issue.issued < timedelta(days=366 if kind.is_visa else 3_660)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(SEEDS, KINDS, STATE_CODES)
def test_nothing_disagrees_in_a_genuine_document(seed: int, kind: Kind, state: str) -> None:
    document = make(seed, kind, state, seal=can_be_sealed(kind))
    assert document.label == GENUINE
    assert not document.label.catchable
    assert disagreements(document) == ()
    told = said(document)
    assert (Source.CHIP in told) == (not kind.is_visa)
    assert (Source.SEAL in told) == can_be_sealed(kind)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(SEEDS, KINDS, STATE_CODES)
def test_the_printed_fields_are_those_of_the_zone(seed: int, kind: Kind, state: str) -> None:
    document = make(seed, kind, state)
    visual, zone = document.visual, read_zone("\n".join(document.zone))
    assert visual["number"] == (zone.number,)
    assert visual["issuer"] == (zone.issuer,)
    assert visual["nationality"] == (zone.nationality,)
    assert visual["sex"] == (zone.sex.value,)
    assert visual["document_code"] == (zone.code,)
    fields = fields_of(document.issue)
    if STATES[state].both_scripts:
        assert visual["primary"][1] == " ".join(fields.primary)
        assert not visual["primary"][0].isascii()
    else:
        assert len(visual["primary"]) == 1
    if "personal_number" in visual and fields.optional:
        assert visual["personal_number"] == (zone.optional[0],)
    assert ("passport_number" in visual) == kind.is_visa


@pytest.mark.parametrize("kind", [Kind.PASSPORT, Kind.CARD, Kind.SHEET])
@pytest.mark.parametrize("state", sorted(STATES))
def test_the_chip_holds_the_zone_and_is_signed_by_its_authority(kind: Kind, state: str) -> None:
    document = make(3, kind, state, profile="p256-sha256")
    assert document.chip is not None
    files = chips.files(document.chip)
    assert set(files) == {"EF.COM", "EF.SOD", "DG1", "DG2", "DG11", "DG12", "DG14", "DG15"}
    assert "".join(document.zone).encode() in files["DG1"]
    signed = read_signed_data(files["EF.SOD"][files["EF.SOD"].index(b"\x30", 1) :])
    assert isinstance(signed, SignedData)
    verdict = verify_signer(signed)
    assert verdict.ok
    assert verdict.certificate is not None
    root = certificate(authority(document.authority).csca.certificate)
    assert isinstance(root.key, PublicKey)
    assert verify_certificate(verdict.certificate, root.key).ok
    assert verdict.certificate.not_before.date() <= document.issue.issued <= verdict.certificate.not_after.date()


def test_group_1_is_read_back() -> None:
    document = make(11, Kind.CARD, "ALB")
    assert document.chip is not None
    read = read_dg1(chips.files(document.chip)["DG1"])
    assert read.findings == ()
    assert isinstance(read.values["zone"], ZoneDocument)
    assert read.values["zone"].lines == document.zone


@settings(deadline=None, derandomize=True, max_examples=30)
@given(SEEDS, st.sampled_from([kind for kind in Kind if can_be_sealed(kind)]), STATE_CODES)
def test_a_seal_is_read_back_without_a_flaw(seed: int, kind: Kind, state: str) -> None:
    document = make(seed, kind, state, seal=True, profile="bp256-sha256")
    assert document.seal is not None
    reading = read_seal(document.seal)
    assert reading.flaws == ()
    seal = reading.seal
    assert seal is not None
    assert seal.issuer == state[:3]
    assert seal.signer == {"UTO": "UT", "RKS": "KS", "SRB": "RS", "BIH": "BA", "MNE": "ME"}.get(state, state[:2]) + "SP"
    assert seal.issued_on == document.issue.issued
    assert seal.reference == f"{seal_signer(document.authority).serial:X}"
    zone = seal.feature("zone")
    assert zone is not None
    shown = "".join(document.zone).replace("<", " ").split()
    assert zone.value.replace("<", " ").split()[:2] == shown[:2]


def test_the_seal_verifies_under_the_seal_signer() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    document = make(5, Kind.VISA, "UTO", seal=True, profile="p256-sha256-named")
    assert document.seal is not None
    seal = read_seal(document.seal).seal
    assert seal is not None
    assert seal.signature is not None
    key = x509.load_der_x509_certificate(seal_signer(document.authority).certificate).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    r, s = (int.from_bytes(half) for half in (seal.signature[:32], seal.signature[32:]))
    key.verify(encode_dss_signature(r, s), seal.signed, ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("kind", [Kind.PASSPORT, Kind.CARD])
def test_there_is_no_seal_for_passports_and_cards(kind: Kind) -> None:
    with pytest.raises(InputError, match="no digital seal"):
        make(1, kind, "UTO", seal=True)


def test_a_profile_with_rsa_still_seals_on_a_curve() -> None:
    document = make(1, Kind.VISA, "UTO", seal=True, profile="rsa2048-sha256")
    assert read_seal(document.seal or b"").flaws == ()


@pytest.mark.parametrize("text", ["A", "AB", "ABC", "ABCD", "L898902C3", "P<UTO", " "])
def test_c40_is_what_the_reader_of_seals_writes(text: str) -> None:
    from egnatia.engines.documents.seals import c40 as other

    assert c40(text) == other.encode(text)
    assert other.decode(c40(text)) == text.replace("<", " ")


def test_the_same_seed_gives_the_same_document_and_files() -> None:
    one, other = (make(417, Kind.SHEET, "RKS", seal=True) for _ in range(2))
    assert one == other
    assert one.chip is not None
    first = chips.files(one.chip)
    make_key.cache_clear()
    assert chips.files(one.chip) == first
    assert make(418, Kind.SHEET, "RKS", seal=True) != one


def test_documents_of_one_batch_share_authority_and_background_and_nothing_else() -> None:
    made = [make(seed, Kind.PASSPORT, "ALB") for seed in range(30)]
    assert len({document.style for document in made}) == 1
    assert len({document.issue.number for document in made}) == 30
    assert len({document.face for document in made}) == 30
    assert {document.authority.since.year % 4 for document in made} == {0}


def test_an_authority_uses_one_key_for_four_years_and_one_signer_a_month() -> None:
    recipe = AuthorityRecipe("seed", "p256-sha256-named", "UTO")
    days = [date(2020, 1, 1), date(2021, 6, 5), date(2023, 12, 31)]
    assert len({recipe.at(day) for day in days}) == 1
    assert authority(recipe.at(days[0])).csca != authority(recipe.at(date(2024, 1, 1))).csca
    signers = {document_signer(recipe, date(2020 + month // 12, month % 12 + 1, 9)).serial for month in range(48)}
    assert len(signers) == 48
    assert document_signer(recipe, date(2021, 6, 1)) == document_signer(recipe, date(2021, 6, 30))


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2024, 2, 29), date(2026, 11, 22)])
def test_an_expired_signer_had_expired_and_is_genuine_otherwise(day: date) -> None:
    recipe = AuthorityRecipe("seed", "p256-sha256-named", "UTO")
    signer = certificate(expired_signer(recipe, day).certificate)
    assert signer.not_after.date() < day
    root = certificate(authority(recipe.at(signer.not_before.date())).csca.certificate)
    assert isinstance(root.key, PublicKey)
    assert verify_certificate(signer, root.key).ok


def test_what_is_trusted_is_what_genuine_documents_need() -> None:
    documents = [make(seed, Kind.PASSPORT, "MKD", profile="p256-sha256") for seed in range(4)]
    files = trust.files(documents, TODAY)
    assert "master-list.ml" in files
    held = set(trust.certificates(documents))
    for document in documents:
        assert authority(document.authority).csca.certificate in held
    content = asn1.ContentInfo.load(files["master-list.ml"])["content"]["encap_content_info"]["content"]
    assert all(each in bytes(content) for each in held)
    assert not any(name.startswith("seal") for name in files)
    sealed = trust.files([make(1, Kind.VISA, "UTO", seal=True, profile="p256-sha256")], TODAY)
    assert any(name.startswith("seal-signer-UTO") for name in sealed)


def test_an_unknown_state_or_profile_is_refused() -> None:
    with pytest.raises(InputError, match="No holders"):
        make(1, Kind.PASSPORT, "FRA")
    with pytest.raises(InputError, match="no profile"):
        make(1, Kind.VISA, "UTO", seal=True, profile="rot13")


def test_dates_are_printed_in_the_manner_of_the_language() -> None:
    english, albanian = make(1, Kind.CARD, "UTO"), make(1, Kind.CARD, "ALB")
    day = date(1974, 8, 12)
    assert printed_date(day, english.issue.holder) == "12 AUG 1974"
    assert printed_date(day, albanian.issue.holder) == "12.08.1974"


def test_a_leap_day_of_issue_expires_on_the_28th_at_latest() -> None:
    from egnatia.engines.documents.synthetic.documents import _years_later

    assert _years_later(date(2024, 2, 29), 10) == date(2034, 2, 27)
    assert _years_later(date(2024, 3, 1), 1) == date(2025, 2, 28)
    assert _years_later(date(2024, 5, 15), 10) == date(2034, 5, 14)


def test_a_seal_needs_a_curve() -> None:
    from egnatia.engines.documents.synthetic.pki import Authority
    from egnatia.engines.documents.synthetic.seal import sealed

    document = make(1, Kind.VISA, "UTO")
    signer = Authority.make("x", "rsa2048-sha256", since=TODAY).document_signer()
    with pytest.raises(InputError, match="elliptic"):
        sealed(document.zone, document.issue, signer)
    assert seal_of(document.zone, document.issue, document.authority)
