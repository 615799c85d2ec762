"""Codes that name one territory, so that what is counted by code does not fall apart.

Kosovo has four in use: `RKS` in its travel documents (Doc 9303-3), `XKX` in databases and `XK` in files of two letters (both
user-assigned in ISO 3166-1), `UNK` in what the United Nations mission issued. A code says where a document is from, not who
somebody is: no engine that compares persons reads one, and several nationalities contradict nothing.
"""

KOSOVO = "XKX"
"""The code by which the four are counted: that of the partner (`model.ids.PartnerCode`)."""
_ONE_TERRITORY = dict.fromkeys(("XK", "XKX", "RKS", "UNK", "KOS"), KOSOVO)


def territory(code: str) -> str:
    """The code of a territory under which its codes are one; every other code as it is, in capitals without spaces."""
    plain = code.strip().upper()
    return _ONE_TERRITORY.get(plain, plain)


def same_territory(one: str, other: str) -> bool:
    """Whether two codes name one territory; an empty one names none."""
    return bool(territory(one)) and territory(one) == territory(other)
