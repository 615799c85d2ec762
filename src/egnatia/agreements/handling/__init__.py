"""Handling: what others may do with what they were given, and that nothing on its way ever makes it more.

`lattice` orders and merges labels, `schemes` reads seven national and community schemes, `convert` goes from one to
another exactly or not at all, `rules` says what a label permits, `tokens` what an originator's consent covers,
`written` how a label becomes bytes. It is a part of `agreements` because a label is the part of an agreement that
travels with the item: both sides of the exchange need it, and it needs nothing but the model.

Limits: purposes and partners are this task force's own; classifications (secret and the like) are not compared,
because no table of equivalents was read; the conditions' words are carried and never understood.
"""

from egnatia.agreements.handling.convert import (
    WHOLE_LABEL,
    convert,
    convert_source,
    export_label,
    short_code,
    short_label,
)
from egnatia.agreements.handling.lattice import at_least_as_strict, differs_in, meet, meet_all, wider_in
from egnatia.agreements.handling.rules import (
    Circles,
    check_evidence,
    check_pass_on,
    check_regrade,
    check_sanitise,
    check_use,
    reaches,
)
from egnatia.agreements.handling.schemes import (
    SCHEMES,
    Circumstances,
    Marking,
    Scheme,
    check_grading,
    read_marking,
    scheme_of,
)
from egnatia.agreements.handling.tokens import Item, OnwardToken, TokenUse, check_token, content_sha256
from egnatia.agreements.handling.written import (
    GradingBody,
    LabelBody,
    canonical_bytes,
    from_body,
    from_plain,
    from_text,
    label_sha256,
    plain,
    to_body,
)

__all__ = [
    "SCHEMES",
    "WHOLE_LABEL",
    "Circles",
    "Circumstances",
    "GradingBody",
    "Item",
    "LabelBody",
    "Marking",
    "OnwardToken",
    "Scheme",
    "TokenUse",
    "at_least_as_strict",
    "canonical_bytes",
    "check_evidence",
    "check_grading",
    "check_pass_on",
    "check_regrade",
    "check_sanitise",
    "check_token",
    "check_use",
    "content_sha256",
    "convert",
    "convert_source",
    "differs_in",
    "export_label",
    "from_body",
    "from_plain",
    "from_text",
    "label_sha256",
    "meet",
    "meet_all",
    "plain",
    "reaches",
    "read_marking",
    "scheme_of",
    "short_code",
    "short_label",
    "to_body",
    "wider_in",
]
