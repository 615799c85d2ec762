"""Chips made for tests, every byte under the test's control; the holder is invented and the issuer is Utopia."""

import hashlib
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image
from tests.engines.documents.trust.making import (
    Signer,
    authority_key,
    certificate,
    ec_signer,
    extension,
    integer,
    key_id,
    name,
    oid,
    security_object,
    seq,
    set_of,
    signed_data,
    subject_key,
    tlv,
    wrapped,
)

from egnatia.engines.documents.chip.chip_keys import base_point, multiply
from egnatia.engines.documents.chip.files import by_name
from egnatia.engines.documents.chip.types import ChipFiles, FileId
from egnatia.engines.documents.trust.curve_table import CURVES

LINES = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3504152ZE184226B<<<<<16")
"""The zone of the specimen of Doc 9303-4 with an expiry in 2035."""
LDS = "2.23.136.1.1.1"
CARD = "0.4.0.127.0.7.3.2.1"
BSI = "0.4.0.127.0.7.2.2"
CURVE = next(curve for curve in CURVES if curve.name == "brainpoolP256r1")
CSCA, DS = ec_signer("brainpoolP256r1", 1), ec_signer("brainpoolP256r1", 2)
ACTIVE, CHIP = ec_signer("P-256", 3), ec_signer("brainpoolP256r1", 4)
CHIP_SECRET = CHIP.private[1] if isinstance(CHIP.private, tuple) else 0
CAM_SECRET = 0x1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF
AUTHORITY = name("C=UT, O=Utopia, CN=CSCA Utopia")


def element(tag: int, *parts: bytes) -> bytes:
    """A node of a chip's file; tags of two bytes too."""
    content = b"".join(parts)
    head = tag.to_bytes(2 if tag > 0xFF else 1, "big")
    return head + tlv(0x04, content)[1:]


def zone_file(lines: tuple[str, ...] = LINES) -> bytes:
    return element(0x61, element(0x5F1F, "".join(lines).encode()))


def picture(kind: str = "JPEG", size: tuple[int, int] = (32, 40)) -> bytes:
    held = BytesIO()
    Image.new("RGB", size, (90, 120, 150)).save(held, kind)
    return held.getvalue()


def face_record(image: bytes, *, size: tuple[int, int] = (32, 40), data_type: int = 0, **numbers: int) -> bytes:
    """A record of ISO/IEC 19794-5 with one face; `numbers` may set sex, eyes, hair, yaw, face_type and points."""
    points = numbers.get("points", 0)
    body = bytes(points * 8)
    head = points.to_bytes(2, "big")
    head += bytes([numbers.get("sex", 0), numbers.get("eyes", 0), numbers.get("hair", 0)])
    head += bytes(5) + bytes([numbers.get("yaw", 0), 0, 0, 0, 0, 0])
    info = bytes([numbers.get("face_type", 1), data_type])
    info += size[0].to_bytes(2, "big") + size[1].to_bytes(2, "big") + bytes(6)
    length = 4 + len(head) + len(body) + len(info) + len(image)
    face = length.to_bytes(4, "big") + head + body + info + image
    return b"FAC\x00010\x00" + (14 + len(face)).to_bytes(4, "big") + b"\x00\x01" + face


def biometric_file(
    outer: int, record: bytes, kind: int = 0x0008, *, extra: bytes = b"", owner: bytes = b"\x01\x01", tag: int = 0x5F2E
) -> bytes:
    header = element(0xA1, extra, element(0x87, owner), element(0x88, kind.to_bytes(2, "big")))
    template = element(0x7F60, header, element(tag, record))
    return element(outer, element(0x7F61, element(0x02, b"\x01"), template))


def face_file(**numbers: int) -> bytes:
    return biometric_file(0x75, face_record(picture(), size=(32, 40), data_type=0, **numbers))


def listed(outer: int, *values: bytes) -> bytes:
    """A file with its list of tags."""
    tags = b"".join(value[: 2 if value[0] & 0x1F == 0x1F else 1] for value in values)
    return element(outer, element(0x5C, tags), *values)


def personal_file(full_name: str = "ERIKSSON<<ANNA<MARIA", birth: bytes = b"19740812") -> bytes:
    return listed(0x6B, element(0x5F0E, full_name.encode()), element(0x5F2B, birth), element(0x5F11, b"Zenith"))


def document_file(issued: bytes = b"20250415") -> bytes:
    return listed(0x6C, element(0x5F19, b"Utopia"), element(0x5F26, issued))


def com_file(groups: tuple[int, ...], lds: bytes = b"0107", unicode: bytes = b"040000") -> bytes:
    from egnatia.engines.documents.chip.types import DATA_GROUPS, TAGS

    tags = bytes(TAGS[DATA_GROUPS[number - 1]] for number in groups)
    return element(0x60, element(0x5F01, lds), element(0x5F36, unicode), element(0x5C, tags))


