"""Revocation lists that speak of some certificates only: they revoke what they name and clear nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from tests.engines.documents.trust.making import (
    END,
    authority_key,
    certificate,
    ec_signer,
    extension,
    integer,
    key_id,
    name,
    octets,
    oid,
    seq,
    tlv,
    utc_time,
)
from tests.engines.documents.trust.realm import NEW, UTO_NEW, document_signer, read

from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.crl import MAX_REVOKED, RevocationList, read_crl
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, RemarkCode, said
from egnatia.engines.documents.trust.revocations import RevocationState, revocation

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOLD, KEY, LIFTED = 6, 1, 8
ELSEWHERE = name("C=UT, CN=another authority")
POINT = "http://example.invalid/part1.crl"


def reason(number: int) -> bytes:
    return extension("2.5.29.21", tlv(0x0A, bytes([number])))


def issued_by(issuer: bytes) -> bytes:
    return extension("2.5.29.29", seq(tlv(0xA4, issuer)), critical=True)


def entry(serial: int, *extensions: bytes) -> bytes:
    return seq(integer(serial), utc_time(NOON), seq(*extensions) if extensions else b"")


def crl(entries: Sequence[bytes] = (), *extensions: bytes, number: int = 1, day: datetime = NOON) -> RevocationList:
    own = (extension("2.5.29.20", integer(number)), authority_key(key_id(NEW)), *extensions)
    tbs = seq(
        integer(1), NEW.algorithm, UTO_NEW, utc_time(day), utc_time(END), seq(*entries) if entries else b"",
        tlv(0xA0, seq(*own)),
    )  # fmt: skip
    found = read_crl(seq(tbs, NEW.algorithm, tlv(0x03, b"\0", NEW.sign(tbs))))
    assert isinstance(found, RevocationList), found
    return found


def point(*parts: bytes) -> bytes:
    """An issuing distribution point."""
    return extension("2.5.29.28", seq(*parts), critical=True)


def at(address: str) -> bytes:
    """Its name: [0] distribution point, [0] full name, [6] address."""
    return tlv(0xA0, tlv(0xA0, tlv(0x86, address.encode())))


def signer(serial: int = 50) -> Certificate:
    return document_signer(UTO_NEW, NEW, serial=serial)


def state(*lists: RevocationList, serial: int = 50, hours: int = 1) -> RevocationState:
    return revocation(signer(serial), lists, NOON + timedelta(hours=hours)).state


DELTA = extension("2.5.29.27", integer(1), critical=True)
LIMITED = {
    "a delta": DELTA,
    "authorities only": point(tlv(0x82, b"\xff")),
    "some reasons only": point(tlv(0x83, b"\x06\x40")),
    "an indirect list": point(tlv(0x84, b"\xff")),
    "attributes only": point(tlv(0x85, b"\xff")),
    "one part of several": point(at(POINT)),
    "a part under a relative name": point(tlv(0xA0, tlv(0xA1, b""))),
    "something critical that nobody knows": extension("1.3.6.1.4.1.99999.1", b"\x05\x00", critical=True),
    "a critical extension that cannot be read": extension("2.5.29.28", b"\x30\x05\x00", critical=True),
}


@pytest.mark.parametrize("kind", LIMITED)
def test_a_limited_list_clears_nothing_and_revokes_what_it_names(kind: str) -> None:
    assert state(crl((), LIMITED[kind])) is RevocationState.UNKNOWN
    assert state(crl([entry(50, reason(KEY))], LIMITED[kind])) is RevocationState.REVOKED
    assert state(crl(), crl((), LIMITED[kind], number=2)) is RevocationState.GOOD, "the whole list beside it clears"


WHOLE = {
    "no limits": (),
    "signers only": (point(tlv(0x81, b"\xff")),),
    "limits that say no": (point(tlv(0x82, b"\0"), tlv(0x84, b"\0")),),
    "something unknown that is not critical": (extension("1.3.6.1.4.1.99999.1", b"\x05\x00"),),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_list_clears_what_it_does_not_name(kind: str) -> None:
    assert state(crl((), *WHOLE[kind])) is RevocationState.GOOD
    assert state(crl([entry(51)], *WHOLE[kind])) is RevocationState.GOOD
    assert state(crl([entry(50)], *WHOLE[kind])) is RevocationState.REVOKED


def test_a_part_clears_the_certificates_that_name_it() -> None:
    named = signer()
    places = extension("2.5.29.31", seq(seq(tlv(0xA0, tlv(0xA0, tlv(0x86, POINT.encode()))))))
    told = read(certificate(named.subject.raw, ec_signer(number=30), UTO_NEW, NEW, serial=50, extensions=[places]))
    part, other = crl((), point(at(POINT))), crl((), point(at(POINT + "2")))
    assert revocation(told, [part], NOON).state is RevocationState.GOOD
    assert revocation(told, [other], NOON).state is RevocationState.UNKNOWN
    assert revocation(named, [part], NOON).state is RevocationState.UNKNOWN


def test_entries_of_other_issuers_revoke_nobody_here() -> None:
    indirect = LIMITED["an indirect list"]
    foreign = crl([entry(49), entry(50, reason(KEY), issued_by(ELSEWHERE)), entry(51)], indirect)
    assert sorted(foreign.entries) == [49], "an issuer named once holds for the entries after it"
    assert state(foreign) is RevocationState.UNKNOWN
    back = crl([entry(48, issued_by(ELSEWHERE)), entry(50, issued_by(UTO_NEW))], indirect)
    assert sorted(back.entries) == [50]
    assert state(back) is RevocationState.REVOKED


def test_an_entry_whose_issuer_cannot_be_told_makes_the_list_unreadable() -> None:
    nobody = extension("2.5.29.29", seq(tlv(0x82, b"example.invalid")), critical=True)
    tbs = seq(integer(1), NEW.algorithm, UTO_NEW, utc_time(NOON), seq(entry(50, nobody)))
    found = read_crl(seq(tbs, NEW.algorithm, tlv(0x03, b"\0", NEW.sign(tbs))))
    assert isinstance(found, Fault)
    assert "distinguished name" in found.detail


def test_a_critical_word_about_one_entry_that_nobody_knows_limits_the_whole() -> None:
    strange = crl([entry(60, extension("1.3.6.1.4.1.99999.2", b"\x05\x00", critical=True))])
    assert (strange.partial, state(strange), state(strange, serial=60)) == (
        True, RevocationState.UNKNOWN, RevocationState.REVOKED,
    )  # fmt: skip
    invalid_since = extension("2.5.29.24", tlv(0x18, b"20260101000000Z"), critical=True)
    assert not crl([entry(60, invalid_since)]).partial


@pytest.mark.parametrize(
    ("later", "wanted"),
    [
        (("whole", ()), RevocationState.GOOD),
        (("whole", (HOLD,)), RevocationState.REVOKED),
        (("delta", ()), RevocationState.REVOKED),
        (("delta", (LIFTED,)), RevocationState.GOOD),
        (("delta", (KEY,)), RevocationState.REVOKED),
    ],
)
def test_a_hold_ends_with_the_next_whole_list_or_a_delta_that_lifts_it(
    later: tuple[str, tuple[int, ...]], wanted: RevocationState
) -> None:
    kind, reasons = later
    held = crl([entry(50, reason(HOLD))])
    extra = (DELTA,) if kind == "delta" else ()
    after = crl([entry(50, reason(each)) for each in reasons], *extra, number=2, day=NOON + timedelta(minutes=10))
    assert state(held, after) is wanted
    assert state(after, held) is wanted, "the order in which lists were imported says nothing"
    assert state(held, after, hours=0) is RevocationState.REVOKED, "before the later list is out the hold stands"


def test_a_delta_lifts_a_hold_and_no_revocation() -> None:
    taken_back = crl([entry(50, reason(KEY))])
    lifting = crl([entry(50, reason(LIFTED))], DELTA, number=2, day=NOON + timedelta(minutes=10))
    assert state(taken_back, lifting) is RevocationState.REVOKED


def test_of_two_lists_of_one_moment_the_higher_number_is_the_later() -> None:
    assert state(crl([entry(50, reason(HOLD))], number=1), crl(number=2)) is RevocationState.GOOD
    assert state(crl([entry(50, reason(HOLD))], number=3), crl(number=2)) is RevocationState.REVOKED


def test_a_critical_extension_is_said_and_a_false_criticality_is_none() -> None:
    assert said(crl((), LIMITED["something critical that nobody knows"]).remarks, RemarkCode.TRUST_CRITICAL_UNKNOWN)
    soft = seq(oid("1.3.6.1.4.1.99999.1"), tlv(0x01, b"\0"), octets(b"\x05\x00"))
    assert not said(crl((), soft).remarks, RemarkCode.TRUST_CRITICAL_UNKNOWN)
    assert not crl((), soft).partial


def raw(entries: Sequence[bytes]) -> bytes:
    tbs = seq(integer(1), NEW.algorithm, UTO_NEW, utc_time(NOON), tlv(0x30, *entries))
    return seq(tbs, NEW.algorithm, tlv(0x03, b"\0\0"))


def test_a_list_made_to_keep_its_reader_busy_is_refused() -> None:
    many = read_crl(raw([entry(each) for each in range(MAX_REVOKED + 1)]))
    assert isinstance(many, Fault)
    assert many.code is FaultCode.TOO_LARGE
    nested = read_crl(raw([seq(integer(5), utc_time(NOON), tlv(0x30, tlv(0x30) * 4_000))] * 10))
    assert isinstance(nested, Fault)
    assert nested.code is FaultCode.TOO_LARGE
