"""What the console calls what happens to standing enquiries, and why they end."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.model.events import EventKind
from egnatia.model.states import StandingEnd

STANDING_PHRASES: tuple[Mapping[StrEnum, str], ...] = (
    {
        EventKind.STANDING_OPENED: N_("Standing enquiry opened"),
        EventKind.STANDING_ASKED: N_("Standing enquiry asked again"),
        EventKind.STANDING_REVIEWED: N_("Standing enquiry reviewed"),
        EventKind.STANDING_ENDED: N_("Standing enquiry ended"),
    },
    {
        StandingEnd.EXPIRED: N_("its day has come"),
        StandingEnd.WITHDRAWN: N_("withdrawn by an officer"),
        StandingEnd.CASE_CLOSED: N_("the case was closed"),
        StandingEnd.NOT_ALLOWED: N_("no partner may be asked any more"),
        StandingEnd.OFFICER_LEFT: N_("the officer may not ask any more"),
        StandingEnd.ERASED: N_("what it asked was erased"),
    },
)
