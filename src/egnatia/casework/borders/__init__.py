"""Border checks: documents inspected, crossings decided by officers, devices tested, and nothing refused by a machine."""

from egnatia.casework.borders.counts import Group, Rate, rates
from egnatia.casework.borders.crossings import Encounter, draw_lot, let_pass, refer
from egnatia.casework.borders.devices import (
    Device,
    SelfTest,
    device_of,
    devices,
    record_test,
    register_device,
    retire_device,
)
from egnatia.casework.borders.inspections import (
    RecordedInspection,
    document_query,
    examine_document,
    holder_clues,
    inspect_document,
    record_examination,
    recorded,
    stored_inspection,
)
from egnatia.casework.borders.rules import Standing, check_ending, first_line_outcomes, second_line_outcomes
from egnatia.casework.borders.sampling import Draw, is_sampled
from egnatia.casework.borders.second_line import (
    SHEETS,
    FurtherCheck,
    check_of,
    checks,
    close,
    hear_protection,
    inform,
    screen,
)

__all__ = [
    "SHEETS",
    "Device",
    "Draw",
    "Encounter",
    "FurtherCheck",
    "Group",
    "Rate",
    "RecordedInspection",
    "SelfTest",
    "Standing",
    "check_ending",
    "check_of",
    "checks",
    "close",
    "device_of",
    "devices",
    "document_query",
    "draw_lot",
    "examine_document",
    "first_line_outcomes",
    "hear_protection",
    "holder_clues",
    "inform",
    "inspect_document",
    "is_sampled",
    "let_pass",
    "rates",
    "record_examination",
    "record_test",
    "recorded",
    "refer",
    "register_device",
    "retire_device",
    "screen",
    "second_line_outcomes",
    "stored_inspection",
]
