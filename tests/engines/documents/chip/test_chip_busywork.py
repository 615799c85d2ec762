"""Files made to keep their reader busy: each is cut off by a number, so that none of them costs minutes or fills a report."""

import struct
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image
from tests.engines.documents.chip.chips import biometric_file, element, face_file, face_record, listed, make
from tests.engines.documents.chip.stores import DAY, store
from tests.engines.documents.trust.making import (
    authority_key,
    certificate,
    ec_signer,
    extension,
    key_id,
    name,
    oid,
    seq,
    set_of,
    tlv,
)

from egnatia.engines.documents.chip.biometrics import MAX_HEADER
from egnatia.engines.documents.chip.findings import ChipFinding
from egnatia.engines.documents.chip.images import MAX_PIXELS, MAX_SCANS, MAX_TILES, Album, ImageType, look_at
from egnatia.engines.documents.chip.inspection import inspect_chip
from egnatia.engines.documents.chip.readers import MAX_FINDINGS, read_file
from egnatia.engines.documents.chip.reading import Read
from egnatia.engines.documents.chip.template import MAX_GROUPS
from egnatia.engines.documents.chip.tlv import MAX_NODES, Flaw, Node, children, read_node, read_nodes
from egnatia.engines.documents.chip.types import ChipFiles, FileId
from egnatia.engines.documents.trust.certificates import MAX_PARTS, Certificate, read_certificate
from egnatia.engines.documents.trust.extensions import MAX_PARTS as MAX_EXTENSION
from egnatia.engines.documents.trust.names import MAX_PARTS as MAX_NAME
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, RemarkCode, said
from egnatia.engines.documents.types import Bearing, Result

CHEAP = b"\x04\x00"


def codes(read: Read) -> list[str]:
    return [str(finding.code) for finding in read.findings]


def drawn(kind: str, size: tuple[int, int], mode: str = "L", **given: object) -> bytes:
    held = BytesIO()
    Image.new(mode, size, 90).save(held, kind, **given)
    return held.getvalue()


def scans(times: int) -> bytes:
    """A progressive JPEG whose shortest scan stands in it so many times more."""
    whole = drawn("JPEG", (64, 64), progressive=True)
    places = [at for at in range(len(whole) - 1) if whole[at : at + 2] == b"\xff\xda"] + [len(whole) - 2]
    parts = [whole[begin:end] for begin, end in pairwise(places)]
    return whole[:-2] + min(parts, key=len) * times + b"\xff\xd9"


def test_a_progressive_picture_is_read_and_one_of_endless_scans_is_not() -> None:
    usual = scans(0)
    assert 2 <= usual.count(b"\xff\xda") <= 12
    assert look_at(usual).width == 64
    assert look_at(scans(MAX_SCANS - usual.count(b"\xff\xda"))).width == 64
    assert look_at(scans(MAX_SCANS)).width == 0
    assert look_at(scans(MAX_SCANS)).type is ImageType.JPEG


