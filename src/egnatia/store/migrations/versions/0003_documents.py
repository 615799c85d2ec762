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
        "border_sample",
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("one_in", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bcp", "day", name=op.f("pk_border_sample")),
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
        "document_sighting",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document", sa.LargeBinary(length=16), nullable=False),
        sa.Column("identity", sa.LargeBinary(length=16), nullable=True),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("suspicion", sa.String(length=20), nullable=False),
        sa.Column("erase_on", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_sighting")),
    )
    with op.batch_alter_table("document_sighting", schema=None) as batch_op:
        batch_op.create_index("ix_document_sighting_document", ["document", "seen_at"], unique=False)
        batch_op.create_index("ix_document_sighting_erase_on", ["erase_on"], unique=False)

    op.create_table(
        "second_line",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bcp", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=5), nullable=False),
        sa.Column("mode", sa.String(length=4), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("minor", sa.String(length=10), nullable=False),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=True),
        sa.Column("sample_number", sa.Integer(), nullable=True),
        sa.Column("informed_in", sa.String(length=8), nullable=True),
        sa.Column("informed_at", Utc(), nullable=True),
        sa.Column("protection_asked_at", Utc(), nullable=True),
        sa.Column("screened_at", Utc(), nullable=True),
        sa.Column("signs", sa.Integer(), nullable=True),
        sa.Column("finding", sa.String(length=30), nullable=True),
        sa.Column("outcome", sa.String(length=25), nullable=True),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=True),
        sa.Column("sealed_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_line")),
    )
    with op.batch_alter_table("second_line", schema=None) as batch_op:
        batch_op.create_index("ix_second_line_open", ["closed_at", "opened_at"], unique=False)

    with op.batch_alter_table("registered_document", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registered_document_range",
            ["issuer", "number_length", "number_from", "number_to"],
            unique=False,
            sqlite_where=sa.text("number_to != number_from"),
            postgresql_where=sa.text("number_to != number_from"),
        )
