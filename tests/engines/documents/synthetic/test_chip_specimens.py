"""Specimen chips as others read them: asn1crypto, cryptography, Pillow and plain arithmetic, none of it ours."""

import hashlib
import io
import struct
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from asn1crypto import cms, core, keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from PIL import Image

from egnatia.engines.documents import Advice, inspect
from egnatia.engines.documents.synthetic import answers, biometrics, data_groups, faces, tlv
from egnatia.engines.documents.synthetic.chip_files import with_group, write
from egnatia.engines.documents.synthetic.keys import EcKey, Hash, RsaKey, make_key
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.security_object import HashList, security_object
from egnatia.engines.documents.synthetic.specimens import EVERYTHING, Specimen, Wanted, finger_group, specimen_chip

STATE = Authority.make("specimens", "rsa3072-pss-sha256", since=date(2024, 1, 1))
SIGNER = STATE.document_signer()
WHOLE = specimen_chip(SIGNER, Wanted(groups=EVERYTHING, access=True))
FILES = write(WHOLE.plan)
TAGS = dict(zip((f"DG{n}" for n in range(1, 17)), bytes.fromhex("617563766566676869" "6a6b6c6d6e6f70"), strict=True))  # fmt: skip


def security_object_of(content: bytes) -> dict[str, Any]:
    """The security object, read by position: asn1crypto knows no type of this name."""
    parts = list(core.load(content, strict=True).native.values())
    version = parts.pop(0) if isinstance(parts[0], int) else None
    algorithm = next(iter(parts.pop(0).values()))
    hashes = {each["0"]: each["1"] for each in parts.pop(0).values()}
    return {"version": version, "oid": algorithm, "hashes": hashes, "versions": [*parts[0].values()] if parts else []}


def signed_data(content: bytes) -> cms.SignedData:
    info = cms.ContentInfo.load(content, strict=True)
    assert info["content_type"].native == "signed_data"
    return info["content"]


def body(file: bytes) -> bytes:
    return tlv.parse(file).content()


def test_every_file_begins_with_its_tag() -> None:
    assert FILES["EF.COM"][0] == 0x60
    assert FILES["EF.SOD"][0] == 0x77
    assert {name: FILES[name][0] for name in FILES if name.startswith("DG")} == {
        name: TAGS[name] for name in TAGS if name in FILES
    }
    assert len([name for name in FILES if name.startswith("DG")]) == len(EVERYTHING)


def test_the_common_file_lists_the_groups() -> None:
    listed = tlv.find(tlv.parse(FILES["EF.COM"]), "60/5C").content()
    assert list(listed) == [
        TAGS[name] for name in sorted((n for n in FILES if n[:2] == "DG"), key=lambda n: int(n[2:]))
    ]


def test_the_security_object_has_the_hash_of_every_group() -> None:
    content = signed_data(body(FILES["EF.SOD"]))["encap_content_info"]
    assert content["content_type"].dotted == "2.23.136.1.1.1"
    said = security_object_of(content["content"].native)
    assert (said["oid"], said["version"], said["versions"]) == ("2.16.840.1.101.3.4.2.1", 0, [])
    assert said["hashes"] == {number: hashlib.sha256(FILES[f"DG{number}"]).digest() for number in EVERYTHING}


@pytest.mark.parametrize("name", ["EF.SOD", "EF.CardSecurity"])
def test_the_signature_is_the_signers_and_the_signer_the_countrys(name: str) -> None:
    data = signed_data(body(FILES[name]) if name == "EF.SOD" else FILES[name])
    (signer,) = data["signer_infos"]
    signed = signer["signed_attrs"].untag()
    assert hashlib.sha256(data["encap_content_info"]["content"].native).digest() in [
        value for attribute in signed.native if attribute["type"] == "message_digest" for value in attribute["values"]
    ]
    certificate = x509.load_der_x509_certificate(data["certificates"][0].dump())
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    key.verify(signer["signature"].native, signed.dump(), pss, hashes.SHA256())
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(STATE.csca.certificate))


def test_the_zone_is_sound() -> None:
    zone = tlv.find(tlv.parse(FILES["DG1"]), "61/5F1F").content().decode()
    assert zone == "".join(WHOLE.zone)
    found = inspect("\n".join(WHOLE.zone), date(2025, 5, 15))
    assert found.advice is Advice.CONSISTENT
    assert [each.code for each in found.findings] == ["SPECIMEN"]


