"""Blind comparison: whether an identifier stands in a partner's list, without telling the partner which one was asked.

What it decides: whether one exact, normalised identifier (a travel document's number, an IBAN, a telephone number) is in
a list that its holder published as a filter. It says nothing about names, and nothing about near misses.

Method: the verifiable oblivious pseudorandom function of RFC 9497 (ristretto255 of RFC 9496, SHA-512) under a key of one
epoch, one partner and one list; its outputs in a compact filter that the asker holds. Each question costs one evaluation
by the holder, who counts them; nothing can be looked up without one.

Limits: a filter answers `yes` for a value that is not in it once in 5.4e8 questions. One differing character is a miss.
The holder of the key can test any identifier against its own filter, which it made from its own list in the first place.

Names: `normal_document`, `normal_iban`, `normal_phone` and `hashed_text` make what is hashed; `blind`, `evaluate`,
`check_evaluation` and `finalise` are the four steps; `build_pages`, `read_page`, `place_of` and `holds` the filter.
"""

from egnatia.engines.blind.filter import (
    FALSE_POSITIVE_RATE,
    MAX_PAGE_BYTES,
    MAX_PAGES,
    Page,
    build_pages,
    check_page,
    filter_root,
    holds,
    page_count,
    page_sha256,
    place_of,
    read_page,
)
from egnatia.engines.blind.group import check_element, fresh_scalar
from egnatia.engines.blind.normalise import hashed_text, normal_document, normal_iban, normal_phone
from egnatia.engines.blind.oprf import (
    blind,
    blind_with,
    check_evaluation,
    derive_key,
    evaluate,
    evaluate_directly,
    finalise,
    fresh_key,
)
from egnatia.engines.blind.types import (
    ELEMENT_BYTES,
    MAX_BATCH,
    OUTPUT_BYTES,
    PROOF_BYTES,
    Blinded,
    Evaluation,
    IdentifierKind,
    KeyPair,
    Mode,
)

__all__ = [
    "ELEMENT_BYTES",
    "FALSE_POSITIVE_RATE",
    "MAX_BATCH",
    "MAX_PAGES",
    "MAX_PAGE_BYTES",
    "OUTPUT_BYTES",
    "PROOF_BYTES",
    "Blinded",
    "Evaluation",
    "IdentifierKind",
    "KeyPair",
    "Mode",
    "Page",
    "blind",
    "blind_with",
    "build_pages",
    "check_element",
    "check_evaluation",
    "check_page",
    "derive_key",
    "evaluate",
    "evaluate_directly",
    "filter_root",
    "finalise",
    "fresh_key",
    "fresh_scalar",
    "hashed_text",
    "holds",
    "normal_document",
    "normal_iban",
    "normal_phone",
    "page_count",
    "page_sha256",
    "place_of",
    "read_page",
]
