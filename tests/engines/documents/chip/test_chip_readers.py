# ruff: noqa: RUF001 - national letters are meant

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.chip.chips import (
    ACTIVE,
    BSI,
    CHIP,
    LINES,
    biometric_file,
    chip_infos,
    com_file,
    document_file,
    element,
    face_file,
    face_record,
    info,
    listed,
    personal_file,
    picture,
    zone_file,
)
from tests.engines.documents.trust.making import integer, oid, seq, set_of, tlv

from egnatia.engines.documents.chip.images import MAX_PIXELS, ChipImage, ImageType, image_type, look_at
from egnatia.engines.documents.chip.readers import read_file
from egnatia.engines.documents.chip.reading import Read
from egnatia.engines.documents.chip.security_infos import MAX_INFOS, InfoKind, kind_of
from egnatia.engines.documents.chip.types import DATA_GROUPS, TAGS, FileId
from egnatia.engines.documents.mrz.types import Sex, ZoneDocument
from egnatia.engines.documents.types import Bearing


def codes(read: Read) -> list[str]:
    return [str(finding.code) for finding in read.findings]


def against(read: Read) -> bool:
    return any(finding.bearing is Bearing.DISCREPANCY for finding in read.findings)


GOOD = {
    FileId.COM: com_file((1, 2, 14)),
    FileId.DG1: zone_file(),
    FileId.DG2: face_file(),
    FileId.DG11: personal_file(),
    FileId.DG12: document_file(),
    FileId.DG14: element(0x6E, chip_infos()),
    FileId.DG15: element(0x6F, ACTIVE.spki),
    FileId.CARD_ACCESS: set_of(info(f"{BSI}.4.2.2", integer(2), integer(13))),
    FileId.DG13: element(0x6D, b"whatever the issuer likes"),
    FileId.DG16: element(0x70, element(0x02, b"\x01"), element(0xA1, element(0x5F51, b"SMITH<<JOHN"))),
    FileId.DG7: element(0x67, element(0x02, b"\x01"), element(0x5F43, picture())),
    FileId.DG5: element(0x65, element(0x02, b"\x01"), element(0x5F40, picture())),
}


@pytest.mark.parametrize("file", GOOD)
def test_a_good_file_has_nothing_against_it(file: FileId) -> None:
    read = read_file(file, GOOD[file])
    assert read.findings == ()
    assert read.size == len(GOOD[file])


@pytest.mark.parametrize("file", GOOD)
def test_the_outer_tag_and_length_of_every_file(file: FileId) -> None:
    content = GOOD[file]
    other = read_file(file, bytes([content[0] ^ 1]) + content[1:])
    assert against(other)
    assert {"CHIP_TAG_WRONG", "CHIP_STRUCTURE_WRONG"} & set(codes(other))
    assert against(read_file(file, content[:-1]))
    assert codes(read_file(file, b"")) == ["CHIP_FILE_EMPTY"]
    assert "CHIP_TRAILING_BYTES" in codes(read_file(file, content + b"\0\0\0"))
    assert not against(read_file(file, content + b"\0\0\0"))
    assert "CHIP_LENGTH_WRONG" in codes(read_file(file, content + b"more"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (com_file((1, 2), b"0300"), "CHIP_VERSION_UNKNOWN"),
        (com_file((1, 2), b"0107", b"050000"), "CHIP_VERSION_UNKNOWN"),
        (com_file((2,)), "CHIP_ELEMENT_MISSING"),
        (com_file(()), "CHIP_ELEMENT_MISSING"),
        (com_file((1, 2, 2)), "CHIP_VALUE_NOT_ALLOWED"),
        (element(0x60, element(0x5F36, b"040000"), element(0x5C, b"\x61\x75")), "CHIP_ELEMENT_MISSING"),
        (element(0x60, element(0x5F01, b"0107"), element(0x5C, b"\x61\x75")), "CHIP_ELEMENT_MISSING"),
        (element(0x60, element(0x5F01, b"0107"), element(0x5F36, b"040000"), element(0x5C, b"\x61\x75\x41")), "CHIP_VALUE_NOT_ALLOWED"),
    ],
)  # fmt: skip
def test_com(content: bytes, code: str) -> None:
    read = read_file(FileId.COM, content)
    assert code in codes(read)
    assert against(read)


