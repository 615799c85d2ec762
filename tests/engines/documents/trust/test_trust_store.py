"""The store as of a day: who is believed, by what a chain was found, and what a person is told about a certificate."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.engines.documents.trust.making import BEGIN, NULL, certificate, ec_signer, key_id, name
from tests.engines.documents.trust.real import LISTS, SECURITY_OBJECTS, needs_real_data, real
from tests.engines.documents.trust.realm import (
    ALBANIA,
    KOSOVO,
    KS_KEY,
    NEW,
    NOW,
    OLD,
    UTO,
    UTO_NEW,
    albania,
    document_signer,
    history,
    kosovo,
    list_signer,
    read,
    revocation_list,
    root,
    signed_list,
    uto_link,
    uto_new,
    uto_old,
)

from egnatia.engines.documents.trust.chains import ChainState, FoundIssuerBy, Standing
from egnatia.engines.documents.trust.cms import read_signed_data, verify_signer
from egnatia.engines.documents.trust.defects import Defect, DefectKind, Scope
from egnatia.engines.documents.trust.explain import explain
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate, import_crl, import_defects, import_list
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.revocations import RevocationState
from egnatia.engines.documents.trust.signed_data import SignedData
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.errors import ConflictError, InputError, TamperedError

DAY = date(2026, 11, 22)


@pytest.fixture(name="store")
def _store() -> TrustStore:
    return TrustStore(history())


@pytest.mark.parametrize(
    ("day", "count"),
    [(date(2023, 12, 31), 0), (date(2024, 1, 1), 2), (date(2024, 12, 31), 2), (date(2025, 1, 1), 5), (DAY, 3)],
)
def test_what_was_listed_on_a_day(store: TrustStore, day: date, count: int) -> None:
    assert len(store.index.listed_on(day)) == count


@pytest.mark.parametrize(
    ("day", "standing"),
    [(date(2024, 6, 1), Standing.NOT_YET), (date(2025, 6, 1), Standing.LISTED), (date(2026, 6, 1), Standing.DROPPED)],
)
def test_a_certificate_appears_and_disappears(store: TrustStore, day: date, standing: Standing) -> None:
    ds = document_signer(KOSOVO, KS_KEY, subject=name("C=KS, CN=DS"))
    chain = store.chain(ds, day)
    assert store.index.standing(read(kosovo()).fingerprint, day) is standing
    assert chain.links[0].standing is standing
    assert chain.state is (ChainState.TRUSTED if standing is Standing.LISTED else ChainState.DROPPED)
    assert chain.anchor is not None
    assert chain.anchor.state == ds.state == "RKS"


def test_what_was_imported_later_was_not_known_then() -> None:
    holdings = import_list(Holdings(), signed_list(uto_old()), "NL", NOW, [read(root())]).holdings
    store, ds = TrustStore(holdings), document_signer(UTO, OLD)
    assert store.chain(ds, DAY, known_at=NOW).state is ChainState.TRUSTED
    assert store.chain(ds, DAY, known_at=NOW - timedelta(seconds=1)).state is ChainState.DROPPED


@pytest.mark.parametrize(
    ("issuer", "aki", "found_by"),
    [
        (UTO, key_id(OLD), FoundIssuerBy.KEY_ID),
        (UTO, None, FoundIssuerBy.NAME),
        (UTO, b"no such key", FoundIssuerBy.NAME),
        (name("C=UT, O=UTOPIA, CN=utopia csca", 0x13), None, FoundIssuerBy.NAME),
        (name("CN=Utopia CSCA, O=Utopia, C=UT"), None, FoundIssuerBy.NAME_REORDERED),
        (name("C=UT, CN=Another name"), None, FoundIssuerBy.COUNTRY),
    ],
)
def test_what_led_to_the_issuer_is_recorded(
    store: TrustStore, issuer: bytes, aki: bytes | None, found_by: FoundIssuerBy
) -> None:
    chain = store.chain(document_signer(issuer, OLD, aki=aki), date(2025, 6, 1))
    assert (chain.state, chain.links[0].found_by) == (ChainState.TRUSTED, found_by)
    assert chain.anchor is not None
    assert chain.anchor.raw == uto_old()


def test_a_name_with_another_key_is_not_enough(store: TrustStore) -> None:
    forged = document_signer(UTO, ec_signer(number=99))
    assert store.chain(forged, DAY).state is ChainState.NOT_SIGNED
    claimed = document_signer(UTO, ec_signer(number=99), aki=key_id(OLD))
    assert store.chain(claimed, DAY).state is ChainState.NOT_SIGNED
    stranger = document_signer(name("C=QQ, CN=Nowhere"), ec_signer(number=99), subject=name("C=QQ, CN=DS"))
    chain = store.chain(stranger, DAY)
    assert (chain.state, chain.links, chain.anchor, chain.root) == (ChainState.NO_ISSUER, (), None, None)


def test_of_root_and_link_with_one_key_the_listed_one_is_the_anchor(store: TrustStore) -> None:
    ds = document_signer(UTO_NEW, NEW)
    chain = store.chain(ds, DAY)
    assert chain.anchor is not None
    assert chain.anchor.raw in {uto_link(), uto_new()}
    assert chain.state is ChainState.TRUSTED
    assert chain.root is not None
    assert store.chain(ds, DAY).anchor == chain.anchor  # and always the same one


def test_a_link_leads_to_the_old_root_under_another_name(store: TrustStore) -> None:
    chain = store.chain(read(uto_link()), date(2025, 6, 1))
    assert (chain.state, chain.links[0].found_by) == (ChainState.TRUSTED, FoundIssuerBy.KEY_ID)
    assert chain.root is not None
    assert chain.root.raw == uto_old()


def test_a_root_of_the_store_is_its_own_anchor(store: TrustStore) -> None:
    chain = store.chain(read(uto_new()), DAY)
    assert (chain.state, chain.links[0].found_by) == (ChainState.TRUSTED, FoundIssuerBy.ITSELF)


def test_dates_of_signer_and_authority(store: TrustStore) -> None:
    late = document_signer(UTO_NEW, NEW, validity=(BEGIN, datetime(2025, 1, 1, tzinfo=UTC)))
    chain = store.chain(late, DAY)
    assert (chain.state, chain.certificate_valid, chain.anchor_valid) == (ChainState.EXPIRED, False, True)
    assert store.chain(document_signer(UTO_NEW, NEW), date(2036, 1, 1)).anchor_valid is False


def test_lists_that_nobody_vouches_for_leave_a_chain_unconfirmed() -> None:
    with pytest.raises(InputError, match="nobody vouches"):
        import_list(Holdings(), signed_list(uto_old()), "NL", NOW)
    holdings = import_list(Holdings(), signed_list(uto_old()), "NL", NOW, vouched=True).holdings
    assert TrustStore(holdings).chain(document_signer(UTO, OLD), DAY).state is ChainState.UNCONFIRMED
    itself = import_list(Holdings(), signed_list(uto_old(), root()), "NL", NOW, vouched=True).holdings
    assert TrustStore(itself).chain(document_signer(UTO, OLD), DAY).state is ChainState.TRUSTED


def test_revoked_signers_and_authorities() -> None:
    holdings = import_crl(history(), revocation_list(UTO_NEW, NEW, {50: 1})).holdings
    store = TrustStore(holdings)
    revoked = store.chain(document_signer(UTO_NEW, NEW, serial=50), DAY)
    assert (revoked.state, revoked.revocation.state) == (ChainState.REVOKED, RevocationState.REVOKED)
    good = store.chain(document_signer(UTO_NEW, NEW, serial=51), DAY)
    assert (good.state, good.revocation.state) == (ChainState.TRUSTED, RevocationState.GOOD)
    before = store.chain(document_signer(UTO_NEW, NEW, serial=50), date(2026, 11, 21))
    assert (before.state, before.revocation.state) == (ChainState.TRUSTED, RevocationState.UNKNOWN)
    authority = import_crl(history(), revocation_list(UTO, OLD, {2: 2})).holdings
    anchors = {
        each.certificate.raw for each in TrustStore(authority).chain(document_signer(UTO_NEW, NEW), DAY).links[:1]
    }
    assert anchors <= {uto_link(), uto_new()}


def test_a_known_defect_of_the_signer_counts() -> None:
    ds = document_signer(UTO_NEW, NEW)

    def state(kind: DefectKind, since: date = date(2026, 1, 1)) -> ChainState:
        defect = Defect(kind, Scope(key_id=ds.key_id), "a partner", since)
        return TrustStore(import_defects(history(), [defect], "test").holdings).chain(ds, DAY).state

    assert state(DefectKind.CERTIFICATE_REVOKED) is ChainState.REVOKED
    assert state(DefectKind.CERTIFICATE_FOR_TESTS) is ChainState.REVOKED
    assert state(DefectKind.CERTIFICATE_ON_HOLD) is ChainState.DOUBTED
    assert state(DefectKind.GROUP_MALFORMED) is ChainState.TRUSTED
    assert state(DefectKind.CERTIFICATE_REVOKED, date(2027, 1, 1)) is ChainState.TRUSTED


def test_importing_refuses_what_does_not_verify_and_reports_the_rest() -> None:
    roots = [read(root())]
    done = import_list(history(), signed_list(uto_new(), day="250601"), "NL", NOW, roots)
    assert (done.added, done.removed) == (0, 4)
    assert any("later version" in each for each in done.warnings)
    early = import_list(Holdings(), signed_list(uto_new(), day="190101"), "NL", NOW, roots)
    assert any("was not valid when it was signed" in each for each in early.warnings)
    late = import_list(Holdings(), signed_list(uto_new(), day="270101"), "NL", NOW, roots)
    assert any("has not come yet" in each for each in late.warnings)
    with pytest.raises(ConflictError, match="held already"):
        import_list(done.holdings, signed_list(uto_new(), day="250601"), "NL", NOW, roots)
    with pytest.raises(TamperedError, match="signature does not hold"):
        import_list(Holdings(), signed_list(uto_old()).replace(b"Utopia CSCA", b"Utopia CSCB"), "NL", NOW, roots)
    with pytest.raises(InputError, match="no master list"):
        import_list(Holdings(), uto_old(), "NL", NOW, roots)
    with pytest.raises(TamperedError):
        import_crl(history(), revocation_list(UTO_NEW, ec_signer(number=99), {}))
    with pytest.raises(InputError, match="is held"):
        import_crl(history(), revocation_list(name("C=QQ"), NEW, {}))
    with pytest.raises(InputError, match="no certificate"):
        import_certificate(history(), NULL, NOW, DAY)


def test_a_list_without_a_date_needs_one() -> None:
    from tests.engines.documents.trust.making import master_list

    with pytest.raises(InputError, match="does not say when"):
        import_list(Holdings(), master_list([uto_old()]), "X", NOW, vouched=True)
    done = import_list(Holdings(), master_list([uto_old()]), "X", NOW, vouched=True, day=DAY)
    assert done.holdings.versions[0].day == DAY


def test_a_root_given_once_is_remembered() -> None:
    again = import_list(history(), signed_list(uto_new(), day="261101"), "NL", NOW)
    assert again.holdings.versions[-1].trust == "root"


def test_certificates_handed_over_one_by_one_add_up() -> None:
    first = import_certificate(Holdings(), albania(), NOW, date(2026, 1, 1)).holdings
    both = import_certificate(first, kosovo(), NOW, date(2026, 6, 1)).holdings
    store = TrustStore(both)
    assert len(store.index.listed_on(date(2026, 3, 1))) == 1
    assert len(store.index.listed_on(DAY)) == 2
    assert store.chain(document_signer(KOSOVO, KS_KEY), DAY).state is ChainState.TRUSTED
    with pytest.raises(ConflictError, match="handed over already"):
        import_certificate(both, kosovo(), NOW, DAY)


def test_the_version_changes_with_whatever_could_change_an_answer() -> None:
    base = history()
    defect = Defect(DefectKind.WEAK_KEY, Scope(state="UTO"), "a partner", DAY)
    others = [
        import_list(base, signed_list(uto_new(), day="261101"), "NL", NOW).holdings,
        import_crl(base, revocation_list(UTO_NEW, NEW, {})).holdings,
        import_defects(base, [defect], "test").holdings,
    ]
    assert len({each.digest() for each in (base, *others)}) == 4
    assert history().digest() == base.digest()


def test_an_explanation_says_where_a_certificate_stood(store: TrustStore) -> None:
    known = explain(store, read(kosovo()), DAY)
    assert [(each.source, each.first, each.dropped_on) for each in known.appearances] == [
        ("NL", date(2025, 1, 1), date(2026, 1, 1))
    ]
    said = " ".join(known.sentences())
    assert "Country KS, which means RKS." in said
    assert "left out on 2026-01-01" in said
    assert "a root" in said


def test_an_explanation_shows_links_both_ways(store: TrustStore) -> None:
    up = explain(store, read(uto_link()), DAY)
    assert "a link certificate" not in " ".join(up.sentences())  # the new name is another name
    assert [each.raw for each in explain(store, read(uto_old()), DAY).signs] == [uto_link()]
    stranger = explain(store, document_signer(ALBANIA, ec_signer(number=99)), DAY)
    assert (stranger.held, stranger.standing, stranger.appearances) == (False, None, ())
    assert "none of its keys signed it" in " ".join(stranger.sentences())


def test_a_list_signer_leads_to_its_root_which_no_list_holds(store: TrustStore) -> None:
    assert store.chain(read(list_signer()), DAY).state is ChainState.DROPPED


def test_many_twins_do_not_make_a_search_long() -> None:
    twins = [certificate(UTO, ec_signer(number=100 + each), serial=each) for each in range(6)]
    holdings = import_list(Holdings(), signed_list(*twins, uto_old()), "NL", NOW, [read(root())]).holdings
    chain = TrustStore(holdings).chain(document_signer(UTO, OLD, aki=None), DAY)
    assert chain.state is ChainState.TRUSTED
    assert 1 <= chain.tried <= 7


@needs_real_data
def test_the_real_lists_resolve() -> None:
    roots = [read(real(f"master_lists/{each}")) for each in ("NL_ROOT_CA.cer", "DE_ROOT_CA_CSCA07.cer")]
    holdings = Holdings()
    for path in LISTS:
        source = "DE" if "DE_ML" in path else "NL"
        holdings = import_list(holdings, real(path), source, NOW, roots, vouched=True).holdings
    store = TrustStore(holdings)
    every = store.certificates()
    assert not any(isinstance(each.key, Fault) for each in every)
    others = [each for each in every if not store.index.self_signed(each)]
    resolved = [each for each in others if store.chain(each, DAY).root is not None]
    assert (len(resolved), len(others)) == (
        223,
        233,
    )  # the roots of the ten are in older lists: bench/documents/trust.py
    assert len(store.index.of_state("RKS")) == 5
    assert len(store.index.listed_on(date(2025, 1, 1))) == 541
    for country in SECURITY_OBJECTS:
        found = read_signed_data(real(f"sod/{country}_EF_SOD.bin"))
        assert isinstance(found, SignedData)
        signer = verify_signer(found).certificate
        assert signer is not None
        assert store.chain(signer, DAY).state is ChainState.TRUSTED, country
