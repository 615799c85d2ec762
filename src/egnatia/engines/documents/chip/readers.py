"""Which reader reads which file."""

from collections.abc import Callable
from dataclasses import replace

from egnatia.engines.documents.chip.biometrics import read_biometrics
from egnatia.engines.documents.chip.card_files import read_atr_info, read_cvca
from egnatia.engines.documents.chip.com import read_com
from egnatia.engines.documents.chip.details import read_dg11, read_dg12, read_dg16
from egnatia.engines.documents.chip.dg1 import read_dg1
from egnatia.engines.documents.chip.pictures import read_opaque, read_pictures
from egnatia.engines.documents.chip.reading import Read
from egnatia.engines.documents.chip.security_infos import read_card_access, read_dg14, read_dg15
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.types import Bearing

_PLAIN: dict[FileId, Callable[[bytes], Read]] = {
    FileId.COM: read_com,
    FileId.DG1: read_dg1,
    FileId.DG11: read_dg11,
    FileId.DG12: read_dg12,
    FileId.DG14: read_dg14,
    FileId.DG15: read_dg15,
    FileId.DG16: read_dg16,
    FileId.CARD_ACCESS: read_card_access,
    FileId.CVCA: read_cvca,
    FileId.ATR_INFO: read_atr_info,
}
_BIOMETRICS = frozenset({FileId.DG2, FileId.DG3, FileId.DG4})
_PICTURES = frozenset({FileId.DG5, FileId.DG7})
MAX_FINDINGS = 100
"""Findings of one file that are kept: a file made to have a million of them must not fill the report."""
SIGNED = frozenset({FileId.SOD, FileId.CARD_SECURITY})
"""Files that `signed.read_signed` reads."""


def read_file(file: FileId, content: bytes, *, decode: bool = True) -> Read:
    """Read one file that is not itself a signed object; never raises.

    Args:
        file: which file it is.
        content: its bytes.
        decode: whether pictures are decoded to the last pixel.
    """
    if file in _BIOMETRICS:
        return _few(read_biometrics(file, content, decode=decode))
    if file in _PICTURES:
        return _few(read_pictures(file, content, decode=decode))
    reader = _PLAIN.get(file)
    return _few(read_opaque(file, content) if reader is None else reader(content))


def _few(read: Read) -> Read:
    """The same with so many findings that a person can look at them, the gravest first where some are left out."""
    if len(read.findings) <= MAX_FINDINGS:
        return read
    ordered = sorted(read.findings, key=lambda finding: finding.bearing is Bearing.NONE)
    return replace(read, findings=tuple(ordered[:MAX_FINDINGS]))
