"""Only an authority issues anything: no key of a document signer, a list signer or an office may make others believed."""

import hashlib
from datetime import UTC, date, datetime

import pytest
from tests.engines.documents.trust.making import (
    Signer,
    authority_key,
    certificate,
    ec_signer,
    extension,
    integer,
    key_id,
    master_list,
    name,
    octets,
    oid,
    seq,
    set_of,
    signed_data,
    subject_key,
    tlv,
)
from tests.engines.documents.trust.realm import (
    LIST_KEY,
    MASTER_LIST,
    NEW,
    NOW,
    PUBLISHER,
    ROOT_KEY,
    UTO_NEW,
    albania,
    document_signer,
    history,
    list_signer,
    read,
    revocation_list,
    root,
    signed_list,
    uto_link,
    uto_new,
    uto_old,
)

from egnatia.engines.documents.trust.chains import ChainState
from egnatia.engines.documents.trust.countries import Issuing, issuing
from egnatia.engines.documents.trust.defect_lists import DefectList, read_defect_list
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate, import_crl, import_list
from egnatia.engines.documents.trust.master_lists import ListTrust, MasterList, read_master_list
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.errors import InputError, TamperedError

DAY = date(2026, 6, 1)
OWN = ec_signer(number=61)
CERT_SIGN, SIGNS = tlv(0x03, b"\x01\x06"), tlv(0x03, b"\x07\x80")
YES, NO = seq(tlv(0x01, b"\xff")), seq()


def with_extensions(usage: bytes | None, constraints: bytes | None, *, issuer: bytes | None = None) -> bytes:
    listed = [extension("2.5.29.15", usage, critical=True)] if usage is not None else []
    listed += [extension("2.5.29.19", constraints, critical=True)] if constraints is not None else []
    return certificate(name("C=UT, CN=one"), OWN, issuer, NEW if issuer else None, extensions=listed)


@pytest.mark.parametrize(
    ("usage", "constraints", "may"),
    [
        (CERT_SIGN, YES, True), (CERT_SIGN, NO, True), (CERT_SIGN, None, True), (None, YES, True), (SIGNS, YES, True),
        (SIGNS, None, False), (SIGNS, NO, False), (None, NO, False), (None, None, False),
    ],
)  # fmt: skip
def test_flag_or_usage_makes_an_authority(usage: bytes | None, constraints: bytes | None, *, may: bool) -> None:
    assert read(with_extensions(usage, constraints, issuer=UTO_NEW)).may_issue is may


def test_of_certificates_that_say_nothing_only_a_self_issued_one_is_an_authority() -> None:
    assert read(with_extensions(None, None)).may_issue
    assert not read(with_extensions(SIGNS, None)).may_issue


def test_authorities_of_every_kind_in_the_tests_are_ones() -> None:
    assert all(read(each).may_issue for each in (uto_old(), uto_link(), uto_new(), albania(), root()))
    assert not read(list_signer()).may_issue


def signer_with_usage(own: Signer, issuer: bytes, by: Signer, serial: int = 50) -> bytes:
    listed = [subject_key(key_id(own)), authority_key(key_id(by)), extension("2.5.29.15", SIGNS, critical=True)]
    return certificate(name(f"C=UT, CN=DS {serial}"), own, issuer, by, serial=serial, extensions=listed)


def test_what_a_document_signer_issued_leads_nowhere_though_its_certificate_is_held() -> None:
    signer = signer_with_usage(OWN, UTO_NEW, NEW)
    holdings = import_certificate(history(), signer, NOW, date(2026, 1, 1)).holdings
    store = TrustStore(holdings)
    assert store.chain(read(signer), DAY).state is ChainState.TRUSTED
    minted = document_signer(name("C=UT, CN=DS 50"), OWN, number=62, serial=51)
    chain = store.chain(minted, DAY)
    assert (chain.state, chain.links) == (ChainState.NOT_SIGNED, ())
    nameless = document_signer(name("C=UT, CN=nobody"), OWN, number=62, serial=52, aki=None)
    assert store.chain(nameless, DAY).links == ()


def test_a_document_signer_revokes_nothing() -> None:
    signer = signer_with_usage(OWN, UTO_NEW, NEW)
    holdings = import_certificate(history(), signer, NOW, date(2026, 1, 1)).holdings
    with pytest.raises(InputError, match="no certificate of"):
        import_crl(holdings, revocation_list(name("C=UT, CN=DS 50"), OWN, {2: 1}))
    same_name = certificate(UTO_NEW, OWN, UTO_NEW, NEW, serial=70, extensions=[extension("2.5.29.15", SIGNS)])
    holdings = import_certificate(history(), same_name, NOW, date(2026, 1, 1)).holdings
    with pytest.raises(TamperedError):
        import_crl(holdings, revocation_list(UTO_NEW, OWN, {2: 1}))


