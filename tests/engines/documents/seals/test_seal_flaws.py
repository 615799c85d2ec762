"""Each way in which a seal can be broken is named by its kind, and the bytes it was found at are the right ones."""

import base64
import json
import zlib

import pytest
from tests.engines.documents.seals.making import ZONE, header, signer, signing, visa
from tests.engines.documents.seals.vectors import IDB, VDS, VDS_NC

from egnatia.engines.documents.seals.features import read_features
from egnatia.engines.documents.seals.idb import read_idb
from egnatia.engines.documents.seals.profiles import VDS_PROFILES
from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.seals.tlv import Lengths, read_items, write_item
from egnatia.engines.documents.seals.types import FeatureRule, FlawKind, SealKind, SealReading
from egnatia.engines.documents.seals.values import Coding
from egnatia.engines.documents.seals.vds import read_vds
from egnatia.engines.documents.seals.vds_nc import MAX_FEATURES, read_vds_nc
from egnatia.engines.documents.seals.writer import text_feature, write_vds, zone_feature

SOUND = VDS["residentPermit"]


def kinds(reading: SealReading) -> set[FlawKind]:
    return {flaw.kind for flaw in reading.flaws}


def with_bytes(at: int, *values: int) -> bytes:
    changed = bytearray(SOUND)
    changed[at : at + len(values)] = values
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "expected", "readable"),
    [
        (SOUND, set(), True),
        (SOUND[:10], {FlawKind.DECODE}, False),
        (with_bytes(0, 0xDD), {FlawKind.DECODE}, False),
        (with_bytes(1, 0x07), {FlawKind.UNKNOWN}, False),
        (with_bytes(2, 0x00, 0x00), {FlawKind.DECODE}, False),
        (with_bytes(16, 0x7F, 0x7F), {FlawKind.UNKNOWN}, True),
        (SOUND[:-1], {FlawKind.STRUCTURE}, True),
        (SOUND + b"\x00\x00", {FlawKind.TOLERATED}, True),
        (SOUND + b"more", {FlawKind.STRUCTURE}, True),
        (SOUND[: SOUND.rindex(b"\xff\x40")], {FlawKind.STRUCTURE}, True),
        (with_bytes(10, 0xFF, 0xFF, 0xFF), {FlawKind.MEANING}, True),
        (with_bytes(19, 0x7F), {FlawKind.STRUCTURE}, True),
    ],
)
def test_a_seal_of_bytes_and_its_flaws(content: bytes, expected: set[FlawKind], *, readable: bool) -> None:
    reading = read_vds(content)
    assert (reading.seal is not None) is readable
    assert expected <= kinds(reading)
    assert bool(expected) is bool(reading.flaws)
    for flaw in reading.flaws:
        assert flaw.start is None or 0 <= flaw.start <= len(content)


def test_features_say_which_bytes_they_are() -> None:
    seal = read_vds(SOUND).seal
    assert seal is not None
    for feature in seal.features:
        assert SOUND[feature.start] == feature.tag
        assert SOUND[feature.start : feature.end].endswith(feature.raw)
    assert seal.signed == SOUND[: seal.features[-1].end]


@pytest.mark.parametrize("kind", [FlawKind.TOLERATED])
def test_one_byte_lengths_under_version_4_are_read_and_named(kind: FlawKind) -> None:
    body = visa()[: visa().index(b"\x02\x2c")]
    long = write_item(0x07, bytes(200), Lengths.ONE_BYTE)
    by = signer()
    signed = body + b"\x02\x2c" + zone_feature(ZONE)[1] + long
    reading = read_vds(signed + write_item(0xFF, signing(by)(signed)))
    assert kind in kinds(reading)
    assert reading.seal is not None
    assert reading.seal.features[-1].raw == bytes(200)


@pytest.mark.parametrize("name", sorted(profile.name for profile in VDS_PROFILES.values()))
def test_a_profile_without_its_features_names_each_of_them(name: str) -> None:
    (profile,) = [each for each in VDS_PROFILES.values() if each.name == name]
    by = signer()
    reading = read_vds(write_vds(header(by, profile=profile.code), [], signing(by)))
    missing = {flaw.where for flaw in reading.flaws if flaw.kind is FlawKind.MEANING}
    assert missing == {rule.name for rule in profile.features if rule.required} | set(profile.one_of)
    assert reading.seal is not None
    assert reading.seal.profile is profile


def test_a_feature_that_stands_there_twice() -> None:
    by = signer()
    twice = [zone_feature(ZONE), (4, b"\x5a\0\0"), (4, b"\x5b\0\0"), text_feature(5, "47110815P")]
    flaws = [
        flaw for flaw in read_vds(write_vds(header(by), twice, signing(by))).flaws if flaw.kind is FlawKind.MEANING
    ]
    assert [(flaw.expected, flaw.found) for flaw in flaws] == [("tag 04 once", "2 times")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RDB1", "RDB1"),
        ("RDB1E", "RDB1E"),
        ("XDB1A", "XDB1A"),
        ("RDB1A0189", "characters outside"),
        ("RDB1A", "0 bytes"),
        ("RDB1C" + base64.b32encode(b"not packed").decode().rstrip("="), "cannot be unpacked"),
        ("RDB1C" + base64.b32encode(zlib.compress(bytes(90))[:-4]).decode().rstrip("="), "a packing that is cut"),
    ],
)
def test_text_that_is_no_seal(text: str, found: str) -> None:
    reading = read_idb(text)
    assert reading.seal is None
    assert found in reading.flaws[0].found


