"""Plans of chips: what each knob changes in the files, and nothing beside it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from asn1crypto import cms

from egnatia.engines.documents.synthetic import biometrics, data_groups, faces, security_infos, tlv
from egnatia.engines.documents.synthetic.biometrics import FaceRecord, Header, Template, Templates
from egnatia.engines.documents.synthetic.chip_files import ChipPlan, SignedPlan, with_sod, write
from egnatia.engines.documents.synthetic.cms import MessageLiberties
from egnatia.engines.documents.synthetic.keys import Hash
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.security_object import HashList
from egnatia.engines.documents.synthetic.specimens import Wanted, specimen_chip, with_face

STATE = Authority.make("plans", "p256-sha256", since=date(2024, 1, 1))
SIGNER = STATE.document_signer()
PLAN = specimen_chip(SIGNER, Wanted(groups=(1, 2, 14), access=True)).plan
FILES = write(PLAN)


def changed(plan: ChipPlan) -> set[str]:
    """Names of the files that are not those of the sound plan."""
    files = write(plan)
    return {name for name in FILES.keys() | files.keys() if FILES.get(name) != files.get(name)}


def signed_by(plan: SignedPlan) -> ChipPlan:
    return replace(PLAN, sod=plan)


@pytest.mark.parametrize(
    ("plan", "names"),
    [
        (replace(PLAN, com=data_groups.common((1,))), {"EF.COM"}),
        (replace(PLAN, hashes=HashList(hash=Hash.SHA512)), {"EF.SOD"}),
        (replace(PLAN, sod_after=lambda t: tlv.retag(t, "77", 0x78)), {"EF.SOD"}),
        (replace(PLAN, sod=None), {"EF.SOD", "EF.CardSecurity"}),
        (replace(PLAN, access=None), {"EF.CardAccess"}),
        (replace(PLAN, security=None), {"EF.CardSecurity"}),
        (replace(PLAN, card=SignedPlan(SIGNER, MessageLiberties(broken=True))), {"EF.CardSecurity"}),
        (signed_by(SignedPlan(SIGNER, MessageLiberties(broken=True))), {"EF.SOD", "EF.CardSecurity"}),
        (signed_by(SignedPlan(STATE.document_signer(2))), {"EF.SOD", "EF.CardSecurity"}),
        (replace(PLAN, swapped={"DG2": b"x"}), {"DG2"}),
        (replace(PLAN, removed=frozenset({"DG2", "EF.COM"})), {"DG2", "EF.COM"}),
        (replace(PLAN, groups={1: PLAN.groups[1], 2: PLAN.groups[2]}), {"DG14", "EF.COM", "EF.SOD"}),
    ],
)
def test_a_knob_changes_its_own_files(plan: ChipPlan, names: set[str]) -> None:
    assert changed(plan) == names


def test_a_message_of_indefinite_length_is_written_as_it_is() -> None:
    loose = with_sod(PLAN, lambda sod: replace(sod, liberties=MessageLiberties(indefinite=True)))
    content = write(loose)["EF.SOD"]
    assert content[:1] == b"\x77"
    inner = content[4:]
    assert inner[:2] == b"\x30\x80"
    info = cms.ContentInfo.load(inner)
    assert info["content"]["encap_content_info"]["content_type"].dotted == "2.23.136.1.1.1"


def test_what_is_changed_before_signing_is_signed_and_what_after_is_not() -> None:
    def without_version(tree: tlv.Node) -> tlv.Node:
        return tlv.drop(tree, "30/02")

    before = write(signed_by(SignedPlan(SIGNER, content=without_version)))["EF.SOD"]
    after = write(signed_by(SignedPlan(SIGNER, after=lambda t: tlv.drop(t, "30/A0/30/02"))))["EF.SOD"]
    sound = cms.ContentInfo.load(tlv.parse(FILES["EF.SOD"]).content())["content"]
    spoiled = cms.ContentInfo.load(tlv.parse(before).content())["content"]
    digest = [each["signer_infos"][0]["signed_attrs"].native for each in (sound, spoiled)]
    assert digest[0] != digest[1]
    assert (
        tlv.find(tlv.parse(after), "77/30/A0/30/31[1]").encode()
        == tlv.find(tlv.parse(FILES["EF.SOD"]), "77/30/A0/30/31[1]").encode()
    )


FACE = FaceRecord(b"image", 3, 4)


@pytest.mark.parametrize(
    ("change", "offset", "expected"),
    [
        ({"identifier": b"FAX\0"}, 0, "46415800"),
        ({"version": b"020\0"}, 4, "30323000"),
        ({"record_length_off": 2}, 8, f"{14 + 32 + 5 + 2:08x}"),
        ({"images": 7}, 12, "0007"),
        ({"block_length_off": -1}, 14, f"{32 + 5 - 1:08x}"),
        ({"gender": 9}, 20, "09"),
        ({"eyes": 8}, 21, "08"),
        ({"hair": 7}, 22, "07"),
        ({"features": 0x010203}, 23, "010203"),
        ({"expression": 6}, 26, "0006"),
        ({"pose": (1, 2, 3)}, 28, "010203"),
        ({"uncertainty": (4, 5, 6)}, 31, "040506"),
        ({"image_type": 2}, 34, "02"),
        ({"data_type": 9}, 35, "09"),
        ({"jpeg2000": True}, 35, "01"),
        ({"width": 500}, 36, "01f4"),
        ({"height": 600}, 38, "0258"),
        ({"colour_space": 3, "source": 5}, 40, "0305"),
        ({"device": 0x0A0B, "quality": 0x0C0D}, 42, "0a0b0c0d"),
    ],
)
def test_every_number_of_a_face_record_stands_in_its_place(change: dict[str, Any], offset: int, expected: str) -> None:
    written = replace(FACE, **change).encode()
    assert written[offset : offset + len(expected) // 2].hex() == expected


def test_feature_points_move_what_follows_them() -> None:
    point = biometrics.feature_point(0xC1, 90, 140)
    written = replace(FACE, points=(point, point)).encode()
    assert len(point) == 8
    assert written[18:20].hex() == "0002"
    assert written[34:50] == point * 2
    assert written[50:52].hex() == "0100"
    assert written.endswith(b"image")


def test_a_header_has_what_it_is_given_in_order() -> None:
    whole = Header(b"\x08", b"\x09", b"\x00\x07", b"\x01\x01", b"\x01\x01", b"c" * 7, b"v" * 8, b"p" * 4)
    header = tlv.find(with_face(FACE, whole), "75/7F61/7F60/A1")
    assert isinstance(header.value, tuple)
    assert [each.tag for each in header.value] == [0x80, 0x81, 0x82, 0x83, 0x85, 0x86, 0x87, 0x88]
    bare = Templates(0x75, (Template(Header(format_owner=None, format_type=None), None),), count=9).tree()
    assert bare.encode().hex() == "750b7f61080201097f6002a100"


def test_wsq_has_the_markers_of_its_form() -> None:
    made = biometrics.wsq(150, 200, 3)
    assert made.startswith(b"\xff\xa0\xff\xa2")
    assert made.endswith(b"\xff\xa1")
    assert (200).to_bytes(2) + (150).to_bytes(2) in made[:20]
    assert biometrics.wsq(150, 200, 4) != made


@pytest.mark.parametrize("coding", list(faces.Coding))
@pytest.mark.parametrize("draw", [faces.face, faces.finger, faces.iris, faces.signature])
def test_the_same_seed_draws_the_same(coding: faces.Coding, draw: object) -> None:
    assert callable(draw)
    once, again, other = (faces.encode(draw(seed), coding) for seed in (5, 5, 6))
    assert once == again
    assert once != other


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (security_infos.chip_info(), "300f060a04007f000702020302020201 01"),
        (security_infos.chip_info(version=None, key=5), "300f060a04007f00070202030202020105"),
        (security_infos.pace_info(cipher="3des", parameters=13), "3012060a04007f0007020204020102010202010d"),
        (security_infos.terminal_info(), "300d060804007f0007020202020101"),
        (security_infos.active_info(), "30170606678108010105020101060a04007f00070101040103"),
        (security_infos.chip_key_info(b"\x30\x00", None), "30023000"),
    ],
)
def test_security_infos_are_those_of_the_standard(made: bytes, expected: str) -> None:
    assert made.hex() == expected.replace(" ", "")
