"""Proofs that an evaluation used the published key (DLEQ, RFC 9497 section 2.2), one proof for a whole batch."""

import hashlib
import hmac
from collections.abc import Sequence

from egnatia.engines.blind import group
from egnatia.engines.blind.types import PROOF_BYTES, SCALAR_BYTES, KeyPair
from egnatia.errors import TamperedError


def _sized(content: bytes) -> bytes:
    """Length in two bytes, then the content (I2OSP of RFC 8017, as RFC 9497 writes it)."""
    return len(content).to_bytes(2, "big") + content


def _weights(public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], context: bytes) -> list[bytes]:
    """The scalars that fold a batch into one pair (RFC 9497 section 2.2.1, ComputeComposites)."""
    seed = hashlib.sha512(_sized(public) + _sized(b"Seed-" + context)).digest()
    dst = b"HashToScalar-" + context
    return [
        group.hash_to_scalar(_sized(seed) + number.to_bytes(2, "big") + _sized(c) + _sized(d) + b"Composite", dst)
        for number, (c, d) in enumerate(zip(blinded, evaluated, strict=True))
    ]


def _folded(weights: Sequence[bytes], elements: Sequence[bytes]) -> bytes:
    total = group.IDENTITY
    for weight, element in zip(weights, elements, strict=True):
        total = group.add(total, group.multiply(weight, element))
    return total


def _challenge(points: Sequence[bytes], context: bytes) -> bytes:
    transcript = b"".join(map(_sized, points)) + b"Challenge"
    return group.hash_to_scalar(transcript, b"HashToScalar-" + context)


def prove(key: KeyPair, blinded: Sequence[bytes], evaluated: Sequence[bytes], nonce: bytes, context: bytes) -> bytes:
    """A proof that every evaluated element is the secret times its blinded element (GenerateProof).

    Args:
        key: the evaluator's.
        blinded: as received, checked.
        evaluated: in the same order.
        nonce: a fresh scalar, used for nothing else: two proofs with one nonce give away the secret.
        context: of the mode and suite.
    """
    weights = _weights(key.public, blinded, evaluated, context)
    m = _folded(weights, blinded)
    z = group.multiply(key.secret, m)
    points = (key.public, m, z, group.multiply_base(nonce), group.multiply(nonce, m))
    challenge = _challenge(points, context)
    response = group.subtract_scalars(nonce, group.multiply_scalars(challenge, key.secret))
    return challenge + response


def verify(public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], proof: bytes, context: bytes) -> None:
    """Require that the proof holds for exactly these elements in this order (VerifyProof).

    Args:
        public: the evaluator's published key, checked.
        blinded: as sent.
        evaluated: as received, checked.
        proof: 64 bytes, both scalars checked.
        context: of the mode and suite.

    Raises:
        TamperedError: it does not.
    """
    if len(proof) != PROOF_BYTES or len(blinded) != len(evaluated):
        raise TamperedError("the proof of the evaluation is not of its form")
    challenge, response = proof[:SCALAR_BYTES], proof[SCALAR_BYTES:]
    weights = _weights(public, blinded, evaluated, context)
    m, z = _folded(weights, blinded), _folded(weights, evaluated)
    t2 = group.add(group.multiply_base(response), group.multiply(challenge, public))
    t3 = group.add(group.multiply(response, m), group.multiply(challenge, z))
    expected = _challenge((public, m, z, t2, t3), context)
    if not hmac.compare_digest(expected, challenge):
        raise TamperedError(
            "the proof does not show that the published key made this evaluation",
            hint="The answer is not used. Ask the partner's operator; keep the message, it is signed.",
        )
