"""Border checks: further checks with their outcome, counts of everything else, and the devices that read documents."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from egnatia.store.tables.base import Utc, metadata

second_line = Table(
    "second_line",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("bcp", String(20), nullable=False),  # border crossing point
    Column("direction", String(5), nullable=False),  # Direction
    Column("mode", String(4), nullable=False),  # CrossingMode
    Column("reason", String(20), nullable=False),  # SecondLineReason
    Column("minor", String(10), nullable=False),  # Minor
    Column("opened_at", Utc, nullable=False),
    Column("opened_by", String(40), nullable=False),
    Column("inspection_id", String(36)),
    Column("sample_number", Integer),  # which draw of the day's sample, where that was the reason
    Column("informed_in", String(8)),  # language of the information sheet that was given (BCP 47)
    Column("informed_at", Utc),
    Column("protection_asked_at", Utc),
    Column("screened_at", Utc),
    Column("signs", Integer),  # how many were seen; which ones is sealed
    Column("finding", String(30)),  # SecondLineFinding: an officer's, never a machine's
    Column("outcome", String(25)),  # CrossingOutcome
    Column("closed_at", Utc),
    Column("closed_by", String(40)),
    Column("sealed_id", String(36)),  # what the officer wrote
    Index("ix_second_line_open", "closed_at", "opened_at"),
)

border_count = Table(
    "border_count",
    metadata,
    # All that is left of a crossing that simply went on, and what the report about differences is made from (BCC-06).
    # No identifier, no hour, no officer: a row is a number of people of one day.
    Column("bcp", String(20), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("direction", String(5), primary_key=True),
    Column("reason", String(20), primary_key=True),  # empty for who passed the first line
    Column("finding", String(30), primary_key=True),  # empty until a further check is closed, and for the first line
    Column("nationality", String(3), primary_key=True),
    Column("sex", String(1), primary_key=True),
    Column("age_band", String(10), primary_key=True),  # AgeBand
    Column("number", Integer, nullable=False),
)

border_sample = Table(
    "border_sample",
    metadata,
    # The day's random sample: with its seed anybody can work out afterwards which numbers had to be drawn.
    Column("bcp", String(20), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("seed", String(64), nullable=False),
    Column("one_in", Integer, nullable=False),
    Column("drawn", Integer, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("bcp", String(20), nullable=False),
    Column("name", String(60), nullable=False),
    Column("model", String(80), nullable=False),
    Column("test_every_days", Integer, nullable=False),
    Column("registered_at", Utc, nullable=False),
    Column("retired_at", Utc),
)

device_test = Table(
    "device_test",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("device_id", String(36), nullable=False),
    Column("at", Utc, nullable=False),
    Column("officer_id", String(40), nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("reference", String(60), nullable=False),  # which test document or set was read
    Column("version", String(60), nullable=False),  # of the device's software, as it says
    Index("ix_device_test_device", "device_id", "at"),
)
