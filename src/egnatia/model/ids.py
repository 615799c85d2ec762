"""Identifiers, each a type of its own so that one can never be passed for another."""

import os
import re
import threading
from typing import NewType, Protocol

PartnerCode = NewType("PartnerCode", str)
"""A partner's three-letter code: GBR, ALB, XKX, MKD, MNE (ISO 3166-1 alpha-3; XKX is the user-assigned code in use)."""
AgreementId = NewType("AgreementId", str)
GrantId = NewType("GrantId", str)
EnquiryId = NewType("EnquiryId", str)
"""Shared by both sides: the asker chooses it, every later message of the conversation repeats it."""
MessageId = NewType("MessageId", str)
CandidateId = NewType("CandidateId", str)
FollowUpId = NewType("FollowUpId", str)
ReleaseId = NewType("ReleaseId", str)
OutcomeId = NewType("OutcomeId", str)
OfficerId = NewType("OfficerId", str)
"""An opaque reference such as `off-3f9a…`; the name behind it never leaves the node."""
RecordRef = NewType("RecordRef", str)
"""A node's own reference number for one of its records, e.g. `XKX-D-000417`: the only thing step 1 may return."""
SealedId = NewType("SealedId", str)
"""A row of the erasable side store."""

_BLOCK = 4_096
"""Bytes drawn at once: the identifiers and keys of some thirty acts."""
PARTNER_CODE = re.compile(r"[A-Z]{3}")


class Randomness(Protocol):
    """Where fresh bytes come from: `random.SystemRandom()` in a node, a seeded `random.Random` in a test."""

    def randbytes(self, n: int, /) -> bytes:
        """Return `n` fresh bytes."""
        ...


class _Drawn:
    """The operating system's generator, drawn from in blocks: an act needs half a dozen small draws, each a system call.

    Invariant: no byte is given twice, to no two threads and to no two processes.
    """

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._block = b""
        self._used = 0
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        """In a child: what the parent drew is the parent's."""
        self._gate = threading.Lock()
        self._block, self._used = b"", 0

    def randbytes(self, n: int, /) -> bytes:
        """Return `n` fresh bytes."""
        if n > _BLOCK:
            return os.urandom(n)
        with self._gate:
            if self._used + n > len(self._block):
                self._block, self._used = os.urandom(_BLOCK), 0
            start, self._used = self._used, self._used + n
            return self._block[start : self._used]


def system_randomness() -> Randomness:
    """The operating system's generator, the only one a running node uses for identifiers, keys and salts."""
    return _Drawn()


def new_id(randomness: Randomness) -> str:
    """A version 4 UUID (RFC 9562 section 5.4) from the given randomness, in its 36-character text form."""
    drawn = bytearray(randomness.randbytes(16))
    drawn[6] = drawn[6] & 0x0F | 0x40  # the version
    drawn[8] = drawn[8] & 0x3F | 0x80  # the variant
    text = drawn.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
