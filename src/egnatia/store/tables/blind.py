"""Blind enquiries: what a node publishes and answers, what it fetched from partners, and what it asked.

A filter's pages and the statement that names them are keyed hashes: without the epoch's key they say nothing. The keys
themselves are sealed records, erased when their epoch ends.
"""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Table

from egnatia.store.tables.base import Utc, metadata

blind_statement = Table(
    "blind_statement",
    metadata,
    # Signed by its holder: our own, and those of partners that we fetched. Kept, because two of one epoch are a proof.
    Column("sha256", String(64), primary_key=True),
    Column("holder", String(3), nullable=False, index=True),
    Column("epoch", Integer, nullable=False),
    Column("begins_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", Utc, nullable=False),
)

blind_epoch = Table(
    "blind_epoch",
    metadata,
    # One list of ours under one key for one partner. Ended: the key is gone and nothing is evaluated any more.
    Column("id", String(36), primary_key=True),
    Column("statement", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("audience", String(3), nullable=False, index=True),
    Column("list", String(30), nullable=False),  # BlindList
    Column("root", String(64), nullable=False, index=True),
    Column("sealed_id", String(36)),  # the secret key; none once ended
    Column("since", BigInteger, nullable=False),  # ledger size when the list was read: what was taken out later ends it
    Column("begins_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Column("ended_at", Utc),
)

blind_filter = Table(
    "blind_filter",
    metadata,
    # A partner's list as we may ask it now; its pages are checked.
    Column("holder", String(3), primary_key=True),
    Column("list", String(30), primary_key=True),
    Column("statement", String(64), nullable=False),
    Column("root", String(64), nullable=False),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Column("fetched_at", Utc, nullable=False),
)

blind_page = Table(
    "blind_page",
    metadata,
    Column("root", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

blind_enquiry = Table(
    "blind_enquiry",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_ref", String(60), nullable=False, index=True),
    Column("partner", String(3), nullable=False),
    Column("list", String(30), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("offence", String(40), nullable=False),
    Column("officer_id", String(40), nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("state", String(20), nullable=False),  # AskState; `hit` means: found in the filter
    Column("refusal", String(40)),
    Column("answered_at", Utc),
    Column("grant_id", String(60)),
    Column("statement", String(64)),
    Column("element", LargeBinary(32)),  # as sent
    Column("commitment", String(64)),
    Column("message_id", String(36)),
    Column("sealed_id", String(36)),  # identifier, blind, reasons: what an opening opens
    Column("clues_id", String(36)),  # what we know of the person, for the guard; never opened to anybody else
)

blind_answer = Table(
    "blind_answer",
    metadata,
    # What a partner asked is not here and was never known: one uniform element, and its commitment.
    Column("asker", String(3), primary_key=True),
    Column("enquiry_id", String(36), primary_key=True),
    Column("list", String(30), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("offence", String(40), nullable=False),
    Column("statement", String(64), nullable=False),
    Column("commitment", String(64), nullable=False),
    Column("element", LargeBinary(32), nullable=False),
    Column("grant_id", String(60), index=True),
    Column("refusal", String(40)),
    Column("answered_at", Utc, nullable=False),
)

listed_identifier = Table(
    "listed_identifier",
    metadata,
    # Accounts and telephone numbers that partners may ask for blind: each sealed, so that erasing one is final.
    Column("list", String(30), primary_key=True),
    Column("ref", String(40), primary_key=True),
    Column("sealed_id", String(36), nullable=False),
    Column("imported_at", Utc, nullable=False),
)
