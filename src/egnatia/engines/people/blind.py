"""Everything of a blind enquiry in one place: tags, padding, their form on the wire, and the judgement.

`tagging` says what the blinding gives and what not; `judgement` says when hits are a candidate.
"""

from egnatia.engines.people.judgement import BlindMatch, judge
from egnatia.engines.people.tagging import SLOTS, TAG_LENGTH, Feature, Tag, hits, padded, tag_rows, tags
from egnatia.engines.people.wire import tags_from_wire, tags_to_wire

__all__ = [
    "SLOTS",
    "TAG_LENGTH",
    "BlindMatch",
    "Feature",
    "Tag",
    "hits",
    "judge",
    "padded",
    "tag_rows",
    "tags",
    "tags_from_wire",
    "tags_to_wire",
]
