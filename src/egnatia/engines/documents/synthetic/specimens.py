"""Whole chips of nobody: what an issuer would put on one, ready to be written or to be spoiled.

`specimen_chip` makes a plan from an authority and a seed; all of it says SPECIMEN. The keys that the chip would use to
show that it is the original come back too, so that a test can let it answer.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from egnatia.engines.documents.mrz.types import Format
from egnatia.engines.documents.mrz.writer import ZoneFields, write_zone
from egnatia.engines.documents.synthetic import biometrics, data_groups, faces, security_infos
from egnatia.engines.documents.synthetic.algorithms import KeyForm, ParameterForm, public_key_info
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.chip_files import ChipPlan, SignedPlan
from egnatia.engines.documents.synthetic.keys import EcKey, Key, make_key
from egnatia.engines.documents.synthetic.tlv import Node

_NAMED = KeyForm(ParameterForm.NAMED)
_VALID = timedelta(days=3_650)
EVERYTHING: tuple[int, ...] = (1, 2, 3, 4, 7, 11, 12, 13, 14, 15, 16)
"""Data groups that a specimen can have."""
PLAIN: tuple[int, ...] = (1, 2)
EXTENDED: tuple[int, ...] = (1, 2, 3, 4, 14)
"""Those of the extended access control profile of BSI TR-03105-5.1."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """A plan with what belongs to it."""

    plan: ChipPlan
    zone: tuple[str, ...]
    """The zone as it would be printed."""
    chip_key: Key
    """The key of chip authentication and of the chip authentication mapping, whose public half is in DG14."""
    active_key: Key
    """The key of active authentication, whose public half is in DG15."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a specimen is to be like.

    Args:
        seed: another seed gives another holder, face and keys.
        issued: the document's date of issue; it is valid for ten years.
        groups: numbers of the data groups.
        issuer: three letters in the zone.
        face: how the face is compressed.
        active: kind of the key of active authentication.
        chip: kind of the key of chip authentication.
        access: whether there are EF.CardAccess and EF.CardSecurity.
    """

    seed: int = 1
    issued: date = date(2024, 3, 1)
    groups: tuple[int, ...] = PLAIN
    issuer: str = "UTO"
    face: faces.Coding = faces.Coding.JPEG2000
    active: str = "rsa2048"
    chip: str = "p256"
    access: bool = False


def specimen_chip(signer: Credential, wanted: Wanted) -> Specimen:
    """A chip in which everything agrees, signed by a document signer."""
    fields = holder(wanted)
    zone = write_zone(Format.TD3, fields)
    chip_key = make_key(wanted.chip, f"chip {wanted.seed}")
    active_key = make_key(wanted.active, f"active {wanted.seed}")
    access = card_access() if wanted.access else None
    made = {1: lambda: data_groups.zone(zone), 14: lambda: chip_keys(chip_key, active_key, access or ())}
    made |= {
        2: lambda: face_group(wanted.seed, wanted.face),
        3: lambda: finger_group(wanted.seed),
        4: lambda: iris_group(wanted.seed),
        7: lambda: data_groups.pictures([faces.encode(faces.signature(wanted.seed), faces.Coding.JPEG)]),
        11: lambda: data_groups.personal(personal_details(fields)),
        12: lambda: data_groups.document(data_groups.DocumentDetails("SPECIMEN OFFICE", f"{wanted.issued:%Y%m%d}")),
        13: lambda: data_groups.discretionary(b"SPECIMEN"),
        15: lambda: data_groups.public_key(public_key_info(active_key, _NAMED)),
        16: lambda: data_groups.contacts([data_groups.Contact(f"{wanted.issued:%Y%m%d}", "NOBODY<<AT<ALL", "+000", "NOWHERE")]),
    }  # fmt: skip
    groups: dict[int, Node] = {number: made[number]() for number in wanted.groups}
    security = (*(access or ()), security_infos.chip_key_info(public_key_info(chip_key, _NAMED)))
    plan = ChipPlan(groups, SignedPlan(signer), access=access, security=security if access else None)
    return Specimen(plan, zone, chip_key, active_key)


def holder(wanted: Wanted) -> ZoneFields:
    """The fields of the zone of an invented holder."""
    rng = random.Random(wanted.seed)  # noqa: S311 - an invented holder, no secret
    born = date(1950, 1, 1) + timedelta(days=rng.randrange(18_000))
    return ZoneFields(
        code="P",
        issuer=wanted.issuer,
        number=f"S{rng.randrange(10**8):08d}",
        nationality=wanted.issuer,
        birth=f"{born:%y%m%d}",
        sex=rng.choice("MF"),
        expiry=f"{wanted.issued + _VALID:%y%m%d}",
        primary=("SPECIMEN",),
        secondary=(rng.choice(("ALMA", "BESIM", "CVETA", "DRITA", "ELIRA", "FILIP")), "NOBODY"),
        filler_check=True,
    )


def personal_details(fields: ZoneFields) -> data_groups.PersonalDetails:
    """DG11 for the same holder."""
    name = f"{'<'.join(fields.primary)}<<{'<'.join(fields.secondary)}"
    return data_groups.PersonalDetails(name, born=f"19{fields.birth}", birth_place="NOWHERE")


def face_record(seed: int, coding: faces.Coding) -> biometrics.FaceRecord:
    """The face record of a specimen."""
    width, height = faces.FACE_SIZE
    image = faces.encode(faces.face(seed), coding)
    return biometrics.FaceRecord(image, width, height, jpeg2000=coding is faces.Coding.JPEG2000)


def face_group(seed: int, coding: faces.Coding = faces.Coding.JPEG2000) -> Node:
    """DG2 of a specimen."""
    return with_face(face_record(seed, coding))


def with_face(record: biometrics.FaceRecord, header: biometrics.Header | None = None) -> Node:
    """DG2 around one face record."""
    head = biometrics.Header(type=b"\x02") if header is None else header
    return biometrics.Templates(0x75, (biometrics.Template(head, record.encode()),)).tree()


def finger_group(seed: int, compression: int = 2, fingers: tuple[int, ...] = (2, 7)) -> Node:
    """DG3 of a specimen: fingers by their position (ISO/IEC 19794-4), in WSQ unless another compression is asked for."""
    width, height = faces.FINGER_SIZE
    subtypes = {2: b"\x09", 7: b"\x0a", 1: b"\x05"}
    templates = []
    for position in fingers:
        picture = faces.finger(seed + position)
        image = {
            0: picture.tobytes(),
            2: biometrics.wsq(width, height, seed + position),
            4: faces.encode(picture, faces.Coding.JPEG2000),
        }[compression]
        header = biometrics.Header(b"\x08", subtypes[position], biometrics.FINGER_FORMAT)
        record = biometrics.FingerRecord(image, width, height, compression, position)
        templates.append(biometrics.Template(header, record.encode()))
    return biometrics.Templates(0x63, tuple(templates)).tree()


def iris_group(seed: int, image_format: int = 2) -> Node:
    """DG4 of a specimen: both eyes, raw (2) or in JPEG 2000 (14)."""
    width, height = faces.IRIS_SIZE
    templates = []
    for eye in (1, 2):
        picture = faces.iris(seed + eye)
        image = picture.tobytes() if image_format == 2 else faces.encode(picture, faces.Coding.JPEG2000)  # noqa: PLR2004 - raw
        header = biometrics.Header(b"\x10", bytes([eye]), biometrics.IRIS_FORMAT)
        record = biometrics.IrisRecord(image, width, height, image_format, eye)
        templates.append(biometrics.Template(header, record.encode()))
    return biometrics.Templates(0x76, tuple(templates)).tree()


def chip_keys(chip_key: Key, active_key: Key, access: tuple[bytes, ...]) -> Node:
    """DG14: the key of chip authentication, and what EF.CardAccess says."""
    spki = public_key_info(chip_key, _NAMED)
    infos = [security_infos.chip_info(), security_infos.chip_key_info(spki), *access]
    if isinstance(active_key, EcKey):
        infos.append(security_infos.active_info())
    return data_groups.security_infos(infos)


def card_access() -> tuple[bytes, ...]:
    """EF.CardAccess: PACE with generic mapping and with chip authentication mapping."""
    return (
        security_infos.pace_info(parameters=security_infos.DOMAIN_P256),
        security_infos.pace_info(security_infos.PACE_ECDH_CAM, parameters=security_infos.DOMAIN_P256),
    )
