"""What an operator or a partner brings in, spoiled: master lists, revocations, defects, trust files, archives, pages."""

import io
import json
import tempfile
import zipfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from bench.documents.inspecting import Known, store
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from egnatia.engines.documents.chip.files import read_files
from egnatia.engines.documents.image.pictures import open_picture
from egnatia.engines.documents.synthetic import der, faces
from egnatia.engines.documents.synthetic.chip_files import write
from egnatia.engines.documents.synthetic.cms import DEVIATION_LIST, MessageLiberties, sign_cms
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.specimens import Wanted, specimen_chip
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.crl import read_crl, verify_crl
from egnatia.engines.documents.trust.defect_data import read_defect_data
from egnatia.engines.documents.trust.defect_lists import read_defect_list
from egnatia.engines.documents.trust.master_lists import ListTrust, read_master_list
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.taking import shareable
from egnatia.engines.documents.trust.trust_file import read_trust_file, write_trust_file
from egnatia.engines.documents.visual.formats import read_visual
from egnatia.errors import InputError, TamperedError

DAY = date(2025, 5, 15)
MOMENT = datetime(2025, 4, 15, tzinfo=UTC)
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
REFUSALS = (InputError, TamperedError)
"""How readers say no: nothing can be read, or a signature does not hold."""
PUBLIC = _KEY.public_key().public_bytes_raw().hex()


@cache
def authority() -> Authority:
    """Whose lists they are."""
    return Authority.make("mutated stores", "p256-sha256", since=date(2024, 1, 1))


@cache
def root() -> Certificate:
    """The authority's certificate, as read."""
    read = read_certificate(authority().csca.certificate)
    if isinstance(read, Fault):
        raise TypeError(read.detail)
    return read


def master_lists() -> tuple[bytes, ...]:
    """A signed list of a few certificates."""
    others = (
        Authority.make("listed", profile, since=date(2024, 1, 1)) for profile in ("p384-sha384", "rsa3072-sha256")
    )
    return (authority().master_list([authority().csca.certificate, *(each.csca.certificate for each in others)]),)


def read_list(data: bytes) -> object:
    """Reads a master list with the root that vouches for it."""
    return read_master_list(data, [root()])


def believed_list(sound: bytes, spoiled: bytes) -> bool:
    """Whether other certificates are believed than the sound list holds."""
    before, after = read_master_list(sound, [root()]), read_master_list(spoiled, [root()])
    if isinstance(before, Fault) or isinstance(after, Fault) or after.trust is not ListTrust.ROOT:
        return False
    return {each.fingerprint for each in before.certificates} != {each.fingerprint for each in after.certificates}


def revocations() -> tuple[bytes, ...]:
    """A revocation list of twenty serial numbers."""
    return (authority().revocation_list([(serial, MOMENT) for serial in range(1, 21)], MOMENT),)


def believed_revocations(sound: bytes, spoiled: bytes) -> bool:
    """Whether other serial numbers count as revoked."""
    before, after, own = read_crl(sound), read_crl(spoiled), root().key
    if isinstance(before, Fault) or isinstance(after, Fault) or isinstance(own, Fault):
        return False
    return verify_crl(after, own).ok and after.entries != before.entries


def deviations() -> tuple[bytes, ...]:
    """A signed list of one deviation (Doc 9303-3 part on deviation lists): wrong hashes of DG12 on a range of cards."""
    signer = authority().deviation_list_signer()
    numbers = der.context(5, b"".join(der.text(f"SP{each:07d}", der.PRINTABLE) for each in range(20)))
    documents = der.sequence(der.tlv(0x80, b"C"), numbers)
    described = der.sequence(der.oid("2.23.136.1.1.7.2.2"), der.context(0, der.integer(12)))
    listed = der.set_of([der.sequence(documents, der.set_of([described]))])
    content = der.sequence(der.integer(0), der.sequence(der.oid("2.16.840.1.101.3.4.2.1")), listed)
    both = (signer.certificate, authority().csca.certificate)
    return (sign_cms(content, DEVIATION_LIST, signer, MessageLiberties(certificates=both, signing_time=MOMENT)),)


def read_deviations(data: bytes) -> object:
    """Reads a list of deviations."""
    return read_defect_list(data, [root()], "UTO", DAY)


def believed_deviations(sound: bytes, spoiled: bytes) -> bool:
    """Whether other deviations are trusted."""
    before, after = (read_defect_list(each, [root()], "UTO", DAY) for each in (sound, spoiled))
    if isinstance(before, Fault) or isinstance(after, Fault) or not after.trusted:
        return False
    return before.defects != after.defects


def defects() -> tuple[bytes, ...]:
    """A file of defects as an operator writes it."""
    fields = (
        'kind = "zone_wrong"',
        'state = "EUE"',
        'document_type = "P"',
        "issued_until = 2022-05-04",
        "known_since = 2022-05-05",
        'source = "SPECIMEN"',
        'detail = "DEU stands where D should."',
    )
    return ("\n".join(("[[defect]]", *fields, "")).encode(),)


def read_defects(data: bytes) -> object:
    """Reads a file of defects."""
    return read_defect_data(data.decode("utf-8", "replace"))


def trust_files() -> tuple[bytes, ...]:
    """A signed file of a partner's store."""
    holdings = shareable(store(Known((authority().csca,), DAY)).holdings)
    return (write_trust_file(holdings, "ALB", 3, MOMENT, _KEY),)


def read_trust(data: bytes) -> object:
    """Reads a partner's file with the key that has to have signed it."""
    return read_trust_file(data, PUBLIC)


def believed_trust(sound: bytes, spoiled: bytes) -> bool:
    """Whatever is read is believed, so that nothing spoiled may be read at all unless it says the same."""
    try:
        return read_trust_file(spoiled, PUBLIC) != read_trust_file(sound, PUBLIC)
    except REFUSALS:
        return False


def pages() -> tuple[bytes, ...]:
    """The fields of a printed page."""
    page = {
        "primary": ["SPECIMEN", {"text": "ПРИМЕРОК", "box": [10, 20, 200, 40], "confidence": 0.9}],
        "secondary": "NOBODY",
        "number": "S12345678",
        "birth_date": "01.02.1962",
        "sex": "F",
        "language": "mk",
    }
    return (json.dumps(page).encode(), json.dumps(page, ensure_ascii=False).encode())


def pictures() -> tuple[bytes, ...]:
    """Pictures of a page in the formats that are read."""
    made = []
    for kind in ("JPEG", "PNG", "WEBP"):
        buffer = io.BytesIO()
        faces.face(1, (240, 320)).resize((400, 300), Image.Resampling.NEAREST).save(buffer, kind)
        made.append(buffer.getvalue())
    return tuple(made)


def archives() -> tuple[bytes, ...]:
    """A zip archive of a chip's files."""
    chip = specimen_chip(authority().document_signer(), Wanted(groups=(1, 2)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in write(chip.plan).items():
            archive.writestr(zipfile.ZipInfo(f"{name}.bin", (2025, 1, 1, 0, 0, 0)), content)
    return (buffer.getvalue(),)


def read_archive(data: bytes) -> object:
    """Reads an archive from a disk."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        return read_files(Path(file.name))


def read_picture(data: bytes) -> object:
    """Opens a picture."""
    return open_picture(data)


def read_page(data: bytes) -> object:
    """Reads the fields of a page."""
    return read_visual(data)