def test_dg1_holds_zones_of_every_size() -> None:
    for lines in (
        LINES,
        ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
        ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"),
    ):
        read = read_file(FileId.DG1, zone_file(lines))
        zone = read.values["zone"]
        assert isinstance(zone, ZoneDocument)
        assert zone.lines == lines
        assert zone.sex is Sex.FEMALE
        assert read.findings == ()


@pytest.mark.parametrize("size", [0, 1, 44, 87, 89, 200])
def test_dg1_of_another_size_has_no_zone(size: int) -> None:
    read = read_file(FileId.DG1, element(0x61, element(0x5F1F, b"<" * size)))
    assert "zone" not in read.values
    assert against(read)
    missing = read_file(FileId.DG1, element(0x61, element(0x5F1E, LINES[0].encode())))
    assert "CHIP_ELEMENT_MISSING" in codes(missing)


def test_what_is_no_character_of_a_zone_stays() -> None:
    read = read_file(FileId.DG1, zone_file((LINES[0].replace("ANNA", "ann\x01"), LINES[1])))
    assert "CHIP_VALUE_ODD" in codes(read)
    assert "ANN\x01" in read.values["zone"].lines[0]


FACES: dict[str, tuple[bytes, str]] = {
    "sex": (face_file(sex=9), "CHIP_VALUE_NOT_ALLOWED"),
    "eyes": (face_file(eyes=0x20), "CHIP_VALUE_NOT_ALLOWED"),
    "hair": (face_file(hair=0x20), "CHIP_VALUE_NOT_ALLOWED"),
    "pose": (face_file(yaw=200), "CHIP_VALUE_NOT_ALLOWED"),
    "face type": (face_file(face_type=7), "CHIP_VALUE_NOT_ALLOWED"),
    "data type": (biometric_file(0x75, face_record(picture(), data_type=9)), "CHIP_VALUE_NOT_ALLOWED"),
    "coding said and there": (biometric_file(0x75, face_record(picture(), data_type=1)), "CHIP_IMAGE_OTHER_TYPE"),
    "no picture": (biometric_file(0x75, face_record(b"")), "CHIP_IMAGE_UNREADABLE"),
    "half a picture": (biometric_file(0x75, face_record(picture()[:300])), "CHIP_IMAGE_UNREADABLE"),
    "identifier": (biometric_file(0x75, b"FIR" + face_record(picture())[3:]), "CHIP_VALUE_NOT_ALLOWED"),
    "version": (biometric_file(0x75, b"FAC\x00020\x00" + face_record(picture())[8:]), "CHIP_VALUE_NOT_ALLOWED"),
    "record length": (biometric_file(0x75, face_record(picture()) + b"x"), "CHIP_VALUE_NOT_ALLOWED"),
    "feature points that are not there": (
        biometric_file(0x75, face_record(picture())[:18] + b"\x7f\xff" + face_record(picture())[20:]),
        "CHIP_VALUE_NOT_ALLOWED",
    ),
    "short record": (biometric_file(0x75, b"FAC\x00"), "CHIP_VALUE_NOT_ALLOWED"),
    "owner": (biometric_file(0x75, face_record(picture()), owner=b"\x02\x02"), "CHIP_VALUE_NOT_ALLOWED"),
    "format": (biometric_file(0x75, face_record(picture()), 0x0007), "CHIP_VALUE_NOT_ALLOWED"),
    "biometric type": (
        biometric_file(0x75, face_record(picture()), extra=element(0x81, b"\x08")), "CHIP_VALUE_NOT_ALLOWED",
    ),
    "no record": (biometric_file(0x75, face_record(picture()), tag=0x5F2F), "CHIP_ELEMENT_MISSING"),
    "no group": (element(0x75, element(0x7F60, b"")), "CHIP_ELEMENT_MISSING"),
    "no count": (element(0x75, element(0x7F61, element(0x7F60, b""))), "CHIP_ELEMENT_MISSING"),
    "another count": (element(0x75, element(0x7F61, element(0x02, b"\x05"))), "CHIP_VALUE_NOT_ALLOWED"),
    "no owner": (
        element(0x75, element(0x7F61, element(0x02, b"\x01"), element(
            0x7F60, element(0xA1, element(0x88, b"\x00\x08")), element(0x5F2E, face_record(picture()))))),
        "CHIP_ELEMENT_MISSING",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name_of", FACES)
def test_faces_that_are_not_as_they_should_be(name_of: str) -> None:
    content, code = FACES[name_of]
    read = read_file(FileId.DG2, content)
    assert code in codes(read)
    assert against(read)


def test_a_face_is_handed_on_as_bytes_type_and_size() -> None:
    read = read_file(FileId.DG2, face_file(points=3))
    (image,) = read.values["images"]
    assert isinstance(image, ChipImage)
    assert (image.type, image.width, image.height) == (ImageType.JPEG, 32, 40)
    assert image.content == picture()
    assert read.findings == ()


def test_a_jpeg_2000_face_is_read() -> None:
    content = picture("JPEG2000", (48, 64))
    read = read_file(FileId.DG2, biometric_file(0x75, face_record(content, size=(48, 64), data_type=1)))
    assert read.findings == ()
    assert (read.values["images"][0].type, read.values["images"][0].width) == (ImageType.JPEG_2000, 48)


def test_a_face_of_the_newer_standard_is_read() -> None:
    image = picture("JPEG2000", (48, 64))
    data = element(0x65, element(0xA0, b""), element(0xA1, element(0x30, element(0x80, b"\0"), element(
        0xA1, element(0xA0, element(0xA0, element(0x80, image)))))))  # fmt: skip
    for inner in (element(0xA1, data), data):
        read = read_file(FileId.DG2, biometric_file(0x75, inner, 0x002A, tag=0x7F2E))
        assert read.findings == ()
        assert read.values["images"][0].content == image
    broken = read_file(FileId.DG2, biometric_file(0x75, element(0xA1, element(0x65, b"")), 0x002A, tag=0x7F2E))
    assert "CHIP_ELEMENT_MISSING" in codes(broken)


def finger_record(
    views: int = 1, compression: int = 2, identifier: bytes = b"FIR\x00", image: bytes = b"\xff\xa0\xff\xa4"
) -> bytes:
    body = b"".join(
        struct.pack(">IBBBBBHHB", 14 + len(image), 1, 1, 1, 100, 0, 20, 30, 0) + image for _ in range(views)
    )
    head = struct.pack(">HHBBHHHHBBH", 0, 31, views, 1, 500, 500, 500, 500, 8, compression, 0)
    return identifier + b"010\x00" + (8 + 6 + len(head) + len(body)).to_bytes(6, "big") + head + body


def prints_file(record: bytes, subtype: bytes = element(0x82, b"\x09"), outer: int = 0x63, kind: int = 7) -> bytes:
    return biometric_file(outer, record, kind, extra=subtype)


def test_fingers_and_irises_are_looked_at_from_outside() -> None:
    read = read_file(FileId.DG3, prints_file(finger_record(2)))
    assert read.findings == ()
    assert [(image.type, image.width, image.height) for image in read.values["images"]] == [(ImageType.WSQ, 20, 30)] * 2
    iris = b"IIR\x00010\x00" + (45).to_bytes(4, "big") + bytes(33)
    assert read_file(FileId.DG4, prints_file(iris, element(0x82, b"\x01"), 0x76, 9)).findings == ()


@pytest.mark.parametrize(
    "content",
    [
        prints_file(finger_record(identifier=b"PIR\x00")),
        prints_file(finger_record(), b""),
        prints_file(finger_record(), element(0x82, b"\xfe")),
        prints_file(finger_record(compression=77)),
        prints_file(finger_record(compression=4)),
        prints_file(finger_record() + b"x"),
        prints_file(finger_record(3)[:-5]),
        prints_file(b"FIR"),
        prints_file(finger_record(), kind=8),
    ],
)
def test_prints_that_are_not_as_they_should_be(content: bytes) -> None:
    assert against(read_file(FileId.DG3, content))


def test_encrypted_records_are_not_judged() -> None:
    header = element(0xA1, element(0x82, b"\x09"), element(0x87, b"\x01\x01"), element(0x88, b"\x00\x07"))
    content = element(0x63, element(0x7F61, element(0x02, b"\x01"), element(0x7F60, header, element(0x7D, b"secret"))))
    assert codes(read_file(FileId.DG3, content)) == ["CHIP_NOT_JUDGED"]


def test_details_of_holder_and_document() -> None:
    more = element(0xA0, element(0x02, b"\x01"), element(0x5F0F, b"SMITH<<ANNA"))
    read = read_file(
        FileId.DG11,
        element(
            0x6B,
            element(0x5C, b"\x5f\x0e\x5f\x10\x5f\x2b\xa0"),
            element(0x5F0E, "ЕРИКСОН<<АНА".encode()),
            more,
            element(0x5F10, b"0101974000000"),
            element(0x5F2B, bytes.fromhex("19740812")),
        ),
    )
    assert read.values["full_name"] == ("ЕРИКСОН<<АНА",)
    assert read.values["other_name"] == ("SMITH<<ANNA",)
    assert read.values["birth_date"] == ("19740812",)
    assert not against(read)
    document = read_file(FileId.DG12, document_file(bytes.fromhex("20250415")))
    assert document.values["issue_date"] == ("20250415",)
    assert document.findings == ()


@pytest.mark.parametrize(
    ("content", "code", "wrong"),
    [
        (element(0x6B, element(0x5F0E, b"A<<B")), "CHIP_ELEMENT_MISSING", True),
        (element(0x6B, element(0x5C, b"\x5f\x0e\x5f\x10"), element(0x5F0E, b"A<<B")), "CHIP_ELEMENT_MISSING", True),
        (element(0x6B, element(0x5C, b""), element(0x5F0E, b"A<<B")), "CHIP_VALUE_ODD", False),
        (listed(0x6B, element(0x5F77, b"?")), "CHIP_ELEMENT_UNKNOWN", False),
        (listed(0x6B, element(0x5F2B, b"1974")), "CHIP_VALUE_NOT_ALLOWED", True),
        (listed(0x6B, element(0x5F2B, b"19XX0812")), "CHIP_VALUE_NOT_ALLOWED", True),
        (listed(0x6B, element(0x5F42, b"x" * 5000)), "CHIP_VALUE_NOT_ALLOWED", True),
    ],
)
def test_details_that_are_not_as_they_should_be(content: bytes, code: str, wrong: bool) -> None:  # noqa: FBT001
    read = read_file(FileId.DG11, content)
    assert code in codes(read)
    assert against(read) is wrong


def test_a_birth_date_may_be_unknown_in_part() -> None:
    assert read_file(FileId.DG11, listed(0x6B, element(0x5F2B, b"1974<<<<"))).values["birth_date"] == ("19740000",)


def test_people_to_notify_are_counted() -> None:
    wrong = element(0x70, element(0x02, b"\x02"), element(0xA1, element(0x5F51, b"SMITH<<JOHN")))
    assert codes(read_file(FileId.DG16, wrong)) == ["CHIP_VALUE_NOT_ALLOWED"]
    assert codes(read_file(FileId.DG16, element(0x70, element(0xA1, b"")))) == ["CHIP_ELEMENT_MISSING"]
    assert read_file(FileId.DG16, GOOD[FileId.DG16]).values["people"] == ({"name": "SMITH<<JOHN"},)


def test_an_unreadable_signature_picture_is_told() -> None:
    read = read_file(FileId.DG7, element(0x67, element(0x02, b"\x02"), element(0x5F43, b"no picture")))
    assert set(codes(read)) == {"CHIP_VALUE_NOT_ALLOWED", "CHIP_IMAGE_UNREADABLE"}


def test_security_infos_by_their_kind() -> None:
    read = read_file(
        FileId.DG14, element(0x6E, chip_infos(info("2.23.136.1.1.5", integer(1), oid("1.2.3")), info("1.2.3")))
    )
    kinds = [each.kind for each in read.values["infos"]]
    assert sorted(kinds) == sorted(
        [InfoKind.CHIP, InfoKind.CHIP_KEY, InfoKind.PACE, InfoKind.PACE, InfoKind.ACTIVE, InfoKind.OTHER]
    )
    assert read.findings == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (set_of(info(f"{BSI}.1.3", CHIP.spki), info(f"{BSI}.3.2.2", integer(1))), "CHIP_VALUE_NOT_ALLOWED"),
        (set_of(info(f"{BSI}.3.2.2", integer(1))), "CHIP_ELEMENT_MISSING"),
        (set_of(info(f"{BSI}.3.2.2", integer(10)), info(f"{BSI}.1.2", CHIP.spki)), "CHIP_VALUE_NOT_ALLOWED"),
        (set_of(info(f"{BSI}.3.2.2"), info(f"{BSI}.1.2", CHIP.spki)), "CHIP_ELEMENT_MISSING"),
        (set_of(info(f"{BSI}.1.2")), "CHIP_STRUCTURE_WRONG"),
        (set_of(info("2.23.136.1.1.5", integer(7))), "CHIP_VALUE_NOT_ALLOWED"),
        (set_of(info("2.23.136.1.1.5")), "CHIP_ELEMENT_MISSING"),
        (set_of(seq()), "CHIP_STRUCTURE_WRONG"),
        (set_of(seq(CHIP.spki)), "CHIP_STRUCTURE_WRONG"),
        (seq(), "CHIP_STRUCTURE_WRONG"),
        (set_of(*(info(f"1.2.{number}") for number in range(MAX_INFOS + 1))), "CHIP_VALUE_NOT_ALLOWED"),
    ],
)
def test_security_infos_that_are_not_as_they_should_be(content: bytes, code: str) -> None:
    read = read_file(FileId.DG14, element(0x6E, content))
    assert code in codes(read)
    assert against(read)


