"""The Admiralty scale, also called the NATO system: it grades source and information and says nothing of handling.

Source: MISP taxonomy `admiralty-scale`. A marking of this scheme gives no label, and no label can be exported to it.
"""

from egnatia.agreements.handling.schemes.types import Scheme

SCHEME = Scheme(
    name="admiralty",
    title="Admiralty scale (grading only)",
    origin="MISP taxonomy admiralty-scale (misp-taxonomies)",
    sources={
        "A": "completely reliable",
        "B": "usually reliable",
        "C": "fairly reliable",
        "D": "not usually reliable",
        "E": "unreliable",
        "F": "reliability cannot be judged",
    },
    information={
        "1": "confirmed by other sources",
        "2": "probably true",
        "3": "possibly true",
        "4": "doubtful",
        "5": "improbable",
        "6": "truth cannot be judged",
    },
    codes={},
    combinations=(),
)
