"""What officers said of two own records: one person's or two, in the order in which it was said, and what was taken back."""

from sqlalchemy import Column, Integer, String, Table

from egnatia.store.tables.base import Utc, metadata

person_judgement = Table(
    "person_judgement",
    metadata,
    # Nothing here is changed, but that a row is emptied with a record that it is about: its number is never given again.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("left_ref", String(40), nullable=False, index=True),
    Column("right_ref", String(40), nullable=False, index=True),
    Column("verdict", String(20)),  # link.Verdict; none where a judgement is undone
    Column("undoes", Integer),  # the number of that judgement
    Column("officer_id", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Column("model", String(40), nullable=False),  # by which version the evidence was weighed
    Column("sealed_id", String(36)),  # the reason, and the evidence as it was shown; none when emptied
)
