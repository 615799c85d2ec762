"""Master lists and revocation lists: who vouches for them is decided by a root and by nothing inside them."""

import hashlib
from datetime import UTC, datetime

import pytest
from tests.engines.documents.trust.making import (
    BEGIN,
    END,
    attribute,
    certificate,
    ec_signer,
    integer,
    master_list,
    name,
    octets,
    oid,
    seq,
    set_of,
    signed_data,
    signer_info,
    tlv,
    utc_time,
)
from tests.engines.documents.trust.real import LISTS, needs_real_data, real
from tests.engines.documents.trust.realm import (
    ALBANIA,
    LIST_KEY,
    NEW,
    NOW,
    OLD,
    PUBLISHER,
    ROOT_KEY,
    UTO,
    albania,
    document_signer,
    kosovo,
    list_signer,
    read,
    revocation_list,
    root,
    signed_list,
    uto_old,
)

from egnatia.engines.documents.trust.crl import RevocationList, read_crl, verify_crl
from egnatia.engines.documents.trust.master_lists import ListTrust, MasterList, read_master_list
from egnatia.engines.documents.trust.remarks import Fault, RemarkCode
from egnatia.engines.documents.trust.revocations import RevocationState, revocation


def _list(data: bytes, *roots: bytes) -> MasterList:
    found = read_master_list(data, [read(each) for each in roots])
    assert isinstance(found, MasterList), found
    return found


def _crl(data: bytes) -> RevocationList:
    found = read_crl(data)
    assert isinstance(found, RevocationList), found
    return found


def test_a_list_whose_signer_comes_from_a_given_root() -> None:
    found = _list(signed_list(uto_old(), albania()), root())
    assert (found.trust, found.may_sign, found.repeated) == (ListTrust.ROOT, True, 0)
    assert {each.raw for each in found.certificates} == {uto_old(), albania()}
    assert [each.raw for each in found.path] == [list_signer(), root()]
    assert found.signed_at == datetime(2025, 1, 1, 12, tzinfo=UTC)


def test_a_root_inside_the_list_only_shows_that_it_agrees_with_itself() -> None:
    assert _list(signed_list(uto_old(), root())).trust is ListTrust.ITSELF


def test_a_root_that_only_came_along_vouches_for_nothing() -> None:
    found = _list(signed_list(uto_old(), embedded=(root(),)))
    assert (found.trust, len(found.path)) == (ListTrust.NO_ISSUER, 2)
    assert _list(signed_list(uto_old())).trust is ListTrust.NO_ISSUER


def test_a_new_root_is_reached_through_its_link_from_the_old_one() -> None:
    old = ec_signer("P-384", 29)
    old_root = certificate(PUBLISHER, old, serial=1)
    link = certificate(PUBLISHER, ROOT_KEY, PUBLISHER, old, serial=2)
    found = _list(signed_list(uto_old(), root(), link), old_root)
    assert found.trust is ListTrust.ROOT
    assert [each.raw for each in found.path] == [list_signer(), link, old_root]


def test_a_forged_list_is_broken_and_another_root_does_not_help() -> None:
    changed = signed_list(uto_old(), albania()).replace(b"Utopia CSCA", b"Utopia CSCB")
    assert _list(changed, root()).trust is ListTrust.BROKEN
    forger = ec_signer("P-384", 66)
    false_signer = certificate(name("C=NL, CN=Masterlist Signer"), forger, PUBLISHER, forger, serial=8)
    content = master_list([uto_old()])
    forged = signed_data(content, "2.23.136.1.1.2", false_signer, forger)
    assert _list(forged, root()).trust is ListTrust.NO_ISSUER


def test_of_two_signers_the_one_with_a_root_counts() -> None:
    stranger_key = ec_signer("P-384", 67)
    stranger = certificate(name("C=NL, CN=Stranger"), stranger_key, serial=9)
    content = master_list([uto_old()])
    attributes = [
        attribute("1.2.840.113549.1.9.3", oid("2.23.136.1.1.2")),
        attribute("1.2.840.113549.1.9.4", octets(hashlib.sha256(content).digest())),
    ]
    signed = LIST_KEY.sign(set_of(*attributes))
    second = signer_info(list_signer(), LIST_KEY, attributes, signed, identifier=None, digest="sha256", changes={})
    data = signed_data(
        content,
        "2.23.136.1.1.2",
        stranger,
        stranger_key,
        embedded=[stranger, list_signer()],
        changes={"second": second},
    )
    assert _list(data, root()).trust is ListTrust.ROOT
    assert _list(data).trust is ListTrust.NO_ISSUER


def test_a_bare_list_is_read_and_nobody_signed_it() -> None:
    found = _list(master_list([uto_old(), albania(), uto_old()]))
    assert (found.trust, len(found.certificates), found.repeated, found.signed_at) == (ListTrust.UNSIGNED, 2, 1, None)


def test_a_certificate_that_cannot_be_read_leaves_the_others() -> None:
    found = _list(master_list([uto_old(), seq(integer(1))]))
    assert [each.raw for each in found.certificates] == [uto_old()]
    assert len(found.unreadable) == 1


def test_a_signer_that_is_not_marked_for_lists_is_said() -> None:
    assert not _list(signed_list(uto_old(), signer=list_signer(marked=False)), root()).may_sign


