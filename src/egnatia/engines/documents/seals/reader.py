"""From what a bar code holds to a seal: which of the three families it is, and the limits on what is looked at."""

from typing import Final

from egnatia.engines.documents.seals.idb import PREFIXES, read_idb
from egnatia.engines.documents.seals.types import Flaw, FlawKind, SealReading
from egnatia.engines.documents.seals.values import shown_bytes
from egnatia.engines.documents.seals.vds import MAGIC, read_vds
from egnatia.engines.documents.seals.vds_nc import read_vds_nc
from egnatia.errors import InputError

MAX_SEAL: Final = 8_192
"""Bytes of a code's content: the largest QR code holds 7,089 digits (ISO/IEC 18004 table 7)."""


def read_seal(content: bytes | str) -> SealReading:
    """Read what a bar code holds: bytes, or the text that a scanner made of them.

    A scanner that gives text gives each byte as one character of Latin-1, which is put back here.

    Raises:
        InputError: nothing was given, or more than any bar code holds. What is given is never a reason to raise.
    """
    data = content.encode("latin-1", "replace") if isinstance(content, str) and _latin(content) else _utf8(content)
    if not data:
        raise InputError("There is nothing in this code.", hint="Scan it again, or give the content as hexadecimal.")
    if len(data) > MAX_SEAL:
        raise InputError(f"A seal has at most {MAX_SEAL} bytes; this has {len(data)}.")
    if data[0] == MAGIC:
        return read_vds(data)
    text = data.decode("utf-8", "replace").strip("\ufeff \t\r\n")
    if text.startswith(PREFIXES):
        return read_idb(text)
    if text.startswith("{"):
        return read_vds_nc(text)
    expected = "a seal: dc, RDB1 or a JSON object at its beginning"
    return SealReading(None, (Flaw(FlawKind.DECODE, "content", expected, shown_bytes(data[:8]), 0, 8),), data)


def _latin(text: str) -> bool:
    """Whether a text is bytes in disguise: it begins with the magic byte."""
    return text[:1] == chr(MAGIC)


def _utf8(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")
