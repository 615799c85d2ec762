"""What nodes say to each other about trust files (message version 2): an offer, then the file in parts.

One conversation is one file, so its parts arrive in order. A store of three real lists is 1.4 MB, 0.8 MB packed, which is
23 parts (bench/documents/trust_sharing.py); the difference by digests is less, for a protocol of two more steps.
"""

from typing import Annotated, Final

import msgspec

from egnatia.enquiries.messages import Body, Digest, IdText

TRUST_OFFER: Final = "trust_offer"
TRUST_PART: Final = "trust_part"
FROM: Final = 2
"""The version of messages that carries these kinds."""
PART_BYTES: Final = 35_000
"""Of the packed file in one message: in base64, and the envelope in base64 again, 62,300 of the 65,536 bytes allowed."""
MAX_FILE_BYTES: Final = 16_000_000
"""Of a file as its maker signed it: eleven times a store of three real lists."""
MAX_PARTS: Final = 400
"""14 MB packed: twice what `MAX_FILE_BYTES` of certificates comes to."""
MAX_VERSION: Final = 1_000_000_000
_MAX_TEXT: Final = (PART_BYTES + 2) // 3 * 4


class TrustOfferBody(Body, frozen=True):
    """A file is about to come: which version of the sender's store, its hash, its size, and in how many parts."""

    update: IdText
    version: Annotated[int, msgspec.Meta(ge=1, le=MAX_VERSION)]
    sha256: Digest
    size: Annotated[int, msgspec.Meta(ge=1, le=MAX_FILE_BYTES)]
    parts: Annotated[int, msgspec.Meta(ge=1, le=MAX_PARTS)]


class TrustPartBody(Body, frozen=True):
    """One part of the file, packed by zlib (RFC 1950) as a whole and cut; counted from 0."""

    update: IdText
    number: Annotated[int, msgspec.Meta(ge=0, lt=MAX_PARTS)]
    content: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]+={0,2}\Z", max_length=_MAX_TEXT)]
