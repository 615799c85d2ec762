"""Every reader of hostile bytes in the documents engine, with sound files to spoil and the one way it may say no.

A reader either returns (with findings, faults or flaws) or raises the project's own `InputError` where there is nothing
to read at all or a limit is passed; anything else that is raised is a fault of ours.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from bench.documents import mutation_chips
from bench.documents import mutation_stores as stores

from egnatia.engines.documents import Format, bounded_lines, inspect, random_zone, read_register
from egnatia.engines.documents.chip.biometrics import read_biometrics
from egnatia.engines.documents.chip.com import read_com
from egnatia.engines.documents.chip.details import read_dg11, read_dg12, read_dg16
from egnatia.engines.documents.chip.dg1 import read_dg1
from egnatia.engines.documents.chip.evidence import read_evidence
from egnatia.engines.documents.chip.pictures import read_opaque, read_pictures
from egnatia.engines.documents.chip.security_infos import read_card_access, read_dg14, read_dg15
from egnatia.engines.documents.chip.signed import read_signed
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.synthetic import exchanges, faces
from egnatia.engines.documents.synthetic.chip_files import write
from egnatia.engines.documents.synthetic.cms import MessageLiberties
from egnatia.engines.documents.synthetic.keys import EcKey
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.specimens import EVERYTHING, Wanted, finger_group, iris_group, specimen_chip
from egnatia.engines.documents.trust.certificates import read_certificate
from egnatia.engines.documents.trust.cms import SignedData, read_signed_data
from egnatia.engines.documents.trust.crl import read_crl
from egnatia.engines.documents.trust.keys import read_key

DAY = date(2025, 5, 15)
_SINCE = date(2024, 1, 1)
_SEED = 417
_PROFILES = ("rsa3072-pss-sha256", "p256-sha256", "bp384-sha384", "rsa4096-sha1")


@dataclass(frozen=True, slots=True)
class Target:
    """One reader.

    Args:
        name: in the table.
        share: of the inputs, in parts of the whole.
        seeds: makes the sound files.
        read: reads; whatever it raises but `InputError` is a fault.
        accepted: whether the reader takes a spoiled file for one that was signed, though what was signed is another.
    """

    name: str
    share: int
    seeds: Callable[[], tuple[bytes, ...]]
    read: Callable[[bytes], object]
    accepted: Callable[[bytes, bytes], bool] | None = None


@cache
def chip_files() -> tuple[dict[str, bytes], ...]:
    """Whole chips of several profiles."""
    chips = []
    for number, profile in enumerate(_PROFILES):
        signer = Authority.make("mutations", profile, since=_SINCE).document_signer()
        wanted = Wanted(seed=number + 1, groups=EVERYTHING, access=True, active="p256" if number % 2 else "rsa2048")
        chips.append(write(specimen_chip(signer, wanted).plan))
    return tuple(chips)


def _files(name: str) -> Callable[[], tuple[bytes, ...]]:
    return lambda: tuple(each[name] for each in chip_files())


def _stage_file(name: str) -> Callable[[], tuple[bytes, ...]]:
    return lambda: (mutation_chips.stage().files[name],)


def _zones() -> tuple[bytes, ...]:
    rng = random.Random(_SEED)
    return tuple(random_zone(rng, kind, DAY).text().encode() for kind in Format for _ in range(4))


def _certificates() -> tuple[bytes, ...]:
    states = [Authority.make("mutations", profile, since=_SINCE) for profile in _PROFILES]
    return tuple(each for state in states for each in (state.csca.certificate, state.document_signer().certificate))


def _keys() -> tuple[bytes, ...]:
    return tuple(each["DG15"][4 if each["DG15"][1] == 0x82 else 2 :] for each in chip_files())


def _messages() -> tuple[bytes, ...]:
    """Security objects, one of them in BER, and master lists."""
    state = Authority.make("mutations", "p256-sha256", since=_SINCE)
    listed = state.master_list([state.csca.certificate, *_certificates()[:4]])
    loose = state.master_list([state.csca.certificate], liberties=MessageLiberties(indefinite=True))
    return (listed, loose, *_files("EF.CardSecurity")())


def _evidence() -> tuple[bytes, ...]:
    chip = specimen_chip(
        Authority.make("mutations", "p256-sha256", since=_SINCE).document_signer(), Wanted(active="p256")
    )
    if not isinstance(chip.chip_key, EcKey):
        raise TypeError("the specimen's chip key is on a curve")
    parts = (exchanges.active(chip.active_key), exchanges.chip(chip.chip_key), exchanges.pace(chip.chip_key))
    return (exchanges.evidence(*parts),)


def _fingers() -> tuple[bytes, ...]:
    return tuple(finger_group(1, compression).encode() for compression in (0, 2, 4))


def _irises() -> tuple[bytes, ...]:
    return tuple(iris_group(1, form).encode() for form in (2, 14))


def _pictures() -> tuple[bytes, ...]:
    return tuple(faces.encode(faces.face(1), coding) for coding in faces.Coding)


def _register() -> tuple[bytes, ...]:
    head = "issuer,document_type,number,number_to,category,reported_on,reference,circumstances\n"
    rows = "".join(
        f"UTO,P,S{number:08d},,lost,2024-01-{number % 28 + 1:02d},R-{number},left in a train\n" for number in range(12)
    )
    blanks = "UTO,P,S00000100,S00000199,stolen_blank,2024-01-01,R-99,\n"
    return (("\ufeff" + head + rows).encode(), (head.replace(",", ";") + blanks.replace(",", ";")).encode())


_SEALS = (
    bytes.fromhex("dc03d9c5d9cb12cdc7cb1f5b0a1f5bfb0601054c6f6e6720ff40") + bytes(64),
    b'{"data":{"hdr":{"t":"icao.vacc","v":1,"is":"UTO"},"msg":{"uvci":"U1"}},"sig":{"alg":"ES256","cer":"AA","sigvl":"AA"}}',
    b"RDB1BNK6ADJL2PECXOBNEGYBHTAJPOWEZJZVZ3SXBWZWQ",
)


def _read_zone(data: bytes) -> object:
    return inspect(data.decode("latin-1"), DAY)


def _read_register(data: bytes) -> object:
    stream = io.TextIOWrapper(io.BytesIO(data), "utf-8", errors="replace", newline=None)
    return list(read_register(bounded_lines(stream)))


def _signed(file: FileId) -> Callable[[bytes, bytes], bool]:
    """Whether a spoiled signed file still verifies, though its content is another."""

    def accepted(sound: bytes, spoiled: bytes) -> bool:
        before, after = read_signed(file, sound), read_signed(file, spoiled)
        return after.holds and after.content != before.content

    return accepted


def _read_message(data: bytes) -> object:
    read = read_signed_data(data)
    return read.certificates if isinstance(read, SignedData) else read


TARGETS: tuple[Target, ...] = (
    Target("zone as text", 20, _zones, _read_zone),
    Target("EF.COM", 4, _files("EF.COM"), read_com),
    Target("EF.SOD", 10, _files("EF.SOD"), lambda data: read_signed(FileId.SOD, data), _signed(FileId.SOD)),
    Target("EF.CardAccess", 2, _files("EF.CardAccess"), read_card_access),
    Target(
        "EF.CardSecurity",
        4,
        _files("EF.CardSecurity"),
        lambda data: read_signed(FileId.CARD_SECURITY, data),
        _signed(FileId.CARD_SECURITY),
    ),
    Target("DG1", 5, _files("DG1"), read_dg1),
    Target("DG2", 4, _files("DG2"), lambda data: read_biometrics(FileId.DG2, data)),
    Target("DG3", 3, _fingers, lambda data: read_biometrics(FileId.DG3, data)),
    Target("DG4", 2, _irises, lambda data: read_biometrics(FileId.DG4, data)),
    Target("DG7", 2, _files("DG7"), lambda data: read_pictures(FileId.DG7, data)),
    Target("DG11", 4, _files("DG11"), read_dg11),
    Target("DG12", 3, _files("DG12"), read_dg12),
    Target("DG13", 1, _files("DG13"), lambda data: read_opaque(FileId.DG13, data)),
    Target("DG14", 4, _files("DG14"), read_dg14),
    Target("DG15", 3, _files("DG15"), read_dg15),
    Target("DG16", 3, _files("DG16"), read_dg16),
    Target("recorded evidence", 4, _evidence, read_evidence),
    Target("certificate", 8, _certificates, read_certificate),
    Target("public key", 3, _keys, read_key),
    Target("signed message, master list", 3, _messages, _read_message),
    Target("seal", 6, lambda: _SEALS, read_seal),
    Target("register", 2, _register, _read_register),
    Target("master list", 4, stores.master_lists, stores.read_list, stores.believed_list),
    Target("revocation list", 4, stores.revocations, read_crl, stores.believed_revocations),
    Target("deviation list", 3, stores.deviations, stores.read_deviations, stores.believed_deviations),
    Target("file of defects", 2, stores.defects, stores.read_defects),
    Target("partner's trust file", 3, stores.trust_files, stores.read_trust, stores.believed_trust),
    Target("fields of a page", 4, stores.pages, stores.read_page),
    Target("picture of a page", 4, stores.pictures, stores.read_picture),
    Target("archive of a chip", 2, stores.archives, stores.read_archive),
    *(
        Target(
            f"chip, {name} spoiled", 2, _stage_file(name), mutation_chips.reader(name), mutation_chips.accepted(name)
        )
        for name in mutation_chips.SPOILED
    ),
)
