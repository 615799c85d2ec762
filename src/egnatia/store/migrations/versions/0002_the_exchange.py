"""the exchange."""

import sqlalchemy as sa
from alembic import op

from egnatia.store.tables.base import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "admission",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("candidate", sa.String(length=3), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission")),
    )
    with op.batch_alter_table("admission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_admission_candidate"), ["candidate"], unique=False)

    op.create_table(
        "blind_answer",
        sa.Column("asker", sa.String(length=3), nullable=False),
        sa.Column("enquiry_id", sa.String(length=36), nullable=False),
        sa.Column("list", sa.String(length=30), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("offence", sa.String(length=40), nullable=False),
        sa.Column("statement", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("element", sa.LargeBinary(length=32), nullable=False),
        sa.Column("grant_id", sa.String(length=60), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("answered_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("asker", "enquiry_id", name=op.f("pk_blind_answer")),
    )
    with op.batch_alter_table("blind_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blind_answer_grant_id"), ["grant_id"], unique=False)

    op.create_table(
        "blind_enquiry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_ref", sa.String(length=60), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("list", sa.String(length=30), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("offence", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.Column("grant_id", sa.String(length=60), nullable=True),
        sa.Column("statement", sa.String(length=64), nullable=True),
        sa.Column("element", sa.LargeBinary(length=32), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.Column("clues_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_enquiry")),
    )
    with op.batch_alter_table("blind_enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blind_enquiry_case_ref"), ["case_ref"], unique=False)

    op.create_table(
        "blind_epoch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("statement", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=3), nullable=False),
        sa.Column("list", sa.String(length=30), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("begins_at", Utc(), nullable=False),
        sa.Column("ends_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_epoch")),
    )
    with op.batch_alter_table("blind_epoch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blind_epoch_audience"), ["audience"], unique=False)
        batch_op.create_index(batch_op.f("ix_blind_epoch_root"), ["root"], unique=False)

    op.create_table(
        "blind_filter",
        sa.Column("holder", sa.String(length=3), nullable=False),
        sa.Column("list", sa.String(length=30), nullable=False),
        sa.Column("statement", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("ends_at", Utc(), nullable=False),
        sa.Column("fetched_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("holder", "list", name=op.f("pk_blind_filter")),
    )
    op.create_table(
        "blind_page",
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("root", "number", name=op.f("pk_blind_page")),
    )
    op.create_table(
        "blind_statement",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=3), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("begins_at", Utc(), nullable=False),
        sa.Column("ends_at", Utc(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blind_statement")),
    )
    with op.batch_alter_table("blind_statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blind_statement_holder"), ["holder"], unique=False)

    op.create_table(
        "consent_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("item", sa.String(length=36), nullable=False),
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("use", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.String(length=3), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("label_sha256", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("expires_at", Utc(), nullable=True),
        sa.Column("proposed_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("token_sealed_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_request")),
    )
    with op.batch_alter_table("consent_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_request_item"), ["item"], unique=False)

    op.create_table(
        "contest",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("flagged_by", sa.String(length=40), nullable=False),
        sa.Column("flagged_at", Utc(), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("cleared_by", sa.String(length=12), nullable=True),
        sa.Column("authority_ref", sa.String(length=60), nullable=True),
        sa.Column("cleared_officer", sa.String(length=40), nullable=True),
        sa.Column("cleared_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index("ix_contest_item", ["partner", "ref"], unique=False)

    op.create_table(
        "correction",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("enquiry_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("approved_at", Utc(), nullable=True),
        sa.Column("cleared_by", sa.String(length=12), nullable=True),
        sa.Column("authority_ref", sa.String(length=60), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index("ix_correction_item", ["item", "ref", "number"], unique=False)

    op.create_table(
        "correction_taken",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("correction_id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("enquiry_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("via", sa.String(length=3), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.Column("done_by", sa.String(length=40), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("finding", sa.String(length=10), nullable=True),
        sa.Column("note_id", sa.String(length=36), nullable=True),
        sa.Column("answer_state", sa.String(length=10), nullable=True),
        sa.Column("answer_message_id", sa.String(length=36), nullable=True),
        sa.Column("answer_next_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("partner", "correction_id", name=op.f("pk_correction_taken")),
    )
    with op.batch_alter_table("correction_taken", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_taken_answer_message_id"), ["answer_message_id"], unique=False)
        batch_op.create_index("ix_correction_taken_item", ["partner", "item", "ref", "number"], unique=False)

    op.create_table(
        "fishing_alert",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=True),
        sa.Column("officer_ref", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("first_at", Utc(), nullable=False),
        sa.Column("last_at", Utc(), nullable=False),
        sa.Column("raised_at", Utc(), nullable=False),
        sa.Column("closed_by", sa.String(length=40), nullable=True),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fishing_alert")),
    )
    with op.batch_alter_table("fishing_alert", schema=None) as batch_op:
        batch_op.create_index("ix_fishing_alert_open", ["officer_ref", "rule", "closed_at"], unique=False)

    op.create_table(
        "forwarded_item",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("originator", sa.String(length=3), nullable=False),
        sa.Column("item", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("offence", sa.String(length=40), nullable=False),
        sa.Column("grant_id", sa.String(length=60), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("grading", sa.Text(), nullable=True),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("delivered_at", Utc(), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forwarded_item")),
    )
    with op.batch_alter_table("forwarded_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forwarded_item_item"), ["item"], unique=False)

    op.create_table(
        "listed_identifier",
        sa.Column("list", sa.String(length=30), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("imported_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("list", "ref", name=op.f("pk_listed_identifier")),
    )
    op.create_table(
        "membership_invitation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("used_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_invitation")),
    )
    op.create_table(
        "membership_letter",
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=True),
        sa.Column("since", Utc(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("item", "partner", name=op.f("pk_membership_letter")),
    )
    with op.batch_alter_table("membership_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_letter_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_letter_state"), ["state"], unique=False)

    op.create_table(
        "membership_list",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("valid_until", Utc(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("proposer", sa.String(length=3), nullable=False),
        sa.Column("attachments", sa.LargeBinary(), nullable=True),
        sa.Column("adopted_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_membership_list")),
    )
    op.create_table(
        "membership_notice",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("sender", sa.String(length=3), nullable=False),
        sa.Column("about", sa.String(length=3), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_membership_notice")),
    )
    op.create_table(
        "partner_exit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_exit")),
    )
    with op.batch_alter_table("partner_exit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_exit_partner"), ["partner"], unique=False)

    op.create_table(
        "partner_key",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("value", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("valid_from", Utc(), nullable=False),
        sa.Column("retired_at", Utc(), nullable=True),
        sa.Column("revoked_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("partner", "kind", "value", name=op.f("pk_partner_key")),
    )
    op.create_table(
        "partner_line",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("last_answered", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_partner_line")),
    )
    op.create_table(
        "partner_standing",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_partner_standing")),
    )
    with op.batch_alter_table("partner_standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_standing_partner"), ["partner"], unique=False)

    op.create_table(
        "repeated_act",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("hour", Utc(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "partner", "what", "hour", name=op.f("pk_repeated_act")),
    )
    op.create_table(
        "retention_review",
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("reviewed_by", sa.String(length=40), nullable=False),
        sa.Column("reviewed_at", Utc(), nullable=False),
        sa.Column("review_on", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("category", "item", name=op.f("pk_retention_review")),
    )
    op.create_table(
        "transfer_basis",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("basis", sa.String(length=30), nullable=False),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_transfer_basis")),
    )
    with op.batch_alter_table("transfer_basis", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_basis_partner"), ["partner"], unique=False)

    op.create_table(
        "witness_alarm",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("told_by", sa.String(length=3), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "grade", name=op.f("pk_witness_alarm")),
    )
    op.create_table(
        "witnessed_head",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "size", name=op.f("pk_witnessed_head")),
    )
    op.create_table(
        "admission_item",
        sa.Column("admission_id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["admission_id"], ["admission.id"], name=op.f("fk_admission_item_admission_id")),
        sa.PrimaryKeyConstraint("admission_id", "item", name=op.f("pk_admission_item")),
    )
    op.create_table(
        "correction_copy",
        sa.Column("correction_id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Utc(), nullable=False),
        sa.Column("received_at", Utc(), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("finding", sa.String(length=10), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name=op.f("fk_correction_copy_correction_id")),
        sa.PrimaryKeyConstraint("correction_id", "partner", name=op.f("pk_correction_copy")),
    )
    with op.batch_alter_table("correction_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_copy_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_copy_state"), ["state"], unique=False)

    op.create_table(
        "document_shield",
        sa.Column("claim_id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("number", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["ref"], ["registered_document.ref"], name=op.f("fk_document_shield_ref"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claim_id", "partner", "ref", "number", name=op.f("pk_document_shield")),
    )
    op.create_table(
        "exit_obligation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("exit_id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("due", Utc(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("done_by", sa.String(length=40), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["exit_id"], ["partner_exit.id"], name=op.f("fk_exit_obligation_exit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_obligation")),
    )
    with op.batch_alter_table("exit_obligation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exit_obligation_exit_id"), ["exit_id"], unique=False)

    op.create_table(
        "membership_signature",
        sa.Column("list_sha256", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_sha256"], ["membership_list.sha256"], name=op.f("fk_membership_signature_list_sha256")
        ),
        sa.PrimaryKeyConstraint("list_sha256", "partner", name=op.f("pk_membership_signature")),
    )
    op.create_table(
        "fallen_hit",
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("correction_id", sa.String(length=36), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_fallen_hit_candidate_id")),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_fallen_hit")),
    )
    op.create_table(
        "clock_pause",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("follow_up_id", sa.String(length=36), nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("officer_id", sa.String(length=40), nullable=True),
        sa.Column("authority_ref", sa.String(length=60), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["follow_up_id"], ["follow_up.id"], name=op.f("fk_clock_pause_follow_up_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_pause")),
    )
    with op.batch_alter_table("clock_pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_pause_follow_up_id"), ["follow_up_id"], unique=False)

    with op.batch_alter_table("answered_enquiry", schema=None) as batch_op:
        batch_op.create_index("ix_answered_enquiry_grant", ["grant_id", "answered_at"], unique=False)

    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.create_index("ix_ask_grant", ["grant_id", "asked_at"], unique=False)
        batch_op.create_index("ix_ask_message", ["message_id"], unique=False)

    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_at", Utc(), nullable=True))

    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index("ix_enquiry_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_enquiry_officer", ["officer_id", "created_at"], unique=False)

    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_at", Utc(), nullable=True))
        batch_op.add_column(sa.Column("late_at", Utc(), nullable=True))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_age", ["state", "created_at"], unique=False)
        batch_op.create_index("ix_outbox_line", ["recipient", "state", "sequence"], unique=False)

    with op.batch_alter_table("partner_card", schema=None) as batch_op:
        batch_op.add_column(sa.Column("protocol", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("revoked_at", Utc(), nullable=True))

    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_at", Utc(), nullable=True))
        batch_op.add_column(sa.Column("label", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("label_sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("grading", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("as_of", sa.String(length=10), nullable=True))
