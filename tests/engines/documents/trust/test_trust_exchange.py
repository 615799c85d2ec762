"""The trust file: what is written is read back, what was changed is refused, and partners cannot turn the clock back."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

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
    uto_new,
    uto_old,
)

from egnatia.engines.documents.trust.crl import RevocationList, read_crl
from egnatia.engines.documents.trust.defects import Defect, DefectKind, Scope
from egnatia.engines.documents.trust.folder import open_store, read_folder, write_folder
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate, import_crl, import_defects, import_list
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.trust.taking import shareable, take
from egnatia.engines.documents.trust.trust_file import read_trust_file, write_trust_file
from egnatia.errors import ConflictError, InputError, TamperedError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw().hex()


NAMES_WHAT_IT_LACKS = (
    b'{"certificates":[],"versions":[{"source":"X","day":"2026-01-01","digest":"","imported_at":"2026-01-01T00:00:00Z",'
    b'"trust":"root","signer":"","signer_fingerprint":"","root_fingerprint":"","certificates":[0],"via":""}],'
    b'"crls":[],"defects":[],"partners":[]}'
)


def _full() -> Holdings:
    """Holdings with something of everything."""
    holdings = import_crl(history(), revocation_list(UTO_NEW, NEW, {50: 1})).holdings
    holdings = import_certificate(holdings, kosovo(), NOW, date(2026, 3, 1)).holdings
    signer = read(uto_old())
    scope = Scope(
        issuer=signer.issuer, serial=-5, key_id=b"\1", digest_name="sha1", digest=b"\2", authority_key_id=b"\3", state="UTO",
        document_type="P", issued_from=date(2020, 1, 1), issued_until=date(2020, 2, 1), numbers=frozenset({"B2", "A1"}),
    )  # fmt: skip
    defects = [
        Defect(DefectKind.OTHER, scope, "a partner", date(2026, 1, 1), "words", (1, 20), b"\4", date(2026, 2, 1)),
        Defect(DefectKind.WEAK_KEY, Scope(state="D"), "a partner", date(2026, 1, 1)),
    ]
    return import_defects(holdings, defects, "test").holdings


def _file(holdings: Holdings, version: int = 1, key: Ed25519PrivateKey | None = KEY, maker: str = "ALB") -> bytes:
    return write_trust_file(holdings, maker, version, NOW, key)


def test_what_is_written_is_read_back() -> None:
    full = _full()
    for key, expected in ((KEY, PUBLIC), (None, None)):
        found = read_trust_file(_file(full, key=key), expected)
        assert found.holdings == full
        assert TrustStore(found.holdings).version == TrustStore(full).version
        assert (found.header.maker, found.header.version, found.header.made_at) == ("ALB", 1, NOW)


def test_the_same_holdings_give_the_same_bytes() -> None:
    shuffled = replace(_full(), certificates=dict(reversed(list(_full().certificates.items()))))
    assert _file(shuffled) == _file(_full())


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.data())
def test_a_changed_file_is_refused(data: st.DataObject) -> None:
    whole = _file(history())
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((TamperedError, InputError)):
        read_trust_file(bytes(changed), PUBLIC)


def test_another_key_or_none_is_refused() -> None:
    for key in (OTHER, None):
        with pytest.raises(TamperedError, match="another key, or by none"):
            read_trust_file(_file(history(), key=key), PUBLIC)
    header, _, content = _file(history()).split(b"\n", 2)
    with pytest.raises(TamperedError, match="signature does not hold"):
        read_trust_file(b"\n".join((header, OTHER.sign(header).hex().encode(), content)), PUBLIC)


@pytest.mark.parametrize(
    "data", [b"", b"{}\n\n{}", b"x\n\n", b'{"format":"egnatia-trust-9"}\n\n', b"\n" * 5, b"[" * 1_999 + b"\n\n"]
)
def test_what_is_no_trust_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_trust_file(data, None)


def _resigned(content: bytes) -> bytes:
    """A file with this content, by somebody who holds the key."""
    header = json.loads(_file(history()).split(b"\n", 1)[0]) | {"content_hash": hashlib.sha256(content).hexdigest()}
    line = json.dumps(header).encode()
    return line + b"\n" + KEY.sign(b"egnatia trust file 1\n" + line).hex().encode() + b"\n" + content


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b'{"certificates":["AAAA"],"versions":[],"crls":[],"defects":[],"partners":[]}',
        b'{"certificates":[],"versions":[],"crls":[],"defects":[],"partners":[],"more":1}',
        NAMES_WHAT_IT_LACKS,
    ],
)
def test_even_the_keys_holder_cannot_make_it_hold_nonsense(content: bytes) -> None:
    with pytest.raises(InputError):
        read_trust_file(_resigned(content), PUBLIC)


def test_a_partners_facts_arrive_with_his_name() -> None:
    taken = take(Holdings(), _file(shareable(_full())), PUBLIC, NOW)
    assert (taken.partner, taken.version, taken.versions, taken.crls, taken.defects, taken.conflicts) == (
        "ALB",
        1,
        4,
        1,
        2,
        (),
    )
    assert {each.via for each in taken.holdings.versions} == {each.via for each in taken.holdings.defects} == {"ALB"}
    assert {each.imported_at for each in taken.holdings.versions} == {NOW}
    store = TrustStore(taken.holdings)
    assert len(store.index.listed_on(date(2026, 11, 22))) == 4


def test_what_came_from_a_partner_is_not_passed_on() -> None:
    taken = take(Holdings(), _file(shareable(_full())), PUBLIC, NOW).holdings
    onward = shareable(taken)
    assert (onward.versions, onward.defects, onward.certificates) == ((), (), {})


def test_older_and_repeated_files_are_refused() -> None:
    held = take(Holdings(), _file(history(), version=5), PUBLIC, NOW).holdings
    with pytest.raises(ConflictError, match="older 4"):
        take(held, _file(history(), version=4), PUBLIC, NOW)
    with pytest.raises(ConflictError, match="held already"):
        take(held, _file(history(), version=5), PUBLIC, NOW)
    with pytest.raises(TamperedError, match="two different files"):
        take(held, _file(_full(), version=5), PUBLIC, NOW)
    newer = take(held, _file(shareable(_full()), version=6), PUBLIC, NOW)
    assert [(each.partner, each.version) for each in newer.holdings.partners] == [("ALB", 6)]


def test_a_partner_with_another_key_is_stopped() -> None:
    held = take(Holdings(), _file(history()), PUBLIC, NOW).holdings
    other = OTHER.public_key().public_bytes_raw().hex()
    with pytest.raises(TamperedError, match="another key before"):
        take(held, _file(history(), version=2, key=OTHER), other, NOW)
    assert take(held, _file(history(), version=1, key=OTHER, maker="MKD"), other, NOW).partner == "MKD"


def test_contradictions_are_reported_and_ours_stays() -> None:
    roots = [read(root())]
    ours = import_list(Holdings(), signed_list(uto_old(), day="250101"), "NL", NOW, roots).holdings
    theirs = import_list(Holdings(), signed_list(uto_new(), day="250101"), "NL", NOW, roots).holdings
    taken = take(ours, _file(theirs), PUBLIC, NOW)
    assert taken.conflicts == ("ALB: another file for the list NL of 2025-01-01",)
    assert taken.holdings.versions == ours.versions
    lying = replace(ours.versions[0], certificates=frozenset({read(albania()).fingerprint}))
    liar = Holdings({read(albania()).fingerprint: read(albania())}, (lying,))
    taken = take(ours, _file(liar), PUBLIC, NOW)
    assert "other certificates" in taken.conflicts[0]
    assert taken.holdings.versions == ours.versions


def test_a_partners_revocation_list_has_to_prove_itself() -> None:
    forged = read_crl(revocation_list(UTO_NEW, NEW, {50: 1}).replace(b"\x02\x01\x32", b"\x02\x01\x33"))
    assert isinstance(forged, RevocationList)
    taken = take(history(), _file(replace(history(), crls=(forged,))), PUBLIC, NOW)
    assert taken.crls == 0
    assert "signed this revocation list" in taken.conflicts[0]


def test_a_folder_is_replaced_as_a_whole_and_never_behind_somebodys_back(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "trust"
    empty = read_folder(folder)
    assert (empty.version, empty.holdings.certificates) == (0, {})
    assert empty.holdings.defects  # those that come with the release
    first = write_folder(empty, replace(history(), defects=empty.holdings.defects), NOW)
    again = read_folder(folder)
    assert (again.version, again.digest, again.holdings.versions) == (1, first.digest, history().versions)
    assert again.holdings.defects == empty.holdings.defects
    write_folder(again, history(), NOW + timedelta(seconds=1))
    with pytest.raises(ConflictError, match="changed the trust store meanwhile"):
        write_folder(again, history(), NOW)
    assert [each.name for each in folder.iterdir()] == ["trust.egn"]
    (folder / "trust.new").touch()
    with pytest.raises(ConflictError, match="somebody else is writing"):
        write_folder(read_folder(folder), history(), NOW)


def test_a_store_is_opened_from_folder_or_file_and_must_be_there(tmp_path: Path) -> None:
    write_folder(read_folder(tmp_path), history(), NOW)
    assert open_store(tmp_path).version == open_store(tmp_path / "trust.egn").version
    with pytest.raises(InputError, match="there is no trust store"):
        open_store(tmp_path / "nothing")
    (tmp_path / "trust.egn").write_bytes(b"damaged")
    with pytest.raises(InputError):
        open_store(tmp_path)
