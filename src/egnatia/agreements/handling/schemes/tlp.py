"""TLP 2.0, the Traffic Light Protocol of FIRST (first.org/tlp, August 2022): five labels and no others.

WHITE is of version 1.0, EX:CHR and UNCLEAR are other people's additions; all three are refused. RED is for the persons
named, AMBER+STRICT for one organisation, AMBER for it and the clients it declares, GREEN for the community, which is
the task force here. Both ambers are on a need-to-know basis, which is kept as a condition.
"""

from dataclasses import replace

from egnatia.agreements.handling.schemes.types import Circumstances, Code, Marking, Need, Scheme, loosest, named
from egnatia.agreements.handling.written import unknown
from egnatia.model.handling import Audience, Label, Onward

NEED_TO_KNOW = "need to know"
"""The condition of TLP:AMBER and TLP:AMBER+STRICT."""


def _red(marking: Marking, circumstances: Circumstances) -> Label:
    audience = Audience(persons=frozenset(marking.persons))
    return Label(frozenset({circumstances.originator}), audience, Onward.NONE)


def _strict(marking: Marking, circumstances: Circumstances) -> Label:
    if len(marking.orgs) != 1:
        raise unknown("TLP:AMBER+STRICT is for exactly one organisation", hint="Name the one that receives it.")
    return _needed(circumstances, marking)


def _amber(marking: Marking, circumstances: Circumstances) -> Label:
    if len(marking.orgs) < 2:  # noqa: PLR2004 - the recipient and at least one client
        raise unknown(
            "TLP:AMBER is for an organisation and its clients, and no client is declared",
            hint="Name the recipient and its clients, or say AMBER+STRICT.",
        )
    return _needed(circumstances, marking)


def _needed(circumstances: Circumstances, marking: Marking) -> Label:
    label = named(circumstances, frozenset(marking.orgs), Onward.AUDIENCE_ONLY)
    return replace(label, conditions=frozenset({NEED_TO_KNOW}))


def _green(_: Marking, circumstances: Circumstances) -> Label:
    return Label(frozenset({circumstances.originator}))


SCHEME = Scheme(
    name="tlp",
    title="Traffic Light Protocol 2.0",
    origin="FIRST, TLP 2.0, first.org/tlp",
    sources={},
    information={},
    codes={
        "RED": Code("for the named recipients only, no further", _red, persons=Need.MUST),
        "AMBER+STRICT": Code("for one organisation, need to know", _strict, orgs=Need.MUST),
        "AMBER": Code("for an organisation and its declared clients, need to know", _amber, orgs=Need.MUST),
        "GREEN": Code("for the community, not by public channels", _green),
        "CLEAR": Code("no limit", lambda _, circumstances: loosest(circumstances)),
    },
    combinations=(("RED",), ("AMBER+STRICT",), ("AMBER",), ("GREEN",), ("CLEAR",)),
    prefix="TLP:",
)
