"""Recorded evidence: what a reader and a chip said to one another, as a JSON file, read by strict rules.

```json
{"version": 1,
 "active_authentication": {"challenge": "hex", "response": "hex"},
 "chip_authentication": {"terminal_private_key": "hex", "terminal_public_key": "hex", "response": "hex",
                         "counter": "hex", "key_id": 1},
 "pace_cam": {"protocol": "0.4.0.127.0.7.2.2.4.6.2", "parameters": 13, "nonce": "hex",
              "terminal_mapping_private_key": "hex", "terminal_mapping_public_key": "hex",
              "chip_mapping_public_key": "hex", "terminal_private_key": "hex", "terminal_public_key": "hex",
              "chip_public_key": "hex", "encrypted_chip_data": "hex", "encrypted_nonce": "hex"}}
```

Each part may be missing, and so may `encrypted_nonce`. `response` of chip authentication is the first whole response of the chip under the new keys,
`counter` the send sequence counter it was made with (2 where it is left out). All keys of the terminal are those of one
exchange and worthless after it.

What such a file can prove depends on the part. An answer of active authentication is a signature: nobody can make one
without the chip's key. The other two rest on a secret that the terminal knows as well, so that whoever has the
terminal's keys could write such a record without any chip: they are evidence for him who trusts the reader. In every
part only a record of this inspection counts, which the caller shows by saying what his reader sent (`sent`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.types import Part
from egnatia.engines.documents.findings import Finding

MAX_EVIDENCE = 64 * 1024
"""Bytes of the file: everything together has under 4 kB."""
MAX_FIELD = 4_096
"""Bytes of one value; an RSA answer of 16,384 bits has 2,048."""
_VERSION = 1


@dataclass(frozen=True, slots=True)
class ActiveEvidence:
    """A challenge and the chip's answer."""

    challenge: bytes
    response: bytes


@dataclass(frozen=True, slots=True)
class ChipEvidence:
    """The terminal's key pair and the first response under the keys agreed with it."""

    terminal_private_key: bytes
    terminal_public_key: bytes
    response: bytes
    counter: int = 2
    key_id: int | None = None


@dataclass(frozen=True, slots=True)
class PaceEvidence:
    """Everything that PACE with chip authentication mapping said, and the terminal's own keys."""

    protocol: str
    parameters: int
    nonce: bytes
    terminal_mapping_private_key: bytes
    terminal_mapping_public_key: bytes
    chip_mapping_public_key: bytes
    terminal_private_key: bytes
    terminal_public_key: bytes
    chip_public_key: bytes
    encrypted_chip_data: bytes
    encrypted_nonce: bytes = b""
    """The nonce as the chip sent it: it ties the exchange to the zone whose data opens it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was recorded of one chip."""

    active: ActiveEvidence | None = None
    chip: ChipEvidence | None = None
    pace: PaceEvidence | None = None
    findings: tuple[Finding, ...] = ()
    """What of the file could not be read."""


_PARTS = {
    "active_authentication": (ActiveEvidence, ("challenge", "response")),
    "chip_authentication": (ChipEvidence, ("terminal_private_key", "terminal_public_key", "response")),
    "pace_cam": (
        PaceEvidence,
        tuple(name for name in PaceEvidence.__slots__ if name not in {"protocol", "parameters", "encrypted_nonce"}),
    ),
}


def read_evidence(content: bytes) -> Evidence:
    """Read an evidence file; never raises. What cannot be read is left out with a finding."""
    if len(content) > MAX_EVIDENCE:
        return _unreadable(f"{len(content):,} bytes")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return _unreadable("not JSON")
    if not isinstance(value, dict) or value.get("version") != _VERSION:
        return _unreadable("not of version 1")
    unknown = sorted(value.keys() - _PARTS.keys() - {"version"})
    notes = list(_unreadable(f"unknown parts, as {unknown[0][:40]!r}").findings) if unknown else []
    parts: dict[str, Any] = {}
    for name, (kind, fields) in _PARTS.items():
        if name not in value:
            continue
        read = _part(value[name], fields)
        if read is None:
            notes += _unreadable(f"{name} is not as it should be").findings
        else:
            parts[name] = kind(**read)
    return Evidence(
        parts.get("active_authentication"), parts.get("chip_authentication"), parts.get("pace_cam"), tuple(notes)
    )


def _unreadable(detail: str) -> Evidence:
    expected = "recorded evidence of version 1"
    return Evidence(findings=(found(ChipFinding.CHIP_EVIDENCE_UNREADABLE, Part.EVIDENCE, expected, detail),))


def _part(value: Any, fields: tuple[str, ...]) -> Mapping[str, Any] | None:
    """The fields of one part, all there and nothing else; None where anything is otherwise."""
    if not isinstance(value, dict):
        return None
    read: dict[str, Any] = {}
    for name in fields:
        octets = _octets(value.get(name))
        if not octets:
            return None
        read[name] = octets
    for name, content in value.items():
        if name in fields:
            continue
        extra = _extra(name, content)
        if extra is None:
            return None
        read[name] = extra
    return read if _complete(read, fields) else None


def _complete(read: Mapping[str, Any], fields: tuple[str, ...]) -> bool:
    """Whether a part has what it needs and nothing of another part."""
    pace = {"protocol", "parameters"}
    others = read.keys() - set(fields)
    if "nonce" in fields:
        return pace <= read.keys() and others <= {*pace, "encrypted_nonce"}
    return others <= ({"counter", "key_id"} if "terminal_private_key" in fields else set())


def _octets(value: Any) -> bytes:
    if not isinstance(value, str) or len(value) > 2 * MAX_FIELD:
        return b""
    try:
        return bytes.fromhex(value)
    except ValueError:
        return b""


def _extra(name: str, value: Any) -> int | str | bytes | None:
    """The fields that are no octets."""
    if name == "counter":
        return int.from_bytes(_octets(value), "big") or None
    if name == "encrypted_nonce":
        return _octets(value) or None
    if name in {"key_id", "parameters"} and isinstance(value, int) and 0 <= value < 1 << 32:
        return value
    if name == "protocol" and isinstance(value, str) and len(value) <= 64:  # noqa: PLR2004 - an identifier in dots
        return value
    return None
