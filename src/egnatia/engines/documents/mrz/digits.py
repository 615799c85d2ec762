"""The check digit of Doc 9303-3 section 4.9: weights 7, 3, 1 from the left, modulus 10.

Digits count as themselves, A to Z as 10 to 35, a filler as 0. Since only the value modulo 10 counts, some characters
cannot be told apart by any check digit: 0, A, K, U and the filler; 1, B, L, V; and so on (`blind.py`).
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
DIGITS = frozenset("0123456789")
FILLER = "<"
_ILLEGAL = 255

VALUES: dict[str, int] = {character: index % 36 for index, character in enumerate(ALPHABET)}
"""Value of each character; the filler, last in the alphabet, comes to 0."""
_TABLE = bytes(VALUES.get(chr(code), _ILLEGAL) for code in range(256))


def check_digit(text: str) -> str:
    """The digit that belongs to these characters, or an empty string when one of them has no value."""
    values = text.encode("latin-1", "replace").translate(_TABLE)
    if _ILLEGAL in values:
        return ""
    return str((7 * sum(values[0::3]) + 3 * sum(values[1::3]) + sum(values[2::3])) % 10)
