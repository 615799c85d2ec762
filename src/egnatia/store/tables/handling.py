"""Somebody else's items: the originators' consents, what was passed on, and new labels on their way."""

from sqlalchemy import Column, Integer, String, Table, Text

from egnatia.store.tables.base import Utc, metadata

consent_request = Table(
    "consent_request",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("direction", String(3), nullable=False),  # out: we asked an originator; in: a holder asked us
    Column("partner", String(3), nullable=False),
    Column("item", String(36), nullable=False, index=True),  # the id of the follow-up that the item answered
    Column("conversation", String(36), nullable=False),
    Column("use", String(10), nullable=False),  # TokenUse
    Column("recipient", String(3), nullable=False),  # who would have the item; the holder itself for evidence
    Column("purpose", String(20), nullable=False),
    Column("label_sha256", String(64), nullable=False),
    Column("officer_id", String(40), nullable=False),  # the holder's officer who asked
    Column("at", Utc, nullable=False),
    Column("state", String(20), nullable=False),  # ConsentState
    Column("message_id", String(36)),  # of our request, when direction is out
    Column("expires_at", Utc),  # of the token
    Column("proposed_by", String(40)),
    Column("decided_at", Utc),
    Column("refusal", String(40)),
    Column("sealed_id", String(36), nullable=False),  # the justification
    Column("token_sealed_id", String(36)),  # the signed token
)

forwarded_item = Table(
    "forwarded_item",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("direction", String(3), nullable=False),  # out: we passed it on; in: it was passed on to us
    Column("partner", String(3), nullable=False),
    Column("originator", String(3), nullable=False),
    Column("item", String(36), nullable=False, index=True),
    Column("subject", String(20), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("offence", String(40), nullable=False),
    Column("grant_id", String(60), nullable=False),
    Column("fields", Text, nullable=False),  # JSON list of core-data field names
    Column("label", Text, nullable=False),  # canonical JSON
    Column("grading", Text),
    Column("as_of", String(10), nullable=False),
    Column("at", Utc, nullable=False),
    Column("message_id", String(36)),  # of our message, when direction is out
    Column("delivered_at", Utc),
    Column("refusal", String(40)),
    Column("sealed_id", String(36), nullable=False),  # in: the values; out: the reason
)

label_letter = Table(
    "label_letter",
    metadata,
    # The present label of an item of ours, for one holder that has not said that it keeps it; a message dies after a week.
    Column("item", String(36), primary_key=True),
    Column("partner", String(3), primary_key=True),
    Column("conversation", String(36), nullable=False),
    Column("earlier", Text, nullable=False),  # JSON: hashes of labels that the holder may have, the latest first
    Column("state", String(10), nullable=False, index=True),  # CopyState: held, sent, refused, done
    Column("message_id", String(36), index=True),  # of the latest message
    Column("tries", Integer, nullable=False),  # which of the earlier labels is named; a lost letter begins anew
    Column("next_at", Utc, nullable=False),  # when a held or refused one is looked at again
    Column("refusal", String(40)),
)

label_word = Table(
    "label_word",
    metadata,
    # A partner gave an item of its own another label before a third passed it on to us; it may still come.
    Column("originator", String(3), primary_key=True),
    Column("item", String(36), primary_key=True),
    Column("label", Text, nullable=False),  # canonical JSON
    Column("received_at", Utc, nullable=False),
)
