"""documents."""

import sqlalchemy as sa
from alembic import op

from egnatia.store.tables.base import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "border_count",
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("direction", sa.String(length=5), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("finding", sa.String(length=30), nullable=False),
        sa.Column("nationality", sa.String(length=3), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("age_band", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "bcp",
            "day",
            "direction",
            "reason",
            "finding",
            "nationality",
            "sex",
            "age_band",
            name=op.f("pk_border_count"),
        ),
    )
    op.create_table(
        "border_lot",
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bcp", "day", "number", name=op.f("pk_border_lot")),
    )
    op.create_table(
        "border_pack",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("imported_at", Utc(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_border_pack")),
    )
    op.create_table(
        "border_sample",
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("one_in", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bcp", "day", name=op.f("pk_border_sample")),
    )
    op.create_table(
        "criteria_count",
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("criterion", sa.String(length=20), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bcp", "day", "pack", "version", "criterion", "met", name=op.f("pk_criteria_count")),
    )
    op.create_table(
        "crossing_point",
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("bcp", name=op.f("pk_crossing_point")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("test_every_days", sa.Integer(), nullable=False),
        sa.Column("registered_at", Utc(), nullable=False),
        sa.Column("retired_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    op.create_table(
        "device_reading",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_device_reading")),
    )
    with op.batch_alter_table("device_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_reading_device_id"), ["device_id"], unique=False)

    op.create_table(
        "device_test",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_test")),
    )
    with op.batch_alter_table("device_test", schema=None) as batch_op:
        batch_op.create_index("ix_device_test_device", ["device_id", "at"], unique=False)

    op.create_table(
        "dna_batch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_ref", sa.String(length=60), nullable=False),
        sa.Column("grant_id", sa.String(length=60), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("offence", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", Utc(), nullable=False),
        sa.Column("first_by", sa.String(length=40), nullable=True),
        sa.Column("first_at", Utc(), nullable=True),
        sa.Column("second_by", sa.String(length=40), nullable=True),
        sa.Column("second_at", Utc(), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dna_batch")),
    )
    op.create_table(
        "dna_change",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("stamp", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_dna_change")),
    )
    op.create_table(
        "dna_elimination",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("against", sa.String(length=40), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("log10_ratio", sa.Float(), nullable=True),
        sa.Column("found_at", Utc(), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dna_elimination")),
    )
    with op.batch_alter_table("dna_elimination", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dna_elimination_ref"), ["ref"], unique=False)

    op.create_table(
        "dna_mark",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "partner", name=op.f("pk_dna_mark")),
    )
    op.create_table(
        "dna_number",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("agreement", sa.String(length=60), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("given_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_dna_number")),
    )
    with op.batch_alter_table("dna_number", schema=None) as batch_op:
        batch_op.create_index("ix_dna_number_ref", ["ref"], unique=False)
        batch_op.create_index("uq_dna_number_of", ["agreement", "partner", "ref"], unique=True)

    op.create_table(
        "dna_profile",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("kit", sa.String(length=40), nullable=False),
        sa.Column("accreditation", sa.String(length=40), nullable=False),
        sa.Column("legal_basis", sa.String(length=60), nullable=False),
        sa.Column("imported_at", Utc(), nullable=False),
        sa.Column("keep_until", Utc(), nullable=False),
        sa.Column("loci", sa.Integer(), nullable=False),
        sa.Column("sample_state", sa.String(length=14), nullable=False),
        sa.Column("sample_destroyed_on", sa.Date(), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_dna_profile")),
    )
    with op.batch_alter_table("dna_profile", schema=None) as batch_op:
        batch_op.create_index("ix_dna_profile_keep_until", ["keep_until"], unique=False)

    op.create_table(
        "dna_screening",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_dna_screening")),
    )
    op.create_table(
        "dna_size",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("population", sa.String(length=20), nullable=False),
        sa.Column("profiles", sa.Integer(), nullable=False),
        sa.Column("said_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "population", name=op.f("pk_dna_size")),
    )
    op.create_table(
        "dna_standing",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_ref", sa.String(length=60), nullable=False),
        sa.Column("grant_id", sa.String(length=60), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("offence", sa.String(length=40), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("approved_at", Utc(), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dna_standing")),
    )
    op.create_table(
        "document_sighting",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document", sa.LargeBinary(length=16), nullable=False),
        sa.Column("identity", sa.LargeBinary(length=16), nullable=True),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("suspicion", sa.String(length=20), nullable=False),
        sa.Column("erase_on", Utc(), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_sighting")),
    )
    with op.batch_alter_table("document_sighting", schema=None) as batch_op:
        batch_op.create_index("ix_document_sighting_document", ["document", "seen_at"], unique=False)
        batch_op.create_index("ix_document_sighting_erase_on", ["erase_on"], unique=False)

    op.create_table(
        "forgery_alert",
        sa.Column("originator", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=25), nullable=True),
        sa.Column("inspection_id", sa.String(length=36), nullable=True),
        sa.Column("officer_id", sa.String(length=40), nullable=True),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("blanks", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("grant_id", sa.String(length=60), nullable=True),
        sa.Column("confirmed_at", Utc(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.Column("review_on", sa.String(length=10), nullable=True),
        sa.Column("withdrawn", sa.String(length=20), nullable=True),
        sa.Column("reported", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("originator", "reference", name=op.f("pk_forgery_alert")),
    )
    with op.batch_alter_table("forgery_alert", schema=None) as batch_op:
        batch_op.create_index("ix_forgery_alert_inspection", ["inspection_id"], unique=False)

    op.create_table(
        "holder_screening",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("erase_on", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder_screening")),
    )
    with op.batch_alter_table("holder_screening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holder_screening_erase_on"), ["erase_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_holder_screening_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "label_letter",
        sa.Column("item", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("earlier", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Utc(), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("item", "partner", name=op.f("pk_label_letter")),
    )
    with op.batch_alter_table("label_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_letter_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_letter_state"), ["state"], unique=False)

    op.create_table(
        "label_word",
        sa.Column("originator", sa.String(length=3), nullable=False),
        sa.Column("item", sa.String(length=36), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("originator", "item", name=op.f("pk_label_word")),
    )
    op.create_table(
        "lookup_list",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("fresh_days", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("imported_at", Utc(), nullable=False),
        sa.Column("erase_on", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup_list")),
    )
    with op.batch_alter_table("lookup_list", schema=None) as batch_op:
        batch_op.create_index("uq_lookup_list_kind", ["kind", "name"], unique=True)

    op.create_table(
        "person_index",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_index")),
    )
    op.create_table(
        "person_judgement",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("left_ref", sa.String(length=40), nullable=False),
        sa.Column("right_ref", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_person_judgement")),
    )
    with op.batch_alter_table("person_judgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_judgement_left_ref"), ["left_ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_judgement_right_ref"), ["right_ref"], unique=False)

    op.create_table(
        "person_links",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("from_in_ten_thousand", sa.Integer(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_links")),
    )
    op.create_table(
        "relaxation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=5), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("begins_at", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("authorised_by", sa.String(length=40), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relaxation")),
    )
    with op.batch_alter_table("relaxation", schema=None) as batch_op:
        batch_op.create_index("ix_relaxation_bcp", ["bcp", "until"], unique=False)

    op.create_table(
        "second_line",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=5), nullable=False),
        sa.Column("mode", sa.String(length=4), nullable=False),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=True),
        sa.Column("particulars_id", sa.String(length=36), nullable=False),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.Column("erase_on", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_line")),
    )
    with op.batch_alter_table("second_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_line_erase_on"), ["erase_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_second_line_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index("ix_second_line_open", ["closed_at", "opened_at"], unique=False)
        batch_op.create_index("ix_second_line_opened_by", ["opened_by", "closed_at", "opened_at"], unique=False)

    op.create_table(
        "standing_enquiry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_ref", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("offence", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("next_at", Utc(), nullable=False),
        sa.Column("review_on", Utc(), nullable=False),
        sa.Column("reviewed_by", sa.String(length=40), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ended", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_enquiry")),
    )
    with op.batch_alter_table("standing_enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_enquiry_case_ref"), ["case_ref"], unique=False)
        batch_op.create_index("ix_standing_enquiry_due", ["ended_at", "next_at"], unique=False)

    op.create_table(
        "trust_update",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=True),
        sa.Column("proposed_at", Utc(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("stored_at", Utc(), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", "direction", name=op.f("pk_trust_update")),
    )
    with op.batch_alter_table("trust_update", schema=None) as batch_op:
        batch_op.create_index("ix_trust_update_partner", ["direction", "partner", "state"], unique=False)

    op.create_table(
        "verdict",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=25), nullable=False),
        sa.Column("given_by", sa.String(length=40), nullable=False),
        sa.Column("given_at", Utc(), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.Column("erase_on", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
    )
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verdict_erase_on"), ["erase_on"], unique=False)
        batch_op.create_index("ix_verdict_given_at", ["given_at"], unique=False)
        batch_op.create_index("ix_verdict_inspection", ["inspection_id", "number"], unique=True)

    op.create_table(
        "dna_batch_item",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("enquiry_id", sa.String(length=36), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["dna_batch.id"], name=op.f("fk_dna_batch_item_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "ref", name=op.f("pk_dna_batch_item")),
    )
    op.create_table(
        "dna_link",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("case_ref", sa.String(length=60), nullable=False),
        sa.Column("person_ref", sa.String(length=60), nullable=True),
        sa.Column("record_ref", sa.String(length=40), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["ref"], ["dna_profile.ref"], name=op.f("fk_dna_link_ref"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_dna_link")),
    )
    with op.batch_alter_table("dna_link", schema=None) as batch_op:
        batch_op.create_index("ix_dna_link_case_ref", ["case_ref"], unique=False)

    op.create_table(
        "dna_search",
        sa.Column("enquiry_id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("standing_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_dna_search_enquiry_id")),
        sa.PrimaryKeyConstraint("enquiry_id", name=op.f("pk_dna_search")),
    )
    with op.batch_alter_table("dna_search", schema=None) as batch_op:
        batch_op.create_index("ix_dna_search_ref", ["ref"], unique=False)

    op.create_table(
        "forgery_alert_copy",
        sa.Column("originator", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Utc(), nullable=False),
        sa.Column("received_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["originator", "reference"],
            ["forgery_alert.originator", "forgery_alert.reference"],
            name=op.f("fk_forgery_alert_copy_originator"),
        ),
        sa.PrimaryKeyConstraint("originator", "reference", "partner", name=op.f("pk_forgery_alert_copy")),
    )
    with op.batch_alter_table("forgery_alert_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forgery_alert_copy_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_forgery_alert_copy_state"), ["state"], unique=False)

    op.create_table(
        "lookup_document",
        sa.Column("list_id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=3), nullable=False),
        sa.Column("document_type", sa.String(length=2), nullable=False),
        sa.Column("number_length", sa.Integer(), nullable=False),
        sa.Column("number_from", sa.String(length=20), nullable=False),
        sa.Column("number_to", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["lookup_list.id"], name=op.f("fk_lookup_document_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "ref", name=op.f("pk_lookup_document")),
    )
    with op.batch_alter_table("lookup_document", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lookup_document_number", ["issuer", "number_length", "number_from", "number_to"], unique=False
        )

    op.create_table(
        "lookup_tag",
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("list_id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["lookup_list.id"], name=op.f("fk_lookup_tag_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tag", "list_id", "ref", name=op.f("pk_lookup_tag")),
    )
    with op.batch_alter_table("lookup_tag", schema=None) as batch_op:
        batch_op.create_index("ix_lookup_tag_list_id", ["list_id"], unique=False)

    op.create_table(
        "standing_ask",
        sa.Column("enquiry_id", sa.String(length=36), nullable=False),
        sa.Column("standing_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_standing_ask_enquiry_id")),
        sa.ForeignKeyConstraint(["standing_id"], ["standing_enquiry.id"], name=op.f("fk_standing_ask_standing_id")),
        sa.PrimaryKeyConstraint("enquiry_id", name=op.f("pk_standing_ask")),
    )
    with op.batch_alter_table("standing_ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_ask_standing_id"), ["standing_id"], unique=False)

    op.create_table(
        "trust_part",
        sa.Column("update_id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["update_id", "direction"],
            ["trust_update.id", "trust_update.direction"],
            name=op.f("fk_trust_part_update_id"),
        ),
        sa.PrimaryKeyConstraint("update_id", "direction", "number", name=op.f("pk_trust_part")),
    )
    op.create_table(
        "dna_candidate",
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("identified", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("full_loci", sa.Integer(), nullable=False),
        sa.Column("wildcards", sa.Integer(), nullable=False),
        sa.Column("micro_variants", sa.Integer(), nullable=False),
        sa.Column("mismatched", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(length=90), nullable=False),
        sa.Column("log10_match_probability", sa.Float(), nullable=True),
        sa.Column("expected", sa.Float(), nullable=True),
        sa.Column("expected_agreement", sa.Float(), nullable=True),
        sa.Column("disposition", sa.String(length=16), nullable=True),
        sa.Column("disposed_at", Utc(), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_dna_candidate_candidate_id")),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_dna_candidate")),
    )
    with op.batch_alter_table("dna_candidate", schema=None) as batch_op:
        batch_op.create_index("ix_dna_candidate_ref", ["ref"], unique=False)

    op.create_table(
        "dna_opinion",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("qualification", sa.String(length=80), nullable=False),
        sa.Column("disposition", sa.String(length=16), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("sealed_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_dna_opinion_candidate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dna_opinion")),
    )
    with op.batch_alter_table("dna_opinion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dna_opinion_candidate_id"), ["candidate_id"], unique=False)

    op.create_table(
        "dna_upgrade",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("enquiry_id", sa.String(length=36), nullable=False),
        sa.Column("candidate_id", sa.String(length=36), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("loci", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.Column("officer_id", sa.String(length=40), nullable=True),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_dna_upgrade_candidate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dna_upgrade")),
    )
    with op.batch_alter_table("dna_upgrade", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dna_upgrade_enquiry_id"), ["enquiry_id"], unique=False)

    op.create_table(
        "second_review",
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("drawn_at", Utc(), nullable=False),
        sa.Column("drawn_by", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("officer_id", sa.String(length=40), nullable=True),
        sa.Column("qualification", sa.String(length=80), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.Column("at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_second_review_candidate_id")),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_second_review")),
    )
    with op.batch_alter_table("second_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_review_drawn_at"), ["drawn_at"], unique=False)

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_id", sa.String(length=36), nullable=True))

    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document_type", sa.String(length=8), nullable=True))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_line"))
        batch_op.drop_index(batch_op.f("ix_outbox_due"))
        batch_op.create_index(
            "ix_outbox_due", ["state", "recipient", "next_attempt_at", "sequence", "created_at"], unique=False
        )
        batch_op.create_index("ix_outbox_answered", ["recipient", "answered_at"], unique=False)
        batch_op.create_index(
            "ix_outbox_error",
            ["state", "recipient", "sequence"],
            unique=False,
            sqlite_where=sa.text("state = 'queued' AND last_error IS NOT NULL"),
            postgresql_where=sa.text("state = 'queued' AND last_error IS NOT NULL"),
        )

    with op.batch_alter_table("registered_document", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registered_document_range",
            ["issuer", "number_length", "number_from", "number_to"],
            unique=False,
            sqlite_where=sa.text("number_to != number_from"),
            postgresql_where=sa.text("number_to != number_from"),
        )