@pytest.mark.parametrize(("coding", "kind"), [(faces.Coding.JPEG, "JPEG"), (faces.Coding.JPEG2000, "JPEG2000")])
def test_the_face_record_is_that_of_the_standard(coding: faces.Coding, kind: str) -> None:
    chip = specimen_chip(SIGNER, Wanted(face=coding))
    record = tlv.find(chip.plan.groups[2], "75/7F61/7F60/5F2E").content()
    magic, version, length, count = struct.unpack_from(">4s4sIH", record)
    assert (magic, version, length, count) == (b"FAC\0", b"010\0", len(record), 1)
    block, points, *_ = struct.unpack_from(">IH", record, 14)
    assert (block, points) == (len(record) - 14, 0)
    image_type, data_type, width, height = struct.unpack_from(">BBHH", record, 34)
    assert (image_type, data_type) == (1, kind == "JPEG2000")
    with Image.open(io.BytesIO(record[46:])) as picture:
        picture.load()
        assert (picture.format, picture.size) == (kind, (width, height))


@pytest.mark.parametrize("compression", [0, 2, 4])
def test_finger_records_are_those_of_the_standard(compression: int) -> None:
    tree = finger_group(3, compression, (2, 7, 1))
    assert tlv.find(tree, "63/7F61/02").content() == b"\x03"
    for place, position in enumerate((2, 7, 1)):
        record = tlv.find(tree, f"63/7F61/7F60[{place}]/5F2E").content()
        assert record[:8] == b"FIR\x00010\x00"
        assert int.from_bytes(record[8:14], "big") == len(record)
        assert (record[18], record[29]) == (1, compression)
        length, finger, *_ = struct.unpack_from(">IBBBBB", record, 32)
        assert (length, finger) == (len(record) - 32, position)
        width, height = struct.unpack_from(">HH", record, 41)
        assert compression != 0 or len(record) == 46 + width * height


def test_iris_records_are_those_of_the_standard() -> None:
    for place in (0, 1):
        record = tlv.find(WHOLE.plan.groups[4], f"76/7F61/7F60[{place}]/5F2E").content()
        assert record[:8] == b"IIR\x00010\x00"
        length, _, count, header = struct.unpack_from(">IHBH", record, 8)
        assert (length, count, header) == (len(record), 1, 45)
        image_format, width, height = struct.unpack_from(">HHH", record, 21)
        assert (image_format, record[45]) == (2, place + 1)
        assert struct.unpack_from(">I", record, 55)[0] == width * height == len(record) - 59


def test_no_biometrics_is_a_group_of_none() -> None:
    """Doc 9303-10 table 50: no template, and something random beside the zero."""
    tree = biometrics.Templates(0x63, (), extra=(tlv.Node(0x53, b"random"),)).tree()
    assert tree.encode().hex() == "630e7f610b020100530672616e646f6d"


def test_the_keys_of_the_chip_are_readable() -> None:
    active = serialization.load_der_public_key(body(FILES["DG15"]))
    assert isinstance(active, rsa.RSAPublicKey)
    assert isinstance(WHOLE.active_key, RsaKey)
    assert active.public_numbers().n == WHOLE.active_key.modulus
    infos = [core.SequenceOf(spec=core.Any).load(each.encode()) for each in infos_of(FILES["DG14"])]
    spki = next(each[1].dump() for each in infos if each[0].native == "0.4.0.127.0.7.2.2.1.2")
    chip = serialization.load_der_public_key(keys.PublicKeyInfo.load(spki).dump())
    assert isinstance(chip, ec.EllipticCurvePublicKey)
    assert (chip.public_numbers().x, chip.public_numbers().y) == point_of(WHOLE)


def infos_of(file: bytes) -> tuple[tlv.Node, ...]:
    value = tlv.find(tlv.parse(file), "6E/31").value
    assert isinstance(value, tuple)
    return value


def point_of(chip: Specimen) -> tuple[int, int]:
    assert isinstance(chip.chip_key, EcKey)
    return chip.chip_key.point


