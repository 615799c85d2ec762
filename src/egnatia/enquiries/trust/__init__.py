"""The node's trust store, and trust files between partners: shared by an officer, taken by two, believed by nobody's word.

`keeper` reads the store for every examination. `sharing` sends what was imported here to partners, `arriving` takes such
files in, `deciding` is what two people at the other end do with them. Nothing that arrives is in the store before that.
"""

from egnatia.enquiries.trust.keeper import Held, TrustKeeper

__all__ = ["Held", "TrustKeeper"]
