"""What taking a file would change: nothing forgotten, nothing called new that is held, and keys that changed hands."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.trust.realm import (
    NEW,
    NOW,
    UTO_NEW,
    albania,
    history,
    kosovo,
    read,
    revocation_list,
    root,
    signed_list,
    uto_link,
    uto_new,
    uto_old,
)

from egnatia.engines.documents.trust.defects import Defect, DefectKind, Scope
from egnatia.engines.documents.trust.difference import difference
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate, import_crl, import_defects, import_list
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.trust.taking import shareable, take
from egnatia.engines.documents.trust.trust_file import claimed_key, read_header, write_trust_file
from egnatia.errors import InputError, TamperedError

ALL = (uto_old(), uto_link(), uto_new(), albania(), kosovo())
KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2)]
DAY = date(2026, 6, 1)


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def listed(before: Holdings, certificates: tuple[bytes, ...], day: str, source: str = "NL") -> Holdings:
    return import_list(before, signed_list(*certificates, day=day), source, NOW, [read(root())]).holdings


def names(*certificates: bytes) -> set[str]:
    return {read(each).fingerprint for each in certificates}


some = st.lists(st.sampled_from(ALL), min_size=1, unique=True).map(tuple)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(some, some)
def test_new_and_gone_are_the_two_sides_of_what_is_listed(first: tuple[bytes, ...], second: tuple[bytes, ...]) -> None:
    before = listed(Holdings(), first, "240101")
    after = listed(before, second, "250101")
    found = difference(before, after, DAY)
    assert {each.certificate.fingerprint for each in found.new} == names(*second) - names(*first)
    assert {each.fingerprint for each in found.gone} == names(*first) - names(*second)
    assert len(found.lists) == 1
    listed_then = set(TrustStore(after).index.listed_on(DAY))
    assert listed_then == (names(*first) | {each.certificate.fingerprint for each in found.new}) - {
        each.fingerprint for each in found.gone
    }


def test_nothing_more_is_no_difference() -> None:
    found = difference(history(), history(), DAY)
    assert found.empty
    assert not found.proves_itself


def test_a_list_of_a_later_day_changes_nothing_yet_but_is_told() -> None:
    before = listed(Holdings(), (uto_old(),), "240101")
    after = listed(before, (kosovo(),), "260801")
    found = difference(before, after, DAY)
    assert (found.new, found.gone) == ((), ())
    assert [each.day for each in found.lists] == [date(2026, 8, 1)]
    assert not found.empty


def test_a_certificate_that_nobody_vouched_for_and_somebody_does_now_is_new_as_an_anchor() -> None:
    """It was held, and a chain to it was only `unconfirmed`: from now on it would be trusted."""
    bare = import_list(Holdings(), signed_list(uto_old(), kosovo(), day="240101"), "XX", NOW, [], vouched=True).holdings
    before = bare
    after = listed(before, (uto_old(),), "250101")
    (found,) = difference(before, after, DAY).new
    assert found.certificate.fingerprint == read(uto_old()).fingerprint
    assert (found.known, found.anchor) == (True, True)


def test_only_revocation_lists_prove_themselves() -> None:
    base = history()
    crl = import_crl(base, revocation_list(UTO_NEW, NEW, {50: 1})).holdings
    assert difference(base, crl, DAY).proves_itself
    doubt = Defect(DefectKind.WEAK_KEY, Scope(state="UTO"), "us", date(2026, 1, 1))
    assert not difference(base, import_defects(crl, [doubt], "us").holdings, DAY).proves_itself
    assert not difference(base, import_certificate(crl, albania(), NOW, DAY).holdings, DAY).proves_itself
    assert not difference(base, listed(crl, (kosovo(),), "260501"), DAY).proves_itself


def test_what_is_listed_after_taking_is_what_was_shown() -> None:
    file = write_trust_file(shareable(history()), "ALB", 1, NOW, KEYS[0])
    ours = listed(Holdings(), (albania(),), "250601", "DE")
    taken = take(ours, file, public(KEYS[0]), NOW)
    found = difference(ours, taken.holdings, DAY)
    before, after = (set(TrustStore(each).index.listed_on(DAY)) for each in (ours, taken.holdings))
    assert {each.certificate.fingerprint for each in found.new} == after - before
    assert all(each.via == "ALB" for each in found.lists)


# Keys that changed, and files that are only looked at.


def test_a_partners_new_key_is_taken_where_it_is_known_to_be_its_own() -> None:
    first = take(Holdings(), write_trust_file(history(), "ALB", 1, NOW, KEYS[0]), public(KEYS[0]), NOW).holdings
    second = write_trust_file(history(), "ALB", 2, NOW, KEYS[1])
    with pytest.raises(TamperedError, match="another key before"):
        take(first, second, public(KEYS[1]), NOW)
    with pytest.raises(TamperedError, match="another key before"):
        take(first, second, public(KEYS[1]), NOW, frozenset({"00" * 32}))
    done = take(first, second, public(KEYS[1]), NOW, frozenset({public(KEYS[0])}))
    assert [(each.version, each.key) for each in done.holdings.partners] == [(2, public(KEYS[1]))]


def test_a_header_is_read_only_where_hash_and_signature_hold() -> None:
    file = write_trust_file(history(), "ALB", 3, NOW, KEYS[0])
    assert claimed_key(file) == public(KEYS[0])
    assert (read_header(file, public(KEYS[0])).maker, read_header(file, public(KEYS[0])).version) == ("ALB", 3)
    with pytest.raises(TamperedError, match="another key"):
        read_header(file, public(KEYS[1]))
    with pytest.raises(TamperedError, match="content"):
        read_header(file + b" ", public(KEYS[0]))
    with pytest.raises(TamperedError, match="signature"):
        read_header(file.replace(b'"version":3', b'"version":4', 1), public(KEYS[0]))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary(max_size=400))
def test_a_claimed_key_is_asked_of_any_bytes(data: bytes) -> None:
    with pytest.raises(InputError):
        claimed_key(data)
