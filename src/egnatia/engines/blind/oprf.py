"""The oblivious pseudorandom function of RFC 9497 over ristretto255 and SHA-512, modes OPRF and VOPRF.

    asker:   element = blind * H(input)            sent
    holder:  evaluated = secret * element          sent back, with a proof in mode VOPRF
    asker:   output = Hash(input, evaluated / blind)

The holder sees one uniform element, whatever the input was: for each input there is a blind that gives it. The asker
sees the function at one point, and nothing about any other.
"""

import hashlib
from collections.abc import Sequence

from egnatia.engines.blind import group, proofs
from egnatia.engines.blind.types import MAX_BATCH, MAX_INPUT_BYTES, SCALAR_BYTES, Blinded, Evaluation, KeyPair, Mode
from egnatia.errors import InputError
from egnatia.model.ids import Randomness

_MODES = {Mode.OPRF: b"\x00", Mode.VOPRF: b"\x01"}
_SUITE = b"ristretto255-SHA512"
_MAX_TRIES = 256
"""DeriveKeyPair counts in one byte (RFC 9497 section 3.2.1)."""


def context_of(mode: Mode) -> bytes:
    """The context string of a mode (RFC 9497 section 3.1, CreateContextString)."""
    return b"OPRFV1-" + _MODES[mode] + b"-" + _SUITE


def derive_key(seed: bytes, info: bytes, mode: Mode) -> KeyPair:
    """The key pair of a 32-byte seed (RFC 9497 section 3.2.1, DeriveKeyPair).

    Raises:
        InputError: the seed has another length, or gives no key (never seen: about 2^-252).
    """
    if len(seed) != SCALAR_BYTES:
        raise InputError(f"a key seed has {SCALAR_BYTES} bytes")
    material = seed + len(info).to_bytes(2, "big") + info
    for counter in range(_MAX_TRIES):
        secret = group.hash_to_scalar(material + bytes([counter]), b"DeriveKeyPair" + context_of(mode))
        if any(secret):
            return KeyPair(secret, group.multiply_base(secret))
    raise InputError("this seed gives no key; draw another one")


def fresh_key(randomness: Randomness) -> KeyPair:
    """A key pair for a new epoch."""
    secret = group.fresh_scalar(randomness)
    return KeyPair(secret, group.multiply_base(secret))


def _input_element(text: bytes, mode: Mode) -> bytes:
    if not 0 < len(text) <= MAX_INPUT_BYTES:
        raise InputError(f"what is asked blind has 1 to {MAX_INPUT_BYTES} bytes")
    element = group.hash_to_group(text, b"HashToGroup-" + context_of(mode))
    return group.check_element(element, "hash of the input")


def blind(text: bytes, randomness: Randomness, mode: Mode = Mode.VOPRF) -> Blinded:
    """Blind one input with a fresh scalar (RFC 9497 section 3.3, Blind).

    Raises:
        InputError: it is empty or too long.
    """
    return blind_with(text, group.fresh_scalar(randomness), mode)


def blind_with(text: bytes, scalar: bytes, mode: Mode = Mode.VOPRF) -> Blinded:
    """Blind one input with a given scalar: for opening a question, and for the published vectors.

    Raises:
        InputError: the input is empty or too long, or the scalar is none.
    """
    group.check_scalar(scalar, "blind")
    if not any(scalar):
        raise InputError("the blind is zero")
    return Blinded(scalar, group.multiply(scalar, _input_element(text, mode)))


def evaluate(key: KeyPair, elements: Sequence[bytes], nonce: bytes, mode: Mode = Mode.VOPRF) -> Evaluation:
    """Evaluate blinded elements, with one proof for all of them (RFC 9497 section 3.3, BlindEvaluate).

    Args:
        key: the epoch's.
        elements: 1 to 256, as received.
        nonce: a fresh scalar for the proof.
        mode: without a proof in mode OPRF.

    Raises:
        InputError: one of them is not a sound element, or there are too many.
    """
    if not 1 <= len(elements) <= MAX_BATCH:
        raise InputError(f"an evaluation takes 1 to {MAX_BATCH} elements")
    for element in elements:
        group.check_element(element, "blinded element")
    evaluated = tuple(group.multiply(key.secret, element) for element in elements)
    if mode is Mode.OPRF:
        return Evaluation(evaluated, b"")
    return Evaluation(evaluated, proofs.prove(key, elements, evaluated, nonce, context_of(mode)))


def check_evaluation(public: bytes, blinded: Sequence[bytes], answer: Evaluation) -> None:
    """Require that the answer was made with the published key from exactly these elements, in this order.

    Raises:
        InputError: an element or a scalar of the answer, or the key, is not soundly encoded.
        TamperedError: the proof does not hold.
    """
    group.check_element(public, "published key")
    for element in answer.elements:
        group.check_element(element, "evaluated element")
    group.check_scalar(answer.proof[:SCALAR_BYTES], "proof's challenge")
    group.check_scalar(answer.proof[SCALAR_BYTES:], "proof's response")
    proofs.verify(public, blinded, answer.elements, answer.proof, context_of(Mode.VOPRF))


def finalise(text: bytes, scalar: bytes, evaluated: bytes) -> bytes:
    """The function's output at one input, from a checked evaluation (RFC 9497 section 3.3, Finalize)."""
    return _output(text, group.multiply(group.invert(scalar), evaluated))


def evaluate_directly(key: KeyPair, text: bytes, mode: Mode = Mode.VOPRF) -> bytes:
    """The function's output, for the holder of the key: how an index is built (RFC 9497 section 3.3, Evaluate)."""
    return _output(text, group.multiply(key.secret, _input_element(text, mode)))


def _output(text: bytes, element: bytes) -> bytes:
    sized = len(text).to_bytes(2, "big") + text + len(element).to_bytes(2, "big") + element
    return hashlib.sha512(sized + b"Finalize").digest()
