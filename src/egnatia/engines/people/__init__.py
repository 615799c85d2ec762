"""People: whether two descriptions of a person are the same person, and how to ask that without a name.

`compare` weighs two descriptions, `answer.answer` a whole search; `blind` makes and judges the tags of step 1. Method: a
vocabulary of name parts by sound and spelling to find, likeness and dates in log-odds to judge (Fellegi and Sunter, 1969), each
weighed by how rare the value is in the register (`frequencies`) and each shown. `index` is imported by whoever searches: it
loads NumPy. Limits: the figures hold for noise like that of bench/people/calibration.py. Nothing here reads nationality, place of birth or
sex, and no result is a decision. Reference: docs/reference/people.md.
"""

from egnatia.engines.people.blind import BlindMatch, Feature, Tag, judge, padded, tag_rows, tags
from egnatia.engines.people.formats import PersonRow, RowProblem, read_persons
from egnatia.engines.people.frequencies import Counted, Frequencies, Rarity
from egnatia.engines.people.match import band, compare, compare_names
from egnatia.engines.people.types import (
    Band,
    Claim,
    Contribution,
    Match,
    PartialDate,
    PersonQuery,
    PersonRecord,
    parse_date,
)
from egnatia.engines.people.wire import (
    kept_record,
    query_from_dict,
    query_to_dict,
    record_from_dict,
    record_to_dict,
    tags_from_wire,
    tags_to_wire,
)

__all__ = [
    "Band",
    "BlindMatch",
    "Claim",
    "Contribution",
    "Counted",
    "Feature",
    "Frequencies",
    "Match",
    "PartialDate",
    "PersonQuery",
    "PersonRecord",
    "PersonRow",
    "Rarity",
    "RowProblem",
    "Tag",
    "band",
    "compare",
    "compare_names",
    "judge",
    "kept_record",
    "padded",
    "parse_date",
    "query_from_dict",
    "query_to_dict",
    "read_persons",
    "record_from_dict",
    "record_to_dict",
    "tag_rows",
    "tags",
    "tags_from_wire",
    "tags_to_wire",
]
