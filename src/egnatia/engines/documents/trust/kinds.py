"""What a file that is to be imported is, by its content and not by its name."""

import base64
import binascii
import re
from enum import StrEnum
from typing import Final

from egnatia.engines.documents.trust.certificates import read_certificate
from egnatia.engines.documents.trust.cms import read_signed_data
from egnatia.engines.documents.trust.crl import read_crl
from egnatia.engines.documents.trust.defect_lists import MAX_DEFECT_LIST
from egnatia.engines.documents.trust.master_lists import read_master_list
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.signed_data import ContentKind
from egnatia.engines.documents.trust.trust_file import FORMAT


class FileKind(StrEnum):
    """What can be imported."""

    MASTER_LIST = "master_list"
    CERTIFICATE = "certificate"
    REVOCATIONS = "revocations"
    DEFECT_LIST = "defect_list"
    DEFECT_DATA = "defect_data"
    TRUST_FILE = "trust_file"


_ARMOUR: Final = re.compile(rb"-----BEGIN (?:CERTIFICATE|X509 CRL|CMS|PKCS7)-----([A-Za-z0-9+/=\s]+)-----END ")
_LISTS: Final = {
    ContentKind.MASTER_LIST: FileKind.MASTER_LIST,
    ContentKind.DEFECT_LIST: FileKind.DEFECT_LIST,
    ContentKind.DEVIATION_LIST: FileKind.DEFECT_LIST,
}


def unarmoured(data: bytes) -> tuple[bytes, ...]:
    """The binary contents of a PEM file; the data itself where it is none."""
    found = []
    for each in _ARMOUR.findall(data):
        try:
            found.append(base64.b64decode(each, validate=False))
        except binascii.Error:
            continue
    return tuple(found) or (data,)


def kind_of(data: bytes) -> FileKind | None:
    """What a file is; None where it is nothing that can be imported."""
    if data.startswith(b'{"format":"' + FORMAT.encode()):
        return FileKind.TRUST_FILE
    if data[:1] == b"\x30":
        return _binary_kind(data)
    return FileKind.DEFECT_DATA if b"[[defect]]" in data else None


def _binary_kind(data: bytes) -> FileKind | None:
    signed = read_signed_data(data, MAX_DEFECT_LIST)
    if not isinstance(signed, Fault):
        return _LISTS.get(signed.kind)
    if not isinstance(read_certificate(data), Fault):
        return FileKind.CERTIFICATE
    if not isinstance(read_crl(data), Fault):
        return FileKind.REVOCATIONS
    return None if isinstance(read_master_list(data), Fault) else FileKind.MASTER_LIST
