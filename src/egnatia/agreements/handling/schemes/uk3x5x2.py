"""UK 3x5x2, in use since about 2016: three grades of source, five of information, two handling codes.

Grades and the codes P and C were read in published training material that follows the College of Policing's Authorised
Professional Practice. The conditions of C by code (A1 to A3, S1, S2) are known from practice and were confirmed in no
text that could be opened: ask a domain expert before relying on them (exchange.md section 2.1).
"""

from dataclasses import replace
from itertools import product

from egnatia.agreements.handling.schemes.types import (
    Circumstances,
    Code,
    Marking,
    Need,
    Scheme,
    loosest,
    within_parties,
)
from egnatia.model.handling import ActionLimit, Label, Sanitisation


def _parties(_: Marking, circumstances: Circumstances) -> Label:
    return within_parties(circumstances)


def _action(limit: ActionLimit, meaning: str) -> Code:
    return Code(meaning, lambda _, circumstances: replace(loosest(circumstances), action=limit))


def _sanitise(who: Sanitisation, meaning: str) -> Code:
    return Code(meaning, lambda _, circumstances: replace(loosest(circumstances), sanitisation=who))


SCHEME = Scheme(
    name="3x5x2",
    title="UK 3x5x2",
    origin="Published training cards after College of Policing APP; A1 to A3 and S1, S2 NOT CONFIRMED in a text read here",
    sources={"1": "reliable", "2": "untested", "3": "not reliable"},
    information={
        "A": "known directly to the source",
        "B": "known indirectly to the source but corroborated",
        "C": "known indirectly to the source",
        "D": "not known",
        "E": "suspected to be false",
    },
    codes={
        "P": Code("lawful sharing permitted", _parties),
        "C": Code("lawful sharing permitted with conditions", _parties, text=Need.MUST),
        "A1": _action(ActionLimit.COVERT_DEVELOPMENT, "covert development only"),
        "A2": _action(ActionLimit.COVERT_USE, "covert use"),
        "A3": _action(ActionLimit.OVERT, "overt use"),
        "S1": _sanitise(Sanitisation.DELEGATED, "sanitise by delegated authority"),
        "S2": _sanitise(Sanitisation.CONSULT, "consult the originator before sanitising"),
    },
    combinations=(("P",), *(("C", *each) for each in product(("A1", "A2", "A3"), ("S2", "S1")))),
)
"""C needs all of its fields: action, sanitisation and words. P takes none of them."""
