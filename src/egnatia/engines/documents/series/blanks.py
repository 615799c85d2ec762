"""Numbers of stolen blanks, by range only: a range names a batch of paper, a single number may be somebody's document."""

import re
from dataclasses import dataclass
from typing import Final

from egnatia.engines.documents.mrz.codes import lookup
from egnatia.engines.documents.registers.register import MAX_RANGE, normal_issuer
from egnatia.errors import InputError

MIN_BLANKS: Final = 10
"""Numbers of the smallest range: so many, that it points at no one document. Our own floor."""
_NUMBER: Final = re.compile(r"([A-Z0-9]*?)([0-9]{1,9})")


@dataclass(frozen=True, slots=True, order=True)
class BlankRange:
    """A batch of blanks, from the first to the last number; make it with `blank_range`, which checks it.

    Attributes:
        issuer: the code that the documents carry.
        first: the lowest number, in normal form.
        last: the highest, as long as the first and different in its last digits only.
        alert: the reference of the alert that names it; empty in a file.
    """

    issuer: str
    first: str
    last: str
    alert: str = ""


def blank_range(issuer: str, first: str, last: str, alert: str = "") -> BlankRange:
    """A checked range.

    Raises:
        InputError: no issuer, no range, fewer than `MIN_BLANKS` numbers, or more than a register takes.
    """
    if normal_issuer(issuer) != issuer or lookup(issuer) is None:
        raise InputError(f"{issuer[:10]!a} is no code of an issuer", hint="Give the code that the documents carry.")
    low, high = _NUMBER.fullmatch(first), _NUMBER.fullmatch(last)
    if low is None or high is None or len(first) != len(last) or len(first) > 20 or low[1] != high[1]:  # noqa: PLR2004 - as long as a register's numbers
        raise InputError(
            "a range of blanks has two numbers of one length that differ in their last digits only",
            hint="Write them in capitals without spaces, such as BA1234000 and BA1234999.",
        )
    count = int(high[2]) - int(low[2]) + 1
    if not MIN_BLANKS <= count <= MAX_RANGE:
        raise InputError(
            f"a range of blanks has {MIN_BLANKS} to {MAX_RANGE:,} numbers; this has {count:,}",
            hint="One document's number is personal once it is filled in: ask its issuer about it instead.",
        )
    return BlankRange(issuer, first, last, alert)
