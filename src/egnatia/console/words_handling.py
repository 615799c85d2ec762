"""What the console says of handling: each value of a label as what one may do, and the states of requests for consent."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.agreements.handling import TokenUse
from egnatia.console.catalogues import N_
from egnatia.model.handling import ActionLimit, ConsentState, EvidenceUse, Onward, Sanitisation, Scope

HANDLING_PHRASES: tuple[Mapping[StrEnum, str], ...] = (
    {
        Scope.PUBLIC: N_("anybody"),
        Scope.COMMUNITIES: N_("every community that exchanges with another one, not the public"),
        Scope.CONNECTED: N_("the task force and the communities connected with it"),
        Scope.TASK_FORCE: N_("the task force"),
    },
    {
        Onward.FREE: N_("freely"),
        Onward.AUDIENCE_ONLY: N_("to the audience; to others with the originator's consent"),
        Onward.ASK_ORIGINATOR: N_("to nobody without the originator's consent"),
        Onward.NONE: N_("to nobody; the originator does not consent either"),
    },
    {
        EvidenceUse.FREE: N_("yes"),
        EvidenceUse.ASK: N_("with the originator's consent only"),
    },
    {
        ActionLimit.OVERT: N_("openly"),
        ActionLimit.COVERT_USE: N_("covertly only"),
        ActionLimit.COVERT_DEVELOPMENT: N_("to develop it covertly, no more"),
        ActionLimit.NONE: N_("not at all"),
    },
    {
        Sanitisation.DELEGATED: N_("the holder may make one"),
        Sanitisation.CONSULT: N_("after asking the originator"),
    },
    {
        ConsentState.WAITING: N_("Waiting for a proposal"),
        ConsentState.PROPOSED: N_("Proposed, a second officer decides"),
        ConsentState.GRANTED: N_("Consented"),
        ConsentState.REFUSED: N_("Refused"),
    },
    {
        TokenUse.ONWARD: N_("pass it on"),
        TokenUse.EVIDENCE: N_("use it in proceedings"),
    },
)
"""Phrases by value, in groups that belong together."""
LABEL_ROWS: Mapping[str, str] = {
    "scope": N_("May reach"),
    "purposes": N_("May be used for"),
    "onward": N_("May be passed on"),
    "evidence_use": N_("May stand in proceedings"),
    "action": N_("May be acted on"),
    "sanitisation": N_("A version without the source"),
    "review_on": N_("Look at it again by"),
    "erase_on": N_("Erase on"),
    "conditions": N_("What else is demanded"),
}
"""What each part of a label is called."""
