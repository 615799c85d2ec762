"""PAP, the Permissible Actions Protocol: what may be done with information, not who may have it.

Source: MISP taxonomy `PAP`. Which of our four steps of action each colour is, is our own reading: RED lets nobody act
so that it can be noticed, AMBER adds passive checks, GREEN and CLEAR let people act openly. GREEN and CLEAR give one
label, so CLEAR comes back as GREEN, the stricter word; WHITE is an older word for CLEAR and is refused.
"""

from dataclasses import replace

from egnatia.agreements.handling.schemes.types import Code, Scheme, within_parties
from egnatia.model.handling import ActionLimit


def _code(limit: ActionLimit, meaning: str) -> Code:
    return Code(meaning, lambda _, circumstances: replace(within_parties(circumstances), action=limit))


SCHEME = Scheme(
    name="pap",
    title="Permissible Actions Protocol",
    origin="MISP taxonomy PAP (misp-taxonomies); the steps of action are our reading",
    sources={},
    information={},
    codes={
        "RED": _code(ActionLimit.COVERT_DEVELOPMENT, "nothing that can be noticed from outside"),
        "AMBER": _code(ActionLimit.COVERT_USE, "passive checks"),
        "GREEN": _code(ActionLimit.OVERT, "active measures allowed"),
        "CLEAR": _code(ActionLimit.OVERT, "no limit to what is done with it"),
    },
    combinations=(("RED",), ("AMBER",), ("GREEN",), ("CLEAR",)),
    prefix="PAP:",
)
