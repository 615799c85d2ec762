"""The one wall around asn1crypto: typed reading of any bytes, whole, within limits, never raising.

asn1crypto reads lazily and raises half a dozen kinds of exception, some only when a value is looked at. Here the
structure is read first by `tlv` (sizes, nesting, lengths), then asn1crypto types it and every value is looked at once;
whatever it objects to becomes a `Fault`. The bytes as given are kept beside the value.

Certificates and signed data are read by `certificates` and `cms`, which need no types; this is for everything else.
"""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from asn1crypto.core import Asn1Value

from egnatia.engines.documents.trust import tlv
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark

DEFAULT_LIMIT: Final = 1_000_000
"""Bytes: ten times the largest security object seen."""
_RAISED: Final = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    AssertionError,
    MemoryError,
)
"""What asn1crypto 1.5.1 raises on mutated input (measured: the first four and OverflowError), and the like."""
Value = TypeVar("Value", bound=Asn1Value)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Value]):
    """A typed value, the bytes it came from (without any that follow it), and what is odd about its encoding."""

    value: Value
    raw: bytes
    remarks: tuple[Remark, ...]


def parse(kind: type[Value], data: bytes, limit: int = DEFAULT_LIMIT) -> Parsed[Value] | Fault:
    """Read bytes as one value of an asn1crypto type.

    Args:
        kind: the type, for example a `Sequence` of the caller's own.
        data: any bytes.
        limit: bytes that are accepted at most.

    Returns:
        The value with every part already evaluated, or a fault. Never raises.
    """
    tree = tlv.read(data, limit)
    if isinstance(tree, Fault):
        return tree
    raw = tree.top.raw
    try:
        value = kind.load(raw)
        if value.native is None and raw[:1] != b"\x05":
            return Fault(FaultCode.UNEXPECTED, f"no {kind.__name__}")
    except _RAISED as error:
        return Fault(
            FaultCode.UNEXPECTED, f"no {kind.__name__}: {str(error).splitlines()[0] if str(error) else error!r}"
        )
    return Parsed(value, raw, tree.remarks)
