"""Which reason code belongs to which words: every form that is refused has its own."""

from egnatia.model.states import RefusalReason as Reason

_REASONS = {
    "bytes after its end": Reason.TRAILING_BYTES,
    "after its end": Reason.TRAILING_BYTES,
    "stands twice": Reason.DUPLICATE_KEY,
    "NaN": Reason.NUMBER_NOT_FINITE,
    "Infinity": Reason.NUMBER_NOT_FINITE,
    "not finite": Reason.NUMBER_NOT_FINITE,
    "more digits": Reason.NUMBER_NOT_FINITE,
    "larger than 2^53": Reason.NUMBER_NOT_FINITE,
    "surrogate": Reason.LONE_SURROGATE,
    "not UTF-8": Reason.NOT_UTF8,
    "byte order mark": Reason.NOT_UTF8,
    "nested deeper": Reason.NESTED_TOO_DEEP,
    "payloadType": Reason.PAYLOAD_TYPE_WRONG,
    "exactly one": Reason.SIGNATURE_COUNT,
    "always Ed25519": Reason.ALGORITHM_REFUSED,
    "one by Ed25519 has": Reason.ALGORITHM_REFUSED,
    "this node speaks": Reason.VERSION_UNSUPPORTED,
}


def reason_of(detail: str) -> Reason:
    """The reason that goes with a detail's words; MALFORMED when none of its own does."""
    return next((reason for words, reason in _REASONS.items() if words in detail), Reason.MALFORMED)