@pytest.mark.parametrize("algorithm", list(Hash))
def test_an_rsa_chip_answers_as_iso_9796_says(algorithm: Hash) -> None:
    key = make_key("rsa2048", "answers")
    assert isinstance(key, RsaKey)
    answer = answers.answer_rsa(key, algorithm, b"challeng", b"nonce")
    opened = pow(int.from_bytes(answer), key.exponent, key.modulus).to_bytes(key.width)
    end = {"sha1": "bc", "sha224": "38cc", "sha256": "34cc", "sha384": "36cc", "sha512": "35cc"}[algorithm]
    assert opened[0] == 0x6A
    assert opened.endswith(bytes.fromhex(end))
    size = hashlib.new(algorithm, usedforsecurity=False).digest_size
    message, told = opened[1 : -size - len(end) // 2], opened[-size - len(end) // 2 : -len(end) // 2]
    assert hashlib.new(algorithm, message + b"challeng", usedforsecurity=False).digest() == told


def test_an_ec_chip_answers_in_plain() -> None:
    key = make_key("p256", "answers")
    assert isinstance(key, EcKey)
    answer = answers.answer_ec(key, Hash.SHA256, b"challeng")
    assert len(answer) == 64
    numbers = ec.EllipticCurvePublicNumbers(*key.point, ec.SECP256R1())
    signature = encode_dss_signature(int.from_bytes(answer[:32]), int.from_bytes(answer[32:]))
    numbers.public_key().verify(signature, b"challeng", ec.ECDSA(hashes.SHA256()))


def test_both_sides_agree_and_mapping_data_lead_from_the_static_key_to_the_mapped_one() -> None:
    static, mapped = make_key("p256", "static"), make_key("p256", "mapped")
    assert isinstance(static, EcKey)
    assert isinstance(mapped, EcKey)
    assert answers.agree(static, mapped.point) == answers.agree(mapped, static.point)
    number = int.from_bytes(answers.mapping_data(static, mapped))
    assert static.curve.multiply(number, static.point) == mapped.point


def test_details_list_their_tags_and_may_pack_their_dates() -> None:
    details = data_groups.PersonalDetails("A<<B", ("C<<D", "E"), "123", "19620201", born_packed=True)
    tree = data_groups.personal(details)
    assert tlv.find(tree, "6B/5C").content().hex() == "5f0e5f0f5f105f2b"
    assert tlv.find(tree, "6B/5F2B").content().hex() == "19620201"
    assert tlv.find(tree, "6B/A0/5F0F[1]").content() == b"E"
    papers = data_groups.document(
        data_groups.DocumentDetails("X", "20240301", ("P",), "none", personalised="20240301120000")
    )
    assert tlv.find(papers, "6C/5C").content().hex() == "5f195f265f1a5f1b5f55"
    assert tlv.find(papers, "6C/5F26").content() == b"20240301"


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_makes_the_same_chip(seed: int) -> None:
    once, again = (write(specimen_chip(SIGNER, Wanted(seed=seed)).plan) for _ in range(2))
    assert once == again
    other = write(specimen_chip(SIGNER, Wanted(seed=seed + 1)).plan)
    assert {name for name in once if once[name] != other[name]} == {"DG1", "DG2", "EF.SOD"}


def test_a_plan_hashes_what_was_changed_and_not_what_was_swapped() -> None:
    plan = with_group(specimen_chip(SIGNER, Wanted()).plan, 2, lambda tree: tlv.retag(tree, "75", 0x76))
    files = write(replace(plan, swapped={"DG1": b"other"}, removed=frozenset({"EF.COM"})))
    content = signed_data(body(files["EF.SOD"]))["encap_content_info"]["content"].native
    said = security_object_of(content)["hashes"]
    assert said[2] == hashlib.sha256(files["DG2"]).digest()
    assert said[1] != hashlib.sha256(b"other").digest()
    assert set(files) == {"DG1", "DG2", "EF.SOD"}


def test_the_list_of_hashes_can_be_wrong_in_every_part() -> None:
    groups = {1: b"one", 2: b"two"}
    sound = security_object_of(security_object(groups, HashList()).encode())
    assert sorted(sound["hashes"]) == [1, 2]
    wanted = HashList(version=1, versions=("0108", "040000"))
    later = security_object_of(security_object(groups, wanted).encode())
    assert (later["version"], later["versions"]) == (1, ["0108", "040000"])
    other = HashList(groups={1: None, 10: b"x"}, hash=Hash.SHA512)
    less = security_object_of(security_object(groups, other).encode())["hashes"]
    assert less == {2: hashlib.sha512(b"two").digest(), 10: b"x"}
    bare = tlv.parse(security_object(groups, HashList(version=None, hash_oid="1.2.840.113549.2.5")).encode())
    assert tlv.find(bare, "30/30/06").content() == bytes.fromhex("2a864886f70d0205")


@pytest.mark.parametrize("seed", range(4))
def test_a_face_is_stamped_and_of_nobody(seed: int) -> None:
    """The stamp's red is there, and the head is one flat colour: no photograph is like that."""
    picture = faces.face(seed)
    colours = picture.getcolors(100_000) or []
    assert any(
        colour == (0xB0, 0x10, 0x30) or (isinstance(colour, tuple) and colour[0] > colour[1] + 60)
        for _, colour in colours
    )
    assert max(count for count, _ in colours) > 0.1 * picture.width * picture.height