def payload(*items: bytes, signed: bool = True, algorithm: int = 1) -> str:
    day = bytes(1) + int("02112025").to_bytes(3, "big")
    data = b"\x6a\xbc" + (bytes((algorithm,)) + bytes(5) + day if signed else b"") + b"".join(items)
    return f"RDB1{'B' if signed else 'A'}{base64.b32encode(data).decode().rstrip('=')}"


MESSAGES, SIGNATURE = write_item(0x61, write_item(0x86, b"\x01")), write_item(0x7F, bytes(64))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (payload(MESSAGES, SIGNATURE), set()),
        (payload(MESSAGES, signed=False), set()),
        (payload(MESSAGES, write_item(0x7E, b"x"), SIGNATURE), set()),
        (payload(MESSAGES), {FlawKind.STRUCTURE}),
        (payload(SIGNATURE, MESSAGES), {FlawKind.STRUCTURE}),
        (payload(MESSAGES, MESSAGES, SIGNATURE), {FlawKind.STRUCTURE}),
        (payload(MESSAGES, SIGNATURE + b"\x05"), {FlawKind.STRUCTURE}),
        (payload(MESSAGES, SIGNATURE, algorithm=9), {FlawKind.UNKNOWN}),
        (payload(write_item(0x61, b"\x86\x09"), SIGNATURE), {FlawKind.STRUCTURE}),
        (payload(write_item(0x61, write_item(0x55, b"new")), SIGNATURE), {FlawKind.UNKNOWN}),
        (payload(write_item(0x61, write_item(0x84, b"\xff")), SIGNATURE), {FlawKind.MEANING}),
        (payload(write_item(0x61, write_item(0x01, b"\x03\x09")), SIGNATURE), {FlawKind.MEANING}),
        ("NDB1" + payload(MESSAGES, SIGNATURE)[4:], {FlawKind.TOLERATED}),
    ],
)
def test_the_barcode_datastructure_and_its_flaws(text: str, expected: set[FlawKind]) -> None:
    reading = read_idb(text)
    assert reading.seal is not None
    assert kinds(reading) == expected


def test_a_signed_text_without_signature_has_none() -> None:
    seal = read_idb(payload(MESSAGES)).seal
    assert seal is not None
    assert seal.signature is None
    assert read_idb(payload(MESSAGES, signed=False)).seal is not None


def test_parts_are_counted_from_the_beginning_of_the_seal() -> None:
    reading = read_idb(IDB["Visa"])
    assert reading.seal is not None
    (visa_feature,) = reading.seal.features
    for part in visa_feature.parts:
        assert reading.data[part.start] == part.tag
        assert reading.data[part.start : part.end].endswith(part.raw)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, set()),
        ({"alg": "RS256"}, {FlawKind.UNKNOWN}),
        ({"sigvl": None}, {FlawKind.STRUCTURE}),
        ({"sigvl": "!!!"}, {FlawKind.STRUCTURE}),
        ({"cer": 5}, {FlawKind.STRUCTURE}),
        ({"cer": None}, set()),
    ],
)
def test_json_and_its_signature(change: dict[str, object], expected: set[FlawKind]) -> None:
    value = json.loads(VDS_NC["valid"])
    value["sig"] |= change
    reading = read_vds_nc(json.dumps(value))
    assert reading.seal is not None
    assert kinds(reading) == expected


def test_json_of_an_unknown_type_without_its_members_and_with_too_many() -> None:
    value = json.loads(VDS_NC["valid"])
    value["data"]["hdr"] |= {"t": "icao.other", "v": 2, "is": 7}
    assert kinds(read_vds_nc(json.dumps(value))) == {FlawKind.UNKNOWN, FlawKind.MEANING}
    value = json.loads(VDS_NC["valid"])
    del value["data"]["msg"]["uvci"]
    assert [flaw.where for flaw in read_vds_nc(json.dumps(value)).flaws] == ["msg.uvci"]
    value["data"]["msg"] = {f"m{at}": at for at in range(MAX_FEATURES + 50)} | {"uvci": 1, "pid": 1, "ve": 1}
    reading = read_vds_nc(json.dumps(value))
    assert FlawKind.MEANING in kinds(reading)
    assert reading.seal is not None
    assert len(reading.seal.features) == MAX_FEATURES


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (SOUND, SealKind.VDS),
        (SOUND.decode("latin-1"), SealKind.VDS),
        (IDB["Visa"], SealKind.IDB),
        (b"\xef\xbb\xbf " + IDB["Visa"].encode() + b"\r\n", SealKind.IDB),
        ("\n" + VDS_NC["valid"], SealKind.VDS_NC),
    ],
)
def test_the_kind_is_seen_from_the_content(content: bytes | str, kind: SealKind) -> None:
    seal = read_seal(content).seal
    assert seal is not None
    assert seal.kind is kind


def test_without_rules_everything_is_shown_and_nothing_expected() -> None:
    items = read_items(write_item(9, b"\x01\x02") + write_item(9, b""), 0, Lengths.DER).items
    features, flaws = read_features(items[:1], None)
    assert [(each.name, each.value) for each in features] == [("", "0102")]
    assert flaws == ()
    rule = FeatureRule(9, "number", Coding.NUMBER, 1, 1)
    _, wrong = read_features(items[:1], (rule,))
    assert [flaw.expected for flaw in wrong] == ["1 bytes"]
