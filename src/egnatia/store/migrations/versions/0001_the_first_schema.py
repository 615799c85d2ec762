"""the first schema."""

import sqlalchemy as sa
from alembic import op

from egnatia.store.tables.base import Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement_register",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("imported_at", Utc(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_agreement_register")),
    )
    op.create_table(
        "answered_enquiry",
        sa.Column("asker", sa.String(length=3), nullable=False),
        sa.Column("enquiry_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("offence", sa.String(length=40), nullable=False),
        sa.Column("grant_id", sa.String(length=60), nullable=True),
        sa.Column("answered_at", Utc(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("refs", sa.Text(), nullable=False),
        sa.Column("viewed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("asker", "enquiry_id", name=op.f("pk_answered_enquiry")),
    )
    op.create_table(
        "doomed_key",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doomed_key")),
    )
    op.create_table(
        "enquiry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_ref", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("offence", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("deadline", Utc(), nullable=False),
        sa.Column("person_ref", sa.String(length=60), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_case_ref"), ["case_ref"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("sender", sa.String(length=3), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "message_id", name=op.f("pk_inbox")),
    )
    op.create_table(
        "inspection",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_ref", sa.String(length=60), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("advice", sa.String(length=20), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspection_case_ref"), ["case_ref"], unique=False)

    op.create_table(
        "ledger_checkpoint",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_checkpoint")),
    )
    op.create_table(
        "ledger_cosignature",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=3), nullable=False),
        sa.Column("line", sa.String(length=300), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_ledger_cosignature")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("object_ref", sa.String(length=80), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger_entry")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entry_object_ref"), ["object_ref"], unique=False)

    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_ledger_node")),
    )
    op.create_table(
        "node_state",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_node_state")),
    )
    op.create_table(
        "officer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("disabled_at", Utc(), nullable=True),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("name", name=op.f("uq_officer_name")),
    )
    op.create_table(
        "outbox",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("recipient", sa.String(length=3), nullable=False),
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", Utc(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_conversation", ["recipient", "conversation", "state", "sequence"], unique=False
        )
        batch_op.create_index("ix_outbox_due", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "partner_card",
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("registered_at", Utc(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("tls_sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_partner_card")),
        sa.UniqueConstraint("tls_sha256", name=op.f("uq_partner_card_tls_sha256")),
    )
    op.create_table(
        "person_record",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("imported_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_person_record")),
    )
    op.create_table(
        "protection_claim",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protection_claim")),
    )
    op.create_table(
        "protection_mark",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("marked_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_protection_mark")),
    )
    op.create_table(
        "registered_document",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=3), nullable=False),
        sa.Column("document_type", sa.String(length=2), nullable=False),
        sa.Column("number_from", sa.String(length=20), nullable=False),
        sa.Column("number_to", sa.String(length=20), nullable=False),
        sa.Column("number_length", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.Column("imported_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_registered_document")),
    )
    with op.batch_alter_table("registered_document", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registered_document_number", ["issuer", "number_length", "number_from", "number_to"], unique=False
        )

    op.create_table(
        "sealed_record",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("erase_on", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_record")),
    )
    op.create_table(
        "witnessed_log",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("audited_size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audited_at", Utc(), nullable=True),
        sa.Column("alarm", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_witnessed_log")),
    )
    op.create_table(
        "ask",
        sa.Column("enquiry_id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("grant_id", sa.String(length=60), nullable=True),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_ask_enquiry_id")),
        sa.PrimaryKeyConstraint("enquiry_id", "partner", name=op.f("pk_ask")),
    )
    op.create_table(
        "blind_tag",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["person_record.ref"], name=op.f("fk_blind_tag_ref"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("partner", "tag", "ref", name=op.f("pk_blind_tag")),
    )
    op.create_table(
        "candidate",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("enquiry_id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("qualification", sa.String(length=80), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_candidate_enquiry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_enquiry_id"), ["enquiry_id"], unique=False)

    op.create_table(
        "claim_shield",
        sa.Column("claim_id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["person_record.ref"], name=op.f("fk_claim_shield_ref"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("claim_id", "partner", "ref", name=op.f("pk_claim_shield")),
    )
    op.create_table(
        "login_session",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("last_seen_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_login_session_officer_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_login_session")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("enquiry_id", sa.String(length=36), nullable=False),
        sa.Column("candidate_id", sa.String(length=36), nullable=True),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("offence", sa.String(length=40), nullable=False),
        sa.Column("grant_id", sa.String(length=60), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=True),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_follow_up_candidate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_enquiry_id"), ["enquiry_id"], unique=False)

    op.create_table(
        "outcome",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("case_ref", sa.String(length=60), nullable=False),
        sa.Column("person_ref", sa.String(length=60), nullable=False),
        sa.Column("candidate_id", sa.String(length=36), nullable=True),
        sa.Column("follow_up_id", sa.String(length=36), nullable=True),
        sa.Column("attributed", sa.Boolean(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_outcome_candidate_id")),
        sa.ForeignKeyConstraint(["follow_up_id"], ["follow_up.id"], name=op.f("fk_outcome_follow_up_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_case_ref"), ["case_ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_kind"), ["kind"], unique=False)

    op.create_table(
        "release",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("follow_up_id", sa.String(length=36), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("handling", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=True),
        sa.Column("proposed_at", Utc(), nullable=True),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("approved_at", Utc(), nullable=True),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("delivered_at", Utc(), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("received_at", Utc(), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["follow_up_id"], ["follow_up.id"], name=op.f("fk_release_follow_up_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_follow_up_id"), ["follow_up_id"], unique=False)
