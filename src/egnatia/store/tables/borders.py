"""Border checks: further checks with their outcome, counts of everything else, and the devices that read documents."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from egnatia.store.tables.base import Utc, metadata

second_line = Table(
    "second_line",
    metadata,
    # Of the person nothing is in clear. Why the check began, whether it is a child, what was asked and seen and how it
    # ended can show flight, exploitation or an offence: all of that is in one sealed record, under a key of its own.
    Column("id", String(36), primary_key=True),
    Column("bcp", String(20), nullable=False),  # border crossing point
    Column("direction", String(5), nullable=False),  # Direction
    Column("mode", String(4), nullable=False),  # CrossingMode
    Column("opened_at", Utc, nullable=False),
    Column("opened_by", String(40), nullable=False),
    Column("inspection_id", String(36), index=True),
    Column("particulars_id", String(36), nullable=False),  # sealed: casework.borders.particulars
    Column("closed_at", Utc),
    Column("closed_by", String(40)),
    Column("sealed_id", String(36)),  # what the officer wrote
    Column("erase_on", Utc, index=True),  # set when it is closed; until then it is reviewed
    Index("ix_second_line_open", "closed_at", "opened_at"),
    Index("ix_second_line_opened_by", "opened_by", "closed_at", "opened_at"),
)

verdict = Table(
    "verdict",
    metadata,
    # What an officer says a document is. Nothing is overwritten: each officer's latest one counts.
    Column("id", String(36), primary_key=True),
    Column("inspection_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),  # from 1 for each inspection: the order, whatever the clocks say
    Column("kind", String(25), nullable=False),  # VerdictClass: an officer's, never a machine's
    Column("given_by", String(40), nullable=False),
    Column("given_at", Utc, nullable=False),
    Column("sealed_id", String(36), nullable=False),  # the officer's reasons
    Column("erase_on", Utc, nullable=False, index=True),
    Index("ix_verdict_inspection", "inspection_id", "number", unique=True),
    Index("ix_verdict_given_at", "given_at"),
)

holder_screening = Table(
    "holder_screening",
    metadata,
    # The holder of a document that may be false was asked about flight and exploitation, at a crossing or elsewhere.
    # What was seen and said is a special category of data: all of it is in the sealed record, under a key of its own.
    Column("id", String(36), primary_key=True),
    Column("inspection_id", String(36), nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("officer_id", String(40), nullable=False),
    Column("sealed_id", String(36), nullable=False),
    Column("erase_on", Utc, nullable=False, index=True),
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

border_lot = Table(
    "border_lot",
    metadata,
    # Numbers of a day's sample for which somebody was referred: each is used once, and it says nothing of whom.
    Column("bcp", String(20), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("number", Integer, primary_key=True),
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

device_reading = Table(
    "device_reading",
    metadata,
    # Which device read an inspected document, and whether its test was overdue then: a later test does not undo that.
    Column("inspection_id", String(36), primary_key=True),
    Column("device_id", String(36), nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("overdue", Boolean, nullable=False),
)

relaxation = Table(
    "relaxation",
    metadata,
    # For some hours fewer checks are made at a crossing point; somebody with a name answers for it.
    Column("id", String(36), primary_key=True),
    Column("bcp", String(20), nullable=False),
    Column("direction", String(5), nullable=False),  # Direction
    Column("reason", String(20), nullable=False),  # RelaxationReason
    Column("begins_at", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("authorised_by", String(40), nullable=False),
    Column("ended_at", Utc),
    Column("ended_by", String(40)),
    Index("ix_relaxation_bcp", "bcp", "until"),
)