def minted_list(marked: tuple[bytes, ...], middle: bytes, by: Signer) -> bytes:
    """A list whose signer was made by somebody with a document signer's key."""
    own = ec_signer(number=63)
    issuer = read(middle)
    listed = (subject_key(key_id(own)), authority_key(key_id(by)), *marked)
    cert = certificate(name("C=NL, CN=Minted"), own, issuer.subject.raw, by, serial=90, extensions=listed)
    content = master_list([uto_old()])
    attributes = [
        seq(oid("1.2.840.113549.1.9.3"), set_of(oid(MASTER_LIST))),
        seq(oid("1.2.840.113549.1.9.4"), set_of(octets(hashlib.sha256(content).digest()))),
        seq(oid("1.2.840.113549.1.9.5"), set_of(tlv(0x17, b"260101120000Z"))),
    ]
    return signed_data(content, MASTER_LIST, cert, own, attributes=attributes, embedded=[cert, middle])


MARK = extension("2.5.29.37", seq(oid("2.23.136.1.1.3")), critical=True)


def test_no_way_to_a_root_goes_through_a_document_signer() -> None:
    signer = signer_with_usage(OWN, PUBLISHER, ROOT_KEY)
    found = read_master_list(minted_list((MARK,), signer, OWN), (read(root()),))
    assert isinstance(found, MasterList)
    assert (found.trust, len(found.path)) == (ListTrust.NO_ISSUER, 1)
    with pytest.raises(InputError, match="nothing that is known issued"):
        import_list(Holdings(), minted_list((MARK,), signer, OWN), "NL", NOW, [read(root())])


def test_a_list_by_a_signer_that_was_made_for_something_else_needs_somebody_to_vouch() -> None:
    plain = signed_list(uto_old(), signer=list_signer(marked=False))
    with pytest.raises(InputError, match="something else than master lists"):
        import_list(Holdings(), plain, "NL", NOW, [read(root())])
    done = import_list(Holdings(), plain, "NL", NOW, [read(root())], vouched=True)
    assert "not marked for master lists" in "; ".join(done.warnings)
    marked = import_list(Holdings(), signed_list(uto_old()), "NL", NOW, [read(root())])
    assert marked.holdings.versions[-1].trust is ListTrust.ROOT


def test_a_list_of_defects_needs_an_authority_among_the_roots() -> None:
    content = seq(integer(0), set_of())
    signer = signer_with_usage(LIST_KEY, PUBLISHER, OWN, 80)
    data = signed_data(content, "2.23.136.1.1.7", signer, LIST_KEY)
    kinds = []
    for given in (certificate(PUBLISHER, OWN), certificate(PUBLISHER, OWN, extensions=[extension("2.5.29.15", SIGNS)])):
        found = read_defect_list(data, [read(given)], "NL", DAY)
        assert isinstance(found, DefectList), found
        kinds.append((found.verdict.ok, found.trusted))
    assert kinds == [(True, True), (True, False)]


@pytest.mark.parametrize(("document", "country"), [("BMU", "GB"), ("GBR", "BM"), ("GBD", "BM"), ("BMU", "bm")])
def test_bermuda_and_the_kingdom_sign_for_each_other(document: str, country: str) -> None:
    assert issuing(document, country) is Issuing.SAME
    assert issuing(document, "FR") is Issuing.OTHER


def test_a_signer_is_valid_on_the_whole_day_on_which_it_begins() -> None:
    early = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
    signer = document_signer(UTO_NEW, NEW, validity=(early.replace(hour=23), early.replace(year=2030)))
    assert TrustStore(history()).chain(signer, DAY).state is ChainState.TRUSTED


def crowd(size: int) -> tuple[bytes, ...]:
    """Authorities of the publisher's name and other keys, as a list may hold by the thousand."""
    usage = extension("2.5.29.15", CERT_SIGN, critical=True)
    keys = [ec_signer(number=200 + number) for number in range(8)]
    return tuple(
        certificate(PUBLISHER, keys[serial % 8], serial=1_000 + serial, extensions=[usage]) for serial in range(size)
    )


def test_the_root_is_found_in_a_crowd_of_its_name_because_the_signer_names_its_key() -> None:
    data = signed_list(*crowd(150), uto_old())
    found = read_master_list(data, (read(root()),))
    assert isinstance(found, MasterList)
    assert (found.trust, len(found.path), len(found.certificates)) == (ListTrust.ROOT, 2, 151)


def test_a_crowd_of_the_root_s_name_does_not_keep_the_reader_busy() -> None:
    listed = (subject_key(key_id(LIST_KEY)), MARK)
    silent = certificate(name("C=NL, CN=Silent"), LIST_KEY, PUBLISHER, ROOT_KEY, serial=91, extensions=listed)
    few = read_master_list(signed_list(*crowd(20), root(), signer=silent))
    many = read_master_list(signed_list(*crowd(150), root(), signer=silent))
    assert isinstance(few, MasterList)
    assert isinstance(many, MasterList)
    assert (few.trust, len(few.path)) == (ListTrust.ITSELF, 2)
    assert many.trust in {ListTrust.ITSELF, ListTrust.NO_ISSUER}
    given = read_master_list(signed_list(*crowd(150), root(), signer=silent), (read(root()),))
    assert isinstance(given, MasterList)
    assert given.trust is ListTrust.ROOT, "roots that the operator gave are tried before what came along"
