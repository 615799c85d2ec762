"""What the engine takes and gives: identifiers, keys, what travels, and what each may look like."""

from dataclasses import dataclass
from enum import StrEnum

ELEMENT_BYTES = 32
"""A group element as it travels (RFC 9496 section 4.3.2)."""
SCALAR_BYTES = 32
PROOF_BYTES = 64
"""Two scalars, challenge and response (RFC 9497 section 2.2.1)."""
OUTPUT_BYTES = 64
"""Output of the function: one SHA-512 (RFC 9497 section 4.1)."""
MAX_INPUT_BYTES = 128
"""Longest normalised identifier, well over the longest there is (an IBAN of 34 characters with its prefix)."""
MAX_BATCH = 256
"""Most elements under one proof: 8 kB of elements, under 50 ms to evaluate (bench/blind.py)."""


class IdentifierKind(StrEnum):
    """Kinds of identifier that are stable and exact enough to be asked blind."""

    DOCUMENT = "document"
    IBAN = "iban"
    PHONE = "phone"


class Mode(StrEnum):
    """The protocol variants of RFC 9497 that the engine speaks; the exchange uses only VOPRF."""

    OPRF = "oprf"
    VOPRF = "voprf"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An epoch's key: the secret scalar and the public element that proofs are checked against."""

    secret: bytes
    public: bytes


@dataclass(frozen=True, slots=True)
class Blinded:
    """One question: what stays (`blind`) and what travels (`element`)."""

    blind: bytes
    element: bytes


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An answer: the evaluated elements in the order of the question, and one proof for all of them."""

    elements: tuple[bytes, ...]
    proof: bytes
