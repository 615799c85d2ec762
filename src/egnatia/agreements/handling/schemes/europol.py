"""Europol 4x4 with the handling codes H0 to H3.

Grades: Regulation (EU) 2016/794 article 29. Handling codes: Council documents 6243/18 and 6261/18 as statewatch.org
gives them. Codes are combined freely; every one of them implies H0, and H3 is nothing without its words.
"""

from dataclasses import replace
from itertools import combinations

from egnatia.agreements.handling.schemes.types import Circumstances, Code, Marking, Need, Scheme, within_parties
from egnatia.model.handling import EvidenceUse, Label, Onward
from egnatia.model.states import Purpose

CRIME_PURPOSES = frozenset({Purpose.PREVENTION, Purpose.DETECTION, Purpose.INVESTIGATION})
"""Our purposes that are "preventing and combating crime" in the words of H0."""


def _crime_only(_: Marking, circumstances: Circumstances) -> Label:
    return replace(within_parties(circumstances), purposes=CRIME_PURPOSES)


def _not_in_court(marking: Marking, circumstances: Circumstances) -> Label:
    return replace(_crime_only(marking, circumstances), evidence_use=EvidenceUse.ASK)


def _not_onward(marking: Marking, circumstances: Circumstances) -> Label:
    return replace(_crime_only(marking, circumstances), onward=Onward.ASK_ORIGINATOR)


_H = ("H0", "H1", "H2", "H3")
SCHEME = Scheme(
    name="europol",
    title="Europol 4x4 with handling codes",
    origin="Regulation (EU) 2016/794 art. 29; Council 6243/18 and 6261/18 as quoted by statewatch.org",
    sources={
        "A": "no doubt, or reliable in all instances",
        "B": "reliable in most instances",
        "C": "unreliable in most instances",
        "X": "cannot be assessed",
    },
    information={
        "1": "accuracy not in doubt",
        "2": "known personally to the source but not to the official who passes it on",
        "3": "not known personally to the source but corroborated",
        "4": "not known personally to the source and cannot be corroborated",
    },
    codes={
        "H0": Code("only for preventing and combating crime", _crime_only),
        "H1": Code("not in judicial proceedings without the provider's permission", _not_in_court),
        "H2": Code("not to be passed on without the provider's permission", _not_onward),
        "H3": Code("other restrictions, in words", _crime_only, text=Need.MUST),
    },
    combinations=tuple(each for size in range(1, 5) for each in combinations(_H, size)),
)