@pytest.mark.parametrize(("side", "tile", "width"), [(64, 64, 64), (64, 8, 64), (330, 10, 0)])
def test_a_picture_of_too_many_tiles_is_not_decoded(side: int, tile: int, width: int) -> None:
    tiled = drawn("JPEG2000", (side, side), tile_size=(tile, tile))
    assert (-(-side // tile)) ** 2 > MAX_TILES or width
    assert look_at(tiled).width == width


def test_the_tiles_are_counted_in_a_bare_code_stream_too_and_a_cut_header_has_none() -> None:
    boxed = drawn("JPEG2000", (330, 330), tile_size=(10, 10))
    bare = boxed[boxed.index(b"\xff\x4f\xff\x51") :]
    assert (look_at(bare).type, look_at(bare).width) == (ImageType.JPEG_2000, 0)
    assert look_at(bare[:30]).width == 0
    start = bare.index(b"\xff\x51") + 2
    tiles_of_nothing = bare[: start + 20] + struct.pack(">II", 0, 0) + bare[start + 28 :]
    assert look_at(tiles_of_nothing).width == 0


def test_an_album_runs_out_of_pixels_and_says_nothing_about_size_where_nothing_is_decoded() -> None:
    side = 1_000
    page = drawn("PNG", (side, side))
    album = Album()
    fit = MAX_PIXELS // side**2
    assert [album.look_at(page).width for _ in range(fit + 2)] == [side] * fit + [0, 0]
    small = Album()
    assert all(small.look_at(drawn("PNG", (40, 50))).width == 40 for _ in range(20))


def test_bytes_count_as_well_as_pixels() -> None:
    page = drawn("PNG", (10, 10))
    heavy = page + b"\0" * (MAX_PIXELS // 4 + 1)
    album = Album()
    assert album.look_at(heavy).width == 10
    assert album.look_at(page).width == 0


def test_what_is_no_picture_takes_nothing_from_the_others() -> None:
    album = Album()
    assert album.look_at(b"\xff\xd8\xff" + bytes(MAX_PIXELS)).width == 0
    assert album.look_at(drawn("JPEG", (30, 40))).width == 30


@pytest.mark.parametrize(("file", "outer", "tag"), [(FileId.DG7, 0x67, 0x5F43), (FileId.DG5, 0x65, 0x5F40)])
def test_sixteen_large_pictures_are_not_all_decoded(file: FileId, outer: int, tag: int) -> None:
    page = element(tag, drawn("PNG", (1_200, 1_200)))
    read = read_file(file, element(outer, element(0x02, b"\x10"), *[page] * 16))
    decoded = [image for image in read.values["images"] if image.width]
    assert len(decoded) == MAX_PIXELS // 1_200**2
    assert codes(read).count("CHIP_IMAGE_UNREADABLE") == 16 - len(decoded)


def test_twenty_faces_share_one_album() -> None:
    page = drawn("JPEG", (1_000, 1_000))
    one = biometric_file(0x75, face_record(page, size=(1_000, 1_000)))
    template = children(children(read_all(one))[0][0])[0][1].whole
    many = element(0x75, element(0x7F61, element(0x02, b"\x14"), *[template] * 20))
    read = read_file(FileId.DG2, many)
    assert sum(image.width > 0 for image in read.values["images"]) == MAX_PIXELS // 1_000**2
    assert not read_file(FileId.DG2, face_file()).findings


def read_all(content: bytes) -> Node:
    node = read_node(content)
    assert not isinstance(node, Flaw)
    return node


def test_the_nodes_of_indefinite_lengths_count_too() -> None:
    one = b"\xa0\x80" + CHEAP * 99 + b"\0\0"
    node = read_all(one)
    assert node.steps == 100
    nodes, flaw = read_nodes(one * 100)
    assert len(nodes) == MAX_NODES // 100
    assert flaw is not None
    assert read_all(CHEAP).steps == 1


@pytest.mark.parametrize("group", [element(0xA0, CHEAP * 200), b"\xa0\x80" + CHEAP * 200 + b"\0\0"])
def test_templates_of_names_are_read_up_to_a_number(group: bytes) -> None:
    read = read_file(FileId.DG11, listed(0x6B, *[group] * 200))
    assert len(read.findings) == MAX_FINDINGS
    assert any(finding.bearing is Bearing.DISCREPANCY for finding in read.findings), "the gravest are kept"


def test_a_few_templates_of_names_are_read_whole() -> None:
    other = element(0xA0, element(0x02, b"\x01"), element(0x5F0F, b"JANE"))
    read = read_file(FileId.DG11, listed(0x6B, element(0x5F0E, b"ERIKSSON<<ANNA"), *[other] * MAX_GROUPS))
    assert len(read.values["other_name"]) == MAX_GROUPS
    more = read_file(FileId.DG11, listed(0x6B, element(0x5F0E, b"ERIKSSON<<ANNA"), *[other] * (MAX_GROUPS + 1)))
    assert len(more.values["other_name"]) == MAX_GROUPS
    assert "CHIP_VALUE_NOT_ALLOWED" in codes(more)


def test_a_header_of_unknown_tags_is_named_a_few_times() -> None:
    good = biometric_file(0x75, face_record(drawn("JPEG", (32, 40))), extra=CHEAP * 3_000)
    read = read_file(FileId.DG2, good)
    assert codes(read).count("CHIP_ELEMENT_UNKNOWN") == MAX_HEADER
    assert read.values["images"][0].width == 32


def test_findings_that_fit_stay_in_their_order() -> None:
    read = read_file(FileId.DG11, listed(0x6B, *[element(0x5F60 + number, b"x") for number in range(9)]))
    assert codes(read) == [ChipFinding.CHIP_ELEMENT_UNKNOWN] * 9


def with_extension(value: bytes) -> bytes:
    by = ec_signer("brainpoolP256r1", 1)
    listed_ones = (authority_key(key_id(by)), extension("2.5.29.31", value))
    return certificate(name("C=UT, CN=busy"), ec_signer(number=90), name("C=UT, CN=CSCA"), by, extensions=listed_ones)


def test_an_extension_of_a_thousand_parts_is_left_unread() -> None:
    fine, busy = (
        read_certificate(with_extension(tlv(0x30, tlv(0x30) * count))) for count in (MAX_EXTENSION - 1, 9_000)
    )
    assert isinstance(fine, Certificate)
    assert isinstance(busy, Certificate)
    assert not said(fine.remarks, RemarkCode.TRUST_EXTENSION_MALFORMED)
    assert said(busy.remarks, RemarkCode.TRUST_EXTENSION_MALFORMED)


def test_a_certificate_or_a_name_of_too_many_parts_is_none() -> None:
    by = ec_signer("brainpoolP256r1", 1)
    parts = seq(*[set_of(seq(oid("2.5.4.3"), tlv(0x0C, b"x")))] * (MAX_NAME // 4 + 1))
    crowded = read_certificate(certificate(parts, by))
    assert isinstance(crowded, Fault)
    assert crowded.code is FaultCode.TOO_LARGE
    many = certificate(name("C=UT, CN=many"), by, extensions=[extension("1.2.3", b"\x05\x00")] * (MAX_PARTS // 3))
    found = read_certificate(many)
    assert isinstance(found, Fault)
    assert found.code is FaultCode.TOO_LARGE


def test_a_chip_of_such_files_is_still_inspected_to_its_end() -> None:
    files = dict(make().contents)
    files[FileId.DG11] = listed(0x6B, *[element(0xA0, CHEAP * 100)] * 50)
    files[FileId.DG7] = element(0x67, element(0x02, b"\x01"), element(0x5F43, scans(500)))
    inspection = inspect_chip(ChipFiles(files), store(), DAY)
    results = {str(check.code): check.result for check in inspection.checks}
    assert (results["CHIP_DG11_FORMAT"], results["CHIP_DG7_FORMAT"]) == (Result.FAILED, Result.FAILED)
    assert results["CHIP_DG1_HASH"] is Result.SUCCESSFUL
    assert sum(len(check.findings) for check in inspection.checks) < 3 * MAX_FINDINGS