def test_a_key_without_its_info_is_odd_only() -> None:
    read = read_file(FileId.DG14, element(0x6E, set_of(info(f"{BSI}.1.2", CHIP.spki))))
    assert codes(read) == ["CHIP_VALUE_ODD"]
    assert kind_of(f"{BSI}.3.2") is InfoKind.OTHER
    assert kind_of(f"{BSI}.3.9.9") is None
    assert kind_of("1.2.3") is InfoKind.OTHER


def test_pictures_by_their_first_bytes() -> None:
    assert image_type(picture()) is ImageType.JPEG
    assert image_type(picture("JPEG2000")) is ImageType.JPEG_2000
    assert image_type(picture("PNG")) is ImageType.PNG
    assert image_type(b"\xff\xa0\xff\xa4") is ImageType.WSQ
    assert image_type(b"GIF89a") is ImageType.OTHER
    assert look_at(b"GIF89a") == ChipImage(ImageType.OTHER, 0, 0, b"GIF89a")


def test_a_picture_that_claims_too_much_is_not_decoded() -> None:
    honest = picture("PNG", (8, 8))
    claim = struct.pack(">II", 60_000, 60_000)
    assert MAX_PIXELS < 60_000**2
    liar = honest[:16] + claim + honest[24:]
    assert look_at(liar).width == 0


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(list(GOOD)), st.data())
def test_no_change_to_a_file_raises(file: FileId, data: st.DataObject) -> None:
    content = bytearray(GOOD[file])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    assert isinstance(read_file(file, bytes(content[:cut])), Read)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(DATA_GROUPS), st.binary(max_size=120))
def test_any_bytes_behind_a_tag_are_read(file: FileId, content: bytes) -> None:
    assert isinstance(read_file(file, tlv(TAGS[file], content)), Read)
