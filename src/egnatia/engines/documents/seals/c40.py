"""C40: two bytes for three characters, the text of every seal (ISO/IEC 16022 as Doc 9303-13 section 2.6 uses it).

Capital letters, digits and the space; a filler of a machine-readable zone is written as a space and comes back as one,
so whoever wants a zone puts the fillers back (`values.zone_text`).
"""

from typing import Final

_CHARACTERS: Final = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIRST: Final = 3
"""Value of the space; 0 to 2 are shifts, of which only 0 occurs, as padding."""
_VALUES: Final = {character: value for value, character in enumerate(_CHARACTERS, start=_FIRST)}
_SINGLE: Final = 0xFE
"""First byte of a pair that holds one character of the ASCII encoding (Doc 9303-13 section 2.6.3 b)."""
_MOST: Final = 64_000
"""Largest value of a pair."""


def decode(data: bytes) -> str | None:
    """The text of C40 bytes, or None where they are no C40 text of this alphabet."""
    if len(data) % 2:
        return None
    text: list[str] = []
    for at in range(0, len(data), 2):
        part = _pair(data[at], data[at + 1], last=at + 2 == len(data))
        if part is None:
            return None
        text.append(part)
    return "".join(text)


def _pair(first: int, second: int, *, last: bool) -> str | None:
    if first == _SINGLE:
        single = chr(second - 1) if second else ""
        return single if single in _VALUES else None
    value = first * 256 + second - 1
    if not 0 <= value < _MOST:
        return None
    parts = [value // 1600, value // 40 % 40, value % 40]
    while last and parts and parts[-1] == 0:
        parts.pop()
    if not parts or any(part < _FIRST for part in parts):
        return None
    return "".join(_CHARACTERS[part - _FIRST] for part in parts)


def encode(text: str) -> bytes | None:
    """The C40 bytes of a text, fillers written as spaces; None where a character has no place in the alphabet."""
    plain = text.replace("<", " ")
    if any(character not in _VALUES for character in plain):
        return None
    made = bytearray()
    for at in range(0, len(plain), 3):
        part = [_VALUES[character] for character in plain[at : at + 3]]
        if len(part) == 1:
            made += bytes((_SINGLE, ord(plain[at]) + 1))
            continue
        value = 1600 * part[0] + 40 * part[1] + (part[2] if len(part) == 3 else 0) + 1  # noqa: PLR2004 - a triple
        made += value.to_bytes(2, "big")
    return bytes(made)