def info(protocol: str, *values: bytes) -> bytes:
    return seq(oid(protocol), *values)


def card_key(secret: int = CAM_SECRET) -> bytes:
    """A key on the standardised parameters 13, as EF.CardSecurity holds it."""
    point = multiply(CURVE, secret, base_point(CURVE))
    assert point is not None
    coded = b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")
    return seq(seq(oid("0.4.0.127.0.7.1.2"), integer(13)), tlv(0x03, b"\x00", coded))


def chip_infos(*more: bytes, key: Signer = CHIP) -> bytes:
    return set_of(
        info(f"{BSI}.3.2.2", integer(1)),
        info(f"{BSI}.1.2", key.spki),
        info(f"{BSI}.4.2.2", integer(2), integer(13)),
        info(f"{BSI}.4.6.2", integer(2), integer(13)),
        *more,
    )


def card_infos(secret: int = CAM_SECRET) -> bytes:
    return set_of(
        info(f"{BSI}.4.2.2", integer(2), integer(13)),
        info(f"{BSI}.4.6.2", integer(2), integer(13)),
        info(f"{BSI}.1.2", card_key(secret), integer(13)),
    )


def access_file() -> bytes:
    return set_of(info(f"{BSI}.4.2.2", integer(2), integer(13)), info(f"{BSI}.4.6.2", integer(2), integer(13)))


def authority(by: Signer = CSCA, country: str = "UT") -> bytes:
    return certificate(name(f"C={country}, O=Utopia, CN=CSCA Utopia"), by)


def signer_certificate(
    own: Signer = DS, by: Signer = CSCA, *, serial: int = 7, country: str = "UT", **given: object
) -> bytes:
    """A document signer's certificate as Doc 9303-12 profiles it."""
    usage = extension("2.5.29.15", tlv(0x03, b"\x07\x80"), critical=True)
    types = extension("2.23.136.1.1.6.2", seq(integer(0), set_of(tlv(0x13, b"P"))))
    listed_extensions = given.get("extensions", (subject_key(key_id(own)), authority_key(key_id(by)), usage, types))
    assert isinstance(listed_extensions, tuple)
    return certificate(
        name(f"C={country}, O=Utopia, CN=DS Utopia"),
        own,
        name(f"C={country}, O=Utopia, CN=CSCA Utopia"),
        by,
        serial=serial,
        extensions=listed_extensions,
    )


@dataclass(frozen=True)
class Recipe:
    """What a chip is made of; the default is one in which everything agrees."""

    groups: dict[int, bytes] = field(default_factory=dict)
    signer: Signer = DS
    certificate: bytes = b""
    digest: str = "sha256"
    hidden: frozenset[FileId] = frozenset()
    changed: dict[FileId, bytes] = field(default_factory=dict)
    cms: dict[str, bytes] = field(default_factory=dict)
    hashes: bytes = b""
    card_signer: Signer = DS
    card_certificate: bytes = b""
    card_secret: int = CAM_SECRET


def groups(**given: bytes) -> dict[int, bytes]:
    """The data groups of the default chip, some of them others: `groups(dg1=...)`."""
    usual = {
        1: zone_file(),
        2: face_file(),
        11: personal_file(),
        12: document_file(),
        14: element(0x6E, chip_infos()),
        15: element(0x6F, ACTIVE.spki),
    }
    return usual | {int(key.removeprefix("dg")): value for key, value in given.items()}


def make(recipe: Recipe | None = None) -> ChipFiles:
    """The files of a chip."""
    recipe = recipe or Recipe()
    signed_groups = recipe.groups or groups()
    cert = recipe.certificate or signer_certificate()
    content = recipe.hashes or security_object(signed_groups, recipe.digest)
    sod = wrapped(signed_data(content, LDS, cert, recipe.signer, changes=recipe.cms))
    card = signed_data(
        card_infos(recipe.card_secret), CARD, recipe.card_certificate or signer_certificate(), recipe.card_signer
    )
    files = {FileId(f"DG{number}"): value for number, value in signed_groups.items()}
    files |= {
        FileId.COM: com_file(tuple(signed_groups)),
        FileId.SOD: sod,
        FileId.CARD_ACCESS: access_file(),
        FileId.CARD_SECURITY: card,
    }
    files |= recipe.changed
    return ChipFiles({file: value for file, value in files.items() if file not in recipe.hidden})


def named_files(files: ChipFiles) -> dict[str, bytes]:
    """Contents by names that `files.by_name` understands."""
    named = {f"{file.value.replace('.', '_')}.bin": content for file, content in files.contents.items()}
    assert all(by_name(each) is not None for each in named)
    return named


def digest(content: bytes, kind: str = "sha256") -> bytes:
    return hashlib.new(kind, content).digest()
