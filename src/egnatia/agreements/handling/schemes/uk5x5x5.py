"""UK 5x5x5, the National Intelligence Model's older scheme: still on records, read and not written for new ones.

Source: HMRC manual MLR3C14000 (gov.uk). Codes 1 and 2 do not reach law enforcement outside the EEA, code 3 does under
special conditions, code 4 never leaves the originating agency, code 5 goes no further without the originator.
"""

from dataclasses import replace

from egnatia.agreements.handling.schemes.types import Circumstances, Code, Marking, Need, Scheme, named, within_parties
from egnatia.model.handling import Label, Onward

EEA = frozenset(
    {
        "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN",
        "FRA", "GRC", "HRV", "HUN", "IRL", "ISL", "ITA", "LIE", "LTU", "LUX",
        "LVA", "MLT", "NLD", "NOR", "POL", "PRT", "ROU", "SVK", "SVN", "SWE",
    }
)  # fmt: skip
"""The thirty states of the European Economic Area by ISO 3166-1 alpha-3: the EU's 27, Iceland, Liechtenstein, Norway."""


def _eea(_: Marking, circumstances: Circumstances) -> Label:
    return named(circumstances, EEA | {circumstances.originator}, Onward.AUDIENCE_ONLY)


def _at_home(_: Marking, circumstances: Circumstances) -> Label:
    return named(circumstances, frozenset({circumstances.originator}), Onward.ASK_ORIGINATOR)


def _parties(_: Marking, circumstances: Circumstances) -> Label:
    return within_parties(circumstances)


def _agency(_: Marking, circumstances: Circumstances) -> Label:
    return named(circumstances, frozenset({circumstances.originator}), Onward.NONE)


def _no_further(_: Marking, circumstances: Circumstances) -> Label:
    return replace(within_parties(circumstances), onward=Onward.ASK_ORIGINATOR)


SCHEME = Scheme(
    name="5x5x5",
    title="UK 5x5x5 (National Intelligence Model)",
    origin="HMRC internal manual MLR3C14000, gov.uk",
    sources={
        "A": "always reliable",
        "B": "mostly reliable",
        "C": "sometimes reliable",
        "D": "unreliable",
        "E": "untested source",
    },
    information={
        "1": "known to be true without reservation",
        "2": "known personally to the source but not to the officer",
        "3": "not known personally to the source but corroborated",
        "4": "cannot be judged",
        "5": "suspected to be false or malicious",
    },
    codes={
        "1": Code("to law enforcement and prosecutors at home and in the EEA", _eea),
        "2": Code("to non-prosecuting parties at home, authorised and recorded", _at_home, text=Need.MUST),
        "3": Code("to law enforcement outside the EEA, under special conditions", _parties, text=Need.MUST),
        "4": Code("within the originating agency only", _agency),
        "5": Code("no further: refer to the originator", _no_further, text=Need.MAY),
    },
    combinations=(("4",), ("2",), ("5",), ("3",), ("1",)),
)