@pytest.mark.parametrize(
    "data",
    [
        b"",
        seq(),
        uto_old(),
        seq(integer(0)),
        seq(integer(0), seq()),
        seq(integer(-1), set_of()),
        signed_data(b"x", "2.23.136.1.1.1", list_signer(), LIST_KEY),
    ],
)
def test_what_is_no_list_is_a_fault(data: bytes) -> None:
    assert isinstance(read_master_list(data), Fault)


def test_a_list_of_too_many_is_a_fault() -> None:
    assert isinstance(read_master_list(seq(integer(0), tlv(0x31, seq() * 10_001))), Fault)


def test_certificates_known_already_are_not_read_again() -> None:
    known = {read(uto_old()).fingerprint: read(uto_old())}
    found = read_master_list(master_list([uto_old(), albania()]), (), known)
    assert isinstance(found, MasterList)
    assert any(each is known[each.fingerprint] for each in found.certificates if each.fingerprint in known)


def test_a_revocation_list_is_read_whole_and_verified() -> None:
    found = _crl(revocation_list(UTO, OLD, {50: 1, 51: None, -3: 4}, number=9))
    assert (found.number, found.this_update, found.next_update) == (9, NOW, END)
    assert {serial: entry.reason for serial, entry in found.entries.items()} == {
        50: "key_compromise",
        51: "unspecified",
        -3: "superseded",
    }
    assert found.authority_key_id == read(uto_old()).key_id
    old, other = read(uto_old()).key, read(albania()).key
    assert not isinstance(old, Fault)
    assert not isinstance(other, Fault)
    assert verify_crl(found, old).ok
    assert not verify_crl(found, other).ok
    assert found.remarks == ()


def test_an_empty_list_without_end() -> None:
    found = _crl(revocation_list(UTO, OLD, {}, until=None))
    assert (found.entries, found.next_update) == ({}, None)


@pytest.mark.parametrize(
    "data", [b"", seq(), uto_old(), seq(seq(), seq(), b""), seq(seq(integer(1), octets(b"")), seq(), tlv(3, b"\0"))]
)
def test_what_is_no_revocation_list_is_a_fault(data: bytes) -> None:
    assert isinstance(read_crl(data), Fault)


def test_a_reason_or_algorithm_that_is_odd_is_said() -> None:
    signed, algorithm = revocation_list(UTO, OLD, {1: 42}), OLD.algorithm
    assert _crl(signed).entries[1].reason == "42"
    outer = (
        signed[: signed.rindex(algorithm)]
        + ec_signer(digest="sha384").algorithm
        + signed[signed.rindex(algorithm) + len(algorithm) :]
    )
    assert {each.code for each in _crl(outer).remarks} == {RemarkCode.TRUST_ALGORITHMS_DISAGREE}


def test_what_the_lists_say_on_a_day() -> None:
    first = _crl(
        revocation_list(
            UTO, OLD, {50: 6, 52: 1}, day=datetime(2025, 1, 1, tzinfo=UTC), until=datetime(2025, 4, 1, tzinfo=UTC)
        )
    )
    second = _crl(
        revocation_list(UTO, OLD, {51: 1}, day=datetime(2025, 3, 1, tzinfo=UTC), until=datetime(2025, 6, 1, tzinfo=UTC))
    )
    lists = (second, first)

    def state(serial: int, month: int, day: int = 15) -> RevocationState:
        return revocation(document_signer(UTO, OLD, serial=serial), lists, datetime(2025, month, day, tzinfo=UTC)).state

    assert state(50, 2) is RevocationState.REVOKED
    assert state(50, 3) is RevocationState.GOOD  # a hold that the next list lifted
    assert state(52, 3) is RevocationState.REVOKED  # dropped from the list when it ran out, and still compromised
    assert state(51, 2) is RevocationState.GOOD
    assert state(51, 3) is RevocationState.REVOKED
    assert state(99, 7) is RevocationState.STALE
    assert revocation(document_signer(UTO, OLD, serial=99), lists, BEGIN).state is RevocationState.UNKNOWN
    assert revocation(read(kosovo()), lists, NOW).state is RevocationState.UNKNOWN


@needs_real_data
@pytest.mark.parametrize(("path", "count"), [(LISTS[0], 541), (LISTS[1], 588), (LISTS[2], 411)])
def test_real_lists_with_the_roots_of_their_publishers(path: str, count: int) -> None:
    roots = [real("master_lists/NL_ROOT_CA.cer"), real("master_lists/DE_ROOT_CA_CSCA07.cer")]
    found = _list(real(path), *roots)
    assert len(found.certificates) == count
    assert (found.unreadable, found.repeated, found.may_sign) == ((), 0, True)
    first_german = path == LISTS[0]  # signed under the root before the one that is given
    assert found.trust is (ListTrust.ITSELF if first_german else ListTrust.ROOT)
    assert not any(isinstance(each.key, Fault) for each in found.certificates)


def test_times_of_lists_may_be_generalized() -> None:
    assert utc_time(datetime(2051, 1, 1, tzinfo=UTC))[0] == 0x18
    found = _crl(revocation_list(ALBANIA, NEW, {}, until=datetime(2051, 1, 1, tzinfo=UTC)))
    assert found.next_update == datetime(2051, 1, 1, tzinfo=UTC)
