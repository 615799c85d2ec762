"""What the console calls the states of corrections and of clocks."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.enquiries.clocks import ClockState
from egnatia.model.states import (
    ClearedBy,
    CopyState,
    CorrectionItem,
    CorrectionKind,
    CorrectionReason,
    LookFinding,
)

CORRECTION_PHRASES: tuple[Mapping[StrEnum, str], ...] = (
    {
        CorrectionKind.RECTIFY: N_("New values"),
        CorrectionKind.ERASE: N_("Erased"),
        CorrectionKind.RESTRICT: N_("Restricted"),
        CorrectionKind.LIFT: N_("Restriction ended"),
        CorrectionItem.RECORD: N_("a record of the partner"),
        CorrectionItem.ANSWER: N_("an answer of ours"),
        CorrectionReason.INACCURATE: N_("The data were wrong"),
        CorrectionReason.UNLAWFUL: N_("The data should not have been held"),
        CorrectionReason.WITHDRAWN: N_("The data were withdrawn"),
        CorrectionReason.CONTESTED: N_("The data are contested"),
        CorrectionReason.COURT_ORDER: N_("A court ordered it"),
        CorrectionReason.MISIDENTIFICATION: N_("It was another person"),
        CorrectionReason.RESOLVED: N_("The contest was decided"),
    },
    {
        CopyState.HELD: N_("Not sent yet"),
        CopyState.SENT: N_("Sent, not received yet"),
        CopyState.RECEIVED: N_("Acted on, a person there has to look"),
        CopyState.DONE: N_("Done"),
        CopyState.REFUSED: N_("Not taken, is sent again"),
    },
    {
        LookFinding.STANDS: N_("It stands without the corrected data"),
        LookFinding.FALLS: N_("It does not stand: the hit counts no more"),
        ClearedBy.PERSON: N_("the person concerned"),
        ClearedBy.COURT: N_("a court"),
        ClearedBy.AUTHORITY: N_("an authority"),
    },
    {
        ClockState.NOT_STARTED: N_("clock not started"),
        ClockState.RUNNING: N_("clock runs"),
        ClockState.PAUSED: N_("clock stands still"),
        ClockState.STOPPED: N_("clock stopped"),
    },
)
"""Phrases by value, in groups that belong together."""
FLAG_LABELS: Mapping[str, str] = {
    "erased": N_("erased by the partner"),
    "rectified": N_("corrected by the partner"),
    "restricted": N_("restricted: a supervisor reads it, with a reason"),
    "contested": N_("contested"),
    "look": N_("corrected: somebody has to look"),
    "wrong_person": N_("found to be wrong"),
}
"""What is to be seen beside a partner's item, by the names that `Flags.names` gives."""
